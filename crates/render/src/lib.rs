//! A laid-out text in, pages out. Owns the fonts.
//!
//! What comes in is a list of [`Block`]s, which say what a text is (a heading, a table, a line to be
//! filled in by hand) and nothing of how it looks. What goes out is one PDF on letter paper: PDF/A-2a
//! (ISO 19005-2, level A: archivable, tagged, every glyph mapped to its character), fonts embedded and
//! subset, with bookmarks, page x of y, and tables that break across pages and repeat their heads.
//!
//! The same [`Pages`] give the same bytes on every machine: the fonts are compiled in and no others
//! are looked for, and the one date that PDF/A asks for is the caller's.
//!
//! A character for which no shipped font has a glyph stands as U+FFFD and is reported in
//! [`Rendition::substituted`]. Shipped are Noto Serif and Noto Sans (Latin, Greek, Cyrillic), Noto Sans
//! Hebrew and Noto Sans Arabic; Chinese, Japanese and Korean are not among them.
//!
//! krilla checks the rules of PDF/A-2a that a writer can check and refuses what breaks one. The output
//! has not been run through an independent validator such as veraPDF.

mod admit;
mod block;
mod compose;
mod compositor;
mod content;
mod error;
#[allow(dead_code, reason = "HTML, which uses all of it, comes next")]
mod faces;
mod fonts;
mod grid;
#[allow(dead_code, reason = "HTML, which uses all of it, comes next")]
mod line;
#[allow(dead_code, reason = "HTML, which uses all of it, comes next")]
mod matter;
#[allow(dead_code, reason = "HTML, which uses all of it, comes next")]
mod note;
mod pager;
mod paper;
mod pdf;
#[allow(dead_code, reason = "HTML, which uses all of it, comes next")]
mod picture;
mod printer;
mod reader;
mod table;
mod tags;
mod text;
mod word;
mod write;

pub use block::{Align, Block, Column, Pages, Rendition};
pub use content::{Body, Content, Conversation, Entry, Inline, Message, SlipSheet, TextRendition};
pub use error::RenderError;
pub use note::{Note, SheetDefect};
pub use printer::{Endorsement, PAGES_MAX, Printer, Sheets, TEXT_BYTES_MAX};

use compose::Setter;

/// Sets the blocks on letter paper and writes them as a PDF/A-2a.
///
/// # Errors
/// [`RenderError`] for a table whose rows do not fit its columns, and where the PDF writer refuses.
pub fn to_pdf(pages: &Pages) -> Result<Rendition, RenderError> {
    let mut setter = Setter::new(pages)?;
    for (at, block) in pages.blocks.iter().enumerate() {
        setter.set(at, block)?;
    }
    let set = setter.finish();
    let count = set.sheets.len();
    let substituted = set.substituted.iter().copied().collect();
    Ok(Rendition { bytes: write::write(pages, set)?, pages: count, substituted })
}
