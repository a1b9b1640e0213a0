//! What hit reports count by, read once for all items and terms: to which family a document belongs, the
//! family's day and sources, what no word search can answer.
//!
//! Memory: 12 bytes a document (20 where samples are drawn) and 16 a family; 4,294,967,294 documents at most.

use crate::error::WorkspaceError;
use crate::home::Workspace;
use crate::row_set::RowSet;
use crate::scope::Bounds;
use chrono::{Days, NaiveDate};
use duces_ledger::FamilyFacts;
use duces_model::{DefectCode, DocId, Sha256, SourceId, accounting::check_sum};
use std::collections::BTreeMap;

/// No day, or no instant.
const NONE: i64 = i64::MIN;

/// All documents as reports count them.
#[derive(Debug, Default)]
pub(crate) struct Census {
    /// Place of the family of each row, from row 1.
    family_of: Vec<u32>,
    sent_at: Vec<i64>,
    /// Order in which a seed puts each row; empty where no samples are drawn.
    ranks: Vec<u64>,
    families: Vec<Family>,
    /// Each distinct set of sources, with whether a rule or an envelope says so.
    source_sets: Vec<Vec<(usize, bool)>>,
    sources: Vec<SourceId>,
    unsearchable: BTreeMap<DefectCode, Vec<u64>>,
}

#[derive(Debug, Clone, Copy)]
struct Family {
    documents: u32,
    sources: u32,
    day: i64,
}

/// Fills a census, family after family.
#[derive(Debug, Default)]
struct Filling {
    census: Census,
    sets: BTreeMap<Vec<(usize, bool)>, u32>,
    torn: Option<u64>,
}

impl Filling {
    fn family(&mut self, facts: FamilyFacts<'_>) {
        let census = &mut self.census;
        if facts.first_row != census.family_of.len() as u64 + 1 {
            self.torn.get_or_insert(facts.first_row);
            return;
        }
        let next = narrow(census.source_sets.len() as u64);
        let sources = *self.sets.entry(facts.sources.to_vec()).or_insert_with(|| {
            census.source_sets.push(facts.sources.to_vec());
            next
        });
        let place = narrow(census.families.len() as u64);
        let day = facts.day.unwrap_or(NONE);
        census.families.push(Family { documents: narrow(facts.documents), sources, day });
        let rows = census.family_of.len() + usize::try_from(facts.documents).unwrap_or(0);
        census.family_of.resize(rows, place);
    }
}

/// Numbers are checked against the bound before they are used.
fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Workspace {
    /// Reads the census; with a seed, also the order in which it puts the documents.
    pub(crate) fn census(&self, seed: Option<u64>) -> Result<Census, WorkspaceError> {
        let mut filling = Filling::default();
        let sources = self.ledger.families_told(&mut |facts| filling.family(facts))?;
        let Filling { mut census, torn, .. } = filling;
        census.sources = sources;
        let documents = census.documents();
        if documents >= u64::from(u32::MAX) {
            return Err(WorkspaceError::Refused {
                what: format!("{documents} documents are more than a hit report can count"),
                reasons: vec![format!("at most {} can be counted", u32::MAX - 1)],
                hint: "divide the archive into two workspaces".to_owned(),
            });
        }
        if let Some(row) = torn {
            let sum = check_sum("families", ("first row", row), &[("documents before", documents)]);
            return Err(WorkspaceError::Unexplained(sum.err().into_iter().collect()));
        }
        let mut next = 1;
        self.ledger.documents_told(&mut |document| {
            next = if document.row == next { next + 1 } else { u64::MAX };
            census.sent_at.push(document.sent_at.unwrap_or(NONE));
            census.ranks.extend(seed.map(|seed| rank(seed, &document.id)));
            if let Some(code) = document.unsearchable {
                census.unsearchable.entry(code).or_default().push(document.row);
            }
        })?;
        if next != documents + 1 {
            let told = census.sent_at.len() as u64;
            let sum = check_sum("documents", ("in families", documents), &[("by row", told)]);
            return Err(WorkspaceError::Unexplained(sum.err().into_iter().collect()));
        }
        Ok(census)
    }
}

/// The order in which a seed puts documents: the first eight bytes of SHA-256 over the line
/// `duces order 1 SEED DOCUMENT`, as a number, lowest first. Anybody can work it out again from the
/// identities, in whatever order the archive was indexed.
pub(crate) fn rank(seed: u64, document: &DocId) -> u64 {
    let digest = Sha256::of(format!("duces order 1 {seed} {document}\n"));
    let mut head = [0; 8];
    head.copy_from_slice(&digest.as_bytes()[..8]);
    u64::from_be_bytes(head)
}

impl Census {
    /// How many documents there are.
    pub(crate) fn documents(&self) -> u64 {
        self.family_of.len() as u64
    }

    fn at(row: u64) -> usize {
        usize::try_from(row).unwrap_or(usize::MAX).wrapping_sub(1)
    }

    /// Place of a row's family.
    pub(crate) fn family_of(&self, row: u64) -> Option<u32> {
        self.family_of.get(Self::at(row)).copied()
    }

    /// How many families there are.
    pub(crate) fn families(&self) -> usize {
        self.families.len()
    }

    fn family(&self, place: u32) -> Option<&Family> {
        self.families.get(usize::try_from(place).unwrap_or(usize::MAX))
    }

    /// How many documents a family has.
    pub(crate) fn documents_of(&self, family: u32) -> u64 {
        self.family(family).map_or(0, |family| u64::from(family.documents))
    }

    /// The families of sorted rows, each once.
    pub(crate) fn families_of(&self, rows: &[u64]) -> Vec<u32> {
        let mut found: Vec<u32> = rows.iter().filter_map(|row| self.family_of(*row)).collect();
        found.dedup();
        found
    }

    /// How many documents the families of sorted rows have.
    pub(crate) fn with_family(&self, rows: &[u64]) -> u64 {
        self.families_of(rows).into_iter().map(|family| self.documents_of(family)).sum()
    }

    /// When a row's nearest message was sent, in seconds since 1970-01-01 UTC.
    pub(crate) fn sent_at(&self, row: u64) -> Option<i64> {
        self.sent_at.get(Self::at(row)).copied().filter(|at| *at != NONE)
    }

    /// Where the seed puts a row; the row itself where it was read without one.
    pub(crate) fn rank(&self, row: u64) -> u64 {
        self.ranks.get(Self::at(row)).copied().unwrap_or(row)
    }

    /// The rows of which no word search can answer, by reason.
    pub(crate) fn unsearchable(&self) -> &BTreeMap<DefectCode, Vec<u64>> {
        &self.unsearchable
    }

    /// The sources to which anything belongs, sorted.
    pub(crate) fn sources(&self) -> &[SourceId] {
        &self.sources
    }

    /// Counts rows by their set of sources, then told set by set.
    pub(crate) fn by_sources(&self, rows: &[u64]) -> Vec<(&[(usize, bool)], u64)> {
        let mut counts = vec![0_u64; self.source_sets.len()];
        for row in rows {
            let family = self.family_of(*row).and_then(|family| self.family(family));
            let set =
                family.map_or(usize::MAX, |family| usize::try_from(family.sources).unwrap_or(usize::MAX));
            if let Some(count) = counts.get_mut(set) {
                *count += 1;
            }
        }
        self.source_sets.iter().map(Vec::as_slice).zip(counts).filter(|(_, count)| *count > 0).collect()
    }

    /// Counts rows by the month of their family's day, in the firm's zone.
    pub(crate) fn by_month(&self, rows: &[u64]) -> BTreeMap<String, u64> {
        let mut days: BTreeMap<i64, u64> = BTreeMap::new();
        for row in rows {
            let family = self.family_of(*row).and_then(|family| self.family(family));
            *days.entry(family.map_or(NONE, |family| family.day)).or_default() += 1;
        }
        let mut months = BTreeMap::new();
        for (day, count) in days {
            *months.entry(month(Some(day).filter(|day| *day != NONE))).or_default() += count;
        }
        months
    }

    /// The documents that belong to one of these sources, and beside them those of no certain source.
    pub(crate) fn bounds(&self, sources: &[SourceId]) -> Bounds {
        let asked: Vec<bool> = self.sources.iter().map(|source| sources.contains(source)).collect();
        let standing: Vec<(bool, bool)> = self
            .source_sets
            .iter()
            .map(|set| {
                let inside = set.iter().any(|(place, _)| asked.get(*place) == Some(&true));
                (inside, !inside && !set.iter().any(|(_, certain)| *certain))
            })
            .collect();
        let mut bounds = Bounds::nothing(self.documents());
        for (row, family) in (1_u64..).zip(&self.family_of) {
            let set = self.family(*family).map_or(usize::MAX, |family| family.sources as usize);
            match standing.get(set) {
                Some((true, _)) => bounds.inside.insert(row),
                Some((_, true)) => bounds.uncertain.insert(row),
                _ => {}
            }
        }
        bounds
    }

    /// A census of invented families: documents, day, sources by place.
    #[cfg(test)]
    pub(crate) fn invented(families: &[Invented], sources: &[&str]) -> Self {
        let mut filling = Filling::default();
        for (documents, day, sources) in families {
            let first_row = filling.census.documents() + 1;
            filling.family(FamilyFacts { first_row, documents: *documents, day: *day, sources });
        }
        let mut census = filling.census;
        census.sources = sources.iter().filter_map(|source| source.parse().ok()).collect();
        census.sent_at = vec![NONE; census.family_of.len()];
        census
    }

    /// Says that no word search can answer for these rows.
    #[cfg(test)]
    pub(crate) fn make_unsearchable(&mut self, code: DefectCode, rows: &[u64]) {
        self.unsearchable.insert(code, rows.to_vec());
    }
}

/// An invented family: documents, day, sources by place.
#[cfg(test)]
pub(crate) type Invented = (u64, Option<i64>, Vec<(usize, bool)>);

/// The month of a day that is counted from 1970-01-01.
pub(crate) fn month(day: Option<i64>) -> String {
    day.and_then(civil).map_or_else(|| "undated".to_owned(), |day| day.format("%Y-%m").to_string())
}

fn civil(day: i64) -> Option<NaiveDate> {
    let days = Days::new(day.unsigned_abs());
    let epoch = NaiveDate::default();
    if day < 0 { epoch.checked_sub_days(days) } else { epoch.checked_add_days(days) }
}

/// Rows that a set has, in the order given.
pub(crate) fn within(set: &RowSet, rows: &[u64]) -> Vec<u64> {
    rows.iter().copied().filter(|row| set.contains(*row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_counts_once_however_many_members_are_hit() {
        let census = Census::invented(&[(3, Some(0), vec![]), (1, None, vec![]), (2, Some(31), vec![])], &[]);
        assert_eq!(census.with_family(&[1, 3]), 3);
        assert_eq!(census.with_family(&[2, 4, 5, 6]), 6);
        assert_eq!(census.families_of(&[1, 2, 5]), [0, 2]);
        let months = census.by_month(&[1, 4, 6]);
        assert_eq!(
            months.into_iter().collect::<Vec<_>>(),
            [("1970-01".to_owned(), 1), ("1970-02".to_owned(), 1), ("undated".to_owned(), 1)]
        );
    }

    #[test]
    fn documents_of_no_certain_source_stand_beside_those_of_the_sources_asked() {
        let rule = |place| vec![(place, true)];
        let families = [
            (1, None, rule(0)),
            (1, None, rule(1)),
            (2, None, vec![(1, false)]),
            (1, None, vec![]),
            (1, None, vec![(0, false)]),
        ];
        let census = Census::invented(&families, &["ann", "bob"]);
        let bounds = census.bounds(&["ann".parse().unwrap()]);
        assert_eq!(bounds.inside.iter().collect::<Vec<_>>(), [1, 6], "what headers say counts as its own");
        assert_eq!(bounds.uncertain.iter().collect::<Vec<_>>(), [3, 4, 5]);
    }

    #[test]
    fn the_order_of_a_seed_never_changes() {
        let id = DocId::from_digest(Sha256::of("x"));
        assert_eq!(rank(7, &id), rank(7, &id));
        assert_ne!(rank(7, &id), rank(8, &id));
        assert_eq!(
            rank(7, &id),
            5_965_566_713_325_689_689,
            "stated in reports: a change makes old samples impossible to check"
        );
    }
}
