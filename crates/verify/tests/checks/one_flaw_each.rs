//! One flaw each: the valid volume has none, and every damage is found under its own name.

use crate::tiny::{Files, HEADER, Tiny, check, codes, seal};
use duces_model::Sha256;
use duces_verify::{Code, Severity};

/// Where a damage is done.
enum Damage {
    /// In the cells, before the load file is written and sealed.
    Cells(fn(&mut Tiny)),
    /// In the load file's text (behind its mark), before sealing.
    Text(fn(String) -> String),
    /// In the load file's bytes, before sealing.
    Bytes(fn(Vec<u8>) -> Vec<u8>),
    /// In the files, sealed anew.
    Files(fn(&mut Files)),
    /// In the files, after sealing.
    Sealed(fn(&mut Files)),
}

use Damage::{Bytes, Cells, Files as InFiles, Sealed, Text};

fn damaged(damage: &Damage) -> Files {
    let mut tiny = Tiny::valid();
    match damage {
        Cells(change) => {
            change(&mut tiny);
            tiny.sealed()
        }
        Text(change) => {
            let text = String::from_utf8(tiny.data()).unwrap();
            tiny.sealed_with(change(text).into_bytes())
        }
        Bytes(change) => tiny.sealed_with(change(tiny.data())),
        InFiles(change) => {
            let mut files = tiny.sealed();
            change(&mut files);
            seal(&mut files);
            files
        }
        Sealed(change) => {
            let mut files = tiny.sealed();
            change(&mut files);
            files
        }
    }
}

fn edit(files: &mut Files, path: &str, from: &str, to: &str) {
    let text = String::from_utf8(files[path].clone()).unwrap();
    assert!(text.contains(from));
    files.insert(path.into(), text.replacen(from, to, 1).into_bytes());
}

const DATA: &str = "DATA/ECP001.dat";
const NATIVE: &str = "NATIVES/0001/ECP0000004.eml";
const LONE_TEXT: &str = "TEXT/0001/ECP0000004.txt";

#[rustfmt::skip]
const TABLE: &[(&str, Damage, Code)] = &[
    ("a name with a comma", InFiles(|f| { f.insert("a,b.txt".into(), b"x".to_vec()); }), Code::NameUnusable),
    ("a name with a space", InFiles(|f| { f.insert("a b.txt".into(), b"x".to_vec()); }), Code::NameNotPlain),
    ("names in two cases", InFiles(|f| { f.insert("readme.TXT".into(), b"x".to_vec()); }), Code::NamesDifferInCase),
    ("a file that no row names", InFiles(|f| { f.insert("NATIVES/0001/ECP0000009.eml".into(), b"x".to_vec()); }), Code::FileUnreferenced),
    ("a folder with too many files", InFiles(|f| for n in 0..2_001 { f.insert(format!("X/n{n}.bin"), vec![1]); }), Code::FolderTooFull),
    ("an image load file", InFiles(|f| { f.insert("DATA/ECP001.opt".into(), b"ECP0000001,,x.tif,Y,,,1\r\n".to_vec()); }), Code::LoadFileNotChecked),
    ("no load file", InFiles(|f| { f.remove(DATA); }), Code::LoadFileMissing),
    ("two load files", InFiles(|f| { let d = f[DATA].clone(); f.insert("DATA/ECP001b.dat".into(), d); }), Code::LoadFilesSeveral),
    ("no rows", Cells(|t| t.cells.truncate(1)), Code::LoadFileEmpty),
    ("an empty load file", Bytes(|_| Vec::new()), Code::LoadFileEmpty),
    ("no mark", Bytes(|b| b[3..].to_vec()), Code::MarkMissing),
    ("half a mark", Bytes(|b| b[1..].to_vec()), Code::NotUnicode),
    ("Windows-1252", Text(|t| t.trim_start_matches('\u{FEFF}').to_owned()), Code::MarkMissing),
    ("bytes of an older code page", Bytes(|b| { let thorn = "þ".as_bytes(); let mut out = Vec::new(); let mut rest = &b[3..];
        while let Some((first, tail)) = rest.split_first() { if rest.starts_with(thorn) { out.push(0xFE); rest = &rest[2..]; } else { out.push(*first); rest = tail; } } out }), Code::NotUnicode),
    ("a byte that is no UTF-8", Bytes(|mut b| { let at = b.windows(5).position(|w| w == b"lunch").unwrap(); b[at] = 0xFF; b }), Code::BytesUndecodable),
    ("other delimiters", Text(|t| t.replace('\u{14}', "|").replace('þ', "^")), Code::DelimitersUnusual),
    ("no header", Text(|t| { let (_, rest) = t.split_once("\r\n").unwrap(); format!("\u{FEFF}{rest}") }), Code::HeaderMissing),
    ("no identifier", Cells(|t| t.set(0, "FIRSTBATES", "SOMETHING")), Code::IdentifierMissing),
    ("a column twice", Cells(|t| t.set(0, "AUTHOR", "Subject")), Code::HeaderRepeated),
    ("a required column missing", Cells(|t| t.set(0, "MIME_TYPE", "KIND")), Code::ColumnMissing),
    ("a field too many", Cells(|t| t.cells[2].push("x".into())), Code::FieldCount),
    ("a field too few", Cells(|t| { t.cells[2].pop(); }), Code::FieldCount),
    ("a quote missing at an end", Text(|t| t.replacen("lunchþ", "lunch", 1)), Code::QuoteInside),
    ("a quote inside", Text(|t| t.replacen("lunch", "lunþch", 1)), Code::QuoteInside),
    ("a separator inside", Text(|t| t.replacen("lunch", "lun\u{14}ch", 1)), Code::SeparatorInside),
    ("a line break inside", Text(|t| t.replacen("lunch", "lun\nch", 1)), Code::NewlineInside),
    ("a value without quotes", Text(|t| t.replacen("þlunchþ", "lunch", 1)), Code::ValueUnquoted),
    ("two kinds of line ends", Text(|t| t.replacen("\r\n", "\n", 1)), Code::NewlinesMixed),
    ("an empty line", Text(|t| t.replacen("\r\n", "\r\n\r\n", 1)), Code::RowBlank),
    ("no line end at the end", Text(|t| t.trim_end().to_owned()), Code::FinalNewline),
    ("a row longer than any loader takes", Cells(|t| t.set(3, "SUBJECT", &"x".repeat(17 << 20))), Code::FieldTooLong),
    ("no number", Cells(|t| t.set(3, "FIRSTBATES", "")), Code::NumberMissing),
    ("a space in a number", Cells(|t| t.set(3, "FIRSTBATES", "ECP 0000004")), Code::NumberMalformed),
    ("a suffix behind a number", Cells(|t| t.set(3, "FIRSTBATES", "ECP0000004-DUP")), Code::NumberMalformed),
    ("a range that runs backwards", Cells(|t| t.set(2, "LASTBATES", "ECP0000001")), Code::NumberBackwards),
    ("another count of digits", Cells(|t| { t.set(3, "FIRSTBATES", "ECP00000004"); t.set(3, "LASTBATES", "ECP00000004"); }), Code::DigitsVary),
    ("a number twice", Cells(|t| { t.set(3, "FIRSTBATES", "ECP0000003"); }), Code::NumbersOverlap),
    ("rows out of order", Cells(|t| { let row = t.cells.pop().unwrap(); t.cells.insert(1, row); }), Code::NotSorted),
    ("a hole in the numbers", Cells(|t| { t.set(3, "FIRSTBATES", "ECP0000006"); t.set(3, "LASTBATES", "ECP0000006"); }), Code::NumbersMissing),
    ("a wrong count of pages", Cells(|t| t.set(2, "PGCOUNT", "3")), Code::PageCount),
    ("a range that says otherwise", Cells(|t| t.set(2, "ATTACHRANGE", "ECP0000001 - ECP0000002")), Code::AttachRange),
    ("a range that is none", Cells(|t| t.set(2, "ATTACHRANGE", "see above")), Code::AttachRange),
    ("a family without its end", Cells(|t| t.set(3, "ENDATTACH", "")), Code::AttachRange),
    ("a family that ends too late", Cells(|t| for row in 1..3 { t.set(row, "ENDATTACH", "ECP0000005"); t.set(row, "ATTACHRANGE", "ECP0000001 - ECP0000005"); }), Code::FamilyBroken),
    ("a child without its parent's row", Cells(|t| { t.cells.remove(1); }), Code::FamilySplit),
    ("a child after another family", Cells(|t| t.cells.swap(2, 3)), Code::FamilySplit),
    ("a child without a parent", Cells(|t| t.set(2, "PARENT_BATES", "")), Code::ParentMissing),
    ("a parent that is nowhere", Cells(|t| t.set(2, "PARENT_BATES", "ECP0000009")), Code::ParentMissing),
    ("a lone document with a parent", Cells(|t| t.set(3, "PARENT_BATES", "ECP0000001")), Code::ParentMissing),
    ("a child that its parent does not list", Cells(|t| t.set(1, "CHILD_BATES", "")), Code::ParentChildDiffer),
    ("a listed child that is none", Cells(|t| t.set(1, "CHILD_BATES", "ECP0000002; ECP0000004")), Code::ParentChildDiffer),
    ("a native that is missing", InFiles(|f| { f.remove(NATIVE); }), Code::FileMissing),
    ("a text that is missing", InFiles(|f| { f.remove(LONE_TEXT); }), Code::FileMissing),
    ("a path in another case", Cells(|t| t.set(3, "LINK", "NATIVES/0001/ECP0000004.EML")), Code::FileCaseDiffers),
    ("a path outside the volume", Cells(|t| t.set(3, "LINK", "../ECP001/NATIVES/0001/ECP0000004.eml")), Code::PathLeavesVolume),
    ("a path with a drive", Cells(|t| t.set(3, "LINK", "D:\\NATIVES\\0001\\ECP0000004.eml")), Code::PathAbsolute),
    ("two files in one row", Cells(|t| t.set(3, "LINK", "NATIVES/0001/ECP0000004.eml;NATIVES/0001/ECP0000001.eml")), Code::FilesSeveral),
    ("one file for two rows", Cells(|t| t.set(3, "OCRPATH", "TEXT/0001/ECP0000001.txt")), Code::FileShared),
    ("a file named otherwise", Cells(|t| { let f = t.files.remove(LONE_TEXT).unwrap(); t.files.insert("TEXT/0001/X4.txt".into(), f); t.set(3, "OCRPATH", "TEXT/0001/X4.txt"); }), Code::FileMisnamed),
    ("a native without bytes", InFiles(|f| { f.insert(NATIVE.into(), Vec::new()); }), Code::NativeEmpty),
    ("another ending", Cells(|t| t.set(3, "FILE_EXTEN", "msg")), Code::ExtensionDiffers),
    ("no text", Cells(|t| t.set(3, "OCRPATH", "")), Code::TextMissing),
    ("neither native nor text", Cells(|t| { t.set(3, "OCRPATH", ""); t.set(3, "LINK", ""); }), Code::RowWithoutContent),
    ("texts in two encodings", InFiles(|f| { f.insert(LONE_TEXT.into(), b"\xFF\xFEa\0".to_vec()); }), Code::TextEncodingMixed),
    ("a text that breaks its mark", InFiles(|f| { f.insert(LONE_TEXT.into(), b"\xEF\xBB\xBF\xFF".to_vec()); }), Code::TextUndecodable),
    ("a digest that is none", Cells(|t| t.set(3, "MD5HASH", "none")), Code::HashMalformed),
    ("a wrong MD5", Cells(|t| { let c = t.cell(3, "MD5HASH"); *c = c.replace(|c: char| c.is_ascii_digit(), "0"); }), Code::HashDiffers),
    ("a wrong SHA-256", Cells(|t| { let c = t.cell(3, "SHA256HASH"); *c = c.replace(|c: char| c.is_ascii_digit(), "0"); }), Code::HashDiffers),
    ("a native with another byte", InFiles(|f| edit(f, NATIVE, "noon", "nine")), Code::HashDiffers),
    ("a digest without a native", Cells(|t| t.set(3, "LINK", "")), Code::HashWithoutNative),
    ("a wrong size", Cells(|t| t.set(3, "FILE_SIZE", "7")), Code::SizeDiffers),
    ("no custodian", Cells(|t| t.set(3, "CUSTODIAN", "")), Code::FieldEmpty),
    ("a date of another form", Cells(|t| t.set(3, "DATE_SENT", "2024-03-05")), Code::DateForm),
    ("a time without its zone", Cells(|t| t.set(3, "TIME_SENT/TIME_ZONE", "11:40 AM")), Code::TimeWithoutZone),
    ("no manifest", Sealed(|f| { f.remove("MANIFEST.sha256"); }), Code::ManifestMissing),
    ("a line of the manifest that is none", Sealed(|f| edit(f, "MANIFEST.sha256", "  DATA", " DATA")), Code::ManifestMalformed),
    ("a text changed after sealing", Sealed(|f| edit(f, LONE_TEXT, "noon", "nine")), Code::ManifestDigestDiffers),
    ("a file listed twice in the statement", InFiles(|f| edit(f, "manifest.json", "\"files\":[", &format!("\"files\":[{{\"path\":\"README.txt\",\"bytes\":16,\"sha256\":\"{}\"}},", Sha256::of("A tiny volume.\r\n")))), Code::ManifestFileTwice),
    ("a size that differs from the statement", InFiles(|f| edit(f, "manifest.json", "\"bytes\":16", "\"bytes\":17")), Code::ManifestDigestDiffers),
    ("a statement of another maker", InFiles(|f| { f.insert("manifest.json".into(), b"{}".to_vec()); }), Code::ManifestJsonForeign),
    ("a statement of a later version", InFiles(|f| edit(f, "manifest.json", "\"format_version\":1", "\"format_version\":2")), Code::ManifestJsonMalformed),
    ("a file lost after sealing", Sealed(|f| { f.remove("README.txt"); }), Code::ManifestFileMissing),
    ("a file listed twice", Sealed(|f| { let m = f.get_mut("MANIFEST.sha256").unwrap(); let line = m.split(|b| *b == b'\n').next().unwrap().to_vec(); m.extend(line); m.push(b'\n'); }), Code::ManifestFileTwice),
    ("a file added after sealing", Sealed(|f| { f.insert("X/extra.txt".into(), b"x".to_vec()); }), Code::ManifestFileUnlisted),
    ("counts that are no JSON", InFiles(|f| edit(f, "manifest.json", "{", "[")), Code::ManifestJsonMalformed),
    ("a count that differs", InFiles(|f| edit(f, "manifest.json", "\"natives\":3", "\"natives\":4")), Code::CountDiffers),
    ("a stated number that differs", InFiles(|f| edit(f, "manifest.json", "\"ECP0000004\"", "\"ECP0000005\"")), Code::CountDiffers),
    ("a row less than stated", Cells(|t| { t.cells.pop(); }), Code::CountDiffers),
    ("fields in another order than stated", Cells(|t| for row in &mut t.cells { row.swap(10, 11); }), Code::CountDiffers),
];

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
    for (name, damage, code) in TABLE {
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
fn every_code_has_a_volume_that_shows_it() {
    // Codes of archives, of folders and of the ledger are shown in their own tests.
    let elsewhere = [
        Code::SymbolicLink,
        Code::NumbersExplained,
        Code::OverlapsEarlier,
        Code::MemberMissing,
        Code::RowUnexpected,
        Code::RangeDiffers,
        Code::NativeDiffers,
        Code::NativeNotProduced,
        Code::NativeHeldBack,
        Code::WithheldNative,
        Code::WithheldHash,
        Code::NotProducedFound,
        Code::MemberPending,
        Code::BarredInside,
        Code::BarredDigest,
        Code::NotLookedThrough,
        Code::ArchiveNotOpened,
        Code::EmbeddingNotOpened,
        Code::ManifestNotSealed,
        Code::VolumeNameDiffers,
    ];
    let missing: Vec<_> = Code::ALL
        .iter()
        .filter(|code| !TABLE.iter().any(|(.., shown)| shown == *code))
        .filter(|code| !elsewhere.contains(code) && !code.as_str().starts_with("zip-"))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
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
