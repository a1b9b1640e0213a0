//! Who approved that duplicates or earlier messages of a thread are left out, and what was left out on that ground.

use crate::columns::{day_number, day_of_number, instant, instant_text, must_say, sha256, word};
use crate::dispositions::insert_decisions;
use crate::error::{Outcome, conflict, damaged, no_such};
use crate::population::request_of;
use crate::{Act, Ledger};
use chrono::{DateTime, NaiveDate, Utc};
use duces_model::{Disposition, DocId, RequestId};
use rusqlite::{OptionalExtension as _, params};
use serde_json::json;

/// What somebody approved: a regulator's staff wants to be asked before anything is left out in this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApprovalOf {
    /// That duplicates are left out.
    Dedup,
    /// That messages which a later one of their thread contains are left out.
    Threads,
}

impl ApprovalOf {
    /// The word that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dedup => "dedup",
            Self::Threads => "threads",
        }
    }
}

/// An approval. The newest of a request counts; one of the recipe `none` takes those before it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// For which request.
    pub request: RequestId,
    /// Of what.
    pub of: ApprovalOf,
    /// Name and version of the recipe, and its reach.
    pub recipe: String,
    /// Who approved: a member of the requesting staff, as a rule.
    pub approved_by: String,
    /// On which day.
    pub approved_on: NaiveDate,
    /// How, or why.
    pub why: String,
}

/// An approval on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRecord {
    /// Its number.
    pub key: i64,
    /// What was approved.
    pub approval: Approval,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

/// A document that was left out because another stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Which document.
    pub document: DocId,
    /// The document that stands for it.
    pub duplicate_of: DocId,
    /// What is decided of it: suppressed, or already produced where the other went out in an earlier volume.
    pub disposition: Disposition,
    /// The note of the decision.
    pub note: String,
}

/// A suppression on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuppressedRecord {
    /// In which population.
    pub population: i64,
    /// Which document.
    pub document: DocId,
    /// The document that stands for it.
    pub duplicate_of: DocId,
    /// The recipe that calls the two the same.
    pub recipe: String,
}

impl Ledger {
    /// Records an approval; returns its number.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where a word is missing.
    pub fn approve(&mut self, act: &Act, approval: &Approval) -> Outcome<i64> {
        self.act(act, "record an approval", |transaction| {
            must_say("recipe", &approval.recipe)?;
            must_say("name of who approved", &approval.approved_by)?;
            must_say("reason", &approval.why)?;
            transaction.execute(
                "INSERT INTO approval (request, what, recipe, approved_by, approved_on, why, at, by)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    approval.request.as_str(),
                    approval.of.as_str(),
                    approval.recipe,
                    approval.approved_by,
                    day_number(approval.approved_on),
                    approval.why,
                    instant_text(act.at),
                    act.by,
                ],
            )?;
            let key = transaction.last_insert_rowid();
            let detail = json!({
                "approval": key, "request": approval.request, "of": approval.of.as_str(), "recipe": approval.recipe,
                "approved_by": approval.approved_by, "approved_on": approval.approved_on, "why": approval.why,
            });
            Ok((key, detail))
        })
    }

    /// The approvals of a request, oldest first.
    pub fn approvals(&self, request: &RequestId) -> Outcome<Vec<ApprovalRecord>> {
        self.read("list approvals", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT key, request, what, recipe, approved_by, approved_on, why, at, by FROM approval
                 WHERE request = ?1 ORDER BY key",
            )?;
            let mut rows = statement.query([request.as_str()])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let what: String = row.get(2)?;
                let of = [ApprovalOf::Dedup, ApprovalOf::Threads].into_iter().find(|of| of.as_str() == what);
                let approval = Approval {
                    request: word(row, 1)?,
                    of: of.ok_or_else(|| damaged(format!("found an approval of {what:?}")))?,
                    recipe: row.get(3)?,
                    approved_by: row.get(4)?,
                    approved_on: day_of_number(row.get(5)?)?,
                    why: row.get(6)?,
                };
                found.push(ApprovalRecord {
                    key: row.get(0)?,
                    approval,
                    at: instant(row, 7)?,
                    by: row.get(8)?,
                });
            }
            Ok(found)
        })
    }

    /// Leaves documents out on the ground of an approval: decisions and their ground in one act, all or none.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] where there is no such approval or population, or a document is no member;
    /// [`crate::LedgerError::Conflict`] where the approval is of another request or is no longer the newest, or a
    /// document stands for itself.
    pub fn suppress(
        &mut self,
        act: &Act,
        approval: i64,
        population: i64,
        suppressed: &[Suppression],
    ) -> Outcome<()> {
        self.act(act, "leave out on an approval", |transaction| {
            let found: Option<(String, String)> = transaction
                .query_row("SELECT request, what FROM approval WHERE key = ?1", [approval], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            let (request, what) = found.ok_or_else(|| no_such(format!("approval {approval}")))?;
            let newest = "SELECT MAX(key) FROM approval WHERE request = ?1 AND what = ?2";
            let newest: i64 = transaction.query_row(newest, [&request, &what], |row| row.get(0))?;
            let of = request_of(transaction, population)?;
            if of.as_str() != request || newest != approval {
                return Err(conflict(format!(
                    "found approval {approval} of request {request}, expected the newest {what} approval of request {of}"
                )));
            }
            let decisions: Vec<(DocId, Disposition, String)> = suppressed
                .iter()
                .map(|one| (one.document, one.disposition.clone(), one.note.clone()))
                .collect();
            let buckets = insert_decisions(transaction, act, population, &decisions)?;
            let mut insert = transaction.prepare_cached(
                "INSERT INTO suppressed (approval, population, document, duplicate_of) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for one in suppressed {
                if one.document == one.duplicate_of {
                    return Err(conflict(format!("document {} cannot stand for itself", one.document)));
                }
                let (document, duplicate_of) = (one.document.digest(), one.duplicate_of.digest());
                insert.execute(params![approval, population, document.as_bytes(), duplicate_of.as_bytes()])?;
            }
            Ok(((), json!({ "approval": approval, "population": population, "decisions": buckets })))
        })
    }

    /// What was ever left out of a request's populations on the ground of an approval, in the order of the acts.
    /// What is decided of a document by now may be otherwise.
    pub fn suppressed(&self, request: &RequestId) -> Outcome<Vec<SuppressedRecord>> {
        self.read("list what was left out", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT s.population, s.document, s.duplicate_of, a.recipe FROM suppressed s
                 JOIN approval a ON a.key = s.approval WHERE a.request = ?1 ORDER BY s.key",
            )?;
            let mut rows = statement.query([request.as_str()])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(SuppressedRecord {
                    population: row.get(0)?,
                    document: DocId::from_digest(sha256(row, 1)?),
                    duplicate_of: DocId::from_digest(sha256(row, 2)?),
                    recipe: row.get(3)?,
                });
            }
            Ok(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{Production, act, dump, ledger};

    fn approval(recipe: &str) -> Approval {
        Approval {
            request: crate::fixture::request(),
            of: ApprovalOf::Dedup,
            recipe: recipe.into(),
            approved_by: "S. Staff".into(),
            approved_on: "2024-09-01".parse().unwrap(),
            why: "e-mail of that day".into(),
        }
    }

    #[test]
    fn what_is_left_out_rests_on_the_newest_approval_of_its_own_request() {
        let (_folder, mut ledger) = ledger();
        let production = Production::frozen(&mut ledger, 2);
        let [document, duplicate_of] = production.documents[..] else { panic!() };
        let recipe = "family 1".to_owned();
        let one = Suppression {
            document,
            duplicate_of,
            disposition: Disposition::Suppress { duplicate_of, recipe },
            note: String::new(),
        };
        let (own, rows) = (production.population, [one.clone()]);
        assert!(matches!(ledger.suppress(&act(), 1, own, &rows), Err(LedgerError::NoSuch { .. })));
        let other = Approval { request: "other".parse().unwrap(), ..approval("family 1") };
        let other = ledger.approve(&act(), &other).unwrap();
        let old = ledger.approve(&act(), &approval("family 1")).unwrap();
        let newest = ledger.approve(&act(), &approval("native 1")).unwrap();
        for wrong in [other, old] {
            let refused = ledger.suppress(&act(), wrong, own, &rows);
            assert!(matches!(refused, Err(LedgerError::Conflict { .. })), "{refused:?}");
        }
        let itself = Suppression { duplicate_of: document, ..one };
        let before = dump(&ledger);
        assert!(ledger.suppress(&act(), newest, own, &[itself]).is_err());
        assert_eq!(dump(&ledger), before, "all or none");
        ledger.suppress(&act(), newest, own, &rows).unwrap();
        let found = ledger.suppressed(&production.request).unwrap();
        assert_eq!((found[0].document, found[0].recipe.as_str()), (document, "native 1"));
        let decided = ledger.dispositions(own).unwrap();
        assert_eq!(
            decided.iter().filter(|row| row.disposition.bucket() == "suppressed-duplicate").count(),
            1
        );
        assert_eq!(ledger.approvals(&production.request).unwrap().len(), 2);
    }

    #[test]
    fn an_approval_has_a_person_a_recipe_and_a_reason() {
        let (_folder, mut ledger) = ledger();
        let broken = [
            Approval { approved_by: " ".into(), ..approval("family 1") },
            Approval { why: String::new(), ..approval("family 1") },
            approval(""),
        ];
        for broken in broken {
            assert!(matches!(ledger.approve(&act(), &broken), Err(LedgerError::Conflict { .. })));
        }
    }
}
