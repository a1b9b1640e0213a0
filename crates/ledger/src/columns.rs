//! How values of the model stand in columns, and how they are read back.

use crate::error::{Fault, LedgerError, damaged};
use chrono::{DateTime, Days, NaiveDate, SecondsFormat, Utc};
use duces_model::{Sha256, Unknown};
use rusqlite::Row;
use std::fmt::Display;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

/// A digest, stored as its 32 bytes.
pub(crate) fn sha256(row: &Row<'_>, at: usize) -> Result<Sha256, Fault> {
    Ok(Sha256::from_bytes(row.get(at)?))
}

/// A digest that may be absent.
pub(crate) fn sha256_or_none(row: &Row<'_>, at: usize) -> Result<Option<Sha256>, Fault> {
    Ok(row.get::<_, Option<[u8; 32]>>(at)?.map(Sha256::from_bytes))
}

/// A word of the model, stored as it is printed.
pub(crate) fn word<T>(row: &Row<'_>, at: usize) -> Result<T, Fault>
where
    T: FromStr,
    T::Err: Display,
{
    row.get::<_, String>(at)?.parse().map_err(|error: T::Err| damaged(error.to_string()))
}

/// A word that may be absent.
pub(crate) fn word_or_none<T>(row: &Row<'_>, at: usize) -> Result<Option<T>, Fault>
where
    T: FromStr,
    T::Err: Display,
{
    match row.get::<_, Option<String>>(at)? {
        Some(text) => text.parse().map(Some).map_err(|error: T::Err| damaged(error.to_string())),
        None => Ok(None),
    }
}

/// The instant of an act as it is stored: RFC 3339, in UTC, with as many decimals as it has.
pub(crate) fn instant_text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The instant of an act.
pub(crate) fn instant(row: &Row<'_>, at: usize) -> Result<DateTime<Utc>, Fault> {
    let text: String = row.get(at)?;
    DateTime::parse_from_rfc3339(&text)
        .map(|instant| instant.to_utc())
        .map_err(|_| damaged(format!("found {text:?}, expected an instant")))
}

/// A civil day as it is stored: days since 1 January 1970.
pub(crate) fn day_number(day: NaiveDate) -> i64 {
    (day - NaiveDate::default()).num_days()
}

/// The civil day of a stored number.
pub(crate) fn day_of_number(number: i64) -> Result<NaiveDate, Fault> {
    let (epoch, days) = (NaiveDate::default(), Days::new(number.unsigned_abs()));
    let day = if number < 0 { epoch.checked_sub_days(days) } else { epoch.checked_add_days(days) };
    day.ok_or_else(|| damaged(format!("found day {number}, expected days since 1970-01-01")))
}

/// A civil day that may be absent.
pub(crate) fn day(row: &Row<'_>, at: usize) -> Result<Option<NaiveDate>, Fault> {
    row.get::<_, Option<i64>>(at)?.map(day_of_number).transpose()
}

/// The instant at which a message was sent, stored in seconds since 1 January 1970.
pub(crate) fn sent_at(row: &Row<'_>, at: usize) -> Result<Option<DateTime<Utc>>, Fault> {
    row.get::<_, Option<i64>>(at)?
        .map(|seconds| {
            DateTime::from_timestamp(seconds, 0)
                .ok_or_else(|| damaged(format!("found {seconds}, expected seconds since 1970-01-01")))
        })
        .transpose()
}

/// When a file was modified, in nanoseconds since 1 January 1970; absent beyond the years 1678 to 2261.
pub(crate) fn modified_number(modified: Option<SystemTime>) -> Option<i64> {
    let modified = modified?;
    match modified.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).ok(),
        Err(before) => i64::try_from(before.duration().as_nanos()).ok().map(|nanos| -nanos),
    }
}

/// When a file was modified.
pub(crate) fn modified(row: &Row<'_>, at: usize) -> Result<Option<SystemTime>, Fault> {
    let Some(nanos) = row.get::<_, Option<i64>>(at)? else { return Ok(None) };
    let distance = Duration::from_nanos(nanos.unsigned_abs());
    Ok(if nanos < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    })
}

/// Reasons of not knowing as a set of bits: bit n is the n-th of [`Unknown::ALL`].
pub(crate) fn unknown_bits(reasons: impl IntoIterator<Item = Unknown>) -> i64 {
    reasons.into_iter().fold(0, |bits, reason| {
        let place = Unknown::ALL.iter().position(|known| *known == reason).unwrap_or_default();
        bits | 1 << place
    })
}

/// Reasons of not knowing, in the order of [`Unknown::ALL`].
pub(crate) fn unknowns(row: &Row<'_>, at: usize) -> Result<Vec<Unknown>, Fault> {
    let bits: i64 = row.get(at)?;
    if !(0..1 << Unknown::ALL.len()).contains(&bits) {
        return Err(damaged(format!(
            "found reasons of not knowing {bits:#b}, which this version does not know"
        )));
    }
    let named = Unknown::ALL.iter().enumerate();
    Ok(named.filter(|(place, _)| bits >> place & 1 == 1).map(|(_, reason)| *reason).collect())
}

/// A count of things in memory.
pub(crate) fn count(things: usize) -> u64 {
    u64::try_from(things).unwrap_or(u64::MAX)
}

/// Refuses a text of nothing but blanks where a reason or a name is owed.
pub(crate) fn must_say(what: &str, text: &str) -> Result<(), Fault> {
    if text.trim().is_empty() {
        return Err(LedgerError::Conflict { what: format!("found an empty {what}, expected words") }.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rusqlite::{Connection, ToSql};

    fn through_sqlite<T>(
        value: impl ToSql,
        read: fn(&Row<'_>, usize) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let connection = Connection::open_in_memory().unwrap();
        let mut statement = connection.prepare("SELECT ?1").unwrap();
        let mut rows = statement.query([value]).unwrap();
        read(rows.next().unwrap().unwrap(), 0)
    }

    #[test]
    fn a_damaged_column_is_an_error_and_never_a_default() {
        assert!(through_sqlite("yesterday", instant).is_err());
        assert!(through_sqlite(1_i64 << Unknown::ALL.len(), unknowns).is_err());
        assert!(through_sqlite(i64::MAX, day).is_err());
        assert!(through_sqlite(vec![0_u8; 31], sha256).is_err());
    }

    proptest! {
        #[test]
        fn values_read_back_as_they_were_stored(seconds in -9_000_000_000_i64..9_000_000_000, nanos in 0_u32..1_000_000_000, bits in 0_i64..32) {
            let at = DateTime::from_timestamp(seconds, nanos).unwrap();
            prop_assert_eq!(through_sqlite(instant_text(at), instant).unwrap(), at);
            prop_assert_eq!(through_sqlite(day_number(at.date_naive()), day).unwrap(), Some(at.date_naive()));
            let file = SystemTime::from(at);
            prop_assert_eq!(through_sqlite(modified_number(Some(file)), modified).unwrap(), Some(file));
            prop_assert_eq!(unknown_bits(through_sqlite(bits, unknowns).unwrap()), bits);
        }
    }
}
