//! Civil days as the simulated firms live them: weekends, market holidays, early closes, clock changes.
//!
//! Written from the exchange's published holidays, apart from whatever calendar the program under test
//! has: a fault of the one is no fault of the other.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};

/// What kind of day it is for an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DayKind {
    /// An ordinary day of its weekday.
    Ordinary,
    /// The market is shut.
    Holiday,
    /// The market shuts early.
    EarlyClose,
    /// The firm itself is shut.
    Closure,
}

/// The day `days` after.
pub(crate) fn after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// The day `days` before.
pub(crate) fn before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}

/// A day that is known to exist.
pub(crate) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or(NaiveDate::MIN)
}

pub(crate) fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Monday to Friday, and the market is open: the days in which the bars count.
pub(crate) fn is_working(day: NaiveDate) -> bool {
    !is_weekend(day) && !is_market_holiday(day)
}

/// The working day on which a loss that begins on `day` first shows.
pub(crate) fn working_from(mut day: NaiveDate) -> NaiveDate {
    while !is_working(day) {
        day = after(day, 1);
    }
    day
}

/// The working day on which a loss that ends on `day` last shows.
pub(crate) fn working_to(mut day: NaiveDate) -> NaiveDate {
    while !is_working(day) {
        day = before(day, 1);
    }
    day
}

/// Working days from `first` to `last`, both included; none where the last is before the first.
pub(crate) fn working_days(first: NaiveDate, last: NaiveDate) -> u64 {
    first.iter_days().take_while(|day| *day <= last).filter(|day| is_working(*day)).count() as u64
}

/// Working days between two days, signed: how many working days `found` lies after `truth`.
pub(crate) fn working_days_off(truth: NaiveDate, found: NaiveDate) -> i64 {
    let (low, high, sign) = if found < truth { (found, truth, -1) } else { (truth, found, 1) };
    let between = low.iter_days().take_while(|day| *day < high).filter(|day| is_working(*day)).count();
    sign * i64::try_from(between).unwrap_or(i64::MAX)
}

/// Hours of the civil day in New York: 23 and 25 when clocks change (Energy Policy Act of 2005, section
/// 110: second Sunday of March, first Sunday of November, since 2007).
pub(crate) fn hours(day: NaiveDate) -> f64 {
    let (spring, autumn) = (nth(day.year(), 3, Weekday::Sun, 2), nth(day.year(), 11, Weekday::Sun, 1));
    if day == spring {
        23.0
    } else if day == autumn {
        25.0
    } else {
        24.0
    }
}

fn nth(year: i32, month: u32, weekday: Weekday, nth: u8) -> NaiveDate {
    NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth).unwrap_or(NaiveDate::MIN)
}

fn last_monday_of_may(year: i32) -> NaiveDate {
    let last = day(year, 5, 31);
    before(last, u64::from(last.weekday().num_days_from_monday()))
}

/// Easter Sunday of the Gregorian calendar (anonymous algorithm, Nature, 20 April 1876).
fn easter(year: i32) -> NaiveDate {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    day(year, u32::try_from(n / 31).unwrap_or(1), u32::try_from(n % 31 + 1).unwrap_or(1))
}

/// The weekday on which a fixed holiday is kept.
fn observed(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => before(day, 1),
        Weekday::Sun => after(day, 1),
        _ => day,
    }
}

/// Whether the New York exchange was shut on a weekday, 2008 to 2030, its unplanned closings included.
pub(crate) fn is_market_holiday(asked: NaiveDate) -> bool {
    let year = asked.year();
    // A New Year's Day on a Saturday is not kept on the Friday before, which closes the year's books.
    let new_year = day(year, 1, 1);
    let new_year = if new_year.weekday() == Weekday::Sat { new_year } else { observed(new_year) };
    asked == new_year
        || asked == nth(year, 1, Weekday::Mon, 3)
        || asked == nth(year, 2, Weekday::Mon, 3)
        || asked == before(easter(year), 2)
        || asked == last_monday_of_may(year)
        || (year >= 2022 && asked == observed(day(year, 6, 19)))
        || asked == observed(day(year, 7, 4))
        || asked == nth(year, 9, Weekday::Mon, 1)
        || asked == nth(year, 11, Weekday::Thu, 4)
        || asked == observed(day(year, 12, 25))
        // Hurricane Sandy, and two presidents' funerals.
        || [day(2012, 10, 29), day(2012, 10, 30), day(2018, 12, 5), day(2025, 1, 9)].contains(&asked)
}

/// Whether the market shut at one o'clock: the day after Thanksgiving, Christmas Eve, 3 July.
pub(crate) fn is_early_close(asked: NaiveDate) -> bool {
    let year = asked.year();
    let thanksgiving = nth(year, 11, Weekday::Thu, 4);
    is_working(asked)
        && (asked == after(thanksgiving, 1) || asked == day(year, 12, 24) || asked == day(year, 7, 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holidays_are_those_that_the_exchange_kept() {
        for (year, month, date) in
            [(2018, 3, 30), (2021, 7, 5), (2021, 12, 24), (2022, 6, 20), (2023, 1, 2), (2024, 5, 27)]
        {
            assert!(is_market_holiday(day(year, month, date)), "{year}-{month}-{date}");
        }
        // Not kept: Juneteenth before 2022, the Friday before a New Year's Day on a Saturday, Columbus Day.
        for (year, month, date) in [(2021, 6, 18), (2021, 12, 31), (2023, 10, 9), (2024, 11, 11)] {
            assert!(!is_market_holiday(day(year, month, date)), "{year}-{month}-{date}");
        }
    }

    #[test]
    fn ends_are_compared_in_working_days() {
        let (friday, saturday, monday) = (day(2024, 3, 1), day(2024, 3, 2), day(2024, 3, 4));
        assert_eq!(working_from(saturday), monday);
        assert_eq!(working_to(day(2024, 3, 3)), friday);
        assert_eq!(working_days_off(friday, monday), 1);
        assert_eq!(working_days_off(monday, friday), -1);
        assert_eq!(working_days(friday, monday), 2);
    }

    #[test]
    fn two_days_a_year_are_not_24_hours() {
        let odd: Vec<_> = day(2023, 1, 1).iter_days().take(365).filter(|day| hours(*day) != 24.0).collect();
        assert_eq!(odd, [day(2023, 3, 12), day(2023, 11, 5)]);
    }
}
