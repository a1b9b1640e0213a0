//! Which sources an occurrence belongs to, and on what basis. Stored as one row per occurrence and
//! source, the bases as bits (1 rule, 2 envelope, 4 header), so that counting rows counts occurrences.

use crate::checkpoint::{dictionary_key, require_settled};
use crate::columns::{day, sha256};
use crate::containers::{SELECT, container_state};
use crate::error::{Fault, Outcome, damaged};
use crate::participants::AddressNames;
use crate::{Act, Ledger};
use chrono::NaiveDate;
use duces_model::{ArchivePath, Attribution, AttributionBasis, EmailAddress, Role, Sha256, SourceId};
use rusqlite::{Connection, Transaction, params};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What attribution depends on, as the ledger holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OccurrenceFactsOwned {
    /// Name of the archive.
    pub archive: String,
    /// The container's path, as last known.
    pub path: ArchivePath,
    /// Whether the occurrence is a journal report.
    pub journal: bool,
    /// Everybody with an address, in the order written, without repetition.
    pub participants: Vec<(Role, EmailAddress)>,
    /// The day on which its root was sent, where that is known.
    pub day: Option<NaiveDate>,
}

/// The bases, each with its bit.
const BITS: [(AttributionBasis, i64); 3] =
    [(AttributionBasis::Rule, 1), (AttributionBasis::Envelope, 2), (AttributionBasis::Header, 4)];

fn bit(basis: AttributionBasis) -> i64 {
    BITS.iter().find(|(known, _)| *known == basis).map_or(0, |(_, bit)| *bit)
}

/// Keys of sources met so far.
#[derive(Debug, Default)]
pub(crate) struct SourceKeys(BTreeMap<SourceId, i64>);

impl SourceKeys {
    fn key(&mut self, connection: &Connection, source: &SourceId) -> Result<i64, Fault> {
        if let Some(key) = self.0.get(source) {
            return Ok(*key);
        }
        let key = dictionary_key(connection, "source", "id", source.as_str())?;
        self.0.insert(source.clone(), key);
        Ok(key)
    }
}

/// Writes the attributions of an occurrence that has none yet.
pub(crate) fn insert(
    connection: &Connection,
    keys: &mut SourceKeys,
    occurrence: i64,
    attributions: &[Attribution],
) -> Result<(), Fault> {
    if attributions.is_empty() {
        return Ok(());
    }
    let mut statement = connection.prepare_cached(
        "INSERT INTO attribution (occurrence, source, bases) VALUES (?1, ?2, ?3)
         ON CONFLICT (occurrence, source) DO UPDATE SET bases = bases | excluded.bases",
    )?;
    for attribution in attributions {
        let source = keys.key(connection, &attribution.source)?;
        statement.execute(params![occurrence, source, bit(attribution.basis)])?;
    }
    Ok(())
}

/// The attributions of an occurrence, sorted.
pub(crate) fn of_occurrence(connection: &Connection, occurrence: i64) -> Result<Vec<Attribution>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT s.id, a.bases FROM attribution a JOIN source s ON s.key = a.source WHERE a.occurrence = ?1",
    )?;
    let mut rows = statement.query([occurrence])?;
    let mut found = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let source: SourceId = crate::columns::word(row, 0)?;
        let bases: i64 = row.get(1)?;
        let named = BITS.iter().filter(|(_, bit)| bases & bit != 0);
        found.extend(named.map(|(basis, _)| Attribution { source: source.clone(), basis: *basis }));
    }
    Ok(found.into_iter().collect())
}

impl Ledger {
    /// Attributes every occurrence anew and records by which register that was. Returns how many
    /// occurrences changed. Occurrences are told one after another, with bounded memory.
    pub fn replace_attributions(
        &mut self,
        act: &Act,
        attribution_digest: Sha256,
        attribute: &mut dyn FnMut(&OccurrenceFactsOwned) -> Vec<Attribution>,
    ) -> Outcome<u64> {
        self.act(act, "attribute occurrences anew", |transaction| {
            require_settled(transaction)?;
            let changed = replace(transaction, attribute)?;
            set_digest(transaction, attribution_digest)?;
            Ok((changed, json!({ "attribution_digest": attribution_digest, "changed": changed })))
        })
    }

    /// The digest of what attribution depended on when it was last made.
    pub fn attribution_digest(&self) -> Outcome<Option<Sha256>> {
        self.read("read the attribution's digest", |connection| {
            let read = "SELECT value FROM meta WHERE key = 'attribution_digest'";
            let mut statement = connection.prepare(read)?;
            let mut rows = statement.query([])?;
            rows.next()?.map(|row| sha256(row, 0)).transpose()
        })
    }

    /// Forgets by which register occurrences were attributed, because something else that attribution
    /// depends on is about to change: until [`Ledger::replace_attributions`] none of it holds.
    pub fn forget_attribution_digest(&mut self, act: &Act) -> Outcome<()> {
        self.act(act, "forget the attribution's digest", |transaction| {
            transaction.execute("DELETE FROM meta WHERE key = 'attribution_digest'", [])?;
            Ok(((), json!({})))
        })
    }

    /// Records by which register new occurrences are attributed from now on: for a ledger that has none
    /// yet; else [`Ledger::replace_attributions`] keeps old and new together.
    pub fn set_attribution_digest(&mut self, act: &Act, digest: Sha256) -> Outcome<()> {
        self.act(act, "record the attribution's digest", |transaction| {
            set_digest(transaction, digest)?;
            Ok(((), json!({ "attribution_digest": digest })))
        })
    }
}

fn set_digest(transaction: &Transaction<'_>, digest: Sha256) -> Result<(), Fault> {
    let write = "INSERT INTO meta (key, value) VALUES ('attribution_digest', ?1)
        ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    transaction.execute(write, [digest.as_bytes()])?;
    Ok(())
}

fn replace(
    transaction: &Transaction<'_>,
    attribute: &mut dyn FnMut(&OccurrenceFactsOwned) -> Vec<Attribution>,
) -> Result<u64, Fault> {
    let mut names = AddressNames::default();
    let mut keys = SourceKeys::default();
    let mut container: Option<(i64, String, ArchivePath)> = None;
    let mut changed = 0;
    let mut statement = transaction
        .prepare("SELECT key, container, journal, participants, day FROM occurrence ORDER BY key")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (key, container_key): (i64, i64) = (row.get(0)?, row.get(1)?);
        if container.as_ref().is_none_or(|(known, ..)| *known != container_key) {
            container = Some(place(transaction, container_key)?);
        }
        let Some((_, archive, path)) = &container else { continue };
        let stored: Vec<u8> = row.get(3)?;
        let facts = OccurrenceFactsOwned {
            archive: archive.clone(),
            path: path.clone(),
            journal: row.get(2)?,
            participants: names.named(transaction, &stored)?,
            day: day(row, 4)?,
        };
        let new: BTreeSet<Attribution> = attribute(&facts).into_iter().collect();
        let new: Vec<Attribution> = new.into_iter().collect();
        if of_occurrence(transaction, key)? != new {
            transaction.prepare_cached("DELETE FROM attribution WHERE occurrence = ?1")?.execute([key])?;
            insert(transaction, &mut keys, key, &new)?;
            changed += 1;
        }
    }
    Ok(changed)
}

/// Archive and path of a container, behind its key.
fn place(connection: &Connection, key: i64) -> Result<(i64, String, ArchivePath), Fault> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE c.key = ?1"))?;
    let mut rows = statement.query([key])?;
    let row = rows.next()?.ok_or_else(|| damaged(format!("found no container with key {key}")))?;
    let (_, state) = container_state(row)?;
    Ok((key, state.entry.archive, state.entry.path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{Mail, act, attribution, container, entries, index, ledger};

    #[test]
    fn attributions_are_replaced_by_what_the_register_says_now() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0).source("old"), Mail::new("b.mbox", 0).journal("g")]);
        let mut told = Vec::new();
        let digest = Sha256::of("register 2");
        let changed = ledger
            .replace_attributions(&act(), digest, &mut |facts| {
                told.push((facts.path.to_string(), facts.journal, facts.participants.len()));
                let mut new = vec![attribution("new", AttributionBasis::Rule)];
                new.extend(facts.journal.then(|| attribution("new", AttributionBasis::Envelope)));
                new
            })
            .unwrap();
        assert_eq!(told, [("a.mbox".to_owned(), false, 2), ("b.mbox".to_owned(), true, 2)]);
        assert_eq!((changed, ledger.attribution_digest().unwrap()), (2, Some(digest)));
        let rows = ledger.documents(&[1, 2]).unwrap();
        assert_eq!(rows[0].attributions, [attribution("new", AttributionBasis::Rule)]);
        assert_eq!(
            rows[1].attributions,
            [attribution("new", AttributionBasis::Rule), attribution("new", AttributionBasis::Envelope)]
        );
        let again = ledger.replace_attributions(&act(), digest, &mut |facts| {
            let mut new = vec![attribution("new", AttributionBasis::Rule); 2];
            new.extend(facts.journal.then(|| attribution("new", AttributionBasis::Envelope)));
            new
        });
        assert_eq!(again.unwrap(), 0, "what is so already is no change");
    }

    #[test]
    fn a_forgotten_digest_is_recorded_again_with_the_next_attribution() {
        let (_folder, mut ledger) = ledger();
        ledger.set_attribution_digest(&act(), Sha256::of("rules")).unwrap();
        ledger.forget_attribution_digest(&act()).unwrap();
        assert_eq!(ledger.attribution_digest().unwrap(), None);
        ledger.replace_attributions(&act(), Sha256::of("rules"), &mut |_| Vec::new()).unwrap();
        assert_eq!(ledger.attribution_digest().unwrap(), Some(Sha256::of("rules")));
    }

    #[test]
    fn attribution_waits_until_the_index_has_settled() {
        let (_folder, mut ledger) = ledger();
        ledger.set_attribution_digest(&act(), Sha256::of("r")).unwrap();
        ledger
            .write_checkpoint(1, &entries(&[Mail::new("a.mbox", 0)], 1), &[container("a.mbox", 1)])
            .unwrap();
        let early = ledger.replace_attributions(&act(), Sha256::of("s"), &mut |_| vec![]);
        assert!(matches!(early, Err(LedgerError::Unsettled { pending: 1 })));
        assert_eq!(ledger.attribution_digest().unwrap(), Some(Sha256::of("r")));
    }
}
