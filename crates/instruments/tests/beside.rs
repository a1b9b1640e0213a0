//! Items that no search answers, documents added by hand, nil results, and what they must and must not say.

mod sample;

use duces_instruments::facts::*;
use duces_instruments::{
    CompletenessFacts, InstrumentError, Open, Standing, Template, completeness, completeness_text,
    not_backed, stored, stored_facts,
};

fn added(taken_in: u64, documents: u64) -> AddedFile {
    AddedFile {
        added_by: "P. Legal".into(),
        added_at: sample::at("2024-09-20T14:00:00Z"),
        documents,
        taken_in,
        named: (taken_in == documents).then(|| NamedFile {
            path: "r/chart.pdf".into(),
            sha256: duces_model::Sha256::of("chart"),
            came_from: "HR share/chart.pdf".into(),
            note: "the chart of September".into(),
        }),
    }
}

fn beside(id: &str, kind: BesideKind) -> BesideFacts {
    BesideFacts {
        id: id.parse().unwrap(),
        kind,
        text: "The organisation chart.".into(),
        asks: vec!["to be handed over:".into(), "  organisation chart".into()],
        period: None,
        see: Vec::new(),
        expects_nil: false,
        added: Vec::new(),
        population: None,
    }
}

/// The plain sample with a checklist for which one document was added and produced.
fn with_checklist() -> CompletenessFacts {
    let mut facts = sample::plain();
    let decisions = Decisions { produced_whole: 1, ..Decisions::default() };
    let mut item = beside("2", BesideKind::Checklist);
    item.added = vec![added(1, 1)];
    item.population = Some(AddedPopulation { by_hand: 1, by_family: 0, decisions });
    facts.item_numbers.push(item.id.clone());
    facts.beside.push(item);
    let whole = facts.population.as_mut().unwrap();
    whole.members += 1;
    whole.decisions.produced_whole += 1;
    facts.volumes = vec![VolumeFacts::Verified(sample::volume(12))];
    facts
}

fn with(item: BesideFacts) -> CompletenessFacts {
    let mut facts = with_checklist();
    facts.item_numbers.push(item.id.clone());
    facts.beside.push(item);
    facts
}

fn not_answered(facts: &CompletenessFacts) -> Vec<String> {
    facts.not_answered().iter().map(|item| item.id.to_string()).collect()
}

#[test]
fn what_was_added_by_hand_answers_and_what_has_nothing_is_listed_and_keeps_it_partial() {
    assert_eq!(completeness(&with_checklist(), false).unwrap().title, "Certification of Completeness");
    let facts = with(beside("3", BesideKind::Narrative));
    let made = completeness(&facts, false).unwrap();
    assert_eq!(made.title, "Partial Certification of Completeness");
    assert!(!made.draft);
    let open = Standing::of(&facts).open;
    assert_eq!(open, [Open::NotAnswered { item: "3".parse().unwrap(), kind: "narrative" }]);
    let json: serde_json::Value = serde_json::from_slice(&made.json).unwrap();
    assert_eq!(json["items_not_answered"], serde_json::json!(["3"]));
}

#[test]
fn a_defined_term_asks_for_nothing_and_a_reference_is_as_open_as_what_it_refers_to() {
    assert!(not_answered(&with(beside("3", BesideKind::DefinedTerm))).is_empty());
    let refers = |to: &str| {
        let mut item = beside("4", BesideKind::CrossReference);
        item.see = vec![to.parse().unwrap()];
        item
    };
    assert!(not_answered(&with(refers("2"))).is_empty());
    let mut facts = with(beside("3", BesideKind::Schedule));
    let item = refers("3");
    facts.item_numbers.push(item.id.clone());
    facts.beside.push(item);
    assert_eq!(not_answered(&facts), ["3", "4"]);
}

#[test]
fn what_a_person_left_out_as_not_responsive_answers_nothing() {
    let mut facts = with_checklist();
    let all = facts.beside[0].population.as_mut().unwrap();
    all.decisions = Decisions { excluded_non_responsive: 1, ..Decisions::default() };
    assert_eq!(not_answered(&facts), ["2"]);
}

#[test]
fn every_item_of_the_request_stands_once_or_nothing_is_made() {
    let refused = |change: fn(&mut CompletenessFacts)| {
        let mut facts = with_checklist();
        change(&mut facts);
        match completeness(&facts, false) {
            Err(InstrumentError::Contradiction { place, what }) => format!("{place}: {what}"),
            Err(InstrumentError::Unexplained(sum)) => sum.to_string(),
            other => panic!("{other:?}"),
        }
    };
    assert!(refused(|facts| facts.beside.clear()).starts_with("item 2: found it nowhere"));
    assert!(refused(|facts| drop(facts.item_numbers.pop())).contains("that the request does not have"));
    let twice = |facts: &mut CompletenessFacts| facts.beside.push(facts.beside[0].clone());
    assert!(refused(twice).contains("found twice"));
    let later = |facts: &mut CompletenessFacts| facts.items[0].see = vec!["2".parse().unwrap()];
    assert!(refused(later).contains("reference to item 2, expected earlier items only"));
    assert!(refused(|facts| facts.beside[0].added.clear()).contains("population by hand"));
    assert!(refused(|facts| facts.beside[0].population = None).contains("does not close"));
    assert!(refused(|facts| facts.beside[0].added[0].added_by = " ".into()).contains("added by nobody"));
}

#[test]
fn a_file_that_came_after_the_population_keeps_it_partial() {
    let mut facts = with_checklist();
    facts.beside[0].added.push(added(0, 0));
    facts.beside[0].added[1].named = None;
    let late = Open::AddedLate { item: "2".parse().unwrap(), files: 1 };
    assert_eq!(Standing::of(&facts).open, [late]);
}

#[test]
fn a_nil_result_is_backed_only_where_each_source_is_covered_and_the_others_are_named() {
    let mut facts = sample::plain();
    let item = &mut facts.items[0];
    item.counts.not_hit += item.counts.hit;
    item.counts.hit = 0;
    assert!(not_backed(&facts.items[0], &facts).is_empty());
    facts.items[0].searched[1].coverage = CoverageWord::CannotTell;
    let why = not_backed(&facts.items[0], &facts);
    assert_eq!(why, ["no evidence can judge the coverage of Trade desk 2"]);
    facts.items[0].searched[1].coverage = CoverageWord::Covered;
    let mut gap = sample::gap(1, &facts.sources);
    gap.gap.sources = vec![facts.sources[2].source.clone()];
    facts.gaps = vec![gap];
    let why = not_backed(&facts.items[0], &facts);
    assert_eq!(why, ["1 candidate or confirmed gap can touch the item, of Trade desk 3"]);
}

#[test]
fn rows_of_a_volume_are_natives_texts_alone_and_sheets() {
    let VolumeFacts::Verified(mut volume) = sample::plain().volumes.remove(0) else { panic!("verified") };
    (volume.rows, volume.rows_whole, volume.natives) = (11, Some(9), 7);
    assert_eq!((volume.text_only(), volume.sheets()), (Some(2), Some(2)));
    let mut facts = sample::plain();
    volume.natives = 10;
    facts.volumes = vec![VolumeFacts::Verified(volume)];
    assert!(completeness(&facts, false).is_err(), "more natives than documents produced whole");
}

#[test]
fn facts_of_format_1_are_read_and_set_and_may_not_hold_what_came_later() {
    let made = completeness(&sample::plain(), false).unwrap();
    let mut json: serde_json::Value = serde_json::from_slice(&made.json).unwrap();
    let facts = json["facts"].as_object_mut().unwrap();
    facts.insert("format".into(), 1.into());
    facts.remove("item_numbers");
    facts.remove("beside");
    for item in facts["items"].as_array_mut().unwrap() {
        for key in ["see", "expects_nil", "sufficient", "added"] {
            item.as_object_mut().unwrap().remove(key);
        }
    }
    facts["volumes"][0].as_object_mut().unwrap().remove("rows_whole");
    let bytes = serde_json::to_vec(&json).unwrap();
    let old = stored_facts(&bytes).unwrap();
    assert_eq!(completeness(&old, false).unwrap().title, made.title);
    assert_eq!(stored(&bytes).unwrap().template_sha256, made.template_sha256);
    let mut mixed = with_checklist();
    mixed.format = 1;
    assert!(completeness(&mixed, false).is_err());
}

fn text(facts: &CompletenessFacts) -> String {
    format!("{:?}", completeness_text(&Template::builtin().unwrap(), facts).unwrap())
}

#[test]
fn what_is_not_known_stands_on_the_first_page_and_only_where_something_is_not() {
    let mut facts = sample::plain();
    assert!(!text(&facts).contains("What is not known"));
    facts.items[0].searched[1].coverage = CoverageWord::CannotTell;
    let said = text(&facts);
    let (unknown, says) = (said.find("What is not known"), said.find("What this certification says"));
    assert!(unknown.is_some() && unknown < says, "{said}");
    assert!(said.contains(
        "Item 1: no evidence can tell whether communications of its period were lost in Trade desk 2."
    ));
}

#[test]
fn a_gap_of_many_sources_names_all_of_them_below_the_table() {
    let mut facts = sample::sized(1, 0, 90);
    let mut gap = sample::gap(1, &facts.sources);
    gap.gap.sources = facts.sources.iter().map(|source| source.source.clone()).collect();
    gap.source_names = facts.sources.iter().map(|source| source.name.clone()).collect();
    for searched in &mut facts.items[0].searched {
        searched.coverage = CoverageWord::Gap;
    }
    facts.gaps = vec![gap];
    let said = text(&facts);
    assert!(
        said.contains("90 sources, named below") && said.contains("A-1, all of its 90 sources:"),
        "{said}"
    );
    for source in &facts.sources {
        assert!(said.contains(&format!("{} ({})", source.name, source.source)), "{}", source.source);
    }
}

#[test]
fn a_narrative_is_affirmed_and_stands_in_no_list_of_what_was_checked() {
    let said = text(&with(beside("3", BesideKind::Narrative)));
    let at = |words: &str| said.find(words).unwrap_or_else(|| panic!("{words}"));
    assert!(at("Third list") < at("Item 3 (narrative) is answered outside this production"));
    let checked = &said[at("Second list")..at("Third list")];
    assert!(!checked.contains("\"Item 3\""), "{checked}");
    assert!(checked.contains("items 3 = searched for 1 + answered by no search 2"), "{checked}");
}

#[test]
fn every_key_of_an_item_beside_the_searches_is_described() {
    let made = completeness(&with(beside("3", BesideKind::Narrative)), false).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&made.json).unwrap();
    let described = include_str!("../FACTS.md");
    let item = &json["facts"]["beside"][0];
    for part in [item, &item["added"][0], &item["added"][0]["named"], &item["population"]] {
        for key in part.as_object().unwrap().keys() {
            assert!(described.contains(&format!("`{key}`")), "{key}");
        }
    }
}
