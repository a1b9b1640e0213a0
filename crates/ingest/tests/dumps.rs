//! Dumps in XML: Instant Bloomberg, Mattermost's export in Actiance's form. The samples are written for these
//! tests after public descriptions of the forms.

#![cfg(unix)]

mod support;

use duces_ingest::{Limits, RawMessage, retained_bytes};
use duces_model::{ContainerKind, DefectCode, Document, EmailAddress, Role};
use proptest::prelude::*;
use std::io::Write as _;
use support::{Seen, codes, read_bytes, read_bytes_within, unsearchable};

/// 1 March 2024, 15:00 UTC, in seconds.
const NOON: u64 = 1_709_305_200;

fn user(login: &str, first: &str, corporate: &str) -> String {
    format!(
        "<User><LoginName>{login}</LoginName><FirstName>{first}</FirstName><LastName>LEE</LastName>\
         <CompanyName>{first} AND SONS</CompanyName><EmailAddress>{login}@Bloomberg.net</EmailAddress>\
         <CorporateEmailAddress>{corporate}</CorporateEmailAddress></User>"
    )
}

fn at(after: u64) -> String {
    format!("<DateTime>x</DateTime><DateTimeUTC>{}</DateTimeUTC>", NOON + after)
}

/// A dump of one Bloomberg room: two enter, one writes, one sends a file, one leaves, one is invited.
fn bloomberg() -> String {
    let (ann, bob) = (user("ANN1", "ANN", "ann@firm.example"), user("BOB1", "BOB", ""));
    let invited = ann.replace("User>", "Inviter>") + &user("CAT1", "CAT", "").replace("User>", "Invitee>");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<FileDump>\n<Conversation><RoomID>PCHAT-0x1</RoomID>\
         <StartTimeUTC>{NOON}</StartTimeUTC>\
         <ParticipantEntered InteractionType=\"N\" DeviceType=\"M\">{ann}{}</ParticipantEntered>\
         <ParticipantEntered>{bob}{}</ParticipantEntered>\
         <Message>{bob}{}<Content>[Bloomberg created note: Remains as a participant of the room.]</Content></Message>\
         <Message InteractionType=\"N\" DeviceType=\"M\">{ann}{}<Content>buy 5 &amp; hold &#8364;</Content>\
         <ConversationID>PCHAT-0x1</ConversationID></Message>\
         <Attachment>{ann}{}<FileName>plan.txt</FileName><FileID>F1.txt</FileID><FileSize>9</FileSize></Attachment>\
         <ParticipantLeft>{bob}{}</ParticipantLeft><Invite>{invited}{}</Invite></Conversation>\n</FileDump>\n",
        at(0),
        at(1),
        at(2),
        at(60),
        at(100),
        at(200),
        at(300),
    )
}

fn people(document: &Document, role: Role) -> Vec<&str> {
    let of_role = document.participants.iter().filter(|person| person.role == role);
    of_role.map(|person| person.address.as_ref().map_or("", EmailAddress::as_str)).collect()
}

fn account(seen: &Seen) -> (ContainerKind, u64, Option<u64>) {
    (seen.kind, seen.tally.found, seen.tally.independent)
}

#[test]
fn a_bloomberg_room_gives_its_messages_people_files_and_system_notes() {
    let seen = read_bytes("f1.ib19.240301.xml", bloomberg().as_bytes());
    assert_eq!(account(&seen), (ContainerKind::Chat, 1, Some(1)), "{:?}", seen.tally.container.defects);
    let root = seen.occurrences[0].root();
    for words in [
        "2024-03-01 15:00:00 +00:00 [ANN LEE joined]",
        "15:00:02 +00:00 BOB LEE [disclaimer]: [Bloomberg created note: Remains",
        "15:01:00 +00:00 ANN LEE: buy 5 & hold \u{20ac}",
        "[file plan.txt, not held by the export]",
        "[BOB LEE left]",
        "ANN LEE [event]: invitation: Inviter: LoginName: ANN1",
    ] {
        assert!(root.text.contains(words), "{words}: {}", root.text);
    }
    assert_eq!(root.subject.as_deref(), Some("PCHAT-0x1 (bloomberg), 2024-03-01"));
    // Bob was there and said nothing: the note about him is the system's. Cat was invited and did not come.
    assert_eq!(people(root, Role::From), ["ann@firm.example", "ann1@bloomberg.net"]);
    assert_eq!(people(root, Role::To), ["bob1@bloomberg.net"]);
    assert!(root.participants_complete && root.defects.is_empty(), "{:?}", root.defects);
    let file = &seen.occurrences[0].documents[1];
    let found = (file.file_name.as_deref(), unsearchable(file));
    assert_eq!(found, (Some("plan.txt"), Some(DefectCode::ExternalBody)));
}

#[test]
fn a_dump_in_another_character_set_is_read_in_it() {
    let text = bloomberg().replace("UTF-8", "ISO-8859-1").replace("hold", "h\u{f6}ld");
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&text);
    let seen = read_bytes("a.xml", &bytes);
    assert!(seen.occurrences[0].root().text.contains("buy 5 & h\u{f6}ld"));
}

/// An element of Mattermost's.
fn mattermost(name: &str, who: &str, after: u64, more: &str) -> String {
    format!(
        "<{name}><LoginName>{who}</LoginName><UserType>user</UserType><DateTimeUTC>{}</DateTimeUTC>{more}</{name}>",
        (NOON + after) * 1000
    )
}

/// A batch of one channel: an edited message, a deleted one, a file.
fn actiance() -> String {
    let said = |id: &str, after: u64, more: &str, text: &str| {
        let fields = format!("{more}<Content>{text}</Content>");
        mattermost("Message", "ann@firm.example", after, &fields)
            .replace("<Message>", &format!("<Message><MessageId>{id}</MessageId>"))
    };
    let updated = |kind: &str, more: &str| {
        format!(
            "<UpdatedType>{kind}</UpdatedType><UpdatedDateTimeUTC>{}</UpdatedDateTimeUTC>{more}",
            (NOON + 86_400) * 1000
        )
    };
    let mail = |who: &str| format!("<CorporateEmailID>{who}</CorporateEmailID>");
    let (ann, bob) = ("ann@firm.example", "bob@firm.example");
    let file = "<UserFileName>plan.txt</UserFileName><FileName>2024/p/plan.txt</FileName>";
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><FileDump xmlns:xsi=\"x\"><Conversation Perspective=\"the Desk\">\
         <RoomID>private - desk - c1</RoomID><StartTimeUTC>{}</StartTimeUTC>{}{}{}{}{}{}{}{}{}{}{}<EndTimeUTC>{}</EndTimeUTC>\
         </Conversation></FileDump>",
        NOON * 1000,
        mattermost("ParticipantEntered", ann, 0, &mail(ann)),
        mattermost("ParticipantEntered", bob, 30, &mail(bob)),
        said("1", 60, "", "never mind"),
        said("1", 60, &updated("Deleted", ""), "delete never mind"),
        said("3", 70, &updated("EditedOriginalMsg", "<EditedNewMsgId>2</EditedNewMsgId>"), "sell 50"),
        said("2", 70, &updated("EditedNewMsg", ""), "sell 5"),
        said("4", 80, &updated("UpdatedNoMsgChange", ""), "liked"),
        mattermost("FileTransferStarted", ann, 90, file),
        mattermost("FileTransferEnded", ann, 90, &format!("{file}<Status>Completed</Status>")),
        mattermost("ParticipantLeft", bob, 100, &mail(bob)),
        mattermost("ParticipantLeft", ann, 86_500, &mail(ann)),
        (NOON + 86_500) * 1000,
    )
}

#[test]
fn a_mattermost_batch_keeps_edits_and_deletions_with_their_words_and_times() {
    let seen = read_bytes("actiance_export.xml", actiance().as_bytes());
    assert_eq!(account(&seen), (ContainerKind::Chat, 2, Some(2)), "{:?}", seen.tally.container.defects);
    let [first, second] = [seen.occurrences[0].root(), seen.occurrences[1].root()];
    assert_eq!(first.subject.as_deref(), Some("the Desk (mattermost), 2024-03-01"));
    let says = |root: &Document, words: &[&str]| {
        for words in words {
            assert!(root.text.contains(words), "{words}: {}", root.text);
        }
    };
    says(
        first,
        &[
            "15:00:00 +00:00 [ann@firm.example is in the room at the start of the period]",
            "15:00:30 +00:00 [bob@firm.example joined]",
            "15:01:00 +00:00 ann@firm.example: never mind",
            "15:01:10 +00:00 ann@firm.example: sell 50",
            "[edited 2024-03-02 15:00:00 +00:00 by ann@firm.example; after: sell 5]",
            "15:01:20 +00:00 ann@firm.example: liked",
            "[file plan.txt, not held by the export]",
            "[event]: file transfer ended: 2024/p/plan.txt plan.txt Completed",
            "[bob@firm.example left]",
        ],
    );
    // What is edited or deleted later is an event of that later day.
    says(
        second,
        &[
            "2024-03-02 15:00:00 +00:00 ann@firm.example: [deleted] never mind",
            "2024-03-02 15:00:00 +00:00 ann@firm.example: sell 5",
            "; before: sell 50]",
            "[ann@firm.example is in the room at the end of the period]",
        ],
    );
    assert_eq!(people(first, Role::To), ["bob@firm.example"]);
    assert_eq!(people(second, Role::To), [""; 0], "Bob had left");
    assert!(first.participants_complete && second.participants_complete);
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_zip_gives_the_files_that_messages_name_and_those_that_none_names() {
    let dump = actiance();
    let files: [(&str, &[u8]); 3] = [
        ("actiance_export.xml", dump.as_bytes()),
        ("2024/p/plan.txt", b"secret plan"),
        ("warning.txt", b"a warning"),
    ];
    let seen = read_bytes("batch001.zip", &zipped(&files));
    assert_eq!(account(&seen), (ContainerKind::Chat, 3, Some(3)), "{:?}", seen.tally.container.defects);
    let plan = &seen.occurrences[0].documents[1];
    assert_eq!((plan.file_name.as_deref(), plan.text.trim()), (Some("plan.txt"), "secret plan"));
    assert_eq!(plan.native.conversion, Some("rsmf-extract"));
    let other = &seen.occurrences[2].documents[1];
    assert_eq!((other.file_name.as_deref(), other.text.trim()), (Some("warning.txt"), "a warning"));
    let two = [files[0], ("more.xml", dump.as_bytes())];
    assert_eq!(read_bytes("two.zip", &zipped(&two)).kind, ContainerKind::LooseFile, "which one is it?");
}

#[test]
fn who_writes_without_having_entered_leaves_the_members_open() {
    let absent = bloomberg()
        .replacen("<ParticipantEntered>", "<Removed>", 1)
        .replacen("</Participant", "</@", 1)
        .replacen("</ParticipantEntered>", "</Removed>", 1)
        .replacen("</@", "</Participant", 1);
    let seen = read_bytes("a.xml", absent.as_bytes());
    let root = seen.occurrences[0].root();
    assert!(!root.participants_complete);
    let expected = [DefectCode::UnreadEvent, DefectCode::MembersUnknown];
    assert_eq!(codes(root), expected, "an element that is not known is told: {}", root.text);
    assert_eq!(account(&seen).2, Some(1));
}

#[test]
fn a_broken_conversation_keeps_its_words_and_costs_no_other() {
    let room = bloomberg();
    let start = room.find("<Conversation>").unwrap();
    let end = room.find("</FileDump>").unwrap();
    let whole = &room[start..end];
    let broken = whole.replacen("</User>", "", 3);
    let text = format!("{}{broken}{whole}</FileDump>", &room[..start]);
    let seen = read_bytes("a.xml", text.as_bytes());
    assert_eq!(
        (seen.tally.found, seen.tally.independent),
        (2, None),
        "tags that do not fit give no second count"
    );
    assert_eq!(codes_of(&seen), [DefectCode::BadChat]);
    let unread = seen.occurrences[0].root();
    assert!(codes(unread).contains(&DefectCode::UnreadEvent) && unread.text.contains("buy 5"));
    assert_eq!(seen.occurrences[1].root().defects, []);
}

fn codes_of(seen: &Seen) -> Vec<DefectCode> {
    seen.tally.container.defects.iter().map(|defect| defect.code).collect()
}

#[test]
fn what_stands_in_no_conversation_is_kept_and_a_dump_cut_short_keeps_what_it_has() {
    let text = bloomberg().replace("</FileDump>", "<Trailer>7 messages</Trailer></FileDump>");
    let seen = read_bytes("a.xml", text.as_bytes());
    assert_eq!(account(&seen), (ContainerKind::Chat, 2, Some(2)));
    assert!(seen.occurrences[1].root().text.contains("7 messages"));
    let cut = bloomberg();
    let seen = read_bytes("a.xml", &cut.as_bytes()[..cut.find("hold").unwrap()]);
    assert_eq!(
        (seen.tally.found, seen.tally.independent, codes_of(&seen)),
        (2, None, vec![DefectCode::BadChat])
    );
    let words: String = seen.occurrences.iter().map(|occurrence| occurrence.root().text.clone()).collect();
    assert!(words.contains("[ANN LEE joined]") && words.contains("buy 5 &amp;"));
}

#[test]
fn a_dump_whose_conversations_are_empty_is_one_occurrence_that_says_so() {
    let seen = read_bytes("a.xml", b"<FileDump><Conversation><RoomID>r</RoomID></Conversation></FileDump>");
    assert_eq!(account(&seen), (ContainerKind::Chat, 1, Some(1)));
    assert!(seen.occurrences[0].root().text.contains("The export holds no events."));
    assert_eq!(read_bytes("a.xml", b"<FileDump></FileDump>").kind, ContainerKind::LooseFile);
}

#[test]
fn entities_are_not_expanded() {
    let bomb = "<!DOCTYPE FileDump [<!ENTITY a \"boom\"><!ENTITY b \"&a;&a;&a;\">]><FileDump>";
    let text = bloomberg().replace("<FileDump>", bomb).replace("buy 5", "&b;");
    let seen = read_bytes("a.xml", text.as_bytes());
    let root = seen.occurrences[0].root();
    assert!(root.text.contains("&b; & hold") && !root.text.contains("boom"), "{}", root.text);
}

#[test]
fn a_conversation_over_the_limit_keeps_its_start_and_says_so() {
    let long = bloomberg().replace("buy 5", &"buy 5 ".repeat(400_000));
    let limits = Limits { message_bytes_max: 2 << 20, ..Limits::default() };
    let seen = read_bytes_within("a.xml", long.as_bytes(), &limits);
    assert_eq!(codes_of(&seen), [DefectCode::MessageTooLarge, DefectCode::CountDiffers]);
    assert!(codes(seen.occurrences[0].root()).contains(&DefectCode::UnreadEvent));
}

#[test]
fn a_room_day_is_made_again_from_its_place_in_the_file() {
    let room = bloomberg();
    let start = room.find("<Conversation>").unwrap();
    let end = room.find("</FileDump>").unwrap();
    let text = format!("{}{}{}", &room[..end], room[start..end].replace("buy 5", "buy 6"), &room[end..]);
    let dir = tempfile::tempdir().unwrap();
    let file = support::file(dir.path(), "a.xml", text.as_bytes());
    let limits = Limits::default();
    let seen = support::read(&file, &limits);
    assert_eq!(seen.tally.found, 2);
    for RawMessage { locator, bytes, .. } in &seen.messages {
        let again = retained_bytes(&file.absolute, seen.kind, false, *locator, &limits).unwrap();
        assert_eq!(&again, bytes);
    }
}

#[test]
fn conversations_of_persistent_chat_are_counted_twice_and_made_again() {
    let text = include_str!("../../../fuzz/seeds/dump/persistent.xml");
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits::default();
    let read = |text: &str| support::read(&support::file(dir.path(), "chat.xml", text.as_bytes()), &limits);
    let seen = read(text);
    assert_eq!(seen.kind, ContainerKind::Chat);
    assert_eq!((seen.tally.found, seen.tally.independent, codes_of(&seen)), (2, Some(2), vec![]));
    let root = seen.occurrences[0].root();
    assert!(root.text.contains("sell 5 copper") && !root.participants_complete, "{}", root.text);
    for RawMessage { locator, bytes, .. } in &seen.messages {
        let again = retained_bytes(&seen.file.absolute, seen.kind, false, *locator, &limits).unwrap();
        assert_eq!(&again, bytes);
    }
    // A first message that is none of the list is one more than the tags count.
    let other = text.replacen("<FirstMessage type=\"JOIN\"", "<FirstMessage type=\"CHAT\"", 1);
    assert!(codes_of(&read(&other)).contains(&DefectCode::CountDiffers));
    let broken = read(&text.replacen("</Message>", "</Massage>", 1));
    assert!(codes_of(&broken).contains(&DefectCode::BadChat));
}

/// A dump of two Bloomberg messages: one with all that there is, one with little.
fn messages() -> String {
    let info = |first: &str, mail: &str, own: &str| {
        format!(
            "<UserInfo><FirstName>{first}</FirstName><LastName>LEE</LastName><BloombergUUID>77</BloombergUUID>\
             <BloombergEmailAddress>{own}</BloombergEmailAddress>\
             <CorporateEmailAddress>{mail}</CorporateEmailAddress></UserInfo>"
        )
    };
    let (ann, bob) =
        (info("ANN", "ann@firm.example", "ann1@bloomberg.net"), info("BOB", "", "bob1@bloomberg.net"));
    let boss = info("EVE", "eve@firm.example", "");
    format!(
        "<?xml version=\"1.0\"?><FileDump><Message><MsgID>5E6F-1</MsgID><MsgTime>2024-03-01-10.00.00.000000</MsgTime>\
         <MsgTimeUTC>{NOON}</MsgTimeUTC><MsgLang>ENG</MsgLang><Sender>{ann}</Sender><OnBehalfOf>{boss}</OnBehalfOf>\
         <Recipient DeliveryType=\"TO\">{bob}</Recipient><Recipient DeliveryType=\"BCC\">{}</Recipient>\
         <Subject>Caf\u{e9} &amp; co</Subject><Greeting>Regards from the desk</Greeting>\
         <MsgBody>please buy 5\n.\nFrom here on</MsgBody><DisclaimerReference>9</DisclaimerReference>\
         <Attachment><FileName>alt_body.html</FileName><FileID>H1.html</FileID></Attachment>\
         <Attachment><FileName>pl\u{e4}n.txt</FileName><FileID>F1.txt</FileID><FileSize>11</FileSize></Attachment>\
         <Attachment><Reference>terminal graph GP</Reference></Attachment></Message>\
         <Message><MsgID>2</MsgID><Sender>{bob}</Sender><MsgBody>late</MsgBody></Message></FileDump>",
        info("CAT", "", ""),
    )
}

/// A tar in gzip with these files.
fn tar_gz(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = Vec::new();
    for (name, content) in files {
        let mut block = [0_u8; 512];
        block[..name.len()].copy_from_slice(name.as_bytes());
        block[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
        block[148..156].fill(b' ');
        block[156] = b'0';
        let sum: u64 = block.iter().map(|byte| u64::from(*byte)).sum();
        block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
        tar.extend_from_slice(&block);
        tar.extend_from_slice(content);
        tar.resize(tar.len().next_multiple_of(512), 0);
    }
    tar.resize(tar.len() + 1024, 0);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&tar).unwrap();
    gzip.finish().unwrap()
}

#[test]
fn a_bloomberg_message_is_a_mail_with_its_people_files_and_disclaimer() {
    let dir = tempfile::tempdir().unwrap();
    let archive = tar_gz(&[
        ("bloomberg_attachments_240301/H1.html", b"<p>please buy 5 <b>bold</b></p>"),
        ("bloomberg_attachments_240301/F1.txt", b"secret plan"),
        ("bloomberg_attachments_240301/lost.txt", b"nobody's"),
    ]);
    std::fs::write(dir.path().join("f1.msg.att.240301.tar.gz"), archive).unwrap();
    let disclaimers = "<FileDump><Disclaimer><DisclaimerReference>9</DisclaimerReference>\
                       <DisclaimerText>confidential</DisclaimerText></Disclaimer></FileDump>";
    std::fs::write(dir.path().join("f1.dscl.240301.xml"), disclaimers).unwrap();
    let file = support::file(dir.path(), "f1.msg.240301.xml", messages().as_bytes());
    let limits = Limits::default();
    let seen = support::read(&file, &limits);
    assert_eq!(account(&seen), (ContainerKind::Chat, 2, Some(2)));
    let told: Vec<_> = seen.tally.container.defects.iter().map(|defect| defect.detail.clone()).collect();
    assert_eq!(told, ["f1.msg.att.240301.tar.gz: of 3 files the messages name 2"]);
    let first = &seen.occurrences[0];
    let root = first.root();
    assert_eq!(root.subject.as_deref(), Some("Caf\u{e9} & co"));
    assert_eq!(root.sent_at.map(|at| at.timestamp().unsigned_abs()), Some(NOON));
    assert_eq!(
        root.message_id.as_ref().map(ToString::to_string).as_deref(),
        Some("5E6F-1@msg.bloomberg.invalid")
    );
    let native = (root.native.conversion, root.native.extension.as_str());
    assert_eq!(native, (Some("bloomberg-to-eml"), "eml"));
    assert_eq!(people(root, Role::From), ["ann@firm.example", "ann1@bloomberg.net"]);
    assert_eq!(people(root, Role::Sender), ["eve@firm.example"], "on whose behalf");
    assert_eq!(people(root, Role::To), ["bob1@bloomberg.net"]);
    assert_eq!(people(root, Role::Bcc), ["77@bloomberg"], "an account without an address");
    for words in ["please buy 5\n.\nFrom here on", "bold", "Greeting: Regards from the desk"] {
        assert!(root.text.contains(words), "{words}: {}", root.text);
    }
    assert!(!root.text.contains("confidential"), "a disclaimer is a document of its own");
    assert!(root.defects.is_empty() && root.participants_complete, "{:?}", root.defects);
    let names: Vec<_> = first.documents[1..].iter().filter_map(|d| d.file_name.as_deref()).collect();
    assert_eq!(names, ["disclaimer-9.txt", "pl\u{e4}n.txt", "terminal graph GP"]);
    assert_eq!(
        (first.documents[1].text.trim(), first.documents[2].text.trim()),
        ("confidential", "secret plan")
    );
    assert_eq!(unsearchable(&first.documents[3]), Some(DefectCode::ExternalBody));
    let second = seen.occurrences[1].root();
    assert!(second.sent_at.is_none() && codes(second).contains(&DefectCode::BadChat));
    for RawMessage { locator, bytes, .. } in &seen.messages {
        let again = retained_bytes(&file.absolute, seen.kind, false, *locator, &limits).unwrap();
        assert_eq!(&again, bytes);
    }
}

#[test]
fn a_file_of_a_bloomberg_room_is_taken_from_the_archive_beside_the_dump() {
    let dir = tempfile::tempdir().unwrap();
    let archive = tar_gz(&[("bloomberg_attachments_240301/F1.txt", b"the plan ")]);
    std::fs::write(dir.path().join("f1.ib19.att.240301.0.tar.gz"), archive).unwrap();
    let file = support::file(dir.path(), "f1.ib19.240301.xml", bloomberg().as_bytes());
    let seen = support::read(&file, &Limits::default());
    assert!(seen.tally.container.defects.is_empty(), "{:?}", seen.tally.container.defects);
    assert_eq!(seen.occurrences[0].documents[1].text.trim(), "the plan");
    let cut = &tar_gz(&[("a/F1.txt", b"longer than what is said")])[..30];
    std::fs::write(dir.path().join("f1.ib19.att.240301.0.tar.gz"), cut).unwrap();
    let seen = support::read(&file, &Limits::default());
    assert_eq!(codes_of(&seen), [DefectCode::BadChat], "an archive that is cut short is told");
}

#[test]
fn thousands_of_damages_are_no_panic_no_hang_and_every_account_closes() {
    for (name, sample) in [("a.xml", bloomberg()), ("b.xml", actiance()), ("c.xml", messages())] {
        support::damage::survives(name, sample.as_bytes(), 1000);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn whatever_stands_in_content_comes_through_unchanged(words in "[a-z<>&'\"\\]\\[ é€]{1,40}") {
        let escaped = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let seen = read_bytes("a.xml", bloomberg().replace("buy 5", &escaped).as_bytes());
        prop_assert_eq!(seen.tally.independent, Some(1));
        prop_assert!(seen.occurrences[0].root().text.contains(words.trim()));
    }
}
