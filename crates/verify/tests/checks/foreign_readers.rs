//! A volume read back by programs of other makers, where they are installed: `tests/foreign/read_volume.py` says which.

use crate::imaged::Imaged;
use crate::tiny::{write, zipped_files};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the interpreter says of a volume; nothing where there is none.
fn read(python: &str, root: &Path, archive: &Path) -> Option<(bool, String)> {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/foreign/read_volume.py");
    let output = Command::new(python).arg(script).arg(root).arg(archive).output().ok()?;
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Some((output.status.success(), said))
}

#[test]
fn a_volume_reads_the_same_by_programs_of_other_makers() {
    #[allow(clippy::disallowed_methods, reason = "a test is told by the environment")]
    let python = std::env::var("DUCES_PYTHON").unwrap_or_else(|_| "python3".into());
    let folder = tempfile::tempdir().unwrap();
    let (root, archive) = (folder.path().join("ECP001"), folder.path().join("ECP001.zip"));
    let files = Imaged::with_lfp().sealed();
    write(&files, &root);
    std::fs::write(&archive, zipped_files(&files, "ECP001/")).unwrap();
    let Some((fine, said)) = read(&python, &root, &archive) else {
        println!("skipped: there is no {python} (DUCES_PYTHON names another)");
        return;
    };
    println!("{said}");
    assert!(fine && said.contains("read by csv: 3 rows, 3 natives"), "{said}");
    assert!(said.contains("read by csv: 4 pages"), "{said}");
    // And they find what is wrong, so that they do read.
    std::fs::write(root.join("NATIVES/0001/ECP0000004.eml"), b"other").unwrap();
    assert!(!read(&python, &root, &archive).unwrap().0);
}
