//! A figure of a certificate traced to the rows behind it.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use duces_instruments::facts::{CompletenessFacts, Decisions};
use duces_ledger::{Population, Why};
use duces_model::{Disposition, DocId, ItemId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The rows behind a figure.
#[derive(Debug, Serialize)]
pub struct FigureReport {
    /// The certificate.
    pub certificate: i64,
    /// What the figure is of, as `Item 3 produced`.
    pub of: String,
    /// What the certificate says.
    pub figure: u64,
    /// How many rows the record has for it now; another number than the figure where the record has moved on.
    pub found: u64,
    /// The rows, in the order of documents.
    pub rows: Vec<FigureRow>,
    /// Figures that count what has no row of its own in the record.
    pub without_rows: Option<&'static str>,
}

/// A document behind a figure.
#[derive(Debug, Serialize)]
pub struct FigureRow {
    /// Which document.
    pub document: DocId,
    /// Its numbers, with their volume; several where it went out more than once.
    pub numbers: Vec<String>,
    /// What is decided.
    pub decided: String,
}

/// What a figure counts.
enum Counts {
    /// Members of an item's population for this reason.
    Reason(ItemId, Why),
    /// Members of an item, or of the whole population, under one of these decisions; no decision named is all of them.
    Decided(Option<ItemId>, Vec<&'static str>),
    /// Documents that a search looked at, which are not written down one by one.
    Looked(&'static str),
}

/// A figure with the words that it goes by.
struct Figure {
    of: String,
    value: u64,
    counts: Counts,
}

const PRODUCED: [&str; 3] = ["produced whole", "produced redacted", "produced as a slip sheet"];
const NOT_KEPT: &str = "the record keeps how many documents did not meet the criteria, and not which: duces hits counts them anew";

impl Workspace {
    /// The rows behind a figure of a completeness certificate, named by words that stand beside it and its number, as
    /// `Item 3 produced 412`.
    ///
    /// # Errors
    /// An unknown certificate; words that fit no figure, or several.
    pub fn explain_figure(&self, certificate: i64, words: &str) -> Result<FigureReport, WorkspaceError> {
        let all = self.ledger.certificates()?;
        let known = all.iter().map(|one| one.key.to_string()).collect();
        let issued = all.into_iter().find(|one| one.key == certificate).ok_or_else(|| {
            WorkspaceError::Unknown { what: "certificate", name: certificate.to_string(), known }
        })?;
        let bytes = self.ledger.bytes(&issued.record.facts_sha256)?.unwrap_or_default();
        let facts = duces_instruments::stored_facts(&bytes)?;
        let figure = the_one(figures(&facts), words)?;
        let mut report = FigureReport {
            certificate,
            of: figure.of,
            figure: figure.value,
            found: 0,
            rows: Vec::new(),
            without_rows: None,
        };
        let population = self.population_of(&facts)?;
        let decided: BTreeMap<DocId, Disposition> = match &population {
            Some(population) => {
                let rows = self.ledger.dispositions(population.key)?;
                rows.into_iter().map(|row| (row.document, row.disposition)).collect()
            }
            None => BTreeMap::new(),
        };
        let members = |item: &ItemId, why: Option<Why>| -> BTreeSet<DocId> {
            let of = population.iter().flat_map(|population| &population.items).filter(|of| of.item == *item);
            let members = of.flat_map(|of| &of.members);
            members.filter(|(_, for_why)| why.is_none_or(|why| why == *for_why)).map(|(id, _)| *id).collect()
        };
        let documents: BTreeSet<DocId> = match figure.counts {
            Counts::Looked(why) => {
                report.without_rows = Some(why);
                return Ok(report);
            }
            Counts::Reason(item, why) => members(&item, Some(why)),
            Counts::Decided(item, buckets) => {
                let of = item.map(|item| members(&item, None));
                decided
                    .iter()
                    .filter(|(document, _)| of.as_ref().is_none_or(|of| of.contains(document)))
                    .filter(|(_, decision)| buckets.is_empty() || buckets.contains(&bucket(decision)))
                    .map(|(document, _)| *document)
                    .collect()
            }
        };
        let mut numbers: BTreeMap<DocId, Vec<String>> = BTreeMap::new();
        for record in self.ledger.volumes()? {
            for member in record.sealed().into_iter().flat_map(|sealed| &sealed.members) {
                if let Some(bates) = member.bates.as_ref().filter(|_| documents.contains(&member.document)) {
                    let text = format!("{} in {}", bates.first(), record.name);
                    numbers.entry(member.document).or_default().push(text);
                }
            }
        }
        report.found = documents.len() as u64;
        report.rows = documents
            .into_iter()
            .map(|document| FigureRow {
                document,
                numbers: numbers.remove(&document).unwrap_or_default(),
                decided: decided.get(&document).map_or_else(|| "nothing".to_owned(), ToString::to_string),
            })
            .collect();
        Ok(report)
    }

    /// The population on which a certificate rests.
    fn population_of(&self, facts: &CompletenessFacts) -> Result<Option<Population>, WorkspaceError> {
        let Some(frozen) = &facts.population else { return Ok(None) };
        let found = self.populations()?.into_iter().find(|population| {
            population.request == facts.request.id && population.frozen_at == frozen.frozen_at
        });
        Ok(found)
    }
}

fn bucket(decision: &Disposition) -> &'static str {
    let counts = Decisions::of([decision]);
    counts.buckets().into_iter().find(|(_, n)| *n > 0).map_or("", |(name, _)| name)
}

/// The figures of a certificate that count documents.
fn figures(facts: &CompletenessFacts) -> Vec<Figure> {
    let mut found = Vec::new();
    let mut figure = |of: String, value: u64, counts: Counts| found.push(Figure { of, value, counts });
    let mut decisions = |of: &str, item: Option<&ItemId>, decisions: &Decisions, members: u64| {
        figure(format!("{of} members"), members, Counts::Decided(item.cloned(), Vec::new()));
        figure(
            format!("{of} produced"),
            decisions.produced(),
            Counts::Decided(item.cloned(), PRODUCED.to_vec()),
        );
        for (name, n) in decisions.buckets() {
            figure(format!("{of} {name}"), n, Counts::Decided(item.cloned(), vec![name]));
        }
    };
    if let Some(population) = &facts.population {
        decisions("Population", None, &population.decisions, population.members);
    }
    for item in &facts.items {
        if let Some(population) = &item.population {
            let members = population.by_hit + population.by_family + population.by_queue;
            decisions(&format!("Item {}", item.id), Some(&item.id), &population.decisions, members);
        }
    }
    for item in &facts.beside {
        if let Some(population) = &item.population {
            decisions(
                &format!("Item {}", item.id),
                Some(&item.id),
                &population.decisions,
                population.members(),
            );
        }
    }
    for item in &facts.items {
        let of = format!("Item {}", item.id);
        if let Some(population) = &item.population {
            for (name, n, why) in [
                ("hit", population.by_hit, Why::Hit),
                ("family", population.by_family, Why::Family),
                ("cannot tell", population.by_queue, Why::CannotTell),
            ] {
                found.push(Figure {
                    of: format!("{of} {name}"),
                    value: n,
                    counts: Counts::Reason(item.id.clone(), why),
                });
            }
        }
        for (name, n) in [("in scope", item.counts.in_scope), ("not hit", item.counts.not_hit)] {
            found.push(Figure { of: format!("{of} {name}"), value: n, counts: Counts::Looked(NOT_KEPT) });
        }
    }
    found
}

fn tokens(text: &str) -> Vec<String> {
    let plain: String = text.chars().filter(|c| *c != ',').collect();
    plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// The figure that the words fit: all of its words, or else all of theirs within it and its number.
fn the_one(figures: Vec<Figure>, words: &str) -> Result<Figure, WorkspaceError> {
    let asked = tokens(words);
    let whole = |figure: &Figure| {
        let mut name = tokens(&figure.of);
        let bare = name == asked;
        name.push(figure.value.to_string());
        bare || name == asked
    };
    let within = |figure: &Figure| {
        let mut name = tokens(&figure.of);
        name.push(figure.value.to_string());
        !asked.is_empty() && asked.iter().all(|word| name.contains(word))
    };
    let (exact, rest): (Vec<Figure>, Vec<Figure>) = figures.into_iter().partition(whole);
    let known: Vec<String> = rest.iter().map(|figure| format!("{} {}", figure.of, figure.value)).collect();
    let mut fitting: Vec<Figure> =
        if exact.is_empty() { rest.into_iter().filter(within).collect() } else { exact };
    match (fitting.pop(), fitting.is_empty()) {
        (Some(one), true) => Ok(one),
        (Some(one), false) => Err(WorkspaceError::Several {
            what: format!("{words:?} fits {} figures, expected one", fitting.len() + 1),
            found: fitting
                .iter()
                .chain([&one])
                .map(|figure| format!("{} {}", figure.of, figure.value))
                .collect(),
            hint: "give all the words that stand beside the figure".to_owned(),
        }),
        (None, _) => {
            Err(WorkspaceError::Unknown { what: "figure of the certificate", name: words.to_owned(), known })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(of: &str, value: u64) -> Figure {
        Figure { of: of.to_owned(), value, counts: Counts::Looked("") }
    }

    fn all() -> Vec<Figure> {
        vec![
            figure("Item 3 produced", 412),
            figure("Item 3 produced whole", 400),
            figure("Item 4 produced", 412),
        ]
    }

    #[test]
    fn a_figure_is_found_by_the_words_beside_it_and_its_number() {
        assert_eq!(the_one(all(), "Item 3 produced 412").unwrap().of, "Item 3 produced");
        assert_eq!(the_one(all(), "item 3 produced").unwrap().of, "Item 3 produced");
        assert_eq!(the_one(all(), "whole").unwrap().of, "Item 3 produced whole");
        assert_eq!(the_one(vec![figure("Population members", 1_204)], "1,204").unwrap().value, 1_204);
    }

    #[test]
    fn words_that_fit_several_figures_or_none_choose_none() {
        assert!(matches!(the_one(all(), "produced 412"), Err(WorkspaceError::Several { .. })));
        assert!(matches!(the_one(all(), "Item 3 produced 413"), Err(WorkspaceError::Unknown { .. })));
        assert!(matches!(the_one(all(), ""), Err(WorkspaceError::Unknown { .. })));
    }
}
