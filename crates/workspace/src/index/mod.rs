//! Indexing: from the archive's files to a snapshot and an account that closes.
//!
//! One reader streams messages from the containers, workers parse them and feed the index, and at
//! each *checkpoint* the ledger and the index are committed as a pair: first the ledger's rows, marked
//! pending, then the index with the checkpoint's number in its commit, then the ledger's mark is
//! settled. Killed between any two of these, the next run compares the two numbers and either
//! confirms or removes what was pending, so nothing is lost and nothing stands twice.
//!
//! Checkpoints are spaced by bytes read, not by time: a library asks no clock.

mod attribute;
mod budget;
mod desk;
mod family;
mod notes;
mod pipeline;
mod reader;
mod refill;
mod report;
mod survey;
#[cfg(test)]
mod tests;

pub(crate) use family::nearest_message;
pub(crate) use report::Account;
pub use report::{ContainerNote, Ignored, IndexReport, SourceRow};

use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use duces_indexer::{Index, IndexError};
use duces_model::Observer;
use survey::SurveyOptions;

/// What `duces index` is asked to do.
#[derive(Debug, Clone, Copy, Default)]
pub struct IndexOptions {
    /// Compare the digests of files that look unchanged by size and modification time.
    pub rehash: bool,
    /// Make the search index anew from the archive; the ledger's record stays.
    pub rebuild: bool,
}

impl Workspace {
    /// Brings index and ledger up to date with the archive, and closes the account.
    ///
    /// Files that are unchanged since they were read are not read again; what grew is read on; what
    /// changed or vanished is reported and left as it was recorded.
    ///
    /// # Errors
    /// Mistakes in the register, an archive that cannot be read, a full disk, a stop on request; and
    /// [`WorkspaceError::Unexplained`] where a sum does not close.
    pub fn index(
        &mut self,
        options: IndexOptions,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<IndexReport, WorkspaceError> {
        let indexed = self.index_surveyed(options, actor, observer);
        // Whatever became of the run: a survey is of no use after it.
        let ended = self.ledger.end_survey();
        let report = indexed?;
        ended?;
        Ok(report)
    }

    fn index_surveyed(
        &mut self,
        options: IndexOptions,
        actor: &Actor,
        observer: &dyn Observer,
    ) -> Result<IndexReport, WorkspaceError> {
        let register = self.register()?;
        let index = self.settled_index(options.rebuild)?;
        if options.rebuild {
            refill::refill(self, &index, observer)?;
        }
        let found = survey::survey(self, &register, SurveyOptions { rehash: options.rehash }, observer)?;
        // From here on the account may not be of the whole archive, until the run is ended.
        let run = self.ledger.begin_run(&actor.act(), found.totals.files())?;
        if found.ruled_otherwise {
            // Before the moves are recorded, so that a run killed in between leaves it to the next one.
            self.ledger.forget_attribution_digest(&actor.act())?;
        }
        self.ledger.mark_surveyed(&actor.act())?;
        let reattributed = attribute::refresh(self, &register, actor)?;
        if found.totals.files() > 0 {
            pipeline::run(self, &register, &index, found.totals.bytes, observer)?;
            self.ledger.mark_surveyed(&actor.act())?;
        }
        observer.stage("closing the account", "containers", Some(self.ledger.container_count()?));
        self.ledger.remember_content()?;
        let (account, sheet) = Account::close_with_sheet(self, observer)?;
        let report = report::write(self, &found, &account, sheet, reattributed)?;
        let detail = serde_json::json!({
            "snapshot": report.snapshot.to_string(),
            "containers_read": found.totals.files(),
            "documents": account.documents.documents,
        });
        self.ledger.audit(&actor.act(), "index", &detail)?;
        if !account.unexplained.is_empty() {
            return Err(WorkspaceError::Unexplained(account.unexplained));
        }
        self.ledger.end_run(&actor.act(), run)?;
        Ok(report)
    }

    /// Refuses where the newest indexing did not come to its end: files that it did not reach are in no
    /// account, and every sum would close without them.
    pub(crate) fn require_whole_index(&self) -> Result<(), WorkspaceError> {
        match self.ledger.last_run()? {
            Some(run) if run.ended_at.is_some() => Ok(()),
            _ => Err(WorkspaceError::TooEarly {
                missing: "the last indexing did not finish, so parts of the archive are in no account"
                    .to_owned(),
                hint: "run duces index until it ends".to_owned(),
            }),
        }
    }

    /// Opens or makes the index, and settles whatever an interrupted run left pending.
    fn settled_index(&mut self, rebuild: bool) -> Result<Index, WorkspaceError> {
        let path = self.index_path();
        let nothing_recorded = self.ledger.checkpoints()?.settled == 0;
        if rebuild {
            // The old index says only one thing that counts: whether it has what the ledger holds as pending.
            // Wherever else it stands (it was lost, is an older copy, or a rebuild was killed), the new one
            // is filled from what is settled; done again, this does the same.
            let marks = self.ledger.checkpoints()?;
            let old = Index::open(&path).ok().and_then(|index| index.checkpoint().ok());
            self.ledger.settle(old.filter(|at| Some(*at) == marks.pending).unwrap_or(marks.settled))?;
            crate::files::remove_folder(&path)?;
            return Ok(Index::create(&path)?);
        }
        let index = match Index::open(&path) {
            Ok(index) => index,
            Err(IndexError::Missing { .. }) if nothing_recorded => {
                crate::files::remove_folder(&path)?;
                Index::create(&path)?
            }
            Err(error) => return Err(error.into()),
        };
        self.ledger.settle(index.checkpoint()?)?;
        Ok(index)
    }
}
