//! What hostile mail is held to.

use crate::chat;
use crate::extract::{Extractor, FileBounds, InProcess, Passwords};
use chrono_tz::Tz;
use std::sync::Arc;

/// Bounds on one message. What lies beyond a bound is a listed defect, never dropped in silence.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Largest message or loose file that is opened, in bytes; a larger one keeps its digests and its
    /// header and is not searchable. Default 256 MiB.
    pub message_bytes_max: u64,
    /// Largest header block that is read, in bytes. Default 1 MiB.
    pub header_bytes_max: usize,
    /// Most parts of one occurrence, multiparts and nested messages counted. Default 10,000.
    pub parts_max: usize,
    /// Deepest nesting of multiparts and messages. Default 32.
    pub nesting_max: usize,
    /// Deepest nesting of messages that are themselves transfer-encoded, each of which is held
    /// decoded in memory. Default 3.
    pub encoded_nesting_max: usize,
    /// Most bytes that one gzip file may expand to. Default 1 TiB.
    pub expanded_bytes_max: u64,
    /// The zone whose midnight parts the days of a chat room: the firm's, so that a period of its days takes
    /// room-days whole. It goes into what is retained of a room-day. Default UTC.
    pub zone: Tz,
    /// What the columns of other systems' files of messages mean; of two for one file the first counts. They go into
    /// what is retained of a room-day. Default none.
    pub mappings: Vec<Arc<chat::Mapping>>,
    /// What each file is held to whose text is taken out: documents, archives.
    pub file: FileBounds,
    /// Who takes it out. Default [`InProcess`], which holds to no limit of time or memory.
    pub extractor: Arc<dyn Extractor>,
    /// Passwords that are tried on encrypted files, in this order. Which one opened a file is told by its
    /// number alone.
    pub passwords: Passwords,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes_max: 256 << 20,
            header_bytes_max: 1 << 20,
            parts_max: 10_000,
            nesting_max: 32,
            encoded_nesting_max: 3,
            expanded_bytes_max: 1 << 40,
            zone: chat::DEFAULT_ZONE,
            mappings: Vec::new(),
            file: FileBounds::default(),
            extractor: Arc::new(InProcess),
            passwords: Passwords::default(),
        }
    }
}
