//! Why a benchmark could not be run.

use duces_samples::SamplesError;
use std::io;
use std::path::PathBuf;

/// Why a benchmark could not be run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The synthetic mail could not be written.
    #[error("could not write the synthetic mail")]
    Samples(#[from] SamplesError),
    /// Something about files or processes failed.
    #[error("could not {doing}")]
    Io { doing: String, source: io::Error },
    /// A program was run and did not do its work.
    #[error("{program} ended with {code}, expected {expected}:\n{said}")]
    Program { program: String, code: String, expected: String, said: String },
    /// The bare loop's index failed.
    #[error("could not {doing} the index of the bare loop")]
    Tantivy { doing: &'static str, source: tantivy::TantivyError },
    /// The index of the searches failed.
    #[error("could not {doing} the index of {documents} documents")]
    Index { doing: &'static str, documents: u64, source: duces_indexer::IndexError },
    /// A search failed.
    #[error("could not search for {text}")]
    Search { text: String, source: duces_query::QueryError },
    /// A search of the set is not in the language.
    #[error("{text} is no query: {mistakes}")]
    Query { text: String, mistakes: String },
    /// A folder to be indexed could not be walked.
    #[error("could not walk {path}")]
    Walk { path: PathBuf, source: walkdir::Error },
    /// A thread of the bare loop panicked.
    #[error("a thread of the bare loop ended early")]
    Thread,
    /// Pages could not be made.
    #[error("could not set a mail on pages")]
    Pages { source: duces_render::RenderError },
    /// The report could not be written as JSON.
    #[error("could not write the report as JSON")]
    Json { source: serde_json::Error },
}

impl Failure {
    pub(crate) fn io(doing: impl Into<String>, source: io::Error) -> Self {
        Self::Io { doing: doing.into(), source }
    }
}
