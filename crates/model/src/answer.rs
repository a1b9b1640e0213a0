//! Three values: yes, no and *cannot tell*.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a criterion cannot be answered for a document. More than one reason may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unknown {
    /// The message has no usable date.
    NoDate,
    /// Not all of its addresses could be read.
    Participants,
    /// No text, or not all of it, could be read.
    Text,
    /// It could not be read at all.
    Unreadable,
    /// It belongs to no source of the register, or to some by its headers only, so a criterion on sources
    /// cannot be answered.
    Unattributed,
    /// Its words match so often that the nested matches were not all looked at.
    TooManyMatches,
}

impl Unknown {
    /// All reasons, in the order in which they are listed. The ledger keeps a reason as its place here: a
    /// new one goes last.
    pub const ALL: [Self; 6] = [
        Self::NoDate,
        Self::Participants,
        Self::Text,
        Self::Unreadable,
        Self::Unattributed,
        Self::TooManyMatches,
    ];

    /// The word that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoDate => "no-date",
            Self::Participants => "participants",
            Self::Text => "text",
            Self::Unreadable => "unreadable",
            Self::Unattributed => "unattributed",
            Self::TooManyMatches => "too-many-matches",
        }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoDate => "no usable date",
            Self::Participants => "addresses not all readable",
            Self::Text => "text not readable",
            Self::Unreadable => "message not readable",
            Self::Unattributed => "of no certain source",
            Self::TooManyMatches => "words match too often to look at every match",
        })
    }
}

/// What a criterion says of a document. Unknown is a third answer beside yes and no; it combines by
/// Kleene's strong rules, so that it never falls silently outside a filter nor inside a NOT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The criterion holds.
    Yes,
    /// The criterion does not hold.
    No,
    /// It cannot be told.
    CannotTell,
}

impl Answer {
    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, Self::Yes) => Self::Yes,
            _ => Self::CannotTell,
        }
    }

    /// One of them holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        !((!self).and(!other))
    }
}

impl std::ops::Not for Answer {
    type Output = Self;

    /// It does not hold; what cannot be told still cannot.
    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::CannotTell => Self::CannotTell,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    const ALL: [Answer; 3] = [Answer::Yes, Answer::No, Answer::CannotTell];

    /// The truth as it would be if the unknown were known one way or the other.
    fn worlds(answer: Answer) -> &'static [bool] {
        match answer {
            Answer::Yes => &[true],
            Answer::No => &[false],
            Answer::CannotTell => &[true, false],
        }
    }

    #[test]
    fn an_answer_is_known_exactly_when_every_world_agrees() {
        for a in ALL {
            for b in ALL {
                let seen: Vec<bool> =
                    worlds(a).iter().flat_map(|x| worlds(b).iter().map(move |y| *x && *y)).collect();
                let expected = match (seen.contains(&true), seen.contains(&false)) {
                    (true, false) => Answer::Yes,
                    (false, true) => Answer::No,
                    _ => Answer::CannotTell,
                };
                assert_eq!(a.and(b), expected, "{a:?} and {b:?}");
                assert_eq!(a.or(b), !((!a).and(!b)));
            }
        }
    }

    #[test]
    fn not_leaves_the_unknown_unknown() {
        assert_eq!(!Answer::CannotTell, Answer::CannotTell);
    }
}
