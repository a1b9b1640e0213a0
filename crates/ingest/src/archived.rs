//! Mail inside an archive: a ZIP or tar that holds mail stands for a folder, and each file in it is a container of its
//! own, named `archive!member`.
//!
//! It is opened so only where nothing of it would be lost: every member can be listed, read and named, no two share a
//! name, and (of a ZIP) the number that the end of its directory states agrees. Any other archive stays one loose file, read with all that is in
//! it as its attachments, and its flaws are told there.

use crate::chat;
use crate::detect::{self, Content};
use crate::limits::Limits;
use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use zip::{CompressionMethod, ZipArchive};

/// What stands between the archive and its member in a path.
pub(crate) const MARK: char = '!';

/// Most members of a ZIP that is opened so, and of a tar, which has no directory: each member is looked up anew.
const ZIP_MEMBERS_MAX: usize = 20_000;
const TAR_MEMBERS_MAX: usize = 5_000;

/// How much of a member is looked at to tell mail.
const LOOKED_AT: u64 = 4096;

/// A member: its name, and how many bytes it unpacks to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) bytes: u64,
}

/// Names that tell another kind of file, which is read as a whole.
const OTHERS: &[&str] = &["[content_types].xml", "mimetype", "meta-inf/manifest.mf", "rsmf_manifest.json"];

/// The members of an archive of mail; none where the file is no such archive. Only files named `.zip` or `.tar` are looked
/// at: a look into each file of a large archive would cost more than it finds.
pub(crate) fn members(path: &Path, bytes: u64) -> Option<Vec<Member>> {
    let lower = path.file_name()?.to_str()?.to_ascii_lowercase();
    let (list, most) = if lower.ends_with(".zip") {
        (zip_members(path, bytes)?, ZIP_MEMBERS_MAX)
    } else if lower.ends_with(".tar") {
        (tar_members(path)?, TAR_MEMBERS_MAX)
    } else {
        return None;
    };
    let mut names = BTreeSet::new();
    let plain = |name: &str| {
        let parts = name.split('/');
        !name.contains('\\')
            && parts.clone().count() > 0
            && parts.into_iter().all(|part| !matches!(part, "" | "." | ".."))
    };
    let usable = list.iter().all(|member| plain(&member.name) && names.insert(&member.name));
    let other = list.iter().any(|member| OTHERS.contains(&member.name.to_ascii_lowercase().as_str()));
    if !usable || other || list.is_empty() || list.len() > most {
        return None;
    }
    list.iter().any(|member| is_mail(path, member)).then_some(list)
}

fn is_mail(path: &Path, member: &Member) -> bool {
    let mut head = Vec::new();
    let read = open(&virtual_path(path, &member.name))
        .and_then(|content| content.take(LOOKED_AT).read_to_end(&mut head));
    let file_name = member.name.rsplit('/').next().unwrap_or_default();
    read.is_ok() && matches!(detect::content(&head, file_name, None), Content::Mail | Content::Mbox)
}

/// The path of a member.
pub(crate) fn virtual_path(archive: &Path, member: &str) -> PathBuf {
    let mut path = archive.as_os_str().to_owned();
    path.push(format!("{MARK}{member}"));
    PathBuf::from(path)
}

/// The archive and the member that a path names, where it names no file.
pub(crate) fn split(path: &Path) -> Option<(PathBuf, String)> {
    if path.symlink_metadata().is_ok() {
        return None;
    }
    let text = path.to_str()?;
    text.match_indices(MARK).find_map(|(at, _)| {
        let archive = PathBuf::from(&text[..at]);
        let member = text[at + MARK.len_utf8()..].replace('\\', "/");
        archive.metadata().is_ok_and(|found| found.is_file()).then_some((archive, member))
    })
}

/// Opens a file, or a member of an archive, at its start.
pub(crate) fn open(path: &Path) -> io::Result<Box<dyn Read + Send>> {
    let Some((archive, member)) = split(path) else { return Ok(Box::new(File::open(path)?)) };
    let mut magic = [0; 2];
    let read = File::open(&archive)?.read(&mut magic)?;
    if read == 2 && magic == *b"PK" { zip_member(&archive, &member) } else { tar_member(&archive, &member) }
}

/// Lists a ZIP; none where a member cannot be read here, or the second count differs.
fn zip_members(path: &Path, bytes: u64) -> Option<Vec<Member>> {
    let mut head = Vec::new();
    File::open(path).ok()?.take(detect::HEAD_BYTES as u64).read_to_end(&mut head).ok()?;
    if !head.starts_with(b"PK\x03\x04")
        || chat::Export::detect(path, bytes, &head, &Limits::default()).is_some()
    {
        return None;
    }
    let mut zip = ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok()?;
    let mut list = Vec::new();
    for at in 0..zip.len() {
        let entry = zip.by_index_raw(at).ok()?;
        let name = entry.name().ok()?.into_owned();
        if entry.is_dir() {
            continue;
        }
        let readable = matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated);
        if entry.encrypted() || entry.is_symlink() || !readable {
            return None;
        }
        list.push(Member { name, bytes: entry.size() });
    }
    (entries_stated(path, bytes)? == zip.len() as u64).then_some(list)
}

/// How many entries the end of the directory states (APPNOTE section 4.3.16), read beside the reader.
fn entries_stated(path: &Path, bytes: u64) -> Option<u64> {
    const TAIL: u64 = 22 + 65_535;
    let mut file = File::open(path).ok()?;
    file.seek(SeekFrom::Start(bytes.saturating_sub(TAIL))).ok()?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail).ok()?;
    let at = memchr::memmem::rfind(&tail, b"PK\x05\x06")?;
    let stated = u16::from_le_bytes(tail.get(at + 10..at + 12)?.try_into().ok()?);
    // 65,535 stands for "see the large form", which is not counted a second time.
    (stated != u16::MAX).then_some(u64::from(stated))
}

fn zip_member(archive: &Path, member: &str) -> io::Result<Box<dyn Read + Send>> {
    let mut zip = ZipArchive::new(BufReader::new(File::open(archive)?))?;
    let (start, packed, size, method, sum) = {
        let at = zip.index_for_name(member).ok_or_else(|| missing(member))?;
        let entry = zip.by_index_raw(at)?;
        let start = entry.data_start().ok_or_else(|| missing(member))?;
        (start, entry.compressed_size(), entry.size(), entry.compression(), entry.crc32())
    };
    let mut file = File::open(archive)?;
    file.seek(SeekFrom::Start(start))?;
    let packed = BufReader::with_capacity(1 << 16, file.take(packed));
    let content: Box<dyn Read + Send> = match method {
        CompressionMethod::Stored => Box::new(packed),
        CompressionMethod::Deflated => Box::new(DeflateDecoder::new(packed)),
        other => return Err(io::Error::other(format!("{member} is packed by {other}, which is not read"))),
    };
    Ok(Box::new(Checked { content: content.take(size.saturating_add(1)), crc: Crc::new(), left: size, sum }))
}

fn missing(member: &str) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, format!("the archive has no member {member}"))
}

/// Content whose length and checksum are held against the directory's at its end.
struct Checked<R> {
    content: R,
    crc: Crc,
    left: u64,
    sum: u32,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        self.crc.update(&buffer[..count]);
        let wrong = |why: &str| {
            Err(io::Error::new(io::ErrorKind::InvalidData, format!("a member of the archive {why}")))
        };
        match self.left.checked_sub(count as u64) {
            None => return wrong("is longer than its directory says"),
            Some(left) => self.left = left,
        }
        if count == 0 && !buffer.is_empty() {
            if self.left > 0 {
                return wrong("is shorter than its directory says");
            }
            if self.crc.sum() != self.sum {
                return wrong("has another checksum than its directory says");
            }
        }
        Ok(count)
    }
}

/// Lists a tar by its headers, each with a checksum; nothing in a tar states how many there are.
fn tar_members(path: &Path) -> Option<Vec<Member>> {
    let places = chat::tar_places(path)?;
    Some(places.into_iter().map(|(name, _, bytes)| Member { name, bytes }).collect())
}

fn tar_member(archive: &Path, member: &str) -> io::Result<Box<dyn Read + Send>> {
    let places = chat::tar_places(archive).ok_or_else(|| missing(member))?;
    let (_, at, bytes) =
        places.into_iter().find(|(name, ..)| name == member).ok_or_else(|| missing(member))?;
    let mut file = File::open(archive)?;
    file.seek(SeekFrom::Start(at))?;
    Ok(Box::new(file.take(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    const MAIL: &str = "From: a@x.example\nTo: b@y.example\nSubject: s\n\nbody\n";

    fn zip(names: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, text) in names {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn content(path: &Path) -> io::Result<String> {
        let mut text = String::new();
        open(path)?.read_to_string(&mut text).map(|_| text)
    }

    fn written(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        (dir, path)
    }

    #[test]
    fn an_archive_of_mail_gives_its_members_and_each_is_opened_by_its_path() {
        let bytes = zip(&[("a/1.eml", MAIL), ("notes.txt", "words")]);
        let (_dir, path) = written("mail.zip", &bytes);
        let list = members(&path, bytes.len() as u64).unwrap();
        let names: Vec<_> = list.iter().map(|member| (member.name.as_str(), member.bytes)).collect();
        assert_eq!(names, [("a/1.eml", MAIL.len() as u64), ("notes.txt", 5)]);
        assert_eq!(content(&virtual_path(&path, "a/1.eml")).unwrap(), MAIL);
        assert!(content(&virtual_path(&path, "b")).is_err());
    }

    #[test]
    fn an_archive_without_mail_or_with_names_that_leave_it_stays_one_file() {
        for names in [
            &[("a.txt", "words")][..],
            &[("../1.eml", MAIL)],
            &[("[Content_Types].xml", "x"), ("1.eml", MAIL)],
        ] {
            let bytes = zip(names);
            let (_dir, path) = written("mail.zip", &bytes);
            assert_eq!(members(&path, bytes.len() as u64), None);
        }
    }

    #[test]
    fn a_damaged_member_is_an_error_when_it_is_read() {
        let mut bytes = zip(&[("1.eml", &MAIL.repeat(50))]);
        bytes[60] ^= 0xFF;
        let (_dir, path) = written("mail.zip", &bytes);
        assert!(content(&virtual_path(&path, "1.eml")).is_err());
    }
}
