//! Which characters make words, and how they are written for comparison.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// What a character does to the word that is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// A letter or digit: starts or continues a word.
    Word,
    /// A letter of a script written without spaces: a word of its own.
    Apart,
    /// A mark on the letter before it: continues a word, never starts one.
    Mark,
    /// Invisible inside a word: neither ends it nor belongs to it.
    Ignored,
    /// The underscore: joins the letters on both its sides, else separates.
    Joiner,
    /// Everything else.
    Separator,
}

/// The class of a character.
pub(crate) fn class(c: char) -> Class {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => Class::Word,
        '_' => Class::Joiner,
        '\0'..='\x7f' => Class::Separator,
        _ => class_beyond_ascii(c),
    }
}

fn class_beyond_ascii(c: char) -> Class {
    match c {
        // Soft hyphen, joiners, direction marks, byte-order mark, tatweel.
        '\u{ad}'
        | '\u{61c}'
        | '\u{640}'
        | '\u{200c}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{206f}'
        | '\u{feff}' => Class::Ignored,
        // Letters by Unicode, apostrophes by use: okina and modifier apostrophe.
        '\u{2bb}' | '\u{2bc}' => Class::Separator,
        // Vowels and finals of decomposed Hangul, half-width voiced marks.
        '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}' | '\u{ff9e}' | '\u{ff9f}' => Class::Mark,
        _ if is_combining_mark(c) => Class::Mark,
        _ if !c.is_alphanumeric() || stands_for_a_number(c) => Class::Separator,
        _ if is_apart(c) => Class::Apart,
        _ => Class::Word,
    }
}

/// Superscripts, fractions, circled numbers: signs that stand for a number and are none.
fn stands_for_a_number(c: char) -> bool {
    let other_digits =
        matches!(c, '\u{ff10}'..='\u{ff19}' | '\u{1d7ce}'..='\u{1d7ff}' | '\u{1fbf0}'..='\u{1fbf9}');
    c.is_numeric() && !c.is_alphabetic() && !other_digits && !std::iter::once(c).nfkc().eq([c])
}

/// Scripts that are written without spaces (and Hangul, whose particles hang on the word): Thai,
/// Lao, Myanmar, Khmer, kana, bopomofo, Hangul, Han.
fn is_apart(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}'
        | '\u{1000}'..='\u{109f}'
        | '\u{1100}'..='\u{115f}'
        | '\u{1780}'..='\u{17ff}'
        | '\u{19e0}'..='\u{19ff}'
        | '\u{2e80}'..='\u{2fdf}'
        | '\u{3005}'..='\u{3007}'
        | '\u{3021}'..='\u{3029}'
        | '\u{3031}'..='\u{318f}'
        | '\u{31a0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{a960}'..='\u{a97f}'
        | '\u{a9e0}'..='\u{a9ff}'
        | '\u{aa60}'..='\u{aa7f}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ffdc}'
        | '\u{1aff0}'..='\u{1b16f}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Marks that are left out: accents, Hebrew points, Arabic vowel signs, variation selectors. Marks
/// that are letters of their script (Indic vowel signs, kana voicing) stay.
fn is_folded_mark(c: char) -> bool {
    is_combining_mark(c)
        && matches!(c,
            '\u{300}'..='\u{36f}'
            | '\u{591}'..='\u{5c7}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{652}'
            | '\u{670}'
            | '\u{6d6}'..='\u{6ed}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{fe20}'..='\u{fe2f}'
            | '\u{e0100}'..='\u{e01ef}')
}

/// Letters with a stroke or joined, which Unicode does not take apart.
fn spelled_out(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ð' | 'đ' => "d",
        'ø' => "o",
        'ł' => "l",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

/// A run of word characters as it is compared: compatibility-decomposed, without folded marks, in
/// lower case, strokes spelled out, composed again.
pub(crate) fn fold(run: &str, out: &mut String) {
    let lower = run.nfkd().filter(|c| !is_folded_mark(*c)).flat_map(char::to_lowercase);
    // Lower-casing may decompose once more (İ becomes i and a dot): the dot is a folded mark too.
    let mut spelled = String::with_capacity(run.len());
    for c in lower.filter(|c| !is_folded_mark(*c)) {
        match spelled_out(c) {
            Some(letters) => spelled.push_str(letters),
            None => spelled.push(c),
        }
    }
    out.extend(spelled.nfc());
}
