//! What a killed run leaves behind, and how it is removed when somebody says so.

use crate::error::VolumeError;
use crate::store::{Disk, Store};
use duces_model::VolumeName;
use std::path::{Path, PathBuf};

/// Where the pieces of one volume lie.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// The folder in which volumes are kept.
    pub(crate) out: PathBuf,
    /// The folder being filled.
    pub(crate) staging: PathBuf,
    /// The finished folder.
    pub(crate) folder: PathBuf,
    name: String,
}

impl Places {
    pub(crate) fn new(out: &Path, name: &VolumeName) -> Self {
        Self {
            out: out.to_path_buf(),
            staging: out.join(format!(".{name}.partial")),
            folder: out.join(name.as_str()),
            name: name.to_string(),
        }
    }

    /// The finished archive of this place, from 1. The first has the name of the volume.
    pub(crate) fn zip(&self, place: usize) -> PathBuf {
        self.out.join(self.zip_name(place))
    }

    /// The archive of this place while it is being written.
    pub(crate) fn staging_zip(&self, place: usize) -> PathBuf {
        self.out.join(format!(".{}.partial", self.zip_name(place)))
    }

    fn zip_name(&self, place: usize) -> String {
        // No volume's name holds a hyphen, so that no volume is mistaken for a part of another.
        if place == 1 { format!("{}.zip", self.name) } else { format!("{}-{place}.zip", self.name) }
    }

    /// The places, from the last to the first, of archives of which anything is there. They are made and named
    /// so that no place is empty before the last.
    pub(crate) fn places(&self, store: &dyn Store) -> Result<Vec<usize>, VolumeError> {
        let mut found = Vec::new();
        for place in 1.. {
            if !exists(store, &self.zip(place))? && !exists(store, &self.staging_zip(place))? && place > 1 {
                break;
            }
            found.push(place);
        }
        found.reverse();
        Ok(found)
    }
}

pub(crate) fn exists(store: &dyn Store, path: &Path) -> Result<bool, VolumeError> {
    store.exists(path).map_err(|source| VolumeError::io("look for", path, source))
}

/// Whether a run that was to write the volume `name` into `out_dir` ended before its time.
pub fn has_partial(out_dir: &Path, name: &VolumeName) -> Result<bool, VolumeError> {
    let places = Places::new(out_dir, name);
    Ok(exists(&Disk, &places.staging)? || exists(&Disk, &places.staging_zip(1))?)
}

/// Removes what a killed run left of the volume `name`, and returns the paths that were removed.
///
/// A finished volume is never touched. The folder gets its name last, so an archive NAME.zip beside
/// a staging folder and without a folder NAME belongs to the killed run and goes too.
pub fn discard_partial(out_dir: &Path, name: &VolumeName) -> Result<Vec<PathBuf>, VolumeError> {
    let places = Places::new(out_dir, name);
    // Archives get their names only while the staging folder stands.
    let orphans = exists(&Disk, &places.staging)? && !exists(&Disk, &places.folder)?;
    let mut removed = Vec::new();
    // The staging folder goes last: while it stands, a second try still knows whose the archives are.
    for place in places.places(&Disk)? {
        for (path, ours) in [(places.zip(place), orphans), (places.staging_zip(place), true)] {
            if ours && exists(&Disk, &path)? {
                Disk.remove_file(&path).map_err(|source| VolumeError::io("remove", &path, source))?;
                removed.push(path);
            }
        }
    }
    if exists(&Disk, &places.staging)? {
        let failed = |source| VolumeError::io("remove", &places.staging, source);
        Disk.remove_dir_all(&places.staging).map_err(failed)?;
        removed.push(places.staging);
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn name() -> VolumeName {
        "ECP001".parse().unwrap()
    }

    #[test]
    fn an_archive_without_its_folder_belongs_to_the_killed_run() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(".ECP001.partial")).unwrap();
        fs::write(dir.path().join("ECP001.zip"), "x").unwrap();
        assert!(has_partial(dir.path(), &name()).unwrap());
        assert_eq!(discard_partial(dir.path(), &name()).unwrap().len(), 2);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn archives_of_a_killed_run_that_was_naming_them_all_go() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(".ECP001.partial")).unwrap();
        for archive in ["ECP001-2.zip", ".ECP001-3.zip.partial", ".ECP001.zip.partial"] {
            fs::write(dir.path().join(archive), "x").unwrap();
        }
        fs::write(dir.path().join("ECP001_2.zip"), "of another volume").unwrap();
        assert_eq!(discard_partial(dir.path(), &name()).unwrap().len(), 4);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_finished_volume_is_never_touched() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("ECP001")).unwrap();
        fs::write(dir.path().join("ECP001.zip"), "x").unwrap();
        assert!(!has_partial(dir.path(), &name()).unwrap());
        assert!(discard_partial(dir.path(), &name()).unwrap().is_empty());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_lone_archive_is_nobodys_leftover() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("ECP001.zip"), "x").unwrap();
        assert!(discard_partial(dir.path(), &name()).unwrap().is_empty());
        assert!(dir.path().join("ECP001.zip").exists());
    }
}
