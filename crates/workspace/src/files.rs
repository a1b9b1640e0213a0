//! Files that appear whole or not at all.

use crate::error::WorkspaceError;
use duces_model::Sha256;
use std::fs::{self, File};
use std::io::{BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Names what was being done to which path when the file system refused.
pub(crate) trait Doing<T> {
    /// Adds the context.
    fn doing(self, doing: &'static str, path: &Path) -> Result<T, WorkspaceError>;
}

impl<T> Doing<T> for std::io::Result<T> {
    fn doing(self, doing: &'static str, path: &Path) -> Result<T, WorkspaceError> {
        self.map_err(|source| WorkspaceError::Io { doing, path: path.to_owned(), source })
    }
}

/// Writes a working sheet: the old one, if any, is replaced in one step.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), WorkspaceError> {
    let parent = parent(path);
    fs::create_dir_all(parent).doing("create the folder", parent)?;
    let temporary = staged(path);
    let written = write_synced(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // Nothing half-written stays; the first error is the one to report.
        let _ = fs::remove_file(&temporary);
    }
    written.doing("write", path)?;
    sync_folder(parent);
    Ok(())
}

/// A working sheet that is being written beside its place; dropped unfinished, it leaves nothing.
pub(crate) struct Staged {
    path: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Staged {
    /// Begins the file that is to lie at `path`.
    pub(crate) fn new(path: &Path) -> Result<Self, WorkspaceError> {
        let parent = parent(path);
        fs::create_dir_all(parent).doing("create the folder", parent)?;
        let file = File::create(staged(path)).doing("write", path)?;
        Ok(Self { path: path.to_owned(), file: Some(BufWriter::new(file)) })
    }

    /// Where it is to lie.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts it in its place, instead of what lies there.
    pub(crate) fn finish(mut self) -> Result<(), WorkspaceError> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let placed = file
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(staged(&self.path), &self.path));
        if placed.is_err() {
            // Nothing half-written stays; the first error is the one to report.
            let _ = fs::remove_file(staged(&self.path));
        }
        placed.doing("write", &self.path)?;
        sync_folder(parent(&self.path));
        Ok(())
    }
}

impl std::io::Write for Staged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.as_mut().map_or(Ok(()), std::io::Write::flush)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            let _ = fs::remove_file(staged(&self.path));
        }
    }
}

/// A working folder that is being filled beside its place; dropped unfinished, it leaves nothing.
pub(crate) struct StagedFolder {
    path: PathBuf,
    done: bool,
}

impl StagedFolder {
    /// Begins the folder that is to lie at `path`, where nothing lies.
    pub(crate) fn new(path: &Path) -> Result<Self, WorkspaceError> {
        if path.symlink_metadata().is_ok() {
            return Err(WorkspaceError::Exists { path: path.to_owned() });
        }
        remove_folder(&staged(path))?;
        make_folder(&staged(path))?;
        Ok(Self { path: path.to_owned(), done: false })
    }

    /// Where it is being filled.
    pub(crate) fn path(&self) -> PathBuf {
        staged(&self.path)
    }

    /// Puts it in its place.
    pub(crate) fn finish(mut self) -> Result<(), WorkspaceError> {
        fs::rename(staged(&self.path), &self.path).doing("write the folder", &self.path)?;
        self.done = true;
        sync_folder(parent(&self.path));
        Ok(())
    }
}

impl Drop for StagedFolder {
    fn drop(&mut self) {
        if !self.done {
            let _ = fs::remove_dir_all(staged(&self.path));
        }
    }
}

/// Writes a file that must not exist yet.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> Result<(), WorkspaceError> {
    if path.symlink_metadata().is_ok() {
        return Err(WorkspaceError::Exists { path: path.to_owned() });
    }
    replace(path, bytes)
}

/// Copies a file to a place where none lies, whole or not at all, with its time of modification.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), WorkspaceError> {
    let mut source = File::open(from).doing("read", from)?;
    let modified = source.metadata().and_then(|metadata| metadata.modified()).ok();
    let mut staged = Staged::new(to)?;
    std::io::copy(&mut source, &mut staged).doing("copy", from)?;
    staged.finish()?;
    if let Some(modified) = modified {
        // The time is a kindness to whoever reads the file's properties; the copy is whole without it.
        let _ = File::options().write(true).open(to).and_then(|file| file.set_modified(modified));
    }
    Ok(())
}

/// The digest of a file, read in pieces.
pub(crate) fn sha256(path: &Path) -> Result<Sha256, WorkspaceError> {
    let mut file = File::open(path).doing("read", path)?;
    let mut hasher = Sha256::hasher();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).doing("read", path)? {
            0 => return Ok(hasher.finish()),
            count => hasher.update(&buffer[..count]),
        }
    }
}

/// Makes a folder, where it is not there.
pub(crate) fn make_folder(path: &Path) -> Result<(), WorkspaceError> {
    fs::create_dir_all(path).doing("create the folder", path)
}

/// Removes a folder and all in it, where it is there.
pub(crate) fn remove_folder(path: &Path) -> Result<(), WorkspaceError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).doing("remove the folder", path)
        }
        _ => Ok(()),
    }
}

/// Removes a file, where it is there.
pub(crate) fn remove_file(path: &Path) -> Result<(), WorkspaceError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error).doing("remove", path),
        _ => Ok(()),
    }
}

/// Two folders held against each other.
pub(crate) struct Compared {
    pub(crate) files: u64,
    pub(crate) differing: Vec<String>,
}

/// Compares every file of two folders, byte by byte; a file that only one has differs.
pub(crate) fn compare_trees(left: &Path, right: &Path) -> Result<Compared, WorkspaceError> {
    let mut names = files_below(left)?;
    names.extend(files_below(right)?);
    let mut differing = Vec::new();
    for name in &names {
        let read = |root: &Path| fs::read(root.join(name)).ok();
        let (one, other) = (read(left), read(right));
        if one.is_none() || one != other {
            differing.push(name.clone());
        }
    }
    Ok(Compared { files: names.len() as u64, differing })
}

fn files_below(root: &Path) -> Result<std::collections::BTreeSet<String>, WorkspaceError> {
    let mut names = std::collections::BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).doing("read the folder", &folder)? {
            let path = entry.doing("read the folder", &folder)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(below) = path.strip_prefix(root) {
                names.insert(below.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    Ok(names)
}

fn write_synced(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Some systems cannot sync a folder; the file itself is synced already.
fn sync_folder(path: &Path) {
    if let Ok(folder) = File::open(path) {
        let _ = folder.sync_all();
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn staged(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".partial");
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_exists_is_not_overwritten_and_a_sheet_is_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.csv");
        create(&path, b"one").unwrap();
        assert!(matches!(create(&path, b"two"), Err(WorkspaceError::Exists { .. })));
        assert_eq!(fs::read(&path).unwrap(), b"one");
        replace(&path, b"three").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_that_is_a_file_is_an_error_that_names_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, b"").unwrap();
        let error = replace(&path.join("x.csv"), b"").unwrap_err();
        assert!(error.to_string().contains("file"), "{error}");
    }
}
