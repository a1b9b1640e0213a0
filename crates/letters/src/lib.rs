//! A regulator's letter in, a proposed request file out: every proposal with the words that it came from.
//!
//! [`read_letter`] reads plain text, PDF and DOCX; [`draft()`] takes the letter apart by the rules of
//! `LETTERS.md`; [`Draft::to_toml`] writes what it proposes, as a file that no search accepts;
//! [`check_accepted`] makes a request file of it once a person has confirmed every part.
//!
//! Nothing is guessed: what can be read in two ways is left to a person, and each line of the letter is
//! accounted for ([`Draft::account`]). The crate knows neither the register nor the query language:
//! people come in through [`KnownPeople`], and what it writes is read by the request file's own reader.

mod accept;
mod dates;
mod docx;
mod draft;
mod error;
mod file;
mod furniture;
mod head;
mod label;
mod letter;
mod outline;
mod pattern;
mod pdf;
mod people;
mod plain;
mod proposal;
mod read;
mod report;
mod rules;
mod sections;
mod wording;

pub use accept::{Accepted, check_accepted};
pub use draft::{Draft, draft};
pub use error::LettersError;
pub use letter::{BYTES_MAX, Encoding, Form, LINES_MAX, LetterText, Line, PAGES_MAX, Place, UNPACKED_MAX};
pub use people::{KnownPeople, KnownPerson, Part, Who};
pub use proposal::{DraftDefinition, DraftItem, Head, IdentifierKind, Period, Proposed, Source};
pub use read::read_letter;
pub use report::Account;
pub use sections::Bucket;
pub use wording::Kind;
