//! Old Word documents (MS-DOC; Word 6 and 95 by the same rules with 8-bit text).
//!
//! The text lies in pieces that a table puts in order (section 2.4.1): the document, then notes, headers,
//! comments, text boxes, told apart by their lengths. Deleted text stands in the pieces and is known by the
//! properties of its characters (section 2.4.6.2).

use super::changes::{Change, Changes, Paragraph};
use super::ole::{self, size_at, u16_at, u32_at};
use super::{FileToRead, Found};
use crate::charset;
use crate::outlook::storage::Storage;
use duces_model::DefectCode;

/// Stories in the order in which their text lies: where the length stands in Word 97 and later, and in Word 6.
const STORIES: [(usize, usize, &str); 8] = [
    (0x4C, 0x34, ""),
    (0x50, 0x38, "footnotes"),
    (0x54, 0x3C, "headers and footers"),
    (0x58, 0x40, "macros"),
    (0x5C, 0x44, "comments"),
    (0x60, 0x48, "endnotes"),
    (0x64, 0x4C, "text boxes"),
    (0x68, 0x50, "text boxes of headers"),
];

/// Most pieces, and runs of properties, of one document.
const PIECES_MAX: usize = 1_000_000;

/// Reads a document.
pub(crate) fn read(file: &FileToRead<'_>, found: &mut Found) {
    let Some(root) = ole::open(file, found) else { return };
    match root.stream("worddocument") {
        Some(main) => document(&root, main, found),
        None => found.incomplete(DefectCode::DamagedFile, "its stream WordDocument cannot be read"),
    }
    if let Some(pool) = root.storage("objectpool") {
        ole::objects(pool, "", found);
    }
    ole::properties(&root, found);
}

/// A run of text of one form at a place of the main stream.
struct Piece {
    characters: usize,
    at: usize,
    wide: bool,
}

fn document(root: &Storage, main: &[u8], found: &mut Found) {
    let (Some(magic), Some(version), Some(flags)) = (u16_at(main, 0), u16_at(main, 2), u16_at(main, 0x0A))
    else {
        return found.incomplete(DefectCode::DamagedFile, "it ends inside its header");
    };
    if flags & 0x0100 != 0 {
        return found
            .incomplete(DefectCode::Encrypted, "under a password, in a way that this version does not open");
    }
    let modern = version >= 0xC1;
    if !modern && !matches!(magic, 0xA5DC | 0xA5EC) || version < 0x65 {
        return found
            .incomplete(DefectCode::NoExtractor, format!("written by a Word before version 6 ({version})"));
    }
    let table = if flags & 0x0200 == 0 { root.stream("0table") } else { root.stream("1table") };
    let pieces = if modern {
        table.and_then(|table| piece_table(table, size_at(main, 0x1A2)?, size_at(main, 0x1A6)?, true))
    } else if flags & 0x0004 != 0 {
        size_at(main, 0x160)
            .zip(size_at(main, 0x164))
            .and_then(|(at, length)| piece_table(main, at, length, false))
    } else {
        size_at(main, 0x18).zip(size_at(main, 0x1C)).and_then(|(from, to)| {
            Some(vec![Piece { characters: to.checked_sub(from)?, at: from, wide: false }])
        })
    };
    let Some(pieces) = pieces else {
        return found.incomplete(DefectCode::DamagedFile, "its table of pieces cannot be read");
    };
    let runs =
        if modern { table.and_then(|table| runs(table, main)).unwrap_or_default() } else { Vec::new() };
    let page = if modern { 1252 } else { code_page(u16_at(main, 6).unwrap_or(0x409)) };
    let mut reader = Reader { page: charset::of_code_page(page), ..Reader::default() };
    let mut lengths = STORIES.iter().map(|(modern_at, old_at, label)| {
        let at = if modern { *modern_at } else { *old_at };
        (size_at(main, at).unwrap_or(0), *label)
    });
    let mut story = lengths.next().unwrap_or((0, ""));
    let mut lost = 0;
    for piece in &pieces {
        let size = if piece.wide { 2 } else { 1 };
        for number in 0..piece.characters {
            while story.0 == 0 {
                let Some(next) = lengths.next() else { break };
                reader.end(found);
                story = next;
                if story.0 > 0 {
                    found.label(story.1);
                }
            }
            story.0 = story.0.saturating_sub(1);
            let at = piece.at + number * size;
            let Some(bytes) = main.get(at..at + size) else {
                lost += piece.characters - number;
                break;
            };
            reader.change_at(at, &runs, found);
            reader.character(bytes, found);
        }
    }
    reader.end(found);
    reader.changes.told(found);
    if lost > 0 {
        found.incomplete(DefectCode::DamagedFile, format!("{lost} characters lie beyond its end"));
    }
}

/// The table of pieces: CLX of section 2.9.38, behind runs of properties.
fn piece_table(table: &[u8], at: usize, length: usize, modern: bool) -> Option<Vec<Piece>> {
    let clx = table.get(at..at.checked_add(length)?)?;
    let mut at = 0;
    while *clx.get(at)? == 1 {
        at = at.checked_add(3)?.checked_add(usize::from(u16_at(clx, at + 1)?))?;
    }
    if *clx.get(at)? != 2 {
        return None;
    }
    let plc = clx.get(at + 5..(at + 5).checked_add(size_at(clx, at + 1)?)?)?;
    let count = plc.len().checked_sub(4)? / 12;
    let each = |number: usize| {
        let characters = size_at(plc, number * 4 + 4)?.checked_sub(size_at(plc, number * 4)?)?;
        let place = u32_at(plc, (count + 1) * 4 + number * 8 + 2)?;
        let packed = place & 0x4000_0000 != 0;
        let place = usize::try_from(place & 0x3FFF_FFFF).ok()?;
        Some(match (modern, packed) {
            (true, true) => Piece { characters, at: place / 2, wide: false },
            (true, false) => Piece { characters, at: place, wide: true },
            (false, _) => Piece { characters, at: place, wide: false },
        })
    };
    (0..count.min(PIECES_MAX)).map(each).collect()
}

/// What was done to the characters from one place of the main stream to another.
struct Run {
    from: usize,
    to: usize,
    deleted: bool,
}

/// Runs that are inserted or deleted, from the pages of character properties (sections 2.8.5 and 2.9.32).
fn runs(table: &[u8], main: &[u8]) -> Option<Vec<Run>> {
    let plc = table.get(size_at(main, 0xFA)?..size_at(main, 0xFA)?.checked_add(size_at(main, 0xFE)?)?)?;
    let count = plc.len().checked_sub(4)? / 8;
    let mut runs = Vec::new();
    for number in 0..count.min(PIECES_MAX) {
        let page = size_at(plc, (count + 1) * 4 + number * 4)? & 0x3F_FFFF;
        let Some(page) = main.get(page.checked_mul(512)?..page.checked_mul(512)?.checked_add(512)?) else {
            continue;
        };
        let of_page = usize::from(page[511]);
        for run in 0..of_page {
            let (Some(from), Some(to)) = (size_at(page, run * 4), size_at(page, run * 4 + 4)) else { break };
            let Some(at) =
                page.get((of_page + 1) * 4 + run).map(|at| usize::from(*at) * 2).filter(|at| *at > 0)
            else {
                continue;
            };
            let properties = page.get(at).and_then(|length| page.get(at + 1..at + 1 + usize::from(*length)));
            let (deleted, inserted) = properties.map(marks).unwrap_or_default();
            if deleted || inserted {
                runs.push(Run { from, to, deleted });
            }
        }
    }
    runs.sort_by_key(|run| run.from);
    Some(runs)
}

/// Whether properties mark their characters as deleted or inserted (sprmCFRMarkDel, sprmCFRMark).
fn marks(properties: &[u8]) -> (bool, bool) {
    let (mut deleted, mut inserted, mut at) = (false, false, 0);
    while let Some(code) = u16_at(properties, at) {
        let value = properties.get(at + 2).copied().unwrap_or(0);
        match code {
            0x0800 => deleted = value != 0,
            0x0801 => inserted = value != 0,
            _ => {}
        }
        at += 2 + match code >> 13 {
            0 | 1 => 1,
            2 | 4 | 5 => 2,
            3 => 4,
            6 => 1 + usize::from(value),
            _ => 3,
        };
    }
    (deleted, inserted)
}

/// Puts characters together to text.
#[derive(Default)]
struct Reader {
    page: String,
    pending: Vec<u8>,
    wide: bool,
    /// Of each field around, whether its instruction is being read.
    fields: Vec<bool>,
    /// Whether a cell has just ended: a second mark then ends the row.
    cell_ended: bool,
    paragraph: Paragraph,
    changes: Changes,
    change: Option<bool>,
}

impl Reader {
    /// Opens and closes tracked changes as the runs around this place say.
    fn change_at(&mut self, at: usize, runs: &[Run], found: &mut Found) {
        if runs.is_empty() {
            return;
        }
        let next = runs.partition_point(|run| run.from <= at);
        let run = next.checked_sub(1).and_then(|last| runs.get(last)).filter(|run| at < run.to);
        let change = run.map(|run| run.deleted);
        if change == self.change {
            return;
        }
        self.flush(found);
        if self.change.is_some() {
            self.paragraph.close(&mut self.changes);
        }
        if let Some(deleted) = change {
            self.paragraph.open(Change { deleted, ..Change::default() });
        }
        self.change = change;
    }

    /// One character, in one byte or two; signs below 32 are marks (section 2.4.1).
    fn character(&mut self, bytes: &[u8], found: &mut Found) {
        let mark = match bytes {
            [byte] | [byte, 0] if *byte < 32 => *byte,
            _ => {
                self.cell_ended = false;
                if self.fields.last() == Some(&true) {
                    return;
                }
                let wide = bytes.len() == 2;
                if wide != self.wide {
                    self.flush(found);
                    self.wide = wide;
                }
                self.pending.extend_from_slice(bytes);
                return;
            }
        };
        let cell_ended = std::mem::replace(&mut self.cell_ended, mark == 0x07);
        match mark {
            0x13 => {
                self.flush(found);
                return self.fields.push(true);
            }
            0x14 => {
                if let Some(field) = self.fields.last_mut() {
                    *field = false;
                }
                return;
            }
            0x15 => {
                self.fields.pop();
                return;
            }
            _ if self.fields.last() == Some(&true) => return,
            _ => self.flush(found),
        }
        match mark {
            0x07 if cell_ended => {
                self.cell_ended = false;
                found.end_line();
            }
            0x07 => {
                self.paragraph.end(&mut self.changes);
                self.paragraph.say("\t", found);
            }
            0x0D => {
                self.paragraph.end(&mut self.changes);
                found.text("\n");
            }
            0x09 => self.paragraph.say("\t", found),
            0x0B | 0x0C | 0x0E => self.paragraph.say("\n", found),
            0x1E => self.paragraph.say("-", found),
            _ => {}
        }
    }

    fn flush(&mut self, found: &mut Found) {
        if self.pending.is_empty() {
            return;
        }
        let text = if self.wide {
            ole::wide(&self.pending)
        } else {
            charset::decode(Some(&self.page), &self.pending).text.into_owned()
        };
        self.pending.clear();
        // Symbol fonts use the private area, whose signs say nothing in text.
        let text = text.replace(|sign| ('\u{E000}'..='\u{F8FF}').contains(&sign), " ");
        self.paragraph.say(&text, found);
    }

    /// A story ends.
    fn end(&mut self, found: &mut Found) {
        self.flush(found);
        self.fields.clear();
        self.cell_ended = false;
        self.paragraph.end(&mut self.changes);
        found.end_line();
    }
}

/// The code page of a language (MS-LCID), for texts in 8 bits.
fn code_page(language: u16) -> u32 {
    match language & 0x3FF {
        0x19 | 0x02 | 0x23 | 0x22 | 0x2F => 1251,
        0x05 | 0x0E | 0x15 | 0x18 | 0x1A | 0x1B | 0x1C | 0x24 => 1250,
        0x08 => 1253,
        0x1F => 1254,
        0x0D => 1255,
        0x01 | 0x29 => 1256,
        0x25..=0x27 => 1257,
        0x1E => 874,
        0x11 => 932,
        0x12 => 949,
        0x04 => {
            if matches!(language, 0x0404 | 0x0C04) {
                950
            } else {
                936
            }
        }
        _ => 1252,
    }
}
