//! A page in black and white.

use crate::error::RenderError;

/// Dots an inch of a page as an image.
pub const DPI: u32 = 300;
/// Most dots of a page as an image: 17 × 22 inches at 300 dots an inch have 33.7 million. A page in colour,
/// from which the black and white one is made, takes four bytes a dot.
pub const DOTS_MAX: u64 = 40_000_000;
/// Most dots along one side of a page as an image.
pub const SIDE_MAX: u32 = 30_000;

/// A page in black and white at [`DPI`] dots an inch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    width: u32,
    height: u32,
    /// Row by row, each from a byte of its own; the highest bit of a byte is the leftmost dot; 1 is black;
    /// what is over at the end of a row is 0.
    bits: Vec<u8>,
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
        let bits = vec![0; width.div_ceil(8) as usize * height as usize];
        Ok(Self { width, height, bits })
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
        x < self.width && y < self.height && self.bits[self.at(x, y)] & (0x80 >> (x % 8)) != 0
    }

    /// Makes a dot black. Outside the page nothing happens.
    pub fn blacken(&mut self, x: u32, y: u32) {
        if x < self.width && y < self.height {
            let at = self.at(x, y);
            self.bits[at] |= 0x80 >> (x % 8);
        }
    }

    fn at(&self, x: u32, y: u32) -> usize {
        y as usize * self.stride() + (x / 8) as usize
    }

    fn stride(&self) -> usize {
        self.width.div_ceil(8) as usize
    }

    /// The rows from top to bottom.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.bits.chunks(self.stride())
    }
}
