//! `a w/10 b` beside Tantivy's own phrase query on the same words.

use super::archive::Vocabulary;
use super::words;
use crate::failure::Failure;
use duces_indexer::{Snapshot, TextField};
use duces_query::search;
use std::time::Instant;
use tantivy::collector::Count;
use tantivy::query::PhraseQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet as _, Searcher, TERMINATED, Term};

/// So many of the most frequent pairs.
const PAIRS: usize = 100;
/// How often each is run; the fastest counts.
const RUNS: usize = 3;
/// The most that a pair may take, as a multiple of the phrase query's time.
const RATIO_MAX: f64 = 3.0;

/// Times each pair in the body, per document that has both words.
pub(crate) fn compare(snapshot: &Snapshot, vocabulary: &Vocabulary) -> Result<(), Failure> {
    let field = snapshot.fields().text(TextField::Body);
    let engine = |source| Failure::Tantivy { doing: "search", source };
    let (mut ours, mut theirs, mut candidates, mut worst) = (0.0, 0.0, 0_u64, 0.0_f64);
    for (a, b) in ranks().into_iter().take(PAIRS) {
        let (a, b) = (vocabulary.word(a), vocabulary.word(b));
        let (text, asked) = words(&format!("body contains ({a} w/10 {b})"))?;
        let (one, two) = (Term::from_field_text(field, a), Term::from_field_text(field, b));
        let both = with_both(snapshot.searcher(), &one, &two).map_err(engine)?;
        let phrase = PhraseQuery::new(vec![one, two]);
        let (mut our_best, mut their_best) = (f64::MAX, f64::MAX);
        for _ in 0..RUNS {
            let start = Instant::now();
            let hits = search(snapshot, &asked, 0)
                .map_err(|source| Failure::Search { text: text.clone(), source })?;
            our_best = our_best.min(start.elapsed().as_secs_f64());
            let start = Instant::now();
            let count = snapshot.searcher().search(&phrase, &Count).map_err(engine)?;
            their_best = their_best.min(start.elapsed().as_secs_f64());
            std::hint::black_box((hits, count));
        }
        ours += our_best;
        theirs += their_best;
        candidates += both;
        worst = worst.max(our_best / their_best);
    }
    let each = |seconds: f64| seconds * 1e9 / candidates.max(1) as f64;
    println!(
        "\nthe {PAIRS} most frequent pairs of words, {candidates} documents with both:\n\
         a w/10 b {:.0} ns a document, Tantivy's phrase query {:.0} ns: {:.2} times, at worst {worst:.2} times; \
         promised {RATIO_MAX} times",
        each(ours),
        each(theirs),
        ours / theirs
    );
    Ok(())
}

/// Pairs of different ranks, the likeliest to stand together first: those with the smallest product of what
/// Zipf's law divides by.
fn ranks() -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = (0..60).flat_map(|a| (0..60).map(move |b| (a, b))).collect();
    pairs.retain(|(a, b)| a < b);
    pairs.sort_by_key(|(a, b)| (10 * a + 37) * (10 * b + 37));
    pairs
}

fn with_both(searcher: &Searcher, one: &Term, two: &Term) -> tantivy::Result<u64> {
    let mut count = 0;
    for reader in searcher.segment_readers() {
        let index = reader.inverted_index(one.field())?;
        let open = |term| index.read_postings(term, IndexRecordOption::Basic);
        let (Some(mut one), Some(mut two)) = (open(one)?, open(two)?) else { continue };
        while one.doc() != TERMINATED {
            if two.doc() < one.doc() {
                two.seek(one.doc());
            }
            count += u64::from(one.doc() == two.doc());
            one.advance();
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_pair_comes_first_and_no_pair_twice() {
        let pairs = ranks();
        assert_eq!(pairs[..3], [(0, 1), (0, 2), (0, 3)]);
        assert!(pairs.iter().all(|(a, b)| a < b) && pairs.len() > PAIRS);
    }
}
