//! The bars: what must hold on the held-out set, one list.

use crate::nightly::LOUD;
use crate::run::ScenarioScore;
use crate::score::{GapScore, Words};
use crate::tally::{Ends, Share};
use serde::Serialize;

/// A bar and whether it holds.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Bar {
    pub(crate) asks: &'static str,
    pub(crate) measured: String,
    /// Absent where nothing was there to measure it on.
    pub(crate) holds: Option<bool>,
}

/// Fewest source-years on which the rate of false candidates is measured.
const SOURCE_YEARS: f64 = 3_000.0;

/// The evidence that somebody who knows the true rates has to ask for, so as not to err oftener than
/// [`FALSE_PER_THOUSAND`] allows, a loss beginning on any of 250 working days of a year: `ln(250 / 0.005)`.
const KNOWABLE: f64 = 10.8;

/// Most false candidates per thousand source-years.
const FALSE_PER_THOUSAND: f64 = 5.0;

/// All bars over these scores; `sized` where the firms are as many as the bars are meant for.
pub(crate) fn all(scores: &[ScenarioScore], sized: bool) -> Vec<Bar> {
    let gaps: Vec<&GapScore> =
        scores.iter().flat_map(|score| &score.firms).flat_map(|firm| &firm.gaps).collect();
    let dips = || gaps.iter().copied().filter(|gap| gap.total && gap.dip && is_judgeable(gap));
    let could_know = |gap: &&GapScore| gap.total && gap.dip && gap.knowable.is_some_and(|of| of >= KNOWABLE);
    let knowable = Share::of(gaps.iter().copied().filter(could_know).map(|gap| gap.found));
    let busy: Vec<&GapScore> = dips().filter(|gap| gap.rate >= 5.0).collect();
    let quiet: Vec<&GapScore> =
        dips().filter(|gap| (2.0..5.0).contains(&gap.rate) && gap.working_days >= 15).collect();
    let found = |of: &[&GapScore]| Share::of(of.iter().map(|gap| gap.found));
    let (busy_ends, quiet_ends) = (Ends::of(busy.iter().copied()), Ends::of(quiet.iter().copied()));
    let bar = |asks, share: Share, least: f64| Bar {
        asks,
        measured: share.to_string(),
        holds: share.reaches(least),
    };
    let numbered = gaps.iter().filter(|gap| gap.numbered);
    let numbered = Share::of(numbered.map(|gap| gap.by_control.is_some() && gap.by_control == gap.lost));
    let alarms = gaps.iter().filter(|gap| gap.rate >= LOUD).filter_map(|gap| gap.alarm);
    let alarms = Share::of(alarms.map(|alarm| alarm.working_days.is_some_and(|days| days <= 2)));
    let of_size = || busy.iter().chain(&quiet);
    let called: u64 = of_size().map(|gap| gap.called_covered).sum();
    let asked: u64 = of_size().map(|gap| gap.asked).sum();
    let unknowable = scores.iter().flat_map(|score| &score.firms).map(|firm| firm.unknowable);
    let unknowable = unknowable.fold(Words::default(), Words::and);
    let unknowable = Share { hit: unknowable.cannot_tell, of: unknowable.all() };
    let innocent: Vec<_> = scores.iter().filter(|score| INNOCENT.contains(&score.name)).collect();
    let mistaken = mistaken(&innocent);
    vec![
        bar("total losses of at least 5 a working day are found", found(&busy), 1.0),
        bar(
            "their ends at day boundaries are exact to the working day in 95 %",
            busy_ends.exact_at_boundary,
            0.95,
        ),
        Bar {
            holds: None,
            ..bar("of all that somebody who knows the true rates could tell, are found", knowable, 1.0)
        },
        bar("total losses of 2 to 5 a day, of at least 15 working days, are found", found(&quiet), 1.0),
        bar("95 % intervals of their ends hold the truth in 95 %", quiet_ends.covered, 0.95),
        narrow("and at most a day wider than an ideal observer's, on average and in 95 %", quiet_ends),
        bar("95 % intervals at 5 a day and more hold the truth in 95 %", busy_ends.covered, 0.95),
        narrow("and at most a day wider than an ideal observer's, on average and in 95 %", busy_ends),
        bar("losses whose numbers a system of record lists are exact to the message", numbered, 1.0),
        false_candidates(scores, sized),
        bar("the first alarm comes within 2 working days at 20 a day and more", alarms, 1.0),
        Bar {
            asks: "\"covered\" is never said over a loss of these sizes",
            measured: format!("said of {called} of {asked} periods"),
            holds: (asked > 0).then_some(called == 0),
        },
        bar("of sparse sources it is said that it cannot be told", unknowable, 1.0),
        Bar {
            asks: "lawful disposal, leavers, holidays, mergers, spikes and slow declines are no gaps",
            measured: format!("{mistaken} taken for one"),
            holds: (!innocent.is_empty()).then_some(mistaken == 0),
        },
    ]
}

/// Shorter losses are not judged: fewer than 25 expected messages, or less than two working days.
fn is_judgeable(gap: &GapScore) -> bool {
    gap.working_days >= 2 && gap.rate * gap.working_days as f64 >= 25.0
}

fn narrow(asks: &'static str, ends: Ends) -> Bar {
    let figures = |ends: Ends| Some((ends.width?, ends.ideal_width?, ends.excess?, ends.excess_most?));
    match figures(ends) {
        Some((width, ideal, excess, most)) => Bar {
            asks,
            measured: format!(
                "{width:.2} days against {ideal:.2}; 95 of 100 ends by at most {most:.0}; no wider by more than one in {}",
                ends.narrow
            ),
            holds: Some(excess <= 1.0 && most <= 1.0),
        },
        None => Bar { asks, measured: "none to judge".to_owned(), holds: None },
    }
}

fn false_candidates(scores: &[ScenarioScore], sized: bool) -> Bar {
    let clean: Vec<_> = scores.iter().filter(|score| score.name == "clean").flat_map(|s| &s.firms).collect();
    let years = clean.iter().fold(0.0, |sum, firm| sum + firm.source_years);
    let found: usize = clean.iter().map(|firm| firm.false_gaps.len()).sum();
    let rate = 1000.0 * found as f64 / years.max(1.0);
    Bar {
        asks: "false candidates are at most 5 per thousand source-years, over at least 3,000",
        measured: format!("{found} in {years:.0} source-years: {rate:.1} per thousand"),
        holds: (years > 0.0 && (years >= SOURCE_YEARS || !sized)).then_some(rate <= FALSE_PER_THOUSAND),
    }
}

/// Scenarios whose innocent events must not be taken for gaps. Sources elsewhere to which nothing happens
/// count by their rate, like those of clean firms.
const INNOCENT: [&str; 3] = ["innocent", "retention", "stuck-queue"];

/// False gaps where the scenario has something innocent that looks like one.
fn mistaken(scores: &[&ScenarioScore]) -> usize {
    let false_gaps = scores.iter().flat_map(|score| &score.firms).flat_map(|firm| &firm.false_gaps);
    false_gaps.filter(|gap| gap.mistaken.is_some()).count()
}
