//! When a rise began and ended, to the day: a run of weeks placed by days.

use crate::binomial::upper;
use crate::calendar::{day_after, day_before};
use crate::leak::Rise;
use crate::looked::{Looked, Run, Sums, ratio};
use chrono::NaiveDate;
use duces_model::DayBounds;

/// The logarithm of 40: one chance in 40 that an end or a share lies beyond its bound.
const ONE_IN_FORTY: f64 = 3.688_879_454_113_936;

/// Places runs of days, in order and apart from each other, by the days around them. `outside` is what is in none.
pub(crate) fn placed(
    days: &[(NaiveDate, Looked)],
    runs: &[Run],
    outside: Looked,
    dispersion: f64,
) -> Vec<Rise> {
    let sums = Sums::of(days.to_vec());
    let mut floor = 0;
    let mut rises = Vec::with_capacity(runs.len());
    for (at, run) in runs.iter().enumerate() {
        let ceiling = runs.get(at + 1).map_or(days.len(), |next| next.0) - 1;
        let mut all = outside;
        all.add(sums.sum(*run));
        let placing = Placing { sums: &sums, all, floor, ceiling };
        let (first, last) = placing.most(*run);
        rises.push(placing.rise(days, (first, last), dispersion));
        floor = (run.1 + 1).max(last + 1);
    }
    rises
}

/// One run, with the days into which it may be moved.
struct Placing<'s> {
    sums: &'s Sums,
    /// Inside and outside together.
    all: Looked,
    floor: usize,
    ceiling: usize,
}

impl Placing<'_> {
    fn ratio(&self, run: Run) -> f64 {
        let inside = self.sums.sum(run);
        ratio(inside, self.all.minus(inside))
    }

    /// The run with the highest ratio, of equals the first: each end in turn, the other kept. A step can only raise
    /// the ratio, and two rounds settle all but odd cases.
    fn most(&self, (mut first, mut last): Run) -> Run {
        for _ in 0..2 {
            let highest =
                |a: &usize, b: &usize, of: &dyn Fn(usize) -> f64| of(*a).total_cmp(&of(*b)).then(b.cmp(a));
            let from = |at: usize| self.ratio((at, last));
            first = (self.floor..=last).max_by(|a, b| highest(a, b, &from)).unwrap_or(first);
            let to = |at: usize| self.ratio((first, at));
            last = (first..=self.ceiling).max_by(|a, b| highest(a, b, &to)).unwrap_or(last);
        }
        (first, last)
    }

    fn rise(&self, days: &[(NaiveDate, Looked)], (first, last): Run, dispersion: f64) -> Rise {
        let least = self.ratio((first, last)) - ONE_IN_FORTY * dispersion;
        let (first_low, first_high) =
            span((self.floor..=last).filter(|at| self.ratio((*at, last)) >= least), first);
        let (last_low, last_high) =
            span((first..=self.ceiling).filter(|at| self.ratio((first, *at)) >= least), last);
        let inside = self.sums.sum((first, last));
        let outside = self.all.minus(inside);
        let ordinary = upper(outside.missing as f64, outside.all as f64, ONE_IN_FORTY * dispersion);
        let excess = (inside.missing as f64 - inside.all as f64 * ordinary).max(0.0).floor();
        let before = first_low.checked_sub(1).map(|at| days[at].0);
        let after = days.get(last_high + 1).map(|(day, _)| *day);
        Rise {
            days: (days[first].0, days[last].0),
            first_between: before
                .map(|before| DayBounds { earliest: day_after(before), latest: days[first_high].0 }),
            last_between: after
                .map(|after| DayBounds { earliest: days[last_low].0, latest: day_before(after) }),
            inside,
            outside,
            excess: excess as u64,
            dispersion,
        }
    }
}

/// The first and the last of some places; `own` where there is none.
fn span(places: impl Iterator<Item = usize>, own: usize) -> Run {
    places.fold((own, own), |(low, high), at| (low.min(at), high.max(at)))
}
