//! Custodians and places found after a volume was delivered: an overlay for the rows that the receiver has.

use crate::error::WorkspaceError;
use crate::files;
use crate::home::{Actor, Workspace};
use crate::produce::gather::{Described, UNATTRIBUTED};
use duces_ledger::{DocumentRow, SealedVolume, SuppressedRecord};
use duces_model::production::Member;
use duces_model::{BatesNumber, Disposition, DocId, Sha256, VolumeName};
use duces_packager::{Reach, ThreadRule};
use duces_register::Register;
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
    /// The approved rule by whose leave one document stands for its copies: copies with the same bytes were looked for
    /// in the whole archive. Absent where no rule is approved: each copy then stands for itself.
    pub copies_by: Option<String>,
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
    /// own by the register as it is, those of duplicates that were left out since, and where a rule for duplicates is
    /// approved, those of the families with the same bytes that were found since, selected or not.
    ///
    /// # Errors
    /// An unknown volume, one that is not sealed, a register that is wrong.
    pub fn overlay(&mut self, name: &VolumeName, actor: &Actor) -> Result<OverlayReport, WorkspaceError> {
        let sealed = self.sealed(name)?;
        let described = self.described(&sealed)?;
        let register = self.register()?;
        let mut since = self.left_out_since(&sealed)?;
        let withheld = families_withheld(&sealed);
        let rule = self.approvals(&sealed.request)?.dedup;
        if let Some(rule) = rule {
            for (document, copies) in self.same_bytes(&sealed, rule.reach, &register)? {
                since.entry(document).or_default().extend(copies);
            }
        }
        let mut report = OverlayReport {
            volume: name.clone(),
            file: None,
            sha256: None,
            documents: 0,
            copies_by: rule.map(|rule| rule.to_string()),
            rows: Vec::new(),
            replaced: 0,
        };
        for member in &sealed.members {
            // Of what is withheld, and of what may lie inside it, no place is told.
            let Some(bates) = member.bates.as_ref().filter(|_| shows(member, &withheld)) else { continue };
            report.documents += 1;
            let (mut custodians, mut paths) = delivered_of(&sealed, &described, member.document);
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
            if custodians.len() > 1 {
                custodians.remove(UNATTRIBUTED);
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

    /// By document of the volume the documents anywhere in the archive that are the same part of a family whose root
    /// has the same native, but for those that have a number of their own in the request's volumes, and those that
    /// are kept back.
    fn same_bytes(
        &self,
        sealed: &SealedVolume,
        reach: Reach,
        register: &Register,
    ) -> Result<BTreeMap<DocId, BTreeSet<DocId>>, WorkspaceError> {
        let mut own: BTreeSet<DocId> = BTreeSet::new();
        for record in self.ledger.volumes()? {
            let Some(other) = record.sealed().filter(|other| other.request == sealed.request) else {
                continue;
            };
            own.extend(other.members.iter().filter(|member| member.bates.is_some()).map(|one| one.document));
        }
        let newest = self.population(&sealed.request)?;
        let kept_back =
            |one: &Disposition| one.bars_content() || matches!(one, Disposition::ExcludeNonResponsive { .. });
        let decided = self.ledger.dispositions(newest.key)?.into_iter();
        let aside: BTreeSet<DocId> =
            decided.filter(|row| kept_back(&row.disposition)).map(|row| row.document).collect();
        let produced: BTreeSet<DocId> = sealed
            .members
            .iter()
            .filter(|member| member.bates.is_some())
            .map(|member| member.document)
            .collect();
        let roots: BTreeSet<DocId> = sealed
            .members
            .iter()
            .filter(|member| produced.contains(&member.document))
            .map(|member| member.family)
            .collect();
        let mut known = Vec::with_capacity(roots.len());
        for root in &roots {
            known.extend(self.ledger.document(root)?);
        }
        let natives: BTreeSet<Sha256> = known.iter().map(|row| row.native_sha256).collect();
        let found = self.ledger.roots_with_natives(&natives)?;
        let rows = self.ledger.documents(&self.ledger.families(&found)?)?;
        let mut families: BTreeMap<Sha256, Vec<&[DocumentRow]>> = BTreeMap::new();
        for family in rows.chunk_by(|a, b| a.root == b.root) {
            if let Some(root) = family.iter().find(|row| row.id == row.root) {
                families.entry(root.native_sha256).or_default().push(family);
            }
        }
        let custodians = |row: &DocumentRow| -> BTreeSet<String> {
            row.attributions.iter().map(|one| register.custodian_of(&one.source)).collect()
        };
        let mut same: BTreeMap<DocId, BTreeSet<DocId>> = BTreeMap::new();
        for group in families.values() {
            let of_volume = group.iter().filter(|family| roots.contains(&family[0].root));
            for family in of_volume {
                for other in group.iter().filter(|other| other[0].root != family[0].root) {
                    let reached = match reach {
                        Reach::Population => true,
                        Reach::Custodian => !custodians(&family[0]).is_disjoint(&custodians(&other[0])),
                    };
                    // A family of which anything is kept back, or has its own number, is told by itself.
                    let apart = other.iter().any(|row| own.contains(&row.id) || aside.contains(&row.id));
                    if !reached || apart {
                        continue;
                    }
                    for row in family.iter().filter(|row| produced.contains(&row.id)) {
                        let copies = other
                            .iter()
                            .filter(|copy| copy.part == row.part && copy.native_sha256 == row.native_sha256);
                        same.entry(row.id).or_default().extend(copies.map(|copy| copy.id));
                    }
                }
            }
        }
        Ok(same)
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

/// The documents of a sealed volume that were left out as duplicates of this one.
pub(crate) fn copies_of(sealed: &SealedVolume, document: DocId) -> impl Iterator<Item = DocId> {
    let stands = move |other: &&Member| matches!(other.disposition, Disposition::Suppress { duplicate_of, .. } if duplicate_of == document);
    sealed.members.iter().filter(stands).map(|other| other.document)
}

/// All custodians and all places of a document as a sealed volume tells them: its own, and those of the duplicates
/// for which it stands.
pub(crate) fn delivered_of(
    sealed: &SealedVolume,
    described: &Described,
    document: DocId,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut custodians, mut paths) = (BTreeSet::new(), BTreeSet::new());
    for copy in copies_of(sealed, document).chain([document]) {
        if let Some((_, all, places)) = described.of(&copy) {
            custodians.extend(all.iter().cloned());
            paths.extend(places.iter().cloned());
        }
    }
    (custodians, paths)
}
