//! `retention.csv`: how long communications of each class are kept, and which disposals kept to it.

use crate::header::{Layout, optional, required};
use crate::register::Register;
use crate::retention::{Disposal, Hold};
use crate::row::Row;
use chrono::{Datelike as _, Months, NaiveDate};
use duces_model::SourceId;

/// Longest period, in months: a hundred years.
const MONTHS_MAX: u32 = 1_200;

/// What starts the period of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodStart {
    /// The day on which the communication was sent.
    Sent,
}

/// How long communications of a class are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionClass {
    /// As sources name it.
    pub class: String,
    /// The period in whole months; at least 1.
    pub keep_months: u32,
    /// What starts it.
    pub from: PeriodStart,
    /// The rule that requires it: `17a-4(b)(4)`.
    pub rule: String,
    /// Anything else.
    pub note: String,
    /// Line of `retention.csv` on which the row starts.
    pub line: u64,
}

impl RetentionClass {
    /// The first day on which a communication of that day may be disposed of: the same day of the month
    /// after the period, or the first of the next month where that month has no such day.
    pub fn kept_until(&self, day: NaiveDate) -> NaiveDate {
        let Some(after) = day.checked_add_months(Months::new(self.keep_months)) else {
            return NaiveDate::MAX;
        };
        if after.day() == day.day() { after } else { after.succ_opt().unwrap_or(NaiveDate::MAX) }
    }
}

pub(crate) const LAYOUT: Layout = &[
    required("class"),
    optional("keep_years"),
    optional("keep_months"),
    required("from"),
    required("rule"),
    optional("note"),
];

pub(crate) fn read(row: &mut Row<'_>) -> Option<RetentionClass> {
    let class = row.some_text("class");
    let keep_months = period(row);
    let from = row.word("from", &[("sent", PeriodStart::Sent)]);
    let rule = row.some_text("rule");
    let note = row.text("note");
    let line = row.line();
    Some(RetentionClass {
        class: class?,
        keep_months: keep_months?,
        from: from?,
        rule: rule?,
        note: note?,
        line,
    })
}

fn period(row: &mut Row<'_>) -> Option<u32> {
    let (years, months) = (row.maybe_count("keep_years"), row.maybe_count("keep_months"));
    let (years, months) = (years?.unwrap_or(0), months?.unwrap_or(0));
    let whole = years.checked_mul(12).and_then(|years| years.checked_add(months));
    let whole = whole.and_then(|whole| u32::try_from(whole).ok()).filter(|whole| *whole <= MONTHS_MAX);
    match whole {
        Some(0) => {
            row.wrong("keep_years", "found no period, expected keep_years, keep_months or both", None);
            None
        }
        Some(whole) => Some(whole),
        None => {
            let message =
                format!("found {years} years and {months} months, expected at most {MONTHS_MAX} months");
            row.wrong("keep_years", message, None);
            None
        }
    }
}

/// What the register says of the disposal of a source's communications of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposed<'r> {
    /// They were disposed of when no hold required them and, where the schedule has the source's class, when
    /// its period was over.
    Lawfully(&'r Disposal),
    /// They were disposed of although a hold required them.
    WhileHeld {
        /// The disposal.
        disposal: &'r Disposal,
        /// The hold, issued by then.
        hold: &'r Hold,
    },
    /// They were disposed of before the period of their class was over.
    TooEarly {
        /// The disposal.
        disposal: &'r Disposal,
        /// The class.
        class: &'r RetentionClass,
        /// First day on which they could have been disposed of.
        kept_until: NaiveDate,
    },
}

impl Register {
    /// The class of the schedule to which a source belongs; absent where the source names none, or there is
    /// no schedule.
    pub fn retention_of(&self, source: &SourceId) -> Option<&RetentionClass> {
        let named = &self.source(source)?.retention_class;
        self.retention.iter().find(|class| class.class == *named)
    }

    /// Whether and how a source's communications of one day were disposed of; absent where the register
    /// says of no disposal. Of several disposals the one that broke a hold, or the schedule, is given.
    pub fn disposed(&self, source: &SourceId, day: NaiveDate) -> Option<Disposed<'_>> {
        let class = self.retention_of(source);
        let mut lawful = None;
        let mut early = None;
        for disposal in self.disposals.iter().filter(|disposal| disposal.covers(source, day)) {
            if let Some(hold) = self.holds.iter().find(|hold| hold.forbade(disposal, day)) {
                return Some(Disposed::WhileHeld { disposal, hold });
            }
            let kept = class.map(|class| (class, class.kept_until(day)));
            match kept.filter(|(_, kept_until)| disposal.disposed_on < *kept_until) {
                Some((class, kept_until)) => {
                    early = early.or(Some(Disposed::TooEarly { disposal, class, kept_until }));
                }
                None => lawful = lawful.or(Some(Disposed::Lawfully(disposal))),
            }
        }
        early.or(lawful)
    }

    /// The disposal by which a source's communications of one day are lawfully gone; absent where there is
    /// none, or [`Register::disposed`] tells of a hold or a period that forbade it.
    pub fn lawfully_disposed(&self, source: &SourceId, day: NaiveDate) -> Option<&Disposal> {
        match self.disposed(source, day)? {
            Disposed::Lawfully(disposal) => Some(disposal),
            Disposed::WhileHeld { .. } | Disposed::TooEarly { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_ends_on_the_same_day_of_the_month_or_on_the_first_of_the_next() {
        let kept = |months: u32, from: &str| {
            let class = RetentionClass {
                class: "c".to_owned(),
                keep_months: months,
                from: PeriodStart::Sent,
                rule: "r".to_owned(),
                note: String::new(),
                line: 2,
            };
            class.kept_until(day(from)).to_string()
        };
        assert_eq!(kept(36, "2021-01-15"), "2024-01-15");
        assert_eq!(kept(36, "2020-02-29"), "2023-03-01");
        assert_eq!(kept(1, "2021-01-31"), "2021-03-01");
        assert_eq!(kept(48, "2020-02-29"), "2024-02-29");
    }

    fn register(disposals: &str, holds: &str, retention: &str) -> Register {
        let files = [
            ("people.csv", "person,name\n"),
            (
                "sources.csv",
                "source,name,channel,in_service_from,retention_class\nbox,Box,email,2015-01-01,comm-3y\n",
            ),
            ("disposals.csv", disposals),
            ("holds.csv", holds),
            ("retention.csv", retention),
        ];
        Register::from_files(files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))).unwrap()
    }

    const DISPOSED: &str = "source,from,to,disposed_on,rule\nbox,2016-01-01,2016-12-31,2019-07-01,comm-3y\n";
    const SCHEDULE: &str = "class,keep_years,from,rule\ncomm-3y,3,sent,17a-4(b)(4)\n";
    const NO_HOLD: &str = "hold,sources,authority\n";

    fn said(register: &Register, on: &str) -> &'static str {
        let source = "box".parse().unwrap();
        let lawful = register.lawfully_disposed(&source, day(on)).is_some();
        match register.disposed(&source, day(on)) {
            Some(Disposed::Lawfully(_)) if lawful => "lawfully",
            Some(Disposed::WhileHeld { .. }) if !lawful => "while held",
            Some(Disposed::TooEarly { .. }) if !lawful => "too early",
            None if !lawful => "not",
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_was_younger_than_its_period_was_not_lawfully_disposed_of() {
        let register = register(DISPOSED, NO_HOLD, SCHEDULE);
        assert_eq!(said(&register, "2016-07-01"), "lawfully");
        assert_eq!(said(&register, "2016-07-02"), "too early");
        assert_eq!(said(&register, "2017-01-01"), "not");
    }

    #[test]
    fn without_a_schedule_a_disposal_is_held_against_the_holds_alone() {
        let register = register(DISPOSED, NO_HOLD, "class,from,rule\n");
        assert_eq!(said(&register, "2016-07-02"), "lawfully");
    }

    #[test]
    fn a_disposal_before_the_hold_was_issued_is_no_breach_of_it() {
        let hold = |issued: &str| {
            format!("hold,sources,from,to,issued_on,authority\nH,*,2016-03-01,2016-03-31,{issued},SEC\n")
        };
        for (issued, expected) in
            [("", "while held"), ("2019-07-01", "while held"), ("2019-07-02", "lawfully")]
        {
            assert_eq!(
                said(&register(DISPOSED, &hold(issued), SCHEDULE), "2016-03-31"),
                expected,
                "{issued}"
            );
        }
        assert_eq!(said(&register(DISPOSED, &hold(""), SCHEDULE), "2016-04-01"), "lawfully");
    }

    #[test]
    fn of_two_disposals_of_one_day_the_one_that_broke_a_rule_is_told() {
        let twice = format!("{DISPOSED}box,2016-12-01,2016-12-31,2017-01-01,by hand\n");
        assert_eq!(said(&register(&twice, NO_HOLD, SCHEDULE), "2016-12-05"), "too early");
        let twice = format!("{DISPOSED}box,2016-02-01,2016-02-02,2017-01-01,by hand\n");
        assert_eq!(said(&register(&twice, NO_HOLD, SCHEDULE), "2016-02-02"), "too early");
        assert_eq!(said(&register(&twice, NO_HOLD, SCHEDULE), "2016-02-03"), "lawfully");
    }
}
