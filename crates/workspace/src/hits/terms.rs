//! One term against the others of its item: what is its own, what it adds nothing to, whether it is too broad.

use super::report::Splits;
use super::samples::TermSamples;
use super::zero::ZeroMeaning;
use crate::row_set::RowSet;
use serde::Serialize;

/// Counts of one term.
#[derive(Debug, Clone, Serialize)]
pub struct TermRow {
    /// As written.
    pub written: String,
    /// In the one canonical form.
    pub canonical: String,
    /// Which of the item's terms it stands for, in the order written, from 1: several where they read the same.
    pub places: Vec<u64>,
    /// How the others of these are written, where that differs.
    pub also_written: Vec<String>,
    /// Documents that meet everything else and this term.
    pub hits: u64,
    /// With their families.
    pub hits_with_family: u64,
    /// Met by this term and no other of the item.
    pub unique: u64,
    /// Documents of families that this term alone hits.
    pub unique_with_family: u64,
    /// The hits by what they belong to.
    #[serde(flatten)]
    pub splits: Splits,
    /// Where the term is too broad by the stated rule.
    pub over_broad: Option<OverBroad>,
    /// The terms whose hits hold all of this one's.
    pub subsumed_by: Vec<Subsuming>,
    /// For what a zero holds, where the term has no hit.
    pub zero: Option<ZeroMeaning>,
    /// Random documents to read, where they were asked for.
    pub samples: Option<TermSamples>,
    /// What each wildcard stands for.
    pub expansions: Vec<TermExpansion>,
}

impl TermRow {
    /// Where it stands for several terms of the list: which.
    pub fn twins(&self) -> Option<String> {
        if self.places.len() < 2 {
            return None;
        }
        let places: Vec<String> = self.places.iter().map(ToString::to_string).collect();
        let mut text = format!("stands for terms {} of the item, which read the same", places.join(", "));
        if !self.also_written.is_empty() {
            text += &format!(" (also written {})", self.also_written.join("; "));
        }
        Some(text)
    }
}

/// What a wildcard stands for.
#[derive(Debug, Clone, Serialize)]
pub struct TermExpansion {
    /// The pattern, canonically.
    pub pattern: String,
    /// Every word that it stands for.
    pub words: Vec<String>,
}

/// Why a term is too broad, with the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OverBroad {
    /// Which rule, in words with the numbers.
    pub because: String,
    /// Hits of the term.
    pub hits: u64,
    /// Documents searched in the item's scope.
    pub searched: u64,
    /// Documents that some term of the item hits.
    pub any_term: u64,
    /// Hits of the term alone.
    pub unique: u64,
}

/// A term whose hits hold all of another's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subsuming {
    /// That term, canonically.
    pub term: String,
    /// Its hits.
    pub hits: u64,
    /// Whether the two have the same hits.
    pub same: bool,
}

/// The rule of [`over_broad`], for the reports. The numbers are ours: no rule or product states any.
pub(super) const BROAD_RULE: &str = "A term is over-broad where it has at least 20 hits and hits more than 10 % of the documents searched; or where it has at least 20 hits, makes up more than half of what all terms of the item hit, and fewer than 10 % of its hits are unique.";

/// Fewest hits of a term that can be too broad: below, reading them all is less work than arguing.
const HITS_MIN: u64 = 20;

/// Whether a term is too broad.
pub(super) fn over_broad(
    hits: u64,
    unique: u64,
    searched: u64,
    any_term: u64,
    terms: usize,
) -> Option<OverBroad> {
    let share = |part: u64, whole: u64| {
        let tenths = u128::from(part) * 1000 / u128::from(whole.max(1));
        format!("{}.{} %", tenths / 10, tenths % 10)
    };
    let flag = |because: String| Some(OverBroad { because, hits, searched, any_term, unique });
    let over = |part: u64, whole: u64, percent: u128| u128::from(part) * 100 > u128::from(whole) * percent;
    if hits < HITS_MIN {
        return None;
    }
    if over(hits, searched, 10) {
        return flag(format!("it hits {} of the {searched} documents searched", share(hits, searched)));
    }
    let few_unique = !over(unique, hits, 10) && unique * 10 < hits;
    if terms > 1 && over(hits, any_term, 50) && few_unique {
        return flag(format!(
            "it makes up {} of what all terms hit, and {} of its hits are unique",
            share(hits, any_term),
            share(unique, hits)
        ));
    }
    None
}

/// For each term, the terms whose hits hold all of its own; a term without hits is held by none.
pub(super) fn subsumed(documents: u64, terms: &[(&str, &[u64])]) -> Vec<Vec<Subsuming>> {
    let sets: Vec<RowSet> = terms.iter().map(|(_, rows)| RowSet::of(documents, rows)).collect();
    let mut found = Vec::new();
    for (at, (_, rows)) in terms.iter().enumerate() {
        let holds = |(other, (term, theirs)): (usize, &(&str, &[u64]))| {
            let smaller = other == at || rows.is_empty() || theirs.len() < rows.len();
            // Most pairs differ in the first rows already.
            let inside =
                !smaller && rows.iter().all(|row| sets.get(other).is_some_and(|set| set.contains(*row)));
            inside.then(|| Subsuming {
                term: (*term).to_owned(),
                hits: theirs.len() as u64,
                same: theirs.len() == rows.len(),
            })
        };
        found.push(terms.iter().enumerate().filter_map(holds).collect());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_too_broad_by_its_share_or_by_adding_little_to_much() {
        assert!(over_broad(101, 101, 1000, 101, 1).is_some());
        assert!(over_broad(100, 100, 1000, 100, 1).is_none(), "a tenth is not more than a tenth");
        assert!(over_broad(19, 0, 20, 19, 3).is_none(), "few hits are read, not argued about");
        let broad = over_broad(60, 5, 100_000, 100, 3).unwrap();
        assert_eq!(
            broad.because,
            "it makes up 60.0 % of what all terms hit, and 8.3 % of its hits are unique"
        );
        assert!(over_broad(60, 6, 100_000, 100, 3).is_none());
        assert!(over_broad(50, 0, 100_000, 100, 3).is_none());
        assert!(over_broad(60, 5, 100_000, 100, 1).is_none());
    }

    #[test]
    fn a_term_is_subsumed_by_every_term_that_holds_all_its_hits_and_by_no_other() {
        let terms: [(&str, &[u64]); 5] =
            [("a", &[1, 2]), ("b", &[1, 2, 3]), ("c", &[2, 1 << 6]), ("d", &[]), ("e", &[1, 2])];
        let found = subsumed(100, &terms);
        let names =
            |at: usize| found[at].iter().map(|other| (other.term.as_str(), other.same)).collect::<Vec<_>>();
        assert_eq!(names(0), [("b", false), ("e", true)]);
        assert!(names(1).is_empty() && names(2).is_empty() && names(3).is_empty());
        assert_eq!(names(4), [("a", true), ("b", false)]);
    }
}
