//! A tar, plain or in gzip, in which an export's files lie (POSIX ustar, with the long names of pax and GNU).
//!
//! Its files are listed once. Where all of it is small it is held; else it is read again from its start for each file,
//! because a stream in gzip has no other way in.

use flate2::bufread::MultiGzDecoder;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

const BLOCK: usize = 512;
/// A tar whose content is larger is not held.
const HELD_MAX: usize = 64 << 20;
/// A longer name is no name.
const NAME_MAX: u64 = 1 << 16;
/// Most files that are listed.
const FILES_MAX: usize = 1_000_000;

/// A tar whose files are listed.
#[derive(Debug)]
pub(crate) struct Tar {
    path: PathBuf,
    /// By the last part of the name: every file of that name.
    files: BTreeMap<String, Vec<Entry>>,
    /// All content up to there, where it is held.
    held: Option<Vec<u8>>,
    /// Why the list may be short.
    pub(crate) damage: Option<String>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Where its content starts in the tar.
    at: u64,
    bytes: u64,
    /// Where it starts in what is held.
    held_at: usize,
}

fn stream(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut head = [0; 2];
    let read = File::open(path)?.read(&mut head)?;
    let file = BufReader::with_capacity(1 << 16, File::open(path)?);
    Ok(if read == 2 && head == [0x1F, 0x8B] { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) })
}

/// What a header says.
struct Header {
    name: String,
    bytes: u64,
    kind: u8,
}

impl Tar {
    /// Lists the files of the tar, of which at most `expanded_max` bytes are read.
    pub(crate) fn open(path: &Path, expanded_max: u64) -> Self {
        let mut tar =
            Self { path: path.to_owned(), files: BTreeMap::new(), held: Some(Vec::new()), damage: None };
        tar.damage = tar.list(expanded_max).err();
        tar
    }

    fn list(&mut self, expanded_max: u64) -> Result<(), String> {
        let mut reader = stream(&self.path).map_err(|error| error.to_string())?;
        let mut at = 0_u64;
        let mut listed = 0_usize;
        let mut long_name = None;
        loop {
            let mut block = [0; BLOCK];
            reader.read_exact(&mut block).map_err(|error| format!("byte {at}: {error}"))?;
            at += BLOCK as u64;
            let Some(header) = header(&block).map_err(|why| format!("byte {at}: {why}"))? else {
                return Ok(());
            };
            let padded = header.bytes.div_ceil(BLOCK as u64).saturating_mul(BLOCK as u64);
            if at.saturating_add(padded) > expanded_max {
                return Err(format!("byte {at}: past the limit of {expanded_max} bytes"));
            }
            match header.kind {
                b'L' | b'x' => {
                    if header.bytes > NAME_MAX {
                        return Err(format!("byte {at}: a name of {} bytes", header.bytes));
                    }
                    let mut content = vec![0; usize::try_from(padded).unwrap_or(0)];
                    reader.read_exact(&mut content).map_err(|error| format!("byte {at}: {error}"))?;
                    content.truncate(usize::try_from(header.bytes).unwrap_or(0));
                    let name = if header.kind == b'L' { Some(text(&content)) } else { pax_path(&content) };
                    long_name = name.or(long_name);
                }
                b'0' | 0 | b'7' => {
                    listed += 1;
                    if listed > FILES_MAX {
                        return Err(format!("more than {FILES_MAX} files"));
                    }
                    let held_at = self.keep(&mut reader, header.bytes, padded, at)?;
                    let name = long_name.take().unwrap_or(header.name);
                    let last = name.rsplit('/').next().unwrap_or_default().to_owned();
                    let entry = Entry { at, bytes: header.bytes, held_at };
                    self.files.entry(last).or_default().push(entry);
                }
                _ => {
                    long_name = None;
                    pass(&mut reader, padded, at)?;
                }
            }
            at += padded;
        }
    }

    /// Takes in a file's content where all of the tar is still small enough.
    fn keep(&mut self, reader: &mut dyn Read, bytes: u64, padded: u64, at: u64) -> Result<usize, String> {
        let held =
            self.held.as_mut().filter(|held| bytes.saturating_add(held.len() as u64) <= HELD_MAX as u64);
        let Some(held) = held else {
            self.held = None;
            return pass(reader, padded, at).map(|()| 0);
        };
        let start = held.len();
        let read = reader.take(padded).read_to_end(held).map_err(|error| format!("byte {at}: {error}"))?;
        held.truncate(start + usize::try_from(bytes).unwrap_or(0));
        if (read as u64) < padded {
            held.truncate(start);
            return Err(format!("byte {at}: it ends in the middle of a file"));
        }
        Ok(start)
    }

    /// How many files have this name.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.files.get(name).map_or(0, Vec::len)
    }

    /// How many files there are.
    pub(crate) fn len(&self) -> usize {
        self.files.values().map(Vec::len).sum()
    }

    /// The content of the first file of this name, up to `most` bytes.
    ///
    /// # Errors
    /// In words, where it is larger or cannot be read.
    pub(crate) fn content(&self, name: &str, most: u64) -> Option<Result<Vec<u8>, String>> {
        let entry = self.files.get(name)?.first()?;
        if entry.bytes > most {
            return Some(Err(format!("{} bytes, the limit being {most}", entry.bytes)));
        }
        if let Some(held) = &self.held {
            let end = entry.held_at + usize::try_from(entry.bytes).unwrap_or(usize::MAX - entry.held_at);
            return held.get(entry.held_at..end).map(|bytes| Ok(bytes.to_vec()));
        }
        Some(self.read_again(*entry))
    }

    fn read_again(&self, entry: Entry) -> Result<Vec<u8>, String> {
        let mut reader = stream(&self.path).map_err(|error| error.to_string())?;
        pass(&mut reader, entry.at, 0)?;
        let mut bytes = Vec::new();
        reader.take(entry.bytes).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if (bytes.len() as u64) < entry.bytes {
            return Err("the archive is shorter than it was".to_owned());
        }
        Ok(bytes)
    }
}

/// The files of a plain tar in their order: name, where the content starts, its length. None where the list breaks off, or where
/// an entry is neither file nor folder: a link would be lost.
pub(crate) fn places(path: &Path) -> Option<Vec<(String, u64, u64)>> {
    let length = path.metadata().ok()?.len();
    let mut file = File::open(path).ok()?;
    let (mut at, mut long_name, mut found) = (0_u64, None, Vec::new());
    loop {
        let mut block = [0; BLOCK];
        file.seek(SeekFrom::Start(at)).ok()?;
        file.read_exact(&mut block).ok()?;
        at += BLOCK as u64;
        let Some(header) = header(&block).ok()? else { return Some(found) };
        let end = at.checked_add(header.bytes.div_ceil(BLOCK as u64).checked_mul(BLOCK as u64)?)?;
        if end > length || found.len() > FILES_MAX {
            return None;
        }
        match header.kind {
            b'L' | b'x' if header.bytes <= NAME_MAX => {
                let mut content = vec![0; usize::try_from(header.bytes).ok()?];
                file.read_exact(&mut content).ok()?;
                let name = if header.kind == b'L' { Some(text(&content)) } else { pax_path(&content) };
                long_name = name.or(long_name);
            }
            b'0' | 0 | b'7' => {
                let name = long_name.take().unwrap_or(header.name);
                if !(name.ends_with('/') && header.bytes == 0) {
                    found.push((name.trim_start_matches("./").to_owned(), at, header.bytes));
                }
            }
            b'5' | b'g' => long_name = None,
            _ => return None,
        }
        at = end;
    }
}

fn pass(reader: &mut dyn Read, bytes: u64, at: u64) -> Result<(), String> {
    let passed = io::copy(&mut reader.take(bytes), &mut io::sink());
    let passed = passed.map_err(|error| format!("byte {at}: {error}"))?;
    if passed < bytes { Err(format!("byte {at}: it ends in the middle of a file")) } else { Ok(()) }
}

/// Text up to the first zero.
fn text(field: &[u8]) -> String {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).into_owned()
}

/// A number: octal digits, or base 256 behind a set bit, as GNU writes large ones.
fn number(field: &[u8]) -> Option<u64> {
    if field.first().is_some_and(|byte| byte & 0x80 != 0) {
        let (high, low) = field.split_at(field.len().saturating_sub(8));
        let zero = high.iter().enumerate().all(|(at, byte)| *byte == if at == 0 { 0x80 } else { 0 });
        return zero.then(|| low.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)));
    }
    let digits = text(field);
    let digits = digits.trim();
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok() }
}

/// The header; none at the end of the tar.
fn header(block: &[u8; BLOCK]) -> Result<Option<Header>, String> {
    if block.iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    // Its own field counts as spaces.
    let sum = |block: &[u8]| block.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    let expected = sum(&block[..148]) + 8 * u64::from(b' ') + sum(&block[156..]);
    if number(&block[148..156]) != Some(expected) {
        return Err("no header of a tar".to_owned());
    }
    let bytes = number(&block[124..136]).ok_or("a size that is no number")?;
    let mut name = text(&block[..100]);
    if &block[257..262] == b"ustar" && block[345] != 0 && block[263..265] == *b"00" {
        name = format!("{}/{name}", text(&block[345..500]));
    }
    Ok(Some(Header { name, bytes, kind: block[156] }))
}

/// The path in a header of pax: lines `LENGTH KEY=VALUE`.
fn pax_path(content: &[u8]) -> Option<String> {
    let mut rest = content;
    let mut path = None;
    while !rest.is_empty() {
        let space = memchr::memchr(b' ', rest)?;
        let length: usize = std::str::from_utf8(&rest[..space]).ok()?.parse().ok()?;
        let line = rest.get(space + 1..length)?;
        if let Some(value) = line.strip_prefix(b"path=") {
            path = Some(text(value.strip_suffix(b"\n").unwrap_or(value)));
        }
        rest = rest.get(length..)?;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A tar of files, each with its kind.
    fn tar(files: &[(&str, u8, &[u8])]) -> Vec<u8> {
        let mut tar = Vec::new();
        for (name, kind, content) in files {
            let mut block = [0_u8; BLOCK];
            block[..name.len()].copy_from_slice(name.as_bytes());
            block[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
            block[148..156].fill(b' ');
            block[156] = *kind;
            let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum();
            block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
            tar.extend_from_slice(&block);
            tar.extend_from_slice(content);
            tar.resize(tar.len().next_multiple_of(BLOCK), 0);
        }
        tar.extend_from_slice(&[0; 2 * BLOCK]);
        tar
    }

    fn opened(bytes: &[u8]) -> (tempfile::TempDir, Tar) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.tar");
        std::fs::write(&path, bytes).unwrap();
        let tar = Tar::open(&path, 1 << 20);
        (dir, tar)
    }

    #[test]
    fn files_are_found_by_the_last_part_of_their_names_long_ones_too() {
        let long = format!("{}/long.txt", "d".repeat(200));
        let pax = b"18 path=a/pax.txt\n";
        let bytes = tar(&[
            ("d/one.txt", b'0', b"first"),
            ("d", b'5', b""),
            ("@LongLink", b'L', long.as_bytes()),
            ("cut", b'0', b"second"),
            ("x", b'x', &pax[..]),
            ("cut", b'0', b"third"),
            ("e/one.txt", 0, b"again"),
        ]);
        let (_dir, mut tar) = opened(&bytes);
        assert_eq!((tar.len(), tar.count("one.txt"), &tar.damage), (4, 2, &None));
        for held in [true, false] {
            if !held {
                tar.held = None;
            }
            assert_eq!(tar.content("one.txt", 9), Some(Ok(b"first".to_vec())));
            assert_eq!(tar.content("long.txt", 9), Some(Ok(b"second".to_vec())));
            assert!(tar.content("long.txt", 5).unwrap().is_err());
            assert_eq!(tar.content("none", 9), None);
        }
    }

    #[test]
    fn a_tar_cut_short_says_so_and_keeps_what_is_whole() {
        let bytes = tar(&[("one.txt", b'0', b"first"), ("two.txt", b'0', &[7; 600])]);
        let (_dir, tar) = opened(&bytes[..1700]);
        assert_eq!(tar.content("one.txt", 9), Some(Ok(b"first".to_vec())));
        assert!(tar.damage.is_some() && tar.count("two.txt") == 0);
    }

    proptest! {
        #[test]
        fn any_damage_is_told_or_harmless(at in 0_usize..2000, with: u8) {
            let mut bytes = tar(&[("one.txt", b'0', b"first"), ("x", b'x', b"12 path=ab\n")]);
            let at = at % bytes.len();
            bytes[at] = with;
            let (_dir, tar) = opened(&bytes);
            let _ = tar.content("one.txt", 9);
        }
    }
}
