//! One occurrence: retained bytes in, documents and defects out.

use crate::chat::{self, Conversation};
use crate::emlx;
use crate::extract::{self, FileKind};
use crate::family::{Depth, Enclosed, Family};
use crate::file::Declared;
use crate::header::Header;
use crate::journal::{self, Journal};
use crate::limits::Limits;
use crate::markup::{Collected, Markup};
use crate::native;
use crate::notes::Notes;
use crate::opened::RawMessage;
use crate::outlook::OutlookFile;
use crate::pst;
use crate::words::shown;
use duces_model::{
    ContainerId, ContainerKind, Defect, DefectCode, DeliveryPath, DocId, Document, DocumentKind, Native,
    Occurrence, OccurrenceId, OccurrenceStatus, PartPath, Role, Searchability,
};
use memchr::memchr;
use std::borrow::Cow;

/// Reads one message (or loose file) of a container.
///
/// It never fails: what cannot be read as a message is one document with the reason. `file_name` is
/// the container's own name, for a container that is one message or one loose file.
pub fn parse(
    container: ContainerId,
    kind: ContainerKind,
    message: &RawMessage,
    file_name: Option<&str>,
    limits: &Limits,
) -> Occurrence {
    Reading::new(container, kind, message, file_name, limits, None).read().0
}

/// The native of one part of a message: the bytes whose digest `parse` states for it. None where
/// the message has no document with that part path.
///
/// Of a message over the limit the whole is what `message` holds: read it again with `retained_bytes`.
pub fn part_bytes(
    kind: ContainerKind,
    message: &RawMessage,
    file_name: Option<&str>,
    part: &PartPath,
    limits: &Limits,
) -> Option<Vec<u8>> {
    if *part == PartPath::whole() {
        return Some(message.bytes.clone());
    }
    // Where the message comes from makes no difference to its parts' bytes.
    let anywhere = ContainerId::from_digest(duces_model::Sha256::from_bytes([0; 32]));
    Reading::new(anywhere, kind, message, file_name, limits, Some(part.clone())).read().1.0
}

/// The HTML of one message, of a mail or of Outlook, where it is all that the message says (see [`Markup`]). None for
/// anything else.
pub fn markup(
    kind: ContainerKind,
    message: &RawMessage,
    file_name: Option<&str>,
    part: &PartPath,
    limits: &Limits,
) -> Option<Markup> {
    if !is_mail(kind, &message.bytes) && !matches!(kind, ContainerKind::Msg | ContainerKind::Pst) {
        return None;
    }
    let anywhere = ContainerId::from_digest(duces_model::Sha256::from_bytes([0; 32]));
    Reading::new(anywhere, kind, message, file_name, limits, Some(part.clone())).read().1.1.finish()
}

/// Whether the occurrence is read as a mail.
fn is_mail(kind: ContainerKind, bytes: &[u8]) -> bool {
    match kind {
        ContainerKind::Eml | ContainerKind::Mbox | ContainerKind::Maildir => true,
        // An export's item may be made one.
        ContainerKind::Chat => chat::is_mail(bytes),
        _ => false,
    }
}

/// A mail that stands for a whole conversation: its From and To name people of the conversation, and none of them as
/// the writer of what it says. Exports whose form is known are read as room-days instead.
fn of_a_conversation(root: &mut Document, kind: &str) {
    for person in &mut root.participants {
        if person.role.sends() {
            person.role = Role::To;
        }
    }
    let mut seen = Vec::new();
    root.participants.retain(|person| {
        !seen.contains(person) && {
            seen.push(person.clone());
            true
        }
    });
    root.participants_complete = false;
    let kind = shown(kind.trim());
    let why = format!(
        "a mail for a conversation (X-GlobalRelay-MsgType {kind:?}): who wrote what stands in its text"
    );
    root.defects.push(Defect::new(DefectCode::MembersUnknown, why));
}

/// What was said in the room-day that a chat's message is; nothing for anything else.
pub fn conversation(kind: ContainerKind, message: &RawMessage, limits: &Limits) -> Option<Conversation> {
    let chat = matches!(kind, ContainerKind::Chat | ContainerKind::Rsmf);
    if chat { chat::conversation(&message.bytes, limits) } else { None }
}

/// The mail lies so in a file of Apple Mail's.
const EMLX: &str = "emlx-extract";

/// The native and the body parts that were wanted.
type Wanted = (Option<Vec<u8>>, Collected);

struct Reading<'a> {
    container: ContainerId,
    kind: ContainerKind,
    message: &'a RawMessage,
    file_name: Option<&'a str>,
    limits: &'a Limits,
    wanted: Option<PartPath>,
    native: Native,
    id: OccurrenceId,
    too_large: Option<Defect>,
}

impl<'a> Reading<'a> {
    fn new(
        container: ContainerId,
        kind: ContainerKind,
        message: &'a RawMessage,
        file_name: Option<&'a str>,
        limits: &'a Limits,
        wanted: Option<PartPath>,
    ) -> Self {
        let bytes = message.bytes.as_slice();
        let mail = is_mail(kind, bytes);
        let extension = if mail {
            "eml".to_owned()
        } else if kind == ContainerKind::Pst {
            "msg".to_owned()
        } else if matches!(kind, ContainerKind::Chat | ContainerKind::Rsmf) {
            "rsmf".to_owned()
        } else {
            native::extension(file_name, native::media_type_of(file_name))
        };
        let native = match message.oversize {
            Some(digests) => Native {
                sha256: digests.sha256,
                md5: digests.md5,
                bytes: message.locator.bytes,
                conversion: None,
                extension,
            },
            None => {
                let conversion = match kind {
                    ContainerKind::Pst => Some(pst::AS_MESSAGE_FILE),
                    ContainerKind::Chat if mail => Some(chat::AS_MAIL),
                    ContainerKind::Chat => Some(chat::AS_RSMF),
                    _ => None,
                };
                native::native(bytes, conversion, extension)
            }
        };
        let too_large =
            (message.oversize.is_some() || bytes.len() as u64 > limits.message_bytes_max).then(|| {
                let detail = format!("{} bytes, the limit being {}", native.bytes, limits.message_bytes_max);
                Defect::new(DefectCode::MessageTooLarge, detail)
            });
        let id = OccurrenceId::new(container, message.locator.offset, native.sha256);
        Self { container, kind, message, file_name, limits, wanted, native, id, too_large }
    }

    fn read(self) -> (Occurrence, Wanted) {
        match self.kind {
            kind if is_mail(kind, &self.message.bytes) => self.mail(),
            ContainerKind::Eml | ContainerKind::Mbox | ContainerKind::Maildir => self.mail(),
            ContainerKind::Msg | ContainerKind::Pst => self.outlook(),
            ContainerKind::Chat | ContainerKind::Rsmf => self.chat(),
            ContainerKind::LooseFile => self.loose(),
            ContainerKind::Unsupported => {
                (self.defective(DefectCode::UnsupportedContainer, ""), Wanted::default())
            }
            ContainerKind::Empty => (self.defective(DefectCode::EmptyFile, ""), Wanted::default()),
        }
    }

    fn mail(self) -> (Occurrence, Wanted) {
        let apple = if self.kind == ContainerKind::Eml { emlx::open(&self.message.bytes) } else { None };
        let (bytes, cr_lines) = lf_lines(apple.as_ref().map_or(&self.message.bytes, |apple| apple.mail));
        let header = Header::of_message(&bytes, self.limits.header_bytes_max);
        if header.fields.is_empty() {
            let why = "no header field was found";
            return (self.defective(DefectCode::NotAMessage, why), Wanted::default());
        }
        let mut notes = Notes::default();
        notes.extend(self.message.defects.iter().cloned());
        if cr_lines {
            notes.add(DefectCode::MalformedHeader, "lines end with CR alone; they were read as if with LF");
        }
        let mut family = Family::new(self.limits, self.id, cr_lines, self.wanted.clone());
        let mut header_only = self.too_large.clone();
        let (part, native) = match &apple {
            Some(apple) => {
                if let Some(cut) = apple.cut.as_ref().filter(|_| header_only.is_none()) {
                    notes.add(DefectCode::TruncatedMessage, cut.clone());
                }
                let part = PartPath::whole().child(1);
                let native = family.native_as(&part, apple.mail, EMLX, "eml".to_owned());
                (part, native)
            }
            None => (PartPath::whole(), self.native.clone()),
        };
        let journal =
            if self.too_large.is_some() { Journal::No } else { journal::open(&header, &bytes, self.limits) };
        let delivery = match journal {
            Journal::Report(report) => Some(read_report(&mut family, *report, notes, self.limits)),
            other => {
                if let Journal::Bad(why) = other {
                    notes.add(DefectCode::BadJournalReport, why);
                }
                let root = Enclosed {
                    bytes: &bytes,
                    native,
                    part,
                    parent: None,
                    file_name: self.own_name(),
                    notes,
                    envelope: None,
                    header_only: header_only.take(),
                };
                family.message(root, Depth::default());
                None
            }
        };
        let Family { mut documents, captured, collected, .. } = family;
        if let (Some(kind), Some(root)) = (header.first("x-globalrelay-msgtype"), documents.first_mut()) {
            of_a_conversation(root, &String::from_utf8_lossy(kind));
        }
        let kept = apple.map(|apple| apple.kept).unwrap_or_default();
        if let Some(block) = documents.first_mut().and_then(|root| root.header_block.as_mut()) {
            kept.iter().for_each(|line| block.push_str(&format!("\n[{line}]")));
        }
        (self.occurrence(OccurrenceStatus::Parsed, delivery, documents), (captured, collected))
    }

    fn outlook(self) -> (Occurrence, Wanted) {
        if let Some(why) = &self.too_large {
            let (code, detail) = (why.code, why.detail.clone());
            return (self.defective(code, &detail), Wanted::default());
        }
        let mut notes = Notes::default();
        notes.extend(self.message.defects.iter().cloned());
        let mut family = Family::new(self.limits, self.id, false, self.wanted.clone());
        let file = OutlookFile {
            bytes: &self.message.bytes,
            native: self.native.clone(),
            part: PartPath::whole(),
            parent: None,
            file_name: self.own_name(),
            notes,
            lost: self
                .message
                .defects
                .iter()
                .find(|defect| defect.code == DefectCode::TruncatedMessage)
                .cloned(),
        };
        match family.outlook(file, Depth::default()) {
            Ok(_) => {
                let Family { documents, captured, collected, folder, .. } = family;
                let occurrence = self.occurrence(OccurrenceStatus::Parsed, None, documents);
                (Occurrence { folder, ..occurrence }, (captured, collected))
            }
            Err(why) => (self.defective(DefectCode::NotAMessage, &why.0), Wanted::default()),
        }
    }

    fn chat(self) -> (Occurrence, Wanted) {
        if let Some(why) = &self.too_large {
            let (code, detail) = (why.code, why.detail.clone());
            return (self.defective(code, &detail), Wanted::default());
        }
        let mut notes = Notes::default();
        notes.extend(self.message.defects.iter().cloned());
        let mut family = Family::new(self.limits, self.id, false, self.wanted.clone());
        let file = chat::RoomDayFile {
            bytes: &self.message.bytes,
            native: self.native.clone(),
            file_name: self.own_name(),
            notes,
        };
        match chat::read(&mut family, file) {
            Ok(()) => {
                let Family { documents, captured, collected, .. } = family;
                (self.occurrence(OccurrenceStatus::Parsed, None, documents), (captured, collected))
            }
            Err(why) => (self.defective(DefectCode::NotAMessage, &why), Wanted::default()),
        }
    }

    /// A message that is a file has the file's name; a mailbox's name is not its messages', and a
    /// Maildir's names are its server's.
    fn own_name(&self) -> Option<String> {
        let is_file = matches!(self.kind, ContainerKind::Eml | ContainerKind::Msg | ContainerKind::Rsmf);
        if is_file { self.file_name.map(str::to_owned) } else { None }
    }

    fn loose(self) -> (Occurrence, Wanted) {
        let damaged = self.message.bytes.is_empty();
        if damaged {
            let why = "nothing of the file's content could be read";
            return (self.defective(DefectCode::DamagedArchive, why), Wanted::default());
        }
        let mut notes = Notes::default();
        let mut document = self.document(DocumentKind::LooseFile);
        notes.extend(self.message.defects.iter().cloned());
        let told = extract::file_kind(&self.message.bytes).and_then(FileKind::media_type);
        document.media_type = told.unwrap_or_else(|| native::media_type_of(self.file_name)).to_owned();
        let mut family = Family::new(self.limits, self.id, false, self.wanted.clone());
        let (mut incomplete, mut members) = (self.too_large.clone(), Vec::new());
        if incomplete.is_none() {
            let declared =
                Declared { media_type: &document.media_type, file_name: self.file_name, charset: None };
            let read = family.read_file(&self.message.bytes, declared, &mut notes);
            (document.text, incomplete, members) = (read.text, read.incomplete, read.members);
            document.participants = read.people;
        }
        if let Some(cut) =
            self.message.defects.iter().find(|defect| defect.code == DefectCode::TruncatedMessage)
        {
            incomplete.get_or_insert_with(|| cut.clone());
        }
        if let Some(why) = incomplete {
            notes.add(why.code, why.detail.clone());
            document.searchability = Searchability::Unsearchable(why);
        }
        document.defects = notes.finish();
        let root = document.id;
        family.documents.push(document);
        family.members(root, &PartPath::whole(), members, Depth::default());
        let Family { documents, captured, collected, .. } = family;
        (self.occurrence(OccurrenceStatus::Parsed, None, documents), (captured, collected))
    }

    fn defective(self, code: DefectCode, detail: &str) -> Occurrence {
        let why = Defect::new(code, detail);
        let mut notes = Notes::default();
        notes.extend(self.message.defects.iter().cloned());
        notes.add(code, detail);
        let kind =
            if code == DefectCode::NotAMessage { DocumentKind::Message } else { DocumentKind::LooseFile };
        let mut document = self.document(kind);
        document.searchability = Searchability::Unsearchable(why.clone());
        document.participants_complete = false;
        document.defects = notes.finish();
        if code == DefectCode::NotAMessage {
            document.native.extension = "bin".to_owned();
        } else {
            document.media_type = native::media_type_of(self.file_name).to_owned();
        }
        self.occurrence(OccurrenceStatus::Defective(why), None, vec![document])
    }

    /// The document that is the occurrence as a whole, with nothing read of it yet.
    fn document(&self, kind: DocumentKind) -> Document {
        let within = matches!(
            self.kind,
            ContainerKind::Mbox | ContainerKind::Maildir | ContainerKind::Pst | ContainerKind::Chat
        );
        let file_name = if within { None } else { self.file_name.map(str::to_owned) };
        Document {
            id: DocId::new(self.id, &PartPath::whole()),
            parent: None,
            part: PartPath::whole(),
            kind,
            native: self.native.clone(),
            media_type: "application/octet-stream".to_owned(),
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

    fn occurrence(
        self,
        status: OccurrenceStatus,
        journal: Option<DeliveryPath>,
        documents: Vec<Document>,
    ) -> Occurrence {
        Occurrence {
            id: self.id,
            container: self.container,
            locator: self.message.locator,
            retained_sha256: self.native.sha256,
            status,
            journal,
            folder: None,
            documents,
        }
    }
}

/// Reads a journal report: the enclosed message is the root, the envelope adds its people.
fn read_report(
    family: &mut Family<'_>,
    report: journal::Report<'_>,
    mut notes: Notes,
    limits: &Limits,
) -> DeliveryPath {
    let journal::Report { envelope, enclosed, part, encoded, others } = report;
    if !others.is_empty() {
        let detail = format!("{} parts beside the envelope and the message", others.len());
        notes.add(DefectCode::BadJournalReport, detail);
    }
    let sender = envelope.sender.clone();
    let native = family.native(&part, &enclosed, encoded, "eml".to_owned());
    let body_at = Header::of_message(&enclosed, limits.header_bytes_max).body_at;
    let root = Enclosed {
        bytes: &enclosed,
        native,
        part,
        parent: None,
        file_name: None,
        notes,
        envelope: Some(envelope),
        header_only: None,
    };
    family.message(root, Depth::default());
    family.beside(&others);
    let message_id = family.documents.first().and_then(|root| root.message_id.as_deref());
    journal::delivery(sender, message_id, &enclosed, body_at)
}

/// The bytes with LF at line ends, where they have CR alone; offsets stay as they are.
fn lf_lines(bytes: &[u8]) -> (Cow<'_, [u8]>, bool) {
    if memchr(b'\n', bytes).is_some() || memchr(b'\r', bytes).is_none() {
        return (Cow::Borrowed(bytes), false);
    }
    let lines = bytes.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect();
    (Cow::Owned(lines), true)
}
