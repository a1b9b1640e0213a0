//! Which state of the index a result was made from.

use crate::digest::Sha256;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The identity of an index snapshot: the digest of schema version, tokenisation version, the
/// documents in it and their count. Two runs over the same archive have the same identity, however
/// often they were interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SnapshotId(Sha256);

impl SnapshotId {
    /// The identity of a snapshot of `documents` documents, whose identities digest to `content`.
    pub fn new(schema_version: u32, analyzer_version: u32, documents: u64, content: Sha256) -> Self {
        let mut hasher = Sha256::hasher();
        hasher.update(b"duces snapshot 1");
        hasher.update(schema_version.to_be_bytes());
        hasher.update(analyzer_version.to_be_bytes());
        hasher.update(documents.to_be_bytes());
        hasher.update(content.as_bytes());
        Self(hasher.finish())
    }

    /// The digest itself.
    pub fn digest(&self) -> Sha256 {
        self.0
    }

    /// An identity read back from where it was stored.
    pub fn from_digest(digest: Sha256) -> Self {
        Self(digest)
    }
}

impl fmt::Display for SnapshotId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
