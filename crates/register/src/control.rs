//! `controls/*.csv`: how many communications the system of record counts, per source and day.

use crate::header::{Layout, required};
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

pub(crate) const LAYOUT: Layout = &[required("source"), required("day"), required("count")];

pub(crate) fn read(row: &mut Row<'_>, file: &Arc<str>) -> Option<ControlTotal> {
    let source = row.value("source");
    let day = row.day("day");
    let count = row.count("count");
    let line = row.line();
    Some(ControlTotal { source: source?, day: day?, count: count?, file: Arc::clone(file), line })
}
