//! A folder of several volumes, and the numbers that a volume has issued.

use crate::earlier::Issued;
use crate::options::Options;
use crate::parts;
use crate::verification::{Verification, VerifyError, verify_with};
use crate::volume::LAYOUT;
use crate::zip::escaped;
use duces_model::Observer;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Endings of load files: a folder that holds one is a volume.
const LOAD_FILES: [&str; 6] = ["dat", "opt", "lfp", "csv", "tsv", "dii"];

/// The volumes at a path.
#[derive(Debug)]
struct Volumes {
    /// Each volume: a folder or a ZIP file, by name.
    volumes: Vec<PathBuf>,
    /// What lies beside them and belongs to none.
    beside: Vec<PathBuf>,
}

/// Tells a folder of several volumes from a volume.
///
/// A folder is a volume where it holds a load file, or a folder of a volume's layout. Else the folders and ZIP files in
/// it that are volumes are the volumes, an archive with its further parts being one; where there is none, the folder is
/// taken for one.
fn volumes(path: &Path) -> Result<Volumes, VerifyError> {
    let alone = Volumes { volumes: vec![path.to_owned()], beside: Vec::new() };
    let unreadable = |source| VerifyError::Unreadable { path: path.to_owned(), source };
    if !std::fs::metadata(path).map_err(unreadable)?.is_dir() || is_volume(path)? {
        return Ok(alone);
    }
    let mut found = Volumes { volumes: Vec::new(), beside: Vec::new() };
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let folder = path.is_dir();
        let archive = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
        if archive && !folder && parts::is_part(&path) {
            continue;
        }
        let volume = if folder { is_volume(&path)? } else { archive };
        if volume { found.volumes.push(path) } else { found.beside.push(path) }
    }
    found.volumes.sort();
    found.beside.sort();
    Ok(if found.volumes.is_empty() { alone } else { found })
}

/// Every volume of a path, looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verifications {
    /// Each volume by name.
    pub volumes: Vec<Verification>,
    /// What lies beside them and belongs to none: it was not looked at.
    pub beside: Vec<PathBuf>,
}

/// Looks at the volume at `path`, or at each volume of a folder of several, each also against those before it. A
/// folder and a ZIP file of one name are one volume.
///
/// # Errors
/// As [`verify_with`].
pub fn verify_all(
    path: &Path,
    options: &Options<'_>,
    observer: &dyn Observer,
) -> Result<Verifications, VerifyError> {
    let found = volumes(path)?;
    let mut done = Verifications { volumes: Vec::new(), beside: found.beside };
    let mut before: Vec<Issued> = Vec::new();
    for path in &found.volumes {
        let name = path.file_stem().map(|name| escaped(name.as_encoded_bytes())).unwrap_or_default();
        let others = before.iter().filter(|issued| issued.volume != name).cloned();
        let earlier: Vec<Issued> = options.earlier.iter().cloned().chain(others).collect();
        let looked = verify_with(path, &Options { earlier: &earlier, ..*options }, observer)?;
        if !before.iter().any(|issued| issued.volume == name) {
            let ranges = looked.summary.ranges.iter().cloned();
            before.extend(ranges.map(|range| Issued { volume: name.clone(), range }));
        }
        done.volumes.push(looked);
    }
    Ok(done)
}

fn is_volume(folder: &Path) -> Result<bool, VerifyError> {
    let unreadable = |source| VerifyError::Unreadable { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().map(|name| escaped(name.as_encoded_bytes())).unwrap_or_default();
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        let layout = LAYOUT.iter().any(|known| known.eq_ignore_ascii_case(&name)) && path.is_dir();
        if layout || (LOAD_FILES.contains(&ending.as_str()) && path.is_file()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The numbers that the volume or volumes at `path` have issued, from their own load files.
///
/// # Errors
/// Where a volume cannot be read, or no number can be read in it: an earlier volume that says nothing must not pass for
/// one without numbers.
pub fn issued(
    path: &Path,
    password: Option<&[u8]>,
    observer: &dyn Observer,
) -> Result<Vec<Issued>, VerifyError> {
    let mut issued = Vec::new();
    for path in volumes(path)?.volumes {
        let options = Options { password, ..Options::default() };
        let read = verify_with(&path, &options, observer)?.summary;
        if read.ranges.is_empty() {
            return Err(VerifyError::NoNumbers { path });
        }
        let name = read.name;
        issued.extend(read.ranges.into_iter().map(|range| Issued { volume: name.clone(), range }));
    }
    Ok(issued)
}
