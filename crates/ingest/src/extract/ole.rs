//! Compound files of office programs (MS-CFB): their streams, properties (MS-OLEPS) and the objects inside.

use super::{FileToRead, Found, Member};
use crate::charset;
use crate::outlook::storage::{self, Storage};
use chrono::{DateTime, SecondsFormat};
use duces_model::DefectCode;

/// Reads a compound file whole; where it cannot be, says so in `found`.
pub(crate) fn open(file: &FileToRead<'_>, found: &mut Found) -> Option<Storage> {
    match storage::read(file.bytes, file.bounds.unpacked_max(file.bytes.len())) {
        Ok(compound) => {
            for lost in compound.lost {
                found.incomplete(DefectCode::DamagedFile, format!("stream {lost}"));
            }
            Some(compound.root)
        }
        Err(why) => {
            found.incomplete(DefectCode::DamagedFile, format!("its streams cannot be listed: {why}"));
            None
        }
    }
}

/// Little-endian numbers at a place; none beyond the end.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// See [`u16_at`].
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// See [`u16_at`].
pub(crate) fn size_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}

/// UTF-16 with the smaller byte first; what is no character is U+FFFD.
pub(crate) fn wide(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// Properties of MS-OLEPS section 2.25.1 (SummaryInformation), by their numbers.
const SUMMARY: [(u32, &str); 9] = [
    (2, "Title"),
    (4, "Author"),
    (8, "Last modified by"),
    (12, "Created"),
    (13, "Modified"),
    (11, "Printed"),
    (3, "Subject"),
    (5, "Keywords"),
    (6, "Comments"),
];

/// The same of DocumentSummaryInformation.
const DOCUMENT: [(u32, &str); 3] = [(2, "Category"), (14, "Manager"), (15, "Company")];

/// Reads the properties of a document.
pub(crate) fn properties(root: &Storage, found: &mut Found) {
    for (name, known) in
        [("\u{5}summaryinformation", &SUMMARY[..]), ("\u{5}documentsummaryinformation", &DOCUMENT[..])]
    {
        let Some(set) = root.stream(name) else { continue };
        let Some(section) = size_at(set, 44).and_then(|at| set.get(at..)) else { continue };
        let values = list(section);
        let page =
            values.iter().find(|(id, _)| *id == 1).and_then(|(_, value)| u16_at(value, 4)).unwrap_or(1252);
        for (id, name) in known {
            if let Some((_, value)) = values.iter().find(|(known, _)| known == id)
                && let Some(value) = value_text(value, page)
            {
                found.property(name, &value);
            }
        }
    }
}

fn list(section: &[u8]) -> Vec<(u32, &[u8])> {
    let count = size_at(section, 4).unwrap_or(0).min(1000);
    let each = |at: usize| {
        let entry = 8 + at * 8;
        Some((u32_at(section, entry)?, section.get(size_at(section, entry + 4)?..)?))
    };
    (0..count).filter_map(each).collect()
}

fn value_text(value: &[u8], page: u16) -> Option<String> {
    match u32_at(value, 0)? {
        0x1E => {
            let bytes = value.get(8..8_usize.checked_add(size_at(value, 4)?)?)?;
            let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
            Some(if page == 1200 {
                wide(bytes)
            } else {
                charset::decode(Some(&charset::of_code_page(page.into())), text).text.into_owned()
            })
        }
        0x1F => Some(wide(value.get(8..8_usize.checked_add(size_at(value, 4)?.checked_mul(2)?)?)?)),
        0x40 => {
            let stamp = u64::from(u32_at(value, 4)?) | u64::from(u32_at(value, 8)?) << 32;
            // In tenths of microseconds since 1601.
            let micros = i64::try_from(stamp / 10).ok()? - 11_644_473_600_000_000;
            let at = DateTime::from_timestamp_micros(micros).filter(|_| stamp > 0)?;
            Some(at.to_rfc3339_opts(SecondsFormat::Secs, true))
        }
        _ => None,
    }
}

/// Objects of other programs inside a document: each storage whose name starts so, as a file of its own.
pub(crate) fn objects(storage: &Storage, start: &str, found: &mut Found) {
    for (name, object) in storage.storages(start) {
        match storage::object_file(object) {
            Ok(bytes) => found.members.push(Member { name: name.trim().to_owned(), bytes, flaw: None }),
            Err(error) => {
                found.incomplete(DefectCode::DamagedFile, format!("the object {name:?} inside it: {error}"))
            }
        }
    }
}

/// A compound file of no known program: an object that holds a file, or is one.
pub(crate) fn read(file: &FileToRead<'_>, found: &mut Found) {
    let Some(root) = open(file, found) else { return };
    if let Some(package) = root.stream("\u{1}ole10native") {
        match native(package) {
            Some(member) => found.members.push(member),
            None => found.incomplete(DefectCode::DamagedFile, "the file inside it cannot be taken out"),
        }
    }
    for name in ["package", "contents", "embeddedodf"] {
        if let Some(bytes) = root.stream(name) {
            found.members.push(Member { name: name.to_owned(), bytes: bytes.to_vec(), flaw: None });
        }
    }
    properties(&root, found);
    if found.members.is_empty() {
        found.incomplete(DefectCode::NoExtractor, "its program is not known");
    }
}

/// The file in an OLE package (`\1Ole10Native`): size, two flags, label, path, four bytes, path again with
/// its length, then the file with its length.
fn native(stream: &[u8]) -> Option<Member> {
    let mut at = 6;
    let mut label = String::new();
    for number in 0..2 {
        let rest = stream.get(at..)?;
        let end = memchr::memchr(0, rest)?;
        if number == 0 {
            label = charset::decode(Some("windows-1252"), &rest[..end]).text.into_owned();
        }
        at += end + 1;
    }
    at = at.checked_add(4)?;
    at = at.checked_add(4)?.checked_add(size_at(stream, at)?)?;
    let bytes = stream.get(at + 4..(at + 4).checked_add(size_at(stream, at)?)?)?;
    Some(Member { name: label, bytes: bytes.to_vec(), flaw: None })
}
