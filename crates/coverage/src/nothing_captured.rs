//! Evidence: nothing at all was captured of a source that was in service.
//!
//! Statistic: the count of captured communications, dated within the days on which the source was in
//! service and the archive reaches, or of no usable date, is 0.
//!
//! Assumption: a source that the register lists as in service communicates at least once in that time.
//! Where the register declares a longest ordinary silence and the time is no longer than that, or
//! nothing of it remains after lawful disposals, nothing is said.
//!
//! Limits: a source never captured has no dip by which the loss could be dated, so an end at which its
//! service reaches beyond the archive is not known; and a single stray communication hides the finding
//! (silence against a declared maximum then takes over).

use crate::calendar::counted;
use crate::event::Observation;
use crate::subject::Subject;
use duces_model::{Evidence, Quantity};

const BLIND_TO: &str =
    "it cannot see how much there was, nor days on which the archive holds nothing of any source";

/// The finding, where there is one.
pub(crate) fn find(subject: &Subject<'_>) -> Option<Observation> {
    if subject.undated > 0 || subject.captured_in_judged() > 0 {
        return None;
    }
    let span = match subject.judged {
        Some(span) => span,
        None if subject.archive.is_none() => return Some(empty_archive(subject)),
        None => return None,
    };
    let expected = subject.expected_days(span).count() as u64;
    if expected <= subject.source.silence_days_max.unwrap_or(0) {
        return None;
    }
    Some(Observation {
        evidence: Evidence::NothingCaptured,
        first_day: (!subject.began_before_archive()).then_some(span.first),
        last_day: (!subject.outlasts_archive()).then_some(span.last),
        within: span,
        quantity: Quantity::Unknown,
        finding: format!(
            "nothing was captured of this source from {span}, {} on which it was in service and the archive reaches{}{}",
            counted(expected, "business day"),
            outside(subject),
            known_by(subject),
        ),
        blind_to: BLIND_TO,
    })
}

/// Nothing of any source has a day: the source's own service is all that can be said.
fn empty_archive(subject: &Subject<'_>) -> Observation {
    let within = crate::subject::in_service(subject.source);
    Observation {
        evidence: Evidence::NothingCaptured,
        first_day: Some(subject.source.in_service_from),
        last_day: subject.source.in_service_to,
        within,
        quantity: Quantity::Unknown,
        finding: format!(
            "nothing was captured of this source, and the archive holds no communication with a usable date at all{}",
            known_by(subject)
        ),
        blind_to: BLIND_TO,
    }
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
