//! Which sentences of issued certificates a gap makes wrong, unsupported or incomplete: by their stored facts.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use chrono::{DateTime, Utc};
use duces_instruments::facts::{CompletenessFacts, CoverageWord, GapFacts, ItemFacts};
use duces_model::{Axis, Gap, RequestId};
use serde::Serialize;

/// What a gap does to a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It says what is now known to be otherwise.
    Wrong,
    /// What it rests on no longer carries it.
    Unsupported,
    /// It says less than is now known.
    Incomplete,
    /// It says so already.
    Stands,
}

impl Verdict {
    /// The word that is printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::Unsupported => "unsupported",
            Self::Incomplete => "incomplete",
            Self::Stands => "stands",
        }
    }
}

/// A sentence of a certificate, letter or report that a gap bears on.
#[derive(Debug, Clone, Serialize)]
pub struct Sentence {
    /// Number of the certificate in the ledger; absent where a letter or another instrument says it.
    pub certificate: Option<i64>,
    /// Number of the letter or other instrument; absent where a certificate says it.
    pub instrument: Option<i64>,
    /// Its title.
    pub title: String,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// By whom.
    pub issued_by: String,
    /// What it says, and of what.
    pub says: String,
    /// What the gap does to it.
    pub verdict: Verdict,
    /// Why, in words.
    pub because: String,
}

impl Sentence {
    /// What says it: `certificate 3`, or `instrument 2`.
    pub fn who(&self) -> String {
        match (self.certificate, self.instrument) {
            (Some(certificate), _) => format!("certificate {certificate}"),
            (None, Some(instrument)) => format!("instrument {instrument}, {}", self.title),
            (None, None) => self.title.clone(),
        }
    }
}

impl Workspace {
    /// The sentences of a request's certificates that the gap bears on, in the order of their issue.
    pub(super) fn sentences(&self, id: &RequestId, gap: &Gap) -> Result<Vec<Sentence>, WorkspaceError> {
        let mut found = Vec::new();
        for issued in self.ledger.certificates()?.into_iter().filter(|issued| issued.record.request == *id) {
            let sentence = |says: String, verdict: Verdict, because: String| Sentence {
                certificate: Some(issued.key),
                instrument: None,
                title: issued.record.title.clone(),
                issued_at: issued.at,
                issued_by: issued.by.clone(),
                says,
                verdict,
                because,
            };
            let bytes = self.ledger.bytes(&issued.record.facts_sha256)?;
            let facts = bytes.and_then(|bytes| duces_instruments::stored_facts(&bytes).ok());
            let Some(facts) = facts else {
                // What cannot be read is never taken for untouched.
                found.push(sentence(
                    "its facts cannot be read by this version".to_owned(),
                    Verdict::Unsupported,
                    "it cannot be told whether the gap bears on it: read the certificate itself".to_owned(),
                ));
                continue;
            };
            for (says, verdict, because) in bearing(&facts, gap) {
                found.push(sentence(says, verdict, because));
            }
        }
        Ok(found)
    }
}

/// What a certificate's facts say that the gap bears on. What was not reviewed was kept all the same: it bears on the
/// schedule of gaps, and on no sentence on what is retained or was found.
fn bearing(facts: &CompletenessFacts, gap: &Gap) -> Vec<(String, Verdict, String)> {
    let asked = GapFacts {
        gap: gap.clone(),
        source_names: Vec::new(),
        first_known_at: facts.as_known_at,
        history: Vec::new(),
    };
    let items: Vec<&ItemFacts> = facts.items.iter().filter(|item| asked.crosses(item)).collect();
    if items.is_empty() {
        return Vec::new();
    }
    let listed = facts.gaps.iter().find(|known| known.gap.id == gap.id);
    let mut found = Vec::new();
    let preserved = items.iter().filter(|_| gap.axis == Axis::Preserved);
    for item in preserved {
        for searched in item.searched.iter().filter(|searched| gap.is_of(&searched.source)) {
            let says = format!(
                "item {}: source {} in {}: {}",
                item.id,
                searched.source,
                item.period,
                match searched.coverage {
                    CoverageWord::Covered => format!("covered by evidence ({})", searched.reason),
                    CoverageWord::Gap => format!("a gap ({})", searched.reason),
                    CoverageWord::CannotTell => format!("cannot be told ({})", searched.reason),
                }
            );
            let (verdict, because) = match (searched.coverage, listed) {
                (CoverageWord::Covered, _) => {
                    (Verdict::Wrong, format!("communications of these days are missing: {}", gap.finding))
                }
                (CoverageWord::Gap, Some(_)) => continue,
                (CoverageWord::Gap, None) => {
                    (Verdict::Incomplete, format!("it names other gaps and not {}", gap.id))
                }
                (CoverageWord::CannotTell, _) => {
                    (Verdict::Incomplete, format!("it can be told now: {}", gap.finding))
                }
            };
            found.push((says, verdict, because));
        }
        if item.is_nil() || item.is_nil_beside_added() {
            found.push((
                format!("item {}: nothing was found in {}", item.id, item.period),
                Verdict::Unsupported,
                "what was not retained could not be found; the nil answer holds only for what was".to_owned(),
            ));
        }
    }
    let names: Vec<String> = items.iter().map(|item| item.id.to_string()).collect();
    let of_items = format!("{} {}", if names.len() == 1 { "item" } else { "items" }, names.join(", "));
    found.push(match listed {
        None => (
            format!("its schedule of gaps, for {of_items}"),
            Verdict::Incomplete,
            format!("it does not name {}, which was not on record then", gap.id),
        ),
        Some(known) if gap.goes_beyond(&known.gap) => (
            format!("its schedule of gaps, {}: {}", gap.id, known.gap.finding),
            Verdict::Incomplete,
            format!("more is known now: {}", gap.finding),
        ),
        Some(known) if known.gap.goes_beyond(gap) => (
            format!("its schedule of gaps, {}: {}", gap.id, known.gap.finding),
            Verdict::Incomplete,
            format!("it says more, or other, than is found now: {}", gap.finding),
        ),
        Some(known) if !known.gap.status.is_open() && gap.status.is_open() => (
            format!("its schedule of gaps, {}: {}", gap.id, known.gap.status.as_str()),
            Verdict::Unsupported,
            format!("the gap is {} now", gap.status.as_str()),
        ),
        Some(_) => (
            format!("its schedule of gaps, for {of_items}"),
            Verdict::Stands,
            format!("it names {} as it is known now", gap.id),
        ),
    });
    found
}
