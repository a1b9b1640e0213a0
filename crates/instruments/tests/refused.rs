//! Facts that do not add up, or that exclude each other, make no instrument.

mod sample;

use duces_instruments::facts::*;
use duces_instruments::{CompletenessFacts, InstrumentError, completeness};
use duces_model::GapStatus;
use proptest::prelude::*;

fn refused(change: impl FnOnce(&mut CompletenessFacts)) -> InstrumentError {
    let mut facts = sample::sized(2, 4, 3);
    change(&mut facts);
    completeness(&facts, true).expect_err("these facts exclude each other")
}

fn unexplained(change: impl FnOnce(&mut CompletenessFacts)) -> String {
    match refused(change) {
        InstrumentError::Unexplained(unexplained) => unexplained.to_string(),
        other => panic!("{other}"),
    }
}

fn contradiction(change: impl FnOnce(&mut CompletenessFacts)) -> String {
    match refused(change) {
        InstrumentError::Contradiction { place, what } => format!("{place}: {what}"),
        other => panic!("{other}"),
    }
}

#[test]
fn each_sum_that_does_not_close_is_refused_by_name() {
    assert_eq!(
        unexplained(|facts| facts.items[1].counts.not_hit -= 1),
        "item 2: in scope 450 = hit 10 + not hit 438 + cannot tell 1 does not close, 1 unexplained"
    );
    assert!(unexplained(|facts| facts.archive.parsed += 1).starts_with("archive: found"));
    assert!(unexplained(|facts| facts.archive.indexed -= 1).starts_with("archive: documents"));
    assert!(unexplained(|facts| facts.archive.unsearchable_by_reason[0].count += 1).contains("unsearchable"));
    assert!(unexplained(|facts| facts.sources[0].indexed += 1).starts_with("source group-mailbox-01"));
    assert!(unexplained(|facts| facts.population.as_mut().unwrap().members += 1).starts_with("population"));
    let item = |facts: &mut CompletenessFacts| facts.items[0].population.as_mut().unwrap().by_family += 1;
    assert!(unexplained(item).starts_with("item 1: population"));
    let hits = |facts: &mut CompletenessFacts| {
        let population = facts.items[0].population.as_mut().unwrap();
        (population.by_hit, population.by_family) = (9, 2);
    };
    assert!(unexplained(hits).starts_with("item 1: population by hit"));
}

#[test]
fn a_source_is_searched_or_not_and_never_both_or_neither() {
    let neither = |facts: &mut CompletenessFacts| drop(facts.items[0].searched.pop());
    assert!(contradiction(neither).contains("found source group-mailbox-03 0 times"));
    let both = |facts: &mut CompletenessFacts| {
        let twice = facts.items[0].searched[0].clone();
        facts.items[0].searched.push(twice);
    };
    assert!(contradiction(both).contains("2 times"));
}

#[test]
fn coverage_cannot_contradict_the_gaps() {
    let hidden = |facts: &mut CompletenessFacts| {
        facts.items[0].searched.iter_mut().for_each(|source| source.coverage = CoverageWord::Covered);
    };
    assert!(contradiction(hidden).contains("an open gap touches the item"));
    let unlisted = |facts: &mut CompletenessFacts| {
        facts.gaps.clear();
        facts.items[1].searched[0].coverage = CoverageWord::Gap;
    };
    assert!(contradiction(unlisted).contains("none that touches the item is listed"));
}

#[test]
fn no_status_of_a_gap_without_the_person_who_gave_it() {
    let confirmed = |facts: &CompletenessFacts| {
        facts.gaps.iter().position(|gap| gap.gap.status == GapStatus::Confirmed).unwrap()
    };
    let nobody = |facts: &mut CompletenessFacts| {
        let at = confirmed(facts);
        facts.gaps[at].history.clear();
    };
    assert!(contradiction(nobody).contains("found status confirmed"));
    let nameless = |facts: &mut CompletenessFacts| {
        let at = confirmed(facts);
        facts.gaps[at].history[0].by = " ".into();
    };
    assert!(contradiction(nameless).contains("without a name or a reason"));
}

#[test]
fn volumes_share_no_number_and_hold_no_more_than_was_decided() {
    let overlap = |facts: &mut CompletenessFacts| {
        let numbers = facts.volumes[0].numbers().cloned();
        facts.volumes.push(VolumeFacts::Unsealed { name: "ECP002".parse().unwrap(), numbers });
    };
    assert!(contradiction(overlap).contains("expected each once"));
    let more =
        |facts: &mut CompletenessFacts| facts.volumes = vec![VolumeFacts::Verified(sample::volume(40))];
    assert!(contradiction(more).contains("found rows of the population 40, expected at most"));
}

#[test]
fn facts_of_another_format_or_without_items_are_refused() {
    assert!(contradiction(|facts| facts.format = 3).contains("found format 3, expected 2 or 1"));
    assert!(contradiction(|facts| facts.items.clear()).contains("found no item"));
}

/// The figures of which each stands in a sum.
fn figures(facts: &mut CompletenessFacts) -> Vec<&mut u64> {
    let archive = &mut facts.archive;
    let mut figures =
        vec![&mut archive.found, &mut archive.parsed, &mut archive.documents, &mut archive.unsearchable];
    for item in &mut facts.items {
        let counts = &mut item.counts;
        figures.extend([&mut counts.in_scope, &mut counts.hit, &mut counts.not_hit]);
        figures.extend(counts.cannot_tell.iter_mut().map(|count| &mut count.documents));
        let population = item.population.as_mut().unwrap();
        figures.extend([&mut population.by_family, &mut population.decisions.produced_whole]);
    }
    let population = facts.population.as_mut().unwrap();
    figures.extend([&mut population.members, &mut population.decisions.pending]);
    figures
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn one_figure_changed_by_any_amount_is_never_certified(which: prop::sample::Index, to in 0_u64..5_000) {
        let mut facts = sample::sized(2, 0, 3);
        let mut figures = figures(&mut facts);
        let figure = which.get_mut(&mut figures);
        prop_assume!(**figure != to);
        **figure = to;
        prop_assert!(completeness(&facts, true).is_err());
    }
}
