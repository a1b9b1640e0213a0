//! A zero is a statement: for what it holds, and for what it does not.

use super::backing::Backing;
use super::report::ItemHits;
use crate::item_coverage::ItemCoverage;
use duces_model::SourceId;
use serde::Serialize;
use std::collections::BTreeMap;

/// For what a zero holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ZeroMeaning {
    /// Whether coverage backs it.
    pub backed: bool,
    /// What coverage says of each source that the item asks, in one sentence.
    pub coverage: String,
    /// Documents of which the zero is true, at least: those of which it can be told.
    pub told: u64,
    /// Whether none of the sources that the item asks for was captured at all.
    pub no_source: bool,
    /// Documents in scope of which no word search can answer, by reason.
    pub not_searchable: BTreeMap<String, u64>,
    /// Documents in scope of which the item cannot tell, by reason; a document may have several.
    pub cannot_tell: BTreeMap<String, u64>,
    /// Sources that were not searched, and why.
    pub not_searched: Vec<(SourceId, String)>,
    /// Gaps that cross the item.
    pub gaps: Vec<String>,
}

impl ZeroMeaning {
    /// In one line, with what coverage says of each source.
    pub fn line(&self) -> String {
        format!("{}; {}", self.coverage, self.limits())
    }

    /// Of which documents it is true, in one line; what coverage says stands beside it.
    pub fn limits(&self) -> String {
        let counts = |counts: &BTreeMap<String, u64>| {
            counts.iter().map(|(reason, count)| format!("{reason} {count}")).collect::<Vec<_>>().join(", ")
        };
        let mut parts = Vec::new();
        if self.no_source {
            parts.push("no source of this item was searched".to_owned());
        }
        let documents = if self.told == 1 { "document" } else { "documents" };
        parts.push(format!("true of {} {documents} of which it can be told", self.told));
        let listed =
            [("not searchable", counts(&self.not_searchable)), ("cannot tell", counts(&self.cannot_tell))];
        parts.extend(
            listed
                .into_iter()
                .filter(|(_, list)| !list.is_empty())
                .map(|(what, list)| format!("{what}: {list}")),
        );
        parts.join("; ")
    }
}

/// Sources that were not searched, by why not.
pub fn by_reason(not_searched: &[(SourceId, String)]) -> BTreeMap<&str, Vec<&str>> {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (source, why) in not_searched {
        reasons.entry(why).or_default().push(source.as_str());
    }
    reasons
}

/// Adds what coverage says of the item's sources and the gaps that cross, and gives every zero its meaning.
pub(super) fn explain(counted: &mut ItemHits, sources: ItemCoverage) {
    counted.not_searched = sources.not_searched();
    counted.not_captured = sources.never_captured.iter().map(|plan| plan.source.clone()).collect();
    counted.no_source = sources.searched.is_empty();
    counted.coverage = sources.asked();
    counted.backing = Backing::of(&counted.coverage, &sources);
    (counted.gaps, counted.new_gaps) = (sources.gaps, sources.new_gaps);
    let meaning = ZeroMeaning {
        backed: counted.backing.backed,
        coverage: counted.backing.sentence(&counted.coverage),
        // Of the item's hits a term can be told where words can be searched; which hits those are is not
        // counted, so this is the least that they can be.
        told: counted.not_hit + counted.hit.saturating_sub(counted.not_searchable),
        no_source: counted.no_source,
        not_searchable: counted.not_searchable_because.clone(),
        cannot_tell: counted.cannot_tell_because.clone(),
        not_searched: counted.not_searched.clone(),
        gaps: counted.all_gaps().map(|gap| gap.id.clone()).collect(),
    };
    for term in counted.terms.iter_mut().filter(|term| term.hits == 0) {
        term.zero = Some(meaning.clone());
    }
    if counted.hit == 0 {
        counted.zero = Some(meaning);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_names_everything_for_which_it_does_not_hold() {
        let meaning = ZeroMeaning {
            backed: false,
            coverage: "coverage does not back it: never captured (gap: g): desk".to_owned(),
            told: 24,
            no_source: true,
            not_searchable: [("encrypted".to_owned(), 3)].into(),
            cannot_tell: BTreeMap::new(),
            not_searched: vec![("desk".parse().unwrap(), "nothing was captured of it".into())],
            gaps: vec!["G-1".into(), "G-2".into()],
        };
        assert_eq!(
            meaning.line(),
            "coverage does not back it: never captured (gap: g): desk; no source of this item was searched; \
             true of 24 documents of which it can be told; not searchable: encrypted 3"
        );
    }
}
