//! The command line of numbers.

use super::EXIT_PLAIN;
use clap::Subcommand;
use duces_model::{BatesError, BatesNumber, BatesPrefix};

#[derive(Debug, Subcommand)]
pub(crate) enum BatesCommand {
    /// Tell everything that is on record of a number: volume, document, page, family, custodians, decisions,
    /// certificates, what replaces it and what was clawed back
    #[command(after_help = EXIT_PLAIN)]
    Explain {
        /// The number, for example ECP0000123
        number: BatesNumber,
    },
    /// Show a series without holes: each run of numbers with its volume, or why it is in none
    #[command(after_help = EXIT_PLAIN)]
    List {
        /// Its prefix [default: every series]
        #[arg(value_parser = prefix)]
        series: Option<BatesPrefix>,
    },
}

fn prefix(text: &str) -> Result<BatesPrefix, BatesError> {
    BatesPrefix::new(text)
}
