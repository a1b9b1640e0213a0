//! How a series strays from its expectation, and what days without any say in the light of the days about them.
//!
//! Statistic: the rate of a day is its expectation times a factor that is no one's to foresee and does not change from
//! one day to the next at once: the logarithm of the factor is an autoregression of first order about 0, and the counts
//! are negative binomial about the rate (a state space model; Zeger, Biometrika 1988; Durbin and Koopman, Time Series
//! Analysis by State Space Methods, 2012). Its three figures are moments of the series' own history: the variance beyond
//! Poisson's, split by how counts some days apart still go together into what stays ([`Sway::variance`], fading by
//! [`Sway::stays`] a day) and what does not ([`Sway::size`]).
//!
//! [`Swaying::evidence`] of a run of days without any is the logarithm of how much likelier the counts about them are where
//! these days were lost than where they were not: both likelihoods are added up over all courses of the factor, on a grid
//! (a hidden Markov model; Langrock, MacDonald and Zucchini 2012). Where the days are lost, their counts say nothing
//! of the factor; where they are not, a slump that began before or lasted beyond them explains them. The
//! day before and the day after are each taken to be whole, or to have lost a part evenly from none to all, as likely
//! the one as the other: capture breaks within days, too. As a likelihood ratio it passes a height `h` on a day at which
//! nothing is lost with probability `e^-h` at most.
//!
//! The expectation is drawn to what is captured on both sides of the run: one that only looks back lags behind a source
//! that declines or grows.
//!
//! Assumption: what is true of the series' calm days is true of the run. Limit: days that all sources of a firm have off
//! hang together more than one series tells; the calendar and the rest of the firm (module `watch`) have to say so.

use crate::pattern::{Pattern, Series};

/// Communications by which the level about a run is drawn to the expectation.
const LEVEL_PRIOR: f64 = 5.0;
/// The variance beyond Poisson's that a series without history is taken to have, and the squared expectations by which
/// it is drawn to that.
const VARIANCE_USUAL: f64 = 0.25;
const VARIANCE_PRIOR: f64 = 4.0;
/// The part of it that stays from one day to the next, and the squared expectations by which it is drawn to that.
const STAYING_USUAL: f64 = 0.05;
const STAYING_PRIOR: f64 = 3.0;
/// How much of it is left after a day: what is tried, the likeliest before looking, and what it costs to be off it.
const STAYS: [f64; 6] = [0.3, 0.45, 0.6, 0.75, 0.85, 0.92];
const STAYS_USUAL: f64 = 0.6;
const STAYS_COST: f64 = 0.05;
/// How many days apart counts are held against each other.
const APART: usize = 4;
/// The least that is taken to stay, and not to stay, and the most of all that stays.
const STAYING_MIN: f64 = 0.003;
const FRESH_MIN: f64 = 0.02;
const STAYING_MAX: f64 = 0.9;
/// The expectation from which a day counts less, the larger it is.
const HEAVY: f64 = 4.0;
/// The share of the ordinary rate from which days are held against each other.
const MUCH: f64 = 0.05;
/// Days on either side of a run that say how the series was about that time.
const ABOUT_DAYS: usize = 25;
/// Points of the grid of factors, and how many standard deviations it reaches to either side.
const POINTS: usize = 17;
const REACH: f64 = 3.0;
/// Shares of a day that was lost in part which are tried.
const SHARES: usize = 8;

/// How the rate of a series strays from its expectation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sway {
    /// Variance of the factor that stays for some days.
    pub(crate) variance: f64,
    /// How much of its logarithm is left after a day.
    pub(crate) stays: f64,
    /// Size of the negative binomial about the rate.
    pub(crate) size: f64,
}

/// Captured and expected before and after each day, the farther the less.
struct Level {
    before: Vec<(f64, f64)>,
    after: Vec<(f64, f64)>,
}

impl Level {
    fn of(told: &[Option<(f64, f64)>], days: f64) -> Self {
        let fading = (-1.0 / days).exp();
        let before = faded(told.iter(), fading);
        let mut after = faded(told.iter().rev(), fading);
        after.reverse();
        Self { before, after }
    }

    /// Captured over expected about some days, these left out.
    fn about(&self, first: usize, last: usize) -> f64 {
        let before = first.checked_sub(1).map_or((0.0, 0.0), |at| self.before[at]);
        let after = self.after.get(last + 1).copied().unwrap_or_default();
        (before.0 + after.0 + LEVEL_PRIOR) / (before.1 + after.1 + LEVEL_PRIOR)
    }
}

/// Sums of what was told up to each day, older days fading.
fn faded<'t>(told: impl Iterator<Item = &'t Option<(f64, f64)>>, fading: f64) -> Vec<(f64, f64)> {
    let mut sum = (0.0, 0.0);
    let step = |day: &Option<(f64, f64)>| {
        let (count, expected) = day.unwrap_or_default();
        sum = (sum.0 * fading + count, sum.1 * fading + expected);
        sum
    };
    told.map(step).collect()
}

/// A series with what is known of how it strays.
pub(crate) struct Swaying<'s> {
    series: &'s Series,
    expected: &'s [f64],
    /// Days on which something is to be expected and which are not under suspicion.
    calm: Vec<bool>,
    level: Level,
    pub(crate) sway: Sway,
}

impl<'s> Swaying<'s> {
    pub(crate) fn new(series: &'s Series, pattern: &Pattern, expected: &'s [f64], suspect: &[bool]) -> Self {
        let calm: Vec<bool> =
            (0..expected.len()).map(|at| series.expects(at) && expected[at] > 0.0 && !suspect[at]).collect();
        let told: Vec<Option<(f64, f64)>> = (0..expected.len())
            .map(|at| calm[at].then(|| (Pattern::tamed(series.counts[at], expected[at]), expected[at])))
            .collect();
        let level = Level::of(&told, pattern.memory);
        let days = (0..expected.len()).filter_map(|at| {
            let (count, expected) = told[at]?;
            Some((count, expected * level.about(at, at)))
        });
        let sway = Sway::of(&days.collect::<Vec<_>>(), pattern.rate);
        Self { series, expected, calm, level, sway }
    }

    /// The evidence that communications of `first..=last` were lost, on which none was captured; nothing to be
    /// expected on a day says nothing.
    pub(crate) fn evidence(&self, first: usize, last: usize) -> f64 {
        let level = self.level.about(first, last);
        // The days beside the run are looked at even where they are under suspicion: it may be for this very loss.
        let told = |at: &usize| self.series.expects(*at);
        let beside = ((0..first).rev().find(told), (last + 1..self.expected.len()).find(told));
        let about = |at: &usize| self.calm[*at] || beside.0 == Some(*at) || beside.1 == Some(*at);
        let mut before: Vec<usize> = (0..first).rev().filter(about).take(ABOUT_DAYS).collect();
        before.reverse();
        let after = (last + 1..self.expected.len()).filter(about).take(ABOUT_DAYS);
        let within = (first..=last).filter(told);
        let days = before.iter().copied().chain(within).chain(after).map(|at| Day {
            count: self.series.counts[at],
            mean: self.expected[at] * level,
            place: if (first..=last).contains(&at) {
                Place::Within
            } else if beside.0 == Some(at) || beside.1 == Some(at) {
                Place::Beside
            } else {
                Place::About
            },
        });
        self.sway.log_ratio(days)
    }
}

/// Where a day stands to the run that is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Within,
    Beside,
    About,
}

struct Day {
    count: f64,
    mean: f64,
    place: Place,
}

impl Sway {
    /// From the counts and expectations of calm days, in their order.
    fn of(days: &[(f64, f64)], rate: f64) -> Self {
        let weight = |mean: f64| 1.0 / (1.0 + mean / HEAVY).powi(2);
        let (mut excess, mut squares) = (VARIANCE_PRIOR * VARIANCE_USUAL, VARIANCE_PRIOR);
        for (count, mean) in days {
            excess += weight(*mean) * ((count - mean).powi(2) - mean);
            squares += weight(*mean) * mean * mean;
        }
        let variance = excess / squares;
        let much: Vec<&(f64, f64)> = days.iter().filter(|(_, mean)| *mean > MUCH * rate).collect();
        let apart: Vec<(f64, f64)> = (1..=APART)
            .map(|apart| {
                let pairs = much.iter().zip(much.iter().skip(apart));
                pairs.fold((0.0, 0.0), |(products, squares), ((a_count, a), (b_count, b))| {
                    let weight = (weight(*a) * weight(*b)).sqrt();
                    let product = (a_count - a) * (b_count - b);
                    (products + weight * product, squares + weight * a * b)
                })
            })
            .collect();
        let (mut best, mut least) = ((STAYING_USUAL, STAYS_USUAL), f64::INFINITY);
        for stays in STAYS {
            let left = |apart: usize| f64::powi(stays, apart as i32 + 1);
            let prior = STAYING_PRIOR * stays * stays;
            let (mut told, mut of) = (STAYING_USUAL * prior, prior);
            for (n, (products, squares)) in apart.iter().enumerate() {
                told += products * left(n);
                of += squares * left(n).powi(2);
            }
            let staying = (told / of).max(STAYING_MIN);
            let off = |(n, (products, squares)): (usize, &(f64, f64))| {
                let off = products - squares * staying * left(n);
                if *squares > 0.0 { off * off / squares } else { 0.0 }
            };
            let cost: f64 = apart.iter().enumerate().map(off).sum();
            let cost = cost + STAYS_COST * (stays - STAYS_USUAL).abs();
            if cost < least {
                (best, least) = ((staying, stays), cost);
            }
        }
        let staying = best.0.min((STAYING_MAX * variance).max(STAYING_MIN));
        Self { variance: staying, stays: best.1, size: 1.0 / (variance - staying).max(FRESH_MIN) }
    }

    /// Logarithm of the likelihood of some days' counts where those within a run were lost over that where none was.
    fn log_ratio(&self, days: impl Iterator<Item = Day>) -> f64 {
        let grid = Grid::of(self);
        let (mut whole, mut lost) = (Course::new(&grid), Course::new(&grid));
        for (n, day) in days.enumerate() {
            if n > 0 {
                whole.move_on(&grid);
                lost.move_on(&grid);
            }
            let likely = grid.factors.map(|factor| self.log_likelihood(day.count, day.mean * factor));
            whole.see(&likely);
            match day.place {
                Place::About => lost.see(&likely),
                Place::Within => {}
                Place::Beside => {
                    let mut point = 0;
                    let broken = grid.factors.map(|factor| {
                        let share = |n: usize| (n as f64 + 0.5) / SHARES as f64;
                        let part = |n: usize| {
                            let mean = share(n) * day.mean * factor;
                            (self.log_likelihood(day.count, mean) - likely[point]).exp()
                        };
                        let parts = (0..SHARES).map(part).sum::<f64>() / SHARES as f64;
                        let log = likely[point] + (0.5 * (1.0 + parts)).ln();
                        point += 1;
                        log
                    });
                    lost.see(&broken);
                }
            }
        }
        lost.log - whole.log
    }

    /// But for what depends on the count alone.
    fn log_likelihood(&self, count: f64, mean: f64) -> f64 {
        let (size, mean) = (self.size, mean.max(1e-9));
        let none = -size * (mean / size).ln_1p();
        if count == 0.0 { none } else { none + count * (mean / (size + mean)).ln() }
    }
}

/// The factors that are tried, how likely each is, and how one follows the other.
struct Grid {
    factors: [f64; POINTS],
    first: [f64; POINTS],
    next: [[f64; POINTS]; POINTS],
}

impl Grid {
    fn of(sway: &Sway) -> Self {
        let variance = sway.variance.ln_1p();
        let deviation = variance.sqrt();
        let mut points = [0.0; POINTS];
        for (n, point) in points.iter_mut().enumerate() {
            *point = deviation * REACH * (2.0 * n as f64 / (POINTS - 1) as f64 - 1.0);
        }
        let about = |mean: f64, deviation: f64| {
            let bell = points.map(|point| (-0.5 * ((point - mean) / deviation).powi(2)).exp());
            let sum: f64 = bell.iter().sum();
            bell.map(|weight| weight / sum)
        };
        let fresh = deviation * (1.0 - sway.stays * sway.stays).sqrt();
        Self {
            factors: points.map(|point| (point - variance / 2.0).exp()),
            first: about(0.0, deviation),
            next: points.map(|point| about(sway.stays * point, fresh)),
        }
    }
}

/// What is known of the factor after some days, and the likelihood of their counts.
struct Course {
    weights: [f64; POINTS],
    log: f64,
}

impl Course {
    fn new(grid: &Grid) -> Self {
        Self { weights: grid.first, log: 0.0 }
    }

    fn move_on(&mut self, grid: &Grid) {
        let mut moved = [0.0; POINTS];
        for (weight, next) in self.weights.iter().zip(&grid.next) {
            for (to, share) in moved.iter_mut().zip(next) {
                *to += weight * share;
            }
        }
        self.weights = moved;
    }

    fn see(&mut self, likely: &[f64; POINTS]) {
        let top = likely.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut sum = 0.0;
        for (weight, log) in self.weights.iter_mut().zip(likely) {
            *weight *= (log - top).exp();
            sum += *weight;
        }
        let sum = sum.max(f64::MIN_POSITIVE);
        self.log += top + sum.ln();
        self.weights = self.weights.map(|weight| weight / sum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Axis, Calendar, Span};
    use crate::pattern::FACTORS_USUAL;
    use proptest::prelude::*;

    const USUAL: Sway = Sway { variance: 0.1, stays: 0.6, size: 6.0 };

    fn evidence(sway: Sway, means: f64, counts: &[f64], within: std::ops::Range<usize>) -> f64 {
        let place = |at: usize| {
            if within.contains(&at) {
                Place::Within
            } else if at + 1 == within.start || at == within.end {
                Place::Beside
            } else {
                Place::About
            }
        };
        sway.log_ratio(counts.iter().enumerate().map(|(at, count)| Day {
            count: *count,
            mean: means,
            place: place(at),
        }))
    }

    fn days(middle: &[f64], about: f64) -> Vec<f64> {
        [vec![about; 8], middle.to_vec(), vec![about; 8]].concat()
    }

    #[test]
    fn a_slump_about_the_days_says_less_of_a_loss_than_busy_days_do() {
        let staying = Sway { variance: 0.3, stays: 0.9, size: 10.0 };
        let of = |about: f64| evidence(staying, 10.0, &days(&[0.0; 3], about), 8..11);
        assert!(of(4.0) + 2.0 < of(10.0), "{} {}", of(4.0), of(10.0));
        assert!(of(10.0) < of(14.0));
    }

    #[test]
    fn days_broken_in_part_beside_the_run_speak_for_a_loss() {
        let whole = evidence(USUAL, 10.0, &days(&[10.0, 0.0, 0.0, 10.0], 10.0), 9..11);
        let parts = evidence(USUAL, 10.0, &days(&[2.0, 0.0, 0.0, 3.0], 10.0), 9..11);
        assert!(whole < parts, "{whole} {parts}");
    }

    #[test]
    fn what_stays_makes_the_second_day_say_less_than_the_first() {
        let of = |sway: Sway, n: usize| evidence(sway, 10.0, &days(&vec![0.0; n], 10.0), 8..8 + n);
        let staying = Sway { variance: 0.3, stays: 0.9, size: 6.0 };
        assert!(of(staying, 2) < 2.0 * of(staying, 1), "{} {}", of(staying, 1), of(staying, 2));
        assert!(of(USUAL, 2) > of(USUAL, 1));
    }

    #[test]
    fn how_a_series_strays_is_learnt_from_its_own_days() {
        // A slow wave of half the rate, and a series that alternates.
        let wave = |at: usize| 20.0 * (1.0 + 0.6 * (at as f64 / 4.0).sin());
        let even = |at: usize| if at.is_multiple_of(2) { 30.0 } else { 10.0 };
        let of = |count: &dyn Fn(usize) -> f64| {
            Sway::of(&(0..1000).map(|at| (count(at).round(), 20.0)).collect::<Vec<_>>(), 20.0)
        };
        let (wave, even) = (of(&wave), of(&even));
        assert!(wave.variance > 0.1 && wave.stays > 0.7, "{wave:?}");
        assert!(even.variance < 0.02 && even.size < 8.0, "{even:?}");
    }

    #[test]
    fn a_series_that_declines_is_held_against_both_sides_of_the_run() {
        let days = Span { first: "2023-01-02".parse().unwrap(), last: "2023-12-29".parse().unwrap() };
        let axis = Axis::new(days, &Calendar::default());
        let counts: Vec<f64> = (0..axis.len())
            .map(|at| {
                if (200..203).contains(&at) {
                    0.0
                } else if at < 200 {
                    20.0
                } else {
                    4.0
                }
            })
            .collect();
        let series = Series { exposure: vec![1.0; axis.len()], counts };
        let pattern = Pattern::first(&series, &axis, &FACTORS_USUAL);
        let suspect = vec![false; axis.len()];
        let expected = vec![20.0; axis.len()];
        let declined = Swaying::new(&series, &pattern, &expected, &suspect).evidence(200, 202);
        let mut steady = series.clone();
        steady.counts.iter_mut().skip(203).for_each(|count| *count = 20.0);
        let steady = Swaying::new(&steady, &pattern, &expected, &suspect).evidence(200, 202);
        assert!(declined + 3.0 < steady, "{declined} {steady}");
    }

    proptest! {
        #[test]
        fn it_is_a_number_whatever_the_counts(
            counts in prop::collection::vec(0_u32..5000, 4..60),
            mean in 0.01_f64..4000.0,
            variance in 0.003_f64..2.0,
            size in 0.2_f64..50.0,
        ) {
            let sway = Sway { variance, stays: 0.75, size };
            let mut counts: Vec<f64> = counts.into_iter().map(f64::from).collect();
            counts[1] = 0.0;
            prop_assert!(evidence(sway, mean, &counts, 1..2).is_finite());
        }
    }
}
