//! Gaps of evidence that knows more than counts, joined with those that the counts show: one event is one gap.
//!
//! Two gaps on the same axis are one event where the sources of the narrower are all sources of the wider, and the days
//! that they share are at least half of the days of each: a leak that goes on for years is not the outage of one week
//! within it. What the counts show gives the event its name and its days, since it sees each of them, unless the loss is
//! known one by one. The number is that of whichever says it most exactly (counted one by one, then estimated, then a
//! difference of counts, then a bound, then nothing). The gap reaches over the sources of both and tells the other in its
//! finding; its grounds are those of both. An end that only one knows is known, and a certain one stands for a vague one.

use chrono::NaiveDate;
use duces_model::{DayBounds, Gap, Quantity};
use std::collections::BTreeSet;

/// The gaps of the counts with the others folded in; what is no event of the counts stands by itself.
pub(crate) fn fold(mut gaps: Vec<Gap>, others: Vec<Gap>) -> Vec<Gap> {
    for other in others {
        match gaps.iter().position(|gap| is_one_event(gap, &other)) {
            Some(at) => gaps[at] = joined(gaps[at].clone(), other),
            None => gaps.push(other),
        }
    }
    gaps
}

fn is_one_event(one: &Gap, other: &Gap) -> bool {
    if one.axis != other.axis || one.address != other.address || one.sources.is_empty() {
        return false;
    }
    let holds = |wide: &Gap, narrow: &Gap| narrow.sources.iter().all(|source| wide.is_of(source));
    if other.sources.is_empty() || !(holds(one, other) || holds(other, one)) {
        return false;
    }
    let (Some(days), Some(others)) = (days(one), days(other)) else { return false };
    let shared = (days.1.min(others.1) - days.0.max(others.0)).num_days() + 1;
    let length = |(first, last): (NaiveDate, NaiveDate)| (last - first).num_days() + 1;
    2 * shared >= length(days).max(length(others))
}

/// First and last day, each as far as it is known; nothing where neither is.
fn days(gap: &Gap) -> Option<(NaiveDate, NaiveDate)> {
    let grounds = || gap.grounds.iter().filter_map(|ground| ground.day);
    let first = gap.first_day.or_else(|| grounds().min())?;
    let last = gap.last_day.or_else(|| grounds().max())?;
    (first <= last).then_some((first, last))
}

fn exactness(quantity: Quantity) -> u8 {
    match quantity {
        Quantity::Exact { .. } => 0,
        Quantity::Estimated { .. } => 1,
        Quantity::NetDifference { .. } => 2,
        Quantity::AtLeast { .. } => 3,
        Quantity::AtMost { .. } => 4,
        Quantity::Unknown => 5,
    }
}

fn joined(one: Gap, other: Gap) -> Gap {
    let is_exact = |gap: &Gap| matches!(gap.quantity, Quantity::Exact { .. });
    let (leading, second) = if is_exact(&other) && !is_exact(&one) { (other, one) } else { (one, other) };
    let sources: BTreeSet<_> = leading.sources.iter().chain(&second.sources).cloned().collect();
    let grounds = leading.grounds.iter().chain(&second.grounds).cloned().collect();
    let end =
        |own: (Option<NaiveDate>, Option<DayBounds>), its: (Option<NaiveDate>, Option<DayBounds>)| match (
            own, its,
        ) {
            ((None, _), its) => its,
            ((Some(_), Some(_)), (Some(day), None)) => (Some(day), None),
            (own, _) => own,
        };
    let (first_day, first_between) =
        end((leading.first_day, leading.first_between), (second.first_day, second.first_between));
    let (last_day, last_between) =
        end((leading.last_day, leading.last_between), (second.last_day, second.last_between));
    Gap {
        sources: sources.into_iter().collect(),
        first_day,
        last_day,
        first_between,
        last_between,
        quantity: if exactness(second.quantity) < exactness(leading.quantity) {
            second.quantity
        } else {
            leading.quantity
        },
        finding: format!(
            "{}; {} concerns the same event: {}",
            leading.finding,
            second.evidence.as_str(),
            second.finding
        ),
        grounds,
        grounds_in_all: leading.grounds_in_all + second.grounds_in_all,
        ..leading
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::candidate;
    use duces_model::Evidence;

    fn gap(evidence: Evidence, source: &str, first: &str, last: &str, quantity: Quantity) -> Gap {
        let days = (first.parse().ok(), last.parse().ok());
        let gap = candidate(evidence, source, vec![source.parse().unwrap()], days);
        Gap { quantity, finding: evidence.as_str().to_owned(), ..gap }
    }

    #[test]
    fn what_is_counted_one_by_one_leads_and_the_silence_of_the_same_days_joins_it() {
        let silence = gap(Evidence::Silence, "desk", "2024-03-04", "2024-03-08", Quantity::Unknown);
        let listed =
            gap(Evidence::ControlTotal, "desk", "2024-03-04", "2024-03-08", Quantity::Exact { count: 9 });
        let found = fold(vec![silence], vec![listed]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].evidence, found[0].quantity),
            (Evidence::ControlTotal, Quantity::Exact { count: 9 })
        );
        assert!(found[0].finding.contains("silence concerns the same event"));
    }

    #[test]
    fn a_lower_bound_joins_the_silence_that_dates_the_event() {
        let silence = gap(Evidence::Silence, "desk", "2024-03-04", "2024-03-08", Quantity::Unknown);
        let sided =
            gap(Evidence::OneSidedMail, "desk", "2024-03-05", "2024-03-08", Quantity::AtLeast { count: 3 });
        let found = fold(vec![silence.clone()], vec![sided]);
        assert_eq!((&found[0].id, found[0].first_day), (&silence.id, silence.first_day));
        assert_eq!(found[0].quantity, Quantity::AtLeast { count: 3 });
    }

    #[test]
    fn a_leak_of_years_is_not_the_outage_of_a_week_and_other_sources_are_other_events() {
        let week = gap(Evidence::Silence, "desk", "2024-03-04", "2024-03-08", Quantity::Unknown);
        let years =
            gap(Evidence::OneSidedMail, "desk", "2022-01-01", "2024-12-31", Quantity::AtLeast { count: 9 });
        let other = gap(Evidence::OutsideReport, "ops", "2024-03-04", "2024-03-08", Quantity::Unknown);
        assert_eq!(fold(vec![week], vec![years, other]).len(), 3);
    }

    #[test]
    fn what_was_not_reviewed_never_joins_what_was_not_preserved() {
        let lost = gap(Evidence::Silence, "desk", "2024-03-04", "2024-03-08", Quantity::Unknown);
        let unread =
            gap(Evidence::NotConnectedToReview, "desk", "2024-03-04", "2024-03-08", Quantity::Unknown);
        assert_eq!(fold(vec![lost], vec![unread]).len(), 2);
    }
}
