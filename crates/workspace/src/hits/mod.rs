//! Searches of a request: run, recorded, counted, held against earlier runs.

mod backing;
mod compare;
mod count;
mod difference;
mod earlier;
mod moved;
mod page;
mod report;
mod samples;
mod sheet;
mod terms;
mod twins;
mod zero;

pub use backing::{Backing, SameWord, by_word};
pub use compare::{CompareReport, ItemChange, RunFacts};
pub use earlier::Earlier;
pub use moved::{Moves, TermChange};
pub use report::{HitOptions, HitReport, ItemHits, RequestTotals, Sampling, Splits, TermTotals};
pub(crate) use samples::source_names;
pub use samples::{SampledDocument, TermSamples};
pub use terms::{OverBroad, Subsuming, TermExpansion, TermRow};
pub use zero::{ZeroMeaning, by_reason};

use crate::census::Census;
use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use crate::item_coverage::ItemCoverage;
use crate::requests::ReadRequest;
use crate::scope::{Bounds, ItemAnswer, answer_within, is_restricted, sources_of};
use duces_indexer::Snapshot;
use duces_ledger::{SearchRun, SearchSets};
use duces_model::{ItemId, RequestId, Sha256, SnapshotId};
use duces_query::{Item, Resolved};
use duces_register::Register;

/// Everything that a run of a request's searches rests on.
struct Material {
    register: Register,
    read: ReadRequest,
    snapshot: Snapshot,
    snapshot_id: SnapshotId,
    census: Census,
}

/// A run that is recorded.
struct Recorded {
    material: Material,
    report: HitReport,
    answers: Vec<ItemAnswer>,
}

impl Workspace {
    /// Runs the searches of a request, records them, and counts.
    ///
    /// # Errors
    /// Mistakes in the request, an item that it has not, an index that is missing.
    pub fn search_request(
        &mut self,
        id: &RequestId,
        only: Option<&ItemId>,
        actor: &Actor,
    ) -> Result<HitReport, WorkspaceError> {
        Ok(self.run_request(id, only, None, actor)?.report)
    }

    /// The hit report of a request, with its sheets and its page.
    ///
    /// # Errors
    /// As for [`Workspace::search_request`].
    pub fn hits(
        &mut self,
        id: &RequestId,
        options: &HitOptions,
        actor: &Actor,
    ) -> Result<HitReport, WorkspaceError> {
        let mut report = self.run_request(id, None, options.sampling, actor)?.report;
        let path = self.report(&format!("hits-{id}.csv"));
        sheet::terms(&report).replace(&path)?;
        report.reports.push(path);
        if options.sampling.is_some() {
            let path = self.report(&format!("hits-{id}-samples.csv"));
            sheet::samples(&report).replace(&path)?;
            report.reports.push(path);
        }
        let path = self.report(&format!("hits-{id}.html"));
        crate::files::replace(&path, page::page(&self.config.firm.name, &report).as_bytes())?;
        report.reports.push(path);
        Ok(report)
    }

    fn material(&mut self, id: &RequestId, seed: Option<u64>) -> Result<Material, WorkspaceError> {
        let register = self.register()?;
        let read = self.read_request(id, &register)?;
        let snapshot = self.snapshot()?;
        self.require_attributed(&register)?;
        let snapshot_id = self.snapshot_id()?;
        let census = self.census(seed)?;
        Ok(Material { register, read, snapshot, snapshot_id, census })
    }

    fn run_request(
        &mut self,
        id: &RequestId,
        only: Option<&ItemId>,
        sampling: Option<Sampling>,
        actor: &Actor,
    ) -> Result<Recorded, WorkspaceError> {
        let material = self.material(id, sampling.map(|sampling| sampling.seed))?;
        let asked: Vec<&Item<Resolved>> = material
            .read
            .request
            .items()
            .iter()
            .filter(|item| only.is_none_or(|only| *only == item.id))
            .collect();
        if let (Some(item), true) = (only, asked.is_empty()) {
            let known = material.read.request.items().iter().map(|item| item.id.to_string()).collect();
            return Err(WorkspaceError::Unknown { what: "item", name: item.to_string(), known });
        }
        let coverage = self.assess(&material.register)?;
        let (gaps, new_gaps) = (self.counting_gaps()?, self.unrecorded_gaps(&coverage)?);
        let request_sha256 = self.ledger.store_bytes(&material.read.bytes)?;
        let (mut items, mut answers, mut searches) = (Vec::new(), Vec::new(), Vec::new());
        for item in asked {
            let answer = material.answer(item)?;
            let mut counted = count::item(&material.census, &material.register, item, &answer)?;
            zero::explain(
                &mut counted,
                ItemCoverage::of(item, &material.register, &coverage, (&gaps, &new_gaps)),
            );
            searches.push(material.search(id, item, &answer, &counted, request_sha256));
            if let Some(sampling) = sampling {
                self.draw_samples(&mut counted, item, &material.census, &answer, sampling)?;
            }
            items.push(counted);
            answers.push(answer);
        }
        let run = self.ledger.record_searches(&actor.act(), &searches)?;
        let totals = count::totals(&material.census, &answers);
        let report = HitReport {
            request: id.clone(),
            run,
            at: actor.now,
            by: actor.name.clone(),
            snapshot: material.snapshot_id.to_string(),
            register_sha256: material.register.digest().to_string(),
            request_sha256: request_sha256.to_string(),
            tokenisation: duces_indexer::ANALYZER_VERSION,
            documents: material.census.documents(),
            sampling,
            totals,
            items,
            definitions: report::definitions(),
            reports: Vec::new(),
        };
        Ok(Recorded { material, report, answers })
    }
}

impl Material {
    fn bounds(&self, item: &Item<Resolved>) -> Bounds {
        if is_restricted(item) {
            self.census.bounds(&sources_of(item, &self.register))
        } else {
            Bounds::everything(self.census.documents())
        }
    }

    fn answer(&self, item: &Item<Resolved>) -> Result<ItemAnswer, WorkspaceError> {
        answer_within(&self.snapshot, item, self.bounds(item))
    }

    fn search(
        &self,
        request: &RequestId,
        item: &Item<Resolved>,
        answer: &ItemAnswer,
        counted: &ItemHits,
        request_sha256: Sha256,
    ) -> SearchRun {
        SearchRun {
            request: request.clone(),
            item: item.id.clone(),
            exact: item.canonical_json().to_string(),
            snapshot: self.snapshot_id,
            register_sha256: self.register.digest(),
            request_sha256,
            analyzer: duces_indexer::ANALYZER_VERSION,
            documents: self.census.documents(),
            counts: serde_json::to_value(counted).unwrap_or_default(),
            sets: sets(answer),
        }
    }
}

/// The documents of an answer, as they are recorded: each term once, by its canonical form.
pub(crate) fn sets(answer: &ItemAnswer) -> SearchSets {
    let mut terms: Vec<(String, Vec<u64>)> = Vec::new();
    for term in twins::terms(answer) {
        let mut name = term.found.canonical.clone();
        if terms.iter().any(|(taken, _)| *taken == name) {
            // It reads the same and finds others: an identifier that is looked for in other fields.
            name = format!("{name} ({})", term.found.written);
        }
        terms.push((name, term.rows));
    }
    SearchSets {
        hits: answer.hits.clone(),
        cannot_tell: answer.cannot_tell.iter().map(|(row, _)| *row).collect(),
        terms,
    }
}
