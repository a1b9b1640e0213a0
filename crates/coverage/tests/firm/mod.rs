//! A small register and its captured counts, for tests.

#![allow(dead_code, reason = "not every test file needs all of it")]

use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use duces_coverage::{Captured, Coverage, CoverageWord, SourceCoverage, assess};
use duces_model::{DateWindow, EmailAddress, SourceId};
use duces_register::Register;

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn source(id: &str) -> SourceId {
    id.parse().unwrap()
}
pub(crate) fn address(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

pub(crate) fn is_business_day(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

pub(crate) fn days(first: &str, last: &str) -> Vec<NaiveDate> {
    let (first, last) = (day(first), day(last));
    first.iter_days().take_while(|day| *day <= last).collect()
}

pub(crate) fn period(first: &str, last: &str) -> DateWindow {
    DateWindow::new(day(first), day(last), chrono_tz::America::New_York).unwrap()
}

/// Files of a register beside `sources.csv`, whose rows are `source,from,to,capture_path,silence_days_max`.
pub(crate) struct Firm {
    pub(crate) sources: String,
    pub(crate) files: Vec<(&'static str, String)>,
    pub(crate) captured: Captured,
}

impl Firm {
    pub(crate) fn new(sources: &[&str]) -> Self {
        Self { sources: sources.join("\n"), files: Vec::new(), captured: Captured::default() }
    }
    pub(crate) fn with(mut self, name: &'static str, header: &str, rows: &[&str]) -> Self {
        self.files.push((name, format!("{header}\n{}\n", rows.join("\n"))));
        self
    }

    /// One communication on each business day.
    pub(crate) fn captures(mut self, id: &str, first: &str, last: &str) -> Self {
        let all = days(first, last).into_iter().filter(|day| is_business_day(*day));
        self.captured.by_day.extend(all.map(|day| (source(id), day, 1)));
        self
    }

    pub(crate) fn register(&self) -> Register {
        let rows = self.sources.lines().map(|row| {
            let cells: Vec<&str> = row.split(',').collect();
            let [id, from, to, path, silence] = cells[..] else { panic!("{row}") };
            format!("{id},{id},email,{id}@ecp.example,{from},{to},{path},{silence}\n")
        });
        let head =
            "source,name,channel,addresses,in_service_from,in_service_to,capture_path,silence_days_max\n";
        let sources = format!("{head}{}", rows.collect::<String>());
        let people = "person,name,addresses\nzoe,Zoe Park,zoe@ecp.example\n".to_owned();
        let mut files = vec![("sources.csv", sources), ("people.csv", people)];
        files.extend(self.files.iter().cloned());
        Register::from_files(files.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())))
            .unwrap()
    }

    pub(crate) fn assess(&self) -> Coverage {
        assess(&self.register(), &self.captured, &[], &[])
    }
}
pub(crate) fn of<'c>(coverage: &'c Coverage, id: &str) -> &'c SourceCoverage {
    coverage.sources.iter().find(|one| one.source.as_str() == id).unwrap()
}
pub(crate) fn word(coverage: &Coverage, id: &str, first: &str, last: &str) -> CoverageWord {
    of(coverage, id).says(&period(first, last), &coverage.gaps)
}
pub(crate) fn after(start: NaiveDate, n: u64) -> NaiveDate {
    start + Days::new(n)
}
