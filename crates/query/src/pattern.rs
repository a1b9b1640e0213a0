//! What a pattern stands for: one rule that says of a word whether it is meant.
//!
//! Words are compared as the tokenisation writes them, so a pattern is in lower case and without
//! accents. *Any character* is any character of a word: letters, digits, marks, the underscore.
//!
//! - Wildcards: text stands for itself, `?` for one character, `=` for one digit, `*` for any number of
//!   characters.
//! - Stemming is English, by the Snowball rules (<https://snowballstem.org/algorithms/english/stemmer.html>),
//!   of the word typed and of each word of the index.
//! - Fuzzy: Levenshtein's distance, characters put in, left out or exchanged for another; two that change
//!   places are two differences.
//! - A range of numbers: words of ASCII digits alone, leading zeros allowed.
//! - A regular expression covers the whole word, upper or lower case alike.
//! - Plural: see [`crate::plural_forms`].

mod fuzzy;
mod glob;

use crate::language::{Element, Pattern, plural_forms};
use frostem::{Algorithm, Stemmer};
use regex::{Regex, RegexBuilder};

/// The regular expression of a pattern, which covers whole words.
///
/// # Errors
/// What is wrong with it, or that it is too large.
pub(crate) fn whole_word(expression: &str) -> Result<Regex, regex::Error> {
    // Compiled alone first: a bracket too many could otherwise reach out of the group.
    Regex::new(expression)?;
    RegexBuilder::new(&format!("^(?:{expression})$")).case_insensitive(true).build()
}

impl Pattern {
    /// Whether a word of the index is one that the pattern stands for. A regular expression that cannot be
    /// read stands for none; a search with it is an error.
    pub fn matches(&self, word: &str) -> bool {
        Matcher::new(self).is_ok_and(|matcher| matcher.matches(word))
    }
}

/// A pattern made ready for many words.
pub(crate) struct Matcher<'p> {
    rule: Rule<'p>,
}

enum Rule<'p> {
    Glob(glob::Glob<'p>),
    Stem { stemmer: Stemmer, stem: String, first: String },
    Fuzzy(fuzzy::Fuzzy<'p>),
    Range(u64, u64),
    Regex(Regex),
    Forms(Vec<String>),
}

/// Which words of a sorted dictionary need to be looked at.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reach<'m> {
    /// These alone, and all of them that are there match.
    Words(&'m [String]),
    /// Those that start so.
    StartingWith(&'m str),
    /// Those that start with a digit.
    Digits,
}

impl<'p> Matcher<'p> {
    /// # Errors
    /// Where a regular expression cannot be read.
    pub(crate) fn new(pattern: &'p Pattern) -> Result<Self, regex::Error> {
        let rule = match pattern {
            Pattern::Glob(parts) => Rule::Glob(glob::Glob::new(parts)),
            Pattern::Stem(word) => {
                let stemmer = Stemmer::new(Algorithm::English);
                let stem = stemmer.stem(word).into_owned();
                let first = word.chars().take(1).collect();
                Rule::Stem { stemmer, stem, first }
            }
            Pattern::Fuzzy { exact, rest, differences } => {
                Rule::Fuzzy(fuzzy::Fuzzy::new(exact, rest, *differences))
            }
            Pattern::Range(from, to) => Rule::Range(*from, *to),
            Pattern::Regex(expression) => Rule::Regex(whole_word(expression)?),
            Pattern::Plural(word) => Rule::Forms(plural_forms(word)),
        };
        Ok(Self { rule })
    }

    /// Whether the pattern stands for that word.
    pub(crate) fn matches(&self, word: &str) -> bool {
        match &self.rule {
            Rule::Glob(glob) => glob.matches(word),
            Rule::Stem { stemmer, stem, .. } => stemmer.stem(word) == *stem,
            Rule::Fuzzy(fuzzy) => fuzzy.matches(word),
            Rule::Range(from, to) => value(word).is_some_and(|value| (*from..=*to).contains(&value)),
            Rule::Regex(regex) => regex.is_match(word),
            Rule::Forms(forms) => forms.iter().any(|form| form == word),
        }
    }

    /// Where the words that match stand in a sorted dictionary.
    pub(crate) fn reach(&self) -> Reach<'_> {
        match &self.rule {
            Rule::Glob(glob) => Reach::StartingWith(glob.start()),
            // No rule of the stemmer touches a word's first character.
            Rule::Stem { first, .. } => Reach::StartingWith(first),
            Rule::Fuzzy(fuzzy) => Reach::StartingWith(fuzzy.exact()),
            Rule::Range(..) => Reach::Digits,
            Rule::Regex(_) => Reach::StartingWith(""),
            Rule::Forms(forms) => Reach::Words(forms),
        }
    }
}

/// The value of a word of ASCII digits; `None` where it is another word or the value is too large to be
/// inside any range.
fn value(word: &str) -> Option<u64> {
    (!word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())).then(|| word.parse().ok()).flatten()
}

/// The canonical text of a pattern, for messages and reports.
pub(crate) fn written(pattern: &Pattern) -> String {
    Element::Pattern(pattern.clone()).to_string()
}

#[cfg(test)]
mod tests;
