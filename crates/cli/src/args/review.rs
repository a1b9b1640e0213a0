//! The command line of review.

use super::{EXIT_PERSON, words};
use clap::{Args as ClapArgs, Subcommand};
use duces_model::RequestId;
use duces_workspace::ReplaceTarget;
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
    /// Take what is to be covered from a sheet; it says all redactions of the request
    #[command(after_help = EXIT_PERSON)]
    Redactions {
        /// Name of the request file, without .toml
        request: RequestId,
        /// The sheet, CSV or XLSX; crates/workspace/SETTINGS.md in the source describes it
        file: PathBuf,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct GateArgs {
    /// Name of the request file, without .toml
    pub(crate) request: RequestId,
    /// As produce --partial would leave out what is undecided
    #[arg(long)]
    pub(crate) partial: bool,
    /// As produce --replaces would: a volume number, a range, or a document; repeat for several
    #[arg(long, value_name = "BATES|DOCUMENT")]
    pub(crate) replaces: Vec<ReplaceTarget>,
    /// As produce --profile would: a delivery profile of the program, or of profiles/
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Answer for this question, by name; repeat for several
    #[arg(long, value_name = "ID", requires = "why")]
    pub(crate) acknowledge: Vec<String>,
    /// Why the production may go on
    #[arg(long, requires = "acknowledge", value_parser = words::reason)]
    pub(crate) why: Option<String>,
}
