//! What an item's searches say, joined with what the ledger knows of sources: the three answers over
//! everything in scope.

use crate::error::WorkspaceError;
use crate::home::Workspace;
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
    /// The criteria hold.
    pub(crate) hits: Vec<u64>,
    /// The criteria do not hold.
    pub(crate) not_hit: u64,
    /// It cannot be told, and why.
    pub(crate) cannot_tell: Vec<(u64, BTreeSet<Unknown>)>,
    /// The engine's findings, for reports per term.
    pub(crate) findings: Findings,
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
    let findings = duces_query::run(snapshot, item)?;
    let sources = sources_of(item, register);
    let restricted = item.sources.is_some() || !item.channels.is_empty();
    let mut cannot: BTreeMap<u64, BTreeSet<Unknown>> = findings.cannot_tell.iter().cloned().collect();
    let (in_scope, hits) = if restricted {
        let inside = workspace.ledger.source_rows(&sources)?;
        let mut unattributed = workspace.ledger.weakly_attributed_rows()?;
        unattributed.retain(|row| inside.binary_search(row).is_err());
        let (hits, foreign): (Vec<u64>, Vec<u64>) =
            findings.yes.iter().copied().partition(|row| inside.binary_search(row).is_ok());
        cannot.retain(|row, _| inside.binary_search(row).is_ok() || unattributed.binary_search(row).is_ok());
        // A hit that belongs to no registered source, or to others by its headers only, may belong to one
        // of these (a blind copy, a list): it is not dropped.
        for row in foreign.into_iter().filter(|row| unattributed.binary_search(row).is_ok()) {
            cannot.entry(row).or_default().insert(Unknown::Unattributed);
        }
        for row in &unattributed {
            if let Some(reasons) = cannot.get_mut(row) {
                reasons.insert(Unknown::Unattributed);
            }
        }
        (inside.len() as u64 + unattributed.len() as u64, hits)
    } else {
        (findings.searched, findings.yes.clone())
    };
    let cannot_tell: Vec<_> = cannot.into_iter().collect();
    let answered = hits.len() as u64 + cannot_tell.len() as u64;
    let Some(not_hit) = in_scope.checked_sub(answered) else {
        let parts = [("hit", hits.len() as u64), ("cannot tell", cannot_tell.len() as u64)];
        let sum = check_sum(&format!("item {}", item.id), ("in scope", in_scope), &parts);
        return Err(WorkspaceError::Unexplained(sum.err().into_iter().collect()));
    };
    Ok(ItemAnswer { in_scope, hits, not_hit, cannot_tell, findings })
}
