//! Whose an address was, and who belonged to a group, on which days: from the register's files to the hits.

use crate::firm::{Firm, mbox};
use std::collections::BTreeSet;

/// A mail with these addresses at this hour of the firm's zone, or without a date; its subject names it.
fn mail(subject: &str, date: Option<&str>, from: &str, to: &str) -> Vec<u8> {
    let date = date.map(|date| format!("Date: {date}\r\n")).unwrap_or_default();
    format!(
        "From: <{from}>\r\nTo: <{to}>\r\n{date}Message-ID: <{}@x>\r\nSubject: {subject}\r\n\r\nhello\r\n",
        subject.replace(' ', "-")
    )
    .into_bytes()
}

const DESK: &str = "desk@small.example";
const CLIENT: &str = "client@client.example";

/// The desk's address was Ann's in February and is Bob's since; the list `fx` had Ann as a member in
/// February, and a broker from outside since March.
fn firm() -> Firm {
    let mails = [
        mail("own any day", Some("Mon, 1 Jul 2024 10:00:00 -0400"), "ann@small.example", CLIENT),
        mail("last minute of january", Some("Wed, 31 Jan 2024 23:59:00 -0500"), DESK, CLIENT),
        mail("first minute of february", Some("Thu, 1 Feb 2024 00:01:00 -0500"), DESK, CLIENT),
        mail("to the desk in february", Some("Thu, 15 Feb 2024 10:00:00 -0500"), CLIENT, DESK),
        // Already March in UTC and in the sender's own clock.
        mail("last minute of february", Some("Fri, 1 Mar 2024 05:59:00 +0100"), DESK, CLIENT),
        mail("first minute of march", Some("Fri, 1 Mar 2024 00:01:00 -0500"), DESK, CLIENT),
        mail("undated desk", None, DESK, CLIENT),
        mail("undated client", None, CLIENT, "other@client.example"),
        mail("ann in february", Some("Mon, 5 Feb 2024 10:00:00 -0500"), "ann@small.example", CLIENT),
        mail("ann in march", Some("Tue, 5 Mar 2024 10:00:00 -0500"), "ann@small.example", CLIENT),
        mail("broker in february", Some("Mon, 5 Feb 2024 11:00:00 -0500"), "broker@agency.example", CLIENT),
        mail("broker in march", Some("Tue, 5 Mar 2024 11:00:00 -0500"), "broker@agency.example", CLIENT),
        mail("to the list in january", Some("Fri, 5 Jan 2024 11:00:00 -0500"), CLIENT, "fx@small.example"),
        mail("to the closed list", Some("Mon, 3 Jun 2024 11:00:00 -0400"), CLIENT, "fx@small.example"),
    ];
    let firm = Firm::with_files(&[("a.mbox", &mbox(&mails))]);
    firm.write(
        "register/people.csv",
        b"person,name,addresses,role,from,to,note\r\nann,Ann,ann@small.example,,,,\r\nbob,Bob,bob@small.example,,,,\r\n",
    );
    firm.write(
        "register/addresses.csv",
        b"person,address,from,to,note\r\nann,desk@small.example,2024-02-01,2024-02-29,\r\nbob,desk@small.example,2024-03-01,,\r\n",
    );
    firm.write(
        "register/groups.csv",
        b"group,person,address,own_address,from,to,note\r\n\
          fx,,,fx@small.example,,2024-05-31,the list\r\n\
          fx,ann,,,2024-02-01,2024-02-29,\r\n\
          fx,,broker@agency.example,,2024-03-01,,seconded\r\n",
    );
    let item = |id: &str, party: &str| {
        format!(
            "[[item]]\nid = \"{id}\"\ntext = \"t\"\nparticipants = {{ {party} }}\nperiod = {{ from = 2024-01-01, to = 2024-12-31 }}\n"
        )
    };
    let request = format!(
        "format = 1\n[request]\nauthority = \"FINRA\"\nnumber = \"1\"\ntitle = \"t\"\nzone = \"America/New_York\"\n{}{}{}",
        item("ann", "people = [\"ann\"]"),
        item("bob", "people = [\"bob\"]"),
        item("fx", "groups = [\"fx\"]"),
    );
    firm.write("requests/r.toml", request.as_bytes());
    firm.expect(0, &["register", "check"]);
    firm.json(0, &["index"]);
    firm
}

/// The subjects that stand in the review sheet for an item, by why they do.
fn subjects(firm: &Firm, item: &str, why: &str) -> BTreeSet<String> {
    let (rows, _) = firm.review_sheet("r");
    rows.iter()
        .filter(|row| row.cell("items").split("; ").any(|one| one == item) && row.cell("why").contains(why))
        .map(|row| row.cell("subject").to_owned())
        .collect()
}

fn set(subjects: &[&str]) -> BTreeSet<String> {
    subjects.iter().map(|subject| (*subject).to_owned()).collect()
}

#[test]
fn an_address_counts_as_a_persons_on_the_days_on_which_it_was_theirs_and_on_no_others() {
    let firm = firm();
    let report = firm.json(3, &["hits", "r"]);
    let hits = |item: usize| report["items"][item]["hit"].as_u64().expect("a count");
    firm.expect(3, &["select", "r"]);
    let ann = [
        "own any day",
        "first minute of february",
        "to the desk in february",
        "last minute of february",
        "ann in february",
        "ann in march",
    ];
    assert_eq!(subjects(&firm, "ann", "hit"), set(&ann));
    assert_eq!(subjects(&firm, "bob", "hit"), set(&["first minute of march"]));
    assert_eq!((hits(0), hits(1)), (6, 1));
    // Without a date nobody can tell whose the address was; a mail that does not name it can be told.
    for item in ["ann", "bob"] {
        let queue = subjects(&firm, item, "cannot tell");
        assert!(queue.contains("undated desk") && !queue.contains("last minute of january"), "{queue:?}");
    }
}

#[test]
fn a_member_counts_for_a_group_on_the_days_of_the_membership_and_on_no_others() {
    let firm = firm();
    firm.expect(3, &["select", "r"]);
    let found = [
        "to the list in january",
        // Ann's address and the desk's that was hers, while she was a member.
        "ann in february",
        "first minute of february",
        "to the desk in february",
        "last minute of february",
        "broker in march",
    ];
    assert_eq!(subjects(&firm, "fx", "hit"), set(&found));
    let all: BTreeSet<String> =
        ["hit", "cannot tell"].into_iter().flat_map(|why| subjects(&firm, "fx", why)).collect();
    for never in [
        "ann in march",
        "broker in february",
        "to the closed list",
        "first minute of march",
        "last minute of january",
        "own any day",
    ] {
        assert!(!all.contains(never), "{never}");
    }
}
