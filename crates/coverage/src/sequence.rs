//! Evidence: ticket, confirmation or journal numbers skip.
//!
//! Input: each number that a communication of a sequence bears, with its day.
//!
//! Statistic: the numbers between the lowest and the highest that no retained communication bears. A number counts
//! once, on its first day: later ones repeat it (replies, updates of a ticket). The *backbone* is the longest series of
//! numbers that rise with their days (longest increasing subsequence); numbers off it that lie between its ends were
//! delayed or given out of order, and count as seen; those beyond its ends are strays, set aside and told (a pattern
//! that caught another number must not invent a loss of millions); so is a first or last number that lies more than
//! [`FAR`] times the range of all others away from them, where there are at least [`OTHERS_MIN`] others. A *reset* (a new year, a wrap-around) is a day from
//! which on the numbers of [`RESET_DAYS`] days with numbers all stay below half of the highest before; each part between
//! resets is judged alone, and late numbers of the part before, for [`LATE_DAYS`] days, belong to it. A skip lies
//! between the days of its neighbours on the backbone. Skips are one gap as long as the numbers between them may have
//! been spared by chance (module `runs`).
//!
//! Quantity: at most the numbers skipped, since a number may have been given to nothing (a cancelled order, another
//! mailbox); exact only where a person attests, in the register, that every number was given to a communication.
//!
//! Limits: blind to loss before the first and after the last number, at either side of a reset, and to numbers that a
//! later communication repeats: its number counts as seen, although the first was lost. Skips whose days were all
//! lawfully disposed of are no gap.

use crate::calendar::{Span, counted};
use crate::candidate::{Grounded as _, candidate};
use crate::runs::{DayLoss, runs};
use chrono::{Days, NaiveDate};
use duces_model::{DayBounds, Evidence, Gap, Ground, Quantity};
use duces_register::{Register, Sequence, SequenceId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// So many days with numbers must stay low for a reset: fewer may all be updates of old tickets.
const RESET_DAYS: usize = 5;

/// So many days after a reset late numbers of the part before still come in.
const LATE_DAYS: u64 = 7;

/// A single number at either end is a stray where it lies further off than so many times the range of all others.
const FAR: u64 = 10;

/// Fewer numbers than this have no range to speak of.
const OTHERS_MIN: usize = 10;

const BLIND_TO: &str = "it cannot see loss before the first and after the last number, beside a reset of the numbers, or of \
                        a communication whose number a later one repeats";

/// A number that a retained communication bears.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Numbered {
    /// Of which sequence.
    pub sequence: SequenceId,
    /// The day of the communication.
    pub day: NaiveDate,
    /// The number.
    pub number: u64,
}

/// What one sequence shows, whether or not a number is skipped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SequenceFigure {
    /// Which.
    pub sequence: SequenceId,
    /// Numbers seen, each once in each part between resets; strays are not among them.
    pub seen: u64,
    /// Numbers skipped.
    pub skipped: u64,
    /// Days on which the numbers began anew.
    pub resets: Vec<NaiveDate>,
    /// Numbers far off the others, the first few in order; they were set aside.
    pub strays: Vec<u64>,
    /// How many strays there are in all.
    pub strays_in_all: u64,
}

/// So many strays are listed.
const STRAYS_MAX: usize = 20;

/// The figures, by sequence, and the gaps. The result does not depend on the order of the input.
pub(crate) fn find(register: &Register, input: &[Numbered]) -> (Vec<SequenceFigure>, Vec<Gap>) {
    let mut declared: Vec<&Sequence> = register.sequences.iter().collect();
    declared.sort_by_key(|sequence| &sequence.sequence);
    let mut numbers: BTreeMap<&SequenceId, BTreeSet<(NaiveDate, u64)>> = BTreeMap::new();
    for one in input {
        numbers.entry(&one.sequence).or_default().insert((one.day, one.number));
    }
    let (mut figures, mut gaps) = (Vec::new(), Vec::new());
    for sequence in declared {
        let numbers = numbers.remove(&sequence.sequence).unwrap_or_default();
        let (figure, found) = of_sequence(register, sequence, &numbers);
        figures.push(figure);
        gaps.extend(found);
    }
    (figures, gaps)
}

fn of_sequence(
    register: &Register,
    sequence: &Sequence,
    numbers: &BTreeSet<(NaiveDate, u64)>,
) -> (SequenceFigure, Vec<Gap>) {
    let in_use = |day: NaiveDate| {
        sequence.from.is_none_or(|from| from <= day) && sequence.to.is_none_or(|to| day <= to)
    };
    let numbers: Vec<(NaiveDate, u64)> = numbers.iter().filter(|(day, _)| in_use(*day)).copied().collect();
    let is_disposed = |day: NaiveDate| register.lawfully_disposed(&sequence.source, day).is_some();
    let disposed =
        |skip: &Skip| Span::new(skip.after, skip.before).is_some_and(|span| span.days().all(is_disposed));
    let (parts, resets) = parts(&numbers);
    let mut figure = SequenceFigure {
        sequence: sequence.sequence.clone(),
        seen: 0,
        skipped: 0,
        resets,
        strays: Vec::new(),
        strays_in_all: 0,
    };
    let mut gaps = Vec::new();
    for part in parts {
        let Part { seen, skips, strays } = judged(&part);
        figure.seen += seen.values().sum::<u64>();
        figure.strays_in_all += strays.len() as u64;
        figure.strays.extend(strays);
        let skips: Vec<Skip> = skips.into_iter().filter(|skip| !disposed(skip)).collect();
        figure.skipped += skips.iter().map(Skip::count).sum::<u64>();
        gaps.extend(gaps_of(sequence, &seen, &skips));
    }
    figure.strays.truncate(STRAYS_MAX);
    (figure, gaps)
}

/// Numbers in order that nobody bears, between two that somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Skip {
    first: u64,
    last: u64,
    /// The day of the neighbour below.
    after: NaiveDate,
    /// The day of the neighbour above.
    before: NaiveDate,
}

impl Skip {
    fn count(&self) -> u64 {
        self.last - self.first + 1
    }

    fn says(&self) -> String {
        let numbers = if self.first == self.last {
            format!("number {} is missing", self.first)
        } else {
            format!("numbers {} to {} are missing", self.first, self.last)
        };
        format!(
            "{numbers}; {} stands on {} and {} on {}",
            self.first - 1,
            self.after,
            self.last + 1,
            self.before
        )
    }
}

/// One part between resets, judged.
struct Part {
    /// Numbers by their first day.
    seen: BTreeMap<NaiveDate, u64>,
    /// In the order of numbers, and so of days.
    skips: Vec<Skip>,
    /// In order.
    strays: Vec<u64>,
}

/// The last day on which numbers of the part before a reset are still taken for its own.
fn still_late(reset: NaiveDate) -> NaiveDate {
    reset.checked_add_days(Days::new(LATE_DAYS)).unwrap_or(NaiveDate::MAX)
}

/// Cuts the numbers at resets.
fn parts(numbers: &[(NaiveDate, u64)]) -> (Vec<Vec<(NaiveDate, u64)>>, Vec<NaiveDate>) {
    // Highest number by day.
    let mut highest: BTreeMap<NaiveDate, u64> = BTreeMap::new();
    for (day, number) in numbers {
        let of_day = highest.entry(*day).or_default();
        *of_day = (*of_day).max(*number);
    }
    let days: Vec<(NaiveDate, u64)> = highest.into_iter().collect();
    let (mut cuts, mut most): (Vec<(NaiveDate, u64)>, u64) = (Vec::new(), 0);
    for at in 0..days.len() {
        // Late numbers of the part before may be among those that should be low.
        let late = |day: NaiveDate| day <= still_late(days[at].0);
        let low =
            days[at..].iter().filter(|(day, number)| *number < most / 2 || !late(*day)).take(RESET_DAYS);
        let all_low = low.clone().count() == RESET_DAYS && low.clone().all(|(_, number)| *number < most / 2);
        if days[at].1 < most / 2 && all_low {
            cuts.push((days[at].0, most));
            most = days[at].1;
        }
        let carried = cuts
            .last()
            .is_some_and(|(cut, before)| days[at].1 >= before / 2 && days[at].0 <= still_late(*cut));
        if !carried {
            most = most.max(days[at].1);
        }
    }
    let mut parts: Vec<Vec<(NaiveDate, u64)>> = vec![Vec::new(); cuts.len() + 1];
    for (day, number) in numbers {
        let mut part = cuts.partition_point(|(cut, _)| cut <= day);
        if let Some((cut, before)) = part.checked_sub(1).and_then(|at| cuts.get(at))
            && *number >= before / 2
            && *day <= still_late(*cut)
        {
            part -= 1;
        }
        parts[part].push((*day, *number));
    }
    (parts, cuts.into_iter().map(|(day, _)| day).collect())
}

/// Judges the numbers of one part, which are in the order of days.
fn judged(numbers: &[(NaiveDate, u64)]) -> Part {
    let mut first_day: BTreeMap<u64, NaiveDate> = BTreeMap::new();
    for (day, number) in numbers {
        first_day.entry(*number).or_insert(*day);
    }
    let mut firsts: Vec<(NaiveDate, u64)> = first_day.iter().map(|(number, day)| (*day, *number)).collect();
    firsts.sort_unstable();
    let mut series = rising(&firsts);
    if series.last().is_some_and(|last| is_far(last.1, &series[..series.len() - 1])) {
        series.pop();
    }
    if series.first().is_some_and(|first| is_far(first.1, &series[1..])) {
        series.remove(0);
    }
    let backbone: BTreeMap<u64, NaiveDate> = series.into_iter().map(|(day, number)| (number, day)).collect();
    let (Some(low), Some(high)) = (backbone.keys().next(), backbone.keys().next_back()) else {
        return Part { seen: BTreeMap::new(), skips: Vec::new(), strays: Vec::new() };
    };
    let mut seen: BTreeMap<NaiveDate, u64> = BTreeMap::new();
    for day in first_day.range(low..=high).map(|(_, day)| *day) {
        *seen.entry(day).or_default() += 1;
    }
    let strays = first_day.keys().filter(|number| *number < low || high < *number).copied().collect();
    let mut skips = Vec::new();
    let within: Vec<u64> = first_day.range(low..=high).map(|(number, _)| *number).collect();
    for pair in within.windows(2).filter(|pair| pair[1] - pair[0] > 1) {
        let below = backbone.range(..=pair[0]).next_back();
        let above = backbone.range(pair[1]..).next();
        if let (Some((_, after)), Some((_, before))) = (below, above) {
            skips.push(Skip { first: pair[0] + 1, last: pair[1] - 1, after: *after, before: *before });
        }
    }
    Part { seen, skips, strays }
}

/// Whether a number lies far off all others, which rise.
fn is_far(number: u64, others: &[(NaiveDate, u64)]) -> bool {
    let ([(_, low), ..], [.., (_, high)]) = (others, others) else { return false };
    let off = number.saturating_sub(*high).max(low.saturating_sub(number));
    others.len() >= OTHERS_MIN && off > FAR.saturating_mul(high - low)
}

/// The longest series of numbers that rise, in an order of days; of several the one whose numbers end lowest.
fn rising(firsts: &[(NaiveDate, u64)]) -> Vec<(NaiveDate, u64)> {
    // Places at which the best series of each length end, and each place's predecessor.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(firsts.len());
    for (at, (_, number)) in firsts.iter().enumerate() {
        let length = ends.partition_point(|end| firsts[*end].1 < *number);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut series = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(place) = at {
        series.push(firsts[place]);
        at = before[place];
    }
    series.reverse();
    series
}

fn gaps_of(sequence: &Sequence, seen: &BTreeMap<NaiveDate, u64>, skips: &[Skip]) -> Vec<Gap> {
    let mut days: BTreeMap<NaiveDate, DayLoss> = BTreeMap::new();
    for (day, count) in seen {
        days.insert(*day, DayLoss { day: *day, lost: 0, of: *count });
    }
    for skip in skips {
        let sum = days.entry(skip.before).or_insert(DayLoss { day: skip.before, lost: 0, of: 0 });
        sum.lost += skip.count();
        sum.of += skip.count();
    }
    let days: Vec<DayLoss> = days.into_values().collect();
    let gap = |run: &[DayLoss]| {
        let (first, last) = (run[0].day, run[run.len() - 1].day);
        let own: Vec<&Skip> =
            skips.iter().filter(|skip| first <= skip.before && skip.before <= last).collect();
        gap(sequence, &own)
    };
    runs(&days).into_iter().filter_map(gap).collect()
}

/// The gap of some skips in order.
fn gap(sequence: &Sequence, skips: &[&Skip]) -> Option<Gap> {
    let name = &sequence.sequence;
    let (first, last) = (skips.first()?, skips.last()?);
    let count: u64 = skips.iter().map(|skip| skip.count()).sum();
    let (quantity, why) = match sequence.dense_attested_by.trim() {
        "" => {
            let why = "nobody attests that every number was given to a communication, so fewer may be lost";
            (Quantity::AtMost { count }, why.to_owned())
        }
        by => (
            Quantity::Exact { count },
            format!("{by} attests that every number was given to a communication"),
        ),
    };
    let between = |skip: &Skip| {
        (skip.after != skip.before).then_some(DayBounds { earliest: skip.after, latest: skip.before })
    };
    let row = |skip: &&Skip| Ground {
        source: Some(sequence.source.clone()),
        day: Some(skip.before),
        says: skip.says(),
    };
    let about = format!("{name}:{}", first.first);
    let gap = candidate(
        Evidence::BrokenSequence,
        &about,
        vec![sequence.source.clone()],
        (Some(first.after), Some(last.before)),
    );
    Some(
        Gap {
            first_between: between(first),
            last_between: between(last),
            quantity,
            finding: format!(
                "of the numbers {} to {} of {name}, {count} stand in no retained communication, in {}, between {} and {}; {why}",
                first.first - 1,
                last.last + 1,
                counted(skips.len() as u64, "skip"),
                first.after,
                last.before,
            ),
            blind_to: BLIND_TO.to_owned(),
            ..gap
        }
        .resting_on(skips.iter().map(row)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{day, register};
    use proptest::prelude::*;

    const FILE: &str = "sequence,source,pattern,dense_attested_by\ntickets,desk,#([0-9]+),";

    fn found(attested: &str, numbers: &[(u64, u64)]) -> (SequenceFigure, Vec<Gap>) {
        let register = register(&["desk,2020-01-01"], &[("sequences.csv", &format!("{FILE}{attested}\n"))]);
        let number = |(n, number): &(u64, u64)| Numbered {
            sequence: "tickets".parse().unwrap(),
            day: day("2024-01-01") + Days::new(*n),
            number: *number,
        };
        let input: Vec<Numbered> = numbers.iter().map(number).collect();
        let (mut figures, gaps) = find(&register, &input);
        let reversed: Vec<Numbered> = input.iter().rev().cloned().collect();
        assert_eq!(find(&register, &reversed), (figures.clone(), gaps.clone()));
        (figures.remove(0), gaps)
    }

    #[test]
    fn skipped_numbers_bound_the_loss_and_lie_between_their_neighbours() {
        let (figure, gaps) = found("", &[(0, 10), (1, 11), (3, 14), (4, 15)]);
        assert_eq!((figure.seen, figure.skipped, gaps.len()), (4, 2, 1));
        assert_eq!(gaps[0].quantity, Quantity::AtMost { count: 2 });
        assert_eq!((gaps[0].first_day, gaps[0].last_day), (Some(day("2024-01-02")), Some(day("2024-01-04"))));
        let bounds = DayBounds { earliest: day("2024-01-02"), latest: day("2024-01-04") };
        assert_eq!((gaps[0].first_between, gaps[0].last_between), (Some(bounds), Some(bounds)));
        assert_eq!(
            gaps[0].grounds[0].says,
            "numbers 12 to 13 are missing; 11 stands on 2024-01-02 and 14 on 2024-01-04"
        );
    }

    #[test]
    fn the_loss_is_exact_where_a_person_attests_that_numbers_are_dense() {
        let (_, gaps) = found("J. Roe", &[(0, 10), (0, 13)]);
        assert_eq!(gaps[0].quantity, Quantity::Exact { count: 2 });
        assert_eq!(gaps[0].first_between, None, "both neighbours are of one day");
        assert!(gaps[0].finding.contains("J. Roe attests"));
    }

    #[test]
    fn repeats_delays_and_strays_invent_no_loss() {
        let repeats = found("", &[(0, 1), (1, 2), (5, 1), (6, 3), (7, 2)]);
        assert_eq!((repeats.0.seen, repeats.1.len()), (3, 0));
        let delayed = found("", &[(0, 1), (1, 2), (2, 4), (3, 5), (4, 3)]);
        assert_eq!((delayed.0.seen, delayed.1.len()), (5, 0));
        let stray = found("", &[(0, 1), (1, 2), (2, 99_000_000), (3, 3), (4, 4)]);
        assert_eq!((stray.0.strays, stray.1.len()), (vec![99_000_000], 0));
    }

    #[test]
    fn a_stray_at_either_end_is_set_aside_and_a_loss_of_the_usual_size_is_not() {
        let usual: Vec<(u64, u64)> = (1..=20).map(|n| (n, 1_000_000 + n)).collect();
        let with = |one: (u64, u64)| {
            let mut numbers = usual.clone();
            numbers.push(one);
            let (figure, gaps) = found("", &numbers);
            (figure.strays, gaps.len())
        };
        assert_eq!(with((30, 99_000_000)), (vec![99_000_000], 0));
        assert_eq!(with((0, 5)), (vec![5], 0));
        assert_eq!(with((30, 1_000_150)), (vec![], 1));
    }

    #[test]
    fn numbers_that_begin_anew_are_judged_apart() {
        let mut numbers: Vec<(u64, u64)> = (0..20).map(|n| (n, 981 + n)).collect();
        numbers.extend((0..20).map(|n| (20 + n, 1 + n)));
        // A late one of the old cycle, and a loss in the new one.
        numbers.push((21, 1_001));
        numbers.retain(|(_, number)| *number != 7);
        let (figure, gaps) = found("", &numbers);
        assert_eq!(figure.resets, [day("2024-01-21")]);
        assert_eq!((figure.skipped, gaps.len()), (1, 1));
        assert_eq!(gaps[0].id, "broken-sequence:tickets:7:2024-01-26");
    }

    #[test]
    fn an_even_leak_is_one_gap_and_two_losses_are_two() {
        let leak: Vec<(u64, u64)> = (0..400).filter(|n| n % 20 != 7).map(|n| (n / 10, n)).collect();
        assert_eq!(found("", &leak).1.len(), 1);
        let two: Vec<(u64, u64)> = (0..400)
            .filter(|n| !(50..80).contains(n) && !(300..330).contains(n))
            .map(|n| (n / 10, n))
            .collect();
        let gaps = found("", &two).1;
        assert_eq!(
            gaps.iter().map(|gap| gap.quantity).collect::<Vec<_>>(),
            [Quantity::AtMost { count: 30 }; 2]
        );
    }

    proptest! {
        #[test]
        fn seen_and_skipped_fill_the_range(kept in prop::collection::btree_set(0_u64..200, 2..60)) {
            let numbers: Vec<(u64, u64)> = kept.iter().map(|number| (number / 5, *number)).collect();
            let (figure, gaps) = found("Ann", &numbers);
            let (low, high) = (kept.first().unwrap(), kept.last().unwrap());
            prop_assert_eq!(figure.seen + figure.skipped, high - low + 1);
            let told: u64 = gaps.iter().map(|gap| match gap.quantity { Quantity::Exact { count } => count, _ => 0 }).sum();
            prop_assert_eq!(told, figure.skipped);
        }

        #[test]
        fn the_backbone_is_as_long_as_the_best_of_all_series(numbers in prop::collection::vec(0_u64..12, 0..10)) {
            let firsts: Vec<(NaiveDate, u64)> = NaiveDate::default().iter_days().zip(numbers.iter().copied()).collect();
            let rises = |mask: u32| {
                let series: Vec<u64> = (0..numbers.len()).filter(|at| mask >> at & 1 == 1).map(|at| numbers[at]).collect();
                series.windows(2).all(|pair| pair[0] < pair[1]).then_some(series.len())
            };
            let best = (0..1_u32 << numbers.len()).filter_map(rises).max().unwrap_or(0);
            prop_assert_eq!(rising(&firsts).len(), best);
        }
    }
}
