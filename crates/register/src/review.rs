//! `review.csv`: what is connected to supervisory review, from when to when, and how that was verified.

use crate::header::{Layout, optional, required};
use crate::references::{overlap, shown};
use crate::register::Register;
use crate::row::Row;
use crate::source::Source;
use chrono::NaiveDate;
use duces_model::{Mistake, SourceId};
use std::collections::BTreeMap;

/// Days on which a source was connected to supervisory review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewConnection {
    /// Which source.
    pub source: SourceId,
    /// First day.
    pub from: NaiveDate,
    /// Last day; absent while it is connected.
    pub to: Option<NaiveDate>,
    /// The day on which somebody saw that it was connected; absent where nobody says so.
    pub verified_on: Option<NaiveDate>,
    /// How; may be empty.
    pub verified_how: String,
    /// Line of `review.csv` on which the row starts.
    pub line: u64,
}

impl ReviewConnection {
    /// Whether the source was connected on that day.
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

pub(crate) const LAYOUT: Layout = &[
    required("source"),
    required("from"),
    optional("to"),
    optional("verified_on"),
    optional("verified_how"),
];

pub(crate) fn read(row: &mut Row<'_>) -> Option<ReviewConnection> {
    let source = row.value("source");
    let (from, to) = (row.day("from"), row.maybe_day("to"));
    let in_order = row.in_order(("from", from), ("to", to.flatten()));
    let verified_on = row.maybe_day("verified_on");
    let afterwards = row.in_order(("from", from), ("verified_on", verified_on.flatten()));
    let verified_how = row.text("verified_how");
    let line = row.line();
    in_order.and(afterwards)?;
    Some(ReviewConnection {
        source: source?,
        from: from?,
        to: to?,
        verified_on: verified_on?,
        verified_how: verified_how?,
        line,
    })
}

impl Register {
    /// The days on which a source was connected to supervisory review, sorted: from its rows in
    /// `review.csv`, else from its columns in `sources.csv`. None where it never was.
    pub fn reviewed_days(&self, source: &SourceId) -> Vec<(NaiveDate, Option<NaiveDate>)> {
        let rows = self.review.iter().filter(|row| row.source == *source);
        let mut days: Vec<_> = rows.map(|row| (row.from, row.to)).collect();
        if days.is_empty() {
            days.extend(self.source(source).and_then(by_columns));
        }
        days.sort();
        days
    }
}

/// What the columns `review_from` and `review_to` of `sources.csv` say.
fn by_columns(source: &Source) -> Option<(NaiveDate, Option<NaiveDate>)> {
    source.review_from.map(|from| (from, source.review_to))
}

/// A source is connected once at a time, and `sources.csv` says nothing else.
pub(crate) fn check(sources: &[Source], review: &[ReviewConnection], mistakes: &mut Vec<Mistake>) {
    let file = shown("review.csv");
    let columns: BTreeMap<&SourceId, &Source> = sources.iter().map(|source| (&source.id, source)).collect();
    let mut by_source: BTreeMap<&SourceId, Vec<&ReviewConnection>> = BTreeMap::new();
    for row in review {
        let earlier = by_source.entry(&row.source).or_default();
        let days = |row: &ReviewConnection| (Some(row.from), row.to);
        if let Some(other) = earlier.iter().find(|other| overlap(days(other), days(row))) {
            let message =
                format!("found {} connected on days that row {} has already", row.source, other.line);
            let hint = "let the days of the first row end before those of the second begin";
            mistakes.push(Mistake::in_row(&file, row.line, Some("from"), message).hint(hint));
        }
        earlier.push(row);
    }
    for (id, rows) in by_source {
        let Some((source, (from, to))) =
            columns.get(id).and_then(|source| Some((source, by_columns(source)?)))
        else {
            continue;
        };
        let other = rows.iter().enumerate().find(|(at, row)| *at > 0 || (row.from, row.to) != (from, to));
        if let Some((_, row)) = other {
            let message = format!(
                "found {id} connected {}, while row {} of {} says {} in review_from and review_to",
                said(row.from, row.to),
                source.line,
                shown("sources.csv"),
                said(from, to)
            );
            let hint = "leave review_from and review_to of the source empty, and say it here";
            mistakes.push(Mistake::in_row(&file, row.line, Some("from"), message).hint(hint));
        }
    }
}

fn said(from: NaiveDate, to: Option<NaiveDate>) -> String {
    match to {
        Some(to) => format!("from {from} to {to}"),
        None => format!("from {from} on"),
    }
}
