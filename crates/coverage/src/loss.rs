//! Losses: what the charts of sources and pools say, one event told once.
//!
//! A loss seen by several charts is one loss. Runs of pools come first, those that hit most sources before
//! others; a run of a smaller pool or of a source alone belongs to a loss found before where its sources are of
//! that loss, the days are in common, and what it has beyond those days would not have been a loss by itself.
//! What single sources of one pool lost between the same days is one loss too.
//!
//! The sources of a loss are those members whose own data are compatible with it: of whom something was to be
//! expected, and none was captured on the days between its ends, or far less. A member that plainly went on is
//! not in it. Ends and figures are then taken from the sum of these sources alone.

use crate::calendar::Axis;
use crate::chart::{Charted, Run};
use crate::ends::{End, Side, end};
use crate::pool::{Shared, shared_by};
use crate::subject::Subject;
use crate::watch::{Watch, Watched};
use std::collections::BTreeSet;

/// Of a member, what is to be expected at least for it to have lost anything.
const EXPECTED_MIN: f64 = 0.1;
/// What is captured of a member, as a share of what was to be expected, below which it is far less; where at
/// least [`FAR_LESS_COUNT`] were.
const FAR_LESS: f64 = 0.3;
const FAR_LESS_COUNT: f64 = 5.0;
/// The part of what is missing in a pool that its silent members must make up.
const MOST: f64 = 0.6;

/// A loss.
pub(crate) struct Loss {
    /// The sources, by their numbers, sorted.
    pub(crate) members: Vec<usize>,
    /// What they share, where there are several.
    pub(crate) shared: Option<Shared>,
    /// Whether they are all that share it.
    pub(crate) whole: bool,
    /// Their counts and chart.
    pub(crate) watched: Watched,
    pub(crate) partial: bool,
    pub(crate) run: Run,
    pub(crate) first: End,
    pub(crate) last: End,
    /// How many of the sources show it alone.
    pub(crate) alone: BTreeSet<usize>,
}

/// A run of one chart.
struct Seed {
    members: Vec<usize>,
    pool: Option<usize>,
    partial: bool,
    run: Run,
}

impl Loss {
    pub(crate) fn charted(&self) -> &Charted {
        chart(&self.watched, self.partial)
    }

    /// Whether it reaches the first (last) day on which anything was to be expected.
    pub(crate) fn touches(&self, side: Side) -> bool {
        let ends = self.watched.series.ends();
        match side {
            Side::First => ends.is_some_and(|(first, _)| self.run.first <= first),
            Side::Last => !self.run.ended,
        }
    }
}

fn chart(watched: &Watched, partial: bool) -> &Charted {
    if partial { watched.partial.as_ref().unwrap_or(&watched.total) } else { &watched.total }
}

/// All losses, sorted by their first day and sources.
pub(crate) fn losses(watch: &Watch, subjects: &[Subject<'_>]) -> Vec<Loss> {
    let mut losses: Vec<Loss> = Vec::new();
    for seed in seeds(watch) {
        if let Some(same) = losses.iter_mut().find(|loss| is_same(watch, &seed, loss)) {
            if seed.pool.is_none() {
                same.alone.extend(&seed.members);
            }
            continue;
        }
        losses.extend(loss(watch, &seed));
    }
    let mut losses = joined(watch, subjects, losses);
    losses.sort_by(|a, b| (a.first.day, &a.members).cmp(&(b.first.day, &b.members)));
    losses
}

/// Runs of pools with their members, those with most first, then runs of sources.
fn seeds(watch: &Watch) -> Vec<Seed> {
    let mut seeds = Vec::new();
    for (n, (pool, watched)) in watch.pools.iter().enumerate() {
        for (partial, run) in runs(watched) {
            let mut members = affected(watch, watched, partial, &pool.members, &run);
            members.retain(|n| !has_longer(watch, *n, &run));
            if members.len() > 1 && explains(watch, watched, &members, &run) {
                seeds.push(Seed { members, pool: Some(n), partial, run });
            }
        }
    }
    for (n, watched) in watch.alone.iter().enumerate() {
        let Some(watched) = watched else { continue };
        let own = runs(watched);
        seeds.extend(own.map(|(partial, run)| Seed { members: vec![n], pool: None, partial, run }));
    }
    seeds.sort_by(|a, b| {
        let key = |seed: &Seed| (std::cmp::Reverse(seed.members.len()), seed.partial, seed.pool);
        key(a).cmp(&key(b)).then(b.run.evidence.total_cmp(&a.run.evidence)).then(a.members.cmp(&b.members))
    });
    seeds
}

fn runs(watched: &Watched) -> impl Iterator<Item = (bool, Run)> {
    let partial = watched.partial.iter().flat_map(|chart| &chart.runs).map(|run| (true, *run));
    watched.total.runs.iter().map(|run| (false, *run)).chain(partial)
}

/// The days that are surely within a run.
fn inside(axis: &Axis, watched: &Watched, partial: bool, run: &Run) -> (usize, usize) {
    let charted = chart(watched, partial);
    let ends = [Side::First, Side::Last].map(|side| end(&watched.series, axis, charted, run, side));
    let [Some(first), Some(last)] = ends else { return (run.first, run.last) };
    let (mut from, mut to) = (first.latest.max(run.first), if run.ended { last.earliest } else { run.last });
    if from > to {
        (from, to) = (first.day, last.day.max(first.day));
    }
    // The day on which capture broke may have something, and so may that on which it came back. No other is left out:
    // in a pool of which some go on every day has something.
    if from < to && watched.series.counts[from] > 0.0 {
        from += 1;
    }
    if from < to && watched.series.counts[to] > 0.0 {
        to -= 1;
    }
    (from, to)
}

/// Captured and expected of a source between two days.
fn counted(watched: &Watched, (first, last): (usize, usize)) -> (f64, f64) {
    (watched.series.counts[first..=last].iter().sum(), watched.total.expected[first..=last].iter().sum())
}

/// Whether a source has a loss of its own that reaches far beyond a run of its pool.
fn has_longer(watch: &Watch, number: usize, run: &Run) -> bool {
    watch.alone[number].as_ref().is_some_and(|own| {
        runs(own).any(|(partial, other)| {
            let charted = chart(own, partial);
            other.first <= run.last
                && run.first <= other.last
                && charted.beyond(&other, run.first, run.last) >= charted.threshold
        })
    })
}

/// The members that are compatible with the run; all of them where those do not make up most of what is
/// missing, which is then missing of all evenly.
fn affected(watch: &Watch, watched: &Watched, partial: bool, members: &[usize], run: &Run) -> Vec<usize> {
    let days = inside(&watch.axis, watched, partial, run);
    let is_affected = |n: &&usize| {
        let Some(own) = &watch.alone[**n] else { return false };
        let (captured, expected) = counted(own, days);
        expected >= EXPECTED_MIN
            && (captured == 0.0 || (expected >= FAR_LESS_COUNT && captured < FAR_LESS * expected))
    };
    let hit: Vec<usize> = members.iter().filter(is_affected).copied().collect();
    let missing = |n: &usize| {
        let (captured, expected) = watch.alone[*n].as_ref().map_or((0.0, 0.0), |own| counted(own, days));
        expected - captured
    };
    let (of_hit, of_all) = (hit.iter().map(missing).sum::<f64>(), members.iter().map(missing).sum::<f64>());
    if of_hit >= MOST * of_all { hit } else { members.to_vec() }
}

/// Whether the run of a pool says more than the runs of its members: without those that show it alone, the
/// rest still had a loss.
fn explains(watch: &Watch, watched: &Watched, members: &[usize], run: &Run) -> bool {
    let shows = |n: &usize| {
        watch.alone[*n]
            .as_ref()
            .is_some_and(|own| runs(own).any(|(_, other)| other.first <= run.last && run.first <= other.last))
    };
    let rest: Vec<&Watched> =
        members.iter().filter(|n| !shows(n)).filter_map(|n| watch.alone[*n].as_ref()).collect();
    if rest.len() == members.len() {
        return true;
    }
    let evidence: f64 =
        rest.iter().map(|own| (run.first..=run.last).map(|at| own.total.if_none[at]).sum::<f64>()).sum();
    // Several that show it alone are joined by their days; sparse ones beside a loud one prove nothing.
    evidence >= watched.total.least_threshold() || members.iter().filter(|n| shows(n)).count() > 1
}

/// Whether a run tells of a loss found before.
fn is_same(watch: &Watch, seed: &Seed, loss: &Loss) -> bool {
    let common = seed.members.iter().filter(|n| loss.members.contains(n)).count();
    let (first, last) = (loss.first.earliest.min(loss.run.first), loss.last.latest.max(loss.run.last));
    if common * 2 < seed.members.len() || common == 0 || seed.run.last < first || last < seed.run.first {
        return false;
    }
    let own = match seed.pool {
        Some(pool) => Some(&watch.pools[pool].1),
        None => watch.alone[seed.members[0]].as_ref(),
    };
    own.is_some_and(|own| {
        let charted = chart(own, seed.partial);
        charted.beyond(&seed.run, first, last) < charted.threshold
    })
}

fn loss(watch: &Watch, seed: &Seed) -> Option<Loss> {
    let shared = seed.pool.map(|n| watch.pools[n].0.shared.clone());
    let all = seed.pool.is_none_or(|n| watch.pools[n].0.members.len() == seed.members.len());
    of_members(watch, seed.members.clone(), shared, all, seed.partial, &seed.run)
}

/// The loss of some sources about the days of a run.
fn of_members(
    watch: &Watch,
    members: Vec<usize>,
    shared: Option<Shared>,
    whole: bool,
    partial: bool,
    about: &Run,
) -> Option<Loss> {
    let watched = watch.together(&members)?;
    let common = |run: &Run| (run.last.min(about.last) + 1).saturating_sub(run.first.max(about.first));
    let best = runs(&watched)
        .max_by(|(a_partial, a), (b_partial, b)| common(a).cmp(&common(b)).then(b_partial.cmp(a_partial)));
    // The sum of the sources that are in it shows it at least as plainly as the chart that found it; where the
    // habits learnt differ so much that it does not, the days of that chart stand.
    let (partial, run) = best.filter(|(_, run)| common(run) > 0).unwrap_or((partial, *about));
    let charted = chart(&watched, partial);
    let [first, last] =
        [Side::First, Side::Last].map(|side| end(&watched.series, &watch.axis, charted, &run, side));
    let alone = if members.len() == 1 { members.iter().copied().collect() } else { BTreeSet::new() };
    let here = |day: usize| End { day, earliest: day, latest: day };
    let first = first.unwrap_or(here(run.first));
    let last = last.filter(|last| last.day >= first.day).unwrap_or(here(run.last));
    Some(Loss { members, shared, whole, watched, partial, run, first, last, alone })
}

/// Losses of one pool between the same days made one.
fn joined(watch: &Watch, subjects: &[Subject<'_>], losses: Vec<Loss>) -> Vec<Loss> {
    let mut groups: Vec<Vec<Loss>> = Vec::new();
    for loss in losses {
        let same = groups.iter_mut().find(|group| {
            group.iter().any(|other| same_days(&loss, other)) && common(subjects, group, &loss).is_some()
        });
        match same {
            Some(group) => group.push(loss),
            None => groups.push(vec![loss]),
        }
    }
    groups.into_iter().filter_map(|group| one(watch, subjects, group)).collect()
}

fn one(watch: &Watch, subjects: &[Subject<'_>], mut group: Vec<Loss>) -> Option<Loss> {
    let first = group.remove(0);
    if group.is_empty() {
        return Some(first);
    }
    let mut members: BTreeSet<usize> = first.members.iter().copied().collect();
    let mut alone = first.alone.clone();
    for loss in &group {
        members.extend(&loss.members);
        alone.extend(&loss.alone);
    }
    let members: Vec<usize> = members.into_iter().collect();
    let shared = members.iter().map(|n| shared_by(&subjects[*n])).reduce(|a, b| &a & &b)?;
    let shared = shared.into_iter().next();
    let whole =
        watch.pools.iter().any(|(pool, _)| Some(&pool.shared) == shared.as_ref() && pool.members == members);
    let mut loss = of_members(watch, members, shared, whole, first.partial, &first.run)?;
    loss.alone = alone;
    Some(loss)
}

/// The capture path or system that all sources of a group of losses and another loss share; the firm's domain
/// alone makes no event of two.
fn common(subjects: &[Subject<'_>], group: &[Loss], loss: &Loss) -> Option<Shared> {
    let members = group.iter().flat_map(|one| &one.members).chain(&loss.members);
    let shared = members.map(|n| shared_by(&subjects[*n])).reduce(|a, b| &a & &b)?;
    shared.into_iter().find(|shared| !matches!(shared, Shared::Domain(_)))
}

fn same_days(one: &Loss, other: &Loss) -> bool {
    let near = |a: End, b: End| a.earliest <= b.latest && b.earliest <= a.latest;
    let first = near(one.first, other.first) || (one.touches(Side::First) && other.touches(Side::First));
    let last = (one.run.ended && other.run.ended && near(one.last, other.last))
        || (one.touches(Side::Last) && other.touches(Side::Last));
    first && last
}
