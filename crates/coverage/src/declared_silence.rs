//! A person's own statement on silence: a run of business days without a communication, longer than the
//! register calls ordinary.
//!
//! Statistic: between two days with a communication, the number of business days without one, those lawfully
//! disposed of left out; a finding where it exceeds the declared `silence_days_max` of the source. A
//! communication on a weekend ends a run: capture worked on that day. The days on which most firms are nearly empty
//! (module `holiday`) are in a run and do not make it longer: nobody who names the longest ordinary silence of a source
//! has the days before New Year in mind. It stands beside the chart of module
//! `silence`, which needs no declaration.
//!
//! Assumptions: whoever declared the maximum knows the source's habits; dates of communications are right (one
//! with a wrong date inside a loss splits its run).
//!
//! Limits: blind to partial loss, since one communication a day looks like a full day, and to runs up to the
//! declared maximum. Of a source whose owner left nothing is to be expected any more. A run that touches the
//! archive's last day while the source goes on has no known last day; one that touches the archive's first
//! day, where the source is older, no known first day. A run at the beginning of service starts with it and
//! claims nothing about before. The days given are those without any: what of them was a natural silence
//! cannot be told.

use crate::calendar::{Span, counted, day_after, day_before};
use crate::event::Observation;
use crate::grounds::Grounds;
use crate::holiday::is_quiet;
use crate::subject::Subject;
use chrono::NaiveDate;
use duces_model::{Evidence, Quantity};

const BLIND_TO: &str = "it cannot see the loss of a part of a day's communications, nor a loss shorter than the longest \
                        ordinary silence declared in the register";

/// The findings, in the order of days; `number` is the source's.
pub(crate) fn find(number: usize, subject: &Subject<'_>) -> Vec<Observation> {
    let (Some(ordinary), Some(span)) = (subject.source.silence_days_max, subject.attended()) else {
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
        found.extend(silent.map(|(days, count)| {
            observation(number, subject, Silent { days, count, before, next, span }, ordinary)
        }));
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
    /// The days judged.
    span: Span,
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
    let days = Span { first, last };
    let quiet = subject.expected_days(days).filter(|day| is_quiet(*day)).count() as u64;
    (count - quiet > ordinary).then_some((days, count))
}

fn observation(number: usize, subject: &Subject<'_>, silent: Silent, ordinary: u64) -> Observation {
    let Silent { days, count, before, next, span } = silent;
    let at_archives_end = subject.archive.is_some_and(|archive| span.last == archive.days.last);
    let open = next.is_none() && at_archives_end && subject.outlasts_archive();
    let at_archives_start = subject.archive.is_some_and(|archive| span.first == archive.days.first);
    let unknown_start = before.is_none() && at_archives_start && subject.began_before_archive();
    let start = match before {
        Some(day) => format!("the last before it is of {day}"),
        None if unknown_start => "the archive begins with it".to_owned(),
        None if subject.source.in_service_from == span.first => {
            "the source's service begins with it".to_owned()
        }
        None => "its owner's time with the firm begins with it".to_owned(),
    };
    let end = match next {
        Some(day) => format!("the next is of {day}"),
        None if open => format!("the archive ends with it on {}", span.last),
        None if subject.owner_left() == Some(span.last) => {
            "its owner's time with the firm ends with it".to_owned()
        }
        None => "the source's service ends with it".to_owned(),
    };
    let mut grounds = Grounds::default();
    for day in subject.expected_days(days) {
        grounds.add(Some(subject), Some(day), || "0 captured".to_owned());
    }
    Observation {
        evidence: Evidence::Silence,
        members: vec![number],
        about: subject.source.id.to_string(),
        first_day: (!unknown_start).then_some(days.first),
        last_day: (!open).then_some(days.last),
        first_between: None,
        last_between: None,
        within: Span { first: days.first, last: if open { span.last } else { days.last } },
        quantity: Quantity::Unknown,
        finding: format!(
            "no communication on {} from {days}, where {ordinary} is the longest ordinary run; {start}, {end}",
            counted(count, "business day"),
        ),
        blind_to: BLIND_TO.to_owned(),
        grounds,
    }
}
