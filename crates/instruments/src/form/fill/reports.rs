//! What was searched and what was not, and items for which nothing was found.

use super::{Taken, about_request, declarant, documents, parties};
use crate::error::InstrumentError;
use crate::facts::{AnyItem, CoverageWord, ItemFacts, NotSearched};
use crate::form::dossier::Dossier;
use crate::form::{Kind, Passage, Sheet};
use crate::nil::not_backed;
use crate::standing::Standing;
use crate::wording::{count, day, number};

/// The search-scope report (I-11): each item with what was searched for it, by which criteria, and what was not.
///
/// # Errors
/// Those of the check of the facts.
pub fn scope(dossier: &Dossier, taken: &Taken) -> Result<Sheet, InstrumentError> {
    let mut sheet = about_request(Kind::Scope, "Search-Scope Report", dossier, taken)?;
    parties(&mut sheet, dossier);
    unfinished(&mut sheet, dossier);
    sheet.put("front", Passage::default().all(&["meaning", "limits"]));
    for item in dossier.facts.all_items() {
        match item {
            AnyItem::Searched(item) => {
                let passage = searched(item);
                let passage = passage.say_if(item.searched.is_empty(), "searched_none", &[]);
                let passage = passage.say_if(item.not_searched.is_empty(), "not_searched_none", &[]);
                sheet.put("item", passage);
            }
            AnyItem::Beside(item) => {
                let heading = [("item", item.id.to_string()), ("kind", item.kind.words().to_owned())];
                let passage = Passage::default()
                    .say("heading", &heading)
                    .say("asked", &[("text", item.text.clone())])
                    .say("none", &[]);
                sheet.put("beside", passage);
            }
        }
    }
    let rows = dossier.facts.sources.iter().map(|source| {
        vec![
            source.name.clone(),
            source.channel.to_string(),
            format!("{} to {}", source.in_service_from, day(source.in_service_to, "present")),
            number(source.documents),
            number(source.unsearchable),
        ]
    });
    let archive = &dossier.facts.archive;
    let unread = unread(dossier);
    let register = Passage::default()
        .say("heading", &[])
        .table("table", rows.collect())
        .say("outside", &[("unattributed", documents(dossier.facts.unattributed_documents))])
        .say_if(
            archive.unsearchable > 0,
            "unsearchable",
            &[("unsearchable", documents(archive.unsearchable))],
        )
        .say_if(unread > 0, "unread", &[("unread", count(unread, "file"))]);
    sheet.put("register", register);
    declarant(&mut sheet, &["sources"], dossier.facts.request.declaration_1746);
    Ok(sheet)
}

/// The nil statement (I-10): items for which the search found nothing and nothing is produced.
///
/// # Errors
/// [`InstrumentError::Refused`] where no item is nil, with what stands against each; those of the check of the facts.
pub fn nil(dossier: &Dossier, taken: &Taken) -> Result<Sheet, InstrumentError> {
    let facts = &dossier.facts;
    let nil: Vec<&ItemFacts> = facts.items.iter().filter(|item| item.is_nil()).collect();
    if nil.is_empty() {
        let missing = facts.items.iter().map(|item| {
            let unsure = item.counts.cannot_tell_total();
            format!(
                "item {}: {} meet its criteria, of {} it cannot be told",
                item.id,
                documents(item.counts.hit),
                number(unsure)
            )
        });
        return Err(InstrumentError::Refused {
            what: format!("no item of request {} is nil", facts.request.id),
            missing: missing.collect(),
        });
    }
    let mut sheet = about_request(Kind::Nil, "Nil Statement", dossier, taken)?;
    sheet.about.volumes.clear();
    unfinished(&mut sheet, dossier);
    parties(&mut sheet, dossier);
    sheet.put("front", Passage::default().say("meaning", &[]));
    for item in nil {
        let why = not_backed(item, facts);
        let passage = searched(item).say("nil", &[("item", item.id.to_string())]);
        let passage = if why.is_empty() {
            passage.say("backed", &[])
        } else {
            passage.say("not_backed", &[("why", why.join("; "))])
        };
        sheet.put("item", passage);
    }
    let unsearchable = facts.archive.unsearchable;
    let unread = unread(dossier);
    let limits = Passage::default()
        .all(&["heading", "made"])
        .say_if(unsearchable > 0, "unsearchable", &[("unsearchable", documents(unsearchable))])
        .say_if(unread > 0, "unread", &[("unread", count(unread, "file"))])
        .say("outside", &[]);
    sheet.put("limits", limits);
    declarant(&mut sheet, &["read", "search"], facts.request.declaration_1746);
    Ok(sheet)
}

/// A text about a request stays a draft while anything that is produced for it is not sealed and verified.
fn unfinished(sheet: &mut Sheet, dossier: &Dossier) {
    if !Standing::of(&dossier.facts).may_be_issued() {
        sheet.draft = true;
        sheet.questions.push(
            "What is decided to be produced for the request does not all stand in a volume that is sealed and verifies."
                .to_owned(),
        );
    }
}

fn unread(dossier: &Dossier) -> u64 {
    let archive = &dossier.facts.archive;
    let unread = archive.unread.iter().filter(|file| !file.by_rule).count();
    (unread + archive.unsupported.len() + archive.altered.len()) as u64
}

fn searched(item: &ItemFacts) -> Passage {
    let counts = &item.counts;
    let figures = [
        ("in_scope", documents(counts.in_scope)),
        ("hit", number(counts.hit)),
        ("not_hit", number(counts.not_hit)),
        ("cannot_tell", number(counts.cannot_tell_total())),
    ];
    let mut passage = Passage::default()
        .say("heading", &[("item", item.id.to_string())])
        .say("asked", &[("text", item.text.clone())])
        .say("period", &[("period", item.period.to_string())])
        .say("counts", &figures)
        .say("criteria", &[]);
    for criterion in &item.criteria {
        passage = passage.say("criterion", &[("criterion", criterion.trim_end().to_owned())]);
    }
    if !item.searched.is_empty() {
        let sources = item.searched.iter().map(|source| {
            let coverage = match source.coverage {
                CoverageWord::Covered => "covered",
                CoverageWord::Gap => "gap",
                CoverageWord::CannotTell => "cannot be told",
            };
            (source.name.as_str(), coverage, source.reason.as_str())
        });
        passage = passage.table("searched", together(sources));
    }
    if !item.not_searched.is_empty() {
        let sources = item.not_searched.iter().map(|source| {
            let why = match source.why {
                NotSearched::NotAskedFor => "not asked for",
                NotSearched::NotInService => "not in service",
                NotSearched::NothingHeld => "nothing held",
                NotSearched::CouldNotBeSearched => "could not be searched",
            };
            (source.name.as_str(), why, source.reason.as_str())
        });
        passage = passage.say("not_searched_before", &[]).table("not_searched", together(sources));
    }
    passage
}

/// A row for all sources of which the same is said, in the order in which it is first said.
fn together<'a>(sources: impl Iterator<Item = (&'a str, &'static str, &'a str)>) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (name, word, reason) in sources {
        match rows.iter_mut().find(|row| row[1] == word && row[2] == reason) {
            Some(row) => row[0] += &format!(", {name}"),
            None => rows.push(vec![name.to_owned(), word.to_owned(), reason.to_owned()]),
        }
    }
    rows
}
