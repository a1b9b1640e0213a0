//! Reader → workers → checkpoints.

use super::budget::Budget;
use super::desk::{self, Clerk};
use super::family::add_family;
use super::reader::Reader;
use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::limits;
use chrono_tz::Tz;
use crossbeam_channel::{Receiver, bounded};
use duces_indexer::{Index, Writer};
use duces_ingest::{FoundFile, Limits, RawMessage};
use duces_ledger::{ContainerEntry, ContainerFate, FileNote, Ledger, OccurrenceEntry};
use duces_model::window::day_of;
use duces_model::{ContainerId, ContainerKind, Observer, Occurrence};
use duces_register::{OccurrenceFacts, Register};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;

/// Bytes of messages between two checkpoints, in eighths of the memory setting (192 MiB by default):
/// what a kill can cost is reading these again.
const CHECKPOINT_EIGHTHS: u64 = 3;
/// Occurrences, or containers, between two checkpoints: bounds the ledger rows held in memory.
const CHECKPOINT_OCCURRENCES: usize = 50_000;
/// Documents between two checkpoints: one message can have thousands of attachments, each a row.
const CHECKPOINT_DOCUMENTS: u64 = 200_000;
/// Bytes between reader and index, unless one message alone is larger.
const IN_FLIGHT_BYTES: u64 = 48 << 20;

/// How long the reader's next question is waited for before it is looked whether a checkpoint is due.
const ROUND: Duration = Duration::from_millis(20);

/// A message with what is needed to parse it.
pub(super) struct Job {
    pub(super) container: ContainerId,
    pub(super) kind: ContainerKind,
    pub(super) place: std::sync::Arc<Place>,
    pub(super) message: RawMessage,
}

/// Where a container lies, for attribution.
pub(super) struct Place {
    archive: String,
    path: duces_model::ArchivePath,
    file_name: String,
}

impl Place {
    pub(super) fn of(file: &FoundFile) -> Self {
        let (archive, path) = (file.archive.clone(), file.path.clone());
        Self { archive, path, file_name: file.file_name().to_owned() }
    }
}

/// What was added to the index since the last checkpoint and is not in the ledger yet.
#[derive(Default)]
pub(super) struct Open {
    occurrences: Vec<OccurrenceEntry>,
    bytes: u64,
    documents: u64,
    /// Messages recorded so far in this run, by container.
    recorded: BTreeMap<ContainerId, u64>,
    /// Containers begun and not yet in the ledger.
    pub(super) begun: Vec<ContainerEntry>,
    /// Files that could not be read to their end, or hold other bytes than are recorded.
    pub(super) notes: Vec<FileNote>,
    /// Those that hold other bytes.
    pub(super) changed: Vec<(ContainerId, ContainerFate)>,
    /// Containers read to their end, with how many messages this run handed over.
    pub(super) finished: Vec<(ContainerEntry, u64)>,
}

pub(super) struct Shared<'a> {
    writer: RwLock<Writer>,
    open: Mutex<Open>,
    next_row: AtomicU64,
    pub(super) budget: Budget,
    failed: AtomicBool,
    checkpoint_bytes: u64,
    register: &'a Register,
    zone: Tz,
    pub(super) limits: Limits,
    pub(super) observer: &'a dyn Observer,
}

/// Reads the files that the survey says, indexes what they hold and records it, in checkpoints.
pub(super) fn run(
    workspace: &mut Workspace,
    register: &Register,
    index: &Index,
    bytes: u64,
    observer: &dyn Observer,
) -> Result<(), WorkspaceError> {
    observer.stage("indexing", "bytes", Some(bytes));
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
        limits: limits(&workspace.config),
        observer,
    };
    let (send, receive) = bounded::<Vec<Job>>(4);
    let (desk, mut clerk) = desk::open();
    let mut checkpoint = workspace.ledger.checkpoints()?.settled;
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(|| shared.work(&receive))).collect();
        let reader = {
            let shared = &shared;
            scope.spawn(move || {
                let alarm = Alarm::new(shared);
                let read = Reader::new(shared, desk, send).read();
                alarm.disarm();
                read
            })
        };
        // This thread writes the checkpoints and answers the reader: the ledger belongs to it.
        let mut kept = Ok(());
        loop {
            let done = reader.is_finished() && workers.iter().all(std::thread::ScopedJoinHandle::is_finished);
            if !shared.has_failed() {
                let alarm = Alarm::new(&shared);
                kept = shared.keep(workspace, &mut clerk, &mut checkpoint, done);
                if kept.is_ok() {
                    alarm.disarm();
                }
            }
            if done {
                break;
            }
            if shared.has_failed() {
                // Whoever asks now gets no answer, and ends.
                clerk.close();
                std::thread::sleep(ROUND);
            }
        }
        let read = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // A worker's error comes first: it is why the others ended.
        let mut outcome = Ok(());
        for worker in workers {
            let worked = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            outcome = outcome.and(worked);
        }
        outcome.and(kept).and(read)
    })?;
    // Merges that the last commit started are waited for: a dropped writer would abandon them.
    shared.writer.into_inner().unwrap_or_else(PoisonError::into_inner).finish()?;
    Ok(())
}

fn writer(workspace: &Workspace, index: &Index, threads: usize) -> Result<Writer, WorkspaceError> {
    let heap = usize::try_from(workspace.config.index_memory_mb << 20).unwrap_or(usize::MAX) / 2;
    Ok(index.writer(heap, threads.min(4))?)
}

/// Ends the run where it is dropped without having been disarmed, as by a panic or an early return.
struct Alarm<'a>(Option<&'a Shared<'a>>);

impl<'a> Alarm<'a> {
    fn new(shared: &'a Shared<'a>) -> Self {
        Self(Some(shared))
    }

    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if let Some(shared) = self.0 {
            shared.failed.store(true, Ordering::SeqCst);
            shared.budget.open_wide();
        }
    }
}

impl Shared<'_> {
    /// Whether something failed: nothing is added and no checkpoint is written after that.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::SeqCst)
    }

    /// One round of the thread that owns the ledger: a checkpoint where one is due, then the reader's question.
    fn keep(
        &self,
        workspace: &mut Workspace,
        clerk: &mut Clerk,
        checkpoint: &mut u64,
        done: bool,
    ) -> Result<(), WorkspaceError> {
        if done || self.is_due() {
            self.checkpoint(&mut workspace.ledger, checkpoint)?;
            let mut open = self.open();
            let (notes, changed) = (std::mem::take(&mut open.notes), std::mem::take(&mut open.changed));
            drop(open);
            let mut survey = workspace.ledger.survey();
            survey.notes(&notes)?;
            survey.fates(&changed)?;
        }
        if done { Ok(()) } else { clerk.serve(workspace, ROUND) }
    }

    pub(super) fn open(&self) -> std::sync::MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A worker: parses, attributes, adds to the index, and notes for the ledger.
    fn work(&self, receive: &Receiver<Vec<Job>>) -> Result<(), WorkspaceError> {
        let alarm = Alarm::new(self);
        for jobs in receive {
            if self.has_failed() {
                break;
            }
            let bytes = jobs.iter().map(|job| job.message.locator.bytes).sum();
            self.work_batch(jobs, bytes)?;
            self.budget.give(bytes);
        }
        alarm.disarm();
        Ok(())
    }

    fn work_batch(&self, jobs: Vec<Job>, bytes: u64) -> Result<(), WorkspaceError> {
        let parsed = jobs.iter().map(|job| self.parse(job)).collect::<Result<Vec<_>, _>>()?;
        let places: Vec<_> = jobs.into_iter().map(|job| job.place).collect();
        // Held while a batch goes into the index and onto the list: a checkpoint sees both or neither.
        let writer = self.writer.read().unwrap_or_else(PoisonError::into_inner);
        // Rung before the lock is given back: no checkpoint takes half a batch.
        let alarm = Alarm::new(self);
        let mut entries = Vec::with_capacity(parsed.len());
        for ((occurrence, mut entry), place) in parsed.into_iter().zip(places) {
            entry.first_row = self.next_row.fetch_add(entry.documents(), Ordering::SeqCst);
            add_family(&writer, entry.first_row, &occurrence, &place.path)?;
            entries.push(entry);
        }
        let mut open = self.open();
        for entry in entries {
            *open.recorded.entry(entry.container()).or_default() += 1;
            open.documents += entry.documents();
            open.occurrences.push(entry);
        }
        open.bytes += bytes;
        drop(open);
        alarm.disarm();
        Ok(())
    }

    fn parse(&self, job: &Job) -> Result<(Occurrence, OccurrenceEntry), WorkspaceError> {
        let name = Some(job.place.file_name.as_str());
        let occurrence = duces_ingest::parse(job.container, job.kind, &job.message, name, &self.limits);
        let participants: Vec<_> = occurrence
            .root()
            .participants
            .iter()
            .filter_map(|participant| participant.address.clone().map(|address| (participant.role, address)))
            .collect();
        let day = occurrence.root().sent_at.map(|at| day_of(at, self.zone));
        let facts = OccurrenceFacts {
            archive: &job.place.archive,
            path: &job.place.path,
            journal: occurrence.journal.is_some(),
            participants: &participants,
        };
        let attributions = self.register.attribute_on(&facts, day);
        let entry = OccurrenceEntry::new(&occurrence, 0, day, attributions)?;
        Ok((occurrence, entry))
    }

    fn is_due(&self) -> bool {
        let open = self.open();
        open.bytes >= self.checkpoint_bytes
            || open.documents >= CHECKPOINT_DOCUMENTS
            || open.occurrences.len() >= CHECKPOINT_OCCURRENCES
            || open.begun.len() + open.finished.len() + open.notes.len() >= CHECKPOINT_OCCURRENCES
    }

    /// Commits ledger and index as a pair.
    fn checkpoint(&self, ledger: &mut Ledger, number: &mut u64) -> Result<(), WorkspaceError> {
        let mut writer = self.writer.write().unwrap_or_else(PoisonError::into_inner);
        if self.has_failed() {
            return Ok(());
        }
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
        (open.bytes, open.documents) = (0, 0);
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
