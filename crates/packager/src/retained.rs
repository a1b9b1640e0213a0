//! The way to what was retained.

use duces_model::{DocId, Document};

/// Fetches documents from where they were retained. Implemented above this crate, over the archive.
pub trait Retained {
    /// Reads one document anew: its metadata and text, its nearest message, and its native.
    ///
    /// # Errors
    /// Where the archive cannot be read, or no longer holds the document.
    fn fetch(&mut self, document: &DocId) -> Result<Fetched, RetainedError>;
}

/// A document as it was read again.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// The document.
    pub document: Document,
    /// The nearest message of its family: itself for a message.
    pub message: Document,
    /// The bytes of its native.
    pub native: Vec<u8>,
}

/// Why a document could not be fetched.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct RetainedError(Box<dyn std::error::Error + Send + Sync>);

impl RetainedError {
    /// Takes the implementation's own error.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}
