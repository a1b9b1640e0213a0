//! Ledger and index are brought together after any interruption.
//!
//! A checkpoint has four steps: the ledger writes it as pending, the index commits it, the ledger settles
//! it, the next begins. Killed between any two, the index's own number tells which of the two it is:
//! the pending checkpoint is in the index (confirm it) or it is not (take it back, to the last row).

use crate::Ledger;
use crate::checkpoint::checkpoints;
use crate::error::{Fault, LedgerError, Outcome};
use rusqlite::{Transaction, params};

/// What settling did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// Ledger and index stood at the same checkpoint, and nothing was pending.
    Agreed {
        /// That checkpoint.
        checkpoint: u64,
    },
    /// The pending checkpoint is in the index.
    Confirmed {
        /// Its number.
        checkpoint: u64,
    },
    /// The pending checkpoint is not in the index: everything it wrote is gone again.
    TakenBack {
        /// Its number.
        checkpoint: u64,
        /// How many occurrences it held; they are to be read again.
        occurrences: u64,
        /// How many documents it held.
        documents: u64,
    },
}

impl Ledger {
    /// Brings the ledger to the state of the index, whose last commit is `index_checkpoint` (0 where it
    /// has none).
    ///
    /// # Errors
    /// [`LedgerError::IndexBehind`] and [`LedgerError::IndexAhead`] where the two do not belong together;
    /// nothing is changed then.
    pub fn settle(&mut self, index_checkpoint: u64) -> Outcome<Settled> {
        let now = self.checkpoints()?;
        if index_checkpoint < now.settled {
            return Err(LedgerError::IndexBehind { ledger: now.settled, index: index_checkpoint });
        }
        match now.pending {
            None if index_checkpoint == now.settled => Ok(Settled::Agreed { checkpoint: now.settled }),
            Some(pending) if index_checkpoint == pending => {
                self.write("settle a checkpoint", |transaction| {
                    transaction.execute("UPDATE checkpoint SET settled = 1 WHERE number = ?1", [pending])?;
                    Ok(Settled::Confirmed { checkpoint: pending })
                })
            }
            Some(pending) if index_checkpoint == now.settled => {
                let taken =
                    self.write("take back a checkpoint", |transaction| take_back(transaction, pending));
                self.addresses.forget();
                taken
            }
            _ => Err(LedgerError::IndexAhead { ledger: now.settled, index: index_checkpoint }),
        }
    }
}

/// Deletes all that the last checkpoint wrote: keys only grow, so that it is what stands at or above
/// the first key of each table that the checkpoint recorded when it began.
fn take_back(transaction: &Transaction<'_>, number: u64) -> Result<Settled, Fault> {
    if checkpoints(transaction)?.pending != Some(number) {
        return Err(crate::error::conflict(format!("checkpoint {number} is not pending")));
    }
    let from = |column: &str| -> Result<i64, Fault> {
        let read = format!("SELECT {column} FROM checkpoint WHERE number = ?1");
        Ok(transaction.query_row(&read, [number], |row| row.get(0))?)
    };
    let delete = |table: &str, key: &str, column: &str| -> Result<usize, Fault> {
        let sql = format!("DELETE FROM {table} WHERE {key} >= ?1");
        Ok(transaction.execute(&sql, params![from(column)?])?)
    };
    delete("defect", "key", "defect_from")?;
    delete("attribution", "occurrence", "occurrence_from")?;
    let documents = delete("document", "row", "document_from")?;
    let occurrences = delete("occurrence", "key", "occurrence_from")?;
    transaction.execute("DELETE FROM container_state WHERE checkpoint = ?1", [number])?;
    delete("container", "key", "container_from")?;
    delete("address", "key", "address_from")?;
    delete("media_type", "key", "media_type_from")?;
    delete("source", "key", "source_from")?;
    transaction.execute("DELETE FROM checkpoint WHERE number = ?1", [number])?;
    let count = crate::columns::count;
    Ok(Settled::TakenBack {
        checkpoint: number,
        occurrences: count(occurrences),
        documents: count(documents),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ContainerEntry;
    use crate::fixture::{Mail, container, dump, entries, ledger, reopen};
    use proptest::prelude::*;
    use std::fs;

    #[test]
    fn a_ledger_and_an_index_that_do_not_belong_together_are_told() {
        let (_folder, mut ledger) = ledger();
        assert!(matches!(ledger.settle(1), Err(LedgerError::IndexAhead { ledger: 0, index: 1 })));
        ledger
            .write_checkpoint(5, &entries(&[Mail::new("a.mbox", 0)], 1), &[container("a.mbox", 1)])
            .unwrap();
        assert!(matches!(ledger.settle(3), Err(LedgerError::IndexAhead { .. })));
        assert!(matches!(ledger.settle(6), Err(LedgerError::IndexAhead { .. })));
        assert_eq!(ledger.settle(5).unwrap(), Settled::Confirmed { checkpoint: 5 });
        assert_eq!(ledger.settle(5).unwrap(), Settled::Agreed { checkpoint: 5 });
        assert!(matches!(ledger.settle(4), Err(LedgerError::IndexBehind { ledger: 5, index: 4 })));
        assert!(matches!(ledger.settle(7), Err(LedgerError::IndexAhead { .. })));
    }

    #[test]
    fn what_a_killed_process_leaves_on_disk_opens_with_all_that_was_committed() {
        let (folder, mut ledger) = ledger();
        ledger
            .write_checkpoint(1, &entries(&[Mail::new("a.mbox", 0)], 1), &[container("a.mbox", 1)])
            .unwrap();
        ledger.settle(1).unwrap();
        ledger
            .write_checkpoint(2, &entries(&[Mail::new("b.mbox", 0)], 2), &[container("b.mbox", 1)])
            .unwrap();
        let expected = dump(&ledger);
        // The files as they lie while the process lives are what SIGKILL leaves: the write-ahead log is not merged.
        let copy = folder.path().join("killed.sqlite");
        for ending in ["", "-wal"] {
            let file = format!("{}{ending}", ledger.path().display());
            fs::copy(file, format!("{}{ending}", copy.display())).unwrap();
        }
        let mut killed = Ledger::open(&copy).unwrap();
        assert_eq!(dump(&killed), expected);
        let taken = Settled::TakenBack { checkpoint: 2, occurrences: 1, documents: 1 };
        assert_eq!(killed.settle(1).unwrap(), taken);
        assert_eq!(killed.next_row().unwrap(), 2);
    }

    /// Where the process dies in the course of one checkpoint.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Killed {
        BeforeTheLedgerCommits,
        BeforeTheIndexCommits,
        BeforeSettling,
        Not,
    }

    fn kill() -> impl Strategy<Value = Killed> {
        prop::sample::select(vec![
            Killed::BeforeTheLedgerCommits,
            Killed::BeforeTheIndexCommits,
            Killed::BeforeSettling,
            Killed::Not,
            Killed::Not,
        ])
    }

    /// One checkpoint: messages for some of three containers, with new addresses, types and sources now and then.
    fn step() -> impl Strategy<Value = (Vec<(usize, usize, bool)>, Killed)> {
        (prop::collection::vec((0_usize..3, 0_usize..3, any::<bool>()), 0..4), kill())
    }

    /// The mails of a step, given how many of each container are recorded.
    fn mails(
        step: &[(usize, usize, bool)],
        next: &mut [u64; 3],
        salt: usize,
    ) -> (Vec<Mail>, Vec<ContainerEntry>) {
        let mut made = Vec::new();
        for (container, attachments, known) in step {
            let who = if *known { "ann".to_owned() } else { format!("new{salt}") };
            let mail = Mail::new(&format!("{container}.mbox"), next[*container]);
            made.push(mail.attachments(*attachments).from(&format!("{who}@ecp.example")).source(&who));
            next[*container] += 1;
        }
        let states = (0..3).filter(|n| step.iter().any(|(c, ..)| c == n));
        (made, states.map(|n| container(&format!("{n}.mbox"), next[n])).collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        /// The model: a ledger that is never killed and gets only the checkpoints that survive. After
        /// each settling the two files hold the same rows in every table.
        #[test]
        fn after_any_kill_the_ledger_is_what_it_would_be_without(steps in prop::collection::vec(step(), 1..8)) {
            let (_folder, mut ledger) = ledger();
            let (_other, mut model) = crate::fixture::ledger();
            let (mut index, mut next) = (0, [0; 3]);
            for (salt, (step, killed)) in steps.iter().enumerate() {
                let number = index + 1;
                let mut after = next;
                let (mails, containers) = mails(step, &mut after, salt);
                let rows = entries(&mails, ledger.next_row().unwrap());
                if *killed == Killed::BeforeTheLedgerCommits {
                    ledger.connection.execute_batch("BEGIN IMMEDIATE; DELETE FROM document; DELETE FROM address").unwrap();
                    ledger = reopen(ledger);
                } else {
                    ledger.write_checkpoint(number, &rows, &containers).unwrap();
                }
                let survives = matches!(killed, Killed::BeforeSettling | Killed::Not);
                if survives {
                    index = number;
                    next = after;
                    model.write_checkpoint(number, &rows, &containers).unwrap();
                    model.settle(number).unwrap();
                }
                if *killed != Killed::Not {
                    ledger = reopen(ledger);
                }
                ledger.settle(index).unwrap();
                prop_assert_eq!(dump(&ledger), dump(&model));
            }
        }
    }
}
