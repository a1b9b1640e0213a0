//! The words that a trailing star stands for: all of them, or an error.

use crate::error::QueryError;
use duces_indexer::{Snapshot, TextField};
use std::collections::BTreeSet;

/// Most words that one star may stand for in one field.
pub const EXPANSIONS_MAX: usize = 50_000;

/// The words of the index that a pattern stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expansion {
    /// The pattern, canonically: `trade*`.
    pub pattern: String,
    /// Every word that it stands for in the fields searched, sorted.
    pub terms: Vec<String>,
}

/// All words of a field that start with `prefix`, sorted.
pub(crate) fn expand(
    snapshot: &Snapshot,
    field: TextField,
    prefix: &str,
    budget: usize,
) -> Result<Vec<String>, QueryError> {
    let mut words: BTreeSet<String> = BTreeSet::new();
    for reader in snapshot.searcher().segment_readers() {
        let index = reader
            .inverted_index(snapshot.fields().text(field))
            .map_err(QueryError::engine("read the words of the index"))?;
        let mut stream = index
            .terms()
            .range()
            .ge(prefix.as_bytes())
            .into_stream()
            .map_err(QueryError::engine("read the words of the index"))?;
        while stream.advance() && stream.key().starts_with(prefix.as_bytes()) {
            let word = std::str::from_utf8(stream.key())
                .map_err(|_| QueryError::Damaged { detail: "a word is no UTF-8".to_owned() })?;
            words.insert(word.to_owned());
            if words.len() > budget {
                return Err(QueryError::TooManyExpansions {
                    pattern: format!("{prefix}*"),
                    found: words.len(),
                    budget,
                });
            }
        }
    }
    Ok(words.into_iter().collect())
}
