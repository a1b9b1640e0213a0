//! Reports of other systems: what they expected, received and lost, and where they know of gaps.

use crate::control::ControlTotal;
use crate::day_format::DayFormat;
use crate::header::Columns;
use crate::listed::Listed;
use crate::mapping::{Kind, Mapping};
use crate::references::shown;
use crate::review_log::{self, ReviewRow};
use crate::row::Row;
use crate::table;
use chrono::NaiveDate;
use duces_model::{EmailAddress, Mistake, SourceId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What another system reports of one source and day. A number that the report leaves out is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedDay {
    /// Which source.
    pub source: SourceId,
    /// The civil day, as the other system cuts its days.
    pub day: NaiveDate,
    /// Communications that there should have been.
    pub expected: Option<u64>,
    /// Communications that came.
    pub received: Option<u64>,
    /// Communications that came and were refused, or could not be processed.
    pub failed: Option<u64>,
    /// The report, below the register's folder: `controls/reconciliation.csv`.
    pub file: Arc<str>,
    /// Its line on which the row starts.
    pub line: u64,
}

/// A user or mailbox of which another system reports that something is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedGap {
    /// Which source, where the report names one; it or `address` is there.
    pub source: Option<SourceId>,
    /// Which address, where the report names one. It need not belong to any source.
    pub address: Option<EmailAddress>,
    /// First day that is missing; absent where the report does not say.
    pub from: Option<NaiveDate>,
    /// Last such day; absent where the report does not say.
    pub to: Option<NaiveDate>,
    /// What else the report says; may be empty.
    pub note: String,
    /// The report, below the register's folder.
    pub file: Arc<str>,
    /// Its line on which the row starts.
    pub line: u64,
}

/// The rows of reports.
#[derive(Default)]
pub(crate) struct Reports {
    pub(crate) days: Vec<ReportedDay>,
    pub(crate) gaps: Vec<ReportedGap>,
}

impl Reports {
    /// Reads a report by its mapping, and gives what it counts as control totals.
    pub(crate) fn read(
        &mut self,
        path: &str,
        bytes: &[u8],
        mapping: &Mapping,
        known: Option<&BTreeSet<SourceId>>,
        mistakes: &mut Vec<Mistake>,
    ) -> Vec<ControlTotal> {
        let file: Arc<str> = Arc::from(path);
        let place = shown(path);
        let columns = mapping.as_columns();
        let mut names = SourceNames { mapping, known, unknown: BTreeMap::new() };
        let first = self.days.len();
        match mapping.kind {
            Kind::Counts => {
                let read = |row: &mut Row<'_>| counted(row, &mut names, mapping.day_format, &file);
                let rows = table::read_columns(&place, bytes, &columns, mistakes, read);
                self.days.append(&mut rows.unwrap_or_default());
            }
            Kind::GapList => {
                let read = |row: &mut Row<'_>| gap(row, &mut names, mapping.day_format, &file);
                let rows = table::read_columns(&place, bytes, &columns, mistakes, read);
                self.gaps.append(&mut rows.unwrap_or_default());
            }
            // No mapping of this folder is of that kind.
            Kind::ReviewLog => {}
        }
        names.report(&place, mistakes);
        let total = |day: &ReportedDay| {
            let (source, file) = (day.source.clone(), Arc::clone(&day.file));
            Some(ControlTotal { source, day: day.day, count: day.expected?, file, line: day.line })
        };
        let rows = if mapping.control_totals { &self.days[first..] } else { &[] };
        rows.iter().filter_map(total).collect()
    }
}

impl Mapping {
    fn as_columns(&self) -> Columns<'_> {
        Columns::Mapped {
            names: &self.columns,
            delimiter: self.delimiter,
            skip_lines: self.skip_lines,
            mapping: &self.file,
        }
    }
}

/// Reads a review log of another system by its mapping.
pub(crate) fn read_review_log(
    path: &str,
    bytes: &[u8],
    mapping: &Mapping,
    known: Option<&BTreeSet<SourceId>>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<ReviewRow> {
    let file: Arc<str> = Arc::from(path);
    let place = shown(path);
    let mut names = SourceNames { mapping, known, unknown: BTreeMap::new() };
    let rows = table::read_columns(&place, bytes, &mapping.as_columns(), mistakes, |row| {
        let source = names.required(row);
        review_log::read_as(row, &file, source, |row, column| day(row, column, mapping.day_format))
    });
    names.report(&place, mistakes);
    rows.unwrap_or_default()
}

fn counted(
    row: &mut Row<'_>,
    names: &mut SourceNames<'_>,
    day_format: Option<DayFormat>,
    file: &Arc<str>,
) -> Option<ReportedDay> {
    let source = names.required(row);
    let day = day(row, "day", day_format);
    if day == Some(None) {
        row.wrong("day", "found an empty cell, expected a day", None);
    }
    let expected = row.maybe_count("expected");
    let received = row.maybe_count("received");
    let failed = row.maybe_count("failed");
    let line = row.line();
    Some(ReportedDay {
        source: source?,
        day: day??,
        expected: expected?,
        received: received?,
        failed: failed?,
        file: Arc::clone(file),
        line,
    })
}

fn gap(
    row: &mut Row<'_>,
    names: &mut SourceNames<'_>,
    day_format: Option<DayFormat>,
    file: &Arc<str>,
) -> Option<ReportedGap> {
    let (no_source, no_address) = (row.cell("source").is_empty(), row.cell("address").is_empty());
    if no_source && no_address {
        let found = "found neither a source nor an address, expected one of them";
        row.wrong(names.column(), found, None);
    }
    let source = if no_source { Some(None) } else { names.required(row).map(Some) };
    let address = if no_address { Some(None) } else { row.address("address").map(Some) };
    let (from, to) = (day(row, "from", day_format), day(row, "to", day_format));
    let in_order = row.in_order(("from", from.flatten()), ("to", to.flatten()));
    let note = row.text("note");
    let line = row.line();
    in_order.filter(|()| !(no_source && no_address))?;
    Some(ReportedGap {
        source: source?,
        address: address?,
        from: from?,
        to: to?,
        note: note?,
        file: Arc::clone(file),
        line,
    })
}

/// A day in the mapping's form; a report without days has no such column.
fn day(row: &mut Row<'_>, column: &str, format: Option<DayFormat>) -> Option<Option<NaiveDate>> {
    format.map_or(Some(None), |format| row.maybe_day_as(column, format))
}

/// The report's names of sources.
struct SourceNames<'m> {
    mapping: &'m Mapping,
    /// The sources of the register; absent where its file could not be read.
    known: Option<&'m BTreeSet<SourceId>>,
    /// Names that are nowhere: the first line, and how many rows have them.
    unknown: BTreeMap<String, (u64, u64)>,
}

impl SourceNames<'_> {
    /// The column that names the source, or the address where there is none.
    fn column(&self) -> &'static str {
        self.mapping.columns.first().map_or("source", |(ours, _)| ours)
    }

    /// The source of a row: what the mapping makes of its cell, else the source of that very name.
    fn required(&mut self, row: &mut Row<'_>) -> Option<SourceId> {
        let cell = row.cell("source");
        if cell.is_empty() {
            row.wrong("source", "found an empty cell, expected a source's name", None);
            return None;
        }
        if let Some(id) = self.mapping.sources.get(cell) {
            return Some(id.clone());
        }
        let id = cell.parse::<SourceId>().ok();
        match (id, self.known) {
            (Some(id), Some(known)) if known.contains(&id) => Some(id),
            (id, None) => id,
            (_, Some(_)) => {
                let rows = self.unknown.entry(cell.to_owned()).or_insert((row.line(), 0));
                rows.1 += 1;
                None
            }
        }
    }

    fn report(self, file: &str, mistakes: &mut Vec<Mistake>) {
        let column = self.mapping.columns.iter().find(|(ours, _)| *ours == "source");
        let column = column.map(|(_, theirs)| theirs.as_str());
        let mut listed = Listed::new(file);
        for (name, (line, rows)) in self.unknown {
            let often =
                if rows > 1 { format!(" (in {rows} rows, the first is here)") } else { String::new() };
            let message = format!(
                "found {name:?}{often}, which is no source of {} and is not translated in {}",
                shown("sources.csv"),
                self.mapping.file
            );
            let hint =
                format!("add it to [sources] of {}, or take the rows out of the report", self.mapping.file);
            listed.push(Mistake::in_row(file, line, column, message).hint(hint));
        }
        listed.end(mistakes);
    }
}
