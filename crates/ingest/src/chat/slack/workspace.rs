//! The lists of an export: people, rooms, and who came and went.

use crate::chat::day::{Anchor, Presence};
use crate::chat::event::{Person, Room, RoomKind};
use crate::chat::json;
use crate::chat::slack::message;
use duces_model::EmailAddress;
use memchr::memmem;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use zip::ZipArchive;

/// The lists that name rooms, and what they name.
pub(crate) const ROOM_LISTS: [(&str, RoomKind); 4] = [
    ("channels.json", RoomKind::Channel),
    ("groups.json", RoomKind::Channel),
    ("mpims.json", RoomKind::Direct),
    ("dms.json", RoomKind::Direct),
];

/// What is known of an export besides its days.
#[derive(Default)]
pub(crate) struct Workspace {
    pub(crate) people: BTreeMap<String, Person>,
    /// By the name of their folder.
    rooms: BTreeMap<String, Listed>,
    /// Names of rooms by their ids.
    names: BTreeMap<String, String>,
    place: Place,
    bytes_max: u64,
}

/// Where the files of an export lie.
#[derive(Default)]
enum Place {
    #[default]
    Unknown,
    Folder(PathBuf),
    /// A ZIP, and the folder in it that is the export's root.
    Archive(Box<Mutex<ZipArchive<BufReader<File>>>>, String),
}

struct Listed {
    room: Room,
    presence: Presence,
}

fn string(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

impl Workspace {
    /// The export in this folder.
    pub(crate) fn in_folder(root: PathBuf, bytes_max: u64) -> Self {
        Self { place: Place::Folder(root), bytes_max, ..Self::default() }
    }

    /// The export in this folder of a ZIP.
    pub(crate) fn in_archive(zip: ZipArchive<BufReader<File>>, root: String, bytes_max: u64) -> Self {
        Self { place: Place::Archive(Box::new(Mutex::new(zip)), root), bytes_max, ..Self::default() }
    }

    /// An entry of the ZIP.
    ///
    /// # Errors
    /// In words, where it is missing, damaged or over the limit.
    pub(crate) fn entry(&self, name: &str) -> Result<Vec<u8>, String> {
        let Place::Archive(zip, _) = &self.place else { return Err("not in the export".to_owned()) };
        let mut zip = zip.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = zip.by_name(name).map_err(|error| error.to_string())?;
        unpacked(entry, self.bytes_max)
    }

    /// An entry of the ZIP by its place in the list of files, which tells entries of one name apart.
    ///
    /// # Errors
    /// As `entry`.
    pub(crate) fn entry_at(&self, at: usize) -> Result<Vec<u8>, String> {
        let Place::Archive(zip, _) = &self.place else { return Err("not in the export".to_owned()) };
        let mut zip = zip.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = zip.by_index(at).map_err(|error| error.to_string())?;
        unpacked(entry, self.bytes_max)
    }

    /// A file at the root of the export in a ZIP.
    pub(crate) fn in_root(&self, name: &str) -> Option<Vec<u8>> {
        let Place::Archive(_, root) = &self.place else { return None };
        self.entry(&format!("{root}{name}")).ok()
    }

    /// The folders of the rooms that a list names.
    pub(crate) fn folders(&self) -> Vec<String> {
        self.rooms.keys().filter(|name| is_plain(name)).cloned().collect()
    }

    /// Takes `users.json`; says what is wrong with it.
    pub(crate) fn take_people(&mut self, bytes: &[u8]) -> Option<String> {
        let Some(elements) = json::elements(bytes) else {
            return Some("expected a list of people".to_owned());
        };
        let mut broken = 0_usize;
        for element in elements.list {
            let Ok(value) = serde_json::from_slice::<Value>(element) else {
                broken += 1;
                continue;
            };
            let Some(id) = string(&value, "id") else {
                broken += 1;
                continue;
            };
            let profile = value.get("profile").unwrap_or(&Value::Null);
            let name = string(&value, "real_name")
                .or_else(|| string(profile, "real_name"))
                .or_else(|| string(profile, "display_name"))
                .or_else(|| string(&value, "name"));
            let mail = string(profile, "email").or_else(|| string(&value, "email"));
            let addresses = mail.and_then(|mail| EmailAddress::new(&mail).ok()).into_iter().collect();
            if let Some(bot) = string(profile, "bot_id") {
                self.people
                    .insert(bot.clone(), Person { id: bot, name: name.clone(), addresses: Vec::new() });
            }
            self.people.insert(id.clone(), Person { id, name, addresses });
        }
        let broken = (broken > 0).then(|| format!("{broken} people could not be read"));
        elements.damage.or(broken)
    }

    /// Takes one of the lists of rooms; says what is wrong with it.
    pub(crate) fn take_rooms(&mut self, bytes: &[u8], kind: RoomKind) -> Option<String> {
        let Some(elements) = json::elements(bytes) else {
            return Some("expected a list of rooms".to_owned());
        };
        let mut broken = 0_usize;
        for element in elements.list {
            let value = serde_json::from_slice::<Value>(element).unwrap_or(Value::Null);
            let Some(id) = string(&value, "id") else {
                broken += 1;
                continue;
            };
            let name = string(&value, "name");
            let members = value.get("members").and_then(Value::as_array);
            let ids = members.into_iter().flatten().filter_map(|id| id.as_str().map(str::to_owned));
            let presence = Presence {
                known: members.is_some(),
                anchor: Anchor::End,
                members: ids.collect(),
                changes: Vec::new(),
            };
            let room = Room { platform: "slack".to_owned(), id: id.clone(), name: name.clone(), kind };
            self.names.extend(name.clone().map(|name| (id.clone(), name)));
            self.rooms.insert(name.unwrap_or(id), Listed { room, presence });
        }
        let broken = (broken > 0).then(|| format!("{broken} rooms could not be read"));
        elements.damage.or(broken)
    }

    /// Takes the comings and goings of a day file.
    pub(crate) fn take_changes(&mut self, folder: &str, bytes: &[u8]) {
        let Some(listed) = self.rooms.get_mut(folder) else { return };
        let Some(elements) = json::elements(bytes) else { return };
        for element in elements.list {
            if memmem::find(element, b"_join").is_none() && memmem::find(element, b"_leave").is_none() {
                continue;
            }
            let Ok(value) = serde_json::from_slice::<Value>(element) else { continue };
            let came = match value.get("subtype").and_then(Value::as_str) {
                Some("channel_join" | "group_join") => true,
                Some("channel_leave" | "group_leave") => false,
                _ => continue,
            };
            let at = string(&value, "ts").and_then(|ts| message::instant(&ts, chrono_tz::UTC));
            if let (Some(at), Some(who)) = (at, string(&value, "user")) {
                listed.presence.changes.push((at, who, came));
            }
        }
    }

    /// Puts what was taken in order.
    pub(crate) fn settle(&mut self) {
        for listed in self.rooms.values_mut() {
            listed.presence.changes.sort();
        }
    }

    /// The room whose folder is named so; one that no list names is known by its folder alone.
    pub(crate) fn room(&self, folder: &str) -> (Room, Presence) {
        match self.rooms.get(folder) {
            Some(listed) => (listed.room.clone(), listed.presence.clone()),
            None => {
                let (platform, id) = ("slack".to_owned(), folder.to_owned());
                let presence = Presence { members: BTreeSet::new(), ..Presence::default() };
                (Room { platform, id, name: None, kind: RoomKind::Channel }, presence)
            }
        }
    }

    /// The name of the room with this id.
    pub(crate) fn room_name(&self, id: &str) -> Option<&str> {
        self.names.get(id).map(String::as_str)
    }

    /// The content of a shared file, where the export holds it: programs that save files put them into
    /// `__uploads/ID/NAME` of the export, or `attachments/ID-NAME` of the room's folder.
    pub(crate) fn content(&self, folder: &str, id: &str, name: &str) -> Option<Vec<u8>> {
        if !is_plain(id) || !is_plain(name) || !is_plain(folder) {
            return None;
        }
        let places = [
            format!("__uploads/{id}/{name}"),
            format!("{folder}/attachments/{id}-{name}"),
            format!("attachments/{id}-{name}"),
        ];
        places.iter().find_map(|place| match &self.place {
            Place::Unknown => None,
            Place::Folder(root) => read_within(&root.join(place), self.bytes_max),
            Place::Archive(_, root) => self.entry(&format!("{root}{place}")).ok(),
        })
    }
}

fn unpacked(entry: impl Read, bytes_max: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = entry.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > bytes_max {
        return Err(format!("more than the limit of {bytes_max} bytes"));
    }
    Ok(bytes)
}

/// A name from an export that never leads out of it.
fn is_plain(part: &str) -> bool {
    !part.is_empty() && part != ".." && part != "." && !part.contains(['/', '\\', ':', '\0'])
}

/// A file's content; none where it is missing, no regular file, or over the limit.
pub(crate) fn read_within(path: &Path, bytes_max: u64) -> Option<Vec<u8>> {
    let found = std::fs::symlink_metadata(path).ok()?;
    if !found.is_file() || found.len() > bytes_max {
        return None;
    }
    std::fs::read(path).ok()
}
