//! Bare words and words in quotes: pieces of a query in, the elements of a phrase out.

use super::TermMistake;
use super::canonical::PLURAL;
use super::grammar::Grammar;
use super::lexer::is_reserved;
use super::tree::{Element, Pattern};
use super::warning::Warning;
use super::{pattern, regular, signs};

/// A bare word: one or more words, since its punctuation separates.
pub(super) fn bare(grammar: Grammar, chunk: &str, at: usize) -> Result<Vec<Element>, Vec<TermMistake>> {
    let span = at..at + chunk.len();
    if let Some(operator) = glued(grammar, chunk) {
        let message = format!("{chunk:?} reads two ways: words, or an operator without spaces");
        let hint = format!("put spaces around {operator:?}, or put the words in quotes");
        return Err(vec![TermMistake::new(span, message).hint(hint)]);
    }
    let elements = pattern::elements(grammar, chunk, at, false)?;
    if elements.is_empty() {
        return Err(vec![nothing_to_search(grammar, chunk, at)]);
    }
    // `and.` is neither the operator nor clearly a word.
    if let [Element::Word(word) | Element::Pattern(Pattern::Plural(word))] = elements.as_slice()
        && is_reserved(word)
        && !chunk.ends_with(PLURAL)
    {
        let message = format!("{chunk:?} looks like an operator");
        let hint = "write the operator alone, or put the word in quotes";
        return Err(vec![TermMistake::new(span, message).hint(hint)]);
    }
    Ok(elements)
}

/// An operator of the services inside a word: `fee/5`, `fee+s`.
fn glued(grammar: Grammar, chunk: &str) -> Option<&str> {
    if !grammar.is_legal() {
        return None;
    }
    let at = chunk.rfind(['/', '+']).filter(|at| *at > 0)?;
    let unit = &chunk[at + 1..];
    let is_unit = matches!(unit, "s" | "p" | "S" | "P")
        || !unit.is_empty() && unit.len() <= 3 && unit.bytes().all(|byte| byte.is_ascii_digit());
    is_unit.then_some(&chunk[at..])
}

/// The words between two quotes.
pub(super) fn quoted(grammar: Grammar, text: &str, at: usize) -> Result<Vec<Element>, Vec<TermMistake>> {
    if let Some(expression) = text.trim().strip_prefix("##") {
        return regular_expression(grammar, expression, at..at + text.len());
    }
    let mut mistakes = Vec::new();
    let mut found = Vec::new();
    let mut from = 0;
    for chunk in text.split(char::is_whitespace) {
        let place = at + from;
        from += chunk.len() + text[from + chunk.len()..].chars().next().map_or(0, char::len_utf8);
        match pattern::elements(grammar, chunk, place, true) {
            Ok(elements) => found.extend(elements),
            Err(wrong) => mistakes.extend(wrong),
        }
    }
    if mistakes.is_empty() && found.is_empty() {
        let span = at..at + text.len();
        let hint = "put the words of a phrase between the quotes";
        mistakes.push(TermMistake::new(span, "there is no word between the quotes").hint(hint));
    }
    if mistakes.is_empty() { Ok(found) } else { Err(mistakes) }
}

fn regular_expression(
    grammar: Grammar,
    expression: &str,
    inside: std::ops::Range<usize>,
) -> Result<Vec<Element>, Vec<TermMistake>> {
    let refusal = if grammar.is_legal() {
        let message = format!("a regular expression (\"##\") is not known in {}", grammar.name());
        Some((message, "list the words, or use a root expander".to_owned()))
    } else {
        regular::refusal(expression)
    };
    match refusal {
        Some((message, hint)) => Err(vec![TermMistake::new(inside, message).hint(hint)]),
        None => Ok(vec![Element::Pattern(Pattern::Regex(expression.to_owned()))]),
    }
}

fn nothing_to_search(grammar: Grammar, chunk: &str, at: usize) -> TermMistake {
    TermMistake::new(
        at..at + chunk.len(),
        format!("{chunk:?} holds no letter or digit, so it cannot be searched"),
    )
    .hint(format!("for the phrase write the words in quotes without it, {}", signs::or_joined(grammar)))
}

/// In Westlaw a star at the end of a word is read as one character; some editions let it also stand
/// for none (from memory, not in the reference), so both readings are shown.
pub(super) fn star_at_the_end(grammar: Grammar, chunk: &str, at: usize) -> Option<Warning> {
    let stars = chunk.len() - chunk.trim_end_matches('*').len();
    (grammar == Grammar::Westlaw && stars > 0 && stars < chunk.len()).then(|| Warning {
        span: at..at + chunk.len(),
        message: format!(
            "a star at the end of a word is read as exactly one character each: {}; \
             some editions of Westlaw take it as one at most",
            chunk.replace('*', "?")
        ),
    })
}
