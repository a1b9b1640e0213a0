//! The lawyers' search language: text in a named dialect in, a tree of words out.
//!
//! `SYNTAX.md` states the language. What a dialect does not know is refused with its place, never
//! dropped and never read as something else.

mod breaks;
mod canonical;
mod chunk;
mod foreign;
mod grammar;
mod lexer;
mod list;
mod near;
mod noise;
mod operator;
mod parser;
mod pattern;
mod placed;
mod plural;
mod reading;
mod regular;
mod rewrite;
mod rows;
mod signs;
mod terms;
mod tree;
mod warning;
mod workbook;

pub use list::{LIST_BYTES_MAX, LIST_ROWS_MAX, ListPart, NoTermLists, TermList, TermLists, term_list};
pub use plural::plural_forms;
pub use reading::{Reading, TEXT_BYTES_MAX, parse_terms};
pub use terms::{Alternative, Terms};
pub use tree::{Element, GlobPart, Near, Node, Pattern, Phrase, Side, Within, Words};
pub use warning::Warning;
pub use workbook::{TableCell, TableRow, workbook_table};

use std::ops::Range;

/// The dialect of a query: the same signs mean different things in different products, so there is
/// no default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// dtSearch.
    DtSearch,
    /// Relativity, whose searches are dtSearch's with adjacent words as a phrase; so both are here.
    Relativity,
    /// Westlaw.
    Westlaw,
    /// Lexis.
    Lexis,
}

impl Dialect {
    /// All dialects.
    pub const ALL: [Self; 4] = [Self::DtSearch, Self::Relativity, Self::Westlaw, Self::Lexis];

    /// The word that is written in a request file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DtSearch => "dtsearch",
            Self::Relativity => "relativity",
            Self::Westlaw => "westlaw",
            Self::Lexis => "lexis",
        }
    }

    /// Takes a dialect's name; the error is what to tell the user, with a hint.
    pub(crate) fn named(name: &str) -> Result<Self, (String, Option<String>)> {
        if let Some(dialect) = Self::ALL.into_iter().find(|dialect| dialect.as_str() == name) {
            return Ok(dialect);
        }
        let known = Self::ALL.map(Self::as_str);
        let message = format!("found dialect {name:?}, expected one of: {}", known.join(", "));
        Err((message, crate::suggest::nearest(name, known).map(|word| format!("did you mean {word:?}?"))))
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

/// Reads a query over some fields, for the tests of what searches.
#[cfg(test)]
pub(crate) fn read(
    dialect: Dialect,
    fields: &[duces_indexer::TextField],
    text: &str,
) -> Result<Terms, Vec<TermMistake>> {
    Reading::new(dialect).over(fields).read(text)
}

#[cfg(test)]
mod tests;
