//! The reader's questions to the thread that owns the ledger: which files come next, and what is on record
//! of one. Neither list is ever held whole.

use super::reader::Reading;
use super::survey::found_file;
use crate::error::WorkspaceError;
use crate::home::Workspace;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use duces_ledger::RecordedMessages;
use duces_model::ContainerId;
use std::time::Duration;

/// Files handed to the reader together: some seconds' work, so that it seldom waits for a checkpoint.
const FILES_TOGETHER: u32 = 4096;

/// A question.
enum Asked {
    NextFiles(Sender<Vec<Reading>>),
    Recorded(ContainerId, Sender<RecordedMessages>),
}

/// The reader's side. What is absent has no answer: the run failed.
pub(super) struct Desk(Sender<Asked>);

impl Desk {
    /// The next files to be read; none where all were handed out.
    pub(super) fn next_files(&self) -> Option<Vec<Reading>> {
        let (answer, answered) = bounded(1);
        self.0.send(Asked::NextFiles(answer)).ok()?;
        answered.recv().ok()
    }

    /// Which messages of a container are on record.
    pub(super) fn recorded(&self, id: ContainerId) -> Option<RecordedMessages> {
        let (answer, answered) = bounded(1);
        self.0.send(Asked::Recorded(id, answer)).ok()?;
        answered.recv().ok()
    }
}

/// The ledger's side.
pub(super) struct Clerk {
    asked: Receiver<Asked>,
    after: i64,
}

/// Both sides.
pub(super) fn open() -> (Desk, Clerk) {
    let (ask, asked) = bounded(1);
    (Desk(ask), Clerk { asked, after: 0 })
}

impl Clerk {
    /// Takes no question any more: whoever waits for an answer is told that there is none.
    pub(super) fn close(&mut self) {
        let (_, nobody) = bounded(0);
        self.asked = nobody;
    }

    /// Answers a question, or waits that long for one.
    pub(super) fn serve(&mut self, workspace: &mut Workspace, wait: Duration) -> Result<(), WorkspaceError> {
        let asked = match self.asked.recv_timeout(wait) {
            Ok(asked) => asked,
            Err(RecvTimeoutError::Timeout) => return Ok(()),
            Err(RecvTimeoutError::Disconnected) => {
                // The reader has ended; the workers may not have.
                std::thread::sleep(wait);
                return Ok(());
            }
        };
        // Nobody waits for an answer any more where sending it fails.
        match asked {
            Asked::NextFiles(answer) => {
                let page = workspace.ledger.survey().next(self.after, FILES_TOGETHER)?;
                self.after = page.last().map_or(self.after, |file| file.surveyed.place);
                let files = page
                    .iter()
                    .map(|file| Ok(Reading::new(found_file(workspace, &file.surveyed.file)?, file)))
                    .collect::<Result<_, WorkspaceError>>()?;
                let _ = answer.send(files);
            }
            Asked::Recorded(id, answer) => {
                let _ = answer.send(workspace.ledger.recorded_messages(id)?);
            }
        }
        Ok(())
    }
}
