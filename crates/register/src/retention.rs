//! `disposals.csv` and `holds.csv`: what was lawfully disposed of, and what had to be kept regardless.

use crate::header::{Layout, optional, required};
use crate::row::Row;
use chrono::NaiveDate;
use duces_model::SourceId;

/// Communications of a source that were disposed of under a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disposal {
    /// Which source.
    pub source: SourceId,
    /// First day of the communications disposed of.
    pub from: NaiveDate,
    /// Last day of the communications disposed of.
    pub to: NaiveDate,
    /// The day of the disposal.
    pub disposed_on: NaiveDate,
    /// The rule of the retention schedule.
    pub rule: String,
    /// Anything else.
    pub note: String,
    /// Line of `disposals.csv` on which the row starts.
    pub line: u64,
}

impl Disposal {
    /// Whether communications of that source and day were disposed of.
    pub fn covers(&self, source: &SourceId, day: NaiveDate) -> bool {
        self.source == *source && self.from <= day && day <= self.to
    }
}

/// Which sources a hold is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldSources {
    /// Every source (`*`).
    All,
    /// These.
    Named(Vec<SourceId>),
}

/// Communications that had to be kept whatever the retention schedule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// What it is called. A hold may take several rows.
    pub hold: String,
    /// Which sources.
    pub sources: HeldSources,
    /// First day of the communications held; absent where it reaches back as far as there are any.
    pub from: Option<NaiveDate>,
    /// Last day of the communications held; absent while it goes on.
    pub to: Option<NaiveDate>,
    /// The day on which it was issued; absent where that is not said, and it then counts as issued before
    /// every disposal.
    pub issued_on: Option<NaiveDate>,
    /// Who requires it.
    pub authority: String,
    /// Anything else.
    pub note: String,
    /// Line of `holds.csv` on which the row starts.
    pub line: u64,
}

impl Hold {
    /// Whether communications of that source and day had to be kept.
    pub fn covers(&self, source: &SourceId, day: NaiveDate) -> bool {
        let named = match &self.sources {
            HeldSources::All => true,
            HeldSources::Named(sources) => sources.contains(source),
        };
        named && self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Whether a disposal broke the hold by some day of its communications: what was disposed of before
    /// the day on which the hold was issued broke nothing.
    pub fn forbade(&self, disposal: &Disposal, day: NaiveDate) -> bool {
        disposal.covers(&disposal.source, day)
            && self.covers(&disposal.source, day)
            && self.issued_on.is_none_or(|issued| issued <= disposal.disposed_on)
    }
}

pub(crate) const DISPOSALS: Layout = &[
    required("source"),
    required("from"),
    required("to"),
    required("disposed_on"),
    required("rule"),
    optional("note"),
];

pub(crate) fn read_disposal(row: &mut Row<'_>) -> Option<Disposal> {
    let source = row.value("source");
    let (from, to) = (row.day("from"), row.day("to"));
    let disposed_on = row.day("disposed_on");
    let in_order = row.in_order(("from", from), ("to", to));
    let afterwards = row.in_order(("to", to), ("disposed_on", disposed_on));
    let rule = row.some_text("rule");
    let note = row.text("note");
    let line = row.line();
    in_order.and(afterwards)?;
    Some(Disposal {
        source: source?,
        from: from?,
        to: to?,
        disposed_on: disposed_on?,
        rule: rule?,
        note: note?,
        line,
    })
}

pub(crate) const HOLDS: Layout = &[
    required("hold"),
    required("sources"),
    optional("from"),
    optional("to"),
    optional("issued_on"),
    required("authority"),
    optional("note"),
];

pub(crate) fn read_hold(row: &mut Row<'_>) -> Option<Hold> {
    let hold = row.some_text("hold");
    let sources = held_sources(row);
    let (from, to) = (row.maybe_day("from"), row.maybe_day("to"));
    let in_order = row.in_order(("from", from.flatten()), ("to", to.flatten()));
    let issued_on = row.maybe_day("issued_on");
    let authority = row.some_text("authority");
    let note = row.text("note");
    let line = row.line();
    in_order?;
    Some(Hold {
        hold: hold?,
        sources: sources?,
        from: from?,
        to: to?,
        issued_on: issued_on?,
        authority: authority?,
        note: note?,
        line,
    })
}

fn held_sources(row: &mut Row<'_>) -> Option<HeldSources> {
    match row.cell("sources") {
        "*" => Some(HeldSources::All),
        "" => {
            row.wrong("sources", "found an empty cell, expected sources between ';', or * for all", None);
            None
        }
        _ => row.list("sources", str::parse).map(HeldSources::Named),
    }
}
