//! Times the verifier on a load file of many rows, and reads how much memory it took.

use crate::failure::Failure;
use crate::measure::{self, Measured};
use crate::peers;
use clap::Args;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What to make and time.
#[derive(Debug, Args)]
pub(crate) struct Asked {
    /// Rows of documents.
    #[arg(long, default_value_t = 1_000_000)]
    rows: u64,
    /// Also write an image load file that lists every page.
    #[arg(long)]
    pages: bool,
    /// Leave every tenth number out and give every thousandth twice, so that nothing is one unbroken run.
    #[arg(long)]
    broken: bool,
    /// The verifier, built with --release.
    #[arg(long, default_value = "target/release/duces-verify")]
    verifier: PathBuf,
    /// Work in this folder and leave the load files there; else a temporary one.
    #[arg(long)]
    dir: Option<PathBuf>,
}

/// Fields of the SEC's Addendum A, in its order.
const FIELDS: &str = "FIRSTBATES LASTBATES ATTACHRANGE BEGATTACH ENDATTACH PARENT_BATES CHILD_BATES CUSTODIAN FROM TO CC \
    BCC SUBJECT FILE_NAME DATE_SENT TIME_SENT/TIME_ZONE TIME_ZONE LINK MIME_TYPE FILE_EXTEN AUTHOR LAST_AUTHOR \
    DATE_CREATED TIME_CREATED/TIME_ZONE DATE_MOD TIME_MOD/TIME_ZONE DATE_ACCESSD TIME_ACCESSD/TIME_ZONE PRINTED_DATE \
    FILE_SIZE PGCOUNT PATH INTFILEPATH INTMSGID HEADER MD5HASH OCRPATH";

/// Writes a volume that has load files only, and runs the verifier on it. Every native and text is missing, which is
/// one finding of two million places.
pub(crate) fn run(asked: &Asked) -> Result<(), Failure> {
    let temporary;
    let folder = match &asked.dir {
        Some(dir) => dir.as_path(),
        None => {
            temporary =
                tempfile::tempdir().map_err(|source| Failure::io("make a temporary folder", source))?;
            temporary.path()
        }
    };
    let data = folder.join("BENCH001/DATA");
    std::fs::create_dir_all(&data).map_err(|source| Failure::io("make a folder", source))?;
    write(asked, &data).map_err(|source| Failure::io("write the load files", source))?;
    let bytes = measure::folder_bytes(folder)?;
    let mut command = Command::new(&asked.verifier);
    command.arg(folder.join("BENCH001"));
    let measured = measure::run(&mut command)?;
    measured.expect_code(&command, &[4])?;
    let rows = measured.output.lines().find(|line| line.starts_with("BENCH001: ")).unwrap_or_default();
    let seconds = measured.wall.as_secs_f64();
    println!("{rows}");
    println!(
        "{} MB of load files in {seconds:.2} s, {:.0} rows a second",
        bytes / 1_000_000,
        asked.rows as f64 / seconds
    );
    match measured.cpu {
        Some(cpu) => println!("CPU time {:.2} s", cpu.as_secs_f64()),
        None => println!("CPU time is not told on this system"),
    }
    match measured.peak_bytes {
        Some(peak) => println!("peak memory {} MiB", peak >> 20),
        None => println!("peak memory is not told on this system"),
    }
    beside(&data.join("BENCH001.dat"), &measured)
}

/// What Python's `csv` takes to split the same file and do nothing with it: a machine that is slow, or busy, is so for
/// both, and the ratio says more than the seconds.
const SPLITTER: &str = "\
import csv, sys
csv.field_size_limit(1 << 24)
with open(sys.argv[1], encoding='utf-8-sig', newline='') as file:
    print(sum(1 for _ in csv.reader(file, delimiter='\\x14', quotechar='\u{fe}')) - 1)
";

fn beside(data: &Path, ours: &Measured) -> Result<(), Failure> {
    if !peers::is_there("python3")? {
        println!("beside it: there is no python3");
        return Ok(());
    }
    let mut command = Command::new("python3");
    command.arg("-c").arg(SPLITTER).arg(data);
    let theirs = measure::run(&mut command)?;
    theirs.expect_code(&command, &[0])?;
    let ratio = |ours: Duration, theirs: Duration| ours.as_secs_f64() / theirs.as_secs_f64();
    let cpu =
        ours.cpu.zip(theirs.cpu).map(|(ours, theirs)| format!(", in CPU time {:.2}", ratio(ours, theirs)));
    println!(
        "beside it: Python's csv splits {} rows in {:.2} s; all checks took {:.2} times as long{}",
        theirs.output.trim(),
        theirs.wall.as_secs_f64(),
        ratio(ours.wall, theirs.wall),
        cpu.unwrap_or_default()
    );
    Ok(())
}

/// Families of three: a message of two pages, an attachment of one, an attachment of five.
fn write(asked: &Asked, folder: &Path) -> std::io::Result<()> {
    const PAGES: [u64; 3] = [2, 1, 5];
    let mut data = BufWriter::with_capacity(1 << 20, File::create(folder.join("BENCH001.dat"))?);
    let mut images = match asked.pages {
        true => Some(BufWriter::with_capacity(1 << 20, File::create(folder.join("BENCH001.opt"))?)),
        false => None,
    };
    let cell = |value: &str| format!("þ{value}þ");
    let header: Vec<String> = FIELDS.split_whitespace().map(cell).collect();
    write!(data, "\u{FEFF}{}\r\n", header.join("\u{14}"))?;
    let mut next = 1;
    let number = |at: u64| format!("BEN{at:010}");
    let mut firsts = [0; 3];
    for row in 0..asked.rows {
        let place = usize::try_from(row % 3).unwrap_or(0);
        if place == 0 {
            next += u64::from(asked.broken && row % 30 == 0);
            next -= u64::from(asked.broken && row % 3000 == 0 && next > 9);
            firsts = [next, next + 2, next + 3];
        }
        let (first, last) = (firsts[place], firsts[place] + PAGES[place] - 1);
        next = last + 1;
        let (begin, end) = (number(firsts[0]), number(firsts[2] + 4));
        let (range, path) = (format!("{begin} - {end}"), number(first));
        let children =
            if place == 0 { format!("{}; {}", number(firsts[1]), number(firsts[2])) } else { String::new() };
        let parent = if place == 0 { String::new() } else { begin.clone() };
        let values = [
            number(first),
            number(last),
            range,
            begin,
            end,
            parent,
            children,
            format!("Custodian {}", row / 3 % 200),
            "Ann Lee <ann@ecp.example>".into(),
            "Bob Roe <bob@ecp.example>; Kim Poe <kim@ecp.example>".into(),
            String::new(),
            String::new(),
            format!("Orders of the day, number {row}: cafés and others"),
            if place == 0 { String::new() } else { format!("orders {row}.xlsx") },
            "03/04/2024".into(),
            "09:15 AM EST".into(),
            "America/New_York".into(),
            format!("NATIVES/{:04}/{path}.eml", row / 2000 + 1),
            "message/rfc822".into(),
            "eml".into(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            String::new(),
            "12".into(),
            PAGES[place].to_string(),
            String::new(),
            "Inbox/Orders".into(),
            format!("<{row}.20240304@ecp.example>"),
            String::new(),
            "0123456789abcdef0123456789abcdef".into(),
            format!("TEXT/{:04}/{path}.txt", row / 2000 + 1),
        ];
        let quoted: Vec<String> = values.iter().map(|value| cell(value)).collect();
        write!(data, "{}\r\n", quoted.join("\u{14}"))?;
        if let Some(images) = &mut images {
            for page in first..=last {
                let (key, start) = (number(page), if page == first { "Y" } else { "" });
                let count = if page == first { PAGES[place].to_string() } else { String::new() };
                write!(images, "{key},,IMAGES/{:04}/{key}.tif,{start},,,{count}\r\n", row / 2000 + 1)?;
            }
        }
    }
    data.flush()?;
    images.map_or(Ok(()), |mut images| images.flush())
}
