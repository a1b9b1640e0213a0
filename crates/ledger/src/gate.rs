//! Open questions of a production that a person acknowledged. An acknowledgement holds for the facts it was
//! given on and for no others.

use crate::columns::{instant, instant_text, must_say, sha256};
use crate::error::Outcome;
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{RequestId, Sha256};
use rusqlite::params;
use serde_json::json;
use std::collections::BTreeMap;

/// A person's word on an open question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    /// Which question.
    pub question: String,
    /// Digest of the facts on which it was given.
    pub facts_sha256: Sha256,
    /// Why the production may go on.
    pub why: String,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

impl Ledger {
    /// Records that a person knows of an open question of a request's production and lets it go on.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where no reason is given.
    pub fn acknowledge(
        &mut self,
        act: &Act,
        request: &RequestId,
        question: &str,
        facts_sha256: Sha256,
        why: &str,
    ) -> Outcome<()> {
        self.act(act, "acknowledge a question", |transaction| {
            must_say("reason", why)?;
            transaction.execute(
                "INSERT INTO gate_acknowledged (request, question, facts_sha256, why, at, by)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    request.as_str(),
                    question,
                    facts_sha256.as_bytes(),
                    why,
                    instant_text(act.at),
                    act.by
                ],
            )?;
            let detail =
                json!({ "request": request, "question": question, "facts_sha256": facts_sha256, "why": why });
            Ok(((), detail))
        })
    }

    /// The newest acknowledgement of each question of a request. Whether it still holds is for the caller to
    /// compare: the facts may have changed since.
    pub fn acknowledgements(&self, request: &RequestId) -> Outcome<BTreeMap<String, Acknowledgement>> {
        self.read("read acknowledgements", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT question, facts_sha256, why, at, by FROM gate_acknowledged WHERE request = ?1 ORDER BY key",
            )?;
            let mut rows = statement.query([request.as_str()])?;
            let mut found = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let question: String = row.get(0)?;
                let one = Acknowledgement {
                    question: question.clone(),
                    facts_sha256: sha256(row, 1)?,
                    why: row.get(2)?,
                    at: instant(row, 3)?,
                    by: row.get(4)?,
                };
                found.insert(question, one);
            }
            Ok(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{act, ledger, request};

    #[test]
    fn the_newest_word_on_a_question_is_found_and_all_stay() {
        let (_folder, mut ledger) = ledger();
        for facts in ["a", "b"] {
            ledger
                .acknowledge(&act(), &request(), "mixed-families", Sha256::of(facts), "counsel knows")
                .unwrap();
        }
        let found = ledger.acknowledgements(&request()).unwrap();
        assert_eq!(found["mixed-families"].facts_sha256, Sha256::of("b"));
        assert!(ledger.acknowledgements(&"other".parse().unwrap()).unwrap().is_empty());
        assert!(ledger.acknowledge(&act(), &request(), "x", Sha256::of("a"), " ").is_err(), "no reason");
        assert!(ledger.connection.execute("DELETE FROM gate_acknowledged", []).is_err());
    }
}
