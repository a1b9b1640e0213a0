//! The whole job on the invented firm, held against what was planted in it.

use crate::firm::{Firm, duces, tree};
use duces_samples::{REQUEST, Truth, truth};
use serde_json::Value;
use std::collections::BTreeSet;

fn rows<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    value[key].as_array().unwrap_or_else(|| panic!("no list {key} in {value}"))
}

fn gap_ids(report: &Value) -> BTreeSet<String> {
    rows(report, "gaps").iter().filter_map(|gap| gap["id"].as_str().map(str::to_owned)).collect()
}

#[test]
fn the_demo_runs_every_step_and_says_what_to_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let firm = folder.path().join("demo");
    let ended = duces(&["demo", firm.to_str().expect("UTF-8")]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    for step in [
        "register check",
        "index",
        "coverage",
        "plan",
        "hits",
        "select",
        "produce",
        "verify",
        "certify",
        "status",
    ] {
        assert!(
            ended.out.lines().any(|line| line.starts_with("$ duces") && line.contains(step)),
            "no step {step}"
        );
    }
    assert!(ended.out.contains("unexplained 0"));
    assert!(ended.out.contains("Subject to the Schedule of Gaps"));
    let opened =
        ended.out.lines().find_map(|line| line.strip_prefix("Open first:  ")).expect("what to open first");
    assert!(std::fs::read(opened).expect("the certificate").starts_with(b"%PDF"));
    let again = duces(&["demo", firm.to_str().expect("UTF-8")]);
    assert_eq!(again.code, 1, "a folder that holds something is left alone: {}", again.out);
}

#[test]
fn two_runs_of_the_demo_write_the_same_volume_and_the_same_certificate() {
    let folder = tempfile::tempdir().expect("a folder");
    let [one, other] = ["one", "other"].map(|name| {
        let firm = folder.path().join(name);
        assert_eq!(duces(&["demo", firm.to_str().expect("UTF-8")]).code, 0);
        [tree(&firm.join("productions")), tree(&firm.join("certificates"))]
    });
    assert!(one == other, "the outputs differ");
}

#[test]
fn the_account_says_what_was_planted() {
    let truth: Truth = truth();
    let firm = Firm::invented();
    let report = firm.json(0, &["index"]);
    assert_eq!(report["containers"]["found"], truth.occurrences);
    let mut reader = csv_rows(&firm.read("reports/containers.csv"));
    for planted in &truth.containers {
        let row = reader
            .iter()
            .position(|row| row[1] == planted.path)
            .unwrap_or_else(|| panic!("{}", planted.path));
        assert_eq!(reader.remove(row)[3], planted.messages.to_string(), "{}", planted.path);
    }
    assert!(reader.is_empty(), "{reader:?}");
}

#[test]
fn every_planted_gap_is_found_with_its_days_and_nothing_else_is() {
    let truth = truth();
    let firm = Firm::invented();
    firm.json(0, &["index"]);
    let report = firm.json(3, &["coverage"]);
    let mut expected: BTreeSet<String> = BTreeSet::from([
        format!("silence:{}:{}", truth.broken_capture.source, truth.broken_capture.removed_on),
        format!("nothing-captured:{}:{}", truth.never_captured.0, truth.never_captured.1),
    ]);
    let found = gap_ids(&report);
    let unregistered = format!("unregistered-traffic:{}:", truth.unregistered.address);
    expected.extend(found.iter().filter(|id| id.starts_with(&unregistered)).cloned());
    expected.extend(found.iter().filter(|id| id.starts_with("control-total:confirmations:")).cloned());
    // The register connects three sources to no review; each is in service from another day or by another path.
    let unreviewed =
        [("confirmations", "2024-05-01"), ("research-desk", "2024-02-01"), ("service-desk", "2024-01-02")];
    expected.extend(unreviewed.map(|(source, from)| format!("not-connected-to-review:{source}:{from}")));
    // January of the service desk was disposed of while the hold of the request required it.
    expected.insert("unlawful-disposal:service-desk:2024-01-02".to_owned());
    assert_eq!(found, expected);
    assert!(found.iter().any(|id| id.starts_with(&unregistered)));
    let lost: u64 = truth.lost_confirmations.iter().map(|day| day.control - day.captured).sum();
    let stated: u64 = rows(&report, "gaps")
        .iter()
        .filter(|gap| gap["evidence"] == "control-total")
        .filter_map(|gap| gap["quantity"]["count"].as_u64())
        .sum();
    assert_eq!(stated, lost);
    // What is said of changed capture paths, and of how long a silence must be, stands in the sheets too.
    assert_eq!(report["changes"].as_array().map(Vec::is_empty), Some(false), "{}", report["changes"]);
    assert!(firm.read("reports/coverage-changes.csv").contains("journal-rule-7,2024-04-15"));
    assert!(firm.read("reports/coverage.csv").contains("false findings of silence expected in a million"));
    // The second look finds nothing new, and a person's word stays.
    let silence = format!("silence:{}:{}", truth.broken_capture.source, truth.broken_capture.removed_on);
    firm.json(0, &["gap", "confirm", &silence, "--why", "the rule was not migrated"]);
    let again = firm.json(3, &["coverage"]);
    assert_eq!(rows(&again, "new_gaps").len(), 0);
    let confirmed = rows(&again, "gaps").iter().find(|gap| gap["id"] == silence.as_str()).expect("listed");
    assert_eq!(confirmed["status"], "confirmed");
}

#[test]
fn the_items_find_what_was_planted_and_the_sums_close() {
    let firm = Firm::invented();
    firm.json(0, &["index"]);
    let report = firm.json(3, &["hits", REQUEST]);
    for item in rows(&report, "items") {
        let count = |key: &str| item[key].as_u64().expect("a count");
        assert_eq!(count("in_scope"), count("hit") + count("not_hit") + count("cannot_tell"), "{item}");
    }
    firm.json(3, &["select", REQUEST]);
    let (sheet, _) = firm.review_sheet(REQUEST);
    let why = |item: &str, subject: &str| -> BTreeSet<String> {
        let of_item = sheet.iter().filter(|row| row.cell("items").split("; ").any(|one| one == item));
        of_item.filter(|row| row.cell("subject") == subject).map(|row| row.cell("why").to_owned()).collect()
    };
    for planted in &truth().items {
        for subject in planted.hits {
            assert!(why(planted.item, subject).contains("hit"), "item {}: {subject}", planted.item);
        }
        for subject in planted.cannot_tell {
            assert!(why(planted.item, subject).contains("cannot tell"), "item {}: {subject}", planted.item);
        }
        for subject in planted.no {
            assert!(why(planted.item, subject).is_empty(), "item {}: {subject}", planted.item);
        }
    }
}

fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}
