//! What a production needs, gathered from the ledger.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use chrono_tz::Tz;
use duces_ledger::{DocumentRow, Population, SealedVolume};
use duces_model::{Coding, Disposition, DocId, ItemId, Redaction, RequestId, Sha256};
use duces_packager::{Candidate, Profile, ThreadValue};
use duces_register::Register;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a production needs, gathered from the ledger.
pub(crate) struct Gathered {
    pub(crate) profile: Profile,
    pub(crate) population: i64,
    pub(crate) zone: Tz,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) documents: BTreeMap<DocId, DocumentRow>,
    /// What is to be covered, by document, and the sheet that says it.
    pub(crate) redactions: BTreeMap<DocId, Vec<Redaction>>,
    pub(crate) redaction_sheet: Option<i64>,
    /// What the load file says of threads, by root of the family; empty until a volume is made.
    pub(crate) threads: BTreeMap<DocId, ThreadValue>,
    /// The row of the next document when this was gathered: what was indexed later has no part in it.
    pub(crate) next_row: u64,
}

/// How a volume describes its documents beyond what they say themselves; kept with it, so that it can be
/// built again after the register changed or files moved.
#[derive(Serialize, Deserialize)]
pub(crate) struct Described {
    zone: Tz,
    /// By document: custodian, all custodians, all paths.
    documents: BTreeMap<String, (String, Vec<String>, Vec<String>)>,
    /// By document, the items that it answers; absent in what was kept before people could assign them.
    #[serde(default)]
    items: Option<BTreeMap<String, Vec<ItemId>>>,
    /// By root of a family what the load file says of its thread; empty in what was kept before load files did.
    #[serde(default)]
    threads: BTreeMap<DocId, ThreadValue>,
    /// By document how it is designated; nothing of those that are not, nor in what was kept before.
    #[serde(default)]
    confidentiality: BTreeMap<DocId, String>,
    /// The row of the next document then: journal reports indexed later add nobody to what was delivered. Absent in what
    /// was kept before reports of one message had their people together.
    #[serde(default)]
    next_row: Option<u64>,
}

impl Described {
    /// Custodian, all custodians and all paths of a document, as they were delivered.
    pub(crate) fn of(&self, document: &DocId) -> Option<&(String, Vec<String>, Vec<String>)> {
        self.documents.get(&document.to_string())
    }

    /// The zone of its dates.
    pub(crate) fn zone(&self) -> Tz {
        self.zone
    }

    /// The items that a document answers, as they were delivered; none where that was not kept yet.
    pub(crate) fn items_of(&self, document: &DocId) -> &[ItemId] {
        self.items.as_ref().and_then(|items| items.get(&document.to_string())).map_or(&[], Vec::as_slice)
    }
}

/// Under whom a document of no known source is listed.
pub(crate) const UNATTRIBUTED: &str = "Unattributed";

fn lost_description() -> WorkspaceError {
    WorkspaceError::TooEarly {
        missing: "the ledger no longer holds how the volume described its documents".to_owned(),
        hint: "restore .duces/ledger.sqlite from its copy".to_owned(),
    }
}

impl Gathered {
    /// What reviewers said of the documents. Their word on which items one answers goes before the searches'.
    pub(super) fn mark(&mut self, marks: &BTreeMap<DocId, Coding>) {
        for candidate in &mut self.candidates {
            let Some(coding) = marks.get(&candidate.document) else { continue };
            if let Some(items) = &coding.items {
                candidate.items.clone_from(items);
            }
            candidate.confidentiality =
                coding.confidentiality.split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }

    /// The description of its documents, to be kept.
    pub(super) fn described(&self) -> Described {
        let describe = |candidate: &Candidate| {
            let said =
                (candidate.custodian.clone(), candidate.all_custodians.clone(), candidate.all_paths.clone());
            (candidate.document.to_string(), said)
        };
        let items = self.candidates.iter().map(|one| (one.document.to_string(), one.items.clone()));
        let designated = self.candidates.iter().filter(|one| !one.confidentiality.is_empty());
        Described {
            zone: self.zone,
            documents: self.candidates.iter().map(describe).collect(),
            items: Some(items.collect()),
            threads: self.threads.clone(),
            confidentiality: designated.map(|one| (one.document, one.confidentiality.clone())).collect(),
            next_row: Some(self.next_row),
        }
    }
}

/// The number of a sheet of redactions, and what it covers of each document.
type SheetOf = (Option<i64>, BTreeMap<DocId, Vec<Redaction>>);

impl Workspace {
    pub(crate) fn gather_decided(
        &self,
        request: &RequestId,
        profile: &str,
    ) -> Result<Gathered, WorkspaceError> {
        let population = self.population(request)?;
        let earlier = self.already_produced(request)?;
        let register = self.register()?;
        // What a sealed volume of this request holds is never issued a second number.
        let decided = self
            .ledger
            .dispositions(population.key)?
            .into_iter()
            .map(|row| match earlier.get(&row.document) {
                Some(bates) if row.disposition.takes_number() => {
                    (row.document, Disposition::ExcludeAlreadyProduced { bates: bates.clone() })
                }
                _ => (row.document, row.disposition),
            })
            .collect();
        let marks = self.marks(&population)?;
        let mut gathered = self.gather(&register, population, decided, profile)?;
        gathered.mark(&marks);
        Ok(gathered)
    }

    /// Gathers again what a sealed volume was made from: its own decisions, and each document described
    /// as it was then, whatever the register and the archive's paths say now.
    pub(super) fn gather_sealed(&self, sealed: &SealedVolume) -> Result<Gathered, WorkspaceError> {
        let population = self.ledger.population_numbered(sealed.population)?;
        let decided =
            sealed.members.iter().map(|member| (member.document, member.disposition.clone())).collect();
        let profile = self.profile_of_sealed(sealed)?;
        let mut gathered = self.gather_by(&self.register()?, population, decided, profile)?;
        let described = self.described(sealed)?;
        gathered.zone = described.zone;
        gathered.threads.clone_from(&described.threads);
        gathered.next_row = described.next_row.unwrap_or_default();
        (gathered.redaction_sheet, gathered.redactions) = self.redactions_of_sealed(sealed)?;
        for candidate in &mut gathered.candidates {
            let (custodian, all_custodians, all_paths) =
                described.of(&candidate.document).cloned().ok_or_else(lost_description)?;
            (candidate.custodian, candidate.all_custodians, candidate.all_paths) =
                (custodian, all_custodians, all_paths);
            candidate.confidentiality =
                described.confidentiality.get(&candidate.document).cloned().unwrap_or_default();
            if let Some(items) = &described.items {
                candidate.items =
                    items.get(&candidate.document.to_string()).cloned().ok_or_else(lost_description)?;
            }
        }
        Ok(gathered)
    }

    /// The sheet of redactions that a sealed volume was made by, and what it says; nothing where it has none.
    pub(crate) fn redactions_of_sealed(&self, sealed: &SealedVolume) -> Result<SheetOf, WorkspaceError> {
        let Some(key) = sealed.facts["redaction_sheet"].as_i64() else { return Ok((None, BTreeMap::new())) };
        let sheet = self.ledger.redaction_sheet(key)?.ok_or_else(lost_description)?;
        Ok((Some(key), sheet.redactions))
    }

    /// How a sealed volume described its documents.
    pub(crate) fn described(&self, sealed: &SealedVolume) -> Result<Described, WorkspaceError> {
        let digest: Sha256 =
            serde_json::from_value(sealed.facts["described"].clone()).map_err(|_| lost_description())?;
        let bytes = self.ledger.bytes(&digest)?.ok_or_else(lost_description)?;
        serde_json::from_slice(&bytes).map_err(|_| lost_description())
    }

    pub(super) fn gather(
        &self,
        register: &Register,
        population: Population,
        decided: BTreeMap<DocId, Disposition>,
        profile: &str,
    ) -> Result<Gathered, WorkspaceError> {
        self.gather_by(register, population, decided, self.profile(profile)?)
    }

    fn gather_by(
        &self,
        register: &Register,
        population: Population,
        decided: BTreeMap<DocId, Disposition>,
        profile: Profile,
    ) -> Result<Gathered, WorkspaceError> {
        let items = items_by_document(&population);
        let ids: Vec<DocId> = decided.keys().copied().collect();
        let rows = self.ledger.families(&self.ledger.rows_of(&ids)?)?;
        let families = self.ledger.documents(&rows)?;
        let embedded = embedded_digests(&families);
        let mut documents = BTreeMap::new();
        let mut candidates = Vec::new();
        for document in families {
            if let Some(disposition) = decided.get(&document.id) {
                let inside = embedded.get(&document.id).cloned().unwrap_or_default();
                candidates.push(candidate(&document, disposition.clone(), inside, &items, register));
                documents.insert(document.id, document);
            }
        }
        // The zone of the request's own period, from the request as it was frozen.
        let request = self.pinned_request(&population.request, &population, register)?;
        let zone = request.items().first().map_or(self.config.firm.zone, |item| item.period.zone());
        let sheet = self.ledger.redactions(&population.request)?;
        let redaction_sheet = sheet.as_ref().map(|sheet| sheet.key);
        let redactions = sheet.map(|sheet| sheet.redactions).unwrap_or_default();
        let population = population.key;
        let threads = BTreeMap::new();
        Ok(Gathered {
            profile,
            population,
            zone,
            candidates,
            documents,
            redactions,
            redaction_sheet,
            threads,
            next_row: self.ledger.next_row()?,
        })
    }
}

/// For each document the digests of everything inside it, at any depth, in the population or not.
fn embedded_digests(families: &[DocumentRow]) -> BTreeMap<DocId, Vec<Sha256>> {
    let parents: BTreeMap<DocId, Option<DocId>> =
        families.iter().map(|document| (document.id, document.parent)).collect();
    let mut inside: BTreeMap<DocId, Vec<Sha256>> = BTreeMap::new();
    for document in families {
        let mut above = document.parent;
        while let Some(holder) = above {
            inside.entry(holder).or_default().push(document.native_sha256);
            above = parents.get(&holder).copied().flatten();
        }
    }
    inside
}

fn items_by_document(population: &Population) -> BTreeMap<DocId, Vec<ItemId>> {
    let mut items: BTreeMap<DocId, Vec<ItemId>> = BTreeMap::new();
    for item in &population.items {
        for (document, _) in &item.members {
            items.entry(*document).or_default().push(item.item.clone());
        }
    }
    items
}

fn candidate(
    document: &DocumentRow,
    disposition: Disposition,
    embedded: Vec<Sha256>,
    items: &BTreeMap<DocId, Vec<ItemId>>,
    register: &Register,
) -> Candidate {
    let mut custodians: BTreeSet<String> =
        document.attributions.iter().map(|attribution| register.custodian_of(&attribution.source)).collect();
    let custodian = document.attributions.iter().min_by_key(|a| (a.basis, a.source.clone()));
    let custodian = custodian.map_or_else(|| UNATTRIBUTED.to_owned(), |a| register.custodian_of(&a.source));
    // The list of all names no fewer than the custodian does.
    if custodians.is_empty() {
        custodians.insert(custodian.clone());
    }
    Candidate {
        document: document.id,
        family: document.root,
        parent: document.parent,
        part: document.part.clone(),
        kind: document.kind,
        file_name: document.file_name.clone(),
        extension: document.extension.clone(),
        custodian,
        all_custodians: custodians.into_iter().collect(),
        all_paths: vec![format!("{}/{}", document.archive, document.path)],
        sorted_at: document.sent_at,
        disposition,
        native_sha256: document.native_sha256,
        bytes: document.bytes,
        embedded,
        items: items.get(&document.id).cloned().unwrap_or_default(),
        confidentiality: String::new(),
    }
}
