//! Tables for spreadsheets.

use crate::error::WorkspaceError;
use crate::files::{self, Doing as _, Staged};
use duces_instruments::form::INTERNAL_MARK;
use std::io::Write;
use std::path::Path;

/// A table being filled.
pub(crate) struct Sheet<W: Write> {
    writer: csv::Writer<W>,
    failed: Option<csv::Error>,
    /// Whether a last column, whose cells are empty, says that the table is internal.
    is_internal: bool,
}

impl Sheet<Vec<u8>> {
    /// A table in memory with these column heads.
    pub(crate) fn new(heads: &[&str]) -> Self {
        Self::over(Vec::new(), heads, false)
    }

    /// A table that must not leave the firm: its last column has no cells, and its head says so.
    pub(crate) fn internal(heads: &[&str]) -> Self {
        Self::over(Vec::new(), heads, true)
    }

    /// The bytes of the table.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        // Writing to memory cannot fail.
        self.writer.into_inner().unwrap_or_default()
    }

    /// Writes the table, replacing the one of the last run.
    pub(crate) fn replace(self, path: &Path) -> Result<(), WorkspaceError> {
        files::replace(path, &self.into_bytes())
    }
}

impl Sheet<Staged> {
    /// A table of any length, written row by row beside `path`, where [`Sheet::finish`] puts it.
    pub(crate) fn staged(path: &Path, heads: &[&str]) -> Result<Self, WorkspaceError> {
        Ok(Self::over(Staged::new(path)?, heads, false))
    }

    /// The same of a table that must not leave the firm.
    pub(crate) fn staged_internal(path: &Path, heads: &[&str]) -> Result<Self, WorkspaceError> {
        Ok(Self::over(Staged::new(path)?, heads, true))
    }

    /// Whether a row could not be written; [`Sheet::finish`] says why.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.is_some()
    }

    /// Puts the table in its place, instead of the one of the last run.
    pub(crate) fn finish(mut self) -> Result<(), WorkspaceError> {
        let path = self.writer.get_ref().path().to_owned();
        let written = match self.failed.take() {
            Some(error) => Err(error.into()),
            None => self.writer.flush(),
        };
        written.doing("write", &path)?;
        match self.writer.into_inner() {
            Ok(staged) => staged.finish(),
            Err(error) => Err(std::io::Error::other(error.to_string())).doing("write", &path),
        }
    }
}

impl<W: Write> Sheet<W> {
    /// It starts with a byte-order mark, so that spreadsheets read UTF-8.
    fn over(mut out: W, heads: &[&str], is_internal: bool) -> Self {
        let marked = out.write_all(b"\xEF\xBB\xBF");
        let writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        let mut sheet = Self { writer, failed: marked.err().map(csv::Error::from), is_internal: false };
        let mark = is_internal.then_some(INTERNAL_MARK);
        sheet.row(heads.iter().copied().chain(mark));
        sheet.is_internal = is_internal;
        sheet
    }

    /// Adds a row. A cell that a spreadsheet would run as a formula is written as text.
    pub(crate) fn row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) {
        if self.failed.is_none() {
            let empty = self.is_internal.then(String::new);
            let cells: Vec<String> =
                cells.into_iter().map(|cell| harmless(cell.as_ref())).chain(empty).collect();
            self.failed = self.writer.write_record(&cells).err();
        }
    }
}
/// A cell that starts like a formula gets an apostrophe, which spreadsheets show as text
/// (OWASP, "CSV Injection"); numbers with a sign stay numbers.
pub(crate) fn harmless(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    if risky { format!("'{cell}") } else { cell.to_owned() }
}

/// The sign between the columns of a table that comes back: spreadsheets of other countries write
/// semicolons.
pub(crate) fn delimiter_of(bytes: &[u8]) -> u8 {
    let head = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |sign: u8| head.iter().filter(|byte| **byte == sign).count();
    if count(b';') > count(b',') { b';' } else { b',' }
}

/// The line on which a row starts. The reader's own count stands before the line feed of the row above.
pub(crate) fn line_of(bytes: &[u8], position: Option<&csv::Position>) -> u64 {
    let Some(at) = position.and_then(|position| usize::try_from(position.byte()).ok()) else { return 0 };
    let rest = bytes.get(at..).unwrap_or_default();
    let breaks = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let before = bytes.get(..at + breaks).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_table_lies_in_its_place_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("reports/a.csv");
        let mut dropped = Sheet::staged(&path, &["n"]).unwrap();
        dropped.row(["1"]);
        drop(dropped);
        assert_eq!(std::fs::read_dir(folder.path().join("reports")).unwrap().count(), 0);
        let mut sheet = Sheet::staged(&path, &["n"]).unwrap();
        (0..3).for_each(|n| sheet.row([n.to_string()]));
        sheet.finish().unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "\u{feff}n\r\n0\r\n1\r\n2\r\n");
        let mut wrong = Sheet::staged(&path, &["n"]).unwrap();
        wrong.row(["1", "2"]);
        assert!(wrong.has_failed() && wrong.finish().is_err());
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_subject_cannot_become_a_formula_and_a_number_stays_one() {
        let mut sheet = Sheet::new(&["a", "b"]);
        sheet.row(["=HYPERLINK(\"x\")", "-5"]);
        let text = String::from_utf8(sheet.into_bytes()).unwrap();
        assert_eq!(text, "\u{feff}a,b\r\n\"'=HYPERLINK(\"\"x\"\")\",-5\r\n");
    }
}
