//! What an item's searches say, joined with what the ledger knows of sources: the three answers over
//! everything in scope.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::row_set::RowSet;
use duces_indexer::Snapshot;
use duces_model::{SourceId, Unknown, accounting::check_sum};
use duces_query::{Findings, Item, Resolved};
use duces_register::Register;
use std::collections::{BTreeMap, BTreeSet};

/// The answer of one item over its scope. Rows are the ledger's and index's; sorted.
#[derive(Debug)]
pub(crate) struct ItemAnswer {
    /// Documents in scope: those of the item's sources, and those of no certain source.
    pub(crate) in_scope: u64,
    /// Which they are.
    pub(crate) bounds: Bounds,
    /// The criteria hold.
    pub(crate) hits: Vec<u64>,
    /// The criteria do not hold.
    pub(crate) not_hit: u64,
    /// It cannot be told, and why.
    pub(crate) cannot_tell: Vec<(u64, BTreeSet<Unknown>)>,
    /// The engine's findings, for reports per term.
    pub(crate) findings: Findings,
}

/// Which documents an item asks by its sources; the two sets share none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bounds {
    /// Those of its sources.
    pub(crate) inside: RowSet,
    /// Those of no source, or of others by their headers only: whether they are of its sources cannot be told.
    pub(crate) uncertain: RowSet,
}

impl Bounds {
    /// No document of so many.
    pub(crate) fn nothing(documents: u64) -> Self {
        Self { inside: RowSet::none(documents), uncertain: RowSet::none(documents) }
    }

    /// All of so many documents.
    pub(crate) fn everything(documents: u64) -> Self {
        Self { inside: RowSet::all(documents), ..Self::nothing(documents) }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.inside.count() + self.uncertain.count()
    }

    /// Whether a row is in scope.
    pub(crate) fn contains(&self, row: u64) -> bool {
        self.inside.contains(row) || self.uncertain.contains(row)
    }
}

/// Whether an item names sources or channels.
pub(crate) fn is_restricted(item: &Item<Resolved>) -> bool {
    item.sources.is_some() || !item.channels.is_empty()
}

/// The registered sources that an item asks: those it names, of the channels it names.
pub(crate) fn sources_of(item: &Item<Resolved>, register: &Register) -> Vec<SourceId> {
    register
        .sources
        .iter()
        .filter(|source| item.sources.as_ref().is_none_or(|only| only.contains(&source.id)))
        .filter(|source| item.channels.is_empty() || item.channels.contains(&source.channel))
        .map(|source| source.id.clone())
        .collect()
}

/// Runs an item's searches over the snapshot and joins the sources.
pub(crate) fn answer(
    workspace: &Workspace,
    snapshot: &Snapshot,
    register: &Register,
    item: &Item<Resolved>,
) -> Result<ItemAnswer, WorkspaceError> {
    workspace.require_attributed(register)?;
    let documents = snapshot.documents();
    let mut bounds = Bounds::everything(documents);
    if is_restricted(item) {
        bounds.inside = RowSet::of(documents, &workspace.ledger.source_rows(&sources_of(item, register))?);
        bounds.uncertain = RowSet::of(documents, &workspace.ledger.weakly_attributed_rows()?);
        bounds.inside.iter().for_each(|row| bounds.uncertain.remove(row));
    }
    answer_within(snapshot, item, bounds)
}

/// Runs an item's searches over the snapshot, within these bounds.
pub(crate) fn answer_within(
    snapshot: &Snapshot,
    item: &Item<Resolved>,
    bounds: Bounds,
) -> Result<ItemAnswer, WorkspaceError> {
    let findings = duces_query::run(snapshot, item)?;
    let mut cannot: BTreeMap<u64, BTreeSet<Unknown>> = findings.cannot_tell.iter().cloned().collect();
    cannot.retain(|row, _| bounds.contains(*row));
    let hits = crate::census::within(&bounds.inside, &findings.yes);
    // A hit that belongs to no registered source, or to others by its headers only, may belong to one
    // of these (a blind copy, a list): it is not dropped.
    for row in crate::census::within(&bounds.uncertain, &findings.yes) {
        cannot.entry(row).or_default();
    }
    for (row, reasons) in &mut cannot {
        if bounds.uncertain.contains(*row) {
            reasons.insert(Unknown::Unattributed);
        }
    }
    let cannot_tell: Vec<_> = cannot.into_iter().collect();
    let in_scope = bounds.count();
    let answered = hits.len() as u64 + cannot_tell.len() as u64;
    let Some(not_hit) = in_scope.checked_sub(answered) else {
        let parts = [("hit", hits.len() as u64), ("cannot tell", cannot_tell.len() as u64)];
        let sum = check_sum(&format!("item {}", item.id), ("in scope", in_scope), &parts);
        return Err(WorkspaceError::Unexplained(sum.err().into_iter().collect()));
    };
    Ok(ItemAnswer { in_scope, bounds, hits, not_hit, cannot_tell, findings })
}
