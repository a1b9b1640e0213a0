//! Where sentences and paragraphs start and a text ends, as marks beside its words.
//!
//! `TOKENISATION.md` states the rules. A mark is a token of the engine at the position of a word, which it
//! does not move; its text holds a control character, which no word can hold.

/// A mark beside a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// On the first word of a sentence that does not start a paragraph.
    Sentence,
    /// On the first word of a paragraph; each text starts with one.
    Paragraph,
    /// On the last word of a text.
    End,
}

impl Mark {
    /// All marks.
    pub const ALL: [Self; 3] = [Self::Sentence, Self::Paragraph, Self::End];

    /// Sorts behind every mark and before every word.
    pub const BEHIND: &str = "\u{2}";

    /// The token that stands for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sentence => "\u{1}s",
            Self::Paragraph => "\u{1}p",
            Self::End => "\u{1}e",
        }
    }

    /// Whether a token is a mark and no word.
    pub fn is(token: &str) -> bool {
        token.starts_with('\u{1}')
    }
}

/// Abbreviations behind which a sentence goes on.
const TITLES: [&str; 26] = [
    "mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "messrs", "hon", "rev", "gen", "gov", "sen", "rep",
    "sgt", "capt", "lt", "col", "vs", "cf", "approx", "inc", "co", "corp", "ltd",
];

/// Abbreviations behind which a sentence goes on where a number follows.
const NUMBERED: [&str; 24] = [
    "no", "nos", "sec", "fig", "art", "para", "vol", "ch", "pp", "ext", "tel", "acct", "jan", "feb", "mar",
    "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
];

/// A word before a gap.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Before<'t> {
    /// As written.
    pub(crate) word: &'t str,
    /// Whether it is the first of its sentence.
    pub(crate) first: bool,
}

/// What starts behind the gap between two words, if anything does. `behind` is what follows the gap.
pub(crate) fn start(before: Before<'_>, gap: &str, behind: &str) -> Option<Mark> {
    let mut lines = 0;
    let mut ended = false;
    // What a white space here would make of a full stop, or of a bullet.
    let mut pending = Pending::Nothing;
    let mut last = ' ';
    for c in gap.chars() {
        pending = match c {
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                lines += u32::from(c != '\n' || last != '\r') + u32::from(c == '\u{2029}');
                ended |= pending.ends(before, behind);
                Pending::LineStart
            }
            _ if c.is_whitespace() => {
                ended |= pending.ends(before, behind);
                if pending == Pending::LineStart { pending } else { Pending::Nothing }
            }
            '.' if last == '.' => Pending::Ended,
            '.' if pending == Pending::Ended => Pending::Ended,
            '.' => Pending::FullStop,
            '!' | '?' | '…' => Pending::Ended,
            '。' | '．' | '！' | '？' | '｡' => {
                ended = true;
                Pending::Nothing
            }
            '>' | '|' if pending == Pending::LineStart => pending,
            '-' | '*' | '+' | '•' | '·' | '‣' | '◦' | '▪' | '–' | '—' if pending == Pending::LineStart => {
                Pending::Bullet
            }
            _ if is_closing(c) => pending.closed(),
            _ => Pending::Nothing,
        };
        last = c;
    }
    match (lines, ended) {
        (2.., _) => Some(Mark::Paragraph),
        (_, true) => Some(Mark::Sentence),
        _ => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pending {
    Nothing,
    /// One full stop.
    FullStop,
    /// Another sign that ends a sentence.
    Ended,
    /// Nothing but white space and signs of quotation since the line's start.
    LineStart,
    Bullet,
}

impl Pending {
    /// Whether a white space here ends the sentence.
    fn ends(self, before: Before<'_>, behind: &str) -> bool {
        match self {
            Self::Nothing | Self::LineStart => false,
            Self::FullStop => !goes_on(before, behind),
            Self::Ended | Self::Bullet => true,
        }
    }

    /// Behind a closing quote or bracket.
    fn closed(self) -> Self {
        match self {
            Self::FullStop | Self::Ended => self,
            _ => Self::Nothing,
        }
    }
}

fn is_closing(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | ')' | ']' | '}' | '>' | '*' | '_' | '”' | '’' | '»' | '›' | '」' | '』' | '）' | '】'
    )
}

/// Whether a sentence goes on behind a full stop.
fn goes_on(before: Before<'_>, behind: &str) -> bool {
    let word = before.word;
    let mut letters = word.chars();
    if let (Some(only), None) = (letters.next(), letters.next()) {
        // An initial, or a letter of "U.S.", "e.g." or "p.m.". Scripts without case have no initials.
        if only.is_lowercase() || only.is_uppercase() {
            return true;
        }
    }
    let number = word.bytes().all(|byte| byte.is_ascii_digit());
    let among = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(word));
    number && before.first
        || among(&TITLES)
        || behind.starts_with(|c: char| c.is_ascii_digit()) && among(&NUMBERED)
}
