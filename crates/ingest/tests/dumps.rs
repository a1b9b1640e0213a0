//! Dumps in XML: Instant Bloomberg, Mattermost's export in Actiance's form. The samples are written for these
//! tests after public descriptions of the forms.

#![cfg(unix)]

mod support;

use duces_ingest::{Limits, RawMessage, retained_bytes};
use duces_model::{ContainerKind, DefectCode, Document, EmailAddress, Role};
use proptest::prelude::*;
use std::io::Write as _;
use std::time::Duration;
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

/// A small generator, so that each damage can be had again by its number.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % below.max(1) as u64).unwrap()
    }
}

fn damaged(seed: u64, sample: &[u8]) -> Vec<u8> {
    let mut dice = Dice(seed);
    let mut bytes = sample.to_vec();
    for _ in 0..=dice.roll(4) {
        let (at, other) = (dice.roll(bytes.len()), dice.roll(bytes.len()));
        let (low, high) = (at.min(other), at.max(other));
        match dice.roll(6) {
            0 if !bytes.is_empty() => bytes[at] = u8::try_from(dice.roll(256)).unwrap(),
            1 => bytes.truncate(at),
            2 => drop(bytes.drain(low..(low + 40).min(high))),
            3 => {
                let piece = bytes[low..(low + 200).min(high)].to_vec();
                bytes.splice(other..other, piece);
            }
            4 => bytes.splice(at..at, *b"<![CDATA[").for_each(drop),
            _ => bytes.splice(at..at, *b"<!-- \"'&<").for_each(drop),
        }
    }
    bytes
}

/// Processor time of this thread.
fn spent() -> Duration {
    nix::time::clock_gettime(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID).unwrap().into()
}

#[test]
fn thousands_of_damages_are_no_panic_no_hang_and_every_account_closes() {
    let samples = [bloomberg().into_bytes(), actiance().into_bytes()];
    let dir = tempfile::tempdir().unwrap();
    for seed in 0..3000 {
        let sample = &samples[usize::try_from(seed).unwrap() % samples.len()];
        let started = spent();
        let file = support::file(dir.path(), "damaged.xml", &damaged(seed, sample));
        support::read(&file, &Limits::default());
        assert!((spent() - started).as_secs() < 5, "seed {seed}");
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
