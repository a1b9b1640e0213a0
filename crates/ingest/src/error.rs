//! Operations that failed: a folder or file that the system would not give.
//!
//! Flawed material is not an error: it comes back as defects beside what could be read.

use std::io;
use std::path::PathBuf;

/// Why an archive, a container or a message of it could not be read.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The root of an archive is missing or may not be read.
    #[error("archive folder {} cannot be read", path.display())]
    Root {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The root of an archive is something else.
    #[error("found {}, which is no folder, expected the root folder of an archive", path.display())]
    NotAFolder {
        /// What was named as root.
        path: PathBuf,
    },
    /// A folder below the root could not be listed, or an entry of it could not be looked at.
    #[error("{} cannot be listed", path.display())]
    Listing {
        /// The folder or entry.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file could not be opened or read.
    #[error("{} cannot be read (after {offset} bytes of its content)", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// How many bytes of its (uncompressed) content were read before.
        offset: u64,
        /// What the system said.
        source: io::Error,
    },
    /// A file no longer holds what was found in it before.
    #[error("{} ends at byte {found} of its uncompressed content, expected at least {expected}", path.display())]
    Short {
        /// The file.
        path: PathBuf,
        /// Where its content ends.
        found: u64,
        /// Where the wanted bytes end.
        expected: u64,
    },
}
