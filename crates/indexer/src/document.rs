//! A document as it goes into the index.

use crate::schema::{DELIVERY_BYTES, Fields, Flag, TextField, domain_terms, exact_term, instant_value};
use duces_model::{DefectCode, DocId, Document, DocumentKind, Participant, Role, Searchability, Sha256};
use std::collections::BTreeSet;
use tantivy::TantivyDocument;

/// A document with what it takes from its family.
#[derive(Debug, Clone)]
pub struct IndexedDocument<'a> {
    /// The document.
    pub document: &'a Document,
    /// The nearest message of its family: itself for messages and loose files. Its participants, date
    /// and subject count for its attachments.
    pub message: &'a Document,
    /// Its family's root.
    pub root: DocId,
    /// Names of the message's attachments. Searched on the message; an attachment answers by its own name.
    pub attachment_names: Vec<&'a str>,
    /// The thread it belongs to, where one is known.
    pub thread: Option<&'a str>,
    /// The delivery of which its nearest message is a journal report, where it is one.
    pub delivery: Option<Sha256>,
    /// Where its family lies, see [`TextField::Folder`].
    pub folder: &'a str,
}

/// Whether a message or loose file could not be read at all, so that no criterion on its people,
/// date or words can be denied.
pub fn is_unreadable(document: &Document) -> bool {
    use DefectCode as C;
    let Searchability::Unsearchable(defect) = &document.searchability else { return false };
    document.kind != DocumentKind::Attachment
        && matches!(
            defect.code,
            C::Unreadable | C::DamagedArchive | C::UnsupportedContainer | C::NotAMessage | C::EmptyFile
        )
}

impl IndexedDocument<'_> {
    /// What cannot be told of it.
    fn flags(&self) -> Vec<Flag> {
        if is_unreadable(self.message) || is_unreadable(self.document) {
            return vec![Flag::Unreadable];
        }
        let known = [
            (Flag::Date, self.message.sent_at.is_some()),
            (Flag::Participants, self.message.participants_complete),
            (Flag::Text, self.document.searchability == Searchability::Indexed),
        ];
        known.into_iter().filter(|(_, known)| !known).map(|(flag, _)| flag).collect()
    }

    pub(crate) fn to_engine(&self, row: u64, fields: &Fields) -> TantivyDocument {
        let mut out = TantivyDocument::new();
        let document = self.document;
        out.add_u64(fields.row, row);
        out.add_bytes(fields.doc_id, document.id.digest().as_bytes());
        out.add_bytes(fields.family, self.root.digest().as_bytes());
        out.add_bytes(fields.native_sha256, document.native.sha256.as_bytes());
        out.add_text(fields.kind, document.kind.as_str());
        out.add_u64(fields.bytes, document.native.bytes);
        for flag in self.flags() {
            out.add_text(fields.flag, flag.as_str());
        }
        if let Some(delivery) = &self.delivery {
            out.add_bytes(fields.delivery, &delivery.as_bytes()[..DELIVERY_BYTES]);
        }
        if let Some(name) = &document.file_name {
            out.add_text(fields.file_name, name);
        }
        self.add_words(&mut out, fields);
        self.add_identifiers(&mut out, fields);
        self.add_message(&mut out, fields);
        out
    }

    fn add_words(&self, out: &mut TantivyDocument, fields: &Fields) {
        if let Some(subject) = &self.message.subject {
            out.add_text(fields.text(TextField::Subject), subject);
        }
        out.add_text(fields.text(TextField::Body), &self.document.text);
        if !self.folder.is_empty() {
            out.add_text(fields.text(TextField::Folder), self.folder);
        }
        let names = fields.text(TextField::AttachmentName);
        if self.document.kind == DocumentKind::Message {
            self.attachment_names.iter().for_each(|name| out.add_text(names, name));
        }
        // A message that is attached to another has a file name of its own too.
        if let Some(name) = &self.document.file_name {
            out.add_text(names, name);
        }
    }

    fn add_identifiers(&self, out: &mut TantivyDocument, fields: &Fields) {
        if let Some(id) = &self.document.message_id {
            out.add_text(fields.message_id, exact_term(id));
        }
        let references: BTreeSet<String> = self
            .document
            .references
            .iter()
            .chain(&self.document.in_reply_to)
            .map(|id| exact_term(id))
            .collect();
        references.iter().for_each(|id| out.add_text(fields.references, id));
        if let Some(thread) = self.thread {
            out.add_text(fields.thread, exact_term(thread));
        }
    }

    fn add_message(&self, out: &mut TantivyDocument, fields: &Fields) {
        if let Some(sent_at) = self.message.sent_at {
            out.add_i64(fields.sent_at, instant_value(sent_at));
        }
        if let Some(received_at) = self.message.received_at {
            out.add_i64(fields.received_at, instant_value(received_at));
        }
        if let Some(sender) =
            self.message.participants.iter().find(|participant| participant.role == Role::From)
        {
            out.add_text(fields.from_shown, shown(sender));
        }
        let mut terms = BTreeSet::new();
        for participant in &self.message.participants {
            // A group through which somebody received the message received it as well.
            let group = participant.by_way_of.iter().map(|address| (Role::EnvelopeTo, address));
            for (role, address) in participant.address.iter().map(|a| (participant.role, a)).chain(group) {
                for field in [fields.address_any, fields.addresses(role)] {
                    terms.insert((field, address.as_str().to_owned()));
                }
                for term in domain_terms(address.domain()) {
                    terms.insert((fields.domain_any, term.clone()));
                    terms.insert((fields.domains(role), term));
                }
            }
        }
        terms.iter().for_each(|(field, term)| out.add_text(*field, term));
    }
}

fn shown(participant: &Participant) -> String {
    match (&participant.name, &participant.address) {
        (Some(name), Some(address)) => format!("{name} <{address}>"),
        (None, Some(address)) => address.to_string(),
        (Some(name), None) => name.clone(),
        (None, None) => String::new(),
    }
}
