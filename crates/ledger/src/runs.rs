//! Runs of indexing: begun and ended. What a run did not reach is in no account, so that a run without
//! an end says that the account may not be of the whole archive.

use crate::columns::{instant, instant_text};
use crate::error::{Outcome, conflict, no_such};
use crate::survey::{FileNote, note_counts};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension as _, params};
use serde_json::json;

/// A run of indexing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexRun {
    /// Its key.
    pub key: i64,
    /// When it began to read.
    pub begun_at: DateTime<Utc>,
    /// When it came to its end; absent where it was killed, stopped or failed.
    pub ended_at: Option<DateTime<Utc>>,
    /// How many files it was about to read.
    pub outstanding: u64,
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

    /// Records that a run came to its end, and what its survey noted of files, but for those that only
    /// moved.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] where there is no such run, [`crate::LedgerError::Conflict`] where
    /// it has ended.
    pub fn end_run(&mut self, act: &Act, run: i64) -> Outcome<()> {
        self.act(act, "end indexing", |transaction| {
            let read =
                "SELECT EXISTS (SELECT 1 FROM index_run_ended WHERE run = key) FROM index_run WHERE key = ?1";
            match transaction.query_row(read, [run], |row| row.get(0)).optional()? {
                None => return Err(no_such(format!("run of indexing {run}"))),
                Some(true) => return Err(conflict(format!("run of indexing {run} has ended already"))),
                Some(false) => {}
            }
            transaction.execute(
                "INSERT INTO index_run_ended (run, at, by) VALUES (?1, ?2, ?3)",
                params![run, instant_text(act.at), act.by],
            )?;
            transaction.execute(
                "INSERT INTO index_unread (run, place, file, what, detail)
                 SELECT ?1, place, file, what, detail FROM survey.note WHERE what <> 'moved' ORDER BY place",
                [run],
            )?;
            Ok(((), json!({ "run": run, "noted": note_counts(transaction)? })))
        })
    }

    /// The newest run; none where nothing was ever indexed.
    pub fn last_run(&self) -> Outcome<Option<IndexRun>> {
        self.read("read the last run of indexing", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT r.key, r.outstanding, r.at, e.at FROM index_run r
                 LEFT JOIN index_run_ended e ON e.run = r.key ORDER BY r.key DESC LIMIT 1",
            )?;
            let mut rows = statement.query([])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let ended_at = match row.get::<_, Option<String>>(3)? {
                Some(_) => Some(instant(row, 3)?),
                None => None,
            };
            Ok(Some(IndexRun {
                key: row.get(0)?,
                begun_at: instant(row, 2)?,
                ended_at,
                outstanding: row.get(1)?,
            }))
        })
    }

    /// Tells which files a run could not or did not read, in the order in which it noted them.
    pub fn unread(&self, run: i64, tell: &mut dyn FnMut(FileNote)) -> Outcome<()> {
        self.read("list files that were not read", |connection| {
            let list = "SELECT file, what, detail FROM index_unread WHERE run = ?1 ORDER BY place";
            let mut statement = connection.prepare_cached(list)?;
            let mut rows = statement.query([run])?;
            while let Some(row) = rows.next()? {
                tell(FileNote { file: row.get(0)?, what: row.get(1)?, detail: row.get(2)? });
            }
            Ok(())
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
        let open = IndexRun { key: first, begun_at: act().at, ended_at: None, outstanding: 3 };
        let mut ledger = reopen(ledger);
        assert_eq!(ledger.last_run().unwrap(), Some(open.clone()));
        let note = |what: &str| FileNote { file: "mail:a".into(), what: what.into(), detail: "why".into() };
        ledger.begin_survey().unwrap();
        ledger.survey().notes(&[note("moved"), note("unreadable"), note("ignored")]).unwrap();
        ledger.end_run(&act(), first).unwrap();
        ledger.end_survey().unwrap();
        assert_eq!(ledger.last_run().unwrap(), Some(IndexRun { ended_at: Some(act().at), ..open }));
        let mut unread = Vec::new();
        ledger.unread(first, &mut |note| unread.push(note)).unwrap();
        assert_eq!(unread, [note("unreadable"), note("ignored")], "what only moved was read");
        let second = ledger.begin_run(&act(), 0).unwrap();
        assert!(second > first);
        assert_eq!(ledger.last_run().unwrap().unwrap().ended_at, None);
        assert!(ledger.audit_check().is_ok());
    }

    #[test]
    fn a_run_ends_once_and_only_where_it_began() {
        let (_folder, mut ledger) = ledger();
        ledger.begin_survey().unwrap();
        assert!(matches!(ledger.end_run(&act(), 1), Err(LedgerError::NoSuch { .. })));
        let run = ledger.begin_run(&act(), 1).unwrap();
        ledger.end_run(&act(), run).unwrap();
        assert!(matches!(ledger.end_run(&act(), run), Err(LedgerError::Conflict { .. })));
    }
}
