//! What the ledger knows of a volume, as the caller hands it over.

use duces_model::production::Member;
use duces_model::{BatesRange, DocId, Md5, Sha256, VolumeName};
use std::collections::BTreeMap;

/// Content that must not be recoverable from anything in the volume: a document's native.
///
/// A document may be named more than once with other content of its own, for example the text that was read
/// from it as UTF-8. Content is known by length and digest only, so content of a few bytes bars every
/// part that happens to say the same; it is for the caller to leave such text out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barred {
    /// Which document.
    pub document: DocId,
    /// Digest of its native.
    pub sha256: Sha256,
    /// MD5 of its native.
    pub md5: Md5,
    /// Size of its native in bytes. A native without bytes holds nothing and bars nothing.
    pub bytes: u64,
}

/// What a volume must be, from the ledger and never from the writer.
#[derive(Debug, Clone)]
pub struct Expectations {
    /// Its name.
    pub volume: VolumeName,
    /// The whole population with its dispositions, in the order of the volume.
    pub members: Vec<Member>,
    /// Digest of each document's native, also of those that are not produced: they must not be found.
    pub natives: BTreeMap<DocId, Sha256>,
    /// Content that must not be recoverable: of this volume's withheld and redacted documents and of
    /// their twins in earlier volumes.
    pub barred: Vec<Barred>,
    /// Numbers issued in other volumes.
    pub earlier: Vec<(VolumeName, BatesRange)>,
    /// Digest of the volume's `MANIFEST.sha256`, once it is sealed.
    pub manifest_sha256: Option<Sha256>,
}
