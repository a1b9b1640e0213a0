//! Facts in; certificates, schedules and letters out.
//!
//! An instrument says what its facts carry and nothing else. Its title is worked out from them
//! ([`Standing`]), its sums are checked before a word is set, and its wording comes from a template that
//! a lawyer can edit and that is checked when it is read ([`Template`]). Nothing of what a person knows
//! is filled in: first-person sentences stand as choices that are not ticked, and blanks.
//!
//! Instruments of this version: the completeness certification (I-1), the privilege log (I-7), and the declarations,
//! reports and letters of [`form::Kind`], which are all of one make.

mod check;
mod compare;
mod completeness;
mod drafts;
mod error;
pub mod facts;
pub mod form;
mod nil;
mod privilege_log;
mod standing;
mod template;
mod wording;

pub use compare::{Compared, Piece, PieceFacts, compare};
pub use completeness::{
    Instrument, Stored, completeness, completeness_pieces, completeness_text, completeness_with, stored,
    stored_facts,
};
pub use drafts::Draft;
pub use error::InstrumentError;
pub use facts::CompletenessFacts;
pub use nil::not_backed;
pub use privilege_log::{ATTORNEY_MARK, LOG_COLUMNS, LogEntry, PrivilegeLog, privilege_log};
pub use standing::{Open, Standing};
pub use template::Template;
