//! Values of a TOML file taken out one by one, each mistake noted with its place.

use crate::language::TermLists;
use crate::state::{Placed, Reference};
use crate::suggest;
use chrono::NaiveDate;
use duces_model::Mistake;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// A table with the name under which people know it.
pub(super) struct Section<'t> {
    pub(super) name: String,
    /// Where it starts: what is missing in it is missing there.
    pub(super) span: Range<usize>,
    pub(super) table: &'t DeTable<'t>,
}

impl<'t> Section<'t> {
    pub(super) fn get(&self, key: &str) -> Option<&'t Value<'t>> {
        self.table.get(key)
    }
}

/// Takes values out of one file and notes what is wrong.
pub(super) struct Reader<'f> {
    pub(super) file: &'f str,
    pub(super) text: &'f str,
    pub(super) lists: &'f dyn TermLists,
    pub(super) mistakes: Vec<Mistake>,
    /// Names that only the register can tell, whether the item around them can be read or not.
    pub(super) references: Vec<Reference>,
    /// Where people are named by a defined term.
    pub(super) defined: Vec<Placed<String>>,
}

impl<'f> Reader<'f> {
    pub(super) fn new(file: &'f str, text: &'f str, lists: &'f dyn TermLists) -> Self {
        Self { file, text, lists, mistakes: Vec::new(), references: Vec::new(), defined: Vec::new() }
    }

    pub(super) fn wrong(&mut self, span: Range<usize>, message: impl Into<String>, hint: Option<String>) {
        let mistake = Mistake::in_text(self.file, self.text, span, message);
        self.mistakes.push(Mistake { hint, ..mistake });
    }

    pub(super) fn wrong_type(&mut self, value: &Value<'_>, key: &str, expected: &str) {
        let found = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number with a fraction",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.wrong(value.span(), format!("{key}: found {found}, expected {expected}"), None);
    }

    /// Notes every key that is not known.
    pub(super) fn known_keys(&mut self, section: &Section<'_>, known: &[&str]) {
        for key in section.table.keys() {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let message = format!("{} has no key {name:?}", section.name);
                self.wrong(key.span(), message, suggest::hint(name, known));
            }
        }
    }

    pub(super) fn required<'t>(&mut self, section: &Section<'t>, key: &str) -> Option<&'t Value<'t>> {
        let value = section.get(key);
        if value.is_none() {
            let message = format!("{} has no key {key:?}, which must be given", section.name);
            self.wrong(section.span.clone(), message, None);
        }
        value
    }

    pub(super) fn section<'t>(&mut self, value: &'t Value<'t>, name: &str) -> Option<Section<'t>> {
        match value.get_ref() {
            DeValue::Table(table) => Some(Section { name: name.to_owned(), span: value.span(), table }),
            _ => {
                self.wrong_type(value, name, "a table");
                None
            }
        }
    }

    pub(super) fn string<'t>(&mut self, value: &'t Value<'t>, key: &str) -> Option<&'t str> {
        match value.get_ref() {
            DeValue::String(text) => Some(text),
            _ => {
                self.wrong_type(value, key, "a string in quotes");
                None
            }
        }
    }

    /// A string that is not blank, without the space around it.
    pub(super) fn line(&mut self, value: &Value<'_>, key: &str) -> Option<String> {
        let text = self.string(value, key)?.trim();
        if text.is_empty() {
            self.wrong(value.span(), format!("{key} is empty"), None);
            return None;
        }
        Some(text.to_owned())
    }

    /// A list of at least one value, each taken by `take`.
    pub(super) fn list<T>(
        &mut self,
        value: &Value<'_>,
        key: &str,
        mut take: impl FnMut(&mut Self, &Value<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let DeValue::Array(values) = value.get_ref() else {
            self.wrong_type(value, key, "a list in brackets");
            return None;
        };
        if values.is_empty() {
            let hint = "leave the key out where nothing is meant".to_owned();
            self.wrong(value.span(), format!("{key} is an empty list"), Some(hint));
            return None;
        }
        let taken: Vec<Option<T>> = values.iter().map(|value| take(self, value)).collect();
        taken.into_iter().collect()
    }

    /// A value that its type reads from a string.
    pub(super) fn parsed<T, E: std::fmt::Display>(
        &mut self,
        value: &Value<'_>,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.line(value, key)?;
        match parse(&text) {
            Ok(parsed) => Some(parsed),
            Err(error) => {
                self.wrong(value.span(), format!("{key}: {error}"), None);
                None
            }
        }
    }

    /// One of a few words.
    pub(super) fn one_of<T: Copy>(
        &mut self,
        value: &Value<'_>,
        key: &str,
        all: &[T],
        word: fn(T) -> &'static str,
    ) -> Option<T> {
        let text = self.string(value, key)?;
        let found = all.iter().copied().find(|one| word(*one) == text);
        if found.is_none() {
            let known: Vec<&str> = all.iter().map(|one| word(*one)).collect();
            let message = format!("{key}: found {text:?}, expected one of: {}", known.join(", "));
            let hint = suggest::nearest(text, known).map(|word| format!("did you mean {word:?}?"));
            self.wrong(value.span(), message, hint);
        }
        found
    }

    pub(super) fn truth(&mut self, value: &Value<'_>, key: &str) -> Option<bool> {
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            self.wrong_type(value, key, "true or false");
        }
        truth
    }

    /// A civil day, written as TOML writes it: without quotes, time or zone.
    pub(super) fn day(&mut self, value: &Value<'_>, key: &str) -> Option<NaiveDate> {
        let written = match value.get_ref() {
            DeValue::Datetime(written) => written,
            DeValue::String(_) => {
                let hint = "write the day without quotes: 2024-01-31".to_owned();
                self.wrong(value.span(), format!("{key}: found a string, expected a day"), Some(hint));
                return None;
            }
            _ => {
                self.wrong_type(value, key, "a day such as 2024-01-31");
                return None;
            }
        };
        match (written.date, written.time, written.offset) {
            (Some(date), None, None) => {
                let day = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into());
                if day.is_none() {
                    self.wrong(value.span(), format!("{key}: there is no day {written}"), None);
                }
                day
            }
            _ => {
                let hint = "periods are whole days; the zone stands in [request]".to_owned();
                self.wrong(value.span(), format!("{key}: found {written}, expected a day alone"), Some(hint));
                None
            }
        }
    }
}
