//! From what a sample of what was not selected is drawn, in words, before it is drawn.
//!
//! Two answer two questions, and no number of one may stand for the other. *Scope*: of what the items ask
//! by sources, channels, period, people and kind of document, what did their words miss? It is what
//! a search is defended with: all that was agreed with the authority but the words. *Archive*: what did the
//! whole request miss, wrong people or sources among the causes? It is wider, so that the same sample says
//! less of each document; a responsive document may there be one that no item asks for.
//!
//! Of both, a document is left out only where it is known to be outside: one of which it cannot be told (no
//! date, addresses that could not be read, of no certain source) is in. So the bound errs to the safe side.

use crate::census::Census;
use crate::error::WorkspaceError;
use crate::row_set::RowSet;
use crate::scope::{Bounds, is_restricted, sources_of};
use duces_indexer::Snapshot;
use duces_ledger::{NullSample, SampleUnit};
use duces_query::{Criteria, Item, Resolved};
use duces_register::Register;
use serde::Serialize;
use std::str::FromStr;

/// From which documents is drawn, those that were selected aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UniverseKind {
    /// What the items ask of, but for their words.
    #[default]
    Scope,
    /// Every document of the archive.
    Archive,
}

impl UniverseKind {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 2] = [Self::Scope, Self::Archive];

    /// The word that is typed, stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::Archive => "archive",
        }
    }
}

impl FromStr for UniverseKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| format!("found {text:?}, expected scope or archive"))
    }
}

/// From what a sample is drawn, as it was registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Universe {
    /// Its name.
    pub name: String,
    /// What it is, in plain words, one line each.
    pub words: Vec<String>,
}

const NOT_SELECTED: &str = "Not selected: neither hit by any item of the request, nor member of a selected family, nor waiting in the queue.";

/// In words.
pub(super) fn universe(
    kind: UniverseKind,
    unit: SampleUnit,
    items: &[&Item<Resolved>],
    register: &Register,
) -> Universe {
    let mut words = Vec::new();
    match kind {
        UniverseKind::Archive => {
            words.push(
                "The whole archive: every document of the index, whatever its source, date and people."
                    .to_owned(),
            );
        }
        UniverseKind::Scope => {
            for item in items {
                words.push(format!("In scope of item {}, all of:", item.id));
                words.extend(in_words(item, register).into_iter().map(|line| format!("  {line}")));
            }
            words.push("A document of which it cannot be told whether it is in scope is in; so is what an agreed exclusion leaves out. Documents outside are not sampled, and nothing is said of them.".to_owned());
        }
    }
    words.push(NOT_SELECTED.to_owned());
    if unit == SampleUnit::Families {
        words.push("Families are drawn: those with a document of the universe that was not selected; of each, these documents are read.".to_owned());
    }
    Universe { name: kind.as_str().to_owned(), words }
}

/// What an item asks but for its words, one line each; all of them must hold.
fn in_words(item: &Item<Resolved>, register: &Register) -> Vec<String> {
    let sources: Vec<_> = sources_of(item, register).into_iter().map(|source| source.to_string()).collect();
    let mut lines: Vec<String> = match item.universe() {
        Criteria::All(all) => all.iter().flat_map(Criteria::explain).collect(),
        one => one.explain(),
    };
    lines.push(match (is_restricted(item), sources.is_empty()) {
        (false, _) => "in all sources".to_owned(),
        (true, true) => "in no source of the register, so of no certain source".to_owned(),
        (true, false) => format!("in the sources {}, or in no certain source", sources.join(", ")),
    });
    lines
}

/// What is said of a sample's universe: as it was registered, or what older samples were drawn from.
pub(super) fn of_sample(sample: &NullSample) -> Universe {
    match &sample.universe {
        Some(known) => Universe { name: known.name.clone(), words: known.words.clone() },
        None => Universe {
            name: "sources-and-period".to_owned(),
            words: vec![
                "In scope of an item by its sources and not known to have been sent outside its period; its people and kinds of documents were not asked.".to_owned(),
                NOT_SELECTED.to_owned(),
            ],
        },
    }
}

/// The documents of the universe, by row; those selected among them.
pub(super) fn rows(
    kind: UniverseKind,
    items: &[&Item<Resolved>],
    register: &Register,
    census: &Census,
    snapshot: &Snapshot,
) -> Result<RowSet, WorkspaceError> {
    if kind == UniverseKind::Archive {
        return Ok(RowSet::all(census.documents()));
    }
    let mut rows = RowSet::none(census.documents());
    for item in items {
        let bounds = match is_restricted(item) {
            true => census.bounds(&sources_of(item, register)),
            false => Bounds::everything(census.documents()),
        };
        let asked = duces_query::not_denied(snapshot, &item.universe())?;
        asked.into_iter().filter(|row| bounds.contains(*row)).for_each(|row| rows.insert(row));
    }
    Ok(rows)
}
