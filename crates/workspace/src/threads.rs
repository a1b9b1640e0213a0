//! Threads of a request's messages: which belong together, and which a later one contains.

mod fields;
mod suppression;

pub use suppression::{ApprovedThreadRule, ContainedFamily, KeptFamily, ThreadsPlan};

use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::naming::DocumentNames;
use crate::produce::PROFILE;
use crate::produce::gather::Gathered;
use crate::produce::journal::JournalReports;
use crate::produce::retained::ArchiveReader;
use duces_model::{DocId, Document, Observer, RequestId};
use duces_packager::{Inclusive, PackError, ThreadMessage, ThreadValue};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// So many words of texts are held while messages are compared: 320 MiB. What comes after is joined to its thread,
/// and of whether it is inclusive it cannot be told.
const WORDS_HELD_MAX: usize = 40_000_000;

/// How a family stands among the messages that are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// All of it is shown.
    Whole,
    /// Not all of it is: it is joined, and contains nothing.
    Alone,
}

/// The threads of a population's messages.
#[derive(Debug, Serialize)]
pub struct ThreadsReport {
    /// The request.
    pub request: RequestId,
    /// Families whose root is a message.
    pub messages: u64,
    /// Threads, those of one message among them.
    pub threads: u64,
    /// Threads of more than one message.
    pub conversations: u64,
    /// Messages that no later one contains.
    pub inclusive: u64,
    /// Messages that a later one contains.
    pub contained: u64,
    /// Messages of which it cannot be told.
    pub cannot_tell: u64,
    /// Messages, thread by thread.
    pub rows: Vec<ThreadRow>,
    /// The messages of the first [`THREADS_SHOWN`] threads of more than one.
    pub documents: DocumentNames,
}

/// How many threads a person is shown; JSON has all.
pub const THREADS_SHOWN: usize = 20;

/// A message of a thread.
#[derive(Debug, Serialize)]
pub struct ThreadRow {
    /// Its thread.
    pub thread: String,
    /// The message.
    pub document: DocId,
    /// `Y`, `N` or `cannot tell`, as it would stand in a load file.
    pub inclusive: &'static str,
    /// The later message that contains it.
    pub contained_in: Option<DocId>,
}

impl Workspace {
    /// Joins the messages of a request's newest population to threads, and says which a later one contains. Nothing is
    /// left out by it.
    ///
    /// # Errors
    /// No population yet, originals that cannot be read.
    pub fn threads(
        &self,
        request: &RequestId,
        observer: &dyn Observer,
    ) -> Result<ThreadsReport, WorkspaceError> {
        let gathered = self.gather_decided(request, PROFILE)?;
        let values = self.thread_values(&gathered, observer, |_| Some(Standing::Whole))?;
        let mut sizes: BTreeMap<String, u64> = BTreeMap::new();
        let mut rows: Vec<ThreadRow> = Vec::with_capacity(values.len());
        for (document, value) in &values {
            let thread = value.thread.to_string();
            *sizes.entry(thread.clone()).or_default() += 1;
            let contained_in = match value.inclusive {
                Inclusive::No(by) => Some(by),
                Inclusive::Yes | Inclusive::CannotTell => None,
            };
            let inclusive = value.inclusive.as_str();
            rows.push(ThreadRow { thread, document: *document, inclusive, contained_in });
        }
        rows.sort_by(|a, b| (&a.thread, a.document).cmp(&(&b.thread, b.document)));
        let of = |word: Inclusive| rows.iter().filter(|row| row.inclusive == word.as_str()).count() as u64;
        let (inclusive, cannot_tell) = (of(Inclusive::Yes), of(Inclusive::CannotTell));
        let shown = rows.chunk_by(|a, b| a.thread == b.thread).filter(|thread| thread.len() > 1);
        let shown = shown.take(THREADS_SHOWN).flatten();
        let documents =
            self.names(&shown.flat_map(|row| [Some(row.document), row.contained_in]).flatten().collect())?;
        Ok(ThreadsReport {
            documents,
            request: request.clone(),
            messages: rows.len() as u64,
            threads: sizes.len() as u64,
            conversations: sizes.values().filter(|size| **size > 1).count() as u64,
            inclusive,
            contained: rows.len() as u64 - inclusive - cannot_tell,
            cannot_tell,
            rows,
        })
    }

    /// Of each message that is the root of a family its thread, and whether it is inclusive; `standing` says how a
    /// family, read anew, stands among the others, and nothing for one that is left out of account.
    pub(crate) fn thread_values(
        &self,
        gathered: &Gathered,
        observer: &dyn Observer,
        standing: impl Fn(&[Document]) -> Option<Standing>,
    ) -> Result<BTreeMap<DocId, ThreadValue>, WorkspaceError> {
        let roots: BTreeSet<DocId> = gathered.candidates.iter().map(|candidate| candidate.family).collect();
        let mut own: Vec<(u64, DocId)> = gathered
            .documents
            .values()
            .filter(|row| roots.contains(&row.id))
            .map(|row| (row.row, row.id))
            .collect();
        // In the order in which they lie in the archive, so that each file is read in one go.
        own.sort_unstable();
        observer.stage("joining threads", "messages", Some(own.len() as u64));
        let mut reader =
            ArchiveReader::new(&self.root, &self.config, &gathered.documents, JournalReports::default());
        let (mut messages, mut words) = (Vec::new(), 0);
        for (_, document) in own {
            observer.advance(1);
            if observer.stop_requested() {
                return Err(PackError::Stopped.into());
            }
            let family =
                reader.family(&document).map_err(|source| PackError::Retained { document, source })?;
            let Some(standing) = standing(&family) else { continue };
            let Some(mut message) = ThreadMessage::of(&family) else { continue };
            if standing == Standing::Alone {
                message.stand_alone();
            }
            words += message.words();
            if words > WORDS_HELD_MAX {
                message.forget_words();
            }
            messages.push(message);
        }
        Ok(duces_packager::threads(&messages))
    }
}
