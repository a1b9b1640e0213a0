//! The tree of a query.

use duces_indexer::TextField;

/// What is asked of a document's words. Branches have at least two children, and none is of its
/// parent's kind: `(a or b) or c` is one branch of three.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Node {
    /// All hold.
    And(Vec<Node>),
    /// At least one holds.
    Or(Vec<Node>),
    /// It does not hold.
    Not(Box<Node>),
    /// It holds within that field alone.
    Field(TextField, Box<Node>),
    /// The words stand in one of the fields.
    Words(Words),
    /// The words stand in the fields at least that often, counted over all of them.
    AtLeast(u32, Words),
}

/// Words at places of one field. Each match has a first and a last word and the words that it uses.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Words {
    /// The words stand one behind the other.
    Phrase(Phrase),
    /// Any of these; at least two, none of them `AnyOf`.
    AnyOf(Vec<Words>),
    /// Two matches near each other.
    Near(Box<Near>),
}

/// Two matches near each other, in one field. They share no word.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Near {
    /// What stands on the left of the operator.
    pub left: Side,
    /// What stands on its right.
    pub right: Side,
    /// How near.
    pub within: Within,
    /// The left one must end before the right one starts.
    pub ordered: bool,
    /// A match of the left for which there is *no* such match of the right; its words are the left's.
    pub negated: bool,
}

/// How near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Within {
    /// At most that many words from the one's edge to the other's: adjacent words are 1 apart.
    Words(u32),
    /// In one sentence.
    Sentence,
    /// In one paragraph.
    Paragraph,
}

/// One side of a proximity.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Side {
    /// Words.
    Words(Words),
    /// Each of these near the same match of the other side; at least two, and the other side is `Words`.
    AllOf(Vec<Words>),
    /// The place before the first word of the field (or of one attachment's name).
    FirstWord,
    /// The place behind the last word there.
    LastWord,
}

/// Words that stand one behind the other in one field; at least one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phrase(Vec<Element>);

/// One word of a phrase, as the tokenisation writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Element {
    /// That word.
    Word(String),
    /// Any word that the pattern stands for.
    Pattern(Pattern),
    /// Any word at all: a noise word inside a phrase. Never the first or the last.
    Any,
}

/// What stands for several words of the index.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// Wildcards: `trade*`, `wom?n`, `19==`.
    Glob(Vec<GlobPart>),
    /// Words with the same stem as this one.
    Stem(String),
    /// Words that start with `exact` and whose rest differs from `rest` by at most so many letters
    /// (inserted, left out, or another one).
    Fuzzy {
        /// How they start.
        exact: String,
        /// What follows.
        rest: String,
        /// Differences allowed, at least 1.
        differences: u8,
    },
    /// Words of digits alone whose value lies between, both included.
    Range(u64, u64),
    /// Words that the regular expression matches from their first to their last letter.
    Regex(String),
    /// The word and its regular plural.
    Plural(String),
}

/// A piece of a pattern with wildcards.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GlobPart {
    /// These letters.
    Text(String),
    /// Exactly one letter or digit.
    One,
    /// Exactly one digit.
    Digit,
    /// Any number of letters and digits, none too.
    Many,
}

impl Phrase {
    /// The words in their order; `None` where there is none.
    pub(crate) fn new(elements: Vec<Element>) -> Option<Self> {
        (!elements.is_empty()).then_some(Self(elements))
    }

    /// The words in their order.
    pub fn elements(&self) -> &[Element] {
        &self.0
    }

    /// The phrase with each word replaced.
    pub(super) fn map(&self, replace: impl Fn(&Element) -> Element) -> Self {
        Self(self.0.iter().map(replace).collect())
    }
}
