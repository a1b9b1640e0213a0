//! Documents as one image a page.

use crate::error::RenderError;
use crate::printer::{Endorsement, Printer, Sheets};
use crate::raster;
use crate::tiff::tiff;

/// What images are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImageKind {
    /// Black and white, as TIFF, Group 4.
    Bilevel,
}

/// A page as a file of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageImage {
    /// The file: a TIFF.
    pub bytes: Vec<u8>,
    /// Pictures and fonts of the page that could not be read: what they show is missing.
    pub missing: u32,
}

impl Printer {
    /// The pages as images with number and legend, one at a time, drawn from the PDF that
    /// [`Printer::pdf`] writes: both show the same.
    ///
    /// # Errors
    /// Those of [`Printer::pdf`] and of [`crate::pages`].
    pub fn images(
        &mut self,
        sheets: &Sheets,
        endorsement: &Endorsement,
        kind: ImageKind,
    ) -> Result<impl Iterator<Item = Result<PageImage, RenderError>> + use<>, RenderError> {
        let pages = raster::pages(&self.pdf(sheets, endorsement)?)?;
        Ok(pages.map(move |page| {
            page.map(|page| match kind {
                ImageKind::Bilevel => PageImage { bytes: tiff(&page.bitmap), missing: page.missing },
            })
        }))
    }
}
