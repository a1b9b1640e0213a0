//! Counts held against readers of other makers, on mail that nobody here wrote. What differs is explained, one by one, in
//! `tests/second_readers/differences.txt`; a difference that is not there fails, and so does an explanation of none.

#![allow(clippy::print_stdout)]

mod support;

use duces_ingest::Limits;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use support::{corpora, read_all};

#[allow(clippy::disallowed_methods, reason = "a test is told by the environment which Python to use")]
fn python() -> Option<String> {
    let python = std::env::var("DUCES_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let there = Command::new(&python).arg("--version").output().is_ok_and(|output| output.status.success());
    there.then_some(python)
}

/// `ours` and `theirs` of each container that differs, by its path.
fn differences(archive: &Path, python: &str) -> (usize, BTreeMap<String, String>) {
    let all = read_all(archive, &Limits::default());
    let mut list = String::new();
    let mut ours = BTreeMap::new();
    for seen in &all {
        let path = seen.file.absolute.to_string_lossy().into_owned();
        // A member of an archive has no file that the other reader could open.
        if !seen.file.absolute.exists() {
            continue;
        }
        list.push_str(&format!("{}\t{path}\n", seen.kind.as_str()));
        ours.insert(path, (seen.tally.found.to_string(), seen.file.path.to_string()));
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/second_readers/count.py");
    let mut child =
        Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let feed = std::thread::spawn(move || stdin.write_all(list.as_bytes()));
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap().unwrap();
    let mut compared = 0;
    let mut differ = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let (count, path) = line.split_once('\t').unwrap();
        let (own, name) = &ours[path];
        compared += usize::from(count != "-");
        if count != "-" && count != own {
            differ.insert(name.clone(), format!("{own} {count}"));
        }
    }
    (compared, differ)
}

#[test]
fn counts_agree_with_other_readers_but_where_it_is_explained() {
    let (Some(corpora), Some(python)) = (corpora(), python()) else {
        println!("skipped: DUCES_CORPORA is not set, or there is no Python");
        return;
    };
    let (compared, found) = differences(&corpora, &python);
    println!("{compared} containers compared, {} differ", found.len());
    let explained = include_str!("../../../tests/second_readers/differences.txt");
    let explained: BTreeMap<String, String> = explained
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let fields: Vec<&str> = line.splitn(3, '\t').collect();
            assert!(fields.len() == 3 && !fields[2].trim().is_empty(), "{line:?} has no reason");
            (fields[0].to_owned(), fields[1].to_owned())
        })
        .collect();
    let new: Vec<_> = found.iter().filter(|(path, what)| explained.get(*path) != Some(what)).collect();
    for (path, what) in &new {
        println!("{path}\t{what}");
    }
    let gone: Vec<_> = explained.keys().filter(|path| !found.contains_key(*path)).collect();
    assert!(new.is_empty(), "{} differences are not explained", new.len());
    assert!(gone.is_empty(), "explained, and no difference any more: {gone:?}");
    assert!(compared > 4_000);
}
