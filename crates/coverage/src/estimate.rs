//! How many communications a loss took.
//!
//! Statistic: expected minus captured over the days of the loss. The expectation is the pattern's, its level
//! drawn in a straight line from what it was before to what it is after, or held where there is no after. The
//! interval (95 of 100, normal) adds up:
//!
//! - the counts' own variance, times how much more sums vary than independent days (`inflation`);
//! - the level before and after being itself estimated from a memory of days;
//! - the level's wandering in a long loss, or far from what is known: [`DRIFT`] of it per square root of a year;
//! - the uncertain days at either end.
//!
//! The sum of several sources is estimated from their counts added up, not by adding their intervals: what moves
//! them together is in the variance of the sum. Limits: losses are found because they are large, so the figure
//! rather overstates (Gelman and Carlin 2014, error of magnitude); the finding says so.

use crate::chart::{Charted, Run};
use crate::pattern::Series;
use duces_model::Quantity;

/// How far a level wanders in a year, as a share of itself.
const DRIFT: f64 = 0.35;
/// Standard deviations of an interval that holds 95 of 100.
const WIDTH: f64 = 1.96;

/// What was to be expected and what was captured, over the days of a loss.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Estimate {
    pub(crate) expected: f64,
    pub(crate) captured: f64,
    deviation: f64,
}

impl Estimate {
    /// Over the days `first..=last` of a run; `unsure` expected days may or may not belong to it.
    pub(crate) fn of(
        series: &Series,
        charted: &Charted,
        run: &Run,
        (first, last): (usize, usize),
        unsure: f64,
    ) -> Self {
        let level_before = charted.level[first];
        let level_after = level_after(charted, run).unwrap_or(level_before);
        let share = if level_before > 0.0 { level_after / level_before } else { 1.0 };
        let length = (last - first).max(1) as f64;
        let (mut expected, mut captured, mut variance) = (0.0, 0.0, 0.0);
        for at in first..=last {
            let mean = charted.expected[at] * (1.0 + (share - 1.0) * (at - first) as f64 / length);
            expected += mean;
            captured += series.counts[at];
            variance += charted.pattern.spread.variance(mean);
        }
        let pattern = &charted.pattern;
        let day = pattern.rate.max(1e-9);
        let level = pattern.spread.variance(day) / (day * day) / pattern.memory;
        let (years, sides) = wandered(charted, run, (first, last));
        let relative = pattern.inflation * level / sides + DRIFT * DRIFT * years;
        let edge = unsure * day / 4.0;
        let deviation = (pattern.inflation * variance + relative * expected * expected + edge * edge).sqrt();
        Self { expected, captured, deviation }
    }

    /// Expected minus captured, with its interval.
    pub(crate) fn quantity(self) -> Quantity {
        let missing = self.expected - self.captured;
        let whole = |value: f64| value.max(0.0).round() as u64;
        Quantity::Estimated {
            count: whole(missing),
            low: whole(missing - WIDTH * self.deviation),
            high: whole(missing + WIDTH * self.deviation),
        }
    }
}

/// The years over which the level may have wandered from where it is known to the middle of the loss, as a random
/// walk held at the known sides, and how many sides those are.
fn wandered(charted: &Charted, run: &Run, (first, last): (usize, usize)) -> (f64, f64) {
    let middle = (first + last) as f64 / 2.0;
    let told = |at: &usize| charted.expected[*at] > 0.0;
    let before = (0..run.first).rev().find(told).map(|at| middle - at as f64);
    let after = (run.last + 1..charted.expected.len()).find(told).filter(|_| run.ended);
    let after = after.map(|at| at as f64 - middle);
    let days = match (before, after) {
        (Some(before), Some(after)) => before * after / (before + after),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => charted.expected.len() as f64,
    };
    (days / 365.25, if before.is_some() && after.is_some() { 2.0 } else { 1.0 })
}

/// The level some time after a run, where it ended and something follows.
fn level_after(charted: &Charted, run: &Run) -> Option<f64> {
    if !run.ended {
        return None;
    }
    let settled = run.last + 1 + charted.pattern.memory as usize;
    let next = charted.runs.iter().map(|other| other.first).find(|first| *first > run.last);
    let until = settled.min(next.unwrap_or(usize::MAX)).min(charted.level.len());
    charted.level[run.last + 1..until].iter().rev().find(|level| **level > 0.0).copied()
}
