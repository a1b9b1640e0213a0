//! Sums over containers and documents. Documents are counted on both sides and checked before the sum is
//! given out: one that does not close is an error that names the place. Those of containers are given
//! out as they are, so that a caller can list every one that does not close.

use crate::Ledger;
use crate::checkpoint::require_settled;
use crate::columns::sha256;
use crate::containers::{ContainerFate, fate_of, kind_and_form};
use crate::error::{Fault, LedgerError, Outcome};
use duces_model::accounting::check_sum;
use duces_model::{ArchivePath, ContainerAccount, ContainerId, ContainerKind, DocumentAccount};
use rusqlite::{Connection, Row};

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
    /// The sums, unchecked.
    pub account: ContainerAccount,
    /// What became of its file.
    pub fate: ContainerFate,
    /// Flaws of the container, its messages and their documents, all together.
    pub defects: u64,
}

impl Ledger {
    /// Tells the account of each container, by archive and path, with no sum checked; none is held in
    /// memory.
    ///
    /// `found` is what the reader said, `parsed` and `defective` are counted over what is recorded.
    ///
    /// # Errors
    /// Where the ledger cannot be read, and whatever `tell` gives back.
    pub fn each_container_account<E: From<LedgerError>>(
        &self,
        mut tell: impl FnMut(ContainerAccountRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut told = Ok(());
        self.read("add up the containers", |connection| {
            require_settled(connection)?;
            let mut statement = connection.prepare(ACCOUNTS)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                told = tell(account_row(row)?);
                if told.is_err() {
                    break;
                }
            }
            Ok(())
        })?;
        told
    }

    /// The account of all documents. They are counted as rows, and again as their families say.
    pub fn document_account(&self) -> Outcome<DocumentAccount> {
        self.read("add up the documents", |connection| {
            require_settled(connection)?;
            document_account(connection)
        })
    }
}

/// Each container with what is recorded of it: parsed and defective occurrences, and flaws. Flaws of a
/// container that a later reading replaced are left out.
const ACCOUNTS: &str = "
SELECT c.id, c.archive, s.path, s.kind, s.found, s.independent, s.file_sha256 IS NOT NULL, s.fate,
  COALESCE(o.parsed, 0), COALESCE(o.defective, 0), COALESCE(f.defects, 0)
FROM container c
  JOIN container_state s ON s.container = c.key
    AND s.version = (SELECT MAX(version) FROM container_state WHERE container = c.key)
  LEFT JOIN (SELECT container, SUM(defective IS NULL) AS parsed, SUM(defective IS NOT NULL) AS defective
    FROM occurrence GROUP BY container) o ON o.container = c.key
  LEFT JOIN (SELECT d.container, COUNT(*) AS defects FROM defect d
    WHERE d.occurrence IS NOT NULL OR d.checkpoint =
      (SELECT t.checkpoint FROM container_state t WHERE t.container = d.container ORDER BY t.version DESC LIMIT 1)
    GROUP BY d.container) f ON f.container = c.key
ORDER BY c.archive, s.path, c.id";

fn account_row(row: &Row<'_>) -> Result<ContainerAccountRow, Fault> {
    let path = ArchivePath::from_escaped(row.get::<_, String>(2)?);
    let (complete, parsed, defective): (bool, u64, u64) = (row.get(6)?, row.get(8)?, row.get(9)?);
    let found = if complete { row.get(4)? } else { parsed + defective };
    Ok(ContainerAccountRow {
        container: ContainerId::from_digest(sha256(row, 0)?),
        complete,
        archive: row.get(1)?,
        kind: kind_and_form(row, 3)?.0,
        account: ContainerAccount { found, independent: row.get(5)?, parsed, defective },
        fate: fate_of(&row.get::<_, String>(7)?, Some(path.clone()))?,
        path,
        defects: row.get(10)?,
    })
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

    fn accounts(ledger: &Ledger) -> Result<Vec<ContainerAccountRow>, LedgerError> {
        let mut rows = Vec::new();
        ledger.each_container_account(|row| {
            rows.push(row);
            Ok::<_, LedgerError>(())
        })?;
        Ok(rows)
    }

    #[test]
    fn accounts_close_and_are_listed_by_path() {
        let (_folder, mut ledger) = ledger();
        let mails = [
            Mail::new("b.mbox", 0).attachments(2),
            Mail::new("b.mbox", 1).defective(),
            Mail::new("a.mbox", 0),
        ];
        index(&mut ledger, &mails);
        let rows = accounts(&ledger).unwrap();
        let listed: Vec<_> = rows
            .iter()
            .map(|r| (r.path.as_str(), r.account.parsed, r.account.defective, r.defects))
            .collect();
        assert_eq!(listed, [("a.mbox", 1, 0, 0), ("b.mbox", 1, 1, 3)]);
        assert!(rows.iter().all(|row| row.complete && row.account.check("").is_ok()));
        assert_eq!(
            ledger.document_account().unwrap(),
            DocumentAccount { documents: 5, indexed: 2, unsearchable: 3 }
        );
    }

    #[test]
    fn a_lost_message_is_listed_with_sums_that_do_not_close() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0)]);
        ledger.write_checkpoint(2, &[], &[container("a.mbox", 3)]).unwrap();
        assert!(matches!(accounts(&ledger), Err(LedgerError::Unsettled { pending: 2 })));
        ledger.settle(2).unwrap();
        let rows = accounts(&ledger).unwrap();
        assert_eq!((rows[0].account.found, rows[0].account.parsed), (3, 1));
        assert_eq!(rows[0].account.check("here").unwrap_err().unexplained, 2);
    }

    #[test]
    fn an_independent_count_that_differs_does_not_close() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0)]);
        let mut entry = container("a.mbox", 1);
        entry.tally = entry.tally.map(|tally| ContainerTally { independent: Some(2), ..tally });
        ledger.write_checkpoint(2, &[], &[entry]).unwrap();
        ledger.settle(2).unwrap();
        assert!(accounts(&ledger).unwrap()[0].account.check("here").is_err());
    }

    #[test]
    fn the_teller_can_stop_the_list_with_its_own_error() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0), Mail::new("b.mbox", 0)]);
        let mut told = 0;
        let ended = ledger.each_container_account(|_| {
            told += 1;
            Err(LedgerError::Conflict { what: "enough".into() })
        });
        assert!(matches!((ended, told), (Err(LedgerError::Conflict { .. }), 1)));
    }

    #[test]
    fn a_document_row_that_went_missing_is_an_error() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0).attachments(1)]);
        ledger.connection.execute("DELETE FROM document WHERE row = 2", []).unwrap();
        assert!(matches!(ledger.document_account(), Err(LedgerError::Unexplained(_))));
    }
}
