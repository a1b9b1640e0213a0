//! Words that are covered, found again in other texts.

use crate::passages::word_digests;
use std::collections::{BTreeSet, HashMap, HashSet};

/// What stands for a value that would give covered words away.
pub(crate) const BLANKED: &str = "REDACTED";
/// A covered passage of more words than this is looked for in values by each run of so many.
const RUN: usize = 3;
/// In other texts a covered passage of more words than this is looked for by each run of so many: three words in a row
/// stand in many texts by chance.
const TEXT_RUN: usize = 4;
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
    /// Names in it: two or more words in a row that begin with a capital.
    names: Vec<Vec<u64>>,
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
        // Both as one word and by its parts: 123-45-6789 is a number, and so is case_20231177.
        let parts = text.split_whitespace().chain(text.split(|c: char| !c.is_alphanumeric()));
        let numbers = parts.filter(|word| word.chars().any(|c| c.is_ascii_digit()));
        inside.extend(numbers.map(squeezed));
        inside.retain(|one| one.chars().count() >= INSIDE_MIN);
        inside.sort();
        inside.dedup();
        (!words.is_empty()).then(|| Self { words, names: names(text), inside })
    }

    fn stands_in(&self, words: &[u64], squeezed: &str) -> bool {
        let run = self.words.len().min(RUN);
        let known: HashSet<u64> = words.iter().copied().collect();
        (self.words.len() <= RUN && self.words.iter().all(|word| known.contains(word)))
            || self.words.windows(run).any(|run| words.windows(run.len()).any(|there| there == run))
            || self.inside.iter().any(|one| squeezed.contains(one.as_str()))
    }
}

/// Words in a row that begin with a capital, two at least.
fn names(text: &str) -> Vec<Vec<u64>> {
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_capital = |word: &&str| word.chars().next().is_some_and(char::is_uppercase);
    let runs = words.chunk_by(|a, b| is_capital(a) && is_capital(b)).filter(|run| run.len() > 1);
    runs.map(|run| word_digests(&run.join(" "))).collect()
}

/// A text in which covered words are looked for.
pub(crate) struct Searched {
    words: Vec<u64>,
    squeezed: String,
}

impl Searched {
    /// The words of a text.
    pub(crate) fn new(text: &str) -> Self {
        Self { words: word_digests(text), squeezed: squeezed(text) }
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

    /// In how many places a text holds covered words: a passage of up to four words, any four in a row of a longer one,
    /// a name of two words or more in it. Where none does, how often it holds one of its numbers of six signs or more.
    pub(crate) fn times_in(&self, text: &Searched) -> u64 {
        let mut runs: HashMap<u64, Vec<&[u64]>> = HashMap::new();
        for passage in &self.passages {
            let whole = passage.words.windows(passage.words.len().min(TEXT_RUN));
            for run in whole.chain(passage.names.iter().map(Vec::as_slice)) {
                if let Some(first) = run.first() {
                    runs.entry(*first).or_default().push(run);
                }
            }
        }
        let (mut places, mut covered_to) = (0, 0);
        for (at, word) in text.words.iter().enumerate() {
            let here = runs.get(word).into_iter().flatten().filter(|run| text.words[at..].starts_with(run));
            if let Some(longest) = here.map(|run| run.len()).max() {
                places += u64::from(at >= covered_to);
                covered_to = covered_to.max(at + longest);
            }
        }
        if places > 0 {
            return places;
        }
        let numbers = self.passages.iter().flat_map(|passage| &passage.inside);
        let numbers = numbers.filter(|one| one.chars().any(|c| c.is_ascii_digit()));
        let numbers: BTreeSet<&str> = numbers.map(String::as_str).collect();
        numbers.into_iter().map(|number| text.squeezed.matches(number).count() as u64).sum()
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
        let times = |passages: &[&str], text: &str| covered(passages).times_in(&Searched::new(text));
        assert_eq!(times(&["blue heron"], "Blue heron. A blue\nHERON; blue, the heron"), 2);
        assert_eq!(times(&[" . "], " . "), 0);
    }

    #[test]
    fn covering_more_finds_no_less() {
        let whole = covered(&["Quagga Holdings of Bermuda and the tax id is 123-45-6789"]);
        let found = |text: &str| whole.times_in(&Searched::new(text));
        assert_eq!(found("we spoke to QUAGGA Holdings of Bermuda only, tax id is 123-45-6789"), 2);
        assert_eq!(found("what Quagga Holdings wants"), 1, "a name in a long passage");
        assert_eq!(found("id: 123 45 6789; again 123456789"), 2, "a number in a long passage");
        assert_eq!(found("and the tax of the id is due"), 0);
        assert_eq!(found("Bermuda"), 0);
    }
}
