//! Containers: what was read of each, and what became of the file since.
//!
//! Each reading and each change of fate is a version of the container's state; earlier ones stay.

use crate::columns::{modified, modified_number, sha256, sha256_or_none, word};
use crate::error::{Fault, Outcome, damaged, no_such};
use crate::{Ledger, audit};
use duces_model::{ArchivePath, ContainerId, ContainerKind, Defect, Sha256};
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use std::collections::BTreeMap;
use std::time::SystemTime;

/// The numbers of a container that was read to its end. All count the whole container, also where only
/// its new tail was read this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContainerTally {
    /// Digest of the file as it lies on disk.
    pub file_sha256: Sha256,
    /// Messages (or loose files) that the reader found.
    pub found: u64,
    /// The same by a second method, where there is one.
    pub independent: Option<u64>,
    /// Lines in bodies that look like separators and were not taken for one.
    pub unquoted_from_lines: u64,
    /// Digest of the uncompressed content.
    pub stream_sha256: Sha256,
    /// Size of the uncompressed content, in bytes.
    pub stream_bytes: u64,
}

/// What indexing says of one container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerEntry {
    /// Identity.
    pub id: ContainerId,
    /// Name of its archive.
    pub archive: String,
    /// Path below the archive's root, as it lies now.
    pub path: ArchivePath,
    /// Kind, told by content.
    pub kind: ContainerKind,
    /// Which form of its kind, where the kind has several: lower-case letters, digits and hyphens.
    pub form: Option<String>,
    /// Whether it is gzip-compressed.
    pub compressed: bool,
    /// Size of the file as it lies on disk, in bytes.
    pub file_bytes: u64,
    /// When the file was modified.
    pub modified: Option<SystemTime>,
    /// Flaws of the container as a whole.
    pub defects: Vec<Defect>,
    /// Present where it was read to its end; absent where reading goes on in a later checkpoint.
    pub tally: Option<ContainerTally>,
}

/// What became of a container's file since it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContainerFate {
    /// It lies where it lay, as it was.
    Present,
    /// It is gone.
    Vanished,
    /// It lies there with another content.
    Changed,
    /// It lies at this path of the same archive now.
    Moved(ArchivePath),
}

impl ContainerFate {
    /// The word that is stored and printed.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Vanished => "vanished",
            Self::Changed => "changed",
            Self::Moved(_) => "moved",
        }
    }
}

/// A container as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerState {
    /// What the latest reading said; `path` is where the file was last seen.
    pub entry: ContainerEntry,
    /// What became of the file since.
    pub fate: ContainerFate,
    /// The checkpoint of that reading.
    pub checkpoint: u64,
    /// How many of its occurrences are recorded.
    pub occurrences: u64,
}

impl ContainerState {
    /// Whether it was read to its end.
    pub fn complete(&self) -> bool {
        self.entry.tally.is_some()
    }
}

impl Ledger {
    /// One container, where it is known.
    pub fn container(&self, id: ContainerId) -> Outcome<Option<ContainerState>> {
        self.read("read a container", |connection| {
            let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE c.id = ?1"))?;
            let mut rows = statement.query([id.digest().as_bytes()])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            let (key, mut state) = container_state(row)?;
            let current = "SELECT code, detail FROM defect
                WHERE container = ?1 AND occurrence IS NULL AND checkpoint = ?2 ORDER BY key";
            let mut statement = connection.prepare_cached(current)?;
            let mut rows = statement.query(params![key, state.checkpoint])?;
            while let Some(row) = rows.next()? {
                state.entry.defects.push(Defect { code: word(row, 0)?, detail: row.get(1)? });
            }
            Ok(Some(state))
        })
    }

    /// Tells every container, by archive and path, without its flaws: none is held in memory.
    ///
    /// # Errors
    /// Where the ledger cannot be read, and whatever `tell` gives back.
    pub fn each_container<E: From<crate::LedgerError>>(
        &self,
        mut tell: impl FnMut(ContainerState) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut told = Ok(());
        self.read("list containers", |connection| {
            let mut statement = connection.prepare(&format!("{SELECT} ORDER BY c.archive, s.path, c.id"))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                told = tell(container_state(row)?.1);
                if told.is_err() {
                    break;
                }
            }
            Ok(())
        })?;
        told
    }

    /// How many containers there are.
    pub fn container_count(&self) -> Outcome<u64> {
        self.read("count containers", |connection| {
            Ok(connection.query_row("SELECT COUNT(*) FROM container", [], |row| row.get(0))?)
        })
    }
}

/// A container by its key, without its flaws.
pub(crate) fn by_key(connection: &Connection, key: i64) -> Result<ContainerState, Fault> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE c.key = ?1"))?;
    let mut rows = statement.query([key])?;
    let row = rows.next()?.ok_or_else(|| damaged(format!("found no container with key {key}")))?;
    Ok(container_state(row)?.1)
}

/// Whether a fate of these is not the one recorded; columns as [`mark_all`] reads them.
pub(crate) fn any_differs(connection: &Connection, fates: &str) -> Result<bool, Fault> {
    let mut statement = connection.prepare(fates)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, fate) = told_fate(row)?;
        if differs(connection, id, &fate)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Records fates: `fates` selects identity, word and, for one that moved, the new path. What is so already
/// is passed over. How many became what is given back.
pub(crate) fn mark_all(
    transaction: &Transaction<'_>,
    fates: &str,
) -> Result<BTreeMap<&'static str, u64>, Fault> {
    let seq = audit::next_seq(transaction)?;
    let mut counts = BTreeMap::new();
    let mut statement = transaction.prepare(fates)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, fate) = told_fate(row)?;
        if let Some(key) = differs(transaction, id, &fate)? {
            mark(transaction, key, &fate, seq)?;
            *counts.entry(fate.as_str()).or_default() += 1;
        }
    }
    Ok(counts)
}

fn told_fate(row: &Row<'_>) -> Result<(ContainerId, ContainerFate), Fault> {
    let path = row.get::<_, Option<String>>(2)?.map(ArchivePath::from_escaped);
    let fate = fate_of(&row.get::<_, String>(1)?, path)?;
    Ok((ContainerId::from_digest(sha256(row, 0)?), fate))
}

/// A fate from its stored word, and where the file was last seen.
pub(crate) fn fate_of(word: &str, path: Option<ArchivePath>) -> Result<ContainerFate, Fault> {
    Ok(match (word, path) {
        ("present", _) => ContainerFate::Present,
        ("vanished", _) => ContainerFate::Vanished,
        ("changed", _) => ContainerFate::Changed,
        ("moved", Some(path)) => ContainerFate::Moved(path),
        (other, _) => return Err(damaged(format!("found a container's fate {other:?}"))),
    })
}

/// The container's key where the fate is not the one recorded.
fn differs(connection: &Connection, id: ContainerId, fate: &ContainerFate) -> Result<Option<i64>, Fault> {
    let mut statement = connection.prepare_cached(
        "SELECT c.key, s.fate, s.path FROM container c JOIN container_state s ON s.container = c.key
         WHERE c.id = ?1 ORDER BY s.version DESC LIMIT 1",
    )?;
    let found: Option<(i64, String, String)> = statement
        .query_row([id.digest().as_bytes()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let (key, word, path) = found.ok_or_else(|| no_such(format!("container {id}")))?;
    let same = word == fate.as_str() && !matches!(fate, ContainerFate::Moved(to) if to.as_str() != path);
    Ok((!same).then_some(key))
}

fn mark(transaction: &Transaction<'_>, key: i64, fate: &ContainerFate, seq: u64) -> Result<(), Fault> {
    let moved_to = match fate {
        ContainerFate::Moved(path) => Some(path.as_str()),
        _ => None,
    };
    transaction
        .prepare_cached(
            "INSERT INTO container_state (container, version, checkpoint, act, fate, path, kind, compressed,
               file_bytes, modified, file_sha256, found, independent, unquoted, stream_sha256, stream_bytes)
             SELECT container, version + 1, checkpoint, ?2, ?3, COALESCE(?4, path), kind, compressed,
               file_bytes, modified, file_sha256, found, independent, unquoted, stream_sha256, stream_bytes
             FROM container_state WHERE container = ?1 ORDER BY version DESC LIMIT 1",
        )?
        .execute(params![key, seq, fate.as_str(), moved_to])?;
    Ok(())
}

/// Writes a reading of a container as its newest state; returns the container's key.
pub(crate) fn record(
    transaction: &Transaction<'_>,
    checkpoint: u64,
    entry: &ContainerEntry,
) -> Result<i64, Fault> {
    let id = entry.id.digest();
    let known: Option<i64> = key(transaction, entry.id)?;
    let key = match known {
        Some(key) => key,
        None => {
            transaction
                .prepare_cached("INSERT INTO container (id, archive) VALUES (?1, ?2)")?
                .execute(params![id.as_bytes(), entry.archive])?;
            transaction.last_insert_rowid()
        }
    };
    let tally = entry.tally.as_ref();
    transaction
        .prepare_cached(
            "INSERT INTO container_state (container, version, checkpoint, fate, path, kind, compressed, file_bytes,
               modified, file_sha256, found, independent, unquoted, stream_sha256, stream_bytes)
             VALUES (?1, (SELECT COALESCE(MAX(version), 0) + 1 FROM container_state WHERE container = ?1), ?2,
               'present', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            key,
            checkpoint,
            entry.path.as_str(),
            stored_kind(entry.kind, entry.form.as_deref()),
            entry.compressed,
            entry.file_bytes,
            modified_number(entry.modified),
            tally.map(|tally| *tally.file_sha256.as_bytes()),
            tally.map(|tally| tally.found),
            tally.and_then(|tally| tally.independent),
            tally.map(|tally| tally.unquoted_from_lines),
            tally.map(|tally| *tally.stream_sha256.as_bytes()),
            tally.map(|tally| tally.stream_bytes),
        ])?;
    Ok(key)
}

/// The key of a container, where it is known.
pub(crate) fn key(connection: &Connection, id: ContainerId) -> Result<Option<i64>, Fault> {
    let mut statement = connection.prepare_cached("SELECT key FROM container WHERE id = ?1")?;
    Ok(statement.query_row([id.digest().as_bytes()], |row| row.get(0)).optional()?)
}

/// Kind and form as they are stored: `chat/slack-export`, or the kind alone.
fn stored_kind(kind: ContainerKind, form: Option<&str>) -> String {
    form.map_or_else(|| kind.as_str().to_owned(), |form| format!("{}/{form}", kind.as_str()))
}

/// Reads what [`stored_kind`] gives.
pub(crate) fn kind_and_form(row: &Row<'_>, column: usize) -> Result<(ContainerKind, Option<String>), Fault> {
    let stored: String = row.get(column)?;
    let (kind, form) = match stored.split_once('/') {
        Some((kind, form)) => (kind, Some(form.to_owned())),
        None => (stored.as_str(), None),
    };
    Ok((kind.parse().map_err(damaged)?, form))
}

/// The newest state of each container; columns as [`container_state`] reads them.
pub(crate) const SELECT: &str = "
SELECT c.key, c.id, c.archive, s.path, s.kind, s.compressed, s.file_bytes, s.modified, s.file_sha256, s.found,
  s.independent, s.unquoted, s.stream_sha256, s.stream_bytes, s.fate, s.checkpoint,
  (SELECT COUNT(*) FROM occurrence o WHERE o.container = c.key)
FROM container c JOIN container_state s ON s.container = c.key
  AND s.version = (SELECT MAX(version) FROM container_state WHERE container = c.key)";

/// Reads a row of [`SELECT`], but for the defects.
pub(crate) fn container_state(row: &Row<'_>) -> Result<(i64, ContainerState), Fault> {
    let path = ArchivePath::from_escaped(row.get::<_, String>(3)?);
    let fate = fate_of(&row.get::<_, String>(14)?, Some(path.clone()))?;
    let tally = match sha256_or_none(row, 8)? {
        Some(file_sha256) => Some(ContainerTally {
            file_sha256,
            found: row.get(9)?,
            independent: row.get(10)?,
            unquoted_from_lines: row.get(11)?,
            stream_sha256: sha256(row, 12)?,
            stream_bytes: row.get(13)?,
        }),
        None => None,
    };
    let (kind, form) = kind_and_form(row, 4)?;
    let entry = ContainerEntry {
        id: ContainerId::from_digest(sha256(row, 1)?),
        archive: row.get(2)?,
        path,
        kind,
        form,
        compressed: row.get(5)?,
        file_bytes: row.get(6)?,
        modified: modified(row, 7)?,
        defects: Vec::new(),
        tally,
    };
    Ok((row.get(0)?, ContainerState { entry, fate, checkpoint: row.get(15)?, occurrences: row.get(16)? }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{Mail, act, container, container_id, dump, entries, index, ledger};
    use duces_model::DefectCode;
    use std::time::Duration;

    fn all(ledger: &crate::Ledger) -> Vec<ContainerState> {
        let mut found = Vec::new();
        ledger
            .each_container(|state| {
                found.push(state);
                Ok::<_, LedgerError>(())
            })
            .unwrap();
        found
    }

    fn mark(ledger: &mut crate::Ledger, fates: &[(ContainerId, ContainerFate)]) -> Result<(), LedgerError> {
        ledger.begin_survey()?;
        ledger.survey().fates(fates)?;
        let marked = ledger.mark_surveyed(&act());
        ledger.end_survey()?;
        marked
    }

    #[test]
    fn a_container_reads_back_as_it_was_written() {
        let (_folder, mut ledger) = ledger();
        let mut entry = container("a.mbox", 0);
        entry.modified = Some(SystemTime::UNIX_EPOCH + Duration::from_nanos(1_700_000_000_123_456_789));
        entry.defects = vec![Defect::new(DefectCode::BytesBeforeFirstMessage, "12 bytes")];
        ledger.write_checkpoint(1, &[], std::slice::from_ref(&entry)).unwrap();
        let state = ledger.container(entry.id).unwrap().unwrap();
        assert_eq!((&state.entry, &state.fate, state.occurrences), (&entry, &ContainerFate::Present, 0));
        assert!(state.complete());
        let listed = ContainerState { entry: ContainerEntry { defects: vec![], ..entry.clone() }, ..state };
        assert_eq!(all(&ledger), [listed], "the list is without the flaws");
        assert_eq!(ledger.container_count().unwrap(), 1);
        assert_eq!(ledger.container(container_id("other")).unwrap(), None);
    }

    #[test]
    fn a_container_read_in_part_is_incomplete_until_its_tally_comes() {
        let (_folder, mut ledger) = ledger();
        let part = ContainerEntry { tally: None, ..container("a.mbox", 0) };
        ledger.write_checkpoint(1, &entries(&[Mail::new("a.mbox", 0)], 1), &[part]).unwrap();
        ledger.settle(1).unwrap();
        assert!(!ledger.container(container_id("a.mbox")).unwrap().unwrap().complete());
        ledger
            .write_checkpoint(2, &entries(&[Mail::new("a.mbox", 1)], 2), &[container("a.mbox", 2)])
            .unwrap();
        ledger.settle(2).unwrap();
        let state = ledger.container(container_id("a.mbox")).unwrap().unwrap();
        assert_eq!((state.complete(), state.occurrences, state.checkpoint), (true, 2, 2));
    }

    #[test]
    fn fates_are_kept_and_a_known_fate_writes_nothing() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0), Mail::new("b.mbox", 0)]);
        let moved = ContainerFate::Moved(ArchivePath::from_escaped("z/a.mbox"));
        let changes =
            [(container_id("a.mbox"), moved.clone()), (container_id("b.mbox"), ContainerFate::Vanished)];
        mark(&mut ledger, &changes).unwrap();
        let listed: Vec<_> = all(&ledger).into_iter().map(|c| (c.entry.path.to_string(), c.fate)).collect();
        assert_eq!(listed, [("b.mbox".to_owned(), ContainerFate::Vanished), ("z/a.mbox".to_owned(), moved)]);
        let before = dump(&ledger);
        mark(&mut ledger, &changes).unwrap();
        assert_eq!(dump(&ledger), before);
        mark(&mut ledger, &[(container_id("b.mbox"), ContainerFate::Present)]).unwrap();
        assert_eq!(ledger.container(container_id("b.mbox")).unwrap().unwrap().fate, ContainerFate::Present);
        let unknown = [(container_id("c.mbox"), ContainerFate::Vanished)];
        assert!(matches!(mark(&mut ledger, &unknown), Err(LedgerError::NoSuch { .. })));
    }

    #[test]
    fn a_new_reading_makes_a_vanished_container_present_again() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0)]);
        mark(&mut ledger, &[(container_id("a.mbox"), ContainerFate::Changed)]).unwrap();
        ledger.write_checkpoint(2, &[], &[container("a.mbox", 1)]).unwrap();
        ledger.settle(2).unwrap();
        assert_eq!(ledger.container(container_id("a.mbox")).unwrap().unwrap().fate, ContainerFate::Present);
    }
}
