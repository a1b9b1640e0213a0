//! Criteria in, an explained selection out. Owns the request file, the query language and its tree.
//!
//! [`read`] reads a request file (`REQUESTS.md` documents it) and maps its people and sources through the
//! register, [`run()`] answers each item for every document: yes, no or cannot
//! tell. Tantivy's types stay inside this crate; the trees know nothing of any engine.

mod beside;
mod bits;
mod criteria;
mod deliveries;
mod directory;
mod error;
mod evaluate;
mod expand;
mod explain;
mod file;
mod formula;
mod highlight;
mod identifier;
mod language;
mod leaf_dates;
mod leaf_people;
mod near;
mod party;
mod pattern;
mod request;
mod resolve;
mod run;
mod search;
mod state;
mod suggest;
mod words;

pub use beside::{Asks, Beside, ItemKind};
pub use criteria::{Criteria, Documents, Domain, DomainError, Side};
pub use directory::{Days, Directory, GroupPart};
pub use duces_indexer::TextField;
pub use error::QueryError;
pub use expand::{EXPANSIONS_MAX, Expansion};
pub use file::{parse, parse_with};
pub use highlight::highlight;
pub use identifier::{Identifier, IdentifierKind, Identifiers, Join};
pub use language::{
    Alternative, Dialect, Element, GlobPart, LIST_BYTES_MAX, LIST_ROWS_MAX, ListPart, Near, NoTermLists,
    Node, Pattern, Phrase, Reading, Side as NearSide, TEXT_BYTES_MAX, TableCell, TableRow, TermList,
    TermLists, Terms, Warning, Within, Words, parse_terms, plural_forms, term_list, workbook_table,
};
pub use party::{Group, HeldAddress, Individual, Member, Party, PartyError};
pub use request::{DateRule, Exclusion, FamilyRule, Item, Letter, Request, Sufficient};
pub use resolve::{read, typed};
pub use run::{Findings, TermHits, not_denied, run};
pub use search::{AdHoc, SearchHits, search};
pub use state::{Parsed, Resolved, State};
