//! Retained bytes in; occurrences, documents and defects out. The only crate that knows mail and chat formats.
//!
//! `walk` lists an archive's files, `open` tells what a file is and gives its messages one by one,
//! `parse` makes documents of a message. Nothing here guesses in silence: what is guessed, cut or left
//! out is a defect, and a text that is not all of a document's text says so.
//!
//! What each format rule is, what is bounded and what is not read yet stands in `FORMATS.md` beside
//! this crate's manifest.
//!
//! ```
//! use duces_ingest::{Found, Limits, open, parse, walk};
//!
//! fn count(root: &std::path::Path) -> Result<usize, duces_ingest::IngestError> {
//!     let limits = Limits::default();
//!     let mut documents = 0;
//!     for found in walk("mail", root)? {
//!         let Found::Container(file) = found? else { continue };
//!         let mut opened = open(&file, &limits)?;
//!         let (id, kind) = (opened.container_id(), opened.kind());
//!         while let Some(message) = opened.next_message() {
//!             documents += parse(id, kind, &message?, Some(file.file_name()), &limits).documents.len();
//!         }
//!         assert!(opened.finish().found >= 1);
//!     }
//!     Ok(documents)
//! }
//! ```

mod address;
mod archived;
mod attachment;
mod body;
mod card;
mod charset;
pub mod chat;
mod cms;
mod coded;
mod count;
mod date;
mod detect;
mod emlx;
mod error;
pub mod extract;
mod family;
mod file;
pub mod forms;
mod header;
mod html;
mod journal;
mod limits;
mod markup;
mod mbox;
mod media;
mod metadata;
mod multipart;
mod native;
mod notes;
mod opened;
mod outlook;
mod parse;
mod part;
mod postmark;
mod pst;
mod recorded;
mod report;
mod reread;
mod rtf;
mod stream;
mod text;
mod tnef;
mod transfer;
mod walk;
mod words;

pub use error::IngestError;
pub use limits::Limits;
pub use markup::{InlinePart, Markup};
pub use opened::{Opened, Oversize, RawMessage, Tally, open};
pub use parse::{conversation, markup, parse, part_bytes};
pub use reread::{Rereader, prefix_sha256, retained_bytes};
pub use walk::{Found, FoundFile, walk};
