//! Which documents came and went between two runs, each with one cause.

use crate::row_set::RowSet;
use duces_ledger::SearchSets;
use serde::Serialize;

/// Documents that came or went, by cause; each has one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Moves {
    /// All of them.
    pub documents: u64,
    /// Indexed since.
    pub new_material: u64,
    /// Today's and the earlier criteria differ on it today.
    pub criteria: u64,
    /// The same criteria answer otherwise today.
    pub otherwise: u64,
}

/// One term then and now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TermChange {
    /// The term, canonically.
    pub term: String,
    /// Hits then; absent where it was not asked.
    pub before: Option<u64>,
    /// Hits now; absent where it is not asked any more.
    pub after: Option<u64>,
    /// Hits now that were none then; absent where it was not asked both times.
    pub entered: Option<Moves>,
    /// Hits then that are none now; absent where it was not asked both times.
    pub left: Option<Moves>,
}

impl TermChange {
    /// Whether it is new or gone, or finds other documents.
    pub fn changed(&self) -> bool {
        let moved = |moves: &Option<Moves>| moves.is_some_and(|moves| moves.documents > 0);
        self.before.is_some() != self.after.is_some() || moved(&self.entered) || moved(&self.left)
    }
}

/// What is known of an item's documents: then, now, and by the earlier criteria now.
pub(super) struct Sides<'s> {
    pub(super) before: &'s [u64],
    pub(super) after: &'s [u64],
    /// Absent where the earlier criteria cannot be asked any more.
    pub(super) earlier_criteria_now: Option<&'s [u64]>,
    /// Documents indexed since have higher rows.
    pub(super) documents_before: u64,
}

/// Why a document came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// It was not indexed then.
    NewMaterial,
    /// Today's and the earlier criteria differ on it today.
    Criteria,
    /// The same criteria answer otherwise for it today.
    Otherwise,
}

impl Cause {
    /// In plain words.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::NewMaterial => "indexed since",
            Self::Criteria => "the criteria changed",
            Self::Otherwise => "the same criteria answer otherwise",
        }
    }
}

impl Sides<'_> {
    /// The documents that came and those that went, each with its cause.
    pub(super) fn moved(&self) -> [Vec<(u64, Cause)>; 2] {
        let last = |rows: &[u64]| rows.last().copied().unwrap_or(0);
        let set = |rows: &[u64]| RowSet::of(last(rows), rows);
        let (before, after) = (set(self.before), set(self.after));
        let middle = self.earlier_criteria_now.map(set);
        let by_earlier = |row: u64| middle.as_ref().map(|middle| middle.contains(row));
        let came = self.after.iter().filter(|row| !before.contains(**row)).map(|row| {
            let cause = match by_earlier(*row) {
                _ if *row > self.documents_before => Cause::NewMaterial,
                Some(false) => Cause::Criteria,
                _ => Cause::Otherwise,
            };
            (*row, cause)
        });
        let went = self.before.iter().filter(|row| !after.contains(**row)).map(|row| {
            let cause = if by_earlier(*row) == Some(true) { Cause::Criteria } else { Cause::Otherwise };
            (*row, cause)
        });
        [came.collect(), went.collect()]
    }
}

/// How many moved, by cause.
pub(super) fn moves(moved: &[(u64, Cause)]) -> Moves {
    let count = |cause| moved.iter().filter(|(_, found)| *found == cause).count() as u64;
    Moves {
        documents: moved.len() as u64,
        new_material: count(Cause::NewMaterial),
        criteria: count(Cause::Criteria),
        otherwise: count(Cause::Otherwise),
    }
}

/// Each term then and now, matched by its canonical form.
pub(super) fn terms(
    then: &SearchSets,
    now: Option<&SearchSets>,
    middle: Option<&SearchSets>,
    documents_before: u64,
) -> Vec<TermChange> {
    let find = |sets: &'_ SearchSets, term: &str| {
        sets.terms.iter().find(|(name, _)| name == term).map(|(_, rows)| rows.clone())
    };
    let mut names: Vec<&String> = Vec::new();
    for (name, _) in now.into_iter().chain([then]).flat_map(|sets| &sets.terms) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let change = |name: &String| {
        let (before, after) = (find(then, name), now.and_then(|now| find(now, name)));
        let mut change = TermChange {
            term: name.clone(),
            before: before.as_ref().map(|rows| rows.len() as u64),
            after: after.as_ref().map(|rows| rows.len() as u64),
            entered: None,
            left: None,
        };
        if let (Some(before), Some(after)) = (&before, &after) {
            let middle = middle.and_then(|middle| find(middle, name));
            let sides = Sides { before, after, earlier_criteria_now: middle.as_deref(), documents_before };
            let [came, went] = sides.moved();
            (change.entered, change.left) = (Some(moves(&came)), Some(moves(&went)));
        }
        change
    };
    names.into_iter().map(change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn sorted(rows: BTreeSet<u64>) -> Vec<u64> {
        rows.into_iter().collect()
    }

    #[test]
    fn each_document_that_moved_has_one_cause() {
        let sides = Sides {
            before: &[1, 2, 3, 4],
            after: &[1, 5, 6, 11],
            earlier_criteria_now: Some(&[1, 2, 6, 11]),
            documents_before: 10,
        };
        let [came, went] = sides.moved();
        assert_eq!(came, [(5, Cause::Criteria), (6, Cause::Otherwise), (11, Cause::NewMaterial)]);
        assert_eq!(went, [(2, Cause::Criteria), (3, Cause::Otherwise), (4, Cause::Otherwise)]);
    }

    #[test]
    fn of_a_term_that_was_not_asked_both_times_nothing_came_and_nothing_went() {
        let set = |terms: &[(&str, &[u64])]| SearchSets {
            hits: Vec::new(),
            cannot_tell: Vec::new(),
            terms: terms.iter().map(|(name, rows)| ((*name).to_owned(), rows.to_vec())).collect(),
        };
        let then = set(&[("kept", &[1, 2]), ("gone", &[3])]);
        let now = set(&[("kept", &[1, 2]), ("new", &[4])]);
        let found = terms(&then, Some(&now), Some(&now), 9);
        let told: Vec<_> = found
            .iter()
            .map(|term| (term.term.as_str(), term.before, term.after, term.entered.is_some(), term.changed()))
            .collect();
        assert_eq!(
            told,
            [
                ("kept", Some(2), Some(2), true, false),
                ("new", None, Some(1), false, true),
                ("gone", Some(1), None, false, true)
            ]
        );
    }

    proptest! {
        #[test]
        fn before_and_after_are_joined_by_what_came_and_went(
            before in prop::collection::btree_set(1_u64..40, 0..20), after in prop::collection::btree_set(1_u64..60, 0..20),
            middle in prop::option::of(prop::collection::btree_set(1_u64..60, 0..20)),
        ) {
            let (before, after, middle) = (sorted(before), sorted(after), middle.map(sorted));
            let sides = Sides { before: &before, after: &after, earlier_criteria_now: middle.as_deref(), documents_before: 39 };
            let [came, went] = sides.moved();
            prop_assert_eq!(before.len() + came.len() - went.len(), after.len());
            prop_assert!(went.iter().all(|(_, cause)| *cause != Cause::NewMaterial));
            if middle.as_ref() == Some(&after) {
                prop_assert!(came.iter().chain(&went).all(|(_, cause)| *cause != Cause::Criteria));
            }
        }
    }
}
