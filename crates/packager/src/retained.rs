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
    /// The HTML of a message, where that is all that it says.
    pub markup: Option<Markup>,
    /// What was said, where it is a room-day of a chat.
    pub talk: Option<Talk>,
}

/// What was said in a room on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talk {
    /// In order.
    pub said: Vec<Said>,
    /// Text of the file around that; empty where there is none.
    pub around: String,
}

/// Something said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// When, as it is shown.
    pub time: String,
    /// By whom.
    pub who: String,
    /// The words, with what is told of them.
    pub text: String,
}

/// A message's HTML.
#[derive(Debug, Clone)]
pub struct Markup {
    /// The document, decoded.
    pub html: String,
    /// What it can show by `cid:`.
    pub inline: Vec<InlinePart>,
}

/// A part of a message that its HTML can show.
#[derive(Debug, Clone)]
pub struct InlinePart {
    /// Its Content-ID without angle brackets, or its Content-Location.
    pub called: String,
    /// As the message states it.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
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
