//! The rows by which a person checks a gap by hand.

use crate::subject::Subject;
use chrono::NaiveDate;
use duces_model::Ground;

/// How many rows a gap keeps; what is in the archive and the register has the rest.
pub(crate) const GROUNDS_KEPT: usize = 200;

/// Rows, the first [`GROUNDS_KEPT`] of them kept and all counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Grounds {
    pub(crate) kept: Vec<Ground>,
    pub(crate) in_all: u64,
}

impl Grounds {
    pub(crate) fn add(
        &mut self,
        subject: Option<&Subject<'_>>,
        day: Option<NaiveDate>,
        says: impl FnOnce() -> String,
    ) {
        if self.kept.len() < GROUNDS_KEPT {
            let source = subject.map(|subject| subject.source.id.clone());
            self.kept.push(Ground { source, day, says: says() });
        }
        self.in_all += 1;
    }

    /// Takes the rows of other evidence on the same event.
    pub(crate) fn append(&mut self, other: Self) {
        let room = GROUNDS_KEPT.saturating_sub(self.kept.len());
        self.kept.extend(other.kept.into_iter().take(room));
        self.in_all += other.in_all;
    }
}
