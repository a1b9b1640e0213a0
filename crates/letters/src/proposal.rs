//! What a draft proposes: each value with the words that it came from.

use crate::people::Part;
use crate::wording::Kind;
use chrono::NaiveDate;
use duces_model::Channel;

/// The words from which a value was read, and where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// `page 2, line 14`.
    pub place: String,
    /// The words, verbatim.
    pub words: String,
}

/// A value that is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub source: Source,
    /// How it was read where it can be read otherwise, or was computed.
    pub remarks: Vec<String>,
}

/// A period whose ends may be left to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day; `None` where a person must say.
    pub from: Option<NaiveDate>,
    /// Last day; `None` where a person must say.
    pub to: Option<NaiveDate>,
}

/// What stands under `[request]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// Who asks.
    pub authority: Option<Proposed<String>>,
    /// Under which number.
    pub number: Option<Proposed<String>>,
    /// About what.
    pub title: Option<Proposed<String>>,
    /// The letter's own day.
    pub letter_date: Option<Proposed<NaiveDate>>,
    /// When it is due; several where the letter names several.
    pub due: Vec<Proposed<Option<NaiveDate>>>,
    /// The period of items without their own; several where the letter names several.
    pub period: Vec<Proposed<Period>>,
    /// Whether a declaration under 28 U.S.C. § 1746 is called for.
    pub declaration: Option<Proposed<bool>>,
    /// Other numbers that the letter bears.
    pub other_numbers: Vec<String>,
}

/// What an identifier is, as a request file names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IdentifierKind {
    /// Number of an account.
    Account,
    /// Number of an order.
    Order,
    /// CUSIP, its check digit right.
    Cusip,
    /// Ticker symbol.
    Ticker,
}

impl IdentifierKind {
    /// The word of the request file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Order => "order",
            Self::Cusip => "cusip",
            Self::Ticker => "ticker",
        }
    }
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftItem {
    /// The letter's number, levels joined by points.
    pub id: String,
    /// Words that it shares with its neighbours, such as "All communications of:"; may be empty.
    pub stem: String,
    /// Its own words, verbatim.
    pub words: String,
    /// Place of its first line.
    pub source: Source,
    /// Which kind, and by which words.
    pub kind: Proposed<Kind>,
    /// Where nothing decided the kind.
    pub kind_unsure: bool,
    /// Its own due days.
    pub due: Option<Proposed<Option<NaiveDate>>>,
    /// Its own periods; more than one is left to a person.
    pub periods: Vec<Proposed<Period>>,
    /// Parts that people take.
    pub parts: Vec<Proposed<Part>>,
    /// Channels to which it is limited.
    pub channels: Option<Proposed<Vec<Channel>>>,
    /// Account numbers and the like that it is about.
    pub identifiers: Vec<Proposed<(IdentifierKind, String)>>,
    /// The words that ask for less than all, such as "sufficient to show".
    pub sufficient: Option<Source>,
    /// Words in quotes.
    pub terms: Vec<String>,
    /// Entries of a checklist.
    pub entries: Vec<String>,
    /// What could not be turned into a key, and what is odd: for a person to read.
    pub notes: Vec<String>,
}

impl DraftItem {
    /// The item's text for the request file: the shared words, then its own.
    pub fn text(&self) -> String {
        if self.stem.is_empty() { self.words.clone() } else { format!("{} {}", self.stem, self.words) }
    }
}

/// A definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftDefinition {
    /// Id in the request file.
    pub id: String,
    /// The word.
    pub term: String,
    /// What it means, verbatim; `None` where it is only named in passing.
    pub means: Option<String>,
    /// The whole sentence.
    pub text: String,
    /// Where it stands.
    pub source: Source,
}
