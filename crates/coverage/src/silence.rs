//! Evidence: a run of days far below the source's own pattern.
//!
//! Statistic: a chart (CUSUM) of each source and of each pool of sources (modules `chart`, `watch`), with the
//! source's own week, holidays and slowly moving level (module `pattern`), over-dispersed counts (module
//! `count_model`) and a threshold that keeps the rate of false alarms over years of nightly looks (module
//! `threshold`); days without any are also looked at by themselves (module `lull`). Found are total losses, and strong partial ones (four fifths or more). First and last day come
//! with bounds (module `ends`), the quantity with an interval (module `estimate`), and one event seen in many
//! series is one gap (module `loss`).
//!
//! Assumptions: a loss is abrupt at both ends; the register knows when a source, or its owner, came and left;
//! dates of communications are right.
//!
//! Limits: blind to what is lost evenly, to a loss of less than about four fifths, to a partial one of a source that is one
//! person's (a holiday of that person looks like it), and to losses shorter than
//! what each source's rate can tell (stated for each source). A source never captured has no pattern. A run that
//! touches the archive's last day while a source goes on has no known last day; one that touches the archive's
//! first day, where the source is older, no known first day.

use crate::calendar::{Span, counted};
use crate::ends::{End, Side};
use crate::estimate::Estimate;
use crate::event::Observation;
use crate::grounds::Grounds;
use crate::loss::{Loss, losses};
use crate::pool::Shared;
use crate::subject::Subject;
use crate::watch::Watch;
use duces_model::{DayBounds, Evidence, Quantity};

const BLIND_TO: &str = "it cannot see a loss of less than about four fifths of the communications, one spread evenly since \
                        the archive began, nor one shorter than the source's rate can tell; control totals, replies to \
                        messages not retained and mail kept by one party only could";

/// The findings, in the order of days.
pub(crate) fn find(watch: &Watch, subjects: &[Subject<'_>]) -> Vec<Observation> {
    losses(watch, subjects).iter().map(|loss| observation(watch, subjects, loss)).collect()
}

fn observation(watch: &Watch, subjects: &[Subject<'_>], loss: &Loss) -> Observation {
    let axis = &watch.axis;
    let members: Vec<&Subject<'_>> = loss.members.iter().map(|n| &subjects[*n]).collect();
    let open = loss.touches(Side::Last) && loss.run.last + 1 == axis.len();
    let open = open && members.iter().any(|subject| subject.outlasts_archive());
    let at_start = loss.touches(Side::First);
    let unknown_start =
        at_start && loss.run.first == 0 && members.iter().any(|one| one.began_before_archive());
    // A run that ends with the service, or begins with it, ends or begins on that day.
    let first = if at_start {
        day_only(axis.kinds.len(), loss.run.first, |at| axis.is_business(at))
    } else {
        loss.first
    };
    let last = if loss.touches(Side::Last) { exact(loss.run.last) } else { loss.last };
    let days = (first.day, last.day.max(first.day));
    let unsure = (first.earliest..=first.latest).filter(|at| axis.is_business(*at)).count()
        + (last.earliest..=last.latest).filter(|at| axis.is_business(*at)).count();
    let estimate = Estimate::of(&loss.watched.series, loss.charted(), &loss.run, days, unsure as f64 - 2.0);
    let within = axis.span(days.0, days.1);
    let bounds = |end: End| DayBounds { earliest: axis.day(end.earliest), latest: axis.day(end.latest) };
    let uncertain = |end: End| (end.earliest < end.latest).then(|| bounds(end));
    Observation {
        evidence: Evidence::Silence,
        members: loss.members.clone(),
        about: about(subjects, loss),
        first_day: (!unknown_start).then_some(within.first),
        last_day: (!open).then_some(within.last),
        first_between: if unknown_start { None } else { uncertain(first) },
        last_between: if open { None } else { uncertain(last) },
        within,
        quantity: estimate.quantity(),
        finding: finding(watch, subjects, loss, &Said { within, estimate, open, unknown_start, first, last }),
        blind_to: BLIND_TO.to_owned(),
        grounds: grounds(watch, subjects, loss, days),
    }
}

fn exact(day: usize) -> End {
    End { day, earliest: day, latest: day }
}

/// The first business day from a day on, known exactly.
fn day_only(length: usize, from: usize, is_business: impl Fn(usize) -> bool) -> End {
    exact((from..length).find(|at| is_business(*at)).unwrap_or(from))
}

/// The source, or what the sources share, with the first of them where they are not all that share it.
fn about(subjects: &[Subject<'_>], loss: &Loss) -> String {
    let first = loss.members.first().map(|n| subjects[*n].source.id.to_string()).unwrap_or_default();
    match &loss.shared {
        Some(shared) if loss.members.len() > 1 => {
            if loss.whole {
                shared.id()
            } else {
                format!("{}/{first}", shared.id())
            }
        }
        _ => first,
    }
}

/// What the finding tells.
struct Said {
    within: Span,
    estimate: Estimate,
    open: bool,
    unknown_start: bool,
    first: End,
    last: End,
}

fn finding(watch: &Watch, subjects: &[Subject<'_>], loss: &Loss, said: &Said) -> String {
    let Said { within, estimate, .. } = said;
    let calendar = subjects.first().map(|subject| &subject.calendar);
    let days = calendar.map_or(0, |calendar| calendar.count(*within));
    let captured = if estimate.captured < 0.5 {
        "none was captured".to_owned()
    } else {
        format!("{} captured", were(estimate.captured))
    };
    let mut parts = vec![format!(
        "{captured} on {} from {within} where the own pattern of {} expects about {:.0} ({:.1} a business day)",
        counted(days, "business day"),
        who(loss),
        estimate.expected,
        estimate.expected / (days.max(1)) as f64,
    )];
    parts.push(ends_said(watch, said));
    if loss.members.len() > 1 {
        let alone = loss.alone.len();
        parts.push(match alone {
            0 => "each of them alone is too sparse to show it".to_owned(),
            _ => format!("{alone} of them show it alone"),
        });
    }
    if loss.shared.is_some() && !loss.whole {
        parts.push("others that share it plainly went on, or were silent before".to_owned());
    }
    if let Quantity::Estimated { count, low, high } = estimate.quantity() {
        parts.push(format!(
            "about {count} are missing ({low} to {high} in 95 of 100 cases, if the pattern holds); a loss is found because \
             it is large, so the figure is rather too high than too low"
        ));
    }
    parts.push(format!(
        "evidence {:.1} against a threshold of {:.1}, which this series would pass by chance about once in {:.0} years",
        loss.run.evidence,
        loss.run.passed.0,
        1.0 / loss.run.passed.1
    ));
    parts.join("; ")
}

fn were(captured: f64) -> String {
    if captured < 1.5 {
        "1 communication was".to_owned()
    } else {
        format!("{captured:.0} communications were")
    }
}

fn who(loss: &Loss) -> String {
    match (&loss.shared, loss.members.len()) {
        (_, 1) => "the source".to_owned(),
        (Some(shared), several) if loss.whole => format!("the {several} sources of {shared}"),
        (Some(shared), several) => format!("{several} sources of {shared}"),
        (None, several) => format!("{several} sources"),
    }
}

fn ends_said(watch: &Watch, said: &Said) -> String {
    let axis = &watch.axis;
    let sure = |end: End| {
        if end.earliest < end.latest {
            format!("between {} and {}", axis.day(end.earliest), axis.day(end.latest))
        } else {
            format!("on {}", axis.day(end.day))
        }
    };
    let first = if said.unknown_start {
        "the archive begins with it".to_owned()
    } else {
        format!("it began {}", sure(said.first))
    };
    let last = if said.open {
        format!("it goes on to the archive's last day, {}", said.within.last)
    } else {
        format!("its last day lies {}", sure(said.last)).replace("lies on", "is")
    };
    format!("{first}, {last}")
}

/// One row for each source, then one for each day on which anything was expected or captured.
fn grounds(watch: &Watch, subjects: &[Subject<'_>], loss: &Loss, (first, last): (usize, usize)) -> Grounds {
    let mut grounds = Grounds::default();
    let axis = &watch.axis;
    if loss.members.len() > 1 {
        for n in &loss.members {
            let Some(own) = &watch.alone[*n] else { continue };
            let expected: f64 = own.total.expected[first..=last].iter().sum();
            let captured: f64 = own.series.counts[first..=last].iter().sum();
            grounds.add(Some(&subjects[*n]), None, || {
                format!("{captured:.0} captured, {expected:.1} expected from {}", axis.span(first, last))
            });
        }
    }
    let single = if let [one] = loss.members[..] { Some(&subjects[one]) } else { None };
    let charted = loss.charted();
    for at in first..=last {
        let (captured, expected) = (loss.watched.series.counts[at], charted.expected[at]);
        if captured > 0.0 || expected >= 0.05 {
            let says = || format!("{captured:.0} captured, {expected:.1} expected");
            grounds.add(single, Some(axis.day(at)), says);
        }
    }
    grounds
}

/// What a pool could have told, for the report on one of its sources.
pub(crate) fn pooled(watch: &Watch, number: usize) -> Vec<(Shared, u64)> {
    let of = watch.pools.iter().filter(|(pool, _)| pool.members.contains(&number));
    let days = of.filter_map(|(pool, watched)| {
        let days = crate::resolution::ordinary_days(&watch.axis, &watched.total)?;
        Some((pool.shared.clone(), days))
    });
    days.collect()
}
