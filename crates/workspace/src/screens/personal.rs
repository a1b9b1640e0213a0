//! Personal data in a text: numbers whose form or check digits say what they are, and days of birth that are called so.
//!
//! What is found is told by its kind, how often, and the last digits; the number itself is written nowhere.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// The kinds that were found, each with how many different ones and the last four signs of the first.
pub(super) fn found(text: &str) -> Vec<String> {
    let mut all: BTreeMap<&'static str, (BTreeSet<String>, String)> = BTreeMap::new();
    let mut add = |kind: &'static str, number: String| {
        let last: String = number.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
        all.entry(kind).or_insert_with(|| (BTreeSet::new(), last)).0.insert(number);
    };
    for run in runs(text) {
        let digits: String = run.text.chars().filter(char::is_ascii_digit).collect();
        if is_social_security(run.text) {
            add("social security number", digits);
        } else if is_card(run.text, &digits) {
            add("card number", digits);
        } else if is_routing(&digits) && run.text.len() == 9 && run.called(&["routing", "aba", "rtn"]) {
            add("bank routing number", digits);
        }
        if is_day(run.text) && run.called(&["dob", "birth", "born", "birthday", "birthdate"]) {
            add("day of birth", run.text.to_owned());
        }
    }
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| is_iban(word)) {
        add("bank account (IBAN)", word.to_owned());
    }
    all.into_iter()
        .map(|(kind, (numbers, last))| match numbers.len() {
            1 => format!("{kind} (…{last})"),
            several => format!("{kind}: {several} (…{last} and others)"),
        })
        .collect()
}

/// Digits with single blanks, hyphens, dots or slashes between, and the text before them.
struct Run<'t> {
    text: &'t str,
    before: &'t str,
}

impl Run<'_> {
    /// Whether one of these words stands among the last six before it.
    fn called(&self, words: &[&str]) -> bool {
        let before = self.before.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        before.rev().take(6).any(|word| words.contains(&word.to_lowercase().as_str()))
    }
}

/// So many bytes before a number may say what it is.
const BEFORE_MAX: usize = 120;

fn runs(text: &str) -> Vec<Run<'_>> {
    let bytes = text.as_bytes();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        let mut end = at + 1;
        while end < bytes.len() {
            let joins = matches!(bytes[end], b' ' | b'-' | b'.' | b'/');
            match bytes.get(end + 1) {
                _ if bytes[end].is_ascii_digit() => end += 1,
                Some(next) if joins && next.is_ascii_digit() => end += 2,
                _ => break,
            }
        }
        at = end;
        // A number inside a word is none of these.
        let joined = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
        if !joined(start.checked_sub(1).and_then(|at| bytes.get(at))) && !joined(bytes.get(end)) {
            let mut from = start.saturating_sub(BEFORE_MAX);
            while !text.is_char_boundary(from) {
                from += 1;
            }
            found.extend(parts(
                text.get(start..end).unwrap_or_default(),
                text.get(from..start).unwrap_or_default(),
            ));
        }
    }
    found
}

/// The run as a whole, and its pieces between blanks where there are any: `call 4111… 212-555-1234` is two numbers.
fn parts<'t>(whole: &'t str, before: &'t str) -> Vec<Run<'t>> {
    let mut all = vec![Run { text: whole, before }];
    if whole.contains(' ') {
        all.extend(whole.split(' ').map(|text| Run { text, before }));
    }
    all
}

/// `123-45-6789` with a number that can have been issued: no area 000, 666 or 900 and up, no group 00, no serial
/// 0000 (20 CFR 422.103, from memory). Nine digits without signs between could be anything.
fn is_social_security(text: &str) -> bool {
    let Some((area, rest)) = text.split_once(['-', ' ']) else { return false };
    let Some((group, serial)) = rest.split_once(['-', ' ']) else { return false };
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(area, 3)
        && digits(group, 2)
        && digits(serial, 4)
        && area != "000"
        && area != "666"
        && !area.starts_with('9')
        && group != "00"
        && serial != "0000"
}

/// 13 to 19 digits, alone or in groups, of a known network, with the check digit of ISO/IEC 7812-1 (Luhn).
fn is_card(text: &str, digits: &str) -> bool {
    let network = ["4", "51", "52", "53", "54", "55", "2221", "2720", "34", "37", "6011", "65", "35"];
    (13..=19).contains(&digits.len())
        && !text.contains(['.', '/'])
        && network.iter().any(|start| digits.starts_with(start))
        && digits.bytes().any(|byte| Some(byte) != digits.bytes().next())
        && luhn(digits)
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte.saturating_sub(b'0'));
            if at % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Nine digits with the check digit of the American Bankers Association: weights 3, 7, 1.
fn is_routing(digits: &str) -> bool {
    let weighed = digits.bytes().zip([3_u32, 7, 1].into_iter().cycle());
    digits.len() == 9
        && digits != "000000000"
        && weighed.map(|(byte, weight)| u32::from(byte.saturating_sub(b'0')) * weight).sum::<u32>() % 10 == 0
}

/// Two letters, two check digits, and the account: the number modulo 97 is 1 (ISO 13616-1).
fn is_iban(word: &str) -> bool {
    let bytes = word.as_bytes();
    if !(15..=34).contains(&bytes.len())
        || !bytes[..2].iter().all(u8::is_ascii_uppercase)
        || !bytes[2..4].iter().all(u8::is_ascii_digit)
        || bytes.iter().any(u8::is_ascii_lowercase)
    {
        return false;
    }
    let turned = bytes[4..].iter().chain(&bytes[..4]);
    let rest = turned.fold(0_u32, |rest, byte| match byte {
        digit if digit.is_ascii_digit() => (rest * 10 + u32::from(digit - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter.saturating_sub(b'A')) + 10) % 97,
    });
    rest == 1
}

/// A day in digits: `1980-02-29`, `2/29/1980`, `29.02.80`.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let number = |part: &str| part.parse::<u32>().ok();
    let [Some(a), Some(b), Some(c)] = [0, 1, 2].map(|at| parts.get(at).copied().and_then(number)) else {
        return false;
    };
    let small = |n: u32| (1..=31).contains(&n);
    let year = |n: u32| n < 100 || (1900..2100).contains(&n);
    parts.len() == 3
        && ((a >= 1900 && year(a) && small(b) && small(c))
            || (small(a) && small(b) && a.min(b) <= 12 && year(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_their_form_or_check_digits_are_found_and_never_shown_whole() {
        let text = "SSN 219-09-9999, card 4111 1111 1111 1111, routing no. 021000021, account GB82WEST12345698765432, \
                    date of birth 02/29/1980";
        let kinds = found(text);
        assert_eq!(
            kinds,
            [
                "bank account (IBAN) (…5432)",
                "bank routing number (…0021)",
                "card number (…1111)",
                "day of birth (…1980)",
                "social security number (…9999)"
            ]
        );
    }

    #[test]
    fn other_numbers_are_left_alone() {
        for text in [
            "000-12-3456 666-12-3456 912-12-3456 123-00-4567 123-45-0000 123456789",
            "4111 1111 1111 1112",
            "021000021 shares",
            "GB82WEST12345698765433",
            "traded on 02/29/1980",
            "order A219-09-9999",
            "0000 0000 0000 0000",
            "call 212-555-1234",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }

    #[test]
    fn several_of_a_kind_are_counted_each_once() {
        let kinds = found("219-09-9999 and 219-09-9998 and 219-09-9999");
        assert_eq!(kinds, ["social security number: 2 (…9999 and others)"]);
    }
}
