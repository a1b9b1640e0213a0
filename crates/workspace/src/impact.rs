//! What a gap touches: every request, item, production, certificate and statement whose sources and days it may cross,
//! those too that were answered before this program; which sentences are now wrong or unsupported; and what a new search
//! finds that no population held.
//!
//! Each request that is searched anew is a run of the search log, with its documents, as `duces search` makes one.
//!
//! It works from the ledger: certificates keep their facts, populations their request file. Where a request cannot be
//! checked it is listed as such, and where too little is known of one to rule the gap out, it may be touched. Every
//! request on record is in exactly one of the lists, and the sum is checked.

mod certified;
mod letters;
mod past;
pub(crate) mod summary;
mod supplement;
mod table;
pub(crate) mod telling;

pub use certified::{Sentence, Verdict};
pub use past::TouchedPast;
pub use summary::DraftedText;
pub use supplement::SupplementReport;

use crate::error::WorkspaceError;
use crate::gaps::GapRow;
use crate::home::{Actor, Workspace};
use crate::scope::{answer, sources_of};
use chrono::{DateTime, Utc};
use duces_ledger::{Population, SearchRun, VolumeState};
use duces_model::accounting::check_sum;
use duces_model::{DocId, Gap, ItemId, RequestId, Sha256, SourceId};
use duces_query::{Request, Resolved};
use duces_register::Register;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Among the counts of a search: the gap because of which it was run.
pub(crate) const FOR_GAP: &str = "for_gap";

/// A request as one of its files asks it, and what was searched anew of it.
struct Asked {
    request: Request<Resolved>,
    sha256: Sha256,
    /// The file's bytes, where the ledger may not keep them yet.
    bytes: Option<Vec<u8>>,
    searches: Vec<SearchRun>,
}

/// What a gap touches.
#[derive(Debug, Serialize)]
pub struct ImpactReport {
    /// The gap.
    pub gap: GapRow,
    /// Requests of this workspace that it touches.
    pub requests: Vec<TouchedRequest>,
    /// Requests answered before this program that it touches, or may touch.
    pub past: Vec<TouchedPast>,
    /// Requests that could not be checked, and why.
    pub unread: Vec<(RequestId, String)>,
    /// What issued statements that answer no one request say of it.
    pub statements: Vec<Sentence>,
    /// Requests of either kind that it does not touch.
    pub untouched: Vec<RequestId>,
    /// Requests of either kind on record: the sum of the four lists.
    pub requests_in_all: u64,
    /// Files written.
    pub reports: Vec<PathBuf>,
}

/// A request that a gap touches.
#[derive(Debug, Serialize)]
pub struct TouchedRequest {
    /// Which.
    pub request: RequestId,
    /// Who asks.
    pub authority: String,
    /// Under which number.
    pub number: String,
    /// Its items that the gap crosses.
    pub items: Vec<TouchedItem>,
    /// Its volumes.
    pub volumes: Vec<TouchedVolume>,
    /// What its certificates say that the gap bears on.
    pub sentences: Vec<Sentence>,
    /// Whether a population is frozen: only then is there an answer to compare a new search with.
    pub selected: bool,
}

/// An item that a gap crosses.
#[derive(Debug, Serialize)]
pub struct TouchedItem {
    /// Which.
    pub item: ItemId,
    /// Its words.
    pub text: String,
    /// Its period.
    pub period: String,
    /// The sources of the gap that it asks; none for a gap of an address.
    pub sources: Vec<SourceId>,
    /// Documents that meet its criteria now and that no answer took in; absent where there was none yet.
    pub new_hits: Option<u64>,
    /// Documents of which it cannot be told whether they meet its criteria, and that no answer took in.
    pub new_cannot_tell: Option<u64>,
    /// Of these, those of the gap's own sources, or of no source.
    pub new_hits_of_gap: Option<u64>,
    /// The run of the search log that says so; absent where there was no answer to hold a search against.
    pub run: Option<i64>,
}

/// A volume of a request that a gap touches.
#[derive(Debug, Serialize)]
pub struct TouchedVolume {
    /// Its name.
    pub volume: String,
    /// Its numbers.
    pub bates: String,
    /// When it was sealed; absent where it was not.
    pub sealed_at: Option<DateTime<Utc>>,
}

impl TouchedItem {
    /// Documents found now, or not to be ruled out, that no answer took in; absent where there was none yet.
    pub fn new_documents(&self) -> Option<u64> {
        Some(self.new_hits? + self.new_cannot_tell?)
    }
}

impl ImpactReport {
    /// Whether somebody has to look: something is touched, may be, or could not be checked.
    pub fn needs_person(&self) -> bool {
        !self.requests.is_empty() || !self.past.is_empty() || !self.unread.is_empty()
    }

    /// The runs of the search log that were made for it.
    pub fn runs(&self) -> BTreeSet<i64> {
        self.requests.iter().flat_map(|request| &request.items).filter_map(|item| item.run).collect()
    }

    /// Documents found now, or not to be ruled out, that no answer took in.
    pub fn new_documents(&self) -> u64 {
        self.requests.iter().flat_map(|request| &request.items).filter_map(TouchedItem::new_documents).sum()
    }
}

impl Workspace {
    /// Lists everything that a gap touches and searches anew what was answered.
    ///
    /// # Errors
    /// An unknown gap, mistakes in the register, an index that cannot be asked.
    pub fn impact(&mut self, gap: &str, actor: &Actor) -> Result<ImpactReport, WorkspaceError> {
        let row = self.gap(gap)?;
        let register = self.register()?;
        let (mut requests, mut unread, mut untouched) = (Vec::new(), Vec::new(), Vec::new());
        let known = self.known_requests()?;
        let past = self.past_requests()?;
        let in_all = (known.len() + past.len()) as u64;
        for id in known {
            match self.touched(&id, &row.gap, &register) {
                Ok(Some((mut touched, asked))) => {
                    self.record_runs(&mut touched, &asked, actor)?;
                    requests.push(touched);
                }
                Ok(None) => untouched.push(id),
                Err(error @ (WorkspaceError::Mistakes(_) | WorkspaceError::Unknown { .. })) => {
                    unread.push((id, told(&error)));
                }
                Err(error) => return Err(error),
            }
        }
        let mut touched_past = Vec::new();
        for request in past {
            match past::touched(&request, &row.gap, &register) {
                Some(touched) => touched_past.push(touched),
                None => untouched.push(request.request),
            }
        }
        let listed = (requests.len() + unread.len() + untouched.len() + touched_past.len()) as u64;
        check_sum("impact of a gap", ("requests on record", in_all), &[("listed", listed)])
            .map_err(|sum| WorkspaceError::Unexplained(vec![sum]))?;
        let statements = self.gap_statements(&row.gap)?;
        let mut report = ImpactReport {
            gap: row,
            requests,
            past: touched_past,
            unread,
            statements,
            untouched,
            requests_in_all: in_all,
            reports: Vec::new(),
        };
        report.reports.push(self.impact_sheet(&report)?);
        let found = serde_json::json!({
            "touched": report.requests.iter().map(|touched| &touched.request).collect::<Vec<_>>(),
            "past": report.past.iter().map(|touched| &touched.request).collect::<Vec<_>>(),
            "could_not_be_checked": report.unread.iter().map(|(request, _)| request).collect::<Vec<_>>(),
            "not_touched": report.untouched,
            "new_documents": report.new_documents(),
            "runs": report.runs(),
        });
        self.ledger.record_impact(&actor.act(), gap, &found)?;
        Ok(report)
    }

    /// Every request of this program on record: with a file, a population, a volume or a certificate.
    fn known_requests(&self) -> Result<BTreeSet<RequestId>, WorkspaceError> {
        let mut known: BTreeSet<RequestId> = self.requests()?.into_iter().collect();
        known.extend(self.ledger.volumes()?.into_iter().map(|volume| volume.request));
        known.extend(self.ledger.certificates()?.into_iter().map(|issued| issued.record.request));
        known.extend(self.populations()?.into_iter().map(|population| population.request));
        Ok(known)
    }

    /// Every population ever frozen, oldest first.
    pub(crate) fn populations(&self) -> Result<Vec<Population>, WorkspaceError> {
        let mut found = Vec::new();
        loop {
            match self.ledger.population_numbered(found.len() as i64 + 1) {
                Ok(population) => found.push(population),
                Err(duces_ledger::LedgerError::NoSuch { .. }) => return Ok(found),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The populations that a request was answered with: those of its sealed volumes, else the newest one.
    fn answered_with(&self, id: &RequestId) -> Result<Vec<Population>, WorkspaceError> {
        let mut keys = BTreeSet::new();
        for volume in self.ledger.volumes()?.iter().filter(|volume| volume.request == *id) {
            keys.extend(volume.sealed().map(|sealed| sealed.population));
        }
        if keys.is_empty() {
            return Ok(self.ledger.population(id)?.into_iter().collect());
        }
        let population = |key: &i64| Ok(self.ledger.population_numbered(*key)?);
        keys.iter().map(population).collect()
    }

    /// What the gap touches of one request; nothing where it does not.
    fn touched(
        &self,
        id: &RequestId,
        gap: &Gap,
        register: &Register,
    ) -> Result<Option<(TouchedRequest, Vec<Asked>)>, WorkspaceError> {
        let mut sentences = self.sentences(id, gap)?;
        let answers = self.answered_with(id)?;
        // What was answered, as it was asked then, and what the file asks now.
        let mut files = BTreeSet::new();
        let mut asked = Vec::new();
        for population in &answers {
            let sha256 = population.pins.request_sha256;
            if files.insert(sha256) {
                let request = self.pinned_request(id, population, register)?;
                asked.push(Asked { request, sha256, bytes: None, searches: Vec::new() });
            }
        }
        if self.requests()?.contains(id) {
            let read = self.read_request(id, register)?;
            let sha256 = read.sha256();
            if files.insert(sha256) {
                let bytes = Some(read.bytes);
                asked.push(Asked { request: read.request, sha256, bytes, searches: Vec::new() });
            }
        }
        let mut items: Vec<TouchedItem> = Vec::new();
        for one in &mut asked {
            for item in self.touched_items(id, one, gap, register, &answers)? {
                let known = |other: &TouchedItem| other.item == item.item && other.period == item.period;
                if !items.iter().any(known) {
                    items.push(item);
                }
            }
        }
        let names = gap
            .sources
            .iter()
            .filter_map(|id| register.source(id))
            .map(|source| source.name.clone())
            .collect();
        sentences.extend(self.letter_sentences(id, gap, &items, &names)?);
        if items.is_empty() && sentences.is_empty() {
            return Ok(None);
        }
        let of = |what: fn(&Request<Resolved>) -> String| {
            asked.last().map(|one| what(&one.request)).unwrap_or_default()
        };
        let touched = TouchedRequest {
            request: id.clone(),
            authority: of(|request| request.authority.clone()),
            number: of(|request| request.number.clone()),
            items,
            volumes: self.touched_volumes(id)?,
            sentences,
            selected: !answers.is_empty(),
        };
        Ok(Some((touched, asked)))
    }

    /// Records what was searched anew: one run for each file of the request that was asked, with its documents.
    fn record_runs(
        &mut self,
        touched: &mut TouchedRequest,
        asked: &[Asked],
        actor: &Actor,
    ) -> Result<(), WorkspaceError> {
        for one in asked.iter().filter(|one| !one.searches.is_empty()) {
            if let Some(bytes) = &one.bytes {
                self.ledger.store_bytes(bytes)?;
            }
            let run = self.ledger.record_searches(&actor.act(), &one.searches)?;
            let is_of = |item: &TouchedItem| {
                let of_file = one.request.items().iter().find(|own| own.id == item.item);
                of_file.is_some_and(|own| own.period.to_string() == item.period)
            };
            for item in touched.items.iter_mut().filter(|item| item.new_hits.is_some() && is_of(item)) {
                item.run.get_or_insert(run);
            }
        }
        Ok(())
    }

    fn touched_items(
        &self,
        id: &RequestId,
        asked: &mut Asked,
        gap: &Gap,
        register: &Register,
        answers: &[Population],
    ) -> Result<Vec<TouchedItem>, WorkspaceError> {
        let mut held: BTreeSet<DocId> = BTreeSet::new();
        for item in answers.iter().flat_map(|population| &population.items) {
            held.extend(item.members.iter().map(|(document, _)| *document));
        }
        let of_gap: BTreeSet<u64> = self.ledger.source_rows(&gap.sources)?.into_iter().collect();
        let fresh = |rows: &[u64]| -> Result<Vec<u64>, WorkspaceError> {
            let documents = self.ledger.documents(rows)?;
            Ok(documents.iter().filter(|one| !held.contains(&one.id)).map(|one| one.row).collect())
        };
        let mut found = Vec::new();
        let snapshot = if answers.is_empty() { None } else { Some((self.snapshot()?, self.snapshot_id()?)) };
        for item in asked.request.items() {
            let sources = sources_of(item, register);
            let crosses = gap.crosses_days(item.period.first(), item.period.last())
                && crate::coverage::concerns(gap, &sources);
            if !crosses {
                continue;
            }
            let (mut hits, mut queue) = (None, None);
            if let Some((snapshot, snapshot_id)) = &snapshot {
                let answer = answer(self, snapshot, register, item)?;
                let unsure: Vec<u64> = answer.cannot_tell.iter().map(|(row, _)| *row).collect();
                (hits, queue) = (Some(fresh(&answer.hits)?), Some(fresh(&unsure)?));
                asked.searches.push(SearchRun {
                    request: id.clone(),
                    item: item.id.clone(),
                    exact: item.canonical_json().to_string(),
                    snapshot: *snapshot_id,
                    register_sha256: register.digest(),
                    request_sha256: asked.sha256,
                    analyzer: duces_indexer::ANALYZER_VERSION,
                    documents: snapshot.documents(),
                    counts: serde_json::json!({
                        FOR_GAP: gap.id,
                        "in_scope": answer.in_scope,
                        "hits": answer.hits.len(),
                        "not_hit": answer.not_hit,
                        "cannot_tell": unsure.len(),
                    }),
                    sets: crate::hits::sets(&answer),
                });
            }
            let own = |rows: &Vec<u64>| {
                rows.iter().filter(|row| gap.sources.is_empty() || of_gap.contains(row)).count() as u64
            };
            found.push(TouchedItem {
                item: item.id.clone(),
                text: item.text.clone(),
                period: item.period.to_string(),
                sources: gap.sources.iter().filter(|source| sources.contains(source)).cloned().collect(),
                new_hits_of_gap: hits.as_ref().map(own),
                new_hits: hits.map(|rows| rows.len() as u64),
                new_cannot_tell: queue.map(|rows| rows.len() as u64),
                run: None,
            });
        }
        Ok(found)
    }

    fn touched_volumes(&self, id: &RequestId) -> Result<Vec<TouchedVolume>, WorkspaceError> {
        let volumes = self.ledger.volumes()?.into_iter().filter(|volume| volume.request == *id);
        Ok(volumes
            .map(|volume| TouchedVolume {
                bates: volume.range.to_string(),
                sealed_at: match &volume.state {
                    VolumeState::Sealed { at, .. } => Some(*at),
                    _ => None,
                },
                volume: volume.name.to_string(),
            })
            .collect())
    }
}

/// An error in one line, with its mistakes.
fn told(error: &WorkspaceError) -> String {
    match error.mistakes() {
        Some(mistakes) => mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        None => error.to_string(),
    }
}
