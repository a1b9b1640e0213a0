//! A letter as lines of text, each with its place.

use duces_model::Sha256;
use std::fmt;

/// Largest letter that is read, in bytes.
pub const BYTES_MAX: usize = 20 * 1024 * 1024;
/// Most pages that are read.
pub const PAGES_MAX: usize = 500;
/// Most lines that are read.
pub const LINES_MAX: usize = 100_000;
/// Most bytes that the parts of a letter may have once unpacked, all together.
pub const UNPACKED_MAX: usize = 64 * 1024 * 1024;

/// How the bytes of a letter were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Plain text in this encoding.
    Text(Encoding),
    /// PDF with text in it.
    Pdf,
    /// Word's DOCX.
    Docx,
}

/// Encoding of a plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without its mark.
    Utf8,
    /// UTF-16, by its mark.
    Utf16,
    /// Windows-1252, because it has no mark and is no UTF-8.
    Windows1252,
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(Encoding::Utf8) => "plain text (UTF-8)",
            Self::Text(Encoding::Utf16) => "plain text (UTF-16)",
            Self::Text(Encoding::Windows1252) => "plain text (Windows-1252)",
            Self::Pdf => "PDF",
            Self::Docx => "DOCX",
        })
    }
}

/// Where a line stands. Counts start at 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Line of a page; in a plain text blank lines count, in a PDF they do not.
    Page {
        /// The page.
        page: usize,
        /// The line on it.
        line: usize,
    },
    /// Paragraph of a DOCX, which has no pages before it is printed.
    Paragraph(usize),
    /// Cell of a DOCX's table.
    Cell {
        /// The table.
        table: usize,
        /// Its row.
        row: usize,
        /// Cell of the row.
        cell: usize,
    },
    /// Footnote or endnote of a DOCX, by its order in the file.
    Note(usize),
    /// Header of a DOCX's pages.
    Header(usize),
    /// Footer of a DOCX's pages.
    Footer(usize),
}

impl Place {
    /// The page; 1 where there are none.
    pub(crate) const fn page(&self) -> usize {
        match self {
            Self::Page { page, .. } => *page,
            _ => 1,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page { page, line } => write!(f, "page {page}, line {line}"),
            Self::Paragraph(number) => write!(f, "paragraph {number}"),
            Self::Cell { table, row, cell } => write!(f, "table {table}, row {row}, cell {cell}"),
            Self::Note(number) => write!(f, "footnote {number}"),
            Self::Header(number) => write!(f, "page header {number}"),
            Self::Footer(number) => write!(f, "page footer {number}"),
        }
    }
}

/// One line that is not blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it stands.
    pub place: Place,
    /// Its words, without the space around them.
    pub text: String,
    /// The number that Word gives it by itself, such as `1.` or `(a)`; it is not in `text`.
    pub auto_label: Option<String>,
    /// Space before its first word, in characters or the like of them.
    pub indent: usize,
    /// Whether blank space stands above it.
    pub after_gap: bool,
}

/// The text of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterText {
    pub(crate) name: String,
    pub(crate) sha256: Sha256,
    pub(crate) form: Form,
    pub(crate) lines: Vec<Line>,
    pub(crate) remarks: Vec<String>,
}

impl LetterText {
    /// The file's name as given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Digest of the file's bytes.
    pub const fn sha256(&self) -> &Sha256 {
        &self.sha256
    }

    /// How it was read.
    pub const fn form(&self) -> Form {
        self.form
    }

    /// Every line that is not blank, in reading order.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The lines that are neither head nor foot of a page nor its number, in reading order.
    pub fn body(&self) -> impl Iterator<Item = &Line> {
        let is_furniture = crate::furniture::find(&self.lines);
        self.lines.iter().zip(is_furniture).filter(|(_, is_furniture)| !is_furniture).map(|(line, _)| line)
    }

    /// What a reader must know about how it was read, such as text that was left out.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }
}
