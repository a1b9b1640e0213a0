//! The content of the archive as one digest, whatever the order in which it arrived.

use crate::Ledger;
use crate::checkpoint::{checkpoints, require_settled};
use crate::columns::{count, sha256};
use crate::error::{Fault, Outcome, damaged};
use duces_model::Sha256;
use rusqlite::{Connection, OptionalExtension as _};

impl Ledger {
    /// How many documents there are, and a digest over them: each one's identity and whether word
    /// searches answer for it (the code of the reason where not), ordered by container identity, place in
    /// the container, and place in the family. Rows and times of arrival are not part of it.
    ///
    /// Where [`Ledger::remember_content`] was called at this checkpoint, it is not computed again.
    pub fn snapshot_content(&self) -> Outcome<(u64, Sha256)> {
        self.read("digest the documents", |connection| {
            require_settled(connection)?;
            let settled = checkpoints(connection)?.settled;
            match remembered(connection)? {
                Some((checkpoint, documents, digest)) if checkpoint == settled => Ok((documents, digest)),
                _ => content(connection),
            }
        })
    }

    /// The same, computed from the documents and held against what is remembered.
    ///
    /// # Errors
    /// [`crate::LedgerError::Damaged`] where the two differ.
    pub fn checked_content(&self) -> Outcome<(u64, Sha256)> {
        self.read("digest the documents", |connection| {
            require_settled(connection)?;
            let computed = content(connection)?;
            let settled = checkpoints(connection)?.settled;
            match remembered(connection)? {
                Some((checkpoint, documents, digest))
                    if checkpoint == settled && (documents, digest) != computed =>
                {
                    Err(damaged("the documents are not those that indexing recorded"))
                }
                _ => Ok(computed),
            }
        })
    }

    /// Keeps the digest over the documents under the number of this checkpoint: documents change with
    /// checkpoints alone, and computing it reads all of them.
    pub fn remember_content(&mut self) -> Outcome<(u64, Sha256)> {
        self.write("digest the documents", |transaction| {
            require_settled(transaction)?;
            let settled = checkpoints(transaction)?.settled;
            if let Some((checkpoint, documents, digest)) = remembered(transaction)?
                && checkpoint == settled
            {
                return Ok((documents, digest));
            }
            let (documents, digest) = content(transaction)?;
            let value = format!("{settled} {documents} {digest}");
            transaction
                .execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('content', ?1)", [value])?;
            Ok((documents, digest))
        })
    }
}

/// Checkpoint, documents and digest as they were last computed.
fn remembered(connection: &Connection) -> Result<Option<(u64, u64, Sha256)>, Fault> {
    let mut statement = connection.prepare_cached("SELECT value FROM meta WHERE key = 'content'")?;
    let Some(text) = statement.query_row([], |row| row.get::<_, String>(0)).optional()? else {
        return Ok(None);
    };
    let wrong = || damaged(format!("found {text:?} as the digest over the documents"));
    let mut parts = text.split(' ');
    let mut next = || parts.next().ok_or_else(wrong);
    let checkpoint = next()?.parse().map_err(|_| wrong())?;
    let documents = next()?.parse().map_err(|_| wrong())?;
    let digest = next()?.parse().map_err(|_| wrong())?;
    Ok(Some((checkpoint, documents, digest)))
}

fn content(connection: &Connection) -> Result<(u64, Sha256), Fault> {
    // CROSS JOIN holds SQLite to this order, in which every step follows an index: nothing is sorted.
    let mut statement = connection.prepare(
        "SELECT d.id, d.unsearchable FROM container c
           CROSS JOIN occurrence o ON o.container = c.key
           CROSS JOIN document d ON d.row >= o.first_row AND d.row < o.first_row + o.documents
         ORDER BY c.id, o.ordinal, d.row",
    )?;
    let mut rows = statement.query([])?;
    let mut hasher = Sha256::hasher();
    hasher.update("duces content 1");
    let mut documents = 0;
    while let Some(row) = rows.next()? {
        let reason = row.get_ref(1)?.as_str_or_null().map_err(rusqlite::Error::from)?.unwrap_or_default();
        hasher.update(sha256(row, 0)?.as_bytes());
        hasher.update(count(reason.len()).to_be_bytes());
        hasher.update(reason);
        documents += 1;
    }
    Ok((documents, hasher.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{Mail, container, entries, index, index_in_checkpoints, ledger};
    use proptest::prelude::*;

    fn archive() -> Vec<Mail> {
        let place = |n: u64| Mail::new(&format!("{}.mbox", n % 4), n / 4);
        (0..14).map(|n| place(n).attachments(usize::try_from(n % 3).unwrap())).collect()
    }

    fn content_of(mails: &[Mail], per_checkpoint: usize) -> (u64, Sha256) {
        let (_folder, mut ledger) = ledger();
        index_in_checkpoints(&mut ledger, mails, per_checkpoint);
        ledger.snapshot_content().unwrap()
    }

    #[test]
    fn nothing_is_sorted_to_digest_the_documents() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &archive());
        let plan = "EXPLAIN QUERY PLAN SELECT d.id, d.unsearchable FROM container c
           CROSS JOIN occurrence o ON o.container = c.key
           CROSS JOIN document d ON d.row >= o.first_row AND d.row < o.first_row + o.documents
         ORDER BY c.id, o.ordinal, d.row";
        let mut statement = ledger.connection.prepare(plan).unwrap();
        let steps: Vec<String> =
            statement.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
        assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}");
    }

    #[test]
    fn one_document_more_or_less_searchable_is_another_content() {
        let all = archive();
        let whole = content_of(&all, 5);
        assert_eq!(whole.0, 14 + 13);
        assert_ne!(content_of(&all[1..], 5).1, whole.1);
        let mut changed = archive();
        changed[3] = changed[3].clone().defective();
        assert_ne!(content_of(&changed, 5).1, whole.1);
    }

    #[test]
    fn what_is_remembered_is_what_is_computed_and_holds_for_its_checkpoint_alone() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &archive());
        let computed = ledger.snapshot_content().unwrap();
        assert_eq!(ledger.remember_content().unwrap(), computed);
        assert_eq!(ledger.snapshot_content().unwrap(), computed);
        let more = [archive(), vec![Mail::new("z.mbox", 0)]].concat();
        let next = ledger.next_row().unwrap();
        ledger.write_checkpoint(2, &entries(&more[14..], next), &[container("z.mbox", 1)]).unwrap();
        ledger.settle(2).unwrap();
        assert_eq!(ledger.snapshot_content().unwrap(), content_of(&more, 100));
        assert_ne!(ledger.snapshot_content().unwrap(), computed);
    }

    #[test]
    fn a_document_changed_behind_the_ledgers_back_is_seen_where_the_content_is_checked() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &archive());
        let remembered = ledger.remember_content().unwrap();
        assert_eq!(ledger.checked_content().unwrap(), remembered);
        ledger
            .connection
            .execute("UPDATE document SET unsearchable = 'encrypted' WHERE row = 1", [])
            .unwrap();
        assert!(matches!(ledger.checked_content(), Err(LedgerError::Damaged { .. })));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn two_arrivals_of_one_archive_have_one_content(
            one in Just(archive()).prop_shuffle(), other in Just(archive()).prop_shuffle(), a in 1_usize..15, b in 1_usize..15
        ) {
            prop_assert_eq!(content_of(&one, a), content_of(&other, b));
        }
    }
}
