//! A gap as evidence proposes it: a candidate, judged by nobody.

use crate::event;
use chrono::NaiveDate;
use duces_model::{Axis, Evidence, Gap, GapStatus, Ground, Quantity, SourceId};

/// So many rows are kept with a gap; how many there are in all is always told.
pub(crate) const GROUNDS_MAX: usize = 50;

/// A gap of sources about which nothing is said yet but evidence and days; `about` names it.
pub(crate) fn candidate(
    evidence: Evidence,
    about: &str,
    sources: Vec<SourceId>,
    days: (Option<NaiveDate>, Option<NaiveDate>),
) -> Gap {
    let axis = match evidence {
        Evidence::NotConnectedToReview | Evidence::ReviewedLate | Evidence::ReviewUnproven => Axis::Reviewed,
        _ => Axis::Preserved,
    };
    Gap {
        id: event::id(evidence, about, days.0),
        axis,
        sources,
        address: None,
        first_day: days.0,
        last_day: days.1,
        first_between: None,
        last_between: None,
        evidence,
        also: Vec::new(),
        quantity: Quantity::Unknown,
        finding: String::new(),
        blind_to: String::new(),
        grounds: Vec::new(),
        grounds_in_all: 0,
        status: GapStatus::Candidate,
    }
}

impl Grounded for Gap {
    fn resting_on(mut self, rows: impl IntoIterator<Item = Ground>) -> Self {
        for row in rows {
            self.grounds_in_all += 1;
            if self.grounds.len() < GROUNDS_MAX {
                self.grounds.push(row);
            }
        }
        self
    }
}

/// A gap that can be given the rows it rests on.
pub(crate) trait Grounded {
    /// Keeps the first [`GROUNDS_MAX`] of the rows and counts all of them.
    fn resting_on(self, rows: impl IntoIterator<Item = Ground>) -> Self;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_beyond_the_first_are_counted_and_never_silently_dropped() {
        let row = |n: usize| Ground { source: None, day: None, says: format!("row {n}") };
        let gap = candidate(Evidence::Silence, "a", vec![], (None, None)).resting_on((0..60).map(row));
        assert_eq!((gap.grounds.len(), gap.grounds_in_all), (GROUNDS_MAX, 60));
        assert_eq!(gap.id, "silence:a:start");
    }
}
