//! Formulas asked of every document, segment by segment.
//!
//! The engine is asked for the leaves alone, each walked from its first document to its last; the
//! branches are combined here, over sets of documents. The engine's own boolean queries are left
//! aside on purpose: they skip in their parts in ways that their parts do not all allow (Tantivy 0.27:
//! `Exclude` calls `seek_danger` backwards, which panics or is undefined for phrases and ranges;
//! quickwit-oss/tantivy issues 2811 and 3086 are of the same kind, one with wrong documents found).

use crate::bits::{Bits, REASONS, Told};
use crate::criteria::{Party, Side};
use crate::error::QueryError;
use crate::expand::expand;
use crate::formula::{Formula, Leaf};
use crate::language::{Element, Phrase};
use duces_indexer::{Flag, Snapshot, TextField, exact_term, instant_value};
use duces_model::{DateWindow, DocumentKind, Unknown};
use std::collections::BTreeMap;
use std::ops::Bound;
use tantivy::columnar::Column;
use tantivy::query::{
    EnableScoring, PhraseQuery, Query, RangeQuery, RegexPhraseQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{SegmentReader, Term};

/// The flags of the index, each with the reason that it stands for, in the order of [`Told::open`].
pub(crate) const FLAGS: [(Flag, Unknown); REASONS] = [
    (Flag::Date, Unknown::NoDate),
    (Flag::Participants, Unknown::Participants),
    (Flag::Text, Unknown::Text),
    (Flag::Unreadable, Unknown::Unreadable),
];

/// One segment of a snapshot.
pub(crate) struct Segment<'s> {
    reader: &'s SegmentReader,
    pub(crate) all: Bits,
    flags: [Bits; REASONS],
    rows: Column<u64>,
    instants: Column<i64>,
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
}

/// Asks formulas of one snapshot; remembers the words that each star stands for.
pub(crate) struct Evaluator<'s> {
    snapshot: &'s Snapshot,
    budget: usize,
    expansions: BTreeMap<(TextField, String), Vec<String>>,
}

type Queries = Vec<Box<dyn Query>>;

impl<'s> Evaluator<'s> {
    /// `budget` bounds the words that one star may stand for.
    pub(crate) fn new(snapshot: &'s Snapshot, budget: usize) -> Self {
        Self { snapshot, budget, expansions: BTreeMap::new() }
    }

    /// The segments, in the engine's order.
    pub(crate) fn segments(&self) -> impl Iterator<Item = Result<Segment<'s>, QueryError>> + use<'s> {
        let snapshot = self.snapshot;
        snapshot.searcher().segment_readers().iter().map(move |reader| segment(snapshot, reader))
    }

    /// What a formula answers of each document of a segment.
    pub(crate) fn told(&mut self, formula: &Formula, segment: &Segment<'_>) -> Result<Told, QueryError> {
        Ok(match formula {
            Formula::All(parts) => {
                let mut told = Told::constant(true, &segment.all);
                for part in parts {
                    told = told.and(&self.told(part, segment)?);
                }
                told
            }
            Formula::Any(parts) => {
                let mut told = Told::constant(false, &segment.all);
                for part in parts {
                    told = told.or(&self.told(part, segment)?);
                }
                told
            }
            Formula::Not(part) => self.told(part, segment)?.not(&segment.all),
            Formula::Leaf(leaf) => {
                let mut yes = Bits::none(segment.reader.max_doc());
                collect(self.snapshot, segment.reader, &self.queries(leaf)?, &mut yes)?;
                yes.keep(&segment.all);
                Told::leaf(yes, self.open(leaf, segment))
            }
        })
    }

    fn open(&self, leaf: &Leaf, segment: &Segment<'_>) -> [Bits; REASONS] {
        std::array::from_fn(|reason| {
            if leaf.unknowns().contains(&FLAGS[reason].0) {
                segment.flags[reason].clone()
            } else {
                Bits::none(segment.reader.max_doc())
            }
        })
    }

    /// The words that a prefix stands for in a field.
    pub(crate) fn words(&mut self, field: TextField, prefix: &str) -> Result<&[String], QueryError> {
        let key = (field, prefix.to_owned());
        if !self.expansions.contains_key(&key) {
            let words = expand(self.snapshot, field, prefix, self.budget)?;
            self.expansions.insert(key.clone(), words);
        }
        Ok(&self.expansions[&key])
    }

    /// Queries of which a leaf holds where any does.
    fn queries(&mut self, leaf: &Leaf) -> Result<Queries, QueryError> {
        let kind = self.snapshot.fields().kind;
        Ok(match leaf {
            Leaf::Sent(window) => self.sent(window),
            Leaf::Party(side, party) => self.party(*side, party),
            Leaf::Message => vec![exact(kind, DocumentKind::Message.as_str())],
            Leaf::Phrase(fields, phrase) => {
                let mut queries = Queries::new();
                for field in fields {
                    queries.extend(self.phrase(*field, phrase)?);
                }
                queries
            }
        })
    }

    fn sent(&self, window: &DateWindow) -> Queries {
        let term = |value| Term::from_field_i64(self.snapshot.fields().sent_at, value);
        let (start, end) = (instant_value(window.start()), instant_value(window.end()));
        if start >= end {
            // A day that the zone skipped holds no instant.
            return Queries::new();
        }
        vec![Box::new(RangeQuery::new(Bound::Included(term(start)), Bound::Excluded(term(end))))]
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

    /// `None` where the field holds no word that the phrase could start or go on with.
    fn phrase(&mut self, field: TextField, phrase: &Phrase) -> Result<Option<Box<dyn Query>>, QueryError> {
        let engine_field = self.snapshot.fields().text(field);
        let term = |word: &str| Term::from_field_text(engine_field, word);
        if let [only] = phrase.elements() {
            return Ok(Some(match only {
                Element::Word(word) => exact(engine_field, word),
                Element::Prefix(prefix) => {
                    let words = self.words(field, prefix)?;
                    Box::new(TermSetQuery::new(words.iter().map(|word| term(word)).collect::<Vec<_>>()))
                }
            }));
        }
        let mut terms = Vec::new();
        let mut patterns = Vec::new();
        for element in phrase.elements() {
            match element {
                Element::Word(word) => {
                    terms.push(term(word));
                    patterns.push(word.clone());
                }
                Element::Prefix(prefix) => {
                    if self.words(field, prefix)?.is_empty() {
                        return Ok(None);
                    }
                    // Words hold letters, digits, marks and underscores: none means anything in a pattern.
                    patterns.push(format!("{prefix}.*"));
                }
            }
        }
        if terms.len() == patterns.len() {
            return Ok(Some(Box::new(PhraseQuery::new(terms))));
        }
        let mut query = RegexPhraseQuery::new(engine_field, patterns);
        // Counted above, where too many are an error; the engine's own cap must not cut in.
        query.set_max_expansions(u32::MAX);
        Ok(Some(Box::new(query)))
    }
}

fn exact(field: Field, term: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::Basic))
}

fn segment<'s>(snapshot: &'s Snapshot, reader: &'s SegmentReader) -> Result<Segment<'s>, QueryError> {
    let reading = || QueryError::engine("read the index");
    let mut all = Bits::full(reader.max_doc());
    if let Some(alive) = reader.alive_bitset() {
        (0..reader.max_doc()).filter(|document| !alive.is_alive(*document)).for_each(|gone| all.remove(gone));
    }
    let mut flags = std::array::from_fn(|_| Bits::none(reader.max_doc()));
    for (bits, (flag, _)) in flags.iter_mut().zip(FLAGS) {
        collect(snapshot, reader, &[exact(snapshot.fields().flag, flag.as_str())], bits)?;
        bits.keep(&all);
    }
    let rows = reader.fast_fields().u64("row").map_err(reading())?;
    let instants = reader.fast_fields().i64("sent_at").map_err(reading())?;
    Ok(Segment { reader, all, flags, rows, instants })
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
