//! Operators of other programs: `NEAR`, `adj5`, `within 5 words of`. No dialect here knows them, and read
//! as words they would mean something else: they are refused, or a warning shows how they are read.

use super::TermMistake;
use super::grammar::Grammar;
use super::lexer::{Kind, Lexeme, is_quote};
use super::signs::Refusal;
use super::warning::Warning;

/// Proximities of other programs, with a number behind a stroke or a colon, or in parentheses.
const WITH_NUMBER: [&str; 11] =
    ["adj", "after", "before", "fby", "n", "near", "next", "onear", "prox", "same", "within"];
/// Those that are written with the number at once: `near5`. Beside words alone also `w5` and `n5`.
const GLUED: [&str; 6] = ["adj", "near", "onear", "pre", "prox", "within"];
/// Operators between two words however they are written.
const BARE: [&str; 6] = ["adj", "near", "onear", "prox", "within", "xor"];
/// Operators between two words in capitals; in small letters they are plain words.
const IN_CAPITALS: [&str; 7] = ["AFTER", "BEFORE", "FBY", "NEXT", "SAME", "THRU", "WITH"];
/// Numbers in words, as people write them before "words of".
const NUMBERS: [&str; 15] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "fifteen", "twenty",
    "thirty", "forty", "fifty",
];

/// A proximity of another program in one piece, that is one wherever it stands: `near/5`, `near:5`, `near5`.
pub(super) fn in_one_piece(grammar: Grammar, lower: &str) -> Option<Refusal> {
    let parted = lower.split_once(['/', ':']).filter(|(head, _)| WITH_NUMBER.contains(head));
    let number = match parted {
        Some((_, rest)) => rest,
        None => digits_behind(lower, &GLUED)?,
    };
    Some(refusal(grammar, lower, number))
}

/// A proximity of another program that touches the parenthesis behind it: `NEAR(n=5)`.
pub(super) fn called(grammar: Grammar, lower: &str) -> Option<Refusal> {
    WITH_NUMBER.contains(&lower).then(|| refusal(grammar, lower, ""))
}

/// Whether a word alone is such an operator, so that it is a word only in quotes.
pub(super) fn is_one(word: &str) -> bool {
    digits_behind(word, &GLUED).is_some()
}

fn digits_behind<'t>(lower: &'t str, heads: &[&str]) -> Option<&'t str> {
    let digits = heads.iter().find_map(|head| lower.strip_prefix(head))?;
    is_number(digits).then_some(digits)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What to say of an operator; `number` is its number where it has one.
fn refusal(grammar: Grammar, written: &str, number: &str) -> Refusal {
    let message = format!("{written:?} is an operator of none of the dialects");
    if written.eq_ignore_ascii_case("xor") {
        let instead = match grammar {
            Grammar::Westlaw => "(a b) % (a & b)",
            _ => "(a or b) and not (a and b)",
        };
        return (message, format!("write {instead}, or put the words in quotes where they are meant"));
    }
    let number = if is_number(number) { number } else { "5" };
    let (near, before) = match grammar {
        Grammar::Westlaw => ("/", "+"),
        _ => ("w/", "pre/"),
    };
    let hint = format!(
        "write \"{near}{number}\", or \"{before}{number}\" for this order; put the words in quotes where they are meant"
    );
    (message, hint)
}

/// Looks for operators of other programs among the pieces of a query; one that is refused becomes a wrong
/// operator.
pub(super) fn check(
    grammar: Grammar,
    text: &str,
    lexemes: &mut Vec<Lexeme>,
) -> (Vec<Warning>, Vec<TermMistake>) {
    let (mut warnings, mut mistakes) = (Vec::new(), Vec::new());
    if grammar == Grammar::Canonical {
        return (warnings, mistakes);
    }
    let mut at = 1;
    while at + 1 < lexemes.len() {
        if let Some(found) = between(grammar, text, lexemes, at) {
            let span = lexemes[at].span.start..lexemes[at + found.pieces - 1].span.end;
            match found.reading {
                Some(message) => warnings.push(Warning { span, message }),
                None => {
                    let (message, hint) = refusal(grammar, &text[span.clone()], found.number);
                    mistakes.push(TermMistake::new(span.clone(), message).hint(hint));
                    lexemes.splice(at..at + found.pieces, [Lexeme { kind: Kind::WrongOperator, span }]);
                }
            }
        }
        at += 1;
    }
    (warnings, mistakes)
}

/// An operator of another program between two operands.
struct Found<'t> {
    /// How many pieces it is made of.
    pieces: usize,
    /// Its number, where it has one.
    number: &'t str,
    /// How it is read, where it is not refused.
    reading: Option<String>,
}

fn between<'t>(grammar: Grammar, text: &'t str, lexemes: &[Lexeme], at: usize) -> Option<Found<'t>> {
    let word = bare(text, lexemes, at)?;
    let lower = word.to_lowercase();
    let before = lexemes.get(at - 1)?;
    if !(is_words(before) || before.kind == Kind::Close) {
        return None;
    }
    let operand = |at: usize| lexemes.get(at).filter(|next| starts_operand(next));
    let refused = |pieces: usize, number: &'t str| Some(Found { pieces, number, reading: None });
    if let Some((pieces, number)) = counted(text, lexemes, at, &lower)
        && operand(at + pieces).is_some()
    {
        return refused(pieces, number);
    }
    let next = operand(at + 1)?;
    if let Some(number) = digits_behind(&lower, &["w", "n"]) {
        return refused(1, &word[word.len() - number.len()..]);
    }
    if IN_CAPITALS.contains(&word) {
        return refused(1, "");
    }
    if !BARE.contains(&lower.as_str()) {
        return None;
    }
    let in_capitals = !word.contains(|c: char| c.is_lowercase());
    if in_capitals || grammar.is_legal() || !is_words(before) || !is_words(next) {
        return refused(1, "");
    }
    let (_, hint) = refusal(grammar, word, "");
    let reading = format!(
        "{word:?} is read as a word of the phrase {:?}, and no operator; if one is meant, {hint}",
        text[run(lexemes, at)].trim()
    );
    Some(Found { pieces: 1, number: "", reading: Some(reading) })
}

/// `within 5 words of`, `w 5`, `adj 5`: how many pieces, and the number.
fn counted<'t>(text: &'t str, lexemes: &[Lexeme], at: usize, lower: &str) -> Option<(usize, &'t str)> {
    let word = |at: usize| bare(text, lexemes, at);
    let number = word(at + 1)?;
    if !is_number(number) && !NUMBERS.contains(&number.to_lowercase().as_str()) {
        return None;
    }
    if matches!(lower, "within" | "w" | "near" | "adj") {
        let is = |at: usize, one_of: &[&str]| {
            word(at).is_some_and(|word| one_of.contains(&word.to_lowercase().as_str()))
        };
        let unit = usize::from(is(at + 2, &["word", "words", "term", "terms"]));
        if is(at + 2 + unit, &["of"]) {
            return Some((3 + unit, number));
        }
        if unit == 1 {
            return Some((3, number));
        }
    }
    matches!(lower, "w" | "pre" | "adj" | "onear" | "prox").then_some((2, number))
}

/// The piece as written, where it is words without quotes.
fn bare<'t>(text: &'t str, lexemes: &[Lexeme], at: usize) -> Option<&'t str> {
    let lexeme = lexemes.get(at).filter(|lexeme| is_words(lexeme))?;
    text.get(lexeme.span.clone()).filter(|word| !word.starts_with(is_quote))
}

/// Where the words side by side around a piece stand.
fn run(lexemes: &[Lexeme], at: usize) -> std::ops::Range<usize> {
    let first = lexemes[..at].iter().rposition(|lexeme| !is_words(lexeme)).map_or(0, |wall| wall + 1);
    let last =
        lexemes[at..].iter().position(|lexeme| !is_words(lexeme)).map_or(lexemes.len(), |wall| at + wall);
    lexemes[first].span.start..lexemes[last - 1].span.end
}

fn is_words(lexeme: &Lexeme) -> bool {
    matches!(lexeme.kind, Kind::Words(_) | Kind::WrongWords)
}

fn starts_operand(lexeme: &Lexeme) -> bool {
    is_words(lexeme) || matches!(lexeme.kind, Kind::Open | Kind::Field(_) | Kind::AtLeast(_))
}
