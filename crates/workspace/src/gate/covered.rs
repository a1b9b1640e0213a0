//! Questions about what is covered: whether it stands uncovered elsewhere, and whether a region covers what it should.

use super::{Facts, Question};
use duces_packager::Covered;
use std::collections::BTreeSet;

/// What a person has to know of before anything redacted goes out. No covered word is told.
pub(super) fn covered_questions(facts: &Facts<'_>, covered: &Covered) -> Vec<Question> {
    let mut questions = Vec::new();
    let times = |n: u64| if n == 1 { "once".to_owned() } else { format!("{n} times") };
    let again: BTreeSet<String> = covered
        .again
        .iter()
        .map(|one| match one.redacted == one.other {
            true => {
                format!("document {}: its {} holds them uncovered {}", one.other, one.place, times(one.times))
            }
            false => format!(
                "document {}: its {} holds words that are covered in document {}, {}",
                one.other,
                one.place,
                one.redacted,
                times(one.times)
            ),
        })
        .collect();
    if !again.is_empty() {
        let what = "words that are covered stand unredacted in what would go out".to_owned();
        let request = facts.request;
        questions.push(Question::new("covered-words-stand", what, &again).settled_by(format!(
            "cover them there too: duces review redactions {request} FILE takes a sheet with all redactions"
        )));
    }
    let regions: BTreeSet<String> = covered
        .regions
        .iter()
        .map(|one| {
            let words = if one.words == 1 { "1 word".to_owned() } else { format!("{} words", one.words) };
            format!(
                "document {}, redaction {}: covers {words} ({})",
                one.document, one.place, one.words_sha256
            )
        })
        .collect();
    if !regions.is_empty() {
        let what =
            "regions are covered by their place on the page alone: look whether each covers what it should"
                .to_owned();
        let request = facts.request;
        questions.push(Question::new("regions-cover", what, &regions).settled_by(format!(
            "duces produce {request} --profile PROFILE --test-volume writes pages to look at; what is under a region \
             by another layout opens the question again"
        )));
    }
    questions
}
