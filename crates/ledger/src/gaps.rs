//! Gaps: found again and again by the program, judged by people, and never removed from view.
//!
//! A person's judgement is of what was found by then. Where the program later finds more of a gap that was
//! explained or dismissed (see [`Gap::goes_beyond`]), the question is open again: the gap is a
//! candidate, and says what it was before.

use crate::columns::{count, instant, instant_text, must_say};
use crate::error::{Fault, Outcome, conflict, damaged, no_such};
use crate::gap_links::{self, GapLink, Merged, Split};
use crate::gap_notes::{self, GapNote};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{DayBounds, Evidence, Gap, GapStatus};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// What a run of coverage changed, each gap by its name, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GapChanges {
    /// Found for the first time.
    pub new: Vec<String>,
    /// Found before and again.
    pub known: Vec<String>,
    /// Found before and not now; they stay listed.
    pub gone: Vec<String>,
}

/// Somebody's judgement of a gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapStatusChange {
    /// What it is now.
    pub status: GapStatus,
    /// Why.
    pub why: String,
    /// Who says so.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A gap that was closed, and of which more was found since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reopened {
    /// What the last person made of it, before the new finding.
    pub was: GapStatus,
    /// When the new finding was recorded.
    pub since: DateTime<Utc>,
}

/// A gap as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapRecord {
    /// As last found, with what was merged into it, and with the status that people gave it. New evidence on a closed
    /// gap makes it a candidate again; see `reopened`.
    pub gap: Gap,
    /// When it was found first.
    pub first_seen: DateTime<Utc>,
    /// When it was found last.
    pub last_seen: DateTime<Utc>,
    /// Whether the latest run found it.
    pub current: bool,
    /// Every judgement, oldest first; none for a candidate that nobody judged.
    pub history: Vec<GapStatusChange>,
    /// Where more was found of it after a person closed it.
    pub reopened: Option<Reopened>,
    /// What people noted, oldest first.
    pub notes: Vec<GapNote>,
    /// Names of the gaps that were merged into it.
    pub merged: Vec<String>,
    /// The gap that it was merged into.
    pub merged_into: Option<GapLink>,
    /// Names of the parts into which it was split.
    pub parts: Vec<String>,
    /// The gap of which it is a part.
    pub part_of: Option<GapLink>,
    /// Whether it counts by itself: not where it was merged into another, or where its parts say all of it.
    pub counts: bool,
}

impl Ledger {
    /// Records what a run of coverage found. A gap already known keeps its status; its finding, days and
    /// quantity are renewed, and what they were stays on record. The status in `found` is not looked at:
    /// a gap found for the first time is a candidate.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where two gaps share a name.
    pub fn record_gaps(&mut self, act: &Act, found: &[Gap]) -> Outcome<GapChanges> {
        self.act(act, "record gaps", |transaction| {
            transaction.execute(
                "INSERT INTO gap_merge (number, at, by) SELECT COALESCE(MAX(number), 0) + 1, ?1, ?2 FROM gap_merge",
                params![instant_text(act.at), act.by],
            )?;
            let merge: i64 = transaction.query_row("SELECT MAX(number) FROM gap_merge", [], |row| row.get(0))?;
            let before = names(transaction)?;
            let mut now = BTreeSet::new();
            for gap in found {
                if !now.insert(gap.id.clone()) {
                    return Err(conflict(format!("found two gaps named {:?}, expected one", gap.id)));
                }
                see(transaction, merge, gap)?;
            }
            let changes = GapChanges {
                new: now.difference(&before).cloned().collect(),
                known: now.intersection(&before).cloned().collect(),
                gone: before.difference(&now).cloned().collect(),
            };
            let counts = [&changes.new, &changes.known, &changes.gone].map(|gaps| count(gaps.len()));
            let detail = json!({ "run": merge, "new": counts[0], "known": counts[1], "gone": counts[2] });
            Ok((changes, detail))
        })
    }

    /// Every gap ever found or split from one, by name.
    pub fn gaps(&self) -> Outcome<Vec<GapRecord>> {
        self.read("list gaps", records)
    }

    /// Records somebody's judgement of a gap; the person is the act's.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] where there is no such gap, [`crate::LedgerError::Conflict`] where `why` is empty.
    pub fn set_gap_status(&mut self, act: &Act, id: &str, status: GapStatus, why: &str) -> Outcome<()> {
        self.act(act, "judge a gap", |transaction| {
            must_say("reason", why)?;
            let key = key_of(transaction, id)?;
            transaction.execute(
                "INSERT INTO gap_status (gap, status, why, at, by, version)
                 VALUES (?1, ?2, ?3, ?4, ?5, (SELECT MAX(key) FROM gap_version))",
                params![key, status.as_str(), why, instant_text(act.at), act.by],
            )?;
            Ok(((), json!({ "gap": id, "status": status, "why": why })))
        })
    }
}

fn names(connection: &Connection) -> Result<BTreeSet<String>, Fault> {
    // Parts are what a person made of a finding: no run finds them, and none misses them.
    let found_by_looks = "SELECT id FROM gap WHERE key NOT IN (SELECT part FROM gap_split)";
    let mut statement = connection.prepare(found_by_looks)?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

fn key(connection: &Connection, id: &str) -> Result<Option<i64>, Fault> {
    let mut statement = connection.prepare_cached("SELECT key FROM gap WHERE id = ?1")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

/// The key of a gap that must be there.
pub(crate) fn key_of(connection: &Connection, id: &str) -> Result<i64, Fault> {
    key(connection, id)?.ok_or_else(|| no_such(format!("gap {id:?}")))
}

/// Records that a run found a gap, and its new wording where it has one.
fn see(transaction: &Transaction<'_>, merge: i64, gap: &Gap) -> Result<(), Fault> {
    let key = match key(transaction, &gap.id)? {
        Some(key) => key,
        None => {
            transaction.execute("INSERT INTO gap (id) VALUES (?1)", [&gap.id])?;
            transaction.last_insert_rowid()
        }
    };
    transaction.execute("INSERT INTO gap_seen (gap, merge) VALUES (?1, ?2)", params![key, merge])?;
    let body = serde_json::to_string(&Gap { status: GapStatus::Candidate, ..gap.clone() })?;
    let last: Option<String> = transaction
        .prepare_cached("SELECT body FROM gap_version WHERE gap = ?1 ORDER BY key DESC LIMIT 1")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    if last.as_ref() != Some(&body) {
        let insert = "INSERT INTO gap_version (gap, merge, body) VALUES (?1, ?2, ?3)";
        transaction.execute(insert, params![key, merge, body])?;
    }
    Ok(())
}

/// The newest finding of a gap up to a version, with that finding's own version.
pub(crate) fn version_at(connection: &Connection, gap: i64, upto: i64) -> Result<(i64, Gap), Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT key, body FROM gap_version WHERE gap = ?1 AND key <= ?2 ORDER BY key DESC LIMIT 1",
    )?;
    let mut rows = statement.query([gap, upto])?;
    match rows.next()? {
        Some(row) => Ok((row.get(0)?, serde_json::from_str(&row.get::<_, String>(1)?)?)),
        None => Err(damaged(format!("found gap {gap} without a finding up to version {upto}"))),
    }
}

/// A gap by itself, before what people merged and split.
struct Own {
    id: String,
    gap: Gap,
    first_seen: DateTime<Utc>,
    last_seen: DateTime<Utc>,
    current: bool,
}

fn own(connection: &Connection) -> Result<BTreeMap<i64, Own>, Fault> {
    let mut statement = connection.prepare(
        "SELECT g.key, g.id,
           (SELECT m.at FROM gap_merge m WHERE m.number = (SELECT MIN(merge) FROM gap_seen WHERE gap = g.key)),
           (SELECT m.at FROM gap_merge m WHERE m.number = (SELECT MAX(merge) FROM gap_seen WHERE gap = g.key)),
           COALESCE((SELECT MAX(merge) FROM gap_seen WHERE gap = g.key) = (SELECT MAX(number) FROM gap_merge), 0)
         FROM gap g",
    )?;
    let mut rows = statement.query([])?;
    let mut found = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let key = row.get(0)?;
        let (_, gap) = version_at(connection, key, i64::MAX)?;
        let split = gap_links::split_at(connection, key)?;
        let (first_seen, last_seen) = match split {
            Some(at) => (at, at),
            None => (instant(row, 2)?, instant(row, 3)?),
        };
        found.insert(key, Own { id: row.get(1)?, gap, first_seen, last_seen, current: row.get(4)? });
    }
    Ok(found)
}

fn records(connection: &Connection) -> Result<Vec<GapRecord>, Fault> {
    let own = own(connection)?;
    let merged = gap_links::merged(connection)?;
    let split = gap_links::split(connection)?;
    let mut found = Vec::new();
    for (key, one) in &own {
        let with: Vec<&Merged> = merged.iter().filter(|other| other.with == Some(*key)).collect();
        let others = with.iter().filter_map(|other| own.get(&other.gap)).map(|other| &other.gap);
        let gap = others.fold(one.gap.clone(), united);
        let history = history(connection, *key)?;
        let judged = history.last().map(|(change, _)| change);
        let reopened = match history.last() {
            Some((change, version)) if !change.status.is_open() => {
                let (version, then) = finding_then(connection, *key, *version, change.at, &with)?;
                if gap.goes_beyond(&then) {
                    let since = went_beyond(connection, (*key, version), &then, &with)?;
                    Some(Reopened { was: change.status, since: since.unwrap_or(one.last_seen) })
                } else {
                    None
                }
            }
            _ => None,
        };
        let status = match (&reopened, judged) {
            (None, Some(change)) => change.status,
            _ => GapStatus::Candidate,
        };
        let parts: Vec<&Split> = split.iter().filter(|part| part.whole == *key && part.newest).collect();
        let said_by_parts = gap_links::is_split(connection, *key)?;
        let link = |gap: i64, why: &str, by: &str, at: DateTime<Utc>| {
            let gap = own.get(&gap).map(|own| own.id.clone()).unwrap_or_default();
            GapLink { gap, why: why.to_owned(), by: by.to_owned(), at }
        };
        let merged_into = merged.iter().find(|other| other.gap == *key);
        let merged_into =
            merged_into.and_then(|merge| Some(link(merge.with?, &merge.why, &merge.by, merge.at)));
        let part_of = split.iter().find(|part| part.part == *key);
        let whole = part_of.and_then(|part| own.get(&part.whole));
        found.push(GapRecord {
            gap: Gap { status, ..gap },
            first_seen: one.first_seen,
            last_seen: whole.map_or(one.last_seen, |whole| whole.last_seen.max(one.last_seen)),
            current: whole.map_or(one.current, |whole| whole.current),
            counts: merged_into.is_none() && !said_by_parts && part_of.is_none_or(|part| part.newest),
            history: history.into_iter().map(|(change, _)| change).collect(),
            reopened,
            notes: gap_notes::of(connection, *key)?,
            merged: with
                .iter()
                .filter_map(|other| own.get(&other.gap))
                .map(|other| other.id.clone())
                .collect(),
            merged_into,
            parts: parts.iter().filter_map(|part| own.get(&part.part)).map(|part| part.id.clone()).collect(),
            part_of: part_of.map(|part| link(part.whole, &part.why, &part.by, part.at)),
        });
    }
    found.sort_by(|a, b| a.gap.id.cmp(&b.gap.id));
    Ok(found)
}

/// When it was first recorded that more is found of a gap, with what is merged into it, than a person judged at that
/// version.
fn went_beyond(
    connection: &Connection,
    (gap, judged): (i64, i64),
    then: &Gap,
    merged: &[&Merged],
) -> Result<Option<DateTime<Utc>>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT v.key, v.gap, m.at FROM gap_version v JOIN gap_merge m ON m.number = v.merge
         WHERE v.key > ?1 ORDER BY v.key",
    )?;
    let mut rows = statement.query([judged])?;
    while let Some(row) = rows.next()? {
        let (version, of): (i64, i64) = (row.get(0)?, row.get(1)?);
        if of != gap && merged.iter().all(|other| other.gap != of) {
            continue;
        }
        let (_, mut now) = version_at(connection, gap, version)?;
        for other in merged {
            let known = "SELECT EXISTS (SELECT 1 FROM gap_version WHERE gap = ?1 AND key <= ?2)";
            let known: bool =
                connection.prepare_cached(known)?.query_row([other.gap, version], |row| row.get(0))?;
            if known {
                now = united(now, &version_at(connection, other.gap, version)?.1);
            }
        }
        if now.goes_beyond(then) {
            return Ok(Some(instant(row, 2)?));
        }
    }
    Ok(None)
}

/// What was found of a gap, and of those merged into it by then, when a person judged it, and up to which version.
fn finding_then(
    connection: &Connection,
    gap: i64,
    version: Option<i64>,
    at: DateTime<Utc>,
    merged: &[&Merged],
) -> Result<(i64, Gap), Fault> {
    let version = match version {
        Some(version) => version,
        // Until format 3 a judgement did not say what it judged: what was recorded last by then.
        None => connection
            .query_row(
                "SELECT MAX(v.key) FROM gap_version v JOIN gap_merge m ON m.number = v.merge WHERE v.gap = ?1 AND m.at <= ?2",
                params![gap, instant_text(at)],
                |row| row.get::<_, Option<i64>>(0),
            )?
            .unwrap_or(i64::MAX),
    };
    let (_, mut then) = version_at(connection, gap, version)?;
    for merge in merged.iter().filter(|merge| merge.at <= at) {
        then = united(then, &version_at(connection, merge.gap, version)?.1);
    }
    Ok((version, then))
}

/// The gap with what a person called the same event.
fn united(gap: Gap, other: &Gap) -> Gap {
    let mut sources: Vec<_> = gap.sources.iter().chain(&other.sources).cloned().collect();
    sources.sort();
    sources.dedup();
    let also: BTreeSet<Evidence> =
        gap.kinds().chain(other.kinds()).filter(|kind| *kind != gap.evidence).collect();
    let also = also.into_iter().collect();
    let quantity = gap.quantity.with(other.quantity, gap.is_apart_from(other));
    let first = gap.first_day.zip(other.first_day).map(|(a, b)| a.min(b));
    let last = gap.last_day.zip(other.last_day).map(|(a, b)| a.max(b));
    let bounds = |of: fn(&Gap) -> (Option<chrono::NaiveDate>, Option<DayBounds>),
                  day: Option<chrono::NaiveDate>| {
        [of(&gap), of(other)].into_iter().find(|(its, _)| *its == day).and_then(|(_, bounds)| bounds)
    };
    let grounds = gap.grounds.iter().chain(&other.grounds).cloned().collect();
    Gap {
        first_between: bounds(|gap| (gap.first_day, gap.first_between), first),
        last_between: bounds(|gap| (gap.last_day, gap.last_between), last),
        sources,
        first_day: first,
        last_day: last,
        quantity,
        finding: format!("{}; merged into it by a person: {} ({})", gap.finding, other.id, other.finding),
        grounds,
        grounds_in_all: gap.grounds_in_all + other.grounds_in_all,
        also,
        ..gap
    }
}

/// Judgements, oldest first, each with the newest finding of any gap when it was made.
fn history(connection: &Connection, gap: i64) -> Result<Vec<(GapStatusChange, Option<i64>)>, Fault> {
    let mut statement = connection
        .prepare_cached("SELECT status, why, at, by, version FROM gap_status WHERE gap = ?1 ORDER BY key")?;
    let mut rows = statement.query([gap])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let status = status(&row.get::<_, String>(0)?)?;
        let change = GapStatusChange { status, why: row.get(1)?, at: instant(row, 2)?, by: row.get(3)? };
        found.push((change, row.get(4)?));
    }
    Ok(found)
}

fn status(word: &str) -> Result<GapStatus, Fault> {
    [GapStatus::Candidate, GapStatus::Confirmed, GapStatus::Explained, GapStatus::Dismissed]
        .into_iter()
        .find(|status| status.as_str() == word)
        .ok_or_else(|| damaged(format!("found gap status {word:?}")))
}

#[cfg(test)]
mod tests;
