//! The sets: what detectors are tuned on, and what they are measured on.
//!
//! Three sets are tuned on: `tuning` and `former` (the first held-out set, which has been looked at), each with one
//! climate written by hand, and `wide`, of any number of rounds. A held-out set has a generation: it is measured
//! once, and who has looked at its gaps makes it one to tune on and draws the next generation. Nobody chooses
//! anything of a held-out or wide set: each firm of it has a seed of its own, which follows from the set's name and
//! the number of its generation or round, and a climate of its own, drawn by [`drawn`] from that seed.

use crate::climate::{Absences, Bursts, Climate, Closures, FORMER, Latent, Level, Season, TUNING};
use crate::draws::Draws;
use crate::mail::Habits;

/// The generation of the held-out set that is measured on now. The first was written by hand and is `former` now;
/// the second has been looked at.
pub(crate) const GENERATION: u64 = 4;

/// Which parameters and seeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Set {
    /// To develop on: one climate, written by hand.
    Tuning,
    /// To develop on: the first held-out set.
    Former,
    /// To develop on: climates drawn anew in each round.
    Wide(u64),
    /// To measure on, never to develop on; by generation.
    HeldOut(u64),
}

impl Set {
    pub(crate) fn name(self) -> String {
        match self {
            Self::Tuning => "tuning".to_owned(),
            Self::Former => "former".to_owned(),
            Self::Wide(round) => format!("wide, round {round}"),
            Self::HeldOut(generation) => format!("held-out, generation {generation}"),
        }
    }

    /// The seed of the n-th firm of a scenario; the sets share none.
    pub(crate) fn seed(self, nth: u64) -> u64 {
        match self {
            Self::Tuning => 1_000 + nth,
            Self::Former => 7_000_000_019 + 104_729 * nth,
            Self::Wide(_) | Self::HeldOut(_) => Draws::named(nth, &self.name()).next(),
        }
    }

    /// The climate of the n-th firm of a scenario.
    pub(crate) fn climate(self, scenario: &str, nth: u64) -> Climate {
        match self {
            Self::Tuning => TUNING,
            Self::Former => FORMER,
            Self::Wide(_) | Self::HeldOut(_) => {
                drawn(&mut Draws::named(self.seed(nth), &format!("{scenario}/climate")))
            }
        }
    }

    /// Whether the register of the n-th firm says on which days it was shut.
    pub(crate) fn lists_closures(self, nth: u64) -> bool {
        self == Self::Tuning || nth.is_multiple_of(2)
    }

    /// How the people of the n-th firm write.
    pub(crate) fn habits(self, nth: u64) -> Habits {
        match self {
            Self::Tuning => Habits {
                inside: 0.6,
                answered: 0.35,
                answered_outside: 0.4,
                from_outside: 0.8,
                recipients: 4,
            },
            Self::Former => Habits {
                inside: 0.45,
                answered: 0.22,
                answered_outside: 0.55,
                from_outside: 1.3,
                recipients: 7,
            },
            Self::Wide(_) | Self::HeldOut(_) => {
                let mut draws = Draws::named(self.seed(nth), "habits");
                Habits {
                    inside: draws.within((0.4, 0.65)),
                    answered: draws.within((0.2, 0.38)),
                    answered_outside: draws.within((0.35, 0.6)),
                    from_outside: draws.within((0.7, 1.4)),
                    recipients: draws.between(3, 8),
                }
            }
        }
    }
}

/// A climate drawn between bounds that both climates written by hand lie within, all but a few of them strictly.
fn drawn(draws: &mut Draws) -> Climate {
    let busy = draws.within((1.0, 1.2));
    Climate {
        office: office(draws),
        every_day: [busy, busy, busy, busy, busy, draws.within((0.4, 1.1)), draws.within((0.2, 1.0))],
        season: season(draws),
        holiday: draws.within((0.03, 0.25)),
        early_close: draws.within((0.4, 0.7)),
        closure: draws.within((0.05, 0.3)),
        closures: if draws.chance(0.5) { Closures::ChristmasWeek } else { Closures::Bridges },
        level: level(draws),
        common: Latent { phi: draws.within((0.4, 0.85)), sd: draws.within((0.08, 0.18)) },
        follows: (draws.within((0.1, 0.6)), draws.within((1.1, 1.7))),
        own: (
            Latent { phi: draws.within((0.2, 0.55)), sd: draws.within((0.08, 0.18)) },
            Latent { phi: draws.within((0.55, 0.88)), sd: draws.within((0.2, 0.38)) },
        ),
        size: (draws.log_within((1.4, 2.5)), draws.log_within((5.0, 10.0))),
        size_grows: draws.within((0.25, 0.4)),
        bursts: draws.chance(0.5).then(|| Bursts {
            per_day: draws.within((0.001, 0.006)),
            factor: (draws.within((2.0, 4.0)), draws.within((5.0, 9.0))),
        }),
        absences: Absences {
            per_year: draws.within((1.0, 3.5)),
            days: (draws.between(3, 6), draws.between(8, 20)),
            factor: draws.within((0.35, 0.7)),
        },
        rates: (draws.within((0.8, 3.0)), draws.within((100.0, 320.0))),
        mid_day: draws.within((0.3, 0.55)),
        begins: begins(draws),
    }
}

fn office(draws: &mut Draws) -> [f64; 7] {
    let mut week = [0.0; 7];
    for day in &mut week[..5] {
        *day = draws.within((0.75, 1.3));
    }
    let mean = week[..5].iter().sum::<f64>() / 5.0;
    for day in &mut week[..5] {
        *day /= mean;
    }
    week[5] = draws.within((0.01, 0.15));
    week[6] = draws.within((0.01, 0.1));
    week
}

fn season(draws: &mut Draws) -> Season {
    let top = draws.within((0.0, 365.0));
    if draws.chance(0.5) {
        Season::Wave { height: draws.within((0.05, 0.25)), top }
    } else {
        Season::WavesAndMonthEnds {
            yearly: draws.within((0.05, 0.2)),
            half_yearly: draws.within((0.0, 0.15)),
            top,
            month_end: draws.within((0.0, 0.4)),
        }
    }
}

fn level(draws: &mut Draws) -> Level {
    if draws.chance(0.5) {
        Level::Wandering { days: draws.within((90.0, 300.0)), sd: draws.within((0.1, 0.3)) }
    } else {
        Level::Stepping { days: draws.within((180.0, 500.0)), sd: draws.within((0.15, 0.32)) }
    }
}

/// Early enough for six years before the rule of market holidays ends.
fn begins(draws: &mut Draws) -> (i32, u32, u32) {
    let year = 2009 + i32::try_from(draws.between(0, 10)).unwrap_or(0);
    let month = 1 + u32::try_from(draws.between(0, 11)).unwrap_or(0);
    (year, month, 1 + u32::try_from(draws.between(0, 27)).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const SETS: [Set; 6] =
        [Set::Tuning, Set::Former, Set::Wide(1), Set::Wide(2), Set::HeldOut(2), Set::HeldOut(3)];

    #[test]
    fn the_office_weeks_average_one() {
        for set in SETS {
            let mean = set.climate("breaks", 3).office[..5].iter().sum::<f64>() / 5.0;
            assert!((mean - 1.0).abs() < 1e-9, "{}: {mean}", set.name());
        }
    }

    #[test]
    fn no_seed_is_in_two_sets() {
        let seeds: BTreeSet<u64> = SETS.iter().flat_map(|set| (0..1000).map(|nth| set.seed(nth))).collect();
        assert_eq!(seeds.len(), SETS.len() * 1000);
    }

    #[test]
    fn climates_of_drawn_sets_differ_from_firm_to_firm_and_not_from_run_to_run() {
        let rate = |scenario, nth| Set::HeldOut(2).climate(scenario, nth).rates.0.to_bits();
        assert_eq!(rate("breaks", 0), rate("breaks", 0));
        assert_ne!(rate("breaks", 0), rate("breaks", 1));
        assert_ne!(rate("breaks", 0), rate("clean", 0));
    }
}
