//! Signs in a word that are no part of it: what each would mean is said, not guessed.

use super::TermMistake;
use super::grammar::Grammar;
use super::pattern::stands_in_words;
use duces_indexer::tokens;

/// Signs that separate words inside a bare word, as they do in a text: `e-mail`, `O'Brien`, `AT&T`.
const INSIDE: &str = "'’ʼʻ.,-‐‑–—@/\\&+_";
/// Signs that may stand before a bare word: `$1,000`, `@ecp.example`, `.com`.
const BEFORE: &str = "$€£¥§@._";
/// Signs that may stand behind a bare word: `Inc.`, `traders'`.
const BEHIND: &str = ".'’_";
/// Signs that between quotes separate words and mean nothing else.
const IN_QUOTES: &str = "'’‘ʼʻ.,;-‐‑–—@/\\&+_$€£¥§()[]{}<>|…";

/// What is wrong and what to do about it.
pub(super) type Refusal = (String, String);

/// What this program has no notation for.
pub(super) fn not_supported(what: &str, hint: &str) -> Refusal {
    (format!("{what} is not supported"), hint.to_owned())
}

/// Every sign of a piece that is not part of a word, no wildcard, and not harmless where it stands.
pub(super) fn wrong(grammar: Grammar, text: &str, at: usize, in_quotes: bool) -> Vec<TermMistake> {
    let mut mistakes: Vec<TermMistake> = Vec::new();
    let is_word = |c: char| c == '_' || is_part_of_a_word(c) || grammar.mark(c).is_some();
    let first = text.find(is_word).unwrap_or(text.len());
    let last = text.rfind(is_word).unwrap_or(0);
    let mut after = 0;
    for (offset, c) in text.char_indices() {
        if offset < after || is_word(c) {
            continue;
        }
        let harmless = match () {
            // In dtSearch "&" behind a word asks for synonyms, in quotes too.
            () if in_quotes && c == '&' && grammar == Grammar::DtSearch => {
                offset < last || first > last || text.len() == c.len_utf8()
            }
            () if in_quotes => IN_QUOTES.contains(c),
            () if offset < first => BEFORE.contains(c),
            () if offset > last => BEHIND.contains(c),
            // `1,000` is an amount; `fee,refund` are two terms that lost their space.
            () if c == ',' => parts_digits(text, offset),
            // Without spaces "&" might be meant as the operator.
            () => INSIDE.contains(c) && !(c == '&' && grammar == Grammar::Westlaw),
        };
        if harmless {
            continue;
        }
        let place = Place { text, from: &text[offset..], first: offset == 0, last: offset > last };
        let (length, (message, hint)) = meaning(grammar, c, &place);
        after = offset + length;
        mistakes.push(TermMistake::new(at + offset..at + after, message).hint(hint));
    }
    mistakes
}

fn parts_digits(text: &str, at: usize) -> bool {
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    digit(text[..at].chars().next_back()) && digit(text[at + 1..].chars().next())
}

fn is_part_of_a_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    // Asked of the tokenisation itself: whatever does not separate two letters is part of a word.
    stands_in_words(c) || {
        let around = tokens(&format!("a{c}a"));
        !(around.len() == 2 && around.iter().all(|token| token.text == "a"))
    }
}

/// Where a sign stands in its piece.
struct Place<'t> {
    /// The whole piece.
    text: &'t str,
    /// From the sign on.
    from: &'t str,
    first: bool,
    last: bool,
}

impl Place<'_> {
    /// Whether the piece holds no letter and no digit: what stands around it would come side by side.
    fn alone(&self) -> bool {
        !self.text.chars().any(is_part_of_a_word)
    }
}

/// What a sign means somewhere, for how many bytes, and what to write instead.
fn meaning(grammar: Grammar, c: char, place: &Place<'_>) -> (usize, Refusal) {
    let one = c.len_utf8();
    let length = match c {
        '~' | '#' if place.from[1..].starts_with(c) => 2,
        _ => one,
    };
    let bare: String = place.text.chars().filter(|c| is_part_of_a_word(*c)).collect();
    let refusal = match grammar {
        Grammar::DtSearch | Grammar::Canonical => in_dtsearch(c, place, &bare),
        Grammar::Westlaw => in_westlaw(c, place, &bare),
        Grammar::Lexis => in_lexis(c, &bare),
    };
    (length, refusal.unwrap_or_else(|| anywhere(grammar, c, place)))
}

fn in_dtsearch(c: char, place: &Place<'_>, bare: &str) -> Option<Refusal> {
    Some(match c {
        '#' if place.from.starts_with("##") => (
            "a regular expression stands without quotes".to_owned(),
            "put it in quotes: \"##1[0-9]+\"".to_owned(),
        ),
        '#' if place.first => not_supported("the phonic sign \"#\"", "list the spellings with \"or\""),
        '&' if place.last => not_supported("the synonym sign \"&\"", "list the synonyms with \"or\""),
        '!' => (
            "\"!\" means nothing in this dialect".to_owned(),
            format!("write {:?}: in Westlaw and Lexis the sign means that", format!("{bare}*")),
        ),
        _ => return None,
    })
}

fn in_westlaw(c: char, place: &Place<'_>, bare: &str) -> Option<Refusal> {
    Some(match c {
        '&' => (
            "\"&\" without spaces reads two ways".to_owned(),
            format!("for \"and\" put spaces around it; for the words write {:?} in quotes", place.text),
        ),
        '%' => (
            "\"%\" without spaces reads two ways".to_owned(),
            "for \"but not\" put spaces around it; fuzzy search is no part of Westlaw".to_owned(),
        ),
        '?' => {
            ("\"?\" is not known in Westlaw".to_owned(), "write \"*\" for exactly one character".to_owned())
        }
        '~' => ("\"~\" is not known in Westlaw".to_owned(), format!("write \"{bare}!\"")),
        '=' => ("\"=\" is not known in Westlaw".to_owned(), "write \"*\" for one character".to_owned()),
        '#' => (
            "\"#\" stands inside or behind a word".to_owned(),
            format!("for the exact form write \"#{bare}\""),
        ),
        _ => return None,
    })
}

fn in_lexis(c: char, bare: &str) -> Option<Refusal> {
    Some(match c {
        '*' => (
            "\"*\" reads two ways in Lexis: one character in older versions, any number of them in newer ones"
                .to_owned(),
            "write \"?\" for exactly one character, or \"!\" at the end of a word for any number".to_owned(),
        ),
        '%' => ("\"%\" is not known in Lexis".to_owned(), "write \"and not\"".to_owned()),
        '~' => ("\"~\" is not known in Lexis".to_owned(), format!("write \"{bare}!\"")),
        '=' => ("\"=\" is not known in Lexis".to_owned(), "write \"?\" for one character".to_owned()),
        '#' => ("\"#\" is not known in Lexis".to_owned(), "leave it out".to_owned()),
        _ => return None,
    })
}

fn anywhere(grammar: Grammar, c: char, place: &Place<'_>) -> Refusal {
    match c {
        ':' if place.last => (
            "a colon is never searchable".to_owned(),
            format!("write the words in quotes without it for the phrase, {}", or_joined(grammar)),
        ),
        ':' => (
            "a colon is never searchable, and a weight (\"word:5\") is not supported".to_owned(),
            "leave it out, or put a space in its stead".to_owned(),
        ),
        ',' | ';' => (
            format!("found {c:?} between words"),
            "join the words with an operator, or put a phrase in quotes".to_owned(),
        ),
        '+' | '-' | '‐' | '‑' | '‒' | '–' | '—' | '−' => (
            format!("{c:?} at the edge of a word is no operator of this dialect"),
            format!(
                "for the phrase write the words in quotes, {}; inside a word it is a separator",
                or_joined(grammar)
            ),
        ),
        '\'' | '‘' | '’' => {
            (format!("found {c:?} before a word"), "phrases stand in double quotes".to_owned())
        }
        '|' => (
            "\"|\" is no operator of this dialect".to_owned(),
            "write \"or\" as the dialect has it".to_owned(),
        ),
        _ if place.alone() => (
            format!("the sign {c:?} is not searchable"),
            format!("for the phrase write the words in quotes without it, {}", or_joined(grammar)),
        ),
        _ => (format!("the sign {c:?} is not searchable"), "leave it out".to_owned()),
    }
}

/// How two words are joined that are no phrase.
pub(super) fn or_joined(grammar: Grammar) -> String {
    let or = match grammar {
        Grammar::Westlaw => "a space (\"or\")",
        _ => "\"or\"",
    };
    format!("or join them with {:?}, {or} or {:?}", grammar.and(), grammar.and_not())
}
