//! Kinds of items, people by groups and defined terms, dates, identifiers.

use super::*;
use crate::beside::ItemKind;

const HEAD: &str = "format = 1\n[request]\nauthority = \"SEC\"\nnumber = \"1\"\ntitle = \"t\"\n\
                    period = { from = 2024-01-01, to = 2024-01-31 }\n";

fn blocks() -> Vec<String> {
    let blocks = REQUESTS.split("```toml\n").skip(1).map(|block| block.split("```").next().unwrap());
    let whole = |block: &str| {
        if block.starts_with("format") { block.to_owned() } else { format!("{HEAD}{block}") }
    };
    blocks.map(whole).collect()
}

#[test]
fn every_example_of_the_page_is_read_and_every_line_that_it_refuses_is_refused() {
    let blocks = blocks();
    assert_eq!(blocks.len(), 5);
    blocks.iter().for_each(|block| drop(resolved(block)));
    let refused = REQUESTS.split("## What is refused").nth(1).unwrap();
    let lines: Vec<&str> =
        refused.lines().filter_map(|line| line.strip_prefix("| `")?.split("` |").next()).collect();
    assert_eq!(lines.len(), 13);
    for line in lines {
        assert!(crate::read("r.toml", &with_item(line), &crate::NoTermLists, &Register).is_err(), "{line}");
    }
}

#[test]
fn every_key_of_an_item_stands_on_the_page() {
    for kind in ItemKind::ALL {
        for key in crate::file::beside::keys(kind) {
            assert!(REQUESTS.contains(&format!("`{key}`")), "{key}");
        }
        assert!(REQUESTS.contains(&format!("\"{}\"", kind.as_str())), "{}", kind.as_str());
    }
}

#[test]
fn items_that_no_search_answers_are_apart_from_those_that_are_searched_and_none_is_lost() {
    let request = resolved(&blocks()[4]);
    assert!(request.items().is_empty());
    let kinds: Vec<&str> = request.beside().iter().map(|item| item.asks.kind().as_str()).collect();
    assert_eq!(kinds, ["checklist", "narrative", "schedule", "cross-reference"]);
    assert_eq!(
        request.beside()[0].explain(),
        [
            "answered beside the searches (checklist)",
            "to be handed over:",
            "  organisation chart",
            "  list of officers who resigned, with reasons",
            "for 2024-01-01 to 2024-01-31 (America/Chicago)",
        ]
    );
    let lines = request.beside()[3].explain();
    assert_eq!(lines[1], "see item 5: what answers it answers this one too, and is produced once");
    let mixed = resolved(&blocks()[2]);
    let numbers: Vec<&str> = mixed.numbers().into_iter().map(|id| id.as_str()).collect();
    assert_eq!(numbers, ["3(a)", "D1"]);
    assert_eq!(mixed.beside()[0].canonical_json()["asks"]["term"], "Employee");
}

#[test]
fn people_are_explained_by_group_defined_term_and_days() {
    let request = resolved(&blocks()[2]);
    assert_eq!(
        request.items()[0].explain()[3..],
        [
            "all of:",
            "  sent or received by \"Employee\" (ann-lee (ann.lee@ecp.example) or any address of ecp.example)",
            "  sent or received by group desk-fx (its own address desk-fx@ecp.example; \
             ann-lee from 2020-07-01 to 2021-06-30 (ann.lee@ecp.example from 2020-07-01 to 2021-06-30); \
             bob from 2020-07-01 to 2021-06-30 (fx@ecp.example from 2020-07-01 to 2020-12-31); \
             out@agency.example from 2021-01-01 on; \
             bob from 2022-01-01 to 2022-12-31 (without an address on these days))",
            "    an address with days counts in messages sent on them, in America/Chicago; of an undated message \
             that names it, it cannot be told",
            "with the whole family of each",
        ]
    );
    let group = &request.items()[0].canonical_json()["people"][0]["all"][1]["participants"]["groups"][0];
    assert_eq!(group["own"][0], "desk-fx@ecp.example");
    assert_eq!(group["members"][1]["addresses"][0]["days"]["to"], "2020-12-31");
    assert_eq!(group["members"][2]["days"]["to"], serde_json::Value::Null);
}

#[test]
fn an_open_period_the_firm_s_inside_and_a_stopping_rule_are_explained() {
    let request = resolved(&blocks()[1]);
    assert_eq!(
        request.items()[0].explain(),
        [
            "sent on 2019-12-31 or earlier, without a first day, in America/Chicago",
            "in all sources",
            "not:",
            "  with somebody outside the firm (ecp.example, and domains below)",
            "words (dtsearch) in the subject or the text or an attachment's name: valuation",
            "  the word \"valuation\"",
            "with the whole family of each",
            "sufficient to show, 4 documents being enough: all are found, and a person chooses until this rule \
             says stop: one valuation a quarter, as agreed with staff: the method did not change",
            "in part II of the letter",
            "due on 2024-10-15",
        ]
    );
    let json = request.items()[0].canonical_json();
    assert_eq!(json["period"]["from"], serde_json::Value::Null);
    assert_eq!(
        (json["due"].as_str(), json["sufficient_to_show"]["documents"].as_u64()),
        (Some("2024-10-15"), Some(4))
    );
    let second = &request.items()[1].letter;
    assert!(second.expects_nil && second.see[0].as_str() == "II.4" && second.due.is_none());
}

#[test]
fn every_spelling_of_an_identifier_is_explained() {
    let item = &resolved(&blocks()[3]).items()[0].explain()[2..9].to_vec();
    assert_eq!(item[0], "the words or an identifier:");
    assert_eq!(item[3], "  at least one of these identifiers:");
    assert_eq!(
        item[4],
        "    cusip 037833-10-0 in the subject or the text or an attachment's name, spelled \
         \"037833 10\" or \"037833 10 0\" or \"037833 100\" or 03783310 or \"03783310 0\" or 037833100"
    );
    assert!(item[5].starts_with("    account 00-1234-567 in the text, spelled "), "{}", item[5]);
    let short = resolved(&with_item("identifiers = [{ kind = \"ticker\", value = \"CAT\" }]"));
    assert!(short.items()[0].explain()[4].contains("warning: upper and lower case"));
}

#[test]
fn mistakes_of_the_file_and_of_the_register_come_out_together() {
    let text = with_item(
        "famly = \"whole\"\nfrom = { people = [\"ann-le\"] }\nto = { groups = [\"desk-fy\"], people = [\"a b\"] }\n\
         sources = [\"ann-lee-mailbx\"]\nterms = { dialect = \"dtsearch\", query = \"(a\" }",
    );
    let found = mistakes(&text);
    for expected in [
        "famly:",
        "ann-le\": the register",
        "desk-fy\": the register",
        "\"a b\": people",
        "ann-lee-mailbx\": the",
        "(:",
    ] {
        assert!(found.iter().any(|line| line.contains(expected)), "{expected}: {found:#?}");
    }
    assert_eq!(found.len(), 6, "{found:#?}");
}

#[test]
fn each_wrong_value_of_the_new_keys_is_named() {
    let twice = "[[item]]\nid = \"D\"\ntext = \"d\"\nkind = \"defined-term\"\nterm = \"Firm\"\nmeans = \"m\"";
    for (lines, expected) in [
        ("period = {}", "{}: period names no day".to_owned()),
        ("see = \"7\"", "\"7\": see: no item \"7\" stands before this one".to_owned()),
        ("due = 2024-13-01", String::new()),
        ("expect = \"none\"", "\"none\": expect: found \"none\", expected one of: nil".to_owned()),
        (
            "kind = \"checklist\"\nentries = [\"a\"]\nterms = {}",
            "terms: [[item]] of kind \"checklist\" has no key \"terms\"".to_owned(),
        ),
        (
            "from = { groups = [\"desk\"] }",
            "\"desk\": the register has no group \"desk\"".to_owned(),
        ),
        (
            &format!("from = {{ defined = \"Firm\" }}\n{twice}"),
            "\"Firm\": the term \"Firm\" names nobody".to_owned(),
        ),
        (
            "from = { defined = [\"Firm\"] }",
            "\"Firm\": the file defines no term \"Firm\"".to_owned(),
        ),
        ("external = true\ninternal = true", "true: internal and external leave no document".to_owned()),
        (
            "sufficient_to_show = { stop = \"r\", documents = 0 }",
            "0: documents: expected a whole number, 1 or more".to_owned(),
        ),
        (
            "identifiers = [{ kind = \"isin\", value = \"US0378331006\" }]",
            "\"US0378331006\": value: found \"US0378331006\", whose check digit does not fit: a slip of the hand?"
                .to_owned(),
        ),
    ] {
        let found = mistakes(&with_item(lines));
        if !expected.is_empty() {
            assert_eq!(found, [expected], "{lines}");
        }
    }
    let see_only = format!("{}[[item]]\nid = \"2\"\ntext = \"x\"\nsee = \"1\"\n", with_item(""));
    let found = mistakes(&see_only);
    assert!(found[0].contains("refers to others and says nothing else"), "{found:?}");
    assert!(hints(&see_only).contains("cross-reference"));
}
