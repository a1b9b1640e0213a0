//! What can go wrong with an index as a whole.

use std::path::{Path, PathBuf};

/// Why an index could not be created, opened, written or read.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// There is no index in that folder.
    #[error("{} holds no index", path.display())]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// The folder is not empty, so no index is created in it.
    #[error("{} is not empty, expected a folder that does not exist yet", path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// Written by a newer version of this program.
    #[error("index {} has schema version {found}, this program knows versions up to {known}", path.display())]
    NewerSchema {
        /// The folder.
        path: PathBuf,
        /// Version found.
        found: u32,
        /// Version of this program.
        known: u32,
    },
    /// Written by an older version of this program; it is made again from the archive.
    #[error("index {} has schema version {found}, expected {known}: it must be made again", path.display())]
    OlderSchema {
        /// The folder.
        path: PathBuf,
        /// Version found.
        found: u32,
        /// Version of this program.
        known: u32,
    },
    /// Its words were split by other rules than those of this program.
    #[error("index {} was made with tokenisation version {found}, expected {known}: it must be made again", path.display())]
    AnalyzerDiffers {
        /// The folder.
        path: PathBuf,
        /// Version found.
        found: u32,
        /// Version of this program.
        known: u32,
    },
    /// Another writer, of this process or of another, holds the index.
    #[error("index {} is being written by another process", path.display())]
    Busy {
        /// The folder.
        path: PathBuf,
    },
    /// Its files do not agree with each other or with their checksums.
    #[error("index {} is damaged: {detail}", path.display())]
    Damaged {
        /// The folder.
        path: PathBuf,
        /// What was found.
        detail: String,
    },
    /// The memory allowed for indexing is too small for one thread.
    #[error("found {found} bytes of memory for indexing, expected at least {minimum}")]
    HeapTooSmall {
        /// Bytes allowed.
        found: usize,
        /// Bytes needed.
        minimum: usize,
    },
    /// A file operation failed.
    #[error("index {}: could not {doing}", path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The engine failed for a reason of its own.
    #[error("index {}: could not {doing}", path.display())]
    Engine {
        /// The folder.
        path: PathBuf,
        /// What was being done.
        doing: &'static str,
        /// The engine's reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl IndexError {
    pub(crate) fn io(path: &Path, doing: &'static str, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), doing, source }
    }

    /// Sorts the engine's errors into the kinds that callers tell apart.
    pub(crate) fn engine(path: &Path, doing: &'static str, error: tantivy::TantivyError) -> Self {
        use tantivy::TantivyError as E;
        use tantivy::directory::error::{LockError, OpenReadError};
        let path = path.to_owned();
        match error {
            E::LockFailure(LockError::LockBusy, _) => Self::Busy { path },
            E::DataCorruption(_)
            | E::IncompatibleIndex(_)
            | E::OpenReadError(OpenReadError::FileDoesNotExist(_) | OpenReadError::IncompatibleIndex(_)) => {
                Self::Damaged { path, detail: error.to_string() }
            }
            E::IoError(source) => {
                // The engine shares its errors; the kind and text are what a report needs.
                Self::Io { path, doing, source: std::io::Error::new(source.kind(), source.to_string()) }
            }
            other => Self::Engine { path, doing, source: Box::new(other) },
        }
    }
}
