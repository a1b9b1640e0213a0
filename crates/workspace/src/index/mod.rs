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
mod pipeline;
mod refill;
mod report;
mod survey;

pub(crate) use pipeline::nearest_message;
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
        let register = self.register()?;
        let index = self.settled_index(options.rebuild)?;
        if options.rebuild {
            refill::refill(self, &index, observer)?;
        }
        let mut survey = survey::survey(self, SurveyOptions { rehash: options.rehash }, observer)?;
        self.ledger.mark_containers(&actor.act(), &survey.fates)?;
        let reattributed = attribute::refresh(self, &register, actor)?;
        if !survey.to_read.is_empty() {
            let unreadable = pipeline::run(self, &register, &index, &survey.to_read, observer)?;
            survey.notes.extend(unreadable);
        }
        self.ledger.set_attribution_digest(&actor.act(), register.attribution_digest())?;
        let account = Account::close(self)?;
        let report = report::write(self, &survey, &account, reattributed)?;
        let detail = serde_json::json!({
            "snapshot": report.snapshot.to_string(),
            "containers_read": survey.to_read.len(),
            "documents": account.documents.documents,
        });
        self.ledger.audit(&actor.act(), "index", &detail)?;
        match account.unexplained {
            sums if sums.is_empty() => Ok(report),
            sums => Err(WorkspaceError::Unexplained(sums)),
        }
    }

    /// Opens or makes the index, and settles whatever an interrupted run left pending.
    fn settled_index(&mut self, rebuild: bool) -> Result<Index, WorkspaceError> {
        let path = self.index_path();
        let nothing_recorded = self.ledger.checkpoints()?.settled == 0;
        if rebuild {
            // Settle first with the old index, where it can still say how far it came.
            if let Ok(old) = Index::open(&path) {
                self.ledger.settle(old.checkpoint()?)?;
            }
            crate::files::remove_folder(&path)?;
            let index = Index::create(&path)?;
            return Ok(index);
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
