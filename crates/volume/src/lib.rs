//! Writes a produced volume: layout, load file, texts, manifests, archive. Decides nothing.
//!
//! What goes in, in which order and under which number is the caller's; this crate keeps the form.
//! `FORMAT.md` beside this crate documents every file of a volume.
//!
//! A volume appears whole or not at all. It grows in the staging folder `.NAME.partial`; each file
//! and folder is flushed to the disk, the manifest last; the archive is written under a temporary
//! name from what is read back; and the renaming of the folder to `NAME` is the one act that makes
//! the volume exist. Memory holds one document, and about 150 bytes for each file of the volume.

mod archive;
mod dat;
mod entry;
mod error;
mod extras;
mod forms;
mod leftover;
mod manifest;
mod name;
mod overlay;
mod readme;
mod staging;
mod store;
pub mod workbook;
mod writer;

pub use archive::archived_bytes;
pub use dat::{Replaced, Replacement};
pub use entry::{Content, Entry, EntryKind, Value, VolumePlan, WrittenArchive, WrittenVolume};
pub use error::VolumeError;
pub use forms::{ArchiveForm, Delimiters, Encoding, Extra, Forms, Method, PageKind, Paging, Password};
pub use leftover::{discard_partial, has_partial};
pub use manifest::{Counts, FORMAT_VERSION, FileRecord};
pub use name::safe_extension;
pub use overlay::{OverlayRow, overlay};
pub use writer::VolumeWriter;
