//! Line breaks and tabs. Between two words a space joins them: in dtSearch to a phrase, in Westlaw by "or".
//! A line break or a tab there mostly parts two terms, so what it would mean is refused or said.

use super::TermMistake;
use super::grammar::Grammar;
use super::lexer::{Kind, Lexeme, is_quote};
use super::warning::Warning;

/// What parts lines, or the cells of a table that was pasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Break {
    Line,
    Tab,
}

impl Break {
    /// The break in a text; a tab beside the break of a line is its indent.
    pub(super) fn within(text: &str) -> Option<Self> {
        if text.contains(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']) {
            return Some(Self::Line);
        }
        text.contains('\t').then_some(Self::Tab)
    }

    /// In plain words.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Line => "a line break",
            Self::Tab => "a tab",
        }
    }
}

/// Looks at what stands between the pieces of a query, and inside its phrases.
pub(super) fn check(grammar: Grammar, text: &str, lexemes: &[Lexeme]) -> (Vec<Warning>, Vec<TermMistake>) {
    let (mut warnings, mut mistakes) = (Vec::new(), Vec::new());
    if grammar == Grammar::Canonical || Break::within(text).is_none() {
        return (warnings, mistakes);
    }
    for (at, lexeme) in lexemes.iter().enumerate() {
        mistakes.extend(in_quotes(text, lexeme));
        let Some(before) = at.checked_sub(1).and_then(|at| lexemes.get(at)) else { continue };
        let Some(between) = text.get(before.span.end..lexeme.span.start).and_then(Break::within) else {
            continue;
        };
        let [left, right] = [before, lexeme].map(|lexeme| text[lexeme.span.clone()].trim_matches(is_quote));
        // A field's name stands before "contains" and belongs to what follows.
        let names_a_field = lexemes.get(at + 1).is_some_and(|next| next.kind == Kind::Contains);
        match (grammar, between) {
            (Grammar::DtSearch, _) if is_words(before) && is_words(lexeme) && !names_a_field => {
                let message = format!(
                    "{} stands before this, and would make it one phrase with {left:?}",
                    between.words()
                );
                let hint = format!(
                    "for the phrase write \"{left} {right}\" in quotes on one line, for either word {left} or {right}"
                );
                mistakes.push(TermMistake::new(lexeme.span.clone(), message).hint(hint));
            }
            (Grammar::Westlaw, Break::Tab) if ends_operand(before) && starts_operand(lexeme) => {
                let message = format!("a tab stands before this, and would join it to {left:?} by \"or\"");
                let hint = "write a space for \"or\"; a tab mostly parts the cells of a table";
                mistakes.push(TermMistake::new(lexeme.span.clone(), message).hint(hint));
            }
            (Grammar::Westlaw, Break::Line) if ends_operand(before) && starts_operand(lexeme) => {
                warnings.push(Warning {
                    span: lexeme.span.clone(),
                    message: format!(
                        "a line break stands between {left:?} and {right:?}; it is read as a space, \
                         which means \"or\" in Westlaw"
                    ),
                });
            }
            _ => {}
        }
    }
    (warnings, mistakes)
}

/// A phrase in quotes that goes over the end of a line: one of its quotes may belong to another phrase.
fn in_quotes(text: &str, lexeme: &Lexeme) -> Option<TermMistake> {
    let words = &text[lexeme.span.clone()];
    if !matches!(lexeme.kind, Kind::Words(_)) || !words.starts_with(is_quote) {
        return None;
    }
    let found = Break::within(words)?;
    let message = format!("{} stands inside a phrase in quotes", found.words());
    let hint = "write the phrase on one line, and close each quote on the line where it opens";
    Some(TermMistake::new(lexeme.span.clone(), message).hint(hint))
}

fn is_words(lexeme: &Lexeme) -> bool {
    matches!(lexeme.kind, Kind::Words(_) | Kind::WrongWords)
}

fn ends_operand(lexeme: &Lexeme) -> bool {
    is_words(lexeme) || lexeme.kind == Kind::Close
}

fn starts_operand(lexeme: &Lexeme) -> bool {
    is_words(lexeme) || matches!(lexeme.kind, Kind::Open | Kind::AtLeast(_))
}
