//! The command line.

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use duces_model::{ItemId, RequestId, VolumeName};
use std::path::PathBuf;

const EXIT_ALL: &str = "\
Exit codes:
  0    done
  1    could not be done
  2    the command line is wrong
  3    done, but some items need a person (they are listed)
  4    looked, and the answer is no: incomplete, or does not verify
  101  a bug in this program";

const EXIT_PLAIN: &str = "\
Exit codes: 0 done · 1 could not be done · 2 wrong command line";

const EXIT_PERSON: &str = "\
Exit codes: 0 done · 1 could not be done · 2 wrong command line · 3 done, but some items need a person (listed)";

const EXIT_NO: &str = "\
Exit codes: 0 done · 1 could not be done · 2 wrong command line · 3 done, but some items need a person (listed) ·
            4 looked, and the answer is no (an account does not close, or it does not verify)";

/// Answers a securities regulator's document request from retained communications: finds what is
/// responsive, produces it with Bates numbers, and certifies how complete the answer is.
#[derive(Debug, Parser)]
#[command(name = "duces", version, propagate_version = true, after_help = EXIT_ALL, max_term_width = 100)]
pub(crate) struct Args {
    /// The workspace: one firm's folder with duces.toml
    #[arg(short = 'C', long = "workspace", value_name = "FOLDER", default_value = ".", global = true)]
    pub(crate) workspace: PathBuf,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Human, global = true)]
    pub(crate) format: Format,
    /// Who gives the command, for the audit trail [default: the user's login name]
    #[arg(long, value_name = "NAME", global = true)]
    pub(crate) by: Option<String>,
    /// Take this as the present instant instead of the clock's (for reproducing a run)
    #[arg(long, value_name = "INSTANT", global = true, hide = true)]
    pub(crate) now: Option<DateTime<Utc>>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// How to print the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person at a terminal
    Human,
    /// One JSON document
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make an invented firm in a new folder and run the whole job on it
    #[command(after_help = EXIT_NO)]
    Demo {
        /// The new folder
        #[arg(default_value = "duces-demo")]
        folder: PathBuf,
    },
    /// Make a workspace for a firm
    #[command(after_help = EXIT_PLAIN)]
    Init(InitArgs),
    /// The register: what should be captured, and who people are
    #[command(subcommand, after_help = EXIT_PLAIN)]
    Register(RegisterCommand),
    /// Read the archive into the index and the ledger, and close the account
    #[command(after_help = EXIT_NO)]
    Index {
        /// Compare the digests of files that look unchanged by size and modification time
        #[arg(long)]
        rehash: bool,
        /// Make the search index anew from the archive; the ledger's record stays
        #[arg(long)]
        rebuild: bool,
    },
    /// Hold what was captured against what should have been, and list the gaps
    #[command(after_help = EXIT_PERSON)]
    Coverage,
    /// Say what a person has found out about a gap
    #[command(subcommand, after_help = EXIT_PLAIN)]
    Gap(GapCommand),
    /// Show how a request was understood: searches, sources, gaps that cross it
    #[command(after_help = EXIT_PERSON)]
    Plan {
        /// Name of the request file, without .toml
        request: RequestId,
    },
    /// Run a request's searches, or search freely at the terminal
    #[command(after_help = EXIT_PERSON)]
    Search(SearchArgs),
    /// The hit report of a request: per item and per term
    #[command(after_help = EXIT_PERSON)]
    Hits {
        /// Name of the request file, without .toml
        request: RequestId,
    },
    /// Freeze the population of a request, and take people's decisions back
    #[command(after_help = EXIT_PERSON)]
    Select {
        /// Name of the request file, without .toml
        request: RequestId,
        /// Take the decisions from this sheet instead of freezing a population
        #[arg(long, value_name = "CSV")]
        decisions: Option<PathBuf>,
    },
    /// Produce a Bates-numbered volume from the decisions
    #[command(after_help = EXIT_PERSON)]
    Produce(ProduceArgs),
    /// Check a volume, ours or another producer's, from its bytes
    #[command(after_help = EXIT_NO)]
    Verify {
        /// Name of one of our volumes, or the path of a volume (folder or ZIP)
        volume: String,
    },
    /// Write the completeness certificate of a verified volume
    #[command(after_help = EXIT_NO)]
    Certify {
        /// The volume; or the request, where nothing was produced for it
        volume: String,
        /// Return the stored bytes of the newest certificate issued up to this day instead
        #[arg(long, value_name = "DAY")]
        as_known_on: Option<NaiveDate>,
    },
    /// What this workspace holds, and what waits for whom
    #[command(after_help = EXIT_PERSON)]
    Status,
    /// Check the ledger's audit trail
    #[command(after_help = EXIT_NO)]
    Audit,
    /// Write completions for a shell to the standard output
    #[command(after_help = EXIT_PLAIN)]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Write the manual page (roff) to the standard output
    #[command(after_help = EXIT_PLAIN)]
    Man,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct InitArgs {
    /// Legal name of the firm
    #[arg(long)]
    pub(crate) firm: String,
    /// Its number in FINRA's Central Registration Depository
    #[arg(long)]
    pub(crate) crd: String,
    /// A mail domain of the firm; repeat for several
    #[arg(long = "domain", required = true)]
    pub(crate) domains: Vec<String>,
    /// Its home time zone
    #[arg(long, default_value = "America/New_York")]
    pub(crate) zone: chrono_tz::Tz,
    /// Folder of retained communications; it is only read
    #[arg(long, value_name = "FOLDER", default_value = "archive")]
    pub(crate) archive: PathBuf,
    /// Prefix of its Bates numbers
    #[arg(long)]
    pub(crate) prefix: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RegisterCommand {
    /// Read the register's files and report everything that is wrong in them
    #[command(after_help = EXIT_PLAIN)]
    Check,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GapCommand {
    /// List the gaps
    #[command(after_help = EXIT_PLAIN)]
    List,
    /// It is a gap
    #[command(after_help = EXIT_PLAIN)]
    Confirm(GapWord),
    /// It has an explanation; it stays listed
    #[command(after_help = EXIT_PLAIN)]
    Explain(GapWord),
    /// It is none; it stays listed
    #[command(after_help = EXIT_PLAIN)]
    Dismiss(GapWord),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct GapWord {
    /// The gap's name, as `duces gap list` prints it
    pub(crate) gap: String,
    /// Why
    #[arg(long)]
    pub(crate) why: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SearchArgs {
    /// Name of the request file, without .toml; or the terms, with --dialect
    pub(crate) what: String,
    /// The language of the terms; there is no default, because the same words mean different things
    #[arg(long, value_name = "DIALECT")]
    pub(crate) dialect: Option<String>,
    /// Only this item of the request
    #[arg(long)]
    pub(crate) item: Option<ItemId>,
    /// How many to list
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: usize,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ProduceArgs {
    /// Name of the request file, without .toml
    #[arg(required_unless_present_any = ["void", "rebuild"])]
    pub(crate) request: Option<RequestId>,
    /// Name of the volume, for example ECP001
    #[arg(long, value_name = "NAME")]
    pub(crate) volume: Option<VolumeName>,
    /// Show counts, sizes, exceptions and order; no number is spent
    #[arg(long, conflicts_with_all = ["void", "rebuild"])]
    pub(crate) mock: bool,
    /// Leave families with an open decision out; the certificate will say that it is partial
    #[arg(long, conflicts_with_all = ["void", "rebuild", "mock"])]
    pub(crate) partial: bool,
    /// Build this sealed volume again in a scratch folder and compare every byte
    #[arg(long, value_name = "VOLUME", conflicts_with = "void")]
    pub(crate) rebuild: Option<VolumeName>,
    /// Void the numbers of this abandoned volume; needs --why
    #[arg(long, value_name = "VOLUME", requires = "why")]
    pub(crate) void: Option<VolumeName>,
    /// Why the numbers are voided
    #[arg(long)]
    pub(crate) why: Option<String>,
}
