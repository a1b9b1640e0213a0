//! Questions about duplicates: what is left out by a person's word alone, and what an approved rule would leave out.

use super::{Facts, Question};
use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_model::{Disposition, DocId, Observer};
use duces_packager::DedupRule;

impl Facts<'_> {
    /// Duplicates by a person's word and by no rule that staff can have approved.
    pub(super) fn duplicates_by_hand(&self) -> Option<Question> {
        let by_hand = |(id, one): (&DocId, &Disposition)| match one {
            Disposition::Suppress { duplicate_of, recipe } if recipe.parse::<DedupRule>().is_err() => {
                Some(format!("document {id}: a duplicate of {duplicate_of} by {recipe}"))
            }
            _ => None,
        };
        let found = self.decided.iter().filter_map(by_hand).collect();
        let request = self.request;
        self.question("duplicates-by-hand", found, |n| {
            format!("{n} left out as duplicates by a person's word, and not by an approved rule")
        })
        .map(|question| {
            question.settled_by(format!(
                "duces dedup plan {request} shows what an approved rule leaves out; {}",
                self.by_review()
            ))
        })
    }
}

impl Workspace {
    /// Duplicates that would take numbers although a rule that leaves them out is approved: each population is looked
    /// through anew, so that those of an earlier volume come back until the rule is applied again.
    pub(super) fn rule_not_applied(
        &self,
        facts: &Facts<'_>,
        observer: &dyn Observer,
    ) -> Result<Option<Question>, WorkspaceError> {
        let request = facts.request;
        if self.approvals(request)?.dedup.is_none() {
            return Ok(None);
        }
        let plan = self.plan_dedup(request, None, observer)?;
        let families = plan.groups.iter().flat_map(|group| &group.duplicates);
        let found = families.map(|family| format!("document {} and its family", family.family)).collect();
        let question = facts.question("approved-rule-not-applied", found, |n| {
            format!(
                "{n} would be produced with their families, which rule {} leaves out as duplicates",
                plan.rule
            )
        });
        Ok(question.map(|question| question.settled_by(format!("duces dedup apply {request}"))))
    }
}
