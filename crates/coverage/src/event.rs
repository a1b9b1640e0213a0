//! One event is one gap: what several kinds of evidence say of days that overlap.
//!
//! Findings of one source whose days overlap are folded into one gap over all their days. It bears the
//! evidence that has a quantity (control totals before silence), and names the others in its finding. An
//! end that the evidence reaching furthest does not know is not known of the gap. Where days beyond those below their
//! control totals have control totals too, they were whole, and silence adds none. A longest ordinary silence
//! that somebody declared adds no days to what the chart dates. What is found of several sources at once stays
//! one gap; a finding of one of them joins it where most of its days lie within.

use crate::calendar::{Span, counted};
use crate::grounds::Grounds;
use crate::subject::Subject;
use chrono::NaiveDate;
use duces_model::{Axis, DayBounds, Evidence, Gap, GapStatus, Quantity, SourceId};
use duces_register::CaptureChange;
use std::collections::BTreeSet;

/// How many lines of what the register knows a finding of several sources repeats.
const CONTEXT_MAX: usize = 6;

/// What one kind of evidence says of some sources.
#[derive(Debug, Clone)]
pub(crate) struct Observation {
    pub(crate) evidence: Evidence,
    /// The sources, by their numbers, sorted; never empty.
    pub(crate) members: Vec<usize>,
    /// The source, or what the sources share, for the name.
    pub(crate) about: String,
    /// As in [`Gap`]: absent where not known.
    pub(crate) first_day: Option<NaiveDate>,
    /// As in [`Gap`]: absent where not known.
    pub(crate) last_day: Option<NaiveDate>,
    /// As in [`Gap`].
    pub(crate) first_between: Option<DayBounds>,
    /// As in [`Gap`].
    pub(crate) last_between: Option<DayBounds>,
    /// The days that the evidence itself reaches over.
    pub(crate) within: Span,
    pub(crate) quantity: Quantity,
    pub(crate) finding: String,
    pub(crate) blind_to: String,
    pub(crate) grounds: Grounds,
}

impl Observation {
    /// Whether it is somebody's statement on ordinary silences, held against the days.
    fn is_declared(&self) -> bool {
        self.evidence == Evidence::Silence && self.quantity == Quantity::Unknown
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.within.common(other.within).is_some()
    }

    /// Whether most of its business days lie within those of another.
    fn is_mostly_in(&self, other: &Self, subjects: &[Subject<'_>]) -> bool {
        let Some(common) = self.within.common(other.within) else { return false };
        let calendar = &subjects[self.members[0]].calendar;
        2 * calendar.count(common) >= calendar.count(self.within)
    }
}

/// The gaps of all sources, in no order.
pub(crate) fn gaps(subjects: &[Subject<'_>], found: Vec<Observation>) -> Vec<Gap> {
    let (several, single): (Vec<_>, Vec<_>) = found.into_iter().partition(|one| one.members.len() > 1);
    let mut events: Vec<Vec<Observation>> = several.into_iter().map(|one| vec![one]).collect();
    merge_changes(&mut events);
    let mut of_source: Vec<Vec<Observation>> = subjects.iter().map(|_| Vec::new()).collect();
    for one in single {
        let number = one.members[0];
        let wide = events
            .iter_mut()
            .find(|event| event[0].members.contains(&number) && one.is_mostly_in(&event[0], subjects));
        match wide {
            Some(event) => event.push(one),
            None => of_source[number].push(one),
        }
    }
    events.extend(of_source.into_iter().flat_map(of_one));
    events.into_iter().filter_map(|event| gap(subjects, event)).collect()
}

/// A shift at a declared change that silence has dated too is one event with it.
fn merge_changes(events: &mut Vec<Vec<Observation>>) {
    let (changes, others): (Vec<_>, Vec<_>) =
        std::mem::take(events).into_iter().partition(|event| event[0].evidence == Evidence::DeclaredChange);
    *events = others;
    for change in changes {
        let same = events.iter_mut().find(|event| {
            event[0].overlaps(&change[0]) && event[0].members.iter().any(|n| change[0].members.contains(n))
        });
        match same {
            Some(event) => event.extend(change),
            None => events.push(change),
        }
    }
}

/// The events of one source, in the order of days.
fn of_one(mut found: Vec<Observation>) -> Vec<Vec<Observation>> {
    found.sort_by_key(|observation| (observation.within, observation.evidence));
    let mut events: Vec<Vec<Observation>> = Vec::new();
    for observation in found {
        let last = events.last().and_then(|event| event.iter().map(|one| one.within.last).max());
        match events.last_mut() {
            Some(event) if last.is_some_and(|last| observation.within.first <= last) => {
                event.push(observation);
            }
            _ => events.push(vec![observation]),
        }
    }
    events
}

/// The order in which evidence gives its name to an event.
fn strength(observation: &Observation) -> u8 {
    match observation.evidence {
        _ if observation.members.len() > 1 && observation.evidence != Evidence::DeclaredChange => 0,
        Evidence::ControlTotal => 1,
        Evidence::NothingCaptured => 2,
        Evidence::Silence if !observation.is_declared() => 3,
        Evidence::Silence => 4,
        _ => 5,
    }
}

/// The gap of an event that has at least one observation.
fn gap(subjects: &[Subject<'_>], mut event: Vec<Observation>) -> Option<Gap> {
    event.sort_by_key(|observation| (strength(observation), observation.within));
    let leading = event.first()?.clone();
    let charted = |one: &Observation| one.evidence == Evidence::Silence && !one.is_declared();
    let has_chart = event.iter().any(charted);
    let dating: Vec<&Observation> = if leading.members.len() > 1 {
        event.iter().take(1).collect()
    } else {
        let adds_days = |one: &&Observation| match one.evidence {
            Evidence::DeclaredChange => leading.evidence == Evidence::DeclaredChange,
            Evidence::Silence if leading.evidence == Evidence::ControlTotal => {
                !(has_chart && one.is_declared() || is_counted_beyond(subjects, one, &leading))
            }
            _ => !(has_chart && one.is_declared()),
        };
        event.iter().filter(adds_days).collect()
    };
    let first = dating.iter().map(|one| one.within.first).min()?;
    let last = dating.iter().map(|one| one.within.last).max()?;
    let starts: Vec<_> = dating.iter().filter(|one| one.within.first == first).collect();
    let ends: Vec<_> = dating.iter().filter(|one| one.within.last == last).collect();
    let first_day = starts.iter().all(|one| one.first_day.is_some()).then_some(first);
    let last_day = ends.iter().all(|one| one.last_day.is_some()).then_some(last);
    let first_between = starts.first().and_then(|one| one.first_between).filter(|_| first_day.is_some());
    let last_between = ends.first().and_then(|one| one.last_between).filter(|_| last_day.is_some());
    let mut finding = vec![leading.finding.clone()];
    let mut grounds = Grounds::default();
    finding.extend(
        event[1..]
            .iter()
            .map(|one| format!("{} concerns the same event: {}", one.evidence.as_str(), one.finding)),
    );
    let kinds: BTreeSet<Evidence> = event.iter().map(|one| one.evidence).collect();
    let also = kinds.into_iter().filter(|kind| *kind != leading.evidence).collect();
    let members: Vec<&Subject<'_>> = leading.members.iter().map(|n| &subjects[*n]).collect();
    finding.extend(context(&members, Span { first, last }, first_day));
    for one in event {
        grounds.append(one.grounds);
    }
    let mut sources: Vec<SourceId> = members.iter().map(|subject| subject.source.id.clone()).collect();
    sources.sort();
    Some(Gap {
        id: id(leading.evidence, &leading.about, first_day),
        axis: Axis::Preserved,
        sources,
        address: None,
        first_day,
        last_day,
        first_between,
        last_between,
        evidence: leading.evidence,
        also,
        quantity: leading.quantity,
        finding: finding.join("; "),
        blind_to: leading.blind_to,
        grounds: grounds.kept,
        grounds_in_all: grounds.in_all,
        status: GapStatus::Candidate,
    })
}

/// Whether each business day of a silence that is not among the days below their control totals has a control total:
/// it was whole, whatever the counts seem to say.
fn is_counted_beyond(subjects: &[Subject<'_>], silence: &Observation, control: &Observation) -> bool {
    let subject = &subjects[silence.members[0]];
    let beyond = subject.expected_days(silence.within).filter(|day| !control.within.has(*day));
    let beyond: Vec<NaiveDate> = beyond.collect();
    !beyond.is_empty() && beyond.iter().all(|day| subject.controls.contains_key(day))
}

/// The name of a gap: see the head of this crate.
pub(crate) fn id(evidence: Evidence, about: &str, first_day: Option<NaiveDate>) -> String {
    let first = first_day.map_or_else(|| "start".to_owned(), |day| day.to_string());
    format!("{}:{about}:{first}", evidence.as_str())
}

/// What else the register knows of those days.
fn context(members: &[&Subject<'_>], days: Span, first_day: Option<NaiveDate>) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for subject in members {
        let mut lines: Vec<String> = changes(subject, days, first_day).map(change).collect();
        let disposed = subject.retention.said_of(days);
        lines.extend(if disposed.is_empty() { subject.retention.required(days) } else { disposed });
        if subject.undated > 0 && members.len() == 1 {
            let undated = counted(subject.undated, "communication");
            lines.push(format!("{undated} of the source without a usable date may belong here"));
        }
        said.extend(lines.into_iter().filter(|line| known.insert(line.clone())));
    }
    if members.len() > 1 && said.len() > CONTEXT_MAX {
        let more = said.len() - CONTEXT_MAX;
        said.truncate(CONTEXT_MAX);
        said.push(format!("and {more} more rows of the register concern these days"));
    }
    let undated: u64 = members.iter().map(|subject| subject.undated).sum();
    if members.len() > 1 && undated > 0 {
        let undated = counted(undated, "communication");
        said.push(format!("{undated} of these sources without a usable date may belong here"));
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
