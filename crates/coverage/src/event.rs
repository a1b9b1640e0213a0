//! One event is one gap: what several kinds of evidence say of days that overlap.
//!
//! Findings of one source whose days overlap are folded into one gap over all their days. It bears the
//! evidence that has a quantity (control totals before silence), and names the others in its finding. An
//! end that the evidence reaching furthest does not know is not known of the gap.

use crate::calendar::{Span, counted};
use crate::subject::Subject;
use chrono::NaiveDate;
use duces_model::{Axis, Evidence, Gap, GapStatus, Quantity};
use duces_register::CaptureChange;

/// What one kind of evidence says of one source.
#[derive(Debug, Clone)]
pub(crate) struct Observation {
    pub(crate) evidence: Evidence,
    /// As in [`Gap`]: absent where not known.
    pub(crate) first_day: Option<NaiveDate>,
    /// As in [`Gap`]: absent where not known.
    pub(crate) last_day: Option<NaiveDate>,
    /// The days that the evidence itself reaches over.
    pub(crate) within: Span,
    pub(crate) quantity: Quantity,
    pub(crate) finding: String,
    pub(crate) blind_to: &'static str,
}

/// The gaps of a source, in the order of days.
pub(crate) fn gaps(subject: &Subject<'_>, mut found: Vec<Observation>) -> Vec<Gap> {
    found.sort_by_key(|observation| (observation.within, observation.evidence));
    let mut events: Vec<Vec<Observation>> = Vec::new();
    for observation in found {
        let last = events.last().and_then(|event| event.iter().map(|one| one.within.last).max());
        match events.last_mut() {
            Some(event) if last.is_some_and(|last| observation.within.first <= last) => {
                event.push(observation)
            }
            _ => events.push(vec![observation]),
        }
    }
    events.into_iter().filter_map(|event| gap(subject, event)).collect()
}

/// The order in which evidence gives its name to an event.
fn strength(evidence: Evidence) -> u8 {
    match evidence {
        Evidence::ControlTotal => 0,
        Evidence::NothingCaptured => 1,
        Evidence::Silence => 2,
        _ => 3,
    }
}

/// The gap of an event that has at least one observation.
fn gap(subject: &Subject<'_>, mut event: Vec<Observation>) -> Option<Gap> {
    event.sort_by_key(|observation| (strength(observation.evidence), observation.within));
    let first = event.iter().map(|one| one.within.first).min()?;
    let last = event.iter().map(|one| one.within.last).max()?;
    let all_know = |known: &[Option<NaiveDate>]| known.iter().all(Option::is_some);
    let starts: Vec<_> =
        event.iter().filter(|one| one.within.first == first).map(|one| one.first_day).collect();
    let ends: Vec<_> = event.iter().filter(|one| one.within.last == last).map(|one| one.last_day).collect();
    let first_day = all_know(&starts).then_some(first);
    let last_day = all_know(&ends).then_some(last);
    let (leading, others) = event.split_first()?;
    let mut finding = vec![leading.finding.clone()];
    finding.extend(
        others
            .iter()
            .map(|one| format!("{} concerns the same event: {}", one.evidence.as_str(), one.finding)),
    );
    finding.extend(context(subject, Span { first, last }, first_day));
    Some(Gap {
        id: id(leading.evidence, subject.source.id.as_str(), first_day),
        axis: Axis::Preserved,
        sources: vec![subject.source.id.clone()],
        address: None,
        first_day,
        last_day,
        first_between: None,
        last_between: None,
        evidence: leading.evidence,
        quantity: leading.quantity,
        finding: finding.join("; "),
        blind_to: leading.blind_to.to_owned(),
        grounds: Vec::new(),
        grounds_in_all: 0,
        status: GapStatus::Candidate,
    })
}

/// The name of a gap: see the head of this crate.
pub(crate) fn id(evidence: Evidence, about: &str, first_day: Option<NaiveDate>) -> String {
    let first = first_day.map_or_else(|| "start".to_owned(), |day| day.to_string());
    format!("{}:{about}:{first}", evidence.as_str())
}

/// What else the register knows of those days.
fn context(subject: &Subject<'_>, days: Span, first_day: Option<NaiveDate>) -> Vec<String> {
    let mut said: Vec<String> = changes(subject, days, first_day).map(change).collect();
    said.extend(subject.retention.said_of(days));
    if subject.undated > 0 {
        let undated = counted(subject.undated, "communication");
        said.push(format!("{undated} of the source without a usable date may belong here"));
    }
    said
}

/// Changes of the capture path between the last communication before the gap and the first after it: a
/// change made on the evening of the last good day belongs to the gap. Where the gap's beginning is not
/// known, every change up to its end.
fn changes<'s>(
    subject: &'s Subject<'_>,
    days: Span,
    first_day: Option<NaiveDate>,
) -> impl Iterator<Item = &'s CaptureChange> {
    let before = subject.seen_before(days.first).unwrap_or(days.first);
    let from = first_day.map_or(NaiveDate::MIN, |_| before);
    let to = subject.seen_after(days.last).unwrap_or(days.last);
    subject.changes.iter().copied().filter(move |change| from <= change.changed_on && change.changed_on <= to)
}

fn change(change: &CaptureChange) -> String {
    let detail = if change.detail.is_empty() { String::new() } else { format!(" ({})", change.detail) };
    format!(
        "capture path {} was {} on {}{detail}",
        change.capture_path,
        change.change.as_str(),
        change.changed_on
    )
}
