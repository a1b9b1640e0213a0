//! Why a letter could not be read.

/// Why a letter could not be read. No part of it is proposed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LettersError {
    /// The file is larger than is read.
    #[error("{name} has {found} bytes, expected at most {max}: save the letter without its enclosures")]
    TooLarge {
        /// The file.
        name: String,
        /// Its bytes.
        found: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// It has more of something than is read.
    #[error("{name} has more than {max} {what}: split it, and draft from the part that holds the items")]
    TooMuch {
        /// The file.
        name: String,
        /// What there is too much of.
        what: &'static str,
        /// How much is allowed.
        max: usize,
    },
    /// It is another kind of file.
    #[error("{name}: found {found}, expected plain text, a PDF or a DOCX: {hint}")]
    Kind {
        /// The file.
        name: String,
        /// What it is.
        found: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// The bytes of a plain text are of no encoding that is read.
    #[error("{name}: found {found} at byte {at}, expected UTF-8, UTF-16 with its mark, or Windows-1252")]
    Encoding {
        /// The file.
        name: String,
        /// What was found.
        found: String,
        /// Where, from 0.
        at: usize,
    },
    /// There is no text in it.
    #[error("{name} has no text{why}: {hint}")]
    NoText {
        /// The file.
        name: String,
        /// What it has instead.
        why: String,
        /// What to do.
        hint: &'static str,
    },
    /// It cannot be read as what it is.
    #[error("{name} cannot be read as a {form}: {detail}")]
    Damaged {
        /// The file.
        name: String,
        /// What it says that it is.
        form: &'static str,
        /// What was found, and what to do.
        detail: String,
    },
    /// Too many of its characters have no known meaning.
    #[error(
        "{name}: {unknown} of {characters} characters have no known meaning, because a font does not say what they stand for: print the letter to a new PDF with text recognition, or save its text"
    )]
    Unreadable {
        /// The file.
        name: String,
        /// Characters without meaning.
        unknown: usize,
        /// All characters.
        characters: usize,
    },
}
