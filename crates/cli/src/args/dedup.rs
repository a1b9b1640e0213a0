//! The command line of duplicates.

use super::{EXIT_PERSON, words};
use chrono::NaiveDate;
use clap::{Args as ClapArgs, Subcommand};
use duces_model::RequestId;
use duces_workspace::{ApprovedRule, DedupRule};

const RULES: &str = "\
Rules, each RECIPE/REACH. Recipes speak of whole families; a loose copy never equals an attached one:
  native-family-1             all natives are the same, byte for byte
  message-family-1            Message-ID, date, addresses by role with blind copies, subject, body but for
                              its spacing, attachments with their names; what could not be read, or has no
                              Message-ID, is the same only where every byte is
  message-family-bcc-aside-1  the same, with blind copies aside: a copy that names them stands for the rest
Reaches: custodian (among the families of one custodian), population (among all)

Exit codes: 0 done · 1 could not be done · 2 wrong command line · 3 done, but some items need a person (listed) ·
            4 looked, and the answer is no (nobody approved it)";

#[derive(Debug, Subcommand)]
pub(crate) enum DedupCommand {
    /// Show which families are the same and what would be left out; changes nothing
    #[command(after_help = RULES)]
    Plan {
        /// Name of the request file, without .toml
        request: RequestId,
        /// The rule [default: the approved one]
        #[arg(long, value_name = "RECIPE/REACH")]
        rule: Option<DedupRule>,
    },
    /// Record that the requesting staff approved a rule, or (with --rule none) that none holds any more
    #[command(after_help = RULES)]
    Approve(ApproveArgs),
    /// Leave duplicates out by the approved rule; another document stands for each, with all custodians and paths
    #[command(after_help = EXIT_PERSON)]
    Apply {
        /// Name of the request file, without .toml
        request: RequestId,
    },
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ApproveArgs {
    /// Name of the request file, without .toml
    pub(crate) request: RequestId,
    /// The rule that was approved; none takes back what was approved before
    #[arg(long, value_name = "RECIPE/REACH", visible_alias = "recipe")]
    pub(crate) rule: ApprovedRule,
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
