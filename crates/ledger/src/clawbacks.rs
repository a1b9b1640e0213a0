//! Claw-backs: what went out and should not have, when that came to light, and what was asked of whom.
//!
//! The fields are those that Federal Rule of Evidence 502(b) turns on: reasonable steps to prevent
//! disclosure, and prompt steps to rectify it. The entries of the volumes stay as they are.

use crate::columns::{count, day_number, day_of_number, instant, instant_text, must_say, sha256, word};
use crate::error::{Fault, Outcome, conflict, no_such};
use crate::replacements::{EarlierNumbers, by_key, holding};
use crate::volumes::numbers;
use crate::{Act, Ledger};
use chrono::{DateTime, NaiveDate, Utc};
use duces_model::{DocId, RequestId};
use rusqlite::{Connection, params};
use serde_json::json;
use std::collections::BTreeSet;

/// A claw-back to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clawback {
    /// The request in whose volumes the documents went out.
    pub request: RequestId,
    /// What is clawed back, each document once for each volume.
    pub documents: Vec<EarlierNumbers>,
    /// The privilege or protection claimed.
    pub basis: String,
    /// The day on which it went out.
    pub disclosed_on: NaiveDate,
    /// The day on which somebody saw that.
    pub discovered_on: NaiveDate,
    /// What had been done to prevent it: screens, terms, who reviewed.
    pub steps: String,
    /// How it came about.
    pub why: String,
}

/// A notice to whoever holds the documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClawbackNotice {
    /// The day of the notice.
    pub notified_on: NaiveDate,
    /// To whom it went.
    pub recipient: String,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

/// A claw-back on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClawbackRecord {
    /// Its number.
    pub key: i64,
    /// What was recorded.
    pub clawback: Clawback,
    /// The notices, oldest first.
    pub notices: Vec<ClawbackNotice>,
    /// When it was recorded.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

impl Ledger {
    /// Records a claw-back; returns its number.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where a word is missing, nothing is clawed back, a document stands there twice or
    /// has no such numbers in a sealed volume of the request, or it is discovered before it went out.
    pub fn claw_back(&mut self, act: &Act, clawback: &Clawback) -> Outcome<i64> {
        self.act(act, "record a claw-back", |transaction| {
            must_say("privilege or protection", &clawback.basis)?;
            must_say("account of the steps taken", &clawback.steps)?;
            must_say("reason", &clawback.why)?;
            if clawback.documents.is_empty() {
                return Err(conflict("found no document to claw back, expected one or more"));
            }
            if clawback.discovered_on < clawback.disclosed_on {
                return Err(conflict(format!(
                    "found {} as the day of discovery, expected {} (the day on which it went out) or later",
                    clawback.discovered_on, clawback.disclosed_on
                )));
            }
            transaction.execute(
                "INSERT INTO clawback (request, basis, disclosed_on, discovered_on, steps, why, at, by)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    clawback.request.as_str(),
                    clawback.basis,
                    day_number(clawback.disclosed_on),
                    day_number(clawback.discovered_on),
                    clawback.steps,
                    clawback.why,
                    instant_text(act.at),
                    act.by,
                ],
            )?;
            let key = transaction.last_insert_rowid();
            let mut seen = BTreeSet::new();
            let mut insert = transaction.prepare_cached(
                "INSERT INTO clawback_document (clawback, place, document, reservation, first, last)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            for (place, one) in clawback.documents.iter().enumerate() {
                let volume = holding(transaction, clawback.request.as_str(), one)?;
                if !seen.insert((volume, one.document)) {
                    return Err(conflict(format!("found {} twice, expected it once", one.bates)));
                }
                insert.execute(params![
                    key,
                    count(place),
                    one.document.digest().as_bytes(),
                    volume,
                    one.bates.first().position(),
                    one.bates.last().position(),
                ])?;
            }
            let ranges: Vec<_> = clawback.documents.iter().map(|one| &one.bates).collect();
            let detail = json!({
                "clawback": key, "request": clawback.request, "numbers": ranges, "basis": clawback.basis,
                "disclosed_on": clawback.disclosed_on, "discovered_on": clawback.discovered_on,
                "steps": clawback.steps, "why": clawback.why,
            });
            Ok((key, detail))
        })
    }

    /// Records that somebody who holds the documents was given notice.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] where there is no such claw-back; [`crate::LedgerError::Conflict`] where the
    /// recipient is missing or the notice is older than the discovery.
    pub fn clawback_notice(
        &mut self,
        act: &Act,
        clawback: i64,
        notified_on: NaiveDate,
        recipient: &str,
    ) -> Outcome<()> {
        self.act(act, "record a notice of a claw-back", |transaction| {
            must_say("recipient", recipient)?;
            let mut known = transaction.prepare_cached("SELECT discovered_on FROM clawback WHERE key = ?1")?;
            let mut rows = known.query([clawback])?;
            let row = rows.next()?.ok_or_else(|| no_such(format!("claw-back {clawback}")))?;
            let discovered_on = day_of_number(row.get(0)?)?;
            if notified_on < discovered_on {
                return Err(conflict(format!(
                    "found a notice of {notified_on}, expected {discovered_on} (the day of discovery) or later"
                )));
            }
            transaction.execute(
                "INSERT INTO clawback_notice (clawback, notified_on, recipient, at, by) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![clawback, day_number(notified_on), recipient, instant_text(act.at), act.by],
            )?;
            Ok(((), json!({ "clawback": clawback, "notified_on": notified_on, "recipient": recipient })))
        })
    }

    /// All claw-backs, oldest first.
    pub fn clawbacks(&self) -> Outcome<Vec<ClawbackRecord>> {
        self.read("list claw-backs", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT key, request, basis, disclosed_on, discovered_on, steps, why, at, by FROM clawback ORDER BY key",
            )?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let key = row.get(0)?;
                let clawback = Clawback {
                    request: word(row, 1)?,
                    documents: documents(connection, key)?,
                    basis: row.get(2)?,
                    disclosed_on: day_of_number(row.get(3)?)?,
                    discovered_on: day_of_number(row.get(4)?)?,
                    steps: row.get(5)?,
                    why: row.get(6)?,
                };
                let notices = notices(connection, key)?;
                found.push(ClawbackRecord { key, clawback, notices, at: instant(row, 7)?, by: row.get(8)? });
            }
            Ok(found)
        })
    }
}

fn documents(connection: &Connection, clawback: i64) -> Result<Vec<EarlierNumbers>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT document, reservation, first, last FROM clawback_document WHERE clawback = ?1 ORDER BY place",
    )?;
    let mut rows = statement.query([clawback])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let of = by_key(connection, row.get(1)?)?;
        found.push(EarlierNumbers {
            document: DocId::from_digest(sha256(row, 0)?),
            bates: numbers(&of.range, row.get(2)?, row.get(3)?)?,
            volume: of.volume,
        });
    }
    Ok(found)
}

fn notices(connection: &Connection, clawback: i64) -> Result<Vec<ClawbackNotice>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT notified_on, recipient, at, by FROM clawback_notice WHERE clawback = ?1 ORDER BY key",
    )?;
    let mut rows = statement.query([clawback])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(ClawbackNotice {
            notified_on: day_of_number(row.get(0)?)?,
            recipient: row.get(1)?,
            at: instant(row, 2)?,
            by: row.get(3)?,
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{Production, act, dump, ledger, request};
    use duces_model::{BatesPrefix, VolumeName};

    #[test]
    fn a_claw_back_names_what_went_out_and_its_notices_follow() {
        let (_folder, mut ledger) = ledger();
        let production = Production::frozen(&mut ledger, 2);
        let volume: VolumeName = "V1".parse().unwrap();
        let prefix = BatesPrefix::new("ECP").unwrap();
        let range = ledger.reserve(&act(), &prefix, 4, 3, &volume, &request()).unwrap();
        let record = production.record(&range);
        ledger.seal(&act(), &volume, &record).unwrap();
        let one = EarlierNumbers {
            document: record.members[1].document,
            volume,
            bates: record.members[1].bates.clone().unwrap(),
        };
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let good = Clawback {
            request: request(),
            documents: vec![one.clone()],
            basis: "attorney-client".into(),
            disclosed_on: day("2024-09-01"),
            discovered_on: day("2024-09-05"),
            steps: "screened by attorneys' names; reviewed by J. Roe".into(),
            why: "the attorney was not on the list".into(),
        };
        let broken = [
            Clawback { basis: " ".into(), ..good.clone() },
            Clawback { documents: vec![], ..good.clone() },
            Clawback { documents: vec![one.clone(), one.clone()], ..good.clone() },
            Clawback { discovered_on: day("2024-08-31"), ..good.clone() },
            Clawback { request: "other".parse().unwrap(), ..good.clone() },
        ];
        let before = dump(&ledger);
        for broken in broken {
            let refused = ledger.claw_back(&act(), &broken);
            assert!(matches!(refused, Err(LedgerError::Conflict { .. })), "{refused:?}");
            assert_eq!(dump(&ledger), before);
        }
        let key = ledger.claw_back(&act(), &good).unwrap();
        assert!(ledger.clawback_notice(&act(), key, day("2024-09-04"), "staff").is_err());
        assert!(ledger.clawback_notice(&act(), key + 1, day("2024-09-06"), "staff").is_err());
        ledger.clawback_notice(&act(), key, day("2024-09-06"), "S. Staff, SEC").unwrap();
        let found = ledger.clawbacks().unwrap();
        assert_eq!((found.len(), &found[0].clawback, found[0].notices.len()), (1, &good, 1));
        assert_eq!(found[0].notices[0].recipient, "S. Staff, SEC");
        assert!(ledger.connection.execute("UPDATE clawback SET why = 'x'", []).is_err());
    }
}
