//! Dates of messages asked by period.

use duces_indexer::instant_value;
use duces_model::DateWindow;
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{Query, RangeQuery};
use tantivy::schema::Field;

/// Documents whose date lies in the period.
pub(crate) fn between(field: Field, window: &DateWindow) -> Vec<Box<dyn Query>> {
    let term = |value| Term::from_field_i64(field, value);
    let (start, end) = (instant_value(window.start()), instant_value(window.end()));
    if start >= end {
        // A day that the zone skipped holds no instant.
        return Vec::new();
    }
    vec![Box::new(RangeQuery::new(Bound::Included(term(start)), Bound::Excluded(term(end))))]
}
