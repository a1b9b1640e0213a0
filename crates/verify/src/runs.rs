//! Numbers as unbroken runs.

use crate::number::Number;
use duces_model::BatesRange;
use std::collections::BTreeMap;

/// The runs of one series: first position to last position. Neighbours are one.
#[derive(Debug, Default, PartialEq, Eq)]
struct Series(BTreeMap<u64, u64>);

/// The numbers of a volume or a custodian.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Runs {
    series: BTreeMap<String, BTreeMap<u8, Series>>,
    count: usize,
}

impl Runs {
    /// Adds the numbers from `first` to `last`, which are of one series and in order.
    pub(crate) fn add(&mut self, first: &Number, last: &Number) {
        if !self.series.contains_key(&first.prefix) {
            self.series.insert(first.prefix.clone(), BTreeMap::new());
        }
        let Some(widths) = self.series.get_mut(&first.prefix) else { return };
        let series = widths.entry(first.width).or_default();
        let before = series.0.len();
        series.join(first.position, last.position);
        self.count = self.count + series.0.len() - before;
    }

    /// How many runs there are.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Every run, by prefix, digits and position.
    pub(crate) fn each(&self) -> impl Iterator<Item = (Number, Number)> {
        let widths =
            self.series.iter().flat_map(|(prefix, widths)| widths.iter().map(move |(w, s)| (prefix, *w, s)));
        widths.flat_map(|(prefix, width, series)| {
            let number = move |position| Number { prefix: prefix.clone(), width, position };
            series.0.iter().map(move |(from, to)| (number(*from), number(*to)))
        })
    }

    /// Every run whose series is one of the model.
    pub(crate) fn ranges(&self) -> Vec<BatesRange> {
        self.each().filter_map(|(first, last)| first.range_to(&last)).collect()
    }

    /// How many numbers there are.
    pub(crate) fn numbers(&self) -> u64 {
        let widths = self.series.values().flat_map(BTreeMap::values);
        widths.flat_map(|series| &series.0).fold(0, |sum, (from, to)| u64::saturating_add(sum, to - from + 1))
    }

    /// First to last number, where all are of one series of the model.
    pub(crate) fn whole(&self) -> Option<BatesRange> {
        let mut widths =
            self.series.iter().flat_map(|(prefix, widths)| widths.iter().map(move |(w, s)| (prefix, *w, s)));
        let (Some((prefix, width, series)), None) = (widths.next(), widths.next()) else { return None };
        let number = |position| Number { prefix: prefix.clone(), width, position };
        number(*series.0.first_key_value()?.0).range_to(&number(*series.0.last_key_value()?.1))
    }
}

impl Series {
    fn join(&mut self, mut from: u64, mut to: u64) {
        let reach = to.saturating_add(1);
        while let Some((start, end)) = self.0.range(..=reach).next_back().map(|(start, end)| (*start, *end)) {
            if end.saturating_add(1) < from {
                break;
            }
            self.0.remove(&start);
            from = from.min(start);
            to = to.max(end);
        }
        self.0.insert(from, to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn runs_are_what_counting_says(rows in prop::collection::vec((1_u64..60, 0_u64..5), 1..20)) {
            let at = |position| Number { prefix: "ECP".into(), width: 4, position };
            let (mut runs, mut used) = (Runs::default(), BTreeSet::new());
            for (first, more) in rows {
                runs.add(&at(first), &at(first + more));
                used.extend(first..=first + more);
            }
            let starts = used.iter().filter(|position| !used.contains(&(**position - 1))).count();
            prop_assert_eq!((runs.numbers(), runs.count()), (used.len() as u64, starts));
            let whole = runs.whole().unwrap();
            prop_assert_eq!((whole.first().position(), whole.last().position()), (*used.first().unwrap(), *used.last().unwrap()));
        }
    }
}
