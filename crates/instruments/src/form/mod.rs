//! Certificates, reports and letters of one make: a [`Sheet`] says which statements of a template stand, with which
//! facts; the template words and orders them; both give pages and an editable text.
//!
//! Which statement stands is decided by the facts alone. A template can neither leave one out that the facts call for
//! nor put one in that they do not.

mod blocks;
mod catalog;
pub mod dossier;
pub mod fill;
mod kind;
mod sheet;
mod wording;

pub use kind::Kind;
pub use sheet::{About, Facts, Passage, SHEET_FORMAT, Sheet};
pub use wording::Wording;

pub(crate) use kind::{Entry, Shape};

use crate::compare::Piece;
use crate::error::InstrumentError;
use duces_model::Sha256;
use duces_render::{Block, Pages, to_docx, to_pdf};
use serde::{Deserialize, Serialize};

/// What stands across every page of a draft.
const DRAFT: &str = "DRAFT";

/// Stands above every page that must not leave the firm.
pub const INTERNAL_MARK: &str = "INTERNAL WORK PRODUCT: NOT TO LEAVE THE FIRM";

/// An instrument, set: what is stored, printed and edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The title, as it follows from the facts.
    pub title: String,
    /// Whether DRAFT stands across the pages.
    pub draft: bool,
    /// The PDF.
    pub pdf: Vec<u8>,
    /// The same text, to be edited in a word processor.
    pub docx: Vec<u8>,
    /// The facts as JSON (`FACTS.md`).
    pub json: Vec<u8>,
    /// How many pages the PDF has.
    pub pages: usize,
    /// Digest of the facts, as printed in the foot of every page.
    pub facts_sha256: Sha256,
    /// Digest of the template that worded it.
    pub template_sha256: Sha256,
    /// Characters that no shipped font can show; each stands as U+FFFD in the PDF.
    pub substituted: Vec<char>,
}

/// What stands in the JSON beside an instrument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetFile {
    /// [`INTERNAL_MARK`] in a draft's; absent in what is issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub internal: Option<String>,
    /// Digest of the wording.
    pub template_sha256: Sha256,
    /// Digest of the facts, as [`Sheet::sha256`] makes it.
    pub facts_sha256: Sha256,
    /// The facts.
    pub sheet: Sheet,
}

impl SheetFile {
    /// Reads the JSON beside an instrument.
    ///
    /// # Errors
    /// [`InstrumentError::Json`] where it is no such JSON; [`InstrumentError::Contradiction`] where its facts do not
    /// have the digest that stands beside them.
    pub fn read(json: &[u8]) -> Result<Self, InstrumentError> {
        let file: Self = serde_json::from_slice(json)?;
        let found = file.sheet.sha256()?;
        if found != file.facts_sha256 {
            let what =
                format!("found facts with digest {found}, expected {}, as the file says", file.facts_sha256);
            return Err(InstrumentError::contradiction("facts_sha256", what));
        }
        Ok(file)
    }
}

/// Sets a sheet with a wording. The open questions of a sheet that is no draft are left out of everything that is made,
/// the JSON and the copy of it within the DOCX too: they are internal, and these files go to others.
///
/// # Errors
/// [`InstrumentError::Contradiction`] where the sheet names a statement that its kind does not have;
/// [`InstrumentError::Wording`] where a fact is missing; others where pages or text cannot be made.
pub fn make(wording: &Wording, sheet: &Sheet) -> Result<Made, InstrumentError> {
    let sheet = &sheet.written();
    let facts_sha256 = sheet.sha256()?;
    let title = sheet.title.clone();
    let header = wording.header(sheet)?;
    let pages = Pages {
        title: sheet.window_title(),
        language: "en-US".to_owned(),
        dated: sheet.as_known_at,
        header: if sheet.draft { format!("{INTERNAL_MARK}\n{header}") } else { header },
        footer: format!("{}\nFacts SHA-256 {facts_sha256}", wording.footer(sheet)?),
        mark: sheet.draft.then(|| DRAFT.to_owned()),
        blocks: text(wording, sheet)?,
    };
    let rendition = to_pdf(&pages)?;
    let file = SheetFile {
        internal: sheet.draft.then(|| INTERNAL_MARK.to_owned()),
        template_sha256: wording.sha256(),
        facts_sha256,
        sheet: sheet.clone(),
    };
    let mut json = serde_json::to_vec_pretty(&file)?;
    json.push(b'\n');
    Ok(Made {
        title,
        draft: sheet.draft,
        docx: to_docx(&pages, &json)?,
        pdf: rendition.bytes,
        json,
        pages: rendition.pages,
        facts_sha256,
        template_sha256: wording.sha256(),
        substituted: rendition.substituted,
    })
}

/// The text before it is set: what a check of an edited document, or a test, needs.
///
/// # Errors
/// As [`make`], less those of the pages.
pub fn text(wording: &Wording, sheet: &Sheet) -> Result<Vec<Block>, InstrumentError> {
    blocks::blocks(wording, sheet)
}

/// The text in reading order, part by part, and what of each part is fact: what an edited document is held against.
///
/// # Errors
/// As [`text`].
pub fn pieces(wording: &Wording, sheet: &Sheet) -> Result<Vec<Piece>, InstrumentError> {
    blocks::pieces(wording, sheet)
}
