//! Where the words that are asked for stand in one field of one document.

use super::shape::Compiled;
use crate::language::Element;
use crate::pattern::Matcher;
use duces_indexer::PlacedWords;

/// Positions of words and of what starts with them, all ascending and counted from 1, so that there is
/// a place before the first word.
///
/// A field may hold several texts one behind the other (attachments' names). No word stands at the
/// place between two texts.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// The positions of each slot's words.
    pub(crate) slots: Vec<Vec<u32>>,
    /// First words of sentences; empty where nobody asks.
    pub(crate) sentences: Vec<u32>,
    /// First words of paragraphs; empty where nobody asks.
    pub(crate) paragraphs: Vec<u32>,
    /// First words of the texts; empty where nobody asks, which stands for one text.
    pub(crate) firsts: Vec<u32>,
    /// Last words of the texts; as many as there are first words.
    pub(crate) lasts: Vec<u32>,
}

/// What two matches must share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Sentence,
    Paragraph,
    Text,
}

impl Page {
    /// First words of the units of that kind.
    fn starts(&self, unit: Unit) -> &[u32] {
        match unit {
            Unit::Sentence => &self.sentences,
            Unit::Paragraph => &self.paragraphs,
            Unit::Text => &self.firsts,
        }
    }

    /// Which of its kind the unit is in which a word stands.
    pub(crate) fn unit(&self, unit: Unit, position: u32) -> usize {
        self.starts(unit).partition_point(|start| *start <= position)
    }

    /// The first word of that unit, and the first word behind it.
    pub(crate) fn bounds(&self, unit: Unit, number: usize) -> (u32, u32) {
        let starts = self.starts(unit);
        let first = number.checked_sub(1).map_or(0, |place| starts[place]);
        (first, starts.get(number).copied().unwrap_or(u32::MAX))
    }

    /// Sets the texts from the starts of paragraphs and the last words: a text starts with a paragraph.
    pub(crate) fn set_texts(&mut self, paragraphs: &[u32], lasts: &[u32]) {
        self.firsts.clear();
        self.lasts.clear();
        let mut before = 0;
        for last in lasts {
            if let Some(first) = paragraphs.get(paragraphs.partition_point(|start| *start <= before)) {
                self.firsts.push(*first);
                self.lasts.push(*last);
            }
            before = *last;
        }
    }

    /// The page of one text in memory.
    pub(crate) fn of_text(compiled: &Compiled, placed: &PlacedWords) -> Self {
        let positions = |element: &Element| -> Vec<u32> {
            let fits: Box<dyn Fn(&str) -> bool> = match element {
                Element::Word(wanted) => Box::new(move |word| word == wanted),
                // A pattern that cannot be read matches nothing here; a search with it is an error.
                Element::Pattern(pattern) => match Matcher::new(pattern) {
                    Ok(matcher) => Box::new(move |word| matcher.matches(word)),
                    Err(_) => Box::new(|_| false),
                },
                Element::Any => Box::new(|_| true),
            };
            let found = placed.words.iter().filter(|word| fits(&word.text));
            found.map(|word| word.position + 1).collect()
        };
        let counted = |starts: &[u32]| starts.iter().map(|start| start + 1).collect::<Vec<u32>>();
        let mut page = Self {
            slots: compiled.slots.iter().map(positions).collect(),
            sentences: counted(&placed.sentences),
            paragraphs: counted(&placed.paragraphs),
            ..Self::default()
        };
        let last = placed.words.last().map(|word| word.position + 1);
        let paragraphs = page.paragraphs.clone();
        page.set_texts(&paragraphs, last.as_slice());
        page
    }
}
