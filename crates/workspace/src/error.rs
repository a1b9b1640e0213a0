//! What an operation of the workspace can fail with.

use duces_indexer::IndexError;
use duces_ledger::LedgerError;
use duces_model::{Mistakes, Unexplained};
use duces_packager::Obstacle;
use std::path::PathBuf;

/// An operation failed, or refuses. [`WorkspaceError::answer_is_no`] tells a refusal on the facts
/// from a failure to look.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// There is no workspace there.
    #[error("{} is no workspace: found no duces.toml", path.display())]
    NotAWorkspace {
        /// The folder.
        path: PathBuf,
    },
    /// Something stands where new output should go; nothing is overwritten.
    #[error("{} exists already, and nothing is overwritten", path.display())]
    Exists {
        /// What stands there.
        path: PathBuf,
    },
    /// Another process works on this workspace.
    #[error("another process is working on {}", path.display())]
    Busy {
        /// The workspace.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("could not {doing} {}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A file that people edit is wrong.
    #[error(transparent)]
    Mistakes(#[from] Mistakes),
    /// The register could not be read.
    #[error(transparent)]
    Register(#[from] duces_register::RegisterError),
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] duces_ledger::LedgerError),
    /// The index failed.
    #[error(transparent)]
    Index(#[from] duces_indexer::IndexError),
    /// Retained material could not be read.
    #[error(transparent)]
    Ingest(#[from] duces_ingest::IngestError),
    /// A search failed.
    #[error(transparent)]
    Query(#[from] duces_query::QueryError),
    /// A volume could not be packed.
    #[error(transparent)]
    Pack(#[from] duces_packager::PackError),
    /// A volume could not be looked at.
    #[error(transparent)]
    Verify(#[from] duces_verify::VerifyError),
    /// A certificate could not be made.
    #[error(transparent)]
    Instrument(#[from] duces_instruments::InstrumentError),
    /// A table could not be written as a workbook.
    #[error("could not write the workbook {}", path.display())]
    Workbook {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: duces_volume::workbook::WorkbookError,
    },
    /// Sums that do not close.
    #[error("{}", list(.0))]
    Unexplained(Vec<Unexplained>),
    /// Nothing by that name.
    #[error("found no {what} {name:?}; there {}", list_known(.known))]
    Unknown {
        /// What kind of thing.
        what: &'static str,
        /// The name given.
        name: String,
        /// The names that exist.
        known: Vec<String>,
    },
    /// Several things fit, and none is chosen for the person who asked.
    #[error("{what}{}", list_reasons(.found))]
    Several {
        /// What fits, and how often.
        what: String,
        /// Each of them, in one line.
        found: Vec<String>,
        /// How to name one.
        hint: String,
    },
    /// A step before this one is missing.
    #[error("{missing}")]
    TooEarly {
        /// What is missing.
        missing: String,
        /// The command that provides it.
        hint: String,
    },
    /// The facts say no.
    #[error("{what}{}", list_reasons(.reasons))]
    Refused {
        /// What is refused.
        what: String,
        /// Why, one reason a line.
        reasons: Vec<String>,
        /// What to do about it.
        hint: String,
    },
    /// The user asked to stop; what is done so far is kept.
    #[error("stopped on request; what was done is kept, and the same command goes on from there")]
    Stopped,
}

fn list(sums: &[Unexplained]) -> String {
    sums.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn list_known(names: &[String]) -> String {
    match names {
        [] => "is none yet".to_owned(),
        names => format!("are {}", names.join(", ")),
    }
}

fn list_reasons(reasons: &[String]) -> String {
    reasons.iter().map(|reason| format!("\n  - {reason}")).collect()
}

impl WorkspaceError {
    /// Whether the work was done and its answer is no (exit 4), rather than that it failed (exit 1).
    pub fn answer_is_no(&self) -> bool {
        matches!(
            self,
            Self::Unexplained(_)
                | Self::Refused { .. }
                | Self::Ledger(duces_ledger::LedgerError::Unexplained(_))
                | Self::Instrument(
                    duces_instruments::InstrumentError::Unexplained(_)
                        | duces_instruments::InstrumentError::Refused { .. }
                )
                | Self::Pack(duces_packager::PackError::Refused(_))
        )
    }

    /// The mistakes in files that people edit, where that is what went wrong.
    pub fn mistakes(&self) -> Option<&Mistakes> {
        match self {
            Self::Mistakes(mistakes)
            | Self::Register(duces_register::RegisterError::Mistakes(mistakes))
            | Self::Instrument(duces_instruments::InstrumentError::Template(mistakes)) => Some(mistakes),
            _ => None,
        }
    }

    /// What to do about it, where that is known.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::NotAWorkspace { .. } => {
                "duces init makes a workspace; duces -C FOLDER names another folder"
            }
            Self::Exists { .. } => "name another place, or move away what stands there",
            Self::Busy { .. } => "wait for it, or end it; the workspace resumes by itself",
            Self::Unexplained(_) => {
                "nothing may rest on an account that does not close: look at reports/containers.csv and reports/defects.csv"
            }
            Self::TooEarly { hint, .. } | Self::Refused { hint, .. } | Self::Several { hint, .. } => hint,
            Self::Index(
                IndexError::Missing { .. }
                | IndexError::OlderSchema { .. }
                | IndexError::AnalyzerDiffers { .. }
                | IndexError::Damaged { .. },
            )
            | Self::Ledger(LedgerError::IndexBehind { .. } | LedgerError::IndexAhead { .. }) => {
                "duces index --rebuild makes the index anew from the archive"
            }
            Self::Ledger(LedgerError::Unsettled { .. }) => {
                "an indexing was interrupted: duces index finishes it and puts the record right"
            }
            Self::Pack(duces_packager::PackError::Refused(found))
                if found.iter().any(|one| matches!(one, Obstacle::NothingToProduce { .. })) =>
            {
                "duces bates list shows what went out; duces index and duces select take in what was found since, and duces \
                 review changes decisions"
            }
            Self::Pack(duces_packager::PackError::Refused(found))
                if found.iter().any(|one| {
                    matches!(
                        one,
                        Obstacle::Conflict { .. }
                            | Obstacle::BarredElsewhere { .. }
                            | Obstacle::WentOut { .. }
                    )
                }) =>
            {
                "decide the same for both of a pair; duces twins REQUEST lists the pairs, and lets one stand with a reason"
            }
            Self::Ingest(
                duces_ingest::IngestError::Root { .. } | duces_ingest::IngestError::NotAFolder { .. },
            ) => "put what is retained there, or name where it lies under [[archive]] in duces.toml",
            Self::Ledger(LedgerError::NoPerson { .. }) => "name the person with --by NAME",
            _ => return None,
        };
        Some(text.to_owned())
    }
}
