//! Numbers that other volumes have issued.

use crate::number::Number;
use duces_model::BatesRange;
use std::collections::BTreeMap;

/// Numbers of another volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Its name.
    pub volume: String,
    /// An unbroken run of its numbers.
    pub range: BatesRange,
}

/// First position, last position, volume.
type Run<'a> = (u64, u64, &'a str);

/// Runs of other volumes by series, each series sorted.
#[derive(Debug, Default)]
pub(crate) struct Earlier<'a> {
    series: BTreeMap<(String, u8), Vec<Run<'a>>>,
}

impl<'a> Earlier<'a> {
    pub(crate) fn new(issued: impl Iterator<Item = (&'a str, &'a BatesRange)>) -> Self {
        let mut series: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (volume, range) in issued {
            let (first, last) = (Number::from(range.first()), range.last().position());
            series.entry((first.prefix, first.width)).or_default().push((first.position, last, volume));
        }
        series.values_mut().for_each(|runs| runs.sort_unstable());
        Self { series }
    }

    fn of(&self, first: &Number) -> &[Run<'a>] {
        self.series.get(&(first.prefix.clone(), first.width)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The runs that share numbers with `first` to `last`.
    pub(crate) fn shared(
        &self,
        first: &Number,
        last: &Number,
    ) -> impl Iterator<Item = (Number, Number, &'a str)> {
        let (from, to) = (first.position, last.position);
        let number = |position| Number { position, ..first.clone() };
        let sharing = self.of(first).iter().filter(move |(start, end, _)| *start <= to && *end >= from);
        sharing
            .map(|(start, end, volume)| (number(*start), number(*end), *volume))
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// Whether every number from `first` to `last` was issued elsewhere.
    pub(crate) fn explains(&self, first: &Number, last: &Number) -> bool {
        let mut open = first.position;
        for (start, end, _) in self.of(first) {
            if *start <= open && *end >= open {
                open = end.saturating_add(1);
            }
        }
        open > last.position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_other_volumes_issued_overlaps_explains_and_leaves_holes() {
        let number = |text: &str| text.parse().unwrap();
        let range = |first, last| BatesRange::new(number(first), number(last)).unwrap();
        let (a, b) = (range("ECP0001", "ECP0005"), range("ECP0006", "ECP0008"));
        let earlier = Earlier::new([("B", &b), ("A", &a)].into_iter());
        let at = |position| Number { prefix: "ECP".into(), width: 4, position };
        assert_eq!(earlier.shared(&at(5), &at(6)).map(|(.., volume)| volume).collect::<Vec<_>>(), ["A", "B"]);
        assert_eq!(earlier.shared(&at(9), &at(12)).count(), 0);
        assert!(earlier.explains(&at(2), &at(8)) && !earlier.explains(&at(2), &at(9)));
    }
}
