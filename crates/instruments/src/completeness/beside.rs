//! Items that no search answers, documents added by hand, and all items at a glance.

use super::Text;
use crate::error::InstrumentError;
use crate::facts::{AddedFile, AddedPopulation, AnyItem, BesideFacts, BesideKind, ItemFacts};
use crate::wording::{count, list, number};
use duces_model::ItemId;
use duces_render::{Block, Column};

type Blocks = Result<Vec<Block>, InstrumentError>;

impl Text<'_> {
    /// Every item of the request in one table, in the order of its file.
    pub(super) fn at_a_glance(&self) -> Result<Block, InstrumentError> {
        let open: Vec<&ItemId> = self.facts.not_answered().into_iter().map(|item| &item.id).collect();
        let mut rows = Vec::new();
        for item in self.facts.all_items() {
            rows.push(match item {
                AnyItem::Searched(item) => {
                    vec![item.id.to_string(), "search".to_owned(), self.searched_outcome(item)?]
                }
                AnyItem::Beside(item) => {
                    let outcome = self.beside_outcome(item, open.contains(&&item.id))?;
                    vec![item.id.to_string(), item.kind.words().to_owned(), outcome]
                }
            });
        }
        let columns =
            vec![Column::new("Item", 2), Column::new("Kind", 4), Column::new("In this production", 14)];
        Ok(Block::Table { columns, rows })
    }

    fn searched_outcome(&self, item: &ItemFacts) -> Result<String, InstrumentError> {
        if item.is_nil() {
            return self.say("glance.nil", &[]);
        }
        match item.produced() {
            Some(n) => self.say("glance.produced", &[("documents", count(n, "document"))]),
            None => self.say("glance.not_frozen", &[]),
        }
    }

    fn beside_outcome(&self, item: &BesideFacts, open: bool) -> Result<String, InstrumentError> {
        match &item.population {
            _ if open => self.say("glance.not_answered", &[]),
            Some(population) => {
                let documents = count(population.decisions.produced(), "document");
                self.say("glance.by_hand", &[("documents", documents)])
            }
            None if item.kind == BesideKind::DefinedTerm => self.say("glance.defined_term", &[]),
            None => self.say("glance.see", &[("items", items(&item.see))]),
        }
    }

    /// An item that no search answers.
    pub(super) fn beside(&self, item: &BesideFacts) -> Blocks {
        let (id, kind) = (("item", item.id.to_string()), ("kind", item.kind.words().to_owned()));
        let text = self.say("heading.beside", &[id.clone(), kind])?;
        let mut fields = vec![("The request asks".to_owned(), item.text.trim().to_owned())];
        if let Some(period) = &item.period {
            fields.push(("Period".to_owned(), format!("{period}, both days included")));
        }
        let mut blocks = vec![Block::Heading { level: 2, text }, Block::Fields(fields)];
        if !item.asks.is_empty() {
            blocks.push(self.paragraph("beside.asks", &[])?);
            blocks.push(Block::List(item.asks.clone()));
        }
        blocks.extend(self.seen(&item.see)?);
        if item.expects_nil {
            blocks.push(self.paragraph("beside.nil", &[])?);
        }
        if item.added.is_empty() {
            blocks.push(self.paragraph("beside.none_added", &[])?);
        } else {
            blocks.extend(self.added(&item.added)?);
        }
        if let Some(population) = &item.population {
            blocks.push(self.heading(3, "heading.decisions")?);
            blocks.push(decisions(population));
            blocks.push(self.paragraph("beside.unchecked", &[])?);
        }
        if self.facts.not_answered().iter().any(|open| open.id == item.id) {
            blocks.push(self.paragraph("beside.not_answered", &[id])?);
        } else if item.kind == BesideKind::DefinedTerm {
            blocks.push(self.paragraph("beside.defined_term", &[])?);
        }
        Ok(blocks)
    }

    /// Files that people added by hand; nothing where there is none.
    pub(super) fn added(&self, files: &[AddedFile]) -> Blocks {
        if files.is_empty() {
            return Ok(Vec::new());
        }
        let unnamed = self.say("added.not_named", &[])?;
        let late = self.say("added.late", &[])?;
        let row = |file: &AddedFile| {
            let (what, from) = match &file.named {
                Some(named) => {
                    let note =
                        if named.note.is_empty() { String::new() } else { format!("\n{}", named.note) };
                    (
                        format!("{}\nSHA-256 {}", named.path, named.sha256),
                        format!("{}{note}", named.came_from),
                    )
                }
                None if file.is_late() => (late.clone(), String::new()),
                None => (unnamed.clone(), String::new()),
            };
            let by = format!("{}\n{}", file.added_by, self.instant(file.added_at));
            vec![what, from, by, number(file.taken_in)]
        };
        let columns = vec![
            Column::new("File", 8),
            Column::new("Where from, and note", 6),
            Column::new("Added by, and when", 5),
            Column::figures("Documents", 3),
        ];
        let documents = files.iter().fold(0, |sum: u64, file| sum.saturating_add(file.taken_in));
        let facts =
            [("files", count(files.len() as u64, "file")), ("documents", count(documents, "document"))];
        Ok(vec![
            self.heading(3, "heading.added")?,
            self.paragraph("added.meaning", &facts)?,
            Block::Table { columns, rows: files.iter().map(row).collect() },
        ])
    }

    /// Which other items answer this one too; nothing where none does.
    pub(super) fn seen(&self, see: &[ItemId]) -> Blocks {
        if see.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![self.paragraph("item.see", &[("items", items(see))])?])
    }

    /// What the declarant may affirm of each item that no search answers.
    pub(super) fn affirmed_beside(&self) -> Blocks {
        let asking = |item: &&BesideFacts| item.kind != BesideKind::DefinedTerm;
        let mut blocks = Vec::new();
        for item in self.facts.beside.iter().filter(asking) {
            let facts = [("item", item.id.to_string()), ("kind", item.kind.words().to_owned())];
            if item.produced() > 0 {
                blocks.push(Block::Checkbox(self.say("beside_affirmation.by_hand", &facts)?));
            }
            blocks.push(Block::Together(vec![
                Block::Checkbox(self.say("beside_affirmation.outside", &facts)?),
                self.blank("beside_affirmation.how")?,
            ]));
        }
        if !blocks.is_empty() {
            blocks.insert(0, self.paragraph("beside_affirmation.note", &[])?);
        }
        Ok(blocks)
    }
}

/// `item 3`, `items 3 and 4`.
fn items(ids: &[ItemId]) -> String {
    let names: Vec<String> = ids.iter().map(ToString::to_string).collect();
    format!("{} {}", if ids.len() == 1 { "item" } else { "items" }, list(&names))
}

/// How the population came about and what was decided, both adding up to the same.
fn decisions(population: &AddedPopulation) -> Block {
    let mut rows = vec![
        vec!["Taken in: added by hand".to_owned(), number(population.by_hand)],
        vec![
            "Taken in: member of a family of which one is taken in".to_owned(),
            number(population.by_family),
        ],
        vec!["Population, the sum of the above".to_owned(), number(population.members())],
    ];
    rows.extend(super::items::decided_rows(&population.decisions));
    let columns = vec![Column::new("Population and decisions", 5), Column::figures("Documents", 1)];
    Block::Table { columns, rows }
}
