//! What a file is, told by its content; its name only decides where the content leaves it open.

use crate::card;
use crate::emlx;
use crate::header::{self, Header};
use crate::postmark;
use memchr::{memchr, memmem};

/// How many bytes of a file are looked at.
pub(crate) const HEAD_BYTES: usize = 64 << 10;

/// What a file was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// No bytes.
    Empty,
    /// One message.
    Mail,
    /// A mailbox behind `From ` lines.
    Mbox,
    /// One Outlook message.
    Outlook,
    /// An Outlook data file.
    DataFile,
    /// A mail container without a reader, and its name.
    Unsupported(&'static str),
    /// Anything else.
    Loose,
}

/// Judges a file by its first bytes and, where those leave it open, by its name.
/// `directory` is the start of an OLE file's directory, where the caller could get it.
pub(crate) fn content(head: &[u8], file_name: &str, directory: Option<&[u8]>) -> Content {
    if head.is_empty() {
        return Content::Empty;
    }
    let extension = extension(file_name);
    if head.starts_with(b"!BDN") {
        return Content::DataFile;
    }
    if head.starts_with(OLE_MAGIC) && names_a_message(head, &extension, directory) {
        return Content::Outlook;
    }
    if let Some(name) = foreign_container(head, &extension) {
        return Content::Unsupported(name);
    }
    if emlx::is(head) {
        return Content::Mail;
    }
    let line_end = line_end(head);
    if is_mbox(head, line_end, &extension) {
        return Content::Mbox;
    }
    // Some fields of calendars have names of mail's (STATUS, LOCATION …).
    if extension == "eml" || looks_like_mail(head) && !card::is(head) {
        Content::Mail
    } else {
        Content::Loose
    }
}

/// What a file is of whose messages nothing counts, though its name says that it holds some: Bloomberg's dumps as text and
/// the file of their counts, whose layouts are not public (names: OpenText, Axcelerate documentation).
pub(crate) fn unread_dump(file_name: &str) -> Option<&'static str> {
    let name = file_name.to_ascii_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let counts = name.ends_with(".audit.txt");
    let stem = name.strip_suffix(".audit.txt").or_else(|| name.strip_suffix(".txt"))?;
    let (before, days) = stem.rsplit_once('.')?;
    let day = |text: &str| text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let of_days = days.split_once('-').is_some_and(|(from, to)| day(from) && day(to));
    let family = before.rsplit('.').next().is_some_and(|family| matches!(family, "ib" | "msg"));
    match (of_days && family, counts) {
        (true, false) => {
            Some("a Bloomberg dump as text: its messages are not counted, the file is one document")
        }
        (true, true) => Some("the counts of a Bloomberg dump: they are not held against its messages"),
        _ => None,
    }
}

/// The ending of the name, lower case, a trailing `.gz` left aside.
pub(crate) fn extension(file_name: &str) -> String {
    let lower = file_name.to_ascii_lowercase();
    let bare = lower.strip_suffix(".gz").unwrap_or(&lower);
    bare.rsplit_once('.').map(|(_, ending)| ending.to_owned()).unwrap_or_default()
}

/// The byte that ends lines: CR alone only where no LF stands in the head.
pub(crate) fn line_end(head: &[u8]) -> u8 {
    if memchr(b'\n', head).is_none() && memchr(b'\r', head).is_some() { b'\r' } else { b'\n' }
}

const OLE_MAGIC: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// Where an OLE file's directory starts (MS-CFB section 2.2), for a file that is one.
pub(crate) fn ole_directory_at(head: &[u8]) -> Option<u64> {
    let header = head.get(..512).filter(|header| header.starts_with(OLE_MAGIC))?;
    let shift = u32::from(u16::from_le_bytes([header[30], header[31]]));
    let sector = u32::from_le_bytes([header[48], header[49], header[50], header[51]]);
    (u64::from(sector) + 1).checked_shl(shift.min(16))
}

/// Whether an OLE file's directory has the names of a message (MS-OXMSG section 2.2), or its own name
/// says that it is one.
fn names_a_message(head: &[u8], extension: &str, directory: Option<&[u8]>) -> bool {
    // In UTF-16.
    let holds = |bytes: &[u8], name: &str| {
        let wide: Vec<u8> = name.bytes().flat_map(|byte| [byte, 0]).collect();
        memmem::find(bytes, &wide).is_some()
    };
    let names = ["__nameid_version", "__substg1.0_", "__properties_version"];
    let named = |bytes: &[u8]| names.iter().any(|name| holds(bytes, name));
    named(directory.unwrap_or_default()) || named(head) || matches!(extension, "msg" | "oft")
}

/// Whether the bytes of an attachment are an Outlook message.
pub(crate) fn is_outlook_message(bytes: &[u8], file_name: Option<&str>) -> bool {
    let Some(at) = ole_directory_at(bytes).and_then(|at| usize::try_from(at).ok()) else { return false };
    let directory = bytes.get(at..).map(|rest| &rest[..rest.len().min(4096)]);
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    names_a_message(head, &extension(file_name.unwrap_or_default()), directory)
}

fn foreign_container(head: &[u8], extension: &str) -> Option<&'static str> {
    if head.starts_with(b"PK\x03\x04") && extension == "olm" {
        return Some("Outlook for Mac archive (OLM)");
    }
    if head.starts_with(&[0xCF, 0xAD, 0x12, 0xFE]) {
        return Some("Outlook Express folder (DBX)");
    }
    if head.starts_with(&[0x1A, 0x00, 0x00]) && extension == "nsf" {
        return Some("Notes database (NSF)");
    }
    None
}
/// A mailbox starts with a `From ` line, after blank lines at most; a file named `.mbox` may start
/// with anything as long as one comes.
fn is_mbox(head: &[u8], line_end: u8, extension: &str) -> bool {
    let blank = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if postmark::opens_message(&blank[..blank.len().min(postmark::WINDOW)], line_end, true) {
        return true;
    }
    if !matches!(extension, "mbox" | "mbx") {
        return false;
    }
    let needle = [line_end, b'F', b'r', b'o', b'm', b' '];
    memmem::find_iter(head, &needle).any(|at| {
        let window = &head[at + 1..(at + 1 + postmark::WINDOW).min(head.len())];
        postmark::opens_message(window, line_end, false)
    })
}

/// Whether the bytes start with a mail header: at least two fields, one of them telling; or a
/// Content-Type alone, as of a bare MIME entity.
pub(crate) fn looks_like_mail(head: &[u8]) -> bool {
    let copy: Vec<u8>;
    let head = if line_end(head) == b'\r' {
        copy = head.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect();
        &copy[..]
    } else {
        head
    };
    let first = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let (line, _) = header::line_at(first, 0);
    if header::name_length(line).is_none() && !line.starts_with(b"From ") && !line.starts_with(b">From ") {
        return false;
    }
    let header = Header::of_message(head, HEAD_BYTES);
    let telling = header.fields.iter().filter(|field| header::is_telling(field.name)).count();
    let entity = header.fields.first().is_some_and(|field| field.name.eq_ignore_ascii_case(b"content-type"))
        && header.first("content-type").is_some_and(|value| value.contains(&b'/'));
    telling >= 1 && (header.fields.len() >= 2 || entity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn files_are_told_by_content_and_not_by_name() {
        for (bytes, name, found) in [
            (&b""[..], "a.eml", Content::Empty),
            (b"From: a@b\nTo: c@d\n\nx", "1.txt", Content::Mail),
            (b"From: a@b\rTo: c@d\r\rx", "mac", Content::Mail),
            (b"Message-ID: <x>\nDate: y\n\n", "enron.txt", Content::Mail),
            (b"Content-Type: multipart/mixed; boundary=b\n\n--b\n", "a.txt", Content::Mail),
            (b"just text", "a.eml", Content::Mail),
            (b"just text", "a.txt", Content::Loose),
            (b"Note: one\nTodo: two\n\nx", "a.txt", Content::Loose),
            (b"BEGIN:VCALENDAR\nVERSION:2.0\n", "a.ics", Content::Loose),
            (b"\xef\xbb\xbfbegin:vcalendar\nDate: 1\nStatus: x\nSubject: y\n", "a.ics", Content::Loose),
            (b"From a@b Fri Feb 22 17:06:23 2008\nTo: c@d\n\nx", "inbox", Content::Mbox),
            (b"\n\nFrom a@b Fri Feb 22 17:06:23 2008\nTo: c@d\n\nx", "inbox", Content::Mbox),
            (b"From the desk of Ann\nDear Bob\n", "letter.txt", Content::Loose),
            (b"stray\n\nFrom a@b Fri Feb 22 17:06:23 2008\nTo: c@d\n\nx", "a.mbox", Content::Mbox),
            (b"!BDN....", "a.pst", Content::DataFile),
            (b"123\nFrom: a@b\nTo: c@d\n\nx", "1.emlx", Content::Mail),
            (b"PK\x03\x04....", "a.zip", Content::Loose),
            (b"PK\x03\x04....", "a.olm", Content::Unsupported("Outlook for Mac archive (OLM)")),
        ] {
            assert_eq!(content(bytes, name, None), found, "{name}: {:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_dump_whose_layout_is_not_public_is_told_by_its_name() {
        for (name, told) in [
            ("firm1.IB.030124-030224.txt", "its messages are not counted"),
            ("firm1.MSG.030124-030224.txt.gz", "its messages are not counted"),
            ("firm1.ib.030124-030224.audit.txt", "the counts of"),
        ] {
            assert!(unread_dump(name).is_some_and(|why| why.contains(told)), "{name}");
        }
        for name in
            ["IB.txt", "notes.030124-030224.txt", "firm1.IB.0301-0302.txt", "firm1.IB.030124-030224.xml"]
        {
            assert_eq!(unread_dump(name), None, "{name}");
        }
    }

    #[test]
    fn an_outlook_message_and_a_word_document_are_told_apart() {
        let mut ole = OLE_MAGIC.to_vec();
        ole.resize(600, 0);
        let directory: Vec<u8> = "Root __substg1.0_".bytes().flat_map(|byte| [byte, 0]).collect();
        assert_eq!(content(&ole, "a.doc", None), Content::Loose);
        assert_eq!(content(&ole, "a.bin", Some(&directory)), Content::Outlook);
    }

    proptest! {
        #[test]
        fn any_bytes_are_something(bytes: Vec<u8>, name in "[a-z.]{0,8}") {
            prop_assert_eq!(content(&bytes, &name, None) == Content::Empty, bytes.is_empty());
        }
    }
}
