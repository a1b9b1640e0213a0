//! A privilege log held against the rows of a volume (LF-18).
//!
//! A log is of a request, a volume often of a part of it: numbers of the log that lie outside the volume's own are
//! those of other volumes, and are not looked for.

use crate::code::Code;
use crate::dat::{Row, RowReader};
use crate::decode::Decoder;
use crate::fields::Field;
use crate::finding::{Example, Findings, shown};
use crate::load_file::Stop;
use crate::number::{self, Number};
use crate::row::DocumentRow;
use crate::runs::Runs;
use crate::workbook;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::Path;

/// Names of the column of numbers, lower case.
const NUMBERS: [&str; 7] =
    ["bates number", "bates", "bates no", "bates no.", "bates range", "begbates", "firstbates"];
/// Names of the column that says what became of a document.
const TREATMENTS: [&str; 4] = ["treatment", "action", "withheld/redacted", "disposition"];

/// A number of the log.
#[derive(Debug)]
struct Entry {
    /// Row of the log, from 1.
    row: u64,
    /// What the log says became of the document, as written.
    treatment: String,
    found: bool,
}

/// A log that is held against a volume.
#[derive(Debug)]
pub(crate) struct PrivilegeLog {
    name: String,
    entries: BTreeMap<Number, Entry>,
}

impl PrivilegeLog {
    /// Reads a log: a table of text, or the first sheet of a workbook, with a column of numbers.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut log = Self { name, entries: BTreeMap::new() };
        let mut columns: Option<(usize, Option<usize>)> = None;
        let mut take = |row: &Row| match columns {
            None => columns = head(row),
            Some(columns) => log.take(row, columns),
        };
        let file = File::open(path)?;
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")) {
            let read = workbook::each(file, &mut |record| {
                take(record.row);
                Ok(())
            });
            if let Err(Stop::Io(error)) = read {
                return Err(error);
            }
        } else {
            let (mut rows, mut row) = (RowReader::new(Decoder::new(file)?), Row::new());
            while rows.next_row(&mut row)? {
                take(&row);
            }
        }
        if columns.is_none() {
            let message = "found no column of numbers in it, expected one named \"Bates number\"";
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        Ok(log)
    }

    fn take(&mut self, row: &Row, (numbers, treatment): (usize, Option<usize>)) {
        let treatment = treatment.and_then(|at| row.value(at)).unwrap_or_default().trim();
        for part in row.value(numbers).unwrap_or_default().split(';') {
            if let Some((first, _)) = number::read_range(part) {
                let entry = Entry { row: row.number, treatment: treatment.to_owned(), found: false };
                self.entries.insert(first, entry);
            }
        }
    }

    /// Holds a row of the volume, which begins with `first`, against the log.
    pub(crate) fn row(
        &mut self,
        row: &DocumentRow<'_>,
        first: &Number,
        load_file: &str,
        findings: &mut Findings,
    ) {
        let mut add = |field: Field, message: String| {
            let field = Some(row.columns.name_of(field));
            let place = Example { row: Some(row.number), field, ..Example::of_file(load_file, message) };
            findings.add(Code::PrivilegeLogDiffers, place);
        };
        let says = |field: Field| row.get(field).filter(|value| value.to_lowercase().contains("privilege"));
        let held_back = says(Field::Withheld).or_else(|| says(Field::Properties));
        match self.entries.get_mut(first) {
            Some(entry) => {
                entry.found = true;
                let kind = entry.treatment.to_lowercase();
                if let (Some(link), true) =
                    (row.get(Field::Link), kind.contains("withh") || kind.contains("redact"))
                {
                    let treatment = shown(&entry.treatment);
                    add(
                        Field::Link,
                        format!("found {}, row {} of {} says {treatment}", shown(link), entry.row, self.name),
                    );
                }
            }
            None => {
                if let Some(value) = held_back {
                    let field =
                        if says(Field::Withheld).is_some() { Field::Withheld } else { Field::Properties };
                    add(field, format!("found {}, {} does not list {first}", shown(value), self.name));
                }
            }
        }
    }

    /// Says which numbers of the log no row begins with, of those that lie among the volume's own.
    pub(crate) fn finish(&self, runs: &Runs, findings: &mut Findings) {
        let spans: Vec<(Number, Number)> = runs.each().collect();
        let among = |number: &Number| {
            let series = || spans.iter().filter(|(first, _)| first.same_series(number));
            series().any(|(first, _)| first <= number) && series().any(|(_, last)| number <= last)
        };
        for (number, entry) in self.entries.iter().filter(|(number, entry)| !entry.found && among(number)) {
            let message = format!("it lists {number}, with which no row of the volume begins");
            findings.in_row(Code::PrivilegeLogDiffers, &self.name, entry.row, None, message);
        }
    }
}

/// The columns of numbers and of what became of the documents, where this row is the head.
fn head(row: &Row) -> Option<(usize, Option<usize>)> {
    let place =
        |names: &[&str]| row.values().position(|value| names.contains(&value.trim().to_lowercase().as_str()));
    Some((place(&NUMBERS)?, place(&TREATMENTS)))
}
