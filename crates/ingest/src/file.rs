//! One file - an attachment, a loose file, a member of an archive - as text and further files.
//!
//! What its bytes are decides how it is read; a declared type or a name decides only between forms of text.

use crate::attachment::file_document;
use crate::detect;
use crate::extract::{self, FileBounds, FileToRead, Member, file_kind};
use crate::family::{Depth, Enclosed, Family, named, note_name};
use crate::limits::Limits;
use crate::native;
use crate::notes::Notes;
use crate::outlook::OutlookFile;
use crate::text::{self, Form};
use crate::{card, coded, tnef};
use duces_model::{Defect, DefectCode, DocId, PartPath, Participant};

/// A member of an archive, or a file embedded in a document, as it was unpacked.
const MEMBER: &str = "archive-member";

/// Lines before what a file says of itself.
const PROPERTIES: &str = "[properties of the file]";

/// What was read of a file.
#[derive(Debug, Default)]
pub(crate) struct FileText {
    pub(crate) text: String,
    /// Why a word search over the text cannot say that a word is not there.
    pub(crate) incomplete: Option<Defect>,
    /// Files inside it.
    pub(crate) members: Vec<Member>,
    /// People whom it names as taking part, as a calendar does.
    pub(crate) people: Vec<Participant>,
}

/// How a file is named and declared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Declared<'a> {
    pub(crate) media_type: &'a str,
    pub(crate) file_name: Option<&'a str>,
    pub(crate) charset: Option<&'a str>,
}

/// Reads a file; `unpacked_left` is what all that is unpacked may still take.
pub(crate) fn read(
    bytes: &[u8],
    declared: Declared<'_>,
    limits: &Limits,
    unpacked_left: u64,
    notes: &mut Notes,
) -> FileText {
    let Declared { media_type, file_name, charset } = declared;
    if tnef::is(bytes) {
        let opened = tnef::read(bytes);
        notes.extend(opened.flaws);
        let (text, incomplete, members) = (opened.text, opened.incomplete, opened.members);
        return FileText { text, incomplete, members, people: Vec::new() };
    }
    if !media_type.starts_with("message/")
        && let Some(kind) = file_kind(bytes)
    {
        let unpacked_bytes_max = limits.file.unpacked_bytes_max.min(unpacked_left);
        let bounds = FileBounds { unpacked_bytes_max, ..limits.file };
        let file = FileToRead { bytes, passwords: limits.passwords.list(), bounds };
        let found = limits.extractor.extract(&file).unwrap_or_else(|why| extract::Extracted::failed(&why));
        let place = |defect: Defect| Defect::new(defect.code, format!("{}: {}", kind.name(), defect.detail));
        notes.extend(found.defects.into_iter().map(place));
        return FileText {
            text: with_properties(found.text, &found.properties),
            incomplete: found.incomplete.map(place),
            members: found.members,
            people: Vec::new(),
        };
    }
    let form = match text::form(media_type, file_name) {
        _ if media_type.starts_with("message/") => text::form(media_type, file_name),
        Form::Unread => form_of_text(bytes),
        Form::Plain if crate::rtf::is_rtf(bytes) => Form::Rtf,
        told => told,
    };
    let parted = if form == Form::Plain { coded::part(bytes) } else { None };
    let (words, mut members) = match &parted {
        Some(parted) => (parted.text.as_slice(), parted.files.clone()),
        None => (bytes, Vec::new()),
    };
    let text::Extracted { mut text, mut incomplete } = text::extract(form, charset, words, media_type, notes);
    let mut people = Vec::new();
    if form == Form::Plain && card::is(bytes) {
        let card = card::read(&text);
        notes.extend(card.flaw);
        (text, people) = (card.text, card.people);
        members.extend(card.files);
    }
    if form != Form::Unread && is_told_by_its_bytes(media_type) {
        // It may be all that is left of such a file.
        let why = Defect::new(DefectCode::DamagedFile, format!("declared as {media_type}, and is text"));
        incomplete.get_or_insert(why);
    }
    FileText { text, incomplete, members, people }
}

/// Whether files of this type start with bytes that tell it, so that a text is none.
fn is_told_by_its_bytes(media_type: &str) -> bool {
    let (first, second) = media_type.split_once('/').unwrap_or_default();
    match first {
        "image" => !matches!(second, "svg+xml" | "svg" | "x-xbitmap" | "x-xpixmap"),
        "audio" | "video" => true,
        "application" => {
            let starts =
                ["vnd.ms-", "vnd.openxmlformats-", "vnd.oasis.opendocument", "zip", "x-zip", "x-gzip"];
            let whole =
                ["pdf", "x-pdf", "msword", "gzip", "x-tar", "x-bzip2", "x-7z-compressed", "x-rar-compressed"];
            starts.iter().any(|start| second.starts_with(start)) || whole.contains(&second)
        }
        _ => false,
    }
}

/// How bytes of no known kind are read: as text where they are that.
fn form_of_text(bytes: &[u8]) -> Form {
    let head = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let start = head[..head.len().min(1024)].trim_ascii_start().to_ascii_lowercase();
    if crate::rtf::is_rtf(bytes) {
        return Form::Rtf;
    }
    let text = std::str::from_utf8(bytes).is_ok_and(|text| {
        !text.chars().any(|sign| {
            sign.is_control() && !matches!(sign, '\t' | '\n' | '\r' | '\u{C}' | '\u{1B}' | '\u{8}')
        })
    });
    match text {
        true if start.starts_with(b"<!doctype html") || start.starts_with(b"<html") => Form::Markup,
        true => Form::Plain,
        false => Form::Unread,
    }
}

/// The text, and behind it what the file says of itself, a line each.
fn with_properties(mut text: String, properties: &[(String, String)]) -> String {
    if properties.is_empty() {
        return text;
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(PROPERTIES);
    text.push('\n');
    for (name, value) in properties {
        text.push_str(&format!("{name}: {}\n", value.replace(['\r', '\n'], " ")));
    }
    text
}

impl Family<'_> {
    /// Adds the files inside the file that is the document `parent` at `path`: mail as messages, the rest as
    /// attachments.
    pub(crate) fn members(&mut self, parent: DocId, path: &PartPath, members: Vec<Member>, depth: Depth) {
        if members.is_empty() {
            return;
        }
        if depth.beyond(self.limits()) {
            return self.unopened(parent, DefectCode::NestingTooDeep, &named(path));
        }
        let count = members.len();
        for (at, member) in (1_usize..).zip(members) {
            if !self.takes_part() {
                let detail = format!("{} of {count} files inside were not opened", count - at + 1);
                return self.unopened(parent, DefectCode::TooManyParts, &detail);
            }
            self.member(parent, path.child(at), member, depth.below());
        }
    }

    fn member(&mut self, parent: DocId, path: PartPath, member: Member, depth: Depth) {
        let Member { name, bytes, flaw } = member;
        let short = name.rsplit(['/', '\\']).next().unwrap_or(&name).to_owned();
        let file_name = Some(short.clone()).filter(|name| !name.is_empty());
        let mut notes = Notes::default();
        notes.extend(flaw.clone());
        let ending = native::ending_of(&short).unwrap_or_default();
        let mail = flaw.is_none()
            && (ending == "eml" || file_kind(&bytes).is_none())
            && detect::looks_like_mail(&bytes);
        if mail {
            let native = self.native_as(&path, &bytes, MEMBER, "eml".to_owned());
            let enclosed = Enclosed {
                bytes: &bytes,
                native,
                part: path,
                parent: Some(parent),
                file_name,
                notes,
                envelope: None,
                header_only: None,
            };
            self.message(enclosed, depth);
            return;
        }
        if flaw.is_none() && detect::is_outlook_message(&bytes, Some(&short)) {
            let native = self.native_as(&path, &bytes, MEMBER, "msg".to_owned());
            let file = OutlookFile {
                bytes: &bytes,
                native,
                part: path.clone(),
                parent: Some(parent),
                file_name: file_name.clone(),
                notes: Notes::default(),
                lost: None,
            };
            if self.outlook(file, depth).is_ok() {
                return;
            }
        }
        note_name(&short, &mut notes);
        let media_type = native::media_type_of(Some(&short)).to_owned();
        let read = match flaw {
            Some(why) => FileText { incomplete: Some(why), ..FileText::default() },
            None if bytes.is_empty() => {
                notes.add(DefectCode::EmptyAttachment, named(&path));
                FileText::default()
            }
            None => {
                let declared = Declared { media_type: &media_type, file_name: Some(&short), charset: None };
                let read = self.read_file(&bytes, declared, &mut notes);
                notes.extend(read.incomplete.clone());
                read
            }
        };
        let native = self.native_as(&path, &bytes, MEMBER, native::extension(Some(&short), &media_type));
        drop(bytes);
        let mut document = file_document(self.occurrence, parent, &path, native, media_type, file_name);
        document.text = read.text;
        document.participants = read.people;
        document.searchability = crate::attachment::searchability(read.incomplete);
        document.defects = notes.finish();
        let id = document.id;
        self.documents.push(document);
        self.members(id, &path, read.members, depth);
    }

    /// Reads a file of the family within what its files may still be unpacked to.
    pub(crate) fn read_file(&mut self, bytes: &[u8], declared: Declared<'_>, notes: &mut Notes) -> FileText {
        let read = read(bytes, declared, self.limits(), self.unpacked_left, notes);
        let unpacked: u64 = read.members.iter().map(|member| member.bytes.len() as u64).sum();
        self.unpacked_left = self.unpacked_left.saturating_sub(unpacked);
        read
    }

    /// Says of a document that files inside it were not opened.
    fn unopened(&mut self, id: DocId, code: DefectCode, detail: &str) {
        let why = Defect::new(code, detail);
        if let Some(document) = self.documents.iter_mut().find(|document| document.id == id) {
            document.defects.push(why.clone());
            if document.searchability == duces_model::Searchability::Indexed {
                document.searchability = duces_model::Searchability::Unsearchable(why);
            }
        }
    }
}
