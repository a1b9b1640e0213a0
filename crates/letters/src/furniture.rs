//! Heads, feet and page numbers: what stands on pages and is no part of the text.
//!
//! Rules: a line that says `Page 2 of 7` or `- 3 -`; the number of its own page, alone, as the first or
//! last line; and a line among the first or last three of a page that stands so on at least half of
//! the pages (two at least), its figures aside. What a DOCX says is a head or foot is one.

use crate::letter::{Line, Place};
use crate::pattern::pattern;
use std::collections::{BTreeMap, BTreeSet};

/// Lines at either end of a page that may be heads or feet.
const EDGE: usize = 3;

/// For each line, whether it is a head, a foot or a page number.
pub(crate) fn find(lines: &[Line]) -> Vec<bool> {
    let mut pages: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        if matches!(line.place, Place::Page { .. }) {
            pages.entry(line.place.page()).or_default().push(at);
        }
    }
    let mut on_pages: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for (page, on) in &pages {
        for at in edges(on) {
            on_pages.entry(shape(&lines[at].text)).or_default().insert(*page);
        }
    }
    let mut found: Vec<bool> = lines
        .iter()
        .map(|line| matches!(line.place, Place::Header(_) | Place::Footer(_)) || says_page(&line.text))
        .collect();
    for (page, on) in &pages {
        let number = page.to_string();
        for at in [on.first(), on.last()].into_iter().flatten() {
            found[*at] |= pages.len() > 1 && lines[*at].text.trim_matches(['-', '–', ' ']) == number;
        }
        for at in edges(on) {
            let times = on_pages.get(&shape(&lines[at].text)).map_or(0, BTreeSet::len);
            found[at] |= times >= 2 && times * 2 >= pages.len();
        }
    }
    found
}

fn edges(on: &[usize]) -> BTreeSet<usize> {
    on.iter().take(EDGE).chain(on.iter().rev().take(EDGE)).copied().collect()
}

/// The words without regard to figures and case; a line of an item is no head because it starts alike.
fn shape(text: &str) -> String {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    pattern!(r"[0-9]+").replace_all(&words.join(" "), "#").into_owned()
}

fn says_page(text: &str) -> bool {
    pattern!(r"(?i)^(?:page\s+\d+(?:\s+of\s+\d+)?|\d+\s+of\s+\d+|[-–—]\s*\d+\s*[-–—])\.?$").is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn furniture(text: &str) -> Vec<String> {
        let letter = crate::read_letter("l.txt", text.as_bytes()).unwrap();
        let found = find(letter.lines());
        letter.lines().iter().zip(found).filter(|(_, is)| *is).map(|(line, _)| line.text.clone()).collect()
    }

    #[test]
    fn heads_feet_and_page_numbers_are_found_and_lines_of_the_text_are_not() {
        let text = "HO-1\na\nb\nc\nd\ne\n1\x0cHO-1\nf\ng\nh\ni\nPage 2 of 2";
        assert_eq!(furniture(text), ["HO-1", "1", "HO-1", "Page 2 of 2"]);
    }

    #[test]
    fn a_number_alone_inside_a_page_or_in_a_letter_of_one_page_stays() {
        assert_eq!(furniture("a\n1\nb"), Vec::<String>::new());
        assert_eq!(furniture("a\nb\n1"), Vec::<String>::new());
    }
}
