//! Outlook data files: which items become which documents, and what is told of their flaws.

mod support;

use duces_ingest::{Limits, retained_bytes};
use duces_model::{ContainerKind, DefectCode, Document, OccurrenceStatus};
use support::pst::{FIRST, rich, wide};
use support::{Seen, codes, corpora, file, read, read_all, read_bytes, unsearchable};

fn roots(seen: &Seen) -> Vec<&Document> {
    seen.occurrences.iter().map(|occurrence| occurrence.root()).collect()
}

#[test]
fn items_of_folders_come_first_and_those_of_no_folder_are_told() {
    let seen = read_bytes("box.pst", &rich());
    assert_eq!(seen.kind, ContainerKind::Pst);
    assert_eq!(seen.tally.found, 3);
    assert_eq!(seen.tally.independent, Some(3));
    assert_eq!(seen.tally.container.defects, []);
    let subjects: Vec<_> = roots(&seen).iter().map(|root| root.subject.clone().unwrap()).collect();
    assert_eq!(subjects, ["RE: outer", "second", "deleted"]);
    let told: Vec<bool> =
        roots(&seen).iter().map(|root| codes(root).contains(&DefectCode::InNoFolder)).collect();
    assert_eq!(told, [false, false, true]);
}

#[test]
fn an_item_keeps_the_folder_that_it_lies_in() {
    let seen = read_bytes("box.pst", &rich());
    let folders: Vec<_> = roots(&seen)
        .iter()
        .map(|root| {
            root.header_block.as_deref().unwrap_or_default().lines().last().unwrap_or_default().to_owned()
        })
        .collect();
    assert_eq!(folders[1..], ["[folder: Deals]", ""]);
    assert!(folders[0].ends_with("[folder: Deals]"));
    let of_items: Vec<_> = seen.occurrences.iter().map(|one| one.folder.as_deref()).collect();
    assert_eq!(of_items, [Some("Deals"), Some("Deals"), None]);
}

#[test]
fn an_item_is_a_message_file_with_all_that_is_attached_to_it() {
    let seen = read_bytes("box.pst", &rich());
    let documents = &seen.occurrences[0].documents;
    let shape: Vec<_> = documents
        .iter()
        .map(|d| (d.part.as_str(), d.native.conversion, d.native.extension.as_str()))
        .collect();
    assert_eq!(
        shape,
        [
            ("", Some("pst-item-to-msg"), "msg"),
            ("1", Some("msg-extract"), "txt"),
            ("2", Some("msg-embedded-to-file"), "msg"),
            ("2.1", Some("msg-extract"), "txt"),
        ]
    );
    assert_eq!(
        documents[1].text.len(),
        25_000,
        "a value that lies in a node of its own, over several blocks"
    );
    assert_eq!(documents[3].text, "deep words");
    let root = &documents[0];
    assert_eq!(root.sent_at.unwrap().timestamp(), 1_709_303_400);
    assert_eq!(root.message_id.as_deref(), Some("1@x"));
    let people: Vec<_> =
        root.participants.iter().map(|p| (p.role.as_str(), p.address.as_ref().unwrap().as_str())).collect();
    assert_eq!(people, [("from", "a@x.example"), ("to", "b@x.example"), ("bcc", "c@x.example")]);
}

#[test]
fn an_item_is_found_again_by_its_node_and_gives_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let found = file(dir.path(), "box.pst", &rich());
    let seen = read(&found, &Limits::default());
    assert_eq!(seen.messages[0].locator.offset, u64::from(FIRST));
    for message in &seen.messages {
        let again = retained_bytes(&found.absolute, seen.kind, false, message.locator, &Limits::default());
        assert_eq!(again.unwrap(), message.bytes);
    }
}

#[test]
fn a_damaged_block_costs_what_lies_in_it_and_nothing_else() {
    let mut bytes = rich();
    let at = bytes.windows(10).position(|window| window == b"0123456789").unwrap();
    bytes[at + 5000] ^= 1;
    let seen = read_bytes("box.pst", &bytes);
    assert_eq!(seen.parsed(), 3);
    let documents = &seen.occurrences[0].documents;
    assert_eq!(documents.len(), 4, "the attachment stays, without content");
    assert!(codes(&documents[0]).contains(&DefectCode::TruncatedMessage));
    assert_eq!(unsearchable(&documents[0]), Some(DefectCode::TruncatedMessage));
    assert!(
        documents[0].defects.iter().any(|defect| defect.detail.contains("0x3701")),
        "{:?}",
        documents[0].defects
    );
    assert!(roots(&seen)[1..].iter().all(|root| unsearchable(root).is_none()));
}

#[test]
fn an_item_of_which_nothing_can_be_read_is_counted_and_defective() {
    let mut bytes = rich();
    // The tree of nodes names the first message's data; another number there leads nowhere.
    let entry = u64::from(FIRST).to_le_bytes();
    let at = bytes.windows(8).rposition(|window| window == entry).unwrap();
    bytes[at + 8..at + 16].copy_from_slice(&0xFFF0_u64.to_le_bytes());
    let seen = read_bytes("box.pst", &bytes);
    assert_eq!((seen.tally.found, seen.parsed()), (3, 2));
    assert!(matches!(seen.occurrences[0].status, OccurrenceStatus::Defective(_)));
}

#[test]
fn a_data_file_in_the_form_of_outlook_2013_gives_the_same_items() {
    let (old, new) = (read_bytes("box.pst", &rich()), read_bytes("box.ost", &wide()));
    assert_eq!((new.kind, new.tally.found, new.tally.independent), (ContainerKind::Pst, 3, Some(3)));
    assert_eq!(new.tally.container.defects, []);
    for (old, new) in old.occurrences.iter().zip(&new.occurrences) {
        assert_eq!(old.documents.len(), new.documents.len());
        for (old, new) in old.documents.iter().zip(&new.documents) {
            assert_eq!((&old.subject, &old.text, &old.defects), (&new.subject, &new.text, &new.defects));
        }
    }
    assert_eq!(new.occurrences[0].documents[1].text.len(), 25_000, "over several compressed blocks");
}

#[test]
fn a_compressed_block_that_does_not_unpack_costs_what_lies_in_it() {
    let mut bytes = wide();
    // Behind each block: lengths, checksum, id, and at 18 the length unpacked. A full block has 8,176 bytes.
    let length = 8_176_u16.to_le_bytes();
    let at = (18..bytes.len() - 6).step_by(2).find(|at| {
        bytes[*at..*at + 2] == length && bytes[*at - 2..*at] == [0; 2] && bytes[*at + 2..*at + 6] == [0; 4]
    });
    bytes[at.unwrap()] ^= 1;
    let seen = read_bytes("box.ost", &bytes);
    assert_eq!((seen.tally.found, seen.parsed()), (3, 3));
    let root = seen.occurrences[0].root();
    assert!(root.defects.iter().any(|defect| defect.detail.contains("bytes unpacked")), "{:?}", root.defects);
    assert_eq!(unsearchable(root), Some(DefectCode::TruncatedMessage));
}

#[test]
fn a_form_that_is_not_read_is_one_document_that_says_so() {
    let mut bytes = rich();
    bytes[10] = 40;
    let seen = read_bytes("box.ost", &bytes);
    assert_eq!(seen.kind, ContainerKind::Unsupported);
    assert!(seen.tally.container.defects[0].detail.contains("version 40"));
}

#[test]
fn every_data_file_of_the_corpora_is_read_and_counted_twice() {
    let Some(corpora) = corpora() else { return };
    let mut items = 0;
    for seen in read_all(&corpora.join("edge"), &Limits::default()) {
        if seen.kind == ContainerKind::Pst {
            assert_eq!(seen.tally.independent, Some(seen.tally.found), "{}", seen.file.path);
            assert_eq!(seen.parsed(), seen.tally.found, "{}", seen.file.path);
            items += seen.tally.found;
        }
    }
    assert_eq!(items, 58);
}
