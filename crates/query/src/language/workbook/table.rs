//! A sheet of a workbook as a table, for what was written to be filled in and handed back.

use super::read_sheet;

/// A cell of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableCell {
    /// What it holds.
    pub text: String,
    /// Why that need not be what a person sees in it, and what to do about it: a formula, a number shown by a
    /// format, words struck through.
    pub refused: Option<(String, String)>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// Its number in the sheet, from 1.
    pub number: u64,
    /// Its cells; those at the end that hold nothing may be absent.
    pub cells: Vec<TableCell>,
}

/// Reads the sheet of that name of a workbook (XLSX, ECMA-376 part 1). Rows hidden by a filter are rows like others.
/// At most 20,002 rows with content, 200 columns, 8 MiB of text, and 32 MiB and 1,000,000 elements once unpacked.
///
/// # Errors
/// What is wrong with the workbook, and what to do about it.
pub fn workbook_table(bytes: &[u8], sheet: &str) -> Result<Vec<TableRow>, (String, String)> {
    let found = read_sheet(bytes, Some(sheet), false)?;
    let rows = found.rows.into_iter().map(|row| TableRow {
        number: row.number,
        cells: row
            .cells
            .into_iter()
            .map(|cell| TableCell { text: cell.text, refused: cell.refused.map(|refused| *refused) })
            .collect(),
    });
    Ok(rows.collect())
}
