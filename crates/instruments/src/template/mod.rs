//! The wording of an instrument: a file that a lawyer edits, checked when it is read.

mod statements;

use crate::error::InstrumentError;
use duces_model::{Mistake, Mistakes, Sha256};
use minijinja::{Environment, UndefinedBehavior, Value};
use statements::COMPLETENESS;
pub(crate) use statements::Statement;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The template that the program carries.
const BUILTIN: &str = include_str!("../../../../templates/certificates/completeness.toml");
const BUILTIN_FILE: &str = "templates/certificates/completeness.toml";

/// Words that no statement may hold: nobody can know what they would say.
const NEVER: [&str; 2] = ["all responsive", "every responsive"];

/// What a template of one instrument has to hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Catalog<'a> {
    /// Every statement, each required.
    pub(crate) statements: &'a [Statement],
    /// Facts that every statement may use.
    pub(crate) common: &'a [&'a str],
    /// Sections in which the first person may stand: their sentences are printed as choices not ticked.
    pub(crate) first_person: &'a [&'a str],
    /// The section to which a firm may add statements.
    pub(crate) addable: &'a str,
}

/// A template that can be used: each required statement is there, each fact that it is given is used,
/// and nothing in it is unknown.
#[derive(Debug)]
pub struct Template {
    sha256: Sha256,
    statements: Environment<'static>,
    order: Vec<String>,
    written: BTreeMap<String, (Range<usize>, String)>,
}

impl Template {
    /// The template that the program carries.
    ///
    /// # Errors
    /// None that a released program has: a test reads it.
    pub fn builtin() -> Result<Self, Mistakes> {
        Self::parse(BUILTIN_FILE, BUILTIN)
    }

    /// The text of the template that the program carries, so that it can be kept with what it worded.
    pub const fn builtin_text() -> &'static str {
        BUILTIN
    }

    /// Reads a template; `file` is its name for messages.
    ///
    /// # Errors
    /// Everything that is wrong in it, each with its place: text that is no TOML, a statement that is
    /// missing or unknown, a fact that is unknown or not used, a condition or loop, a first-person
    /// sentence among statements of fact, and words that no statement may hold.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        Self::parse_by(file, text, COMPLETENESS)
    }

    /// Reads the template of any instrument.
    pub(crate) fn parse_by(file: &str, text: &str, catalog: Catalog<'_>) -> Result<Self, Mistakes> {
        let mut statements = Environment::new();
        statements.set_undefined_behavior(UndefinedBehavior::Strict);
        let mut reader = Reader { file, text, catalog, mistakes: Vec::new(), found: BTreeMap::new() };
        match DeTable::parse(text) {
            Ok(table) => reader.document(table.get_ref()),
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                return Err(Mistakes::one(Mistake::in_text(file, text, span, error.message())));
            }
        }
        reader.missing();
        let mut order: Vec<(usize, String)> = Vec::new();
        let written = std::mem::take(&mut reader.found);
        for (name, (place, statement)) in &written {
            order.push((place.start, name.clone()));
            if let Err(error) = statements.add_template_owned(name.clone(), statement.clone()) {
                let message = error.detail().unwrap_or("cannot be read as a statement").to_owned();
                reader.mistakes.push(Mistake::in_text(file, text, place.clone(), message));
            }
        }
        order.sort();
        let order = order.into_iter().map(|(_, name)| name).collect();
        Mistakes::or(reader.mistakes, Self { sha256: Sha256::of(text), statements, order, written })
    }

    /// Digest of the file.
    pub fn sha256(&self) -> Sha256 {
        self.sha256
    }

    /// A statement with its facts filled in.
    pub(crate) fn say(&self, name: &str, facts: &[(&str, String)]) -> Result<String, InstrumentError> {
        let facts: BTreeMap<&str, Value> =
            facts.iter().map(|(name, fact)| (*name, Value::from(fact))).collect();
        self.statements.get_template(name).and_then(|statement| statement.render(facts)).map_err(|error| {
            InstrumentError::Wording { statement: name.to_owned(), reason: error.to_string() }
        })
    }

    /// Names of the affirmations, in the order of the file.
    pub(crate) fn affirmations(&self) -> impl Iterator<Item = &str> {
        self.order().filter(|name| name.starts_with("affirmation.") && *name != "affirmation.note")
    }

    /// A statement as it is written.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        self.written.get(name).map(|(_, statement)| statement.as_str())
    }

    /// Names of the facts that a statement uses.
    pub(crate) fn used(&self, name: &str) -> Vec<&str> {
        inner(self.raw(name).unwrap_or_default()).map(str::trim).collect()
    }

    /// Where a statement stands in the file.
    pub(crate) fn place(&self, name: &str) -> Option<Range<usize>> {
        self.written.get(name).map(|(place, _)| place.clone())
    }

    /// Names of all statements, in the order of the file.
    pub(crate) fn order(&self) -> impl Iterator<Item = &str> {
        self.order.iter().map(String::as_str)
    }
}

/// Reads the file and gathers everything that is wrong.
struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    catalog: Catalog<'a>,
    mistakes: Vec<Mistake>,
    found: BTreeMap<String, (Range<usize>, String)>,
}

impl Reader<'_> {
    fn wrong(&mut self, span: Range<usize>, message: impl Into<String>) -> &mut Mistake {
        self.mistakes.push(Mistake::in_text(self.file, self.text, span, message));
        let last = self.mistakes.len() - 1;
        &mut self.mistakes[last]
    }

    fn document(&mut self, table: &DeTable<'_>) {
        let mut has_format = false;
        for (key, value) in table {
            match value.get_ref() {
                DeValue::Integer(number) if key.get_ref() == "format" => {
                    has_format = true;
                    if number.as_str() != "1" {
                        let message = format!("found format {}, expected 1", number.as_str());
                        self.wrong(value.span(), message);
                    }
                }
                DeValue::Table(section) => self.section(key, section),
                other => {
                    let message = format!("found {}, expected a section of statements", other.type_str());
                    self.wrong(key.span(), message);
                }
            }
        }
        if !has_format {
            self.mistakes.push(Mistake::of_file(self.file, "found no format, expected `format = 1`"));
        }
    }

    fn section(&mut self, section: &Spanned<std::borrow::Cow<'_, str>>, table: &DeTable<'_>) {
        let prefix = format!("{}.", section.get_ref());
        let known: Vec<&str> = self
            .catalog
            .statements
            .iter()
            .filter_map(|(name, _)| name.strip_prefix(prefix.as_str()))
            .collect();
        if known.is_empty() && section.get_ref() != self.catalog.addable {
            let message =
                format!("found section {:?}, which this instrument does not have", section.get_ref());
            self.wrong(section.span(), message);
            return;
        }
        for (key, value) in table {
            let name = format!("{prefix}{}", key.get_ref());
            let facts =
                self.catalog.statements.iter().find(|(known, _)| *known == name).map(|(_, facts)| *facts);
            let facts = facts.or_else(|| (section.get_ref() == self.catalog.addable).then_some(&[][..]));
            match (facts, value.get_ref()) {
                (None, _) => {
                    let message = format!("found statement {name:?}, which this instrument does not have");
                    self.wrong(key.span(), message).hint =
                        Some(format!("statements of this section: {}", known.join(", ")));
                }
                (Some(facts), DeValue::String(statement)) => {
                    self.statement(&name, facts, statement, value.span());
                }
                (Some(_), other) => {
                    let message = format!("found {}, expected a sentence in quotes", other.type_str());
                    self.wrong(value.span(), message);
                }
            }
        }
    }

    fn statement(&mut self, name: &str, facts: &[&str], statement: &str, span: Range<usize>) {
        let first = name.split('.').next().unwrap_or_default();
        if statement.trim().is_empty() {
            self.wrong(span.clone(), format!("found statement {name:?} empty, expected words"));
        }
        if let Some(word) = NEVER.iter().find(|word| statement.to_lowercase().contains(*word)) {
            let message = format!("found {word:?}, which no certification can know");
            self.wrong(span.clone(), message);
        }
        if !self.catalog.first_person.contains(&first)
            && let Some(word) = first_person(statement)
        {
            let message = format!("found {word:?}, expected no first person outside the affirmations");
            self.wrong(span.clone(), message);
        }
        self.placeholders(name, facts, statement, &span);
        self.found.insert(name.to_owned(), (span, statement.to_owned()));
    }

    fn placeholders(&mut self, name: &str, facts: &[&str], statement: &str, span: &Range<usize>) {
        for sign in ["{%", "{#"] {
            if statement.contains(sign) {
                let place = self.within(span, sign);
                self.wrong(place, format!("found {sign:?}, expected only facts in double braces"));
            }
        }
        let mut used = BTreeSet::new();
        for inside in inner(statement) {
            let fact = inside.trim();
            used.insert(fact);
            if !facts.contains(&fact) && !self.catalog.common.contains(&fact) {
                let place = self.within(span, inside);
                let offered: Vec<&str> = facts.iter().chain(self.catalog.common).copied().collect();
                self.wrong(place, format!("found fact {fact:?}, which statement {name:?} is not given"))
                    .hint = Some(format!("facts of this statement: {}", offered.join(", ")));
            }
        }
        for fact in facts.iter().filter(|fact| !used.contains(**fact)) {
            self.wrong(
                span.clone(),
                format!("found statement {name:?} without the fact {fact:?}, expected it"),
            );
        }
    }

    /// Where a piece of a value stands in the file.
    fn within(&self, span: &Range<usize>, piece: &str) -> Range<usize> {
        let raw = self.text.get(span.clone()).unwrap_or_default();
        raw.find(piece).map_or(span.clone(), |at| span.start + at..span.start + at + piece.len())
    }

    fn missing(&mut self) {
        for (name, _) in self.catalog.statements.iter().filter(|(name, _)| !self.found.contains_key(*name)) {
            let message = format!("found no statement {name:?}, which is required");
            self.mistakes.push(Mistake::of_file(self.file, message));
        }
    }
}

/// What stands between double braces.
fn inner(statement: &str) -> impl Iterator<Item = &str> {
    statement.split("{{").skip(1).map(|rest| rest.split("}}").next().unwrap_or_default())
}

/// A word of the first person.
fn first_person(statement: &str) -> Option<&str> {
    let words = statement.split(|c: char| !c.is_alphanumeric());
    words.into_iter().find(|word| matches!(*word, "I" | "my" | "My" | "me" | "we" | "We" | "our" | "Our"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(text: &str) -> Vec<String> {
        Template::parse("t.toml", text)
            .err()
            .map_or_else(Vec::new, |mistakes| mistakes.iter().map(ToString::to_string).collect())
    }

    fn line_of(needle: &str) -> usize {
        BUILTIN.lines().position(|line| line.contains(needle)).unwrap() + 1
    }

    #[test]
    fn the_template_that_the_program_carries_can_be_used() {
        let template = Template::builtin().unwrap();
        assert_eq!(template.affirmations().next(), Some("affirmation.read"));
    }

    #[test]
    fn a_deleted_statement_is_an_error_that_names_it() {
        for (name, _) in COMPLETENESS.statements {
            let (section, key) = name.split_once('.').unwrap();
            let mut inside = String::new();
            let kept: Vec<&str> = BUILTIN
                .lines()
                .filter(|line| {
                    if line.starts_with('[') {
                        inside = line.trim_matches(['[', ']']).to_owned();
                    }
                    !(inside == section && line.starts_with(&format!("{key} = ")))
                })
                .collect();
            let found = mistakes(&kept.join("\n"));
            assert_eq!(found, [format!("t.toml: found no statement {name:?}, which is required")]);
        }
    }

    #[test]
    fn an_unknown_fact_is_an_error_with_its_place() {
        let text = BUILTIN.replace("Item {{ item }}: a person", "Item {{ itme }}: a person");
        let line = line_of("Item {{ item }}: a person");
        let found = mistakes(&text);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with(&format!("t.toml:{line}:")), "{found:?}");
        assert!(found.iter().any(|m| m.contains("found fact \"itme\"")), "{found:?}");
        assert!(found.iter().any(|m| m.contains("without the fact \"item\"")), "{found:?}");
    }

    #[test]
    fn a_condition_cannot_hide_a_statement() {
        let text = BUILTIN.replace("Nil. The search", "{% if false %}Nil. The search");
        assert!(mistakes(&text).iter().any(|m| m.contains("found \"{%\"")));
    }

    #[test]
    fn the_first_person_stands_only_where_it_can_be_left_unticked() {
        let text = BUILTIN.replace("Archives are opened", "I know that archives are opened");
        let found = mistakes(&text);
        assert!(found.len() == 1 && found[0].contains("first person"), "{found:?}");
    }

    #[test]
    fn no_wording_can_speak_of_all_responsive_documents() {
        let text =
            BUILTIN.replace("I have read this", "All responsive documents are produced. I have read this");
        assert!(mistakes(&text).iter().any(|m| m.contains("no certification can know")));
    }

    #[test]
    fn a_firm_may_add_an_affirmation_and_nothing_else() {
        let more =
            BUILTIN.replace("search = \"I caused", "paper = \"I had paper searched.\"\nsearch = \"I caused");
        let template = Template::parse("t.toml", &more).unwrap();
        assert_eq!(template.affirmations().nth(2), Some("affirmation.paper"));
        let claim = BUILTIN.replace("[construction]", "[construction]\nperfect = \"Nothing was missed.\"");
        assert_eq!(mistakes(&claim).len(), 1);
    }

    #[test]
    fn what_is_no_toml_has_a_place() {
        let found = mistakes("format = 1\n[page\n");
        assert!(found.len() == 1 && found[0].starts_with("t.toml:2:"), "{found:?}");
    }
}
