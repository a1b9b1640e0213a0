//! Volumes to look at, in `tests/volumes`: one for each finding, and valid ones.

use crate::archives;
use crate::flaws::{IMAGES, TABLE, damaged};
use crate::imaged::Imaged;
use crate::options;
use crate::tables::{contradicting, edrm};
use crate::tiny::{Tiny, codes, seal, write, zipped_files};
use duces_model::Silent;
use duces_verify::{Code, Issued, Options, Severity, Verification, issued, verify_with};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Codes without a volume, and why.
const WITHOUT: &[(&str, &[Code])] = &[
    (
        "too large to keep; made by other tests",
        &[Code::FolderTooFull, Code::FieldTooLong, Code::ImageNotRead, Code::LimitReached, Code::ZipBomb],
    ),
    ("not every file system can keep one", &[Code::SymbolicLink]),
    ("found where a count is named on the command line", &[Code::StatedCountDiffers]),
    (
        "found against the ledger only",
        &[
            Code::MemberMissing,
            Code::RowUnexpected,
            Code::RangeDiffers,
            Code::NativeDiffers,
            Code::NativeNotProduced,
            Code::NativeHeldBack,
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
        ],
    ),
];

/// Volumes that Python's pyzipper 0.4.0 encrypted, so that what is read here was not written here.
const FOREIGN: [&str; 4] = ["zip-aes", "zip-entry-encrypted", "zip-password-wrong", "zip-encryption-weak"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/volumes")
}

fn kind_of(code: Code) -> &'static str {
    match code.severity() {
        Severity::Fails => "invalid",
        Severity::Warns => "warning",
        Severity::Notes => "valid",
    }
}

/// The volume of a folder, with what lies beside it: an earlier volume, a password.
fn look(folder: &Path) -> Verification {
    let volume =
        ["ECP001", "ECP001.zip"].map(|name| folder.join(name)).into_iter().find(|path| path.exists());
    let earlier = folder.join("earlier");
    let earlier: Vec<Issued> =
        if earlier.exists() { issued(&earlier, None, &Silent).unwrap() } else { Vec::new() };
    let password = std::fs::read_to_string(folder.join("password.txt")).ok();
    let password = password.as_deref().map(|text| text.trim_end().as_bytes());
    let log = Some(folder.join("privilege-log.csv")).filter(|path| path.exists());
    let options =
        Options { earlier: &earlier, password, privilege_log: log.as_deref(), ..Options::default() };
    verify_with(&volume.expect("a volume lies in the folder"), &options, &Silent).unwrap()
}

/// Each folder of a kind with the findings of its volume.
fn found() -> BTreeMap<String, Verification> {
    let mut found = BTreeMap::new();
    for kind in ["valid", "invalid", "warning"] {
        for entry in std::fs::read_dir(root().join(kind)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().to_str().unwrap().to_owned();
            found.insert(format!("{kind}/{name}"), look(&entry.path()));
        }
    }
    found
}

#[allow(clippy::disallowed_methods, reason = "a test is told by the environment")]
fn anew() -> bool {
    std::env::var_os("DUCES_WRITE_VOLUMES").is_some()
}

/// With `DUCES_WRITE_VOLUMES` set (`just volumes`) the committed ones are written anew first.
#[test]
fn the_committed_volumes_are_what_is_written_here_and_have_the_findings_that_are_listed() {
    if anew() {
        for name in found().keys().filter(|name| !FOREIGN.iter().any(|foreign| name.ends_with(foreign))) {
            std::fs::remove_dir_all(root().join(name)).unwrap();
        }
        write_volumes(&root());
    }
    let scratch = tempfile::tempdir().unwrap();
    write_volumes(scratch.path());
    for kind in ["valid", "invalid", "warning"] {
        let mut kept = tree(&root().join(kind));
        kept.retain(|(path, _)| !FOREIGN.iter().any(|name| path.starts_with(name)));
        assert!(kept == tree(&scratch.path().join(kind)), "{kind} differs: `just volumes` writes it anew");
    }
    let mut listed = String::new();
    for (name, verification) in found() {
        let words: Vec<&str> = codes(&verification).into_iter().map(Code::as_str).collect();
        let words = if words.is_empty() { "nothing".to_owned() } else { words.join(", ") };
        listed += &format!("{name}: {words}\n");
    }
    let path = root().join("findings.txt");
    if anew() {
        std::fs::write(&path, &listed).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), listed, "`just volumes` lists them anew");
}

#[test]
fn each_volume_has_the_finding_it_is_named_for_and_is_no_worse() {
    for (name, verification) in found() {
        let (kind, word) = name.split_once('/').unwrap();
        let codes = codes(&verification);
        let code = Code::ALL.iter().find(|code| code.as_str() == word);
        match code {
            Some(code) => assert!(codes.contains(code), "{name}: {codes:?}"),
            None => assert_eq!(codes, [], "{name}"),
        }
        let worst = codes.iter().map(|code| kind_of(*code)).next().unwrap_or("valid");
        assert_eq!(worst, kind, "{name}: {codes:?}");
    }
}

#[test]
fn every_code_has_a_volume_that_shows_it() {
    let shown = found();
    let without: Vec<Code> = WITHOUT.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
    for code in Code::ALL {
        let name = format!("{}/{code}", kind_of(*code));
        assert_eq!(shown.contains_key(&name), !without.contains(code), "{name}");
    }
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

/// Flaws that are kept as folders, because they are easier to look at; all others are archives.
const AS_FOLDERS: [Code; 8] = [
    Code::PageCount,
    Code::HashDiffers,
    Code::ParentChildDiffer,
    Code::MarkMissing,
    Code::ManifestDigestDiffers,
    Code::FileUnreferenced,
    Code::ImageCountDiffers,
    Code::ImageCompression,
];

fn write_volumes(root: &Path) {
    let archive = |folder: PathBuf, bytes: &[u8]| {
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("ECP001.zip"), bytes).unwrap();
    };
    let (tiny, imaged) = (Tiny::valid(), Imaged::with_lfp());
    write(&tiny.sealed(), &root.join("valid/native-production/ECP001"));
    write(&imaged.sealed(), &root.join("valid/imaged-production/ECP001"));
    archive(root.join("valid/zip"), &zipped_files(&tiny.sealed(), "ECP001/"));
    let without: Vec<Code> = WITHOUT.iter().flat_map(|(_, codes)| codes.iter().copied()).collect();
    let archives = archives::flaws();
    for code in Code::ALL.iter().filter(|code| !without.contains(code) && !FOREIGN.contains(&code.as_str())) {
        let folder = root.join(kind_of(*code)).join(code.as_str());
        let row = TABLE.iter().chain(IMAGES).find(|(.., shown)| shown == code);
        match (row, archives.iter().find(|(shown, _)| shown == code)) {
            (_, Some((_, bytes))) => archive(folder, bytes),
            (Some((_, damage, _)), None) => {
                let mut files = damaged(damage);
                let of_manifests = code.as_str().starts_with("manifest");
                if code.severity() != Severity::Fails && !of_manifests {
                    // What the volume states of itself would fail; what is shown here does not.
                    files.remove("manifest.json");
                    seal(&mut files);
                }
                if AS_FOLDERS.contains(code) {
                    write(&files, &folder.join("ECP001"));
                } else {
                    archive(folder, &zipped_files(&files, "ECP001/"));
                }
            }
            (None, None) => match code {
                Code::OverlapsEarlier | Code::NumbersExplained => write_with_earlier(*code, &folder),
                Code::ZipPartMissing => {
                    let parts = options::in_parts(&tiny.sealed());
                    std::fs::create_dir_all(&folder).unwrap();
                    // The second part holds nothing that the first does not, and only its absence is shown.
                    std::fs::write(folder.join("ECP001.zip"), zipped_files(&tiny.sealed(), "ECP001/"))
                        .unwrap();
                    std::fs::write(folder.join("ECP001-3.zip"), &parts.empty).unwrap();
                }
                Code::LoadFileDamaged | Code::LoadFileContradicts => {
                    let text = match code {
                        Code::LoadFileDamaged => edrm(&tiny, &[]).replace("</Relationships>", ""),
                        _ => contradicting(),
                    };
                    let mut files = tiny.sealed();
                    files.insert("DATA/ECP001.xml".into(), text.into_bytes());
                    files.remove("manifest.json");
                    seal(&mut files);
                    archive(folder, &zipped_files(&files, "ECP001/"));
                }
                Code::PrivilegeLogDiffers => {
                    archive(folder.clone(), &zipped_files(&tiny.sealed(), "ECP001/"));
                    std::fs::write(folder.join("privilege-log.csv"), options::LOG).unwrap();
                }
                _ => panic!("no volume shows {code}"),
            },
        }
    }
}

/// A volume beside one that was produced before: it has used a number again, or the one that is left out here.
fn write_with_earlier(code: Code, folder: &Path) {
    let earlier = |first: &str, last: &str| {
        let columns = ["FIRSTBATES", "LASTBATES", "CUSTODIAN"];
        let row = |values: [&str; 3]| values.map(|value| format!("þ{value}þ")).join("\u{14}") + "\r\n";
        let text = format!("\u{FEFF}{}{}", row(columns), row([first, last, "Lee, Ann"]));
        let path = folder.join("earlier/ECP000/DATA/ECP000.dat");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let mut tiny = Tiny::valid();
    if code == Code::OverlapsEarlier {
        earlier("ECP0000004", "ECP0000009");
    } else {
        earlier("ECP0000004", "ECP0000005");
        for column in ["FIRSTBATES", "LASTBATES", "BEGATTACH", "ENDATTACH"] {
            tiny.set(3, column, "ECP0000006");
        }
        tiny.set(3, "ATTACHRANGE", "ECP0000006 - ECP0000006");
        for (column, ending) in [("LINK", "eml"), ("OCRPATH", "txt")] {
            let old = tiny.cell(3, column).clone();
            let bytes = tiny.files.remove(&old).unwrap();
            let path = old.replace(&format!("4.{ending}"), &format!("6.{ending}"));
            tiny.set(3, column, &path);
            tiny.files.insert(path, bytes);
        }
    }
    let mut files = tiny.sealed();
    // What the volume states of itself is about other numbers, and is not what is shown here.
    files.remove("manifest.json");
    seal(&mut files);
    std::fs::write(folder.join("ECP001.zip"), zipped_files(&files, "ECP001/")).unwrap();
}
