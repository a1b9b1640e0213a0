//! Days as producers write them: the form, whether a time stands in the same field, whether the day exists.

use std::fmt;

/// In which order a day is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Order {
    /// `10/21/2010`; also where the day may be the month.
    MonthFirst,
    /// `21/10/2010`.
    DayFirst,
    /// `2010-10-21`.
    YearFirst,
    /// `20101021`.
    Compact,
    /// `21-Oct-2010`.
    Named,
    /// None of these.
    Other,
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MonthFirst => "mm/dd/yyyy",
            Self::DayFirst => "dd/mm/yyyy",
            Self::YearFirst => "yyyy-mm-dd",
            Self::Compact => "yyyymmdd",
            Self::Named => "a month by its name",
            Self::Other => "another form",
        })
    }
}

/// A day as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Form {
    pub(crate) order: Order,
    /// Whether a time stands in the same field.
    pub(crate) time: bool,
    /// Whether it is written with two, two and four digits and slashes.
    pub(crate) padded: bool,
    /// Whether the calendar has the day; true where that cannot be told.
    pub(crate) exists: bool,
}

impl Form {
    /// The form that the SEC's samples have.
    pub(crate) const STANDARD: Self =
        Self { order: Order::MonthFirst, time: false, padded: true, exists: true };
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let loose = self.order == Order::MonthFirst && !self.padded;
        if loose {
            f.write_str("m/d/yyyy")?
        } else {
            self.order.fmt(f)?
        }
        f.write_str(if self.time { " and a time" } else { "" })
    }
}

/// Tells the form of a day.
pub(crate) fn form(text: &str) -> Form {
    let text = text.trim();
    let cut = text.find(|c: char| c.is_whitespace() || c == 'T').filter(|at| *at >= 6).unwrap_or(text.len());
    let (day, rest) = text.split_at(cut);
    let other = Form { order: Order::Other, time: false, padded: false, exists: true };
    let parts: Vec<&str> = day.split(['/', '-', '.']).collect();
    let number = |part: &str| -> Option<u32> {
        (!part.is_empty() && part.len() <= 4 && part.bytes().all(|c| c.is_ascii_digit()))
            .then(|| part.parse().ok())?
    };
    let time = !rest.trim().is_empty();
    let (order, year, month, of_month) = match parts.as_slice() {
        [whole] if whole.len() == 8 && whole.bytes().all(|c| c.is_ascii_digit()) => {
            (Order::Compact, number(&whole[..4]), number(&whole[4..6]), number(&whole[6..]))
        }
        [year, month, day] if year.len() == 4 => (Order::YearFirst, number(year), number(month), number(day)),
        [day, month, year] if month.len() >= 3 && month.bytes().all(|c| c.is_ascii_alphabetic()) => {
            let known = number(day).is_some() && number(year).is_some();
            return if known { Form { order: Order::Named, time, ..other } } else { other };
        }
        [first, second, year] => {
            let (first, second) = (number(first), number(second));
            let day_first =
                first.is_some_and(|first| first > 12) && second.is_some_and(|second| second <= 12);
            if day_first {
                (Order::DayFirst, number(year), second, first)
            } else {
                (Order::MonthFirst, number(year), first, second)
            }
        }
        _ => return other,
    };
    let (Some(year), Some(month), Some(of_month)) = (year, month, of_month) else { return other };
    let padded = day.len() == 10 && day.as_bytes()[2] == b'/' && day.as_bytes()[5] == b'/';
    Form { order, time, padded, exists: exists(year, month, of_month) }
}

/// The days that a text may mean, since 1970-01-01: the day may stand before the month. None where no year of four
/// digits stands in it, or no calendar has the day; the first is there where any is.
pub(crate) fn days(text: &str) -> [Option<i64>; 2] {
    let text = text.trim();
    let day = text.split(|c: char| c.is_whitespace() || c == 'T').next().unwrap_or_default();
    if !day.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'-' | b'.')) {
        return [None, None];
    }
    let mut parts = [""; 4];
    let mut count = 0;
    for part in day.split(['/', '-', '.']).take(4) {
        parts[count] = part;
        count += 1;
    }
    let since = |year: &str, month: &str, of_month: &str| {
        let number = |part: &str, most: usize| (part.len() <= most).then(|| part.parse::<u32>().ok())?;
        let year = Some(year).filter(|year| year.len() == 4).and_then(|year| number(year, 4))?;
        let (month, of_month) = (number(month, 2)?, number(of_month, 2)?);
        exists(year, month, of_month).then(|| since_1970(year, month, of_month))
    };
    let found = match (count, parts) {
        (1, [whole, ..]) if whole.len() == 8 => [since(&whole[..4], &whole[4..6], &whole[6..]), None],
        (3, [year, month, day, _]) if year.len() == 4 => [since(year, month, day), None],
        (3, [first, second, year, _]) => [since(year, first, second), since(year, second, first)],
        _ => [None, None],
    };
    if found[0].is_none() { [found[1], None] } else { found }
}

/// The first day that is likely, 1970-01-01, and the first that no longer is, 2101-01-01.
const LIKELY: std::ops::Range<i64> = 0..47_847;

/// Whether a day is so far off that it is more likely a mistake: what computers write where they know no date, or a
/// digit too many.
pub(crate) fn is_unlikely(text: &str) -> bool {
    let found = days(text);
    found[0].is_some() && found.iter().flatten().all(|day| !LIKELY.contains(day))
}

/// Days from 1970-01-01 to a day of the Gregorian calendar, by the count of its leap years.
fn since_1970(year: u32, month: u32, day: u32) -> i64 {
    // The year begins in March, so that the leap day is its last.
    let year = i64::from(year) - i64::from(month <= 2);
    let of_year = i64::from((month + 9) % 12 * 153 + 2) / 5 + i64::from(day) - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year - 719_468
}

/// Whether the calendar has this day; a year of two digits is taken as it stands.
fn exists(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn forms_are_told_apart() {
        assert_eq!(form("02/29/2024"), Form::STANDARD);
        for (text, shown) in [
            ("5/21/2001 3:48 PM", "m/d/yyyy and a time"),
            ("21/05/2001", "dd/mm/yyyy"),
            ("2001-05-21", "yyyy-mm-dd"),
            ("2001-05-21T03:48:00Z", "yyyy-mm-dd and a time"),
            ("20010521", "yyyymmdd"),
            ("21-May-2001", "a month by its name"),
            ("yesterday", "another form"),
        ] {
            assert_eq!(form(text).to_string(), shown, "{text}");
            assert!(form(text).exists && form(text) != Form::STANDARD);
        }
    }

    #[test]
    fn days_that_no_calendar_has_are_told() {
        for text in ["02/29/2023", "13/21/2024", "02/00/2024", "2024-02-30", "20241301"] {
            assert!(!form(text).exists, "{text}");
        }
    }

    #[test]
    fn days_are_counted_in_either_reading_and_far_ones_are_unlikely() {
        assert_eq!(days("01/01/1970"), [Some(0), Some(0)]);
        assert_eq!(days("2024-02-29T10:00:00Z"), [Some(19_782), None]);
        assert_eq!(days("20000301"), [Some(11_017), None]);
        assert_eq!(days("03/04/2024"), [Some(19_786), Some(19_816)]);
        assert_eq!(days("21/05/2001"), [Some(11_463), None]);
        for text in ["02/30/2024", "5/21/01", "yesterday", "", "1/2/3/2024"] {
            assert_eq!(days(text), [None, None], "{text}");
        }
        assert!(is_unlikely("01/01/1601") && is_unlikely("12/31/1969") && is_unlikely("2204-03-04"));
        assert!(!is_unlikely("12/31/2100") && !is_unlikely("01/01/1970") && !is_unlikely("3/4/24"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,20}", digits in "[0-9/T -]{0,20}") {
            form(&text);
            form(&digits);
            prop_assert!(days(&text)[0].is_some() || !is_unlikely(&text));
            prop_assert!(days(&digits)[0].is_some() || !is_unlikely(&digits));
        }
    }
}
