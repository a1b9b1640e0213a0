//! A page in black and white.

use crate::error::RenderError;
use crate::glyph::Shape;

/// Dots an inch of a page as an image.
pub const DPI: u32 = 300;
/// Most dots of a page as an image: 17 × 22 inches at 300 dots an inch have 33.7 million. A page in colour,
/// from which the black and white one is made, takes four bytes a dot.
pub const DOTS_MAX: u64 = 40_000_000;
/// Most dots along one side of a page as an image.
pub const SIDE_MAX: u32 = 30_000;
/// Which share of a dot must be covered for it to be black: as [`crate::INK_BELOW`] has it for black on white.
pub(crate) const INK_SHARE: f32 = 0.25;

/// A page in black and white at [`DPI`] dots an inch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    width: u32,
    height: u32,
    /// Row by row, each from a word of its own; the highest bit of a word is its leftmost dot; 1 is black;
    /// what is over at the end of a row is 0.
    words: Vec<u64>,
}

impl Bitmap {
    /// Whether a page of so many dots can be made.
    pub(crate) fn admits(width: u32, height: u32) -> Result<(), RenderError> {
        let dots = u64::from(width) * u64::from(height);
        if dots == 0 || dots > DOTS_MAX || width.max(height) > SIDE_MAX {
            return Err(RenderError::Dots { width, height });
        }
        Ok(())
    }

    /// A white page.
    ///
    /// # Errors
    /// [`RenderError::Dots`] where it has no dots, more than [`DOTS_MAX`], or a side over [`SIDE_MAX`].
    pub fn white(width: u32, height: u32) -> Result<Self, RenderError> {
        Self::admits(width, height)?;
        let words = vec![0; width.div_ceil(64) as usize * height as usize];
        Ok(Self { width, height, words })
    }

    /// Dots from left to right.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Dots from top to bottom.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Whether a dot is black; none outside the page is.
    pub fn is_black(&self, x: u32, y: u32) -> bool {
        x < self.width && y < self.height && self.words[self.at(x, y)] & bit(x) != 0
    }

    /// Makes a dot black. Outside the page nothing happens.
    pub fn blacken(&mut self, x: u32, y: u32) {
        if x < self.width && y < self.height {
            let at = self.at(x, y);
            self.words[at] |= bit(x);
        }
    }

    /// Makes a box black or white, given by its first dot and the one after its last; what lies outside the
    /// page is left out.
    pub(crate) fn fill(&mut self, across: (i32, i32), down: (i32, i32), black: bool) {
        let inside = |(from, to): (i32, i32), size: u32| {
            let size = i32::try_from(size).unwrap_or(i32::MAX);
            (from.clamp(0, size) as usize, to.clamp(0, size) as usize)
        };
        let ((left, right), (top, bottom)) = (inside(across, self.width), inside(down, self.height));
        let stride = self.stride();
        for row in self.words.chunks_exact_mut(stride).take(bottom).skip(top) {
            let mut at = left;
            while at < right {
                let end = right.min((at / 64 + 1) * 64);
                let ones = (u64::MAX << (64 - (end - at))) >> (at % 64);
                put(&mut row[at / 64], ones, black);
                at = end;
            }
        }
    }

    /// Makes the dots of a glyph whose foot lies at a dot black or white; what lies outside the page is left
    /// out.
    pub(crate) fn stamp(&mut self, shape: &Shape, x: i32, y: i32, black: bool) {
        if shape.stride == 0 {
            return;
        }
        let left = i64::from(x) + i64::from(shape.left);
        let (word, shift) = (left.div_euclid(64), left.rem_euclid(64) as u32);
        let stride = self.stride();
        let beyond = stride as u32 * 64 - self.width;
        for (n, source) in (0_i64..).zip(shape.words.chunks_exact(shape.stride)) {
            let Ok(row) = usize::try_from(i64::from(y) + i64::from(shape.top) + n) else { continue };
            if row >= self.height as usize {
                break;
            }
            let target = &mut self.words[row * stride..(row + 1) * stride];
            let mut part = |at: i64, bits: u64| {
                if let Some(word) = usize::try_from(at).ok().and_then(|at| target.get_mut(at)) {
                    put(word, bits, black);
                }
            };
            for (at, bits) in (word..).zip(source) {
                part(at, bits >> shift);
                if shift > 0 {
                    part(at + 1, bits << (64 - shift));
                }
            }
            if let Some(last) = target.last_mut() {
                *last &= u64::MAX << beyond;
            }
        }
    }

    fn at(&self, x: u32, y: u32) -> usize {
        y as usize * self.stride() + (x / 64) as usize
    }

    fn stride(&self) -> usize {
        self.width.div_ceil(64) as usize
    }

    /// The rows from top to bottom.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[u64]> {
        self.words.chunks_exact(self.stride())
    }
}

fn bit(x: u32) -> u64 {
    1 << (63 - x % 64)
}

fn put(word: &mut u64, bits: u64, black: bool) {
    if black {
        *word |= bits;
    } else {
        *word &= !bits;
    }
}
