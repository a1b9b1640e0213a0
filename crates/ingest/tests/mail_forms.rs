//! Forms in which mail is kept or wrapped: Apple Mail, TNEF, files in texts, S/MIME, reports, calendars and cards.

#![cfg(unix)]

mod support;

use duces_model::{ContainerKind, DefectCode, DocumentKind, Role};
use support::{codes, forms, parse_mail, read_bytes, unsearchable};

#[test]
fn a_message_of_apple_mail_is_a_mail_with_what_the_program_keeps_of_it() {
    let seen = read_bytes("1.emlx", &forms::emlx());
    assert_eq!(seen.kind, ContainerKind::Eml);
    let root = seen.occurrences[0].root();
    assert_eq!((root.subject.as_deref(), root.text.trim()), (Some("apple"), "the body"));
    assert_eq!((root.part.as_str(), root.native.conversion), ("1", Some("emlx-extract")));
    assert!(root.header_block.as_ref().unwrap().ends_with("\n[flags: 5 (read, answered)]"));
}

#[test]
fn a_part_that_apple_mail_put_beside_the_mail_is_told() {
    let mail = "From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nwords\n--b\nContent-Type: application/pdf; name=a.pdf\n\
                Content-Transfer-Encoding: base64\nX-Apple-Content-Length: 100\n\n\n--b--\n";
    let file = format!("{}\n{mail}", mail.len());
    let seen = read_bytes("1.partial.emlx", file.as_bytes());
    assert!(codes(&seen.occurrences[0].documents[1]).contains(&DefectCode::ExternalBody));
}

#[test]
fn winmail_dat_gives_its_words_its_files_and_its_messages() {
    let seen = read_bytes("winmail.dat", &forms::tnef());
    let documents = &seen.occurrences[0].documents;
    assert!(
        documents[0].text.contains("Subject: packed") && documents[0].text.contains("the words"),
        "{}",
        documents[0].text
    );
    assert_eq!((documents[1].file_name.as_deref(), documents[1].text.as_str()), (Some("a.txt"), "the file"));
    assert_eq!(documents[2].kind, DocumentKind::Message);
    assert_eq!((documents[2].subject.as_deref(), documents[2].text.trim()), (Some("inner"), "inner words"));
    assert_eq!(documents.iter().flat_map(codes).filter(|code| *code == DefectCode::DamagedFile).count(), 0);
}

#[test]
fn a_winmail_dat_cut_short_says_that_its_text_is_not_all() {
    let bytes = forms::tnef();
    let seen = read_bytes("winmail.dat", &bytes[..bytes.len() - 30]);
    assert_eq!(unsearchable(&seen.occurrences[0].documents[0]), Some(DefectCode::DamagedFile));
}

#[test]
fn files_in_the_text_become_attachments_and_leave_their_names() {
    let documents = parse_mail(forms::uuencoded()).documents;
    assert_eq!(documents[0].text, "before\n[file in the text, uuencoded: a.txt]\nafter\n");
    assert_eq!((documents[1].part.as_str(), documents[1].file_name.as_deref()), ("1.1", Some("a.txt")));
    assert_eq!(documents[1].text, "Cat");
    assert_eq!(codes(&documents[0]), []);
}

#[test]
fn signed_content_is_opened_and_its_parts_are_those_of_the_mail() {
    let documents = parse_mail(forms::smime()).documents;
    assert_eq!(documents[0].text.trim(), "signed words");
    assert_eq!((documents[1].file_name.as_deref(), documents[1].text.trim()), (Some("b.txt"), "attached"));
    assert_eq!(documents.len(), 2);
    assert_eq!(codes(&documents[0]), []);
}

#[test]
fn compressed_content_is_opened_like_signed_content_and_what_breaks_off_is_told() {
    let documents = parse_mail(forms::smime_compressed(0)).documents;
    assert_eq!(documents[0].text.trim(), "copper words");
    assert_eq!((documents[1].file_name.as_deref(), documents[1].text.trim()), (Some("b.txt"), "attached"));
    assert_eq!((documents.len(), codes(&documents[0])), (2, vec![]));
    let broken = parse_mail(forms::smime_compressed(6)).documents;
    assert_eq!(unsearchable(&broken[0]), Some(DefectCode::TruncatedMessage));
}

#[test]
fn a_delivery_report_has_what_it_answers_among_its_references() {
    let documents = parse_mail(forms::report()).documents;
    assert_eq!(documents[0].references, ["original@x.example"]);
    assert!(
        documents[0].text.contains(
            "[what the report says]\nfinal recipient: b@y.example; action: failed; status: 5.1.1\n"
        )
    );
}

#[test]
fn a_calendar_gives_its_words_and_people_attached_or_loose() {
    let seen = read_bytes("a.ics", forms::CALENDAR.as_bytes());
    let loose = seen.occurrences[0].root();
    let mail = format!(
        "From: a@x.example\nContent-Type: text/calendar\nContent-Disposition: attachment\n\n{}",
        forms::CALENDAR
    );
    let attached = &parse_mail(mail.as_bytes()).documents[1];
    for document in [loose, attached] {
        assert!(document.text.contains("summary: price of copper\n"));
        let people: Vec<_> = document
            .participants
            .iter()
            .map(|one| (one.role, one.address.as_ref().unwrap().as_str()))
            .collect();
        assert_eq!(people, [(Role::From, "a@x.example"), (Role::To, "b@y.example")]);
    }
}
