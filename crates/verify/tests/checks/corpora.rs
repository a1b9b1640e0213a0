//! Load files of other makers, where a corpus is at hand.

use crate::tiny::codes;
use duces_model::Silent;
use duces_verify::{Code, verify};
use std::path::{Path, PathBuf};

#[allow(clippy::disallowed_methods)]
fn corpus() -> Option<PathBuf> {
    let root = PathBuf::from(std::env::var("DUCES_CORPORA").ok()?);
    let samples = root.join("loadfiles/relativity-import-samples/SampleDataSources");
    samples.is_dir().then_some(samples)
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn relativity_samples_are_read_each_with_sensible_findings() {
    let Some(samples) = corpus() else {
        println!("skipped: DUCES_CORPORA names no folder with load files");
        return;
    };
    let several = verify(&samples, None, &Silent).unwrap();
    assert!(codes(&several).contains(&Code::LoadFilesSeveral));
    // Sixteen tables and two lists of pages, each read and told how it is written.
    let kinds = |kind: &str| several.summary.load_files.iter().filter(|file| file.kind == kind).count();
    assert_eq!((kinds("data"), kinds("opticon")), (16, 2));
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&samples.join("VOL01"), &folder.path().join("VOL01"));
    let mut read = 0;
    for entry in std::fs::read_dir(&samples).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "dat") {
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let copy = folder.path().join(&name);
        std::fs::copy(&path, &copy).unwrap();
        let found = verify(folder.path(), None, &Silent).unwrap();
        let codes = codes(&found);
        println!("{name}: {} rows, {codes:?}", found.summary.rows);
        read += 1;
        let has = |code| codes.contains(&code);
        match name.as_str() {
            // Pipes and no quotes, dates with times, identifiers under Relativity's own name.
            "load_file_01.dat" => {
                assert!(has(Code::DelimitersUnusual) && has(Code::DateForm) && !has(Code::FieldCount));
                assert!(!has(Code::FileMissing) && !has(Code::HeaderMissing) && found.summary.rows > 0);
            }
            // No header: Relativity takes it by position.
            "load_file_02.dat" | "load_file_03.dat" => assert!(has(Code::HeaderMissing), "{codes:?}"),
            "load_file_04.dat" => assert!(has(Code::NotUnicode) && !has(Code::FieldCount), "{codes:?}"),
            // Objects, not documents: no column for a number.
            // A thirteenth month, and two prefixes.
            "load_file_05.dat" => {
                assert!(has(Code::DateImpossible) && has(Code::PrefixesSeveral), "{codes:?}")
            }
            "rdo_load_file_01.dat" => assert!(has(Code::IdentifierMissing) && !has(Code::HeaderMissing)),
            _ => {}
        }
        std::fs::remove_file(copy).unwrap();
    }
    assert!(read > 10);
}

#[test]
fn the_pages_of_the_relativity_samples_are_read_and_are_what_their_lists_say() {
    let Some(samples) = corpus() else {
        println!("skipped: DUCES_CORPORA names no folder with load files");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&samples.join("VOL01"), &folder.path().join("VOL01"));
    for (name, named_by_key) in [("Opticon_01.opt", true), ("opticon_02.opt", false)] {
        let copy = folder.path().join(name);
        std::fs::copy(samples.join(name), &copy).unwrap();
        let found = verify(folder.path(), None, &Silent).unwrap();
        let codes = codes(&found);
        println!("{name}: {codes:?}");
        assert_eq!(found.summary.images, 5);
        let has = |code| codes.contains(&code);
        assert!(has(Code::LoadFileMissing) && has(Code::PathDotted), "{codes:?}");
        assert_eq!(has(Code::FileMisnamed), !named_by_key, "{codes:?}");
        for wrong in [
            Code::FileMissing,
            Code::ImagePageCount,
            Code::ImagePages,
            Code::ImageDamaged,
            Code::ImageKindDiffers,
            Code::ImageCompression,
            Code::PageKeyRepeated,
            Code::ImageFieldCount,
        ] {
            assert!(!has(wrong), "{wrong}: {:#?}", found.findings);
        }
        std::fs::remove_file(copy).unwrap();
    }
}
