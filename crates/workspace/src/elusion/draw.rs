//! A random sample of what was not selected, registered before it is drawn.

use super::answers::COLUMN;
use crate::census::Census;
use crate::error::WorkspaceError;
use crate::files;
use crate::hits::{may_be_of_period, source_names};
use crate::home::{Actor, Workspace};
use crate::row_set::RowSet;
use crate::scope::{Bounds, is_restricted, sources_of};
use crate::sheet::Sheet;
use duces_ledger::{Drawn, NullDraw, NullSample, Population, SampleUnit};
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
    /// Documents that were not selected.
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
        let sample = NullSample {
            request: options.request.clone(),
            item: options.item.clone(),
            population: population.key,
            snapshot,
            unit,
            size: options.size,
            seed: options.seed,
        };
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
        // Size and seed stand in the ledger before anything is drawn, so that a draw that was not liked
        // cannot be taken back.
        let number = self.ledger.register_null_sample(&actor.act(), &sample)?;
        let census = self.census(Some(options.seed))?;
        let bounds = |item: &Item<Resolved>| match is_restricted(item) {
            true => census.bounds(&sources_of(item, &register)),
            false => Bounds::everything(census.documents()),
        };
        let null = self.null_set(&census, &population, &items, &bounds)?;
        let units = if options.families { null.families.len() as u64 } else { null.rows.count() };
        if options.size > units {
            return Err(WorkspaceError::Refused {
                what: format!("sample {number} cannot be drawn"),
                reasons: vec![format!(
                    "{} {} were asked for, and {units} were not selected",
                    options.size,
                    unit.as_str()
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
            not_selected: draw.documents,
            families_not_selected: draw.families,
            to_read: draw.drawn.len() as u64,
            generator: GENERATOR,
            sheet,
        })
    }

    /// The documents in scope of an item that are not known to have been sent outside its period and that
    /// no item selected: no hit, no member of a selected family, not waiting in the queue.
    fn null_set(
        &self,
        census: &Census,
        population: &Population,
        items: &[&Item<Resolved>],
        bounds: &dyn Fn(&Item<Resolved>) -> Bounds,
    ) -> Result<NullSet, WorkspaceError> {
        let members: Vec<_> = population.documents().into_iter().collect();
        let selected = RowSet::of(census.documents(), &self.ledger.rows_of(&members)?);
        let mut rows = RowSet::none(census.documents());
        for item in items {
            let bounds = bounds(item);
            (1..=census.documents())
                .filter(|row| bounds.contains(*row) && !selected.contains(*row))
                .filter(|row| may_be_of_period(item, census.sent_at(*row)))
                .for_each(|row| rows.insert(row));
        }
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
        Ok(NullSet { rows, families })
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
