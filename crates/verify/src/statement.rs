//! What the volume states of itself in `manifest.json`, compared with what was read.
//!
//! Only the shape `duces-volume`, version 1, is compared: its counts, its first and last number, the fields of
//! its load file in order, and its list of files. Whatever else stands there is the maker's.

use crate::code::Code;
use crate::files::Part;
use crate::finding::{Example, Findings, shown};
use crate::load_file::LoadFile;
use crate::manifest;
use crate::verification::{VerifyError, VolumeSummary};
use crate::volume::Volume;
use crate::zip;
use serde::Deserialize;
use serde_json::Value;
use std::io::Read as _;

/// Name of the statement, in the volume's first folder.
pub(crate) const FILE: &str = "manifest.json";

const FORMAT: &str = "duces-volume";
const FORMAT_VERSION: u64 = 1;
const BYTES_MAX: u64 = 512 << 20;

#[derive(Deserialize)]
struct Kind {
    format: Option<Value>,
    format_version: Option<u64>,
}

#[derive(Deserialize)]
struct Statement {
    volume: String,
    bates: Option<Ends>,
    counts: Counts,
    load_file: StatedLoadFile,
    files: Vec<StatedFile>,
}

#[derive(Deserialize)]
struct Ends {
    first: String,
    last: String,
}

#[derive(Deserialize)]
struct Counts {
    documents: u64,
    numbers: u64,
    natives: u64,
    texts: u64,
    text_only: u64,
    slip_sheets: u64,
    /// Documents that go out as pages alone; absent where there are none.
    #[serde(default)]
    paged: u64,
    /// Page images; absent where there are none.
    #[serde(default)]
    images: u64,
    /// PDFs, one for each document; absent where there are none.
    #[serde(default)]
    pdfs: u64,
}

#[derive(Deserialize)]
struct StatedLoadFile {
    path: String,
    fields: Vec<String>,
}

#[derive(Deserialize)]
struct StatedFile {
    path: String,
    bytes: u64,
    sha256: String,
}

#[derive(Deserialize)]
struct Named {
    profile: Option<Profile>,
}

#[derive(Deserialize)]
struct Profile {
    name: String,
}

/// The bytes of the statement, where there is one that can be read.
fn bytes(volume: &Volume) -> Result<Option<Vec<u8>>, VerifyError> {
    let Some(file) = volume.files.find(FILE).map(|at| volume.files.get(at)) else { return Ok(None) };
    if !file.readable {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    match volume.read(file)?.take(BYTES_MAX).read_to_end(&mut bytes) {
        Ok(_) => Ok(Some(bytes)),
        Err(error) if zip::is_damage(&error) => Ok(None),
        Err(error) => Err(volume.unreadable(file, error)),
    }
}

/// Name of the profile that the volume states, where it states one in the shape that is read here.
pub(crate) fn profile(volume: &Volume) -> Result<Option<String>, VerifyError> {
    let Some(bytes) = bytes(volume)? else { return Ok(None) };
    let ours = serde_json::from_slice::<Kind>(&bytes)
        .is_ok_and(|kind| kind.format.as_ref().and_then(Value::as_str) == Some(FORMAT));
    let named = ours.then(|| serde_json::from_slice::<Named>(&bytes).ok()).flatten();
    Ok(named.and_then(|named| named.profile).map(|profile| profile.name))
}

/// Compares the statement, where there is one, with what was read.
pub(crate) fn check(
    volume: &Volume,
    load_file: Option<&LoadFile>,
    summary: &VolumeSummary,
    findings: &mut Findings,
) -> Result<(), VerifyError> {
    let Some(bytes) = bytes(volume)? else { return Ok(()) };
    match read(&bytes) {
        Ok(Some(stated)) => {
            let mut judge = Judge { volume, findings };
            judge.totals(&stated, load_file, summary);
            judge.files(&stated.files);
        }
        Ok(None) => {
            let message = format!("found no format {FORMAT:?} in it, so nothing was compared");
            findings.of_file(Code::ManifestJsonForeign, FILE, message);
        }
        Err(message) => findings.of_file(Code::ManifestJsonMalformed, FILE, message),
    }
    Ok(())
}

/// The statement; nothing where it is of another maker's shape.
fn read(bytes: &[u8]) -> Result<Option<Statement>, String> {
    let kind: Kind = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if kind.format.as_ref().and_then(Value::as_str) != Some(FORMAT) {
        return Ok(None);
    }
    match kind.format_version {
        Some(FORMAT_VERSION) => serde_json::from_slice(bytes).map(Some).map_err(|error| error.to_string()),
        Some(version) => Err(format!("found format version {version}, this program knows {FORMAT_VERSION}")),
        None => Err("found no format version".into()),
    }
}

struct Judge<'a> {
    volume: &'a Volume,
    findings: &'a mut Findings,
}

impl Judge<'_> {
    fn differ(&mut self, key: &str, stated: &str, actual: &str) {
        let message = format!("{key} is stated as {stated}, the volume holds {actual}");
        let example = Example { field: Some(key.to_owned()), ..Example::of_file(FILE, message) };
        self.findings.add(Code::CountDiffers, example);
    }

    fn totals(&mut self, stated: &Statement, load_file: Option<&LoadFile>, summary: &VolumeSummary) {
        let Some(load_file) = load_file else { return };
        let numbers = load_file.numbers.numbers();
        let counts = &stated.counts;
        let below = |folder: &str| {
            let pages = self.volume.files.iter().filter(|file| file.is(Part::Image));
            pages.filter(|file| file.path.split('/').next() == Some(folder)).count() as u64
        };
        for (key, stated, actual) in [
            ("images", counts.images, below("IMAGES")),
            ("pdfs", counts.pdfs, below("PDF")),
            ("documents", counts.documents, summary.rows),
            ("numbers", counts.numbers, numbers),
            ("natives", counts.natives, summary.natives),
            ("texts", counts.texts, summary.texts),
        ] {
            if stated != actual {
                self.differ(key, &stated.to_string(), &actual.to_string());
            }
        }
        let forms = [counts.text_only, counts.slip_sheets, counts.paged]
            .into_iter()
            .fold(counts.natives, u64::saturating_add);
        if forms != counts.documents {
            let stated = format!("{} natives, texts only, slip-sheets and documents of pages alone", forms);
            self.differ(
                "documents",
                &stated,
                &format!("{} documents by the same statement", counts.documents),
            );
        }
        let written = |ends: Option<(String, String)>| {
            ends.map_or("none".into(), |(first, last)| format!("{first} - {last}"))
        };
        let ends = stated.bates.as_ref().map(|ends| (ends.first.clone(), ends.last.clone()));
        let actual =
            summary.bates.as_ref().map(|range| (range.first().to_string(), range.last().to_string()));
        if ends != actual {
            self.differ("bates", &shown(&written(ends)), &written(actual));
        }
        for (key, stated, actual) in [
            ("volume", &stated.volume, load_file.stem()),
            ("load_file", &stated.load_file.path, &load_file.path),
        ] {
            if stated != actual {
                self.differ(key, &shown(stated), &shown(actual));
            }
        }
        if stated.load_file.fields != load_file.header {
            let stated = format!("{} names", stated.load_file.fields.len());
            let actual = format!("{} columns, with other names or in another order", load_file.header.len());
            self.differ("fields", &stated, &actual);
        }
    }

    /// Every file but the two lists themselves stands in the statement once, with its size and digest.
    fn files(&mut self, stated: &[StatedFile]) {
        let mut listed = vec![false; self.volume.files.len()];
        for stated in stated {
            let Some(at) = self.volume.files.find(&stated.path) else {
                let message = format!("{} is not in the volume", shown(&stated.path));
                self.findings.of_file(Code::ManifestFileMissing, FILE, message);
                continue;
            };
            if std::mem::replace(&mut listed[at], true) {
                self.findings.of_file(
                    Code::ManifestFileTwice,
                    FILE,
                    format!("{} is listed again", shown(&stated.path)),
                );
            }
            let file = self.volume.files.get(at);
            let Some(sha256) = file.sha256 else { continue };
            if stated.bytes != file.bytes || stated.sha256 != sha256.to_string() {
                let message = format!(
                    "{} is listed with {} bytes and {}, it has {} and {sha256}",
                    shown(&stated.path),
                    stated.bytes,
                    shown(&stated.sha256),
                    file.bytes
                );
                self.findings.of_file(Code::ManifestDigestDiffers, FILE, message);
            }
        }
        for (file, listed) in self.volume.files.iter().zip(listed) {
            if !listed && ![FILE, manifest::DIGESTS].contains(&file.path.as_str()) {
                self.findings.of_file(
                    Code::ManifestFileUnlisted,
                    &file.path,
                    format!("{FILE} does not list it"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_makers_statement_is_told_from_a_damaged_one_and_from_a_newer_one() {
        assert!(matches!(read(b"{\"format\": 7}"), Ok(None)));
        assert!(matches!(read(b"{}"), Ok(None)));
        assert!(read(b"[").is_err());
        assert!(read(b"{\"format\": \"duces-volume\", \"format_version\": 2}").is_err());
        assert!(read(b"{\"format\": \"duces-volume\", \"format_version\": 1}").is_err());
    }
}
