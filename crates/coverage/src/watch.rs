//! The charts of all sources and pools.
//!
//! Each source and each pool (module `pool`) is charted for a total loss, and, on the days that are left, for a
//! strong partial one. The latter not for a source that is one person's: a holiday of that person looks like it;
//! nor below [`PARTIAL_RATE_MIN`]. What moves the whole firm on a day (a storm, the week before New Year) is
//! taken out of each source's expectation: the share of their expectation that the other sources, those under
//! suspicion left out, had captured on that day, where it is small. It only ever lowers an expectation.
//!
//! What is one person's needs more evidence for a total loss, too: days off on which a few messages come in look like
//! a loss with some stray ones, and make up most false alarms.
//!
//! The false alarms allowed: [`TOTAL_PER_YEAR`], [`SILENT_PER_YEAR`] and
//! [`PARTIAL_PER_YEAR`] a year for each source, and as much again for each pool; the sum over the years of all of them, divided by the sources' years, is what the
//! report states as expected.

use crate::calendar::{Axis, Calendar, Span};
use crate::chart::{Aim, Charted};
use crate::pattern::{FACTORS_USUAL, Factors, Pattern, Series};
use crate::pool::{Pool, pools, together};
use crate::subject::Subject;

/// False alarms a year that the chart for total losses may give in one series: one in eight hundred years.
const TOTAL_PER_YEAR: f64 = 0.0012;
/// And days without any one after the other, by themselves.
const SILENT_PER_YEAR: f64 = 0.0025;
/// And the chart for partial ones.
const PARTIAL_PER_YEAR: f64 = 0.0005;
/// What is still captured in a loss that is called total: a stray message in fifty.
const TOTAL: Aim = Aim {
    kept: 0.02,
    kept_max: 0.05,
    caution: 1.3,
    silent_caution: 1.0,
    per_year: TOTAL_PER_YEAR,
    silent_per_year: SILENT_PER_YEAR,
};
/// The same for a source that is one person's: days off look like a loss with some stray messages.
const TOTAL_PERSONAL: Aim = Aim { caution: 1.6, silent_caution: 1.6, ..TOTAL };
/// And in a strong partial one; a level that moves looks like it, so that it takes half as much evidence again.
const PARTIAL: Aim = Aim {
    kept: 0.15,
    kept_max: 0.2,
    caution: 1.5,
    per_year: PARTIAL_PER_YEAR,
    silent_per_year: 0.0,
    ..TOTAL
};
/// Communications a business day from which a partial loss can be told from a level that moves.
const PARTIAL_RATE_MIN: f64 = 5.0;
/// Communications that the rest of the firm must expect on a day to say how the day was.
const COMMON_MIN: f64 = 40.0;
/// The share below which a day counts as poor for the whole firm, and the least that it is taken for.
const COMMON_POOR: f64 = 0.8;
const COMMON_LEAST: f64 = 0.2;
/// Series whose habits outweigh those that a firm without history is taken to have.
const USUAL_PRIOR: f64 = 3.0;
/// Captured communications from which a source's factors count for the firm's.
const USUAL_COUNT_MIN: f64 = 200.0;

/// A series with its charts.
#[derive(Clone)]
pub(crate) struct Watched {
    pub(crate) series: Series,
    pub(crate) total: Charted,
    pub(crate) partial: Option<Charted>,
}

/// All charts.
pub(crate) struct Watch {
    pub(crate) axis: Axis,
    usual: Factors,
    common: Common,
    /// Which sources are one person's.
    personal: Vec<bool>,
    /// By the number of the source; absent where nothing was captured of it while it was to be expected.
    pub(crate) alone: Vec<Option<Watched>>,
    pub(crate) pools: Vec<(Pool, Watched)>,
}

impl Watch {
    pub(crate) fn of(subjects: &[Subject<'_>], archive: Span, calendar: &Calendar) -> Self {
        let axis = Axis::new(archive, calendar);
        let series: Vec<Series> = subjects.iter().map(|subject| series(subject, &axis)).collect();
        let usual = usual(&series, &axis);
        let plain = vec![1.0; axis.len()];
        let first: Vec<Option<Charted>> =
            series.iter().map(|one| Charted::of(one, &axis, &usual, &plain, TOTAL)).collect();
        let common = Common::of(&series, &first, &axis);
        let personal = subjects.iter().map(|subject| subject.source.owner.is_some()).collect();
        let mut watch = Self { axis, usual, common, personal, alone: Vec::new(), pools: Vec::new() };
        watch.alone = series.into_iter().enumerate().map(|(n, one)| watch.charts(one, &[n])).collect();
        let pools = pools(subjects, |n| watch.alone[n].is_some());
        watch.pools = pools
            .into_iter()
            .filter_map(|pool| {
                let watched = watch.together(&pool.members)?;
                Some((pool, watched))
            })
            .collect();
        watch
    }

    /// The charts of some sources together.
    pub(crate) fn together(&self, members: &[usize]) -> Option<Watched> {
        if let [one] = members {
            return self.alone[*one].clone();
        }
        let own = members.iter().filter_map(|n| self.alone[*n].as_ref());
        let parts: Vec<(&Series, f64)> = own.map(|one| (&one.series, one.total.pattern.rate)).collect();
        self.charts(together(&parts)?, members)
    }

    fn charts(&self, series: Series, members: &[usize]) -> Option<Watched> {
        let common = self.common.without(members);
        let personal = members.len() == 1 && self.personal[members[0]];
        let aim = if personal { TOTAL_PERSONAL } else { TOTAL };
        let total = Charted::of(&series, &self.axis, &self.usual, &common, aim)?;
        let mut rest = series.clone();
        for (at, _) in total.suspect().iter().enumerate().filter(|(_, suspect)| **suspect) {
            rest.exposure[at] = 0.0;
        }
        let partial = (total.pattern.rate >= PARTIAL_RATE_MIN && !personal)
            .then(|| Charted::of(&rest, &self.axis, &self.usual, &common, PARTIAL))
            .flatten();
        Some(Watched { series, total, partial })
    }

    /// False alarms to be expected in a million years of sources, by the charts' own thresholds.
    pub(crate) fn false_per_million_years(&self) -> u64 {
        let of = |watched: &Watched| {
            let all = [Some(&watched.total), watched.partial.as_ref()];
            all.into_iter().flatten().map(|chart| chart.per_year * chart.years).sum::<f64>()
        };
        let years: f64 = self.alone.iter().flatten().map(|one| one.total.years).sum();
        let alarms: f64 = self.alone.iter().flatten().map(of).sum::<f64>()
            + self.pools.iter().map(|(_, watched)| of(watched)).sum::<f64>();
        if years > 0.0 { (alarms / years * 1e6).round() as u64 } else { 0 }
    }
}

/// The counts of a source on the days on which something is to be expected of it.
fn series(subject: &Subject<'_>, axis: &Axis) -> Series {
    let mut series = Series { counts: vec![0.0; axis.len()], exposure: vec![0.0; axis.len()] };
    let Some(attended) = subject.attended() else { return series };
    for at in axis.range(attended) {
        let day = axis.day(at);
        series.counts[at] = subject.days.get(&day).copied().unwrap_or(0) as f64;
        // A day disposed of of which something is left is no whole day.
        series.exposure[at] = if subject.retention.excuses(day) { 0.0 } else { 1.0 };
    }
    series
}

/// The firm's factors by kind of day: the mean of the factors of its sources.
fn usual(series: &[Series], axis: &Axis) -> Factors {
    let mut sum = FACTORS_USUAL.map(|factor| factor * USUAL_PRIOR);
    let mut weight = USUAL_PRIOR;
    let calm = vec![false; axis.len()];
    for one in series.iter().filter(|one| one.counts.iter().sum::<f64>() >= USUAL_COUNT_MIN) {
        let first = Pattern::first(one, axis, &FACTORS_USUAL);
        let level = vec![first.rate; axis.len()];
        let own = first.learnt(one, axis, &FACTORS_USUAL, &level, &calm).factors;
        sum.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        weight += 1.0;
    }
    sum.map(|sum| sum / weight)
}

/// What the whole firm expected and captured on each day, days under suspicion left out.
struct Common {
    all: Counts,
    of: Vec<Option<Counts>>,
}

/// Expected and captured by day.
struct Counts {
    expected: Vec<f64>,
    captured: Vec<f64>,
}

impl Common {
    fn of(series: &[Series], charted: &[Option<Charted>], axis: &Axis) -> Self {
        let none = || Counts { expected: vec![0.0; axis.len()], captured: vec![0.0; axis.len()] };
        let (mut all, mut of) = (none(), Vec::new());
        for (series, charted) in series.iter().zip(charted) {
            of.push(charted.as_ref().map(|charted| {
                let (mut own, suspect) = (none(), charted.suspect());
                for at in (0..axis.len()).filter(|at| series.expects(*at) && !suspect[*at]) {
                    own.expected[at] = charted.expected[at];
                    own.captured[at] = series.counts[at];
                    all.expected[at] += own.expected[at];
                    all.captured[at] += own.captured[at];
                }
                own
            }));
        }
        Self { all, of }
    }

    /// How the rest of the firm did on each day; 1 where nothing is to be said.
    fn without(&self, members: &[usize]) -> Vec<f64> {
        let own: Vec<&Counts> = members.iter().filter_map(|n| self.of[*n].as_ref()).collect();
        let share = |at: usize| {
            let expected = self.all.expected[at] - own.iter().map(|own| own.expected[at]).sum::<f64>();
            let captured = self.all.captured[at] - own.iter().map(|own| own.captured[at]).sum::<f64>();
            let share = captured.max(0.0) / expected;
            if expected >= COMMON_MIN && share < COMMON_POOR {
                (share / COMMON_POOR).max(COMMON_LEAST)
            } else {
                1.0
            }
        };
        (0..self.all.expected.len()).map(share).collect()
    }
}
