//! People of an item, an exclusion or a defined term.

use super::item::given;
use super::table::{Reader, Section, Value};
use crate::criteria::{Criteria, Domain, Side};
use crate::state::{Parsed, Placed, Reference, WrittenParty};
use duces_model::EmailAddress;
use toml::de::DeValue;

pub(super) const PEOPLE_KEYS: [&str; 9] =
    ["from", "to", "cc", "bcc", "recipients", "participants", "between", "external", "internal"];

/// The criteria on people of an item or an exclusion; all of them hold.
pub(super) fn people(reader: &mut Reader<'_>, section: &Section<'_>) -> Option<Vec<Criteria<Parsed>>> {
    let mut found: Vec<Option<Criteria<Parsed>>> = Vec::new();
    for side in Side::ALL {
        if let Some(value) = section.get(side.as_str()) {
            let party = party(reader, value, side.as_str());
            found.push(party.map(|party| Criteria::Party { side, party }));
        }
    }
    if let Some(value) = section.get("between") {
        found.push(between(reader, value));
    }
    if let Some(value) = section.get("external") {
        found.push(firm(reader, value, "external").map(Criteria::Outside));
    }
    if let Some(value) = section.get("internal") {
        let inside = |span| Criteria::Not(Box::new(Criteria::Outside(span)));
        found.push(firm(reader, value, "internal").map(inside));
        if section.get("external").is_some() {
            reader.wrong(value.span(), "internal and external leave no document", None);
            return None;
        }
    }
    found.into_iter().collect()
}

/// `true`, where the firm's domains are asked.
fn firm(reader: &mut Reader<'_>, value: &Value<'_>, key: &str) -> Option<std::ops::Range<usize>> {
    if reader.truth(value, key)? {
        reader.references.push(Reference::Firm(value.span()));
        return Some(value.span());
    }
    let hint = "leave the key out where both are meant; the opposite of external is internal".to_owned();
    reader.wrong(value.span(), format!("{key}: found false, expected true"), Some(hint));
    None
}

/// One of `a` and one of `b` take part in the same message.
fn between(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Criteria<Parsed>> {
    let section = reader.section(value, "between")?;
    reader.known_keys(&section, &["a", "b"]);
    let mut side = |key| {
        let party = reader.required(&section, key).and_then(|value| party(reader, value, key))?;
        Some(Criteria::Party { side: Side::Participants, party })
    };
    let (a, b) = (side("a"), side("b"));
    Some(Criteria::All(vec![a?, b?]))
}

fn party(reader: &mut Reader<'_>, value: &Value<'_>, key: &str) -> Option<WrittenParty> {
    let section = reader.section(value, key)?;
    reader.known_keys(&section, &["people", "groups", "defined", "addresses", "domains"]);
    if section.table.is_empty() {
        let hint = "give people, groups, addresses, domains or a defined term".to_owned();
        reader.wrong(value.span(), format!("{key} names nobody"), Some(hint));
        return None;
    }
    party_of(reader, &section)
}

/// The people whom the keys of a table name.
pub(super) fn party_of(reader: &mut Reader<'_>, section: &Section<'_>) -> Option<WrittenParty> {
    let people = section.get("people").map(|value| {
        reader.list(value, "people", |reader, value| {
            let person = Placed { value: reader.parsed(value, "people", str::parse)?, span: value.span() };
            reader.references.push(Reference::Person(person.clone()));
            Some(person)
        })
    });
    let groups = section.get("groups").map(|value| {
        reader.list(value, "groups", |reader, value| {
            let group = Placed { value: reader.parsed(value, "groups", str::parse)?, span: value.span() };
            reader.references.push(Reference::Group(group.clone()));
            Some(group)
        })
    });
    let defined = section.get("defined").map(|value| match value.get_ref() {
        DeValue::String(_) => term(reader, value).map(|term| vec![term]),
        _ => reader.list(value, "defined", term),
    });
    let addresses = section.get("addresses").map(|value| {
        reader.list(value, "addresses", |reader, value| reader.parsed(value, "addresses", EmailAddress::new))
    });
    let domains = section.get("domains").map(|value| {
        reader.list(value, "domains", |reader, value| reader.parsed(value, "domains", Domain::new))
    });
    Some(WrittenParty {
        people: given(people)?.unwrap_or_default(),
        groups: given(groups)?.unwrap_or_default(),
        defined: given(defined)?.unwrap_or_default(),
        addresses: given(addresses)?.unwrap_or_default(),
        domains: given(domains)?.unwrap_or_default(),
    })
}

fn term(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Placed<String>> {
    let term = Placed { value: reader.line(value, "defined")?, span: value.span() };
    reader.defined.push(term.clone());
    Some(term)
}
