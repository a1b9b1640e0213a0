//! What became of the items of a request, from the ledger alone.

use super::Due;
use crate::requests::ReadRequest;
use chrono::NaiveDate;
use duces_ledger::{Population, VolumeRecord};
use duces_model::{DocId, ItemId, VolumeName};
use duces_query::ItemKind;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How far the answer to an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemState {
    /// No population holds it.
    NotSelected,
    /// It is answered beside the searches, and nothing was added for it.
    Beside,
    /// It asks for nothing: it says what a term means.
    AsksNothing,
    /// The items that it names answer it.
    SeeOthers,
    /// Nothing was found.
    Nil,
    /// Some of its documents wait for a decision.
    Undecided,
    /// All are decided; no volume holds them.
    Decided,
    /// A sealed volume holds them; it is not recorded as delivered.
    Produced,
    /// They went out.
    Delivered,
}

impl ItemState {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSelected => "not selected yet",
            Self::Beside => "answered beside the searches, nothing added",
            Self::AsksNothing => "asks for nothing",
            Self::SeeOthers => "answered by the items that it names",
            Self::Nil => "nothing found",
            Self::Undecided => "waits for decisions",
            Self::Decided => "decided, not produced",
            Self::Produced => "produced, not delivered",
            Self::Delivered => "delivered",
        }
    }
}

/// An item in time.
#[derive(Debug, Serialize)]
pub struct ItemInTime {
    /// Its number.
    pub item: ItemId,
    /// Which kind.
    pub kind: &'static str,
    /// When its answer is due: its own day where it has one, else the request's, with what was granted since.
    pub due: Option<Due>,
    /// How far the answer is.
    pub state: ItemState,
    /// Documents of the newest population for it.
    pub documents: u64,
    /// Those that wait for a decision.
    pub pending: u64,
}

/// What the ledger knows of a request.
pub(super) struct Known<'a> {
    pub(super) population: Option<&'a Population>,
    /// Documents of the population without a decision.
    pub(super) pending: &'a BTreeSet<DocId>,
    pub(super) volumes: &'a [VolumeRecord],
    pub(super) delivered: &'a BTreeSet<VolumeName>,
}

/// The items of a request in the order of its file; `due` says the day of each.
pub(super) fn items(
    read: &ReadRequest,
    known: &Known<'_>,
    due: &dyn Fn(&ItemId, Option<NaiveDate>) -> Option<Due>,
) -> Vec<ItemInTime> {
    let of: BTreeMap<&ItemId, _> =
        known.population.iter().flat_map(|one| &one.items).map(|item| (&item.item, item)).collect();
    let produced = volume_of(known);
    let request = &read.request;
    let searched = request.items().iter().map(|item| (&item.id, ItemKind::Search, item.letter.due));
    let beside = request.beside().iter().map(|item| (&item.id, item.asks.kind(), item.letter.due));
    let listed: BTreeMap<&ItemId, _> =
        searched.chain(beside).map(|(id, kind, own)| (id, (kind, own))).collect();
    let mut all = Vec::new();
    for id in request.numbers() {
        let Some((kind, own)) = listed.get(id) else { continue };
        let members = of.get(id).map(|item| &item.members);
        let documents = members.map_or(0, |members| members.len() as u64);
        let pending = members.map_or(0, |members| {
            members.iter().filter(|(document, _)| known.pending.contains(document)).count() as u64
        });
        let state = match (kind, members) {
            (ItemKind::Search, None) => ItemState::NotSelected,
            (ItemKind::DefinedTerm, None) => ItemState::AsksNothing,
            (ItemKind::CrossReference, None) => ItemState::SeeOthers,
            (_, None) => ItemState::Beside,
            (_, Some(members)) if members.is_empty() => ItemState::Nil,
            _ if pending > 0 => ItemState::Undecided,
            _ => produced,
        };
        all.push(ItemInTime {
            item: id.clone(),
            kind: kind.as_str(),
            due: due(id, *own),
            state,
            documents,
            pending,
        });
    }
    all
}

/// How far the volume of the newest population is.
fn volume_of(known: &Known<'_>) -> ItemState {
    let Some(population) = known.population else { return ItemState::Decided };
    let mut state = ItemState::Decided;
    for volume in known.volumes {
        if volume.sealed().is_some_and(|sealed| sealed.population == population.key) {
            match known.delivered.contains(&volume.name) {
                true => return ItemState::Delivered,
                false => state = ItemState::Produced,
            }
        }
    }
    state
}
