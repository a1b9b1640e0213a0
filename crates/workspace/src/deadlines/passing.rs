//! Communications whose retention period ends soon, or has ended, while an open request or a hold touches them.
//!
//! A period says how long communications must be kept; afterwards they may be disposed of, unless somebody holds them.
//! That a request asks for them holds nothing by itself: a person issues the hold.

use crate::requests::ReadRequest;
use crate::scope::sources_of;
use chrono::{Days, NaiveDate};
use duces_model::{ItemId, RequestId, SourceId};
use duces_register::{Register, RetentionClass, Source};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How far ahead is looked, in days.
const AHEAD_DAYS: u64 = 90;

/// Days of communications of one source whose period ends within 90 days, or has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassingRetention {
    /// The source.
    pub source: SourceId,
    /// Class of the schedule, and the rule that sets its period.
    pub class: String,
    /// The rule.
    pub rule: String,
    /// First day of the communications.
    pub from: NaiveDate,
    /// Last day of the communications.
    pub to: NaiveDate,
    /// The first day on which the oldest of them may be disposed of.
    pub first_end: NaiveDate,
    /// The same of the newest of them.
    pub last_end: NaiveDate,
    /// Open requests with the items that ask for them.
    pub asked_by: BTreeMap<RequestId, BTreeSet<ItemId>>,
    /// Holds that require them to be kept.
    pub held_by: BTreeSet<String>,
}

impl PassingRetention {
    /// Whether a request asks for them and no hold keeps them.
    pub fn is_unheld(&self) -> bool {
        self.held_by.is_empty()
    }
}

/// Who touches one day of a source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Touched {
    asked_by: BTreeMap<RequestId, BTreeSet<ItemId>>,
    held_by: BTreeSet<String>,
}

/// What is about to pass its period, by source and days. What is recorded as disposed of is gone and not listed.
pub(super) fn passing(
    register: &Register,
    open: &[(RequestId, ReadRequest)],
    today: NaiveDate,
) -> Vec<PassingRetention> {
    let horizon = today.checked_add_days(Days::new(AHEAD_DAYS)).unwrap_or(NaiveDate::MAX);
    let mut found = Vec::new();
    for source in &register.sources {
        let Some(class) = register.retention.iter().find(|class| class.class == source.retention_class)
        else {
            continue;
        };
        let Some((first, last)) = ending(source, class, today, horizon) else { continue };
        let mut run: Option<(NaiveDate, NaiveDate, Touched)> = None;
        for day in first.iter_days().take_while(|day| *day <= last) {
            let touched = touched(register, open, source, day);
            match (&mut run, touched) {
                (Some((_, end, same)), Some(now)) if *same == now => *end = day,
                (_, now) => {
                    found.extend(run.take().map(|run| listed(source, class, run)));
                    run = now.map(|now| (day, day, now));
                }
            }
        }
        found.extend(run.map(|run| listed(source, class, run)));
    }
    found
}

/// The days of service whose communications may be disposed of by the horizon.
fn ending(
    source: &Source,
    class: &RetentionClass,
    today: NaiveDate,
    horizon: NaiveDate,
) -> Option<(NaiveDate, NaiveDate)> {
    let first = source.in_service_from;
    let served = source.in_service_to.unwrap_or(today).min(today);
    let last =
        first.iter_days().take_while(|day| *day <= served && class.kept_until(*day) <= horizon).last()?;
    Some((first, last))
}

fn touched(
    register: &Register,
    open: &[(RequestId, ReadRequest)],
    source: &Source,
    day: NaiveDate,
) -> Option<Touched> {
    if register.disposals.iter().any(|disposal| disposal.covers(&source.id, day)) {
        return None;
    }
    let mut touched = Touched::default();
    for hold in register.holds.iter().filter(|hold| hold.covers(&source.id, day)) {
        touched.held_by.insert(hold.hold.clone());
    }
    for (id, read) in open {
        for item in read.request.items() {
            let within = item.period.first() <= day && day <= item.period.last();
            if within && sources_of(item, register).contains(&source.id) {
                touched.asked_by.entry(id.clone()).or_default().insert(item.id.clone());
            }
        }
    }
    (touched != Touched::default()).then_some(touched)
}

fn listed(
    source: &Source,
    class: &RetentionClass,
    (from, to, touched): (NaiveDate, NaiveDate, Touched),
) -> PassingRetention {
    PassingRetention {
        source: source.id.clone(),
        class: class.class.clone(),
        rule: class.rule.clone(),
        from,
        to,
        first_end: class.kept_until(from),
        last_end: class.kept_until(to),
        asked_by: touched.asked_by,
        held_by: touched.held_by,
    }
}
