//! A run of a request's searches held against an earlier one: what changed, and why.
//!
//! The documents of each run are kept in the ledger, by row. The earlier request's file is kept too and
//! is run again over today's index, so that each document that came or went has one cause: it was not
//! indexed then; or today's and the earlier criteria differ on it today; or the same criteria answer
//! otherwise for it today, because the register, the attribution or the tokenisation changed.

use super::difference::differences;
use super::earlier::{Earlier, Run};
use super::moved::{Cause, Moves, Sides, TermChange, moves, terms};
use super::{Recorded, sets};
use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use crate::sheet::Sheet;
use chrono::{DateTime, Utc};
use duces_ledger::{SearchRecord, SearchSets};
use duces_model::{ItemId, RequestId};
use duces_query::{Item, Request, Resolved};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What a run rested on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunFacts {
    /// Its number.
    pub run: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: String,
    /// Identity of the index.
    pub snapshot: String,
    /// Digest of the register.
    pub register_sha256: String,
    /// Digest of the request's file.
    pub request_sha256: String,
    /// Version of the tokenisation.
    pub tokenisation: u32,
    /// Documents in the index.
    pub documents: u64,
}

/// One item then and now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemChange {
    /// The item.
    pub item: ItemId,
    /// Hits then; absent where the run did not search it.
    pub before: Option<u64>,
    /// Hits now; absent where the request no longer has it.
    pub after: Option<u64>,
    /// Documents of which it could not be told, then.
    pub cannot_tell_before: Option<u64>,
    /// And now.
    pub cannot_tell_after: Option<u64>,
    /// How the exact search differs, a line a difference.
    pub criteria: Vec<String>,
    /// Hits now that were none then; absent where it was not searched both times.
    pub entered: Option<Moves>,
    /// Hits then that are none now; absent where it was not searched both times.
    pub left: Option<Moves>,
    /// The same of the documents of which it could not be told.
    pub queue_entered: Option<Moves>,
    /// Those that left them.
    pub queue_left: Option<Moves>,
    /// Each term.
    pub terms: Vec<TermChange>,
}

/// Two runs of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CompareReport {
    /// The request.
    pub request: RequestId,
    /// The earlier run.
    pub before: RunFacts,
    /// Today's.
    pub after: RunFacts,
    /// What they rest on that differs, in plain words.
    pub differs: Vec<String>,
    /// What can make the same criteria answer otherwise, of what differs.
    pub otherwise_because: Vec<String>,
    /// Whether today's report needs a person by itself.
    pub needs_person: bool,
    /// Each item.
    pub items: Vec<ItemChange>,
    /// The sheet of every document that came or went.
    pub report: PathBuf,
}

impl CompareReport {
    /// Whether some item was not searched both times, is searched otherwise, or finds other documents.
    pub fn changed(&self) -> bool {
        self.items.iter().any(ItemChange::changed)
    }
}

impl ItemChange {
    /// Whether it was not searched both times, its criteria or terms are others, or documents came or went,
    /// among the hits or among those of which it cannot be told.
    pub fn changed(&self) -> bool {
        let moves = [self.entered, self.left, self.queue_entered, self.queue_left];
        let missing = self.before.is_none() || self.after.is_none();
        missing
            || !self.criteria.is_empty()
            || moves.into_iter().flatten().any(|moves| moves.documents > 0)
            || self.terms.iter().any(TermChange::changed)
    }

    fn of(item: &ItemId, criteria: Vec<String>) -> Self {
        Self {
            item: item.clone(),
            before: None,
            after: None,
            cannot_tell_before: None,
            cannot_tell_after: None,
            criteria,
            entered: None,
            left: None,
            queue_entered: None,
            queue_left: None,
            terms: Vec::new(),
        }
    }
}

/// The earlier run.
struct Before {
    facts: RunFacts,
    searches: Vec<SearchRecord>,
    request: Option<Request<Resolved>>,
    /// The items of the request as it stood then; absent where its file cannot be read any more.
    asked: Option<Vec<ItemId>>,
}

impl Before {
    /// Why an item of today was not searched then.
    fn missing(&self, item: &ItemId) -> String {
        let run = self.facts.run;
        match &self.asked {
            Some(asked) if asked.contains(item) => format!("run {run} did not search item {item}"),
            Some(_) => format!("the request had no item {item} to be searched at run {run}"),
            None => format!("run {run} did not search item {item}, or the request had none then"),
        }
    }
}

impl Workspace {
    /// Runs the searches of a request, records them, and says what changed since an earlier run and why.
    ///
    /// # Errors
    /// As for [`Workspace::search_request`]; no such run, or none that kept its documents.
    pub fn compare_hits(
        &mut self,
        id: &RequestId,
        earlier: Earlier,
        actor: &Actor,
    ) -> Result<CompareReport, WorkspaceError> {
        let searches = self.run_searches(id, earlier)?;
        let now = self.run_request(id, None, None, actor)?;
        let before = self.before(id, searches, &now)?;
        let (mut differs, otherwise_because) = pins(&before, &now);
        let mut sheet = Sheet::internal(&["item", "change", "why", "document", "family", "sources", "day"]);
        let mut items = Vec::new();
        let mut seen = BTreeSet::new();
        for (at, item) in now.report.items.iter().enumerate() {
            seen.insert(item.item.clone());
            let then = before.searches.iter().find(|search| search.item == item.item);
            differs.extend(then.is_none().then(|| before.missing(&item.item)));
            items.push(self.item_change(&now, at, then, &before, &mut sheet)?);
        }
        for search in before.searches.iter().filter(|search| !seen.contains(&search.item)) {
            let sets = self.kept_sets(search)?;
            differs.push(format!("the request no longer has item {}", search.item));
            items.push(ItemChange {
                before: Some(sets.hits.len() as u64),
                cannot_tell_before: Some(sets.cannot_tell.len() as u64),
                terms: terms(&sets, None, None, before.facts.documents),
                ..ItemChange::of(&search.item, vec!["the request no longer has the item".to_owned()])
            });
        }
        let report = self.report(&format!("hits-{id}-compared.csv"));
        sheet.replace(&report)?;
        let after = facts_of(&now);
        Ok(CompareReport {
            request: id.clone(),
            before: before.facts,
            after,
            needs_person: now.report.needs_person(),
            differs,
            otherwise_because,
            items,
            report,
        })
    }

    fn before(&self, id: &RequestId, searches: Run, now: &Recorded) -> Result<Before, WorkspaceError> {
        let Some((first, kept)) = searches.first() else {
            return Err(WorkspaceError::Unknown { what: "run", name: String::new(), known: Vec::new() });
        };
        let bytes = self.ledger.bytes(&kept.request_sha256)?.unwrap_or_default();
        let name = format!("requests/{id}.toml as searched on {}", first.at.date_naive());
        // A request that cannot be read with today's register is compared by its counts alone.
        let request = self.kept_request(&name, &bytes, &now.material.register).ok();
        let facts = RunFacts {
            run: kept.run,
            at: first.at,
            by: first.by.clone(),
            snapshot: first.snapshot.to_string(),
            register_sha256: first.register_sha256.to_string(),
            request_sha256: kept.request_sha256.to_string(),
            tokenisation: kept.analyzer,
            documents: kept.documents,
        };
        let asked = self.items_then(kept)?;
        Ok(Before {
            facts,
            searches: searches.into_iter().map(|(search, _)| search).collect(),
            request,
            asked,
        })
    }

    fn kept_sets(&self, search: &SearchRecord) -> Result<SearchSets, WorkspaceError> {
        Ok(self.ledger.search_sets(search.key)?.unwrap_or_default())
    }

    fn item_change(
        &self,
        now: &Recorded,
        at: usize,
        then: Option<&SearchRecord>,
        before: &Before,
        sheet: &mut Sheet<Vec<u8>>,
    ) -> Result<ItemChange, WorkspaceError> {
        let (item, answer) = (&now.report.items[at], &now.answers[at]);
        let after = sets(answer);
        let mut change = ItemChange {
            after: Some(item.hit),
            cannot_tell_after: Some(item.cannot_tell),
            ..ItemChange::of(&item.item, Vec::new())
        };
        let Some(then) = then else {
            change.criteria.push(before.missing(&item.item));
            change.terms = terms(&SearchSets::default(), Some(&after), None, before.facts.documents);
            return Ok(change);
        };
        let sets_then = self.kept_sets(then)?;
        let find =
            |request: &Request<Resolved>| request.items().iter().find(|known| known.id == item.item).cloned();
        let today = find(&now.material.read.request);
        let exact =
            |item: &Option<Item<Resolved>>| item.as_ref().map(Item::canonical_json).unwrap_or_default();
        change.criteria = differences(&serde_json::from_str(&then.exact).unwrap_or_default(), &exact(&today));
        let middle = match before.request.as_ref().and_then(find) {
            None => None,
            earlier if exact(&earlier) == exact(&today) => Some(after.clone()),
            Some(earlier) => Some(sets(&now.material.answer(&earlier)?)),
        };
        let sides = |of: fn(&SearchSets) -> &[u64]| {
            let sides = Sides {
                before: of(&sets_then),
                after: of(&after),
                earlier_criteria_now: middle.as_ref().map(of),
                documents_before: before.facts.documents,
            };
            sides.moved()
        };
        let [came, went] = sides(|sets| &sets.hits);
        let [to_queue, from_queue] = sides(|sets| &sets.cannot_tell);
        let moved = [
            ("came", &came),
            ("went", &went),
            ("came to those that cannot be told", &to_queue),
            ("left those that cannot be told", &from_queue),
        ];
        for (word, moved) in moved {
            self.write_moved(sheet, &item.item, word, moved)?;
        }
        change.before = Some(sets_then.hits.len() as u64);
        change.cannot_tell_before = Some(sets_then.cannot_tell.len() as u64);
        (change.entered, change.left) = (Some(moves(&came)), Some(moves(&went)));
        (change.queue_entered, change.queue_left) = (Some(moves(&to_queue)), Some(moves(&from_queue)));
        change.terms = terms(&sets_then, Some(&after), middle.as_ref(), before.facts.documents);
        Ok(change)
    }

    fn write_moved(
        &self,
        sheet: &mut Sheet<Vec<u8>>,
        item: &ItemId,
        change: &str,
        moved: &[(u64, Cause)],
    ) -> Result<(), WorkspaceError> {
        let rows: Vec<u64> = moved.iter().map(|(row, _)| *row).collect();
        for (document, (_, cause)) in self.ledger.documents(&rows)?.iter().zip(moved) {
            sheet.row([
                item.to_string(),
                change.to_owned(),
                cause.words().to_owned(),
                document.id.to_string(),
                document.root.to_string(),
                super::samples::source_names(document).join("; "),
                document.day.map(|day| day.to_string()).unwrap_or_default(),
            ]);
        }
        Ok(())
    }
}

fn facts_of(now: &Recorded) -> RunFacts {
    let report = &now.report;
    RunFacts {
        run: report.run,
        at: report.at,
        by: report.by.clone(),
        snapshot: report.snapshot.clone(),
        register_sha256: report.register_sha256.clone(),
        request_sha256: report.request_sha256.clone(),
        tokenisation: report.tokenisation,
        documents: report.documents,
    }
}

/// What two runs rest on that differs; and of that, what can make the same criteria answer otherwise.
fn pins(before: &Before, now: &Recorded) -> (Vec<String>, Vec<String>) {
    let (then, now) = (&before.facts, facts_of(now));
    let (mut differs, mut because) = (Vec::new(), Vec::new());
    if then.documents != now.documents {
        differs.push(format!("the index held {} documents and holds {}", then.documents, now.documents));
    }
    if then.snapshot != now.snapshot && then.documents == now.documents {
        because.push("the index was made anew: what can be searched in it differs".to_owned());
    }
    if then.request_sha256 != now.request_sha256 {
        differs.push("the request's file changed".to_owned());
    }
    if before.request.is_none() {
        because.push("the request's file of that run cannot be read any more, so changed criteria cannot be told from other causes".to_owned());
    }
    if then.register_sha256 != now.register_sha256 {
        because.push("the register changed: people, sources, or what belongs to which source".to_owned());
    }
    if then.tokenisation != now.tokenisation {
        because
            .push(format!("the tokenisation was version {} and is {}", then.tokenisation, now.tokenisation));
    }
    differs.extend(because.iter().cloned());
    (differs, because)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_criteria_terms_or_queue_is_a_change_though_no_hit_moved() {
        let none = Some(Moves::default());
        let same = ItemChange {
            before: Some(1),
            after: Some(1),
            entered: none,
            left: none,
            queue_entered: none,
            queue_left: none,
            ..ItemChange::of(&"1".parse().unwrap(), Vec::new())
        };
        assert!(!same.changed());
        let moved = Some(Moves { documents: 1, otherwise: 1, ..Moves::default() });
        let new =
            TermChange { term: "x".to_owned(), before: None, after: Some(0), entered: None, left: None };
        for changed in [
            ItemChange { criteria: vec!["period, to: was 1, now 2".to_owned()], ..same.clone() },
            ItemChange { queue_entered: moved, ..same.clone() },
            ItemChange { queue_left: moved, ..same.clone() },
            ItemChange { terms: vec![new], ..same.clone() },
            ItemChange { before: None, ..same.clone() },
        ] {
            assert!(changed.changed(), "{changed:?}");
        }
    }
}
