//! Why a search could not be run.

/// Why a search could not be run. None of these is an answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// A pattern stands for more words than can be listed; none is left out silently.
    #[error(
        "{pattern} stands for {found} words or more, expected at most {budget}: write more of its letters"
    )]
    TooManyExpansions {
        /// The pattern as written canonically.
        pattern: String,
        /// Words found when counting stopped.
        found: usize,
        /// Words allowed.
        budget: usize,
    },
    /// A regular expression cannot be read, or is too large.
    #[error("{pattern} is no regular expression that can be searched for: {source}")]
    Expression {
        /// The pattern as written canonically.
        pattern: String,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The tree holds what the language does not define.
    #[error("found {what}, which has no meaning: write it as several terms")]
    NoMeaning {
        /// What was found.
        what: &'static str,
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
    pub(crate) fn reading<E>() -> impl FnOnce(E) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        Self::engine("read the words of the index")
    }

    pub(crate) fn engine<E>(doing: &'static str) -> impl FnOnce(E) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        move |source| Self::Engine { doing, source: Box::new(source) }
    }
}
