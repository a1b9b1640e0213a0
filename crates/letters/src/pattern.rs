//! Patterns of words, compiled once.

/// A pattern that is written in this crate, so it is one.
macro_rules! pattern {
    ($text:expr) => {{
        static PATTERN: std::sync::LazyLock<regex::Regex> =
            std::sync::LazyLock::new(|| regex::Regex::new($text.as_ref()).expect("a pattern of this crate"));
        &*PATTERN
    }};
}

pub(crate) use pattern;
