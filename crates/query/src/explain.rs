//! Criteria in plain words, and in one canonical JSON form.

mod item;
mod people;
mod words;

use crate::criteria::{Criteria, Documents};
use crate::language::{TermList, Terms};
use crate::request::DateRule;
use crate::state::Resolved;
use duces_indexer::TextField;
use duces_model::{DateWindow, Sha256};
use serde_json::{Value, json};
use words::explain_terms;

impl Criteria<Resolved> {
    /// The criteria in plain words, one line each; lines of a tree are indented by two spaces a level.
    pub fn explain(&self) -> Vec<String> {
        let mut lines = Vec::new();
        explain(self, 0, &mut lines);
        lines
    }

    /// The same, exactly and completely.
    pub fn canonical_json(&self) -> Value {
        let each = |parts: &[Self]| parts.iter().map(Self::canonical_json).collect::<Vec<_>>();
        match self {
            Self::All(parts) => json!({ "all": each(parts) }),
            Self::Any(parts) => json!({ "any": each(parts) }),
            Self::Not(part) => json!({ "not": part.canonical_json() }),
            Self::Sent(window) => json!({ "sent": window_json(window) }),
            Self::Received(window) => json!({ "received": window_json(window) }),
            Self::Party { side, party } => json!({ side.as_str(): people::party_json(party) }),
            Self::Outside(firm) => {
                json!({ "outside": firm.iter().map(|domain| domain.as_str()).collect::<Vec<_>>() })
            }
            Self::Documents(documents) => json!({ "documents": documents.as_str() }),
            Self::Terms(terms) => json!({ "terms": terms_json(terms) }),
            Self::Identifier(one) => json!({ "identifier": item::identifier_json(one) }),
        }
    }
}

impl Terms {
    /// The words in plain words, one line each; lines of a tree are indented by two spaces a level.
    pub fn explain(&self) -> Vec<String> {
        let mut lines = Vec::new();
        explain_terms(self, 0, &mut lines);
        lines
    }
}

fn window_json(window: &DateWindow) -> Value {
    let first = window.has_beginning().then(|| window.first().to_string());
    let last = window.has_end().then(|| window.last().to_string());
    json!({ "from": first, "to": last, "zone": window.zone().name() })
}

fn terms_json(terms: &Terms) -> Value {
    json!({
        "dialect": terms.dialect().as_str(),
        "fields": terms.fields().iter().map(|field| field.as_str()).collect::<Vec<_>>(),
        "noise": terms.noise(),
        "written": terms.written(),
        "canonical": terms.canonical(),
        "list": terms.list().map(list_json),
        "warnings": terms.warnings().iter().map(|warning| warning.message.as_str()).collect::<Vec<_>>(),
    })
}

fn list_json(list: &TermList) -> Value {
    json!({
        "name": list.name(),
        "sheet": list.sheet(),
        "column": list.column(),
        "list_sha256": Sha256::of(list.bytes()).to_string(),
        "terms": list.terms(),
        "rows_without_term": list.rows_without_term(),
    })
}

fn names<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

fn fields(fields: &[TextField]) -> String {
    let words = fields.iter().map(|field| match field {
        TextField::Subject => "the subject",
        TextField::Body => "the text",
        TextField::AttachmentName => "an attachment's name",
        TextField::Folder => "the folder",
    });
    words.collect::<Vec<_>>().join(" or ")
}

fn documents(documents: Documents) -> &'static str {
    match documents {
        Documents::All => "messages and files",
        Documents::Messages => "messages only, no files",
        Documents::Attachments => "files only: attachments that are no messages, and loose files",
    }
}

fn line(level: usize, text: &str) -> String {
    format!("{}{text}", "  ".repeat(level))
}

fn explain(criteria: &Criteria<Resolved>, level: usize, lines: &mut Vec<String>) {
    let branch = |head: &str, parts: &[Criteria<Resolved>], lines: &mut Vec<String>| {
        lines.push(line(level, head));
        parts.iter().for_each(|part| explain(part, level + 1, lines));
    };
    match criteria {
        Criteria::All(parts) if parts.len() == 1 => explain(&parts[0], level, lines),
        Criteria::All(parts) => branch("all of:", parts, lines),
        Criteria::Any(parts) => branch("at least one of:", parts, lines),
        Criteria::Not(part) => branch("not:", std::slice::from_ref(part), lines),
        Criteria::Sent(window) => lines.push(line(level, &item::dated(DateRule::Sent, window))),
        Criteria::Received(window) => lines.push(line(level, &item::dated(DateRule::Received, window))),
        Criteria::Party { side, party } => {
            lines.push(line(level, &format!("{} {}", side.words(), people::party(party))));
            lines.extend(people::rule(party).map(|rule| line(level + 1, &rule)));
        }
        Criteria::Outside(firm) => {
            let firm = names(firm.iter().map(|domain| domain.as_str()));
            lines.push(line(level, &format!("with somebody outside the firm ({firm}, and domains below)")));
        }
        Criteria::Documents(kinds) => lines.push(line(level, documents(*kinds))),
        Criteria::Terms(terms) => explain_terms(terms, level, lines),
        Criteria::Identifier(one) => item::identifier(one, level, lines),
    }
}
