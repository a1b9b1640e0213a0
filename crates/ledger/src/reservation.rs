//! A run of numbers set aside for a volume, as it is stored.

use crate::columns::word;
use crate::error::{Fault, conflict, no_such};
use duces_model::{BatesNumber, BatesPrefix, BatesRange, VolumeName};
use rusqlite::{Row, Transaction};

/// A reservation as stored.
#[derive(Debug, Clone)]
pub(crate) struct Reservation {
    pub(crate) key: i64,
    pub(crate) volume: VolumeName,
    pub(crate) range: BatesRange,
}

/// Columns of a reservation, to be read by [`reservation`]; joins `r` and its series `s`.
pub(crate) const RESERVATION: &str = "r.key, r.volume, r.prefix, s.width, r.first, r.last";

/// Reads [`RESERVATION`] from the first columns on.
pub(crate) fn reservation(row: &Row<'_>) -> Result<Reservation, Fault> {
    let prefix = BatesPrefix::new(&row.get::<_, String>(2)?)?;
    let first = BatesNumber::new(prefix.clone(), row.get(3)?, row.get(4)?)?;
    let last = BatesNumber::new(prefix, row.get(3)?, row.get(5)?)?;
    Ok(Reservation { key: row.get(0)?, volume: word(row, 1)?, range: BatesRange::new(first, last)? })
}

/// The reservation of a volume that is neither sealed nor voided.
pub(crate) fn open_reservation(
    transaction: &Transaction<'_>,
    volume: &VolumeName,
) -> Result<Reservation, Fault> {
    let mut statement = transaction.prepare_cached(&format!(
        "SELECT {RESERVATION}, v.reservation IS NOT NULL, e.reservation IS NOT NULL
         FROM reservation r JOIN series s ON s.prefix = r.prefix
           LEFT JOIN volume_voided v ON v.reservation = r.key LEFT JOIN volume_sealed e ON e.reservation = r.key
         WHERE r.volume = ?1 COLLATE BINARY"
    ))?;
    let mut rows = statement.query([volume.as_str()])?;
    let row = rows.next()?.ok_or_else(|| no_such(format!("volume {volume}")))?;
    if row.get(6)? {
        return Err(conflict(format!("volume {volume} is voided")));
    }
    if row.get(7)? {
        return Err(conflict(format!("volume {volume} is sealed")));
    }
    reservation(row)
}
