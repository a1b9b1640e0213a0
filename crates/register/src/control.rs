//! `controls/*.csv`: what the system of record has, per source and day: how many communications, or which.

use crate::header::{self, Layout, required};
use crate::row::Row;
use chrono::NaiveDate;
use duces_model::SourceId;
use std::sync::Arc;

/// What a system of record counted for one source on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlTotal {
    /// Which source.
    pub source: SourceId,
    /// The civil day, as the system of record cuts its days.
    pub day: NaiveDate,
    /// Communications.
    pub count: u64,
    /// The file that says so, below the register's folder: `controls/confirmations.csv`.
    pub file: Arc<str>,
    /// Its line on which the row starts.
    pub line: u64,
}

/// One communication that a system of record has sent, received or made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlId {
    /// Which source.
    pub source: SourceId,
    /// The civil day, as the system of record cuts its days.
    pub day: NaiveDate,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// The file that says so, below the register's folder: `controls/sent-ids.csv`.
    pub file: Arc<str>,
    /// Its line on which the row starts.
    pub line: u64,
}

pub(crate) const COUNTS: Layout = &[required("source"), required("day"), required("count")];
pub(crate) const IDS: Layout = &[required("source"), required("day"), required("message_id")];
const EITHER: Layout = &[required("source"), required("day"), required("count"), required("message_id")];

/// Whether the header says that the file lists communications, and does not count them.
pub(crate) fn lists_ids(text: &str) -> bool {
    header::has_column(text, EITHER, "message_id") && !header::has_column(text, EITHER, "count")
}

pub(crate) fn read_count(row: &mut Row<'_>, file: &Arc<str>) -> Option<ControlTotal> {
    let source = row.value("source");
    let day = row.day("day");
    let count = row.count("count");
    let line = row.line();
    Some(ControlTotal { source: source?, day: day?, count: count?, file: Arc::clone(file), line })
}

pub(crate) fn read_id(row: &mut Row<'_>, file: &Arc<str>) -> Option<ControlId> {
    let source = row.value("source");
    let day = row.day("day");
    let message_id = row.message_id("message_id");
    let line = row.line();
    Some(ControlId { source: source?, day: day?, message_id: message_id?, file: Arc::clone(file), line })
}
