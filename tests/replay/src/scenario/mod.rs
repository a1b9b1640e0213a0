//! The scenarios: firms to which something happens, or to which nothing does.

mod accounts;
mod breaks;
mod clean;
mod exports;
mod innocent;
mod leak;
mod motivating;
mod retention;
mod servers;
mod sparse;
mod stuck;

use crate::adapter::Failure;
use crate::sets::Set;
use crate::world::World;

/// How much to simulate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// For continuous integration.
    Small,
    /// For the bars.
    Full,
}

impl Size {
    /// One of two values.
    pub(crate) fn of<T>(self, small: T, full: T) -> T {
        match self {
            Self::Small => small,
            Self::Full => full,
        }
    }
}

/// A scenario: how many firms it has at each size, and the n-th of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// Firms, small and full.
    pub(crate) firms: (u64, u64),
    /// Whether it is run night by night around its breaks.
    pub(crate) nightly: bool,
    pub(crate) firm: fn(Set, u64, Size) -> World,
}

/// All of them, in the order of the report.
pub(crate) const ALL: &[Scenario] = &[
    Scenario {
        name: "breaks",
        about: "total losses at pooled rates of 5 to 200 a working day",
        firms: (1, 12),
        nightly: false,
        firm: breaks::busy,
    },
    Scenario {
        name: "quiet-breaks",
        about: "total losses at 2 to 5 a working day, for at least 15 working days",
        firms: (1, 10),
        nightly: false,
        firm: breaks::quiet,
    },
    Scenario {
        name: "alarm",
        about: "total losses at 20 to 200 a working day, looked for every night",
        firms: (1, 16),
        nightly: true,
        firm: breaks::alarm,
    },
    Scenario {
        name: "clean",
        about: "firms that lost nothing",
        firms: (1, 11),
        nightly: false,
        firm: clean::firm,
    },
    Scenario {
        name: "motivating-case",
        about: "three systems, a copy rule deleted in a migration, 90 group mailboxes never captured",
        firms: (1, 1),
        nightly: false,
        firm: motivating::firm,
    },
    Scenario {
        name: "silent-servers",
        about: "3 of 58 mail servers do not journal",
        firms: (1, 2),
        nightly: false,
        firm: servers::firm,
    },
    Scenario {
        name: "secondary-accounts",
        about: "secondary accounts missing from the register, among strangers' addresses",
        firms: (1, 1),
        nightly: false,
        firm: accounts::firm,
    },
    Scenario {
        name: "stuck-queue",
        about: "messages stuck in an intermediate queue and delivered late",
        firms: (1, 2),
        nightly: true,
        firm: stuck::firm,
    },
    Scenario {
        name: "in-place-archive",
        about: "in-place archives never ingested: only the newest twelve months are there",
        firms: (1, 2),
        nightly: false,
        firm: exports::in_place,
    },
    Scenario {
        name: "export-cap",
        about: "exports that stop at 10,000 messages",
        firms: (1, 2),
        nightly: false,
        firm: exports::capped,
    },
    Scenario {
        name: "innocent",
        about: "leavers, joiners, holidays, a merger, a volume spike, a slow decline",
        firms: (1, 4),
        nightly: false,
        firm: innocent::firm,
    },
    Scenario {
        name: "clock-changes",
        about: "losses on the days of 23 and 25 hours, and a system of record without summer time",
        firms: (1, 2),
        nightly: false,
        firm: innocent::clocks,
    },
    Scenario {
        name: "sparse",
        about: "ninety mailboxes at 0.2 a day on one path, and some alone",
        firms: (1, 4),
        nightly: false,
        firm: sparse::firm,
    },
    Scenario {
        name: "retention",
        about: "lawful disposal under the schedule, and disposal under a hold",
        firms: (1, 2),
        nightly: false,
        firm: retention::firm,
    },
    Scenario {
        name: "leak",
        about: "5 % lost by a coding error, with control totals and without",
        firms: (1, 4),
        nightly: false,
        firm: leak::counted,
    },
    Scenario {
        name: "leak-in-mail",
        about: "copies of internal mail lost on one of two paths, seen in replies and in the other's mail",
        firms: (1, 2),
        nightly: false,
        firm: leak::in_mail,
    },
];

/// The scenario of a name.
///
/// # Errors
/// Where there is none of it.
pub(crate) fn named(name: &str) -> Result<&'static Scenario, Failure> {
    ALL.iter().find(|scenario| scenario.name == name).ok_or_else(|| Failure::Scenario {
        found: name.to_owned(),
        expected: ALL.iter().map(|scenario| scenario.name).collect::<Vec<_>>().join(", "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::show;
    use crate::truth::Kind;

    fn worlds(set: Set) -> impl Iterator<Item = World> {
        ALL.iter().map(move |scenario| (scenario.firm)(set, 0, Size::Small))
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
        for scenario in ALL {
            let bytes = |nth| show::whole(&(scenario.firm)(Set::Tuning, nth, Size::Small));
            assert!(bytes(0) == bytes(0), "{}", scenario.name);
            assert!(bytes(0) != bytes(1), "{}", scenario.name);
        }
    }

    #[test]
    fn what_was_sent_is_what_was_captured_and_what_was_lost() {
        for world in [Set::Tuning, Set::Former, Set::Wide(1)].into_iter().flat_map(worlds) {
            let missing: u64 = world
                .sources
                .iter()
                .flat_map(|series| series.sent.iter().zip(&series.captured))
                .map(|(sent, captured)| sent - captured)
                .sum();
            let told = world.truth.gaps.iter().filter(|gap| !gap.sources.is_empty());
            let told: u64 = told.filter_map(|gap| gap.lost).sum();
            // What two causes lost on one day counts for both; what the schedule let go of for none.
            match world.name.as_str() {
                "retention" => assert!(told < missing, "{}", world.name),
                _ => assert_eq!(told, missing, "{}", world.name),
            }
            for series in &world.sources {
                let lost: u64 =
                    series.sent.iter().zip(&series.captured).map(|(sent, kept)| sent - kept).sum();
                if let Some(numbers) = &series.lost_numbers {
                    assert_eq!(numbers.len() as u64, lost, "{}", series.id);
                }
            }
        }
    }

    #[test]
    fn total_losses_leave_nothing_on_whole_days_between_their_ends() {
        for world in worlds(Set::Former) {
            for gap in world.truth.gaps.iter().filter(|gap| gap.kind == Kind::Total) {
                let place = |day| (0..world.days).find(|at| world.day(*at) == day).unwrap();
                let (first, last) = (place(gap.first), place(gap.last));
                let first = first + usize::from(gap.mid_day.0);
                let last = last - usize::from(gap.mid_day.1);
                let source = |at: &usize| world.sources[*at].captured[first..=last].iter().sum::<u64>();
                assert_eq!(gap.sources.iter().map(source).sum::<u64>(), 0, "{} {}", world.name, gap.name);
            }
        }
    }

    #[test]
    fn nights_see_what_had_arrived_and_the_last_one_all() {
        for world in worlds(Set::Tuning) {
            let all: u64 = world.sources.iter().flat_map(|s| s.captured.iter().chain(&s.doubled)).sum();
            let seen = |night: usize| world.captured_by(night).iter().map(|(_, _, n)| n).sum::<u64>();
            assert_eq!(seen(world.days - 1), all, "{}", world.name);
            assert!(seen(world.days / 2) <= all, "{}", world.name);
        }
        let stuck = (ALL[7].firm)(Set::Tuning, 0, Size::Small);
        let late = stuck.late.iter().find(|late| late.count > 3).unwrap();
        let on = |night: usize| -> u64 {
            let rows = stuck.captured_by(night);
            rows.iter().filter(|(s, d, _)| (*s, *d) == (late.source, late.day)).map(|(_, _, n)| n).sum()
        };
        assert_eq!(on(late.arrives) - on(late.arrives - 1), late.count);
    }

    #[test]
    fn each_scenario_has_what_its_name_says() {
        for set in [Set::Tuning, Set::Former, Set::Wide(1)] {
            for (scenario, world) in ALL.iter().zip(worlds(set)) {
                assert_eq!(scenario.name, world.name);
                let nothing_lost = ["clean", "stuck-queue", "innocent"].contains(&scenario.name);
                assert_eq!(world.truth.gaps.is_empty(), nothing_lost, "{}", world.name);
            }
        }
    }
}
