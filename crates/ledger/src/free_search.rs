//! Searches without a request, as a person runs them at a terminal: recorded as fully as the others.

use crate::columns::{instant, instant_text, sha256};
use crate::error::{Outcome, conflict};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{Sha256, SnapshotId};
use rusqlite::params;
use serde_json::{Value, json};

/// One free search.
#[derive(Debug, Clone, PartialEq)]
pub struct FreeSearch {
    /// The dialect of the words; empty where none were asked for.
    pub dialect: String,
    /// The words as written; empty where none were asked for.
    pub written: String,
    /// Everything that was asked, as JSON.
    pub exact: String,
    /// Over which state of the index.
    pub snapshot: SnapshotId,
    /// With which register.
    pub register_sha256: Sha256,
    /// Version of the tokenisation.
    pub analyzer: u32,
    /// Documents in the index.
    pub documents: u64,
    /// What came out.
    pub counts: Value,
}

/// A free search as it is recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct FreeSearchRecord {
    /// Its number.
    pub key: i64,
    /// When it was run.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// The search.
    pub search: FreeSearch,
}

impl Ledger {
    /// Records a free search; returns its number.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where `exact` is no JSON.
    pub fn record_free_search(&mut self, act: &Act, search: &FreeSearch) -> Outcome<i64> {
        self.act(act, "record a free search", |transaction| {
            if let Err(error) = serde_json::from_str::<Value>(&search.exact) {
                return Err(conflict(format!("found a search that is no JSON: {error}")));
            }
            transaction.execute(
                "INSERT INTO free_search
                   (at, by, dialect, written, exact, snapshot, register_sha256, analyzer, documents, counts)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                params![
                    instant_text(act.at),
                    act.by,
                    search.dialect,
                    search.written,
                    search.exact,
                    search.snapshot.digest().as_bytes(),
                    search.register_sha256.as_bytes(),
                    search.analyzer,
                    search.documents,
                    search.counts.to_string(),
                ],
            )?;
            let key = transaction.last_insert_rowid();
            Ok((key, json!({ "free_search": key, "exact_sha256": Sha256::of(&search.exact) })))
        })
    }

    /// All free searches, in the order in which they were run.
    pub fn free_searches(&self) -> Outcome<Vec<FreeSearchRecord>> {
        self.read("read the free searches", |connection| {
            let mut statement = connection.prepare(
                "SELECT key, at, by, dialect, written, exact, snapshot, register_sha256, analyzer, documents, counts
                 FROM free_search ORDER BY key",
            )?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let search = FreeSearch {
                    dialect: row.get(3)?,
                    written: row.get(4)?,
                    exact: row.get(5)?,
                    snapshot: SnapshotId::from_digest(sha256(row, 6)?),
                    register_sha256: sha256(row, 7)?,
                    analyzer: row.get(8)?,
                    documents: row.get(9)?,
                    counts: serde_json::from_str(&row.get::<_, String>(10)?)?,
                };
                found.push(FreeSearchRecord {
                    key: row.get(0)?,
                    at: instant(row, 1)?,
                    by: row.get(2)?,
                    search,
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
    fn a_free_search_reads_back_as_it_was_run_and_a_vague_one_is_refused() {
        let (_folder, mut ledger) = ledger();
        let search = FreeSearch {
            dialect: "dtsearch".into(),
            written: "wash sale*".into(),
            exact: r#"{"terms":"\"wash sale*\""}"#.into(),
            snapshot: SnapshotId::new(1, 1, 0, Sha256::of("")),
            register_sha256: Sha256::of("register"),
            analyzer: 1,
            documents: 7,
            counts: json!({ "hits": 3 }),
        };
        let key = ledger.record_free_search(&act(), &search).unwrap();
        let vague = FreeSearch { exact: "wash".into(), ..search.clone() };
        assert!(matches!(ledger.record_free_search(&act(), &vague), Err(LedgerError::Conflict { .. })));
        let found = ledger.free_searches().unwrap();
        assert_eq!(found, [FreeSearchRecord { key, at: act().at, by: act().by, search }]);
        assert_eq!(ledger.audit_check().unwrap(), 2);
    }
}
