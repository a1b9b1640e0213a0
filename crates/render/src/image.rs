//! Documents as one image a page.

use crate::draw::Drawer;
use crate::error::RenderError;
use crate::jpeg::jpeg;
use crate::note::SheetDefect;
use crate::pager::{HEIGHT, Page, WIDTH};
use crate::printer::{Endorsement, Printer, Sheets};
use crate::raster::{self, Raster, Shot};
use crate::tiff::tiff;
use chrono::DateTime;

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
    /// Pictures, fonts and glyphs of the page that could not be read: what they show is missing.
    pub missing: u32,
}

impl Printer {
    /// The pages as images with number and legend, one at a time. What was set here is drawn from the layout
    /// that [`Printer::pdf`] writes; pages of an existing PDF, and those with a picture on them, are drawn from
    /// that PDF: both show the same.
    ///
    /// # Errors
    /// Those of [`Printer::pdf`] and of [`crate::pages`]; [`RenderError::Jpeg`].
    pub fn images<'a>(
        &'a mut self,
        sheets: &'a Sheets,
        endorsement: &'a Endorsement,
        kind: ImageKind,
    ) -> Result<impl Iterator<Item = Result<PageImage, RenderError>> + use<'a>, RenderError> {
        let (found, expected) = (endorsement.numbers.len(), sheets.pages() as usize);
        if found != expected {
            return Err(RenderError::Numbers { found, expected });
        }
        // What was set stands behind the existing pages.
        let placed = found - sheets.pages.len();
        let pdf = match placed > 0 || sheets.pages.iter().any(Page::has_picture) {
            true => Some(raster::opened(self.pdf(sheets, endorsement)?)?),
            false => None,
        };
        Ok(endorsement.numbers.iter().enumerate().map(move |(at, number)| {
            let page = at.checked_sub(placed).and_then(|at| sheets.pages.get(at));
            match (page, &pdf) {
                // Nothing that is set here has colours or broad shades.
                (Some(page), _) if !page.has_picture() => {
                    let page = self.drawn(page, number, endorsement.legend.as_deref())?;
                    Ok(black_and_white(&page))
                }
                (_, Some(pdf)) => drawn(&raster::guarded(pdf, at)?, kind),
                (_, None) => Err(RenderError::PageUnreadable { page: at + 1 }),
            }
        }))
    }

    /// Why these pages cannot all be drawn as images; nothing where they can. Pages of an existing PDF, and those with
    /// pictures, are drawn to find out, for nothing else tells.
    ///
    /// # Errors
    /// Those of [`Printer::pdf`].
    pub fn undrawn(&mut self, sheets: &Sheets) -> Result<Option<SheetDefect>, RenderError> {
        let placed = sheets.pages() as usize - sheets.pages.len();
        let asked = |at: &usize| {
            at.checked_sub(placed).and_then(|at| sheets.pages.get(at)).is_none_or(Page::has_picture)
        };
        let numbers: Vec<String> = (1..=sheets.pages()).map(|page| page.to_string()).collect();
        let asked: Vec<usize> = (0..numbers.len()).filter(asked).collect();
        if asked.is_empty() {
            return Ok(None);
        }
        let endorsement = Endorsement { numbers, legend: None, dated: DateTime::UNIX_EPOCH };
        let pdf = raster::opened(self.pdf(sheets, &endorsement)?)?;
        for at in asked {
            let reason = match raster::guarded(&pdf, at) {
                Ok(shot) if shot.missing == 0 => continue,
                Ok(shot) if shot.missing == 1 => "1 of its pictures and fonts cannot be read".to_owned(),
                Ok(shot) => format!("{} of its pictures and fonts cannot be read", shot.missing),
                Err(error) => error.to_string(),
            };
            return Ok(Some(SheetDefect::NotDrawn { page: at + 1, reason }));
        }
        Ok(None)
    }

    /// A page without pictures as dots.
    pub(crate) fn drawn(
        &mut self,
        page: &Page,
        number: &str,
        legend: Option<&str>,
    ) -> Result<Raster, RenderError> {
        let foot = self.foot(number, legend, (WIDTH, HEIGHT))?;
        let mut drawer = Drawer::new(&self.words.faces, &mut self.glyphs)?;
        drawer.page(page);
        drawer.page(&foot);
        Ok(drawer.finish())
    }
}

fn drawn(shot: &Shot, kind: ImageKind) -> Result<PageImage, RenderError> {
    if kind == ImageKind::Bilevel || !shot.needs_colour() {
        return Ok(black_and_white(&shot.inked()?));
    }
    let (width, height, rgb) = shot.rgb();
    Ok(PageImage { bytes: jpeg(width, height, &rgb)?, file: ImageFile::Jpeg, missing: shot.missing })
}

fn black_and_white(page: &Raster) -> PageImage {
    PageImage { bytes: tiff(&page.bitmap), file: ImageFile::Tiff, missing: page.missing }
}
