//! Reader → workers → checkpoints.

use super::budget::Budget;
use super::report::ContainerNote;
use super::survey::ToRead;
use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::limits;
use chrono_tz::Tz;
use crossbeam_channel::{Receiver, Sender, bounded};
use duces_indexer::{Index, IndexedDocument, Writer};
use duces_ingest::{IngestError, Limits, RawMessage};
use duces_ledger::{ContainerEntry, ContainerTally, Ledger, OccurrenceEntry, Ordinals};
use duces_model::window::day_of;
use duces_model::{
    ContainerId, ContainerKind, Defect, DefectCode, DocId, Document, DocumentKind, Observer, Occurrence,
};
use duces_register::{OccurrenceFacts, Register};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};

/// Bytes of messages between two checkpoints, in eighths of the memory setting (192 MiB by default):
/// what a kill can cost is reading these again.
const CHECKPOINT_EIGHTHS: u64 = 3;
/// Occurrences between two checkpoints: bounds the ledger rows held in memory.
const CHECKPOINT_OCCURRENCES: usize = 50_000;
/// Messages handed to a worker together.
const BATCH_MESSAGES: usize = 64;
/// Bytes handed to a worker together, unless one message alone is larger.
const BATCH_BYTES: u64 = 1 << 20;
/// Bytes between reader and index, unless one message alone is larger.
const IN_FLIGHT_BYTES: u64 = 48 << 20;

/// A message with what is needed to parse it.
struct Job {
    container: ContainerId,
    kind: ContainerKind,
    place: std::sync::Arc<Place>,
    message: RawMessage,
}

/// Where a container lies, for attribution.
struct Place {
    archive: String,
    path: duces_model::ArchivePath,
    file_name: Option<String>,
}

/// What was added to the index since the last checkpoint and is not in the ledger yet.
#[derive(Default)]
struct Open {
    occurrences: Vec<OccurrenceEntry>,
    bytes: u64,
    /// Messages recorded so far in this run, by container.
    recorded: BTreeMap<ContainerId, u64>,
    /// Containers begun and not yet in the ledger.
    begun: Vec<ContainerEntry>,
    /// Files that could not be read to their end.
    unreadable: Vec<ContainerNote>,
    /// Containers read to their end, with how many messages this run handed over.
    finished: Vec<(ContainerEntry, u64)>,
}

struct Shared<'a> {
    writer: RwLock<Writer>,
    open: Mutex<Open>,
    next_row: AtomicU64,
    budget: Budget,
    failed: AtomicBool,
    checkpoint_bytes: u64,
    register: &'a Register,
    zone: Tz,
    limits: Limits,
    observer: &'a dyn Observer,
}

/// Reads the files, indexes what they hold and records it, in checkpoints.
pub(super) fn run(
    workspace: &mut Workspace,
    register: &Register,
    index: &Index,
    files: &[ToRead],
    observer: &dyn Observer,
) -> Result<Vec<ContainerNote>, WorkspaceError> {
    let total = files.iter().map(|file| file.file.bytes).sum();
    observer.stage("indexing", "bytes", Some(total));
    let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 8);
    let shared = Shared {
        writer: RwLock::new(writer(workspace, index, threads)?),
        open: Mutex::new(Open::default()),
        next_row: AtomicU64::new(workspace.ledger.next_row()?),
        budget: Budget::new(IN_FLIGHT_BYTES),
        failed: AtomicBool::new(false),
        checkpoint_bytes: (workspace.config.index_memory_mb << 20) / 8 * CHECKPOINT_EIGHTHS,
        register,
        zone: workspace.config.firm.zone,
        limits: limits(),
        observer,
    };
    let recorded = recorded_ordinals(&workspace.ledger, files)?;
    let (send, receive) = bounded::<Vec<Job>>(4);
    let ledger = &mut workspace.ledger;
    let mut checkpoint = ledger.checkpoints()?.settled;
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(|| shared.work(&receive))).collect();
        let reader = {
            let shared = &shared;
            let recorded = &recorded;
            scope.spawn(move || shared.read(files, recorded, &send))
        };
        // This thread writes the checkpoints: the ledger belongs to it.
        let mut outcome = Ok(());
        loop {
            let done = reader.is_finished() && workers.iter().all(std::thread::ScopedJoinHandle::is_finished);
            if outcome.is_ok() && (done || shared.is_due()) {
                outcome = shared.checkpoint(ledger, &mut checkpoint);
                if outcome.is_err() {
                    shared.failed.store(true, Ordering::SeqCst);
                }
            }
            if done {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let read = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        for worker in workers {
            let worked = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            outcome = outcome.and(worked);
        }
        outcome.and(read)
    })?;
    let Shared { writer, open, .. } = shared;
    // Merges that the last commit started are waited for: a dropped writer would abandon them.
    writer.into_inner().unwrap_or_else(PoisonError::into_inner).finish()?;
    Ok(open.into_inner().unwrap_or_else(PoisonError::into_inner).unreadable)
}

/// What the ledger is told of a container before it was read to its end.
fn entry(file: &ToRead, kind: ContainerKind, compressed: bool) -> ContainerEntry {
    ContainerEntry {
        id: file.id,
        archive: file.file.archive.clone(),
        path: file.file.path.clone(),
        kind,
        compressed,
        file_bytes: file.file.bytes,
        modified: file.file.modified,
        defects: Vec::new(),
        tally: None,
    }
}

fn writer(workspace: &Workspace, index: &Index, threads: usize) -> Result<Writer, WorkspaceError> {
    let heap = usize::try_from(workspace.config.index_memory_mb << 20).unwrap_or(usize::MAX) / 2;
    Ok(index.writer(heap, threads.min(4))?)
}

type Recorded = BTreeMap<ContainerId, Ordinals>;

fn recorded_ordinals(ledger: &Ledger, files: &[ToRead]) -> Result<Recorded, WorkspaceError> {
    let mut recorded = BTreeMap::new();
    for file in files.iter().filter(|file| file.known) {
        recorded.insert(file.id, ledger.recorded_ordinals(file.id)?);
    }
    Ok(recorded)
}

impl Shared<'_> {
    /// The reader: streams every file, hands its messages over in batches.
    fn read(
        &self,
        files: &[ToRead],
        recorded: &Recorded,
        send: &Sender<Vec<Job>>,
    ) -> Result<(), WorkspaceError> {
        let mut batch = Batch::default();
        for file in files {
            if self.observer.stop_requested() {
                batch.flush(send);
                return Err(WorkspaceError::Stopped);
            }
            if self.failed.load(Ordering::SeqCst) {
                return Ok(());
            }
            self.read_one(file, recorded.get(&file.id), &mut batch, send)?;
            self.observer.advance(file.file.bytes);
        }
        batch.flush(send);
        Ok(())
    }

    fn read_one(
        &self,
        file: &ToRead,
        recorded: Option<&Ordinals>,
        batch: &mut Batch,
        send: &Sender<Vec<Job>>,
    ) -> Result<(), WorkspaceError> {
        let mut opened = match duces_ingest::open(&file.file, &self.limits) {
            Ok(opened) => opened,
            Err(error) => {
                self.unreadable(file, entry(file, ContainerKind::Unsupported, false), &error);
                return Ok(());
            }
        };
        let kind = opened.kind();
        let place = std::sync::Arc::new(Place {
            archive: file.file.archive.clone(),
            path: file.file.path.clone(),
            file_name: file_name(&file.file.path),
        });
        self.open().begun.push(entry(file, kind, opened.compressed()));
        let mut handed = 0_u64;
        while let Some(message) = opened.next_message() {
            if self.failed.load(Ordering::SeqCst) {
                return Ok(());
            }
            let message = match message {
                Ok(message) => message,
                Err(error) => {
                    self.unreadable(file, entry(file, kind, opened.compressed()), &error);
                    return Ok(());
                }
            };
            if recorded.is_some_and(|ordinals| ordinals.contains(message.locator.ordinal)) {
                continue;
            }
            handed += 1;
            if message.locator.bytes >= BATCH_BYTES {
                // What waits in the batch counts as in flight: it must go first, or a giant waits for ever.
                batch.flush(send);
            }
            self.budget.take(message.locator.bytes);
            batch.push(Job { container: file.id, kind, place: place.clone(), message }, send);
        }
        let tally = opened.finish();
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
            ..entry(file, kind, tally.container.compressed)
        };
        self.open().finished.push((finished, handed));
        Ok(())
    }

    /// Notes a file that could not be read to its end: it stays open in the ledger, with its flaw, and
    /// the next run tries it again.
    fn unreadable(&self, file: &ToRead, begun: ContainerEntry, error: &IngestError) {
        let detail = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
        let defect = Defect::new(DefectCode::Unreadable, detail.clone());
        let mut open = self.open();
        open.begun.push(ContainerEntry { defects: vec![defect], ..begun });
        open.unreadable.push(ContainerNote {
            container: format!("{}:{}", file.file.archive, file.file.path),
            what: "unreadable".to_owned(),
            detail,
        });
    }

    fn open(&self) -> std::sync::MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A worker: parses, attributes, adds to the index, and notes for the ledger.
    fn work(&self, receive: &Receiver<Vec<Job>>) -> Result<(), WorkspaceError> {
        let mut outcome = Ok(());
        for jobs in receive {
            let bytes = jobs.iter().map(|job| job.message.locator.bytes).sum();
            if outcome.is_ok() && !self.failed.load(Ordering::SeqCst) {
                outcome = self.work_batch(jobs, bytes);
                if outcome.is_err() {
                    self.failed.store(true, Ordering::SeqCst);
                }
            }
            // After a failure the queue is only drained, so that the reader never waits for nobody.
            self.budget.give(bytes);
        }
        outcome
    }

    fn work_batch(&self, jobs: Vec<Job>, bytes: u64) -> Result<(), WorkspaceError> {
        let parsed = jobs.iter().map(|job| self.parse(job)).collect::<Result<Vec<_>, _>>()?;
        drop(jobs);
        // Held while a batch goes into the index and onto the list: a checkpoint sees both or neither.
        let writer = self.writer.read().unwrap_or_else(PoisonError::into_inner);
        let mut entries = Vec::with_capacity(parsed.len());
        for (occurrence, mut entry) in parsed {
            entry.first_row = self.next_row.fetch_add(entry.documents(), Ordering::SeqCst);
            add_family(&writer, entry.first_row, &occurrence)?;
            entries.push(entry);
        }
        let mut open = self.open();
        for entry in entries {
            *open.recorded.entry(entry.container()).or_default() += 1;
            open.occurrences.push(entry);
        }
        open.bytes += bytes;
        Ok(())
    }

    fn parse(&self, job: &Job) -> Result<(Occurrence, OccurrenceEntry), WorkspaceError> {
        let name = job.place.file_name.as_deref();
        let occurrence = duces_ingest::parse(job.container, job.kind, &job.message, name, &self.limits);
        let participants: Vec<_> = occurrence
            .root()
            .participants
            .iter()
            .filter_map(|participant| participant.address.clone().map(|address| (participant.role, address)))
            .collect();
        let attributions = self.register.attribute(&OccurrenceFacts {
            archive: &job.place.archive,
            path: &job.place.path,
            journal: occurrence.journal.is_some(),
            participants: &participants,
        });
        let day = occurrence.root().sent_at.map(|at| day_of(at, self.zone));
        let entry = OccurrenceEntry::new(&occurrence, 0, day, attributions)?;
        Ok((occurrence, entry))
    }

    fn is_due(&self) -> bool {
        let open = self.open();
        open.bytes >= self.checkpoint_bytes || open.occurrences.len() >= CHECKPOINT_OCCURRENCES
    }

    /// Commits ledger and index as a pair.
    fn checkpoint(&self, ledger: &mut Ledger, number: &mut u64) -> Result<(), WorkspaceError> {
        let mut writer = self.writer.write().unwrap_or_else(PoisonError::into_inner);
        let (occurrences, containers) = self.take_open();
        if occurrences.is_empty() && containers.is_empty() {
            return Ok(());
        }
        let next = *number + 1;
        ledger.write_checkpoint(next, &occurrences, &containers)?;
        writer.commit(next)?;
        ledger.settle(next)?;
        *number = next;
        Ok(())
    }

    /// What goes into this checkpoint. A container counts as finished only when every message that
    /// this run handed over for it is recorded.
    fn take_open(&self) -> (Vec<OccurrenceEntry>, Vec<ContainerEntry>) {
        let mut open = self.open();
        let mut occurrences = std::mem::take(&mut open.occurrences);
        // Two workers' batches can arrive in another order than their rows were dealt in.
        occurrences.sort_by_key(|entry| entry.first_row);
        open.bytes = 0;
        let finished = std::mem::take(&mut open.finished);
        let (ready, waiting): (Vec<_>, Vec<_>) = finished
            .into_iter()
            .partition(|(entry, handed)| open.recorded.get(&entry.id).copied().unwrap_or(0) == *handed);
        open.finished = waiting;
        let ready: Vec<ContainerEntry> = ready.into_iter().map(|(entry, _)| entry).collect();
        let done: BTreeSet<ContainerId> = ready.iter().map(|entry| entry.id).collect();
        for id in &done {
            open.recorded.remove(id);
        }
        let begun = std::mem::take(&mut open.begun);
        let mut containers: Vec<_> = begun.into_iter().filter(|entry| !done.contains(&entry.id)).collect();
        containers.extend(ready);
        (occurrences, containers)
    }
}

/// Messages gathered for one worker.
#[derive(Default)]
struct Batch {
    jobs: Vec<Job>,
    bytes: u64,
}

impl Batch {
    fn push(&mut self, job: Job, send: &Sender<Vec<Job>>) {
        self.bytes += job.message.locator.bytes;
        self.jobs.push(job);
        if self.jobs.len() >= BATCH_MESSAGES || self.bytes >= BATCH_BYTES {
            self.flush(send);
        }
    }

    fn flush(&mut self, send: &Sender<Vec<Job>>) {
        if !self.jobs.is_empty() {
            self.bytes = 0;
            // The workers end only after this end of the channel is dropped.
            let _ = send.send(std::mem::take(&mut self.jobs));
        }
    }
}

/// Adds a family to the index, each document beside the message whose people and date it answers with.
pub(super) fn add_family(
    writer: &Writer,
    first_row: u64,
    occurrence: &Occurrence,
) -> Result<(), WorkspaceError> {
    let root = occurrence.root().id;
    let by_id: BTreeMap<DocId, &Document> =
        occurrence.documents.iter().map(|document| (document.id, document)).collect();
    for (row, document) in (first_row..).zip(&occurrence.documents) {
        let message = nearest_message(document, &by_id);
        let attachment_names = if document.kind == DocumentKind::Message {
            names_of_children(document.id, &occurrence.documents)
        } else {
            document.file_name.as_deref().into_iter().collect()
        };
        let thread =
            message.references.first().or(message.in_reply_to.first()).or(message.message_id.as_ref());
        writer.add(
            row,
            &IndexedDocument {
                document,
                message,
                root,
                attachment_names,
                thread: thread.map(String::as_str),
            },
        )?;
    }
    Ok(())
}

fn names_of_children(parent: DocId, documents: &[Document]) -> Vec<&str> {
    documents
        .iter()
        .filter(|child| child.parent == Some(parent))
        .filter_map(|child| child.file_name.as_deref())
        .collect()
}

/// The document itself where it is a message, else the nearest message above it.
pub(crate) fn nearest_message<'a>(
    document: &'a Document,
    by_id: &BTreeMap<DocId, &'a Document>,
) -> &'a Document {
    let mut at = document;
    while at.kind != DocumentKind::Message {
        match at.parent.and_then(|parent| by_id.get(&parent)) {
            Some(parent) => at = parent,
            None => break,
        }
    }
    at
}

fn file_name(path: &duces_model::ArchivePath) -> Option<String> {
    path.as_str().rsplit('/').next().map(str::to_owned)
}
