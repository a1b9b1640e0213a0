//! Words as written in, words and patterns as tokenised out.

use super::TermMistake;
use super::canonical::{ANY, PLURAL};
use super::grammar::{Grammar, Mark};
use super::plural::is_singular;
use super::signs;
use super::tree::{Element, GlobPart, Pattern};
use duces_indexer::{TOKEN_BYTES_MAX, tokens};

/// Most differences of a fuzzy word.
const DIFFERENCES_MAX: usize = 10;

/// Letters that the tokenisation leaves as they are and that stand for marks while it runs: runes.
/// A mark so continues exactly the words that a letter would continue.
const STAND_INS: std::ops::RangeInclusive<char> = '\u{16a0}'..='\u{16ea}';

/// Whether a character can stand in a word as it is.
pub(super) fn stands_in_words(c: char) -> bool {
    if c.is_ascii() {
        return c == '_' || c.is_ascii_digit() || c.is_ascii_lowercase();
    }
    let inside = format!("a{c}a");
    match tokens(&inside).as_slice() {
        [only] => only.text == inside,
        // A character that is a word of its own.
        [_, middle, _] => middle.text.chars().eq([c]),
        _ => false,
    }
}

/// Whether a character is a word of its own, as those of scripts written without spaces are.
fn is_apart(c: char) -> bool {
    !c.is_ascii() && tokens(&format!("a{c}a")).len() == 3
}

/// One written piece without spaces, on the way to its words.
struct Piece<'t> {
    grammar: Grammar,
    /// As written, without the sign of an exact form or a plural's mark.
    text: &'t str,
    /// Where `text` starts in the query.
    at: usize,
    /// No plural is added.
    exact: bool,
}

/// The words of one written piece without spaces; empty where it holds none and none is asked for.
pub(super) fn elements(
    grammar: Grammar,
    written: &str,
    at: usize,
    in_quotes: bool,
) -> Result<Vec<Element>, Vec<TermMistake>> {
    if grammar == Grammar::Canonical {
        if written == ANY && in_quotes {
            return Ok(vec![Element::Any]);
        }
        if let Some(word) = written.strip_suffix(PLURAL) {
            let span = at..at + written.len();
            return marked_plural(word).map(|element| vec![element]).ok_or_else(|| {
                vec![TermMistake::new(span, format!("{word:?} has no plural")).hint("leave out (s)")]
            });
        }
    }
    let has_ranges = matches!(grammar, Grammar::DtSearch | Grammar::Canonical);
    if has_ranges && written.contains("~~") {
        return match range(written) {
            Ok(range) => Ok(vec![Element::Pattern(range)]),
            Err((message, hint)) => Err(vec![TermMistake::new(at..at + written.len(), message).hint(hint)]),
        };
    }
    let exact = grammar == Grammar::Westlaw && written.starts_with('#') && written.len() > 1;
    let from = usize::from(exact);
    let piece = Piece { grammar, text: &written[from..], at: at + from, exact };
    let mistakes = signs::wrong(grammar, piece.text, piece.at, in_quotes);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    piece.elements().map_err(|mistake| vec![mistake])
}

fn marked_plural(word: &str) -> Option<Element> {
    is_singular(word).then(|| Element::Pattern(Pattern::Plural(word.to_owned())))
}

/// `12~~24`: whole numbers of digits.
fn range(written: &str) -> Result<Pattern, (String, String)> {
    let example = || "write two whole numbers of digits: 12~~24".to_owned();
    let (from, to) = written.split_once("~~").unwrap_or((written, ""));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    for end in [from, to] {
        if !digits(end) {
            let why = match end {
                "" => "one end is missing".to_owned(),
                _ if end.chars().all(|c| c.is_ascii_digit() || ",.$€£-".contains(c)) => {
                    format!("{end:?} is several words, since punctuation separates")
                }
                _ => format!("{end:?} is no whole number"),
            };
            return Err((format!("this is no range of numbers: {why}"), example()));
        }
    }
    let number = |text: &str| {
        text.parse::<u64>()
            .map_err(|_| (format!("{text} is too great a number, expected at most {}", u64::MAX), example()))
    };
    let (from, to) = (number(from)?, number(to)?);
    if from > to {
        let hint = format!("write {to}~~{from}");
        return Err((format!("the range starts at {from}, behind its end {to}"), hint));
    }
    Ok(Pattern::Range(from, to))
}

impl Piece<'_> {
    fn wrong(&self, message: impl Into<String>, hint: impl Into<String>) -> TermMistake {
        TermMistake::new(self.at..self.at + self.text.len(), message).hint(hint)
    }

    fn elements(&self) -> Result<Vec<Element>, TermMistake> {
        let marks: Vec<(usize, char, Mark)> = self
            .text
            .char_indices()
            .filter_map(|(offset, c)| Some((offset, c, self.grammar.mark(c)?)))
            .collect();
        if marks.is_empty() {
            return Ok(tokens(self.text).into_iter().map(|token| self.word(token.text)).collect());
        }
        if self.text.len() > TOKEN_BYTES_MAX {
            let message = format!(
                "a word with a sign for other words has {} bytes, expected at most {TOKEN_BYTES_MAX}",
                self.text.len()
            );
            return Err(self.wrong(message, "write the word out, or fewer of its letters"));
        }
        let has = |mark: Mark| marks.iter().any(|(_, _, found)| *found == mark);
        let globs = [Mark::One, Mark::Digit, Mark::Many, Mark::Root].into_iter().any(has);
        if usize::from(has(Mark::Fuzzy)) + usize::from(has(Mark::Stem)) + usize::from(globs) > 1 {
            let message = format!("{:?} mixes wildcards, \"%\" and \"~\"", self.text);
            return Err(self.wrong(message, "use one kind in a word, and join two words with \"or\""));
        }
        if has(Mark::Fuzzy) {
            return self.fuzzy(marks.len());
        }
        if has(Mark::Stem) {
            return self.stem();
        }
        self.glob(&marks)
    }

    /// A word without marks.
    fn word(&self, word: String) -> Element {
        if self.grammar.is_legal() && !self.exact && is_singular(&word) {
            return Element::Pattern(Pattern::Plural(word));
        }
        Element::Word(word)
    }

    /// As many runes as asked for that the text does not hold.
    fn stand_ins(&self, count: usize) -> Result<Vec<char>, TermMistake> {
        let free: Vec<char> = STAND_INS.filter(|rune| !self.text.contains(*rune)).take(count).collect();
        if free.len() < count {
            return Err(self.wrong("a word of all runes cannot have wildcards", "write the word out"));
        }
        Ok(free)
    }

    fn fuzzy(&self, count: usize) -> Result<Vec<Element>, TermMistake> {
        let run = "%".repeat(count);
        let Some((exact, rest)) = self.text.split_once(&run) else {
            let hint = "the place of the signs says how many first letters are exact: ba%%nana";
            return Err(self.wrong("\"%\" stands at several places of a word, expected one", hint));
        };
        if count > DIFFERENCES_MAX {
            let message = format!("found {count} signs \"%\", expected at most {DIFFERENCES_MAX}");
            return Err(self.wrong(message, "each allows one difference more"));
        }
        if rest.is_empty() && !exact.is_empty() {
            let hint =
                "the fuzzy sign stands before the letters that may differ; a percent sign is not searchable";
            return Err(self.wrong("\"%\" stands at the end of a word", hint));
        }
        let stand_in = self.stand_ins(1)?[0];
        let mut elements = Vec::new();
        for token in tokens(&format!("{exact}{stand_in}{rest}")) {
            elements.push(match token.text.split_once(stand_in) {
                None => self.word(token.text),
                Some((_, "")) => return Err(self.no_word("\"%\"")),
                Some((exact, rest)) => Element::Pattern(Pattern::Fuzzy {
                    exact: exact.to_owned(),
                    rest: rest.to_owned(),
                    differences: u8::try_from(count).unwrap_or(u8::MAX),
                }),
            });
        }
        Ok(elements)
    }

    fn stem(&self) -> Result<Vec<Element>, TermMistake> {
        let Some(stem) = self.text.strip_suffix('~').filter(|stem| !stem.contains('~')) else {
            return Err(self.wrong("\"~\" stands inside a word, expected at its end", "write apply~"));
        };
        let stand_in = self.stand_ins(1)?[0];
        let mut elements = Vec::new();
        for token in tokens(&format!("{stem}{stand_in}")) {
            elements.push(match token.text.strip_suffix(stand_in) {
                None => self.word(token.text),
                Some("") => return Err(self.no_word("\"~\"")),
                Some(stem) => Element::Pattern(Pattern::Stem(stem.to_owned())),
            });
        }
        Ok(elements)
    }

    fn no_word(&self, sign: &str) -> TermMistake {
        self.wrong(
            format!("found {sign} without a word"),
            "the sign stands in or behind the letters of a word",
        )
    }

    fn glob(&self, marks: &[(usize, char, Mark)]) -> Result<Vec<Element>, TermMistake> {
        self.stars(marks)?;
        let runes = self.stand_ins(3)?;
        let stand_in = |mark: Mark| match mark {
            Mark::One => runes[0],
            Mark::Digit => runes[1],
            _ => runes[2],
        };
        let replaced = |c: char| self.grammar.mark(c).map_or(c, stand_in);
        let text: String = self.text.chars().map(replaced).collect();
        tokens(&text)
            .into_iter()
            .map(|token| {
                let mut parts: Vec<GlobPart> = Vec::new();
                for c in token.text.chars() {
                    match runes.iter().position(|rune| *rune == c) {
                        Some(0) => parts.push(GlobPart::One),
                        Some(1) => parts.push(GlobPart::Digit),
                        Some(_) => parts.push(GlobPart::Many),
                        None => match parts.last_mut() {
                            Some(GlobPart::Text(text)) => text.push(c),
                            _ => parts.push(GlobPart::Text(c.to_string())),
                        },
                    }
                }
                if matches!(parts.as_slice(), [GlobPart::Text(_)]) {
                    return Ok(self.word(token.text));
                }
                if !parts.iter().any(|part| matches!(part, GlobPart::Text(_) | GlobPart::Digit)) {
                    return Err(self.bare_wildcard());
                }
                Ok(Element::Pattern(Pattern::Glob(parts)))
            })
            .collect()
    }

    fn bare_wildcard(&self) -> TermMistake {
        let message =
            format!("a wildcard stands without a letter in {:?}, so it stands for any word", self.text);
        self.wrong(message, "wildcards stand in, before or behind the letters of a word: trade*")
    }

    /// Refuses stars that stand doubled, at the wrong place, or beside a character that is a word.
    fn stars(&self, marks: &[(usize, char, Mark)]) -> Result<(), TermMistake> {
        for (offset, c, mark) in marks.iter().copied() {
            if !matches!(mark, Mark::Many | Mark::Root) {
                continue;
            }
            let behind = &self.text[offset + c.len_utf8()..];
            if behind.starts_with(c) {
                let span = self.at + offset..self.at + offset + 2 * c.len_utf8();
                let message = format!("found {c:?} twice, expected once");
                return Err(TermMistake::new(span, message).hint("one stands for any number of characters"));
            }
            if mark == Mark::Root && !behind.is_empty() {
                let span = self.at + offset..self.at + offset + 1;
                let hint = "the root expander stands behind the first letters of a word: fraud!";
                return Err(TermMistake::new(span, "\"!\" stands inside or before a word").hint(hint));
            }
            let beside = [self.text[..offset].chars().next_back(), behind.chars().next()];
            if let Some(c) = beside.into_iter().flatten().find(|c| is_apart(*c)) {
                let message = format!("{c:?} is a word of its own, so nothing can be added to it");
                return Err(self
                    .wrong(message, "leave out the wildcard: a phrase finds such characters side by side"));
            }
        }
        Ok(())
    }
}
