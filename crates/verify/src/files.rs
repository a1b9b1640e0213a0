//! What lies in a volume: every file with its size, digests and what was seen in it.

use crate::mail_head::MailHead;
use crate::picture::Picture;
use crate::text_encoding::TextEncoding;
use duces_model::{Md5, Sha256};
use std::path::PathBuf;

/// Where a file's bytes are found again.
#[derive(Debug, Clone)]
pub(crate) enum Origin {
    /// Below the folder, under the path itself.
    Below,
    /// Below the folder, under a name that is no UTF-8.
    Odd(PathBuf),
    /// The entry of this place in the directory of this archive, both from 0.
    Entry(usize, usize),
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
    /// SHA-256 of its bytes; absent before reading and where they could not be read.
    pub(crate) sha256: Option<Sha256>,
    /// MD5 and SHA-1 of its bytes, as long; not made of the load file, of which no row states them.
    pub(crate) older: Option<(Md5, [u8; 20])>,
    /// What its header says, for files that end in `.eml`.
    pub(crate) head: Option<Box<MailHead>>,
    /// How it is written, for files that end in `.txt`.
    pub(crate) encoding: Option<TextEncoding>,
    /// What was seen in it, for pictures and Office files up to [`crate::picture::LOOKED_BYTES_MAX`].
    pub(crate) picture: Option<Box<Picture>>,
    /// The first row that names it.
    pub(crate) named: Option<Named>,
}

/// Who names a file, and as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named {
    /// Which load file, in the order of reading.
    pub(crate) by: u32,
    pub(crate) row: u64,
    pub(crate) part: Part,
}

/// As what a row names a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Native,
    Text,
    Image,
}

impl FileEntry {
    /// A file of which nothing but its place is known.
    pub(crate) fn new(path: String, bytes: u64, origin: Origin, readable: bool) -> Self {
        Self {
            path,
            bytes,
            origin,
            readable,
            sha256: None,
            older: None,
            head: None,
            encoding: None,
            picture: None,
            named: None,
        }
    }

    /// Whether the first row that names it names it as this.
    pub(crate) fn is(&self, part: Part) -> bool {
        self.named.is_some_and(|named| named.part == part)
    }

    /// The ending of its name, lower case.
    pub(crate) fn ending(&self) -> String {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
    }
}

/// The files of a volume, sorted by path.
#[derive(Debug, Default)]
pub(crate) struct Files {
    sorted: Vec<FileEntry>,
    /// Sums of the lower-case paths with their places, sorted: to say "there under another case" rather than
    /// "missing".
    folded: Vec<(u64, usize)>,
}

/// A sum of a path that letters' case does not change (FNV-1a).
fn folded(path: &str) -> u64 {
    let mut sum = 0xCBF2_9CE4_8422_2325;
    let mut take = |sign: char| sum = (sum ^ u64::from(sign)).wrapping_mul(0x0100_0000_01B3);
    for sign in path.chars() {
        if sign.is_ascii() {
            take(sign.to_ascii_lowercase());
        } else {
            sign.to_lowercase().for_each(&mut take);
        }
    }
    sum
}

impl Files {
    pub(crate) fn new(mut files: Vec<FileEntry>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut folded: Vec<_> =
            files.iter().enumerate().map(|(at, file)| (folded(&file.path), at)).collect();
        folded.sort_unstable();
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

    /// Places of the files whose path is this but for the case of letters.
    fn in_any_case<'a>(&'a self, path: &'a str) -> impl Iterator<Item = usize> + 'a {
        let sum = folded(path);
        let from = self.folded.partition_point(|(known, _)| *known < sum);
        let same = self.folded[from..].iter().take_while(move |(known, _)| *known == sum).map(|(_, at)| *at);
        same.filter(move |at| self.sorted[*at].path.to_lowercase() == path.to_lowercase())
    }

    /// A file of this path in another case of letters.
    pub(crate) fn find_in_any_case(&self, path: &str) -> Option<usize> {
        if self.sorted.is_empty() { None } else { self.in_any_case(path).next() }
    }

    /// Pairs of paths that differ in nothing but the case of letters.
    pub(crate) fn differing_in_case(&self) -> Vec<(&str, &str)> {
        let repeated = self.folded.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        let pairs = repeated.filter_map(|pair| {
            let (first, second) = (&self.sorted[pair[0].1].path, &self.sorted[pair[1].1].path);
            let same = first != second && first.to_lowercase() == second.to_lowercase();
            same.then_some((first.as_str(), second.as_str()))
        });
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort_unstable();
        pairs
    }
}
