//! Dumps in XML: a `FileDump` with a `Conversation` for each room (Instant Bloomberg; the Actiance form as
//! Mattermost writes it; Skype for Business through Microsoft's sample transform), or with a `Message` for each message
//! of Bloomberg's mail; and Skype for Business's own `Conversations`, before any transform.
//!
//! Where the names of elements are from: Mattermost's own source (message export); Microsoft, "Configure the
//! Compliance service for Persistent Chat Server"; for Bloomberg public test data and transforms of programs
//! that read it, because its schema is not public. A dump may be of any size: it is cut into pieces by their tags,
//! one piece is held, and a place in it is a place in the file.

mod conversation;
mod cut;
pub(crate) mod element;
mod mail;
mod persistent;
mod siblings;
mod tags;

use crate::chat::day::{self, Presence};
use crate::chat::event::{Event, Room};
use crate::chat::files::{Files, Others};
use crate::chat::page::Page;
use crate::limits::Limits;
use conversation::Around;
use cut::{Cutter, Place};
use duces_model::{Defect, DefectCode};
use encoding_rs::Encoding;
use memchr::memmem;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use tags::Counter;

pub(crate) use mail::Mail;
pub(crate) use siblings::Siblings;

/// Which program's dump it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Instant Bloomberg: people are `User` elements.
    Bloomberg,
    /// Bloomberg's messages (MSG), which are like mail.
    BloombergMail,
    /// Mattermost's export in Actiance's form: messages have ids, people a type.
    Mattermost,
    /// Skype for Business through the sample transform: people have an `InternalFlag`.
    Skype,
    /// Skype for Business without a transform: `Conversations`, with the messages of each in a list.
    Persistent,
    /// Another program's in the same form.
    Other,
}

impl Form {
    /// The platform as it stands in room-days.
    fn platform(self) -> &'static str {
        match self {
            Self::Bloomberg | Self::BloombergMail => "bloomberg",
            Self::Mattermost => "mattermost",
            Self::Skype | Self::Persistent => "skype-for-business",
            Self::Other => "actiance",
        }
    }

    /// The word of the form, as in `forms`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Bloomberg => "bloomberg-ib",
            Self::BloombergMail => "bloomberg-msg",
            Self::Mattermost => "mattermost-actiance",
            Self::Skype => "skype-persistent-chat",
            Self::Persistent => "skype-persistent-chat-xml",
            Self::Other => "actiance-dump",
        }
    }

    /// The element that is a piece.
    fn piece(self) -> &'static str {
        if self == Self::BloombergMail { "Message" } else { "Conversation" }
    }

    fn is_bloomberg(self) -> bool {
        matches!(self, Self::Bloomberg | Self::BloombergMail)
    }
}

/// The form of the dump that starts with these bytes.
pub(crate) fn form(head: &[u8]) -> Option<Form> {
    let root = root_of_dump(head)?;
    let holds = |tag: &str| memmem::find(head, tag.as_bytes()).is_some();
    if root == PERSISTENT {
        let conversation = holds("<Conversation>") || holds("<Conversation ");
        return (conversation && (holds("<Channel ") || holds("<Messages>"))).then_some(Form::Persistent);
    }
    if !holds("<Conversation>") && !holds("<Conversation ") {
        let message = holds("<Message>") || holds("<Message ");
        return (message && holds("<MsgID>")).then_some(Form::BloombergMail);
    }
    Some(if holds("<User>") {
        Form::Bloomberg
    } else if holds("<InternalFlag") {
        Form::Skype
    } else if holds("<UserType>") || holds("<MessageId>") {
        Form::Mattermost
    } else {
        Form::Other
    })
}

/// The roots of dumps.
const ROOTS: [&str; 2] = ["FileDump", PERSISTENT];
const PERSISTENT: &str = "Conversations";

/// The root of the text in XML, where it is that of a dump.
fn root_of_dump(head: &[u8]) -> Option<&'static str> {
    let mut rest = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    while let Some(end) = aside_end(rest) {
        rest = rest[end..].trim_ascii_start();
    }
    let rest = rest.strip_prefix(b"<")?;
    let ends = |rest: &[u8]| rest.first().is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'>');
    ROOTS.into_iter().find(|root| rest.strip_prefix(root.as_bytes()).is_some_and(ends))
}

/// Where an instruction, a comment or a document type ends that stands here.
fn aside_end(here: &[u8]) -> Option<usize> {
    let end: &[u8] = if here.starts_with(b"<?") {
        b"?>"
    } else if here.starts_with(b"<!--") {
        b"-->"
    } else if here.starts_with(b"<!DOCTYPE") {
        // It may hold declarations of its own.
        let first = memchr::memchr2(b'[', b'>', here)?;
        if here[first] == b'[' { b"]>" } else { b">" }
    } else {
        return None;
    };
    Some(memmem::find(here, end)? + end.len())
}

/// A dump being read.
pub(crate) struct Dump {
    form: Form,
    encoding: &'static Encoding,
    place: Place,
    cutter: Cutter,
    files: Files,
    siblings: Arc<Siblings>,
    /// Of a ZIP: its files that no event names, and how long the dump in it is.
    others: Option<(u64, Others)>,
}

impl Dump {
    /// The dump in a file whose first bytes are `head`.
    pub(crate) fn in_file(path: &Path, form: Form, head: &[u8], limits: &Limits) -> Self {
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        let mut siblings = Arc::default();
        let files = if form.is_bloomberg() {
            siblings = siblings::of(path, limits);
            Files::beside(folder, siblings.clone(), limits.message_bytes_max)
        } else {
            Files::in_folder(folder, limits.message_bytes_max)
        };
        let mut dump = Self::new(Place::File(path.to_owned()), form, head, files, limits);
        dump.siblings = siblings;
        dump
    }

    /// The dump in a ZIP: the one XML at its root, or in a folder there, that is a dump. Two make none.
    pub(crate) fn in_zip(path: &Path, limits: &Limits) -> Option<Self> {
        let mut files = Files::in_zip(path, limits.message_bytes_max, limits.expanded_bytes_max).ok()?;
        let names = files.names();
        let mut dump = None;
        for name in names.iter().filter(|name| name.ends_with(".xml") && name.matches('/').count() <= 1) {
            let Some(Ok(bytes)) = files.content(name) else { continue };
            if let Some(form) = form(&bytes[..bytes.len().min(crate::detect::HEAD_BYTES)])
                && dump.replace((name.clone(), bytes, form)).is_some()
            {
                return None;
            }
        }
        let (name, bytes, form) = dump?;
        let named = |other: &str| {
            let escaped = other.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let element = format!("<FileName>{escaped}</FileName>");
            memmem::find(&bytes, element.as_bytes()).is_some()
        };
        let others = names.iter().filter(|other| **other != name && !named(other)).cloned().collect();
        let length = bytes.len() as u64;
        let head = bytes[..bytes.len().min(crate::detect::HEAD_BYTES)].to_vec();
        let mut dump = Self::new(Place::Memory(Arc::new(bytes)), form, &head, files, limits);
        dump.others = Some((length, Others::new(others, limits.parts_max)));
        Some(dump)
    }

    fn new(place: Place, form: Form, head: &[u8], files: Files, limits: &Limits) -> Self {
        let cutter = Cutter::new(place.clone(), form.piece(), limits.message_bytes_max);
        let siblings = Arc::default();
        Self { form, encoding: encoding(head), place, cutter, files, siblings, others: None }
    }

    /// What comes behind the dump in a ZIP.
    fn behind(&mut self, from: u64) -> Option<(Page, u64)> {
        let (length, others) = self.others.as_ref()?;
        let piece = usize::try_from(from.checked_sub(*length)?).ok()?;
        Some((others.page(piece, &mut self.files, self.form.platform())?, from + 1))
    }

    /// The word of its form.
    pub(crate) fn form(&self) -> &'static str {
        self.form.name()
    }

    /// The piece that is found from that byte on, and where the next one is looked for.
    pub(crate) fn page(&mut self, from: u64, limits: &Limits) -> Option<(Page, u64)> {
        let cut = match self.cutter.at(from) {
            Ok(Some(cut)) => cut,
            Ok(None) => return self.behind(from),
            Err(error) => {
                let flaws = vec![Defect::new(DefectCode::BadChat, format!("byte {from}: {error}"))];
                return Some((Page { flaws, ..Page::default() }, u64::MAX));
            }
        };
        let mut page = Page::default();
        if from == 0 {
            let flaws = self.siblings.flaws.iter();
            page.flaws.extend(flaws.map(|why| Defect::new(DefectCode::BadChat, why.clone())));
        }
        let stray = self.text(&cut.before, from, &mut page.flaws);
        let stray = outside(&stray);
        if !stray.is_empty() {
            let why = format!("byte {from}: text of the dump that stands in no {}", self.form.piece());
            self.alone(Event::unread(stray, why), &mut page, limits);
        }
        if cut.length > cut.bytes.len() as u64 {
            let why = format!(
                "a {} of {} bytes, the limit being {}: only its start is kept",
                self.form.piece(),
                cut.length,
                limits.message_bytes_max
            );
            page.flaws.push(Defect::new(DefectCode::MessageTooLarge, why.clone()));
            let text = self.text(&cut.bytes, from, &mut page.flaws);
            self.alone(Event::unread(text, why), &mut page, limits);
        } else if !cut.bytes.is_empty() {
            let text = self.text(&cut.bytes, from, &mut page.flaws);
            let piece = element::read(&text);
            if self.form == Form::BloombergMail {
                page.mails.push(mail::mail(&piece, &text, &mut self.files, &self.siblings.disclaimers));
                return Some((page, cut.next));
            }
            if self.form == Form::Persistent {
                page.days.extend(persistent::days(piece, from, limits.zone, &mut page.flaws));
                return Some((page, cut.next));
            }
            let (form, zone, files, flaws) = (self.form, limits.zone, &mut self.files, &mut page.flaws);
            let around = Around { form, zone, place: from, files, flaws };
            page.days.extend(conversation::days(piece, around));
        }
        Some((page, cut.next))
    }

    /// How many events the dump has by its tags alone.
    pub(crate) fn count(&self) -> Option<u64> {
        let parent = Some(self.form.piece()).filter(|_| self.form != Form::BloombergMail);
        let mut counter = match self.form {
            Form::Persistent => Counter::new(parent, &persistent::HEAD).through(persistent::LIST),
            _ => Counter::new(parent, &conversation::HEAD),
        };
        let mut reader = self.place.from(0).ok()?;
        let mut buffer = vec![0; 1 << 16];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => {
                    return Some(
                        counter.finish()? + self.others.as_ref().map_or(0, |(_, others)| others.events()),
                    );
                }
                Ok(count) => counter.feed(&buffer[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => return None,
            }
        }
    }

    /// Files of the archives beside the dump that no message named, once all of it was read.
    pub(crate) fn unnamed(&self) -> Vec<Defect> {
        let left = self.files.unnamed().into_iter().filter(|(_, files, named)| named < files);
        left.map(|(name, files, named)| {
            let why = format!("{name}: of {files} files the messages name {named}");
            Defect::new(DefectCode::BadChat, why)
        })
        .collect()
    }

    fn text(&self, bytes: &[u8], from: u64, flaws: &mut Vec<Defect>) -> String {
        let (text, bad) = self.encoding.decode_without_bom_handling(bytes);
        if bad {
            let why = format!("byte {from}: signs that are no {}", self.encoding.name());
            flaws.push(Defect::new(DefectCode::BadChat, why));
        }
        text.into_owned()
    }

    /// An event of no room, as a room-day of its own.
    fn alone(&self, event: Event, page: &mut Page, limits: &Limits) {
        let room = Room { platform: self.form.platform().into(), id: "unread".into(), ..Room::default() };
        page.days.extend(day::days(&room, &BTreeMap::new(), &Presence::default(), vec![event], limits.zone));
    }
}

/// The character set that the first line names; UTF-8 where it names none, or one of two bytes a sign, in which
/// no tag would have been found.
fn encoding(head: &[u8]) -> &'static Encoding {
    let line = &head[..memmem::find(head, b"?>").unwrap_or(0)];
    let named = memmem::find(line, b"encoding").and_then(|at| {
        let rest = line[at + 8..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
        let (quote, rest) = rest.split_first()?;
        Encoding::for_label(&rest[..memchr::memchr(*quote, rest)?])
    });
    named.filter(|encoding| encoding.is_ascii_compatible()).unwrap_or(encoding_rs::UTF_8)
}

/// What of the text between pieces is no markup of the dump itself.
fn outside(text: &str) -> String {
    let mut rest = text.trim_start_matches('\u{feff}').trim();
    let root = |rest: &str| {
        let name = rest.strip_prefix("</").or_else(|| rest.strip_prefix('<'));
        name.is_some_and(|name| ROOTS.into_iter().any(|root| name.starts_with(root)))
    };
    let tag_end = |rest: &str| rest.find('>').filter(|_| root(rest)).map(|at| at + 1);
    while let Some(end) = aside_end(rest.as_bytes()).or_else(|| tag_end(rest)) {
        rest = rest.get(end..).unwrap_or_default().trim_start();
    }
    rest.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dump_is_told_by_its_root_and_its_program_by_its_elements() {
        let of = |inside: &str| {
            form(format!("\u{feff}<?xml version='1.0'?><!-- x --><FileDump>{inside}</FileDump>").as_bytes())
        };
        assert_eq!(of("<Conversation><User>"), Some(Form::Bloomberg));
        assert_eq!(of("<Conversation Perspective=''><UserType>"), Some(Form::Mattermost));
        assert_eq!(of("<Conversation><InternalFlag/>"), Some(Form::Skype));
        assert_eq!(of("<Conversation>"), Some(Form::Other));
        assert_eq!(of("<Disclaimer>"), None);
        assert_eq!(form(b"<p><FileDump><Conversation></p>"), None);
        assert_eq!(form(b"<FileDumpster><Conversation>"), None);
        let own = b"<Conversations xmlns:x='y'><Conversation><Channel uri='u' name='n'/>";
        assert_eq!(form(own), Some(Form::Persistent));
        assert_eq!(form(b"<Conversations><Conversation><p/>"), None);
        assert_eq!(form(b"<Conversations><Messages>"), None);
    }

    #[test]
    fn the_blind_spots_of_each_form_are_known() {
        let skype = [Form::Skype, Form::Persistent];
        for form in
            [Form::Bloomberg, Form::BloombergMail, Form::Mattermost, Form::Other].into_iter().chain(skype)
        {
            assert!(crate::forms::form(form.name()).is_some(), "{}", form.name());
        }
        for name in ["slack-export", "rsmf", "mattermost-csv", "mattermost-global-relay", "symphony-json"] {
            assert!(crate::forms::form(name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_character_set_is_the_one_that_the_first_line_names() {
        for (head, name) in [
            ("<?xml version='1.0' encoding='ISO-8859-1'?>", "windows-1252"),
            ("<?xml version='1.0' encoding = \"utf-8\"?>", "UTF-8"),
            ("<?xml version='1.0' encoding='UTF-16'?>", "UTF-8"),
            ("<FileDump>encoding='ISO-8859-1'?", "UTF-8"),
        ] {
            assert_eq!(encoding(head.as_bytes()).name(), name, "{head}");
        }
    }
}
