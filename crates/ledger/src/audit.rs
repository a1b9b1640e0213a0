//! The audit trail: who did what and when, each row chained to the one before.
//!
//! What the chain proves: a row edited, removed, inserted or moved is found, and named. Rows cut off the
//! end cannot be told from the chain alone, so the number of rows and the last digest are kept in `meta`
//! too, written in the same transaction. What it cannot prove: somebody who can write the file can
//! compute the whole chain anew, `meta` included. Against that only a copy elsewhere helps: print or
//! store [`Ledger::audit_head`] outside, for example among the pins of a certificate, and compare.

use crate::columns::{instant, instant_text, sha256};
use crate::error::{Fault, LedgerError, Outcome};
use crate::open::named;
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::Sha256;
use rusqlite::{Connection, Transaction, params};
use serde_json::Value;

/// One row of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number, from 1, without holes.
    pub seq: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// What was done, in a few words.
    pub action: String,
    /// To what, and with which figures.
    pub detail: Value,
    /// Digest over the digest before and this row.
    pub hash: Sha256,
}

/// Where the trail ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditHead {
    /// How many rows.
    pub rows: u64,
    /// Digest of the last row, which stands for all before it.
    pub hash: Sha256,
}

/// The trail is not what was written.
#[derive(Debug, thiserror::Error)]
pub enum AuditBroken {
    /// This row was edited, or the one that was here is gone, or another was put in its place.
    #[error("row {seq} of the audit trail is broken: {why}")]
    Row {
        /// Its number; every row before it is as written.
        seq: u64,
        /// What was found.
        why: String,
    },
    /// Rows at the end are gone.
    #[error("the audit trail holds {found} rows and {expected} were written: the last ones are gone")]
    Truncated {
        /// Rows in the trail.
        found: u64,
        /// Rows that were written.
        expected: u64,
    },
    /// The rows form a chain, but not the one that was recorded beside it.
    #[error("the audit trail ends in another digest than the one recorded: it was rewritten")]
    Rewritten,
    /// It could not be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl Ledger {
    /// Writes a row about something that changes nothing else in the ledger.
    pub fn audit(&mut self, act: &Act, action: &str, detail: &Value) -> Outcome<()> {
        named(act, "write an audit row")?;
        self.write("write an audit row", |transaction| append(transaction, act, action, detail))
    }

    /// All rows, oldest first. They are not checked here: [`Ledger::audit_check`] does that.
    pub fn audit_rows(&self) -> Outcome<Vec<AuditRow>> {
        self.read("read the audit trail", |connection| {
            let mut statement =
                connection.prepare("SELECT seq, at, by, action, detail, hash FROM audit ORDER BY seq")?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let detail: String = row.get(4)?;
                found.push(AuditRow {
                    seq: row.get(0)?,
                    at: instant(row, 1)?,
                    by: row.get(2)?,
                    action: row.get(3)?,
                    detail: serde_json::from_str(&detail)?,
                    hash: sha256(row, 5)?,
                });
            }
            Ok(found)
        })
    }

    /// Checks the chain from the first row to the last and returns how many rows it has.
    pub fn audit_check(&self) -> Result<u64, AuditBroken> {
        let (found, expected) =
            self.read("check the audit trail", |connection| Ok((walk(connection)?, head(connection)?)))?;
        let found = found?;
        if found.rows < expected.rows {
            return Err(AuditBroken::Truncated { found: found.rows, expected: expected.rows });
        }
        if found != expected {
            return Err(AuditBroken::Rewritten);
        }
        Ok(found.rows)
    }

    /// Where the trail ends, as recorded beside it.
    pub fn audit_head(&self) -> Outcome<AuditHead> {
        self.read("read the audit trail", head)
    }
}

/// Walks the chain; the inner result is the verdict.
fn walk(connection: &Connection) -> Result<Result<AuditHead, AuditBroken>, Fault> {
    let mut statement =
        connection.prepare("SELECT seq, at, by, action, detail, hash FROM audit ORDER BY seq")?;
    let mut rows = statement.query([])?;
    let mut last = AuditHead { rows: 0, hash: beginning() };
    while let Some(row) = rows.next()? {
        let expected = last.rows + 1;
        let seq: u64 = row.get(0)?;
        if seq != expected {
            let why = format!("it is not there, and row {seq} follows");
            return Ok(Err(AuditBroken::Row { seq: expected, why }));
        }
        let texts: [String; 4] = [row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
        let hash = chained(last.hash, seq, [&texts[0], &texts[1], &texts[2], &texts[3]]);
        if hash != sha256(row, 5)? {
            let why = "its digest is not that of its content and the row before".to_owned();
            return Ok(Err(AuditBroken::Row { seq, why }));
        }
        last = AuditHead { rows: seq, hash };
    }
    Ok(Ok(last))
}

/// Digest before the first row.
fn beginning() -> Sha256 {
    Sha256::of("duces audit 1")
}

/// Digest of a row: over the digest before, the number, and each text behind its length.
fn chained(before: Sha256, seq: u64, texts: [&str; 4]) -> Sha256 {
    let mut hasher = Sha256::hasher();
    hasher.update(before.as_bytes());
    hasher.update(seq.to_be_bytes());
    for text in texts {
        hasher.update(crate::columns::count(text.len()).to_be_bytes());
        hasher.update(text);
    }
    hasher.finish()
}

fn head(connection: &Connection) -> Result<AuditHead, Fault> {
    let read = "SELECT (SELECT value FROM meta WHERE key = 'audit_rows'), (SELECT value FROM meta WHERE key = 'audit_hash')";
    let mut statement = connection.prepare_cached(read)?;
    let mut rows = statement.query([])?;
    let row = rows.next()?.ok_or_else(|| crate::error::damaged("found no end of the audit trail"))?;
    Ok(AuditHead { rows: row.get(0)?, hash: sha256(row, 1)? })
}

/// Records the end of an empty trail.
pub(crate) fn start(transaction: &Transaction<'_>) -> Result<(), Fault> {
    let write = "INSERT INTO meta (key, value) VALUES ('audit_rows', 0), ('audit_hash', ?1)";
    transaction.execute(write, [beginning().as_bytes()])?;
    Ok(())
}

/// Appends a row in the transaction of the act itself; returns its number.
pub(crate) fn append(
    transaction: &Transaction<'_>,
    act: &Act,
    action: &str,
    detail: &Value,
) -> Result<(), Fault> {
    let last = head(transaction)?;
    let (seq, at, detail) = (last.rows + 1, instant_text(act.at), detail.to_string());
    let hash = chained(last.hash, seq, [&at, &act.by, action, &detail]);
    transaction.execute(
        "INSERT INTO audit (seq, at, by, action, detail, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![seq, at, act.by, action, detail, hash.as_bytes()],
    )?;
    transaction.execute("UPDATE meta SET value = ?1 WHERE key = 'audit_rows'", [seq])?;
    transaction.execute("UPDATE meta SET value = ?1 WHERE key = 'audit_hash'", [hash.as_bytes()])?;
    Ok(())
}

/// The number that the next row will get: acts refer to their own row by it.
pub(crate) fn next_seq(transaction: &Transaction<'_>) -> Result<u64, Fault> {
    Ok(head(transaction)?.rows + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{act, ledger};
    use proptest::prelude::*;
    use serde_json::json;

    fn tamper(ledger: &Ledger, sql: &str) {
        let triggers = "DROP TRIGGER IF EXISTS audit_no_UPDATE; DROP TRIGGER IF EXISTS audit_no_DELETE;";
        ledger.connection.execute_batch(&format!("{triggers}{sql}")).unwrap();
    }

    fn with_rows(rows: u64) -> (tempfile::TempDir, Ledger) {
        let (folder, mut ledger) = ledger();
        for n in 2..=rows {
            ledger.audit(&act(), "note", &json!({ "n": n })).unwrap();
        }
        assert_eq!(ledger.audit_check().unwrap(), rows);
        (folder, ledger)
    }

    #[test]
    fn rows_read_back_and_nothing_changes_them() {
        let (_folder, ledger) = with_rows(3);
        let rows = ledger.audit_rows().unwrap();
        assert_eq!(
            (rows[0].action.as_str(), rows[2].detail.clone()),
            ("create the ledger", json!({ "n": 3 }))
        );
        assert_eq!(rows[2].hash, ledger.audit_head().unwrap().hash);
        for sql in ["UPDATE audit SET by = 'x'", "DELETE FROM audit WHERE seq = 3"] {
            let error = ledger.connection.execute(sql, []).unwrap_err();
            assert!(error.to_string().contains("never"), "{error}");
        }
    }

    #[test]
    fn an_edited_a_removed_and_a_moved_row_are_each_named() {
        let edits = [
            ("UPDATE audit SET by = 'Somebody Else' WHERE seq = 3", 3),
            ("UPDATE audit SET detail = '{}' WHERE seq = 1", 1),
            ("DELETE FROM audit WHERE seq = 4", 4),
            ("DELETE FROM audit WHERE seq = 1", 1),
            (
                "UPDATE audit SET seq = 99 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3;
              UPDATE audit SET seq = 3 WHERE seq = 99",
                2,
            ),
        ];
        for (sql, broken) in edits {
            let (_folder, ledger) = with_rows(5);
            tamper(&ledger, sql);
            match ledger.audit_check() {
                Err(AuditBroken::Row { seq, .. }) => assert_eq!(seq, broken, "{sql}"),
                other => panic!("{sql}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_forger_who_also_computes_the_edited_rows_digest_is_found_at_the_next_row() {
        let (_folder, ledger) = with_rows(5);
        let rows = ledger.audit_rows().unwrap();
        let forged =
            chained(rows[1].hash, 3, [&instant_text(rows[2].at), "Somebody Else", "note", r#"{"n":3}"#]);
        let genuine =
            chained(rows[1].hash, 3, [&instant_text(rows[2].at), &rows[2].by, "note", r#"{"n":3}"#]);
        assert_eq!(genuine, rows[2].hash, "the forger knows how digests are made");
        tamper(&ledger, "UPDATE audit SET by = 'Somebody Else' WHERE seq = 3");
        ledger.connection.execute("UPDATE audit SET hash = ?1 WHERE seq = 3", [forged.as_bytes()]).unwrap();
        assert!(matches!(ledger.audit_check(), Err(AuditBroken::Row { seq: 4, .. })));
    }

    #[test]
    fn a_cut_tail_is_told_by_the_count_kept_beside_the_chain_and_only_by_it() {
        let (_folder, ledger) = with_rows(5);
        tamper(&ledger, "DELETE FROM audit WHERE seq > 3");
        assert!(matches!(ledger.audit_check(), Err(AuditBroken::Truncated { found: 3, expected: 5 })));
        // Whoever also edits the count and the digest beside it is not found out from the file alone.
        let hash = ledger.audit_rows().unwrap()[2].hash;
        tamper(&ledger, "UPDATE meta SET value = 3 WHERE key = 'audit_rows'");
        assert!(matches!(ledger.audit_check(), Err(AuditBroken::Rewritten)));
        let set = "UPDATE meta SET value = ?1 WHERE key = 'audit_hash'";
        ledger.connection.execute(set, [hash.as_bytes()]).unwrap();
        assert_eq!(ledger.audit_check().unwrap(), 3);
    }

    #[test]
    fn an_act_without_a_person_is_refused() {
        let (_folder, mut ledger) = ledger();
        let nobody = Act { by: String::new(), ..act() };
        assert!(matches!(ledger.audit(&nobody, "note", &json!({})), Err(LedgerError::NoPerson { .. })));
        assert_eq!(ledger.audit_check().unwrap(), 1);
    }

    proptest! {
        #[test]
        fn fields_do_not_run_into_each_other(a in "[ab]{0,3}", b in "[ab]{0,3}", c in "[ab]{0,3}", d in "[ab]{0,3}") {
            let joined = chained(beginning(), 1, [&a, &b, "", ""]) == chained(beginning(), 1, [&c, &d, "", ""]);
            prop_assert_eq!(joined, (a, b) == (c, d));
        }
    }
}
