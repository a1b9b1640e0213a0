//! Criteria in plain words, and in one canonical JSON form.

use crate::criteria::{Criteria, Documents, Party};
use crate::language::{Element, Node, Phrase, Terms};
use crate::request::Item;
use crate::state::Resolved;
use duces_indexer::TextField;
use duces_model::{DateWindow, SourceId};
use serde_json::{Value, json};

impl Item<Resolved> {
    /// The criteria in plain words, one line each; lines of a tree are indented by two spaces a level.
    pub fn explain(&self) -> Vec<String> {
        let mut lines = vec![sent(&self.period)];
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
            lines.push(documents(self.documents).to_owned());
        }
        if let Some(terms) = &self.terms {
            explain_terms(terms, 0, &mut lines);
        }
        for exclusion in &self.exclude {
            lines.push(format!("but not ({}):", exclusion.reason));
            explain(&exclusion.criteria, 1, &mut lines);
        }
        lines.push(match self.family {
            crate::FamilyRule::Whole => "with the whole family of each".to_owned(),
            crate::FamilyRule::HitOnly => "without the rest of their families".to_owned(),
        });
        lines
    }

    /// The same, exactly and completely, for the record of a search: equal items give equal JSON.
    pub fn canonical_json(&self) -> Value {
        let exclude = |exclusion: &crate::Exclusion<Resolved>| json!({ "reason": exclusion.reason, "criteria": exclusion.criteria.canonical_json() });
        json!({
            "item": self.id.as_str(),
            "text": self.text,
            "period": window_json(&self.period),
            "sources": self.sources.as_ref().map(|sources| sources.iter().map(SourceId::as_str).collect::<Vec<_>>()),
            "channels": self.channels.iter().map(|channel| channel.as_str()).collect::<Vec<_>>(),
            "people": self.people.iter().map(Criteria::canonical_json).collect::<Vec<_>>(),
            "documents": self.documents.as_str(),
            "terms": self.terms.as_ref().map(terms_json),
            "exclude": self.exclude.iter().map(exclude).collect::<Vec<_>>(),
            "family": self.family.as_str(),
            "tokenisation": duces_indexer::ANALYZER_VERSION,
        })
    }
}

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
            Self::Party { side, party } => json!({ side.as_str(): party_json(party) }),
            Self::Documents(documents) => json!({ "documents": documents.as_str() }),
            Self::Terms(terms) => json!({ "terms": terms_json(terms) }),
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
    json!({ "from": window.first().to_string(), "to": window.last().to_string(), "zone": window.zone().name() })
}

fn party_json(party: &Party) -> Value {
    let people: Vec<Value> = party
        .people()
        .iter()
        .map(|(id, addresses)| json!({ "person": id.as_str(), "addresses": addresses.iter().map(|a| a.as_str()).collect::<Vec<_>>() }))
        .collect();
    json!({
        "people": people,
        "addresses": party.addresses.iter().map(|address| address.as_str()).collect::<Vec<_>>(),
        "domains": party.domains.iter().map(|domain| domain.as_str()).collect::<Vec<_>>(),
    })
}

fn terms_json(terms: &Terms) -> Value {
    json!({
        "dialect": terms.dialect().as_str(),
        "fields": terms.fields().iter().map(|field| field.as_str()).collect::<Vec<_>>(),
        "written": terms.written(),
        "canonical": terms.canonical(),
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
    });
    words.collect::<Vec<_>>().join(" or ")
}

fn sent(window: &DateWindow) -> String {
    format!(
        "sent from {} to {}, both days included, in {}",
        window.first(),
        window.last(),
        window.zone().name()
    )
}

fn documents(documents: Documents) -> &'static str {
    match documents {
        Documents::All => "messages and files",
        Documents::Messages => "messages only, no files",
        Documents::Attachments => "files only: attachments that are no messages, and loose files",
    }
}

fn party(party: &Party) -> String {
    let people = party
        .people()
        .iter()
        .map(|(id, addresses)| format!("{id} ({})", names(addresses.iter().map(|address| address.as_str()))));
    let addresses = party.addresses.iter().map(ToString::to_string);
    let domains = party.domains.iter().map(|domain| match domain.as_str().strip_prefix("*.") {
        Some(above) => format!("any address of a domain below {above}"),
        None => format!("any address of {domain}"),
    });
    people.chain(addresses).chain(domains).collect::<Vec<_>>().join(" or ")
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
        Criteria::Sent(window) => lines.push(line(level, &sent(window))),
        Criteria::Party { side, party: people } => {
            lines.push(line(level, &format!("{} {}", side.words(), party(people))));
        }
        Criteria::Documents(kinds) => lines.push(line(level, documents(*kinds))),
        Criteria::Terms(terms) => explain_terms(terms, level, lines),
    }
}

fn explain_terms(terms: &Terms, level: usize, lines: &mut Vec<String>) {
    let head =
        format!("words ({}) in {}: {}", terms.dialect().as_str(), fields(terms.fields()), terms.canonical());
    lines.push(line(level, &head));
    explain_node(terms.node(), level + 1, lines);
}

fn explain_node(node: &Node, level: usize, lines: &mut Vec<String>) {
    let branch = |head: &str, parts: &[Node], lines: &mut Vec<String>| {
        lines.push(line(level, head));
        parts.iter().for_each(|part| explain_node(part, level + 1, lines));
    };
    match node {
        Node::And(parts) => branch("all of:", parts, lines),
        Node::Or(parts) => branch("at least one of:", parts, lines),
        Node::Not(part) => branch("not:", std::slice::from_ref(part), lines),
        Node::Field(field, part) => {
            branch(&format!("in {} only:", fields(&[*field])), std::slice::from_ref(part), lines);
        }
        Node::Phrase(phrase) => lines.push(line(level, &explain_phrase(phrase))),
    }
}

fn explain_phrase(phrase: &Phrase) -> String {
    let word = |element: &Element| match element {
        Element::Word(word) => format!("{word:?}"),
        Element::Prefix(start) => format!("a word that starts with {start:?}"),
    };
    match phrase.elements() {
        [Element::Word(only)] => format!("the word {only:?}"),
        [only] => word(only),
        several => {
            let words: Vec<String> = several.iter().map(word).collect();
            format!("side by side, in this order: {}", words.join(", "))
        }
    }
}
