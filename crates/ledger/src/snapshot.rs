//! The content of the archive as one digest, whatever the order in which it arrived.

use crate::Ledger;
use crate::checkpoint::require_settled;
use crate::columns::{count, sha256};
use crate::error::{Fault, Outcome};
use duces_model::Sha256;
use rusqlite::Connection;

impl Ledger {
    /// How many documents there are, and a digest over them: each one's identity and whether word
    /// searches answer for it (the code of the reason where not), ordered by container identity, place in
    /// the container, and place in the family. Rows and times of arrival are not part of it.
    pub fn snapshot_content(&self) -> Outcome<(u64, Sha256)> {
        self.read("digest the documents", |connection| {
            require_settled(connection)?;
            content(connection)
        })
    }
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
    use crate::fixture::{Mail, index, index_in_checkpoints, ledger};
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
