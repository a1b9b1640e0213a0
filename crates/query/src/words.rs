//! The words of an item as the rows that a hit report counts: the alternatives of its query, then its
//! identifiers.

use crate::bits::{Bits, Told};
use crate::identifier::Join;
use crate::language::Node;
use crate::request::Item;
use crate::state::State;
use duces_indexer::TextField;

/// One of the terms that a hit report counts.
pub(crate) struct Counted<'i> {
    pub(crate) written: String,
    pub(crate) node: Node,
    pub(crate) fields: &'i [TextField],
    is_identifier: bool,
}

/// The terms of an item, in the order in which they are listed.
pub(crate) fn counted<S: State>(item: &Item<S>) -> Vec<Counted<'_>> {
    let alternatives = item.terms().into_iter().flat_map(|terms| {
        terms.alternatives().iter().map(|one| Counted {
            written: one.written.clone(),
            node: one.node.clone(),
            fields: terms.fields(),
            is_identifier: false,
        })
    });
    let identifiers = item.identifiers().list().iter().map(|one| Counted {
        written: one.written(),
        node: one.node(),
        fields: one.fields(),
        is_identifier: true,
    });
    alternatives.chain(identifiers).collect()
}

/// What the words and the identifiers of an item answer together, term by term.
#[derive(Default)]
pub(crate) struct Joined {
    words: Option<Told>,
    identifiers: Option<Told>,
}

impl Joined {
    /// Adds what one term answers.
    pub(crate) fn add(&mut self, counted: &Counted<'_>, told: Told) {
        let place = if counted.is_identifier { &mut self.identifiers } else { &mut self.words };
        *place = Some(match place.take() {
            Some(before) => before.or(&told),
            None => told,
        });
    }

    /// What they answer together; yes where there are none.
    pub(crate) fn told(self, join: Join, all: &Bits) -> Told {
        match (self.words, self.identifiers, join) {
            (Some(words), Some(identifiers), Join::Or) => words.or(&identifiers),
            (Some(words), Some(identifiers), Join::And) => words.and(&identifiers),
            (Some(only), None, _) | (None, Some(only), _) => only,
            (None, None, _) => Told::constant(true, all),
        }
    }
}
