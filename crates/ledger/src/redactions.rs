//! What people decided to cover. The newest sheet of a request holds as a whole; all are kept.

use crate::columns::{count, instant, instant_text, sha256};
use crate::dispositions::is_member;
use crate::error::{Fault, Outcome, damaged, no_such};
use crate::population::request_of;
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{DocId, Redaction, RequestId, Sha256};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::json;
use std::collections::BTreeMap;

/// All redactions of a request, as one sheet said them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedactionSheet {
    /// Its number: a sealed volume may pin it.
    pub key: i64,
    /// The population on whose documents it was checked.
    pub population: i64,
    /// Digest of the file.
    pub file_sha256: Sha256,
    /// By document, in the order of the sheet.
    pub redactions: BTreeMap<DocId, Vec<Redaction>>,
    /// When it was taken in.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

impl Ledger {
    /// Records the redactions of a request: all of them, in place of those before, which stay on record. None at
    /// all takes every redaction back.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] where there is no such population or a document is no member of it.
    pub fn record_redactions(
        &mut self,
        act: &Act,
        population: i64,
        file_sha256: Sha256,
        redactions: &[(DocId, Redaction)],
    ) -> Outcome<i64> {
        self.act(act, "record redactions", |transaction| {
            let request = request_of(transaction, population)?;
            transaction.execute(
                "INSERT INTO redaction_sheet (request, population, file_sha256, at, by) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![request.as_str(), population, file_sha256.as_bytes(), instant_text(act.at), act.by],
            )?;
            let key = transaction.last_insert_rowid();
            let mut insert = transaction
                .prepare_cached("INSERT INTO redaction (sheet, place, document, body) VALUES (?1, ?2, ?3, ?4)")?;
            for (at, (document, redaction)) in redactions.iter().enumerate() {
                if !is_member(transaction, population, document)? {
                    return Err(no_such(format!("document {document} in population {population}")));
                }
                let body = serde_json::to_string(redaction)?;
                insert.execute(params![key, count(at), document.digest().as_bytes(), body])?;
            }
            let documents: std::collections::BTreeSet<_> = redactions.iter().map(|(document, _)| document).collect();
            let detail = json!({
                "request": request, "population": population, "sheet": key, "file_sha256": file_sha256,
                "documents": documents.len(), "redactions": redactions.len(),
            });
            Ok((key, detail))
        })
    }

    /// The redactions of a request that hold now; absent where none were ever recorded.
    pub fn redactions(&self, request: &RequestId) -> Outcome<Option<RedactionSheet>> {
        self.read("read redactions", |connection| {
            let newest = "SELECT MAX(key) FROM redaction_sheet WHERE request = ?1";
            let key: Option<i64> = connection.query_row(newest, [request.as_str()], |row| row.get(0))?;
            key.map_or(Ok(None), |key| sheet(connection, key))
        })
    }

    /// The redactions of one sheet, whether or not they hold still: what a sealed volume was made from.
    pub fn redaction_sheet(&self, key: i64) -> Outcome<Option<RedactionSheet>> {
        self.read("read redactions", |connection| sheet(connection, key))
    }
}

fn sheet(connection: &Connection, key: i64) -> Result<Option<RedactionSheet>, Fault> {
    let mut statement = connection
        .prepare_cached("SELECT population, file_sha256, at, by FROM redaction_sheet WHERE key = ?1")?;
    let head = statement
        .query_row([key], |row| Ok((row.get(0)?, sha256(row, 1), instant(row, 2), row.get(3)?)))
        .optional()?;
    let Some((population, file_sha256, at, by)) = head else { return Ok(None) };
    let mut statement =
        connection.prepare_cached("SELECT document, body FROM redaction WHERE sheet = ?1 ORDER BY place")?;
    let mut rows = statement.query([key])?;
    let mut redactions: BTreeMap<DocId, Vec<Redaction>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let body: String = row.get(1)?;
        let one = serde_json::from_str(&body).map_err(|error| damaged(format!("a redaction: {error}")))?;
        redactions.entry(DocId::from_digest(sha256(row, 0)?)).or_default().push(one);
    }
    Ok(Some(RedactionSheet { key, population, file_sha256: file_sha256?, redactions, at: at?, by }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Mail, act, index, item, ledger, pins};
    use duces_model::RedactedPlace;

    #[test]
    fn the_newest_sheet_holds_as_a_whole_and_an_older_one_can_still_be_read() {
        let (_folder, mut ledger) = ledger();
        let mails: Vec<Mail> = (0..3).map(|n| Mail::new("a.mbox", n)).collect();
        index(&mut ledger, &mails);
        let request: RequestId = "r".parse().unwrap();
        let items = [item("1", &[mails[0].id(), mails[1].id()])];
        let population = ledger.freeze_population(&act(), &request, &pins(), &items).unwrap();
        assert_eq!(ledger.redactions(&request).unwrap(), None);
        let points = |text: &str| text.parse().unwrap();
        let region = Redaction {
            place: RedactedPlace::Region {
                page: 1,
                x: points("72"),
                y: points("10.5"),
                width: points("100"),
                height: points("12"),
            },
            reason: "account number".into(),
            by: "J. Roe".into(),
        };
        let first = [(mails[0].id(), region.clone()), (mails[0].id(), region.clone())];
        let key = ledger.record_redactions(&act(), population, Sha256::of("1"), &first).unwrap();
        ledger.record_redactions(&act(), population, Sha256::of("2"), &[]).unwrap();
        assert!(ledger.redactions(&request).unwrap().unwrap().redactions.is_empty());
        let kept = ledger.redaction_sheet(key).unwrap().unwrap();
        assert_eq!(kept.redactions[&mails[0].id()], [region.clone(), region.clone()]);
        let foreign = [(mails[2].id(), region)];
        assert!(ledger.record_redactions(&act(), population, Sha256::of("3"), &foreign).is_err());
        assert!(ledger.connection.execute("DELETE FROM redaction", []).is_err());
    }
}
