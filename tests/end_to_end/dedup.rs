//! Duplicates are left out only by an approved rule, and nothing is lost with them.

use crate::firm::{Firm, REQUEST, mail, tree};

const SOURCES: &[u8] = b"source,name,channel,addresses,owner,in_service_from,in_service_to,archive_paths,journal,capture_path,silence_days_max,retention_class,review_from,review_to,note\r\n\
    ann,Ann's mailbox,email,ann@small.example,ann,2020-01-01,,mail:ann/**,,,,,,,\r\n\
    bob,Bob's mailbox,email,bob@small.example,bob,2020-01-01,,mail:bob/**,,,,,,,\r\n";
const PEOPLE: &[u8] = b"person,name,addresses,role,from,to,note\r\nann,Ann,ann@small.example,,,,\r\nbob,Bob,bob@small.example,,,,\r\n";

const RULE: &str = "message-family-1/population";

/// One mail as another mailbox holds it: the same message, other bytes.
fn delivered(mail: &[u8]) -> Vec<u8> {
    [b"Received: from a by b; Mon, 08 Jan 2024 10:00:01 -0500\r\n".as_slice(), mail].concat()
}

fn two_mailboxes(more: &[(&str, &[u8])]) -> Firm {
    let one = mail("m1", "Mon, 08 Jan 2024", "One", "juniper one");
    let copy = delivered(&one);
    let other = mail("m2", "Tue, 09 Jan 2024", "Two", "juniper two");
    let mut files: Vec<(&str, &[u8])> =
        vec![("ann/1.eml", &one), ("bob/1.eml", &copy), ("ann/2.eml", &other)];
    files.extend(more);
    let firm = Firm::with_files(&files);
    firm.write("register/sources.csv", SOURCES);
    firm.write("register/people.csv", PEOPLE);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.run(&["select", "r"]);
    firm
}

fn approve(firm: &Firm, rule: &str) {
    let words = ["--approved-by", "S. Staff", "--on", "2024-09-10", "--why", "e-mail of that day"];
    firm.json(0, &[&["dedup", "approve", "r", "--rule", rule][..], &words].concat());
}

fn field(firm: &Firm, volume: &str, row: usize, name: &str) -> String {
    let data = tree(&firm.path(&format!("productions/{volume}/DATA"))).remove(0).1;
    let text = String::from_utf8(data).expect("UTF-8");
    let cut = |line: &str| -> Vec<String> {
        line.trim_start_matches('\u{feff}')
            .split('\u{14}')
            .map(|value| value.trim_matches('\u{fe}').to_owned())
            .collect()
    };
    let rows: Vec<Vec<String>> = text.lines().map(cut).collect();
    let at = rows[0].iter().position(|head| head == name).expect("the field");
    rows[row][at].clone()
}

#[test]
fn nothing_is_left_out_without_an_approval_and_the_survivor_carries_every_custodian_and_path() {
    let firm = two_mailboxes(&[]);
    assert!(firm.expect(1, &["dedup", "plan", "r"]).err.contains("message-family-1/population"));
    let plan = firm.json(0, &["dedup", "plan", "r", "--rule", RULE]);
    assert_eq!((plan["duplicates"].as_u64(), plan["approval"].is_null()), (Some(1), true));
    assert!(firm.expect(0, &["dedup", "plan", "r", "--rule", RULE]).out.contains("NOT APPROVED"));
    let refused = firm.expect(4, &["dedup", "apply", "r"]);
    assert!(refused.err.contains("duces dedup approve"), "{}", refused.err);
    assert_eq!(
        firm.json(0, &["dedup", "plan", "r", "--rule", "native-family-1/population"])["duplicates"],
        0
    );
    assert_eq!(
        firm.json(0, &["dedup", "plan", "r", "--rule", "message-family-1/custodian"])["duplicates"],
        0
    );
    approve(&firm, RULE);
    let applied = firm.json(0, &["dedup", "apply", "r"]);
    assert_eq!((applied["duplicates"].as_u64(), applied["applied"].as_bool()), (Some(1), Some(true)));
    assert_eq!(firm.json(0, &["dedup", "apply", "r"])["duplicates"], 0, "once is enough");
    let produced = firm.json(0, &["produce", "r"]);
    assert_eq!(produced["dispositions"]["suppressed-duplicate"], 1);
    assert_eq!(produced["dispositions"]["produced-whole"], 2);
    assert_eq!(field(&firm, "SF001", 1, "ALL_CUSTODIANS"), "Ann; Bob");
    assert_eq!(field(&firm, "SF001", 1, "ALL_PATHS"), "mail/ann/1.eml; mail/bob/1.eml");
    // What is told of the number is what the row says.
    let told = firm.expect(0, &["bates", "explain", "SF0000001"]).out;
    assert!(told.contains("all as delivered: Ann; Bob\n"), "{told}");
    assert!(told.contains("mail/ann/1.eml; mail/bob/1.eml"), "{told}");
    assert_eq!(firm.json(0, &["verify", "SF001"])["passed"], true);
    assert_eq!(
        firm.json(0, &["produce", "--rebuild", "SF001"])["differing"].as_array().map(Vec::len),
        Some(0)
    );
    assert_eq!(firm.json(0, &["certify", "SF001"])["title"], "Certification of Completeness");
}

#[test]
fn an_approval_that_was_taken_back_counts_no_more_and_a_future_one_is_none() {
    let firm = two_mailboxes(&[]);
    approve(&firm, RULE);
    approve(&firm, "none");
    firm.expect(4, &["dedup", "apply", "r"]);
    let words = ["--approved-by", "S. Staff", "--on", "2024-12-01", "--why", "w"];
    firm.expect(4, &[&["dedup", "approve", "r", "--rule", RULE][..], &words].concat());
    firm.expect(
        2,
        &[&["dedup", "approve", "r", "--rule", "message-family-9/population"][..], &words].concat(),
    );
}

#[test]
fn copies_that_are_decided_differently_are_for_a_person() {
    let firm = two_mailboxes(&[]);
    approve(&firm, RULE);
    firm.decide("r", 0, |row| {
        if row.cell("custodian") == "Bob" {
            row.set("privileged", "attorney-client");
            row.set("by", "C. Counsel");
        }
    });
    let plan = firm.json(3, &["dedup", "plan", "r"]);
    assert_eq!((plan["duplicates"].as_u64(), plan["refused"].as_array().map(Vec::len)), (Some(0), Some(1)));
    assert!(plan["refused"][0]["why"].as_str().is_some_and(|why| why.contains("withheld")), "{plan}");
}

#[test]
fn one_message_id_on_two_messages_leaves_nothing_out_and_is_told() {
    let other = mail("m1", "Mon, 08 Jan 2024", "One", "juniper one, and a line that the first does not have");
    let firm = two_mailboxes(&[("bob/3.eml", &other)]);
    let plan = firm.json(0, &["dedup", "plan", "r", "--rule", RULE]);
    assert_eq!(plan["duplicates"], 1);
    assert_eq!(plan["same_message_id"][0]["different"], 2);
}

#[test]
fn a_copy_found_later_is_no_new_document_and_its_custodian_goes_into_an_overlay() {
    let one = mail("m1", "Mon, 08 Jan 2024", "One", "juniper one");
    let firm = Firm::with_files(&[("ann/1.eml", &one)]);
    firm.write("register/sources.csv", SOURCES);
    firm.write("register/people.csv", PEOPLE);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.run(&["select", "r"]);
    firm.json(0, &["produce", "r"]);
    assert!(firm.json(0, &["overlay", "SF001"])["file"].is_null(), "nothing new is known");
    firm.write("archive/bob/1.eml", &delivered(&one));
    firm.write("archive/bob/9.eml", &mail("m9", "Fri, 12 Jan 2024", "Nine", "juniper nine"));
    firm.json(0, &["index"]);
    firm.run(&["select", "r"]);
    approve(&firm, RULE);
    let applied = firm.json(0, &["dedup", "apply", "r"]);
    assert_eq!(applied["groups"][0]["produced_as"], "SF0000001");
    let second = firm.json(0, &["produce", "r"]);
    assert_eq!(second["dispositions"]["excluded-already-produced"], 2);
    assert_eq!(second["dispositions"]["produced-whole"], 1);
    let overlay = firm.json(0, &["overlay", "SF001"]);
    assert_eq!(overlay["rows"][0]["new_custodians"][0], "Bob");
    let text = firm.read("productions/SF001_OVERLAY001.dat");
    assert!(text.contains("Ann; Bob") && text.contains("mail/ann/1.eml; mail/bob/1.eml"), "{text}");
    firm.json(0, &["overlay", "SF001"]);
    assert!(firm.path("productions/SF001_OVERLAY002.dat").exists(), "nothing is overwritten");
    assert_eq!(firm.json(0, &["certify", "SF002"])["title"], "Certification of Completeness");
}

#[test]
fn the_overlay_finds_the_same_bytes_in_any_mailbox_before_and_without_a_selection() {
    let one = mail("m1", "Mon, 08 Jan 2024", "One", "juniper one");
    let firm = two_mailboxes(&[]);
    let third =
        "    carla,Carla's mailbox,email,carla@small.example,carla,2020-01-01,,mail:carla/**,,,,,,,\r\n";
    firm.write("register/sources.csv", &[SOURCES, third.trim_start().as_bytes()].concat());
    let person = b"carla,Carla,carla@small.example,,,,\r\n".as_slice();
    firm.write("register/people.csv", &[PEOPLE, person].concat());
    approve(&firm, RULE);
    firm.json(0, &["dedup", "apply", "r"]);
    firm.json(0, &["produce", "r"]);
    firm.write("archive/carla/1.eml", &one);
    firm.write("archive/bob/copies/1.eml", &one);
    firm.json(0, &["index"]);
    let overlay = firm.json(0, &["overlay", "SF001"]);
    assert_eq!(overlay["rows"].as_array().map(Vec::len), Some(1), "{overlay}");
    assert_eq!(overlay["rows"][0]["new_custodians"], serde_json::json!(["Carla"]));
    assert_eq!(
        overlay["rows"][0]["new_paths"],
        serde_json::json!(["mail/bob/copies/1.eml", "mail/carla/1.eml"])
    );
    // Without an approval each copy stands for itself, and the answer says so.
    approve(&firm, "none");
    let silent = firm.expect(0, &["overlay", "SF001"]).out;
    assert!(silent.contains("copies were not looked for"), "{silent}");
}

#[test]
fn duplicates_that_an_approved_rule_left_out_once_do_not_come_back_unasked() {
    let firm = two_mailboxes(&[]);
    approve(&firm, RULE);
    firm.json(0, &["dedup", "apply", "r"]);
    firm.json(0, &["produce", "r"]);
    firm.write("archive/bob/9.eml", &mail("m9", "Fri, 12 Jan 2024", "Nine", "juniper nine"));
    firm.json(0, &["index"]);
    firm.run(&["select", "r"]);
    let report = firm.json(3, &["gate", "r"]);
    let asked: Vec<_> =
        report["questions"].as_array().expect("a list").iter().map(|one| &one["id"]).collect();
    assert!(asked.contains(&&"approved-rule-not-applied".into()), "{report}");
    assert!(firm.expect(4, &["produce", "r"]).err.contains("approved-rule-not-applied"));
    firm.json(0, &["dedup", "apply", "r"]);
    let second = firm.json(0, &["produce", "r"]);
    assert_eq!(second["dispositions"]["produced-whole"], 1);
}
