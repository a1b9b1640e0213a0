//! An index on disk: created whole, opened only where it is what this version writes.

use crate::error::IndexError;
use crate::meta::Meta;
use crate::schema::{Fields, TOKENISER, schema};
use crate::snapshot::Snapshot;
use crate::tokens::Tokenise;
use crate::writer::Writer;
use std::path::{Path, PathBuf};
use tantivy::directory::MmapDirectory;
use tantivy::schema::Schema;
use tantivy::store::Compressor;
use tantivy::{IndexSettings, TantivyError};

/// One index: a folder that nothing else writes into.
#[derive(Debug)]
pub struct Index {
    pub(crate) engine: tantivy::Index,
    pub(crate) fields: Fields,
    pub(crate) path: PathBuf,
}

/// Stored fields are read for lists at a terminal only: compressed fast, without a thread of their own.
fn settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::Lz4,
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    }
}

impl Index {
    /// Creates an empty index in a folder that does not exist yet or is empty. It is built beside it
    /// and renamed, so that the folder holds a whole index or nothing.
    ///
    /// # Errors
    /// `Exists` where the folder holds anything, `Io` where it cannot be written.
    pub fn create(dir: &Path) -> Result<Self, IndexError> {
        let failed = |error| IndexError::io(dir, "create the index", error);
        match std::fs::read_dir(dir).map(|mut entries| entries.next().is_some()) {
            Ok(true) => return Err(IndexError::Exists { path: dir.to_owned() }),
            Ok(false) => std::fs::remove_dir(dir).map_err(failed)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        let partial = partial_beside(dir);
        if partial.exists() {
            std::fs::remove_dir_all(&partial).map_err(failed)?;
        }
        std::fs::create_dir_all(&partial).map_err(failed)?;
        let engine = |error| IndexError::engine(dir, "create the index", error);
        let directory = MmapDirectory::open(&partial).map_err(|error| engine(error.into()))?;
        drop(tantivy::Index::create(directory, schema().0, settings()).map_err(engine)?);
        Meta::CURRENT.write(&partial)?;
        std::fs::rename(&partial, dir).map_err(failed)?;
        Self::open(dir)
    }

    /// Opens an index.
    ///
    /// # Errors
    /// `Missing`, `NewerSchema`, `OlderSchema`, `AnalyzerDiffers` or `Damaged` where the folder is not
    /// an index that this version can search as it is meant.
    pub fn open(dir: &Path) -> Result<Self, IndexError> {
        Meta::check(dir)?;
        let failed = |error: TantivyError| IndexError::engine(dir, "open the index", error);
        let damaged = |detail: &str| IndexError::Damaged { path: dir.to_owned(), detail: detail.to_owned() };
        let directory = MmapDirectory::open(dir).map_err(|error| failed(error.into()))?;
        if !tantivy::Index::exists(&directory).map_err(|error| failed(error.into()))? {
            return Err(damaged("meta.json, the list of its parts, is missing"));
        }
        let engine = tantivy::Index::open(directory).map_err(|error| damaged(&error.to_string()))?;
        let (expected, fields) = schema();
        if engine.schema() != expected {
            return Err(damaged("its fields are not those of its schema version"));
        }
        Ok(Self::assemble(engine, fields, dir.to_owned()))
    }

    /// An empty index in memory, for tests and for material that is looked at once.
    ///
    /// # Errors
    /// Whatever the engine reports.
    pub fn in_memory() -> Result<Self, IndexError> {
        let path = PathBuf::from("memory");
        let (schema, fields): (Schema, Fields) = schema();
        let engine = tantivy::Index::builder()
            .schema(schema)
            .settings(settings())
            .create_in_ram()
            .map_err(|error| IndexError::engine(&path, "create the index", error))?;
        Ok(Self::assemble(engine, fields, path))
    }

    fn assemble(engine: tantivy::Index, fields: Fields, path: PathBuf) -> Self {
        engine.tokenizers().register(TOKENISER, Tokenise);
        Self { engine, fields, path }
    }

    /// Whether a folder holds an index, of whatever version and in whatever state.
    pub fn exists(dir: &Path) -> bool {
        Meta::exists(dir)
    }

    /// The number of the last commit's checkpoint; 0 where nothing was committed yet.
    ///
    /// # Errors
    /// `Damaged` where the commit carries something else.
    pub fn checkpoint(&self) -> Result<u64, IndexError> {
        let metas = self.engine.load_metas().map_err(|error| self.failed("read the last commit", error))?;
        match metas.payload {
            None => Ok(0),
            Some(text) => text.parse().map_err(|_| IndexError::Damaged {
                path: self.path.clone(),
                detail: format!("found {text:?} as number of the last checkpoint"),
            }),
        }
    }

    /// The only writer; `heap_bytes` bounds its memory over all `threads`.
    ///
    /// # Errors
    /// `Busy` where there is a writer already, `HeapTooSmall` below [`crate::HEAP_BYTES_MIN`].
    pub fn writer(&self, heap_bytes: usize, threads: usize) -> Result<Writer, IndexError> {
        Writer::new(self, heap_bytes, threads)
    }

    /// The state as of the last commit; it stays as it is while others write.
    ///
    /// # Errors
    /// `Damaged` or `Io` where its files cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot, IndexError> {
        Snapshot::new(self)
    }

    /// Reads every file and compares it with its checksum.
    ///
    /// # Errors
    /// `Damaged`, naming the files that differ.
    pub fn check(&self) -> Result<(), IndexError> {
        let damaged =
            self.engine.validate_checksum().map_err(|error| self.failed("check the index's files", error))?;
        if damaged.is_empty() {
            return Ok(());
        }
        let mut names: Vec<String> = damaged.iter().map(|path| path.display().to_string()).collect();
        names.sort();
        let detail = format!("checksum differs in {}", names.join(", "));
        Err(IndexError::Damaged { path: self.path.clone(), detail })
    }

    pub(crate) fn failed(&self, doing: &'static str, error: TantivyError) -> IndexError {
        IndexError::engine(&self.path, doing, error)
    }
}

fn partial_beside(dir: &Path) -> PathBuf {
    let name = dir.file_name().map_or_else(|| "index".to_owned(), |name| name.to_string_lossy().into_owned());
    dir.with_file_name(format!(".{name}.partial"))
}

#[cfg(test)]
mod tests;
