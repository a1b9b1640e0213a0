//! The wording of an instrument, checked against what its kind holds.

use super::{Entry, Kind, Shape, Sheet};
use crate::error::InstrumentError;
use crate::template::{Catalog, Statement, Template};
use duces_model::{Mistake, Mistakes, Sha256};
use std::collections::BTreeMap;

/// A template that can be used for its kind.
#[derive(Debug)]
pub struct Wording {
    kind: Kind,
    template: Template,
    entries: BTreeMap<&'static str, Entry>,
}

impl Wording {
    /// The wording that the program carries.
    ///
    /// # Errors
    /// None that a released program has: a test reads each.
    pub fn builtin(kind: Kind) -> Result<Self, Mistakes> {
        Self::parse(kind, &format!("templates/instruments/{}", kind.file()), kind.builtin())
    }

    /// Reads a wording; `file` is its name for messages.
    ///
    /// # Errors
    /// Everything that is wrong in it, each with its place: a statement that is missing or unknown, a fact that is
    /// unknown or not used, a sentence in the first person among statements of fact, a table with other columns.
    pub fn parse(kind: Kind, file: &str, text: &str) -> Result<Self, Mistakes> {
        let entries: Vec<Entry> = kind.entries();
        let statements: Vec<Statement> = entries.iter().map(|entry| (entry.name, entry.facts)).collect();
        let first_person = ["affirmation", "declaration"];
        let catalog = Catalog {
            statements: &statements,
            common: kind.common(),
            first_person: &first_person,
            addable: kind.addable(),
        };
        let template = Template::parse_by(file, text, catalog)?;
        let mut mistakes = Vec::new();
        for entry in &entries {
            let raw = template.raw(entry.name).unwrap_or_default();
            let fault = match entry.shape {
                Shape::Table(shares) => {
                    let found = raw.split('|').count();
                    (found != shares.len()).then(|| {
                        format!(
                            "found {found} columns in {:?}, expected {}, parted by |",
                            entry.name,
                            shares.len()
                        )
                    })
                }
                Shape::Field | Shape::Finding => (!raw.contains(": ")).then(|| {
                    format!(
                        "found no colon in {:?}, expected the name of the field, a colon and its value",
                        entry.name
                    )
                }),
                _ => None,
            };
            if let Some(fault) = fault {
                let at = template.place(entry.name).unwrap_or(0..0);
                mistakes.push(Mistake::in_text(file, text, at, fault));
            }
        }
        let entries = entries.into_iter().map(|entry| (entry.name, entry)).collect();
        Mistakes::or(mistakes, Self { kind, template, entries })
    }

    /// Which instrument it words.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Digest of the file.
    pub fn sha256(&self) -> Sha256 {
        self.template.sha256()
    }

    /// The names of its statements, in the order of the file.
    pub(super) fn order(&self) -> impl Iterator<Item = &str> {
        self.template.order()
    }

    /// What a statement is on the page. What a firm has added is a choice where the first person may stand, else text.
    pub(super) fn shape(&self, name: &str) -> Shape {
        let added = if name.starts_with("affirmation.") { Shape::Choice } else { Shape::Text };
        self.entries.get(name).map_or(added, |entry| entry.shape)
    }

    /// Whether a firm has added the statement.
    pub(super) fn is_added(&self, name: &str) -> bool {
        !self.entries.contains_key(name)
    }

    pub(super) fn header(&self, sheet: &Sheet) -> Result<String, InstrumentError> {
        self.say("page.header", sheet, &BTreeMap::new())
    }

    pub(super) fn footer(&self, sheet: &Sheet) -> Result<String, InstrumentError> {
        self.say("page.footer", sheet, &BTreeMap::new())
    }

    /// A statement with its facts, and those that every statement may use.
    pub(super) fn say(
        &self,
        name: &str,
        sheet: &Sheet,
        facts: &super::Facts,
    ) -> Result<String, InstrumentError> {
        self.template.say(name, &usable(sheet, facts))
    }

    /// The facts that a statement uses.
    pub(super) fn used(&self, name: &str, sheet: &Sheet, facts: &super::Facts) -> Vec<String> {
        let named = self.template.used(name);
        let used = usable(sheet, facts).into_iter().filter(|(name, _)| named.contains(name));
        used.map(|(_, fact)| fact).collect()
    }
}

/// The facts that a statement may use: its own, and those of the whole sheet.
fn usable<'a>(sheet: &'a Sheet, facts: &'a super::Facts) -> Vec<(&'a str, String)> {
    let own = [
        ("firm", sheet.firm.name.clone()),
        ("crd", sheet.firm.crd.clone()),
        ("title", sheet.title.clone()),
        ("as_known_at", sheet.known_at()),
    ];
    let stated = sheet.common.iter().chain(facts).map(|(name, fact)| (name.as_str(), fact.clone()));
    own.into_iter().chain(stated).collect()
}
