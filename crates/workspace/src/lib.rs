//! One firm's directory opened: the operations that a face calls.
//!
//! Each operation takes what it needs (who, when, an observer of progress), does one step of the
//! flow, and returns a report that a face prints as it likes. Nothing here prints or asks the clock.

mod certify;
pub mod config;
mod coverage;
mod error;
mod files;
mod home;
mod index;
mod produce;
mod requests;
mod scope;
mod select;
mod sheet;
mod status;
mod verify;

pub use certify::{CertifyOutcome, StoredCertificate};
pub use coverage::{CoverageReport, GapRow, GapWord, RegisterReport};
pub use duces_verify::{Finding, Severity};
pub use error::WorkspaceError;
pub use home::{Actor, NewFirm, Workspace, read_config};
pub use index::{ContainerNote, Ignored, IndexOptions, IndexReport, SourceRow};
pub use produce::{MockReport, MockRow, ProduceOptions, Produced, RebuildReport};
pub use requests::{
    AdHocReport, HitReport, ItemHits, ItemPlan, PlanReport, SearchCard, SourcePlan, TermExpansion, TermRow,
};
pub use select::{DecisionReport, SelectReport};
pub use status::{RequestStatus, StatusReport, VolumeStatus};
pub use verify::{VerifyReport, verify_foreign};
