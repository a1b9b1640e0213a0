//! Populations: which documents a request's searches found, frozen. A new freeze makes a new one.

use crate::checkpoint::require_settled;
use crate::columns::{count, instant, instant_text, sha256, unknown_bits, unknowns, word};
use crate::documents::row_of;
use crate::error::{Fault, Outcome, conflict, damaged, no_such};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::accounting::check_sum;
use duces_model::{DocId, ItemId, RequestId, Sha256, SnapshotId, Unknown};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use serde_json::json;
use std::collections::BTreeSet;
use std::str::FromStr;

/// From what a population was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pins {
    /// State of the index.
    pub snapshot: SnapshotId,
    /// Digest of the register.
    pub register_sha256: Sha256,
    /// Digest of the request's file.
    pub request_sha256: Sha256,
}

/// Why a document is in a population.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The item's criteria hold.
    Hit,
    /// A member of its family is a hit or cannot be told.
    Family,
    /// The item's criteria can be neither affirmed nor denied.
    CannotTell,
}

impl Why {
    /// The word that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Family => "family",
            Self::CannotTell => "cannot-tell",
        }
    }
}

impl FromStr for Why {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Hit, Self::Family, Self::CannotTell].into_iter().find(|why| why.as_str() == text).ok_or_else(
            || format!("found {text:?} as reason of a member, expected hit, family or cannot-tell"),
        )
    }
}

/// What one item's search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemPopulation {
    /// Which item.
    pub item: ItemId,
    /// Documents that were asked.
    pub in_scope: u64,
    /// The criteria hold.
    pub hit: u64,
    /// They do not.
    pub not_hit: u64,
    /// It cannot be told, and why; each of these is a member too.
    pub cannot_tell: Vec<(DocId, Vec<Unknown>)>,
    /// The members, in the order given; each once.
    pub members: Vec<(DocId, Why)>,
}

/// A frozen population.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// Its number.
    pub key: i64,
    /// Of which request.
    pub request: RequestId,
    /// When it was frozen.
    pub frozen_at: DateTime<Utc>,
    /// By whom.
    pub frozen_by: String,
    /// From what it was made.
    pub pins: Pins,
    /// The items, in the order given.
    pub items: Vec<ItemPopulation>,
}

impl Population {
    /// Its documents, each once, by identity.
    pub fn documents(&self) -> BTreeSet<DocId> {
        self.items.iter().flat_map(|item| &item.members).map(|(document, _)| *document).collect()
    }
}

impl Ledger {
    /// Freezes a population; returns its number. It is never changed: a later freeze of the same request
    /// makes another, with decisions of its own.
    ///
    /// # Errors
    /// [`crate::LedgerError::Unexplained`] where an item's sums do not close (in scope = hit + not hit +
    /// cannot tell; hits = members that are hits); [`crate::LedgerError::Conflict`] where an item or a member stands
    /// twice, or what cannot be told is no member; [`crate::LedgerError::NoSuch`] for a member that is no document.
    pub fn freeze_population(
        &mut self,
        act: &Act,
        request: &RequestId,
        pins: &Pins,
        items: &[ItemPopulation],
    ) -> Outcome<i64> {
        self.act(act, "freeze a population", |transaction| {
            require_settled(transaction)?;
            transaction.execute(
                "INSERT INTO population (request, at, by, snapshot, register_sha256, request_sha256, items)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    request.as_str(),
                    instant_text(act.at),
                    act.by,
                    pins.snapshot.digest().as_bytes(),
                    pins.register_sha256.as_bytes(),
                    pins.request_sha256.as_bytes(),
                    count(items.len()),
                ],
            )?;
            let population = transaction.last_insert_rowid();
            let mut seen = BTreeSet::new();
            for (place, item) in items.iter().enumerate() {
                if !seen.insert(&item.item) {
                    return Err(conflict(format!("item {} stands in the population twice", item.item)));
                }
                check(transaction, item)?;
                insert_item(transaction, population, count(place), item)?;
            }
            let documents: BTreeSet<_> = items.iter().flat_map(|item| &item.members).map(|(id, _)| id).collect();
            let detail = json!({
                "population": population, "request": request, "items": items.len(), "documents": documents.len(),
                "snapshot": pins.snapshot, "register_sha256": pins.register_sha256,
                "request_sha256": pins.request_sha256,
            });
            Ok((population, detail))
        })
    }

    /// The newest population of a request, where there is one.
    pub fn population(&self, request: &RequestId) -> Outcome<Option<Population>> {
        self.read("read a population", |connection| {
            let mut statement =
                connection.prepare_cached("SELECT MAX(key) FROM population WHERE request = ?1")?;
            let newest: Option<i64> = statement.query_row([request.as_str()], |row| row.get(0))?;
            newest.map(|key| population(connection, key)).transpose()
        })
    }

    /// The population with this number, also where a newer one of its request exists.
    pub fn population_numbered(&self, key: i64) -> Outcome<Population> {
        self.read("read a population", |connection| population(connection, key))
    }
}

fn check(connection: &Connection, item: &ItemPopulation) -> Result<(), Fault> {
    let place = format!("item {}", item.item);
    let unknown = count(item.cannot_tell.len());
    let parts = [("hit", item.hit), ("not hit", item.not_hit), ("cannot tell", unknown)];
    check_sum(&place, ("in scope", item.in_scope), &parts)?;
    let hits = count(item.members.iter().filter(|(_, why)| *why == Why::Hit).count());
    check_sum(&place, ("hit", item.hit), &[("members that are hits", hits)])?;
    let mut members = BTreeSet::new();
    for (document, _) in &item.members {
        if !members.insert(*document) {
            return Err(conflict(format!("{place}: document {document} is a member twice")));
        }
        if row_of(connection, document)?.is_none() {
            return Err(no_such(format!("document {document}")));
        }
    }
    let mut unknown = BTreeSet::new();
    for (document, _) in &item.cannot_tell {
        if !members.contains(document) || !unknown.insert(*document) {
            let what = "which cannot be told, is no member or stands there twice";
            return Err(conflict(format!("{place}: document {document}, {what}")));
        }
    }
    Ok(())
}

fn insert_item(
    transaction: &Transaction<'_>,
    population: i64,
    place: u64,
    item: &ItemPopulation,
) -> Result<(), Fault> {
    let (unknown, members) = (count(item.cannot_tell.len()), count(item.members.len()));
    transaction.execute(
        "INSERT INTO population_item (population, place, item, in_scope, hit, not_hit, cannot_tell, members)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            population,
            place,
            item.item.as_str(),
            item.in_scope,
            item.hit,
            item.not_hit,
            unknown,
            members
        ],
    )?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO population_member (population, item, place, document, why) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (at, (document, why)) in item.members.iter().enumerate() {
        insert.execute(params![population, place, count(at), document.digest().as_bytes(), why.as_str()])?;
    }
    let mut insert = transaction.prepare_cached(
        "INSERT INTO population_unknown (population, item, place, document, unknown) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (at, (document, reasons)) in item.cannot_tell.iter().enumerate() {
        let reasons = unknown_bits(reasons.iter().copied());
        insert.execute(params![population, place, count(at), document.digest().as_bytes(), reasons])?;
    }
    Ok(())
}

fn population(connection: &Connection, key: i64) -> Result<Population, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT request, at, by, snapshot, register_sha256, request_sha256, items FROM population WHERE key = ?1",
    )?;
    let mut rows = statement.query([key])?;
    let row = rows.next()?.ok_or_else(|| no_such(format!("population {key}")))?;
    let pins = Pins {
        snapshot: SnapshotId::from_digest(sha256(row, 3)?),
        register_sha256: sha256(row, 4)?,
        request_sha256: sha256(row, 5)?,
    };
    let items = items(connection, key)?;
    if count(items.len()) != row.get::<_, u64>(6)? {
        return Err(damaged(format!("population {key} has lost an item")));
    }
    Ok(Population {
        key,
        request: word(row, 0)?,
        frozen_at: instant(row, 1)?,
        frozen_by: row.get(2)?,
        pins,
        items,
    })
}

fn items(connection: &Connection, population: i64) -> Result<Vec<ItemPopulation>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT place, item, in_scope, hit, not_hit, cannot_tell, members FROM population_item
         WHERE population = ?1 ORDER BY place",
    )?;
    let mut rows = statement.query([population])?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        let place: u64 = row.get(0)?;
        let item = ItemPopulation {
            item: word(row, 1)?,
            in_scope: row.get(2)?,
            hit: row.get(3)?,
            not_hit: row.get(4)?,
            cannot_tell: cannot_tell(connection, population, place)?,
            members: members(connection, population, place)?,
        };
        let stored: (u64, u64) = (row.get(5)?, row.get(6)?);
        if stored != (count(item.cannot_tell.len()), count(item.members.len())) {
            return Err(damaged(format!(
                "item {} of population {population} has lost a document",
                item.item
            )));
        }
        items.push(item);
    }
    Ok(items)
}

fn cannot_tell(
    connection: &Connection,
    population: i64,
    item: u64,
) -> Result<Vec<(DocId, Vec<Unknown>)>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT document, unknown FROM population_unknown WHERE population = ?1 AND item = ?2 ORDER BY place",
    )?;
    let mut rows = statement.query(params![population, item])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((DocId::from_digest(sha256(row, 0)?), unknowns(row, 1)?));
    }
    Ok(found)
}

fn members(connection: &Connection, population: i64, item: u64) -> Result<Vec<(DocId, Why)>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT document, why FROM population_member WHERE population = ?1 AND item = ?2 ORDER BY place",
    )?;
    let mut rows = statement.query(params![population, item])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((DocId::from_digest(sha256(row, 0)?), word(row, 1)?));
    }
    Ok(found)
}

/// The request of a population, where there is such a population.
pub(crate) fn request_of(connection: &Connection, population: i64) -> Result<RequestId, Fault> {
    let found: Option<String> = connection
        .prepare_cached("SELECT request FROM population WHERE key = ?1")?
        .query_row([population], |row| row.get(0))
        .optional()?;
    let found = found.ok_or_else(|| no_such(format!("population {population}")))?;
    found.parse().map_err(|error: duces_model::ids::IdError| damaged(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{Mail, act, dump, index, item, ledger, pins};

    fn id(ordinal: u64) -> DocId {
        Mail::new("a.mbox", ordinal).id()
    }

    fn archive() -> (tempfile::TempDir, Ledger) {
        let (folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0), Mail::new("a.mbox", 1), Mail::new("a.mbox", 2)]);
        (folder, ledger)
    }

    fn request() -> RequestId {
        "8210-1".parse().unwrap()
    }

    #[test]
    fn a_population_reads_back_as_it_was_frozen_and_a_new_one_leaves_it_alone() {
        let (_folder, mut ledger) = archive();
        let mut first = item("1", &[id(2), id(0)]);
        first.cannot_tell = vec![(id(1), vec![Unknown::NoDate, Unknown::Text])];
        first.members.push((id(1), Why::CannotTell));
        first.in_scope += 1;
        let items = [first, item("2", &[])];
        let key = ledger.freeze_population(&act(), &request(), &pins(), &items).unwrap();
        let frozen = ledger.population(&request()).unwrap().unwrap();
        assert_eq!((frozen.key, &frozen.items[..], frozen.pins), (key, &items[..], pins()));
        assert_eq!((frozen.frozen_at, &frozen.frozen_by), (act().at, &act().by));
        assert_eq!(frozen.documents().len(), 3);
        let newer = ledger.freeze_population(&act(), &request(), &pins(), &[item("1", &[id(0)])]).unwrap();
        assert_eq!(ledger.population(&request()).unwrap().unwrap().key, newer);
        assert_eq!(ledger.population_numbered(key).unwrap(), frozen);
        assert_eq!(ledger.population(&"other".parse().unwrap()).unwrap(), None);
        let edit = ledger.connection.execute("UPDATE population_member SET why = 'hit'", []).unwrap_err();
        assert!(edit.to_string().contains("never"), "{edit}");
    }

    #[test]
    fn a_population_whose_sums_do_not_close_is_not_frozen() {
        let (_folder, mut ledger) = archive();
        let good = item("1", &[id(0)]);
        let lost = ItemPopulation { in_scope: good.in_scope + 1, ..good.clone() };
        let uncounted = ItemPopulation { hit: 0, not_hit: good.not_hit + 1, ..good.clone() };
        for broken in [lost, uncounted] {
            let before = dump(&ledger);
            let frozen = ledger.freeze_population(
                &act(),
                &request(),
                &pins(),
                &[good.clone(), ItemPopulation { item: "2".parse().unwrap(), ..broken }],
            );
            assert!(matches!(frozen, Err(LedgerError::Unexplained(_))), "{frozen:?}");
            assert_eq!(dump(&ledger), before);
        }
    }

    #[test]
    fn a_disk_that_fills_in_the_middle_of_freezing_leaves_nothing() {
        let (_folder, mut ledger) = ledger();
        let mails: Vec<Mail> = (0..400).map(|ordinal| Mail::new("a.mbox", ordinal)).collect();
        index(&mut ledger, &mails);
        let documents: Vec<DocId> = mails.iter().map(Mail::id).collect();
        let before = dump(&ledger);
        let pages: i64 = ledger.connection.pragma_query_value(None, "page_count", |r| r.get(0)).unwrap();
        ledger.connection.pragma_update(None, "max_page_count", pages + 3).unwrap();
        let frozen = ledger.freeze_population(&act(), &request(), &pins(), &[item("1", &documents)]);
        assert!(matches!(frozen, Err(LedgerError::DiskFull { doing: "freeze a population" })), "{frozen:?}");
        assert_eq!(dump(&ledger), before, "neither a member nor an audit row");
        ledger.connection.pragma_update(None, "max_page_count", pages + 3000).unwrap();
        assert_eq!(
            ledger.freeze_population(&act(), &request(), &pins(), &[item("1", &documents)]).unwrap(),
            1
        );
    }

    #[test]
    fn members_are_known_documents_each_once_and_so_is_what_cannot_be_told() {
        let (_folder, mut ledger) = archive();
        let good = item("1", &[id(0)]);
        let mut twice = item("1", &[id(0), id(0)]);
        twice.hit = 2;
        let unknown = item("1", &[id(9)]);
        let mut outside = good.clone();
        outside.cannot_tell = vec![(id(1), vec![Unknown::Text])];
        outside.in_scope += 1;
        for broken in [vec![twice], vec![unknown], vec![outside], vec![good.clone(), good]] {
            assert!(ledger.freeze_population(&act(), &request(), &pins(), &broken).is_err(), "{broken:?}");
        }
        assert_eq!(ledger.population(&request()).unwrap(), None);
    }
}
