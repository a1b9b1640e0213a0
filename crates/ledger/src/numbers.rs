//! What became of one number: in which volume, whose it is, which page of how many.

use crate::Ledger;
use crate::columns::{instant, sha256, word};
use crate::error::{Fault, Outcome, damaged};
use crate::reservation::{RESERVATION, Reservation, reservation};
use crate::volumes::numbers;
use chrono::{DateTime, Utc};
use duces_model::production::Member;
use duces_model::{BatesNumber, BatesRange, DocId, RequestId, VolumeName};
use rusqlite::{Connection, Row, params};

/// A number that was set aside at some time, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberRecord {
    /// The volume for which it was set aside.
    pub volume: VolumeName,
    /// The request that the volume answers.
    pub request: RequestId,
    /// All numbers of the volume.
    pub range: BatesRange,
    /// When they were set aside.
    pub reserved_at: DateTime<Utc>,
    /// By whom.
    pub reserved_by: String,
    /// What became of it.
    pub state: NumberState,
}

/// What became of a number.
#[derive(Debug, Clone, PartialEq)]
pub enum NumberState {
    /// Its volume is not sealed yet.
    Reserved,
    /// Its volume was given up.
    Voided {
        /// Why.
        reason: String,
        /// When.
        at: DateTime<Utc>,
        /// By whom.
        by: String,
    },
    /// It stands in a sealed volume.
    Issued(Box<IssuedNumber>),
}

/// A number in a sealed volume.
#[derive(Debug, Clone, PartialEq)]
pub struct IssuedNumber {
    /// Whose it is.
    pub member: Member,
    /// Which page of that document, from 1.
    pub page: u64,
    /// All members of its family, in the order of the volume, itself among them.
    pub family: Vec<Member>,
    /// The population that the volume disposes of.
    pub population: i64,
    /// Where the volume was written.
    pub path: String,
    /// When it was sealed.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

impl Ledger {
    /// What became of a number; nothing where it was never set aside.
    ///
    /// # Errors
    /// [`crate::LedgerError::Damaged`] where a sealed volume does not say whose it is.
    pub fn number(&self, number: &BatesNumber) -> Outcome<Option<NumberRecord>> {
        self.read("read a number", |connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {RESERVATION}, r.request, r.at, r.by, v.reason, v.at, v.by, e.population, e.path, e.at, e.by
                 FROM reservation r JOIN series s ON s.prefix = r.prefix
                   LEFT JOIN volume_voided v ON v.reservation = r.key
                   LEFT JOIN volume_sealed e ON e.reservation = r.key
                 WHERE r.prefix = ?1 COLLATE BINARY AND s.width = ?2 AND ?3 BETWEEN r.first AND r.last"
            ))?;
            let asked = params![number.prefix().as_str(), number.width(), number.position()];
            let mut rows = statement.query(asked)?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let reserved = reservation(row)?;
            let state = state(connection, &reserved, row, number)?;
            Ok(Some(NumberRecord {
                request: word(row, 6)?,
                reserved_at: instant(row, 7)?,
                reserved_by: row.get(8)?,
                state,
                volume: reserved.volume,
                range: reserved.range,
            }))
        })
    }
}

fn state(
    connection: &Connection,
    of: &Reservation,
    row: &Row<'_>,
    number: &BatesNumber,
) -> Result<NumberState, Fault> {
    match (row.get::<_, Option<String>>(9)?, row.get::<_, Option<i64>>(12)?) {
        (None, None) => Ok(NumberState::Reserved),
        (Some(reason), None) => Ok(NumberState::Voided { reason, at: instant(row, 10)?, by: row.get(11)? }),
        (None, Some(population)) => {
            let member = whose(connection, of, number)?;
            let first = member.bates.as_ref().map_or(0, |bates| bates.first().position());
            Ok(NumberState::Issued(Box::new(IssuedNumber {
                page: number.position() - first + 1,
                family: family(connection, of, member.family)?,
                member,
                population,
                path: row.get(13)?,
                at: instant(row, 14)?,
                by: row.get(15)?,
            })))
        }
        (Some(_), Some(_)) => Err(damaged(format!("volume {} is both sealed and voided", of.volume))),
    }
}

fn whose(connection: &Connection, of: &Reservation, number: &BatesNumber) -> Result<Member, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT document, family, disposition, first, last FROM volume_member
         WHERE reservation = ?1 AND ?2 BETWEEN first AND last",
    )?;
    let mut rows = statement.query(params![of.key, number.position()])?;
    match rows.next()? {
        Some(row) => member(of, row),
        None => Err(damaged(format!("volume {} is sealed, and {number} is nobody's", of.volume))),
    }
}

fn family(connection: &Connection, of: &Reservation, family: DocId) -> Result<Vec<Member>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT document, family, disposition, first, last FROM volume_member
         WHERE reservation = ?1 AND family = ?2 ORDER BY place",
    )?;
    let mut rows = statement.query(params![of.key, family.digest().as_bytes()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(member(of, row)?);
    }
    Ok(found)
}

/// Reads document, family, disposition, first and last from the first columns on.
pub(crate) fn member(of: &Reservation, row: &Row<'_>) -> Result<Member, Fault> {
    let bates = match (row.get(3)?, row.get(4)?) {
        (Some(first), Some(last)) => Some(numbers(&of.range, first, last)?),
        _ => None,
    };
    Ok(Member {
        document: DocId::from_digest(sha256(row, 0)?),
        family: DocId::from_digest(sha256(row, 1)?),
        disposition: serde_json::from_str(&row.get::<_, String>(2)?)?,
        bates,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Production, act, ledger, request};
    use duces_model::BatesPrefix;

    fn number(text: &str) -> BatesNumber {
        text.parse().unwrap()
    }

    #[test]
    fn every_number_ever_set_aside_says_what_became_of_it_and_no_other_does() {
        let (_folder, mut ledger) = ledger();
        let production = Production::frozen(&mut ledger, 3);
        let prefix = BatesPrefix::new("ECP").unwrap();
        let reserve = |ledger: &mut Ledger, pages, name: &str| {
            ledger.reserve(&act(), &prefix, 4, pages, &name.parse().unwrap(), &request()).unwrap()
        };
        let first = reserve(&mut ledger, 5, "V1");
        let record = production.record(&first);
        ledger.seal(&act(), &"V1".parse().unwrap(), &record).unwrap();
        reserve(&mut ledger, 2, "V2");
        ledger.void(&act(), &"V2".parse().unwrap(), "broken off").unwrap();
        reserve(&mut ledger, 1, "V3");
        for position in 1..=8_u64 {
            let asked = number(&format!("ECP{position:04}"));
            let found = ledger.number(&asked).unwrap().expect("it was set aside");
            assert_eq!(found.request, request());
            match found.state {
                NumberState::Issued(issued) => {
                    let own = issued.member.bates.clone().unwrap();
                    assert_eq!(own.first().position() + issued.page - 1, position);
                    assert!(record.members.contains(&issued.member), "{position}");
                    assert_eq!(issued.family, [issued.member]);
                    assert!(position <= 5);
                }
                NumberState::Voided { reason, .. } => {
                    assert_eq!(reason, "broken off");
                    assert!((6..=7).contains(&position));
                }
                NumberState::Reserved => assert_eq!(position, 8),
            }
        }
        for never in ["ECP0009", "ECP00001", "ecp0001", "ECQ0001"] {
            assert_eq!(ledger.number(&number(never)).unwrap(), None, "{never}");
        }
    }
}
