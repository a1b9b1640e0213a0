//! Items that are answered beside the searches, and the terms that they define.

use super::item::{Around, given};
use super::people::party_of;
use super::table::{Reader, Section};
use crate::beside::{Asks, Beside, ItemKind};
use crate::request::Letter;
use crate::state::Parsed;
use crate::suggest;
use duces_model::ItemId;

/// The keys of each kind beside those that every item has.
pub(super) fn keys(kind: ItemKind) -> &'static [&'static str] {
    match kind {
        ItemKind::Checklist => &["period", "entries"],
        ItemKind::Narrative => &["period", "answer_by"],
        ItemKind::Schedule => &["period", "columns"],
        ItemKind::DefinedTerm => &["term", "means", "people", "groups", "addresses", "domains"],
        ItemKind::CrossReference => &[],
        ItemKind::Search => super::item::SEARCH_KEYS,
    }
}

/// Reads what an item asks for that no search answers.
pub(super) fn read(
    reader: &mut Reader<'_>,
    section: &Section<'_>,
    kind: ItemKind,
    (id, text, letter): (Option<ItemId>, Option<String>, Option<Letter>),
    around: &Around<'_>,
) -> Option<Beside<Parsed>> {
    let period = given(section.get("period").map(|value| super::item::period(reader, value)));
    let asks = asks(reader, section, kind);
    let letter = letter?;
    if kind == ItemKind::CrossReference && letter.see.is_empty() {
        let message = "an item of kind \"cross-reference\" has no key \"see\", which must be given";
        reader.wrong(section.span.clone(), message, None);
        return None;
    }
    let about_days = matches!(kind, ItemKind::Checklist | ItemKind::Narrative | ItemKind::Schedule);
    let period = period?.or_else(|| around.period.filter(|_| about_days).cloned());
    Some(Beside { id: id?, text: text?, letter, period, asks: asks? })
}

fn asks(reader: &mut Reader<'_>, section: &Section<'_>, kind: ItemKind) -> Option<Asks<Parsed>> {
    let lines = |reader: &mut Reader<'_>, key: &str| {
        let value = reader.required(section, key)?;
        reader.list(value, key, |reader, value| reader.line(value, key))
    };
    Some(match kind {
        ItemKind::Checklist => Asks::Checklist { entries: lines(reader, "entries")? },
        ItemKind::Schedule => Asks::Schedule { columns: lines(reader, "columns")? },
        ItemKind::Narrative => {
            let answer_by = section.get("answer_by").map(|value| reader.line(value, "answer_by"));
            Asks::Narrative { answer_by: given(answer_by)? }
        }
        ItemKind::DefinedTerm => {
            let mut line = |key| reader.required(section, key).and_then(|value| reader.line(value, key));
            let (term, means) = (line("term"), line("means"));
            let names_people = names_people(section);
            let party = names_people.then(|| party_of(reader, section));
            Asks::DefinedTerm { term: term?, means: means?, party: given(party)? }
        }
        ItemKind::CrossReference | ItemKind::Search => Asks::CrossReference,
    })
}

fn names_people(section: &Section<'_>) -> bool {
    ["people", "groups", "addresses", "domains"].iter().any(|key| section.get(key).is_some())
}

/// A term that the letter defines, and whether it names people.
pub(super) struct Defined {
    term: String,
    names_people: bool,
    span: std::ops::Range<usize>,
}

/// The term that an item defines, whether the rest of the item can be read or not.
pub(super) fn defined(section: &Section<'_>) -> Option<Defined> {
    let kind = section.get("kind")?.get_ref().as_str()?;
    if kind != ItemKind::DefinedTerm.as_str() {
        return None;
    }
    let value = section.get("term")?;
    let term = value.get_ref().as_str()?.trim().to_owned();
    Some(Defined { term, names_people: names_people(section), span: value.span() })
}

/// Notes terms that are defined twice, and those by which people are named in vain.
pub(super) fn check_defined(reader: &mut Reader<'_>, terms: &[Defined]) {
    for (at, term) in terms.iter().enumerate() {
        if terms[..at].iter().any(|earlier| earlier.term == term.term) {
            reader.wrong(term.span.clone(), format!("the term {:?} is defined twice", term.term), None);
        }
    }
    for used in std::mem::take(&mut reader.defined) {
        let name = used.value.as_str();
        match terms.iter().find(|term| term.term == name) {
            Some(term) if term.names_people => {}
            Some(_) => {
                let hint = "give its item people, groups, addresses or domains".to_owned();
                reader.wrong(used.span, format!("the term {name:?} names nobody"), Some(hint));
            }
            None => {
                let known = terms.iter().map(|term| term.term.as_str());
                let hint = match suggest::nearest(name, known) {
                    Some(term) => format!("did you mean {term:?}?"),
                    None => "define it in an item of kind \"defined-term\"".to_owned(),
                };
                reader.wrong(used.span, format!("the file defines no term {name:?}"), Some(hint));
            }
        }
    }
}
