//! The RSMF file of a room-day as documents: the room-day, then the files of its messages.

use crate::attachment::{file_document, searchability};
use crate::chat::event::{EventKind, Person, RoomDay, SharedFile};
use crate::chat::rsmf_read::{self, Conversation, Manifest, addresses};
use crate::chat::{FROM_RSMF, NOT_HELD, rsmf_file, transcript};
use crate::family::{Depth, Enclosed, Family, named, note_name};
use crate::file::{Declared, FileText};
use crate::header::Header;
use crate::metadata;
use crate::notes::Notes;
use crate::outlook::OutlookFile;
use crate::{detect, native};
use duces_model::{
    Defect, DefectCode, DocId, Document, DocumentKind, EmailAddress, Native, PartPath, Participant, Role,
    Searchability,
};
use std::collections::{BTreeMap, BTreeSet};

/// A room-day's file to be read.
pub(crate) struct RoomDayFile<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) native: Native,
    pub(crate) file_name: Option<String>,
    pub(crate) notes: Notes,
}

/// Reads the file into the family.
///
/// # Errors
/// In words, where it is no RSMF file that can be opened.
pub(crate) fn read(family: &mut Family<'_>, chat: RoomDayFile<'_>) -> Result<(), String> {
    let limits = family.limits();
    let mut file = rsmf_file::open(chat.bytes, limits)?;
    let manifest = rsmf_read::manifest(&file)?;
    let mut notes = chat.notes;
    file.flaws.iter().chain(&manifest.flaws).for_each(|why| notes.add(DefectCode::BadChat, why.clone()));
    let header = Header::of_message(chat.bytes, limits.header_bytes_max);
    // Who takes part is the manifest's to say, not the wrapper's.
    let wrapper = metadata::read(&header, &mut Notes::default());
    let Manifest { people, conversations, named: named_files, pictures, .. } = manifest;
    let mut days = room_days(&people, conversations);
    let mut participants = Vec::new();
    let mut complete = true;
    let mut words = String::new();
    let mut undated = 0_usize;
    for day in &days {
        take_part(day, &mut participants);
        complete &= day.members_known && !names_strangers(day);
        words.push_str(&transcript::text(day));
        for event in &day.events {
            undated += usize::from(event.at.is_none());
            if let Some(why) = &event.flaw {
                notes.add(DefectCode::UnreadEvent, why.clone());
            }
        }
    }
    if !complete {
        notes.add(DefectCode::MembersUnknown, "");
    }
    if undated > 0 {
        notes.add(DefectCode::BadDate, format!("{undated} events without a usable time"));
    }
    if !file.body.trim().is_empty() && file.body.trim() != words.trim() {
        words.push_str("Text of the file around the events:\n");
        words.push_str(file.body.trim());
        words.push('\n');
    }
    if crate::words::holds_controls(&words) {
        notes.add(DefectCode::ControlCharacters, "text of the room-day");
    }
    let path = PartPath::whole();
    let id = DocId::new(family.occurrence, &path);
    let events = days.iter_mut().flat_map(|day| &mut day.events);
    let mut shared: Vec<SharedFile> = events.flat_map(|event| std::mem::take(&mut event.files)).collect();
    for (name, bytes) in std::mem::take(&mut file.files) {
        if !named_files.contains(&name) && !pictures.contains(&name) {
            notes.add(
                DefectCode::BadChat,
                format!("no event names the file {:?}", crate::words::shown(&name)),
            );
            shared.push(SharedFile { name, bytes, held: true });
        }
    }
    let sent_at = days.iter().flat_map(|day| &day.events).filter_map(|event| event.at).min();
    family.documents.push(Document {
        id,
        parent: None,
        part: path,
        kind: DocumentKind::Message,
        native: chat.native,
        media_type: "application/x-rsmf".to_owned(),
        file_name: chat.file_name,
        subject: wrapper.subject.or_else(|| days.first().map(RoomDay::title)),
        participants,
        participants_complete: complete,
        sent_at: sent_at.map(|at| at.to_utc()).filter(|_| undated == 0),
        received_at: None,
        message_id: wrapper.message_id,
        in_reply_to: Vec::new(),
        references: Vec::new(),
        header_block: Some(file.header),
        text: words,
        searchability: Searchability::Indexed,
        defects: notes.finish(),
    });
    for (number, file) in (1..).zip(&shared) {
        if !family.takes_part() {
            let detail = format!("{} files, the limit being {}", shared.len(), limits.parts_max);
            let defect = Defect::new(DefectCode::TooManyParts, detail);
            let root = &mut family.documents[0];
            root.defects.push(defect.clone());
            root.searchability = Searchability::Unsearchable(defect);
            break;
        }
        attach(family, id, PartPath::whole().child(number), file);
    }
    Ok(())
}

/// The conversations of a file, each as it was laid out when it was found.
pub(super) fn room_days(people: &BTreeMap<String, Person>, conversations: Vec<Conversation>) -> Vec<RoomDay> {
    conversations
        .into_iter()
        .filter(|conversation| !conversation.events.is_empty())
        .map(|conversation| RoomDay {
            room: conversation.room,
            day: None,
            people: people.values().cloned().collect(),
            present: conversation.members.into_iter().collect(),
            members_known: conversation.members_known,
            events: conversation.events,
        })
        .collect()
}

/// Whether somebody wrote whom nobody describes.
fn names_strangers(day: &RoomDay) -> bool {
    day.events.iter().any(|event| {
        matches!(event.kind, EventKind::Message | EventKind::History)
            && event.by.as_deref().is_none_or(|by| day.person(by).is_none())
            || event.kind == EventKind::Unknown && event.flaw.is_some()
    })
}

/// Who wrote, and who could read it that day. A disclaimer or a system's note is nobody's writing.
fn take_part(day: &RoomDay, list: &mut Vec<Participant>) {
    let wrote: Vec<&str> = day
        .events
        .iter()
        .filter(|event| !matches!(event.kind, EventKind::Join | EventKind::Leave | EventKind::Disclaimer))
        .flat_map(|event| event.by.iter().chain(event.edits.iter().map(|edit| &edit.by)))
        .map(String::as_str)
        .collect();
    let authors: BTreeSet<&str> = wrote.iter().copied().collect();
    let mut readers: BTreeSet<&str> = day.present.iter().map(String::as_str).collect();
    for event in &day.events {
        readers.extend(event.by.as_deref());
        readers.extend(event.reactions.iter().flat_map(|reaction| reaction.by.iter().map(String::as_str)));
    }
    if authors.len() == 1 {
        readers.retain(|id| !authors.contains(id));
    }
    for (role, ids) in [(Role::From, authors), (Role::To, readers)] {
        for id in ids {
            let Some(person) = day.person(id) else { continue };
            let found = addresses(person, &day.room.platform);
            let entry = |address: Option<EmailAddress>| Participant {
                role,
                address,
                name: person.name.clone().or_else(|| Some(person.id.clone())),
                by_way_of: None,
            };
            let entries: Vec<_> = if found.is_empty() {
                vec![entry(None)]
            } else {
                found.into_iter().map(|address| entry(Some(address))).collect()
            };
            for one in entries {
                if !list.contains(&one) {
                    list.push(one);
                }
            }
        }
    }
}

fn attach(family: &mut Family<'_>, parent: DocId, path: PartPath, file: &SharedFile) {
    let ending = native::ending_of(&file.name);
    let mut notes = Notes::default();
    note_name(&file.name, &mut notes);
    if file.held && ending.as_deref() == Some("eml") && detect::looks_like_mail(&file.bytes) {
        let native = family.native_as(&path, &file.bytes, FROM_RSMF, "eml".to_owned());
        let enclosed = Enclosed {
            bytes: &file.bytes,
            native,
            part: path,
            parent: Some(parent),
            file_name: Some(file.name.clone()),
            notes,
            envelope: None,
            header_only: None,
        };
        family.message(enclosed, Depth::default().below());
        return;
    }
    if file.held && detect::is_outlook_message(&file.bytes, Some(&file.name)) {
        let native = family.native_as(&path, &file.bytes, FROM_RSMF, "msg".to_owned());
        let outlook = OutlookFile {
            bytes: &file.bytes,
            native,
            part: path.clone(),
            parent: Some(parent),
            file_name: Some(file.name.clone()),
            notes: Notes::default(),
            lost: None,
        };
        if family.outlook(outlook, Depth::default().below()).is_ok() {
            return;
        }
    }
    let media_type = if file.held { native::media_type_of(Some(&file.name)) } else { NOT_HELD };
    let extension =
        if file.held { native::extension(Some(&file.name), media_type) } else { "json".to_owned() };
    let read = if !file.held {
        let why = Defect::new(DefectCode::ExternalBody, named(&path));
        FileText { incomplete: Some(why), ..FileText::default() }
    } else if file.bytes.is_empty() {
        notes.add(DefectCode::EmptyAttachment, named(&path));
        FileText::default()
    } else {
        let declared = Declared { media_type, file_name: Some(&file.name), charset: None };
        family.read_file(&file.bytes, declared, &mut notes)
    };
    notes.extend(read.incomplete.clone());
    let native = family.native_as(&path, &file.bytes, FROM_RSMF, extension);
    let (media, name) = (media_type.to_owned(), Some(file.name.clone()));
    let mut document = file_document(family.occurrence, parent, &path, native, media, name);
    document.text = read.text;
    document.searchability = searchability(read.incomplete);
    document.defects = notes.finish();
    let id = document.id;
    family.documents.push(document);
    family.members(id, &path, read.members, Depth::default().below());
}
