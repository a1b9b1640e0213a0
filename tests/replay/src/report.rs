//! The scores in words.

use crate::bars::Bar;
use crate::run::ScenarioScore;
use crate::score::{GapScore, Words};
use crate::tally::{Amounts, Ends, Share};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Bands of pooled rate per working day that are shown apart.
const BANDS: [(&str, f64, f64); 5] = [
    ("below 2 a day", 0.0, 2.0),
    ("2 to 5 a day", 2.0, 5.0),
    ("5 to 20 a day", 5.0, 20.0),
    ("20 to 100 a day", 20.0, 100.0),
    ("100 a day and more", 100.0, f64::INFINITY),
];

/// One scenario; `all_gaps` lists every true gap.
pub(crate) fn scenario(score: &ScenarioScore, all_gaps: bool) -> String {
    let mut out = String::new();
    let gaps: Vec<&GapScore> = score.firms.iter().flat_map(|firm| &firm.gaps).collect();
    let years = score.firms.iter().fold(0.0, |sum, firm| sum + firm.source_years);
    let _ = writeln!(out, "{}: {}", score.name, score.about);
    let _ = writeln!(out, "  {} firms, {years:.0} source-years, {} true gaps", score.firms.len(), gaps.len());
    let mut kinds: BTreeMap<(&str, bool), Vec<&GapScore>> = BTreeMap::new();
    for gap in &gaps {
        kinds.entry((gap.kind, gap.visible)).or_default().push(gap);
    }
    for ((kind, visible), gaps) in kinds {
        let trace = if visible { "" } else { ", without a trace" };
        group(&mut out, &format!("{kind}{trace}"), &gaps);
        if kind == "total loss" && visible {
            for (band, low, high) in BANDS {
                let gaps: Vec<&GapScore> =
                    gaps.iter().copied().filter(|gap| low <= gap.rate && gap.rate < high).collect();
                if !gaps.is_empty() {
                    group(&mut out, &format!("  {band}"), &gaps);
                }
            }
        }
    }
    false_gaps(&mut out, score, years);
    others(&mut out, score, &gaps);
    if all_gaps {
        for gap in gaps {
            line(&mut out, gap);
        }
        for found in score.firms.iter().flat_map(|firm| &firm.false_gaps) {
            let because = found.mistaken.map_or(String::new(), |why| format!(", where {why}"));
            let _ =
                writeln!(out, "    false: firm {} {} ({}){because}", found.firm, found.id, found.evidence);
        }
    }
    out
}

fn group(out: &mut String, title: &str, gaps: &[&GapScore]) {
    let found = Share::of(gaps.iter().map(|gap| gap.found));
    let missed = found.of - found.hit;
    let _ = writeln!(out, "  {title}: found {found}, missed {missed}");
    let ends = Ends::of(gaps.iter().copied());
    let indent = " ".repeat(title.len() - title.trim_start().len() + 4);
    if ends.exact_at_boundary.of + ends.exact_within_day.of > 0 {
        let (off, most) =
            (ends.off.map_or("-".into(), |off| format!("{off:.2}")), ends.off_most.unwrap_or(0));
        let _ = writeln!(
            out,
            "{indent}ends: exact at day boundaries {}, within a day {}; within one day {}; off by {off} days on average, {most} at most",
            ends.exact_at_boundary, ends.exact_within_day, ends.within_one
        );
        let number = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.2}"));
        let _ = writeln!(
            out,
            "{indent}intervals: hold the truth {}, at day boundaries {}, within a day {}; {} days wide",
            ends.covered,
            ends.covered_at_boundary,
            ends.covered_within_day,
            number(ends.width)
        );
        if ends.ideal_covered.of > 0 {
            let _ = writeln!(
                out,
                "{indent}ideal observer: exact at day boundaries {}; holds the truth {}; {} days wide",
                ends.ideal_at_boundary,
                ends.ideal_covered,
                number(ends.ideal_width)
            );
        }
    }
    if ends.open.of > 0 {
        let _ = writeln!(out, "{indent}ends outside the archive, said to be unknown: {}", ends.open);
    }
    let amounts = Amounts::of(gaps.iter().copied());
    let mut said = Vec::new();
    for (what, share) in [
        ("exact and right", amounts.exact),
        ("interval holds it", amounts.intervals),
        ("lower bound holds", amounts.lower_bounds),
    ] {
        if share.of > 0 {
            said.push(format!("{what} {share}"));
        }
    }
    if amounts.unknown > 0 {
        said.push(format!("unknown {}", amounts.unknown));
    }
    if let Some(error) = amounts.error {
        said.push(format!("error {:.1} % on average", error * 100.0));
    }
    if !said.is_empty() {
        let _ = writeln!(out, "{indent}quantity: {}", said.join("; "));
    }
}

fn false_gaps(out: &mut String, score: &ScenarioScore, years: f64) {
    let mut by: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut all = 0;
    for found in score.firms.iter().flat_map(|firm| &firm.false_gaps) {
        all += 1;
        *by.entry((found.mistaken.unwrap_or("elsewhere"), found.evidence)).or_default() += 1;
    }
    let rate = 1000.0 * all as f64 / years.max(1.0);
    let _ = writeln!(out, "  false candidates: {all}, {rate:.1} per thousand source-years");
    for ((why, evidence), count) in by {
        let _ = writeln!(out, "    {count} by {evidence}: {why}");
    }
}

fn others(out: &mut String, score: &ScenarioScore, gaps: &[&GapScore]) {
    for (total, kinds) in [(true, "total losses"), (false, "other gaps")] {
        let gaps = || gaps.iter().filter(|gap| gap.total == total);
        let called: u64 = gaps().map(|gap| gap.called_covered).sum();
        let asked: u64 = gaps().map(|gap| gap.asked).sum();
        if asked > 0 {
            let _ = writeln!(out, "  \"covered\" over {kinds}: said of {called} of {asked} periods");
        }
    }
    let words = score.firms.iter().fold(Words::default(), |words, firm| words.and(firm.unknowable));
    if words.all() > 0 {
        let _ = writeln!(
            out,
            "  where nobody can tell: \"cannot tell\" said {} times, \"gap\" {}, \"covered\" {}",
            words.cannot_tell, words.gap, words.covered
        );
    }
    let mut alarms: BTreeMap<Option<u64>, u64> = BTreeMap::new();
    for alarm in gaps.iter().filter_map(|gap| gap.alarm) {
        *alarms.entry(alarm.working_days).or_default() += 1;
    }
    if !alarms.is_empty() {
        let shown: Vec<String> = alarms
            .iter()
            .map(|(days, count)| match days {
                Some(days) => format!("{count} after {days}"),
                None => format!("{count} without an alarm"),
            })
            .collect();
        let _ = writeln!(out, "  first alarm, in whole working days lost: {}", shown.join(", "));
    }
    let stuck = score
        .firms
        .iter()
        .fold((0, 0), |sum, firm| (sum.0 + firm.stuck_nights.0, sum.1 + firm.stuck_nights.1));
    if stuck.0 > 0 {
        let _ = writeln!(out, "  nights with something stuck: {}, with an alarm: {}", stuck.0, stuck.1);
    }
}

fn line(out: &mut String, gap: &GapScore) {
    let end = |end: &crate::score::EndScore| {
        let found = end.found.map_or("unknown".to_owned(), |found| {
            if found.low == found.high {
                found.day.to_string()
            } else {
                format!("{} [{} … {}]", found.day, found.low, found.high)
            }
        });
        let part = if end.open {
            ", open"
        } else if end.mid_day {
            ", within the day"
        } else {
            ""
        };
        format!("{}{part} → {found}", end.truth)
    };
    let found = if gap.found { "found" } else { "missed" };
    let _ = writeln!(
        out,
        "    {found}: firm {} {} ({}, {:.1} a day, {} working days, {} lost): {}; {}; {:?} by {:?} in {} pieces",
        gap.firm,
        gap.name,
        gap.kind,
        gap.rate,
        gap.working_days,
        gap.lost.unwrap_or(0),
        end(&gap.first),
        end(&gap.last),
        gap.amount,
        gap.evidence,
        gap.pieces
    );
}

/// How often "covered" is said where nothing was lost.
pub(crate) fn healthy(scores: &[ScenarioScore]) -> String {
    let firms = scores.iter().flat_map(|score| &score.firms);
    let words = firms.fold(Words::default(), |words, firm| words.and(firm.healthy));
    let share = |hit| Share { hit, of: words.all() };
    format!(
        "months of a source at 5 a working day and more of which nothing was lost: \"covered\" said of {}, \"cannot \
         tell\" of {}, \"gap\" of {}\n",
        share(words.covered),
        share(words.cannot_tell),
        share(words.gap)
    )
}

/// The bars.
pub(crate) fn bars(bars: &[Bar]) -> String {
    let mut out = String::from("bars:\n");
    for bar in bars {
        let word = match bar.holds {
            Some(true) => "holds ",
            Some(false) => "MISSED",
            None => "  -   ",
        };
        let _ = writeln!(out, "  {word} {}: {}", bar.asks, bar.measured);
    }
    out
}
