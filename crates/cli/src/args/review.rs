//! The command line of review.

use super::EXIT_PERSON;
use clap::Subcommand;
use duces_model::RequestId;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum ReviewCommand {
    /// Write a working sheet of what is selected, with the text and the native of each document beside it
    #[command(after_help = EXIT_PERSON)]
    Export {
        /// Name of the request file, without .toml
        request: RequestId,
        /// The new folder [default: review/REQUEST-SHEET]
        #[arg(long, value_name = "FOLDER")]
        to: Option<PathBuf>,
    },
    /// Take back what people marked on a sheet: all of it, or nothing where anything is wrong
    #[command(after_help = EXIT_PERSON)]
    Import {
        /// Name of the request file, without .toml
        request: RequestId,
        /// The sheet as it came back, CSV or XLSX
        file: PathBuf,
    },
}
