//! Market holidays: the weekdays on which the New York Stock Exchange does not open.
//!
//! Rules: NYSE Rule 7.2 (before 2010s numbering: Rule 51) and the exchange's yearly notices. A holiday on a
//! Sunday is kept on the Monday after it; one on a Saturday on the Friday before it, except New Year's Day,
//! whose Friday ends a year's accounts and stays open. Juneteenth is kept from 2022. Closures for one occasion
//! are listed one by one.
//!
//! Limits: from [`FIRST_YEAR`] to [`LAST_YEAR`]; outside them no holiday is known and weekdays count as
//! business days. Early closings are business days.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};

/// First year whose holidays are known.
pub(crate) const FIRST_YEAR: i32 = 2000;
/// Last such year.
pub(crate) const LAST_YEAR: i32 = 2035;

/// First year in which the exchange kept Juneteenth.
const JUNETEENTH_SINCE: i32 = 2022;

/// Closures for one occasion: year, month, day.
const ONE_OCCASION: [(i32, u32, u32); 10] = [
    // The attacks of 11 September.
    (2001, 9, 11),
    (2001, 9, 12),
    (2001, 9, 13),
    (2001, 9, 14),
    // Days of mourning for Presidents Reagan, Ford, Bush and Carter.
    (2004, 6, 11),
    (2007, 1, 2),
    (2018, 12, 5),
    (2025, 1, 9),
    // Hurricane Sandy.
    (2012, 10, 29),
    (2012, 10, 30),
];

/// Whether the exchange is closed on a day that is no Saturday or Sunday.
pub(crate) fn is_market_holiday(day: NaiveDate) -> bool {
    let year = day.year();
    (FIRST_YEAR..=LAST_YEAR).contains(&year)
        && !is_weekend(day)
        && (ONE_OCCASION.contains(&(year, day.month(), day.day())) || is_yearly(day))
}

/// Whether it is the Friday after Thanksgiving or a weekday from 24 to 31 December: business days on which
/// most firms are nearly empty.
pub(crate) fn is_quiet(day: NaiveDate) -> bool {
    let after_thanksgiving =
        day.month() == 11 && day.weekday() == Weekday::Fri && (23..=29).contains(&day.day());
    after_thanksgiving || (day.month() == 12 && day.day() >= 24)
}

pub(crate) fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn is_yearly(day: NaiveDate) -> bool {
    let (month, date, weekday) = (day.month(), day.day(), day.weekday());
    let monday = weekday == Weekday::Mon;
    let week_of_month = date.div_ceil(7);
    match month {
        1 if monday && week_of_month == 3 => true,
        2 if monday && week_of_month == 3 => true,
        5 if monday && date > 24 => true,
        9 if monday && week_of_month == 1 => true,
        11 if weekday == Weekday::Thu && week_of_month == 4 => true,
        _ => is_kept(day) || is_good_friday(day),
    }
}

/// Holidays with a date of their own, on the day on which they are kept.
fn is_kept(day: NaiveDate) -> bool {
    let (month, date, weekday) = (day.month(), day.day(), day.weekday());
    let kept = |of_month: u32, of_date: u32, before_too: bool| {
        month == of_month
            && (date == of_date
                || (date == of_date + 1 && weekday == Weekday::Mon)
                || (before_too && date + 1 == of_date && weekday == Weekday::Fri))
    };
    kept(1, 1, false)
        || (day.year() >= JUNETEENTH_SINCE && kept(6, 19, true))
        || kept(7, 4, true)
        || kept(12, 25, true)
}

fn is_good_friday(day: NaiveDate) -> bool {
    easter(day.year()).and_then(|easter| easter.checked_sub_days(Days::new(2))) == Some(day)
}

/// Easter Sunday of the Gregorian calendar (the anonymous algorithm of Nature, 20 April 1876; Meeus,
/// Astronomical Algorithms, chapter 8).
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(n / 31).ok()?, u32::try_from(n % 31 + 1).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(year: i32) -> Vec<String> {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
        let days = first.iter_days().take_while(|day| day.year() == year);
        days.filter(|day| is_market_holiday(*day)).map(|day| day.format("%m-%d").to_string()).collect()
    }

    #[test]
    fn the_days_of_known_years_are_those_of_the_exchange() {
        let known: [(i32, &[&str]); 9] = [
            (
                2001,
                &[
                    "01-01", "01-15", "02-19", "04-13", "05-28", "07-04", "09-03", "09-11", "09-12", "09-13",
                    "09-14", "11-22", "12-25",
                ],
            ),
            (
                2004,
                &["01-01", "01-19", "02-16", "04-09", "05-31", "06-11", "07-05", "09-06", "11-25", "12-24"],
            ),
            (
                2007,
                &["01-01", "01-02", "01-15", "02-19", "04-06", "05-28", "07-04", "09-03", "11-22", "12-25"],
            ),
            (
                2012,
                &[
                    "01-02", "01-16", "02-20", "04-06", "05-28", "07-04", "09-03", "10-29", "10-30", "11-22",
                    "12-25",
                ],
            ),
            (
                2018,
                &["01-01", "01-15", "02-19", "03-30", "05-28", "07-04", "09-03", "11-22", "12-05", "12-25"],
            ),
            (2021, &["01-01", "01-18", "02-15", "04-02", "05-31", "07-05", "09-06", "11-25", "12-24"]),
            (2022, &["01-17", "02-21", "04-15", "05-30", "06-20", "07-04", "09-05", "11-24", "12-26"]),
            (
                2024,
                &["01-01", "01-15", "02-19", "03-29", "05-27", "06-19", "07-04", "09-02", "11-28", "12-25"],
            ),
            (
                2025,
                &[
                    "01-01", "01-09", "01-20", "02-17", "04-18", "05-26", "06-19", "07-04", "09-01", "11-27",
                    "12-25",
                ],
            ),
        ];
        for (year, days) in known {
            assert_eq!(of(year), days, "{year}");
        }
    }

    #[test]
    fn a_new_years_day_on_a_saturday_is_kept_on_no_weekday_and_a_fourth_of_july_on_its_friday() {
        assert!(!is_market_holiday("2010-12-31".parse().unwrap()));
        assert!(!is_market_holiday("2021-12-31".parse().unwrap()));
        assert!(is_market_holiday("2020-07-03".parse().unwrap()));
        assert!(!is_market_holiday("2021-06-18".parse().unwrap()));
    }

    #[test]
    fn every_year_has_nine_or_ten_yearly_holidays_and_none_is_known_outside_the_years() {
        for year in FIRST_YEAR..=LAST_YEAR {
            let yearly = of(year).len() - ONE_OCCASION.iter().filter(|one| one.0 == year).count();
            assert!((8..=10).contains(&yearly), "{year}: {yearly}");
        }
        assert_eq!(of(FIRST_YEAR - 1), Vec::<String>::new());
        assert_eq!(of(LAST_YEAR + 1), Vec::<String>::new());
    }
}
