//! An item of the request: what was asked, where it was looked for, and what came of it.

use super::{AddedFile, Decisions};
use duces_model::{DateWindow, ItemId, SourceId, Unknown};
use serde::{Deserialize, Serialize};

/// An item of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemFacts {
    /// Its number in the letter.
    pub id: ItemId,
    /// The letter's words.
    pub text: String,
    /// Its period, both days included.
    pub period: DateWindow,
    /// The criteria as they were run, in plain words, one line each, exclusions among them.
    pub criteria: Vec<String>,
    /// Sources that were searched for it.
    pub searched: Vec<SourceSearched>,
    /// The other sources of the register. Each source stands in one of the two lists.
    pub not_searched: Vec<SourceNotSearched>,
    /// What the search answered.
    pub counts: ItemCounts,
    /// Documents of which it cannot be told whether they meet the criteria and on which no person has
    /// decided; any keeps the certification partial.
    pub queue_open: u64,
    /// Its part of the frozen population; absent where none is frozen.
    pub population: Option<ItemPopulation>,
    /// Earlier items whose documents answer this one too.
    #[serde(default)]
    pub see: Vec<ItemId>,
    /// Whether nothing was expected to be found.
    #[serde(default)]
    pub expects_nil: bool,
    /// When a person may stop choosing, where the item asks for documents sufficient to show something.
    #[serde(default)]
    pub sufficient: Option<Sufficient>,
    /// Files that people added for it by hand, in the order in which they were added. Their documents
    /// count as meeting the criteria, whatever the search answered of them.
    #[serde(default)]
    pub added: Vec<AddedFile>,
}

/// A rule by which a person stops choosing: the search still finds all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sufficient {
    /// The rule, with its reason.
    pub stop: String,
    /// How many documents are enough, where that is said.
    pub documents: Option<u64>,
}

/// A source that was searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceSearched {
    /// Which.
    pub source: SourceId,
    /// Its name in the register.
    pub name: String,
    /// Whether evidence shows that the item's period was captured.
    pub coverage: CoverageWord,
    /// The reason, in one sentence: by which evidence, or why none could judge.
    pub reason: String,
}

/// What evidence says of a source over a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CoverageWord {
    /// Evidence that could have seen a loss saw none.
    Covered,
    /// There is a gap.
    Gap,
    /// No evidence could judge.
    CannotTell,
}

/// A source that was not searched for an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceNotSearched {
    /// Which.
    pub source: SourceId,
    /// Its name in the register.
    pub name: String,
    /// On what ground.
    pub why: NotSearched,
    /// The reason, in one sentence.
    pub reason: String,
}

/// On what ground a source was not searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotSearched {
    /// The item names other sources or channels. Its gaps do not touch the item.
    NotAskedFor,
    /// It was not in service in the item's period.
    NotInService,
    /// The item asks for it and nothing of it is held.
    NothingHeld,
    /// The item asks for it and it could not be searched.
    CouldNotBeSearched,
}

/// What the search answered, document by document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemCounts {
    /// Documents asked about.
    pub in_scope: u64,
    /// The criteria hold.
    pub hit: u64,
    /// They do not.
    pub not_hit: u64,
    /// It cannot be told, by the set of reasons; each document is counted once.
    pub cannot_tell: Vec<CannotTellCount>,
}

/// Documents of which it cannot be told, for the same reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CannotTellCount {
    /// Why; at least one.
    pub reasons: Vec<Unknown>,
    /// How many.
    pub documents: u64,
}

/// An item's part of the frozen population, and what was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemPopulation {
    /// In it because the criteria hold: as many as were hit.
    pub by_hit: u64,
    /// In it because a member of the family is.
    pub by_family: u64,
    /// In it because it cannot be told.
    pub by_queue: u64,
    /// What was decided; the buckets add up to the three above.
    pub decisions: Decisions,
}

impl ItemCounts {
    /// All of which it cannot be told.
    pub fn cannot_tell_total(&self) -> u64 {
        self.cannot_tell.iter().fold(0, |sum, count| sum.saturating_add(count.documents))
    }
}

impl ItemPopulation {
    /// All of it.
    pub fn members(&self) -> u64 {
        self.by_hit.saturating_add(self.by_family).saturating_add(self.by_queue)
    }
}

impl ItemFacts {
    /// Whether nothing meets the criteria and nothing is produced.
    pub fn is_nil(&self) -> bool {
        self.counts.hit == 0 && self.produced() == Some(0)
    }

    /// Documents of files added by hand that are in its population: they count as meeting the criteria.
    pub fn added_by_hand(&self) -> u64 {
        self.added.iter().fold(0, |sum, file| sum.saturating_add(file.taken_in))
    }

    /// Whether the search found nothing, and all that meets the criteria was added by hand: a nil result of the search.
    pub fn is_nil_beside_added(&self) -> bool {
        self.counts.hit > 0 && self.counts.hit <= self.added_by_hand()
    }

    /// Documents produced for it; absent where no population is frozen.
    pub fn produced(&self) -> Option<u64> {
        self.population.as_ref().map(|population| population.decisions.produced())
    }
}
