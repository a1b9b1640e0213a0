//! Random hits and random non-hits of each term, for reading.
//!
//! All documents are put in the order of a seed (`crate::census::rank`); of each term the first hits and
//! the first non-hits in that order are taken. The draw depends on the seed and the documents' identities
//! only; terms that share a document may share it in their samples, which saves reading.

use super::report::{ItemHits, Sampling};
use crate::census::Census;
use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::row_set::RowSet;
use crate::scope::ItemAnswer;
use chrono::NaiveDate;
use duces_query::{DateRule, Item, Resolved};
use serde::Serialize;

/// How the samples are drawn, for the reports.
pub(super) const GENERATOR: &str = "Documents are ordered by the first eight bytes of SHA-256 over the line \"duces order 1 SEED DOCUMENT\"; of each term the first hits and the first non-hits are taken. Non-hits are drawn from the documents in scope that are not known to have been sent outside the item's period, that the term does not hit, and of which the item can tell.";

/// Random documents of a term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TermSamples {
    /// Documents that the term hits.
    pub hits: Vec<SampledDocument>,
    /// Documents that it does not hit.
    pub non_hits: Vec<SampledDocument>,
    /// How many documents the non-hits were drawn from.
    pub non_hits_of: u64,
}

/// A document to be read: where it belongs, nothing of its content. `duces search --open` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SampledDocument {
    /// Its identity.
    pub document: String,
    /// Root of its family.
    pub family: String,
    /// Its sources.
    pub sources: Vec<String>,
    /// Day of its family in the firm's zone.
    pub day: Option<NaiveDate>,
}

impl Workspace {
    /// Draws the samples of each term of an item.
    pub(super) fn draw_samples(
        &self,
        counted: &mut ItemHits,
        item: &Item<Resolved>,
        census: &Census,
        answer: &ItemAnswer,
        sampling: Sampling,
    ) -> Result<(), WorkspaceError> {
        let candidates = Candidates::of(item, census, answer);
        for (term, found) in counted.terms.iter_mut().zip(super::twins::terms(answer)) {
            let rows = found.rows;
            let hits = first(census, rows.iter().copied(), sampling.size);
            let own = RowSet::of(census.documents(), &rows);
            let (non_hits, of) = candidates.first_without(&own, sampling.size);
            term.samples = Some(TermSamples {
                hits: self.sampled(&hits)?,
                non_hits: self.sampled(&non_hits)?,
                non_hits_of: of,
            });
        }
        Ok(())
    }

    fn sampled(&self, rows: &[u64]) -> Result<Vec<SampledDocument>, WorkspaceError> {
        let documents = self.ledger.documents(rows)?.into_iter();
        Ok(documents
            .map(|document| SampledDocument {
                document: document.id.to_string(),
                family: document.root.to_string(),
                sources: source_names(&document),
                day: document.day,
            })
            .collect())
    }
}

/// The sources of a document, each once.
pub(crate) fn source_names(document: &duces_ledger::DocumentRow) -> Vec<String> {
    let mut names: Vec<String> = document.attributions.iter().map(|a| a.source.to_string()).collect();
    names.dedup();
    names
}

/// Whether a document may have been sent in an item's period: only one that is known to have been sent
/// outside is not. Where the day of receipt counts, every document may be: the ledger does not know it.
fn may_be_of_period(item: &Item<Resolved>, sent_at: Option<i64>) -> bool {
    if item.dates != DateRule::Sent {
        return true;
    }
    let (start, end) = (item.period.start().timestamp(), item.period.end().timestamp());
    sent_at.is_none_or(|at| start <= at && at < end)
}

/// The first rows in the order of the seed.
fn first(census: &Census, rows: impl Iterator<Item = u64>, size: u64) -> Vec<u64> {
    let mut ranked: Vec<(u64, u64)> = rows.map(|row| (census.rank(row), row)).collect();
    let size = usize::try_from(size).unwrap_or(usize::MAX).min(ranked.len());
    if size < ranked.len() {
        ranked.select_nth_unstable(size);
        ranked.truncate(size);
    }
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, row)| row).collect()
}

/// The documents from which non-hits are drawn, in the order of the seed.
struct Candidates {
    ordered: Vec<u64>,
}

impl Candidates {
    fn of(item: &Item<Resolved>, census: &Census, answer: &ItemAnswer) -> Self {
        let queue: Vec<u64> = answer.cannot_tell.iter().map(|(row, _)| *row).collect();
        let queue = RowSet::of(census.documents(), &queue);
        let bounds = &answer.bounds;
        let rows = (1..=census.documents())
            .filter(|row| bounds.contains(*row) && !queue.contains(*row))
            .filter(|row| may_be_of_period(item, census.sent_at(*row)));
        Self { ordered: first(census, rows, u64::MAX) }
    }

    /// The first that are not in the set, and from how many they are drawn.
    fn first_without(&self, own: &RowSet, size: u64) -> (Vec<u64>, u64) {
        let others = || self.ordered.iter().copied().filter(|row| !own.contains(*row));
        (others().take(usize::try_from(size).unwrap_or(usize::MAX)).collect(), others().count() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_in_the_order_are_taken_and_no_more_than_there_are() {
        // Without a seed a row's place in the order is the row itself.
        let census = Census::invented(&[(9, None, vec![])], &[]);
        assert_eq!(first(&census, [7, 3, 9, 1].into_iter(), 2), [1, 3]);
        assert_eq!(first(&census, [7, 3].into_iter(), 5), [3, 7]);
        assert!(first(&census, [7].into_iter(), 0).is_empty());
        let candidates = Candidates { ordered: vec![4, 2, 8] };
        assert_eq!(candidates.first_without(&RowSet::of(9, &[4]), 1), (vec![2], 2));
    }
}
