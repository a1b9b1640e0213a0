//! One match: the words that it uses.

use std::rc::Rc;

/// A match of a tree of words at one place of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Match {
    /// Its first word.
    pub(crate) start: u32,
    /// Its last word.
    pub(crate) end: u32,
    pub(crate) used: Used,
}

/// Which words from the first to the last a match uses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Used {
    /// All of them.
    All,
    /// These; not all.
    Some(Rc<[u32]>),
    /// None: it is the place before the first word of a text.
    Before,
    /// None: it is the place behind the last word of a text.
    Behind,
}

impl Match {
    /// All words from the first to the last.
    pub(crate) fn all(start: u32, end: u32) -> Self {
        Self { start, end, used: Used::All }
    }

    /// Whether it is a place beside the words.
    pub(crate) fn is_edge(&self) -> bool {
        matches!(self.used, Used::Before | Used::Behind)
    }

    /// The words that say in which sentence, paragraph and text it stands.
    pub(crate) fn anchors(&self) -> (u32, u32) {
        match self.used {
            Used::Before => (self.start + 1, self.start + 1),
            Used::Behind => (self.start - 1, self.start - 1),
            _ => (self.start, self.end),
        }
    }

    /// The words used.
    pub(crate) fn words(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        match &self.used {
            Used::All => Box::new(self.start..=self.end),
            Used::Some(words) => Box::new(words.iter().copied()),
            Used::Before | Used::Behind => Box::new(std::iter::empty()),
        }
    }

    /// Whether a word is used by both.
    pub(crate) fn shares_a_word(&self, other: &Self) -> bool {
        if self.end < other.start || other.end < self.start || self.is_edge() || other.is_edge() {
            return false;
        }
        if self.used == Used::All && other.used == Used::All {
            return true;
        }
        let (mut mine, mut theirs) = (self.words().peekable(), other.words().peekable());
        while let (Some(one), Some(two)) = (mine.peek(), theirs.peek()) {
            match one.cmp(two) {
                std::cmp::Ordering::Less => drop(mine.next()),
                std::cmp::Ordering::Equal => return true,
                std::cmp::Ordering::Greater => drop(theirs.next()),
            }
        }
        false
    }

    /// Words from the edge of the one to the edge of the other; 0 where they overlap.
    pub(crate) fn distance(&self, other: &Self) -> u32 {
        if self.end < other.start { other.start - self.end } else { self.start.saturating_sub(other.end) }
    }

    /// The match that uses the words of both.
    pub(crate) fn join(&self, other: &Self) -> Self {
        if other.is_edge() {
            return self.clone();
        }
        if self.is_edge() {
            return other.clone();
        }
        let (start, end) = (self.start.min(other.start), self.end.max(other.end));
        let mut words: Vec<u32> = self.words().chain(other.words()).collect();
        words.sort_unstable();
        words.dedup();
        let solid = u32::try_from(words.len()).is_ok_and(|count| count == end - start + 1);
        Self { start, end, used: if solid { Used::All } else { Used::Some(words.into()) } }
    }
}
