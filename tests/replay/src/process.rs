//! How many communications a source has on a day.
//!
//! The rate of a day is the source's base rate × weekday × season × the kind of day × a level that moves
//! over months × `exp` of two AR(1) processes (one that the firm's sources share, one of its own, each
//! with its mean taken out) × the source's own story (absences, swings, the days of its life). The count
//! is negative binomial about that rate: over-dispersed and autocorrelated, as real counts are.

use crate::climate::{Climate, Latent, Level, Season};
use crate::days::{self, DayKind, after, is_early_close, is_market_holiday, is_working};
use crate::draws::Draws;
use chrono::{Datelike as _, NaiveDate};
use std::f64::consts::TAU;

/// When a source is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rhythm {
    /// By people in an office.
    Office,
    /// By a system that sends every day; hours count, holidays hardly.
    EveryDay,
}

/// A change of volume between two days: the logarithm of the factor goes straight from the one value
/// to the other, and stays there if it `stays`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Swing {
    pub(crate) first: NaiveDate,
    pub(crate) last: NaiveDate,
    pub(crate) from: f64,
    pub(crate) to: f64,
    pub(crate) stays: bool,
}

impl Swing {
    fn at(&self, day: NaiveDate) -> f64 {
        if day < self.first {
            1.0
        } else if day <= self.last {
            let whole = ((self.last - self.first).num_days() as f64).max(1.0);
            let share = (day - self.first).num_days() as f64 / whole;
            (self.from.ln() * (1.0 - share) + self.to.ln() * share).exp()
        } else if self.stays {
            self.to
        } else {
            1.0
        }
    }
}

/// What shapes one source's rate.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    /// Per ordinary working day.
    pub(crate) rate: f64,
    pub(crate) rhythm: Rhythm,
    /// Size of the negative binomial.
    pub(crate) size: f64,
    /// First and last day of its life.
    pub(crate) lives: (NaiveDate, NaiveDate),
    /// Whether absences of one person show in it.
    pub(crate) personal: bool,
    pub(crate) swings: Vec<Swing>,
}

/// What all sources of a firm have in common, day by day.
#[derive(Debug)]
pub(crate) struct Weather {
    pub(crate) first: NaiveDate,
    kinds: Vec<DayKind>,
    seasons: Vec<f64>,
    common: Vec<f64>,
}

impl Weather {
    pub(crate) fn new(climate: &Climate, first: NaiveDate, days: usize, draws: &mut Draws) -> Self {
        let all = || first.iter_days().take(days);
        Self {
            first,
            kinds: all().map(|day| kind(climate, day)).collect(),
            seasons: all().map(|day| season(climate.season, day)).collect(),
            common: ar1(climate.common, days, draws),
        }
    }

    fn days(&self) -> usize {
        self.kinds.len()
    }
}

fn kind(climate: &Climate, day: NaiveDate) -> DayKind {
    if is_market_holiday(day) {
        DayKind::Holiday
    } else if climate.is_shut(day) {
        DayKind::Closure
    } else if is_early_close(day) {
        DayKind::EarlyClose
    } else {
        DayKind::Ordinary
    }
}

fn season(season: Season, day: NaiveDate) -> f64 {
    let turn = |top: f64, waves: f64| (TAU * waves * (f64::from(day.ordinal()) - top) / 365.25).cos();
    match season {
        Season::Wave { height, top } => (height * turn(top, 1.0)).exp(),
        Season::WavesAndMonthEnds { yearly, half_yearly, top, month_end } => {
            let left = day.iter_days().skip(1).take_while(|next| next.month() == day.month());
            let ends = left.filter(|next| is_working(*next)).count() < 2;
            let end = if ends { month_end } else { 0.0 };
            (yearly * turn(top, 1.0) + half_yearly * turn(top, 2.0) + end).exp()
        }
    }
}

/// A stationary AR(1) of mean 0.
pub(crate) fn ar1(latent: Latent, days: usize, draws: &mut Draws) -> Vec<f64> {
    let fresh = latent.sd * (1.0 - latent.phi * latent.phi).sqrt();
    let mut at = latent.sd * draws.normal();
    (0..days)
        .map(|_| {
            let now = at;
            at = latent.phi * at + fresh * draws.normal();
            now
        })
        .collect()
}

/// A level of mean 1 that moves over months.
fn levels(level: Level, days: usize, draws: &mut Draws) -> Vec<f64> {
    match level {
        Level::Wandering { days: memory, sd } => {
            let slow = Latent { phi: (-1.0 / memory).exp(), sd };
            ar1(slow, days, draws).into_iter().map(|x| (x - sd * sd / 2.0).exp()).collect()
        }
        Level::Stepping { days: stay, sd } => {
            let mut out = Vec::with_capacity(days);
            while out.len() < days {
                let value = (sd * draws.normal() - sd * sd / 2.0).exp();
                let length = (-stay * draws.unit().ln()).ceil().max(1.0);
                out.extend(std::iter::repeat_n(value, (length as usize).min(days - out.len())));
            }
            out
        }
    }
}

/// The rate of each day.
pub(crate) fn rates(climate: &Climate, weather: &Weather, flow: &Flow, draws: &mut Draws) -> Vec<f64> {
    let days = weather.days();
    let follows = draws.within(climate.follows);
    let (narrow, wide) = climate.own;
    let share = draws.unit();
    let own = Latent {
        phi: narrow.phi + (wide.phi - narrow.phi) * share,
        sd: narrow.sd + (wide.sd - narrow.sd) * draws.unit(),
    };
    let own_sd = own.sd;
    let own = ar1(own, days, draws);
    let level = levels(climate.level, days, draws);
    let away = absences(climate, flow, weather, draws);
    let spread = (follows * climate.common.sd).powi(2) + own_sd * own_sd;
    weather
        .first
        .iter_days()
        .take(days)
        .enumerate()
        .map(|(at, day)| {
            let burst = climate.bursts.map_or(1.0, |bursts| {
                if draws.chance(bursts.per_day) { draws.within(bursts.factor) } else { 1.0 }
            });
            if day < flow.lives.0 || day > flow.lives.1 {
                return 0.0;
            }
            let swing: f64 = flow.swings.iter().map(|swing| swing.at(day)).product();
            let latent = (follows * weather.common[at] + own[at] - spread / 2.0).exp();
            let calendar = calendar(climate, flow.rhythm, day, weather.kinds[at]) * weather.seasons[at];
            flow.rate * calendar * level[at] * latent * swing * away[at] * burst
        })
        .collect()
}

fn calendar(climate: &Climate, rhythm: Rhythm, day: NaiveDate, kind: DayKind) -> f64 {
    let weekday = usize::try_from(day.weekday().num_days_from_monday()).unwrap_or(0);
    match rhythm {
        Rhythm::Office => {
            climate.office[weekday]
                * match kind {
                    DayKind::Ordinary => 1.0,
                    DayKind::Holiday => climate.holiday,
                    DayKind::EarlyClose => climate.early_close,
                    DayKind::Closure => climate.closure,
                }
        }
        Rhythm::EveryDay => climate.every_day[weekday] * days::hours(day) / 24.0,
    }
}

fn absences(climate: &Climate, flow: &Flow, weather: &Weather, draws: &mut Draws) -> Vec<f64> {
    let mut factors = vec![1.0; weather.days()];
    if !flow.personal {
        return factors;
    }
    let years = weather.days() as f64 / 365.25;
    for _ in 0..draws.poisson(climate.absences.per_year * years) {
        let begins = draws.index(weather.days());
        let length = draws.between(climate.absences.days.0, climate.absences.days.1);
        let ends = begins.saturating_add(usize::try_from(length).unwrap_or(0)).min(factors.len());
        factors[begins..ends].fill(climate.absences.factor);
    }
    factors
}

/// The counts about these rates.
pub(crate) fn counts(rates: &[f64], size: f64, draws: &mut Draws) -> Vec<u64> {
    rates.iter().map(|rate| draws.negative_binomial(*rate, size)).collect()
}

/// A flow of the firm's ordinary kind over all days.
pub(crate) fn steady(climate: &Climate, rate: f64, weather_days: (NaiveDate, usize), size: f64) -> Flow {
    let last = after(weather_days.0, weather_days.1.saturating_sub(1) as u64);
    Flow {
        rate,
        rhythm: Rhythm::Office,
        size: climate.size_at(rate, size),
        lives: (weather_days.0, last),
        personal: false,
        swings: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::climate::TUNING;
    use crate::sets::Set;

    const DAYS: usize = 60_000;

    fn mean(of: &[f64]) -> f64 {
        of.iter().sum::<f64>() / of.len() as f64
    }

    /// Correlation of each value with the next one.
    fn memory(of: &[f64]) -> f64 {
        let mean = mean(of);
        let (mut with_next, mut with_self) = (0.0, 0.0);
        for pair in of.windows(2) {
            with_next += (pair[0] - mean) * (pair[1] - mean);
            with_self += (pair[0] - mean).powi(2);
        }
        with_next / with_self
    }

    fn near(found: f64, expected: f64, within: f64) {
        assert!((found - expected).abs() <= within, "found {found}, expected {expected} ± {within}");
    }

    #[test]
    fn the_latent_process_has_its_memory_and_its_spread() {
        for latent in [Latent { phi: 0.3, sd: 0.1 }, Latent { phi: 0.85, sd: 0.35 }] {
            let values = ar1(latent, DAYS, &mut Draws::named(1, "latent"));
            near(mean(&values), 0.0, 0.01);
            near(memory(&values), latent.phi, 0.02);
            let sd = (values.iter().map(|x| x * x).sum::<f64>() / DAYS as f64).sqrt();
            near(sd, latent.sd, 0.03 * latent.sd);
        }
    }

    #[test]
    fn levels_average_one() {
        for level in [Level::Wandering { days: 150.0, sd: 0.22 }, Level::Stepping { days: 260.0, sd: 0.3 }] {
            near(mean(&levels(level, DAYS * 10, &mut Draws::named(1, "level"))), 1.0, 0.04);
        }
    }

    #[test]
    fn counts_spread_about_their_rates_as_a_negative_binomial() {
        let (rate, size) = (20.0, 4.0);
        let counts = counts(&vec![rate; DAYS], size, &mut Draws::named(1, "counts"));
        let counts: Vec<f64> = counts.into_iter().map(|n| n as f64).collect();
        near(mean(&counts), rate, 0.2);
        let variance = counts.iter().map(|n| (n - rate).powi(2)).sum::<f64>() / DAYS as f64;
        near(variance, rate + rate * rate / size, 4.0);
    }

    #[test]
    fn a_sources_rates_average_its_rate_and_its_counts_remember_yesterday() {
        for set in [Set::Tuning, Set::Former] {
            let climate = &set.climate("laws", 0);
            let (mut rates_of_all, mut memories) = (Vec::new(), Vec::new());
            for nth in 0..80 {
                let mut draws = Draws::named(set.seed(nth), "laws");
                let weather = Weather::new(climate, climate.first_day(), 2192, &mut draws);
                let flow = steady(climate, 50.0, (climate.first_day(), 2192), 0.9);
                let rates = rates(climate, &weather, &flow, &mut draws);
                let counts = counts(&rates, flow.size, &mut draws);
                let working: Vec<usize> =
                    (0..2192).filter(|at| is_working(after(climate.first_day(), *at as u64))).collect();
                rates_of_all.extend(working.iter().map(|at| rates[*at]));
                let logs: Vec<f64> = working.iter().map(|at| (counts[*at] as f64 + 0.5).ln()).collect();
                memories.push(memory(&logs));
            }
            near(mean(&rates_of_all) / 50.0, 1.03, 0.09);
            assert!(mean(&memories) > 0.15, "{}: {}", set.name(), mean(&memories));
        }
    }

    #[test]
    fn sources_of_a_firm_move_together() {
        let climate = &TUNING;
        let mut draws = Draws::named(1, "together");
        let weather = Weather::new(climate, climate.first_day(), 6_000, &mut draws);
        let flow = steady(climate, 500.0, (climate.first_day(), 6_000), 0.5);
        let mut logs = || -> Vec<f64> {
            let rates = rates(climate, &weather, &flow, &mut draws);
            let ordinary = |at: &usize| weather.kinds[*at] == DayKind::Ordinary;
            (0..6_000).filter(|at| at % 7 == 1 && ordinary(at)).map(|at| rates[at].ln()).collect()
        };
        let (a, b) = (logs(), logs());
        let (mean_a, mean_b) = (mean(&a), mean(&b));
        let product = |a: &[f64], ma: f64, b: &[f64], mb: f64| -> f64 {
            a.iter().zip(b).map(|(a, b)| (a - ma) * (b - mb)).sum()
        };
        let both = product(&a, mean_a, &b, mean_b);
        let correlation = both / (product(&a, mean_a, &a, mean_a) * product(&b, mean_b, &b, mean_b)).sqrt();
        assert!(correlation > 0.1, "{correlation}");
    }

    #[test]
    fn a_swing_goes_straight_in_its_logarithm_and_may_stay() {
        let first = TUNING.first_day();
        let swing = Swing { first, last: after(first, 10), from: 1.0, to: 0.25, stays: true };
        near(swing.at(after(first, 5)), 0.5, 1e-9);
        near(swing.at(after(first, 99)), 0.25, 1e-9);
        near(Swing { stays: false, ..swing }.at(after(first, 11)), 1.0, 1e-9);
    }
}
