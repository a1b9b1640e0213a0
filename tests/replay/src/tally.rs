//! Scores added up.

use crate::adapter::Amount;
use crate::score::{EndScore, GapScore};
use serde::Serialize;
use std::fmt;

/// So many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Share {
    pub(crate) hit: u64,
    pub(crate) of: u64,
}

impl Share {
    pub(crate) fn of(answers: impl IntoIterator<Item = bool>) -> Self {
        answers
            .into_iter()
            .fold(Self::default(), |share, hit| Self { hit: share.hit + u64::from(hit), of: share.of + 1 })
    }

    /// Absent where there was nothing to hit.
    pub(crate) fn value(self) -> Option<f64> {
        (self.of > 0).then(|| self.hit as f64 / self.of as f64)
    }

    /// Whether it reaches a share; nothing where there was nothing to hit.
    pub(crate) fn reaches(self, share: f64) -> Option<bool> {
        self.value().map(|value| value >= share)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            Some(value) => write!(f, "{} of {} ({:.1} %)", self.hit, self.of, value * 100.0),
            None => f.write_str("none to judge"),
        }
    }
}

/// Ends added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub(crate) struct Ends {
    /// Ends at a day's boundary: the found day is the working day. Ends not given count as wrong.
    pub(crate) exact_at_boundary: Share,
    /// Ends within a day.
    pub(crate) exact_within_day: Share,
    /// Within one working day, of all.
    pub(crate) within_one: Share,
    /// What the ideal observer's best day scores on the first of these.
    pub(crate) ideal_at_boundary: Share,
    /// The interval holds the truth.
    pub(crate) covered: Share,
    pub(crate) covered_at_boundary: Share,
    pub(crate) covered_within_day: Share,
    pub(crate) ideal_covered: Share,
    /// Intervals at most one working day wider than the ideal observer's.
    pub(crate) narrow: Share,
    /// Mean width, the ideal observer's, and mean excess, over the ends where both are known.
    pub(crate) width: Option<f64>,
    pub(crate) ideal_width: Option<f64>,
    pub(crate) excess: Option<f64>,
    /// The excess that 95 of 100 ends do not go beyond.
    pub(crate) excess_most: Option<f64>,
    /// Ends outside the archive that were given as not known.
    pub(crate) open: Share,
    /// Mean working days off, of those given.
    pub(crate) off: Option<f64>,
    pub(crate) off_most: Option<u64>,
}

impl Ends {
    /// Of the ends of found gaps.
    pub(crate) fn of<'g>(gaps: impl IntoIterator<Item = &'g GapScore>) -> Self {
        let ends: Vec<&EndScore> =
            gaps.into_iter().filter(|gap| gap.found).flat_map(|gap| [&gap.first, &gap.last]).collect();
        let closed = || ends.iter().copied().filter(|end| !end.open);
        let boundary = || closed().filter(|end| !end.mid_day);
        let both = || closed().filter_map(|end| Some((end.width? as f64, end.ideal_width? as f64)));
        let within = || closed().filter(|end| end.mid_day);
        let offs: Vec<u64> = closed().filter_map(|end| end.off).map(i64::unsigned_abs).collect();
        Self {
            exact_at_boundary: Share::of(boundary().map(|end| end.off == Some(0))),
            exact_within_day: Share::of(within().map(|end| end.off == Some(0))),
            within_one: Share::of(closed().map(|end| end.off.is_some_and(|off| off.abs() <= 1))),
            ideal_at_boundary: Share::of(boundary().filter_map(|end| end.ideal_off).map(|off| off == 0)),
            covered: Share::of(closed().map(|end| end.covered == Some(true))),
            covered_at_boundary: Share::of(boundary().map(|end| end.covered == Some(true))),
            covered_within_day: Share::of(within().map(|end| end.covered == Some(true))),
            ideal_covered: Share::of(closed().filter_map(|end| end.ideal_covered)),
            narrow: Share::of(both().map(|(width, ideal)| width <= ideal + 1.0)),
            width: mean(both().map(|(width, _)| width)),
            ideal_width: mean(both().map(|(_, ideal)| ideal)),
            excess: mean(both().map(|(width, ideal)| width - ideal)),
            excess_most: most(both().map(|(width, ideal)| width - ideal).collect()),
            open: Share::of(ends.iter().filter(|end| end.open).map(|end| end.found.is_none())),
            off: mean(offs.iter().map(|off| *off as f64)),
            off_most: offs.iter().max().copied(),
        }
    }
}

/// Quantities added up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub(crate) struct Amounts {
    /// Found gaps by what was said of their number: exact and right, and all exact.
    pub(crate) exact: Share,
    /// Intervals that hold the truth, and all intervals.
    pub(crate) intervals: Share,
    /// Lower bounds that are not above the truth.
    pub(crate) lower_bounds: Share,
    pub(crate) unknown: u64,
    /// Mean of the error as a share of the truth, where a figure was given that is no bound.
    pub(crate) error: Option<f64>,
}

impl Amounts {
    pub(crate) fn of<'g>(gaps: impl IntoIterator<Item = &'g GapScore>) -> Self {
        let said: Vec<(Amount, u64)> = gaps
            .into_iter()
            .filter(|gap| gap.found)
            .filter_map(|gap| Some((gap.amount?, gap.amount_true?)))
            .collect();
        let errors = said.iter().filter_map(|(amount, lost)| {
            let figure = match amount {
                Amount::Exact(n) | Amount::Net(n) | Amount::Between { best: n, .. } => *n,
                Amount::AtLeast(_) | Amount::AtMost(_) | Amount::Unknown => return None,
            };
            Some(figure.abs_diff(*lost) as f64 / (*lost).max(1) as f64)
        });
        let error = mean(errors);
        let of = |judge: fn(&Amount, u64) -> Option<bool>| {
            Share::of(said.iter().filter_map(|(amount, lost)| judge(amount, *lost)))
        };
        Self {
            exact: of(|amount, lost| match amount {
                Amount::Exact(n) => Some(*n == lost),
                _ => None,
            }),
            intervals: of(|amount, lost| match amount {
                Amount::Between { low, high, .. } => Some((*low..=*high).contains(&lost)),
                _ => None,
            }),
            lower_bounds: of(|amount, lost| match amount {
                Amount::AtLeast(n) => Some(*n <= lost),
                _ => None,
            }),
            unknown: said.iter().filter(|(amount, _)| *amount == Amount::Unknown).count() as u64,
            error,
        }
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u64), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / count as f64)
}

/// The value that 95 of 100 do not go beyond.
fn most(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get((values.len() * 19).div_ceil(20).checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_nothing_reaches_no_bar_and_misses_none() {
        assert_eq!(Share::default().reaches(0.95), None);
        assert_eq!(Share { hit: 19, of: 20 }.reaches(0.95), Some(true));
        assert_eq!(Share { hit: 18, of: 20 }.reaches(0.95), Some(false));
    }
}
