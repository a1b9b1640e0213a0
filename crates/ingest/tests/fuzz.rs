//! The smoke run of the fuzz targets: the functions that libFuzzer is given in `fuzz/`, on damages that are the same in each
//! run. `fuzz/README.md` says how they run for longer.

#![cfg(unix)]
#![allow(clippy::print_stdout)]

#[path = "../../../fuzz/read.rs"]
mod read;
mod support;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;
use support::damage::damaged;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

fn names(below: &str, suffix: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder().join(below)).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap().trim_end_matches(suffix).to_owned())
        .collect()
}

/// Of each seed: its target, its file, the form of the first container in it, a word that is read out of it.
fn seeds() -> Vec<[String; 4]> {
    let list = std::fs::read_to_string(folder().join("seeds.txt")).unwrap();
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let fields: Vec<String> = line.splitn(4, '\t').map(str::to_owned).collect();
            fields.try_into().unwrap_or_else(|_| panic!("four fields: {line}"))
        })
        .collect()
}

#[test]
fn every_target_is_built_has_seeds_and_each_of_them_leads_to_its_reader() {
    let targets = names("fuzz_targets", ".rs");
    assert_eq!(names("seeds", ""), targets);
    let built = std::fs::read_to_string(folder().join("Cargo.toml")).unwrap();
    let (mut listed, mut astray) = (BTreeSet::new(), Vec::new());
    for target in &targets {
        assert!(built.contains(&format!("path = \"fuzz_targets/{target}.rs\"")), "{target}");
    }
    for [target, name, form, word] in seeds() {
        let bytes = std::fs::read(folder().join("seeds").join(&target).join(&name)).unwrap();
        let read = read::target(&target, &bytes);
        if !read.first().is_some_and(|(own, texts)| *own == form && texts.contains(&word)) {
            astray.push((target.clone(), name.clone(), read));
        }
        listed.insert(format!("{target}/{name}"));
    }
    assert!(astray.is_empty(), "{astray:#?}");
    for target in &targets {
        for name in names(&format!("seeds/{target}"), "") {
            assert!(listed.contains(&format!("{target}/{name}")), "{target}/{name} is not in seeds.txt");
        }
    }
}

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "a long run is asked for by the environment, and a hang is told by the clock"
)]
fn no_damage_of_any_seed_is_a_panic_a_hang_or_a_broken_account() {
    let cases = std::env::var("DUCES_FUZZ_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(150);
    for [target, name, ..] in seeds() {
        let sample = std::fs::read(folder().join("seeds").join(&target).join(&name)).unwrap();
        let started = Instant::now();
        for seed in 0..cases {
            let one = Instant::now();
            read::target(&target, &damaged(seed, &sample));
            assert!(one.elapsed().as_secs() < 20, "{target}/{name}: damage {seed} takes too long");
        }
        println!("{target}/{name}: {cases} damages, {} ms", started.elapsed().as_millis());
    }
}
