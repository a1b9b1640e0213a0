//! The factual summary of gaps: cause, scope and impact, for counsel to edit.

use super::telling::{Told, file_name, told, unknowns};
use super::{ImpactReport, TouchedPast, TouchedRequest};
use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use duces_instruments::Draft;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// A text that was drafted for counsel.
#[derive(Debug, Serialize)]
pub struct DraftedText {
    /// The file.
    pub path: PathBuf,
    /// What it calls unknown.
    pub unknowns: Vec<String>,
}

/// A request as a summary tells it.
#[derive(Serialize)]
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) what: String,
    pub(crate) lines: Vec<String>,
}

#[derive(Serialize)]
struct Summary {
    firm: String,
    known_on: String,
    unknowns: Vec<String>,
    gaps: Vec<Told>,
    requests_in_all: u64,
    touched: Vec<Named>,
    may_be_touched: Vec<Named>,
    untouched: u64,
    unread: u64,
}

impl Workspace {
    /// Drafts the factual summary of gaps: cause, scope and impact, with what is unknown said first.
    ///
    /// # Errors
    /// An unknown gap, a template that cannot be used, a draft of that name that somebody may have edited.
    pub fn gap_summary(&mut self, gaps: &[String], actor: &Actor) -> Result<DraftedText, WorkspaceError> {
        // A gap that is named twice is told once.
        let mut named = BTreeSet::new();
        let gaps: Vec<String> = gaps.iter().filter(|gap| named.insert(*gap)).cloned().collect();
        let reports =
            gaps.iter().map(|gap| self.impact(gap, actor)).collect::<Result<Vec<ImpactReport>, _>>()?;
        let told: Vec<Told> = reports.iter().map(|report| told(&report.gap)).collect();
        let unknowns: Vec<String> = told.iter().flat_map(unknowns).collect();
        let (mut touched, mut may_be) = (BTreeMap::new(), BTreeMap::new());
        let (mut untouched, mut unread) = (BTreeSet::new(), BTreeSet::new());
        let mut in_all = 0;
        for report in &reports {
            in_all = report.requests_in_all;
            for request in &report.requests {
                touched.entry(request.request.clone()).or_insert_with(|| ours(request));
            }
            for past in &report.past {
                let list = if past.certain { &mut touched } else { &mut may_be };
                list.entry(past.request.clone()).or_insert_with(|| theirs(past));
            }
            unread.extend(report.unread.iter().map(|(request, _)| request.clone()));
            untouched.extend(report.untouched.iter().cloned());
        }
        may_be.retain(|request, _| !touched.contains_key(request));
        unread.retain(|request| !touched.contains_key(request));
        untouched.retain(|request| {
            !touched.contains_key(request) && !may_be.contains_key(request) && !unread.contains(request)
        });
        let summary = Summary {
            firm: self.config.firm.name.clone(),
            known_on: actor.now.date_naive().to_string(),
            unknowns: unknowns.clone(),
            gaps: told,
            requests_in_all: in_all,
            touched: touched.into_values().collect(),
            may_be_touched: may_be.into_values().collect(),
            untouched: untouched.len() as u64,
            unread: unread.len() as u64,
        };
        let name = format!("gap-summary-{}-{}.txt", actor.now.date_naive(), file_name(&gaps));
        let path = self.draft(Draft::GapSummary, &name, &summary)?;
        Ok(DraftedText { path, unknowns })
    }
}

pub(crate) fn ours(request: &TouchedRequest) -> Named {
    let items: Vec<String> = request.items.iter().map(|item| item.item.to_string()).collect();
    let volumes =
        request.volumes.iter().map(|volume| format!("produced: volume {}, {}", volume.volume, volume.bates));
    let sentences = request.sentences.iter().map(|sentence| {
        format!("{}: {}: {}; {}", sentence.who(), sentence.verdict.as_str(), sentence.says, sentence.because)
    });
    Named {
        name: format!("{} ({} {})", request.request, request.authority, request.number),
        what: match items.as_slice() {
            [] => "by its certificates".to_owned(),
            [one] => format!("item {one}"),
            several => format!("items {}", several.join(", ")),
        },
        lines: volumes.chain(sentences).collect(),
    }
}

pub(crate) fn theirs(past: &TouchedPast) -> Named {
    let statements = past.statements.iter().map(|statement| {
        let day = statement
            .stated_on
            .map_or_else(|| "on a day that is unknown".to_owned(), |day| format!("on {day}"));
        format!("stated {day}, and now {}: \"{}\"", past.statements_are, statement.text)
    });
    Named {
        name: match past.number.trim() {
            "" => format!("{} ({}, {}, before this program)", past.request, past.authority, past.kind),
            number => {
                format!("{} ({} {number}, {}, before this program)", past.request, past.authority, past.kind)
            }
        },
        what: past.items.join("; "),
        lines: past.bates.iter().map(|bates| format!("produced: {bates}")).chain(statements).collect(),
    }
}
