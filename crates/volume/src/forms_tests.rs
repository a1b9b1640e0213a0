//! What the writer promises of pages, extras and archives.

use super::*;
use crate::entry::EntryKind;
use crate::forms::{ArchiveForm, Forms, Method, Paging, Password};
use duces_model::Silent;
use std::fs;
use std::io::Read as _;
use std::num::NonZeroU32;

fn plan(forms: Forms) -> VolumePlan {
    VolumePlan {
        name: "ECP001".parse().unwrap(),
        request: "8210-1".into(),
        profile: "p".into(),
        profile_title: "P".into(),
        statement: "Not compared.".into(),
        tool: "duces 0".into(),
        time_zone: "UTC".into(),
        fields: ["FIRSTBATES", "TO", "LINK", "OCRPATH"].map(str::to_owned).to_vec(),
        files_per_folder: NonZeroU32::new(2).unwrap(),
        forms,
        extra: serde_json::Value::Null,
    }
}

fn range(at: u64, pages: u64) -> BatesRange {
    BatesRange::starting_at(format!("ECP{at:07}").parse().unwrap(), pages).unwrap()
}

fn entry<'a>(bates: &'a BatesRange, parent: Option<&'a BatesNumber>, content: Content<'a>) -> Entry<'a> {
    let people = Value::List(vec!["Lee \"A\" <a@x>".into(), "b@x".into()]);
    let values = vec![Value::Text(bates.first().to_string()), people, Value::NativePath, Value::TextPath];
    Entry { bates, parent, kind: Some(EntryKind::Message), values, content, text: "text" }
}

fn numbers(range: &BatesRange) -> Vec<BatesNumber> {
    (0..range.pages()).map(|n| range.first().plus(n).unwrap()).collect()
}

fn imaged(forms: Forms, out: &Path) -> Result<WrittenVolume, VolumeError> {
    let mut writer = VolumeWriter::create(out, plan(forms))?;
    let (parent, child) = (range(1, 3), range(4, 1));
    writer.start_family();
    for number in numbers(&parent) {
        writer.page(&number, b"page", PageKind::Tiff)?;
    }
    writer.add(&entry(&parent, None, Content::Pages))?;
    writer.page(child.first(), b"colour", PageKind::Jpeg)?;
    let native = Content::Native { bytes: b"native", extension: "xlsx" };
    writer.add(&entry(&child, Some(parent.first()), native))?;
    writer.report(Extra::Items, &[vec!["ITEM".into()], vec!["1".into()]])?;
    writer.finish(&Silent)
}

fn every_extra() -> Forms {
    let paging = Paging::Images { label: true, count: true };
    Forms { paging, extras: Extra::ALL.to_vec(), ..Forms::default() }
}

#[test]
fn pages_lie_in_capped_folders_under_their_numbers_and_every_list_names_them() {
    let dir = tempfile::tempdir().unwrap();
    let written = imaged(every_extra(), dir.path()).unwrap();
    let read = |path: &str| fs::read_to_string(written.folder.join(path)).unwrap();
    assert_eq!((written.counts.images, written.counts.paged, written.counts.numbers), (4, 1, 4));
    let opt = read("DATA/ECP001.opt");
    let lines: Vec<&str> = opt.lines().collect();
    assert_eq!(lines[0], "ECP0000001,ECP001,IMAGES\\0001\\ECP0000001.tif,Y,,,3");
    assert_eq!(lines[3], "ECP0000004,ECP001,IMAGES\\0002\\ECP0000004.jpg,Y,,,1");
    for line in lines {
        let path = line.split(',').nth(2).unwrap().replace('\\', "/");
        assert!(written.folder.join(&path).exists(), "{path}");
    }
    assert!(read("DATA/ECP001.lfp").contains("IM,ECP0000004,C,0,@ECP001;IMAGES\\0002;ECP0000004.jpg;4"));
    assert!(read("DATA/ECP001.csv").contains("\"Lee \"\"A\"\" <a@x>; b@x\""));
    let xml = read("DATA/ECP001.xml");
    assert!(
        xml.contains("<Root MajorVersion=\"1\" MinorVersion=\"2\"") && xml.contains(" DocType=\"Message\">")
    );
    assert!(xml.contains("ParentDocID=\"ECP0000001\" ChildDocID=\"ECP0000004\""));
    assert!(xml.contains("TagValue=\"Lee &quot;A&quot; &lt;a@x&gt;;b@x\""));
    assert!(read("REPORTS/items.csv").ends_with("\"1\"\r\n"));
    assert!(fs::read(written.folder.join("DATA/ECP001.xlsx")).unwrap().starts_with(b"PK"));
    assert!(read("README.txt").contains("every page has one image"));
    let json: serde_json::Value = serde_json::from_str(&read("manifest.json")).unwrap();
    assert_eq!((&json["counts"]["images"], &json["format_version"]), (&4.into(), &1.into()));
}

#[test]
fn a_missing_surplus_or_foreign_page_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut writer = VolumeWriter::create(dir.path(), plan(every_extra())).unwrap();
    let two = range(1, 2);
    writer.page(two.first(), b"page", PageKind::Tiff).unwrap();
    let short = writer.add(&entry(&two, None, Content::Pages));
    assert!(matches!(short, Err(VolumeError::PageCount { found: 1, .. })), "{short:?}");
    let foreign = writer.page(range(7, 1).first(), b"page", PageKind::Tiff);
    assert!(matches!(foreign, Err(VolumeError::PageNumber { .. })), "{foreign:?}");
    drop(writer);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn an_encrypted_archive_opens_with_its_password_and_holds_the_same_files() {
    let dir = tempfile::tempdir().unwrap();
    let password = Password::new("correct-horse-battery").unwrap();
    let archive = ArchiveForm { method: Method::Deflate, bytes_max: None, password: Some(password.clone()) };
    let written = imaged(Forms { archive, ..every_extra() }, dir.path()).unwrap();
    let mut zip = zip::ZipArchive::new(fs::File::open(&written.archives[0].path).unwrap()).unwrap();
    for at in 0..zip.len() {
        assert!(zip.by_index(at).is_err(), "opened without a password");
        let mut file = zip.by_index_decrypt(at, password.reveal().as_bytes()).unwrap();
        let (mut bytes, name) = (Vec::new(), file.name().unwrap().into_owned());
        file.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, fs::read(dir.path().join(name)).unwrap());
    }
    assert!(zip.by_index_decrypt(0, b"another password").is_err());
    for file in walk(&written.folder) {
        let bytes = fs::read(&file).unwrap();
        let found = bytes.windows(21).any(|part| part == b"correct-horse-battery");
        assert!(!found, "{} holds the password", file.display());
    }
    let seven = std::process::Command::new("7z")
        .arg("t")
        .arg("-pcorrect-horse-battery")
        .arg(&written.archives[0].path)
        .output();
    match seven {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(error) => println!("skipped: 7z: {error}"),
    }
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn archives_are_bounded_families_stay_whole_and_one_family_too_large_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let archive = ArchiveForm { method: Method::Store, bytes_max: Some(20_000), password: None };
    let mut writer = VolumeWriter::create(dir.path(), plan(Forms { archive, ..Forms::default() })).unwrap();
    let mut at = 0;
    for sizes in [vec![6_000, 6_000], vec![9_000], vec![9_000], vec![30_000]] {
        writer.start_family();
        for size in sizes {
            at += 1;
            let bytes = vec![b'x'; size];
            writer
                .add(&entry(&range(at, 1), None, Content::Native { bytes: &bytes, extension: "bin" }))
                .unwrap();
        }
    }
    let written = writer.finish(&Silent).unwrap();
    let over: Vec<bool> = written.archives.iter().map(|archive| archive.over).collect();
    assert!(over.len() > 2 && over.iter().rev().skip(1).all(|over| !over), "{:?}", written.archives);
    assert_eq!(over.last(), Some(&true), "the family of 30,000 bytes stays whole");
    let mut seen = Vec::new();
    for archive in &written.archives {
        assert_eq!(fs::metadata(&archive.path).unwrap().len(), archive.bytes);
        let mut zip = zip::ZipArchive::new(fs::File::open(&archive.path).unwrap()).unwrap();
        let names: Vec<String> =
            (0..zip.len()).map(|n| zip.by_index(n).unwrap().name().unwrap().into_owned()).collect();
        let both =
            ["ECP0000001.bin", "ECP0000002.txt"].map(|end| names.iter().any(|name| name.ends_with(end)));
        assert_eq!(both[0], both[1], "a family was torn apart: {names:?}");
        seen.extend(names);
    }
    seen.sort();
    let mut all: Vec<String> = walk(&written.folder)
        .iter()
        .map(|path| path.strip_prefix(dir.path()).unwrap().to_string_lossy().into_owned())
        .collect();
    all.sort();
    assert_eq!(seen, all);
}
