//! Chats: exports as room-days, their people, their versions, their account; and RSMF, read and written.

mod support;

use duces_ingest::chat::{Edit, Event, EventKind, Person, Room, RoomDay, RoomKind, SharedFile, write_rsmf};
use duces_ingest::{Limits, retained_bytes};
use duces_model::{ContainerKind, DefectCode, Document, EmailAddress, Role};
use proptest::prelude::*;
use std::io::Write as _;
use std::path::Path;
use support::{Seen, codes, read, read_all, read_bytes, unsearchable};

const USERS: &str = r#"[
 {"id":"U1","name":"ann","real_name":"Ann Lee","profile":{"email":"Ann.Lee@firm.example"}},
 {"id":"U2","name":"bob","profile":{"real_name":"Bob Ray","email":"bob@firm.example"}},
 {"id":"U3","name":"cat","profile":{"real_name":"Cat Moe"}}]"#;
const CHANNELS: &str =
    r#"[{"id":"C1","name":"desk","members":["U1","U2"]},{"id":"C2","name":"quiet","members":["U1"]}]"#;
/// 1 March 2024, 15:00 UTC, in seconds.
const NOON: u64 = 1_709_305_200;

fn said(at: u64, who: &str, text: &str) -> String {
    format!(r#"{{"type":"message","ts":"{at}.000100","user":"{who}","text":"{text}"}}"#)
}

fn left(at: u64, who: &str) -> String {
    format!(
        r#"{{"type":"message","subtype":"channel_leave","ts":"{at}.000100","user":"{who}","text":"has left"}}"#
    )
}

fn list(elements: &[String]) -> String {
    format!("[{}]", elements.join(","))
}

/// An export in a folder, of one room's days.
fn export(root: &Path, days: &[(&str, String)]) {
    std::fs::create_dir_all(root.join("desk")).unwrap();
    std::fs::write(root.join("users.json"), USERS).unwrap();
    std::fs::write(root.join("channels.json"), CHANNELS).unwrap();
    for (name, text) in days {
        std::fs::write(root.join("desk").join(name), text).unwrap();
    }
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn seen_in(all: &[Seen], name: &str) -> usize {
    all.iter().position(|seen| seen.file.path.as_str().ends_with(name)).unwrap()
}

fn people(document: &Document, role: Role) -> Vec<&str> {
    let of_role = document.participants.iter().filter(|person| person.role == role);
    of_role.map(|person| person.address.as_ref().map_or("", EmailAddress::as_str)).collect()
}

#[test]
fn a_slack_day_is_a_room_day_with_its_words_senders_and_those_who_were_there() {
    let dir = tempfile::tempdir().unwrap();
    let later = NOON + 3 * 86_400;
    let day = list(&[said(NOON, "U1", "buy <@U2>"), said(NOON + 60, "U2", "done")]);
    export(dir.path(), &[("2024-03-01.json", day), ("2024-03-04.json", list(&[left(later, "U3")]))]);
    let all = read_all(dir.path(), &Limits::default());
    let seen = &all[seen_in(&all, "2024-03-01.json")];
    assert_eq!((seen.kind, seen.tally.found, seen.tally.independent), (ContainerKind::Chat, 1, Some(1)));
    let root = seen.occurrences[0].root();
    assert_eq!(
        root.text,
        "2024-03-01 15:00:00 +00:00 Ann Lee: buy @Bob Ray\n\n2024-03-01 15:01:00 +00:00 Bob Ray: done\n\n"
    );
    assert_eq!(root.subject.as_deref(), Some("desk (slack), 2024-03-01"));
    assert_eq!(people(root, Role::From), ["ann.lee@firm.example", "bob@firm.example"]);
    // Cat left three days later, so she was there; without a mail address she counts under her account.
    assert_eq!(people(root, Role::To), ["ann.lee@firm.example", "bob@firm.example", "u3@slack"]);
    assert!(
        root.participants_complete && root.sent_at.is_some() && root.defects.is_empty(),
        "{:?}",
        root.defects
    );
    assert_eq!((root.native.conversion, root.native.extension.as_str()), (Some("chat-to-rsmf"), "rsmf"));
    for name in ["users.json", "channels.json"] {
        assert_eq!(all[seen_in(&all, name)].kind, ContainerKind::LooseFile, "{name}");
    }
}

#[test]
fn who_alone_wrote_is_no_recipient_of_his_own_words() {
    let dir = tempfile::tempdir().unwrap();
    export(dir.path(), &[("2024-03-01.json", list(&[said(NOON, "U1", "hello")]))]);
    let all = read_all(dir.path(), &Limits::default());
    let root = all[seen_in(&all, "2024-03-01.json")].occurrences[0].root();
    assert_eq!(people(root, Role::From), ["ann.lee@firm.example"]);
    assert_eq!(people(root, Role::To), ["bob@firm.example"]);
}

#[test]
fn days_are_parted_at_the_midnight_of_the_firms_zone() {
    let dir = tempfile::tempdir().unwrap();
    let evening = NOON - 12 * 3600;
    export(
        dir.path(),
        &[("2024-03-01.json", list(&[said(evening, "U1", "late"), said(NOON, "U1", "noon")]))],
    );
    let limits = Limits { zone: chrono_tz::America::New_York, ..Limits::default() };
    let all = read_all(dir.path(), &limits);
    let seen = &all[seen_in(&all, "2024-03-01.json")];
    let texts: Vec<_> = seen.occurrences.iter().map(|o| o.root().text.trim()).collect();
    assert_eq!(
        texts,
        ["2024-02-29 22:00:00 -05:00 Ann Lee: late", "2024-03-01 10:00:00 -05:00 Ann Lee: noon"]
    );
}

#[test]
fn what_cannot_be_read_is_an_event_with_a_defect_and_no_other_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let broken =
        list(&[said(NOON, "U1", "first"), "{\"oops\": no}".to_owned(), said(NOON + 5, "U2", "last")]);
    export(
        dir.path(),
        &[("2024-03-01.json", broken), ("2024-03-02.json", list(&[said(NOON, "U1", "x")])[..60].to_owned())],
    );
    let all = read_all(dir.path(), &Limits::default());
    let seen = &all[seen_in(&all, "2024-03-01.json")];
    // What is no JSON cannot be counted by another JSON reader.
    assert_eq!((seen.tally.found, seen.tally.independent), (2, None));
    assert!(
        seen.occurrences[0].root().text.contains("first") && seen.occurrences[0].root().text.contains("last")
    );
    let unread = seen.occurrences[1].root();
    assert!(
        codes(unread).contains(&DefectCode::UnreadEvent)
            && unread.text.contains("oops")
            && unread.sent_at.is_none()
    );
    assert!(!unread.participants_complete);
    let cut = &all[seen_in(&all, "2024-03-02.json")];
    assert!(
        cut.tally.container.defects.iter().any(|d| d.code == DefectCode::BadChat),
        "{:?}",
        cut.tally.container
    );
}

#[test]
fn a_shared_file_is_an_attachment_and_one_that_is_not_held_cannot_be_searched() {
    let with = format!(
        r#"[{{"type":"message","ts":"{NOON}.1","user":"U1","text":"see","files":[{{"id":"F1","name":"a.txt"}},{{"id":"F2","name":"b.pdf"}}]}}]"#
    );
    let bytes = zipped(&[
        ("users.json", USERS.as_bytes()),
        ("channels.json", CHANNELS.as_bytes()),
        ("desk/2024-03-01.json", with.as_bytes()),
        ("__uploads/F1/a.txt", b"words in a file"),
    ]);
    let dir = tempfile::tempdir().unwrap();
    let found = support::file(dir.path(), "export.zip", &bytes);
    let seen = read(&found, &Limits::default());
    assert_eq!((seen.kind, seen.tally.found, seen.tally.independent), (ContainerKind::Chat, 2, Some(2)));
    let family = &seen.occurrences[0].documents;
    assert_eq!(family.len(), 3);
    assert_eq!(
        (family[1].text.as_str(), family[1].native.conversion),
        ("words in a file", Some("rsmf-extract"))
    );
    assert_eq!(unsearchable(&family[2]), Some(DefectCode::ExternalBody));
    // The lists of the export are kept beside the room-days.
    let names: Vec<_> = seen.occurrences[1].documents.iter().filter_map(|d| d.file_name.as_deref()).collect();
    assert_eq!(names, ["__uploads/F1/a.txt", "channels.json", "users.json"]);
    for message in &seen.messages {
        let again = retained_bytes(&found.absolute, seen.kind, false, message.locator, &Limits::default());
        assert_eq!(again.unwrap(), message.bytes);
    }
}

#[test]
fn the_same_events_in_two_exports_have_one_message_id() {
    let id = |members: &str| {
        let dir = tempfile::tempdir().unwrap();
        export(dir.path(), &[("2024-03-01.json", list(&[said(NOON, "U1", "hello")]))]);
        std::fs::write(dir.path().join("channels.json"), CHANNELS.replace(r#""U1","U2""#, members)).unwrap();
        let all = read_all(dir.path(), &Limits::default());
        all[seen_in(&all, "2024-03-01.json")].occurrences[0].root().message_id.clone().unwrap()
    };
    assert_eq!(id(r#""U1","U2""#), id(r#""U1","U2","U3""#));
}

fn room_day() -> RoomDay {
    let at = |text: &str| chrono::DateTime::parse_from_rfc3339(text).ok();
    let person = |id: &str, name: &str, mail: &[&str]| Person {
        id: id.into(),
        name: Some(name.into()),
        addresses: mail.iter().map(|mail| EmailAddress::new(mail).unwrap()).collect(),
    };
    let mut first = Event::new(EventKind::Message);
    (first.id, first.by, first.at) = (Some("m1".into()), Some("1".into()), at("2024-03-01T09:30:00-05:00"));
    first.text = "plan ✓\nsecond line".into();
    first.files.push(SharedFile { name: "plan.txt".into(), bytes: b"the plan".to_vec(), held: true });
    let before = Some("plan B".to_owned());
    first.edits.push(Edit {
        by: "1".into(),
        at: at("2024-03-01T09:31:00-05:00"),
        previous: before,
        new: None,
    });
    let mut second = Event::new(EventKind::Message);
    (second.id, second.by, second.parent) = (Some("m2".into()), Some("2".into()), Some("m1".into()));
    (second.at, second.deleted, second.text) = (at("2024-03-01T09:35:00-05:00"), true, "never said".into());
    RoomDay {
        room: Room {
            platform: "bloomberg".into(),
            id: "R-9".into(),
            name: Some("Fäden".into()),
            kind: RoomKind::Channel,
        },
        day: chrono::NaiveDate::from_ymd_opt(2024, 3, 1),
        people: vec![
            person("1", "Änn", &["ann@firm.example", "ann@bb.example"]),
            person("2", "Bob", &["bob@firm.example"]),
        ],
        present: vec!["1".into(), "2".into()],
        members_known: true,
        events: vec![first, second],
    }
}

#[test]
fn a_room_day_written_as_rsmf_reads_back_with_every_version_and_person() {
    let bytes = write_rsmf(&room_day()).unwrap();
    assert_eq!(bytes, write_rsmf(&room_day()).unwrap(), "the same bytes each time");
    let seen = read_bytes("room.bin", &bytes);
    assert_eq!(seen.kind, ContainerKind::Rsmf);
    let [root, file] = &seen.occurrences[0].documents[..] else { panic!("two documents") };
    assert!(root.defects.is_empty() && root.native.conversion.is_none(), "{:?}", root.defects);
    for words in
        ["Änn: plan ✓\nsecond line", "before: plan B", "Bob: [deleted] never said", "[file plan.txt]"]
    {
        assert!(root.text.contains(words), "{words}: {}", root.text);
    }
    assert_eq!(root.subject.as_deref(), Some("Fäden (bloomberg), 2024-03-01"));
    assert_eq!(people(root, Role::From), ["ann@firm.example", "ann@bb.example", "bob@firm.example"]);
    assert_eq!(file.text, "the plan");
}

/// An RSMF file around a manifest.
fn rsmf(manifest: &str, head: &str, beside: &str) -> Vec<u8> {
    use base64::Engine as _;
    let zip = base64::engine::general_purpose::STANDARD
        .encode(zipped(&[("rsmf_manifest.json", manifest.as_bytes())]));
    format!(
        "From: <boss@firm.example>\r\nTo: <everybody@firm.example>\r\nX-RSMF-Version: 1.0\r\n{head}MIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n\r\n{beside}--b\r\n\
         Content-Type: application/zip\r\nContent-Disposition: attachment; filename=\"rsmf.zip\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{zip}\r\n--b--\r\n"
    )
    .into_bytes()
}

const MANIFEST: &str = r#"{"version":"1.0.0","participants":[{"id":"P1","email":"ann@firm.example"},{"display":"no id"}],
 "conversations":[{"id":"C1","platform":"sms","type":"direct","participants":["P1","P9"]}],
 "events":[{"type":"message","conversation":"C1","participant":"P1","timestamp":"2024-03-01T10:00:00Z","body":"hi","parent":"gone"}]}"#;

#[test]
fn what_breaks_the_rules_of_rsmf_is_told_and_the_wrappers_people_are_not_used() {
    let beside = "--b\r\nContent-Type: image/png; name=x.png\r\nContent-Disposition: inline\r\n\r\nPNG\r\n";
    let seen = read_bytes("a.rsmf", &rsmf(MANIFEST, "X-RSMF-EventCount: 7\r\n", beside));
    assert_eq!(seen.kind, ContainerKind::Rsmf);
    let root = seen.occurrences[0].root();
    let told: Vec<_> = root.defects.iter().map(|defect| defect.detail.as_str()).collect();
    for why in [
        "has no id",
        "\"P9\" is named and not listed",
        "\"gone\" is no event",
        "states 7 events",
        "beside rsmf.zip",
    ] {
        assert!(told.iter().any(|detail| detail.contains(why)), "{why}: {told:?}");
    }
    assert_eq!(people(root, Role::From), ["ann@firm.example"]);
    assert_eq!(people(root, Role::To), ["p9@sms"]);
}

#[test]
fn an_rsmf_file_of_two_days_is_two_room_days_and_one_without_a_manifest_is_a_mail() {
    let two = MANIFEST.replace(
        r#""parent":"gone"}"#,
        r#"},{"type":"message","conversation":"C1","participant":"P1","timestamp":"2024-03-02T10:00:00Z","body":"again"}"#,
    );
    let seen = read_bytes("a.rsmf", &rsmf(&two.replace(",}", "}"), "", ""));
    assert_eq!((seen.kind, seen.tally.found, seen.tally.independent), (ContainerKind::Chat, 2, Some(2)));
    assert_eq!(read_bytes("a.rsmf", &rsmf("{}", "", "")).kind, ContainerKind::Eml);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn damage_anywhere_is_no_panic_and_the_account_closes(
        at in 0_usize..4000, with: Vec<u8>, keep in 0_usize..4000, which in 0_usize..3,
    ) {
        let day = list(&[said(NOON, "U1", "first"), left(NOON + 9, "U2"), said(NOON + 99_999, "U2", "last")]);
        let mut bytes = match which {
            0 => write_rsmf(&room_day()).unwrap(),
            1 => day.into_bytes(),
            _ => zipped(&[
                ("users.json", USERS.as_bytes()), ("channels.json", CHANNELS.as_bytes()),
                ("desk/2024-03-01.json", day.as_bytes()),
            ]),
        };
        let at = at % bytes.len();
        bytes.splice(at..(at + with.len()).min(bytes.len()), with);
        bytes.truncate(bytes.len() - keep % bytes.len() / 2);
        read_bytes("damaged", &bytes);
    }
}

#[test]
fn every_word_of_a_room_days_text_stands_on_its_pages_under_who_said_it() {
    let folder = tempfile::tempdir().unwrap();
    let edited = format!(
        r#"{{"type":"message","ts":"{}.000100","user":"U2","text":"buy ten","edited":{{"user":"U2","ts":"{}.0"}},"reactions":[{{"name":"eyes","count":1,"users":["U1"]}}]}}"#,
        NOON + 60,
        NOON + 90
    );
    export(
        folder.path(),
        &[(
            "2024-03-01.json",
            list(&[said(NOON, "U1", "two lines\\nof words"), edited, left(NOON + 120, "U2")]),
        )],
    );
    let all = read_all(folder.path(), &Limits::default());
    let seen = all.iter().find(|seen| seen.kind == ContainerKind::Chat).unwrap();
    let document = &seen.occurrences[0].documents[0];
    let shown = duces_ingest::conversation(seen.kind, &seen.messages[0], &Limits::default()).unwrap();
    let who: Vec<&str> = shown.said.iter().map(|one| one.who.as_str()).collect();
    assert_eq!(who, ["Ann Lee", "Bob Ray", ""]);
    assert_eq!(shown.said[0].text, "two lines\nof words");
    assert!(shown.said[2].text.contains("[Bob Ray left]"), "{:?}", shown.said[2]);
    let words: String =
        shown.said.iter().map(|one| format!("{} {} {} ", one.time, one.who, one.text)).collect::<String>()
            + &shown.around;
    let pieces = |text: &str| -> Vec<String> {
        text.split_whitespace().map(|word| word.trim_matches(':').to_owned()).collect()
    };
    let shown = pieces(&words);
    assert!(pieces(&document.text).iter().all(|word| shown.contains(word)), "{words}\n{}", document.text);
}
