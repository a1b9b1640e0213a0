//! tar archives: ustar, the POSIX form of 2001 (pax), GNU's long names (POSIX.1-2008, pax, "ustar
//! Interchange Format"; GNU tar manual, "Basic Tar Format").

use super::super::kind::tar_checksum_holds;

const BLOCK: usize = 512;

/// An entry that is a file, or stands for one.
pub(super) struct Entry<'a> {
    pub(super) name: String,
    /// None for a kind of entry whose content is not read.
    pub(super) content: Option<Content<'a>>,
    /// What kind of entry it is, where its content is not read.
    pub(super) kind: &'static str,
}

/// The bytes of a file.
pub(super) enum Content<'a> {
    Whole(&'a [u8]),
    /// As far as they are there.
    Cut(&'a [u8]),
}

/// An archive being read.
pub(super) struct Tar<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Why the rest is not read.
    pub(super) flaw: Option<String>,
    long_name: Option<String>,
    long_size: Option<u64>,
}

impl<'a> Tar<'a> {
    /// From the start.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, flaw: None, long_name: None, long_size: None }
    }

    /// The next file; folders and links are passed over.
    pub(super) fn next(&mut self) -> Option<Entry<'a>> {
        loop {
            let header = match self.bytes.get(self.at..self.at + BLOCK) {
                Some(header) => header,
                None => {
                    if self.at < self.bytes.len() {
                        self.flaw = Some(format!("it ends inside a header, at byte {}", self.at));
                    }
                    return None;
                }
            };
            if header.iter().all(|byte| *byte == 0) {
                return None;
            }
            if !tar_checksum_holds(header) {
                self.flaw =
                    Some(format!("the header at byte {} is damaged; what follows is not read", self.at));
                return None;
            }
            let size = self.long_size.take().or_else(|| number(&header[124..136]));
            let Some(size) = size.and_then(|size| usize::try_from(size).ok()) else {
                self.flaw = Some(format!("the size at byte {} cannot be read", self.at));
                return None;
            };
            let start = self.at + BLOCK;
            let end = start.saturating_add(size);
            let there = &self.bytes[start.min(self.bytes.len())..end.min(self.bytes.len())];
            let cut = there.len() < size;
            self.at = start.saturating_add(size.div_ceil(BLOCK).saturating_mul(BLOCK)).min(self.bytes.len());
            let kind = header[156];
            match kind {
                b'L' => self.long_name = Some(text(there)),
                b'x' => self.pax(there),
                b'g' | b'K' | b'V' => {}
                b'1'..=b'6' => self.long_name = None,
                _ => {
                    let name = self.long_name.take().unwrap_or_else(|| name(header));
                    if name.ends_with('/') && size == 0 {
                        continue;
                    }
                    let plain = matches!(kind, 0 | b'0' | b'7');
                    let content = if cut { Content::Cut(there) } else { Content::Whole(there) };
                    let kind = if kind == b'S' { "a file with holes" } else { "an entry of an unknown kind" };
                    return Some(Entry { name, content: plain.then_some(content), kind });
                }
            }
        }
    }

    /// Records of the next file: `length name=value`, a line each.
    fn pax(&mut self, records: &[u8]) {
        let mut rest = records;
        while let Some(space) = memchr::memchr(b' ', rest) {
            let length = std::str::from_utf8(&rest[..space]).ok().and_then(|text| text.parse::<usize>().ok());
            let Some(record) = length.and_then(|length| rest.get(space + 1..length)) else { return };
            rest = &rest[space + 1 + record.len()..];
            let record = record.strip_suffix(b"\n").unwrap_or(record);
            if let Some(path) = record.strip_prefix(b"path=") {
                self.long_name = Some(text(path));
            } else if let Some(size) = record.strip_prefix(b"size=") {
                self.long_size = std::str::from_utf8(size).ok().and_then(|size| size.parse().ok());
            }
        }
    }
}

fn text(bytes: &[u8]) -> String {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

fn name(header: &[u8]) -> String {
    let (name, prefix) = (text(&header[..100]), text(&header[345..500]));
    let has_prefix = header[257..].starts_with(b"ustar\0") && !prefix.is_empty();
    if has_prefix { format!("{prefix}/{name}") } else { name }
}

/// A number in octal digits, or behind a set first bit in binary.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let binary = &field[field.len() - 8..];
        return Some(u64::from_be_bytes(binary.try_into().ok()?));
    }
    let digits: String =
        field.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte)).collect();
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(&digits, 8).ok() }
}
