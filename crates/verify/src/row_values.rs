//! What a row's values say by themselves: counts, dates, times, required fields.

use crate::code::Code;
use crate::dates::{self, Form};
use crate::fields::Field;
use crate::finding::{Example, Findings, shown};
use crate::number::Number;
use crate::row::DocumentRow;
use duces_model::Md5;
use std::collections::BTreeSet;

/// Checks one row; which forms its dates have goes to `seen`.
pub(crate) fn check(
    row: &DocumentRow<'_>,
    range: Option<&(Number, Number)>,
    file: &str,
    seen: &mut BTreeSet<(Field, Form)>,
    findings: &mut Findings,
) {
    let mut add = |code: Code, field: Field, message: &dyn Fn() -> String| {
        findings.add_with(code, || {
            let field = Some(row.columns.name_of(field));
            Example { row: Some(row.number), field, ..Example::of_file(file, message()) }
        });
    };
    for field in Field::FILLED {
        if row.columns.has(field) && row.get(field).is_none() {
            add(Code::FieldEmpty, field, &|| "found nothing".into());
        }
    }
    if let (Some((first, last)), Some(stated)) = (range, row.get(Field::PageCount)) {
        let pages = last.position - first.position + 1;
        if whole_number(stated) != Some(pages) {
            add(Code::PageCount, Field::PageCount, &|| {
                format!("found {}, {first} - {last} are {pages}", shown(stated))
            });
        }
    }
    for field in Field::DATES {
        let Some(date) = row.get(field) else { continue };
        let form = dates::form(date);
        if !form.exists {
            add(Code::DateImpossible, field, &|| format!("found {}, no calendar has that day", shown(date)));
        } else if form != Form::STANDARD {
            add(Code::DateForm, field, &|| format!("found {} ({form}), expected mm/dd/yyyy", shown(date)));
        }
        if form.exists {
            seen.insert((field, form));
        }
    }
    let redacted = row.get(Field::Redacted).is_some_and(|value| !is_no(value))
        || row.get(Field::Properties).is_some_and(|value| value.to_lowercase().contains("redacted"));
    if redacted && row.get(Field::Link).is_some() {
        add(Code::RedactedNative, Field::Link, &|| {
            "found a native in a row that is marked as redacted".into()
        });
    }
    if let Some(stated) = row.get(Field::MessageHash)
        && let Some(message) = message_hash(stated, row.get(Field::IntMsgId))
    {
        add(Code::MessageHashDiffers, Field::MessageHash, &|| message.clone());
    }
    if row.get(Field::Inclusive).is_some()
        && row.columns.has(Field::ThreadId)
        && row.get(Field::ThreadId).is_none()
    {
        add(Code::ThreadWithoutName, Field::ThreadId, &|| {
            "found nothing, expected the name of a thread".into()
        });
    }
    for field in Field::TIMES {
        if let Some(time) = row.get(field).filter(|time| !has_zone(time)) {
            add(Code::TimeWithoutZone, field, &|| {
                format!("found {}, expected a zone at its end", shown(time))
            });
        }
    }
}

/// What is wrong with a Message Identification Hash; `id` is the row's Message-ID, with angle brackets or without.
fn message_hash(stated: &str, id: Option<&str>) -> Option<String> {
    if stated.len() != 32 || !stated.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(format!("found {}, expected the 32 hexadecimal digits of an MD5", shown(stated)));
    }
    let id = id?.trim_start_matches('<').trim_end_matches('>');
    let expected = Md5::of(format!("<{id}>")).to_string();
    let differs = !stated.eq_ignore_ascii_case(&expected);
    differs.then(|| format!("found {stated}, the MD5 of <{id}> is {}", expected.to_ascii_uppercase()))
}

/// Whether a mark says no.
fn is_no(value: &str) -> bool {
    ["no", "n", "false", "f", "0", "none"].iter().any(|no| value.eq_ignore_ascii_case(no))
}

/// A count, with or without commas between the thousands: the SEC's sample is `5,952`.
pub(crate) fn whole_number(text: &str) -> Option<u64> {
    let digits: String = text.trim().chars().filter(|c| *c != ',').collect();
    let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
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
    fn a_time_needs_its_zone() {
        assert!(
            has_zone("07:05 PM GMT") && has_zone("07:05 PM -05:00") && has_zone("19:05 America/New_York")
        );
        assert!(!has_zone("07:05 PM") && !has_zone("19:05") && !has_zone("GMT"));
    }

    #[test]
    fn a_message_hash_is_the_md5_of_the_message_id_with_its_brackets_whatever_the_case_of_its_digits() {
        let hash = Md5::of("<a@x>").to_string();
        assert_eq!(message_hash(&hash, Some("<a@x>")), None);
        assert_eq!(message_hash(&hash.to_uppercase(), Some("a@x")), None);
        assert_eq!(message_hash(&hash, None), None, "there is nothing to hold it against");
        assert!(message_hash(&hash, Some("<A@x>")).unwrap().contains("the MD5 of <A@x> is"));
        assert!(message_hash("null", Some("<a@x>")).unwrap().contains("32 hexadecimal digits"));
    }

    #[test]
    fn thousands_may_be_parted_by_commas() {
        assert_eq!(whole_number("5,952"), Some(5952));
        assert_eq!(whole_number("12 KB"), None);
        assert_eq!(whole_number(","), None);
    }
}
