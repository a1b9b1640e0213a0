//! The ideal observer: how well a break could be dated by somebody who knows what no program can.
//!
//! It knows the true rate of every source on every day, the size of its negative binomial, that all was
//! lost, a day in the middle of the loss, and the law by which breaks fall (any civil day alike, so many
//! of them within a working day, at any time of it). From the captured counts it computes the exact
//! posterior over the day of the break, and the shortest run of working days with 95 % of it. What a
//! detector's interval is wider than this, it does not know because it must estimate.
//!
//! A negative binomial thinned by `u` is a negative binomial of `u` times the mean and the same size
//! (the gamma rate is scaled), so that a day lost in part has a likelihood in closed form; the time of
//! day is averaged over a grid.

use crate::days::{after, before, is_working, working_from, working_to};
use crate::truth::TrueGap;
use crate::world::World;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Steps of the grid over the time of day.
const GRID: u32 = 15;

/// What the ideal observer says of one end, in working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dated {
    pub(crate) best: NaiveDate,
    pub(crate) low: NaiveDate,
    pub(crate) high: NaiveDate,
}

/// Which end of the loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Begins,
    Ends,
}

/// Dates an end of a total loss; absent where the loss is not total inside, where rates are not known,
/// or where the end lies outside the archive.
pub(crate) fn date(world: &World, gap: &TrueGap, mid_day: f64, side: Side) -> Option<Dated> {
    let middle = world.place(gap.first)?.midpoint(world.place(gap.last)?);
    let silent = |day: usize| gap.sources.iter().all(|source| world.sources[*source].captured[day] == 0);
    if gap.sources.iter().any(|source| world.sources[*source].rates.is_empty()) || !silent(middle) {
        return None;
    }
    // Days outwards from the middle: the silent ones, then the first with anything.
    let mut outwards = Vec::new();
    let mut day = middle;
    loop {
        day = match side {
            Side::Begins => day.checked_sub(1)?,
            Side::Ends => Some(day + 1).filter(|day| *day < world.days)?,
        };
        outwards.push(day);
        if !silent(day) {
            break;
        }
    }
    let mut posterior: BTreeMap<NaiveDate, f64> = BTreeMap::new();
    let mut put = |day: NaiveDate, log: f64| {
        let day = if side == Side::Begins { working_from(day) } else { working_to(day) };
        *posterior.entry(day).or_default() += log.exp();
    };
    // The loss ends outwards at the day before `day` in this order; those outside it were whole. The
    // logarithms are relative to the loss that stops right inside the first day with anything.
    let (whole_days, mut silent_outside) = ((1.0 - mid_day).ln(), 0.0);
    let edge = outwards.pop()?;
    let inner = |day: usize| match side {
        Side::Begins => world.day(day + 1),
        Side::Ends => before(world.day(day), 1),
    };
    let within = |day: usize| {
        let date = world.day(day);
        is_working(date)
            .then(|| (mid_day * 7.0 / 5.0).ln() + partly(world, gap, day) - wholly(world, gap, day))
    };
    put(inner(edge), whole_days);
    if let Some(log) = within(edge) {
        put(world.day(edge), log);
    }
    for day in outwards.into_iter().rev() {
        // This day was whole or partly lost, and nothing came although it might have.
        if let Some(log) = within(day) {
            put(world.day(day), silent_outside + wholly(world, gap, day) + log);
        }
        silent_outside += wholly(world, gap, day);
        put(inner(day), silent_outside + whole_days);
    }
    shortest(&posterior)
}

/// How much likelier the counts of a total loss are with it than without it, as a logarithm, to somebody who knows the
/// true rates: of a day lost in part at least nothing. Absent where rates are not known.
pub(crate) fn evidence(world: &World, gap: &TrueGap) -> Option<f64> {
    if gap.sources.iter().any(|source| world.sources[*source].rates.is_empty()) {
        return None;
    }
    let (first, last) =
        (world.place(gap.first).unwrap_or(0), world.place(gap.last).unwrap_or(world.days - 1));
    let of_day = |day: usize| {
        let in_part = (gap.mid_day.0 && day == first) || (gap.mid_day.1 && day == last);
        let lost = if in_part { partly(world, gap, day) } else { 0.0 };
        (lost - wholly(world, gap, day)).max(0.0)
    };
    Some((first..=last).map(of_day).sum())
}

/// Log likelihood of a day's counts if nothing was lost.
fn wholly(world: &World, gap: &TrueGap, day: usize) -> f64 {
    at(world, gap, day, 1.0)
}

/// Log likelihood of a day's counts if a part of the day was lost, at a time nobody knows.
fn partly(world: &World, gap: &TrueGap, day: usize) -> f64 {
    let logs: Vec<f64> =
        (0..GRID).map(|step| at(world, gap, day, (f64::from(step) + 0.5) / f64::from(GRID))).collect();
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mean = logs.iter().map(|log| (log - top).exp()).sum::<f64>() / f64::from(GRID);
    if top.is_finite() { top + mean.ln() } else { top }
}

fn at(world: &World, gap: &TrueGap, day: usize, share: f64) -> f64 {
    gap.sources
        .iter()
        .map(|source| &world.sources[*source])
        .map(|series| ln_probability(series.captured[day], series.rates[day] * share, series.size))
        .sum()
}

/// Logarithm of the negative binomial's probability.
fn ln_probability(count: u64, mean: f64, size: f64) -> f64 {
    if mean <= 0.0 {
        return if count == 0 { 0.0 } else { f64::NEG_INFINITY };
    }
    let n = count as f64;
    ln_gamma(n + size) - ln_gamma(size) - ln_gamma(n + 1.0) - size * (mean / size).ln_1p()
        + n * (mean / (mean + size)).ln()
}

/// Logarithm of the gamma function for arguments above 0: Stirling's series (NIST DLMF 5.11.1) after the
/// recurrence has brought the argument to 10 or more.
fn ln_gamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    while x < 10.0 {
        below += x.ln();
        x += 1.0;
    }
    let (inverse, square) = (1.0 / x, 1.0 / (x * x));
    let series = inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)));
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - below
}

/// The shortest run of the days with 95 % of the weight, and the heaviest day.
fn shortest(posterior: &BTreeMap<NaiveDate, f64>) -> Option<Dated> {
    let days: Vec<(NaiveDate, f64)> = posterior.iter().map(|(day, weight)| (*day, *weight)).collect();
    let all: f64 = days.iter().map(|(_, weight)| weight).sum();
    let (best, _) = days.iter().copied().max_by(|a, b| a.1.total_cmp(&b.1))?;
    for length in 1..=days.len() {
        let heaviest = days
            .windows(length)
            .map(|run| (run.iter().map(|(_, weight)| weight).sum::<f64>(), run[0].0, run[length - 1].0))
            .max_by(|a, b| a.0.total_cmp(&b.0))?;
        if heaviest.0 >= 0.95 * all {
            return Some(Dated { best, low: heaviest.1, high: heaviest.2 });
        }
    }
    None
}

impl Dated {
    /// Working days from the lowest to the highest.
    pub(crate) fn width(&self) -> u64 {
        let next = after(self.high, 1);
        self.low.iter_days().take_while(|day| *day < next).filter(|day| is_working(*day)).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_probabilities_of_all_counts_make_one_and_average_the_mean() {
        for (mean, size) in [(0.3, 0.5), (7.0, 2.5), (40.0, 9.0)] {
            let (mut all, mut average) = (0.0, 0.0);
            for count in 0..2_000 {
                let p = ln_probability(count, mean, size).exp();
                all += p;
                average += p * count as f64;
            }
            assert!((all - 1.0).abs() < 1e-8, "{all}");
            assert!((average - mean).abs() < 1e-6 * mean, "{average}");
        }
    }

    #[test]
    fn the_gamma_function_is_the_factorial() {
        assert!((ln_gamma(6.0) - 120.0_f64.ln()).abs() < 1e-12);
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-12);
    }
}
