//! One firm's directory opened: the operations that a face calls.
//!
//! Each operation takes what it needs (who, when, an observer of progress), does one step of the
//! flow, and returns a report that a face prints as it likes. Nothing here prints or asks the clock.

mod audit;
mod blind;
mod capture_tests;
mod census;
mod certify;
mod clawback;
mod collected;
pub mod config;
mod coverage;
mod deadlines;
mod dedup;
mod elusion;
mod error;
mod figures;
mod files;
mod gaps;
mod gate;
mod hand_off;
mod hits;
mod home;
mod html;
mod impact;
mod index;
mod instruments;
mod internal;
mod item_coverage;
mod letters;
mod mappings;
mod naming;
mod numbers;
mod past;
mod plan;
mod privilege;
mod produce;
mod reading;
mod redactions;
mod requests;
mod review;
mod row_set;
mod scope;
mod screens;
mod search;
mod select;
mod sheet;
mod status;
mod threads;
mod twins;
mod verify;

pub use audit::AuditReport;
pub use blind::{BlindSpotReport, FormReport};
pub use capture_tests::{TestFound, TestOf, TestWritten, TestsChecked, TestsPlanned};
pub use certify::{CertifyOutcome, PinCheck, PinState, Remade, Reproduction, StoredCertificate};
pub use clawback::{ClawbackOptions, ClawbackReport, ClawedBackDocument};
pub use collected::{AddReport, AddedFile};
pub use coverage::{CoverageCheck, CoverageReport, EvidenceFigure, GapsOfSource, RegisterReport};
pub use deadlines::{
    DeadlinesReport, Due, ExtensionGiven, ItemInTime, ItemState, PassingRetention, RequestInTime,
    VolumeInTime, Waiting, Who,
};
pub use dedup::{
    ApprovalReport, ApprovedRule, DedupFamily, DedupGroup, DedupRefusal, DedupReport, OverlayReport,
    OverlayedDocument, SameMessageId,
};
pub use duces_coverage::{ChangeJudged, SourceCoverage};
pub use duces_ingest::extract::wire::serve as serve_files;
pub use duces_instruments::form::Kind as InstrumentKind;
pub use duces_ledger::{Delivery, Extension};
pub use duces_packager::{DedupRule, DedupRuleError, TypeOnPages};
pub use duces_verify::{Finding, Severity, Stated};
pub use duces_volume::Password;
pub use elusion::{DrawReport, ElusionReport, Found, Interval, NullSampleOptions, Universe, UniverseKind};
pub use error::WorkspaceError;
pub use figures::{FigureReport, FigureRow};
pub use gaps::{GapRow, GapWord, LinkOfGap, NoteOfGap, PartOfGap, ReopenedGap};
pub use gate::{DETAILS_SHOWN, GateOf, GateReport, Question, Word};
pub use hand_off::HandOff;
pub use hits::{
    Backing, CompareReport, Earlier, HitOptions, HitReport, ItemChange, ItemHits, Moves, OverBroad,
    RequestTotals, RunFacts, SameWord, SampledDocument, Sampling, Splits, Subsuming, TermChange,
    TermExpansion, TermRow, TermSamples, TermTotals, ZeroMeaning, by_reason, by_word,
};
pub use home::{Actor, NewFirm, Workspace, read_config};
pub use impact::{
    DraftedText, ImpactReport, Sentence, SupplementReport, TouchedItem, TouchedPast, TouchedRequest,
    TouchedVolume, Verdict,
};
pub use index::{ContainerNote, Ignored, IndexOptions, IndexReport, SourceRow};
pub use instruments::{FactsCheck, FactsVerdict, InstrumentReport, StatementChanged, StoredInstrument};
pub use item_coverage::{Said, SourcePlan};
pub use letters::{AcceptReport, DraftReport};
pub use naming::DocumentNames;
pub use numbers::{
    ActOnNumber, CertificateOfVolume, ClawedBack, DecisionStep, FamilyMember, ItemAnswered, LastVerification,
    NoticeGiven, NumberDocument, NumberElsewhere, NumberReport, RedactionTold, ReplacedNumbers, SeriesReport,
    SpanReport, VoidedNumber,
};
pub use past::{ImportReport, PastItem, PastRequest, PastStatement};
pub use plan::{ItemPlan, PlanReport};
pub use privilege::PrivilegeLogReport;
pub use produce::{
    Differing, MockReport, MockRow, ProduceOptions, Produced, RebuildReport, ReplaceTarget, VolumeAccount,
};
pub use reading::{ChildReaders, READING_BYTES, READING_SECONDS};
pub use redactions::RedactionsTaken;
pub use requests::BesideReport;
pub use review::{DecidedTwin, MixedFamily, ReviewExported, ReviewImported};
pub use search::{
    AdHocReport, Asked, Facets, OpenedDocument, Piece, SavedDocument, SearchCard, ShownAttachment,
    ShownParticipant, Snippet,
};
pub use select::SelectReport;
pub use status::{RequestStatus, StatusReport, VolumeStatus};
pub use threads::{
    ApprovedThreadRule, ContainedFamily, KeptFamily, THREADS_SHOWN, ThreadRow, ThreadsPlan, ThreadsReport,
};
pub use twins::{TwinConflict, TwinsReport};
pub use verify::{Looked, VerifyOptions, VerifyReport, verify_foreign};

/// The bounds under which retained material is read, the same at indexing and at producing, since a
/// document's identity rests on what was found within them. With 128 MiB a message, parsed, decoded and
/// fed to the index, memory stays below the stated 1.5 GiB.
/// Rooms of chats are parted at the midnight of the firm's zone; tables of messages are read by its mappings.
pub(crate) fn limits(config: &config::Config) -> duces_ingest::Limits {
    duces_ingest::Limits {
        message_bytes_max: 128 << 20,
        zone: config.firm.zone,
        mappings: config.mappings.clone(),
        passwords: config.passwords.clone(),
        extractor: std::sync::Arc::clone(&config.extractor),
        ..duces_ingest::Limits::default()
    }
}
