//! Formulas asked of every document, segment by segment.
//!
//! The engine is asked for the leaves alone, each walked from its first document to its last, and words
//! through [`crate::near`]; the branches are combined here, over sets of documents. The engine's own boolean queries are left
//! aside on purpose: they skip in their parts in ways that their parts do not all allow (Tantivy 0.27:
//! `Exclude` calls `seek_danger` backwards, which panics or is undefined for phrases and ranges;
//! quickwit-oss/tantivy issues 2811 and 3086 are of the same kind, one with wrong documents found).

use crate::bits::{Bits, REASONS, Told};
use crate::criteria::Side;
use crate::deliveries::{Known, Reports};
use crate::error::QueryError;
use crate::expand::Expander;
use crate::formula::{Formula, Leaf};
use crate::language::{Pattern, Words};
use crate::leaf_dates::between;
use crate::leaf_people::OutsideDomains;
use crate::near;
use crate::party::Party;
use duces_indexer::{Flag, Snapshot, TextField, exact_term};
use duces_model::{DocumentKind, Unknown};
use std::collections::BTreeSet;
use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, Query, TermQuery, TermSetQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{SegmentReader, Term};

/// The reasons for which an answer of the index can be open, in the order of [`Told::open`], each with the
/// flag that says so; one is found out while searching.
pub(crate) const FLAGS: [(Option<Flag>, Unknown); REASONS] = [
    (Some(Flag::Date), Unknown::NoDate),
    (Some(Flag::Participants), Unknown::Participants),
    (Some(Flag::Text), Unknown::Text),
    (Some(Flag::Unreadable), Unknown::Unreadable),
    (None, Unknown::TooManyMatches),
];

/// One segment of a snapshot.
pub(crate) struct Segment<'s> {
    reader: &'s SegmentReader,
    /// Its place in the snapshot.
    place: usize,
    pub(crate) all: Bits,
    pub(crate) flags: [Bits; REASONS],
    pub(crate) reports: Reports,
    rows: Column<u64>,
    instants: Column<i64>,
    received: Column<i64>,
}

impl Segment<'_> {
    /// The row of a document.
    pub(crate) fn row(&self, document: u32) -> Result<u64, QueryError> {
        let without = || QueryError::Damaged { detail: "a document has no row".to_owned() };
        self.rows.first(document).ok_or_else(without)
    }

    /// When a document's message was sent, in microseconds since 1970.
    pub(crate) fn instant(&self, document: u32) -> Option<i64> {
        self.instants.first(document)
    }

    /// The readable documents whose message was received nobody knows when.
    fn unreceived(&self) -> Bits {
        let mut open = self.all.clone();
        FLAGS
            .iter()
            .zip(&self.flags)
            .filter(|((flag, _), _)| *flag == Some(Flag::Unreadable))
            .for_each(|(_, unreadable)| open.take(unreadable));
        let known: Vec<u32> = open.iter().filter(|one| self.received.first(*one).is_some()).collect();
        known.into_iter().for_each(|one| open.remove(one));
        open
    }
}

/// Asks formulas of one snapshot; remembers the words that each pattern stands for.
pub(crate) struct Evaluator<'s> {
    snapshot: &'s Snapshot,
    expander: Expander<'s>,
    outside: OutsideDomains,
    pub(crate) known: Known,
}

type Queries = Vec<Box<dyn Query>>;

impl<'s> Evaluator<'s> {
    /// `budget` bounds the words that one pattern may stand for in one field.
    pub(crate) fn new(snapshot: &'s Snapshot, budget: usize) -> Self {
        let (expander, outside) = (Expander::new(snapshot, budget), OutsideDomains::default());
        Self { snapshot, expander, outside, known: Known::default() }
    }

    /// The segments, in the engine's order.
    pub(crate) fn segments(&self) -> impl Iterator<Item = Result<Segment<'s>, QueryError>> + use<'s> {
        let snapshot = self.snapshot;
        let readers = snapshot.searcher().segment_readers().iter().enumerate();
        readers.map(move |(place, reader)| segment(snapshot, place, reader))
    }

    /// What a formula answers of each document of a segment that is in `within`; what it answers of the
    /// others means nothing.
    pub(crate) fn told(
        &mut self,
        formula: &Formula,
        segment: &Segment<'_>,
        within: &Bits,
    ) -> Result<Told, QueryError> {
        Ok(match formula {
            Formula::All(parts) => {
                let mut told = Told::constant(true, within);
                for part in cheapest_first(parts) {
                    let part = self.told(part, segment, &told.may())?;
                    told = told.and(&part);
                }
                told
            }
            Formula::Any(parts) => {
                let mut told = Told::constant(false, within);
                for part in parts {
                    let mut rest = within.clone();
                    rest.take(&told.yes);
                    let part = self.told(part, segment, &rest)?.within(&rest);
                    told = told.or(&part);
                }
                told
            }
            Formula::Not(part) => self.told(part, segment, within)?.not(within),
            Formula::Leaf(leaf) => {
                let mut open = self.open(leaf, segment);
                let yes = match leaf {
                    Leaf::Words(fields, words) => {
                        let found = self.words(fields, words, segment, within)?;
                        open[TOO_MANY].add(&found.too_many);
                        found.yes
                    }
                    Leaf::AtLeast(fields, times, words) => {
                        let found = self.at_least(fields, *times, words, segment, within)?;
                        open[TOO_MANY].add(&found.too_many);
                        found.yes
                    }
                    Leaf::Party(..) | Leaf::Outside(_) => {
                        let mut yes = self.alone(leaf, segment)?;
                        let unsure = &mut open[PARTICIPANTS];
                        self.unite(leaf, &segment.reports, &segment.all, &mut yes, unsure)?;
                        yes
                    }
                    Leaf::Sent(_) | Leaf::Received(_) | Leaf::Message => self.alone(leaf, segment)?,
                };
                Told::leaf(yes, open)
            }
        })
    }

    /// Of which documents a leaf that asks for no words holds, each by itself.
    pub(crate) fn alone(&mut self, leaf: &Leaf, segment: &Segment<'_>) -> Result<Bits, QueryError> {
        let mut yes = Bits::none(segment.reader.max_doc());
        collect(self.snapshot, segment.reader, &self.queries(leaf)?, &mut yes)?;
        yes.keep(&segment.all);
        Ok(yes)
    }

    /// In which documents words stand in one of the fields.
    fn words(
        &mut self,
        fields: &[TextField],
        words: &Words,
        segment: &Segment<'_>,
        within: &Bits,
    ) -> Result<near::Found, QueryError> {
        let compiled = near::compile(words)?;
        let mut all = near::Found { yes: within.emptied(), too_many: within.emptied() };
        for field in fields {
            let mut rest = within.clone();
            rest.take(&all.yes);
            let found = self.asked(*field, &compiled, segment)?.holds(&rest)?;
            all.yes.add(&found.yes);
            all.too_many.add(&found.too_many);
        }
        all.too_many.take(&all.yes);
        Ok(all)
    }

    /// Which documents have so many matches, over all of the fields.
    fn at_least(
        &mut self,
        fields: &[TextField],
        times: u32,
        words: &Words,
        segment: &Segment<'_>,
        within: &Bits,
    ) -> Result<near::Found, QueryError> {
        let compiled = near::compile(words)?;
        let mut counts = near::Counts::default();
        for field in fields {
            self.asked(*field, &compiled, segment)?.count(within, times, &mut counts)?;
        }
        let mut found = near::Found { yes: within.emptied(), too_many: within.emptied() };
        if times == 0 {
            found.yes = within.clone();
        }
        for (document, count, more) in counts.per_document() {
            if count >= u64::from(times) {
                found.yes.insert(document);
            } else if more {
                found.too_many.insert(document);
            }
        }
        Ok(found)
    }

    fn asked<'c>(
        &mut self,
        field: TextField,
        compiled: &'c near::Compiled,
        segment: &Segment<'_>,
    ) -> Result<near::Asked<'c>, QueryError> {
        let index = segment
            .reader
            .inverted_index(self.snapshot.fields().text(field))
            .map_err(QueryError::reading())?;
        let slot = |element| self.expander.slot(field, element, segment.place);
        let slots = compiled.slots.iter().map(slot).collect::<Result<_, _>>()?;
        near::Asked::new(compiled, index, slots, field == TextField::AttachmentName)
    }

    fn open(&self, leaf: &Leaf, segment: &Segment<'_>) -> [Bits; REASONS] {
        std::array::from_fn(|reason| {
            if matches!(leaf, Leaf::Received(_)) && FLAGS[reason].1 == Unknown::NoDate {
                segment.unreceived()
            } else if FLAGS[reason].0.is_some_and(|flag| leaf.unknowns().contains(&flag)) {
                segment.flags[reason].clone()
            } else {
                Bits::none(segment.reader.max_doc())
            }
        })
    }

    /// The words of a field that a pattern stands for.
    pub(crate) fn expansion(
        &mut self,
        field: TextField,
        pattern: &Pattern,
    ) -> Result<&BTreeSet<String>, QueryError> {
        self.expander.words(field, pattern)
    }

    /// Queries of which a leaf holds where any does.
    fn queries(&mut self, leaf: &Leaf) -> Result<Queries, QueryError> {
        Ok(match leaf {
            Leaf::Sent(window) => between(self.snapshot.fields().sent_at, window),
            Leaf::Received(window) => between(self.snapshot.fields().received_at, window),
            Leaf::Outside(firm) => {
                let field = self.snapshot.fields().domain_any;
                let domains = self.outside.of(self.snapshot, firm)?.iter();
                let terms: Vec<Term> = domains.map(|domain| Term::from_field_text(field, domain)).collect();
                vec![Box::new(TermSetQuery::new(terms))]
            }
            Leaf::Party(side, party) => self.party(*side, party),
            Leaf::Message => vec![exact(self.snapshot.fields().kind, DocumentKind::Message.as_str())],
            // Words are not asked of the engine's queries.
            Leaf::Words(..) | Leaf::AtLeast(..) => Queries::new(),
        })
    }

    fn party(&self, side: Side, party: &Party) -> Queries {
        let fields = self.snapshot.fields();
        let (addresses, domains): (Vec<Field>, Vec<Field>) = match side {
            Side::Participants => (vec![fields.address_any], vec![fields.domain_any]),
            _ => side.roles().iter().map(|role| (fields.addresses(*role), fields.domains(*role))).unzip(),
        };
        let mut queries = Queries::new();
        for address in party.addresses() {
            queries.extend(addresses.iter().map(|field| exact(*field, &exact_term(address.as_str()))));
        }
        for domain in party.domains() {
            queries.extend(domains.iter().map(|field| exact(*field, &exact_term(domain.as_str()))));
        }
        queries
    }
}

/// The place of [`Unknown::TooManyMatches`] among the reasons.
const TOO_MANY: usize = REASONS - 1;
/// The place of [`Unknown::Participants`] among them.
pub(crate) const PARTICIPANTS: usize = 1;

/// Parts of which all must hold: what needs positions comes last, where few documents are left.
fn cheapest_first(parts: &[Formula]) -> Vec<&Formula> {
    let mut sorted: Vec<&Formula> = parts.iter().collect();
    sorted.sort_by_key(|part| cost(part));
    sorted
}

fn cost(formula: &Formula) -> u8 {
    match formula {
        Formula::All(parts) | Formula::Any(parts) => parts.iter().map(cost).max().unwrap_or(0),
        Formula::Not(part) => cost(part),
        Formula::Leaf(Leaf::Words(_, Words::Near(_)) | Leaf::AtLeast(..)) => 2,
        Formula::Leaf(Leaf::Words(..)) => 1,
        Formula::Leaf(_) => 0,
    }
}

fn exact(field: Field, term: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::Basic))
}

fn segment<'s>(
    snapshot: &'s Snapshot,
    place: usize,
    reader: &'s SegmentReader,
) -> Result<Segment<'s>, QueryError> {
    let reading = || QueryError::engine("read the index");
    let mut all = Bits::full(reader.max_doc());
    if let Some(alive) = reader.alive_bitset() {
        (0..reader.max_doc()).filter(|document| !alive.is_alive(*document)).for_each(|gone| all.remove(gone));
    }
    let mut flags = std::array::from_fn(|_| Bits::none(reader.max_doc()));
    for (bits, (flag, _)) in flags.iter_mut().zip(FLAGS) {
        let Some(flag) = flag else { continue };
        collect(snapshot, reader, &[exact(snapshot.fields().flag, flag.as_str())], bits)?;
        bits.keep(&all);
    }
    let rows = reader.fast_fields().u64("row").map_err(reading())?;
    let instants = reader.fast_fields().i64("sent_at").map_err(reading())?;
    let received = reader.fast_fields().i64("received_at").map_err(reading())?;
    let reports = Reports::of(reader)?;
    Ok(Segment { reader, place, all, flags, reports, rows, instants, received })
}

/// Adds the documents of each query, walked one by one and on its own.
fn collect(
    snapshot: &Snapshot,
    reader: &SegmentReader,
    queries: &[Box<dyn Query>],
    into: &mut Bits,
) -> Result<(), QueryError> {
    for query in queries {
        let scoring = EnableScoring::disabled_from_searcher(snapshot.searcher());
        let weight = query.weight(scoring).map_err(QueryError::engine("search"))?;
        weight
            .for_each_no_score(reader, &mut |documents| documents.iter().for_each(|one| into.insert(*one)))
            .map_err(QueryError::engine("search"))?;
    }
    Ok(())
}
