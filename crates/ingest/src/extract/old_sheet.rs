//! Old Excel workbooks (MS-XLS; Excel 5 and 95 by the same rules with 8-bit text): rows as lines, as for XLSX.

mod strings;

use super::ole::{self, size_at, u16_at, u32_at};
use super::sheet::{columns, one_line};
use super::sheet_number::{self, NumberForm};
use super::{FileToRead, Found};
use crate::charset;
use duces_model::DefectCode;
use std::collections::{BTreeMap, BTreeSet};
use strings::Text;

/// Reads a workbook.
pub(crate) fn read(file: &FileToRead<'_>, found: &mut Found) {
    if !file.bytes.starts_with(&[0xD0, 0xCF]) {
        // Without a compound file around: Excel 4 and older, or 5 as some programs write it.
        return workbook(file.bytes, found);
    }
    let Some(root) = ole::open(file, found) else { return };
    match root.stream("workbook").or_else(|| root.stream("book")) {
        Some(stream) => workbook(stream, found),
        None => found.incomplete(DefectCode::DamagedFile, "its stream of sheets cannot be read"),
    }
    ole::objects(&root, "mbd", found);
    ole::properties(&root, found);
}

/// A record with those that continue it.
struct Record<'a> {
    kind: u16,
    parts: Vec<&'a [u8]>,
}

impl<'a> Record<'a> {
    fn body(&self) -> &'a [u8] {
        self.parts.first().copied().unwrap_or_default()
    }
}

/// The records from a place on.
struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;
    fn next(&mut self) -> Option<Record<'a>> {
        let (kind, body) = self.one()?;
        let mut parts = vec![body];
        while u16_at(self.stream, self.at) == Some(0x003C) {
            let Some((_, more)) = self.one() else { break };
            parts.push(more);
        }
        Some(Record { kind, parts })
    }
}

impl<'a> Records<'a> {
    fn one(&mut self) -> Option<(u16, &'a [u8])> {
        let (kind, length) = (u16_at(self.stream, self.at)?, usize::from(u16_at(self.stream, self.at + 2)?));
        let start = self.at + 4;
        let body = self.stream.get(start..(start + length).min(self.stream.len()))?;
        self.at = start + length;
        Some((kind, body))
    }
}

#[derive(Default)]
struct Book {
    /// Text in 16 bits (Excel 97 and later).
    wide: bool,
    page: String,
    strings: Vec<String>,
    formats: BTreeMap<u32, NumberForm>,
    cell_formats: Vec<u32>,
    from_1904: bool,
    sheets: Vec<(usize, bool, String)>,
}

fn workbook(stream: &[u8], found: &mut Found) {
    let version = u16_at(stream, 4);
    let is_start = u16_at(stream, 0) == Some(0x0809);
    if !is_start || !matches!(version, Some(0x0500 | 0x0600)) {
        let detail = "written by an Excel before version 5, or not as one";
        return found.incomplete(DefectCode::NoExtractor, detail);
    }
    let mut book = Book { wide: version == Some(0x0600), page: "windows-1252".to_owned(), ..Book::default() };
    for record in (Records { stream, at: 0 }) {
        match record.kind {
            0x002F => {
                let detail = "under a password, in a way that this version does not open";
                return found.incomplete(DefectCode::Encrypted, detail);
            }
            0x0042 => {
                let page = u16_at(record.body(), 0).map_or(1252, |page| {
                    if page == 0x8001 {
                        1252
                    } else if page == 0x8000 {
                        10000
                    } else {
                        u32::from(page)
                    }
                });
                book.page = charset::of_code_page(page);
            }
            0x0022 => book.from_1904 = u16_at(record.body(), 0) == Some(1),
            0x0085 => book.sheet(record.body()),
            0x041E => {
                let id = u16_at(record.body(), 0).map(u32::from).unwrap_or(0);
                let text = if book.wide { book.text(&record, 2, true) } else { book.text(&record, 2, false) };
                book.formats.insert(id, sheet_number::written(&text.unwrap_or_default()));
            }
            0x00E0 => book.cell_formats.push(u16_at(record.body(), 2).map(u32::from).unwrap_or(0)),
            0x00FC => book.shared(&record, found),
            0x000A => break,
            _ => {}
        }
    }
    if book.sheets.is_empty() {
        // A workbook of one sheet, as Excel 4 and some programs write it.
        book.cells(stream, 0, found);
    }
    for (at, hidden, name) in std::mem::take(&mut book.sheets) {
        let hidden = if hidden { ", hidden" } else { "" };
        found.label(&format!("sheet {name}{hidden}"));
        if u16_at(stream, at) == Some(0x0809) {
            book.cells(stream, at, found);
        } else {
            found.incomplete(DefectCode::DamagedFile, format!("sheet {name:?} leads nowhere"));
        }
    }
}

/// A sheet as it is read.
#[derive(Default)]
struct Sheet {
    cells: BTreeMap<(u16, u16), String>,
    hidden_rows: BTreeSet<u16>,
    hidden_columns: Vec<(u32, u32)>,
    beside: Vec<(&'static str, String)>,
}

impl Book {
    fn sheet(&mut self, body: &[u8]) {
        let (Some(at), Some(hidden)) = (size_at(body, 0), body.get(4)) else { return };
        let name = match (self.wide, body.get(6), body.get(7)) {
            (true, Some(length), Some(flags)) => {
                let signs = usize::from(*length);
                let bytes = body.get(8..).unwrap_or_default();
                if flags & 1 == 0 {
                    bytes.iter().take(signs).map(|byte| char::from(*byte)).collect()
                } else {
                    ole::wide(&bytes[..bytes.len().min(signs * 2)])
                }
            }
            (false, Some(length), _) => {
                let bytes = body.get(7..).unwrap_or_default();
                let name = &bytes[..bytes.len().min(usize::from(*length))];
                charset::decode(Some(&self.page), name).text.into_owned()
            }
            _ => String::new(),
        };
        self.sheets.push((at, hidden & 3 != 0, name));
    }

    fn shared(&mut self, record: &Record<'_>, found: &mut Found) {
        let mut text = Text::new(&record.parts);
        text.skip(4);
        let stated = text.number().unwrap_or(0);
        for _ in 0..stated {
            match text.string() {
                Some(string) => self.strings.push(string),
                // A cell that points at one that is not there says so.
                None => {
                    let detail = format!("{} of {stated} strings are there", self.strings.len());
                    return found.note(DefectCode::DamagedFile, detail);
                }
            }
        }
    }

    /// A string at a place of a record; its length is a number of two bytes, or of one.
    fn text(&self, record: &Record<'_>, at: usize, long: bool) -> Option<String> {
        if self.wide {
            let mut text = Text::new(&record.parts);
            text.skip(at);
            return if long { text.string() } else { text.short_string() };
        }
        let body = record.body();
        let (start, length) = if long {
            (at + 2, usize::from(u16_at(body, at)?))
        } else {
            (at + 1, usize::from(*body.get(at)?))
        };
        let bytes = body.get(start..(start + length).min(body.len()))?;
        Some(charset::decode(Some(&self.page), bytes).text.into_owned())
    }

    /// The cells from the start of a sheet to its end; sheets inside (charts) are read with it.
    fn cells(&self, stream: &[u8], at: usize, found: &mut Found) {
        // A chart on the sheet keeps values of its own, at places that are not the sheet's.
        let (mut own, mut chart) = (Sheet::default(), Sheet::default());
        let (mut depth, mut formula) = (0, None);
        let mut size = 0;
        for record in (Records { stream, at }) {
            let body = record.body();
            let sheet = if depth > 1 { &mut chart } else { &mut own };
            match record.kind {
                0x0809 => depth += 1,
                0x000A => {
                    depth -= 1;
                    if depth <= 0 {
                        break;
                    }
                }
                0x0207 => {
                    if let (Some(place), Some(text)) = (formula.take(), self.text(&record, 0, true)) {
                        sheet.cells.insert(place, one_line(&text));
                    }
                }
                0x0006 | 0x0206 | 0x0406 => formula = self.formula(body, sheet),
                0x00BD => self.many(body, sheet),
                0x0208 if u16_at(body, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                    sheet.hidden_rows.extend(u16_at(body, 0));
                }
                0x007D if u16_at(body, 8).is_some_and(|flags| flags & 1 != 0) => {
                    if let (Some(from), Some(to)) = (u16_at(body, 0), u16_at(body, 2)) {
                        sheet.hidden_columns.push((u32::from(from) + 1, u32::from(to) + 1));
                    }
                }
                0x0014 | 0x0015 if !body.is_empty() => {
                    let what = if record.kind == 0x0014 { "header" } else { "footer" };
                    sheet.beside.extend(
                        self.text(&record, 0, self.wide).map(|text| (what, super::sheet::header_text(&text))),
                    );
                }
                0x01B6 if self.wide => {
                    sheet.beside.extend(
                        strings::object_text(&record.parts).map(|text| ("comment or text box", text)),
                    );
                }
                0x001C if !self.wide => {
                    let note = body.get(6..).unwrap_or_default();
                    sheet.beside.push(("comment", charset::decode(Some(&self.page), note).text.into_owned()));
                }
                // Names of a chart.
                0x100D => sheet.beside.extend(self.text(&record, 2, false).map(|text| ("chart", text))),
                _ => self.cell(&record, sheet, found),
            }
            size += body.len();
            if size as u64 > found.bounds().unpacked_bytes_max {
                found.incomplete(DefectCode::ExpandsTooFar, "a sheet is larger than the limit");
                break;
            }
        }
        own.told(found);
        if !chart.cells.is_empty() || !chart.beside.is_empty() {
            found.label("values of charts on this sheet");
            chart.told(found);
        }
    }

    fn cell(&self, record: &Record<'_>, sheet: &mut Sheet, found: &mut Found) {
        let body = record.body();
        let (Some(row), Some(column), Some(format)) = (u16_at(body, 0), u16_at(body, 2), u16_at(body, 4))
        else {
            return;
        };
        let text = match record.kind {
            0x00FD => match size_at(body, 6).and_then(|at| self.strings.get(at)) {
                Some(string) => one_line(string),
                None => {
                    return found
                        .incomplete(DefectCode::DamagedFile, "a cell points at a string that is not there");
                }
            },
            0x0204 | 0x00D6 => one_line(&self.text(record, 6, true).unwrap_or_default()),
            0x0203 => match body.get(6..14).and_then(|bytes| bytes.try_into().ok()) {
                Some(bytes) => self.number(f64::from_le_bytes(bytes), format),
                None => return,
            },
            0x027E => match u32_at(body, 6) {
                Some(packed) => self.number(rk(packed), format),
                None => return,
            },
            0x0205 => match (body.get(6), body.get(7)) {
                (Some(value), Some(0)) => truth(*value),
                (Some(value), _) => error(*value),
                _ => return,
            },
            _ => return,
        };
        sheet.cells.insert((row, column), text);
    }

    /// A formula's last value; where that is a text, the place for the record that follows.
    fn formula(&self, body: &[u8], sheet: &mut Sheet) -> Option<(u16, u16)> {
        let (place, format) = ((u16_at(body, 0)?, u16_at(body, 2)?), u16_at(body, 4)?);
        let value: [u8; 8] = body.get(6..14)?.try_into().ok()?;
        let text = match (value[0], value[6], value[7]) {
            (0, 0xFF, 0xFF) => return Some(place),
            (1, 0xFF, 0xFF) => truth(value[2]),
            (2, 0xFF, 0xFF) => error(value[2]),
            (_, 0xFF, 0xFF) => String::new(),
            _ => self.number(f64::from_le_bytes(value), format),
        };
        sheet.cells.insert(place, text);
        None
    }

    /// Several numbers in a row.
    fn many(&self, body: &[u8], sheet: &mut Sheet) {
        let (Some(row), Some(first)) = (u16_at(body, 0), u16_at(body, 2)) else { return };
        for (number, at) in (0_u16..).zip((4..body.len().saturating_sub(7)).step_by(6)) {
            if let (Some(format), Some(packed)) = (u16_at(body, at), u32_at(body, at + 2)) {
                sheet.cells.insert((row, first.saturating_add(number)), self.number(rk(packed), format));
            }
        }
    }

    fn number(&self, value: f64, format: u16) -> String {
        let id = self.cell_formats.get(usize::from(format)).copied().unwrap_or(0);
        let form = self.formats.get(&id).copied().unwrap_or_else(|| sheet_number::built_in(id));
        sheet_number::shown(value, form, self.from_1904)
    }
}

impl Sheet {
    fn told(&self, found: &mut Found) {
        let mut row = None;
        for ((number, _), text) in &self.cells {
            if row != Some(*number) {
                found.end_line();
                row = Some(*number);
                if self.hidden_rows.contains(number) {
                    found.text("[hidden row] ");
                }
            } else {
                found.text("\t");
            }
            if !found.text(text) {
                return;
            }
        }
        found.end_line();
        if !self.hidden_columns.is_empty() {
            let list: Vec<String> =
                self.hidden_columns.iter().map(|(from, to)| columns(*from, *to)).collect();
            found.label(&format!("hidden columns of this sheet: {}", list.join(", ")));
        }
        for (what, text) in self.beside.iter().filter(|(_, text)| !text.trim().is_empty()) {
            found.label(what);
            found.line(text.trim());
        }
    }
}

/// A number packed into 32 bits (MS-XLS section 2.5.217).
pub(crate) fn rk(packed: u32) -> f64 {
    let value = if packed & 2 == 0 {
        f64::from_bits(u64::from(packed & !3) << 32)
    } else {
        f64::from(packed.cast_signed() >> 2)
    };
    if packed & 1 == 0 { value } else { value / 100.0 }
}

/// A truth value as a sheet shows it.
pub(crate) fn truth(value: u8) -> String {
    if value == 0 { "FALSE".to_owned() } else { "TRUE".to_owned() }
}

/// An error as a sheet shows it (section 2.5.10).
pub(crate) fn error(value: u8) -> String {
    match value {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => "#ERROR",
    }
    .to_owned()
}
