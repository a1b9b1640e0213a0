//! How often "covered" is said where nothing was lost: a word that is never said would never be wrong.
//!
//! Asked of each source and each calendar month within the archive in all of which it was in service, of which no
//! communication was lost, and whose true rate was [`BUSY`] a working day or more.

use crate::days::{after, is_working};
use crate::score::{Account, Words};
use crate::world::World;
use chrono::Datelike as _;

/// Communications a working day from which a month is asked about.
const BUSY: f64 = 5.0;

/// What was said of the healthy months.
pub(crate) fn words(world: &World, answer: &Account<'_>) -> Words {
    let mut words = Words::default();
    let days: Vec<usize> = (0..world.days).collect();
    let month = |at: usize| (world.day(at).year(), world.day(at).month());
    let months = days.chunk_by(|a, b| month(*a) == month(*b));
    let is_whole = |month: &&[usize]| {
        let (first, next) = (world.day(month[0]), after(world.day(month[month.len() - 1]), 1));
        first.day() == 1 && next.day() == 1
    };
    for month in months.filter(is_whole) {
        let (first, last) = (world.day(month[0]), world.day(month[month.len() - 1]));
        for (series, row) in world.sources.iter().zip(&world.register.sources) {
            let serves = row.service.0 <= first && row.service.1.is_none_or(|to| last <= to);
            let whole = || month.iter().all(|at| series.sent[*at] == series.captured[*at]);
            let working = || month.iter().filter(|at| is_working(world.day(**at)));
            let rate = || {
                let sum: f64 = working().filter_map(|at| series.rates.get(*at)).sum();
                sum / (working().count().max(1) as f64)
            };
            if serves && whole() && rate() >= BUSY {
                words.count((answer.says)(&series.id, first, last));
            }
        }
    }
    words
}
