//! What coverage asks of everything indexed, in one pass: counts by source and day, answered messages and whether they
//! are retained (module `dangling`), copies of internal mail (`sided`), traffic of addresses (`traffic`), and what became
//! of Message-IDs that somebody lists (`named_ids`). The definitions stand there.
//!
//! The pass reads occurrences and attributions side by side, in the order of their keys, so that nothing is sorted
//! and nothing is looked up. What concerns a message is brought together by the digest of its Message-ID in parts
//! that fit in memory (module `partitions`), and parts are counted by two threads or more: counts are sums and
//! extremes, so the outcome depends neither on their number nor on their order.
//!
//! Memory grows with the rows returned, the firm's addresses and one 256th of the messages, not with the messages.

mod known;
mod partitions;
mod record;
#[cfg(test)]
mod tests;

pub(crate) use known::{AddressPlace, KnownAddresses};
pub(crate) use record::{CAPTURED, Copy, Record};

use crate::checkpoint::require_settled;
use crate::columns::day_of_number;
use crate::dangling::{AnsweredTally, Parent, author};
use crate::error::{Fault, Outcome};
use crate::named_ids::{IdFates, bare};
use crate::sided::{SidedTally, Sides};
use crate::thread::{Head, Thread, head};
use crate::traffic::TrafficTally;
use crate::{
    AddressTraffic, AnsweredMessages, CapturedDay, IdFate, Ledger, Party, SidedDay, participants, sided,
    traffic,
};
use chrono::NaiveDate;
use duces_model::{Role, Sha256, SourceId};
use partitions::{PARTS, Partitions};
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap};
use std::thread;

/// What is asked beside the counts by source and day. What is empty is not looked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// The firm's domains, letter case aside; subdomains are other domains. Without one, neither answered messages
    /// nor the traffic of addresses are counted.
    pub domains: &'a [String],
    /// The addresses of sources, by which they take part in internal mail.
    pub parties: &'a [Party],
    /// Message-IDs that somebody lists, with or without angle brackets and blanks around them, with the source that
    /// should have each.
    pub listed: &'a [(&'a SourceId, &'a str)],
}

/// What the ledger's messages say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// By source and day; days without anything are left out, and so are occurrences without a date.
    pub captured: Vec<CapturedDay>,
    /// Occurrences without a usable date, by source; sources without one are left out.
    pub undated: Vec<(SourceId, u64)>,
    /// First and last civil day of all occurrences, attributed or not; absent where none has a date.
    pub archive_days: Option<(NaiveDate, NaiveDate)>,
    /// Messages of the firm's addresses that were answered.
    pub answered: AnsweredMessages,
    /// Internal mail by source, by capture path of the other side, and day.
    pub sided: Vec<SidedDay>,
    /// The firm's addresses with traffic, by address.
    pub traffic: Vec<AddressTraffic>,
    /// What became of each listed message, in the order asked. An attribution counts on any basis, as it does where
    /// communications of a source are counted.
    pub fates: Vec<IdFate>,
}

impl Ledger {
    /// What everything indexed says, in one pass over the occurrences. What of it does not fit in memory lies in a
    /// file beside the ledger meanwhile, some 50 bytes a message.
    pub fn evidence(&self, asked: &Asked<'_>) -> Outcome<Evidence> {
        self.read("look at everything indexed", |connection| {
            require_settled(connection)?;
            let transaction = connection.unchecked_transaction()?;
            let evidence = evidence(&transaction, asked, Partitions::beside(&self.path))?;
            transaction.commit()?;
            Ok(evidence)
        })
    }
}

fn evidence(connection: &Connection, asked: &Asked<'_>, parts: Partitions) -> Result<Evidence, Fault> {
    let parties = asked.parties.iter().map(|party| &party.address).collect();
    let known = KnownAddresses::of(connection, asked.domains, &parties)?;
    let sides = Sides::new(connection, &known, asked.parties)?;
    let sources = source_ids(connection)?;
    let fates = IdFates::new(asked.listed.len());
    let mut pass = Pass {
        known: &known,
        parts,
        joins: !(asked.domains.is_empty() && asked.parties.is_empty() && asked.listed.is_empty()),
        counts: Counts::default(),
        traffic: TrafficTally::new(&known),
        record: Vec::new(),
    };
    pass.list(&sources, asked.listed)?;
    pass.occurrences(connection)?;
    let Pass { parts, mut counts, traffic, .. } = pass;
    let mut tallies = Tallies { traffic, ..Tallies::new(&known) };
    let workers = thread::available_parallelism().map_or(2, usize::from).clamp(1, 8);
    thread::scope(|scope| {
        let join = Join { known: &known, sides: &sides, parts: &parts, fates: &fates };
        let work = move |first: usize| move || join.every(first, workers);
        let running: Vec<_> = (0..workers).map(|first| scope.spawn(work(first))).collect();
        for worker in running {
            tallies.merge(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok::<_, Fault>(())
    })?;
    for (cell, deliveries) in tallies.deliveries {
        counts.days.entry(cell).or_default().1 += deliveries;
    }
    let (captured, undated) = counts.rows(&sources)?;
    let archive_days =
        counts.reach.map(|(first, last)| Ok::<_, Fault>((day_of_number(first)?, day_of_number(last)?)));
    Ok(Evidence {
        captured,
        undated,
        archive_days: archive_days.transpose()?,
        answered: tallies.answered.rows(connection, &known)?,
        sided: tallies.sided.rows(connection, &sides)?,
        traffic: tallies.traffic.rows(&known)?,
        fates: fates.told(),
    })
}

/// Sources by their keys.
fn source_ids(connection: &Connection) -> Result<BTreeMap<i64, SourceId>, Fault> {
    let mut statement = connection.prepare("SELECT key, id FROM source")?;
    let mut rows = statement.query([])?;
    let mut sources = BTreeMap::new();
    while let Some(row) = rows.next()? {
        sources.insert(row.get(0)?, crate::columns::word(row, 1)?);
    }
    Ok(sources)
}

/// By source and day, and without a day.
type Captured = (Vec<CapturedDay>, Vec<(SourceId, u64)>);

/// Occurrences by source and day.
#[derive(Debug, Default)]
struct Counts {
    /// Occurrences, and deliveries. It is sorted before anything is told.
    days: HashMap<(i64, i64), (u64, u64)>,
    undated: BTreeMap<i64, u64>,
    reach: Option<(i64, i64)>,
}

impl Counts {
    fn rows(&self, sources: &BTreeMap<i64, SourceId>) -> Result<Captured, Fault> {
        let source = |key: &i64| {
            let found = sources.get(key).cloned();
            found.ok_or_else(|| crate::error::damaged(format!("found no source with key {key}")))
        };
        let mut days = Vec::with_capacity(self.days.len());
        for ((key, day), (occurrences, deliveries)) in &self.days {
            days.push(CapturedDay {
                source: source(key)?,
                day: day_of_number(*day)?,
                occurrences: *occurrences,
                deliveries: *deliveries,
            });
        }
        days.sort_unstable_by(|a, b| (&a.source, a.day).cmp(&(&b.source, b.day)));
        let undated = self.undated.iter().map(|(key, count)| Ok((source(key)?, *count)));
        let mut undated = undated.collect::<Result<Vec<_>, Fault>>()?;
        undated.sort_unstable();
        Ok((days, undated))
    }
}

/// The pass over the occurrences.
struct Pass<'a> {
    known: &'a KnownAddresses,
    parts: Partitions,
    /// Whether anything is asked that brings messages together.
    joins: bool,
    counts: Counts,
    /// Messages without an id, each of its own.
    traffic: TrafficTally,
    record: Vec<u8>,
}

impl Pass<'_> {
    fn keep(&mut self, head: &Head, record: &Record) -> Result<(), Fault> {
        self.record.clear();
        record.push(&mut self.record);
        self.parts.push(head, &self.record)
    }

    fn list(&mut self, sources: &BTreeMap<i64, SourceId>, listed: &[(&SourceId, &str)]) -> Result<(), Fault> {
        let keys: BTreeMap<&SourceId, i64> = sources.iter().map(|(key, id)| (id, *key)).collect();
        for ((source, id), place) in listed.iter().zip(0..) {
            let source = keys.get(source).copied();
            self.keep(&head(&Sha256::of(bare(id))), &Record::Listed { place, source })?;
        }
        Ok(())
    }

    fn occurrences(&mut self, connection: &Connection) -> Result<(), Fault> {
        let mut statement = connection.prepare(
            "SELECT key, day, message_id, delivery_group, participants, thread FROM occurrence ORDER BY key",
        )?;
        let mut attributions = connection
            .prepare("SELECT occurrence, source, bases FROM attribution ORDER BY occurrence, source")?;
        let mut rows = statement.query([])?;
        let mut attributed = attributions.query([])?;
        let mut next = next_attribution(&mut attributed)?;
        let mut copy = Copy::default();
        while let Some(row) = rows.next()? {
            (copy.key, copy.day) = (row.get(0)?, row.get(1)?);
            copy.sources.clear();
            while let Some((occurrence, source, bases)) =
                next.filter(|(occurrence, ..)| *occurrence <= copy.key)
            {
                if occurrence == copy.key {
                    copy.sources.push((source, bases));
                }
                next = next_attribution(&mut attributed)?;
            }
            let group = row.get_ref(3)?.as_blob_or_null().map_err(rusqlite::Error::from)?;
            self.count(&copy, group)?;
            if !self.joins {
                continue;
            }
            copy.people.clear();
            let people = row.get_ref(4)?.as_blob().map_err(rusqlite::Error::from)?;
            copy.has_people = !people.is_empty();
            for participant in participants::each(people) {
                let (role, key) = participant?;
                copy.people.extend(self.known.place(key).map(|place| (role, place)));
            }
            let thread = row.get_ref(5)?.as_blob().map_err(rusqlite::Error::from)?;
            self.parents(&copy, Thread::parents_of(thread)?)?;
            let id = row.get_ref(2)?.as_blob_or_null().map_err(rusqlite::Error::from)?;
            match id {
                Some(id) => {
                    let head = head_of(id)?;
                    let kept = Record::Copy(std::mem::take(&mut copy));
                    self.keep(&head, &kept)?;
                    if let Record::Copy(taken) = kept {
                        copy = taken;
                    }
                }
                None => {
                    let mut message = traffic::Message::default();
                    message.add(&copy, self.known);
                    self.traffic.add(&mut message, false);
                }
            }
        }
        Ok(())
    }

    fn count(&mut self, copy: &Copy, group: Option<&[u8]>) -> Result<(), Fault> {
        let Some(day) = copy.day else {
            for (source, _) in &copy.sources {
                *self.counts.undated.entry(*source).or_default() += 1;
            }
            return Ok(());
        };
        let (first, last) = self.counts.reach.unwrap_or((day, day));
        self.counts.reach = Some((first.min(day), last.max(day)));
        for (source, _) in &copy.sources {
            let cell = self.counts.days.entry((*source, day)).or_default();
            cell.0 += 1;
            match group {
                // All reports of one delivery are one.
                Some(group) => self.keep(&head_of(group)?, &Record::Delivery { source: *source, day })?,
                None => cell.1 += 1,
            }
        }
        Ok(())
    }

    fn parents(&mut self, copy: &Copy, parents: &[Head]) -> Result<(), Fault> {
        if parents.is_empty() {
            return Ok(());
        }
        let by_firm =
            |(role, place): &(Role, AddressPlace)| *role == Role::From && self.known.is_firm(*place);
        if copy.people.iter().any(by_firm) {
            for parent in parents {
                self.keep(parent, &Record::Answered)?;
            }
        }
        if let ([parent], Some(day), Some(author)) = (parents, copy.day, author(&copy.people, self.known)) {
            self.keep(parent, &Record::Reply { key: copy.key, day, author })?;
        }
        Ok(())
    }
}

/// The next row, in the order of occurrences.
fn next_attribution(rows: &mut rusqlite::Rows<'_>) -> Result<Option<(i64, i64, u64)>, Fault> {
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some((row.get(0)?, row.get(1)?, row.get(2)?)))
}

fn head_of(digest: &[u8]) -> Result<Head, Fault> {
    let digest: [u8; 32] = digest.try_into().map_err(|_| {
        crate::error::damaged(format!("found a digest of {} bytes, expected 32", digest.len()))
    })?;
    Ok(head(&Sha256::from_bytes(digest)))
}

/// What the messages of some parts say.
struct Tallies {
    answered: AnsweredTally,
    sided: SidedTally,
    traffic: TrafficTally,
    /// Deliveries by journal reports, by source and day.
    deliveries: HashMap<(i64, i64), u64>,
}

impl Tallies {
    fn new(known: &KnownAddresses) -> Self {
        Self {
            answered: AnsweredTally::default(),
            sided: SidedTally::default(),
            traffic: TrafficTally::new(known),
            deliveries: HashMap::new(),
        }
    }

    fn merge(&mut self, other: Self) {
        self.answered.merge(other.answered);
        self.sided.merge(other.sided);
        self.traffic.merge(other.traffic);
        for (cell, deliveries) in other.deliveries {
            *self.deliveries.entry(cell).or_default() += deliveries;
        }
    }
}

/// What the parts are joined with.
#[derive(Clone, std::marker::Copy)]
struct Join<'a> {
    known: &'a KnownAddresses,
    sides: &'a Sides,
    parts: &'a Partitions,
    fates: &'a IdFates,
}

impl Join<'_> {
    /// Counts every `step`th part from `first` on.
    fn every(&self, first: usize, step: usize) -> Result<Tallies, Fault> {
        let mut tallies = Tallies::new(self.known);
        let mut one = OneMessage::default();
        for part in (first..PARTS).step_by(step) {
            self.parts.each_group(part, &mut |_, records| {
                one.clear();
                for record in records {
                    one.add(self, Record::read(record)?);
                }
                one.tell(self, &mut tallies);
                Ok(())
            })?;
        }
        Ok(tallies)
    }
}

/// All that is known of one digest.
#[derive(Debug, Default)]
struct OneMessage {
    parent: Parent,
    sided: sided::Message,
    traffic: traffic::Message,
    answered: bool,
    retained: bool,
    deliveries: Vec<(i64, i64)>,
    listed: Vec<(u64, Option<i64>)>,
    sources: Vec<i64>,
}

impl OneMessage {
    fn clear(&mut self) {
        self.parent.clear();
        self.sided.clear();
        self.traffic.clear();
        (self.answered, self.retained) = (false, false);
        self.deliveries.clear();
        self.listed.clear();
        self.sources.clear();
    }

    fn add(&mut self, join: &Join<'_>, record: Record) {
        match record {
            Record::Copy(copy) => {
                self.retained = true;
                self.parent.copy(&copy);
                self.sided.add(&copy, join.sides);
                self.traffic.add(&copy, join.known);
                self.sources.extend(copy.sources.iter().map(|(source, _)| *source));
            }
            Record::Reply { key, day, author } => self.parent.reply(key, day, author),
            Record::Answered => self.answered = true,
            Record::Delivery { source, day } => self.deliveries.push((source, day)),
            Record::Listed { place, source } => self.listed.push((place, source)),
        }
    }

    fn tell(&mut self, join: &Join<'_>, tallies: &mut Tallies) {
        tallies.answered.add(&self.parent);
        tallies.sided.add(&self.sided, join.sides);
        tallies.traffic.add(&mut self.traffic, self.answered);
        self.deliveries.sort_unstable();
        self.deliveries.dedup();
        for cell in &self.deliveries {
            *tallies.deliveries.entry(*cell).or_default() += 1;
        }
        for (place, source) in &self.listed {
            let own = source.is_some_and(|source| self.sources.contains(&source));
            join.fates.tell(
                *place,
                if own {
                    IdFate::Retained
                } else if self.retained {
                    IdFate::Elsewhere
                } else {
                    IdFate::Missing
                },
            );
        }
    }
}
