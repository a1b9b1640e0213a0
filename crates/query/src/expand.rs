//! The words of the index that a pattern stands for: all of them, or an error.

use crate::error::QueryError;
use crate::language::{Element, Pattern};
use crate::near;
use crate::pattern::{Matcher, Reach, written};
use duces_indexer::{Mark, Snapshot, TextField};
use std::collections::{BTreeSet, HashMap};
use tantivy::Searcher;
use tantivy::postings::TermInfo;
use tantivy::termdict::TermDictionary;

/// Most words that one pattern may stand for in one field.
pub const EXPANSIONS_MAX: usize = 50_000;

/// The words of the index that a pattern stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expansion {
    /// The pattern, canonically: `trade*`.
    pub pattern: String,
    /// Every word that it stands for in the fields searched, sorted.
    pub terms: Vec<String>,
}

/// The words that a pattern stands for in one field, with their places in each segment.
#[derive(Debug, Default)]
struct Expanded {
    words: BTreeSet<String>,
    slots: Vec<near::Slot>,
}

/// Expands patterns, each once.
pub(crate) struct Expander<'s> {
    snapshot: &'s Snapshot,
    budget: usize,
    known: HashMap<(TextField, Pattern), Expanded>,
}

impl<'s> Expander<'s> {
    /// `budget` bounds the words that one pattern may stand for in one field.
    pub(crate) fn new(snapshot: &'s Snapshot, budget: usize) -> Self {
        Self { snapshot, budget, known: HashMap::new() }
    }

    /// All words of a field that the pattern stands for, sorted.
    pub(crate) fn words(
        &mut self,
        field: TextField,
        pattern: &Pattern,
    ) -> Result<&BTreeSet<String>, QueryError> {
        Ok(&self.expanded(field, pattern)?.words)
    }

    /// Where the words of an element stand in a segment, which is named by its place in the snapshot.
    pub(crate) fn slot(
        &mut self,
        field: TextField,
        element: &Element,
        segment: usize,
    ) -> Result<near::Slot, QueryError> {
        match element {
            Element::Word(word) => {
                let index = self.searcher().segment_readers()[segment]
                    .inverted_index(self.snapshot.fields().text(field))
                    .map_err(QueryError::reading())?;
                // A mark is no word; a query that was read from text holds none.
                let info = if Mark::is(word) {
                    None
                } else {
                    index.terms().get(word).map_err(QueryError::reading())?
                };
                Ok(near::Slot::new(info.into_iter().collect()))
            }
            Element::Pattern(pattern) => Ok(self.expanded(field, pattern)?.slots[segment].clone()),
            Element::Any => Ok(near::Slot::default()),
        }
    }

    fn searcher(&self) -> &'s Searcher {
        self.snapshot.searcher()
    }

    fn expanded(&mut self, field: TextField, pattern: &Pattern) -> Result<&Expanded, QueryError> {
        let key = (field, pattern.clone());
        if !self.known.contains_key(&key) {
            let expanded = self.expand(field, pattern)?;
            self.known.insert(key.clone(), expanded);
        }
        Ok(&self.known[&key])
    }

    fn expand(&self, field: TextField, pattern: &Pattern) -> Result<Expanded, QueryError> {
        let matcher = Matcher::new(pattern).map_err(|source| QueryError::Expression {
            pattern: written(pattern),
            source: Box::new(source),
        })?;
        let mut expanded = Expanded::default();
        for reader in self.searcher().segment_readers() {
            let index =
                reader.inverted_index(self.snapshot.fields().text(field)).map_err(QueryError::reading())?;
            let mut infos = Vec::new();
            each_word(index.terms(), &matcher, |word, info| {
                infos.push(info.clone());
                if !expanded.words.contains(word) {
                    expanded.words.insert(word.to_owned());
                }
                if expanded.words.len() <= self.budget {
                    return Ok(());
                }
                Err(QueryError::TooManyExpansions {
                    pattern: written(pattern),
                    found: expanded.words.len(),
                    budget: self.budget,
                })
            })?;
            expanded.slots.push(near::Slot::new(infos));
        }
        Ok(expanded)
    }
}

/// Calls back for each word of a dictionary that the pattern stands for.
fn each_word(
    terms: &TermDictionary,
    matcher: &Matcher<'_>,
    mut each: impl FnMut(&str, &TermInfo) -> Result<(), QueryError>,
) -> Result<(), QueryError> {
    let (from, start) = match matcher.reach() {
        Reach::Words(words) => {
            for word in words.iter().filter(|word| !Mark::is(word)) {
                if let Some(info) = terms.get(word).map_err(QueryError::reading())? {
                    each(word, &info)?;
                }
            }
            return Ok(());
        }
        // Marks sort before every word, and no word starts as they do.
        Reach::StartingWith("") => (Mark::BEHIND, ""),
        Reach::StartingWith(start) => (start, start),
        Reach::Digits => ("0", ""),
    };
    let builder = terms.range().ge(from);
    let builder = if matcher.reach() == Reach::Digits { builder.lt(":") } else { builder };
    let mut stream = builder.into_stream().map_err(QueryError::reading())?;
    while stream.advance() {
        let Ok(word) = std::str::from_utf8(stream.key()) else {
            return Err(QueryError::Damaged { detail: "a word is no UTF-8".to_owned() });
        };
        if !word.starts_with(start) {
            return Ok(());
        }
        if matcher.matches(word) && !Mark::is(word) {
            each(word, stream.value())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
