//! Volumes to look at, in `tests/volumes`: each is valid, or has the one flaw that its folder is named for.

use crate::tiny::codes;
use duces_model::Silent;
use duces_verify::{Code, verify};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/volumes")
}

#[test]
fn each_committed_volume_has_the_flaw_it_is_named_for_and_no_other() {
    let mut looked = 0;
    for kind in ["valid", "invalid", "warning"] {
        let mut folders: Vec<_> =
            std::fs::read_dir(root().join(kind)).unwrap().map(|entry| entry.unwrap().path()).collect();
        folders.sort();
        for folder in folders {
            let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
            // A volume lies in a folder of its own name, below the folder named for the flaw.
            let volume = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
            let found = verify(&volume, None, &Silent).unwrap();
            let words: Vec<&str> = codes(&found).into_iter().map(Code::as_str).collect();
            match kind {
                "valid" => assert!(words.is_empty(), "{name}: {:#?}", found.findings),
                _ => assert_eq!(words, [name.as_str()], "{name}: {:#?}", found.findings),
            }
            assert_eq!(found.passed(), kind != "invalid", "{name}");
            assert_eq!(found.warned(), kind == "warning", "{name}");
            looked += 1;
        }
    }
    assert!(looked >= 8, "found only {looked} volumes");
}

/// Every file below a folder, sorted.
fn tree(at: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![at.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push((path.strip_prefix(at).unwrap().to_owned(), std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// With `DUCES_WRITE_VOLUMES` set (`just volumes`) the committed ones are written anew first.
#[test]
fn the_committed_volumes_are_what_this_test_writes() {
    #[allow(clippy::disallowed_methods, reason = "a test is told by the environment")]
    let anew = std::env::var_os("DUCES_WRITE_VOLUMES").is_some();
    let scratch = tempfile::tempdir().unwrap();
    write_volumes(scratch.path());
    for kind in ["valid", "invalid", "warning"] {
        if anew {
            write_volumes(&root());
        }
        assert!(tree(&root().join(kind)) == tree(&scratch.path().join(kind)), "{kind} differs");
    }
}

fn write_volumes(root: &Path) {
    use crate::tiny::{Counts, Tiny, seal, state, write, zipped_files};
    let valid = Tiny::valid();
    let folder = |kind: &str, name: &str| root.join(kind).join(name).join("ECP001");
    write(&valid.sealed(), &folder("valid", "native-production"));
    std::fs::create_dir_all(root.join("valid/zip")).unwrap();
    std::fs::write(root.join("valid/zip/ECP001.zip"), zipped_files(&valid.sealed(), "ECP001/")).unwrap();
    let changed = |row, column, value: &str| {
        let mut tiny = Tiny::valid();
        tiny.set(row, column, value);
        tiny.sealed()
    };
    write(&changed(2, "PGCOUNT", "3"), &folder("invalid", "page-count"));
    write(&changed(3, "MD5HASH", &"0".repeat(32)), &folder("invalid", "hash-differs"));
    write(&changed(1, "CHILD_BATES", ""), &folder("invalid", "parent-child-differ"));
    write(&changed(3, "CUSTODIAN", ""), &folder("warning", "field-empty"));
    write(&changed(3, "DATE_SENT", "2024-03-05"), &folder("warning", "date-form"));
    write(&valid.sealed_with(valid.data()[3..].to_vec()), &folder("invalid", "mark-missing"));
    let mut files = valid.sealed();
    files.insert("README.txt".into(), b"Another text.\r\n".to_vec());
    write(&files, &folder("invalid", "manifest-digest-differs"));
    let mut files = valid.sealed();
    files.insert("TEXT/0001/stray.txt".into(), b"x\r\n".to_vec());
    state(&mut files, &Counts { documents: 3, numbers: 4, natives: 3 });
    seal(&mut files);
    write(&files, &folder("warning", "file-unreferenced"));
}
