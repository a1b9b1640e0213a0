//! One row, read cell by cell; every cell that cannot be read is a mistake with its place.

use crate::day;
use crate::day_format::DayFormat;
use crate::header::Header;
use crate::nearest::did_you_mean;
use crate::table::trimmed;
use chrono::NaiveDate;
use duces_model::{EmailAddress, Mistake};
use std::fmt::Display;
use std::str::FromStr;

/// A row of a table. The readers give nothing for a cell with a mistake, which is then recorded; a row
/// is read to its end before it is given up, so that all its mistakes are reported together.
pub(crate) struct Row<'t> {
    file: &'t str,
    line: u64,
    cells: &'t csv::StringRecord,
    header: &'t Header,
    mistakes: &'t mut Vec<Mistake>,
}

/// Longest Message-ID: no line of a message is longer (RFC 5322 section 2.1.1).
const MESSAGE_ID_BYTES_MAX: usize = 998;

/// What a formula leaves in a cell when it fails.
const FAILED_FORMULAS: [&str; 8] =
    ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"];

impl<'t> Row<'t> {
    pub(crate) fn new(
        file: &'t str,
        line: u64,
        cells: &'t csv::StringRecord,
        header: &'t Header,
        mistakes: &'t mut Vec<Mistake>,
    ) -> Self {
        Self { file, line, cells, header, mistakes }
    }

    /// The line on which the row starts.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// The text of a cell; empty where the column or the cell is absent.
    pub(crate) fn cell(&self, column: &str) -> &'t str {
        let place = self.header.places.iter().find(|(name, _)| *name == column);
        place.and_then(|(_, at)| self.cells.get(*at)).map_or("", trimmed)
    }

    /// Records a mistake in a cell.
    pub(crate) fn wrong(&mut self, column: &str, message: impl Into<String>, hint: Option<String>) {
        let shown = self.header.shown.iter().find(|(name, _)| *name == column);
        let column = shown.map_or(column, |(_, shown)| shown.as_str());
        let mistake = Mistake::in_row(self.file, self.line, Some(column), message);
        self.mistakes.push(match hint {
            Some(hint) => mistake.hint(hint),
            None => mistake,
        });
    }

    /// Free text, possibly empty.
    pub(crate) fn text(&mut self, column: &str) -> Option<String> {
        let cell = self.cell(column);
        if FAILED_FORMULAS.contains(&cell) {
            self.wrong(column, format!("found {cell}, a formula that failed, expected text"), None);
            return None;
        }
        Some(cell.to_owned())
    }

    /// Free text that must be there.
    pub(crate) fn some_text(&mut self, column: &str) -> Option<String> {
        if self.cell(column).is_empty() {
            self.wrong(column, "found an empty cell, expected text", None);
            return None;
        }
        self.text(column)
    }

    /// A cell that must hold a `T`.
    pub(crate) fn value<T: FromStr<Err: Display>>(&mut self, column: &str) -> Option<T> {
        let read = self.cell(column).parse::<T>();
        read.map_err(|error| self.wrong(column, error.to_string(), None)).ok()
    }

    /// A cell that must hold an address.
    pub(crate) fn address(&mut self, column: &str) -> Option<EmailAddress> {
        let read = EmailAddress::new(self.cell(column));
        read.map_err(|error| self.wrong(column, error.to_string(), None)).ok()
    }

    /// A Message-ID that must be there, without its angle brackets: as communications of the archive have it.
    pub(crate) fn message_id(&mut self, column: &str) -> Option<String> {
        let cell = self.cell(column);
        let bare = cell.strip_prefix('<').and_then(|cell| cell.strip_suffix('>')).unwrap_or(cell);
        let stray = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>');
        if bare.is_empty() || bare.len() > MESSAGE_ID_BYTES_MAX || bare.contains(stray) {
            let found: String = cell.chars().take(100).collect();
            let message =
                format!("found {found:?}, expected one Message-ID such as <20240412.17@ecp.example>");
            self.wrong(column, message, None);
            return None;
        }
        self.text(column)?;
        Some(bare.to_owned())
    }

    /// A cell that is empty (`Some(None)`) or holds a `T`.
    pub(crate) fn maybe<T: FromStr<Err: Display>>(&mut self, column: &str) -> Option<Option<T>> {
        if self.cell(column).is_empty() { Some(None) } else { self.value(column).map(Some) }
    }

    /// A cell that must hold one of a few words, in any case.
    pub(crate) fn word<T: Copy>(&mut self, column: &str, words: &[(&'static str, T)]) -> Option<T> {
        let cell = self.cell(column);
        if let Some((_, value)) = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(cell)) {
            return Some(*value);
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).filter(|word| !word.is_empty()).collect();
        let message = format!("found {cell:?}, expected one of {}", known.join(", "));
        self.wrong(column, message, did_you_mean(cell, known.iter().copied()));
        None
    }

    /// A day that must be there.
    pub(crate) fn day(&mut self, column: &str) -> Option<NaiveDate> {
        let cell = self.cell(column);
        if cell.is_empty() {
            self.wrong(column, "found an empty cell, expected a day as yyyy-mm-dd", None);
            return None;
        }
        day::parse(cell).map_err(|no_day| self.wrong(column, no_day.message, Some(no_day.hint))).ok()
    }

    /// A day, or nothing (`Some(None)`).
    pub(crate) fn maybe_day(&mut self, column: &str) -> Option<Option<NaiveDate>> {
        if self.cell(column).is_empty() { Some(None) } else { self.day(column).map(Some) }
    }

    /// A day in the form of another system, or nothing (`Some(None)`).
    pub(crate) fn maybe_day_as(&mut self, column: &str, format: DayFormat) -> Option<Option<NaiveDate>> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return Some(None);
        }
        format.read(cell).map(Some).map_err(|message| self.wrong(column, message, None)).ok()
    }

    /// Records a mistake where the day of column `last` stands before that of column `first`.
    pub(crate) fn in_order(
        &mut self,
        (first, from): (&str, Option<NaiveDate>),
        (last, to): (&str, Option<NaiveDate>),
    ) -> Option<()> {
        match (from, to) {
            (Some(from), Some(to)) if to < from => {
                self.wrong(last, format!("found {to}, which stands before {first} {from}"), None);
                None
            }
            _ => Some(()),
        }
    }

    /// A count that must be there.
    pub(crate) fn count(&mut self, column: &str) -> Option<u64> {
        let cell = self.cell(column);
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_digits(cell)
            && let Ok(count) = cell.parse()
        {
            return Some(count);
        }
        let message = if cell.strip_prefix(['-', '\u{2212}']).is_some_and(is_digits) {
            format!("found the negative count {cell}, expected 0 or more")
        } else {
            format!("found {cell:?}, expected a whole number in digits only, such as 1204")
        };
        self.wrong(column, message, None);
        None
    }

    /// A count, or nothing (`Some(None)`).
    pub(crate) fn maybe_count(&mut self, column: &str) -> Option<Option<u64>> {
        if self.cell(column).is_empty() { Some(None) } else { self.count(column).map(Some) }
    }

    /// The entries of a list between `;` (or line ends), in their order, without empty ones and without
    /// repetitions.
    pub(crate) fn list<T: PartialEq, E: Display>(
        &mut self,
        column: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Option<Vec<T>> {
        let mut list = Vec::new();
        let mut whole = true;
        for entry in self.cell(column).split([';', '\n', '\r']).map(trimmed).filter(|entry| !entry.is_empty())
        {
            match read(entry) {
                Ok(value) if list.contains(&value) => {}
                Ok(value) => list.push(value),
                Err(error) => {
                    self.wrong(column, error.to_string(), None);
                    whole = false;
                }
            }
        }
        whole.then_some(list)
    }
}
