//! The command line of gaps.

use super::{EXIT_PERSON, EXIT_PLAIN, words};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use duces_model::{GapField, RequestId};
use duces_workspace::PartOfGap;

#[derive(Debug, Subcommand)]
pub(crate) enum GapCommand {
    /// List the gaps
    #[command(after_help = EXIT_PLAIN)]
    List {
        /// Only those that count by themselves and that nobody has closed
        #[arg(long)]
        open: bool,
    },
    /// Show one gap whole: its days, the rows it rests on, what was said and noted of it
    #[command(after_help = EXIT_PLAIN)]
    Show {
        /// The gap's name, as `duces gap list` prints it
        gap: String,
    },
    /// It is a gap
    #[command(after_help = EXIT_PLAIN)]
    Confirm(GapWord),
    /// It has an explanation; it stays listed
    #[command(after_help = EXIT_PLAIN)]
    Explain(GapWord),
    /// It is none; it stays listed
    #[command(after_help = EXIT_PLAIN)]
    Dismiss(GapWord),
    /// Note its cause, scope, impact, remediation, or what else a summary of it needs
    #[command(after_help = EXIT_PLAIN)]
    Note(GapNoteArgs),
    /// It is one event with another gap, and counts with that one
    #[command(after_help = EXIT_PLAIN)]
    Merge(MergeArgs),
    /// Everything that it touches: requests, items, productions, certificates, statements, the past ones too
    #[command(after_help = EXIT_PERSON)]
    Impact(ImpactArgs),
    /// Draft the factual summary of gaps: cause, scope and impact
    #[command(after_help = EXIT_PERSON)]
    Summary {
        /// The gaps' names
        #[arg(required = true, value_name = "GAP")]
        gaps: Vec<String>,
    },
    /// It is several events: split it into parts that together are all of it
    #[command(after_help = EXIT_PLAIN)]
    Split(SplitArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct GapWord {
    /// The gap's name, as `duces gap list` prints it
    pub(crate) gap: String,
    /// Why
    #[arg(long, value_parser = words::reason)]
    pub(crate) why: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ImpactArgs {
    /// The gap's name, as `duces gap list` prints it
    pub(crate) gap: String,
    /// Prepare the supplement of this request: a population in which only what is new is produced, and a draft notice
    #[arg(long, value_name = "REQUEST")]
    pub(crate) supplement: Option<RequestId>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct GapNoteArgs {
    /// The gap's name, as `duces gap list` prints it
    pub(crate) gap: String,
    /// What the note is about
    #[arg(value_enum)]
    pub(crate) field: Field,
    /// The note
    #[arg(value_parser = words::note)]
    pub(crate) text: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct MergeArgs {
    /// The gap that counts no more by itself
    pub(crate) gap: String,
    /// The gap with which it is one event
    #[arg(long, value_name = "GAP", required_unless_present = "undo")]
    pub(crate) into: Option<String>,
    /// Take it out again
    #[arg(long, conflicts_with = "into")]
    pub(crate) undo: bool,
    /// Why
    #[arg(long, value_parser = words::reason)]
    pub(crate) why: String,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SplitArgs {
    /// The gap
    pub(crate) gap: String,
    /// A part: SOURCE,SOURCE:FIRST..LAST, or *:FIRST..LAST for every source; a day that the gap does not know stays empty
    #[arg(long = "part", value_name = "PART", required = true)]
    pub(crate) parts: Vec<PartOfGap>,
    /// Why
    #[arg(long, value_parser = words::reason)]
    pub(crate) why: String,
}

/// What a note is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field(pub(crate) GapField);

impl ValueEnum for Field {
    fn value_variants<'a>() -> &'a [Self] {
        const { &fields() }
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.as_str()))
    }
}

const fn fields() -> [Field; GapField::ALL.len()] {
    let mut fields = [Field(GapField::Cause); GapField::ALL.len()];
    let mut at = 0;
    while at < fields.len() {
        fields[at] = Field(GapField::ALL[at]);
        at += 1;
    }
    fields
}
