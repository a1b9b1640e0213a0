//! What a random sample says of a finite population, exactly.
//!
//! Assumptions: the sample is a simple random sample without replacement; every unit drawn was answered, and
//! answered rightly. Then the number found among the drawn follows the hypergeometric law, and nothing is
//! approximated.
//!
//! The interval inverts two one-sided tests of half the error each (the finite-population form of Clopper and
//! Pearson, Biometrika 26, 1934, p. 404; for finite populations: W. Wang, "Exact optimal confidence intervals
//! for hypergeometric parameters", JASA 110, 2015, section 1). It covers the truth with *at least* the stated
//! confidence for every population; the tests enumerate small ones.
//!
//! Families are clusters: they are the units drawn. The interval then speaks of families with a
//! responsive document. A bound on documents follows without any assumption on how they spread within
//! families: each family that may hold one is counted with all its documents, the largest first.

use std::collections::BTreeMap;

/// Chance in percent, at least, that an interval holds the truth.
pub(super) const CONFIDENCE_PERCENT: u64 = 95;

/// Chance allowed on each side.
const TAIL: f64 = 0.025;

/// Numbers are held against [`TAIL`] with this slack, always to the wide side: rounding never makes an
/// interval narrower than it must be.
const SLACK: f64 = 1e-9;

/// The least and the most that agree with a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Interval {
    /// The least.
    pub least: u64,
    /// The most.
    pub most: u64,
}

/// How many of `population` units are marked, where `drawn` were drawn and `found` of them are. `None` where
/// more were found than drawn or more drawn than there are.
pub(super) fn interval(population: u64, drawn: u64, found: u64) -> Option<Interval> {
    let unmarked = drawn.checked_sub(found)?;
    let highest = population.checked_sub(unmarked).filter(|_| drawn <= population)?;
    // Both chances change one way as more units are marked, so that the ends are found by halving.
    let fits = |chance: f64| chance >= TAIL * (1.0 - SLACK);
    let most = last_that(found, highest, |marked| fits(at_most(population, marked, drawn, found)));
    let least = highest
        - last_that(0, highest - found, |below| fits(at_least(population, highest - below, drawn, found)));
    Some(Interval { least, most })
}

/// The last number from `first` to `last` of which it is true; it is true of `first`, and of none after
/// one of which it is false.
fn last_that(first: u64, last: u64, is: impl Fn(u64) -> bool) -> u64 {
    let (mut yes, mut end) = (first, last);
    while yes < end {
        let middle = yes + (end - yes).div_ceil(2);
        if is(middle) { yes = middle } else { end = middle - 1 }
    }
    yes
}

/// The chance to find at most `found`.
fn at_most(population: u64, marked: u64, drawn: u64, found: u64) -> f64 {
    let law = Law { population, marked, drawn };
    // The side that falls away from the peak is summed: what is too small for a number is too small to matter.
    if found < law.peak() { law.down_from(found) } else { 1.0 - law.up_from(found + 1) }
}

/// The chance to find at least `found`.
fn at_least(population: u64, marked: u64, drawn: u64, found: u64) -> f64 {
    let law = Law { population, marked, drawn };
    match found.checked_sub(1) {
        None => 1.0,
        Some(less) if found <= law.peak() => 1.0 - law.down_from(less),
        Some(_) => law.up_from(found),
    }
}

/// The hypergeometric law.
struct Law {
    population: u64,
    marked: u64,
    drawn: u64,
}

impl Law {
    fn lowest(&self) -> u64 {
        (self.marked + self.drawn).saturating_sub(self.population)
    }

    fn highest(&self) -> u64 {
        self.marked.min(self.drawn)
    }

    fn peak(&self) -> u64 {
        let product = u128::from(self.drawn + 1) * u128::from(self.marked + 1);
        u64::try_from(product / (u128::from(self.population) + 2)).unwrap_or(u64::MAX)
    }

    fn chance(&self, found: u64) -> f64 {
        if found < self.lowest() || found > self.highest() {
            return 0.0;
        }
        let ways =
            ln_choose(self.marked, found) + ln_choose(self.population - self.marked, self.drawn - found);
        (ways - ln_choose(self.population, self.drawn)).exp()
    }

    /// Chance of `found` and all below.
    fn down_from(&self, found: u64) -> f64 {
        let (mut at, mut chance, mut sum) =
            (found.min(self.highest()), self.chance(found.min(self.highest())), 0.0);
        loop {
            sum += chance;
            if at <= self.lowest() || chance == 0.0 {
                return f64::min(sum, 1.0);
            }
            let others = (self.population - self.marked + at) as f64 - self.drawn as f64;
            chance *= at as f64 * others / ((self.marked - at + 1) as f64 * (self.drawn - at + 1) as f64);
            at -= 1;
        }
    }

    /// Chance of `found` and all above.
    fn up_from(&self, found: u64) -> f64 {
        let (mut at, mut chance, mut sum) =
            (found.max(self.lowest()), self.chance(found.max(self.lowest())), 0.0);
        loop {
            sum += chance;
            if at >= self.highest() || chance == 0.0 {
                return f64::min(sum, 1.0);
            }
            let others = (self.population - self.marked + at + 1) as f64 - self.drawn as f64;
            chance *= (self.marked - at) as f64 * (self.drawn - at) as f64 / ((at + 1) as f64 * others);
            at += 1;
        }
    }
}

/// Logarithm of the number of ways to choose `some` of `all`.
fn ln_choose(all: u64, some: u64) -> f64 {
    let some = some.min(all - some);
    (0..some).map(|at| ((all - at) as f64 / (at + 1) as f64).ln()).sum()
}

/// Documents, where families were drawn: `marked` families hold a responsive document by the interval,
/// `found` of those drawn do and hold `documents` of them. `undrawn` says how many families that were not drawn
/// have so many documents.
pub(super) fn documents_of_families(
    marked: Interval,
    found: u64,
    documents: u64,
    undrawn: &BTreeMap<u64, u64>,
) -> Interval {
    let mut more = marked.most.saturating_sub(found);
    let mut most = documents;
    for (size, families) in undrawn.iter().rev() {
        let taken = more.min(*families);
        most += taken * size;
        more -= taken;
    }
    Interval { least: documents + marked.least.saturating_sub(found), most }
}

/// The least share in hundredths of a percent that was found, where `found` are known and at most `missed_most`
/// were missed. A lower bound of a count over its sum with an upper bound of another: it holds whenever both do.
/// `None` where there is nothing to find.
pub(super) fn recall_at_least(found: u64, missed_most: u64) -> Option<u64> {
    let all = u128::from(found) + u128::from(missed_most);
    (all > 0).then(|| u64::try_from(u128::from(found) * 10_000 / all).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Ways to choose, exactly.
    fn choose(all: u64, some: u64) -> u128 {
        (0..some).fold(1, |ways, at| ways * u128::from(all - at) / u128::from(at + 1))
    }

    fn ways(population: u64, marked: u64, drawn: u64, found: u64) -> u128 {
        if found > marked || found > drawn || drawn - found > population - marked {
            return 0;
        }
        choose(marked, found) * choose(population - marked, drawn - found)
    }

    #[test]
    fn the_interval_holds_the_truth_with_at_least_its_confidence_in_every_small_population() {
        for population in 1..=24 {
            for drawn in 0..=population {
                let intervals: Vec<Interval> =
                    (0..=drawn).map(|found| interval(population, drawn, found).unwrap()).collect();
                for marked in 0..=population {
                    let holds: u128 = (0..=drawn)
                        .filter(|found| {
                            let interval = intervals[usize::try_from(*found).unwrap()];
                            (interval.least..=interval.most).contains(&marked)
                        })
                        .map(|found| ways(population, marked, drawn, found))
                        .sum();
                    let all = choose(population, drawn);
                    let stated = u128::from(CONFIDENCE_PERCENT);
                    assert!(holds * 100 >= all * stated, "{population} {drawn} {marked}: {holds} of {all}");
                }
            }
        }
    }

    #[test]
    fn chances_are_those_of_counting_every_draw() {
        for population in 1..=18_u64 {
            for drawn in 0..=population {
                for marked in 0..=population {
                    let all = choose(population, drawn) as f64;
                    for found in 0..=drawn {
                        let below: u128 = (0..=found).map(|k| ways(population, marked, drawn, k)).sum();
                        let above: u128 = (found..=drawn).map(|k| ways(population, marked, drawn, k)).sum();
                        let near = |one: f64, other: f64| (one - other).abs() < 1e-9;
                        assert!(near(at_most(population, marked, drawn, found), below as f64 / all));
                        assert!(near(at_least(population, marked, drawn, found), above as f64 / all));
                    }
                }
            }
        }
    }

    /// Every draw of families is looked at: how they hold their responsive documents, sizes and all.
    #[test]
    fn documents_of_families_are_bounded_with_at_least_the_confidence_over_every_draw() {
        let populations: [&[(u64, u64)]; 5] = [
            &[(1, 0), (2, 1), (3, 0), (4, 4), (1, 1), (6, 2), (1, 0), (1, 0), (2, 0), (2, 2)],
            &[(1, 0); 10],
            &[(9, 9), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0)],
            &[(3, 1); 9],
            &[(1, 1), (1, 1), (1, 0), (5, 0), (5, 0), (5, 5), (2, 1), (8, 0), (8, 1), (1, 0), (1, 0)],
        ];
        for held in populations {
            let truth: u64 = held.iter().map(|(_, responsive)| responsive).sum();
            let all = held.len() as u32;
            for drawn in 0..=all {
                let (mut draws, mut right) = (0_u64, 0_u64);
                for chosen in (0_u32..1 << all).filter(|chosen| chosen.count_ones() == drawn) {
                    let is = |at: usize| chosen >> at & 1 == 1;
                    let read = || held.iter().enumerate().filter(|(at, _)| is(*at)).map(|(_, family)| family);
                    let found = read().filter(|(_, responsive)| *responsive > 0).count() as u64;
                    let documents = read().map(|(_, responsive)| responsive).sum();
                    let mut undrawn = BTreeMap::new();
                    let rest = held.iter().enumerate().filter(|(at, _)| !is(*at));
                    rest.for_each(|(_, (size, _))| *undrawn.entry(*size).or_insert(0) += 1);
                    let families = interval(u64::from(all), u64::from(drawn), found).unwrap();
                    let bound = documents_of_families(families, found, documents, &undrawn);
                    draws += 1;
                    right += u64::from((bound.least..=bound.most).contains(&truth));
                }
                assert!(right * 100 >= draws * CONFIDENCE_PERCENT, "{held:?} {drawn}: {right} of {draws}");
            }
        }
    }

    #[test]
    fn known_cases_come_out_as_they_must() {
        // All drawn: nothing is left to guess. None drawn: nothing is known.
        assert_eq!(interval(50, 50, 3), Some(Interval { least: 3, most: 3 }));
        assert_eq!(interval(50, 0, 0), Some(Interval { least: 0, most: 50 }));
        // Nothing found among 300 of a large population: about 3.689 in 300, the "rule of three" on one side of two.
        let large = interval(1_000_000, 300, 0).unwrap();
        assert_eq!(large.least, 0);
        assert!((12_100..12_300).contains(&large.most), "{large:?}");
        assert_eq!(interval(5, 6, 0), None);
        assert_eq!(interval(5, 2, 3), None);
    }

    #[test]
    fn recall_is_bounded_from_below_and_rounded_down() {
        assert_eq!(recall_at_least(2, 1), Some(6_666));
        assert_eq!(recall_at_least(0, 5), Some(0));
        assert_eq!(recall_at_least(7, 0), Some(10_000));
        assert_eq!(recall_at_least(0, 0), None);
    }

    proptest! {
        #[test]
        fn the_interval_holds_what_was_found_and_is_within_what_can_be(
            population in 1_u64..50_000, share in 0.0..1.0_f64, hit in 0.0..1.0_f64,
        ) {
            let drawn = (population as f64 * share) as u64;
            let found = (drawn as f64 * hit * hit) as u64;
            let interval = interval(population, drawn, found).unwrap();
            prop_assert!(interval.least >= found && interval.most <= population - (drawn - found));
            prop_assert!(interval.least <= interval.most);
        }

        #[test]
        fn more_found_never_lowers_either_end(population in 2_u64..2_000, share in 0.01..1.0_f64, pick: prop::sample::Index) {
            let drawn = ((population as f64 * share) as u64).max(1);
            let found = pick.index(usize::try_from(drawn).unwrap()) as u64;
            let (one, more) = (interval(population, drawn, found).unwrap(), interval(population, drawn, found + 1).unwrap());
            prop_assert!(one.least <= more.least && one.most <= more.most);
        }

        /// Whatever the families hold: where the interval of families is right, so is that of documents.
        #[test]
        fn documents_are_bounded_whenever_families_are(
            families in prop::collection::vec((1_u64..9, 0_u64..9), 1..40), drawn in 1_usize..40, slack in 0_u64..3,
        ) {
            let drawn = drawn.min(families.len());
            let held: Vec<(u64, u64)> = families.into_iter().map(|(size, held)| (size, held.min(size))).collect();
            let with = |list: &[(u64, u64)]| list.iter().filter(|(_, held)| *held > 0).count() as u64;
            let sum = |list: &[(u64, u64)]| list.iter().map(|(_, held)| held).sum::<u64>();
            let (read, rest) = held.split_at(drawn);
            let mut undrawn = BTreeMap::new();
            rest.iter().for_each(|(size, _)| *undrawn.entry(*size).or_insert(0) += 1);
            let true_families = with(&held);
            let marked = Interval { least: true_families.saturating_sub(slack).max(with(read)), most: true_families + slack };
            let bound = documents_of_families(marked, with(read), sum(read), &undrawn);
            prop_assert!((bound.least..=bound.most).contains(&sum(&held)), "{:?}", bound);
        }
    }
}
