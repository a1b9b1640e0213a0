//! All numbers of a load file: duplicates, overlaps, order and holes, in a bounded memory.

use crate::number::Number;
use crate::runs::Runs;
use crate::sorter::Sorter;
use std::collections::BTreeMap;
use std::io;

/// Series that are told apart; more than this is no numbering.
const SERIES_MAX: usize = 10_000;
/// Runs that are kept; a volume of more has more holes than anyone reads.
pub(crate) const RUNS_MAX: usize = 1_000_000;

/// What is wrong when a row's numbers join those before.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Clash {
    /// Stands behind a row with higher numbers.
    NotSorted(Number),
    /// The same prefix has another count of digits elsewhere.
    DigitsVary(u8),
    /// Another prefix than that of the first rows.
    OtherPrefix(String),
    /// There are more series than are told apart.
    TooManySeries,
}

/// What only all numbers together say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// A row shares numbers with another: its first and last number, its row, the other's row.
    Overlap { first: Number, last: Number, row: u64, other: u64 },
    /// No row uses the numbers from `first` to `last`; `row` is the one behind the hole.
    Hole { first: Number, last: Number, row: u64 },
    /// There are more runs than are kept.
    TooManyRuns,
}

struct Series {
    prefix: String,
    width: u8,
    /// Last position of the row with the highest numbers so far.
    highest: u64,
}

/// Takes the numbers of each row.
#[derive(Default)]
pub(crate) struct Numbers {
    series: Vec<Series>,
    /// Places among the series of each prefix.
    places: BTreeMap<String, Vec<usize>>,
    records: Sorter<4>,
}

impl Numbers {
    /// Takes the numbers of a row; `first` and `last` are of one series and in order.
    ///
    /// # Errors
    /// Where a work file cannot be written.
    pub(crate) fn add(&mut self, first: &Number, last: &Number, row: u64) -> io::Result<Option<Clash>> {
        let known = self.places.get(&first.prefix).map(Vec::as_slice).unwrap_or_default();
        let place = known.iter().copied().find(|place| self.series[*place].width == first.width);
        let (place, clash) = match place {
            Some(place) => {
                let highest = &mut self.series[place].highest;
                let behind = *highest > last.position;
                let clash = behind.then(|| Clash::NotSorted(Number { position: *highest, ..first.clone() }));
                *highest = (*highest).max(last.position);
                (place, clash)
            }
            None if self.series.len() >= SERIES_MAX => return Ok(Some(Clash::TooManySeries)),
            None => {
                let other = known.first().map(|place| Clash::DigitsVary(self.series[*place].width));
                let prefix = || self.series.first().map(|series| Clash::OtherPrefix(series.prefix.clone()));
                let clash = other.or_else(prefix);
                let place = self.series.len();
                let (prefix, width, highest) = (first.prefix.clone(), first.width, last.position);
                self.series.push(Series { prefix, width, highest });
                self.places.entry(first.prefix.clone()).or_default().push(place);
                (place, clash)
            }
        };
        self.records.push([place as u64, first.position, last.position, row])?;
        Ok(clash)
    }

    /// All numbers as runs; overlaps and holes are told as they are met, by series and number.
    ///
    /// # Errors
    /// Where a work file cannot be written or read.
    pub(crate) fn finish(self, tell: &mut dyn FnMut(Told)) -> io::Result<Runs> {
        let mut runs = Runs::default();
        let mut sorted = self.records.sorted()?;
        // Series, last position and row of what reaches furthest so far, and where the run began.
        let mut open: Option<(u64, u64, u64, u64)> = None;
        let mut full = false;
        let number = |series: u64, position: u64| {
            let found = usize::try_from(series).ok().and_then(|at| self.series.get(at));
            let (prefix, width) =
                found.map(|series| (series.prefix.clone(), series.width)).unwrap_or_default();
            Number { prefix, width, position }
        };
        let mut close = |run: Option<(u64, u64, u64, u64)>, tell: &mut dyn FnMut(Told)| {
            let Some((series, last, _, first)) = run else { return };
            if runs.count() < RUNS_MAX {
                runs.add(&number(series, first), &number(series, last));
            } else if !std::mem::replace(&mut full, true) {
                tell(Told::TooManyRuns);
            }
        };
        while let Some([series, first, last, row]) = sorted.next()? {
            open = match open {
                Some((known, to, other, from)) if known == series && first <= to => {
                    let (row_told, beside) = (row.max(other), row.min(other));
                    let (first, last_told) = (number(series, first), number(series, last));
                    tell(Told::Overlap { first, last: last_told, row: row_told, other: beside });
                    Some(if last > to { (series, last, row, from) } else { (series, to, other, from) })
                }
                Some((known, to, _, from)) if known == series && first == to.saturating_add(1) => {
                    Some((series, last, row, from))
                }
                before => {
                    if let Some((known, to, ..)) = before
                        && known == series
                    {
                        let (from, until) = (number(series, to + 1), number(series, first - 1));
                        tell(Told::Hole { first: from, last: until, row });
                    }
                    close(before, tell);
                    Some((series, last, row, first))
                }
            };
        }
        close(open, tell);
        Ok(runs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn at(position: u64) -> Number {
        Number { prefix: "ECP".into(), width: 4, position }
    }

    fn finished(numbers: Numbers) -> (Runs, Vec<Told>) {
        let mut told = Vec::new();
        let runs = numbers.finish(&mut |one| told.push(one)).unwrap();
        (runs, told)
    }

    #[test]
    fn multi_page_documents_are_no_holes_and_a_skipped_number_is_one() {
        let mut numbers = Numbers::default();
        for (first, last, row) in [(1, 5, 2), (6, 6, 3), (9, 9, 4)] {
            assert_eq!(numbers.add(&at(first), &at(last), row).unwrap(), None);
        }
        let (runs, told) = finished(numbers);
        assert_eq!(told, [Told::Hole { first: at(7), last: at(8), row: 4 }]);
        assert_eq!(runs.whole().unwrap().to_string(), "ECP0001 - ECP0009");
    }

    #[test]
    fn a_number_used_twice_and_a_row_out_of_order_are_different_flaws() {
        let mut numbers = Numbers::default();
        assert_eq!(numbers.add(&at(5), &at(8), 2).unwrap(), None);
        assert_eq!(numbers.add(&at(8), &at(9), 3).unwrap(), None);
        assert_eq!(numbers.add(&at(4), &at(4), 4).unwrap(), Some(Clash::NotSorted(at(9))));
        let other = Number { width: 5, ..at(20) };
        assert_eq!(numbers.add(&other, &other, 5).unwrap(), Some(Clash::DigitsVary(4)));
        let other = Number { prefix: "X".into(), ..at(20) };
        assert_eq!(numbers.add(&other, &other, 6).unwrap(), Some(Clash::OtherPrefix("ECP".into())));
        assert_eq!(finished(numbers).1, [Told::Overlap { first: at(8), last: at(9), row: 3, other: 2 }]);
    }

    proptest! {
        #[test]
        fn overlaps_and_holes_are_what_counting_says(
            rows in prop::collection::vec((1_u64..60, 0_u64..5), 1..20)
        ) {
            let mut numbers = Numbers::default();
            let (mut used, mut shared) = (BTreeSet::new(), false);
            for (row, (first, more)) in rows.iter().enumerate() {
                numbers.add(&at(*first), &at(first + more), row as u64).unwrap();
                for position in *first..=first + more {
                    shared |= !used.insert(position);
                }
            }
            let (low, high) = (*used.first().unwrap(), *used.last().unwrap());
            let missing: u64 = (low..=high).filter(|position| !used.contains(position)).count() as u64;
            let (runs, told) = finished(numbers);
            let holes: u64 = told.iter().map(|told| match told {
                Told::Hole { first, last, .. } => last.position - first.position + 1,
                _ => 0,
            }).sum();
            prop_assert_eq!(holes, missing);
            prop_assert_eq!(told.iter().any(|told| matches!(told, Told::Overlap { .. })), shared);
            prop_assert_eq!(runs.numbers(), used.len() as u64);
        }
    }
}
