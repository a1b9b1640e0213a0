//! A workbook (XLSX, ECMA-376) whose first sheet lists documents: the index of a production of natives.
//!
//! A cell holds what is stored in it, not what a spreadsheet program would show: a day that is stored as a number is
//! that number.

use crate::code::{Code, Severity};
use crate::dat::{Row, VALUES_MAX};
use crate::decode::Decoder;
use crate::load_file::Stop;
use crate::record::{self, Take};
use crate::xml::{Event, Xml, damage};
use crate::zip::ZipError;
use crate::zip_directory::{self, Directory};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};

/// Most bytes of strings that cells share and that are held.
const SHARED_BYTES_MAX: usize = 64 << 20;

/// Gives each row of the first sheet that is not empty; the first is the header.
pub(crate) fn each(mut bytes: impl Read, take: &mut Take<'_>) -> Result<(), Stop> {
    let mut held = tempfile::tempfile()?;
    io::copy(&mut bytes, &mut held)?;
    let directory = match zip_directory::read_directory(&held, None) {
        Ok(directory) => directory,
        Err(ZipError::Io(error)) => return Err(error.into()),
        Err(ZipError::NotZip) => return Err(damage("it is no workbook (XLSX)").into()),
        Err(ZipError::Damaged(message)) => return Err(damage(message).into()),
    };
    // Where two programs would unpack two things, nobody knows what the rows are.
    let fails = |code: &Code| code.severity() == Severity::Fails;
    if let Some((_, name, message)) = directory.problems.iter().find(|(code, ..)| fails(code)) {
        return Err(damage(format!("{name}: {message}")).into());
    }
    let book = Book { held: &held, directory: &directory };
    let sheet = book.first_sheet()?;
    let shared = book.shared()?;
    book.rows(&sheet, &shared, take)
}

struct Book<'a> {
    held: &'a File,
    directory: &'a Directory,
}

impl<'a> Book<'a> {
    fn part(&self, name: &str) -> io::Result<Option<Xml<Box<dyn Read + Send + 'a>>>> {
        let Some(entry) = self.directory.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
        else {
            return Ok(None);
        };
        if !entry.readable {
            return Err(damage(format!("its part {name} cannot be unpacked")));
        }
        Ok(Some(Xml::new(Decoder::new(entry.open(self.held, None)?)?)))
    }

    fn required(&self, name: &str) -> io::Result<Xml<Box<dyn Read + Send + 'a>>> {
        self.part(name)?.ok_or_else(|| damage(format!("it has no part {name}")))
    }

    /// The part of the sheet that stands first.
    fn first_sheet(&self) -> io::Result<String> {
        let mut book = self.required("xl/workbook.xml")?;
        let mut id = None;
        while let Some(event) = book.next()? {
            if event.starts("sheet") && id.is_none() {
                id = event.attribute("id").map(str::to_owned);
            }
        }
        let id = id.ok_or_else(|| damage("it has no sheet"))?;
        let mut relations = self.required("xl/_rels/workbook.xml.rels")?;
        let mut target = None;
        while let Some(event) = relations.next()? {
            if event.starts("Relationship") && event.attribute("Id") == Some(&id) {
                target = event.attribute("Target").map(str::to_owned);
            }
        }
        let target = target.ok_or_else(|| damage("its first sheet has no part"))?;
        Ok(target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned))
    }

    /// Strings that cells share.
    fn shared(&self) -> io::Result<Vec<String>> {
        let Some(mut part) = self.part("xl/sharedStrings.xml")? else { return Ok(Vec::new()) };
        let (mut strings, mut bytes) = (Vec::new(), 0);
        while let Some(event) = part.next()? {
            if event.starts("si") {
                let text = words(&mut part, "si")?;
                bytes += text.len() + size_of::<String>();
                if bytes > SHARED_BYTES_MAX {
                    return Err(damage(
                        "its cells share more than 64 MiB of strings, more than is held here",
                    ));
                }
                strings.push(text);
            }
        }
        Ok(strings)
    }

    fn rows(&self, sheet: &str, shared: &[String], take: &mut Take<'_>) -> Result<(), Stop> {
        let mut part = self.required(sheet)?;
        let (mut row, mut number, mut width) = (Row::new(), 0, 0);
        while let Some(event) = part.next()? {
            if !event.starts("row") {
                continue;
            }
            number = match event.attribute("r") {
                Some(stated) => stated.parse().map_err(|_| damage(format!("found a row {stated:?}")))?,
                None => number + 1,
            };
            let mut cells = cells(&mut part, shared)?;
            if cells.values().all(|value| value.is_empty()) {
                continue;
            }
            let last = cells.last_key_value().map_or(0, |(at, _)| at + 1);
            // The first row is the header; cells that are empty at the end of a row are not written.
            width = if width == 0 { last } else { width };
            row.refill(number, (0..last.max(width)).map(|at| cells.remove(&at).unwrap_or_default()));
            record::plain(&row, take)?;
        }
        Ok(())
    }
}

/// The cells of a row, by column from 0.
fn cells<R: Read>(part: &mut Xml<R>, shared: &[String]) -> io::Result<BTreeMap<usize, String>> {
    let (mut cells, mut next) = (BTreeMap::new(), 0);
    while let Some(event) = part.next()? {
        if event.ends("row") {
            break;
        }
        if !event.starts("c") {
            continue;
        }
        let at = match event.attribute("r") {
            Some(place) => column(place).ok_or_else(|| damage(format!("found a cell {place:?}")))?,
            None => next,
        };
        next = at + 1;
        let kind = event.attribute("t").unwrap_or("n").to_owned();
        let text = value(part)?;
        let text = match kind.as_str() {
            "s" => {
                let place = text.trim().parse::<usize>().ok();
                let found = place.and_then(|place| shared.get(place)).cloned();
                found.ok_or_else(|| {
                    damage(format!("found a cell of the shared string {text:?}, which is not there"))
                })?
            }
            "b" => if text.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
            "inlineStr" | "str" => unescaped(&text),
            _ => text.trim().to_owned(),
        };
        cells.insert(at, text);
    }
    Ok(cells)
}

/// What stands in a cell: its value, or the text in it.
fn value<R: Read>(part: &mut Xml<R>) -> io::Result<String> {
    let mut value = String::new();
    while let Some(event) = part.next()? {
        if event.ends("c") {
            break;
        }
        if event.starts("is") {
            value = words(part, "is")?;
        } else if event.starts("v") {
            value = text_of(part, "v")?;
        }
    }
    Ok(value)
}

/// The text of an element up to its end.
fn text_of<R: Read>(part: &mut Xml<R>, name: &str) -> io::Result<String> {
    let mut text = String::new();
    while let Some(event) = part.next()? {
        match event {
            Event::Text(more) => text += &more,
            event if event.ends(name) => break,
            _ => {}
        }
    }
    Ok(text)
}

/// The words of `<si>` or `<is>`, without the hints of pronunciation in `<rPh>`.
fn words<R: Read>(part: &mut Xml<R>, name: &str) -> io::Result<String> {
    let (mut text, mut hint) = (String::new(), false);
    while let Some(event) = part.next()? {
        if event.ends(name) {
            break;
        }
        hint = event.starts("rPh") || (hint && !event.ends("rPh"));
        if event.starts("t") && !hint {
            text += &text_of(part, "t")?;
        }
    }
    Ok(if name == "si" { unescaped(&text) } else { text })
}

/// The column of a cell's name, from 0: `B7` is 1.
fn column(place: &str) -> Option<usize> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let column = letters.fold(0_usize, |sum, letter| {
        sum.saturating_mul(26).saturating_add(usize::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    (1..=VALUES_MAX).contains(&column).then(|| column - 1)
}

/// Characters that XML cannot hold are written `_x000D_` (ECMA-376 part 1, 22.9.2.19).
fn unescaped(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest.get(at + 6..at + 7) == Some("_"));
        let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(sign) => {
                out.push_str(&rest[..at]);
                out.push(sign);
                rest = &rest[at + 7..];
            }
            None => {
                out.push_str(&rest[..at + 2]);
                rest = &rest[at + 2..];
            }
        }
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_told_by_their_letters() {
        assert_eq!(
            [column("A1"), column("Z9"), column("AA10"), column("7"), column("ZZZZ1")],
            [Some(0), Some(25), Some(26), None, None]
        );
    }

    #[test]
    fn signs_that_xml_cannot_hold_are_read_and_everything_else_stays() {
        assert_eq!(unescaped("a_x000D_b _x005F_x0041_ _x12 _xzzzz_"), "a\rb _x0041_ _x12 _xzzzz_");
    }
}
