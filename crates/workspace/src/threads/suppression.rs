//! Messages that a later one contains, left out only where an approval is on record.

use super::Standing;
use crate::dedup::{ApprovalReport, NO_RULE, unknown_rule};
use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use crate::produce::PROFILE;
use crate::produce::gather::Gathered;
use chrono::NaiveDate;
use duces_ledger::{ApprovalOf, ApprovalRecord, Suppression};
use duces_model::{Disposition, DocId, Document, Observer, RequestId, Sha256};
use duces_packager::{Candidate, Inclusive, ThreadRule, ThreadRuleError, ThreadValue};
use serde::Serialize;
use std::collections::BTreeMap;

/// What would be left out of a request's messages, or was.
#[derive(Debug, Serialize)]
pub struct ThreadsPlan {
    /// The request.
    pub request: RequestId,
    /// The population.
    pub population: i64,
    /// The rule, with its version.
    pub rule: &'static str,
    /// The approval of the rule; absent where there is none, and then nothing may be left out by it.
    pub approval: Option<ApprovalReport>,
    /// Families that a later message contains.
    pub contained: Vec<ContainedFamily>,
    /// Documents of these families, and of the duplicates that were left out for them.
    pub documents: u64,
    /// Families that a later message contains and that are produced all the same.
    pub kept: Vec<KeptFamily>,
    /// Messages of which it cannot be told; they are produced.
    pub cannot_tell: u64,
    /// Whether the contained families were left out by this command.
    pub applied: bool,
}

/// A family that a later message contains.
#[derive(Debug, Serialize)]
pub struct ContainedFamily {
    /// Its root.
    pub family: DocId,
    /// The last of the messages that contain it; it is produced.
    pub contained_in: DocId,
    /// Its documents.
    pub documents: u64,
    /// Documents that were left out as duplicates of these.
    pub duplicates: u64,
}

/// A family that a later message contains, and that is produced all the same.
#[derive(Debug, Serialize)]
pub struct KeptFamily {
    /// Its root.
    pub family: DocId,
    /// Why.
    pub why: &'static str,
}

/// What an approval says: a rule, or that none holds any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApprovedThreadRule(pub Option<ThreadRule>);

impl std::str::FromStr for ApprovedThreadRule {
    type Err = ThreadRuleError;

    fn from_str(text: &str) -> Result<Self, ThreadRuleError> {
        if text == NO_RULE { Ok(Self(None)) } else { text.parse().map(|rule| Self(Some(rule))) }
    }
}

impl Workspace {
    /// Records that somebody approved that messages which a later one contains are left out, or took that back.
    ///
    /// # Errors
    /// No population of the request yet, a day in the future, a name or a reason that is missing.
    pub fn approve_threads(
        &mut self,
        request: &RequestId,
        rule: ApprovedThreadRule,
        word: (&str, NaiveDate, &str),
        actor: &Actor,
    ) -> Result<ApprovalReport, WorkspaceError> {
        let rule = rule.0.map_or(NO_RULE, ThreadRule::as_str).to_owned();
        self.approve(request, ApprovalOf::Threads, rule, word, actor)
    }

    /// Shows which messages a later one contains and would be left out; changes nothing.
    ///
    /// # Errors
    /// No population yet, originals that cannot be read.
    pub fn plan_threads(
        &self,
        request: &RequestId,
        observer: &dyn Observer,
    ) -> Result<ThreadsPlan, WorkspaceError> {
        let approval = self.approved_thread_rule(request)?.map(|(record, _)| record.into());
        Ok(self.contained(request, approval, observer)?.0)
    }

    /// Leaves out what a later message contains, with the duplicates that were left out for it: decisions of the
    /// population, each naming the document that holds it. A later population is looked through anew.
    ///
    /// # Errors
    /// No approval on record; as [`Workspace::plan_threads`].
    pub fn apply_threads(
        &mut self,
        request: &RequestId,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<ThreadsPlan, WorkspaceError> {
        let Some((record, _)) = self.approved_thread_rule(request)? else {
            return Err(WorkspaceError::Refused {
                what: format!(
                    "nobody is on record as having approved that contained messages are left out for request {request}"
                ),
                reasons: Vec::new(),
                hint: format!(
                    "duces threads approve {request} --approved-by … --on … --why … records it; duces threads plan shows what \
                     would be left out"
                ),
            });
        };
        let key = record.key;
        let (mut plan, left_out) = self.contained(request, Some(record.into()), observer)?;
        if !left_out.is_empty() {
            self.ledger.suppress(&actor.act(), key, plan.population, &left_out)?;
        }
        plan.applied = true;
        Ok(plan)
    }

    pub(crate) fn approved_thread_rule(
        &self,
        request: &RequestId,
    ) -> Result<Option<(ApprovalRecord, ThreadRule)>, WorkspaceError> {
        let Some(record) = self.newest_approval(request, ApprovalOf::Threads)? else { return Ok(None) };
        if record.approval.recipe == NO_RULE {
            return Ok(None);
        }
        let rule =
            record.approval.recipe.parse().map_err(|error: ThreadRuleError| unknown_rule(&record, &error))?;
        Ok(Some((record, rule)))
    }

    fn contained(
        &self,
        request: &RequestId,
        approval: Option<ApprovalReport>,
        observer: &dyn Observer,
    ) -> Result<(ThreadsPlan, Vec<Suppression>), WorkspaceError> {
        let gathered = self.gather_decided(request, PROFILE)?;
        let decided: BTreeMap<DocId, &Disposition> =
            gathered.candidates.iter().map(|one| (one.document, &one.disposition)).collect();
        // Only a message that goes out whole, in the volume to come, contains another, or is contained.
        let goes =
            |document: &Document| decided.get(&document.id).is_some_and(|one| **one == Disposition::WHOLE);
        let values = self.thread_values(&gathered, observer, |family| {
            family.iter().all(goes).then_some(Standing::Whole)
        })?;
        let mut plan = ThreadsPlan {
            request: request.clone(),
            population: gathered.population,
            rule: ThreadRule::InclusiveOnly.as_str(),
            approval,
            contained: Vec::new(),
            documents: 0,
            kept: Vec::new(),
            cannot_tell: values.values().filter(|one| one.inclusive == Inclusive::CannotTell).count() as u64,
            applied: false,
        };
        let families = Families::of(&gathered);
        let mut left_out = Vec::new();
        for (root, value) in &values {
            if !matches!(value.inclusive, Inclusive::No(_)) {
                continue;
            }
            let holder = last_holder(&values, *root);
            let Some(pairs) = families.pairs(*root, holder) else {
                plan.kept.push(KeptFamily {
                    family: *root,
                    why: "the later message does not hold each of its attachments as a document of its own",
                });
                continue;
            };
            let before = left_out.len();
            for (document, inside) in &pairs {
                left_out.push(contained(
                    *document,
                    *inside,
                    format!("{holder} holds its whole text and attachments"),
                ));
                let duplicates = families.duplicates.get(document).into_iter().flatten();
                left_out.extend(duplicates.map(|duplicate| {
                    contained(
                        *duplicate,
                        *inside,
                        format!("a duplicate of {document}, which {holder} holds whole"),
                    )
                }));
            }
            let (documents, all) = (pairs.len(), left_out.len() - before);
            plan.contained.push(ContainedFamily {
                family: *root,
                contained_in: holder,
                documents: documents as u64,
                duplicates: (all - documents) as u64,
            });
        }
        plan.documents = left_out.len() as u64;
        Ok((plan, left_out))
    }
}

fn contained(document: DocId, inside: DocId, note: String) -> Suppression {
    let rule = ThreadRule::InclusiveOnly.as_str().to_owned();
    let disposition = Disposition::Contained { inside, rule };
    Suppression { document, duplicate_of: inside, disposition, note }
}

/// The last message of the way from a contained one to the one that nothing contains. What a message holds, every
/// message that holds it holds too; each stands later than the one before, so that the way ends.
fn last_holder(values: &BTreeMap<DocId, ThreadValue>, from: DocId) -> DocId {
    let mut at = from;
    while let Some(Inclusive::No(by)) = values.get(&at).map(|value| value.inclusive) {
        at = by;
    }
    at
}

/// The families of a population.
struct Families<'a> {
    /// By root, its documents.
    members: BTreeMap<DocId, Vec<&'a Candidate>>,
    /// By document those that were left out as its duplicates.
    duplicates: BTreeMap<DocId, Vec<DocId>>,
}

impl<'a> Families<'a> {
    fn of(gathered: &'a Gathered) -> Self {
        let mut families = Self { members: BTreeMap::new(), duplicates: BTreeMap::new() };
        for candidate in &gathered.candidates {
            families.members.entry(candidate.family).or_default().push(candidate);
            if let Disposition::Suppress { duplicate_of, .. } = &candidate.disposition {
                families.duplicates.entry(*duplicate_of).or_default().push(candidate.document);
            }
        }
        families
    }

    /// Each document of a family with the one of the other that holds it: root to root, and the same bytes.
    fn pairs(&self, family: DocId, holder: DocId) -> Option<Vec<(DocId, DocId)>> {
        let held: BTreeMap<Sha256, DocId> =
            self.members.get(&holder)?.iter().rev().map(|one| (one.native_sha256, one.document)).collect();
        let pair = |one: &&Candidate| {
            let inside =
                if one.document == family { Some(holder) } else { held.get(&one.native_sha256).copied() };
            Some((one.document, inside?))
        };
        self.members.get(&family)?.iter().map(pair).collect()
    }
}
