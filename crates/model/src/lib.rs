//! The nouns of a production and the rule that each keeps.
//!
//! No input or output, no clock, no configuration: a value that exists here is valid, and "now" is
//! always somebody's argument. Words are those of the glossary in `crates/README.md`.

pub mod accounting;
pub mod address;
pub mod answer;
pub mod bates;
pub mod coding;
pub mod defect;
pub mod digest;
pub mod disposition;
pub mod document;
pub mod gap;
pub mod ids;
pub mod mih;
pub mod place;
pub mod production;
pub mod progress;
pub mod quantity;
pub mod redacted;
pub mod redaction;
pub mod snapshot;
pub mod source;
pub mod window;

pub use accounting::{ContainerAccount, DocumentAccount, Unexplained};
pub use address::EmailAddress;
pub use answer::{Answer, Unknown};
pub use bates::{BatesError, BatesNumber, BatesPrefix, BatesRange};
pub use coding::{Coding, CodingError, PrivilegeClaim};
pub use defect::{Defect, DefectCode};
pub use digest::{DigestError, Md5, Md5Hasher, Sha256, Sha256Hasher};
pub use disposition::{Disposition, DispositionError, LegalBar, ProducedAs};
pub use document::{
    ArchivePath, Container, ContainerId, ContainerKind, DeliveryPath, DocId, Document, DocumentKind, Locator,
    Native, Occurrence, OccurrenceId, OccurrenceStatus, PartPath, Participant, Role, Searchability,
};
pub use gap::{Axis, DayBounds, Evidence, Gap, GapField, GapStatus, Ground};
pub use ids::{GroupId, ItemId, PersonId, RequestId, SourceId, VolumeName};
pub use mih::mih;
pub use place::{Mistake, Mistakes};
pub use production::{Draft, Production, Sealed, Violation};
pub use progress::{Observer, Silent};
pub use quantity::Quantity;
pub use redacted::Redacted;
pub use redaction::{Points, RedactedField, RedactedPlace, Redaction};
pub use snapshot::SnapshotId;
pub use source::{Attribution, AttributionBasis, Channel};
pub use window::{DateWindow, WindowError};
