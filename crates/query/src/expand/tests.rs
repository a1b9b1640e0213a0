use super::*;
use crate::language::GlobPart;
use crate::run::tests::archive::{document, index_messages};
use duces_indexer::tokens;
use duces_model::{Document, DocumentKind};
use proptest::prelude::*;

fn snapshot(bodies: &[String]) -> Snapshot {
    let message = |text: &String| {
        (Document { text: text.clone(), ..document(DocumentKind::Message) }, vec!["other words".to_owned()])
    };
    index_messages(&bodies.iter().map(message).collect::<Vec<_>>(), 2)
}

fn any_pattern() -> impl Strategy<Value = Pattern> {
    let part = prop_oneof![
        2 => "[abt]{1,2}".prop_map(GlobPart::Text),
        1 => Just(GlobPart::One),
        1 => Just(GlobPart::Digit),
        2 => Just(GlobPart::Many),
    ];
    prop_oneof![
        prop::collection::vec(part, 1..4).prop_map(Pattern::Glob),
        ("[abt]{0,1}", "[abt]{1,3}", 1..3_u8).prop_map(|(exact, rest, differences)| Pattern::Fuzzy {
            exact,
            rest,
            differences
        }),
        (0..60_u64, 0..60_u64).prop_map(|(from, more)| Pattern::Range(from, from + more)),
        "[abt.]{1,2}[+*]?".prop_map(Pattern::Regex),
        "(trade|ab|bat)(s|ing)?".prop_map(Pattern::Stem),
        "trade|bat|a".prop_map(Pattern::Plural),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn an_expansion_is_every_word_of_the_field_that_the_pattern_stands_for(
        bodies in prop::collection::vec("([abt]{1,4}[ .]|[0-9]{1,3} |trad(e|es|ing|ed) |bats? |回 ){0,12}", 1..6),
        patterns in prop::collection::vec(any_pattern(), 10),
    ) {
        let snapshot = snapshot(&bodies);
        let all: BTreeSet<String> =
            bodies.iter().flat_map(|body| tokens(body)).map(|token| token.text).collect();
        let mut expander = Expander::new(&snapshot, 1000);
        for pattern in &patterns {
            let expected: BTreeSet<String> = all.iter().filter(|word| pattern.matches(word)).cloned().collect();
            prop_assert_eq!(expander.words(TextField::Body, pattern).unwrap(), &expected, "{:?}", pattern);
        }
    }
}
