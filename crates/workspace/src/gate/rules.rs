//! Rules of the profile that a volume would break: which of them is a question is the rule's own severity.

use super::Question;
use crate::produce::breach;
use duces_packager::{ExceptionKind, Mock, Severity};
use std::collections::{BTreeMap, BTreeSet};

const SETTLE: &str = "leave families for a later volume (duces produce --partial with their decisions open), or agree with staff on \
    another bound and produce under a profile of the firm's own";

fn broken(mock: &Mock, severity: Severity) -> BTreeSet<String> {
    mock.breaches.iter().filter(|one| one.severity == severity).map(breach).collect()
}

/// What makes a volume unfit to go out.
pub(super) fn fails(mock: &Mock) -> Option<Question> {
    let found = broken(mock, Severity::Fails);
    let what = "the volume would break rules of the profile that make it unfit to go out".to_owned();
    let question = (!found.is_empty()).then(|| Question::new("rules-broken", what, &found));
    question.map(|question| question.settled_by(SETTLE).only_settled())
}

/// What a person should look at.
pub(super) fn warns(mock: &Mock) -> Option<Question> {
    let found = broken(mock, Severity::Warns);
    let what = "the volume would break rules of the profile that warn".to_owned();
    let question = (!found.is_empty()).then(|| Question::new("rules-warn", what, &found));
    question.map(|question| question.settled_by(SETTLE))
}

/// What the profile's rules and the packager have to say that needs no word.
pub(super) fn notes(mock: &Mock) -> Vec<String> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for exception in &mock.exceptions {
        let told = matches!(
            exception.kind,
            ExceptionKind::Undated
                | ExceptionKind::EmptyNative
                | ExceptionKind::TextOnly
                | ExceptionKind::SlipSheet
                | ExceptionKind::NotOnPages(_)
        );
        if told {
            *counts.entry(exception.kind.to_string()).or_default() += 1;
        }
    }
    let counted = counts.into_iter().map(|(kind, n)| format!("{n} × {kind}"));
    broken(mock, Severity::Notes).into_iter().chain(counted).collect()
}
