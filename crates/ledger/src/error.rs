//! What can go wrong with the ledger.

use duces_model::{BatesError, DocId, Unexplained};
use rusqlite::ErrorCode;
use std::path::{Path, PathBuf};

/// Why something could not be read from the ledger or written to it. After an error nothing of the
/// call is in the ledger: each call is one transaction.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// There is no such file.
    #[error("found no ledger at {}", path.display())]
    Missing {
        /// Where it was expected.
        path: PathBuf,
    },
    /// There is one already, and nothing is overwritten.
    #[error("found a file at {} already, expected none", path.display())]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// A newer version of the program wrote it.
    #[error("{} has ledger format {found}, and this version knows formats up to {known}", path.display())]
    Newer {
        /// Where it lies.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The newest format of this version.
        known: u32,
    },
    /// The file is something else.
    #[error("{} is no ledger: {why}", path.display())]
    NotALedger {
        /// Where it lies.
        path: PathBuf,
        /// What was found.
        why: String,
    },
    /// Another process (or another handle of this one) has it open.
    #[error("{} is open elsewhere: one process at a time works on a ledger", path.display())]
    Busy {
        /// Where it lies.
        path: PathBuf,
    },
    /// What is stored cannot have been written by this program.
    #[error("the ledger is damaged: {what}")]
    Damaged {
        /// What was found and what was expected.
        what: String,
    },
    /// No room is left; nothing of the call was written.
    #[error("could not {doing}: the disk is full")]
    DiskFull {
        /// What was being done.
        doing: &'static str,
    },
    /// The file or its folder cannot be written.
    #[error("could not {doing}: the ledger or its folder cannot be written")]
    ReadOnly {
        /// What was being done.
        doing: &'static str,
    },
    /// The file system refused.
    #[error("could not {doing} {}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// SQLite refused for another reason.
    #[error("could not {doing}")]
    Sqlite {
        /// What was being done.
        doing: &'static str,
        /// Why.
        source: rusqlite::Error,
    },
    /// A sum does not close.
    #[error(transparent)]
    Unexplained(#[from] Unexplained),
    /// The index lacks what the ledger holds: it must be built anew.
    #[error(
        "the index stands at checkpoint {index}, before checkpoint {ledger} which the ledger holds as settled"
    )]
    IndexBehind {
        /// Last settled checkpoint of the ledger.
        ledger: u64,
        /// Last commit of the index.
        index: u64,
    },
    /// The index holds what the ledger does not: the two do not belong together.
    #[error("the index stands at checkpoint {index}, which the ledger does not know (it stands at {ledger})")]
    IndexAhead {
        /// Last settled checkpoint of the ledger.
        ledger: u64,
        /// Last commit of the index.
        index: u64,
    },
    /// A checkpoint waits for the index, so that sums over all documents have no meaning yet.
    #[error("checkpoint {pending} is pending: it must be settled with the index first")]
    Unsettled {
        /// Which.
        pending: u64,
    },
    /// The call contradicts what is recorded or itself.
    #[error("{what}")]
    Conflict {
        /// What was found and what was expected.
        what: String,
    },
    /// The thing named is not in the ledger.
    #[error("the ledger has no {what}")]
    NoSuch {
        /// The thing.
        what: String,
    },
    /// An act without the name of a person.
    #[error("could not {doing}: found no name of a person, expected who does it")]
    NoPerson {
        /// What was being done.
        doing: &'static str,
    },
    /// A number that no series has.
    #[error(transparent)]
    Bates(#[from] BatesError),
    /// A decision that lacks something.
    #[error("document {document}: {source}")]
    Disposition {
        /// Of which document.
        document: DocId,
        /// What it lacks.
        source: duces_model::DispositionError,
    },
}

/// Shorthand of the ledger's calls.
pub(crate) type Outcome<T> = Result<T, LedgerError>;

/// A failure inside a call, before it is known what the call was doing.
#[derive(Debug)]
pub(crate) enum Fault {
    Sqlite(rusqlite::Error),
    Told(LedgerError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        damaged(format!("found JSON that does not read: {error}"))
    }
}

impl From<LedgerError> for Fault {
    fn from(error: LedgerError) -> Self {
        Self::Told(error)
    }
}

impl From<Unexplained> for Fault {
    fn from(error: Unexplained) -> Self {
        Self::Told(error.into())
    }
}

impl From<BatesError> for Fault {
    fn from(error: BatesError) -> Self {
        Self::Told(error.into())
    }
}

impl Fault {
    /// The error as the caller sees it.
    pub(crate) fn explain(self, doing: &'static str, path: &Path) -> LedgerError {
        let source = match self {
            Self::Told(error) => return error,
            Self::Sqlite(source) => source,
        };
        match source.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => return LedgerError::DiskFull { doing },
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                return LedgerError::ReadOnly { doing };
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                return LedgerError::Busy { path: path.to_owned() };
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                return LedgerError::Damaged { what: source.to_string() };
            }
            _ => {}
        }
        match source {
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::Utf8Error(..) => LedgerError::Damaged { what: source.to_string() },
            source => LedgerError::Sqlite { doing, source },
        }
    }
}

/// What is stored cannot have been written by this program.
pub(crate) fn damaged(what: impl Into<String>) -> Fault {
    Fault::Told(LedgerError::Damaged { what: what.into() })
}

/// The call contradicts what is recorded or itself.
pub(crate) fn conflict(what: impl Into<String>) -> Fault {
    Fault::Told(LedgerError::Conflict { what: what.into() })
}

/// The thing named is not in the ledger.
pub(crate) fn no_such(what: impl Into<String>) -> Fault {
    Fault::Told(LedgerError::NoSuch { what: what.into() })
}
