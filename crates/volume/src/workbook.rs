//! A small workbook (XLSX, ECMA-376 part 1): one table with a head that stays in sight, filters and links.
//!
//! Every cell is text, in the format "Text", so that no spreadsheet program makes a day or a number of it. The same
//! table gives the same bytes.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// Most characters of a cell, counted in UTF-16 as spreadsheet programs count (Excel specifications and limits).
pub const CELL_UNITS_MAX: usize = 32_767;
/// Most rows of a sheet, its head included.
pub const ROWS_MAX: usize = 1_048_576;
/// Most links of a sheet.
const LINKS_MAX: usize = 65_530;

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// Text that opens a file, by its path relative to the workbook.
    Link {
        /// What is shown.
        shown: String,
        /// The file: letters, digits, `-`, `_`, `.` and `/` only.
        target: String,
    },
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What stands above it.
    pub head: String,
    /// How wide, in characters, 1 to 255.
    pub width: u16,
}

/// Why a workbook was not made.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// A table beyond what a sheet holds, or that is none.
    #[error("{0}")]
    Table(String),
    /// The archive could not be made.
    #[error("the workbook's archive could not be made")]
    Archive(#[from] zip::result::ZipError),
    /// The archive could not be written.
    #[error("the workbook could not be written")]
    Io(#[from] std::io::Error),
}

/// A workbook of one sheet. What a sheet cannot hold in a cell (controls of XML 1.0) stands as U+FFFD.
///
/// # Errors
/// [`WorkbookError::Table`] for a row of another width than the head, too many rows or links, a cell that is too
/// long, and a link whose target holds another sign than it may.
pub fn workbook(name: &str, columns: &[Column], rows: &[Vec<Cell>]) -> Result<Vec<u8>, WorkbookError> {
    let (sheet, links) = sheet(columns, rows)?;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::DEFAULT)
        .system(System::Unix)
        .unix_permissions(0o644);
    let book = format!(
        "{XML}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><sheets><sheet name=\"{}\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
        escaped(name)
    );
    let parts = [
        ("[Content_Types].xml", TYPES.to_owned()),
        ("_rels/.rels", relations(&[("officeDocument", "xl/workbook.xml", false)])),
        ("xl/workbook.xml", book),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[("worksheet", "worksheets/sheet1.xml", false), ("styles", "styles.xml", false)]),
        ),
        ("xl/styles.xml", STYLES.to_owned()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    for (path, text) in parts {
        archive.start_file(path, options)?;
        archive.write_all(text.as_bytes())?;
    }
    if !links.is_empty() {
        let links: Vec<_> = links.iter().map(|target| ("hyperlink", target.as_str(), true)).collect();
        archive.start_file("xl/worksheets/_rels/sheet1.xml.rels", options)?;
        archive.write_all(relations(&links).as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPES: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
    "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">",
    "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>",
    "<Default Extension=\"xml\" ContentType=\"application/xml\"/>",
    "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>",
    "<Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>",
    "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>",
    "</Types>"
);
/// Styles: 0 as it comes, 1 the head, 2 text, 3 a link. Number format 49 is "Text".
const STYLES: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
    "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">",
    "<fonts count=\"3\"><font><sz val=\"10\"/><name val=\"Calibri\"/></font>",
    "<font><b/><sz val=\"10\"/><name val=\"Calibri\"/></font>",
    "<font><u/><sz val=\"10\"/><color rgb=\"FF0563C1\"/><name val=\"Calibri\"/></font></fonts>",
    "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>",
    "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>",
    "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>",
    "<cellXfs count=\"4\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>",
    "<xf numFmtId=\"49\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/>",
    "<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>",
    "<xf numFmtId=\"49\" fontId=\"2\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\"/></cellXfs>",
    "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>",
    "</styleSheet>"
);

fn relations(parts: &[(&str, &str, bool)]) -> String {
    let mut text = format!(
        "{XML}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    );
    for (at, (kind, target, outside)) in parts.iter().enumerate() {
        let mode = if *outside { " TargetMode=\"External\"" } else { "" };
        let _ = write!(
            text,
            "<Relationship Id=\"rId{}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"{mode}/>",
            at + 1
        );
    }
    text + "</Relationships>"
}

/// The sheet's part, and the targets of its links in their order.
fn sheet(columns: &[Column], rows: &[Vec<Cell>]) -> Result<(String, Vec<String>), WorkbookError> {
    let wrong = |message: String| Err(WorkbookError::Table(message));
    if columns.is_empty() || rows.len() >= ROWS_MAX {
        return wrong(format!(
            "found {} columns and {} rows, which no sheet holds",
            columns.len(),
            rows.len()
        ));
    }
    let last = format!("{}{}", letters(columns.len() - 1), rows.len() + 1);
    let mut text = format!(
        "{XML}<worksheet xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\"><dimension ref=\"A1:{last}\"/>\
         <sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><cols>"
    );
    for (at, column) in columns.iter().enumerate() {
        let (at, width) = (at + 1, column.width.clamp(1, 255));
        let _ =
            write!(text, "<col min=\"{at}\" max=\"{at}\" width=\"{width}\" style=\"2\" customWidth=\"1\"/>");
    }
    text += "</cols><sheetData>";
    let (mut links, mut placed) = (Vec::new(), String::new());
    let head: Vec<Cell> = columns.iter().map(|column| Cell::Text(column.head.clone())).collect();
    for (at, row) in std::iter::once(&head).chain(rows).enumerate() {
        if row.len() != columns.len() {
            return wrong(format!("found {} cells in row {}, expected {}", row.len(), at + 1, columns.len()));
        }
        let _ = write!(text, "<row r=\"{}\">", at + 1);
        for (column, cell) in row.iter().enumerate() {
            let place = format!("{}{}", letters(column), at + 1);
            let (shown, style) = match cell {
                Cell::Text(shown) => (shown, if at == 0 { 1 } else { 2 }),
                Cell::Link { shown, target } => {
                    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
                    if target.is_empty() || !target.chars().all(plain) || links.len() == LINKS_MAX {
                        return wrong(format!("cell {place} cannot link to {target:?}"));
                    }
                    links.push(target.clone());
                    let _ = write!(placed, "<hyperlink ref=\"{place}\" r:id=\"rId{}\"/>", links.len());
                    (shown, 3)
                }
            };
            if shown.encode_utf16().count() > CELL_UNITS_MAX {
                return wrong(format!("cell {place} is longer than {CELL_UNITS_MAX} characters"));
            }
            if !shown.is_empty() {
                let _ = write!(
                    text,
                    "<c r=\"{place}\" s=\"{style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                    escaped(&unmistakable(shown))
                );
            }
        }
        text += "</row>";
    }
    let _ = write!(text, "</sheetData><autoFilter ref=\"A1:{last}\"/>");
    if !links.is_empty() {
        let _ = write!(text, "<hyperlinks>{placed}</hyperlinks>");
    }
    Ok((text + "</worksheet>", links))
}

/// The letters of a column, from 0: `A`, `Z`, `AA`.
fn letters(column: usize) -> String {
    let (mut left, mut name) = (column + 1, Vec::new());
    while left > 0 {
        left -= 1;
        name.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or(0)));
        left /= 26;
    }
    name.iter().rev().collect()
}

/// `_x0041_` in a cell stands for the letter (ECMA-376 part 1, 22.9.2.19, ST_Xstring): the underscore of a text that
/// looks so is itself written that way.
fn unmistakable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let rest = text.get(at + 1..at + 7).unwrap_or_default().as_bytes();
        let looks_so = c == '_'
            && rest.first() == Some(&b'x')
            && rest.last() == Some(&b'_')
            && rest.get(1..5).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        out.push_str(if looks_so { "_x005F_" } else { "" });
        if !looks_so {
            out.push(c);
        }
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    fn columns(heads: &[&str]) -> Vec<Column> {
        heads.iter().map(|head| Column { head: (*head).to_owned(), width: 12 }).collect()
    }

    fn part(bytes: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_table_has_a_frozen_head_filters_and_links_and_always_the_same_bytes() {
        let link = Cell::Link { shown: "open".into(), target: "text/1.txt".into() };
        let rows = vec![vec![Cell::Text("a < b & _x0041_\u{1}".into()), link]];
        let bytes = workbook("review", &columns(&["one", "two"]), &rows).unwrap();
        assert_eq!(bytes, workbook("review", &columns(&["one", "two"]), &rows).unwrap());
        let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
        assert!(
            sheet.contains("state=\"frozen\"") && sheet.contains("<autoFilter ref=\"A1:B2\"/>"),
            "{sheet}"
        );
        assert!(sheet.contains("a &lt; b &amp; _x005F_x0041_\u{fffd}"), "{sheet}");
        assert!(sheet.contains("<hyperlink ref=\"B2\" r:id=\"rId1\"/>"), "{sheet}");
        let links = part(&bytes, "xl/worksheets/_rels/sheet1.xml.rels");
        assert!(links.contains("Target=\"text/1.txt\" TargetMode=\"External\""), "{links}");
    }

    #[test]
    fn what_no_sheet_holds_is_refused_by_its_cell() {
        let columns = columns(&["one"]);
        let refused = |cell: Cell| workbook("s", &columns, &[vec![cell]]).unwrap_err().to_string();
        assert!(refused(Cell::Text("x".repeat(CELL_UNITS_MAX + 1))).contains("A2"));
        for target in ["", "a b", "http://x", "a\"b"] {
            assert!(refused(Cell::Link { shown: "x".into(), target: target.into() }).contains("A2"));
        }
        assert!(workbook("s", &columns, &[vec![]]).is_err());
    }

    #[test]
    fn columns_are_named_as_spreadsheets_name_them() {
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }
}
