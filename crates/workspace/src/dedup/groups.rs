//! Families of a population that are the same.

use super::{ApprovalReport, DedupReport};
use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::produce::PROFILE;
use crate::produce::retained::ArchiveReader;
use duces_ledger::{DocumentRow, Suppression};
use duces_model::{BatesNumber, Disposition, DocId, Observer, PartPath, RequestId, mih};
use duces_packager::{Candidate, DedupRule, FamilyKey, PackError, Reach};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Families that are the same.
#[derive(Debug, Serialize)]
pub struct DedupGroup {
    /// By what they are the same: a digest of the recipe.
    pub key: String,
    /// Whether only their bytes made them the same.
    pub by_bytes: bool,
    /// The family that stands for the others.
    pub survivor: DedupFamily,
    /// Its number, where it went out in an earlier volume: the others are then left out as already produced.
    pub produced_as: Option<BatesNumber>,
    /// The families that stand back.
    pub duplicates: Vec<DedupFamily>,
}

/// A family of a group.
#[derive(Debug, Clone, Serialize)]
pub struct DedupFamily {
    /// Its root.
    pub family: DocId,
    /// Under whom it is listed.
    pub custodian: String,
    /// Where it is retained.
    pub place: String,
    /// Its documents in the population.
    pub documents: u64,
}

/// Families that are the same, and of which a person has to decide first.
#[derive(Debug, Serialize)]
pub struct DedupRefusal {
    /// Why none of them is left out.
    pub why: String,
    /// The families.
    pub families: Vec<DedupFamily>,
}

/// Messages with one Message-ID that are not the same by the rule.
#[derive(Debug, Serialize)]
pub struct SameMessageId {
    /// Their EDRM Message Identification Hash.
    pub mih: String,
    /// How many different messages have it.
    pub different: u64,
    /// Roots of their families.
    pub families: Vec<DocId>,
}

/// How a family stands before duplicates are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    /// Every member is decided to be produced whole.
    Open,
    /// Every member went out whole in an earlier volume of the request: the first number of each.
    Produced(Vec<BatesNumber>),
    /// Left out already.
    LeftOut,
    /// Anything else, in words.
    Other(&'static str),
}

/// A family with what it takes to compare it.
struct Family<'a> {
    members: Vec<&'a Candidate>,
    row: &'a DocumentRow,
    standing: Standing,
    key: FamilyKey,
}

impl Family<'_> {
    fn told(&self) -> DedupFamily {
        DedupFamily {
            family: self.row.root,
            custodian: self.members[0].custodian.clone(),
            place: format!(
                "{}:{}, message {}",
                self.row.archive,
                self.row.path,
                self.row.locator.ordinal + 1
            ),
            documents: self.members.len() as u64,
        }
    }

    fn parts(&self) -> Vec<&PartPath> {
        self.members.iter().map(|member| &member.part).collect()
    }
}

impl Workspace {
    /// Groups the families of a population by the rule; with the report comes what would be left out.
    pub(super) fn grouped(
        &self,
        request: &RequestId,
        rule: DedupRule,
        approval: Option<ApprovalReport>,
        observer: &dyn Observer,
    ) -> Result<(DedupReport, Vec<Suppression>), WorkspaceError> {
        let gathered = self.gather_decided(request, PROFILE)?;
        let produced = self.whole_before(request)?;
        let mut by_root: BTreeMap<DocId, Vec<&Candidate>> = BTreeMap::new();
        for candidate in &gathered.candidates {
            by_root.entry(candidate.family).or_default().push(candidate);
        }
        // In the order in which they lie in the archive, so that each file is read in one go.
        let mut families: Vec<(u64, Vec<&Candidate>)> = Vec::new();
        for mut members in by_root.into_values() {
            let row = |member: &Candidate| gathered.documents.get(&member.document).map_or(0, |row| row.row);
            members.sort_by_key(|member| row(member));
            families.push((row(members[0]), members));
        }
        families.sort_by_key(|(row, _)| *row);
        observer.stage("comparing families", "families", Some(families.len() as u64));
        let mut reader = ArchiveReader::new(
            &self.root,
            &self.config,
            &gathered.documents,
            self.journal_reports(&gathered.documents)?,
        );
        let mut groups: BTreeMap<(duces_model::Sha256, String), Vec<Family<'_>>> = BTreeMap::new();
        let mut ids: BTreeMap<String, BTreeMap<duces_model::Sha256, Vec<DocId>>> = BTreeMap::new();
        let (mut compared, mut by_bytes) = (0, 0);
        for (_, members) in families {
            observer.advance(1);
            if observer.stop_requested() {
                return Err(PackError::Stopped.into());
            }
            let standing = standing(&members, &produced);
            let Some(row) = gathered.documents.get(&members[0].document) else { continue };
            if standing == Standing::LeftOut {
                continue;
            }
            let document = row.id;
            let read = reader.family(&document).map_err(|source| PackError::Retained { document, source })?;
            let Some(key) = rule.recipe.key(&read) else { continue };
            compared += 1;
            by_bytes += u64::from(key.by_bytes);
            if let Some(mih) =
                read.first().and_then(|root| mih(root.message_id.as_deref().unwrap_or_default()))
            {
                ids.entry(mih.to_string()).or_default().entry(key.digest).or_default().push(row.root);
            }
            let whose = match rule.reach {
                Reach::Custodian => members[0].custodian.clone(),
                Reach::Population => String::new(),
            };
            groups.entry((key.digest, whose)).or_default().push(Family { members, row, standing, key });
        }
        let mut report = DedupReport {
            request: request.clone(),
            population: gathered.population,
            rule: rule.to_string(),
            approval,
            families: compared,
            by_bytes,
            groups: Vec::new(),
            duplicate_families: 0,
            duplicates: 0,
            refused: Vec::new(),
            same_message_id: same_ids(ids),
            applied: false,
        };
        let mut suppressed = Vec::new();
        for ((digest, _), families) in groups {
            if families.len() > 1 && families.iter().any(|family| family.standing == Standing::Open) {
                group(&digest.to_string(), families, rule, &mut report, &mut suppressed);
            }
        }
        report.groups.sort_by(|a, b| order(&a.survivor).cmp(&order(&b.survivor)));
        report.duplicate_families = report.groups.iter().map(|group| group.duplicates.len() as u64).sum();
        report.duplicates = suppressed.len() as u64;
        Ok((report, suppressed))
    }

    /// The first number of each document that went out whole in a sealed volume of the request and was not clawed back.
    pub(crate) fn whole_before(
        &self,
        request: &RequestId,
    ) -> Result<BTreeMap<DocId, BatesNumber>, WorkspaceError> {
        let mut found = BTreeMap::new();
        for volume in self.ledger.volumes()? {
            let Some(sealed) = volume.sealed().filter(|sealed| sealed.request == *request) else { continue };
            for member in &sealed.members {
                match &member.bates {
                    Some(bates) if member.disposition == Disposition::WHOLE => {
                        found.insert(member.document, bates.first().clone());
                    }
                    // A later volume has it in another form.
                    Some(_) => {
                        found.remove(&member.document);
                    }
                    None => {}
                }
            }
        }
        for (of, document) in self.clawed_back_documents()? {
            if of == *request {
                found.remove(&document);
            }
        }
        Ok(found)
    }
}

fn order(family: &DedupFamily) -> (&String, &String, DocId) {
    (&family.custodian, &family.place, family.family)
}

fn standing(members: &[&Candidate], produced: &BTreeMap<DocId, BatesNumber>) -> Standing {
    let all = |holds: fn(&Disposition) -> bool| members.iter().all(|member| holds(&member.disposition));
    if all(|disposition| *disposition == Disposition::WHOLE) {
        return Standing::Open;
    }
    if all(|disposition| matches!(disposition, Disposition::ExcludeAlreadyProduced { .. })) {
        let numbers: Vec<BatesNumber> =
            members.iter().filter_map(|member| produced.get(&member.document).cloned()).collect();
        return if numbers.len() == members.len() { Standing::Produced(numbers) } else { Standing::LeftOut };
    }
    if all(|disposition| {
        matches!(
            disposition,
            Disposition::Suppress { .. }
                | Disposition::Contained { .. }
                | Disposition::ExcludeAlreadyProduced { .. }
        )
    }) {
        return Standing::LeftOut;
    }
    let any = |holds: fn(&Disposition) -> bool| members.iter().any(|member| holds(&member.disposition));
    Standing::Other(if any(Disposition::bars_content) {
        "one of them, or a member of it, is withheld or redacted"
    } else if any(|disposition| *disposition == Disposition::Pending) {
        "one of them is still pending"
    } else {
        "they are not all decided to be produced whole"
    })
}

/// Settles one group of the same families.
fn group(
    key: &str,
    mut families: Vec<Family<'_>>,
    rule: DedupRule,
    report: &mut DedupReport,
    suppressed: &mut Vec<Suppression>,
) {
    // What went out stands for the rest; then what names blind copies, then by custodian and place.
    families.sort_by_cached_key(|family| {
        let told = family.told();
        let numbers = match &family.standing {
            Standing::Produced(numbers) => numbers.first().map(BatesNumber::position),
            _ => None,
        };
        (numbers.is_none(), numbers, family.key.bcc.is_empty(), told.custodian, told.place, told.family)
    });
    if let Some(why) = reason(&families) {
        let families = families.iter().map(Family::told).collect();
        report.refused.push(DedupRefusal { why: why.to_owned(), families });
        return;
    }
    let (survivor, rest) = (&families[0], &families[1..]);
    let duplicates: Vec<&Family<'_>> =
        rest.iter().filter(|family| family.standing == Standing::Open).collect();
    for family in &duplicates {
        for (at, (member, stands)) in family.members.iter().zip(&survivor.members).enumerate() {
            let disposition = match &survivor.standing {
                Standing::Produced(numbers) => {
                    Disposition::ExcludeAlreadyProduced { bates: numbers[at].clone() }
                }
                _ => Disposition::Suppress { duplicate_of: stands.document, recipe: rule.to_string() },
            };
            suppressed.push(Suppression {
                document: member.document,
                duplicate_of: stands.document,
                disposition,
                note: format!("the same as {} by {rule}", stands.document),
            });
        }
    }
    report.groups.push(DedupGroup {
        key: key.to_owned(),
        by_bytes: survivor.key.by_bytes,
        survivor: survivor.told(),
        produced_as: match &survivor.standing {
            Standing::Produced(numbers) => numbers.first().cloned(),
            _ => None,
        },
        duplicates: duplicates.iter().map(|family| family.told()).collect(),
    });
}

/// Why none of a group is left out.
fn reason(families: &[Family<'_>]) -> Option<&'static str> {
    let others = families.iter().find_map(|family| match family.standing {
        Standing::Other(why) => Some(why),
        _ => None,
    });
    let bcc: BTreeSet<_> =
        families.iter().map(|family| &family.key.bcc).filter(|bcc| !bcc.is_empty()).collect();
    // What went out cannot be given the blind copies that only another copy names.
    let lost = !bcc.is_empty() && families[0].key.bcc.is_empty();
    let parts = families[0].parts();
    others
        .or((bcc.len() > 1).then_some("they name different blind copies"))
        .or(lost.then_some("a copy names blind copies that the one that went out does not"))
        .or(families
            .iter()
            .any(|family| family.parts() != parts)
            .then_some("the population does not hold the same members of each"))
}

fn same_ids(ids: BTreeMap<String, BTreeMap<duces_model::Sha256, Vec<DocId>>>) -> Vec<SameMessageId> {
    ids.into_iter()
        .filter(|(_, different)| different.len() > 1)
        .map(|(mih, different)| SameMessageId {
            mih,
            different: different.len() as u64,
            families: different.into_values().flatten().collect(),
        })
        .collect()
}
