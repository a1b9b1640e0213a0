//! The words that make a document match, for a reader.

use crate::language::{Node, Terms, Words};
use crate::near::{Page, Spans, compile};
use duces_indexer::{PlacedWords, TextField, placed_words};
use std::collections::BTreeSet;
use std::ops::Range;

/// Where in a field's text the words stand that make a document match: ranges of bytes, ascending, none
/// overlapping another.
///
/// An attachment's name is a text of its own. Words under a `not` are not among them, and of `a not w/5 b`
/// only the `a`. The same code finds them that answers the search; where it would have to look at too many
/// matches, every word of that part of the query is given.
pub fn highlight(terms: &Terms, field: TextField, text: &str) -> Vec<Range<usize>> {
    let placed = placed_words(text);
    let mut positions = BTreeSet::new();
    add_node(terms.node(), terms.fields(), field, &placed, &mut positions);
    let words = placed.words.iter().filter(|word| positions.contains(&(word.position + 1)));
    let mut ranges: Vec<Range<usize>> = words.map(|word| word.from..word.to).collect();
    // Pieces of one long word, or of one sign that stands for several, share a place in the text.
    ranges.dedup();
    ranges
}

fn add_node(
    node: &Node,
    fields: &[TextField],
    field: TextField,
    placed: &PlacedWords,
    positions: &mut BTreeSet<u32>,
) {
    match node {
        Node::And(nodes) | Node::Or(nodes) => {
            nodes.iter().for_each(|node| add_node(node, fields, field, placed, positions));
        }
        Node::Not(_) => {}
        Node::Field(only, node) => add_node(node, &[*only], field, placed, positions),
        Node::Words(words) | Node::AtLeast(_, words) if fields.contains(&field) => {
            add_words(words, placed, positions);
        }
        Node::Words(_) | Node::AtLeast(..) => {}
    }
}

fn add_words(words: &Words, placed: &PlacedWords, positions: &mut BTreeSet<u32>) {
    // What has no meaning is an error of the search, and matches nothing here.
    let Ok(compiled) = compile(words) else { return };
    let page = Page::of_text(&compiled, placed);
    match Spans::new(&page).words(&compiled.shape) {
        Ok(words) => positions.extend(words),
        Err(_) => positions.extend(page.slots.into_iter().flatten()),
    }
}

#[cfg(test)]
mod tests;
