//! Over which days the archive reaches, so that an absence there means something.
//!
//! Statistic: first and last day on which anything was captured, after setting aside *stray* days: a
//! group of days at either end that lies more than [`STRAY_DISTANCE_DAYS`] from its neighbours and holds
//! at most one in a thousand of all communications (or at most three and one in twenty). Such days are
//! mail with wrong dates (a clock at 1970, spam dated 2044); left in, they would stretch the archive by
//! decades and make every source fall silent in each of them.
//!
//! Assumption: a firm's archive as a whole is never silent for half a year. Where mail of no source lies
//! further out than that, either its date is wrong or every source was lost at once, and counts alone
//! cannot tell which: those days are not judged, and each source says so, so that no period there is
//! ever called covered.

use crate::calendar::{Span, counted};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Days between a group of stray days and the rest, more than which it takes to be stray.
const STRAY_DISTANCE_DAYS: i64 = 180;

/// The archive's days.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Archive {
    /// The days over which it reaches.
    pub(crate) days: Span,
    /// Stray days with their counts.
    pub(crate) set_aside: Vec<(NaiveDate, u64)>,
    /// Why days beyond are not judged, where it holds something there.
    pub(crate) beyond: Option<String>,
}

impl Archive {
    /// From what was captured of any source by day, and the first and last day of everything. Absent
    /// where nothing has a usable date.
    pub(crate) fn of(by_day: &BTreeMap<NaiveDate, u64>, all: Option<(NaiveDate, NaiveDate)>) -> Option<Self> {
        let all = all.and_then(|(first, last)| Span::new(first, last));
        let mut groups = groups(by_day);
        let total: u64 = by_day.values().sum();
        let mut set_aside = Vec::new();
        while groups.len() > 1 && groups.last().is_some_and(|group| is_stray(group, total)) {
            set_aside.extend(groups.pop().into_iter().flatten());
        }
        while groups.len() > 1 && is_stray(&groups[0], total) {
            set_aside.extend(groups.remove(0));
        }
        set_aside.sort();
        let kept =
            groups.first().and_then(|group| group.first()).zip(groups.last().and_then(|group| group.last()));
        let Some((first, last)) = kept.map(|(first, last)| (first.0, last.0)) else {
            return all.map(|days| Self { days, set_aside, beyond: None });
        };
        let all = all.unwrap_or(Span { first, last });
        let is_near = |a: NaiveDate, b: NaiveDate| (b - a).num_days().abs() <= STRAY_DISTANCE_DAYS;
        let first = if is_near(all.first, first) { first.min(all.first) } else { first };
        let last = if is_near(all.last, last) { last.max(all.last) } else { last };
        let days = Span { first, last };
        let beyond = beyond(days, all, &set_aside);
        Some(Self { days, set_aside, beyond })
    }
}

/// Days with counts, a group ending where the next day lies far off.
fn groups(by_day: &BTreeMap<NaiveDate, u64>) -> Vec<Vec<(NaiveDate, u64)>> {
    let days: Vec<(NaiveDate, u64)> = by_day.iter().map(|(day, count)| (*day, *count)).collect();
    let near = |a: &(NaiveDate, u64), b: &(NaiveDate, u64)| (b.0 - a.0).num_days() <= STRAY_DISTANCE_DAYS;
    days.chunk_by(near).map(<[_]>::to_vec).collect()
}

fn is_stray(group: &[(NaiveDate, u64)], total: u64) -> bool {
    let count: u64 = group.iter().map(|(_, count)| count).sum();
    count <= total / 1_000 || (count <= 3 && count <= total / 20)
}

fn beyond(days: Span, all: Span, set_aside: &[(NaiveDate, u64)]) -> Option<String> {
    let (before, after) = (all.first < days.first, days.last < all.last);
    if !before && !after && set_aside.is_empty() {
        return None;
    }
    let stray: u64 = set_aside.iter().map(|(_, count)| count).sum();
    Some(format!(
        "the archive holds communications dated from {} to {}, those outside {days} ({} of registered sources) far \
         from all others: by wrong dates, or because everything else was lost; days outside {days} are not judged",
        all.first.min(set_aside.first().map_or(all.first, |(day, _)| *day)),
        all.last.max(set_aside.last().map_or(all.last, |(day, _)| *day)),
        counted(stray, "communication"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn archive(days: &[(&str, u64)], all: Option<(&str, &str)>) -> Option<Archive> {
        let by_day = days.iter().map(|(text, count)| (day(text), *count)).collect();
        Archive::of(&by_day, all.map(|(first, last)| (day(first), day(last))))
    }

    #[test]
    fn a_few_mails_of_another_decade_do_not_stretch_the_archive() {
        let days = [("1970-01-01", 2), ("2024-01-02", 60), ("2024-06-28", 40), ("2044-01-01", 1)];
        let found = archive(&days, Some(("1970-01-01", "2044-01-01"))).unwrap();
        assert_eq!(found.days, Span { first: day("2024-01-02"), last: day("2024-06-28") });
        assert_eq!(found.set_aside, [(day("1970-01-01"), 2), (day("2044-01-01"), 1)]);
        assert!(found.beyond.unwrap().contains("not judged"));
    }

    #[test]
    fn sparse_days_of_a_small_archive_are_its_own() {
        let found = archive(&[("2020-01-01", 1), ("2024-01-02", 2)], None).unwrap();
        assert_eq!(found.days, Span { first: day("2020-01-01"), last: day("2024-01-02") });
        assert_eq!(found.beyond, None);
    }

    #[test]
    fn mail_of_no_source_nearby_belongs_to_the_archive_and_far_off_is_not_judged() {
        let near = archive(&[("2024-01-02", 9)], Some(("2024-01-01", "2024-06-01"))).unwrap();
        assert_eq!(
            (near.days, near.beyond),
            (Span { first: day("2024-01-01"), last: day("2024-06-01") }, None)
        );
        let far = archive(&[("2024-01-02", 9)], Some(("2024-01-01", "2030-06-01"))).unwrap();
        assert_eq!(far.days.last, day("2024-01-02"));
        assert!(far.beyond.unwrap().contains("2030-06-01"));
    }

    #[test]
    fn an_archive_of_which_nothing_belongs_to_a_source_still_has_its_days() {
        let found = archive(&[], Some(("2024-01-01", "2024-06-01"))).unwrap();
        assert_eq!(found.days, Span { first: day("2024-01-01"), last: day("2024-06-01") });
        assert_eq!(archive(&[], None), None);
    }

    proptest! {
        #[test]
        fn every_day_is_inside_or_set_aside(days in prop::collection::btree_map(0_u64..9_000, 1_u64..400, 1..12)) {
            let by_day: BTreeMap<_, _> =
                days.iter().map(|(n, count)| (NaiveDate::default() + chrono::Days::new(*n), *count)).collect();
            let archive = Archive::of(&by_day, None).unwrap();
            for (day, count) in by_day {
                let inside = archive.days.first <= day && day <= archive.days.last;
                prop_assert!(inside != archive.set_aside.contains(&(day, count)));
            }
        }
    }
}
