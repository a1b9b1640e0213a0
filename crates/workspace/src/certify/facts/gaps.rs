//! The gaps of the record.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use chrono::{DateTime, Utc};
use duces_instruments::facts::{GapFacts, Judgement};
use duces_register::Register;

impl Workspace {
    pub(super) fn gap_facts(&self, register: &Register) -> Result<Vec<GapFacts>, WorkspaceError> {
        let records = self.ledger.gaps()?;
        Ok(records
            .into_iter()
            .filter(|record| record.counts)
            .map(|record| GapFacts {
                source_names: record
                    .gap
                    .sources
                    .iter()
                    .map(|id| {
                        register.source(id).map_or_else(|| id.to_string(), |source| source.name.clone())
                    })
                    .collect(),
                first_known_at: record.first_seen,
                history: record
                    .history
                    .into_iter()
                    .map(|word| Judgement { status: word.status, by: word.by, at: word.at, why: word.why })
                    .collect(),
                gap: with_last_look(record.gap, record.current, record.last_seen),
            })
            .collect())
    }
}

/// A gap that the latest look did not find again stays listed, and says so.
fn with_last_look(mut gap: duces_model::Gap, current: bool, last_seen: DateTime<Utc>) -> duces_model::Gap {
    if !current {
        let day = last_seen.date_naive();
        gap.finding = format!("{} (found last on {day}; the latest look did not find it again)", gap.finding);
    }
    gap
}
