//! Mattermost's compliance exports as a table and as mails for Global Relay. The samples are written for these tests
//! after the columns and elements of its source.

#![cfg(unix)]

mod support;

use duces_ingest::{Limits, RawMessage, retained_bytes};
use duces_model::{ContainerKind, DefectCode, Document, EmailAddress, Role};
use std::io::Write as _;
use support::{Seen, codes, read_bytes, unsearchable};

/// 1 March 2024, 15:00 UTC, in seconds.
const NOON: u64 = 1_709_305_200;

const COLUMNS: &str = "Post Creation Time,Post Update Time,Post Update Type,Team Id,Team Name,Team Display Name,Channel Id,\
                       Channel Name,Channel Display Name,Channel Type,User Id,User Email,Username,Post Id,\
                       Edited By Post Id,Replied to Post Id,Post Message,Post Type,User Type,Previews Post Id";

/// A row: when, which update, who, id, edited as, answers, words, type.
fn row(after: u64, update: (u64, &str), who: &str, ids: [&str; 3], words: &str, kind: &str) -> String {
    let time = |after: u64| (NOON + after) * 1000;
    format!(
        "{},{},{},t1,team,Team,c1,desk,the Desk,private,id-{who},{who}@firm.example,{who},{},{},{},\"{}\",{kind},user,\n",
        time(after),
        time(update.0),
        update.1,
        ids[0],
        ids[1],
        ids[2],
        words.replace('"', "\"\"")
    )
}

fn table() -> String {
    let none = ["", "", ""];
    [
        format!("{COLUMNS}\n"),
        row(0, (0, ""), "ann", none, "User ann was already in the channel", "previously-joined"),
        row(30, (0, ""), "bob", none, "User bob joined the channel", "enter"),
        row(60, (60, ""), "ann", ["p1", "", ""], "buy \"5\",\nand hold", "message"),
        row(70, (90, "Deleted"), "bob", ["p2", "", "p1"], "delete never mind", "message"),
        row(80, (95, "EditedOriginalMsg"), "ann", ["p3", "p4", ""], "sell 50", "message"),
        row(80, (95, "EditedNewMsg"), "ann", ["p4", "", ""], "sell 5", "message"),
        row(85, (0, ""), "ann", ["p1", "", ""], "plan.txt (files/p1/f1-plan.txt)", "attachment"),
        row(99, (0, ""), "bob", none, "User bob leaved the channel", "leave"),
    ]
    .concat()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn people(document: &Document, role: Role) -> Vec<&str> {
    let of_role = document.participants.iter().filter(|person| person.role == role);
    of_role.map(|person| person.address.as_ref().map_or("", EmailAddress::as_str)).collect()
}

fn account(seen: &Seen) -> (ContainerKind, u64, Option<u64>) {
    (seen.kind, seen.tally.found, seen.tally.independent)
}

fn says(root: &Document, words: &[&str]) {
    for words in words {
        assert!(root.text.contains(words), "{words}: {}", root.text);
    }
}

fn details(seen: &Seen) -> Vec<&str> {
    seen.tally.container.defects.iter().map(|defect| defect.detail.as_str()).collect()
}

#[test]
fn a_table_gives_room_days_with_versions_answers_and_files() {
    let table = table();
    let files: [(&str, &[u8]); 3] = [
        ("posts.csv", table.as_bytes()),
        ("files/p1/f1-plan.txt", b"secret plan"),
        ("metadata.json", b"{\"MessagesCount\": 4}"),
    ];
    let seen = read_bytes("export.zip", &zipped(&files));
    assert_eq!(account(&seen), (ContainerKind::Chat, 2, Some(2)), "{:?}", seen.tally.container.defects);
    assert_eq!(details(&seen), [""; 0]);
    let root = seen.occurrences[0].root();
    assert_eq!(root.subject.as_deref(), Some("the Desk (mattermost), 2024-03-01"));
    says(
        root,
        &[
            "15:00:00 +00:00 [ann is in the room at the start of the period]",
            "15:00:30 +00:00 [bob joined]",
            "ann: buy \"5\",\nand hold",
            "15:01:30 +00:00 bob: [deleted] never mind",
            "15:01:20 +00:00 ann: sell 50\n[edited 2024-03-01 15:01:35 +00:00 by ann; after: sell 5]",
            "15:01:35 +00:00 ann: sell 5\n[edited 2024-03-01 15:01:35 +00:00 by ann; before: sell 50]",
            "[file plan.txt]",
            "[bob left]",
        ],
    );
    assert_eq!(people(root, Role::From), ["ann@firm.example", "bob@firm.example"]);
    assert!(root.participants_complete && root.defects.is_empty(), "{:?}", root.defects);
    assert_eq!(seen.occurrences[0].documents[1].text.trim(), "secret plan");
    assert_eq!(seen.occurrences[1].documents[1].file_name.as_deref(), Some("metadata.json"));
}

#[test]
fn a_table_that_has_another_number_of_messages_than_its_export_states_says_so() {
    let table = table();
    let files: [(&str, &[u8]); 2] =
        [("posts.csv", table.as_bytes()), ("metadata.json", b"{\"MessagesCount\": 5}")];
    let seen = read_bytes("export.zip", &zipped(&files));
    assert_eq!(details(&seen), ["metadata.json states 5 messages, posts.csv has 4"]);
    let file = &seen.occurrences[0].documents[1];
    assert_eq!(unsearchable(file), Some(DefectCode::ExternalBody), "its file is not in the ZIP");
}

#[test]
fn a_table_of_an_earlier_version_tells_a_deletion_by_the_row_before() {
    let columns = COLUMNS.replace("Post Update Time,Post Update Type,", "");
    let old = |row: String| {
        let fields: Vec<&str> = row.split(',').collect();
        [&fields[..1], &fields[3..]].concat().join(",")
    };
    let rows = [
        old(row(10, (0, ""), "ann", ["p1", "", ""], "never mind", "message")),
        old(row(40, (0, ""), "ann", ["p1", "", ""], "delete never mind", "message")),
        old(row(50, (0, ""), "ann", ["p2", "", ""], "delete this", "message")),
    ];
    let table = format!("{columns}\n{}", rows.concat());
    let seen = read_bytes("export.zip", &zipped(&[("posts.csv", table.as_bytes())]));
    let root = seen.occurrences[0].root();
    says(
        root,
        &["15:00:10 +00:00 ann: never mind", "15:00:40 +00:00 ann: [deleted] never mind", "ann: delete this"],
    );
    assert_eq!(codes(root), [DefectCode::MembersUnknown], "nobody is said to have been there");
}

fn participant(who: &str, joined: &str, left: &str, messages: u64) -> String {
    format!(
        "<tr>\n<td class=\"userid\">id-{who}</td><td class=\"username\">@{who}</td><td class=\"usertype\">user</td>\
         <td class=\"email\">{who}@firm.example</td><td class=\"joined\">2024-03-01T{joined}Z</td>\
         <td class=\"left\">2024-03-01T{left}Z</td><td class=\"duration\">1 hour</td>\
         <td class=\"messages\">{messages}</td></tr>\n"
    )
}

fn message(id: &str, who: &str, sent: &str, words: &str, more: &str) -> String {
    format!(
        "<li class=\"message\">\n<span class=\"post_id\">{id}</span><span class=\"sent_time\">2024-03-01T{sent}Z</span>\
         <span class=\"username\">@{who}</span><span class=\"userid\">id-{who}</span>\
         <span class=\"postusername\">@{who}</span><span class=\"usertype\">user</span>\
         <span class=\"email\">({who}@firm.example)</span><span class=\"message\">{words}</span>{more}</li>\n"
    )
}

/// A mail of one channel. Cat left before anything was said.
fn relay() -> String {
    let update = "<span class=\"update_type\">Deleted</span><span class=\"update_time\">2024-03-01T15:09:00Z</span>\
                  <span class=\"edited_new_msg_id\"></span>";
    let html = format!(
        "<html><body><style>.message {{}}</style><h1>Mattermost Compliance Export</h1><div class=\"summary-list\"><ul>\
         <li><span class=\"bold\">ChannelId:</span>c1</li><li><span class=\"bold\">ChannelName:</span>desk</li>\
         <li><span class=\"bold\">ChannelDisplayName:</span>the Desk &amp; co</li>\
         <li><span class=\"bold\">Started:</span>2024-03-01T14:00:00Z</li>\
         <li><span class=\"bold\">Ended:</span>2024-03-01T18:00:00Z</li></ul></div>\
         <table class=\"participants\"><tr><th class=\"joined\">Joined</th></tr>{}{}{}</table>\
         <div class=\"message-list\"><ul>{}{}{}</ul></div></body></html>",
        participant("ann", "14:00:00", "18:00:00", 2),
        participant("bob", "14:30:00", "18:00:00", 0),
        participant("cat", "14:00:00", "14:20:00", 0),
        message("p1", "ann", "15:01:00", "buy 5 &lt;now&gt;", ""),
        message("p1", "ann", "15:01:00", "Uploaded file plan.txt", ""),
        message("p2", "ann", "15:02:00", "delete never mind", update),
    );
    format!(
        "From: ann@firm.example\r\nTo: ann@firm.example,bob@firm.example,cat@firm.example\r\n\
         Subject: Mattermost Compliance Export: the Desk\r\nDate: Fri, 01 Mar 2024 18:00:00 +0000\r\n\
         X-GlobalRelay-MsgType: Mattermost\r\nX-Mattermost-ChannelID: c1\r\nX-Mattermost-ChannelType: private\r\n\
         X-Mattermost-ChannelName: the Desk\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n\
         --m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain\r\n\r\nplain\r\n\
         --a\r\nContent-Type: text/html; charset=UTF-8\r\n\r\n{html}\r\n--a--\r\n--m\r\n\
         Content-Type: text/plain; name=\"plan.txt\"\r\nContent-Disposition: attachment; filename=\"plan.txt\"\r\n\r\n\
         secret plan\r\n--m--\r\n"
    )
}

#[test]
fn a_mail_for_global_relay_is_a_room_day_whose_people_are_those_who_were_there() {
    let seen = read_bytes("the Desk - (c1) - 0.eml", relay().as_bytes());
    assert_eq!(account(&seen), (ContainerKind::Chat, 1, Some(1)), "{:?}", seen.tally.container.defects);
    assert_eq!(details(&seen), [""; 0]);
    let root = seen.occurrences[0].root();
    assert_eq!(root.subject.as_deref(), Some("the Desk & co (mattermost), 2024-03-01"));
    says(
        root,
        &[
            "14:00:00 +00:00 [ann is in the room at the start of the period]",
            "14:30:00 +00:00 [bob joined]",
            "14:20:00 +00:00 [cat left]",
            "ann: buy 5 <now>",
            "[file plan.txt]",
            "15:09:00 +00:00 ann: [deleted] never mind",
            "18:00:00 +00:00 [bob is in the room at the end of the period]",
        ],
    );
    assert_eq!(people(root, Role::From), ["ann@firm.example"]);
    assert!(root.participants_complete && root.defects.is_empty(), "{:?}", root.defects);
    assert_eq!(seen.occurrences[0].documents[1].text.trim(), "secret plan");
}

#[test]
fn who_left_before_a_day_of_the_mail_is_no_participant_of_that_day() {
    let days = relay()
        .replace("Started:</span>2024-03-01T14", "Started:</span>2024-02-29T14")
        .replacen("joined\">2024-03-01T14:00:00Z", "joined\">2024-02-29T14:00:00Z", 1)
        .replace(
            "joined\">2024-03-01T14:00:00Z</td><td class=\"left\">2024-03-01T14:20",
            "joined\">2024-02-29T14:00:00Z</td><td class=\"left\">2024-02-29T14:20",
        );
    let seen = read_bytes("a.eml", days.as_bytes());
    assert_eq!(seen.tally.found, 2);
    let [first, second] = [seen.occurrences[0].root(), seen.occurrences[1].root()];
    assert_eq!(people(first, Role::To), ["ann@firm.example", "cat@firm.example"]);
    assert_eq!(people(second, Role::To), ["bob@firm.example"], "not Cat, who is in the header");
}

#[test]
fn a_mail_that_states_more_messages_than_it_has_says_so() {
    let short = relay().replace(&message("p1", "ann", "15:01:00", "buy 5 &lt;now&gt;", ""), "");
    let seen = read_bytes("a.eml", short.as_bytes());
    assert_eq!(details(&seen), [""; 0], "two of three lines are as many as the table states");
    let shorter = short.replace("Uploaded file plan.txt", "");
    let cut = shorter.find("<li class=\"message\">\n<span class=\"post_id\">p1").unwrap();
    let end = shorter[cut..].find("</li>").unwrap() + cut + 5;
    let seen = read_bytes("a.eml", format!("{}{}", &shorter[..cut], &shorter[end..]).as_bytes());
    assert_eq!(details(&seen), ["the table states 2 messages of \"ann\", 1 are there"]);
}

#[test]
fn a_conversation_mail_of_unknown_form_names_nobody_as_its_writer() {
    let mail = "From: ann@firm.example\r\nTo: bob@firm.example\r\nSubject: chat\r\nX-GlobalRelay-MsgType: Google-Hangout-Chat\r\n\r\nx\r\n";
    let seen = read_bytes("a.eml", mail.as_bytes());
    let root = seen.occurrences[0].root();
    assert_eq!(seen.kind, ContainerKind::Eml);
    assert_eq!(people(root, Role::From), [""; 0]);
    assert_eq!(people(root, Role::To), ["ann@firm.example", "bob@firm.example"]);
    assert!(!root.participants_complete && codes(root).contains(&DefectCode::MembersUnknown));
}

#[test]
fn room_days_are_made_again_from_their_places() {
    let table = table();
    let samples = [("a.zip", zipped(&[("posts.csv", table.as_bytes())])), ("a.eml", relay().into_bytes())];
    for (name, bytes) in samples {
        let dir = tempfile::tempdir().unwrap();
        let file = support::file(dir.path(), name, &bytes);
        let limits = Limits::default();
        let seen = support::read(&file, &limits);
        for RawMessage { locator, bytes, .. } in &seen.messages {
            let again = retained_bytes(&file.absolute, seen.kind, false, *locator, &limits).unwrap();
            assert_eq!(&again, bytes);
        }
    }
}

#[test]
fn thousands_of_damages_are_no_panic_no_hang_and_every_account_closes() {
    support::damage::survives("a.eml", relay().as_bytes(), 1500);
    support::damage::survives("a.zip", &zipped(&[("posts.csv", table().as_bytes())]), 500);
    for seed in 0..500 {
        let table = support::damage::damaged(seed, table().as_bytes());
        read_bytes("a.zip", &zipped(&[("posts.csv", &table)]));
    }
}
