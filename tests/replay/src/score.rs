//! What was found of what was true.
//!
//! A true gap is found where gaps that share a day and a source with it, taken together, name sources
//! with at least half of its lost communications (or its address). Its ends are read off the one found
//! gap that fits best: the most of its sources, then the most days in common for the days in all. Ends
//! are compared in working days: a loss that begins on a Saturday shows on Monday, and both are right.

use crate::adapter::{Amount, End, Found, Said};
use crate::days::{after, before, working_days, working_days_off, working_from, working_to};
use crate::healthy;
use crate::observer::{self, Side};
use crate::truth::{Kind, NoGap, Trace, TrueGap};
use crate::world::World;
use chrono::{Datelike as _, NaiveDate};
use serde::Serialize;

/// One end of a true gap against what was found.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct EndScore {
    pub(crate) truth: NaiveDate,
    /// It lies outside the archive: the right answer is that it is not known.
    pub(crate) open: bool,
    pub(crate) mid_day: bool,
    pub(crate) found: Option<End>,
    /// Working days by which the found day is late (positive) or early.
    pub(crate) off: Option<i64>,
    /// Whether the interval holds the truth.
    pub(crate) covered: Option<bool>,
    /// Working days in the interval.
    pub(crate) width: Option<u64>,
    pub(crate) ideal_width: Option<u64>,
    pub(crate) ideal_off: Option<i64>,
    pub(crate) ideal_covered: Option<bool>,
}

/// One true gap.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct GapScore {
    pub(crate) firm: u64,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) rate: f64,
    pub(crate) working_days: u64,
    pub(crate) lost: Option<u64>,
    /// Whether it leaves a dip, so that counts alone should show it.
    pub(crate) dip: bool,
    pub(crate) total: bool,
    pub(crate) numbered: bool,
    /// What the ideal observer's evidence of it is, where it has one.
    pub(crate) knowable: Option<f64>,
    /// Whether it leaves any trace at all.
    pub(crate) visible: bool,
    /// Whether it is on the axis of review.
    pub(crate) reviewed: bool,
    pub(crate) found: bool,
    /// Found gaps that are of this one.
    pub(crate) pieces: usize,
    pub(crate) evidence: Vec<&'static str>,
    pub(crate) first: EndScore,
    pub(crate) last: EndScore,
    pub(crate) amount: Option<Amount>,
    /// What that number is to be held against: what the sources of the found gap lost on the days of the
    /// true one, of mail between sources only where the evidence is one-sided mail.
    pub(crate) amount_true: Option<u64>,
    /// What all found gaps by control totals make together, where each of them is exact.
    pub(crate) by_control: Option<u64>,
    /// Periods that cross a lost communication and of which the program said "covered".
    pub(crate) called_covered: u64,
    pub(crate) asked: u64,
    /// The alarm, where the scenario is run night by night.
    pub(crate) alarm: Option<Alarm>,
}

/// When the alarm came.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Alarm {
    /// Whole working days lost before the first alarm, its own night's included; absent where none came
    /// in the nights that were looked at.
    pub(crate) working_days: Option<u64>,
}

/// A found gap that is none.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FalseGap {
    pub(crate) firm: u64,
    pub(crate) id: String,
    pub(crate) evidence: &'static str,
    pub(crate) first: Option<NaiveDate>,
    pub(crate) last: Option<NaiveDate>,
    /// What it took for a gap, where the scenario has something there that looks like one.
    pub(crate) mistaken: Option<&'static str>,
}

/// How often which word was said.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Words {
    pub(crate) covered: u64,
    pub(crate) gap: u64,
    pub(crate) cannot_tell: u64,
    /// The source is not known to the program.
    pub(crate) nothing: u64,
}

impl Words {
    pub(crate) fn count(&mut self, said: Option<Said>) {
        *match said {
            Some(Said::Covered) => &mut self.covered,
            Some(Said::Gap) => &mut self.gap,
            Some(Said::CannotTell) => &mut self.cannot_tell,
            None => &mut self.nothing,
        } += 1;
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            covered: self.covered + other.covered,
            gap: self.gap + other.gap,
            cannot_tell: self.cannot_tell + other.cannot_tell,
            nothing: self.nothing + other.nothing,
        }
    }

    pub(crate) fn all(self) -> u64 {
        self.covered + self.gap + self.cannot_tell + self.nothing
    }
}

/// One firm of a scenario.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FirmScore {
    pub(crate) source_years: f64,
    pub(crate) gaps: Vec<GapScore>,
    pub(crate) false_gaps: Vec<FalseGap>,
    /// What was said of the periods of which nobody can tell.
    pub(crate) unknowable: Words,
    /// What was said of busy months of which nothing was lost.
    pub(crate) healthy: Words,
    /// Nights on which something was stuck in a queue and looked for, and nights with an alarm then.
    pub(crate) stuck_nights: (u64, u64),
}

/// What somebody says happened: the gaps found, and a word on a source in a period.
pub(crate) struct Account<'a> {
    pub(crate) found: &'a [Found],
    pub(crate) says: &'a dyn Fn(&str, NaiveDate, NaiveDate) -> Option<Said>,
}

/// Scores a firm when all is over.
pub(crate) fn firm(world: &World, answer: &Account<'_>, nth: u64, mid_day: f64) -> FirmScore {
    let gaps = world.truth.gaps.iter().map(|gap| of_gap(world, answer, gap, nth, mid_day)).collect();
    let is_of = |found: &Found| {
        world
            .truth
            .gaps
            .iter()
            .any(|gap| (gap.kind == Kind::NotReviewed) == found.reviewed && meets(gap, found))
    };
    let false_gaps = answer
        .found
        .iter()
        .filter(|found| !found.reviewed && !is_of(found))
        .map(|found| FalseGap {
            firm: nth,
            id: found.id.clone(),
            evidence: found.evidence,
            first: found.first.map(|end| end.day),
            last: found.last.map(|end| end.day),
            mistaken: world.truth.no_gaps.iter().find(|none| takes_for_gap(none, found)).map(|none| none.why),
        })
        .collect();
    let mut unknowable = Words::default();
    for period in &world.truth.unknowable {
        for source in &period.sources {
            unknowable.count((answer.says)(&world.sources[*source].id, period.first, period.last));
        }
    }
    let healthy = healthy::words(world, answer);
    let source_years = world.source_years();
    FirmScore { source_years, gaps, false_gaps, unknowable, healthy, stuck_nights: (0, 0) }
}

/// Whether a found gap shares a day and a source, or the address, with a true one.
pub(crate) fn meets(gap: &TrueGap, found: &Found) -> bool {
    let whose = match &found.address {
        Some(address) => gap.addresses.contains(address),
        None => found.sources.iter().any(|source| gap.sources.contains(source)),
    };
    whose && crosses(found, gap.first, gap.last)
}

fn crosses(found: &Found, first: NaiveDate, last: NaiveDate) -> bool {
    found.first.is_none_or(|end| end.low.min(end.day) <= last)
        && found.last.is_none_or(|end| first <= end.high.max(end.day))
}

fn takes_for_gap(none: &NoGap, found: &Found) -> bool {
    found.sources.iter().any(|source| none.sources.contains(source)) && crosses(found, none.first, none.last)
}

fn of_gap(world: &World, answer: &Account<'_>, gap: &TrueGap, nth: u64, mid_day: f64) -> GapScore {
    let reviewed = gap.kind == Kind::NotReviewed;
    let pieces: Vec<&Found> =
        answer.found.iter().filter(|found| found.reviewed == reviewed && meets(gap, found)).collect();
    let mut evidence: Vec<&'static str> = pieces.iter().map(|found| found.evidence).collect();
    evidence.sort_unstable();
    evidence.dedup();
    let best = pieces.iter().copied().max_by(|a, b| fit(world, gap, a).total_cmp(&fit(world, gap, b)));
    let (asked, called_covered) = called_covered(world, answer, gap);
    let ideal = |side| (gap.kind == Kind::Total).then(|| observer::date(world, gap, mid_day, side)).flatten();
    GapScore {
        firm: nth,
        name: gap.name.clone(),
        kind: gap.kind.as_str(),
        rate: gap.rate,
        working_days: gap.working_days,
        lost: gap.lost,
        dip: gap.traces.contains(&Trace::Dip),
        total: gap.kind == Kind::Total,
        numbered: gap.traces.contains(&Trace::ControlIds),
        knowable: (gap.kind == Kind::Total).then(|| observer::evidence(world, gap)).flatten(),
        visible: !gap.traces.is_empty(),
        reviewed,
        found: is_found(world, gap, &pieces),
        pieces: pieces.len(),
        evidence,
        first: end(
            gap.first,
            (gap.open.0, gap.mid_day.0),
            best.and_then(|b| b.first),
            ideal(Side::Begins),
            Side::Begins,
        ),
        last: end(
            gap.last,
            (gap.open.1, gap.mid_day.1),
            best.and_then(|b| b.last),
            ideal(Side::Ends),
            Side::Ends,
        ),
        amount: best.map(|found| found.amount),
        amount_true: best.and_then(|found| lost_by(world, gap, found)),
        by_control: by_control(&pieces),
        called_covered,
        asked,
        alarm: None,
    }
}

/// Whether the found gaps name sources with at least half of what was lost.
pub(crate) fn is_found(world: &World, gap: &TrueGap, pieces: &[&Found]) -> bool {
    if gap.sources.is_empty() || gap.lost.is_none() {
        return !pieces.is_empty();
    }
    let (mut named, mut all) = (0, 0);
    for source in &gap.sources {
        let lost = lost_of(world, *source, gap.first, gap.last);
        all += lost;
        if pieces.iter().any(|found| found.sources.contains(source)) {
            named += lost;
        }
    }
    named * 2 >= all && !pieces.is_empty()
}

fn by_control(pieces: &[&Found]) -> Option<u64> {
    let mut of_control = pieces.iter().filter(|found| found.evidence == "control-total").peekable();
    of_control.peek()?;
    of_control
        .map(|found| match found.amount {
            Amount::Exact(count) => Some(count),
            _ => None,
        })
        .sum()
}

/// How many communications the sources of a found gap lost in a true one.
fn lost_by(world: &World, gap: &TrueGap, found: &Found) -> Option<u64> {
    let all = gap.lost?;
    if gap.sources.is_empty() {
        return Some(all);
    }
    let sources = || gap.sources.iter().copied().filter(|source| found.sources.contains(source));
    match &world.mail {
        Some(mail) if found.evidence == "one-sided-mail" => {
            let (first, last) = (world.place(gap.first)?, world.place(gap.last)?);
            let days = first..=last;
            let internal = mail.messages.iter().filter(|message| {
                days.contains(&message.day) && message.is_internal() && message.copies.len() > 1
            });
            let missing = internal.flat_map(|message| &message.copies).filter(|(_, kept)| !kept);
            Some(missing.filter(|(source, _)| sources().any(|of| of == *source)).count() as u64)
        }
        _ => Some(sources().map(|source| lost_of(world, source, gap.first, gap.last)).sum()),
    }
}

/// How many of a source's communications of these days are missing.
fn lost_of(world: &World, source: usize, first: NaiveDate, last: NaiveDate) -> u64 {
    let place =
        |day: NaiveDate| world.place(day).unwrap_or(if day < world.first { 0 } else { world.days - 1 });
    if last < world.first || first > world.last() || last < first {
        return 0;
    }
    let series = &world.sources[source];
    (place(first)..=place(last)).map(|day| series.sent[day] - series.captured[day]).sum()
}

/// How well a found gap fits a true one: whole numbers for its sources, a fraction for its days.
fn fit(world: &World, gap: &TrueGap, found: &Found) -> f64 {
    let sources = found.sources.iter().filter(|source| gap.sources.contains(source)).count();
    let first = found.first.map_or(world.first, |end| end.day);
    let last = found.last.map_or(world.last(), |end| end.day);
    let days = |first: NaiveDate, last: NaiveDate| ((last - first).num_days() + 1).max(0) as f64;
    let common = days(first.max(gap.first), last.min(gap.last));
    let all = days(first.min(gap.first), last.max(gap.last)).max(1.0);
    sources as f64 + 0.9 * common / all
}

fn end(
    truth: NaiveDate,
    (open, mid_day): (bool, bool),
    found: Option<End>,
    ideal: Option<observer::Dated>,
    side: Side,
) -> EndScore {
    let shown = |day| if side == Side::Begins { working_from(day) } else { working_to(day) };
    let inside = |low: NaiveDate, high: NaiveDate| shown(low) <= shown(truth) && shown(truth) <= shown(high);
    let closed = found.filter(|_| !open);
    EndScore {
        truth,
        open,
        mid_day,
        found,
        off: closed.map(|end| working_days_off(shown(truth), shown(end.day))),
        covered: closed.map(|end| inside(end.low, end.high)),
        width: closed.map(|end| working_days(shown(end.low), shown(end.high)).max(1)),
        ideal_width: ideal.map(|ideal| ideal.width()),
        ideal_off: ideal.map(|ideal| working_days_off(shown(truth), ideal.best)),
        ideal_covered: ideal.map(|ideal| inside(ideal.low, ideal.high)),
    }
}

/// Of how many periods over the loss "covered" was said: for each source the whole loss, the loss with a
/// month on either side, and each calendar month that it touches, wherever anything was lost in them.
fn called_covered(world: &World, answer: &Account<'_>, gap: &TrueGap) -> (u64, u64) {
    let (mut asked, mut covered) = (0, 0);
    if gap.kind == Kind::NotReviewed {
        return (0, 0);
    }
    for source in &gap.sources {
        let mut periods = vec![(gap.first, gap.last), (before(gap.first, 30), after(gap.last, 30))];
        periods.extend(months(gap.first, gap.last));
        for (first, last) in periods {
            if lost_of(world, *source, first.max(gap.first), last.min(gap.last)) > 0 {
                asked += 1;
                let said = (answer.says)(&world.sources[*source].id, first, last);
                covered += u64::from(said == Some(Said::Covered));
            }
        }
    }
    (asked, covered)
}

/// First and last day of each calendar month that these days touch.
fn months(first: NaiveDate, last: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
    let mut months = Vec::new();
    let mut begins = crate::days::day(first.year(), first.month(), 1);
    while begins <= last {
        let next = begins.checked_add_months(chrono::Months::new(1)).unwrap_or(NaiveDate::MAX);
        months.push((begins, before(next, 1)));
        begins = next;
    }
    months
}
