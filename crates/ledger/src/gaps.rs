//! Gaps: found again and again by the program, judged by people, and never removed from view.

use crate::columns::{count, instant, instant_text, must_say};
use crate::error::{Fault, Outcome, conflict, damaged, no_such};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{Gap, GapStatus};
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use serde_json::json;
use std::collections::BTreeSet;

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

/// A gap as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapRecord {
    /// As last found, with the status that people gave it.
    pub gap: Gap,
    /// When it was found first.
    pub first_seen: DateTime<Utc>,
    /// When it was found last.
    pub last_seen: DateTime<Utc>,
    /// Whether the latest run found it.
    pub current: bool,
    /// Every judgement, oldest first; none for a candidate that nobody judged.
    pub history: Vec<GapStatusChange>,
}

impl Ledger {
    /// Records what a run of coverage found. A gap already known keeps its status; its finding, days and
    /// quantity are renewed, and what they were stays on record. The status in `found` is not looked at:
    /// a gap found for the first time is a candidate.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where two gaps share a name.
    pub fn merge_gaps(&mut self, act: &Act, found: &[Gap]) -> Outcome<GapChanges> {
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

    /// Every gap ever found, by name.
    pub fn gaps(&self) -> Outcome<Vec<GapRecord>> {
        self.read("list gaps", gaps)
    }

    /// Records somebody's judgement of a gap; the person is the act's.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] where there is no such gap, [`crate::LedgerError::Conflict`] where `why` is empty.
    pub fn set_gap_status(&mut self, act: &Act, id: &str, status: GapStatus, why: &str) -> Outcome<()> {
        self.act(act, "judge a gap", |transaction| {
            must_say("reason", why)?;
            let key = key(transaction, id)?.ok_or_else(|| no_such(format!("gap {id:?}")))?;
            transaction.execute(
                "INSERT INTO gap_status (gap, status, why, at, by) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![key, status.as_str(), why, instant_text(act.at), act.by],
            )?;
            Ok(((), json!({ "gap": id, "status": status, "why": why })))
        })
    }
}

fn names(connection: &Connection) -> Result<BTreeSet<String>, Fault> {
    let mut statement = connection.prepare("SELECT id FROM gap")?;
    Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

fn key(connection: &Connection, id: &str) -> Result<Option<i64>, Fault> {
    let mut statement = connection.prepare_cached("SELECT key FROM gap WHERE id = ?1")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
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

fn gaps(connection: &Connection) -> Result<Vec<GapRecord>, Fault> {
    let mut statement = connection.prepare(
        "SELECT g.key, (SELECT body FROM gap_version v WHERE v.gap = g.key ORDER BY v.key DESC LIMIT 1),
           (SELECT m.at FROM gap_merge m WHERE m.number = (SELECT MIN(merge) FROM gap_seen WHERE gap = g.key)),
           (SELECT m.at FROM gap_merge m WHERE m.number = (SELECT MAX(merge) FROM gap_seen WHERE gap = g.key)),
           (SELECT MAX(merge) FROM gap_seen WHERE gap = g.key) = (SELECT MAX(number) FROM gap_merge)
         FROM gap g ORDER BY g.id",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let history = history(connection, row.get(0)?)?;
        let gap: Gap = serde_json::from_str(&row.get::<_, String>(1)?)?;
        let status = history.last().map_or(GapStatus::Candidate, |change| change.status);
        found.push(GapRecord {
            gap: Gap { status, ..gap },
            first_seen: instant(row, 2)?,
            last_seen: instant(row, 3)?,
            current: row.get(4)?,
            history,
        });
    }
    Ok(found)
}

fn history(connection: &Connection, gap: i64) -> Result<Vec<GapStatusChange>, Fault> {
    let mut statement = connection
        .prepare_cached("SELECT status, why, at, by FROM gap_status WHERE gap = ?1 ORDER BY key")?;
    let mut rows = statement.query([gap])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let status = status(&row.get::<_, String>(0)?)?;
        found.push(GapStatusChange { status, why: row.get(1)?, at: instant(row, 2)?, by: row.get(3)? });
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
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{act, ledger};
    use chrono::TimeDelta;
    use duces_model::{Axis, Evidence, Quantity};
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn gap(id: &str, count: u64) -> Gap {
        Gap {
            id: id.to_owned(),
            axis: Axis::Preserved,
            sources: vec!["ops".parse().unwrap()],
            address: None,
            first_day: "2024-03-01".parse().ok(),
            last_day: None,
            first_between: None,
            last_between: None,
            evidence: Evidence::ControlTotal,
            quantity: Quantity::NetDifference { count },
            finding: format!("{count} fewer"),
            blind_to: "duplicates".into(),
            grounds: Vec::new(),
            grounds_in_all: 0,
            status: GapStatus::Candidate,
        }
    }

    fn later(hours: i64) -> Act {
        Act { at: act().at + TimeDelta::hours(hours), ..act() }
    }

    fn ids(list: &[&str]) -> Vec<String> {
        list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_gap_keeps_its_status_while_its_finding_is_renewed() {
        let (_folder, mut ledger) = ledger();
        let first = ledger.merge_gaps(&later(0), &[gap("b", 1), gap("a", 1)]).unwrap();
        assert_eq!(first, GapChanges { new: ids(&["a", "b"]), ..GapChanges::default() });
        ledger.set_gap_status(&later(1), "a", GapStatus::Explained, "the office was closed").unwrap();
        let second = ledger.merge_gaps(&later(2), &[gap("a", 7), gap("c", 1)]).unwrap();
        assert_eq!(second, GapChanges { new: ids(&["c"]), known: ids(&["a"]), gone: ids(&["b"]) });
        let gaps = ledger.gaps().unwrap();
        assert_eq!(gaps[0].gap, Gap { status: GapStatus::Explained, ..gap("a", 7) });
        assert_eq!(
            (gaps[0].first_seen, gaps[0].last_seen, gaps[0].current),
            (later(0).at, later(2).at, true)
        );
        assert_eq!(
            (gaps[1].last_seen, gaps[1].current, gaps[1].gap.status),
            (later(0).at, false, GapStatus::Candidate)
        );
        let change = GapStatusChange {
            status: GapStatus::Explained,
            why: "the office was closed".into(),
            by: act().by,
            at: later(1).at,
        };
        assert_eq!(gaps[0].history, [change]);
    }

    #[test]
    fn a_run_cannot_judge_and_a_finding_that_is_the_same_is_no_new_version() {
        let (_folder, mut ledger) = ledger();
        let versions = |ledger: &Ledger| -> i64 {
            ledger.connection.query_row("SELECT COUNT(*) FROM gap_version", [], |row| row.get(0)).unwrap()
        };
        for status in [GapStatus::Dismissed, GapStatus::Confirmed, GapStatus::Candidate] {
            ledger.merge_gaps(&act(), &[Gap { status, ..gap("a", 1) }]).unwrap();
            assert_eq!(ledger.gaps().unwrap()[0].gap.status, GapStatus::Candidate);
            assert_eq!(versions(&ledger), 1);
        }
        ledger.merge_gaps(&act(), &[gap("a", 2)]).unwrap();
        assert_eq!(versions(&ledger), 2, "what the finding was stays on record");
    }

    #[test]
    fn only_a_named_person_judges_and_says_why() {
        let (_folder, mut ledger) = ledger();
        ledger.merge_gaps(&act(), &[gap("a", 1)]).unwrap();
        let nobody = Act { by: " ".into(), ..act() };
        let judged = ledger.set_gap_status(&nobody, "a", GapStatus::Dismissed, "noise");
        assert!(matches!(judged, Err(LedgerError::NoPerson { .. })));
        let judged = ledger.set_gap_status(&act(), "a", GapStatus::Dismissed, "");
        assert!(matches!(judged, Err(LedgerError::Conflict { .. })));
        let judged = ledger.set_gap_status(&act(), "z", GapStatus::Dismissed, "noise");
        assert!(matches!(judged, Err(LedgerError::NoSuch { .. })));
        assert!(matches!(
            ledger.merge_gaps(&act(), &[gap("a", 1), gap("a", 2)]),
            Err(LedgerError::Conflict { .. })
        ));
        assert_eq!(ledger.gaps().unwrap()[0].gap.status, GapStatus::Candidate);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn nothing_removes_a_gap_from_view(runs in prop::collection::vec((prop::collection::btree_set(0_usize..5, 0..5), 0_usize..5), 1..8)) {
            let (_folder, mut ledger) = ledger();
            let mut seen: BTreeMap<String, GapStatus> = BTreeMap::new();
            for (hour, (found, judged)) in runs.iter().enumerate() {
                let gaps: Vec<Gap> = found.iter().map(|n| gap(&format!("g{n}"), hour as u64)).collect();
                ledger.merge_gaps(&later(hour as i64), &gaps).unwrap();
                for gap in gaps {
                    seen.entry(gap.id).or_insert(GapStatus::Candidate);
                }
                if let Some(status) = seen.get_mut(&format!("g{judged}")) {
                    *status = if hour % 2 == 0 { GapStatus::Dismissed } else { GapStatus::Confirmed };
                    ledger.set_gap_status(&act(), &format!("g{judged}"), *status, "why").unwrap();
                }
            }
            let listed: BTreeMap<String, GapStatus> =
                ledger.gaps().unwrap().into_iter().map(|record| (record.gap.id, record.gap.status)).collect();
            prop_assert_eq!(listed, seen);
        }
    }
}
