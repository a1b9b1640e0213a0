//! Days without any, one after the other, by themselves.
//!
//! Statistic: for each run of days without any between two days with some, the evidence of module `sway`: how much
//! likelier the counts about it are where the run was lost than where it was not. Where it passes a threshold, on
//! [`DAYS_MIN`] working days or more, there is a loss. The slumps with a few left, of which a source's history has many
//! more, do not raise the threshold.
//!
//! Threshold: the height that the law allows for the wanted rate. Of the bound `e^-height` on each business day
//! (Wald 1947), [`REACHED`] is reached: what sources of the replay to which nothing happened show, over 28,630
//! source-years, at heights from 6 to 12. It is raised
//!
//! - where the series' own history has more runs above [`HISTORY_AT`] than the law says, its [`HIGHEST_LEFT`] highest left
//!   out (what may be a loss is not held against itself): by the logarithm of how many times as many;
//! - where one of the days before New Year or the like is in the run ([`QUIET_CAUTION`]);
//! - where many days without any are needed to pass it ([`WANDER_DAYS`]): in that time more can happen to a
//!   source than its history tells. Most lulls of people and systems are those of sources with few a day.
//!
//! Doubt: a run that stays below its threshold but at [`DOUBT`] or more is too much for an ordinary lull to be
//! certain, and too little for a loss. So is a sum of the chart itself of [`DOUBT_SHARE`] of its threshold or more, and a
//! stretch that passed it and of which more was left than a loss leaves. On such days, and on the working days beside
//! them (a break within a day leaves a part of it), silence says neither "gap" nor "covered".
//!
//! Assumption: capture that is lost leaves nothing. Limit: one stray message ends a run; the chart's own sum, which
//! allows for some, takes longer.
//!
//! A day on which the register says that the firm was closed counts as a working day where a day without any says
//! [`CLOSED_DAY`] or more: a busy capture path goes on while the office is closed, and what breaks then is lost too.

use crate::calendar::{Axis, Span};
use crate::pattern::{Pattern, Series};
use crate::pool::Shared;
use crate::sway::Swaying;
use crate::threshold::{BUSINESS_DAYS, YEAR_DAYS};
use crate::watch::Watch;

/// Working days without any from which they are looked at by themselves; a single one is not.
pub(crate) const DAYS_MIN: usize = 2;
/// The evidence of a closed day without any from which it is looked at like a working day.
pub(crate) const CLOSED_DAY: f64 = 2.5;
/// The evidence of days without any from which neither a loss nor its absence can be said. Of total losses large enough
/// to be named in the replay's bars the least reached 10.7.
const DOUBT: f64 = 6.0;
/// And the share of the threshold from which the chart's own sum says neither.
pub(crate) const DOUBT_SHARE: f64 = 0.6;
/// What the days of a run must say by the chart for it to be looked at: far less than any threshold.
const LOOK: f64 = 3.0;
/// Of the bound on the rate of runs above a height, `e^-height` a day, the part that is reached.
const REACHED: f64 = 0.1;
/// The height at which the runs of a history are counted, and how many of the highest are not.
const HISTORY_AT: f64 = 3.5;
const HIGHEST_LEFT: usize = 3;
/// Working days without any, needed to pass the threshold, by which it is raised by as much again, and how many are
/// free.
const WANDER_DAYS: f64 = 5.0;
const WANDER_FREE_DAYS: f64 = 2.5;
/// By how much more evidence a run needs that has one of the days on which most firms are nearly empty: how empty, a
/// source's few years hardly tell.
pub(crate) const QUIET_CAUTION: f64 = 1.5;

/// A run of days without any.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Lull {
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// Working days, and closed ones that tell as much.
    days: usize,
    /// Whether a day on which most firms are nearly empty is among them.
    quiet: bool,
    pub(crate) evidence: f64,
}

impl Lull {
    /// Whether it is long enough to be looked at by itself and passes a threshold.
    pub(crate) fn passes(&self, threshold: f64) -> bool {
        let threshold = if self.quiet { QUIET_CAUTION * threshold } else { threshold };
        self.evidence > threshold && self.days >= DAYS_MIN
    }

    /// Whether neither a loss nor its absence can be said.
    pub(crate) fn is_doubt(&self) -> bool {
        self.evidence >= DOUBT
    }
}

/// The runs of days without any that say something, in their order. `increments` is what the count of each day says by
/// the chart.
pub(crate) fn lulls(
    series: &Series,
    axis: &Axis,
    pattern: &Pattern,
    swaying: &Swaying<'_>,
    increments: &[f64],
) -> Vec<Lull> {
    let told: Vec<usize> = (0..axis.len()).filter(|at| series.expects(*at)).collect();
    let runs = told.chunk_by(|a, b| (series.counts[*a] == 0.0) == (series.counts[*b] == 0.0));
    let silent = runs.filter(|run| series.counts[run[0]] == 0.0);
    silent
        .filter_map(|run| {
            let (first, last) = (run[0], run[run.len() - 1]);
            let again: f64 = run[1..].iter().map(|at| increments[*at]).sum();
            if increments[first] + pattern.zero_after_zero * again < LOOK {
                return None;
            }
            let tells = |at: &&usize| {
                axis.is_business(**at) || (axis.kinds[**at].is_closure() && increments[**at] >= CLOSED_DAY)
            };
            let days = run.iter().filter(tells).count();
            let quiet = run.iter().any(|at| axis.kinds[*at].is_quiet());
            Some(Lull { first, last, days, quiet, evidence: swaying.evidence(first, last) })
        })
        .collect()
}

/// The height that runs of a series exceed `per_year` times a year, or less often; `days` is how many days something was
/// to be expected on, and `per_day` what an ordinary working day without any says.
pub(crate) fn threshold(lulls: &[Lull], days: usize, per_day: f64, per_year: f64) -> f64 {
    let law = (BUSINESS_DAYS * REACHED / per_year).ln().max(0.0);
    let above = lulls.iter().filter(|lull| lull.evidence > HISTORY_AT).count().saturating_sub(HIGHEST_LEFT);
    let years = days as f64 / YEAR_DAYS;
    let lawful = BUSINESS_DAYS * REACHED * (-HISTORY_AT).exp() * years;
    let own = ((above as f64 + 1.0) / (lawful + 1.0)).ln().max(0.0);
    let needed = (law + own) / per_day.max(1e-6);
    (law + own) * (1.0 + (needed - WANDER_FREE_DAYS).max(0.0) / WANDER_DAYS)
}

/// Days of a source of which silence says neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Doubt {
    pub(crate) days: Span,
    /// The pool whose chart says so; absent: the source's own.
    shared: Option<Shared>,
    captured: u64,
    expected: u64,
}

impl std::fmt::Display for Doubt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { days, captured, expected, .. } = self;
        match &self.shared {
            Some(shared) => {
                write!(f, "none was captured on {days}, and {captured} of all sources of {shared}")?
            }
            None => write!(f, "{captured} captured on {days}")?,
        }
        write!(
            f,
            " where about {expected} are to be expected: too few for an ordinary lull to be certain, too many for a \
             loss to be"
        )
    }
}

/// The days of a source in doubt: by its own chart, or by one of a pool where none of the source was captured either.
pub(crate) fn doubts(watch: &Watch, number: usize) -> Vec<Doubt> {
    let Some(own) = &watch.alone[number] else { return Vec::new() };
    let doubt =
        |watched: &crate::watch::Watched, (first, last): (usize, usize), shared: Option<&Shared>| Doubt {
            days: watch.axis.span(first, last),
            shared: shared.cloned(),
            captured: watched.series.counts[first..=last].iter().sum::<f64>() as u64,
            expected: watched.total.expected[first..=last].iter().sum::<f64>().round() as u64,
        };
    let mut doubts: Vec<Doubt> = own.total.doubts.iter().map(|days| doubt(own, *days, None)).collect();
    for (pool, watched) in watch.pools.iter().filter(|(pool, _)| pool.members.contains(&number)) {
        let is_hit = |(first, last): &&(usize, usize)| {
            own.series.counts[*first..=*last].iter().all(|count| *count == 0.0)
                && own.total.expected[*first..=*last].iter().any(|expected| *expected > 0.0)
        };
        let of_pool = watched.total.doubts.iter().filter(is_hit);
        doubts.extend(of_pool.map(|days| doubt(watched, *days, Some(&pool.shared))));
    }
    doubts.sort_by_key(|doubt| doubt.days);
    doubts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Calendar;
    use crate::pattern::FACTORS_USUAL;

    fn of(from: &str, to: &str, calendar: fn(Span) -> Calendar, counts: impl Fn(usize) -> f64) -> Vec<Lull> {
        let days = Span { first: from.parse().unwrap(), last: to.parse().unwrap() };
        let axis = Axis::new(days, &calendar(days));
        let counts: Vec<f64> = (0..axis.len()).map(counts).collect();
        let series = Series { exposure: vec![1.0; axis.len()], counts };
        let pattern = Pattern::first(&series, &axis, &FACTORS_USUAL);
        let expected: Vec<f64> =
            (0..axis.len()).map(|at| if axis.is_business(at) { 9.0 } else { 0.9 }).collect();
        let expected = if axis.is_business(0) { expected } else { vec![9.0; axis.len()] };
        let swaying = Swaying::new(&series, &pattern, &expected, &vec![false; axis.len()]);
        let none: Vec<f64> = expected.iter().map(|expected| 4.0 * (expected / 4.0).ln_1p()).collect();
        lulls(&series, &axis, &pattern, &swaying, &none)
    }

    fn open(_: Span) -> Calendar {
        Calendar::default()
    }

    #[test]
    fn runs_of_days_without_any_are_looked_at_and_a_weekend_is_none() {
        let some = |at: usize| if (8..10).contains(&at) || at % 7 > 4 { 0.0 } else { 9.0 };
        let [lull] = of("2024-03-04", "2024-03-29", open, some)[..] else { panic!() };
        assert_eq!((lull.first, lull.last, lull.days), (8, 9, 2));
        assert!(lull.passes(lull.evidence - 0.1) && !lull.passes(lull.evidence + 0.1));
    }

    #[test]
    fn one_working_day_without_any_is_no_silence_by_itself_and_two_are() {
        for (last, passes) in [(4, false), (7, true)] {
            let some = |at: usize| if (4..=last).contains(&at) || at % 7 > 4 { 0.0 } else { 9.0 };
            let lulls = of("2024-03-04", "2024-03-29", open, some);
            assert_eq!(lulls[0].passes(0.1), passes, "{lulls:?}");
        }
    }

    #[test]
    fn closed_days_on_which_much_is_to_be_expected_count_like_working_days() {
        let closed = |days: Span| Calendar::new(days.days());
        let some = |at: usize| if (1..3).contains(&at) { 0.0 } else { 9.0 };
        let [lull] = of("2024-12-25", "2024-12-31", closed, some)[..] else { panic!() };
        assert_eq!(lull.days, 2);
    }

    #[test]
    fn days_before_new_year_need_more() {
        let lull = Lull { first: 0, last: 1, days: 2, quiet: true, evidence: 12.0 };
        assert!(!lull.passes(10.0) && Lull { quiet: false, ..lull }.passes(10.0) && lull.passes(7.9));
    }

    #[test]
    fn the_threshold_is_higher_where_more_days_are_needed_and_where_the_history_has_more_lulls() {
        let lull = Lull { first: 0, last: 1, days: 2, quiet: false, evidence: 5.0 };
        let busy = threshold(&[], 1500, 6.0, 0.0025);
        assert!(busy < threshold(&[], 1500, 1.0, 0.0025));
        assert_eq!(busy, threshold(&[lull; 4], 1500, 6.0, 0.0025));
        assert!(busy + 1.0 < threshold(&[lull; 20], 1500, 6.0, 0.0025));
        assert!(busy < threshold(&[], 1500, 6.0, 0.0002));
    }
}
