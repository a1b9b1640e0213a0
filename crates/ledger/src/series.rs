//! Bates numbers: reserved in one transaction, issued once, each position of a series accounted for.
//!
//! A reservation is a run of positions for one volume. It is open, then sealed or voided, and never
//! deleted; the next reservation starts right behind the last one, whatever became of that. Names of
//! volumes are used once, too, and are the same name where only letter case differs, as are prefixes:
//! folders and files are named after both, and some systems do not tell case apart.

use crate::columns::{instant_text, must_say};
use crate::error::{Fault, Outcome, conflict, damaged};
use crate::reservation::{RESERVATION, Reservation, open_reservation, reservation};
use crate::{Act, Ledger};
use duces_model::accounting::check_sum;
use duces_model::{BatesNumber, BatesPrefix, BatesRange, RequestId, VolumeName};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::json;

/// What became of a run of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpanState {
    /// Set aside for a volume that is not sealed yet.
    Reserved,
    /// In a sealed volume.
    Issued,
    /// In no volume, and never will be.
    Voided {
        /// Why.
        reason: String,
    },
}

/// A run of numbers of one series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesSpan {
    /// First to last.
    pub range: BatesRange,
    /// For which volume.
    pub volume: VolumeName,
    /// What became of it.
    pub state: SpanState,
}

/// A series: every position from 1 to the last one set aside, without a hole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its prefix.
    pub prefix: BatesPrefix,
    /// Its count of digits; fixed.
    pub width: u8,
    /// Its runs, in order; each starts right behind the one before, the first at position 1.
    pub spans: Vec<SeriesSpan>,
}

impl Series {
    /// The position that the next number gets.
    pub fn next_position(&self) -> u64 {
        self.spans.last().map_or(1, |span| span.range.last().position() + 1)
    }
}

impl Ledger {
    /// Sets aside the next `pages` numbers of a series for a volume that will answer a request. The first reservation of a prefix
    /// makes its series and fixes its width.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where the width is another than the series', where the volume's name or one
    /// that differs in case only is taken, where a prefix differs in case only, or where `pages` is 0;
    /// [`crate::LedgerError::Bates`] where the series has no room for so many.
    pub fn reserve(
        &mut self,
        act: &Act,
        prefix: &BatesPrefix,
        width: u8,
        pages: u64,
        volume: &VolumeName,
        request: &RequestId,
    ) -> Outcome<BatesRange> {
        self.act(act, "reserve numbers", |transaction| {
            if pages == 0 {
                return Err(conflict("found 0 numbers to reserve, expected 1 or more"));
            }
            unused(transaction, volume)?;
            let first = next_position(transaction, prefix, width)?;
            let range = BatesRange::starting_at(BatesNumber::new(prefix.clone(), width, first)?, pages)?;
            transaction.execute(
                "INSERT OR IGNORE INTO series (prefix, width) VALUES (?1, ?2)",
                params![prefix.as_str(), width],
            )?;
            transaction.execute(
                "INSERT INTO reservation (volume, prefix, first, last, at, by, request) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    volume.as_str(),
                    prefix.as_str(),
                    range.first().position(),
                    range.last().position(),
                    instant_text(act.at),
                    act.by,
                    request.as_str(),
                ],
            )?;
            let detail = json!({ "volume": volume, "request": request, "first": range.first(), "last": range.last() });
            Ok((range, detail))
        })
    }

    /// Gives up the numbers reserved for a volume that will not be: they are spent, with the reason.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where the volume is sealed or voided already, or the reason is empty;
    /// [`crate::LedgerError::NoSuch`] where nothing is reserved for it.
    pub fn void(&mut self, act: &Act, volume: &VolumeName, reason: &str) -> Outcome<()> {
        self.act(act, "void numbers", |transaction| {
            must_say("reason", reason)?;
            let reservation = open_reservation(transaction, volume)?;
            transaction.execute(
                "INSERT INTO volume_voided (reservation, reason, at, by) VALUES (?1, ?2, ?3, ?4)",
                params![reservation.key, reason, instant_text(act.at), act.by],
            )?;
            let range = &reservation.range;
            let detail =
                json!({ "volume": volume, "first": range.first(), "last": range.last(), "reason": reason });
            Ok(((), detail))
        })
    }

    /// A series with every position accounted for; nothing where no number of the prefix was reserved.
    ///
    /// # Errors
    /// [`crate::LedgerError::Unexplained`] where a position is in no run or in two.
    pub fn series(&self, prefix: &BatesPrefix) -> Outcome<Option<Series>> {
        self.read("list a series of numbers", |connection| {
            let Some((_, width)) = known(connection, prefix)?.filter(|(known, _)| known == prefix) else {
                return Ok(None);
            };
            let series = Series { prefix: prefix.clone(), width, spans: spans(connection, prefix)? };
            check(&series)?;
            Ok(Some(series))
        })
    }

    /// The prefixes of which numbers were reserved, sorted.
    pub fn prefixes(&self) -> Outcome<Vec<BatesPrefix>> {
        self.read("list series of numbers", |connection| {
            let mut statement = connection.prepare("SELECT prefix FROM series")?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(BatesPrefix::new(&row.get::<_, String>(0)?)?);
            }
            found.sort_unstable();
            Ok(found)
        })
    }
}

/// Prefix as written and width of the series whose prefix is this one, letter case aside.
fn known(connection: &Connection, prefix: &BatesPrefix) -> Result<Option<(BatesPrefix, u8)>, Fault> {
    let mut statement = connection.prepare_cached("SELECT prefix, width FROM series WHERE prefix = ?1")?;
    let found: Option<(String, u8)> =
        statement.query_row([prefix.as_str()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    Ok(match found {
        Some((text, width)) => Some((BatesPrefix::new(&text)?, width)),
        None => None,
    })
}

fn next_position(connection: &Connection, prefix: &BatesPrefix, width: u8) -> Result<u64, Fault> {
    match known(connection, prefix)? {
        Some((other, _)) if other != *prefix => {
            return Err(conflict(format!(
                "found prefix {prefix}, which differs from the prefix {other} in letter case only"
            )));
        }
        Some((_, fixed)) if fixed != width => {
            return Err(conflict(format!(
                "found width {width}, expected {fixed}: the width of series {prefix} is fixed"
            )));
        }
        _ => {}
    }
    let last = "SELECT COALESCE(MAX(last), 0) + 1 FROM reservation WHERE prefix = ?1";
    Ok(connection.prepare_cached(last)?.query_row([prefix.as_str()], |row| row.get(0))?)
}

fn unused(connection: &Connection, volume: &VolumeName) -> Result<(), Fault> {
    let mut statement = connection.prepare_cached("SELECT volume FROM reservation WHERE volume = ?1")?;
    let taken: Option<String> = statement.query_row([volume.as_str()], |row| row.get(0)).optional()?;
    match taken {
        Some(taken) => {
            Err(conflict(format!("found volume name {volume}, but {taken} is taken: a name is used once")))
        }
        None => Ok(()),
    }
}

fn spans(connection: &Connection, prefix: &BatesPrefix) -> Result<Vec<SeriesSpan>, Fault> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {RESERVATION}, v.reason, e.reservation IS NOT NULL
         FROM reservation r JOIN series s ON s.prefix = r.prefix
           LEFT JOIN volume_voided v ON v.reservation = r.key LEFT JOIN volume_sealed e ON e.reservation = r.key
         WHERE r.prefix = ?1 ORDER BY r.first"
    ))?;
    let mut rows = statement.query([prefix.as_str()])?;
    let mut spans = Vec::new();
    while let Some(row) = rows.next()? {
        let Reservation { volume, range, .. } = reservation(row)?;
        let state = match (row.get::<_, Option<String>>(6)?, row.get(7)?) {
            (None, false) => SpanState::Reserved,
            (None, true) => SpanState::Issued,
            (Some(reason), false) => SpanState::Voided { reason },
            (Some(_), true) => return Err(damaged(format!("volume {volume} is both sealed and voided"))),
        };
        spans.push(SeriesSpan { range, volume, state });
    }
    Ok(spans)
}

/// Every position from 1 to the last is in exactly one run.
fn check(series: &Series) -> Result<(), Fault> {
    let place = format!("series {}", series.prefix);
    let mut before = 0;
    for span in &series.spans {
        let between = span.range.first().position() - 1;
        check_sum(
            &place,
            ("positions before a run", between),
            &[("positions of the runs before it", before)],
        )?;
        before = span.range.last().position();
    }
    let pages = |fits: fn(&SpanState) -> bool| -> u64 {
        series.spans.iter().filter(|span| fits(&span.state)).map(|span| span.range.pages()).sum()
    };
    let parts = [
        ("issued", pages(|state| *state == SpanState::Issued)),
        ("reserved", pages(|state| *state == SpanState::Reserved)),
        ("voided", pages(|state| matches!(state, SpanState::Voided { .. }))),
    ];
    check_sum(&place, ("positions", series.next_position() - 1), &parts)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{Production, act, dump, ledger, reopen, request};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn prefix(text: &str) -> BatesPrefix {
        BatesPrefix::new(text).unwrap()
    }

    fn volume(text: &str) -> VolumeName {
        text.parse().unwrap()
    }

    #[test]
    fn a_series_keeps_its_width_and_its_case() {
        let (_folder, mut ledger) = ledger();
        let first = ledger.reserve(&act(), &prefix("ECP"), 7, 3, &volume("V1"), &request()).unwrap();
        assert_eq!(first.to_string(), "ECP0000001 - ECP0000003");
        for (text, width) in [("ECP", 8), ("ecp", 7)] {
            let refused = ledger.reserve(&act(), &prefix(text), width, 1, &volume("V2"), &request());
            assert!(matches!(refused, Err(LedgerError::Conflict { .. })), "{refused:?}");
        }
        assert_eq!(ledger.series(&prefix("ecp")).unwrap(), None);
        assert_eq!(
            ledger
                .reserve(&act(), &prefix("X"), 2, 1, &volume("V2"), &request())
                .unwrap()
                .first()
                .to_string(),
            "X01"
        );
        assert_eq!(ledger.prefixes().unwrap(), [prefix("ECP"), prefix("X")]);
    }

    #[test]
    fn a_refused_reservation_spends_nothing() {
        let (_folder, mut ledger) = ledger();
        ledger.reserve(&act(), &prefix("ECP"), 2, 90, &volume("V1"), &request()).unwrap();
        let before = dump(&ledger);
        assert!(matches!(
            ledger.reserve(&act(), &prefix("ECP"), 2, 10, &volume("V2"), &request()),
            Err(LedgerError::Bates(_))
        ));
        for taken in ["V1", "v1"] {
            let refused = ledger.reserve(&act(), &prefix("ECP"), 2, 1, &volume(taken), &request());
            assert!(matches!(refused, Err(LedgerError::Conflict { .. })));
        }
        assert!(matches!(
            ledger.reserve(&act(), &prefix("Q"), 2, 0, &volume("V2"), &request()),
            Err(LedgerError::Conflict { .. })
        ));
        assert_eq!(dump(&ledger), before);
        assert_eq!(
            ledger
                .reserve(&act(), &prefix("ECP"), 2, 9, &volume("V2"), &request())
                .unwrap()
                .first()
                .position(),
            91
        );
    }

    #[test]
    fn voided_numbers_stay_in_the_series_with_their_reason() {
        let (_folder, mut ledger) = ledger();
        ledger.reserve(&act(), &prefix("ECP"), 7, 3, &volume("V1"), &request()).unwrap();
        assert!(matches!(ledger.void(&act(), &volume("V1"), " "), Err(LedgerError::Conflict { .. })));
        ledger.void(&act(), &volume("V1"), "the run was broken off").unwrap();
        assert!(matches!(ledger.void(&act(), &volume("V1"), "again"), Err(LedgerError::Conflict { .. })));
        assert!(matches!(ledger.void(&act(), &volume("V2"), "x"), Err(LedgerError::NoSuch { .. })));
        let series = ledger.series(&prefix("ECP")).unwrap().unwrap();
        let voided = SpanState::Voided { reason: "the run was broken off".into() };
        assert_eq!((series.spans[0].state.clone(), series.next_position()), (voided, 4));
        for table in ["series", "reservation", "volume_voided"] {
            assert!(ledger.connection.execute(&format!("DELETE FROM {table}"), []).is_err(), "{table}");
        }
    }

    #[test]
    fn a_hole_in_a_series_is_an_error() {
        let (_folder, mut ledger) = ledger();
        for name in ["V1", "V2", "V3"] {
            ledger.reserve(&act(), &prefix("ECP"), 7, 3, &volume(name), &request()).unwrap();
        }
        ledger
            .connection
            .execute_batch("DROP TRIGGER reservation_no_DELETE; DELETE FROM reservation WHERE key = 2")
            .unwrap();
        assert!(matches!(ledger.series(&prefix("ECP")), Err(LedgerError::Unexplained(_))));
    }

    #[derive(Debug, Clone)]
    enum Step {
        Reserve { prefix: usize, pages: u64 },
        Void { volume: usize },
        Seal { volume: usize },
        Reopen,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (0_usize..2, 1_u64..5).prop_map(|(prefix, pages)| Step::Reserve { prefix, pages }),
            2 => (0_usize..9).prop_map(|volume| Step::Void { volume }),
            2 => (0_usize..9).prop_map(|volume| Step::Seal { volume }),
            1 => Just(Step::Reopen),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn no_number_is_issued_twice_and_none_is_lost(steps in prop::collection::vec(step(), 1..25)) {
            let (_folder, mut ledger) = ledger();
            let production = Production::frozen(&mut ledger, 5);
            let mut reserved: Vec<(BatesRange, Option<SpanState>)> = Vec::new();
            for step in steps {
                match step {
                    Step::Reserve { prefix: which, pages } => {
                        let name = volume(&format!("V{}", reserved.len()));
                        let range = ledger.reserve(&act(), &prefix(["A", "B"][which]), 5, pages, &name, &request()).unwrap();
                        prop_assert!(reserved.iter().all(|(earlier, _)| !earlier.overlaps(&range)));
                        reserved.push((range, None));
                    }
                    Step::Void { volume: which } => {
                        let open = reserved.get(which).is_some_and(|(_, state)| state.is_none());
                        let voided = ledger.void(&act(), &volume(&format!("V{which}")), "r");
                        prop_assert_eq!(voided.is_ok(), open);
                        if open { reserved[which].1 = Some(SpanState::Voided { reason: "r".into() }); }
                    }
                    Step::Seal { volume: which } => {
                        let Some((range, state)) = reserved.get_mut(which) else { continue };
                        let sealed = ledger.seal(&act(), &volume(&format!("V{which}")), &production.record(range));
                        prop_assert_eq!(sealed.is_ok(), state.is_none(), "{:?}", sealed);
                        if state.is_none() { *state = Some(SpanState::Issued); }
                    }
                    Step::Reopen => ledger = reopen(ledger),
                }
            }
            let mut positions: BTreeSet<(String, u64)> = BTreeSet::new();
            for prefix in ledger.prefixes().unwrap() {
                let series = ledger.series(&prefix).unwrap().unwrap();
                for span in &series.spans {
                    let which: usize = span.volume.as_str()[1..].parse().unwrap();
                    prop_assert_eq!(&span.range, &reserved[which].0);
                    prop_assert_eq!(&span.state, &reserved[which].1.clone().unwrap_or(SpanState::Reserved));
                    for position in span.range.first().position()..=span.range.last().position() {
                        prop_assert!(positions.insert((prefix.to_string(), position)));
                    }
                }
                let last = series.next_position() - 1;
                prop_assert!((1..=last).all(|at| positions.contains(&(prefix.to_string(), at))));
            }
            prop_assert_eq!(positions.len() as u64, reserved.iter().map(|(range, _)| range.pages()).sum::<u64>());
        }
    }
}
