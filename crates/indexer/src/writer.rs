//! Documents in.

use crate::document::IndexedDocument;
use crate::error::IndexError;
use crate::index::Index;
use crate::schema::Fields;
use std::path::PathBuf;
use tantivy::IndexWriter;

/// Least memory for indexing, in bytes: what the engine needs for one thread.
pub const HEAP_BYTES_MIN: usize = 15_000_000;
/// Most memory that the engine can use in one thread.
const THREAD_BYTES_MAX: usize = 4_000_000_000;

/// The only writer of an index. What is added becomes visible, and safe on disk, at `commit`.
///
/// The engine's default merge policy keeps the count of segments logarithmic; merging goes on in the
/// background until [`Writer::finish`]. A writer that is dropped gives up what it has not committed.
pub struct Writer {
    engine: IndexWriter,
    fields: Fields,
    path: PathBuf,
}

impl Writer {
    pub(crate) fn new(index: &Index, heap_bytes: usize, threads: usize) -> Result<Self, IndexError> {
        if heap_bytes < HEAP_BYTES_MIN {
            return Err(IndexError::HeapTooSmall { found: heap_bytes, minimum: HEAP_BYTES_MIN });
        }
        let threads = threads.clamp(1, heap_bytes / HEAP_BYTES_MIN);
        let heap_bytes = heap_bytes.min(threads.saturating_mul(THREAD_BYTES_MAX));
        let engine = index
            .engine
            .writer_with_num_threads(threads, heap_bytes)
            .map_err(|error| index.failed("start writing", error))?;
        Ok(Self { engine, fields: index.fields.clone(), path: index.path.clone() })
    }

    /// Adds a document under its row. May wait while the engine's queue is full.
    ///
    /// # Errors
    /// `Io` or `Engine` where the engine has failed, for example on a full disk; nothing that was
    /// added since the last commit can be kept then.
    pub fn add(&self, row: u64, document: &IndexedDocument<'_>) -> Result<(), IndexError> {
        let document = document.to_engine(row, &self.fields);
        self.engine.add_document(document).map(drop).map_err(|error| self.failed("add a document", error))
    }

    /// Makes everything added visible and safe on disk, under the number of the caller's checkpoint.
    ///
    /// # Errors
    /// `Io` or `Engine`; the index is then still as of the commit before.
    pub fn commit(&mut self, checkpoint: u64) -> Result<(), IndexError> {
        let failed = |error| IndexError::engine(&self.path, "commit", error);
        let mut prepared = self.engine.prepare_commit().map_err(failed)?;
        prepared.set_payload(&checkpoint.to_string());
        prepared.commit().map(drop).map_err(failed)
    }

    /// Gives up everything added since the last commit.
    ///
    /// # Errors
    /// `Io` or `Engine` where the engine cannot start anew.
    pub fn rollback(&mut self) -> Result<(), IndexError> {
        self.engine.rollback().map(drop).map_err(|error| IndexError::engine(&self.path, "roll back", error))
    }

    /// Waits for the merging that goes on in the background. Call it after the last commit of a run.
    ///
    /// # Errors
    /// `Io` or `Engine`; what was committed is safe all the same.
    pub fn finish(self) -> Result<(), IndexError> {
        let Self { engine, path, .. } = self;
        engine.wait_merging_threads().map_err(|error| IndexError::engine(&path, "merge", error))
    }

    fn failed(&self, doing: &'static str, error: tantivy::TantivyError) -> IndexError {
        IndexError::engine(&self.path, doing, error)
    }
}
