//! Outlook messages (MSG, OFT): a message and everything attached to it, as documents (MS-OXMSG,
//! MS-OXCMSG).
//!
//! The retained bytes are the root's native. A file that is attached has its bytes in one stream. A
//! message that is attached has none of its own: its native is a message file made of its storage, a
//! named conversion. The number of recipients and attachments that a message states is held against
//! those that are there.

mod build;
mod item;
mod packed;
mod people;
mod properties;
pub(crate) mod storage;

use crate::attachment::{file_document, searchability};
use crate::cms::Content;
use crate::family::{Depth, Enclosed, Family, named, note_name};
use crate::file::{Declared, FileText};
use crate::header::Header;
use crate::markup::InlinePart;
use crate::metadata::{self, Metadata};
use crate::notes::Notes;
use crate::{body::Body, detect, native, rtf, text, words};
pub(crate) use build::{Attribute, Built, attachment_name, build, text_of};
use duces_model::{Defect, DefectCode, DocId, Document, DocumentKind, Native, PartPath, Searchability};
use properties::{Level, NamedIds, Properties, id};
use storage::{Storage, as_file};

/// The bytes lie in one stream of the retained file.
const EXTRACT: &str = "msg-extract";
/// The bytes were taken out of an S/MIME signature, or unpacked out of S/MIME, that lies in one stream.
const UNSEALED: &str = "msg-extract, cms-content";
/// The attached message was written as a file of its own; its properties are unchanged.
const AS_FILE: &str = "msg-embedded-to-file";

/// Names that the attachments' storages start with.
const ATTACHMENT: &str = "__attach_version1.0_";

/// An Outlook message file to be read.
pub(crate) struct OutlookFile<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) native: Native,
    pub(crate) part: PartPath,
    pub(crate) parent: Option<DocId>,
    pub(crate) file_name: Option<String>,
    pub(crate) notes: Notes,
    /// Why the file is not all of the message, where that is known.
    pub(crate) lost: Option<Defect>,
}

/// Why the bytes are no Outlook message.
#[derive(Debug)]
pub(crate) struct NoMessage(pub(crate) String);

/// A message at its place in the file.
struct Item<'a> {
    storage: &'a Storage,
    outermost: &'a Storage,
    names: &'a NamedIds,
    level: Level,
    native: Native,
    part: PartPath,
    parent: Option<DocId>,
    file_name: Option<String>,
    notes: Notes,
}

/// A message's own text, and why it is not all of it.
#[derive(Default)]
struct OwnText {
    text: String,
    /// Each form of the body as text, with its HTML where it is HTML.
    forms: Vec<(String, Option<String>)>,
    incomplete: Option<Defect>,
}

impl Family<'_> {
    /// Reads an Outlook message file with all that is attached to it.
    ///
    /// # Errors
    /// Where it is no compound file, or one without the properties of a message; nothing is added then.
    pub(crate) fn outlook(&mut self, file: OutlookFile<'_>, depth: Depth) -> Result<DocId, NoMessage> {
        let OutlookFile { bytes, native, part, parent, file_name, mut notes, lost } = file;
        let compound = storage::read(bytes, self.limits().message_bytes_max).map_err(NoMessage)?;
        if compound.root.stream(storage::PROPERTIES).is_none() {
            return Err(NoMessage("the file holds no properties of a message".to_owned()));
        }
        for lost in &compound.lost {
            notes.add(DefectCode::TruncatedMessage, format!("stream {lost}"));
        }
        let names = NamedIds::read(&compound.root);
        let item = Item {
            storage: &compound.root,
            outermost: &compound.root,
            names: &names,
            level: Level::Outermost,
            native,
            part,
            parent,
            file_name,
            notes,
        };
        let lost = lost.or_else(|| {
            compound.lost.first().map(|lost| Defect::new(DefectCode::TruncatedMessage, lost.clone()))
        });
        Ok(self.item(item, depth, lost))
    }

    fn item(&mut self, item: Item<'_>, depth: Depth, lost: Option<Defect>) -> DocId {
        let Item { storage, outermost, names, level, native, part, parent, file_name, mut notes } = item;
        let properties = Properties::read(storage, level, None);
        if !properties.whole {
            notes.add(DefectCode::TruncatedMessage, "the properties end inside an entry");
        }
        let class = properties.words(id::MESSAGE_CLASS).unwrap_or_default();
        let (metadata, mut header_block) =
            read_metadata(&properties, storage, self.limits().header_bytes_max, &mut notes);
        if let Some(name) = &file_name {
            note_name(name, &mut notes);
        }
        if let Some(folder) = properties.words(id::PARENT_DISPLAY) {
            let block = header_block.get_or_insert_default();
            block.push_str(&format!("{}[folder: {folder}]", if block.is_empty() { "" } else { "\n" }));
            if parent.is_none() {
                self.folder = Some(folder);
            }
        }
        let mut own = own_text(&properties, &class, names, &mut notes);
        let collects = self.collects(&part);
        if collects {
            own.forms.drain(..).for_each(|(text, html)| self.collected.piece(text, html));
        }
        if own.incomplete.is_none() {
            own.incomplete = lost;
        }
        let doc = DocId::new(self.occurrence, &part);
        let at = self.documents.len();
        self.documents.push(Document {
            id: doc,
            parent,
            part: part.clone(),
            kind: DocumentKind::Message,
            native,
            media_type: "application/vnd.ms-outlook".to_owned(),
            file_name,
            subject: metadata.subject,
            participants: metadata.participants,
            participants_complete: metadata.participants_complete,
            sent_at: metadata.sent_at,
            received_at: metadata.received_at,
            message_id: metadata.message_id,
            in_reply_to: metadata.in_reply_to,
            references: metadata.references,
            header_block,
            text: own.text,
            searchability: Searchability::Indexed,
            defects: Vec::new(),
        });
        let mut attached = 0;
        for (number, (_, attachment)) in (1..).zip(storage.storages(ATTACHMENT)) {
            let path = part.child(number);
            attached += 1;
            if !self.takes_part() {
                let most = self.limits().parts_max;
                let detail = format!("{} and what follows, the limit being {most} parts", named(&path));
                notes.add(DefectCode::TooManyParts, detail.clone());
                own.incomplete.get_or_insert_with(|| Defect::new(DefectCode::TooManyParts, detail));
                break;
            }
            let attachment = Attachment {
                properties: Properties::read(attachment, Level::Below, Some(properties.charset())),
                outermost,
                names,
                path,
                parent: doc,
                class: &class,
                depth,
            };
            if collects {
                inline(&attachment.properties).into_iter().for_each(|part| self.collected.inline(part));
            }
            if let Some(sealed) = self.attached_to_item(attachment, depth) {
                own.incomplete.get_or_insert(sealed);
            }
        }
        tell_counts(&properties, storage, attached, &mut notes);
        let document = &mut self.documents[at];
        if let Some(why) = &own.incomplete {
            notes.add(why.code, why.detail.clone());
        }
        document.defects = notes.finish();
        document.searchability = own.incomplete.map_or(Searchability::Indexed, Searchability::Unsearchable);
        doc
    }

    /// Adds an attachment; says why the message's own text lies sealed in it, where it does.
    fn attached_to_item(&mut self, attached: Attachment<'_>, depth: Depth) -> Option<Defect> {
        let properties = &attached.properties;
        let file_name = [id::ATTACH_LONG_FILENAME, id::ATTACH_FILENAME, id::DISPLAY_NAME]
            .into_iter()
            .find_map(|id| properties.words(id));
        let media = properties.words(id::ATTACH_MIME_TAG).map(|tag| tag.to_ascii_lowercase());
        let place = named(&attached.path);
        let mut notes = Notes::default();
        // MS-OXCMSG section 2.2.2.9: 5 is a message, 6 an OLE object, 2 to 4 and 7 a reference.
        let method = properties.integer(id::ATTACH_METHOD);
        if let Some(object) = properties.object(id::ATTACH_DATA) {
            let message = object.stream(storage::PROPERTIES).is_some();
            return self.object(attached, object, file_name, message, depth);
        }
        let Some(bytes) = properties.binary(id::ATTACH_DATA) else {
            let reference = matches!(method, Some(2..=4 | 7));
            let pathname = properties.words(id::ATTACH_LONG_PATHNAME);
            let why = if reference || pathname.is_some() {
                Defect::new(DefectCode::ExternalBody, format!("{place}: attached by reference"))
            } else if method == Some(1) || method.is_none() {
                notes.add(DefectCode::EmptyAttachment, place.clone());
                return self.leaf_of_item(attached, &[], file_name, media, None, notes);
            } else {
                Defect::new(DefectCode::NoExtractor, format!("{place}: its content is not in the message"))
            };
            return self.leaf_of_item(attached, &[], file_name, media, Some(why), notes);
        };
        let smime = attached.class.to_ascii_lowercase().contains("smime");
        if smime && media.as_deref().is_some_and(|media| media.starts_with("multipart/signed")) {
            return self.mail_in_item(attached, bytes, file_name, EXTRACT, depth);
        }
        let mail_name =
            file_name.as_deref().and_then(native::ending_of).is_some_and(|ending| ending == "eml");
        if media.as_deref() == Some("message/rfc822") || mail_name && detect::looks_like_mail(bytes) {
            return self.mail_in_item(attached, bytes, file_name, EXTRACT, depth);
        }
        if smime {
            let content = self.unwrapped(bytes);
            match &content {
                Content::Whole(content) => {
                    return self.mail_in_item(attached, content, file_name, UNSEALED, depth);
                }
                Content::Broken(content, why) => {
                    let kept = content.len();
                    let why = format!("{place}: compressed S/MIME content: {why}, after {kept} bytes");
                    let why = Defect::new(DefectCode::TruncatedMessage, why);
                    return self.leaf_of_item(attached, bytes, file_name, media, Some(why), notes);
                }
                Content::TooMuch | Content::Closed => {}
            }
            let detail = format!("{place}: S/MIME");
            let sealed = crate::part::sealed(&crate::media::Media::default(), bytes, &content, &detail);
            return self.leaf_of_item(attached, bytes, file_name, media, Some(sealed), notes);
        }
        self.leaf_of_item(attached, bytes, file_name, media, None, notes)
    }

    /// A message, or an OLE object, that is attached as a storage.
    fn object(
        &mut self,
        attached: Attachment<'_>,
        object: &Storage,
        file_name: Option<String>,
        message: bool,
        depth: Depth,
    ) -> Option<Defect> {
        let place = named(&attached.path);
        let written = as_file(object, attached.outermost);
        let too_deep = depth.beyond(self.limits());
        let mut notes = Notes::default();
        let bytes = match written {
            Ok(bytes) => bytes,
            Err(error) => {
                let why = Defect::new(DefectCode::TruncatedMessage, format!("{place}: {error}"));
                return self.leaf_of_item(attached, &[], file_name, None, Some(why), notes);
            }
        };
        if !message || too_deep {
            let media = "application/octet-stream";
            let read = if message {
                let why = Defect::new(DefectCode::NestingTooDeep, place);
                FileText { incomplete: Some(why), ..FileText::default() }
            } else {
                // What was embedded from another program has the form of that program's file.
                let declared = Declared { media_type: media, file_name: None, charset: None };
                self.read_file(&bytes, declared, &mut notes)
            };
            let native = self.native_as(&attached.path, &bytes, AS_FILE, "bin".to_owned());
            self.add_leaf(attached, native, file_name, media.to_owned(), read, notes);
            return None;
        }
        let item = Item {
            storage: object,
            outermost: attached.outermost,
            names: attached.names,
            level: Level::Attached,
            native: self.native_as(&attached.path, &bytes, AS_FILE, "msg".to_owned()),
            part: attached.path,
            parent: Some(attached.parent),
            file_name,
            notes,
        };
        self.item(item, depth.below(), None);
        None
    }

    fn mail_in_item(
        &mut self,
        attached: Attachment<'_>,
        bytes: &[u8],
        file_name: Option<String>,
        conversion: &'static str,
        depth: Depth,
    ) -> Option<Defect> {
        if depth.beyond(self.limits()) {
            let why = Defect::new(DefectCode::NestingTooDeep, named(&attached.path));
            return self.leaf_of_item(attached, bytes, file_name, None, Some(why), Notes::default());
        }
        let native = self.native_as(&attached.path, bytes, conversion, "eml".to_owned());
        let enclosed = Enclosed {
            bytes,
            native,
            part: attached.path,
            parent: Some(attached.parent),
            file_name,
            notes: Notes::default(),
            envelope: None,
            header_only: None,
        };
        self.message(enclosed, depth.below());
        None
    }

    fn leaf_of_item(
        &mut self,
        attached: Attachment<'_>,
        bytes: &[u8],
        file_name: Option<String>,
        media: Option<String>,
        forced: Option<Defect>,
        mut notes: Notes,
    ) -> Option<Defect> {
        let media = media.unwrap_or_else(|| native::media_type_of(file_name.as_deref()).to_owned());
        let sealed = forced.clone().filter(|_| attached.class.to_ascii_lowercase().contains("smime"));
        let read = if forced.is_some() || bytes.is_empty() {
            FileText { incomplete: forced, ..FileText::default() }
        } else {
            let declared = Declared { media_type: &media, file_name: file_name.as_deref(), charset: None };
            self.read_file(bytes, declared, &mut notes)
        };
        let extension = native::extension(file_name.as_deref(), &media);
        let native = self.native_as(&attached.path, bytes, EXTRACT, extension);
        self.add_leaf(attached, native, file_name, media, read, notes);
        sealed
    }

    fn add_leaf(
        &mut self,
        attached: Attachment<'_>,
        native: Native,
        file_name: Option<String>,
        media: String,
        read: FileText,
        mut notes: Notes,
    ) {
        if let Some(name) = &file_name {
            note_name(name, &mut notes);
        }
        notes.extend(read.incomplete.clone());
        let path = &attached.path;
        let mut document = file_document(self.occurrence, attached.parent, path, native, media, file_name);
        document.text = read.text;
        document.searchability = searchability(read.incomplete);
        document.defects = notes.finish();
        let id = document.id;
        self.documents.push(document);
        self.members(id, path, read.members, attached.depth.below());
    }
}

/// An attachment at its place in the file.
struct Attachment<'a> {
    properties: Properties<'a>,
    outermost: &'a Storage,
    names: &'a NamedIds,
    path: PartPath,
    parent: DocId,
    /// The class of the message that it is attached to.
    class: &'a str,
    /// How deep its message lies.
    depth: Depth,
}

/// What the transport's header says, where the message came by mail; else what its properties say.
fn read_metadata(
    properties: &Properties<'_>,
    storage: &Storage,
    header_bytes_max: usize,
    notes: &mut Notes,
) -> (Metadata, Option<String>) {
    let transport = properties.text(id::TRANSPORT_HEADERS).filter(|text| !text.text.trim().is_empty());
    let mut metadata = Metadata { participants_complete: true, ..Metadata::default() };
    let mut block = None;
    if let Some(transport) = transport {
        // Exchange puts a line of its own on top, and the blank line at the end is not always there.
        let written = transport.text.trim_start();
        let written = match written.strip_prefix("Microsoft Mail Internet Headers Version 2.0") {
            Some(rest) => rest.trim_start(),
            None => written,
        };
        let whole = format!("{}\r\n\r\n", written.trim_end());
        let header = Header::of_message(whole.as_bytes(), header_bytes_max);
        // What only the header lacks may stand in the properties, so it is judged afterwards.
        let mut seen = Notes::default();
        metadata = metadata::read(&header, &mut seen);
        let told_below = [DefectCode::NoDate, DefectCode::NoSender, DefectCode::NoMessageId];
        notes.extend(seen.finish().into_iter().filter(|defect| !told_below.contains(&defect.code)));
        if let Some(flaw) = transport.flaw {
            notes.add(DefectCode::UnknownCharset, format!("transport header: {flaw}"));
        }
        block = Some(transport.text);
    }
    let from_header = metadata.participants.iter().any(|one| one.role == duces_model::Role::From);
    if let Some(subject) = properties.text(id::SUBJECT) {
        if let Some(flaw) = subject.flaw {
            notes.add(DefectCode::UnknownCharset, format!("subject: {flaw}"));
        }
        // The property is what Outlook shows.
        metadata.subject = Some(subject.text);
    }
    if metadata.subject.as_deref().is_some_and(words::holds_controls) {
        notes.add(DefectCode::ControlCharacters, "subject");
    }
    people::add(&mut metadata, properties, storage, from_header, notes);
    metadata.sent_at = metadata.sent_at.or_else(|| properties.time(id::CLIENT_SUBMIT_TIME));
    metadata.received_at = metadata.received_at.or_else(|| properties.time(id::DELIVERY_TIME));
    if metadata.sent_at.is_none() {
        notes.add(DefectCode::NoDate, "");
    }
    let ids =
        |id: u16| properties.words(id).map_or_else(Vec::new, |text| words::message_ids(text.as_bytes()));
    if metadata.message_id.is_none() {
        metadata.message_id = properties
            .words(id::INTERNET_MESSAGE_ID)
            .map(|text| text.trim_matches(['<', '>', ' ']).to_owned())
            .filter(|id| !id.is_empty());
    }
    if metadata.message_id.is_none() {
        notes.add(DefectCode::NoMessageId, "");
    }
    if metadata.in_reply_to.is_empty() {
        metadata.in_reply_to = ids(id::IN_REPLY_TO);
    }
    if metadata.references.is_empty() {
        metadata.references = ids(id::INTERNET_REFERENCES);
    }
    (metadata, block)
}

/// The bodies in plain text, HTML and RTF are forms of one text: a word that stands in one of them
/// only is kept.
fn own_text(properties: &Properties<'_>, class: &str, names: &NamedIds, notes: &mut Notes) -> OwnText {
    let mut body = Body::default();
    let mut own = OwnText::default();
    let mut add = |text: String, is_html: bool, alternative, html: Option<String>| {
        own.forms.push((text.clone(), html));
        body.add(text, is_html, alternative);
    };
    if let Some(lines) = item::lines(class, properties, names) {
        add(lines, false, None, None);
    }
    let (mut forms, mut incomplete, mut html_found) = (0, None, false);
    if let Some(plain) = properties.text(id::BODY) {
        if let Some(flaw) = plain.flaw {
            notes.add(DefectCode::UndecodableText, format!("plain body: {flaw}"));
        }
        forms += usize::from(!plain.text.trim().is_empty());
        add(text::lines(plain.text.into()), false, Some(0), None);
    }
    let html = properties.binary(id::HTML).map(<[u8]>::to_vec);
    let html_text = properties.text(id::HTML).map(|text| text.text);
    if let Some(bytes) = html {
        let charset = properties.html_charset();
        let extracted = text::extract(text::Form::Markup, Some(&charset), &bytes, "HTML body", notes);
        (incomplete, html_found) = (extracted.incomplete, true);
        forms += 1;
        add(extracted.text, true, Some(0), Some(text::html_source(Some(&charset), &bytes)));
    } else if let Some(markup) = html_text {
        let extracted =
            text::extract(text::Form::Markup, Some("utf-8"), markup.as_bytes(), "HTML body", notes);
        (incomplete, html_found) = (extracted.incomplete, true);
        forms += 1;
        add(extracted.text, true, Some(0), Some(markup));
    }
    if let Some(packed) = properties.binary(id::RTF_COMPRESSED) {
        let unpacked = packed::unpack(packed);
        if let Some(flaw) = unpacked.flaw {
            let defect = Defect::new(DefectCode::UndecodableText, format!("RTF body: {flaw}"));
            if forms == 0 {
                incomplete.get_or_insert(defect);
            } else {
                notes.extend([defect]);
            }
        }
        let extracted = text::extract(text::Form::Rtf, None, &unpacked.rtf, "RTF body", notes);
        if forms == 0
            && let Some(why) = extracted.incomplete
        {
            incomplete.get_or_insert(why);
        }
        // The HTML that RTF wraps stands for the message where it has no other.
        let wrapped = || Some(rtf::read(&unpacked.rtf)).filter(|read| read.html).map(|read| read.text);
        let html = if html_found || !rtf::is_rtf(&unpacked.rtf) { None } else { wrapped() };
        add(extracted.text, true, Some(0), html);
    }
    own.incomplete = incomplete;
    own.text = body.finish();
    if words::holds_controls(&own.text) {
        notes.add(DefectCode::ControlCharacters, "body");
    }
    own
}

/// An attachment by each name under which the message's HTML can show it.
fn inline(properties: &Properties<'_>) -> Vec<InlinePart> {
    let Some(bytes) = properties.binary(id::ATTACH_DATA) else { return Vec::new() };
    let media_type = properties.words(id::ATTACH_MIME_TAG).unwrap_or_default().to_ascii_lowercase();
    let names = [id::ATTACH_CONTENT_ID, id::ATTACH_CONTENT_LOCATION].map(|id| properties.words(id));
    let called = names.into_iter().flatten().map(|name| name.trim_matches(['<', '>']).to_owned());
    let part = |called| InlinePart { called, media_type: media_type.clone(), bytes: bytes.to_vec() };
    called.filter(|name| !name.is_empty()).map(part).collect()
}

/// The message states how many recipients and attachments it has: a second count.
fn tell_counts(properties: &Properties<'_>, storage: &Storage, attached: u32, notes: &mut Notes) {
    let Some((recipients, attachments)) = properties.counts else { return };
    let there = u32::try_from(storage.storages(people::RECIPIENT).count()).unwrap_or(u32::MAX);
    if recipients != there {
        notes.add(DefectCode::CountDiffers, format!("recipients: {recipients} stated, {there} found"));
    }
    if attachments != attached {
        notes.add(DefectCode::CountDiffers, format!("attachments: {attachments} stated, {attached} found"));
    }
}
