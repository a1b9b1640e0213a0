//! Gaps of evidence that knows more than counts, joined with those that the counts show: one event is one gap.
//!
//! Two gaps on the same axis are one event where the sources of the narrower are all sources of the wider, and the days
//! that they share are at least half of the days of each: a leak that goes on for years is not the outage of one week
//! within it. A skip of numbers only says that its loss lies somewhere between two days: of these the ones count that
//! fit the other gap best, and where the other's end lies between them, that end stands. What the counts show gives the
//! event its name, unless the loss is known one by one. The gap reaches over the sources and the days of both: more
//! evidence never shortens a gap, an end that either does not know is not known, and only where a vague end may be the
//! certain one does the certain one stand. The finding tells both, with both kinds of evidence; the grounds are those
//! of both.
//!
//! The number is one of the two and never their sum: that of whichever says it most exactly (counted one by one, then
//! estimated, then a difference of counts, then a bound, then nothing); where the days reach beyond those that it was
//! counted over it is a lower bound. Not every communication bears a number: where a system of record counts more lost
//! than numbers are skipped, its difference stands, and its list stands as exact (what is lost before the first
//! number retained, or after the last, skips none); of two other exact counts that differ the larger is a lower bound.
//!
//! Skips and control totals of the same source and days that are not one event (a leak of years, and the control totals
//! of one of its weeks) stay apart, and each says that the other may count the same communications.

use chrono::NaiveDate;
use duces_model::{DayBounds, Evidence, Gap, Quantity};
use std::collections::{BTreeMap, BTreeSet};

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

/// So many other gaps are named in a finding.
const NAMED_MAX: usize = 5;

/// Lets gaps of skipped numbers and of control totals that may count the same communications name each other.
pub(crate) fn tell_apart(gaps: &mut [Gap]) {
    let of = |kind: Evidence| {
        let has = |(at, gap): (usize, &Gap)| gap.kinds().any(|one| one == kind).then_some(at);
        gaps.iter().enumerate().filter_map(has).collect::<Vec<usize>>()
    };
    let (skips, controls) = (of(Evidence::BrokenSequence), of(Evidence::ControlTotal));
    let may_be_same = |one: usize, other: usize| {
        let (one, other) = (&gaps[one], &gaps[other]);
        one.id != other.id && !one.sources.is_empty() && !one.is_apart_from(other)
    };
    let mut others: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for (skip, control) in skips.iter().flat_map(|skip| controls.iter().map(move |control| (*skip, *control)))
    {
        if may_be_same(skip, control) {
            others.entry(skip).or_default().insert(&gaps[control].id);
            others.entry(control).or_default().insert(&gaps[skip].id);
        }
    }
    let said = |names: &BTreeSet<&str>| {
        let mut named: Vec<String> = names.iter().take(NAMED_MAX).map(|name| (*name).to_owned()).collect();
        if names.len() > NAMED_MAX {
            named.push(format!("{} more", names.len() - NAMED_MAX));
        }
        format!(
            "; the same communications may be counted in {}: the numbers are not to be added",
            named.join(" and ")
        )
    };
    let said: Vec<(usize, String)> = others.iter().map(|(at, names)| (*at, said(names))).collect();
    for (at, text) in said {
        gaps[at].finding += &text;
    }
}

fn is_one_event(one: &Gap, other: &Gap) -> bool {
    if one.axis != other.axis || one.address != other.address || one.sources.is_empty() {
        return false;
    }
    let holds = |wide: &Gap, narrow: &Gap| narrow.sources.iter().all(|source| wide.is_of(source));
    if other.sources.is_empty() || !(holds(one, other) || holds(other, one)) {
        return false;
    }
    let (Some(of_one), Some(of_other)) = (days(one), days(other)) else { return false };
    let (days, others) = (fitted(one, of_one, of_other), fitted(other, of_other, of_one));
    let shared = (days.1.min(others.1) - days.0.max(others.0)).num_days() + 1;
    let length = |(first, last): (NaiveDate, NaiveDate)| (last - first).num_days() + 1;
    2 * shared >= length(days).max(length(others))
}

/// The days of a gap of skipped numbers that fit another's best, each end between its bounds; of any other gap its own.
fn fitted(gap: &Gap, own: (NaiveDate, NaiveDate), other: (NaiveDate, NaiveDate)) -> (NaiveDate, NaiveDate) {
    if gap.evidence != Evidence::BrokenSequence {
        return own;
    }
    let near = |own: NaiveDate, other: NaiveDate, between: Option<DayBounds>| {
        between.map_or(own, |bounds| other.clamp(bounds.earliest, bounds.latest.max(bounds.earliest)))
    };
    let first = near(own.0, other.0, gap.first_between);
    (first, near(own.1, other.1, gap.last_between).max(first))
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
    let other_leads = is_exact(&other) && !is_exact(&one) && !is_less_than_counted(&other, &one);
    let (leading, second) = if other_leads { (other, one) } else { (one, other) };
    let sources: BTreeSet<_> = leading.sources.iter().chain(&second.sources).cloned().collect();
    let grounds = leading.grounds.iter().chain(&second.grounds).cloned().collect();
    let is_skip = |gap: &Gap| gap.evidence == Evidence::BrokenSequence;
    let skips = (is_skip(&leading), is_skip(&second));
    let (first_day, first_between) = end(
        (leading.first_day, leading.first_between),
        (second.first_day, second.first_between),
        skips,
        |a, b| a < b,
    );
    let (last_day, last_between) = end(
        (leading.last_day, leading.last_between),
        (second.last_day, second.last_between),
        skips,
        |a, b| a > b,
    );
    let counting = counting(&leading, &second);
    let within =
        |own: Option<NaiveDate>, days: Option<NaiveDate>, is_outer: fn(NaiveDate, NaiveDate) -> bool| {
            own == days || own.zip(days).is_some_and(|(own, day)| is_outer(own, day))
        };
    let counted_all = within(counting.first_day, first_day, |own, day| own <= day)
        && within(counting.last_day, last_day, |own, day| day <= own)
        && counting.sources.len() == sources.len();
    let differ = matches!(
        (leading.quantity, second.quantity),
        (Quantity::Exact { count }, Quantity::Exact { count: other }) if count != other
    ) && !is_listed_beyond(&leading, &second)
        && !is_listed_beyond(&second, &leading);
    let quantity = if counted_all && !differ { counting.quantity } else { counting.quantity.at_least_this() };
    let both_count = [leading.quantity, second.quantity].iter().all(|number| *number != Quantity::Unknown);
    let not_added = if both_count { " (its number is not added)" } else { "" };
    let also: BTreeSet<Evidence> =
        leading.kinds().chain(second.kinds()).filter(|kind| *kind != leading.evidence).collect();
    Gap {
        sources: sources.into_iter().collect(),
        first_day,
        last_day,
        first_between,
        last_between,
        quantity,
        finding: format!(
            "{}; {} concerns the same event{not_added}: {}",
            leading.finding,
            second.evidence.as_str(),
            second.finding
        ),
        grounds,
        grounds_in_all: leading.grounds_in_all + second.grounds_in_all,
        also: also.into_iter().collect(),
        ..leading
    }
}

/// Whether fewer numbers are skipped than a difference of counts says is lost.
fn is_less_than_counted(skip: &Gap, counts: &Gap) -> bool {
    skip.evidence == Evidence::BrokenSequence
        && matches!((skip.quantity, counts.quantity), (Quantity::Exact { count }, Quantity::NetDifference { count: lost }) if count < lost)
}

/// Whether a system of record lists more lost communications, one by one, than numbers are skipped.
fn is_listed_beyond(list: &Gap, skip: &Gap) -> bool {
    (list.evidence, skip.evidence) == (Evidence::ControlTotal, Evidence::BrokenSequence)
        && matches!((list.quantity, skip.quantity), (Quantity::Exact { count }, Quantity::Exact { count: skipped }) if skipped < count)
}

/// Which of two gaps of one event says best how much is lost.
fn counting<'g>(one: &'g Gap, other: &'g Gap) -> &'g Gap {
    if is_less_than_counted(one, other) {
        return other;
    }
    if is_less_than_counted(other, one) {
        return one;
    }
    match (one.quantity, other.quantity) {
        (Quantity::Exact { count }, Quantity::Exact { count: more }) if more > count => other,
        (mine, its) if exactness(its) < exactness(mine) => other,
        _ => one,
    }
}

/// A day with its bounds.
type End = (Option<NaiveDate>, Option<DayBounds>);

/// The end that reaches further; none where either is not known. The end of skipped numbers (`skips` says of which) only
/// bounds where the loss may lie, and gives way to another's within its bounds.
fn end(one: End, other: End, skips: (bool, bool), further: fn(NaiveDate, NaiveDate) -> bool) -> End {
    let (Some(day), Some(others)) = (one.0, other.0) else { return (None, None) };
    let may_be = |bounds: Option<DayBounds>, day: NaiveDate| {
        bounds.is_some_and(|bounds| bounds.earliest <= day && day <= bounds.latest)
    };
    match (one.1, other.1) {
        (bounds, _) if skips == (true, false) && may_be(bounds, others) => other,
        (_, bounds) if skips == (false, true) && may_be(bounds, day) => one,
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

    /// A skip of numbers somewhere between two days.
    fn skip(first: &str, last: &str, quantity: Quantity) -> Gap {
        let between = Some(DayBounds { earliest: first.parse().unwrap(), latest: last.parse().unwrap() });
        let one = gap(Evidence::BrokenSequence, "desk", first, last, quantity);
        Gap { first_between: between, last_between: between, ..one }
    }

    fn control(first: &str, last: &str, count: u64) -> Gap {
        gap(Evidence::ControlTotal, "desk", first, last, Quantity::NetDifference { count })
    }

    #[test]
    fn a_skip_and_the_control_total_of_the_same_loss_are_one_gap_with_one_number_and_both_kinds_of_evidence()
    {
        // The number before stands on a Friday, the one after on the second Monday; a week of control totals is short.
        let found = fold(
            vec![control("2024-03-04", "2024-03-08", 9)],
            vec![skip("2024-03-01", "2024-03-11", Quantity::AtMost { count: 9 })],
        );
        let [one] = found.as_slice() else { panic!("{found:#?}") };
        assert_eq!((one.first_day, one.last_day), ("2024-03-04".parse().ok(), "2024-03-08".parse().ok()));
        assert_eq!((one.first_between, one.last_between), (None, None));
        assert_eq!(one.quantity, Quantity::NetDifference { count: 9 });
        assert_eq!(
            (one.evidence, one.also.as_slice()),
            (Evidence::ControlTotal, [Evidence::BrokenSequence].as_slice())
        );
        assert!(one.finding.contains("its number is not added"), "{}", one.finding);
        // Attested to be dense, the skip is exact, also where its own days are vaguer than the control total's.
        let attested = skip("2024-03-01", "2024-03-11", Quantity::Exact { count: 9 });
        let found = fold(vec![control("2024-03-04", "2024-03-08", 8)], vec![attested]);
        assert_eq!((found.len(), found[0].evidence), (1, Evidence::BrokenSequence));
        assert_eq!(found[0].quantity, Quantity::Exact { count: 9 });
        assert_eq!(found[0].first_day, "2024-03-04".parse().ok());
    }

    #[test]
    fn fewer_numbers_than_a_system_of_record_misses_do_not_make_the_loss_smaller() {
        let attested = skip("2024-03-01", "2024-03-11", Quantity::Exact { count: 3 });
        let found = fold(vec![control("2024-03-04", "2024-03-08", 9)], vec![attested.clone()]);
        assert_eq!(
            (found[0].evidence, found[0].quantity),
            (Evidence::ControlTotal, Quantity::NetDifference { count: 9 })
        );
        let listed =
            gap(Evidence::ControlTotal, "desk", "2024-03-04", "2024-03-08", Quantity::Exact { count: 9 });
        assert_eq!(fold(vec![listed.clone()], vec![attested])[0].quantity, Quantity::Exact { count: 9 });
        let more = skip("2024-03-01", "2024-03-11", Quantity::Exact { count: 11 });
        assert_eq!(fold(vec![listed], vec![more])[0].quantity, Quantity::AtLeast { count: 11 });
    }

    #[test]
    fn a_leak_of_numbers_over_a_year_and_the_control_totals_of_a_week_stay_apart_and_name_each_other() {
        let leak =
            gap(Evidence::BrokenSequence, "desk", "2024-01-02", "2024-12-30", Quantity::AtMost { count: 90 });
        let mut found = fold(vec![control("2024-03-04", "2024-03-08", 2)], vec![leak]);
        tell_apart(&mut found);
        let [week, year] = found.as_slice() else { panic!("{found:#?}") };
        assert!(week.finding.contains(&format!("may be counted in {}", year.id)), "{}", week.finding);
        assert!(year.finding.contains(&format!("may be counted in {}", week.id)), "{}", year.finding);
        let other =
            gap(Evidence::BrokenSequence, "ops", "2024-03-04", "2024-03-08", Quantity::AtMost { count: 2 });
        let mut found = fold(vec![control("2024-03-04", "2024-03-08", 2)], vec![other]);
        tell_apart(&mut found);
        assert!(found.iter().all(|gap| !gap.finding.contains("may be counted in")), "{found:#?}");
    }
}
