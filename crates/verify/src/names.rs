//! Names of files and folders: which a loader or a file system cannot carry.

use crate::code::Code;
use crate::files::Files;
use crate::finding::{Findings, shown};
use std::collections::BTreeMap;

/// Most files of one folder; the sources say 500 (2015) or 2,000 (as remembered), so more than the larger warns.
const FILES_PER_FOLDER_MAX: u64 = 2_000;

/// Names that Windows keeps for devices, with any ending.
const DEVICES: [&str; 22] = [
    "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
    "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
];

/// Why a name cannot be carried at all, if so.
fn unusable(name: &str) -> Option<&'static str> {
    let stem = name.split('.').next().unwrap_or_default();
    if name.chars().any(char::is_control) {
        Some("a control sign")
    } else if name.contains(['<', '>', ':', '"', '|', '?', '*', '\\']) {
        Some("one of < > : \" | ? * \\")
    } else if name.contains(',') {
        Some("a comma")
    } else if name.ends_with(['.', ' ']) || name.starts_with(' ') {
        Some("a space or dot at its edge")
    } else if DEVICES.iter().any(|device| device.eq_ignore_ascii_case(stem)) {
        Some("the name of a Windows device")
    } else {
        None
    }
}

/// Whether a name holds only letters, digits and underscores, a file's ending apart.
fn plain(name: &str, folder: bool) -> bool {
    let sign = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (stem, ending) = if folder { (name, "") } else { name.rsplit_once('.').unwrap_or((name, "")) };
    !stem.is_empty() && stem.chars().all(sign) && ending.chars().all(sign)
}

/// Looks at every name once, and at every folder's count.
pub(crate) fn check(files: &Files, findings: &mut Findings) {
    let mut folders: BTreeMap<&str, u64> = BTreeMap::new();
    let mut before: Option<&str> = None;
    for file in files.iter() {
        let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
        *folders.entry(folder).or_default() += 1;
        judge(name, false, &file.path, findings);
        if before != Some(folder) {
            for part in folder.split('/').filter(|part| !part.is_empty()) {
                judge(part, true, &file.path, findings);
            }
        }
        before = Some(folder);
    }
    for (folder, count) in folders {
        if count > FILES_PER_FOLDER_MAX {
            let message =
                format!("found {count} files in one folder, expected at most {FILES_PER_FOLDER_MAX}");
            findings.of_file(Code::FolderTooFull, folder, message);
        }
    }
    for (first, second) in files.differing_in_case() {
        findings.of_file(Code::NamesDifferInCase, first, format!("{} is there as well", shown(second)));
    }
}

fn judge(name: &str, folder: bool, path: &str, findings: &mut Findings) {
    if let Some(why) = unusable(name) {
        findings.of_file(Code::NameUnusable, path, format!("the name {} holds {why}", shown(name)));
    } else if !plain(name, folder) {
        let message = format!("found the name {}, expected letters, digits and underscores", shown(name));
        findings.of_file(Code::NameNotPlain, path, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_break_a_load_are_told_from_names_that_are_only_unusual() {
        for name in ["a,b.txt", "a:b", "x\ty", "trailing.", "con.txt", "a|b"] {
            assert!(unusable(name).is_some(), "{name}");
        }
        for name in ["a b.txt", "ECP-0001.eml", "x.tar.gz", "ü.txt"] {
            assert!(unusable(name).is_none() && !plain(name, false), "{name}");
        }
        for name in ["ECP0000001.eml", "MANIFEST.sha256", "README"] {
            assert!(unusable(name).is_none() && plain(name, false), "{name}");
        }
    }
}
