//! A gap in the words of a draft, and where drafts are written.

use crate::error::WorkspaceError;
use crate::files;
use crate::gaps::{GapRow, day_in_words};
use crate::home::Workspace;
use duces_instruments::Draft;
use duces_model::{Axis, GapField, Quantity};
use serde::Serialize;
use std::path::PathBuf;

/// The word for what the record does not know.
pub(super) const UNKNOWN: &str = "unknown";

/// A gap as a summary tells it; every field is words.
#[derive(Serialize)]
pub(crate) struct Told {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) axis: &'static str,
    pub(crate) whose: String,
    pub(crate) first_day: String,
    pub(crate) last_day: String,
    pub(crate) quantity: String,
    pub(crate) basis: &'static str,
    pub(crate) stated: String,
    pub(crate) finding: String,
    pub(crate) blind_to: String,
    pub(crate) cause: String,
    pub(crate) scope: String,
    pub(crate) impact: String,
    pub(crate) detected: String,
    pub(crate) first_known: String,
    pub(crate) first_seen: String,
    pub(crate) remediation: String,
    pub(crate) recovered: String,
    pub(crate) concluded: String,
    pub(crate) history: Vec<String>,
}

impl Workspace {
    /// Writes a draft, by the firm's own wording where it has one.
    pub(super) fn draft(
        &self,
        draft: Draft,
        name: &str,
        facts: &impl Serialize,
    ) -> Result<PathBuf, WorkspaceError> {
        let own = self.root.join("templates").join(draft.file());
        let text = match std::fs::read_to_string(&own) {
            Ok(text) => draft.fill(&format!("templates/{}", draft.file()), &text, facts)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                draft.fill(draft.file(), draft.builtin(), facts)?
            }
            Err(source) => return Err(WorkspaceError::Io { doing: "read", path: own, source }),
        };
        let folder = self.root.join("drafts");
        files::make_folder(&folder)?;
        let path = folder.join(name);
        files::create(&path, text.as_bytes())?;
        Ok(path)
    }
}

pub(crate) fn told(row: &GapRow) -> Told {
    let gap = &row.gap;
    let note = |field| {
        row.note(field).map_or_else(
            || UNKNOWN.to_owned(),
            |note| format!("{} ({}, {})", note.text, note.by, note.at.date_naive()),
        )
    };
    let sources: Vec<&str> = gap.sources.iter().map(duces_model::SourceId::as_str).collect();
    Told {
        id: gap.id.clone(),
        status: gap.status.as_str().to_owned(),
        axis: match gap.axis {
            Axis::Preserved => "not preserved",
            Axis::Reviewed => "not reviewed",
        },
        whose: gap
            .address
            .as_ref()
            .map_or_else(|| sources.join(", "), |address| format!("{address}, which no source has")),
        first_day: day_in_words(gap.first_day, gap.first_between),
        last_day: day_in_words(gap.last_day, gap.last_between),
        quantity: quantity(gap.quantity),
        basis: match gap.quantity {
            Quantity::Exact { .. } => "counted",
            Quantity::AtLeast { .. } => "counted as far as it could be seen; there may be more",
            Quantity::AtMost { .. } => "an upper bound",
            Quantity::Estimated { .. } => "estimated by a statistical model, with its interval at 95 %",
            Quantity::NetDifference { .. } => {
                "the difference of two counts; duplicates and retries can hide further loss"
            }
            Quantity::Unknown => "none",
        },
        stated: note(GapField::Stated),
        finding: gap.finding.clone(),
        blind_to: gap.blind_to.clone(),
        cause: note(GapField::Cause),
        scope: note(GapField::Scope),
        impact: note(GapField::Impact),
        detected: note(GapField::Detected),
        first_known: note(GapField::FirstKnown),
        first_seen: row.first_seen.date_naive().to_string(),
        remediation: note(GapField::Remediation),
        recovered: note(GapField::Recovered),
        concluded: note(GapField::Concluded),
        history: row
            .history
            .iter()
            .map(|word| {
                format!("{} {} by {}: {}", word.at.date_naive(), word.status.as_str(), word.by, word.why)
            })
            .collect(),
    }
}

/// What a gap's summary calls unknown.
pub(super) fn unknowns(gap: &Told) -> Vec<String> {
    let fields = [
        ("first day", &gap.first_day),
        ("last day", &gap.last_day),
        ("quantity", &gap.quantity),
        ("cause", &gap.cause),
        ("scope", &gap.scope),
        ("impact", &gap.impact),
        ("how it was found", &gap.detected),
        ("what was done", &gap.remediation),
        ("what was recovered", &gap.recovered),
    ];
    let unknown: Vec<&str> =
        fields.iter().filter(|(_, text)| *text == UNKNOWN).map(|(name, _)| *name).collect();
    if unknown.is_empty() { Vec::new() } else { vec![format!("{}: {}", gap.id, unknown.join(", "))] }
}

pub(super) fn quantity(quantity: Quantity) -> String {
    match quantity {
        Quantity::Unknown => UNKNOWN.to_owned(),
        known => format!("{known} communications"),
    }
}

pub(super) fn days(row: &GapRow) -> String {
    let gap = &row.gap;
    format!(
        "{} to {}",
        day_in_words(gap.first_day, gap.first_between),
        day_in_words(gap.last_day, gap.last_between)
    )
}

/// Gap names in a file name: letters, digits, `.`, `-` and `_` stay, everything else becomes `-`; the first two, and how
/// many more.
pub(super) fn file_name(gaps: &[String]) -> String {
    let plain = |name: &String| -> String {
        name.chars()
            .map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' })
            .take(80)
            .collect()
    };
    let mut text = gaps.iter().take(2).map(plain).collect::<Vec<_>>().join("+");
    if gaps.len() > 2 {
        text += &format!("+{}", gaps.len() - 2);
    }
    text
}
