//! The same event keeps its name from night to night.
//!
//! A name is made of the evidence, what it is about and the first day. As more material comes, the likeliest
//! first day of an uncertain loss may move by a day, a loss of one source may turn out to be one of its whole
//! capture path, or control totals may come to date it exactly. A finding that is of the same axis as a gap
//! known before, shares a source (or is of the same address) and shares a day with it takes that gap's name; of
//! several, the one with most days in common, then the earlier, and each name is given once.
//!
//! A person's word must not slip over to something larger. A gap that somebody explained or dismissed passes its
//! name on only to a finding that lies within its own days, [`SLACK_DAYS`] days of uncertainty allowed, and
//! within its own sources; where its end was not known, the finding's end does not matter.

use chrono::{Days, NaiveDate};
use duces_model::{Gap, SourceId};
use std::collections::BTreeSet;

/// Days by which a settled gap may grow at either end and be the same: a working week.
const SLACK_DAYS: u64 = 7;

/// Gives findings the names of the known gaps that they are.
pub(crate) fn keep_names(found: &mut [Gap], known: &[Gap]) {
    let mut pairs: Vec<(i64, Option<NaiveDate>, &str, usize)> = Vec::new();
    for (n, gap) in found.iter().enumerate() {
        for old in known.iter().filter(|old| is_same(gap, old)) {
            // The same name is the same gap, before any count of days.
            let days = if old.id == gap.id { i64::MAX } else { common_days(gap, old) };
            pairs.push((days, old.first_day, &old.id, n));
        }
    }
    pairs.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (a.1, a.2, a.3).cmp(&(b.1, b.2, b.3))));
    let mut given: BTreeSet<&str> = BTreeSet::new();
    let mut named: BTreeSet<usize> = BTreeSet::new();
    let mut names = Vec::new();
    for (_, _, id, n) in pairs {
        if !given.contains(id) && !named.contains(&n) {
            given.insert(id);
            named.insert(n);
            names.push((n, id.to_owned()));
        }
    }
    for (n, id) in names {
        found[n].id = id;
    }
    unique(found, &named, known);
}

/// A finding that is none of the known gaps must not bear the name of one.
fn unique(found: &mut [Gap], named: &BTreeSet<usize>, known: &[Gap]) {
    let mut taken: BTreeSet<String> = known.iter().map(|gap| gap.id.clone()).collect();
    for (n, gap) in found.iter_mut().enumerate() {
        if named.contains(&n) {
            continue;
        }
        let plain = gap.id.clone();
        let mut number = 1;
        while !taken.insert(gap.id.clone()) {
            number += 1;
            gap.id = format!("{plain}#{number}");
        }
    }
}

fn is_same(gap: &Gap, old: &Gap) -> bool {
    let (from, to) = days(gap);
    let about = match (&gap.address, &old.address) {
        (None, None) => gap.sources.iter().any(|source| old.is_of(source)),
        (one, other) => one == other,
    };
    gap.axis == old.axis
        && about
        && old.crosses_days(from, to)
        && (old.status.is_open() || grew_little(gap, old))
}

/// Whether a finding claims hardly more than a gap that somebody settled.
fn grew_little(gap: &Gap, old: &Gap) -> bool {
    let ((from, to), (old_from, old_to)) = (days(gap), days(old));
    let slack = Days::new(SLACK_DAYS);
    let sources: BTreeSet<&SourceId> = old.sources.iter().collect();
    old_from.checked_sub_days(slack).is_none_or(|day| day <= from)
        && old_to.checked_add_days(slack).is_none_or(|day| to <= day)
        && gap.sources.iter().all(|source| sources.contains(source))
}

fn days(gap: &Gap) -> (NaiveDate, NaiveDate) {
    let (from, to) = gap.reach();
    (from.unwrap_or(NaiveDate::MIN), to.unwrap_or(NaiveDate::MAX))
}

fn common_days(gap: &Gap, old: &Gap) -> i64 {
    let ((from, to), (old_from, old_to)) = (days(gap), days(old));
    (to.min(old_to) - from.max(old_from)).num_days()
}

#[cfg(test)]
mod tests {
    use super::*;
    use duces_model::{Axis, Evidence, GapStatus, Quantity};

    fn gap(id: &str, sources: &[&str], days: (&str, Option<&str>), status: GapStatus) -> Gap {
        Gap {
            id: id.into(),
            axis: Axis::Preserved,
            sources: sources.iter().map(|source| source.parse().unwrap()).collect(),
            address: None,
            first_day: days.0.parse().ok(),
            last_day: days.1.and_then(|day| day.parse().ok()),
            first_between: None,
            last_between: None,
            evidence: Evidence::Silence,
            also: Vec::new(),
            quantity: Quantity::Unknown,
            finding: String::new(),
            blind_to: String::new(),
            grounds: Vec::new(),
            grounds_in_all: 0,
            status,
        }
    }

    fn named(found: Gap, known: &[Gap]) -> String {
        let mut found = [found];
        keep_names(&mut found, known);
        found[0].id.clone()
    }

    const MARCH: (&str, Option<&str>) = ("2024-03-04", Some("2024-03-15"));

    #[test]
    fn the_same_event_keeps_its_name_though_its_first_day_and_its_sources_change() {
        let known = [gap("old", &["a"], ("2024-03-05", None), GapStatus::Candidate)];
        assert_eq!(named(gap("new", &["a", "b"], MARCH, GapStatus::Candidate), &known), "old");
        assert_eq!(named(gap("new", &["b"], MARCH, GapStatus::Candidate), &known), "new");
        assert_eq!(
            named(gap("new", &["a"], ("2023-03-04", Some("2023-03-09")), GapStatus::Candidate), &known),
            "new"
        );
    }

    #[test]
    fn a_settled_gap_keeps_its_name_to_itself_where_more_is_found() {
        let known = [gap("old", &["a"], ("2024-03-04", Some("2024-03-06")), GapStatus::Dismissed)];
        assert_eq!(
            named(gap("old", &["a"], ("2024-03-04", Some("2024-03-07")), GapStatus::Candidate), &known),
            "old"
        );
        assert_eq!(
            named(gap("old", &["a"], ("2024-03-04", Some("2024-04-30")), GapStatus::Candidate), &known),
            "old#2"
        );
        assert_eq!(
            named(gap("new", &["a", "b"], ("2024-03-04", Some("2024-03-06")), GapStatus::Candidate), &known),
            "new"
        );
    }

    #[test]
    fn of_two_findings_the_one_with_more_days_in_common_takes_the_name() {
        let known = [gap("old", &["a"], MARCH, GapStatus::Confirmed)];
        let mut found = [
            gap("x", &["a"], ("2024-03-01", Some("2024-03-05")), GapStatus::Candidate),
            gap("y", &["a"], ("2024-03-07", Some("2024-03-15")), GapStatus::Candidate),
        ];
        found[1].status = GapStatus::Confirmed;
        keep_names(&mut found, &known);
        assert_eq!((found[0].id.as_str(), found[1].id.as_str()), ("x", "old"));
    }
}
