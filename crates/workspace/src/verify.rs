//! Volumes read back: what the ledger says of them against what their bytes say.

use crate::error::WorkspaceError;
use crate::files;
use crate::home::{Actor, Workspace};
use duces_ledger::{SealedVolume, VolumeRecord};
use duces_model::{Disposition, Observer, Sha256, VolumeName};
use duces_verify::{Barred, Expectations, Finding, Issued, Options, Stated, Verification, VolumeSummary};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What `duces verify` found.
#[derive(Debug, Serialize)]
pub struct VerifyReport {
    /// What was looked at.
    pub path: PathBuf,
    /// Whether the volume was also held against the ledger.
    pub against_ledger: bool,
    /// Whether nothing failed.
    pub passed: bool,
    /// What is wrong with the archive beside the volume, where something is; ours only.
    pub zip: Option<String>,
    /// Each volume; one of ours is always alone.
    pub volumes: Vec<Looked>,
    /// What lies beside several volumes and belongs to none: it was not looked at.
    pub beside: Vec<PathBuf>,
}

/// One volume as it was read.
#[derive(Debug, Serialize)]
pub struct Looked {
    /// Where it lies.
    pub path: PathBuf,
    /// Whether nothing failed.
    pub passed: bool,
    /// What was found, failures first.
    pub findings: Vec<Finding>,
    /// What is in the volume.
    pub summary: VolumeSummary,
}

impl Looked {
    fn new(path: PathBuf, checked: Verification) -> Self {
        let passed = checked.passed();
        Self { path, passed, findings: checked.findings, summary: checked.summary }
    }
}

/// What a volume that is not of the ledger is looked at with.
#[derive(Debug, Default)]
pub struct VerifyOptions {
    /// Volumes produced before, whose numbers must not be used again.
    pub earlier: Vec<PathBuf>,
    /// A file whose first line opens an encrypted archive.
    pub password_file: Option<PathBuf>,
    /// A privilege log (CSV or XLSX) that must agree with the volume.
    pub privilege_log: Option<PathBuf>,
    /// Counts that the letter states.
    pub stated: Stated,
}

impl VerifyOptions {
    /// Whether nothing was asked for.
    pub fn is_empty(&self) -> bool {
        let Self { earlier, password_file, privilege_log, stated } = self;
        earlier.is_empty()
            && password_file.is_none()
            && privilege_log.is_none()
            && *stated == Stated::default()
    }
}

impl Workspace {
    /// Checks a volume of ours by its name, or any volume by its path.
    ///
    /// # Errors
    /// Where nothing can be looked at. A volume that does not verify is no error: the report says so.
    pub fn verify(
        &mut self,
        volume: &str,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<VerifyReport, WorkspaceError> {
        let Some(record) = self.volume_at(volume)? else {
            return verify_foreign(Path::new(volume), &VerifyOptions::default(), observer);
        };
        let sealed = self.sealed(&record.name)?;
        let path = self.root.join(&sealed.path);
        let checked = self.check(&record.name, &sealed, observer)?;
        let zip = self.check_zip(&record.name, &sealed)?;
        let passed = checked.passed() && zip.is_none();
        let findings = serde_json::to_value(&checked.findings).unwrap_or_default();
        self.ledger.record_verification(&actor.act(), &record.name, &findings, passed)?;
        Ok(VerifyReport {
            path: path.clone(),
            against_ledger: true,
            passed,
            zip,
            volumes: vec![Looked::new(path, checked)],
            beside: Vec::new(),
        })
    }

    /// A volume of ours, by its name or by the path where it lies.
    fn volume_at(&self, volume: &str) -> Result<Option<VolumeRecord>, WorkspaceError> {
        if let Ok(name) = volume.parse::<VolumeName>()
            && let Some(record) = self.ledger.volume(&name)?
        {
            return Ok(Some(record));
        }
        let Ok(asked) = Path::new(volume).canonicalize() else { return Ok(None) };
        let folder = self.productions();
        Ok(self.ledger.volumes()?.into_iter().find(|record| {
            let ours = |path: PathBuf| path.canonicalize().is_ok_and(|path| path == asked);
            ours(folder.join(record.name.as_str())) || ours(folder.join(format!("{}.zip", record.name)))
        }))
    }

    /// Holds the archives that are delivered against their digests; says what is wrong with the first that is.
    pub(crate) fn check_zip(
        &self,
        name: &VolumeName,
        sealed: &SealedVolume,
    ) -> Result<Option<String>, WorkspaceError> {
        let mut recorded: Vec<(String, Option<Sha256>)> = Vec::new();
        match sealed.facts["zips"].as_array() {
            Some(zips) => recorded.extend(zips.iter().map(|zip| {
                let name = zip["name"].as_str().unwrap_or_default().to_owned();
                (name, serde_json::from_value(zip["sha256"].clone()).ok())
            })),
            None => recorded.push((
                format!("{name}.zip"),
                serde_json::from_value(sealed.facts["zip_sha256"].clone()).ok(),
            )),
        }
        for (zip, recorded) in recorded {
            let path = self.productions().join(zip);
            let Some(recorded) = recorded else {
                return Ok(Some("the ledger has no digest of the archive".to_owned()));
            };
            match files::sha256(&path) {
                Ok(found) if found == recorded => {}
                Ok(found) => {
                    let path = path.display();
                    return Ok(Some(format!("{path} changed: found sha256 {found}, expected {recorded}")));
                }
                Err(WorkspaceError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                    return Ok(Some(format!("{} is missing", path.display())));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Reads a sealed volume back and holds it against the ledger.
    pub(crate) fn check(
        &self,
        name: &VolumeName,
        sealed: &SealedVolume,
        observer: &dyn Observer,
    ) -> Result<Verification, WorkspaceError> {
        let expectations = self.expectations(name, sealed)?;
        Ok(duces_verify::verify(&self.root.join(&sealed.path), Some(&expectations), observer)?)
    }

    fn expectations(&self, name: &VolumeName, sealed: &SealedVolume) -> Result<Expectations, WorkspaceError> {
        let ids: Vec<_> = sealed.members.iter().map(|member| member.document).collect();
        let rows = self.ledger.documents(&self.ledger.rows_of(&ids)?)?;
        let natives = rows.iter().map(|row| (row.id, row.native_sha256)).collect();
        let by_id: BTreeMap<_, _> = rows.iter().map(|row| (row.id, row)).collect();
        let withheld = sealed.members.iter().filter(|member| {
            matches!(
                member.disposition,
                Disposition::WithholdPrivilege { .. } | Disposition::WithholdLegalBar { .. }
            )
        });
        let barred = withheld
            .filter_map(|member| by_id.get(&member.document))
            .map(|row| Barred {
                document: row.id,
                sha256: row.native_sha256,
                md5: row.native_md5,
                bytes: row.bytes,
            })
            .collect();
        let others = self.ledger.volumes()?.into_iter().filter(|volume| volume.name != *name);
        let earlier = others.map(|volume| (volume.name, volume.range)).collect();
        Ok(Expectations {
            volume: name.clone(),
            // What waits for a decision is in no volume; its digest stands among the natives, so that a
            // file which holds it all the same is found.
            members: sealed
                .members
                .iter()
                .filter(|m| m.disposition != Disposition::Pending)
                .cloned()
                .collect(),
            natives,
            barred,
            earlier,
            manifest_sha256: Some(sealed.manifest_sha256),
        })
    }
}

/// Checks any producer's volume, or each of a folder of several, against itself and the volumes named before it.
///
/// # Errors
/// Where nothing can be looked at, or an earlier volume has no numbers that can be read.
pub fn verify_foreign(
    path: &Path,
    asked: &VerifyOptions,
    observer: &dyn Observer,
) -> Result<VerifyReport, WorkspaceError> {
    let password = match &asked.password_file {
        Some(path) => {
            let text = std::fs::read(path).map_err(|source| WorkspaceError::Io {
                doing: "read",
                path: path.clone(),
                source,
            })?;
            Some(text.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default().to_vec())
        }
        None => None,
    };
    let password = password.as_deref();
    let mut earlier: Vec<Issued> = Vec::new();
    for path in &asked.earlier {
        earlier.extend(duces_verify::issued(path, password, observer)?);
    }
    let privilege_log = asked.privilege_log.as_deref();
    let options =
        Options { earlier: &earlier, password, privilege_log, stated: asked.stated, ..Options::default() };
    let found = duces_verify::verify_all(path, &options, observer)?;
    let volumes: Vec<Looked> =
        found.volumes.into_iter().map(|one| Looked::new(one.summary.path.clone(), one)).collect();
    Ok(VerifyReport {
        path: path.to_owned(),
        against_ledger: false,
        passed: volumes.iter().all(|volume| volume.passed),
        zip: None,
        volumes,
        beside: found.beside,
    })
}
