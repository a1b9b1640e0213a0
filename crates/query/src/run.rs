//! An item's criteria asked of every document of a snapshot.

use crate::bits::{Bits, Told};
use crate::criteria::Criteria;
use crate::error::QueryError;
use crate::evaluate::{Evaluator, FLAGS, Segment};
use crate::expand::{EXPANSIONS_MAX, Expansion};
use crate::formula::{self, Formula, Leaf};
use crate::language::Element;
use crate::near;
use crate::request::Item;
use crate::state::Resolved;
use crate::words::{Counted, Joined, counted};
use duces_indexer::Snapshot;
use duces_model::Unknown;
use std::collections::{BTreeMap, BTreeSet};

/// What an item's criteria answer. Rows are those of the ledger, sorted.
///
/// Every document of the snapshot is in one of three: yes, cannot tell, no. The last is the rest:
/// `searched` less the two others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// Documents of the snapshot.
    pub searched: u64,
    /// Documents that meet the criteria.
    pub yes: Vec<u64>,
    /// Documents of which it cannot be told, and why: all reasons that keep the answer open.
    pub cannot_tell: Vec<(u64, BTreeSet<Unknown>)>,
    /// The terms, in the order written: the alternatives of the query, then the identifiers; none where
    /// the item asks for neither.
    pub terms: Vec<TermHits>,
}

impl Findings {
    /// How many documents do not meet the criteria.
    pub fn no(&self) -> u64 {
        let rows = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        self.searched.saturating_sub(rows(self.yes.len())).saturating_sub(rows(self.cannot_tell.len()))
    }
}

/// What one term of an item finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermHits {
    /// The term as written.
    pub written: String,
    /// The term in canonical form.
    pub canonical: String,
    /// Documents that have it, among those that meet everything but the terms.
    pub documents: Vec<u64>,
    /// The words that each of its patterns stands for.
    pub expansions: Vec<Expansion>,
}

/// Asks an item's criteria of every document. Sources and channels are not asked here: they change
/// with the register, and the caller joins them from the ledger by row.
///
/// # Errors
/// `TooManyExpansions` where a pattern stands for too many words; `Expression` where one cannot be
/// read; `Damaged` or `Engine` where the index
/// cannot be read.
pub fn run(snapshot: &Snapshot, item: &Item<Resolved>) -> Result<Findings, QueryError> {
    run_within(snapshot, item, EXPANSIONS_MAX)
}

fn run_within(snapshot: &Snapshot, item: &Item<Resolved>, budget: usize) -> Result<Findings, QueryError> {
    let mut evaluator = Evaluator::new(snapshot, budget);
    let scope = formula::of_criteria(&item.scope());
    let counted = counted(item);
    let alternatives: Vec<Formula> =
        counted.iter().map(|one| formula::of_node(&one.node, one.fields)).collect();
    let mut findings = Findings { searched: 0, yes: Vec::new(), cannot_tell: Vec::new(), terms: Vec::new() };
    findings.terms = term_rows(&mut evaluator, &counted, &alternatives)?;
    for segment in evaluator.segments() {
        let segment = segment?;
        let scope = evaluator.told(&scope, &segment, &segment.all)?;
        // The alternatives are all of the terms, so that together they answer for them.
        let open = scope.may();
        let mut joined = Joined::default();
        for ((alternative, one), hits) in alternatives.iter().zip(&counted).zip(&mut findings.terms) {
            let told = evaluator.told(alternative, &segment, &open)?;
            let mut both = told.yes.clone();
            both.keep(&scope.yes);
            add_rows(&segment, &both, &mut hits.documents)?;
            joined.add(one, told);
        }
        let words = joined.told(item.identifiers().join(), &segment.all);
        add_findings(&segment, &scope.and(&words), &mut findings)?;
    }
    settle(findings, snapshot.documents())
}

fn add_rows(segment: &Segment<'_>, documents: &Bits, rows: &mut Vec<u64>) -> Result<(), QueryError> {
    for document in documents.iter() {
        rows.push(segment.row(document)?);
    }
    Ok(())
}

fn add_findings(segment: &Segment<'_>, told: &Told, findings: &mut Findings) -> Result<(), QueryError> {
    findings.searched += u64::try_from(segment.all.iter().count()).unwrap_or(u64::MAX);
    add_rows(segment, &told.yes, &mut findings.yes)?;
    add_open(segment, told, &mut findings.cannot_tell)
}

/// Adds the rows of which it cannot be told, with all reasons that keep the answer open.
pub(crate) fn add_open(
    segment: &Segment<'_>,
    told: &Told,
    rows: &mut Vec<(u64, BTreeSet<Unknown>)>,
) -> Result<(), QueryError> {
    for document in told.cannot_tell().iter() {
        let open = told.open.iter().zip(FLAGS).filter(|(reason, _)| reason.contains(document));
        rows.push((segment.row(document)?, open.map(|(_, (_, reason))| reason).collect()));
    }
    Ok(())
}

/// The documents that hold the criteria or of which it cannot be told: all but those that are known not to.
/// Rows are those of the ledger, sorted.
///
/// # Errors
/// As [`run`].
pub fn not_denied(snapshot: &Snapshot, criteria: &Criteria<Resolved>) -> Result<Vec<u64>, QueryError> {
    let mut evaluator = Evaluator::new(snapshot, EXPANSIONS_MAX);
    let formula = formula::of_criteria(criteria);
    let mut rows = Vec::new();
    for segment in evaluator.segments() {
        let segment = segment?;
        let told = evaluator.told(&formula, &segment, &segment.all)?;
        add_rows(&segment, &told.may(), &mut rows)?;
    }
    rows.sort_unstable();
    Ok(rows)
}

/// Sorts by row, and checks that every document has one answer and a row of its own.
fn settle(mut findings: Findings, documents: u64) -> Result<Findings, QueryError> {
    findings.yes.sort_unstable();
    findings.cannot_tell.sort_unstable();
    findings.terms.iter_mut().for_each(|term| term.documents.sort_unstable());
    let open = findings.cannot_tell.iter().map(|(row, _)| *row);
    let mut answered: Vec<u64> = findings.yes.iter().copied().chain(open).collect();
    answered.sort_unstable();
    if let Some(pair) = answered.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(QueryError::Damaged { detail: format!("row {} stands in it twice", pair[0]) });
    }
    if findings.searched != documents {
        let detail = format!("{} documents were searched of {documents}", findings.searched);
        return Err(QueryError::Damaged { detail });
    }
    Ok(findings)
}

fn term_rows(
    evaluator: &mut Evaluator<'_>,
    counted: &[Counted<'_>],
    formulas: &[Formula],
) -> Result<Vec<TermHits>, QueryError> {
    let hits = |(one, formula): (&Counted<'_>, &Formula)| {
        Ok(TermHits {
            written: one.written.clone(),
            canonical: one.node.to_string(),
            documents: Vec::new(),
            expansions: expansions(evaluator, formula)?,
        })
    };
    counted.iter().zip(formulas).map(hits).collect()
}

/// The words that each pattern of a formula stands for, over the fields in which it is searched.
pub(crate) fn expansions(
    evaluator: &mut Evaluator<'_>,
    formula: &Formula,
) -> Result<Vec<Expansion>, QueryError> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut open = vec![formula];
    while let Some(formula) = open.pop() {
        match formula {
            Formula::All(parts) | Formula::Any(parts) => open.extend(parts),
            Formula::Not(part) => open.push(part),
            Formula::Leaf(Leaf::Words(fields, words) | Leaf::AtLeast(fields, _, words)) => {
                for element in near::compile(words)?.slots {
                    let Element::Pattern(pattern) = &element else { continue };
                    let words = found.entry(element.to_string()).or_default();
                    for field in fields {
                        words.extend(evaluator.expansion(*field, pattern)?.iter().cloned());
                    }
                }
            }
            Formula::Leaf(_) => {}
        }
    }
    Ok(found
        .into_iter()
        .map(|(pattern, terms)| Expansion { pattern, terms: terms.into_iter().collect() })
        .collect())
}

#[cfg(test)]
pub(crate) mod tests;
