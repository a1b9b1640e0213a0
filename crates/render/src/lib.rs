//! A laid-out text, or a document, in; pages out. Owns the fonts.
//!
//! # Certificates and reports
//! What comes in is a list of [`Block`]s, which say what a text is (a heading, a table, a line to be
//! filled in by hand) and nothing of how it looks. What goes out is one PDF on letter paper: PDF/A-2a
//! (ISO 19005-2, level A: archivable, tagged, every glyph mapped to its character), fonts embedded and
//! subset, with bookmarks, page x of y, and tables that break across pages and repeat their heads.
//! Their fonts are Noto Serif and Noto Sans (Latin, Greek, Cyrillic), Noto Sans Hebrew and Noto Sans
//! Arabic; any other character stands as U+FFFD and is reported in [`Rendition::substituted`].
//!
//! The same blocks go into a document for a word processor, [`to_docx`], to be edited: it is no certificate.
//!
//! # Documents
//! A [`Printer`] sets a [`Content`] (mail, text, conversation, slip-sheet) on letter pages, [`Sheets`], and
//! writes them with a number and a legend on each page, below the document and never over it. The PDF is
//! PDF/A-2u: every glyph is mapped to its character, so it can be searched. It is not tagged (2a): what part
//! of a mail is a heading would be a guess. Nothing is fetched, no script is run, no style sheet is applied.
//! Lines end where UAX #14 lets them and run as UAX #9 says. What is shown otherwise than the document had
//! it is said in [`Sheets::notes`] and below the document; what cannot be set at all gets a slip-sheet with
//! [`Sheets::defect`]. Limits: [`TEXT_BYTES_MAX`], [`PAGES_MAX`], and those of HTML, which is shown as its
//! source beyond them.
//!
//! # Existing PDFs and pictures
//! A PDF keeps its pages: each is placed, smaller where it must be, above the foot of a sheet of its own size (at
//! most 22 × 17 inches), turned and cut as it is when it is opened, with its text and pictures as they are: nothing
//! is rasterised, unless a region of it is covered. Fields, stamps and notes are drawn as they look, layers stay on or off. Words of comments, and
//! of fields that have no look, stand on a sheet behind the pages; so do the names of files inside, of layers that
//! are off, and of what could not be read, and then [`Sheets::is_whole`] is false. Programs, actions, bookmarks and
//! metadata are left out. One that asks for no password to be opened is opened; a table of objects that is broken
//! is mended. A picture (PNG, JPEG, GIF, BMP, WebP, each image of a TIFF) stands on letter paper in its size or
//! smaller, a scan on a sheet of its own size, turned as EXIF says; HEIC, AVIF, SVG and metafiles get
//! a slip-sheet. What is broken or over [`FILE_BYTES_MAX`], [`PIXELS_MAX`] or [`PAGES_MAX`] does too.
//! Such a PDF is version 1.7 and claims no part of PDF/A: nobody can vouch for what it holds.
//!
//! Shipped for documents are Noto Sans, its italic and its monospaced sister, Noto for Hebrew, Arabic,
//! Armenian, Georgian, Thai, Lao, Khmer, Myanmar, Ethiopic, Sinhala and nine scripts of India, for symbols,
//! mathematics and emoji (in black), Noto Sans KR for Hangul and Droid Sans Fallback for Chinese and
//! Japanese (its forms are those of China where the countries differ).
//!
//! # Redaction
//! Words that stand for covered ones are set white in a black box as long as they are themselves
//! ([`Printer::lay_out_boxed`]): what is covered never comes in. [`Printer::cover`] takes out of laid-out pages what
//! lies under a region, glyphs with their text and pictures as a whole; [`Sheets::text`] is what then stands there.
//! An existing PDF or picture becomes pictures of its pages first, all of them, into which the regions are burned: no
//! object of the file is left, and what its signs outside the regions say is its text.
//! Images are drawn from the same pages, so that nothing is left to be uncovered.
//!
//! # Images
//! [`Printer::images`] gives each page as a TIFF of its own (Group 4, 300 dots an inch). What was set here is drawn from
//! the layout that the PDF is written from: outlines of glyphs become dots by plain arithmetic in a fixed order, the
//! same on every machine. A page with a picture or of an existing PDF is drawn from the PDF by hayro, and [`pages`]
//! does so with any PDF; its rasteriser picks instructions by the processor, so that the same dots on every kind of
//! processor are not shown there. Fonts that a PDF names and does not carry are drawn with those that hayro ships
//! (Foxit's, BSD licence). Where [`ImageKind::ColourWhereNeeded`] is asked for, a page with colours or with the shades of a
//! photograph on it is a JPEG at the same dots an inch; in black and white its shades are not dithered, so that words stay
//! clear.
//!
//! The same input gives the same bytes on every machine: the fonts are compiled in and no others are looked
//! for, and the one date that PDF/A asks for is the caller's. Pages of plain words, which most are, are written by
//! `archival`, whose header names the rules of PDF/A-2 that it keeps: it keeps the subsets of fonts that most mails
//! share, so that they are made once for a run. Pages with pictures, and those in scripts whose characters share
//! glyphs, are written by krilla, which checks the rules that a writer can check and refuses what breaks one. A test
//! holds both against each other, and another against veraPDF where that is installed: `tests/foreign` says how.

mod admit;
mod archival;
mod bitmap;
mod block;
mod compose;
mod compositor;
mod content;
mod cover;
mod docx;
mod draw;
mod embedded;
mod error;
mod existing;
mod faces;
mod fonts;
mod g4;
mod glyph;
mod grid;
mod html;
mod image;
mod jpeg;
mod line;
mod matter;
mod note;
mod pager;
mod paper;
mod pdf;
mod picture;
mod printer;
mod raster;
mod reader;
mod script;
mod table;
mod tags;
mod text;
mod tiff;
mod word;
mod write;

pub use admit::{BOX_ENDS, BOX_STARTS};
pub use bitmap::{Bitmap, DOTS_MAX, DPI, SIDE_MAX};
pub use block::{Align, Block, Column, Pages, Rendition};
pub use content::{Body, Content, Conversation, Entry, Inline, Message, SlipSheet, TextRendition};
pub use cover::{Cover, CoverError, Covered};
pub use docx::to_docx;
pub use error::RenderError;
pub use existing::{FILE_BYTES_MAX, PIXELS_MAX};
pub use image::{ImageFile, ImageKind, PageImage};
pub use note::{Note, SheetDefect};
pub use printer::{Endorsement, PAGES_MAX, Printer, Sheets, TEXT_BYTES_MAX};
pub use raster::{INK_BELOW, Raster, pages};
pub use tiff::tiff;

use compose::Setter;

/// Sets the blocks on letter paper and writes them as a PDF/A-2a.
///
/// # Errors
/// [`RenderError`] for a table whose rows do not fit its columns, and where the PDF writer refuses.
pub fn to_pdf(pages: &Pages) -> Result<Rendition, RenderError> {
    let mut setter = Setter::new(pages)?;
    for (at, block) in pages.blocks.iter().enumerate() {
        setter.set(at, block, pages.blocks.get(at + 1))?;
    }
    let set = setter.finish();
    let count = set.sheets.len();
    let substituted = set.substituted.iter().copied().collect();
    Ok(Rendition { bytes: write::write(pages, set)?, pages: count, substituted })
}
