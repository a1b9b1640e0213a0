//! What a page says to a PDF reader: marks into the operators of a content stream (ISO 32000-1, 8 and 9).
//!
//! Numbers are written from whole hundredths and tenths, so that the same page gives the same bytes everywhere.

use crate::embedded::Embedded;
use crate::faces::Faces;
use crate::line::{Line, Look, Stroke};
use crate::pager::{Mark, Page, SIDE};
use crate::word::{Word, WordGlyph, WordRun};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the glyphs of each face are read as, by glyph; "" of those that are not used.
#[derive(Default)]
pub(crate) struct Meanings<'a> {
    faces: BTreeMap<u8, Vec<&'a str>>,
}

impl<'a> Meanings<'a> {
    /// Notes what the glyphs of a page stand for. False where it has something that is not written here: a
    /// picture, and characters that share glyphs, as those of Arabic and Thai can.
    pub(crate) fn note(&mut self, faces: &Faces, page: &'a Page) -> bool {
        page.marks.iter().all(|mark| match mark {
            Mark::Text { line, .. } => line.pieces.iter().all(|placed| self.word(faces, &placed.word)),
            Mark::Box { .. } => true,
            Mark::Picture { .. } => false,
        })
    }

    fn word(&mut self, faces: &Faces, word: &'a Word) -> bool {
        word.runs.iter().all(|run| {
            let known = self.faces.entry(run.face).or_insert_with(|| ascii(faces, run.face));
            let mut before: Option<u16> = None;
            run.glyphs.iter().all(|glyph| {
                let text = read_as(word, glyph);
                let shared = before.replace(glyph.from) == Some(glyph.from);
                if shared || glyph.y != 0 || glyph.id == 0 || !is_plain(text) {
                    return false;
                }
                let at = usize::from(glyph.id);
                if known.len() <= at {
                    known.resize(at + 1, "");
                }
                if known[at].is_empty() {
                    known[at] = text;
                }
                true
            })
        })
    }

    /// For each face that is used, its glyphs in ascending order.
    pub(crate) fn of_faces(&self) -> impl Iterator<Item = (u8, Vec<(u16, &'a str)>)> + '_ {
        self.faces.iter().map(|(face, known)| {
            let used = (0_u16..).zip(known).filter(|(_, text)| !text.is_empty());
            (*face, used.map(|(glyph, text)| (glyph, *text)).collect())
        })
    }

    fn is(&self, face: u8, glyph: u16, text: &str) -> bool {
        self.faces.get(&face).and_then(|known| known.get(usize::from(glyph))).is_some_and(|own| *own == text)
    }
}

/// All of ASCII where a face sets running text.
fn ascii(faces: &Faces, face: u8) -> Vec<&'static str> {
    const ASCII: &str =
        " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    let mut known = Vec::new();
    if !Faces::sets_text(face) {
        return known;
    }
    for (at, c) in ASCII.char_indices() {
        let glyph = usize::from(faces.glyph(face, c));
        if known.len() <= glyph {
            known.resize(glyph + 1, "");
        }
        if glyph != 0 {
            known[glyph] = &ASCII[at..=at];
        }
    }
    known
}

fn read_as<'a>(word: &'a Word, glyph: &WordGlyph) -> &'a str {
    word.text.get(usize::from(glyph.from)..usize::from(glyph.to)).unwrap_or("")
}

/// Whether PDF/A-2u lets a glyph be read as this: something, and nothing private (ISO 19005-2, 6.2.11.7).
fn is_plain(text: &str) -> bool {
    let barred = |c: char| matches!(c, '\0' | '\u{FEFF}' | '\u{FFFE}' | '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}');
    !text.is_empty() && !text.chars().any(barred)
}

/// Writes the operators of one page.
pub(crate) struct Script<'a> {
    pub(crate) faces: &'a Faces,
    pub(crate) meanings: &'a Meanings<'a>,
    pub(crate) fonts: &'a BTreeMap<u8, Arc<Embedded>>,
    height: f32,
    bytes: Vec<u8>,
    grey: Option<u8>,
    font: Option<(u8, u32)>,
    /// Inside a text object.
    texting: bool,
    /// Inside a string of codes.
    showing: bool,
}

/// Glyphs that stand side by side in one face and look.
#[derive(Clone, Copy)]
struct Open {
    face: u8,
    look: Look,
    /// How far the next glyph stands from where the reader's widths put it, in thousandths of the size.
    off: f32,
}

impl<'a> Script<'a> {
    pub(crate) fn new(
        faces: &'a Faces,
        meanings: &'a Meanings<'a>,
        fonts: &'a BTreeMap<u8, Arc<Embedded>>,
        height: f32,
    ) -> Self {
        // The one colour space of the page's resources.
        let bytes = b"/G cs\n".to_vec();
        Self { faces, meanings, fonts, height, bytes, grey: None, font: None, texting: false, showing: false }
    }

    pub(crate) fn page(&mut self, page: &Page) {
        for mark in page.in_order() {
            match mark {
                Mark::Text { x, y, line } => self.line(line, SIDE + x, y + line.up),
                Mark::Box { x, y, width, height, grey } => self.block(SIDE + x, *y, *width, *height, *grey),
                // See `Meanings::note`.
                Mark::Picture { .. } => {}
            }
        }
    }

    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.end_text();
        self.bytes
    }

    fn line(&mut self, line: &Line, x: f32, baseline: f32) {
        for placed in line.pieces.iter().filter(|placed| placed.look.boxed) {
            let wide = placed.word.width * placed.look.size;
            self.block(x + placed.x, baseline - line.up, wide, line.height(), 0);
        }
        let mut open: Option<Open> = None;
        for placed in &line.pieces {
            let mut at = placed.x;
            for run in &placed.word.runs {
                let same = open.filter(|open| open.face == run.face && open.look == placed.look);
                let mut held = match same {
                    Some(held) => held,
                    None => self.start(run.face, placed.look, x + at, baseline),
                };
                self.run(&placed.word, run, &mut held);
                open = Some(held);
                at += run.width * placed.look.size;
            }
            if placed.look.stroke != Stroke::None {
                let wide = placed.word.width * placed.look.size;
                let y = match placed.look.stroke {
                    Stroke::Through => baseline - placed.look.size * 0.3,
                    _ => baseline + placed.look.size * 0.12,
                };
                self.block(x + placed.x, y, wide, 0.5, placed.look.grey);
                open = None;
            }
        }
        self.end_show();
    }

    fn start(&mut self, face: u8, look: Look, x: f32, baseline: f32) -> Open {
        self.end_show();
        if !self.texting {
            self.bytes.extend(b"BT\n");
            self.texting = true;
        }
        self.shade(look.grey);
        let font = (face, look.size.to_bits());
        if self.font != Some(font) {
            self.bytes.extend(format!("/F{face} ").as_bytes());
            self.number(look.size, 2);
            self.bytes.extend(b"Tf\n");
            self.font = Some(font);
        }
        self.bytes.extend(b"1 0 0 1 ");
        self.number(x, 2);
        self.number(self.height - baseline + look.risen(), 2);
        self.bytes.extend(b"Tm[");
        self.showing = true;
        Open { face, look, off: 0.0 }
    }

    fn run(&mut self, word: &Word, run: &WordRun, open: &mut Open) {
        let Some(font) = self.fonts.get(&run.face) else { return };
        let (mut string, units) = (false, self.faces.at(run.face).units);
        for glyph in &run.glyphs {
            let Some(code) = font.code(glyph.id) else { continue };
            let text = read_as(word, glyph);
            let other = !self.meanings.is(run.face, glyph.id, text);
            let aside = f32::from(glyph.x) * 1_000.0 / units;
            let away = ((open.off + aside) * 10.0).round() as i64;
            if string && (away != 0 || other) {
                self.bytes.push(b'>');
                string = false;
            }
            if away != 0 {
                self.tenths(-away);
                open.off -= away as f32 / 10.0;
            }
            if other {
                self.read_as(text);
            }
            if !string {
                self.bytes.push(b'<');
                string = true;
            }
            self.hex(code);
            if other {
                self.bytes.extend(b">]TJ EMC[");
                string = false;
            }
            open.off += f32::from(glyph.advance) * 1_000.0 / units - font.width(code);
        }
        if string {
            self.bytes.push(b'>');
        }
    }

    /// Two bytes as four digits: plain bytes could look like brackets to a reader that counts those.
    fn hex(&mut self, value: u16) {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        self.bytes.extend([12, 8, 4, 0].map(|shift| DIGITS[usize::from(value >> shift & 15)]));
    }

    /// What the next string is read as, where its glyph is read otherwise elsewhere.
    fn read_as(&mut self, text: &str) {
        self.bytes.extend(b"]TJ/Span<</ActualText<FEFF");
        for unit in text.encode_utf16() {
            self.hex(unit);
        }
        self.bytes.extend(b">>>BDC[");
    }

    fn end_show(&mut self) {
        if self.showing {
            self.bytes.extend(b"]TJ\n");
            self.showing = false;
        }
    }

    fn end_text(&mut self) {
        self.end_show();
        if self.texting {
            self.bytes.extend(b"ET\n");
            self.texting = false;
        }
    }

    fn block(&mut self, x: f32, y: f32, width: f32, height: f32, grey: u8) {
        if width <= 0.0 || height <= 0.0 {
            return;
        }
        self.end_text();
        self.shade(grey);
        for number in [x, self.height - y - height, width, height] {
            self.number(number, 2);
        }
        self.bytes.extend(b"re f\n");
    }

    fn shade(&mut self, grey: u8) {
        if self.grey != Some(grey) {
            self.number(f32::from(grey) / 255.0, 4);
            self.bytes.extend(b"sc\n");
            self.grey = Some(grey);
        }
    }

    /// A number with so many places, and a blank.
    fn number(&mut self, value: f32, places: u32) {
        let scale = 10_i64.pow(places);
        let whole = (f64::from(value) * scale as f64).round() as i64;
        if whole < 0 {
            self.bytes.push(b'-');
        }
        let (whole, mut part) =
            (whole.unsigned_abs() / scale.unsigned_abs(), whole.unsigned_abs() % scale.unsigned_abs());
        self.digits(whole);
        if part > 0 {
            self.bytes.push(b'.');
            let mut unit = scale.unsigned_abs() / 10;
            while part > 0 && unit > 0 {
                self.bytes.push(b'0' + (part / unit) as u8);
                part %= unit;
                unit /= 10;
            }
        }
        self.bytes.push(b' ');
    }

    fn tenths(&mut self, value: i64) {
        if value < 0 {
            self.bytes.push(b'-');
        }
        self.digits(value.unsigned_abs() / 10);
        if value % 10 != 0 {
            self.bytes.extend([b'.', b'0' + (value.unsigned_abs() % 10) as u8]);
        }
    }

    fn digits(&mut self, value: u64) {
        let mut digits = [0_u8; 20];
        let (mut at, mut rest) = (digits.len(), value);
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.bytes.extend_from_slice(&digits[at..]);
    }
}
