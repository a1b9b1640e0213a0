//! What is said of a source's coverage in a period.

use crate::calendar::counted;
use duces_model::Evidence;
use serde::Serialize;
use std::fmt;

/// The word on one source in one period. "Covered" needs evidence that could have seen a loss.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "word", rename_all = "kebab-case")]
pub enum CoverageWord {
    /// Evidence that could have seen a loss judged all days of service in the period and found none, nor anything that
    /// comes near one.
    Covered {
        /// Which evidence did so; never empty.
        by: Vec<Evidence>,
        /// What silence could have seen, where it is among them: a total loss of so many working days or more.
        from_days: Option<u64>,
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
            Self::Covered { by, from_days } => {
                let by: Vec<&str> = by.iter().map(|evidence| evidence.as_str()).collect();
                write!(f, "covered by {}", by.join(" and "))?;
                match from_days {
                    Some(days) => {
                        let days = counted(*days, "working day");
                        write!(
                            f,
                            ": a total loss of {days} or more would have been seen, and no shorter silence stands out"
                        )
                    }
                    None => Ok(()),
                }
            }
            Self::Gap { gaps } => write!(f, "gap: {}", gaps.join(", ")),
            Self::CannotTell { because } => write!(f, "cannot tell: {because}"),
        }
    }
}
