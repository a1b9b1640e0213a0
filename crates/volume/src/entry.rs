//! What the writer is given, and what it gives back.

use crate::dat::Replacement;
use crate::forms::Forms;
use crate::manifest::Counts;
use duces_model::{BatesNumber, BatesRange, Sha256, VolumeName};
use std::num::NonZeroU32;
use std::path::PathBuf;

/// What a volume is called and how it looks. All of it is written out as given.
#[derive(Debug, Clone)]
pub struct VolumePlan {
    /// Name of the volume, its folder and its archive.
    pub name: VolumeName,
    /// The request that it answers.
    pub request: String,
    /// Name of the delivery profile.
    pub profile: String,
    /// What the profile calls itself.
    pub profile_title: String,
    /// What the profile says of itself, in sentences.
    pub statement: String,
    /// Name and version of the program that writes.
    pub tool: String,
    /// The zone to which times were standardised.
    pub time_zone: String,
    /// Field names of the load file, in order.
    pub fields: Vec<String>,
    /// Most files in one folder of natives, texts, pages or PDFs.
    pub files_per_folder: NonZeroU32,
    /// The forms in which all of it is written.
    pub forms: Forms,
    /// Stored in `manifest.json` under `extra`.
    pub extra: serde_json::Value,
}

/// One value of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// One entry, also an empty one.
    Text(String),
    /// Several entries.
    List(Vec<String>),
    /// Where the native lies; empty where there is none.
    NativePath,
    /// Where the text lies.
    TextPath,
    /// Where the PDF lies; empty where there is none.
    PdfPath,
}

/// In which form a document stands in the volume.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// Its native, and its text.
    Native {
        /// The native's bytes, written as they are.
        bytes: &'a [u8],
        /// Ending without a dot; see [`crate::safe_extension`].
        extension: &'a str,
    },
    /// Its pages and its text.
    Pages,
    /// Its text only, or its text and pages that show nothing else: a withheld document lies inside its native.
    TextOnly,
    /// A sheet that stands for it: the text is the sheet's.
    SlipSheet,
}

/// What a document is, for a load file that tells the two apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A message.
    Message,
    /// A file, attached or loose.
    File,
}

impl EntryKind {
    /// The word of EDRM XML.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "Message",
            Self::File => "File",
        }
    }
}

/// One document of the volume.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// Its numbers, which follow those of the entry before without a hole.
    pub bates: &'a BatesRange,
    /// First number of the document to which it is attached, where that has one here.
    pub parent: Option<&'a BatesNumber>,
    /// One value for each field of the plan.
    pub values: Vec<Value>,
    /// Whether it is a message or a file; absent for what is withheld.
    pub kind: Option<EntryKind>,
    /// Its form.
    pub content: Content<'a>,
    /// Its text; line ends are written as CRLF.
    pub text: &'a str,
}

impl Entry<'_> {
    /// The native, where there is one.
    pub(crate) fn native(&self) -> Option<&[u8]> {
        match self.content {
            Content::Native { bytes, .. } => Some(bytes),
            Content::Pages | Content::TextOnly | Content::SlipSheet => None,
        }
    }
}

/// An archive that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenArchive {
    /// Where it lies.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its digest.
    pub sha256: Sha256,
    /// Whether it is larger than was asked for: a single family, or the files that belong to none, are.
    pub over: bool,
}

/// What was written.
#[derive(Debug, Clone)]
pub struct WrittenVolume {
    /// Name.
    pub name: VolumeName,
    /// The folder.
    pub folder: PathBuf,
    /// The archives beside it, in order; at least one.
    pub archives: Vec<WrittenArchive>,
    /// Digest of MANIFEST.sha256, which stands for the whole volume.
    pub manifest_sha256: Sha256,
    /// Digest of the load file.
    pub data_sha256: Sha256,
    /// First to last number.
    pub bates: Option<BatesRange>,
    /// How many of what.
    pub counts: Counts,
    /// How many files.
    pub files: u64,
    /// Their size together, in bytes.
    pub bytes: u64,
    /// What was replaced in values of the load file.
    pub replacements: Vec<Replacement>,
}
