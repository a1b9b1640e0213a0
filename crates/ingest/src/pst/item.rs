//! An item of a data file as the storage of an Outlook message file: the same properties, in the layout
//! of MS-OXMSG.

use super::database::{Database, Lost, Node};
use super::heap::{Heap, Properties, Value, fixed_size};
use crate::outlook::storage::{NAMES, PROPERTIES, Storage};

/// Where a message's tables lie below it (MS-PST section 2.4.1).
const RECIPIENTS: u32 = 0x692;
const ATTACHMENTS: u32 = 0x671;
/// The node that maps names to properties.
const NAME_MAP: u32 = 0x61;

const ATTACH_DATA: u16 = 0x3701;

/// The folder around a message (PidTagParentDisplay, MS-OXPROPS section 2.857): here its whole path.
const FOLDER_PATH: u16 = 0x0E05;

/// In a data file the subject starts with a mark and the length of its prefix (MS-PST section 2.5.3.1.1.1); in a
/// message file it does not.
const SUBJECT: u16 = 0x0037;

/// Reads the names of properties, which all messages of the file share.
pub(super) fn names(database: &mut Database) -> Result<Storage, Lost> {
    let node = database.node(NAME_MAP)?;
    let found = Heap::open(database, node)?.properties(database)?;
    let mut storage = Storage::default();
    for (from, to) in [(2_u16, "00020102"), (3, "00030102"), (4, "00040102")] {
        let bytes = found.values.get(&from).map(|value| value.bytes.clone()).unwrap_or_default();
        storage.put(&format!("__substg1.0_{to}"), bytes);
    }
    Ok(storage)
}

/// A message with its recipients and attachments. What of it cannot be read is told in `lost`.
///
/// # Errors
/// Where its own properties cannot be read at all.
pub(super) fn message(
    database: &mut Database,
    node: Node,
    levels: usize,
    folder: Option<String>,
    lost: &mut Vec<Lost>,
) -> Result<Storage, Lost> {
    let heap = Heap::open(database, node)?;
    let mut properties = heap.properties(database)?;
    if let Some(folder) = folder {
        let bytes = folder.encode_utf16().flat_map(u16::to_le_bytes).collect();
        properties.values.insert(FOLDER_PATH, Value { kind: 0x001F, bytes });
    }
    let mut storage = Storage::default();
    let mut counts = (0_u32, 0_u32);
    for row in rows(database, &heap, RECIPIENTS, "recipients' table", lost) {
        let mut recipient = Storage::default();
        fill(&mut recipient, &row, 8, (0, 0));
        tell(&row, "recipient", lost);
        storage.hold(&format!("__recip_version1.0_#{:08X}", counts.0), recipient);
        counts.0 += 1;
    }
    for id in attachment_ids(database, &heap, lost) {
        match attachment(database, &heap, id, levels, lost) {
            Ok(one) => {
                storage.hold(&format!("__attach_version1.0_#{:08X}", counts.1), one);
            }
            Err(why) => {
                // It stays as an attachment without content, so that the count holds.
                let mut empty = Storage::default();
                fill(&mut empty, &Properties::default(), 8, (0, 0));
                storage.hold(&format!("__attach_version1.0_#{:08X}", counts.1), empty);
                lost.push(format!("attachment {}: {why}", counts.1 + 1));
            }
        }
        counts.1 += 1;
    }
    tell(&properties, "message", lost);
    fill(&mut storage, &properties, 24, counts);
    Ok(storage)
}

fn tell(properties: &Properties, place: &str, lost: &mut Vec<Lost>) {
    lost.extend(properties.lost.iter().map(|why| format!("{place}: {why}")));
}

fn rows(database: &mut Database, heap: &Heap, id: u32, place: &str, lost: &mut Vec<Lost>) -> Vec<Properties> {
    let Some(node) = heap.below().get(&id).copied() else { return Vec::new() };
    match Heap::open(database, node).and_then(|table| table.rows(database)) {
        Ok(rows) => rows,
        Err(why) => {
            lost.push(format!("{place}: {why}"));
            Vec::new()
        }
    }
}

/// Ids of the attachments: those of the table, and nodes of attachments that it does not name.
fn attachment_ids(database: &mut Database, heap: &Heap, lost: &mut Vec<Lost>) -> Vec<u32> {
    let mut ids = Vec::new();
    if let Some(node) = heap.below().get(&ATTACHMENTS).copied() {
        match Heap::open(database, node).and_then(|table| table.row_ids()) {
            Ok(found) => ids = found,
            Err(why) => lost.push(format!("attachments' table: {why}")),
        }
    }
    let mut others: Vec<u32> =
        heap.below().keys().copied().filter(|id| id & 0x1F == 5 && !ids.contains(id)).collect();
    others.sort_unstable();
    ids.extend(others);
    ids
}

fn attachment(
    database: &mut Database,
    message_heap: &Heap,
    id: u32,
    levels: usize,
    lost: &mut Vec<Lost>,
) -> Result<Storage, Lost> {
    let node = message_heap.below().get(&id).copied().ok_or_else(|| format!("node {id:#x} is not there"))?;
    let heap = Heap::open(database, node)?;
    let mut properties = heap.properties(database)?;
    let mut storage = Storage::default();
    if let Some(object) = properties.object(ATTACH_DATA) {
        properties.values.remove(&ATTACH_DATA);
        let inner = heap
            .below()
            .get(&object)
            .copied()
            .ok_or_else(|| format!("its object {object:#x} is not there"))?;
        // 5 is a message (MS-OXCMSG section 2.2.2.9); other objects are bytes of their own form.
        if properties.integer(0x3705) == Some(5) {
            if levels == 0 {
                return Err("messages are attached to each other deeper than the limit".to_owned());
            }
            let message = message(database, inner, levels - 1, None, lost)?;
            storage.hold("__substg1.0_3701000D", message);
        } else {
            let bytes = database.data(inner.data)?.concat();
            properties.values.insert(ATTACH_DATA, Value { kind: 0x0102, bytes });
        }
    }
    tell(&properties, "attachment", lost);
    fill(&mut storage, &properties, 8, (0, 0));
    Ok(storage)
}

/// Writes properties into a storage: those of fixed size in the one stream, each other in its own.
fn fill(storage: &mut Storage, properties: &Properties, header: usize, counts: (u32, u32)) {
    let mut stream = vec![0_u8; header];
    if header >= 24 {
        for (at, count) in [(8, counts.0), (12, counts.1), (16, counts.0), (20, counts.1)] {
            stream[at..at + 4].copy_from_slice(&count.to_le_bytes());
        }
    }
    for (id, value) in &properties.values {
        let mut entry = [0_u8; 16];
        entry[..2].copy_from_slice(&value.kind.to_le_bytes());
        entry[2..4].copy_from_slice(&id.to_le_bytes());
        // Readable and writable (MS-OXMSG section 2.4.2.1).
        entry[4] = 6;
        if let Some(size) = fixed_size(value.kind) {
            let bytes = &value.bytes[..value.bytes.len().min(size)];
            entry[8..8 + bytes.len()].copy_from_slice(bytes);
        } else {
            let written = write_stream(storage, *id, value);
            entry[8..12].copy_from_slice(&u32::try_from(written).unwrap_or(u32::MAX).to_le_bytes());
        }
        stream.extend(entry);
    }
    storage.put(PROPERTIES, stream);
}

/// Writes a value of no fixed size; says the size that its entry states.
fn write_stream(storage: &mut Storage, id: u16, value: &Value) -> usize {
    if id == SUBJECT && value.kind == 0x001F && value.bytes.starts_with(&[1, 0]) {
        let bare = Value { kind: value.kind, bytes: value.bytes.get(4..).unwrap_or_default().to_vec() };
        return write_stream(storage, id, &bare);
    }
    let name = format!("__substg1.0_{id:04X}{:04X}", value.kind);
    let several =
        value.kind & 0x1000 != 0 && fixed_size(value.kind & 0x0FFF).is_none() && value.kind != 0x1048;
    if several {
        return write_several(storage, &name, value);
    }
    let length = value.bytes.len();
    storage.put(&name, value.bytes.clone());
    // Texts are counted with the zero that ends them and is not written (MS-OXMSG section 2.4.2.2).
    match value.kind {
        0x001F => length + 2,
        0x001E => length + 1,
        _ => length,
    }
}

/// Several values of no fixed size: a stream of lengths, and one for each value (MS-OXMSG section
/// 2.1.4.2), out of offsets and bytes (MS-PST section 2.3.3.4.2).
fn write_several(storage: &mut Storage, name: &str, value: &Value) -> usize {
    let number = |at: usize| super::database::number(&value.bytes, at, 4) as usize;
    let count = number(0).min(value.bytes.len() / 4);
    let wide = if value.kind == 0x1102 { 8 } else { 4 };
    let mut lengths = Vec::new();
    for at in 0..count {
        let from = number(4 + 4 * at).min(value.bytes.len());
        let to = if at + 1 < count { number(8 + 4 * at) } else { value.bytes.len() };
        let bytes = value.bytes.get(from..to.max(from).min(value.bytes.len())).unwrap_or_default();
        let mut length = vec![0; wide];
        length[..4].copy_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        lengths.extend(length);
        storage.put(&format!("{name}-{at:08X}"), bytes.to_vec());
    }
    let size = lengths.len();
    storage.put(name, lengths);
    size
}

/// A message as a file of its own: with the names of properties.
pub(super) fn as_file(mut message: Storage, names: Storage) -> std::io::Result<Vec<u8>> {
    message.hold(NAMES, names);
    crate::outlook::storage::as_file(&message, &Storage::default())
}
