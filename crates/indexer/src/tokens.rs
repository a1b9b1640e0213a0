//! The tokenisation: text in, words with positions out. `TOKENISATION.md` states the rules.

use crate::fold::{Class, class, fold};
use crate::marks::{Before, Mark, start};
use std::collections::VecDeque;
use tantivy::tokenizer::{Token as EngineToken, TokenStream, Tokenizer};

/// Longest token in bytes; a longer word becomes several tokens in a row, cut between characters.
pub const TOKEN_BYTES_MAX: usize = 255;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The word as it is compared.
    pub text: String,
    /// Which word of the text, from 0.
    pub position: u32,
    /// Where it starts in the text as written, in bytes.
    pub from: usize,
    /// Where it ends there.
    pub to: usize,
}

/// All words of a text, in order. The index and every query use this and nothing else.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut stream = Words::new(text);
    let mut found = Vec::new();
    while stream.advance() {
        let EngineToken { offset_from: from, offset_to: to, position, text, .. } = stream.token().clone();
        found.push(Token { text, position: u32::try_from(position).unwrap_or(u32::MAX), from, to });
    }
    found
}

/// The words of a text, and which of them start a sentence or a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlacedWords {
    /// All words, in order.
    pub words: Vec<Token>,
    /// Positions of the words that start sentences, ascending.
    pub sentences: Vec<u32>,
    /// Positions of the words that start paragraphs, ascending; all of them start sentences too.
    pub paragraphs: Vec<u32>,
}

/// All words of a text with what the index marks at them.
pub fn placed_words(text: &str) -> PlacedWords {
    let mut stream = Words::marked(text);
    let mut placed = PlacedWords::default();
    while stream.advance() {
        let EngineToken { offset_from: from, offset_to: to, position, text, .. } = stream.token().clone();
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        if !Mark::is(&text) {
            placed.words.push(Token { text, position, from, to });
        } else if text != Mark::End.as_str() {
            placed.sentences.push(position);
            if text == Mark::Paragraph.as_str() {
                placed.paragraphs.push(position);
            }
        }
    }
    placed
}

/// The words of a text whose last word is only begun, as before a trailing `*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrefixTokens {
    /// The words that are complete.
    pub whole: Vec<String>,
    /// The beginning of the last word; absent where the text ends in a character that is a word of
    /// its own (Han, kana, Hangul, Thai …): whatever follows it is another word.
    pub open: Option<String>,
}

/// Splits what stands before a trailing `*`; `None` where it ends in no word character, so that the
/// star would stand for any word at all.
pub fn prefix_tokens(text: &str) -> Option<PrefixTokens> {
    // A digit behind the text continues exactly the words that a letter or digit would continue,
    // and no rule changes a digit: what is before it in its token is the beginning asked for.
    let sentinel = '0';
    let mut found = tokens(&format!("{text}{sentinel}"));
    let last = found.pop()?;
    let open = last.text.strip_suffix(sentinel)?.to_owned();
    // Same place: a word cut for its length, whose last piece is full.
    let adjacent = found.last().is_some_and(|token| token.to == last.from || token.from == last.from);
    let whole: Vec<String> = found.into_iter().map(|token| token.text).collect();
    match open.is_empty() {
        false => Some(PrefixTokens { whole, open: Some(open) }),
        true if adjacent => Some(PrefixTokens { whole, open: None }),
        true => None,
    }
}

/// The tokenisation as the engine takes it.
#[derive(Clone, Default)]
pub(crate) struct Tokenise;

impl Tokenizer for Tokenise {
    type TokenStream<'a> = Words<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Words<'a> {
        Words::marked(text)
    }
}

/// The words of one text, one after the other.
pub(crate) struct Words<'a> {
    text: &'a str,
    /// Where to read on.
    at: usize,
    token: EngineToken,
    /// Words that one run beyond ASCII gave, with the run's place.
    waiting: VecDeque<String>,
    run: (usize, usize),
    marks: Option<Marks>,
}

/// What is known for the marks of a text.
#[derive(Default)]
struct Marks {
    /// The mark that comes next, at the position of the word just given.
    next: Option<Mark>,
    /// The place of the run before.
    before: (usize, usize),
    /// Words of this sentence so far.
    words: usize,
    ended: bool,
}

impl<'a> Words<'a> {
    fn new(text: &'a str) -> Self {
        let token = EngineToken::default();
        Self { text, at: 0, token, waiting: VecDeque::new(), run: (0, 0), marks: None }
    }

    /// With the marks behind the words that they are on.
    fn marked(text: &'a str) -> Self {
        Self { marks: Some(Marks::default()), ..Self::new(text) }
    }

    fn emit(&mut self) {
        self.token.position = self.token.position.wrapping_add(1);
        (self.token.offset_from, self.token.offset_to) = self.run;
        if let Some(marks) = &mut self.marks {
            let (from, to) = self.run;
            let (before_from, before_to) = marks.before;
            marks.before = self.run;
            // Most words are one space apart, and one byte starts nothing.
            if from <= before_to + 1 && self.token.position != 0 {
                marks.words += 1;
                return;
            }
            marks.next = if self.token.position == 0 {
                Some(Mark::Paragraph)
            } else {
                let before = Before { word: &self.text[before_from..before_to], first: marks.words == 1 };
                start(before, &self.text[before_to..from], &self.text[from..to])
            };
            marks.words = if marks.next.is_some() { 1 } else { marks.words + 1 };
        }
    }

    /// The mark on the word just given, if there is one that was not given yet; at the end of the text
    /// the mark of its last word.
    fn take_mark(&mut self, at_end: bool) -> bool {
        let Some(marks) = &mut self.marks else { return false };
        let mark = match marks.next.take() {
            None if at_end && !marks.ended && marks.words > 0 => {
                marks.ended = true;
                Mark::End
            }
            None => return false,
            Some(mark) => mark,
        };
        self.token.text.clear();
        self.token.text.push_str(mark.as_str());
        true
    }

    /// Reads a word of ASCII letters and digits that starts at `from`; its end, or `None` where
    /// a letter or mark beyond ASCII stands in or right behind it.
    fn ascii_end(&self, from: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut end = from;
        let mut at = from;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => end = at + 1,
                b'_' => {}
                // A dash, curly quote or hard space ends a word like its ASCII fellow.
                0x80.. => match self.text[at..].chars().next().map(class) {
                    Some(Class::Separator) => break,
                    _ => return None,
                },
                _ => break,
            }
            at += 1;
        }
        Some(end)
    }

    /// Takes the run of word characters that starts at `self.at` and folds it.
    fn take_run(&mut self) {
        let (mut from, mut to) = (None, self.at);
        let mut run = String::new();
        let mut joiners = 0;
        let mut apart = false;
        for (offset, c) in self.text[self.at..].char_indices() {
            let (start, end) = (self.at + offset, self.at + offset + c.len_utf8());
            match class(c) {
                Class::Word if !apart => {
                    run.extend(std::iter::repeat_n('_', std::mem::take(&mut joiners)));
                    run.push(c);
                    to = end;
                }
                Class::Apart if run.is_empty() => {
                    apart = true;
                    run.push(c);
                    to = end;
                }
                Class::Mark if !run.is_empty() && joiners == 0 => {
                    run.push(c);
                    to = end;
                }
                Class::Joiner if !apart && !run.is_empty() => joiners += 1,
                Class::Ignored => {}
                _ => break,
            }
            if !run.is_empty() {
                from.get_or_insert(start);
            }
        }
        self.run = (from.unwrap_or(to), to);
        self.at = to.max(self.at + 1);
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
        self.split(&run);
    }

    /// Splits a folded run once more, since folding may bring out separators and letters apart.
    fn split(&mut self, run: &str) {
        let mut folded = String::with_capacity(run.len());
        fold(run, &mut folded);
        let mut word = String::new();
        let mut apart = false;
        for c in folded.chars() {
            let kind = class(c);
            if kind == Class::Apart || apart && kind == Class::Word || kind == Class::Separator {
                self.cut(&std::mem::take(&mut word));
            }
            apart = kind == Class::Apart || apart && kind == Class::Mark;
            if !matches!(kind, Class::Separator | Class::Ignored) {
                word.push(c);
            }
        }
        self.cut(&word);
    }

    /// Cuts a word into tokens of bounded length that each start with a letter or digit and end in
    /// no underscore, so that a token read again is itself.
    fn cut(&mut self, word: &str) {
        let mut rest = word;
        loop {
            rest = rest.trim_start_matches(|c| matches!(class(c), Class::Mark | Class::Joiner));
            if rest.is_empty() {
                return;
            }
            let mut end = rest.len().min(TOKEN_BYTES_MAX);
            while !rest.is_char_boundary(end) {
                end -= 1;
            }
            self.waiting.push_back(rest[..end].trim_end_matches('_').to_owned());
            rest = &rest[end..];
        }
    }
}

impl TokenStream for Words<'_> {
    fn advance(&mut self) -> bool {
        if self.take_mark(false) {
            return true;
        }
        loop {
            if let Some(word) = self.waiting.pop_front() {
                self.token.text = word;
                self.emit();
                return true;
            }
            let bytes = self.text.as_bytes();
            while bytes.get(self.at).is_some_and(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric()) {
                self.at += 1;
            }
            if self.at >= bytes.len() {
                return self.take_mark(true);
            }
            match self.ascii_end(self.at).filter(|end| end - self.at <= TOKEN_BYTES_MAX) {
                Some(end) if bytes[self.at].is_ascii() => {
                    self.run = (self.at, end);
                    self.token.text.clear();
                    self.token.text.push_str(&self.text[self.at..end]);
                    self.token.text.make_ascii_lowercase();
                    self.at = end;
                    self.emit();
                    return true;
                }
                _ => self.take_run(),
            }
        }
    }

    fn token(&self) -> &EngineToken {
        &self.token
    }

    fn token_mut(&mut self) -> &mut EngineToken {
        &mut self.token
    }
}

#[cfg(test)]
mod tests;
