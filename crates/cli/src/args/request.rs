//! The command line of requests: from the letter to the day on which all is answered.

use super::{EXIT_PERSON, EXIT_PLAIN, words};
use chrono::NaiveDate;
use clap::{ArgGroup, Subcommand};
use duces_model::{ItemId, RequestId, VolumeName};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum RequestCommand {
    /// Propose a request file from a letter (text, PDF or DOCX); nothing runs until a person accepts it
    #[command(after_help = EXIT_PERSON)]
    Draft {
        /// The letter
        letter: PathBuf,
        /// The name that the request is to have
        #[arg(long)]
        name: RequestId,
    },
    /// Take over what is known of requests answered before this program, from a CSV or TOML file
    #[command(after_help = EXIT_PERSON)]
    ImportPast {
        /// The file; crates/workspace/PAST.md in the source describes it
        file: PathBuf,
    },
    /// Make a request of a draft that a person has gone through
    #[command(after_help = EXIT_PLAIN)]
    Accept {
        /// The name of the draft
        name: RequestId,
    },
    /// Each request: when it is due, how far its items are, what went out, what waits for whom, and what is about to pass
    /// its retention period; also written as a sheet, a page and a calendar
    #[command(after_help = EXIT_PERSON)]
    List,
    /// Record that staff granted a later day
    #[command(after_help = EXIT_PLAIN)]
    Extend {
        /// Name of the request file, without .toml
        request: RequestId,
        /// The new day
        #[arg(long, value_name = "DAY")]
        due: NaiveDate,
        /// Who granted it: the person and the authority
        #[arg(long, value_name = "NAME", value_parser = words::name)]
        granted_by: String,
        /// On which day
        #[arg(long, value_name = "DAY")]
        granted_on: NaiveDate,
        /// For this item alone
        #[arg(long)]
        item: Option<ItemId>,
        /// How, or on what ground
        #[arg(long, default_value = "", hide_default_value = true)]
        note: String,
    },
    /// Record that a sealed volume went out
    #[command(after_help = EXIT_PLAIN)]
    Delivered {
        /// The volume
        volume: VolumeName,
        /// The day on which it went out
        #[arg(long, value_name = "DAY")]
        on: NaiveDate,
        /// To whom
        #[arg(long, value_name = "RECIPIENT", value_parser = words::note)]
        to: String,
        /// How: a portal, a courier with the number of the medium
        #[arg(long, value_parser = words::note)]
        means: String,
    },
    /// Say that a request is answered in full, or open it again
    #[command(after_help = EXIT_PLAIN, group(ArgGroup::new("standing").args(["on", "reopen"]).required(true)))]
    Answered {
        /// Name of the request file, without .toml
        request: RequestId,
        /// Since which day
        #[arg(long, value_name = "DAY")]
        on: Option<NaiveDate>,
        /// It is open again
        #[arg(long)]
        reopen: bool,
        /// Why
        #[arg(long, value_parser = words::reason)]
        why: String,
    },
}
