//! The Date header (RFC 5322 section 3.3 and 4.3) to an instant, without guessing.
//!
//! A date whose instant is not stated (no zone, a zone name with more than one meaning, a day that
//! does not exist) is not read: a search by date then answers "cannot tell".

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, TimeZone, Utc};

/// Why a Date header gives no instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadDate {
    /// Not in the form of a date, or no such day or time.
    Form,
    /// No zone, or a zone name that does not say its offset.
    Zone,
    /// A date outside 1970 to 2199.
    Implausible,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads the text of a Date header.
pub(crate) fn read(text: &str) -> Result<DateTime<Utc>, BadDate> {
    let bare = without_comments(text);
    let instant = iso(&bare).map_or_else(|| rfc(&bare), Ok)?;
    if (1970..=2199).contains(&instant.year()) { Ok(instant) } else { Err(BadDate::Implausible) }
}

fn without_comments(text: &str) -> String {
    let mut depth = 0_usize;
    let mut bare = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                bare.push(' ');
            }
            c if depth == 0 => bare.push(c),
            _ => {}
        }
    }
    bare
}

/// ISO 8601 with its zone: `2024-03-01T09:30:00Z`, also with a space.
fn iso(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if !text.is_ascii() || text.len() < 19 || text.as_bytes()[4] != b'-' {
        return None;
    }
    let joined = format!("{}T{}", &text[..10], text[11..].replace(' ', ""));
    DateTime::parse_from_rfc3339(&joined)
        .or_else(|_| DateTime::parse_from_str(&joined, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .ok()
        .map(|date| date.with_timezone(&Utc))
}

/// The RFC forms: an optional weekday, `1 Mar 2024 09:30[:00] zone`; and the order of `ctime`,
/// `Mar 1 09:30:00 zone 2024`, which mail programs also write.
fn rfc(text: &str) -> Result<DateTime<Utc>, BadDate> {
    let (mut day, mut month, mut year, mut clock) = (None, None, None, None);
    let mut zone: Option<Result<i32, BadDate>> = None;
    let tokens = text.split(|c: char| c.is_whitespace() || c == ',').filter(|token| !token.is_empty());
    for token in tokens.flat_map(parts) {
        let first = token.as_bytes()[0];
        if token.contains(':') && clock.is_none() {
            clock = Some(time(token).ok_or(BadDate::Form)?);
        } else if matches!(first, b'+' | b'-') && clock.is_some() {
            // A number after a name: GMT+0200. The number is the offset.
            zone = Some(offset(token).ok_or(BadDate::Zone));
        } else if token.bytes().all(|byte| byte.is_ascii_digit()) {
            let number: i32 = token.parse().map_err(|_| BadDate::Form)?;
            match (day, year) {
                (None, _) if token.len() <= 2 => day = Some(number),
                (_, None) => year = Some(full_year(number, token.len())),
                _ => return Err(BadDate::Form),
            }
        } else if let Some(found) = month_of(token).filter(|_| month.is_none()) {
            month = Some(found);
        } else if clock.is_some() {
            zone = zone.or(Some(zone_of(token)));
        } else if !is_weekday(token) {
            return Err(BadDate::Form);
        }
    }
    let (Some(day), Some(month), Some(year), Some((hour, minute, second))) = (day, month, year, clock) else {
        return Err(BadDate::Form);
    };
    let day = u32::try_from(day).map_err(|_| BadDate::Form)?;
    let date = NaiveDate::from_ymd_opt(year, month, day).ok_or(BadDate::Form)?;
    // A leap second is the last second of its minute.
    let local = date.and_hms_opt(hour, minute, second.min(59)).ok_or(BadDate::Form)?;
    let seconds = zone.unwrap_or(Err(BadDate::Zone))?;
    let zone = FixedOffset::east_opt(seconds).ok_or(BadDate::Zone)?;
    zone.from_local_datetime(&local).single().map(|date| date.with_timezone(&Utc)).ok_or(BadDate::Form)
}

/// Splits `09:30:00+0200`, `01-Mar-2024` and `GMT+0200`.
fn parts(token: &str) -> Vec<&str> {
    if let Some(at) = token.find(['+', '-']).filter(|at| *at > 0) {
        if token.contains(':')
            || token[..at].bytes().all(|byte| byte.is_ascii_alphabetic())
                && !token[at + 1..].contains('-')
                && token[at + 1..].bytes().all(|b| b.is_ascii_digit())
        {
            return vec![&token[..at], &token[at..]];
        }
        return token.split('-').filter(|part| !part.is_empty()).collect();
    }
    vec![token]
}

fn time(token: &str) -> Option<(u32, u32, u32)> {
    let mut numbers = token.split(':').map(|part| {
        let whole = part.split('.').next().unwrap_or("");
        (whole.len() <= 2).then(|| whole.parse::<u32>().ok()).flatten()
    });
    let (hour, minute) = (numbers.next()??, numbers.next()??);
    let second = numbers.next().map_or(Some(0), |second| second)?;
    (numbers.next().is_none() && hour < 24 && minute < 60 && second <= 60).then_some((hour, minute, second))
}

fn offset(token: &str) -> Option<i32> {
    let digits: String = token[1..].chars().filter(|c| *c != ':').collect();
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    let seconds = hours * 3600 + minutes * 60;
    (hours <= 15 && minutes < 60).then_some(if token.starts_with('-') { -seconds } else { seconds })
}

/// RFC 5322 section 4.3: two digits are 1950 to 2049, three count from 1900.
fn full_year(number: i32, digits: usize) -> i32 {
    match digits {
        0..=2 if number < 50 => number + 2000,
        0..=3 => number + 1900,
        _ => number,
    }
}

fn month_of(token: &str) -> Option<u32> {
    let start = token.get(..3)?.to_ascii_lowercase();
    let number = MONTHS.iter().position(|month| **month == start)?;
    token
        .bytes()
        .all(|byte| byte.is_ascii_alphabetic() || byte == b'.')
        .then(|| u32::try_from(number + 1).ok())?
}

fn is_weekday(token: &str) -> bool {
    let start = token.get(..3).map(str::to_ascii_lowercase);
    matches!(start.as_deref(), Some("mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun"))
}

/// Zone names with one meaning: those of RFC 5322 section 4.3, and some that only one zone uses.
/// Military letters other than Z were defined wrongly in RFC 822 and say nothing.
fn zone_of(token: &str) -> Result<i32, BadDate> {
    let hours = match token.to_ascii_uppercase().trim_matches('"') {
        "UT" | "UTC" | "GMT" | "Z" | "WET" => 0,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" | "AKDT" => -8,
        "AKST" => -9,
        "HST" => -10,
        "CET" | "MET" | "MEZ" | "WEST" => 1,
        "CEST" | "MEST" | "MESZ" | "EET" => 2,
        "EEST" | "MSK" => 3,
        "JST" | "KST" => 9,
        "AEST" => 10,
        "AEDT" => 11,
        "NZST" => 12,
        "NZDT" => 13,
        _ => return Err(BadDate::Zone),
    };
    Ok(hours * 3600)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_forms_that_state_an_instant_are_read() {
        for text in [
            "Fri, 1 Mar 2024 09:30:00 -0500",
            "1 Mar 2024 09:30 EST",
            "Fri, 01 Mar 24 14:30:00 GMT",
            "Fri Mar  1 09:30:00 -0500 2024",
            "Fri Mar  1 14:30:00 UTC 2024",
            "Fri, 1 Mar 2024 15:30:00 +0100 (CET)",
            "Friday, 01-Mar-2024 14:30:00 GMT",
            "Fri, 1 Mar 2024 14:30:00 GMT+0000",
            "Fri, (a) 1 Mar (b(c)) 2024 14:30:00 +0000",
            "2024-03-01T14:30:00Z",
            "2024-03-01 09:30:00 -0500",
            "2024-03-01T14:30:00.123+00:00",
            "Fri, 1 Mar 2024 09:30:00-0500",
            "Fri, 1 March 2024 14:30:00 +00:00",
        ] {
            let read = read(text).map(|date| date.timestamp());
            assert_eq!(read, Ok(1_709_303_400), "{text}");
        }
    }

    #[test]
    fn what_states_no_instant_is_not_guessed() {
        for (text, why) in [
            ("", BadDate::Form),
            ("yesterday", BadDate::Form),
            ("Fri, 31 Feb 2024 09:30:00 +0000", BadDate::Form),
            ("Fri, 1 Mar 2024 25:30:00 +0000", BadDate::Form),
            ("Fri, 1 Mar 2024 09:30:00", BadDate::Zone),
            ("Fri, 1 Mar 2024 09:30:00 IST", BadDate::Zone),
            ("Fri, 1 Mar 2024 09:30:00 A", BadDate::Zone),
            ("Fri, 1 Mar 1904 09:30:00 +0000", BadDate::Implausible),
            ("1 Mar 99999 09:30:00 +0000", BadDate::Implausible),
            ("1 2 3 4 5 6", BadDate::Form),
        ] {
            assert_eq!(read(text), Err(why), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,60}") {
            let _ = read(&text);
        }

        #[test]
        fn what_is_written_by_the_rules_reads_back(seconds in 0_i64..7_000_000_000, minutes in -840_i32..840) {
            let zone = FixedOffset::east_opt(minutes * 60).unwrap();
            let date = zone.timestamp_opt(seconds, 0).unwrap();
            prop_assert_eq!(read(&date.to_rfc2822()).map(|date| date.timestamp()), Ok(seconds));
        }
    }
}
