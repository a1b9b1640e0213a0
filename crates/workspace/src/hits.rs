//! Searches of a request, run, recorded and counted.

use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use crate::scope::{ItemAnswer, answer};
use crate::sheet::Sheet;
use duces_ledger::SearchRun;
use duces_model::{ItemId, RequestId};
use duces_query::{Item, Resolved};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Counts of an item, and of its terms.
#[derive(Debug, Serialize)]
pub struct ItemHits {
    /// Number of the item.
    pub item: ItemId,
    /// Documents in scope.
    pub in_scope: u64,
    /// The criteria hold.
    pub hit: u64,
    /// With their families.
    pub hit_with_family: u64,
    /// The criteria do not hold.
    pub not_hit: u64,
    /// It cannot be told.
    pub cannot_tell: u64,
    /// Why not, by reason; a document may have several.
    pub cannot_tell_because: BTreeMap<String, u64>,
    /// Hits by source; a document may belong to several.
    pub by_source: BTreeMap<String, u64>,
    /// Hits by month of sending.
    pub by_month: BTreeMap<String, u64>,
    /// Per term.
    pub terms: Vec<TermRow>,
}

/// Counts of one term.
#[derive(Debug, Serialize)]
pub struct TermRow {
    /// As written.
    pub written: String,
    /// In the one canonical form.
    pub canonical: String,
    /// Documents that meet everything else and this term.
    pub hits: u64,
    /// With their families.
    pub hits_with_family: u64,
    /// Met by this term and no other of the item.
    pub unique: u64,
    /// What each wildcard stands for.
    pub expansions: Vec<TermExpansion>,
}

/// What a wildcard stands for.
#[derive(Debug, Serialize)]
pub struct TermExpansion {
    /// The pattern, canonically.
    pub pattern: String,
    /// Every word that it stands for.
    pub words: Vec<String>,
}

/// The hit report of a request.
#[derive(Debug, Serialize)]
pub struct HitReport {
    /// The request.
    pub request: RequestId,
    /// Identity of the index searched.
    pub snapshot: String,
    /// Per item.
    pub items: Vec<ItemHits>,
    /// The sheet written, by `duces hits`.
    pub report: Option<PathBuf>,
}

impl HitReport {
    /// Whether a queue waits for a person.
    pub fn needs_person(&self) -> bool {
        self.items.iter().any(|item| item.cannot_tell > 0)
    }
}

impl Workspace {
    /// Runs the searches of a request, records them, and counts.
    ///
    /// # Errors
    /// Mistakes in the request, an item that it has not, an index that is missing.
    pub fn search_request(
        &mut self,
        id: &RequestId,
        only: Option<&ItemId>,
        actor: &Actor,
    ) -> Result<HitReport, WorkspaceError> {
        let register = self.register()?;
        let read = self.read_request(id, &register)?;
        let snapshot = self.snapshot()?;
        let snapshot_id = self.snapshot_id()?;
        let mut items = Vec::new();
        for item in read.request.items().iter().filter(|item| only.is_none_or(|only| *only == item.id)) {
            let answer = answer(self, &snapshot, &register, item)?;
            let counts = self.count(item, &answer)?;
            let run = SearchRun {
                request: id.clone(),
                item: item.id.clone(),
                exact: item.canonical_json().to_string(),
                snapshot: snapshot_id,
                register_sha256: register.digest(),
                counts: serde_json::to_value(&counts).unwrap_or_default(),
            };
            self.ledger.record_search(&actor.act(), &run)?;
            items.push(counts);
        }
        if let (Some(item), true) = (only, items.is_empty()) {
            let known = read.request.items().iter().map(|item| item.id.to_string()).collect();
            return Err(WorkspaceError::Unknown { what: "item", name: item.to_string(), known });
        }
        Ok(HitReport { request: id.clone(), snapshot: snapshot_id.to_string(), items, report: None })
    }

    /// The hit report of a request, with its sheet.
    ///
    /// # Errors
    /// As for [`Workspace::search_request`].
    pub fn hits(&mut self, id: &RequestId, actor: &Actor) -> Result<HitReport, WorkspaceError> {
        let mut report = self.search_request(id, None, actor)?;
        let mut sheet =
            Sheet::new(&["item", "row", "documents", "with family", "unique", "written", "canonical"]);
        for item in &report.items {
            let name = item.item.to_string();
            let plain = |row: &str, n: u64| {
                [
                    name.clone(),
                    row.to_owned(),
                    n.to_string(),
                    String::new(),
                    String::new(),
                    String::new(),
                    String::new(),
                ]
            };
            sheet.row(plain("in scope", item.in_scope));
            sheet.row([
                name.clone(),
                "hit".into(),
                item.hit.to_string(),
                item.hit_with_family.to_string(),
                String::new(),
                String::new(),
                String::new(),
            ]);
            sheet.row(plain("not hit", item.not_hit));
            sheet.row(plain("cannot tell", item.cannot_tell));
            for (reason, n) in &item.cannot_tell_because {
                sheet.row(plain(&format!("cannot tell: {reason}"), *n));
            }
            for term in &item.terms {
                sheet.row([
                    name.clone(),
                    "term".into(),
                    term.hits.to_string(),
                    term.hits_with_family.to_string(),
                    term.unique.to_string(),
                    term.written.clone(),
                    term.canonical.clone(),
                ]);
            }
            for (source, n) in &item.by_source {
                sheet.row(plain(&format!("hits of source {source}"), *n));
            }
            for (month, n) in &item.by_month {
                sheet.row(plain(&format!("hits of {month}"), *n));
            }
        }
        let path = self.report(&format!("hits-{id}.csv"));
        sheet.replace(&path)?;
        report.report = Some(path);
        Ok(report)
    }

    fn count(&self, item: &Item<Resolved>, answer: &ItemAnswer) -> Result<ItemHits, WorkspaceError> {
        let family =
            |rows: &[u64]| -> Result<u64, WorkspaceError> { Ok(self.ledger.families(rows)?.len() as u64) };
        let mut because = BTreeMap::new();
        for (_, reasons) in &answer.cannot_tell {
            for reason in reasons {
                *because.entry(reason.as_str().to_owned()).or_insert(0) += 1;
            }
        }
        let (mut by_source, mut by_month) = (BTreeMap::new(), BTreeMap::new());
        for document in self.ledger.documents(&answer.hits)? {
            let names: BTreeSet<_> = document.attributions.iter().map(|a| a.source.to_string()).collect();
            let names = if names.is_empty() { BTreeSet::from(["(unattributed)".to_owned()]) } else { names };
            for name in names {
                *by_source.entry(name).or_insert(0) += 1;
            }
            let month =
                document.day.map_or_else(|| "undated".to_owned(), |day| day.format("%Y-%m").to_string());
            *by_month.entry(month).or_insert(0) += 1;
        }
        let terms = term_rows(answer, &family)?;
        Ok(ItemHits {
            item: item.id.clone(),
            in_scope: answer.in_scope,
            hit: answer.hits.len() as u64,
            hit_with_family: family(&answer.hits)?,
            not_hit: answer.not_hit,
            cannot_tell: answer.cannot_tell.len() as u64,
            cannot_tell_because: because,
            by_source,
            by_month,
            terms,
        })
    }
}

/// Counts per term over the item's own scope: a row that the item's sources leave out counts nowhere.
fn term_rows(
    answer: &ItemAnswer,
    family: &dyn Fn(&[u64]) -> Result<u64, WorkspaceError>,
) -> Result<Vec<TermRow>, WorkspaceError> {
    let inside: Vec<Vec<u64>> = answer
        .findings
        .terms
        .iter()
        .map(|term| {
            term.documents.iter().copied().filter(|row| answer.hits.binary_search(row).is_ok()).collect()
        })
        .collect();
    let mut met: BTreeMap<u64, u32> = BTreeMap::new();
    for row in inside.iter().flatten() {
        *met.entry(*row).or_default() += 1;
    }
    let mut rows = Vec::new();
    for (term, documents) in answer.findings.terms.iter().zip(&inside) {
        rows.push(TermRow {
            written: term.written.clone(),
            canonical: term.canonical.clone(),
            hits: documents.len() as u64,
            hits_with_family: family(documents)?,
            unique: documents.iter().filter(|row| met.get(row) == Some(&1)).count() as u64,
            expansions: term
                .expansions
                .iter()
                .map(|found| TermExpansion { pattern: found.pattern.clone(), words: found.terms.clone() })
                .collect(),
        });
    }
    Ok(rows)
}
