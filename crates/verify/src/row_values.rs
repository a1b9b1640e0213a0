//! What a row's values say by themselves: counts, dates, times, required fields.

use crate::code::Code;
use crate::fields::Field;
use crate::finding::{Findings, shown};
use crate::number::Number;
use crate::row::DocumentRow;

/// Checks one row.
pub(crate) fn check(
    row: &DocumentRow<'_>,
    range: Option<&(Number, Number)>,
    file: &str,
    findings: &mut Findings,
) {
    let mut add = |code: Code, field: Field, message: String| {
        findings.in_row(code, file, row.number, Some(&row.columns.name_of(field)), message);
    };
    for field in Field::FILLED {
        if row.columns.has(field) && row.get(field).is_none() {
            add(Code::FieldEmpty, field, "found nothing".into());
        }
    }
    if let (Some((first, last)), Some(stated)) = (range, row.get(Field::PageCount)) {
        let pages = last.position - first.position + 1;
        if whole_number(stated) != Some(pages) {
            add(
                Code::PageCount,
                Field::PageCount,
                format!("found {}, {first} - {last} are {pages}", shown(stated)),
            );
        }
    }
    for field in Field::DATES {
        if let Some(date) = row.get(field).filter(|date| !is_date(date)) {
            add(Code::DateForm, field, format!("found {}, expected mm/dd/yyyy", shown(date)));
        }
    }
    for field in Field::TIMES {
        if let Some(time) = row.get(field).filter(|time| !has_zone(time)) {
            add(Code::TimeWithoutZone, field, format!("found {}, expected a zone at its end", shown(time)));
        }
    }
}

/// A count, with or without commas between the thousands: the SEC's sample is `5,952`.
pub(crate) fn whole_number(text: &str) -> Option<u64> {
    let digits: String = text.trim().chars().filter(|c| *c != ',').collect();
    let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

/// Whether a text is a day of the calendar as mm/dd/yyyy.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    let [month, day, year] = parts.as_slice() else { return false };
    let read = |part: &str, width: usize| {
        (part.len() == width && part.bytes().all(|c| c.is_ascii_digit()))
            .then(|| part.parse::<u32>().ok())
            .flatten()
    };
    let (Some(month), Some(day), Some(year)) = (read(month, 2), read(day, 2), read(year, 4)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// Whether a time ends in a zone: `07:05 PM GMT`, `19:05 America/New_York`, `07:05 PM -05:00`.
fn has_zone(text: &str) -> bool {
    let last = text.split_whitespace().last().unwrap_or_default();
    let half_of_day = ["AM", "PM"].iter().any(|half| half.eq_ignore_ascii_case(last));
    let name = last.starts_with(|c: char| c.is_ascii_alphabetic()) && !half_of_day;
    let offset = last.starts_with(['+', '-', '−', '(']) && last.len() > 1;
    (name || offset) && text.split_whitespace().count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_of_the_calendar_and_nothing_else() {
        assert!(is_date("02/29/2024") && is_date("12/31/2010"));
        for wrong in
            ["2/9/2024", "02/29/2023", "13/01/2024", "2024-02-29", "10/12/2010 07:05 PM", "02/00/2024"]
        {
            assert!(!is_date(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_time_needs_its_zone() {
        assert!(
            has_zone("07:05 PM GMT") && has_zone("07:05 PM -05:00") && has_zone("19:05 America/New_York")
        );
        assert!(!has_zone("07:05 PM") && !has_zone("19:05") && !has_zone("GMT"));
    }

    #[test]
    fn thousands_may_be_parted_by_commas() {
        assert_eq!(whole_number("5,952"), Some(5952));
        assert_eq!(whole_number("12 KB"), None);
        assert_eq!(whole_number(","), None);
    }
}
