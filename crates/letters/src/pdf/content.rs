//! A page's content (9.4): which characters are shown, and where.

use super::characters::without_ligatures;
use super::font::Font;
use super::{guard, unpacked};
use crate::error::LettersError;
use crate::letter::UNPACKED_MAX;
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction as Op;
use hayro_syntax::object::{Dict, Name, Number, Object};
use hayro_syntax::page::Resources;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Most characters of one letter.
const CHARACTERS_MAX: usize = 5_000_000;
/// Most operations of one letter.
const OPERATIONS_MAX: usize = 20_000_000;
/// How deep forms may be drawn inside each other, and states be saved.
const FORMS_MAX: usize = 8;
const SAVED_MAX: usize = 256;

/// A character where it was shown, in points from the page's lower left, turned so that it runs right.
#[derive(Debug, Clone)]
pub(super) struct Character {
    pub(super) text: String,
    pub(super) x: f32,
    pub(super) y: f32,
    /// Where the next one would stand.
    pub(super) end: f32,
    pub(super) size: f32,
}

/// `[a b c d e f]` of 8.3.3.
type Matrix = [f32; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn times(a: Matrix, b: Matrix) -> Matrix {
    [
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    ]
}

fn matrix(numbers: [&Number; 6]) -> Matrix {
    numbers.map(Number::as_f32)
}

#[derive(Clone)]
struct State {
    ctm: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    letter_space: f32,
    word_space: f32,
    stretch: f32,
    leading: f32,
    rise: f32,
}

/// Reads pages one after another and keeps count of what they cost and what could not be read.
pub(super) struct Interpreter<'n> {
    name: &'n str,
    fonts: BTreeMap<(i32, i32), Rc<Font>>,
    left: usize,
    operations: usize,
    characters: usize,
    /// Characters without a known meaning.
    pub(super) unknown: usize,
    /// Pictures met.
    pub(super) pictures: usize,
    /// Parts of pages that could not be read.
    pub(super) broken: usize,
}

/// What is drawn on while a page is read.
struct Drawing {
    state: State,
    saved: Vec<State>,
    text: Matrix,
    line: Matrix,
    found: Vec<(Character, u8)>,
}

impl<'n> Interpreter<'n> {
    pub(super) fn new(name: &'n str) -> Self {
        Self {
            name,
            fonts: BTreeMap::new(),
            left: UNPACKED_MAX,
            operations: 0,
            characters: 0,
            unknown: 0,
            pictures: 0,
            broken: 0,
        }
    }

    /// Takes bytes from what may still be unpacked; `None` where that is used up.
    pub(super) fn take(&mut self, bytes: usize) -> Option<()> {
        self.left = self.left.checked_sub(bytes)?;
        Some(())
    }

    /// The characters of a page, by the direction in which they run: quarter turns to the left.
    pub(super) fn page(
        &mut self,
        content: &[u8],
        resources: &Resources<'_>,
    ) -> Result<Vec<(Character, u8)>, LettersError> {
        let state = State {
            ctm: IDENTITY,
            font: None,
            size: 0.0,
            letter_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        let mut drawing =
            Drawing { state, saved: Vec::new(), text: IDENTITY, line: IDENTITY, found: Vec::new() };
        self.run(content, resources, &mut drawing, 0)?;
        Ok(drawing.found)
    }

    fn run(
        &mut self,
        content: &[u8],
        resources: &Resources<'_>,
        on: &mut Drawing,
        depth: usize,
    ) -> Result<(), LettersError> {
        let mut operations = TypedIter::new(content);
        while let Some(operation) = operations.next() {
            self.operations += 1;
            if self.operations > OPERATIONS_MAX || self.characters > CHARACTERS_MAX {
                return Err(LettersError::TooMuch {
                    name: self.name.to_owned(),
                    what: "signs",
                    max: CHARACTERS_MAX,
                });
            }
            match operation {
                Op::SaveState(_) if on.saved.len() < SAVED_MAX => on.saved.push(on.state.clone()),
                Op::RestoreState(_) => on.state = on.saved.pop().unwrap_or_else(|| on.state.clone()),
                Op::Transform(m) => {
                    on.state.ctm = times(matrix([&m.0, &m.1, &m.2, &m.3, &m.4, &m.5]), on.state.ctm);
                }
                Op::XObject(name) => self.object(name.0, resources, on, depth)?,
                Op::InlineImage(_) => self.pictures += 1,
                Op::TextFont(font) => {
                    on.state.font = self.font(font.0, resources);
                    on.state.size = font.1.as_f32();
                }
                Op::ShowText(text) => self.show(text.0.as_bytes(), on),
                Op::NextLineAndShowText(text) => {
                    on.next_line(0.0, -on.state.leading);
                    self.show(text.0.as_bytes(), on);
                }
                Op::ShowTextWithParameters(text) => {
                    on.state.word_space = text.0.as_f32();
                    on.state.letter_space = text.1.as_f32();
                    on.next_line(0.0, -on.state.leading);
                    self.show(text.2.as_bytes(), on);
                }
                Op::ShowTexts(texts) => {
                    for object in texts.0.iter::<Object<'_>>() {
                        match object {
                            Object::String(text) => self.show(text.as_bytes(), on),
                            Object::Number(back) => {
                                let by = -back.as_f32() / 1000.0 * on.state.size * on.state.stretch;
                                on.text = times([1.0, 0.0, 0.0, 1.0, by, 0.0], on.text);
                            }
                            _ => {}
                        }
                    }
                }
                other => on.set(&other),
            }
        }
        Ok(())
    }

    /// Draws a form; a picture is only counted.
    fn object(
        &mut self,
        name: &Name<'_>,
        resources: &Resources<'_>,
        on: &mut Drawing,
        depth: usize,
    ) -> Result<(), LettersError> {
        let Some(stream) = resources.get_x_object(name) else { return Ok(()) };
        let dict = stream.dict();
        match dict.get::<Name<'_>>("Subtype").as_deref() {
            Some(b"Image") => self.pictures += 1,
            Some(b"Form") if depth < FORMS_MAX => {
                let Some(content) = guard::unpack(&stream) else {
                    self.broken += 1;
                    return Ok(());
                };
                self.take(content.len()).ok_or_else(|| unpacked(self.name))?;
                let inner = dict.get::<Dict<'_>>("Resources").unwrap_or_default();
                let inner = Resources::from_parent(inner, resources.clone());
                let (state, saved) = (on.state.clone(), std::mem::take(&mut on.saved));
                if let Some(m) = dict.get::<[f32; 6]>("Matrix") {
                    on.state.ctm = times(m, on.state.ctm);
                }
                self.run(&content, &inner, on, depth + 1)?;
                (on.state, on.saved) = (state, saved);
            }
            _ => self.broken += 1,
        }
        Ok(())
    }

    fn font(&mut self, name: &Name<'_>, resources: &Resources<'_>) -> Option<Rc<Font>> {
        let dict = resources.get_font(name)?;
        let Some(id) = dict.obj_id() else { return Some(Rc::new(Font::read(&dict))) };
        let font =
            self.fonts.entry((id.obj_number, id.gen_number)).or_insert_with(|| Rc::new(Font::read(&dict)));
        Some(Rc::clone(font))
    }

    fn show(&mut self, bytes: &[u8], on: &mut Drawing) {
        let Some(font) = on.state.font.clone() else {
            self.broken += 1;
            return;
        };
        for shown in font.shown(bytes) {
            let spacing = on.state.letter_space + if shown.is_space_code { on.state.word_space } else { 0.0 };
            let advance = shown.advance * on.state.size * on.state.stretch;
            let text = match &shown.text {
                Some(text) => without_ligatures(text),
                None => {
                    self.unknown += 1;
                    "\u{fffd}".to_owned()
                }
            };
            self.characters += 1;
            on.put(text, advance);
            on.text = times([1.0, 0.0, 0.0, 1.0, advance + spacing * on.state.stretch, 0.0], on.text);
        }
    }
}

impl Drawing {
    fn next_line(&mut self, x: f32, y: f32) {
        self.line = times([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.text = self.line;
    }

    fn set(&mut self, operation: &Op<'_, '_>) {
        match operation {
            Op::CharacterSpacing(by) => self.state.letter_space = by.0.as_f32(),
            Op::WordSpacing(by) => self.state.word_space = by.0.as_f32(),
            Op::HorizontalScaling(by) => self.state.stretch = by.0.as_f32() / 100.0,
            Op::TextLeading(by) => self.state.leading = by.0.as_f32(),
            Op::TextRise(by) => self.state.rise = by.0.as_f32(),
            Op::BeginText(_) => (self.text, self.line) = (IDENTITY, IDENTITY),
            Op::NextLine(by) => self.next_line(by.0.as_f32(), by.1.as_f32()),
            Op::NextLineAndSetLeading(by) => {
                self.state.leading = -by.1.as_f32();
                self.next_line(by.0.as_f32(), by.1.as_f32());
            }
            Op::NextLineUsingLeading(_) => self.next_line(0.0, -self.state.leading),
            Op::SetTextMatrix(m) => {
                self.line = matrix([&m.0, &m.1, &m.2, &m.3, &m.4, &m.5]);
                self.text = self.line;
            }
            _ => {}
        }
    }

    /// Notes a character where it stands.
    fn put(&mut self, text: String, advance: f32) {
        let at = times(self.text, self.state.ctm);
        let (rise_x, rise_y) = (at[2] * self.state.rise, at[3] * self.state.rise);
        let (x, y) = (at[4] + rise_x, at[5] + rise_y);
        let (dx, dy) = (at[0] * advance, at[1] * advance);
        let size = self.state.size.abs() * at[3].hypot(at[2]);
        let turned = if at[0].abs() >= at[1].abs() {
            if at[0] >= 0.0 { 0 } else { 2 }
        } else if at[1] > 0.0 {
            1
        } else {
            3
        };
        let (x, y, end) = match turned {
            0 => (x, y, x + dx),
            1 => (y, -x, y + dy),
            2 => (-x, -y, -x - dx),
            _ => (-y, x, -y - dy),
        };
        if [x, y, end, size].iter().all(|number| number.is_finite() && number.abs() < 1e7) {
            self.found.push((Character { text, x, y, end, size }, turned));
        }
    }
}
