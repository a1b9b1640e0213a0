//! The engine's lists of documents and positions, for the words of one field in one segment.

use crate::bits::Bits;
use crate::error::QueryError;
use std::sync::Arc;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::{Postings as _, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet as _, TERMINATED};

/// Documents of which the positions of an expansion's words are held in memory at once.
const WINDOW: u32 = 1 << 16;

/// The words of one slot.
#[derive(Debug, Clone, Default)]
pub(crate) struct Slot {
    infos: Vec<TermInfo>,
    documents: u64,
}

impl Slot {
    pub(crate) fn new(infos: Vec<TermInfo>) -> Self {
        let documents = infos.iter().map(|info| u64::from(info.doc_freq)).sum();
        Self { infos, documents }
    }

    /// Documents in the lists; one with several of the words counts as often.
    pub(crate) fn documents(&self) -> u64 {
        self.documents
    }

    /// Those of `within` that have one of the words.
    pub(crate) fn among(&self, index: &InvertedIndexReader, within: &Bits) -> Result<Bits, QueryError> {
        let mut found = within.emptied();
        let candidates = within.count();
        for info in &self.infos {
            // A step of seeking costs about as much as reading so many documents of a list.
            if candidates.saturating_mul(16) < u64::from(info.doc_freq) {
                let mut postings = open(index, info, IndexRecordOption::Basic)?;
                each_common(&mut postings, within, 0, TERMINATED, |document, _| found.insert(document));
            } else {
                let mut block = index
                    .read_block_postings_from_terminfo(info, IndexRecordOption::Basic)
                    .map_err(QueryError::reading())?;
                while !block.docs().is_empty() {
                    block.docs().iter().for_each(|document| found.insert(*document));
                    block.advance();
                }
            }
        }
        found.keep(within);
        Ok(found)
    }
}

fn open(
    index: &InvertedIndexReader,
    info: &TermInfo,
    option: IndexRecordOption,
) -> Result<SegmentPostings, QueryError> {
    index.read_postings_from_terminfo(info, option).map_err(QueryError::reading())
}

/// Calls back for each document of the list that is in the set, from `from` up to `until`.
fn each_common(
    postings: &mut SegmentPostings,
    within: &Bits,
    from: u32,
    until: u32,
    mut each: impl FnMut(u32, &mut SegmentPostings),
) {
    let mut wanted = within.next(postings.doc().max(from));
    while let Some(candidate) = wanted.filter(|candidate| *candidate < until) {
        let document = postings.seek(candidate);
        if document == TERMINATED {
            return;
        }
        if document == candidate {
            each(document, postings);
        }
        wanted = within.next(document.max(candidate + 1));
    }
}

/// The positions of a slot's words, document by document, ascending.
pub(crate) enum Positions<'s> {
    /// There are none.
    None,
    /// One word: its list is walked along.
    One(Box<SegmentPostings>),
    /// Several words.
    Several(Several<'s>),
}

/// The positions of several words, of the documents that can matter, one window after the other.
pub(crate) struct Several<'s> {
    index: Arc<InvertedIndexReader>,
    slot: &'s Slot,
    /// The first document behind the window.
    until: u32,
    /// Documents with the places of their positions, ascending.
    runs: Vec<(u32, usize, usize)>,
    at: usize,
    positions: Vec<u32>,
}

impl<'s> Positions<'s> {
    pub(crate) fn open(index: &Arc<InvertedIndexReader>, slot: &'s Slot) -> Result<Self, QueryError> {
        Ok(match slot.infos.as_slice() {
            [] => Self::None,
            [only] => Self::One(Box::new(open(index, only, IndexRecordOption::WithFreqsAndPositions)?)),
            _ => Self::Several(Several {
                index: Arc::clone(index),
                slot,
                until: 0,
                runs: Vec::new(),
                at: 0,
                positions: Vec::new(),
            }),
        })
    }

    /// Writes a document's positions, counted from 1. `candidates` are all documents that will be asked
    /// for, in ascending order.
    pub(crate) fn read(
        &mut self,
        document: u32,
        candidates: &Bits,
        out: &mut Vec<u32>,
    ) -> Result<(), QueryError> {
        out.clear();
        match self {
            Self::None => {}
            Self::One(postings) => {
                if postings.doc() < document {
                    postings.seek(document);
                }
                if postings.doc() == document {
                    postings.positions_with_offset(1, out);
                }
            }
            Self::Several(several) => {
                if document >= several.until {
                    several.fill(document, candidates)?;
                }
                several.read(document, out);
            }
        }
        Ok(())
    }
}

impl Several<'_> {
    fn fill(&mut self, from: u32, candidates: &Bits) -> Result<(), QueryError> {
        self.until = from.saturating_add(WINDOW);
        self.at = 0;
        self.runs.clear();
        self.positions.clear();
        let (runs, positions) = (&mut self.runs, &mut self.positions);
        for info in &self.slot.infos {
            let mut postings = open(&self.index, info, IndexRecordOption::WithFreqsAndPositions)?;
            each_common(&mut postings, candidates, from, self.until, |document, postings| {
                let start = positions.len();
                postings.append_positions_with_offset(1, positions);
                runs.push((document, start, positions.len()));
            });
        }
        runs.sort_unstable();
        Ok(())
    }

    fn read(&mut self, document: u32, out: &mut Vec<u32>) {
        while self.runs.get(self.at).is_some_and(|run| run.0 < document) {
            self.at += 1;
        }
        let runs = self.runs[self.at..].iter().take_while(|run| run.0 == document);
        let mut count = 0;
        for (_, from, to) in runs {
            out.extend_from_slice(&self.positions[*from..*to]);
            count += 1;
        }
        if count > 1 {
            out.sort_unstable();
        }
    }
}
