//! The command line of numbers.

use super::{EXIT_PLAIN, words};
use clap::{Args as ClapArgs, Subcommand};
use duces_model::{BatesError, BatesNumber, BatesPrefix, DocId, RequestId};
use std::path::PathBuf;

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

#[derive(Debug, ClapArgs)]
pub(crate) struct TwinsArgs {
    /// Name of the request file, without .toml
    pub(crate) request: RequestId,
    /// Let this pair stand: the withheld document, and the one that shares content with it. A document paired with
    /// itself stands where its original can no longer be read
    #[arg(long, value_names = ["WITHHELD", "OTHER"], num_args = 2, requires = "why", conflicts_with = "passage")]
    pub(crate) let_stand: Option<Vec<DocId>>,
    /// The text in this file bars nothing, for example the firm's standard footer
    #[arg(long, value_name = "FILE", requires = "why")]
    pub(crate) passage: Option<PathBuf>,
    /// Why it may stand
    #[arg(long, value_parser = words::reason)]
    pub(crate) why: Option<String>,
}
