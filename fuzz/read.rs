//! Reads bytes as an archive's file: every container is opened, every message parsed, the account closed.

use duces_ingest::{Found, Limits, open, parse, part_bytes, walk};

/// Reads the bytes under that name, within limits that keep one run short, and checks what must hold of it.
pub fn as_file(name: &str, bytes: &[u8]) {
    let limits = Limits {
        message_bytes_max: 1 << 20,
        header_bytes_max: 1 << 16,
        parts_max: 200,
        nesting_max: 8,
        expanded_bytes_max: 8 << 20,
        ..Limits::default()
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join(name), bytes).expect("a file in it");
    for found in walk("fuzz", folder.path()).expect("the folder is listed") {
        let Found::Container(file) = found.expect("an entry") else { continue };
        let mut opened = open(&file, &limits).expect("the file is there");
        let (id, kind) = (opened.container_id(), opened.kind());
        let mut messages = 0;
        while let Some(message) = opened.next_message() {
            let message = message.expect("the file is there");
            messages += 1;
            let occurrence = parse(id, kind, &message, Some(file.file_name()), &limits);
            assert!(!occurrence.documents.is_empty());
            for document in occurrence.documents.iter().take(20) {
                let native = part_bytes(kind, &message, Some(file.file_name()), &document.part, &limits);
                assert!(native.is_some() || message.oversize.is_some(), "part {}", document.part);
            }
        }
        assert_eq!(opened.finish().found, messages);
    }
}
