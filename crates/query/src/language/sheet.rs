//! The rows of a list that is a workbook (XLSX).

use super::rows::{Cell, Row, RowMistake};
use calamine::{DataRef, Reader as _, SheetType, Xlsx, XlsxError};
use std::collections::BTreeMap;
use std::io::Cursor;

/// Most columns of a sheet: beyond them it is no list of terms.
const COLUMNS_MAX: usize = 200;
/// Last row that a sheet may use.
const ROW_MAX: u32 = 100_000;

type Found = BTreeMap<u32, BTreeMap<u32, String>>;

/// The rows of the one sheet with content; all its mistakes at once. Hidden rows count like others.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Row>, Vec<RowMistake>> {
    let damaged = |error: XlsxError| {
        let hint = "open it in a spreadsheet program and save it anew as .xlsx, or as CSV UTF-8";
        vec![(0, format!("this is no workbook that can be read: {error}"), hint.to_owned())]
    };
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let sheets: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut with_content: Vec<(String, Found)> = Vec::new();
    let mut mistakes = Vec::new();
    for name in sheets {
        let found = cells(&mut workbook, &name, &mut mistakes).map_err(damaged)?;
        if !found.is_empty() {
            with_content.push((name, found));
        }
    }
    if with_content.len() > 1 {
        let names: Vec<String> = with_content.iter().map(|(name, _)| format!("{name:?}")).collect();
        let message = format!("several sheets have content: {}", names.join(", "));
        mistakes.push((0, message, "keep one sheet in the workbook, hidden ones included".to_owned()));
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    Ok(with_content.pop().map_or_else(Vec::new, |(_, found)| dense(&found)))
}

/// The cells of one sheet that hold text; one that holds something else is a mistake.
fn cells(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    sheet: &str,
    mistakes: &mut Vec<RowMistake>,
) -> Result<Found, XlsxError> {
    let mut found = Found::new();
    let mut reader = workbook.worksheet_cells_reader(sheet)?;
    while let Some(cell) = reader.next_cell()? {
        let (row, column) = cell.get_position();
        let text = match cell.get_value() {
            DataRef::String(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::Empty => continue,
            other => {
                let (what, hint) = match other {
                    DataRef::Int(_) | DataRef::Float(_) => (
                        "a number",
                        "a number loses its leading zeros: format the column as text and enter it again",
                    ),
                    DataRef::Bool(_) => {
                        ("true or false", "format the column as text and enter the word again")
                    }
                    DataRef::Error(_) => ("an error of a formula", "put the term itself into the cell"),
                    _ => ("a date or time", "format the column as text and enter it again"),
                };
                let message = format!("cell {}{} holds {what}, expected text", letters(column), row + 1);
                mistakes.push((u64::from(row) + 1, message, hint.to_owned()));
                continue;
            }
        };
        if text.trim().is_empty() {
            continue;
        }
        if row >= ROW_MAX || usize::try_from(column).is_ok_and(|column| column >= COLUMNS_MAX) {
            let message = format!("cell {}{} stands outside a list of terms", letters(column), row + 1);
            let hint = format!("a list has at most {ROW_MAX} rows and {COLUMNS_MAX} columns");
            mistakes.push((u64::from(row) + 1, message, hint));
            continue;
        }
        found.entry(row).or_default().insert(column, text);
    }
    Ok(found)
}

/// Every row from the first to the last, each with all its columns.
fn dense(found: &Found) -> Vec<Row> {
    let last_column = found.values().filter_map(|row| row.keys().next_back()).max().copied().unwrap_or(0);
    let last_row = found.keys().next_back().copied().unwrap_or(0);
    let cell = |row: u32, column: u32| Cell {
        text: found.get(&row).and_then(|row| row.get(&column)).cloned().unwrap_or_default(),
        needless_quotes: false,
    };
    (0..=last_row)
        .map(|row| Row {
            number: u64::from(row) + 1,
            cells: match found.contains_key(&row) {
                true => (0..=last_column).map(|column| cell(row, column)).collect(),
                false => Vec::new(),
            },
        })
        .collect()
}

/// A column as spreadsheet programs name it: A, B, … Z, AA.
pub(super) fn letters(column: u32) -> String {
    let mut rest = column + 1;
    let mut name = Vec::new();
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or(0);
        name.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    name.iter().rev().collect()
}
