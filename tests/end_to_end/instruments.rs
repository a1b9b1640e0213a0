//! Declarations, reports and letters: issued from a verified volume, refused without, checked after editing, and
//! never mixed with what is internal.

use crate::firm::{Firm, REQUEST, mail, tree};

fn firm() -> Firm {
    let firm = Firm::with_files(&[
        ("a.eml", &mail("m1", "Mon, 08 Jan 2024", "One", "juniper one")),
        ("b.eml", &mail("m2", "Tue, 09 Jan 2024", "Two", "juniper two")),
    ]);
    firm.write("requests/r.toml", REQUEST.as_bytes());
    firm.json(0, &["index"]);
    firm
}

fn produced() -> Firm {
    let firm = firm();
    firm.run(&["coverage"]);
    firm.json(0, &["select", "r"]);
    firm.json(0, &["produce", "r"]);
    firm
}

#[test]
fn a_letter_needs_a_verified_volume_and_is_refused_with_what_is_missing() {
    let firm = firm();
    firm.json(0, &["select", "r"]);
    let refused = firm.expect(4, &["letter", "transmittal", "r"]);
    assert!(refused.err.contains("no volume was made in answer to request r"), "{}", refused.err);
    assert!(!firm.path("letters").exists());
    firm.json(0, &["produce", "r"]);
    let refused = firm.expect(4, &["letter", "rule-83", "SF001"]);
    assert!(refused.err.contains("carries no legend"), "{}", refused.err);
    let refused = firm.expect(4, &["letter", "password", "SF001"]);
    assert!(refused.err.contains("not encrypted"), "{}", refused.err);
    let native = tree(&firm.path("productions/SF001")).into_iter().find(|(path, _)| path.contains("NATIVES"));
    let native = format!("productions/SF001/{}", native.expect("a native").0.trim_start_matches('/'));
    std::fs::write(firm.path(&native), b"changed").expect("written");
    let refused = firm.expect(4, &["letter", "transmittal", "SF001"]);
    assert!(refused.err.contains("does not verify"), "{}", refused.err);
    let refused = firm.expect(4, &["certify", "copies", "r"]);
    assert!(refused.err.contains("volume SF001 does not verify"), "{}", refused.err);
}

#[test]
fn instruments_are_made_recorded_and_listed_where_a_gap_touches_them() {
    let firm = produced();
    for (command, kind) in [
        ("letter", "transmittal"),
        ("certify", "custodian"),
        ("certify", "system"),
        ("certify", "copies"),
        ("certify", "scope"),
    ] {
        let ended = firm.run(&["--format", "json", command, kind, "SF001"]);
        assert!([0, 3].contains(&ended.code), "{kind}: {}", ended.err);
        let made = ended.json();
        let pdf = std::fs::read(made["pdf"].as_str().expect("a path")).expect("the PDF");
        assert!(pdf.starts_with(b"%PDF"), "{kind}");
        let check = firm.json(0, &["certify", "check", made["pdf"].as_str().expect("a path")]);
        assert_eq!(
            (&check["document"], &check["now"]),
            (&"as-issued".into(), &serde_json::json!([])),
            "{kind}"
        );
        let check = firm.json(0, &["certify", "check", made["docx"].as_str().expect("a path")]);
        assert_eq!(check["document"], "as-issued", "{kind}: {check}");
        let check = firm.json(0, &["certify", "check", made["json"].as_str().expect("a path")]);
        assert_eq!(check["document"], "as-issued", "{kind}: {check}");
    }
    let audit = firm.expect(0, &["audit", "verify"]);
    assert!(audit.out.contains("hold"), "{}", audit.out);
}

#[test]
fn open_questions_are_told_at_the_terminal_and_kept_out_of_what_is_issued() {
    let firm = produced();
    let questions = |made: &serde_json::Value| {
        let json = std::fs::read(made["json"].as_str().expect("a path")).expect("the JSON");
        let file: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        file["sheet"]["questions"].clone()
    };
    let issued = firm.json(3, &["letter", "transmittal", "SF001"]);
    assert_ne!(issued["questions"], serde_json::json!([]), "the person who issues it is told");
    assert_eq!(questions(&issued), serde_json::json!([]));
    let draft = firm.json(3, &["letter", "transmittal", "SF001", "--draft"]);
    assert_eq!(questions(&draft), draft["questions"]);
    for made in [&issued, &draft] {
        let check = firm.json(0, &["certify", "check", made["docx"].as_str().expect("a path")]);
        assert_eq!(check["document"], "as-issued", "{check}");
    }
}

#[test]
fn a_firms_own_wording_is_used_and_a_mistake_in_it_has_its_place() {
    let firm = produced();
    let own = include_str!("../../templates/instruments/transmittal.toml");
    let named = own.replace("Delivered on behalf of", "Herewith, on behalf of");
    firm.write("templates/transmittal.toml", named.as_bytes());
    let made = firm.json(3, &["letter", "transmittal", "SF001"]);
    let docx = made["docx"].as_str().expect("a path").to_owned();
    assert_eq!(firm.json(0, &["certify", "check", &docx])["document"], "as-issued");
    // The wording may change afterwards: what was issued is checked with its own.
    let wrong = own.replace("{{ manifest }}", "{{ manifesto }}");
    firm.write("templates/transmittal.toml", wrong.as_bytes());
    assert_eq!(firm.json(0, &["certify", "check", &docx])["document"], "as-issued");
    let refused = firm.run(&["letter", "transmittal", "SF001"]);
    assert_eq!(refused.code, 1);
    let line = own.lines().position(|line| line.contains("{{ manifest }}")).expect("the line") + 1;
    assert!(refused.err.contains(&format!("templates/transmittal.toml:{line}")), "{}", refused.err);
}

#[test]
fn what_is_internal_answers_no_item_by_whatever_path_it_comes() {
    let firm = produced();
    firm.run(&["hits", "r"]);
    firm.run(&["certify", "scope", "SF001", "--draft"]);
    firm.run(&["status"]);
    firm.run(&["audit", "export"]);
    let mut tried = 0;
    firm.run(&["letter", "transmittal", "SF001"]);
    firm.run(&["certify", "SF001"]);
    for folder in ["reports", "drafts", "certificates", "letters"] {
        for (path, bytes) in tree(&firm.path(folder)) {
            let path = format!("{folder}/{}", path.trim_start_matches('/'));
            let file = firm.path(&path);
            let file = file.to_str().expect("UTF-8");
            let refused = firm.expect(4, &["add", "r", "1", file, "--note", "found on a desk"]);
            assert!(refused.err.contains("internal work product"), "{path}: {}", refused.err);
            // Under another name, in another place, and with something put behind it.
            let tables = ["gaps.csv", "coverage.csv", "coverage-days.csv", "hits-r.csv"];
            let is_marked = path.ends_with(".html") || tables.iter().any(|table| path.ends_with(table));
            if path.starts_with("drafts") || is_marked {
                let elsewhere = format!("elsewhere-{}", path.replace('/', "-"));
                firm.write(&elsewhere, &[&bytes[..], b"\n"].concat());
                let file = firm.path(&elsewhere);
                let file = file.to_str().expect("UTF-8");
                let refused = firm.expect(4, &["add", "r", "1", file, "--note", "found on a desk"]);
                assert!(refused.err.contains("internal work product"), "{path}: {}", refused.err);
            }
            tried += 1;
        }
    }
    assert!(tried > 5, "{tried} files were tried");
    let internal = tree(&firm.path("reports")).into_iter().chain(tree(&firm.path("drafts")));
    let internal: Vec<Vec<u8>> = internal.map(|(_, bytes)| bytes).collect();
    for (path, bytes) in tree(&firm.path("productions/SF001")) {
        assert!(bytes.is_empty() || !internal.contains(&bytes), "{path}");
    }
}

#[test]
fn a_certificate_and_its_findings_need_no_index() {
    let firm = produced();
    let made = firm.run(&["--format", "json", "letter", "transmittal", "SF001"]).json();
    firm.run(&["certify", "SF001"]);
    std::fs::remove_dir_all(firm.path(".duces/index")).expect("the index is deleted");
    let verified = firm.json(0, &["verify", "SF001"]);
    assert_eq!(verified["passed"], true);
    firm.expect(0, &["audit", "verify"]);
    let stored = firm.run(&["certify", "SF001", "--as-known-on", "2999-01-01"]);
    assert_eq!(stored.code, 0, "{}{}", stored.out, stored.err);
    assert!(std::path::Path::new(made["pdf"].as_str().expect("a path")).exists());
}

#[test]
fn internal_work_product_that_lies_in_the_archive_stops_the_volume_that_would_hold_it() {
    let firm = firm();
    let page =
        "juniper: open questions. Internal work product: not to leave the firm. To be asked of the desk.";
    firm.write("archive/c.eml", &mail("m3", "Wed, 10 Jan 2024", "Three", page));
    firm.json(0, &["index"]);
    firm.json(0, &["select", "r"]);
    let report = firm.json(3, &["gate", "r"]);
    assert_eq!(report["questions"][0]["id"], "internal-work-product", "{report}");
    let word = ["gate", "r", "--acknowledge", "internal-work-product", "--why", "it may go"];
    firm.expect(4, &word);
    assert!(firm.expect(4, &["produce", "r"]).err.contains("internal-work-product"));
    assert!(!firm.path("productions/SF001").exists());
}
