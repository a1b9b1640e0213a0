//! The list of everything that is wrong with what was retained.
//!
//! A flaw of a container stands for its latest reading; flaws of occurrences and documents stay. Each
//! document's reason of being unsearchable is among its flaws.

use crate::Ledger;
use crate::checkpoint::require_settled;
use crate::columns::{word, word_or_none};
use crate::error::{Fault, Outcome};
use duces_model::{ArchivePath, DefectCode, DocId, PartPath, Sha256};
use rusqlite::{Connection, Row};

/// One flaw and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefectRow {
    /// Name of the archive.
    pub archive: String,
    /// The container's path, as last known.
    pub path: ArchivePath,
    /// Which message of the container, from 0; absent where the container as a whole is meant.
    pub ordinal: Option<u64>,
    /// Which part of the message; absent where the occurrence or the container as a whole is meant.
    pub part: Option<PartPath>,
    /// The document; absent likewise.
    pub document: Option<DocId>,
    /// What kind.
    pub code: DefectCode,
    /// Where and what.
    pub detail: String,
}

/// Flaws of containers that a later reading replaced are left out.
const CURRENT: &str = "(f.occurrence IS NOT NULL OR f.checkpoint =
  (SELECT s.checkpoint FROM container_state s WHERE s.container = f.container ORDER BY s.version DESC LIMIT 1))";

impl Ledger {
    /// How often each flaw occurs, by the order of [`DefectCode::ALL`]; codes that do not occur are left out.
    pub fn defects_by_code(&self) -> Outcome<Vec<(DefectCode, u64)>> {
        self.read("count defects", |connection| {
            require_settled(connection)?;
            by_code(
                connection,
                &format!("SELECT f.code, COUNT(*) FROM defect f WHERE {CURRENT} GROUP BY f.code"),
            )
        })
    }

    /// How many documents word searches cannot answer for, by reason.
    pub fn unsearchable_by_reason(&self) -> Outcome<Vec<(DefectCode, u64)>> {
        self.read("count unsearchable documents", |connection| {
            require_settled(connection)?;
            let count =
                "SELECT unsearchable, COUNT(*) FROM document WHERE unsearchable IS NOT NULL GROUP BY 1";
            by_code(connection, count)
        })
    }

    /// Tells every flaw, ordered by archive, path, place in the container and part, whatever the order
    /// in which it was found.
    pub fn defect_rows(&self, tell: &mut dyn FnMut(DefectRow)) -> Outcome<()> {
        self.read("list defects", |connection| {
            require_settled(connection)?;
            let mut statement = connection.prepare(&format!(
                "SELECT c.archive,
                   (SELECT s.path FROM container_state s WHERE s.container = c.key ORDER BY s.version DESC LIMIT 1),
                   o.ordinal, d.part, d.id, f.code, f.detail
                 FROM defect f JOIN container c ON c.key = f.container
                   LEFT JOIN occurrence o ON o.key = f.occurrence LEFT JOIN document d ON d.row = f.document
                 WHERE {CURRENT}
                 ORDER BY 1, 2, c.id, o.ordinal, d.row - o.first_row, f.code, f.detail"
            ))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                tell(defect_row(row)?);
            }
            Ok(())
        })
    }
}

fn defect_row(row: &Row<'_>) -> Result<DefectRow, Fault> {
    let document = row.get::<_, Option<[u8; 32]>>(4)?;
    Ok(DefectRow {
        archive: row.get(0)?,
        path: ArchivePath::from_escaped(row.get::<_, String>(1)?),
        ordinal: row.get(2)?,
        part: row.get::<_, Option<String>>(3)?.map(PartPath::from_stored),
        document: document.map(|bytes| DocId::from_digest(Sha256::from_bytes(bytes))),
        code: word(row, 5)?,
        detail: row.get(6)?,
    })
}

fn by_code(connection: &Connection, sql: &str) -> Result<Vec<(DefectCode, u64)>, Fault> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut found: Vec<(DefectCode, u64)> = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(code) = word_or_none(row, 0)? {
            found.push((code, row.get(1)?));
        }
    }
    found.sort_unstable();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::fixture::{Mail, container, index, ledger};
    use duces_model::{Defect, DefectCode};

    #[test]
    fn flaws_are_listed_in_the_order_of_the_archive_not_of_arrival() {
        let (_folder, mut ledger) = ledger();
        let mails = [
            Mail::new("b.mbox", 1).attachments(1),
            Mail::new("b.mbox", 0).defective(),
            Mail::new("a.mbox", 0).attachments(2),
        ];
        index(&mut ledger, &mails);
        let mut seen = Vec::new();
        ledger
            .defect_rows(&mut |row| {
                seen.push((row.path.to_string(), row.ordinal, row.part.map(|p| p.to_string())))
            })
            .unwrap();
        let part = |text: &str| Some(text.to_owned());
        assert_eq!(
            seen,
            [
                ("a.mbox".to_owned(), Some(0), part("1")),
                ("a.mbox".to_owned(), Some(0), part("2")),
                ("b.mbox".to_owned(), Some(0), None),
                ("b.mbox".to_owned(), Some(1), part("1")),
            ]
        );
        assert_eq!(
            ledger.defects_by_code().unwrap(),
            [(DefectCode::NotAMessage, 1), (DefectCode::NoExtractor, 3)]
        );
        assert_eq!(
            ledger.unsearchable_by_reason().unwrap(),
            [(DefectCode::NotAMessage, 1), (DefectCode::NoExtractor, 3)]
        );
    }

    #[test]
    fn a_later_reading_of_a_container_replaces_its_own_flaws_only() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0).attachments(1)]);
        let mut damaged = container("a.mbox", 1);
        damaged.defects = vec![Defect::new(DefectCode::DamagedArchive, "offset 9")];
        ledger.write_checkpoint(2, &[], &[damaged]).unwrap();
        ledger.settle(2).unwrap();
        assert_eq!(
            ledger.defects_by_code().unwrap(),
            [(DefectCode::DamagedArchive, 1), (DefectCode::NoExtractor, 1)]
        );
        ledger.write_checkpoint(3, &[], &[container("a.mbox", 1)]).unwrap();
        ledger.settle(3).unwrap();
        assert_eq!(ledger.defects_by_code().unwrap(), [(DefectCode::NoExtractor, 1)]);
    }
}
