//! Volumes read back: what the ledger says of them against what their bytes say.

use crate::error::WorkspaceError;
use crate::files;
use crate::home::{Actor, Workspace};
use duces_ledger::{SealedVolume, VolumeRecord};
use duces_model::{Disposition, Observer, Sha256, VolumeName};
use duces_verify::{Barred, Expectations, Finding, Verification, VolumeSummary};
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
    /// What was found, failures first.
    pub findings: Vec<Finding>,
    /// What is in the volume.
    pub summary: VolumeSummary,
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
            return verify_foreign(Path::new(volume), observer);
        };
        let sealed = self.sealed(&record.name)?;
        let path = self.root.join(&sealed.path);
        let checked = self.check(&record.name, &sealed, observer)?;
        let zip = self.check_zip(&record.name, &sealed)?;
        let passed = checked.passed() && zip.is_none();
        let findings = serde_json::to_value(&checked.findings).unwrap_or_default();
        self.ledger.record_verification(&actor.act(), &record.name, &findings, passed)?;
        Ok(VerifyReport {
            path,
            against_ledger: true,
            passed,
            zip,
            findings: checked.findings,
            summary: checked.summary,
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

    /// Holds the archive that is delivered against its digest; says what is wrong with it.
    pub(crate) fn check_zip(
        &self,
        name: &VolumeName,
        sealed: &SealedVolume,
    ) -> Result<Option<String>, WorkspaceError> {
        let path = self.productions().join(format!("{name}.zip"));
        let recorded: Option<Sha256> = serde_json::from_value(sealed.facts["zip_sha256"].clone()).ok();
        let Some(recorded) = recorded else {
            return Ok(Some("the ledger has no digest of the archive".to_owned()));
        };
        let found = match files::sha256(&path) {
            Ok(found) => found,
            Err(WorkspaceError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Some(format!("{} is missing", path.display())));
            }
            Err(error) => return Err(error),
        };
        let wrong = || format!("{} changed: found sha256 {found}, expected {recorded}", path.display());
        Ok((found != recorded).then(wrong))
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

/// Checks any producer's volume, against nothing but itself.
///
/// # Errors
/// Where nothing can be looked at.
pub fn verify_foreign(path: &Path, observer: &dyn Observer) -> Result<VerifyReport, WorkspaceError> {
    let checked = duces_verify::verify(path, None, observer)?;
    Ok(VerifyReport {
        path: path.to_owned(),
        against_ledger: false,
        passed: checked.passed(),
        zip: None,
        findings: checked.findings,
        summary: checked.summary,
    })
}
