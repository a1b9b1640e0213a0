//! What a document is made of once it is read: paragraphs, tables, pictures, and what they stand in.

use crate::line::{Look, Span};
use crate::picture::Picture;
use std::sync::Arc;

/// Words of one look, past the gate.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    pub(crate) text: String,
    pub(crate) look: Look,
}

/// A part of a document.
#[derive(Debug, Clone)]
pub(crate) enum Matter {
    /// Lines of words.
    Paragraph {
        /// No line end is in them.
        words: Vec<Words>,
        /// White above.
        before: f32,
    },
    /// A rule from side to side.
    Rule,
    /// A picture, with the size that is wished for, in points.
    Picture { picture: Arc<Picture>, width: f32, height: f32 },
    /// A box with words in it, for what is not shown.
    Label(Vec<Words>),
    /// Quoted matter, with a bar at its left.
    Quote(Vec<Matter>),
    /// Matter that stands in by a step, with a sign before it.
    Item { sign: Vec<Words>, step: f32, matter: Vec<Matter> },
    /// White, at the top of a page too.
    White(f32),
    /// A table.
    Table(Table),
}

impl Matter {
    pub(crate) fn paragraph(text: impl Into<String>, look: Look, before: f32) -> Self {
        Self::Paragraph { words: vec![Words { text: text.into(), look }], before }
    }
}

/// Rows of cells.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
    /// With rules between the cells.
    pub(crate) ruled: bool,
    /// How many rows at the top are its head, repeated on each page.
    pub(crate) head: usize,
}

/// Cells side by side.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) cells: Vec<Cell>,
}

/// A cell.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    /// First column, from 0.
    pub(crate) column: usize,
    /// How many columns it takes; at least 1.
    pub(crate) span: usize,
    pub(crate) matter: Vec<Matter>,
}

/// The same words as the breaker takes them.
pub(crate) fn spans(words: &[Words]) -> Vec<Span<'_>> {
    words.iter().map(|words| Span { text: &words.text, look: words.look }).collect()
}
