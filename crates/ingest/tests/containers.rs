//! Files as containers: mailboxes, single messages, compression, and what is no mail.

mod support;

use duces_ingest::{IngestError, Limits, open, prefix_sha256, retained_bytes};
use duces_model::{ContainerKind, DefectCode, OccurrenceStatus, Sha256};
use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use std::io::Write;
use support::{codes, file, read_bytes, read_bytes_within, unsearchable};

const MARK: &str = "From ann@x.example Fri Feb 22 17:06:23 2008\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn mail(number: usize, body: &str) -> String {
    format!("From: a@x.example\nTo: b@x.example\nSubject: {number}\nMessage-ID: <{number}@x>\n\n{body}\n")
}

#[test]
fn a_mailbox_gives_its_messages_without_marks_and_separators() {
    let messages: Vec<String> = (0..5).map(|n| mail(n, &format!("body {n}\n\nmore"))).collect();
    let mbox: String = messages.iter().map(|message| format!("{MARK}{message}\n")).collect();
    for text in [mbox.clone(), mbox.replace('\n', "\r\n"), mbox.trim_end().to_owned() + "\n"] {
        let seen = read_bytes("inbox", text.as_bytes());
        assert_eq!(seen.kind, ContainerKind::Mbox);
        assert_eq!(seen.tally.found, 5);
        assert_eq!(seen.tally.independent, Some(5));
        let line_end = if text.contains('\r') { "\r\n" } else { "\n" };
        for (message, expected) in seen.messages.iter().zip(&messages) {
            assert_eq!(String::from_utf8_lossy(&message.bytes), expected.replace('\n', line_end));
        }
        assert!(seen.tally.container.defects.is_empty());
    }
}

#[test]
fn a_from_line_in_a_body_is_kept_counted_and_told_and_a_quoted_one_is_left_alone() {
    let body = "Hello\nFrom here on we trade\n>From there\n\nFrom Monday\nwe do not";
    let mbox = format!("{MARK}{}\n{MARK}{}", mail(1, body), mail(2, "x"));
    let seen = read_bytes("inbox", mbox.as_bytes());
    assert_eq!((seen.tally.found, seen.tally.independent), (2, Some(2)));
    assert_eq!(seen.tally.unquoted_from_lines, 2);
    let root = seen.occurrences[0].root();
    assert!(codes(root).contains(&DefectCode::UnquotedFromLine));
    assert!(root.text.contains(">From there"), "retained bytes are not unquoted");
    assert!(
        codes(seen.occurrences[1].root()).is_empty()
            || !codes(seen.occurrences[1].root()).contains(&DefectCode::UnquotedFromLine)
    );
}

#[test]
fn a_true_content_length_keeps_a_forwarded_mailbox_inside_its_message() {
    let body = format!("see below\n\n{MARK}To: c@x.example\n\nforwarded\n");
    let with = |length: usize| {
        format!("{MARK}From: a@x.example\nContent-Length: {length}\n\n{body}\n{MARK}{}", mail(2, "x"))
    };
    let seen = read_bytes("inbox", with(body.len()).as_bytes());
    assert_eq!((seen.tally.found, seen.tally.independent), (2, Some(2)));
    assert_eq!(seen.tally.unquoted_from_lines, 1);
    let seen = read_bytes("inbox", with(body.len() - 5).as_bytes());
    assert_eq!((seen.tally.found, seen.tally.independent), (3, Some(3)));
    assert!(codes(seen.occurrences[0].root()).contains(&DefectCode::ContentLengthWrong));
}

#[test]
fn bytes_before_the_first_mark_are_a_message_of_their_own_unless_they_are_blank() {
    let seen = read_bytes("a.mbox", format!("stray bytes\n\n{MARK}{}", mail(1, "x")).as_bytes());
    assert_eq!((seen.tally.found, seen.tally.independent), (2, Some(2)));
    assert!(matches!(seen.occurrences[0].status, OccurrenceStatus::Defective(_)));
    assert!(codes(seen.occurrences[0].root()).contains(&DefectCode::BytesBeforeFirstMessage));
    let seen = read_bytes("a.mbox", format!("\n\n{MARK}{}", mail(1, "x")).as_bytes());
    assert_eq!((seen.tally.found, seen.tally.independent), (1, Some(1)));
    assert_eq!(seen.tally.container.defects[0].code, DefectCode::BytesBeforeFirstMessage);
}

#[test]
fn compressed_files_read_like_plain_ones_also_in_several_members() {
    let mbox: String = (0..3).map(|n| format!("{MARK}{}\n", mail(n, "body"))).collect();
    let (first, second) = mbox.as_bytes().split_at(mbox.len() / 2);
    let plain = read_bytes("inbox", mbox.as_bytes());
    for bytes in [gzip(mbox.as_bytes()), [gzip(first), gzip(second)].concat()] {
        let seen = read_bytes("inbox.gz", &bytes);
        assert!(seen.tally.container.compressed);
        assert_eq!(seen.tally.found, 3);
        assert_eq!(seen.tally.stream_sha256, plain.tally.stream_sha256);
        assert_eq!(seen.tally.container.file_sha256, Sha256::of(&bytes));
        assert_eq!(seen.tally.container.file_bytes, bytes.len() as u64);
        assert!(
            seen.messages
                .iter()
                .zip(&plain.messages)
                .all(|(a, b)| a.bytes == b.bytes && a.locator == b.locator)
        );
    }
}

#[test]
fn damaged_compression_keeps_what_was_read_and_is_told() {
    let mbox: String =
        (0..400).map(|n| format!("{MARK}{}\n", mail(n, &format!("body {}", n * 7919)))).collect();
    let whole = gzip(mbox.as_bytes());
    let cut = &whole[..whole.len() / 2];
    let seen = read_bytes("inbox.gz", cut);
    assert!(seen.tally.found > 1 && seen.tally.found < 400);
    assert_eq!(seen.tally.independent, Some(seen.tally.found));
    assert_eq!(seen.tally.container.defects[0].code, DefectCode::DamagedArchive);
    assert_eq!(seen.tally.container.file_sha256, Sha256::of(cut));
    let last = seen.occurrences.last().unwrap().root();
    assert!(codes(last).contains(&DefectCode::TruncatedMessage));
    let seen = read_bytes("a.eml.gz", &whole[..12]);
    assert_eq!(seen.tally.found, 1);
    assert!(matches!(seen.occurrences[0].status, OccurrenceStatus::Defective(_)));
    assert!(seen.tally.container.defects.iter().any(|defect| defect.code == DefectCode::DamagedArchive));
}

#[test]
fn a_file_that_expands_past_the_limit_is_cut_there() {
    let limits = Limits { expanded_bytes_max: 100_000, ..Limits::default() };
    let bomb = gzip(format!("From: a@x.example\nTo: b@x.example\n\n{}", "x".repeat(10_000_000)).as_bytes());
    let seen = read_bytes_within("a.eml.gz", &bomb, &limits);
    assert!(seen.tally.stream_bytes < 1_000_000);
    assert!(seen.tally.container.defects.iter().any(|defect| defect.code == DefectCode::DamagedArchive));
}

#[test]
fn files_that_are_no_mail_are_kept_with_what_can_be_read_of_them() {
    let seen = read_bytes("notes.txt", "caf\u{e9} at nine".as_bytes());
    assert_eq!(seen.kind, ContainerKind::LooseFile);
    assert_eq!(seen.occurrences[0].root().text, "café at nine");
    let seen = read_bytes("page.html", b"<p>one</p><style>x</style>");
    assert_eq!(seen.occurrences[0].root().text, "one");
    let seen = read_bytes("a.pdf", b"%PDF-1.4");
    assert_eq!(unsearchable(seen.occurrences[0].root()), Some(DefectCode::DamagedFile));
    assert_eq!(seen.occurrences[0].root().native.extension, "pdf");
    let seen = read_bytes("a.pst", b"!BDN0123");
    assert_eq!(seen.kind, ContainerKind::Unsupported);
    assert!(
        matches!(&seen.occurrences[0].status, OccurrenceStatus::Defective(d) if d.code == DefectCode::UnsupportedContainer)
    );
    let seen = read_bytes("empty.eml", b"");
    assert_eq!(seen.kind, ContainerKind::Empty);
    assert_eq!(seen.tally.found, 1);
    assert!(
        matches!(&seen.occurrences[0].status, OccurrenceStatus::Defective(d) if d.code == DefectCode::EmptyFile)
    );
    let seen = read_bytes("a.eml", b"no header here");
    assert!(
        matches!(&seen.occurrences[0].status, OccurrenceStatus::Defective(d) if d.code == DefectCode::NotAMessage)
    );
}

#[test]
fn a_message_over_the_limit_keeps_digests_and_header_alone_or_in_a_mailbox() {
    let limits = Limits { message_bytes_max: 400_000, header_bytes_max: 10_000, ..Limits::default() };
    let big = mail(1, &"0123456789\n".repeat(150_000));
    let mbox = format!("{MARK}{}\n{MARK}{big}\n{MARK}{}", mail(0, "x"), mail(2, "y"));
    let seen = read_bytes_within("inbox", mbox.as_bytes(), &limits);
    assert_eq!((seen.tally.found, seen.tally.independent), (3, Some(3)));
    let alone = read_bytes_within("a.eml", big.as_bytes(), &limits);
    for (message, occurrence) in
        [(&seen.messages[1], &seen.occurrences[1]), (&alone.messages[0], &alone.occurrences[0])]
    {
        let root = occurrence.root();
        assert!(message.bytes.len() < 20_000);
        assert_eq!(message.locator.bytes, big.len() as u64);
        assert_eq!(root.native.sha256, Sha256::of(&big));
        assert_eq!(root.native.bytes, big.len() as u64);
        assert_eq!(root.subject.as_deref(), Some("1"));
        assert_eq!(unsearchable(root), Some(DefectCode::MessageTooLarge));
        assert_eq!(occurrence.status, OccurrenceStatus::Parsed);
    }
    assert_eq!(seen.occurrences[2].root().text, "y\n");
}

#[test]
fn what_was_found_is_found_again_by_its_locator() {
    let dir = tempfile::tempdir().unwrap();
    let mbox: String = (0..3).map(|n| format!("{MARK}{}\n", mail(n, "body"))).collect();
    for (name, bytes, compressed) in
        [("a", mbox.clone().into_bytes(), false), ("b", gzip(mbox.as_bytes()), true)]
    {
        let found = file(dir.path(), name, &bytes);
        let seen = support::read(&found, &Limits::default());
        let limits = Limits::default();
        let again = |place| retained_bytes(&found.absolute, seen.kind, compressed, place, &limits);
        for message in &seen.messages {
            assert_eq!(again(message.locator).unwrap(), message.bytes);
        }
        let whole = prefix_sha256(&found.absolute, compressed, seen.tally.stream_bytes).unwrap();
        assert_eq!(whole, seen.tally.stream_sha256);
        assert_eq!(prefix_sha256(&found.absolute, compressed, 10).unwrap(), Sha256::of(&mbox[..10]));
        let beyond = duces_model::Locator { ordinal: 9, offset: 0, bytes: 1 << 40 };
        assert!(matches!(
            prefix_sha256(&found.absolute, compressed, 1 << 40),
            Err(IngestError::Short { .. })
        ));
        assert!(matches!(again(beyond), Err(IngestError::Short { .. })));
    }
}

#[test]
fn a_mailbox_that_grew_keeps_the_identities_of_what_it_held() {
    let part: String = (0..3).map(|n| format!("{MARK}{}\n", mail(n, "body"))).collect();
    let before = read_bytes("inbox", part.as_bytes());
    let after = read_bytes("inbox", format!("{part}{MARK}{}\n", mail(9, "new")).as_bytes());
    for (a, b) in before.occurrences.iter().zip(&after.occurrences) {
        assert_eq!(a.id, b.id);
        assert_eq!(a.root().id, b.root().id);
    }
}

#[test]
fn a_file_that_is_gone_is_an_error_that_names_it() {
    let dir = tempfile::tempdir().unwrap();
    let found = file(dir.path(), "a", b"x");
    std::fs::remove_file(&found.absolute).unwrap();
    let error = open(&found, &Limits::default()).err().unwrap();
    assert!(error.to_string().contains(&found.absolute.display().to_string()));
}

#[test]
fn a_mailbox_with_cr_alone_at_its_line_ends_is_cut_too() {
    let mbox: String = (0..3).map(|n| format!("{MARK}{}\n", mail(n, "body"))).collect();
    let seen = read_bytes("inbox", mbox.replace('\n', "\r").as_bytes());
    assert_eq!((seen.tally.found, seen.tally.independent), (3, Some(3)));
    assert_eq!(seen.occurrences[2].root().subject.as_deref(), Some("2"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn quoted_mailboxes_come_back_message_by_message(
        bodies in prop::collection::vec("([a-zA-Z >]{0,12}\n){0,5}", 1..6),
        crlf: bool,
        packed: bool,
    ) {
        let messages: Vec<String> = bodies.iter().enumerate().map(|(n, body)| {
            let quoted: String = body.lines().map(|line| {
                if line.trim_start_matches('>').starts_with("From ") { format!(">{line}\n") } else { format!("{line}\n") }
            }).collect();
            mail(n, quoted.trim_end())
        }).collect();
        let mut mbox: String = messages.iter().map(|message| format!("{MARK}{message}\n")).collect();
        if crlf {
            mbox = mbox.replace('\n', "\r\n");
        }
        let bytes = if packed { gzip(mbox.as_bytes()) } else { mbox.into_bytes() };
        let seen = read_bytes("inbox", &bytes);
        prop_assert_eq!(seen.tally.found, messages.len() as u64);
        prop_assert_eq!(seen.tally.independent, Some(messages.len() as u64));
        prop_assert_eq!(seen.parsed(), messages.len() as u64);
    }
}
