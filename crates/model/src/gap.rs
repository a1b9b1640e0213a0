//! Gaps: what is missing, since when, how much, and on what evidence.

use crate::ids::SourceId;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The two axes, which never mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Axis {
    /// Whether communications were kept.
    Preserved,
    /// Whether communications were reviewed.
    Reviewed,
}

/// How much is missing. "Unknown" is a value and never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "quantity", rename_all = "kebab-case")]
pub enum Quantity {
    /// Counted.
    Exact {
        /// Communications.
        count: u64,
    },
    /// At least so many.
    AtLeast {
        /// Communications.
        count: u64,
    },
    /// At most so many.
    AtMost {
        /// Communications.
        count: u64,
    },
    /// Estimated from a statistical model, with the interval that holds the true number in 95 of 100 cases if the
    /// model is right.
    Estimated {
        /// Communications: the best single figure.
        count: u64,
        /// Lower end of the interval.
        low: u64,
        /// Upper end of the interval.
        high: u64,
    },
    /// A net difference of two counts: duplicates and retries can hide further loss.
    NetDifference {
        /// Communications.
        count: u64,
    },
    /// Not known.
    Unknown,
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact { count } => write!(f, "{count}"),
            Self::AtLeast { count } => write!(f, "at least {count}"),
            Self::AtMost { count } => write!(f, "at most {count}"),
            Self::Estimated { count, low, high } => write!(f, "about {count} ({low} to {high})"),
            Self::NetDifference { count } => write!(f, "{count} net"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
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
    pub const ALL: [Self; 13] = [
        Self::NothingCaptured,
        Self::Silence,
        Self::ControlTotal,
        Self::UnregisteredTraffic,
        Self::DanglingReference,
        Self::OneSidedMail,
        Self::BrokenSequence,
        Self::DeclaredChange,
        Self::OutsideReport,
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
    /// Which evidence.
    pub evidence: Evidence,
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
