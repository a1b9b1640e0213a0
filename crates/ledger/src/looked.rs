//! Whether somebody has looked for gaps in what is on record now: then the recorded gaps are all there is to find, and no
//! report has to look again.

use crate::Ledger;
use crate::checkpoint::{checkpoints, require_settled};
use crate::error::Outcome;
use duces_model::Sha256;
use rusqlite::OptionalExtension as _;

impl Ledger {
    /// Notes that gaps were looked for in everything indexed so far, on this basis: the digest of whatever else the look
    /// rested on.
    pub fn note_look(&mut self, basis: &Sha256) -> Outcome<()> {
        self.write("note a look for gaps", |transaction| {
            require_settled(transaction)?;
            let mark = mark(checkpoints(transaction)?.settled, basis);
            transaction.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('looked', ?1)", [mark])?;
            Ok(())
        })
    }

    /// Whether the newest look was at everything indexed by now, on the same basis.
    pub fn is_looked(&self, basis: &Sha256) -> Outcome<bool> {
        self.read("ask for the newest look for gaps", |connection| {
            let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE key = 'looked'")?;
            let noted: Option<String> = statement.query_row([], |row| row.get(0)).optional()?;
            Ok(noted == Some(mark(checkpoints(connection)?.settled, basis)))
        })
    }
}

fn mark(settled: u64, basis: &Sha256) -> String {
    format!("{settled}:{basis}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Mail, index, ledger};

    #[test]
    fn a_look_holds_until_something_is_indexed_or_its_basis_changes() {
        let (_folder, mut ledger) = ledger();
        let (one, other) = (Sha256::of("a"), Sha256::of("b"));
        assert!(!ledger.is_looked(&one).unwrap());
        ledger.note_look(&one).unwrap();
        assert!(ledger.is_looked(&one).unwrap() && !ledger.is_looked(&other).unwrap());
        index(&mut ledger, &[Mail::new("a.mbox", 0)]);
        assert!(!ledger.is_looked(&one).unwrap());
    }
}
