//! A volume that lies in a folder.

use crate::code::Code;
use crate::files::{FileEntry, Origin};
use crate::finding::Findings;
use crate::verification::VerifyError;
use crate::zip::escaped;
use std::path::{Path, PathBuf};

/// Folders deeper than this are not entered: no volume is that deep, a loop of mounts may be.
const DEPTH_MAX: usize = 64;

/// Lists every file below `root`. Links are found, never followed.
pub(crate) fn list(root: &Path, findings: &mut Findings) -> Result<Vec<FileEntry>, VerifyError> {
    let mut files = Vec::new();
    let mut open = vec![(root.to_owned(), String::new(), false, 0)];
    while let Some((folder, prefix, odd, depth)) = open.pop() {
        let unreadable = |source| VerifyError::Unreadable { path: folder.clone(), source };
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let path: PathBuf = entry.path();
            let metadata = std::fs::symlink_metadata(&path)
                .map_err(|source| VerifyError::Unreadable { path: path.clone(), source })?;
            let name = entry.file_name();
            let shown = escaped(name.as_encoded_bytes());
            let odd = odd || name.to_str().is_none();
            let below = if prefix.is_empty() { shown } else { format!("{prefix}/{shown}") };
            if name.to_str().is_none() {
                findings.of_file(Code::NameUnusable, &below, "the name is not Unicode");
            }
            if metadata.is_dir() {
                if depth == DEPTH_MAX {
                    findings.of_file(
                        Code::NameUnusable,
                        &below,
                        format!("found more than {DEPTH_MAX} folders deep"),
                    );
                } else {
                    open.push((path, below, odd, depth + 1));
                }
            } else if metadata.is_file() {
                let origin = if odd { Origin::Odd(path) } else { Origin::Below };
                files.push(FileEntry::new(below, metadata.len(), origin, true));
            } else {
                findings.of_file(
                    Code::SymbolicLink,
                    &below,
                    "found something that is neither a file nor a folder",
                );
            }
        }
    }
    Ok(files)
}
