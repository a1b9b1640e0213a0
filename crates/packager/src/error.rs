//! Why a production cannot be made.

use crate::dedup::DedupRule;
use crate::numbers::NumberError;
use crate::pages::PageError;
use crate::profile::{DedupPolicy, PageKind};
use crate::retained::RetainedError;
use duces_model::{BatesError, BatesRange, DispositionError, DocId, Sha256, Violation};
use duces_volume::VolumeError;
use std::fmt;

/// How two decisions contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Conflict {
    /// It is the same document.
    SameDocument,
    /// The same native.
    SameNative,
    /// The withheld document lies inside the other's native.
    InsideNative,
    /// Both are messages with the same Message-ID and the same text.
    SameMessage,
    /// Both are messages with the same Message-ID, and their texts differ.
    SameMessageId,
    /// Nine tenths or more of the withheld text stand in the other's text, verbatim.
    HoldsText,
    /// A run of twenty or more words of the withheld text, or the whole of a short one, stands in the other's text.
    QuotesText,
}

impl Conflict {
    /// Whether it rests on what the two say, rather than on their being the same: a person may let it stand.
    pub const fn is_by_text(self) -> bool {
        matches!(self, Self::SameMessageId | Self::HoldsText | Self::QuotesText)
    }

    /// Whether a stronger reason is `said` of the same two.
    pub(crate) fn is_implied(self, said: impl Fn(Self) -> bool) -> bool {
        let stronger: &[Self] = match self {
            Self::SameDocument => &[],
            Self::SameNative | Self::InsideNative => &[Self::SameDocument],
            Self::SameMessage => &[Self::SameDocument, Self::SameNative],
            Self::SameMessageId => &[],
            Self::HoldsText | Self::QuotesText => &[Self::SameDocument, Self::SameNative, Self::SameMessage],
        };
        stronger.iter().any(|one| said(*one))
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SameDocument => "is the same document",
            Self::SameNative => "has the same native",
            Self::InsideNative => "holds it in its native",
            Self::SameMessage => "is the same message",
            Self::SameMessageId => "has the same Message-ID and another text",
            Self::HoldsText => "holds its text, or nearly all of it",
            Self::QuotesText => "quotes twenty or more words of it, or the whole of a short text",
        })
    }
}

/// Something that has to be settled by a person before a number is spent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// A rule of sealing does not hold.
    #[error("{0}")]
    Violation(Violation),
    /// A decision lacks its person.
    #[error("document {document}: {source}")]
    NoPerson {
        /// Which document.
        document: DocId,
        /// What is missing.
        source: DispositionError,
    },
    /// A document is to be redacted, and nothing says where.
    #[error(
        "document {document} is to be redacted, and no redaction of it is recorded: duces review redactions takes a sheet"
    )]
    NoRedaction {
        /// Which document.
        document: DocId,
    },
    /// A document is to be redacted in a way that cannot be done.
    #[error("document {document} cannot be redacted: {why}")]
    CannotRedact {
        /// Which document.
        document: DocId,
        /// Why, and what can be done.
        why: String,
    },
    /// What is withheld in one place would go out in another.
    #[error(
        "document {barred} is withheld or redacted, but document {other}, which {conflict}, is to be produced: decide the two alike"
    )]
    Conflict {
        /// The withheld document.
        barred: DocId,
        /// The document that would give it away.
        other: DocId,
        /// How.
        conflict: Conflict,
    },
    /// What is withheld in another volume or request would go out in this one.
    #[error(
        "document {barred} is withheld ({place}), but document {other}, which {conflict}, is to be produced"
    )]
    BarredElsewhere {
        /// The withheld document.
        barred: DocId,
        /// Where it is withheld.
        place: String,
        /// The document that would give it away.
        other: DocId,
        /// How.
        conflict: Conflict,
    },
    /// What is withheld in this volume went out in an earlier one.
    #[error("document {barred} is withheld, but document {other}, which {conflict}, went out: {place}")]
    WentOut {
        /// The withheld document.
        barred: DocId,
        /// The document that gave it away.
        other: DocId,
        /// As what it went out.
        place: String,
        /// How.
        conflict: Conflict,
    },
    /// A document outside the volume cannot be read, so that its twins cannot be told by their text.
    #[error("document {document} ({place}) cannot be read again, so its twins cannot be told: {why}")]
    CannotTellTwins {
        /// Which document.
        document: DocId,
        /// Where it is withheld, or as what it went out.
        place: String,
        /// Why it cannot be read.
        why: String,
    },
    /// A document's parent belongs to another family.
    #[error("document {document} is attached to {parent}, which belongs to another family")]
    ParentOfOtherFamily {
        /// Which document.
        document: DocId,
        /// Its parent.
        parent: DocId,
    },
    /// A document is, by way of others, attached to itself.
    #[error("document {document} is attached to itself by way of others")]
    ParentLoop {
        /// Which document.
        document: DocId,
    },
    /// Duplicates were left out without the approval that the profile asks for.
    #[error(
        "{count} documents are left out as duplicates, and the profile asks for an approval by staff that is not recorded ({policy})"
    )]
    DedupNotApproved {
        /// How many.
        count: u64,
        /// The profile's word.
        policy: DedupPolicy,
    },
    /// Duplicates were left out by another rule than the one that is approved.
    #[error(
        "{count} documents are left out as duplicates by {used}, and what is approved is {approved} (the profile says {policy})"
    )]
    OtherDedupRule {
        /// How many.
        count: u64,
        /// By which rule.
        used: String,
        /// Which rule is approved.
        approved: DedupRule,
        /// The profile's word.
        policy: DedupPolicy,
    },
    /// Messages were left out as contained in later ones without an approval.
    #[error(
        "{count} documents are left out as contained in later messages, and no approval of that by staff is recorded"
    )]
    ThreadsNotApproved {
        /// How many.
        count: u64,
    },
    /// The profile asks for pages that this version does not make.
    #[error("the profile asks for pages of kind {kind}, which this version does not make")]
    PagesNotMade {
        /// Which.
        kind: PageKind,
    },
    /// What is to stand at the foot of each page cannot stand there.
    #[error("{words:?} cannot stand on pages: {why}; shorten the designation or the profile's legend")]
    WordsDoNotFit {
        /// The words, lines parted by a stroke.
        words: String,
        /// Why.
        why: String,
    },
    /// The profile asks for an encrypted archive, and there is no password.
    #[error("the profile asks for an encrypted archive, and no password was made")]
    NoPassword,
    /// No document takes a number.
    #[error(
        "found no document to produce among {candidates}, expected at least one that no sealed volume has and that is decided to go out"
    )]
    NothingToProduce {
        /// Documents in the population.
        candidates: u64,
    },
}

/// Everything that has to be settled, never just the first thing; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacles(Vec<Obstacle>);

impl Obstacles {
    /// `Ok` where nothing is in the way.
    pub(crate) fn none(found: Vec<Obstacle>) -> Result<(), Self> {
        if found.is_empty() { Ok(()) } else { Err(Self(found)) }
    }

    /// All of them, in the order of the volume.
    pub fn iter(&self) -> std::slice::Iter<'_, Obstacle> {
        self.0.iter()
    }
}

impl fmt::Display for Obstacles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        write!(f, "{count} {} to be settled first", if count == 1 { "thing has" } else { "things have" })?;
        self.0.iter().try_for_each(|obstacle| write!(f, "\n  {obstacle}"))
    }
}

impl std::error::Error for Obstacles {}

/// Why a production was not made. No volume stands under its name then; numbers that had been reserved
/// by that time are the caller's to void.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// Decisions are open or contradict each other. No number was spent.
    #[error(transparent)]
    Refused(#[from] Obstacles),
    /// A document could not be fetched.
    #[error("document {document} could not be read again")]
    Retained {
        /// Which document.
        document: DocId,
        /// Why.
        source: RetainedError,
    },
    /// A retained document is not what it was.
    #[error("the retained bytes of document {document} changed: found sha256 {found}, expected {expected}")]
    RetainedChanged {
        /// Which document.
        document: DocId,
        /// Digest taken at indexing.
        expected: Sha256,
        /// Digest of what was fetched.
        found: Sha256,
    },
    /// Another document was fetched than was asked for.
    #[error("found document {found}, expected {asked}")]
    OtherDocument {
        /// Asked for.
        asked: DocId,
        /// Fetched.
        found: DocId,
    },
    /// The withheld texts are more than can be held against what goes out.
    #[error(
        "the withheld documents hold more than some 12 million words, so that their twins cannot be looked for: produce in several volumes"
    )]
    TooMuchBarred,
    /// What is withheld stands nearly everywhere.
    #[error(
        "withheld documents share more than 4 million passages with what goes out: name a passage that stands nearly everywhere, such as a footer, as one that bars nothing"
    )]
    TooMuchShared,
    /// A document could not be set on pages.
    #[error("document {document} could not be set on pages")]
    Pages {
        /// Which document.
        document: DocId,
        /// Why.
        source: PageError,
    },
    /// No numbers could be reserved.
    #[error(transparent)]
    Numbers(#[from] NumberError),
    /// The series gave another count of numbers than was asked for.
    #[error("found {} reserved numbers ({got}), expected {asked}", got.pages())]
    OtherCount {
        /// Asked for.
        asked: u64,
        /// Reserved.
        got: Box<BatesRange>,
    },
    /// The reserved range cannot be dealt.
    #[error("the reserved numbers cannot be dealt")]
    Deal(#[from] BatesError),
    /// The production does not seal with its numbers.
    #[error("the production does not seal: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    NotSealed(Vec<Violation>),
    /// The volume could not be written.
    #[error("the volume could not be written")]
    Volume(#[from] VolumeError),
    /// The user asked to stop.
    #[error("stopped on request")]
    Stopped,
}
