//! Simulates firms day by day, loses known communications, and scores what duces finds.
//!
//! The generator (`climate`, `process`, `firm`, `mail`, `scenario` and what they name) knows nothing of
//! the program under test: it was written, and its parameters fixed, before the detectors were. Only
//! `adapter` and `evidence` name that program.

// This package is a face: it prints.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod adapter;
mod bars;
mod climate;
mod days;
mod draws;
mod evidence;
mod firm;
mod healthy;
mod mail;
mod nightly;
mod observer;
mod process;
mod real;
mod registry;
mod report;
mod run;
mod scale;
mod scenario;
mod score;
mod sets;
mod show;
mod tally;
mod truth;
mod world;

use adapter::Failure;
use bars::Bar;
use clap::{Parser, Subcommand, ValueEnum};
use run::ScenarioScore;
use scenario::Size;
use serde::Serialize;
use sets::{GENERATION, Set};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Simulates firms that lose communications, and scores what duces finds.
#[derive(Debug, Parser)]
#[command(name = "duces-replay")]
struct Arguments {
    /// Which parameters and seeds: detectors are measured on held-out, and tuned on all others.
    #[arg(long, value_enum, default_value = "held-out")]
    set: SetName,
    /// Which round of the wide set, or an earlier generation of the held-out one.
    #[arg(long)]
    round: Option<u64>,
    /// The few and small firms of continuous integration.
    #[arg(long)]
    small: bool,
    /// Only these scenarios.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// List every true gap and every false one.
    #[arg(long)]
    gaps: bool,
    /// Print JSON instead.
    #[arg(long)]
    json: bool,
    /// Exit with 4 where a bar is missed.
    #[arg(long)]
    bars: bool,
    #[command(subcommand)]
    other: Option<Other>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SetName {
    Tuning,
    Former,
    Wide,
    HeldOut,
}

#[derive(Debug, Subcommand)]
enum Other {
    /// Writes out what was simulated: register, counts, mail and truth.
    Show {
        scenario: String,
        /// Which of its firms, from 0.
        #[arg(default_value_t = 0)]
        firm: u64,
        /// Only the truth.
        #[arg(long)]
        truth: bool,
    },
    /// Removes known messages from a year of a real list, and shows what the program finds of it.
    Real {
        /// The duces program.
        #[arg(long, default_value = "target/release/duces")]
        duces: PathBuf,
    },
    /// Measures coverage at full size.
    Scale {
        #[arg(long, default_value_t = 300)]
        sources: usize,
        #[arg(long, default_value_t = 2192)]
        days: usize,
        #[arg(long, default_value_t = 20_000_000)]
        communications: u32,
    },
}

/// All of a run.
#[derive(Debug, Serialize)]
struct Report {
    set: String,
    small: bool,
    scenarios: Vec<ScenarioScore>,
    bars: Vec<Bar>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let set = match arguments.set {
        SetName::Tuning => Set::Tuning,
        SetName::Former => Set::Former,
        SetName::Wide => Set::Wide(arguments.round.unwrap_or(1)),
        SetName::HeldOut => Set::HeldOut(arguments.round.unwrap_or(GENERATION)),
    };
    let size = if arguments.small { Size::Small } else { Size::Full };
    let done = match &arguments.other {
        Some(Other::Show { scenario, firm, truth }) => show(scenario, *firm, *truth, set, size),
        Some(Other::Real { duces }) => real(duces),
        Some(Other::Scale { sources, days, communications }) => {
            scale::measure(*sources, *days, f64::from(*communications)).map(|text| {
                print!("{text}");
                true
            })
        }
        None => replay(&arguments, set, size),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(4),
        Err(failure) => {
            eprintln!("error: {failure}");
            let mut cause = std::error::Error::source(&failure);
            while let Some(error) = cause {
                eprintln!("caused by: {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}

/// Whether the bars hold, or were not asked about.
fn replay(arguments: &Arguments, set: Set, size: Size) -> Result<bool, Failure> {
    for name in &arguments.only {
        scenario::named(name)?;
    }
    let asked = |name: &str| arguments.only.is_empty() || arguments.only.iter().any(|only| only == name);
    let mut scenarios = Vec::new();
    for scenario in scenario::ALL.iter().filter(|scenario| asked(scenario.name)) {
        let score = run::scenario(scenario, set, size)?;
        if !arguments.json {
            print!("{}", report::scenario(&score, arguments.gaps));
        }
        scenarios.push(score);
    }
    let bars = bars::all(&scenarios, size == Size::Full);
    let held = bars.iter().all(|bar| bar.holds != Some(false));
    if arguments.json {
        let report = Report { set: set.name(), small: arguments.small, scenarios, bars };
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{} set, {}{}", set.name(), report::bars(&bars), report::healthy(&scenarios));
    }
    Ok(held || !arguments.bars)
}

fn show(name: &str, firm: u64, truth: bool, set: Set, size: Size) -> Result<bool, Failure> {
    let world = (scenario::named(name)?.firm)(set, firm, size);
    print!("{}", if truth { show::truth(&world) } else { show::whole(&world) });
    Ok(true)
}

fn real(duces: &Path) -> Result<bool, Failure> {
    let text = match real::corpora() {
        Some(corpora) => real::run(&corpora, duces)?,
        None => None,
    };
    print!(
        "{}",
        text.unwrap_or_else(|| "skipped: DUCES_CORPORA names no folder with the year of mail\n".to_owned())
    );
    Ok(true)
}
