//! Documents that people collected by hand for an item of a request, and which files hold them.

use crate::columns::{instant, instant_text, sha256, word};
use crate::error::{Outcome, conflict};
use crate::{Act, Ledger};
use chrono::{DateTime, Utc};
use duces_model::{ContainerId, ItemId, RequestId, Sha256};
use rusqlite::params;
use serde_json::json;

/// A file that was added by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collected {
    /// For which request.
    pub request: RequestId,
    /// For which of its items.
    pub item: ItemId,
    /// The container that its copy is.
    pub container: ContainerId,
    /// Where the copy lies below the folder of collected files.
    pub path: String,
    /// Digest of its bytes.
    pub file_sha256: Sha256,
    /// Where it was taken from, as the person gave it.
    pub came_from: String,
    /// What the person says of it.
    pub note: String,
}

/// A file that was added by hand, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CollectedRecord {
    /// The file.
    pub file: Collected,
    /// When it was added.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
}

impl Ledger {
    /// Records files that were added by hand; all or none of them.
    ///
    /// # Errors
    /// [`crate::LedgerError::Conflict`] where a file stands for that item already.
    pub fn add_collected(&mut self, act: &Act, files: &[Collected]) -> Outcome<()> {
        self.act(act, "add collected files", |transaction| {
            for file in files {
                let added = transaction.execute(
                    "INSERT OR IGNORE INTO collected
                       (request, item, container, path, file_sha256, came_from, note, at, by)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                    params![
                        file.request.as_str(),
                        file.item.as_str(),
                        file.container.digest().as_bytes(),
                        file.path,
                        file.file_sha256.as_bytes(),
                        file.came_from,
                        file.note,
                        instant_text(act.at),
                        act.by,
                    ],
                )?;
                if added == 0 {
                    return Err(conflict(format!("{} was added for item {} already", file.path, file.item)));
                }
            }
            let told: Vec<_> = files
                .iter()
                .map(|file| json!({ "request": file.request, "item": file.item, "path": file.path, "sha256": file.file_sha256 }))
                .collect();
            Ok(((), json!({ "files": told })))
        })
    }

    /// The files that were added for a request, in the order in which they were added.
    pub fn collected(&self, request: &RequestId) -> Outcome<Vec<CollectedRecord>> {
        self.read("list collected files", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT request, item, container, path, file_sha256, came_from, note, at, by FROM collected
                 WHERE request = ?1 ORDER BY key",
            )?;
            let mut rows = statement.query([request.as_str()])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let file = Collected {
                    request: word(row, 0)?,
                    item: word(row, 1)?,
                    container: ContainerId::from_digest(sha256(row, 2)?),
                    path: row.get(3)?,
                    file_sha256: sha256(row, 4)?,
                    came_from: row.get(5)?,
                    note: row.get(6)?,
                };
                found.push(CollectedRecord { file, at: instant(row, 7)?, by: row.get(8)? });
            }
            Ok(found)
        })
    }

    /// The rows of every document of a container, ascending; none where it is not on record.
    pub fn container_rows(&self, id: ContainerId) -> Outcome<Vec<u64>> {
        self.read("list a container's documents", |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT first_row, documents FROM occurrence
                 WHERE container = (SELECT key FROM container WHERE id = ?1) ORDER BY first_row",
            )?;
            let mut rows = statement.query([id.digest().as_bytes()])?;
            let mut found: Vec<u64> = Vec::new();
            while let Some(row) = rows.next()? {
                let (first, documents): (u64, u64) = (row.get(0)?, row.get(1)?);
                found.extend(first..first + documents);
            }
            Ok(found)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{Mail, act, container_id, index, ledger, request};

    fn file(path: &str, item: &str) -> Collected {
        Collected {
            request: request(),
            item: item.parse().unwrap(),
            container: container_id(path),
            path: path.into(),
            file_sha256: Sha256::of(path),
            came_from: "HR share".into(),
            note: "current chart".into(),
        }
    }

    #[test]
    fn what_was_added_is_listed_with_who_and_when_and_the_same_file_may_answer_two_items() {
        let (_folder, mut ledger) = ledger();
        let files = [file("chart.pdf", "4"), file("chart.pdf", "5")];
        ledger.add_collected(&act(), &files).unwrap();
        let listed = ledger.collected(&request()).unwrap();
        assert_eq!(listed.iter().map(|record| record.file.clone()).collect::<Vec<_>>(), files);
        assert_eq!((listed[0].at, listed[0].by.as_str()), (act().at, "Ann Lee"));
        assert_eq!(ledger.collected(&"other".parse().unwrap()).unwrap(), []);
    }

    #[test]
    fn a_file_is_added_to_an_item_once_and_with_it_none_of_its_companions() {
        let (_folder, mut ledger) = ledger();
        ledger.add_collected(&act(), &[file("a", "4")]).unwrap();
        let again = ledger.add_collected(&act(), &[file("b", "4"), file("a", "4")]);
        assert!(matches!(again, Err(LedgerError::Conflict { .. })));
        assert_eq!(ledger.collected(&request()).unwrap().len(), 1);
    }

    #[test]
    fn a_containers_rows_are_those_of_all_its_families() {
        let (_folder, mut ledger) = ledger();
        let mails = [Mail::new("a.mbox", 0).attachments(1), Mail::new("b.mbox", 0), Mail::new("a.mbox", 1)];
        index(&mut ledger, &mails);
        assert_eq!(ledger.container_rows(container_id("a.mbox")).unwrap(), [1, 2, 4]);
        assert_eq!(ledger.container_rows(container_id("none")).unwrap(), Vec::<u64>::new());
    }
}
