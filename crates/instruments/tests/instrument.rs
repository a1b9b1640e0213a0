//! The PDF and the JSON of a completeness certification.

mod sample;

use duces_instruments::{CompletenessFacts, Template, completeness};
use std::collections::BTreeSet;

#[test]
fn the_same_facts_give_the_same_bytes() {
    let facts = sample::sized(3, 6, 4);
    let (first, second) = (completeness(&facts, false).unwrap(), completeness(&facts, false).unwrap());
    assert!(first == second);
    assert_eq!(first.template_sha256, Template::builtin().unwrap().sha256());
}

#[test]
fn the_json_gives_the_facts_back_and_the_same_pdf() {
    let facts = sample::sized(2, 4, 3);
    let made = completeness(&facts, true).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&made.json).unwrap();
    assert_eq!(json["title"], made.title.as_str());
    let again: CompletenessFacts = serde_json::from_value(json["facts"].clone()).unwrap();
    assert!(again == facts);
    assert!(completeness(&again, true).unwrap().pdf == made.pdf);
}

#[test]
fn draft_goes_away_only_where_everything_produced_was_sealed_and_read_back() {
    let mut facts = sample::plain();
    assert!(!completeness(&facts, false).unwrap().draft);
    assert!(completeness(&facts, true).unwrap().draft);
    facts.items[0].queue_open = 1;
    let partial = completeness(&facts, false).unwrap();
    assert!(!partial.draft && partial.title.starts_with("Partial"));
    facts.volumes.clear();
    assert!(completeness(&facts, false).unwrap().draft);
}

#[test]
fn a_long_one_is_made() {
    let made = completeness(&sample::sized(40, 200, 30), false).unwrap();
    assert!(made.pages > 40, "{}", made.pages);
}

#[test]
fn a_name_that_no_font_can_show_is_reported_and_kept_in_the_json() {
    let mut facts = sample::plain();
    facts.items[0].criteria.push("participants: 山田".into());
    let made = completeness(&facts, false).unwrap();
    assert_eq!(made.substituted, vec!['山', '田']);
    assert!(String::from_utf8(made.json).unwrap().contains("山田"));
}

fn keys(value: &serde_json::Value, found: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                found.insert(key.clone());
                keys(value, found);
            }
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

#[test]
fn every_key_of_the_json_is_described() {
    let mut facts = sample::sized(2, 9, 5);
    facts.archive.altered.push(duces_instruments::facts::Altered {
        archive: "mail".into(),
        path: "a.mbox".into(),
        fate: duces_instruments::facts::Fate::Changed,
    });
    let made = completeness(&facts, true).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&made.json).unwrap();
    let mut found = BTreeSet::new();
    keys(&json, &mut found);
    let described = include_str!("../FACTS.md");
    let missing: Vec<_> = found.iter().filter(|key| !described.contains(&format!("`{key}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_file_that_was_not_read_keeps_it_partial_and_one_that_a_rule_passes_over_does_not() {
    let mut facts = sample::plain();
    assert!(facts.archive.unread.iter().all(|file| file.by_rule), "the sample has one by rule");
    assert_eq!(completeness(&facts, false).unwrap().title, "Certification of Completeness");
    facts.archive.unread.push(duces_instruments::facts::UnreadFile {
        file: "mail:box.mbox".into(),
        reason: "permission denied".into(),
        by_rule: false,
    });
    let made = completeness(&facts, false).unwrap();
    assert_eq!(made.title, "Partial Certification of Completeness");
    facts.archive.unread.pop();
    facts.archive.altered.push(duces_instruments::facts::Altered {
        archive: "mail".into(),
        path: "a.mbox".into(),
        fate: duces_instruments::facts::Fate::Changed,
    });
    assert_eq!(completeness(&facts, false).unwrap().title, "Partial Certification of Completeness");
}
