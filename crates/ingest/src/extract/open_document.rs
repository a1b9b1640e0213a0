//! OpenDocument texts, sheets, slides and drawings (ODF 1.3 part 3): one reader for all, since they share
//! their elements. Cells stand as they are shown, which the file itself says.

use super::package::Package;
use super::xml::{Element, Piece, Xml};
use super::{FileToRead, Found, package, properties};
use duces_model::DefectCode;
use std::collections::BTreeSet;

/// Most blanks that one element may stand for.
const BLANKS_MAX: usize = 1000;

/// Reads a document.
pub(crate) fn read(file: &FileToRead<'_>, found: &mut Found) {
    let Some(mut package) = Package::open(file, found) else { return };
    if let Some(manifest) = package.text("META-INF/manifest.xml", found)
        && manifest.contains("encryption-data")
    {
        return found
            .incomplete(DefectCode::Encrypted, "under a password, in a way that this version does not open");
    }
    match package.text("content.xml", found) {
        Some(text) => content(&text, "content.xml", found),
        None => found.incomplete(DefectCode::DamagedFile, "its part content.xml is missing"),
    }
    // Headers, footers and what masters show.
    if let Some(text) = package.text("styles.xml", found) {
        let mut own = Found::new(found.bounds());
        content(&text, "styles.xml", &mut own);
        let own = own.finish();
        if !own.text.trim().is_empty() {
            found.label("headers, footers and masters");
            found.text(&own.text);
        }
        if let Some(why) = own.incomplete {
            found.incomplete(why.code, why.detail);
        }
    }
    if let Some(text) = package.text("meta.xml", found) {
        properties::read(&text, "meta.xml", found);
    }
    objects(&mut package, found);
}

/// Charts and formulas inside are documents of their own, in folders; other objects are files.
fn objects(package: &mut Package<'_>, found: &mut Found) {
    let mut pictures = 0;
    for name in package.names() {
        pictures += usize::from(name.starts_with("Pictures/"));
        if let Some(folder) = name.strip_suffix("/content.xml") {
            if let Some(text) = package.text(&name, found) {
                found.label(&format!("object {folder}"));
                content(&text, &name, found);
            }
        } else if name.starts_with("Object ")
            && !name.contains('/')
            && let Some(bytes) = package.bytes(&name, found)
        {
            found.members.push(super::Member { name, bytes, flaw: None });
        }
    }
    if !found.has_text() && pictures > found.members.len() {
        found.incomplete(DefectCode::NoText, "it holds pictures and no text; pictures are not read");
    }
}

/// A sheet's rows as they are read.
#[derive(Default)]
struct Table {
    row_hidden: bool,
    cell_started: bool,
    cell_said: bool,
    /// The value of a cell that shows none as text.
    value: Option<String>,
}

/// Where the reading stands.
#[derive(Default)]
struct Reader {
    tables: Vec<Table>,
    /// Paragraphs around: text outside them is the file's own spacing.
    depth: usize,
    slides: usize,
    /// The style that is being read, and those whose tables are hidden.
    style: String,
    hidden: BTreeSet<String>,
}

fn content(text: &str, path: &str, found: &mut Found) {
    let mut xml = Xml::new(text);
    let mut reader = Reader::default();
    while let Some(piece) = xml.next() {
        match piece {
            Piece::Start(element) => reader.start(&element, &mut xml, found),
            Piece::End(name) => reader.end(&name, found),
            Piece::Text(text) if reader.depth > 0 => {
                let shown = spaced(&text);
                found.text(&shown);
            }
            Piece::Text(_) => {}
        }
    }
    found.end_line();
    package::told(&xml, path, found);
}

/// White space as it counts: a run of it is one blank (ODF 1.3 part 3 section 6.1.2).
fn spaced(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            ' ' | '\t' | '\r' | '\n' => {
                if !shown.ends_with(' ') {
                    shown.push(' ');
                }
            }
            sign => shown.push(sign),
        }
    }
    shown
}

impl Reader {
    fn start(&mut self, element: &Element<'_>, xml: &mut Xml<'_>, found: &mut Found) {
        match element.name() {
            "p" | "h" => {
                self.depth += 1;
                if let Some(table) = self.tables.last_mut() {
                    // A second paragraph of a cell.
                    if std::mem::replace(&mut table.cell_said, true) {
                        found.text(" ");
                    }
                }
            }
            "s" if self.depth > 0 => {
                let count = element.attribute("c").and_then(|count| count.parse().ok()).unwrap_or(1);
                found.text(&" ".repeat(std::cmp::min(count, BLANKS_MAX)));
            }
            "tab" if self.depth > 0 => {
                found.text("\t");
            }
            "line-break" => {
                found.text(if self.tables.is_empty() { "\n" } else { " " });
            }
            "table" => {
                let name = element.attribute("name").unwrap_or_default();
                if self.tables.is_empty() && self.depth == 0 && self.slides == 0 {
                    let hidden =
                        element.attribute("style-name").is_some_and(|style| self.hidden.contains(&style));
                    found.label(&format!("table {name}{}", if hidden { ", hidden" } else { "" }));
                }
                self.tables.push(Table::default());
            }
            "style" => self.style = element.attribute("name").unwrap_or_default(),
            "table-properties" if element.attribute("display").as_deref() == Some("false") => {
                self.hidden.insert(self.style.clone());
            }
            "table-column" if element.attribute("visibility").is_some_and(|is| is == "collapse") => {
                found.label("a hidden column of this table");
            }
            "table-row" => {
                if let Some(table) = self.tables.last_mut() {
                    found.end_line();
                    table.row_hidden = element.attribute("visibility").is_some_and(|is| is != "visible");
                    table.cell_started = false;
                }
            }
            "table-cell" | "covered-table-cell" => self.cell(element, found),
            "page" => {
                self.slides += 1;
                found.label(&format!(
                    "slide {} {}",
                    self.slides,
                    element.attribute("name").unwrap_or_default()
                ));
            }
            "notes" => found.label("notes"),
            "annotation" => {
                found.text(" [comment: ");
            }
            "note-body" => {
                found.text(" [note: ");
            }
            "deletion" => found.label("deleted"),
            "tracked-changes" => found.label("tracked changes; what was inserted stands in the text below"),
            // Names of styles, readings of words, fields' instructions, and scripts.
            "ruby-text" | "font-face-decls" | "scripts" | "number-style" | "date-style" | "page-layout"
            | "note-citation" => xml.skip(),
            "creator" | "date" if self.depth == 0 => {
                let text = xml.text_inside();
                found.text(&format!("{text} "));
            }
            "title" | "desc" => {
                let text = xml.text_inside();
                found.text(&format!(" {} ", spaced(&text)));
            }
            _ => {}
        }
    }

    fn cell(&mut self, element: &Element<'_>, found: &mut Found) {
        let Some(table) = self.tables.last_mut() else { return };
        table.cell_said = false;
        let value = ["string-value", "date-value", "time-value", "value", "boolean-value"];
        table.value = value.iter().find_map(|name| element.attribute(name));
        if table.cell_started {
            found.text("\t");
        } else if table.row_hidden {
            found.text("[hidden row] ");
            table.row_hidden = false;
        }
        table.cell_started = true;
    }

    fn end(&mut self, name: &str, found: &mut Found) {
        match name {
            "p" | "h" => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 && self.tables.is_empty() {
                    found.text("\n");
                }
            }
            "table-cell" => {
                if let Some(table) = self.tables.last_mut()
                    && !table.cell_said
                    && let Some(value) = table.value.take()
                {
                    found.text(&value);
                }
            }
            "table" => {
                self.tables.pop();
                found.end_line();
            }
            "table-row" => found.end_line(),
            "annotation" | "note-body" => {
                found.text("] ");
            }
            "deletion" => found.end_line(),
            _ => {}
        }
    }
}
