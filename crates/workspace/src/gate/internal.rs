//! A question about internal work product that lies among the records.

use super::{Facts, Question};
use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::internal::SAID;
use duces_model::DocId;
use duces_query::AdHoc;
use std::collections::BTreeSet;

impl Workspace {
    /// Documents that would go out and say of themselves that they are internal work product of this program, however
    /// they came into the archive. It takes the index; without one nothing new can have come into a population.
    pub(super) fn internal_inside(&self, facts: &Facts<'_>) -> Result<Option<Question>, WorkspaceError> {
        let snapshot = match self.snapshot() {
            Ok(snapshot) => snapshot,
            Err(WorkspaceError::TooEarly { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut said: BTreeSet<u64> = BTreeSet::new();
        for mark in SAID {
            let words: String = mark.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
            let phrase =
                format!("\"{}\"", words.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase());
            let terms = duces_query::parse_terms("dtsearch", &phrase, "the mark of internal work product")?;
            let asked = AdHoc { terms: Some(terms), ..AdHoc::default() };
            said.extend(duces_query::search(&snapshot, &asked, usize::MAX)?.rows);
        }
        let shown = facts.rows.iter().filter(|row| said.contains(&row.row) && facts.goes_out_whole(&row.id));
        let found: BTreeSet<DocId> = shown.map(|row| row.id).collect();
        let found = found.into_iter().map(|id| format!("document {id}")).collect();
        let question = facts.question("internal-work-product", found, |n| {
            format!("{n} of what would be produced says of itself that it is internal work product")
        });
        Ok(question.map(|question| question.settled_by(facts.by_review()).only_settled()))
    }
}
