//! Times reading, format by format, beside a program of another maker on the same files.
//!
//! duces reads in this process, on one thread: containers opened, messages parsed, every native hashed. Each peer runs as
//! its users run it, its start included. Peers do less or other things; the ratio says how far duces is from them, and
//! no more.

use crate::failure::Failure;
use crate::measure;
use crate::peers;
use clap::Args;
use duces_ingest::{Found, FoundFile, IngestError, Limits, open, parse, walk};
use duces_model::ContainerKind;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// What to time.
#[derive(Debug, Args)]
pub(crate) struct Asked {
    /// Files of any forms, below this folder.
    files: PathBuf,
    /// How many times each group of files is read; the fastest time counts.
    #[arg(long, default_value_t = 3)]
    times: u32,
}

/// A form, and who else reads it.
struct Group {
    name: &'static str,
    peer: &'static str,
    is: fn(&FoundFile, ContainerKind) -> bool,
    run: fn(&[FoundFile], &Path) -> Result<Duration, Failure>,
}

const GROUPS: &[Group] = &[
    Group {
        name: "data files (PST)",
        peer: "readpst",
        is: |_, kind| kind == ContainerKind::Pst,
        run: readpst,
    },
    Group {
        name: "single mails (EML, Maildir)",
        peer: "python3",
        is: |_, kind| matches!(kind, ContainerKind::Eml | ContainerKind::Maildir),
        run: python_mails,
    },
    Group {
        name: "mailboxes (mbox)",
        peer: "python3",
        is: |_, kind| kind == ContainerKind::Mbox,
        run: python_mailboxes,
    },
    Group {
        name: "PDF",
        peer: "pdftotext",
        is: |file, kind| {
            kind == ContainerKind::LooseFile && file.file_name().to_ascii_lowercase().ends_with(".pdf")
        },
        run: pdftotext,
    },
];

/// Times every form of which the folder holds files.
pub(crate) fn run(asked: &Asked) -> Result<(), Failure> {
    if !asked.files.is_dir() {
        println!("formats: skipped, {} is no folder of files", asked.files.display());
        return Ok(());
    }
    let limits = Limits::default();
    let mut files = Vec::new();
    for found in walk("bench", &asked.files).map_err(unread)? {
        let Found::Container(file) = found.map_err(unread)? else { continue };
        // A member of an archive is no file that another program could open.
        if !file.absolute.is_file() {
            continue;
        }
        let kind = open(&file, &limits).map_err(unread)?.kind();
        files.push((file, kind));
    }
    println!("{:28} {:>6} {:>10} {:>12} {:>12}  peer", "format", "files", "MB", "duces MB/s", "peer MB/s");
    for group in GROUPS {
        let own: Vec<FoundFile> = files
            .iter()
            .filter(|(file, kind)| (group.is)(file, *kind))
            .map(|(file, _)| file.clone())
            .collect();
        if own.is_empty() {
            println!("{:28} {:>6}", group.name, 0);
            continue;
        }
        let megabytes = own.iter().map(|file| file.bytes).sum::<u64>() as f64 / 1e6;
        let rate = |time: Duration| megabytes / time.as_secs_f64().max(1e-9);
        let ours = rate(fastest(asked.times, || duces(&own, &limits))?);
        if !peers::is_there(group.peer)? {
            println!(
                "{:28} {:>6} {megabytes:>10.1} {ours:>12.1} {:>12}  {} is absent",
                group.name,
                own.len(),
                "-",
                group.peer
            );
            continue;
        }
        let folder = tempfile::tempdir().map_err(|source| Failure::io("make a temporary folder", source))?;
        let theirs = rate(fastest(asked.times, || (group.run)(&own, folder.path()))?);
        println!(
            "{:28} {:>6} {megabytes:>10.1} {ours:>12.1} {theirs:>12.1}  {}: duces reads {:.2} times as fast",
            group.name,
            own.len(),
            group.peer,
            ours / theirs
        );
    }
    Ok(())
}

fn unread(error: IngestError) -> Failure {
    Failure::io("read the files", std::io::Error::other(error))
}

fn fastest(times: u32, run: impl Fn() -> Result<Duration, Failure>) -> Result<Duration, Failure> {
    let mut least = run()?;
    for _ in 1..times {
        least = least.min(run()?);
    }
    Ok(least)
}

fn duces(files: &[FoundFile], limits: &Limits) -> Result<Duration, Failure> {
    let started = Instant::now();
    for file in files {
        let mut opened = open(file, limits).map_err(unread)?;
        let (id, kind) = (opened.container_id(), opened.kind());
        while let Some(message) = opened.next_message() {
            parse(id, kind, &message.map_err(unread)?, Some(file.file_name()), limits);
        }
        opened.finish();
    }
    Ok(started.elapsed())
}

fn each(files: &[FoundFile], command: impl Fn(&FoundFile) -> Command) -> Result<Duration, Failure> {
    let started = Instant::now();
    for file in files {
        // Some files are broken on purpose; how a peer ends on them is its own affair.
        measure::run_unwatched(&mut command(file))?;
    }
    Ok(started.elapsed())
}

fn readpst(files: &[FoundFile], folder: &Path) -> Result<Duration, Failure> {
    each(files, |file| {
        let mut command = Command::new("readpst");
        command.args(["-D", "-q", "-o"]).arg(folder).arg(&file.absolute);
        command
    })
}

fn pdftotext(files: &[FoundFile], folder: &Path) -> Result<Duration, Failure> {
    each(files, |file| {
        let mut command = Command::new("pdftotext");
        command.arg(&file.absolute).arg(folder.join("text"));
        command
    })
}

fn python_mails(files: &[FoundFile], folder: &Path) -> Result<Duration, Failure> {
    python("import email", "parts(email.message_from_bytes(open(path, 'rb').read()))", files, folder)
}

fn python_mailboxes(files: &[FoundFile], folder: &Path) -> Result<Duration, Failure> {
    python("import mailbox", "[parts(message) for message in mailbox.mbox(path)]", files, folder)
}

/// One run over all files, whose paths stand in a list. Every part is decoded; a file on which Python fails costs no other.
fn python(import: &str, read: &str, files: &[FoundFile], folder: &Path) -> Result<Duration, Failure> {
    let script = format!(
        "import sys\n{import}\n\
         def parts(message):\n    [part.get_payload(decode=True) for part in message.walk()]\n\
         for path in open(sys.argv[1], encoding='utf-8', errors='surrogateescape').read().split('\\0'):\n    \
         try:\n        {read}\n    except Exception:\n        pass\n"
    );
    let list = folder.join("list");
    let paths: Vec<String> = files.iter().map(|file| file.absolute.to_string_lossy().into_owned()).collect();
    std::fs::write(&list, paths.join("\0")).map_err(|source| Failure::io("write a list of files", source))?;
    let started = Instant::now();
    measure::run_unwatched(Command::new("python3").arg("-c").arg(&script).arg(&list))?;
    Ok(started.elapsed())
}
