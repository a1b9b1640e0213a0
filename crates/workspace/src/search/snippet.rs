//! A piece of a document's text around what was found.

use duces_indexer::TextField;
use duces_model::Document;
use duces_query::Terms;
use serde::Serialize;
use std::ops::Range;

/// So many characters stand before the first word found, and so many are shown in all.
const BEFORE: usize = 60;
const SHOWN: usize = 220;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// From which field.
    pub field: &'static str,
    /// The text in pieces, spaces and line ends as one space.
    pub pieces: Vec<Piece>,
    /// Whether text stands before it.
    pub cut_before: bool,
    /// Whether text stands behind it.
    pub cut_after: bool,
}

/// A part of a snippet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether the search asks for it.
    pub found: bool,
}

/// A piece of the document around the first word that the search asks for: of its text, else of its
/// message's subject, else of its name. Its beginning where the search asks for no words.
pub(super) fn of(document: &Document, message: &Document, terms: Option<&Terms>) -> Option<Snippet> {
    let Some(terms) = terms else { return Some(cut("body", &document.text, &[])) };
    let name = document.file_name.as_deref();
    let places = [
        (TextField::Body, Some(document.text.as_str())),
        (TextField::Subject, message.subject.as_deref()),
        (TextField::AttachmentName, name),
    ];
    places.into_iter().find_map(|(field, text)| {
        let text = text?;
        let marks = duces_query::highlight(terms, field, text);
        (!marks.is_empty()).then(|| cut(field.as_str(), text, &marks))
    })
}

/// Cuts the text around the first mark.
fn cut(field: &'static str, text: &str, marks: &[Range<usize>]) -> Snippet {
    let first = marks.first().map_or(0, |mark| mark.start);
    let start = text[..first].char_indices().rev().take(BEFORE).last().map_or(first, |(at, _)| at);
    let end = text[start..].char_indices().nth(SHOWN).map_or(text.len(), |(at, _)| start + at);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = start;
    for mark in marks.iter().take_while(|mark| mark.start < end) {
        push(&mut pieces, &text[at..mark.start], false);
        at = mark.end.min(end);
        // A mark that the end cuts is shown whole or not at all where it is the first.
        let whole = if pieces.iter().any(|piece| piece.found) { mark.start..at } else { mark.clone() };
        push(&mut pieces, &text[whole.clone()], true);
        at = whole.end;
    }
    push(&mut pieces, &text[at..end.max(at)], false);
    Snippet { field, pieces, cut_before: start > 0, cut_after: end.max(at) < text.len() }
}

/// Adds a part, its runs of space as one space.
fn push(pieces: &mut Vec<Piece>, text: &str, found: bool) {
    let mut shown = String::new();
    let mut space = pieces.last().is_none_or(|last| last.text.ends_with(' '));
    for c in text.chars() {
        if c.is_whitespace() {
            if !space {
                shown.push(' ');
            }
            space = true;
        } else {
            shown.push(c);
            space = false;
        }
    }
    if !shown.is_empty() {
        pieces.push(Piece { text: shown, found });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(snippet: &Snippet) -> String {
        let mark = |piece: &Piece| if piece.found { format!("[{}]", piece.text) } else { piece.text.clone() };
        snippet.pieces.iter().map(mark).collect()
    }

    #[test]
    fn the_text_around_the_first_word_found_is_shown_on_one_line() {
        let text = format!("{}\r\n\r\nthe  Juniper\torder {}", "x".repeat(100), "y ".repeat(200));
        let at = text.find("Juniper").unwrap();
        let order = text.find("order").unwrap();
        let snippet = cut("body", &text, &[at..at + 7, order..order + 5]);
        assert!(shown(&snippet).contains("xx the [Juniper] [order] y y"), "{}", shown(&snippet));
        assert!(snippet.cut_before && snippet.cut_after);
        let whole = cut("body", "short", &[]);
        assert_eq!((shown(&whole).as_str(), whole.cut_before, whole.cut_after), ("short", false, false));
    }

    proptest! {
        #[test]
        fn any_text_is_cut_between_characters(text in "\\PC{0,400}", picks in prop::collection::vec(any::<prop::sample::Index>(), 0..4)) {
            let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            let mut marks: Vec<Range<usize>> = picks.iter().filter(|_| !starts.is_empty()).map(|pick| {
                let at = pick.index(starts.len());
                starts[at]..starts.get(at + 1).copied().unwrap_or(text.len())
            }).collect();
            marks.sort_by_key(|mark| mark.start);
            marks.dedup();
            let snippet = cut("body", &text, &marks);
            let length: usize = snippet.pieces.iter().map(|piece| piece.text.chars().count()).sum();
            prop_assert!(length <= SHOWN + 1);
        }
    }
}
