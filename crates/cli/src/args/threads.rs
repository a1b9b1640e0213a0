//! The command line of threads.

use super::{EXIT_NO, EXIT_PLAIN, words};
use chrono::NaiveDate;
use clap::{Args as ClapArgs, Subcommand};
use duces_model::RequestId;
use duces_workspace::ApprovedThreadRule;

#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct ThreadsArgs {
    #[command(subcommand)]
    pub(crate) command: Option<ThreadsCommand>,
    /// Name of the request file, without .toml
    #[arg(required = true)]
    pub(crate) request: Option<RequestId>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ThreadsCommand {
    /// Show which messages a later one contains and would be left out; changes nothing
    #[command(after_help = EXIT_PLAIN)]
    Plan {
        /// Name of the request file, without .toml
        request: RequestId,
    },
    /// Record that the requesting staff approved that they are left out, or (with --rule none) took that back
    #[command(after_help = EXIT_NO)]
    Approve(ApproveThreadsArgs),
    /// Leave out, by the approved rule, messages that a later one contains whole; that one is produced
    #[command(after_help = EXIT_NO)]
    Apply {
        /// Name of the request file, without .toml
        request: RequestId,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ApproveThreadsArgs {
    /// Name of the request file, without .toml
    pub(crate) request: RequestId,
    /// The rule that was approved; none takes back what was approved before
    #[arg(long, default_value = "inclusive-only-1")]
    pub(crate) rule: ApprovedThreadRule,
    /// Who approved: the member of the requesting staff
    #[arg(long, value_name = "STAFF", value_parser = words::name)]
    pub(crate) approved_by: String,
    /// The day on which it was approved
    #[arg(long, value_name = "DAY")]
    pub(crate) on: NaiveDate,
    /// How it was approved, or why it is taken back
    #[arg(long, value_parser = words::reason)]
    pub(crate) why: String,
}
