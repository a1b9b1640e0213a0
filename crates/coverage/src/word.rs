//! What is said of a source's coverage in a period.

use duces_model::Evidence;
use serde::Serialize;
use std::fmt;

/// The word on one source in one period. "Covered" needs evidence that could have seen a loss.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "word", rename_all = "kebab-case")]
pub enum CoverageWord {
    /// Evidence that could have seen a loss judged all days of service in the period and found none.
    Covered {
        /// Which evidence did so; never empty.
        by: Vec<Evidence>,
    },
    /// A candidate or confirmed gap crosses the days of service in the period.
    Gap {
        /// Their names, sorted; never empty.
        gaps: Vec<String>,
    },
    /// No evidence judged all of the days and found nothing.
    CannotTell {
        /// Why not, a reason for each kind of evidence, between `;`.
        because: String,
    },
}

impl fmt::Display for CoverageWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Covered { by } => {
                let by: Vec<&str> = by.iter().map(|evidence| evidence.as_str()).collect();
                write!(f, "covered by {}", by.join(" and "))
            }
            Self::Gap { gaps } => write!(f, "gap: {}", gaps.join(", ")),
            Self::CannotTell { because } => write!(f, "cannot tell: {because}"),
        }
    }
}
