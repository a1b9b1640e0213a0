//! The files that an export names, where they lie: in its folder, in its ZIP, or in a tar beside it.

use crate::chat::dump::Siblings;
use crate::chat::event::{Event, EventKind, Room, RoomDay, RoomKind, SharedFile};
use crate::chat::page::Page;
use crate::chat::rsmf_file;
use duces_model::{Defect, DefectCode};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use zip::ZipArchive;

/// Where to look for files.
pub(crate) struct Files {
    place: Place,
    /// A larger file is not taken in.
    most: u64,
}

enum Place {
    Folder(PathBuf),
    /// A folder, its folders of unpacked attachments, and the archives beside the dump; which of their files were named.
    Beside(PathBuf, Vec<PathBuf>, Arc<Siblings>, BTreeSet<String>),
    /// A ZIP, and where its entries of one name lie in its list; a name that stands twice is nobody's.
    Zip(Box<ZipArchive<BufReader<File>>>, BTreeMap<String, Option<usize>>),
}

/// How the names of folders start in which Bloomberg's attachments lie.
const UNPACKED: &str = "bloomberg_attachments_";

/// A file's content, or why it cannot be had.
pub(crate) type Content = Result<Vec<u8>, String>;

impl Files {
    /// Files below the folder.
    pub(crate) fn in_folder(root: PathBuf, most: u64) -> Self {
        Self { place: Place::Folder(root), most }
    }

    /// Files of a Bloomberg dump in this folder.
    pub(crate) fn beside(root: PathBuf, siblings: Arc<Siblings>, most: u64) -> Self {
        let mut unpacked: Vec<PathBuf> = std::fs::read_dir(&root)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(UNPACKED))
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
            .map(|entry| entry.path())
            .collect();
        unpacked.sort();
        Self { place: Place::Beside(root, unpacked, siblings, BTreeSet::new()), most }
    }

    /// The archives beside the dump, with how many files each has and how many of them were asked for.
    pub(crate) fn unnamed(&self) -> Vec<(String, usize, usize)> {
        let Place::Beside(_, _, siblings, named) = &self.place else { return Vec::new() };
        let archives = siblings.archives.iter();
        archives
            .map(|(name, tar)| (name.clone(), tar.len(), named.iter().map(|name| tar.count(name)).sum()))
            .collect()
    }

    /// Files in the ZIP.
    ///
    /// # Errors
    /// In words, where it is no ZIP that can be opened or expands past `expanded_max` bytes.
    pub(crate) fn in_zip(path: &Path, most: u64, expanded_max: u64) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|error| error.to_string())?;
        let mut names = BTreeMap::new();
        let mut expanded = 0_u128;
        for at in 0..zip.len() {
            // What cannot even be looked at is told when it is to be read.
            let (name, bytes) = match zip.by_index_raw(at) {
                Ok(entry) => (rsmf_file::entry_name(&entry), entry.size()),
                Err(_) => (format!("file {}", at + 1), 0),
            };
            expanded += u128::from(bytes);
            if !name.ends_with('/') {
                names.entry(name).and_modify(|known| *known = None).or_insert(Some(at));
            }
        }
        if expanded > u128::from(expanded_max) {
            return Err(format!("it expands past the limit of {expanded_max} bytes"));
        }
        Ok(Self { place: Place::Zip(Box::new(zip), names), most })
    }

    /// The names of the files of a ZIP.
    pub(crate) fn names(&self) -> Vec<String> {
        match &self.place {
            Place::Folder(_) | Place::Beside(..) => Vec::new(),
            Place::Zip(_, names) => names.keys().cloned().collect(),
        }
    }

    /// The file of this name; none where there is none.
    pub(crate) fn content(&mut self, name: &str) -> Option<Content> {
        let most = self.most;
        match &mut self.place {
            Place::Folder(root) => below(root, name, most),
            Place::Beside(root, unpacked, siblings, named) => {
                let folders = std::iter::once(&*root).chain(&*unpacked);
                if let Some(found) = folders.into_iter().find_map(|folder| below(folder, name, most)) {
                    return Some(found);
                }
                named.insert(name.to_owned());
                let of_name = siblings.archives.iter().map(|(_, tar)| tar.count(name)).sum::<usize>();
                if of_name > 1 {
                    return Some(Err(format!("{of_name} files of the archives have this name")));
                }
                siblings.archives.iter().find_map(|(_, tar)| tar.content(name, most))
            }
            Place::Zip(zip, names) => Some(match names.get(name)? {
                None => Err("two files of the archive have this name".to_owned()),
                Some(at) => match zip.by_index(*at) {
                    Ok(entry) => unpacked(entry, most),
                    Err(error) => Err(error.to_string()),
                },
            }),
        }
    }

    /// Puts the content into a file of which the export gives a record, where it holds it. `places` are names under
    /// which the file may lie, the likeliest first. Says what is wrong.
    pub(crate) fn fill(
        &mut self,
        file: &mut SharedFile,
        places: &[&str],
        size: Option<u64>,
    ) -> Option<String> {
        let found = places.iter().find_map(|place| self.content(place))?;
        let shown = crate::words::shown(&file.name).into_owned();
        match found {
            Ok(bytes) => {
                let found = bytes.len() as u64;
                (file.bytes, file.held) = (bytes, true);
                let stated = size.filter(|stated| *stated != found)?;
                Some(format!("{shown:?}: the export says {stated} bytes, the file has {found}"))
            }
            Err(why) => Some(format!("{shown:?}: {why}")),
        }
    }
}

/// Files of a ZIP that no event names: they come behind its events, as many at once as fit into one family.
pub(crate) struct Others {
    names: Vec<String>,
    chunk: usize,
}

impl Others {
    /// These files, in families of at most `parts_max`.
    pub(crate) fn new(names: Vec<String>, parts_max: usize) -> Self {
        Self { names, chunk: parts_max.clamp(1, 200) }
    }

    /// How many events they make.
    pub(crate) fn events(&self) -> u64 {
        self.names.len().div_ceil(self.chunk) as u64
    }

    /// One family of them.
    pub(crate) fn page(&self, piece: usize, files: &mut Files, platform: &str) -> Option<Page> {
        let names = self.names.chunks(self.chunk).nth(piece)?;
        let mut page = Page { counted: Some(1), ..Page::default() };
        let mut event = Event::new(EventKind::Unknown);
        event.text = "Files of the export that no message names.".to_owned();
        for name in names {
            let record = serde_json::json!({ "name": name }).to_string().into_bytes();
            let mut file = SharedFile { name: name.clone(), bytes: record, held: false };
            let flaw = files.fill(&mut file, &[name], None);
            page.flaws.extend(flaw.map(|why| Defect::new(DefectCode::BadChat, why)));
            event.files.push(file);
        }
        let (platform, id) = (platform.to_owned(), "export-files".to_owned());
        let room = Room { platform, id, name: None, kind: RoomKind::Channel };
        let (people, present, events) = (Vec::new(), Vec::new(), vec![event]);
        page.days.push(RoomDay { room, day: None, people, present, members_known: true, events });
        Some(page)
    }
}

/// A file below a folder. A name that leads out of it, or through a link, names none.
fn below(root: &Path, name: &str, most: u64) -> Option<Content> {
    let relative = Path::new(name);
    let plain = !name.is_empty() && relative.components().all(|part| matches!(part, Component::Normal(_)));
    if !plain || name.contains('\0') {
        return None;
    }
    let mut path = root.to_owned();
    for part in relative.components() {
        path.push(part);
        if std::fs::symlink_metadata(&path).ok()?.is_symlink() {
            return None;
        }
    }
    let file = File::open(&path).ok()?;
    if !file.metadata().ok()?.is_file() {
        return None;
    }
    Some(unpacked(file, most))
}

fn unpacked(entry: impl Read, most: u64) -> Content {
    let mut bytes = Vec::new();
    entry.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > most {
        return Err(format!("more than the limit of {most} bytes"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_out_of_the_folder_names_no_file() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("secret"), "x").unwrap();
        std::fs::create_dir_all(dir.path().join("export/a")).unwrap();
        std::fs::write(dir.path().join("export/a/b.txt"), "held").unwrap();
        let mut files = Files::in_folder(dir.path().join("export"), 4);
        assert_eq!(files.content("a/b.txt"), Some(Ok(b"held".to_vec())));
        for name in ["../secret", "/etc/hostname", "", "a", "a/../../secret", "none"] {
            assert_eq!(files.content(name), None, "{name}");
        }
        files.most = 3;
        assert!(files.content("a/b.txt").unwrap().is_err());
    }
}
