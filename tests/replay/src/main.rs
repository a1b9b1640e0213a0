//! Simulates firms day by day, loses known communications, and scores what duces finds.
//!
//! The generator knows nothing of the program under test: it was written, and its parameters fixed,
//! before the detectors were.

// This package is a face: it prints.
#![allow(clippy::print_stdout)]

mod climate;
mod days;
mod draws;
mod firm;
mod mail;
mod process;
mod registry;
mod scenario;
mod show;
mod truth;
mod world;

use climate::Set;
use scenario::Size;
use std::env::args;

fn main() {
    let asked: Vec<String> = args().skip(1).collect();
    for set in [Set::Tuning, Set::HeldOut] {
        for scenario in scenario::ALL {
            let nightly = if scenario.nightly { ", night by night" } else { "" };
            println!("{} {}: {}{nightly}", set.as_str(), scenario.name, scenario.about);
            let (small, full) = scenario.firms;
            let (firms, size) = if asked.iter().any(|word| word == "--small") {
                (small, Size::Small)
            } else {
                (full, Size::Full)
            };
            for nth in 0..firms {
                let world = (scenario.firm)(set, nth, size);
                let whole = asked.iter().any(|word| word == scenario.name);
                print!("{}", if whole { show::whole(&world) } else { show::truth(&world) });
            }
        }
    }
}
