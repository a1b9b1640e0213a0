//! Indexing writes a checkpoint: some occurrences and what is now known of some containers, whole or not
//! at all. It stays pending until the index has committed the same checkpoint.

use crate::columns::{count, day_number};
use crate::containers::{self, ContainerEntry};
use crate::entry::{DocumentEntry, OccurrenceEntry};
use crate::error::{Fault, LedgerError, Outcome, conflict, damaged};
use crate::participants::{self, AddressKeys};
use crate::{Ledger, attributions};
use duces_model::{ContainerId, Defect};
use rusqlite::{CachedStatement, Connection, OptionalExtension as _, Transaction, params};
use std::collections::BTreeMap;

/// Where indexing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoints {
    /// Number of the last settled checkpoint, 0 before the first.
    pub settled: u64,
    /// Number of the one that waits for the index.
    pub pending: Option<u64>,
}

impl Ledger {
    /// The row that the next document gets: rows count from 1 without holes.
    pub fn next_row(&self) -> Outcome<u64> {
        self.read("read the last document's row", next_row)
    }

    /// Where indexing stands.
    pub fn checkpoints(&self) -> Outcome<Checkpoints> {
        self.read("read the checkpoints", checkpoints)
    }

    /// Writes a checkpoint in one transaction and leaves it pending; [`Ledger::settle`] follows once the
    /// index has committed the same number.
    ///
    /// Containers are written first, so that an occurrence may name one of the same call.
    ///
    /// # Errors
    /// [`LedgerError::Unsettled`] where one is pending already; [`LedgerError::Conflict`] where the number
    /// is not above the last, where rows are not those from [`Ledger::next_row`] on without a hole, where
    /// an occurrence's container is not known, or where its place in the container is recorded already.
    pub fn write_checkpoint(
        &mut self,
        number: u64,
        occurrences: &[OccurrenceEntry],
        containers: &[ContainerEntry],
    ) -> Outcome<()> {
        let mut addresses = std::mem::take(&mut self.addresses);
        let written = self.write("write a checkpoint", |transaction| {
            write(transaction, &mut addresses, number, occurrences, containers)
        });
        if written.is_err() {
            addresses.forget();
        }
        self.addresses = addresses;
        written
    }
}

pub(crate) fn next_row(connection: &Connection) -> Result<u64, Fault> {
    Ok(connection.query_row("SELECT COALESCE(MAX(row), 0) + 1 FROM document", [], |row| row.get(0))?)
}

pub(crate) fn checkpoints(connection: &Connection) -> Result<Checkpoints, Fault> {
    let read = "SELECT (SELECT COALESCE(MAX(number), 0) FROM checkpoint WHERE settled = 1),
        (SELECT number FROM checkpoint WHERE settled = 0)";
    let mut statement = connection.prepare_cached(read)?;
    Ok(statement.query_row([], |row| Ok(Checkpoints { settled: row.get(0)?, pending: row.get(1)? }))?)
}

/// Sums over everything recorded have a meaning only while nothing is pending.
pub(crate) fn require_settled(connection: &Connection) -> Result<(), Fault> {
    match checkpoints(connection)?.pending {
        Some(pending) => Err(LedgerError::Unsettled { pending }.into()),
        None => Ok(()),
    }
}

fn write(
    transaction: &Transaction<'_>,
    addresses: &mut AddressKeys,
    number: u64,
    occurrences: &[OccurrenceEntry],
    containers: &[ContainerEntry],
) -> Result<(), Fault> {
    require_settled(transaction)?;
    let settled = checkpoints(transaction)?.settled;
    if number <= settled {
        return Err(conflict(format!("found checkpoint {number}, expected one after {settled}")));
    }
    transaction.execute(
        "INSERT INTO checkpoint SELECT ?1, 0,
           (SELECT COALESCE(MAX(key), 0) + 1 FROM container), (SELECT COALESCE(MAX(key), 0) + 1 FROM occurrence),
           (SELECT COALESCE(MAX(row), 0) + 1 FROM document), (SELECT COALESCE(MAX(key), 0) + 1 FROM defect),
           (SELECT COALESCE(MAX(key), 0) + 1 FROM address), (SELECT COALESCE(MAX(key), 0) + 1 FROM media_type),
           (SELECT COALESCE(MAX(key), 0) + 1 FROM source)",
        [number],
    )?;
    let mut writer = Writer::new(transaction, addresses, number)?;
    containers.iter().try_for_each(|entry| writer.container(entry))?;
    occurrences.iter().try_for_each(|entry| writer.occurrence(entry))
}

/// The statements of one checkpoint, prepared once, and the keys that repeat from row to row.
struct Writer<'t> {
    transaction: &'t Transaction<'t>,
    addresses: &'t mut AddressKeys,
    number: u64,
    next_row: u64,
    container: Option<(ContainerId, i64)>,
    media_types: BTreeMap<String, i64>,
    sources: attributions::SourceKeys,
    occurrence: CachedStatement<'t>,
    document: CachedStatement<'t>,
    defect: CachedStatement<'t>,
}

impl<'t> Writer<'t> {
    fn new(
        transaction: &'t Transaction<'t>,
        addresses: &'t mut AddressKeys,
        number: u64,
    ) -> Result<Self, Fault> {
        Ok(Self {
            transaction,
            addresses,
            number,
            next_row: next_row(transaction)?,
            container: None,
            media_types: BTreeMap::new(),
            sources: attributions::SourceKeys::default(),
            occurrence: transaction.prepare_cached(
                "INSERT INTO occurrence (checkpoint, container, ordinal, offset, bytes, first_row, documents, indexed,
                   unsearchable, day, sent_at, defective, journal, id, retained_sha256, message_id,
                   participants_sha256, delivery_group, participants, thread)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)
                 ON CONFLICT DO NOTHING",
            )?,
            document: transaction.prepare_cached(
                "INSERT INTO document (row, occurrence, parent, part, kind, media_type, unknown, sent_at, bytes,
                   unsearchable, unsearchable_detail, id, native_sha256, native_md5, conversion, extension, file_name)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
            )?,
            defect: transaction.prepare_cached(
                "INSERT INTO defect (checkpoint, container, occurrence, document, code, detail)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?,
        })
    }

    fn container(&mut self, entry: &ContainerEntry) -> Result<(), Fault> {
        let key = containers::record(self.transaction, self.number, entry)?;
        entry.defects.iter().try_for_each(|defect| self.defect(key, None, None, defect))
    }

    fn container_key(&mut self, id: ContainerId) -> Result<i64, Fault> {
        if let Some((known, key)) = self.container
            && known == id
        {
            return Ok(key);
        }
        let found = containers::key(self.transaction, id)?;
        let key = found
            .ok_or_else(|| conflict(format!("found a message of container {id}, which is not recorded")))?;
        self.container = Some((id, key));
        Ok(key)
    }

    fn occurrence(&mut self, entry: &OccurrenceEntry) -> Result<(), Fault> {
        if entry.first_row != self.next_row {
            let (found, expected) = (entry.first_row, self.next_row);
            return Err(conflict(format!("found row {found} for a family's root, expected {expected}")));
        }
        let container = self.container_key(entry.container)?;
        let mut keys = Vec::with_capacity(entry.participants.len());
        for (role, address) in &entry.participants {
            keys.push((*role, self.addresses.key(self.transaction, address)?));
        }
        let unsearchable = entry.documents.iter().filter(|document| document.unsearchable.is_some()).count();
        let indexed = entry.documents.iter().filter(|document| document.unsearchable.is_none()).count();
        let written = self.occurrence.execute(params![
            self.number,
            container,
            entry.locator.ordinal,
            entry.locator.offset,
            entry.locator.bytes,
            entry.first_row,
            entry.documents(),
            count(indexed),
            count(unsearchable),
            entry.day.map(day_number),
            entry.sent_at,
            entry.defective.as_ref().map(|defect| defect.code.as_str()),
            entry.journal,
            entry.id.digest().as_bytes(),
            entry.retained_sha256.as_bytes(),
            entry.message_id.map(|digest| *digest.as_bytes()),
            entry.participants_sha256.as_bytes(),
            entry.delivery_group.map(|digest| *digest.as_bytes()),
            participants::to_bytes(&keys),
            entry.thread,
        ])?;
        if written == 0 {
            let (ordinal, container) = (entry.locator.ordinal, entry.container);
            return Err(conflict(format!("message {ordinal} of container {container} is recorded already")));
        }
        let key = self.transaction.last_insert_rowid();
        if let Some(defect) = &entry.defective {
            self.defect(container, Some(key), None, defect)?;
        }
        attributions::insert(self.transaction, &mut self.sources, key, &entry.attributions)?;
        for document in &entry.documents {
            self.document(container, key, entry.first_row, document)?;
        }
        Ok(())
    }

    fn document(
        &mut self,
        container: i64,
        occurrence: i64,
        first_row: u64,
        entry: &DocumentEntry,
    ) -> Result<(), Fault> {
        let media_type = self.media_type(&entry.media_type)?;
        let row = self.next_row;
        self.document.execute(params![
            row,
            occurrence,
            entry.parent.map(|place| first_row + place),
            entry.part.as_str(),
            entry.kind.as_str(),
            media_type,
            entry.unknown,
            entry.sent_at,
            entry.native.bytes,
            entry.unsearchable.as_ref().map(|defect| defect.code.as_str()),
            entry.unsearchable.as_ref().map(|defect| defect.detail.as_str()),
            entry.id.digest().as_bytes(),
            entry.native.sha256.as_bytes(),
            entry.native.md5.as_bytes(),
            entry.native.conversion,
            entry.native.extension,
            entry.file_name,
        ])?;
        self.next_row += 1;
        entry
            .defects
            .iter()
            .try_for_each(|defect| self.defect(container, Some(occurrence), Some(row), defect))
    }

    fn defect(
        &mut self,
        container: i64,
        occurrence: Option<i64>,
        document: Option<u64>,
        defect: &Defect,
    ) -> Result<(), Fault> {
        self.defect.execute(params![
            self.number,
            container,
            occurrence,
            document,
            defect.code.as_str(),
            defect.detail
        ])?;
        Ok(())
    }

    fn media_type(&mut self, name: &str) -> Result<i64, Fault> {
        if let Some(key) = self.media_types.get(name) {
            return Ok(*key);
        }
        let key = dictionary_key(self.transaction, "media_type", "name", name)?;
        self.media_types.insert(name.to_owned(), key);
        Ok(key)
    }
}

/// The key of a name in a dictionary table; it is added where it is new.
pub(crate) fn dictionary_key(
    connection: &Connection,
    table: &str,
    column: &str,
    name: &str,
) -> Result<i64, Fault> {
    let find = format!("SELECT key FROM {table} WHERE {column} = ?1");
    let found: Option<i64> =
        connection.prepare_cached(&find)?.query_row([name], |row| row.get(0)).optional()?;
    if let Some(key) = found {
        return Ok(key);
    }
    let added =
        connection.prepare_cached(&format!("INSERT INTO {table} ({column}) VALUES (?1)"))?.execute([name])?;
    if added == 1 {
        Ok(connection.last_insert_rowid())
    } else {
        Err(damaged(format!("{table} takes no rows")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Mail, container, dump, entries, evidence, ledger};

    fn refused(ledger: &mut Ledger, number: u64, occurrences: &[OccurrenceEntry], what: &str) {
        let before = dump(ledger);
        let error = ledger.write_checkpoint(number, occurrences, &[container("a.mbox", 9)]).unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
        assert_eq!(dump(ledger), before, "nothing of a refused checkpoint stays");
    }

    #[test]
    fn rows_are_dense_from_one() {
        let (_folder, mut ledger) = ledger();
        assert_eq!(ledger.next_row().unwrap(), 1);
        assert_eq!(ledger.checkpoints().unwrap(), Checkpoints { settled: 0, pending: None });
        let mails = [Mail::new("a.mbox", 0).attachments(2), Mail::new("a.mbox", 1)];
        ledger.write_checkpoint(1, &entries(&mails, 1), &[container("a.mbox", 2)]).unwrap();
        assert_eq!(ledger.next_row().unwrap(), 5);
        assert_eq!(ledger.checkpoints().unwrap(), Checkpoints { settled: 0, pending: Some(1) });
    }

    #[test]
    fn what_contradicts_the_record_is_refused_whole() {
        let (_folder, mut ledger) = ledger();
        refused(&mut ledger, 1, &entries(&[Mail::new("a.mbox", 0)], 2), "found row 2");
        refused(&mut ledger, 1, &entries(&[Mail::new("b.mbox", 0)], 1), "which is not recorded");
        let twice = entries(&[Mail::new("a.mbox", 0), Mail::new("a.mbox", 0)], 1);
        refused(&mut ledger, 1, &twice, "recorded already");
        refused(&mut ledger, 0, &[], "found checkpoint 0");
        ledger
            .write_checkpoint(1, &entries(&[Mail::new("a.mbox", 0)], 1), &[container("a.mbox", 1)])
            .unwrap();
        refused(&mut ledger, 2, &[], "checkpoint 1 is pending");
        ledger.settle(1).unwrap();
        refused(&mut ledger, 2, &entries(&[Mail::new("a.mbox", 0)], 2), "recorded already");
    }

    #[test]
    fn a_disk_that_fills_in_the_middle_of_a_checkpoint_leaves_nothing() {
        let (_folder, mut ledger) = ledger();
        let mails: Vec<Mail> = (0..600).map(|ordinal| Mail::new("a.mbox", ordinal).attachments(1)).collect();
        let before = dump(&ledger);
        let pages: i64 = ledger.connection.pragma_query_value(None, "page_count", |r| r.get(0)).unwrap();
        for room in [1, 9, 40] {
            ledger.connection.pragma_update(None, "max_page_count", pages + room).unwrap();
            let full = ledger.write_checkpoint(1, &entries(&mails, 1), &[container("a.mbox", 600)]);
            assert!(matches!(full, Err(LedgerError::DiskFull { doing: "write a checkpoint" })), "{full:?}");
            assert_eq!(dump(&ledger), before);
        }
        ledger.connection.pragma_update(None, "max_page_count", pages + 10_000).unwrap();
        ledger.write_checkpoint(1, &entries(&mails, 1), &[container("a.mbox", 600)]).unwrap();
        ledger.settle(1).unwrap();
        assert_eq!(ledger.next_row().unwrap(), 1201);
        assert!(ledger.integrity().unwrap().is_empty());
        let traffic = evidence(&ledger, "ecp.example").traffic;
        assert!(!traffic.is_empty(), "addresses taken back with the transaction were written again");
    }
}
