//! Gaps as records: listed, judged, noted, merged and split by named people, and never removed from view.

use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use crate::sheet::Sheet;
use chrono::{DateTime, NaiveDate, Utc};
use duces_ledger::{GapLink, GapPart, GapRecord};
use duces_model::{DayBounds, GapField, GapStatus};
use serde::Serialize;
use std::path::PathBuf;

/// A gap as the ledger keeps it.
#[derive(Debug, Clone, Serialize)]
pub struct GapRow {
    /// The gap, with what was merged into it and the status that people gave it.
    #[serde(flatten)]
    pub gap: duces_model::Gap,
    /// When it was found first.
    pub first_seen: DateTime<Utc>,
    /// When it was found last.
    pub last_seen: DateTime<Utc>,
    /// Whether the latest look found it; where not, it stays listed all the same.
    pub current: bool,
    /// Whether it counts by itself: not where it was merged into another, or where its parts say all of it.
    pub counts: bool,
    /// Who said what and when, oldest first.
    pub history: Vec<GapWord>,
    /// What it was and since when it is open again, where more was found of it after a person closed it.
    pub reopened: Option<ReopenedGap>,
    /// What people noted, oldest first; of several notes on one field the last holds.
    pub notes: Vec<NoteOfGap>,
    /// Names of the gaps that were merged into it.
    pub merged: Vec<String>,
    /// The gap that it was merged into.
    pub merged_into: Option<LinkOfGap>,
    /// Names of the parts into which it was split.
    pub parts: Vec<String>,
    /// The gap of which it is a part.
    pub part_of: Option<LinkOfGap>,
}

/// What a named person said of a gap.
#[derive(Debug, Clone, Serialize)]
pub struct GapWord {
    /// What it is.
    pub status: GapStatus,
    /// Why.
    pub why: String,
    /// Who says so.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A gap that was closed and of which more was found since.
#[derive(Debug, Clone, Serialize)]
pub struct ReopenedGap {
    /// What it was.
    pub was: GapStatus,
    /// When more was found.
    pub since: DateTime<Utc>,
}

/// What a named person noted of a gap.
#[derive(Debug, Clone, Serialize)]
pub struct NoteOfGap {
    /// What the note is about.
    pub field: GapField,
    /// The note.
    pub text: String,
    /// Who says so.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// By whose word a gap belongs to another.
#[derive(Debug, Clone, Serialize)]
pub struct LinkOfGap {
    /// The other gap.
    pub gap: String,
    /// Why.
    pub why: String,
    /// Who says so.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl From<duces_ledger::GapStatusChange> for GapWord {
    fn from(change: duces_ledger::GapStatusChange) -> Self {
        Self { status: change.status, why: change.why, by: change.by, at: change.at }
    }
}

impl From<GapLink> for LinkOfGap {
    fn from(link: GapLink) -> Self {
        Self { gap: link.gap, why: link.why, by: link.by, at: link.at }
    }
}

impl From<GapRecord> for GapRow {
    fn from(record: GapRecord) -> Self {
        let note = |note: duces_ledger::GapNote| NoteOfGap {
            field: note.field,
            text: note.text,
            by: note.by,
            at: note.at,
        };
        Self {
            gap: record.gap,
            first_seen: record.first_seen,
            last_seen: record.last_seen,
            current: record.current,
            counts: record.counts,
            history: record.history.into_iter().map(GapWord::from).collect(),
            reopened: record.reopened.map(|open| ReopenedGap { was: open.was, since: open.since }),
            notes: record.notes.into_iter().map(note).collect(),
            merged: record.merged,
            merged_into: record.merged_into.map(LinkOfGap::from),
            parts: record.parts,
            part_of: record.part_of.map(LinkOfGap::from),
        }
    }
}

impl GapRow {
    /// The last note about a field.
    pub fn note(&self, field: GapField) -> Option<&NoteOfGap> {
        self.notes.iter().rev().find(|note| note.field == field)
    }

    /// Whether it counts by itself and nobody has closed it.
    pub fn is_open(&self) -> bool {
        self.counts && self.gap.status.is_open()
    }
}

impl Workspace {
    /// Every gap known, those too that were merged into another or split: these do not count by themselves.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn gaps(&self) -> Result<Vec<GapRow>, WorkspaceError> {
        Ok(self.ledger.gaps()?.into_iter().map(GapRow::from).collect())
    }

    /// The gaps that count by themselves: what statements rest on.
    pub(crate) fn counting_gaps(&self) -> Result<Vec<GapRow>, WorkspaceError> {
        Ok(self.gaps()?.into_iter().filter(|row| row.counts).collect())
    }

    /// One gap, by its name.
    ///
    /// # Errors
    /// A name that no gap has.
    pub fn gap(&self, id: &str) -> Result<GapRow, WorkspaceError> {
        let mut known = Vec::new();
        for row in self.gaps()? {
            if row.gap.id == id {
                return Ok(row);
            }
            known.push(row.gap.id);
        }
        Err(WorkspaceError::Unknown { what: "gap", name: id.to_owned(), known })
    }

    /// Records what a named person says of a gap.
    ///
    /// # Errors
    /// An unknown gap, one that does not count by itself, or a word without a reason.
    pub fn judge_gap(
        &mut self,
        gap: &str,
        status: GapStatus,
        why: &str,
        actor: &Actor,
    ) -> Result<(), WorkspaceError> {
        let row = self.gap(gap)?;
        if !row.counts {
            let (what, hint) = match &row.merged_into {
                Some(into) => (
                    format!("{gap} was merged into {}, and what is said of that holds for it", into.gap),
                    format!(
                        "judge {}; or take this one out again: duces gap merge {gap} --undo --why WHY",
                        into.gap
                    ),
                ),
                None => (
                    format!("{gap} was split, and its parts say all of it"),
                    format!("judge its parts: {}", row.parts.join(", ")),
                ),
            };
            return Err(WorkspaceError::Refused { what, reasons: Vec::new(), hint });
        }
        Ok(self.ledger.set_gap_status(&actor.act(), gap, status, why)?)
    }

    /// Records what a named person notes of a gap.
    ///
    /// # Errors
    /// An unknown gap, or an empty note.
    pub fn note_gap(
        &mut self,
        gap: &str,
        field: GapField,
        text: &str,
        actor: &Actor,
    ) -> Result<(), WorkspaceError> {
        self.gap(gap)?;
        Ok(self.ledger.note_gap(&actor.act(), gap, field, text)?)
    }

    /// Records that a gap is one event with another; without the other, takes it out again.
    ///
    /// # Errors
    /// An unknown gap, or two that cannot be one event.
    pub fn merge_gap(
        &mut self,
        gap: &str,
        into: Option<&str>,
        why: &str,
        actor: &Actor,
    ) -> Result<(), WorkspaceError> {
        self.gap(gap)?;
        into.map(|into| self.gap(into)).transpose()?;
        Ok(self.ledger.merge_gap(&actor.act(), gap, into, why)?)
    }

    /// Splits a gap into parts that together are all of it, and returns their names.
    ///
    /// # Errors
    /// An unknown gap, or parts that leave out or repeat a day of a source.
    pub fn split_gap(
        &mut self,
        gap: &str,
        parts: &[PartOfGap],
        why: &str,
        actor: &Actor,
    ) -> Result<Vec<String>, WorkspaceError> {
        let whole = self.gap(gap)?.gap;
        let part = |part: &PartOfGap| GapPart {
            sources: part.sources.clone().unwrap_or_else(|| whole.sources.clone()),
            first_day: part.first_day,
            last_day: part.last_day,
        };
        let parts: Vec<GapPart> = parts.iter().map(part).collect();
        Ok(self.ledger.split_gap(&actor.act(), gap, &parts, why)?)
    }

    /// Writes the list of gaps as a table.
    pub(crate) fn gaps_sheet(&self, gaps: &[GapRow]) -> Result<PathBuf, WorkspaceError> {
        let heads = [
            "gap",
            "status",
            "source or address",
            "first day",
            "last day",
            "evidence",
            "quantity",
            "finding",
            "this evidence is blind to",
            "last word",
            "reopened",
            "belongs to",
            "rows it rests on",
        ];
        let mut sheet = Sheet::internal(&heads);
        for row in gaps {
            let gap = &row.gap;
            let sources: Vec<&str> = gap.sources.iter().map(duces_model::SourceId::as_str).collect();
            let about = gap.address.clone().unwrap_or_else(|| sources.join("; "));
            let last =
                row.history.last().map(|word| format!("{} {}: {}", word.at.date_naive(), word.by, word.why));
            sheet.row([
                gap.id.clone(),
                gap.status.as_str().to_owned(),
                about,
                day_in_words(gap.first_day, gap.first_between),
                day_in_words(gap.last_day, gap.last_between),
                gap.evidence_in_words(),
                gap.quantity.to_string(),
                gap.finding.clone(),
                gap.blind_to.clone(),
                last.unwrap_or_default(),
                row.reopened.as_ref().map(reopened).unwrap_or_default(),
                belongs_to(row),
                gap.grounds_in_all.to_string(),
            ]);
        }
        let path = self.report("gaps.csv");
        sheet.replace(&path)?;
        Ok(path)
    }
}

fn reopened(open: &ReopenedGap) -> String {
    format!("was {}; more was found on {}", open.was.as_str(), open.since.date_naive())
}

fn belongs_to(row: &GapRow) -> String {
    let merged = row.merged_into.iter().map(|link| format!("merged into {}", link.gap));
    let part = row.part_of.iter().map(|link| format!("part of {}", link.gap));
    let split =
        (!row.counts && !row.parts.is_empty()).then(|| format!("split into {}", row.parts.join(", ")));
    merged.chain(part).chain(split).collect::<Vec<_>>().join("; ")
}

/// A part of a gap as a person writes it: `SOURCE,SOURCE:FIRST..LAST`, with `*` for every source of the gap, and an
/// empty day where the gap's own is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartOfGap {
    /// Which sources; absent for all.
    pub sources: Option<Vec<duces_model::SourceId>>,
    /// First day; absent where the gap's is not known.
    pub first_day: Option<NaiveDate>,
    /// Last day; absent where the gap's is not known.
    pub last_day: Option<NaiveDate>,
}

impl std::str::FromStr for PartOfGap {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || {
            format!("found {text:?}, expected SOURCE,SOURCE:FIRST..LAST, or *:FIRST..LAST for every source")
        };
        let (sources, days) = text.split_once(':').ok_or_else(wrong)?;
        let (first, last) = days.split_once("..").ok_or_else(wrong)?;
        let day = |day: &str| {
            match day.trim() {
            "" => Ok(None),
            day => day.parse::<NaiveDate>().map(Some).map_err(|_| {
                format!("found {day:?} in {text:?}, expected a day such as 2024-03-31, or nothing where it is not known")
            }),
        }
        };
        let sources = match sources.trim() {
            "*" => None,
            named => {
                let source = |name: &str| {
                    name.trim()
                        .parse()
                        .map_err(|error: duces_model::ids::IdError| format!("{error} in {text:?}"))
                };
                Some(named.split(',').map(source).collect::<Result<Vec<_>, _>>()?)
            }
        };
        Ok(Self { sources, first_day: day(first)?, last_day: day(last)? })
    }
}

/// A day of a gap in words: with its bounds where it is uncertain.
pub(crate) fn day_in_words(day: Option<NaiveDate>, between: Option<DayBounds>) -> String {
    match (day, between) {
        (None, _) => "unknown".to_owned(),
        (Some(day), None) => day.to_string(),
        (Some(day), Some(bounds)) => format!("{day} (between {} and {})", bounds.earliest, bounds.latest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_names_sources_and_days_and_nothing_is_guessed() {
        let part: PartOfGap = "ops, desk:2024-03-01..".parse().unwrap();
        assert_eq!(part.sources, Some(vec!["ops".parse().unwrap(), "desk".parse().unwrap()]));
        assert_eq!((part.first_day, part.last_day), ("2024-03-01".parse().ok(), None));
        let all: PartOfGap = "*:2024-03-01..2024-03-04".parse().unwrap();
        assert_eq!(all.sources, None);
        for wrong in ["ops", "ops:2024-03-01", "ops:3/1/2024..", ":2024-03-01..", "a b:2024-03-01.."] {
            assert!(wrong.parse::<PartOfGap>().is_err(), "{wrong}");
        }
    }
}
