//! One attachment as a document.

use crate::family::{Family, named, note_name};
use crate::native;
use crate::notes::Notes;
use crate::part::Part;
use crate::text;
use crate::transfer::Decoded;
use duces_model::{Defect, DefectCode, DocId, Document, DocumentKind, PartPath, Searchability};

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
    fn read(&mut self) -> (String, Option<Defect>) {
        let essence = self.part.media.essence.as_str();
        let code = match essence {
            "message/partial" => Some(DefectCode::PartialMessage),
            "message/external-body" => Some(DefectCode::ExternalBody),
            _ => None,
        };
        if let Some(code) = code {
            return (String::new(), Some(Defect::new(code, named(&self.path))));
        }
        if self.decoded.bytes.is_empty() {
            self.notes.add(DefectCode::EmptyAttachment, named(&self.path));
            return (String::new(), self.forced.take());
        }
        if let Some(why) = self.forced.take() {
            return (String::new(), Some(why));
        }
        let form = text::form(essence, self.part.file_name.as_deref());
        let charset = self.part.media.parameter("charset");
        let extracted = text::extract(form, charset, &self.decoded.bytes, essence, &mut self.notes);
        (extracted.text, extracted.incomplete)
    }
}

impl Family<'_> {
    /// Adds an attachment of `parent`.
    pub(crate) fn attachment(&mut self, parent: DocId, mut attached: Attached<'_>) {
        let (text, mut incomplete) = attached.read();
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
        self.documents.push(Document {
            id: DocId::new(self.occurrence, &path),
            parent: Some(parent),
            part: path,
            kind: DocumentKind::Attachment,
            native,
            media_type: part.media.essence.clone(),
            file_name: part.file_name.clone(),
            subject: None,
            participants: Vec::new(),
            participants_complete: true,
            sent_at: None,
            received_at: None,
            message_id: None,
            in_reply_to: Vec::new(),
            references: Vec::new(),
            header_block: None,
            text,
            searchability: incomplete.map_or(Searchability::Indexed, Searchability::Unsearchable),
            defects: notes.finish(),
        });
    }
}
