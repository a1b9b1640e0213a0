//! A small register and its captured counts, for tests.

#![allow(dead_code, reason = "not every test file needs all of it")]

use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use duces_coverage::{Captured, Coverage, CoverageWord, Inputs, SourceCoverage, assess};
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

/// Market holidays of the years that tests use, written out: the tests are no place to compute them.
const HOLIDAYS: [&str; 58] = [
    "2016-01-01",
    "2016-01-18",
    "2016-02-15",
    "2016-03-25",
    "2016-05-30",
    "2016-07-04",
    "2016-09-05",
    "2016-11-24",
    "2016-12-26",
    "2017-01-02",
    "2017-01-16",
    "2017-02-20",
    "2017-04-14",
    "2017-05-29",
    "2017-07-04",
    "2017-09-04",
    "2017-11-23",
    "2017-12-25",
    "2018-01-01",
    "2018-01-15",
    "2018-02-19",
    "2018-03-30",
    "2018-05-28",
    "2018-07-04",
    "2018-09-03",
    "2018-11-22",
    "2018-12-05",
    "2018-12-25",
    "2019-01-01",
    "2019-01-21",
    "2019-02-18",
    "2019-04-19",
    "2019-05-27",
    "2019-07-04",
    "2019-09-02",
    "2019-11-28",
    "2019-12-25",
    "2020-01-01",
    "2020-01-20",
    "2020-02-17",
    "2020-04-10",
    "2020-05-25",
    "2020-07-03",
    "2020-09-07",
    "2020-11-26",
    "2020-12-25",
    "2023-01-02",
    "2023-01-16",
    "2023-02-20",
    "2023-04-07",
    "2023-05-29",
    "2023-06-19",
    "2023-07-04",
    "2023-09-04",
    "2023-11-23",
    "2023-12-25",
    "2024-01-01",
    "2024-01-15",
];

/// And those of 2024 that follow.
const HOLIDAYS_2024: [&str; 4] = ["2024-02-19", "2024-03-29", "2024-05-27", "2024-06-19"];

pub(crate) fn is_business_day(day: NaiveDate) -> bool {
    let text = day.to_string();
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
        && !HOLIDAYS.contains(&text.as_str())
        && !HOLIDAYS_2024.contains(&text.as_str())
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
        assess(&self.register(), &Inputs { captured: self.captured.clone(), ..Inputs::default() })
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
