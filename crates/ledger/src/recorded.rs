//! Which messages of a container are recorded already, and as what: what resuming needs to know.

use crate::Ledger;
use crate::columns::count;
use crate::error::{Fault, Outcome};
use duces_model::{ContainerId, Sha256};

/// The recorded messages of a container: of each its ordinal and the first eight bytes of its digest,
/// which is enough to see that other bytes lie there now. Sixteen bytes a message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordedMessages(Vec<(u64, u64)>);

impl RecordedMessages {
    /// Whether the message with this ordinal is recorded with these retained bytes: absent where it is
    /// not recorded.
    pub fn is_same(&self, ordinal: u64, retained_sha256: Sha256) -> Option<bool> {
        let at = self.0.binary_search_by_key(&ordinal, |(recorded, _)| *recorded).ok()?;
        Some(self.0[at].1 == start(&retained_sha256))
    }

    /// Whether the message with this ordinal is recorded.
    pub fn contains(&self, ordinal: u64) -> bool {
        self.0.binary_search_by_key(&ordinal, |(recorded, _)| *recorded).is_ok()
    }

    /// The highest ordinal that is recorded.
    pub fn last(&self) -> Option<u64> {
        self.0.last().map(|(ordinal, _)| *ordinal)
    }

    /// Whether a message before the last one is not recorded.
    pub fn has_holes(&self) -> bool {
        self.last().is_some_and(|last| last + 1 != count(self.0.len()))
    }
}

fn start(digest: &Sha256) -> u64 {
    digest.as_bytes()[..8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

impl Ledger {
    /// Which messages of a container are recorded; none where it is not known.
    pub fn recorded_messages(&self, id: ContainerId) -> Outcome<RecordedMessages> {
        self.read("list recorded messages", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT ordinal, retained_sha256 FROM occurrence
                 WHERE container = (SELECT key FROM container WHERE id = ?1) ORDER BY ordinal",
            )?;
            let mut rows = statement.query([id.digest().as_bytes()])?;
            let mut recorded = Vec::new();
            while let Some(row) = rows.next()? {
                recorded.push((row.get(0)?, start(&crate::columns::sha256(row, 1)?)));
            }
            Ok::<_, Fault>(RecordedMessages(recorded))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Mail, container, container_id, entries, index, ledger};

    #[test]
    fn messages_are_recorded_as_soon_as_they_are_written_and_by_container() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 1), Mail::new("b.mbox", 5), Mail::new("a.mbox", 0)]);
        let before = ledger.recorded_messages(container_id("a.mbox")).unwrap();
        assert!(!before.has_holes());
        ledger
            .write_checkpoint(2, &entries(&[Mail::new("a.mbox", 7)], 4), &[container("a.mbox", 3)])
            .unwrap();
        let recorded = ledger.recorded_messages(container_id("a.mbox")).unwrap();
        let held: Vec<u64> = (0..10).filter(|ordinal| recorded.contains(*ordinal)).collect();
        assert_eq!((held, recorded.last(), recorded.has_holes()), (vec![0, 1, 7], Some(7), true));
        assert_eq!(ledger.recorded_messages(container_id("c.mbox")).unwrap(), RecordedMessages::default());
    }

    #[test]
    fn other_bytes_at_a_recorded_place_are_told() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0)]);
        let recorded = ledger.recorded_messages(container_id("a.mbox")).unwrap();
        let retained = Mail::new("a.mbox", 0).occurrence().retained_sha256;
        assert_eq!(recorded.is_same(0, retained), Some(true));
        assert_eq!(recorded.is_same(0, Sha256::of("other bytes")), Some(false));
        assert_eq!(recorded.is_same(1, retained), None);
    }
}
