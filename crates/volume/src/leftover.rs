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
    /// The archive being written.
    pub(crate) staging_zip: PathBuf,
    /// The finished folder.
    pub(crate) folder: PathBuf,
    /// The finished archive.
    pub(crate) zip: PathBuf,
}

impl Places {
    pub(crate) fn new(out: &Path, name: &VolumeName) -> Self {
        Self {
            out: out.to_path_buf(),
            staging: out.join(format!(".{name}.partial")),
            staging_zip: out.join(format!(".{name}.zip.partial")),
            folder: out.join(name.as_str()),
            zip: out.join(format!("{name}.zip")),
        }
    }
}

pub(crate) fn exists(store: &dyn Store, path: &Path) -> Result<bool, VolumeError> {
    store.exists(path).map_err(|source| VolumeError::io("look for", path, source))
}

/// Whether a run that was to write the volume `name` into `out_dir` ended before its time.
pub fn has_partial(out_dir: &Path, name: &VolumeName) -> Result<bool, VolumeError> {
    let places = Places::new(out_dir, name);
    Ok(exists(&Disk, &places.staging)? || exists(&Disk, &places.staging_zip)?)
}

/// Removes what a killed run left of the volume `name`, and returns the paths that were removed.
///
/// A finished volume is never touched. The folder gets its name last, so an archive NAME.zip beside
/// a staging folder and without a folder NAME belongs to the killed run and goes too.
pub fn discard_partial(out_dir: &Path, name: &VolumeName) -> Result<Vec<PathBuf>, VolumeError> {
    let places = Places::new(out_dir, name);
    let orphan_zip =
        exists(&Disk, &places.staging)? && !exists(&Disk, &places.folder)? && exists(&Disk, &places.zip)?;
    let mut removed = Vec::new();
    // The staging folder goes last: while it stands, a second try still knows whose the archive is.
    for (path, there) in
        [(&places.zip, orphan_zip), (&places.staging_zip, exists(&Disk, &places.staging_zip)?)]
    {
        if there {
            Disk.remove_file(path).map_err(|source| VolumeError::io("remove", path, source))?;
            removed.push(path.clone());
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
