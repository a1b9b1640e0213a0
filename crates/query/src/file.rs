//! The request file: TOML that people edit, every mistake with its place, all at once.

mod beside;
mod identifiers;
mod item;
mod people;
mod raw_string;
mod table;
mod terms;

use crate::language::{NoTermLists, TermLists};
use crate::request::Request;
use crate::state::{Origin, Parsed, Reference};
use crate::suggest;
use chrono::NaiveDate;
use chrono_tz::Tz;
use duces_model::{Mistake, Mistakes};
use table::{Reader, Section, Value};
use toml::de::{DeTable, DeValue};

/// Version of the request file's form that this version reads.
const FORMAT: &str = "1";

/// Reads a request file that names no lists of terms; one that does is refused.
///
/// # Errors
/// As [`parse_with`].
pub fn parse(file: &str, text: &str) -> Result<Request<Parsed>, Mistakes> {
    parse_with(file, text, &NoTermLists)
}

/// Reads a request file. `file` is its name as the user knows it, `text` its content; `lists` gives
/// the lists of terms that it names.
///
/// [`crate::read`] reads and resolves, with the mistakes of both at once.
///
/// # Errors
/// Everything that is wrong in it: what TOML does not allow, else every unknown or missing key, wrong
/// value and mistake in a query or a list.
pub fn parse_with(file: &str, text: &str, lists: &dyn TermLists) -> Result<Request<Parsed>, Mistakes> {
    let parts = parts(file, text, lists);
    match parts.request {
        Some(request) => Mistakes::or(parts.mistakes, request),
        None => refused(parts.mistakes),
    }
}

/// What could be read of a file.
pub(crate) struct Parts {
    pub(crate) mistakes: Vec<Mistake>,
    /// Absent where a part of it could not be read; a mistake says so then.
    pub(crate) request: Option<Request<Parsed>>,
    /// Names that only the register can tell.
    pub(crate) references: Vec<Reference>,
}

/// Reads what can be read.
pub(crate) fn parts(file: &str, text: &str, lists: &dyn TermLists) -> Parts {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader::new(file, text, lists);
    for error in &errors {
        let message = lower_first(error.message());
        reader.wrong(error.span().unwrap_or(0..0), message, None);
    }
    let mut request = None;
    // What a broken file seems to lack may only stand behind the break.
    if errors.is_empty() {
        let document = Section { name: "the file".to_owned(), span: 0..0, table: document.get_ref() };
        request = read(&mut reader, &document);
    }
    Parts { mistakes: reader.mistakes, request, references: reader.references }
}

/// Mistakes alone.
pub(crate) fn refused<T>(mistakes: Vec<Mistake>) -> Result<T, Mistakes> {
    match Mistakes::or(mistakes, ()) {
        Err(mistakes) => Err(mistakes),
        Ok(()) => unreachable!("what cannot be read is noted as a mistake"),
    }
}

fn lower_first(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or(String::new(), |first| first.to_lowercase().chain(chars).collect())
}

fn read(reader: &mut Reader<'_>, document: &Section<'_>) -> Option<Request<Parsed>> {
    reader.known_keys(document, &["format", "request", "item"]);
    format(reader, document);
    let request = reader.required(document, "request").and_then(|value| reader.section(value, "[request]"));
    let head = request.as_ref().and_then(|section| head(reader, section));
    let items = reader.required(document, "item").and_then(|value| items(reader, value, head.as_ref()));
    let (head, items) = (head?, items?);
    Some(Request {
        authority: head.authority?,
        number: head.number?,
        title: head.title?,
        received: head.received,
        due: head.due,
        declaration_1746: head.declaration_1746,
        items: items.searched,
        beside: items.beside,
        origin: Origin {
            file: reader.file.to_owned(),
            text: reader.text.to_owned(),
            zone: head.zone,
            items: items.places,
        },
    })
}

fn format(reader: &mut Reader<'_>, document: &Section<'_>) {
    let Some(value) = reader.required(document, "format") else { return };
    match value.get_ref() {
        DeValue::Integer(number) if number.as_str() == FORMAT => {}
        DeValue::Integer(number) => {
            let message = format!("found format {}, this version reads format {FORMAT}", number.as_str());
            reader.wrong(value.span(), message, None);
        }
        _ => reader.wrong_type(value, "format", "the number 1"),
    }
}

/// What stands under `[request]`; absent where it is missing or wrong.
struct Head {
    authority: Option<String>,
    number: Option<String>,
    title: Option<String>,
    received: Option<NaiveDate>,
    due: Option<NaiveDate>,
    zone: Option<Tz>,
    period: Option<crate::state::WrittenPeriod>,
    declaration_1746: bool,
}

fn head(reader: &mut Reader<'_>, section: &Section<'_>) -> Option<Head> {
    let known = ["authority", "number", "title", "received", "due", "zone", "period", "declaration_1746"];
    reader.known_keys(section, &known);
    let mut line = |key| reader.required(section, key).and_then(|value| reader.line(value, key));
    let (authority, number, title) = (line("authority"), line("number"), line("title"));
    let received = section.get("received").and_then(|value| reader.day(value, "received"));
    let due = section.get("due").and_then(|value| reader.day(value, "due"));
    if let (Some(from), Some(to), Some(value)) = (received, due, section.get("due"))
        && to < from
    {
        reader.wrong(value.span(), format!("due {to} stands before received {from}"), None);
    }
    Some(Head {
        authority,
        number,
        title,
        received,
        due,
        zone: section.get("zone").and_then(|value| zone(reader, value)),
        period: section.get("period").and_then(|value| item::period(reader, value)),
        declaration_1746: section
            .get("declaration_1746")
            .and_then(|value| reader.truth(value, "declaration_1746"))
            .unwrap_or(false),
    })
}

fn zone(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Tz> {
    let name = reader.line(value, "zone")?;
    if let Ok(zone) = name.parse() {
        return Some(zone);
    }
    let hint = match suggest::nearest(&name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())) {
        Some(known) => format!("did you mean {known:?}?"),
        None => "zones are named as in the IANA table: \"America/New_York\"".to_owned(),
    };
    reader.wrong(value.span(), format!("there is no time zone {name:?}"), Some(hint));
    None
}

/// The items of a file, apart by whether they are searched for.
#[derive(Default)]
struct Items {
    searched: Vec<crate::Item<Parsed>>,
    /// Where each of these starts.
    places: Vec<std::ops::Range<usize>>,
    beside: Vec<crate::Beside<Parsed>>,
}

fn items(reader: &mut Reader<'_>, value: &Value<'_>, head: Option<&Head>) -> Option<Items> {
    let DeValue::Array(values) = value.get_ref() else {
        reader.wrong_type(value, "item", "one or more tables [[item]]");
        return None;
    };
    let mut items = Items::default();
    let mut whole = true;
    let mut terms = Vec::new();
    let mut around = item::Around {
        period: head.and_then(|head| head.period.as_ref()),
        due: head.and_then(|head| head.due),
        received: head.and_then(|head| head.received),
        earlier: Vec::new(),
        place: 0,
    };
    for (place, value) in values.iter().enumerate() {
        let Some(section) = reader.section(value, "[[item]]") else {
            whole = false;
            continue;
        };
        around.place = place;
        let id = section.get("id").and_then(|id| id.get_ref().as_str().map(|text| (id.span(), text.trim())));
        if let Some((span, text)) = id.clone()
            && around.earlier.iter().any(|earlier| earlier == text)
        {
            reader.wrong(span, format!("item {text:?} stands in the file twice"), None);
        }
        terms.extend(beside::defined(&section));
        match item::read(reader, &section, &around) {
            Some(item::Read::Searched(item)) => {
                items.searched.push(*item);
                items.places.push(section.span.clone());
            }
            Some(item::Read::Beside(item)) => items.beside.push(*item),
            None => whole = false,
        }
        around.earlier.extend(id.map(|(_, text)| text.to_owned()));
    }
    beside::check_defined(reader, &terms);
    whole.then_some(items)
}

#[cfg(test)]
mod tests;
