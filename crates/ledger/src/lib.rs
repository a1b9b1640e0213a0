//! The embedded SQLite record: accounting, requests, decisions, numbers issued, gaps, certificates, audit trail.
//!
//! One file, `ledger.sqlite`, opened by one process at a time. What certificates and back-tests need is
//! here, so that it survives the loss of the index. `SCHEMA.md` describes the file.
//!
//! Two kinds of writing, never mixed. *Indexing* writes a checkpoint in one transaction and leaves it
//! pending until the index has committed the same checkpoint ([`Ledger::settle`]). *Acts* of a person are
//! one transaction each, carry an [`Act`], and write a row of the hash-chained audit trail in it.

mod accounting;
mod approvals;
mod attributions;
mod audit;
mod capture_tests;
mod certificates;
mod checkpoint;
mod clawbacks;
mod collected;
mod columns;
mod containers;
mod dangling;
mod deadlines;
mod defects;
mod deliveries;
mod dispositions;
mod documents;
mod entry;
mod error;
mod evidence;
mod families;
mod free_search;
mod gap_links;
mod gap_notes;
mod gaps;
mod gate;
mod instruments;
mod looked;
mod message_place;
mod named_ids;
mod null_sample;
mod numbers;
mod open;
mod participants;
mod past_requests;
mod population;
mod recorded;
mod redactions;
mod replacements;
mod reservation;
mod review;
mod row_list;
mod runs;
mod schema;
mod search_log;
mod search_sets;
mod series;
mod settle;
mod sided;
mod snapshot;
mod sources;
mod survey;
mod thread;
mod traffic;
mod twins;
mod varint;
mod verification;
mod volumes;

#[cfg(test)]
mod fixture;

pub use accounting::ContainerAccountRow;
pub use approvals::{Approval, ApprovalOf, ApprovalRecord, SuppressedRecord, Suppression};
pub use attributions::OccurrenceFactsOwned;
pub use audit::{AuditBroken, AuditHead, AuditRow};
pub use capture_tests::{CaptureTest, CaptureTestRecord, CaptureTestSeen};
pub use certificates::{CertificateRecord, CertificateText, IssuedCertificate};
pub use checkpoint::Checkpoints;
pub use clawbacks::{Clawback, ClawbackNotice, ClawbackRecord};
pub use collected::{Collected, CollectedRecord};
pub use containers::{ContainerEntry, ContainerFate, ContainerState, ContainerTally};
pub use dangling::{AnsweredDay, AnsweredMessages};
pub use deadlines::{Extension, ExtensionRecord, StandingRecord};
pub use defects::DefectRow;
pub use deliveries::{Delivery, DeliveryRecord};
pub use dispositions::Decision;
pub use documents::DocumentRow;
pub use entry::OccurrenceEntry;
pub use error::LedgerError;
pub use evidence::{Asked, Evidence};
pub use families::{DocumentFacts, FamilyFacts};
pub use free_search::{FreeSearch, FreeSearchRecord};
pub use gap_links::{GapLink, GapPart};
pub use gap_notes::GapNote;
pub use gaps::{GapChanges, GapRecord, GapStatusChange, Reopened};
pub use gate::Acknowledgement;
pub use instruments::{InstrumentRecord, IssuedInstrument};
pub use message_place::MessagePlace;
pub use named_ids::IdFate;
pub use null_sample::{AnswerSet, Drawn, NullDraw, NullSample, NullSampleRecord, SampleUnit, SampleUniverse};
pub use numbers::{IssuedNumber, NumberRecord, NumberState};
pub use open::Ledger;
pub use past_requests::PastRequestRecord;
pub use population::{ItemPopulation, Pins, Population, Why};
pub use recorded::RecordedMessages;
pub use redactions::RedactionSheet;
pub use replacements::{EarlierNumbers, Replaced, Replacement};
pub use review::{CodingRecord, Marked, ReviewImport, ReviewSheet};
pub use runs::IndexRun;
pub use schema::FORMAT;
pub use search_log::{KeptSearch, SearchRecord, SearchRun};
pub use search_sets::SearchSets;
pub use series::{Series, SeriesSpan, SpanState};
pub use settle::Settled;
pub use sided::{Party, SidedDay};
pub use sources::{BasisCounts, CapturedDay, SourceAccount, SourceForm};
pub use survey::{FileNote, Sighting, Survey, SurveyTotals, Surveyed, ToRead, Todo};
pub use traffic::AddressTraffic;
pub use twins::{PassageAllowed, TwinAllowed};
pub use verification::VerificationRecord;
pub use volumes::{SealedVolume, VolumeRecord, VolumeState};

use chrono::{DateTime, Utc};

/// Who does something, and when: passed to each changing call that a person causes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom; a name of nothing but blanks is refused.
    pub by: String,
}
