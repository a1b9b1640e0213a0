//! The request file: TOML that people edit, every mistake with its place, all at once.

mod item;
mod raw_string;
mod table;

use crate::request::Request;
use crate::state::{Origin, Parsed};
use crate::suggest;
use chrono::NaiveDate;
use chrono_tz::Tz;
use duces_model::{Mistake, Mistakes};
use table::{Reader, Section, Value};
use toml::de::{DeTable, DeValue};

/// Version of the request file's form that this version reads.
const FORMAT: &str = "1";

/// Reads a request file. `file` is its name as the user knows it, `text` its content.
///
/// # Errors
/// Everything that is wrong in it: what TOML does not allow, else every unknown or missing key, wrong
/// value and mistake in a query.
pub fn parse(file: &str, text: &str) -> Result<Request<Parsed>, Mistakes> {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader::new(file, text);
    for error in &errors {
        let message = lower_first(error.message());
        reader.wrong(error.span().unwrap_or(0..0), message, None);
    }
    if !errors.is_empty() {
        // What a broken file seems to lack may only stand behind the break.
        return finish(reader.mistakes, None);
    }
    let document = Section { name: "the file".to_owned(), span: 0..0, table: document.get_ref() };
    let request = read(&mut reader, &document);
    finish(reader.mistakes, request)
}

fn finish<T>(mistakes: Vec<Mistake>, value: Option<T>) -> Result<T, Mistakes> {
    match value {
        Some(value) => Mistakes::or(mistakes, value),
        None => match Mistakes::or(mistakes, ()) {
            Err(mistakes) => Err(mistakes),
            Ok(()) => unreachable!("what cannot be read is noted as a mistake"),
        },
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
    let (head, (items, places)) = (head?, items?);
    Some(Request {
        authority: head.authority?,
        number: head.number?,
        title: head.title?,
        received: head.received,
        due: head.due,
        declaration_1746: head.declaration_1746,
        items,
        origin: Origin {
            file: reader.file.to_owned(),
            text: reader.text.to_owned(),
            zone: head.zone,
            items: places,
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

type Items = (Vec<crate::Item<Parsed>>, Vec<std::ops::Range<usize>>);

fn items(reader: &mut Reader<'_>, value: &Value<'_>, head: Option<&Head>) -> Option<Items> {
    let DeValue::Array(values) = value.get_ref() else {
        reader.wrong_type(value, "item", "one or more tables [[item]]");
        return None;
    };
    let period = head.and_then(|head| head.period.as_ref());
    let mut items: Vec<Option<crate::Item<Parsed>>> = Vec::new();
    let mut places = Vec::new();
    let mut ids: Vec<String> = Vec::new();
    for value in values.iter() {
        let Some(section) = reader.section(value, "[[item]]") else {
            items.push(None);
            continue;
        };
        if let Some(id) = section.get("id")
            && let DeValue::String(text) = id.get_ref()
        {
            if ids.contains(&text.to_string()) {
                reader.wrong(id.span(), format!("item {text:?} stands in the file twice"), None);
            }
            ids.push(text.to_string());
        }
        places.push(section.span.clone());
        items.push(item::read(reader, &section, period));
    }
    Some((items.into_iter().collect::<Option<Vec<_>>>()?, places))
}

#[cfg(test)]
mod tests;
