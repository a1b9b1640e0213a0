//! Which files go into which archive: families whole, each archive within the bound where that can be.

use crate::manifest::FileRecord;
use std::collections::BTreeMap;

/// What the end of an archive may take.
const END: u64 = 1_024;

/// The most that a file can take in an archive, whatever its content: deflate adds at most five bytes to each
/// stored block of 16 KiB; two headers hold the name and sizes of 64 bits; encryption adds salt and code.
fn most(file: &FileRecord, name: usize) -> u64 {
    let path = (file.path.len() + name + 1) as u64;
    file.bytes + (file.bytes / 16_384 + 1) * 5 + 2 * path + 256
}

/// The files of each archive, in the order of the list. The files that belong to no family come first.
/// A family that is larger than the bound has an archive of its own.
pub(super) fn parts(files: &[FileRecord], bytes_max: Option<u64>, name: usize) -> Vec<Vec<&FileRecord>> {
    let Some(bytes_max) = bytes_max else { return vec![files.iter().collect()] };
    let mut families: BTreeMap<u64, u64> = BTreeMap::new();
    for file in files {
        *families.entry(file.family).or_default() += most(file, name);
    }
    let mut place_of: BTreeMap<u64, usize> = BTreeMap::new();
    let (mut place, mut filled) = (0, END);
    for (family, bytes) in families {
        if filled > END && filled + bytes > bytes_max {
            (place, filled) = (place + 1, END);
        }
        filled += bytes;
        place_of.insert(family, place);
    }
    let mut parts = vec![Vec::new(); place + 1];
    for file in files {
        if let Some(part) = place_of.get(&file.family).and_then(|place| parts.get_mut(*place)) {
            part.push(file);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_model::Sha256;
    use proptest::prelude::*;

    fn file(at: usize, family: u64, bytes: u64) -> FileRecord {
        FileRecord { path: format!("{at:04}"), bytes, sha256: Sha256::of([]), family }
    }

    proptest! {
        #[test]
        fn every_file_is_in_one_archive_and_its_family_with_it(
            sizes in prop::collection::vec((0_u64..6, 0_u64..4_000), 1..40), bytes_max in 3_000_u64..20_000
        ) {
            let files: Vec<FileRecord> =
                sizes.iter().enumerate().map(|(at, (family, bytes))| file(at, *family, *bytes)).collect();
            let parts = parts(&files, Some(bytes_max), 6);
            let mut found: Vec<&str> = parts.iter().flatten().map(|file| file.path.as_str()).collect();
            found.sort_unstable();
            let all: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
            prop_assert_eq!(found, all);
            for (at, part) in parts.iter().enumerate() {
                prop_assert!(!part.is_empty());
                let families: std::collections::BTreeSet<u64> = part.iter().map(|file| file.family).collect();
                let bytes: u64 = part.iter().map(|file| most(file, 6)).sum();
                prop_assert!(bytes + END <= bytes_max || families.len() == 1);
                for (other, files) in parts.iter().enumerate() {
                    prop_assert!(other == at || files.iter().all(|file| !families.contains(&file.family)));
                }
            }
        }
    }

    #[test]
    fn without_a_bound_there_is_one_archive() {
        let files = [file(0, 0, 1 << 40), file(1, 1, 1 << 40)];
        assert_eq!(parts(&files, None, 6).len(), 1);
    }
}
