//! A whole look for gaps, as a nightly job does it: `duces coverage` over a workspace of three hundred mailboxes and six
//! years. The workspace is made once and kept in its folder.

mod firm;

use crate::failure::Failure;
use crate::measure;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How often it is looked.
const RUNS: usize = 3;

/// What to time.
#[derive(Debug, Args)]
pub(crate) struct Asked {
    /// About how many mails the mailboxes hold together.
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
    let workspace = folder.join(format!("coverage-{}", asked.documents));
    // Written last, so that an interrupted run is not taken for a finished one.
    let indexed = workspace.join("indexed");
    if !indexed.exists() {
        make(&workspace, asked.documents, duces)?;
        std::fs::write(&indexed, "").map_err(|source| Failure::io("mark the workspace", source))?;
    }
    println!(
        "coverage of {} sources over 6 years, about {} mails; {} cores",
        firm::SOURCES,
        asked.documents,
        crate::cores()
    );
    println!("{:>9} {:>9} {:>9}", "wall s", "CPU s", "peak MB");
    for _ in 0..RUNS {
        let mut command = Command::new(duces);
        command.arg("-C").arg(&workspace).args(["--by", "bench", "coverage"]);
        let measured = measure::run(&mut command)?;
        measured.expect_code(&command, &[0, 3])?;
        let cpu = measured.cpu.map_or_else(|| "-".to_owned(), |cpu| format!("{:.2}", cpu.as_secs_f64()));
        let peak = measured.peak_bytes.map_or_else(|| "-".to_owned(), |bytes| (bytes >> 20).to_string());
        println!("{:>9.2} {cpu:>9} {peak:>9}", measured.wall.as_secs_f64());
    }
    Ok(())
}

/// Writes the workspace and has it indexed.
fn make(workspace: &Path, documents: u64, duces: &Path) -> Result<(), Failure> {
    if workspace.exists() {
        std::fs::remove_dir_all(workspace)
            .map_err(|source| Failure::io("remove an unfinished workspace", source))?;
    }
    let archive = workspace.join("archive");
    std::fs::create_dir_all(&archive).map_err(|source| Failure::io("make the workspace", source))?;
    let run = |arguments: &[&str]| {
        let mut command = Command::new(duces);
        command.arg("-C").arg(workspace).args(["--by", "bench"]).args(arguments);
        let measured = measure::run(&mut command)?;
        measured.expect_code(&command, &[0, 3]).map(|()| measured)
    };
    run(&["init", "--firm", "Bench LLC", "--crd", "1", "--domain", "ecp.example", "--prefix", "B"])?;
    let written = firm::write_mailboxes(&archive, documents)
        .map_err(|source| Failure::io("write the mailboxes", source))?;
    let files = [
        ("register/sources.csv", firm::sources()),
        ("register/people.csv", "person,name,addresses,role,from,to,note\r\n".to_owned()),
    ];
    for (name, text) in files {
        std::fs::write(workspace.join(name), text)
            .map_err(|source| Failure::io(format!("write {name}"), source))?;
    }
    let measured = run(&["index"])?;
    println!("indexed {written} mails in {:.0} s", measured.wall.as_secs_f64());
    Ok(())
}
