//! What really happened: what was lost, what only looks as if it were, and what nobody could know.

use chrono::NaiveDate;

/// How communications were lost, or not reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// All of them, for some days.
    Total,
    /// A share of them, for some days.
    Partial,
    /// All of them, ever: the source stands in the register and was never captured.
    NeverCaptured,
    /// All of them, ever: nothing in the register speaks of the address.
    Unregistered,
    /// What came after the ten-thousandth.
    Capped,
    /// They were disposed of while a hold required them.
    DisposedUnderHold,
    /// They were kept, and never connected to supervisory review.
    NotReviewed,
}

impl Kind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Total => "total loss",
            Self::Partial => "partial loss",
            Self::NeverCaptured => "never captured",
            Self::Unregistered => "not in the register",
            Self::Capped => "capped",
            Self::DisposedUnderHold => "disposed of under a hold",
            Self::NotReviewed => "not reviewed",
        }
    }
}

/// Which traces a loss leaves, in the order in which they are listed. A loss with none cannot be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trace {
    /// The counts drop.
    Dip,
    /// The register names a source of which there is nothing.
    Register,
    /// A system of record counted more.
    ControlTotals,
    /// A system of record lists the very messages.
    ControlIds,
    /// Numbers are missing from a dense sequence.
    Sequence,
    /// Counts stop at a round limit.
    Limit,
    /// Others' retained mail names the address.
    Traffic,
    /// Retained replies name parents that are not retained.
    References,
    /// Internal mail is in one party's capture and not in the other's.
    OneSided,
    /// The register says when the capture path was changed.
    DeclaredChange,
    /// The register's review columns.
    Review,
}

/// A true gap.
#[derive(Debug, Clone)]
pub(crate) struct TrueGap {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Registered sources, as places in the world's list.
    pub(crate) sources: Vec<usize>,
    /// Addresses that no source covers.
    pub(crate) addresses: Vec<String>,
    /// The days of the break and of the repair: the first and last day on which anything was lost for
    /// this cause.
    pub(crate) first: NaiveDate,
    pub(crate) last: NaiveDate,
    /// Whether it began before the archive, or still lasts at its end: that day is then unknowable.
    pub(crate) open: (bool, bool),
    /// Whether it began, and ended, within a day.
    pub(crate) mid_day: (bool, bool),
    /// How many communications are missing; absent where the axis is review.
    pub(crate) lost: Option<u64>,
    /// The true rate of all its sources together, per working day, over its days.
    pub(crate) rate: f64,
    pub(crate) working_days: u64,
    pub(crate) traces: Vec<Trace>,
}

/// Days of sources on which nothing was lost, though it may look so; a gap found there is a false one.
#[derive(Debug, Clone)]
pub(crate) struct NoGap {
    pub(crate) why: &'static str,
    pub(crate) sources: Vec<usize>,
    pub(crate) first: NaiveDate,
    pub(crate) last: NaiveDate,
}

/// Days of sources of which an honest program says that it cannot tell.
#[derive(Debug, Clone)]
pub(crate) struct Unknowable {
    pub(crate) why: &'static str,
    pub(crate) sources: Vec<usize>,
    pub(crate) first: NaiveDate,
    pub(crate) last: NaiveDate,
}

/// The whole truth of a simulated firm.
#[derive(Debug, Clone, Default)]
pub(crate) struct Truth {
    pub(crate) gaps: Vec<TrueGap>,
    pub(crate) no_gaps: Vec<NoGap>,
    pub(crate) unknowable: Vec<Unknowable>,
    /// Addresses of the firm's domains that no source covers and that are nobody's: spoofed, mistyped.
    pub(crate) strangers: Vec<String>,
}
