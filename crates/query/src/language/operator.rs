//! Pieces of a query that are operators, in one dialect or another.

use super::foreign;
use super::grammar::Grammar;
use super::lexer::Kind;
use super::signs::{Refusal, not_supported};
use super::tree::Within;

/// A proximity as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Nearness {
    pub(super) within: Within,
    pub(super) ordered: bool,
}

/// What a piece is as an operator; `None` where it is none in any dialect. `lower` is the piece in
/// lower case.
pub(super) fn operator(grammar: Grammar, lower: &str) -> Option<Result<Kind, Refusal>> {
    let word = match lower {
        "and" => Some(Kind::And),
        "or" => Some(Kind::Or),
        "not" => Some(Kind::Not),
        "contains" => Some(Kind::Contains),
        "xfirstword" => Some(Kind::FirstWord),
        "xlastword" => Some(Kind::LastWord),
        _ => None,
    };
    if let Some(kind) = word {
        return Some(word_operator(grammar, lower, kind));
    }
    match lower {
        "&" if grammar == Grammar::Westlaw => return Some(Ok(Kind::And)),
        "%" if grammar == Grammar::Westlaw => return Some(Ok(Kind::ButNot)),
        "&" => {
            let hint = "write \"and\"; in Westlaw \"&\" means it".to_owned();
            return Some(Err(("\"&\" alone is no operator of this dialect".to_owned(), hint)));
        }
        "%" => {
            let hint = match grammar {
                Grammar::Lexis => "write \"and not\"; in Westlaw \"%\" means it",
                _ => {
                    "write \"and not\", which it means in Westlaw; the fuzzy sign stands inside a word: ba%nana"
                }
            };
            let message = "\"%\" alone is no operator of this dialect".to_owned();
            return Some(Err((message, hint.to_owned())));
        }
        "andany" => {
            return Some(Err(not_supported("the operator \"andany\"", "leave the optional words out")));
        }
        "and/or" => {
            let hint = format!(
                "write{}: it holds where both hold, too",
                match grammar {
                    Grammar::Westlaw => " a space between them",
                    _ => " \"or\"",
                }
            );
            return Some(Err(("\"and/or\" reads two ways".to_owned(), hint)));
        }
        _ => {}
    }
    if let Some(refusal) = foreign::in_one_piece(grammar, lower) {
        return Some(Err(refusal));
    }
    if let Some(times) = times(lower) {
        return Some(at_least(grammar, lower, times));
    }
    let (head, unit) =
        ["pre/", "w/", "/", "+"].into_iter().find_map(|head| Some((head, lower.strip_prefix(head)?)))?;
    Some(proximity(grammar, lower, head, unit))
}

/// The digits of `atleast5`.
fn times(lower: &str) -> Option<&str> {
    let digits = lower.strip_prefix("atleast")?;
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// Whether a word would be an operator in a dialect, so that it is a word only in quotes.
pub(super) fn is_at_least(word: &str) -> bool {
    times(word).is_some()
}

fn word_operator(grammar: Grammar, lower: &str, kind: Kind) -> Result<Kind, Refusal> {
    let quotes = "put it in quotes to search for the word";
    let known = match grammar {
        Grammar::DtSearch | Grammar::Canonical => true,
        Grammar::Westlaw => false,
        Grammar::Lexis => matches!(kind, Kind::And | Kind::Or | Kind::Not),
    };
    if known {
        return Ok(kind);
    }
    let instead = match kind {
        Kind::And => "write \"&\"".to_owned(),
        Kind::Or => "leave a space between the words".to_owned(),
        Kind::Not => "write \"%\"".to_owned(),
        Kind::Contains => "name the fields with the key \"fields\"".to_owned(),
        _ => "it is dtSearch's".to_owned(),
    };
    Err((
        format!("{lower:?} is not known as an operator of {}", grammar.name()),
        format!("{instead}, or {quotes}"),
    ))
}

fn at_least(grammar: Grammar, lower: &str, times: &str) -> Result<Kind, Refusal> {
    if grammar == Grammar::DtSearch {
        let hint = "it is an operator of Westlaw and Lexis; put the word in quotes to search for it";
        return Err((format!("{lower:?} is no operator of this dialect"), hint.to_owned()));
    }
    number(grammar, times).map(Kind::AtLeast)
}

fn number(grammar: Grammar, digits: &str) -> Result<u32, Refusal> {
    let most = grammar.number_max();
    match digits.parse::<u32>() {
        Ok(number) if (1..=most).contains(&number) => Ok(number),
        _ => {
            let whose =
                if grammar.is_legal() { "the service's own limit" } else { "a limit of this program" };
            Err((
                format!("found the number {digits}, expected 1 to {most}"),
                format!("{most} is {whose}; for words anywhere in a document write {:?}", grammar.and()),
            ))
        }
    }
}

/// `w/5`, `pre/5`, `/s`, `+p` …: the head is one of `w/`, `pre/`, `/`, `+`.
fn proximity(grammar: Grammar, lower: &str, head: &str, unit: &str) -> Result<Kind, Refusal> {
    let ordered = matches!(head, "pre/" | "+");
    let known = match grammar {
        Grammar::DtSearch | Grammar::Canonical => matches!(head, "w/" | "pre/"),
        Grammar::Westlaw => matches!(head, "/" | "+"),
        Grammar::Lexis => head != "+",
    };
    if !known {
        return Err(other_head(grammar, lower, unit, ordered));
    }
    let units = match grammar {
        Grammar::DtSearch => false,
        Grammar::Westlaw | Grammar::Canonical => true,
        Grammar::Lexis => !ordered,
    };
    let within = match unit {
        "s" | "p" if !units => {
            let hint = match grammar {
                Grammar::Lexis => "write \"/s\" or \"/p\", which hold in either order, or \"pre/N\"",
                _ => {
                    "write a number of words: \"w/15\"; sentences and paragraphs are known in westlaw and lexis"
                }
            };
            return Err((format!("{lower:?} is not known in {}", grammar.name()), hint.to_owned()));
        }
        "s" => Within::Sentence,
        "p" => Within::Paragraph,
        digits if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Within::Words(number(grammar, digits)?)
        }
        _ => {
            let message = format!("{lower:?} is no proximity: found {unit:?}, expected a number");
            let hint = format!("write \"{head}5\" and a space, or put the words in quotes");
            return Err((message, hint));
        }
    };
    Ok(Kind::Near(Nearness { within, ordered }))
}

/// A proximity that is written so in another dialect.
fn other_head(grammar: Grammar, lower: &str, unit: &str, ordered: bool) -> Refusal {
    let head = match (grammar, ordered) {
        (Grammar::Westlaw, false) => "/",
        (Grammar::Westlaw, true) => "+",
        (_, false) => "w/",
        (_, true) => "pre/",
    };
    let hint = match (grammar, unit) {
        (Grammar::Lexis, "s" | "p") => {
            format!("write \"/{unit}\", which holds in either order, or \"pre/N\"")
        }
        _ if unit.is_empty()
            || !(matches!(unit, "s" | "p") || unit.bytes().all(|byte| byte.is_ascii_digit())) =>
        {
            "put words that start with this sign in quotes".to_owned()
        }
        (Grammar::DtSearch, "s" | "p") => {
            "sentences and paragraphs are known in westlaw and lexis; write \"w/15\"".to_owned()
        }
        _ => format!("did you mean \"{head}{unit}\"? words that start so stand in quotes"),
    };
    (format!("{lower:?} is no operator of {}", grammar.name()), hint)
}
