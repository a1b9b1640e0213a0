//! Runs scenarios and collects their scores.

use crate::adapter::{Failure, ask};
use crate::nightly::Nights;
use crate::scenario::{Scenario, Size};
use crate::score::{self, Account, FirmScore};
use crate::sets::Set;
use serde::Serialize;

/// All firms of one scenario.
#[derive(Debug, Serialize)]
pub(crate) struct ScenarioScore {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) firms: Vec<FirmScore>,
}

/// Simulates each firm of the scenario, asks what happened, and scores the answer.
pub(crate) fn scenario(scenario: &Scenario, set: Set, size: Size) -> Result<ScenarioScore, Failure> {
    let mut firms = Vec::new();
    for nth in 0..size.of(scenario.firms.0, scenario.firms.1) {
        let world = (scenario.firm)(set, nth, size);
        let answer = ask(&world)?;
        let says = |id: &str, first, last| answer.says(id, first, last);
        let account = Account { found: &answer.found, says: &says };
        let mut score = score::firm(&world, &account, nth, set.climate(scenario.name, nth).mid_day);
        if scenario.nightly {
            let mut nights = Nights::of(&world);
            for (gap, score) in world.truth.gaps.iter().zip(&mut score.gaps) {
                score.alarm = nights.alarm(gap)?;
            }
            score.stuck_nights = nights.stuck()?;
        }
        firms.push(score);
    }
    Ok(ScenarioScore { name: scenario.name, about: scenario.about, firms })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapter::{Amount, End, Found, Said};
    use crate::bars::{self, Bar};
    use crate::report;
    use crate::scenario::ALL;
    use crate::truth::{Kind, TrueGap};
    use crate::world::World;

    /// What somebody would find who was there.
    fn truth_told(gap: &TrueGap) -> Found {
        let end = |day, open: bool| (!open).then_some(End { day, low: day, high: day });
        Found {
            id: gap.name.clone(),
            evidence: "control-total",
            reviewed: gap.kind == Kind::NotReviewed,
            sources: gap.sources.clone(),
            address: gap.addresses.first().cloned(),
            first: end(gap.first, gap.open.0),
            last: end(gap.last, gap.open.1),
            amount: gap.lost.map_or(Amount::Unknown, Amount::Exact),
        }
    }

    /// All small scenarios, scored for what somebody else finds and says.
    fn scored(
        find: impl Fn(&World) -> Vec<Found>,
        word: impl Fn(&World, &str) -> Said,
    ) -> Vec<ScenarioScore> {
        let score = |scenario: &Scenario| {
            let world = (scenario.firm)(Set::Former, 0, Size::Small);
            let says = |id: &str, _, _| Some(word(&world, id));
            let found = find(&world);
            let firm = score::firm(&world, &Account { found: &found, says: &says }, 0, 0.5);
            ScenarioScore { name: scenario.name, about: scenario.about, firms: vec![firm] }
        };
        ALL.iter().map(score).collect()
    }

    fn missed(bars: &[Bar]) -> Vec<&str> {
        bars.iter().filter(|bar| bar.holds == Some(false)).map(|bar| bar.asks).collect()
    }

    #[test]
    fn the_truth_misses_no_bar() {
        let scores = scored(
            |world| world.truth.gaps.iter().map(truth_told).collect(),
            |world, id| {
                let unknowable = |at: &usize| world.sources[*at].id == id;
                match world.truth.unknowable.iter().any(|period| period.sources.iter().any(unknowable)) {
                    true => Said::CannotTell,
                    false => Said::Gap,
                }
            },
        );
        assert_eq!(missed(&bars::all(&scores, false)), Vec::<&str>::new());
        for gap in scores.iter().flat_map(|score| &score.firms).flat_map(|firm| &firm.gaps) {
            assert!(gap.found && gap.called_covered == 0, "{}", gap.name);
            for end in [&gap.first, &gap.last] {
                assert_eq!((end.off.unwrap_or(0), end.covered.unwrap_or(true)), (0, true), "{}", gap.name);
            }
        }
        let leaks = scores.iter().find(|score| score.name == "leak").unwrap();
        assert!(report::scenario(leaks, true).contains("exact and right 4 of 4"));
    }

    #[test]
    fn who_finds_nothing_and_calls_all_covered_misses_what_is_there() {
        let scores = scored(|_| Vec::new(), |_, _| Said::Covered);
        let bars = bars::all(&scores, false);
        assert_eq!(missed(&bars).len(), 5, "{:?}", missed(&bars));
        for gap in scores.iter().flat_map(|score| &score.firms).flat_map(|firm| &firm.gaps) {
            assert!(!gap.found && gap.called_covered == gap.asked, "{}", gap.name);
        }
    }

    #[test]
    fn who_finds_gaps_everywhere_is_told_that_they_are_false() {
        let everywhere = |world: &World| -> Vec<Found> {
            let day = world.day(200);
            let end = Some(End { day, low: day, high: day });
            (0..world.sources.len())
                .map(|at| Found {
                    id: format!("everywhere:{at}"),
                    evidence: "fear",
                    reviewed: false,
                    sources: vec![at],
                    address: None,
                    first: end,
                    last: end,
                    amount: Amount::Unknown,
                })
                .collect()
        };
        let scores = scored(everywhere, |_, _| Said::Gap);
        let clean = scores.iter().find(|score| score.name == "clean").unwrap();
        assert_eq!(clean.firms[0].false_gaps.len(), 15);
        assert!(missed(&bars::all(&scores, false)).iter().any(|bar| bar.starts_with("false candidates")));
    }

    #[test]
    fn an_end_off_by_a_weekend_is_exact_and_one_off_by_a_working_day_is_not() {
        let shifted = |days: u64| {
            move |world: &World| -> Vec<Found> {
                let later = |end: Option<End>| {
                    end.map(|end| {
                        let day = crate::days::after(end.day, days);
                        End { day, low: end.day, high: day }
                    })
                };
                let told = world.truth.gaps.iter().map(truth_told);
                told.map(|found| Found { first: later(found.first), ..found }).collect()
            }
        };
        let off = |days: u64| -> Vec<i64> {
            let scores = scored(shifted(days), |_, _| Said::Gap);
            let breaks = scores.iter().find(|score| score.name == "breaks").unwrap();
            breaks.firms[0].gaps.iter().filter_map(|gap| gap.first.off).collect()
        };
        assert!(off(0).iter().all(|off| *off == 0));
        assert!(off(7).iter().all(|off| (4..=5).contains(off)), "{:?}", off(7));
    }

    #[test]
    fn the_program_takes_each_firms_register_and_answers() {
        for scenario in ALL {
            let world = (scenario.firm)(Set::Former, 0, Size::Small);
            ask(&world).unwrap_or_else(|failure| panic!("{}: {failure}", scenario.name));
            if scenario.nightly {
                crate::adapter::ask_on(&world, world.days / 2)
                    .unwrap_or_else(|failure| panic!("{} half way: {failure}", scenario.name));
            }
        }
    }
}
