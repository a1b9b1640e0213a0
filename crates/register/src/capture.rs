//! `captures.csv`: what was done to each capture path, and when.

use crate::header::{Layout, optional, required};
use crate::row::Row;
use chrono::NaiveDate;
use duces_model::SourceId;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Name of a way by which communications reach the archive: a journal rule, a copy rule, a connector.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CapturePathId(SourceId);

impl CapturePathId {
    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for CapturePathId {
    type Err = <SourceId as FromStr>::Err;

    /// Reads what a source's name may be: both are names in the same kind of list.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

impl fmt::Display for CapturePathId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

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
