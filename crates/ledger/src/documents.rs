//! Documents by row or identity, and families.

use crate::columns::{day, sent_at, sha256, sha256_or_none, unknowns, word, word_or_none};
use crate::containers::{ContainerState, by_key};
use crate::error::{Fault, Outcome, no_such};
use crate::{Ledger, attributions};
use chrono::{DateTime, NaiveDate, Utc};
use duces_model::{
    ArchivePath, Attribution, ContainerId, ContainerKind, Defect, DocId, DocumentKind, Locator, Md5,
    OccurrenceId, PartPath, Sha256, Unknown,
};
use rusqlite::{Connection, OptionalExtension as _, Row};
use std::collections::{BTreeMap, BTreeSet};

/// A document as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// Its row: the name that index and ledger share. It differs from one building of the index to the next.
    pub row: u64,
    /// Identity.
    pub id: DocId,
    /// The occurrence to which it belongs.
    pub occurrence: OccurrenceId,
    /// The document to which it is attached.
    pub parent: Option<DocId>,
    /// Root of its family.
    pub root: DocId,
    /// Its place in the occurrence.
    pub part: PartPath,
    /// Which kind.
    pub kind: DocumentKind,
    /// Content type as declared.
    pub media_type: String,
    /// File name as written.
    pub file_name: Option<String>,
    /// Digest of the native.
    pub native_sha256: Sha256,
    /// MD5 of the native.
    pub native_md5: Md5,
    /// Size of the native in bytes.
    pub bytes: u64,
    /// The conversion that made the native; absent where it is the retained bytes themselves.
    pub conversion: Option<String>,
    /// Ending for the produced file, without a dot.
    pub extension: String,
    /// Why no word search can answer; absent where one can.
    pub unsearchable: Option<Defect>,
    /// What cannot be told of it, in the order of [`Unknown::ALL`]; of its nearest message where it is an attachment.
    pub unknown: Vec<Unknown>,
    /// When its nearest message was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// The civil day of its family's root in the firm's zone, as it was when indexed.
    pub day: Option<NaiveDate>,
    /// Its container.
    pub container: ContainerId,
    /// Name of the container's archive.
    pub archive: String,
    /// The container's path, as last known.
    pub path: ArchivePath,
    /// Whether the container is gzip-compressed.
    pub compressed: bool,
    /// The container's kind.
    pub container_kind: ContainerKind,
    /// Where the occurrence lies.
    pub locator: Locator,
    /// Digest of the occurrence's retained bytes.
    pub retained_sha256: Sha256,
    /// Same for every journal report of one delivery.
    pub delivery_group: Option<Sha256>,
    /// Its sources, sorted.
    pub attributions: Vec<Attribution>,
}

impl Ledger {
    /// The documents at these rows, in the order of the rows given.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] for the first row that there is not.
    pub fn documents(&self, rows: &[u64]) -> Outcome<Vec<DocumentRow>> {
        self.read("read documents", |connection| {
            let mut reader = Reader::new(connection);
            rows.iter().map(|row| reader.document(*row)).collect()
        })
    }

    /// The document with this identity, where there is one.
    pub fn document(&self, id: &DocId) -> Outcome<Option<DocumentRow>> {
        self.read("read a document", |connection| {
            row_of(connection, id)?.map(|row| Reader::new(connection).document(row)).transpose()
        })
    }

    /// Of each of these deliveries that has more than one journal report: the rows of the reports' roots, sorted. One
    /// pass over all occurrences.
    pub fn reports_of(&self, deliveries: &BTreeSet<Sha256>) -> Outcome<BTreeMap<Sha256, Vec<u64>>> {
        self.read("find the journal reports of deliveries", |connection| {
            let mut found: BTreeMap<Sha256, Vec<u64>> = BTreeMap::new();
            let mut statement = connection.prepare(
                "SELECT delivery_group, first_row FROM occurrence WHERE delivery_group IS NOT NULL ORDER BY key",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let delivery = sha256(row, 0)?;
                if deliveries.contains(&delivery) {
                    found.entry(delivery).or_default().push(row.get(1)?);
                }
            }
            found.retain(|_, rows| rows.len() > 1);
            found.values_mut().for_each(|rows| rows.sort_unstable());
            Ok(found)
        })
    }

    /// The rows of these documents, in the order given.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] for the first document that there is not.
    pub fn rows_of(&self, ids: &[DocId]) -> Outcome<Vec<u64>> {
        self.read("find documents", |connection| {
            ids.iter()
                .map(|id| row_of(connection, id)?.ok_or_else(|| no_such(format!("document {id}"))))
                .collect()
        })
    }

    /// The identities of the documents at these rows, in the order given.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] for the first row that there is not.
    pub fn ids_of(&self, rows: &[u64]) -> Outcome<Vec<DocId>> {
        self.read("read documents' identities", |connection| {
            let mut statement = connection.prepare_cached("SELECT id FROM document WHERE row = ?1")?;
            rows.iter()
                .map(|row| {
                    let id: Option<[u8; 32]> = statement.query_row([row], |row| row.get(0)).optional()?;
                    let id = id.ok_or_else(|| no_such(format!("document row {row}")))?;
                    Ok(DocId::from_digest(Sha256::from_bytes(id)))
                })
                .collect()
        })
    }

    /// All rows of the families to which these rows belong, sorted, each once.
    ///
    /// # Errors
    /// [`crate::LedgerError::NoSuch`] for the first row that there is not.
    pub fn families(&self, rows: &[u64]) -> Outcome<Vec<u64>> {
        self.read("complete families", |connection| {
            let mut sorted = rows.to_vec();
            sorted.sort_unstable();
            let mut statement = connection.prepare_cached(
                "SELECT o.first_row, o.documents FROM document d JOIN occurrence o ON o.key = d.occurrence
                 WHERE d.row = ?1",
            )?;
            let mut closed: Vec<u64> = Vec::with_capacity(sorted.len());
            for row in sorted {
                // A family's rows stand together, so that the last family taken tells whether the row is in it.
                if closed.last().is_some_and(|last| row <= *last) {
                    continue;
                }
                let family: Option<(u64, u64)> =
                    statement.query_row([row], |found| Ok((found.get(0)?, found.get(1)?))).optional()?;
                let (first, size) = family.ok_or_else(|| no_such(format!("document row {row}")))?;
                closed.extend(first..first + size);
            }
            Ok(closed)
        })
    }
}

/// The row of a document. The index holds the first eight bytes of identities only: they nearly always
/// tell documents apart, and the rest is compared here.
pub(crate) fn row_of(connection: &Connection, id: &DocId) -> Result<Option<u64>, Fault> {
    let mut statement = connection
        .prepare_cached("SELECT row FROM document WHERE substr(id, 1, 8) = substr(?1, 1, 8) AND id = ?1")?;
    Ok(statement.query_row([id.digest().as_bytes()], |row| row.get(0)).optional()?)
}

/// Reads documents one after another; containers and attributions repeat from one to the next.
struct Reader<'c> {
    connection: &'c Connection,
    containers: BTreeMap<i64, ContainerState>,
    attributions: Option<(i64, Vec<Attribution>)>,
}

/// So many containers are kept in memory by one call.
const CONTAINERS_MAX: usize = 10_000;

impl<'c> Reader<'c> {
    fn new(connection: &'c Connection) -> Self {
        Self { connection, containers: BTreeMap::new(), attributions: None }
    }

    fn document(&mut self, row: u64) -> Result<DocumentRow, Fault> {
        let mut statement = self.connection.prepare_cached(
            "SELECT d.id, o.id, p.id, r.id, d.part, d.kind, m.name, d.file_name, d.native_sha256, d.native_md5,
               d.bytes, d.conversion, d.extension, d.unsearchable, d.unsearchable_detail, d.unknown, d.sent_at,
               o.day, o.ordinal, o.offset, o.bytes, o.retained_sha256, o.delivery_group, o.container, o.key
             FROM document d JOIN occurrence o ON o.key = d.occurrence JOIN document r ON r.row = o.first_row
               JOIN media_type m ON m.key = d.media_type LEFT JOIN document p ON p.row = d.parent
             WHERE d.row = ?1",
        )?;
        let mut rows = statement.query([row])?;
        let found = rows.next()?.ok_or_else(|| no_such(format!("document row {row}")))?;
        let container = self.container(found.get(23)?)?;
        let attributions = self.attributions(found.get(24)?)?;
        read_document(row, found, &container, attributions)
    }

    fn container(&mut self, key: i64) -> Result<ContainerState, Fault> {
        if let Some(state) = self.containers.get(&key) {
            return Ok(state.clone());
        }
        let state = by_key(self.connection, key)?;
        if self.containers.len() >= CONTAINERS_MAX {
            self.containers.clear();
        }
        self.containers.insert(key, state.clone());
        Ok(state)
    }

    fn attributions(&mut self, occurrence: i64) -> Result<Vec<Attribution>, Fault> {
        if let Some((known, attributions)) = &self.attributions
            && *known == occurrence
        {
            return Ok(attributions.clone());
        }
        let found = attributions::of_occurrence(self.connection, occurrence)?;
        self.attributions = Some((occurrence, found.clone()));
        Ok(found)
    }
}

fn read_document(
    number: u64,
    row: &Row<'_>,
    container: &ContainerState,
    attributions: Vec<Attribution>,
) -> Result<DocumentRow, Fault> {
    let unsearchable = match word_or_none(row, 13)? {
        Some(code) => Some(Defect { code, detail: row.get::<_, Option<String>>(14)?.unwrap_or_default() }),
        None => None,
    };
    let mut unknown = unknowns(row, 15)?;
    if attributions.is_empty() {
        unknown.push(Unknown::Unattributed);
    }
    Ok(DocumentRow {
        row: number,
        id: DocId::from_digest(sha256(row, 0)?),
        occurrence: OccurrenceId::from_digest(sha256(row, 1)?),
        parent: sha256_or_none(row, 2)?.map(DocId::from_digest),
        root: DocId::from_digest(sha256(row, 3)?),
        part: PartPath::from_stored(row.get::<_, String>(4)?),
        kind: word(row, 5)?,
        media_type: row.get(6)?,
        file_name: row.get(7)?,
        native_sha256: sha256(row, 8)?,
        native_md5: Md5::from_bytes(row.get(9)?),
        bytes: row.get(10)?,
        conversion: row.get(11)?,
        extension: row.get(12)?,
        unsearchable,
        unknown,
        sent_at: sent_at(row, 16)?,
        day: day(row, 17)?,
        container: container.entry.id,
        archive: container.entry.archive.clone(),
        path: container.entry.path.clone(),
        compressed: container.entry.compressed,
        container_kind: container.entry.kind,
        locator: Locator { ordinal: row.get(18)?, offset: row.get(19)?, bytes: row.get(20)? },
        retained_sha256: sha256(row, 21)?,
        delivery_group: sha256_or_none(row, 22)?,
        attributions,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LedgerError;
    use crate::fixture::{Mail, index, ledger};
    use duces_model::AttributionBasis;
    use proptest::prelude::*;

    #[test]
    fn a_document_reads_back_as_it_was_written() {
        let (_folder, mut ledger) = ledger();
        let mail = Mail::new("b/a.mbox", 3).attachments(1).day("2024-05-06").source("ann").journal("g");
        index(&mut ledger, &[Mail::new("b/a.mbox", 0), mail.clone()]);
        let written = mail.occurrence();
        let rows = ledger.documents(&[3, 2]).unwrap();
        for (row, document) in rows.iter().zip([&written.documents[1], &written.documents[0]]) {
            assert_eq!((row.id, row.parent, &row.part), (document.id, document.parent, &document.part));
            assert_eq!(
                (row.kind, &row.media_type, &row.file_name),
                (document.kind, &document.media_type, &document.file_name)
            );
            assert_eq!(
                (row.native_sha256, row.native_md5, row.bytes),
                (document.native.sha256, document.native.md5, document.native.bytes)
            );
            assert_eq!(row.conversion.as_deref(), document.native.conversion);
            assert_eq!(
                (row.occurrence, row.locator, row.retained_sha256),
                (written.id, written.locator, written.retained_sha256)
            );
            assert_eq!(
                (row.root, row.container, row.path.as_str()),
                (written.documents[0].id, written.container, "b/a.mbox")
            );
            assert_eq!(row.sent_at, written.documents[0].sent_at);
            assert_eq!(
                (row.day, row.delivery_group),
                ("2024-05-06".parse().ok(), written.journal.as_ref().map(|j| j.delivery_group))
            );
            assert_eq!(row.attributions, [crate::fixture::attribution("ann", AttributionBasis::Rule)]);
            assert_eq!(ledger.document(&row.id).unwrap().as_ref(), Some(row));
        }
        assert_eq!((rows[0].unknown.clone(), rows[1].unknown.clone()), (vec![Unknown::Text], vec![]));
        assert!(rows[0].unsearchable.is_some() && rows[1].unsearchable.is_none());
        assert_eq!(ledger.rows_of(&[rows[0].id, rows[1].id]).unwrap(), [3, 2]);
        assert_eq!(ledger.ids_of(&[3, 2]).unwrap(), [rows[0].id, rows[1].id]);
    }

    #[test]
    fn the_reports_of_a_delivery_are_found_and_a_single_one_is_none() {
        let (_folder, mut ledger) = ledger();
        let mail = |ordinal, group| Mail::new("a.mbox", ordinal).attachments(1).journal(group);
        let plain = Mail::new("a.mbox", 3);
        index(&mut ledger, &[mail(0, "one"), mail(1, "two"), mail(2, "one"), plain]);
        let of = |names: &[&str]| names.iter().map(Sha256::of).collect::<BTreeSet<_>>();
        let found = ledger.reports_of(&of(&["one", "two", "three"])).unwrap();
        assert_eq!(found, BTreeMap::from([(Sha256::of("one"), vec![1, 5])]));
        assert!(ledger.reports_of(&of(&[])).unwrap().is_empty());
    }

    #[test]
    fn what_there_is_not_is_said() {
        let (_folder, mut ledger) = ledger();
        index(&mut ledger, &[Mail::new("a.mbox", 0)]);
        assert!(ledger.document(&Mail::new("z.mbox", 0).id()).unwrap().is_none());
        assert!(matches!(ledger.documents(&[1, 2]), Err(LedgerError::NoSuch { .. })));
        assert!(matches!(ledger.families(&[0]), Err(LedgerError::NoSuch { .. })));
        assert!(matches!(ledger.rows_of(&[Mail::new("z.mbox", 0).id()]), Err(LedgerError::NoSuch { .. })));
        assert_eq!(ledger.documents(&[1]).unwrap()[0].unknown, [Unknown::Unattributed]);
    }

    #[test]
    fn a_document_is_found_by_the_index_on_the_head_of_its_identity() {
        let (_folder, ledger) = ledger();
        let plan = "EXPLAIN QUERY PLAN SELECT row FROM document WHERE substr(id, 1, 8) = substr(?1, 1, 8) AND id = ?1";
        let step: String = ledger.connection.query_row(plan, [[0_u8; 32]], |row| row.get(3)).unwrap();
        assert!(step.contains("document_by_id"), "{step}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn families_are_closed_exactly(sizes in prop::collection::vec(0_usize..4, 1..12), picks in prop::collection::vec(any::<prop::sample::Index>(), 0..12)) {
            let (_folder, mut ledger) = ledger();
            let mails: Vec<Mail> =
                sizes.iter().enumerate().map(|(n, size)| Mail::new("a.mbox", n as u64).attachments(*size)).collect();
            index(&mut ledger, &mails);
            let mut families = Vec::new();
            let mut next = 1_u64;
            for size in &sizes {
                families.push(next..next + 1 + *size as u64);
                next += 1 + *size as u64;
            }
            let rows: Vec<u64> = picks.iter().map(|pick| pick.index(usize::try_from(next - 1).unwrap()) as u64 + 1).collect();
            let expected: BTreeSet<u64> = families.into_iter()
                .filter(|family| rows.iter().any(|row| family.contains(row))).flatten().collect();
            prop_assert_eq!(ledger.families(&rows).unwrap(), expected.into_iter().collect::<Vec<_>>());
        }
    }
}
