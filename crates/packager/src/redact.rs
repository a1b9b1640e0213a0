//! Redaction: the one place where covered words are taken out of what is read, before anything is made of it.
//!
//! What is fetched of a redacted document, or of a member of its family, passes [`Redactor::clean`]; nothing behind
//! that has the words. Of a *range* of characters the text between is replaced by a box with the reason, which is as
//! long as the reason, so that it tells nothing of what it stands for. Of a *region* of a page the page's setter
//! takes out what lies under it ([`crate::Paginate::covered`]), and the text is what then stands on the pages. The
//! two do not go together on one document: a box moves what stands behind it away from under a region.
//!
//! A redacted document has no native in the volume, no size, no digests, no header block. A value of it, or of its
//! family, that holds covered words is blanked ([`CoveredWords::stand_in`] says when); days, sizes, digests, numbers
//! and custodians are not looked at. On pages with regions nothing is blanked, since that would move what stands
//! below it: the gate says where covered words stand uncovered.

mod again;
mod words;

pub use again::{Covered, CoveredAgain, RegionCovers, covered};
pub(crate) use words::{BLANKED, CoveredWords};

use crate::error::{Obstacle, PackError};
use crate::pages::{Paginate, Script};
use crate::plan::{Placed, Plan};
use crate::produce::{Order, fetch};
use crate::retained::{Fetched, Retained};
use duces_model::{
    DocId, Document, Md5, Native, Participant, RedactedField, RedactedPlace, Redaction, Sha256,
};
use duces_render::{BOX_ENDS, BOX_STARTS};
use std::collections::BTreeMap;

/// What is covered in a production.
#[derive(Default)]
pub(crate) struct Redactor {
    /// By root of the family.
    families: BTreeMap<DocId, CoveredWords>,
    /// By redacted document.
    documents: BTreeMap<DocId, Redacted>,
}

/// A redacted document.
#[derive(Default)]
pub(crate) struct Redacted {
    redactions: Vec<Redaction>,
    /// The words that each redaction covers.
    pub(crate) passages: Vec<String>,
    /// Its name as it may be told.
    name: Option<String>,
}

impl Redacted {
    pub(crate) fn has_regions(&self) -> bool {
        self.redactions.iter().any(is_region)
    }
}

fn is_region(redaction: &Redaction) -> bool {
    matches!(redaction.place, RedactedPlace::Region { .. })
}

/// A range of characters, with what is printed in its box.
struct Span {
    start: usize,
    end: usize,
    reasons: Vec<String>,
}

impl Redactor {
    /// Reads every redacted document, checks its redactions and gathers the words that they cover.
    pub(crate) fn gather(
        plan: &Plan<'_>,
        order: &Order<'_>,
        retained: &mut dyn Retained,
        pages: &mut dyn Paginate,
    ) -> Result<(Self, Vec<Obstacle>), PackError> {
        let mut redactor = Self::default();
        let mut obstacles = Vec::new();
        for (at, placed) in plan.placed.iter().enumerate().filter(|(_, placed)| placed.redacted()) {
            let candidate = placed.candidate;
            let document = candidate.document;
            let redactions = order.redactions.get(&document).cloned().unwrap_or_default();
            let cannot = |why: String| Obstacle::CannotRedact { document, why };
            if redactions.is_empty() {
                obstacles.push(Obstacle::NoRedaction { document });
                continue;
            }
            let fetched = fetch(retained, document, candidate.native_sha256)?;
            let (regions, ranges): (Vec<_>, Vec<_>) = redactions.iter().cloned().partition(is_region);
            if !regions.is_empty() && !ranges.is_empty() {
                obstacles.push(cannot(
                    "it has both regions and texts to be covered; expected one kind, since the box for a text moves \
                     what a region was drawn around"
                        .to_owned(),
                ));
                continue;
            }
            let mut redacted = Redacted { redactions, ..Redacted::default() };
            for redaction in &ranges {
                match passages(redaction, &fetched.document) {
                    Ok(passages) => redacted.passages.extend(passages),
                    Err(why) => obstacles.push(cannot(why)),
                }
            }
            redacted.name.clone_from(&fetched.document.file_name);
            redactor.documents.insert(document, redacted);
            if !regions.is_empty() {
                if !crate::pages::shows_all(candidate) {
                    obstacles.push(cannot(
                        "regions can be covered on messages, plain texts, PDFs and pictures, and its pages show no more \
                         than its text: cover the words as texts, withhold it, or let a slip-sheet stand for it"
                            .to_owned(),
                    ));
                    continue;
                }
                // What the others of its family cover moves nothing on its pages.
                let script = Script::of(order, plan, &Self::default(), at, Some(&fetched));
                let covering = pages
                    .covered(&script.shown(Some(&fetched), Some(&regions)))
                    .map_err(|source| PackError::Pages { document, source })?;
                obstacles.extend(covering.wrong.into_iter().map(cannot));
                if let Some(redacted) = redactor.documents.get_mut(&document) {
                    redacted.passages = covering.words;
                }
            }
            let words = redactor.families.entry(candidate.family).or_default();
            if let Some(redacted) = redactor.documents.get_mut(&document) {
                redacted.passages.iter().for_each(|passage| words.add(passage));
                redacted.name = clean_text(redacted.name.take(), &spans(&ranges, RedactedField::FileName));
            }
        }
        obstacles.extend(redactor.telling_reasons(plan));
        Ok((redactor, obstacles))
    }

    /// Reasons that say what they are to cover.
    fn telling_reasons(&self, plan: &Plan<'_>) -> Vec<Obstacle> {
        let of = |placed: &Placed<'_>| {
            let document = placed.candidate.document;
            let (redacted, words) =
                (self.documents.get(&document)?, self.families.get(&placed.candidate.family)?);
            redacted.redactions.iter().any(|one| words.stand_in(&one.reason)).then(|| {
                Obstacle::CannotRedact {
                    document,
                    why: "a reason, which would be printed in its box, holds words that are covered"
                        .to_owned(),
                }
            })
        };
        plan.placed.iter().filter_map(of).collect()
    }

    /// What regions cover.
    fn regions_cover(&self) -> Vec<RegionCovers> {
        let of = |(document, redacted): (&DocId, &Redacted)| -> Vec<RegionCovers> {
            let words = redacted.passages.iter().enumerate().filter(|_| redacted.has_regions());
            let covers = |(at, words): (usize, &String)| RegionCovers {
                document: *document,
                place: at + 1,
                words: words.split_whitespace().count() as u64,
                words_sha256: Sha256::of(words),
            };
            words.map(covers).collect()
        };
        self.documents.iter().flat_map(of).collect()
    }

    /// The redacted document, where this is one.
    pub(crate) fn redacted(&self, document: &DocId) -> Option<&Redacted> {
        self.documents.get(document)
    }

    /// The regions that are covered on its pages; absent for a document that is not redacted.
    pub(crate) fn regions(&self, document: &DocId) -> Option<&[Redaction]> {
        let redacted = self.documents.get(document)?;
        Some(if redacted.has_regions() { &redacted.redactions } else { &[] })
    }

    /// The words covered in the family of a document; absent where there are none.
    pub(crate) fn words(&self, placed: &Placed<'_>) -> Option<&CoveredWords> {
        self.families.get(&placed.candidate.family).filter(|words| !words.is_empty())
    }

    /// Whether anything is covered in the family of a document.
    pub(crate) fn concerns(&self, placed: &Placed<'_>) -> bool {
        self.families.contains_key(&placed.candidate.family)
            || self.documents.contains_key(&placed.candidate.document)
    }

    /// A name as it may be told.
    pub(crate) fn name(&self, placed: &Placed<'_>) -> Option<String> {
        let own = self.documents.get(&placed.candidate.document).and_then(|one| one.name.clone());
        let name = own.or_else(|| placed.candidate.file_name.clone())?;
        Some(self.words(placed).map_or(name.clone(), |words| blanked(name, words)))
    }

    /// The text that goes out of a document: what stands on the pages with its regions covered, or its own text with
    /// boxes for what is covered.
    pub(crate) fn rest(
        &self,
        plan: &Plan<'_>,
        order: &Order<'_>,
        at: usize,
        fetched: &Fetched,
        pages: &mut dyn Paginate,
    ) -> Result<String, PackError> {
        let document = plan.placed[at].candidate.document;
        let Some(redacted) = self.documents.get(&document) else { return Ok(fetched.document.text.clone()) };
        if !redacted.has_regions() {
            return Ok(body_without(&fetched.document.text, &redacted.redactions));
        }
        let script = Script::of(order, plan, self, at, Some(fetched));
        let covering = pages.covered(&script.shown(Some(fetched), Some(&redacted.redactions)));
        Ok(covering.map_err(|source| PackError::Pages { document, source })?.text)
    }

    /// What may be made known of a document: nothing of what is covered in its family. `for_pages` asks for what is
    /// set on pages, which a region is covered on later: that is what was fetched.
    pub(crate) fn clean(&self, placed: &Placed<'_>, fetched: Fetched, for_pages: bool) -> Fetched {
        let words = self.families.get(&placed.candidate.family);
        let (redacted, words) = match (self.documents.get(&placed.candidate.document), words) {
            (None, None) => return fetched,
            (Some(redacted), _) if for_pages && redacted.has_regions() => return fetched,
            (redacted, words) => (redacted, words.cloned().unwrap_or_default()),
        };
        // A new part of what is fetched has to be thought of here.
        let Fetched { document, message, native, markup: _, talk: _ } = fetched;
        let redactions = redacted.map(|one| one.redactions.as_slice());
        Fetched {
            document: clean_document(document, redactions, &words),
            message: clean_document(message, None, &words),
            native: if redacted.is_some() { Vec::new() } else { native },
            // The words are found in the text, not in HTML nor in what was said apart: the text is shown.
            markup: None,
            talk: None,
        }
    }
}

/// The message of a redacted document as a log may name its people: who holds covered words is `[REDACTED]`. What lies
/// under a region is not known here.
///
/// # Errors
/// Where the document does not read as it did when its redactions were recorded.
pub fn message_told(fetched: &Fetched, redactions: &[Redaction]) -> Result<Document, String> {
    let mut words = CoveredWords::default();
    for one in redactions {
        passages(one, &fetched.document)?.iter().for_each(|passage| words.add(passage));
    }
    let mut message = clean_document(fetched.message.clone(), None, &words);
    for one in &mut message.participants {
        one.name = one.name.take().map(|name| bracketed(&name));
    }
    Ok(message)
}

/// The text as it stands in files and fields: brackets for boxes.
pub(crate) fn bracketed(text: &str) -> String {
    text.replace(BOX_STARTS, "[").replace(BOX_ENDS, "]")
}

/// What a box says.
pub(crate) fn label(reason: &str) -> String {
    format!("REDACTED: {}", reason.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The text of a field.
pub(crate) fn field(document: &Document, field: RedactedField) -> Option<&str> {
    match field {
        RedactedField::Body => Some(document.text.as_str()),
        RedactedField::Subject => document.subject.as_deref(),
        RedactedField::FileName => document.file_name.as_deref(),
    }
}

/// What a range covers, and the whole words of which it covers a part; an error where other words stand there.
pub(crate) fn passages(redaction: &Redaction, document: &Document) -> Result<Vec<String>, String> {
    let RedactedPlace::Range { field: of, start, end, covers_sha256 } = &redaction.place else {
        return Ok(Vec::new());
    };
    let letters: Vec<char> = field(document, *of).unwrap_or_default().chars().collect();
    let at = |place: u64| usize::try_from(place).unwrap_or(usize::MAX);
    let (mut start, mut end) = (at(*start), at(*end));
    let found: Option<String> = letters.get(start..end).map(|covered| covered.iter().collect());
    let Some(found) = found.filter(|found| Sha256::of(found) == *covers_sha256) else {
        return Err(format!(
            "characters {start} to {end} of its {} are not what was to be covered: hand the sheet of redactions in again",
            of.as_str()
        ));
    };
    let inside = |at: usize| letters.get(at).is_some_and(|c| c.is_alphanumeric());
    while start > 0 && inside(start) && inside(start - 1) {
        start -= 1;
    }
    while end > 0 && inside(end - 1) && inside(end) {
        end += 1;
    }
    let whole: String = letters[start..end].iter().collect();
    let more = (whole != found).then_some(whole);
    Ok(std::iter::once(found).chain(more).collect())
}

/// The ranges of a field in order, those that overlap as one.
fn spans(redactions: &[Redaction], of: RedactedField) -> Vec<Span> {
    let mut found: Vec<Span> = redactions
        .iter()
        .filter_map(|one| match &one.place {
            RedactedPlace::Range { field, start, end, .. } if *field == of => Some(Span {
                start: usize::try_from(*start).unwrap_or(usize::MAX),
                end: usize::try_from(*end).unwrap_or(usize::MAX),
                reasons: vec![one.reason.clone()],
            }),
            _ => None,
        })
        .collect();
    found.sort_by_key(|span| (span.start, span.end));
    let mut merged: Vec<Span> = Vec::new();
    for span in found {
        match merged.last_mut().filter(|last| span.start < last.end) {
            Some(last) => {
                last.end = last.end.max(span.end);
                let new: Vec<String> =
                    span.reasons.into_iter().filter(|reason| !last.reasons.contains(reason)).collect();
                last.reasons.extend(new);
            }
            None => merged.push(span),
        }
    }
    merged
}

/// A text with a box for each range.
fn clean_text(text: Option<String>, spans: &[Span]) -> Option<String> {
    let mut clean = String::new();
    let mut spans = spans.iter().peekable();
    for (at, c) in text?.chars().enumerate() {
        if let Some(span) = spans.peek()
            && at >= span.start
        {
            if at == span.start {
                clean.push(BOX_STARTS);
                clean.push_str(&label(&span.reasons.join("; ")).replace([BOX_STARTS, BOX_ENDS], "\u{FFFD}"));
                clean.push(BOX_ENDS);
            }
            if at + 1 >= span.end {
                spans.next();
            }
            continue;
        }
        clean.push(if matches!(c, BOX_STARTS | BOX_ENDS) { '\u{FFFD}' } else { c });
    }
    Some(clean)
}

/// A body without what is covered of it.
pub(crate) fn body_without(text: &str, redactions: &[Redaction]) -> String {
    clean_text(Some(text.to_owned()), &spans(redactions, RedactedField::Body)).unwrap_or_default()
}

/// The value, or a box where it holds covered words.
fn blanked(value: String, words: &CoveredWords) -> String {
    if words.stand_in(&value) { format!("{BOX_STARTS}{BLANKED}{BOX_ENDS}") } else { value }
}

/// What may be known of a document; `redactions` are its own, absent for another of its family. Destructured whole:
/// a new field has to be thought of here.
fn clean_document(document: Document, redactions: Option<&[Redaction]>, words: &CoveredWords) -> Document {
    let Document {
        id,
        parent,
        part,
        kind,
        native: Native { sha256, md5, bytes, conversion, extension },
        media_type,
        file_name,
        subject,
        participants,
        participants_complete,
        sent_at,
        received_at,
        message_id,
        in_reply_to,
        references,
        header_block,
        text,
        searchability,
        defects,
    } = document;
    let own = redactions.unwrap_or_default();
    let value = |value: String| blanked(value, words);
    let field = |text: Option<String>, of| clean_text(text, &spans(own, of)).map(value);
    // It ends the name of a file.
    let extension = if words.stand_in(&extension) { "bin".to_owned() } else { extension };
    let native = match redactions {
        Some(_) => Native { sha256: Sha256::of([]), md5: Md5::of([]), bytes: 0, conversion: None, extension },
        None => Native { sha256, md5, bytes, conversion, extension },
    };
    let header_block = match (redactions, header_block) {
        (Some(_), Some(_)) => Some(format!("{BOX_STARTS}{BLANKED}{BOX_ENDS}")),
        (None, Some(block)) => {
            // Encoded words (RFC 2047) hide what they say.
            let tells = words.stand_in(&block)
                || (block.contains("=?") && subject.as_ref().is_some_and(|one| words.stand_in(one)))
                || (block.contains("=?") && participants.iter().any(|one| tells(one, words)));
            Some(if tells { format!("{BOX_STARTS}{BLANKED}{BOX_ENDS}") } else { block })
        }
        (_, None) => None,
    };
    Document {
        id,
        parent,
        part,
        kind,
        native,
        media_type: value(media_type),
        file_name: field(file_name, RedactedField::FileName),
        subject: field(subject, RedactedField::Subject),
        participants: participants.into_iter().map(|one| clean_participant(one, words)).collect(),
        participants_complete,
        sent_at,
        received_at,
        message_id: message_id.map(value),
        in_reply_to: in_reply_to.into_iter().map(value).collect(),
        references: references.into_iter().map(value).collect(),
        header_block,
        text: clean_text(Some(text), &spans(own, RedactedField::Body)).unwrap_or_default(),
        searchability,
        defects,
    }
}

fn tells(one: &Participant, words: &CoveredWords) -> bool {
    let address = one.address.as_ref().map(|address| address.as_str()).unwrap_or_default();
    let group = one.by_way_of.as_ref().map(|address| address.as_str()).unwrap_or_default();
    words.stand_in(&format!("{} {address} {group}", one.name.as_deref().unwrap_or_default()))
}

fn clean_participant(one: Participant, words: &CoveredWords) -> Participant {
    if !tells(&one, words) {
        return one;
    }
    let name = Some(format!("{BOX_STARTS}{BLANKED}{BOX_ENDS}"));
    Participant { role: one.role, address: None, name, by_way_of: None }
}

#[cfg(test)]
#[path = "redact_tests.rs"]
mod tests;
