//! Why a search could not be run.

/// Why a search could not be run. None of these is an answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// A wildcard stands for more words than can be listed; none is left out silently.
    #[error(
        "{pattern} stands for {found} words or more, expected at most {budget}: write more letters before the star"
    )]
    TooManyExpansions {
        /// The pattern as written canonically.
        pattern: String,
        /// Words found when counting stopped.
        found: usize,
        /// Words allowed.
        budget: usize,
    },
    /// The index holds what it cannot hold.
    #[error("the index is damaged: {detail}")]
    Damaged {
        /// What was found.
        detail: String,
    },
    /// The engine failed.
    #[error("could not {doing}")]
    Engine {
        /// What was being done.
        doing: &'static str,
        /// The engine's reason.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl QueryError {
    pub(crate) fn engine<E>(doing: &'static str) -> impl FnOnce(E) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        move |source| Self::Engine { doing, source: Box::new(source) }
    }
}
