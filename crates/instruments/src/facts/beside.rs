//! Items that no search answers, and documents that people added by hand.

use super::Decisions;
use chrono::{DateTime, Utc};
use duces_model::{DateWindow, ItemId, Sha256};
use serde::{Deserialize, Serialize};

/// Which kind of item is answered beside the searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BesideKind {
    /// Things to be handed over one by one.
    Checklist,
    /// A statement in words.
    Narrative,
    /// A table made for the answer.
    Schedule,
    /// What a term of the letter means; it asks for nothing.
    DefinedTerm,
    /// What earlier items answer.
    CrossReference,
}

impl BesideKind {
    /// The kind in words for counsel.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Checklist => "checklist",
            Self::Narrative => "narrative",
            Self::Schedule => "schedule",
            Self::DefinedTerm => "defined term",
            Self::CrossReference => "cross-reference",
        }
    }
}

/// An item that no search answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BesideFacts {
    /// Its number in the letter.
    pub id: ItemId,
    /// Which kind.
    pub kind: BesideKind,
    /// The letter's words.
    pub text: String,
    /// What it asks for, in plain words, one line each; lines of a tree are indented by two spaces a level.
    pub asks: Vec<String>,
    /// The period that it is about, both days included; absent where none is given.
    pub period: Option<DateWindow>,
    /// Earlier items whose documents answer this one too.
    pub see: Vec<ItemId>,
    /// Whether nothing is expected for it.
    pub expects_nil: bool,
    /// Files that people added for it by hand, in the order in which they were added.
    pub added: Vec<AddedFile>,
    /// Its part of the frozen population; absent where nothing that was added for it is in one.
    pub population: Option<AddedPopulation>,
}

/// A file that a person added for an item by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddedFile {
    /// By whom.
    pub added_by: String,
    /// When.
    pub added_at: DateTime<Utc>,
    /// Documents in it: itself and what is inside; 0 where it is not indexed yet.
    pub documents: u64,
    /// Those of them that are in the item's frozen population. Fewer than `documents`, or none of 0, keep
    /// the certification partial: the file was added after the population was frozen.
    pub taken_in: u64,
    /// Its name and where it came from; absent unless what came of it is produced, so that nothing
    /// that is withheld is named.
    pub named: Option<NamedFile>,
}

/// What a file that was added by hand is called, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedFile {
    /// Where its copy lies below the folder of collected files.
    pub path: String,
    /// SHA-256 of its bytes.
    pub sha256: Sha256,
    /// Where it was taken from, as the person gave it.
    pub came_from: String,
    /// What the person said of it; may be empty.
    pub note: String,
}

/// The part of the frozen population that was added by hand for an item, and what was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddedPopulation {
    /// Documents of the files that were added.
    pub by_hand: u64,
    /// In it because a member of the family is.
    pub by_family: u64,
    /// What was decided; the buckets add up to the two above.
    pub decisions: Decisions,
}

impl AddedPopulation {
    /// All of it.
    pub fn members(&self) -> u64 {
        self.by_hand.saturating_add(self.by_family)
    }
}

impl AddedFile {
    /// Whether the frozen population lacks it, or a part of it.
    pub fn is_late(&self) -> bool {
        self.documents == 0 || self.taken_in < self.documents
    }
}

impl BesideFacts {
    /// Whether anything stands for it but what a person left out as not responsive.
    pub(super) fn holds_something(&self) -> bool {
        let left_out = |population: &AddedPopulation| population.decisions.excluded_non_responsive;
        self.population.as_ref().is_some_and(|population| population.members() > left_out(population))
    }

    /// Documents produced for it.
    pub fn produced(&self) -> u64 {
        self.population.as_ref().map_or(0, |population| population.decisions.produced())
    }
}
