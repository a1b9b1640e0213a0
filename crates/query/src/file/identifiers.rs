//! Identifiers of an item.

use super::item::given;
use super::table::{Reader, Section, Value};
use crate::identifier::{Identifier, IdentifierKind, Identifiers, Join};
use duces_indexer::TextField;

/// Reads `identifiers` and how they go with the words.
pub(super) fn read(reader: &mut Reader<'_>, section: &Section<'_>) -> Option<Identifiers> {
    let list = section.get("identifiers").map(|value| reader.list(value, "identifiers", one));
    let key = "identifiers_with_terms";
    let join = section.get(key).map(|value| reader.one_of(value, key, &Join::ALL, Join::as_str));
    match (section.get("identifiers"), section.get("terms"), section.get(key)) {
        (Some(value), Some(_), None) => {
            let message =
                format!("[[item]] has terms and identifiers and no key {key:?}, which must be given then");
            let hint = "\"or\": the words or one of the identifiers; \"and\": both".to_owned();
            reader.wrong(value.span(), message, Some(hint));
            return None;
        }
        (identifiers, terms, Some(value)) if identifiers.is_none() || terms.is_none() => {
            let message = format!("{key} means nothing without both terms and identifiers");
            reader.wrong(value.span(), message, None);
            return None;
        }
        _ => {}
    }
    Some(Identifiers { list: given(list)?.unwrap_or_default(), join: given(join)?.unwrap_or_default() })
}

fn one(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Identifier> {
    let section = reader.section(value, "identifiers")?;
    reader.known_keys(&section, &["kind", "value", "leading_zeros", "fields"]);
    let kind = reader
        .required(&section, "kind")
        .and_then(|value| reader.one_of(value, "kind", &IdentifierKind::ALL, IdentifierKind::as_str));
    let written = reader.required(&section, "value");
    let text = written.and_then(|value| reader.line(value, "value"));
    let zeros = section.get("leading_zeros").map(|value| reader.truth(value, "leading_zeros"));
    let fields = section.get("fields").map(|value| {
        reader.list(value, "fields", |reader, value| {
            reader.one_of(value, "fields", &TextField::ALL, TextField::as_str)
        })
    });
    let zeros = given(zeros)?.unwrap_or(false);
    let mut fields = given(fields)?.unwrap_or_else(|| TextField::USUAL.to_vec());
    fields.sort_unstable();
    fields.dedup();
    match Identifier::new(kind?, &text?, zeros, fields) {
        Ok(identifier) => Some(identifier),
        Err(message) => {
            reader.wrong(written?.span(), format!("value: {message}"), None);
            None
        }
    }
}
