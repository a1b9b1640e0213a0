//! Custodians and places found after a volume was delivered: an overlay for the rows that the receiver has.

use crate::error::WorkspaceError;
use crate::files;
use crate::home::{Actor, Workspace};
use duces_ledger::{DocumentRow, SealedVolume, SuppressedRecord};
use duces_model::production::Member;
use duces_model::{BatesNumber, Disposition, DocId, Sha256, VolumeName};
use duces_packager::ThreadRule;
use duces_volume::{OverlayRow, overlay};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// An overlay for a volume.
#[derive(Debug, Serialize)]
pub struct OverlayReport {
    /// The volume.
    pub volume: VolumeName,
    /// The overlay load file; absent where nothing was found since.
    pub file: Option<PathBuf>,
    /// Its digest.
    pub sha256: Option<Sha256>,
    /// Documents of the volume that were looked at.
    pub documents: u64,
    /// The documents of which more is known now, in the order of the volume.
    pub rows: Vec<OverlayedDocument>,
    /// Signs that the load file could not carry, and that were replaced.
    pub replaced: u64,
}

/// A document of which more custodians or places are known now.
#[derive(Debug, Serialize)]
pub struct OverlayedDocument {
    /// Its first number.
    pub bates: BatesNumber,
    /// All its custodians now.
    pub custodians: Vec<String>,
    /// Of these, those that the volume does not name.
    pub new_custodians: Vec<String>,
    /// All places now.
    pub paths: Vec<String>,
    /// Of these, those that the volume does not name.
    pub new_paths: Vec<String>,
}

const FIELDS: [&str; 3] = ["FIRSTBATES", "ALL_CUSTODIANS", "ALL_PATHS"];

impl Workspace {
    /// Writes what is known by now of custodians and places of a sealed volume's documents and was not delivered: their
    /// own by the register as it is, and those of duplicates that were left out since.
    ///
    /// # Errors
    /// An unknown volume, one that is not sealed, a register that is wrong.
    pub fn overlay(&mut self, name: &VolumeName, actor: &Actor) -> Result<OverlayReport, WorkspaceError> {
        let sealed = self.sealed(name)?;
        let described = self.described(&sealed)?;
        let register = self.register()?;
        let since = self.left_out_since(&sealed)?;
        let withheld = families_withheld(&sealed);
        let mut report = OverlayReport {
            volume: name.clone(),
            file: None,
            sha256: None,
            documents: 0,
            rows: Vec::new(),
            replaced: 0,
        };
        for member in &sealed.members {
            // Of what is withheld, and of what may lie inside it, no place is told.
            let Some(bates) = member.bates.as_ref().filter(|_| shows(member, &withheld)) else { continue };
            report.documents += 1;
            let copies = sealed.members.iter().filter(|other| stands_for(member.document, other));
            let (mut custodians, mut paths) = (BTreeSet::new(), BTreeSet::new());
            for document in copies.map(|other| other.document).chain([member.document]) {
                if let Some((_, all, places)) = described.of(&document) {
                    custodians.extend(all.iter().cloned());
                    paths.extend(places.iter().cloned());
                }
            }
            let (was_custodians, was_paths) = (custodians.clone(), paths.clone());
            let own = [member.document];
            for document in since.get(&member.document).into_iter().flatten().chain(&own) {
                let Some(row) = self.ledger.document(document)? else { continue };
                custodians.extend(row.attributions.iter().map(|one| register.custodian_of(&one.source)));
                // A moved file is the same place.
                if *document != member.document {
                    paths.insert(place(&row));
                }
            }
            let row = OverlayedDocument {
                bates: bates.first().clone(),
                new_custodians: custodians.difference(&was_custodians).cloned().collect(),
                new_paths: paths.difference(&was_paths).cloned().collect(),
                custodians: custodians.into_iter().collect(),
                paths: paths.into_iter().collect(),
            };
            if !(row.new_custodians.is_empty() && row.new_paths.is_empty()) {
                report.rows.push(row);
            }
        }
        if !report.rows.is_empty() {
            self.write_overlay(&mut report, actor)?;
        }
        Ok(report)
    }

    fn write_overlay(&mut self, report: &mut OverlayReport, actor: &Actor) -> Result<(), WorkspaceError> {
        let rows: Vec<OverlayRow> = report
            .rows
            .iter()
            .map(|row| OverlayRow {
                bates: row.bates.clone(),
                values: vec![row.custodians.clone(), row.paths.clone()],
            })
            .collect();
        let (bytes, replaced) =
            overlay(&FIELDS.map(str::to_owned), &rows).map_err(duces_packager::PackError::from)?;
        let free = (1..=u32::MAX)
            .map(|n| self.productions().join(format!("{}_OVERLAY{n:03}.dat", report.volume)))
            .find(|path| path.symlink_metadata().is_err());
        let Some(path) = free else { return Err(WorkspaceError::Exists { path: self.productions() }) };
        files::create(&path, &bytes)?;
        let sha256 = self.ledger.store_bytes(&bytes)?;
        let detail = serde_json::json!({
            "volume": report.volume, "file": path.file_name().map(|name| name.to_string_lossy()),
            "sha256": sha256, "rows": report.rows.len(),
        });
        self.ledger.audit(&actor.act(), "write an overlay", &detail)?;
        report.replaced = replaced.iter().map(|one| one.count).sum();
        (report.file, report.sha256) = (Some(path), Some(sha256));
        Ok(())
    }

    /// By document of the volume the duplicates of it that were left out on an approval and still are.
    fn left_out_since(
        &self,
        sealed: &SealedVolume,
    ) -> Result<BTreeMap<DocId, BTreeSet<DocId>>, WorkspaceError> {
        let newest = self.population(&sealed.request)?;
        let decided: BTreeMap<DocId, Disposition> = self
            .ledger
            .dispositions(newest.key)?
            .into_iter()
            .map(|row| (row.document, row.disposition))
            .collect();
        let mut found: BTreeMap<DocId, BTreeSet<DocId>> = BTreeMap::new();
        // A message that a later one contains was nowhere where that one was.
        let duplicates = |one: &SuppressedRecord| one.recipe.parse::<ThreadRule>().is_err();
        for one in self.ledger.suppressed(&sealed.request)?.into_iter().filter(duplicates) {
            // What a person brought back since stands for itself.
            let left_out = decided.get(&one.document).is_none_or(|now| !now.takes_number());
            if left_out {
                found.entry(one.duplicate_of).or_default().insert(one.document);
            }
        }
        Ok(found)
    }
}

fn place(row: &DocumentRow) -> String {
    format!("{}/{}", row.archive, row.path)
}

/// Roots of the families of which a member is withheld.
fn families_withheld(sealed: &SealedVolume) -> BTreeSet<DocId> {
    let barring = sealed.members.iter().filter(|member| member.disposition.bars_content());
    barring.map(|member| member.family).collect()
}

fn shows(member: &Member, withheld: &BTreeSet<DocId>) -> bool {
    !member.disposition.bars_content()
        && (member.document == member.family || !withheld.contains(&member.family))
}

fn stands_for(document: DocId, other: &Member) -> bool {
    matches!(other.disposition, Disposition::Suppress { duplicate_of, .. } if duplicate_of == document)
}
