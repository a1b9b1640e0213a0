//! Where the pieces of a Slack export lie: in a folder, or in a ZIP.

use crate::chat::event::{Event, EventKind, Room, RoomDay, RoomKind, SharedFile};
use crate::chat::page::Page;
use crate::chat::rsmf_file;
use crate::chat::slack::{self, Workspace};
use crate::limits::Limits;
use duces_model::{Defect, DefectCode};
use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use zip::ZipArchive;

/// The first bytes of a file.
pub(crate) fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(crate::detect::HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// Whether a name is that of a day: `2024-03-01.json`.
fn is_day_name(name: &str) -> bool {
    let Some(day) = name.strip_suffix(".json") else { return false };
    day.len() == 10
        && day.bytes().enumerate().all(
            |(at, byte)| {
                if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() }
            },
        )
}

/// What tells that the lists of an export are still those that were read.
type Stamp = (PathBuf, Vec<(u64, Option<SystemTime>)>);

/// The lists of the export read last: its day files come one after another, and each needs them.
static LAST: Mutex<Option<(Stamp, Arc<Workspace>)>> = Mutex::new(None);

/// The name of a day file's folder, and what the export around it says of people and rooms.
pub(crate) fn beside(path: &Path, limits: &Limits) -> (String, Arc<Workspace>) {
    let folder = path.parent();
    let name = folder
        .and_then(Path::file_name)
        .map_or_else(|| "room".into(), |name| name.to_string_lossy().into_owned());
    let Some(root) = folder.and_then(Path::parent) else { return (name, Arc::default()) };
    let lists: Vec<&str> =
        std::iter::once("users.json").chain(slack::ROOM_LISTS.map(|(list, _)| list)).collect();
    let found: Vec<_> = lists
        .iter()
        .map(|list| std::fs::symlink_metadata(root.join(list)).ok())
        .map(|found| found.map_or((0, None), |found| (found.len(), found.modified().ok())))
        .collect();
    if found.iter().all(|(bytes, _)| *bytes == 0) {
        return (name, Arc::default());
    }
    let stamp = (root.to_owned(), found);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, workspace)) = &*last
        && *known == stamp
    {
        return (name, workspace.clone());
    }
    let workspace = Arc::new(folder_lists(root, limits));
    *last = Some((stamp, workspace.clone()));
    (name, workspace)
}

/// The lists of an export that is a folder. A list that cannot be read leaves its people or rooms unknown,
/// which every room-day that needs them then says; the list itself is a file of the archive with its own flaws.
fn folder_lists(root: &Path, limits: &Limits) -> Workspace {
    let most = limits.message_bytes_max;
    let mut workspace = Workspace::in_folder(root.to_owned(), most);
    let read = |list: &str| slack::read_within(&root.join(list), most);
    if let Some(bytes) = read("users.json") {
        workspace.take_people(&bytes);
    }
    for (list, kind) in slack::ROOM_LISTS {
        if let Some(bytes) = read(list) {
            workspace.take_rooms(&bytes, kind);
        }
    }
    for folder in workspace.folders() {
        let Ok(entries) = std::fs::read_dir(root.join(&folder)) else { continue };
        for entry in entries.flatten().filter(|entry| is_day_name(&entry.file_name().to_string_lossy())) {
            if let Some(bytes) = slack::read_within(&entry.path(), most) {
                workspace.take_changes(&folder, &bytes);
            }
        }
    }
    workspace.settle();
    workspace
}

/// A file of a ZIP: its name, and its place in the list of files.
type Entry = (String, usize);

/// An export in a ZIP.
pub(crate) struct Archive {
    /// Day files: the room's folder, the entry.
    days: Vec<(String, Entry)>,
    /// All other files.
    others: Vec<Entry>,
    workspace: Workspace,
    flaws: Vec<Defect>,
}

impl Archive {
    /// Opens a ZIP that has the lists of an export at its root (or in its only folder) and days of rooms.
    pub(crate) fn open(path: &Path, limits: &Limits) -> Option<Self> {
        let mut zip = ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok()?;
        let mut names: Vec<Entry> = Vec::new();
        let mut expanded = 0_u128;
        for at in 0..zip.len() {
            // What cannot even be looked at is told when it is to be read.
            let (name, bytes) = match zip.by_index_raw(at) {
                Ok(entry) => (rsmf_file::entry_name(&entry), entry.size()),
                Err(_) => (format!("file {}", at + 1), 0),
            };
            expanded += u128::from(bytes);
            if !name.ends_with('/') {
                names.push((name, at));
            }
        }
        names.sort_unstable();
        let root = names.iter().find_map(|(name, _)| {
            let root = name.strip_suffix("channels.json").or_else(|| name.strip_suffix("users.json"))?;
            (root.is_empty() || root.ends_with('/') && root.matches('/').count() == 1)
                .then(|| root.to_owned())
        })?;
        let (mut days, mut others) = (Vec::new(), Vec::new());
        for (name, at) in names {
            let parts = name.strip_prefix(&root).and_then(|name| name.rsplit_once('/'));
            match parts.filter(|(folder, file)| is_day_name(file) && !folder.contains('/')) {
                Some((folder, _)) => days.push((folder.to_owned(), (name.clone(), at))),
                None => others.push((name, at)),
            }
        }
        if days.is_empty() || expanded > u128::from(limits.expanded_bytes_max) {
            return None;
        }
        let workspace = Workspace::in_archive(zip, root, limits.message_bytes_max);
        let mut archive = Self { days, others, workspace, flaws: Vec::new() };
        archive.lists();
        Some(archive)
    }

    fn lists(&mut self) {
        let mut flaws = Vec::new();
        let mut told = |list: &str, why: Option<String>| {
            flaws.extend(why.map(|why| Defect::new(DefectCode::BadChat, format!("{list}: {why}"))));
        };
        match self.workspace.in_root("users.json") {
            Some(bytes) => told("users.json", self.workspace.take_people(&bytes)),
            None => told("users.json", Some("not in the export".to_owned())),
        }
        for (list, kind) in slack::ROOM_LISTS {
            if let Some(bytes) = self.workspace.in_root(list) {
                told(list, self.workspace.take_rooms(&bytes, kind));
            }
        }
        for (folder, (_, at)) in &self.days {
            if let Ok(bytes) = self.workspace.entry_at(*at) {
                self.workspace.take_changes(folder, &bytes);
            }
        }
        self.workspace.settle();
        self.flaws = flaws;
    }

    /// The days, one a page, and then the other files.
    pub(crate) fn page(&mut self, at: usize, limits: &Limits) -> Option<Page> {
        let mut page = match self.days.get(at) {
            Some((folder, (name, entry))) => match self.workspace.entry_at(*entry) {
                Ok(bytes) => slack::page(&bytes, folder, &self.workspace, limits.zone),
                Err(why) => missing(folder, name, &why),
            },
            None => self.other_files(at - self.days.len(), limits)?,
        };
        if at == 0 {
            page.flaws.append(&mut self.flaws);
        }
        Some(page)
    }

    /// Files that are no days, as many as fit into one family.
    fn other_files(&self, piece: usize, limits: &Limits) -> Option<Page> {
        let names = self.others.chunks(limits.parts_max.clamp(1, 200)).nth(piece)?;
        let mut event = Event::new(EventKind::Unknown);
        event.text = "Files of the export that are no messages.".to_owned();
        let mut flaws = Vec::new();
        for (name, at) in names {
            let (bytes, held) = match self.workspace.entry_at(*at) {
                Ok(bytes) => (bytes, true),
                Err(why) => {
                    flaws.push(Defect::new(DefectCode::BadChat, format!("{name}: {why}")));
                    (serde_json::json!({ "name": name, "not read": why }).to_string().into_bytes(), false)
                }
            };
            event.files.push(SharedFile { name: name.clone(), bytes, held });
        }
        Some(Page { days: vec![alone("export-files", event)], counted: Some(1), flaws, ..Page::default() })
    }
}

/// A day file that could not be read: the record of it, which no search can answer for.
fn missing(folder: &str, name: &str, why: &str) -> Page {
    let mut event = Event::unread("", format!("{name}: {why}"));
    let record = serde_json::json!({ "name": name, "not read": why }).to_string().into_bytes();
    event.files.push(SharedFile { name: name.to_owned(), bytes: record, held: false });
    let flaws = vec![Defect::new(DefectCode::BadChat, format!("{name}: {why}"))];
    Page { days: vec![alone(folder, event)], counted: Some(1), flaws, ..Page::default() }
}

fn alone(room: &str, event: Event) -> RoomDay {
    let room = Room { platform: "slack".into(), id: room.to_owned(), name: None, kind: RoomKind::Channel };
    let (people, present) = (Vec::new(), Vec::new());
    RoomDay { room, day: None, people, present, members_known: true, events: vec![event] }
}
