//! Terms of a list that read the same: one row for all of them, so that they do not take each other's unique hits.

use crate::census::within;
use crate::row_set::RowSet;
use crate::scope::ItemAnswer;
use duces_query::TermHits;

/// A term of an item, with the others that read the same and find the same.
pub(super) struct Term<'a> {
    /// What the first of them found, in the whole index.
    pub(super) found: &'a TermHits,
    /// What they find among the item's hits: a row that the item's sources leave out counts nowhere.
    pub(super) rows: Vec<u64>,
    /// Which of the item's terms they are, in the order written, from 1.
    pub(super) places: Vec<u64>,
    /// How the others are written, where that differs.
    pub(super) also_written: Vec<String>,
}

/// The terms of an item, in the order written, each once.
pub(super) fn terms(answer: &ItemAnswer) -> Vec<Term<'_>> {
    let last = answer.hits.last().copied().unwrap_or(0);
    let hits = RowSet::of(last, &answer.hits);
    let mut terms: Vec<Term<'_>> = Vec::new();
    for (found, place) in answer.findings.terms.iter().zip(1..) {
        // What reads the same may find others: an identifier is looked for in fields of its own.
        let twin = terms.iter_mut().find(|known| {
            known.found.canonical == found.canonical && known.found.documents == found.documents
        });
        let Some(twin) = twin else {
            let rows = within(&hits, &found.documents);
            terms.push(Term { found, rows, places: vec![place], also_written: Vec::new() });
            continue;
        };
        twin.places.push(place);
        if twin.found.written != found.written && !twin.also_written.contains(&found.written) {
            twin.also_written.push(found.written.clone());
        }
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::Bounds;
    use duces_query::Findings;

    fn answer(terms: &[(&str, &str, &[u64])]) -> ItemAnswer {
        let hits = |(written, canonical, documents): &(&str, &str, &[u64])| TermHits {
            written: (*written).to_owned(),
            canonical: (*canonical).to_owned(),
            documents: documents.to_vec(),
            expansions: Vec::new(),
        };
        let terms = terms.iter().map(hits).collect();
        ItemAnswer {
            in_scope: 9,
            bounds: Bounds::everything(9),
            hits: vec![1, 2, 3],
            not_hit: 6,
            cannot_tell: Vec::new(),
            findings: Findings { searched: 9, yes: vec![1, 2, 3], cannot_tell: Vec::new(), terms },
        }
    }

    #[test]
    fn terms_that_read_the_same_are_one_and_say_which_they_were() {
        let answer = answer(&[
            ("Fee", "fee", &[1, 2, 7]),
            ("refund", "refund", &[3]),
            ("fee", "fee", &[1, 2, 7]),
            ("Fee", "fee", &[1, 2, 7]),
        ]);
        let terms = terms(&answer);
        let told: Vec<_> =
            terms.iter().map(|term| (term.found.written.as_str(), term.places.as_slice())).collect();
        assert_eq!(told, [("Fee", [1, 3, 4].as_slice()), ("refund", &[2])]);
        assert_eq!(
            (terms[0].rows.as_slice(), terms[0].also_written.as_slice()),
            ([1, 2].as_slice(), ["fee".to_owned()].as_slice())
        );
    }

    #[test]
    fn what_reads_the_same_and_finds_others_stays_a_term_of_its_own() {
        let answer = answer(&[("c-1", "c-1", &[1]), ("C-1", "c-1", &[1, 2])]);
        assert_eq!(terms(&answer).len(), 2);
    }
}
