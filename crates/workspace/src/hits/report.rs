//! The hit report of a request.

use super::backing::Backing;
use super::terms::TermRow;
use super::zero::ZeroMeaning;
use crate::gaps::GapRow;
use crate::item_coverage::{Said, SourcePlan};
use chrono::{DateTime, Utc};
use duces_model::{Gap, ItemId, RequestId, SourceId};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What a hit report is to hold beside the counts.
#[derive(Debug, Clone, Copy, Default)]
pub struct HitOptions {
    /// Random documents to read, per term.
    pub sampling: Option<Sampling>,
}

/// How random documents are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sampling {
    /// So many hits and so many non-hits of each term.
    pub size: u64,
    /// The same seed draws the same documents, however the archive was indexed.
    pub seed: u64,
}

/// The hit report of a request.
#[derive(Debug, Serialize)]
pub struct HitReport {
    /// The request.
    pub request: RequestId,
    /// The run's number in the ledger.
    pub run: i64,
    /// When it was run.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Identity of the index searched.
    pub snapshot: String,
    /// Digest of the register.
    pub register_sha256: String,
    /// Digest of the request's file.
    pub request_sha256: String,
    /// Version of the tokenisation.
    pub tokenisation: u32,
    /// Documents in the index.
    pub documents: u64,
    /// How random documents were drawn, where they were.
    pub sampling: Option<Sampling>,
    /// All items together.
    pub totals: RequestTotals,
    /// Per item.
    pub items: Vec<ItemHits>,
    /// What each column means.
    pub definitions: Vec<String>,
    /// The files written, by `duces hits`.
    pub reports: Vec<PathBuf>,
}

impl HitReport {
    /// Whether some item needs a person.
    pub fn needs_person(&self) -> bool {
        self.items.iter().any(ItemHits::needs_person)
    }
}

/// All items together; each document once, so that these are no sums of the items.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct RequestTotals {
    /// Documents that some item hits.
    pub hit: u64,
    /// With their families.
    pub hit_with_family: u64,
    /// Documents that no item hits and of which some item cannot tell.
    pub cannot_tell: u64,
}

/// Hits by what they belong to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Splits {
    /// By custodian; a document may have several.
    pub by_custodian: BTreeMap<String, u64>,
    /// By source; a document may belong to several.
    pub by_source: BTreeMap<String, u64>,
    /// By month of the family's day, in the firm's zone; a document has one, or is undated.
    pub by_month: BTreeMap<String, u64>,
}

/// All terms of an item together; each document once, so that these are no sums of the terms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TermTotals {
    /// Documents that some term hits.
    pub hits: u64,
    /// With their families.
    pub hits_with_family: u64,
    /// Documents that exactly one term hits.
    pub unique: u64,
    /// Documents of families that exactly one term hits.
    pub unique_with_family: u64,
}

/// Counts of an item, and of its terms.
#[derive(Debug, Serialize)]
pub struct ItemHits {
    /// Number of the item.
    pub item: ItemId,
    /// The letter's words.
    pub text: String,
    /// The searches in plain words.
    pub criteria: Vec<String>,
    /// Whether nothing is expected to be found.
    pub expects_nil: bool,
    /// What a person should know of how the words were read.
    pub warnings: Vec<String>,
    /// Sources that the item asks for, of which nothing was captured.
    pub not_captured: Vec<SourceId>,
    /// Whether that is true of all of them.
    pub no_source: bool,
    /// What coverage says of each source that the item asks for, in its period.
    pub coverage: Vec<SourcePlan>,
    /// Whether coverage backs it where nothing is found.
    #[serde(flatten)]
    pub backing: Backing,
    /// The dialect of the terms, where there are any.
    pub dialect: Option<String>,
    /// Documents in scope.
    pub in_scope: u64,
    /// Those of them for which word searches answer.
    pub searched: u64,
    /// Those of them for which none can.
    pub not_searchable: u64,
    /// Why not; each document has one reason.
    pub not_searchable_because: BTreeMap<String, u64>,
    /// The criteria hold.
    pub hit: u64,
    /// With their families.
    pub hit_with_family: u64,
    /// The criteria do not hold.
    pub not_hit: u64,
    /// It cannot be told.
    pub cannot_tell: u64,
    /// Why not, by reason; a document may have several.
    pub cannot_tell_because: BTreeMap<String, u64>,
    /// The hits by what they belong to.
    #[serde(flatten)]
    pub splits: Splits,
    /// All terms together.
    pub any_term: TermTotals,
    /// Per term, in the order written; one without hits is listed like any other.
    pub terms: Vec<TermRow>,
    /// Sources that were not searched, and why.
    pub not_searched: Vec<(SourceId, String)>,
    /// Gaps that cross the item.
    pub gaps: Vec<GapRow>,
    /// Gaps that cross it, were found now, and are not recorded yet.
    pub new_gaps: Vec<Gap>,
    /// For what a zero holds, where the item has no hit.
    pub zero: Option<ZeroMeaning>,
}

impl ItemHits {
    /// The gaps that cross the item, recorded or not.
    pub fn all_gaps(&self) -> impl Iterator<Item = &Gap> {
        self.gaps.iter().map(|row| &row.gap).chain(&self.new_gaps)
    }

    /// What became of the expectation that nothing is found, in words.
    pub fn expected_nil(&self) -> &'static str {
        match (self.hit, self.backing.backed, self.cannot_tell) {
            (0, true, 0) => "and nothing was found, which coverage backs",
            (0, true, _) => {
                "and nothing was found, but of some documents it cannot be told: a person must look"
            }
            (0, false, _) => "and nothing was found, but coverage does not back that: a person must look",
            _ => "and something was: a person must look",
        }
    }

    /// Whether a queue waits for a person, something was found where nothing was expected, a source that the
    /// item asks for was never captured though it was in service, or nothing was found and coverage does not
    /// back that: a zero over it is none.
    pub fn needs_person(&self) -> bool {
        let unexpected = self.expects_nil && self.hit > 0;
        let missing = self.coverage.iter().any(|plan| plan.said == Said::NeverCaptured);
        let unbacked = self.hit == 0 && !self.backing.backed;
        self.cannot_tell > 0 || unexpected || self.no_source || missing || unbacked
    }
}

/// What each column means, for the reports themselves.
pub(super) fn definitions() -> Vec<String> {
    let texts = [
        "A document is a message or one attachment; a family is a message with its attachments, and theirs.",
        "In scope: documents of the item's sources, and documents of no certain source. In scope = hit + not hit + cannot tell = searched + not searchable.",
        "Hits of a term: distinct documents that meet everything else of the item and this term.",
        "With family: those documents and all members of their families; a family counts once however many members are hit.",
        "Unique: hit by this term and by no other term of the item. Unique with family: all documents of families that this term alone hits.",
        "Totals count each document once; they are no sums of a column.",
        "Splits by custodian and by source may add up to more than the hits, since a document may belong to several; the split by month adds up to the hits.",
        super::terms::BROAD_RULE,
        "A term is subsumed where all its hits are hits of another term of the item.",
        "A zero is true of the documents searched only; what was not searchable in its scope is listed with it.",
        "Coverage backs a zero where each source that the item asks for, and that was in service in its period, is covered by evidence that could have seen a loss, and no open gap of addresses without a source crosses the item.",
    ];
    texts.iter().map(|text| (*text).to_owned()).collect()
}
