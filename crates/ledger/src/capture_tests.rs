//! Marked test messages: which were written for which source, and where they arrived.

use crate::columns::{day, day_number, instant, instant_text, sha256_or_none, word};
use crate::error::{Fault, Outcome, conflict, no_such};
use crate::{Act, Ledger};
use chrono::{DateTime, NaiveDate, Utc};
use duces_model::{EmailAddress, OccurrenceId, SourceId};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::json;

/// A test message that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureTest {
    /// The mark by which it is known, unique in the ledger.
    pub token: String,
    /// The source that it is to reach.
    pub source: SourceId,
    /// The address that it is to be sent to.
    pub address: EmailAddress,
}

/// What was seen of a test message on one look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaptureTestSeen {
    /// The day on which it was sent, by its own date or a person's word.
    pub sent_on: Option<NaiveDate>,
    /// The day of its copy in the archive, attributed to the source; absent where there is none.
    pub archived_on: Option<NaiveDate>,
    /// That copy.
    pub occurrence: Option<OccurrenceId>,
    /// The day on which it was seen in supervisory review, by the log of review; absent where it was not.
    pub reviewed_on: Option<NaiveDate>,
}

/// A test message and what the last look saw of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureTestRecord {
    /// The message.
    pub test: CaptureTest,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// What the last look saw, and when that was; absent where nobody looked.
    pub seen: Option<(CaptureTestSeen, DateTime<Utc>)>,
}

impl Ledger {
    /// Records test messages that were written; all or none of them.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where a token is in use.
    pub fn add_capture_tests(&mut self, act: &Act, tests: &[CaptureTest]) -> Outcome<()> {
        self.act(act, "write capture tests", |transaction| {
            for test in tests {
                let added = transaction.execute(
                    "INSERT OR IGNORE INTO capture_test (token, source, address, at, by) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![test.token, test.source.as_str(), test.address.as_str(), instant_text(act.at), act.by],
                )?;
                if added == 0 {
                    return Err(conflict(format!("a capture test with token {:?} is on record already", test.token)));
                }
            }
            let told: Vec<_> = tests.iter().map(|test| json!({ "token": test.token, "source": test.source })).collect();
            Ok(((), json!({ "tests": told })))
        })
    }

    /// Records what a look saw of test messages, by their tokens.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] for a token that is not on record.
    pub fn see_capture_tests(&mut self, act: &Act, seen: &[(String, CaptureTestSeen)]) -> Outcome<()> {
        self.act(act, "look for capture tests", |transaction| {
            for (token, seen) in seen {
                transaction.execute(
                    "INSERT INTO capture_test_seen (test, sent_on, archived_on, occurrence, reviewed_on, at, by)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    params![
                        test(transaction, token)?,
                        seen.sent_on.map(day_number),
                        seen.archived_on.map(day_number),
                        seen.occurrence.map(|id| *id.digest().as_bytes()),
                        seen.reviewed_on.map(day_number),
                        instant_text(act.at),
                        act.by
                    ],
                )?;
            }
            let arrived = seen.iter().filter(|(_, seen)| seen.archived_on.is_some()).count();
            Ok(((), json!({ "looked_for": seen.len(), "archived": arrived })))
        })
    }

    /// Every test message, in the order in which they were written.
    pub fn capture_tests(&self) -> Outcome<Vec<CaptureTestRecord>> {
        self.read("list capture tests", |connection| {
            let mut statement = connection
                .prepare("SELECT key, token, source, address, at, by FROM capture_test ORDER BY key")?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let test = CaptureTest {
                    token: row.get(1)?,
                    source: word(row, 2)?,
                    address: EmailAddress::from_stored(row.get::<_, String>(3)?),
                };
                let seen = last_look(connection, row.get(0)?)?;
                found.push(CaptureTestRecord { test, at: instant(row, 4)?, by: row.get(5)?, seen });
            }
            Ok(found)
        })
    }
}

fn test(connection: &Connection, token: &str) -> Result<i64, Fault> {
    let mut statement = connection.prepare_cached("SELECT key FROM capture_test WHERE token = ?1")?;
    let key = statement.query_row([token], |row| row.get(0)).optional()?;
    key.ok_or_else(|| no_such(format!("capture test {token:?}")))
}

fn last_look(connection: &Connection, test: i64) -> Result<Option<(CaptureTestSeen, DateTime<Utc>)>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT sent_on, archived_on, occurrence, reviewed_on, at FROM capture_test_seen
         WHERE test = ?1 ORDER BY key DESC LIMIT 1",
    )?;
    let mut rows = statement.query([test])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let seen = CaptureTestSeen {
        sent_on: day(row, 0)?,
        archived_on: day(row, 1)?,
        occurrence: sha256_or_none(row, 2)?.map(OccurrenceId::from_digest),
        reviewed_on: day(row, 3)?,
    };
    Ok(Some((seen, instant(row, 4)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{act, ledger};

    #[test]
    fn the_last_look_at_a_capture_test_holds_and_a_token_is_used_once() {
        let (_folder, mut ledger) = ledger();
        let test = CaptureTest {
            token: "duces-test-1".into(),
            source: "desk".parse().unwrap(),
            address: EmailAddress::new("desk@ecp.example").unwrap(),
        };
        ledger.add_capture_tests(&act(), std::slice::from_ref(&test)).unwrap();
        let again = ledger.add_capture_tests(&act(), std::slice::from_ref(&test));
        assert!(matches!(again, Err(LedgerError::Conflict { .. })));
        assert_eq!(ledger.capture_tests().unwrap()[0].seen, None);
        let seen = CaptureTestSeen { archived_on: "2024-03-05".parse().ok(), ..CaptureTestSeen::default() };
        for look in [CaptureTestSeen::default(), seen.clone()] {
            ledger.see_capture_tests(&act(), &[(test.token.clone(), look)]).unwrap();
        }
        let found = ledger.capture_tests().unwrap();
        assert_eq!(found[0].test, test);
        assert_eq!(found[0].seen, Some((seen, act().at)));
        let strange = ledger.see_capture_tests(&act(), &[("other".into(), CaptureTestSeen::default())]);
        assert!(matches!(strange, Err(LedgerError::NoSuch { .. })));
    }
}
