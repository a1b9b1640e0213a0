//! What of a request waits for whom. Roles are those of the product: who does a step, not who they are.

use super::{ItemState, RequestInTime};
use serde::Serialize;

/// Who does a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// Prepares requests and volumes.
    Paralegal,
    /// Decides on documents.
    Reviewer,
    /// Has certificates written, and signs them.
    RecordsOfficer,
    /// Says that a request is answered.
    Counsel,
}

impl Who {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paralegal => "paralegal",
            Self::Reviewer => "reviewer",
            Self::RecordsOfficer => "records officer",
            Self::Counsel => "counsel",
        }
    }
}

/// One thing that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// For whom.
    pub who: Who,
    /// What is to be done.
    pub what: String,
}

/// What of a request waits, in the order in which it can be done; nothing where it is answered.
pub(super) fn waiting(request: &RequestInTime, selected: bool, pending: u64, stale: bool) -> Vec<Waiting> {
    let mut all = Vec::new();
    if request.answered_on.is_some() {
        return all;
    }
    let id = &request.request;
    let mut say = |who, what: String| all.push(Waiting { who, what });
    if let Some(mistakes) = &request.mistakes {
        say(Who::Paralegal, format!("mend requests/{id}.toml: {mistakes}"));
    } else if !selected {
        say(Who::Paralegal, format!("nothing is selected yet: duces select {id}"));
    }
    if stale {
        say(Who::Paralegal, format!("the request file was changed after the selection: duces select {id}"));
    }
    for item in request.items.iter().filter(|item| item.state == ItemState::Beside) {
        say(
            Who::Paralegal,
            format!(
                "item {} ({}) is answered beside the searches: duces add {id} {}",
                item.item, item.kind, item.item
            ),
        );
    }
    if pending > 0 {
        let wait = if pending == 1 { "document waits" } else { "documents wait" };
        say(Who::Reviewer, format!("{pending} {wait} for a decision: duces review export {id}"));
    }
    if selected && pending == 0 && !stale && request.items.iter().any(|item| item.state == ItemState::Decided)
    {
        say(
            Who::Paralegal,
            format!("everything selected is decided, and no volume holds it: duces produce {id}"),
        );
    }
    for volume in &request.volumes {
        let name = &volume.volume;
        match (volume.sealed, volume.verified, volume.certificates, volume.delivered.is_empty()) {
            (false, ..) => say(
                Who::Paralegal,
                format!(
                    "volume {name} was begun and not sealed: duces produce {id} --volume {name}, or --void {name}"
                ),
            ),
            (_, None, ..) => {
                say(Who::Paralegal, format!("volume {name} is not verified yet: duces verify {name}"))
            }
            (_, Some(false), ..) => {
                say(Who::Paralegal, format!("volume {name} does not verify: duces verify {name}"))
            }
            (.., 0, _) => {
                say(Who::RecordsOfficer, format!("volume {name} has no certificate: duces certify {name}"))
            }
            (.., true) => say(
                Who::Paralegal,
                format!(
                    "volume {name} is not recorded as delivered: duces request delivered {name} --on DAY --to RECIPIENT --means MEANS"
                ),
            ),
            _ => {}
        }
    }
    if all.is_empty() {
        let what = format!(
            "everything is done: say whether the request is answered in full (duces request answered {id} --on DAY --why REASON)"
        );
        all.push(Waiting { who: Who::Counsel, what });
    }
    all
}
