//! Evidence: nothing at all was captured of a source that was in service.
//!
//! Statistic: the count of captured communications, dated within the days on which the source was in
//! service and the archive reaches, or of no usable date, is 0. Sources that share a capture path (or, having
//! none, a system) and the span of days are one event: one gap.
//!
//! Assumption: a source that the register lists as in service communicates at least once in that time.
//! Where the register declares a longest ordinary silence and the time is no longer than that, or
//! nothing of it remains after lawful disposals, nothing is said.
//!
//! Limits: a source never captured has no dip by which the loss could be dated, so an end at which its
//! service reaches beyond the archive is not known, nor is the quantity: there is nothing to estimate from. A
//! single stray communication hides the finding (silence against a declared maximum then takes over). What could
//! have seen it earlier is the mail of others: traffic with its addresses, replies to it, and control totals.

use crate::calendar::{Span, counted};
use crate::event::Observation;
use crate::grounds::Grounds;
use crate::pool::Shared;
use crate::subject::Subject;
use duces_model::{Evidence, Quantity};
use std::collections::BTreeMap;

const BLIND_TO: &str = "it cannot see how much there was, nor days on which the archive holds nothing of any source; mail of others \
                        with its addresses, replies to it and control totals could";

/// What the sources of one event have in common: what they share, their days, which ends are known, and the source itself
/// where it stands alone.
type Event = (Option<Shared>, Span, [bool; 2], usize);

/// The findings, sources of one path and span together.
pub(crate) fn find(subjects: &[Subject<'_>]) -> Vec<Observation> {
    let mut together: BTreeMap<Event, Vec<usize>> = BTreeMap::new();
    for (n, subject) in subjects.iter().enumerate() {
        let Some(span) = never(subject) else { continue };
        let shared = shared(subject);
        // What shares nothing stands for itself.
        let itself = if shared.is_none() { n } else { 0 };
        let ends = [subject.began_before_archive(), subject.outlasts_archive()];
        together.entry((shared, span, ends, itself)).or_default().push(n);
    }
    together
        .into_iter()
        .map(|((shared, span, ..), members)| observation(subjects, shared, span, members))
        .collect()
}

fn shared(subject: &Subject<'_>) -> Option<Shared> {
    let path = subject.source.capture_path.as_ref().map(|path| Shared::Path(path.to_string()));
    path.or_else(|| subject.source.system.as_ref().map(|system| Shared::System(system.to_string())))
}

/// The days on which nothing was captured although something was to be expected.
fn never(subject: &Subject<'_>) -> Option<Span> {
    if subject.undated > 0 || subject.captured_in_judged() > 0 {
        return None;
    }
    if subject.archive.is_none() {
        return Some(crate::subject::in_service(subject.source));
    }
    let span = subject.judged?;
    let expected = subject.expected_days(span).count() as u64;
    (expected > subject.source.silence_days_max.unwrap_or(0)).then_some(span)
}

/// `members` is not empty.
fn observation(
    subjects: &[Subject<'_>],
    shared: Option<Shared>,
    span: Span,
    members: Vec<usize>,
) -> Observation {
    let subject = &subjects[members[0]];
    let reached = subject.archive.is_some();
    let mut grounds = Grounds::default();
    for n in &members {
        grounds.add(Some(&subjects[*n]), None, || row(&subjects[*n]));
    }
    let expected = if reached { subject.expected_days(span).count() as u64 } else { 0 };
    let what = match (&shared, members.len()) {
        (Some(shared), several) if several > 1 => format!("{several} sources of {shared}"),
        _ => "this source".to_owned(),
    };
    let mut finding = if reached {
        format!(
            "nothing was captured of {what} from {span}, {} on which it was in service and the archive reaches",
            counted(expected, "business day")
        )
    } else {
        format!(
            "nothing was captured of {what}, and the archive holds no communication with a usable date at all"
        )
    };
    if let [one] = members[..] {
        finding.push_str(&outside(&subjects[one]));
        finding.push_str(&known_by(&subjects[one]));
    }
    let about = match shared {
        Some(shared) if members.len() > 1 => format!("{}/{}", shared.id(), subject.source.id),
        _ => subject.source.id.to_string(),
    };
    let known_first = !reached || !subject.began_before_archive();
    let known_last =
        if reached { !subject.outlasts_archive() } else { subject.source.in_service_to.is_some() };
    Observation {
        evidence: Evidence::NothingCaptured,
        members,
        about,
        first_day: known_first.then_some(span.first),
        last_day: known_last.then_some(span.last),
        first_between: None,
        last_between: None,
        within: span,
        quantity: Quantity::Unknown,
        finding,
        blind_to: BLIND_TO.to_owned(),
        grounds,
    }
}

fn row(subject: &Subject<'_>) -> String {
    let source = subject.source;
    let to = source.in_service_to.map_or_else(|| "still".to_owned(), |day| format!("to {day}"));
    let from = source.in_service_from;
    format!(
        "sources.csv line {}: in service from {from} {to}, {}: 0 captured",
        source.line,
        subject.addresses()
    )
}

fn outside(subject: &Subject<'_>) -> String {
    let dated: u64 = subject.days.values().sum();
    if dated == 0 {
        return String::new();
    }
    format!("; {} dated outside these days", counted(dated, "communication"))
}

/// By what it could have been attributed to, or that the register gives it nothing.
fn known_by(subject: &Subject<'_>) -> String {
    let source = subject.source;
    if source.addresses.is_empty() && source.archive_paths.is_empty() {
        "; the register gives it neither addresses nor archive paths, so nothing can be attributed to it"
            .to_owned()
    } else {
        format!("; the register knows it by {}", subject.addresses())
    }
}
