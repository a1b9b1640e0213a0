//! The chart: evidence of a loss added up from day to day.
//!
//! Statistic: a CUSUM (Page, Biometrika 1954) of the logarithm of how much likelier a day's count is where
//! only the share `kept` of the communications is still captured than where all are, under the negative
//! binomial (module `count_model`) with the series' own expectation (module `pattern`). The sum never falls
//! below 0; where it passes the threshold (module `threshold`) there is a loss, which began where the sum
//! left 0 for the last time. From there on, the opposite sum is kept (at least [`BACK_SHARE`] of the
//! expectation is captured again, against `kept`); where it passes [`BACK_THRESHOLD`], the loss ended
//! where that sum left 0.
//!
//! The level follows what is captured only while the sum is 0, and takes the days of an excursion in once it
//! ended without a loss: a silence does not become its own expectation. After a loss it starts anew from
//! what comes, with [`LEVEL_PRIOR_DAYS`] days' worth of what was before.
//!
//! Days without any, one after the other, are also looked at by themselves, with a threshold of their own (module
//! `lull`), and what comes near a threshold without passing it is kept as a doubt.
//!
//! A silence before the first communication needs [`UNBEGUN`] times the evidence. A threshold is raised where many
//! days of silence are needed to pass it ([`WANDER_DAYS`]): a sparse source's level wanders in that time.
//!
//! Assumptions: a loss is abrupt. What fades over months takes the level with it and is none; what falls to a
//! third is none either. Limits: a loss evenly spread since the archive began has no dip.

use crate::calendar::Axis;
use crate::lull::{self, CLOSED_DAY, DOUBT_SHARE, Lull};
use crate::pattern::{Factors, Pattern, Series};
use crate::sway::Swaying;
use crate::threshold::{PEAKS_A_YEAR, THRESHOLD_FIRST, YEAR_DAYS, threshold};

/// Of the expectation, the share by which captured communications are taken to have come back.
const BACK_SHARE: f64 = 0.6;
/// The evidence that they came back: a likelihood a hundred and fifty times greater.
const BACK_THRESHOLD: f64 = 5.0;
/// Business days from which the first level of a series is taken, from its first communication on.
const LEVEL_FIRST_DAYS: usize = 30;
/// Business days' worth by which an earlier level stays in a new one.
const LEVEL_PRIOR_DAYS: f64 = 5.0;
/// Rounds in which habits, level and threshold are learnt from each other.
const ROUNDS: usize = 4;
/// Calm days from which a threshold of its own is learnt: a quarter of a year.
const OWN_HISTORY_DAYS: usize = 90;
/// Working days of silence, needed to pass the threshold, by which it is raised by as much again: the longer it
/// takes, the more the level may have wandered meanwhile.
const WANDER_DAYS: f64 = 30.0;
/// By how much more evidence a silence before the first communication needs: what is in service is not always used
/// from the first day on.
const UNBEGUN: f64 = 2.0;
/// Expected communications below which a share of them is taken: less is never told from nothing.
const KEPT_COUNT_MIN: f64 = 0.005;

/// What the chart looks for, and how often it may err.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Aim {
    /// The share of communications that is still captured in a loss.
    pub(crate) kept: f64,
    /// The share of its expectation that a loss keeps at most, its first and last day left out: above, the level
    /// fell and nothing broke.
    pub(crate) kept_max: f64,
    /// By what the threshold is raised, and by what that of days without any one after the other.
    pub(crate) caution: f64,
    pub(crate) silent_caution: f64,
    /// False alarms a year that are allowed in one series.
    pub(crate) per_year: f64,
    /// And by days without any one after the other alone; 0: these are not looked at by themselves.
    pub(crate) silent_per_year: f64,
}

impl Aim {
    /// False alarms a year that the sum gives at its raised threshold. In an exponential tail, whatever its slope, that
    /// reaches [`PEAKS_A_YEAR`] a year at 0 or above and `per_year` at the height `h`, `caution * h` is reached
    /// `per_year * (per_year / PEAKS_A_YEAR)^(caution - 1)` times a year or less often.
    fn raised_per_year(self) -> f64 {
        self.per_year * (self.per_year / PEAKS_A_YEAR).powf(self.caution - 1.0)
    }
}

/// A stretch of days over which the chart says that communications were lost, both included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Run {
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// Whether they came back after it.
    pub(crate) ended: bool,
    /// Its evidence, above the threshold.
    pub(crate) evidence: f64,
    /// The threshold that it passed, and the false alarms a year that this one allows.
    pub(crate) passed: (f64, f64),
}

/// A series as the chart sees it.
#[derive(Debug, Clone)]
pub(crate) struct Charted {
    pub(crate) pattern: Pattern,
    /// Level by day.
    pub(crate) level: Vec<f64>,
    /// Expected communications by day; 0 where nothing is to be expected.
    pub(crate) expected: Vec<f64>,
    /// What the count of each day adds.
    pub(crate) increments: Vec<f64>,
    /// What a day without any would add.
    pub(crate) if_none: Vec<f64>,
    pub(crate) threshold: f64,
    /// The threshold of days without any, one after the other; none lower than this where they are not looked at.
    pub(crate) silent_threshold: f64,
    pub(crate) runs: Vec<Run>,
    /// Days, both included, of which neither can be said: see module `lull`.
    pub(crate) doubts: Vec<(usize, usize)>,
    /// False alarms that the thresholds allow a year, and the years looked at.
    pub(crate) per_year: f64,
    pub(crate) years: f64,
}

impl Charted {
    /// Judges a series; `usual` are the firm's factors by kind of day, `common` how the whole firm did on each day
    /// (1 where as expected). Nothing where the series never had anything or is never in service.
    pub(crate) fn of(
        series: &Series,
        axis: &Axis,
        usual: &Factors,
        common: &[f64],
        aim: Aim,
    ) -> Option<Self> {
        series.ends()?;
        let mut pattern = Pattern::first(series, axis, usual);
        if pattern.rate <= 0.0 {
            return None;
        }
        let looks = aim.silent_per_year > 0.0;
        let silent_first = if looks { THRESHOLD_FIRST } else { f64::INFINITY };
        let mut limits = (THRESHOLD_FIRST, silent_first);
        let mut walked = Walk::new(series, axis, &pattern, common, aim, limits.0, &[]).walked();
        for _ in 0..ROUNDS {
            let suspect = suspect(axis.len(), &walked.runs);
            pattern = pattern.learnt(series, axis, usual, &walked.level, &suspect);
            let calm: Vec<usize> =
                (0..axis.len()).filter(|at| series.expects(*at) && !suspect[*at]).collect();
            let per_day = evidence(&pattern, aim, 0.0, pattern.rate);
            let lulls = if looks { walked.lulls(series, axis, &pattern) } else { Vec::new() };
            limits = (THRESHOLD_FIRST, silent_first);
            if calm.len() >= OWN_HISTORY_DAYS {
                let of = |at: &usize| walked.increments[*at];
                limits.0 = threshold(&calm.iter().map(of).collect::<Vec<_>>(), aim.per_year);
                if looks {
                    limits.1 = lull::threshold(&lulls, calm.len(), per_day, aim.silent_per_year);
                }
            }
            let wander = 1.0 + limits.0 / per_day.max(1e-6) / WANDER_DAYS;
            limits = (aim.caution * wander * limits.0, aim.silent_caution * limits.1);
            let lost = silences(series, &lulls, limits.1, aim);
            walked = Walk::new(series, axis, &pattern, common, aim, limits.0, &lost).walked();
        }
        if looks {
            let doubtful = walked.lulls(series, axis, &pattern).into_iter().filter(Lull::is_doubt);
            let is_run =
                |lull: &Lull| walked.runs.iter().any(|run| run.first <= lull.last && lull.first <= run.last);
            let doubts: Vec<(usize, usize)> =
                doubtful.filter(|lull| !is_run(lull)).map(|lull| (lull.first, lull.last)).collect();
            walked.doubts.extend(doubts);
        }
        let if_none = walked.expected.iter().map(|expected| evidence(&pattern, aim, 0.0, *expected));
        Some(Self {
            if_none: if_none.collect(),
            increments: walked.increments,
            level: walked.level,
            expected: walked.expected,
            runs: walked.runs,
            doubts: walked.doubts,
            threshold: limits.0,
            silent_threshold: limits.1,
            per_year: aim.raised_per_year() + aim.silent_per_year,
            years: (0..axis.len()).filter(|at| series.expects(*at)).count() as f64 / YEAR_DAYS,
            pattern,
        })
    }

    /// The evidence that the days of a run add which do not lie between two days.
    pub(crate) fn beyond(&self, run: &Run, first: usize, last: usize) -> f64 {
        (run.first..=run.last).filter(|at| *at < first || last < *at).map(|at| self.increments[at]).sum()
    }

    /// The evidence from which days without any pass one threshold or the other.
    pub(crate) fn least_threshold(&self) -> f64 {
        self.threshold.min(self.silent_threshold / self.pattern.zero_after_zero)
    }

    /// The days under suspicion.
    pub(crate) fn suspect(&self) -> Vec<bool> {
        suspect(self.expected.len(), &self.runs)
    }
}

fn suspect(days: usize, runs: &[Run]) -> Vec<bool> {
    let mut suspect = vec![false; days];
    for run in runs {
        suspect[run.first..=run.last].fill(true);
    }
    suspect
}

/// The runs of days without any that pass their threshold, as far as they are known: where each begins and ends.
fn silences(series: &Series, lulls: &[Lull], threshold: f64, aim: Aim) -> Vec<Run> {
    let begun = series.counts.iter().position(|count| *count > 0.0).unwrap_or(series.counts.len());
    let limit = |lull: &Lull| if lull.last < begun { UNBEGUN * threshold } else { threshold };
    let passing = lulls.iter().filter(|lull| lull.passes(limit(lull)));
    let run = |lull: &Lull| Run {
        first: lull.first,
        last: lull.last,
        ended: true,
        evidence: lull.evidence,
        passed: (threshold, aim.silent_per_year),
    };
    passing.map(run).collect()
}

/// Logarithm of how much likelier a count is where only a share is kept.
fn evidence(pattern: &Pattern, aim: Aim, count: f64, expected: f64) -> f64 {
    if expected <= 2.0 * KEPT_COUNT_MIN {
        return 0.0;
    }
    pattern.spread.log_ratio(count, (aim.kept * expected).max(KEPT_COUNT_MIN), expected)
}

/// One pass over the days.
struct Walk<'s> {
    series: &'s Series,
    axis: &'s Axis,
    pattern: &'s Pattern,
    common: &'s [f64],
    aim: Aim,
    /// The threshold of the sum.
    limit: f64,
    /// Days without any one after the other that are lost by themselves, in their order.
    lost: &'s [Run],
    level: Level,
    out: Walked,
}

struct Walked {
    level: Vec<f64>,
    expected: Vec<f64>,
    increments: Vec<f64>,
    runs: Vec<Run>,
    doubts: Vec<(usize, usize)>,
}

impl Walked {
    fn lulls(&self, series: &Series, axis: &Axis, pattern: &Pattern) -> Vec<Lull> {
        let swaying = Swaying::new(series, pattern, &self.expected, &suspect(axis.len(), &self.runs));
        lull::lulls(series, axis, pattern, &swaying, &self.increments)
    }
}

/// Days over which a sum is above 0, and the highest that it reached.
#[derive(Debug, Clone, Copy, Default)]
struct Excursion {
    first: usize,
    last: usize,
    sum: f64,
}

impl Excursion {
    /// Follows a sum to a day; `first` is where it left 0.
    fn rise(&mut self, first: usize, at: usize, sum: f64) {
        if self.sum == 0.0 {
            self.first = first;
        }
        if sum > self.sum {
            (self.last, self.sum) = (at, sum);
        }
    }
}

/// Counts and weights, older ones fading.
#[derive(Debug, Clone, Copy)]
struct Level {
    count: f64,
    weight: f64,
}

impl Level {
    fn value(self) -> f64 {
        if self.weight > 0.0 { self.count / self.weight } else { 0.0 }
    }

    fn take(&mut self, count: f64, weight: f64, exposure: f64, memory: f64) {
        let fading = if exposure > 0.0 { (-weight / exposure / memory).exp() } else { 1.0 };
        self.count = self.count * fading + count;
        self.weight = self.weight * fading + weight;
    }

    /// As much as `weight` of it.
    fn worth(self, weight: f64) -> Self {
        Self { count: self.value() * weight, weight }
    }
}

impl<'s> Walk<'s> {
    fn new(
        series: &'s Series,
        axis: &'s Axis,
        pattern: &'s Pattern,
        common: &'s [f64],
        aim: Aim,
        limit: f64,
        lost: &'s [Run],
    ) -> Self {
        let zeros = vec![0.0; axis.len()];
        let out = Walked {
            level: zeros.clone(),
            expected: zeros.clone(),
            increments: zeros,
            runs: Vec::new(),
            doubts: Vec::new(),
        };
        let mut walk = Self {
            series,
            axis,
            pattern,
            common,
            aim,
            limit,
            lost,
            level: Level { count: 0.0, weight: 0.0 },
            out,
        };
        walk.level = walk.first_level();
        walk
    }

    /// From the first days on which anything was captured, so that a silence at the beginning shows.
    fn first_level(&self) -> Level {
        let expects = |at: &usize| self.series.expects(*at);
        let days = (0..self.axis.len()).filter(expects).skip_while(|at| self.series.counts[*at] == 0.0);
        let mut level = Level { count: 0.0, weight: 0.0 };
        let (mut business, mut exposure) = (0, 0.0);
        for at in days {
            if business >= LEVEL_FIRST_DAYS {
                break;
            }
            level.count += self.series.counts[at];
            level.weight += self.pattern.weight(self.series, self.axis, at);
            exposure = self.series.exposure[at];
            business += usize::from(self.axis.is_business(at));
        }
        level.worth(LEVEL_FIRST_DAYS as f64 * exposure)
    }

    fn walked(mut self) -> Walked {
        let (mut sum, mut start, mut begun) = (0.0, 0, false);
        let mut height = Excursion::default();
        let mut pending: Vec<usize> = Vec::new();
        let mut at = 0;
        while at < self.axis.len() {
            if !self.series.expects(at) {
                at += 1;
                continue;
            }
            let increment = self.see(at);
            if sum == 0.0 {
                start = at;
            }
            sum = (sum + increment).max(0.0);
            begun = begun || self.series.counts[at] > 0.0;
            let limit = if begun { self.limit } else { UNBEGUN * self.limit };
            self.close_where(&mut height, sum == 0.0);
            height.rise(start, at, sum);
            pending.push(at);
            let silent = self.lost.iter().find(|run| run.last == at);
            if sum > limit || silent.is_some() {
                at = match silent {
                    Some(run) if sum <= limit => self.lost(run.first, at, run.evidence, run.passed),
                    _ => self.lost(start, at, sum, (self.limit, self.aim.raised_per_year())),
                };
                sum = 0.0;
                height = Excursion::default();
                pending.clear();
                continue;
            }
            if sum == 0.0 {
                for day in pending.drain(..) {
                    self.take(day);
                }
            }
            at += 1;
        }
        self.close_where(&mut height, true);
        self.out
    }

    /// Ends an excursion where it is over, and keeps its days where they are in doubt.
    fn close_where(&mut self, excursion: &mut Excursion, over: bool) {
        if over {
            if excursion.sum >= DOUBT_SHARE * self.limit {
                self.out.doubts.push((excursion.first, excursion.last));
            }
            *excursion = Excursion::default();
        }
    }

    /// Enters the level and expectation of a day; what its count says.
    fn see(&mut self, at: usize) -> f64 {
        let level = self.level.value();
        let expected = level * self.pattern.weight(self.series, self.axis, at) * self.common[at];
        self.out.level[at] = level;
        self.out.expected[at] = expected;
        let increment = evidence(self.pattern, self.aim, self.series.counts[at], expected);
        self.out.increments[at] = increment;
        increment
    }

    fn take(&mut self, at: usize) {
        let weight = self.pattern.weight(self.series, self.axis, at) * self.common[at];
        let count = Pattern::tamed(self.series.counts[at], self.out.expected[at]);
        self.level.take(count, weight, self.series.exposure[at] * self.common[at], self.pattern.memory);
    }

    /// Follows a loss to its end; the day with which to go on.
    fn lost(&mut self, start: usize, found: usize, mut evidence: f64, passed: (f64, f64)) -> usize {
        let (mut back, mut back_start, mut last) = (0.0, found + 1, found);
        let series = self.series;
        let last_before = |day: usize| (0..day).rev().find(|at| series.expects(*at)).unwrap_or(0);
        for at in found + 1..self.axis.len() {
            if !self.series.expects(at) {
                continue;
            }
            let increment = self.see(at);
            if back == 0.0 {
                back_start = at;
            }
            back = (back + self.returned(at)).max(0.0);
            if back > BACK_THRESHOLD {
                let end = last_before(back_start).max(start);
                self.out.runs.push(Run { first: start, last: end, ended: true, evidence, passed });
                self.drop_if_kept();
                let exposure = self.series.exposure[back_start];
                self.level = self.level.worth(LEVEL_PRIOR_DAYS * exposure);
                for day in back_start..=at {
                    if self.series.expects(day) {
                        self.take(day);
                    }
                }
                return at + 1;
            }
            if back == 0.0 {
                evidence += increment;
            }
            last = at;
        }
        self.out.runs.push(Run { first: start, last, ended: false, evidence, passed });
        self.drop_if_kept();
        self.axis.len()
    }

    /// Takes the newest run back where more was kept than a loss keeps: the level fell, and nothing broke.
    fn drop_if_kept(&mut self) {
        let Some(run) = self.out.runs.last() else { return };
        // The days between the first and the last on which much was to be expected. Where there is none, it is
        // about closed days, which tell nothing.
        let much = |at: &usize| self.series.expects(*at) && self.expects_much(*at);
        let mut days: Vec<usize> = (run.first..=run.last).filter(much).collect();
        if days.len() > 2 {
            days.pop();
            days.remove(0);
        }
        let captured: f64 = days.iter().map(|at| self.series.counts[*at]).sum();
        let expected: f64 = days.iter().map(|at| self.out.expected[*at]).sum();
        if days.is_empty() || captured > self.aim.kept_max * expected {
            self.out.doubts.push((run.first, run.last));
            self.out.runs.pop();
        }
    }

    /// Whether much is to be expected of a day; of a closed one, too, where none would tell as much.
    fn expects_much(&self, at: usize) -> bool {
        let none = || evidence(self.pattern, self.aim, 0.0, self.out.expected[at]);
        self.pattern.expects_much(self.axis, at) || (self.axis.kinds[at].is_closure() && none() >= CLOSED_DAY)
    }

    fn returned(&self, at: usize) -> f64 {
        let expected = self.out.expected[at];
        if expected <= 2.0 * KEPT_COUNT_MIN {
            return 0.0;
        }
        let kept = (self.aim.kept * expected).max(KEPT_COUNT_MIN);
        let back = (BACK_SHARE * expected).max(kept);
        self.pattern.spread.log_ratio(self.series.counts[at], back, kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Calendar, Span};
    use crate::pattern::FACTORS_USUAL;

    const AIM: Aim = Aim {
        kept: 0.02,
        kept_max: 0.05,
        caution: 1.0,
        silent_caution: 1.0,
        per_year: 0.0012,
        silent_per_year: 0.0025,
    };

    /// Two years of a source with eight to twelve communications a business day, changed by `change`.
    fn charted(change: impl Fn(usize, f64) -> f64) -> (Axis, Charted) {
        let days = Span { first: "2022-01-03".parse().unwrap(), last: "2023-12-29".parse().unwrap() };
        let axis = Axis::new(days, &Calendar::default());
        let usual = |at: usize| if axis.is_business(at) { 8.0 + (at * 7919 % 5) as f64 } else { 0.0 };
        let counts = (0..axis.len()).map(|at| change(at, usual(at))).collect();
        let series = Series { counts, exposure: vec![1.0; axis.len()] };
        let charted = Charted::of(&series, &axis, &FACTORS_USUAL, &vec![1.0; axis.len()], AIM).unwrap();
        (axis, charted)
    }

    #[test]
    fn a_silence_is_one_run_and_its_days_do_not_become_the_expectation() {
        let (_, charted) = charted(|at, count| if (300..600).contains(&at) { 0.0 } else { count });
        let [run] = charted.runs[..] else { panic!("{:?}", charted.runs) };
        assert!((298..=301).contains(&run.first) && (598..=602).contains(&run.last) && run.ended, "{run:?}");
        assert!(charted.level[590] > 8.0, "{}", charted.level[590]);
    }

    #[test]
    fn what_grows_fades_slowly_or_jumps_for_a_day_is_no_run() {
        for change in [
            (|_: usize, count: f64| count) as fn(usize, f64) -> f64,
            |at, count| (count * (1.0 + at as f64 / 200.0)).round(),
            |at, count| (count * (-(at as f64) / 300.0).exp()).round(),
            |at, count| if at % 100 == 1 { count * 9.0 } else { count },
            |at, count| if at > 350 { (count / 2.0).round() } else { count },
        ] {
            assert_eq!(charted(change).1.runs, []);
        }
    }

    #[test]
    fn a_silence_at_the_beginning_and_one_that_goes_on_are_runs() {
        let (axis, charted) = charted(|at, count| if (60..650).contains(&at) { count } else { 0.0 });
        let [first, last] = charted.runs[..] else { panic!("{:?}", charted.runs) };
        assert!(first.first == 0 && first.ended && !last.ended, "{:?}", charted.runs);
        assert_eq!(last.last, axis.len() - 1);
    }
}
