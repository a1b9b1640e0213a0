//! Pages of a PDF as black and white dots.

use crate::bitmap::{Bitmap, DPI};
use crate::error::RenderError;
use crate::existing::guard;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{RenderCache, RenderSettings, render};
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
    let pdf = open(pdf.to_vec()).map_err(|reason| RenderError::PdfUnreadable { reason })?;
    let count = pdf.pages().len();
    Ok((0..count).map(move |at| guarded(&pdf, at)))
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

/// A page; a panic of the reader or the rasteriser, which a file from outside may cause, is a page that
/// cannot be drawn.
fn guarded(pdf: &Pdf, at: usize) -> Result<Raster, RenderError> {
    catch_unwind(AssertUnwindSafe(|| drawn(pdf, at)))
        .unwrap_or(Err(RenderError::PageUnreadable { page: at + 1 }))
}

fn drawn(pdf: &Pdf, at: usize) -> Result<Raster, RenderError> {
    let page = pdf.pages().get(at).ok_or(RenderError::PageUnreadable { page: at + 1 })?;
    let scale = DPI as f32 / 72.0;
    let (width, height) = page.render_dimensions();
    let dots = |points: f32| (points * scale).round() as u32;
    let mut bitmap = Bitmap::white(dots(width), dots(height))?;
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
        width: u16::try_from(bitmap.width()).ok(),
        height: u16::try_from(bitmap.height()).ok(),
        bg_color: WHITE,
    };
    let pixmap = render(page, &RenderCache::new(), &interpreting, &drawing);
    ink(&pixmap, &mut bitmap);
    Ok(Raster { bitmap, missing: missing.load(Ordering::Relaxed) })
}

/// Blackens what is dark. The page lies on white, so no dot is transparent.
fn ink(pixmap: &Pixmap, bitmap: &mut Bitmap) {
    let width = usize::from(pixmap.width()).max(1);
    for (y, row) in pixmap.data_as_u8_slice().chunks(width * 4).enumerate() {
        for (x, dot) in row.chunks_exact(4).enumerate() {
            if dot[..3] != [255; 3] && luma(dot) < INK_BELOW {
                bitmap.blacken(x as u32, y as u32);
            }
        }
    }
}

/// How light a colour is, from 0 to 255 (ITU-R BT.601).
fn luma(dot: &[u8]) -> u32 {
    (299 * u32::from(dot[0]) + 587 * u32::from(dot[1]) + 114 * u32::from(dot[2])) / 1_000
}
