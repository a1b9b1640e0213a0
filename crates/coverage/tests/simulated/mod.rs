//! A firm with simulated counts: over-dispersed, hanging together from day to day, with a week and holidays.

#![allow(dead_code, reason = "not every test file needs all of it")]

use crate::firm::{is_business_day, source};
use chrono::{Datelike as _, NaiveDate};
use duces_coverage::{Captured, Coverage, Inputs, assess};
use duces_model::Gap;
use duces_register::Register;
use std::collections::BTreeMap;

/// A small generator of random numbers (SplitMix64).
pub(crate) struct Random(u64);

impl Random {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    fn poisson(&mut self, mean: f64) -> u64 {
        if mean > 30.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0) as u64;
        }
        let (mut count, mut left) = (0, self.unit());
        let floor = (-mean).exp();
        while left > floor {
            left *= self.unit();
            count += 1;
        }
        count
    }
}

/// What a source does.
pub(crate) struct Traffic {
    pub(crate) rate: f64,
    pub(crate) system: String,
    pub(crate) owner_until: Option<String>,
    pub(crate) until: Option<NaiveDate>,
    /// By which the rate is multiplied in a year.
    pub(crate) yearly: f64,
}

impl Traffic {
    pub(crate) fn of(rate: f64) -> Self {
        Self { rate, system: String::new(), owner_until: None, until: None, yearly: 1.0 }
    }
}

pub(crate) struct Simulated {
    seed: u64,
    days: Vec<NaiveDate>,
    rows: Vec<String>,
    people: Vec<String>,
    paths: Vec<String>,
    changes: Vec<String>,
    files: BTreeMap<String, String>,
    counts: BTreeMap<String, BTreeMap<NaiveDate, u64>>,
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

impl Simulated {
    pub(crate) fn new(seed: u64, first: &str, last: &str) -> Self {
        let days = date(first).iter_days().take_while(|day| *day <= date(last)).collect();
        Self {
            seed,
            days,
            rows: Vec::new(),
            people: Vec::new(),
            paths: Vec::new(),
            changes: Vec::new(),
            files: BTreeMap::new(),
            counts: BTreeMap::new(),
        }
    }

    /// A source with its counts: the rate of a day follows the week and an AR(1) in its logarithm with
    /// correlation 0.5 and standard deviation 0.25, its count is Poisson about that.
    pub(crate) fn source(&mut self, id: &str, path: &str, traffic: &Traffic) {
        let mut random = Random(self.seed.wrapping_mul(1_000_003).wrapping_add(self.rows.len() as u64));
        let owner = traffic.owner_until.as_ref().map(|until| {
            self.people.push(format!("owner-{id},Owner of {id},,,{until}\n"));
            format!("owner-{id}")
        });
        self.rows.push(format!(
            "{id},{id},email,{id}@ecp.example,{},2010-01-01,{path},{}\n",
            owner.unwrap_or_default(),
            traffic.system
        ));
        if !self.paths.iter().any(|known| known == path) {
            self.paths.push(path.to_owned());
        }
        let mut latent = 0.25 * random.normal();
        let counts = self.days.iter().enumerate().map(|(n, day)| {
            latent = 0.5 * latent + 0.25 * (0.75_f64).sqrt() * random.normal();
            let week = if is_business_day(*day) {
                1.0 + 0.1 * (f64::from(day.weekday().num_days_from_monday()) - 2.0)
            } else {
                0.05
            };
            let alive = traffic.until.is_none_or(|until| *day <= until);
            let level = traffic.rate * traffic.yearly.powf(n as f64 / 365.25);
            (*day, random.poisson(if alive { level * week * (latent - 0.03).exp() } else { 0.0 }))
        });
        let counts = counts.collect();
        self.counts.insert(id.to_owned(), counts);
    }

    /// Loses all of some days; how many communications that are.
    pub(crate) fn lose(&mut self, ids: &[&str], first: &str, last: &str) -> u64 {
        let days = date(first)..=date(last);
        let mut lost = 0;
        for id in ids {
            for (_, count) in self.counts.get_mut(*id).unwrap().range_mut(days.clone()) {
                lost += std::mem::take(count);
            }
        }
        lost
    }

    /// Keeps a share from a day on.
    pub(crate) fn thin(&mut self, id: &str, from: &str, kept: f64) {
        for (_, count) in self.counts.get_mut(id).unwrap().range_mut(date(from)..) {
            *count = (*count as f64 * kept).round() as u64;
        }
    }

    pub(crate) fn change(&mut self, row: &str) {
        self.changes.push(format!("{row}\n"));
    }

    pub(crate) fn file(&mut self, name: &str, text: &str) {
        self.files.insert(name.to_owned(), text.to_owned());
    }

    pub(crate) fn counts(&self, id: &str) -> BTreeMap<NaiveDate, u64> {
        self.counts[id].clone()
    }

    pub(crate) fn captured(&self) -> Captured {
        let by_day = self.counts.iter().flat_map(|(id, days)| {
            days.iter().map(|(day, count)| (source(id), *day, *count)).collect::<Vec<_>>()
        });
        let ends = self.days.first().copied().zip(self.days.last().copied());
        Captured { by_day: by_day.collect(), undated: Vec::new(), archive_days: ends }
    }

    fn register_of(&self, rows: &[String]) -> Register {
        let head = "source,name,channel,addresses,owner,in_service_from,capture_path,system\n";
        let paths: String = self.paths.iter().map(|path| format!("{path},2010-01-01,added,\n")).collect();
        let mut files = self.files.clone();
        files.insert("sources.csv".into(), format!("{head}{}", rows.concat()));
        files.insert("people.csv".into(), format!("person,name,addresses,from,to\n{}", self.people.concat()));
        let changes = format!("capture_path,changed_on,change,detail\n{paths}{}", self.changes.concat());
        files.insert("captures.csv".into(), changes);
        Register::from_files(files.into_iter().map(|(name, text)| (name, text.into_bytes()))).unwrap()
    }

    pub(crate) fn register(&self) -> Register {
        self.register_of(&self.rows)
    }

    pub(crate) fn register_turned(&self) -> Register {
        let mut rows = self.rows.clone();
        rows.reverse();
        self.register_of(&rows)
    }

    pub(crate) fn assess(&self) -> Coverage {
        assess(&self.register(), &Inputs { captured: self.captured(), ..Inputs::default() })
    }

    /// As it looked on the evening of a day, to somebody who knew these gaps.
    pub(crate) fn assess_until(&self, last: &str, known: &[Gap]) -> Coverage {
        let mut captured = self.captured();
        captured.by_day.retain(|(_, day, _)| *day <= date(last));
        captured.archive_days = captured.archive_days.map(|(first, _)| (first, date(last)));
        assess(&self.register(), &Inputs { captured, known: known.to_vec(), ..Inputs::default() })
    }
}
