//! The files of a survey: as a walk found them, what is to be done with them, and what is noted of them.

use duces_model::{ArchivePath, ContainerId};
use std::time::SystemTime;

/// A file of an archive, as a walk found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Name of its archive.
    pub archive: String,
    /// Path below the archive's root.
    pub path: ArchivePath,
    /// The identity that a container first read there has.
    pub identity: ContainerId,
    /// Size in bytes.
    pub bytes: u64,
    /// When it was modified.
    pub modified: Option<SystemTime>,
    /// Whether it is a message of a Maildir.
    pub maildir: bool,
}

/// A file with its place in the survey's order: by archive, then by path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surveyed {
    /// Its place, from 1.
    pub place: i64,
    /// The file.
    pub file: Sighting,
}

/// What a run is to do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Todo {
    /// It is not on record.
    New,
    /// Its reading was begun and not ended.
    Resume,
    /// It was read to its end, and grew since.
    Grown,
}

impl Todo {
    pub(super) const ALL: [Self; 3] = [Self::New, Self::Resume, Self::Grown];

    /// The number under which it stands in the survey.
    pub(super) const fn code(self) -> i64 {
        match self {
            Self::New => 1,
            Self::Resume => 2,
            Self::Grown => 3,
        }
    }
}

/// A file to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToRead {
    /// Which.
    pub surveyed: Surveyed,
    /// The container that it is.
    pub id: ContainerId,
    /// Why it is to be read.
    pub todo: Todo,
}

/// Something about a file that a person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileNote {
    /// Archive and path.
    pub file: String,
    /// In a word: `ignored` where a rule passes it over.
    pub what: String,
    /// What follows from it, or the rule.
    pub detail: String,
}

/// How many files a run is to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SurveyTotals {
    /// Not on record.
    pub new: u64,
    /// Begun and not ended.
    pub resumed: u64,
    /// Grown.
    pub grown: u64,
    /// Their bytes, as they lie on disk.
    pub bytes: u64,
}

impl SurveyTotals {
    /// How many there are.
    pub fn files(&self) -> u64 {
        self.new + self.resumed + self.grown
    }
}
