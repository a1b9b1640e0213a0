//! Items in plain words, and in one canonical JSON form.

use super::{explain, explain_terms, line, names, people, terms_json, window_json};
use crate::beside::{Asks, Beside};
use crate::criteria::{Criteria, Documents};
use crate::identifier::{Identifier, Identifiers, Join};
use crate::language::Terms;
use crate::request::{DateRule, Exclusion, FamilyRule, Item, Letter, Sufficient};
use crate::state::Resolved;
use duces_model::{DateWindow, ItemId, SourceId};
use serde_json::{Value, json};

impl Item<Resolved> {
    /// The criteria in plain words, one line each; lines of a tree are indented by two spaces a level.
    pub fn explain(&self) -> Vec<String> {
        let mut lines = vec![dated(self.dates, &self.period)];
        match &self.sources {
            Some(sources) => {
                lines.push(format!("in the sources: {}", names(sources.iter().map(SourceId::as_str))))
            }
            None => lines.push("in all sources".to_owned()),
        }
        if !self.channels.is_empty() {
            let channels = names(self.channels.iter().map(|channel| channel.as_str()));
            lines.push(format!("in the channels: {channels}"));
        }
        self.people.iter().for_each(|criteria| explain(criteria, 0, &mut lines));
        if self.documents != Documents::All {
            lines.push(super::documents(self.documents).to_owned());
        }
        words(self.terms.as_ref(), &self.identifiers, &mut lines);
        for exclusion in &self.exclude {
            lines.push(format!("but not ({}):", exclusion.reason));
            explain(&exclusion.criteria, 1, &mut lines);
        }
        lines.push(match self.family {
            FamilyRule::Whole => "with the whole family of each".to_owned(),
            FamilyRule::HitOnly => "without the rest of their families".to_owned(),
        });
        if let Some(sufficient) = &self.sufficient {
            lines.push(enough(sufficient));
        }
        letter(&self.letter, &mut lines);
        lines
    }

    /// The same, exactly and completely, for the record of a search: equal items give equal JSON.
    pub fn canonical_json(&self) -> Value {
        let exclude = |exclusion: &Exclusion<Resolved>| json!({ "reason": exclusion.reason, "criteria": exclusion.criteria.canonical_json() });
        let mut all = json!({
            "item": self.id.as_str(),
            "text": self.text,
            "kind": "search",
            "period": window_json(&self.period),
            "dates": self.dates.as_str(),
            "sources": self.sources.as_ref().map(|sources| sources.iter().map(SourceId::as_str).collect::<Vec<_>>()),
            "channels": self.channels.iter().map(|channel| channel.as_str()).collect::<Vec<_>>(),
            "people": self.people.iter().map(Criteria::canonical_json).collect::<Vec<_>>(),
            "documents": self.documents.as_str(),
            "terms": self.terms.as_ref().map(terms_json),
            "identifiers": self.identifiers.list().iter().map(identifier_json).collect::<Vec<_>>(),
            "identifiers_with_terms": self.identifiers.join().as_str(),
            "exclude": self.exclude.iter().map(exclude).collect::<Vec<_>>(),
            "family": self.family.as_str(),
            "sufficient_to_show": self.sufficient.as_ref().map(|rule| json!({ "stop": rule.stop, "documents": rule.documents })),
            "tokenisation": duces_indexer::ANALYZER_VERSION,
        });
        add_letter(&self.letter, &mut all);
        all
    }
}

impl Beside<Resolved> {
    /// What it asks for in plain words, one line each.
    pub fn explain(&self) -> Vec<String> {
        let mut lines = vec![format!("answered beside the searches ({})", self.asks.kind().as_str())];
        match &self.asks {
            Asks::Checklist { entries } => {
                lines.push("to be handed over:".to_owned());
                lines.extend(entries.iter().map(|entry| line(1, entry)));
            }
            Asks::Narrative { answer_by } => lines.push(match answer_by {
                Some(who) => format!("a statement in words, to be written by {who}"),
                None => "a statement in words".to_owned(),
            }),
            Asks::Schedule { columns } => lines.push(format!("a table of: {}", columns.join(", "))),
            Asks::DefinedTerm { term, means, party } => {
                lines.push(format!("{term:?} means: {means}"));
                if let Some(party) = party {
                    lines.push(format!("it names: {}", people::party(party)));
                }
            }
            Asks::CrossReference => {}
        }
        if let Some(period) = &self.period {
            lines.push(format!("for {period}"));
        }
        letter(&self.letter, &mut lines);
        lines
    }

    /// The same, exactly and completely.
    pub fn canonical_json(&self) -> Value {
        let mut all = json!({
            "item": self.id.as_str(),
            "text": self.text,
            "kind": self.asks.kind().as_str(),
            "period": self.period.as_ref().map(window_json),
        });
        let asks = match &self.asks {
            Asks::Checklist { entries } => json!({ "entries": entries }),
            Asks::Narrative { answer_by } => json!({ "answer_by": answer_by }),
            Asks::Schedule { columns } => json!({ "columns": columns }),
            Asks::DefinedTerm { term, means, party } => {
                json!({ "term": term, "means": means, "people": party.as_ref().map(people::party_json) })
            }
            Asks::CrossReference => json!({}),
        };
        all["asks"] = asks;
        add_letter(&self.letter, &mut all);
        all
    }
}

/// A period by its rule of dates.
pub(super) fn dated(rule: DateRule, window: &DateWindow) -> String {
    let (event, source) = match rule {
        DateRule::Sent => ("sent", ""),
        DateRule::Received => ("received", " (by the topmost Received header)"),
        DateRule::Either => ("sent, or received (by the topmost Received header),", ""),
    };
    let (first, last, zone) = (window.first(), window.last(), window.zone().name());
    let days = match (window.has_beginning(), window.has_end()) {
        (true, true) => format!("from {first} to {last}, both days included, in {zone}"),
        (true, false) => format!("on {first} or later, without a last day, in {zone}"),
        (false, true) => format!("on {last} or earlier, without a first day, in {zone}"),
        (false, false) => format!("on any day, in {zone}"),
    };
    format!("{event} {days}{source}")
}

fn words(terms: Option<&Terms>, identifiers: &Identifiers, lines: &mut Vec<String>) {
    let level = match (terms, identifiers.list(), identifiers.join()) {
        (_, [], _) | (None, _, _) => 0,
        (Some(_), _, Join::Or) => {
            lines.push("the words or an identifier:".to_owned());
            1
        }
        (Some(_), _, Join::And) => {
            lines.push("the words and an identifier:".to_owned());
            1
        }
    };
    if let Some(terms) = terms {
        explain_terms(terms, level, lines);
    }
    if !identifiers.list().is_empty() {
        lines.push(line(level, "at least one of these identifiers:"));
        identifiers.list().iter().for_each(|one| identifier(one, level + 1, lines));
    }
}

/// An identifier with all its spellings.
pub(super) fn identifier(one: &Identifier, level: usize, lines: &mut Vec<String>) {
    let spellings: Vec<String> = one.spellings().iter().map(ToString::to_string).collect();
    let text =
        format!("{} in {}, spelled {}", one.written(), super::fields(one.fields()), spellings.join(" or "));
    lines.push(line(level, &text));
    if let Some(warning) = one.warning() {
        lines.push(line(level + 1, &format!("warning: {warning}")));
    }
}

pub(super) fn identifier_json(one: &Identifier) -> Value {
    json!({
        "kind": one.kind().as_str(),
        "value": one.value(),
        "fields": one.fields().iter().map(|field| field.as_str()).collect::<Vec<_>>(),
        "spellings": one.spellings().iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn enough(sufficient: &Sufficient) -> String {
    let most = match sufficient.documents {
        Some(1) => ", 1 document being enough".to_owned(),
        Some(count) => format!(", {count} documents being enough"),
        None => String::new(),
    };
    format!(
        "sufficient to show{most}: all are found, and a person chooses until this rule says stop: {}",
        sufficient.stop
    )
}

fn letter(letter: &Letter, lines: &mut Vec<String>) {
    if !letter.see.is_empty() {
        let ids = names(letter.see.iter().map(ItemId::as_str));
        let which = if letter.see.len() == 1 { "item" } else { "items" };
        lines.push(format!("see {which} {ids}: what answers it answers this one too, and is produced once"));
    }
    if letter.expects_nil {
        lines.push("nothing is expected: anything found needs a person".to_owned());
    }
    if let Some(part) = &letter.part {
        lines.push(format!("in part {part} of the letter"));
    }
    if let Some(due) = letter.due {
        lines.push(format!("due on {due}"));
    }
}

fn add_letter(letter: &Letter, json: &mut Value) {
    json["part"] = json!(letter.part);
    json["due"] = json!(letter.due.map(|due| due.to_string()));
    json["see"] = json!(letter.see.iter().map(ItemId::as_str).collect::<Vec<_>>());
    json["expect"] = json!(letter.expects_nil.then_some("nil"));
}
