//! The whole check of one volume, and what comes of it.

use crate::agreed::Agreed;
use crate::code::{Code, Severity};
use crate::dialect::LoadFileSummary;
use crate::documents::{Documents, ImageFormat};
use crate::earlier::Earlier;
use crate::expectations::Expectations;
use crate::files::{FileEntry, Named, Part};
use crate::finding::{Finding, Findings};
use crate::gate;
use crate::image_files;
use crate::images;
use crate::ledger_check::LedgerCheck;
use crate::load_file::{self, Around, LoadFile, Stop};
use crate::manifest;
use crate::options::{Options, Stated};
use crate::privilege_log::PrivilegeLog;
use crate::statement;
use crate::text_encoding::Kind;
use crate::volume::Volume;
use crate::zip;
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
    /// An earlier volume has no numbers that could be read.
    #[error("found no numbers in {}, expected a volume with a load file", path.display())]
    NoNumbers {
        /// What was named.
        path: PathBuf,
    },
    /// A privilege log could not be read.
    #[error("cannot read the privilege log {}: expected a CSV or XLSX file with a column of numbers", path.display())]
    PrivilegeLog {
        /// What was named.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A work file for what does not fit into memory could not be written or read.
    #[error("cannot keep a work file in the system's folder for temporary files")]
    WorkFile {
        /// Why.
        source: std::io::Error,
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
    /// Every load file that was read, and how it is written.
    pub load_files: Vec<LoadFileSummary>,
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
    /// Files that load files name as images.
    pub images: u64,
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
    /// The profile that it was held against, where it names one that is known here; else it was held against what is
    /// known of the SEC's data delivery standards.
    pub profile: Option<&'static str>,
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
    verify_with(path, &Options { expectations, ..Options::default() }, observer)
}

/// As [`verify`], also with a password and with the numbers of other volumes.
///
/// # Errors
/// As [`verify`].
pub fn verify_with(
    path: &Path,
    options: &Options<'_>,
    observer: &dyn Observer,
) -> Result<Verification, VerifyError> {
    let expectations = options.expectations;
    let mut findings = Findings::default();
    let mut volume = Volume::open(path, options.password, &mut findings)?;
    volume.read_all(&mut findings, observer)?;
    let mut ledger = expectations.map(LedgerCheck::new);
    let mut log = match options.privilege_log {
        Some(path) => Some(
            PrivilegeLog::read(path)
                .map_err(|source| VerifyError::PrivilegeLog { path: path.to_owned(), source })?,
        ),
        None => None,
    };
    let known = expectations.map(|expected| expected.earlier.as_slice()).unwrap_or_default();
    let known = known.iter().map(|(name, range)| (name.as_str(), range));
    let told = options.earlier.iter().map(|issued| (issued.volume.as_str(), &issued.range));
    let earlier = Earlier::new(told.chain(known));
    let agreed = Agreed::of(&volume)?;
    let image_files = images::candidates(&volume);
    if let Some(ledger) = &mut ledger {
        ledger.imaged = !image_files.is_empty();
    }
    let mut documents = Documents::default();
    let mut read: Vec<LoadFile> = Vec::new();
    for at in load_file::candidates(&volume) {
        // A native may end like a load file: what rows name is none.
        if volume.files.get(at).named.is_some() {
            continue;
        }
        let mut none = None;
        let around = Around {
            ledger: if read.is_empty() { &mut ledger } else { &mut none },
            log: if read.is_empty() { log.as_mut() } else { None },
            earlier: &earlier,
            agreed,
            documents: (read.is_empty() && !image_files.is_empty()).then_some(&mut documents),
            by: u32::try_from(read.len()).unwrap_or(u32::MAX),
            findings: &mut findings,
            observer,
        };
        let checked = load_file::check(&mut volume, at, around)?;
        if let Some(first) = read.first().filter(|_| !checked.damaged) {
            load_file::judge_several(first, &checked, &mut findings);
        }
        read.push(checked);
    }
    let checked = read.first();
    if checked.is_none() {
        findings.of_volume(
            Code::LoadFileMissing,
            "found no file that ends in .dat, and no table with a first number",
        );
    }
    let mut load_files: Vec<LoadFileSummary> =
        read.iter().filter_map(|checked| checked.summary.clone()).collect();
    let tables = read.len();
    load_files.extend(read_images(
        &mut volume,
        image_files,
        tables,
        &mut documents,
        &mut findings,
        observer,
    )?);
    if let Some(checked) = checked
        && let Some(field) = &checked.identifier
    {
        documents
            .finish(&checked.path, field, &mut findings)
            .map_err(|source| VerifyError::WorkFile { source })?;
    }
    take_pages(&mut volume, &read, &mut findings);
    let tables = read.iter().map(|checked| checked.path.as_str());
    let papers: Vec<&str> = tables.chain(load_files.iter().map(|file| file.path.as_str())).collect();
    judge_texts(&volume, &mut findings);
    judge_unreferenced(&volume, &papers, &mut findings);
    let manifest_sha256 = manifest::check_digests(&volume, &mut findings)?;
    if let (Some(log), Some(checked)) = (&log, checked) {
        log.finish(&checked.numbers, &mut findings);
    }
    let mut summary = summarise(path, &volume, checked, manifest_sha256, expectations.is_some());
    statement::check(&volume, checked, &summary, &mut findings)?;
    judge_stated(&options.stated, &summary, &mut findings);
    if let (Some(expected), Some(ledger)) = (expectations, &ledger) {
        ledger.finish(&volume.files, &mut findings);
        judge_identity(expected, checked, manifest_sha256, &mut findings);
        let load_file = checked.map(|checked| checked.path.as_str());
        gate::check(&volume, load_file, ledger, &expected.barred, &mut findings, observer)?;
    }
    summary.load_files = load_files;
    summary.profile = agreed.profile;
    Ok(Verification { findings: findings.into_sorted(), summary })
}

/// Files of pages that only a load file of documents names (EDRM XML): no list of pages has looked at them.
fn take_pages(volume: &mut Volume, read: &[LoadFile], findings: &mut Findings) {
    for (by, checked) in (0..).zip(read) {
        for (at, row) in &checked.pages {
            if volume.files.get(*at).named.is_none() {
                image_files::check(volume.files.get(*at), findings);
                volume.files.get_mut(*at).named = Some(Named { by, row: *row, part: Part::Image });
            }
        }
    }
}

/// Reads the image load files.
fn read_images(
    volume: &mut Volume,
    candidates: Vec<(usize, ImageFormat)>,
    tables: usize,
    documents: &mut Documents,
    findings: &mut Findings,
    observer: &dyn Observer,
) -> Result<Vec<LoadFileSummary>, VerifyError> {
    let mut summaries = Vec::new();
    for (number, (at, format)) in candidates.into_iter().enumerate() {
        let file = volume.files.get(at).clone();
        if file.named.is_some() || !file.readable {
            continue;
        }
        observer.stage("checking pages", "pages", None);
        let mut files = std::mem::take(&mut volume.files);
        let read = volume.read(&file).map(|bytes| {
            let by = u32::try_from(tables + number).unwrap_or(u32::MAX);
            let (volume, path, files) = (volume.name.as_str(), file.path.as_str(), &mut files);
            images::Reading { volume, path, format, by, files, documents, findings, observer }.run(bytes)
        });
        volume.files = files;
        match read? {
            Ok(summary) => summaries.push(summary),
            Err(Stop::Asked) => return Err(VerifyError::Stopped),
            Err(Stop::Io(error)) if zip::is_damage(&error) => {
                findings.of_file(Code::ZipEntryDamaged, &file.path, error.to_string());
            }
            Err(Stop::Io(error)) => return Err(volume.unreadable(&file, error)),
        }
    }
    Ok(summaries)
}

/// What the letter states against what the volume holds.
fn judge_stated(stated: &Stated, summary: &VolumeSummary, findings: &mut Findings) {
    for (what, stated, held) in [
        ("documents", stated.documents, summary.rows),
        ("natives", stated.natives, summary.natives),
        ("images", stated.images, summary.images),
    ] {
        if let Some(stated) = stated.filter(|stated| *stated != held) {
            let message = format!("the letter states {stated} {what}, the volume holds {held}");
            findings.of_volume(Code::StatedCountDiffers, message);
        }
    }
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

/// Whether all text files have one encoding, and more of them hold text than not. ASCII fits every encoding but UTF-16.
fn judge_texts(volume: &Volume, findings: &mut Findings) {
    let texts = || volume.files.iter().filter(|file| file.is(Part::Text)).filter_map(|file| file.encoding);
    let (all, blank) = (texts().count(), texts().filter(|encoding| encoding.blank).count());
    if all > 1 && blank > all / 2 {
        findings.of_volume(Code::TextsMostlyEmpty, format!("{blank} of {all} text files hold no text"));
    }
    let mut first: BTreeMap<Kind, &str> = BTreeMap::new();
    for file in volume.files.iter().filter(|file| file.is(Part::Text)) {
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

/// Papers of a volume that no load file names: lists, and tables for people.
const OWN_PAPERS: [&str; 7] = [
    manifest::DIGESTS,
    statement::FILE,
    "README.txt",
    "DATA/REPLACED.csv",
    "REPORTS/items.csv",
    "REPORTS/custodians.csv",
    "REPORTS/exceptions.csv",
];

/// Files that nothing names and that are no part of the volume's own papers. Load files that are not read here are
/// told apart: images that only they name are not strays.
fn judge_unreferenced(volume: &Volume, papers: &[&str], findings: &mut Findings) {
    let unread = |file: &FileEntry| match file.ending().as_str() {
        "dii" => true,
        // XML among the load files that is not EDRM's; any other is a native or a stray.
        "xml" => {
            let lies_so = file.path.to_ascii_lowercase().starts_with("data/") || !file.path.contains('/');
            lies_so && !papers.contains(&file.path.as_str())
        }
        _ => false,
    };
    let unnamed = || volume.files.iter().filter(|file| file.named.is_none());
    let left = unnamed().any(unread);
    for file in unnamed() {
        let path = file.path.as_str();
        let paper = OWN_PAPERS.contains(&path)
            || papers.contains(&path)
            || path.starts_with("DATA/") && file.ending() == "xlsx";
        let image = left && ["tif", "tiff", "jpg", "jpeg", "png", "pdf"].contains(&file.ending().as_str());
        if unread(file) {
            findings.of_file(Code::LoadFileNotChecked, path, "load files of this kind are not read here");
        } else if !paper && !image {
            findings.of_file(Code::FileUnreferenced, path, "no load file names it");
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
    let named = |part: Part| volume.files.iter().filter(|file| file.is(part)).count() as u64;
    let data = checked.and_then(|checked| volume.files.find(&checked.path)).map(|at| volume.files.get(at));
    VolumeSummary {
        path: path.to_owned(),
        name: volume.name.clone(),
        load_file: checked.map(|checked| checked.path.clone()),
        load_files: Vec::new(),
        fields: checked.map(|checked| checked.header.clone()).unwrap_or_default(),
        rows: checked.map_or(0, |checked| checked.rows),
        families: checked.map_or(0, |checked| checked.families),
        natives: named(Part::Native),
        texts: named(Part::Text),
        images: named(Part::Image),
        files: volume.files.len() as u64,
        bytes: volume.files.iter().map(|file| file.bytes).fold(0, u64::saturating_add),
        bates: checked.and_then(|checked| checked.numbers.whole()),
        ranges: checked.map(|checked| checked.numbers.ranges()).unwrap_or_default(),
        custodians: checked.map(LoadFile::custodian_summaries).unwrap_or_default(),
        manifest_sha256,
        data_sha256: data.and_then(|file| file.sha256),
        compared_with_ledger,
        profile: None,
    }
}
