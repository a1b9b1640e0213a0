//! The directory of a ZIP file: what it lists, and everything about it that a receiver would trip over.
//!
//! Only what the directory at the end lists is an entry. Each entry's own header is compared with it,
//! because two programs that trust different ones would unpack two different volumes.

use crate::aes::Aes;
use crate::code::Code;
use crate::zip::{Bytes, DEFLATED, Entry, STORED, Span, ZipError, escaped, exact, le16, le32, le64};
use std::io::{self, BufRead as _, BufReader, Read};

/// An entry of more than this many bytes that shrank to less than one part in [`BOMB_RATIO`] is not unpacked.
const BOMB_BYTES: u64 = 256 << 20;
const BOMB_RATIO: u64 = 200;
/// More entries than this are not read: the directory itself is then the bomb.
const ENTRIES_MAX: u64 = 20_000_000;
/// Data descriptors behind an entry's bytes are 12 to 24 bytes long (APPNOTE 4.3.9).
const DESCRIPTOR_BYTES_MAX: u64 = 24;

const JPEG: u16 = 96;
const WINZIP_AES: u16 = 99;

const FLAG_ENCRYPTED: u16 = 1;
const FLAG_DESCRIPTOR: u16 = 1 << 3;
const FLAG_STRONG: u16 = 1 << 6;
const FLAG_UTF8: u16 = 1 << 11;
const FLAG_MASKED: u16 = 1 << 13;

const EXTRA_ZIP64: u16 = 0x0001;
const EXTRA_STRONG: u16 = 0x0017;
const EXTRA_AES: u16 = 0x9901;

/// Something wrong with an archive: the kind, the entry's name (empty for the whole), what.
pub(crate) type Problem = (Code, String, String);

/// The list of an archive's entries.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    /// The files, in the order of the directory. Folders are left out.
    pub(crate) entries: Vec<Entry>,
    /// What is wrong.
    pub(crate) problems: Vec<Problem>,
}

/// Where the directory lies.
struct Ending {
    entries: u64,
    directory_at: u64,
    directory_bytes: u64,
    /// Bytes before the archive itself, by which every stated offset is short.
    prepended: u64,
    /// Bytes behind the archive.
    appended: u64,
}

fn find_ending<B: Bytes + ?Sized>(archive: &B) -> Result<Ending, ZipError> {
    let size = archive.size()?;
    let tail_at = size.saturating_sub(22 + 65_535);
    let tail = exact(archive, tail_at, usize::try_from(size - tail_at).unwrap_or(0))?;
    let ends = |at: usize| at + 22 + usize::from(le16(&tail, at + 20));
    let places =
        || (0..tail.len().saturating_sub(21)).rev().filter(|at| tail[*at..].starts_with(b"PK\x05\x06"));
    let found =
        places().find(|at| ends(*at) == tail.len()).or_else(|| places().find(|at| ends(*at) < tail.len()));
    let Some(at) = found else {
        let start = exact(archive, 0, usize::try_from(size.min(4)).unwrap_or(0))?;
        return Err(if start == b"PK\x03\x04" {
            ZipError::Damaged("the directory at its end is missing, so the file may be cut short".into())
        } else {
            ZipError::NotZip
        });
    };
    let appended = (tail.len() - ends(at)) as u64;
    let record = &tail[at..];
    let record_at = tail_at + at as u64;
    if le16(record, 4) != 0 && le16(record, 4) != u16::MAX {
        return Err(ZipError::Damaged("it is one part of an archive split over several files".into()));
    }
    let mut ending = Ending {
        entries: u64::from(le16(record, 10)),
        directory_bytes: u64::from(le32(record, 12)),
        directory_at: u64::from(le32(record, 16)),
        prepended: 0,
        appended,
    };
    let mut directory_end = record_at;
    if let Some(locator_at) = record_at.checked_sub(20) {
        let locator = exact(archive, locator_at, 20)?;
        if locator.starts_with(b"PK\x06\x07") {
            let stated = le64(&locator, 8);
            let places = [Some(stated), locator_at.checked_sub(56)];
            let wide = places.into_iter().flatten().find_map(|at| {
                let record = exact(archive, at, 56).ok()?;
                record.starts_with(b"PK\x06\x06").then_some((at, record))
            });
            let (wide_at, wide) =
                wide.ok_or_else(|| ZipError::Damaged("its zip64 directory record is missing".into()))?;
            ending.entries = le64(&wide, 32);
            ending.directory_bytes = le64(&wide, 40);
            ending.directory_at = le64(&wide, 48);
            directory_end = wide_at;
        }
    }
    ending.prepended = directory_end
        .checked_sub(ending.directory_bytes)
        .and_then(|at| at.checked_sub(ending.directory_at))
        .ok_or_else(|| ZipError::Damaged("the stated place of its directory lies outside the file".into()))?;
    if ending.entries > ENTRIES_MAX {
        return Err(ZipError::Damaged(format!(
            "it states {} entries, the limit is {ENTRIES_MAX}",
            ending.entries
        )));
    }
    Ok(ending)
}

/// Reads the directory of an archive; with a password, entries that it opens can be read.
pub(crate) fn read_directory<B: Bytes + ?Sized>(
    archive: &B,
    password: Option<&[u8]>,
) -> Result<Directory, ZipError> {
    let ending = find_ending(archive)?;
    let start = ending.directory_at + ending.prepended;
    let mut reader =
        BufReader::new(Span { bytes: archive, at: start, end: start.saturating_add(ending.directory_bytes) });
    let mut directory = Directory::default();
    let mut listed = 0_u64;
    let mut spans = Vec::new();
    while !reader.fill_buf()?.is_empty() {
        let mut header = [0; 46];
        reader.read_exact(&mut header)?;
        match &header[..4] {
            b"PK\x01\x02" => {}
            // A digital signature of the directory may follow the last entry (APPNOTE 4.3.13).
            b"PK\x05\x05" => break,
            _ => {
                return Err(ZipError::Damaged(format!(
                    "entry {} of its directory does not read",
                    listed + 1
                )));
            }
        }
        listed += 1;
        let mut entry = read_entry(&mut reader, &header)?;
        entry.header_at = entry.header_at.saturating_add(ending.prepended);
        let folder = entry.name.ends_with('/') && entry.bytes == 0;
        judge(archive, &mut entry, start, password, &mut directory.problems)?;
        spans.push((entry.header_at, entry.data_at.saturating_add(entry.packed), entry.flags));
        if !folder {
            directory.entries.push(entry);
        }
    }
    if listed != ending.entries {
        let message = format!("its end states {} entries, its directory lists {listed}", ending.entries);
        directory.problems.push((Code::ZipDamaged, String::new(), message));
    }
    judge_layout(spans, &ending, &mut directory.problems);
    judge_names(&directory.entries, &mut directory.problems);
    Ok(directory)
}

fn read_entry(reader: &mut impl Read, header: &[u8; 46]) -> io::Result<Entry> {
    let mut name = vec![0; usize::from(le16(header, 28))];
    reader.read_exact(&mut name)?;
    let mut extra = vec![0; usize::from(le16(header, 30))];
    reader.read_exact(&mut extra)?;
    let mut comment = vec![0; usize::from(le16(header, 32))];
    reader.read_exact(&mut comment)?;
    let flags = le16(header, 8);
    let mut entry = Entry {
        named_oddly: std::str::from_utf8(&name).is_err() || (!name.is_ascii() && flags & FLAG_UTF8 == 0),
        name: escaped(&name),
        bytes: u64::from(le32(header, 24)),
        packed: u64::from(le32(header, 20)),
        method: le16(header, 10),
        flags,
        crc: le32(header, 16),
        header_at: u64::from(le32(header, 42)),
        data_at: 0,
        readable: true,
        symbolic_link: header[5] == 3 && (le32(header, 38) >> 16) & 0xF000 == 0xA000,
        strong: flags & (FLAG_STRONG | FLAG_MASKED) != 0,
        aes: None,
        summed: true,
    };
    read_extra(&extra, &mut entry);
    Ok(entry)
}

/// Takes the wide sizes (zip64) and the signs of encryption out of an entry's extra fields.
fn read_extra(mut extra: &[u8], entry: &mut Entry) {
    while extra.len() >= 4 {
        let (kind, size) = (le16(extra, 0), usize::from(le16(extra, 2)));
        let Some(field) = extra.get(4..4 + size) else { return };
        match kind {
            EXTRA_ZIP64 => {
                let mut at = 0;
                for value in [&mut entry.bytes, &mut entry.packed, &mut entry.header_at] {
                    if *value == u64::from(u32::MAX) && field.len() >= at + 8 {
                        *value = le64(field, at);
                        at += 8;
                    }
                }
            }
            EXTRA_STRONG => entry.strong = true,
            // The method under WinZip's AES: method 99 itself says nothing of how it is packed.
            EXTRA_AES if entry.method == WINZIP_AES => {
                entry.method = le16(field, 5);
                entry.summed = le16(field, 0) != 2;
                entry.aes = field.get(4).map(|strength| Aes { strength: *strength });
            }
            _ => {}
        }
        extra = &extra[4 + size..];
    }
}

/// Says what is wrong with one entry, and finds its bytes behind its own header.
fn judge<B: Bytes + ?Sized>(
    archive: &B,
    entry: &mut Entry,
    directory_at: u64,
    password: Option<&[u8]>,
    problems: &mut Vec<Problem>,
) -> Result<(), ZipError> {
    let mut problem = |code, message: String| problems.push((code, entry.name.clone(), message));
    if entry.named_oddly {
        problem(
            Code::NameUnusable,
            "the name is not marked as UTF-8, so programs read it differently".into(),
        );
    }
    if entry.symbolic_link {
        problem(Code::SymbolicLink, "the entry is a symbolic link".into());
        entry.readable = false;
    }
    if entry.method == JPEG {
        problem(Code::ZipMethodRefused, "found method 96 (JPEG), expected stored or deflated".into());
        entry.readable = false;
    } else if ![STORED, DEFLATED].contains(&entry.method) {
        problem(Code::ZipMethodUnknown, format!("found method {}, expected 0 or 8", entry.method));
        entry.readable = false;
    }
    if entry.strong {
        problem(Code::ZipCertificateEncryption, format!("found general flags {:#06x}", entry.flags));
        entry.readable = false;
    } else if entry.flags & FLAG_ENCRYPTED != 0 {
        match entry.aes.and_then(Aes::bits) {
            Some(256) => {}
            Some(bits) => {
                problem(Code::ZipEncryptionWeak, format!("found AES with {bits} bits, expected 256"))
            }
            None => problem(
                Code::ZipEncryptionWeak,
                "found an older encryption, expected AES with 256 bits".into(),
            ),
        }
        let openable = entry.aes.and_then(Aes::bits).is_some();
        if password.is_none() || !openable {
            let message = if openable {
                "the entry is encrypted, found no password"
            } else {
                "the entry is encrypted in a way that this program does not read"
            };
            problem(Code::ZipEntryEncrypted, message.into());
            entry.readable = false;
        }
    } else {
        entry.aes = None;
    }
    if entry.bytes > BOMB_BYTES && entry.bytes / entry.packed.max(1) > BOMB_RATIO {
        problem(Code::ZipBomb, format!("{} bytes expand to {}", entry.packed, entry.bytes));
        entry.readable = false;
    }
    let header = match exact(archive, entry.header_at, 30) {
        Ok(header) if header.starts_with(b"PK\x03\x04") => header,
        Ok(_) => {
            problem(Code::ZipHeadersDiffer, "where the directory places it, no entry starts".into());
            entry.readable = false;
            entry.data_at = entry.header_at;
            return Ok(());
        }
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            problem(Code::ZipEntryDamaged, "the directory places it outside the file".into());
            entry.readable = false;
            entry.data_at = entry.header_at;
            return Ok(());
        }
        Err(error) => return Err(ZipError::Io(error)),
    };
    let name_bytes = usize::from(le16(&header, 26));
    let name = exact(archive, entry.header_at + 30, name_bytes)?;
    entry.data_at = entry.header_at + 30 + name_bytes as u64 + u64::from(le16(&header, 28));
    if escaped(&name) != entry.name {
        problem(Code::ZipHeadersDiffer, format!("its own header names it {:?}", escaped(&name)));
    }
    let stated = |narrow: u32, wide: u64| narrow == u32::MAX || u64::from(narrow) == wide;
    let sizes_agree = entry.flags & FLAG_DESCRIPTOR != 0
        || (le32(&header, 14) == entry.crc
            && stated(le32(&header, 18), entry.packed)
            && stated(le32(&header, 22), entry.bytes));
    if !sizes_agree {
        problem(Code::ZipHeadersDiffer, "its own header states another size or checksum".into());
    }
    if entry.data_at.saturating_add(entry.packed) > directory_at {
        problem(Code::ZipEntryDamaged, "its bytes reach into the directory".into());
        entry.readable = false;
    } else if let (true, Some(aes), Some(password)) = (entry.readable, entry.aes, password) {
        let (before, behind) = aes.around();
        if entry.packed < before + behind {
            problem(Code::ZipEntryDamaged, "it is shorter than its encryption's own parts".into());
            entry.readable = false;
        } else if aes.keys(archive, entry.data_at, password).map_err(ZipError::from)?.is_none() {
            problem(Code::ZipPasswordWrong, "the password does not open the entry".into());
            entry.readable = false;
        }
    }
    Ok(())
}

fn judge_layout(mut spans: Vec<(u64, u64, u16)>, ending: &Ending, problems: &mut Vec<Problem>) {
    spans.sort_unstable();
    let mut add = |code, message: String| problems.push((code, String::new(), message));
    let (mut at, mut slack) = (0, 0);
    for (from, to, flags) in spans {
        if from < at {
            add(
                Code::ZipEntriesOverlap,
                format!("an entry starts at byte {from}, the one before ends at {at}"),
            );
        } else if from - at > slack {
            add(Code::ZipHiddenBytes, format!("{} bytes at byte {at} belong to no entry", from - at));
        }
        at = at.max(to);
        slack = if flags & FLAG_DESCRIPTOR == 0 { 0 } else { DESCRIPTOR_BYTES_MAX };
    }
    let directory_at = ending.directory_at + ending.prepended;
    if directory_at.saturating_sub(at) > slack {
        add(
            Code::ZipHiddenBytes,
            format!("{} bytes before the directory belong to no entry", directory_at - at),
        );
    }
    if ending.appended > 0 {
        add(Code::ZipHiddenBytes, format!("{} bytes follow the end of the archive", ending.appended));
    }
}

fn judge_names(entries: &[Entry], problems: &mut Vec<Problem>) {
    let mut names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    names.sort_unstable();
    for pair in names.windows(2).filter(|pair| pair[0] == pair[1]) {
        let message = "found two entries of this name".to_owned();
        problems.push((Code::ZipNameRepeated, pair[0].to_owned(), message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_bytes_make_the_directory_reader_panic(bytes: Vec<u8>, from in 0_usize..40) {
            let _ = read_directory(bytes.as_slice(), None);
            let mut ending = b"PK\x05\x06".to_vec();
            ending.extend(bytes.iter().skip(from).chain(&[0; 18]).take(18));
            let mut file = bytes.clone();
            file.extend(ending);
            if let Ok(directory) = read_directory(file.as_slice(), Some(b"x")) {
                for entry in directory.entries.iter().filter(|entry| entry.readable) {
                    let _ = entry.open(file.as_slice(), Some(b"x")).map(|mut bytes| bytes.read_to_end(&mut Vec::new()));
                }
            }
        }
    }
}
