//! `closures.csv`: days on which the firm was closed beside weekends and market holidays.

use crate::header::{Layout, optional, required};
use crate::row::Row;
use chrono::NaiveDate;

/// Longest closure of one row, in days: a mistyped year must not excuse years of silence.
const DAYS_MAX: i64 = 31;

/// Days on which the firm was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// First day.
    pub from: NaiveDate,
    /// Last day; the first again where it was one day.
    pub to: NaiveDate,
    /// Why.
    pub reason: String,
    /// Line of `closures.csv` on which the row starts.
    pub line: u64,
}

impl Closure {
    /// Whether the firm was closed on that day.
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }
}

pub(crate) const LAYOUT: Layout = &[required("from"), optional("to"), required("reason")];

pub(crate) fn read(row: &mut Row<'_>) -> Option<Closure> {
    let (from, to) = (row.day("from"), row.maybe_day("to"));
    let in_order = row.in_order(("from", from), ("to", to.flatten()));
    let reason = row.some_text("reason");
    let line = row.line();
    let from = from?;
    let to = to?.unwrap_or(from);
    in_order?;
    let days = (to - from).num_days() + 1;
    if days > DAYS_MAX {
        let message = format!("found {days} days from {from} to {to}, expected at most {DAYS_MAX}");
        let hint =
            "write a longer closure in several rows; a source that was out of service says so in sources.csv";
        row.wrong("to", message, Some(hint.to_owned()));
        return None;
    }
    Some(Closure { from, to, reason: reason?, line })
}
