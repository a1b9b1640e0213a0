//! Why blocks could not become pages.

/// Why blocks could not become pages. Blocks are counted from 1, as rows are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A row with more or fewer cells than the table has columns.
    #[error("block {block}, row {row}: found {found} cells, expected {expected}")]
    RaggedRow {
        /// Which block.
        block: usize,
        /// Which row of its table.
        row: usize,
        /// Cells of the row.
        found: usize,
        /// Columns of the table.
        expected: usize,
    },
    /// A table without columns, or with columns that share no width.
    #[error("block {block}: found a table with no column that has a width, expected at least one")]
    NoColumns {
        /// Which block.
        block: usize,
    },
    /// A shipped font could not be read.
    #[error("the shipped font {name} could not be read")]
    Font {
        /// Its file.
        name: &'static str,
    },
    /// Not one number for each page.
    #[error("found {found} numbers for {expected} pages")]
    Numbers {
        /// Numbers given.
        found: usize,
        /// Pages of the document.
        expected: usize,
    },
    /// A number or a legend with a character that no shipped font has.
    #[error(
        "found U+{code:04X} in the number or legend `{text}`, expected characters that a shipped font has"
    )]
    Endorsement {
        /// The code point.
        code: u32,
        /// The number or legend.
        text: String,
    },
    /// A legend that takes more room than the foot of a page has.
    #[error("the legend takes {found} lines beside the number, expected at most {expected}; shorten it")]
    NoRoom {
        /// Its lines.
        found: usize,
        /// The most that there is room for.
        expected: usize,
    },
    /// A page with no dots as an image, or more than are made.
    #[error(
        "found a page of {width} × {height} dots, expected at least 1 × 1, at most {dots} dots in all and {side} on a side",
        dots = crate::bitmap::DOTS_MAX,
        side = crate::bitmap::SIDE_MAX
    )]
    Dots {
        /// From left to right.
        width: u32,
        /// From top to bottom.
        height: u32,
    },
    /// A PDF that cannot be opened.
    #[error("the PDF cannot be read: {reason}")]
    PdfUnreadable {
        /// Why.
        reason: &'static str,
    },
    /// A page of a PDF that cannot be drawn.
    #[error("page {page} of the PDF cannot be drawn")]
    PageUnreadable {
        /// Which, from 1.
        page: usize,
    },
    /// A page in colour could not be written.
    #[error("a page could not be written as a JPEG: {reason}")]
    Jpeg {
        /// What the writer said.
        reason: String,
    },
    /// The archive of a document for a word processor could not be written.
    #[error("the document could not be written: {reason}")]
    Docx {
        /// Why.
        reason: String,
    },
    /// The PDF writer refused: a rule of PDF/A-2a would be broken, or a limit of the format is reached.
    #[error("the PDF could not be written: {reason}")]
    Refused {
        /// What it said.
        reason: String,
    },
}
