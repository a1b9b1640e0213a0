//! What a tree of words matches in one text, by trying everything. It shares nothing with the engine but
//! the tree and the tokenisation.

use crate::language::{Element, GlobPart, Near, Pattern, Phrase, Side, Within, Words};
use duces_indexer::tokens;
use frostem::{Algorithm, Stemmer};
use std::collections::BTreeSet;

/// A text taken apart.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text {
    pub(crate) words: Vec<String>,
    /// For each word, which sentence it is in.
    pub(crate) sentence: Vec<usize>,
    /// For each word, which paragraph it is in.
    pub(crate) paragraph: Vec<usize>,
}

impl Text {
    /// A text of one sentence.
    pub(crate) fn of(text: &str) -> Self {
        let words: Vec<String> = tokens(text).into_iter().map(|token| token.text).collect();
        Self { sentence: vec![0; words.len()], paragraph: vec![0; words.len()], words }
    }

    /// A text of paragraphs of sentences of words, written so that it is read as that.
    pub(crate) fn written(paragraphs: &[Vec<Vec<&str>>]) -> (String, Self) {
        let (mut text, mut apart) = (String::new(), Self::default());
        let mut sentences = 0;
        for (number, paragraph) in paragraphs.iter().enumerate() {
            for sentence in paragraph.iter().filter(|sentence| !sentence.is_empty()) {
                sentences += 1;
                for word in sentence {
                    apart.words.push((*word).to_owned());
                    apart.sentence.push(sentences);
                    apart.paragraph.push(number);
                }
                text.push_str(&sentence.join(" "));
                text.push_str("! ");
            }
            text.push_str("\n\n");
        }
        (text, apart)
    }
}

/// A match: the words that it uses, and from where to where it reaches; the two differ only for the places
/// before the first and behind the last word, which use none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Match {
    pub(crate) words: BTreeSet<i64>,
    from: i64,
    to: i64,
}

impl Match {
    fn of(words: BTreeSet<i64>) -> Self {
        let (from, to) = (*words.first().unwrap(), *words.last().unwrap());
        Self { words, from, to }
    }

    fn join(&self, other: &Self) -> Self {
        match (self.words.is_empty(), other.words.is_empty()) {
            (_, true) => self.clone(),
            (true, false) => other.clone(),
            (false, false) => Self::of(self.words.union(&other.words).copied().collect()),
        }
    }
}

/// All matches in a text.
pub(crate) fn matches(words: &Words, text: &Text) -> BTreeSet<Match> {
    match words {
        Words::Phrase(phrase) => phrase_matches(phrase, text),
        Words::AnyOf(parts) => parts.iter().flat_map(|part| matches(part, text)).collect(),
        Words::Near(near) => near_matches(near, text),
    }
}

fn phrase_matches(phrase: &Phrase, text: &Text) -> BTreeSet<Match> {
    let length = phrase.elements().len();
    let fits = |start: usize| {
        phrase.elements().iter().enumerate().all(|(place, element)| match element {
            Element::Word(word) => text.words[start + place] == *word,
            Element::Pattern(pattern) => stands_for(pattern, &text.words[start + place]),
            Element::Any => true,
        })
    };
    let starts = (0..text.words.len()).filter(|start| start + length <= text.words.len() && fits(*start));
    starts.map(|start| Match::of((start..start + length).map(|at| at as i64).collect())).collect()
}

fn near_matches(near: &Near, text: &Text) -> BTreeSet<Match> {
    let (left, right) = (side(&near.left, text), side(&near.right, text));
    let edges = [&near.left, &near.right].iter().any(|side| matches!(side, Side::FirstWord | Side::LastWord));
    let ordered = near.ordered && !near.negated && !edges;
    let pair = |left: &Match, right: &Match| are_near(left, right, near.within, ordered, text);
    let mut found = BTreeSet::new();
    if near.negated {
        for left in &left[0] {
            if !right.iter().all(|part| part.iter().any(|right| pair(left, right))) {
                found.insert(left.clone());
            }
        }
        return found;
    }
    if left.len() > 1 {
        for right in &right[0] {
            found.extend(combined(right, &left, &|part| pair(part, right)));
        }
    } else {
        for left in &left[0] {
            found.extend(combined(left, &right, &|part| pair(left, part)));
        }
    }
    found
}

/// The match with one match of each part that fits to it, in every combination.
fn combined(one: &Match, parts: &[BTreeSet<Match>], fits: &dyn Fn(&Match) -> bool) -> Vec<Match> {
    let mut all = vec![one.clone()];
    for part in parts {
        let fitting: Vec<&Match> = part.iter().filter(|part| fits(part)).collect();
        all = all.iter().flat_map(|so_far| fitting.iter().map(|part| so_far.join(part))).collect();
    }
    all
}

fn side(side: &Side, text: &Text) -> Vec<BTreeSet<Match>> {
    let count = text.words.len() as i64;
    let edge = |place: i64| {
        let there = (count > 0).then(|| Match { words: BTreeSet::new(), from: place, to: place });
        vec![there.into_iter().collect()]
    };
    match side {
        Side::Words(words) => vec![matches(words, text)],
        Side::AllOf(parts) => parts.iter().map(|part| matches(part, text)).collect(),
        Side::FirstWord => edge(-1),
        Side::LastWord => edge(count),
    }
}

fn are_near(left: &Match, right: &Match, within: Within, ordered: bool, text: &Text) -> bool {
    if !left.words.is_disjoint(&right.words) || ordered && left.to >= right.from {
        return false;
    }
    // The place before the first word is in the first word's sentence, the last one in the last's.
    let all = [left, right].into_iter().flat_map(|side| [side.from, side.to]);
    let all: Vec<usize> = all.map(|at| at.clamp(0, text.words.len() as i64 - 1) as usize).collect();
    let (first, last) = (*all.iter().min().unwrap(), *all.iter().max().unwrap());
    match within {
        Within::Sentence => text.sentence[first] == text.sentence[last],
        Within::Paragraph => text.paragraph[first] == text.paragraph[last],
        Within::Words(words) => {
            let distance = if left.to < right.from {
                right.from - left.to
            } else if right.to < left.from {
                left.from - right.to
            } else {
                0
            };
            distance <= i64::from(words)
        }
    }
}

/// Whether a pattern stands for a word, the slow way.
pub(crate) fn stands_for(pattern: &Pattern, word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    match pattern {
        Pattern::Glob(parts) => glob(parts, &letters),
        Pattern::Stem(one) => {
            let stemmer = Stemmer::new(Algorithm::English);
            stemmer.stem(one) == stemmer.stem(word)
        }
        Pattern::Fuzzy { exact, rest, differences } => {
            word.strip_prefix(exact.as_str()).is_some_and(|found| {
                let (wanted, found): (Vec<char>, Vec<char>) =
                    (rest.chars().collect(), found.chars().collect());
                differ_by(&wanted, &found, *differences)
            })
        }
        Pattern::Range(from, to) => {
            letters.iter().all(char::is_ascii_digit)
                && word
                    .parse::<u128>()
                    .is_ok_and(|value| (u128::from(*from)..=u128::from(*to)).contains(&value))
        }
        Pattern::Regex(expression) => {
            let expression = regex::Regex::new(&format!("^({expression})$")).unwrap();
            expression.is_match(word)
        }
        // The words of the tests need no more of the rule than this; the rule has tests of its own.
        Pattern::Plural(one) => word == one || one.len() > 2 && word == format!("{one}s"),
    }
}

fn glob(parts: &[GlobPart], letters: &[char]) -> bool {
    let Some((part, rest)) = parts.split_first() else { return letters.is_empty() };
    match part {
        GlobPart::Text(text) => {
            let text: Vec<char> = text.chars().collect();
            letters.starts_with(&text) && glob(rest, &letters[text.len()..])
        }
        GlobPart::One => !letters.is_empty() && glob(rest, &letters[1..]),
        GlobPart::Digit => letters.first().is_some_and(|c| c.is_numeric()) && glob(rest, &letters[1..]),
        GlobPart::Many => (0..=letters.len()).any(|taken| glob(rest, &letters[taken..])),
    }
}

fn differ_by(wanted: &[char], found: &[char], differences: u8) -> bool {
    match (wanted.split_first(), found.split_first()) {
        (None, None) => true,
        (Some((one, wanted)), Some((two, found))) if one == two && differ_by(wanted, found, differences) => {
            true
        }
        _ if differences == 0 => false,
        (wanted_first, found_first) => {
            let fewer = differences - 1;
            wanted_first.is_some_and(|(_, rest)| differ_by(rest, found, fewer))
                || found_first.is_some_and(|(_, rest)| differ_by(wanted, rest, fewer))
                || wanted_first
                    .zip(found_first)
                    .is_some_and(|((_, wanted), (_, found))| differ_by(wanted, found, fewer))
        }
    }
}
