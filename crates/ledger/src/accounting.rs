//! Sums over containers and documents. Each is counted on both sides and checked before it is given
//! out: one that does not close is an error that names the place. Only `container_account_rows` gives
//! out sums as they are.

use crate::Ledger;
use crate::checkpoint::require_settled;
use crate::columns::day;
use crate::containers::{ContainerFate, SELECT, container_state};
use crate::error::{Fault, Outcome};
use chrono::NaiveDate;
use duces_model::accounting::check_sum;
use duces_model::{ArchivePath, ContainerAccount, ContainerId, ContainerKind, DocumentAccount};
use rusqlite::Connection;
use std::collections::BTreeMap;

/// The account of one container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerAccountRow {
    /// Which container.
    pub container: ContainerId,
    /// Name of its archive.
    pub archive: String,
    /// Its path, as last known.
    pub path: ArchivePath,
    /// Its kind.
    pub kind: ContainerKind,
    /// Whether it was read to its end. Where not, `found` is what was read so far.
    pub complete: bool,
    /// The sums. From [`Ledger::container_accounts`] they close.
    pub account: ContainerAccount,
    /// What became of its file.
    pub fate: ContainerFate,
    /// Flaws of the container, its messages and their documents, all together.
    pub defects: u64,
}

impl Ledger {
    /// The account of each container, by archive and path.
    ///
    /// `found` is what the reader said, `parsed` and `defective` are counted over what is recorded.
    ///
    /// # Errors
    /// [`crate::LedgerError::Unexplained`] for the first container whose sums do not close.
    pub fn container_accounts(&self) -> Outcome<Vec<ContainerAccountRow>> {
        let rows = self.container_account_rows()?;
        for row in &rows {
            row.account.check(&format!("{}: {}", row.archive, row.path))?;
        }
        Ok(rows)
    }

    /// The same with no sum checked: for a caller that lists every one that does not close.
    pub fn container_account_rows(&self) -> Outcome<Vec<ContainerAccountRow>> {
        self.read("add up the containers", |connection| {
            require_settled(connection)?;
            container_account_rows(connection)
        })
    }

    /// The account of all documents. They are counted as rows, and again as their families say.
    pub fn document_account(&self) -> Outcome<DocumentAccount> {
        self.read("add up the documents", |connection| {
            require_settled(connection)?;
            document_account(connection)
        })
    }

    /// First and last day of any message with a date; none where there is no such message.
    pub fn archive_days(&self) -> Outcome<Option<(NaiveDate, NaiveDate)>> {
        self.read("read the archive's days", |connection| {
            let mut statement = connection.prepare("SELECT MIN(day), MAX(day) FROM occurrence")?;
            let mut rows = statement.query([])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            Ok(day(row, 0)?.zip(day(row, 1)?))
        })
    }
}

/// Parsed and defective occurrences, and flaws, of each container by its key.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    parsed: u64,
    defective: u64,
    defects: u64,
}

fn counted(connection: &Connection) -> Result<BTreeMap<i64, Counted>, Fault> {
    let mut found: BTreeMap<i64, Counted> = BTreeMap::new();
    let count = "SELECT container, SUM(defective IS NULL), SUM(defective IS NOT NULL) FROM occurrence GROUP BY container";
    let mut statement = connection.prepare(count)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        found.insert(row.get(0)?, Counted { parsed: row.get(1)?, defective: row.get(2)?, defects: 0 });
    }
    let count = "SELECT f.container, COUNT(*) FROM defect f
        WHERE f.occurrence IS NOT NULL OR f.checkpoint =
          (SELECT s.checkpoint FROM container_state s WHERE s.container = f.container ORDER BY s.version DESC LIMIT 1)
        GROUP BY f.container";
    let mut statement = connection.prepare(count)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        found.entry(row.get(0)?).or_default().defects = row.get(1)?;
    }
    Ok(found)
}

fn container_account_rows(connection: &Connection) -> Result<Vec<ContainerAccountRow>, Fault> {
    let mut counted = counted(connection)?;
    let mut statement = connection.prepare(&format!("{SELECT} ORDER BY c.archive, s.path, c.id"))?;
    let mut rows = statement.query([])?;
    let mut accounts = Vec::new();
    while let Some(row) = rows.next()? {
        let (key, state) = container_state(row)?;
        let counted = counted.remove(&key).unwrap_or_default();
        let account = ContainerAccount {
            found: state.entry.tally.map_or(counted.parsed + counted.defective, |tally| tally.found),
            independent: state.entry.tally.and_then(|tally| tally.independent),
            parsed: counted.parsed,
            defective: counted.defective,
        };
        accounts.push(ContainerAccountRow {
            container: state.entry.id,
            complete: state.complete(),
            archive: state.entry.archive,
            path: state.entry.path,
            kind: state.entry.kind,
            account,
            fate: state.fate,
            defects: counted.defects,
        });
    }
    Ok(accounts)
}

fn document_account(connection: &Connection) -> Result<DocumentAccount, Fault> {
    let count =
        "SELECT COUNT(*), COALESCE(SUM(unsearchable IS NULL), 0), COALESCE(SUM(unsearchable IS NOT NULL), 0)
        FROM document";
    let account = connection.query_row(count, [], |row| {
        Ok(DocumentAccount { documents: row.get(0)?, indexed: row.get(1)?, unsearchable: row.get(2)? })
    })?;
    account.check("all documents")?;
    let count = "SELECT COALESCE(SUM(indexed), 0), COALESCE(SUM(unsearchable), 0) FROM occurrence";
    let (indexed, unsearchable) = connection.query_row(count, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let families = [("indexed in families", indexed), ("unsearchable in families", unsearchable)];
    check_sum("all documents", ("documents", account.documents), &families)?;
    Ok(account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Mail, container, index, ledger};
    use crate::{ContainerTally, LedgerError};

    #[test]
    fn accounts_close_and_are_listed_by_path() {
        let (_folder, mut ledger) = ledger();
        let mails = [
            Mail::new("b.mbox", 0).attachments(2),
            Mail::new("b.mbox", 1).defective(),
            Mail::new("a.mbox", 0),
        ];
        index(&mut ledger, &mails);
        let rows = ledger.container_accounts().unwrap();
        let listed: Vec<_> = rows
            .iter()
            .map(|r| (r.path.as_str(), r.account.parsed, r.account.defective, r.defects))
            .collect();
        assert_eq!(listed, [("a.mbox", 1, 0, 0), ("b.mbox", 1, 1, 3)]);
        assert_eq!(
            ledger.document_account().unwrap(),
            DocumentAccount { documents: 5, indexed: 2, unsearchable: 3 }
        );
    }

    #[test]
    fn a_lost_message_is_an_error_that_names_the_container() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0)]);
        ledger.write_checkpoint(2, &[], &[container("a.mbox", 3)]).unwrap();
        assert!(matches!(ledger.container_accounts(), Err(LedgerError::Unsettled { pending: 2 })));
        ledger.settle(2).unwrap();
        match ledger.container_accounts() {
            Err(LedgerError::Unexplained(sum)) => {
                assert_eq!((sum.place.as_str(), sum.unexplained), ("mail: a.mbox", 2));
            }
            other => panic!("{other:?}"),
        }
        let rows = ledger.container_account_rows().unwrap();
        assert_eq!((rows[0].account.found, rows[0].account.parsed), (3, 1), "unchecked, it is listed");
    }

    #[test]
    fn an_independent_count_that_differs_is_an_error() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0)]);
        let mut entry = container("a.mbox", 1);
        entry.tally = entry.tally.map(|tally| ContainerTally { independent: Some(2), ..tally });
        ledger.write_checkpoint(2, &[], &[entry]).unwrap();
        ledger.settle(2).unwrap();
        assert!(matches!(ledger.container_accounts(), Err(LedgerError::Unexplained(_))));
    }

    #[test]
    fn a_document_row_that_went_missing_is_an_error() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0).attachments(1)]);
        ledger.connection.execute("DELETE FROM document WHERE row = 2", []).unwrap();
        assert!(matches!(ledger.document_account(), Err(LedgerError::Unexplained(_))));
    }

    #[test]
    fn the_days_of_an_archive_are_those_of_its_dated_messages() {
        let (_folder, mut ledger) = ledger();
        assert_eq!(ledger.archive_days().unwrap(), None);
        let mails = [
            Mail::new("a.mbox", 0).day("2024-03-05"),
            Mail::new("a.mbox", 1).undated(),
            Mail::new("a.mbox", 2).day("2023-12-31"),
        ];
        index(&mut ledger, &mails);
        let day = |text: &str| text.parse().unwrap();
        assert_eq!(ledger.archive_days().unwrap(), Some((day("2023-12-31"), day("2024-03-05"))));
    }
}
