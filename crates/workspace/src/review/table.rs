//! A table that people filled in, as CSV or as a workbook: rows of cells under named columns.

use crate::error::WorkspaceError;
use crate::files::Doing as _;
use crate::sheet::{delimiter_of, line_of};
use duces_model::{Mistake, Mistakes, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

/// Largest table that is read, in bytes.
const BYTES_MAX: u64 = 1 << 30;

/// A row with the cells of the columns that were asked for.
pub(crate) struct TableRow {
    /// Where it starts: a line of a text, a row of a sheet.
    pub(crate) line: u64,
    cells: BTreeMap<&'static str, String>,
}

impl TableRow {
    /// The trimmed cell of a column.
    pub(crate) fn cell(&self, column: &'static str) -> String {
        self.cells.get(column).cloned().unwrap_or_default()
    }
}

/// A table as it came back.
pub(crate) struct Table {
    /// Its name, for messages.
    pub(crate) file: String,
    /// Digest of its bytes.
    pub(crate) sha256: Sha256,
    /// Its rows.
    pub(crate) rows: Vec<TableRow>,
}

/// Reads these columns of a table: the sheet of that name where the file is a workbook, else CSV.
///
/// # Errors
/// All that is wrong with the table as such, and every cell that is not what it shows.
pub(crate) fn read(path: &Path, sheet: &str, columns: &[&'static str]) -> Result<Table, WorkspaceError> {
    read_with(path, sheet, columns, |_| columns.to_vec())
}

/// The same of columns that need not all be there: `needed` says which must, of those that are.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_with(
    path: &Path,
    sheet: &str,
    columns: &[&'static str],
    needed: impl FnOnce(&[&'static str]) -> Vec<&'static str>,
) -> Result<Table, WorkspaceError> {
    let file = path.display().to_string();
    let size = std::fs::metadata(path).doing("read", path)?.len();
    if size > BYTES_MAX {
        let message = format!("found {size} bytes, expected at most {BYTES_MAX}");
        return Err(Mistakes::one(Mistake::of_file(&file, message)).into());
    }
    let bytes = std::fs::read(path).doing("read", path)?;
    let sha256 = Sha256::of(&bytes);
    let cut = if bytes.starts_with(b"PK") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        of_workbook(&file, &bytes, sheet)?
    } else {
        of_csv(&file, &bytes)?
    };
    let mut mistakes = Vec::new();
    let mut rows = cut.into_iter();
    let Some(head) = rows.next() else {
        let message = format!("found no row, expected the columns {}", columns.join(", "));
        return Err(Mistakes::one(Mistake::of_file(&file, message)).into());
    };
    let stands = |column: &str| -> Vec<usize> {
        (0..head.cells.len()).filter(|at| head.cells[*at].0.trim().to_lowercase() == column).collect()
    };
    let there: Vec<&'static str> =
        columns.iter().copied().filter(|column| !stands(column).is_empty()).collect();
    let needed = needed(&there);
    let mut places = Vec::new();
    for column in columns {
        match stands(column).as_slice() {
            [only] => places.push((*column, *only)),
            [] if !needed.contains(column) => {}
            [] => mistakes.push(Mistake::in_row(&file, head.line, Some(column), "the column is missing")),
            _ => mistakes.push(Mistake::in_row(
                &file,
                head.line,
                Some(column),
                "the column stands there twice",
            )),
        }
    }
    let places = Mistakes::or(mistakes, places)?;
    let mut mistakes = Vec::new();
    let mut found = Vec::new();
    for row in rows {
        if row.cells.iter().all(|(text, _)| text.trim().is_empty()) {
            continue;
        }
        let mut cells = BTreeMap::new();
        for (column, at) in &places {
            let Some((text, refused)) = row.cells.get(*at) else { continue };
            if let Some((message, hint)) = refused {
                mistakes.push(Mistake::in_row(&file, row.line, Some(column), message.clone()).hint(hint));
            }
            cells.insert(*column, as_written(text.trim()));
        }
        found.push(TableRow { line: row.line, cells });
    }
    Ok(Table { rows: Mistakes::or(mistakes, found)?, file, sha256 })
}

/// A cell without the apostrophe that [`crate::sheet::Sheet`] puts before what would run as a formula.
fn as_written(cell: &str) -> String {
    let bare = cell.strip_prefix('\'').filter(|bare| bare.starts_with(['=', '+', '-', '@']));
    bare.unwrap_or(cell).to_owned()
}

struct Cut {
    line: u64,
    cells: Vec<(String, Option<(String, String)>)>,
}

fn of_workbook(file: &str, bytes: &[u8], sheet: &str) -> Result<Vec<Cut>, Mistakes> {
    let rows = duces_query::workbook_table(bytes, sheet)
        .map_err(|(message, hint)| Mistakes::one(Mistake::of_file(file, message).hint(&hint)))?;
    let cut = |row: duces_query::TableRow| Cut {
        line: row.number,
        cells: row.cells.into_iter().map(|cell| (cell.text, cell.refused)).collect(),
    };
    let rows: Vec<Cut> = rows.into_iter().map(cut).collect();
    Ok(rows.into_iter().skip_while(|row| row.cells.iter().all(|(text, _)| text.trim().is_empty())).collect())
}

fn of_csv(file: &str, bytes: &[u8]) -> Result<Vec<Cut>, Mistakes> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .delimiter(delimiter_of(bytes))
        .from_reader(bytes);
    let (mut rows, mut mistakes) = (Vec::new(), Vec::new());
    let mut width = None;
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = line_of(bytes, record.position());
                let width = *width.get_or_insert(record.len());
                let beyond = record.iter().skip(width).any(|cell| !cell.trim().is_empty());
                if beyond {
                    let message = format!("found {} cells, expected {width}", record.len());
                    let hint = "put a cell that holds a comma into quotes";
                    mistakes.push(Mistake::in_row(file, line, None, message).hint(hint));
                }
                rows.push(Cut { line, cells: record.iter().map(|cell| (cell.to_owned(), None)).collect() });
            }
            Err(error) => {
                let line = line_of(bytes, error.position());
                mistakes.push(Mistake::in_row(file, line, None, "expected UTF-8 text"));
            }
        }
    }
    Mistakes::or(mistakes, rows)
}
