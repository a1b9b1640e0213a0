//! Bates numbers told: everything about one, and a series without a hole.

mod explain;
mod list;

pub use explain::{
    ActOnNumber, CertificateOfVolume, ClawedBack, DecisionStep, FamilyMember, ItemAnswered, LastVerification,
    NoticeGiven, NumberDocument, NumberElsewhere, NumberReport, RedactionTold, ReplacedNumbers, VoidedNumber,
};
pub use list::{SeriesReport, SpanReport};

use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_model::{BatesNumber, BatesPrefix};

impl Workspace {
    /// The series that there are, each with the numbers that were set aside.
    fn known_series(&self) -> Result<Vec<String>, WorkspaceError> {
        let mut known = Vec::new();
        for prefix in self.ledger.prefixes()? {
            if let Some(series) = self.ledger.series(&prefix)? {
                let number = |position| BatesNumber::new(prefix.clone(), series.width, position);
                if let (Ok(first), Ok(last)) = (number(1), number(series.next_position() - 1)) {
                    known.push(format!("{first} to {last}"));
                }
            }
        }
        Ok(known)
    }

    fn unknown_series(&self, prefix: &BatesPrefix) -> Result<WorkspaceError, WorkspaceError> {
        Ok(WorkspaceError::Unknown { what: "series", name: prefix.to_string(), known: self.known_series()? })
    }
}
