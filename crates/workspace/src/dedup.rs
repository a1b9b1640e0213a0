//! Duplicates: looked for by a recipe, left out only where an approval is on record.

mod groups;
mod overlay;

pub use groups::{DedupFamily, DedupGroup, DedupRefusal, SameMessageId};
pub use overlay::{OverlayReport, OverlayedDocument};
pub(crate) use overlay::{copies_of, delivered_of};

use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use chrono::NaiveDate;
use duces_ledger::{Approval, ApprovalOf, ApprovalRecord};
use duces_model::{Observer, RequestId};
use duces_packager::{Approvals, DedupRule, DedupRuleError};
use serde::Serialize;

/// Duplicates among what is decided to be produced.
#[derive(Debug, Serialize)]
pub struct DedupReport {
    /// The request.
    pub request: RequestId,
    /// The population.
    pub population: i64,
    /// The rule: recipe with its version, and reach.
    pub rule: String,
    /// The approval of this rule; absent where there is none, and then nothing may be left out by it.
    pub approval: Option<ApprovalReport>,
    /// Families that were compared.
    pub families: u64,
    /// Of these, families that the recipe could not judge, so that only the same bytes would make them the same.
    pub by_bytes: u64,
    /// Families that are the same, each group with the one that stands for the others.
    pub groups: Vec<DedupGroup>,
    /// Families of the groups that stand back.
    pub duplicate_families: u64,
    /// Their documents.
    pub duplicates: u64,
    /// Families that are the same, and of which a person has to decide first.
    pub refused: Vec<DedupRefusal>,
    /// Messages with one Message-ID that are not the same by the rule: none is left out.
    pub same_message_id: Vec<SameMessageId>,
    /// Whether the duplicates were left out by this command.
    pub applied: bool,
}

/// An approval on record.
#[derive(Debug, Clone, Serialize)]
pub struct ApprovalReport {
    /// Its number.
    pub approval: i64,
    /// What was approved; `none` takes what was approved before back.
    pub rule: String,
    /// Who approved.
    pub approved_by: String,
    /// On which day.
    pub approved_on: NaiveDate,
    /// How, or why.
    pub why: String,
    /// Who recorded it.
    pub recorded_by: String,
}

/// What an approval says: a rule, or that none holds any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApprovedRule(pub Option<DedupRule>);

impl std::str::FromStr for ApprovedRule {
    type Err = DedupRuleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == NO_RULE { Ok(Self(None)) } else { text.parse().map(|rule| Self(Some(rule))) }
    }
}

/// The word of an approval that takes those before it back.
pub(crate) const NO_RULE: &str = "none";

impl From<ApprovalRecord> for ApprovalReport {
    fn from(record: ApprovalRecord) -> Self {
        Self {
            approval: record.key,
            rule: record.approval.recipe,
            approved_by: record.approval.approved_by,
            approved_on: record.approval.approved_on,
            why: record.approval.why,
            recorded_by: record.by,
        }
    }
}

impl Workspace {
    /// Records that somebody approved that duplicates are left out by a rule, or took that back.
    ///
    /// # Errors
    /// No population of the request yet, a day in the future, a name or a reason that is missing.
    pub fn approve_dedup(
        &mut self,
        request: &RequestId,
        rule: ApprovedRule,
        (approved_by, approved_on, why): (&str, NaiveDate, &str),
        actor: &Actor,
    ) -> Result<ApprovalReport, WorkspaceError> {
        let recipe = rule.0.map_or_else(|| NO_RULE.to_owned(), |rule| rule.to_string());
        self.approve(request, ApprovalOf::Dedup, recipe, (approved_by, approved_on, why), actor)
    }

    pub(crate) fn approve(
        &mut self,
        request: &RequestId,
        of: ApprovalOf,
        recipe: String,
        (approved_by, approved_on, why): (&str, NaiveDate, &str),
        actor: &Actor,
    ) -> Result<ApprovalReport, WorkspaceError> {
        self.population(request)?;
        // The day is the approver's own, whose clock may be ahead of UTC's.
        if approved_on > actor.now.date_naive() + chrono::TimeDelta::days(1) {
            return Err(WorkspaceError::Refused {
                what: format!("found {approved_on} as the day of the approval, expected today or earlier"),
                reasons: Vec::new(),
                hint: "--on takes the day on which it was approved, for example 2024-09-20".to_owned(),
            });
        }
        let approval = Approval {
            request: request.clone(),
            of,
            recipe,
            approved_by: approved_by.to_owned(),
            approved_on,
            why: why.to_owned(),
        };
        self.ledger.approve(&actor.act(), &approval)?;
        self.newest_approval(request, of)?.map(ApprovalReport::from).ok_or_else(|| WorkspaceError::TooEarly {
            missing: "the approval was not recorded".to_owned(),
            hint: "run the command again".to_owned(),
        })
    }

    /// The newest approval of a request, where it does not take the others back.
    pub(crate) fn newest_approval(
        &self,
        request: &RequestId,
        of: ApprovalOf,
    ) -> Result<Option<ApprovalRecord>, WorkspaceError> {
        Ok(self.ledger.approvals(request)?.into_iter().rev().find(|record| record.approval.of == of))
    }

    /// Shows which families are the same and what would be left out; changes nothing.
    ///
    /// # Errors
    /// Neither a rule nor an approval of one, originals that cannot be read.
    pub fn plan_dedup(
        &self,
        request: &RequestId,
        rule: Option<DedupRule>,
        observer: &dyn Observer,
    ) -> Result<DedupReport, WorkspaceError> {
        let approved = self.approved_rule(request)?;
        let Some(rule) = rule.or(approved.as_ref().map(|(_, rule)| *rule)) else {
            return Err(WorkspaceError::TooEarly {
                missing: format!(
                    "no rule for duplicates is approved for request {request}, and none was named"
                ),
                hint: format!(
                    "name one with --rule: {}",
                    DedupRule::all().map(|rule| rule.to_string()).join(", ")
                ),
            });
        };
        let approval = approved.filter(|(_, approved)| *approved == rule).map(|(record, _)| record.into());
        Ok(self.grouped(request, rule, approval, observer)?.0)
    }

    /// Leaves duplicates out by the approved rule: decisions of the population, each naming the document that stands
    /// for it. A later population is looked through anew.
    ///
    /// # Errors
    /// No approval on record; as [`Workspace::plan_dedup`].
    pub fn apply_dedup(
        &mut self,
        request: &RequestId,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<DedupReport, WorkspaceError> {
        let Some((record, rule)) = self.approved_rule(request)? else {
            return Err(WorkspaceError::Refused {
                what: format!(
                    "nobody is on record as having approved that duplicates are left out for request {request}"
                ),
                reasons: Vec::new(),
                hint: format!(
                    "duces dedup approve {request} --rule … --approved-by … --on … --why … records it; duces dedup plan shows \
                     what would be left out"
                ),
            });
        };
        let key = record.key;
        let (mut report, suppressed) = self.grouped(request, rule, Some(record.into()), observer)?;
        if !suppressed.is_empty() {
            self.ledger.suppress(&actor.act(), key, report.population, &suppressed)?;
        }
        report.applied = true;
        Ok(report)
    }

    /// What of leaving out is approved for a request and was not taken back.
    pub(crate) fn approvals(&self, request: &RequestId) -> Result<Approvals, WorkspaceError> {
        let dedup = self.approved_rule(request)?.map(|(_, rule)| rule);
        let threads = self.approved_thread_rule(request)?.map(|(_, rule)| rule);
        Ok(Approvals { dedup, threads })
    }

    fn approved_rule(
        &self,
        request: &RequestId,
    ) -> Result<Option<(ApprovalRecord, DedupRule)>, WorkspaceError> {
        let Some(record) = self.newest_approval(request, ApprovalOf::Dedup)? else { return Ok(None) };
        if record.approval.recipe == NO_RULE {
            return Ok(None);
        }
        let rule =
            record.approval.recipe.parse().map_err(|error: DedupRuleError| unknown_rule(&record, &error))?;
        Ok(Some((record, rule)))
    }
}

/// An approval of a rule that a later version of the program knows.
pub(crate) fn unknown_rule(record: &ApprovalRecord, error: &dyn std::error::Error) -> WorkspaceError {
    WorkspaceError::Refused {
        what: format!("approval {} names a rule that this version does not know", record.key),
        reasons: vec![error.to_string()],
        hint: "record a new approval, of a rule that it knows".to_owned(),
    }
}
