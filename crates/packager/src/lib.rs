//! Dispositions in, a sealed production out. Declares the only way to a Bates number.
//!
//! The road: [`Candidate`]s (one for each document of a frozen population, with its disposition) are
//! put in order and barred where they must be; [`mock()`] shows the outcome before any number is
//! spent; [`produce()`] checks all that can be checked, reserves the volume's numbers in one go through
//! [`NumberSeries`], deals them in order, seals and writes. [`rebuild`] writes the same volume again.
//!
//! # What must not get out
//!
//! - **The family bar.** A withheld (or redacted) member lies inside the natives of its ancestors, so
//!   these go out as text only: no native, no size, no digest. Their text is their own body, followed
//!   by a note that names the sheet's number. Their header block keeps only fields that RFC 5322
//!   (section 3.6) defines and the trace: `Content-Type` and `Content-Disposition` may name an
//!   attachment, and the body digest of `DKIM-Signature` or `Content-MD5` is a digest of what is
//!   withheld.
//! - **The withheld member.** A numbered sheet stands for it. Its row holds numbers, family, custodians
//!   and request items, and nothing of the document: no name, no date, no path. Documents attached to
//!   it lose their paths and family date too, since the path of a loose message is its file's name.
//! - **Twins.** A document with the native digest of a withheld one, or whose native holds it, a message with
//!   the same Message-ID, and a text in which a long run of the withheld text stands verbatim (every run of
//!   24 words is found, none under 20; a text of 6 to 23 words as a whole), cannot be produced: that is a
//!   conflict of decisions for a person, and an [`Obstacle`] before any number is spent. So it is with what is
//!   withheld in other volumes ([`Elsewhere`]), and with what went out there and is withheld here. A passage
//!   that the withheld message itself quotes from an earlier one, which goes out, bars nothing. An empty file
//!   has no twin. A person may let a pair stand, or say of a passage that it bars nothing.
//! - **Suspicious-activity material** is named in no log and no load file: nothing may reveal that a
//!   report exists (31 CFR 1023.320(e) for broker-dealers, from memory). The model gives each
//!   withheld document a number, so that families stay whole; its sheet and row must then not differ
//!   in any byte from those of a document under another legal bar, and neither gives a reason. That
//!   holds for manifests (no count by ground), for notes, exceptions and messages too, and does not
//!   depend on whether such material is there: a wording used only where it is would itself tell.
//! - **Redaction.** Covered words are taken out where a document is read (module `redact`): nothing behind that has
//!   them. A range of characters is replaced by a box with its reason, as long as the reason; what lies under a
//!   region is taken out of the laid-out page. No native, size, digest or header block of a redacted document goes
//!   out, nor the native of a document that holds it; values of its family that hold covered words are blanked, as
//!   `[REDACTED]`. Texts in other documents are held against the covered passages alone. What cannot be redacted so
//!   (a profile without pages, a region on a file of which the pages show only the text) is an [`Obstacle`].

mod bars;
mod candidate;
mod dedup;
mod elsewhere;
mod error;
mod exception;
mod fields;
mod header;
mod mock;
mod numbers;
mod order;
mod pages;
mod passages;
mod plan;
mod produce;
mod profile;
mod redact;
mod replaced;
mod reports;
mod retained;
#[cfg(test)]
mod sample;
mod sheets;
mod standing;
mod threads;
mod twins;

pub use candidate::Candidate;
pub use dedup::{Approvals, DedupRule, DedupRuleError, FamilyKey, Reach, Recipe};
pub use elsewhere::{Elsewhere, ElsewhereDocument};
pub use error::{Conflict, Obstacle, Obstacles, PackError};
pub use exception::{Exception, ExceptionKind};
pub use mock::{Breach, CustodianCount, Mock, MockLine, mock, mock_on_pages};
pub use numbers::{NumberError, NumberSeries};
pub use pages::{Counted, Covering, Made, PageError, Paginate, Press, Shown, Stamp, Take};
pub use passages::{RUN_FOUND, SHINGLE, WHOLE_MIN};
pub use plan::Form;
pub use produce::{Order, Produced, obstacles, produce, rebuild};
pub use profile::{
    Authority, AuthorityStatus, DateForm, DedupPolicy, Delivery, Encryption, Field, FieldValue, LegendPlace,
    Letter, NameForm, NameRule, Natives, NotWritten, NumberingUnit, OptForm, OrderKey, PageKind, Profile,
    Rule, Severity, SizeUnit, TimeForm, UNDESIGNATED, Words, ZoneRule,
};
pub use redact::{Covered, CoveredAgain, RegionCovers, covered, message_told};
pub use retained::{Fetched, InlinePart, Markup, Retained, RetainedError, Said, Talk};
pub use standing::TypeOnPages;
pub use threads::{
    Inclusive, MESSAGES_MAX, ThreadId, ThreadMessage, ThreadRule, ThreadRuleError, ThreadValue, WORDS_MIN,
    threads,
};
