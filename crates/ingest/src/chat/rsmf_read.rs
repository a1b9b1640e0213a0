//! An RSMF manifest (versions 1 and 2), with the checks that its JSON schema makes and those that it cannot:
//! that every id leads somewhere.

use crate::chat::event::{Edit, Event, EventKind, Person, Reaction, Room, RoomKind, SharedFile};
use crate::chat::rsmf_file::RsmfFile;
use crate::chat::rsmf_write::{ADDRESS, FLAW, MEMBERS, NOT_HELD, ROOM, account_address};
use chrono::{DateTime, FixedOffset};
use duces_model::EmailAddress;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A manifest that was read.
#[derive(Debug, Default)]
pub(crate) struct Manifest {
    pub(crate) people: BTreeMap<String, Person>,
    pub(crate) conversations: Vec<Conversation>,
    /// What breaks the form's rules, in words.
    pub(crate) flaws: Vec<String>,
    /// Files of the archive that an event names.
    pub(crate) named: BTreeSet<String>,
    /// Files that the manifest uses as pictures of people and rooms.
    pub(crate) pictures: BTreeSet<String>,
    /// How many events it lists, by another count.
    pub(crate) counted: Option<u64>,
}

/// A conversation with its events.
#[derive(Debug, Default)]
pub(crate) struct Conversation {
    pub(crate) room: Room,
    /// Its id in the manifest.
    id: String,
    pub(crate) members: BTreeSet<String>,
    pub(crate) members_known: bool,
    pub(crate) events: Vec<Event>,
}

/// Counts the events and leaves all else aside.
#[derive(serde::Deserialize)]
struct Counted {
    events: Vec<serde::de::IgnoredAny>,
}

/// Reads the manifest.
///
/// # Errors
/// In words, where it is no JSON object with a list of events.
pub(crate) fn manifest(file: &RsmfFile) -> Result<Manifest, String> {
    let bytes = file.manifest.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&file.manifest);
    let root: Value = serde_json::from_slice(bytes).map_err(|error| format!("manifest: {error}"))?;
    let events = root.get("events").and_then(Value::as_array).ok_or("manifest without a list of events")?;
    let mut read = Manifest {
        counted: serde_json::from_slice::<Counted>(bytes).ok().map(|counted| counted.events.len() as u64),
        ..Manifest::default()
    };
    if root.get("version").and_then(Value::as_str).is_none_or(|version| version.len() < 5) {
        read.flaws.push("manifest: no version of at least 5 characters".to_owned());
    }
    read.people(&root);
    read.rooms(&root);
    for (at, event) in events.iter().enumerate() {
        read.event(at + 1, event, &file.files);
    }
    read.cross_check();
    if let Some(stated) = file.stated
        && stated != events.len() as u64
    {
        read.flaws.push(format!("the header states {stated} events, the manifest lists {}", events.len()));
    }
    Ok(read)
}

fn string(value: &Value, name: &str) -> Option<String> {
    match value.get(name)? {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn strings(value: &Value, name: &str) -> Vec<String> {
    let list = value.get(name).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn custom(value: &Value) -> Vec<(String, String)> {
    list(value, "custom").filter_map(|pair| Some((string(pair, "name")?, string(pair, "value")?))).collect()
}

fn time(value: &Value, name: &str) -> Result<Option<DateTime<FixedOffset>>, String> {
    let Some(text) = string(value, name) else { return Ok(None) };
    DateTime::parse_from_rfc3339(&text).map(Some).map_err(|_| {
        format!("found {name} {:?}, expected a date-time with its zone", crate::words::shown(&text))
    })
}

impl Manifest {
    fn people(&mut self, root: &Value) {
        if !root.get("participants").is_some_and(Value::is_array) {
            self.flaws.push("manifest without a list of participants".to_owned());
        }
        for (at, value) in list(root, "participants").enumerate() {
            let Some(id) = string(value, "id") else {
                self.flaws.push(format!("participant {} has no id", at + 1));
                continue;
            };
            let own =
                custom(value).into_iter().filter(|(name, _)| name == ADDRESS).map(|(_, address)| address);
            let mails = string(value, "email").into_iter().chain(own);
            let addresses: Vec<EmailAddress> =
                mails.filter_map(|text| EmailAddress::new(&text).ok()).collect();
            self.pictures.extend(string(value, "avatar"));
            let person = Person { id: id.clone(), name: string(value, "display"), addresses };
            if self.people.insert(id.clone(), person).is_some() {
                self.flaws.push(format!("participant {:?} stands twice", crate::words::shown(&id)));
            }
        }
    }

    fn rooms(&mut self, root: &Value) {
        if !root.get("conversations").is_some_and(Value::is_array) {
            self.flaws.push("manifest without a list of conversations".to_owned());
        }
        for (at, value) in list(root, "conversations").enumerate() {
            let id = string(value, "id").unwrap_or_else(|| {
                self.flaws.push(format!("conversation {} has no id", at + 1));
                format!("conversation {}", at + 1)
            });
            let platform = string(value, "platform").unwrap_or_else(|| {
                self.flaws.push(format!("conversation {} has no platform", at + 1));
                "unknown".to_owned()
            });
            let kind = match value.get("type").and_then(Value::as_str) {
                Some("channel") => RoomKind::Channel,
                _ => RoomKind::Direct,
            };
            self.pictures.extend(string(value, "icon"));
            let own = custom(value);
            let of = |name: &str| own.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
            let room = Room {
                platform: platform.to_lowercase(),
                id: of(ROOM).unwrap_or_else(|| id.clone()),
                name: string(value, "display"),
                kind,
            };
            let members: BTreeSet<String> = strings(value, "participants").into_iter().collect();
            if let Some(custodian) = string(value, "custodian").filter(|id| !members.contains(id)) {
                let shown = crate::words::shown(&custodian).into_owned();
                self.flaws.push(format!("custodian {shown:?} is no participant of the conversation"));
            }
            let members_known = of(MEMBERS).map_or(!members.is_empty(), |known| known == "known");
            self.conversations.push(Conversation { room, id, members, members_known, events: Vec::new() });
        }
    }

    /// The conversation of an event, made where the manifest lists none of that name.
    fn conversation(&mut self, number: usize, id: Option<String>) -> &mut Conversation {
        let found = match &id {
            Some(id) => self.conversations.iter().position(|known| known.id == *id),
            None => (self.conversations.len() == 1).then_some(0),
        };
        let at = found.unwrap_or_else(|| {
            let id = id.unwrap_or_else(|| "none".to_owned());
            let shown = crate::words::shown(&id).into_owned();
            self.flaws.push(format!("event {number} names conversation {shown:?}, which is not listed"));
            let room = Room { platform: "unknown".into(), id: id.clone(), ..Room::default() };
            self.conversations.push(Conversation { room, id, ..Conversation::default() });
            self.conversations.len() - 1
        });
        &mut self.conversations[at]
    }

    fn event(&mut self, number: usize, value: &Value, files: &BTreeMap<String, Vec<u8>>) {
        if !value.is_object() {
            let event = Event::unread(value.to_string(), format!("event {number} is no object"));
            self.conversation(number, None).events.push(event);
            return;
        }
        let word = value.get("type").and_then(Value::as_str).unwrap_or_default();
        let kind = EventKind::ALL.into_iter().find(|kind| kind.as_str() == word);
        let mut event = Event::new(kind.unwrap_or(EventKind::Unknown));
        if kind.is_none() {
            event.flaw = Some(format!("event {number}: found type {:?}", crate::words::shown(word)));
        }
        event.id = string(value, "id");
        event.parent = string(value, "parent");
        event.by = string(value, "participant");
        event.text = value.get("body").and_then(Value::as_str).unwrap_or_default().to_owned();
        event.deleted = value.get("deleted").and_then(Value::as_bool).unwrap_or_default();
        event.important = value.get("importance").and_then(Value::as_str) == Some("high");
        match time(value, "timestamp") {
            Ok(at) => event.at = at,
            Err(why) => event.flaw = Some(format!("event {number}: {why}")),
        }
        event.reactions = list(value, "reactions")
            .map(|reaction| Reaction {
                value: string(reaction, "value").unwrap_or_default(),
                count: reaction.get("count").and_then(Value::as_u64),
                by: strings(reaction, "participants"),
            })
            .collect();
        event.edits = list(value, "edits")
            .map(|edit| Edit {
                by: string(edit, "participant").unwrap_or_default(),
                at: time(edit, "timestamp").ok().flatten(),
                previous: string(edit, "previous"),
                new: string(edit, "new"),
            })
            .collect();
        let mut not_held = BTreeSet::new();
        for (name, value) in custom(value) {
            match name.as_str() {
                FLAW => event.flaw = Some(value),
                NOT_HELD => {
                    not_held.insert(value);
                }
                _ => event.custom.push((name, value)),
            }
        }
        for receipt in list(value, "read_receipts") {
            let at = string(receipt, "timestamp").unwrap_or_default();
            let (who, what) = (string(receipt, "participant"), string(receipt, "action"));
            let told = format!("{} {at}", who.unwrap_or_default());
            event.custom.push((what.unwrap_or_else(|| "read".to_owned()), told));
        }
        if let Some(direction) = string(value, "direction") {
            event.custom.push(("direction".to_owned(), direction));
        }
        for attachment in list(value, "attachments") {
            let Some(id) = string(attachment, "id") else {
                self.flaws.push(format!("event {number}: an attachment has no id"));
                continue;
            };
            let name = string(attachment, "display").unwrap_or_else(|| id.clone());
            let (bytes, held) = match files.get(&id) {
                Some(bytes) => (bytes.clone(), !not_held.contains(&id)),
                None => (attachment.to_string().into_bytes(), false),
            };
            self.named.insert(id);
            event.files.push(SharedFile { name, bytes, held });
        }
        self.conversation(number, string(value, "conversation")).events.push(event);
    }

    /// Ids that lead nowhere.
    fn cross_check(&mut self) {
        let mut strangers = BTreeSet::new();
        let mut flaws = Vec::new();
        for conversation in &self.conversations {
            let ids: BTreeSet<&str> = conversation.events.iter().filter_map(|e| e.id.as_deref()).collect();
            let mut named: Vec<&String> = conversation.members.iter().collect();
            for event in &conversation.events {
                named.extend(&event.by);
                named.extend(event.edits.iter().map(|edit| &edit.by));
                named.extend(event.reactions.iter().flat_map(|reaction| &reaction.by));
                if let Some(parent) = event.parent.as_deref().filter(|parent| !ids.contains(parent)) {
                    let shown = crate::words::shown(parent).into_owned();
                    flaws.push(format!("parent {shown:?} is no event of the conversation"));
                }
            }
            named.retain(|id| !id.is_empty() && !self.people.contains_key(*id));
            strangers.extend(named.into_iter().cloned());
        }
        for id in strangers {
            flaws.push(format!("participant {:?} is named and not listed", crate::words::shown(&id)));
            self.people.insert(id.clone(), Person { id, ..Person::default() });
        }
        self.flaws.append(&mut flaws);
    }
}

/// Every address of a person: mail addresses, or the account's own where there is none.
pub(crate) fn addresses(person: &Person, platform: &str) -> Vec<EmailAddress> {
    if !person.addresses.is_empty() {
        return person.addresses.clone();
    }
    EmailAddress::new(&account_address(&person.id, platform)).into_iter().collect()
}
