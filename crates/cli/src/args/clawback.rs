//! The command line of claw-backs.

use super::words;
use chrono::NaiveDate;
use clap::{ArgGroup, Args as ClapArgs};
use duces_model::RequestId;
use duces_workspace::ReplaceTarget;

#[derive(Debug, ClapArgs)]
#[command(group(ArgGroup::new("claim").args(["privilege", "legal_bar"])))]
pub(crate) struct ClawbackArgs {
    /// Name of the request file, without .toml
    pub(crate) request: RequestId,
    /// What is clawed back: a number, a range FIRST-LAST or a document; repeat for several. Without it the claw-backs
    /// of the request are listed
    #[arg(long, value_name = "NUMBERS|DOCUMENT", requires_all = ["claim", "disclosed_on", "discovered_on", "steps", "why"])]
    pub(crate) documents: Vec<ReplaceTarget>,
    /// The privilege claimed, for example attorney-client
    #[arg(long, value_name = "PRIVILEGE", requires = "documents", value_parser = words::note)]
    pub(crate) privilege: Option<String>,
    /// The law bars production otherwise; which bar it is stands nowhere
    #[arg(long, requires = "documents")]
    pub(crate) legal_bar: bool,
    /// The day on which it went out
    #[arg(long, value_name = "DAY", requires = "documents")]
    pub(crate) disclosed_on: Option<NaiveDate>,
    /// The day on which somebody saw that it had
    #[arg(long, value_name = "DAY", requires = "documents")]
    pub(crate) discovered_on: Option<NaiveDate>,
    /// What had been done to prevent it: screens, their terms, who reviewed
    #[arg(long, requires = "documents", value_parser = words::note)]
    pub(crate) steps: Option<String>,
    /// How it came about
    #[arg(long, requires = "documents", value_parser = words::reason)]
    pub(crate) why: Option<String>,
    /// Record a notice: this claw-back's number
    #[arg(long, value_name = "NUMBER", requires_all = ["on", "to"], conflicts_with = "documents")]
    pub(crate) notice: Option<i64>,
    /// The day of the notice
    #[arg(long, value_name = "DAY", requires = "notice")]
    pub(crate) on: Option<NaiveDate>,
    /// To whom it went
    #[arg(long, value_name = "RECIPIENT", requires = "notice", value_parser = words::note)]
    pub(crate) to: Option<String>,
}
