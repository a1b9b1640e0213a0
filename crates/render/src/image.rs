//! Documents as one image a page.

use crate::error::RenderError;
use crate::jpeg::jpeg;
use crate::printer::{Endorsement, Printer, Sheets};
use crate::raster::{self, Shot};
use crate::tiff::tiff;

/// What images are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImageKind {
    /// Black and white, as TIFF, Group 4.
    Bilevel,
    /// JPEG for pages with colours or shades, TIFF, Group 4, for all others.
    ColourWhereNeeded,
}

/// What kind of file a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageFile {
    /// Black and white, Group 4.
    Tiff,
    /// In colour.
    Jpeg,
}

/// A page as a file of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageImage {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its kind.
    pub file: ImageFile,
    /// Pictures and fonts of the page that could not be read: what they show is missing.
    pub missing: u32,
}

impl Printer {
    /// The pages as images with number and legend, one at a time, drawn from the PDF that
    /// [`Printer::pdf`] writes: both show the same.
    ///
    /// # Errors
    /// Those of [`Printer::pdf`] and of [`crate::pages`]; [`RenderError::Jpeg`].
    pub fn images(
        &mut self,
        sheets: &Sheets,
        endorsement: &Endorsement,
        kind: ImageKind,
    ) -> Result<impl Iterator<Item = Result<PageImage, RenderError>> + use<>, RenderError> {
        let shots = raster::shots(&self.pdf(sheets, endorsement)?)?;
        Ok(shots.map(move |shot| drawn(&shot?, kind)))
    }
}

fn drawn(shot: &Shot, kind: ImageKind) -> Result<PageImage, RenderError> {
    if kind == ImageKind::Bilevel || !shot.needs_colour() {
        let page = shot.inked()?;
        return Ok(PageImage { bytes: tiff(&page.bitmap), file: ImageFile::Tiff, missing: page.missing });
    }
    let (width, height, rgb) = shot.rgb();
    Ok(PageImage { bytes: jpeg(width, height, &rgb)?, file: ImageFile::Jpeg, missing: shot.missing })
}
