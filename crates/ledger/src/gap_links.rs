//! Gaps that a person merges or splits. Nothing is deleted: what was merged or split stays listed, and says with what.
//!
//! A gap *merged* into another is one event with it: it counts no more by itself, and the other reaches over the
//! sources and days of both. A gap that is *split* counts no more by itself either: its parts do, which together have
//! each of its sources on each of its days exactly once. Where the program later finds more of a split gap than was
//! split, the whole counts again beside its parts.

use crate::columns::{instant, instant_text, must_say};
use crate::error::{Fault, Outcome, conflict};
use crate::gaps::{key_of, version_at};
use crate::{Act, Ledger};
use chrono::{DateTime, Days, NaiveDate, Utc};
use duces_model::{Gap, GapStatus, Quantity, SourceId};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::json;
use std::collections::BTreeMap;

/// How a gap belongs to another, by whose word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapLink {
    /// The other gap: the one it was merged into, or the whole of which it is a part.
    pub gap: String,
    /// Why.
    pub why: String,
    /// Who says so.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A part of a gap, as a person cuts it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapPart {
    /// Some of its sources; empty for a gap of an address.
    pub sources: Vec<SourceId>,
    /// First day; absent where the whole's is not known.
    pub first_day: Option<NaiveDate>,
    /// Last day; absent where the whole's is not known.
    pub last_day: Option<NaiveDate>,
}

/// The newest word on whether a gap is merged into another.
pub(crate) struct Merged {
    pub(crate) gap: i64,
    /// Absent where it was taken out again.
    pub(crate) with: Option<i64>,
    pub(crate) why: String,
    pub(crate) at: DateTime<Utc>,
    pub(crate) by: String,
}

/// A part of a gap, and of which finding of it.
pub(crate) struct Split {
    pub(crate) part: i64,
    pub(crate) whole: i64,
    pub(crate) why: String,
    pub(crate) at: DateTime<Utc>,
    pub(crate) by: String,
    /// Whether it is of the newest split of its whole: the parts of earlier ones count no more.
    pub(crate) newest: bool,
}

impl Ledger {
    /// Records that a gap is one event with another; `with` absent takes it out again.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] for a gap that is not there; [`crate::LedgerError::Conflict`] where `why` is empty,
    /// the two are on different axes or the same, or one of them is merged into, or has merged into it, a third in a
    /// way that would make a chain.
    pub fn merge_gap(&mut self, act: &Act, id: &str, with: Option<&str>, why: &str) -> Outcome<()> {
        self.act(act, "merge gaps", |transaction| {
            must_say("reason", why)?;
            let key = key_of(transaction, id)?;
            let target = with.map(|with| key_of(transaction, with)).transpose()?;
            let merged = merged(transaction)?;
            match (target, with) {
                (Some(target), Some(with)) => {
                    if target == key {
                        return Err(conflict(format!("found gap {id:?} merged into itself, expected two gaps")));
                    }
                    if merged.iter().any(|one| one.gap == target && one.with.is_some()) {
                        return Err(conflict(format!("gap {with:?} is itself merged into another: name that one")));
                    }
                    if merged.iter().any(|one| one.with == Some(key)) {
                        let what = format!("gap {id:?} has others merged into it: merge them, and it, into {with:?} one by one");
                        return Err(conflict(what));
                    }
                    for (gap, name) in [(key, id), (target, with)] {
                        if is_split(transaction, gap)? {
                            return Err(conflict(format!("gap {name:?} was split and counts through its parts: name one of them")));
                        }
                    }
                    let (_, own) = version_at(transaction, key, i64::MAX)?;
                    let (_, other) = version_at(transaction, target, i64::MAX)?;
                    if own.address != other.address {
                        return Err(conflict(format!(
                            "one of gaps {id:?} and {with:?} is of an address that no source has: its loss may be in any source, and stays a gap of its own"
                        )));
                    }
                    if own.axis != other.axis {
                        return Err(conflict(format!(
                            "gap {id:?} is about what was preserved or reviewed and {with:?} about the other: these never mix"
                        )));
                    }
                }
                _ if !merged.iter().any(|one| one.gap == key && one.with.is_some()) => {
                    return Err(conflict(format!("gap {id:?} is merged into none")));
                }
                _ => {}
            }
            transaction.execute(
                "INSERT INTO gap_merged (gap, with_gap, why, at, by) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![key, target, why, instant_text(act.at), act.by],
            )?;
            Ok(((), json!({ "gap": id, "with": with, "why": why })))
        })
    }

    /// Parts a gap, and returns the names of its parts: `NAME/1`, `NAME/2` and on. How much is missing of each part is not
    /// known, whatever is known of the whole.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] for a gap that is not there; [`crate::LedgerError::Conflict`] where `why` is empty, there
    /// are fewer than two parts, a part has a source or day that the whole has not, or some source and day of the whole
    /// would be in no part or in two.
    pub fn split_gap(&mut self, act: &Act, id: &str, parts: &[GapPart], why: &str) -> Outcome<Vec<String>> {
        self.act(act, "split a gap", |transaction| {
            must_say("reason", why)?;
            let whole = key_of(transaction, id)?;
            let merged = merged(transaction)?;
            if merged.iter().any(|one| (one.gap == whole || one.with == Some(whole)) && one.with.is_some()) {
                return Err(conflict(format!("gap {id:?} is merged with another: take that out again before it is split")));
            }
            if is_split(transaction, whole)? {
                return Err(conflict(format!("gap {id:?} was split already, and no more of it was found since")));
            }
            let (version, gap) = version_at(transaction, whole, i64::MAX)?;
            check(&gap, parts)?;
            let merge: i64 = transaction.query_row("SELECT MAX(number) FROM gap_merge", [], |row| row.get(0))?;
            let before: u64 =
                transaction.query_row("SELECT COUNT(*) FROM gap_split WHERE whole = ?1", [whole], |row| row.get(0))?;
            let mut names = Vec::new();
            for (number, part) in (before + 1..).zip(parts) {
                let name = format!("{id}/{number}");
                transaction.execute("INSERT INTO gap (id) VALUES (?1)", [&name])?;
                let key = transaction.last_insert_rowid();
                let body = serde_json::to_string(&body(&gap, part, &name))?;
                let insert = "INSERT INTO gap_version (gap, merge, body) VALUES (?1, ?2, ?3)";
                transaction.execute(insert, params![key, merge, body])?;
                transaction.execute(
                    "INSERT INTO gap_split (part, whole, version, why, at, by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![key, whole, version, why, instant_text(act.at), act.by],
                )?;
                names.push(name);
            }
            Ok((names.clone(), json!({ "gap": id, "parts": names, "why": why })))
        })
    }
}

/// What a part says: the whole's finding, cut to its sources and days.
fn body(whole: &Gap, part: &GapPart, name: &str) -> Gap {
    let inside = |day: NaiveDate| {
        part.first_day.is_none_or(|first| first <= day) && part.last_day.is_none_or(|last| day <= last)
    };
    let grounds: Vec<_> = whole
        .grounds
        .iter()
        .filter(|ground| ground.source.as_ref().is_none_or(|source| part.sources.contains(source)))
        .filter(|ground| ground.day.is_none_or(inside))
        .cloned()
        .collect();
    Gap {
        id: name.to_owned(),
        sources: part.sources.clone(),
        first_day: part.first_day,
        last_day: part.last_day,
        first_between: whole.first_between.filter(|_| part.first_day == whole.first_day),
        last_between: whole.last_between.filter(|_| part.last_day == whole.last_day),
        quantity: Quantity::Unknown,
        finding: format!("part of {}: {}", whole.id, whole.finding),
        grounds_in_all: crate::columns::count(grounds.len()),
        grounds,
        status: GapStatus::Candidate,
        ..whole.clone()
    }
}

/// That each source of the whole has each of its days in exactly one part.
fn check(whole: &Gap, parts: &[GapPart]) -> Result<(), Fault> {
    if parts.len() < 2 {
        return Err(conflict(format!(
            "found {} part of gap {:?}, expected at least two",
            parts.len(),
            whole.id
        )));
    }
    let mut of: BTreeMap<Option<&SourceId>, Vec<&GapPart>> = BTreeMap::new();
    for part in parts {
        if let (Some(first), Some(last)) = (part.first_day, part.last_day)
            && last < first
        {
            return Err(conflict(format!(
                "found a part from {first} to {last}, expected a last day after the first"
            )));
        }
        if part.sources.is_empty() {
            of.entry(None).or_default().push(part);
        }
        for source in &part.sources {
            of.entry(Some(source)).or_default().push(part);
        }
    }
    let expected: Vec<Option<&SourceId>> =
        if whole.sources.is_empty() { vec![None] } else { whole.sources.iter().map(Some).collect() };
    if let Some(strange) = of.keys().find(|source| !expected.contains(*source)) {
        let named = strange.map_or("no source".to_owned(), |source| format!("source {source}"));
        return Err(conflict(format!("found a part with {named}, expected sources of gap {:?}", whole.id)));
    }
    for source in expected {
        let mut days: Vec<_> =
            of.get(&source).into_iter().flatten().map(|part| (part.first_day, part.last_day)).collect();
        // An unknown first day sorts before all others.
        days.sort();
        let named = source.map_or(String::new(), |source| format!(" of source {source}"));
        let edges = (days.first().map(|(first, _)| *first), days.last().map(|(_, last)| *last));
        if edges != (Some(whole.first_day), Some(whole.last_day)) {
            let days = |day: Option<NaiveDate>| day.map_or("unknown".to_owned(), |day| day.to_string());
            return Err(conflict(format!(
                "found parts{named} that do not begin on {} and end on {}, as gap {:?} does",
                days(whole.first_day),
                days(whole.last_day),
                whole.id
            )));
        }
        for pair in days.windows(2) {
            let next = pair[0].1.and_then(|last| last.checked_add_days(Days::new(1)));
            if next.is_none() || next != pair[1].0 {
                let what = "found parts that leave out or repeat a day";
                return Err(conflict(format!(
                    "{what}{named}, expected each to begin on the day after the one before"
                )));
            }
        }
    }
    Ok(())
}

/// The newest word on each gap that was ever merged into another.
pub(crate) fn merged(connection: &Connection) -> Result<Vec<Merged>, Fault> {
    let mut statement = connection.prepare(
        "SELECT gap, with_gap, why, at, by FROM gap_merged j
         WHERE key = (SELECT MAX(key) FROM gap_merged k WHERE k.gap = j.gap) ORDER BY key",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Merged {
            gap: row.get(0)?,
            with: row.get(1)?,
            why: row.get(2)?,
            at: instant(row, 3)?,
            by: row.get(4)?,
        });
    }
    Ok(found)
}

/// Every part, those of earlier splits too.
pub(crate) fn split(connection: &Connection) -> Result<Vec<Split>, Fault> {
    let mut statement = connection.prepare(
        "SELECT part, whole, why, at, by,
           version = (SELECT MAX(version) FROM gap_split q WHERE q.whole = p.whole) FROM gap_split p ORDER BY part",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Split {
            part: row.get(0)?,
            whole: row.get(1)?,
            why: row.get(2)?,
            at: instant(row, 3)?,
            by: row.get(4)?,
            newest: row.get(5)?,
        });
    }
    Ok(found)
}

/// Whether a gap was split, and nothing more of it was found since: then its parts say all of it.
pub(crate) fn is_split(connection: &Connection, gap: i64) -> Result<bool, Fault> {
    let mut statement = connection.prepare_cached("SELECT MAX(version) FROM gap_split WHERE whole = ?1")?;
    let version: Option<i64> = statement.query_row([gap], |row| row.get(0))?;
    let Some(version) = version else { return Ok(false) };
    let (_, now) = version_at(connection, gap, i64::MAX)?;
    Ok(!now.goes_beyond(&version_at(connection, gap, version)?.1))
}

/// When a part was made, where the gap is one.
pub(crate) fn split_at(connection: &Connection, part: i64) -> Result<Option<DateTime<Utc>>, Fault> {
    let mut statement = connection.prepare_cached("SELECT at FROM gap_split WHERE part = ?1")?;
    statement.query_row([part], |row| Ok(instant(row, 0))).optional()?.transpose()
}
