//! What shapes counts, and the parameters of the two sets that were written by hand.
//!
//! Parameters of all other sets are drawn (module `sets`).

use crate::days::{after, before, day, is_market_holiday, is_weekend};
use chrono::{Datelike as _, NaiveDate};

/// An AR(1) process: the correlation of a day with the day before, and the standard deviation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Latent {
    pub(crate) phi: f64,
    pub(crate) sd: f64,
}

/// How volume follows the year, as logarithms added up.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Season {
    /// One wave a year, with its height and the day of the year of its top.
    Wave { height: f64, top: f64 },
    /// A yearly and a half-yearly wave, and more on the last two working days of a month.
    WavesAndMonthEnds { yearly: f64, half_yearly: f64, top: f64, month_end: f64 },
}

/// How a source's level moves over months.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Level {
    /// It wanders and comes back: an AR(1) with this many days of memory.
    Wandering { days: f64, sd: f64 },
    /// It stays for a while and then steps: exponential stays of this mean.
    Stepping { days: f64, sd: f64 },
}

/// Which days the firm itself is shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closures {
    /// Working days from 26 December to the end of the year.
    ChristmasWeek,
    /// The Friday after Thanksgiving, and the Monday before a Tuesday holiday or Friday after a Thursday one.
    Bridges,
}

/// Single days with several times the usual volume.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bursts {
    pub(crate) per_day: f64,
    pub(crate) factor: (f64, f64),
}

/// Absences of a mailbox's owner.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Absences {
    pub(crate) per_year: f64,
    pub(crate) days: (u64, u64),
    pub(crate) factor: f64,
}

/// All that shapes counts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Climate {
    /// Office sources, Monday to Sunday; Monday to Friday average 1.
    pub(crate) office: [f64; 7],
    /// Systems that send every day, Monday to Sunday.
    pub(crate) every_day: [f64; 7],
    pub(crate) season: Season,
    /// Factors of the office on a market holiday, an early close, and a day on which the firm is shut.
    pub(crate) holiday: f64,
    pub(crate) early_close: f64,
    pub(crate) closure: f64,
    pub(crate) closures: Closures,
    pub(crate) level: Level,
    /// What all sources of the firm share from day to day, and how strongly each follows it.
    pub(crate) common: Latent,
    pub(crate) follows: (f64, f64),
    /// What each source has of its own, drawn between these two.
    pub(crate) own: (Latent, Latent),
    /// Negative binomial size of a source with one message a day, and the power of the rate with which
    /// it grows.
    pub(crate) size: (f64, f64),
    pub(crate) size_grows: f64,
    pub(crate) bursts: Option<Bursts>,
    pub(crate) absences: Absences,
    /// Rates per working day of sources that merely stand around.
    pub(crate) rates: (f64, f64),
    /// Share of the breaks that fall within a day.
    pub(crate) mid_day: f64,
    /// First day of the simulated archives.
    pub(crate) begins: (i32, u32, u32),
}

pub(crate) const TUNING: Climate = Climate {
    office: [1.02, 1.06, 1.05, 1.02, 0.85, 0.06, 0.04],
    every_day: [1.0, 1.0, 1.0, 1.0, 1.0, 0.6, 0.5],
    season: Season::Wave { height: 0.15, top: 60.0 },
    holiday: 0.08,
    early_close: 0.6,
    closure: 0.10,
    closures: Closures::ChristmasWeek,
    level: Level::Wandering { days: 150.0, sd: 0.22 },
    common: Latent { phi: 0.55, sd: 0.12 },
    follows: (0.5, 1.3),
    own: (Latent { phi: 0.3, sd: 0.10 }, Latent { phi: 0.6, sd: 0.25 }),
    size: (2.0, 6.0),
    size_grows: 0.30,
    bursts: None,
    absences: Absences { per_year: 2.0, days: (5, 12), factor: 0.6 },
    rates: (2.0, 120.0),
    mid_day: 0.4,
    begins: (2013, 2, 4),
};

/// The first held-out set; it has been looked at, and is one to tune on since.
pub(crate) const FORMER: Climate = Climate {
    office: [1.25, 1.05, 0.95, 0.95, 0.80, 0.12, 0.02],
    every_day: [1.1, 1.1, 1.1, 1.1, 1.1, 1.0, 0.3],
    season: Season::WavesAndMonthEnds { yearly: 0.12, half_yearly: 0.10, top: 20.0, month_end: 0.30 },
    holiday: 0.20,
    early_close: 0.45,
    closure: 0.25,
    closures: Closures::Bridges,
    level: Level::Stepping { days: 260.0, sd: 0.30 },
    common: Latent { phi: 0.80, sd: 0.15 },
    follows: (0.2, 1.6),
    own: (Latent { phi: 0.5, sd: 0.15 }, Latent { phi: 0.85, sd: 0.35 }),
    size: (1.5, 9.0),
    size_grows: 0.35,
    bursts: Some(Bursts { per_day: 0.004, factor: (3.0, 8.0) }),
    absences: Absences { per_year: 3.0, days: (3, 19), factor: 0.4 },
    rates: (1.0, 300.0),
    mid_day: 0.5,
    begins: (2011, 8, 15),
};

impl Climate {
    /// First day of the archives.
    pub(crate) fn first_day(&self) -> NaiveDate {
        day(self.begins.0, self.begins.1, self.begins.2)
    }

    /// Whether the firm itself is shut that day, besides weekends and market holidays.
    pub(crate) fn is_shut(&self, asked: NaiveDate) -> bool {
        if is_weekend(asked) || is_market_holiday(asked) {
            return false;
        }
        match self.closures {
            Closures::ChristmasWeek => asked.month() == 12 && asked.day() >= 26,
            Closures::Bridges => {
                let (yesterday, tomorrow) = (before(asked, 1), after(asked, 1));
                (is_market_holiday(yesterday) && is_weekend(tomorrow))
                    || (is_market_holiday(tomorrow) && is_weekend(yesterday))
            }
        }
    }

    /// Size of a source's negative binomial, between the narrow and the wide end of what the set has.
    pub(crate) fn size_at(&self, rate: f64, between: f64) -> f64 {
        let at_one = (self.size.0.ln() + (self.size.1 / self.size.0).ln() * between).exp();
        at_one * rate.max(0.3).powf(self.size_grows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bridges_join_a_holiday_to_a_weekend() {
        assert!(FORMER.is_shut(day(2023, 11, 24)));
        assert!(FORMER.is_shut(day(2023, 7, 3)));
        assert!(!FORMER.is_shut(day(2023, 11, 22)));
        assert!(TUNING.is_shut(day(2023, 12, 27)));
    }
}
