//! How a request was understood: searches, sources, gaps that cross it.

use crate::coverage::concerns;
use crate::error::WorkspaceError;
use crate::gaps::GapRow;
use crate::home::Workspace;
use crate::requests::{BesideReport, beside};
use crate::scope::sources_of;
use chrono::NaiveDate;
use duces_coverage::CoverageWord;
use duces_model::{ItemId, RequestId, SourceId};
use duces_query::{Item, Resolved};
use duces_register::Register;
use serde::Serialize;

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
    /// The items that no search answers.
    pub beside: Vec<BesideReport>,
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

impl Workspace {
    /// Shows how a request was understood, which sources it asks, and which gaps cross it.
    ///
    /// # Errors
    /// All mistakes in the request or the register.
    pub fn plan(&self, id: &RequestId) -> Result<PlanReport, WorkspaceError> {
        let register = self.register()?;
        let request = self.read_request(id, &register)?.request;
        let coverage = self.assess(&register)?;
        let gaps = self.counting_gaps()?;
        let items = request.items().iter().map(|item| plan_item(item, &register, &coverage, &gaps)).collect();
        Ok(PlanReport {
            request: id.clone(),
            authority: request.authority.clone(),
            number: request.number.clone(),
            due: request.due,
            items,
            beside: beside(&request),
        })
    }
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
        let held = source.captured + source.undated;
        if let Some(why) = not_searched_because(&source.source, &asked, held) {
            not_searched.push((source.source.clone(), why.to_owned()));
        } else {
            let (coverage, because) = words(&source.says(&item.period, &open));
            searched.push(SourcePlan {
                source: source.source.clone(),
                name: source.name.clone(),
                coverage,
                because,
            });
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

/// Why a source is not searched for an item that asks these; absent where it is. `held` counts what was
/// captured of it.
pub(crate) fn not_searched_because(source: &SourceId, asked: &[SourceId], held: u64) -> Option<&'static str> {
    if !asked.contains(source) {
        Some("left out by the item's sources or channels")
    } else if held == 0 {
        Some("nothing was captured of it")
    } else {
        None
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
            ("covered by evidence".to_owned(), format!("no loss was seen by: {}", kinds.join(", ")))
        }
        CoverageWord::Gap { gaps } => ("gap".to_owned(), gaps.join(", ")),
        CoverageWord::CannotTell { because } => ("cannot tell".to_owned(), because.clone()),
    }
}
