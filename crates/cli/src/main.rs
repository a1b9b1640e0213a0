//! The `duces` command: arguments in, exit code out.
//!
//! The only crate that prints, reads the environment and asks the clock.

mod args;
mod certify;
mod clawback;
mod dedup;
mod demo;
mod exit;
mod gaps;
mod manual;
mod numbers;
mod password;
mod progress;
mod reading;
mod report;
mod requests;
mod review;
mod run;
mod searching;
mod show;
mod threads;

use clap::Parser as _;
use exit::Exit;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // clap tells help and version (to be printed, 0) from a wrong command line (2).
            let code = if error.use_stderr() { Exit::Usage } else { Exit::Done };
            let _ = error.print();
            return code.into();
        }
    };
    let format = args.format;
    match run::run(args) {
        Ok(exit) => exit.into(),
        Err(error) => report::print(&error, format).into(),
    }
}
