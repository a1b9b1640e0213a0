//! Texts drafted from the record for counsel to edit: plain text, never signed, never sent by this program.
//!
//! Their templates may use conditions and loops, since a person reads and edits what comes out; a fact that a template
//! names and the record does not give is an error, so that nothing is left out without a word.

use duces_model::{Mistake, Mistakes};
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

/// Which text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draft {
    /// Cause, scope and impact of gaps (instrument I-9).
    GapSummary,
    /// A notice that an earlier answer is supplemented (instrument I-12).
    SupplementNotice,
}

impl Draft {
    /// The file name under which a firm's own wording stands.
    pub const fn file(self) -> &'static str {
        match self {
            Self::GapSummary => "gap-summary.txt",
            Self::SupplementNotice => "supplement-notice.txt",
        }
    }

    /// The wording that the program carries.
    pub const fn builtin(self) -> &'static str {
        match self {
            Self::GapSummary => include_str!("../../../templates/drafts/gap-summary.txt"),
            Self::SupplementNotice => include_str!("../../../templates/drafts/supplement-notice.txt"),
        }
    }

    /// Fills a wording in; `file` is its name for messages.
    ///
    /// # Errors
    /// A template that cannot be read, or that names a fact which it is not given, with its line.
    pub fn fill(self, file: &str, template: &str, facts: &impl Serialize) -> Result<String, Mistakes> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let filled = environment.render_named_str(file, template, minijinja::value::Serde(facts));
        filled.map(|text| text + "\n").map_err(|error| {
            let line = error.line().and_then(|line| u64::try_from(line).ok()).unwrap_or(0);
            let message = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
            Mistakes::one(Mistake::in_row(file, line, None, message))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_fact_that_is_not_given_is_an_error_with_its_line() {
        let facts = BTreeMap::from([("firm", "Elm & Cedar")]);
        let filled = Draft::GapSummary.fill("t", "{{ firm }}\n", &facts).unwrap();
        assert_eq!(filled, "Elm & Cedar\n", "plain text is not escaped");
        let wrong = Draft::GapSummary.fill("mine.txt", "a\n{{ firn }}", &facts).unwrap_err();
        assert_eq!(wrong.iter().next().map(|mistake| mistake.line), Some(2));
        assert!(Draft::GapSummary.fill("mine.txt", "{% for %}", &facts).is_err());
    }
}
