//! One `[[item]]` of a request file.

use super::raw_string::raw_offsets;
use super::table::{Reader, Section, Value};
use crate::criteria::{Criteria, Documents, Domain, Side};
use crate::language::{self, Dialect, Terms};
use crate::request::{Exclusion, FamilyRule, Item};
use crate::state::{Parsed, Placed, WrittenParty, WrittenPeriod};
use crate::suggest;
use duces_indexer::TextField;
use duces_model::{Channel, DateWindow, EmailAddress};

/// Kinds of items that a later version brings.
const LATER_KINDS: [&str; 4] = ["checklist", "narrative", "schedule", "defined-term"];

const PEOPLE_KEYS: [&str; 7] = ["from", "to", "cc", "bcc", "recipients", "participants", "between"];

/// Reads an item; `None` where it cannot be read, the mistakes being noted.
pub(super) fn read(
    reader: &mut Reader<'_>,
    section: &Section<'_>,
    request_period: Option<&WrittenPeriod>,
) -> Option<Item<Parsed>> {
    let own =
        ["id", "text", "kind", "period", "sources", "channels", "documents", "terms", "exclude", "family"];
    reader.known_keys(section, &[own.as_slice(), PEOPLE_KEYS.as_slice()].concat());
    let id = reader.required(section, "id").and_then(|value| reader.parsed(value, "id", str::parse));
    let text = reader.required(section, "text").and_then(|value| reader.line(value, "text"));
    if let Some(value) = section.get("kind") {
        kind(reader, value);
    }
    let own_period = section.get("period").map(|value| period(reader, value));
    let sources = section.get("sources").map(|value| {
        reader.list(value, "sources", |reader, value| {
            let source = reader.parsed(value, "sources", str::parse)?;
            Some(Placed { value: source, span: value.span() })
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
    let exclude = section.get("exclude").map(|value| reader.list(value, "exclude", exclusion));
    let family = section
        .get("family")
        .map(|value| reader.one_of(value, "family", &FamilyRule::ALL, FamilyRule::as_str));
    Some(Item {
        id: id?,
        text: text?,
        period: match own_period {
            Some(period) => Some(period?),
            None => request_period.cloned(),
        },
        sources: given(sources)?,
        channels: given(channels)?.unwrap_or_default(),
        family: given(family)?.unwrap_or_default(),
        people: people?,
        documents: documents?.unwrap_or_default(),
        terms: given(terms)?,
        exclude: given(exclude)?.unwrap_or_default(),
    })
}

/// Absent is fine; given and unreadable is not.
fn given<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(value) => value.map(Some),
    }
}

fn kind(reader: &mut Reader<'_>, value: &Value<'_>) {
    let Some(kind) = reader.string(value, "kind") else { return };
    if kind == "search" {
        return;
    }
    if LATER_KINDS.contains(&kind) {
        let message = format!("items of kind {kind:?} are not supported in this version");
        let hint =
            "keep the item out of this file and answer it beside it; only \"search\" is supported".to_owned();
        return reader.wrong(value.span(), message, Some(hint));
    }
    let known = [["search"].as_slice(), LATER_KINDS.as_slice()].concat();
    let hint = suggest::nearest(kind, known).map(|word| format!("did you mean {word:?}?"));
    reader.wrong(value.span(), format!("kind: found {kind:?}, expected \"search\""), hint);
}

/// Reads `{ from = DAY, to = DAY }`.
pub(super) fn period(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<WrittenPeriod> {
    let section = reader.section(value, "period")?;
    reader.known_keys(&section, &["from", "to"]);
    let mut day = |key| reader.required(&section, key).and_then(|value| reader.day(value, key));
    let (first, last) = (day("from"), day("to"));
    let (first, last) = (first?, last?);
    // The zone shifts the instants, not whether there are any days.
    if let Err(error) = DateWindow::new(first, last, chrono_tz::UTC) {
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

/// The criteria on people of an item or an exclusion; all of them hold.
fn people(reader: &mut Reader<'_>, section: &Section<'_>) -> Option<Vec<Criteria<Parsed>>> {
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
    found.into_iter().collect()
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
    reader.known_keys(&section, &["people", "addresses", "domains"]);
    if section.table.is_empty() {
        let hint = "give people, addresses or domains".to_owned();
        reader.wrong(value.span(), format!("{key} names nobody"), Some(hint));
        return None;
    }
    let people = section.get("people").map(|value| {
        reader.list(value, "people", |reader, value| {
            let person = reader.parsed(value, "people", str::parse)?;
            Some(Placed { value: person, span: value.span() })
        })
    });
    let addresses = section.get("addresses").map(|value| {
        reader.list(value, "addresses", |reader, value| reader.parsed(value, "addresses", EmailAddress::new))
    });
    let domains = section.get("domains").map(|value| {
        reader.list(value, "domains", |reader, value| reader.parsed(value, "domains", Domain::new))
    });
    Some(WrittenParty {
        people: given(people)?.unwrap_or_default(),
        addresses: given(addresses)?.unwrap_or_default(),
        domains: given(domains)?.unwrap_or_default(),
    })
}

fn exclusion(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Exclusion<Parsed>> {
    let section = reader.section(value, "exclude")?;
    let own = ["reason", "period", "documents", "terms"];
    reader.known_keys(&section, &[own.as_slice(), PEOPLE_KEYS.as_slice()].concat());
    let reason = reader.required(&section, "reason").and_then(|value| reader.line(value, "reason"));
    let people = people(reader, &section);
    let period = section.get("period").map(|value| period(reader, value));
    let documents = documents(reader, &section);
    let terms = section.get("terms").map(|value| terms(reader, value));
    let mut all = people?;
    all.extend(given(period)?.map(Criteria::Sent));
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

fn terms(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<Terms> {
    let section = reader.section(value, "terms")?;
    reader.known_keys(&section, &["dialect", "fields", "query"]);
    let dialect = reader.required(&section, "dialect").and_then(|value| dialect(reader, value));
    let fields = section.get("fields").map(|value| reader.list(value, "fields", field));
    let query = reader.required(&section, "query");
    let text = query.and_then(|value| reader.string(value, "query"));
    let mut fields = given(fields)?.unwrap_or_else(|| TextField::ALL.to_vec());
    fields.sort_unstable();
    fields.dedup();
    let (query, text) = (query?, text?);
    // Where the dialect is wrong the text is not read in another one.
    match language::read(dialect?, &fields, text) {
        Ok(terms) => Some(terms),
        Err(mistakes) => {
            let places = raw_offsets(reader.text, query.span(), text);
            for mistake in mistakes {
                let span = match &places {
                    Some(places) => places[mistake.span.start]..places[mistake.span.end],
                    None => query.span(),
                };
                reader.wrong(span, mistake.message, mistake.hint);
            }
            None
        }
    }
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

fn field(reader: &mut Reader<'_>, value: &Value<'_>) -> Option<TextField> {
    reader.one_of(value, "fields", &TextField::ALL, TextField::as_str)
}
