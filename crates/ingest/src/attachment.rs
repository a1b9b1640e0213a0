//! One attachment as a document.

use crate::family::{Depth, Family, named, note_name};
use crate::file::{Declared, FileText};
use crate::native;
use crate::notes::Notes;
use crate::part::Part;
use crate::transfer::Decoded;
use duces_model::{
    Defect, DefectCode, DocId, Document, DocumentKind, Native, OccurrenceId, PartPath, Searchability,
};

/// A part that becomes an attachment.
pub(crate) struct Attached<'a> {
    pub(crate) path: PartPath,
    part: &'a Part<'a>,
    decoded: &'a Decoded<'a>,
    /// Why its text is not read, where that is known beforehand.
    pub(crate) forced: Option<Defect>,
    pub(crate) notes: Notes,
}

impl<'a> Attached<'a> {
    /// The part at `path`, with its decoded body.
    pub(crate) fn new(path: PartPath, part: &'a Part<'a>, decoded: &'a Decoded<'a>) -> Self {
        Self { path, part, decoded, forced: None, notes: Notes::default() }
    }

    /// Its text, and why that is not all of it.
    fn read(&mut self, family: &mut Family<'_>) -> FileText {
        let essence = self.part.media.essence.as_str();
        let code = match essence {
            "message/partial" => Some(DefectCode::PartialMessage),
            "message/external-body" => Some(DefectCode::ExternalBody),
            _ => None,
        };
        if let Some(code) = code {
            return without_text(Some(Defect::new(code, named(&self.path))));
        }
        if self.part.taken_out && self.decoded.bytes.trim_ascii().is_empty() {
            let why = format!("{}: taken out of the mail by Apple Mail", named(&self.path));
            return without_text(Some(Defect::new(DefectCode::ExternalBody, why)));
        }
        if self.decoded.bytes.is_empty() {
            self.notes.add(DefectCode::EmptyAttachment, named(&self.path));
            return without_text(self.forced.take());
        }
        if let Some(why) = self.forced.take() {
            return without_text(Some(why));
        }
        let declared = Declared {
            media_type: essence,
            file_name: self.part.file_name.as_deref(),
            charset: self.part.media.parameter("charset"),
        };
        family.read_file(&self.decoded.bytes, declared, &mut self.notes)
    }
}

fn without_text(why: Option<Defect>) -> FileText {
    FileText { incomplete: why, ..FileText::default() }
}

/// What a word search can answer for a document whose text is not all of it for this reason.
pub(crate) fn searchability(incomplete: Option<Defect>) -> Searchability {
    incomplete.map_or(Searchability::Indexed, Searchability::Unsearchable)
}

/// An attached file as a document, with nothing read of it yet.
pub(crate) fn file_document(
    occurrence: OccurrenceId,
    parent: DocId,
    path: &PartPath,
    native: Native,
    media_type: String,
    file_name: Option<String>,
) -> Document {
    Document {
        id: DocId::new(occurrence, path),
        parent: Some(parent),
        part: path.clone(),
        kind: DocumentKind::Attachment,
        native,
        media_type,
        file_name,
        subject: None,
        participants: Vec::new(),
        participants_complete: true,
        sent_at: None,
        received_at: None,
        message_id: None,
        in_reply_to: Vec::new(),
        references: Vec::new(),
        header_block: None,
        text: String::new(),
        searchability: Searchability::Indexed,
        defects: Vec::new(),
    }
}

impl Family<'_> {
    /// Adds an attachment of `parent`, and the files inside it.
    pub(crate) fn attachment(&mut self, parent: DocId, mut attached: Attached<'_>, depth: Depth) {
        let FileText { text, mut incomplete, members, people } = attached.read(self);
        let Attached { path, part, decoded, mut notes, .. } = attached;
        if let Some(name) = &part.file_name {
            note_name(name, &mut notes);
        }
        if let Some(damage) = &decoded.damage {
            let why = Defect::new(DefectCode::BadTransferEncoding, damage.clone());
            if decoded.lossy && incomplete.is_none() {
                incomplete = Some(why);
            } else {
                notes.extend([why]);
            }
        }
        notes.extend(incomplete.clone());
        let changed = part.transfer.changes() && !part.is_multipart();
        let extension = native::extension(part.file_name.as_deref(), &part.media.essence);
        let native = self.native(&path, &decoded.bytes, changed, extension);
        let (media, name) = (part.media.essence.clone(), part.file_name.clone());
        let mut document = file_document(self.occurrence, parent, &path, native, media, name);
        document.text = text;
        document.participants = people;
        document.searchability = searchability(incomplete);
        document.defects = notes.finish();
        let id = document.id;
        self.documents.push(document);
        self.members(id, &path, members, depth);
    }
}
