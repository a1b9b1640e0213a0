//! The supplement of an answer that a gap touches: a population in which only what is new is produced, and a draft notice.

use super::Verdict;
use super::telling::{days, file_name, quantity, told, unknowns};
use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use crate::select::SelectReport;
use duces_instruments::Draft;
use duces_model::RequestId;
use serde::Serialize;
use std::path::PathBuf;

/// A supplement that was prepared.
#[derive(Debug, Serialize)]
pub struct SupplementReport {
    /// The request.
    pub request: RequestId,
    /// The gap that is its reason.
    pub gap: String,
    /// Documents that meet the criteria now and that no answer took in; by item, so that one may count twice.
    pub new_hits: u64,
    /// Documents of which it cannot be told and that no answer took in.
    pub new_cannot_tell: u64,
    /// The new population, in which what went out before is excluded as already produced; absent where nothing new
    /// was found.
    pub selected: Option<SelectReport>,
    /// The draft notice.
    pub notice: PathBuf,
}

#[derive(Serialize)]
struct Notice {
    firm: String,
    known_on: String,
    authority: String,
    number: String,
    request: String,
    earlier: Vec<String>,
    gap: String,
    days: String,
    quantity: String,
    changed: Vec<String>,
    found: String,
    unknowns: Vec<String>,
}

impl Workspace {
    /// Prepares the supplement of an answer that a gap touches: freezes a population in which only what is new is to be
    /// produced, and drafts the notice.
    ///
    /// # Errors
    /// A request that the gap does not touch or that was never selected, and whatever stops a selection.
    pub fn supplement(
        &mut self,
        gap: &str,
        request: &RequestId,
        actor: &Actor,
    ) -> Result<SupplementReport, WorkspaceError> {
        let name =
            format!("supplement-{request}-{}-{}.txt", actor.now.date_naive(), file_name(&[gap.to_owned()]));
        let notice = self.root.join("drafts").join(&name);
        if notice.exists() {
            // Before anything is frozen or moved.
            return Err(WorkspaceError::Exists { path: notice });
        }
        let impact = self.impact(gap, actor)?;
        if impact.past.iter().any(|past| past.request == *request) {
            return Err(WorkspaceError::Refused {
                what: format!(
                    "request {request} was answered before this program: nothing of it can be searched anew here"
                ),
                reasons: vec![format!(
                    "gap {gap} touches it, or may touch it: duces gap impact {gap} lists its statements"
                )],
                hint: "write it anew as a request file in requests/, then select and produce from that"
                    .to_owned(),
            });
        }
        let Some(touched) = impact.requests.iter().find(|touched| touched.request == *request) else {
            return Err(WorkspaceError::Refused {
                what: format!(
                    "gap {gap} does not touch request {request}, so there is nothing to supplement"
                ),
                reasons: Vec::new(),
                hint: format!("duces gap impact {gap} lists what it touches"),
            });
        };
        self.population(request)?;
        let new_hits: u64 = touched.items.iter().filter_map(|item| item.new_hits).sum();
        let new_cannot_tell: u64 = touched.items.iter().filter_map(|item| item.new_cannot_tell).sum();
        let mut selected = None;
        if new_hits + new_cannot_tell > 0 {
            selected = Some(self.select(request, actor)?);
        }
        let row = &impact.gap;
        let changed = touched.sentences.iter().filter(|sentence| sentence.verdict != Verdict::Stands);
        let notice = Notice {
            firm: self.config.firm.name.clone(),
            known_on: actor.now.date_naive().to_string(),
            authority: touched.authority.clone(),
            number: touched.number.clone(),
            request: request.to_string(),
            earlier: touched
                .volumes
                .iter()
                .map(|volume| format!("volume {}, {}", volume.volume, volume.bates))
                .chain(touched.sentences.iter().map(|s| format!("{} of {}: {}", s.who(), s.issued_at.date_naive(), s.says)))
                .collect(),
            gap: row.gap.finding.clone(),
            days: days(row),
            quantity: quantity(row.gap.quantity),
            changed: changed.map(|s| format!("{} is {} now: {}", s.says, s.verdict.as_str(), s.because)).collect(),
            found: match (new_hits, new_cannot_tell) {
                (0, 0) => "A new search over what is retained now finds nothing that the earlier answer did not take in.".to_owned(),
                (hits, unsure) => format!(
                    "Counted by item, {hits} documents meet the request's criteria now, and of {unsure} it cannot be told; no earlier \
                     answer took them in. They are under review."
                ),
            },
            unknowns: unknowns(&told(row)).into_iter().collect(),
        };
        let notice = self.draft(Draft::SupplementNotice, &name, &notice)?;
        Ok(SupplementReport {
            request: request.clone(),
            gap: gap.to_owned(),
            new_hits,
            new_cannot_tell,
            selected,
            notice,
        })
    }
}
