//! Every search that was run for a request: exactly what, over what, by whom, with which counts.

use crate::columns::{instant, instant_text, sha256, word};
use crate::error::{Outcome, conflict};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{ItemId, RequestId, Sha256, SnapshotId};
use rusqlite::params;
use serde_json::{Value, json};

/// One search that was run.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRun {
    /// For which request.
    pub request: RequestId,
    /// For which of its items.
    pub item: ItemId,
    /// The exact search, as JSON.
    pub exact: String,
    /// Over which state of the index.
    pub snapshot: SnapshotId,
    /// With which register.
    pub register_sha256: Sha256,
    /// What came out: hits, not hits, cannot tell, hits per term.
    pub counts: Value,
}

/// A search as it is recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRecord {
    /// Its number in the log.
    pub key: i64,
    /// When it was run.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// The search.
    pub run: SearchRun,
}

impl Ledger {
    /// Records a search; returns its number in the log.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where `exact` is no JSON.
    pub fn record_search(&mut self, act: &Act, run: &SearchRun) -> Outcome<i64> {
        self.act(act, "record a search", |transaction| {
            if let Err(error) = serde_json::from_str::<Value>(&run.exact) {
                return Err(conflict(format!("found a search that is no JSON: {error}")));
            }
            transaction.execute(
                "INSERT INTO search_run (at, by, request, item, exact, snapshot, register_sha256, counts)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    instant_text(act.at),
                    act.by,
                    run.request.as_str(),
                    run.item.as_str(),
                    run.exact,
                    run.snapshot.digest().as_bytes(),
                    run.register_sha256.as_bytes(),
                    run.counts.to_string(),
                ],
            )?;
            let key = transaction.last_insert_rowid();
            let exact = Sha256::of(&run.exact);
            Ok((
                key,
                json!({ "search": key, "request": run.request, "item": run.item, "exact_sha256": exact }),
            ))
        })
    }

    /// The searches recorded for a request, in the order in which they were run.
    pub fn searches(&self, request: &RequestId) -> Outcome<Vec<SearchRecord>> {
        self.read("read the search log", |connection| {
            let mut statement = connection.prepare(
                "SELECT key, at, by, request, item, exact, snapshot, register_sha256, counts FROM search_run
                 WHERE request = ?1 ORDER BY key",
            )?;
            let mut rows = statement.query([request.as_str()])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let run = SearchRun {
                    request: word(row, 3)?,
                    item: word(row, 4)?,
                    exact: row.get(5)?,
                    snapshot: SnapshotId::from_digest(sha256(row, 6)?),
                    register_sha256: sha256(row, 7)?,
                    counts: serde_json::from_str(&row.get::<_, String>(8)?)?,
                };
                found.push(SearchRecord { key: row.get(0)?, at: instant(row, 1)?, by: row.get(2)?, run });
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

    fn run(item: &str) -> SearchRun {
        SearchRun {
            request: "r1".parse().unwrap(),
            item: item.parse().unwrap(),
            exact: r#"{"terms":["layering"]}"#.into(),
            snapshot: SnapshotId::new(1, 1, 0, Sha256::of("")),
            register_sha256: Sha256::of("register"),
            counts: json!({ "hit": 3 }),
        }
    }

    #[test]
    fn searches_are_kept_in_the_order_in_which_they_were_run() {
        let (_folder, mut ledger) = ledger();
        for item in ["2", "1"] {
            ledger.record_search(&act(), &run(item)).unwrap();
        }
        let other = SearchRun { request: "r2".parse().unwrap(), ..run("1") };
        ledger.record_search(&act(), &other).unwrap();
        let found = ledger.searches(&"r1".parse().unwrap()).unwrap();
        assert_eq!(found.iter().map(|record| record.run.clone()).collect::<Vec<_>>(), [run("2"), run("1")]);
        assert_eq!((found[0].at, &found[0].by), (act().at, &act().by));
        assert_eq!(ledger.audit_check().unwrap(), 4);
    }

    #[test]
    fn a_search_that_could_not_be_run_again_is_refused() {
        let (_folder, mut ledger) = ledger();
        let vague = SearchRun { exact: "layering".into(), ..run("1") };
        assert!(matches!(ledger.record_search(&act(), &vague), Err(LedgerError::Conflict { .. })));
        assert!(ledger.searches(&"r1".parse().unwrap()).unwrap().is_empty());
    }
}
