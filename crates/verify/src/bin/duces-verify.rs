//! Checks a produced volume, a folder or a ZIP file, and prints what it finds.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use duces_model::Silent;
use duces_verify::{Verification, verify};
use std::error::Error as _;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

const HELP: &str = "\
Checks a produced volume: a folder or a ZIP file with a Concordance load file (.dat).

Usage: duces-verify PATH [--json]

  --json       print the findings and the summary as JSON
  --help       print this help
  --version    print the version

Exit codes:
  0  nothing was found, or notes only
  1  could not look
  2  the command line is wrong
  3  there are warnings that need a person
  4  the volume does not verify
";

/// What the command line asks for.
enum Asked {
    Check { path: OsString, json: bool },
    Help,
    Version,
}

fn read_arguments(arguments: impl Iterator<Item = OsString>) -> Result<Asked, String> {
    let (mut paths, mut json, mut only_paths) = (Vec::new(), false, false);
    for argument in arguments {
        match argument.to_str() {
            Some("--") if !only_paths => only_paths = true,
            Some("--json") if !only_paths => json = true,
            Some("--help" | "-h") if !only_paths => return Ok(Asked::Help),
            Some("--version" | "-V") if !only_paths => return Ok(Asked::Version),
            Some(option) if !only_paths && option.starts_with('-') => {
                return Err(format!("found {option}, which is no option"));
            }
            _ => paths.push(argument),
        }
    }
    match (paths.pop(), paths.is_empty()) {
        (Some(path), true) => Ok(Asked::Check { path, json }),
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
        Ok(Asked::Check { path, json }) => check(Path::new(&path), json),
        Err(message) => {
            eprintln!("error: {message}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

fn check(path: &Path, json: bool) -> ExitCode {
    let verification = match verify(path, None, &Silent) {
        Ok(verification) => verification,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("caused by: {error}");
                cause = error.source();
            }
            return ExitCode::from(1);
        }
    };
    if json {
        match serde_json::to_string_pretty(&verification) {
            Ok(text) => println!("{text}"),
            Err(error) => {
                eprintln!("error: {error}");
                return ExitCode::from(1);
            }
        }
    } else {
        print_findings(&verification);
    }
    if !verification.passed() {
        ExitCode::from(4)
    } else if verification.warned() {
        ExitCode::from(3)
    } else {
        ExitCode::SUCCESS
    }
}

fn print_findings(verification: &Verification) {
    for finding in &verification.findings {
        println!("{} {} ({})", finding.severity, finding.code, finding.count);
        println!("  {}", finding.code.meaning());
        println!("  authority: {}", finding.authority);
        for example in &finding.examples {
            println!("  - {example}");
        }
    }
    let summary = &verification.summary;
    println!(
        "{}: {} rows, {} natives, {} texts, {} files, {} bytes",
        summary.name, summary.rows, summary.natives, summary.texts, summary.files, summary.bytes
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
