//! The small binary: exit codes and JSON as a contract.

use crate::tiny::{Tiny, write};
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_duces-verify")).args(arguments).output().unwrap()
}

fn on(tiny: &Tiny, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("ECP001");
    write(&tiny.sealed(), &root);
    run(&[&[root.to_str().unwrap()], arguments].concat())
}

#[test]
fn exit_codes_tell_clean_from_warned_from_failed_from_not_looked_at() {
    let mut tiny = Tiny::valid();
    assert_eq!(on(&tiny, &[]).status.code(), Some(0));
    tiny.set(3, "CUSTODIAN", "");
    assert_eq!(on(&tiny, &[]).status.code(), Some(3));
    tiny.set(3, "PGCOUNT", "9");
    assert_eq!(on(&tiny, &[]).status.code(), Some(4));
    assert_eq!(run(&["/no/such/volume"]).status.code(), Some(1));
    for wrong in [&[][..], &["--what"], &["a", "b"]] {
        assert_eq!(run(wrong).status.code(), Some(2), "{wrong:?}");
    }
    assert_eq!(run(&["--help"]).status.code(), Some(0));
    assert_eq!(run(&["--version"]).status.code(), Some(0));
}

#[test]
fn json_holds_findings_and_summary() {
    let mut tiny = Tiny::valid();
    tiny.set(3, "PGCOUNT", "9");
    let output = on(&tiny, &["--json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["findings"][0]["code"], "page-count");
    assert_eq!(json["findings"][0]["severity"], "fails");
    assert_eq!(json["findings"][0]["authority"], "verified: finchcontext.com (LF-14)");
    assert_eq!(json["findings"][0]["examples"][0]["row"], 4);
    assert_eq!(json["summary"]["rows"], 3);
}

#[test]
fn people_read_code_meaning_authority_and_place() {
    let mut tiny = Tiny::valid();
    tiny.set(3, "PGCOUNT", "9");
    let text = String::from_utf8(on(&tiny, &[]).stdout).unwrap();
    for part in
        ["fails page-count (1)", "authority: verified: finchcontext.com", "row 4, PGCOUNT", "does not verify"]
    {
        assert!(text.contains(part), "{text}");
    }
}
