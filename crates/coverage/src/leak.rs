//! A source that loses a part of its communications: when the share of missing ones rose, and whether it was
//! too high all along.
//!
//! Input: per day, how many communications could be looked for and how many of them were missing.
//!
//! Statistic for a rise: over weeks (Monday to Sunday), each run of weeks is held against all weeks outside the runs
//! found: the log-likelihood ratio of two binomial shares against one, divided by the dispersion, one-sided (more
//! missing inside). A run of `L` weeks is a finding where that exceeds `ln(52 L (L + 1) / r)`, `r` being
//! [`FALSE_PER_YEAR`]. The chance that a given run exceeds it by accident is at most `r / 52 / (L (L + 1))`
//! (see `binomial`; for two samples the bound is that of half a chi-square), so that over all runs ending in one week
//! it is at most `r / 52`, and over a year at most `r`: however often, and on however many nights, it is looked. That
//! is alpha spending (Lan, DeMets 1983) with a share for each week and each length.
//!
//! Dispersion: real shares scatter more than binomial ones, and neighbouring weeks resemble each other. Pearson's
//! chi-square per degree of freedom about the shares of the found runs and of the rest, at least 1, is taken for weeks
//! and for blocks of 2, 4 and 8 weeks, and the largest counts (quasi-likelihood: Wedderburn 1974, McCullagh and Nelder
//! 1989 section 4.5; for a beta-binomial share with equal counts it is `1 + (n - 1) rho`). Runs are first found as if it
//! were 1 and then dropped, weakest first, as long as they do not hold against the dispersion about those that remain.
//!
//! Ends (module `rise_ends`): each day at which the ratio falls short of its maximum by no more than `ln 40` dispersions, the other end
//! kept (each end misses the truth with a chance of about 1 in 40 on either side: Siegmund 1988). An end whose days
//! reach the first or last day looked at is not known.
//!
//! Statistic for a share too high all along: the divergence of the share outside all runs from [`ORDINARY`], against
//! the same limit with `L` all weeks. What is lost evenly since the archive began shows no rise; only a level that one
//! is willing to call ordinary can tell it.
//!
//! Measured in simulations: over 3,000 source-years of 20 looked for a week and a share of 0.8 % there was no false rise where
//! shares were constant, or scattered and drifted from week to week (lag-one correlation 0.6, about a factor of 2), 4 where
//! they drifted slowly (0.9) and 3 where they scattered widely without drifting; no false "too high" in any. A rise by 5
//! percentage points over 2 years was found in 28 of 50 cases with 5 looked for a week, and in 50 of 50 with 10 or more; an even 5 %
//! over 3 years in 40 of 50, and in 50 of 50.
//!
//! Assumptions: what is looked for on a day is missing independently of the rest but for the dispersion; outside the
//! runs the share is constant. Limits: runs shorter than a week are seen only through their week; a run is picked
//! because it is large, so its excess is rather overstated; seasonal shares (fewer answers kept in August) look like a
//! rise where they last for weeks.

use crate::binomial::{bisect, divergence, lower};
use crate::looked::{Looked, Run, Sums, ratio};
use crate::rise_ends::placed;
use chrono::{Datelike as _, Days, NaiveDate};
use duces_model::DayBounds;
use std::collections::BTreeMap;

/// False findings of a rise, and of a share too high all along, that may be expected per source and year: at most
/// one in a thousand source-years each, if the assumptions hold.
pub(crate) const FALSE_PER_YEAR: f64 = 0.001;

/// The share that is called ordinary: copies deleted before capture, authors wrongly named. A judgement of this
/// program; no source states one.
pub(crate) const ORDINARY: f64 = 0.01;

/// A run of days with a higher share.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rise {
    /// First and last of its days on which anything was looked for.
    pub(crate) days: (NaiveDate, NaiveDate),
    /// Where it may have begun; absent where that cannot be told from before the first day looked at.
    pub(crate) first_between: Option<DayBounds>,
    /// Where it may have ended; absent where it may go on.
    pub(crate) last_between: Option<DayBounds>,
    /// Within it.
    pub(crate) inside: Looked,
    /// Outside all rises.
    pub(crate) outside: Looked,
    /// At least so many more are missing than the share outside explains, even at its upper bound.
    pub(crate) excess: u64,
    /// How much more than binomially the shares scatter.
    pub(crate) dispersion: f64,
}

/// What a source's days say.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Judged {
    /// By day.
    pub(crate) rises: Vec<Rise>,
    /// Outside the rises.
    pub(crate) outside: Looked,
    /// Outside the rises: the lowest share that the figures allow, where that is more than [`ORDINARY`].
    pub(crate) too_high: Option<f64>,
    /// The least share that would have been called too high all along with so many looked for; absent where not even
    /// all of them missing would have been.
    pub(crate) seen_from: Option<f64>,
}

/// Judges the days of one source.
pub(crate) fn judge(days: &BTreeMap<NaiveDate, Looked>) -> Judged {
    let days: Vec<(NaiveDate, Looked)> =
        days.iter().filter(|(_, looked)| looked.all > 0).map(|(day, looked)| (*day, *looked)).collect();
    let weeks = Sums::of(weekly(&days));
    let mut runs = Vec::new();
    while let Some(run) = best(&weeks, &runs) {
        runs.push(run);
        runs.sort_unstable();
    }
    let mut dispersion = scatter(&weeks, &runs);
    while let Some(weakest) = weakest(&weeks, &runs, dispersion) {
        runs.remove(weakest);
        dispersion = scatter(&weeks, &runs);
    }
    let inside: u64 = runs.iter().map(|run| weeks.sum(*run).all).sum();
    let inside_missing: u64 = runs.iter().map(|run| weeks.sum(*run).missing).sum();
    let outside = weeks.all().minus(Looked { missing: inside_missing, all: inside });
    let reach = limit(weeks.len().max(1)) * dispersion;
    let low = lower(outside.missing as f64, outside.all as f64, reach);
    let all = outside.all as f64;
    let seen = |share: f64| divergence(all * share, all, ORDINARY) > reach;
    Judged {
        rises: placed(&days, &by_days(&days, &weeks, &runs), outside, dispersion),
        outside,
        too_high: (low > ORDINARY).then_some(low),
        seen_from: seen(1.0).then(|| bisect(1.0, ORDINARY, seen)),
    }
}

/// What the log-likelihood ratio of a run of so many weeks must exceed.
fn limit(weeks: usize) -> f64 {
    let weeks = weeks as f64;
    (52.0 * weeks * (weeks + 1.0) / FALSE_PER_YEAR).ln()
}

fn monday(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))).unwrap_or(day)
}

/// The weeks in which anything was looked for.
fn weekly(days: &[(NaiveDate, Looked)]) -> Vec<(NaiveDate, Looked)> {
    let mut weeks: Vec<(NaiveDate, Looked)> = Vec::new();
    for (day, looked) in days {
        match weeks.last_mut() {
            Some((week, sum)) if *week == monday(*day) => sum.add(*looked),
            _ => weeks.push((monday(*day), *looked)),
        }
    }
    weeks
}

/// What is neither in these runs nor in any but the one at `but`.
fn rest(weeks: &Sums, runs: &[Run], but: Option<usize>) -> Looked {
    let others = runs.iter().enumerate().filter(|(at, _)| Some(*at) != but);
    others.fold(weeks.all(), |rest, (_, run)| rest.minus(weeks.sum(*run)))
}

/// The run that exceeds its limit by most, apart from those found already.
fn best(weeks: &Sums, runs: &[Run]) -> Option<Run> {
    let all = rest(weeks, runs, None);
    let limits: Vec<f64> = (1..=weeks.len()).map(limit).collect();
    let mut best: Option<(f64, Run)> = None;
    for first in 0..weeks.len() {
        if runs.iter().any(|run| run.0 <= first && first <= run.1) {
            continue;
        }
        let end = runs.iter().map(|run| run.0).filter(|start| *start > first).min().unwrap_or(weeks.len());
        for last in first..end {
            let inside = weeks.sum((first, last));
            let over = ratio(inside, all.minus(inside)) - limits[last - first];
            if over > 0.0 && best.is_none_or(|(most, _)| over > most) {
                best = Some((over, (first, last)));
            }
        }
    }
    best.map(|(_, run)| run)
}

/// The place of the run that falls furthest short of its limit, where one does.
fn weakest(weeks: &Sums, runs: &[Run], dispersion: f64) -> Option<usize> {
    let over = |at: usize, run: Run| {
        let outside = rest(weeks, runs, Some(at)).minus(weeks.sum(run));
        ratio(weeks.sum(run), outside) / dispersion - limit(run.1 - run.0 + 1)
    };
    let short =
        runs.iter().enumerate().map(|(at, run)| (at, over(at, *run))).filter(|(_, over)| *over <= 0.0);
    short.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, _)| at)
}

/// The dispersion about the shares of the runs and of the rest.
fn scatter(weeks: &Sums, runs: &[Run]) -> f64 {
    let outside = rest(weeks, runs, None);
    let group = |at: usize| runs.iter().position(|run| run.0 <= at && at <= run.1);
    let mut dispersion = 1.0_f64;
    for size in [1, 2, 4, 8] {
        let (mut square, mut blocks) = (0.0, 0_usize);
        let mut at = 0;
        while at < weeks.len() {
            let own = group(at);
            let mut last = at;
            while last + 1 < weeks.len() && last + 1 < at + size && group(last + 1) == own {
                last += 1;
            }
            let share = own.map_or(outside, |run| weeks.sum(runs[run])).share();
            let block = weeks.sum((at, last));
            let spread = block.all as f64 * share * (1.0 - share);
            if spread > 0.0 {
                let off = block.missing as f64 - block.all as f64 * share;
                square += off * off / spread;
                blocks += 1;
            }
            at = last + 1;
        }
        // Below five degrees of freedom the figure would be all chance.
        let free = blocks.saturating_sub(runs.len() + 1);
        if free >= 5 {
            dispersion = dispersion.max(square / free as f64);
        }
    }
    dispersion
}

/// The days of runs of weeks.
fn by_days(days: &[(NaiveDate, Looked)], weeks: &Sums, runs: &[Run]) -> Vec<Run> {
    let place = |week: NaiveDate| days.partition_point(|(day, _)| monday(*day) < week);
    let after = |at: usize| weeks.each.get(at + 1).map_or(days.len(), |(week, _)| place(*week));
    runs.iter().map(|run| (place(weeks.each[run.0].0), after(run.1) - 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;

    fn day(n: u64) -> NaiveDate {
        "2020-01-06".parse::<NaiveDate>().unwrap() + Days::new(n)
    }

    /// Days with so many looked for, each missing with the chance that `share` gives for its day and week.
    fn days(
        dice: &mut Dice,
        weeks: u64,
        per_day: u64,
        share: impl Fn(&mut Dice, u64) -> f64,
    ) -> BTreeMap<NaiveDate, Looked> {
        let mut days = BTreeMap::new();
        for week in 0..weeks {
            let share = share(dice, week);
            for n in 0..5 {
                let missing = dice.count(per_day, share);
                days.insert(day(week * 7 + n), Looked { missing, all: per_day });
            }
        }
        days
    }

    #[test]
    fn a_rise_is_found_with_its_ends_and_its_excess() {
        let mut hit = 0;
        for seed in 0..20 {
            let mut dice = Dice::new(seed);
            let leak = |_: &mut Dice, week| if (40..60).contains(&week) { 0.25 } else { 0.005 };
            let judged = judge(&days(&mut dice, 104, 6, leak));
            assert_eq!(judged.rises.len(), 1, "seed {seed}");
            let rise = &judged.rises[0];
            let (first, last) = (rise.first_between.unwrap(), rise.last_between.unwrap());
            let within = |bounds: DayBounds, day| bounds.earliest <= day && day <= bounds.latest;
            hit += u32::from(within(first, day(40 * 7))) + u32::from(within(last, day(59 * 7 + 4)));
            assert!(rise.excess > 80 && rise.excess <= rise.inside.missing, "{rise:?}");
            assert_eq!(judged.too_high, None);
        }
        assert!(hit >= 38, "38 of 40 ends lie within their bounds, found {hit}");
    }

    #[test]
    fn a_total_loss_that_goes_on_has_no_known_end() {
        let mut dice = Dice::new(1);
        let judged = judge(&days(&mut dice, 60, 3, |_, week| if week >= 50 { 1.0 } else { 0.0 }));
        let [rise] = judged.rises.as_slice() else { panic!("{judged:?}") };
        assert_eq!((rise.days.0, rise.last_between), (day(350), None));
        assert_eq!(rise.first_between.unwrap().latest, day(350));
        assert_eq!(rise.excess, 10 * 5 * 3 - 1, "less what the upper bound of the rest may explain");
    }

    #[test]
    fn two_rises_are_two() {
        let mut dice = Dice::new(3);
        let leak = |_: &mut Dice, week| {
            if (20..30).contains(&week) || (70..90).contains(&week) { 0.5 } else { 0.02 }
        };
        let judged = judge(&days(&mut dice, 120, 5, leak));
        assert_eq!(judged.rises.len(), 2, "{judged:?}");
        assert!(judged.rises[0].days.1 < judged.rises[1].days.0);
    }

    #[test]
    fn an_even_leak_since_the_beginning_has_no_rise_and_is_too_high() {
        for seed in 0..10 {
            let judged = judge(&days(&mut Dice::new(seed), 104, 6, |_, _| 0.05));
            assert_eq!(judged.rises, []);
            assert!(judged.too_high.is_some_and(|low| low > ORDINARY && low < 0.05), "{judged:?}");
            assert!(judged.seen_from.is_some_and(|share| share < 0.05));
        }
        let ordinary = judge(&days(&mut Dice::new(1), 104, 6, |_, _| 0.008));
        assert_eq!((ordinary.rises.len(), ordinary.too_high), (0, None));
    }

    #[test]
    fn too_few_to_tell_says_so() {
        let few = judge(&BTreeMap::from([(day(0), Looked { missing: 2, all: 2 })]));
        assert_eq!((few.too_high, few.seen_from.is_some()), (None, false));
        let nothing = judge(&BTreeMap::new());
        assert_eq!((nothing.rises, nothing.outside, nothing.seen_from), (vec![], Looked::default(), None));
    }

    /// Over-dispersed, autocorrelated shares without any rise: at most a few false findings in 3,000 source-years.
    #[test]
    fn false_findings_are_rare_also_where_shares_scatter_and_drift() {
        let (mut found, mut years) = (0, 0);
        for seed in 0..750 {
            let mut dice = Dice::new(seed * 77 + 5);
            let mut swing = 0.0_f64;
            let mut weekly = Vec::new();
            for _ in 0..208 {
                swing = 0.6 * swing + 0.8 * (dice.even() + dice.even() + dice.even() - 1.5) * 2.0 * 0.5;
                weekly.push(0.03 * swing.exp());
            }
            let judged = judge(&days(&mut dice, 208, 8, |_, week| weekly[week as usize].min(0.5)));
            found += judged.rises.len();
            years += 4;
        }
        assert!(found * 1_000 <= 5 * years, "{found} false findings in {years} source-years");
    }

    #[test]
    fn looking_again_and_again_as_the_archive_grows_adds_no_false_findings() {
        let mut accused = 0;
        for seed in 0..60 {
            let days = days(&mut Dice::new(seed * 31 + 7), 104, 8, |_, _| 0.02);
            let looks = (12..=104).step_by(4).map(|weeks| days.range(..day(weeks * 7)));
            let mut looks = looks.map(|seen| judge(&seen.map(|(day, looked)| (*day, *looked)).collect()));
            accused += u32::from(looks.any(|judged| !judged.rises.is_empty()));
        }
        assert_eq!(accused, 0, "of 120 source-years, looked at 24 times");
    }

    #[test]
    fn what_is_inside_and_outside_of_a_rise_is_everything() {
        for seed in 0..10 {
            let days = days(&mut Dice::new(seed), 60, 4, |_, week| if week > 40 { 0.5 } else { 0.05 });
            let judged = judge(&days);
            let [rise] = judged.rises.as_slice() else { panic!("{judged:?}") };
            let sum = |of: fn(&Looked) -> u64| days.values().map(of).sum::<u64>();
            assert_eq!(rise.inside.all + rise.outside.all, sum(|looked| looked.all));
            assert_eq!(rise.inside.missing + rise.outside.missing, sum(|looked| looked.missing));
        }
    }
}
