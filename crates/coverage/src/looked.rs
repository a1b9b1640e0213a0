//! How much could be looked for and how much of it was missing, day after day.

use crate::binomial::divergence;
use chrono::NaiveDate;

/// A run needs this many missing communications more than the rest would have.
const EXCESS_MIN: f64 = 3.0;

/// What was looked for on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Looked {
    /// Not found.
    pub(crate) missing: u64,
    /// Looked for.
    pub(crate) all: u64,
}

impl Looked {
    pub(crate) fn add(&mut self, other: Self) {
        self.missing += other.missing;
        self.all += other.all;
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self { missing: self.missing - other.missing, all: self.all - other.all }
    }

    pub(crate) fn share(self) -> f64 {
        if self.all == 0 { 0.0 } else { self.missing as f64 / self.all as f64 }
    }

    /// The share in words.
    pub(crate) fn percent(self) -> String {
        format!("{:.1} %", self.share() * 100.0)
    }
}

/// First and last place of a run, both in it.
pub(crate) type Run = (usize, usize);

/// Counts in order, with their running sums.
pub(crate) struct Sums {
    pub(crate) each: Vec<(NaiveDate, Looked)>,
    before: Vec<Looked>,
}

impl Sums {
    pub(crate) fn of(each: Vec<(NaiveDate, Looked)>) -> Self {
        let mut before = vec![Looked::default()];
        let mut sum = Looked::default();
        for (_, looked) in &each {
            sum.add(*looked);
            before.push(sum);
        }
        Self { each, before }
    }

    pub(crate) fn len(&self) -> usize {
        self.each.len()
    }

    pub(crate) fn sum(&self, run: Run) -> Looked {
        self.before[run.1 + 1].minus(self.before[run.0])
    }

    pub(crate) fn all(&self) -> Looked {
        self.before[self.len()]
    }
}

/// The log-likelihood ratio of two shares against one; 0 where no more are missing inside.
pub(crate) fn ratio(inside: Looked, outside: Looked) -> f64 {
    let excess = inside.missing as f64 - inside.all as f64 * outside.share();
    if outside.all == 0 || excess < EXCESS_MIN {
        return 0.0;
    }
    let mut both = inside;
    both.add(outside);
    let share = both.share();
    divergence(inside.missing as f64, inside.all as f64, share)
        + divergence(outside.missing as f64, outside.all as f64, share)
}
