//! Item by item: what was asked, where it was looked for, what came of it.

use super::Text;
use crate::error::InstrumentError;
use crate::facts::{AnyItem, CoverageWord, Decisions, ItemFacts, ItemPopulation, NotSearched};
use crate::nil::not_backed;
use crate::wording::{count, list, number};
use duces_model::{SourceId, Unknown};
use duces_render::{Block, Column};

type Blocks = Result<Vec<Block>, InstrumentError>;

impl Text<'_> {
    pub(super) fn items(&self) -> Blocks {
        let mut blocks = vec![self.heading(1, "heading.items")?];
        blocks.push(self.paragraph("item.all", &[])?);
        blocks.push(self.at_a_glance()?);
        for item in self.facts.all_items() {
            let item = match item {
                AnyItem::Searched(item) => item,
                AnyItem::Beside(item) => {
                    blocks.extend(self.beside(item)?);
                    continue;
                }
            };
            let text = self.say("heading.item", &[("item", item.id.to_string())])?;
            blocks.push(Block::Heading { level: 2, text });
            blocks.push(Block::Fields(vec![
                ("The request asks".to_owned(), item.text.trim().to_owned()),
                ("Period".to_owned(), format!("{}, both days included", item.period)),
            ]));
            blocks.push(self.paragraph("item.criteria", &[])?);
            blocks.push(Block::List(item.criteria.clone()));
            blocks.extend(self.searched(item)?);
            blocks.extend(self.answers(item)?);
            blocks.extend(self.added(&item.added)?);
            blocks.extend(self.decided(item)?);
            blocks.extend(self.sufficient(item)?);
            blocks.extend(self.seen(&item.see)?);
            blocks.extend(self.nil(item)?);
            blocks.push(self.gaps_of(item)?);
        }
        Ok(blocks)
    }

    fn searched(&self, item: &ItemFacts) -> Blocks {
        let searched = item.searched.iter().map(|source| {
            (coverage(source.coverage), source.reason.as_str(), named(&source.name, &source.source))
        });
        let not = item
            .not_searched
            .iter()
            .map(|source| (ground(source.why), source.reason.as_str(), named(&source.name, &source.source)));
        let mut blocks = vec![self.heading(3, "heading.searched")?];
        blocks.push(match grouped("Coverage", searched) {
            Some(table) => table,
            None => self.paragraph("item.searched_none", &[])?,
        });
        blocks.push(self.heading(3, "heading.not_searched")?);
        blocks.push(match grouped("Ground", not) {
            Some(table) => table,
            None => self.paragraph("item.not_searched_none", &[])?,
        });
        Ok(blocks)
    }

    fn answers(&self, item: &ItemFacts) -> Blocks {
        let counts = &item.counts;
        let queue = counts.cannot_tell_total();
        let mut rows = vec![
            vec!["The criteria are met".to_owned(), number(counts.hit)],
            vec!["They are not met".to_owned(), number(counts.not_hit)],
        ];
        rows.extend(counts.cannot_tell.iter().map(|count| {
            vec![format!("It cannot be told: {}", reasons(&count.reasons)), number(count.documents)]
        }));
        if counts.cannot_tell.is_empty() {
            rows.push(vec!["It cannot be told".to_owned(), number(0)]);
        }
        rows.push(vec!["In scope, the sum of the above".to_owned(), number(counts.in_scope)]);
        let columns = vec![Column::new("Answer", 5), Column::figures("Documents", 1)];
        let state = match queue {
            0 => self.paragraph("item.queue_none", &[])?,
            _ if item.queue_open > 0 || item.population.is_none() => {
                let open = if item.population.is_none() { queue } else { item.queue_open };
                let facts = [("queue", count(queue, "document")), ("open", count(open, "document"))];
                self.paragraph("item.queue_open", &facts)?
            }
            _ => self.paragraph("item.queue_closed", &[("queue", count(queue, "document"))])?,
        };
        Ok(vec![self.heading(3, "heading.answers")?, Block::Table { columns, rows }, state])
    }

    fn decided(&self, item: &ItemFacts) -> Blocks {
        let heading = self.heading(3, "heading.decisions")?;
        let Some(population) = &item.population else {
            return Ok(vec![heading, self.paragraph("item.not_frozen", &[])?]);
        };
        Ok(vec![heading, decisions(population)])
    }

    /// What is said of an item for which nothing is produced, or nothing was expected.
    fn nil(&self, item: &ItemFacts) -> Blocks {
        let id = ("item", item.id.to_string());
        let mut blocks = Vec::new();
        if item.expects_nil && item.counts.hit == 0 && item.counts.cannot_tell_total() == 0 {
            blocks.push(self.paragraph("item.nil_expected", &[])?);
        } else if item.expects_nil {
            let found = [
                ("hits", count(item.counts.hit, "document")),
                ("queue", count(item.counts.cannot_tell_total(), "document")),
                ("produced", produced(item)),
            ];
            blocks.push(self.paragraph("item.nil_unexpected", &found)?);
        }
        if item.is_nil() || item.is_nil_beside_added() {
            blocks.push(if item.is_nil() {
                self.paragraph("item.nil", &[id])?
            } else {
                let added = count(item.counts.hit, "document");
                self.paragraph("item.nil_beside_added", &[id, ("added", added)])?
            });
            let why = not_backed(item, self.facts);
            blocks.push(if why.is_empty() {
                let sources: Vec<String> = item.searched.iter().map(|source| source.name.clone()).collect();
                self.paragraph("item.nil_backed", &[("sources", list(&sources))])?
            } else {
                self.paragraph("item.nil_not_backed", &[("why", why.join("; "))])?
            });
        } else if item.produced() == Some(0) {
            let hits = count(item.counts.hit, "document");
            blocks.push(self.paragraph("item.none_produced", &[id, ("hits", hits)])?);
        }
        Ok(blocks)
    }

    /// Where a person stopped choosing, and by which rule.
    fn sufficient(&self, item: &ItemFacts) -> Blocks {
        let Some(rule) = &item.sufficient else { return Ok(Vec::new()) };
        let stop = ("stop", rule.stop.clone());
        let enough = match rule.documents {
            Some(n) => count(n, "document"),
            None => "a number that it does not state".to_owned(),
        };
        let left_out = item.population.as_ref().map_or(0, |all| all.decisions.excluded_non_responsive);
        let facts = [
            stop,
            ("enough", enough),
            ("produced", produced(item)),
            ("left_out", count(left_out, "document")),
        ];
        Ok(vec![self.paragraph("item.sufficient", &facts)?])
    }

    fn gaps_of(&self, item: &ItemFacts) -> Result<Block, InstrumentError> {
        let touching = self.scheduled().enumerate().filter(|(_, gap)| gap.crosses(item));
        let numbers: Vec<usize> = touching.map(|(at, _)| at + 1).collect();
        if numbers.is_empty() {
            return self.paragraph("item.gaps_none", &[]);
        }
        self.paragraph("item.gaps", &[("gaps", list(&runs(&numbers)))])
    }
}

/// Numbers of Schedule A, those that follow each other as `A-3 to A-7`.
fn runs(numbers: &[usize]) -> Vec<String> {
    let run = |run: &[usize]| match run {
        [first, .., last] if run.len() > 2 => vec![format!("A-{first} to A-{last}")],
        few => few.iter().map(|number| format!("A-{number}")).collect(),
    };
    numbers.chunk_by(|before, next| before + 1 == *next).flat_map(run).collect()
}

/// `Trade desk (desk-mailbox)`.
fn named(name: &str, source: &SourceId) -> String {
    if name == source.as_str() { name.to_owned() } else { format!("{name} ({source})") }
}

/// A table of sources, those of the same word and reason in one row, in the order of the first of them;
/// nothing where there is no source.
fn grouped<'a>(head: &str, sources: impl Iterator<Item = (&'static str, &'a str, String)>) -> Option<Block> {
    let mut groups: Vec<(&str, &str, Vec<String>)> = Vec::new();
    for (word, reason, name) in sources {
        match groups.iter_mut().find(|group| (group.0, group.1) == (word, reason)) {
            Some(group) => group.2.push(name),
            None => groups.push((word, reason, vec![name])),
        }
    }
    let row = |(word, reason, names): &(&str, &str, Vec<String>)| {
        vec![names.join(", "), (*word).to_owned(), (*reason).to_owned()]
    };
    let columns = vec![Column::new("Sources", 9), Column::new(head, 3), Column::new("Reason", 8)];
    let rows: Vec<_> = groups.iter().map(row).collect();
    (!rows.is_empty()).then_some(Block::Table { columns, rows })
}

/// How the population came about and what was decided, both adding up to the same.
fn decisions(population: &ItemPopulation) -> Block {
    let mut rows = vec![
        vec!["Taken in: the criteria are met".to_owned(), number(population.by_hit)],
        vec![
            "Taken in: member of a family of which one is taken in".to_owned(),
            number(population.by_family),
        ],
        vec!["Taken in: it cannot be told".to_owned(), number(population.by_queue)],
        vec!["Population, the sum of the above".to_owned(), number(population.members())],
    ];
    rows.extend(decided_rows(&population.decisions));
    let columns = vec![Column::new("Population and decisions", 5), Column::figures("Documents", 1)];
    Block::Table { columns, rows }
}

/// A row for each decision that was taken, and their sum.
pub(super) fn decided_rows(decisions: &Decisions) -> Vec<Vec<String>> {
    let buckets = decisions.buckets();
    let shown = buckets.iter().filter(|(name, n)| *n > 0 || *name == "pending");
    let mut rows: Vec<_> = shown.map(|(name, n)| vec![format!("Decided: {name}"), number(*n)]).collect();
    rows.push(vec![
        "Population, the sum of the decisions".to_owned(),
        number(buckets.iter().map(|(_, n)| n).sum()),
    ]);
    rows
}

/// `3 documents`, or that none can be yet.
fn produced(item: &ItemFacts) -> String {
    item.produced().map_or_else(|| "none yet".to_owned(), |n| count(n, "document"))
}

fn reasons(reasons: &[Unknown]) -> String {
    list(&reasons.iter().map(ToString::to_string).collect::<Vec<_>>())
}

/// The coverage word in words for counsel.
fn coverage(word: CoverageWord) -> &'static str {
    match word {
        CoverageWord::Covered => "Covered",
        CoverageWord::Gap => "Gap",
        CoverageWord::CannotTell => "Cannot tell",
    }
}

fn ground(why: NotSearched) -> &'static str {
    match why {
        NotSearched::NotAskedFor => "Left out by the criteria",
        NotSearched::NotInService => "Not in service",
        NotSearched::NothingHeld => "Nothing held",
        NotSearched::CouldNotBeSearched => "Could not be searched",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_follow_each_other_are_a_run_and_two_are_none() {
        assert_eq!(runs(&[1, 2, 3, 5, 7, 8]), ["A-1 to A-3", "A-5", "A-7", "A-8"]);
        assert!(runs(&[]).is_empty());
    }
}
