//! The lawyers' search language: text in a named dialect in, a tree of words out.
//!
//! `SYNTAX.md` states the language. What this version does not know is refused with its place, never
//! dropped and never read as something else.

mod chunk;
mod lexer;
mod parser;
mod tree;

pub use tree::{Alternative, Element, Node, Phrase, Terms};

use duces_indexer::TextField;
use duces_model::{Mistake, Mistakes};
use std::ops::Range;

/// The dialect of a query: the same signs mean different things in different products, so there is
/// no default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// dtSearch.
    DtSearch,
    /// Relativity, whose searches are dtSearch's with adjacent words as a phrase; so both are here.
    Relativity,
}

impl Dialect {
    /// All dialects that this version reads.
    pub const ALL: [Self; 2] = [Self::DtSearch, Self::Relativity];

    /// The word that is written in a request file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DtSearch => "dtsearch",
            Self::Relativity => "relativity",
        }
    }

    /// Takes a dialect's name; the error is what to tell the user, with a hint.
    pub(crate) fn named(name: &str) -> Result<Self, (String, Option<String>)> {
        let known = Self::ALL.map(Self::as_str);
        match name {
            "dtsearch" => Ok(Self::DtSearch),
            "relativity" => Ok(Self::Relativity),
            "westlaw" | "lexis" => Err((
                format!("dialect {name:?} is not read by this version yet"),
                Some(format!(
                    "its signs mean other things than dtsearch's, so the query is not read as if it were dtsearch; \
                     rewrite it in one of: {}",
                    known.join(", ")
                )),
            )),
            _ => {
                let hint = crate::suggest::hint(name, &["dtsearch", "relativity", "westlaw", "lexis"]);
                Err((format!("found dialect {name:?}, expected one of: {}", known.join(", ")), hint))
            }
        }
    }
}

/// One mistake at a place of a query's text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TermMistake {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl TermMistake {
    fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Reads a query; all its mistakes at once.
pub(crate) fn read(dialect: Dialect, fields: &[TextField], text: &str) -> Result<Terms, Vec<TermMistake>> {
    let lexemes = lexer::lex(text)?;
    let tree = parser::parse(text, fields, &lexemes)?;
    Ok(Terms::assemble(dialect, fields.to_vec(), text, &tree))
}

/// Reads a query over subject, body and attachment names.
///
/// `place` names what the text came from, for the mistakes: a file or an argument.
///
/// # Errors
/// Everything that is wrong with the dialect or the text.
pub fn parse_terms(dialect: &str, text: &str, place: &str) -> Result<Terms, Mistakes> {
    let dialect = Dialect::named(dialect).map_err(|(message, hint)| {
        let mistake = Mistake::of_file(place, message);
        Mistakes::one(match hint {
            Some(hint) => mistake.hint(hint),
            None => mistake,
        })
    })?;
    let placed = |mistake: TermMistake| {
        let placed = Mistake::in_text(place, text, mistake.span, mistake.message);
        Mistake { hint: mistake.hint, ..placed }
    };
    read(dialect, &TextField::ALL, text).map_err(|mistakes| {
        match Mistakes::or(mistakes.into_iter().map(placed).collect(), ()) {
            Err(mistakes) => mistakes,
            Ok(()) => unreachable!("a query is refused with at least one mistake"),
        }
    })
}

#[cfg(test)]
mod tests;
