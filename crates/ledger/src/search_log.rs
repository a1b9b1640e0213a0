//! Every search that was run for a request: exactly what, over what, by whom, with which counts and
//! which documents. The items that one command searched are one *run*.

use crate::columns::{instant, instant_text, sha256, sha256_or_none, word};
use crate::error::{Outcome, conflict, no_such};
use crate::search_sets::{self, SearchSets};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{ItemId, RequestId, Sha256, SnapshotId};
use rusqlite::{Transaction, params};
use serde_json::{Value, json};

/// One search that was run: one item of a request.
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
    /// The request's file; its bytes are stored.
    pub request_sha256: Sha256,
    /// Version of the tokenisation.
    pub analyzer: u32,
    /// Documents in the index: those indexed later have higher rows.
    pub documents: u64,
    /// What came out: hits, not hits, cannot tell, hits per term.
    pub counts: Value,
    /// The documents that came out.
    pub sets: SearchSets,
}

/// A search as it is recorded; [`Ledger::search_sets`] gives its documents.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRecord {
    /// Its number in the log.
    pub key: i64,
    /// When it was run.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
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
    /// What came out.
    pub counts: Value,
    /// What is kept beside it; absent where a ledger of format 1 recorded it.
    pub kept: Option<KeptSearch>,
}

/// What is kept of a search so that a later one can be held against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptSearch {
    /// The run: the number of the first search of the same command.
    pub run: i64,
    /// The request's file.
    pub request_sha256: Sha256,
    /// Version of the tokenisation.
    pub analyzer: u32,
    /// Documents in the index.
    pub documents: u64,
}

impl Ledger {
    /// Records the searches of one command with their documents, all or none; returns the run's number.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where there is none, or one's `exact` is no JSON;
    /// [`crate::LedgerError::NoSuch`] where the bytes of the request's file are not stored.
    pub fn record_searches(&mut self, act: &Act, searches: &[SearchRun]) -> Outcome<i64> {
        self.act(act, "record searches", |transaction| {
            let mut run = None;
            let mut listed = Vec::new();
            for search in searches {
                let key = insert(transaction, act, search)?;
                let first = *run.get_or_insert(key);
                keep(transaction, key, first, search)?;
                let exact = Sha256::of(&search.exact);
                listed.push(json!({ "search": key, "item": search.item, "exact_sha256": exact }));
            }
            let run = run.ok_or_else(|| conflict("found a run of no searches"))?;
            let request = searches.first().map(|search| &search.request);
            Ok((run, json!({ "run": run, "request": request, "searches": listed })))
        })
    }

    /// The searches recorded for a request, in the order in which they were run.
    pub fn searches(&self, request: &RequestId) -> Outcome<Vec<SearchRecord>> {
        self.read("read the search log", |connection| {
            let mut statement = connection.prepare(
                "SELECT s.key, s.at, s.by, s.request, s.item, s.exact, s.snapshot, s.register_sha256, s.counts,
                   d.run, d.request_sha256, d.analyzer, d.documents
                 FROM search_run s LEFT JOIN search_detail d ON d.search = s.key
                 WHERE s.request = ?1 ORDER BY s.key",
            )?;
            let mut rows = statement.query([request.as_str()])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let kept = match sha256_or_none(row, 10)? {
                    None => None,
                    Some(request_sha256) => Some(KeptSearch {
                        run: row.get(9)?,
                        request_sha256,
                        analyzer: row.get(11)?,
                        documents: row.get(12)?,
                    }),
                };
                found.push(SearchRecord {
                    key: row.get(0)?,
                    at: instant(row, 1)?,
                    by: row.get(2)?,
                    request: word(row, 3)?,
                    item: word(row, 4)?,
                    exact: row.get(5)?,
                    snapshot: SnapshotId::from_digest(sha256(row, 6)?),
                    register_sha256: sha256(row, 7)?,
                    counts: serde_json::from_str(&row.get::<_, String>(8)?)?,
                    kept,
                });
            }
            Ok(found)
        })
    }
}

fn insert(transaction: &Transaction<'_>, act: &Act, search: &SearchRun) -> Result<i64, crate::error::Fault> {
    if let Err(error) = serde_json::from_str::<Value>(&search.exact) {
        return Err(conflict(format!("found a search that is no JSON: {error}")));
    }
    transaction.execute(
        "INSERT INTO search_run (at, by, request, item, exact, snapshot, register_sha256, counts)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            instant_text(act.at),
            act.by,
            search.request.as_str(),
            search.item.as_str(),
            search.exact,
            search.snapshot.digest().as_bytes(),
            search.register_sha256.as_bytes(),
            search.counts.to_string(),
        ],
    )?;
    Ok(transaction.last_insert_rowid())
}

fn keep(
    transaction: &Transaction<'_>,
    key: i64,
    run: i64,
    search: &SearchRun,
) -> Result<(), crate::error::Fault> {
    let digest = search.request_sha256;
    let stored = "SELECT EXISTS (SELECT 1 FROM blob WHERE sha256 = ?1)";
    if !transaction.query_row(stored, [digest.as_bytes()], |row| row.get::<_, bool>(0))? {
        return Err(no_such(format!("bytes with digest {digest}, the request's file")));
    }
    transaction.execute(
        "INSERT INTO search_detail (search, run, request_sha256, analyzer, documents) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![key, run, digest.as_bytes(), search.analyzer, search.documents],
    )?;
    search_sets::insert(transaction, key, &search.sets)
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
            request_sha256: Sha256::of("request"),
            analyzer: 1,
            documents: 900,
            counts: json!({ "hit": 3 }),
            sets: SearchSets {
                hits: vec![1, 2, 700],
                cannot_tell: vec![],
                terms: vec![("layering".into(), vec![1, 2, 700]), ("spoof*".into(), vec![])],
            },
        }
    }

    #[test]
    fn searches_are_kept_in_the_order_in_which_they_were_run_and_one_command_is_one_run() {
        let (_folder, mut ledger) = ledger();
        ledger.store_bytes(b"request").unwrap();
        let first = ledger.record_searches(&act(), &[run("2"), run("1")]).unwrap();
        let other = SearchRun { request: "r2".parse().unwrap(), ..run("1") };
        ledger.record_searches(&act(), &[other]).unwrap();
        let second = ledger.record_searches(&act(), &[run("2")]).unwrap();
        let found = ledger.searches(&"r1".parse().unwrap()).unwrap();
        let told: Vec<_> =
            found.iter().map(|search| (search.item.as_str(), search.kept.unwrap().run)).collect();
        assert_eq!(told, [("2", first), ("1", first), ("2", second)]);
        assert_eq!((found[0].at, &found[0].by), (act().at, &act().by));
        assert_eq!((found[0].kept.unwrap().documents, found[0].counts["hit"].clone()), (900, json!(3)));
        assert_eq!(ledger.search_sets(found[1].key).unwrap(), Some(run("1").sets));
        assert_eq!(ledger.search_sets(99).unwrap(), None);
        let blobs: u64 =
            ledger.connection.query_row("SELECT COUNT(*) FROM blob", [], |row| row.get(0)).unwrap();
        assert_eq!(blobs, 3, "the request, one list of hits, one empty list: equal lists are stored once");
    }

    #[test]
    fn a_search_that_could_not_be_run_again_is_refused_with_all_of_its_command() {
        let (_folder, mut ledger) = ledger();
        ledger.store_bytes(b"request").unwrap();
        let vague = SearchRun { exact: "layering".into(), ..run("1") };
        let refused = ledger.record_searches(&act(), &[run("2"), vague]);
        assert!(matches!(refused, Err(LedgerError::Conflict { .. })));
        assert!(matches!(ledger.record_searches(&act(), &[]), Err(LedgerError::Conflict { .. })));
        let lost = SearchRun { request_sha256: Sha256::of("other"), ..run("1") };
        assert!(matches!(ledger.record_searches(&act(), &[lost]), Err(LedgerError::NoSuch { .. })));
        assert!(ledger.searches(&"r1".parse().unwrap()).unwrap().is_empty());
    }
}
