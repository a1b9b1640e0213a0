//! The population, what was decided of it, and the volumes that carry it.

use chrono::{DateTime, Utc};
use duces_model::{BatesNumber, BatesRange, Disposition, ProducedAs, Sha256, VolumeName};
use serde::{Deserialize, Serialize};

/// How many documents fall under each decision. Each document falls under one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decisions {
    /// Produced as retained.
    pub produced_whole: u64,
    /// Produced with parts covered.
    pub produced_redacted: u64,
    /// Produced as a numbered sheet that says why.
    pub produced_slip_sheet: u64,
    /// Withheld, for privilege or because the law bars production. The two stand in one figure:
    /// suspicious-activity material is named in no log and is recognisable from no figure.
    pub withheld: u64,
    /// Left out as a duplicate of a document that is produced.
    pub suppressed_duplicate: u64,
    /// Left out because a later message that is produced holds it whole.
    #[serde(default)]
    pub suppressed_contained: u64,
    /// Left out by a person as not responsive.
    pub excluded_non_responsive: u64,
    /// Left out because an earlier volume holds it.
    pub excluded_already_produced: u64,
    /// Nobody has decided.
    pub pending: u64,
}

impl Decisions {
    /// Counts dispositions.
    pub fn of<'a>(dispositions: impl IntoIterator<Item = &'a Disposition>) -> Self {
        let mut counts = Self::default();
        for disposition in dispositions {
            *counts.bucket(disposition) += 1;
        }
        counts
    }

    fn bucket(&mut self, disposition: &Disposition) -> &mut u64 {
        match disposition {
            Disposition::Produce { form: ProducedAs::Whole } => &mut self.produced_whole,
            Disposition::Produce { form: ProducedAs::Redacted } => &mut self.produced_redacted,
            Disposition::Produce { form: ProducedAs::SlipSheet } => &mut self.produced_slip_sheet,
            Disposition::WithholdPrivilege { .. } | Disposition::WithholdLegalBar { .. } => {
                &mut self.withheld
            }
            Disposition::Suppress { .. } => &mut self.suppressed_duplicate,
            Disposition::Contained { .. } => &mut self.suppressed_contained,
            Disposition::ExcludeNonResponsive { .. } => &mut self.excluded_non_responsive,
            Disposition::ExcludeAlreadyProduced { .. } => &mut self.excluded_already_produced,
            Disposition::Pending => &mut self.pending,
        }
    }

    /// Every bucket with its name, in the order in which they are listed.
    pub fn buckets(&self) -> [(&'static str, u64); 9] {
        [
            ("produced whole", self.produced_whole),
            ("produced redacted", self.produced_redacted),
            ("produced as a slip sheet", self.produced_slip_sheet),
            ("withheld", self.withheld),
            ("suppressed as a duplicate", self.suppressed_duplicate),
            ("left out as contained in a later message that is produced", self.suppressed_contained),
            ("excluded as not responsive", self.excluded_non_responsive),
            ("excluded as already produced", self.excluded_already_produced),
            ("pending", self.pending),
        ]
    }

    /// Produced in whatever form.
    pub fn produced(&self) -> u64 {
        self.produced_whole.saturating_add(self.produced_redacted).saturating_add(self.produced_slip_sheet)
    }

    /// Represented in a volume by at least one number: produced, or a withheld member's sheet.
    pub fn numbered(&self) -> u64 {
        self.produced().saturating_add(self.withheld)
    }
}

/// The frozen population over all items. A document that several items call for is in it once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PopulationFacts {
    /// When it was frozen.
    pub frozen_at: DateTime<Utc>,
    /// By whom.
    pub frozen_by: String,
    /// Documents in it.
    pub members: u64,
    /// What was decided; the buckets add up to `members`.
    pub decisions: Decisions,
}

/// First to last number, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberRange {
    /// First number.
    pub first: BatesNumber,
    /// Last number.
    pub last: BatesNumber,
}

impl From<&BatesRange> for NumberRange {
    fn from(range: &BatesRange) -> Self {
        Self { first: range.first().clone(), last: range.last().clone() }
    }
}

impl std::fmt::Display for NumberRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.first == self.last {
            return write!(f, "{}", self.first);
        }
        write!(f, "{} to {}", self.first, self.last)
    }
}

/// A volume of the request, by what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case", deny_unknown_fields)]
pub enum VolumeFacts {
    /// Numbers are reserved for it and it is not sealed.
    Unsealed {
        /// Which.
        name: VolumeName,
        /// Its reserved numbers.
        numbers: Option<NumberRange>,
    },
    /// It is sealed, and not read back, or read back and found wrong.
    Unverified {
        /// Which.
        name: VolumeName,
        /// Its numbers.
        numbers: Option<NumberRange>,
        /// SHA-256 of its manifest as the writer stated it.
        manifest_sha256: Sha256,
        /// Findings that fail it; absent where it was never read back.
        failures: Option<u64>,
    },
    /// It was read back from disk and agreed.
    Verified(VerifiedVolume),
    /// It was abandoned; its numbers are not issued again.
    Voided {
        /// Which.
        name: VolumeName,
        /// Its numbers.
        numbers: Option<NumberRange>,
        /// Why.
        reason: String,
    },
}

impl VolumeFacts {
    /// Its name.
    pub fn name(&self) -> &VolumeName {
        match self {
            Self::Unsealed { name, .. } | Self::Unverified { name, .. } | Self::Voided { name, .. } => name,
            Self::Verified(volume) => &volume.name,
        }
    }

    /// Its numbers, where it has any.
    pub fn numbers(&self) -> Option<&NumberRange> {
        match self {
            Self::Unsealed { numbers, .. }
            | Self::Unverified { numbers, .. }
            | Self::Voided { numbers, .. } => numbers.as_ref(),
            Self::Verified(volume) => volume.numbers.as_ref(),
        }
    }
}

impl VerifiedVolume {
    /// Rows of documents produced whole whose native stays out, since a withheld document lies inside it.
    pub fn text_only(&self) -> Option<u64> {
        self.rows_whole.map(|whole| whole.saturating_sub(self.natives))
    }

    /// Rows that are sheets.
    pub fn sheets(&self) -> Option<u64> {
        self.rows_whole.map(|whole| self.rows.saturating_sub(whole))
    }
}

/// A volume that was read back from disk and agreed. It is filled from what the verifier read, never
/// from what the writer says it wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifiedVolume {
    /// Which.
    pub name: VolumeName,
    /// Its numbers; absent where it holds no document.
    pub numbers: Option<NumberRange>,
    /// Rows of its load file: documents produced, and sheets for withheld ones.
    pub rows: u64,
    /// Rows that stand for documents of the present population; the others belong to an earlier one.
    pub rows_of_population: u64,
    /// Rows of documents that were decided to be produced whole: with their native, or as text only where
    /// a withheld document lies inside that. The other rows are sheets. Absent in facts of format 1.
    #[serde(default)]
    pub rows_whole: Option<u64>,
    /// Native files.
    pub natives: u64,
    /// Text files.
    pub texts: u64,
    /// Files of every kind.
    pub files: u64,
    /// Size of all files, in bytes.
    pub bytes: u64,
    /// SHA-256 of the manifest.
    pub manifest_sha256: Sha256,
    /// SHA-256 of the load file.
    pub load_file_sha256: Sha256,
    /// Natives that could hold other files inside (PDF, encrypted mail, archives of other kinds) and could
    /// not be opened to look for what is withheld; each was compared as a whole.
    pub natives_not_opened: u64,
    /// When it was read back.
    pub verified_at: DateTime<Utc>,
    /// Findings that warn and do not fail.
    pub warnings: u64,
    /// Findings that only note.
    pub notes: u64,
}
