//! What lies in a volume: every file with its size, digests and text encoding.

use crate::text_encoding::TextEncoding;
use duces_model::{Md5, Sha256};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where a file's bytes are found again.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// Below the folder, under the path itself.
    Below,
    /// Below the folder, under a name that is no UTF-8.
    Odd(PathBuf),
    /// The entry of this place in the archive's directory.
    Entry(usize),
}

/// One file.
#[derive(Debug, Clone)]
pub(crate) struct FileEntry {
    /// Path below the volume, `/` between the parts.
    pub(crate) path: String,
    /// Size in bytes.
    pub(crate) bytes: u64,
    pub(crate) origin: Origin,
    /// Whether its bytes can be read; where not, a finding says why.
    pub(crate) readable: bool,
    /// Digests of its bytes; absent before reading and where they could not be read.
    pub(crate) digests: Option<(Sha256, Md5)>,
    /// How it is written, for files that end in `.txt`.
    pub(crate) encoding: Option<TextEncoding>,
    /// The first row that names it, and in which role.
    pub(crate) named: Option<(u64, Part)>,
}

/// As what a row names a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Native,
    Text,
}

/// The files of a volume, sorted by path.
#[derive(Debug, Default)]
pub(crate) struct Files {
    sorted: Vec<FileEntry>,
    /// Lower-case paths, to say "there under another case" rather than "missing".
    folded: BTreeMap<String, usize>,
}

impl Files {
    pub(crate) fn new(mut files: Vec<FileEntry>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let folded = files.iter().enumerate().map(|(at, file)| (file.path.to_lowercase(), at)).collect();
        Self { sorted: files, folded }
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, FileEntry> {
        self.sorted.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.sorted.len()
    }

    pub(crate) fn get(&self, at: usize) -> &FileEntry {
        &self.sorted[at]
    }

    pub(crate) fn get_mut(&mut self, at: usize) -> &mut FileEntry {
        &mut self.sorted[at]
    }

    /// The file of exactly this path.
    pub(crate) fn find(&self, path: &str) -> Option<usize> {
        self.sorted.binary_search_by(|file| file.path.as_str().cmp(path)).ok()
    }

    /// A file of this path in another case of letters.
    pub(crate) fn find_in_any_case(&self, path: &str) -> Option<usize> {
        self.folded.get(&path.to_lowercase()).copied()
    }

    /// Pairs of paths that differ in nothing but the case of letters.
    pub(crate) fn differing_in_case(&self) -> Vec<(&str, &str)> {
        self.sorted
            .iter()
            .enumerate()
            .filter_map(|(at, file)| {
                let kept = *self.folded.get(&file.path.to_lowercase())?;
                let other = self.sorted.get(kept)?;
                (kept != at && other.path != file.path).then_some((file.path.as_str(), other.path.as_str()))
            })
            .collect()
    }
}
