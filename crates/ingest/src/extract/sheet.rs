//! Excel workbooks (ECMA-376 part 1, SpreadsheetML): each sheet's rows as lines, cells parted by tabs, values
//! as their formats show them. Hidden sheets, rows and columns are told; comments, drawings, headers and
//! footers follow their sheet.

use super::package::Package;
use super::sheet_number::{self, NumberForm};
use super::xml::{Piece, Xml};
use super::{FileToRead, Found, drawing, package, properties};
use duces_model::DefectCode;

/// What all sheets share.
#[derive(Default)]
struct Book {
    strings: Vec<String>,
    forms: Vec<NumberForm>,
    from_1904: bool,
}

/// A sheet as the workbook names it.
struct SheetEntry {
    name: String,
    hidden: bool,
    relation: String,
}

/// Reads a workbook.
pub(crate) fn read(file: &FileToRead<'_>, found: &mut Found) {
    let Some(mut package) = Package::open(file, found) else { return };
    let main = package.main_part("xl/workbook.xml", found);
    let Some(text) = package.text(&main, found) else {
        found.incomplete(DefectCode::DamagedFile, format!("its main part {main} is missing"));
        return;
    };
    let relations = package.relations(&main, found);
    let mut book = Book::default();
    let sheets = workbook(&text, &main, &mut book, found);
    for relation in &relations {
        match relation.kind.as_str() {
            "sharedStrings" => book.strings = strings(&mut package, &relation.path, found),
            "styles" => book.forms = forms(&mut package, &relation.path, found),
            _ => {}
        }
    }
    for sheet in &sheets {
        let Some(relation) = relations.iter().find(|relation| relation.id == sheet.relation) else {
            found.incomplete(DefectCode::DamagedFile, format!("sheet {:?} leads nowhere", sheet.name));
            continue;
        };
        let hidden = if sheet.hidden { ", hidden" } else { "" };
        found.label(&format!("sheet {}{hidden}", sheet.name));
        let Some(text) = package.text(&relation.path, found) else {
            found.incomplete(DefectCode::DamagedFile, format!("its part {} is missing", relation.path));
            continue;
        };
        rows(&text, &relation.path, &book, found);
        beside(&mut package, &relation.path, &sheet.name, found);
    }
    package.embedded("xl/embeddings/", found);
    properties::of_package(&mut package, found);
}

fn workbook(text: &str, path: &str, book: &mut Book, found: &mut Found) -> Vec<SheetEntry> {
    let mut sheets = Vec::new();
    let mut xml = Xml::new(text);
    while let Some(piece) = xml.next() {
        let Piece::Start(element) = piece else { continue };
        match element.name() {
            "workbookPr" => book.from_1904 = element.is_on("date1904"),
            "sheet" => sheets.push(SheetEntry {
                name: element.attribute("name").unwrap_or_default(),
                hidden: element.attribute("state").is_some_and(|state| state != "visible"),
                relation: element.relation_id().unwrap_or_default(),
            }),
            _ => {}
        }
    }
    package::told(&xml, path, found);
    sheets
}

/// The strings that cells point at: runs put together, readings of East Asian words left aside.
fn strings(package: &mut Package<'_>, path: &str, found: &mut Found) -> Vec<String> {
    let Some(text) = package.text(path, found) else {
        found.incomplete(DefectCode::DamagedFile, format!("its part {path} is missing"));
        return Vec::new();
    };
    let mut list = Vec::new();
    let mut current = String::new();
    let mut xml = Xml::new(&text);
    while let Some(piece) = xml.next() {
        match piece {
            Piece::Start(element) => match element.name() {
                "t" => current.push_str(&xml.text_inside()),
                "rPh" => xml.skip(),
                _ => {}
            },
            Piece::End(name) if name == "si" => list.push(unescaped(&std::mem::take(&mut current))),
            _ => {}
        }
    }
    package::told(&xml, path, found);
    list
}

/// Signs that XML cannot hold are written `_xHHHH_` (ECMA-376 part 1 section 22.9.2.19).
fn unescaped(text: &str) -> String {
    if !text.contains("_x") {
        return text.to_owned();
    }
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        whole.push_str(&rest[..at]);
        let code = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(sign) => {
                whole.push(if sign == '\r' { '\n' } else { sign });
                rest = &rest[at + 7..];
            }
            None => {
                whole.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    whole.push_str(rest);
    whole
}

/// The form of each cell format.
fn forms(package: &mut Package<'_>, path: &str, found: &mut Found) -> Vec<NumberForm> {
    let Some(text) = package.text(path, found) else { return Vec::new() };
    let mut own: Vec<(u32, NumberForm)> = Vec::new();
    let mut forms = Vec::new();
    let mut in_cells = false;
    let mut xml = Xml::new(&text);
    while let Some(piece) = xml.next() {
        match piece {
            Piece::Start(element) => match element.name() {
                "numFmt" => {
                    let id = element.attribute("numFmtId").and_then(|id| id.parse().ok());
                    if let (Some(id), Some(code)) = (id, element.attribute("formatCode")) {
                        own.push((id, sheet_number::written(&code)));
                    }
                }
                "cellXfs" => in_cells = true,
                "xf" if in_cells => {
                    let id = element.attribute("numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                    let known = own.iter().find(|(known, _)| *known == id);
                    forms.push(known.map_or_else(|| sheet_number::built_in(id), |(_, form)| *form));
                }
                _ => {}
            },
            Piece::End(name) if name == "cellXfs" => in_cells = false,
            _ => {}
        }
    }
    package::told(&xml, path, found);
    forms
}

/// A cell being read.
#[derive(Default)]
struct Cell {
    kind: String,
    style: usize,
    text: String,
}

fn rows(text: &str, path: &str, book: &Book, found: &mut Found) {
    let mut xml = Xml::new(text);
    let mut cell = Cell::default();
    let (mut hidden_columns, mut row_started) = (Vec::new(), false);
    while let Some(piece) = xml.next() {
        match piece {
            Piece::Start(element) => match element.name() {
                "col" if element.is_on("hidden") => {
                    let number = |name| element.attribute(name).and_then(|text| text.parse::<u32>().ok());
                    hidden_columns.push((number("min").unwrap_or(0), number("max").unwrap_or(0)));
                }
                "row" => {
                    row_started = false;
                    if element.is_on("hidden") {
                        found.text("[hidden row] ");
                    }
                }
                "c" => {
                    cell = Cell {
                        kind: element.attribute("t").unwrap_or_default(),
                        style: element.attribute("s").and_then(|style| style.parse().ok()).unwrap_or(0),
                        text: String::new(),
                    };
                }
                "v" | "t" => cell.text.push_str(&xml.text_inside()),
                "f" | "rPh" => xml.skip(),
                "oddHeader" | "evenHeader" | "firstHeader" | "oddFooter" | "evenFooter" | "firstFooter" => {
                    let what = if element.name().ends_with("Header") { "header" } else { "footer" };
                    let text = header_text(&xml.text_inside());
                    if !text.trim().is_empty() {
                        found.label(what);
                        found.line(text.trim());
                    }
                }
                _ => {}
            },
            Piece::End(name) => match name.as_str() {
                "c" => {
                    let shown = book.shown(&cell, found);
                    if row_started {
                        found.text("\t");
                    }
                    row_started = true;
                    found.text(&shown);
                }
                "row" => found.end_line(),
                _ => {}
            },
            Piece::Text(_) => {}
        }
    }
    if !hidden_columns.is_empty() {
        let list: Vec<String> = hidden_columns.iter().map(|(from, to)| columns(*from, *to)).collect();
        found.label(&format!("hidden columns of this sheet: {}", list.join(", ")));
    }
    package::told(&xml, path, found);
}

impl Book {
    fn shown(&self, cell: &Cell, found: &mut Found) -> String {
        let text = cell.text.trim();
        match cell.kind.as_str() {
            "s" => match text.parse::<usize>().ok().and_then(|at| self.strings.get(at)) {
                Some(string) => one_line(string),
                None if text.is_empty() => String::new(),
                None => {
                    found.incomplete(DefectCode::DamagedFile, "a cell points at a string that is not there");
                    String::new()
                }
            },
            "str" | "inlineStr" => one_line(&unescaped(&cell.text)),
            "b" => {
                if text == "1" {
                    "TRUE".to_owned()
                } else {
                    "FALSE".to_owned()
                }
            }
            "e" | "d" => text.to_owned(),
            _ => match text.parse::<f64>() {
                Ok(value) => {
                    let form = self.forms.get(cell.style).copied().unwrap_or_default();
                    sheet_number::shown(value, form, self.from_1904)
                }
                Err(_) => one_line(&cell.text),
            },
        }
    }
}

/// A row stays one line, and a cell one cell.
pub(crate) fn one_line(text: &str) -> String {
    text.replace(['\r', '\n', '\t'], " ")
}

/// Columns by their letters.
pub(crate) fn columns(from: u32, to: u32) -> String {
    if from == to { letters(from) } else { format!("{} to {}", letters(from), letters(to)) }
}

fn letters(number: u32) -> String {
    let (mut rest, mut name) = (number, Vec::new());
    while rest > 0 {
        name.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    name.iter().rev().collect()
}

/// A header without the codes of its parts, fonts and fields (ECMA-376 part 1 section 18.3.1.46).
pub(crate) fn header_text(text: &str) -> String {
    let mut whole = String::new();
    let mut signs = text.chars().peekable();
    while let Some(sign) = signs.next() {
        if sign != '&' {
            whole.push(sign);
            continue;
        }
        match signs.next() {
            Some('&') => whole.push('&'),
            Some('L' | 'C' | 'R') => whole.push(' '),
            Some('"') => signs.by_ref().take_while(|sign| *sign != '"').for_each(drop),
            Some('K') => {
                signs.nth(5);
            }
            Some(digit) if digit.is_ascii_digit() => while signs.next_if(char::is_ascii_digit).is_some() {},
            _ => {}
        }
    }
    whole
}

/// Comments and drawings of a sheet.
fn beside(package: &mut Package<'_>, path: &str, sheet: &str, found: &mut Found) {
    let mut relations = package.relations(path, found);
    relations.sort_by(|a, b| (&a.kind, &a.path).cmp(&(&b.kind, &b.path)));
    let threaded = relations.iter().any(|relation| relation.kind == "threadedComment");
    for relation in relations {
        match relation.kind.as_str() {
            // Threaded comments stand in the old form too, behind a sentence that says so.
            "comments" if !threaded => comments(package, &relation.path, sheet, found),
            "threadedComment" => comments(package, &relation.path, sheet, found),
            "drawing" => {
                drawing::part(package, &relation.path, &format!("drawings of sheet {sheet}"), found);
                for chart in package.relations(&relation.path, found) {
                    if matches!(chart.kind.as_str(), "chart" | "chartEx" | "diagramData") {
                        drawing::part(package, &chart.path, &format!("chart of sheet {sheet}"), found);
                    }
                }
            }
            _ => {}
        }
    }
}

fn comments(package: &mut Package<'_>, path: &str, sheet: &str, found: &mut Found) {
    let Some(text) = package.text(path, found) else { return };
    found.label(&format!("comments of sheet {sheet}"));
    let mut authors = Vec::new();
    let mut xml = Xml::new(&text);
    while let Some(piece) = xml.next() {
        match piece {
            Piece::Start(element) => match element.name() {
                "author" => authors.push(xml.text_inside()),
                "comment" | "threadedComment" => {
                    let author = element.attribute("authorId").and_then(|at| at.parse::<usize>().ok());
                    let author = author
                        .and_then(|at| authors.get(at))
                        .map(|name| format!(" {name}:"))
                        .unwrap_or_default();
                    found.end_line();
                    found.text(&format!("{}{author} ", element.attribute("ref").unwrap_or_default()));
                }
                "t" | "text" if element.name() == "t" || path.to_ascii_lowercase().contains("threaded") => {
                    let text = xml.text_inside();
                    found.text(&one_line(&text));
                }
                _ => {}
            },
            Piece::End(name) if matches!(name.as_str(), "comment" | "threadedComment") => found.end_line(),
            _ => {}
        }
    }
    package::told(&xml, path, found);
}
