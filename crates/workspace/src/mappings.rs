//! `register/mappings/*.toml`: what the columns of other systems' files of messages mean.

use crate::error::WorkspaceError;
use crate::files::Doing as _;
use duces_ingest::chat::Mapping;
use duces_model::{Mistake, Mistakes};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A larger file is no mapping; it is refused before it is read into memory.
const BYTES_MAX: u64 = 1 << 20;

/// The mappings of the folder in the order of their names; none where there is no such folder.
///
/// # Errors
/// All that is wrong in them, each with its place.
pub(crate) fn read(folder: &Path) -> Result<Vec<Arc<Mapping>>, WorkspaceError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).doing("list", folder)? {
        let path = entry.doing("list", folder)?.path();
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml")) {
            paths.push(path);
        }
    }
    paths.sort();
    let (mut mappings, mut mistakes) = (Vec::new(), Vec::new());
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let file = format!("register/mappings/{name}");
        if fs::metadata(&path).doing("read", &path)?.len() > BYTES_MAX {
            mistakes.push(Mistake::of_file(
                file,
                format!("found more than {BYTES_MAX} bytes, expected a mapping"),
            ));
            continue;
        }
        let bytes = fs::read(&path).doing("read", &path)?;
        let Ok(text) = std::str::from_utf8(&bytes) else {
            mistakes.push(Mistake::of_file(file, "found bytes that are no UTF-8, expected a text in UTF-8"));
            continue;
        };
        match Mapping::read(&file, text.trim_start_matches('\u{FEFF}')) {
            Ok(mapping) => mappings.push(Arc::new(mapping)),
            Err(wrong) => mistakes.extend(wrong.iter().cloned()),
        }
    }
    Ok(Mistakes::or(mistakes, mappings)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_are_read_in_order_and_all_that_is_wrong_in_them_is_told() {
        let dir = tempfile::tempdir().unwrap();
        assert!(read(&dir.path().join("none")).unwrap().is_empty());
        let good = "kind = \"messages-json\"\nfiles = [\"*.jsonl\"]\nplatform = \"x\"\ntime_format = \"rfc3339\"\n[columns]\ntime = \"t\"\ntext = \"b\"\n";
        fs::write(dir.path().join("a.toml"), good).unwrap();
        fs::write(dir.path().join("README"), "not read").unwrap();
        assert_eq!(read(dir.path()).unwrap().len(), 1);
        fs::write(dir.path().join("b.toml"), format!("colour = 1\n{good}")).unwrap();
        fs::write(dir.path().join("c.toml"), [0xFF]).unwrap();
        let error = read(dir.path()).unwrap_err();
        let files: Vec<_> = error.mistakes().unwrap().iter().map(|wrong| wrong.file.as_str()).collect();
        assert_eq!(files, ["register/mappings/b.toml", "register/mappings/c.toml"]);
    }
}
