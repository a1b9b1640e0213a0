//! Identifiers: account numbers, CUSIPs, tickers, order numbers, telephone numbers, in the spellings in
//! which people write them.
//!
//! The spellings follow written rules (`REQUESTS.md`), never a guess: each is a phrase of whole words,
//! cut as the tokenisation cuts, so that dashes, dots, slashes and spaces are one and the same.

mod spelling;

use crate::criteria::Criteria;
use crate::language::{Node, Phrase, Terms, Words};
use crate::state::State;
use duces_indexer::TextField;

/// Which kind of identifier; its rules of spelling go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentifierKind {
    /// An account number.
    Account,
    /// A CUSIP: eight characters and a check digit (ANSI X9.6).
    Cusip,
    /// An ISIN: two letters, nine characters and a check digit (ISO 6166).
    Isin,
    /// An exchange's symbol for a security.
    Ticker,
    /// An order or trade number.
    Order,
    /// A telephone number.
    Phone,
    /// Another.
    Other,
}

impl IdentifierKind {
    /// All kinds, in the order in which they are listed.
    pub const ALL: [Self; 7] =
        [Self::Account, Self::Cusip, Self::Isin, Self::Ticker, Self::Order, Self::Phone, Self::Other];

    /// The word that is written in a request file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Cusip => "cusip",
            Self::Isin => "isin",
            Self::Ticker => "ticker",
            Self::Order => "order",
            Self::Phone => "phone",
            Self::Other => "other",
        }
    }
}

/// One identifier, with every spelling that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    kind: IdentifierKind,
    value: String,
    fields: Vec<TextField>,
    spellings: Vec<Phrase>,
}

/// Longest single word of a spelling that is worth a warning, in characters.
const SHORT: usize = 4;

impl Identifier {
    /// Reads an identifier; `leading_zeros` says that it is also written without the zeros before it.
    /// The error is what to tell the user.
    pub(crate) fn new(
        kind: IdentifierKind,
        value: &str,
        leading_zeros: bool,
        fields: Vec<TextField>,
    ) -> Result<Self, String> {
        let spellings = spelling::all(kind, value, leading_zeros)?;
        let word = |word: String| crate::language::Element::Word(word);
        let phrase = |words: Vec<String>| Phrase::new(words.into_iter().map(word).collect());
        let spellings = spellings.into_iter().filter_map(phrase).collect();
        Ok(Self { kind, value: value.to_owned(), fields, spellings })
    }

    /// Which kind.
    pub fn kind(&self) -> IdentifierKind {
        self.kind
    }

    /// As written.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The fields that are searched.
    pub fn fields(&self) -> &[TextField] {
        &self.fields
    }

    /// Every spelling that counts; at least one.
    pub fn spellings(&self) -> &[Phrase] {
        &self.spellings
    }

    /// What is asked of a document's words: one of the spellings.
    pub fn node(&self) -> Node {
        let mut nodes: Vec<Node> =
            self.spellings.iter().map(|phrase| Node::Words(Words::Phrase(phrase.clone()))).collect();
        if nodes.len() == 1 { nodes.remove(0) } else { Node::Or(nodes) }
    }

    /// Why it may find more than is meant, where that is to be feared.
    pub fn warning(&self) -> Option<String> {
        let single = |phrase: &&Phrase| phrase.elements().len() == 1;
        let short = self.spellings.iter().filter(single).map(Phrase::to_string);
        let short = short.filter(|word| word.chars().count() <= SHORT).min_by_key(String::len)?;
        Some(match self.kind {
            IdentifierKind::Ticker => format!(
                "upper and lower case are not told apart: every {short:?} is found, the common word too"
            ),
            _ => format!("every word {short:?} is found, whatever it stands for"),
        })
    }

    /// How a hit report names it.
    pub fn written(&self) -> String {
        format!("{} {}", self.kind.as_str(), self.value)
    }
}

/// How identifiers go with the words of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Join {
    /// The words or one of the identifiers.
    #[default]
    Or,
    /// The words and one of the identifiers.
    And,
}

impl Join {
    /// All, in the order in which they are listed.
    pub const ALL: [Self; 2] = [Self::Or, Self::And];

    /// The word that is written in a request file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
        }
    }
}

/// The identifiers of an item.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Identifiers {
    pub(crate) list: Vec<Identifier>,
    pub(crate) join: Join,
}

impl Identifiers {
    /// Them, in the order of the file; none where the item asks for none.
    pub fn list(&self) -> &[Identifier] {
        &self.list
    }

    /// How they go with the item's words, where it has both.
    pub fn join(&self) -> Join {
        self.join
    }

    /// Words and identifiers together; `None` where there are neither.
    pub(crate) fn with<S: State>(&self, terms: Option<&Terms>) -> Option<Criteria<S>> {
        let terms = terms.cloned().map(Criteria::Terms);
        let list: Vec<Criteria<S>> = self.list.iter().cloned().map(Criteria::Identifier).collect();
        match (terms, list.is_empty()) {
            (terms, true) => terms,
            (None, false) => Some(Criteria::Any(list)),
            (Some(terms), false) => Some(match self.join {
                Join::Or => Criteria::Any(std::iter::once(terms).chain(list).collect()),
                Join::And => Criteria::All(vec![terms, Criteria::Any(list)]),
            }),
        }
    }
}

#[cfg(test)]
mod tests;
