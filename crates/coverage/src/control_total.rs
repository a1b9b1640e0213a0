//! Evidence: a system of record counts more than was captured.
//!
//! Statistic: per source and civil day with a control total, counted minus captured. Days on which more
//! was counted than captured are *below*; such days are one gap as long as no day lies between them on
//! which at least as much was captured as counted, where something was counted or captured at all. Days
//! without a control total, days on which both are 0, and days lawfully disposed of neither end a gap
//! nor belong to it. The archive's reach does not matter here: what was counted was there.
//!
//! Assumptions: the system of record counts what the source should capture, one for one; both cut their
//! days alike (a shift of midnight makes a day below beside a day above).
//!
//! Limits: a net difference of two counts. Duplicates and retries can hide further loss, so the quantity
//! is never called exact, and days above are shown, not netted against days below. Days without a
//! control total, those after the last one too, are not judged.

use crate::calendar::{Span, counted};
use crate::event::Observation;
use crate::subject::Subject;
use chrono::NaiveDate;
use duces_model::{Evidence, Quantity};
use serde::Serialize;
use std::collections::BTreeSet;

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

/// The comparison, where the source has control totals, and the gaps that it shows.
pub(crate) fn compare(subject: &Subject<'_>) -> (Option<ControlComparison>, Vec<Observation>) {
    let (disposed, days): (Vec<_>, Vec<_>) =
        subject.controls.keys().copied().partition(|day| subject.retention.excuses(*day));
    let days: Vec<DayDifference> = days.into_iter().map(|day| difference(subject, day)).collect();
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return (None, Vec::new()) };
    let below = |day: &&DayDifference| day.captured < day.expected;
    let above = |day: &&DayDifference| day.captured > day.expected;
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
    };
    let telling = |day: &&DayDifference| day.expected > 0 || day.captured > 0;
    let telling: Vec<DayDifference> = days.iter().filter(telling).copied().collect();
    let runs = telling.split(|day| day.captured >= day.expected).filter(|run| !run.is_empty());
    (Some(comparison), runs.map(|run| observation(subject, run)).collect())
}

fn difference(subject: &Subject<'_>, day: NaiveDate) -> DayDifference {
    let expected = subject.controls.get(&day).map_or(0, |control| control.count);
    DayDifference { day, expected, captured: subject.days.get(&day).copied().unwrap_or(0) }
}

/// The gap of a run of days below; `run` is not empty.
fn observation(subject: &Subject<'_>, run: &[DayDifference]) -> Observation {
    let within = Span { first: run[0].day, last: run[run.len() - 1].day };
    let expected: u64 = run.iter().map(|day| day.expected).sum();
    let captured: u64 = run.iter().map(|day| day.captured).sum();
    let files: BTreeSet<&str> =
        run.iter().filter_map(|day| subject.controls.get(&day.day)).map(|control| &*control.file).collect();
    let files: Vec<&str> = files.into_iter().collect();
    Observation {
        evidence: Evidence::ControlTotal,
        first_day: Some(within.first),
        last_day: Some(within.last),
        within,
        quantity: Quantity::NetDifference { count: expected - captured },
        finding: format!(
            "{} count {expected} and {captured} were captured on {} from {within}, {} fewer: {}{}",
            files.join(" and "),
            counted(run.len() as u64, "day"),
            expected - captured,
            listed(run),
            beyond(subject, run),
        ),
        blind_to: BLIND_TO,
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
