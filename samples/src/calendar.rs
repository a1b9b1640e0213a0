//! Days and times of the samples: New York, the first half of 2024.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Weekday};
use chrono_tz::America::New_York;
use chrono_tz::Tz;

/// First day of the firm and of its archive.
pub(crate) const FIRST_DAY: NaiveDate = day(2024, 1, 2);
/// Last business day of the archive.
pub(crate) const LAST_DAY: NaiveDate = day(2024, 6, 28);

/// Days on which New York's exchanges were closed, Monday to Friday, in that time.
const HOLIDAYS: [NaiveDate; 6] = [
    day(2024, 1, 1),
    day(2024, 1, 15),
    day(2024, 2, 19),
    day(2024, 3, 29),
    day(2024, 5, 27),
    day(2024, 6, 19),
];

/// A day of which the samples' own code says that it exists.
pub(crate) const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("the samples name days that exist")
}

/// The business days from `first` to `last`.
pub(crate) fn business_days(first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let work =
        |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !HOLIDAYS.contains(day);
    first.iter_days().take_while(|day| *day <= last).filter(work).collect()
}

/// Whether the day is the first business day of its week.
pub(crate) fn starts_week(day: NaiveDate) -> bool {
    let monday = day - Days::new(u64::from(day.weekday().num_days_from_monday()));
    business_days(monday, day).len() == 1
}

/// The business day `count` after `day`.
pub(crate) fn business_day_after(day: NaiveDate, count: usize) -> NaiveDate {
    let later = business_days(day + Days::new(1), day + Days::new(30));
    later[count.max(1) - 1]
}

/// That many minutes after midnight of the day in New York.
///
/// # Panics
/// In the hour that the clocks skip or repeat; nobody at the firm writes then.
pub(crate) fn at(day: NaiveDate, minutes: u64) -> DateTime<Tz> {
    let minutes = i64::try_from(minutes).unwrap_or(0);
    let local = day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(minutes);
    New_York.from_local_datetime(&local).single().expect("the samples name times that exist once")
}

/// A time as the samples' texts write it: `2024-02-20 09:12`.
pub(crate) fn read_time(text: &str) -> DateTime<Tz> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("the samples write times so");
    at(local.date(), u64::from(chrono::Timelike::num_seconds_from_midnight(&local)) / 60)
}

/// The time as a Date header has it (RFC 5322 section 3.3).
pub(crate) fn header_date(at: DateTime<Tz>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S %z").to_string()
}

/// The time as a mailbox's separator line has it (RFC 4155): UTC, in the form of `asctime`.
pub(crate) fn separator_date(at: DateTime<Tz>) -> String {
    at.to_utc().format("%a %b %e %H:%M:%S %Y").to_string()
}
