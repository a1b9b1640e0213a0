//! The facts of a completeness certification: everything that its text may say.
//!
//! They are stored as JSON beside the PDF; `FACTS.md` in this crate describes that file. Nothing in
//! the PDF comes from anywhere else, except the wording (a template), and nothing here is a claim: each
//! figure is one that the ledger or the verifier holds.

mod account;
mod beside;
mod gap;
mod item;
mod volume;

pub use account::{
    Altered, ArchiveFacts, BlindSpotFacts, CodeCount, Fate, FormFacts, SourceFacts, UnreadFile,
    UnsupportedContainer,
};
pub use beside::{AddedFile, AddedPopulation, BesideFacts, BesideKind, NamedFile};
pub use gap::{GapFacts, Judgement};
pub use item::{
    CannotTellCount, CoverageWord, ItemCounts, ItemFacts, ItemPopulation, NotSearched, SourceNotSearched,
    SourceSearched, Sufficient,
};
pub use volume::{Decisions, NumberRange, PopulationFacts, VerifiedVolume, VolumeFacts};

use crate::error::InstrumentError;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use duces_model::{ItemId, RequestId, Sha256, SnapshotId};
use serde::{Deserialize, Serialize};

/// Version of the facts' JSON; a later meaning gets a later number. Format 1 is read too: it had no items
/// beside the searches, since a request with any was refused.
pub const FACTS_FORMAT: u32 = 2;

/// What a completeness certification is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompletenessFacts {
    /// [`FACTS_FORMAT`], or 1.
    pub format: u32,
    /// The instant at which the facts were taken from the record; nothing later is in them.
    pub as_known_at: DateTime<Utc>,
    /// The firm's zone, in which instants are printed.
    pub zone: Tz,
    /// Version of the program that took them.
    pub tool_version: String,
    /// The firm.
    pub firm: FirmFacts,
    /// Entities and persons on whose behalf the certification is made, beside the firm; may be empty.
    pub on_behalf_of: Vec<String>,
    /// The request.
    pub request: RequestFacts,
    /// What the counts rest on: index, register and request file as they were when the population was
    /// frozen, or as they are now where it is not.
    pub rests_on: Pins,
    /// The same as it is at [`CompletenessFacts::as_known_at`]. Where the two differ the certification
    /// is partial.
    pub as_found: Pins,
    /// Every source of the register, with its account.
    pub sources: Vec<SourceFacts>,
    /// Documents that belong to no source.
    pub unattributed_documents: u64,
    /// What was read, and what was wrong with it.
    pub archive: ArchiveFacts,
    /// The forms in which is retained what the items search, by title. Absent in facts of earlier programs.
    #[serde(default)]
    pub forms: Vec<FormFacts>,
    /// The numbers of all items of the request, in the order of its file; at least one. Each stands in
    /// `items` or in `beside`, once. Empty in format 1, where `items` has all.
    #[serde(default)]
    pub item_numbers: Vec<ItemId>,
    /// The items that are searched for, in the order of the file.
    pub items: Vec<ItemFacts>,
    /// The items that no search answers, in the order of the file.
    #[serde(default)]
    pub beside: Vec<BesideFacts>,
    /// The frozen population over all items; absent where none is frozen.
    pub population: Option<PopulationFacts>,
    /// Volumes of this request, oldest first, also those not sealed and those voided.
    pub volumes: Vec<VolumeFacts>,
    /// Every gap of the record, of whatever status, whether or not it touches an item: which do is
    /// worked out here.
    pub gaps: Vec<GapFacts>,
}

/// The firm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirmFacts {
    /// Its name.
    pub name: String,
    /// Its number in the Central Registration Depository.
    pub crd: String,
}

/// The request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestFacts {
    /// The firm's own name for it.
    pub id: RequestId,
    /// Who asks: `FINRA`, `SEC` or another.
    pub authority: String,
    /// The authority's number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Day on which the firm received it, where known.
    pub received: Option<NaiveDate>,
    /// Day on which the answer is due, where one is set.
    pub due: Option<NaiveDate>,
    /// Whether it calls for a declaration under 28 U.S.C. 1746; without that the text has none.
    pub declaration_1746: bool,
}

/// Digests of what a figure rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pins {
    /// Identity of the index snapshot.
    pub index_snapshot: SnapshotId,
    /// SHA-256 of the register's files.
    pub register_sha256: Sha256,
    /// SHA-256 of the request file.
    pub request_sha256: Sha256,
}

/// An item of the request, of either sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnyItem<'a> {
    /// It is searched for.
    Searched(&'a ItemFacts),
    /// No search answers it.
    Beside(&'a BesideFacts),
}

impl CompletenessFacts {
    /// Digest of everything that they say: of their JSON without white space, keys in order.
    ///
    /// # Errors
    /// [`InstrumentError::Json`], which no facts have.
    pub fn sha256(&self) -> Result<Sha256, InstrumentError> {
        Ok(Sha256::of(serde_json::to_vec(self)?))
    }

    /// All items in the order of the request's file.
    pub fn all_items(&self) -> Vec<AnyItem<'_>> {
        let place =
            |id: &ItemId| self.item_numbers.iter().position(|known| known == id).unwrap_or(usize::MAX);
        let searched = self.items.iter().map(|item| (place(&item.id), AnyItem::Searched(item)));
        let beside = self.beside.iter().map(|item| (place(&item.id), AnyItem::Beside(item)));
        let mut all: Vec<_> = searched.chain(beside).collect();
        all.sort_by_key(|(place, _)| *place);
        all.into_iter().map(|(_, item)| item).collect()
    }

    /// The items for which this production holds no answer: no search answers them, nothing was added by
    /// hand for them but what a person left out as not responsive, and they do not refer to items that
    /// are all answered. A term that the request defines asks for nothing and is none of them.
    pub fn not_answered(&self) -> Vec<&BesideFacts> {
        let mut open: Vec<&BesideFacts> = Vec::new();
        // In the order of the file: an item refers to earlier ones only.
        for item in self.all_items() {
            let AnyItem::Beside(item) = item else { continue };
            let refers =
                !item.see.is_empty() && !item.see.iter().any(|id| open.iter().any(|open| open.id == *id));
            if item.kind != BesideKind::DefinedTerm && !item.holds_something() && !refers {
                open.push(item);
            }
        }
        open
    }
}
