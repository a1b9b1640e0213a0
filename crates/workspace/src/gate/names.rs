//! A question about names of custodians that the profile wants in another form than the register has them.

use super::Question;
use crate::produce::gather::{Gathered, UNATTRIBUTED};
use duces_packager::FieldValue;
use std::collections::BTreeSet;

/// Names of custodians that would stand in a field of which the profile says how they have to stand, and do not.
/// The program does not turn them round: which part of a name is the family's it cannot tell.
pub(super) fn otherwise(gathered: &Gathered) -> Option<Question> {
    let mut found = BTreeSet::new();
    for field in &gathered.profile.fields {
        let Some(form) = field.names else { continue };
        for candidate in gathered.candidates.iter().filter(|one| one.disposition.takes_number()) {
            let all = match field.rule.value {
                FieldValue::AllCustodians => candidate.all_custodians.as_slice(),
                _ => std::slice::from_ref(&candidate.custodian),
            };
            let others = all.iter().filter(|name| *name != UNATTRIBUTED && !form.holds(name));
            found.extend(others.map(|name| format!("field {}: {name}, expected {form}", field.name)));
        }
    }
    let what = "custodians are not named in the form that the profile asks for".to_owned();
    let question = (!found.is_empty()).then(|| Question::new("names-otherwise", what, &found));
    question.map(|question| {
        question.settled_by("write the names so in register/people.csv: last-first is \"Roe, Jane\"")
    })
}
