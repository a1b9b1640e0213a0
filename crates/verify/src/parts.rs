//! A volume in several archives: `NAME.zip`, `NAME-2.zip`, `NAME-3.zip` and so on.

use crate::code::Code;
use crate::finding::{Example, Findings};
use crate::verification::VerifyError;
use crate::zip_directory;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Folders and endings that a part has not: an archive with a load file is a volume of its own, whatever its name.
const LOAD_FILES: [&str; 4] = ["dat", "opt", "lfp", "dii"];

/// `NAME.zip` and N, of a file named `NAME-N.zip`.
fn numbered(path: &Path) -> Option<(PathBuf, u32)> {
    let name = path.file_name()?.to_str()?;
    let (stem, ending) = name.rsplit_once('.')?;
    let (whole, number) = stem.rsplit_once('-')?;
    let plain = number.bytes().all(|digit| digit.is_ascii_digit()) && !number.starts_with('0');
    let number = number.parse().ok().filter(|number| *number >= 2 && plain)?;
    ending.eq_ignore_ascii_case("zip").then(|| (path.with_file_name(format!("{whole}.{ending}")), number))
}

/// Whether a file is a further archive of a volume whose first one lies beside it.
pub(crate) fn is_part(path: &Path) -> bool {
    numbered(path).is_some_and(|(first, _)| first.is_file()) && !holds_load_file(path)
}

/// An archive that cannot be read is taken by its name: it is opened, and what is wrong with it is found.
fn holds_load_file(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    let Ok(directory) = zip_directory::read_directory(&file, None) else { return false };
    directory.entries.iter().any(|entry| {
        let name = entry.name.to_ascii_lowercase();
        let ending = name.rsplit_once('.').map(|(_, ending)| ending).unwrap_or_default();
        !name.contains("native") && LOAD_FILES.contains(&ending)
            || name.starts_with("data/")
            || name.contains("/data/")
    })
}

/// The archive with which the volume of a path begins.
pub(crate) fn first(path: &Path) -> PathBuf {
    match numbered(path) {
        Some((first, _)) if is_part(path) => first,
        _ => path.to_owned(),
    }
}

/// The further archives of the volume that begins with `first`, in order; one that is left out is told.
pub(crate) fn others(first: &Path, findings: &mut Findings) -> Result<Vec<PathBuf>, VerifyError> {
    let folder = first.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let unreadable = |source| VerifyError::Unreadable { path: folder.to_owned(), source };
    let mut parts: BTreeMap<u32, PathBuf> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        // As the first one is named, so that paths of both look alike.
        let path = first.with_file_name(&name);
        if let Some((whole, number)) = numbered(&path)
            && whole == first
            && is_part(&path)
        {
            parts.insert(number, path);
        }
    }
    let last = parts.last_key_value().map_or(1, |(number, _)| *number);
    for missing in (2..last).filter(|number| !parts.contains_key(number)).take(1_000) {
        let stem = first.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let message = format!("found no {stem}-{missing}.zip, but {stem}-{last}.zip");
        findings.add(Code::ZipPartMissing, Example::of_volume(message));
    }
    Ok(parts.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_by_their_number() {
        let first = |name: &str| {
            numbered(Path::new(name)).map(|(first, number)| (first.display().to_string(), number))
        };
        assert_eq!(first("a/ECP-A-2.zip"), Some(("a/ECP-A.zip".to_owned(), 2)));
        assert_eq!(
            [first("ECP-1.zip"), first("ECP-02.zip"), first("ECP.zip"), first("ECP-2.dat")],
            [None, None, None, None]
        );
    }
}
