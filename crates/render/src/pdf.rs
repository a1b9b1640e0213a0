//! Laid-out pages into PDF bytes.

use crate::error::RenderError;
use crate::faces::{Faces, Kind};
use crate::line::{Line, Look, Span, Stroke};
use crate::pager::{HEIGHT, Mark, Page, SIDE, WIDTH};
use crate::printer::{Endorsement, Printer, Sheets};
use crate::text::PlacedGlyph;
use crate::write::{metadata_of, refused, said};
use krilla::Document;
use krilla::SerializeSettings;
use krilla::color::luma;
use krilla::configure::{Archival, ConfigurationBuilder, Validator};
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;

/// From the edge of the paper to number and legend.
const EDGE: f32 = 36.0;
/// From the feet of the last line of number and legend to the lower edge.
const FOOT: f32 = 26.0;
const NUMBER: Look = Look::new(Kind::Sans, 10.0, 0);
const LEGEND: Look = Look::new(Kind::Sans, 7.5, 0);
/// Most lines of a legend: more would not stand clear of the document.
const LEGEND_LINES_MAX: usize = 3;
/// White between legend and number.
const GAP: f32 = 14.0;

/// A page to be written, with number and legend at its foot.
pub(crate) struct Leaf<'a> {
    /// Width and height.
    pub(crate) size: (f32, f32),
    /// What was set on it; nothing for the foot alone.
    pub(crate) page: Option<&'a Page>,
}

impl Printer {
    /// Writes pages as a PDF/A-2u with their text, fonts subset and embedded; an existing PDF or a picture as a
    /// PDF 1.7 that claims no profile, for nobody can vouch for what it holds.
    ///
    /// # Errors
    /// [`RenderError`] where there is not one number for each page, where number or legend cannot be shown
    /// or have no room, and where the PDF writer refuses.
    pub fn pdf(&mut self, sheets: &Sheets, endorsement: &Endorsement) -> Result<Vec<u8>, RenderError> {
        let (found, expected) = (endorsement.numbers.len(), sheets.pages() as usize);
        if found != expected {
            return Err(RenderError::Numbers { found, expected });
        }
        if let Some(placed) = &sheets.placed {
            return self.stamped(placed, &sheets.pages, endorsement);
        }
        let legend = endorsement.legend.as_deref();
        let foot = |number: &String| self.foot(number, legend, (WIDTH, HEIGHT));
        let feet = endorsement.numbers.iter().map(foot).collect::<Result<Vec<_>, _>>()?;
        if let Some(bytes) = self.plain(&sheets.pages, &feet, endorsement)? {
            return Ok(bytes);
        }
        let leaf = |page| Leaf { size: (WIDTH, HEIGHT), page: Some(page) };
        let leaves: Vec<Leaf<'_>> = sheets.pages.iter().map(leaf).collect();
        self.leaves(&leaves, endorsement)
    }

    /// Writes pages of any kind as a PDF/A-2u.
    pub(crate) fn leaves(
        &mut self,
        leaves: &[Leaf<'_>],
        endorsement: &Endorsement,
    ) -> Result<Vec<u8>, RenderError> {
        let mut document = Document::new_with(settings()?);
        for (Leaf { size, page }, number) in leaves.iter().zip(&endorsement.numbers) {
            let paper = PageSettings::from_wh(size.0, size.1).ok_or_else(|| refused("page size"))?;
            let foot = self.foot(number, endorsement.legend.as_deref(), *size)?;
            let mut leaf = document.start_page_with(paper);
            let mut pen = Pen {
                surface: leaf.surface(),
                faces: &self.words.faces,
                glyphs: Vec::new(),
                text: String::new(),
            };
            if let Some(page) = page {
                pen.page(page);
            }
            pen.page(&foot);
            drop(pen);
            leaf.finish();
        }
        let title = endorsement.numbers.first().map_or("", String::as_str);
        document.set_metadata(metadata_of(title, None, endorsement.dated));
        document.finish().map_err(|error| refused(&said(&error)))
    }

    /// Number and legend, at the foot of a page of this width and height.
    pub(crate) fn foot(
        &mut self,
        number: &str,
        legend: Option<&str>,
        (width, height): (f32, f32),
    ) -> Result<Page, RenderError> {
        let foot = height - FOOT;
        let mut page = Page::default();
        let number = self.endorsing(number, NUMBER, f32::MAX)?;
        let wide = number.first().map_or(0.0, |line| line.width);
        let room = width - 2.0 * EDGE - wide - GAP;
        for line in number {
            page.marks.push(Mark::Text { x: width - EDGE - wide - SIDE, y: foot - line.up, line });
        }
        if let Some(legend) = legend {
            let lines = self.endorsing(legend, LEGEND, room.max(60.0))?;
            let found = lines.len();
            if found > LEGEND_LINES_MAX || room < 60.0 {
                return Err(RenderError::NoRoom { found, expected: LEGEND_LINES_MAX });
            }
            for (n, line) in lines.into_iter().rev().enumerate() {
                let y = foot - line.up - n as f32 * line.height();
                page.marks.push(Mark::Text { x: EDGE - SIDE, y, line });
            }
        }
        Ok(page)
    }

    /// The lines of a number or legend, which is shown as it is or not at all.
    fn endorsing(&mut self, text: &str, look: Look, width: f32) -> Result<Vec<Line>, RenderError> {
        let mut lines = Vec::new();
        for text in text.lines() {
            let faces = &mut self.words.faces;
            let mut shown =
                |c: char| !c.is_control() && faces.showing(look.kind, c.encode_utf8(&mut [0; 4])).is_some();
            if let Some(character) = text.chars().find(|c| !shown(*c)) {
                return Err(RenderError::Endorsement { code: u32::from(character), text: text.to_owned() });
            }
            lines.extend(self.breaker.lines(&mut self.words, &[Span { text, look }], width));
        }
        Ok(lines)
    }
}

pub(crate) fn settings() -> Result<SerializeSettings, RenderError> {
    let configuration = ConfigurationBuilder::new()
        .set_validator(Validator::A(Archival::A2_U))
        .finish()
        .map_err(|_| refused("PDF/A-2u is not offered"))?;
    Ok(SerializeSettings { configuration, enable_tagging: false, ..SerializeSettings::default() })
}

/// Draws the marks of a page.
struct Pen<'a> {
    surface: Surface<'a>,
    faces: &'a Faces,
    /// Glyphs of one face and look that stand side by side, and their text.
    glyphs: Vec<PlacedGlyph>,
    text: String,
}

impl Pen<'_> {
    fn page(&mut self, page: &Page) {
        page.in_order().for_each(|mark| self.mark(mark));
    }

    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Text { x, y, line } => self.line(line, SIDE + x, y + line.up),
            Mark::Box { x, y, width, height, grey } => self.block(SIDE + x, *y, *width, *height, *grey),
            Mark::Picture { x, y, width, height, picture } => {
                if let Some(size) = Size::from_wh(*width, *height) {
                    self.surface.push_transform(&Transform::from_translate(SIDE + x, *y));
                    self.surface.draw_image(picture.image.clone(), size);
                    self.surface.pop();
                }
            }
        }
    }

    fn line(&mut self, line: &Line, x: f32, baseline: f32) {
        for placed in line.pieces.iter().filter(|placed| placed.look.boxed) {
            let wide = placed.word.width * placed.look.size;
            self.block(x + placed.x, baseline - line.up, wide, line.height(), 0);
        }
        let mut open: Option<(f32, u8, Look)> = None;
        for placed in &line.pieces {
            let mut at = placed.x;
            let mut held: Option<usize> = None;
            for run in &placed.word.runs {
                if open.is_none_or(|(_, face, look)| face != run.face || look != placed.look) {
                    self.flush(open, x, baseline);
                    open = Some((at, run.face, placed.look));
                    held = None;
                }
                let from = *held.get_or_insert_with(|| {
                    self.text.push_str(&placed.word.text);
                    self.text.len() - placed.word.text.len()
                });
                let units = self.faces.at(run.face).units;
                self.glyphs.extend(run.glyphs.iter().map(|glyph| {
                    let part = |value: i16| f32::from(value) / units;
                    PlacedGlyph {
                        id: u32::from(glyph.id),
                        advance: part(glyph.advance),
                        x: part(glyph.x),
                        y: part(glyph.y),
                        from: (from + usize::from(glyph.from)) as u32,
                        to: (from + usize::from(glyph.to)) as u32,
                    }
                }));
                at += run.width * placed.look.size;
            }
            if placed.look.stroke != Stroke::None {
                let wide = placed.word.width * placed.look.size;
                let y = match placed.look.stroke {
                    Stroke::Through => baseline - placed.look.size * 0.3,
                    _ => baseline + placed.look.size * 0.12,
                };
                self.block(x + placed.x, y, wide, 0.5, placed.look.grey);
            }
        }
        self.flush(open, x, baseline);
    }

    fn flush(&mut self, open: Option<(f32, u8, Look)>, x: f32, baseline: f32) {
        if let Some((at, face, look)) = open
            && !self.glyphs.is_empty()
        {
            self.surface.set_fill(Some(fill(look.grey)));
            let (font, start) =
                (self.faces.at(face).font.clone(), Point::from_xy(x + at, baseline - look.risen()));
            self.surface.draw_glyphs(start, &self.glyphs, font, &self.text, look.size, false);
        }
        self.glyphs.clear();
        self.text.clear();
    }

    fn block(&mut self, x: f32, y: f32, width: f32, height: f32, grey: u8) {
        let mut path = PathBuilder::new();
        Rect::from_xywh(x, y, width, height).into_iter().for_each(|rect| path.push_rect(rect));
        if let Some(path) = path.finish() {
            self.surface.set_fill(Some(fill(grey)));
            self.surface.draw_path(&path);
        }
    }
}

fn fill(grey: u8) -> Fill {
    Fill { paint: luma::Color::new(grey).into(), ..Fill::default() }
}
