//! The counts of an item and of its terms: every number from the documents themselves.

use super::backing::Backing;
use super::report::{ItemHits, RequestTotals, Splits, TermTotals};
use super::terms::{TermExpansion, TermRow, over_broad, subsumed};
use super::twins::{self, Term};
use crate::census::Census;
use crate::error::WorkspaceError;
use crate::row_set::RowSet;
use crate::scope::{Bounds, ItemAnswer};
use duces_model::accounting::check_sum;
use duces_query::{Item, Resolved, Terms};
use duces_register::Register;
use std::collections::{BTreeMap, BTreeSet};

/// Counts an item.
pub(super) fn item(
    census: &Census,
    register: &Register,
    item: &Item<Resolved>,
    answer: &ItemAnswer,
) -> Result<ItemHits, WorkspaceError> {
    let searchable = Searchable::of(census, &answer.bounds);
    let place = format!("item {}", item.id);
    let parts = [("searched", searchable.searched), ("not searchable", searchable.not())];
    if let Err(sum) = check_sum(&place, ("in scope", answer.in_scope), &parts) {
        return Err(WorkspaceError::Unexplained(vec![sum]));
    }
    let mut cannot_tell_because = BTreeMap::new();
    for (_, reasons) in &answer.cannot_tell {
        for reason in reasons {
            *cannot_tell_because.entry(reason.as_str().to_owned()).or_insert(0) += 1;
        }
    }
    let custodian = |source: &duces_model::SourceId| register.custodian_of(source);
    let terms = twins::terms(answer);
    let counted = Counted::of(census, &terms.iter().map(|term| term.rows.as_slice()).collect::<Vec<_>>());
    Ok(ItemHits {
        item: item.id.clone(),
        text: item.text.clone(),
        criteria: item.explain(),
        expects_nil: item.letter.expects_nil,
        warnings: warnings(&item.explain()),
        not_captured: Vec::new(),
        no_source: false,
        coverage: Vec::new(),
        backing: Backing::default(),
        dialect: item.terms().map(|terms: &Terms| terms.dialect().as_str().to_owned()),
        in_scope: answer.in_scope,
        searched: searchable.searched,
        not_searchable: searchable.not(),
        not_searchable_because: searchable.because,
        hit: answer.hits.len() as u64,
        hit_with_family: census.with_family(&answer.hits),
        not_hit: answer.not_hit,
        cannot_tell: answer.cannot_tell.len() as u64,
        cannot_tell_because,
        splits: splits(census, &custodian, &answer.hits),
        terms: rows(census, &custodian, &terms, &counted, searchable.searched),
        any_term: counted.any,
        not_searched: Vec::new(),
        gaps: Vec::new(),
        new_gaps: Vec::new(),
        zero: None,
    })
}

/// The warnings among the lines of an explanation.
fn warnings(lines: &[String]) -> Vec<String> {
    let lines = lines.iter().map(|line| line.trim_start());
    lines.filter_map(|line| line.strip_prefix("warning: ")).map(str::to_owned).collect()
}

/// All items together.
pub(super) fn totals(census: &Census, answers: &[ItemAnswer]) -> RequestTotals {
    let mut hit = RowSet::none(census.documents());
    answers.iter().flat_map(|answer| &answer.hits).for_each(|row| hit.insert(*row));
    let mut open = RowSet::none(census.documents());
    let queue = answers.iter().flat_map(|answer| &answer.cannot_tell);
    queue.filter(|(row, _)| !hit.contains(*row)).for_each(|(row, _)| open.insert(*row));
    let rows: Vec<u64> = hit.iter().collect();
    RequestTotals {
        hit: rows.len() as u64,
        hit_with_family: census.with_family(&rows),
        cannot_tell: open.count(),
    }
}

/// Hits by custodian, source and month.
pub(super) fn splits(
    census: &Census,
    custodian: &dyn Fn(&duces_model::SourceId) -> String,
    rows: &[u64],
) -> Splits {
    let mut splits = Splits { by_month: census.by_month(rows), ..Splits::default() };
    for (set, count) in census.by_sources(rows) {
        let sources: Vec<_> = set.iter().filter_map(|(place, _)| census.sources().get(*place)).collect();
        let mut names: BTreeSet<String> = sources.iter().map(|source| source.to_string()).collect();
        let mut people: BTreeSet<String> = sources.iter().map(|source| custodian(source)).collect();
        for names in [&mut names, &mut people] {
            if names.is_empty() {
                names.insert("(unattributed)".to_owned());
            }
        }
        for (names, into) in [(names, &mut splits.by_source), (people, &mut splits.by_custodian)] {
            for name in names {
                *into.entry(name).or_default() += count;
            }
        }
    }
    splits
}

/// The documents in scope for which word searches answer, and those for which none can.
pub(super) struct Searchable {
    pub(super) searched: u64,
    pub(super) because: BTreeMap<String, u64>,
}

impl Searchable {
    pub(super) fn of(census: &Census, bounds: &Bounds) -> Self {
        let mut searched = bounds.clone();
        let mut because = BTreeMap::new();
        for (code, rows) in census.unsearchable() {
            let own = rows.iter().filter(|row| bounds.contains(**row)).count() as u64;
            if own > 0 {
                because.insert(code.as_str().to_owned(), own);
            }
            for row in rows {
                searched.inside.remove(*row);
                searched.uncertain.remove(*row);
            }
        }
        Self { searched: searched.count(), because }
    }

    pub(super) fn not(&self) -> u64 {
        self.because.values().sum()
    }
}

/// Counts of terms against each other.
pub(super) struct Counted {
    pub(super) any: TermTotals,
    /// Per term: with family, unique, unique with family.
    pub(super) each: Vec<(u64, u64, u64)>,
}

impl Counted {
    /// Two bytes a document and a family while it counts: whether no, one or several terms hit it.
    pub(super) fn of(census: &Census, terms: &[&[u64]]) -> Self {
        let mut rows = vec![0_u8; usize::try_from(census.documents()).unwrap_or(0) + 1];
        let mut families = vec![0_u8; census.families()];
        let place = |row: u64| usize::try_from(row).unwrap_or(usize::MAX);
        let families_of: Vec<Vec<u32>> = terms.iter().map(|rows| census.families_of(rows)).collect();
        for (term, own) in terms.iter().zip(&families_of) {
            meet(&mut rows, term.iter().map(|row| place(*row)));
            meet(&mut families, own.iter().map(|family| *family as usize));
        }
        let documents = |family: &u32| census.documents_of(*family);
        let each = terms
            .iter()
            .zip(&families_of)
            .map(|(term, own)| {
                let alone = own.iter().filter(|family| families.get(**family as usize) == Some(&1));
                (
                    own.iter().map(documents).sum(),
                    term.iter().filter(|row| rows.get(place(**row)) == Some(&1)).count() as u64,
                    alone.map(documents).sum(),
                )
            })
            .collect();
        let count = |of: &dyn Fn(u8) -> bool| rows.iter().filter(|met| of(**met)).count() as u64;
        let with_family = |of: &dyn Fn(u8) -> bool| {
            let met = (0_u32..).zip(&families).filter(|(_, met)| of(**met));
            met.map(|(family, _)| census.documents_of(family)).sum()
        };
        let any = TermTotals {
            hits: count(&|met| met > 0),
            hits_with_family: with_family(&|met| met > 0),
            unique: count(&|met| met == 1),
            unique_with_family: with_family(&|met| met == 1),
        };
        Self { any, each }
    }
}

/// Counts one more at each of these places.
fn meet(counts: &mut [u8], places: impl Iterator<Item = usize>) {
    for place in places {
        if let Some(count) = counts.get_mut(place) {
            *count = count.saturating_add(1);
        }
    }
}

fn rows(
    census: &Census,
    custodian: &dyn Fn(&duces_model::SourceId) -> String,
    terms: &[Term<'_>],
    counted: &Counted,
    searched: u64,
) -> Vec<TermRow> {
    let named: Vec<(&str, &[u64])> =
        terms.iter().map(|term| (term.found.canonical.as_str(), term.rows.as_slice())).collect();
    let mut subsumed = subsumed(census.documents(), &named).into_iter();
    let mut rows = Vec::new();
    for (term, (with_family, unique, unique_with_family)) in terms.iter().zip(&counted.each) {
        let hits = term.rows.len() as u64;
        let expansions = term.found.expansions.iter();
        rows.push(TermRow {
            written: term.found.written.clone(),
            canonical: term.found.canonical.clone(),
            places: term.places.clone(),
            also_written: term.also_written.clone(),
            hits,
            hits_with_family: *with_family,
            unique: *unique,
            unique_with_family: *unique_with_family,
            splits: splits(census, custodian, &term.rows),
            over_broad: over_broad(hits, *unique, searched, counted.any.hits, terms.len()),
            subsumed_by: subsumed.next().unwrap_or_default(),
            zero: None,
            samples: None,
            expansions: expansions
                .map(|found| TermExpansion { pattern: found.pattern.clone(), words: found.terms.clone() })
                .collect(),
        });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_model::DefectCode;
    use proptest::prelude::*;

    /// An invented archive with terms over it: families of one to four, sources, days, unsearchable rows.
    #[derive(Debug, Clone)]
    struct Archive {
        families: Vec<crate::census::Invented>,
        terms: Vec<Vec<u64>>,
        unsearchable: Vec<u64>,
        inside: Vec<u64>,
        uncertain: Vec<u64>,
    }

    impl Archive {
        fn census(&self) -> Census {
            let mut census = Census::invented(&self.families, &["s0", "s1", "s2"]);
            let (even, odd): (Vec<u64>, Vec<u64>) = self.unsearchable.iter().partition(|row| *row % 2 == 0);
            census.make_unsearchable(DefectCode::Encrypted, &even);
            census.make_unsearchable(DefectCode::NoText, &odd);
            census
        }

        /// Members of the families of these rows, the long way.
        fn families(&self, rows: &[u64]) -> BTreeSet<u64> {
            let mut found = BTreeSet::new();
            let mut first = 1;
            for (size, _, _) in &self.families {
                let own = first..first + size;
                if rows.iter().any(|row| own.contains(row)) {
                    found.extend(own);
                }
                first += size;
            }
            found
        }
    }

    fn archives() -> impl Strategy<Value = Archive> {
        let sources = prop::collection::btree_map(0_usize..3, any::<bool>(), 0..3);
        let family =
            (1_u64..5, prop::option::of(-40_i64..400), sources.prop_map(|map| map.into_iter().collect()));
        prop::collection::vec(family, 1..30).prop_flat_map(|families| {
            let documents: u64 = families.iter().map(|(size, _, _): &(u64, _, Vec<_>)| size).sum();
            let rows = move || {
                prop::collection::btree_set(1..=documents, 0..12).prop_map(|rows| rows.into_iter().collect())
            };
            let terms = prop::collection::vec(rows(), 0..6);
            (Just(families), terms, rows(), rows(), rows()).prop_map(
                |(families, terms, unsearchable, inside, uncertain): (_, _, _, Vec<u64>, Vec<u64>)| Archive {
                    families,
                    terms,
                    unsearchable,
                    uncertain: uncertain.into_iter().filter(|row| !inside.contains(row)).collect(),
                    inside,
                },
            )
        })
    }

    fn slices(terms: &[Vec<u64>]) -> Vec<&[u64]> {
        terms.iter().map(Vec::as_slice).collect()
    }

    fn union(terms: &[Vec<u64>]) -> Vec<u64> {
        terms.iter().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect()
    }

    proptest! {
        #[test]
        fn unique_hits_are_at_most_the_hits_and_these_at_most_the_hits_with_family(archive in archives()) {
            let counted = Counted::of(&archive.census(), &slices(&archive.terms));
            for (term, (with_family, unique, unique_with_family)) in archive.terms.iter().zip(&counted.each) {
                prop_assert!(*unique <= term.len() as u64 && term.len() as u64 <= *with_family);
                prop_assert!(unique_with_family <= with_family);
            }
        }

        #[test]
        fn the_total_is_at_most_the_sum_of_the_column_and_at_least_its_largest_row(archive in archives()) {
            let counted = Counted::of(&archive.census(), &slices(&archive.terms));
            let column: Vec<u64> = archive.terms.iter().map(|term| term.len() as u64).collect();
            prop_assert!(counted.any.hits <= column.iter().sum());
            prop_assert!(counted.any.hits >= column.iter().copied().max().unwrap_or(0));
            prop_assert_eq!(counted.any.unique, counted.each.iter().map(|(_, unique, _)| unique).sum::<u64>());
        }

        #[test]
        fn searched_and_not_searchable_make_up_what_is_in_scope(archive in archives()) {
            let census = archive.census();
            let bounds = Bounds {
                inside: RowSet::of(census.documents(), &archive.inside),
                uncertain: RowSet::of(census.documents(), &archive.uncertain),
            };
            let searchable = Searchable::of(&census, &bounds);
            prop_assert_eq!(searchable.searched + searchable.not(), bounds.count());
            let expected = archive.unsearchable.iter().filter(|row| bounds.contains(**row)).count() as u64;
            prop_assert_eq!(searchable.not(), expected);
        }

        #[test]
        fn every_term_has_its_row_also_without_a_hit(archive in archives()) {
            let mut terms = archive.terms.clone();
            terms.push(Vec::new());
            let counted = Counted::of(&archive.census(), &slices(&terms));
            prop_assert_eq!(counted.each.len(), terms.len());
            prop_assert_eq!(counted.each.last(), Some(&(0, 0, 0)));
        }

        #[test]
        fn the_split_by_month_adds_up_and_those_by_source_and_custodian_cover(archive in archives()) {
            let census = archive.census();
            let rows = union(&archive.terms);
            let one = |_: &duces_model::SourceId| "one owner".to_owned();
            let splits = splits(&census, &one, &rows);
            let total = rows.len() as u64;
            prop_assert_eq!(splits.by_month.values().sum::<u64>(), total);
            prop_assert!(splits.by_source.values().sum::<u64>() >= total);
            prop_assert_eq!(splits.by_custodian.values().sum::<u64>(), total, "two sources of one person are one custodian");
            prop_assert!(splits.by_source.values().all(|count| *count <= total));
        }

        #[test]
        fn a_family_counts_once_and_a_unique_one_is_hit_by_one_term_alone(archive in archives()) {
            let census = archive.census();
            let counted = Counted::of(&census, &slices(&archive.terms));
            prop_assert_eq!(counted.any.hits_with_family, archive.families(&union(&archive.terms)).len() as u64);
            for (at, term) in archive.terms.iter().enumerate() {
                let own = archive.families(term);
                let others: Vec<Vec<u64>> =
                    archive.terms.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, rows)| rows.clone()).collect();
                let others = archive.families(&union(&others));
                let (with_family, unique, alone) = counted.each[at];
                prop_assert_eq!(with_family, own.len() as u64);
                prop_assert_eq!(alone, own.difference(&others).count() as u64);
                let elsewhere: BTreeSet<u64> =
                    archive.terms.iter().enumerate().filter(|(other, _)| *other != at).flat_map(|(_, rows)| rows.clone()).collect();
                prop_assert_eq!(unique, term.iter().filter(|row| !elsewhere.contains(row)).count() as u64);
            }
        }
    }
}
