//! Requests in time: what is due, what staff granted, what went out, what waits for whom, what is about to pass its period.

use crate::firm::{Firm, REQUEST, mail};
use serde_json::Value;

const BEFORE: [&str; 2] = ["--now", "2024-09-10T14:00:00Z"];

fn small() -> Firm {
    let firm = Firm::with_files(&[("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one"))]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm
}

fn list(firm: &Firm, code: i32, now: &str) -> Value {
    firm.json(code, &["request", "list", "--now", now])
}

fn waits(request: &Value) -> Vec<(String, String)> {
    let all = request["waiting"].as_array().expect("what waits");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    all.iter().map(|one| (text(&one["who"]), text(&one["what"]))).collect()
}

#[test]
fn each_step_of_a_request_waits_for_somebody_until_a_person_calls_it_answered() {
    let firm = small();
    let first = list(&firm, 3, BEFORE[1]);
    let request = &first["requests"][0];
    assert_eq!(
        (&request["due"]["day"], &request["due"]["business_days"]),
        (&"2024-10-01".into(), &15.into())
    );
    assert_eq!(request["items"][0]["state"], "not-selected");
    assert_eq!(waits(request)[0].0, "paralegal");
    assert!(waits(request)[0].1.contains("duces select r"));
    let said = firm.expect(3, &["request", "list", "--now", "2024-10-03T14:00:00Z"]).out;
    assert!(said.contains("due 2024-10-01: 2 business days late"), "{said}");

    firm.expect(0, &["select", "r"]);
    assert!(waits(&list(&firm, 3, BEFORE[1])["requests"][0])[0].1.contains("duces produce r"));
    firm.expect(0, &["produce", "r"]);
    assert!(waits(&list(&firm, 3, BEFORE[1])["requests"][0])[0].1.contains("SF001 is not verified"));
    firm.expect(0, &["verify", "SF001"]);
    let officer =
        ("records-officer".to_owned(), "volume SF001 has no certificate: duces certify SF001".to_owned());
    assert_eq!(waits(&list(&firm, 3, BEFORE[1])["requests"][0]), [officer]);
    firm.run(&["certify", "SF001"]);
    let sent =
        ["request", "delivered", "SF001", "--on", "2024-09-27", "--to", "S. Staff", "--means", "portal"];
    assert!(waits(&list(&firm, 3, BEFORE[1])["requests"][0])[0].1.contains("duces request delivered SF001"));
    let delivered = firm.json(0, &sent);
    assert_eq!(delivered["items"][0]["state"], "delivered");
    assert_eq!(waits(&delivered)[0].0, "counsel");
    let refused =
        firm.expect(1, &["request", "delivered", "SF009", "--on", "2024-09-27", "--to", "S", "--means", "m"]);
    assert!(refused.err.contains("SF009"), "{}", refused.err);

    firm.json(
        0,
        &["request", "answered", "r", "--on", "2024-09-27", "--why", "staff confirmed that it is complete"],
    );
    let done = list(&firm, 0, "2024-12-01T14:00:00Z");
    assert_eq!(done["requests"][0]["answered_on"], "2024-09-27");
    assert!(!firm.read("reports/deadlines.ics").contains("VEVENT"), "what is answered is not due");
    firm.json(0, &["request", "answered", "r", "--reopen", "--why", "a supplement is asked for"]);
    assert_eq!(waits(&list(&firm, 3, BEFORE[1])["requests"][0])[0].0, "counsel");
    firm.expect(2, &["request", "answered", "r", "--why", "neither day nor reopened"]);
    firm.expect(0, &["audit"]);
}

#[test]
fn what_staff_granted_moves_the_day_and_the_entry_in_the_calendar() {
    let firm = small();
    list(&firm, 3, BEFORE[1]);
    let calendar = firm.read("reports/deadlines.ics");
    let lines: Vec<&str> = calendar.lines().collect();
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "DTSTART;VALUE=DATE:20241001",
        "UID:r@crd-000001.duces",
        "SEQUENCE:0",
    ] {
        assert!(lines.contains(&line), "{line}\n{calendar}");
    }
    assert!(calendar.lines().all(|line| line.len() <= 75), "lines are folded");
    assert!(calendar.split("\r\n").count() > 5, "lines end as the rule says");
    let extend = |item: &[&str], due: &str, by: &str, code| {
        let given =
            ["request", "extend", "r", "--due", due, "--granted-by", by, "--granted-on", "2024-09-20"];
        firm.expect(code, &[&given[..], item].concat())
    };
    extend(&[], "2024-10-15", " ", 2);
    extend(&[], "2024-09-19", "S. Staff, FINRA", 1);
    let unknown = extend(&["--item", "7"], "2024-10-15", "S. Staff, FINRA", 1);
    assert!(unknown.err.contains("item") && unknown.err.contains('7'), "{}", unknown.err);
    extend(&[], "2024-10-15", "S. Staff, FINRA", 0);
    let said = firm.expect(3, &["request", "list", "--now", BEFORE[1]]).out;
    assert!(said.contains("due 2024-10-15 (by the letter 2024-10-01): 25 business days left"), "{said}");
    assert!(said.contains("extended to 2024-10-15 by S. Staff, FINRA on 2024-09-20"), "{said}");
    let moved = firm.read("reports/deadlines.ics");
    for line in ["DTSTART;VALUE=DATE:20241015", "UID:r@crd-000001.duces", "SEQUENCE:1"] {
        assert!(moved.lines().any(|found| found == line), "{line}\n{moved}");
    }
    let page = firm.read("reports/requests.html");
    assert!(page.contains("granted by S. Staff, FINRA on 2024-09-20"), "{page}");
    assert_eq!(firm.json(3, &["status", "--now", BEFORE[1]])["requests"][0]["due"]["day"], "2024-10-15");
}

#[test]
fn what_a_request_asks_for_is_told_before_its_period_ends_unless_it_was_disposed_of() {
    let firm = small();
    let sources = firm.read("register/sources.csv").replace(",,,,,,,\r\n", ",,,,comm-3y,,,\r\n");
    firm.write("register/sources.csv", sources.as_bytes());
    firm.write(
        "register/retention.csv",
        b"class,keep_years,keep_months,from,rule,note\ncomm-3y,3,,sent,17a-4(b)(4),\n",
    );
    let soon = "2026-12-01T14:00:00Z";
    assert!(list(&firm, 3, BEFORE[1])["passing"].as_array().expect("a list").is_empty());
    let passing = &list(&firm, 3, soon)["passing"];
    // 90 days after 1 December 2026 is 1 March 2027: what was sent until 1 March 2024.
    assert_eq!((&passing[0]["from"], &passing[0]["to"]), (&"2024-01-01".into(), &"2024-03-01".into()));
    assert_eq!(passing[0]["asked_by"]["r"][0], "1");
    let said = firm.expect(3, &["request", "list", "--now", soon]).out;
    assert!(said.contains("held by nobody: a person issues the hold"), "{said}");
    let hold = "hold,sources,from,to,issued_on,authority,note\nH-1,box,2024-02-01,,2024-09-05,FINRA,\n";
    firm.write("register/holds.csv", hold.as_bytes());
    let disposed =
        "source,from,to,disposed_on,rule,note\nbox,2024-01-01,2024-01-31,2027-02-01,17a-4(b)(4),\n";
    firm.write("register/disposals.csv", disposed.as_bytes());
    let passing = &list(&firm, 3, soon)["passing"];
    assert_eq!(
        passing.as_array().map(Vec::len),
        Some(1),
        "what is disposed of is not about to be: {passing}"
    );
    assert_eq!((&passing[0]["from"], &passing[0]["held_by"][0]), (&"2024-02-01".into(), &"H-1".into()));
}
