//! A message as documents: family, part numbers, text, natives, defects.

mod support;

use duces_ingest::Limits;
use duces_model::{DefectCode, DocumentKind, Occurrence, OccurrenceStatus};
use proptest::prelude::*;
use support::{codes, parse_mail, parse_mail_within, unsearchable};

const HEAD: &str =
    "From: Ann <a@x.example>\nTo: b@x.example\nDate: Fri, 1 Mar 2024 09:30:00 -0500\nMessage-ID: <1@x>\n";

fn tree(occurrence: &Occurrence) -> Vec<String> {
    let place = |id| occurrence.documents.iter().find(|d| d.id == id).map(|d| d.part.to_string());
    let line = |d: &duces_model::Document| {
        let kind = if d.kind == DocumentKind::Message { "message" } else { d.media_type.as_str() };
        let parent = d.parent.and_then(place).map(|p| format!(" in {p:?}")).unwrap_or_default();
        format!("{:?} {kind}{parent}", d.part.to_string())
    };
    occurrence.documents.iter().map(line).collect()
}

#[test]
fn a_plain_message_is_one_document_without_a_defect() {
    let found = parse_mail(format!("{HEAD}Subject: s\n\nHello\n"));
    let root = found.root();
    assert_eq!(found.documents.len(), 1);
    assert_eq!(root.text, "Hello\n");
    assert_eq!(root.native.conversion, None);
    assert_eq!(root.native.extension, "eml");
    assert_eq!(root.native.sha256, found.retained_sha256);
    assert_eq!(root.sent_at.map(|at| at.timestamp()), Some(1_709_303_400));
    assert!(root.participants_complete);
    assert_eq!(root.defects, []);
    assert!(
        root.header_block
            .as_deref()
            .is_some_and(|block| block.starts_with("From: Ann") && block.ends_with("Subject: s\n"))
    );
}

#[test]
fn parts_are_numbered_as_imap_numbers_them_and_parents_come_first() {
    let nested = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=i\n\n--i\n\ninner text\n--i\nContent-Type: application/pdf; name=c.pdf\n\npdf\n--i--\n"
    );
    let single = format!("{HEAD}Content-Type: application/pdf\n\npdf");
    let text = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=a\n\n\
         --a\n\nplain\n--a\nContent-Type: text/html\n\n<p>plain</p>\n--a--\n--b\nContent-Type: image/png; name=a.png\n\npng\n\
         --b\nContent-Type: message/rfc822\n\n{nested}\n--b\nContent-Type: message/rfc822\n\n{single}\n--b--\n"
    );
    let found = parse_mail(text);
    let expected = [
        "\"\" message",
        "\"2\" image/png in \"\"",
        "\"3\" message in \"\"",
        "\"3.2\" application/pdf in \"3\"",
        "\"4\" message in \"\"",
        "\"4.1\" application/pdf in \"4\"",
    ];
    assert_eq!(tree(&found), expected);
    assert_eq!(found.documents[0].text, "plain");
    assert_eq!(found.documents[2].text, "inner text");
    assert_eq!(found.documents[2].native.conversion, Some("mime-extract"));
    assert_eq!(found.documents[5].native.extension, "pdf");
}

#[test]
fn a_body_that_is_no_text_is_an_attachment_of_its_message() {
    let found = parse_mail(format!(
        "{HEAD}Content-Type: application/pdf; name=\"a.pdf\"\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n"
    ));
    assert_eq!(tree(&found), ["\"\" message", "\"1\" application/pdf in \"\""]);
    assert_eq!(found.documents[1].native.bytes, 5);
    assert_eq!(found.documents[1].native.conversion, Some("mime-decode"));
    // What is declared as PDF and is a word: the word is kept, and is not all that there was.
    assert_eq!(found.documents[1].text, "hello");
    assert_eq!(unsearchable(&found.documents[1]), Some(DefectCode::DamagedFile));
    assert_eq!(unsearchable(found.root()), None);
}

#[test]
fn words_of_the_html_part_alone_can_be_found() {
    let with = |plain: &str, html: &str| {
        parse_mail(format!(
            "{HEAD}Content-Type: multipart/alternative; boundary=b\n\n--b\n\n{plain}\n--b\nContent-Type: text/html\n\n{html}\n--b--\n"
        ))
    };
    assert_eq!(with("spoof the bid", "<p>Spoof the <b>bid</b></p>").root().text, "spoof the bid");
    let both = with("Your program shows no HTML.", "<table><tr><td>spoof</td><td>bid</td></tr></table>");
    assert!(both.root().text.starts_with("Your program shows no HTML.\n["));
    assert!(both.root().text.ends_with("]\nspoof bid"));
    assert_eq!(with("", "<p>spoof</p>").root().text, "spoof");
}

#[test]
fn text_attachments_are_read_in_their_character_set_and_others_say_why_not() {
    let found = parse_mail(format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\n\
             Content-Type: text/csv; charset=iso-8859-1; name=\"a.csv\"\nContent-Transfer-Encoding: quoted-printable\n\ncaf=E9,1\n\
             --b\nContent-Type: application/octet-stream; name=b.txt\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n\
             --b\nContent-Type: application/zip; name=c.zip\n\nPK\n--b\nContent-Type: text/calendar; name=d.ics\n\n\n--b--\n"
    ));
    assert_eq!(found.documents[1].text, "café,1");
    assert_eq!(found.documents[2].text, "hello");
    assert_eq!(unsearchable(&found.documents[3]), Some(DefectCode::DamagedFile));
    assert!(codes(&found.documents[4]).contains(&DefectCode::EmptyAttachment));
}

#[test]
fn what_is_encrypted_is_told_and_signed_text_is_read() {
    let pgp = parse_mail(format!(
        "{HEAD}Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n--b\n\
         Content-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n--b--\n"
    ));
    assert_eq!(unsearchable(pgp.root()), Some(DefectCode::Encrypted));
    assert_eq!(pgp.documents.len(), 3);
    let smime = parse_mail(format!(
        "{HEAD}Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMIIB\n"
    ));
    assert_eq!(unsearchable(smime.root()), Some(DefectCode::Encrypted));
    let opaque = parse_mail(format!(
        "{HEAD}Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMIIB\n"
    ));
    assert_eq!(unsearchable(opaque.root()), Some(DefectCode::NoExtractor));
    let inline = parse_mail(format!("{HEAD}\nHi\n-----BEGIN PGP MESSAGE-----\nx\n"));
    assert_eq!(unsearchable(inline.root()), Some(DefectCode::Encrypted));
    let signed = parse_mail(format!(
        "{HEAD}Content-Type: multipart/signed; boundary=b\n\n--b\n\nthe text\n--b\nContent-Type: application/pgp-signature\n\nsig\n--b--\n"
    ));
    assert_eq!(unsearchable(signed.root()), None);
    assert_eq!(signed.root().text, "the text");
}

#[test]
fn damage_is_kept_told_and_leaves_the_question_open() {
    let no_boundary = parse_mail(format!("{HEAD}Content-Type: multipart/mixed\n\nwords here\n"));
    assert_eq!(unsearchable(no_boundary.root()), Some(DefectCode::BadMimeStructure));
    assert!(no_boundary.root().text.contains("words here"));
    let unclosed = parse_mail(format!("{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nwords\n"));
    assert!(codes(unclosed.root()).contains(&DefectCode::TruncatedMessage));
    assert_eq!(unclosed.root().text, "words\n");
    let base64 = parse_mail(format!("{HEAD}Content-Transfer-Encoding: base64\n\naGVs*bG8\n"));
    assert_eq!(unsearchable(base64.root()), Some(DefectCode::BadTransferEncoding));
    assert_eq!(base64.root().text, "hello");
    let charset = parse_mail(
        [
            HEAD.as_bytes(),
            b"Content-Type: text/plain; charset=x-none\n\na caf\xe9 in the long morning light\n",
        ]
        .concat(),
    );
    assert!(codes(charset.root()).contains(&DefectCode::UnknownCharset));
    assert_eq!(unsearchable(charset.root()), None);
    let digest = parse_mail(format!(
        "{HEAD}Content-Type: multipart/digest; boundary=b\n\n--b\n\nFrom: c@x.example\n\none\n--b\n\nno header\n--b--\n"
    ));
    assert_eq!(digest.documents[1].kind, DocumentKind::Message);
    assert!(codes(&digest.documents[2]).contains(&DefectCode::NotAMessage));
    assert_eq!(digest.documents[2].text, "no header");
}

#[test]
fn names_that_could_do_harm_are_kept_as_written_and_told() {
    let found = parse_mail(format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Disposition: attachment; filename=\"../../etc/x.sh\"\n\nx\n--b--\n"
    ));
    assert_eq!(found.documents[1].file_name.as_deref(), Some("../../etc/x.sh"));
    assert!(codes(&found.documents[1]).contains(&DefectCode::UnsafeName));
    assert_eq!(found.documents[1].native.extension, "sh");
}

#[test]
fn an_attached_message_is_opened_by_type_and_by_name() {
    let inner = format!("{HEAD}Subject: inner\n\ninner words\n");
    let found = parse_mail(format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b\nContent-Type: application/octet-stream; name=m.eml\n\n{inner}\n--b\n\
         Content-Type: message/partial; id=1; number=1\n\nx\n--b\nContent-Type: message/external-body; access-type=x\n\nx\n--b--\n"
    ));
    assert_eq!(found.documents[1].kind, DocumentKind::Message);
    assert_eq!(found.documents[1].subject.as_deref(), Some("inner"));
    assert_eq!(unsearchable(&found.documents[2]), Some(DefectCode::PartialMessage));
    assert_eq!(unsearchable(&found.documents[3]), Some(DefectCode::ExternalBody));
}

#[test]
fn a_journal_report_makes_the_enclosed_message_the_root_and_adds_its_envelope() {
    let inner = format!(
        "{HEAD}Subject: inner\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\nwords\n--i\nContent-Type: image/png\n\npng\n--i--\n"
    );
    let report = |to: &str| {
        format!(
            "From: journal@x.example\nX-MS-Journal-Report:\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n\
             Sender: a@x.example\nSubject: inner\nMessage-ID: <1@x>\n{to}\n\n--b\nContent-Type: message/rfc822\n\n{inner}\n--b--\n"
        )
    };
    let one = parse_mail(report("To: c@x.example, Expanded: desk@x.example"));
    assert_eq!(tree(&one), ["\"2\" message", "\"2.2\" image/png in \"2\""]);
    let root = one.root();
    assert_eq!(root.subject.as_deref(), Some("inner"));
    let last = root.participants.last().unwrap();
    assert_eq!(last.address.as_ref().unwrap().as_str(), "c@x.example");
    assert_eq!(last.by_way_of.as_ref().unwrap().as_str(), "desk@x.example");
    let journal = one.journal.clone().unwrap();
    assert_eq!(journal.sender.unwrap().as_str(), "a@x.example");
    let two = parse_mail(report("Recipient: d@x.example"));
    assert_eq!(two.journal.unwrap().delivery_group, journal.delivery_group);
    assert_ne!(one.id, two.id);
    let bad = parse_mail("From: journal@x.example\nX-MS-Journal-Report:\nSubject: s\n\nnothing enclosed\n");
    assert!(codes(bad.root()).contains(&DefectCode::BadJournalReport));
    assert!(bad.journal.is_none());
}

#[test]
fn lines_that_end_in_cr_alone_are_read_and_told() {
    let text = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n--b\nContent-Type: text/csv\n\na,b\n--b--\n"
    );
    let found = parse_mail(text.replace('\n', "\r"));
    assert_eq!(found.root().text, "Hello");
    assert_eq!(found.documents[1].native.conversion, Some("cr-to-lf, mime-extract"));
    assert!(codes(found.root()).contains(&DefectCode::MalformedHeader));
}

#[test]
fn nothing_without_a_header_is_called_a_message() {
    let found = parse_mail("just words\nand more");
    assert!(matches!(&found.status, OccurrenceStatus::Defective(d) if d.code == DefectCode::NotAMessage));
    assert_eq!(found.documents.len(), 1);
    assert_eq!(found.root().text, "");
    assert!(!found.root().participants_complete);
}

#[test]
fn bounds_are_told_where_they_cut() {
    let limits = Limits { nesting_max: 4, parts_max: 50, ..Limits::default() };
    let mut nest = format!("{HEAD}\ndeep\n");
    for _ in 0..10 {
        nest = format!("{HEAD}Content-Type: message/rfc822\n\n{nest}");
    }
    let found = parse_mail_within(&nest, &limits);
    assert_eq!(found.documents.len(), 6);
    assert_eq!(unsearchable(found.documents.last().unwrap()), Some(DefectCode::NestingTooDeep));
    let mut inner = format!("{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n\ndeep\n--b--\n");
    for _ in 0..4 {
        inner = format!("{HEAD}Content-Type: message/rfc822\n\n{inner}");
    }
    let found = parse_mail_within(&inner, &limits);
    assert_eq!(found.documents.last().unwrap().part.as_str(), "1.1.1.1.1");
    assert_eq!(unsearchable(&found.documents[4]), Some(DefectCode::NestingTooDeep));
    let many = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n",
        "--b\nContent-Type: image/png\n\nx\n".repeat(80)
    );
    let found = parse_mail_within(&many, &limits);
    assert!(found.documents.len() <= 51);
    assert_eq!(unsearchable(found.root()), Some(DefectCode::TooManyParts));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_attachment_comes_back_byte_for_byte(files in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..5), crlf: bool) {
        let mut text = format!("{HEAD}Content-Type: multipart/mixed; boundary=\"=_b\"\n\n--=_b\n\nbody\n");
        for (n, bytes) in files.iter().enumerate() {
            let quoted: String = bytes.iter().map(|byte| format!("={byte:02X}")).collect();
            text += &format!("--=_b\nContent-Type: application/x-data; name=f{n}.dat\nContent-Transfer-Encoding: quoted-printable\n\n{quoted}\n");
        }
        text += "--=_b--\n";
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        let found = parse_mail(text);
        prop_assert_eq!(found.documents.len(), files.len() + 1);
        for (document, bytes) in found.documents[1..].iter().zip(&files) {
            prop_assert_eq!(document.native.sha256, duces_model::Sha256::of(bytes));
        }
    }
}
