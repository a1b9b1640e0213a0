//! What was decided and produced outside a volume, to be held against it.

use duces_model::{DocId, Redaction, Sha256};
use std::collections::BTreeSet;

/// What was decided and produced outside a volume: in earlier volumes and other requests.
#[derive(Debug, Clone, Default)]
pub struct Elsewhere {
    /// Documents that are withheld or redacted elsewhere.
    pub barred: Vec<ElsewhereDocument>,
    /// Documents that went out with their content, and were not clawed back.
    pub shown: Vec<ElsewhereDocument>,
    /// Pairs of a barred document and another that a person let stand.
    pub allowed: BTreeSet<(DocId, DocId)>,
    /// Passages that a person said bar nothing, for example a standard footer.
    pub passages: Vec<String>,
}

/// A document outside the volume.
#[derive(Debug, Clone)]
pub struct ElsewhereDocument {
    /// Which document.
    pub document: DocId,
    /// Digest of its native, as taken at indexing.
    pub native_sha256: Sha256,
    /// Digests of the natives of all documents inside its native, at any depth.
    pub embedded: Vec<Sha256>,
    /// What of it is covered, where it is redacted there; absent where it is withheld, or went out whole.
    pub redactions: Option<Vec<Redaction>>,
    /// Where: number, volume and request, in words.
    pub place: String,
}
