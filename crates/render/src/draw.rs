//! Laid-out pages straight into dots, from the layout that the PDF is written from.

use crate::bitmap::{Bitmap, DPI};
use crate::error::RenderError;
use crate::faces::Faces;
use crate::glyph::Glyphs;
use crate::line::{Line, Look, Stroke};
use crate::pager::{HEIGHT, Mark, Page, SIDE, WIDTH};
use crate::raster::{INK_BELOW, Raster};

/// Dots a point.
const SCALE: f32 = DPI as f32 / 72.0;

/// Draws the marks of a page. What is a picture is not drawn: see [`Page::has_picture`].
pub(crate) struct Drawer<'a> {
    faces: &'a Faces,
    glyphs: &'a mut Glyphs,
    raster: Raster,
}

impl<'a> Drawer<'a> {
    pub(crate) fn new(faces: &'a Faces, glyphs: &'a mut Glyphs) -> Result<Self, RenderError> {
        Self::sized(faces, glyphs, (WIDTH, HEIGHT))
    }

    /// A drawer of a page of another size than letter paper, in points.
    pub(crate) fn sized(
        faces: &'a Faces,
        glyphs: &'a mut Glyphs,
        (width, height): (f32, f32),
    ) -> Result<Self, RenderError> {
        let bitmap = Bitmap::white((width * SCALE).round() as u32, (height * SCALE).round() as u32)?;
        Ok(Self { faces, glyphs, raster: Raster { bitmap, missing: 0 } })
    }

    pub(crate) fn page(&mut self, page: &Page) {
        for mark in page.in_order() {
            match mark {
                Mark::Text { x, y, line } => self.line(line, SIDE + x, y + line.up),
                Mark::Box { x, y, width, height, grey } => self.block(SIDE + x, *y, *width, *height, *grey),
                Mark::Picture { .. } => self.raster.missing += 1,
            }
        }
    }

    pub(crate) fn finish(self) -> Raster {
        self.raster
    }

    fn line(&mut self, line: &Line, x: f32, baseline: f32) {
        for placed in line.pieces.iter().filter(|placed| placed.look.boxed) {
            let wide = placed.word.width * placed.look.size;
            self.block(x + placed.x, baseline - line.up, wide, line.height(), 0);
        }
        for placed in &line.pieces {
            let mut at = x + placed.x;
            for run in &placed.word.runs {
                self.run(run, placed.look, at, baseline);
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
    }

    fn run(&mut self, run: &crate::word::WordRun, look: Look, x: f32, baseline: f32) {
        let size = look.size * SCALE;
        let unit = size / self.faces.at(run.face).units;
        let (mut at, baseline) = (x * SCALE, (baseline - look.risen()) * SCALE);
        for glyph in &run.glyphs {
            let shape = self.glyphs.shape(self.faces, run.face, glyph.id, size);
            self.raster.missing += u32::from(shape.broken);
            let (right, up) = (f32::from(glyph.x) * unit, f32::from(glyph.y) * unit);
            let (column, row) = ((at + right).round() as i32, (baseline - up).round() as i32);
            self.raster.bitmap.stamp(shape, column, row, is_ink(look.grey));
            at += f32::from(glyph.advance) * unit;
        }
    }

    /// A box; one that is thinner than a dot is a dot thick.
    fn block(&mut self, x: f32, y: f32, width: f32, height: f32, grey: u8) {
        let dots = |from: f32, length: f32| {
            let first = (from * SCALE).round() as i32;
            (first, (((from + length) * SCALE).round() as i32).max(first + 1))
        };
        if width > 0.0 && height > 0.0 {
            self.raster.bitmap.fill(dots(x, width), dots(y, height), is_ink(grey));
        }
    }
}

/// Whether a shade is black on a page without shades.
fn is_ink(grey: u8) -> bool {
    u32::from(grey) < INK_BELOW
}

#[cfg(test)]
#[path = "draw_tests.rs"]
mod tests;
