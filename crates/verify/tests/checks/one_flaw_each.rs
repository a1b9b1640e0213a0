//! One flaw each: the valid volume has none, and every damage is found under its own name.

use crate::flaws::{DATA, IMAGES, TABLE, damaged};
use crate::imaged::Imaged;
use crate::tiny::{HEADER, Tiny, check, codes};
use duces_verify::{Code, Severity};

#[test]
fn the_valid_volume_has_no_findings_at_all() {
    let verification = check(&Tiny::valid().sealed(), None);
    assert_eq!(verification.findings, []);
    let summary = verification.verified().unwrap().into_inner();
    assert_eq!((summary.rows, summary.families, summary.natives, summary.texts), (3, 2, 3, 3));
    assert_eq!(summary.bates.unwrap().to_string(), "ECP0000001 - ECP0000004");
    assert_eq!(summary.custodians["Lee, Ann"].documents, 2);
    assert_eq!(summary.custodians["Lee, Ann"].ranges[0].to_string(), "ECP0000001 - ECP0000003");
    assert_eq!(summary.fields, HEADER);
    assert!(!summary.compared_with_ledger);
}

#[test]
fn every_flaw_is_found_under_its_own_name() {
    let mut missed = Vec::new();
    for (name, damage, code) in TABLE.iter().chain(IMAGES) {
        let found = check(&damaged(damage), None);
        if !codes(&found).contains(code) {
            missed.push(format!("{name}: expected {code}, found {:?}", codes(&found)));
        }
        assert_eq!(found.passed(), found.findings.iter().all(|finding| finding.severity != Severity::Fails));
        assert_eq!(found.passed(), found.verified().is_ok(), "{name}");
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn volumes_with_pages_have_no_findings_whether_opticon_or_ipro_lists_them() {
    for (imaged, lists) in [(Imaged::valid(), 2), (Imaged::with_lfp(), 3)] {
        let found = check(&imaged.sealed(), None);
        assert_eq!(found.findings, []);
        assert_eq!((found.summary.images, found.summary.load_files.len()), (4, lists));
    }
}

#[test]
fn a_pdf_may_stand_for_a_whole_document_and_pages_of_one_tiff_may_be_listed_one_by_one() {
    let mut imaged = Imaged::valid();
    imaged.remove(2);
    imaged.remove(1);
    let line = ["ECP0000002", "", "IMAGES/0001/ECP0000002.pdf", "Y", "", "", "2"];
    imaged.lines.insert(1, line.map(str::to_owned).to_vec());
    imaged.replace(1, crate::imaged::pdf(2));
    assert_eq!(check(&imaged.sealed(), None).findings, []);
    let mut imaged = Imaged::valid();
    imaged.remove(2);
    imaged.replace(1, crate::imaged::tiff(2, 4, 300));
    let line = |key: &str, start: &str, page: u8, file: &str| {
        format!("IM,{key},{start},{page},@ECP001;IMAGES\\0001;{file};2\r\n")
    };
    let lfp = [
        line("ECP0000001", "D", 0, "ECP0000001.tif"),
        line("ECP0000002", "D", 1, "ECP0000002.tif"),
        line("ECP0000003", "", 2, "ECP0000002.tif"),
        line("ECP0000004", "D", 0, "ECP0000004.pdf"),
    ];
    imaged.tiny.files.insert("DATA/ECP001.lfp".into(), lfp.concat().into_bytes());
    assert_eq!(check(&imaged.tiny.sealed(), None).findings, []);
}

#[test]
fn a_native_that_ends_like_a_load_file_is_none() {
    let mut tiny = Tiny::valid();
    for (from, to) in [("eml", "dat"), ("csv", "log")] {
        for row in 1..4 {
            let link = tiny.cell(row, "LINK").clone();
            if let Some(stem) = link.strip_suffix(from) {
                let native = tiny.files.remove(&link).unwrap();
                let moved = format!("{stem}{to}").replace("NATIVES", "A");
                tiny.files.insert(moved.clone(), native);
                tiny.set(row, "LINK", &moved);
                tiny.set(row, "FILE_EXTEN", to);
            }
        }
    }
    assert_eq!(check(&tiny.sealed(), None).findings, []);
}

#[test]
fn a_finding_names_file_row_and_field() {
    let mut tiny = Tiny::valid();
    tiny.set(3, "PGCOUNT", "9");
    let found = check(&tiny.sealed(), None).findings;
    let shown = (found[0].file.as_str(), found[0].row, found[0].field.as_deref(), found[0].count);
    assert_eq!(shown, (DATA, Some(4), Some("PGCOUNT"), 1));
    assert!(found[0].message.contains("\"9\""), "{}", found[0].message);
}

#[test]
fn the_same_volume_in_utf16_is_as_good() {
    let tiny = Tiny::valid();
    let text = String::from_utf8(tiny.data()).unwrap();
    for bytes in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
        let data = text.encode_utf16().flat_map(bytes).collect();
        assert_eq!(check(&tiny.sealed_with(data), None).findings, []);
    }
}

#[test]
#[cfg(unix)]
fn a_symbolic_link_is_found_and_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("ECP001");
    crate::tiny::write(&Tiny::valid().sealed(), &root);
    std::os::unix::fs::symlink("/etc/hostname", root.join("NATIVES/link")).unwrap();
    let found = duces_verify::verify(&root, None, &duces_model::Silent).unwrap();
    assert_eq!(codes(&found), [Code::SymbolicLink]);
}

#[test]
fn a_page_file_that_is_too_large_to_be_looked_into_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("ECP001");
    crate::tiny::write(&Imaged::valid().sealed(), &root);
    let page = std::fs::File::options().write(true).open(root.join("IMAGES/0001/ECP0000004.pdf")).unwrap();
    page.set_len((64 << 20) + 1).unwrap();
    let found = duces_verify::verify(&root, None, &duces_model::Silent).unwrap();
    assert!(codes(&found).contains(&Code::ImageNotRead), "{:?}", codes(&found));
}

#[test]
fn more_prefixes_than_are_told_apart_are_told() {
    let row = |values: [String; 3]| values.map(|value| format!("þ{value}þ")).join("\u{14}") + "\r\n";
    let mut text =
        String::from("\u{FEFF}") + &row(["FIRSTBATES", "LASTBATES", "CUSTODIAN"].map(str::to_owned));
    for number in 0..10_001 {
        let first = format!("A{number:05}B0001");
        text += &row([first.clone(), first, "Lee, Ann".into()]);
    }
    let found = check(&[("DATA/ECP001.dat".to_owned(), text.into_bytes())].into(), None);
    assert!(codes(&found).contains(&Code::LimitReached), "{:?}", codes(&found));
    assert_eq!(found.summary.rows, 10_001);
}
