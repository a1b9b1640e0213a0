//! The load file as a whole: found, decoded, and every row checked.

use crate::code::Code;
use crate::dat::{Ending, Row, RowReader};
use crate::decode::{Decoder, Detected, Encoding};
use crate::delimiters::Delimiters;
use crate::families::Families;
use crate::fields::{Columns, Field};
use crate::finding::{Findings, shown};
use crate::ledger_check::LedgerCheck;
use crate::number::{self, Number};
use crate::numbers::{Clash, Numbers};
use crate::row::DocumentRow;
use crate::row_files;
use crate::row_values;
use crate::verification::{CustodianSummary, VerifyError};
use crate::volume::Volume;
use crate::zip;
use duces_model::Observer;
use std::collections::{BTreeMap, BTreeSet};

/// Custodians that are counted apart; more than this is no list of custodians.
const CUSTODIANS_MAX: usize = 100_000;

/// What the rows came to.
#[derive(Debug)]
pub(crate) struct LoadFile {
    /// Path below the volume.
    pub(crate) path: String,
    /// Rows of documents, the header not counted.
    pub(crate) rows: u64,
    pub(crate) families: u64,
    pub(crate) numbers: Numbers,
    pub(crate) custodians: BTreeMap<String, (u64, Numbers)>,
    pub(crate) header: Vec<String>,
}

impl LoadFile {
    pub(crate) fn custodian_summaries(&self) -> BTreeMap<String, CustodianSummary> {
        let summary = |(documents, numbers): &(u64, Numbers)| CustodianSummary {
            documents: *documents,
            ranges: numbers.ranges(),
        };
        self.custodians.iter().map(|(name, entry)| (name.clone(), summary(entry))).collect()
    }
}

impl LoadFile {
    /// Name of the load file without folder and ending: the volume's own name in its bytes.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }
}

/// Every file that may be the load file, the likeliest first: in a folder of its name, else the least deep.
/// Natives may end in .dat too (winmail.dat), so what rows name is struck off later.
pub(crate) fn candidates(volume: &Volume) -> Vec<usize> {
    let lower = |at: usize| volume.files.get(at).path.to_ascii_lowercase();
    let mut found: Vec<usize> = (0..volume.files.len()).filter(|at| lower(*at).ends_with(".dat")).collect();
    found.sort_by_key(|at| {
        let path = lower(*at);
        let folders: Vec<&str> = path.split('/').rev().skip(1).collect();
        let native = folders.iter().any(|folder| folder.starts_with("native"));
        let own = folders.iter().any(|folder| ["data", "load"].contains(folder));
        (native, !own, folders.len(), *at)
    });
    found
}

/// Says where there is no load file, or more than the one that was checked.
pub(crate) fn judge_count(volume: &Volume, candidates: &[usize], findings: &mut Findings) {
    let Some((checked, others)) = candidates.split_first() else {
        findings.of_volume(Code::LoadFileMissing, "found no file that ends in .dat");
        return;
    };
    let checked = &volume.files.get(*checked).path;
    for other in others.iter().map(|at| volume.files.get(*at)).filter(|file| file.named.is_none()) {
        findings.of_file(Code::LoadFilesSeveral, &other.path, format!("only {checked} was checked"));
    }
}

/// Reads the load file at this place of the volume's files.
pub(crate) fn check(
    volume: &mut Volume,
    at: usize,
    ledger: &mut Option<LedgerCheck<'_>>,
    findings: &mut Findings,
    observer: &dyn Observer,
) -> Result<LoadFile, VerifyError> {
    observer.stage("checking rows", "rows", None);
    let file = volume.files.get(at).clone();
    let mut checked = LoadFile {
        path: file.path.clone(),
        rows: 0,
        families: 0,
        numbers: Numbers::default(),
        custodians: BTreeMap::new(),
        header: Vec::new(),
    };
    if !file.readable {
        return Ok(checked);
    }
    // The file is read apart from the volume's list of files, which the rows mark as they name them.
    let mut files = std::mem::take(&mut volume.files);
    let read = {
        let mut reading = Reading {
            volume: &volume.name,
            files: &mut files,
            checked: &mut checked,
            families: Families::new(&file.path),
            endings: BTreeSet::new(),
            ledger,
            findings,
            observer,
        };
        volume.read(&file).map(|bytes| reading.run(bytes))
    };
    volume.files = files;
    match read? {
        Ok(()) => Ok(checked),
        Err(Stop::Asked) => Err(VerifyError::Stopped),
        Err(Stop::Io(error)) if zip::is_damage(&error) => {
            findings.of_file(Code::ZipEntryDamaged, &file.path, error.to_string());
            Ok(checked)
        }
        Err(Stop::Io(error)) => Err(volume.unreadable(&file, error)),
    }
}

enum Stop {
    Asked,
    Io(std::io::Error),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

struct Reading<'a, 'l> {
    volume: &'a str,
    files: &'a mut crate::files::Files,
    checked: &'a mut LoadFile,
    families: Families,
    endings: BTreeSet<Ending>,
    ledger: &'a mut Option<LedgerCheck<'l>>,
    findings: &'a mut Findings,
    observer: &'a dyn Observer,
}

impl Reading<'_, '_> {
    fn run(&mut self, bytes: Box<dyn std::io::Read + '_>) -> Result<(), Stop> {
        let decoder = Decoder::new(bytes)?;
        self.judge_encoding(decoder.detected());
        let mut rows = RowReader::new(decoder);
        let delimiters = rows.delimiters();
        let mut columns: Option<Columns> = None;
        while let Some(row) = rows.next_row()? {
            self.judge_form(&row, columns.as_ref());
            let blank = row.flaws.iter().any(|(code, ..)| *code == Code::RowBlank);
            if blank {
                continue;
            }
            match &columns {
                None => {
                    self.judge_delimiters(delimiters);
                    columns = Some(self.take_header(row));
                }
                Some(columns) => self.take_row(&row, columns),
            }
            self.observer.advance(1);
            if self.observer.stop_requested() {
                return Err(Stop::Asked);
            }
        }
        if rows.undecodable() > 0 {
            let message = format!("found {} places that do not fit the encoding", rows.undecodable());
            self.of_file(Code::BytesUndecodable, message);
        }
        self.families.close(self.findings);
        self.checked.families = self.families.count;
        self.judge_end();
        Ok(())
    }

    fn of_file(&mut self, code: Code, message: impl Into<String>) {
        self.findings.of_file(code, &self.checked.path, message);
    }

    fn in_row(&mut self, code: Code, row: u64, field: Option<&str>, message: impl Into<String>) {
        self.findings.in_row(code, &self.checked.path, row, field, message);
    }

    fn judge_encoding(&mut self, detected: Detected) {
        if detected.marked {
            return;
        }
        match detected.encoding {
            Encoding::Windows1252 => self.of_file(Code::NotUnicode, "found no mark; read as Windows-1252"),
            _ if detected.ascii => {
                self.of_file(Code::NotUnicode, "found no mark; the part looked at is ASCII")
            }
            Encoding::Utf8 => self.of_file(Code::MarkMissing, "found UTF-8 without the mark EF BB BF"),
            Encoding::Utf16Le => self.of_file(Code::MarkMissing, "found UTF-16LE without the mark FF FE"),
            Encoding::Utf16Be => self.of_file(Code::MarkMissing, "found UTF-16BE without the mark FE FF"),
        }
    }

    fn judge_delimiters(&mut self, delimiters: Delimiters) {
        if delimiters != Delimiters::CONCORDANCE {
            let quote =
                delimiters.quote.map_or_else(|| "no quote".to_owned(), |quote| format!("quote {quote:?}"));
            let message =
                format!("found separator {:?} and {quote}, expected U+0014 and U+00FE", delimiters.separator);
            self.of_file(Code::DelimitersUnusual, message);
        }
    }

    fn judge_form(&mut self, row: &Row, columns: Option<&Columns>) {
        for (code, at, message) in &row.flaws {
            let field = columns.and_then(|columns| columns.names.get(*at)).cloned();
            self.in_row(*code, row.number, field.as_deref(), *message);
        }
        if row.ending == Ending::Nothing {
            self.in_row(Code::FinalNewline, row.number, None, "found the end of the file before a line end");
        } else {
            self.endings.insert(row.ending);
        }
    }

    fn take_header(&mut self, row: Row) -> Columns {
        let data = row.values.iter().any(|value| looks_like_data(value));
        let columns = Columns::new(row.values);
        if columns.known() == 0 && data {
            let first = columns.names.first().map(|name| shown(name)).unwrap_or_default();
            self.in_row(Code::HeaderMissing, row.number, None, format!("the first row starts with {first}"));
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
            for field in Field::REQUIRED.into_iter().filter(|field| !columns.has(*field)) {
                let message = format!("expected a column {}", field.name());
                self.in_row(Code::ColumnMissing, row.number, Some(&field.name()), message);
            }
        }
        for name in &columns.repeated {
            let message = format!("{} repeats another column", shown(name));
            self.in_row(Code::HeaderRepeated, row.number, Some(name), message);
        }
        self.checked.header.clone_from(&columns.names);
        columns
    }

    fn take_row(&mut self, row: &Row, columns: &Columns) {
        self.checked.rows += 1;
        if row.values.len() != columns.names.len() {
            let message = format!("found {} fields, expected {}", row.values.len(), columns.names.len());
            self.in_row(Code::FieldCount, row.number, None, message);
        }
        let row = DocumentRow { number: row.number, columns, values: &row.values };
        let range = self.take_numbers(&row);
        if let Some((first, last)) = &range {
            self.families.add(&row, first, last, self.findings);
            self.count_custodian(&row, first, last);
        }
        row_values::check(&row, range.as_ref(), &self.checked.path, self.findings);
        let native = row_files::check(&row, self.volume, self.files, &self.checked.path, self.findings);
        if let Some(ledger) = self.ledger {
            let native = native.map(|at| self.files.get(at));
            ledger.row(&row, range.as_ref(), native, &self.checked.path, self.findings);
        }
    }

    /// The row's own numbers, where both read.
    fn take_numbers(&mut self, row: &DocumentRow<'_>) -> Option<(Number, Number)> {
        let Some(first) = row.raw(Field::FirstBates) else {
            if row.columns.has(Field::FirstBates) {
                let name = row.columns.name_of(Field::FirstBates);
                self.in_row(Code::NumberMissing, row.number, Some(&name), "found no number");
            }
            return None;
        };
        let first = self.read_number(row, Field::FirstBates, first);
        let last = match row.raw(Field::LastBates) {
            Some(last) => self.read_number(row, Field::LastBates, last),
            None => first.clone(),
        };
        let (first, last) = (first?, last?);
        if !first.same_series(&last) || last.position < first.position {
            let name = row.columns.name_of(Field::LastBates);
            let message = format!("found {first} to {last}");
            self.in_row(Code::NumberBackwards, row.number, Some(&name), message);
            return None;
        }
        for clash in self.checked.numbers.add(&first, &last, row.number) {
            let (code, message) = match clash {
                Clash::Overlaps(from, to) => {
                    (Code::NumbersOverlap, format!("{first} - {last} shares numbers with {from} - {to}"))
                }
                Clash::NotSorted(highest) => (Code::NotSorted, format!("{first} stands behind {highest}")),
                Clash::DigitsVary(width) => (
                    Code::DigitsVary,
                    format!("{first} has {} digits, numbers before have {width}", first.width),
                ),
            };
            self.in_row(code, row.number, Some(&row.columns.name_of(Field::FirstBates)), message);
        }
        Some((first, last))
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
        if custodians.len() < CUSTODIANS_MAX || custodians.contains_key(custodian) {
            let (documents, numbers) = custodians.entry(custodian.to_owned()).or_default();
            *documents += 1;
            numbers.add(first, last, row.number);
        }
    }

    fn judge_end(&mut self) {
        if self.checked.rows == 0 {
            self.of_file(Code::LoadFileEmpty, "found no row of a document");
        }
        if self.endings.len() > 1 {
            self.of_file(Code::NewlinesMixed, format!("found rows that end in {:?}", self.endings));
        }
        let earlier = self.ledger.as_ref().map(|ledger| ledger.earlier()).unwrap_or_default();
        for hole in self.checked.numbers.holes() {
            let message = format!("{} - {} are used by no row", hole.first, hole.last);
            let explained = hole.first.range_to(&hole.last).is_some_and(|hole| {
                let issued: u64 = earlier.iter().map(|(_, range)| shared(range, &hole)).sum();
                issued == hole.pages()
            });
            let code = if explained { Code::NumbersExplained } else { Code::NumbersMissing };
            let path = self.checked.path.clone();
            self.findings.in_row(code, &path, hole.row, Some("FIRSTBATES"), message);
        }
        if let Some(ledger) = self.ledger {
            ledger.numbers(&self.checked.numbers, &self.checked.path, self.findings);
        }
    }
}

/// How many numbers two ranges share.
fn shared(a: &duces_model::BatesRange, b: &duces_model::BatesRange) -> u64 {
    if !a.overlaps(b) {
        return 0;
    }
    let from = a.first().position().max(b.first().position());
    let to = a.last().position().min(b.last().position());
    to - from + 1
}

/// Whether a value of the first row looks like a document's rather than a column's name.
fn looks_like_data(value: &str) -> bool {
    let value = value.trim();
    let number = matches!(number::read(value), (Some(number), None) if number.width >= 4);
    let date = value.split('/').count() == 3 && value.starts_with(|c: char| c.is_ascii_digit());
    number || date || value.contains(['\\', '@'])
}
