//! What is said of gaps, answers and volumes as a whole: one loss is one gap, searches for a gap are on record, a day with
//! several certificates names them, and a volume's counts follow from what was selected.

use crate::firm::{Firm, REQUEST, mail};
use serde_json::Value;

const SOURCES: &str = "source,name,channel,addresses,owner,in_service_from,in_service_to,archive_paths\r\n\
                       box,The mailbox,email,ann@small.example,ann,2024-01-08,2024-01-31,mail:**\r\n";

/// A mailbox of numbered notices, of which numbers 3 to 5 are lost between a Friday and the second Monday after it.
fn numbered() -> Firm {
    let notice =
        |id: &str, date: &str, number: u32| mail(id, date, &format!("Notice no. {number}"), "juniper");
    let firm = Firm::with_files(&[
        ("a.eml", &notice("m1", "Thu, 11 Jan 2024", 1)),
        ("b.eml", &notice("m2", "Fri, 12 Jan 2024", 2)),
        ("f.eml", &notice("m6", "Mon, 22 Jan 2024", 6)),
        ("g.eml", &notice("m7", "Tue, 23 Jan 2024", 7)),
    ]);
    firm.write("register/sources.csv", SOURCES.as_bytes());
    firm.write(
        "register/sequences.csv",
        b"sequence,source,pattern,from,to,dense_attested_by,note\r\nnotices,box,Notice no\\. ([0-9]+),,,,\r\n",
    );
    firm.write(
        "register/controls/sent.csv",
        b"source,day,count\r\nbox,2024-01-12,1\r\nbox,2024-01-16,1\r\nbox,2024-01-17,1\r\nbox,2024-01-18,1\r\nbox,2024-01-22,1\r\n",
    );
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm
}

fn gaps(firm: &Firm) -> Vec<Value> {
    firm.run(&["coverage"]);
    firm.json(0, &["gap", "list"]).as_array().expect("a list").clone()
}

#[test]
fn skipped_numbers_and_control_totals_of_the_same_loss_are_one_gap() {
    let firm = numbered();
    let found = gaps(&firm);
    let of = |kind: &str| {
        let names = |gap: &&Value| gap["evidence"] == kind || gap["also"].to_string().contains(kind);
        found.iter().filter(names).collect::<Vec<_>>()
    };
    let (controls, skips) = (of("control-total"), of("broken-sequence"));
    let ([control], [skips]) = (controls.as_slice(), skips.as_slice()) else { panic!("{found:#?}") };
    assert_eq!(control["id"], skips["id"]);
    assert_eq!(
        (&control["first_day"], &control["last_day"], &control["quantity"]["count"]),
        (&"2024-01-16".into(), &"2024-01-18".into(), &3.into()),
        "{control}"
    );
    let name = control["id"].as_str().expect("a name");
    let shown = firm.expect(0, &["gap", "show", name]).out;
    assert!(shown.contains("control-total, broken-sequence"), "{shown}");
    assert!(
        shown.contains("controls/sent.csv line 3") && shown.contains("numbers 3 to 5 are missing"),
        "{shown}"
    );
}

#[test]
fn what_a_gap_lets_search_anew_is_a_run_of_the_log_and_never_the_last_of_the_request() {
    let firm = numbered();
    let found = gaps(&firm);
    let gap = found[0]["id"].as_str().expect("a name");
    firm.json(0, &["hits", "r"]);
    firm.json(0, &["select", "r"]);
    let impact = firm.json(3, &["gap", "impact", gap]);
    let run = impact["requests"][0]["items"][0]["run"].as_i64().expect("a run");
    let said = firm.run(&["gap", "impact", gap]).out;
    assert!(said.contains(&format!("searched anew as run {}", run + 1)), "{said}");
    let last = firm.run(&["hits", "r", "--compare", "last", "--format", "json"]).json();
    assert_eq!(last["before"]["run"], 1, "{last}");
    let named = firm.run(&["hits", "r", "--compare", &run.to_string(), "--format", "json"]).json();
    assert_eq!(
        (&named["before"]["run"], &named["items"][0]["left"]["documents"]),
        (&run.into(), &0.into()),
        "{named}"
    );
    assert_eq!(firm.run(&["audit"]).code, 0);
}

#[test]
fn a_day_with_several_certificates_names_them_and_chooses_none() {
    let firm = numbered();
    firm.run(&["coverage"]);
    firm.json(0, &["select", "r"]);
    firm.json(0, &["produce", "r"]);
    let first = firm.run(&["certify", "SF001"]);
    let gap = gaps(&firm)[0]["id"].as_str().expect("a name").to_owned();
    firm.json(0, &["gap", "confirm", &gap, "--why", "the feed broke"]);
    firm.run(&["certify", "SF001"]);
    assert!(first.out.contains("Certificate 1: "), "{}", first.out);
    let asked = firm.expect(1, &["certify", "SF001", "--as-known-on", "2024-09-20"]);
    assert!(asked.err.contains("found 2 certificates of SF001 issued on 2024-09-20"), "{}", asked.err);
    assert!(
        asked.err.contains("- certificate 1 of") && asked.err.contains("- certificate 2 of"),
        "{}",
        asked.err
    );
    assert!(
        asked.err.contains("duces certify SF001 --as-known-on 2024-09-20 --certificate 2"),
        "{}",
        asked.err
    );
    let named = firm.json(0, &["certify", "SF001", "--as-known-on", "2024-09-20", "--certificate", "1"]);
    assert_eq!(named["certificate"], 1);
    let later = firm.json(0, &["certify", "SF001", "--as-known-on", "2024-09-21"]);
    assert_eq!(later["certificate"], 2, "on a later day the newest is what was known");
    let wrong = firm.expect(1, &["certify", "SF001", "--as-known-on", "2024-09-20", "--certificate", "9"]);
    assert!(wrong.err.contains("there are 1, 2"), "{}", wrong.err);
}

#[test]
fn a_volume_says_why_it_counts_otherwise_than_the_selection() {
    let firm = numbered();
    // One that cannot be told (no date), and so is pending.
    let undated = String::from_utf8(mail("m9", "Wed, 17 Jan 2024", "Nine", "juniper")).expect("UTF-8");
    let undated: String = undated.split_inclusive("\r\n").filter(|line| !line.starts_with("Date:")).collect();
    firm.write("archive/n.eml", undated.as_bytes());
    firm.json(0, &["index"]);
    firm.run(&["coverage"]);
    let selected = firm.json(3, &["select", "r"]);
    assert_eq!((&selected["documents"], &selected["queue"]), (&5.into(), &1.into()));
    let made = firm.json(0, &["produce", "r", "--partial"]);
    let account = &made["account"];
    assert_eq!(
        (&account["selected"], &account["taken_up"], &account["left"]),
        (&5.into(), &4.into(), &1.into()),
        "{made}"
    );
    assert_eq!(account["differing"][0]["why"], "nobody has decided on it yet");
    let table = account["table"].as_str().and_then(|path| path.rsplit('/').next()).expect("a table");
    let rows = firm.read(&format!("reports/{table}"));
    assert!(rows.contains("pending,waits for a later volume,nobody has decided on it yet"), "{rows}");
    let mock = firm.run(&["produce", "r", "--mock"]);
    assert!(
        mock.out.contains("4 documents selected as produced-whole: excluded-already-produced"),
        "{}{}",
        mock.out,
        mock.err
    );
}

#[test]
fn a_reason_or_a_name_of_nothing_is_refused_with_what_to_type() {
    let firm = numbered();
    let gap = gaps(&firm)[0]["id"].as_str().expect("a name").to_owned();
    for blank in ["", "  ", "\u{a0}"] {
        let why = firm.expect(2, &["gap", "confirm", &gap, "--why", blank]);
        assert!(why.err.contains("expected a reason in words, such as \""), "{}", why.err);
        let by = firm.expect(2, &["gap", "confirm", &gap, "--why", "it broke", "--by", blank]);
        assert!(by.err.contains("expected the name of a person, such as \"Ann Lee\""), "{}", by.err);
        let note = firm.expect(2, &["gap", "note", &gap, "cause", blank]);
        assert!(note.err.contains("expected a text in words"), "{}", note.err);
    }
    firm.json(0, &["gap", "confirm", &gap, "--why", "it broke"]);
}

#[test]
fn a_gap_that_is_open_again_is_new_for_one_night_and_old_from_then_on() {
    let firm = numbered();
    firm.write(
        "register/sources.csv",
        b"source,name,channel,addresses,in_service_from,archive_paths,cadence_days\r\n\
          box,The mailbox,email,ann@small.example,2024-01-08,mail:**,400\r\n",
    );
    firm.json(0, &["index"]);
    let night =
        |hour: u32| firm.run(&["coverage", "--check", "--now", &format!("2024-09-21T{hour:02}:00:00Z")]);
    assert_eq!(night(1).code, 4);
    for gap in firm.json(0, &["gap", "list"]).as_array().expect("a list") {
        let name = gap["id"].as_str().expect("a name");
        firm.json(0, &["gap", "explain", name, "--why", "the feed broke"]);
    }
    assert_eq!(night(2).code, 0);
    let more = firm.read("register/controls/sent.csv") + "box,2024-01-19,4\r\n";
    firm.write("register/controls/sent.csv", more.as_bytes());
    firm.json(0, &["index"]);
    let found = night(3);
    assert_eq!(
        (found.code, found.out.contains("more was found: control-total:box:2024-01-16")),
        (4, true),
        "{}",
        found.out
    );
    let later = night(4);
    assert_eq!((later.code, later.out.contains("no new gap, 1 open before")), (3, true), "{}", later.out);
    let reopened = firm.run(&["gap", "list"]).out;
    assert!(reopened.contains("was explained"), "{reopened}");
    // A register with a mistake cannot be looked at, and the one line says which.
    firm.write("register/closures.csv", b"from,to,reason\r\n1/2/2024,,x\r\n");
    let wrong = night(5);
    assert_eq!(wrong.code, 1);
    assert!(wrong.out.contains("COULD NOT LOOK: 1 mistake found: register/closures.csv:2"), "{}", wrong.out);
    assert_eq!(wrong.out.lines().count(), 1, "{}", wrong.out);
}

#[test]
fn what_was_not_reviewed_makes_no_sentence_on_what_was_kept_wrong() {
    let firm = numbered();
    firm.run(&["coverage"]);
    firm.json(0, &["select", "r"]);
    firm.json(0, &["produce", "r"]);
    firm.run(&["certify", "SF001"]);
    firm.write(
        "register/sources.csv",
        b"source,name,channel,addresses,in_service_from,in_service_to,archive_paths,review_from\r\n\
          box,The mailbox,email,ann@small.example,2024-01-08,2024-01-31,mail:**,\r\n\
          fax,The fax,text,,2010-01-01,2010-12-31,,2010-01-01\r\n",
    );
    firm.json(0, &["index"]);
    firm.run(&["coverage"]);
    firm.write(
        "past.csv",
        b"request,sources,from,to,statement\r\nP-1,box,2024-01-01,2024-01-31,We keep all.\r\n",
    );
    let past = firm.path("past.csv");
    firm.run(&["request", "import-past", past.to_str().expect("UTF-8")]);
    let gap = "not-connected-to-review:box:2024-01-08";
    let impact = firm.json(3, &["gap", "impact", gap]);
    let sentences = impact["requests"][0]["sentences"].as_array().expect("sentences");
    assert_eq!(sentences.len(), 1, "{sentences:#?}");
    assert!(sentences[0]["says"].as_str().is_some_and(|says| says.starts_with("its schedule of gaps")));
    let said = firm.run(&["gap", "impact", gap]).out;
    assert!(said.contains("now unsupported as far as it speaks of review: stated"), "{said}");
}

#[test]
fn each_kind_of_evidence_says_what_it_could_and_could_not_have_seen() {
    let firm = numbered();
    let report = firm.json(3, &["coverage"]);
    let of = |kind: &str| {
        let rows = report["evidence"].as_array().expect("a list");
        rows.iter().find(|row| row["evidence"] == kind).unwrap_or_else(|| panic!("{kind}: {rows:#?}")).clone()
    };
    assert_eq!((&of("control-total")["looked_for"], &of("control-total")["missing"]), (&5.into(), &3.into()));
    assert_eq!(
        (&of("broken-sequence")["looked_for"], &of("broken-sequence")["missing"]),
        (&7.into(), &3.into())
    );
    assert_eq!(of("dangling-reference")["could_see"], false);
    assert_eq!(of("one-sided-mail")["could_see"], false);
    let table = firm.read("reports/coverage-evidence.csv");
    assert!(table.contains("box,one-sided-mail,no,"), "{table}");
    let page = firm.read("reports/coverage.html");
    assert!(page.contains("<a href=\"#days-box\">box</a>") && page.contains("<details id=\"days-box\">"));
    assert!(page.contains("it could see nothing") && page.contains("In a thousand source-years"), "{page}");
    let words = firm.run(&["coverage"]).out;
    assert!(words.contains("review: the register connects no source"), "{words}");
    assert!(
        words.contains("In a thousand source-years") && words.contains("cannot tell of box by silence"),
        "{words}"
    );
    let json: Value = serde_json::from_str(&firm.read("reports/coverage.json")).expect("JSON");
    assert_eq!(json["sources"][0]["source"], "box");
}
