//! Any volume in, findings out. Parses from bytes and shares no code with the writer.
//!
//! [`verify`] takes a folder or a ZIP file and reads everything in it: the files, the load file row
//! by row, the manifests. With [`Expectations`] from the ledger it also compares the volume with what
//! was decided, and opens every file to look for content that must not be recoverable. What it finds
//! are values ([`Finding`]), each with the status and source of its rule; that it could not look at
//! all is an error ([`VerifyError`]). Only a volume that did not fail becomes [`Verified`].
//!
//! [`verify_with`] also takes a password for an encrypted archive, what other volumes have issued ([`issued`]), a
//! privilege log and the counts of a letter; [`verify_all`] also takes a folder of several volumes.
//!
//! Lists of documents are delimited text, workbooks and EDRM XML; `RULES.md` says rule by rule what is checked and how
//! far. Archives `NAME.zip`, `NAME-2.zip` and so on are one volume.
//!
//! # Memory
//! Rows are read by one thread, a few hundred ahead, and judged one at a time by the other; what has to be sorted
//! (numbers, pages, documents of load files) goes to work files without a name once it takes more than 32 MiB of
//! each kind. What stays in memory is about 250 bytes and the path for each file of the volume, 50 bytes for each
//! unbroken run of numbers (at most a million of the volume and a million of its custodians), one family (at most
//! 200,000 rows), and one file at a time of up to 64 MiB while its pages are counted, or up to
//! [`OPENED_BYTES_MAX`] while it is opened for barred content. A load file of a million rows, its files apart,
//! takes less than 256 MiB. A workbook adds up to 64 MiB of strings that its cells share, EDRM XML its relations
//! (at most a million, 150 bytes each). Where a limit is reached a finding says so.

mod aes;
mod agreed;
mod ahead;
mod code;
mod dat;
mod dates;
mod decode;
mod delimiters;
mod dialect;
mod documents;
mod earlier;
mod edrm;
mod expectations;
mod families;
mod fields;
mod files;
mod finding;
mod folder;
mod forms;
mod gate;
mod image_files;
mod images;
mod kept_back;
mod ledger_check;
mod linked;
mod load_file;
mod mail_head;
mod manifest;
mod mime;
mod names;
mod number;
mod numbers;
mod options;
mod parts;
mod picture;
mod privilege_log;
mod reading;
mod record;
mod row;
mod row_files;
mod row_values;
mod runs;
mod several;
mod sniff;
mod sorter;
mod spans;
mod statement;
mod text_encoding;
mod times;
mod verification;
mod volume;
mod workbook;
mod xml;
mod zip;
mod zip_directory;

pub use code::{Code, Severity};
pub use dialect::LoadFileSummary;
pub use earlier::Issued;
pub use expectations::{Barred, Expectations};
pub use finding::{EXAMPLES_MAX, Example, Finding};
pub use gate::OPENED_BYTES_MAX;
pub use options::{Options, Stated};
pub use several::{Verifications, issued, verify_all};
pub use verification::{
    CustodianSummary, Verification, Verified, VerifyError, VolumeSummary, verify, verify_with,
};
