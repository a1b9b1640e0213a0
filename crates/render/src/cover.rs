//! Regions of laid-out pages, covered: what lies under them is taken out, not painted over.

use crate::faces::{Faces, Kind};
use crate::line::{Line, Look, Placed, Span};
use crate::note::{Note, Remarks};
use crate::pager::{BOTTOM, Mark, Page, SIDE, WIDTH};
use crate::printer::{Printer, Sheets};
use crate::word::{Word, WordGlyph, WordRun};
use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A rectangle of a page that is to be covered, in points from the upper left of the page; of an existing PDF or picture, of
/// its own page, as it is when it is opened (a picture that states no resolution has 96 pixels an inch).
#[derive(Debug, Clone, PartialEq)]
pub struct Cover {
    /// Which page, from 1.
    pub page: u32,
    /// From its left edge.
    pub x: f32,
    /// From its top edge.
    pub y: f32,
    /// How wide.
    pub width: f32,
    /// How high.
    pub height: f32,
    /// Printed in the box.
    pub label: String,
}

/// What a cover took out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Covered {
    /// The words, in the order of reading.
    pub words: String,
    /// Pictures, each taken out whole.
    pub pictures: u32,
}

/// Why a cover cannot be laid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CoverError {
    /// There is no such page.
    #[error("found no page {page}, the document has {pages}")]
    Page {
        /// Asked for.
        page: u32,
        /// How many there are.
        pages: u32,
    },
    /// An existing page that cannot be drawn and read whole, so that nobody knows what would lie under the region.
    #[error(
        "page {page} of the file cannot be drawn whole, so nothing on its pages can be covered; withhold the document"
    )]
    Undrawn {
        /// Which page.
        page: u32,
    },
    /// A sheet that says why the document is not on pages has nothing to be covered.
    #[error("the document is not on pages, a sheet stands for it; withhold the document")]
    NotOnPages,
    /// A rectangle that lies on the page and has nothing of the document under it is a mistake.
    #[error("nothing of the document lies under the region of page {page}")]
    Nothing {
        /// Which page.
        page: u32,
    },
}

/// A rectangle, from its upper left to its lower right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f32,
    pub(crate) top: f32,
    pub(crate) right: f32,
    pub(crate) bottom: f32,
}

impl Area {
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn hull(&self, other: &Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    pub(crate) fn black(&self) -> Mark {
        let (x, y) = (self.left - SIDE, self.top);
        Mark::Box { x, y, width: self.right - self.left, height: self.bottom - self.top, grey: 0 }
    }
}

/// Sizes in which a label is tried.
const SIZES: [f32; 6] = [9.0, 8.0, 7.0, 6.0, 5.0, 4.0];
/// White around a label.
const PAD: f32 = 1.5;

impl Printer {
    /// Covers regions of pages. Every sign whose ink, or whose place on its line, meets a region is taken out of the
    /// page with its text, and stands under black, also where it reaches beyond the region; so is every picture that
    /// meets one, as a whole. What stays keeps its place. Existing pages become pictures of themselves first, all of
    /// the document, and the regions are burned in. Says of each cover what it took out.
    ///
    /// # Errors
    /// Every cover that cannot be laid, by its place in the list; the sheets are not to be used then.
    pub fn cover(
        &mut self,
        sheets: &mut Sheets,
        covers: &[Cover],
    ) -> Result<Vec<Covered>, Vec<(usize, CoverError)>> {
        let pages = sheets.pages();
        let mut taken = vec![Covered::default(); covers.len()];
        let mut wrong = Vec::new();
        let mut notes = Vec::new();
        let mut by_page: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        if sheets.defect().is_some() {
            return Err((0..covers.len()).map(|at| (at, CoverError::NotOnPages)).collect());
        }
        // What was set stands behind the existing pages.
        let existing = sheets.placed.as_ref().map_or(0, |placed| placed.pages.len());
        let mut on_existing: BTreeMap<usize, Vec<(usize, &Cover)>> = BTreeMap::new();
        for (at, cover) in covers.iter().enumerate() {
            match usize::try_from(cover.page).ok().and_then(|page| page.checked_sub(1)) {
                Some(page) if page < existing => on_existing.entry(page).or_default().push((at, cover)),
                Some(page) if page - existing < sheets.pages.len() => {
                    by_page.entry(page - existing).or_default().push(at);
                }
                _ => wrong.push((at, CoverError::Page { page: cover.page, pages })),
            }
        }
        if !covers.is_empty()
            && let Err(found) = self.burn(sheets, &on_existing, &mut taken)
        {
            wrong.extend(found);
        }
        for (page, here) in by_page {
            let areas: Vec<(usize, Area)> = here.iter().map(|at| (*at, area(&covers[*at]))).collect();
            let leaf = std::mem::take(&mut sheets.pages[page]);
            let mut taking =
                Taking { faces: &self.words.faces, areas: &areas, taken: &mut taken, under: Vec::new() };
            let mut leaf =
                Page { marks: leaf.marks.into_iter().filter_map(|mark| taking.mark(mark)).collect() };
            let under = taking.under;
            for (at, area) in &areas {
                let parts: Vec<Area> =
                    under.iter().filter(|(of, _)| of == at).map(|(_, area)| *area).collect();
                if parts.is_empty() {
                    wrong.push((*at, CoverError::Nothing { page: covers[*at].page }));
                    continue;
                }
                leaf.marks.extend(parts.iter().chain([area]).map(Area::black));
                self.label(&covers[*at], area, &mut leaf, &mut notes);
            }
            sheets.pages[page] = leaf;
        }
        sheets.notes.extend(notes);
        wrong.sort_by_key(|(at, _)| *at);
        if wrong.is_empty() { Ok(taken) } else { Err(wrong) }
    }

    /// Prints the label into its box, as large as it fits.
    pub(crate) fn label(&mut self, cover: &Cover, area: &Area, leaf: &mut Page, notes: &mut Vec<Note>) {
        let mut remarks = Remarks::default();
        let clean = self.gate.admit(&cover.label, Kind::Sans, "a box", &mut self.words.faces, &mut remarks);
        let text = clean.replace('\n', " ");
        notes.extend(remarks.notes());
        let (width, height) =
            ((area.right - area.left - 2.0 * PAD).max(0.5), (area.bottom - area.top).max(0.5));
        let fitting = SIZES.iter().find_map(|size| {
            let look = Look::new(Kind::Sans, *size, 0).in_box();
            let lines = self.breaker.lines(&mut self.words, &[Span { text: &text, look }], width);
            let high: f32 = lines.iter().map(Line::height).sum();
            let wide = lines.iter().map(|line| line.width).fold(0.0, f32::max);
            (high <= height && wide <= width + 0.01).then_some(lines)
        });
        let lines = fitting.unwrap_or_else(|| {
            notes.push(Note::Said {
                what: format!("a box of page {} is too small to read its words: {text}", cover.page),
                count: 1,
            });
            let mut one = |size: f32| {
                let look = Look::new(Kind::Sans, size, 0).in_box();
                self.breaker.lines(&mut self.words, &[Span { text: &text, look }], f32::MAX)
            };
            let whole = one(1.0);
            let (wide, high) = whole.first().map_or((1.0, 1.0), |line| (line.width, line.height()));
            one((width / wide.max(0.01)).min(height / high.max(0.01)).clamp(0.1, SIZES[SIZES.len() - 1]))
        });
        let high: f32 = lines.iter().map(Line::height).sum();
        let mut y = area.top + ((area.bottom - area.top - high) / 2.0).max(0.0);
        for line in lines {
            let height = line.height();
            leaf.marks.push(Mark::Text { x: area.left + PAD - SIDE, y, line });
            y += height;
        }
    }
}

/// The rectangle of a cover, as far as it lies where a document can stand.
fn area(cover: &Cover) -> Area {
    Area {
        left: cover.x.max(0.0),
        top: cover.y.max(0.0),
        right: (cover.x + cover.width).min(WIDTH),
        // Below it stand number and legend.
        bottom: (cover.y + cover.height).min(BOTTOM + 2.0),
    }
}

/// Takes marks out of a page.
struct Taking<'a> {
    faces: &'a Faces,
    areas: &'a [(usize, Area)],
    taken: &'a mut Vec<Covered>,
    /// What was taken out, by cover.
    under: Vec<(usize, Area)>,
}

impl Taking<'_> {
    /// What stays of a mark.
    fn mark(&mut self, mark: Mark) -> Option<Mark> {
        match mark {
            Mark::Text { x, y, line } => self.text(x, y, line),
            Mark::Picture { x, y, width, height, .. } => {
                let place = Area { left: SIDE + x, top: y, right: SIDE + x + width, bottom: y + height };
                let Some((at, _)) = self.areas.iter().find(|(_, area)| area.meets(&place)) else {
                    return Some(mark);
                };
                self.taken[*at].pictures += 1;
                self.under.push((*at, place));
                None
            }
            Mark::Box { .. } => Some(mark),
        }
    }

    fn text(&mut self, x: f32, y: f32, line: Line) -> Option<Mark> {
        let (left, baseline) = (SIDE + x, y + line.up);
        let mut hulls: BTreeMap<usize, Area> = BTreeMap::new();
        let mut words: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        let mut kept: Vec<Placed> = Vec::new();
        for placed in &line.pieces {
            let gone = self.gone(placed, left, baseline, &mut hulls);
            if gone.is_empty() {
                kept.push(placed.clone());
                continue;
            }
            let mut parts: BTreeMap<usize, String> = BTreeMap::new();
            for ((from, to), at) in &gone {
                let text = placed.word.text.get(usize::from(*from)..usize::from(*to)).unwrap_or_default();
                parts.entry(*at).or_default().push_str(text);
            }
            parts.into_iter().for_each(|(at, text)| words.entry(at).or_default().push(text));
            kept.extend(rest(placed, &gone, self.faces));
        }
        for (at, mut words) in words {
            if line.from_right {
                words.reverse();
            }
            let taken = &mut self.taken[at].words;
            if !taken.is_empty() {
                taken.push(' ');
            }
            words.iter().for_each(|word| taken.push_str(word));
        }
        self.under.extend(hulls);
        (!kept.is_empty()).then(|| Mark::Text { x, y, line: Line { pieces: kept.into(), ..line } })
    }

    /// The clusters of a piece that meet a region, by their bytes, each with its cover.
    fn gone(
        &self,
        placed: &Placed,
        left: f32,
        baseline: f32,
        hulls: &mut BTreeMap<usize, Area>,
    ) -> BTreeMap<(u16, u16), usize> {
        let mut gone: BTreeMap<(u16, u16), usize> = BTreeMap::new();
        let mut places: Vec<((u16, u16), Area)> = Vec::new();
        let mut pen = left + placed.x;
        let foot = baseline - placed.look.risen();
        for run in &placed.word.runs {
            let scale = placed.look.size / self.faces.at(run.face).units;
            for glyph in &run.glyphs {
                let place = self.place(run.face, glyph, pen, foot, placed.look.size, scale);
                let cluster = (glyph.from, glyph.to);
                if let Some((at, _)) = self.areas.iter().find(|(_, area)| area.meets(&place)) {
                    gone.entry(cluster).or_insert(*at);
                }
                places.push((cluster, place));
                pen += f32::from(glyph.advance) * scale;
            }
        }
        for (cluster, place) in places {
            if let Some(at) = gone.get(&cluster) {
                hulls.entry(*at).and_modify(|hull| *hull = hull.hull(&place)).or_insert(place);
            }
        }
        gone
    }

    /// Where a glyph stands: its ink, and its advance from its feet to half its size above.
    fn place(&self, face: u8, glyph: &WordGlyph, pen: f32, foot: f32, size: f32, scale: f32) -> Area {
        let advance = f32::from(glyph.advance) * scale;
        let seat = Area {
            left: pen.min(pen + advance),
            top: foot - 0.5 * size,
            right: pen.max(pen + advance),
            bottom: foot,
        };
        let metrics = self.faces.at(face).reading.glyph_metrics(Size::unscaled(), LocationRef::default());
        let (x, y) = (pen + f32::from(glyph.x) * scale, foot - f32::from(glyph.y) * scale);
        match metrics.bounds(u32::from(glyph.id).into()) {
            Some(ink) => seat.hull(&Area {
                left: x + ink.x_min * scale,
                top: y - ink.y_max * scale,
                right: x + ink.x_max * scale,
                bottom: y - ink.y_min * scale,
            }),
            None => seat,
        }
    }
}

/// What stays of a piece: a piece for each stretch of glyphs side by side, with their text and no other.
fn rest(placed: &Placed, gone: &BTreeMap<(u16, u16), usize>, faces: &Faces) -> Vec<Placed> {
    let mut kept = Vec::new();
    let mut x = placed.x;
    for run in &placed.word.runs {
        let scale = placed.look.size / faces.at(run.face).units;
        let mut open: Vec<WordGlyph> = Vec::new();
        let mut start = x;
        for glyph in &run.glyphs {
            if gone.contains_key(&(glyph.from, glyph.to)) {
                kept.extend(piece(placed, run.face, std::mem::take(&mut open), start, faces));
            } else {
                if open.is_empty() {
                    start = x;
                }
                open.push(*glyph);
            }
            x += f32::from(glyph.advance) * scale;
        }
        kept.extend(piece(placed, run.face, open, start, faces));
    }
    kept
}

fn piece(placed: &Placed, face: u8, mut glyphs: Vec<WordGlyph>, x: f32, faces: &Faces) -> Option<Placed> {
    if glyphs.is_empty() {
        return None;
    }
    let clusters: BTreeSet<(u16, u16)> = glyphs.iter().map(|glyph| (glyph.from, glyph.to)).collect();
    let mut text = String::new();
    let mut moved: BTreeMap<(u16, u16), (u16, u16)> = BTreeMap::new();
    for (from, to) in clusters {
        let start = u16::try_from(text.len()).unwrap_or(u16::MAX);
        text.push_str(placed.word.text.get(usize::from(from)..usize::from(to)).unwrap_or_default());
        moved.insert((from, to), (start, u16::try_from(text.len()).unwrap_or(u16::MAX)));
    }
    for glyph in &mut glyphs {
        if let Some((from, to)) = moved.get(&(glyph.from, glyph.to)) {
            (glyph.from, glyph.to) = (*from, *to);
        }
    }
    let units: i32 = glyphs.iter().map(|glyph| i32::from(glyph.advance)).sum();
    let width = units as f32 / faces.at(face).units;
    let runs = Box::new([WordRun { face, glyphs: glyphs.into(), width }]);
    let (up, down) = (placed.word.up, placed.word.down);
    let word = Arc::new(Word { text: text.into(), runs, width, up, down });
    Some(Placed { x, word, look: placed.look })
}

impl Sheets {
    /// The text that stands on the pages, line by line, a form feed between pages; words in a box stand in brackets.
    /// Lines are told by their place, so that cells side by side are one line. A line of a paragraph that is read
    /// from the right starts at its right; a line of both directions comes in the order of its pieces. Of existing
    /// pages there is none, only of a sheet behind them, unless something on them is covered.
    pub fn text(&self) -> String {
        let existing = self.placed.iter().flat_map(|placed| placed.texts().map(str::to_owned));
        let pages: Vec<String> = existing.chain(self.pages.iter().map(page_text)).collect();
        let mut text = pages.join("\u{C}");
        text.push('\n');
        text
    }
}

fn page_text(page: &Page) -> String {
    let mut lines: Vec<(f32, f32, &Line)> = page
        .marks
        .iter()
        .filter_map(|mark| match mark {
            Mark::Text { x, y, line } => Some((y + line.up, *x, line)),
            Mark::Box { .. } | Mark::Picture { .. } => None,
        })
        .collect();
    lines.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut rows: Vec<Vec<(f32, f32, &Line)>> = Vec::new();
    for one in lines {
        match rows.last_mut().filter(|row| row[0].0 + 0.4 * row[0].2.height() > one.0) {
            Some(row) => row.push(one),
            None => rows.push(vec![one]),
        }
    }
    let mut text = String::new();
    for mut row in rows {
        let mut pieces: Vec<(f32, &Placed)> =
            row.iter().flat_map(|(_, x, line)| line.pieces.iter().map(move |one| (x + one.x, one))).collect();
        pieces.sort_by(|a, b| a.0.total_cmp(&b.0));
        if row.drain(..).all(|(_, _, line)| line.from_right) {
            pieces.reverse();
        }
        text.push_str(row_text(&pieces).trim_end());
        text.push('\n');
    }
    text
}

fn row_text(pieces: &[(f32, &Placed)]) -> String {
    let mut text = String::new();
    let mut inside = false;
    let mut end: Option<f32> = None;
    for (x, placed) in pieces {
        let boxed = placed.look.boxed;
        if inside && !boxed {
            text.push(']');
        }
        let gap = end.is_some_and(|end| (x - end).abs() > 1.0);
        if (gap || inside != boxed) && !text.is_empty() && !text.ends_with(' ') {
            text.push(' ');
        }
        if boxed && !inside {
            text.push('[');
        }
        text.push_str(&placed.word.text);
        inside = boxed;
        end = Some(x + placed.word.width * placed.look.size);
    }
    if inside {
        text.push(']');
    }
    text
}

#[cfg(test)]
#[path = "cover_tests.rs"]
mod tests;
