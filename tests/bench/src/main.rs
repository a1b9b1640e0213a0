//! Times `duces index` and `duces search` on synthetic mail, beside other indexers on the same files.
//!
//! What is compared is messages per CPU-second: it does not reward a program for using more cores.
//! Every program runs as a child process, one after the other, on files that lie in the page cache.
//! Timed runs belong on a quiet computer, never in continuous integration.

// This package is a face: it prints, measures time and looks for programs.
#![allow(clippy::disallowed_methods, clippy::print_stdout, clippy::print_stderr)]

mod bare;
mod coverage;
mod failure;
mod formats;
mod hit_report;
mod load_files;
mod measure;
mod pages;
mod peers;
mod queries;
mod report;
mod searches;

use clap::{Parser, Subcommand, ValueEnum};
use duces_samples::synthetic::{Form, MEMORY_MB, Size, Totals, write_workspace};
use failure::Failure;
use report::{Indexing, Report};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Times duces on synthetic mail, beside notmuch, mu and a bare loop where they can be run.
#[derive(Debug, Parser)]
#[command(name = "duces-bench")]
struct Arguments {
    /// How many mails to write and index.
    #[arg(long, default_value_t = 20_000)]
    messages: u64,
    /// Another seed is another archive of the same kind.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The duces program, built with --release.
    #[arg(long, global = true, default_value = "target/release/duces")]
    duces: PathBuf,
    /// Work in this folder, new or empty, and leave everything there; else a temporary one.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Threads of the bare loop, for parsing and for Tantivy each; as many as there are cores if not given.
    #[arg(long)]
    threads: Option<usize>,
    /// Megabytes that the bare loop gives Tantivy.
    #[arg(long, default_value_t = MEMORY_MB)]
    heap_mb: u64,
    /// Run only these.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "duces,bare,notmuch,mu")]
    only: Vec<Runner>,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    inner: Option<Inner>,
}

/// What can be timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Runner {
    /// The duces program: index and search.
    Duces,
    /// Parse, hash and feed Tantivy, nothing else.
    Bare,
    /// notmuch, if it is installed.
    Notmuch,
    /// mu, if it is installed.
    Mu,
}

#[derive(Debug, Subcommand)]
enum Inner {
    /// The bare loop itself; the benchmark runs it as a child, so that it is measured like the others.
    #[command(hide = true)]
    BareLoop { archive: PathBuf, index: PathBuf, threads: usize, heap_mb: u64 },
    /// Times searches in this process, warm, on an index of many short documents.
    Queries(queries::Asked),
    /// Times mail onto pages of PDF and onto TIFFs, in this process.
    Pages(pages::Asked),
    /// Times a whole hit report of fifty terms, by the duces program, over a workspace of many short mails.
    HitReport(hit_report::Asked),
    /// Times the verifier on a load file of a million rows.
    Verify(load_files::Asked),
    /// Times a whole look for gaps, by the duces program, over three hundred mailboxes and six years.
    Coverage(coverage::Asked),
    /// Times reading, format by format, in this process, beside readpst, Python and pdftotext where they are.
    Formats(formats::Asked),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = match &arguments.inner {
        Some(Inner::BareLoop { archive, index, threads, heap_mb }) => {
            bare::index(archive, index, *threads, *heap_mb).map(|messages| println!("{messages}"))
        }
        Some(Inner::Queries(asked)) => queries::run(asked),
        Some(Inner::Pages(asked)) => pages::run(asked),
        Some(Inner::HitReport(asked)) => hit_report::run(asked, &arguments.duces),
        Some(Inner::Verify(asked)) => load_files::run(asked),
        Some(Inner::Coverage(asked)) => coverage::run(asked, &arguments.duces),
        Some(Inner::Formats(asked)) => formats::run(asked),
        None => in_folder(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            let mut cause = std::error::Error::source(&failure);
            while let Some(below) = cause {
                eprintln!("  caused by: {below}");
                cause = below.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn in_folder(arguments: &Arguments) -> Result<(), Failure> {
    let temporary;
    let folder = match &arguments.dir {
        Some(dir) => dir.as_path(),
        None => {
            temporary =
                tempfile::tempdir().map_err(|source| Failure::io("make a temporary folder", source))?;
            temporary.path()
        }
    };
    let report = bench(arguments, folder)?;
    if arguments.json {
        let json = serde_json::to_string_pretty(&report).map_err(|source| Failure::Json { source })?;
        println!("{json}");
    } else {
        print!("{report}");
    }
    Ok(())
}

fn bench(arguments: &Arguments, folder: &Path) -> Result<Report, Failure> {
    let wanted = |runner: Runner| arguments.only.contains(&runner);
    let workspace = folder.join("workspace");
    let size = Size { messages: arguments.messages, seed: arguments.seed, form: Form::Maildir };
    eprintln!("writing {} mails", size.messages);
    let totals = write_workspace(&workspace, &size)?;
    settle_disk();
    let archive = workspace.join("archive");
    let mut report = Report::new(totals, cores());
    if wanted(Runner::Duces) {
        eprintln!("duces index");
        report.push(duces_index(arguments, &workspace, &totals)?);
        eprintln!("duces search");
        report.searches = searches::time(&arguments.duces, &workspace)?;
    }
    if wanted(Runner::Bare) {
        eprintln!("bare loop");
        report.push(bare_loop(arguments, &archive, &folder.join("bare"), &totals)?);
    }
    if wanted(Runner::Notmuch) {
        eprintln!("notmuch new");
        report.push(peers::notmuch(&archive, &folder.join("notmuch"), &totals)?);
    }
    if wanted(Runner::Mu) {
        eprintln!("mu index");
        report.push(peers::mu(&archive, &folder.join("mu"), &totals)?);
    }
    Ok(report)
}

/// Waits until the new files are on the disk, so that the first program does not pay for them.
fn settle_disk() {
    // Where there is no such program the first figures include some of that work; no harm else.
    let _ = Command::new("sync").status();
}

fn duces_index(arguments: &Arguments, workspace: &Path, totals: &Totals) -> Result<Indexing, Failure> {
    let mut command = Command::new(&arguments.duces);
    command.arg("-C").arg(workspace).arg("index");
    let measured = measure::run(&mut command)?;
    // Exit 3 is "done, but some items need a person"; anything else did not index.
    measured.expect_code(&command, &[0, 3])?;
    let index_bytes = measure::folder_bytes(&workspace.join(".duces"))?;
    Ok(Indexing::measured("duces", measured, totals, Some(totals.messages), index_bytes))
}

fn bare_loop(
    arguments: &Arguments,
    archive: &Path,
    index: &Path,
    totals: &Totals,
) -> Result<Indexing, Failure> {
    let this = std::env::current_exe().map_err(|source| Failure::io("find this program", source))?;
    let threads = arguments.threads.unwrap_or_else(cores);
    let mut command = Command::new(this);
    command.arg("bare-loop").arg(archive).arg(index);
    command.arg(threads.to_string()).arg(arguments.heap_mb.to_string());
    let measured = measure::run(&mut command)?;
    measured.expect_code(&command, &[0])?;
    let counted = measured.output.trim().parse().ok();
    Ok(Indexing::measured("bare loop", measured, totals, counted, measure::folder_bytes(index)?))
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
