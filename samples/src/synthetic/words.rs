//! A vocabulary with the frequencies of natural text.

use crate::draws::Draws;
use std::collections::BTreeSet;

/// How many words there are.
const WORDS: usize = 30_000;

/// The most frequent words. `from` is not among them: no line of a body can then look like the
/// separator of a mailbox, and mailboxes need no quoting.
const COMMON: &str = "the to and of a in is for that on we you with this be it as are will have please \
at your our not if can by i or was an all any do so from-here has they but one out what there would up \
which more when about time no their been week today order price client account trade call send need \
know could after before market report meeting team next last please review thanks attached see number \
date day month value group only back over also new into make two other first good work may just them \
than its some were how who now these work plan data risk fund desk list question answer change status \
note file open close start end update detail change limit shares bond rate yield broker settle agree";

/// Words by rank, and a table from which they are drawn by Zipf's law in constant time.
#[derive(Debug)]
pub(super) struct Vocabulary {
    letters: String,
    ends: Vec<usize>,
    /// Walker's alias method: below `keep[k]` the draw is `k`, else `other[k]`.
    keep: Vec<u32>,
    other: Vec<usize>,
}

impl Vocabulary {
    /// The vocabulary: the same in every archive.
    pub(super) fn new() -> Self {
        let (mut letters, mut ends) = (String::new(), Vec::with_capacity(WORDS));
        for word in invented() {
            letters.push_str(&word);
            ends.push(letters.len());
        }
        let (keep, other) = alias_table(WORDS);
        Self { letters, ends, keep, other }
    }

    /// The word of that rank, the most frequent first, counted from 0.
    pub(super) fn word(&self, rank: usize) -> &str {
        let start = rank.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.letters[start..self.ends[rank]]
    }

    /// A word as natural text would have it.
    #[inline]
    pub(super) fn draw(&self, draws: &mut Draws) -> &str {
        let bits = draws.next();
        let rank = ((u128::from(bits >> 32) * self.keep.len() as u128) >> 32) as usize;
        let low = (bits & 0xffff_ffff) as u32;
        self.word(if low < self.keep[rank] { rank } else { self.other[rank] })
    }
}

fn invented() -> Vec<String> {
    let syllables: Vec<String> =
        ["b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr"]
            .iter()
            .flat_map(|onset| {
                ["a", "e", "i", "o", "u", "ar", "en", "il", "on"].map(|rime| format!("{onset}{rime}"))
            })
            .collect();
    let mut words: Vec<String> = Vec::with_capacity(WORDS);
    let mut known = BTreeSet::new();
    for word in COMMON.split_whitespace().filter(|word| !word.contains('-')) {
        if known.insert(word.to_owned()) {
            words.push(word.to_owned());
        }
    }
    let mut draws = Draws::named("vocabulary");
    while words.len() < WORDS {
        let count = if words.len() < 400 { 2 } else { draws.between(2, 4) };
        let word: String = (0..count).map(|_| draws.pick(&syllables).as_str()).collect();
        if known.insert(word.clone()) {
            words.push(word);
        }
    }
    words
}

/// Walker's alias table for weights 1/(rank + 2.7) (Zipf and Mandelbrot), in whole numbers, so that
/// every machine draws the same words.
fn alias_table(len: usize) -> (Vec<u32>, Vec<usize>) {
    let weight = |rank: usize| (1_u128 << 50) / (10 * rank as u128 + 37);
    let total: u128 = (0..len).map(weight).sum();
    let mut left: Vec<u128> = (0..len).map(|rank| weight(rank) * len as u128).collect();
    let (mut keep, mut other) = (vec![u32::MAX; len], (0..len).collect::<Vec<_>>());
    let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..len).partition(|rank| left[*rank] < total);
    while let (Some(poor), Some(rich)) = (small.pop(), large.pop()) {
        keep[poor] = u32::try_from((left[poor] << 32) / total).unwrap_or(u32::MAX);
        other[poor] = rich;
        left[rich] -= total - left[poor];
        if left[rich] < total { small.push(rich) } else { large.push(rich) }
    }
    (keep, other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_different_and_none_is_from() {
        let vocabulary = Vocabulary::new();
        let words: BTreeSet<&str> = (0..WORDS).map(|rank| vocabulary.word(rank)).collect();
        assert_eq!(words.len(), WORDS);
        assert!(!words.contains("from"));
    }

    #[test]
    fn frequent_words_are_frequent_and_rare_ones_come_too() {
        let (vocabulary, mut draws) = (Vocabulary::new(), Draws::new(1));
        let (mut top, mut seen) = (0, BTreeSet::new());
        for _ in 0..200_000 {
            let word = vocabulary.draw(&mut draws);
            top += u32::from(word == "the");
            seen.insert(word.to_owned());
        }
        // 1/3.7 of the sum of the weights is about 3 percent.
        assert!((4_000..9_000).contains(&top), "{top}");
        assert!(seen.len() > 12_000, "{}", seen.len());
    }
}
