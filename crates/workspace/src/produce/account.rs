//! From the documents that were selected to those of a volume: the sum closes, and every difference has its reason.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::select::BY_RULE;
use crate::sheet::Sheet;
use duces_ledger::Decision;
use duces_model::accounting::check_sum;
use duces_model::production::Member;
use duces_model::{Disposition, DocId};
use duces_packager::Candidate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// What became of the documents of a population in a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VolumeAccount {
    /// Which population.
    pub population: i64,
    /// Documents that were selected: the sum of the next two.
    pub selected: u64,
    /// Documents that the volume accounts for, whether or not they have a number in it.
    pub taken_up: u64,
    /// Documents that wait for a later volume.
    pub left: u64,
    /// Why the volume says otherwise of some than the selection did, with how many; in the order of the words.
    pub differing: Vec<Differing>,
    /// The table of these documents, one a row; absent where there is none.
    pub table: Option<PathBuf>,
}

/// Documents of which a volume says otherwise than the selection did, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Differing {
    /// What the default rules said when they were selected.
    pub selected_as: &'static str,
    /// What they are now; absent where they wait for a later volume.
    pub now: Option<&'static str>,
    /// By whom, and why.
    pub why: String,
    /// How many.
    pub documents: u64,
}

/// One document of which a volume says otherwise than the selection did.
struct Row {
    document: DocId,
    selected_as: &'static str,
    now: Option<&'static str>,
    /// Who or what, for the sums.
    by: String,
    /// The note beside it.
    note: String,
}

const UNDECIDED: &str = "nobody has decided on it yet";
const OF_UNDECIDED: &str = "another member of its family is undecided";
const NEVER_WENT_OUT: &str = "it never went out: a replacement holds only what it replaces";
const NUMBERED_SINCE: &str = "it has a number in a volume that was sealed since";

impl Workspace {
    /// Holds what a volume takes up against what was selected. `taken` are the candidates that stay, `waiting` those
    /// that were left out of them; `table` names the table of differences.
    pub(super) fn account_of(
        &self,
        population: i64,
        taken: &[Candidate],
        waiting: &[Member],
        (table, replaces): (&str, bool),
    ) -> Result<VolumeAccount, WorkspaceError> {
        let by_document = |decisions: Vec<Decision>| -> BTreeMap<DocId, Decision> {
            decisions.into_iter().map(|decision| (decision.document, decision)).collect()
        };
        let first = by_document(self.ledger.first_dispositions(population)?);
        let decided = by_document(self.ledger.dispositions(population)?);
        let (selected, taken_up, left) = (decided.len() as u64, taken.len() as u64, waiting.len() as u64);
        let parts = [("in this volume's account", taken_up), ("left for a later volume", left)];
        check_sum("documents of the population", ("selected", selected), &parts)
            .map_err(|sum| WorkspaceError::Unexplained(vec![sum]))?;
        let said = |document: &DocId| first.get(document).map_or("pending", |one| one.disposition.bucket());
        let open: BTreeSet<DocId> = waiting
            .iter()
            .filter(|member| {
                decided.get(&member.document).is_none_or(|now| now.disposition == Disposition::Pending)
            })
            .map(|member| member.document)
            .collect();
        let mut rows: Vec<Row> = Vec::new();
        for member in waiting {
            let by = match (open.contains(&member.document), replaces) {
                (true, _) => UNDECIDED,
                (false, true) => NEVER_WENT_OUT,
                (false, false) => OF_UNDECIDED,
            };
            let selected_as = said(&member.document);
            rows.push(Row {
                document: member.document,
                selected_as,
                now: None,
                by: by.to_owned(),
                note: String::new(),
            });
        }
        for candidate in taken {
            let (selected_as, now) = (said(&candidate.document), candidate.disposition.bucket());
            if selected_as == now {
                continue;
            }
            let word = decided.get(&candidate.document).filter(|word| word.disposition.bucket() == now);
            let (by, note) = match word {
                Some(word) => {
                    let by = word.by.as_deref().filter(|by| *by != BY_RULE);
                    (
                        by.map_or_else(|| "by a default rule".to_owned(), |by| format!("decided by {by}")),
                        word.note.clone(),
                    )
                }
                None => (NUMBERED_SINCE.to_owned(), String::new()),
            };
            rows.push(Row { document: candidate.document, selected_as, now: Some(now), by, note });
        }
        rows.sort_by(|a, b| {
            (a.selected_as, a.now, &a.by, a.document).cmp(&(b.selected_as, b.now, &b.by, b.document))
        });
        let mut sums: BTreeMap<(&'static str, Option<&'static str>, &str), u64> = BTreeMap::new();
        for row in &rows {
            *sums.entry((row.selected_as, row.now, &row.by)).or_default() += 1;
        }
        let differing = sums.into_iter().map(|((selected_as, now, by), documents)| Differing {
            selected_as,
            now,
            why: by.to_owned(),
            documents,
        });
        let differing = differing.collect();
        let table = if rows.is_empty() { None } else { Some(self.account_table(table, &rows)?) };
        Ok(VolumeAccount { population, selected, taken_up, left, differing, table })
    }

    fn account_table(&self, name: &str, rows: &[Row]) -> Result<PathBuf, WorkspaceError> {
        let path = self.report(name);
        let mut sheet = Sheet::staged(&path, &["document", "selected as", "now", "why", "note"])?;
        for row in rows {
            sheet.row([
                row.document.to_string(),
                row.selected_as.to_owned(),
                row.now.unwrap_or("waits for a later volume").to_owned(),
                row.by.clone(),
                row.note.clone(),
            ]);
        }
        sheet.finish()?;
        Ok(path)
    }
}
