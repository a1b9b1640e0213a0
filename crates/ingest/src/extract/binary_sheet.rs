//! Excel workbooks in binary parts (MS-XLSB): the same sheets as XLSX, each part a list of records.

use super::old_sheet::{error, rk, truth};
use super::ole::{self, size_at, u16_at, u32_at};
use super::package::Package;
use super::sheet::{columns, one_line};
use super::sheet_number::{self, NumberForm};
use super::{FileToRead, Found, drawing, properties};
use duces_model::DefectCode;
use std::collections::BTreeMap;

/// Reads a workbook.
pub(crate) fn read(file: &FileToRead<'_>, found: &mut Found) {
    let Some(mut package) = Package::open(file, found) else { return };
    let main = package.main_part("xl/workbook.bin", found);
    let Some(workbook) = package.bytes(&main, found) else {
        return found.incomplete(DefectCode::DamagedFile, format!("its main part {main} is missing"));
    };
    let relations = package.relations(&main, found);
    let mut book = Book::default();
    for relation in &relations {
        match relation.kind.as_str() {
            "sharedStrings" => book.strings(&package.bytes(&relation.path, found).unwrap_or_default()),
            "styles" => book.styles(&package.bytes(&relation.path, found).unwrap_or_default()),
            _ => {}
        }
    }
    for (kind, body) in records(&workbook) {
        match kind {
            153 => book.from_1904 = body.first().is_some_and(|flags| flags & 1 != 0),
            156 => {
                let Some((relation, next)) = string(body, 8) else { continue };
                let name = string(body, next).map(|(name, _)| name).unwrap_or_default();
                let hidden = if u32_at(body, 0) == Some(0) { "" } else { ", hidden" };
                found.label(&format!("sheet {name}{hidden}"));
                match relations.iter().find(|known| known.id == relation) {
                    Some(relation) => book.sheet(&mut package, &relation.path, &name, found),
                    None => {
                        found.incomplete(DefectCode::DamagedFile, format!("sheet {name:?} leads nowhere"))
                    }
                }
            }
            _ => {}
        }
    }
    package.embedded("xl/embeddings/", found);
    properties::of_package(&mut package, found);
}

/// Records of a part (section 2.1.4): kind and length in seven bits a byte.
fn records(bytes: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let kind = {
            let first = u32::from(*bytes.get(at)?);
            at += 1;
            if first & 0x80 == 0 {
                first
            } else {
                at += 1;
                first & 0x7F | (u32::from(*bytes.get(at - 1)?) & 0x7F) << 7
            }
        };
        let mut length = 0_usize;
        for shift in [0, 7, 14, 21] {
            let byte = *bytes.get(at)?;
            at += 1;
            length |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let body = bytes.get(at..at.checked_add(length)?.min(bytes.len()))?;
        at += length;
        Some((kind, body))
    })
}

/// A string in 16 bits behind its length, and where it ends.
fn string(bytes: &[u8], at: usize) -> Option<(String, usize)> {
    let end = (at + 4).checked_add(size_at(bytes, at)?.checked_mul(2)?)?;
    Some((ole::wide(bytes.get(at + 4..end)?), end))
}

#[derive(Default)]
struct Book {
    strings: Vec<String>,
    forms: Vec<NumberForm>,
    from_1904: bool,
}

impl Book {
    fn strings(&mut self, part: &[u8]) {
        for (_, body) in records(part).filter(|(kind, _)| *kind == 19) {
            self.strings.push(string(body, 1).map(|(text, _)| text).unwrap_or_default());
        }
    }

    fn styles(&mut self, part: &[u8]) {
        let mut own = BTreeMap::new();
        let mut in_cells = false;
        for (kind, body) in records(part) {
            match kind {
                44 => {
                    if let (Some(id), Some((format, _))) = (u16_at(body, 0), string(body, 2)) {
                        own.insert(u32::from(id), sheet_number::written(&format));
                    }
                }
                617 => in_cells = true,
                618 => in_cells = false,
                47 if in_cells => {
                    let id = u16_at(body, 2).map(u32::from).unwrap_or(0);
                    self.forms.push(own.get(&id).copied().unwrap_or_else(|| sheet_number::built_in(id)));
                }
                _ => {}
            }
        }
    }

    fn sheet(&self, package: &mut Package<'_>, path: &str, name: &str, found: &mut Found) {
        let Some(part) = package.bytes(path, found) else {
            return found.incomplete(DefectCode::DamagedFile, format!("its part {path} is missing"));
        };
        let mut hidden = Vec::new();
        let mut in_row = false;
        for (kind, body) in records(&part) {
            match kind {
                0 => {
                    found.end_line();
                    in_row = false;
                    if body.get(11).is_some_and(|flags| flags & 0x10 != 0) {
                        found.text("[hidden row] ");
                    }
                }
                60 if u16_at(body, 16).is_some_and(|flags| flags & 1 != 0) => {
                    if let (Some(from), Some(to)) = (u32_at(body, 0), u32_at(body, 4)) {
                        hidden.push(columns(from.saturating_add(1), to.saturating_add(1)));
                    }
                }
                _ => {
                    let Some(text) = self.cell(kind, body, found) else { continue };
                    if in_row {
                        found.text("\t");
                    }
                    in_row = true;
                    if !found.text(&text) {
                        return;
                    }
                }
            }
        }
        found.end_line();
        if !hidden.is_empty() {
            found.label(&format!("hidden columns of this sheet: {}", hidden.join(", ")));
        }
        let mut relations = package.relations(path, found);
        relations.sort_by(|a, b| (&a.kind, &a.path).cmp(&(&b.kind, &b.path)));
        for relation in relations {
            match relation.kind.as_str() {
                "comments" => {
                    let part = package.bytes(&relation.path, found).unwrap_or_default();
                    found.label(&format!("comments of sheet {name}"));
                    for (_, body) in records(&part).filter(|(kind, _)| *kind == 637) {
                        found.line(&one_line(&string(body, 1).map(|(text, _)| text).unwrap_or_default()));
                    }
                }
                "drawing" => {
                    drawing::part(package, &relation.path, &format!("drawings of sheet {name}"), found)
                }
                _ => {}
            }
        }
    }

    /// A cell's value as shown; none for records that are no cells.
    fn cell(&self, kind: u32, body: &[u8], found: &mut Found) -> Option<String> {
        let style = usize::try_from(u32_at(body, 4)? & 0xFF_FFFF).ok()?;
        let number = |value| {
            let form = self.forms.get(style).copied().unwrap_or_default();
            sheet_number::shown(value, form, self.from_1904)
        };
        let real = || Some(f64::from_le_bytes(body.get(8..16)?.try_into().ok()?));
        Some(match kind {
            2 => number(rk(u32_at(body, 8)?)),
            3 | 11 => error(*body.get(8)?),
            4 | 10 => truth(*body.get(8)?),
            5 | 9 => number(real()?),
            6 | 8 => one_line(&string(body, 8)?.0),
            62 => one_line(&string(body, 9)?.0),
            7 => match self.strings.get(size_at(body, 8)?) {
                Some(string) => one_line(string),
                None => {
                    found.incomplete(DefectCode::DamagedFile, "a cell points at a string that is not there");
                    String::new()
                }
            },
            _ => return None,
        })
    }
}
