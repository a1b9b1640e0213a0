//! Gaps: what is missing, since when, how much, and on what evidence.

use crate::ids::SourceId;
use crate::quantity::Quantity;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The two axes, which never mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Axis {
    /// Whether communications were kept.
    Preserved,
    /// Whether communications were reviewed.
    Reviewed,
}

/// Which evidence says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// Nothing at all was captured of a source that was in service.
    NothingCaptured,
    /// A run of days with far fewer communications than the source's own pattern expects.
    Silence,
    /// A system of record counts more than was captured.
    ControlTotal,
    /// An address of the firm takes part in traffic, and no source covers it.
    UnregisteredTraffic,
    /// Retained replies answer messages, written inside the firm, that are not retained.
    DanglingReference,
    /// Internal mail stands in one party's capture and not in the other's.
    OneSidedMail,
    /// Ticket, confirmation or journal numbers skip.
    BrokenSequence,
    /// The volume shifts at a dated change of the capture path.
    DeclaredChange,
    /// A report of another system says that communications are missing.
    OutsideReport,
    /// The firm's own record says that communications were disposed of which had to be kept.
    UnlawfulDisposal,
    /// A marked test message did not arrive.
    CaptureTest,
    /// A source was not connected to supervisory review.
    NotConnectedToReview,
    /// Communications were not reviewed within the firm's stated days.
    ReviewedLate,
    /// The evidence of review lacks a reviewer, a date or an action.
    ReviewUnproven,
}

impl Evidence {
    /// All kinds, in the order in which they are listed.
    pub const ALL: [Self; 14] = [
        Self::NothingCaptured,
        Self::Silence,
        Self::ControlTotal,
        Self::UnregisteredTraffic,
        Self::DanglingReference,
        Self::OneSidedMail,
        Self::BrokenSequence,
        Self::DeclaredChange,
        Self::OutsideReport,
        Self::UnlawfulDisposal,
        Self::CaptureTest,
        Self::NotConnectedToReview,
        Self::ReviewedLate,
        Self::ReviewUnproven,
    ];

    /// The word that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NothingCaptured => "nothing-captured",
            Self::Silence => "silence",
            Self::ControlTotal => "control-total",
            Self::UnregisteredTraffic => "unregistered-traffic",
            Self::DanglingReference => "dangling-reference",
            Self::OneSidedMail => "one-sided-mail",
            Self::BrokenSequence => "broken-sequence",
            Self::DeclaredChange => "declared-change",
            Self::OutsideReport => "outside-report",
            Self::UnlawfulDisposal => "unlawful-disposal",
            Self::CaptureTest => "capture-test",
            Self::NotConnectedToReview => "not-connected-to-review",
            Self::ReviewedLate => "reviewed-late",
            Self::ReviewUnproven => "review-unproven",
        }
    }
}

/// What people have made of a gap. No status removes it from view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapStatus {
    /// Found by the program, judged by nobody.
    Candidate,
    /// A named person says that it is one.
    Confirmed,
    /// A named person says what explains it.
    Explained,
    /// A named person says that it is none.
    Dismissed,
}

impl GapStatus {
    /// The word that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Confirmed => "confirmed",
            Self::Explained => "explained",
            Self::Dismissed => "dismissed",
        }
    }

    /// Whether a certificate that crosses it is subject to the Schedule of Gaps.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Candidate | Self::Confirmed)
    }
}

/// What a note of a gap is about: the parts of a factual summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapField {
    /// Why it came about.
    Cause,
    /// Which systems, people and communications it reaches over.
    Scope,
    /// What it did to answers, reviews and customers.
    Impact,
    /// What was done about it.
    Remediation,
    /// How it was found, by whom and when.
    Detected,
    /// The day on which it was first known.
    FirstKnown,
    /// The day on which the inquiry into it was concluded.
    Concluded,
    /// What was recovered, from where, and whether as originals or regenerated.
    Recovered,
    /// How many communications, as a person or a system of record states it.
    Stated,
    /// Anything else.
    Remark,
}

impl GapField {
    /// All, in the order of a summary.
    pub const ALL: [Self; 10] = [
        Self::Cause,
        Self::Scope,
        Self::Impact,
        Self::Remediation,
        Self::Detected,
        Self::FirstKnown,
        Self::Concluded,
        Self::Recovered,
        Self::Stated,
        Self::Remark,
    ];

    /// The word that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cause => "cause",
            Self::Scope => "scope",
            Self::Impact => "impact",
            Self::Remediation => "remediation",
            Self::Detected => "detected",
            Self::FirstKnown => "first-known",
            Self::Concluded => "concluded",
            Self::Recovered => "recovered",
            Self::Stated => "stated",
            Self::Remark => "remark",
        }
    }
}

/// The days between which a first or last day lies in 95 of 100 cases, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DayBounds {
    /// Not before this day.
    pub earliest: NaiveDate,
    /// Not after this day.
    pub latest: NaiveDate,
}

/// One row that a gap rests on, by which a person can check it by hand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Ground {
    /// The source, where the row is of one.
    pub source: Option<SourceId>,
    /// The day, where the row is of one.
    pub day: Option<NaiveDate>,
    /// What stands there, with where it stands: `controls/confirms.csv line 14: 120 counted, 80 captured`.
    pub says: String,
}

/// A gap: an interval of days over which communications of one or several sources, or of an address that has no
/// source, were not preserved or not reviewed. One event is one gap, however many sources it hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Stable name made from what it is about: the same evidence gets the same name on each run.
    pub id: String,
    /// Which axis.
    pub axis: Axis,
    /// The sources, sorted; none for an address that has no source. Records of the time when a gap had at most one
    /// source are read too.
    #[serde(alias = "source", deserialize_with = "sources")]
    pub sources: Vec<SourceId>,
    /// The address, where no source covers it.
    pub address: Option<String>,
    /// First day; absent where the evidence cannot bound it.
    pub first_day: Option<NaiveDate>,
    /// Last day; absent where the evidence cannot bound it (still open, or the archive ends there).
    pub last_day: Option<NaiveDate>,
    /// How far `first_day` may be off; absent where it is certain, or not known at all.
    #[serde(default)]
    pub first_between: Option<DayBounds>,
    /// How far `last_day` may be off; absent where it is certain, or not known at all.
    #[serde(default)]
    pub last_between: Option<DayBounds>,
    /// Which evidence; of several kinds the one that dates and names it.
    pub evidence: Evidence,
    /// Other kinds of evidence that speak of the same event, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Evidence>,
    /// How much.
    pub quantity: Quantity,
    /// The finding in one sentence, with its figures.
    pub finding: String,
    /// What this evidence could not have seen, in one sentence.
    pub blind_to: String,
    /// The rows it rests on, the first ones where there are very many.
    #[serde(default)]
    pub grounds: Vec<Ground>,
    /// How many rows there are in all.
    #[serde(default)]
    pub grounds_in_all: u64,
    /// What people have made of it.
    pub status: GapStatus,
}

/// A list of sources; or what stood there before a gap could have several: one source, or none.
fn sources<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<SourceId>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Several(Vec<SourceId>),
        AtMostOne(Option<SourceId>),
    }
    Ok(match Written::deserialize(deserializer)? {
        Written::Several(sources) => sources,
        Written::AtMostOne(source) => source.into_iter().collect(),
    })
}

impl Gap {
    /// The days that the gap may reach over: from the earliest that its first day can be to the latest that its last
    /// can be; an end that is not known is absent.
    pub fn reach(&self) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let first =
            self.first_day.map(|day| self.first_between.map_or(day, |bounds| bounds.earliest.min(day)));
        let last = self.last_day.map(|day| self.last_between.map_or(day, |bounds| bounds.latest.max(day)));
        (first, last)
    }

    /// Whether the gap may share a day with `first..=last`; an uncertain or unknown end reaches as far as it can.
    pub fn crosses_days(&self, first: NaiveDate, last: NaiveDate) -> bool {
        let (from, to) = self.reach();
        from.is_none_or(|day| day <= last) && to.is_none_or(|day| first <= day)
    }

    /// Whether it says more than an earlier finding of the same event did: another source, a day that the earlier one
    /// could not reach, a number beyond the earlier one's bounds, or evidence of another kind. A finding that shrank, or an
    /// estimate that moved within its interval, says no more.
    pub fn goes_beyond(&self, earlier: &Self) -> bool {
        let (first, last) = self.reach();
        let (earlier_first, earlier_last) = earlier.reach();
        self.axis != earlier.axis
            || self.address != earlier.address
            || self.kinds().any(|kind| earlier.kinds().all(|known| known != kind))
            || self.sources.iter().any(|source| !earlier.is_of(source))
            || earlier_first.is_some_and(|day| first.is_none_or(|first| first < day))
            || earlier_last.is_some_and(|day| last.is_none_or(|last| day < last))
            || self.quantity.goes_beyond(earlier.quantity)
    }

    /// Whether no source of the one is a source of the other, or no day of the one can be a day of the other.
    pub fn is_apart_from(&self, other: &Self) -> bool {
        let whose = |gap: &Self| (gap.sources.is_empty(), gap.address.clone());
        let sources = whose(self) == whose(other)
            && (self.sources.is_empty() || self.sources.iter().any(|source| other.is_of(source)));
        let (first, last) = other.reach();
        let days = self.crosses_days(first.unwrap_or(NaiveDate::MIN), last.unwrap_or(NaiveDate::MAX));
        !(sources && days)
    }

    /// The kinds of evidence that speak of it, the one that names it first.
    pub fn kinds(&self) -> impl Iterator<Item = Evidence> {
        std::iter::once(self.evidence).chain(self.also.iter().copied())
    }

    /// The kinds of evidence in words, the one that names it first.
    pub fn evidence_in_words(&self) -> String {
        self.kinds().map(Evidence::as_str).collect::<Vec<_>>().join(", ")
    }

    /// Whether the gap is one of this source.
    pub fn is_of(&self, source: &SourceId) -> bool {
        self.sources.contains(source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn gap() -> Gap {
        Gap {
            id: "g".into(),
            axis: Axis::Preserved,
            sources: Vec::new(),
            address: None,
            first_day: Some(day("2024-03-01")),
            last_day: None,
            first_between: None,
            last_between: None,
            evidence: Evidence::Silence,
            also: Vec::new(),
            quantity: Quantity::Unknown,
            finding: String::new(),
            blind_to: String::new(),
            grounds: Vec::new(),
            grounds_in_all: 0,
            status: GapStatus::Candidate,
        }
    }

    #[test]
    fn an_unknown_end_reaches_as_far_as_it_can() {
        assert!(gap().crosses_days(day("2030-01-01"), day("2030-01-02")));
        assert!(!gap().crosses_days(day("2024-01-01"), day("2024-02-29")));
        assert_eq!(gap().quantity.to_string(), "unknown");
    }

    #[test]
    fn an_uncertain_end_reaches_as_far_as_it_may() {
        let bounds = DayBounds { earliest: day("2024-02-28"), latest: day("2024-03-04") };
        let uncertain = Gap { first_between: Some(bounds), ..gap() };
        assert!(uncertain.crosses_days(day("2024-02-01"), day("2024-02-28")));
        assert!(!uncertain.crosses_days(day("2024-02-01"), day("2024-02-27")));
    }

    #[test]
    fn only_more_than_was_found_before_goes_beyond_it() {
        let closed = Gap { last_day: Some(day("2024-03-08")), ..gap() };
        assert!(!closed.goes_beyond(&closed));
        assert!(!closed.goes_beyond(&gap()), "an end that became known says no more");
        assert!(gap().goes_beyond(&closed), "an end that is no longer known may lie further out");
        let more = Gap { sources: vec!["desk".parse().unwrap()], ..closed.clone() };
        assert!(more.goes_beyond(&closed) && !closed.goes_beyond(&more));
        let figure =
            |count, low, high| Gap { quantity: Quantity::Estimated { count, low, high }, ..closed.clone() };
        assert!(!figure(12, 9, 15).goes_beyond(&figure(10, 8, 12)));
        assert!(figure(13, 9, 15).goes_beyond(&figure(10, 8, 12)));
        assert!(figure(1, 1, 2).goes_beyond(&closed), "a number where none was known");
    }

    #[test]
    fn a_gap_recorded_when_it_had_one_source_is_still_read() {
        let old = r#"{"id":"g","axis":"preserved","source":"desk","address":null,"first_day":null,"last_day":null,
            "evidence":"silence","quantity":{"quantity":"unknown"},"finding":"","blind_to":"","status":"candidate"}"#;
        let read: Gap = serde_json::from_str(old).unwrap();
        assert_eq!(read.sources, ["desk".parse().unwrap()]);
        let none: Gap = serde_json::from_str(&old.replace("\"desk\"", "null")).unwrap();
        assert_eq!(none.sources, []);
        let again: Gap = serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
        assert_eq!(again, read);
    }

    #[test]
    fn every_kind_of_evidence_has_a_word_of_its_own() {
        let words: std::collections::BTreeSet<&str> =
            Evidence::ALL.into_iter().map(Evidence::as_str).collect();
        assert_eq!(words.len(), Evidence::ALL.len());
        for evidence in Evidence::ALL {
            assert_eq!(serde_json::to_value(evidence).unwrap(), evidence.as_str());
        }
    }
}
