//! A letter taken apart and put together as a draft.

use crate::dates;
use crate::head::{self, Parted};
use crate::letter::LetterText;
use crate::outline::{self, Paragraph};
use crate::pattern::pattern;
use crate::people::{KnownPeople, Names, Part, Said, Who, said};
use crate::proposal::{DraftDefinition, DraftItem, Head, Proposed, Source};
use crate::rules;
use crate::sections::{self, Bucket};
use crate::wording::{self, Kind};
use chrono::NaiveDate;
use std::collections::BTreeMap;

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
    let mut maker = Maker {
        day: head.letter_date.as_ref().map(|date| date.value),
        dues: head::parts_due(&parted),
        names: Names::new(directory),
        defined: definitions.iter().map(|definition| definition.term.to_lowercase()).collect(),
        parted: &parted,
        used: BTreeMap::new(),
    };
    let items = maker.items();
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

/// Paragraphs of one number.
struct Gathered<'p> {
    first: &'p Paragraph,
    words: String,
    /// Each paragraph with where it starts in the words.
    parts: Vec<(usize, &'p Paragraph)>,
    bullets: Vec<String>,
    notes: Vec<String>,
}

struct Maker<'p> {
    parted: &'p Parted<'p>,
    day: Option<NaiveDate>,
    dues: Vec<(String, Proposed<Option<NaiveDate>>)>,
    names: Names,
    defined: Vec<String>,
    used: BTreeMap<String, usize>,
}

impl<'p> Maker<'p> {
    fn items(&mut self) -> Vec<DraftItem> {
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
        for (what, number) in wording::identifiers(&text) {
            notes.push(format!("{what} {number} is named"));
        }
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
            terms,
            entries,
            notes,
        }
    }

    /// Who takes which part; everybody else who is named becomes a note.
    fn parts(
        &self,
        text: &str,
        stem: &str,
        own: &str,
        of: &dyn Fn(&str) -> Source,
        notes: &mut Vec<String>,
    ) -> Vec<Proposed<Part>> {
        let mentions = self.names.mentions(text);
        let mut found = said(text, &mentions);
        if found.is_empty() {
            found.extend(self.listed(stem, own));
        }
        let covered: Vec<usize> = found.iter().flat_map(|said| said.covers.clone()).collect();
        for (at, mention) in mentions.iter().enumerate() {
            let words = text.get(mention.at.clone()).unwrap_or_default();
            match &mention.who {
                Who::Ambiguous(_) => {
                    notes.push(format!("{words:?} could be {}: say who is meant", mention.who))
                }
                Who::Unknown(_) => {
                    notes.push(format!("{words:?} is nobody in the register under exactly that name"))
                }
                who if !covered.contains(&at)
                    && !found.iter().any(|said| names(&said.part).contains(who)) =>
                {
                    notes.push(format!("{words:?} ({who}) is named, but the words do not say in which part"));
                }
                _ => {}
            }
        }
        let mut parts: Vec<Proposed<Part>> = Vec::new();
        for said in found {
            let (part, short) = placeable(said.part);
            let mut remarks: Vec<String> = said.remark.into_iter().collect();
            remarks
                .extend(short.then(|| "not everybody named there could be placed: see the notes".to_owned()));
            if let Some(part) = part {
                parts.push(Proposed { value: part, source: of(&said.words), remarks });
            }
        }
        parts
    }

    /// An item that is only names, below words such as "e-mails of the following employees:".
    fn listed(&self, stem: &str, own: &str) -> Option<Said> {
        let mentions = self.names.mentions(own);
        let mut left = own.to_owned();
        for mention in mentions.iter().rev() {
            left.replace_range(mention.at.clone(), "");
        }
        let only = !mentions.is_empty()
            && pattern!(r"(?i)^[\s,;.&]*(?:and|or)?[\s,;.&]*(?:and|or)?[\s,;.]*$").is_match(&left);
        let lead = pattern!(r"(?i)\b(sent or received by|to or from|to and from|from or to|sent by|from|received by|sent to|to|of|by|with|involving|between)\s+(?:any of |each of |all of )?the following\b").captures(stem)?;
        let who: Vec<Who> = mentions.iter().map(|mention| mention.who.clone()).collect();
        let part = match lead[1].to_lowercase().as_str() {
            "sent by" | "from" => Part::From(who),
            "received by" | "sent to" | "to" => Part::Recipients(who),
            _ => Part::Participants(who),
        };
        let words = format!("{} … {own}", &lead[0]);
        let remark =
            (&lead[1] == "between").then(|| "one of several between whom messages passed".to_owned());
        only.then_some(Said { part, words, remark, covers: Vec::new() })
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

fn names(part: &Part) -> Vec<Who> {
    match part {
        Part::From(who) | Part::Recipients(who) | Part::Participants(who) => who.clone(),
        Part::Between(a, b) => a.iter().chain(b).cloned().collect(),
    }
}

/// The part with those alone who can be written as criteria; whether somebody was left out. A pair with
/// an empty side becomes everybody who is left: more is found so, never less.
fn placeable(part: Part) -> (Option<Part>, bool) {
    let keep = |who: Vec<Who>| -> (Vec<Who>, bool) {
        let all = who.len();
        let kept: Vec<Who> =
            who.into_iter().filter(|who| !matches!(who, Who::Ambiguous(_) | Who::Unknown(_))).collect();
        let short = kept.len() < all;
        (kept, short)
    };
    let one = |who: Vec<Who>, make: fn(Vec<Who>) -> Part| {
        // Without all of those named the criterion would find less than is asked for.
        let (kept, short) = keep(who);
        ((!kept.is_empty() && !short).then(|| make(kept)), short)
    };
    match part {
        Part::From(who) => one(who, Part::From),
        Part::Recipients(who) => one(who, Part::Recipients),
        Part::Participants(who) => one(who, Part::Participants),
        Part::Between(a, b) => {
            let ((a, short_a), (b, short_b)) = (keep(a), keep(b));
            match (short_a, short_b) {
                (false, false) => (Some(Part::Between(a, b)), false),
                (false, true) => (Some(Part::Participants(a)), true),
                (true, false) => (Some(Part::Participants(b)), true),
                (true, true) => (None, true),
            }
        }
    }
}
