//! Sets of rows, a bit a document.

/// A set of rows from 1 to a fixed last row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowSet {
    words: Vec<u64>,
    rows: u64,
}

fn place(row: u64) -> (usize, u64) {
    let at = row.wrapping_sub(1);
    (usize::try_from(at / 64).unwrap_or(usize::MAX), 1 << (at % 64))
}

impl RowSet {
    /// No row, room for those up to `rows`.
    pub(crate) fn none(rows: u64) -> Self {
        Self { words: vec![0; usize::try_from(rows.div_ceil(64)).unwrap_or(usize::MAX)], rows }
    }

    /// Every row up to `rows`.
    pub(crate) fn all(rows: u64) -> Self {
        let mut set = Self::none(rows);
        set.words.fill(u64::MAX);
        if let Some(last) = set.words.last_mut()
            && !rows.is_multiple_of(64)
        {
            *last = (1 << (rows % 64)) - 1;
        }
        set
    }

    /// These rows; one beyond `rows` is left out.
    pub(crate) fn of(rows: u64, members: &[u64]) -> Self {
        let mut set = Self::none(rows);
        members.iter().for_each(|row| set.insert(*row));
        set
    }

    /// Adds a row, where there is room for it.
    pub(crate) fn insert(&mut self, row: u64) {
        let (word, bit) = place(row);
        if (1..=self.rows).contains(&row)
            && let Some(word) = self.words.get_mut(word)
        {
            *word |= bit;
        }
    }

    /// Takes a row out.
    pub(crate) fn remove(&mut self, row: u64) {
        let (word, bit) = place(row);
        if let Some(word) = self.words.get_mut(word) {
            *word &= !bit;
        }
    }

    /// Whether it has the row.
    pub(crate) fn contains(&self, row: u64) -> bool {
        let (word, bit) = place(row);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// How many rows it has.
    pub(crate) fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Its rows, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        (1_u64..).step_by(64).zip(&self.words).flat_map(|(base, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(base + u64::from(bit))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn all_rows_are_those_from_one_to_the_last() {
        for rows in [0, 1, 63, 64, 65] {
            assert_eq!(RowSet::all(rows).iter().collect::<Vec<_>>(), (1..=rows).collect::<Vec<_>>());
        }
        assert!(!RowSet::all(5).contains(0) && !RowSet::all(5).contains(6));
    }

    proptest! {
        #[test]
        fn it_holds_what_was_put_in_and_not_what_was_taken_out(put: BTreeSet<u16>, taken: BTreeSet<u16>) {
            let mut set = RowSet::of(70_000, &put.iter().map(|row| u64::from(*row)).collect::<Vec<_>>());
            taken.iter().for_each(|row| set.remove(u64::from(*row)));
            let expected: Vec<u64> = put.difference(&taken).map(|row| u64::from(*row)).filter(|row| *row > 0).collect();
            prop_assert_eq!(set.count(), expected.len() as u64);
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), expected);
        }
    }
}
