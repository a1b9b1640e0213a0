//! A simulated firm when all has happened: its register, its true and its captured counts, its mail.

use crate::days::after;
use crate::mail::Mail;
use crate::registry::Register;
use crate::truth::Truth;
use chrono::NaiveDate;

/// One source, registered, with its days.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    pub(crate) id: String,
    /// Size of its negative binomial.
    pub(crate) size: f64,
    /// The true rate of each day; empty where counts come from simulated messages.
    pub(crate) rates: Vec<f64>,
    /// Communications that there were.
    pub(crate) sent: Vec<u64>,
    /// Of these, those that reached the archive in the end.
    pub(crate) captured: Vec<u64>,
    /// Copies that reached the archive twice.
    pub(crate) doubled: Vec<u64>,
    /// Where the system numbers its messages from 1 without a gap: the numbers that were lost, rising.
    pub(crate) lost_numbers: Option<Vec<u64>>,
}

/// Communications that reached the archive later than the night after their day.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Late {
    pub(crate) source: usize,
    /// Their day, from the first.
    pub(crate) day: usize,
    pub(crate) count: u64,
    /// The day of arrival, from the first.
    pub(crate) arrives: usize,
}

/// An address of the firm that no source covers, as others' retained mail shows it day by day.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) address: String,
    /// Day from the first, sent, received, and of both those that came from inside or were answered.
    pub(crate) seen: Vec<(usize, u64, u64, u64)>,
}

/// What a system of record counted.
#[derive(Debug, Clone)]
pub(crate) struct Control {
    pub(crate) source: usize,
    /// Day from the first, and count.
    pub(crate) counts: Vec<(usize, u64)>,
    /// Whether it lists the numbers of the messages and not only how many they are.
    pub(crate) numbers: bool,
}

/// All of it.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) name: String,
    pub(crate) first: NaiveDate,
    pub(crate) days: usize,
    pub(crate) firm_domain: &'static str,
    pub(crate) register: Register,
    pub(crate) sources: Vec<Series>,
    pub(crate) late: Vec<Late>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) controls: Vec<Control>,
    pub(crate) mail: Option<Mail>,
    pub(crate) truth: Truth,
}

impl World {
    pub(crate) fn day(&self, at: usize) -> NaiveDate {
        after(self.first, at as u64)
    }

    pub(crate) fn last(&self) -> NaiveDate {
        self.day(self.days.saturating_sub(1))
    }

    /// The place of a day, where it lies within the world's.
    pub(crate) fn place(&self, day: NaiveDate) -> Option<usize> {
        usize::try_from((day - self.first).num_days()).ok().filter(|at| *at < self.days)
    }

    /// Copies in the archive on the night after day `night`, per source and day.
    pub(crate) fn captured_by(&self, night: usize) -> Vec<(usize, usize, u64)> {
        let mut rows = Vec::new();
        for (source, series) in self.sources.iter().enumerate() {
            let mut days: Vec<u64> = (0..=night.min(self.days - 1))
                .map(|day| series.captured[day] + series.doubled[day])
                .collect();
            let missing = self.late.iter().filter(|late| late.source == source && late.arrives > night);
            for late in missing {
                if let Some(count) = days.get_mut(late.day) {
                    *count -= late.count.min(*count);
                }
            }
            rows.extend(
                days.into_iter().enumerate().filter(|(_, n)| *n > 0).map(|(day, n)| (source, day, n)),
            );
        }
        rows
    }

    /// Source-years in service, by the days simulated.
    pub(crate) fn source_years(&self) -> f64 {
        let last = self.last();
        let days: i64 = self
            .register
            .sources
            .iter()
            .map(|source| {
                let first = source.service.0.max(self.first);
                let last = source.service.1.map_or(last, |end| end.min(last));
                ((last - first).num_days() + 1).max(0)
            })
            .sum();
        days as f64 / 365.25
    }
}
