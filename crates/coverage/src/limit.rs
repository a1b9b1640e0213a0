//! Counts that stop at a round limit: an export, a search or a server that gives no more than so many.
//!
//! Statistic: the highest count of a day, where it is a multiple of [`ROUND`] and was reached on [`DAYS_MIN`] days or
//! more. Counts that vary from day to day hardly ever meet their maximum three times, and still less at a round
//! number.
//!
//! It is no gap by itself, since nobody can say how many more there were, or whether: it is a reason not to call
//! those days covered. Limits: a cap below the maximum of other days, or over more than a day's messages, is not seen
//! here.

use crate::calendar::{Span, counted};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::fmt;

/// A limit is a multiple of this.
const ROUND: u64 = 100;
/// Days that must meet it.
const DAYS_MIN: usize = 3;

/// A limit, and the days that meet it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Limit {
    count: u64,
    days: Vec<NaiveDate>,
}

impl Limit {
    pub(crate) fn of(counts: &BTreeMap<NaiveDate, u64>) -> Option<Self> {
        let count = counts.values().copied().max().filter(|count| *count > 0 && count % ROUND == 0)?;
        let days: Vec<NaiveDate> =
            counts.iter().filter(|(_, one)| **one == count).map(|(day, _)| *day).collect();
        (days.len() >= DAYS_MIN).then_some(Self { count, days })
    }

    pub(crate) fn is_met_in(&self, span: Span) -> bool {
        self.days.iter().any(|day| span.has(*day))
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "exactly {} communications were captured on {} and never more: an export or a server that stops at a limit \
             looks like that",
            self.count,
            counted(self.days.len() as u64, "day"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(counts: &[u64]) -> BTreeMap<NaiveDate, u64> {
        NaiveDate::default().iter_days().zip(counts.iter().copied()).collect()
    }

    #[test]
    fn a_round_maximum_met_on_three_days_is_a_limit() {
        let limit = Limit::of(&counts(&[9_000, 10_000, 10_000, 8_000, 10_000])).unwrap();
        assert!(limit.to_string().contains("exactly 10000") && limit.to_string().contains("3 days"));
        let day = |n| NaiveDate::default() + chrono::Days::new(n);
        assert!(limit.is_met_in(Span { first: day(0), last: day(1) }));
        assert!(!limit.is_met_in(Span { first: day(3), last: day(3) }));
    }

    #[test]
    fn a_maximum_that_is_not_round_or_met_twice_is_none() {
        assert_eq!(Limit::of(&counts(&[9_999, 9_999, 9_999])), None);
        assert_eq!(Limit::of(&counts(&[10_000, 10_000, 1])), None);
        assert_eq!(Limit::of(&counts(&[])), None);
    }
}
