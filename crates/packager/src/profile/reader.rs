//! Reads TOML tables key by key, and keeps every mistake with its place.

use duces_model::Mistake;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// Collects the mistakes of one file.
pub(super) struct Reader<'t> {
    file: &'t str,
    text: &'t str,
    pub(super) mistakes: Vec<Mistake>,
}

/// A table with its place.
#[derive(Clone, Copy)]
pub(super) struct Table<'t> {
    entries: &'t DeTable<'t>,
    /// How messages name it: `[rule.order]`.
    name: &'t str,
    from: usize,
}

/// A value with its place.
pub(super) struct Found<'t> {
    pub(super) value: &'t DeValue<'t>,
    pub(super) span: Range<usize>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(file: &'t str, text: &'t str) -> Self {
        Self { file, text, mistakes: Vec::new() }
    }

    pub(super) fn mistake(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.mistakes.push(Mistake::in_text(self.file, self.text, span, message));
    }

    pub(super) fn mistake_with_hint(&mut self, span: Range<usize>, message: String, hint: String) {
        self.mistakes.push(Mistake::in_text(self.file, self.text, span, message).hint(hint));
    }

    /// The table with no other keys than `known`.
    pub(super) fn table(
        &mut self,
        name: &'t str,
        entries: &'t DeTable<'t>,
        from: usize,
        known: &[&str],
    ) -> Table<'t> {
        for key in entries.keys() {
            if !known.contains(&key.get_ref().as_ref()) {
                let message = format!("found key {:?} in {name}, which is not known", key.get_ref());
                self.mistake_with_hint(key.span(), message, format!("known here: {}", known.join(", ")));
            }
        }
        Table { entries, name, from }
    }

    /// The value of a key that has to be there.
    pub(super) fn value(&mut self, table: Table<'t>, key: &str) -> Option<Found<'t>> {
        let found = table.entries.iter().find(|(name, _)| name.get_ref().as_ref() == key);
        if found.is_none() {
            let message = format!("found no key {key:?} in {}, expected one", table.name);
            self.mistake(table.from..table.from, message);
        }
        found.map(|(_, value)| Found { value: value.get_ref(), span: value.span() })
    }

    /// The value of a key that may be left out.
    pub(super) fn value_if_there(&self, table: Table<'t>, key: &str) -> Option<Found<'t>> {
        let found = table.entries.iter().find(|(name, _)| name.get_ref().as_ref() == key);
        found.map(|(_, value)| Found { value: value.get_ref(), span: value.span() })
    }

    fn wrong_type(&mut self, found: &Found<'_>, expected: &str) {
        let message = format!("found a value of type {}, expected {expected}", found.value.type_str());
        self.mistake(found.span.clone(), message);
    }

    pub(super) fn subtable(
        &mut self,
        table: Table<'t>,
        key: &str,
        name: &'t str,
        known: &[&str],
    ) -> Option<Table<'t>> {
        let found = self.value(table, key)?;
        let Some(entries) = found.value.as_table() else {
            self.wrong_type(&found, "a table");
            return None;
        };
        Some(self.table(name, entries, found.span.start, known))
    }

    /// A text that is not blank.
    pub(super) fn text(&mut self, table: Table<'t>, key: &str) -> Option<(String, Range<usize>)> {
        let found = self.value(table, key)?;
        let Some(text) = found.value.as_str() else {
            self.wrong_type(&found, "a text");
            return None;
        };
        if text.trim().is_empty() {
            self.mistake(found.span, "found an empty text, expected some");
            return None;
        }
        Some((text.to_owned(), found.span))
    }

    pub(super) fn whole_number(&mut self, table: Table<'t>, key: &str) -> Option<(u32, Range<usize>)> {
        let found = self.value(table, key)?;
        let Some(number) = found.value.as_integer() else {
            self.wrong_type(&found, "a whole number");
            return None;
        };
        match u32::from_str_radix(number.as_str(), number.radix()) {
            Ok(read) => Some((read, found.span)),
            Err(_) => {
                self.mistake(
                    found.span,
                    format!("found {number}, expected a whole number up to {}", u32::MAX),
                );
                None
            }
        }
    }

    /// A list, each entry with its place.
    pub(super) fn list(&mut self, table: Table<'t>, key: &str) -> Vec<Found<'t>> {
        let Some(found) = self.value(table, key) else { return Vec::new() };
        let Some(entries) = found.value.as_array() else {
            self.wrong_type(&found, "a list");
            return Vec::new();
        };
        entries.iter().map(|entry| Found { value: entry.get_ref(), span: entry.span() }).collect()
    }

    /// One of a set of words.
    pub(super) fn word<T: Copy>(
        &mut self,
        found: &Found<'t>,
        all: &[T],
        word: fn(T) -> &'static str,
    ) -> Option<T> {
        let Some(text) = found.value.as_str() else {
            self.wrong_type(found, "a text");
            return None;
        };
        let known = all.iter().copied().find(|known| word(*known) == text);
        if known.is_none() {
            let words: Vec<&str> = all.iter().map(|known| word(*known)).collect();
            self.mistake(found.span.clone(), format!("found {text:?}, expected one of {}", words.join(", ")));
        }
        known
    }
}
