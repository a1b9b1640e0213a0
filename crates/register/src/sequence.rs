//! `sequences.csv`: numbers in subjects that should not skip.

use crate::header::{Layout, optional, required};
use crate::name::SequenceId;
use crate::row::Row;
use chrono::NaiveDate;
use duces_model::SourceId;
use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind};

/// Longest pattern, in bytes.
const PATTERN_BYTES_MAX: usize = 500;

/// Numbers that the communications of a source bear in their subjects, one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// What it is called.
    pub sequence: SequenceId,
    /// Whose subjects bear the numbers.
    pub source: SourceId,
    /// A regular expression (syntax of the crate `regex`, Unicode on) that is looked for in subjects. It has
    /// exactly one capture group, which takes part once in every match and holds one digit or more and
    /// nothing else (of any script where it says `\d`). The crate `regex` compiles it at its default limits.
    pub pattern: String,
    /// First day on which the numbers were given; absent where it is not said.
    pub from: Option<NaiveDate>,
    /// Last such day; absent while they are given.
    pub to: Option<NaiveDate>,
    /// Who says that every number was given to a communication, none left out; empty where nobody does,
    /// and a skipped number then need not be a lost communication.
    pub dense_attested_by: String,
    /// Anything else.
    pub note: String,
    /// Line of `sequences.csv` on which the row starts.
    pub line: u64,
}

/// Looks for a sequence's number in subjects.
#[derive(Debug)]
pub struct NumberFinder(Option<regex::Regex>);

impl Sequence {
    /// What looks for its number.
    pub fn finder(&self) -> NumberFinder {
        // The pattern compiled when it was read.
        NumberFinder(regex::Regex::new(&self.pattern).ok())
    }
}

impl NumberFinder {
    /// The number in a subject; absent where there is none, or one of more than nineteen digits or in other digits than 0 to 9.
    pub fn number_in(&self, subject: &str) -> Option<u64> {
        self.0.as_ref()?.captures(subject)?.get(1)?.as_str().parse().ok()
    }
}

pub(crate) const LAYOUT: Layout = &[
    required("sequence"),
    required("source"),
    required("pattern"),
    optional("from"),
    optional("to"),
    optional("dense_attested_by"),
    optional("note"),
];

pub(crate) fn read(row: &mut Row<'_>) -> Option<Sequence> {
    let sequence = row.value("sequence");
    let source = row.value("source");
    let pattern = pattern(row);
    let (from, to) = (row.maybe_day("from"), row.maybe_day("to"));
    let in_order = row.in_order(("from", from.flatten()), ("to", to.flatten()));
    let dense_attested_by = row.text("dense_attested_by");
    let note = row.text("note");
    let line = row.line();
    in_order?;
    Some(Sequence {
        sequence: sequence?,
        source: source?,
        pattern: pattern?,
        from: from?,
        to: to?,
        dense_attested_by: dense_attested_by?,
        note: note?,
        line,
    })
}

fn pattern(row: &mut Row<'_>) -> Option<String> {
    let pattern = row.some_text("pattern")?;
    match check(&pattern) {
        Ok(()) => Some(pattern),
        Err(message) => {
            let hint = "one group of digits in parentheses, such as Ticket #([0-9]+)".to_owned();
            row.wrong("pattern", message, Some(hint));
            None
        }
    }
}

/// Whether a pattern can be searched and gives one number at each match.
fn check(pattern: &str) -> Result<(), String> {
    if pattern.len() > PATTERN_BYTES_MAX {
        let bytes = pattern.len();
        return Err(format!("found a pattern of {bytes} bytes, expected at most {PATTERN_BYTES_MAX}"));
    }
    let not_one = |why: String| format!("found {pattern:?}, which is no regular expression ({why})");
    let tree = regex_syntax::parse(pattern).map_err(|error| {
        let said = error.to_string();
        let why = said.lines().last().unwrap_or_default();
        not_one(why.trim_start_matches("error: ").to_owned())
    })?;
    let mut groups = Vec::new();
    collect(&tree, false, &mut groups);
    match groups.as_slice() {
        [] => return Err(format!("found {pattern:?} without a capture group, expected exactly one")),
        [(group, _)] if !is_number(group) => {
            let what = "whose capture group may hold something else than digits, expected one digit or more";
            return Err(format!("found {pattern:?}, {what}"));
        }
        [(_, true)] => {
            return Err(format!(
                "found {pattern:?}, whose capture group is repeated, expected the repetition inside it"
            ));
        }
        [_] if tree.properties().static_explicit_captures_len() != Some(1) => {
            return Err(format!(
                "found {pattern:?}, which can match without its capture group, expected it in every match"
            ));
        }
        [_] => {}
        several => {
            return Err(format!(
                "found {pattern:?} with {} capture groups, expected exactly one",
                several.len()
            ));
        }
    }
    // Only to compile it proves that it is not too large to be searched.
    regex::Regex::new(pattern).map(|_| ()).map_err(|error| not_one(error.to_string()))
}

/// The capture groups of a pattern, each with whether it may take part several times. The parser bounds how
/// deep a pattern goes.
fn collect<'h>(tree: &'h Hir, repeated: bool, groups: &mut Vec<(&'h Hir, bool)>) {
    match tree.kind() {
        HirKind::Capture(group) => {
            groups.push((&group.sub, repeated));
            collect(&group.sub, repeated, groups);
        }
        HirKind::Repetition(part) => collect(&part.sub, repeated || part.max != Some(1), groups),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().for_each(|part| collect(part, repeated, groups));
        }
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => {}
    }
}

/// Whether a tree matches digits and nothing else, at least one.
fn is_number(tree: &Hir) -> bool {
    tree.properties().minimum_len().is_some_and(|least| least > 0) && is_digits(tree)
}

fn is_digits(tree: &Hir) -> bool {
    match tree.kind() {
        HirKind::Literal(literal) => literal.0.iter().all(u8::is_ascii_digit),
        HirKind::Class(Class::Unicode(class)) => {
            let mut others = class.clone();
            others.difference(&digits());
            others.ranges().is_empty()
        }
        HirKind::Class(Class::Bytes(class)) => {
            class.ranges().iter().all(|range| range.start().is_ascii_digit() && range.end().is_ascii_digit())
        }
        HirKind::Repetition(part) => is_digits(&part.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(is_digits),
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Capture(_) => false,
    }
}

/// What `\d` matches.
fn digits() -> ClassUnicode {
    match regex_syntax::parse(r"\d").map(Hir::into_kind) {
        Ok(HirKind::Class(Class::Unicode(digits))) => digits,
        _ => ClassUnicode::empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_pattern_with_one_group_of_digits_is_taken() {
        for pattern in [
            r"Ticket #(\d+)",
            "(?i)conf(?:irmation)? no ([0-9]{6,9})",
            r"^\[J-(0*[1-9][0-9]*)\]",
            r"(\d)",
            r"(?<n>\d{4})",
        ] {
            assert_eq!(check(pattern), Ok(()), "{pattern}");
        }
    }

    #[test]
    fn any_other_pattern_is_refused_with_the_reason() {
        for (pattern, why) in [
            ("Ticket [0-9]+", "without a capture group"),
            (r"(\d+)-(\d+)", "2 capture groups"),
            (r"((\d+))", "2 capture groups"),
            (r"#(\w+)", "something else than digits"),
            (r"#(\d*)", "something else than digits"),
            (r"#(\d+x?)", "something else than digits"),
            (r"#(\d)+", "is repeated"),
            (r"#(\d+)?", "can match without"),
            (r"#(\d+)|none", "can match without"),
            (r"#(\d+", "no regular expression (unclosed group"),
            (r"(?=#)(\d+)", "no regular expression"),
            (r"\w{1000}\w{1000}(\d)", "size limit"),
        ] {
            let said = check(pattern).unwrap_err();
            assert!(said.contains(why), "{pattern}: {said}");
        }
        assert!(check(&"x".repeat(501)).unwrap_err().contains("501 bytes"));
    }

    proptest! {
        #[test]
        fn no_pattern_makes_it_fail_otherwise_than_by_saying_so(pattern in r"[(){}?*+|0-9a#\\d\[\]^-]{0,16}") {
            if check(&pattern).is_ok() {
                let compiled = regex::Regex::new(&pattern).unwrap();
                for subject in ["a0", "#12 34", "d\\0-9", ""] {
                    for found in compiled.captures_iter(subject) {
                        let number = found.get(1).unwrap().as_str();
                        prop_assert!(!number.is_empty() && number.chars().all(char::is_numeric));
                    }
                }
            }
        }
    }
}
