//! Evidence: a system of record lists communications one by one, and some are nowhere in the archives.
//!
//! Statistic: per source and day, the listed Message-IDs that no occurrence has. Days with such ids are one gap as long
//! as the days between them may have been spared by chance (module `runs`). The quantity is exact: the ids that are
//! missing, each once. An id that an occurrence of another source has is *retained, but not under this source*: it is
//! told, and is no loss.
//!
//! Assumptions: the system of record lists what the source should have had, under the Message-ID with which it was
//! sent; the day is the one that it lists.
//!
//! Limits: blind to what the system of record does not list. A gateway that changes Message-IDs makes everything look
//! lost: whoever reads the finding compares one of the ids by hand. An id that the list has twice for a source counts
//! once, on the earlier day. Days lawfully disposed of are not judged. On the days judged here a net difference of
//! counts says less and is superseded ([`IdsCompared::days`] tells which).

use crate::calendar::counted;
use crate::candidate::{Grounded as _, candidate};
use crate::runs::{DayLoss, runs};
use chrono::NaiveDate;
use duces_model::{Evidence, Gap, Ground, Quantity, SourceId};
use duces_register::{ControlId, Register};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

const BLIND_TO: &str = "it cannot see what the system of record does not list; a Message-ID that was changed on the way \
                        looks lost";

/// What became of a listed communication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IdState {
    /// Nowhere in the archives.
    Missing,
    /// Retained, but not under its source.
    Elsewhere,
    /// Retained under its source.
    Retained,
}

/// Listed communications of one source and day; `listed` is the sum of the other three.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdDay {
    /// The source.
    pub source: SourceId,
    /// The day, as the system of record cuts its days.
    pub day: NaiveDate,
    /// Message-IDs listed, each once.
    pub listed: u64,
    /// Retained under the source.
    pub retained: u64,
    /// Retained, but not under the source.
    pub elsewhere: u64,
    /// Nowhere in the archives.
    pub missing: u64,
}

/// The register's lists of Message-IDs against the archives.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct IdsCompared {
    /// By source and day, those lawfully disposed of left out: on these days a loss is known exactly.
    pub days: Vec<IdDay>,
    /// Rows that repeat an id of their source.
    pub repeated: u64,
    /// Rows of days that were lawfully disposed of.
    pub disposed: u64,
    /// By source and first day.
    pub gaps: Vec<Gap>,
}

/// The rows of one source by day, each with its state.
type Listed<'r> = BTreeMap<NaiveDate, Vec<(&'r ControlId, IdState)>>;

/// Holds the register's lists against what became of each row: `states[n]` is that of `register.control_ids[n]`.
///
/// # Panics
/// Where there are not as many states as rows.
pub(crate) fn compare(register: &Register, states: &[IdState]) -> IdsCompared {
    assert_eq!(states.len(), register.control_ids.len(), "a state for each listed Message-ID");
    let mut rows: Vec<(&ControlId, IdState)> =
        register.control_ids.iter().zip(states.iter().copied()).collect();
    rows.sort_by_key(|(row, _)| (&row.source, row.day, &row.message_id, &row.file, row.line));
    let mut known: BTreeSet<(&SourceId, &str)> = BTreeSet::new();
    let mut by_source: BTreeMap<&SourceId, Listed<'_>> = BTreeMap::new();
    let (mut repeated, mut disposed) = (0, 0);
    for (row, state) in rows {
        if !known.insert((&row.source, &row.message_id)) {
            repeated += 1;
        } else if register.lawfully_disposed(&row.source, row.day).is_some() {
            disposed += 1;
        } else {
            by_source.entry(&row.source).or_default().entry(row.day).or_default().push((row, state));
        }
    }
    let (mut days, mut gaps) = (Vec::new(), Vec::new());
    for (source, rows) in by_source {
        let count = |day: NaiveDate| id_day(source, day, &rows[&day]);
        let own: Vec<IdDay> = rows.keys().map(|day| count(*day)).collect();
        let losses: Vec<DayLoss> =
            own.iter().map(|day| DayLoss { day: day.day, lost: day.missing, of: day.listed }).collect();
        gaps.extend(runs(&losses).into_iter().map(|run| gap(source, run, &own, &rows)));
        days.extend(own);
    }
    IdsCompared { days, repeated, disposed, gaps }
}

fn id_day(source: &SourceId, day: NaiveDate, rows: &[(&ControlId, IdState)]) -> IdDay {
    let count = |state: IdState| rows.iter().filter(|(_, of)| *of == state).count() as u64;
    IdDay {
        source: source.clone(),
        day,
        listed: rows.len() as u64,
        retained: count(IdState::Retained),
        elsewhere: count(IdState::Elsewhere),
        missing: count(IdState::Missing),
    }
}

/// The gap of a run, which is not empty.
fn gap(source: &SourceId, run: &[DayLoss], days: &[IdDay], rows: &Listed<'_>) -> Gap {
    let (first, last) = (run[0].day, run[run.len() - 1].day);
    let within = |day: NaiveDate| first <= day && day <= last;
    let sum = |of: fn(&IdDay) -> u64| days.iter().filter(|day| within(day.day)).map(of).sum::<u64>();
    let (listed, missing, elsewhere) =
        (sum(|day| day.listed), sum(|day| day.missing), sum(|day| day.elsewhere));
    let days_lossy = run.iter().filter(|day| day.lost > 0).count() as u64;
    let of_run = rows.range(first..=last).flat_map(|(_, rows)| rows);
    let files: BTreeSet<&str> = of_run.clone().map(|(row, _)| &*row.file).collect();
    let files: Vec<&str> = files.into_iter().collect();
    let told_apart = if elsewhere > 0 {
        format!("; {elsewhere} more are retained, but not under this source, and are not counted as missing")
    } else {
        String::new()
    };
    let row = |(row, _): &(&ControlId, IdState)| Ground {
        source: Some(source.clone()),
        day: Some(row.day),
        says: format!(
            "{} line {}: no retained message has the Message-ID {}",
            row.file, row.line, row.message_id
        ),
    };
    let grounds: Vec<Ground> = of_run.filter(|(_, state)| *state == IdState::Missing).map(row).collect();
    let gap =
        candidate(Evidence::ControlTotal, source.as_str(), vec![source.clone()], (Some(first), Some(last)));
    Gap {
        quantity: Quantity::Exact { count: missing },
        finding: format!(
            "{} list {listed} communications from {first} to {last}, of which {missing} are nowhere in the archives, on \
             {}{told_apart}",
            files.join(" and "),
            counted(days_lossy, "day"),
        ),
        blind_to: BLIND_TO.to_owned(),
        ..gap
    }
    .resting_on(grounds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::register;
    use IdState::{Elsewhere, Missing, Retained};
    use proptest::prelude::*;

    fn compared(rows: &[(&str, IdState)], files: &[(&str, &str)]) -> IdsCompared {
        let lines: Vec<&str> = rows.iter().map(|(row, _)| *row).collect();
        let text = format!("source,day,message_id\n{}\n", lines.join("\n"));
        let mut files = files.to_vec();
        files.push(("controls/sent-ids.csv", &text));
        let register = register(&["desk,2020-01-01", "other,2020-01-01"], &files);
        compare(&register, &rows.iter().map(|(_, state)| *state).collect::<Vec<_>>())
    }

    #[test]
    fn what_is_nowhere_is_lost_exactly_and_what_is_elsewhere_is_told_apart() {
        let found = compared(
            &[
                ("desk,2024-01-02,a@x", Retained),
                ("desk,2024-01-03,b@x", Missing),
                ("desk,2024-01-03,c@x", Elsewhere),
                ("desk,2024-01-04,d@x", Missing),
                ("other,2024-01-03,e@x", Elsewhere),
            ],
            &[],
        );
        let [gap] = found.gaps.as_slice() else { panic!("{found:?}") };
        assert_eq!(
            (gap.id.as_str(), gap.quantity),
            ("control-total:desk:2024-01-03", Quantity::Exact { count: 2 })
        );
        assert_eq!(gap.last_day, "2024-01-04".parse().ok());
        assert!(gap.finding.contains("1 more are retained, but not under this source"), "{}", gap.finding);
        assert_eq!(
            gap.grounds[0].says,
            "controls/sent-ids.csv line 3: no retained message has the Message-ID b@x"
        );
        assert_eq!(gap.grounds_in_all, 2);
    }

    #[test]
    fn days_lawfully_disposed_of_are_not_judged() {
        let disposals = "source,from,to,disposed_on,rule\ndesk,2024-01-01,2024-01-31,2024-06-01,R1\n";
        let found = compared(&[("desk,2024-01-03,b@x", Missing)], &[("disposals.csv", disposals)]);
        assert_eq!((found.disposed, found.gaps.len(), found.days.len()), (1, 0, 0));
    }

    #[test]
    fn a_slow_leak_is_one_gap_and_exact() {
        let rows: Vec<(String, IdState)> = (0..600)
            .map(|n| {
                let day = "2024-01-01".parse::<NaiveDate>().unwrap() + chrono::Days::new(n / 20);
                (format!("desk,{day},m{n}@x"), if n % 23 == 5 { Missing } else { Retained })
            })
            .collect();
        let rows: Vec<(&str, IdState)> = rows.iter().map(|(row, state)| (row.as_str(), *state)).collect();
        let found = compared(&rows, &[]);
        let [gap] = found.gaps.as_slice() else { panic!("{:?}", found.gaps) };
        assert_eq!(gap.quantity, Quantity::Exact { count: 26 });
    }

    proptest! {
        #[test]
        fn every_listed_id_is_in_one_count(states in prop::collection::vec((0_u64..9, 0_u8..3), 1..60)) {
            let rows: Vec<(String, IdState)> = states.iter().enumerate().map(|(n, (day, state))| {
                (format!("desk,2024-01-0{},m{n}@x", day + 1), [Missing, Elsewhere, Retained][usize::from(*state)])
            }).collect();
            let rows: Vec<(&str, IdState)> = rows.iter().map(|(row, state)| (row.as_str(), *state)).collect();
            let found = compared(&rows, &[]);
            let sum: u64 = found.days.iter().map(|day| day.retained + day.elsewhere + day.missing).sum();
            prop_assert_eq!(sum, states.len() as u64);
            let lost: u64 = found.gaps.iter().map(|gap| match gap.quantity { Quantity::Exact { count } => count, _ => 0 }).sum();
            prop_assert_eq!(lost, rows.iter().filter(|(_, state)| *state == Missing).count() as u64);
        }
    }
}
