//! What the tests of this crate are made of: small mails, ledgers in scratch folders, whole dumps.

use crate::{
    Act, Asked, ContainerEntry, ContainerTally, Evidence, ItemPopulation, Ledger, OccurrenceEntry, Pins,
    SealedVolume, Why,
};
use chrono::{DateTime, NaiveDate};
use duces_model::production::Member;
use duces_model::{
    ArchivePath, Attribution, AttributionBasis, BatesRange, ContainerId, ContainerKind, Defect, DefectCode,
    DeliveryPath, Disposition, DocId, Document, DocumentKind, EmailAddress, ItemId, Locator, Md5, Native,
    Occurrence, OccurrenceId, OccurrenceStatus, PartPath, Participant, RequestId, Role, Searchability,
    Sha256, SnapshotId,
};
use rusqlite::types::Value;
use std::collections::BTreeMap;
use tempfile::TempDir;

/// The request of every test.
pub(crate) fn request() -> RequestId {
    "8210-7".parse().unwrap()
}

/// Somebody, at a fixed instant.
pub(crate) fn act() -> Act {
    Act { at: DateTime::from_timestamp(1_725_000_000, 250_000_000).unwrap(), by: "Ann Lee".into() }
}

/// A new ledger in a folder of its own. It does not wait for the disk: no test takes the power away.
pub(crate) fn ledger() -> (TempDir, Ledger) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::create(&folder.path().join("ledger.sqlite"), &act()).unwrap();
    hurry(&ledger);
    (folder, ledger)
}

/// Drops the ledger, whatever it is in the middle of, and opens it again.
pub(crate) fn reopen(ledger: Ledger) -> Ledger {
    let path = ledger.path().to_owned();
    drop(ledger);
    let ledger = Ledger::open(&path).unwrap();
    hurry(&ledger);
    ledger
}

fn hurry(ledger: &Ledger) {
    ledger.connection.pragma_update(None, "synchronous", "OFF").unwrap();
}

/// Every row of every table.
pub(crate) fn dump(ledger: &Ledger) -> BTreeMap<String, Vec<Vec<Value>>> {
    let tables =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
    let mut statement = ledger.connection.prepare(tables).unwrap();
    let names: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let rows = |table: &str| {
        let mut statement =
            ledger.connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
        let columns = statement.column_count();
        let row = statement.query_map([], |row| (0..columns).map(|at| row.get(at)).collect()).unwrap();
        row.map(Result::unwrap).collect()
    };
    names.iter().map(|table| (table.clone(), rows(table))).collect()
}

/// The identity of a container of the archive `mail`.
pub(crate) fn container_id(path: &str) -> ContainerId {
    ContainerId::new("mail", &ArchivePath::from_escaped(path))
}

/// A container that was read to its end and holds so many messages.
pub(crate) fn container(path: &str, found: u64) -> ContainerEntry {
    ContainerEntry {
        id: container_id(path),
        archive: "mail".into(),
        path: ArchivePath::from_escaped(path),
        kind: ContainerKind::Mbox,
        form: None,
        compressed: false,
        file_bytes: found * 100,
        modified: None,
        defects: vec![],
        tally: Some(ContainerTally {
            file_sha256: Sha256::of(format!("{path} {found}")),
            found,
            independent: Some(found),
            unquoted_from_lines: 0,
            stream_sha256: Sha256::of(format!("{path} {found}")),
            stream_bytes: found * 100,
        }),
    }
}

/// A source on a basis.
pub(crate) fn attribution(source: &str, basis: AttributionBasis) -> Attribution {
    Attribution { source: source.parse().unwrap(), basis }
}

/// A mail to be: as much of one as the ledger looks at.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    path: String,
    ordinal: u64,
    attachments: usize,
    from: String,
    to: String,
    day: Option<NaiveDate>,
    message_id: Option<String>,
    in_reply_to: Vec<String>,
    journal: Option<String>,
    defective: bool,
    attributions: Vec<Attribution>,
}

impl Mail {
    pub(crate) fn new(path: &str, ordinal: u64) -> Self {
        Self {
            path: path.into(),
            ordinal,
            attachments: 0,
            from: "ann@ecp.example".into(),
            to: "client@other.example".into(),
            day: "2024-01-15".parse().ok(),
            message_id: Some(format!("{path}-{ordinal}@x")),
            in_reply_to: vec![],
            journal: None,
            defective: false,
            attributions: vec![],
        }
    }

    pub(crate) fn attachments(self, attachments: usize) -> Self {
        Self { attachments, ..self }
    }

    pub(crate) fn from(self, address: &str) -> Self {
        Self { from: address.into(), ..self }
    }

    pub(crate) fn to(self, address: &str) -> Self {
        Self { to: address.into(), ..self }
    }

    pub(crate) fn day(self, day: &str) -> Self {
        Self { day: day.parse().ok(), ..self }
    }

    pub(crate) fn undated(self) -> Self {
        Self { day: None, ..self }
    }

    pub(crate) fn message_id(self, id: &str) -> Self {
        Self { message_id: Some(id.into()), ..self }
    }

    pub(crate) fn no_message_id(self) -> Self {
        Self { message_id: None, ..self }
    }

    pub(crate) fn in_reply_to(self, id: &str) -> Self {
        Self { in_reply_to: vec![id.into()], ..self }
    }

    pub(crate) fn journal(self, group: &str) -> Self {
        Self { journal: Some(group.into()), ..self }
    }

    pub(crate) fn defective(self) -> Self {
        Self { defective: true, ..self }
    }

    pub(crate) fn source(self, source: &str) -> Self {
        self.attributed(&[(source, AttributionBasis::Rule)])
    }

    pub(crate) fn attributed(self, sources: &[(&str, AttributionBasis)]) -> Self {
        let attributions = sources.iter().map(|(source, basis)| attribution(source, *basis)).collect();
        Self { attributions, ..self }
    }

    fn occurrence_id(&self) -> OccurrenceId {
        OccurrenceId::new(container_id(&self.path), self.ordinal * 100, self.retained_sha256())
    }

    fn retained_sha256(&self) -> Sha256 {
        Sha256::of(format!("{} {}", self.path, self.ordinal))
    }

    /// The identity of its root document.
    pub(crate) fn id(&self) -> DocId {
        DocId::new(self.occurrence_id(), &PartPath::whole())
    }

    pub(crate) fn occurrence(&self) -> Occurrence {
        let defect = Defect::new(DefectCode::NotAMessage, "no header");
        let parts = (1..=self.attachments).map(|n| self.attachment(n));
        Occurrence {
            id: self.occurrence_id(),
            container: container_id(&self.path),
            locator: Locator { ordinal: self.ordinal, offset: self.ordinal * 100, bytes: 90 },
            retained_sha256: self.retained_sha256(),
            status: if self.defective {
                OccurrenceStatus::Defective(defect)
            } else {
                OccurrenceStatus::Parsed
            },
            journal: self
                .journal
                .as_ref()
                .map(|group| DeliveryPath { sender: None, delivery_group: Sha256::of(group) }),
            folder: None,
            documents: std::iter::once(self.message()).chain(parts).collect(),
        }
    }

    fn message(&self) -> Document {
        let who = |role, address: &str| Participant {
            role,
            address: EmailAddress::new(address).ok(),
            name: None,
            by_way_of: None,
        };
        let unsearchable = Searchability::Unsearchable(Defect::new(DefectCode::NotAMessage, "no header"));
        Document {
            id: self.id(),
            parent: None,
            part: PartPath::whole(),
            kind: DocumentKind::Message,
            native: native(&self.retained_sha256().to_string(), None, "eml"),
            media_type: "message/rfc822".into(),
            file_name: None,
            subject: None,
            participants: vec![who(Role::From, &self.from), who(Role::To, &self.to)],
            participants_complete: true,
            sent_at: self.day.and_then(|day| day.and_hms_opt(12, 0, 0)).map(|at| at.and_utc()),
            received_at: None,
            message_id: self.message_id.clone(),
            in_reply_to: self.in_reply_to.clone(),
            references: vec![],
            header_block: None,
            text: String::new(),
            searchability: if self.defective { unsearchable } else { Searchability::Indexed },
            defects: vec![],
        }
    }

    fn attachment(&self, number: usize) -> Document {
        let part = PartPath::whole().child(number);
        let name = format!("{}.pdf", part.as_str());
        Document {
            id: DocId::new(self.occurrence_id(), &part),
            parent: Some(self.id()),
            part,
            kind: DocumentKind::Attachment,
            native: native(&name, Some("mime-decode"), "pdf"),
            media_type: format!("application/type-{number}"),
            file_name: Some(name),
            participants: vec![],
            sent_at: None,
            received_at: None,
            message_id: None,
            in_reply_to: vec![],
            searchability: Searchability::Unsearchable(Defect::new(
                DefectCode::NoExtractor,
                "application/pdf",
            )),
            ..self.message()
        }
    }
}

fn native(content: &str, conversion: Option<&'static str>, extension: &str) -> Native {
    Native {
        sha256: Sha256::of(content),
        md5: Md5::of(content),
        bytes: content.len() as u64,
        conversion,
        extension: extension.into(),
    }
}

/// An entry without attributions or day.
pub(crate) fn entry(occurrence: &Occurrence, first_row: u64) -> OccurrenceEntry {
    OccurrenceEntry::new(occurrence, first_row, None, vec![]).unwrap()
}

/// Entries with rows from `first_row` on.
pub(crate) fn entries(mails: &[Mail], first_row: u64) -> Vec<OccurrenceEntry> {
    let mut next = first_row;
    let mut entries = Vec::new();
    for mail in mails {
        let occurrence = mail.occurrence();
        let entry = OccurrenceEntry::new(&occurrence, next, mail.day, mail.attributions.clone()).unwrap();
        next += entry.documents();
        entries.push(entry);
    }
    entries
}

/// Indexes the mails in one settled checkpoint.
pub(crate) fn index(ledger: &mut Ledger, mails: &[Mail]) {
    index_in_checkpoints(ledger, mails, mails.len().max(1));
}

/// Indexes the mails in the order given, so many in each checkpoint.
pub(crate) fn index_in_checkpoints(ledger: &mut Ledger, mails: &[Mail], per_checkpoint: usize) {
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    for (at, mails) in mails.chunks(per_checkpoint).enumerate() {
        for mail in mails {
            *found.entry(mail.path.clone()).or_default() += 1;
        }
        let containers: Vec<ContainerEntry> =
            found.iter().map(|(path, found)| container(path, *found)).collect();
        let number = at as u64 + 1;
        let rows = entries(mails, ledger.next_row().unwrap());
        ledger.write_checkpoint(number, &rows, &containers).unwrap();
        ledger.settle(number).unwrap();
    }
}

/// What the ledger's messages say of a domain.
pub(crate) fn evidence(ledger: &Ledger, domain: &str) -> Evidence {
    ledger.evidence(&Asked { domains: &[domain.to_owned()], ..Asked::default() }).unwrap()
}

/// What populations of tests are made from.
pub(crate) fn pins() -> Pins {
    Pins {
        snapshot: SnapshotId::new(1, 1, 0, Sha256::of("content")),
        register_sha256: Sha256::of("register"),
        request_sha256: Sha256::of("request"),
    }
}

/// An item whose members are all hits.
pub(crate) fn item(item: &str, hits: &[DocId]) -> ItemPopulation {
    let item: ItemId = item.parse().unwrap();
    let hit = hits.len() as u64;
    let members = hits.iter().map(|document| (*document, Why::Hit)).collect();
    ItemPopulation { item, in_scope: hit + 10, hit, not_hit: 10, cannot_tell: vec![], members }
}

/// A frozen population, ready to be produced.
pub(crate) struct Production {
    pub(crate) request: RequestId,
    pub(crate) population: i64,
    pub(crate) documents: Vec<DocId>,
}

impl Production {
    pub(crate) fn frozen(ledger: &mut Ledger, documents: u64) -> Self {
        let mails: Vec<Mail> = (0..=documents).map(|ordinal| Mail::new("p.mbox", ordinal)).collect();
        index(ledger, &mails);
        let documents: Vec<DocId> = mails[1..].iter().map(Mail::id).collect();
        let request = request();
        let population =
            ledger.freeze_population(&act(), &request, &pins(), &[item("1", &documents)]).unwrap();
        Self { request, population, documents }
    }

    /// A document that is retained and not in the population.
    pub(crate) fn outsider() -> DocId {
        Mail::new("p.mbox", 0).id()
    }

    /// All numbers of the range go to the members: one each, the rest to the last that takes any; members
    /// for which no number is left are excluded.
    pub(crate) fn record(&self, range: &BatesRange) -> SealedVolume {
        let mut first = Some(range.first().clone());
        let mut members = Vec::new();
        for (at, document) in self.documents.iter().enumerate() {
            let taken = first.take().map(|first| {
                let left = range.last().position() - first.position() + 1;
                let pages = if at + 1 == self.documents.len() { left } else { 1 };
                BatesRange::starting_at(first, pages).unwrap()
            });
            first = taken.as_ref().and_then(|taken| taken.last().plus(1).ok());
            first = first.filter(|first| first.position() <= range.last().position());
            let excluded = Disposition::ExcludeNonResponsive { by: "J. Roe".into() };
            members.push(Member {
                document: *document,
                family: *document,
                disposition: if taken.is_some() { Disposition::WHOLE } else { excluded },
                bates: taken,
            });
        }
        SealedVolume {
            request: self.request.clone(),
            population: self.population,
            manifest_sha256: Sha256::of("manifest"),
            path: "productions/V".into(),
            members,
            facts: serde_json::json!({ "profile": "native" }),
        }
    }
}
