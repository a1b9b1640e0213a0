//! Samples of what was not selected: registered before they are drawn, drawn, answered. Nothing of it is
//! ever changed: a second sample, or a second set of answers, stands beside the first.

use crate::columns::{count, instant, instant_text, sha256, word};
use crate::error::{Fault, Outcome, conflict, damaged, no_such};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{DocId, ItemId, RequestId, Sha256, SnapshotId};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::str::FromStr;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleUnit {
    /// Single documents.
    Documents,
    /// Families, with all their documents that were not selected.
    Families,
}

impl SampleUnit {
    /// The word that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Families => "families",
        }
    }
}

impl FromStr for SampleUnit {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Documents, Self::Families]
            .into_iter()
            .find(|unit| unit.as_str() == text)
            .ok_or_else(|| format!("found {text:?} as unit of a sample, expected documents or families"))
    }
}

/// A sample that is going to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NullSample {
    /// Of which request.
    pub request: RequestId,
    /// Of which of its items; absent for all together.
    pub item: Option<ItemId>,
    /// Against which frozen population.
    pub population: i64,
    /// Over which state of the index.
    pub snapshot: SnapshotId,
    /// What is drawn.
    pub unit: SampleUnit,
    /// How many.
    pub size: u64,
    /// The seed.
    pub seed: u64,
    /// From what is drawn; absent only in samples that were registered before it was recorded: those were
    /// drawn from what was in scope by sources and period.
    pub universe: Option<SampleUniverse>,
}

/// From what a sample of what was not selected is drawn. It stands in the audit trail's row of the
/// registration, so that it is fixed before the draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleUniverse {
    /// Its name.
    pub name: String,
    /// What it is, in plain words, one line each.
    pub words: Vec<String>,
}

/// What was drawn, and from what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NullDraw {
    /// Documents that were not selected.
    pub documents: u64,
    /// Families to which they belong.
    pub families: u64,
    /// How many families have so many documents that were not selected.
    pub sizes: BTreeMap<u64, u64>,
    /// The documents to be read, in the order of the sheet.
    pub drawn: Vec<Drawn>,
}

/// A document to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawn {
    /// The document.
    pub document: DocId,
    /// Root of its family.
    pub family: DocId,
}

/// A reviewer's answers to the whole of a draw.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerSet {
    /// Its number.
    pub key: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// The sheet, whose bytes are stored.
    pub file_sha256: Sha256,
    /// Whether each document drawn is responsive, in the order of the sheet.
    pub responsive: Vec<bool>,
    /// What followed from it.
    pub result: Value,
}

/// A sample as it is recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct NullSampleRecord {
    /// Its number.
    pub key: i64,
    /// When it was registered.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// The sample.
    pub sample: NullSample,
    /// What was drawn; absent where the draw was cut short.
    pub draw: Option<NullDraw>,
    /// The answers, oldest first.
    pub answers: Vec<AnswerSet>,
}

/// What the audit trail calls a registration.
const REGISTERED: &str = "register a sample";

impl Ledger {
    /// Registers a sample before it is drawn; returns its number.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] where there is no such population.
    pub fn register_null_sample(&mut self, act: &Act, sample: &NullSample) -> Outcome<i64> {
        self.act(act, REGISTERED, |transaction| {
            crate::population::request_of(transaction, sample.population)?;
            transaction.execute(
                "INSERT INTO null_sample (at, by, request, item, population, snapshot, unit, size, seed)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                params![
                    instant_text(act.at),
                    act.by,
                    sample.request.as_str(),
                    sample.item.as_ref().map_or("", ItemId::as_str),
                    sample.population,
                    sample.snapshot.digest().as_bytes(),
                    sample.unit.as_str(),
                    sample.size,
                    sample.seed,
                ],
            )?;
            let key = transaction.last_insert_rowid();
            let detail = json!({
                "sample": key, "request": sample.request, "item": sample.item, "population": sample.population,
                "unit": sample.unit.as_str(), "size": sample.size, "seed": sample.seed,
                "universe": sample.universe.as_ref().map(|from| json!({ "name": from.name, "words": from.words })),
            });
            Ok((key, detail))
        })
    }

    /// Records what was drawn for a registered sample.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] where none is registered under that number;
    /// [`crate::LedgerError::Conflict`] where it was drawn already or a document is drawn twice.
    pub fn record_null_draw(&mut self, act: &Act, sample: i64, draw: &NullDraw) -> Outcome<()> {
        self.act(act, "record a draw", |transaction| {
            let state = "SELECT EXISTS (SELECT 1 FROM null_draw WHERE sample = key) FROM null_sample WHERE key = ?1";
            match transaction.query_row(state, [sample], |row| row.get(0)).optional()? {
                None => return Err(no_such(format!("sample {sample}"))),
                Some(true) => return Err(conflict(format!("sample {sample} was drawn already"))),
                Some(false) => {}
            }
            transaction.execute(
                "INSERT INTO null_draw (sample, documents, families, sizes, at, by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    sample,
                    draw.documents,
                    draw.families,
                    serde_json::to_string(&draw.sizes)?,
                    instant_text(act.at),
                    act.by,
                ],
            )?;
            let mut insert = transaction.prepare_cached(
                "INSERT INTO null_drawn (sample, place, document, family) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for (place, drawn) in draw.drawn.iter().enumerate() {
                let (document, family) = (drawn.document.digest(), drawn.family.digest());
                insert.execute(params![sample, count(place), document.as_bytes(), family.as_bytes()])?;
            }
            let detail = json!({
                "sample": sample, "documents": draw.documents, "families": draw.families, "drawn": draw.drawn.len(),
            });
            Ok(((), detail))
        })
    }

    /// Records the answers to the whole of a draw; returns their number.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where there are not as many answers as documents drawn;
    /// [`crate::LedgerError::NoSuch`] where nothing was drawn, or the sheet's bytes are not stored.
    pub fn record_null_answers(
        &mut self,
        act: &Act,
        sample: i64,
        file_sha256: Sha256,
        responsive: &[bool],
        result: &Value,
    ) -> Outcome<i64> {
        self.act(act, "record answers to a sample", |transaction| {
            let drawn =
                draw(transaction, sample)?.ok_or_else(|| no_such(format!("a draw of sample {sample}")))?;
            if drawn.drawn.len() != responsive.len() {
                let (found, expected) = (responsive.len(), drawn.drawn.len());
                return Err(conflict(format!(
                    "found {found} answers to {expected} documents of sample {sample}"
                )));
            }
            let stored = "SELECT EXISTS (SELECT 1 FROM blob WHERE sha256 = ?1)";
            if !transaction.query_row(stored, [file_sha256.as_bytes()], |row| row.get::<_, bool>(0))? {
                return Err(no_such(format!("bytes with digest {file_sha256}, the sheet of answers")));
            }
            transaction.execute(
                "INSERT INTO null_answers (sample, file_sha256, result, at, by) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![sample, file_sha256.as_bytes(), result.to_string(), instant_text(act.at), act.by],
            )?;
            let key = transaction.last_insert_rowid();
            let mut insert = transaction
                .prepare_cached("INSERT INTO null_answer (answers, place, responsive) VALUES (?1, ?2, ?3)")?;
            for (place, responsive) in responsive.iter().enumerate() {
                insert.execute(params![key, count(place), responsive])?;
            }
            let yes = responsive.iter().filter(|responsive| **responsive).count();
            let detail = json!({
                "answers": key, "sample": sample, "documents": responsive.len(), "responsive": yes,
                "file_sha256": file_sha256,
            });
            Ok((key, detail))
        })
    }

    /// Every sample registered for a request, oldest first, with draw and answers.
    pub fn null_samples(&self, request: &RequestId) -> Outcome<Vec<NullSampleRecord>> {
        self.read("read the samples of a request", |connection| {
            let mut universes = universes(connection)?;
            let mut statement = connection.prepare(
                "SELECT key, at, by, request, item, population, snapshot, unit, size, seed FROM null_sample
                 WHERE request = ?1 ORDER BY key",
            )?;
            let mut rows = statement.query([request.as_str()])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let key = row.get(0)?;
                let item = row.get_ref(4)?.as_str().map_err(rusqlite::Error::from)?.is_empty();
                let sample = NullSample {
                    request: word(row, 3)?,
                    item: if item { None } else { Some(word(row, 4)?) },
                    population: row.get(5)?,
                    snapshot: SnapshotId::from_digest(sha256(row, 6)?),
                    unit: word(row, 7)?,
                    size: row.get(8)?,
                    seed: row.get(9)?,
                    universe: universes.remove(&key),
                };
                let (at, by) = (instant(row, 1)?, row.get(2)?);
                let (draw, answers) = (draw(connection, key)?, answers(connection, key)?);
                found.push(NullSampleRecord { key, at, by, sample, draw, answers });
            }
            Ok(found)
        })
    }
}

/// From what each registered sample is drawn, as the audit trail has it.
fn universes(connection: &Connection) -> Result<BTreeMap<i64, SampleUniverse>, Fault> {
    let mut statement = connection.prepare("SELECT detail FROM audit WHERE action = ?1")?;
    let mut rows = statement.query([REGISTERED])?;
    let mut found = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let detail: Value = serde_json::from_str(&row.get::<_, String>(0)?)?;
        let Some(universe) = detail.get("universe").filter(|universe| !universe.is_null()) else { continue };
        let wrong = || damaged("found a registered sample whose universe cannot be read");
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(wrong);
        let words = universe["words"].as_array().ok_or_else(wrong)?;
        let universe = SampleUniverse {
            name: text(&universe["name"])?,
            words: words.iter().map(text).collect::<Result<_, _>>()?,
        };
        found.insert(detail["sample"].as_i64().ok_or_else(wrong)?, universe);
    }
    Ok(found)
}

fn draw(connection: &Connection, sample: i64) -> Result<Option<NullDraw>, Fault> {
    let mut statement =
        connection.prepare_cached("SELECT documents, families, sizes FROM null_draw WHERE sample = ?1")?;
    let mut rows = statement.query([sample])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let sizes = serde_json::from_str(&row.get::<_, String>(2)?)
        .map_err(|error| damaged(format!("null_draw: {error}")))?;
    let (documents, families) = (row.get(0)?, row.get(1)?);
    let mut statement = connection
        .prepare_cached("SELECT document, family FROM null_drawn WHERE sample = ?1 ORDER BY place")?;
    let mut rows = statement.query([sample])?;
    let mut drawn = Vec::new();
    while let Some(row) = rows.next()? {
        drawn.push(Drawn {
            document: DocId::from_digest(sha256(row, 0)?),
            family: DocId::from_digest(sha256(row, 1)?),
        });
    }
    Ok(Some(NullDraw { documents, families, sizes, drawn }))
}

fn answers(connection: &Connection, sample: i64) -> Result<Vec<AnswerSet>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT key, at, by, file_sha256, result FROM null_answers WHERE sample = ?1 ORDER BY key",
    )?;
    let mut rows = statement.query([sample])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let key = row.get(0)?;
        let mut each = connection
            .prepare_cached("SELECT responsive FROM null_answer WHERE answers = ?1 ORDER BY place")?;
        let responsive = each.query_map([key], |row| row.get(0))?.collect::<Result<Vec<bool>, _>>()?;
        found.push(AnswerSet {
            key,
            at: instant(row, 1)?,
            by: row.get(2)?,
            file_sha256: sha256(row, 3)?,
            responsive,
            result: serde_json::from_str(&row.get::<_, String>(4)?)?,
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{Mail, act, index, item, ledger, pins, request};

    #[test]
    fn a_sample_is_registered_then_drawn_once_then_answered_as_often_as_need_be() {
        let (_folder, mut ledger) = ledger();
        let mails: Vec<Mail> = (0..3).map(|n| Mail::new("a.mbox", n)).collect();
        index(&mut ledger, &mails);
        let frozen = item("1", &[mails[0].id()]);
        let population = ledger.freeze_population(&act(), &request(), &pins(), &[frozen]).unwrap();
        let sample = NullSample {
            request: request(),
            item: Some("1".parse().unwrap()),
            population,
            snapshot: pins().snapshot,
            unit: SampleUnit::Documents,
            size: 2,
            seed: 7,
            universe: Some(SampleUniverse { name: "scope".into(), words: vec!["by period".into()] }),
        };
        let vague = NullSample { population: 99, ..sample.clone() };
        assert!(matches!(ledger.register_null_sample(&act(), &vague), Err(LedgerError::NoSuch { .. })));
        let key = ledger.register_null_sample(&act(), &sample).unwrap();
        let drawn = |mail: &Mail| Drawn { document: mail.id(), family: mail.id() };
        let draw = NullDraw {
            documents: 2,
            families: 2,
            sizes: [(1, 2)].into(),
            drawn: vec![drawn(&mails[2]), drawn(&mails[1])],
        };
        assert!(matches!(ledger.record_null_draw(&act(), 99, &draw), Err(LedgerError::NoSuch { .. })));
        assert_eq!(ledger.null_samples(&request()).unwrap()[0].draw, None);
        let sheet = ledger.store_bytes(b"sheet").unwrap();
        let early = ledger.record_null_answers(&act(), key, sheet, &[true, false], &json!({}));
        assert!(matches!(early, Err(LedgerError::NoSuch { .. })));
        ledger.record_null_draw(&act(), key, &draw).unwrap();
        assert!(matches!(ledger.record_null_draw(&act(), key, &draw), Err(LedgerError::Conflict { .. })));
        let short = ledger.record_null_answers(&act(), key, sheet, &[true], &json!({}));
        assert!(matches!(short, Err(LedgerError::Conflict { .. })));
        for answers in [[true, false], [false, false]] {
            ledger.record_null_answers(&act(), key, sheet, &answers, &json!({ "k": answers[0] })).unwrap();
        }
        let found = ledger.null_samples(&request()).unwrap();
        assert_eq!((found.len(), &found[0].sample, found[0].draw.as_ref()), (1, &sample, Some(&draw)));
        let sets: Vec<_> = found[0].answers.iter().map(|set| set.responsive.clone()).collect();
        assert_eq!(sets, [vec![true, false], vec![false, false]]);
        assert!(ledger.audit_check().is_ok());
    }
}
