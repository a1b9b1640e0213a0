//! Wildcards.

use crate::language::GlobPart;

/// A pattern with wildcards.
pub(crate) struct Glob<'p> {
    parts: &'p [GlobPart],
    /// Longest text that a word that matches must hold after its start, for a quick no.
    inner: &'p str,
}

impl<'p> Glob<'p> {
    pub(crate) fn new(parts: &'p [GlobPart]) -> Self {
        let texts = parts.iter().map(|part| match part {
            GlobPart::Text(text) => text.as_str(),
            _ => "",
        });
        let inner = texts.max_by_key(|text| text.len()).unwrap_or_default();
        Self { parts, inner }
    }

    /// How all words that match start.
    pub(crate) fn start(&self) -> &str {
        match self.parts.first() {
            Some(GlobPart::Text(text)) => text,
            _ => "",
        }
    }

    pub(crate) fn matches(&self, word: &str) -> bool {
        word.contains(self.inner) && fits(self.parts, word)
    }
}

/// Goes along the word; where it fails, the last star takes one character more. No earlier star needs to
/// be tried again: it could only have left the later ones less.
fn fits(parts: &[GlobPart], word: &str) -> bool {
    let (mut parts_left, mut left) = (parts, word);
    let mut star: Option<(&[GlobPart], &str)> = None;
    loop {
        match parts_left.split_first() {
            Some((GlobPart::Many, behind)) => {
                star = Some((behind, left));
                parts_left = behind;
                continue;
            }
            Some((part, behind)) => {
                if let Some(rest) = taken(part, left) {
                    (parts_left, left) = (behind, rest);
                    continue;
                }
            }
            None if left.is_empty() => return true,
            None => {}
        }
        let Some((behind, from)) = star else { return false };
        let mut more = from.chars();
        if more.next().is_none() {
            return false;
        }
        star = Some((behind, more.as_str()));
        (parts_left, left) = (behind, more.as_str());
    }
}

/// What is left of the word behind the part; `None` where the word does not go on with it.
fn taken<'w>(part: &GlobPart, word: &'w str) -> Option<&'w str> {
    let mut characters = word.chars();
    match part {
        GlobPart::Text(text) => word.strip_prefix(text.as_str()),
        GlobPart::One => characters.next().map(|_| characters.as_str()),
        GlobPart::Digit => characters.next().filter(|c| c.is_numeric()).map(|_| characters.as_str()),
        GlobPart::Many => Some(word),
    }
}
