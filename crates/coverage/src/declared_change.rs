//! Evidence: the volume shifts at a dated change of the capture path.
//!
//! Statistic: for each change in `captures.csv`, the counts of the path's sources that were in service on both
//! sides, added up, over [`WINDOW_DAYS`] days before and after it (cut at the next change of the path and
//! the archive's ends). Sources that a chart suspects within these days are left out: silence tells of them. Each side is captured over what the
//! pattern of its days of the week and holidays expects; the logarithm of after over before is compared with its
//! standard error, which comes from the over-dispersed law of the counts and how much sums over weeks vary more
//! than independent days. Where the other sources of the firm are enough to tell, their own shift over the same
//! days is taken off (difference in differences; Card and Krueger 1994), so that a season is no loss. A drop is
//! a finding where it is [`ERRORS`] standard errors below none and at least [`DROP_MIN`] in size, and the second
//! half of the time after the change is down as well.
//!
//! Assumptions: nothing but the change moved this path's volume against the rest of the firm in those weeks.
//!
//! Limits: a drop smaller than what the counts can tell (stated for each change) is not seen; a shift at a date
//! that nobody declared is not looked for. The quantity is for the time over which it was compared and goes on
//! until the archive's end or the next change: the level that was, minus the level that is.

use crate::calendar::{Span, counted};
use crate::event::Observation;
use crate::grounds::Grounds;
use crate::pattern::Series;
use crate::pool::Shared;
use crate::subject::Subject;
use crate::watch::{Watch, Watched};
use chrono::NaiveDate;
use duces_model::{DayBounds, Evidence, Quantity, SourceId};
use duces_register::{CaptureChange, ChangeKind};
use serde::Serialize;
use std::collections::BTreeMap;

/// Days compared on either side: twelve weeks.
const WINDOW_DAYS: usize = 84;
/// Days that either side must have at least: three weeks.
const WINDOW_DAYS_MIN: usize = 21;
/// Standard errors by which a drop must stand out: one false finding in some ten thousand changes.
const ERRORS: f64 = 3.7;
/// The smallest drop that is called one, in the share of the volume.
const DROP_MIN: f64 = 0.1;
/// Communications that the rest of the firm must have had on either side to be compared with.
const REST_MIN: f64 = 500.0;
/// Standard errors of an interval that holds 95 of 100.
const WIDTH: f64 = 1.96;

const BLIND_TO: &str = "it cannot see a drop smaller than the counts around the change can tell, nor one that other causes moved \
                        at the same time, nor a shift on a day that captures.csv does not have";

/// What the counts say of one dated change of a capture path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeJudged {
    /// The capture path.
    pub capture_path: String,
    /// The day of the change.
    pub changed_on: NaiveDate,
    /// The sources compared: those in service on both sides.
    pub sources: Vec<SourceId>,
    /// Volume after the change in hundredths of the volume before, where it could be compared.
    pub percent: Option<u64>,
    /// Its bounds in 95 of 100 cases.
    pub percent_between: Option<(u64, u64)>,
    /// The drop that would have been found, in hundredths of the volume.
    pub drop_found_from_percent: Option<u64>,
    /// Whether it is a finding.
    pub found: bool,
    /// In words.
    pub says: String,
}

/// The findings, and what is said of every change; sorted by path and day.
pub(crate) fn find(watch: &Watch, subjects: &[Subject<'_>]) -> (Vec<Observation>, Vec<ChangeJudged>) {
    let mut paths: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (n, subject) in subjects.iter().enumerate() {
        if let Some(path) = &subject.source.capture_path {
            paths.entry(path.to_string()).or_default().push(n);
        }
    }
    let (mut found, mut judged) = (Vec::new(), Vec::new());
    for members in paths.values() {
        let changes = members.first().map(|n| subjects[*n].changes.clone()).unwrap_or_default();
        let mut days: Vec<NaiveDate> = changes.iter().map(|change| change.changed_on).collect();
        days.dedup();
        for day in &days {
            let of_day: Vec<&CaptureChange> =
                changes.iter().copied().filter(|change| change.changed_on == *day).collect();
            // Nothing can have dropped where a path only begins.
            if of_day.iter().all(|change| change.change == ChangeKind::Added) {
                continue;
            }
            let Some(at) = watch.axis.at(*day) else { continue };
            let others = days.iter().filter(|other| *other != day).filter_map(|other| watch.axis.at(*other));
            let compared = Compared::of(watch, members, at, &others.collect::<Vec<_>>());
            let path = of_day[0].capture_path.as_str();
            judged.push(judge(subjects, path, *day, compared.as_ref()));
            if let Some(compared) = compared.filter(Compared::is_drop) {
                found.push(observation(watch, subjects, of_day[0], &compared));
            }
        }
    }
    (found, judged)
}

/// Captured and expected over the days of one side.
#[derive(Debug, Clone, Copy, Default)]
struct Side {
    captured: f64,
    weight: f64,
    variance: f64,
    days: usize,
}

impl Side {
    fn mean(self) -> f64 {
        self.captured / self.weight.max(1e-9)
    }

    fn relative_variance(self) -> f64 {
        self.variance / self.captured.max(1.0).powi(2)
    }
}

/// A change with what was captured before and after it.
struct Compared {
    members: Vec<usize>,
    watched: Watched,
    at: usize,
    until: usize,
    before: Side,
    after: Side,
    /// Logarithm of after over before, less that of the rest of the firm.
    shift: f64,
    error: f64,
    lasts: bool,
    rest: bool,
}

impl Compared {
    fn of(watch: &Watch, path: &[usize], at: usize, others: &[usize]) -> Option<Self> {
        let from = others.iter().copied().filter(|other| *other < at).max().unwrap_or(0);
        let until = others.iter().copied().filter(|other| *other > at).min().unwrap_or(watch.axis.len());
        let before = from.max(at.saturating_sub(WINDOW_DAYS))..at;
        let after = at..until.min(at + WINDOW_DAYS);
        let all = before.start..after.end;
        let serves = |n: &&usize| watch.alone[**n].as_ref().is_some_and(|own| is_calm(own, &all));
        let members: Vec<usize> = path.iter().filter(serves).copied().collect();
        let watched = watch.together(&members).filter(|watched| is_calm(watched, &all))?;
        let [one, other] = [&before, &after].map(|days| side(watch, &watched, days.clone(), &watched.series));
        if one.days < WINDOW_DAYS_MIN || other.days < WINDOW_DAYS_MIN || one.captured < 1.0 {
            return None;
        }
        let raw = |after: Side, before: Side| (after.captured.max(0.5) / after.weight / before.mean()).ln();
        let mut shift = raw(other, one);
        let mut variance = one.relative_variance() + other.relative_variance();
        let halves = after.start + (after.end - after.start) / 2..after.end;
        let late = side(watch, &watched, halves.clone(), &watched.series);
        let mut late_shift = raw(late, one);
        let rest = rest(watch, path, &before, &after, &halves);
        if let Some([rest_before, rest_after, rest_late]) = rest {
            shift -= raw(rest_after, rest_before);
            late_shift -= raw(rest_late, rest_before);
            variance += rest_before.relative_variance() + rest_after.relative_variance();
        }
        let error = variance.sqrt();
        let lasts = late_shift < 0.5 * shift;
        Some(Self {
            members,
            watched,
            at,
            until,
            before: one,
            after: other,
            shift,
            error,
            lasts,
            rest: rest.is_some(),
        })
    }

    fn is_drop(&self) -> bool {
        self.lasts && self.shift < -ERRORS * self.error && self.shift.exp() < 1.0 - DROP_MIN
    }

    /// The drop that would have been found.
    fn seen_from(&self) -> f64 {
        1.0 - (-ERRORS * self.error).exp().min(1.0 - DROP_MIN)
    }
}

/// Captured on some days, with the weight that the pattern gives them.
fn side(watch: &Watch, watched: &Watched, days: std::ops::Range<usize>, series: &Series) -> Side {
    let pattern = &watched.total.pattern;
    let mut side = Side::default();
    for at in days.filter(|at| series.expects(*at)) {
        side.captured += series.counts[at];
        side.weight += pattern.weight(series, &watch.axis, at);
        side.days += 1;
    }
    let mean = side.mean();
    let expected = mean * side.weight;
    let spread = expected * expected / pattern.spread.size() / side.days.max(1) as f64;
    side.variance = pattern.inflation * (expected + spread);
    side
}

/// Whether a series was in service on all of these days, and no chart suspects any of them.
fn is_calm(own: &Watched, days: &std::ops::Range<usize>) -> bool {
    let mut runs = own.total.runs.iter().chain(own.partial.iter().flat_map(|chart| &chart.runs));
    days.clone().all(|at| own.series.expects(at))
        && !runs.any(|run| run.first < days.end && days.start <= run.last)
}

/// The sources of the firm that are not of the path, in service over all the days and under no suspicion.
fn rest(
    watch: &Watch,
    path: &[usize],
    before: &std::ops::Range<usize>,
    after: &std::ops::Range<usize>,
    late: &std::ops::Range<usize>,
) -> Option<[Side; 3]> {
    let all = before.start..after.end;
    let calm = |n: &usize| watch.alone[*n].as_ref().is_some_and(|own| is_calm(own, &all));
    let members: Vec<usize> = (0..watch.alone.len()).filter(|n| !path.contains(n)).filter(calm).collect();
    let watched = watch.together(&members)?;
    let sides = [before, after, late].map(|days| side(watch, &watched, days.clone(), &watched.series));
    (sides[0].captured >= REST_MIN && sides[1].captured >= REST_MIN).then_some(sides)
}

fn percent(share: f64) -> u64 {
    (share * 100.0).round().clamp(0.0, 1e6) as u64
}

fn judge(subjects: &[Subject<'_>], path: &str, day: NaiveDate, compared: Option<&Compared>) -> ChangeJudged {
    let mut judged = ChangeJudged {
        capture_path: path.to_owned(),
        changed_on: day,
        sources: Vec::new(),
        percent: None,
        percent_between: None,
        drop_found_from_percent: None,
        found: false,
        says: "there is not enough on both sides of the change to compare, or silence tells of it".to_owned(),
    };
    let Some(compared) = compared else { return judged };
    let at = |errors: f64| percent((compared.shift + errors * compared.error).exp());
    let (low, high) = (at(-WIDTH), at(WIDTH));
    let seen = percent(compared.seen_from());
    let against = if compared.rest { " against the rest of the firm" } else { "" };
    judged.sources = compared.members.iter().map(|n| subjects[*n].source.id.clone()).collect();
    judged.percent = Some(at(0.0));
    judged.percent_between = Some((low, high));
    judged.drop_found_from_percent = Some(seen);
    judged.found = compared.is_drop();
    let verdict = if judged.found { "a drop that lasts" } else { "no drop that stands out" };
    let (before, after) = (compared.before, compared.after);
    judged.says = if after.captured < 1.0 {
        // There is no share to estimate: what stands in for it was made up of half a message.
        judged.percent = Some(0);
        judged.percent_between = Some((0, high));
        format!(
            "nothing came on {} after it, where {:.0} came on {} before it (at most {high} percent of the volume before{against} \
             in 95 of 100 cases): {verdict}",
            counted(after.days as u64, "day"),
            before.captured,
            counted(before.days as u64, "day"),
        )
    } else {
        format!(
            "volume after it is {} percent of the volume before{against} ({low} to {high} in 95 of 100 cases): {verdict}; a \
             drop of {seen} percent or more would have been found",
            at(0.0)
        )
    };
    judged
}

fn observation(
    watch: &Watch,
    subjects: &[Subject<'_>],
    change: &CaptureChange,
    compared: &Compared,
) -> Observation {
    let axis = &watch.axis;
    let series = &compared.watched.series;
    let last = (compared.at..compared.until).rev().find(|at| series.expects(*at)).unwrap_or(compared.at);
    let open = last + 1 == axis.len() && compared.members.iter().any(|n| subjects[*n].outlasts_archive());
    let whole = side(watch, &compared.watched, compared.at..last + 1, series);
    // What was captured is that share of what was sent.
    let missing = |errors: f64| {
        let share = (compared.shift + errors * compared.error).exp().min(1.0);
        (whole.captured * (1.0 / share - 1.0)).round() as u64
    };
    let shared = Shared::Path(change.capture_path.to_string());
    let mut grounds = Grounds::default();
    for (name, side) in [("before", compared.before), ("after", compared.after)] {
        grounds.add(None, None, || {
            format!("{:.0} captured on {} {name} the change", side.captured, counted(side.days as u64, "day"))
        });
    }
    let firsts = compared.at.saturating_sub(WINDOW_DAYS)..(compared.at + WINDOW_DAYS).min(axis.len());
    for at in firsts.filter(|at| series.expects(*at) && axis.is_business(*at)) {
        grounds.add(None, Some(axis.day(at)), || format!("{:.0} captured", series.counts[at]));
    }
    let within = Span { first: axis.day(compared.at), last: axis.day(last) };
    let judged = judge(subjects, change.capture_path.as_str(), change.changed_on, Some(compared));
    let about = match compared.members[..] {
        [one] => subjects[one].source.id.to_string(),
        _ => shared.id(),
    };
    Observation {
        evidence: Evidence::DeclaredChange,
        members: compared.members.clone(),
        about,
        first_day: Some(within.first),
        last_day: (!open).then_some(within.last),
        first_between: None::<DayBounds>,
        last_between: None,
        within,
        quantity: Quantity::Estimated { count: missing(0.0), low: missing(WIDTH), high: missing(-WIDTH) },
        finding: format!(
            "{shared} was {} on {}, and {}; a loss is found because it is large, so the figure is rather too high than too \
             low",
            change.change.as_str(),
            change.changed_on,
            judged.says
        ),
        blind_to: BLIND_TO.to_owned(),
        grounds,
    }
}
