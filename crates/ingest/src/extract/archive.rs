//! Archives and compressed files: their members, unpacked within bounds.
//!
//! The text of an archive is the list of its members. Each member becomes a document of its own; one that
//! cannot be unpacked is there with the reason. What the directory of a ZIP states is counted a second time,
//! since names that stand twice would hide a member.

mod tar;

use super::{FileToRead, Found, Member};
use duces_model::{Defect, DefectCode};
use flate2::read::MultiGzDecoder;
use sevenz_rust2::{ArchiveReader, Password};
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// Most memory that an LZMA dictionary may take, in KiB.
const DICTIONARY_KB: u32 = 256 << 10;

/// What may still be unpacked.
struct Room {
    left: u64,
    max: u64,
    members: usize,
}

/// What came of unpacking one member.
enum Unpacked {
    Whole(Vec<u8>),
    /// It breaks off, with what came before.
    Broken(Vec<u8>, String),
    /// It goes past the limit.
    TooMuch,
}

impl Room {
    fn new(file: &FileToRead<'_>) -> Self {
        let max = file.bounds.unpacked_max(file.bytes.len());
        Self { left: max, max, members: file.bounds.members_max }
    }

    fn unpack(&mut self, from: impl Read) -> Unpacked {
        let mut bytes = Vec::new();
        let read = from.take(self.left.saturating_add(1)).read_to_end(&mut bytes);
        if bytes.len() as u64 > self.left {
            return Unpacked::TooMuch;
        }
        match read {
            Ok(_) => Unpacked::Whole(bytes),
            Err(error) => Unpacked::Broken(bytes, error.to_string()),
        }
    }

    /// Adds a member; says whether there is room for more.
    fn add(&mut self, name: String, unpacked: Unpacked, found: &mut Found) -> bool {
        let (bytes, flaw) = match unpacked {
            Unpacked::Whole(bytes) => (bytes, None),
            Unpacked::Broken(bytes, why) => (bytes, Some(Defect::new(DefectCode::DamagedArchive, why))),
            Unpacked::TooMuch => {
                let detail = format!(
                    "its files unpack to more than the limit of {} bytes, from {name:?} on",
                    self.max
                );
                found.incomplete(DefectCode::ExpandsTooFar, detail);
                return false;
            }
        };
        self.left -= bytes.len() as u64;
        self.flawed(name, bytes, flaw, found)
    }

    fn flawed(&mut self, name: String, bytes: Vec<u8>, flaw: Option<Defect>, found: &mut Found) -> bool {
        if self.members == 0 {
            found
                .incomplete(DefectCode::TooManyParts, format!("more files than the limit, from {name:?} on"));
            return false;
        }
        self.members -= 1;
        found.line(&name.replace(['\r', '\n'], " "));
        found.members.push(Member { name, bytes, flaw });
        true
    }
}

/// A file compressed as a whole: gzip, bzip2 or xz.
pub(crate) fn compressed(file: &FileToRead<'_>, kind: super::FileKind, found: &mut Found) {
    let mut room = Room::new(file);
    let (name, unpacked) = match kind {
        super::FileKind::Gzip => {
            let decoder = MultiGzDecoder::new(file.bytes);
            let name = decoder
                .header()
                .and_then(|header| header.filename())
                .map(|name| String::from_utf8_lossy(name).into_owned());
            (name, room.unpack(decoder))
        }
        super::FileKind::Bzip2 => (None, room.unpack(bzip2::read::MultiBzDecoder::new(file.bytes))),
        _ => (None, room.unpack(lzma_rust2::XzReader::new_mem_limit(file.bytes, true, DICTIONARY_KB))),
    };
    room.add(name.unwrap_or_default(), unpacked, found);
}

/// A ZIP archive.
pub(crate) fn zip(file: &FileToRead<'_>, found: &mut Found) {
    let mut room = Room::new(file);
    let mut archive = match ZipArchive::new(Cursor::new(file.bytes)) {
        Ok(archive) => archive,
        Err(error) => {
            found.incomplete(DefectCode::DamagedArchive, format!("its directory cannot be read: {error}"));
            return salvage(file.bytes, &mut room, found);
        }
    };
    let stated = entries_stated(file.bytes);
    let mut passwords = Passwords { list: file.passwords, last: None };
    let mut locked = 0;
    for at in 0..archive.len() {
        let (name, folder, encrypted) = match archive.by_index_raw(at) {
            Ok(member) => {
                let name = member
                    .name()
                    .map(|name| name.into_owned())
                    .unwrap_or_else(|_| format!("member {}", at + 1));
                (name, member.is_dir(), member.encrypted())
            }
            Err(error) => {
                let flaw = Defect::new(DefectCode::DamagedArchive, error.to_string());
                if !room.flawed(format!("member {}", at + 1), Vec::new(), Some(flaw), found) {
                    return;
                }
                continue;
            }
        };
        if folder {
            continue;
        }
        let more = if encrypted {
            match passwords.unpack(&mut archive, at, &mut room) {
                Some(unpacked) => room.add(name, unpacked, found),
                None => {
                    locked += 1;
                    let flaw = Defect::new(DefectCode::Encrypted, "a password is needed");
                    room.flawed(name, Vec::new(), Some(flaw), found)
                }
            }
        } else {
            match archive.by_index(at) {
                Ok(member) => {
                    let unpacked = room.unpack(member);
                    room.add(name, unpacked, found)
                }
                Err(error) => room.flawed(name, Vec::new(), Some(unreadable(&error)), found),
            }
        };
        if !more {
            return;
        }
    }
    if let Some(at) = passwords.last {
        found.opened_with(at);
    }
    if locked > 0 {
        found.locked(file.passwords.len());
    }
    if let Some(stated) = stated
        && stated != archive.len()
    {
        let detail = format!("its directory has {stated} entries, {} were read", archive.len());
        found.incomplete(DefectCode::CountDiffers, detail);
    }
}

fn unreadable(error: &ZipError) -> Defect {
    let code = match error {
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            DefectCode::NoExtractor
        }
        _ => DefectCode::DamagedArchive,
    };
    Defect::new(code, error.to_string())
}

/// Passwords as they are tried on the members of an archive: the one that opened the last one first.
struct Passwords<'a> {
    list: &'a [String],
    last: Option<usize>,
}

impl Passwords<'_> {
    /// Unpacks a member with the first password that gives it whole: the old encryption takes one wrong
    /// password in 256 for right, which the checksum then tells.
    fn unpack(
        &mut self,
        archive: &mut ZipArchive<Cursor<&[u8]>>,
        at: usize,
        room: &mut Room,
    ) -> Option<Unpacked> {
        let order = self.last.into_iter().chain(0..self.list.len());
        let mut broken = None;
        for number in order {
            let Ok(member) = archive.by_index_decrypt(at, self.list[number].as_bytes()) else { continue };
            match room.unpack(member) {
                Unpacked::Broken(..) => broken = broken.or(None),
                whole => {
                    self.last = Some(number);
                    return Some(whole);
                }
            }
        }
        broken
    }
}

/// How many entries the directory at the end of a ZIP holds, by the marks of its entries one behind the
/// other (APPNOTE sections 4.3.12 and 4.3.16); none where the end is of the large form.
fn entries_stated(bytes: &[u8]) -> Option<usize> {
    let end = memchr::memmem::rfind(bytes, b"PK\x05\x06")?;
    let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let short = |at: usize| Some(usize::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
    let size = usize::try_from(number(end + 12)?).ok()?;
    let mut at = end.checked_sub(size)?;
    let mut count = 0;
    while at < end && bytes.get(at..at + 4)? == b"PK\x01\x02" {
        at += 46 + short(at + 28)? + short(at + 30)? + short(at + 32)?;
        count += 1;
    }
    (at == end).then_some(count)
}

/// What a ZIP without a directory still gives, from its start.
fn salvage(bytes: &[u8], room: &mut Room, found: &mut Found) {
    let mut rest = bytes;
    while let Ok(Some(member)) = zip::read::read_zipfile_from_stream(&mut rest) {
        let name = member.name().map(|name| name.into_owned()).unwrap_or_default();
        if member.is_dir() {
            continue;
        }
        let unpacked = room.unpack(member);
        let broken = !matches!(unpacked, Unpacked::Whole(_));
        if !room.add(name, unpacked, found) || broken {
            return;
        }
    }
}

/// A 7z archive.
pub(crate) fn seven_zip(file: &FileToRead<'_>, found: &mut Found) {
    let memory = usize::try_from(DICTIONARY_KB).unwrap_or(usize::MAX);
    let mut tries: Vec<(Option<usize>, Password)> = vec![(None, Password::empty())];
    tries.extend(
        file.passwords.iter().enumerate().map(|(at, password)| (Some(at), Password::from(password.as_str()))),
    );
    let mut why = String::new();
    let mut asked = false;
    for (at, password) in tries {
        let mut own = Found::new(found.bounds());
        let mut room = Room::new(file);
        let result = ArchiveReader::new_with_memory_limit(Cursor::new(file.bytes), password, memory)
            .and_then(|mut archive| {
                archive.set_thread_count(1);
                archive.for_each_entries(|entry, content| {
                    if entry.is_directory() {
                        return Ok(true);
                    }
                    let unpacked = room.unpack(content);
                    if at.is_some() && matches!(unpacked, Unpacked::Broken(..)) {
                        // Under a wrong password the content breaks off.
                        return Err(sevenz_rust2::Error::PasswordRequired);
                    }
                    Ok(room.add(entry.name().to_owned(), unpacked, &mut own))
                })
            });
        match result {
            Ok(()) => {
                if let Some(at) = at {
                    found.opened_with(at);
                }
                return found.take(own);
            }
            Err(sevenz_rust2::Error::PasswordRequired | sevenz_rust2::Error::MaybeBadPassword(_)) => {
                asked = true
            }
            Err(error) => {
                why = error.to_string();
                if at.is_none() {
                    let unsupported = matches!(
                        error,
                        sevenz_rust2::Error::UnsupportedCompressionMethod(_)
                            | sevenz_rust2::Error::Unsupported(_)
                    );
                    let code = if unsupported { DefectCode::NoExtractor } else { DefectCode::DamagedArchive };
                    found.take(own);
                    return found.incomplete(code, why);
                }
            }
        }
    }
    if asked {
        found.locked(file.passwords.len());
    } else {
        found.incomplete(DefectCode::DamagedArchive, why);
    }
}

/// A tar archive.
pub(crate) fn tar(file: &FileToRead<'_>, found: &mut Found) {
    let mut room = Room::new(file);
    let mut reader = tar::Tar::new(file.bytes);
    while let Some(entry) = reader.next() {
        let more = match entry.content {
            Some(content) => room.add(entry.name, room_checked(content, &room), found),
            None => {
                let flaw = Defect::new(DefectCode::NoExtractor, entry.kind);
                room.flawed(entry.name, Vec::new(), Some(flaw), found)
            }
        };
        if !more {
            return;
        }
    }
    if let Some(flaw) = reader.flaw {
        found.incomplete(DefectCode::DamagedArchive, flaw);
    }
}

/// Bytes that lie in the archive as they are still count against the limit.
fn room_checked(content: tar::Content<'_>, room: &Room) -> Unpacked {
    match content {
        tar::Content::Whole(bytes) | tar::Content::Cut(bytes) if bytes.len() as u64 > room.left => {
            Unpacked::TooMuch
        }
        tar::Content::Whole(bytes) => Unpacked::Whole(bytes.to_vec()),
        tar::Content::Cut(bytes) => Unpacked::Broken(bytes.to_vec(), "the archive ends inside it".to_owned()),
    }
}
