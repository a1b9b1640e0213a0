//! Files that were found before, told by the path that was recorded.

use crate::archived;
use crate::walk::FoundFile;
use duces_model::ArchivePath;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

impl FoundFile {
    /// The file at a recorded path below `root`, as it lies there now. Whether it is there is seen when
    /// it is opened; its size is 0 where it is not, and of a member of an archive.
    pub fn recorded(root: &Path, archive: &str, path: &ArchivePath, maildir: bool) -> Self {
        let absolute = absolute(root, path);
        let inside = archived::split(&absolute);
        let metadata = inside.as_ref().map_or(&absolute, |(archive, _)| archive).metadata().ok();
        let bytes =
            if inside.is_some() { None } else { metadata.as_ref().map(std::fs::Metadata::len) }.unwrap_or(0);
        let modified = metadata.and_then(|metadata| metadata.modified().ok());
        Self::seen(root, archive, path, maildir, bytes, modified)
    }

    /// The file at a path below `root`, with the size and time that it had when it was found.
    pub fn seen(
        root: &Path,
        archive: &str,
        path: &ArchivePath,
        maildir: bool,
        bytes: u64,
        modified: Option<SystemTime>,
    ) -> Self {
        Self {
            archive: archive.to_owned(),
            path: path.clone(),
            identity_path: path.clone(),
            absolute: absolute(root, path),
            bytes,
            modified,
            maildir,
        }
    }
}

fn absolute(root: &Path, path: &ArchivePath) -> PathBuf {
    let mut absolute = root.to_owned();
    absolute.extend(path.as_str().split('/').map(name_of));
    absolute
}

/// A part of a path as the system writes it: `%XX` is a byte that is no UTF-8, `%25` a percent sign.
fn name_of(part: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code =
            after.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    PathBuf::from(os_string(bytes))
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

/// Names of other systems are no bytes; one that is no Unicode cannot be written down exactly there.
#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> OsString {
    OsString::from(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::walk::{Found, walk};

    #[test]
    fn every_file_that_was_found_is_found_again_by_its_recorded_path() {
        let dir = tempfile::tempdir().unwrap();
        let mut names =
            vec![OsString::from("a.eml"), OsString::from("50%25 off.eml"), OsString::from("é.eml")];
        if cfg!(unix) {
            names.push(os_string(b"bad\xff%41.eml".to_vec()));
        }
        for name in &names {
            std::fs::write(dir.path().join(name), b"x").unwrap();
        }
        let mut count = 0;
        for found in walk("mail", dir.path()).unwrap() {
            let Found::Container(file) = found.unwrap() else { continue };
            let again = FoundFile::recorded(dir.path(), "mail", &file.path, false);
            assert_eq!((again.absolute, again.bytes), (file.absolute, 1));
            count += 1;
        }
        assert_eq!(count, names.len());
    }
}
