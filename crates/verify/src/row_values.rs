//! What a row's values say by themselves: counts, dates, times, required fields.

use crate::code::Code;
use crate::dates::{self, Form};
use crate::fields::Field;
use crate::finding::{Example, Findings, shown};
use crate::kept_back::KeptBack;
use crate::mail_head::MailHead;
use crate::number::Number;
use crate::row::DocumentRow;
use crate::times;
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
        if dates::is_unlikely(date) {
            add(Code::DateUnlikely, field, &|| {
                format!("found {}, expected a day of 1970 to 2100", shown(date))
            });
        }
        if form.time && !times::exists(date) {
            add(Code::TimeImpossible, field, &|| format!("found {}, no clock has that time", shown(date)));
        }
    }
    if let (Some(kept), Some(_)) = (KeptBack::of(row), row.get(Field::Link)) {
        let code = match kept {
            KeptBack::Withheld => Code::WithheldNative,
            KeptBack::Redacted => Code::RedactedNative,
        };
        add(code, Field::Link, &|| format!("found a native in a row that is marked as {}", kept.word()));
    }
    if let Some(header) = row.get(Field::Header) {
        // A line break inside a value is written with this sign.
        let header = format!("{}\n\n", header.replace('\u{AE}', "\n"));
        for (field, stated) in MailHead::of(header.as_bytes()).against(row) {
            add(Code::MailDiffers, field, &|| format!("found {stated}, the row's own HEADER says otherwise"));
        }
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
        let Some(time) = row.get(field) else { continue };
        if !times::exists(time) {
            add(Code::TimeImpossible, field, &|| format!("found {}, no clock has that time", shown(time)));
        }
        match times::zone(time) {
            None => add(Code::TimeWithoutZone, field, &|| {
                format!("found {}, expected a zone at its end", shown(time))
            }),
            Some(zone) => {
                if let Some(stated) =
                    row.get(Field::TimeZone).filter(|stated| times::contradict(zone, stated))
                {
                    add(Code::ZoneDiffers, field, &|| {
                        format!(
                            "found {}, {} says {}",
                            shown(time),
                            row.columns.name_of(Field::TimeZone),
                            shown(stated)
                        )
                    });
                }
            }
        }
    }
    if let Some((at, sign)) = row.row.control() {
        let code = if sign == 0 { Code::ZeroInside } else { Code::ControlInside };
        let field = row.columns.names.get(at).cloned();
        findings.add_with(code, || {
            let message = format!("found the sign U+{sign:04X}");
            Example { row: Some(row.number), field, ..Example::of_file(file, message) }
        });
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

/// A count, with or without commas between the thousands: the SEC's sample is `5,952`.
pub(crate) fn whole_number(text: &str) -> Option<u64> {
    let digits: String = text.trim().chars().filter(|c| *c != ',').collect();
    let plain = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

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
