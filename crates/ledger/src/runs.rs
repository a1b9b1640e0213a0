//! Runs of indexing: begun and ended. What a run did not reach is in no account, so that a run without
//! an end says that the account may not be of the whole archive.

use crate::columns::{instant, instant_text};
use crate::error::{Outcome, conflict, damaged, no_such};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, params};
use serde_json::{Value, json};

/// A run of indexing.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexRun {
    /// Its key.
    pub key: i64,
    /// When it began to read.
    pub begun_at: DateTime<Utc>,
    /// When it came to its end; absent where it was killed, stopped or failed.
    pub ended_at: Option<DateTime<Utc>>,
    /// How many files it was about to read.
    pub outstanding: u64,
    /// Which files it could not or did not read, as the run told it; null before its end.
    pub unread: Value,
}

impl Ledger {
    /// Records that a run begins to read so many files; returns its key.
    pub fn begin_run(&mut self, act: &Act, outstanding: u64) -> Outcome<i64> {
        self.act(act, "begin indexing", |transaction| {
            transaction.execute(
                "INSERT INTO index_run (outstanding, at, by) VALUES (?1, ?2, ?3)",
                params![outstanding, instant_text(act.at), act.by],
            )?;
            let key = transaction.last_insert_rowid();
            Ok((key, json!({ "run": key, "outstanding": outstanding })))
        })
    }

    /// Records that a run came to its end, and what it did not read.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] where there is no such run, [`crate::LedgerError::Conflict`] where
    /// it has ended.
    pub fn end_run(&mut self, act: &Act, run: i64, unread: &Value) -> Outcome<()> {
        self.act(act, "end indexing", |transaction| {
            let read =
                "SELECT EXISTS (SELECT 1 FROM index_run_ended WHERE run = key) FROM index_run WHERE key = ?1";
            match transaction.query_row(read, [run], |row| row.get(0)).optional()? {
                None => return Err(no_such(format!("run of indexing {run}"))),
                Some(true) => return Err(conflict(format!("run of indexing {run} has ended already"))),
                Some(false) => {}
            }
            transaction.execute(
                "INSERT INTO index_run_ended (run, unread, at, by) VALUES (?1, ?2, ?3, ?4)",
                params![run, unread.to_string(), instant_text(act.at), act.by],
            )?;
            Ok(((), json!({ "run": run, "unread": unread })))
        })
    }

    /// The newest run; none where nothing was ever indexed.
    pub fn last_run(&self) -> Outcome<Option<IndexRun>> {
        self.read("read the last run of indexing", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT r.key, r.outstanding, r.at, e.unread, e.at FROM index_run r
                 LEFT JOIN index_run_ended e ON e.run = r.key ORDER BY r.key DESC LIMIT 1",
            )?;
            let mut rows = statement.query([])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let unread: Option<String> = row.get(3)?;
            let (ended_at, unread) = match unread {
                None => (None, Value::Null),
                Some(text) => {
                    let unread = serde_json::from_str(&text)
                        .map_err(|error| damaged(format!("index_run_ended: {error}")))?;
                    (Some(instant(row, 4)?), unread)
                }
            };
            let (key, outstanding, begun_at) = (row.get(0)?, row.get(1)?, instant(row, 2)?);
            Ok(Some(IndexRun { key, begun_at, ended_at, outstanding, unread }))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{act, ledger, reopen};

    #[test]
    fn a_run_is_open_until_it_is_ended_and_the_newest_counts() {
        let (_folder, mut ledger) = ledger();
        assert_eq!(ledger.last_run().unwrap(), None);
        let first = ledger.begin_run(&act(), 3).unwrap();
        let open =
            IndexRun { key: first, begun_at: act().at, ended_at: None, outstanding: 3, unread: Value::Null };
        let mut ledger = reopen(ledger);
        assert_eq!(ledger.last_run().unwrap(), Some(open.clone()));
        let unread = json!({ "notes": [{ "container": "mail:a", "what": "unreadable" }] });
        ledger.end_run(&act(), first, &unread).unwrap();
        assert_eq!(ledger.last_run().unwrap(), Some(IndexRun { ended_at: Some(act().at), unread, ..open }));
        let second = ledger.begin_run(&act(), 0).unwrap();
        assert!(second > first);
        assert_eq!(ledger.last_run().unwrap().unwrap().ended_at, None);
        assert!(ledger.audit_check().is_ok());
    }

    #[test]
    fn a_run_ends_once_and_only_where_it_began() {
        let (_folder, mut ledger) = ledger();
        assert!(matches!(ledger.end_run(&act(), 1, &json!([])), Err(LedgerError::NoSuch { .. })));
        let run = ledger.begin_run(&act(), 1).unwrap();
        ledger.end_run(&act(), run, &json!([])).unwrap();
        assert!(matches!(ledger.end_run(&act(), run, &json!([])), Err(LedgerError::Conflict { .. })));
    }
}
