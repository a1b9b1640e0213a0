use super::*;
use crate::IndexedDocument;
use chrono::DateTime;
use duces_model::{
    Defect, DefectCode, DocId, Document, DocumentKind, EmailAddress, Md5, Native, PartPath, Participant,
    Role, Searchability, Sha256,
};

fn message(number: u64) -> Document {
    let bytes = number.to_be_bytes();
    Document {
        id: DocId::from_digest(Sha256::of(bytes)),
        parent: None,
        part: PartPath::whole(),
        kind: DocumentKind::Message,
        native: Native {
            sha256: Sha256::of(bytes),
            md5: Md5::of(bytes),
            bytes: 8,
            conversion: None,
            extension: "eml".to_owned(),
        },
        media_type: "message/rfc822".to_owned(),
        file_name: None,
        subject: Some(format!("Number {number}")),
        participants: vec![Participant {
            role: Role::From,
            address: Some(EmailAddress::new("Ann@ecp.example").unwrap()),
            name: Some("Ann Lee".to_owned()),
            by_way_of: None,
        }],
        participants_complete: true,
        sent_at: DateTime::from_timestamp(1_700_000_000, 0),
        received_at: None,
        message_id: Some("m".repeat(100_000)),
        in_reply_to: Vec::new(),
        references: Vec::new(),
        header_block: None,
        text: "the text".to_owned(),
        searchability: Searchability::Indexed,
        defects: Vec::new(),
    }
}

fn add(writer: &Writer, row: u64) {
    let document = message(row);
    let root = document.id;
    let indexed = IndexedDocument {
        document: &document,
        message: &document,
        root,
        attachment_names: vec!["a.pdf"],
        thread: None,
        delivery: None,
        folder: "",
    };
    writer.add(row, &indexed).unwrap();
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("index");
    (temp, dir)
}

#[test]
fn a_checkpoint_survives_closing_and_what_was_not_committed_does_not() {
    let (_temp, dir) = folder();
    let index = Index::create(&dir).unwrap();
    assert_eq!(index.checkpoint().unwrap(), 0);
    let mut writer = index.writer(HEAP_MIN, 2).unwrap();
    add(&writer, 1);
    add(&writer, 2);
    writer.commit(7).unwrap();
    add(&writer, 3);
    drop(writer);
    drop(index);
    let index = Index::open(&dir).unwrap();
    assert_eq!(index.checkpoint().unwrap(), 7);
    assert_eq!(index.snapshot().unwrap().documents(), 2);
    index.check().unwrap();
}

#[test]
fn a_rollback_gives_up_what_was_added_and_the_writer_goes_on() {
    let index = Index::in_memory().unwrap();
    let mut writer = index.writer(HEAP_MIN, 1).unwrap();
    add(&writer, 1);
    writer.rollback().unwrap();
    add(&writer, 2);
    writer.commit(1).unwrap();
    writer.finish().unwrap();
    let snapshot = index.snapshot().unwrap();
    assert_eq!(snapshot.documents(), 1);
    assert!(snapshot.card(1).unwrap().is_none());
    let card = snapshot.card(2).unwrap().unwrap();
    assert_eq!(card.subject.as_deref(), Some("Number 2"));
    assert_eq!(card.from.as_deref(), Some("Ann Lee <ann@ecp.example>"));
    assert_eq!(card.sent_at, DateTime::from_timestamp(1_700_000_000, 0));
    assert_eq!(card.kind, DocumentKind::Message);
}

#[test]
fn a_snapshot_stays_as_it_was_while_others_write() {
    let index = Index::in_memory().unwrap();
    let mut writer = index.writer(HEAP_MIN, 1).unwrap();
    add(&writer, 1);
    writer.commit(1).unwrap();
    let before = index.snapshot().unwrap();
    add(&writer, 2);
    writer.commit(2).unwrap();
    assert_eq!((before.documents(), index.snapshot().unwrap().documents()), (1, 2));
}

#[test]
fn a_second_writer_is_told_that_the_index_is_busy() {
    let (_temp, dir) = folder();
    let index = Index::create(&dir).unwrap();
    let writer = index.writer(HEAP_MIN, 1).unwrap();
    let again = Index::open(&dir).unwrap();
    assert!(matches!(again.writer(HEAP_MIN, 1), Err(IndexError::Busy { .. })));
    drop(writer);
    assert!(again.writer(HEAP_MIN, 1).is_ok());
}

#[test]
fn too_little_memory_is_an_error_and_too_many_threads_are_fewer() {
    let index = Index::in_memory().unwrap();
    assert!(matches!(index.writer(HEAP_MIN - 1, 1), Err(IndexError::HeapTooSmall { .. })));
    assert!(index.writer(HEAP_MIN * 2, 64).is_ok());
}

#[test]
fn each_state_of_a_folder_has_its_own_error() {
    let (_temp, dir) = folder();
    assert!(matches!(Index::open(&dir), Err(IndexError::Missing { .. })));
    Index::create(&dir).unwrap();
    assert!(matches!(Index::create(&dir), Err(IndexError::Exists { .. })));
    let meta = dir.join("duces-index.json");
    let with = |text: &str| {
        std::fs::write(&meta, text).unwrap();
        Index::open(&dir).unwrap_err()
    };
    assert!(matches!(
        with(r#"{"schema":99,"analyzer":2}"#),
        IndexError::NewerSchema { found: 99, known: 3, .. }
    ));
    assert!(matches!(with(r#"{"schema":0,"analyzer":2}"#), IndexError::OlderSchema { .. }));
    assert!(matches!(with(r#"{"schema":3,"analyzer":1}"#), IndexError::AnalyzerDiffers { .. }));
    assert!(matches!(with("{"), IndexError::Damaged { .. }));
    std::fs::write(&meta, r#"{"schema":3,"analyzer":2}"#).unwrap();
    std::fs::write(dir.join("meta.json"), "nonsense").unwrap();
    assert!(matches!(Index::open(&dir), Err(IndexError::Damaged { .. })));
    std::fs::remove_file(dir.join("meta.json")).unwrap();
    assert!(matches!(Index::open(&dir), Err(IndexError::Damaged { .. })));
}

#[test]
fn a_changed_byte_is_found_by_the_check() {
    let (_temp, dir) = folder();
    let index = Index::create(&dir).unwrap();
    let mut writer = index.writer(HEAP_MIN, 1).unwrap();
    add(&writer, 1);
    writer.commit(1).unwrap();
    writer.finish().unwrap();
    drop(index);
    let store = std::fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|ending| ending == "store"))
        .unwrap();
    let mut bytes = std::fs::read(&store).unwrap();
    bytes[0] ^= 1;
    std::fs::write(&store, bytes).unwrap();
    assert!(matches!(Index::open(&dir).unwrap().check(), Err(IndexError::Damaged { .. })));
}

#[test]
fn what_could_not_be_read_at_all_is_told_from_what_has_no_text() {
    let mut document = message(1);
    let unsearchable = |code| Searchability::Unsearchable(Defect::new(code, ""));
    document.searchability = unsearchable(DefectCode::NotAMessage);
    assert!(crate::is_unreadable(&document));
    document.searchability = unsearchable(DefectCode::Encrypted);
    assert!(!crate::is_unreadable(&document));
    document.searchability = unsearchable(DefectCode::Unreadable);
    document.kind = DocumentKind::Attachment;
    assert!(!crate::is_unreadable(&document));
}

const HEAP_MIN: usize = crate::HEAP_BYTES_MIN;
