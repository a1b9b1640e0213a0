//! What reports count by, told once for the whole archive: families with day and sources, documents with
//! what cannot be searched. Told row after row, so that the caller decides what to keep in memory.

use crate::Ledger;
use crate::checkpoint::require_settled;
use crate::columns::{count, sha256, word_or_none};
use crate::error::{Fault, Outcome, damaged, no_such};
use crate::participants;
use duces_model::{DefectCode, DocId, EmailAddress, Sha256, SourceId};
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::{BTreeMap, BTreeSet};

/// A family: its rows stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FamilyFacts<'a> {
    /// Row of its root.
    pub first_row: u64,
    /// How many documents.
    pub documents: u64,
    /// Civil day of its root in the firm's zone, in days since 1970-01-01.
    pub day: Option<i64>,
    /// Its sources by their place in the list that [`Ledger::families_told`] returns, each with whether a rule
    /// or an envelope says so (and not headers alone).
    pub sources: &'a [(usize, bool)],
}

/// A document: what searches over all of them ask of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentFacts {
    /// Its row.
    pub row: u64,
    /// Identity.
    pub id: DocId,
    /// When its nearest message was sent, in seconds since 1970-01-01 UTC.
    pub sent_at: Option<i64>,
    /// Why no word search can answer; absent where one can.
    pub unsearchable: Option<DefectCode>,
}

impl Ledger {
    /// Tells every family, in the order of rows; returns the sources, sorted.
    pub fn families_told(&self, tell: &mut dyn FnMut(FamilyFacts<'_>)) -> Outcome<Vec<SourceId>> {
        self.read("read the families", |connection| {
            require_settled(connection)?;
            families(connection, tell)
        })
    }

    /// Tells every document, in the order of rows.
    pub fn documents_told(&self, tell: &mut dyn FnMut(DocumentFacts)) -> Outcome<()> {
        self.read("read the documents", |connection| {
            require_settled(connection)?;
            let mut statement =
                connection.prepare("SELECT row, id, sent_at, unsearchable FROM document ORDER BY row")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                tell(DocumentFacts {
                    row: row.get(0)?,
                    id: DocId::from_digest(sha256(row, 1)?),
                    sent_at: row.get(2)?,
                    unsearchable: word_or_none(row, 3)?,
                });
            }
            Ok(())
        })
    }

    /// Tells the families to which these sorted rows belong, in the order of rows, each with how many of the
    /// rows it has and which of the addresses take part in it (their places in the list given, sorted, each
    /// once); returns the sources, sorted.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] for the first row that there is not.
    pub fn families_at(
        &self,
        rows: &[u64],
        addresses: &[EmailAddress],
        tell: &mut dyn FnMut(FamilyFacts<'_>, u64, &[usize]),
    ) -> Outcome<Vec<SourceId>> {
        self.read("read the families of documents", |connection| {
            families_at(connection, rows, addresses, tell)
        })
    }

    /// The rows of the families' roots whose natives have one of these digests, in the order of rows.
    pub fn roots_with_natives(&self, natives: &BTreeSet<Sha256>) -> Outcome<Vec<u64>> {
        self.read("find documents with the same native", |connection| {
            require_settled(connection)?;
            let mut statement = connection.prepare(
                "SELECT d.row, d.native_sha256 FROM occurrence o JOIN document d ON d.row = o.first_row
                 ORDER BY d.row",
            )?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                if natives.contains(&sha256(row, 1)?) {
                    found.push(row.get(0)?);
                }
            }
            Ok(found)
        })
    }

    /// The documents whose identity starts with these sixteen or more hexadecimal digits; none where the
    /// text is no such beginning.
    pub fn documents_starting(&self, head: &str) -> Outcome<Vec<DocId>> {
        self.read("find a document", |connection| {
            let plain = head.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            let Some(start) = head.get(..16).filter(|_| plain && head.len() <= 64) else {
                return Ok(Vec::new());
            };
            let Ok(number) = u64::from_str_radix(start, 16) else { return Ok(Vec::new()) };
            let mut statement =
                connection.prepare("SELECT id FROM document WHERE substr(id, 1, 8) = ?1 ORDER BY id")?;
            let mut rows = statement.query([number.to_be_bytes()])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(DocId::from_digest(sha256(row, 0)?));
            }
            found.retain(|id| id.to_string().starts_with(head));
            Ok(found)
        })
    }
}

/// The sources by identity, and the place of each by its key.
fn sources(connection: &Connection) -> Result<(Vec<SourceId>, BTreeMap<i64, usize>), Fault> {
    let mut found: Vec<(SourceId, i64)> = Vec::new();
    let mut statement = connection.prepare("SELECT id, key FROM source")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        found.push((crate::columns::word(row, 0)?, row.get(1)?));
    }
    found.sort();
    let places = found.iter().enumerate().map(|(place, (_, key))| (*key, place)).collect();
    Ok((found.into_iter().map(|(id, _)| id).collect(), places))
}

fn families_at(
    connection: &Connection,
    rows: &[u64],
    addresses: &[EmailAddress],
    tell: &mut dyn FnMut(FamilyFacts<'_>, u64, &[usize]),
) -> Result<Vec<SourceId>, Fault> {
    let (sources, places) = sources(connection)?;
    let mut people = BTreeMap::new();
    let mut find = connection.prepare("SELECT key FROM address WHERE address = ?1")?;
    for (place, address) in addresses.iter().enumerate() {
        let key: Option<u64> = find.query_row([address.as_str()], |row| row.get(0)).optional()?;
        people.extend(key.map(|key| (key, place)));
    }
    let mut family = connection.prepare(
        "SELECT o.key, o.first_row, o.documents, o.day, o.participants FROM document d
         JOIN occurrence o ON o.key = d.occurrence WHERE d.row = ?1",
    )?;
    let mut attributed = connection.prepare("SELECT source, bases FROM attribution WHERE occurrence = ?1")?;
    let mut rest = rows;
    while let Some(row) = rest.first() {
        let mut found = family.query([row])?;
        let found = found.next()?.ok_or_else(|| no_such(format!("document row {row}")))?;
        let (first_row, documents): (u64, u64) = (found.get(1)?, found.get(2)?);
        // A family's rows stand together.
        let own = rest.partition_point(|row| *row < first_row + documents).max(1);
        rest = &rest[own..];
        let mut belongs = Vec::new();
        let mut bases = attributed.query([found.get::<_, i64>(0)?])?;
        while let Some(basis) = bases.next()? {
            let place = places.get(&basis.get(0)?).copied();
            let place = place.ok_or_else(|| damaged("found an attribution to no source"))?;
            belongs.push((place, basis.get::<_, i64>(1)? & 3 != 0));
        }
        belongs.sort_unstable();
        let stored = found.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)?;
        let mut takes_part: Vec<usize> = participants::from_bytes(stored)?
            .iter()
            .filter_map(|(_, key)| people.get(key).copied())
            .collect();
        takes_part.sort_unstable();
        takes_part.dedup();
        let facts = FamilyFacts { first_row, documents, day: found.get(3)?, sources: &belongs };
        tell(facts, count(own), &takes_part);
    }
    Ok(sources)
}

fn families(connection: &Connection, tell: &mut dyn FnMut(FamilyFacts<'_>)) -> Result<Vec<SourceId>, Fault> {
    let (sources, places) = sources(connection)?;
    // Both in the order of keys, which is that of rows: nothing is sorted, and each is read once.
    let mut statement =
        connection.prepare("SELECT key, first_row, documents, day FROM occurrence ORDER BY key")?;
    let mut occurrences = statement.query([])?;
    let mut statement = connection
        .prepare("SELECT occurrence, source, bases FROM attribution ORDER BY occurrence, source")?;
    let mut attributions = statement.query([])?;
    let mut waiting: Option<(i64, usize, bool)> = None;
    let mut ended = false;
    let mut own = Vec::new();
    while let Some(row) = occurrences.next()? {
        let key: i64 = row.get(0)?;
        own.clear();
        while !ended {
            if waiting.is_none() {
                match attributions.next()? {
                    None => ended = true,
                    Some(found) => {
                        let place = places.get(&found.get(1)?).copied();
                        let place = place.ok_or_else(|| damaged("found an attribution to no source"))?;
                        waiting = Some((found.get(0)?, place, found.get::<_, i64>(2)? & 3 != 0));
                    }
                }
            }
            match waiting {
                Some((occurrence, place, certain)) if occurrence <= key => {
                    if occurrence == key {
                        own.push((place, certain));
                    }
                    waiting = None;
                }
                _ => break,
            }
        }
        own.sort_unstable();
        tell(FamilyFacts { first_row: row.get(1)?, documents: row.get(2)?, day: row.get(3)?, sources: &own });
    }
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Mail, index, ledger};
    use duces_model::AttributionBasis::{Header, Rule};

    #[test]
    fn families_are_told_in_order_with_day_size_and_sources() {
        let (_folder, mut ledger) = ledger();
        let mails = [
            Mail::new("a.mbox", 0)
                .attachments(2)
                .day("1970-01-03")
                .attributed(&[("zed", Rule), ("ann", Header)]),
            Mail::new("a.mbox", 1).undated(),
            Mail::new("a.mbox", 2).source("ann"),
        ];
        index(&mut ledger, &mails);
        let mut told = Vec::new();
        let sources = ledger
            .families_told(&mut |family| {
                told.push((family.first_row, family.documents, family.day, family.sources.to_vec()));
            })
            .unwrap();
        assert_eq!(sources.iter().map(SourceId::as_str).collect::<Vec<_>>(), ["ann", "zed"]);
        let day = Some(19_737);
        assert_eq!(
            told,
            [
                (1, 3, Some(2), vec![(0, false), (1, true)]),
                (4, 1, None, vec![]),
                (5, 1, day, vec![(0, true)])
            ]
        );
    }

    #[test]
    fn documents_are_told_with_what_cannot_be_searched() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0).defective(), Mail::new("a.mbox", 1).undated()]);
        let mut told = Vec::new();
        ledger.documents_told(&mut |document| told.push(document)).unwrap();
        assert_eq!(told.iter().map(|document| document.row).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(told[0].unsearchable, Some(DefectCode::NotAMessage));
        assert_eq!(
            (told[1].unsearchable, told[1].sent_at, told[1].id),
            (None, None, Mail::new("a.mbox", 1).id())
        );
    }

    #[test]
    fn families_of_rows_are_told_once_with_their_rows_people_and_sources() {
        let (_folder, mut ledger) = ledger();
        let mails = [
            Mail::new("a.mbox", 0).attachments(1).source("box"),
            Mail::new("a.mbox", 1),
            Mail::new("a.mbox", 2).from("eve@x.example").to("ann@ecp.example").day("1970-01-05"),
        ];
        index(&mut ledger, &mails);
        let address = |text: &str| EmailAddress::new(text).unwrap();
        let asked = [address("nobody@x.example"), address("eve@x.example"), address("ann@ecp.example")];
        let mut told = Vec::new();
        let sources = ledger
            .families_at(&[1, 2, 4], &asked, &mut |family, rows, people| {
                told.push((family.first_row, family.sources.to_vec(), rows, people.to_vec()));
            })
            .unwrap();
        assert_eq!(sources.len(), 1);
        assert_eq!(told, [(1, vec![(0, true)], 2, vec![2]), (4, vec![], 1, vec![1, 2])]);
        let none = ledger.families_at(&[5], &asked, &mut |_, _, _| {});
        assert!(matches!(none, Err(crate::LedgerError::NoSuch { .. })));
    }

    #[test]
    fn a_document_is_found_by_the_beginning_of_its_identity_and_by_no_shorter_one() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0), Mail::new("a.mbox", 1)]);
        let id = Mail::new("a.mbox", 1).id();
        let text = id.to_string();
        for length in [16, 17, 64] {
            assert_eq!(ledger.documents_starting(&text[..length]).unwrap(), [id]);
        }
        let other = format!("{}{}", &text[..20], if text.ends_with('0') { "1" } else { "0" }.repeat(44));
        for none in [&text[..15], "", "zz", &text.to_uppercase().replace(char::is_numeric, "A"), &other] {
            assert!(ledger.documents_starting(none).unwrap().is_empty(), "{none}");
        }
    }
}
