//! Journal reports of one message, taken as one where people are asked for.
//!
//! A server may write several reports of one message, each with a part of those who got it (blind copies, members of a
//! group). Whom one report names, the message had; so a document of any of them answers for all of them together, and what
//! cannot be told of one report's people cannot be told of the others'. Each report stays a document of its own.

use crate::bits::Bits;
use crate::error::QueryError;
use crate::evaluate::{Evaluator, PARTICIPANTS};
use crate::formula::Leaf;
use duces_indexer::{DELIVERY_BYTES, DELIVERY_FIELD};
use std::collections::BTreeSet;
use std::rc::Rc;
use tantivy::SegmentReader;
use tantivy::columnar::BytesColumn;

/// What a delivery is known by.
type Key = [u8; DELIVERY_BYTES];

/// The deliveries of which some documents are.
#[derive(Debug, Default)]
pub(crate) struct Deliveries(BTreeSet<Key>);

/// The deliveries of a segment's documents; none where it has no journal report.
pub(crate) struct Reports(Option<BytesColumn>);

impl Reports {
    pub(crate) fn of(reader: &SegmentReader) -> Result<Self, QueryError> {
        let column = reader.fast_fields().bytes(DELIVERY_FIELD).map_err(QueryError::engine(READING))?;
        Ok(Self(column.filter(|column| column.num_terms() > 0)))
    }

    /// Adds the deliveries of these documents.
    fn gather(&self, documents: &Bits, into: &mut Deliveries) -> Result<(), QueryError> {
        let Some(column) = &self.0 else { return Ok(()) };
        let ordinals: BTreeSet<u64> =
            documents.iter().flat_map(|document| column.term_ords(document)).collect();
        let mut name = Vec::new();
        for ordinal in ordinals {
            name.clear();
            let found = column.ord_to_bytes(ordinal, &mut name).map_err(QueryError::engine(READING))?;
            match Key::try_from(name.as_slice()) {
                Ok(key) if found => into.0.insert(key),
                _ => return Err(QueryError::Damaged { detail: "a delivery has no name".to_owned() }),
            };
        }
        Ok(())
    }

    /// Adds the documents of these deliveries, among `all`.
    fn add(&self, deliveries: &Deliveries, all: &Bits, into: &mut Bits) -> Result<(), QueryError> {
        let Some(column) = self.0.as_ref().filter(|_| !deliveries.0.is_empty()) else { return Ok(()) };
        let mut ordinals = Bits::none(u32::try_from(column.num_terms()).unwrap_or(u32::MAX));
        let mut names = column.dictionary().stream().map_err(QueryError::engine(READING))?;
        while names.advance() {
            if Key::try_from(names.key()).is_ok_and(|key| deliveries.0.contains(&key)) {
                ordinals.insert(u32::try_from(names.term_ord()).unwrap_or(u32::MAX));
            }
        }
        let of_these = |document: &u32| {
            let mut own = column.term_ords(*document);
            own.any(|ordinal| u32::try_from(ordinal).is_ok_and(|ordinal| ordinals.contains(ordinal)))
        };
        all.iter().filter(of_these).for_each(|document| into.insert(document));
        Ok(())
    }
}

const READING: &str = "read the deliveries of journal reports";

/// What is known of deliveries: for each question about people the deliveries of which a report holds, and those of
/// which a report's people could not all be read.
#[derive(Default)]
pub(crate) struct Known {
    held: Vec<(Leaf, Rc<Deliveries>)>,
    unsure: Option<Rc<Deliveries>>,
}

impl Evaluator<'_> {
    /// Adds to what a leaf on people answers of a segment's documents what it answers of the other reports of their
    /// deliveries: to `yes` where one holds, to `open` where the people of one could not all be read.
    pub(crate) fn unite(
        &mut self,
        leaf: &Leaf,
        reports: &Reports,
        all: &Bits,
        yes: &mut Bits,
        open: &mut Bits,
    ) -> Result<(), QueryError> {
        if reports.0.is_none() {
            return Ok(());
        }
        reports.add(&*self.held(leaf)?, all, yes)?;
        reports.add(&*self.unsure()?, all, open)
    }

    fn held(&mut self, leaf: &Leaf) -> Result<Rc<Deliveries>, QueryError> {
        if let Some((_, held)) = self.known.held.iter().find(|(known, _)| known == leaf) {
            return Ok(held.clone());
        }
        let mut held = Deliveries::default();
        for segment in self.segments() {
            let segment = segment?;
            segment.reports.gather(&self.alone(leaf, &segment)?, &mut held)?;
        }
        let held = Rc::new(held);
        self.known.held.push((leaf.clone(), held.clone()));
        Ok(held)
    }

    fn unsure(&mut self) -> Result<Rc<Deliveries>, QueryError> {
        if let Some(unsure) = &self.known.unsure {
            return Ok(unsure.clone());
        }
        let mut unsure = Deliveries::default();
        for segment in self.segments() {
            let segment = segment?;
            segment.reports.gather(&segment.flags[PARTICIPANTS], &mut unsure)?;
        }
        let unsure = Rc::new(unsure);
        self.known.unsure = Some(unsure.clone());
        Ok(unsure)
    }
}
