//! Documents that people collect by hand for an item: copied into the workspace, recorded, and from then on
//! in the same account, population and numbers as everything else.
//!
//! The copies lie in `collected/REQUEST/`, which is an archive like the others, named [`ARCHIVE`].

use crate::error::WorkspaceError;
use crate::files::{self, Doing as _};
use crate::home::{Actor, Workspace};
use crate::scope::ItemAnswer;
use duces_ledger::Collected;
use duces_model::{ArchivePath, ContainerId, ItemId, Mistake, Mistakes, RequestId, Sha256};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Name of the archive of collected files, and of its folder.
pub(crate) const ARCHIVE: &str = "collected";

/// Files were added.
#[derive(Debug, Serialize)]
pub struct AddReport {
    /// The request.
    pub request: RequestId,
    /// The item that they answer.
    pub item: ItemId,
    /// Which.
    pub files: Vec<AddedFile>,
}

/// A file that was added.
#[derive(Debug, Serialize)]
pub struct AddedFile {
    /// Where the copy lies, below the folder of collected files.
    pub path: String,
    /// Where it was taken from.
    pub came_from: String,
    /// Digest of its bytes.
    pub sha256: Sha256,
}

impl Workspace {
    /// Copies files into the workspace and records that they answer an item; `duces index` takes them up.
    ///
    /// # Errors
    /// A request or item that is not there, a file that is none or that was added for the item already, and a
    /// file of that name with other bytes. Where one file fails none is recorded.
    pub fn add(
        &mut self,
        id: &RequestId,
        item: &ItemId,
        files: &[PathBuf],
        note: &str,
        actor: &Actor,
    ) -> Result<AddReport, WorkspaceError> {
        let register = self.register()?;
        let request = self.read_request(id, &register)?.request;
        let numbers = request.numbers();
        if !numbers.contains(&item) {
            let known = numbers.iter().map(ToString::to_string).collect();
            return Err(WorkspaceError::Unknown { what: "item", name: item.to_string(), known });
        }
        let mut added = Vec::new();
        let mut records = Vec::new();
        // Before the first copy: where one is refused none is made.
        for file in files.iter().filter(|file| file.is_file()) {
            self.refuse_internal(file)?;
        }
        for file in files {
            let one = self.copy(id, file)?;
            let path = ArchivePath::from_escaped(one.path.clone());
            records.push(Collected {
                request: id.clone(),
                item: item.clone(),
                container: ContainerId::new(ARCHIVE, &path),
                path: one.path.clone(),
                file_sha256: one.sha256,
                came_from: one.came_from.clone(),
                note: note.to_owned(),
            });
            added.push(one);
        }
        self.ledger.add_collected(&actor.act(), &records)?;
        Ok(AddReport { request: id.clone(), item: item.clone(), files: added })
    }

    /// Puts a copy in its place. One that lies there with the same bytes is the same file: it may answer
    /// several items.
    fn copy(&self, id: &RequestId, file: &Path) -> Result<AddedFile, WorkspaceError> {
        let refused = |what: String, hint: &str| {
            Mistakes::one(Mistake::of_file(file.display().to_string(), what).hint(hint)).into()
        };
        if !fs::metadata(file).doing("read", file)?.is_file() {
            let hint = "name the files one by one; a folder of mail belongs in an archive of duces.toml";
            return Err(refused(format!("{} is no file", file.display()), hint));
        }
        let name = file.file_name().and_then(|name| name.to_str()).filter(|name| !name.contains('%'));
        let Some(name) = name else {
            let hint = "give the copy a name of Unicode letters without a percent sign";
            return Err(refused(format!("the name of {} cannot be kept", file.display()), hint));
        };
        let sha256 = files::sha256(file)?;
        let path = format!("{id}/{name}");
        let place = self.root.join(ARCHIVE).join(id.as_str()).join(name);
        if place.symlink_metadata().is_ok() {
            if files::sha256(&place)? != sha256 {
                let hint = "give the file another name: what was added is never overwritten";
                return Err(refused(format!("{path} is there already, with other bytes"), hint));
            }
        } else {
            files::copy(file, &place)?;
            if files::sha256(&place)? != sha256 {
                files::remove_file(&place)?;
                let hint = "add it again when nobody writes to it";
                return Err(refused(format!("{} changed while it was copied", file.display()), hint));
            }
        }
        Ok(AddedFile { path, came_from: file.display().to_string(), sha256 })
    }

    /// The rows of what was added for each item of a request.
    ///
    /// # Errors
    /// A file that was added and is not read to its end yet: its documents would be missing.
    pub(crate) fn collected_rows(
        &self,
        id: &RequestId,
    ) -> Result<BTreeMap<ItemId, Vec<u64>>, WorkspaceError> {
        let mut rows: BTreeMap<ItemId, Vec<u64>> = BTreeMap::new();
        for record in self.ledger.collected(id)? {
            let read = self.ledger.container(record.file.container)?.is_some_and(|state| state.complete());
            if !read {
                return Err(WorkspaceError::TooEarly {
                    missing: format!("{} was added by hand and is not indexed yet", record.file.path),
                    hint: "run duces index".to_owned(),
                });
            }
            rows.entry(record.file.item)
                .or_default()
                .extend(self.ledger.container_rows(record.file.container)?);
        }
        rows.values_mut().for_each(|rows| {
            rows.sort_unstable();
            rows.dedup();
        });
        Ok(rows)
    }
}

/// Takes what a person added for an item as its hits, wherever the search left it.
pub(crate) fn take_up(answer: &mut ItemAnswer, collected: &[u64]) {
    for row in collected {
        if answer.hits.binary_search(row).is_ok() {
            continue;
        }
        if let Ok(at) = answer.cannot_tell.binary_search_by_key(row, |(open, _)| *open) {
            answer.cannot_tell.remove(at);
        } else if answer.bounds.contains(*row) {
            answer.not_hit = answer.not_hit.saturating_sub(1);
        } else {
            answer.in_scope += 1;
        }
        let at = answer.hits.partition_point(|hit| hit < row);
        answer.hits.insert(at, *row);
    }
}
