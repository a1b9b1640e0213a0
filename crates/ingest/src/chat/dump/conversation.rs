//! A conversation of a dump as events.

use super::Form;
use super::element::{Element, Piece};
use crate::chat::day::{self, Presence};
use crate::chat::event::{Event, EventKind, Person, Room, RoomDay, RoomKind, SharedFile};
use crate::chat::files::Files;
use crate::chat::versions;
use chrono::{DateTime, FixedOffset, TimeZone};
use chrono_tz::Tz;
use duces_model::{Defect, DefectCode, EmailAddress};
use std::collections::{BTreeMap, BTreeSet};

/// Children of a conversation that say something of it as a whole.
pub(super) const HEAD: [&str; 5] = ["RoomID", "StartTime", "StartTimeUTC", "EndTime", "EndTimeUTC"];

/// What Bloomberg puts before a note of its own among the messages.
const SYSTEM_NOTE: &str = "[Bloomberg created note:";

/// Fields of an event that are kept beside it as they are written, where it or its person has them.
const KEPT: [&str; 9] = [
    "InteractionType",
    "DeviceType",
    "UserType",
    "ConversationID",
    "UUID",
    "FirmNumber",
    "CompanyName",
    "InternalFlag",
    "PreviewsPost",
];

/// Fields of a file.
const OF_FILE: [&str; 5] = ["FileName", "UserFileName", "FileID", "FileSize", "Status"];

/// What a conversation is read with.
pub(super) struct Around<'a> {
    pub(super) form: Form,
    pub(super) zone: Tz,
    /// Where the conversation was found.
    pub(super) place: u64,
    pub(super) files: &'a mut Files,
    pub(super) flaws: &'a mut Vec<Defect>,
}

/// The room-days of a conversation; one without a room's name goes by the place where it was found.
pub(super) fn days(piece: Piece, around: Around<'_>) -> Vec<RoomDay> {
    let Around { form, zone, place, files, flaws } = around;
    let root = piece.root;
    let number = |name: &str| root.value(name).and_then(|text| instant(text, zone));
    let mut reading = Reading {
        form,
        zone,
        start: number("StartTimeUTC"),
        end: number("EndTimeUTC"),
        people: BTreeMap::new(),
        entered: BTreeSet::new(),
        files,
        flaws,
    };
    let told = root.children.iter().filter(|child| !HEAD.contains(&child.name.as_str()));
    let mut events: Vec<Event> = told.map(|child| reading.event(child)).collect();
    let Reading { people, entered, flaws, .. } = reading;
    if let Some((why, rest)) = piece.damage {
        flaws.push(Defect::new(DefectCode::BadChat, format!("byte {place}: no XML that can be read: {why}")));
        if !rest.trim().is_empty() {
            events.push(Event::unread(rest, format!("no XML that can be read: {why}")));
        }
    }
    versions::join(&mut events);
    let id = root.value("RoomID").map_or_else(|| format!("conversation at byte {place}"), str::to_owned);
    // Mattermost's own words for the kinds of rooms whose members do not change.
    let closed = form == Form::Mattermost && (id.starts_with("direct - ") || id.starts_with("group - "));
    let room = Room {
        platform: form.platform().to_owned(),
        id,
        name: root.attribute("Perspective").map(str::to_owned).filter(|_| form == Form::Mattermost),
        kind: if closed { RoomKind::Direct } else { RoomKind::Channel },
    };
    // The form asks for an entry of everybody who is in the room when its period begins. Where somebody writes
    // who never entered, or a program tells comings and goings alone, that was not done.
    let wrote = events.iter().filter_map(|event| event.by.as_ref());
    let known =
        form != Form::Skype && !entered.is_empty() && wrote.into_iter().all(|by| entered.contains(by));
    let presence = Presence::from_events(known, BTreeSet::new(), &events);
    day::days(&room, &people, &presence, events, zone)
}

struct Reading<'a> {
    form: Form,
    zone: Tz,
    start: Option<DateTime<FixedOffset>>,
    end: Option<DateTime<FixedOffset>>,
    people: BTreeMap<String, Person>,
    entered: BTreeSet<String>,
    files: &'a mut Files,
    flaws: &'a mut Vec<Defect>,
}

/// Seconds or milliseconds since 1970, told by the number: as seconds a larger one would lie beyond the year 5000.
pub(super) fn instant(text: &str, zone: Tz) -> Option<DateTime<FixedOffset>> {
    let number: i64 = text.parse().ok().filter(|number| *number > 0)?;
    let millis = if number < 100_000_000_000 { number.checked_mul(1000)? } else { number };
    Some(zone.timestamp_millis_opt(millis).single()?.fixed_offset())
}

impl Reading<'_> {
    fn event(&mut self, element: &Element) -> Event {
        let name = element.name.as_str();
        let kind = match name {
            "ParticipantEntered" => EventKind::Join,
            "ParticipantLeft" => EventKind::Leave,
            "Message" | "Attachment" | "FileTransferStarted" => EventKind::Message,
            "History" => EventKind::History,
            _ => EventKind::Unknown,
        };
        let mut event = Event::new(kind);
        event.by = self.person(element);
        event.at = self.time(element, "DateTimeUTC", &mut event.flaw);
        event.id = element.value("MessageId").map(str::to_owned);
        event.text = element.child("Content").map(|content| content.text.clone()).unwrap_or_default();
        let user = element.child("User");
        for field in KEPT {
            let value = element.attribute(field).or_else(|| element.value(field));
            let value = value.or_else(|| user.and_then(|user| user.value(field)));
            event.custom.extend(value.map(|value| (field.to_owned(), value.to_owned())));
        }
        match name {
            "ParticipantEntered" => self.entered.extend(event.by.clone()),
            "ParticipantLeft" | "Message" => {}
            "Attachment" | "FileTransferStarted" => event.files.extend(self.file(element)),
            "FileTransferEnded" => event.text = format!("file transfer ended: {}", told_of_file(element)),
            "History" if event.text.is_empty() => event.text = element.told(),
            "History" => {}
            "Invite" => event.text = format!("invitation: {}", element.told()),
            _ => {
                event.text = format!("{name}: {}", element.told());
                event.flaw = Some(format!("an element {:?}, which is not known", crate::words::shown(name)));
            }
        }
        if event.text.trim_start().starts_with(SYSTEM_NOTE) {
            event.kind = EventKind::Disclaimer;
        }
        self.presence(&mut event);
        self.version(element, &mut event);
        event
    }

    fn time(&self, from: &Element, field: &str, flaw: &mut Option<String>) -> Option<DateTime<FixedOffset>> {
        let written = from.value(field);
        let at = written.and_then(|text| instant(text, self.zone));
        if at.is_none() {
            let shown = crate::words::shown(written.unwrap_or_default()).into_owned();
            *flaw = Some(format!("found {field} {shown:?}, expected seconds or milliseconds since 1970"));
        }
        at
    }

    /// Actiance's form lists everybody at the start of the period as entering, and at its end as leaving.
    fn presence(&self, event: &mut Event) {
        if !matches!(self.form, Form::Mattermost | Form::Other) {
            return;
        }
        day::at_bounds(event, self.start, self.end);
    }

    /// Takes in the person of an event and gives the account.
    fn person(&mut self, element: &Element) -> Option<String> {
        if let Some(invitee) = element.child("Invitee") {
            self.known(invitee);
        }
        let user = ["User", "Inviter"].iter().find_map(|name| element.child(name));
        self.known(user.unwrap_or(element))
    }

    fn known(&mut self, of: &Element) -> Option<String> {
        let ids = ["LoginName", "UUID", "EmailAddress", "CorporateEmailID", "CorporateEmailAddress"];
        let id = ids.iter().find_map(|name| of.value(name))?.to_owned();
        let names: Vec<&str> = ["FirstName", "LastName"].iter().filter_map(|name| of.value(name)).collect();
        let person =
            self.people.entry(id.clone()).or_insert_with(|| Person { id: id.clone(), ..Person::default() });
        if person.name.is_none() && !names.is_empty() {
            person.name = Some(names.join(" "));
        }
        let mails = ["CorporateEmailAddress", "CorporateEmailID", "EmailAddress", "LoginName"];
        for address in mails.iter().filter_map(|name| EmailAddress::new(of.value(name)?).ok()) {
            if !person.addresses.contains(&address) {
                person.addresses.push(address);
            }
        }
        Some(id)
    }

    /// The file that an event is about: its content, or what the dump says of it.
    fn file(&mut self, element: &Element) -> Option<SharedFile> {
        let path = element.value("FileName");
        let name = element.value("UserFileName").or(path).or_else(|| element.value("FileID"))?;
        let record: BTreeMap<&str, &str> =
            OF_FILE.iter().filter_map(|field| Some((*field, element.value(field)?))).collect();
        let bytes = serde_json::to_vec(&record).unwrap_or_default();
        let mut file = SharedFile { name: base_name(name).to_owned(), bytes, held: false };
        // Bloomberg's files lie under their ids, Mattermost's under their paths.
        let places: Vec<&str> = [element.value("FileID"), path].into_iter().flatten().collect();
        let size = element.value("FileSize").and_then(|size| size.parse().ok());
        let flaw = self.files.fill(&mut file, &places, size);
        self.flaws.extend(flaw.map(|why| Defect::new(DefectCode::BadChat, why)));
        Some(file)
    }

    /// Which version of a message it is, where there are several.
    fn version(&self, element: &Element, event: &mut Event) {
        let Some(word) = element.value("UpdatedType") else { return };
        let mut missing = None;
        let at = self.time(element, "UpdatedDateTimeUTC", &mut missing);
        versions::apply(event, word, at, element.value("EditedNewMsgId"));
        event.flaw = event.flaw.take().or(missing);
    }
}

fn told_of_file(element: &Element) -> String {
    let fields = OF_FILE.iter().filter_map(|field| element.value(field));
    fields.collect::<Vec<_>>().join(" ")
}

/// The last part of a path.
fn base_name(name: &str) -> &str {
    name.rsplit('/').find(|part| !part.is_empty()).unwrap_or(name)
}
