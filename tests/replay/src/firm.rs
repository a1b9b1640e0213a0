//! A firm as a scenario plans it, and what then happens to it.

use crate::climate::Climate;
use crate::days::{after, before};
use crate::draws::Draws;
use crate::mail::Mail;
use crate::process::{self, Flow, Rhythm, Swing, Weather};
use crate::registry::{ChangeRow, PersonRow, Register, SourceRow};
use crate::sets::Set;
use crate::truth::{Kind, NoGap, Trace, TrueGap, Truth, Unknowable};
use crate::world::{Account, Control, Late, Series, World};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// The firm's own mail domain.
pub(crate) const DOMAIN: &str = "firm.example";

/// An instant: a day, and the share of it that had passed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) day: NaiveDate,
    pub(crate) passed: f64,
}

impl Moment {
    /// The beginning of a day.
    pub(crate) const fn morning(day: NaiveDate) -> Self {
        Self { day, passed: 0.0 }
    }

    /// The end of a day.
    pub(crate) const fn night(day: NaiveDate) -> Self {
        Self { day, passed: 1.0 }
    }
}

/// A loss: which sources, from when to when, and what share of the messages.
#[derive(Debug, Clone)]
pub(crate) struct Loss {
    pub(crate) name: String,
    pub(crate) sources: Vec<usize>,
    pub(crate) from: Moment,
    pub(crate) to: Moment,
    pub(crate) share: f64,
    pub(crate) kind: Kind,
    pub(crate) traces: Vec<Trace>,
}

impl Loss {
    /// The share of a day's messages that is lost.
    pub(crate) fn on(&self, day: NaiveDate) -> f64 {
        if day < self.from.day || day > self.to.day {
            return 0.0;
        }
        let begins = if day == self.from.day { self.from.passed } else { 0.0 };
        let ends = if day == self.to.day { self.to.passed } else { 1.0 };
        self.share * (ends - begins).max(0.0)
    }
}

/// A system of record's totals for a source.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    pub(crate) source: usize,
    pub(crate) from: NaiveDate,
    /// Whether it lists numbers.
    pub(crate) numbers: bool,
    /// Share of a summer day's messages that it counts for the next day: it does not know of summer time.
    pub(crate) summer_shift: f64,
}

/// A planned firm.
pub(crate) struct Firm {
    pub(crate) name: String,
    pub(crate) climate: Climate,
    pub(crate) seed: u64,
    pub(crate) first: NaiveDate,
    pub(crate) days: usize,
    /// For the scenario's own choices.
    pub(crate) draws: Draws,
    /// Whether its register says on which days it was shut.
    lists_closures: bool,
    pub(crate) register: Register,
    pub(crate) flows: Vec<Flow>,
    pub(crate) losses: Vec<Loss>,
    /// An export that stops after so many messages of a day.
    pub(crate) day_caps: Vec<(usize, u64)>,
    /// An export of a whole mailbox that stops after so many messages, and whether the newest came first.
    pub(crate) export_caps: Vec<(usize, u64, bool)>,
    /// Counts that come twice: source and share.
    pub(crate) doubles: Vec<(usize, f64)>,
    pub(crate) ledgers: Vec<Ledger>,
    /// Messages of these days arrive on that day: source, first, last, share, arrival.
    pub(crate) stuck: Vec<(usize, NaiveDate, NaiveDate, f64, NaiveDate)>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) truth: Truth,
}

impl Firm {
    pub(crate) fn new(name: &str, set: Set, nth: u64, days: usize) -> Self {
        let seed = set.seed(nth);
        let climate = set.climate(name, nth);
        Self {
            name: name.to_owned(),
            climate,
            seed,
            first: climate.first_day(),
            days,
            draws: Draws::named(seed, name),
            lists_closures: set.lists_closures(nth),
            register: Register::default(),
            flows: Vec::new(),
            losses: Vec::new(),
            day_caps: Vec::new(),
            export_caps: Vec::new(),
            doubles: Vec::new(),
            ledgers: Vec::new(),
            stuck: Vec::new(),
            accounts: Vec::new(),
            truth: Truth::default(),
        }
    }

    pub(crate) fn last(&self) -> NaiveDate {
        after(self.first, self.days.saturating_sub(1) as u64)
    }

    /// The day at this share of the firm's days.
    pub(crate) fn at(&self, share: f64) -> NaiveDate {
        after(self.first, (self.days as f64 * share) as u64)
    }

    /// A source with a flow. It was in service since well before the archive.
    pub(crate) fn source(&mut self, id: &str, channel: &'static str, rate: f64, rhythm: Rhythm) -> usize {
        let between = self.draws.unit();
        let mut flow = process::steady(&self.climate, rate, (self.first, self.days), between);
        flow.rhythm = rhythm;
        self.flows.push(flow);
        self.register.sources.push(SourceRow {
            id: id.to_owned(),
            channel,
            addresses: vec![format!("{id}@{DOMAIN}")],
            owner: None,
            service: (before(self.first, 30), None),
            path: "journal-rule".to_owned(),
            system: "mail-1".to_owned(),
            silence_days_max: declared_silence(rate),
            reviewed_from: Some(before(self.first, 30)),
        });
        self.flows.len() - 1
    }

    /// A person's mailbox.
    pub(crate) fn mailbox(&mut self, id: &str, rate: f64) -> usize {
        let source = self.source(id, "email", rate, Rhythm::Office);
        self.flows[source].personal = true;
        let person = format!("p-{id}");
        let with_firm = (before(self.first, 30), None);
        self.register.people.push(PersonRow {
            id: person.clone(),
            addresses: vec![format!("{id}@{DOMAIN}")],
            with_firm,
        });
        self.register.sources[source].owner = Some(person);
        source
    }

    /// A mailbox of no single person.
    pub(crate) fn group(&mut self, id: &str, rate: f64) -> usize {
        self.source(id, "email", rate, Rhythm::Office)
    }

    /// A system that sends notices every day.
    pub(crate) fn notices(&mut self, id: &str, rate: f64) -> usize {
        self.source(id, "notification", rate, Rhythm::EveryDay)
    }

    /// Puts a source on a capture path and a system.
    pub(crate) fn put(&mut self, source: usize, path: &str, system: &str) {
        path.clone_into(&mut self.register.sources[source].path);
        system.clone_into(&mut self.register.sources[source].system);
    }

    /// The person whose mailbox it is.
    pub(crate) fn owner(&mut self, source: usize) -> Option<&mut PersonRow> {
        let owner = self.register.sources[source].owner.clone()?;
        self.register.people.iter_mut().find(|person| person.id == owner)
    }

    /// Background: sources as a firm has them, a mix of mailboxes, groups and systems on four paths.
    pub(crate) fn crowd(&mut self, prefix: &str, count: usize) -> Vec<usize> {
        (0..count)
            .map(|n| {
                let rate = self.draws.log_within(self.climate.rates);
                let id = format!("{prefix}-{n:03}");
                let source = match n % 8 {
                    0 => self.notices(&id, rate),
                    1 | 2 => self.group(&id, rate),
                    _ => self.mailbox(&id, rate),
                };
                self.put(source, &format!("{prefix}-path-{}", n % 4), &format!("{prefix}-server-{}", n % 3));
                source
            })
            .collect()
    }

    pub(crate) fn swing(
        &mut self,
        source: usize,
        days: (NaiveDate, NaiveDate),
        factors: (f64, f64),
        stays: bool,
    ) {
        let swing = Swing { first: days.0, last: days.1, from: factors.0, to: factors.1, stays };
        self.flows[source].swings.push(swing);
    }

    pub(crate) fn no_gap(
        &mut self,
        why: &'static str,
        sources: Vec<usize>,
        first: NaiveDate,
        last: NaiveDate,
    ) {
        self.truth.no_gaps.push(NoGap { why, sources, first, last });
    }

    pub(crate) fn unknowable(
        &mut self,
        why: &'static str,
        sources: Vec<usize>,
        first: NaiveDate,
        last: NaiveDate,
    ) {
        self.truth.unknowable.push(Unknowable { why, sources, first, last });
    }

    /// Lets all of it happen.
    pub(crate) fn happen(self) -> World {
        let mut draws = Draws::named(self.seed, &format!("{}/weather", self.name));
        let weather = Weather::new(&self.climate, self.first, self.days, &mut draws);
        let mut sources = Vec::new();
        for (at, flow) in self.flows.iter().enumerate() {
            let id = self.register.sources[at].id.clone();
            let mut draws = Draws::named(self.seed, &format!("{}/{id}", self.name));
            let rates = process::rates(&self.climate, &weather, flow, &mut draws);
            let sent = process::counts(&rates, flow.size, &mut draws);
            sources.push(self.capture(at, id, flow.size, rates, sent, &mut draws));
        }
        self.with(sources, None)
    }

    /// The world in which these counts came about.
    pub(crate) fn with(mut self, mut sources: Vec<Series>, mail: Option<Mail>) -> World {
        self.name_paths();
        if self.lists_closures {
            let closed = |day: &NaiveDate| self.climate.is_shut(*day);
            self.register.closures = self.first.iter_days().take(self.days).filter(closed).collect();
        }
        let mut truth = self.truth.clone();
        for loss in &self.losses {
            truth.gaps.extend(self.true_gap(loss, &sources));
        }
        for (source, cap, newest_first) in &self.export_caps {
            let loss = self.cut_export(&mut sources[*source], (*source, *cap, *newest_first));
            truth.gaps.extend(loss.and_then(|loss| self.true_gap(&loss, &sources)));
        }
        let controls = self.ledgers.iter().map(|ledger| self.totals(ledger, &sources)).collect();
        let late = self.late(&sources);
        World {
            name: self.name,
            first: self.first,
            days: self.days,
            firm_domain: DOMAIN,
            register: self.register,
            sources,
            late,
            accounts: self.accounts,
            controls,
            mail,
            truth,
        }
    }

    /// Every capture path was added some day: long before, where the scenario says nothing else.
    fn name_paths(&mut self) {
        let paths: BTreeSet<String> = self.register.sources.iter().map(|row| row.path.clone()).collect();
        for path in paths {
            if !self.register.changes.iter().any(|row| row.path == path && row.change == "added") {
                let on = before(self.first, 400);
                self.register.changes.push(ChangeRow { path, on, change: "added", detail: "" });
            }
        }
    }

    /// Thins the true counts of a source by what is lost.
    fn capture(
        &self,
        at: usize,
        id: String,
        size: f64,
        rates: Vec<f64>,
        sent: Vec<u64>,
        draws: &mut Draws,
    ) -> Series {
        let losses: Vec<&Loss> = self.losses.iter().filter(|loss| loss.sources.contains(&at)).collect();
        let cap = self.day_caps.iter().find(|(source, _)| *source == at).map(|(_, cap)| *cap);
        let double = self.doubles.iter().find(|(source, _)| *source == at).map_or(0.0, |(_, share)| *share);
        let numbered = self.ledgers.iter().any(|ledger| ledger.source == at && ledger.numbers);
        let (mut captured, mut doubled) = (Vec::with_capacity(sent.len()), Vec::with_capacity(sent.len()));
        let (mut lost_numbers, mut number) = (Vec::new(), 0);
        for (day, count) in self.first.iter_days().zip(&sent) {
            let kept: f64 = losses.iter().map(|loss| 1.0 - loss.on(day)).product();
            let mut left = 0;
            if numbered {
                for _ in 0..*count {
                    number += 1;
                    if draws.chance(kept) { left += 1 } else { lost_numbers.push(number) }
                }
            } else {
                left = draws.binomial(*count, kept);
            }
            left = cap.map_or(left, |cap| left.min(cap));
            captured.push(left);
            doubled.push(draws.binomial(left, double));
        }
        let lost_numbers = numbered.then_some(lost_numbers);
        Series { id, size, rates, sent, captured, doubled, lost_numbers }
    }

    /// Drops from a source what an export left out, and says from when to when that was.
    fn cut_export(
        &self,
        series: &mut Series,
        (source, cap, newest_first): (usize, u64, bool),
    ) -> Option<Loss> {
        let (mut left, mut cut) = (cap, Vec::new());
        let days: Vec<usize> =
            if newest_first { (0..self.days).rev().collect() } else { (0..self.days).collect() };
        for day in days {
            let kept = series.captured[day].min(left);
            left -= kept;
            if kept < series.captured[day] {
                cut.push(day);
            }
            series.captured[day] = kept;
            series.doubled[day] = 0;
        }
        let (first, last) = (*cut.iter().min()?, *cut.iter().max()?);
        Some(Loss {
            name: format!("export of {} stopped at {cap}", series.id),
            sources: vec![source],
            from: Moment::morning(after(self.first, first as u64)),
            to: Moment::night(after(self.first, last as u64)),
            share: 1.0,
            kind: Kind::Capped,
            traces: vec![Trace::Limit, Trace::Dip],
        })
    }

    fn true_gap(&self, loss: &Loss, sources: &[Series]) -> Option<TrueGap> {
        let place = |day: NaiveDate| usize::try_from((day - self.first).num_days()).unwrap_or(0);
        let (first, last) = (loss.from.day.max(self.first), loss.to.day.min(self.last()));
        let days = place(first)..=place(last);
        let (mut lost, mut rate) = (0, 0.0);
        for source in loss.sources.iter().map(|source| &sources[*source]) {
            for day in days.clone() {
                lost += source.sent[day] - source.captured[day];
                if self.register.is_open(after(self.first, day as u64)) {
                    // Where messages are simulated, nobody knows the rate: what was sent stands for it.
                    rate += source.rates.get(day).copied().unwrap_or(source.sent[day] as f64);
                }
            }
        }
        let working_days = self.register.open_days(first, last);
        (lost > 0).then(|| TrueGap {
            name: loss.name.clone(),
            kind: loss.kind,
            sources: loss.sources.clone(),
            addresses: Vec::new(),
            first,
            last,
            open: (loss.from.day <= self.first, loss.to.day >= self.last()),
            mid_day: (loss.from.passed > 0.0, loss.to.passed < 1.0),
            lost: Some(lost),
            rate: rate / (working_days.max(1) as f64),
            working_days,
            traces: loss.traces.clone(),
        })
    }

    fn totals(&self, ledger: &Ledger, sources: &[Series]) -> Control {
        use chrono::Datelike as _;
        let mut draws = Draws::named(self.seed, &format!("{}/ledger-{}", self.name, ledger.source));
        let (mut counts, mut carried) = (Vec::new(), 0);
        for (at, count) in sources[ledger.source].sent.iter().enumerate() {
            let day = after(self.first, at as u64);
            let summer = (4..=10).contains(&day.month());
            let moved = if summer { draws.binomial(*count, ledger.summer_shift) } else { 0 };
            if day >= ledger.from {
                counts.push((at, count - moved + carried));
            }
            carried = moved;
        }
        Control { source: ledger.source, counts, numbers: ledger.numbers }
    }

    fn late(&self, sources: &[Series]) -> Vec<Late> {
        let mut draws = Draws::named(self.seed, &format!("{}/late", self.name));
        let place = |day: NaiveDate| usize::try_from((day - self.first).num_days()).unwrap_or(0);
        let mut late = Vec::new();
        for (source, first, last, share, arrives) in &self.stuck {
            for day in place(*first)..=place(*last) {
                let count = draws.binomial(sources[*source].captured[day], *share);
                if count > 0 {
                    late.push(Late { source: *source, day, count, arrives: place(*arrives) });
                }
            }
        }
        late
    }
}

/// What a careful firm would declare as the longest ordinary silence, in business days that count public
/// holidays in: nothing for a source that is often silent.
fn declared_silence(rate: f64) -> Option<u64> {
    match rate {
        rate if rate >= 30.0 => Some(3),
        rate if rate >= 10.0 => Some(5),
        rate if rate >= 4.0 => Some(8),
        _ => None,
    }
}
