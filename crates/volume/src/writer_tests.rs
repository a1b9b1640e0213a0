//! What the writer promises: whole or not at all, the same bytes each time, nothing overwritten.

use super::*;
use crate::forms::Forms;
use crate::store::failing::FailingDisk;
use duces_model::Silent;
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::{fs, io};

fn plan(cap: u32) -> VolumePlan {
    VolumePlan {
        name: "ECP001".parse().unwrap(),
        request: "8210-1".into(),
        profile: "p".into(),
        profile_title: "P".into(),
        statement: "Not compared.".into(),
        tool: "duces 0".into(),
        time_zone: "UTC".into(),
        fields: ["FIRSTBATES", "SUBJECT", "TO", "LINK", "OCRPATH"].map(str::to_owned).to_vec(),
        files_per_folder: NonZeroU32::new(cap).unwrap(),
        forms: Forms::default(),
        extra: serde_json::json!({ "items": [1, 2] }),
    }
}

fn range(at: u64, pages: u64) -> BatesRange {
    BatesRange::starting_at(format!("ECP{at:07}").parse().unwrap(), pages).unwrap()
}

fn entry<'a>(bates: &'a BatesRange, content: Content<'a>) -> Entry<'a> {
    let values = vec![
        Value::Text(bates.first().to_string()),
        Value::Text("Þing þing".into()),
        Value::List(vec!["a@x".into(), "b;c@x".into()]),
        Value::NativePath,
        Value::TextPath,
    ];
    Entry { bates, parent: None, kind: None, values, content, text: "line\nnext\r\nlast" }
}

fn native(bytes: &[u8]) -> Content<'_> {
    Content::Native { bytes, extension: "EML" }
}

fn write_with(store: Box<dyn Store>, out: &Path) -> Result<WrittenVolume, VolumeError> {
    let mut writer = VolumeWriter::create_in(store, out, plan(2))?;
    writer.add(&entry(&range(1, 2), native(b"one")))?;
    writer.add(&entry(&range(3, 1), Content::SlipSheet))?;
    writer.add(&entry(&range(4, 1), Content::TextOnly))?;
    writer.add(&entry(&range(5, 1), native(b"")))?;
    writer.finish(&Silent)
}

fn tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn a_text_has_one_kind_of_line_end_and_no_zero_byte() {
    assert_eq!(encode_text("a\nb\rc\r\nd\0e"), "\u{feff}a\r\nb\r\nc\r\nd\u{fffd}e");
}

#[test]
fn a_volume_holds_what_it_was_given_and_lists_every_file() {
    let dir = tempfile::tempdir().unwrap();
    let written = write_with(Box::new(Disk), dir.path()).unwrap();
    let files = tree(&written.folder);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let expected = [
        "DATA/ECP001.dat",
        "MANIFEST.sha256",
        "NATIVES/0001/ECP0000001.eml",
        "NATIVES/0002/ECP0000005.eml",
        "README.txt",
        "TEXT/0001/ECP0000001.txt",
        "TEXT/0001/ECP0000003.txt",
        "TEXT/0002/ECP0000004.txt",
        "TEXT/0002/ECP0000005.txt",
        "manifest.json",
    ];
    assert_eq!(names, expected);
    assert_eq!(files["TEXT/0001/ECP0000001.txt"], "\u{feff}line\r\nnext\r\nlast".as_bytes());
    let data = String::from_utf8(files["DATA/ECP001.dat"].clone()).unwrap();
    let rows: Vec<&str> = data.split("\r\n").collect();
    assert_eq!(
        rows[1],
        "þECP0000001þ\u{14}þÞing thingþ\u{14}þa@x; b,c@xþ\u{14}þNATIVES/0001/ECP0000001.emlþ\u{14}þTEXT/0001/ECP0000001.txtþ"
    );
    assert_eq!(rows.len(), 6);
    assert_eq!(rows[2].matches("þþ").count(), 1, "a slip-sheet has no native: {}", rows[2]);
    assert_eq!(written.replacements.len(), 8);
    let counts = Counts {
        documents: 4,
        numbers: 5,
        natives: 2,
        texts: 4,
        text_only: 1,
        slip_sheets: 1,
        ..Counts::default()
    };
    assert_eq!(written.counts, counts);
    assert_eq!(written.bates.unwrap().to_string(), "ECP0000001 - ECP0000005");
}

#[test]
fn the_manifest_is_what_sha256sum_takes_and_covers_every_other_file() {
    let dir = tempfile::tempdir().unwrap();
    let written = write_with(Box::new(Disk), dir.path()).unwrap();
    let files = tree(&written.folder);
    let manifest = String::from_utf8(files["MANIFEST.sha256"].clone()).unwrap();
    assert_eq!(Sha256::of(&manifest), written.manifest_sha256);
    let mut listed: Vec<&str> = Vec::new();
    for line in manifest.lines() {
        let (digest, path) = line.split_once("  ").unwrap();
        assert_eq!(digest, Sha256::of(&files[path]).to_string(), "{path}");
        listed.push(path);
    }
    assert!(listed.is_sorted() && !manifest.contains('\r') && manifest.ends_with('\n'));
    assert_eq!(listed.len() + 1, files.len());
    let json: serde_json::Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    assert_eq!(json["counts"]["natives"], 2);
    assert_eq!(json["extra"]["items"][1], 2);
    assert_eq!(json["load_file"]["replaced"]["SUBJECT"]["quote"], 4);
    assert_eq!(json["files"].as_array().unwrap().len(), files.len() - 2);
}

#[test]
fn the_system_s_own_tools_agree_with_manifest_and_archive() {
    let dir = tempfile::tempdir().unwrap();
    let written = write_with(Box::new(Disk), dir.path()).unwrap();
    let run = |tool: &str, arguments: &[&str], folder: &Path| {
        std::process::Command::new(tool).args(arguments).current_dir(folder).output()
    };
    for (tool, arguments, folder) in [
        ("sha256sum", vec!["--check", "--strict", "MANIFEST.sha256"], written.folder.as_path()),
        ("unzip", vec!["-t", "ECP001.zip"], dir.path()),
    ] {
        match run(tool, &arguments, folder) {
            Ok(output) => assert!(output.status.success(), "{output:?}"),
            Err(error) => println!("skipped: {tool}: {error}"),
        }
    }
}

#[test]
fn the_archive_holds_the_folder_and_nothing_of_the_clock() {
    let dir = tempfile::tempdir().unwrap();
    let written = write_with(Box::new(Disk), dir.path()).unwrap();
    let files = tree(&written.folder);
    let mut zip = zip::ZipArchive::new(fs::File::open(&written.archives[0].path).unwrap()).unwrap();
    assert_eq!(zip.len(), files.len());
    let mut names = Vec::new();
    for n in 0..zip.len() {
        let mut file = zip.by_index(n).unwrap();
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut file, &mut bytes).unwrap();
        assert_eq!(file.last_modified(), Some(zip::DateTime::DEFAULT));
        let name = file.name().unwrap().into_owned();
        assert_eq!(files[name.strip_prefix("ECP001/").unwrap()], bytes);
        names.push(name);
    }
    assert!(names.is_sorted());
    let [archive] = &written.archives[..] else { panic!("{:?}", written.archives) };
    assert_eq!(Sha256::of(fs::read(&archive.path).unwrap()), archive.sha256);
    assert_eq!(fs::metadata(&archive.path).unwrap().len(), archive.bytes);
    assert!(!archive.over);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    write_with(Box::new(Disk), a.path()).unwrap();
    write_with(Box::new(Disk), b.path()).unwrap();
    assert_eq!(tree(a.path()), tree(b.path()));
}

#[test]
fn wherever_the_disk_fails_nothing_stands_under_the_final_name() {
    let mut failures = 0;
    for step in 0.. {
        let dir = tempfile::tempdir().unwrap();
        let disk = FailingDisk::new(step, io::ErrorKind::StorageFull);
        match write_with(Box::new(disk), dir.path()) {
            Ok(_) => break,
            Err(VolumeError::DiskFull { .. }) => failures += 1,
            Err(other) => panic!("step {step}: {other}"),
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0, "step {step} left something");
    }
    assert!(failures > 40, "only {failures} steps could fail");
}

#[test]
fn what_could_not_be_cleared_is_recognised_and_removed_only_when_told() {
    for step in [3, 9, 30] {
        let dir = tempfile::tempdir().unwrap();
        let disk = FailingDisk::new(step, io::ErrorKind::Other).that_cannot_remove();
        assert!(matches!(write_with(Box::new(disk), dir.path()), Err(VolumeError::Io { .. })));
        assert!(!dir.path().join("ECP001").exists());
        assert!(matches!(write_with(Box::new(Disk), dir.path()), Err(VolumeError::LeftOver { .. })));
        assert!(!crate::discard_partial(dir.path(), &plan(2).name).unwrap().is_empty());
        write_with(Box::new(Disk), dir.path()).unwrap();
    }
}

#[test]
fn a_volume_or_archive_that_is_there_is_never_overwritten() {
    for taken in ["ECP001", "ECP001.zip"] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(taken), "mine").unwrap();
        let error = write_with(Box::new(Disk), dir.path()).unwrap_err();
        assert!(matches!(&error, VolumeError::Exists { path } if path.ends_with(taken)), "{error}");
        assert_eq!(tree(dir.path()).len(), 1);
        assert_eq!(fs::read(dir.path().join(taken)).unwrap(), b"mine");
    }
}

#[test]
fn a_missing_folder_and_a_read_only_one_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("nowhere");
    assert!(
        matches!(write_with(Box::new(Disk), &missing), Err(VolumeError::NoFolder { path }) if path == missing)
    );
    let disk = FailingDisk::new(0, io::ErrorKind::ReadOnlyFilesystem);
    assert!(matches!(write_with(Box::new(disk), dir.path()), Err(VolumeError::NotWritable { .. })));
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission_to_write_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(dir.path().join("probe"), "").is_ok() {
        println!("skipped: this user may write everywhere");
        return;
    }
    let error = write_with(Box::new(Disk), dir.path()).unwrap_err();
    assert!(
        matches!(&error, VolumeError::NotWritable { path, .. } if path.ends_with(".ECP001.partial")),
        "{error}"
    );
}

#[test]
fn a_hole_in_the_numbers_and_a_short_row_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = VolumeWriter::create(dir.path(), plan(9)).unwrap();
    writer.add(&entry(&range(1, 1), native(b"x"))).unwrap();
    assert!(matches!(writer.add(&entry(&range(3, 1), native(b"x"))), Err(VolumeError::NotContiguous { .. })));
    let (bates, mut short) = (range(2, 1), entry(&range(2, 1), native(b"x")).values);
    short.pop();
    let short = Entry { values: short, ..entry(&bates, native(b"x")) };
    assert!(matches!(writer.add(&short), Err(VolumeError::ValueCount { found: 4, expected: 5, .. })));
    drop(writer);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_request_to_stop_leaves_nothing() {
    struct Stop;
    impl Observer for Stop {
        fn stage(&self, _: &str, _: &str, _: Option<u64>) {}
        fn advance(&self, _: u64) {}
        fn stop_requested(&self) -> bool {
            true
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let writer = VolumeWriter::create(dir.path(), plan(2)).unwrap();
    assert!(matches!(writer.finish(&Stop), Err(VolumeError::Stopped)));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}
