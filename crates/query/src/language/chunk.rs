//! Words as written in, words as tokenised out; what a sign in a word would mean is said, not guessed.

use super::TermMistake;
use super::lexer::is_reserved;
use super::tree::{Element, Phrase};
use duces_indexer::{prefix_tokens, tokens};

/// Signs that separate words inside a bare word, as they do in a text: `e-mail`, `O'Brien`, `AT&T`.
const INSIDE: &str = "'’ʼʻ.,-‐‑–—@/\\&+_";
/// Signs that may stand before a bare word: `$1,000`, `@ecp.example`, `.com`.
const BEFORE: &str = "$€£¥§@._";
/// Signs that may stand behind a bare word: `Inc.`, `traders'`.
const BEHIND: &str = ".'’_";
/// Signs that between quotes separate words and mean nothing else.
const IN_QUOTES: &str = "'’‘ʼʻ.,;-‐‑–—@/\\&+_$€£¥§()[]{}<>|…";

type Refusal = (String, String);

fn not_yet(what: &str, hint: &str) -> Refusal {
    (format!("{what} is not supported in this version"), hint.to_owned())
}

/// Operators that are words of their own: known, and refused.
pub(super) fn operator_of_a_later_version(chunk: &str) -> Option<Refusal> {
    let proximity = "use a phrase in quotes, or \"and\"";
    if chunk.starts_with("w/") || chunk.starts_with("pre/") {
        return Some(not_yet(&format!("the proximity operator {chunk:?}"), proximity));
    }
    match chunk {
        "andany" => Some(not_yet("the operator \"andany\"", "leave the optional words out")),
        "xfirstword" | "xlastword" => Some(not_yet(&format!("the operator {chunk:?}"), proximity)),
        "&" => Some((
            "\"&\" alone is no operator of this dialect".to_owned(),
            "write \"and\"; in Westlaw \"&\" means it".to_owned(),
        )),
        "and/or" => Some((
            "\"and/or\" reads two ways".to_owned(),
            "write \"or\": it holds where both hold, too".to_owned(),
        )),
        _ if chunk.starts_with(['/', '+']) => Some((
            format!("{chunk:?} is no operator of this dialect"),
            "put words that start with this sign in quotes; in Westlaw and Lexis it is a proximity operator"
                .to_owned(),
        )),
        _ => None,
    }
}

/// A word that touches the parenthesis behind it.
pub(super) fn function(chunk: &str) -> Option<Refusal> {
    match chunk {
        "date" | "mail" | "creditcard" => Some(not_yet(
            &format!("the recognised type \"{chunk}()\""),
            "for dates and people use the item's period and people",
        )),
        _ => Some((
            format!("{chunk:?} touches a parenthesis"),
            "put an operator or a space between them; a function is not supported in this version".to_owned(),
        )),
    }
}

/// A bare word: one or more words, since its punctuation separates.
pub(super) fn bare(chunk: &str, at: usize) -> Result<Phrase, Vec<TermMistake>> {
    let stem = chunk.strip_suffix('*').unwrap_or(chunk);
    let mut mistakes = signs(stem, chunk, at, false);
    if mistakes.is_empty() {
        match elements(chunk).and_then(Phrase::new) {
            // `and.` is neither the operator nor clearly a word.
            Some(phrase) if matches!(phrase.elements(), [Element::Word(word)] if is_reserved(word)) => {
                let message = format!("{chunk:?} looks like an operator");
                let hint = "write the operator alone, or put the word in quotes";
                mistakes.push(TermMistake::new(at..at + chunk.len(), message).hint(hint));
            }
            Some(phrase) => return Ok(phrase),
            None => mistakes.push(nothing_to_search(chunk, at)),
        }
    }
    Err(mistakes)
}

/// The words between two quotes.
pub(super) fn quoted(text: &str, at: usize) -> Result<Phrase, Vec<TermMistake>> {
    let mut mistakes = Vec::new();
    let mut found = Vec::new();
    let mut from = 0;
    if text.trim_start().starts_with("##") {
        let message = "a regular expression is not supported in this version";
        return Err(vec![TermMistake::new(at..at + text.len(), message).hint("list the words with \"or\"")]);
    }
    for chunk in text.split(char::is_whitespace) {
        let place = at + from;
        from += chunk.len() + text[from + chunk.len()..].chars().next().map_or(0, char::len_utf8);
        let stem = chunk.strip_suffix('*').unwrap_or(chunk);
        mistakes.extend(signs(stem, chunk, place, true));
        match elements(chunk) {
            Some(elements) => found.extend(elements),
            None => mistakes.push(nothing_to_search(chunk, place)),
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let empty = || vec![TermMistake::new(at..at + text.len().max(1), "there is no word between the quotes")];
    Phrase::new(found).ok_or_else(empty)
}

/// The words of a chunk; `None` where a star stands behind no word.
fn elements(chunk: &str) -> Option<Vec<Element>> {
    let Some(stem) = chunk.strip_suffix('*') else {
        return Some(tokens(chunk).into_iter().map(|token| Element::Word(token.text)).collect());
    };
    let split = prefix_tokens(stem)?;
    let whole = split.whole.into_iter().map(Element::Word);
    Some(whole.chain(split.open.map(Element::Prefix)).collect())
}

fn nothing_to_search(chunk: &str, at: usize) -> TermMistake {
    let span = at..at + chunk.len().max(1);
    if chunk.ends_with('*') {
        return TermMistake::new(span, "found a star with no word before it")
            .hint("a star stands behind the first letters of a word: trade*");
    }
    TermMistake::new(span, format!("{chunk:?} holds no letter or digit, so it cannot be searched"))
        .hint("leave it out")
}

/// Every sign of a chunk that is not part of a word and not harmless where it stands.
fn signs(stem: &str, chunk: &str, at: usize, in_quotes: bool) -> Vec<TermMistake> {
    let mut mistakes: Vec<TermMistake> = Vec::new();
    let is_word = |c: char| c == '_' || is_part_of_a_word(c);
    let first = stem.find(is_word).unwrap_or(stem.len());
    let last = stem.rfind(is_word).unwrap_or(0);
    let mut after = 0;
    for (offset, c) in stem.char_indices() {
        if offset < after || is_word(c) {
            continue;
        }
        let harmless = match () {
            // Behind a word "&" asks for synonyms, in quotes too; alone or inside it is punctuation.
            () if in_quotes && c == '&' => offset < last || first > last || stem.len() == c.len_utf8(),
            () if in_quotes => IN_QUOTES.contains(c),
            () if offset < first => BEFORE.contains(c),
            () if offset > last => BEHIND.contains(c),
            () => INSIDE.contains(c),
        };
        if harmless {
            continue;
        }
        let (length, (message, hint)) = meaning(c, &stem[offset..], chunk, offset == 0, offset > last);
        after = offset + length;
        mistakes.push(TermMistake::new(at + offset..at + after, message).hint(hint));
    }
    mistakes
}

fn is_part_of_a_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    // Asked of the tokenisation itself: whatever does not separate two letters is part of a word.
    let around = tokens(&format!("a{c}a"));
    !(around.len() == 2 && around.iter().all(|token| token.text == "a"))
}

/// What a sign means somewhere, for how many bytes, and what to write instead.
fn meaning(c: char, from: &str, chunk: &str, first: bool, last: bool) -> (usize, Refusal) {
    let one = c.len_utf8();
    let bare: String = chunk.chars().filter(|c| is_part_of_a_word(*c)).collect();
    let starred = format!("write {:?}", format!("{bare}*"));
    match c {
        '*' if from.starts_with("**") => (2, ("found two stars, expected one".to_owned(), starred)),
        '*' => (one, not_yet("a star at the start of or inside a word", "a star stands at the end: trade*")),
        '~' if from.starts_with("~~") => {
            (2, not_yet("the numeric range \"~~\"", "list the numbers with \"or\""))
        }
        '~' => (one, not_yet("stemming (\"~\")", &starred)),
        '#' if from.starts_with("##") => {
            (2, not_yet("a regular expression (\"##\")", "list the words with \"or\""))
        }
        '#' if first => (one, not_yet("the phonic sign \"#\"", "list the spellings with \"or\"")),
        '%' => (
            one,
            not_yet(
                "the fuzzy sign \"%\"",
                "list the spellings with \"or\"; a percent sign is not searchable",
            ),
        ),
        '?' => (one, not_yet("the wildcard \"?\"", "list the words with \"or\", or use a star at the end")),
        '=' => (one, not_yet("the digit wildcard \"=\"", "list the numbers with \"or\"")),
        '&' if last => (one, not_yet("the synonym sign \"&\"", "list the synonyms with \"or\"")),
        '!' => (one, ("\"!\" means nothing in this dialect".to_owned(), starred)),
        ':' if last => (one, ("a colon is never searchable".to_owned(), "leave it out".to_owned())),
        ':' => (
            one,
            (
                "a colon is never searchable, and a weight (\"word:5\") is not supported in this version"
                    .to_owned(),
                "leave it out, or put a space in its stead".to_owned(),
            ),
        ),
        ',' | ';' => (
            one,
            (format!("found {c:?} between words"), "write \"or\", or put a phrase in quotes".to_owned()),
        ),
        '+' | '-' => {
            let hint = "write \"and\" or \"and not\"; inside a word it is a separator".to_owned();
            (one, (format!("{c:?} at the edge of a word is no operator of this dialect"), hint))
        }
        '\'' | '‘' | '’' => {
            (one, (format!("found {c:?} before a word"), "phrases stand in double quotes".to_owned()))
        }
        _ => (one, (format!("the sign {c:?} is not searchable"), "leave it out".to_owned())),
    }
}
