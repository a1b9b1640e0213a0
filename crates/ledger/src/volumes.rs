//! Volumes: sealed with every member and its numbers.

use crate::columns::{count, instant, instant_text, sha256, word};
use crate::error::{Fault, Outcome, conflict, damaged};
use crate::numbers::member;
use crate::population::request_of;
use crate::replacements::{self, Replacement};
use crate::reservation::{RESERVATION, Reservation, open_reservation, reservation};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::accounting::check_sum;
use duces_model::production::Member;
use duces_model::{BatesNumber, BatesRange, DocId, RequestId, Sha256, VolumeName};
use rusqlite::{Connection, Row, Transaction, params};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What is recorded when a volume is sealed.
#[derive(Debug, Clone, PartialEq)]
pub struct SealedVolume {
    /// The request that it answers.
    pub request: RequestId,
    /// The population whose documents it disposes of.
    pub population: i64,
    /// Digest of its manifest.
    pub manifest_sha256: Sha256,
    /// Where it was written.
    pub path: String,
    /// One member for each document of the population, in the order of the volume.
    pub members: Vec<Member>,
    /// Whatever else reproduces it: profile, recipe, versions.
    pub facts: Value,
}

/// What became of a volume.
#[derive(Debug, Clone, PartialEq)]
pub enum VolumeState {
    /// Its numbers are set aside; it is being written, or its writing was broken off.
    Reserved,
    /// It was given up.
    Voided {
        /// Why.
        reason: String,
        /// When.
        at: DateTime<Utc>,
        /// By whom.
        by: String,
    },
    /// It is done.
    Sealed {
        /// With what.
        volume: Box<SealedVolume>,
        /// When.
        at: DateTime<Utc>,
        /// By whom.
        by: String,
    },
}

/// A volume as the ledger knows it.
#[derive(Debug, Clone, PartialEq)]
pub struct VolumeRecord {
    /// Its name.
    pub name: VolumeName,
    /// The request that it answers.
    pub request: RequestId,
    /// Its numbers.
    pub range: BatesRange,
    /// When they were reserved.
    pub reserved_at: DateTime<Utc>,
    /// By whom.
    pub reserved_by: String,
    /// What became of it.
    pub state: VolumeState,
}

impl VolumeRecord {
    /// What was sealed, where it is sealed.
    pub fn sealed(&self) -> Option<&SealedVolume> {
        match &self.state {
            VolumeState::Sealed { volume, .. } => Some(volume),
            VolumeState::Reserved | VolumeState::Voided { .. } => None,
        }
    }
}

impl Ledger {
    /// Seals a volume: its reserved numbers are issued to its members.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] where nothing is reserved for the volume or there is no such population;
    /// [`crate::LedgerError::Conflict`] where it is sealed or voided already, where the population belongs to another
    /// request, where a document is no member of the population or stands there twice, or where the members'
    /// numbers are not the reserved ones, one after another; [`crate::LedgerError::Unexplained`] where the members
    /// are not all documents of the population, or the numbers not all that were reserved.
    pub fn seal(&mut self, act: &Act, volume: &VolumeName, record: &SealedVolume) -> Outcome<()> {
        self.seal_as(act, volume, record, None)
    }

    /// Seals a volume that replaces what earlier ones hold, and maps the old numbers to the new ones.
    ///
    /// # Errors
    /// As [`Ledger::seal`]; [`crate::LedgerError::Conflict`] where the reason is missing, or what is replaced is not
    /// exactly what takes numbers in the volume, each document with numbers that it has in an earlier volume of the
    /// request.
    pub fn seal_replacement(
        &mut self,
        act: &Act,
        volume: &VolumeName,
        record: &SealedVolume,
        replacement: &Replacement,
    ) -> Outcome<()> {
        self.seal_as(act, volume, record, Some(replacement))
    }

    fn seal_as(
        &mut self,
        act: &Act,
        volume: &VolumeName,
        record: &SealedVolume,
        replacement: Option<&Replacement>,
    ) -> Outcome<()> {
        self.act(act, "seal a volume", |transaction| {
            let reservation = open_reservation(transaction, volume)?;
            check_request(transaction, &reservation, record)?;
            check_numbers(&reservation, &record.members)?;
            check_members(transaction, volume, record)?;
            transaction.execute(
                "INSERT INTO volume_sealed (reservation, request, population, manifest_sha256, path, facts, at, by)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    reservation.key,
                    record.request.as_str(),
                    record.population,
                    record.manifest_sha256.as_bytes(),
                    record.path,
                    record.facts.to_string(),
                    instant_text(act.at),
                    act.by,
                ],
            )?;
            insert_members(transaction, reservation.key, &record.members)?;
            if let Some(replacement) = replacement {
                replacements::insert(transaction, act, (reservation.key, record), replacement)?;
            }
            let mut detail = json!({
                "volume": volume, "request": record.request, "population": record.population,
                "manifest_sha256": record.manifest_sha256, "members": record.members.len(),
                "first": reservation.range.first(), "last": reservation.range.last(),
            });
            if let Some(replacement) = replacement {
                detail["replaces"] = replacement.detail();
            }
            Ok(((), detail))
        })
    }

    /// All volumes, in the order in which their numbers were reserved.
    pub fn volumes(&self) -> Outcome<Vec<VolumeRecord>> {
        self.read("list volumes", |connection| volumes(connection, None))
    }

    /// One volume, where there is one of that name.
    pub fn volume(&self, name: &VolumeName) -> Outcome<Option<VolumeRecord>> {
        self.read("read a volume", |connection| Ok(volumes(connection, Some(name))?.pop()))
    }

    /// The sealed volumes in which a document stands with numbers, oldest first.
    pub fn numbers_of(&self, document: &DocId) -> Outcome<Vec<(VolumeName, BatesRange)>> {
        self.read("find the numbers of a document", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {RESERVATION}, m.first, m.last FROM volume_member m JOIN reservation r ON r.key = m.reservation
                   JOIN series s ON s.prefix = r.prefix
                 WHERE m.document = ?1 AND m.first IS NOT NULL ORDER BY r.key"
            ))?;
            let mut rows = statement.query([document.digest().as_bytes()])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let Reservation { volume, range, .. } = reservation(row)?;
                found.push((volume, numbers(&range, row.get(6)?, row.get(7)?)?));
            }
            Ok(found)
        })
    }
}

/// The members' numbers are the reserved ones, from the first to the last.
fn check_numbers(reservation: &Reservation, members: &[Member]) -> Result<(), Fault> {
    let (volume, reserved) = (&reservation.volume, &reservation.range);
    let mut next = Some(reserved.first().clone());
    let mut issued = 0;
    for member in members {
        let (document, bucket) = (member.document, member.disposition.bucket());
        let Some(bates) = &member.bates else {
            if member.disposition.takes_number() {
                return Err(conflict(format!("document {document} is {bucket} but has no number")));
            }
            continue;
        };
        if !member.disposition.takes_number() {
            return Err(conflict(format!("document {document} is {bucket} but has the numbers {bates}")));
        }
        if next.as_ref() != Some(bates.first()) || bates.last().position() > reserved.last().position() {
            let expected = next.map_or_else(|| "no further number".to_owned(), |number| number.to_string());
            return Err(conflict(format!(
                "volume {volume}: found {bates} for document {document}, expected {expected}"
            )));
        }
        issued += bates.pages();
        next = bates.last().plus(1).ok();
    }
    check_sum(
        &format!("volume {volume}"),
        ("numbers reserved", reserved.pages()),
        &[("numbers issued", issued)],
    )?;
    Ok(())
}

/// The members are the documents of the population, each once.
/// Numbers that were set aside for one request are not sealed for another.
fn check_request(
    connection: &Connection,
    reservation: &Reservation,
    record: &SealedVolume,
) -> Result<(), Fault> {
    let reserved: RequestId = connection
        .query_row("SELECT request FROM reservation WHERE key = ?1", [reservation.key], |row| {
            row.get::<_, String>(0)
        })?
        .parse()
        .map_err(|error: duces_model::ids::IdError| conflict(error.to_string()))?;
    if reserved == record.request {
        return Ok(());
    }
    let (volume, found) = (&reservation.volume, &record.request);
    Err(conflict(format!(
        "the numbers of volume {volume} were set aside for request {reserved}, found {found}"
    )))
}

fn check_members(connection: &Connection, volume: &VolumeName, record: &SealedVolume) -> Result<(), Fault> {
    let request = request_of(connection, record.population)?;
    if request != record.request {
        let population = record.population;
        return Err(conflict(format!(
            "population {population} belongs to request {request}, found {}",
            record.request
        )));
    }
    let mut seen = BTreeSet::new();
    for member in &record.members {
        if !seen.insert(member.document) {
            return Err(conflict(format!("document {} stands in volume {volume} twice", member.document)));
        }
        if !crate::dispositions::is_member(connection, record.population, &member.document)? {
            let (document, population) = (member.document, record.population);
            return Err(conflict(format!("document {document} is not in population {population}")));
        }
    }
    let all = "SELECT COUNT(DISTINCT document) FROM population_member WHERE population = ?1";
    let all: u64 = connection.query_row(all, [record.population], |row| row.get(0))?;
    check_sum(
        &format!("volume {volume}"),
        ("documents of the population", all),
        &[("members", count(seen.len()))],
    )?;
    Ok(())
}

fn insert_members(transaction: &Transaction<'_>, reservation: i64, members: &[Member]) -> Result<(), Fault> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO volume_member (reservation, place, document, family, disposition, first, last)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?;
    for (place, member) in members.iter().enumerate() {
        insert.execute(params![
            reservation,
            count(place),
            member.document.digest().as_bytes(),
            member.family.digest().as_bytes(),
            serde_json::to_string(&member.disposition)?,
            member.bates.as_ref().map(|bates| bates.first().position()),
            member.bates.as_ref().map(|bates| bates.last().position()),
        ])?;
    }
    Ok(())
}

/// A member's numbers: positions in the series of the volume's range.
pub(crate) fn numbers(of: &BatesRange, first: u64, last: u64) -> Result<BatesRange, Fault> {
    let number = |position| BatesNumber::new(of.first().prefix().clone(), of.first().width(), position);
    Ok(BatesRange::new(number(first)?, number(last)?)?)
}

fn volumes(connection: &Connection, name: Option<&VolumeName>) -> Result<Vec<VolumeRecord>, Fault> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {RESERVATION}, r.at, r.by, v.reason, v.at, v.by, e.request, e.at, e.by, e.population,
           e.manifest_sha256, e.path, e.facts, r.request
         FROM reservation r JOIN series s ON s.prefix = r.prefix
           LEFT JOIN volume_voided v ON v.reservation = r.key LEFT JOIN volume_sealed e ON e.reservation = r.key
         WHERE ?1 IS NULL OR r.volume = ?1 COLLATE BINARY ORDER BY r.key"
    ))?;
    let mut rows = statement.query([name.map(VolumeName::as_str)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let reservation = reservation(row)?;
        let state = state(connection, &reservation, row)?;
        found.push(VolumeRecord {
            name: reservation.volume,
            request: word(row, 18)?,
            range: reservation.range,
            reserved_at: instant(row, 6)?,
            reserved_by: row.get(7)?,
            state,
        });
    }
    Ok(found)
}

fn state(connection: &Connection, reservation: &Reservation, row: &Row<'_>) -> Result<VolumeState, Fault> {
    let (voided, sealed): (Option<String>, Option<String>) = (row.get(8)?, row.get(11)?);
    match (voided, sealed) {
        (None, None) => Ok(VolumeState::Reserved),
        (Some(reason), None) => Ok(VolumeState::Voided { reason, at: instant(row, 9)?, by: row.get(10)? }),
        (None, Some(_)) => {
            let volume = SealedVolume {
                request: word(row, 11)?,
                population: row.get(14)?,
                manifest_sha256: sha256(row, 15)?,
                path: row.get(16)?,
                members: members(connection, reservation)?,
                facts: serde_json::from_str(&row.get::<_, String>(17)?)?,
            };
            Ok(VolumeState::Sealed { volume: Box::new(volume), at: instant(row, 12)?, by: row.get(13)? })
        }
        (Some(_), Some(_)) => {
            Err(damaged(format!("volume {} is both sealed and voided", reservation.volume)))
        }
    }
}

fn members(connection: &Connection, of: &Reservation) -> Result<Vec<Member>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT document, family, disposition, first, last FROM volume_member WHERE reservation = ?1 ORDER BY place",
    )?;
    let mut rows = statement.query([of.key])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(member(of, row)?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{Production, act, dump, item, ledger, pins, request};
    use duces_model::{BatesPrefix, Disposition};

    fn name(text: &str) -> VolumeName {
        text.parse().unwrap()
    }

    fn reserve(ledger: &mut Ledger, pages: u64, volume: &str) -> BatesRange {
        ledger
            .reserve(&act(), &BatesPrefix::new("ECP").unwrap(), 7, pages, &name(volume), &request())
            .unwrap()
    }

    #[test]
    fn a_sealed_volume_reads_back_as_it_was_sealed() {
        let (_folder, mut ledger) = ledger();
        let production = Production::frozen(&mut ledger, 4);
        let range = reserve(&mut ledger, 9, "V1");
        let record = production.record(&range);
        assert_eq!(ledger.volume(&name("V1")).unwrap().unwrap().state, VolumeState::Reserved);
        ledger.seal(&act(), &name("V1"), &record).unwrap();
        let volume = ledger.volume(&name("V1")).unwrap().unwrap();
        assert_eq!((volume.sealed(), &volume.range), (Some(&record), &range));
        reserve(&mut ledger, 2, "V2");
        ledger.void(&act(), &name("V2"), "broken off").unwrap();
        let volumes = ledger.volumes().unwrap();
        assert_eq!((volumes.len(), &volumes[0]), (2, &volume));
        assert!(matches!(&volumes[1].state, VolumeState::Voided { reason, .. } if reason == "broken off"));
        let first = record.members[0].bates.clone().unwrap();
        assert_eq!(ledger.numbers_of(&record.members[0].document).unwrap(), [(name("V1"), first)]);
        assert!(ledger.numbers_of(&Production::outsider()).unwrap().is_empty());
        assert_eq!(ledger.volume(&name("v1")).unwrap(), None);
    }

    #[test]
    fn a_volume_is_sealed_once_and_not_after_it_was_voided() {
        let (_folder, mut ledger) = ledger();
        let production = Production::frozen(&mut ledger, 2);
        let record = production.record(&reserve(&mut ledger, 2, "V1"));
        assert!(matches!(ledger.seal(&act(), &name("V9"), &record), Err(LedgerError::NoSuch { .. })));
        ledger.seal(&act(), &name("V1"), &record).unwrap();
        assert!(matches!(ledger.seal(&act(), &name("V1"), &record), Err(LedgerError::Conflict { .. })));
        assert!(matches!(ledger.void(&act(), &name("V1"), "x"), Err(LedgerError::Conflict { .. })));
        let record = production.record(&reserve(&mut ledger, 2, "V2"));
        ledger.void(&act(), &name("V2"), "x").unwrap();
        assert!(matches!(ledger.seal(&act(), &name("V2"), &record), Err(LedgerError::Conflict { .. })));
    }

    #[test]
    fn what_does_not_add_up_is_not_sealed() {
        let (_folder, mut ledger) = ledger();
        let production = Production::frozen(&mut ledger, 3);
        let range = reserve(&mut ledger, 6, "V1");
        let good = production.record(&range);
        let other_request = SealedVolume { request: "other".parse().unwrap(), ..good.clone() };
        let mut outsider = good.clone();
        outsider.members[1].document = Production::outsider();
        let mut twice = good.clone();
        twice.members[1].document = good.members[0].document;
        let mut lost = good.clone();
        lost.members.remove(1);
        let mut swapped = good.clone();
        swapped.members.swap(0, 2);
        let mut fewer_numbers = good.clone();
        fewer_numbers.members[2].bates = None;
        fewer_numbers.members[2].disposition = Disposition::ExcludeNonResponsive { by: "J. Roe".into() };
        let mut unnumbered = good.clone();
        unnumbered.members[0].bates = None;
        let mut numbered = good.clone();
        numbered.members[0].disposition = Disposition::Pending;
        let before = dump(&ledger);
        for broken in [other_request, outsider, twice, lost, swapped, fewer_numbers, unnumbered, numbered] {
            let sealed = ledger.seal(&act(), &name("V1"), &broken);
            assert!(
                matches!(sealed, Err(LedgerError::Conflict { .. } | LedgerError::Unexplained(_))),
                "{sealed:?}"
            );
            assert_eq!(dump(&ledger), before);
        }
        ledger.seal(&act(), &name("V1"), &good).unwrap();
    }

    #[test]
    fn a_document_left_out_without_a_word_is_found_though_the_numbers_are_right() {
        let (_folder, mut ledger) = ledger();
        let production = Production::frozen(&mut ledger, 3);
        let good = production.record(&reserve(&mut ledger, 2, "V1"));
        let mut silent = good.clone();
        assert_eq!(silent.members.pop().unwrap().bates, None, "the last one takes no number");
        let sealed = ledger.seal(&act(), &name("V1"), &silent);
        assert!(matches!(sealed, Err(LedgerError::Unexplained(_))), "{sealed:?}");
        ledger.seal(&act(), &name("V1"), &good).unwrap();
    }

    #[test]
    fn the_members_are_the_whole_population_also_where_items_share_documents() {
        let (_folder, mut ledger) = ledger();
        let production = Production::frozen(&mut ledger, 2);
        let documents: Vec<DocId> = production.documents.clone();
        let request = production.request.clone();
        let items = [item("1", &documents), item("2", &documents[..1])];
        let population = ledger.freeze_population(&act(), &request, &pins(), &items).unwrap();
        let record = SealedVolume { population, ..production.record(&reserve(&mut ledger, 2, "V1")) };
        ledger.seal(&act(), &name("V1"), &record).unwrap();
    }
}
