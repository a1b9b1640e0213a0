//! Review: a population goes out as a working sheet with each document opened beside it, and comes back with
//! what people marked.
//!
//! There is one way from a population to decisions: [`Workspace::review_export`] and [`Workspace::review_import`]. The
//! sheet is an event with a number, which stands on each row; so is each import. Nothing of a sheet is taken where
//! anything of it is wrong.

mod columns;
mod export;
mod import;
mod marks;
pub(crate) mod table;

pub use export::ReviewExported;
pub(crate) use import::twins;
pub use import::{DecidedTwin, MixedFamily, ReviewImported};

use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_ledger::{DocumentRow, Population, Why};
use duces_model::{DocId, ItemId};
use std::collections::{BTreeMap, BTreeSet};

/// What a document is to a request, as its population says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    /// The items that it answers or may answer.
    pub(crate) items: Vec<ItemId>,
    hit: bool,
    cannot_tell: bool,
    /// A member of its family is a hit.
    of_hit: bool,
}

impl Standing {
    fn why(&self) -> &'static str {
        match (self.hit, self.cannot_tell, self.of_hit) {
            (true, _, _) => "hit",
            (false, true, _) => "cannot tell",
            (false, false, true) => "family",
            (false, false, false) => "family of cannot tell",
        }
    }
}

impl Workspace {
    /// The documents of a population, families together, parents before what is attached to them.
    pub(crate) fn population_rows(
        &self,
        population: &Population,
    ) -> Result<Vec<DocumentRow>, WorkspaceError> {
        let ids: Vec<DocId> = population.documents().into_iter().collect();
        let mut rows = self.ledger.rows_of(&ids)?;
        rows.sort_unstable();
        Ok(self.ledger.documents(&rows)?)
    }
}

/// What each document is to the request.
pub(crate) fn standing(population: &Population, documents: &[DocumentRow]) -> BTreeMap<DocId, Standing> {
    let mut found: BTreeMap<DocId, Standing> = BTreeMap::new();
    let roots: BTreeMap<DocId, DocId> = documents.iter().map(|row| (row.id, row.root)).collect();
    let mut hit_families: BTreeSet<DocId> = BTreeSet::new();
    for item in &population.items {
        for (document, why) in &item.members {
            let stands = found.entry(*document).or_default();
            stands.items.push(item.item.clone());
            match why {
                Why::Hit => {
                    stands.hit = true;
                    hit_families.extend(roots.get(document).copied());
                }
                Why::CannotTell => stands.cannot_tell = true,
                Why::Family => {}
            }
        }
    }
    for (document, stands) in &mut found {
        stands.of_hit = roots.get(document).is_some_and(|root| hit_families.contains(root));
    }
    found
}
