//! Counts over all hits of a free search.

use crate::census::month;
use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_register::Register;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Counts over all hits, exact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facets {
    /// By person of the register who takes part in the family's message; a document may have several.
    pub by_person: BTreeMap<String, u64>,
    /// By source; a document may belong to several.
    pub by_source: BTreeMap<String, u64>,
    /// Why the sources are not those of the register as it stands, where they are not.
    pub by_source_stale: Option<String>,
    /// By month of the family's day, in the firm's zone.
    pub by_month: BTreeMap<String, u64>,
}

impl Workspace {
    /// Counts the rows by person, source and month.
    pub(super) fn facets(&self, register: &Register, rows: &[u64]) -> Result<Facets, WorkspaceError> {
        let stale = self.require_attributed(register).err().map(|error| error.to_string());
        let mut facets = Facets { by_source_stale: stale, ..Facets::default() };
        let mut addresses = Vec::new();
        let mut owners = Vec::new();
        for person in &register.people {
            for address in &person.addresses {
                addresses.push(address.clone());
                owners.push(person.id.to_string());
            }
        }
        let mut sorted = rows.to_vec();
        sorted.sort_unstable();
        let mut by_place: BTreeMap<usize, u64> = BTreeMap::new();
        let (mut people, mut months, mut unattributed) = (BTreeMap::new(), BTreeMap::new(), 0);
        let sources = self.ledger.families_at(&sorted, &addresses, &mut |family, count, takes_part| {
            let names: BTreeSet<&str> =
                takes_part.iter().filter_map(|at| owners.get(*at)).map(String::as_str).collect();
            for name in if names.is_empty() { BTreeSet::from(["(nobody registered)"]) } else { names } {
                *people.entry(name.to_owned()).or_default() += count;
            }
            for (place, _) in family.sources {
                *by_place.entry(*place).or_default() += count;
            }
            if family.sources.is_empty() {
                unattributed += count;
            }
            *months.entry(month(family.day)).or_default() += count;
        })?;
        (facets.by_person, facets.by_month) = (people, months);
        for (place, count) in by_place {
            if let Some(source) = sources.get(place) {
                facets.by_source.insert(source.to_string(), count);
            }
        }
        if unattributed > 0 {
            facets.by_source.insert("(unattributed)".to_owned(), unattributed);
        }
        Ok(facets)
    }
}
