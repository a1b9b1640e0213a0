//! Documents on pages: counted before numbers are reserved, made when they are written.

mod press;

pub use press::Press;

use crate::candidate::Candidate;
use crate::plan::{Form, Placed, Plan};
use crate::produce::Order;
use crate::profile::PageKind;
use crate::redact::Redactor;
use crate::retained::{Fetched, Markup, Talk};
use crate::sheets;
use crate::standing::Standing;
use duces_model::{BatesRange, DefectCode, DocId, DocumentKind, RedactedPlace, Redaction, Searchability};
use duces_volume::PageKind as FileKind;

/// What is to be set on pages.
#[derive(Debug, Clone, Copy)]
pub enum Shown<'a> {
    /// The document itself.
    Document {
        /// The document as it was read again.
        fetched: &'a Fetched,
        /// A line for each document attached to it.
        attachments: &'a [String],
        /// What is to be said below it.
        notes: &'a [String],
        /// Its HTML, where that may be shown.
        markup: Option<&'a Markup>,
        /// What was said in it, where it is a room-day that may be shown so.
        talk: Option<&'a Talk>,
        /// Whether these are not its own pages but its text: the native is in the volume.
        rendition: bool,
        /// Of a redacted document the regions that are covered on its pages; none where words of its text are.
        redaction: Option<&'a [Redaction]>,
        /// Whether the file itself is placed on the pages: a PDF, or a picture.
        as_is: bool,
    },
    /// A sheet that stands for it.
    Sheet {
        /// In capitals.
        title: &'a str,
        /// Why, and what stands where.
        lines: &'a [String],
    },
}

/// What is put onto each page.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// A number for each page.
    pub numbers: Vec<String>,
    /// The legend.
    pub legend: Option<String>,
}

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// Pages; at least 1.
    pub pages: u64,
    /// What the pages show otherwise than the document had it.
    pub remarks: Vec<String>,
    /// Why a sheet stands where the document was to be.
    pub defect: Option<String>,
    /// What of its pages cannot be drawn as images, where images are asked for: a placeholder and the native stand for
    /// the document then, or a sheet and its text where the native cannot go out.
    pub undrawn: Option<String>,
    /// Whether something of the document is on no page, so that its native has to go out too.
    pub partial: bool,
}

/// What regions cover.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Covering {
    /// What then stands on the pages, as text.
    pub text: String,
    /// The words that each region takes out.
    pub words: Vec<String>,
    /// What is wrong with regions, in words; the rest is not to be used then.
    pub wrong: Vec<String>,
}

/// Why pages could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The pages are not as many as were counted before numbers were reserved.
    #[error("found {found} pages, where {counted} were counted before numbers were reserved")]
    Count {
        /// Pages found now.
        found: u64,
        /// Pages counted.
        counted: u64,
    },
    /// Something of a page could not be drawn: its image would not show what the page shows.
    #[error(
        "found {parts} parts of page {number} that cannot be drawn as an image, expected none; a profile that delivers PDF can show them"
    )]
    Missing {
        /// The number of the page.
        number: String,
        /// Pictures and fonts that could not be drawn.
        parts: u32,
    },
    /// The implementation's own error.
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
}

/// A page or PDF that was made.
#[derive(Debug)]
pub enum Made {
    /// One page, in order.
    Page(FileKind, Vec<u8>),
    /// All pages.
    Pdf(Vec<u8>),
}

/// Takes what is made, piece by piece.
pub type Take<'t> = dyn FnMut(Made) -> Result<(), duces_volume::VolumeError> + 't;

/// Sets documents on pages. What cannot be set is no error: a sheet stands for it, with
/// [`Counted::defect`]. The same input gives the same pages.
pub trait Paginate {
    /// Whether this version makes pages of that kind.
    fn makes(&self, kind: PageKind) -> bool;

    /// Whether these words can stand at the foot of a page, beside a number.
    ///
    /// # Errors
    /// Too many lines, or signs that cannot be shown.
    fn fits(&mut self, words: &str) -> Result<(), PageError>;

    /// Counts the pages, and says where they cannot be made in this kind.
    ///
    /// # Errors
    /// Where the setter itself fails.
    fn count(&mut self, shown: &Shown<'_>, kind: PageKind) -> Result<Counted, PageError>;

    /// Covers the regions of a redacted document and says what they take out and what stays.
    ///
    /// # Errors
    /// Where the setter itself fails.
    fn covered(&mut self, shown: &Shown<'_>) -> Result<Covering, PageError>;

    /// Makes the pages with a number on each.
    ///
    /// # Errors
    /// [`PageError::Count`] where there are not as many pages as numbers, and where setter or `take` fails.
    fn make(
        &mut self,
        shown: &Shown<'_>,
        kind: PageKind,
        stamp: &Stamp,
        take: &mut Take<'_>,
    ) -> Result<(), PageError>;
}

/// Title of the placeholder for a document that goes out as its native.
const NATIVE: &str = "DOCUMENT PRODUCED NATIVELY";

/// Title of the sheet for a file that is named and was not retained: its native holds a description of it, no more.
const NOT_HELD: &str = "FILE NOT RETAINED";

/// On the sheet for pages that cannot be drawn, where no native may stand for them.
const UNDRAWN: &str = "The pages of this document hold a part that cannot be drawn as an image, and its native cannot be \
    produced. Its text is produced.";

/// Files whose text is all that they show, by ending: their pages are the document.
const PLAIN: [&str; 4] = ["txt", "text", "log", "md"];

/// Files that are placed on pages as they are, by ending: PDFs and pictures.
const PLACED: [&str; 10] = ["pdf", "png", "jpg", "jpeg", "jpe", "gif", "bmp", "tif", "tiff", "webp"];

/// Whether the pages of a document show all of it, so that a profile may do without its native. What they show
/// is known when they are counted: [`Counted::partial`].
pub(crate) fn shows_all(candidate: &Candidate) -> bool {
    let ends = |ending: &&str| candidate.extension.eq_ignore_ascii_case(ending);
    candidate.kind == DocumentKind::Message || PLAIN.iter().any(ends) || is_placed(candidate)
}

/// Whether a file is placed on pages as it is.
fn is_placed(candidate: &Candidate) -> bool {
    candidate.kind != DocumentKind::Message
        && PLACED.iter().any(|ending| candidate.extension.eq_ignore_ascii_case(ending))
}

/// Whether regions of the pages of a document are covered, not words of its text.
fn by_region(order: &Order<'_>, document: DocId) -> bool {
    let redactions = order.redactions.get(&document);
    redactions.is_some_and(|all| all.iter().any(|one| matches!(one.place, RedactedPlace::Region { .. })))
}

/// What the pages of one document of a plan hold, owned.
pub(crate) struct Script {
    title: Option<&'static str>,
    lines: Vec<String>,
    attachments: Vec<String>,
    notes: Vec<String>,
    /// Whether its HTML, or what was said apart, may be shown: that can show parts which are documents of their own, or name
    /// them, so not where one is withheld.
    markup: bool,
    rendition: bool,
    as_is: bool,
}

impl Script {
    /// The pages of the document at a place; `fetched` is absent where it is withheld. No number stands in
    /// it: numbers are not known when pages are counted.
    pub(crate) fn of(
        order: &Order<'_>,
        plan: &Plan<'_>,
        redactor: &Redactor,
        at: usize,
        fetched: Option<&Fetched>,
    ) -> Self {
        let placed = &plan.placed[at];
        let words = &order.profile.words;
        let sheet = |title, line: String| Self {
            title: Some(title),
            lines: vec![line],
            attachments: Vec::new(),
            notes: Vec::new(),
            markup: false,
            rendition: false,
            as_is: false,
        };
        let Some(fetched) = fetched else {
            let says = sheets::withheld(words, &placed.candidate.disposition).unwrap_or_default();
            return sheet("DOCUMENT WITHHELD", says);
        };
        let document = &fetched.document;
        let named = || {
            let name = named_file(fetched);
            let silent = document.text.trim().is_empty() && !stays_native(order, placed.candidate);
            if silent {
                format!("{name}. No text was read from it, so none stands on this page.")
            } else {
                name
            }
        };
        match placed.form {
            Some(Form::Native) if lies_elsewhere(fetched) => sheet(
                NOT_HELD,
                format!(
                    "{}. {} What describes it was retained, and is produced as its native.",
                    named_file(fetched),
                    DefectCode::ExternalBody.meaning()
                ),
            ),
            Some(Form::SlipSheet) | None => {
                sheet("DOCUMENT NOT PRODUCED", sheets::not_producible(words, document))
            }
            Some(Form::Native) if placed.undrawn => sheet(NATIVE, named()),
            Some(_) if placed.undrawn => sheet("DOCUMENT NOT DRAWN", UNDRAWN.to_owned()),
            Some(Form::Native) if is_placeholder(order, placed.candidate, fetched) => sheet(NATIVE, named()),
            Some(form) => Self {
                title: None,
                lines: Vec::new(),
                attachments: attachments(plan, redactor, at),
                notes: placed
                    .withheld_inside
                    .iter()
                    .map(|inside| {
                        let redacted = plan.placed[*inside].redacted();
                        sheets::member(words, redacted, "its own number in this family")
                    })
                    .collect(),
                markup: placed.withheld_inside.is_empty(),
                rendition: matches!(form, Form::Native | Form::Redacted) && !shows_all(placed.candidate)
                    || form == Form::Redacted
                        && is_placed(placed.candidate)
                        && !by_region(order, document.id),
                as_is: is_placed(placed.candidate)
                    && match form {
                        Form::Native | Form::Pages => true,
                        Form::Redacted => by_region(order, document.id),
                        Form::TextOnly | Form::SlipSheet => false,
                    },
            },
        }
    }

    /// What it makes stand on the pages; `failed` says that a sheet has to.
    pub(crate) fn standing(&self, failed: bool) -> Standing {
        match self.title {
            _ if failed => Standing::Sheet,
            None if self.rendition => Standing::Text,
            None => Standing::Own,
            Some(NATIVE | NOT_HELD) => Standing::Native,
            Some(_) => Standing::Sheet,
        }
    }

    pub(crate) fn shown<'a>(
        &'a self,
        fetched: Option<&'a Fetched>,
        redaction: Option<&'a [Redaction]>,
    ) -> Shown<'a> {
        match (self.title, fetched) {
            (None, Some(fetched)) => Shown::Document {
                fetched,
                attachments: &self.attachments,
                notes: &self.notes,
                markup: fetched.markup.as_ref().filter(|_| self.markup),
                talk: fetched.talk.as_ref().filter(|_| self.markup),
                rendition: self.rendition,
                redaction,
                as_is: self.as_is,
            },
            (title, _) => {
                Shown::Sheet { title: title.unwrap_or("DOCUMENT NOT PRODUCED"), lines: &self.lines }
            }
        }
    }
}

fn named_file(fetched: &Fetched) -> String {
    fetched.document.file_name.clone().unwrap_or_else(|| "The file".to_owned())
}

/// Whether the document's content was never retained: what stands for it is a description by whoever exported it.
fn lies_elsewhere(fetched: &Fetched) -> bool {
    matches!(&fetched.document.searchability, Searchability::Unsearchable(defect) if defect.code == DefectCode::ExternalBody)
}

/// Whether one sheet stands on the pages for a file whose native is in the volume.
fn is_placeholder(order: &Order<'_>, candidate: &Candidate, fetched: &Fetched) -> bool {
    let silent = !shows_all(candidate) && fetched.document.text.trim().is_empty();
    candidate.kind != DocumentKind::Message && (stays_native(order, candidate) || silent)
}

fn stays_native(order: &Order<'_>, candidate: &Candidate) -> bool {
    order.profile.delivery.stays_native(&candidate.extension)
}

/// A line for each document attached to this one, in order. Nothing is said of a withheld one but that.
fn attachments(plan: &Plan<'_>, redactor: &Redactor, at: usize) -> Vec<String> {
    let attached = plan.placed[at].family.clone().filter(|below| plan.placed[*below].parent == Some(at));
    let line = |placed: &Placed<'_>| {
        if placed.withheld() {
            return "A document that is withheld".to_owned();
        }
        redactor.name(placed).unwrap_or_else(|| "A message".to_owned())
    };
    attached.map(|below| line(&plan.placed[below])).collect()
}

/// A number for each page.
pub(crate) fn stamp(order: &Order<'_>, placed: &Placed<'_>, bates: &BatesRange) -> Stamp {
    let number = |n| bates.first().plus(n).unwrap_or_else(|_| bates.last().clone()).to_string();
    Stamp {
        numbers: (0..bates.pages()).map(number).collect(),
        legend: order.words_on_pages(placed.designation()),
    }
}

#[cfg(test)]
#[path = "pages_tests.rs"]
mod tests;
