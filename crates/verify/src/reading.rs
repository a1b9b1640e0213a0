//! One data load file, row by row.

use crate::ahead;
use crate::code::Code;
use crate::dat::{Ending, Row, RowReader};
use crate::dates::{Form, Order};
use crate::decode::{Decoder, Encoding};
use crate::delimiters::Delimiters;
use crate::dialect::{self, LoadFileSummary};
use crate::families::Families;
use crate::fields::{Columns, Field};
use crate::files::Files;
use crate::finding::{Example, shown};
use crate::linked::{self, Target};
use crate::load_file::{Around, LoadFile, Stop};
use crate::number::{self, Number};
use crate::numbers::{Clash, Numbers, RUNS_MAX, Told};
use crate::record;
use crate::row::DocumentRow;
use crate::row_files::{self, Place};
use crate::row_values::{self, whole_number};
use std::collections::{BTreeMap, BTreeSet};

/// Custodians that are counted apart; more than this is no list of custodians.
const CUSTODIANS_MAX: usize = 100_000;

/// Rows with and without a confidentiality designation.
#[derive(Default)]
struct Designations {
    filled: u64,
    empty: u64,
    first_empty: Option<u64>,
}

/// The load file that is being read.
pub(crate) struct Reading<'a, 'l> {
    volume: &'a str,
    files: &'a mut Files,
    checked: &'a mut LoadFile,
    around: Around<'a, 'l>,
    families: Families,
    numbers: Numbers,
    dates: BTreeSet<(Field, Form)>,
    designations: Designations,
    /// Custodians' runs, all together.
    custodian_runs: usize,
    limits: BTreeSet<&'static str>,
}

impl<'a, 'l> Reading<'a, 'l> {
    pub(crate) fn new(
        volume: &'a str,
        files: &'a mut Files,
        checked: &'a mut LoadFile,
        around: Around<'a, 'l>,
    ) -> Self {
        Self {
            volume,
            files,
            families: Families::new(&checked.path),
            checked,
            around,
            numbers: Numbers::default(),
            dates: BTreeSet::new(),
            designations: Designations::default(),
            custodian_runs: 0,
            limits: BTreeSet::new(),
        }
    }

    /// Reads it to its end.
    pub(crate) fn run(&mut self, bytes: Box<dyn std::io::Read + Send + '_>) -> Result<(), Stop> {
        let decoder = Decoder::new(bytes)?;
        let detected = decoder.detected();
        let plain = detected.ascii || detected.encoding == Encoding::Windows1252;
        if !(plain && self.around.agreed.plain) {
            dialect::judge_encoding(detected, &self.checked.path, true, self.around.findings);
        }
        let rows = RowReader::new(decoder);
        let delimiters = rows.delimiters();
        let mut summary = LoadFileSummary::new(&self.checked.path, dialect::DATA, detected, delimiters);
        let mut columns: Option<Columns> = None;
        let rows = ahead::each_row(rows, |row| {
            summary.take_ending(row.ending);
            self.take(row, &mut columns)
        })?;
        if columns.is_some() {
            self.judge_delimiters(delimiters);
        }
        dialect::judge_end(&summary, rows.undecodable(), &self.checked.path, self.around.findings);
        self.finish(summary, columns.as_ref())
    }

    /// Takes the documents of a load file that is no rows of text.
    pub(crate) fn run_records(
        &mut self,
        kind: &'static str,
        each: impl FnOnce(&mut record::Take<'_>) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut columns: Option<Columns> = None;
        each(&mut |record| {
            self.take(record.row, &mut columns)?;
            for message in record.contradictions {
                self.in_row(Code::LoadFileContradicts, record.row.number, None, message.as_str());
            }
            for page in record.pages {
                self.take_page(page, record.row.number);
            }
            Ok(())
        })?;
        self.finish(LoadFileSummary::of_elements(&self.checked.path, kind), columns.as_ref())
    }

    /// The file of a page that the load file itself names.
    fn take_page(&mut self, written: &str, row: u64) {
        match linked::resolve(self.files, self.volume, &self.checked.path, written).found {
            Target::File(at) | Target::OtherCase(at) => self.checked.pages.push((at, row)),
            Target::Missing => {
                self.in_row(Code::FileMissing, row, None, format!("{} is not in the volume", shown(written)));
            }
            Target::Outside => {
                let message = format!("found {}; it was not opened", shown(written));
                self.in_row(Code::PathLeavesVolume, row, None, message);
            }
        }
    }

    /// Takes a row: the header, or one behind it.
    fn take(&mut self, row: &Row, columns: &mut Option<Columns>) -> Result<(), Stop> {
        self.judge_form(row, columns.as_ref());
        if row.blank() {
            return Ok(());
        }
        match columns {
            None => *columns = Some(self.take_header(row)),
            Some(columns) => self.take_row(row, columns)?,
        }
        self.around.observer.advance(1);
        if self.around.observer.stop_requested() { Err(Stop::Asked) } else { Ok(()) }
    }

    /// Judges what all rows together say.
    fn finish(&mut self, mut summary: LoadFileSummary, columns: Option<&Columns>) -> Result<(), Stop> {
        self.families.close(self.around.findings);
        self.checked.families = self.families.count;
        summary.rows = self.checked.rows;
        if let Some(columns) = columns {
            summary.read_as = columns.read_as();
            summary.dates = self.judge_dates(columns);
            self.judge_designations(columns);
        }
        self.checked.summary = Some(summary);
        self.judge_end()?;
        Ok(())
    }

    /// Says that the file's bytes ended in damage.
    pub(crate) fn damaged(&mut self, code: Code, message: String) {
        self.of_file(code, message);
    }

    fn of_file(&mut self, code: Code, message: impl Into<String>) {
        self.around.findings.of_file(code, &self.checked.path, message);
    }

    fn in_row(&mut self, code: Code, row: u64, field: Option<&str>, message: impl Into<String>) {
        self.around.findings.in_row(code, &self.checked.path, row, field, message);
    }

    fn judge_delimiters(&mut self, delimiters: Delimiters) {
        // A table of a spreadsheet is no Concordance file and need not look like one.
        if delimiters != Delimiters::CONCORDANCE && self.checked.path.to_ascii_lowercase().ends_with(".dat") {
            let quote =
                delimiters.quote.map_or_else(|| "no quote".to_owned(), |quote| format!("quote {quote:?}"));
            let message =
                format!("found separator {:?} and {quote}, expected U+0014 and U+00FE", delimiters.separator);
            self.of_file(Code::DelimitersUnusual, message);
        }
    }

    fn judge_form(&mut self, row: &Row, columns: Option<&Columns>) {
        // A table of values parted by commas may hold line breaks in quotes (RFC 4180).
        let table = self.checked.path.to_ascii_lowercase().ends_with(".csv");
        for (code, at, message) in
            row.flaws.iter().filter(|(code, ..)| !table || *code != Code::NewlineInside)
        {
            let field = columns.filter(|columns| !columns.nameless);
            let field = field.and_then(|columns| columns.names.get(*at)).cloned();
            self.in_row(*code, row.number, field.as_deref(), *message);
        }
        if row.ending == Ending::Nothing {
            self.in_row(Code::FinalNewline, row.number, None, "found the end of the file before a line end");
        }
    }

    fn take_header(&mut self, row: &Row) -> Columns {
        let data = row.values().any(looks_like_data);
        let mut columns = Columns::new(row.values().map(str::to_owned).collect());
        if columns.known() == 0 && data {
            let first = columns.names.first().map(|name| shown(name)).unwrap_or_default();
            self.in_row(Code::HeaderMissing, row.number, None, format!("the first row starts with {first}"));
            columns.nameless = true;
            return columns;
        }
        if !columns.has(Field::FirstBates) {
            self.in_row(
                Code::IdentifierMissing,
                row.number,
                None,
                "expected FIRSTBATES or a name that stands for it",
            );
        } else {
            let without = self.around.agreed.without;
            let asked = Field::REQUIRED.into_iter().filter(|field| !without.contains(field));
            for field in asked.filter(|field| !columns.has(*field)) {
                let message = format!("expected a column {}", field.name());
                self.in_row(Code::ColumnMissing, row.number, Some(&field.name()), message);
            }
            self.checked.identifier = Some(columns.name_of(Field::FirstBates));
        }
        for (name, known) in columns.misspelt() {
            let message = format!("found {}, expected {}", shown(name), known.to_uppercase());
            self.in_row(Code::ColumnMisspelt, row.number, Some(name), message);
        }
        for name in &columns.repeated {
            let message = format!("{} repeats another column", shown(name));
            self.in_row(Code::HeaderRepeated, row.number, Some(name), message);
        }
        for name in &columns.shadowed {
            let message = format!("{} means the same as a column before it", shown(name));
            self.in_row(Code::ColumnShadowed, row.number, Some(name), message);
        }
        self.checked.header.clone_from(&columns.names);
        columns
    }

    fn take_row(&mut self, row: &Row, columns: &Columns) -> Result<(), Stop> {
        self.checked.rows += 1;
        if row.len() != columns.names.len() {
            let message = format!("found {} fields, expected {}", row.len(), columns.names.len());
            self.in_row(Code::FieldCount, row.number, None, message);
        }
        let row = DocumentRow { number: row.number, columns, row };
        let range = self.take_numbers(&row)?;
        if let Some((first, last)) = &range {
            self.families.add(&row, first, last, self.around.findings);
            self.count_custodian(&row, first, last);
            if let Some(log) = &mut self.around.log {
                log.row(&row, first, &self.checked.path, self.around.findings);
            }
        }
        let findings = &mut *self.around.findings;
        row_values::check(&row, range.as_ref(), &self.checked.path, &mut self.dates, findings);
        let images = self.around.documents.is_some();
        let place = Place { volume: self.volume, load_file: &self.checked.path, by: self.around.by, images };
        let named = row_files::check(&row, range.as_ref(), &place, self.files, findings);
        if let Some(ledger) = self.around.ledger {
            let native = named.native.map(|at| self.files.get(at));
            ledger.row(&row, range.as_ref(), native, &self.checked.path, findings);
        }
        if columns.has(Field::Confidentiality) {
            match row.get(Field::Confidentiality) {
                Some(_) => self.designations.filled += 1,
                None => {
                    self.designations.empty += 1;
                    self.designations.first_empty.get_or_insert(row.number);
                }
            }
        }
        if let (Some(documents), Some(first)) = (&mut self.around.documents, row.get(Field::FirstBates)) {
            let numbered = range.filter(|_| columns.has(Field::LastBates));
            let numbered = numbered.map(|(first, last)| last.position - first.position + 1);
            let stated = || row.get(Field::PageCount).and_then(whole_number);
            // What is produced as its pages has its text beside them, and that alone does not stand for it.
            let only_pages = row.get(Field::ProducedAs) == Some("pages")
                && row.get(Field::Link).is_none()
                && row.get(Field::PdfPath).is_none();
            documents.row(first, row.number, numbered.or_else(stated), named.content && !only_pages)?;
        }
        Ok(())
    }

    /// The row's own numbers, where both read.
    fn take_numbers(&mut self, row: &DocumentRow<'_>) -> Result<Option<(Number, Number)>, Stop> {
        let Some(first) = row.raw(Field::FirstBates) else {
            if row.columns.has(Field::FirstBates) {
                let name = row.columns.name_of(Field::FirstBates);
                self.in_row(Code::NumberMissing, row.number, Some(&name), "found no number");
            }
            return Ok(None);
        };
        let first = self.read_number(row, Field::FirstBates, first);
        let last = match row.raw(Field::LastBates) {
            Some(last) => self.read_number(row, Field::LastBates, last),
            None => first.clone(),
        };
        let (Some(first), Some(last)) = (first, last) else { return Ok(None) };
        if !first.same_series(&last) || last.position < first.position {
            let name = row.columns.name_of(Field::LastBates);
            let message = format!("found {first} to {last}");
            self.in_row(Code::NumberBackwards, row.number, Some(&name), message);
            return Ok(None);
        }
        if let Some(clash) = self.numbers.add(&first, &last, row.number)? {
            let (code, message) = match clash {
                Clash::NotSorted(highest) => (Code::NotSorted, format!("{first} stands behind {highest}")),
                Clash::DigitsVary(width) => (
                    Code::DigitsVary,
                    format!("{first} has {} digits, numbers before have {width}", first.width),
                ),
                Clash::OtherPrefix(prefix) => (
                    Code::PrefixesSeveral,
                    format!("{first} has another prefix than {}, with which the rows begin", shown(&prefix)),
                ),
                Clash::TooManySeries => {
                    self.limits
                        .insert("found more than 10,000 prefixes; numbers of the others were not compared");
                    return Ok(Some((first, last)));
                }
            };
            self.in_row(code, row.number, Some(&row.columns.name_of(Field::FirstBates)), message);
        }
        Ok(Some((first, last)))
    }

    fn read_number(&mut self, row: &DocumentRow<'_>, field: Field, text: &str) -> Option<Number> {
        let (number, problem) = number::read(text);
        if let Some(problem) = problem {
            let message = format!("found {}, {problem}", shown(text));
            self.in_row(Code::NumberMalformed, row.number, Some(&row.columns.name_of(field)), message);
        }
        number
    }

    fn count_custodian(&mut self, row: &DocumentRow<'_>, first: &Number, last: &Number) {
        let custodian = row.get(Field::Custodian).unwrap_or_default();
        let custodians = &mut self.checked.custodians;
        if !custodians.contains_key(custodian) {
            if custodians.len() >= CUSTODIANS_MAX {
                self.limits.insert("found more than 100,000 custodians; the others were not counted apart");
                return;
            }
            custodians.insert(custodian.to_owned(), Default::default());
        }
        let Some((documents, runs)) = custodians.get_mut(custodian) else { return };
        *documents += 1;
        if self.custodian_runs >= RUNS_MAX {
            self.limits
                .insert("custodians' numbers have more than 1,000,000 runs; the others are not listed");
            return;
        }
        let before = runs.count();
        runs.add(first, last);
        self.custodian_runs = self.custodian_runs + runs.count() - before;
    }

    /// Whether the dates of the file are all written one way; gives the ways by column.
    fn judge_dates(&mut self, columns: &Columns) -> BTreeMap<String, BTreeSet<String>> {
        let dates = std::mem::take(&mut self.dates);
        let mut orders: BTreeMap<(Order, bool), Vec<String>> = BTreeMap::new();
        let mut shown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (field, form) in dates {
            let name = columns.name_of(field);
            orders.entry((form.order, form.time)).or_default().push(name.clone());
            shown.entry(name).or_default().insert(form.to_string());
        }
        if orders.len() > 1 {
            let told: Vec<String> = orders
                .iter()
                .map(|((order, time), names)| {
                    let time = if *time { " and a time" } else { "" };
                    format!("{order}{time} in {}", names.first().map(String::as_str).unwrap_or_default())
                })
                .collect();
            self.of_file(Code::DateFormsMixed, format!("found {}", told.join("; ")));
        }
        shown
    }

    fn judge_designations(&mut self, columns: &Columns) {
        let Designations { filled, empty, first_empty } = self.designations;
        if let (true, Some(row)) = (filled > 0, first_empty) {
            let message = format!("found nothing, {filled} rows have a designation");
            let field = Some(columns.name_of(Field::Confidentiality));
            let example = Example { row: Some(row), field, ..Example::of_file(&self.checked.path, message) };
            self.around.findings.add_many(Code::ConfidentialityEmpty, example, empty - 1);
        }
    }

    fn judge_end(&mut self) -> Result<(), Stop> {
        if self.checked.rows == 0 {
            self.of_file(Code::LoadFileEmpty, "found no row of a document");
        }
        let field = self.checked.identifier.clone().unwrap_or_else(|| Field::FirstBates.name());
        let path = self.checked.path.clone();
        let (findings, earlier) = (&mut *self.around.findings, self.around.earlier);
        let limits = &mut self.limits;
        let runs = std::mem::take(&mut self.numbers).finish(&mut |told| match told {
            Told::Overlap { first, last, row, other } => {
                let message = format!("{first} - {last} shares numbers with row {other}");
                findings.in_row(Code::NumbersOverlap, &path, row, Some(&field), message);
            }
            Told::Hole { first, last, row } => {
                let explained = earlier.explains(&first, &last);
                let code = if explained { Code::NumbersExplained } else { Code::NumbersMissing };
                let message = format!("{first} - {last} are used by no row");
                findings.in_row(code, &path, row, Some(&field), message);
            }
            Told::TooManyRuns => {
                limits.insert("numbers have more than 1,000,000 holes; runs behind them are not listed");
            }
        })?;
        for (first, last) in runs.each() {
            for (from, to, volume) in earlier.shared(&first, &last) {
                let message = format!("{first} - {last} shares numbers with {from} - {to} of {volume}");
                self.around.findings.of_file(Code::OverlapsEarlier, &path, message);
            }
        }
        self.checked.numbers = runs;
        if self.families.cut {
            self.limits.insert("found a family of more than 200,000 rows; the rest of it was not compared");
        }
        for limit in std::mem::take(&mut self.limits) {
            self.of_file(Code::LimitReached, limit);
        }
        Ok(())
    }
}

/// Whether a value of the first row looks like a document's rather than a column's name.
fn looks_like_data(value: &str) -> bool {
    let value = value.trim();
    let number = matches!(number::read(value), (Some(number), None) if number.width >= 4);
    let date = value.split('/').count() == 3 && value.starts_with(|c: char| c.is_ascii_digit());
    number || date || value.contains(['\\', '@'])
}
