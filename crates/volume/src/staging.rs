//! The staging folder: files go in, and it becomes the volume or vanishes.

use crate::error::VolumeError;
use crate::leftover::{Places, exists};
use crate::manifest::FileRecord;
use crate::store::{Sink, Store};
use duces_model::{Sha256, Sha256Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// How far the volume has come; what has to be undone on failure follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    Staging,
    FolderPlaced,
    Done,
}

/// The staging folder of one volume. Dropped before it got its name, it is removed.
pub(crate) struct Staging {
    pub(crate) store: Box<dyn Store>,
    pub(crate) places: Places,
    /// The files in it; sorted by [`Staging::sort`].
    pub(crate) files: Vec<FileRecord>,
    folders: Vec<PathBuf>,
    progress: Progress,
    /// Which family the files being written belong to.
    pub(crate) family: u64,
    /// How many archives were begun.
    pub(crate) archives: usize,
    /// Places of the archives that got their names.
    placed: Vec<usize>,
}

/// A file that is written piece by piece.
pub(crate) struct Running {
    path: String,
    full: PathBuf,
    sink: io::BufWriter<Box<dyn Sink>>,
    hasher: Sha256Hasher,
    bytes: u64,
    family: u64,
}

impl Staging {
    /// Makes the folder, unless its name or the volume's is taken.
    pub(crate) fn make(store: Box<dyn Store>, places: Places) -> Result<Self, VolumeError> {
        if !exists(store.as_ref(), &places.out)? {
            return Err(VolumeError::NoFolder { path: places.out });
        }
        let mut staging = Self {
            store,
            places,
            files: Vec::new(),
            folders: Vec::new(),
            progress: Progress::Done,
            family: 0,
            archives: 0,
            placed: Vec::new(),
        };
        staging.refuse_taken(1)?;
        for path in [staging.places.staging.clone(), staging.places.staging_zip(1)] {
            if exists(staging.store.as_ref(), &path)? {
                return Err(VolumeError::LeftOver { path });
            }
        }
        staging.make_dir(&staging.places.staging)?;
        // From here on there is something of ours to remove.
        staging.progress = Progress::Staging;
        Ok(staging)
    }

    /// Writes a whole file.
    pub(crate) fn write(&mut self, path: &str, bytes: &[u8]) -> Result<(), VolumeError> {
        let mut file = self.start(path)?;
        file.write(bytes)?;
        self.close(file)?;
        Ok(())
    }

    /// Starts a file, making its folder where it is the first in it.
    pub(crate) fn start(&mut self, path: &str) -> Result<Running, VolumeError> {
        let full = self.places.staging.join(path);
        if let Some(folder) = full.parent() {
            self.make_folder(folder)?;
        }
        let sink = self.store.create(&full).map_err(|source| VolumeError::io("write", &full, source))?;
        let sink = io::BufWriter::new(sink);
        Ok(Running {
            path: path.to_owned(),
            full,
            sink,
            hasher: Sha256::hasher(),
            bytes: 0,
            family: self.family,
        })
    }

    /// Ends a file, and returns what is recorded of it.
    pub(crate) fn close(&mut self, mut file: Running) -> Result<Sha256, VolumeError> {
        let mut close = || -> io::Result<()> {
            file.sink.flush()?;
            file.sink.get_mut().sync()
        };
        close().map_err(|source| VolumeError::io("write", &file.full, source))?;
        let sha256 = file.hasher.finish();
        self.files.push(FileRecord { path: file.path, bytes: file.bytes, sha256, family: file.family });
        Ok(sha256)
    }

    fn make_folder(&mut self, folder: &Path) -> Result<(), VolumeError> {
        // The folder being filled is among the last made.
        if folder == self.places.staging || self.folders.iter().rev().any(|made| made == folder) {
            return Ok(());
        }
        if let Some(above) = folder.parent() {
            self.make_folder(above)?;
        }
        self.make_dir(folder)?;
        self.folders.push(folder.to_path_buf());
        Ok(())
    }

    /// Puts the list of files in the order of their paths, by byte.
    pub(crate) fn sort(&mut self) {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
    }

    /// Flushes the folders' lists of names to the disk.
    pub(crate) fn sync_folders(&self) -> Result<(), VolumeError> {
        self.folders.iter().chain([&self.places.staging]).try_for_each(|folder| self.sync_dir(folder))
    }

    /// The archives first, from the second to the last and then the first, the folder last: a folder of that
    /// name is a whole volume with its archives.
    pub(crate) fn give_names(mut self) -> Result<(Places, Vec<FileRecord>), VolumeError> {
        // Looked for again: a rename would replace what another program put there meanwhile.
        self.refuse_taken(self.archives)?;
        for place in (2..=self.archives).chain([1]) {
            self.rename(&self.places.staging_zip(place), &self.places.zip(place))?;
            self.placed.push(place);
        }
        self.sync_dir(&self.places.out)?;
        self.rename(&self.places.staging, &self.places.folder)?;
        self.progress = Progress::FolderPlaced;
        self.sync_dir(&self.places.out)?;
        self.progress = Progress::Done;
        Ok((self.places.clone(), std::mem::take(&mut self.files)))
    }

    fn refuse_taken(&self, archives: usize) -> Result<(), VolumeError> {
        for path in (1..=archives).map(|place| self.places.zip(place)).chain([self.places.folder.clone()]) {
            if exists(self.store.as_ref(), &path)? {
                return Err(VolumeError::Exists { path });
            }
        }
        Ok(())
    }

    fn make_dir(&self, path: &Path) -> Result<(), VolumeError> {
        self.store.create_dir(path).map_err(|source| VolumeError::io("make the folder", path, source))
    }

    fn sync_dir(&self, path: &Path) -> Result<(), VolumeError> {
        self.store.sync_dir(path).map_err(|source| VolumeError::io("flush the folder", path, source))
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<(), VolumeError> {
        self.store.rename(from, to).map_err(|source| VolumeError::io("give the final name", to, source))
    }
}

impl Drop for Staging {
    /// Best effort: the error that led here is the one to be told, and what cannot be removed is
    /// recognised by the next run.
    fn drop(&mut self) {
        if self.progress == Progress::Done {
            return;
        }
        if self.progress == Progress::FolderPlaced {
            let _ = self.store.rename(&self.places.folder, &self.places.staging);
        }
        for place in self.placed.iter().rev() {
            let _ = self.store.remove_file(&self.places.zip(*place));
        }
        for place in (1..=self.archives).rev() {
            let _ = self.store.remove_file(&self.places.staging_zip(place));
        }
        let _ = self.store.remove_dir_all(&self.places.staging);
    }
}

impl Running {
    /// The path below the volume.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Adds the next bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), VolumeError> {
        self.sink.write_all(bytes).map_err(|source| VolumeError::io("write", &self.full, source))?;
        self.hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}
