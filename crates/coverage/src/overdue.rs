//! Sources of which no fresh material came: a feed that stalled must not look clean.
//!
//! Statistic: business days from the day after the last captured communication to the day of the look, held against the
//! `cadence_days` that the register declares for the source. The day of the look itself does not count: it is not over.
//!
//! Limits: a source without a declared cadence is not judged, and says so; a source of which nothing was ever captured
//! counts from its first day of service. Whether communications of the days before are complete is another question.

use crate::calendar::{Calendar, Span, day_after, day_before};
use chrono::NaiveDate;
use duces_model::SourceId;
use duces_register::Register;
use serde::Serialize;
use std::collections::BTreeMap;

/// A source of which no material came for longer than its cadence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overdue {
    /// Which.
    pub source: SourceId,
    /// Day of its last captured communication; absent where there is none.
    pub last_day: Option<NaiveDate>,
    /// Business days since.
    pub business_days: u64,
    /// Business days within which material is expected.
    pub cadence_days: u64,
}

/// How fresh the archive is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Freshness {
    /// Sources in service whose cadence is declared.
    pub judged: u64,
    /// Sources in service whose cadence is not.
    pub not_declared: u64,
    /// Those that are overdue, sorted by id.
    pub overdue: Vec<Overdue>,
}

/// How fresh what was captured is on the day of a look. The result does not depend on the order of the input.
pub fn freshness(register: &Register, by_day: &[(SourceId, NaiveDate, u64)], today: NaiveDate) -> Freshness {
    let mut last: BTreeMap<&SourceId, NaiveDate> = BTreeMap::new();
    for (source, day, _) in by_day.iter().filter(|(_, day, count)| *count > 0 && *day <= today) {
        last.entry(source).and_modify(|known| *known = (*day).max(*known)).or_insert(*day);
    }
    let calendar = Calendar::of(register);
    let mut found = Freshness { judged: 0, not_declared: 0, overdue: Vec::new() };
    for source in register.sources.iter().filter(|source| source.is_in_service(today)) {
        let Some(cadence_days) = source.cadence_days else {
            found.not_declared += 1;
            continue;
        };
        found.judged += 1;
        let last_day = last.get(&source.id).copied();
        let from = last_day.map_or(source.in_service_from, day_after);
        let business_days = Span::new(from, day_before(today)).map_or(0, |span| calendar.count(span));
        if business_days > cadence_days {
            found.overdue.push(Overdue { source: source.id.clone(), last_day, business_days, cadence_days });
        }
    }
    found.overdue.sort_by(|a, b| a.source.cmp(&b.source));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(cadence: &str, last: Option<&str>, today: &str) -> Freshness {
        let sources = format!(
            "source,name,channel,in_service_from,cadence_days\ndesk,Desk,email,2024-01-02,{cadence}\n"
        );
        let files = [("sources.csv", sources), ("people.csv", "person,name\n".to_owned())];
        let files = files.map(|(name, text)| (name.to_owned(), text.into_bytes()));
        let register = Register::from_files(files).unwrap();
        let by_day: Vec<_> =
            last.map(|day| ("desk".parse().unwrap(), day.parse().unwrap(), 1)).into_iter().collect();
        freshness(&register, &by_day, today.parse().unwrap())
    }

    #[test]
    fn a_source_is_overdue_on_the_business_day_after_its_cadence_and_weekends_do_not_count() {
        // Friday's mail, looked for on Monday, Tuesday and Wednesday.
        assert_eq!(look("1", Some("2024-03-01"), "2024-03-04").overdue, []);
        assert_eq!(look("1", Some("2024-03-01"), "2024-03-05").overdue, []);
        let late = look("1", Some("2024-03-01"), "2024-03-06").overdue;
        assert_eq!((late[0].business_days, late[0].cadence_days), (2, 1));
    }

    #[test]
    fn what_has_no_cadence_is_not_judged_and_what_never_came_is_overdue() {
        let found = look("", Some("2024-03-01"), "2025-03-06");
        assert_eq!((found.judged, found.not_declared, found.overdue.len()), (0, 1, 0));
        assert_eq!(look("1", None, "2024-03-06").overdue[0].last_day, None);
    }
}
