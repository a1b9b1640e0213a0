//! Outlines of glyphs into dots, each once for each size.
//!
//! Only additions, products and quotients of `f32`, which are the same on every machine (IEEE 754): no
//! rasteriser that picks instructions at run time stands between a page and its dots.

use crate::bitmap::INK_SHARE;
use crate::faces::Faces;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{GlyphId, MetadataProvider};
use std::collections::HashMap;

/// Most bytes of shapes that are kept; beyond it all are forgotten, so that memory stays bounded.
const KEPT_BYTES_MAX: usize = 16 << 20;
/// Lines that each dot is sampled along.
const SAMPLES: usize = 4;
/// Straight lines that a curve is drawn with: at 300 dots an inch a letter is some forty dots high.
const PIECES: u8 = 8;
/// How far from its foot a glyph is drawn: no page has more dots on a side.
const REACH_MAX: f32 = 4_096.0;

/// A glyph as dots.
#[derive(Default)]
pub(crate) struct Shape {
    /// From the foot of the glyph to the first column and row.
    pub(crate) left: i32,
    pub(crate) top: i32,
    /// Words in a row.
    pub(crate) stride: usize,
    /// Row by row; the highest bit of a word is its leftmost dot.
    pub(crate) words: Vec<u64>,
    /// Its outline cannot be read.
    pub(crate) broken: bool,
}

/// Shapes that were drawn before; only ever looked up.
#[derive(Default)]
pub(crate) struct Glyphs {
    kept: HashMap<(u8, u16, u32), Shape>,
    bytes: usize,
}

impl Glyphs {
    /// A glyph of a face at a size in dots.
    pub(crate) fn shape(&mut self, faces: &Faces, face: u8, id: u16, size: f32) -> &Shape {
        let key = (face, id, size.to_bits());
        if self.bytes > KEPT_BYTES_MAX {
            self.kept.clear();
            self.bytes = 0;
        }
        let bytes = &mut self.bytes;
        self.kept.entry(key).or_insert_with(|| {
            let shape = drawn(faces, face, id, size);
            *bytes += shape.words.len() * 8 + size_of::<Shape>();
            shape
        })
    }
}

fn drawn(faces: &Faces, face: u8, id: u16, size: f32) -> Shape {
    let broken = || Shape { broken: true, ..Shape::default() };
    let Some(glyph) = faces.at(face).reading.outline_glyphs().get(GlyphId::from(id)) else { return broken() };
    let mut outline = Outline::default();
    let settings = DrawSettings::unhinted(Size::new(size), LocationRef::default());
    if glyph.draw(settings, &mut outline).is_err() {
        return broken();
    }
    outline.close();
    outline.filled()
}

/// The lines around a glyph, rows counted downwards.
#[derive(Default)]
struct Outline {
    lines: Vec<[(f32, f32); 2]>,
    start: (f32, f32),
    at: (f32, f32),
}

impl OutlinePen for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.close();
        (self.start, self.at) = ((x, -y), (x, -y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.to((x, -y));
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let (x0, y0) = self.at;
        for t in (1..=PIECES).map(|n| f32::from(n) / f32::from(PIECES)) {
            let (a, b, c) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
            self.to((a * x0 + b * cx + c * x, a * y0 - b * cy - c * y));
        }
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let (x0, y0) = self.at;
        for t in (1..=PIECES).map(|n| f32::from(n) / f32::from(PIECES)) {
            let u = 1.0 - t;
            let (p, q, r, s) = (u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t);
            self.to((p * x0 + q * ax + r * bx + s * x, p * y0 - q * ay - r * by - s * y));
        }
    }

    fn close(&mut self) {
        self.to(self.start);
    }
}

impl Outline {
    fn to(&mut self, end: (f32, f32)) {
        if end != self.at {
            self.lines.push([self.at, end]);
            self.at = end;
        }
    }

    /// What the lines go around (nonzero winding, as fonts are drawn).
    fn filled(&self) -> Shape {
        if self.lines.is_empty() {
            return Shape::default();
        }
        let ends = || self.lines.iter().flatten();
        let bounds = |of: fn(&(f32, f32)) -> f32| {
            let low = ends().map(of).fold(f32::MAX, f32::min).clamp(-REACH_MAX, REACH_MAX);
            let high = ends().map(of).fold(f32::MIN, f32::max).clamp(-REACH_MAX, REACH_MAX);
            (low.floor(), high.ceil())
        };
        let ((left, right), (top, bottom)) = (bounds(|end| end.0), bounds(|end| end.1));
        let (width, height) = ((right - left) as usize, (bottom - top) as usize);
        let stride = width.div_ceil(64);
        let mut words = vec![0_u64; stride * height];
        let mut cover = vec![0.0_f32; width];
        let mut crossings: Vec<(f32, i32)> = Vec::new();
        for row in 0..height {
            cover.fill(0.0);
            for sample in 0..SAMPLES {
                let y = top + row as f32 + (sample as f32 + 0.5) / SAMPLES as f32;
                crossings.clear();
                for [(x0, y0), (x1, y1)] in &self.lines {
                    if (*y0 <= y) != (*y1 <= y) {
                        let x = x0 + (y - y0) * (x1 - x0) / (y1 - y0);
                        crossings.push((x - left, if y1 > y0 { 1 } else { -1 }));
                    }
                }
                crossings.sort_by(|a, b| a.0.total_cmp(&b.0));
                let mut winding = 0;
                for pair in crossings.windows(2) {
                    winding += pair[0].1;
                    if winding != 0 {
                        span(&mut cover, pair[0].0, pair[1].0);
                    }
                }
            }
            for (x, _) in cover.iter().enumerate().filter(|(_, part)| **part > SAMPLES as f32 * INK_SHARE) {
                words[row * stride + x / 64] |= 1 << (63 - x % 64);
            }
        }
        Shape { left: left as i32, top: top as i32, stride, words, broken: false }
    }
}

/// Adds how much of each dot lies between two places of a row.
fn span(cover: &mut [f32], from: f32, to: f32) {
    let (from, to) = (from.max(0.0), to.min(cover.len() as f32));
    for (x, part) in cover.iter_mut().enumerate().take(to.ceil() as usize).skip(from as usize) {
        let x = x as f32;
        *part += (to.min(x + 1.0) - from.max(x)).max(0.0);
    }
}
