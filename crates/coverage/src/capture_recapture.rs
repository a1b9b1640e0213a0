//! How many messages there were in all, where two lists of them overlap.
//!
//! Statistic: with `a` on the first list only, `b` on the second only and `m` on both, the number in all is
//! estimated as `(a + m + 1) (b + m + 1) / (m + 1) - 1` (Chapman 1951, "Some properties of the hypergeometric
//! distribution with applications to zoological sample censuses"), rounded down. The interval holds every number of
//! messages whose profile log-likelihood falls short of the maximum by no more than 1.9207 (half the 95th
//! percentile of chi-square with one degree), both capture probabilities being fitted to each number
//! (Cormack 1992, "Interval estimation for mark-recapture studies of closed populations").
//!
//! Assumptions: the population is closed (each message should be on both lists); being on one list does not depend on
//! being on the other, which needs different capture paths; messages are matched exactly; each has the same chance.
//! Where the lists fail together, or some messages are harder to capture than others, the number is too low.
//!
//! Limits: nothing where no message is on both lists. It says nothing of messages that should be on neither list.

/// A list's own messages, the other's, and those on both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Overlap {
    pub(crate) first_only: u64,
    pub(crate) second_only: u64,
    pub(crate) both: u64,
}

/// How many are on neither list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OnNeither {
    pub(crate) count: u64,
    pub(crate) low: u64,
    pub(crate) high: u64,
}

/// Half the 95th percentile of chi-square with one degree of freedom.
const REACH: f64 = 1.920_729_410_347_062;

/// Beyond it counts are no longer exact in the arithmetic used.
const TOTAL_MAX: f64 = 9e15;

/// How many messages are on neither list; nothing where none is on both, or where no bound can be put.
pub(crate) fn on_neither(overlap: Overlap) -> Option<OnNeither> {
    let Overlap { first_only, second_only, both } = overlap;
    if both == 0 {
        return None;
    }
    let seen = first_only.checked_add(second_only)?.checked_add(both)?;
    let (first, second) = (u128::from(first_only + both), u128::from(second_only + both));
    let chapman = (first + 1) * (second + 1) / (u128::from(both) + 1) - 1;
    let likelihood = Likelihood::of(first as f64, second as f64, seen as f64);
    let best = likelihood.best();
    let least = likelihood.at(best) - REACH;
    let low = last_true(best, seen as f64, |total| likelihood.at(total) >= least);
    let mut far = best * 2.0 + 2.0;
    while likelihood.at(far) >= least {
        far *= 2.0;
        if far > TOTAL_MAX {
            return None;
        }
    }
    let high = last_true(best, far, |total| likelihood.at(total) >= least);
    let neither = |total: f64| (total as u64).saturating_sub(seen);
    let count = u64::try_from(chapman).ok()?.saturating_sub(seen);
    let (low, high) = (neither(low), neither(high));
    Some(OnNeither { count: count.clamp(low, high), low, high })
}

/// The last whole number from `good`, for which it holds, towards `end`, where it holds up to some place.
fn last_true(good: f64, end: f64, holds: impl Fn(f64) -> bool) -> f64 {
    if holds(end) {
        return end;
    }
    let (mut good, mut bad) = (good, end);
    while (good - bad).abs() > 1.0 {
        let middle = f64::midpoint(good, bad).floor();
        if middle == good || middle == bad {
            break;
        }
        if holds(middle) { good = middle } else { bad = middle }
    }
    good
}

/// The profile log-likelihood of a number of messages, but for what does not depend on it.
struct Likelihood {
    first: f64,
    second: f64,
    seen: f64,
}

impl Likelihood {
    fn of(first: f64, second: f64, seen: f64) -> Self {
        Self { first, second, seen }
    }

    fn at(&self, total: f64) -> f64 {
        let list = |own: f64| times_ln(total - own) - times_ln(total);
        ln_factorial(total) - ln_factorial(total - self.seen) + list(self.first) + list(self.second)
    }

    /// Where it is highest: it rises to one place and falls from there.
    fn best(&self) -> f64 {
        let both = self.first + self.second - self.seen;
        // The continuous maximum lies near this; the first place from which the next is lower is found by halving.
        let mut far = (self.first * self.second / both).max(self.seen) * 2.0 + 2.0;
        let mut near = self.seen;
        while far - near > 0.5 {
            let middle = f64::midpoint(near, far).floor();
            if self.at(middle + 1.0) > self.at(middle) { near = middle + 1.0 } else { far = middle }
        }
        near
    }
}

fn times_ln(x: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { x * x.ln() }
}

/// The logarithm of `n!`, by Stirling's series (Abramowitz and Stegun 6.1.41), for small `n` by shifting up.
fn ln_factorial(n: f64) -> f64 {
    let (mut x, mut shifted) = (n + 1.0, 0.0);
    while x < 12.0 {
        shifted += x.ln();
        x += 1.0;
    }
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)));
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - shifted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;
    use proptest::prelude::*;

    /// The same interval by trying every number, factorials as plain sums.
    fn enumerated(overlap: Overlap, up_to: u64) -> (u64, u64) {
        let seen = overlap.first_only + overlap.second_only + overlap.both;
        let ln_factorial = |n: u64| (1..=n).map(|k| (k as f64).ln()).sum::<f64>();
        let power = |base: f64, exponent: u64| if exponent == 0 { 0.0 } else { exponent as f64 * base.ln() };
        let at = |total: u64| {
            let list = |own: u64| {
                let p = own as f64 / total as f64;
                power(p, own) + power(1.0 - p, total - own)
            };
            ln_factorial(total) - ln_factorial(total - seen)
                + list(overlap.first_only + overlap.both)
                + list(overlap.second_only + overlap.both)
        };
        let all: Vec<(u64, f64)> = (seen..up_to).map(|total| (total, at(total))).collect();
        let best = all.iter().map(|(_, value)| *value).fold(f64::MIN, f64::max);
        let within: Vec<u64> =
            all.iter().filter(|(_, value)| *value >= best - REACH).map(|(total, _)| total - seen).collect();
        (within[0], within[within.len() - 1])
    }

    #[test]
    fn no_overlap_is_unknown() {
        assert_eq!(on_neither(Overlap { first_only: 900, second_only: 800, both: 0 }), None);
        assert_eq!(on_neither(Overlap::default()), None);
    }

    #[test]
    fn full_overlap_leaves_nothing() {
        let found = on_neither(Overlap { first_only: 0, second_only: 0, both: 500 }).unwrap();
        assert_eq!(found, OnNeither { count: 0, low: 0, high: 0 });
    }

    #[test]
    fn chapmans_estimate_of_a_textbook_case() {
        // 200 marked, 150 caught of which 50 marked: (201 * 151) / 51 - 1 = 594.
        let found = on_neither(Overlap { first_only: 150, second_only: 100, both: 50 }).unwrap();
        assert_eq!(found.count, 594 - 300);
        assert!(found.low < 294 && 294 < found.high);
    }

    #[test]
    fn the_interval_holds_the_truth_in_about_nineteen_of_twenty_simulations() {
        for (total, p, q, least) in
            [(60_u64, 0.7, 0.6, 90), (400, 0.9, 0.8, 92), (2_000, 0.95, 0.9, 93), (300, 0.5, 0.3, 92)]
        {
            let mut dice = Dice::new(total);
            let (mut held, runs) = (0, 400);
            for _ in 0..runs {
                let mut overlap = Overlap::default();
                for _ in 0..total {
                    match (dice.hits(p), dice.hits(q)) {
                        (true, true) => overlap.both += 1,
                        (true, false) => overlap.first_only += 1,
                        (false, true) => overlap.second_only += 1,
                        (false, false) => {}
                    }
                }
                let truth = total - overlap.both - overlap.first_only - overlap.second_only;
                let found = on_neither(overlap).unwrap();
                held += i32::from(found.low <= truth && truth <= found.high);
            }
            assert!(held * 100 >= least * runs, "{held} of {runs} for {total} {p} {q}");
        }
    }

    proptest! {
        #[test]
        fn the_interval_is_that_of_trying_every_number(a in 0_u64..12, b in 0_u64..12, m in 3_u64..25) {
            let overlap = Overlap { first_only: a, second_only: b, both: m };
            let found = on_neither(overlap).unwrap();
            prop_assert!(found.low <= found.count && found.count <= found.high);
            prop_assert_eq!((found.low, found.high), enumerated(overlap, 400));
        }

        #[test]
        fn the_lists_may_be_exchanged_and_large(a in 0_u64..1_000_000, b in 0_u64..1_000_000, m in 1_u64..1_000_000) {
            let one = on_neither(Overlap { first_only: a, second_only: b, both: m });
            let other = on_neither(Overlap { first_only: b, second_only: a, both: m });
            prop_assert_eq!(one, other);
            prop_assert!(one.is_some());
        }
    }
}
