//! Trees of every operator and nesting, over few words, so that matches are common.

use crate::language::{Element, GlobPart, Near, Node, Pattern, Phrase, Side, Within, Words};
use duces_indexer::TextField;
use proptest::prelude::*;

/// The words of which texts are made.
pub(crate) const WORDS: [&str; 9] = ["a", "b", "c", "ab", "abc", "7", "12", "trade", "trades"];

fn any_pattern() -> impl Strategy<Value = Pattern> {
    let part = prop_oneof![
        3 => prop::sample::select(vec!["a", "b", "tra", "1"]).prop_map(|text| GlobPart::Text(text.to_owned())),
        1 => Just(GlobPart::One),
        1 => Just(GlobPart::Digit),
        2 => Just(GlobPart::Many),
    ];
    let fuzzy =
        (prop::sample::select(vec!["", "a", "tr"]), prop::sample::select(vec!["b", "ade", "c"]), 1..3_u8);
    prop_oneof![
        4 => prop::collection::vec(part, 1..4).prop_map(Pattern::Glob),
        1 => prop::sample::select(vec!["trade", "trading", "a"]).prop_map(|word| Pattern::Stem(word.to_owned())),
        1 => fuzzy.prop_map(|(exact, rest, differences)| Pattern::Fuzzy {
            exact: exact.to_owned(),
            rest: rest.to_owned(),
            differences,
        }),
        1 => (0..10_u64, 0..20_u64).prop_map(|(from, more)| Pattern::Range(from, from + more)),
        1 => prop::sample::select(vec!["a|b", "[ab]+c?", "trades?", ".*", "zz"])
            .prop_map(|text| Pattern::Regex(text.to_owned())),
        1 => prop::sample::select(vec!["trade", "a", "zz"]).prop_map(|word| Pattern::Plural(word.to_owned())),
    ]
}

fn any_phrase() -> impl Strategy<Value = Words> {
    let word = prop::sample::select(&WORDS[..]).prop_map(|word| Element::Word(word.to_owned()));
    let element = prop_oneof![6 => word.clone(), 2 => any_pattern().prop_map(Element::Pattern), 2 => Just(Element::Any)];
    let several = (word.clone(), prop::collection::vec(element.clone(), 0..2), word.clone())
        .prop_map(|(first, inner, last)| [vec![first], inner, vec![last]].concat());
    let elements = prop_oneof![
        5 => word.prop_map(|word| vec![word]),
        2 => any_pattern().prop_map(|pattern| vec![Element::Pattern(pattern)]),
        2 => several,
    ];
    elements.prop_map(|elements| Words::Phrase(Phrase::new(elements).unwrap()))
}

fn any_within() -> impl Strategy<Value = Within> {
    prop_oneof![6 => (0..6_u32).prop_map(Within::Words), 1 => Just(Within::Sentence), 1 => Just(Within::Paragraph)]
}

fn any_side(inner: BoxedStrategy<Words>) -> impl Strategy<Value = Side> {
    prop_oneof![8 => inner.prop_map(Side::Words), 1 => Just(Side::FirstWord), 1 => Just(Side::LastWord)]
}

/// Words with proximities down to a few levels.
pub(crate) fn any_words() -> impl Strategy<Value = Words> {
    let nested = any_phrase().prop_recursive(3, 8, 2, |inner| {
        let any_of = prop::collection::vec(inner.clone(), 2..4).prop_map(flat);
        let sides = (
            any_side(inner.clone()),
            any_side(inner),
            any_within(),
            any::<bool>(),
            prop::bool::weighted(0.2),
        );
        let near = sides.prop_map(|(left, right, within, ordered, negated)| {
            Words::Near(Box::new(Near { left, right, within, ordered, negated }))
        });
        prop_oneof![1 => any_of, 3 => near]
    });
    let all_of = (
        prop::collection::vec(nested.clone(), 2..4).prop_map(Side::AllOf),
        nested.clone(),
        any_within(),
        (any::<bool>(), any::<bool>(), prop::bool::weighted(0.2)),
    );
    let with_all_of = all_of.prop_map(|(several, other, within, (left, ordered, negated))| {
        let other = Side::Words(other);
        // On the left of a negated proximity several parts have no meaning.
        let (left, right) = if left && !negated { (several, other) } else { (other, several) };
        Words::Near(Box::new(Near { left, right, within, ordered, negated }))
    });
    prop_oneof![6 => nested, 1 => with_all_of]
}

/// As the parser leaves it: no alternatives inside alternatives.
fn flat(parts: Vec<Words>) -> Words {
    let parts = parts.into_iter().flat_map(|part| match part {
        Words::AnyOf(parts) => parts,
        other => vec![other],
    });
    Words::AnyOf(parts.collect())
}

/// A whole query.
pub(crate) fn any_node() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        5 => any_words().prop_map(Node::Words),
        1 => (0..6_u32, any_words()).prop_map(|(times, words)| Node::AtLeast(times, words)),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            several.clone().prop_map(Node::And),
            several.prop_map(Node::Or),
            inner.clone().prop_map(|node| Node::Not(Box::new(node))),
            (prop::sample::select(&TextField::ALL[..]), inner)
                .prop_map(|(field, node)| Node::Field(field, Box::new(node))),
        ]
    })
}
