//! Whether a nil result is backed by coverage.

use crate::facts::{CompletenessFacts, CoverageWord, ItemFacts, NotSearched};
use crate::standing::open_gaps;
use crate::wording::{count, list};

/// Everything that takes the ground from under a nil result, each with the sources concerned; nothing where
/// each source that the item asks for is covered by evidence in its period.
pub fn not_backed(item: &ItemFacts, facts: &CompletenessFacts) -> Vec<String> {
    let mut why = Vec::new();
    if item.searched.is_empty() {
        why.push("no source was searched".to_owned());
    }
    why.extend(gaps(item, facts));
    let unknown: Vec<String> = item
        .searched
        .iter()
        .filter(|source| source.coverage == CoverageWord::CannotTell)
        .map(|source| source.name.clone())
        .collect();
    if !unknown.is_empty() {
        why.push(format!("no evidence can judge the coverage of {}", list(&unknown)));
    }
    let asked = |why: NotSearched| matches!(why, NotSearched::NothingHeld | NotSearched::CouldNotBeSearched);
    let missing: Vec<String> =
        item.not_searched.iter().filter(|one| asked(one.why)).map(|one| one.name.clone()).collect();
    if !missing.is_empty() {
        why.push(format!("the item asks for what could not be searched, {}", list(&missing)));
    }
    if item.queue_open > 0 {
        let open = count(item.queue_open, "document");
        why.push(format!("no person has decided on {open} of which it cannot be told"));
    }
    why
}

/// The open gaps, and whose they are.
fn gaps(item: &ItemFacts, facts: &CompletenessFacts) -> Option<String> {
    let open: Vec<_> = open_gaps(item, facts).collect();
    let touched = |source: &duces_model::SourceId| open.iter().any(|gap| gap.gap.is_of(source));
    let mut names: Vec<String> = Vec::new();
    for source in &item.searched {
        if source.coverage == CoverageWord::Gap || touched(&source.source) {
            names.push(source.name.clone());
        }
    }
    names.extend(item.not_searched.iter().filter(|one| touched(&one.source)).map(|one| one.name.clone()));
    names.extend(open.iter().filter_map(|gap| gap.gap.address.clone()));
    names.dedup();
    let whose = if names.is_empty() { "no source that is named".to_owned() } else { list(&names) };
    match open.len() as u64 {
        0 if names.is_empty() => None,
        0 => Some(format!("there is a gap in the coverage of {whose}")),
        gaps => Some(format!("{} can touch the item, of {whose}", count(gaps, "candidate or confirmed gap"))),
    }
}
