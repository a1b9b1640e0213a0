//! Lists of terms for a screen, and the search for them in a text.

use duces_model::{Mistake, Mistakes, SourceId};
use duces_register::Register;
use std::collections::BTreeSet;

/// A word of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    /// Exactly this word, in lower case.
    Whole(String),
    /// Any word that begins so, in lower case.
    Start(String),
    /// Exactly these letters.
    Exact(String),
}

/// A term as it was written, and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    written: String,
    words: Vec<Word>,
}

/// A list of terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Terms {
    terms: Vec<Term>,
    /// Sources all of whose documents are meant.
    pub(super) sources: BTreeSet<SourceId>,
}

impl Terms {
    /// Reads a list: a term a line, `#` before a remark, and where `with_sources` lines `source: ID`.
    ///
    /// # Errors
    /// Every line that is none of these.
    pub(super) fn read(
        file: &str,
        text: &str,
        with_sources: bool,
        register: &Register,
    ) -> Result<Self, Mistakes> {
        let (mut terms, mut sources, mut mistakes) = (Vec::new(), BTreeSet::new(), Vec::new());
        for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1..) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(id) = line.strip_prefix("source:") {
                match id.trim().parse::<SourceId>() {
                    Ok(id) if with_sources && register.source(&id).is_some() => {
                        sources.insert(id);
                    }
                    _ => {
                        let expected = if with_sources { "a source of the register" } else { "a term" };
                        let message = format!("found {line:?}, expected {expected}");
                        mistakes.push(Mistake::in_row(file, number, None, message));
                    }
                }
                continue;
            }
            let words = match line.strip_prefix('=') {
                Some(exact) => words(exact).map(|word| Word::Exact(word.to_owned())).collect(),
                None => line.split_whitespace().flat_map(loose).collect::<Vec<_>>(),
            };
            if words.is_empty() {
                let message = format!("found {line:?}, expected a term of letters or digits");
                mistakes.push(Mistake::in_row(file, number, None, message));
                continue;
            }
            terms.push(Term { written: line.trim_start_matches('=').to_owned(), words });
        }
        Mistakes::or(mistakes, Self { terms, sources })
    }

    /// The terms that a text holds, as they were written, in the order of the list.
    pub(super) fn found(&self, text: &Tokens<'_>) -> Vec<&str> {
        self.terms.iter().filter(|term| text.holds(&term.words)).map(|term| term.written.as_str()).collect()
    }
}

/// The words of a part of a term; a star behind the last one stands for any ending.
fn loose(part: &str) -> Vec<Word> {
    let mut found: Vec<Word> = words(part).map(|word| Word::Whole(word.to_lowercase())).collect();
    if part.ends_with('*')
        && let Some(Word::Whole(last)) = found.pop()
    {
        found.push(Word::Start(last));
    }
    found
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// A text cut into words once, to be searched for many terms.
pub(super) struct Tokens<'t> {
    words: Vec<(&'t str, String)>,
    lower: BTreeSet<String>,
}

impl<'t> Tokens<'t> {
    pub(super) fn new(texts: &[&'t str]) -> Self {
        let words: Vec<(&str, String)> = texts
            .iter()
            // A mark of no word between texts, so that no term runs over from one into the next.
            .flat_map(|text| words(text).chain(std::iter::once("\u{0}")))
            .map(|word| (word, word.to_lowercase()))
            .collect();
        let lower = words.iter().map(|(_, lower)| lower.clone()).collect();
        Self { words, lower }
    }

    /// Whether it holds a name: its words in a row, whatever the letter case. A name of one word is none.
    pub(super) fn holds_name(&self, name: &str) -> bool {
        let name: Vec<Word> = words(name).map(|word| Word::Whole(word.to_lowercase())).collect();
        name.len() > 1 && self.holds(&name)
    }

    fn holds(&self, term: &[Word]) -> bool {
        // Most terms have a word that the text lacks: told without walking it.
        let lacks = term.iter().any(|word| matches!(word, Word::Whole(whole) if !self.lower.contains(whole)));
        !lacks
            && self.words.windows(term.len()).any(|run| {
                run.iter().zip(term).all(|((as_is, lower), word)| match word {
                    Word::Whole(whole) => lower == whole,
                    Word::Start(start) => lower.starts_with(start.as_str()),
                    Word::Exact(exact) => as_is == exact,
                })
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register() -> Register {
        let files = [
            (
                "sources.csv",
                "source,name,channel,addresses,in_service_from\naml,AML desk,email,aml@firm.example,2020-01-01\n",
            ),
            ("people.csv", "person,name\n"),
        ];
        Register::from_files(files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())))
            .expect("a register")
    }

    fn terms(text: &str) -> Terms {
        Terms::read("terms.txt", text, true, &register()).expect("terms")
    }

    #[test]
    fn terms_are_whole_words_in_a_row_whatever_their_case_and_an_exact_one_is_exact() {
        let terms = terms("# remark\nwork product\nfiling*\n=SAR\nattorney-client\n");
        let found = |text: &str| {
            terms.found(&Tokens::new(&[text])).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(found("This WORK\n product, and Filings"), ["work product", "filing*"]);
        assert_eq!(found("the SAR of today"), ["SAR"]);
        assert_eq!(found("attorney client"), ["attorney-client"]);
        assert!(found("sar, Sarah, workproduct, work of product, refiling").is_empty());
        assert!(terms.found(&Tokens::new(&["work", "product"])).is_empty(), "two texts are not one");
    }

    #[test]
    fn a_source_must_be_registered_and_every_wrong_line_is_told() {
        assert_eq!(terms("source: aml\n").sources.len(), 1);
        let wrong = Terms::read("t.txt", "source: nobody\n--\nok\n", true, &register()).expect_err("wrong");
        assert_eq!(wrong.iter().map(|mistake| mistake.line).collect::<Vec<_>>(), [1, 2]);
        assert!(Terms::read("t.txt", "source: aml\n", false, &register()).is_err());
    }

    #[test]
    fn a_name_is_all_of_its_words() {
        let tokens = Tokens::new(&["As Noor HADDAD told us"]);
        assert!(
            tokens.holds_name("Noor Haddad")
                && !tokens.holds_name("Noor Lindqvist")
                && !tokens.holds_name("Noor")
        );
    }
}
