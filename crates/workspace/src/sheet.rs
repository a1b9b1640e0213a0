//! Tables for spreadsheets.

use crate::error::WorkspaceError;
use crate::files;
use std::path::Path;

/// A table being filled; written whole at the end.
pub(crate) struct Sheet {
    writer: csv::Writer<Vec<u8>>,
}

impl Sheet {
    /// A table with these column heads. It starts with a byte-order mark, so that spreadsheets read UTF-8.
    pub(crate) fn new(heads: &[&str]) -> Self {
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(b"\xEF\xBB\xBF".to_vec());
        // Writing to memory cannot fail, and all rows have the same length by construction of `row`.
        let _ = writer.write_record(heads);
        Self { writer }
    }

    /// Adds a row. A cell that a spreadsheet would run as a formula is written as text.
    pub(crate) fn row<S: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = S>) {
        let cells: Vec<String> = cells.into_iter().map(|cell| harmless(cell.as_ref())).collect();
        let _ = self.writer.write_record(&cells);
    }

    /// The bytes of the table.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.writer.into_inner().unwrap_or_default()
    }

    /// Writes the table, replacing the one of the last run.
    pub(crate) fn replace(self, path: &Path) -> Result<(), WorkspaceError> {
        files::replace(path, &self.into_bytes())
    }
}

/// A cell that starts like a formula gets an apostrophe, which spreadsheets show as text
/// (OWASP, "CSV Injection"); numbers with a sign stay numbers.
fn harmless(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    if risky { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_cannot_become_a_formula_and_a_number_stays_one() {
        let mut sheet = Sheet::new(&["a", "b"]);
        sheet.row(["=HYPERLINK(\"x\")", "-5"]);
        let text = String::from_utf8(sheet.into_bytes()).unwrap();
        assert_eq!(text, "\u{feff}a,b\r\n\"'=HYPERLINK(\"\"x\"\")\",-5\r\n");
    }
}
