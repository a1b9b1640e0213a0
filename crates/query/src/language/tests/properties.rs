//! Laws: the canonical form is the tree, and no text does harm.

use super::*;
use proptest::prelude::*;

const WORDS: [&str; 14] = [
    "fee",
    "and",
    "contains",
    "resume",
    "q3_a",
    "回",
    "שלום",
    "हिन्दी",
    "w",
    "7",
    "atleast5",
    "xfirstword",
    "party",
    "not",
];

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(&WORDS[..]).prop_map(str::to_owned)
}

fn stem() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["fee", "and", "q3_a", "שלום", "trade", "7"]).prop_map(str::to_owned)
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let glob = prop::collection::vec(
        prop_oneof![
            stem().prop_map(GlobPart::Text),
            Just(GlobPart::One),
            Just(GlobPart::Digit),
            Just(GlobPart::Many)
        ],
        2..5,
    )
    .prop_filter_map("as no text writes it", |mut parts| {
        parts.dedup_by(|a, b| {
            matches!((a, b), (GlobPart::Text(_), GlobPart::Text(_)) | (GlobPart::Many, GlobPart::Many))
        });
        let named = parts.iter().any(|part| matches!(part, GlobPart::Text(_) | GlobPart::Digit));
        let wild = parts.iter().any(|part| !matches!(part, GlobPart::Text(_)));
        (named && wild).then_some(Pattern::Glob(parts))
    });
    prop_oneof![
        glob,
        stem().prop_map(Pattern::Stem),
        ("[a-z]{0,3}", "[a-z]{1,4}", 1_u8..=10).prop_map(|(exact, rest, differences)| Pattern::Fuzzy {
            exact,
            rest,
            differences
        }),
        (0_u64..100, 100_u64..1000).prop_map(|(from, to)| Pattern::Range(from, to)),
        prop::sample::select(vec!["19[0-9]+", "a.c", "trad(e|ing)"])
            .prop_map(|text| Pattern::Regex(text.to_owned())),
        prop::sample::select(vec!["fee", "and", "party", "not"])
            .prop_map(|text| Pattern::Plural(text.to_owned())),
    ]
}

fn phrase() -> impl Strategy<Value = Words> {
    let element = prop_oneof![3 => word().prop_map(Element::Word), 2 => pattern().prop_map(Element::Pattern), 1 => Just(Element::Any)];
    prop::collection::vec(element, 1..5).prop_filter_map("any word at an edge", |elements| {
        let edge = elements.first() == Some(&Element::Any) || elements.last() == Some(&Element::Any);
        (!edge).then(|| Words::Phrase(Phrase::new(elements).unwrap()))
    })
}

fn words() -> impl Strategy<Value = Words> {
    phrase().prop_recursive(3, 12, 3, |inner| {
        let inner = inner.boxed();
        prop_oneof![any_of(inner.clone()), near(inner.clone().prop_map(Side::Words).boxed(), inner)]
    })
}

fn any_of(inner: BoxedStrategy<Words>) -> impl Strategy<Value = Words> {
    let part = inner.prop_filter("dissolves", |words| !matches!(words, Words::AnyOf(_)));
    prop::collection::vec(part, 2..4).prop_map(Words::AnyOf)
}

fn near(left: BoxedStrategy<Side>, right: BoxedStrategy<Words>) -> impl Strategy<Value = Words> {
    let within = prop_oneof![
        (1_u32..=10_000).prop_map(Within::Words),
        Just(Within::Sentence),
        Just(Within::Paragraph)
    ];
    (left, right, within, 0..3).prop_map(|(left, right, within, how)| {
        let (ordered, negated) = (how == 1, how == 2 && !matches!(left, Side::AllOf(_)));
        Words::Near(Box::new(Near { left, right: Side::Words(right), within, ordered, negated }))
    })
}

/// What may stand at a node: no or-group alone, and proximities with everything that one may have.
fn leaf() -> impl Strategy<Value = Node> {
    let alone =
        || words().prop_filter("an or at a node is a node", |words| !matches!(words, Words::AnyOf(_)));
    let all_of = prop::collection::vec(words(), 2..4).prop_map(Side::AllOf);
    let at_edge = (alone(), prop::bool::ANY, prop::bool::ANY, 1_u32..100).prop_map(
        |(words, first, negated, within)| {
            let edge = if first { Side::FirstWord } else { Side::LastWord };
            let within = Within::Words(within);
            Words::Near(Box::new(Near {
                left: Side::Words(words),
                right: edge,
                within,
                ordered: false,
                negated,
            }))
        },
    );
    prop_oneof![
        3 => alone().prop_map(Node::Words),
        1 => near(all_of.boxed(), words().boxed()).prop_map(Node::Words),
        1 => at_edge.prop_map(Node::Words),
        1 => (1_u32..=10_000, words()).prop_map(|(times, words)| Node::AtLeast(times, words)),
    ]
}

fn any_node() -> impl Strategy<Value = Node> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        let several = |inner: BoxedStrategy<Node>, own: fn(&Node) -> bool| {
            prop::collection::vec(inner.prop_filter("dissolves in its parent", move |node| !own(node)), 2..4)
        };
        let inner = inner.boxed();
        let in_field = inner.clone().prop_filter("a field in a field", |node| !has_field(node));
        prop_oneof![
            several(inner.clone(), |node| matches!(node, Node::And(_))).prop_map(Node::And),
            several(inner.clone(), |node| matches!(node, Node::Or(_))).prop_map(Node::Or),
            inner.prop_map(|node| Node::Not(Box::new(node))),
            (prop::sample::select(&TextField::ALL[..]), in_field)
                .prop_map(|(field, node)| Node::Field(field, Box::new(node))),
        ]
    })
}

fn has_field(node: &Node) -> bool {
    match node {
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().any(has_field),
        Node::Not(node) => has_field(node),
        Node::Field(..) => true,
        Node::Words(_) | Node::AtLeast(..) => false,
    }
}

/// Text of which much is a query, and much is none.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "fee",
        "trade*",
        "wom?n",
        "19==",
        "apply~",
        "ba%nana",
        "12~~24",
        "fraud!",
        "#smith",
        "AT&T",
        "回扣",
        "é",
        " ",
        " ",
        " ",
        " and ",
        " or ",
        " not ",
        " & ",
        " % ",
        " w/5 ",
        " pre/5 ",
        " not w/5 ",
        " /s ",
        " +p ",
        " /5 ",
        " +5 ",
        "(",
        ")",
        "\"",
        "“",
        "##a+",
        "atleast3",
        "(s)",
        "subject contains ",
        "body::",
        "xfirstword",
        "xlastword",
        "andany",
        ":",
        "*",
        "%",
        "~~",
        "🦀",
        "\u{200d}",
        "\n",
        "\t",
        " near ",
        " NEAR ",
        "within 5 ",
        "adj5",
        "_",
        "-",
        "ᚠ",
    ]);
    let mixed =
        prop::collection::vec(prop_oneof![6 => piece.prop_map(str::to_owned), 1 => "\\PC{0,3}"], 0..25);
    mixed.prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_canonical_form_of_a_tree_reads_as_that_tree(node in any_node()) {
        let read = recanonical(&node.to_string());
        prop_assert_eq!(&read, &node, "{}", node);
        prop_assert_eq!(read.to_string(), node.to_string());
    }

    #[test]
    fn no_text_makes_the_parser_panic_and_every_mistake_has_a_place(text in any_text()) {
        for dialect in Dialect::ALL {
            match Reading::new(dialect).with_noise("fee").unwrap().read(&text) {
                Ok(terms) => {
                    prop_assert_eq!(&recanonical(&terms.canonical()), terms.node(), "{} from {}", terms.node(), text);
                    for warning in terms.warnings() {
                        prop_assert!(terms.written().get(warning.span.clone()).is_some(), "{:?}", warning);
                    }
                    prop_assert!(!terms.explain().is_empty());
                }
                Err(mistakes) => {
                    prop_assert!(!mistakes.is_empty());
                    for mistake in mistakes {
                        prop_assert!(text.get(mistake.span.clone()).is_some(), "{:?}", mistake);
                        prop_assert!(mistake.message != "this cannot be read here", "{:?}", mistake);
                    }
                }
            }
        }
        // The canonical grammar reads whatever text without a panic, too.
        let _ = reading::tree(Grammar::Canonical, &TextField::ALL, &[], &text);
    }

    #[test]
    fn no_list_makes_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), text in any_text()) {
        let reading = Reading::new(Dialect::DtSearch);
        for name in ["a.csv", "a.txt", "a.xlsx"] {
            let _ = term_list(&reading, name, &bytes, ListPart::default());
            let _ = term_list(&reading, name, text.as_bytes(), ListPart { sheet: None, column: Some("fee") });
        }
    }
}
