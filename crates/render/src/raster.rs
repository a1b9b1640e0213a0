//! Pages of a PDF as black and white dots.

use crate::bitmap::{Bitmap, DPI};
use crate::error::RenderError;
use crate::existing::guard;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings, render};
use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A dot darker than this, from 0 for black to 255 for white, is black: grey text stays, the yellow of a
/// marker and a pale ground go.
pub const INK_BELOW: u32 = 192;

/// A page as dots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    /// The dots.
    pub bitmap: Bitmap,
    /// Pictures and fonts of the page that could not be read: what they show is missing.
    pub missing: u32,
}

/// The pages of a PDF in their order, each drawn when it is asked for, at [`DPI`] dots an inch, without
/// dithering ([`INK_BELOW`] says which dots are black).
///
/// # Errors
/// [`RenderError::PdfUnreadable`] for what is no PDF or asks for a password; with a page,
/// [`RenderError::Dots`] where it is too large, [`RenderError::PageUnreadable`] where it cannot be drawn.
pub fn pages(pdf: &[u8]) -> Result<impl Iterator<Item = Result<Raster, RenderError>> + use<>, RenderError> {
    Ok(shots(pdf)?.map(|shot| shot?.inked()))
}

/// The pages in colour.
pub(crate) fn shots(
    pdf: &[u8],
) -> Result<impl Iterator<Item = Result<Shot, RenderError>> + use<>, RenderError> {
    let pdf = opened(pdf.to_vec())?;
    let count = pdf.pages().len();
    Ok((0..count).map(move |at| guarded(&pdf, at)))
}

/// Opens a PDF whose pages are to be drawn.
pub(crate) fn opened(pdf: Vec<u8>) -> Result<Pdf, RenderError> {
    open(pdf).map_err(|reason| RenderError::PdfUnreadable { reason })
}

/// Opens a PDF, or says why not.
pub(crate) fn open(bytes: Vec<u8>) -> Result<Pdf, &'static str> {
    if let Some(reason) = guard::refused(&bytes) {
        return Err(reason);
    }
    let opened = catch_unwind(|| Pdf::new(Arc::new(bytes)));
    opened.unwrap_or(Err(LoadPdfError::Invalid)).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => "it asks for a password",
        LoadPdfError::Decryption(_) => "it is encrypted in a way that cannot be read",
        LoadPdfError::Invalid => "it is damaged or no PDF",
    })
}

/// A page in colour; a panic of the reader or the rasteriser, which a file from outside may cause, is a page
/// that cannot be drawn.
pub(crate) fn guarded(pdf: &Pdf, at: usize) -> Result<Shot, RenderError> {
    catch_unwind(AssertUnwindSafe(|| drawn(pdf, at)))
        .unwrap_or(Err(RenderError::PageUnreadable { page: at + 1 }))
}

fn drawn(pdf: &Pdf, at: usize) -> Result<Shot, RenderError> {
    let page = pdf.pages().get(at).ok_or(RenderError::PageUnreadable { page: at + 1 })?;
    let scale = DPI as f32 / 72.0;
    let (width, height) = page.render_dimensions();
    let dots = |points: f32| (points * scale).round() as u32;
    Bitmap::admits(dots(width), dots(height))?;
    let missing = Arc::new(AtomicU32::new(0));
    let sink = Arc::clone(&missing);
    let interpreting = InterpreterSettings {
        warning_sink: Arc::new(move |_| {
            sink.fetch_add(1, Ordering::Relaxed);
        }),
        ..InterpreterSettings::default()
    };
    let drawing = RenderSettings {
        x_scale: scale,
        y_scale: scale,
        width: u16::try_from(dots(width)).ok(),
        height: u16::try_from(dots(height)).ok(),
        bg_color: WHITE,
    };
    let pixmap = render(page, &RenderCache::new(), &interpreting, &drawing);
    Ok(Shot { pixmap, missing: missing.load(Ordering::Relaxed) })
}

/// How far the parts of a colour lie apart at least, from 0 to 255: below it lie the casts of scanners and of JPEG.
const COLOUR_APART: u8 = 32;
/// Shades that black and white would lose.
const SHADES: RangeInclusive<u32> = 48..=208;
/// Dots along a side of the squares in which shades are looked for: two millimetres. Grey words and rules are thinner, and stay
/// words and rules in black and white.
const SQUARE: usize = 24;
/// Dots of such a square that have to have shades: three in four.
const SHADED: usize = SQUARE * SQUARE / 4 * 3;

/// A page in colour. It lies on white, so no dot is transparent.
pub(crate) struct Shot {
    pixmap: Pixmap,
    pub(crate) missing: u32,
}

impl Shot {
    fn rows(&self) -> impl Iterator<Item = &[u8]> {
        self.pixmap.data_as_u8_slice().chunks(usize::from(self.pixmap.width()).max(1) * 4)
    }

    /// Whether it has colours, or areas with shades, as photographs have.
    pub(crate) fn needs_colour(&self) -> bool {
        let dots = || self.pixmap.data_as_u8_slice().chunks_exact(4);
        dots().any(|dot| spread(dot) > COLOUR_APART) || self.has_shades()
    }

    fn has_shades(&self) -> bool {
        let mut squares = vec![0_usize; usize::from(self.pixmap.width()) / SQUARE];
        for (y, row) in self.rows().enumerate() {
            if y % SQUARE == 0 {
                squares.fill(0);
            }
            for (square, dots) in squares.iter_mut().zip(row.chunks_exact(SQUARE * 4)) {
                *square += dots.chunks_exact(4).filter(|dot| SHADES.contains(&luma(dot))).count();
            }
            if squares.iter().any(|shaded| *shaded >= SHADED) {
                return true;
            }
        }
        false
    }

    /// In black and white.
    pub(crate) fn inked(&self) -> Result<Raster, RenderError> {
        let mut bitmap = Bitmap::white(self.pixmap.width().into(), self.pixmap.height().into())?;
        for (y, row) in self.rows().enumerate() {
            for (x, dot) in row.chunks_exact(4).enumerate() {
                if dot[..3] != [255; 3] && luma(dot) < INK_BELOW {
                    bitmap.blacken(x as u32, y as u32);
                }
            }
        }
        Ok(Raster { bitmap, missing: self.missing })
    }

    /// Whether anything stands within these dots (left, top, and the ones after right and bottom): what is not white.
    pub(crate) fn has_ink(&self, [left, top, right, bottom]: [u32; 4]) -> bool {
        let rows = self.rows().take(bottom as usize).skip(top as usize);
        let dots = |row: &[u8]| {
            let mut dots = row.chunks_exact(4).take(right as usize).skip(left as usize);
            dots.any(|dot| dot[..3] != [255; 3])
        };
        rows.into_iter().any(dots)
    }

    /// Puts dots in black and white over its own, within left, top, and the ones after right and bottom.
    pub(crate) fn put(&mut self, [left, top, right, bottom]: [u32; 4], drawn: &Bitmap) {
        let wide = usize::from(self.pixmap.width()).max(1) * 4;
        let rows = self.pixmap.data_as_u8_slice_mut().chunks_mut(wide);
        for (y, row) in (0..bottom).zip(rows).skip(top as usize) {
            for (x, dot) in (0..right).zip(row.chunks_exact_mut(4)).skip(left as usize) {
                let shade = if drawn.is_black(x, y) { 0 } else { 255 };
                dot.copy_from_slice(&[shade, shade, shade, 255]);
            }
        }
    }

    /// Width, height, and three bytes a dot.
    pub(crate) fn rgb(&self) -> (u32, u32, Vec<u8>) {
        let dots = self.pixmap.data_as_u8_slice().chunks_exact(4);
        let rgb = dots.flat_map(|dot| [dot[0], dot[1], dot[2]]).collect();
        (self.pixmap.width().into(), self.pixmap.height().into(), rgb)
    }
}

fn spread(dot: &[u8]) -> u8 {
    let colour = [dot[0], dot[1], dot[2]];
    colour.iter().max().unwrap_or(&0) - colour.iter().min().unwrap_or(&0)
}

/// How light a colour is, from 0 to 255 (ITU-R BT.601).
fn luma(dot: &[u8]) -> u32 {
    (299 * u32::from(dot[0]) + 587 * u32::from(dot[1]) + 114 * u32::from(dot[2])) / 1_000
}
