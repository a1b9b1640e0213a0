//! Which signs and words mean what: one grammar a dialect family, and that of the canonical form.

use super::Dialect;

/// By which rules a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// dtSearch, and Relativity, which are read alike.
    DtSearch,
    Westlaw,
    Lexis,
    /// The form in which trees are shown; nobody chooses it, it has a notation for every tree.
    Canonical,
}

/// A sign inside a word that makes it stand for several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Exactly one character.
    One,
    /// Exactly one digit.
    Digit,
    /// Any number of characters, anywhere.
    Many,
    /// Any number of characters, at the end only.
    Root,
    /// One difference more.
    Fuzzy,
    /// The same stem.
    Stem,
}

impl Grammar {
    pub(super) fn of(dialect: Dialect) -> Self {
        match dialect {
            Dialect::DtSearch | Dialect::Relativity => Self::DtSearch,
            Dialect::Westlaw => Self::Westlaw,
            Dialect::Lexis => Self::Lexis,
        }
    }

    /// What the sign means inside a word, where it means one of these things.
    pub(super) fn mark(self, c: char) -> Option<Mark> {
        match (self, c) {
            (Self::DtSearch | Self::Canonical | Self::Lexis, '?') | (Self::Westlaw, '*') => Some(Mark::One),
            (Self::DtSearch | Self::Canonical, '*') => Some(Mark::Many),
            (Self::DtSearch | Self::Canonical, '=') => Some(Mark::Digit),
            (Self::DtSearch | Self::Canonical, '%') => Some(Mark::Fuzzy),
            (Self::DtSearch | Self::Canonical, '~') => Some(Mark::Stem),
            (Self::Westlaw | Self::Lexis, '!') => Some(Mark::Root),
            _ => None,
        }
    }

    /// Whether it is one of the two legal research services.
    pub(super) fn is_legal(self) -> bool {
        matches!(self, Self::Westlaw | Self::Lexis)
    }

    /// How "and" is written.
    pub(super) fn and(self) -> &'static str {
        if self == Self::Westlaw { "&" } else { "and" }
    }

    /// How "or" is written, with what stands around it.
    pub(super) fn or(self) -> &'static str {
        if self == Self::Westlaw { " " } else { " or " }
    }

    /// How "and not" is written.
    pub(super) fn and_not(self) -> &'static str {
        if self == Self::Westlaw { "%" } else { "and not" }
    }

    /// Greatest number in a proximity or `atleast`: the services' own limit, ours elsewhere.
    pub(super) fn number_max(self) -> u32 {
        if self.is_legal() { 255 } else { 10_000 }
    }

    /// Deepest nesting of parentheses and `not`: more is nothing that anybody wrote. The canonical
    /// form sets parentheses that a writer may leave out.
    pub(super) fn depth_max(self) -> usize {
        if self == Self::Canonical { 350 } else { 100 }
    }

    /// In plain words.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::DtSearch => "dtSearch",
            Self::Westlaw => "Westlaw",
            Self::Lexis => "Lexis",
            Self::Canonical => "the canonical form",
        }
    }
}
