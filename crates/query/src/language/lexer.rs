//! Text in, lexemes out. Every sign that has a meaning in some dialect is recognised here.

use super::TermMistake;
use super::chunk;
use super::tree::Phrase;
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
    /// `contains` behind a field's name.
    Contains,
    /// `field::` before a word or group.
    Field(TextField),
    /// A word, or the words in quotes.
    Words(Phrase),
}

/// Words that are operators here or in dtSearch, so that they are words only in quotes.
const RESERVED: [&str; 7] = ["and", "or", "not", "contains", "andany", "xfirstword", "xlastword"];

/// Whether a word must stand in quotes to be a word.
pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word)
}

/// Cuts a query into its pieces; everything that is no piece is a mistake.
pub(super) fn lex(text: &str) -> Result<Vec<Lexeme>, Vec<TermMistake>> {
    let mut lexer = Lexer { text, at: 0, lexemes: Vec::new(), mistakes: Vec::new() };
    while let Some(c) = lexer.peek() {
        match c {
            '(' => lexer.sign(Kind::Open, c),
            ')' => lexer.sign(Kind::Close, c),
            _ if is_quote(c) => lexer.quoted(),
            _ if c.is_whitespace() => lexer.at += c.len_utf8(),
            _ => lexer.chunk(),
        }
    }
    if lexer.mistakes.is_empty() { Ok(lexer.lexemes) } else { Err(lexer.mistakes) }
}

/// Straight and curly double quotes: word processors turn the one into the other.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„')
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    lexemes: Vec<Lexeme>,
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

    fn quoted(&mut self) {
        let start = self.at;
        let quote = self.peek().map_or(0, char::len_utf8);
        let inside = start + quote;
        let Some(length) = self.text[inside..].find(is_quote) else {
            self.mistakes.push(
                TermMistake::new(start..inside, "this quote is never closed")
                    .hint("close it behind the last word of the phrase"),
            );
            self.at = self.text.len();
            return;
        };
        let end = inside + length;
        let closing = self.text[end..].chars().next().map_or(0, char::len_utf8);
        self.at = end + closing;
        let touches =
            |c: Option<char>| c.is_some_and(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | ':'));
        if touches(self.text[..start].chars().next_back()) || touches(self.text[self.at..].chars().next()) {
            let span = start..self.at;
            self.mistakes
                .push(TermMistake::new(span, "a quote touches a word").hint("put a space between them"));
        }
        match chunk::quoted(&self.text[inside..end], inside) {
            Ok(phrase) => self.push(Kind::Words(phrase), start..self.at),
            Err(mistakes) => self.mistakes.extend(mistakes),
        }
    }

    /// Everything up to the next space, parenthesis or quote.
    fn chunk(&mut self) {
        let start = self.at;
        let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c);
        let length = self.text[start..].find(ends).unwrap_or(self.text.len() - start);
        self.at = start + length;
        let chunk = &self.text[start..self.at];
        match chunk.split_once("::") {
            Some((field, rest)) => self.in_field(field, rest, start),
            None => self.operator_or_word(chunk, start),
        }
    }

    fn in_field(&mut self, name: &str, rest: &str, start: usize) {
        let prefix = start..start + name.len() + 2;
        let lower = name.to_lowercase();
        match TextField::ALL.into_iter().find(|field| field.as_str() == lower) {
            Some(field) => self.push(Kind::Field(field), prefix.clone()),
            None => self.mistakes.push(unknown_field(name, start..start + name.len())),
        }
        if !rest.is_empty() {
            self.operator_or_word(rest, prefix.end);
        } else if self.peek().is_none_or(char::is_whitespace) {
            self.mistakes.push(TermMistake::new(prefix, "nothing follows the field's name"));
        }
    }

    fn operator_or_word(&mut self, chunk: &str, start: usize) {
        let span = start..start + chunk.len();
        let kind = match chunk.to_lowercase().as_str() {
            "and" => Kind::And,
            "or" => Kind::Or,
            "not" => Kind::Not,
            "contains" => Kind::Contains,
            lower => {
                let refused = chunk::operator_of_a_later_version(lower)
                    .or_else(|| self.peek().filter(|c| *c == '(').and_then(|_| chunk::function(lower)));
                if let Some((message, hint)) = refused {
                    self.mistakes.push(TermMistake::new(span, message).hint(hint));
                    return;
                }
                match chunk::bare(chunk, start) {
                    Ok(phrase) => Kind::Words(phrase),
                    Err(mistakes) => return self.mistakes.extend(mistakes),
                }
            }
        };
        self.push(kind, span);
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
