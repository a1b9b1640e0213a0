//! A document of a frozen population, with what was decided about it.

use chrono::{DateTime, Utc};
use duces_model::{Disposition, DocId, DocumentKind, ItemId, PartPath, Sha256};

/// A document of a frozen population, with what was decided about it.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Which document.
    pub document: DocId,
    /// Root of its family.
    pub family: DocId,
    /// The document to which it is attached, whether or not that one is in the population.
    pub parent: Option<DocId>,
    /// Its place in its occurrence.
    pub part: PartPath,
    /// Which kind.
    pub kind: DocumentKind,
    /// Its name, for what is no message.
    pub file_name: Option<String>,
    /// Ending of its native, without a dot.
    pub extension: String,
    /// The custodian under whom it is ordered and listed.
    pub custodian: String,
    /// All custodians of this document itself; those of its suppressed duplicates are added here.
    pub all_custodians: Vec<String>,
    /// All places where this document itself was found, its own first; those of its suppressed
    /// duplicates are added here.
    pub all_paths: Vec<String>,
    /// When its family's root was sent; the same for each member, absent where no date could be read.
    pub sorted_at: Option<DateTime<Utc>>,
    /// What becomes of it.
    pub disposition: Disposition,
    /// Digest of its native, as taken at indexing.
    pub native_sha256: Sha256,
    /// Size of its native in bytes.
    pub bytes: u64,
    /// Digests of the natives of all documents inside its own native, at any depth, whether or not
    /// they are in the population. Empty for what holds no other document.
    pub embedded: Vec<Sha256>,
    /// The items of the request that it answers.
    pub items: Vec<ItemId>,
    /// How a reviewer designated it, for the load file and each of its pages; empty where nobody did.
    pub confidentiality: String,
}
