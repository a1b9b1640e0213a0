//! What a text is made of.

use chrono::{DateTime, Utc};

/// How the text of a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// At the side where reading starts.
    Start,
    /// At the right, for figures.
    Right,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What stands above it, on every page that the table reaches.
    pub head: String,
    /// Its part of the width, against the sum over all columns. A column of share 0 is not allowed.
    pub share: u16,
    /// How its text stands.
    pub align: Align,
}

impl Column {
    /// A column whose text stands at the start.
    pub fn new(head: impl Into<String>, share: u16) -> Self {
        Self { head: head.into(), share, align: Align::Start }
    }

    /// A column of figures.
    pub fn figures(head: impl Into<String>, share: u16) -> Self {
        Self { head: head.into(), share, align: Align::Right }
    }
}

/// A part of a text. `\n` inside any text starts a new line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The document's title, as it stands on the page.
    Title(String),
    /// A heading; it becomes a bookmark and never stands alone at the foot of a page.
    Heading {
        /// 1 is the highest, 3 the lowest; others are taken as the nearest of these.
        level: u8,
        /// The words.
        text: String,
    },
    /// Running text. One that ends in a colon stays with what follows it.
    Paragraph(String),
    /// Smaller text beside the main matter.
    Note(String),
    /// Points, each with a bullet. One that begins with spaces stands in by a step for every two of them.
    List(Vec<String>),
    /// Names and values, side by side.
    Fields(Vec<(String, String)>),
    /// A table. Every row has as many cells as there are columns.
    Table {
        /// The columns, from left to right.
        columns: Vec<Column>,
        /// The rows, from top to bottom.
        rows: Vec<Vec<String>>,
    },
    /// A ruled line to be filled in by hand.
    Blank {
        /// What is to be written there.
        label: String,
    },
    /// A choice, not ticked: this crate has no way to tick one.
    Checkbox(String),
    /// What follows starts on a new page.
    PageBreak,
    /// Blocks that stand on one page where one page holds them.
    Together(Vec<Block>),
}

/// A text to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pages {
    /// Title of the document, for the reader's window and for machines.
    pub title: String,
    /// Language of the text, as an RFC 3066 tag: `en-US`.
    pub language: String,
    /// The day and time that the document states of itself (PDF/A-2 metadata, as written by krilla,
    /// does not do without). It is part of the input like any other, so that the bytes depend on
    /// nothing else.
    pub dated: DateTime<Utc>,
    /// Stands above every page; may be empty.
    pub header: String,
    /// Stands below every page, before "Page x of y"; may be empty.
    pub footer: String,
    /// A word printed across every page, for example `DRAFT`.
    pub mark: Option<String>,
    /// The text.
    pub blocks: Vec<Block>,
}

/// Pages as a PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many pages; at least 1.
    pub pages: usize,
    /// Characters that no shipped font can show or that a page must not carry (controls, private use,
    /// marks that turn the direction of reading); each stands as U+FFFD. Sorted, each once.
    pub substituted: Vec<char>,
}
