//! A message's own text, put together from its body parts.
//!
//! The text of the plain parts comes first choice. An HTML part beside a plain one in a
//! multipart/alternative is added behind a labelled line if it holds a word that the plain part does
//! not: programs write "this message needs HTML" as plain text, and a search must not miss a word that
//! stands in one form only. Without a plain part the HTML's text stands for it.

use std::borrow::Cow;
use std::collections::HashSet;

/// The line before the HTML's text where both are kept.
pub(crate) const LABEL: &str = "[text of the HTML part, which holds words that the plain part does not]";

#[derive(Debug)]
struct Piece {
    text: String,
    html: bool,
    /// Which multipart/alternative it stands in, if any.
    alternative: Option<usize>,
}

/// Body parts in the order found.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pieces: Vec<Piece>,
}

impl Body {
    /// Adds the text of a body part.
    pub(crate) fn add(&mut self, text: String, html: bool, alternative: Option<usize>) {
        self.pieces.push(Piece { text, html, alternative });
    }

    /// The text of all of them, and further lines behind it.
    pub(crate) fn finish_with(self, lines: Option<String>) -> String {
        let mut whole = self.finish();
        if let Some(lines) = lines {
            append(&mut whole, &lines);
        }
        whole
    }

    /// The text of all of them.
    pub(crate) fn finish(mut self) -> String {
        if let [only] = &mut self.pieces[..] {
            return std::mem::take(&mut only.text);
        }
        let mut whole = String::with_capacity(self.pieces.iter().map(|piece| piece.text.len() + 2).sum());
        for group in self.pieces.chunk_by(|a, b| a.alternative.is_some() && a.alternative == b.alternative) {
            add_group(&mut whole, group);
        }
        whole
    }
}

fn add_group(whole: &mut String, group: &[Piece]) {
    let choice = group[0].alternative.is_some();
    let has_plain = choice && group.iter().any(|piece| !piece.html && !piece.text.trim().is_empty());
    group.iter().filter(|piece| !has_plain || !piece.html).for_each(|piece| append(whole, &piece.text));
    if !has_plain {
        return;
    }
    let html: Vec<&Piece> = group.iter().filter(|piece| piece.html).collect();
    if html.is_empty() {
        return;
    }
    let mut known = HashSet::new();
    for piece in group.iter().filter(|piece| !piece.html) {
        known.extend(words(&piece.text));
    }
    if html.iter().any(|piece| words(&piece.text).any(|word| !known.contains(&word))) {
        append(whole, LABEL);
        html.iter().for_each(|piece| append(whole, &piece.text));
    }
}

fn append(whole: &mut String, text: &str) {
    if text.trim().is_empty() {
        return;
    }
    if !whole.is_empty() && !whole.ends_with('\n') {
        whole.push('\n');
    }
    whole.push_str(text);
}

/// Whether every word of one text stands in another.
pub(crate) fn holds_words_of(whole: &str, part: &str) -> bool {
    let known: HashSet<_> = words(whole).collect();
    words(part).all(|word| known.contains(&word))
}

/// The words of a text in lower case: runs of letters and digits.
fn words(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(|word| {
        let lower = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if lower { Cow::Borrowed(word) } else { Cow::Owned(word.to_lowercase()) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn both(plain: &str, html: &str) -> String {
        let mut body = Body::default();
        body.add(plain.to_owned(), false, Some(0));
        body.add(html.to_owned(), true, Some(0));
        body.finish()
    }

    #[test]
    fn the_html_twin_is_added_only_if_it_holds_other_words() {
        assert_eq!(both("Hello World", "hello\nworld"), "Hello World");
        assert_eq!(both("needs HTML", "the trade"), format!("needs HTML\n{LABEL}\nthe trade"));
        assert_eq!(both("  ", "the trade"), "the trade");
    }

    #[test]
    fn parts_that_are_no_alternatives_all_count() {
        let mut body = Body::default();
        body.add("one".to_owned(), false, None);
        body.add("one".to_owned(), true, None);
        body.add("two\n".to_owned(), false, None);
        assert_eq!(body.finish(), "one\none\ntwo\n");
    }

    proptest! {
        #[test]
        fn no_word_of_either_form_is_lost(plain in "([a-zA-Zé]{1,6} ){0,6}", html in "([a-zA-Zé]{1,6} ){0,6}") {
            let whole = both(&plain, &html);
            let known: HashSet<_> = words(&whole).collect();
            prop_assert!(words(&plain).chain(words(&html)).all(|word| known.contains(&word)));
        }
    }
}
