//! Answers given before this program: what is known of them, so that a gap can be held against them.

use crate::columns::{instant, instant_text, sha256, word};
use crate::error::{Outcome, no_such};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{RequestId, Sha256};
use rusqlite::params;
use serde_json::{Value, json};

/// What is on record of a request that was answered before this program. Where it was imported several times the last
/// one holds; all stay on record.
#[derive(Debug, Clone, PartialEq)]
pub struct PastRequestRecord {
    /// Which request.
    pub request: RequestId,
    /// What is known of it; whoever imports it gives it its form.
    pub body: Value,
    /// Digest of the file that it was imported from, whose bytes are stored.
    pub file_sha256: Sha256,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

impl Ledger {
    /// Records requests answered in the past, all or none of them.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] where the bytes of the file are not stored.
    pub fn add_past_requests(
        &mut self,
        act: &Act,
        file_sha256: Sha256,
        requests: &[(RequestId, Value)],
    ) -> Outcome<()> {
        self.act(act, "import past requests", |transaction| {
            let stored = "SELECT EXISTS (SELECT 1 FROM blob WHERE sha256 = ?1)";
            if !transaction.query_row(stored, [file_sha256.as_bytes()], |row| row.get::<_, bool>(0))? {
                return Err(no_such(format!("bytes with digest {file_sha256}, the file imported from")));
            }
            for (request, body) in requests {
                transaction.execute(
                    "INSERT INTO past_request (request, body, file_sha256, at, by) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![
                        request.as_str(),
                        serde_json::to_string(body)?,
                        file_sha256.as_bytes(),
                        instant_text(act.at),
                        act.by
                    ],
                )?;
            }
            let ids: Vec<&RequestId> = requests.iter().map(|(request, _)| request).collect();
            Ok(((), json!({ "file_sha256": file_sha256, "requests": ids })))
        })
    }

    /// Records that somebody looked for what a gap touches, and what was found, in the audit trail.
    pub fn record_impact(&mut self, act: &Act, gap: &str, found: &Value) -> Outcome<()> {
        self.act(act, "look for what a gap touches", |_| Ok(((), json!({ "gap": gap, "found": found }))))
    }

    /// The requests answered in the past, each as last imported, by their names.
    pub fn past_requests(&self) -> Outcome<Vec<PastRequestRecord>> {
        self.read("list past requests", |connection| {
            let mut statement = connection.prepare(
                "SELECT request, body, file_sha256, at, by FROM past_request p
                 WHERE key = (SELECT MAX(key) FROM past_request q WHERE q.request = p.request) ORDER BY request",
            )?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(PastRequestRecord {
                    request: word(row, 0)?,
                    body: serde_json::from_str(&row.get::<_, String>(1)?)?,
                    file_sha256: sha256(row, 2)?,
                    at: instant(row, 3)?,
                    by: row.get(4)?,
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
    use crate::fixture::{act, ledger};

    #[test]
    fn the_last_import_of_a_past_request_holds() {
        let (_folder, mut ledger) = ledger();
        let id: RequestId = "HO-1".parse().unwrap();
        let missing = ledger.add_past_requests(&act(), Sha256::of("a"), &[(id.clone(), json!({}))]);
        assert!(matches!(missing, Err(LedgerError::NoSuch { .. })));
        for (file, year) in [("a", 2019), ("b", 2020)] {
            let digest = ledger.store_bytes(file.as_bytes()).unwrap();
            ledger.add_past_requests(&act(), digest, &[(id.clone(), json!({ "year": year }))]).unwrap();
        }
        let found = ledger.past_requests().unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].body["year"].clone(), found[0].file_sha256), (json!(2020), Sha256::of("b")));
        assert!(ledger.connection.execute("DELETE FROM past_request", []).is_err());
    }
}
