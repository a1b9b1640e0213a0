//! Words that are covered, found again in other texts.

use crate::passages::word_digests;
use std::collections::HashSet;

/// What stands for a value that would give covered words away.
pub(crate) const BLANKED: &str = "REDACTED";
/// A covered passage of more words than this is looked for in values by each run of so many.
const RUN: usize = 3;
/// In other texts a covered passage is looked for by so many of its first words.
const HEAD: usize = 12;
/// Letters and digits from which on a word or name is looked for inside another word.
const INSIDE_MIN: usize = 6;

/// The words that are covered in a family.
#[derive(Debug, Clone, Default)]
pub(crate) struct CoveredWords {
    passages: Vec<Passage>,
}

/// One covered passage.
#[derive(Debug, Clone)]
struct Passage {
    words: Vec<u64>,
    /// Its letters and digits alone, where they are few and tell something by themselves; and long words with a
    /// digit, such as account numbers.
    inside: Vec<String>,
}

impl Passage {
    fn new(text: &str) -> Option<Self> {
        let words = word_digests(text);
        let mut inside = Vec::new();
        if words.len() <= RUN {
            inside.push(squeezed(text));
        }
        let numbers = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.chars().any(|c| c.is_ascii_digit()));
        inside.extend(numbers.map(squeezed));
        inside.retain(|one| one.chars().count() >= INSIDE_MIN);
        (!words.is_empty()).then_some(Self { words, inside })
    }

    fn stands_in(&self, words: &[u64], squeezed: &str) -> bool {
        let run = self.words.len().min(RUN);
        let known: HashSet<u64> = words.iter().copied().collect();
        (self.words.len() <= RUN && self.words.iter().all(|word| known.contains(word)))
            || self.words.windows(run).any(|run| words.windows(run.len()).any(|there| there == run))
            || self.inside.iter().any(|one| squeezed.contains(one.as_str()))
    }
}

/// Letters and digits alone, in lower case.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl CoveredWords {
    /// Adds a passage that is covered.
    pub(crate) fn add(&mut self, passage: &str) {
        self.passages.extend(Passage::new(passage));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.passages.is_empty()
    }

    /// Whether a value (a subject, a name, a path) holds covered words: all words of a passage of up to three, in
    /// any order; any three in a row of a longer one; a number or short name of six signs or more inside another word.
    pub(crate) fn stand_in(&self, value: &str) -> bool {
        if self.passages.is_empty() {
            return false;
        }
        let (words, squeezed) = (word_digests(value), squeezed(value));
        self.passages.iter().any(|passage| passage.stands_in(&words, &squeezed))
    }

    /// How often a text holds a covered passage, its first twelve words for a longer one, word by word.
    pub(crate) fn times_in(&self, text: &str) -> u64 {
        let words = word_digests(text);
        let count = |passage: &Passage| {
            let head = &passage.words[..passage.words.len().min(HEAD)];
            words.windows(head.len()).filter(|run| *run == head).count() as u64
        };
        self.passages.iter().map(count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(passages: &[&str]) -> CoveredWords {
        let mut words = CoveredWords::default();
        passages.iter().for_each(|passage| words.add(passage));
        words
    }

    #[test]
    fn a_value_that_holds_a_short_passage_in_whatever_order_and_spelling_is_found() {
        let words = covered(&["John Smith", "4471-2290", "Project Falcon"]);
        for value in [
            "Smith, John <jsmith@x.example>",
            "RE: project FALCON, final",
            "acct44712290.pdf",
            "ProjectFalcon_v2.docx",
            "4471 2290",
        ] {
            assert!(words.stand_in(value), "{value}");
        }
        for value in ["Smith, Ann", "falcon", "Project plan", "", "2290"] {
            assert!(!words.stand_in(value), "{value}");
        }
    }

    #[test]
    fn of_a_long_passage_any_three_words_in_a_row_and_its_numbers_are_found() {
        let words = covered(&["we should settle the Halcyon claim, case 20231177, before the hearing"]);
        assert!(words.stand_in("Re: settle the Halcyon claim"));
        assert!(words.stand_in("case_20231177.pdf"));
        assert!(!words.stand_in("the hearing"));
        assert!(!words.stand_in("Halcyon"));
    }

    #[test]
    fn signs_of_scripts_without_spaces_are_words() {
        assert!(covered(&["和解条件"]).stand_in("关于和解条件的函"));
        assert!(!covered(&["和解条件"]).stand_in("关于条件的函"));
    }

    #[test]
    fn a_text_tells_how_often_it_holds_a_passage() {
        assert_eq!(covered(&["blue heron"]).times_in("Blue heron. A blue\nHERON; blue, the heron"), 2);
        assert_eq!(covered(&[" . "]).times_in(" . "), 0);
    }
}
