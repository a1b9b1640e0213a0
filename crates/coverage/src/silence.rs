//! Evidence: a run of business days without a communication, longer than the register calls ordinary.
//!
//! Statistic: between two days with a communication, the number of business days (Monday to Friday)
//! without one, those lawfully disposed of left out; a finding where it exceeds the declared
//! `silence_days_max` of the source. A communication on a weekend ends a run: capture worked on that day.
//!
//! Assumptions: whoever declared the maximum knows the source's habits and counted public holidays in;
//! dates of communications are right (one with a wrong date inside a loss splits its run).
//!
//! Limits: blind to partial loss, since one communication a day looks like a full day; to runs up to the
//! declared maximum; and to all of a source for which none is declared. A run that touches the archive's
//! last day while the source goes on has no known last day; one that touches the archive's first day,
//! where the source is older, no known first day. A run at the beginning of service starts with it and
//! claims nothing about before.

use crate::calendar::{Span, counted, day_after, day_before};
use crate::event::Observation;
use crate::subject::Subject;
use chrono::NaiveDate;
use duces_model::{Evidence, Quantity};

const BLIND_TO: &str = "it cannot see the loss of a part of a day's communications, nor a loss shorter than the longest \
                        ordinary silence declared in the register";

/// The findings, in the order of days.
pub(crate) fn find(subject: &Subject<'_>) -> Vec<Observation> {
    let (Some(ordinary), Some(span)) = (subject.source.silence_days_max, subject.judged) else {
        return Vec::new();
    };
    if subject.captured_in_judged() == 0 && subject.undated == 0 {
        // That is the finding of another kind of evidence, and the same event.
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut before: Option<NaiveDate> = None;
    let seen = subject.days.range(span.first..=span.last).map(|(day, _)| Some(*day));
    for next in seen.chain([None]) {
        let first = before.map_or(span.first, day_after);
        let last = next.map_or(span.last, day_before);
        let silent = Span::new(first, last).and_then(|between| run(subject, between, ordinary));
        found.extend(
            silent.map(|(days, count)| observation(subject, Silent { days, count, before, next }, ordinary)),
        );
        before = next;
    }
    found
}

/// A run without a communication.
struct Silent {
    /// Its first and last expected day.
    days: Span,
    /// Its expected days.
    count: u64,
    /// The day with a communication before it, within the days judged.
    before: Option<NaiveDate>,
    /// The one after it.
    next: Option<NaiveDate>,
}

/// First and last expected day between two communications, and how many there are, if more than ordinary.
fn run(subject: &Subject<'_>, between: Span, ordinary: u64) -> Option<(Span, u64)> {
    let length = u64::try_from((between.last - between.first).num_days()).ok()? + 1;
    if length <= ordinary {
        return None;
    }
    let mut days = subject.expected_days(between);
    let first = days.next()?;
    let (last, count) = days.fold((first, 1), |(_, count), day| (day, count + 1));
    (count > ordinary).then_some((Span { first, last }, count))
}

fn observation(subject: &Subject<'_>, silent: Silent, ordinary: u64) -> Observation {
    let Silent { days, count, before, next } = silent;
    let open = next.is_none() && subject.outlasts_archive();
    let unknown_start = before.is_none() && subject.began_before_archive();
    let judged_last = subject.judged.map_or(days.last, |span| span.last);
    let start = match before {
        Some(day) => format!("the last before it is of {day}"),
        None if unknown_start => "the archive begins with it".to_owned(),
        None => "the source's service begins with it".to_owned(),
    };
    let end = match next {
        Some(day) => format!("the next is of {day}"),
        None if open => format!("the archive ends with it on {judged_last}"),
        None => "the source's service ends with it".to_owned(),
    };
    Observation {
        evidence: Evidence::Silence,
        first_day: (!unknown_start).then_some(days.first),
        last_day: (!open).then_some(days.last),
        within: Span { first: days.first, last: if open { judged_last } else { days.last } },
        quantity: Quantity::Unknown,
        finding: format!(
            "no communication on {} from {days}, where {ordinary} is the longest ordinary run; {start}, {end}",
            counted(count, "business day"),
        ),
        blind_to: BLIND_TO,
    }
}
