//! Requests: read, explained, searched, counted.

use crate::coverage::{GapRow, concerns};
use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use crate::scope::{ItemAnswer, answer, sources_of};
use crate::sheet::Sheet;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use duces_coverage::CoverageWord;
use duces_indexer::Snapshot;
use duces_ledger::{Population, SearchRun};
use duces_model::{EmailAddress, ItemId, Mistake, Mistakes, PersonId, RequestId, Sha256, SourceId};
use duces_query::{AdHoc, Directory, Item, Request, Resolved};
use duces_register::Register;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// How a request was understood.
#[derive(Debug, Serialize)]
pub struct PlanReport {
    /// Name of the request.
    pub request: RequestId,
    /// Who asks, under which number.
    pub authority: String,
    /// The request's number.
    pub number: String,
    /// When the answer is due.
    pub due: Option<NaiveDate>,
    /// Its items.
    pub items: Vec<ItemPlan>,
}

/// How an item was understood.
#[derive(Debug, Serialize)]
pub struct ItemPlan {
    /// Number of the item.
    pub item: ItemId,
    /// The letter's words.
    pub text: String,
    /// Its period.
    pub period: String,
    /// The exact searches, in plain words.
    pub criteria: Vec<String>,
    /// Sources that will be searched, each with what coverage says of the period.
    pub searched: Vec<SourcePlan>,
    /// Sources that will not be, and why.
    pub not_searched: Vec<(SourceId, String)>,
    /// Gaps that cross it.
    pub gaps: Vec<GapRow>,
}

/// A source of an item.
#[derive(Debug, Clone, Serialize)]
pub struct SourcePlan {
    /// The source.
    pub source: SourceId,
    /// Its name.
    pub name: String,
    /// Covered, gap or cannot tell.
    pub coverage: String,
    /// Why, where it is not plain.
    pub because: String,
}

/// Counts of an item, and of its terms.
#[derive(Debug, Serialize)]
pub struct ItemHits {
    /// Number of the item.
    pub item: ItemId,
    /// Documents in scope.
    pub in_scope: u64,
    /// The criteria hold.
    pub hit: u64,
    /// With their families.
    pub hit_with_family: u64,
    /// The criteria do not hold.
    pub not_hit: u64,
    /// It cannot be told.
    pub cannot_tell: u64,
    /// Why not, by reason; a document may have several.
    pub cannot_tell_because: BTreeMap<String, u64>,
    /// Hits by source; a document may belong to several.
    pub by_source: BTreeMap<String, u64>,
    /// Hits by month of sending.
    pub by_month: BTreeMap<String, u64>,
    /// Per term.
    pub terms: Vec<TermRow>,
}

/// Counts of one term.
#[derive(Debug, Serialize)]
pub struct TermRow {
    /// As written.
    pub written: String,
    /// In the one canonical form.
    pub canonical: String,
    /// Documents that meet everything else and this term.
    pub hits: u64,
    /// With their families.
    pub hits_with_family: u64,
    /// Met by this term and no other of the item.
    pub unique: u64,
    /// What each wildcard stands for.
    pub expansions: Vec<TermExpansion>,
}

/// What a wildcard stands for.
#[derive(Debug, Serialize)]
pub struct TermExpansion {
    /// The pattern, canonically.
    pub pattern: String,
    /// Every word that it stands for.
    pub words: Vec<String>,
}

/// The hit report of a request.
#[derive(Debug, Serialize)]
pub struct HitReport {
    /// The request.
    pub request: RequestId,
    /// Identity of the index searched.
    pub snapshot: String,
    /// Per item.
    pub items: Vec<ItemHits>,
    /// The sheet written, by `duces hits`.
    pub report: Option<PathBuf>,
}

impl HitReport {
    /// Whether a queue waits for a person.
    pub fn needs_person(&self) -> bool {
        self.items.iter().any(|item| item.cannot_tell > 0)
    }
}

/// A document in a list at the terminal.
#[derive(Debug, Serialize)]
pub struct SearchCard {
    /// Its identity.
    pub document: String,
    /// When its message was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Sender as written.
    pub from: String,
    /// Subject, or the attachment's name.
    pub title: String,
    /// Sources it belongs to.
    pub sources: Vec<String>,
}

/// The result of a free search.
#[derive(Debug, Serialize)]
pub struct AdHocReport {
    /// The terms in the one canonical form.
    pub canonical: String,
    /// How many documents match.
    pub hits: u64,
    /// For how many it cannot be told.
    pub cannot_tell: u64,
    /// How many were searched.
    pub searched: u64,
    /// The newest of the hits.
    pub cards: Vec<SearchCard>,
}

/// The register as the query language asks it.
pub(crate) struct People<'a> {
    pub(crate) register: &'a Register,
    pub(crate) zone: Tz,
}

impl Directory for People<'_> {
    fn person(&self, id: &PersonId) -> Option<Vec<EmailAddress>> {
        self.register.person(id).map(|person| person.addresses.clone())
    }

    fn people(&self) -> Vec<PersonId> {
        self.register.people.iter().map(|person| person.id.clone()).collect()
    }

    fn has_source(&self, id: &SourceId) -> bool {
        self.register.source(id).is_some()
    }

    fn source_ids(&self) -> Vec<SourceId> {
        self.register.sources.iter().map(|source| source.id.clone()).collect()
    }

    fn default_zone(&self) -> Tz {
        self.zone
    }
}

/// A request read from its file.
pub(crate) struct ReadRequest {
    pub(crate) request: Request<Resolved>,
    pub(crate) bytes: Vec<u8>,
}

impl ReadRequest {
    pub(crate) fn sha256(&self) -> Sha256 {
        Sha256::of(&self.bytes)
    }
}

impl Workspace {
    /// Reads a request file and resolves it against the register.
    pub(crate) fn read_request(&self, id: &RequestId, register: &Register) -> Result<ReadRequest, WorkspaceError> {
        let file = format!("requests/{id}.toml");
        let path = self.root.join(&file);
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let known = self.requests()?.iter().map(ToString::to_string).collect();
                return Err(WorkspaceError::Unknown { what: "request", name: id.to_string(), known });
            }
            Err(source) => return Err(WorkspaceError::Io { doing: "read", path, source }),
        };
        let text = std::str::from_utf8(&bytes)
            .map_err(|_| Mistakes::one(Mistake::of_file(&file, "expected UTF-8 text")))?;
        let people = People { register, zone: self.config.firm.zone };
        let request = duces_query::parse(&file, text)?.resolve(&people)?;
        Ok(ReadRequest { request, bytes })
    }

    /// The request as it was when the population was frozen: the ledger keeps its bytes.
    pub(crate) fn pinned_request(
        &self,
        id: &RequestId,
        population: &Population,
        register: &Register,
    ) -> Result<Request<Resolved>, WorkspaceError> {
        let bytes = self.ledger.bytes(&population.pins.request_sha256)?.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let people = People { register, zone: self.config.firm.zone };
        let name = format!("requests/{id}.toml as frozen on {}", population.frozen_at.date_naive());
        Ok(duces_query::parse(&name, &text)?.resolve(&people)?)
    }

    /// Shows how a request was understood, which sources it asks, and which gaps cross it.
    ///
    /// # Errors
    /// All mistakes in the request or the register.
    pub fn plan(&self, id: &RequestId) -> Result<PlanReport, WorkspaceError> {
        let register = self.register()?;
        let request = self.read_request(id, &register)?.request;
        let coverage = self.assess(&register)?;
        let gaps = self.gaps()?;
        let items = request.items().iter().map(|item| plan_item(item, &register, &coverage, &gaps)).collect();
        Ok(PlanReport {
            request: id.clone(),
            authority: request.authority.clone(),
            number: request.number.clone(),
            due: request.due,
            items,
        })
    }

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
        let register = self.register()?;
        let read = self.read_request(id, &register)?;
        let snapshot = self.snapshot()?;
        let snapshot_id = self.snapshot_id()?;
        let mut items = Vec::new();
        for item in read.request.items().iter().filter(|item| only.is_none_or(|only| *only == item.id)) {
            let answer = answer(self, &snapshot, &register, item)?;
            let counts = self.count(item, &answer)?;
            let run = SearchRun {
                request: id.clone(),
                item: item.id.clone(),
                exact: item.canonical_json().to_string(),
                snapshot: snapshot_id,
                register_sha256: register.digest(),
                counts: serde_json::to_value(&counts).unwrap_or_default(),
            };
            self.ledger.record_search(&actor.act(), &run)?;
            items.push(counts);
        }
        if let (Some(item), true) = (only, items.is_empty()) {
            let known = read.request.items().iter().map(|item| item.id.to_string()).collect();
            return Err(WorkspaceError::Unknown { what: "item", name: item.to_string(), known });
        }
        Ok(HitReport { request: id.clone(), snapshot: snapshot_id.to_string(), items, report: None })
    }

    /// The hit report of a request, with its sheet.
    ///
    /// # Errors
    /// As for [`Workspace::search_request`].
    pub fn hits(&mut self, id: &RequestId, actor: &Actor) -> Result<HitReport, WorkspaceError> {
        let mut report = self.search_request(id, None, actor)?;
        let mut sheet = Sheet::new(&["item", "row", "documents", "with family", "unique", "written", "canonical"]);
        for item in &report.items {
            let name = item.item.to_string();
            let plain = |row: &str, n: u64| [name.clone(), row.to_owned(), n.to_string(), String::new(), String::new(), String::new(), String::new()];
            sheet.row(plain("in scope", item.in_scope));
            sheet.row([name.clone(), "hit".into(), item.hit.to_string(), item.hit_with_family.to_string(), String::new(), String::new(), String::new()]);
            sheet.row(plain("not hit", item.not_hit));
            sheet.row(plain("cannot tell", item.cannot_tell));
            for (reason, n) in &item.cannot_tell_because {
                sheet.row(plain(&format!("cannot tell: {reason}"), *n));
            }
            for term in &item.terms {
                sheet.row([
                    name.clone(),
                    "term".into(),
                    term.hits.to_string(),
                    term.hits_with_family.to_string(),
                    term.unique.to_string(),
                    term.written.clone(),
                    term.canonical.clone(),
                ]);
            }
            for (source, n) in &item.by_source {
                sheet.row(plain(&format!("hits of source {source}"), *n));
            }
            for (month, n) in &item.by_month {
                sheet.row(plain(&format!("hits of {month}"), *n));
            }
        }
        let path = self.report(&format!("hits-{id}.csv"));
        sheet.replace(&path)?;
        report.report = Some(path);
        Ok(report)
    }

    /// Searches freely, for a person at a terminal.
    ///
    /// # Errors
    /// Mistakes in the terms, an index that is missing.
    pub fn search_terms(&mut self, dialect: &str, terms: &str, limit: usize, actor: &Actor) -> Result<AdHocReport, WorkspaceError> {
        let parsed = duces_query::parse_terms(dialect, terms, "the command line")?;
        let canonical = parsed.canonical();
        let snapshot = self.snapshot()?;
        let found = duces_query::search(&snapshot, &AdHoc { terms: Some(parsed), ..AdHoc::default() }, limit)?;
        let cards = self.cards(&snapshot, &found.rows)?;
        let detail = serde_json::json!({ "dialect": dialect, "terms": terms, "canonical": canonical, "hits": found.total });
        self.ledger.audit(&actor.act(), "search", &detail)?;
        Ok(AdHocReport {
            canonical,
            hits: found.total,
            cannot_tell: found.cannot_tell,
            searched: snapshot.documents(),
            cards,
        })
    }

    fn cards(&self, snapshot: &Snapshot, rows: &[u64]) -> Result<Vec<SearchCard>, WorkspaceError> {
        let documents: BTreeMap<u64, _> =
            self.ledger.documents(rows)?.into_iter().map(|document| (document.row, document)).collect();
        let mut cards = Vec::new();
        for row in rows {
            let (Some(card), Some(document)) = (snapshot.card(*row)?, documents.get(row)) else { continue };
            cards.push(SearchCard {
                document: document.id.to_string(),
                sent_at: document.sent_at,
                from: card.from.unwrap_or_default(),
                title: card.file_name.or(card.subject).unwrap_or_default(),
                sources: document.attributions.iter().map(|a| a.source.to_string()).collect(),
            });
        }
        Ok(cards)
    }

    fn count(&self, item: &Item<Resolved>, answer: &ItemAnswer) -> Result<ItemHits, WorkspaceError> {
        let family = |rows: &[u64]| -> Result<u64, WorkspaceError> { Ok(self.ledger.families(rows)?.len() as u64) };
        let mut because = BTreeMap::new();
        for (_, reasons) in &answer.cannot_tell {
            for reason in reasons {
                *because.entry(reason.as_str().to_owned()).or_insert(0) += 1;
            }
        }
        let (mut by_source, mut by_month) = (BTreeMap::new(), BTreeMap::new());
        for document in self.ledger.documents(&answer.hits)? {
            let names: BTreeSet<_> = document.attributions.iter().map(|a| a.source.to_string()).collect();
            let names = if names.is_empty() { BTreeSet::from(["(unattributed)".to_owned()]) } else { names };
            for name in names {
                *by_source.entry(name).or_insert(0) += 1;
            }
            let month = document.day.map_or_else(|| "undated".to_owned(), |day| day.format("%Y-%m").to_string());
            *by_month.entry(month).or_insert(0) += 1;
        }
        let terms = term_rows(answer, &family)?;
        Ok(ItemHits {
            item: item.id.clone(),
            in_scope: answer.in_scope,
            hit: answer.hits.len() as u64,
            hit_with_family: family(&answer.hits)?,
            not_hit: answer.not_hit,
            cannot_tell: answer.cannot_tell.len() as u64,
            cannot_tell_because: because,
            by_source,
            by_month,
            terms,
        })
    }
}

/// Counts per term over the item's own scope: a row that the item's sources leave out counts nowhere.
fn term_rows(
    answer: &ItemAnswer,
    family: &dyn Fn(&[u64]) -> Result<u64, WorkspaceError>,
) -> Result<Vec<TermRow>, WorkspaceError> {
    let inside: Vec<Vec<u64>> = answer
        .findings
        .terms
        .iter()
        .map(|term| term.documents.iter().copied().filter(|row| answer.hits.binary_search(row).is_ok()).collect())
        .collect();
    let mut met: BTreeMap<u64, u32> = BTreeMap::new();
    for row in inside.iter().flatten() {
        *met.entry(*row).or_default() += 1;
    }
    let mut rows = Vec::new();
    for (term, documents) in answer.findings.terms.iter().zip(&inside) {
        rows.push(TermRow {
            written: term.written.clone(),
            canonical: term.canonical.clone(),
            hits: documents.len() as u64,
            hits_with_family: family(documents)?,
            unique: documents.iter().filter(|row| met.get(row) == Some(&1)).count() as u64,
            expansions: term
                .expansions
                .iter()
                .map(|found| TermExpansion { pattern: found.pattern.clone(), words: found.terms.clone() })
                .collect(),
        });
    }
    Ok(rows)
}

pub(crate) fn plan_item(
    item: &Item<Resolved>,
    register: &Register,
    coverage: &duces_coverage::Coverage,
    gaps: &[GapRow],
) -> ItemPlan {
    let asked = sources_of(item, register);
    let crossing = gaps_crossing(item, &asked, gaps);
    let open: Vec<duces_model::Gap> = gaps.iter().map(|row| row.gap.clone()).collect();
    let (mut searched, mut not_searched) = (Vec::new(), Vec::new());
    for source in &coverage.sources {
        if !asked.contains(&source.source) {
            not_searched.push((source.source.clone(), "the item does not ask it".to_owned()));
        } else if source.captured + source.undated == 0 {
            not_searched.push((source.source.clone(), "nothing was captured of it".to_owned()));
        } else {
            let (coverage, because) = words(&source.says(&item.period, &open));
            searched.push(SourcePlan { source: source.source.clone(), name: source.name.clone(), coverage, because });
        }
    }
    ItemPlan {
        item: item.id.clone(),
        text: item.text.clone(),
        period: item.period.to_string(),
        criteria: item.explain(),
        searched,
        not_searched,
        gaps: crossing,
    }
}

/// The gaps that share a day with the item's period and concern a source that it asks.
pub(crate) fn gaps_crossing(item: &Item<Resolved>, asked: &[SourceId], gaps: &[GapRow]) -> Vec<GapRow> {
    gaps.iter()
        .filter(|row| row.gap.crosses_days(item.period.first(), item.period.last()))
        .filter(|row| concerns(&row.gap, asked))
        .cloned()
        .collect()
}

/// What coverage says, in a word and with its reason.
pub(crate) fn words(word: &CoverageWord) -> (String, String) {
    match word {
        CoverageWord::Covered { by } => {
            let kinds: Vec<_> = by.iter().map(|kind| kind.as_str()).collect();
            ("covered by evidence".to_owned(), kinds.join(", "))
        }
        CoverageWord::Gap { gaps } => ("gap".to_owned(), gaps.join(", ")),
        CoverageWord::CannotTell { because } => ("cannot tell".to_owned(), because.clone()),
    }
}
