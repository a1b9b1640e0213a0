//! Attachments, loose files and archives as documents of their family.

mod support;

use duces_ingest::Limits;
use duces_ingest::extract::{Extracted, Extractor, FileToRead, InProcess};
use duces_model::{DefectCode, Document, DocumentKind};
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{
    codes, corpora, parse_mail, parse_mail_within, read_all, read_bytes, read_bytes_within, unsearchable,
};

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const MAIL: &[u8] = b"From: a@x.example\nTo: b@x.example\nSubject: terms\nMessage-ID: <1@x>\nDate: Fri, 1 Mar 2024 09:30:00 -0500\n\nsee the terms\n";

fn places(documents: &[Document]) -> Vec<String> {
    let name = |document: &Document| document.file_name.clone().unwrap_or_default();
    documents.iter().map(|document| format!("{} {}", document.part, name(document))).collect()
}

#[test]
fn files_inside_archives_are_documents_and_mail_among_them_is_mail() {
    let inner = zipped(&[("deep.txt", b"far below"), ("empty.txt", b"")]);
    let bytes = zipped(&[("a/note.txt", b"a note"), ("mail.eml", MAIL), ("more.zip", &inner)]);
    let seen = read_bytes("papers.bin", &bytes);
    let documents = &seen.occurrences[0].documents;
    assert_eq!(
        places(documents),
        [" papers.bin", "1 note.txt", "2 mail.eml", "3 more.zip", "3.1 deep.txt", "3.2 empty.txt"]
    );
    assert_eq!(documents[0].media_type, "application/zip");
    assert_eq!((documents[1].text.as_str(), documents[4].text.as_str()), ("a note", "far below"));
    assert_eq!((documents[2].kind, documents[2].message_id.as_deref()), (DocumentKind::Message, Some("1@x")));
    assert_eq!(documents[4].native.conversion, Some("archive-member"));
    assert!(codes(&documents[5]).contains(&DefectCode::EmptyAttachment));
    assert!(documents.iter().all(|document| unsearchable(document).is_none()));
}

/// A tar (ustar) of these files.
fn tarred(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = Vec::new();
    for (name, bytes) in files {
        let mut head = [0_u8; 512];
        head[..name.len()].copy_from_slice(name.as_bytes());
        head[100..107].copy_from_slice(b"0000644");
        head[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
        head[148..156].fill(b' ');
        head[156] = b'0';
        head[257..265].copy_from_slice(b"ustar\x0000");
        let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
        head[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        tar.extend_from_slice(&head);
        tar.extend_from_slice(bytes);
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    tar
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn a_tar_inside_gzip_is_an_archive_whose_members_are_read_within_the_limits() {
    let bytes = gzipped(&tarred(&[("a/note.txt", b"a note"), ("mail.eml", MAIL), ("b.txt", &[b'b'; 600])]));
    // By its content, whatever it is called; and as an attachment too.
    for name in ["papers.tar.gz", "papers.tgz", "papers.bin"] {
        let seen = read_bytes(name, &bytes);
        let documents = &seen.occurrences[0].documents;
        assert_eq!(documents[0].media_type, "application/x-tar", "{name}");
        let names: Vec<_> = documents[1..].iter().filter_map(|one| one.file_name.as_deref()).collect();
        assert_eq!(names, ["note.txt", "mail.eml", "b.txt"]);
        assert_eq!((documents[1].text.as_str(), documents[2].message_id.as_deref()), ("a note", Some("1@x")));
        assert!(documents.iter().all(|document| unsearchable(document).is_none()));
    }
    let seen = read_bytes("papers.zip", &zipped(&[("papers.tgz", &bytes)]));
    let documents = &seen.occurrences[0].documents;
    assert_eq!(
        places(documents),
        [" papers.zip", "1 papers.tgz", "1.1 ", "1.1.1 note.txt", "1.1.2 mail.eml", "1.1.3 b.txt"]
    );
    let mut within = Limits::default();
    within.file.unpacked_bytes_max = 500;
    let seen = read_bytes_within("papers.tgz", &bytes, &within);
    let documents = &seen.occurrences[0].documents;
    assert_eq!((documents.len(), unsearchable(&documents[0])), (3, Some(DefectCode::ExpandsTooFar)));
    // One that breaks off keeps what came before, and says so.
    let seen = read_bytes("papers.tgz", &bytes[..bytes.len() / 2]);
    assert!(!seen.tally.container.defects.is_empty());
}

#[test]
fn archives_in_archives_are_followed_as_deep_as_messages_and_no_deeper() {
    let mut bytes = b"at the bottom".to_vec();
    for level in 0..6 {
        bytes = zipped(&[(if level == 0 { "a.txt" } else { "a.zip" }, &bytes)]);
    }
    let within = Limits { nesting_max: 4, ..Limits::default() };
    let seen = read_bytes_within("a.zip", &bytes, &within);
    let documents = &seen.occurrences[0].documents;
    assert_eq!(documents.len(), 5);
    assert_eq!(unsearchable(&documents[4]), Some(DefectCode::NestingTooDeep));
    assert_eq!(read_bytes("a.zip", &bytes).occurrences[0].documents[6].text, "at the bottom");
}

#[test]
fn all_that_a_message_unpacks_to_counts_against_one_limit() {
    let inner = zipped(&[("b.txt", &[b'b'; 600])]);
    let bytes = zipped(&[("a.txt", &[b'a'; 600]), ("inner.zip", &inner)]);
    let mut within = Limits::default();
    within.file.unpacked_bytes_max = 1000;
    let seen = read_bytes_within("a.zip", &bytes, &within);
    let inner = seen.occurrences[0].documents.last().unwrap();
    assert_eq!(unsearchable(inner), Some(DefectCode::ExpandsTooFar));
}

#[test]
fn an_attachment_is_read_by_what_it_is_and_not_by_what_it_is_called() {
    let zip = zipped(&[("terms.txt", b"pay at once")]);
    let encoded: String = base64(&zip);
    let mail = format!(
        "From: a@x.example\nMessage-ID: <2@x>\nDate: Fri, 1 Mar 2024 09:30:00 -0500\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n\
         --b\nContent-Type: image/png; name=holiday.png\nContent-Transfer-Encoding: base64\n\n{encoded}\n--b--\n"
    );
    let found = parse_mail(&mail);
    assert_eq!(places(&found.documents), [" ", "2 holiday.png", "2.1 terms.txt"]);
    assert_eq!(found.documents[2].text, "pay at once");
    // A reader that fails is the defect of that document alone.
    let failing = Limits { extractor: Arc::new(Failing), ..Limits::default() };
    let found = parse_mail_within(&mail, &failing);
    assert_eq!(unsearchable(&found.documents[1]), Some(DefectCode::ExtractionFailed));
    assert_eq!((unsearchable(&found.documents[0]), found.documents[0].text.as_str()), (None, "see"));
}

/// A reader that always takes too long.
#[derive(Debug)]
struct Failing;

impl Extractor for Failing {
    fn extract(&self, _: &FileToRead<'_>) -> Result<Extracted, String> {
        Err("it took longer than 30 s of processor time".to_owned())
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a reading that takes a minute is one that hangs")]
fn every_office_file_of_the_corpora_is_read_and_so_are_damaged_ones() {
    let Some(corpora) = corpora() else { return };
    let limits = Limits::default();
    let mut read = 0;
    for seen in read_all(&corpora.join("office"), &limits) {
        read += 1;
        let mut state = 7_u64;
        for message in &seen.messages {
            for _ in 0..2 {
                let mut bytes = message.bytes.clone();
                for _ in 0..20 {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let at = usize::try_from(state >> 33).unwrap() % bytes.len().max(1);
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= (state >> 24) as u8;
                    }
                }
                let started = Instant::now();
                let file = FileToRead { bytes: &bytes, passwords: &[], bounds: limits.file };
                // A panic is caught there and would be an error here.
                assert!(InProcess.extract(&file).is_ok(), "{}", seen.file.path);
                assert!(started.elapsed() < Duration::from_secs(60), "{}", seen.file.path);
            }
        }
    }
    assert!(read > 300);
}
