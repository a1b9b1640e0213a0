//! The text in reading order, and what of it is fact: what an edited certificate is held against.

use crate::compare::{Piece, PieceFacts};
use duces_render::Block;
use std::collections::BTreeMap;

/// The facts of each statement that stands in the text, by its words.
pub(super) type Said = BTreeMap<String, Vec<String>>;

/// Part by part. A text that no statement of the wording made comes from the facts, and is fact as a whole; so are
/// tables with their heads, and fields with their names, which a word processor does not let be edited.
pub(super) fn pieces(blocks: &[Block], said: &Said) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let whole = |text: &str| PieceFacts::Values(vec![text.to_owned()]);
    let stated = |text: &str| match said.get(text) {
        Some(values) => PieceFacts::Values(values.clone()),
        None => whole(text),
    };
    let mut put = |text: &str, facts: PieceFacts| pieces.push(Piece { text: text.to_owned(), facts });
    for block in flat(blocks) {
        match block {
            Block::Title(text) => put(text, whole(text)),
            Block::Heading { text, .. } | Block::Paragraph(text) | Block::Note(text) => {
                put(text, stated(text));
            }
            Block::List(points) => points.iter().for_each(|point| put(point, stated(point))),
            Block::Fields(fields) => {
                for cell in fields.iter().flat_map(|(name, value)| [name, value]) {
                    put(cell, PieceFacts::Cell);
                }
            }
            Block::Table { columns, rows } => {
                columns.iter().for_each(|column| put(&column.head, PieceFacts::Cell));
                rows.iter().flatten().for_each(|cell| put(cell, PieceFacts::Cell));
            }
            Block::Checkbox(text) | Block::Blank { label: text } => put(text, PieceFacts::Open),
            Block::PageBreak | Block::Together(_) => {}
        }
    }
    pieces
}

/// Blocks without those that only hold others together.
fn flat(blocks: &[Block]) -> Vec<&Block> {
    let mut found = Vec::new();
    for block in blocks {
        match block {
            Block::Together(inside) => found.extend(flat(inside)),
            block => found.push(block),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_render::Column;

    #[test]
    fn what_the_wording_says_is_no_fact_and_what_it_is_given_is() {
        let said = Said::from([("Item 3 is nil.".to_owned(), vec!["3".to_owned()])]);
        let blocks = [
            Block::Paragraph("Item 3 is nil.".into()),
            Block::List(vec!["from 2024-01-01, any of the desk".into()]),
            Block::Together(vec![
                Block::Checkbox("I have read this.".into()),
                Block::Blank { label: "Name".into() },
            ]),
            Block::Table { columns: vec![Column::new("Code", 1)], rows: vec![vec!["D-1".into()]] },
        ];
        let pieces = pieces(&blocks, &said);
        let facts: Vec<&PieceFacts> = pieces.iter().map(|piece| &piece.facts).collect();
        let values = |text: &str| PieceFacts::Values(vec![text.to_owned()]);
        assert_eq!(
            facts,
            [
                &values("3"),
                &values("from 2024-01-01, any of the desk"),
                &PieceFacts::Open,
                &PieceFacts::Open,
                &PieceFacts::Cell,
                &PieceFacts::Cell
            ]
        );
    }
}
