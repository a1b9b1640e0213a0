//! An edited or signed document held against the text that was issued.
//!
//! Words are compared in their order, as a list of differences does it (Myers and patience, by `similar`): wording may be
//! edited, a passage moved; a word that carries a fact has to stand where it stood. Case, punctuation and line breaks do
//! not count. A word that is not there, but whose letters stand in pieces one after another, was broken by a line. A word
//! of denial that came or went turns a sentence around without touching a figure: it is told, to be read by a person.

use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::{BTreeMap, BTreeSet};

/// A part of the issued text, in reading order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its words.
    pub text: String,
    /// What of them is fact.
    pub facts: PieceFacts,
}

/// What of a piece is fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PieceFacts {
    /// Nothing: it is wording.
    None,
    /// These values, which stand in it.
    Values(Vec<String>),
    /// All of it: a cell of a table.
    Cell,
    /// Every word with a digit in it.
    Figures,
    /// A choice to be ticked or a line to be filled in: what is put behind it is the signer's.
    Open,
}

/// What a document has otherwise than was issued.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compared {
    /// Pieces of which a fact no longer stands as it was issued.
    pub changed: Vec<String>,
    /// Figures that stand in it and were not issued, with the words about them.
    pub added: Vec<String>,
    /// Figures that stand behind a choice or a line to be filled in, with the words about them.
    pub filled: Vec<String>,
    /// Words of denial that came, with the words about them, or went, with the part they stood in; and words that were put
    /// into a table.
    pub turned: Vec<String>,
}

/// Words that turn a sentence around.
const DENIALS: [&str; 12] = [
    "not", "no", "never", "none", "nothing", "nil", "without", "neither", "nor", "cannot", "except", "unless",
];

/// How far from its place a word of a cell may stand where a table's cells have no order, in words.
const REACH: usize = 600;

/// The fewest words of a sentence that may stand in another place: fewer are found anywhere, and a figure that changed
/// places with another would be taken for one that was moved.
const MOVED_MIN: usize = 5;

/// The most words that a choice or a line is filled in with: more of them are a text of their own.
const FILLED_MAX: usize = 6;

/// Words that are shown about a figure, on either side.
const ABOUT: usize = 4;

struct Word {
    word: String,
    piece: usize,
    is_fact: bool,
    is_denial: bool,
}

/// Compares a document's words with the issued pieces. `cells_in_order` is false where what was read does not tell the
/// order of a table's cells, as the lines of a PDF do not: then a cell's word is looked for near its place.
pub fn compare(issued: &[Piece], found: &str, cells_in_order: bool) -> Compared {
    let mut words = Vec::new();
    for (at, piece) in issued.iter().enumerate() {
        take(&mut words, at, piece);
    }
    let raw: Vec<&str> = found.split_whitespace().filter(|word| !bare(word).is_empty()).collect();
    let there: Vec<String> = raw.iter().map(|word| bare(word)).collect();
    let asked: Vec<&str> = words.iter().map(|word| word.word.as_str()).collect();
    let standing: Vec<&str> = there.iter().map(String::as_str).collect();
    let mut match_of: Vec<Option<usize>> = vec![None; asked.len()];
    let mut is_free = vec![true; standing.len()];
    for op in capture_diff_slices(Algorithm::Patience, &asked, &standing) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            for step in 0..len {
                match_of[old_index + step] = Some(new_index + step);
                is_free[new_index + step] = false;
            }
        }
    }
    let mut ahead = Ahead { words: &words, there: &standing, match_of, is_free };
    ahead.take_moved();
    ahead.take_broken(issued, cells_in_order);
    let changed: BTreeSet<usize> = words
        .iter()
        .zip(&ahead.match_of)
        .filter(|(word, found)| word.is_fact && found.is_none())
        .map(|(word, _)| word.piece)
        .collect();
    let gone: BTreeSet<usize> = words
        .iter()
        .zip(&ahead.match_of)
        .filter(|(word, found)| word.is_denial && found.is_none() && !changed.contains(&word.piece))
        .map(|(word, _)| word.piece)
        .collect();
    let (mut added, mut filled, mut turned) = (Vec::new(), Vec::new(), Vec::new());
    let around = ahead.pieces_around();
    let is_cell = |piece: Option<usize>| piece.is_some_and(|piece| issued[piece].facts == PieceFacts::Cell);
    let mut at = 0;
    while at < raw.len() {
        let is_in_table = cells_in_order && is_cell(around[at].0) && is_cell(around[at].1);
        let counts = has_digit(&there[at]) || is_denial(&there[at]) || is_in_table;
        if !(ahead.is_free[at] && counts) {
            at += 1;
            continue;
        }
        let from = at;
        while at < raw.len() && ahead.is_free[at] {
            at += 1;
        }
        let about = raw[from.saturating_sub(ABOUT)..(at + ABOUT).min(raw.len())].join(" ");
        let is_open = at - from <= FILLED_MAX
            && around[from].0.is_some_and(|piece| issued[piece].facts == PieceFacts::Open);
        match there[from..at].iter().any(|word| has_digit(word)) {
            true if is_open => filled.push(about),
            true => added.push(about),
            false if is_open => {}
            false => turned.push(about),
        }
    }
    turned.extend(gone.into_iter().map(|at| shown(issued, at)));
    Compared { changed: changed.into_iter().map(|at| shown(issued, at)).collect(), added, filled, turned }
}

/// A piece as it is shown; a cell with the one before it, since a figure alone says nothing.
fn shown(issued: &[Piece], at: usize) -> String {
    match (&issued[at], at.checked_sub(1).and_then(|before| issued.get(before))) {
        (Piece { text, facts: PieceFacts::Cell }, Some(before)) => {
            format!("{text} (behind {:?})", before.text)
        }
        (piece, _) => piece.text.clone(),
    }
}

/// The words of a piece, in its order.
fn take(words: &mut Vec<Word>, at: usize, piece: &Piece) {
    let values: BTreeSet<String> = match &piece.facts {
        PieceFacts::Values(values) => {
            values.iter().flat_map(|value| value.split_whitespace()).map(bare).collect()
        }
        _ => BTreeSet::new(),
    };
    for word in piece.text.split_whitespace().map(bare).filter(|word| !word.is_empty()) {
        let is_fact = match &piece.facts {
            PieceFacts::None | PieceFacts::Open => false,
            PieceFacts::Values(_) => values.contains(&word),
            PieceFacts::Cell => true,
            PieceFacts::Figures => has_digit(&word),
        };
        let is_denial = is_denial(&word) && piece.facts != PieceFacts::Open;
        words.push(Word { word, piece: at, is_fact, is_denial });
    }
}

struct Ahead<'a> {
    words: &'a [Word],
    there: &'a [&'a str],
    /// Where each issued word stands; the first of its parts where it is broken.
    match_of: Vec<Option<usize>>,
    /// The words of the document that no issued word has taken.
    is_free: Vec<bool>,
}

impl Ahead<'_> {
    /// A piece of which nothing stands in its place, and which stands whole in another, was moved.
    fn take_moved(&mut self) {
        let mut starts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, word) in self.there.iter().enumerate().filter(|(at, _)| self.is_free[*at]) {
            starts.entry(word).or_default().push(at);
        }
        let mut from = 0;
        for piece in self.words.chunk_by(|a, b| a.piece == b.piece) {
            let range = from..from + piece.len();
            from = range.end;
            let is_lost = piece.len() >= MOVED_MIN
                && piece.iter().any(|word| word.is_fact || word.is_denial)
                && self.match_of[range.clone()].iter().all(Option::is_none);
            let Some(first) = piece.first().filter(|_| is_lost) else { continue };
            let stands_at = |at: &&usize| {
                piece.iter().enumerate().all(|(step, word)| {
                    self.there.get(**at + step).is_some_and(|found| *found == word.word)
                        && self.is_free[**at + step]
                })
            };
            if let Some(at) = starts.get(first.word.as_str()).into_iter().flatten().find(stands_at).copied() {
                for step in 0..piece.len() {
                    self.match_of[range.start + step] = Some(at + step);
                    self.is_free[at + step] = false;
                }
            }
        }
    }

    /// A word that is broken over lines stands in parts; a cell's word stands near its place where cells have no order.
    fn take_broken(&mut self, issued: &[Piece], cells_in_order: bool) {
        let mut last = 0;
        for at in 0..self.words.len() {
            if let Some(found) = self.match_of[at] {
                last = found;
                continue;
            }
            let word = &self.words[at];
            if !word.is_fact {
                continue;
            }
            let anywhere_near = !cells_in_order && issued[word.piece].facts == PieceFacts::Cell;
            let (from, to) = match anywhere_near {
                true => (last.saturating_sub(REACH), (last + REACH).min(self.there.len())),
                false => {
                    let next = self.match_of[at..].iter().flatten().next().copied();
                    (last, next.unwrap_or(self.there.len()))
                }
            };
            let parts = self.parts(&word.word, from..to, anywhere_near);
            for part in &parts {
                self.is_free[*part] = false;
            }
            self.match_of[at] = parts.first().copied();
        }
    }

    /// Free words that make up a word, each after the other; with others between them where `apart`.
    fn parts(&self, word: &str, within: std::ops::Range<usize>, apart: bool) -> Vec<usize> {
        for start in within.clone().filter(|at| self.is_free[*at]) {
            let mut rest = word;
            let mut parts = Vec::new();
            for at in start..within.end {
                match rest.strip_prefix(self.there[at]).filter(|_| self.is_free[at]) {
                    Some(left) => {
                        rest = left;
                        parts.push(at);
                    }
                    None if parts.is_empty() || !apart => break,
                    None => {}
                }
                if rest.is_empty() {
                    return parts;
                }
            }
        }
        Vec::new()
    }

    /// For each word of the document the pieces of the nearest issued words, before it (itself counts) and behind it.
    fn pieces_around(&self) -> Vec<(Option<usize>, Option<usize>)> {
        let mut piece_at: Vec<Option<usize>> = vec![None; self.there.len()];
        for (word, found) in self.words.iter().zip(&self.match_of) {
            if let Some(at) = found {
                piece_at[*at] = Some(word.piece);
            }
        }
        let nearest = |last: &mut Option<usize>, piece: &Option<usize>| {
            *last = piece.or(*last);
            Some(*last)
        };
        let before: Vec<Option<usize>> = piece_at.iter().scan(None, nearest).collect();
        let behind: Vec<Option<usize>> = piece_at.iter().rev().scan(None, nearest).collect();
        before.into_iter().zip(behind.into_iter().rev()).collect()
    }
}

/// Letters and digits alone, small.
fn bare(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn has_digit(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit())
}

fn is_denial(word: &str) -> bool {
    DENIALS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(text: &str, values: &[&str]) -> Piece {
        let facts = PieceFacts::Values(values.iter().map(|value| (*value).to_owned()).collect());
        Piece { text: text.to_owned(), facts }
    }

    fn piece(text: &str, facts: PieceFacts) -> Piece {
        Piece { text: text.to_owned(), facts }
    }

    fn letter() -> Vec<Piece> {
        vec![
            piece("Letter of Transmittal", PieceFacts::None),
            said(
                "Item 3 produced 4 documents, ECP0000001 to ECP0000004.",
                &["3", "4", "ECP0000001 to ECP0000004"],
            ),
            piece("Ann Lee", PieceFacts::Cell),
            piece("4", PieceFacts::Cell),
            piece("Bo Chen", PieceFacts::Cell),
            piece("12", PieceFacts::Cell),
            piece("Date:", PieceFacts::Open),
            piece("Very truly yours", PieceFacts::None),
        ]
    }

    fn text(pieces: &[Piece]) -> String {
        pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_figure_that_grew_at_its_end_is_found() {
        let edited = text(&letter()).replace("produced 4", "produced 412");
        let compared = compare(&letter(), &edited, true);
        assert_eq!(compared.changed, [letter()[1].text.clone()]);
    }

    #[test]
    fn figures_that_changed_places_are_found() {
        let edited =
            text(&letter()).replace("Ann Lee\n4", "Ann Lee\n12").replace("Bo Chen\n12", "Bo Chen\n4");
        assert!(!compare(&letter(), &edited, true).changed.is_empty());
    }

    #[test]
    fn wording_may_be_edited_and_a_passage_moved() {
        let edited = "Item 3 produced 4 documents, ECP0000001 to ECP0000004.\nLetter\nAnn Lee 4 Bo Chen 12\n\
                      Date:\nSincerely yours";
        let compared = compare(&letter(), edited, true);
        assert_eq!(compared, Compared::default());
        let edited = text(&letter()).replace("Item 3 produced", "In answer to Item 3 the firm has produced");
        assert_eq!(compare(&letter(), &edited, true), Compared::default());
    }

    #[test]
    fn a_denial_that_came_or_went_and_a_word_in_a_table_are_told() {
        let mut letter = letter();
        letter.push(piece("It does not say that nothing else exists.", PieceFacts::None));
        let said = text(&letter);
        assert_eq!(compare(&letter, &said, true), Compared::default());
        for (from, to) in [
            ("does not say", "does say"),
            ("Item 3 produced", "Item 3 has not produced"),
            ("nothing else exists", "nothing else, except paper, exists"),
            ("Bo Chen", "Bo formerly Chen"),
            ("4\nBo", "4\nroughly Bo"),
        ] {
            let compared = compare(&letter, &said.replace(from, to), true);
            assert_eq!(compared.turned.len(), 1, "{from}: {compared:?}");
            assert_eq!((compared.changed.len(), compared.added.len()), (0, 0), "{from}: {compared:?}");
        }
        let signed = said.replace("Date:", "Date: not yet");
        assert_eq!(compare(&letter, &signed, true), Compared::default(), "the line is the signer's");
    }

    #[test]
    fn a_figure_that_nobody_issued_is_told_and_what_a_signer_fills_in_is_told_apart() {
        let edited =
            text(&letter()).replace("Very", "Item 9 was added later and produced 5,000 documents.\nVery");
        let compared = compare(&letter(), &edited, true);
        assert_eq!(compared.changed, Vec::<String>::new());
        assert!(compared.added.iter().any(|about| about.contains("5,000")), "{compared:?}");
        let signed = text(&letter()).replace("Date:", "Date: 12 March 2025");
        let compared = compare(&letter(), &signed, true);
        assert_eq!((compared.added.len(), compared.filled.len()), (0, 1));
        let inside = text(&letter()).replace("produced 4 documents", "produced 4 documents of 17");
        assert_eq!(compare(&letter(), &inside, true).added.len(), 1);
    }

    #[test]
    fn a_word_that_a_line_broke_is_whole_and_cells_of_a_pdf_have_no_order() {
        let broken = text(&letter()).replace("ECP0000001", "ECP00\n00001");
        assert_eq!(compare(&letter(), &broken, true), Compared::default());
        let mixed = text(&letter()).replace("Ann Lee\n4\nBo Chen\n12", "Ann Bo\n4 12\nLee Chen");
        assert_eq!(compare(&letter(), &mixed, false).changed, Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn what_was_issued_is_as_issued_however_its_lines_are_broken(
            words in prop::collection::vec("[a-z]{1,6}|[0-9]{1,5}", 1..60),
            cut in 1_usize..7,
        ) {
            let pieces: Vec<Piece> =
                words.chunks(cut).map(|chunk| piece(&chunk.join(" "), PieceFacts::Cell)).collect();
            prop_assert_eq!(compare(&pieces, &words.join("\n"), true), Compared::default());
        }

        #[test]
        fn a_fact_that_is_gone_is_found(
            words in prop::collection::vec("[a-z]{1,6}|[0-9]{1,5}", 1..60),
            at in any::<prop::sample::Index>(),
        ) {
            let pieces: Vec<Piece> = words.iter().map(|word| piece(word, PieceFacts::Cell)).collect();
            let mut fewer = words.clone();
            fewer.remove(at.index(words.len()));
            prop_assert!(!compare(&pieces, &fewer.join(" "), true).changed.is_empty());
        }
    }
}
