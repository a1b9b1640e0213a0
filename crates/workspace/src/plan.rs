//! How a request was understood: searches, sources, gaps that cross it.

use crate::blind::FormReport;
use crate::error::WorkspaceError;
use crate::gaps::GapRow;
use crate::hand_off::{HandOff, hand_offs};
use crate::home::Workspace;
use crate::item_coverage::{ItemCoverage, SourcePlan};
use crate::requests::{BesideReport, beside};
use chrono::NaiveDate;
use duces_model::{Gap, ItemId, RequestId, SourceId};
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
    /// The forms in which is retained what the items search, each with what it cannot contain.
    pub forms: Vec<FormReport>,
    /// The items that ask for PST files, which are not written.
    pub hand_offs: Vec<HandOff>,
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
    /// Sources that it asks for and that were in service in its period, of which nothing was captured.
    pub not_captured: Vec<SourceId>,
    /// Gaps that cross it.
    pub gaps: Vec<GapRow>,
    /// Gaps that cross it, were found now, and are not recorded yet.
    pub new_gaps: Vec<Gap>,
}

impl ItemPlan {
    /// Whether a gap crosses it, or a source that it asks for cannot be searched: a person must look.
    pub fn needs_person(&self) -> bool {
        !self.gaps.is_empty()
            || !self.new_gaps.is_empty()
            || self.searched.is_empty()
            || !self.not_captured.is_empty()
    }
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
        let new_gaps = self.unrecorded_gaps(&coverage)?;
        let sources = |item| ItemCoverage::of(item, &register, &coverage, (&gaps, &new_gaps));
        let items: Vec<ItemPlan> = request.items().iter().map(|item| planned(item, sources(item))).collect();
        let beside = beside(&request);
        let forms = self.forms_of(request.items().iter().zip(&items))?;
        Ok(PlanReport {
            hand_offs: hand_offs(&items, &beside),
            request: id.clone(),
            authority: request.authority.clone(),
            number: request.number.clone(),
            due: request.due,
            items,
            beside,
            forms,
        })
    }
}

/// The plan of an item where every gap found is recorded.
pub(crate) fn plan_item(
    item: &Item<Resolved>,
    register: &Register,
    coverage: &duces_coverage::Coverage,
    gaps: &[GapRow],
) -> ItemPlan {
    planned(item, ItemCoverage::of(item, register, coverage, (gaps, &[])))
}

fn planned(item: &Item<Resolved>, sources: ItemCoverage) -> ItemPlan {
    let missing = sources.never_captured.iter().filter(|source| source.said.weakens());
    ItemPlan {
        item: item.id.clone(),
        text: item.text.clone(),
        period: item.period.to_string(),
        criteria: item.explain(),
        not_searched: sources.not_searched(),
        not_captured: missing.map(|source| source.source.clone()).collect(),
        searched: sources.searched,
        gaps: sources.gaps,
        new_gaps: sources.new_gaps,
    }
}
