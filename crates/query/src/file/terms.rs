//! The `terms` of an item or an exclusion: a query, or a list of terms.

use super::item::given;
use super::raw_string::raw_offsets;
use super::table::{Reader, Section, Value};
use crate::criteria::Criteria;
use crate::language::{Dialect, ListPart, Reading, TermList, Terms, term_list};
use crate::request::Request;
use crate::state::State;
use duces_indexer::TextField;

/// Reads the table; `None` where it cannot be read, the mistakes being noted.
pub(super) fn terms(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Terms> {
    let section = reader.section(value, "terms")?;
    reader.known_keys(&section, &["dialect", "fields", "noise", "query", "list", "sheet", "column"]);
    let dialect = reader.required(&section, "dialect").and_then(|value| dialect(reader, value));
    let fields = section.get("fields").map(|value| reader.list(value, "fields", field));
    let noise = section.get("noise").map(|value| reader.list(value, "noise", noise_word));
    let source = source(reader, &section);
    let (fields, noise) = (given(fields)?.unwrap_or_default(), given(noise)?.unwrap_or_default());
    // Where the dialect is wrong the text is not read in another one.
    let (reading, source) = (Reading::new(dialect?).over(&fields), source?);
    let reading = noise.iter().try_fold(reading, |reading, word| reading.with_noise(word).ok())?;
    match source {
        Source::Query(value, text) => query(reader, &reading, value, text),
        Source::List(value, sheet, column) => {
            list(reader, &reading, value, ListPart { sheet: sheet.as_deref(), column: column.as_deref() })
        }
    }
}

/// Where the words come from.
enum Source<'t> {
    /// The text itself.
    Query(&'t Value<'t>, &'t str),
    /// A list's name, and the sheet and the column that hold the terms.
    List(&'t Value<'t>, Option<String>, Option<String>),
}

fn source<'t>(reader: &mut Reader<'_>, section: &Section<'t>) -> Option<Source<'t>> {
    let mut line = |key: &str| section.get(key).map(|value| reader.line(value, key));
    let (sheet, column) = (line("sheet"), line("column"));
    match (section.get("query"), section.get("list")) {
        (Some(value), None) => {
            for key in ["sheet", "column"] {
                if let Some(beside) = section.get(key) {
                    let message = format!("{key:?} stands beside a query, expected it beside \"list\"");
                    reader.wrong(beside.span(), message, Some("leave it out".to_owned()));
                    return None;
                }
            }
            reader.string(value, "query").map(|text| Source::Query(value, text))
        }
        (None, Some(value)) => Some(Source::List(value, given(sheet)?, given(column)?)),
        (Some(_), Some(value)) => {
            let hint = "put the list into another item, or its terms into the query".to_owned();
            reader.wrong(value.span(), "terms has both \"query\" and \"list\", expected one", Some(hint));
            None
        }
        (None, None) => {
            let message = "terms has neither \"query\" nor \"list\", one of which must be given";
            reader.wrong(section.span.clone(), message, None);
            None
        }
    }
}

fn query(reader: &mut Reader<'_>, reading: &Reading, value: &Value<'_>, text: &str) -> Option<Terms> {
    match reading.read(text) {
        Ok(terms) => Some(terms),
        Err(mistakes) => {
            let places = raw_offsets(reader.text, value.span(), text);
            for mistake in mistakes {
                let span = match &places {
                    Some(places) => places[mistake.span.start]..places[mistake.span.end],
                    None => value.span(),
                };
                reader.wrong(span, mistake.message, mistake.hint);
            }
            None
        }
    }
}

fn list(reader: &mut Reader<'_>, reading: &Reading, value: &Value<'_>, part: ListPart<'_>) -> Option<Terms> {
    let name = reader.line(value, "list")?;
    if !is_plain_path(&name) {
        let message = format!("list: found {name:?}, expected a path below the folder of request files");
        reader.wrong(value.span(), message, Some("write list = \"terms/item-1.csv\"".to_owned()));
        return None;
    }
    let bytes = match reader.lists.bytes(&name) {
        Ok(bytes) => bytes,
        Err(reason) => {
            reader.wrong(value.span(), format!("list {name:?} cannot be read: {reason}"), None);
            return None;
        }
    };
    match term_list(reading, &name, &bytes, part) {
        Ok(terms) => Some(terms),
        Err(mistakes) => {
            reader.mistakes.extend(mistakes.iter().cloned());
            None
        }
    }
}

/// A relative path with forward slashes that leads nowhere but down.
fn is_plain_path(name: &str) -> bool {
    name.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':', '\0']))
}

fn dialect(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Dialect> {
    match Dialect::named(reader.string(value, "dialect")?) {
        Ok(dialect) => Some(dialect),
        Err((message, hint)) => {
            reader.wrong(value.span(), message, hint);
            None
        }
    }
}

fn noise_word(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<String> {
    let word = reader.line(value, "noise")?;
    if let Err(message) = Reading::new(Dialect::DtSearch).with_noise(&word) {
        let hint = "noise words stand one by one: noise = [\"of\", \"the\"]".to_owned();
        reader.wrong(value.span(), format!("noise: {message}"), Some(hint));
        return None;
    }
    Some(word)
}

fn field(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<TextField> {
    reader.one_of(value, "fields", &TextField::ALL, TextField::as_str)
}

impl<S: State> Request<S> {
    /// The lists of terms that the request was read from, in the order of the file, with their bytes:
    /// what must be kept beside the request file so that it can be read again.
    pub fn term_lists(&self) -> Vec<&TermList> {
        let mut lists = Vec::new();
        for item in self.items() {
            lists.extend(item.terms().and_then(Terms::list));
            item.exclusions().iter().for_each(|exclusion| in_criteria(&exclusion.criteria, &mut lists));
        }
        lists
    }
}

fn in_criteria<'c, S: State>(criteria: &'c Criteria<S>, lists: &mut Vec<&'c TermList>) {
    match criteria {
        Criteria::All(parts) | Criteria::Any(parts) => parts.iter().for_each(|part| in_criteria(part, lists)),
        Criteria::Not(part) => in_criteria(part, lists),
        Criteria::Terms(terms) => lists.extend(terms.list()),
        _ => {}
    }
}
