//! What a reader must know about a query that was read.

use super::grammar::Grammar;
use super::tree::{Element, Node, Pattern, Phrase, Side, Words};
use super::{Dialect, reading};
use duces_indexer::TextField;
use std::ops::Range;

/// Something about a query that was read which its writer may not have meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where, in bytes of [`super::Terms::written`].
    pub span: Range<usize>,
    /// What; lower case, no full stop.
    pub message: String,
}

/// The dialects in which the text means something else, each with both readings.
pub(super) fn in_other_dialects(
    dialect: Dialect,
    fields: &[TextField],
    noise: &[String],
    text: &str,
    node: &Node,
) -> Vec<Warning> {
    let own = Grammar::of(dialect);
    let bare = without_plurals(node);
    let others = [Dialect::DtSearch, Dialect::Westlaw, Dialect::Lexis].into_iter();
    others
        .filter(|other| Grammar::of(*other) != own)
        .filter_map(|other| {
            let read = reading::tree(Grammar::of(other), fields, noise, text).ok()?.0.lower();
            (without_plurals(&read) != bare).then(|| Warning {
                span: 0..text.len(),
                message: format!(
                    "the same text means something else in {}: {read}; here ({}) it means: {node}",
                    other.as_str(),
                    dialect.as_str()
                ),
            })
        })
        .collect()
}

/// The tree with each automatic plural replaced by its word, so that only what was written counts.
fn without_plurals(node: &Node) -> Node {
    let all = |nodes: &[Node]| nodes.iter().map(without_plurals).collect();
    match node {
        Node::And(nodes) => Node::And(all(nodes)),
        Node::Or(nodes) => Node::Or(all(nodes)),
        Node::Not(node) => Node::Not(Box::new(without_plurals(node))),
        Node::Field(field, node) => Node::Field(*field, Box::new(without_plurals(node))),
        Node::Words(words) => Node::Words(bare_words(words)),
        Node::AtLeast(times, words) => Node::AtLeast(*times, bare_words(words)),
    }
}

fn bare_words(words: &Words) -> Words {
    match words {
        Words::Phrase(phrase) => Words::Phrase(bare_phrase(phrase)),
        Words::AnyOf(several) => Words::AnyOf(several.iter().map(bare_words).collect()),
        Words::Near(near) => {
            let mut near = near.clone();
            for side in [&mut near.left, &mut near.right] {
                *side = match side {
                    Side::Words(words) => Side::Words(bare_words(words)),
                    Side::AllOf(several) => Side::AllOf(several.iter().map(bare_words).collect()),
                    Side::FirstWord => Side::FirstWord,
                    Side::LastWord => Side::LastWord,
                };
            }
            Words::Near(near)
        }
    }
}

fn bare_phrase(phrase: &Phrase) -> Phrase {
    let bare = |element: &Element| match element {
        Element::Pattern(Pattern::Plural(word)) => Element::Word(word.clone()),
        other => other.clone(),
    };
    phrase.map(bare)
}
