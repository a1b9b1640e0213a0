//! Which files of the register's folder are read.

use crate::references::shown;
use crate::register::RegisterError;
use duces_model::Mistake;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Whether a register has a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// It must.
    Must,
    /// It should, and is said to lack it otherwise: evidence is missing then.
    Should,
    /// It may: a register without it is whole.
    May,
}

/// The files that lie in the register's folder itself.
pub(crate) const KNOWN: [(&str, Need); 12] = [
    ("sources.csv", Need::Must),
    ("people.csv", Need::Must),
    ("addresses.csv", Need::May),
    ("groups.csv", Need::May),
    ("attorneys.csv", Need::May),
    ("captures.csv", Need::Should),
    ("disposals.csv", Need::Should),
    ("holds.csv", Need::Should),
    ("retention.csv", Need::Should),
    ("closures.csv", Need::May),
    ("review.csv", Need::Should),
    ("sequences.csv", Need::Should),
];

/// The folders of a register, in each of which any number of tables may lie, and one should.
pub(crate) const FOLDERS: [&str; 2] = ["controls", "review-log"];

/// The folder of mappings of messages, which are no evidence: the reader of retained communications takes them.
const MAPPINGS: &str = "mappings";

/// A larger file is no list that people edit; it is refused before it is read into memory.
const FILE_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// A register with more in it altogether is refused likewise.
const ALL_BYTES_MAX: u64 = 2 * 1024 * 1024 * 1024;

/// What lies in a register's folder.
#[derive(Default)]
pub(crate) struct Folder {
    /// Path below the folder, with `/`, and content.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// Paths below the folder that are not read.
    pub(crate) ignored: Vec<String>,
    /// Files that can only have been meant to be read, and were not.
    pub(crate) mistakes: Vec<Mistake>,
    /// Bytes of the files so far.
    bytes: u64,
}

/// Reads the known files of the folder, and the `.csv` files of its [`FOLDERS`], with their
/// mappings (`.toml`).
pub(crate) fn read(dir: &Path) -> Result<Folder, RegisterError> {
    let mut folder = Folder::default();
    for (name, path) in entries(dir)? {
        let lower = name.to_lowercase();
        if lower == MAPPINGS && path.is_dir() {
            continue;
        }
        if FOLDERS.contains(&lower.as_str()) && path.is_dir() {
            for (name, path) in entries(&path)? {
                let is_table = is_table(&name) || is_mapping(&name);
                folder.take(
                    format!("{lower}/{name}"),
                    &path,
                    path.is_file() && is_table && !is_lock(&name),
                )?;
            }
        } else {
            let known = path.is_file() && KNOWN.iter().any(|(known, _)| *known == lower);
            folder.take(if known { lower } else { name }, &path, known)?;
        }
    }
    folder.find_workbooks();
    Ok(folder)
}

impl Folder {
    fn take(&mut self, name: String, path: &Path, read: bool) -> Result<(), RegisterError> {
        if !read {
            self.ignored.push(name);
            return Ok(());
        }
        let unreadable = |source| RegisterError::Unreadable { path: path.to_owned(), source };
        let bytes = fs::metadata(path).map_err(unreadable)?.len();
        if bytes > FILE_BYTES_MAX {
            let message = format!("found {bytes} bytes, expected at most {FILE_BYTES_MAX}");
            self.mistakes.push(Mistake::of_file(shown(&name), message).hint("split the file"));
            return Ok(());
        }
        self.bytes += bytes;
        if self.bytes > ALL_BYTES_MAX {
            let message = format!(
                "found {} bytes up to this file, expected at most {ALL_BYTES_MAX} in all files",
                self.bytes
            );
            self.mistakes.push(Mistake::of_file(shown(&name), message).hint("leave out what is not needed"));
            return Ok(());
        }
        let content = fs::read(path).map_err(unreadable)?;
        if self.files.insert(name.clone(), content).is_some() {
            let message =
                "found two files of this name that differ only in upper and lower case, expected one";
            self.mistakes.push(Mistake::of_file(shown(&name), message));
        }
        Ok(())
    }

    /// `controls/x.xlsx` without `controls/x.csv` was meant to be read, and would be missed in silence.
    fn find_workbooks(&mut self) {
        for name in &self.ignored {
            let Some((stem, ending)) = name.rsplit_once('.') else { continue };
            let is_table = matches!(ending.to_lowercase().as_str(), "xlsx" | "xls" | "ods" | "tsv" | "txt");
            let csv = format!("{stem}.csv");
            let is_meant = FOLDERS.iter().any(|folder| stem.starts_with(&format!("{folder}/")))
                || KNOWN.iter().any(|(known, _)| *known == csv.to_lowercase());
            let file_name = stem.rsplit('/').next().unwrap_or(stem);
            let is_there = self.files.keys().any(|read| read.eq_ignore_ascii_case(&csv));
            if is_table && is_meant && !is_there && !is_lock(file_name) {
                let message = format!("found {name} without {csv}, expected the table as CSV");
                self.mistakes.push(
                    Mistake::of_file(shown(name), message)
                        .hint(format!("save it as {csv}, in the form \"CSV UTF-8\"")),
                );
            }
        }
    }
}

/// Whether a file is named as a table.
pub(crate) fn is_table(name: &str) -> bool {
    name.to_lowercase().ends_with(".csv")
}

/// Whether a file is named as the mapping of a report.
pub(crate) fn is_mapping(name: &str) -> bool {
    name.to_lowercase().ends_with(".toml")
}

/// What a spreadsheet leaves beside a file that it has open.
fn is_lock(name: &str) -> bool {
    name.starts_with('.') || name.starts_with("~$")
}

/// Names and paths in a folder, sorted by name.
fn entries(dir: &Path) -> Result<BTreeMap<String, PathBuf>, RegisterError> {
    let unreadable = |source| RegisterError::Unreadable { path: dir.to_owned(), source };
    fs::read_dir(dir)
        .map_err(unreadable)?
        .map(|entry| {
            let entry = entry.map_err(unreadable)?;
            Ok((entry.file_name().to_string_lossy().into_owned(), entry.path()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> Folder {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("controls")).unwrap();
        for name in names {
            fs::write(dir.path().join(name), name).unwrap();
        }
        read(dir.path()).unwrap()
    }

    #[test]
    fn known_files_and_control_tables_are_read_and_the_rest_is_listed() {
        let folder =
            folder(&["Sources.CSV", "people.csv", "notes.txt", "controls/a.csv", "controls/.~lock.a.csv#"]);
        let read: Vec<_> = folder.files.keys().map(String::as_str).collect();
        assert_eq!(read, ["controls/a.csv", "people.csv", "sources.csv"]);
        assert_eq!(folder.ignored, ["controls/.~lock.a.csv#", "notes.txt"]);
        assert!(folder.mistakes.is_empty());
    }

    #[test]
    fn mappings_are_read_beside_the_tables_of_folders_and_nowhere_else() {
        let dir = tempfile::tempdir().unwrap();
        for name in
            ["Controls/a.csv", "Controls/a.TOML", "review-log/2024.csv", "review-log/x.toml", "b.toml"]
        {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        let folder = read(dir.path()).unwrap();
        let read: Vec<_> = folder.files.keys().map(String::as_str).collect();
        assert_eq!(read, ["controls/a.TOML", "controls/a.csv", "review-log/2024.csv", "review-log/x.toml"]);
        assert_eq!(folder.ignored, ["b.toml"]);
    }

    #[test]
    fn a_workbook_in_the_place_of_a_table_is_a_mistake_and_one_beside_it_is_not() {
        let folder = folder(&[
            "sources.csv",
            "sources.xlsx",
            "~$people.xlsx",
            "holds.xlsx",
            "controls/journal.ods",
            "controls/a.csv",
            "controls/a.xls",
        ]);
        let files: Vec<_> = folder.mistakes.iter().map(|mistake| mistake.file.as_str()).collect();
        assert_eq!(files, ["register/controls/journal.ods", "register/holds.xlsx"]);
    }

    #[test]
    fn a_folder_that_is_not_there_cannot_be_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("register");
        assert!(matches!(read(&path), Err(RegisterError::Unreadable { path: named, .. }) if named == path));
    }
}
