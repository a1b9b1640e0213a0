//! All numbers of a volume: duplicates, overlaps, order and holes.

use crate::number::Number;
use duces_model::BatesRange;
use std::collections::BTreeMap;

/// What is wrong when a row's numbers join those before.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Clash {
    /// Shares numbers with rows before; from and to of what is taken.
    Overlaps(Number, Number),
    /// Stands behind a row with higher numbers.
    NotSorted(Number),
    /// The same prefix has another count of digits elsewhere.
    DigitsVary(u8),
}

/// Numbers that no row uses.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Hole {
    pub(crate) first: Number,
    pub(crate) last: Number,
    /// The row behind the hole.
    pub(crate) row: u64,
}

/// The ranges of one series: first position, last position and the row of the first. Neighbours are one.
#[derive(Debug, Default)]
struct Series(BTreeMap<u64, (u64, u64)>);

/// The numbers seen so far, kept as ranges.
#[derive(Debug, Default)]
pub(crate) struct Numbers(BTreeMap<(String, u8), Series>);

impl Numbers {
    /// Adds the numbers of a row; `first` and `last` are of one series and in order.
    pub(crate) fn add(&mut self, first: &Number, last: &Number, row: u64) -> Vec<Clash> {
        let mut clashes = Vec::new();
        let key = (first.prefix.clone(), first.width);
        if !self.0.contains_key(&key)
            && let Some((_, width)) = self.0.keys().find(|(prefix, _)| *prefix == first.prefix)
        {
            clashes.push(Clash::DigitsVary(*width));
        }
        let at = |position| Number { position, ..first.clone() };
        let series = self.0.entry(key).or_default();
        let before = series.0.range(..=last.position).next_back().map(|(from, (to, _))| (*from, *to));
        if let Some((from, to)) = before.filter(|(_, to)| *to >= first.position) {
            clashes.push(Clash::Overlaps(at(from), at(to)));
        } else if let Some((_, (highest, _))) = series.0.last_key_value()
            && *highest > last.position
        {
            clashes.push(Clash::NotSorted(at(*highest)));
        }
        series.join(first.position, last.position, row);
        clashes
    }

    /// Numbers between two ranges of a series that nothing uses.
    pub(crate) fn holes(&self) -> Vec<Hole> {
        let number = |(prefix, width): &(String, u8), position| Number {
            prefix: prefix.clone(),
            width: *width,
            position,
        };
        let mut holes = Vec::new();
        for (key, series) in &self.0 {
            for ((_, (before, _)), (after, (_, row))) in series.0.iter().zip(series.0.iter().skip(1)) {
                holes.push(Hole { first: number(key, before + 1), last: number(key, after - 1), row: *row });
            }
        }
        holes
    }

    /// Every unbroken run of numbers, where its series is one of the model.
    pub(crate) fn ranges(&self) -> Vec<BatesRange> {
        let runs = self
            .0
            .iter()
            .flat_map(|(key, series)| series.0.iter().map(move |(from, (to, _))| (key, *from, *to)));
        runs.filter_map(|((prefix, width), from, to)| {
            let number = |position| Number { prefix: prefix.clone(), width: *width, position };
            number(from).range_to(&number(to))
        })
        .collect()
    }

    /// First to last number, where all are of one series of the model.
    pub(crate) fn whole(&self) -> Option<BatesRange> {
        let ranges = self.ranges();
        if self.0.len() != 1 {
            return None;
        }
        BatesRange::new(ranges.first()?.first().clone(), ranges.last()?.last().clone()).ok()
    }
}

impl Series {
    fn join(&mut self, mut from: u64, mut to: u64, mut row: u64) {
        let reach = to.saturating_add(1);
        let touching: Vec<u64> = self
            .0
            .range(..=reach)
            .rev()
            .take_while(|(_, (end, _))| end.saturating_add(1) >= from)
            .map(|(start, _)| *start)
            .collect();
        for start in touching {
            if let Some((end, first_row)) = self.0.remove(&start) {
                if start < from {
                    row = first_row;
                }
                from = from.min(start);
                to = to.max(end);
            }
        }
        self.0.insert(from, (to, row));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(position: u64) -> Number {
        Number { prefix: "ECP".into(), width: 4, position }
    }

    #[test]
    fn multi_page_documents_are_no_holes_and_a_skipped_number_is_one() {
        let mut numbers = Numbers::default();
        assert!(numbers.add(&at(1), &at(5), 2).is_empty());
        assert!(numbers.add(&at(6), &at(6), 3).is_empty());
        assert_eq!(numbers.holes(), []);
        assert!(numbers.add(&at(9), &at(9), 4).is_empty());
        assert_eq!(numbers.holes(), [Hole { first: at(7), last: at(8), row: 4 }]);
        assert_eq!(numbers.whole().unwrap().to_string(), "ECP0001 - ECP0009");
    }

    #[test]
    fn a_number_used_twice_and_a_row_out_of_order_are_different_flaws() {
        let mut numbers = Numbers::default();
        numbers.add(&at(5), &at(8), 2);
        assert!(matches!(numbers.add(&at(8), &at(9), 3)[..], [Clash::Overlaps(..)]));
        assert!(matches!(numbers.add(&at(1), &at(1), 4)[..], [Clash::NotSorted(_)]));
        let other = Number { width: 5, ..at(20) };
        assert_eq!(numbers.add(&other, &other, 5), [Clash::DigitsVary(4)]);
    }

    proptest! {
        #[test]
        fn overlaps_and_holes_are_what_counting_says(
            rows in prop::collection::vec((1_u64..60, 0_u64..5), 1..20)
        ) {
            let mut numbers = Numbers::default();
            let mut used = std::collections::BTreeSet::new();
            for (row, (first, more)) in rows.iter().enumerate() {
                let clashes = numbers.add(&at(*first), &at(first + more), row as u64);
                let shared = (*first..=first + more).any(|position| used.contains(&position));
                prop_assert_eq!(clashes.iter().any(|clash| matches!(clash, Clash::Overlaps(..))), shared);
                used.extend(*first..=first + more);
            }
            let (low, high) = (*used.first().unwrap(), *used.last().unwrap());
            let missing: u64 = (low..=high).filter(|position| !used.contains(position)).count() as u64;
            let holes: u64 = numbers.holes().iter().map(|hole| hole.last.position - hole.first.position + 1).sum();
            prop_assert_eq!(holes, missing);
        }
    }
}
