//! What a volume is held against from outside: archives beside it, a privilege log, the letter's counts.

use crate::tiny::{Files, HEADER, Packing, Tiny, codes, zipped, zipped_files};
use duces_model::Silent;
use duces_verify::{Code, Options, Stated, Verification, VerifyError, verify, verify_all, verify_with};
use std::path::Path;

/// A log that withholds a document whose native went out.
pub(crate) const LOG: &[u8] =
    b"\xEF\xBB\xBF\"Log number\",\"Bates number\",\"Privilege claimed\",\"Treatment\"\r\n\
    \"1\",\"ECP0000004\",\"attorney-client\",\"withheld\"\r\n\"2\",\"ECP0000900\",\"attorney-client\",\"withheld\"\r\n";

/// A volume in two archives, and one without entries.
pub(crate) struct Parts {
    pub(crate) first: Vec<u8>,
    pub(crate) second: Vec<u8>,
    pub(crate) empty: Vec<u8>,
}

/// The files of a volume in two archives: those of the last document lie in the second.
pub(crate) fn in_parts(files: &Files) -> Parts {
    let (second, first): (Files, Files) =
        files.clone().into_iter().partition(|(path, _)| path.contains("/ECP0000004."));
    let empty = zipped(std::iter::empty::<(&str, &[u8], Packing)>());
    Parts { first: zipped_files(&first, "ECP001/"), second: zipped_files(&second, "ECP001/"), empty }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::path::PathBuf {
    std::fs::write(folder.join(name), bytes).unwrap();
    folder.join(name)
}

#[test]
fn archives_of_one_volume_are_read_together_whichever_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let parts = in_parts(&Tiny::valid().sealed());
    let first = write(folder.path(), "ECP001.zip", &parts.first);
    assert!(!verify(&first, None, &Silent).unwrap().passed());
    let second = write(folder.path(), "ECP001-2.zip", &parts.second);
    for path in [&first, &second] {
        let found = verify(path, None, &Silent).unwrap();
        assert_eq!((found.findings, found.summary.name.as_str()), (Vec::new(), "ECP001"));
    }
    let all = verify_all(folder.path(), &Options::default(), &Silent).unwrap();
    assert_eq!((all.volumes.len(), all.beside.len()), (1, 0));
    assert_eq!(all.volumes[0].findings, []);
}

#[test]
fn a_part_that_is_left_out_and_a_file_that_stands_in_two_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let parts = in_parts(&Tiny::valid().sealed());
    let first = write(folder.path(), "ECP001.zip", &parts.first);
    write(folder.path(), "ECP001-3.zip", &parts.second);
    let found = verify(&first, None, &Silent).unwrap();
    assert_eq!(codes(&found), [Code::ZipPartMissing]);
    write(folder.path(), "ECP001-2.zip", &parts.second);
    assert_eq!(codes(&verify(&first, None, &Silent).unwrap()), [Code::ZipNameRepeated]);
}

#[test]
fn an_archive_with_a_load_file_is_a_volume_of_its_own_whatever_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let whole = zipped_files(&Tiny::valid().sealed(), "");
    write(folder.path(), "ECP001.zip", &whole);
    write(folder.path(), "ECP001-2.zip", &whole);
    assert_eq!(verify_all(folder.path(), &Options::default(), &Silent).unwrap().volumes.len(), 2);
}

fn against(tiny: &Tiny, log: &[u8], stated: Stated) -> Result<Verification, VerifyError> {
    let folder = tempfile::tempdir().unwrap();
    let volume = write(folder.path(), "ECP001.zip", &zipped_files(&tiny.sealed(), ""));
    let log = write(folder.path(), "log.csv", log);
    let options = Options { privilege_log: Some(&log), stated, ..Options::default() };
    verify_with(&volume, &options, &Silent)
}

const HEAD: &str = "Bates number,Treatment\r\n";

#[test]
fn a_privilege_log_agrees_with_the_volume_or_the_difference_is_found() {
    let (tiny, none) = (Tiny::valid(), Stated::default());
    let differs = |tiny: &Tiny, rows: &str| {
        let found = against(tiny, format!("{HEAD}{rows}").as_bytes(), none).unwrap();
        found.findings.into_iter().find(|finding| finding.code == Code::PrivilegeLogDiffers)
    };
    // Nothing withheld, and a number of another volume of the request.
    assert_eq!(differs(&tiny, "ECP0000900,withheld\r\n"), None);
    assert_eq!(against(&tiny, LOG, none).unwrap().findings.len(), 1);
    let native = differs(&tiny, "ECP0000004,Withheld\r\n").unwrap();
    assert_eq!((native.row, native.field.as_deref()), (Some(4), Some("LINK")));
    assert!(differs(&tiny, "ECP0000002 - ECP0000003,redacted\r\n").is_some());
    // A number among the volume's own with which no row begins.
    let unknown = differs(&tiny, "ECP0000003,withheld\r\n").unwrap();
    assert_eq!((unknown.file.as_str(), unknown.row), ("log.csv", Some(2)));
    // A withheld document that the log does not list; nothing is said of one that is held back otherwise.
    let mut withheld = tiny.clone();
    let column = HEADER.iter().position(|name| *name == "HEADER").unwrap();
    withheld.cells[0][column] = "WITHHELD".into();
    withheld.cells[3][column] = "Withheld for privilege".into();
    assert!(differs(&withheld, "ECP0000900,withheld\r\n").is_some());
    withheld.cells[3][column] = "Withheld by law".into();
    assert_eq!(differs(&withheld, "ECP0000900,withheld\r\n"), None);
}

#[test]
fn what_is_no_privilege_log_is_an_error_and_no_agreement() {
    let error = against(&Tiny::valid(), b"A,B\r\n1,2\r\n", Stated::default()).unwrap_err();
    assert!(matches!(error, VerifyError::PrivilegeLog { .. }), "{error}");
}

#[test]
fn counts_that_the_letter_states_must_be_those_of_the_volume() {
    let with = |stated| codes(&against(&Tiny::valid(), HEAD.as_bytes(), stated).unwrap());
    assert_eq!(with(Stated { documents: Some(3), natives: Some(3), images: Some(0) }), []);
    assert_eq!(with(Stated { documents: Some(4), ..Stated::default() }), [Code::StatedCountDiffers]);
    assert_eq!(with(Stated { images: Some(1), ..Stated::default() }), [Code::StatedCountDiffers]);
}
