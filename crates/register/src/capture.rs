//! `captures.csv`: what was done to each capture path, and when.

use crate::header::{Layout, optional, required};
use crate::name::CapturePathId;
use crate::row::Row;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What was done to a capture path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It began to work.
    Added,
    /// It was taken away.
    Removed,
    /// Its settings were changed.
    Changed,
    /// It was moved to another system.
    Migrated,
}

impl ChangeKind {
    const WORDS: [(&'static str, Self); 4] = [
        ("added", Self::Added),
        ("removed", Self::Removed),
        ("changed", Self::Changed),
        ("migrated", Self::Migrated),
    ];

    /// The word that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Migrated => "migrated",
        }
    }
}

/// A dated change of a capture path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureChange {
    /// Which capture path.
    pub capture_path: CapturePathId,
    /// The day.
    pub changed_on: NaiveDate,
    /// What was done.
    pub change: ChangeKind,
    /// In somebody's words; may be empty.
    pub detail: String,
    /// Line of `captures.csv` on which the row starts.
    pub line: u64,
}

pub(crate) const LAYOUT: Layout =
    &[required("capture_path"), required("changed_on"), required("change"), optional("detail")];

pub(crate) fn read(row: &mut Row<'_>) -> Option<CaptureChange> {
    let capture_path = row.value("capture_path");
    let changed_on = row.day("changed_on");
    let change = row.word("change", &ChangeKind::WORDS);
    let detail = row.text("detail");
    let line = row.line();
    Some(CaptureChange {
        capture_path: capture_path?,
        changed_on: changed_on?,
        change: change?,
        detail: detail?,
        line,
    })
}
