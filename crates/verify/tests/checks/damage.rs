//! Every byte of a valid volume matters: a change anywhere is found.

use crate::tiny::{HEADER, Tiny, check, codes, seal, write};
use duces_model::Silent;
use duces_verify::{Code, verify};

/// Columns whose values nothing else in a volume repeats: a change there is found by the manifest only.
const FREE: [&str; 11] = [
    "CUSTODIAN",
    "FROM",
    "TO",
    "SUBJECT",
    "FILE_NAME",
    "DATE_SENT",
    "TIME_SENT/TIME_ZONE",
    "TIME_ZONE",
    "MIME_TYPE",
    "INTFILEPATH",
    "INTMSGID",
];

/// Another byte of the same kind, so that the damage is as small as it can be.
fn changed(byte: u8) -> u8 {
    match byte {
        b'9' => b'8',
        b'z' => b'y',
        b'Z' => b'Y',
        b'0'..=b'8' | b'a'..=b'y' | b'A'..=b'Y' => byte + 1,
        other => other ^ 1,
    }
}

/// For each byte of the load file, whether it stands in a value that nothing repeats.
fn free_bytes(tiny: &Tiny) -> Vec<bool> {
    let mut free = vec![false; 3];
    for (number, row) in tiny.cells.iter().enumerate() {
        for (at, value) in row.iter().enumerate() {
            let open = number > 0 && FREE.contains(&HEADER[at]);
            free.extend([false; 2]);
            free.extend(vec![open; value.len()]);
            free.extend([false; 2]);
            // The separator, or the first sign of the line end.
            free.push(false);
        }
        free.push(false);
    }
    free
}

#[test]
fn any_changed_byte_of_the_load_file_is_found_by_the_manifest_and_almost_any_without_it() {
    let tiny = Tiny::valid();
    let data = tiny.data();
    let free = free_bytes(&tiny);
    assert_eq!(free.len(), data.len());
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("ECP001");
    write(&tiny.sealed(), &root);
    let mut missed = Vec::new();
    for at in 0..data.len() {
        let mut damaged = data.clone();
        damaged[at] = changed(damaged[at]);
        std::fs::write(root.join("DATA/ECP001.dat"), &damaged).unwrap();
        let found = verify(&root, None, &Silent).unwrap();
        assert!(codes(&found).contains(&Code::ManifestDigestDiffers), "byte {at}");
        let others = found.findings.iter().any(|finding| finding.code != Code::ManifestDigestDiffers);
        if !others && !free[at] {
            missed.push((at, String::from_utf8_lossy(&data[at.saturating_sub(12)..at + 1]).into_owned()));
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn any_removed_byte_of_the_load_file_is_found_without_the_manifest_unless_nothing_repeats_it() {
    let tiny = Tiny::valid();
    let (data, free) = (tiny.data(), free_bytes(&tiny));
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("ECP001");
    let mut files = tiny.sealed();
    files.remove("MANIFEST.sha256");
    write(&files, &root);
    // A space less around the hyphen of ATTACHRANGE says the same.
    for at in (0..data.len()).filter(|at| !free[*at] && data[*at] != b' ') {
        let mut damaged = data.clone();
        damaged.remove(at);
        std::fs::write(root.join("DATA/ECP001.dat"), &damaged).unwrap();
        let found = verify(&root, None, &Silent).unwrap();
        assert!(
            codes(&found)
                .iter()
                .any(|code| ![Code::ManifestMissing, Code::ManifestDigestDiffers].contains(code)),
            "byte {at}: {}",
            String::from_utf8_lossy(&data[at - 20..at + 10])
        );
    }
}

#[test]
fn any_changed_byte_of_any_other_file_is_found() {
    let files = Tiny::valid().sealed();
    for (path, bytes) in files.iter().filter(|(path, _)| !path.ends_with(".dat")) {
        for at in (0..bytes.len()).step_by(7) {
            let mut damaged = files.clone();
            damaged.get_mut(path).unwrap()[at] = changed(bytes[at]);
            assert!(!check(&damaged, None).passed(), "{path} byte {at}");
        }
    }
}

#[test]
fn a_changed_native_is_found_even_where_the_manifest_was_sealed_anew() {
    let files = Tiny::valid().sealed();
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("NATIVES")) {
        for at in (0..bytes.len()).step_by(11) {
            let mut damaged = files.clone();
            damaged.get_mut(path).unwrap()[at] ^= 1;
            seal(&mut damaged);
            assert!(codes(&check(&damaged, None)).contains(&Code::HashDiffers), "{path} byte {at}");
        }
    }
}
