//! Checks produced volumes, folders or ZIP files, and prints what it finds.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use duces_model::Silent;
use duces_verify::{Issued, Options, Stated, Verification, VerifyError, issued, verify_all};
use std::error::Error as _;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
Checks a produced volume: a folder or a ZIP file with its load files (DAT, CSV, XLSX or EDRM XML; OPT or LOG, LFP).
NAME.zip, NAME-2.zip and so on are one volume. A folder of several volumes is checked volume by volume, each against
those before it.

Usage: duces-verify PATH [OPTION]...

  --earlier PATH           a volume produced before, whose numbers must not be used again; may stand several times
  --password-file PATH     a file whose first line opens an encrypted ZIP file
  --privilege-log PATH     a privilege log (CSV or XLSX) that must agree with the volume
  --stated-documents N     the count of documents that the letter states
  --stated-natives N       the count of natives that the letter states
  --stated-images N        the count of page images (or PDFs) that the letter states
  --json                   print the findings and the summary as JSON
  --help                   print this help
  --version                print the version

Exit codes:
  0  nothing was found, or notes only
  1  could not look
  2  the command line is wrong
  3  there are warnings that need a person
  4  the volume does not verify
";

/// What the command line asks for.
enum Asked {
    Check(Check),
    Help,
    Version,
}

#[derive(Default)]
struct Check {
    path: PathBuf,
    earlier: Vec<PathBuf>,
    password_file: Option<PathBuf>,
    privilege_log: Option<PathBuf>,
    stated: Stated,
    json: bool,
}

fn read_arguments(mut arguments: impl Iterator<Item = OsString>) -> Result<Asked, String> {
    let (mut paths, mut check, mut only_paths) = (Vec::new(), Check::default(), false);
    while let Some(argument) = arguments.next() {
        let mut value =
            |name: &str| arguments.next().map(PathBuf::from).ok_or(format!("{name} needs a value"));
        let count = |text: PathBuf| {
            let number = text.to_str().and_then(|text| text.parse::<u64>().ok());
            number.ok_or(format!("found {}, expected a whole number", text.display()))
        };
        match argument.to_str() {
            Some("--") if !only_paths => only_paths = true,
            Some("--json") if !only_paths => check.json = true,
            Some("--earlier") if !only_paths => check.earlier.push(value("--earlier")?),
            Some("--password-file") if !only_paths => check.password_file = Some(value("--password-file")?),
            Some("--privilege-log") if !only_paths => check.privilege_log = Some(value("--privilege-log")?),
            Some(name @ "--stated-documents") if !only_paths => {
                check.stated.documents = Some(count(value(name)?)?);
            }
            Some(name @ "--stated-natives") if !only_paths => {
                check.stated.natives = Some(count(value(name)?)?)
            }
            Some(name @ "--stated-images") if !only_paths => check.stated.images = Some(count(value(name)?)?),
            Some("--help" | "-h") if !only_paths => return Ok(Asked::Help),
            Some("--version" | "-V") if !only_paths => return Ok(Asked::Version),
            Some(option) if !only_paths && option.starts_with('-') => {
                return Err(format!("found {option}, which is no option"));
            }
            _ => paths.push(argument),
        }
    }
    match (paths.pop(), paths.is_empty()) {
        (Some(path), true) => Ok(Asked::Check(Check { path: path.into(), ..check })),
        (None, _) => Err("found no path, expected one".into()),
        (Some(_), false) => Err(format!("found {} paths, expected one", paths.len() + 1)),
    }
}

fn main() -> ExitCode {
    match read_arguments(std::env::args_os().skip(1)) {
        Ok(Asked::Help) => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        Ok(Asked::Version) => {
            println!("duces-verify {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        Ok(Asked::Check(check)) => match look(&check) {
            Ok(code) => code,
            Err(error) => {
                eprintln!("error: {error}");
                let mut cause = error.source();
                while let Some(error) = cause {
                    eprintln!("caused by: {error}");
                    cause = error.source();
                }
                ExitCode::from(1)
            }
        },
        Err(message) => {
            eprintln!("error: {message}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

fn look(check: &Check) -> Result<ExitCode, VerifyError> {
    let password = match &check.password_file {
        Some(path) => {
            let unreadable = |source| VerifyError::Unreadable { path: path.clone(), source };
            let text = std::fs::read(path).map_err(unreadable)?;
            Some(text.split(|byte| matches!(byte, b'\r' | b'\n')).next().unwrap_or_default().to_vec())
        }
        None => None,
    };
    let password = password.as_deref();
    let mut known: Vec<Issued> = Vec::new();
    for path in &check.earlier {
        known.extend(issued(path, password, &Silent)?);
    }
    let privilege_log = check.privilege_log.as_deref();
    let options =
        Options { earlier: &known, password, privilege_log, stated: check.stated, ..Options::default() };
    let found = verify_all(&check.path, &options, &Silent)?;
    if check.json {
        // One volume alone is one object; a folder of several is a list of them with what lies beside.
        let text = match found.volumes.as_slice() {
            [one] if found.beside.is_empty() => serde_json::to_string_pretty(one),
            _ => serde_json::to_string_pretty(&found),
        };
        println!("{}", text.unwrap_or_default());
    } else {
        found.volumes.iter().for_each(print_findings);
        for path in &found.beside {
            println!("{}: belongs to no volume and was not looked at", path.display());
        }
    }
    Ok(if found.volumes.iter().any(|one| !one.passed()) {
        ExitCode::from(4)
    } else if found.volumes.iter().any(Verification::warned) || !found.beside.is_empty() {
        ExitCode::from(3)
    } else {
        ExitCode::SUCCESS
    })
}

fn print_findings(verification: &Verification) {
    for finding in &verification.findings {
        println!("{} {} ({})", finding.severity, finding.code, finding.count);
        println!("  {}", finding.code.meaning());
        println!("  authority: {}", finding.authority);
        for example in &finding.examples {
            println!("  - {example}");
        }
        let shown = finding.examples.len() as u64;
        if finding.count > shown {
            println!("  - and {} more", finding.count - shown);
        }
    }
    let summary = &verification.summary;
    for file in &summary.load_files {
        let quote = file.quote.as_deref().map(|quote| format!(", quote {quote}")).unwrap_or_default();
        let mark = if file.marked { "with" } else { "without" };
        let ends: Vec<_> = file.line_ends.iter().copied().collect();
        if file.separator.is_empty() {
            println!("{} ({}): {} rows", file.path, file.kind, file.rows);
        } else {
            println!(
                "{} ({}): {} {mark} a mark, separator {}{quote}, lines end in {}, {} lines",
                file.path,
                file.kind,
                file.encoding,
                file.separator,
                if ends.is_empty() { "nothing".to_owned() } else { ends.join(" and ") },
                file.rows
            );
        }
        for (name, meaning) in &file.read_as {
            println!("  {name} was read as {meaning}");
        }
        for (name, forms) in &file.dates {
            println!("  dates of {name}: {}", forms.iter().cloned().collect::<Vec<_>>().join("; "));
        }
    }
    println!(
        "{}: {} rows, {} natives, {} texts, {} images, {} files, {} bytes",
        summary.name,
        summary.rows,
        summary.natives,
        summary.texts,
        summary.images,
        summary.files,
        summary.bytes
    );
    if let Some(bates) = &summary.bates {
        println!("numbers: {bates}");
    }
    println!(
        "{}",
        match (verification.passed(), verification.warned()) {
            (false, _) => "does not verify",
            (true, true) => "verifies, with warnings that need a person",
            (true, false) => "verifies",
        }
    );
}
