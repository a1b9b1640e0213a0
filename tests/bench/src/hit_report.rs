//! A whole hit report, as a person asks for it: `duces hits` over a workspace of many short mails.
//!
//! The mails are those of the searches in this process (module `queries`), written as mailboxes and indexed
//! by the duces program. The workspace is made once and kept in its folder.

use crate::failure::Failure;
use crate::measure;
use crate::queries::archive::{Vocabulary, mail};
use crate::queries::terms_of_report;
use clap::Args;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// How often the report is made.
const RUNS: usize = 3;
/// Mailboxes, each with a source and four people of its own.
const MAILBOXES: u64 = 50;
/// Seconds that are promised for a report of fifty terms on a million documents.
const PROMISED: &str = "< 10";

const REQUEST: &str = r#"format = 1
[request]
authority = "FINRA"
number = "1"
title = "bench"
zone = "America/New_York"
period = { from = 2022-01-01, to = 2023-12-31 }
[[item]]
id = "1"
text = "Fifty terms."
terms = { dialect = "dtsearch", list = "fifty.txt" }
"#;

/// What to time.
#[derive(Debug, Args)]
pub(crate) struct Asked {
    /// How many mails, each one document.
    #[arg(long, default_value_t = 1_000_000)]
    documents: u64,
    /// Keep the workspace in this folder, and use the one that is there; else a temporary one.
    #[arg(long)]
    dir: Option<PathBuf>,
}

pub(crate) fn run(asked: &Asked, duces: &Path) -> Result<(), Failure> {
    let temporary;
    let folder = match &asked.dir {
        Some(dir) => dir.as_path(),
        None => {
            temporary =
                tempfile::tempdir().map_err(|source| Failure::io("make a temporary folder", source))?;
            temporary.path()
        }
    };
    let workspace = folder.join(format!("workspace-{}", asked.documents));
    // Written last, so that an interrupted run is not taken for a finished one.
    let indexed = workspace.join("indexed");
    if !indexed.exists() {
        make(&workspace, asked.documents, duces)?;
        std::fs::write(&indexed, "").map_err(|source| Failure::io("mark the workspace", source))?;
    }
    println!("a hit report of 50 terms over {} documents; {} cores", asked.documents, crate::cores());
    println!("{:>9} {:>9} {:>9} {:>10}", "wall s", "CPU s", "peak MB", "promised");
    for _ in 0..RUNS {
        let mut command = Command::new(duces);
        command.arg("-C").arg(&workspace).args(["--by", "bench", "hits", "bench"]);
        let measured = measure::run(&mut command)?;
        measured.expect_code(&command, &[0, 3])?;
        let cpu = measured.cpu.map_or_else(|| "-".to_owned(), |cpu| format!("{:.2}", cpu.as_secs_f64()));
        let peak = measured.peak_bytes.map_or_else(|| "-".to_owned(), |bytes| (bytes >> 20).to_string());
        println!("{:>9.2} {cpu:>9} {peak:>9} {PROMISED:>10}", measured.wall.as_secs_f64());
    }
    Ok(())
}

/// Writes the workspace and has it indexed.
fn make(workspace: &Path, documents: u64, duces: &Path) -> Result<(), Failure> {
    if workspace.exists() {
        std::fs::remove_dir_all(workspace)
            .map_err(|source| Failure::io("remove an unfinished workspace", source))?;
    }
    let vocabulary = Vocabulary::new();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(duces);
        command.arg("-C").arg(workspace).args(["--by", "bench"]).args(arguments);
        let measured = measure::run(&mut command)?;
        measured.expect_code(&command, &[0, 3]).map(|()| measured)
    };
    std::fs::create_dir_all(workspace.join("archive"))
        .map_err(|source| Failure::io("make the workspace", source))?;
    run(&["init", "--firm", "Bench LLC", "--crd", "1", "--domain", "ecp.example", "--prefix", "B"])?;
    let mut sources = String::from(
        "source,name,channel,addresses,owner,in_service_from,in_service_to,archive_paths,silence_days_max\r\n",
    );
    for box_number in 0..MAILBOXES {
        let addresses: Vec<String> =
            (0..4).map(|part| format!("person{}@ecp.example", box_number * 4 + part)).collect();
        let _ = write!(
            sources,
            "box-{box_number},Box {box_number},email,{},,2022-01-01,,mail:{box_number}.mbox,3\r\n",
            addresses.join(";")
        );
        write_mailbox(workspace, box_number, documents, &vocabulary)
            .map_err(|source| Failure::io("write a mailbox", source))?;
    }
    let files = [
        ("register/sources.csv", sources),
        ("register/people.csv", "person,name,addresses,role,from,to,note\r\n".to_owned()),
        ("requests/bench.toml", REQUEST.to_owned()),
        ("requests/fifty.txt", terms_of_report(&vocabulary).join("\n")),
    ];
    for (name, text) in files {
        std::fs::write(workspace.join(name), text)
            .map_err(|source| Failure::io(format!("write {name}"), source))?;
    }
    let measured = run(&["index"])?;
    println!("indexed {documents} mails in {:.0} s", measured.wall.as_secs_f64());
    Ok(())
}

fn write_mailbox(
    workspace: &Path,
    box_number: u64,
    documents: u64,
    vocabulary: &Vocabulary,
) -> std::io::Result<()> {
    let file = File::create(workspace.join("archive").join(format!("{box_number}.mbox")))?;
    let mut out = BufWriter::new(file);
    for row in (1..=documents).filter(|row| row % MAILBOXES == box_number) {
        // No line of a mail starts with "From ": the words are invented, and in small letters.
        writeln!(out, "From bench@ecp.example Mon Jan  1 00:00:00 2024")?;
        writeln!(out, "{}", mail(row, vocabulary))?;
    }
    out.flush()
}
