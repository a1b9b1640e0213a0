//! Reads bytes as an archive's file: every container is opened, every message parsed, the account closed.

use duces_ingest::chat::Mapping;
use duces_ingest::forms::form_name;
use duces_ingest::{Found, Limits, open, parse, part_bytes, walk};
use std::sync::Arc;

/// Every target, and the name under which its bytes lie, which leads to the reader where the bytes do not.
const TARGETS: &[(&str, &str)] = &[
    ("eml", "a.eml"),
    ("mbox", "inbox.mbox"),
    ("gzip", "inbox.gz"),
    ("emlx", "1.emlx"),
    ("msg", "a.msg"),
    ("pst", "box.pst"),
    ("tnef", "winmail.dat"),
    ("calendar", "a.ics"),
    ("card", "a.vcf"),
    ("rtf", "a.rtf"),
    ("html", "a.html"),
    ("pdf", "a.pdf"),
    ("office", "a.docx"),
    ("old_office", "a.doc"),
    ("open_document", "a.odt"),
    ("archive", "a.zip"),
    ("tar", "a.tar"),
    ("packed", "a.xz"),
    ("media", "a.png"),
    ("rsmf", "a.rsmf"),
    ("slack_day", "2024-03-01.json"),
    ("slack_export", "export.zip"),
    ("dump", "a.xml"),
    ("mattermost_table", "posts.zip"),
    ("global_relay", "desk.eml"),
    ("symphony", "stream.json"),
    ("whatsapp", "WhatsApp Chat with Desk.txt"),
    ("sms", "sms-20240301.xml"),
    ("tickets", "tickets.json"),
    ("mapped", "log.csv"),
];

/// What the columns of `log.csv` mean.
const MAPPING: &str = "kind = \"messages-csv\"\nfiles = [\"log.csv\"]\nplatform = \"desk\"\n\
                       time_format = \"%Y-%m-%d %H:%M:%S\"\nzone = \"UTC\"\n[columns]\nroom = \"r\"\ntime = \"when\"\n\
                       sender = \"who\"\nrecipients = \"to\"\ntext = \"said\"\n";

/// Reads the bytes as that target's, within limits that keep one run short, and checks what must hold of it. Gives each
/// container's form and all texts in it.
#[allow(unreachable_pub, reason = "this file is a module of each target, and of a test")]
pub fn target(name: &str, bytes: &[u8]) -> Vec<(String, String)> {
    let (_, file_name) = TARGETS.iter().find(|(own, _)| *own == name).expect("a target of the list");
    let limits = Limits {
        message_bytes_max: 1 << 20,
        header_bytes_max: 1 << 16,
        parts_max: 200,
        nesting_max: 8,
        expanded_bytes_max: 8 << 20,
        mappings: vec![Arc::new(Mapping::read("mapping.toml", MAPPING).expect("a mapping"))],
        ..Limits::default()
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join(file_name), bytes).expect("a file in it");
    let mut read = Vec::new();
    for found in walk("fuzz", folder.path()).expect("the folder is listed") {
        let Found::Container(file) = found.expect("an entry") else { continue };
        let mut opened = open(&file, &limits).expect("the file is there");
        let (id, kind) = (opened.container_id(), opened.kind());
        let form = form_name(kind, opened.form()).to_owned();
        let (mut messages, mut texts) = (0, String::new());
        while let Some(message) = opened.next_message() {
            let message = message.expect("the file is there");
            messages += 1;
            let occurrence = parse(id, kind, &message, Some(file.file_name()), &limits);
            assert!(!occurrence.documents.is_empty());
            for document in &occurrence.documents {
                texts.push_str(&document.text);
            }
            for document in occurrence.documents.iter().take(20) {
                let native = part_bytes(kind, &message, Some(file.file_name()), &document.part, &limits);
                assert!(native.is_some() || message.oversize.is_some(), "part {}", document.part);
            }
        }
        assert_eq!(opened.finish().found, messages);
        read.push((form, texts));
    }
    read
}
