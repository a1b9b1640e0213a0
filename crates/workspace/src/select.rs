//! Populations frozen, with what the default rules say of each document. People decide in review.

use crate::collected::take_up;
use crate::error::WorkspaceError;
use crate::home::{Actor, Workspace};
use crate::requests::{BesideReport, beside};
use crate::scope::{answer, sources_of};
use duces_ledger::{DocumentRow, ItemPopulation, LedgerError, Pins, Population, Why};
use duces_model::accounting::check_sum;
use duces_model::{Disposition, DocId, ItemId, RequestId, SourceId};
use duces_query::FamilyRule;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A population was frozen.
#[derive(Debug, Serialize)]
pub struct SelectReport {
    /// The request.
    pub request: RequestId,
    /// Which population of the ledger.
    pub population: i64,
    /// Documents in it.
    pub documents: u64,
    /// Families in it.
    pub families: u64,
    /// Hits of any item.
    pub hits: u64,
    /// Members of a hit's family that are no hits themselves.
    pub family_members: u64,
    /// Documents for which some item cannot tell, and no item hit: the manual queue.
    pub queue: u64,
    /// Members of the family of one of these, that are none of the others.
    pub queue_family: u64,
    /// Documents that were added by hand.
    pub by_hand: u64,
    /// Items of which nothing was expected, and something was found or cannot be told.
    pub unexpected: Vec<ItemId>,
    /// Items of whose sources nothing was captured at all: that nothing was selected for them says nothing.
    pub no_source: Vec<ItemId>,
    /// Documents in each disposition, by the default rules.
    pub dispositions: BTreeMap<&'static str, u64>,
    /// The default rules.
    pub default_rules: Vec<String>,
    /// The items that no search answers: nothing of the population is theirs.
    pub beside: Vec<BesideReport>,
}

impl SelectReport {
    /// Whether a queue waits for a person, something was found where nothing was expected, or an item had
    /// nothing to be searched.
    pub fn needs_person(&self) -> bool {
        self.queue > 0 || !self.unexpected.is_empty() || !self.no_source.is_empty()
    }
}

const RULES: [&str; 5] = [
    "a document that an item hits or that was added for it by hand, and its family, is produced whole",
    "a document for which it cannot be told, and which no item hits, is pending until a person decides; so is its family, unless an item hits that",
    "a document that an earlier sealed volume of this request holds is excluded as already produced",
    "a decision to withhold, redact or exclude that a person took in an earlier population of this request is carried over",
    "a defect is never a ground for exclusion",
];

/// Who records what the default rules say, before any person has decided.
pub(crate) const BY_RULE: &str = "default rule";

/// What one document is to the request.
#[derive(Default)]
struct Standing {
    items: BTreeSet<String>,
    hit: bool,
    family: bool,
    cannot_tell: bool,
}

impl Workspace {
    /// Freezes the population of a request and records what the default rules say of it.
    ///
    /// # Errors
    /// Mistakes in the request, a missing index.
    pub fn select(&mut self, id: &RequestId, actor: &Actor) -> Result<SelectReport, WorkspaceError> {
        self.require_whole_index()?;
        let register = self.register()?;
        let read = self.read_request(id, &register)?;
        let snapshot = self.snapshot()?;
        let mut items = Vec::new();
        let mut standing: BTreeMap<u64, Standing> = BTreeMap::new();
        let (mut unexpected, mut no_source) = (Vec::new(), Vec::new());
        let captured = self.captured_sources()?;
        let mut collected = self.collected_rows(id)?;
        let by_hand = collected.values().flatten().collect::<BTreeSet<_>>().len() as u64;
        for item in read.request.items() {
            let mut answer = answer(self, &snapshot, &register, item)?;
            take_up(&mut answer, &collected.remove(&item.id).unwrap_or_default());
            if item.letter.expects_nil && !(answer.hits.is_empty() && answer.cannot_tell.is_empty()) {
                unexpected.push(item.id.clone());
            }
            if !sources_of(item, &register).iter().any(|source| captured.contains(source)) {
                no_source.push(item.id.clone());
            }
            let mut members = BTreeMap::new();
            let asked = (&item.id, item.family);
            self.stand(&answer.hits, asked, &mut standing, &mut members, Why::Hit)?;
            let queue: Vec<u64> = answer.cannot_tell.iter().map(|(row, _)| *row).collect();
            self.stand(&queue, asked, &mut standing, &mut members, Why::CannotTell)?;
            let ids = self.ids(&members.keys().copied().collect::<Vec<_>>())?;
            items.push(ItemPopulation {
                item: item.id.clone(),
                in_scope: answer.in_scope,
                hit: answer.hits.len() as u64,
                not_hit: answer.not_hit,
                cannot_tell: answer
                    .cannot_tell
                    .iter()
                    .filter_map(|(row, why)| ids.get(row).map(|id| (*id, why.iter().copied().collect())))
                    .collect(),
                members: members.iter().filter_map(|(row, why)| ids.get(row).map(|id| (*id, *why))).collect(),
            });
        }
        // What was added for items that no search answers: all of it, and nothing else.
        for (item, rows) in collected {
            let mut members = BTreeMap::new();
            self.stand(&rows, (&item, FamilyRule::Whole), &mut standing, &mut members, Why::Hit)?;
            let ids = self.ids(&members.keys().copied().collect::<Vec<_>>())?;
            items.push(ItemPopulation {
                item,
                in_scope: rows.len() as u64,
                hit: rows.len() as u64,
                not_hit: 0,
                cannot_tell: Vec::new(),
                members: members.iter().filter_map(|(row, why)| ids.get(row).map(|id| (*id, *why))).collect(),
            });
        }
        let rows: Vec<u64> = standing.keys().copied().collect();
        let documents = self.ledger.documents(&rows)?;
        let (hits, family_members) =
            (count(&standing, |s| s.hit), count(&standing, |s| s.family && !s.hit && !s.cannot_tell));
        let (queue, queue_family) = (
            count(&standing, |s| s.cannot_tell && !s.hit),
            count(&standing, |s| !s.cannot_tell && !s.hit && !s.family),
        );
        let parts = [
            ("hits", hits),
            ("further family members", family_members),
            ("cannot tell", queue),
            ("further family members of these", queue_family),
        ];
        check_sum("population", ("documents", documents.len() as u64), &parts)
            .map_err(|sum| WorkspaceError::Unexplained(vec![sum]))?;
        let pins = Pins {
            snapshot: self.snapshot_id()?,
            register_sha256: register.digest(),
            request_sha256: self.ledger.store_bytes(&read.bytes)?,
        };
        let population = self.ledger.freeze_population(&actor.act(), id, &pins, &items)?;
        let defaults = self.defaults(id, population, &documents, &standing)?;
        let by_rule = Actor { name: BY_RULE.to_owned(), now: actor.now };
        self.ledger.set_dispositions(&by_rule.act(), population, &defaults)?;
        Ok(SelectReport {
            request: id.clone(),
            population,
            documents: documents.len() as u64,
            families: documents.iter().map(|document| document.root).collect::<BTreeSet<_>>().len() as u64,
            hits,
            family_members,
            queue,
            queue_family,
            by_hand,
            unexpected,
            no_source,
            dispositions: buckets(defaults.iter().map(|(_, disposition, _)| disposition)),
            beside: beside(&read.request),
            default_rules: RULES.iter().map(|rule| (*rule).to_owned()).collect(),
        })
    }

    /// The newest frozen population of a request.
    pub(crate) fn population(&self, id: &RequestId) -> Result<Population, WorkspaceError> {
        self.ledger.population(id)?.ok_or_else(|| WorkspaceError::TooEarly {
            missing: format!("no population of request {id} is frozen yet"),
            hint: format!("run duces select {id} first"),
        })
    }

    /// Notes what these rows and their families are to the item.
    fn stand(
        &self,
        rows: &[u64],
        (item, family): (&ItemId, FamilyRule),
        standing: &mut BTreeMap<u64, Standing>,
        members: &mut BTreeMap<u64, Why>,
        why: Why,
    ) -> Result<(), WorkspaceError> {
        let families = match family {
            FamilyRule::Whole => self.ledger.families(rows)?,
            FamilyRule::HitOnly => rows.to_vec(),
        };
        for row in families {
            let itself = rows.binary_search(&row).is_ok();
            let entry = standing.entry(row).or_default();
            entry.items.insert(item.to_string());
            match (why, itself) {
                (Why::CannotTell, true) => entry.cannot_tell = true,
                (Why::CannotTell, false) => {}
                (_, true) => entry.hit = true,
                (_, false) => entry.family = true,
            }
            let here = if itself { why } else { Why::Family };
            members.entry(row).and_modify(|known| *known = (*known).min(here)).or_insert(here);
        }
        Ok(())
    }

    /// The sources of which something was captured.
    fn captured_sources(&self) -> Result<BTreeSet<SourceId>, WorkspaceError> {
        let accounts = self.ledger.source_accounts()?.into_iter();
        Ok(accounts.filter(|account| account.occurrences > 0).filter_map(|account| account.source).collect())
    }

    fn ids(&self, rows: &[u64]) -> Result<BTreeMap<u64, DocId>, WorkspaceError> {
        Ok(self.ledger.documents(rows)?.into_iter().map(|document| (document.row, document.id)).collect())
    }

    fn defaults(
        &self,
        id: &RequestId,
        population: i64,
        documents: &[DocumentRow],
        standing: &BTreeMap<u64, Standing>,
    ) -> Result<Vec<(DocId, Disposition, String)>, WorkspaceError> {
        let earlier = self.already_produced(id)?;
        let carried = self.decided_before(id, population)?;
        Ok(documents
            .iter()
            .filter_map(|document| {
                let stands = standing.get(&document.row)?;
                let (disposition, note) = match (carried.get(&document.id), earlier.get(&document.id)) {
                    // A withholding stays one also where its sheet has a number already.
                    (Some(before), _) => before.clone(),
                    (None, Some(bates)) => {
                        (Disposition::ExcludeAlreadyProduced { bates: bates.clone() }, String::new())
                    }
                    (None, None) if stands.cannot_tell && !stands.hit => {
                        (Disposition::Pending, String::new())
                    }
                    (None, None) if stands.hit || stands.family => (Disposition::WHOLE, String::new()),
                    (None, None) => (Disposition::Pending, String::new()),
                };
                Some((document.id, disposition, note))
            })
            .collect())
    }

    /// What a person decided against producing in the population before this one, with a note that says so.
    fn decided_before(
        &self,
        id: &RequestId,
        population: i64,
    ) -> Result<BTreeMap<DocId, (Disposition, String)>, WorkspaceError> {
        let mut carried = BTreeMap::new();
        for earlier in 1..population {
            match self.ledger.population_numbered(earlier) {
                Ok(known) if known.request == *id => {}
                Ok(_) | Err(LedgerError::NoSuch { .. }) => continue,
                Err(error) => return Err(error.into()),
            }
            for row in self.ledger.dispositions(earlier)? {
                let kept = row.disposition.bars_content()
                    || matches!(row.disposition, Disposition::ExcludeNonResponsive { .. });
                if kept {
                    let note = format!("carried over from population {earlier}: {}", row.note);
                    carried.insert(row.document, (row.disposition, note.trim_end_matches(": ").to_owned()));
                } else {
                    // A later decision of a person undoes an earlier one.
                    carried.remove(&row.document);
                }
            }
        }
        Ok(carried)
    }
}

fn count(standing: &BTreeMap<u64, Standing>, of: impl Fn(&Standing) -> bool) -> u64 {
    standing.values().filter(|standing| of(standing)).count() as u64
}

/// Counts per bucket, every bucket listed.
pub(crate) fn buckets<'a>(
    dispositions: impl Iterator<Item = &'a Disposition>,
) -> BTreeMap<&'static str, u64> {
    let mut counts: BTreeMap<_, _> = Disposition::BUCKETS.iter().map(|bucket| (*bucket, 0)).collect();
    for disposition in dispositions {
        *counts.entry(disposition.bucket()).or_default() += 1;
    }
    counts
}
