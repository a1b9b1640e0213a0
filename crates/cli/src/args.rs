//! The command line.

mod certify;
mod clawback;
mod dedup;
mod gap;
mod numbers;
mod request;
mod review;
mod threads;
mod words;

pub(crate) use certify::{CertifyArgs, LetterArgs, kind};
pub(crate) use clawback::ClawbackArgs;
pub(crate) use dedup::DedupCommand;
pub(crate) use gap::{GapCommand, GapNoteArgs, ImpactArgs, MergeArgs, SplitArgs};
pub(crate) use numbers::{BatesCommand, TwinsArgs};
pub(crate) use request::RequestCommand;
pub(crate) use review::{GateArgs, ReviewCommand};
pub(crate) use threads::{ThreadsArgs, ThreadsCommand};

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use duces_model::{Channel, ItemId, RequestId, SourceId, VolumeName};
use duces_workspace::{Earlier, ReplaceTarget, UniverseKind};
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

const EXIT_CHECK: &str = "\
Exit codes: 0 done · 1 could not be done · 2 wrong command line · 3 done, but some gaps need a person (listed)
With --check: 0 nothing new, nothing open · 3 only old gaps that nobody has judged · 4 a new gap ·
              1 it could not look, or no fresh material came by the register's cadence";

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
    #[arg(long, value_name = "NAME", global = true, value_parser = words::name)]
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
    /// Read files for another process of this program
    #[command(hide = true)]
    ReadFiles,
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
    #[command(after_help = EXIT_CHECK)]
    Coverage {
        /// For a nightly job: one line always, and an exit code that says what is new
        #[arg(long)]
        check: bool,
    },
    /// The gaps: list them, say what a person has found out, merge, split
    #[command(subcommand, after_help = EXIT_NO)]
    Gap(GapCommand),
    /// Marked test messages: for which sources to send one, and whether they arrived
    #[command(subcommand, after_help = EXIT_PERSON)]
    CaptureTest(CaptureTestCommand),
    /// From a regulator's letter to a request file
    #[command(subcommand, after_help = EXIT_PERSON)]
    Request(RequestCommand),
    /// Add documents that were collected by hand to an item of a request
    #[command(after_help = EXIT_PLAIN)]
    Add {
        /// Name of the request file, without .toml
        request: RequestId,
        /// Number of the item that they answer
        item: ItemId,
        /// The files; copies are kept in the workspace
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// What they are and where they were found
        #[arg(long, value_parser = words::note)]
        note: String,
    },
    /// Show how a request was understood: searches, sources, gaps that cross it
    #[command(after_help = EXIT_PERSON)]
    Plan {
        /// Name of the request file, without .toml
        request: RequestId,
    },
    /// Run a request's searches, or search freely at the terminal, and read what is found
    #[command(after_help = EXIT_PERSON)]
    Search(Box<SearchArgs>),
    /// The hit report of a request: per item and per term, as table, page and JSON
    #[command(after_help = EXIT_PERSON)]
    Hits(HitsArgs),
    /// Draw a random sample of what was not selected, and say what the reviewer's answers show
    #[command(after_help = EXIT_NO)]
    Sample(SampleArgs),
    /// Freeze the population of a request
    #[command(after_help = EXIT_PERSON)]
    Select {
        /// Name of the request file, without .toml
        request: RequestId,
    },
    /// Decide on what was selected: a working sheet goes out, and comes back marked
    #[command(subcommand, after_help = EXIT_PERSON)]
    Review(ReviewCommand),
    /// Produce a Bates-numbered volume from the decisions
    #[command(after_help = EXIT_PERSON)]
    Produce(ProduceArgs),
    /// Record that what went out should not have, and is asked back; list what was clawed back
    #[command(after_help = EXIT_PERSON)]
    Clawback(Box<ClawbackArgs>),
    /// Duplicates: look for them, record an approval, leave them out
    #[command(subcommand, after_help = EXIT_NO)]
    Dedup(DedupCommand),
    /// Write an overlay load file for custodians and places found after a volume was delivered
    #[command(after_help = EXIT_PLAIN)]
    Overlay {
        /// Name of the sealed volume
        volume: VolumeName,
    },
    /// Join the messages of a request to threads, and say which a later one contains
    #[command(after_help = EXIT_NO)]
    Threads(ThreadsArgs),
    /// Look for what of the withheld would go out in other documents, or went out; let a pair or a passage stand
    #[command(after_help = EXIT_PERSON)]
    Twins(TwinsArgs),
    /// Bates numbers: everything about one, or a series without holes
    #[command(subcommand, after_help = EXIT_PLAIN)]
    Bates(BatesCommand),
    /// Show every open question of a production, or answer for one by name
    #[command(after_help = EXIT_PERSON)]
    Gate(GateArgs),
    /// Write the privilege log of a request or of one of its volumes: CSV, XLSX and PDF
    #[command(after_help = EXIT_PERSON)]
    PrivilegeLog {
        /// Name of the request file, without .toml
        request: RequestId,
        /// Only this volume; the numbers of the log are those of the whole request
        volume: Option<VolumeName>,
    },
    /// Check a volume, ours or another producer's, from its bytes
    #[command(after_help = EXIT_NO)]
    Verify {
        /// Name of one of our volumes, or the path of a volume (folder or ZIP) or of a folder of several
        volume: String,
        /// A volume produced before, whose numbers must not be used again; for volumes of others
        #[arg(long, value_name = "PATH")]
        earlier: Vec<PathBuf>,
        /// A file whose first line opens an encrypted ZIP file; for a ZIP file, also one of ours
        #[arg(long, value_name = "PATH")]
        password_file: Option<PathBuf>,
        /// A privilege log (CSV or XLSX) that must agree with the volume
        #[arg(long, value_name = "PATH")]
        privilege_log: Option<PathBuf>,
        /// The count of documents that the letter states
        #[arg(long, value_name = "N")]
        stated_documents: Option<u64>,
        /// The count of natives that the letter states
        #[arg(long, value_name = "N")]
        stated_natives: Option<u64>,
        /// The count of page images, or PDFs, that the letter states
        #[arg(long, value_name = "N")]
        stated_images: Option<u64>,
    },
    /// Write the completeness certificate of a verified volume, or another declaration; check one
    Certify(CertifyArgs),
    /// Write a letter from the record: transmittal, password, confidential treatment, supplement, claw-back
    Letter(LetterArgs),
    /// List the rows behind a figure of a completeness certificate
    #[command(after_help = EXIT_NO)]
    Explain {
        /// Number of the certificate
        certificate: i64,
        /// The words beside the figure and the figure, as "Item 3 produced 412"
        words: String,
    },
    /// What this workspace holds, and what waits for whom
    #[command(after_help = EXIT_PERSON)]
    Status,
    /// The audit trail: check it (verify, also without a word), or write it out
    #[command(after_help = EXIT_NO)]
    Audit {
        #[command(subcommand)]
        command: Option<AuditCommand>,
    },
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
pub(crate) enum CaptureTestCommand {
    /// Write a marked message for each source that evidence cannot judge; send them by whatever means
    #[command(after_help = EXIT_PERSON)]
    Plan {
        /// The address that they are sent from
        #[arg(long, value_name = "ADDRESS")]
        from: String,
        /// For every source in service
        #[arg(long, conflicts_with = "source")]
        all: bool,
        /// For this source; repeat for several
        #[arg(long, value_name = "SOURCE")]
        source: Vec<SourceId>,
    },
    /// Look which of them arrived in the archive and in review
    #[command(after_help = EXIT_PERSON)]
    Check,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Check that no row was edited, removed or moved
    #[command(after_help = EXIT_NO)]
    Verify {
        /// Hold it also against a copy that was written out earlier and kept elsewhere: only that shows a trail that was
        /// rewritten whole
        #[arg(long, value_name = "FILE")]
        against: Option<PathBuf>,
    },
    /// Write it out, for people (reports/audit.html) and for programs (reports/audit.csv)
    #[command(after_help = EXIT_NO)]
    Export,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct HitsArgs {
    /// Name of the request file, without .toml
    pub(crate) request: RequestId,
    /// Draw so many random hits and so many random non-hits of each term, to be read
    #[arg(long, value_name = "N", requires = "seed", conflicts_with = "compare")]
    pub(crate) sample: Option<u64>,
    /// The seed of the draw: the same seed draws the same documents
    #[arg(long, value_name = "S", requires = "sample")]
    pub(crate) seed: Option<u64>,
    /// Say what changed since an earlier run, and why: its number, or last (the newest that searched every item)
    #[arg(long, value_name = "RUN")]
    pub(crate) compare: Option<Earlier>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SampleArgs {
    /// Name of the request file, without .toml
    pub(crate) request: RequestId,
    /// Draw so many of what was not selected; size and seed are registered before the draw
    #[arg(long, value_name = "N", requires = "seed", required_unless_present = "answers", conflicts_with = "answers",
          value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) null_set: Option<u64>,
    /// The seed of the draw: the same seed draws the same
    #[arg(long, value_name = "S", requires = "null_set")]
    pub(crate) seed: Option<u64>,
    /// Only the scope of this item
    #[arg(long, requires = "null_set")]
    pub(crate) item: Option<ItemId>,
    /// Draw whole families
    #[arg(long, requires = "null_set")]
    pub(crate) families: bool,
    /// From what to draw: `scope` is what the items ask of by sources, channels, period, people and kind of
    /// document, all but their words; `archive` is every document. Either without what was selected
    #[arg(long, value_name = "scope|archive", default_value = "scope", conflicts_with = "answers")]
    pub(crate) universe: UniverseKind,
    /// Take the reviewer's answers from this sheet
    #[arg(long, value_name = "CSV")]
    pub(crate) answers: Option<PathBuf>,
    /// The number of the sample that is answered [default: the newest drawn]
    #[arg(long, value_name = "SAMPLE", requires = "answers")]
    pub(crate) of: Option<i64>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SearchArgs {
    /// Name of the request file, without .toml; or the terms, with --dialect
    pub(crate) what: Option<String>,
    /// The language of the terms; there is no default, because the same words mean different things
    #[arg(long, value_name = "DIALECT", requires = "what")]
    pub(crate) dialect: Option<String>,
    /// Only this item of the request
    #[arg(long, conflicts_with = "dialect", requires = "what")]
    pub(crate) item: Option<ItemId>,
    /// Sent by this person or group of the register, address or domain; repeat for any of several. An address
    /// counts on the days when it was theirs
    #[arg(long, value_name = "PERSON")]
    pub(crate) from: Vec<String>,
    /// Received by this person, group, address or domain (To, Cc, Bcc or envelope)
    #[arg(long, value_name = "PERSON")]
    pub(crate) to: Vec<String>,
    /// Sent or received by this person, group, address or domain
    #[arg(long, value_name = "PERSON")]
    pub(crate) person: Vec<String>,
    /// Belonging to this source of the register
    #[arg(long, value_name = "SOURCE")]
    pub(crate) source: Vec<SourceId>,
    /// Of this channel
    #[arg(long, value_name = "CHANNEL")]
    pub(crate) channel: Vec<Channel>,
    /// Sent on this day or later, in the firm's zone
    #[arg(long, value_name = "DAY")]
    pub(crate) since: Option<NaiveDate>,
    /// Sent on this day or before
    #[arg(long, value_name = "DAY")]
    pub(crate) until: Option<NaiveDate>,
    /// Which page to list, from 1
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) page: u64,
    /// How many a page lists; 0 for the counts alone
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: u64,
    /// Show this document as text: its identity, or sixteen or more digits of it
    #[arg(long, value_name = "DOCUMENT", conflicts_with_all = ["what", "save"])]
    pub(crate) open: Option<String>,
    /// Save the original bytes of this document in a new file
    #[arg(long, value_names = ["DOCUMENT", "FILE"], num_args = 2, conflicts_with = "what")]
    pub(crate) save: Option<Vec<String>>,
}

impl SearchArgs {
    /// Whether anything but words is asked for.
    pub(crate) fn has_criteria(&self) -> bool {
        let lists = [&self.from, &self.to, &self.person];
        lists.iter().any(|list| !list.is_empty())
            || !self.source.is_empty()
            || !self.channel.is_empty()
            || self.since.is_some()
            || self.until.is_some()
    }
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
    /// The delivery profile: one of the program's, or the firm's own in profiles/NAME.toml
    /// [default: native-by-agreement]
    #[arg(long, value_name = "NAME", conflicts_with_all = ["void", "rebuild"])]
    pub(crate) profile: Option<String>,
    /// Write a small trial volume into trials/ with numbers of its own, marked as a test everywhere
    #[arg(long, conflicts_with_all = ["void", "rebuild", "mock", "partial"])]
    pub(crate) test_volume: bool,
    /// Leave families with an open decision out; the certificate will say that it is partial
    #[arg(long, conflicts_with_all = ["void", "rebuild", "mock"])]
    pub(crate) partial: bool,
    /// Build this sealed volume again in a scratch folder and compare every byte
    #[arg(long, value_name = "VOLUME", conflicts_with = "void")]
    pub(crate) rebuild: Option<VolumeName>,
    /// Void the numbers of this abandoned volume; needs --why
    #[arg(long, value_name = "VOLUME", requires = "why")]
    pub(crate) void: Option<VolumeName>,
    /// Replace these and their families by a new volume, and produce nothing else: a number, a range FIRST-LAST or a
    /// document; repeat for several; needs --why
    #[arg(long, value_name = "NUMBERS|DOCUMENT", requires = "why", conflicts_with_all = ["void", "rebuild", "mock"])]
    pub(crate) replaces: Vec<ReplaceTarget>,
    /// Why the numbers are voided or replaced
    #[arg(long, value_parser = words::reason)]
    pub(crate) why: Option<String>,
}
