//! What a person said of documents that share content with a withheld one: that this pair may stand, or that a
//! passage is nobody's secret.

use crate::columns::{instant, instant_text, must_say, sha256};
use crate::error::{Outcome, no_such};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{DocId, RequestId, Sha256};
use rusqlite::params;
use serde_json::json;

/// A pair of documents that a person let stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwinAllowed {
    /// The withheld or redacted document.
    pub barred: DocId,
    /// The document that shares content with it and goes out.
    pub other: DocId,
    /// Why it may.
    pub why: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

/// A passage that a person called no secret, for example the firm's standard footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassageAllowed {
    /// Digest of its text, whose bytes are stored.
    pub sha256: Sha256,
    /// Why it bars nothing.
    pub why: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

impl Ledger {
    /// Lets a pair stand, for one request.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where the reason is missing.
    pub fn allow_twin(
        &mut self,
        act: &Act,
        request: &RequestId,
        (barred, other): (&DocId, &DocId),
        why: &str,
    ) -> Outcome<()> {
        self.act(act, "let a twin stand", |transaction| {
            must_say("reason", why)?;
            let (first, second) = (barred.digest(), other.digest());
            transaction.execute(
                "INSERT INTO twin_allowed (request, barred, other, why, at, by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    request.as_str(),
                    first.as_bytes(),
                    second.as_bytes(),
                    why,
                    instant_text(act.at),
                    act.by
                ],
            )?;
            Ok(((), json!({ "request": request, "barred": barred, "other": other, "why": why })))
        })
    }

    /// The pairs that people let stand, for one request, oldest first.
    pub fn twins_allowed(&self, request: &RequestId) -> Outcome<Vec<TwinAllowed>> {
        self.read("list twins that may stand", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT barred, other, why, at, by FROM twin_allowed WHERE request = ?1 ORDER BY key",
            )?;
            let mut rows = statement.query([request.as_str()])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(TwinAllowed {
                    barred: DocId::from_digest(sha256(row, 0)?),
                    other: DocId::from_digest(sha256(row, 1)?),
                    why: row.get(2)?,
                    at: instant(row, 3)?,
                    by: row.get(4)?,
                });
            }
            Ok(found)
        })
    }

    /// Says of a passage that it bars nothing, for one request. Its bytes must be stored.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where the reason is missing; [`crate::LedgerError::NoSuch`] where the bytes
    /// are not stored.
    pub fn allow_passage(&mut self, act: &Act, request: &RequestId, text: &Sha256, why: &str) -> Outcome<()> {
        self.act(act, "let a passage stand", |transaction| {
            must_say("reason", why)?;
            let stored = "SELECT EXISTS (SELECT 1 FROM blob WHERE sha256 = ?1)";
            if !transaction.query_row(stored, [text.as_bytes()], |row| row.get::<_, bool>(0))? {
                return Err(no_such(format!("bytes with digest {text}, the passage")));
            }
            transaction.execute(
                "INSERT INTO passage_allowed (request, sha256, why, at, by) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![request.as_str(), text.as_bytes(), why, instant_text(act.at), act.by],
            )?;
            Ok(((), json!({ "request": request, "passage_sha256": text, "why": why })))
        })
    }

    /// The passages that bar nothing, for one request, oldest first.
    pub fn passages_allowed(&self, request: &RequestId) -> Outcome<Vec<PassageAllowed>> {
        self.read("list passages that may stand", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT sha256, why, at, by FROM passage_allowed WHERE request = ?1 ORDER BY key",
            )?;
            let mut rows = statement.query([request.as_str()])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(PassageAllowed {
                    sha256: sha256(row, 0)?,
                    why: row.get(1)?,
                    at: instant(row, 2)?,
                    by: row.get(3)?,
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
    use crate::fixture::{Mail, act, ledger, request};

    #[test]
    fn what_may_stand_is_said_for_one_request_with_a_reason() {
        let (_folder, mut ledger) = ledger();
        let (barred, other) = (Mail::new("a", 0).id(), Mail::new("a", 1).id());
        let refused = ledger.allow_twin(&act(), &request(), (&barred, &other), "  ");
        assert!(matches!(refused, Err(LedgerError::Conflict { .. })));
        ledger.allow_twin(&act(), &request(), (&barred, &other), "a public notice").unwrap();
        let found = ledger.twins_allowed(&request()).unwrap();
        assert_eq!((found.len(), found[0].barred, found[0].other), (1, barred, other));
        assert!(ledger.twins_allowed(&"other".parse().unwrap()).unwrap().is_empty());
        let missing = ledger.allow_passage(&act(), &request(), &Sha256::of("footer"), "standard footer");
        assert!(matches!(missing, Err(LedgerError::NoSuch { .. })));
        let text = ledger.store_bytes(b"footer").unwrap();
        ledger.allow_passage(&act(), &request(), &text, "standard footer").unwrap();
        assert_eq!(ledger.passages_allowed(&request()).unwrap()[0].sha256, text);
    }
}
