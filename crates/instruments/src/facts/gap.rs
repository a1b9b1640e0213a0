//! Gaps with their history, and which items they touch.

use super::{ItemFacts, NotSearched};
use chrono::{DateTime, Utc};
use duces_model::{Gap, GapStatus, SourceId};
use serde::{Deserialize, Serialize};

/// A gap as the record knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GapFacts {
    /// The gap with its present status.
    pub gap: Gap,
    /// Names of its sources in the register, in the order of the gap's list.
    pub source_names: Vec<String>,
    /// When the record first had it.
    pub first_known_at: DateTime<Utc>,
    /// Who said what of it, oldest first; the last entry is what its status rests on. Empty for a
    /// candidate that nobody has judged.
    pub history: Vec<Judgement>,
}

/// What a named person said of a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// The status that it was given.
    pub status: GapStatus,
    /// By whom.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub why: String,
}

impl GapFacts {
    /// Whether the gap can touch what an item asks for: it shares a day with the item's period, and
    /// one of its sources is one that the item asks for, whether it was searched or could not be. A gap of an
    /// address that has no source can touch every item, since nothing says to which it belongs.
    pub fn crosses(&self, item: &ItemFacts) -> bool {
        let days = self.gap.crosses_days(item.period.first(), item.period.last());
        days && (self.gap.sources.is_empty() || self.gap.sources.iter().any(|source| asks_for(item, source)))
    }
}

fn asks_for(item: &ItemFacts, source: &SourceId) -> bool {
    let searched = item.searched.iter().any(|searched| searched.source == *source);
    searched
        || item.not_searched.iter().any(|not| not.source == *source && not.why != NotSearched::NotAskedFor)
}
