//! The whole check of one volume, and what comes of it.

use crate::code::{Code, Severity};
use crate::expectations::Expectations;
use crate::files::Part;
use crate::finding::{Finding, Findings};
use crate::gate;
use crate::ledger_check::LedgerCheck;
use crate::load_file::{self, LoadFile};
use crate::manifest;
use crate::statement;
use crate::text_encoding::Kind;
use crate::volume::Volume;
use duces_model::{BatesRange, Observer, Sha256};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Why a volume could not be looked at: never the same as a volume that does not verify.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A file or folder could not be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The path leads to neither a folder nor a ZIP file.
    #[error("found {}, expected a folder or a ZIP file", path.display())]
    NotAVolume {
        /// What was named.
        path: PathBuf,
    },
    /// The user asked to stop.
    #[error("stopped before the volume was looked at to its end")]
    Stopped,
}

/// What one custodian has in a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CustodianSummary {
    /// Rows that name the custodian.
    pub documents: u64,
    /// The custodian's numbers as unbroken runs, those of series that are not ours left out.
    pub ranges: Vec<BatesRange>,
}

/// What was read in a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VolumeSummary {
    /// The path that was looked at.
    pub path: PathBuf,
    /// Name of the volume's folder, or of its ZIP file without the ending.
    pub name: String,
    /// Path of the load file below the volume.
    pub load_file: Option<String>,
    /// Names of its columns, in order.
    pub fields: Vec<String>,
    /// Rows of documents in it.
    pub rows: u64,
    /// Families among them; a lone document is a family of one.
    pub families: u64,
    /// Files that rows name as natives.
    pub natives: u64,
    /// Files that rows name as texts.
    pub texts: u64,
    /// All files of the volume.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// First to last number, where all are of one series.
    pub bates: Option<BatesRange>,
    /// All numbers as unbroken runs, those of series that are not ours left out.
    pub ranges: Vec<BatesRange>,
    /// Documents and numbers of each custodian.
    pub custodians: BTreeMap<String, CustodianSummary>,
    /// Digest of `MANIFEST.sha256`.
    pub manifest_sha256: Option<Sha256>,
    /// Digest of the load file.
    pub data_sha256: Option<Sha256>,
    /// Whether the volume was compared with the ledger, or only with itself.
    pub compared_with_ledger: bool,
}

/// What came of looking at a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Everything found, the gravest first.
    pub findings: Vec<Finding>,
    /// What was read.
    pub summary: VolumeSummary,
}

impl Verification {
    /// Whether nothing fails. Warnings may remain: a person has to look at them.
    pub fn passed(&self) -> bool {
        !self.has(Severity::Fails)
    }

    /// Whether a person has to look at something.
    pub fn warned(&self) -> bool {
        self.has(Severity::Warns)
    }

    fn has(&self, severity: Severity) -> bool {
        self.findings.iter().any(|finding| finding.severity == severity)
    }

    /// The summary as something that was read back and agreed; gives the verification back where it did not.
    #[expect(clippy::result_large_err, reason = "the caller reports the findings it gets back")]
    pub fn verified(self) -> Result<Verified<VolumeSummary>, Self> {
        if self.passed() { Ok(Verified(self.summary)) } else { Err(self) }
    }
}

/// What was read back from disk and agreed. Nothing but [`Verification::verified`] makes one.
///
/// ```compile_fail
/// let forged = duces_verify::Verified(7);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Verified<T>(T);

impl<T> Verified<T> {
    /// What was verified.
    pub fn get(&self) -> &T {
        &self.0
    }

    /// What was verified, no longer marked as such.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> AsRef<T> for Verified<T> {
    fn as_ref(&self) -> &T {
        &self.0
    }
}

/// Looks at the volume at `path`, a folder or a ZIP file, and with `expectations` also compares it
/// with what the ledger knows.
///
/// # Errors
/// Only where the volume could not be looked at: a file that cannot be read, a path that is no volume, or a
/// wish of the observer to stop. A damaged volume is a finding.
pub fn verify(
    path: &Path,
    expectations: Option<&Expectations>,
    observer: &dyn Observer,
) -> Result<Verification, VerifyError> {
    let mut findings = Findings::default();
    let mut volume = Volume::open(path, &mut findings)?;
    volume.read_all(&mut findings, observer)?;
    let mut ledger = expectations.map(LedgerCheck::new);
    let candidates = load_file::candidates(&volume);
    let checked = match candidates.first() {
        Some(at) => Some(load_file::check(&mut volume, *at, &mut ledger, &mut findings, observer)?),
        None => None,
    };
    load_file::judge_count(&volume, &candidates, &mut findings);
    let load_file = checked.as_ref().map(|checked| checked.path.as_str());
    judge_texts(&volume, &mut findings);
    judge_unreferenced(&volume, &mut findings);
    let manifest_sha256 = manifest::check_digests(&volume, &mut findings)?;
    let summary = summarise(path, &volume, checked.as_ref(), manifest_sha256, expectations.is_some());
    statement::check(&volume, checked.as_ref(), &summary, &mut findings)?;
    if let (Some(expected), Some(ledger)) = (expectations, &ledger) {
        ledger.finish(&volume.files, &mut findings);
        judge_identity(expected, checked.as_ref(), manifest_sha256, &mut findings);
        gate::check(&volume, load_file, ledger, &expected.barred, &mut findings, observer)?;
    }
    Ok(Verification { findings: findings.into_sorted(), summary })
}

/// Name and manifest against the ledger's.
///
/// The name is that of the load file, since a receiver may rename the folder.
fn judge_identity(
    expected: &Expectations,
    checked: Option<&LoadFile>,
    manifest: Option<Sha256>,
    findings: &mut Findings,
) {
    if let Some(checked) = checked
        && checked.stem() != expected.volume.as_str()
    {
        let message = format!("found a load file of {:?}, expected {}", checked.stem(), expected.volume);
        findings.of_file(Code::VolumeNameDiffers, &checked.path, message);
    }
    let message = match (manifest, expected.manifest_sha256) {
        (Some(found), Some(sealed)) if found != sealed => format!("found {found}, expected {sealed}"),
        (None, _) => format!("found no {} that could be read", manifest::DIGESTS),
        _ => return,
    };
    findings.of_file(Code::ManifestNotSealed, manifest::DIGESTS, message);
}

/// Whether all text files have one encoding. ASCII fits every encoding but UTF-16.
fn judge_texts(volume: &Volume, findings: &mut Findings) {
    let mut first: BTreeMap<Kind, &str> = BTreeMap::new();
    for file in volume.files.iter().filter(|file| matches!(file.named, Some((_, Part::Text)))) {
        if let Some(encoding) = file.encoding {
            first.entry(encoding.kind).or_insert(&file.path);
        }
    }
    let wide = first.contains_key(&Kind::Utf16Le) || first.contains_key(&Kind::Utf16Be);
    let kinds: Vec<_> = first.iter().filter(|(kind, _)| wide || **kind != Kind::Ascii).collect();
    if kinds.len() > 1 {
        for (kind, path) in kinds {
            findings.of_file(
                Code::TextEncodingMixed,
                path,
                format!("found {kind} here and others elsewhere"),
            );
        }
    }
}

/// Files that no row names and that are no part of the volume's own papers. Other load files are told
/// apart: images that only they name are not strays.
fn judge_unreferenced(volume: &Volume, findings: &mut Findings) {
    let ends = |path: &str, endings: &[&str]| {
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        endings.contains(&ending.as_str())
    };
    let unnamed = || volume.files.iter().filter(|file| file.named.is_none());
    let image_load_file = |path: &str| ends(path, &["opt", "lfp", "dii", "log"]);
    let images = unnamed().any(|file| image_load_file(&file.path));
    for file in unnamed() {
        let paper = [manifest::DIGESTS, statement::FILE, "README.txt", "DATA/REPLACED.csv"]
            .contains(&file.path.as_str());
        let image = images && ends(&file.path, &["tif", "tiff", "jpg", "jpeg", "png", "pdf"]);
        if image_load_file(&file.path) {
            findings.of_file(
                Code::LoadFileNotChecked,
                &file.path,
                "this version does not read image load files",
            );
        } else if !paper && !image && !ends(&file.path, &["dat"]) {
            findings.of_file(Code::FileUnreferenced, &file.path, "no row of the load file names it");
        }
    }
}

fn summarise(
    path: &Path,
    volume: &Volume,
    checked: Option<&LoadFile>,
    manifest_sha256: Option<Sha256>,
    compared_with_ledger: bool,
) -> VolumeSummary {
    let named = |part: Part| {
        volume.files.iter().filter(|file| file.named.is_some_and(|(_, named)| named == part)).count() as u64
    };
    let data = checked.and_then(|checked| volume.files.find(&checked.path)).map(|at| volume.files.get(at));
    VolumeSummary {
        path: path.to_owned(),
        name: volume.name.clone(),
        load_file: checked.map(|checked| checked.path.clone()),
        fields: checked.map(|checked| checked.header.clone()).unwrap_or_default(),
        rows: checked.map_or(0, |checked| checked.rows),
        families: checked.map_or(0, |checked| checked.families),
        natives: named(Part::Native),
        texts: named(Part::Text),
        files: volume.files.len() as u64,
        bytes: volume.files.iter().map(|file| file.bytes).fold(0, u64::saturating_add),
        bates: checked.and_then(|checked| checked.numbers.whole()),
        ranges: checked.map(|checked| checked.numbers.ranges()).unwrap_or_default(),
        custodians: checked.map(LoadFile::custodian_summaries).unwrap_or_default(),
        manifest_sha256,
        data_sha256: data.and_then(|file| file.digests).map(|(sha256, _)| sha256),
        compared_with_ledger,
    }
}
