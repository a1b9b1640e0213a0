//! The reader: streams every file and hands its messages to the workers in batches.

use super::desk::Desk;
use super::notes::note;
use super::pipeline::{Job, Place, Shared};
use crate::error::WorkspaceError;
use crossbeam_channel::{SendTimeoutError, Sender};
use duces_ingest::{FoundFile, IngestError, Opened, RawMessage};
use duces_ledger::{ContainerEntry, ContainerFate, ContainerTally, RecordedMessages, ToRead, Todo};
use duces_model::{ContainerId, ContainerKind, Defect, DefectCode, Sha256};
use std::sync::Arc;
use std::time::Duration;

/// Messages handed to a worker together.
const BATCH_MESSAGES: usize = 64;
/// Bytes handed to a worker together, unless one message alone is larger.
const BATCH_BYTES: u64 = 1 << 20;
/// How long a full queue is waited for before it is asked whether there is anybody left to empty it.
const PATIENCE: Duration = Duration::from_millis(50);

/// How the reading of one file ended, where nothing failed.
enum Read {
    /// At its end, or at an error that is noted.
    Done,
    /// Other bytes lie where this message is recorded.
    Differs(u64),
}

/// The reader's side of the pipeline.
pub(super) struct Reader<'a> {
    shared: &'a Shared<'a>,
    desk: Desk,
    send: Sender<Vec<Job>>,
    batch: Batch,
}

/// A file to be read, as it lies on this machine.
pub(super) struct Reading {
    pub(super) file: FoundFile,
    pub(super) id: ContainerId,
    /// The ledger holds some of its messages already.
    known: bool,
    /// It was read to its end before, and grew since.
    complete: bool,
}

impl Reading {
    pub(super) fn new(file: FoundFile, to_read: &ToRead) -> Self {
        let (known, complete) = (to_read.todo != Todo::New, to_read.todo == Todo::Grown);
        Self { file, id: to_read.id, known, complete }
    }
}

/// Messages gathered for one worker.
#[derive(Default)]
struct Batch {
    jobs: Vec<Job>,
    bytes: u64,
}

impl<'a> Reader<'a> {
    pub(super) fn new(shared: &'a Shared<'a>, desk: Desk, send: Sender<Vec<Job>>) -> Self {
        Self { shared, desk, send, batch: Batch::default() }
    }

    /// Reads every file; ends early where the user asks for it or a worker failed.
    pub(super) fn read(mut self) -> Result<(), WorkspaceError> {
        // A desk that is closed belongs to a run that failed: its own error says why.
        while let Some(files) = self.desk.next_files().filter(|files| !files.is_empty()) {
            for file in &files {
                let Some(known) = self.recorded(file) else { return Ok(()) };
                match self.file(file, &known) {
                    Ok(Read::Done) => {}
                    Ok(Read::Differs(ordinal)) => self.changed(file, &known, ordinal),
                    Err(stopped) => {
                        self.flush();
                        return Err(stopped);
                    }
                }
                if self.shared.has_failed() {
                    return Ok(());
                }
                self.shared.observer.advance(file.file.bytes);
            }
        }
        self.flush();
        Ok(())
    }

    /// What the ledger holds of a file.
    fn recorded(&self, file: &Reading) -> Option<RecordedMessages> {
        if file.known { self.desk.recorded(file.id) } else { Some(RecordedMessages::default()) }
    }

    fn file(&mut self, file: &Reading, recorded: &RecordedMessages) -> Result<Read, WorkspaceError> {
        self.go_on()?;
        // Messages of a hole would be handed over before a recorded one behind it is compared.
        if recorded.has_holes()
            && let Some(ordinal) = self.first_difference(file, recorded)?
        {
            return Ok(Read::Differs(ordinal));
        }
        let mut opened = match duces_ingest::open(&file.file, &self.shared.limits) {
            Ok(opened) => opened,
            Err(error) => {
                self.unreadable(file, entry(file, (ContainerKind::Unsupported, None), false), &error);
                return Ok(Read::Done);
            }
        };
        let (kind, compressed) = (opened.kind(), opened.compressed());
        let form = opened.form();
        let place = Arc::new(Place::of(&file.file));
        let mut handed = 0_u64;
        while let Some(message) = opened.next_message() {
            self.go_on()?;
            if self.shared.has_failed() {
                return Ok(Read::Done);
            }
            let message = match message {
                Ok(message) => message,
                Err(error) => {
                    self.unreadable(file, entry(file, (kind, form), compressed), &error);
                    return Ok(Read::Done);
                }
            };
            let ordinal = message.locator.ordinal;
            if recorded.contains(ordinal) {
                if recorded.is_same(ordinal, retained_sha256(&message)) == Some(true) {
                    continue;
                }
                return Ok(Read::Differs(ordinal));
            }
            if handed == 0 {
                // Only now: a mailbox that grew keeps its earlier account until there is something new.
                self.shared.open().begun.push(entry(file, (kind, form), compressed));
            }
            handed += 1;
            self.hand_over(Job { container: file.id, kind, place: place.clone(), message });
        }
        self.finish(file, kind, opened, recorded, handed)
    }

    fn finish(
        &self,
        file: &Reading,
        kind: ContainerKind,
        opened: Opened,
        recorded: &RecordedMessages,
        handed: u64,
    ) -> Result<Read, WorkspaceError> {
        let form = opened.form();
        let tally = opened.finish();
        if let Some(last) = recorded.last().filter(|last| *last >= tally.found) {
            return Ok(Read::Differs(last));
        }
        let finished = ContainerEntry {
            defects: tally.container.defects,
            tally: Some(ContainerTally {
                file_sha256: tally.container.file_sha256,
                found: tally.found,
                independent: tally.independent,
                unquoted_from_lines: tally.unquoted_from_lines,
                stream_sha256: tally.stream_sha256,
                stream_bytes: tally.stream_bytes,
            }),
            ..entry(file, (kind, form), tally.container.compressed)
        };
        self.shared.open().finished.push((finished, handed));
        Ok(Read::Done)
    }

    /// The first recorded message in whose place other bytes lie now. A file that cannot be read is left
    /// to the reading proper.
    fn first_difference(
        &self,
        file: &Reading,
        recorded: &RecordedMessages,
    ) -> Result<Option<u64>, WorkspaceError> {
        let Ok(mut opened) = duces_ingest::open(&file.file, &self.shared.limits) else { return Ok(None) };
        let mut found = 0;
        while let Some(message) = opened.next_message() {
            self.go_on()?;
            let Ok(message) = message else { return Ok(None) };
            found = message.locator.ordinal + 1;
            if recorded.is_same(message.locator.ordinal, retained_sha256(&message)) == Some(false) {
                return Ok(Some(message.locator.ordinal));
            }
            if recorded.last() == Some(message.locator.ordinal) {
                return Ok(None);
            }
        }
        Ok(recorded.last().filter(|last| *last >= found))
    }

    /// Ends the reading where the user asked for it: nothing is lost, the next run goes on from here.
    fn go_on(&self) -> Result<(), WorkspaceError> {
        if self.shared.observer.stop_requested() { Err(WorkspaceError::Stopped) } else { Ok(()) }
    }

    /// Notes a file that could not be read to its end: it stays open in the ledger, with its flaw, and
    /// the next run tries it again.
    fn unreadable(&self, file: &Reading, begun: ContainerEntry, error: &IngestError) {
        let detail = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
        let defect = Defect::new(DefectCode::Unreadable, detail.clone());
        let mut open = self.shared.open();
        open.begun.push(ContainerEntry { defects: vec![defect], ..begun });
        open.notes.push(note(&file.file.archive, &file.file.path, "unreadable", detail));
    }

    /// Notes a file in which other bytes lie than were recorded: no message of it is added any more, and
    /// it keeps the account that it had.
    fn changed(&self, file: &Reading, recorded: &RecordedMessages, ordinal: u64) {
        let detail = if recorded.last() == Some(ordinal) && !recorded.has_holes() && file.complete {
            "its last message changed when it grew: it was recorded as it ended then, and what follows was not read"
                .to_owned()
        } else {
            format!("other bytes lie where its message {} was recorded; it was not read on", ordinal + 1)
        };
        let mut open = self.shared.open();
        open.changed.push((file.id, ContainerFate::Changed));
        open.notes.push(note(&file.file.archive, &file.file.path, "changed", detail));
    }

    fn hand_over(&mut self, job: Job) {
        let bytes = job.message.locator.bytes;
        if bytes >= BATCH_BYTES {
            // What waits in the batch counts as in flight: it must go first, or a giant waits for ever.
            self.flush();
        }
        self.shared.budget.take(bytes);
        self.batch.bytes += bytes;
        self.batch.jobs.push(job);
        if self.batch.jobs.len() >= BATCH_MESSAGES || self.batch.bytes >= BATCH_BYTES {
            self.flush();
        }
    }

    /// Sends what is gathered. After a failure nobody may be left to take it; it is then dropped, and the
    /// next run reads it again.
    fn flush(&mut self) {
        let mut batch = std::mem::take(&mut self.batch);
        while !batch.jobs.is_empty() && !self.shared.has_failed() {
            match self.send.send_timeout(batch.jobs, PATIENCE) {
                Ok(()) | Err(SendTimeoutError::Disconnected(_)) => return,
                Err(SendTimeoutError::Timeout(jobs)) => batch.jobs = jobs,
            }
        }
    }
}

/// What the ledger is told of a container before it was read to its end.
fn entry(file: &Reading, (kind, form): (ContainerKind, Option<&str>), compressed: bool) -> ContainerEntry {
    ContainerEntry {
        id: file.id,
        archive: file.file.archive.clone(),
        path: file.file.path.clone(),
        kind,
        form: form.map(str::to_owned),
        compressed,
        file_bytes: file.file.bytes,
        modified: file.file.modified,
        defects: Vec::new(),
        tally: None,
    }
}

/// The digest that the ledger keeps of a message's retained bytes.
fn retained_sha256(message: &RawMessage) -> Sha256 {
    message.oversize.map_or_else(|| Sha256::of(&message.bytes), |oversize| oversize.sha256)
}
