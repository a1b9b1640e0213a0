//! One `[[item]]` of a request file.

use super::people::{PEOPLE_KEYS, people};
use super::table::{Reader, Section, Value};
use super::terms::terms;
use super::{beside, identifiers};
use crate::beside::{Beside, ItemKind};
use crate::criteria::{Criteria, Documents};
use crate::request::{DateRule, Exclusion, FamilyRule, Item, Letter, Sufficient};
use crate::state::{Parsed, Placed, Reference, WrittenPeriod};
use crate::suggest;
use chrono::NaiveDate;
use duces_model::{Channel, DateWindow, ItemId};
use toml::de::DeValue;

/// The keys of every item.
const OWN_KEYS: [&str; 7] = ["id", "text", "kind", "part", "due", "see", "expect"];

/// The keys of items that are searched for, beside those and those on people.
pub(super) const SEARCH_KEYS: &[&str] = &[
    "period",
    "dates",
    "sources",
    "channels",
    "documents",
    "terms",
    "identifiers",
    "identifiers_with_terms",
    "exclude",
    "family",
    "sufficient_to_show",
];

/// What an item takes from the file around it.
pub(super) struct Around<'a> {
    /// The request's period.
    pub(super) period: Option<&'a WrittenPeriod>,
    /// When the request's answer is due.
    pub(super) due: Option<NaiveDate>,
    /// When the letter arrived.
    pub(super) received: Option<NaiveDate>,
    /// The numbers of the items before it.
    pub(super) earlier: Vec<String>,
    /// How many items stand before it.
    pub(super) place: usize,
}

/// An item as read.
pub(super) enum Read {
    Searched(Box<Item<Parsed>>),
    Beside(Box<Beside<Parsed>>),
}

/// Reads an item; `None` where it cannot be read, the mistakes being noted.
pub(super) fn read(reader: &mut Reader<'_>, section: &Section<'_>, around: &Around<'_>) -> Option<Read> {
    let kind = match section.get("kind") {
        None => Some(ItemKind::Search),
        Some(value) => reader.one_of(value, "kind", &ItemKind::ALL, ItemKind::as_str),
    };
    known_keys(reader, section, kind);
    let id = reader.required(section, "id").and_then(|value| reader.parsed(value, "id", str::parse));
    let text = reader.required(section, "text").and_then(|value| reader.line(value, "text"));
    let letter = letter(reader, section, around);
    match kind {
        // Of an item of no known kind the criteria are read for their mistakes.
        Some(ItemKind::Search) | None => {
            let item = search(reader, section, (id, text, letter), around)?;
            kind.map(|_| Read::Searched(Box::new(item)))
        }
        Some(kind) => {
            let item = beside::read(reader, section, kind, (id, text, letter), around)?;
            Some(Read::Beside(Box::new(item)))
        }
    }
}

fn known_keys(reader: &mut Reader<'_>, section: &Section<'_>, kind: Option<ItemKind>) {
    let mut known = OWN_KEYS.to_vec();
    match kind {
        Some(kind) => known.extend(beside::keys(kind)),
        None => ItemKind::ALL.iter().for_each(|kind| known.extend(beside::keys(*kind))),
    }
    if matches!(kind, Some(ItemKind::Search) | None) {
        known.extend(PEOPLE_KEYS);
    }
    let name = match kind {
        Some(ItemKind::Search) | None => section.name.clone(),
        Some(kind) => format!("[[item]] of kind {:?}", kind.as_str()),
    };
    reader.known_keys(&Section { name, span: section.span.clone(), table: section.table }, &known);
}

fn letter(reader: &mut Reader<'_>, section: &Section<'_>, around: &Around<'_>) -> Option<Letter> {
    let part = section.get("part").map(|value| reader.line(value, "part"));
    let due = section.get("due").map(|value| due(reader, value, around));
    let see = section.get("see").map(|value| match value.get_ref() {
        DeValue::String(_) => earlier(reader, value, around).map(|id| vec![id]),
        _ => reader.list(value, "see", |reader, value| earlier(reader, value, around)),
    });
    let expect = section.get("expect").map(|value| reader.one_of(value, "expect", &[()], |()| "nil"));
    Some(Letter {
        place: around.place,
        part: given(part)?,
        due: given(due)?.or(around.due),
        see: given(see)?.unwrap_or_default(),
        expects_nil: given(expect)?.is_some(),
    })
}

fn due(reader: &mut Reader<'_>, value: &Value<'_>, around: &Around<'_>) -> Option<NaiveDate> {
    let due = reader.day(value, "due")?;
    if let Some(received) = around.received.filter(|received| due < *received) {
        reader.wrong(value.span(), format!("due {due} stands before received {received}"), None);
        return None;
    }
    Some(due)
}

/// The number of an item that stands before this one.
fn earlier(reader: &mut Reader<'_>, value: &Value<'_>, around: &Around<'_>) -> Option<ItemId> {
    let id: ItemId = reader.parsed(value, "see", str::parse)?;
    if around.earlier.iter().any(|earlier| earlier == id.as_str()) {
        return Some(id);
    }
    let known = around.earlier.iter().map(String::as_str);
    let hint = suggest::nearest(id.as_str(), known).map(|word| format!("did you mean {word:?}?"));
    let message = format!("see: no item {:?} stands before this one", id.as_str());
    reader.wrong(value.span(), message, hint);
    None
}

type Front = (Option<ItemId>, Option<String>, Option<Letter>);

fn search(
    reader: &mut Reader<'_>,
    section: &Section<'_>,
    (id, text, letter): Front,
    around: &Around<'_>,
) -> Option<Item<Parsed>> {
    let own_period = section.get("period").map(|value| period(reader, value));
    let dates = section.get("dates").map(|value| date_rule(reader, value));
    let sources = section.get("sources").map(|value| {
        reader.list(value, "sources", |reader, value| {
            let source = Placed { value: reader.parsed(value, "sources", str::parse)?, span: value.span() };
            reader.references.push(Reference::Source(source.clone()));
            Some(source)
        })
    });
    let channels = section.get("channels").map(|value| {
        reader.list(value, "channels", |reader, value| {
            reader.one_of(value, "channels", &Channel::ALL, Channel::as_str)
        })
    });
    let people = people(reader, section);
    let documents = documents(reader, section);
    let terms = section.get("terms").map(|value| terms(reader, value));
    let identifiers = identifiers::read(reader, section);
    let rule = dates.flatten().unwrap_or_default();
    let exclude = section
        .get("exclude")
        .map(|value| reader.list(value, "exclude", |reader, value| exclusion(reader, value, rule)));
    let family = section
        .get("family")
        .map(|value| reader.one_of(value, "family", &FamilyRule::ALL, FamilyRule::as_str));
    let sufficient = section.get("sufficient_to_show").map(|value| sufficient(reader, value));
    let letter = letter?;
    bare_reference(reader, section, &letter)?;
    Some(Item {
        id: id?,
        text: text?,
        letter,
        period: match own_period {
            Some(period) => Some(period?),
            None => around.period.cloned(),
        },
        dates: given(dates)?.unwrap_or_default(),
        sources: given(sources)?,
        channels: given(channels)?.unwrap_or_default(),
        family: given(family)?.unwrap_or_default(),
        sufficient: given(sufficient)?,
        people: people?,
        documents: documents?.unwrap_or_default(),
        terms: given(terms)?,
        identifiers: identifiers?,
        exclude: given(exclude)?.unwrap_or_default(),
    })
}

/// An item that only refers to another would be searched for everything in its period.
fn bare_reference(reader: &mut Reader<'_>, section: &Section<'_>, letter: &Letter) -> Option<()> {
    let narrows = SEARCH_KEYS.iter().chain(&PEOPLE_KEYS).any(|key| section.get(key).is_some());
    if letter.see.is_empty() || narrows || section.get("kind").is_some() {
        return Some(());
    }
    let hint = "write kind = \"cross-reference\" where the earlier items answer it alone, kind = \"search\" where \
                everything of the period is meant";
    let message = "this item refers to others and says nothing else of what is to be found";
    reader.wrong(section.span.clone(), message, Some(hint.to_owned()));
    None
}

fn date_rule(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<DateRule> {
    if matches!(value.get_ref(), DeValue::Table(_)) {
        let hint =
            "give each channel an item of its own, with its rule: 3(a) for mail, 3(b) for chat".to_owned();
        reader.wrong(value.span(), "dates: found a table, expected one rule for the item", Some(hint));
        return None;
    }
    reader.one_of(value, "dates", &DateRule::ALL, DateRule::as_str)
}

/// Reads `{ stop = RULE, documents = N }`.
fn sufficient(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Sufficient> {
    let section = reader.section(value, "sufficient_to_show")?;
    reader.known_keys(&section, &["stop", "documents"]);
    let stop = reader.required(&section, "stop").and_then(|value| reader.line(value, "stop"));
    let documents = section.get("documents").map(|value| {
        let count = value.get_ref().as_integer().and_then(|number| number.as_str().parse().ok());
        if count.is_none_or(|count: u64| count == 0) {
            reader.wrong(value.span(), "documents: expected a whole number, 1 or more", None);
            return None;
        }
        count
    });
    Some(Sufficient { stop: stop?, documents: given(documents)? })
}

/// Absent is fine; given and unreadable is not.
pub(super) fn given<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(value) => value.map(Some),
    }
}

/// Reads `{ from = DAY, to = DAY }`, one of which may be left out.
pub(super) fn period(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<WrittenPeriod> {
    let section = reader.section(value, "period")?;
    reader.known_keys(&section, &["from", "to"]);
    let mut day = |key| section.get(key).map(|value| reader.day(value, key));
    let (first, last) = (day("from"), day("to"));
    if first.is_none() && last.is_none() {
        let hint = "give from, to or both; both days are included".to_owned();
        reader.wrong(value.span(), "period names no day", Some(hint));
        return None;
    }
    let (first, last) = (given(first)?, given(last)?);
    // The zone shifts the instants, not whether there are any days.
    if let Err(error) = DateWindow::open(first, last, chrono_tz::UTC) {
        reader.wrong(value.span(), format!("period: {error}"), None);
        return None;
    }
    Some(WrittenPeriod { first, last, span: value.span() })
}

fn documents(reader: &mut Reader<'_>, section: &Section<'_>) -> Option<Option<Documents>> {
    given(
        section
            .get("documents")
            .map(|value| reader.one_of(value, "documents", &Documents::ALL, Documents::as_str)),
    )
}

fn exclusion(reader: &mut Reader<'_>, value: &Value<'_>, dates: DateRule) -> Option<Exclusion<Parsed>> {
    let section = reader.section(value, "exclude")?;
    let own = ["reason", "period", "documents", "terms"];
    reader.known_keys(&section, &[own.as_slice(), PEOPLE_KEYS.as_slice()].concat());
    let reason = reader.required(&section, "reason").and_then(|value| reader.line(value, "reason"));
    let people = people(reader, &section);
    let period = section.get("period").map(|value| period(reader, value));
    let documents = documents(reader, &section);
    let terms = section.get("terms").map(|value| terms(reader, value));
    let mut all = people?;
    all.extend(given(period)?.map(|period| dates.of(period)));
    all.extend(documents?.map(Criteria::Documents));
    all.extend(given(terms)?.map(Criteria::Terms));
    if all.is_empty() {
        let hint =
            "say whom, when or what it leaves out: from, between, period, documents or terms".to_owned();
        reader.wrong(value.span(), "this exclusion leaves out everything", Some(hint));
        return None;
    }
    Some(Exclusion { reason: reason?, criteria: Criteria::All(all) })
}
