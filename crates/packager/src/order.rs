//! The order of the volume: families by the profile's rule, each parent before its children.

use crate::candidate::Candidate;
use crate::error::Obstacle;
use crate::profile::OrderKey;
use duces_model::{DocId, PartPath};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Places of candidates, in the order of the volume, and what stands in the way.
pub(crate) struct Ordered {
    pub(crate) order: Vec<usize>,
    pub(crate) obstacles: Vec<Obstacle>,
}

/// Puts families in the order of `keys` and their members from parent to child in part order.
pub(crate) fn order(keys: &[OrderKey], candidates: &[Candidate]) -> Ordered {
    let mut families: BTreeMap<DocId, Vec<usize>> = BTreeMap::new();
    for (at, candidate) in candidates.iter().enumerate() {
        families.entry(candidate.family).or_default().push(at);
    }
    let family_of: BTreeMap<DocId, DocId> = candidates.iter().map(|c| (c.document, c.family)).collect();
    let mut obstacles = Vec::new();
    let mut walks: Vec<Vec<usize>> =
        families.into_values().map(|members| walk(candidates, members, &family_of, &mut obstacles)).collect();
    walks.sort_by(|a, b| compare(keys, &candidates[a[0]], &candidates[b[0]]));
    Ordered { order: walks.into_iter().flatten().collect(), obstacles }
}

/// Compares two families by their first members.
fn compare(keys: &[OrderKey], a: &Candidate, b: &Candidate) -> Ordering {
    keys.iter().fold(Ordering::Equal, |so_far, key| {
        so_far.then_with(|| match key {
            OrderKey::Custodian => a.custodian.cmp(&b.custodian),
            OrderKey::Chronological => {
                (a.sorted_at.is_none(), a.sorted_at).cmp(&(b.sorted_at.is_none(), b.sorted_at))
            }
            OrderKey::StableId => a.family.cmp(&b.family),
        })
    })
}

/// The members of one family, each parent before its children, siblings in part order. A member whose
/// parent is not in the population stands like a root.
fn walk(
    candidates: &[Candidate],
    mut members: Vec<usize>,
    family_of: &BTreeMap<DocId, DocId>,
    obstacles: &mut Vec<Obstacle>,
) -> Vec<usize> {
    members.sort_by_cached_key(|at| (part_key(&candidates[*at].part), candidates[*at].document));
    let here: BTreeSet<DocId> = members.iter().map(|at| candidates[*at].document).collect();
    let (mut tops, mut children): (Vec<usize>, BTreeMap<DocId, Vec<usize>>) = Default::default();
    for at in &members {
        let candidate = &candidates[*at];
        match candidate.parent {
            Some(parent) if here.contains(&parent) => children.entry(parent).or_default().push(*at),
            Some(parent) => {
                if family_of.get(&parent).is_some_and(|family| *family != candidate.family) {
                    obstacles.push(Obstacle::ParentOfOtherFamily { document: candidate.document, parent });
                }
                tops.push(*at);
            }
            None => tops.push(*at),
        }
    }
    let mut walked = Vec::with_capacity(members.len());
    let mut open: Vec<usize> = tops.into_iter().rev().collect();
    while let Some(at) = open.pop() {
        walked.push(at);
        let below = children.remove(&candidates[at].document).unwrap_or_default();
        open.extend(below.into_iter().rev());
    }
    // What no root leads to is attached to itself in a circle.
    for at in children.into_values().flatten() {
        obstacles.push(Obstacle::ParentLoop { document: candidates[at].document });
        walked.push(at);
    }
    walked
}

/// Parts compare by their numbers, not as text: `10` stands behind `9`.
fn part_key(part: &PartPath) -> (Vec<u64>, &str) {
    let numbers = part.as_str().split('.').map(|number| number.parse().unwrap_or(0)).collect();
    (numbers, part.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{candidate, id};
    use proptest::prelude::*;

    const KEYS: [OrderKey; 3] = [OrderKey::Custodian, OrderKey::Chronological, OrderKey::StableId];

    fn member(n: u64, parent: Option<u64>, part: &str) -> Candidate {
        Candidate { parent: parent.map(id), family: id(1), part: PartPath::from_stored(part), ..candidate(n) }
    }

    fn walked(candidates: &[Candidate]) -> Vec<DocId> {
        order(&KEYS, candidates).order.into_iter().map(|at| candidates[at].document).collect()
    }

    #[test]
    fn part_ten_stands_behind_part_nine_and_children_behind_their_parent() {
        let family = [
            member(4, Some(1), "10"),
            member(3, Some(2), "9.1"),
            member(2, Some(1), "9"),
            member(1, None, ""),
        ];
        assert_eq!(walked(&family), [id(1), id(2), id(3), id(4)]);
    }

    #[test]
    fn custodian_comes_before_date_and_the_undated_stand_last() {
        let dated = |n, custodian: &str, seconds: Option<i64>| Candidate {
            custodian: custodian.into(),
            sorted_at: seconds.map(|s| chrono::DateTime::from_timestamp(s, 0).unwrap()),
            ..candidate(n)
        };
        let found = walked(&[
            dated(1, "B", Some(1)),
            dated(2, "A", None),
            dated(3, "A", Some(9)),
            dated(4, "A", Some(5)),
        ]);
        assert_eq!(found, [id(4), id(3), id(2), id(1)]);
    }

    #[test]
    fn a_circle_and_a_parent_of_another_family_are_told_and_nobody_is_lost() {
        let circle = [member(2, Some(3), "2"), member(3, Some(2), "3"), member(1, None, "")];
        let found = order(&KEYS, &circle);
        assert_eq!((found.order.len(), found.obstacles.len()), (3, 2));
        let stranger = [candidate(7), member(2, Some(7), "2")];
        let found = order(&KEYS, &stranger);
        assert!(matches!(found.obstacles[..], [Obstacle::ParentOfOtherFamily { .. }]));
        let orphan = order(&KEYS, &[member(2, Some(9), "2")]);
        assert!(orphan.obstacles.is_empty(), "a parent outside the population is no fault");
    }

    proptest! {
        #[test]
        fn the_order_does_not_depend_on_the_order_of_arrival(
            shape in prop::collection::vec((0_u64..4, 0_u64..9, 0_usize..3), 1..20), turn in 0_usize..20
        ) {
            let mut candidates: Vec<Candidate> = shape.iter().enumerate().map(|(n, (family, date, custodian))| {
                Candidate {
                    family: id(1000 + family),
                    part: PartPath::from_stored(n.to_string()),
                    custodian: ["A", "B", "C"][*custodian].into(),
                    sorted_at: chrono::DateTime::from_timestamp(i64::try_from(*date).unwrap(), 0),
                    ..candidate(n as u64)
                }
            }).collect();
            let first = walked(&candidates);
            let turn = turn % candidates.len();
            candidates.rotate_left(turn);
            prop_assert_eq!(first, walked(&candidates));
        }
    }
}
