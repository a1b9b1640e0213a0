//! Text in, lexemes out. Every sign that has a meaning in some dialect is recognised here.

use super::TermMistake;
use super::breaks;
use super::canonical::PLURAL;
use super::chunk;
use super::foreign;
use super::grammar::Grammar;
use super::operator::{self, Nearness};
use super::signs::Refusal;
use super::tree::Element;
use super::warning::Warning;
use duces_indexer::TextField;
use std::ops::Range;

/// One piece of a query.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lexeme {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Open,
    Close,
    And,
    Or,
    Not,
    /// Westlaw's `%`.
    ButNot,
    Near(Nearness),
    /// `atleast5` before a group.
    AtLeast(u32),
    FirstWord,
    LastWord,
    /// `contains` behind a field's name.
    Contains,
    /// `field::` before a word or group.
    Field(TextField),
    /// A word, or the words in quotes; at least one.
    Words(Vec<Element>),
    /// A mistake where words were meant; it is noted already.
    WrongWords,
    /// A mistake where an operator was meant; it is noted already.
    WrongOperator,
}

/// Words that are operators in some dialect, so that they are words only in quotes.
const RESERVED: [&str; 7] = ["and", "or", "not", "contains", "andany", "xfirstword", "xlastword"];

/// Whether a word must stand in quotes to be a word.
pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word) || operator::is_at_least(word) || foreign::is_one(word)
}

/// Cuts a query into its pieces; everything that is no piece is a mistake, and a piece of its own.
pub(super) fn lex(grammar: Grammar, text: &str) -> (Vec<Lexeme>, Vec<Warning>, Vec<TermMistake>) {
    let mut lexer =
        Lexer { grammar, text, at: 0, lexemes: Vec::new(), warnings: Vec::new(), mistakes: Vec::new() };
    while let Some(c) = lexer.peek() {
        match c {
            '(' => lexer.sign(Kind::Open, c),
            ')' => lexer.sign(Kind::Close, c),
            _ if is_quote(c) => lexer.quoted(),
            _ if c.is_whitespace() => lexer.at += c.len_utf8(),
            _ => lexer.chunk(),
        }
    }
    for (warnings, mistakes) in
        [breaks::check(grammar, text, &lexer.lexemes), foreign::check(grammar, text, &mut lexer.lexemes)]
    {
        lexer.warnings.extend(warnings);
        lexer.mistakes.extend(mistakes);
    }
    (lexer.lexemes, lexer.warnings, lexer.mistakes)
}

/// Straight and curly double quotes: word processors turn the one into the other.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

struct Lexer<'t> {
    grammar: Grammar,
    text: &'t str,
    at: usize,
    lexemes: Vec<Lexeme>,
    warnings: Vec<Warning>,
    mistakes: Vec<TermMistake>,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn push(&mut self, kind: Kind, span: Range<usize>) {
        self.lexemes.push(Lexeme { kind, span });
    }

    fn sign(&mut self, kind: Kind, c: char) {
        let span = self.at..self.at + c.len_utf8();
        self.at = span.end;
        self.push(kind, span);
    }

    fn wrong(&mut self, kind: Kind, span: Range<usize>, (message, hint): Refusal) {
        self.mistakes.push(TermMistake::new(span.clone(), message).hint(hint));
        self.push(kind, span);
    }

    fn words(&mut self, read: Result<Vec<Element>, Vec<TermMistake>>, span: Range<usize>) {
        match read {
            Ok(elements) => self.push(Kind::Words(elements), span),
            Err(mistakes) => {
                self.mistakes.extend(mistakes);
                self.push(Kind::WrongWords, span);
            }
        }
    }

    fn quoted(&mut self) {
        let start = self.at;
        let quote = self.peek().map_or(0, char::len_utf8);
        let inside = start + quote;
        let Some(length) = self.text[inside..].find(is_quote) else {
            let hint = "close it behind the last word of the phrase".to_owned();
            self.wrong(Kind::WrongWords, start..inside, ("this quote is never closed".to_owned(), hint));
            self.at = self.text.len();
            return;
        };
        let end = inside + length;
        let closing = self.text[end..].chars().next().map_or(0, char::len_utf8);
        self.at = end + closing;
        let touches =
            |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | ':'));
        if touches(self.text[..start].chars().next_back()) || touches(self.text[self.at..].chars().next()) {
            let mistake = TermMistake::new(start..self.at, "a quote touches a word");
            self.mistakes.push(mistake.hint("put a space between them"));
        }
        let words = &self.text[inside..end];
        let read = chunk::quoted(self.grammar, words, inside);
        let mut from = inside;
        for word in words.split_inclusive(char::is_whitespace) {
            self.warnings.extend(chunk::star_at_the_end(self.grammar, word.trim(), from));
            if let Some(Ok(Kind::Near(_))) = operator::operator(self.grammar, &word.trim().to_lowercase()) {
                let message = format!(
                    "{:?} stands in quotes, so it is words of the phrase and no operator",
                    word.trim()
                );
                self.warnings.push(Warning { span: from..from + word.trim_end().len(), message });
            }
            from += word.len();
        }
        self.words(read, start..self.at);
    }

    /// Everything up to the next space, parenthesis or quote.
    fn chunk(&mut self) {
        let start = self.at;
        let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c);
        let length = self.text[start..].find(ends).unwrap_or(self.text.len() - start);
        self.at = start + length;
        if self.grammar == Grammar::Canonical && self.text[self.at..].starts_with(PLURAL) {
            self.at += PLURAL.len();
        }
        let chunk = &self.text[start..self.at];
        match chunk.split_once("::") {
            Some((field, rest)) => self.in_field(field, rest, start),
            None => self.operator_or_word(chunk, start),
        }
    }

    fn in_field(&mut self, name: &str, rest: &str, start: usize) {
        let prefix = start..start + name.len() + 2;
        let lower = name.to_lowercase();
        if self.grammar.is_legal() {
            let message = format!("\"::\" is not known in {}", self.grammar.name());
            let hint = "name the fields with the key \"fields\"".to_owned();
            self.mistakes.push(TermMistake::new(prefix.clone(), message).hint(hint));
        } else {
            match TextField::ALL.into_iter().find(|field| field.as_str() == lower) {
                Some(field) => self.push(Kind::Field(field), prefix.clone()),
                None => self.mistakes.push(unknown_field(name, start..start + name.len())),
            }
        }
        if !rest.is_empty() {
            self.operator_or_word(rest, prefix.end);
        } else if self.peek().is_none_or(char::is_whitespace) {
            let refusal = ("nothing follows the field's name".to_owned(), "write subject::fee".to_owned());
            self.wrong(Kind::WrongWords, prefix, refusal);
        }
    }

    fn operator_or_word(&mut self, chunk: &str, start: usize) {
        let span = start..start + chunk.len();
        let lower = chunk.to_lowercase();
        match operator::operator(self.grammar, &lower) {
            Some(Ok(kind)) => return self.push(kind, span),
            Some(Err(refusal)) => {
                let kind = match lower.as_str() {
                    "xfirstword" | "xlastword" => Kind::WrongWords,
                    lower if operator::is_at_least(lower) => return self.wrong_at_least(span, refusal),
                    _ => Kind::WrongOperator,
                };
                return self.wrong(kind, span, refusal);
            }
            None => {}
        }
        if self.peek() == Some('(') {
            let refusal = foreign::called(self.grammar, &lower).unwrap_or_else(|| touching(chunk, &lower));
            return self.wrong(Kind::WrongOperator, span, refusal);
        }
        self.warnings.extend(chunk::star_at_the_end(self.grammar, chunk, start));
        self.words(chunk::bare(self.grammar, chunk, start), span);
    }

    /// A refused `atleast5`: a group behind it is read on, for its own mistakes.
    fn wrong_at_least(&mut self, span: Range<usize>, refusal: Refusal) {
        self.wrong(Kind::WrongWords, span, refusal);
        if self.text[self.at..].trim_start().starts_with('(') {
            self.lexemes.pop();
        }
    }
}

/// A word that touches the parenthesis behind it.
fn touching(chunk: &str, lower: &str) -> Refusal {
    match lower {
        "date" | "mail" | "creditcard" => (
            format!("the recognised type \"{lower}()\" is not supported"),
            "for dates and people use the item's period and people".to_owned(),
        ),
        _ => (
            format!("{chunk:?} touches a parenthesis"),
            "put an operator or a space between them; there are no functions".to_owned(),
        ),
    }
}

/// The mistake of naming a field that there is none of.
pub(super) fn unknown_field(name: &str, span: Range<usize>) -> TermMistake {
    let known = TextField::ALL.map(TextField::as_str);
    let mistake = TermMistake::new(span, format!("there is no field {name:?}"));
    match crate::suggest::hint(name, &known) {
        Some(hint) => mistake.hint(hint),
        None => mistake,
    }
}
