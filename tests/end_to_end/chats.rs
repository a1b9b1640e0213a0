//! Chats of the platforms of finance: indexed, found, produced; and what their exports cannot contain stands in the
//! plan and in the certificate.

use crate::firm::{Firm, REQUEST};

/// 1 March 2024, 15:00 UTC, in seconds.
const NOON: u64 = 1_709_305_200;

fn bloomberg() -> String {
    let user = |login: &str, mail: &str| {
        format!(
            "<User><LoginName>{login}</LoginName><FirstName>{login}</FirstName><EmailAddress>{login}@Bloomberg.net</EmailAddress>\
             <CorporateEmailAddress>{mail}</CorporateEmailAddress></User>"
        )
    };
    let at = |after: u64| format!("<DateTimeUTC>{}</DateTimeUTC>", NOON + after);
    let (ann, bob) = (user("ANN", "ann@small.example"), user("BOB", ""));
    format!(
        "<?xml version=\"1.0\"?><FileDump><Conversation><RoomID>PCHAT-0x1</RoomID>\
         <ParticipantEntered>{ann}{}</ParticipantEntered><ParticipantEntered>{bob}{}</ParticipantEntered>\
         <Message>{ann}{}<Content>juniper at 5</Content></Message>\
         <ParticipantLeft>{bob}{}</ParticipantLeft></Conversation></FileDump>",
        at(0),
        at(1),
        at(60),
        at(120)
    )
}

fn messages() -> String {
    let info =
        |mail: &str| format!("<UserInfo><CorporateEmailAddress>{mail}</CorporateEmailAddress></UserInfo>");
    format!(
        "<FileDump><Message><MsgID>7</MsgID><MsgTimeUTC>{NOON}</MsgTimeUTC><Sender>{}</Sender>\
         <Recipient DeliveryType=\"TO\">{}</Recipient><Subject>Juniper</Subject><MsgBody>as discussed</MsgBody>\
         </Message></FileDump>",
        info("bob@else.example"),
        info("ann@small.example")
    )
}

/// A mail of Mattermost's for Global Relay.
const RELAY: &str = "From: ann@small.example\r\nTo: ann@small.example,cat@small.example\r\nSubject: export\r\n\
    X-GlobalRelay-MsgType: Mattermost\r\nX-Mattermost-ChannelID: c1\r\nX-Mattermost-ChannelType: private\r\n\
    Content-Type: text/html\r\n\r\n<ul><li><span class=\"bold\">ChannelId:</span>c1</li>\
    <li><span class=\"bold\">ChannelName:</span>desk</li></ul><table class=\"participants\"><tr>\
    <td class=\"userid\">1</td><td class=\"username\">@ann</td><td class=\"email\">ann@small.example</td>\
    <td class=\"joined\">2024-03-01T10:00:00Z</td><td class=\"left\">2024-03-01T16:00:00Z</td>\
    <td class=\"messages\">1</td></tr></table><div class=\"message-list\"><ul><li class=\"message\">\
    <span class=\"post_id\">p1</span><span class=\"sent_time\">2024-03-01T15:30:00Z</span>\
    <span class=\"username\">@ann</span><span class=\"userid\">1</span><span class=\"email\">(ann@small.example)</span>\
    <span class=\"message\">juniper is done</span></li></ul></div>\r\n";

fn firm() -> Firm {
    let firm = Firm::with_files(&[
        ("f1.ib19.240301.xml", bloomberg().as_bytes()),
        ("f1.msg.240301.xml", messages().as_bytes()),
        ("the Desk - (c1) - 0.eml", RELAY.as_bytes()),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm
}

#[test]
fn what_the_forms_of_chats_cannot_contain_stands_in_plan_and_certificate() {
    let firm = firm();
    let plan = firm.run(&["plan", "r"]).out;
    for words in [
        "Instant Bloomberg dump (box)",
        "about 21 to 30 days (verified: Comma Compliance",
        "Bloomberg message dump (box)",
        "Mattermost export for Global Relay (box)",
    ] {
        assert!(plan.contains(words), "{words}: {plan}");
    }
    assert!(!plan.contains("Slack export"), "what is not there has no blind spots: {plan}");
    let json = firm.run(&["plan", "r", "--format", "json"]).json();
    assert_eq!(json["forms"][0]["form"], "bloomberg-msg", "by title: {json:#}");
    firm.run(&["coverage"]);
    firm.json(0, &["select", "r"]);
    firm.json(0, &["produce", "r"]);
    let certified = firm.run(&["certify", "SF001", "--format", "json"]).json();
    let name = certified["json"].as_str().and_then(|path| path.rsplit('/').next()).expect("a name");
    let facts: serde_json::Value =
        serde_json::from_str(&firm.read(&format!("certificates/{name}"))).expect("JSON");
    let forms = facts["facts"]["forms"].as_array().expect("a list");
    assert_eq!(forms.len(), 3, "{forms:#?}");
    assert_eq!(forms[1]["title"], "Instant Bloomberg dump");
    assert_eq!(forms[1]["sources"], serde_json::json!(["box"]));
    assert_eq!(forms[1]["cannot_contain"][0]["known"], "verified");
}

#[test]
fn chats_and_bloomberg_messages_are_found_by_their_words_with_who_wrote_and_when() {
    let firm = firm();
    let found = firm.expect(0, &["search", "--dialect", "dtsearch", "juniper"]).out;
    for words in [
        // The mail and the attachment without content are told by the subject, the rooms by what was said.
        "PCHAT-0x1 (bloomberg), 2024-03-01",
        "2024-03-01 10:01:00 -05:00 ANN: [juniper] at 5",
        "2024-03-01 15:00 UTC  bob@else.example",
        "private - desk - c1 (mattermost), 2024-03-01",
        "ann: [juniper] is done",
    ] {
        assert!(found.contains(words), "{words}: {found}");
    }
}

#[test]
fn tables_of_a_system_without_a_reader_of_its_own_are_read_by_the_firms_mapping() {
    let table = "when,who,room,words\n2024-01-08T15:00:00Z,ann@small.example,desk,juniper by table\n\
                 2024-01-08T15:01:00Z,bob@client.example,desk,agreed\n";
    let lines = "{\"t\":\"2024-01-09T15:00:00Z\",\"from\":{\"mail\":\"ann@small.example\"},\"b\":\"juniper by line\"}\n";
    let firm = Firm::with_files(&[("turret.csv", table.as_bytes()), ("pager.jsonl", lines.as_bytes())]);
    let mapping = |kind: &str, files: &str, columns: &str| {
        format!(
            "kind = \"{kind}\"\nfiles = [\"{files}\"]\nplatform = \"turret\"\ntime_format = \"rfc3339\"\n\n[columns]\n{columns}"
        )
    };
    let columns = "time = \"when\"\nsender = \"who\"\nroom = \"room\"\ntext = \"words\"\n";
    firm.write("register/mappings/a.toml", mapping("messages-csv", "turret*.csv", columns).as_bytes());
    let columns = "time = \"t\"\nsender = \"from.mail\"\ntext = \"b\"\ncolour = \"x\"\n";
    firm.write("register/mappings/b.toml", mapping("messages-json", "*.jsonl", columns).as_bytes());
    let refused = firm.expect(1, &["index"]);
    assert!(refused.err.contains("register/mappings/b.toml:10:"), "{}", refused.err);
    let right = columns.replace("colour = \"x\"\n", "");
    firm.write("register/mappings/b.toml", mapping("messages-json", "*.jsonl", &right).as_bytes());
    firm.write("requests/r.toml", REQUEST.as_bytes());
    let report = firm.json(0, &["index"]);
    assert_eq!(report["documents"]["indexed"], 2, "{report}");
    firm.run(&["select", "r"]);
    let produced = firm.json(0, &["produce", "r"]);
    assert_eq!(produced["dispositions"]["produced-whole"], 2, "{produced}");
    assert_eq!(firm.json(0, &["verify", "SF001"])["passed"], true);
    // A room's day that would be made in another way is not taken for what was indexed.
    let other =
        mapping("messages-csv", "turret*.csv", "time = \"when\"\nroom = \"room\"\ntext = \"words\"\n");
    firm.write("register/mappings/a.toml", other.as_bytes());
    let refused = firm.run(&["produce", "--rebuild", "SF001"]);
    assert!(
        refused.code != 0 && refused.err.contains("or the mapping changed"),
        "{}{}",
        refused.out,
        refused.err
    );
}
