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
    if let Some(at) = files.find(written) {
        return Resolved { found: Target::File(at), absolute: false };
    }
    let slashed = written.trim().replace('\\', "/");
    let mut rest = slashed.as_str();
    if let [drive, b':', ..] = rest.as_bytes()
        && drive.is_ascii_alphabetic()
    {
        rest = &rest[2..];
    }
    let absolute = rest.len() < slashed.len() || rest.starts_with('/');
    if rest.split('/').any(|part| part == "..") {
        return Resolved { found: Target::Outside, absolute };
    }
    let plain = rest.split('/').all(|part| !part.is_empty() && part != ".");
    let cleaned: String;
    let path = if plain {
        rest
    } else {
        let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        cleaned = parts.join("/");
        &cleaned
    };
    let inside = path.strip_prefix(volume).and_then(|path| path.strip_prefix('/'));
    let below = load_file.rsplit_once('/').map(|(folder, _)| [folder, "/", path].concat());
    let candidates = || [Some(path), inside, below.as_deref()].into_iter().flatten();
    let exact = candidates().find_map(|path| files.find(path)).map(Target::File);
    let other = || candidates().find_map(|path| files.find_in_any_case(path)).map(Target::OtherCase);
    Resolved { found: exact.or_else(other).unwrap_or(Target::Missing), absolute }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::{FileEntry, Origin};
    use proptest::prelude::*;

    fn files(paths: &[&str]) -> Files {
        let entry = |path: &&str| FileEntry::new((*path).to_owned(), 0, Origin::Below, true);
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
