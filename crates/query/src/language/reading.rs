//! How a query is to be read, and the reading.

use super::grammar::Grammar;
use super::parser;
use super::placed::Tree;
use super::terms::Terms;
use super::warning::Warning;
use super::{Dialect, TermMistake, lexer};
use duces_indexer::{TextField, tokens};
use duces_model::{Mistake, Mistakes};

/// Longest text of a query, in bytes.
pub const TEXT_BYTES_MAX: usize = 1 << 20;

/// Most mistakes of one query that are listed; that there are more is said.
const MISTAKES_MAX: usize = 100;

/// How a query is to be read: its dialect, the fields that it searches, the noise words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    dialect: Dialect,
    fields: Vec<TextField>,
    noise: Vec<String>,
}

impl Reading {
    /// In that dialect, over subject, body and attachment names, without noise words.
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, fields: TextField::USUAL.to_vec(), noise: Vec::new() }
    }

    /// Over these fields; none given leaves them as they are.
    #[must_use]
    pub fn over(mut self, fields: &[TextField]) -> Self {
        if !fields.is_empty() {
            self.fields = TextField::ALL.into_iter().filter(|field| fields.contains(field)).collect();
        }
        self
    }

    /// With one noise word more.
    ///
    /// # Errors
    /// Where the tokenisation makes not exactly one word of it; the error says what was expected.
    pub fn with_noise(mut self, word: &str) -> Result<Self, String> {
        let [only] = tokens(word).try_into().map_err(|_| format!("found {word:?}, expected one word"))?;
        self.noise.push(only.text);
        self.noise.sort_unstable();
        self.noise.dedup();
        Ok(self)
    }

    /// The dialect.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The fields that are searched where the text names none.
    pub fn fields(&self) -> &[TextField] {
        &self.fields
    }

    /// The noise words, sorted.
    pub fn noise(&self) -> &[String] {
        &self.noise
    }

    /// Reads a query. `place` names what the text came from, for the mistakes: a file or an argument.
    ///
    /// # Errors
    /// Everything that is wrong with the text.
    pub fn terms(&self, text: &str, place: &str) -> Result<Terms, Mistakes> {
        let placed = |mistake: TermMistake| {
            let placed = Mistake::in_text(place, text, mistake.span, mistake.message);
            Mistake { hint: mistake.hint, ..placed }
        };
        self.read(text).map_err(|mistakes| {
            match Mistakes::or(mistakes.into_iter().map(placed).collect(), ()) {
                Err(mistakes) => mistakes,
                Ok(()) => unreachable!("a query is refused with at least one mistake"),
            }
        })
    }

    /// Reads a query; all its mistakes at once.
    pub(crate) fn read(&self, text: &str) -> Result<Terms, Vec<TermMistake>> {
        let (tree, warnings) = tree(Grammar::of(self.dialect), &self.fields, &self.noise, text)?;
        Ok(Terms::of_text(self, text, &tree, warnings))
    }
}

/// Reads a text by a grammar; all its mistakes at once.
pub(super) fn tree(
    grammar: Grammar,
    fields: &[TextField],
    noise: &[String],
    text: &str,
) -> Result<(Tree, Vec<Warning>), Vec<TermMistake>> {
    if text.len() > TEXT_BYTES_MAX {
        let message =
            format!("the query has {} bytes, expected at most {TEXT_BYTES_MAX} (1 MiB)", text.len());
        let first = text.chars().next().map_or(0, char::len_utf8);
        return Err(vec![TermMistake::new(0..first, message).hint("split it into several items")]);
    }
    let (lexemes, mut warnings, mut mistakes) = lexer::lex(grammar, text);
    let parsed = parser::parse(grammar, text, fields, noise, &lexemes);
    mistakes.extend(parsed.mistakes);
    mistakes.sort_by_key(|mistake| mistake.span.start);
    warnings.extend(parsed.warnings);
    // Each hole has its mistake; should one lack it, the text is refused all the same.
    if let (true, Some(span)) = (mistakes.is_empty(), parsed.tree.hole()) {
        mistakes.push(
            TermMistake::new(span, "this cannot be read here").hint("put it in parentheses of its own"),
        );
    }
    if mistakes.len() > MISTAKES_MAX {
        let more = mistakes.split_off(MISTAKES_MAX);
        let message = format!("{} more mistakes from here on are not shown", more.len());
        let place = more[0].span.clone();
        mistakes.push(TermMistake::new(place, message).hint("mend those that are shown first"));
    }
    if mistakes.is_empty() { Ok((parsed.tree, warnings)) } else { Err(mistakes) }
}

/// Reads a query over subject, body and attachment names, without noise words.
///
/// `place` names what the text came from, for the mistakes: a file or an argument.
///
/// # Errors
/// Everything that is wrong with the dialect or the text.
pub fn parse_terms(dialect: &str, text: &str, place: &str) -> Result<Terms, Mistakes> {
    let dialect = Dialect::named(dialect).map_err(|(message, hint)| {
        let mistake = Mistake::of_file(place, message);
        Mistakes::one(match hint {
            Some(hint) => mistake.hint(hint),
            None => mistake,
        })
    })?;
    Reading::new(dialect).terms(text, place)
}
