//! A tree asked of one field of one segment: documents first, then positions.

use super::list::TooMany;
use super::page::Page;
use super::postings::{Positions, Slot};
use super::shape::{Compiled, Near, Shape, Side};
use super::spans::Spans;
use crate::bits::Bits;
use crate::error::QueryError;
use duces_indexer::Mark;
use std::sync::Arc;
use tantivy::index::InvertedIndexReader;

/// Where the words stand, and where the matches were too many to tell.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) yes: Bits,
    pub(crate) too_many: Bits,
}

/// How many matches documents have, each document at most once a field.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Document, matches found, and whether there may be more.
    rows: Vec<(u32, u64, bool)>,
}

impl Counts {
    /// Each document with its matches in all fields, ascending, and whether there may be more.
    pub(crate) fn per_document(mut self) -> Vec<(u32, u64, bool)> {
        self.rows.sort_unstable();
        self.rows.dedup_by(|again, first| {
            let same = again.0 == first.0;
            if same {
                first.1 += again.1;
                first.2 |= again.2;
            }
            same
        });
        self.rows
    }
}

/// A tree with the postings of its words in one field of one segment.
pub(crate) struct Asked<'c> {
    compiled: &'c Compiled,
    index: Arc<InvertedIndexReader>,
    /// By number.
    slots: Vec<Slot>,
    sentences: Slot,
    paragraphs: Slot,
    lasts: Slot,
    /// Whether the field can hold several texts.
    several_texts: bool,
}

/// What every document that matches has.
enum Need<'c> {
    Slot(usize),
    AnyOf(&'c [Shape]),
    /// A word, whichever.
    Word,
}

impl<'c> Asked<'c> {
    /// `slots` are the postings of the tree's slots.
    pub(crate) fn new(
        compiled: &'c Compiled,
        index: Arc<InvertedIndexReader>,
        slots: Vec<Slot>,
        several_texts: bool,
    ) -> Result<Self, QueryError> {
        let mark = |mark: Mark| -> Result<Slot, QueryError> {
            let info = index.terms().get(mark.as_str()).map_err(QueryError::reading())?;
            Ok(Slot::new(info.into_iter().collect()))
        };
        let (sentences, paragraphs, lasts) =
            (mark(Mark::Sentence)?, mark(Mark::Paragraph)?, mark(Mark::End)?);
        Ok(Self { compiled, index, slots, sentences, paragraphs, lasts, several_texts })
    }

    /// In which of `within` the words stand.
    pub(crate) fn holds(&self, within: &Bits) -> Result<Found, QueryError> {
        let mut found = Found { yes: within.emptied(), too_many: within.emptied() };
        self.add(&self.compiled.shape, within, &mut found)?;
        found.too_many.take(&found.yes);
        Ok(found)
    }

    fn add(&self, shape: &Shape, within: &Bits, found: &mut Found) -> Result<(), QueryError> {
        match shape {
            Shape::Phrase(slots) if slots.len() == 1 => {
                let documents = self.documents(shape, within)?;
                found.yes.add(&documents);
            }
            Shape::AnyOf(parts) => {
                for part in parts {
                    let mut rest = within.clone();
                    rest.take(&found.yes);
                    self.add(part, &rest, found)?;
                }
            }
            _ => {
                let candidates = self.documents(shape, within)?;
                self.each_page(shape, &candidates, |document, page| match Spans::new(page).holds(shape) {
                    Ok(true) => found.yes.insert(document),
                    Ok(false) => {}
                    Err(TooMany) => found.too_many.insert(document),
                })?;
            }
        }
        Ok(())
    }

    /// Adds how many matches the documents of `within` have; counting may stop at `enough`.
    pub(crate) fn count(&self, within: &Bits, enough: u32, counts: &mut Counts) -> Result<(), QueryError> {
        let shape = &self.compiled.shape;
        let candidates = self.documents(shape, within)?;
        let enough = usize::try_from(enough).unwrap_or(usize::MAX);
        self.each_page(shape, &candidates, |document, page| {
            let (count, more) = match Spans::new(page).matches(shape, enough) {
                Ok(matches) => (u64::try_from(matches.len()).unwrap_or(u64::MAX), false),
                Err(TooMany) => (0, true),
            };
            counts.rows.push((document, count, more));
        })
    }

    /// Those of `within` that have every word that the tree needs.
    fn documents(&self, shape: &Shape, within: &Bits) -> Result<Bits, QueryError> {
        let mut needs = Vec::new();
        needs_of(shape, &mut needs);
        if needs.is_empty() {
            needs.push(Need::Word);
        }
        needs.sort_by_cached_key(|need| self.cost(need));
        let mut documents = within.clone();
        for need in needs {
            documents = match need {
                Need::Slot(slot) => self.slots[slot].among(&self.index, &documents)?,
                Need::Word => self.paragraphs.among(&self.index, &documents)?,
                Need::AnyOf(parts) => {
                    let mut any = documents.emptied();
                    for part in parts {
                        any.add(&self.documents(part, &documents)?);
                    }
                    any
                }
            };
        }
        Ok(documents)
    }

    /// Documents to be read for it, roughly.
    fn cost(&self, need: &Need<'_>) -> u64 {
        match need {
            Need::Slot(slot) => self.slots[*slot].documents(),
            Need::Word => self.paragraphs.documents(),
            Need::AnyOf(parts) => parts
                .iter()
                .map(|part| {
                    let mut needs = Vec::new();
                    needs_of(part, &mut needs);
                    needs.iter().map(|need| self.cost(need)).min().unwrap_or(0)
                })
                .sum(),
        }
    }

    /// Calls back with the page of each candidate.
    fn each_page(
        &self,
        shape: &Shape,
        candidates: &Bits,
        mut each: impl FnMut(u32, &Page),
    ) -> Result<(), QueryError> {
        let used = shape.slots();
        let mut words = Vec::with_capacity(used.len());
        for slot in used {
            words.push((slot, Positions::open(&self.index, &self.slots[slot])?));
        }
        let needs = self.compiled.needs;
        let texts = needs.edges || self.several_texts;
        let when = |wanted: bool, slot| {
            if wanted { Positions::open(&self.index, slot) } else { Ok(Positions::None) }
        };
        let mut sentences = when(needs.sentences, &self.sentences)?;
        let mut paragraphs = when(needs.sentences || needs.paragraphs || texts, &self.paragraphs)?;
        let mut lasts = when(texts, &self.lasts)?;
        let mut page = Page { slots: vec![Vec::new(); self.slots.len()], ..Page::default() };
        let mut ends = Vec::new();
        for document in candidates.iter() {
            for (slot, positions) in &mut words {
                positions.read(document, candidates, &mut page.slots[*slot])?;
            }
            paragraphs.read(document, candidates, &mut page.paragraphs)?;
            sentences.read(document, candidates, &mut page.sentences)?;
            if needs.sentences {
                // A paragraph starts a sentence without saying so.
                page.sentences.extend_from_slice(&page.paragraphs);
                page.sentences.sort_unstable();
            }
            if texts {
                lasts.read(document, candidates, &mut ends)?;
                let paragraphs = std::mem::take(&mut page.paragraphs);
                page.set_texts(&paragraphs, &ends);
                page.paragraphs = paragraphs;
            }
            each(document, &page);
        }
        Ok(())
    }
}

fn needs_of<'c>(shape: &'c Shape, needs: &mut Vec<Need<'c>>) {
    match shape {
        Shape::Phrase(slots) => {
            let mut slots: Vec<usize> = slots.iter().flatten().copied().collect();
            slots.sort_unstable();
            slots.dedup();
            needs.extend(slots.into_iter().map(Need::Slot));
        }
        Shape::AnyOf(parts) => needs.push(Need::AnyOf(parts)),
        Shape::Near(near) => {
            let Near { left, right, negated, .. } = &**near;
            let sides: &[&Side] = if *negated { &[left] } else { &[left, right] };
            for shape in sides.iter().flat_map(|side| side.shapes()) {
                needs_of(shape, needs);
            }
        }
    }
}
