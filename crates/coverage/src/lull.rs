//! Days without any, one after the other, by themselves.
//!
//! Statistic: the evidence that the chart gives for a day without any (module `chart`), added up over days without
//! any between two days with some. After the first working day, each day counts by the pattern's `zero_after_zero`:
//! how much likelier such a day is after another one than the law of single days says. The sum is a run of a chart
//! with nothing kept (Page, Biometrika 1954), which starts anew at each day with some, and which the slumps with a few
//! left, of which a source's history has many more, do not raise. Where it passes a threshold of its own (module
//! `threshold`), on [`DAYS_MIN`] working days or more, there is a loss.
//!
//! Doubt: a run that ends below its threshold but at [`DOUBT`] or more is too much for an ordinary lull to be
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
use crate::watch::Watch;

/// Working days without any from which they are looked at by themselves; a single one is not.
pub(crate) const DAYS_MIN: usize = 2;
/// The evidence of a closed day without any from which it is looked at like a working day.
pub(crate) const CLOSED_DAY: f64 = 2.5;
/// The evidence of days without any from which neither a loss nor its absence can be said: once in a year or two by
/// chance, of a busy source. Of total losses large enough to be named in the replay's bars the least reached 6.
pub(crate) const DOUBT: f64 = 4.0;
/// And the share of the threshold from which the chart's own sum says neither.
pub(crate) const DOUBT_SHARE: f64 = 0.6;

/// Days over which a sum is above 0, and the highest that it reached.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Excursion {
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) sum: f64,
    /// Working days without any, and closed ones that tell as much, where it is a run of such days.
    days: usize,
}

impl Excursion {
    /// Follows a sum to a day; `first` is where it left 0.
    pub(crate) fn rise(&mut self, first: usize, at: usize, sum: f64) {
        if self.sum == 0.0 {
            self.first = first;
        }
        if sum > self.sum {
            (self.last, self.sum) = (at, sum);
        }
    }

    /// Takes in a day without any.
    pub(crate) fn take_silent(&mut self, axis: &Axis, pattern: &Pattern, at: usize, increment: f64) {
        let again = if self.days > 0 { pattern.zero_after_zero } else { 1.0 };
        self.rise(at, at, self.sum + again * increment);
        let tells = axis.kinds[at].is_closure() && increment >= CLOSED_DAY;
        self.days += usize::from(axis.is_business(at) || tells);
    }

    /// Whether it is long enough to be looked at by itself and passes a threshold.
    pub(crate) fn is_silence(&self, threshold: f64) -> bool {
        self.sum > threshold && self.days >= DAYS_MIN
    }
}

/// What each of some days adds to such a run: negative infinity where there were some.
pub(crate) fn increments(
    series: &Series,
    axis: &Axis,
    pattern: &Pattern,
    increments: &[f64],
    days: &[usize],
) -> Vec<f64> {
    let mut run = Excursion::default();
    let increment = |at: &usize| {
        if series.counts[*at] > 0.0 {
            run = Excursion::default();
            return f64::NEG_INFINITY;
        }
        let before = run.sum;
        run.take_silent(axis, pattern, *at, increments[*at]);
        run.sum - before
    };
    days.iter().map(increment).collect()
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

    fn week() -> (Axis, Series, Pattern) {
        let days = Span { first: "2024-03-04".parse().unwrap(), last: "2024-03-15".parse().unwrap() };
        let axis = Axis::new(days, &Calendar::default());
        let counts: Vec<f64> = (0..axis.len()).map(|at| if at < 3 || at == 8 { 9.0 } else { 0.0 }).collect();
        let series = Series { exposure: vec![1.0; axis.len()], counts };
        let pattern = Pattern::first(&series, &axis, &FACTORS_USUAL);
        (axis, series, Pattern { zero_after_zero: 0.5, ..pattern })
    }

    #[test]
    fn each_day_without_any_counts_in_full_after_one_with_some_and_less_after_one_without() {
        let (axis, series, pattern) = week();
        let days: Vec<usize> = (2..11).collect();
        let said = increments(&series, &axis, &pattern, &vec![4.0; axis.len()], &days);
        let some = f64::NEG_INFINITY;
        assert_eq!(said, [some, 4.0, 2.0, 2.0, 2.0, 2.0, some, 4.0, 2.0]);
    }

    #[test]
    fn closed_days_on_which_much_is_to_be_expected_count_like_working_days() {
        let days = Span { first: "2024-12-26".parse().unwrap(), last: "2024-12-27".parse().unwrap() };
        let axis = Axis::new(days, &Calendar::new(days.days()));
        let (_, _, pattern) = week();
        for (each, is_silence) in [(6.0, true), (1.2, false)] {
            let mut run = Excursion::default();
            for at in [0, 1] {
                run.take_silent(&axis, &pattern, at, each);
            }
            assert_eq!(run.is_silence(1.0), is_silence, "{each}");
        }
    }

    #[test]
    fn one_working_day_without_any_is_no_silence_by_itself_and_two_are() {
        let (axis, _, pattern) = week();
        let mut run = Excursion::default();
        for at in [4, 5, 6] {
            run.take_silent(&axis, &pattern, at, 30.0);
            assert!(!run.is_silence(9.0), "a Friday and its weekend");
        }
        run.take_silent(&axis, &pattern, 7, 0.1);
        assert!(run.is_silence(9.0) && !run.is_silence(99.0));
    }
}
