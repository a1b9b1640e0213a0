//! Volumes: sealed once, rebuilt the same, damaged and found out.

use crate::firm::{Firm, mail, tree};

const REQUEST: &str = r#"format = 1
[request]
authority = "FINRA"
number = "1"
title = "t"
received = 2024-09-03
due = 2024-10-01
period = { from = 2024-01-01, to = 2024-06-30 }
declaration_1746 = true
[[item]]
id = "1"
text = "All of it."
kind = "search"
terms = { dialect = "dtsearch", query = "juniper" }
"#;

fn produced() -> Firm {
    let firm = Firm::with_files(&[
        ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one")),
        ("b.eml", &mail("m2", "Tue, 09 Jan 2024", "Two", "juniper two")),
        ("c.eml", &mail("m3", "Wed, 10 Jan 2024", "Three", "cedar")),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.run(&["coverage"]);
    firm.json(0, &["select", "r"]);
    firm.json(0, &["produce", "r"]);
    firm
}

#[test]
fn a_sealed_volume_verifies_is_rebuilt_the_same_and_is_certified() {
    let firm = produced();
    assert_eq!(firm.json(0, &["verify", "SF001"])["passed"], true);
    assert_eq!(
        firm.json(0, &["produce", "--rebuild", "SF001"])["differing"].as_array().map(Vec::len),
        Some(0)
    );
    let certified = firm.json(0, &["certify", "SF001"]);
    let pdf = firm
        .path("certificates")
        .join(certified["pdf"].as_str().and_then(|p| p.rsplit('/').next()).expect("a name"));
    assert!(std::fs::read(pdf).expect("the PDF").starts_with(b"%PDF"));
}

#[test]
fn a_second_volume_takes_the_next_numbers_and_nothing_that_was_produced() {
    let firm = produced();
    std::fs::remove_file(firm.path("review/decisions-r.csv")).expect("removed");
    firm.write("archive/d.eml", &mail("m4", "Thu, 11 Jan 2024", "Four", "juniper four"));
    firm.json(0, &["index"]);
    let selected = firm.json(0, &["select", "r"]);
    assert_eq!(selected["dispositions"]["excluded-already-produced"], 2);
    let second = firm.json(0, &["produce", "r"]);
    assert_eq!(second["volume"], "SF002");
    assert_eq!(second["bates"]["first"], "SF0000003");
    assert_eq!(firm.json(0, &["verify", "SF002"])["passed"], true);
    assert_eq!(firm.json(0, &["verify", "SF001"])["passed"], true);
}

#[test]
fn a_volume_damaged_after_sealing_does_not_verify_and_is_not_certified() {
    let firm = produced();
    for (name, bytes) in tree(&firm.path("productions/SF001")) {
        let mut damaged = bytes.clone();
        match damaged.last_mut() {
            Some(last) => *last ^= 0x20,
            None => continue,
        }
        firm.write(&format!("productions/SF001/{name}"), &damaged);
        let report = firm.json(4, &["verify", "SF001"]);
        assert_eq!(report["passed"], false, "{name}");
        assert_eq!(firm.run(&["certify", "SF001"]).code, 4, "{name}");
        firm.write(&format!("productions/SF001/{name}"), &bytes);
    }
    assert_eq!(firm.json(0, &["verify", "SF001"])["passed"], true);
}

#[test]
fn retained_bytes_that_changed_since_indexing_are_never_produced() {
    let firm = Firm::with_files(&[("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one"))]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    firm.write("archive/a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper two"));
    let refused = firm.expect(1, &["produce", "r"]);
    assert!(refused.err.contains("a.eml") && refused.err.contains("changed since"), "{}", refused.err);
    assert!(!firm.path("productions/SF001").exists());
    // Originals are read again before a number is spent: nothing is begun.
    assert_eq!(firm.json(0, &["status"])["volumes"].as_array().map(Vec::len), Some(0));
}

#[test]
fn open_decisions_stop_a_production_or_make_the_certificate_partial() {
    let undated = b"From: ann@small.example\r\nTo: bob@client.example\r\nSubject: no date\r\nMessage-ID: <u@small.example>\r\n\r\njuniper\r\n";
    let firm = Firm::with_files(&[
        ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one")),
        ("u.eml", undated),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    assert_eq!(firm.json(3, &["select", "r"])["queue"], 1);
    let refused = firm.expect(4, &["produce", "r"]);
    assert!(refused.err.contains("1 of 2 documents are pending"), "{}", refused.err);
    firm.json(0, &["produce", "r", "--partial"]);
    let certified = firm.json(3, &["certify", "SF001"]);
    assert!(certified["title"].as_str().is_some_and(|title| title.contains("Partial")), "{certified}");
}
