//! What is to be said of pages: what they show otherwise than the document had it, and why a slip-sheet
//! stands where a document could not be set.

use std::collections::BTreeMap;
use std::fmt;

/// Something that pages show otherwise than the document had it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Note {
    /// A character that no shipped font has, or that a page must not carry; it stands as U+FFFD.
    Substituted {
        /// Which.
        character: char,
        /// How often.
        count: u64,
        /// Where first: `the body, line 12`.
        place: String,
    },
    /// A character that shows nothing and steers the text around it: a joiner, a soft hyphen, a mark of
    /// direction.
    Unseen {
        /// Which.
        character: char,
        /// How often.
        count: u64,
        /// Where first.
        place: String,
    },
    /// Anything else, in words.
    Said {
        /// What.
        what: String,
        /// How often.
        count: u64,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = |count: u64| if count == 1 { String::new() } else { format!(", {count} times, first") };
        match self {
            Self::Substituted { character, count, place } => {
                let code = u32::from(*character);
                write!(
                    f,
                    "the character U+{code:04X} cannot be shown and stands as \u{FFFD}{} in {place}",
                    times(*count)
                )
            }
            Self::Unseen { character, count, place } => {
                let code = u32::from(*character);
                write!(f, "the character U+{code:04X} shows nothing{} in {place}", times(*count))
            }
            Self::Said { what, count: 1 } => f.write_str(what),
            Self::Said { what, count } => write!(f, "{what} ({count} times)"),
        }
    }
}

/// Why a slip-sheet stands where a document was to be set.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SheetDefect {
    /// More text than is set as one document.
    TextTooLong {
        /// Its bytes.
        found: usize,
        /// The most that is set.
        bytes_max: usize,
    },
    /// A PDF or picture of more bytes than are placed.
    FileTooLarge {
        /// Its bytes.
        found: usize,
        /// The most that are placed.
        bytes_max: usize,
    },
    /// A PDF that cannot be opened, or whose pages cannot be copied.
    Unreadable {
        /// Why.
        reason: String,
    },
    /// A picture that cannot be shown.
    Picture {
        /// Why.
        reason: String,
    },
    /// A page of a PDF of which too much draws.
    ContentTooLarge {
        /// Which, from 1.
        page: usize,
        /// The most that draws on one page, unpacked.
        bytes_max: u64,
    },
    /// A PDF of which too much draws.
    DrawnTooLarge {
        /// The most that draws on the pages of one.
        bytes_max: usize,
    },
    /// A page that is to go out as an image, and cannot be drawn whole.
    NotDrawn {
        /// Which, from 1.
        page: usize,
        /// Why.
        reason: String,
    },
    /// More pages than are set as one document.
    TooManyPages {
        /// The most that are set.
        pages_max: u32,
    },
}

impl fmt::Display for SheetDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TextTooLong { found, bytes_max } => {
                write!(f, "found {found} bytes of text, expected at most {bytes_max}")
            }
            Self::FileTooLarge { found, bytes_max } => {
                write!(f, "found a file of {found} bytes, expected at most {bytes_max}")
            }
            Self::Unreadable { reason } => write!(f, "the PDF cannot be read: {reason}"),
            Self::Picture { reason } => write!(f, "the picture cannot be shown: {reason}"),
            Self::ContentTooLarge { page, bytes_max } => {
                write!(
                    f,
                    "found more than {bytes_max} bytes of what draws on page {page}, the most that are copied"
                )
            }
            Self::DrawnTooLarge { bytes_max } => {
                write!(
                    f,
                    "found more than {bytes_max} bytes of what draws on the pages, the most that are copied"
                )
            }
            Self::NotDrawn { page, reason } => {
                write!(f, "page {page} cannot be drawn as an image: {reason}; pages as PDF can show it")
            }
            Self::TooManyPages { pages_max } => {
                write!(f, "found more than {pages_max} pages, the most that are set")
            }
        }
    }
}

/// Notes as they gather: the same thing is said once, with how often.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    substituted: BTreeMap<char, (u64, String)>,
    unseen: BTreeMap<char, (u64, String)>,
    said: BTreeMap<String, u64>,
}

impl Remarks {
    pub(crate) fn substituted(&mut self, c: char, place: impl FnOnce() -> String) {
        self.substituted.entry(c).or_insert_with(|| (0, place())).0 += 1;
    }

    pub(crate) fn unseen(&mut self, c: char, place: impl FnOnce() -> String) {
        self.unseen.entry(c).or_insert_with(|| (0, place())).0 += 1;
    }

    pub(crate) fn say(&mut self, what: impl Into<String>) {
        *self.said.entry(what.into()).or_default() += 1;
    }

    /// All of them, sorted.
    pub(crate) fn notes(&self) -> Vec<Note> {
        let substituted = self.substituted.iter().map(|(character, (count, place))| Note::Substituted {
            character: *character,
            count: *count,
            place: place.clone(),
        });
        let unseen = self.unseen.iter().map(|(character, (count, place))| Note::Unseen {
            character: *character,
            count: *count,
            place: place.clone(),
        });
        let said = self.said.iter().map(|(what, count)| Note::Said { what: what.clone(), count: *count });
        substituted.chain(unseen).chain(said).collect()
    }
}
