//! A folder that appears whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why samples could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SamplesError {
    /// The folder holds something already; nothing is overwritten.
    #[error("found files in {path}, expected an empty or a new folder")]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// An earlier run was stopped in the middle.
    #[error("found {path}, left behind by a run that was stopped; remove it first")]
    LeftOver {
        /// What was left behind.
        path: PathBuf,
    },
    /// The path names no folder that could be made.
    #[error("found {path}, expected the path of a folder with a name")]
    NoName {
        /// The path.
        path: PathBuf,
    },
    /// A file or folder could not be written.
    #[error("could not {doing} {path}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
}

impl SamplesError {
    pub(crate) fn io(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { doing, path, source }
    }
}

/// Lets `fill` write into a folder beside `dir` and gives it that name when all is there.
///
/// Nothing is forced to the disk: samples can be made again from nothing.
pub(crate) fn staged<T>(
    dir: &Path,
    fill: impl FnOnce(&Path) -> Result<T, SamplesError>,
) -> Result<T, SamplesError> {
    let staging = partial(dir)?;
    refuse_content(dir)?;
    match fs::create_dir_all(staging.parent().unwrap_or(Path::new(".")))
        .and_then(|()| fs::create_dir(&staging))
    {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(SamplesError::LeftOver { path: staging });
        }
        made => made.map_err(SamplesError::io("make", &staging))?,
    }
    let written = fill(&staging).and_then(|written| {
        if dir.exists() {
            fs::remove_dir(dir).map_err(SamplesError::io("replace the empty folder", dir))?;
        }
        fs::rename(&staging, dir).map_err(SamplesError::io("name the finished folder", dir))?;
        Ok(written)
    });
    if written.is_err() {
        // The first error is the one to report; what cannot be removed is found by the next run.
        let _ = fs::remove_dir_all(&staging);
    }
    written
}

fn partial(dir: &Path) -> Result<PathBuf, SamplesError> {
    let name = dir.file_name().ok_or_else(|| SamplesError::NoName { path: dir.to_owned() })?;
    let mut partial = std::ffi::OsString::from(".");
    partial.push(name);
    partial.push(".partial");
    Ok(dir.with_file_name(partial))
}

fn refuse_content(dir: &Path) -> Result<(), SamplesError> {
    match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(SamplesError::io("read the folder", dir)(error)),
        Ok(mut entries) => match entries.next() {
            Some(_) => Err(SamplesError::NotEmpty { path: dir.to_owned() }),
            None => Ok(()),
        },
    }
}

/// Writes one file below `root`, making its folders.
pub(crate) fn write_file(root: &Path, relative: &str, bytes: &[u8]) -> Result<(), SamplesError> {
    let path = root.join(relative);
    let folder = path.parent().unwrap_or(root);
    fs::create_dir_all(folder).map_err(SamplesError::io("make", folder))?;
    fs::write(&path, bytes).map_err(SamplesError::io("write", &path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_holds_something_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("mine"), "x").unwrap();
        let refused = staged(home.path(), |_| Ok(()));
        assert!(matches!(refused, Err(SamplesError::NotEmpty { .. })));
        assert_eq!(fs::read(home.path().join("mine")).unwrap(), b"x");
    }

    #[test]
    fn a_failure_in_the_middle_leaves_nothing() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("firm");
        let failed: Result<(), _> = staged(&dir, |staging| {
            write_file(staging, "a/b", b"half")?;
            Err(SamplesError::NoName { path: PathBuf::new() })
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
    }

    #[test]
    fn an_empty_folder_is_taken_and_a_leftover_is_named() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("firm");
        fs::create_dir(&dir).unwrap();
        staged(&dir, |staging| write_file(staging, "x", b"1")).unwrap();
        assert_eq!(fs::read(dir.join("x")).unwrap(), b"1");
        let next = home.path().join("next");
        fs::create_dir(home.path().join(".next.partial")).unwrap();
        assert!(matches!(staged(&next, |_| Ok(())), Err(SamplesError::LeftOver { .. })));
    }
}
