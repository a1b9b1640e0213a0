//! Volumes that replace what earlier ones hold: old numbers mapped to new ones, the old entries as they were.

use crate::columns::{count, instant, instant_text, must_say, sha256};
use crate::error::{Fault, Outcome, conflict, damaged};
use crate::reservation::{RESERVATION, Reservation, reservation};
use crate::volumes::{SealedVolume, numbers};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{BatesRange, DocId, VolumeName};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// A document's numbers in an earlier volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierNumbers {
    /// Which document.
    pub document: DocId,
    /// In which volume.
    pub volume: VolumeName,
    /// Its numbers there.
    pub bates: BatesRange,
}

/// What a volume replaces, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// Why.
    pub why: String,
    /// What is replaced; each of these documents takes numbers in the new volume.
    pub replaced: Vec<EarlierNumbers>,
}

/// A document whose numbers were replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// What was replaced.
    pub earlier: EarlierNumbers,
    /// The volume that replaces it.
    pub volume: VolumeName,
    /// Its numbers there.
    pub bates: BatesRange,
    /// Why.
    pub why: String,
    /// When that volume was sealed.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

impl Ledger {
    /// All replacements, in the order of the volumes that replace, each in the order of its numbers.
    pub fn replacements(&self) -> Outcome<Vec<Replaced>> {
        self.read("list replacements", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {RESERVATION}, d.document, d.old, d.first, d.last, m.first, m.last, p.why, p.at, p.by
                 FROM replaced d JOIN replacement p ON p.reservation = d.reservation
                   JOIN reservation r ON r.key = d.reservation JOIN series s ON s.prefix = r.prefix
                   JOIN volume_member m ON m.reservation = d.reservation AND m.document = d.document
                 ORDER BY d.reservation, d.place"
            ))?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(replaced(connection, row)?);
            }
            Ok(found)
        })
    }
}

fn replaced(connection: &Connection, row: &Row<'_>) -> Result<Replaced, Fault> {
    let new = reservation(row)?;
    let old = by_key(connection, row.get(7)?)?;
    Ok(Replaced {
        earlier: EarlierNumbers {
            document: DocId::from_digest(sha256(row, 6)?),
            bates: numbers(&old.range, row.get(8)?, row.get(9)?)?,
            volume: old.volume,
        },
        bates: numbers(&new.range, row.get(10)?, row.get(11)?)?,
        volume: new.volume,
        why: row.get(12)?,
        at: instant(row, 13)?,
        by: row.get(14)?,
    })
}

pub(crate) fn by_key(connection: &Connection, key: i64) -> Result<Reservation, Fault> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {RESERVATION} FROM reservation r JOIN series s ON s.prefix = r.prefix WHERE r.key = ?1"
    ))?;
    let mut rows = statement.query([key])?;
    let row = rows.next()?.ok_or_else(|| damaged(format!("found no reservation {key}")))?;
    reservation(row)
}

/// The reservation of a sealed volume in which this document has these numbers.
pub(crate) fn holding(
    connection: &Connection,
    request: &str,
    earlier: &EarlierNumbers,
) -> Result<i64, Fault> {
    let (first, last) = (earlier.bates.first(), earlier.bates.last());
    let found: Option<i64> = connection
        .prepare_cached(
            "SELECT r.key FROM volume_member m JOIN volume_sealed e ON e.reservation = m.reservation
               JOIN reservation r ON r.key = m.reservation JOIN series s ON s.prefix = r.prefix
             WHERE m.document = ?1 AND r.volume = ?2 COLLATE BINARY AND m.first = ?3 AND m.last = ?4
               AND r.prefix = ?5 COLLATE BINARY AND s.width = ?6 AND e.request = ?7",
        )?
        .query_row(
            params![
                earlier.document.digest().as_bytes(),
                earlier.volume.as_str(),
                first.position(),
                last.position(),
                first.prefix().as_str(),
                first.width(),
                request,
            ],
            |row| row.get(0),
        )
        .optional()?;
    found.ok_or_else(|| {
        conflict(format!(
            "found {} of document {} in volume {}, expected numbers that it has in a sealed volume of request {request}",
            earlier.bates, earlier.document, earlier.volume
        ))
    })
}

/// Records what a volume that is being sealed replaces: exactly the documents that take numbers in it.
pub(crate) fn insert(
    transaction: &Transaction<'_>,
    act: &Act,
    (reservation, record): (i64, &SealedVolume),
    replacement: &Replacement,
) -> Result<(), Fault> {
    must_say("reason", &replacement.why)?;
    let numbered: BTreeSet<DocId> =
        record.members.iter().filter(|member| member.bates.is_some()).map(|member| member.document).collect();
    let named: BTreeMap<DocId, &EarlierNumbers> =
        replacement.replaced.iter().map(|earlier| (earlier.document, earlier)).collect();
    if named.len() != replacement.replaced.len() || !named.keys().eq(numbered.iter()) {
        return Err(conflict(format!(
            "found {} replaced documents, expected the {} that take numbers in the volume, each once",
            replacement.replaced.len(),
            numbered.len()
        )));
    }
    transaction.execute(
        "INSERT INTO replacement (reservation, why, at, by) VALUES (?1, ?2, ?3, ?4)",
        params![reservation, replacement.why, instant_text(act.at), act.by],
    )?;
    let mut insert = transaction.prepare_cached(
        "INSERT INTO replaced (reservation, place, document, old, first, last) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    let in_order = record.members.iter().filter_map(|member| named.get(&member.document));
    for (place, earlier) in in_order.enumerate() {
        let old = holding(transaction, record.request.as_str(), earlier)?;
        insert.execute(params![
            reservation,
            count(place),
            earlier.document.digest().as_bytes(),
            old,
            earlier.bates.first().position(),
            earlier.bates.last().position(),
        ])?;
    }
    Ok(())
}

impl Replacement {
    /// What the audit trail says of it.
    pub(crate) fn detail(&self) -> serde_json::Value {
        json!({ "why": self.why, "documents": self.replaced.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{Production, act, dump, ledger, request};
    use duces_model::{BatesPrefix, Disposition};

    #[test]
    fn a_replacement_maps_each_number_of_the_volume_and_leaves_the_old_entries_as_they_were() {
        let (_folder, mut ledger) = ledger();
        let production = Production::frozen(&mut ledger, 3);
        let prefix = BatesPrefix::new("ECP").unwrap();
        let reserve = |ledger: &mut Ledger, pages, name: &str| {
            ledger.reserve(&act(), &prefix, 4, pages, &name.parse().unwrap(), &request()).unwrap()
        };
        let (v1, v2): (VolumeName, VolumeName) = ("V1".parse().unwrap(), "V2".parse().unwrap());
        let old = production.record(&reserve(&mut ledger, 3, "V1"));
        ledger.seal(&act(), &v1, &old).unwrap();
        let range = reserve(&mut ledger, 2, "V2");
        let mut new = production.record(&range);
        new.members[2].disposition =
            Disposition::ExcludeAlreadyProduced { bates: "ECP0003".parse().unwrap() };
        let earlier = |n: usize| EarlierNumbers {
            document: old.members[n].document,
            volume: v1.clone(),
            bates: old.members[n].bates.clone().unwrap(),
        };
        let good = Replacement { why: "pages 2 unreadable".into(), replaced: vec![earlier(0), earlier(1)] };
        let wrong_number = EarlierNumbers { bates: old.members[1].bates.clone().unwrap(), ..earlier(0) };
        let broken = [
            Replacement { why: " ".into(), ..good.clone() },
            Replacement { replaced: vec![earlier(0)], ..good.clone() },
            Replacement { replaced: vec![earlier(0), earlier(0)], ..good.clone() },
            Replacement { replaced: vec![wrong_number, earlier(1)], ..good.clone() },
        ];
        let before = dump(&ledger);
        for broken in broken {
            let refused = ledger.seal_replacement(&act(), &v2, &new, &broken);
            assert!(matches!(refused, Err(LedgerError::Conflict { .. })), "{refused:?}");
            assert_eq!(dump(&ledger), before);
        }
        ledger.seal_replacement(&act(), &v2, &new, &good).unwrap();
        let found = ledger.replacements().unwrap();
        let mapped: Vec<(String, String)> =
            found.iter().map(|one| (one.earlier.bates.to_string(), one.bates.to_string())).collect();
        let pair = |a: &str, b: &str| (format!("{a} - {a}"), format!("{b} - {b}"));
        assert_eq!(mapped, [pair("ECP0001", "ECP0004"), pair("ECP0002", "ECP0005")]);
        assert_eq!(ledger.volume(&v1).unwrap().unwrap().sealed(), Some(&old));
        assert!(ledger.connection.execute("DELETE FROM replaced", []).is_err());
    }
}
