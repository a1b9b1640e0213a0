//! Regular expressions over single words: what can never match one is refused.

use super::pattern::stands_in_words;
use regex_syntax::hir::{Class, Hir, HirKind};

/// How many characters of a class are tried before it is said to hold none that stands in a word.
const TRIED_MAX: usize = 4096;

/// What is wrong with a regular expression and what to do about it, where anything is.
pub(super) fn refusal(pattern: &str) -> Option<(String, String)> {
    if pattern.is_empty() {
        let hint = "write the expression behind ##: \"##1[0-9]+\"".to_owned();
        return Some(("the regular expression is empty".to_owned(), hint));
    }
    // As it is searched: from the first to the last letter of a word. Alone first: `a)|(b` is none.
    let whole = regex::Regex::new(pattern).and_then(|_| regex::Regex::new(&format!("^(?:{pattern})$")));
    if let Err(error) = whole {
        // The last line of the engine's report is the reason; the lines before it draw the place.
        let reason = error.to_string();
        let reason =
            reason.lines().last().unwrap_or_default().trim().trim_start_matches("error: ").to_owned();
        return Some((
            format!("this is no regular expression: {reason}"),
            "the expressions are those of the Rust crate regex, without look-around and references back"
                .to_owned(),
        ));
    }
    let parsed = regex_syntax::Parser::new().parse(pattern).ok()?;
    let never = never_in_a_word(&parsed)?;
    let hint = match never {
        _ if never.chars().any(char::is_whitespace) => {
            "an expression is held against one word at a time; use a phrase or w/1 for several"
        }
        _ if never.chars().any(char::is_uppercase) => "words are compared in lower case: write it so",
        _ => "words hold letters and digits alone, in lower case and without accents",
    };
    Some((format!("{never:?} in this regular expression can never stand in a word"), hint.to_owned()))
}

/// The first part of an expression that no word can hold.
fn never_in_a_word(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => None,
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).unwrap_or_default();
            text.chars().find(|c| !stands_in_words(*c)).map(String::from)
        }
        HirKind::Class(Class::Unicode(class)) => {
            let mut chars = class.ranges().iter().flat_map(|range| range.start()..=range.end());
            let first = chars.clone().next();
            let held = chars.by_ref().take(TRIED_MAX).any(stands_in_words);
            (!held).then(|| first.map_or_else(String::new, String::from))
        }
        HirKind::Class(Class::Bytes(class)) => {
            let held = class
                .ranges()
                .iter()
                .any(|range| (range.start()..=range.end()).any(|byte| stands_in_words(char::from(byte))));
            (!held).then(String::new)
        }
        HirKind::Repetition(repetition) => never_in_a_word(&repetition.sub),
        HirKind::Capture(capture) => never_in_a_word(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().find_map(never_in_a_word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_never_match_a_word_is_refused_and_what_can_is_not() {
        for fine in [
            "199[0-9]",
            "trad(e|ing|er)s?",
            "a.c",
            "[^x]+y",
            "(?i)Fee",
            "\\w+_\\d{2,4}",
            "^ab$",
            "[A-z]+",
            "回扣?",
        ] {
            assert_eq!(refusal(fine), None, "{fine}");
        }
        for (wrong, said) in [
            ("a b", "can never stand"),
            ("a\\s+b", "can never stand"),
            ("Fee", "can never stand"),
            ("[A-Z]+", "can never stand"),
            ("re\\.fee", "can never stand"),
            ("é", "can never stand"),
            ("(ab|c-d)", "can never stand"),
            ("[\\W&&[ -~]]", "can never stand"),
            ("a(b", "no regular expression"),
            ("a)|(b", "no regular expression"),
            ("(?=a)b", "no regular expression"),
            ("a{1000}{1000}{1000}", "no regular expression"),
            ("", "empty"),
        ] {
            let (message, hint) = refusal(wrong).unwrap_or_else(|| panic!("{wrong} is read"));
            assert!(message.contains(said) && !hint.is_empty(), "{wrong}: {message}");
        }
    }
}
