//! Days as people and spreadsheets write them: `yyyy-mm-dd` is read, everything else is explained.

use chrono::{Datelike as _, Days, NaiveDate};

/// Years of which days are read.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 1970..=2199;

/// Why a cell is no day, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoDay {
    /// What was found and what was expected.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: String,
}

/// Reads `yyyy-mm-dd` (ISO 8601) of the years 1970 to 2199 and nothing else.
pub(crate) fn parse(text: &str) -> Result<NaiveDate, NoDay> {
    match iso(text) {
        Some(day) if YEARS.contains(&day.year()) => Ok(day),
        Some(day) => Err(refuse(
            format!("found year {}, expected a year from {} to {}", day.year(), YEARS.start(), YEARS.end()),
            None,
        )),
        None => Err(explain(text)),
    }
}

fn iso(text: &str) -> Option<NaiveDate> {
    let digits = |range: std::ops::Range<usize>| {
        text.get(range).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let written = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
    written.then(|| civil(year, month, day))?
}

fn civil(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn refuse(message: String, meant: Option<NaiveDate>) -> NoDay {
    let hint = match meant {
        Some(day) => format!("if that is meant, write {day}"),
        None => {
            "format the column as yyyy-mm-dd in the spreadsheet before saving, such as 2024-03-31".to_owned()
        }
    };
    NoDay { message, hint }
}

fn explain(text: &str) -> NoDay {
    day_number(text)
        .or_else(|| with_time(text))
        .or_else(|| in_three_parts(text))
        .unwrap_or_else(|| refuse(format!("found {text:?}, expected a day as yyyy-mm-dd"), None))
}

/// `45352`: what Excel shows of a date in a cell formatted as a number; `20240304` likewise.
fn day_number(text: &str) -> Option<NoDay> {
    let whole = text.split_once(['.', ',']).map_or(text, |(whole, fraction)| {
        if fraction.bytes().all(|byte| byte.is_ascii_digit()) { whole } else { text }
    });
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if whole.len() == 8 {
        let day = civil(&whole[..4], &whole[4..6], &whole[6..])?;
        return Some(refuse(format!("found {text:?}, expected a day as yyyy-mm-dd"), Some(day)));
    }
    let number: u64 = whole.parse().ok()?;
    let from_1900 = counted("1899-12-30", number)?;
    let from_1904 = counted("1904-01-01", number)?;
    YEARS.contains(&from_1900.year()).then(|| {
        refuse(
            format!(
                "found {text:?}, a spreadsheet's day number (it would mean {from_1900}, or {from_1904} in a \
                 workbook that counts from 1904), expected a day as yyyy-mm-dd"
            ),
            None,
        )
    })
}

fn counted(origin: &str, days: u64) -> Option<NaiveDate> {
    origin.parse::<NaiveDate>().ok()?.checked_add_days(Days::new(days))
}

fn with_time(text: &str) -> Option<NoDay> {
    let day = iso(text.get(..10)?)?;
    let timed = text.get(10..)?.starts_with([' ', 'T']);
    timed.then(|| {
        refuse(format!("found {text:?}, a day with a time, expected a day as yyyy-mm-dd"), Some(day))
    })
}

fn in_three_parts(text: &str) -> Option<NoDay> {
    let parts: Vec<&str> =
        text.split(['/', '.', '-', ' ', ',']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let &[a, b, c] = parts.as_slice() else { return None };
    let is_number = |part: &str| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !(is_number(a) && is_number(b) && is_number(c)) {
        return month_by_name(text, a, b, c);
    }
    if a.len() == 4 {
        return Some(one_reading(text, civil(a, b, c)));
    }
    match c.len() {
        4 => Some(month_or_day_first(text, civil(c, a, b), civil(c, b, a))),
        _ => Some(refuse(
            format!("found {text:?}, whose year has not four digits, expected a day as yyyy-mm-dd"),
            None,
        )),
    }
}

fn one_reading(text: &str, meant: Option<NaiveDate>) -> NoDay {
    match meant {
        Some(_) => refuse(format!("found {text:?}, expected a day as yyyy-mm-dd"), meant),
        None => refuse(format!("found {text:?}, which is no day, expected a day as yyyy-mm-dd"), None),
    }
}

fn month_or_day_first(text: &str, month_first: Option<NaiveDate>, day_first: Option<NaiveDate>) -> NoDay {
    match (month_first, day_first) {
        (Some(one), Some(other)) if one != other => NoDay {
            message: format!(
                "found {text:?}, which is {one} if the month comes first and {other} if the day does, \
                 expected a day as yyyy-mm-dd"
            ),
            hint: format!("write {one} or {other}, whichever is meant"),
        },
        (one, other) => one_reading(text, one.or(other)),
    }
}

/// `4-Mar-2024`, `March 4, 2024`.
fn month_by_name(text: &str, a: &str, b: &str, c: &str) -> Option<NoDay> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let month = |part: &str| {
        let start = part.get(..3)?.to_ascii_lowercase();
        MONTHS.iter().position(|month| *month == start).map(|at| (at + 1).to_string())
    };
    let (month, day) = month(b).map(|month| (month, a)).or_else(|| month(a).map(|month| (month, b)))?;
    let meant = (c.len() == 4).then(|| civil(c, &month, day)).flatten();
    Some(refuse(format!("found {text:?}, expected a day as yyyy-mm-dd"), meant))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused(text: &str) -> String {
        let no_day = parse(text).unwrap_err();
        format!("{} | {}", no_day.message, no_day.hint)
    }

    #[test]
    fn a_date_that_can_be_read_in_two_ways_is_refused_with_both() {
        let said = refused("3/4/2024");
        assert!(
            said.contains("2024-03-04 if the month comes first and 2024-04-03 if the day does"),
            "{said}"
        );
        assert!(refused("03.04.2024").contains("2024-04-03"));
    }

    #[test]
    fn a_date_with_one_reading_is_refused_all_the_same_with_the_iso_form() {
        for (text, iso) in [
            ("13/4/2024", "2024-04-13"),
            ("4/13/2024", "2024-04-13"),
            ("31.12.2023", "2023-12-31"),
            ("3/3/2024", "2024-03-03"),
            ("2024/3/4", "2024-03-04"),
            ("2024-3-4", "2024-03-04"),
            ("20240304", "2024-03-04"),
            ("2024-03-04 00:00:00", "2024-03-04"),
            ("4-Mar-2024", "2024-03-04"),
            ("March 4, 2024", "2024-03-04"),
        ] {
            assert!(
                refused(text).contains(&format!("if that is meant, write {iso}")),
                "{text}: {}",
                refused(text)
            );
        }
    }

    #[test]
    fn a_day_number_is_refused_with_the_day_that_it_would_mean() {
        assert!(refused("45352").contains("it would mean 2024-03-01, or 2028-03-02"), "{}", refused("45352"));
        assert!(refused("45352.5").contains("2024-03-01"));
        assert!(!refused("2024").contains("day number"));
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "2024-02-30",
            "30/30/2024",
            "3/4/24",
            "4-Mar-24",
            "yesterday",
            "2024-13-01",
            "",
            "0024-03-04",
            "99999999999999999999",
            "2024-03-0ü",
            "1-2-3",
            "#####",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(refused("2024-02-30").contains("which is no day"));
        assert!(refused("3/4/24").contains("whose year has not four digits"));
    }

    proptest! {
        #[test]
        fn every_day_reads_back_as_it_was_written(days in 0_u64..83_000) {
            let day = NaiveDate::default() + Days::new(days);
            prop_assert_eq!(parse(&day.to_string()), Ok(day));
        }

        #[test]
        fn no_text_makes_it_fail_otherwise_than_by_saying_so(text in "\\PC{0,14}") {
            let _ = parse(&text);
        }

        #[test]
        fn no_number_text_makes_it_fail_otherwise_than_by_saying_so(text in "[0-9]{0,9}[./-][0-9]{0,9}[./-]?[0-9]{0,9}") {
            let _ = parse(&text);
        }
    }
}
