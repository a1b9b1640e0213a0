//! A letter taken apart and put together as a draft.

mod items;
mod parties;

use crate::head::{self, Parted};
use crate::letter::LetterText;
use crate::outline::{self, Paragraph};
use crate::people::KnownPeople;
use crate::proposal::{DraftDefinition, DraftItem, Head, Source};
use crate::rules;
use crate::sections::{self, Bucket};
use items::Maker;

/// What a letter seems to ask for. Nothing in it counts before a person has accepted it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// The letter.
    pub letter: LetterText,
    /// What stands under `[request]`.
    pub head: Head,
    /// Its items, in the letter's order.
    pub items: Vec<DraftItem>,
    /// Its definitions.
    pub definitions: Vec<DraftDefinition>,
    /// Words that could not be placed, each with its place.
    pub not_placed: Vec<Source>,
    /// What each line of the letter is, line by line.
    pub lines: Vec<Bucket>,
    /// What a reader must know of the whole.
    pub remarks: Vec<String>,
}

/// Proposes a request for a letter.
pub fn draft(letter: &LetterText, directory: &dyn KnownPeople) -> Draft {
    let (paragraphs, furniture) = outline::paragraphs(letter);
    let (buckets, under) = sections::buckets(letter, &paragraphs);
    let parted = Parted { letter, paragraphs: &paragraphs, buckets: &buckets };
    let head = head::read(&parted);
    let definitions = definitions(&parted);
    let day = head.letter_date.as_ref().map(|date| date.value);
    let items = Maker::new(&parted, day, &definitions, directory).items();
    let mut lines = vec![Bucket::Furniture; letter.lines.len()];
    for (paragraph, bucket) in paragraphs.iter().zip(&buckets) {
        for line in &paragraph.lines {
            if let Some(slot) = lines.get_mut(*line) {
                *slot = bucket.clone();
            }
        }
    }
    let mut remarks = letter.remarks.clone();
    if !furniture.is_empty() {
        let shown: std::collections::BTreeSet<&str> =
            furniture.iter().filter_map(|at| letter.lines.get(*at)).map(|line| line.text.as_str()).collect();
        let shown: Vec<String> = shown.into_iter().map(|text| format!("{text:?}")).collect();
        remarks.push(format!("left out as heads, feet and numbers of pages: {}", shown.join(", ")));
    }
    if items.is_empty() {
        remarks.push("no item was found: write the items by hand".to_owned());
    }
    let not_placed = not_placed(&parted, &under);
    Draft { letter: letter.clone(), head, items, definitions, not_placed, lines, remarks }
}

/// Paragraphs that no rule recognised, and sentences of recognised ones that no rule would recognise
/// alone; those under the heads of definitions and instructions are taken as what the heads say.
fn not_placed(parted: &Parted<'_>, under: &[bool]) -> Vec<Source> {
    let mut found = Vec::new();
    for ((paragraph, bucket), under) in parted.paragraphs.iter().zip(parted.buckets).zip(under) {
        match bucket {
            Bucket::NotPlaced => found.push(whole(parted, paragraph)),
            Bucket::Recognised(_) if !under => {
                for at in rules::sentences(&paragraph.text) {
                    let words = paragraph.text.get(at.clone()).unwrap_or_default();
                    if rules::recognised(words).is_none() && rules::definition(words).is_none() {
                        let line = paragraph.line_at(at.start).and_then(|line| parted.letter.lines.get(line));
                        let place = line.map_or("the letter".to_owned(), |line| line.place.to_string());
                        found.push(Source { place, words: words.to_owned() });
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// A whole paragraph as a source.
fn whole(parted: &Parted<'_>, paragraph: &Paragraph) -> Source {
    let line = paragraph.lines.first().and_then(|line| parted.letter.lines.get(*line));
    Source {
        place: line.map_or("the letter".to_owned(), |line| line.place.to_string()),
        words: paragraph.text.clone(),
    }
}

fn definitions(parted: &Parted<'_>) -> Vec<DraftDefinition> {
    let mut found: Vec<DraftDefinition> = Vec::new();
    for (paragraph, bucket) in parted.paragraphs.iter().zip(parted.buckets) {
        let source = whole(parted, paragraph);
        let mut add = |term: String, means: Option<String>| {
            if !found.iter().any(|other| other.term == term && (other.means.is_some() || means.is_none())) {
                found.retain(|other| other.term != term);
                let id = format!("def-{}", found.len() + 1);
                found.push(DraftDefinition {
                    id,
                    term,
                    means,
                    text: paragraph.text.clone(),
                    source: source.clone(),
                });
            }
        };
        if *bucket == Bucket::Definition
            && let Some(definition) = rules::definition(&paragraph.text)
        {
            add(definition.term, Some(definition.means));
        }
        for term in rules::named_in_passing(&paragraph.text) {
            add(term, None);
        }
    }
    for (at, definition) in found.iter_mut().enumerate() {
        definition.id = format!("def-{}", at + 1);
    }
    found
}
