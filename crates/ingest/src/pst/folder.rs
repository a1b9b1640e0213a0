//! In which folder an item lies, by name.

use super::database::Database;
use super::heap::Heap;
use super::{FOLDER, ROOT_FOLDER};
use crate::charset;

/// Deepest folder whose path is told whole.
const LEVELS_MAX: usize = 64;

/// Name of a folder.
const DISPLAY_NAME: u16 = 0x3001;

/// The names of the folders around an item from the outside in, with `/` between them; none where the node that it
/// lies in is no folder. A folder whose name cannot be read stands as its number.
pub(super) fn path(database: &mut Database, item: u32) -> Option<String> {
    let mut names = Vec::new();
    let mut at = database.parent(item).ok()?;
    while at & 0x1F == FOLDER && at != ROOT_FOLDER && names.len() < LEVELS_MAX {
        names.push(name(database, at).unwrap_or_else(|| format!("folder {at:#x}")));
        let above = database.parent(at).unwrap_or(at);
        if above == at {
            break;
        }
        at = above;
    }
    names.reverse();
    (!names.is_empty()).then(|| names.join("/"))
}

fn name(database: &mut Database, folder: u32) -> Option<String> {
    let node = database.node(folder).ok()?;
    let heap = Heap::open(database, node).ok()?;
    let properties = heap.properties(database).ok()?;
    let value = properties.values.get(&DISPLAY_NAME)?;
    let set = if value.kind == 0x001F { "utf-16le" } else { "windows-1252" };
    let name = charset::decode(Some(set), &value.bytes).text.trim_end_matches('\0').trim().to_owned();
    (!name.is_empty()).then(|| name.replace('/', "_"))
}
