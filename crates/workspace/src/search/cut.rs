//! What was found, cut to the sources asked.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::row_set::RowSet;
use crate::scope::Bounds;
use duces_indexer::Snapshot;
use duces_model::{SourceId, Unknown};
use duces_register::Register;
use std::collections::{BTreeMap, BTreeSet};

/// What there is of the sources asked.
pub(super) struct AskedSources {
    /// Absent where any source will do.
    pub(super) bounds: Option<Bounds>,
    /// Documents in them.
    pub(super) searched: u64,
    pub(super) not_captured: Vec<SourceId>,
    pub(super) nothing_captured: bool,
    /// Whether sources or channels were asked for that no source of the register has.
    pub(super) no_source: bool,
}

/// The answers over the documents in the bounds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cut {
    /// Those that match, in the order given.
    pub(super) rows: Vec<u64>,
    /// How many those are.
    pub(super) hits: u64,
    /// Of how many it cannot be told.
    pub(super) cannot_tell: u64,
    /// The same by reason.
    pub(super) because: BTreeMap<String, u64>,
}

impl Workspace {
    /// What there is of these sources; of everything where none are given.
    pub(super) fn asked_sources(
        &self,
        snapshot: &Snapshot,
        register: &Register,
        sources: Option<&[SourceId]>,
    ) -> Result<AskedSources, WorkspaceError> {
        let documents = snapshot.documents();
        let Some(sources) = sources else {
            return Ok(AskedSources {
                bounds: None,
                searched: documents,
                not_captured: Vec::new(),
                nothing_captured: documents == 0,
                no_source: false,
            });
        };
        self.require_attributed(register)?;
        let mut bounds = Bounds::nothing(documents);
        bounds.uncertain = RowSet::of(documents, &self.ledger.weakly_attributed_rows()?);
        let mut not_captured = Vec::new();
        for source in sources {
            let rows = self.ledger.source_rows(std::slice::from_ref(source))?;
            if rows.is_empty() {
                not_captured.push(source.clone());
            }
            for row in rows {
                bounds.inside.insert(row);
                bounds.uncertain.remove(row);
            }
        }
        Ok(AskedSources {
            searched: bounds.count(),
            bounds: Some(bounds),
            nothing_captured: not_captured.len() == sources.len(),
            no_source: sources.is_empty(),
            not_captured,
        })
    }
}

/// Cuts what was found to the bounds. A document that matches and is of no certain source may be of those
/// asked: of it, it cannot be told.
pub(super) fn cut(rows: Vec<u64>, cannot_tell: &[(u64, BTreeSet<Unknown>)], bounds: Option<&Bounds>) -> Cut {
    let mut because = BTreeMap::new();
    let mut count = |reason: Unknown| *because.entry(reason.as_str().to_owned()).or_insert(0) += 1;
    let mut open = 0;
    for (row, reasons) in cannot_tell {
        if bounds.is_some_and(|bounds| !bounds.contains(*row)) {
            continue;
        }
        open += 1;
        reasons.iter().copied().for_each(&mut count);
        if bounds.is_some_and(|bounds| bounds.uncertain.contains(*row)) {
            count(Unknown::Unattributed);
        }
    }
    let rows = match bounds {
        None => rows,
        Some(bounds) => {
            for _ in rows.iter().filter(|row| bounds.uncertain.contains(**row)) {
                open += 1;
                count(Unknown::Unattributed);
            }
            crate::census::within(&bounds.inside, &rows)
        }
    };
    Cut { hits: rows.len() as u64, rows, cannot_tell: open, because }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_told_is_counted_in_the_sources_asked_and_nowhere_else() {
        let open: Vec<(u64, BTreeSet<Unknown>)> =
            (4..=6).map(|row| (row, BTreeSet::from([Unknown::NoDate]))).collect();
        let all = cut(vec![3, 1, 2], &open, None);
        assert_eq!((all.rows, all.hits, all.cannot_tell), (vec![3, 1, 2], 3, 3));
        // Rows 1 and 4 are of the source, 2 and 5 of no certain one, 3 and 6 of another.
        let bounds = Bounds { inside: RowSet::of(6, &[1, 4]), uncertain: RowSet::of(6, &[2, 5]) };
        let some = cut(vec![3, 1, 2], &open, Some(&bounds));
        assert_eq!((some.rows, some.hits, some.cannot_tell), (vec![1], 1, 3));
        assert_eq!(some.because, [("no-date".to_owned(), 2), ("unattributed".to_owned(), 2)].into());
    }
}
