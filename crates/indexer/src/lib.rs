//! Documents in, a searchable snapshot out. Owns the Tantivy schema and the tokenisation.
//!
//! The tokenisation is written down in `TOKENISATION.md`; what was indexed and what is searched for
//! go through the same code, [`tokens()`]. Tantivy's types leave this crate for `duces-query` only.

mod document;
mod error;
mod fold;
mod index;
mod marks;
mod meta;
mod schema;
mod snapshot;
mod tokens;
mod writer;

pub use document::{IndexedDocument, is_unreadable};
pub use error::IndexError;
pub use index::Index;
pub use marks::Mark;
pub use meta::{ANALYZER_VERSION, SCHEMA_VERSION};
pub use schema::{
    DELIVERY_BYTES, DELIVERY_FIELD, Fields, Flag, TextField, domain_terms, exact_term, instant_value,
};
pub use snapshot::{Card, Snapshot};
pub use tokens::{PlacedWords, PrefixTokens, TOKEN_BYTES_MAX, Token, placed_words, prefix_tokens, tokens};
pub use writer::{HEAP_BYTES_MIN, Writer};
