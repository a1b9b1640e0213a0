//! Outlook messages: what of them becomes which document, and what is told of their flaws.

mod support;

use duces_ingest::{Limits, part_bytes};
use duces_model::{ContainerKind, DefectCode, Document, DocumentKind, OccurrenceStatus, PartPath};
use support::msg::{Made, rich};
use support::{Seen, codes, read_bytes, read_bytes_within, unsearchable};

fn documents(name: &str, made: &Made) -> Vec<Document> {
    let seen = read_bytes(name, &made.bytes());
    assert_eq!(seen.kind, ContainerKind::Msg);
    assert_eq!(seen.parsed(), 1);
    seen.occurrences[0].documents.clone()
}

fn people(document: &Document) -> Vec<String> {
    let shown = |one: &duces_model::Participant| {
        let address = one.address.as_ref().map_or("?", |address| address.as_str());
        format!("{} {address}", one.role.as_str())
    };
    document.participants.iter().map(shown).collect()
}

#[test]
fn a_message_and_all_that_is_attached_to_it_become_documents() {
    let found = documents("a.msg", &rich());
    let shape: Vec<_> = found.iter().map(|d| (d.part.as_str(), d.kind, d.text.trim())).collect();
    assert_eq!(
        shape[1..],
        [
            ("1", DocumentKind::Attachment, "attached words"),
            ("2", DocumentKind::Message, "mail words"),
            ("3", DocumentKind::Message, "inner words"),
            ("3.1", DocumentKind::Attachment, "deep words"),
        ]
    );
    let root = &found[0];
    assert_eq!(root.native.conversion, None);
    assert_eq!(root.native.extension, "msg");
    assert_eq!(root.subject.as_deref(), Some("Trades"));
    assert_eq!(root.message_id.as_deref(), Some("1@x"));
    assert_eq!(root.sent_at.unwrap().to_rfc3339(), "2024-03-01T14:30:00+00:00");
    assert_eq!(root.defects, []);
    assert_eq!(found[3].subject.as_deref(), Some("inner subject"));
    assert_eq!(found[3].parent, Some(root.id));
    assert_eq!(found[4].parent, Some(found[3].id));
}

#[test]
fn blind_recipients_of_the_table_take_part_beside_those_of_the_header() {
    let found = documents("a.msg", &rich());
    assert_eq!(people(&found[0]), ["from a@x.example", "to b@x.example", "bcc c@x.example"]);
    assert!(found[0].participants_complete);
}

#[test]
fn no_word_that_stands_in_one_form_of_the_body_alone_is_lost() {
    let text = &documents("a.msg", &rich())[0].text;
    for words in ["plain words", "html alone", "rich alone"] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn without_a_transport_header_the_properties_speak() {
    let made = Made::new()
        .text(0x0042, "Ann Lee")
        .text(0x5D02, "a@x.example")
        .text(0x0C1A, "Assistant")
        .text(0x5D01, "s@x.example")
        .text(0x1035, "<7@x>")
        .text(0x1042, "<6@x>")
        .text(0x1039, "<5@x> <6@x>")
        .time(0x0039, 1_709_303_400)
        .time(0x0E06, 1_709_303_460)
        .recipient(1, "Bob", "b@x.example")
        .recipient(2, "Old Directory Name", "/O=FIRM/CN=OLD");
    let root = &documents("a.msg", &made)[0];
    assert_eq!(people(root), ["from a@x.example", "sender s@x.example", "to b@x.example", "cc ?"]);
    assert!(!root.participants_complete, "a directory name is no address");
    assert!(codes(root).contains(&DefectCode::BadAddress));
    assert_eq!(root.message_id.as_deref(), Some("7@x"));
    assert_eq!(root.in_reply_to, ["6@x"]);
    assert_eq!(root.references, ["5@x", "6@x"]);
    assert_eq!(root.sent_at.unwrap().timestamp(), 1_709_303_400);
    assert_eq!(root.received_at.unwrap().timestamp(), 1_709_303_460);
    assert_eq!(root.header_block, None);
}

#[test]
fn a_table_gives_the_address_that_the_header_lacks() {
    let made = Made::new().text(0x007D, "From: a@x.example\r\nTo: Bob Roe\r\n").recipient(
        1,
        "Bob Roe",
        "b@x.example",
    );
    let root = &documents("a.msg", &made)[0];
    assert_eq!(people(root), ["from a@x.example", "to b@x.example"]);
}

#[test]
fn texts_in_no_unicode_are_read_in_the_code_page_that_the_message_names() {
    let made =
        Made::new().integer(0x3FFD, 1251).narrow(0x1000, b"\xcf\xf0\xe8\xe2\xe5\xf2").narrow(0x0037, b"\xcf");
    let root = &documents("a.msg", &made)[0];
    assert_eq!(root.text, "Привет");
    assert_eq!(root.subject.as_deref(), Some("П"));
}

#[test]
fn what_the_message_states_is_held_against_what_is_there() {
    let mut made = rich();
    made.stated = Some((2, 5));
    let found = documents("a.msg", &made);
    let told: Vec<_> = found[0].defects.iter().filter(|d| d.code == DefectCode::CountDiffers).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].detail, "attachments: 5 stated, 3 found");
}

#[test]
fn an_attached_message_is_a_file_that_reads_as_the_same_message() {
    let bytes = rich().bytes();
    let seen = read_bytes("a.msg", &bytes);
    let part = PartPath::whole().child(3);
    let limits = Limits::default();
    let inner = part_bytes(ContainerKind::Msg, &seen.messages[0], Some("a.msg"), &part, &limits).unwrap();
    let again = part_bytes(ContainerKind::Msg, &seen.messages[0], Some("a.msg"), &part, &limits).unwrap();
    assert_eq!(inner, again, "same input, same bytes");
    let alone = read_bytes("inner.msg", &inner).occurrences[0].documents.clone();
    let within: Vec<_> = seen.occurrences[0].documents[3..].to_vec();
    assert_eq!(alone.len(), within.len());
    for (one, other) in alone.iter().zip(&within) {
        assert_eq!((&one.subject, &one.text, people(one)), (&other.subject, &other.text, people(other)));
        assert!(!codes(one).contains(&DefectCode::CountDiffers));
    }
}

#[test]
fn a_message_inside_a_mail_is_opened_too() {
    let mut mail = b"From: a@x.example\r\nTo: b@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee\r\n--b\r\n\
        Content-Type: application/vnd.ms-outlook; name=fw.msg\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        .to_vec();
    mail.extend(base64(&rich().bytes()));
    mail.extend(b"\r\n--b--\r\n");
    let found: Seen = read_bytes("a.eml", &mail);
    let parts: Vec<_> = found.occurrences[0].documents.iter().map(|d| d.part.as_str()).collect();
    assert_eq!(parts, ["", "2", "2.1", "2.2", "2.3", "2.3.1"]);
}

#[test]
fn an_item_that_is_no_mail_says_what_it_is() {
    let made =
        Made::new().text(0x001A, "IPM.Contact").text(0x3001, "Ann Lee").text(0x3A08, "+1 212 555 0100");
    let text = &documents("a.msg", &made)[0].text;
    assert_eq!(text.trim_end(), "Item: IPM.Contact\nName: Ann Lee\nBusiness phone: +1 212 555 0100");
    let unknown = Made::new().text(0x001A, "IPM.Somewhat").text(0x1000, "words");
    assert_eq!(documents("a.msg", &unknown)[0].text.trim_end(), "Item: IPM.Somewhat\nwords");
}

#[test]
fn what_is_not_in_the_message_is_told_and_sealed_text_is_not_searchable() {
    let reference = Made::new().integer(0x3705, 2).text(0x370D, r"\\share\plan.doc").text(0x3707, "plan.doc");
    let found = documents("a.msg", &Made::new().text(0x1000, "see").attachment(reference));
    assert_eq!(unsearchable(&found[1]), Some(DefectCode::ExternalBody));
    let sealed = Made::new()
        .text(0x001A, "IPM.Note.SMIME")
        .attachment(Made::file("smime.p7m", b"\x30\x80\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x03"));
    let found = documents("a.msg", &sealed);
    assert_eq!(unsearchable(&found[0]), Some(DefectCode::Encrypted));
}

#[test]
fn nesting_and_parts_beyond_the_limits_are_kept_and_told() {
    let mut made = Made::new().text(0x1000, "innermost");
    for _ in 0..4 {
        made = Made::new().text(0x1000, "around").attachment(Made::message("m", made));
    }
    let limits = Limits { nesting_max: 2, ..Limits::default() };
    let seen = read_bytes_within("a.msg", &made.bytes(), &limits);
    let found = &seen.occurrences[0].documents;
    let last = found.last().unwrap();
    assert_eq!((last.part.as_str(), unsearchable(last)), ("1.1.1", Some(DefectCode::NestingTooDeep)));
    let many = (0..5).fold(Made::new(), |made, _| made.attachment(Made::file("a.txt", b"x")));
    let limits = Limits { parts_max: 3, ..Limits::default() };
    let seen = read_bytes_within("a.msg", &many.bytes(), &limits);
    let root = &seen.occurrences[0].documents[0];
    assert_eq!(unsearchable(root), Some(DefectCode::TooManyParts));
}

#[test]
fn a_compound_file_without_a_message_is_defective_and_its_bytes_are_kept() {
    let bytes = cut(&rich().bytes());
    let seen = read_bytes("a.msg", &bytes);
    assert!(
        matches!(&seen.occurrences[0].status, OccurrenceStatus::Defective(d) if d.code == DefectCode::NotAMessage)
    );
    assert_eq!(seen.occurrences[0].documents[0].native.bytes, bytes.len() as u64);
    assert!(people(&seen.occurrences[0].documents[0]).is_empty());
    assert!(!seen.occurrences[0].documents[0].participants_complete);
}

fn cut(bytes: &[u8]) -> Vec<u8> {
    bytes[..600].to_vec()
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Vec::new();
    for (at, three) in bytes.chunks(3).enumerate() {
        if at > 0 && at % 19 == 0 {
            out.extend(b"\r\n");
        }
        let number =
            three.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let sign = SIGNS[(number >> (18 - 6 * place) & 63) as usize];
            out.push(if place > three.len() { b'=' } else { sign });
        }
    }
    out
}

fn shown(made: &Made, part: &PartPath) -> Option<duces_ingest::Markup> {
    let bytes = made.bytes();
    let locator = duces_model::Locator { ordinal: 0, offset: 0, bytes: bytes.len() as u64 };
    let message = duces_ingest::RawMessage::reread(locator, bytes);
    duces_ingest::markup(ContainerKind::Msg, &message, Some("a.msg"), part, &Limits::default())
}

fn with_html() -> Made {
    let picture = Made::file("logo.png", &[0x89, b'P']).text(0x3712, "<logo@x>").text(0x370E, "image/PNG");
    Made::new()
        .text(0x001A, "IPM.Note")
        .text(0x1000, "caf\u{e9} and trades")
        .binary(0x1013, "<p>caf\u{e9} and <b>trades</b><img src='cid:logo@x'></p>".as_bytes())
        .integer(0x3FDE, 65001)
        .attachment(picture)
}

#[test]
fn html_of_a_message_is_given_with_its_pictures_where_it_is_all_that_the_message_says() {
    let found = shown(&with_html(), &PartPath::whole()).expect("HTML");
    assert!(found.html.contains("caf\u{e9} and <b>trades</b>"), "{}", found.html);
    let [logo] = found.inline.as_slice() else { panic!("{found:?}") };
    assert_eq!((logo.called.as_str(), logo.media_type.as_str()), ("logo@x", "image/png"));
    assert_eq!(logo.bytes, [0x89, b'P']);
    // Its RTF holds words that the HTML does not.
    assert_eq!(shown(&rich(), &PartPath::whole()), None);
    let outer = Made::new().text(0x1000, "outer").attachment(Made::message("inner", with_html()));
    assert_eq!(shown(&outer, &PartPath::whole()), None);
    assert!(shown(&outer, &PartPath::whole().child(1)).is_some(), "an enclosed message has its own");
}

#[test]
fn html_that_rtf_wraps_is_given_where_there_is_no_other() {
    let rtf = "{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag <p>}wrapped words{\\*\\htmltag </p>}}";
    let made = Made::new().text(0x1000, "wrapped words").binary(0x1009, &support::msg::plain_rtf(rtf));
    let found = shown(&made, &PartPath::whole()).expect("HTML");
    assert!(found.html.contains("<p>") && found.html.contains("wrapped words"), "{}", found.html);
    let plain = Made::new().text(0x1000, "words").binary(0x1009, &support::msg::plain_rtf("{\\rtf1 words}"));
    assert_eq!(shown(&plain, &PartPath::whole()), None);
}
