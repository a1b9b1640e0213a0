use super::*;
use crate::language::parse_terms;

fn shown(query: &str, field: TextField, text: &str) -> Vec<String> {
    let terms = parse_terms("dtsearch", query, "query").unwrap();
    highlight(&terms, field, text).into_iter().map(|range| text[range].to_owned()).collect()
}

#[test]
fn the_words_of_each_match_are_shown_as_written_and_words_of_a_not_are_not() {
    let text = "The Résumé of Wash-trades: wash it, trades!";
    let body = TextField::Body;
    assert_eq!(shown("resume and not wash", body, text), ["Résumé"]);
    assert_eq!(shown("\"wash trades\" or it", body, text), ["Wash", "trades", "it"]);
    assert_eq!(shown("subject::wash", body, text), [""; 0]);
    assert_eq!(shown("subject::wash", TextField::Subject, "wash"), ["wash"]);
}
