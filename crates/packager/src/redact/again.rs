//! Covered words that stand uncovered somewhere else: for a person to know of.

use super::words::Searched;
use super::{CoveredWords, Redacted, Redactor};
use crate::error::PackError;
use crate::pages::Paginate;
use crate::plan::{Form, Plan};
use crate::produce::{Order, fetch};
use crate::retained::Retained;
use duces_model::{DocId, Observer, Sha256};

/// Words that are covered in one document and stand uncovered in a document that goes out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CoveredAgain {
    /// Where they are covered.
    pub redacted: DocId,
    /// Where they stand; the same document where it holds them outside what is covered.
    pub other: DocId,
    /// In what of it.
    pub place: &'static str,
    /// How often.
    pub times: u64,
}

/// What a region takes out of a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RegionCovers {
    /// Of which document.
    pub document: DocId,
    /// Which of its redactions, from 1.
    pub place: usize,
    /// How many words.
    pub words: u64,
    /// Digest of the words: another one says that something else lies under the region by now.
    pub words_sha256: Sha256,
}

/// What is covered, for a person to look at before it goes out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Covered {
    /// Covered words that stand uncovered.
    pub again: Vec<CoveredAgain>,
    /// What regions cover.
    pub regions: Vec<RegionCovers>,
}

/// Says what regions cover, and looks for the covered words in everything that goes out: a passage of up to four words, any
/// four in a row of a longer one, the names and the numbers in it. Values of the same family are no matter: they are blanked.
/// Reads the originals.
///
/// # Errors
/// Originals that cannot be read, or are not what they were.
pub fn covered(
    order: &Order<'_>,
    retained: &mut dyn Retained,
    pages: &mut dyn Paginate,
    observer: &dyn Observer,
) -> Result<Covered, PackError> {
    let plan = Plan::new(order.profile, &order.candidates, &order.approvals);
    let (redactor, _) = Redactor::gather(&plan, order, retained, pages)?;
    let covered: Vec<(DocId, DocId, CoveredWords)> = plan
        .placed
        .iter()
        .filter_map(|placed| {
            let mut words = CoveredWords::default();
            redactor.redacted(&placed.candidate.document)?.passages.iter().for_each(|one| words.add(one));
            (!words.is_empty()).then_some((placed.candidate.document, placed.candidate.family, words))
        })
        .collect();
    let mut found = Vec::new();
    let regions = redactor.regions_cover();
    if covered.is_empty() {
        return Ok(Covered { again: found, regions });
    }
    let shown = |form: Option<Form>| form.is_some_and(|form| form != Form::SlipSheet);
    let places: Vec<usize> = (0..plan.placed.len()).filter(|at| shown(plan.placed[*at].form)).collect();
    observer.stage("looking for covered words", "documents", Some(places.len() as u64));
    for at in places {
        if observer.stop_requested() {
            return Err(PackError::Stopped);
        }
        let placed = &plan.placed[at];
        let document = placed.candidate.document;
        let fetched = fetch(retained, document, placed.candidate.native_sha256)?;
        let text = redactor.rest(&plan, order, at, &fetched, pages)?;
        let paged = redactor.redacted(&document).is_some_and(Redacted::has_regions);
        let text = Searched::new(&text);
        let subject = Searched::new(&fetched.document.subject.unwrap_or_default());
        let name = Searched::new(&fetched.document.file_name.unwrap_or_default());
        for (redacted, family, words) in &covered {
            let mut add = |place: &'static str, times: u64| {
                if times > 0 {
                    found.push(CoveredAgain { redacted: *redacted, other: document, place, times });
                }
            };
            add(if paged { "pages" } else { "text" }, words.times_in(&text));
            if *family != placed.candidate.family {
                add("subject", words.times_in(&subject));
                add("file name", words.times_in(&name));
            }
        }
        observer.advance(1);
    }
    found.sort();
    Ok(Covered { again: found, regions })
}
