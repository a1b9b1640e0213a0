//! A completeness certificate as it is edited: the text to edit, the digest of its facts, and what of it is fact.

mod sample;

use duces_instruments::{
    Compared, Piece, Template, compare, completeness, completeness_pieces, completeness_text,
};
use duces_model::Sha256;

fn pieces() -> Vec<Piece> {
    let mut facts = sample::sized(2, 4, 3);
    facts.items[0].queue_open = 1;
    completeness_pieces(&Template::builtin().unwrap(), &facts).unwrap()
}

fn text(pieces: &[Piece]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_digest_of_the_facts_stands_in_the_json_and_is_that_of_the_facts_alone() {
    let facts = sample::sized(2, 4, 3);
    let made = completeness(&facts, false).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&made.json).unwrap();
    assert_eq!(json["facts_sha256"], made.facts_sha256.to_string());
    assert_eq!(made.facts_sha256, Sha256::of(serde_json::to_vec(&facts).unwrap()));
    let again = duces_instruments::stored_facts(&made.json).unwrap();
    assert_eq!(again.sha256().unwrap(), made.facts_sha256);
    let mut other = facts;
    other.items[0].counts.hit += 1;
    assert_ne!(other.sha256().unwrap(), made.facts_sha256);
}

#[test]
fn the_document_to_edit_is_the_same_each_time() {
    let facts = sample::sized(2, 4, 3);
    let (first, second) = (completeness(&facts, false).unwrap(), completeness(&facts, false).unwrap());
    assert!(first.docx == second.docx && first.docx.starts_with(b"PK"));
}

#[test]
fn what_was_issued_is_as_issued_and_each_figure_that_is_edited_is_told_with_its_sentence() {
    let issued = pieces();
    let said = text(&issued);
    assert_eq!(compare(&issued, &said, true), Compared::default());
    for (from, to, sentence) in [
        (
            "Item 1: a person has still to decide on 1 document",
            "Item 1: a person has still to decide on 9 documents",
            "has still to decide",
        ),
        ("A-1", "A-8", "A-1"),
        ("1,610", "1,160", "1,610"),
        ("R. Records", "R. Riches", "R. Records"),
        ("Partial Certification", "Full Certification", "Partial Certification"),
        ("any address of orchard.example", "any address of cherry.example", "orchard.example"),
        ("It cannot be told: ", "It was told: ", "It cannot be told"),
    ] {
        assert!(said.contains(from), "{from}");
        let edited = said.replacen(from, to, 1);
        let found = compare(&issued, &edited, true);
        let is_told = |what: &String| what.contains(sentence);
        assert!(found.changed.iter().any(is_told) || !found.added.is_empty(), "{from} made {to}: {found:?}");
    }
}

#[test]
fn wording_may_be_edited_and_a_choice_ticked_or_a_line_filled_in() {
    let issued = pieces();
    let edited = text(&issued)
        .replace(
            "This certification speaks of the sources, periods",
            "What is said here speaks of the sources, periods",
        )
        .replace("Executed on (date)", "Executed on (date) 1 October 2024")
        .replace("I have read this certification", "X I have read this certification");
    let found = compare(&issued, &edited, true);
    assert_eq!(found, Compared { filled: found.filled.clone(), ..Compared::default() });
    assert_eq!(found.filled.len(), 1);
}

#[test]
fn a_sentence_that_was_turned_around_without_a_figure_is_told() {
    let issued = pieces();
    let said = text(&issued);
    let turned = said.replacen("It does not say that every", "It does say that every", 1);
    assert!(turned != said);
    let found = compare(&issued, &turned, true);
    assert!(found.changed.is_empty() && found.turned[0].contains("It does not say"), "{found:?}");
    // A cell is fact as a whole.
    let denied = said.replacen("\nGap\n", "\nNot a gap\n", 1);
    assert!(denied != said);
    assert_eq!(compare(&issued, &denied, true).turned.len(), 1);
}

#[test]
fn every_part_of_the_text_is_held_against_the_document() {
    let facts = sample::sized(2, 4, 3);
    let template = Template::builtin().unwrap();
    let pieces = completeness_pieces(&template, &facts).unwrap();
    let blocks = format!("{:?}", completeness_text(&template, &facts).unwrap());
    for piece in &pieces {
        let shown = format!("{:?}", piece.text);
        assert!(blocks.contains(shown.trim_matches('"')), "{}", piece.text);
    }
    assert!(pieces.len() > 100, "{}", pieces.len());
}
