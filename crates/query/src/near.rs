//! Words at places: phrases, proximities of any nesting, and how often they stand in a field.
//!
//! Tantivy has no query for two words near each other in either order, none for a negated one and none
//! that nests; its phrase slop is something else. So this is our own: [`shape::Shape`] is the tree with its
//! words as numbered slots, [`Page`] says where the words of the slots stand in one field of one
//! document, [`Spans`] finds the matches there, and [`Asked`] walks the engine's postings: documents
//! first, positions only of documents that have every word that is needed. A text in memory makes a
//! `Page` too, so that what is highlighted is what matched.
//!
//! It is no `tantivy::query::Query`: an answer here is yes, no or *cannot tell*, and a query of the
//! engine's knows two of them only.

mod asked;
mod list;
mod matches;
mod page;
mod postings;
mod shape;
mod spans;

pub(crate) use asked::{Asked, Counts, Found};
pub(crate) use page::Page;
pub(crate) use postings::Slot;
pub(crate) use shape::{Compiled, compile};
pub(crate) use spans::Spans;

#[cfg(test)]
pub(crate) mod tests;
