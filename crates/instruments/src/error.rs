//! Why an instrument was not made.

use duces_model::{Mistakes, Unexplained};
use duces_render::RenderError;

/// Why an instrument was not made.
#[derive(Debug, thiserror::Error)]
pub enum InstrumentError {
    /// Counts of the facts do not add up.
    #[error(transparent)]
    Unexplained(#[from] Unexplained),
    /// Two facts cannot both be true, or one is missing that another needs.
    #[error("{place}: {what}")]
    Contradiction {
        /// Where in the facts.
        place: String,
        /// What was found and what was expected.
        what: String,
    },
    /// The record does not carry what the instrument would say.
    #[error("{what}{}", list(.missing))]
    Refused {
        /// What is refused.
        what: String,
        /// What is missing, one a line.
        missing: Vec<String>,
    },
    /// The template cannot be used.
    #[error("the template cannot be used")]
    Template(#[from] Mistakes),
    /// A statement of the template could not be filled in.
    #[error("statement {statement}: {reason}")]
    Wording {
        /// Its name in the template.
        statement: String,
        /// What went wrong.
        reason: String,
    },
    /// The pages could not be made.
    #[error("the pages could not be made")]
    Render(#[from] RenderError),
    /// The facts could not be written as JSON.
    #[error("the facts could not be written as JSON")]
    Json(#[from] serde_json::Error),
}

fn list(missing: &[String]) -> String {
    missing.iter().map(|reason| format!("\n  - {reason}")).collect()
}

impl InstrumentError {
    /// A contradiction.
    pub(crate) fn contradiction(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Contradiction { place: place.into(), what: what.into() }
    }
}
