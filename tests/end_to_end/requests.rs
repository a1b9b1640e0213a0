//! From a letter to a request, documents added by hand, and items that no search answers.

use super::firm::{Firm, mail, mbox};

fn firm() -> Firm {
    let mails = [
        mail("1@x", "2024-02-01", "juniper", "the juniper order"),
        mail("2@x", "2024-02-02", "lunch", "at noon"),
    ];
    let firm = Firm::with_files(&[("a.mbox", &mbox(&mails))]);
    firm.expect(0, &["index"]);
    firm
}

const TWO_ITEMS: &str = r#"format = 1
[request]
authority = "FINRA"
number = "1"
title = "t"
zone = "America/New_York"
period = { from = 2024-01-01, to = 2024-06-30 }
[[item]]
id = "1"
text = "All communications about juniper."
terms = { dialect = "dtsearch", query = "juniper" }
[[item]]
id = "2"
text = "The organisation chart."
kind = "checklist"
entries = ["organisation chart"]
"#;

#[test]
fn documents_added_by_hand_are_indexed_selected_produced_and_counted_with_the_rest() {
    let firm = firm();
    firm.write("requests/r.toml", TWO_ITEMS.as_bytes());
    firm.write("found/chart.txt", b"CEO\n  CFO\n");
    let chart = firm.path("found/chart.txt");
    let chart = chart.to_str().unwrap();
    let refused = firm.expect(1, &["add", "r", "9", chart, "--note", "from HR"]);
    assert!(refused.err.contains("item"), "{}", refused.err);
    let added = firm.expect(0, &["add", "r", "2", chart, "--note", "from HR"]);
    assert!(added.out.contains("r/chart.txt"), "{}", added.out);
    assert_eq!(firm.read("collected/r/chart.txt"), "CEO\n  CFO\n");
    let early = firm.expect(1, &["select", "r"]);
    assert!(early.err.contains("not indexed yet"), "{}", early.err);
    firm.expect(0, &["index"]);
    let selected = firm.json(0, &["select", "r"]);
    assert_eq!((selected["documents"].as_u64(), selected["by_hand"].as_u64()), (Some(2), Some(1)));
    let produced = firm.json(3, &["produce", "r"]);
    assert_eq!(produced["dispositions"]["produced-whole"], 2, "{produced}");
    firm.write("found/chart.txt", b"another chart");
    let again = firm.expect(1, &["add", "r", "2", chart, "--note", "from HR"]);
    assert!(again.err.contains("other bytes"), "{}", again.err);
    assert_eq!(firm.read("collected/r/chart.txt"), "CEO\n  CFO\n", "what was added stays");
}

#[test]
fn an_item_of_which_nothing_was_expected_needs_a_person_where_something_is_found() {
    let firm = firm();
    let nil = |word: &str| {
        TWO_ITEMS.replace("query = \"juniper\" }", &format!("query = \"{word}\" }}\nexpect = \"nil\""))
    };
    firm.write("requests/r.toml", nil("juniper").as_bytes());
    firm.expect(3, &["hits", "r"]);
    assert_eq!(firm.json(3, &["select", "r"])["unexpected"][0], "1");
    firm.write("requests/s.toml", nil("absent").as_bytes());
    let unbacked = firm.expect(3, &["hits", "s"]);
    assert!(
        unbacked.out.contains("nothing was found, but coverage does not back that: a person must look"),
        "no ordinary silence is declared, so nobody knows what was lost: {}",
        unbacked.out
    );
}

const SOURCES: &str =
    "source,name,channel,addresses,owner,in_service_from,in_service_to,archive_paths,silence_days_max\r\n";

/// A mail on each business day of the first quarter but those named; the mailbox `box`, whose longest
/// ordinary silence is three days, and these sources beside it.
fn daily(lost: &[u32], beside: &str) -> Firm {
    let mut mails = Vec::new();
    for day in 0..91_u32 {
        let (month, of_month) = match day {
            0..31 => ("Jan", day + 1),
            31..60 => ("Feb", day - 30),
            _ => ("Mar", day - 59),
        };
        // 1 January 2024 was a Monday.
        if day % 7 < 5 && !lost.contains(&day) {
            let date = format!("{of_month} {month} 2024");
            mails.push(mail(&format!("{day}@x"), &date, "note", "lunch at noon"));
        }
    }
    let firm = Firm::with_files(&[("a.mbox", &mbox(&mails))]);
    let sources =
        format!("{SOURCES}box,The mailbox,email,ann@small.example,ann,2024-01-01,,mail:a.mbox,3\r\n{beside}");
    firm.write("register/sources.csv", sources.as_bytes());
    let period = "period = { from = 2024-02-01, to = 2024-02-29 }";
    let request = TWO_ITEMS
        .replace("period = { from = 2024-01-01, to = 2024-06-30 }", period)
        .replace("query = \"juniper\" }", "query = \"juniper\" }\nexpect = \"nil\"");
    firm.write("requests/r.toml", request.as_bytes());
    firm.expect(0, &["index"]);
    firm
}

#[test]
fn a_nil_that_coverage_backs_says_by_which_evidence_and_needs_nobody() {
    let closed = "old,Closed,email,old@small.example,,2019-01-01,2020-12-31,mail:old/**,3\r\n";
    let firm = daily(&[], closed);
    let report = firm.json(0, &["hits", "r"]);
    let item = &report["items"][0];
    assert_eq!((&item["hit"], &item["backed"]), (&0.into(), &true.into()), "{item}");
    assert_eq!(item["coverage"][0]["coverage"], "covered by evidence");
    assert_eq!(item["coverage"][1]["coverage"], "not in service", "a closed source weakens nothing: {item}");
    let out = firm.expect(0, &["hits", "r"]).out;
    assert!(
        out.contains("nothing was found, which coverage backs")
            && out.contains("no loss was seen by: silence"),
        "{out}"
    );
    let sheet = firm.read("reports/hits-r.csv");
    assert!(
        sheet.contains("coverage of source box") && sheet.contains("coverage backs it: not in service"),
        "{sheet}"
    );
    assert!(firm.read("reports/hits-r.html").contains("coverage backs it"));
    firm.expect(0, &["select", "r"]);
}

#[test]
fn a_nil_over_a_gap_or_over_a_source_that_was_never_captured_is_not_backed_and_needs_a_person() {
    let never = "lost,Never captured,email,lost@small.example,,2024-01-01,,mail:lost/**,3\r\n";
    for (firm, word, source) in
        [(daily(&[42, 43, 44, 45, 46, 49], ""), "gap", "box"), (daily(&[], never), "never captured", "lost")]
    {
        let report = firm.json(3, &["hits", "r"]);
        let item = &report["items"][0];
        assert_eq!((&item["hit"], &item["backed"]), (&0.into(), &false.into()), "{item}");
        let of = item["coverage"].as_array().expect("sources").iter().find(|plan| plan["source"] == source);
        assert_eq!(of.expect("listed")["coverage"], word);
        let out = firm.expect(3, &["hits", "r"]).out;
        assert!(out.contains(&format!("coverage, {word}: {source}")), "{out}");
        assert!(out.contains("coverage does not back that: a person must look"), "{out}");
        let sentence = format!("coverage does not back it: {word} (");
        assert!(firm.read("reports/hits-r.csv").contains(&sentence));
        assert!(
            firm.read("reports/hits-r.html").contains("nothing was found, and coverage does not back that")
        );
        firm.expect(3, &["plan", "r"]);
    }
}

#[test]
fn a_nil_is_not_backed_where_the_firm_writes_from_an_address_that_has_no_source() {
    let firm = daily(&[], "");
    let note = "From: Ann <ann@small.example>\r\nTo: desk@small.example\r\nDate: 7 Feb 2024 09:00:00 -0500\r\nMessage-ID: <d@x>\r\nSubject: s\r\n\r\nx\r\n";
    let answer = "From: Desk <desk@small.example>\r\nTo: ann@small.example\r\nDate: 8 Feb 2024 09:00:00 -0500\r\nMessage-ID: <e@x>\r\nIn-Reply-To: <d@x>\r\nSubject: s\r\n\r\nx\r\n";
    for (name, text) in [("b.eml", note), ("c.eml", answer)] {
        firm.write(&format!("archive/{name}"), text.as_bytes());
    }
    let sources = firm.read("register/sources.csv").replace("mail:a.mbox", "mail:**");
    firm.write("register/sources.csv", sources.as_bytes());
    firm.expect(0, &["index"]);
    // Nobody has recorded the gap by running duces coverage: it counts all the same.
    let out = firm.expect(3, &["hits", "r"]).out;
    assert!(out.contains("coverage, covered by evidence: box"), "{out}");
    assert!(
        out.contains("unregistered-traffic:desk@small.example") && out.contains("of no registered source"),
        "{out}"
    );
    assert!(out.contains("coverage does not back that: a person must look"), "{out}");
}

#[test]
fn a_zero_over_sources_that_were_never_captured_needs_a_person_and_says_so() {
    let firm = firm();
    let request = TWO_ITEMS.replace("query = \"juniper\" }", "query = \"juniper\" }\nchannels = [\"chat\"]");
    firm.write("requests/r.toml", request.as_bytes());
    let hits = firm.expect(3, &["hits", "r"]);
    assert!(hits.out.contains("No source of this item was searched"), "{}", hits.out);
    firm.expect(3, &["plan", "r"]);
    firm.expect(3, &["hits", "r", "--compare", "last"]);
    let selected = firm.json(3, &["select", "r"]);
    assert_eq!(selected["no_source"][0], "1", "{selected}");
}

#[test]
fn a_list_of_terms_is_searched_and_kept_so_that_a_later_edit_changes_nothing_frozen() {
    let firm = firm();
    let request = TWO_ITEMS.replace("query = \"juniper\"", "list = \"terms/1.txt\"");
    firm.write("requests/r.toml", request.as_bytes());
    firm.write("requests/terms/1.txt", b"juniper\nlunch\n");
    let hits = firm.json(0, &["hits", "r"]);
    assert_eq!(hits["items"][0]["terms"].as_array().map(Vec::len), Some(2), "{hits}");
    firm.expect(0, &["select", "r"]);
    firm.write("requests/terms/1.txt", b"something (else\n");
    let mistakes = firm.expect(1, &["hits", "r"]);
    assert!(mistakes.err.contains("terms/1.txt:1"), "{}", mistakes.err);
    firm.expect(0, &["produce", "r", "--mock"]);
}

#[test]
fn terms_of_a_list_that_read_the_same_are_one_row_and_keep_their_unique_hits() {
    let firm = firm();
    let request = TWO_ITEMS.replace("query = \"juniper\"", "list = \"terms/1.txt\"");
    firm.write("requests/r.toml", request.as_bytes());
    firm.write("requests/terms/1.txt", b"juniper\nlunch\nJuniper\n");
    let report = firm.json(0, &["hits", "r"]);
    let terms = report["items"][0]["terms"].as_array().expect("terms");
    assert_eq!(terms.len(), 2, "{report}");
    assert_eq!((&terms[0]["unique"], &terms[0]["places"]), (&1.into(), &serde_json::json!([1, 3])));
    let out = firm.expect(0, &["hits", "r"]).out;
    assert!(
        out.contains("juniper stands for terms 1, 3 of the item, which read the same (also written Juniper)"),
        "{out}"
    );
    let again = firm.json(0, &["hits", "r", "--compare", "last"]);
    assert_eq!(again["items"][0]["terms"].as_array().map(Vec::len), Some(2));
}

const LETTER: &str = "FINRA\n\nSeptember 3, 2024\n\nRe: Matter No. 20240012345\n\nPursuant to FINRA Rule 8210, please provide the following by October 1, 2024:\n\n1. All communications with clients about juniper from January 1, 2024 through June 30, 2024.\n\nSincerely,\nStaff\n";

#[test]
fn a_draft_of_a_letter_runs_nothing_until_a_person_has_gone_through_it() {
    let firm = firm();
    firm.write("letter.txt", LETTER.as_bytes());
    let letter = firm.path("letter.txt");
    let drafted = firm.expect(3, &["request", "draft", letter.to_str().unwrap(), "--name", "m"]);
    assert!(drafted.out.contains("m.draft.toml"), "{}", drafted.out);
    firm.expect(1, &["plan", "m"]);
    let open = firm.expect(1, &["request", "accept", "m"]);
    assert!(open.err.contains("CHECK"), "{}", open.err);
    firm.expect(1, &["request", "draft", letter.to_str().unwrap(), "--name", "m"]);
    let status = firm.run(&["status"]);
    assert!(!status.out.contains("m.draft "), "a draft is no request: {}", status.out);
    // A person goes through it.
    let draft: String = firm
        .read("requests/m.draft.toml")
        .lines()
        .filter(|line| !line.trim_start().starts_with("# CHECK"))
        .map(|line| match line.split_once(" = ") {
            Some(("status", _)) => "status = \"accepted\"\n".to_owned(),
            Some(("accepted_by", _)) => "accepted_by = \"P. Legal\"\n".to_owned(),
            Some((key, value)) if value.starts_with("\"?\"") => format!("{key} = \"filled in\"\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let draft = draft.replace("from = \"?\", to = \"?\"", "from = 2024-01-01, to = 2024-06-30");
    firm.write("requests/m.draft.toml", draft.as_bytes());
    firm.expect(0, &["request", "accept", "m"]);
    assert!(!firm.path("requests/m.draft.toml").exists());
    let plan = firm.json(0, &["plan", "m"]);
    assert_eq!(plan["items"][0]["item"], "1", "{plan}");
}

/// A search, a checklist, a narrative, an item that refers to the checklist, and one that expects nothing.
const FIVE_ITEMS: &str = r#"[[item]]
id = "3"
text = "A signed statement."
kind = "narrative"
[[item]]
id = "4"
text = "The list of officers."
kind = "cross-reference"
see = ["2"]
[[item]]
id = "5"
text = "All communications about sequoia."
terms = { dialect = "dtsearch", query = "sequoia" }
expect = "nil"
"#;

/// The firm with that request, the chart added, decided, produced and verified.
fn produced_with_items_beside() -> Firm {
    let firm = firm();
    firm.write("requests/r.toml", format!("{TWO_ITEMS}{FIVE_ITEMS}").as_bytes());
    firm.write("found/chart.txt", b"CEO\n  CFO\n");
    let chart = firm.path("found/chart.txt");
    firm.expect(0, &["add", "r", "2", chart.to_str().expect("UTF-8"), "--note", "from HR"]);
    firm.expect(0, &["index"]);
    firm.run(&["coverage"]);
    firm.expect(0, &["select", "r"]);
    firm.decide("r", 0, |_| {});
    firm.run(&["produce", "r"]);
    assert_eq!(firm.json(0, &["verify", "SF001"])["passed"], true);
    firm
}

#[test]
fn every_item_stands_in_the_certificate_and_the_one_without_an_answer_keeps_it_partial() {
    let firm = produced_with_items_beside();
    let certified = firm.json(3, &["certify", "SF001"]);
    let reasons = certified["reasons"].to_string();
    assert!(reasons.contains("item 3 (narrative) is not answered"), "{reasons}");
    assert!(!reasons.contains("item 2") && !reasons.contains("item 4"), "{reasons}");
    let name = certified["json"].as_str().and_then(|path| path.rsplit('/').next()).expect("a name");
    let json: serde_json::Value =
        serde_json::from_str(&firm.read(&format!("certificates/{name}"))).expect("JSON");
    assert_eq!(json["facts"]["item_numbers"], serde_json::json!(["1", "2", "3", "4", "5"]));
    assert_eq!(json["items_not_answered"], serde_json::json!(["3"]));
    assert_eq!(json["nil_items"], serde_json::json!(["5"]));
    assert_eq!(json["facts"]["items"][1]["expects_nil"], true);
    let checklist = &json["facts"]["beside"][0];
    assert_eq!(checklist["added"][0]["named"]["path"], "r/chart.txt");
    assert_eq!(checklist["added"][0]["added_by"], "P. Legal");
    assert_eq!(checklist["population"]["decisions"]["produced_whole"], 1);
    assert_eq!(json["facts"]["beside"][2]["see"], serde_json::json!(["2"]));
    assert_eq!(json["facts"]["volumes"][0]["rows_whole"], json["facts"]["volumes"][0]["natives"]);
}

#[test]
fn a_file_added_after_the_population_was_frozen_keeps_the_certificate_partial() {
    let firm = produced_with_items_beside();
    firm.write("found/statement.txt", b"signed");
    let statement = firm.path("found/statement.txt");
    firm.expect(0, &["add", "r", "3", statement.to_str().expect("UTF-8"), "--note", "signed"]);
    let certified = firm.json(3, &["certify", "SF001"]);
    let reasons = certified["reasons"].to_string();
    assert!(reasons.contains("added by hand after the population was frozen"), "{reasons}");
}

#[test]
fn a_certificate_of_the_past_is_made_again_from_its_pins_and_a_pin_that_changed_is_found() {
    let firm = produced_with_items_beside();
    firm.json(3, &["certify", "SF001"]);
    firm.write("register/people.csv", b"person,name,addresses,role,from,to,note\r\n");
    let past = ["certify", "SF001", "--as-known-on", "2024-09-20"];
    let stored = firm.json(0, &past);
    let made = &stored["reproduction"];
    assert_eq!((&made["pdf"], &made["json"]), (&"identical".into(), &"identical".into()), "{made}");
    assert_eq!(made["facts"]["state"], "matches", "{made}");
    assert_eq!(made["because"], serde_json::json!([]));
    assert!(made["pins"].as_array().is_some_and(|pins| pins.len() >= 7), "{made}");
    assert!(firm.expect(0, &past).out.contains("identical byte for byte"));
    let early = firm.expect(1, &["certify", "SF001", "--as-known-on", "2019-09-20"]);
    assert!(early.err.contains("issued for request r: of SF001 on 20"), "{}", early.err);
    // The kept register is damaged on disk.
    let ledger = firm.path(".duces/ledger.sqlite");
    let mut bytes = std::fs::read(&ledger).expect("the ledger");
    let was = b"box,The mailbox,email";
    let at: Vec<usize> =
        bytes.windows(was.len()).enumerate().filter(|(_, part)| part == was).map(|(at, _)| at).collect();
    assert!(!at.is_empty(), "the register is kept");
    for at in at {
        bytes[at + 4] = b't';
    }
    std::fs::write(&ledger, bytes).expect("written");
    let stored = firm.json(4, &past);
    let wrong: Vec<_> = stored["reproduction"]["pins"]
        .as_array()
        .expect("pins")
        .iter()
        .filter(|pin| pin["found"]["state"] == "differs")
        .map(|pin| pin["what"].to_string())
        .collect();
    assert_eq!(wrong, ["\"register/sources.csv\""]);
    assert!(firm.expect(4, &past).out.contains("NOT WHAT IT WAS"));
    // And the document itself.
    let mut bytes = std::fs::read(&ledger).expect("the ledger");
    let at = bytes.windows(6).position(|part| part == b"%PDF-1").expect("the document is kept");
    bytes[at + 5] = b'9';
    std::fs::write(&ledger, bytes).expect("written");
    let gone = firm.expect(4, &past);
    assert!(gone.err.contains("no longer holds its bytes"), "{}", gone.err);
}
