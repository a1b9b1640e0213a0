//! Review: sheets that were written for reviewers, and what people marked on those that came back.

use crate::columns::{count, instant, instant_text, sha256};
use crate::dispositions::is_member;
use crate::error::{Fault, LedgerError, Outcome, conflict, damaged, no_such};
use crate::population::request_of;
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{Coding, Disposition, DocId, Sha256};
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::json;
use std::collections::BTreeMap;

/// A sheet that was written for reviewers. Its number stands on each of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewSheet {
    /// Its number, once in a ledger.
    pub key: i64,
    /// The population whose documents it lists.
    pub population: i64,
    /// Digest of the terms and names by which the sheet's suggestions were found.
    pub screens_sha256: Sha256,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

/// A sheet that a person handed back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewImport {
    /// Its number.
    pub key: i64,
    /// The sheet as it was written.
    pub sheet: i64,
    /// Digest of the file as it came back.
    pub file_sha256: Sha256,
    /// How many documents were marked otherwise than before.
    pub changed: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

/// What a person marked of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodingRecord {
    /// Which document.
    pub document: DocId,
    /// The marks.
    pub coding: Coding,
    /// The sheet on which they came.
    pub sheet: i64,
    /// Whether the decision that followed from them still is the newest about the document.
    pub stands: bool,
    /// When they were taken in.
    pub at: DateTime<Utc>,
    /// Who handed the sheet back.
    pub by: String,
}

/// The marks of one document, with what follows from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Which document.
    pub document: DocId,
    /// What becomes of it.
    pub disposition: Disposition,
    /// The marks.
    pub coding: Coding,
}

impl Ledger {
    /// Records that a sheet of a population is being written for reviewers; returns its number.
    ///
    /// # Errors
    /// [`LedgerError::NoSuch`] where there is no such population.
    pub fn begin_review_sheet(&mut self, act: &Act, population: i64, screens_sha256: Sha256) -> Outcome<i64> {
        self.act(act, "write a review sheet", |transaction| {
            request_of(transaction, population)?;
            transaction.execute(
                "INSERT INTO review_sheet (population, screens_sha256, last_decision, at, by)
                 VALUES (?1, ?2, (SELECT COALESCE(MAX(key), 0) FROM decision), ?3, ?4)",
                params![population, screens_sha256.as_bytes(), instant_text(act.at), act.by],
            )?;
            let key = transaction.last_insert_rowid();
            Ok((key, json!({ "population": population, "sheet": key })))
        })
    }

    /// The sheet of that number, where there is one.
    pub fn review_sheet(&self, key: i64) -> Outcome<Option<ReviewSheet>> {
        self.read("read a review sheet", |connection| sheet(connection, key))
    }

    /// Takes a sheet that came back: every row that is marked otherwise than before, all or none. What was
    /// marked and decided before stays on record.
    ///
    /// # Errors
    /// [`LedgerError::NoSuch`] for a sheet that was never written or a document that is not of its population,
    /// [`LedgerError::Disposition`] where a decision lacks its person, [`LedgerError::Conflict`] where a document is
    /// marked twice.
    pub fn take_review(
        &mut self,
        act: &Act,
        key: i64,
        file_sha256: Sha256,
        marked: &[Marked],
    ) -> Outcome<i64> {
        self.act(act, "take a review sheet", |transaction| {
            let sheet = sheet(transaction, key)?.ok_or_else(|| no_such(format!("review sheet {key}")))?;
            let at = instant_text(act.at);
            transaction.execute(
                "INSERT INTO review_import (sheet, file_sha256, changed, at, by) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![key, file_sha256.as_bytes(), count(marked.len()), at, act.by],
            )?;
            let import = transaction.last_insert_rowid();
            let mut decide = transaction.prepare_cached(
                "INSERT INTO decision (population, document, disposition, note, at, by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?;
            let mut mark = transaction.prepare_cached(
                "INSERT INTO review_coding (import, document, decision, body) VALUES (?1, ?2, ?3, ?4)",
            )?;
            let mut buckets: BTreeMap<&str, u64> = BTreeMap::new();
            let mut seen = std::collections::BTreeSet::new();
            for Marked { document, disposition, coding } in marked {
                if !seen.insert(document) {
                    return Err(conflict(format!("document {document} is marked twice")));
                }
                if !is_member(transaction, sheet.population, document)? {
                    return Err(no_such(format!("document {document} in population {}", sheet.population)));
                }
                let checked = disposition.clone().checked();
                let checked = checked.map_err(|source| LedgerError::Disposition { document: *document, source })?;
                let id = document.digest();
                let text = serde_json::to_string(&checked)?;
                decide.execute(params![sheet.population, id.as_bytes(), text, coding.note, at, act.by])?;
                let decision = transaction.last_insert_rowid();
                mark.execute(params![import, id.as_bytes(), decision, serde_json::to_string(coding)?])?;
                *buckets.entry(checked.bucket()).or_default() += 1;
            }
            let detail = json!({
                "population": sheet.population, "sheet": key, "import": import, "file_sha256": file_sha256,
                "decisions": buckets,
            });
            Ok((import, detail))
        })
    }

    /// The documents of a sheet about which something was decided after it was written, and not on it; with who
    /// recorded that, and when.
    pub fn decided_beside(&self, key: i64) -> Outcome<BTreeMap<DocId, (String, DateTime<Utc>)>> {
        self.read("read what was decided since a sheet was written", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT d.document, d.by, d.at FROM review_sheet s JOIN decision d ON d.population = s.population
                 WHERE s.key = ?1 AND d.key > s.last_decision
                   AND d.key = (SELECT MAX(n.key) FROM decision n WHERE n.population = d.population AND n.document = d.document)
                   AND NOT EXISTS (SELECT 1 FROM review_coding c JOIN review_import i ON i.key = c.import
                                   WHERE c.decision = d.key AND i.sheet = s.key)",
            )?;
            let mut rows = statement.query([key])?;
            let mut found = BTreeMap::new();
            while let Some(row) = rows.next()? {
                found.insert(DocId::from_digest(sha256(row, 0)?), (row.get(1)?, instant(row, 2)?));
            }
            Ok(found)
        })
    }

    /// The sheets of a population that came back, oldest first.
    pub fn review_imports(&self, population: i64) -> Outcome<Vec<ReviewImport>> {
        self.read("read the sheets that came back", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT i.key, i.sheet, i.file_sha256, i.changed, i.at, i.by
                 FROM review_import i JOIN review_sheet s ON s.key = i.sheet WHERE s.population = ?1 ORDER BY i.key",
            )?;
            let mut rows = statement.query([population])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(ReviewImport {
                    key: row.get(0)?,
                    sheet: row.get(1)?,
                    file_sha256: sha256(row, 2)?,
                    changed: row.get(3)?,
                    at: instant(row, 4)?,
                    by: row.get(5)?,
                });
            }
            Ok(found)
        })
    }

    /// The newest marks of each document of a population that a person marked, by identity.
    pub fn codings(&self, population: i64) -> Outcome<BTreeMap<DocId, CodingRecord>> {
        let history = "SELECT c.document, c.body, i.sheet, i.at, i.by,
               c.decision = (SELECT MAX(d.key) FROM decision d WHERE d.population = s.population AND d.document = c.document)
             FROM review_coding c JOIN review_import i ON i.key = c.import JOIN review_sheet s ON s.key = i.sheet
             WHERE s.population = ?1 ORDER BY c.decision";
        self.read("read what was marked", |connection| {
            let mut statement = connection.prepare_cached(history)?;
            let mut rows = statement.query([population])?;
            let mut found = BTreeMap::new();
            while let Some(row) = rows.next()? {
                let record = coding(row)?;
                found.insert(record.document, record);
            }
            Ok(found)
        })
    }
}

fn sheet(connection: &Connection, key: i64) -> Result<Option<ReviewSheet>, Fault> {
    let mut statement = connection
        .prepare_cached("SELECT key, population, screens_sha256, at, by FROM review_sheet WHERE key = ?1")?;
    let found = statement
        .query_row([key], |row| Ok((row.get(0)?, row.get(1)?, sha256(row, 2), instant(row, 3), row.get(4)?)));
    let Some((key, population, screens, at, by)) = found.optional()? else { return Ok(None) };
    Ok(Some(ReviewSheet { key, population, screens_sha256: screens?, at: at?, by }))
}

fn coding(row: &Row<'_>) -> Result<CodingRecord, Fault> {
    let body: String = row.get(1)?;
    let coding =
        serde_json::from_str(&body).map_err(|error| damaged(format!("marks of a document: {error}")))?;
    Ok(CodingRecord {
        document: DocId::from_digest(sha256(row, 0)?),
        coding,
        sheet: row.get(2)?,
        at: instant(row, 3)?,
        by: row.get(4)?,
        stands: row.get(5)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Mail, act, dump, index, item, ledger, pins};

    fn id(ordinal: u64) -> DocId {
        Mail::new("a.mbox", ordinal).id()
    }

    fn frozen() -> (tempfile::TempDir, Ledger, i64) {
        let (folder, mut ledger) = ledger();
        let mails: Vec<Mail> = (0..3).map(|n| Mail::new("a.mbox", n)).collect();
        index(&mut ledger, &mails);
        let items = [item("1", &[id(0), id(1)])];
        let population = ledger.freeze_population(&act(), &"r".parse().unwrap(), &pins(), &items).unwrap();
        (folder, ledger, population)
    }

    fn marked(ordinal: u64, disposition: Disposition) -> Marked {
        let coding = Coding::of(&disposition, "as read", "J. Roe");
        Marked { document: id(ordinal), disposition, coding }
    }

    #[test]
    fn a_second_sheet_is_a_new_event_and_the_first_stays_on_record() {
        let (_folder, mut ledger, population) = frozen();
        let sheet = ledger.begin_review_sheet(&act(), population, Sha256::of("terms")).unwrap();
        assert_eq!(ledger.review_sheet(sheet).unwrap().unwrap().screens_sha256, Sha256::of("terms"));
        let no = Disposition::ExcludeNonResponsive { by: "J. Roe".into() };
        ledger.take_review(&act(), sheet, Sha256::of("1"), &[marked(0, no.clone())]).unwrap();
        ledger.take_review(&act(), sheet, Sha256::of("2"), &[marked(0, Disposition::WHOLE)]).unwrap();
        let codings = ledger.codings(population).unwrap();
        assert_eq!((codings.len(), codings[&id(0)].stands), (1, true));
        assert_eq!(codings[&id(0)].coding.responsive, Some(true));
        let history = ledger.disposition_history(population, &id(0)).unwrap();
        let kept: Vec<_> = history.into_iter().map(|one| one.disposition).collect();
        assert_eq!(kept, [no, Disposition::WHOLE]);
        assert_eq!(ledger.review_imports(population).unwrap().len(), 2);
        ledger.set_dispositions(&act(), population, &[(id(0), Disposition::Pending, String::new())]).unwrap();
        assert!(!ledger.codings(population).unwrap()[&id(0)].stands, "decided otherwise since");
        assert!(ledger.connection.execute("DELETE FROM review_coding", []).is_err());
    }

    #[test]
    fn what_was_decided_beside_a_sheet_is_told_and_what_came_on_it_is_not() {
        let (_folder, mut ledger, population) = frozen();
        let whole = |n| [marked(n, Disposition::WHOLE)];
        let first = ledger.begin_review_sheet(&act(), population, Sha256::of("terms")).unwrap();
        let second = ledger.begin_review_sheet(&act(), population, Sha256::of("terms")).unwrap();
        ledger.take_review(&act(), first, Sha256::of("1"), &whole(0)).unwrap();
        assert!(ledger.decided_beside(first).unwrap().is_empty());
        assert_eq!(ledger.decided_beside(second).unwrap().into_keys().collect::<Vec<_>>(), [id(0)]);
        ledger.take_review(&act(), second, Sha256::of("2"), &whole(0)).unwrap();
        assert_eq!(ledger.decided_beside(first).unwrap().len(), 1);
        assert!(ledger.decided_beside(second).unwrap().is_empty());
    }

    #[test]
    fn a_sheet_is_taken_whole_or_not_at_all() {
        let (_folder, mut ledger, population) = frozen();
        let sheet = ledger.begin_review_sheet(&act(), population, Sha256::of("terms")).unwrap();
        let before = dump(&ledger);
        let good = || marked(0, Disposition::WHOLE);
        let outsider =
            ledger.take_review(&act(), sheet, Sha256::of("1"), &[good(), marked(2, Disposition::WHOLE)]);
        assert!(matches!(outsider, Err(LedgerError::NoSuch { .. })));
        let twice = ledger.take_review(&act(), sheet, Sha256::of("1"), &[good(), good()]);
        assert!(matches!(twice, Err(LedgerError::Conflict { .. })), "{twice:?}");
        let nobody = Disposition::ExcludeNonResponsive { by: " ".into() };
        let nobody = ledger.take_review(&act(), sheet, Sha256::of("1"), &[good(), marked(1, nobody)]);
        assert!(matches!(nobody, Err(LedgerError::Disposition { .. })));
        assert!(ledger.take_review(&act(), sheet + 1, Sha256::of("1"), &[good()]).is_err());
        assert_eq!(dump(&ledger), before);
    }
}
