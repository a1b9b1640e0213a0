//! Outlook data files (PST, OST; MS-PST), with the form that Outlook 2013 and later give an OST.
//!
//! Messages are those that the folders' tables of contents name, in the order of the folders, and then
//! those that lie in the file and that no table names: what was deleted and not yet overwritten, and what
//! a damaged table lost. An item has no bytes of its own; what is retained of it is an Outlook message
//! file with all its properties, a named conversion, the same bytes each time.
//!
//! The crate `outlook-pst` was tried: it takes its lock on the file twice where a message is attached to
//! another, so that such a mail never ends; one property that cannot be read costs the whole message; and
//! a message without a table of recipients is an error. Here each of these is told and the rest is read.
//!
//! The second count (`count.rs` below) walks the tree of nodes by itself and counts messages.

mod count;
mod database;
mod folder;
mod heap;
mod hidden;
mod item;

use crate::outlook::storage::Storage;
use database::{Database, Lost, Node};
use heap::Heap;
use std::collections::BTreeSet;
use std::path::Path;

pub(crate) use count::count;

/// Kinds of nodes (MS-PST section 2.2.2.1).
const FOLDER: u32 = 0x02;
const MESSAGE: u32 = 0x04;
const SUBFOLDERS: u32 = 0x0D;
const CONTENTS: u32 = 0x0E;

const ROOT_FOLDER: u32 = 0x122;

/// The conversion that makes an item's bytes.
pub(crate) const AS_MESSAGE_FILE: &str = "pst-item-to-msg";

/// An open data file and what of it is still to be read.
pub(crate) struct Reader {
    database: Database,
    names: Storage,
    left: std::vec::IntoIter<(u32, bool)>,
    levels: usize,
    /// What of the file as a whole could not be read.
    pub(crate) lost: Vec<Lost>,
}

/// One item.
pub(crate) struct Item {
    /// Its node's id, by which it is found again.
    pub(crate) id: u32,
    /// The message file; empty where nothing of it could be read.
    pub(crate) bytes: Vec<u8>,
    /// What of it could not be read.
    pub(crate) lost: Vec<Lost>,
    /// Whether no folder names it.
    pub(crate) in_no_folder: bool,
}

impl Reader {
    /// Opens a file and finds its messages. `data_max` bounds one value of one item, `levels` how deep
    /// messages may be attached to each other.
    ///
    /// # Errors
    /// In words, where it is no data file of a form that is read.
    pub(crate) fn open(path: &Path, data_max: u64, levels: usize) -> Result<Self, Lost> {
        let mut database = Database::open(path, data_max)?;
        let mut lost = Vec::new();
        let names = item::names(&mut database).unwrap_or_else(|why| {
            lost.push(format!("names of properties: {why}"));
            Storage::default()
        });
        let mut order = Vec::new();
        let mut named = BTreeSet::new();
        contents(&mut database, &mut order, &mut named, &mut lost);
        let (all, unread) = database.ids(MESSAGE);
        lost.extend(unread);
        let others: Vec<u32> = all.into_iter().filter(|id| !named.contains(id)).collect();
        let left = order.into_iter().map(|id| (id, false)).chain(others.into_iter().map(|id| (id, true)));
        let left = left.collect::<Vec<_>>().into_iter();
        Ok(Self { database, names, left, levels, lost })
    }

    /// The next item.
    pub(crate) fn next(&mut self) -> Option<Item> {
        let (id, in_no_folder) = self.left.next()?;
        let (bytes, lost) = self.read(id);
        Some(Item { id, bytes, lost, in_no_folder })
    }

    fn read(&mut self, id: u32) -> (Vec<u8>, Vec<Lost>) {
        read_item(&mut self.database, &self.names, id, self.levels)
    }
}

/// The message file of one item again.
///
/// # Errors
/// In words, where the file cannot be opened or holds nothing of it.
pub(crate) fn again(path: &Path, id: u32, data_max: u64, levels: usize) -> Result<Vec<u8>, Lost> {
    let mut database = Database::open(path, data_max)?;
    let names = item::names(&mut database).unwrap_or_default();
    let (bytes, lost) = read_item(&mut database, &names, id, levels);
    if bytes.is_empty() { Err(lost.into_iter().next().unwrap_or_default()) } else { Ok(bytes) }
}

fn read_item(database: &mut Database, names: &Storage, id: u32, levels: usize) -> (Vec<u8>, Vec<Lost>) {
    let mut lost = Vec::new();
    let folder = folder::path(database, id);
    let made = database
        .node(id)
        .and_then(|node| item::message(database, node, levels, folder, &mut lost))
        .and_then(|message| item::as_file(message, names.clone()).map_err(|error| error.to_string()));
    let bytes = made.unwrap_or_else(|why| {
        lost.push(why);
        Vec::new()
    });
    (bytes, lost)
}

/// The messages that the folders' tables name, folder by folder.
fn contents(database: &mut Database, order: &mut Vec<u32>, named: &mut BTreeSet<u32>, lost: &mut Vec<Lost>) {
    let mut folders = vec![ROOT_FOLDER];
    let mut seen = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        if !seen.insert(folder) {
            continue;
        }
        let table = |kind: u32| (folder & !0x1F) | kind;
        match ids(database, table(CONTENTS)) {
            Ok(ids) => order.extend(ids.into_iter().filter(|id| id & 0x1F == MESSAGE && named.insert(*id))),
            // The root has no contents in some files; what lies in it is then in no folder.
            Err(_) if folder == ROOT_FOLDER => {}
            Err(why) => lost.push(format!("contents of folder {folder:#x}: {why}")),
        }
        match ids(database, table(SUBFOLDERS)) {
            Ok(ids) => folders.extend(ids.into_iter().rev().filter(|id| id & 0x1F == FOLDER)),
            Err(why) => lost.push(format!("folders below folder {folder:#x}: {why}")),
        }
    }
}

fn ids(database: &mut Database, table: u32) -> Result<Vec<u32>, Lost> {
    let node: Node = database.node(table)?;
    Heap::open(database, node)?.row_ids()
}
