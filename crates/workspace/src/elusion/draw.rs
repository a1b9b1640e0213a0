//! A random sample of what was not selected, registered before it is drawn.

use super::answers::COLUMN;
use super::universe::{self, Universe, UniverseKind};
use crate::census::Census;
use crate::error::WorkspaceError;
use crate::files;
use crate::hits::source_names;
use crate::home::{Actor, Workspace};
use crate::row_set::RowSet;
use crate::sheet::Sheet;
use duces_ledger::{Drawn, NullDraw, NullSample, SampleUnit, SampleUniverse};
use duces_model::{ItemId, RequestId};
use duces_query::{Item, Resolved};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What to draw.
#[derive(Debug, Clone)]
pub struct NullSampleOptions {
    /// The request.
    pub request: RequestId,
    /// Only this item's scope.
    pub item: Option<ItemId>,
    /// How many documents, or families.
    pub size: u64,
    /// The same seed draws the same.
    pub seed: u64,
    /// Draw whole families.
    pub families: bool,
    /// From what.
    pub universe: UniverseKind,
}

/// A sample was registered and drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DrawReport {
    /// The request.
    pub request: RequestId,
    /// The item, where only one's scope was drawn from.
    pub item: Option<ItemId>,
    /// The sample's number.
    pub sample: i64,
    /// How many samples of this request are registered, this one among them.
    pub samples_registered: u64,
    /// The frozen population against which it was drawn.
    pub population: i64,
    /// What was drawn: documents or families.
    pub unit: &'static str,
    /// How many.
    pub size: u64,
    /// The seed.
    pub seed: u64,
    /// From what it was drawn, in words.
    pub universe: Universe,
    /// Documents of the universe, those selected among them.
    pub universe_documents: u64,
    /// Documents of the universe that were not selected.
    pub not_selected: u64,
    /// Families to which they belong.
    pub families_not_selected: u64,
    /// Documents to be read.
    pub to_read: u64,
    /// How it was drawn.
    pub generator: &'static str,
    /// The sheet for the reviewer.
    pub sheet: PathBuf,
}

const GENERATOR: &str = "ordered by the first eight bytes of SHA-256 over the line \"duces order 1 SEED DOCUMENT\" (a family by its root), the first are taken";

/// What was not selected.
struct NullSet {
    /// Documents by row.
    rows: RowSet,
    /// Their families, by place: the row of the root, and how many of the documents.
    families: BTreeMap<u32, (u64, u64)>,
}

impl NullSet {
    /// What is in the universe and was not selected.
    fn of(census: &Census, universe: RowSet, selected: &RowSet) -> Self {
        let mut rows = universe;
        selected.iter().for_each(|row| rows.remove(row));
        let mut families = BTreeMap::new();
        let mut current = (u32::MAX, 0);
        for row in 1..=census.documents() {
            let Some(family) = census.family_of(row) else { continue };
            if family != current.0 {
                current = (family, row);
            }
            if rows.contains(row) {
                families.entry(family).or_insert((current.1, 0)).1 += 1;
            }
        }
        Self { rows, families }
    }
}

impl Workspace {
    /// Registers a sample of what was not selected, then draws it and writes the reviewer's sheet.
    ///
    /// # Errors
    /// No frozen population, or one of another state of index or register; more asked for than there is.
    pub fn draw_null_sample(
        &mut self,
        options: &NullSampleOptions,
        actor: &Actor,
    ) -> Result<DrawReport, WorkspaceError> {
        self.require_whole_index()?;
        let register = self.register()?;
        let population = self.population(&options.request)?;
        let snapshot = self.snapshot_id()?;
        self.require_attributed(&register)?;
        if population.pins.snapshot != snapshot || population.pins.register_sha256 != register.digest() {
            return Err(WorkspaceError::TooEarly {
                missing: format!(
                    "population {} was frozen from another state of the index or the register, so what it left out is not known",
                    population.key
                ),
                hint: format!("freeze it anew with duces select {}", options.request),
            });
        }
        let unit = if options.families { SampleUnit::Families } else { SampleUnit::Documents };
        let request = self.pinned_request(&options.request, &population, &register)?;
        let items: Vec<&Item<Resolved>> = request
            .items()
            .iter()
            .filter(|item| options.item.as_ref().is_none_or(|only| *only == item.id))
            .collect();
        if let (Some(item), true) = (&options.item, items.is_empty()) {
            let known = request.items().iter().map(|item| item.id.to_string()).collect();
            return Err(WorkspaceError::Unknown { what: "item", name: item.to_string(), known });
        }
        let universe = universe::universe(options.universe, unit, &items, &register);
        let sample = NullSample {
            request: options.request.clone(),
            item: options.item.clone(),
            population: population.key,
            snapshot,
            unit,
            size: options.size,
            seed: options.seed,
            universe: Some(SampleUniverse { name: universe.name.clone(), words: universe.words.clone() }),
        };
        // Universe, size and seed stand in the ledger before anything is drawn, so that a draw that was not
        // liked cannot be taken back.
        let number = self.ledger.register_null_sample(&actor.act(), &sample)?;
        let census = self.census(Some(options.seed))?;
        let asked = universe::rows(options.universe, &items, &register, &census, &self.snapshot()?)?;
        let members: Vec<_> = population.documents().into_iter().collect();
        let selected = RowSet::of(census.documents(), &self.ledger.rows_of(&members)?);
        let universe_documents = asked.count();
        let null = NullSet::of(&census, asked, &selected);
        let units = if options.families { null.families.len() as u64 } else { null.rows.count() };
        if options.size > units {
            return Err(WorkspaceError::Refused {
                what: format!("sample {number} cannot be drawn"),
                reasons: vec![format!(
                    "{} {} were asked for, and {units} of the universe ({}) were not selected",
                    options.size,
                    unit.as_str(),
                    universe.name
                )],
                hint: "ask for fewer; the registered size stays in the ledger as not drawn".to_owned(),
            });
        }
        let draw = self.draw(&census, &null, options)?;
        self.ledger.record_null_draw(&actor.act(), number, &draw)?;
        let sheet = self.root.join("review").join(format!("sample-{}-{number}.csv", options.request));
        self.write_draw(&sheet, &draw)?;
        Ok(DrawReport {
            request: options.request.clone(),
            item: options.item.clone(),
            sample: number,
            samples_registered: self.ledger.null_samples(&options.request)?.len() as u64,
            population: population.key,
            unit: unit.as_str(),
            size: options.size,
            seed: options.seed,
            universe,
            universe_documents,
            not_selected: draw.documents,
            families_not_selected: draw.families,
            to_read: draw.drawn.len() as u64,
            generator: GENERATOR,
            sheet,
        })
    }

    fn draw(
        &self,
        census: &Census,
        null: &NullSet,
        options: &NullSampleOptions,
    ) -> Result<NullDraw, WorkspaceError> {
        let size = usize::try_from(options.size).unwrap_or(usize::MAX);
        let rows: Vec<u64> = if options.families {
            let mut roots: Vec<(u64, u32, u64)> = null
                .families
                .iter()
                .map(|(family, (root, _))| (census.rank(*root), *family, *root))
                .collect();
            roots.sort_unstable();
            let of = |family: u32, root: u64| {
                (root..root + census.documents_of(family)).filter(|row| null.rows.contains(*row))
            };
            roots.into_iter().take(size).flat_map(|(_, family, root)| of(family, root)).collect()
        } else {
            let mut ranked: Vec<(u64, u64)> = null.rows.iter().map(|row| (census.rank(row), row)).collect();
            ranked.sort_unstable();
            ranked.into_iter().take(size).map(|(_, row)| row).collect()
        };
        let mut sizes = BTreeMap::new();
        for (_, documents) in null.families.values() {
            *sizes.entry(*documents).or_insert(0) += 1;
        }
        let documents = self.ledger.documents(&rows)?;
        Ok(NullDraw {
            documents: null.rows.count(),
            families: null.families.len() as u64,
            sizes,
            drawn: documents
                .iter()
                .map(|document| Drawn { document: document.id, family: document.root })
                .collect(),
        })
    }

    fn write_draw(&self, path: &std::path::Path, draw: &NullDraw) -> Result<(), WorkspaceError> {
        let mut sheet = Sheet::new(&["document", "family", "source", "day", COLUMN]);
        let ids: Vec<_> = draw.drawn.iter().map(|drawn| drawn.document).collect();
        for document in self.ledger.documents(&self.ledger.rows_of(&ids)?)? {
            sheet.row([
                document.id.to_string(),
                document.root.to_string(),
                source_names(&document).join("; "),
                document.day.map(|day| day.to_string()).unwrap_or_default(),
                String::new(),
            ]);
        }
        files::create(path, &sheet.into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_from_is_the_universe_without_what_was_selected_by_family() {
        // Families of rows 1-3, 4 and 5-6; all but row 4 and 6 are in the universe, 2 was selected.
        let census = Census::invented(&[(3, None, vec![]), (1, None, vec![]), (2, None, vec![])], &[]);
        let null = NullSet::of(&census, RowSet::of(6, &[1, 2, 3, 5]), &RowSet::of(6, &[2]));
        assert_eq!(null.rows.iter().collect::<Vec<_>>(), [1, 3, 5]);
        assert_eq!(null.families, [(0, (1, 2)), (2, (5, 1))].into());
    }
}
