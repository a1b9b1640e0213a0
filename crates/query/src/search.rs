//! A search at a terminal: criteria without a request, newest first.

use crate::criteria::{Criteria, Documents, Side};
use crate::error::QueryError;
use crate::evaluate::Evaluator;
use crate::expand::{EXPANSIONS_MAX, Expansion};
use crate::formula;
use crate::language::Terms;
use crate::party::Party;
use crate::run::{add_open, expansions};
use crate::state::Resolved;
use duces_indexer::Snapshot;
use duces_model::{DateWindow, Unknown};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// Room made for the newest at first; a caller may ask for any number.
const KEPT_AT_FIRST: usize = 1024;

/// What is asked for at a terminal; all that is given must hold, nothing given is everything.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AdHoc {
    /// Words.
    pub terms: Option<Terms>,
    /// Sent by one of these.
    pub from: Option<Party>,
    /// Received by one of these, in whatever way (To, Cc, Bcc or envelope).
    pub to: Option<Party>,
    /// Sent or received by one of these.
    pub participants: Option<Party>,
    /// Sent in the period.
    pub period: Option<DateWindow>,
    /// Kinds of documents.
    pub documents: Documents,
}

impl AdHoc {
    /// The same as a tree.
    pub fn criteria(&self) -> Criteria<Resolved> {
        let sides = [
            (Side::From, &self.from),
            (Side::Recipients, &self.to),
            (Side::Participants, &self.participants),
        ];
        let mut all: Vec<Criteria<Resolved>> = self.period.into_iter().map(Criteria::Sent).collect();
        for (side, party) in sides {
            all.extend(party.clone().map(|party| Criteria::Party { side, party }));
        }
        if self.documents != Documents::All {
            all.push(Criteria::Documents(self.documents));
        }
        all.extend(self.terms.clone().map(Criteria::Terms));
        Criteria::All(all)
    }
}

/// What a search at a terminal found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHits {
    /// Documents of the snapshot.
    pub searched: u64,
    /// Documents that meet the criteria.
    pub total: u64,
    /// Documents of which it cannot be told, by row, and why: all reasons that keep the answer open.
    pub cannot_tell: Vec<(u64, BTreeSet<Unknown>)>,
    /// Rows of the first `limit` documents that meet them: newest first, undated last.
    pub rows: Vec<u64>,
    /// The words that each pattern stands for.
    pub expansions: Vec<Expansion>,
}

/// Searches at a terminal.
///
/// # Errors
/// As [`crate::run()`].
pub fn search(snapshot: &Snapshot, asked: &AdHoc, limit: usize) -> Result<SearchHits, QueryError> {
    let mut evaluator = Evaluator::new(snapshot, EXPANSIONS_MAX);
    let formula = formula::of_criteria(&asked.criteria());
    // Only the newest so far are kept, the oldest of them on top; more would be sorted for nothing.
    let mut newest = BinaryHeap::with_capacity(limit.min(KEPT_AT_FIRST));
    let (mut total, mut cannot_tell) = (0, Vec::new());
    for segment in evaluator.segments() {
        let segment = segment?;
        let told = evaluator.told(&formula, &segment, &segment.all)?;
        add_open(&segment, &told, &mut cannot_tell)?;
        total += told.yes.count();
        if limit == 0 {
            continue;
        }
        for document in told.yes.iter() {
            // An absent instant is less than any, so undated documents come last.
            let instant = Reverse(segment.instant(document));
            let full = newest.len() >= limit;
            if full && newest.peek().is_some_and(|(oldest, _)| *oldest < instant) {
                continue;
            }
            newest.push((instant, segment.row(document)?));
            if full {
                newest.pop();
            }
        }
    }
    cannot_tell.sort_unstable();
    Ok(SearchHits {
        searched: snapshot.documents(),
        total,
        cannot_tell,
        rows: newest.into_sorted_vec().into_iter().map(|(_, row)| row).collect(),
        expansions: expansions(&mut evaluator, &formula)?,
    })
}
