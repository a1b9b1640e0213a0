//! The gate: nothing is sealed over an open question, and a word holds for its facts only.

use crate::firm::{Firm, REQUEST, mail};
use crate::review::selected;

fn ids(report: &serde_json::Value) -> Vec<String> {
    let questions = report["questions"].as_array().expect("a list");
    let open = questions.iter().filter(|question| question["acknowledged"].is_null());
    open.map(|question| question["id"].as_str().expect("a name").to_owned()).collect()
}

/// A firm whose attachment is privileged and whose message is not.
fn mixed() -> Firm {
    let firm = selected();
    firm.decide("r", 3, |row| {
        if row.cell("position") == "attachment 2" {
            row.set("privileged", "attorney-client");
        }
    });
    firm
}

#[test]
fn a_question_stops_a_production_until_a_person_answers_for_it() {
    let firm = mixed();
    assert_eq!(ids(&firm.json(3, &["gate", "r"])), ["mixed-families"]);
    let refused = firm.expect(4, &["produce", "r"]);
    assert!(
        refused.err.contains("mixed-families") && refused.err.contains("duces gate r"),
        "{}",
        refused.err
    );
    assert!(!firm.path("productions/SF001").exists());
    let told = firm.expect(3, &["gate", "r"]).out;
    assert!(told.contains("message, "), "a document is told by day, kind, sender and title: {told}");
    firm.expect(1, &["gate", "r", "--acknowledge", "twins", "--why", "x"]);
    firm.expect(2, &["gate", "r", "--acknowledge", "mixed-families"]);
    let why = ["gate", "r", "--acknowledge", "mixed-families", "--why", "counsel reviewed the memo"];
    assert!(ids(&firm.json(0, &why)).is_empty());
    firm.json(3, &["produce", "r"]);
    assert_eq!(firm.json(0, &["verify", "SF001"])["passed"], true);
    firm.expect(0, &["audit"]);
}

#[test]
fn a_word_holds_no_more_where_its_facts_changed() {
    let firm = mixed();
    firm.json(0, &["gate", "r", "--acknowledge", "mixed-families", "--why", "counsel reviewed the memo"]);
    firm.decide("r", 3, |row| {
        if row.cell("position") == "parent" {
            row.set("slip-sheet", "yes");
        }
    });
    let report = firm.json(3, &["gate", "r"]);
    assert_eq!(ids(&report), ["mixed-families"]);
    assert_eq!(report["questions"][0]["lapsed"]["by"], "P. Legal");
}

#[test]
fn what_has_to_be_decided_cannot_be_acknowledged() {
    let undated = b"From: ann@small.example\r\nTo: bob@client.example\r\nSubject: no date\r\nMessage-ID: <u@small.example>\r\n\r\njuniper\r\n";
    let firm = Firm::with_files(&[
        ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one")),
        ("u.eml", undated),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(3, &["select", "r"]);
    assert_eq!(ids(&firm.json(3, &["gate", "r"])), ["undecided"]);
    let refused = firm.expect(4, &["gate", "r", "--acknowledge", "undecided", "--why", "later"]);
    assert!(refused.err.contains("cannot be acknowledged"), "{}", refused.err);
    assert!(ids(&firm.json(0, &["gate", "r", "--partial"])).is_empty());
}

#[test]
fn a_suggestion_that_nobody_looked_at_is_a_question_and_a_review_settles_it() {
    let firm = Firm::with_files(&[
        ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper; this is privileged and confidential")),
        ("b.eml", &mail("m2", "Tue, 09 Jan 2024", "Two", "juniper two")),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    assert_eq!(ids(&firm.json(3, &["gate", "r"])), ["screens"]);
    firm.expect(4, &["produce", "r"]);
    let (rows, path) = firm.review_sheet("r");
    assert_eq!(rows[0].cell("privilege screen"), "\"privileged and confidential\"");
    assert_eq!(
        (rows[1].cell("privilege screen"), rows[0].cell("responsive")),
        ("", "yes"),
        "it decides nothing"
    );
    firm.hand_back("r", 0, &path, &rows);
    assert!(ids(&firm.json(0, &["gate", "r"])).is_empty());
    // Other terms suggest other documents: these were not looked at.
    firm.write("templates/privilege-terms.txt", b"two\n");
    assert_eq!(ids(&firm.json(3, &["gate", "r"])), ["screens"]);
    firm.write("templates/privilege-terms.txt", b"source: box\n");
    assert_eq!(firm.run(&["gate", "r"]).code, 1, "a list with a mistake screens nothing");
}

#[test]
fn a_document_that_no_search_could_read_is_looked_at_before_it_goes_out() {
    let scanned = "From: Ann <ann@small.example>\r\nTo: bob@client.example\r\nDate: Tue, 09 Jan 2024 10:00:00 -0500\r\n\
        Message-ID: <m2@small.example>\r\nSubject: Two\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=\"x\"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\njuniper two\r\n\
        --x\r\nContent-Type: image/png; name=\"scan.png\"\r\nContent-Disposition: attachment; filename=\"scan.png\"\r\n\r\n\
        not really a picture\r\n--x--\r\n";
    let firm = Firm::with_files(&[("b.eml", scanned.as_bytes())]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.run(&["index"]);
    firm.run(&["select", "r"]);
    firm.decide("r", 0, |row| row.set("responsive", "yes"));
    firm.json(0, &["gate", "r"]);
    firm.run(&["select", "r"]);
    let report = firm.json(3, &["gate", "r"]);
    assert!(ids(&report).iter().any(|id| id == "unread" || id == "undecided"), "{report}");
}

#[test]
fn redactions_are_taken_by_row_and_held_against_the_decisions() {
    let firm = selected();
    let (rows, _) = firm.review_sheet("r");
    let document = rows[0].cell("document").to_owned();
    let sheet = |rows: &str| {
        let heads = "document,page,x,y,width,height,field,start,end,text,occurrence,reason,by\n";
        firm.write("redactions.csv", format!("{heads}{rows}").as_bytes());
        firm.path("redactions.csv").to_str().expect("UTF-8").to_owned()
    };
    let wrong = sheet(&format!(
        "nobody,1,1,1,1,1,,,,,,why,\n{document},0,1,1,1,1,,,,,,,\n{document},,,,,,body,,,cedar,,why,\n\
         {document},1,1,1,1,1,body,0,3,,,why,\n{document},,,,,,body,5,900,,,why,\n"
    ));
    let refused = firm.expect(1, &["review", "redactions", "r", &wrong]);
    for says in [
        "redactions.csv:2",
        "redactions.csv:3",
        "no reason",
        "letter for letter",
        "either a region",
        "redactions.csv:6",
    ] {
        assert!(refused.err.contains(says), "{says}: {}", refused.err);
    }
    let right = sheet(&format!(
        "{document},,,,,,body,,,juniper,,account number,\n{document},,,,,,subject,0,1,,,seal,\n"
    ));
    let taken = firm.json(3, &["review", "redactions", "r", &right]);
    assert_eq!((&taken["redactions"], &taken["documents"]), (&2.into(), &1.into()));
    assert_eq!(taken["not_decided"].as_array().map(Vec::len), Some(1), "nobody decided that it is redacted");
    assert_eq!(ids(&firm.json(3, &["gate", "r"])), ["redactions-unused"]);
    let none = sheet("");
    assert_eq!(firm.json(0, &["review", "redactions", "r", &none])["redactions"], 0);
    firm.decide("r", 0, |row| {
        if row.cell("position") == "alone" {
            row.set("redact", "yes");
        }
    });
    assert!(ids(&firm.json(3, &["gate", "r"])).contains(&"redactions-missing".to_owned()));
}

#[test]
fn a_bound_of_the_profile_that_natives_break_is_a_question_by_the_severity_of_its_rule() {
    let long = format!("juniper {}", "a word ".repeat(200_000));
    let firm = Firm::with_files(&[
        ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one")),
        ("b.eml", &mail("m2", "Tue, 09 Jan 2024", "Two", &long)),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    let finra = include_str!("../../templates/profiles/finra.toml");
    for (name, severity) in [("portal", "fails"), ("disc", "warns")] {
        let own = finra.replacen("name = \"finra\"", &format!("name = \"{name}\""), 1);
        let rule = format!("[rule.volume_bytes]\nvalue = \"1 MB\"\nseverity = \"{severity}\"");
        let own = own.replacen("[rule.volume_bytes]\nvalue = \"none\"\nseverity = \"notes\"", &rule, 1);
        firm.write(&format!("profiles/{name}.toml"), own.as_bytes());
    }
    assert_eq!(ids(&firm.json(3, &["gate", "r", "--profile", "portal"])), ["rules-broken"]);
    let refused = firm.expect(4, &["produce", "r", "--profile", "portal"]);
    assert!(refused.err.contains("the bound of a volume is 1000000"), "{}", refused.err);
    firm.expect(4, &["gate", "r", "--profile", "portal", "--acknowledge", "rules-broken", "--why", "x"]);
    assert!(ids(&firm.json(0, &["gate", "r", "--profile", "finra"])).is_empty());
    assert_eq!(ids(&firm.json(3, &["gate", "r", "--profile", "disc"])), ["rules-warn"]);
    let why =
        ["gate", "r", "--profile", "disc", "--acknowledge", "rules-warn", "--why", "staff take it on a disc"];
    assert!(ids(&firm.json(0, &why)).is_empty());
    firm.json(3, &["produce", "r", "--profile", "disc"]);
}

#[test]
fn a_document_for_which_a_sheet_stands_is_asked_about_where_a_native_holds_it() {
    let firm = selected();
    firm.decide("r", 3, |row| {
        if row.cell("position") == "attachment 2" {
            row.set("slip-sheet", "yes");
        }
    });
    let report = firm.json(3, &["gate", "r"]);
    assert_eq!(ids(&report), ["sheets-inside"]);
    firm.expect(4, &["produce", "r"]);
    firm.json(0, &["gate", "r", "--acknowledge", "sheets-inside", "--why", "it is a signature picture"]);
    firm.run(&["produce", "r"]);
    assert_eq!(firm.json(0, &["verify", "SF001"])["passed"], true);
}
