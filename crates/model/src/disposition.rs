//! What becomes of each document of a population: exactly one disposition each.

use crate::bates::BatesNumber;
use crate::document::DocId;
use serde::{Deserialize, Serialize};
use std::fmt;

/// In which form a document is produced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProducedAs {
    /// As it was retained.
    Whole,
    /// With parts covered.
    Redacted,
    /// A numbered sheet stands for it, saying why.
    SlipSheet,
}

/// Why the law bars production, other than privilege.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LegalBar {
    /// Suspicious-activity material: named in no log and no load file.
    SuspiciousActivity,
    /// Another bar; the reviewer's note says which.
    Other,
}

/// What becomes of a document. Each document of a population has exactly one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "disposition", rename_all = "kebab-case")]
pub enum Disposition {
    /// Goes into the volume.
    Produce {
        /// In which form.
        form: ProducedAs,
    },
    /// Kept back for privilege; a numbered sheet stands in its family and the log names it.
    WithholdPrivilege {
        /// The privilege claimed, for example `attorney-client`.
        privilege: String,
        /// By whom the decision was made.
        by: String,
    },
    /// Kept back because the law bars it.
    WithholdLegalBar {
        /// Which bar.
        bar: LegalBar,
        /// By whom the decision was made.
        by: String,
    },
    /// Left out as a duplicate; the survivor carries its custodian and path.
    Suppress {
        /// The document that is produced in its stead.
        duplicate_of: DocId,
        /// Name and version of the recipe that calls the two the same.
        recipe: String,
    },
    /// Left out because a later message that is produced holds its whole text and attachments. That one does not carry
    /// its custodian and path: it was not there.
    Contained {
        /// The document that holds it: the later message, or for an attachment the same one of that message.
        inside: DocId,
        /// Name and version of the rule that calls it contained.
        rule: String,
    },
    /// Left out as not responsive.
    ExcludeNonResponsive {
        /// By whom the decision was made: never the program.
        by: String,
    },
    /// Left out because an earlier volume holds it.
    ExcludeAlreadyProduced {
        /// Its number there.
        bates: BatesNumber,
    },
    /// Nobody has decided yet. An open decision keeps the item partial.
    Pending,
}

/// Why a disposition is not possible.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DispositionError {
    /// A decision needs a person.
    #[error("a decision to {decision} needs the name of the person who made it")]
    NoPerson {
        /// The decision.
        decision: &'static str,
    },
}

impl Disposition {
    /// The default of a family of which nothing else is decided.
    pub const WHOLE: Self = Self::Produce { form: ProducedAs::Whole };

    /// The bucket into which it is counted.
    pub const fn bucket(&self) -> &'static str {
        match self {
            Self::Produce { form: ProducedAs::Whole } => "produced-whole",
            Self::Produce { form: ProducedAs::Redacted } => "produced-redacted",
            Self::Produce { form: ProducedAs::SlipSheet } => "produced-slip-sheet",
            Self::WithholdPrivilege { .. } => "withheld-privilege",
            Self::WithholdLegalBar { .. } => "withheld-legal-bar",
            Self::Suppress { .. } => "suppressed-duplicate",
            Self::Contained { .. } => "suppressed-contained",
            Self::ExcludeNonResponsive { .. } => "excluded-non-responsive",
            Self::ExcludeAlreadyProduced { .. } => "excluded-already-produced",
            Self::Pending => "pending",
        }
    }

    /// All buckets, in the order in which they are listed; every disposition falls in exactly one.
    pub const BUCKETS: [&'static str; 10] = [
        "produced-whole",
        "produced-redacted",
        "produced-slip-sheet",
        "withheld-privilege",
        "withheld-legal-bar",
        "suppressed-duplicate",
        "suppressed-contained",
        "excluded-non-responsive",
        "excluded-already-produced",
        "pending",
    ];

    /// Whether a numbered page of it stands in the volume: produced, or a withheld member's sheet.
    pub const fn takes_number(&self) -> bool {
        matches!(self, Self::Produce { .. } | Self::WithholdPrivilege { .. } | Self::WithholdLegalBar { .. })
    }

    /// Whether its content must not be recoverable from anything produced.
    pub const fn bars_content(&self) -> bool {
        matches!(
            self,
            Self::WithholdPrivilege { .. }
                | Self::WithholdLegalBar { .. }
                | Self::Produce { form: ProducedAs::Redacted }
        )
    }

    /// Whether it goes out with parts covered.
    pub const fn is_redacted(&self) -> bool {
        matches!(self, Self::Produce { form: ProducedAs::Redacted })
    }

    /// Checks what the type alone cannot: that a decision has a person.
    pub fn checked(self) -> Result<Self, DispositionError> {
        let (decision, by) = match &self {
            Self::WithholdPrivilege { by, .. } => ("withhold for privilege", by),
            Self::WithholdLegalBar { by, .. } => ("withhold under a legal bar", by),
            Self::ExcludeNonResponsive { by } => ("exclude as non-responsive", by),
            _ => return Ok(self),
        };
        if by.trim().is_empty() { Err(DispositionError::NoPerson { decision }) } else { Ok(self) }
    }
}

impl fmt::Display for Disposition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.bucket())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_withheld_or_redacted_document_bars_its_content_and_a_whole_one_does_not() {
        let privileged =
            Disposition::WithholdPrivilege { privilege: "attorney-client".into(), by: "J. Roe".into() };
        assert!(privileged.bars_content() && privileged.takes_number());
        assert!(Disposition::Produce { form: ProducedAs::Redacted }.bars_content());
        assert!(!Disposition::WHOLE.bars_content());
        assert!(!Disposition::Pending.takes_number());
    }

    #[test]
    fn no_decision_without_a_person() {
        assert!(Disposition::ExcludeNonResponsive { by: " ".into() }.checked().is_err());
        assert!(Disposition::Pending.checked().is_ok());
    }
}
