//! What producing says of itself.

use super::account::VolumeAccount;
use chrono::{DateTime, Utc};
use duces_model::{BatesRange, VolumeName};
use duces_packager::{Breach, Mock, Profile, TypeOnPages};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A sealed volume.
#[derive(Debug, Serialize)]
pub struct Produced {
    /// Its name.
    pub volume: VolumeName,
    /// Its folder.
    pub path: PathBuf,
    /// Its archives.
    pub zips: Vec<PathBuf>,
    /// Where its password lies, where it has one. Nothing else holds it.
    pub password_file: Option<PathBuf>,
    /// Whether it is a trial: numbers of no series, never to be certified.
    pub trial: bool,
    /// What a person should know of the volume as a whole.
    pub remarks: Vec<String>,
    /// What stands on the pages, by type of file; empty without pages.
    pub on_pages: BTreeMap<String, TypeOnPages>,
    /// Its numbers.
    pub bates: Option<BatesRange>,
    /// Documents in each disposition.
    pub dispositions: BTreeMap<&'static str, u64>,
    /// How that follows from what was selected; absent of a trial, which takes only some of it.
    pub account: Option<VolumeAccount>,
    /// Digest of its manifest.
    pub manifest_sha256: String,
    /// What the profile says of itself.
    pub profile: String,
    /// What a technician should know.
    pub exceptions: Vec<String>,
    /// Whether an interrupted run was finished.
    pub finished_earlier: bool,
}

/// What a production would be; no number is spent.
#[derive(Debug, Serialize)]
pub struct MockReport {
    /// Documents of the population.
    pub documents: u64,
    /// Numbers that would be reserved.
    pub numbers: u64,
    /// Whether these are all: every page is counted.
    pub counted: bool,
    /// Families of which something would be in the volume.
    pub families: u64,
    /// Natives that would be written.
    pub natives: u64,
    /// Their size together.
    pub bytes: u64,
    /// Numbers by custodian.
    pub by_custodian: BTreeMap<String, u64>,
    /// Documents in each disposition.
    pub by_bucket: BTreeMap<&'static str, u64>,
    /// How that follows from what was selected.
    pub account: VolumeAccount,
    /// What a technician should know.
    pub exceptions: Vec<String>,
    /// Bounds of the profile that the volume would break or come near to.
    pub breaches: Vec<String>,
    /// What would stand on the pages, by type of file; empty without pages.
    pub on_pages: BTreeMap<String, TypeOnPages>,
    /// What must be settled before numbers can be spent.
    pub obstacles: Vec<String>,
    /// The documents in the order of the volume.
    pub order: Vec<MockRow>,
}

/// A line of the order.
#[derive(Debug, Serialize)]
pub struct MockRow {
    /// Its first number, counted from 1 within the volume.
    pub position: u64,
    /// How many numbers it takes.
    pub pages: u64,
    /// Which document.
    pub document: String,
    /// Its custodian.
    pub custodian: String,
    /// When its family was sent.
    pub sorted_at: Option<DateTime<Utc>>,
    /// Its disposition.
    pub bucket: &'static str,
}

/// The comparison of a volume with its rebuild.
#[derive(Debug, Serialize)]
pub struct RebuildReport {
    /// The volume.
    pub volume: VolumeName,
    /// Files compared.
    pub files: u64,
    /// Files that differ, by path.
    pub differing: Vec<String>,
}

pub(super) fn report(
    name: &VolumeName,
    profile: &Profile,
    produced: &duces_packager::Produced,
    finished_earlier: bool,
    (password_file, trial): (Option<PathBuf>, bool),
) -> Produced {
    Produced {
        volume: name.clone(),
        path: produced.volume.folder.clone(),
        zips: produced.volume.archives.iter().map(|archive| archive.path.clone()).collect(),
        password_file,
        trial,
        remarks: produced.remarks.clone(),
        on_pages: produced.on_pages.clone(),
        bates: produced.production.bates(),
        dispositions: produced.production.counts(),
        account: None,
        manifest_sha256: produced.volume.manifest_sha256.to_string(),
        profile: profile.statement.clone(),
        exceptions: produced.exceptions.iter().map(words).collect(),
        finished_earlier,
    }
}

/// An exception in one line: by its number where it has one, else by its document.
fn words(exception: &duces_packager::Exception) -> String {
    match &exception.bates {
        Some(bates) => format!("{}: {}", bates.first(), exception.kind),
        None => format!("document {}: {}", exception.document, exception.kind),
    }
}

/// A broken rule in one line: what it is, what happens for it, how it is known.
pub(crate) fn breach(breach: &Breach) -> String {
    let authority = &breach.authority;
    format!(
        "{}: {} (the rule {}; {}: {})",
        breach.rule, breach.what, breach.severity, authority.status, authority.source
    )
}

impl MockReport {
    pub(super) fn of(mock: Mock, account: VolumeAccount) -> Self {
        Self {
            documents: mock.documents,
            numbers: mock.numbers,
            counted: mock.counted,
            families: mock.families,
            natives: mock.natives,
            bytes: mock.bytes,
            by_custodian: mock
                .by_custodian
                .iter()
                .map(|(name, count)| (name.clone(), count.numbers))
                .collect(),
            by_bucket: mock.by_bucket,
            account,
            exceptions: mock.exceptions.iter().map(words).collect(),
            breaches: mock.breaches.iter().map(breach).collect(),
            on_pages: mock.on_pages,
            obstacles: mock.obstacles.iter().map(ToString::to_string).collect(),
            order: mock
                .order
                .iter()
                .map(|line| MockRow {
                    position: line.position,
                    pages: line.pages,
                    document: line.document.to_string(),
                    custodian: line.custodian.clone(),
                    sorted_at: line.sorted_at,
                    bucket: line.bucket,
                })
                .collect(),
        }
    }
}
