//! Paths that rows name, looked for in the volume and never outside it.

use crate::files::Files;

/// Where a path leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Resolved {
    pub(crate) found: Target,
    /// Whether it names a drive or starts at a root.
    pub(crate) absolute: bool,
}

/// What is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// The file of this place.
    File(usize),
    /// The file of this place, whose name has another case of letters.
    OtherCase(usize),
    /// No file.
    Missing,
    /// Outside the volume; not looked for.
    Outside,
}

/// Finds what a path names. Both slashes part it; it counts from the volume, from a folder of the
/// volume's own name around it, or from the load file's folder.
pub(crate) fn resolve(files: &Files, volume: &str, load_file: &str, written: &str) -> Resolved {
    let slashed = written.trim().replace('\\', "/");
    let mut rest = slashed.as_str();
    if let [drive, b':', ..] = rest.as_bytes()
        && drive.is_ascii_alphabetic()
    {
        rest = &rest[2..];
    }
    let absolute = rest.len() < slashed.len() || rest.starts_with('/');
    let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return Resolved { found: Target::Outside, absolute };
    }
    let path = parts.join("/");
    let folder = load_file.rsplit_once('/').map(|(folder, _)| format!("{folder}/{path}"));
    let inside = match parts.split_first() {
        Some((first, rest)) if *first == volume => Some(rest.join("/")),
        _ => None,
    };
    let candidates: Vec<String> = [Some(path), inside, folder].into_iter().flatten().collect();
    let exact = candidates.iter().find_map(|path| files.find(path)).map(Target::File);
    let other = || candidates.iter().find_map(|path| files.find_in_any_case(path)).map(Target::OtherCase);
    Resolved { found: exact.or_else(other).unwrap_or(Target::Missing), absolute }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{FileEntry, Origin};
    use proptest::prelude::*;

    fn files(paths: &[&str]) -> Files {
        let entry = |path: &&str| FileEntry {
            path: (*path).to_owned(),
            bytes: 0,
            origin: Origin::Below,
            readable: true,
            digests: None,
            encoding: None,
            named: None,
        };
        Files::new(paths.iter().map(entry).collect())
    }

    #[test]
    fn a_path_is_found_however_it_is_written_and_never_outside() {
        let files = files(&["NATIVES/0001/A1.eml", "DATA/x.txt"]);
        let found = |path: &str| resolve(&files, "VOL1", "DATA/a.dat", path).found;
        let native = files.find("NATIVES/0001/A1.eml").unwrap();
        for path in [
            "NATIVES/0001/A1.eml",
            "NATIVES\\0001\\A1.eml",
            ".\\NATIVES\\0001\\A1.eml",
            "VOL1\\NATIVES\\0001\\A1.eml",
            "D:\\NATIVES\\0001\\A1.eml",
        ] {
            assert_eq!(found(path), Target::File(native), "{path}");
        }
        assert_eq!(found("natives/0001/a1.EML"), Target::OtherCase(native));
        assert_eq!(found("x.txt"), Target::File(files.find("DATA/x.txt").unwrap()));
        assert_eq!(found("NATIVES/../NATIVES/0001/A1.eml"), Target::Outside);
        assert_eq!(found("NATIVES/0002/A1.eml"), Target::Missing);
        assert!(resolve(&files, "V", "a.dat", "\\\\server\\NATIVES").absolute);
    }

    proptest! {
        #[test]
        fn no_path_makes_it_panic(path in "\\PC{0,20}") {
            resolve(&files(&["a/b"]), "V", "D/a.dat", &path);
        }
    }
}
