//! Any volume in, findings out. Parses from bytes and shares no code with the writer.
//!
//! [`verify`] takes a folder or a ZIP file and reads everything in it: the files, the load file row
//! by row, the manifests. With [`Expectations`] from the ledger it also compares the volume with what
//! was decided, and opens every file to look for content that must not be recoverable. What it finds
//! are values ([`Finding`]), each with the status and source of its rule; that it could not look at
//! all is an error ([`VerifyError`]). Only a volume that did not fail becomes [`Verified`].
//!
//! Memory is bounded by the number of files and of number ranges, never by the size of a file, except
//! for one file at a time while it is opened for barred content (bounded by [`OPENED_BYTES_MAX`]).

mod code;
mod dat;
mod decode;
mod delimiters;
mod expectations;
mod families;
mod fields;
mod files;
mod finding;
mod folder;
mod forms;
mod gate;
mod ledger_check;
mod linked;
mod load_file;
mod manifest;
mod mime;
mod names;
mod number;
mod numbers;
mod row;
mod row_files;
mod row_values;
mod sniff;
mod spans;
mod statement;
mod text_encoding;
mod verification;
mod volume;
mod zip;
mod zip_directory;

pub use code::{Code, Severity};
pub use expectations::{Barred, Expectations};
pub use finding::{EXAMPLES_MAX, Example, Finding};
pub use gate::OPENED_BYTES_MAX;
pub use verification::{CustodianSummary, Verification, Verified, VerifyError, VolumeSummary, verify};
