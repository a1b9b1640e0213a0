//! What the tests of this crate share.
#![allow(dead_code, unreachable_pub, clippy::print_stdout)]

#[cfg(unix)]
pub mod damage;
pub mod forms;
pub mod msg;
pub mod pst;

use duces_ingest::{Found, FoundFile, Limits, RawMessage, Tally, open, parse, part_bytes, walk};
use duces_model::{
    ContainerKind, DefectCode, Document, Locator, Occurrence, OccurrenceStatus, Searchability, Sha256,
};
use std::path::{Path, PathBuf};

/// One container, read to its end.
pub struct Seen {
    pub file: FoundFile,
    pub kind: ContainerKind,
    pub messages: Vec<RawMessage>,
    pub occurrences: Vec<Occurrence>,
    pub tally: Tally,
}

impl Seen {
    pub fn parsed(&self) -> u64 {
        self.occurrences.iter().filter(|o| o.status == OccurrenceStatus::Parsed).count() as u64
    }
}

/// Reads every container below a folder and checks what must hold of each.
pub fn read_all(root: &Path, limits: &Limits) -> Vec<Seen> {
    let found = walk("mail", root).expect("a folder that can be listed");
    found
        .filter_map(|found| match found.expect("an entry that can be looked at") {
            Found::Container(file) => Some(read(&file, limits)),
            Found::Ignored { .. } => None,
        })
        .collect()
}

/// Reads one container and checks what must hold of it.
pub fn read(file: &FoundFile, limits: &Limits) -> Seen {
    let mut opened = open(file, limits).expect("a file that can be opened");
    let (id, kind) = (opened.container_id(), opened.kind());
    let (mut messages, mut occurrences) = (Vec::new(), Vec::new());
    while let Some(message) = opened.next_message() {
        let message = message.expect("a file that can be read");
        occurrences.push(parse(id, kind, &message, Some(file.file_name()), limits));
        messages.push(message);
    }
    let tally = opened.finish();
    let seen = Seen { file: file.clone(), kind, messages, occurrences, tally };
    check(&seen, limits);
    seen
}

/// The laws of one container.
pub fn check(seen: &Seen, limits: &Limits) {
    let place = &seen.file.path;
    let may_be_empty = seen.kind == ContainerKind::Pst;
    assert!(seen.tally.found >= 1 || may_be_empty, "{place}: every file gives at least one message");
    assert_eq!(seen.tally.found, seen.messages.len() as u64, "{place}");
    let defective = seen.occurrences.iter().filter(|o| o.status != OccurrenceStatus::Parsed).count() as u64;
    assert_eq!(seen.tally.found, seen.parsed() + defective, "{place}");
    let differs = seen.tally.container.defects.iter().any(|d| d.code == DefectCode::CountDiffers);
    assert_eq!(seen.tally.independent.is_some_and(|count| count != seen.tally.found), differs, "{place}");
    for (message, occurrence) in seen.messages.iter().zip(&seen.occurrences) {
        check_occurrence(place.as_str(), seen.kind, message, occurrence, limits);
    }
    if matches!(seen.kind, ContainerKind::Pst | ContainerKind::Chat) {
        return;
    }
    let mut end = 0;
    for message in &seen.messages {
        assert!(message.locator.offset >= end, "{place}: messages do not overlap");
        end = message.locator.offset + message.locator.bytes;
    }
    assert!(end <= seen.tally.stream_bytes, "{place}");
}

/// The laws of one occurrence: its family is whole, and each native is what it says.
pub fn check_occurrence(
    place: &str,
    kind: ContainerKind,
    message: &RawMessage,
    occurrence: &Occurrence,
    limits: &Limits,
) {
    let documents = &occurrence.documents;
    assert!(!documents.is_empty(), "{place}: a family is never empty");
    assert!(documents[0].parent.is_none(), "{place}: the root comes first");
    let mut ids = std::collections::BTreeSet::new();
    for document in documents {
        assert!(ids.insert(document.id), "{place}: part {} stands twice", document.part);
        if let Some(parent) = document.parent {
            assert!(ids.contains(&parent), "{place}: part {} comes before its parent", document.part);
        }
    }
    assert_eq!(documents.iter().filter(|d| d.parent.is_none()).count(), 1, "{place}: one root");
    for document in documents.iter().take(40) {
        // The name decides what the bytes leave open, so it must be the same.
        let name = documents[0].file_name.as_deref().or(Some("x"));
        let bytes = part_bytes(kind, message, name, &document.part, limits);
        let bytes = bytes.unwrap_or_else(|| panic!("{place}: part {} has no bytes", document.part));
        if message.oversize.is_none() {
            assert_eq!(Sha256::of(&bytes), document.native.sha256, "{place}: part {}", document.part);
            assert_eq!(bytes.len() as u64, document.native.bytes, "{place}: part {}", document.part);
        }
    }
}

/// A file in a folder of its own.
pub fn file(dir: &Path, name: &str, bytes: &[u8]) -> FoundFile {
    std::fs::write(dir.join(name), bytes).expect("a folder that can be written to");
    let found = walk("mail", dir).expect("a folder").find_map(|found| match found.expect("an entry") {
        Found::Container(file) if file.absolute == dir.join(name) => Some(file),
        _ => None,
    });
    found.expect("the file that was written")
}

/// A container with these bytes, read.
pub fn read_bytes(name: &str, bytes: &[u8]) -> Seen {
    read_bytes_within(name, bytes, &Limits::default())
}

/// The same within other limits.
pub fn read_bytes_within(name: &str, bytes: &[u8], limits: &Limits) -> Seen {
    let dir = tempfile::tempdir().expect("a temporary folder");
    read(&file(dir.path(), name, bytes), limits)
}

/// One message, parsed.
pub fn parse_mail(text: impl AsRef<[u8]>) -> Occurrence {
    parse_mail_within(text, &Limits::default())
}

/// The same within other limits.
pub fn parse_mail_within(text: impl AsRef<[u8]>, limits: &Limits) -> Occurrence {
    let bytes = text.as_ref().to_vec();
    let locator = Locator { ordinal: 0, offset: 0, bytes: bytes.len() as u64 };
    let message = RawMessage::reread(locator, bytes);
    let container = duces_model::ContainerId::from_digest(Sha256::of("container"));
    let occurrence = parse(container, ContainerKind::Eml, &message, None, limits);
    check_occurrence("a mail", ContainerKind::Eml, &message, &occurrence, limits);
    occurrence
}

pub fn codes(document: &Document) -> Vec<DefectCode> {
    document.defects.iter().map(|defect| defect.code).collect()
}

pub fn unsearchable(document: &Document) -> Option<DefectCode> {
    match &document.searchability {
        Searchability::Indexed => None,
        Searchability::Unsearchable(defect) => Some(defect.code),
    }
}

/// The corpora, where the machine has them.
#[allow(clippy::disallowed_methods)]
pub fn corpora() -> Option<PathBuf> {
    let found = std::env::var("DUCES_CORPORA").ok().map(PathBuf::from);
    if found.is_none() {
        println!("skipped: DUCES_CORPORA names no folder of corpora");
    }
    found
}
