//! Text and properties of files: office documents, PDF, archives, pictures.
//!
//! A file is taken apart by what its bytes are (`FileKind`); its name is not asked. Text is what a reader
//! sees, and what a reader could make visible: hidden sheets and rows, notes, comments and tracked changes
//! stand in it behind a label in square brackets. What could not be read makes the text incomplete, never
//! silently shorter.
//!
//! A reader may fail on hostile bytes, take long, or take much memory. So an [`Extractor`] stands between:
//! [`InProcess`] only catches a panic; who cares for a long run puts a child process behind it
//! ([`wire::serve`] is that child's loop). For bytes and passwords the result is the same wherever it is run, unless
//! a limit of time or memory ends it, which is then told.

mod archive;
mod binary_sheet;
mod changes;
mod drawing;
mod found;
mod kind;
mod locked_office;
mod media;
mod old_sheet;
mod old_slides;
mod old_word;
mod ole;
mod open_document;
mod package;
mod pdf;
mod properties;
mod sheet;
mod sheet_number;
mod slides;
pub mod wire;
mod word;
mod xml;

#[cfg(test)]
mod archive_tests;
#[cfg(test)]
mod damage_tests;
#[cfg(test)]
mod old_tests;
#[cfg(test)]
mod tests;

use duces_model::{Defect, DefectCode};
pub(crate) use found::Found;
pub(crate) use kind::{FileKind, file_kind};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// What one file is held to. What lies beyond is a listed defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileBounds {
    /// Most bytes of text that are kept of one file. Default 64 MiB.
    pub text_bytes_max: u64,
    /// Most bytes that a file may be unpacked to while it is read: parts of a document, or members of an
    /// archive. Default 256 MiB.
    pub unpacked_bytes_max: u64,
    /// Beyond 16 MiB, how many times its own size a file may be unpacked to. Default 250.
    pub unpacked_ratio_max: u64,
    /// Most members of one archive. Default 10,000.
    pub members_max: usize,
}

impl Default for FileBounds {
    fn default() -> Self {
        Self {
            text_bytes_max: 64 << 20,
            unpacked_bytes_max: 256 << 20,
            unpacked_ratio_max: 250,
            members_max: 10_000,
        }
    }
}

/// Below this, no ratio is asked of what unpacks.
const RATIO_FREE: u64 = 16 << 20;

impl FileBounds {
    /// How far a file of so many bytes may be unpacked.
    pub(crate) fn unpacked_max(&self, bytes: usize) -> u64 {
        let by_ratio = (bytes as u64).saturating_mul(self.unpacked_ratio_max).max(RATIO_FREE);
        self.unpacked_bytes_max.min(by_ratio)
    }
}

/// Passwords, which are never shown.
#[derive(Clone, Default)]
pub struct Passwords(Arc<[String]>);

impl Passwords {
    /// Those of a file, a line each, as they stand; blank lines count as lines and are no passwords.
    pub fn of_lines(text: &str) -> Self {
        Self(text.strip_prefix('\u{FEFF}').unwrap_or(text).lines().map(str::to_owned).collect())
    }

    /// In their order.
    pub fn list(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passwords", self.0.len())
    }
}

/// A file to be read.
#[derive(Clone, Copy)]
pub struct FileToRead<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Passwords that are tried on it, in this order, if it asks for one.
    pub passwords: &'a [String],
    /// What it is held to.
    pub bounds: FileBounds,
}

/// A file inside a file: a member of an archive, or a file embedded in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name as written, with its path.
    pub name: String,
    /// Its bytes; as far as they could be read, where `flaw` says that this was not to the end.
    pub bytes: Vec<u8>,
    /// What is wrong with it already in the file around it.
    pub flaw: Option<Defect>,
}

/// What was found in a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extracted {
    /// Its text.
    pub text: String,
    /// What it says of itself: title, author, times; a name and a value each.
    pub properties: Vec<(String, String)>,
    /// Why a word search over the text cannot say that a word is not there.
    pub incomplete: Option<Defect>,
    /// What else is wrong with it.
    pub defects: Vec<Defect>,
    /// Files inside it, in their order.
    pub members: Vec<Member>,
}

/// Takes text out of files, within bounds.
pub trait Extractor: Send + Sync + std::fmt::Debug {
    /// Reads a file.
    ///
    /// # Errors
    /// In words for the list of defects, where the reader failed on the file, took too long, or needed too
    /// much memory.
    fn extract(&self, file: &FileToRead<'_>) -> Result<Extracted, String>;
}

/// Reads files where it is called: no limit of time or memory beyond the bounds.
#[derive(Debug, Clone, Copy, Default)]
pub struct InProcess;

impl Extractor for InProcess {
    fn extract(&self, file: &FileToRead<'_>) -> Result<Extracted, String> {
        std::panic::catch_unwind(|| read(file))
            .map_err(|_| "the reader of this kind of file failed on it".to_owned())
    }
}

/// Reads a file by its kind.
fn read(file: &FileToRead<'_>) -> Extracted {
    let mut found = Found::new(file.bounds);
    let Some(kind) = file_kind(file.bytes) else {
        found.incomplete(DefectCode::NoExtractor, "its kind is not known");
        return found.finish();
    };
    by_kind(file, kind, &mut found);
    found.finish()
}

/// Reads a file of a known kind.
fn by_kind(file: &FileToRead<'_>, kind: FileKind, found: &mut Found) {
    match kind {
        FileKind::Pdf => pdf::read(file, found),
        FileKind::LockedOffice => locked_office::read(file, found),
        FileKind::OldWord => old_word::read(file, found),
        FileKind::OldSheet => old_sheet::read(file, found),
        FileKind::OldSlides => old_slides::read(file, found),
        FileKind::BinarySheet => binary_sheet::read(file, found),
        FileKind::OtherOle => ole::read(file, found),
        FileKind::OpenDocument => open_document::read(file, found),
        FileKind::Zip => archive::zip(file, found),
        FileKind::Tar => archive::tar(file, found),
        FileKind::SevenZip => archive::seven_zip(file, found),
        FileKind::Gzip | FileKind::Bzip2 | FileKind::Xz => archive::compressed(file, kind, found),
        FileKind::Picture(_) | FileKind::Sound(_) | FileKind::Video(_) => media::read(file, kind, found),
        FileKind::Word => word::read(file, found),
        FileKind::Sheet => sheet::read(file, found),
        FileKind::Slides => slides::read(file, found),
        other @ FileKind::Unread(_) => found.incomplete(DefectCode::NoExtractor, other.name()),
    }
}

impl Extracted {
    /// A result that says only why there is none.
    pub(crate) fn failed(why: &str) -> Self {
        let why = Defect::new(DefectCode::ExtractionFailed, why);
        Self { incomplete: Some(why), ..Self::default() }
    }
}
