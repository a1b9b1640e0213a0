//! The paragraphs that ask, made items.

use super::whole;
use crate::dates;
use crate::head::{self, Parted};
use crate::outline::Paragraph;
use crate::people::{KnownPeople, Names};
use crate::proposal::{DraftDefinition, DraftItem, IdentifierKind, Proposed, Source};
use crate::sections::Bucket;
use crate::wording::{self, Kind};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Paragraphs of one number.
struct Gathered<'p> {
    first: &'p Paragraph,
    words: String,
    /// Each paragraph with where it starts in the words.
    parts: Vec<(usize, &'p Paragraph)>,
    bullets: Vec<String>,
    notes: Vec<String>,
}

/// Makes the items of a letter.
pub(super) struct Maker<'p> {
    parted: &'p Parted<'p>,
    /// The letter's own day.
    day: Option<NaiveDate>,
    /// When each part is due.
    dues: Vec<(String, Proposed<Option<NaiveDate>>)>,
    pub(super) names: Names,
    /// Words that the letter defines, in small letters.
    defined: Vec<String>,
    /// How often each number was met.
    used: BTreeMap<String, usize>,
}

impl<'p> Maker<'p> {
    pub(super) fn new(
        parted: &'p Parted<'p>,
        day: Option<NaiveDate>,
        definitions: &[DraftDefinition],
        directory: &dyn KnownPeople,
    ) -> Self {
        Self {
            day,
            dues: head::parts_due(parted),
            names: Names::new(directory),
            defined: definitions.iter().map(|definition| definition.term.to_lowercase()).collect(),
            parted,
            used: BTreeMap::new(),
        }
    }

    /// Every item, in the letter's order.
    pub(super) fn items(&mut self) -> Vec<DraftItem> {
        let gathered = self.gather();
        let mut items = Vec::new();
        for (at, one) in gathered.iter().enumerate() {
            let path = &one.first.path;
            let children = gathered.get(at + 1).is_some_and(|next| {
                !path.is_empty() && next.first.path.len() > path.len() && next.first.path.starts_with(path)
            });
            // Words that end in a colon, or end nowhere, are shared by the items below them.
            if children && !one.words.ends_with(['.', '?', '!']) {
                continue;
            }
            let above: Vec<&Gathered<'p>> = gathered[..at]
                .iter()
                .filter(|above| {
                    let of = &above.first.path;
                    !of.is_empty() && of.len() < path.len() && path.starts_with(of)
                })
                .collect();
            // An earlier list may have borne the same numbers: only the nearest words of each level are shared.
            let levels = path.len().saturating_sub(1).min(above.len());
            let shared =
                above[above.len() - levels..].iter().filter(|above| !above.words.ends_with(['.', '?', '!']));
            let item = self.item(one, &shared.copied().collect::<Vec<_>>());
            items.push(item);
        }
        items
    }

    /// The paragraphs that ask, those without a number joined to the one above.
    fn gather(&self) -> Vec<Gathered<'p>> {
        let mut found: Vec<Gathered<'p>> = Vec::new();
        let mut open = false;
        let numbered = self.parted.paragraphs.iter().any(|paragraph| !paragraph.path.is_empty());
        for (paragraph, bucket) in self.parted.paragraphs.iter().zip(self.parted.buckets) {
            if *bucket != Bucket::Item {
                open &= *bucket == Bucket::Furniture;
                continue;
            }
            let goes_on = open && paragraph.path.is_empty() && numbered;
            match found.last_mut() {
                Some(last) if goes_on => {
                    last.parts.push((last.words.len() + 1, paragraph));
                    last.words = format!("{} {}", last.words, paragraph.text);
                    if paragraph.bullet {
                        last.bullets.push(paragraph.text.clone());
                    } else {
                        let place = whole(self.parted, paragraph).place;
                        last.notes.push(format!("its words go on in a paragraph of their own ({place})"));
                    }
                }
                _ => found.push(Gathered {
                    first: paragraph,
                    words: paragraph.text.clone(),
                    parts: vec![(0, paragraph)],
                    bullets: Vec::new(),
                    notes: paragraph.remark.iter().cloned().collect(),
                }),
            }
            open = true;
        }
        found
    }

    fn id(&mut self, path: &[String]) -> (String, Option<String>) {
        let clean = |part: &String| part.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        let base = match path {
            [] => "unnumbered".to_owned(),
            _ => path.iter().map(clean).collect::<Vec<_>>().join("."),
        };
        let times = self.used.entry(base.clone()).or_default();
        *times += 1;
        match (path.is_empty(), *times) {
            (true, times) => (format!("{base}-{times}"), Some("the letter gives it no number".to_owned())),
            (false, 1) => (base, None),
            (false, times) => {
                (format!("{base}-{times}"), Some(format!("the letter has the number {base} more than once")))
            }
        }
    }

    fn item(&mut self, one: &Gathered<'p>, shared: &[&Gathered<'p>]) -> DraftItem {
        let (id, odd) = self.id(&one.first.path);
        let mut notes = one.notes.clone();
        notes.extend(odd);
        let source = whole(self.parted, one.first);
        let mut text = String::new();
        let mut places: Vec<(usize, &Paragraph)> = Vec::new();
        for part in shared.iter().copied().chain([one]) {
            if !text.is_empty() {
                text.push(' ');
            }
            places.extend(part.parts.iter().map(|(start, paragraph)| (text.len() + start, *paragraph)));
            text.push_str(&part.words);
        }
        let stem = text.get(..text.len() - one.words.len()).unwrap_or_default().trim_end().to_owned();
        let place_at = |byte: usize| {
            let (start, paragraph) = places.iter().rev().find(|(start, _)| *start <= byte)?;
            let line = paragraph.line_at(byte - start)?;
            self.parted.letter.lines.get(line).map(|line| line.place.to_string())
        };
        let of = |words: &str| {
            let place = text.find(words).and_then(place_at).unwrap_or_else(|| source.place.clone());
            Source { place, words: words.to_owned() }
        };
        let place = |at: &std::ops::Range<usize>| Source {
            place: place_at(at.start).unwrap_or_else(|| source.place.clone()),
            words: text.get(at.clone()).unwrap_or_default().to_owned(),
        };
        let (kind, words) = if stem.is_empty() || wording::kind(&one.words).1.is_some() && kind_of_stem(&stem)
        {
            wording::kind(&one.words)
        } else {
            wording::kind(&text)
        };
        let kind_unsure = words.is_none();
        let kind = Proposed { value: kind, source: of(&words.unwrap_or_default()), remarks: Vec::new() };
        let spans = dates::spans(&text, self.day);
        let mut periods: Vec<Proposed<crate::proposal::Period>> = Vec::new();
        for span in &spans {
            let value = crate::proposal::Period { from: span.from, to: span.to };
            if !periods.iter().any(|other| other.value == value) {
                periods.push(Proposed { value, source: place(&span.at), remarks: span.remarks.clone() });
            }
        }
        let own_due = head::due_in(&text, self.day).into_iter().next();
        let own_due = own_due.map(|(at, value, remarks)| Proposed { value, source: place(&at), remarks });
        let due = own_due.or_else(|| {
            let part = one.first.path.first()?;
            self.dues.iter().find(|(of, _)| of == part).map(|(_, due)| due.clone())
        });
        let parts = self.parts(&text, &stem, &one.words, &of, &mut notes);
        let channels = wording::channels(&text);
        let limit = (kind.value == Kind::Search && !channels.named.is_empty() && channels.open.is_none())
            .then(|| {
                let words: Vec<&str> = channels.named.iter().map(|(_, words)| words.as_str()).collect();
                Proposed {
                    value: channels.named.iter().map(|(channel, _)| *channel).collect(),
                    source: of(&words.join(", ")),
                    remarks: Vec::new(),
                }
            });
        if let (Some(open), false) = (&channels.open, channels.named.is_empty()) {
            let named: Vec<&str> = channels.named.iter().map(|(channel, _)| channel.as_str()).collect();
            notes.push(format!("channels named ({}) limit nothing beside {open:?}", named.join(", ")));
        }
        let quoted = wording::quoted(&text);
        let terms =
            quoted.into_iter().filter(|words| !self.defined.contains(&words.to_lowercase())).collect();
        let searched = kind.value == Kind::Search;
        let mut identifiers: Vec<Proposed<(IdentifierKind, String)>> = Vec::new();
        for one in wording::identifiers(&text) {
            if searched && one.plain {
                identifiers.push(Proposed {
                    source: of(&one.words),
                    value: (one.kind, one.value),
                    remarks: Vec::new(),
                });
            } else {
                notes.push(format!("{} {} is named", one.kind.as_str(), one.value));
            }
        }
        let sufficient = wording::sufficient(&text).map(of);
        if let (Some(words), false) = (&sufficient, searched) {
            notes.push(format!(
                "{:?} is less than all: a person decides what is enough, and writes down why",
                words.words
            ));
        }
        let sufficient = sufficient.filter(|_| searched);
        notes.extend(wording::notes(&text));
        self.days(&text, &spans, &mut notes);
        let entries = if kind.value == Kind::Checklist { entries(one) } else { Vec::new() };
        DraftItem {
            id,
            stem,
            words: one.words.clone(),
            source,
            kind,
            kind_unsure,
            due,
            periods,
            parts,
            channels: limit,
            identifiers,
            sufficient,
            terms,
            entries,
            notes,
        }
    }

    fn days(&self, text: &str, spans: &[dates::Span], notes: &mut Vec<String>) {
        for one in dates::written(text) {
            let inside = spans.iter().any(|span| span.at.start < one.at.end && one.at.start < span.at.end);
            let due = head::due_in(text, self.day).iter().any(|(at, _, _)| at.end == one.at.end);
            if !inside && !due {
                let words = text.get(one.at.clone()).unwrap_or_default();
                notes.push(format!("{words:?} is named, and no period was read from it"));
            }
        }
        for words in dates::unread(text) {
            notes.push(format!("{words:?} was not read: its year has two figures"));
        }
    }
}

/// Whether shared words leave the kind to the item below: "Provide the following:".
fn kind_of_stem(stem: &str) -> bool {
    wording::kind(stem).1.is_none()
}

fn entries(one: &Gathered<'_>) -> Vec<String> {
    if one.bullets.is_empty() { vec![one.words.clone()] } else { one.bullets.clone() }
}
