//! Evidence: a system of record counts more than was captured.
//!
//! Statistic: per source and civil day with a control total, counted minus captured. Days on which more
//! was counted than captured are *below*; such days are one gap as long as no more than [`WHOLE_DAYS`] days lie
//! between them on which at least as much was captured as counted, where something was counted or captured at
//! all: a leak of a few messages in a hundred spares whole days. Days without a control total, days on which both
//! are 0, and days lawfully disposed of neither end a gap nor belong to it. The archive's reach does not matter
//! here: what was counted was there.
//!
//! *Days cut elsewhere*: a system of record that counts by another midnight (standard time all year, say) makes a
//! day below beside a day above. Where [`DIFFERING_MIN`] days differ or more, [`ABOVE_SHARE`] of them are above, and
//! all of them together come to less than half of what they differ by, the source is judged by its running sum of
//! counted minus captured (a CUSUM, Page 1954): the cut can move it by no more than one day's carry, the largest
//! surplus of a day; a gap is where it rises by more than [`CARRIES`] times that.
//!
//! Assumptions: the system of record counts what the source should capture, one for one.
//!
//! Limits: a net difference of two counts. Duplicates and retries can hide further loss, so the quantity
//! is never called exact, and days above are shown, not netted against days below. Days without a
//! control total, those after the last one too, are not judged. Where days are cut elsewhere, a loss of less than
//! the carry is not seen, and no day is called covered by control totals.

use crate::calendar::{Span, counted};
use crate::event::Observation;
use crate::grounds::Grounds;
use crate::subject::Subject;
use chrono::NaiveDate;
use duces_model::{Evidence, Quantity};
use serde::Serialize;
use std::collections::BTreeSet;

/// Whole days that may lie between two days below of one gap: two working weeks.
const WHOLE_DAYS: usize = 10;
/// Days that must differ before the cut of days is suspected.
const DIFFERING_MIN: usize = 10;
/// The part of the differing days that must be above.
const ABOVE_SHARE: f64 = 0.25;
/// Carries by which the running sum must rise for a loss.
const CARRIES: u64 = 2;
/// How many days a finding lists.
const DAYS_LISTED_MAX: usize = 10;

const BLIND_TO: &str =
    "it cannot see loss that duplicates or retries make up for, nor days without a control total";

/// A source's control totals against what was captured on the same days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ControlComparison {
    /// Days compared; those lawfully disposed of are not.
    pub days: u64,
    /// First and last of them.
    pub first_day: NaiveDate,
    /// See `first_day`.
    pub last_day: NaiveDate,
    /// Communications that the system of record counts on these days.
    pub expected: u64,
    /// Communications captured on them.
    pub captured: u64,
    /// Days on which fewer were captured than counted.
    pub days_below: u64,
    /// Days on which more were captured than counted.
    pub days_above: u64,
    /// Counted and not captured, summed over the days below only.
    pub missing: u64,
    /// Captured and not counted, summed over the days above only.
    pub surplus: u64,
    /// The days above.
    pub above: Vec<DayDifference>,
    /// Days with a control total that are not compared because they were lawfully disposed of.
    pub days_disposed: u64,
    /// Whether the system of record seems to cut its days elsewhere, so that days below and above make up for each
    /// other.
    pub cut_elsewhere: bool,
}

/// A day on which counts differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DayDifference {
    /// The day.
    pub day: NaiveDate,
    /// Communications that the system of record counts.
    pub expected: u64,
    /// Communications captured.
    pub captured: u64,
}

/// The comparison, where the source has control totals, and the gaps that it shows; `number` is the source's. On days of
/// which the communications are listed one by one a difference of counts says less, and is no gap of its own.
pub(crate) fn compare(
    number: usize,
    subject: &Subject<'_>,
    is_listed: &dyn Fn(NaiveDate) -> bool,
) -> (Option<ControlComparison>, Vec<Observation>) {
    let (disposed, days): (Vec<_>, Vec<_>) =
        subject.controls.keys().copied().partition(|day| subject.retention.excuses(*day));
    let days: Vec<DayDifference> = days.into_iter().map(|day| difference(subject, day)).collect();
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return (None, Vec::new()) };
    let below = |day: &&DayDifference| day.captured < day.expected;
    let above = |day: &&DayDifference| day.captured > day.expected;
    let telling = |day: &&DayDifference| day.expected > 0 || day.captured > 0;
    let telling: Vec<DayDifference> = days.iter().filter(telling).copied().collect();
    let carry = carry(&telling);
    let comparison = ControlComparison {
        days: days.len() as u64,
        first_day: first.day,
        last_day: last.day,
        expected: days.iter().map(|day| day.expected).sum(),
        captured: days.iter().map(|day| day.captured).sum(),
        days_below: days.iter().filter(below).count() as u64,
        days_above: days.iter().filter(above).count() as u64,
        missing: days.iter().filter(below).map(|day| day.expected - day.captured).sum(),
        surplus: days.iter().filter(above).map(|day| day.captured - day.expected).sum(),
        above: days.iter().filter(above).copied().collect(),
        days_disposed: disposed.len() as u64,
        cut_elsewhere: carry.is_some(),
    };
    let counted: Vec<DayDifference> = telling.iter().filter(|day| !is_listed(day.day)).copied().collect();
    let runs: Vec<Vec<DayDifference>> = match carry {
        Some(carry) => rises(&counted, carry),
        None => runs_below(&counted),
    };
    (Some(comparison), runs.iter().map(|run| observation(number, subject, run)).collect())
}

/// Days below with no more than some whole days between them, each run without these.
fn runs_below(days: &[DayDifference]) -> Vec<Vec<DayDifference>> {
    let mut runs: Vec<Vec<DayDifference>> = Vec::new();
    let mut last = None;
    for (n, day) in days.iter().enumerate().filter(|(_, day)| day.captured < day.expected) {
        match runs.last_mut().filter(|_| last.is_some_and(|last| n - last <= WHOLE_DAYS + 1)) {
            Some(run) => run.push(*day),
            None => runs.push(vec![*day]),
        }
        last = Some(n);
    }
    runs
}

/// The most that one day's cut moved to another, where days seem to be cut elsewhere.
fn carry(days: &[DayDifference]) -> Option<u64> {
    let differing = days.iter().filter(|day| day.captured != day.expected).count();
    let above: Vec<u64> = days
        .iter()
        .filter(|day| day.captured > day.expected)
        .map(|day| day.captured - day.expected)
        .collect();
    let all: u64 = days.iter().map(|day| day.captured.abs_diff(day.expected)).sum();
    let (expected, captured) = days
        .iter()
        .fold((0, 0), |(expected, captured), day| (expected + day.expected, captured + day.captured));
    let evens_out = 2 * u64::abs_diff(expected, captured) < all;
    let many = differing >= DIFFERING_MIN && above.len() as f64 >= ABOVE_SHARE * differing as f64;
    above.into_iter().max().filter(|_| evens_out && many)
}

/// Runs of days over which the sum of counted minus captured rises by more than cuts can move.
fn rises(days: &[DayDifference], carry: u64) -> Vec<Vec<DayDifference>> {
    let mut runs = Vec::new();
    let (mut sum, mut start, mut peak, mut peak_at) = (0_i128, 0, 0_i128, 0);
    for (n, day) in days.iter().enumerate() {
        if sum == 0 {
            (start, peak) = (n, 0);
        }
        sum = (sum + i128::from(day.expected) - i128::from(day.captured)).max(0);
        if sum > peak {
            (peak, peak_at) = (sum, n);
        }
        let is_over = sum == 0 || n - peak_at >= WHOLE_DAYS || n + 1 == days.len();
        if is_over && peak > i128::from(CARRIES * carry) {
            runs.push(days[start..=peak_at].to_vec());
            sum = 0;
        }
    }
    runs
}

fn difference(subject: &Subject<'_>, day: NaiveDate) -> DayDifference {
    let expected = subject.controls.get(&day).map_or(0, |control| control.count);
    DayDifference { day, expected, captured: subject.days.get(&day).copied().unwrap_or(0) }
}

/// The gap of a run of days below; `run` is not empty.
fn observation(number: usize, subject: &Subject<'_>, run: &[DayDifference]) -> Observation {
    let within = Span { first: run[0].day, last: run[run.len() - 1].day };
    let expected: u64 = run.iter().map(|day| day.expected).sum();
    let captured: u64 = run.iter().map(|day| day.captured).sum();
    let files: BTreeSet<&str> =
        run.iter().filter_map(|day| subject.controls.get(&day.day)).map(|control| &*control.file).collect();
    let files: Vec<&str> = files.into_iter().collect();
    let mut grounds = Grounds::default();
    for day in run {
        let place =
            subject.controls.get(&day.day).map(|control| format!("{} line {}", control.file, control.line));
        grounds.add(Some(subject), Some(day.day), || {
            format!("{}: {} counted, {} captured", place.unwrap_or_default(), day.expected, day.captured)
        });
    }
    Observation {
        evidence: Evidence::ControlTotal,
        members: vec![number],
        about: subject.source.id.to_string(),
        first_day: Some(within.first),
        last_day: Some(within.last),
        first_between: None,
        last_between: None,
        within,
        quantity: Quantity::NetDifference { count: expected.saturating_sub(captured) },
        finding: format!(
            "{} {expected} and {captured} were captured on {} from {within}, {} fewer: {}{}",
            match files[..] {
                [one] => format!("{one} counts"),
                _ => format!("{} count", files.join(" and ")),
            },
            counted(run.len() as u64, "day"),
            expected.saturating_sub(captured),
            listed(run),
            beyond(subject, run),
        ),
        blind_to: BLIND_TO.to_owned(),
        grounds,
    }
}

fn listed(run: &[DayDifference]) -> String {
    let said = |day: &DayDifference| format!("{} ({} of {})", day.day, day.captured, day.expected);
    let mut list: Vec<String> = run.iter().take(DAYS_LISTED_MAX).map(said).collect();
    if run.len() > DAYS_LISTED_MAX {
        list.push(format!("and {} more", run.len() - DAYS_LISTED_MAX));
    }
    list.join(", ")
}

/// Counted days that the archive does not reach, or on which the source was not in service.
fn beyond(subject: &Subject<'_>, run: &[DayDifference]) -> String {
    let outside = run
        .iter()
        .filter(|day| !subject.judged.is_some_and(|span| span.first <= day.day && day.day <= span.last));
    match outside.count() as u64 {
        0 => String::new(),
        count => format!(
            "; {} of these lie outside the archive's days or the source's service",
            counted(count, "day")
        ),
    }
}
