//! Gaps of evidence that knows more than counts, joined with those that the counts show: one event is one gap.
//!
//! Two gaps on the same axis are one event where the sources of the narrower are all sources of the wider, and the days
//! that they share are at least half of the days of each: a leak that goes on for years is not the outage of one week
//! within it. What the counts show gives the event its name, unless the loss is known one by one. The gap reaches over the
//! sources and the days of both: more evidence never shortens a gap, an end that either does not know is not known, and
//! only where a vague end may be the certain one does the certain one stand. The number is that of whichever says it most
//! exactly (counted one by one, then estimated, then a difference of counts, then a bound, then nothing); where the days
//! reach beyond those that it was counted over it is a lower bound. The finding tells both; the grounds are those of both.

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
    let (first_day, first_between) =
        end((leading.first_day, leading.first_between), (second.first_day, second.first_between), |a, b| {
            a < b
        });
    let (last_day, last_between) =
        end((leading.last_day, leading.last_between), (second.last_day, second.last_between), |a, b| a > b);
    let counting = if exactness(second.quantity) < exactness(leading.quantity) { &second } else { &leading };
    let counted_all = (counting.first_day, counting.last_day) == (first_day, last_day)
        && counting.sources.len() == sources.len();
    let quantity = if counted_all { counting.quantity } else { counting.quantity.at_least_this() };
    Gap {
        sources: sources.into_iter().collect(),
        first_day,
        last_day,
        first_between,
        last_between,
        quantity,
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

/// A day with its bounds.
type End = (Option<NaiveDate>, Option<DayBounds>);

/// The end that reaches further; none where either is not known.
fn end(one: End, other: End, further: fn(NaiveDate, NaiveDate) -> bool) -> End {
    let (Some(day), Some(others)) = (one.0, other.0) else { return (None, None) };
    let may_be = |bounds: Option<DayBounds>, day: NaiveDate| {
        bounds.is_some_and(|bounds| bounds.earliest <= day && day <= bounds.latest)
    };
    match (one.1, other.1) {
        (None, bounds @ Some(_)) if may_be(bounds, day) => one,
        (bounds @ Some(_), None) if may_be(bounds, others) => other,
        _ if further(others, day) => other,
        _ => one,
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
    fn more_evidence_never_shortens_a_gap_and_a_count_of_some_days_is_a_lower_bound_for_all() {
        let open = Gap {
            last_day: None,
            grounds: vec![duces_model::Ground {
                source: None,
                day: "2024-06-28".parse().ok(),
                says: String::new(),
            }],
            ..gap(Evidence::Silence, "desk", "2024-04-15", "2024-06-28", Quantity::Unknown)
        };
        let listed =
            gap(Evidence::ControlTotal, "desk", "2024-04-15", "2024-05-23", Quantity::Exact { count: 29 });
        let found = fold(vec![open.clone()], vec![listed]);
        assert_eq!((found[0].first_day, found[0].last_day), (open.first_day, None));
        assert_eq!(found[0].quantity, Quantity::AtLeast { count: 29 });
        let report = gap(Evidence::OutsideReport, "desk", "2024-03-20", "2024-06-28", Quantity::Unknown);
        let found = fold(vec![open], vec![report]);
        assert_eq!((found[0].first_day, found[0].last_day), ("2024-03-20".parse().ok(), None));
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
