//! What the forms in which a request's sources are retained cannot contain.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::plan::ItemPlan;
use crate::scope::is_restricted;
use duces_ingest::forms;
use duces_model::SourceId;
use duces_query::{Item, Resolved};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A form in which something is retained that a request asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormReport {
    /// Its word.
    pub form: String,
    /// What it is called.
    pub title: String,
    /// The sources, among those that the items search, of which something is retained in it; sorted.
    pub sources: Vec<SourceId>,
    /// Whether documents of no source are, which an item asks that names neither sources nor channels.
    pub of_no_source: bool,
    /// What it cannot contain, however well it is read.
    pub cannot_contain: Vec<BlindSpotReport>,
}

/// What a form cannot contain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlindSpotReport {
    /// What.
    pub what: String,
    /// How it is known: verified, secondary, from memory, inference.
    pub known: String,
    /// Who says so.
    pub says: String,
}

impl Workspace {
    /// The forms of what these items search, by title.
    pub(crate) fn forms_of<'i>(
        &self,
        items: impl Iterator<Item = (&'i Item<Resolved>, &'i ItemPlan)>,
    ) -> Result<Vec<FormReport>, WorkspaceError> {
        let mut searched: BTreeSet<&SourceId> = BTreeSet::new();
        let mut everything = false;
        for (item, plan) in items {
            everything |= !is_restricted(item);
            searched.extend(plan.searched.iter().map(|source| &source.source));
        }
        let mut found: BTreeMap<&str, FormReport> = BTreeMap::new();
        for row in self.ledger.forms_of_sources()? {
            let Some(form) = forms::form(forms::form_name(row.kind, row.form.as_deref())) else { continue };
            let asked = row.source.as_ref().map_or(everything, |source| searched.contains(source));
            if !asked {
                continue;
            }
            let report = found.entry(form.title).or_insert_with(|| FormReport {
                form: form.name.to_owned(),
                title: form.title.to_owned(),
                sources: Vec::new(),
                of_no_source: false,
                cannot_contain: form.blind.iter().map(spot).collect(),
            });
            match row.source {
                Some(source) => report.sources.push(source),
                None => report.of_no_source = true,
            }
        }
        Ok(found.into_values().collect())
    }
}

fn spot(spot: &forms::BlindSpot) -> BlindSpotReport {
    BlindSpotReport {
        what: spot.what.to_owned(),
        known: spot.known.as_str().to_owned(),
        says: spot.says.to_owned(),
    }
}
