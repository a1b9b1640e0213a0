//! The items that were searched for.

use super::Decided;
use crate::error::WorkspaceError;
use duces_instruments::facts::{
    AddedFile, CannotTellCount, CoverageWord, Decisions, ItemCounts, ItemFacts, ItemPopulation, NotSearched,
    SourceNotSearched, SourceSearched, Sufficient,
};
use duces_ledger::{Population, Why};
use duces_model::{Disposition, DocId, Unknown};
use duces_query::{Item, Resolved};
use duces_register::Register;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn item_facts(
    item: &Item<Resolved>,
    plan: &crate::plan::ItemPlan,
    population: &Population,
    decided: &Decided,
    register: &Register,
    added: Vec<AddedFile>,
) -> Result<ItemFacts, WorkspaceError> {
    let frozen = population.items.iter().find(|frozen| frozen.item == item.id).ok_or_else(|| {
        WorkspaceError::TooEarly {
            missing: format!("item {} is not in the frozen population", item.id),
            hint: format!("freeze a new one: duces select {}", population.request),
        }
    })?;
    let of = |document: &DocId| decided.get(document).unwrap_or(&Disposition::Pending);
    let why = |wanted: Why| frozen.members.iter().filter(|(_, why)| *why == wanted).count() as u64;
    let mut cannot_tell: BTreeMap<BTreeSet<Unknown>, u64> = BTreeMap::new();
    for (_, reasons) in &frozen.cannot_tell {
        *cannot_tell.entry(reasons.iter().copied().collect()).or_default() += 1;
    }
    let open =
        frozen.cannot_tell.iter().filter(|(document, _)| *of(document) == Disposition::Pending).count();
    Ok(ItemFacts {
        id: item.id.clone(),
        text: item.text.clone(),
        period: item.period,
        criteria: item.explain(),
        searched: plan
            .searched
            .iter()
            .map(|source| SourceSearched {
                source: source.source.clone(),
                name: source.name.clone(),
                coverage: coverage_word(&source.coverage),
                reason: source.because.clone(),
            })
            .collect(),
        not_searched: plan
            .not_searched
            .iter()
            .map(|(source, reason)| not_searched(source, reason, item, register))
            .collect(),
        counts: ItemCounts {
            in_scope: frozen.in_scope,
            hit: frozen.hit,
            not_hit: frozen.not_hit,
            cannot_tell: cannot_tell
                .into_iter()
                .map(|(reasons, documents)| CannotTellCount {
                    reasons: reasons.into_iter().collect(),
                    documents,
                })
                .collect(),
        },
        queue_open: open as u64,
        population: Some(ItemPopulation {
            by_hit: why(Why::Hit),
            by_family: why(Why::Family),
            by_queue: why(Why::CannotTell),
            decisions: Decisions::of(frozen.members.iter().map(|(document, _)| of(document))),
        }),
        see: item.letter.see.clone(),
        expects_nil: item.letter.expects_nil,
        sufficient: item
            .sufficient
            .as_ref()
            .map(|rule| Sufficient { stop: rule.stop.clone(), documents: rule.documents }),
        added,
    })
}

fn coverage_word(word: &str) -> CoverageWord {
    match word {
        "covered by evidence" => CoverageWord::Covered,
        "gap" => CoverageWord::Gap,
        _ => CoverageWord::CannotTell,
    }
}

fn not_searched(
    source: &duces_model::SourceId,
    reason: &str,
    item: &Item<Resolved>,
    register: &Register,
) -> SourceNotSearched {
    let asked = crate::scope::sources_of(item, register).contains(source);
    SourceNotSearched {
        source: source.clone(),
        name: register.source(source).map(|known| known.name.clone()).unwrap_or_default(),
        why: if asked { NotSearched::NothingHeld } else { NotSearched::NotAskedFor },
        reason: reason.to_owned(),
    }
}
