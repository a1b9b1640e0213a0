//! Populations frozen, decisions taken.

use crate::error::WorkspaceError;
use crate::files::{self, Doing};
use crate::home::{Actor, Workspace};
use crate::scope::answer;
use crate::sheet::Sheet;
use duces_indexer::Snapshot;
use duces_ledger::{DocumentRow, ItemPopulation, Pins, Population, Why};
use duces_model::disposition::LegalBar;
use duces_model::{Disposition, DocId, Mistake, Mistakes, ProducedAs, RequestId};
use duces_query::FamilyRule;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The columns of the decisions sheet.
const COLUMNS: [&str; 14] = [
    "document",
    "family",
    "items",
    "why",
    "custodian",
    "sent",
    "from",
    "subject",
    "file name",
    "disposition",
    "privilege",
    "by",
    "note",
    "path",
];

/// A population was frozen.
#[derive(Debug, Serialize)]
pub struct SelectReport {
    /// The request.
    pub request: RequestId,
    /// Which population of the ledger.
    pub population: i64,
    /// Documents in it.
    pub documents: u64,
    /// Families in it.
    pub families: u64,
    /// Hits of any item.
    pub hits: u64,
    /// Members of a hit's family that are no hits themselves.
    pub family_members: u64,
    /// Documents for which some item cannot tell, and no item hit: the manual queue.
    pub queue: u64,
    /// Documents in each disposition, by the default rules.
    pub dispositions: BTreeMap<&'static str, u64>,
    /// The default rules.
    pub default_rules: Vec<String>,
    /// The sheet on which people decide.
    pub sheet: PathBuf,
}

/// Decisions were taken from a sheet.
#[derive(Debug, Serialize)]
pub struct DecisionReport {
    /// The request.
    pub request: RequestId,
    /// Decisions that differ from what was recorded.
    pub changed: u64,
    /// Documents in each disposition now.
    pub dispositions: BTreeMap<&'static str, u64>,
    /// Documents still pending.
    pub pending: u64,
}

const RULES: [&str; 4] = [
    "a document that an item hits, and its family, is produced whole",
    "a document that an earlier sealed volume of this request holds is excluded as already produced",
    "a document for which it cannot be told, and its family, is pending until a person decides",
    "a defect is never a ground for exclusion",
];

/// What one document is to the request.
#[derive(Default)]
struct Standing {
    items: BTreeSet<String>,
    hit: bool,
    family: bool,
    cannot_tell: bool,
}

impl Workspace {
    /// Freezes the population of a request and writes the sheet on which people decide.
    ///
    /// # Errors
    /// Mistakes in the request, a missing index, a sheet that exists already.
    pub fn select(&mut self, id: &RequestId, actor: &Actor) -> Result<SelectReport, WorkspaceError> {
        let register = self.register()?;
        let read = self.read_request(id, &register)?;
        let snapshot = self.snapshot()?;
        let mut items = Vec::new();
        let mut standing: BTreeMap<u64, Standing> = BTreeMap::new();
        for item in read.request.items() {
            let answer = answer(self, &snapshot, &register, item)?;
            let mut members = BTreeMap::new();
            self.stand(&answer.hits, item, &mut standing, &mut members, Why::Hit)?;
            let queue: Vec<u64> = answer.cannot_tell.iter().map(|(row, _)| *row).collect();
            self.stand(&queue, item, &mut standing, &mut members, Why::CannotTell)?;
            let ids = self.ids(&members.keys().copied().collect::<Vec<_>>())?;
            items.push(ItemPopulation {
                item: item.id.clone(),
                in_scope: answer.in_scope,
                hit: answer.hits.len() as u64,
                not_hit: answer.not_hit,
                cannot_tell: answer
                    .cannot_tell
                    .iter()
                    .filter_map(|(row, why)| ids.get(row).map(|id| (*id, why.iter().copied().collect())))
                    .collect(),
                members: members.iter().filter_map(|(row, why)| ids.get(row).map(|id| (*id, *why))).collect(),
            });
        }
        let rows: Vec<u64> = standing.keys().copied().collect();
        let documents = self.ledger.documents(&rows)?;
        let sheet_path = self.decisions_path(id);
        if sheet_path.exists() {
            return Err(WorkspaceError::Exists { path: sheet_path });
        }
        let pins = Pins {
            snapshot: self.snapshot_id()?,
            register_sha256: register.digest(),
            request_sha256: self.ledger.store_bytes(&read.bytes)?,
        };
        let population = self.ledger.freeze_population(&actor.act(), id, &pins, &items)?;
        let defaults = self.defaults(id, &documents, &standing)?;
        let by_rule = Actor { name: "default rule".to_owned(), now: actor.now };
        self.ledger.set_dispositions(&by_rule.act(), population, &defaults)?;
        let decided: BTreeMap<DocId, Disposition> =
            defaults.into_iter().map(|(id, disposition, _)| (id, disposition)).collect();
        self.write_decisions(&sheet_path, &snapshot, &register, &documents, &standing, &decided)?;
        Ok(SelectReport {
            request: id.clone(),
            population,
            documents: documents.len() as u64,
            families: documents.iter().map(|document| document.root).collect::<BTreeSet<_>>().len() as u64,
            hits: count(&standing, |s| s.hit),
            family_members: count(&standing, |s| s.family && !s.hit),
            queue: count(&standing, |s| s.cannot_tell && !s.hit && !s.family),
            dispositions: buckets(
                documents.iter().map(|d| decided.get(&d.id).unwrap_or(&Disposition::Pending)),
            ),
            default_rules: RULES.iter().map(|rule| (*rule).to_owned()).collect(),
            sheet: sheet_path,
        })
    }

    /// Takes people's decisions from a sheet; all or none of them.
    ///
    /// # Errors
    /// All mistakes of the sheet, with row and column; no population frozen yet.
    pub fn decide(
        &mut self,
        id: &RequestId,
        sheet: &Path,
        actor: &Actor,
    ) -> Result<DecisionReport, WorkspaceError> {
        let population = self.population(id)?;
        let before: BTreeMap<DocId, Disposition> = self
            .ledger
            .dispositions(population.key)?
            .into_iter()
            .map(|row| (row.document, row.disposition))
            .collect();
        let decisions = read_decisions(sheet, &before)?;
        let changed: Vec<_> = decisions
            .into_iter()
            .filter(|(document, disposition, _)| before.get(document) != Some(disposition))
            .collect();
        self.ledger.set_dispositions(&actor.act(), population.key, &changed)?;
        let after: Vec<Disposition> =
            self.ledger.dispositions(population.key)?.into_iter().map(|row| row.disposition).collect();
        let dispositions = buckets(after.iter());
        Ok(DecisionReport {
            request: id.clone(),
            changed: changed.len() as u64,
            pending: dispositions.get("pending").copied().unwrap_or(0),
            dispositions,
        })
    }

    /// Where the decisions sheet of a request lies.
    pub fn decisions_path(&self, id: &RequestId) -> PathBuf {
        self.root.join("review").join(format!("decisions-{id}.csv"))
    }

    /// The newest frozen population of a request.
    pub(crate) fn population(&self, id: &RequestId) -> Result<Population, WorkspaceError> {
        self.ledger.population(id)?.ok_or_else(|| WorkspaceError::TooEarly {
            missing: format!("no population of request {id} is frozen yet"),
            hint: format!("run duces select {id} first"),
        })
    }

    /// Notes what these rows and their families are to the item.
    fn stand(
        &self,
        rows: &[u64],
        item: &duces_query::Item<duces_query::Resolved>,
        standing: &mut BTreeMap<u64, Standing>,
        members: &mut BTreeMap<u64, Why>,
        why: Why,
    ) -> Result<(), WorkspaceError> {
        let families = match item.family {
            FamilyRule::Whole => self.ledger.families(rows)?,
            FamilyRule::HitOnly => rows.to_vec(),
        };
        for row in families {
            let itself = rows.binary_search(&row).is_ok();
            let entry = standing.entry(row).or_default();
            entry.items.insert(item.id.to_string());
            match (why, itself) {
                (Why::CannotTell, true) => entry.cannot_tell = true,
                (Why::CannotTell, false) => {}
                (_, true) => entry.hit = true,
                (_, false) => entry.family = true,
            }
            let here = if itself { why } else { Why::Family };
            members.entry(row).and_modify(|known| *known = (*known).min(here)).or_insert(here);
        }
        Ok(())
    }

    fn ids(&self, rows: &[u64]) -> Result<BTreeMap<u64, DocId>, WorkspaceError> {
        Ok(self.ledger.documents(rows)?.into_iter().map(|document| (document.row, document.id)).collect())
    }

    fn defaults(
        &self,
        id: &RequestId,
        documents: &[DocumentRow],
        standing: &BTreeMap<u64, Standing>,
    ) -> Result<Vec<(DocId, Disposition, String)>, WorkspaceError> {
        let earlier = self.already_produced(id)?;
        Ok(documents
            .iter()
            .filter_map(|document| {
                let stands = standing.get(&document.row)?;
                let disposition = match earlier.get(&document.id) {
                    Some(bates) => Disposition::ExcludeAlreadyProduced { bates: bates.clone() },
                    None if stands.hit || stands.family => Disposition::WHOLE,
                    None => Disposition::Pending,
                };
                Some((document.id, disposition, String::new()))
            })
            .collect())
    }

    fn write_decisions(
        &self,
        path: &Path,
        snapshot: &Snapshot,
        register: &duces_register::Register,
        documents: &[DocumentRow],
        standing: &BTreeMap<u64, Standing>,
        decided: &BTreeMap<DocId, Disposition>,
    ) -> Result<(), WorkspaceError> {
        let mut sheet = Sheet::new(&COLUMNS);
        for document in documents {
            let Some(stands) = standing.get(&document.row) else { continue };
            let card = snapshot.card(document.row)?;
            let custodian = document.attributions.first().map(|a| register.custodian_of(&a.source));
            let why = match (stands.hit, stands.family) {
                (true, _) => "hit",
                (false, true) => "family",
                (false, false) if stands.cannot_tell => "cannot tell",
                _ => "family of cannot tell",
            };
            let disposition = decided.get(&document.id).unwrap_or(&Disposition::Pending);
            sheet.row([
                document.id.to_string(),
                document.root.to_string(),
                stands.items.iter().cloned().collect::<Vec<_>>().join("; "),
                why.to_owned(),
                custodian.unwrap_or_else(|| "(unattributed)".to_owned()),
                document.sent_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
                card.as_ref().and_then(|card| card.from.clone()).unwrap_or_default(),
                card.as_ref().and_then(|card| card.subject.clone()).unwrap_or_default(),
                document.file_name.clone().unwrap_or_default(),
                word(disposition),
                String::new(),
                String::new(),
                String::new(),
                format!("{}:{}", document.archive, document.path),
            ]);
        }
        files::create(path, &sheet.into_bytes())
    }
}

fn count(standing: &BTreeMap<u64, Standing>, of: impl Fn(&Standing) -> bool) -> u64 {
    standing.values().filter(|standing| of(standing)).count() as u64
}

/// Counts per bucket, every bucket listed.
pub(crate) fn buckets<'a>(
    dispositions: impl Iterator<Item = &'a Disposition>,
) -> BTreeMap<&'static str, u64> {
    let mut counts: BTreeMap<_, _> = Disposition::BUCKETS.iter().map(|bucket| (*bucket, 0)).collect();
    for disposition in dispositions {
        *counts.entry(disposition.bucket()).or_default() += 1;
    }
    counts
}

/// The word of a disposition on the sheet.
fn word(disposition: &Disposition) -> String {
    match disposition {
        Disposition::Produce { form: ProducedAs::Whole } => "produce".to_owned(),
        Disposition::Produce { form: ProducedAs::Redacted } => "redact".to_owned(),
        Disposition::Produce { form: ProducedAs::SlipSheet } => "slip-sheet".to_owned(),
        Disposition::WithholdPrivilege { .. } => "withhold-privilege".to_owned(),
        Disposition::WithholdLegalBar { bar: LegalBar::SuspiciousActivity, .. } => "withhold-sar".to_owned(),
        Disposition::WithholdLegalBar { bar: LegalBar::Other, .. } => "withhold-legal-bar".to_owned(),
        Disposition::Suppress { duplicate_of, .. } => format!("duplicate-of {duplicate_of}"),
        Disposition::ExcludeNonResponsive { .. } => "non-responsive".to_owned(),
        Disposition::ExcludeAlreadyProduced { bates } => format!("already-produced {bates}"),
        Disposition::Pending => "pending".to_owned(),
    }
}

const WORDS: &str = "produce, slip-sheet, redact, withhold-privilege, withhold-sar, withhold-legal-bar, non-responsive, duplicate-of DOCUMENT, already-produced BATES or pending";

/// Reads the sheet whole; reports everything that is wrong in it.
fn read_decisions(
    path: &Path,
    population: &BTreeMap<DocId, Disposition>,
) -> Result<Vec<(DocId, Disposition, String)>, WorkspaceError> {
    let bytes = std::fs::read(path).doing("read", path)?;
    let file = path.display().to_string();
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let mut mistakes = Vec::new();
    let heads: Vec<String> = match reader.headers() {
        Ok(heads) => heads.iter().map(|head| head.trim().to_lowercase()).collect(),
        Err(error) => return Err(Mistakes::one(Mistake::of_file(&file, error.to_string())).into()),
    };
    let mut places = BTreeMap::new();
    for column in ["document", "disposition", "privilege", "by", "note"] {
        match heads.iter().position(|head| head == column) {
            Some(at) => {
                places.insert(column, at);
            }
            None => mistakes.push(Mistake::in_row(&file, 1, Some(column), "the column is missing")),
        }
    }
    let places = Mistakes::or(mistakes, places)?;
    let mut mistakes = Vec::new();
    let mut seen = BTreeSet::new();
    let mut decisions = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = line_of(bytes, error.position());
                mistakes.push(Mistake::in_row(&file, line, None, "expected UTF-8 text"));
                continue;
            }
        };
        let line = line_of(bytes, record.position());
        let cell =
            |column: &str| places.get(column).and_then(|at| record.get(*at)).unwrap_or("").trim().to_owned();
        let wrong = |column: &str, message: String| Mistake::in_row(&file, line, Some(column), message);
        let Ok(document) = cell("document").parse::<DocId>() else {
            mistakes.push(wrong(
                "document",
                format!("found {:?}, expected a document of the population", cell("document")),
            ));
            continue;
        };
        if !population.contains_key(&document) {
            mistakes.push(wrong("document", format!("document {document} is not in this population")));
            continue;
        }
        if !seen.insert(document) {
            mistakes.push(wrong("document", format!("document {document} stands in the sheet twice")));
            continue;
        }
        match decision(&cell("disposition"), &cell("privilege"), &cell("by"), population.get(&document)) {
            Ok(disposition) => decisions.push((document, disposition, cell("note"))),
            Err((column, message)) => mistakes.push(wrong(column, message)),
        }
    }
    for document in population.keys().filter(|document| !seen.contains(document)) {
        mistakes.push(Mistake::of_file(
            &file,
            format!("document {document} of the population is missing from the sheet"),
        ));
    }
    Ok(Mistakes::or(mistakes, decisions)?)
}

/// The line on which a row starts. The reader's own count stands before the line feed of the row above.
fn line_of(bytes: &[u8], position: Option<&csv::Position>) -> u64 {
    let Some(at) = position.and_then(|position| usize::try_from(position.byte()).ok()) else { return 0 };
    let rest = bytes.get(at..).unwrap_or_default();
    let breaks = rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let before = bytes.get(..at + breaks).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() as u64 + 1
}

fn decision(
    word: &str,
    privilege: &str,
    by: &str,
    before: Option<&Disposition>,
) -> Result<Disposition, (&'static str, String)> {
    let unknown = || ("disposition", format!("found {word:?}, expected {WORDS}"));
    let by = by.to_owned();
    let disposition = match word.split_once(' ').unwrap_or((word, "")) {
        ("produce", "") => Disposition::WHOLE,
        ("redact", "") => Disposition::Produce { form: ProducedAs::Redacted },
        ("slip-sheet", "") => Disposition::Produce { form: ProducedAs::SlipSheet },
        ("withhold-privilege", "") if privilege.is_empty() => {
            return Err((
                "privilege",
                "expected the privilege claimed, for example attorney-client".to_owned(),
            ));
        }
        ("withhold-privilege", "") => Disposition::WithholdPrivilege { privilege: privilege.to_owned(), by },
        ("withhold-sar", "") => Disposition::WithholdLegalBar { bar: LegalBar::SuspiciousActivity, by },
        ("withhold-legal-bar", "") => Disposition::WithholdLegalBar { bar: LegalBar::Other, by },
        ("non-responsive", "") => Disposition::ExcludeNonResponsive { by },
        ("pending", "") => Disposition::Pending,
        ("duplicate-of", survivor) => Disposition::Suppress {
            duplicate_of: survivor.trim().parse().map_err(|_| unknown())?,
            recipe: "a person's decision 1".to_owned(),
        },
        ("already-produced", number) => {
            let bates = number.trim().parse().map_err(|_| unknown())?;
            let disposition = Disposition::ExcludeAlreadyProduced { bates };
            if before != Some(&disposition) {
                let message = "only the program says what was already produced; the sheet cannot add to it";
                return Err(("disposition", message.to_owned()));
            }
            disposition
        }
        _ => return Err(unknown()),
    };
    disposition.checked().map_err(|error| ("by", error.to_string()))
}
