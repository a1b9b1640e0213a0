//! What stands on the pages for each type of office file of the corpora: few get a sheet that shows nothing of them.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a test is told by the environment what there is"
)]

use crate::firm::{Firm, REQUEST};
use std::path::{Path, PathBuf};

/// Most files of a hundred for which nothing but a sheet stands on pages, by type. Workbooks go out as natives by the
/// profile's own rule, with a placeholder.
const CEILINGS: [(&str, u64); 9] = [
    ("doc", 5),
    ("docx", 5),
    ("ppt", 10),
    ("pptx", 5),
    ("odt", 5),
    ("odp", 5),
    ("html", 5),
    ("htm", 5),
    ("txt", 0),
];
/// The same of files that could not be set on pages at all, whatever their type.
const FAILED: u64 = 2;

fn files(under: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(under) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

#[test]
fn the_share_of_sheets_that_show_nothing_of_an_office_file_stays_below_its_ceiling() {
    let Some(root) = std::env::var("DUCES_CORPORA").ok().map(|root| PathBuf::from(root).join("office"))
    else {
        println!("skipped: DUCES_CORPORA names no folder of corpora");
        return;
    };
    let mut all = Vec::new();
    // The PDFs are counted by crates/render.
    for set in ["calamine", "freeeed-loose"] {
        files(&root.join(set), &mut all);
    }
    if all.is_empty() {
        println!("skipped: there are no office files in {}", root.display());
        return;
    }
    all.sort();
    let firm = Firm::with_files(&[]);
    for (at, path) in all.iter().enumerate() {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        firm.write(&format!("archive/{at:03}/{name}"), &std::fs::read(path).expect("a file"));
    }
    let request = REQUEST
        .replace("period = { from = 2024-01-01, to = 2024-06-30 }", "period = { from = 1970-01-01 }")
        .replace("terms = { dialect = \"dtsearch\", query = \"juniper\" }\n", "");
    firm.write("requests/r.toml", request.as_bytes());
    firm.run(&["index"]);
    firm.run(&["select", "r"]);
    let (mut rows, path) = firm.review_sheet("r");
    rows.iter_mut().for_each(|row| row.set("responsive", "yes"));
    firm.hand_back("r", 0, &path, &rows);
    let mock = firm.run(&["produce", "r", "--mock", "--profile", "sec-enf-2021-08-pdf"]);
    println!("{}", mock.out);
    let mock =
        firm.run(&["produce", "r", "--mock", "--profile", "sec-enf-2021-08-pdf", "--format", "json"]).json();
    let count = |ending: &str, what: &str| mock["on_pages"][ending][what].as_u64().unwrap_or(0);
    for (ending, ceiling) in CEILINGS {
        let documents = count(ending, "documents");
        let sheets = documents - count(ending, "own") - count(ending, "text");
        assert!(documents > 0 && sheets * 100 <= ceiling * documents, "{ending}: {sheets} of {documents}");
    }
    let types: Vec<&String> =
        mock["on_pages"].as_object().into_iter().flatten().map(|(ending, _)| ending).collect();
    let sum = |what: &str| types.iter().map(|ending| count(ending, what)).sum::<u64>();
    assert!(sum("sheets") * 100 <= FAILED * sum("documents"), "{} of {}", sum("sheets"), sum("documents"));
}
