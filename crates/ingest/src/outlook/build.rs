//! An Outlook message put together from properties that lay in another form (TNEF).

use super::own_text;
use super::properties::{Level, NamedIds, Properties, id};
use super::storage::{NAMES, PROPERTIES, Storage, as_file};
use crate::notes::Notes;
use duces_model::Defect;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;

/// A property: its type and its value as a message file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Attribute {
    pub(crate) kind: u16,
    pub(crate) bytes: Vec<u8>,
}

/// A message, or an attachment, in memory.
#[derive(Debug, Default)]
pub(crate) struct Built {
    storage: Storage,
    names: Storage,
    attachments: u32,
}

/// How large a value of fixed size is (MS-OXCDATA section 2.11.1).
const fn fixed_size(kind: u16) -> Option<usize> {
    match kind {
        0x0002 => Some(2),
        0x0003 | 0x0004 | 0x000A => Some(4),
        0x0005..=0x0007 | 0x0014 | 0x0040 => Some(8),
        0x000B => Some(1),
        _ => None,
    }
}

/// Puts a message together; `names` are sets, numbers and ids of its named properties.
pub(crate) fn build(properties: &BTreeMap<u16, Attribute>, names: &[([u8; 16], u32, u16)]) -> Built {
    let mut storage = Storage::default();
    fill(&mut storage, properties, 24);
    Built { storage, names: named(names), attachments: 0 }
}

fn fill(storage: &mut Storage, properties: &BTreeMap<u16, Attribute>, header: usize) {
    let mut stream = vec![0_u8; header];
    for (id, value) in properties {
        let mut entry = [0_u8; 16];
        entry[..2].copy_from_slice(&value.kind.to_le_bytes());
        entry[2..4].copy_from_slice(&id.to_le_bytes());
        entry[4] = 6;
        if let Some(size) = fixed_size(value.kind) {
            let bytes = &value.bytes[..value.bytes.len().min(size)];
            entry[8..8 + bytes.len()].copy_from_slice(bytes);
        } else {
            storage.put(&format!("__substg1.0_{id:04X}{:04X}", value.kind), value.bytes.clone());
            let ended = match value.kind {
                0x001F => 2,
                0x001E => 1,
                _ => 0,
            };
            let size = u32::try_from(value.bytes.len() + ended).unwrap_or(u32::MAX);
            entry[8..12].copy_from_slice(&size.to_le_bytes());
        }
        stream.extend(entry);
    }
    storage.put(PROPERTIES, stream);
}

/// The names of properties as a message file has them (MS-OXMSG section 2.2.3.1).
fn named(names: &[([u8; 16], u32, u16)]) -> Storage {
    let mut sets: Vec<[u8; 16]> = Vec::new();
    let mut entries = Vec::new();
    for (set, number, id) in names {
        let at = sets.iter().position(|known| known == set).unwrap_or_else(|| {
            sets.push(*set);
            sets.len() - 1
        });
        let (Ok(at), Some(place)) = (u16::try_from(at + 3), id.checked_sub(0x8000)) else { continue };
        entries.extend(number.to_le_bytes());
        entries.extend((at << 1).to_le_bytes());
        entries.extend(place.to_le_bytes());
    }
    let mut storage = Storage::default();
    storage.put("__substg1.0_00020102", sets.concat());
    storage.put("__substg1.0_00030102", entries);
    storage.put("__substg1.0_00040102", Vec::new());
    storage
}

impl Built {
    /// Adds an attachment, which is a message where one is given.
    pub(crate) fn attach(
        &mut self,
        number: u32,
        properties: &BTreeMap<u16, Attribute>,
        message: Option<Self>,
    ) {
        let mut storage = Storage::default();
        fill(&mut storage, properties, 8);
        if let Some(message) = message {
            storage.hold("__substg1.0_3701000D", message.counted());
        }
        self.storage.hold(&format!("__attach_version1.0_#{number:08X}"), storage);
        self.attachments += 1;
    }

    /// The storage, its header stating how many attachments there are.
    fn counted(mut self) -> Storage {
        let mut stream = self.storage.stream(PROPERTIES).unwrap_or_default().to_vec();
        for at in [12, 20] {
            if let Some(place) = stream.get_mut(at..at + 4) {
                place.copy_from_slice(&self.attachments.to_le_bytes());
            }
        }
        self.storage.put(PROPERTIES, stream);
        self.storage
    }

    /// The message as a file.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub(crate) fn finish(mut self) -> io::Result<Vec<u8>> {
        let names = std::mem::take(&mut self.names);
        let mut storage = self.counted();
        storage.hold(NAMES, names);
        as_file(&storage, &Storage::default())
    }
}

/// What a message says of itself, a line each, and its text; why that is not all; its flaws.
pub(crate) fn text_of(built: &Built) -> (String, Option<Defect>, Vec<Defect>) {
    let mut notes = Notes::default();
    let properties = Properties::read(&built.storage, Level::Attached, None);
    let mut outermost = Storage::default();
    outermost.hold(NAMES, built.names.clone());
    let names = NamedIds::read(&outermost);
    let class = properties.words(id::MESSAGE_CLASS).unwrap_or_default();
    let mut text = String::new();
    let sender = [id::SENDER_NAME, id::SENDER_ADDRESS]
        .into_iter()
        .filter_map(|id| properties.words(id))
        .collect::<Vec<_>>();
    let lines = [
        ("From", Some(sender.join(" ")).filter(|sender| !sender.is_empty())),
        ("Subject", properties.words(id::SUBJECT)),
        (
            "Sent",
            properties.time(id::CLIENT_SUBMIT_TIME).map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string()),
        ),
    ];
    for (label, value) in lines {
        if let Some(value) = value {
            let _ = writeln!(text, "{label}: {}", value.replace(['\r', '\n'], " "));
        }
    }
    let own = own_text(&properties, &class, &names, &mut notes);
    text.push_str(&own.text);
    (text, own.incomplete, notes.finish())
}

/// The name of an attachment by its properties.
pub(crate) fn attachment_name(built: &Built) -> Option<String> {
    let properties = Properties::read(&built.storage, Level::Attached, None);
    [id::ATTACH_LONG_FILENAME, id::DISPLAY_NAME, id::ATTACH_FILENAME]
        .into_iter()
        .find_map(|id| properties.words(id))
}
