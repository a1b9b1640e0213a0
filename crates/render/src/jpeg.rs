//! A page in colour as a JPEG: nothing of time or program.

use crate::bitmap::DPI;
use crate::error::RenderError;
use ::image::ExtendedColorType;
use ::image::codecs::jpeg::{JpegEncoder, PixelDensity};

/// How much of a page in colour is kept, of 100: no speckles beside letters that an eye would see in print.
const QUALITY: u8 = 90;

/// A page as a baseline JPEG (JFIF), 300 dots an inch; `rgb` has three bytes a dot, row by row. The same page
/// gives the same bytes: the coder counts in whole numbers.
pub(crate) fn jpeg(width: u32, height: u32, rgb: &[u8]) -> Result<Vec<u8>, RenderError> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    encoder.set_pixel_density(PixelDensity::dpi(DPI as u16));
    let refused = |error: image::ImageError| RenderError::Jpeg { reason: error.to_string() };
    encoder.encode(rgb, width, height, ExtendedColorType::Rgb8).map_err(refused)?;
    Ok(bytes)
}
