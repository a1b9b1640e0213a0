//! Decisions: what becomes of each document of a population. The last one counts, all are kept.

use crate::columns::{instant, instant_text, sha256};
use crate::error::{Fault, LedgerError, Outcome, no_such};
use crate::population::request_of;
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{Disposition, DocId};
use rusqlite::{Connection, Row, Transaction, params};
use serde_json::json;
use std::collections::BTreeMap;

/// A decision about a document, or that there is none yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Which document.
    pub document: DocId,
    /// What becomes of it; pending where nothing is set.
    pub disposition: Disposition,
    /// The note that came with it.
    pub note: String,
    /// Who recorded it; absent where nothing is set.
    pub by: Option<String>,
    /// When; absent where nothing is set.
    pub at: Option<DateTime<Utc>>,
}

impl Ledger {
    /// Records decisions about members of a population, all or none. What was decided before stays in
    /// [`Ledger::disposition_history`].
    ///
    /// # Errors
    /// [`LedgerError::NoSuch`] where there is no such population or a document is no member of it;
    /// [`LedgerError::Disposition`] where a decision lacks its person.
    pub fn set_dispositions(
        &mut self,
        act: &Act,
        population: i64,
        decisions: &[(DocId, Disposition, String)],
    ) -> Outcome<()> {
        self.act(act, "record decisions", |transaction| {
            request_of(transaction, population)?;
            let buckets = insert_decisions(transaction, act, population, decisions)?;
            Ok(((), json!({ "population": population, "decisions": buckets })))
        })
    }

    /// The decision that counts for each document of a population, by identity; pending where nothing is set.
    ///
    /// # Errors
    /// [`LedgerError::NoSuch`] where there is no such population.
    pub fn dispositions(&self, population: i64) -> Outcome<Vec<Decision>> {
        self.read("read decisions", |connection| decisions(connection, population, "MAX"))
    }

    /// What was recorded first of each document of a population, by identity: what the default rules said when it was
    /// frozen.
    ///
    /// # Errors
    /// [`LedgerError::NoSuch`] where there is no such population.
    pub fn first_dispositions(&self, population: i64) -> Outcome<Vec<Decision>> {
        self.read("read first decisions", |connection| decisions(connection, population, "MIN"))
    }

    /// Every decision ever recorded about a document of a population, oldest first.
    pub fn disposition_history(&self, population: i64, document: &DocId) -> Outcome<Vec<Decision>> {
        self.read("read the history of a decision", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT document, disposition, note, by, at FROM decision
                 WHERE population = ?1 AND document = ?2 ORDER BY key",
            )?;
            let mut rows = statement.query(params![population, document.digest().as_bytes()])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(decision(row)?);
            }
            Ok(found)
        })
    }
}

/// The newest (`MAX`) or the first (`MIN`) decision about each document of a population.
fn decisions(connection: &Connection, population: i64, which: &str) -> Result<Vec<Decision>, Fault> {
    request_of(connection, population)?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT m.document, d.disposition, d.note, d.by, d.at
         FROM (SELECT DISTINCT document FROM population_member WHERE population = ?1) m
           LEFT JOIN decision d ON d.key =
             (SELECT {which}(key) FROM decision WHERE population = ?1 AND document = m.document)
         ORDER BY m.document"
    ))?;
    let mut rows = statement.query([population])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(decision(row)?);
    }
    Ok(found)
}

/// Writes decisions about members of a population, and counts them by bucket.
pub(crate) fn insert_decisions(
    transaction: &Transaction<'_>,
    act: &Act,
    population: i64,
    decisions: &[(DocId, Disposition, String)],
) -> Result<BTreeMap<&'static str, u64>, Fault> {
    let mut buckets: BTreeMap<&str, u64> = BTreeMap::new();
    let at = instant_text(act.at);
    let mut insert = transaction.prepare_cached(
        "INSERT INTO decision (population, document, disposition, note, at, by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (document, disposition, note) in decisions {
        if !is_member(transaction, population, document)? {
            return Err(no_such(format!("document {document} in population {population}")));
        }
        let checked = disposition.clone().checked();
        let checked = checked.map_err(|source| LedgerError::Disposition { document: *document, source })?;
        let text = serde_json::to_string(&checked)?;
        insert.execute(params![population, document.digest().as_bytes(), text, note, at, act.by])?;
        *buckets.entry(checked.bucket()).or_default() += 1;
    }
    Ok(buckets)
}

pub(crate) fn is_member(connection: &Connection, population: i64, document: &DocId) -> Result<bool, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM population_member WHERE population = ?1 AND document = ?2)",
    )?;
    Ok(statement.query_row(params![population, document.digest().as_bytes()], |row| row.get(0))?)
}

fn decision(row: &Row<'_>) -> Result<Decision, Fault> {
    let document = DocId::from_digest(sha256(row, 0)?);
    let Some(text) = row.get::<_, Option<String>>(1)? else {
        let (disposition, note) = (Disposition::Pending, String::new());
        return Ok(Decision { document, disposition, note, by: None, at: None });
    };
    Ok(Decision {
        document,
        disposition: serde_json::from_str(&text)?,
        note: row.get(2)?,
        by: row.get(3)?,
        at: Some(instant(row, 4)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Mail, act, dump, index, item, ledger, pins};
    use duces_model::{LegalBar, ProducedAs};
    use proptest::prelude::*;

    fn id(ordinal: u64) -> DocId {
        Mail::new("a.mbox", ordinal).id()
    }

    fn frozen(members: u64) -> (tempfile::TempDir, Ledger, i64) {
        let (folder, mut ledger) = ledger();
        let mails: Vec<Mail> = (0..members + 1).map(|n| Mail::new("a.mbox", n)).collect();
        index(&mut ledger, &mails);
        let documents: Vec<DocId> = (0..members).map(id).collect();
        let request = "r".parse().unwrap();
        let items = [item("1", &documents), item("2", &documents[..1])];
        let population = ledger.freeze_population(&act(), &request, &pins(), &items).unwrap();
        (folder, ledger, population)
    }

    /// One of each kind.
    fn kinds() -> Vec<Disposition> {
        let by = || "J. Roe".to_owned();
        vec![
            Disposition::WHOLE,
            Disposition::Produce { form: ProducedAs::Redacted },
            Disposition::Produce { form: ProducedAs::SlipSheet },
            Disposition::WithholdPrivilege { privilege: "attorney-client".into(), by: by() },
            Disposition::WithholdLegalBar { bar: LegalBar::SuspiciousActivity, by: by() },
            Disposition::Suppress { duplicate_of: id(0), recipe: "r1".into() },
            Disposition::Contained { inside: id(0), rule: "r1".into() },
            Disposition::ExcludeNonResponsive { by: by() },
            Disposition::ExcludeAlreadyProduced { bates: "ECP0000001".parse().unwrap() },
            Disposition::Pending,
        ]
    }

    #[test]
    fn every_kind_of_decision_reads_back() {
        let (_folder, mut ledger, population) = frozen(10);
        let decisions: Vec<_> = kinds()
            .into_iter()
            .enumerate()
            .map(|(n, kind)| (id(n as u64), kind, format!("note {n}")))
            .collect();
        ledger.set_dispositions(&act(), population, &decisions).unwrap();
        let found: BTreeMap<DocId, Decision> =
            ledger.dispositions(population).unwrap().into_iter().map(|d| (d.document, d)).collect();
        assert_eq!(found.len(), 10);
        for (document, disposition, note) in &decisions {
            let decision = &found[document];
            assert_eq!((&decision.disposition, &decision.note), (disposition, note));
            assert_eq!((decision.by.as_deref(), decision.at), (Some(act().by.as_str()), Some(act().at)));
        }
    }

    #[test]
    fn one_wrong_decision_and_none_of_the_list_is_recorded() {
        let (_folder, mut ledger, population) = frozen(2);
        let before = dump(&ledger);
        let good = (id(0), Disposition::WHOLE, String::new());
        let outsider = (id(2), Disposition::WHOLE, String::new());
        let nobody = (id(1), Disposition::ExcludeNonResponsive { by: " ".into() }, String::new());
        let refused = ledger.set_dispositions(&act(), population, &[good.clone(), outsider]);
        assert!(matches!(refused, Err(LedgerError::NoSuch { .. })));
        let refused = ledger.set_dispositions(&act(), population, &[good.clone(), nobody]);
        assert!(matches!(refused, Err(LedgerError::Disposition { document, .. }) if document == id(1)));
        let refused = ledger.set_dispositions(&act(), population + 1, &[good]);
        assert!(matches!(refused, Err(LedgerError::NoSuch { .. })));
        assert_eq!(dump(&ledger), before);
    }

    #[test]
    fn decisions_belong_to_one_population() {
        let (_folder, mut ledger, first) = frozen(1);
        ledger.set_dispositions(&act(), first, &[(id(0), Disposition::WHOLE, String::new())]).unwrap();
        let second =
            ledger.freeze_population(&act(), &"r".parse().unwrap(), &pins(), &[item("1", &[id(0)])]).unwrap();
        assert_eq!(ledger.dispositions(second).unwrap()[0].disposition, Disposition::Pending);
        assert_eq!(ledger.dispositions(first).unwrap()[0].disposition, Disposition::WHOLE);
        assert!(ledger.connection.execute("DELETE FROM decision", []).is_err(), "nothing is deleted");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]

        #[test]
        fn the_last_decision_counts_and_all_are_kept(acts in prop::collection::vec((0_u64..3, 0_usize..9), 0..20)) {
            let (_folder, mut ledger, population) = frozen(3);
            let mut model: BTreeMap<DocId, Vec<Disposition>> = (0..3).map(|n| (id(n), vec![])).collect();
            for (document, kind) in acts {
                let disposition = kinds()[kind].clone();
                ledger.set_dispositions(&act(), population, &[(id(document), disposition.clone(), String::new())]).unwrap();
                model.entry(id(document)).or_default().push(disposition);
            }
            let decisions = ledger.dispositions(population).unwrap();
            prop_assert_eq!(decisions.len(), 3);
            for decision in decisions {
                let history = &model[&decision.document];
                prop_assert_eq!(&decision.disposition, history.last().unwrap_or(&Disposition::Pending));
                let kept = ledger.disposition_history(population, &decision.document).unwrap();
                prop_assert_eq!(&kept.into_iter().map(|d| d.disposition).collect::<Vec<_>>(), history);
            }
            prop_assert!(ledger.audit_check().is_ok());
        }
    }
}
