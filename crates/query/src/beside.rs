//! Items that no search answers: lists to be ticked off, statements, tables, definitions, references.

use crate::request::Letter;
use crate::state::State;
use duces_model::ItemId;

/// Which kind of item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemKind {
    /// Documents that are searched for.
    Search,
    /// Things to be handed over one by one: an organisation chart, a policy.
    Checklist,
    /// A statement in words.
    Narrative,
    /// A table made for the answer.
    Schedule,
    /// What a term of the letter means.
    DefinedTerm,
    /// What earlier items answer.
    CrossReference,
}

impl ItemKind {
    /// All kinds, in the order in which they are listed.
    pub const ALL: [Self; 6] = [
        Self::Search,
        Self::Checklist,
        Self::Narrative,
        Self::Schedule,
        Self::DefinedTerm,
        Self::CrossReference,
    ];

    /// The word that is written in a request file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Checklist => "checklist",
            Self::Narrative => "narrative",
            Self::Schedule => "schedule",
            Self::DefinedTerm => "defined-term",
            Self::CrossReference => "cross-reference",
        }
    }
}

/// An item that is answered beside the searches. It is never searched, and never left out of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside<S: State> {
    /// Its number in the letter.
    pub id: ItemId,
    /// The letter's words.
    pub text: String,
    /// What else the letter says of it.
    pub letter: Letter,
    /// The period that it is about, where one is given.
    pub period: Option<S::Window>,
    /// What it asks for.
    pub asks: Asks<S>,
}

/// What an item asks for that no search answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Asks<S: State> {
    /// Things to be handed over one by one.
    Checklist {
        /// What; at least one.
        entries: Vec<String>,
    },
    /// A statement in words.
    Narrative {
        /// Who is to write it, where that is said.
        answer_by: Option<String>,
    },
    /// A table made for the answer.
    Schedule {
        /// The heads of its columns; at least one.
        columns: Vec<String>,
    },
    /// Nothing: it says what a term means.
    DefinedTerm {
        /// The term.
        term: String,
        /// What it means, in the letter's words.
        means: String,
        /// Whom it names, where it names people.
        party: Option<S::Party>,
    },
    /// What earlier items answer; see [`Letter::see`].
    CrossReference,
}

impl<S: State> Asks<S> {
    /// Which kind of item.
    pub const fn kind(&self) -> ItemKind {
        match self {
            Self::Checklist { .. } => ItemKind::Checklist,
            Self::Narrative { .. } => ItemKind::Narrative,
            Self::Schedule { .. } => ItemKind::Schedule,
            Self::DefinedTerm { .. } => ItemKind::DefinedTerm,
            Self::CrossReference => ItemKind::CrossReference,
        }
    }
}
