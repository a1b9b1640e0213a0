//! The house's rules that a compiler does not hold: which crate may name which, and what is absent.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What each package of ours may depend on, besides `duces-model`. What is not listed is not allowed.
const ARROWS: &[(&str, &[&str])] = &[
    ("duces-model", &[]),
    ("duces-register", &[]),
    ("duces-ingest", &[]),
    ("duces-ledger", &[]),
    ("duces-letters", &[]),
    ("duces-render", &[]),
    ("duces-volume", &[]),
    ("duces-verify", &[]),
    ("duces-indexer", &[]),
    ("duces-query", &["duces-indexer"]),
    ("duces-coverage", &["duces-register"]),
    ("duces-instruments", &["duces-render"]),
    ("duces-packager", &["duces-volume", "duces-render", "duces-instruments"]),
    (
        "duces-workspace",
        &[
            "duces-register",
            "duces-ingest",
            "duces-indexer",
            "duces-query",
            "duces-ledger",
            "duces-letters",
            "duces-coverage",
            "duces-render",
            "duces-instruments",
            "duces-volume",
            "duces-packager",
            "duces-verify",
        ],
    ),
    ("duces-samples", &[]),
    ("duces-cli", &["duces-workspace", "duces-samples"]),
    ("duces-bench", &["duces-samples", "duces-indexer", "duces-ingest", "duces-query", "duces-render"]),
    ("duces-replay", &["duces-register", "duces-coverage", "duces-ingest"]),
];

/// Packages from outside that only the named packages of ours may name.
const OWNED: &[(&str, &[&str])] = &[
    ("tantivy", &["duces-indexer", "duces-query", "duces-bench"]),
    ("frostem", &["duces-query"]),
    ("rusqlite", &["duces-ledger"]),
    ("mail-parser", &["duces-ingest", "duces-verify", "duces-bench"]),
    ("clap", &["duces-cli", "duces-bench", "duces-replay"]),
    ("indicatif", &["duces-cli"]),
    // A letter in DOCX and a list of terms in XLSX are archives, read and never written.
    // So are exports of chats; a room-day is written as one (RSMF), and a certificate that counsel edits (DOCX).
    ("zip", &["duces-volume", "duces-letters", "duces-query", "duces-ingest", "duces-render"]),
    ("cfb", &["duces-ingest"]),
    ("roxmltree", &["duces-letters", "duces-query"]),
    ("quick-xml", &["duces-ingest"]),
    ("fax", &["duces-render", "duces-verify"]),
    ("hayro", &["duces-render"]),
    ("hayro-ccitt", &["duces-render"]),
    ("hayro-interpret", &["duces-ingest"]),
    ("hayro-syntax", &["duces-ingest", "duces-letters"]),
    ("quick-xml", &["duces-ingest"]),
    ("sevenz-rust2", &["duces-ingest"]),
    ("krilla", &["duces-render"]),
    ("pdf-writer", &["duces-render"]),
    ("subsetter", &["duces-render"]),
    ("image", &["duces-render"]),
    ("tiff", &["duces-render"]),
    ("parley", &["duces-render"]),
    ("harfrust", &["duces-render"]),
    ("html5ever", &["duces-render"]),
    ("similar", &["duces-instruments"]),
];

/// Longest file, in lines, tests included: beyond it a second noun is hiding.
const LINES_MAX: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace is there")
}

/// Each package of ours with the packages that it names for more than tests.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let output = Command::new(cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("metadata is JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .map(|package| {
            let named = package["dependencies"]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|dependency| dependency["kind"].is_null())
                .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned))
                .collect();
            (package["name"].as_str().expect("a name").to_owned(), named)
        })
        .collect()
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("crates"), root().join("samples"), root().join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).expect("UTF-8");
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn arrows_between_our_crates_go_one_way() {
    let allowed: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    for (package, named) in dependencies() {
        let allowed =
            allowed.get(package.as_str()).unwrap_or_else(|| panic!("{package} has no row in ARROWS"));
        for name in named.iter().filter(|name| name.starts_with("duces-") && *name != "duces-model") {
            assert!(allowed.contains(&name.as_str()), "{package} names {name}");
        }
    }
}

#[test]
fn the_verifier_sees_nothing_of_the_writer() {
    let named = &dependencies()["duces-verify"];
    let ours: Vec<_> = named.iter().filter(|name| name.starts_with("duces-")).collect();
    assert_eq!(ours, ["duces-model"]);
    assert!(!named.contains("zip"), "the verifier reads archives itself");
}

#[test]
fn each_outside_package_is_named_by_its_owner_only() {
    let dependencies = dependencies();
    for (outside, owners) in OWNED {
        for (package, named) in &dependencies {
            assert!(
                !named.contains(*outside) || owners.contains(&package.as_str()),
                "{package} names {outside}"
            );
        }
    }
}

#[test]
fn every_package_stands_on_the_map() {
    let map = fs::read_to_string(root().join("crates/README.md")).expect("the map");
    for package in dependencies().keys() {
        let name = package.trim_start_matches("duces-");
        assert!(map.contains(&format!("`{name}`")), "crates/README.md does not name {name}");
    }
    assert!(map.lines().count() < 200, "the map is for reading in one sitting");
}

#[test]
fn no_stub_and_no_ignored_test_stands_in_the_sources() {
    let banned = [
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("#[ig", "nore"),
        concat!("FIX", "ME"),
    ];
    for (path, text) in sources() {
        for word in banned {
            assert!(!text.contains(word), "{} has {word}", path.display());
        }
    }
}

#[test]
fn no_file_hides_a_second_noun() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines", path.display());
    }
}

#[test]
fn only_the_faces_print() {
    for (path, text) in sources() {
        let shown = path.to_string_lossy().replace('\\', "/");
        let face = ["/crates/cli/", "/src/bin/", "/tests/", "/examples/", "_tests.rs", "/tests.rs"]
            .iter()
            .any(|part| shown.contains(part));
        if face {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for word in ["println!(", "eprintln!(", "print!("] {
            assert!(!code.contains(word), "{shown} prints");
        }
    }
}
