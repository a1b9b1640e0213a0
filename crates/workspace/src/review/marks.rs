//! The marks that stand for each document of a population.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::select::BY_RULE;
use duces_ledger::{LedgerError, Population};
use duces_model::{Coding, Disposition, DocId};
use std::collections::BTreeMap;

impl Workspace {
    /// The marks of each document: what a person marked, here or in an earlier population of the request, where the
    /// disposition still follows from it; else those from which the disposition would follow.
    pub(crate) fn marks(&self, population: &Population) -> Result<BTreeMap<DocId, Coding>, WorkspaceError> {
        let mut marked = BTreeMap::new();
        for earlier in 1..=population.key {
            match self.ledger.population_numbered(earlier) {
                Ok(known) if known.request == population.request => {}
                Ok(_) | Err(LedgerError::NoSuch { .. }) => continue,
                Err(error) => return Err(error.into()),
            }
            let codings = self.ledger.codings(earlier)?.into_iter();
            marked.extend(codings.map(|(document, record)| (document, record.coding)));
        }
        let decisions = self.ledger.dispositions(population.key)?.into_iter();
        Ok(decisions
            .map(|decision| {
                let coding =
                    marked.remove(&decision.document).filter(|coding| agrees(coding, &decision.disposition));
                let by = decision.by.filter(|by| by != BY_RULE).unwrap_or_default();
                let coding = coding.unwrap_or_else(|| Coding::of(&decision.disposition, &decision.note, &by));
                (decision.document, coding)
            })
            .collect())
    }
}

/// Whether a disposition is the one that follows from these marks.
fn agrees(coding: &Coding, disposition: &Disposition) -> bool {
    let Ok(follows) = coding.disposition() else { return false };
    match (disposition, &follows) {
        (Disposition::ExcludeAlreadyProduced { .. } | Disposition::Contained { .. }, follows) => {
            follows.takes_number() && !follows.bars_content()
        }
        (Disposition::Suppress { duplicate_of: a, .. }, Disposition::Suppress { duplicate_of: b, .. }) => {
            a == b
        }
        (disposition, follows) => disposition == follows,
    }
}

/// What becomes of a document that was marked: what an earlier volume holds stays there, and what a later message
/// holds whole stays out.
pub(super) fn follows(
    coding: &Coding,
    before: &Disposition,
) -> Result<Disposition, duces_model::CodingError> {
    let follows = coding.disposition()?;
    let stays = matches!(before, Disposition::ExcludeAlreadyProduced { .. } | Disposition::Contained { .. })
        && follows.takes_number()
        && !follows.bars_content();
    Ok(if stays { before.clone() } else { follows })
}
