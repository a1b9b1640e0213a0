//! What a person should know of a volume although it could be made. Internal: never written into it.

use duces_model::{BatesNumber, BatesRange, DefectCode, DocId};
use duces_volume::Replaced;
use std::fmt;

/// Something noteworthy about one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Which document.
    pub document: DocId,
    /// Its numbers, where it has any yet.
    pub bates: Option<BatesRange>,
    /// What.
    pub kind: ExceptionKind,
}

/// What is noteworthy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExceptionKind {
    /// A member of its family is withheld, so that it goes out without native and digests.
    TextOnly,
    /// Parts of it are covered.
    Redacted,
    /// A sheet stands for it by decision.
    SlipSheet,
    /// The document to which it is attached takes no number in this volume.
    ParentWithoutNumber,
    /// It is suppressed while its family is not: the family is not whole in the volume.
    SuppressedInFamily,
    /// It is excluded while its family is not: the family is not whole in the volume.
    ExcludedFromFamily,
    /// It is withheld here, and a twin was produced before.
    TwinProducedBefore {
        /// Its number there.
        bates: BatesNumber,
    },
    /// Its family has no date, so that it stands behind the dated ones of its custodian.
    Undated,
    /// Its native holds no bytes.
    EmptyNative,
    /// No text, or not all of it, could be read.
    TextNotRead(DefectCode),
    /// It could not be set on pages, and a sheet stands there: why.
    NotOnPages(String),
    /// Its pages show something otherwise than the document had it.
    PagesDiffer(String),
    /// The load file could not carry a value as it is.
    Replaced {
        /// Field of the load file.
        field: String,
        /// What was replaced.
        what: Replaced,
        /// How often.
        count: u64,
    },
}

impl fmt::Display for ExceptionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TextOnly => {
                f.write_str("goes out as text only, because a member of its family is withheld or redacted")
            }
            Self::Redacted => f.write_str("is redacted, and goes out without its native"),
            Self::SlipSheet => f.write_str("a slip-sheet stands for it"),
            Self::ParentWithoutNumber => {
                f.write_str("the document to which it is attached has no number in this volume")
            }
            Self::SuppressedInFamily => {
                f.write_str("is suppressed as a duplicate while its family is produced")
            }
            Self::ExcludedFromFamily => f.write_str("is left out while its family is produced"),
            Self::TwinProducedBefore { bates } => {
                write!(f, "is withheld, but the same bytes were produced before as {bates}")
            }
            Self::Undated => f.write_str("has no usable date and stands behind the dated ones"),
            Self::EmptyNative => f.write_str("its native holds no bytes"),
            Self::TextNotRead(DefectCode::ExternalBody) => {
                f.write_str("its content was not retained; its native holds what describes it, no more")
            }
            Self::TextNotRead(code) => write!(f, "its text could not be read in full: {code}"),
            Self::NotOnPages(why) => write!(f, "could not be set on pages: {why}"),
            Self::PagesDiffer(what) => write!(f, "on its pages, {what}"),
            Self::Replaced { field, what, count } => {
                write!(f, "{count} signs of field {field} were replaced ({what:?})")
            }
        }
    }
}
