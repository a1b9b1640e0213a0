//! Twenty wordings of request items, each with its request file, its kinds, and what must and must not be
//! found in a small archive. `#: ITEM KIND; found ROWS; cannot tell ROWS` in a file says what is expected of
//! an item: whatever row it does not name must not be found.

use chrono::{DateTime, Utc};
use duces_indexer::{HEAP_BYTES_MIN, Index, IndexedDocument, Snapshot};
use duces_model::{
    Defect, DefectCode, DocId, Document, DocumentKind, EmailAddress, GroupId, Md5, Native, PartPath,
    Participant, PersonId, Role, Searchability, Sha256, SourceId,
};
use duces_query::{Days, Directory, GroupPart, Request, Resolved};
use std::path::Path;

struct Firm;

impl Directory for Firm {
    fn person(&self, id: &PersonId) -> Option<Vec<(EmailAddress, Days)>> {
        let always = |text| (address(text), Days::default());
        let desk = Days { from: "2024-01-01".parse().ok(), to: "2024-02-15".parse().ok() };
        match id.as_str() {
            "ann" => Some(vec![always("ann@ecp.example"), (address("fx@ecp.example"), desk)]),
            "bob" => Some(vec![always("bob@ecp.example")]),
            _ => None,
        }
    }
    fn people(&self) -> Vec<PersonId> {
        ["ann", "bob"].map(|id| id.parse().unwrap()).to_vec()
    }
    fn group(&self, _: &GroupId) -> Option<Vec<(GroupPart, Days)>> {
        None
    }
    fn groups(&self) -> Vec<GroupId> {
        Vec::new()
    }
    fn firm_domains(&self) -> Vec<String> {
        vec!["ecp.example".to_owned()]
    }
    fn has_source(&self, _: &SourceId) -> bool {
        false
    }
    fn source_ids(&self) -> Vec<SourceId> {
        Vec::new()
    }
    fn default_zone(&self) -> chrono_tz::Tz {
        chrono_tz::America::New_York
    }
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

fn document(kind: DocumentKind, text: &str) -> Document {
    Document {
        id: DocId::from_digest(Sha256::of(text)),
        parent: None,
        part: PartPath::whole(),
        kind,
        native: Native {
            sha256: Sha256::of(text),
            md5: Md5::of(text),
            bytes: 0,
            conversion: None,
            extension: "eml".to_owned(),
        },
        media_type: "text/plain".to_owned(),
        file_name: None,
        subject: None,
        participants: Vec::new(),
        participants_complete: true,
        sent_at: None,
        received_at: None,
        message_id: None,
        in_reply_to: Vec::new(),
        references: Vec::new(),
        header_block: None,
        text: text.to_owned(),
        searchability: Searchability::Indexed,
        defects: Vec::new(),
    }
}

fn message(day: &str, (from, to): (&str, &str), subject: &str, text: &str) -> Document {
    let one =
        |role, text: &str| Participant { role, address: Some(address(text)), name: None, by_way_of: None };
    let noon: Option<DateTime<Utc>> = format!("{day}T17:00:00Z").parse().ok();
    Document {
        subject: Some(subject.to_owned()),
        participants: vec![one(Role::From, from), one(Role::To, to)],
        sent_at: noon,
        ..document(DocumentKind::Message, text)
    }
}

fn attachment(name: &str, text: &str) -> Document {
    Document { file_name: Some(name.to_owned()), ..document(DocumentKind::Attachment, text) }
}

const ANN: &str = "ann@ecp.example";
const BOB: &str = "bob@ecp.example";
const FX: &str = "fx@ecp.example";
const CARL: &str = "carl@client.example";

/// Messages with their attachments, in the order of their rows, which count from 1.
fn archive() -> Vec<(Document, Vec<Document>)> {
    let eve = "eve@broker.example";
    let mut unread = message("2024-03-03", (ANN, BOB), "AUM", "valuation of assets under management");
    unread.participants = Vec::new();
    unread.participants_complete = false;
    let mut scan = attachment("scan.tif", "");
    scan.searchability = Searchability::Unsearchable(Defect::new(DefectCode::NoExtractor, ""));
    vec![
        (message("2024-03-01", (ANN, CARL), "Acme bond", "the valuation of the acme bond is 98"), vec![]),
        (message("2024-02-01", (BOB, ANN), "Lunch", "fish"), vec![]),
        (message("2021-05-01", (ANN, BOB), "Fee", "refund of the fee"), vec![]),
        (message("2011-06-01", (CARL, BOB), "Complaint", "I complain about layering"), vec![]),
        (
            message(
                "2012-05-01",
                ("desk-fx@ecp.example", "out@agency.example"),
                "Again",
                "layering once more",
            ),
            vec![],
        ),
        (
            message("2024-03-02", (ANN, eve), "Order", "500 shares of 037833100 for account 12-3456 at 98"),
            vec![attachment("Q1 valuation.xlsx", "account 123456")],
        ),
        (message("undated", (ANN, BOB), "Valuation", "valuation of a fund"), vec![]),
        (unread, vec![]),
        (
            message(
                "2024-06-01",
                (BOB, CARL),
                "Retention",
                "policy on preserving messages; the tapes were destroyed",
            ),
            vec![scan],
        ),
        (message("2024-02-01", (FX, CARL), "Prices", "order size and price"), vec![]),
        (message("2024-03-05", (FX, CARL), "Prices", "order size and price"), vec![]),
    ]
}

fn snapshot() -> Snapshot {
    let index = Index::in_memory().unwrap();
    let mut writer = index.writer(HEAP_BYTES_MIN, 1).unwrap();
    let mut row = 0;
    for (message, attachments) in &archive() {
        let attachment_names: Vec<&str> =
            attachments.iter().filter_map(|one| one.file_name.as_deref()).collect();
        for document in std::iter::once(message).chain(attachments) {
            row += 1;
            let attachment_names = attachment_names.clone();
            let indexed = IndexedDocument {
                document,
                message,
                root: message.id,
                attachment_names,
                thread: None,
                delivery: None,
                folder: "",
            };
            writer.add(row, &indexed).unwrap();
        }
    }
    writer.commit(row).unwrap();
    index.snapshot().unwrap()
}

/// Every wording by the name of its file, in order.
fn wordings() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wordings");
    let mut all: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    all.sort();
    all
}

fn resolved(name: &str, text: &str) -> Request<Resolved> {
    duces_query::read(name, text, &duces_query::NoTermLists, &Firm)
        .unwrap_or_else(|mistakes| panic!("{name}: {mistakes}"))
}

/// Number and kind of an item; of a search, the rows that it finds and those that it cannot tell.
type Expected = (String, String, Option<[Vec<u64>; 2]>);

/// What a file says of its items: number, kind, and for searches the rows found and not told.
fn expected(text: &str) -> Vec<Expected> {
    let rows = |text: &str| text.split_whitespace().map(|row| row.parse().unwrap()).collect::<Vec<u64>>();
    let one = |line: &str| {
        let mut parts = line.split(';').map(str::trim);
        let (id, kind) = parts.next().unwrap().split_once(' ').unwrap();
        let found = parts.next().map(|part| rows(part.strip_prefix("found").unwrap()));
        let open = parts.next().map(|part| rows(part.strip_prefix("cannot tell").unwrap()));
        (id.to_owned(), kind.to_owned(), found.zip(open).map(|(found, open)| [found, open]))
    };
    text.lines().filter_map(|line| line.strip_prefix("#: ")).map(one).collect()
}

#[test]
fn every_wording_of_the_reference_has_its_file_and_its_items_are_of_their_kinds() {
    let wordings = wordings();
    assert_eq!(wordings.len(), 20);
    for (at, (name, text)) in wordings.iter().enumerate() {
        assert!(name.starts_with(&format!("{:02}-", at + 1)), "{name}");
        let request = resolved(name, text);
        let said = expected(text);
        let numbers: Vec<&str> = request.numbers().into_iter().map(|id| id.as_str()).collect();
        assert_eq!(numbers, said.iter().map(|(id, ..)| id.as_str()).collect::<Vec<_>>(), "{name}");
        for (id, kind, rows) in &said {
            let beside = request.beside().iter().find(|item| item.id.as_str() == id);
            let found = beside.map_or("search", |item| item.asks.kind().as_str());
            assert_eq!((found, rows.is_some()), (kind.as_str(), kind == "search"), "{name} {id}");
        }
        for item in request.items() {
            assert!(item.explain().len() >= 3 && item.canonical_json()["kind"] == "search", "{name}");
        }
    }
}

#[test]
fn every_search_of_a_wording_finds_what_it_must_and_nothing_else() {
    let snapshot = snapshot();
    let mut searches = 0;
    for (name, text) in &wordings() {
        let request = resolved(name, text);
        for (id, _, rows) in expected(text) {
            let Some(rows) = rows else { continue };
            let item = request.items().iter().find(|item| item.id.as_str() == id).unwrap();
            let findings = duces_query::run(&snapshot, item).unwrap();
            let open = findings.cannot_tell.iter().map(|(row, _)| *row).collect();
            assert_eq!([findings.yes, open], rows, "{name} {id}: {:#?}", item.explain());
            assert_eq!(findings.searched, 13);
            searches += 1;
        }
    }
    assert_eq!(searches, 17);
}
