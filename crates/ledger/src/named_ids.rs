//! Which Message-IDs that somebody else lists are retained.

use crate::Ledger;
use crate::checkpoint::require_settled;
use crate::columns::count;
use crate::error::{Fault, Outcome, damaged};
use duces_model::{Sha256, SourceId};
use rusqlite::{Connection, params};

/// Whether a listed message is retained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IdFate {
    /// Nowhere in the archives.
    Missing,
    /// An occurrence has this Message-ID, none that is attributed to the source.
    Elsewhere,
    /// An occurrence of the source has it.
    Retained,
}

impl Ledger {
    /// What became of each listed message, in the order asked; `asked` tells the source that should have it and its
    /// Message-ID, with or without angle brackets and blanks around it. An attribution counts on any basis, as it
    /// does where communications of a source are counted. One pass over the occurrences; memory holds one byte for
    /// each message asked about (the ids are brought together by SQLite, on disk).
    pub fn fates_of_ids<'a>(
        &self,
        asked: impl IntoIterator<Item = (&'a SourceId, &'a str)>,
    ) -> Outcome<Vec<IdFate>> {
        self.read("look up Message-IDs", |connection| {
            require_settled(connection)?;
            let transaction = connection.unchecked_transaction()?;
            transaction.execute_batch(LISTED)?;
            let listed = list(&transaction, asked)?;
            let fates = fates(&transaction, listed)?;
            transaction.execute_batch("DROP TABLE temp.listed")?;
            transaction.commit()?;
            Ok(fates)
        })
    }
}

const LISTED: &str = "
DROP TABLE IF EXISTS temp.listed;
CREATE TEMP TABLE listed (id BLOB NOT NULL, place INTEGER NOT NULL, source INTEGER, PRIMARY KEY (id, place))
  STRICT, WITHOUT ROWID;";

fn list<'a>(
    connection: &Connection,
    asked: impl IntoIterator<Item = (&'a SourceId, &'a str)>,
) -> Result<usize, Fault> {
    let mut insert = connection.prepare(
        "INSERT INTO temp.listed (id, place, source) VALUES (?1, ?2, (SELECT key FROM main.source WHERE id = ?3))",
    )?;
    let mut listed = 0;
    for (source, id) in asked {
        insert.execute(params![Sha256::of(bare(id)).as_bytes(), count(listed), source.as_str()])?;
        listed += 1;
    }
    Ok(listed)
}

/// A Message-ID as its digest is taken: without angle brackets.
fn bare(id: &str) -> &str {
    let id = id.trim();
    id.strip_prefix('<').and_then(|id| id.strip_suffix('>')).unwrap_or(id).trim()
}

fn fates(connection: &Connection, listed: usize) -> Result<Vec<IdFate>, Fault> {
    let mut fates = vec![IdFate::Missing; listed];
    let mut statement = connection.prepare(
        "SELECT l.place, EXISTS (SELECT 1 FROM attribution a WHERE a.occurrence = o.key AND a.source = l.source)
         FROM occurrence o CROSS JOIN temp.listed l WHERE l.id = o.message_id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let place: u64 = row.get(0)?;
        let fate = usize::try_from(place).ok().and_then(|place| fates.get_mut(place));
        let fate = fate.ok_or_else(|| damaged(format!("found place {place} of {listed}")))?;
        let found = if row.get(1)? { IdFate::Retained } else { IdFate::Elsewhere };
        *fate = found.max(*fate);
    }
    Ok(fates)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Mail, index, ledger};
    use proptest::prelude::*;

    #[test]
    fn an_id_is_retained_under_its_source_or_elsewhere_or_missing() {
        let (_folder, mut ledger) = ledger();
        let mail = |n: u64, id: &str| Mail::new("a.mbox", n).message_id(id);
        index(
            &mut ledger,
            &[mail(0, "a@x").source("desk"), mail(1, "b@x").source("other"), mail(2, "b@x"), mail(3, "c@x")],
        );
        let (desk, new): (SourceId, SourceId) = ("desk".parse().unwrap(), "new".parse().unwrap());
        let asked = [
            (&desk, " <a@x> "),
            (&desk, "b@x"),
            (&desk, "c@x"),
            (&desk, "d@x"),
            (&new, "a@x"),
            (&desk, "a@x"),
        ];
        use IdFate::{Elsewhere, Missing, Retained};
        let expected = [Retained, Elsewhere, Elsewhere, Missing, Elsewhere, Retained];
        assert_eq!(ledger.fates_of_ids(asked).unwrap(), expected);
        assert_eq!(ledger.fates_of_ids(asked).unwrap(), expected, "asking twice changes nothing");
        assert_eq!(ledger.fates_of_ids([]).unwrap(), []);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn each_id_asked_gets_its_own_answer(held in prop::collection::vec(0_u8..9, 0..9), asked in prop::collection::vec(0_u8..9, 0..20)) {
            let (_folder, mut ledger) = ledger();
            let mails: Vec<Mail> = held.iter().enumerate()
                .map(|(n, id)| Mail::new("a.mbox", n as u64).message_id(&format!("{id}@x")).source("desk")).collect();
            index(&mut ledger, &mails);
            let desk: SourceId = "desk".parse().unwrap();
            let ids: Vec<String> = asked.iter().map(|id| format!("{id}@x")).collect();
            let fates = ledger.fates_of_ids(ids.iter().map(|id| (&desk, id.as_str()))).unwrap();
            let expected: Vec<IdFate> = asked.iter()
                .map(|id| if held.contains(id) { IdFate::Retained } else { IdFate::Missing }).collect();
            prop_assert_eq!(fates, expected);
        }
    }
}
