//! Criteria in, an explained selection out. Owns the request file, the query language and its tree.
//!
//! `parse` reads a request file (`SYNTAX.md` documents it), [`Request::resolve`] maps its people and
//! sources through the register, [`run()`] answers each item for every document: yes, no or cannot
//! tell. Tantivy's types stay inside this crate; the trees know nothing of any engine.

mod bits;
mod criteria;
mod error;
mod evaluate;
mod expand;
mod explain;
mod file;
mod formula;
mod language;
mod request;
mod resolve;
mod run;
mod search;
mod state;
mod suggest;

pub use criteria::{Criteria, Documents, Domain, DomainError, Party, PartyError, Side};
pub use duces_indexer::TextField;
pub use error::QueryError;
pub use expand::{EXPANSIONS_MAX, Expansion};
pub use file::parse;
pub use language::{Alternative, Dialect, Element, Node, Phrase, Terms, parse_terms};
pub use request::{Exclusion, FamilyRule, Item, Request};
pub use resolve::Directory;
pub use run::{Findings, TermHits, run};
pub use search::{AdHoc, SearchHits, search};
pub use state::{Parsed, Resolved, State};
