//! The first and the last day of a loss, and how sure they are.
//!
//! Statistic: the posterior over the day of the change, each expected day as likely before looking, under the
//! same negative binomial as the chart: the days before it as the pattern expects them, the days from it on with
//! the share that was kept in the middle of the loss. The day given is the likeliest; the bounds are the smallest
//! set of days that holds [`HELD`] of the posterior (Carlstein, Müller and Siegmund, Change-point Problems,
//! 1994). For high rates that is one day.
//!
//! - After a day without any, another one is likelier than the law of single days says; its probability is
//!   raised to the pattern's `zero_after_zero`.
//! - Capture may have broken within a day. A day of which a part is there is the first (last) day of the loss with
//!   the weight [`WITHIN_DAY`], the share that is there being anything between none and all.
//! - Days on which little is to be expected (most weekends and holidays) are no candidates: a loss from a
//!   Saturday on is one from Monday on.

use crate::calendar::Axis;
use crate::chart::{Charted, Run};
use crate::pattern::Series;

/// The share of the posterior that the bounds hold.
const HELD: f64 = 0.95;
/// How likely a change within a day is before looking, against one between two days.
const WITHIN_DAY: f64 = 0.3;
/// Steps of the share of a broken day.
const SHARES: usize = 8;
/// Expected days beyond the chart's own ends that are candidates.
const BEYOND: usize = 60;
/// Days without any expectation beyond which nothing outside is told.
const BREAK: usize = 10;

/// One end of a loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) day: usize,
    pub(crate) earliest: usize,
    pub(crate) latest: usize,
}

/// Which end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    First,
    Last,
}

/// The end of a run; nothing where nothing on that side says that communications were ever whole.
pub(crate) fn end(series: &Series, axis: &Axis, charted: &Charted, run: &Run, side: Side) -> Option<End> {
    let days = days(series, charted, run, side);
    let kept = kept(series, charted, run);
    let mut tail = 0.0;
    // From the middle of the loss outwards: evidence that all days up to there are of the loss.
    let mut weights: Vec<(usize, f64)> = Vec::new();
    for (n, at) in days.iter().enumerate() {
        let outward = days[n + 1..].iter().find(|at| is_candidate(axis, charted, **at));
        tail += log_ratio(series, charted, *at, kept, outward.copied());
        if is_candidate(axis, charted, *at) {
            weights.push((*at, tail));
            if let Some(broken) = outward {
                weights.push((*broken, tail + within(series, charted, *broken)));
            }
        }
    }
    let top = weights.iter().map(|(_, log)| *log).fold(f64::NEG_INFINITY, f64::max);
    let mut mass: Vec<(usize, f64)> = Vec::new();
    for (at, log) in weights {
        let weight = (log - top).exp();
        match mass.iter_mut().find(|(day, _)| *day == at) {
            Some((_, sum)) => *sum += weight,
            None => mass.push((at, weight)),
        }
    }
    let all: f64 = mass.iter().map(|(_, weight)| weight).sum();
    mass.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let (day, _) = *mass.first()?;
    let (mut earliest, mut latest, mut held) = (day, day, 0.0);
    for (at, weight) in mass {
        if held >= HELD * all {
            break;
        }
        held += weight;
        (earliest, latest) = (earliest.min(at), latest.max(at));
    }
    Some(End { day, earliest, latest })
}

/// Expected days from the middle of the loss outwards to some beyond its end.
fn days(series: &Series, charted: &Charted, run: &Run, side: Side) -> Vec<usize> {
    let told = |at: &usize| charted.expected[*at] > 0.0 && series.expects(*at);
    let all: Vec<usize> = (run.first..=run.last).filter(told).collect();
    let middle = all.get(all.len() / 2).copied().unwrap_or(run.first);
    let outside = |at: &usize| {
        !charted.runs.iter().any(|other| other != run && other.first <= *at && *at <= other.last)
    };
    match side {
        Side::First => {
            let inside = (run.first..=middle).rev().filter(told);
            let beyond = (0..run.first).rev().filter(told).take_while(outside).take(BEYOND);
            unbroken(inside.chain(beyond))
        }
        Side::Last => {
            let inside = (middle..=run.last).filter(told);
            let beyond = (run.last + 1..charted.expected.len()).filter(told);
            unbroken(inside.chain(beyond.take_while(outside).take(BEYOND)))
        }
    }
}

/// The days up to the first long break.
fn unbroken(days: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut before = None;
    let near = |at: &usize| before.replace(*at).is_none_or(|before: usize| before.abs_diff(*at) <= BREAK);
    days.take_while(near).collect()
}

/// The share that was kept inside the loss; never quite none, since a stray message proves little.
fn kept(series: &Series, charted: &Charted, run: &Run) -> f64 {
    let count: f64 = series.counts[run.first..=run.last].iter().sum();
    let expected: f64 = charted.expected[run.first..=run.last].iter().sum();
    ((count + 0.1) / (expected + 2.0)).clamp(0.002, 0.6)
}

fn is_candidate(axis: &Axis, charted: &Charted, at: usize) -> bool {
    charted.pattern.expects_much(axis, at)
}

fn log_ratio(series: &Series, charted: &Charted, at: usize, kept: f64, outward: Option<usize>) -> f64 {
    let (count, expected) = (series.counts[at], charted.expected[at]);
    let ratio = charted.pattern.spread.log_ratio(count, kept * expected, expected);
    let after_none = outward.is_some_and(|other| series.counts[other] == 0.0);
    if count == 0.0 && after_none { ratio * charted.pattern.zero_after_zero } else { ratio }
}

/// How much likelier the count of a day is where its capture broke within it, before looking included.
fn within(series: &Series, charted: &Charted, at: usize) -> f64 {
    let (count, expected) = (series.counts[at], charted.expected[at]);
    let share = |n: usize| (n as f64 + 0.5) / SHARES as f64;
    let likelihood = |n: usize| charted.pattern.spread.log_ratio(count, share(n) * expected, expected).exp();
    let mean = (0..SHARES).map(likelihood).sum::<f64>() / SHARES as f64;
    (WITHIN_DAY * mean).ln()
}
