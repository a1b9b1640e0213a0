//! Total losses of one source, or of a capture path with several, that begin and end inside the archive.
//!
//! A loss lasts at least as many working days as make 25 expected messages, and at least two: below that
//! a silence of an over-dispersed source is no more than a quiet spell, and no bar can be set. At 2 to 5
//! a day it lasts at least fifteen, as the bar says. Three in ten begin on a Saturday, as migrations do;
//! a break within a day falls on a working day.

use super::Size;
use crate::days::{after, is_weekend, is_working, working_from};
use crate::firm::{Firm, Loss, Moment};
use crate::process::Rhythm;
use crate::sets::Set;
use crate::truth::{Kind, Trace};
use crate::world::World;
use chrono::NaiveDate;

/// 5 to 200 a working day.
pub(super) fn busy(set: Set, nth: u64, size: Size) -> World {
    firm(
        "breaks",
        set,
        nth,
        Trials { rates: (5.5, 200.0), paths: size.of(8, 24), days: size.of(900, 1826), crowd: 12 },
    )
}

/// 2 to 5 a working day.
pub(super) fn quiet(set: Set, nth: u64, size: Size) -> World {
    firm(
        "quiet-breaks",
        set,
        nth,
        Trials { rates: (2.0, 5.5), paths: size.of(8, 24), days: size.of(900, 1826), crowd: 12 },
    )
}

/// 20 to 200 a working day, few in one firm, for looking every night.
pub(super) fn alarm(set: Set, nth: u64, size: Size) -> World {
    firm("alarm", set, nth, Trials { rates: (24.0, 200.0), paths: 4, days: size.of(500, 730), crowd: 8 })
}

struct Trials {
    rates: (f64, f64),
    paths: usize,
    days: usize,
    crowd: usize,
}

fn firm(name: &str, set: Set, nth: u64, trials: Trials) -> World {
    let mut firm = Firm::new(name, set, nth, trials.days);
    firm.crowd("crowd", trials.crowd);
    for path in 0..trials.paths {
        let rate = firm.draws.log_within(trials.rates);
        let members = [1, 1, 1, 4, 12][firm.draws.index(5)];
        let rhythm = if firm.draws.chance(0.15) { Rhythm::EveryDay } else { Rhythm::Office };
        let sources = members_of(&mut firm, &format!("t{path:02}"), (rate, members, rhythm));
        let (from, to) = days_of_loss(&mut firm, rate);
        firm.losses.push(Loss {
            name: format!("path t{path:02}"),
            sources,
            from,
            to,
            share: 1.0,
            kind: Kind::Total,
            traces: vec![Trace::Dip],
        });
    }
    firm.happen()
}

/// Sources of one path whose rates, which differ, make this rate together.
fn members_of(firm: &mut Firm, path: &str, (rate, members, rhythm): (f64, usize, Rhythm)) -> Vec<usize> {
    let weights: Vec<f64> = (0..members).map(|_| firm.draws.within((0.3, 1.7))).collect();
    let sum: f64 = weights.iter().sum();
    weights
        .iter()
        .enumerate()
        .map(|(n, weight)| {
            let id = format!("{path}-{n:02}");
            let (own, channel) = (rate * weight / sum, "email");
            let source = match rhythm {
                Rhythm::Office if n % 2 == 1 => firm.mailbox(&id, own),
                Rhythm::Office => firm.source(&id, channel, own, rhythm),
                Rhythm::EveryDay => firm.notices(&id, own),
            };
            firm.put(source, path, &format!("{path}-server"));
            source
        })
        .collect()
}

fn days_of_loss(firm: &mut Firm, rate: f64) -> (Moment, Moment) {
    let least = if rate < 5.5 { 15 } else { ((25.0 / rate).ceil() as u64).max(2) };
    let most = if rate < 5.5 { 90 } else { 60 };
    let length = firm.draws.log_within((least as f64, most as f64 + 1.0)) as u64;
    let share = firm.draws.within((0.2, 0.8));
    let mut first = firm.at(share);
    if firm.draws.chance(0.3) {
        while !is_weekend(first) {
            first = after(first, 1);
        }
    }
    let from = moment(firm, first, true);
    let mut last = working_from(from.day);
    let mut seen = 1;
    // A day that is lost in part is not one of the length.
    let wanted = length + u64::from(from.passed > 0.0);
    while seen < wanted {
        last = after(last, 1);
        seen += u64::from(is_working(last));
    }
    let to = moment(firm, last, false);
    let to = if to.passed < 1.0 { Moment { day: working_from(after(last, 1)), ..to } } else { to };
    (from, to)
}

fn moment(firm: &mut Firm, day: NaiveDate, begins: bool) -> Moment {
    if firm.draws.chance(firm.climate.mid_day) {
        return Moment { day: working_from(day), passed: firm.draws.within((0.15, 0.85)) };
    }
    if begins { Moment::morning(day) } else { Moment::night(day) }
}
