//! The matches of one side of a proximity, ready to be asked for one near another.

use super::matches::{Match, Used};
use super::page::{Page, Unit};
use crate::language::Within;

/// Most pairs of matches that are looked at for one tree in one field of one document, where a
/// proximity stands inside another or its matches are counted.
pub(crate) const PAIRS_MAX: u32 = 1 << 18;

/// More than [`PAIRS_MAX`] pairs would have to be looked at.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

/// Where the partner of a match may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Either,
    /// Before it.
    Before,
    /// Behind it.
    Behind,
}

/// How near two matches must be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gauge {
    unit: Unit,
    reach: u32,
}

impl Gauge {
    pub(crate) fn new(within: Within) -> Self {
        match within {
            Within::Words(reach) => Self { unit: Unit::Text, reach },
            Within::Sentence => Self { unit: Unit::Sentence, reach: u32::MAX },
            Within::Paragraph => Self { unit: Unit::Paragraph, reach: u32::MAX },
        }
    }

    /// The unit in which all of a match stands.
    fn unit_of(self, page: &Page, one: &Match) -> Option<usize> {
        let (first, last) = one.anchors();
        let unit = page.unit(self.unit, first);
        (first == last || page.unit(self.unit, last) == unit).then_some(unit)
    }
}

/// Matches, of which those that could be near nothing are left out.
#[derive(Debug)]
pub(crate) struct List {
    gauge: Gauge,
    /// By first word.
    matches: Vec<Match>,
    /// Places in `matches`, by last word; empty where that is the same order.
    by_end: Vec<usize>,
    /// Whether each match uses all words from its first to its last, or none.
    solid: bool,
    /// Whether there is a place beside the words among them.
    edges: bool,
    widest: u32,
}

impl List {
    /// `matches` are sorted.
    pub(crate) fn new(mut matches: Vec<Match>, gauge: Gauge, page: &Page) -> Self {
        matches.retain(|one| gauge.unit_of(page, one).is_some());
        let mut by_end = Vec::new();
        if !matches.is_sorted_by_key(|one| one.end) {
            by_end.extend(0..matches.len());
            by_end.sort_by_key(|place: &usize| matches[*place].end);
        }
        let solid = matches.iter().all(|one| !matches!(one.used, Used::Some(_)));
        let edges = matches.iter().any(Match::is_edge);
        let widest = matches.iter().map(|one| one.end - one.start).max().unwrap_or(0);
        Self { gauge, matches, by_end, solid, edges, widest }
    }

    /// The matches, by first word.
    pub(crate) fn matches(&self) -> &[Match] {
        &self.matches
    }

    /// Whether one of the list is near that match and shares no word with it.
    pub(crate) fn has_near(
        &self,
        page: &Page,
        one: &Match,
        order: Order,
        pairs: &mut u32,
    ) -> Result<bool, TooMany> {
        let Some(unit) = self.gauge.unit_of(page, one) else { return Ok(false) };
        // Two places beside the words may be one and the same, and share no word.
        let twice = self.edges && one.is_edge();
        if self.solid && !twice && !matches!(one.used, Used::Some(_)) {
            return Ok(self.nearest_fits(page, one, unit, order));
        }
        for other in self.around(page, one, unit) {
            count(pairs)?;
            if self.fits(page, one, other, unit, order) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// All of the list that are near that match and share no word with it.
    pub(crate) fn all_near<'l>(
        &'l self,
        page: &Page,
        one: &Match,
        order: Order,
        pairs: &mut u32,
    ) -> Result<Vec<&'l Match>, TooMany> {
        let mut found = Vec::new();
        let Some(unit) = self.gauge.unit_of(page, one) else { return Ok(found) };
        for other in self.around(page, one, unit) {
            count(pairs)?;
            if self.fits(page, one, other, unit, order) {
                found.push(other);
            }
        }
        Ok(found)
    }

    /// Of matches without holes the nearest on each side is in the same unit and near enough if any is.
    fn nearest_fits(&self, page: &Page, one: &Match, unit: usize, order: Order) -> bool {
        let near = |other: &Match, distance: u32| {
            distance <= self.gauge.reach && page.unit(self.gauge.unit, other.anchors().0) == unit
        };
        if order != Order::Before {
            let behind = self.matches.partition_point(|other| other.start <= one.end);
            if self.matches.get(behind).is_some_and(|other| near(other, other.start - one.end)) {
                return true;
            }
        }
        if order == Order::Behind {
            return false;
        }
        let before = if self.by_end.is_empty() {
            self.matches.partition_point(|other| other.end < one.start).checked_sub(1)
        } else {
            let count = self.by_end.partition_point(|place| self.matches[*place].end < one.start);
            count.checked_sub(1).map(|place| self.by_end[place])
        };
        before.map(|place| &self.matches[place]).is_some_and(|other| near(other, one.start - other.end))
    }

    /// The matches that start where one near that match could.
    fn around(&self, page: &Page, one: &Match, unit: usize) -> &[Match] {
        let (first, behind) = page.bounds(self.gauge.unit, unit);
        // One place more on both sides: the edges of a text.
        let low = first
            .saturating_sub(1)
            .max(one.start.saturating_sub(self.gauge.reach).saturating_sub(self.widest));
        let high = behind.min(one.end.saturating_add(self.gauge.reach));
        let from = self.matches.partition_point(|other| other.start < low);
        let to = self.matches.partition_point(|other| other.start <= high);
        self.matches.get(from..to).unwrap_or_default()
    }

    fn fits(&self, page: &Page, one: &Match, other: &Match, unit: usize, order: Order) -> bool {
        let ordered = match order {
            Order::Either => true,
            Order::Before => other.end < one.start,
            Order::Behind => one.end < other.start,
        };
        ordered
            && one.distance(other) <= self.gauge.reach
            && page.unit(self.gauge.unit, other.anchors().0) == unit
            && !one.shares_a_word(other)
    }
}

/// Counts one pair, or one match, of those that may be looked at.
pub(crate) fn count(pairs: &mut u32) -> Result<(), TooMany> {
    *pairs += 1;
    if *pairs > PAIRS_MAX { Err(TooMany) } else { Ok(()) }
}
