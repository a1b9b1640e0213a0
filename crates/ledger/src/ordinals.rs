//! Which messages of a container are recorded already: what resuming needs to know.

use crate::Ledger;
use crate::error::Outcome;
use duces_model::ContainerId;
use std::ops::RangeInclusive;

/// Which messages of a container are recorded: ranges, since most containers have all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ordinals(Vec<RangeInclusive<u64>>);

impl Ordinals {
    /// Whether the message with this ordinal is recorded.
    pub fn contains(&self, ordinal: u64) -> bool {
        let after = self.0.partition_point(|range| *range.start() <= ordinal);
        after > 0 && self.0[after - 1].contains(&ordinal)
    }

    /// How many are.
    pub fn count(&self) -> u64 {
        self.0.iter().map(|range| range.end() - range.start() + 1).sum()
    }

    /// The ranges, in order, with a hole between each and the next.
    pub fn ranges(&self) -> &[RangeInclusive<u64>] {
        &self.0
    }

    fn push(&mut self, ordinal: u64) {
        match self.0.last_mut() {
            Some(range) if range.end() + 1 == ordinal => *range = *range.start()..=ordinal,
            _ => self.0.push(ordinal..=ordinal),
        }
    }
}

impl Ledger {
    /// Which messages of a container are recorded; none where it is not known.
    pub fn recorded_ordinals(&self, id: ContainerId) -> Outcome<Ordinals> {
        self.read("list recorded messages", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT ordinal FROM occurrence WHERE container = (SELECT key FROM container WHERE id = ?1)
                 ORDER BY ordinal",
            )?;
            let mut rows = statement.query([id.digest().as_bytes()])?;
            let mut ordinals = Ordinals::default();
            while let Some(row) = rows.next()? {
                ordinals.push(row.get(0)?);
            }
            Ok(ordinals)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Mail, container, container_id, entries, index, ledger};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn messages_are_recorded_as_soon_as_they_are_written_and_by_container() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 1), Mail::new("b.mbox", 5), Mail::new("a.mbox", 0)]);
        ledger
            .write_checkpoint(2, &entries(&[Mail::new("a.mbox", 7)], 4), &[container("a.mbox", 3)])
            .unwrap();
        let recorded = ledger.recorded_ordinals(container_id("a.mbox")).unwrap();
        assert_eq!((recorded.ranges(), recorded.count()), (&[0..=1, 7..=7][..], 3));
        assert_eq!(ledger.recorded_ordinals(container_id("c.mbox")).unwrap(), Ordinals::default());
    }

    proptest! {
        #[test]
        fn ranges_hold_exactly_the_ordinals_put_in(set in prop::collection::btree_set(0_u64..40, 0..30)) {
            let mut ordinals = Ordinals::default();
            set.iter().for_each(|ordinal| ordinals.push(*ordinal));
            let held: BTreeSet<u64> = (0..45).filter(|ordinal| ordinals.contains(*ordinal)).collect();
            prop_assert_eq!(&held, &set);
            prop_assert_eq!(ordinals.count(), set.len() as u64);
            prop_assert!(ordinals.ranges().windows(2).all(|pair| pair[0].end() + 1 < *pair[1].start()));
        }
    }
}
