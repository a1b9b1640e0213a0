//! The firm's register as its people would have written it: text, for the real reader to read.

use crate::days::is_working;
use crate::firm::DOMAIN;
use crate::world::Control;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// The retention schedule of every firm.
const SCHEDULE: &str = "class,keep_years,from,rule\ncomm-3y,3,sent,17a-4(b)(4)\n";

/// A row of `sources.csv`.
#[derive(Debug, Clone)]
pub(crate) struct SourceRow {
    pub(crate) id: String,
    pub(crate) channel: &'static str,
    pub(crate) addresses: Vec<String>,
    pub(crate) owner: Option<String>,
    pub(crate) service: (NaiveDate, Option<NaiveDate>),
    pub(crate) path: String,
    /// The system on which it lives.
    pub(crate) system: String,
    pub(crate) silence_days_max: Option<u64>,
    pub(crate) reviewed_from: Option<NaiveDate>,
}

/// A row of `people.csv`.
#[derive(Debug, Clone)]
pub(crate) struct PersonRow {
    pub(crate) id: String,
    pub(crate) addresses: Vec<String>,
    pub(crate) with_firm: (NaiveDate, Option<NaiveDate>),
}

/// A row of `captures.csv`.
#[derive(Debug, Clone)]
pub(crate) struct ChangeRow {
    pub(crate) path: String,
    pub(crate) on: NaiveDate,
    pub(crate) change: &'static str,
    pub(crate) detail: &'static str,
}

/// A row of `disposals.csv`.
#[derive(Debug, Clone)]
pub(crate) struct DisposalRow {
    pub(crate) source: String,
    pub(crate) from: NaiveDate,
    pub(crate) to: NaiveDate,
    pub(crate) on: NaiveDate,
}

/// A row of `holds.csv`.
#[derive(Debug, Clone)]
pub(crate) struct HoldRow {
    pub(crate) hold: &'static str,
    pub(crate) sources: Vec<String>,
    pub(crate) from: NaiveDate,
    pub(crate) to: Option<NaiveDate>,
}

/// The register, not yet text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Register {
    pub(crate) sources: Vec<SourceRow>,
    pub(crate) people: Vec<PersonRow>,
    pub(crate) changes: Vec<ChangeRow>,
    pub(crate) disposals: Vec<DisposalRow>,
    pub(crate) holds: Vec<HoldRow>,
    /// Days on which the firm was shut, where it keeps a list of them.
    pub(crate) closures: Vec<NaiveDate>,
}

impl Register {
    /// Whether it is a working day of this firm: Monday to Friday, the market is open, and the firm has not said that it
    /// is closed.
    pub(crate) fn is_open(&self, day: NaiveDate) -> bool {
        is_working(day) && !self.closures.contains(&day)
    }

    /// Such days from `first` to `last`, both included.
    pub(crate) fn open_days(&self, first: NaiveDate, last: NaiveDate) -> u64 {
        first.iter_days().take_while(|day| *day <= last).filter(|day| self.is_open(*day)).count() as u64
    }

    /// The files as they stood on the evening of `on`: what had not yet happened is not in them. A name
    /// ends in the folder's own separator, `/`.
    pub(crate) fn files(
        &self,
        first: NaiveDate,
        controls: &[Control],
        on: NaiveDate,
    ) -> BTreeMap<String, String> {
        let known = |day: Option<NaiveDate>| day.filter(|day| *day <= on);
        let mut files = BTreeMap::new();
        let mut text = String::from(
            "source,name,channel,addresses,owner,in_service_from,in_service_to,archive_paths,journal,\
             capture_path,system,silence_days_max,retention_class,review_from\n",
        );
        for row in self.sources.iter().filter(|row| row.service.0 <= on) {
            let _ = writeln!(
                text,
                "{id},{id},{},{},{},{},{},mail:{id}/**,yes,{},{},{},comm-3y,{}",
                row.channel,
                row.addresses.join(";"),
                row.owner.as_deref().unwrap_or(""),
                row.service.0,
                shown(known(row.service.1)),
                row.path,
                row.system,
                row.silence_days_max.map_or(String::new(), |days| days.to_string()),
                shown(known(row.reviewed_from)),
                id = row.id,
            );
        }
        files.insert("sources.csv".to_owned(), text);
        let mut text = String::from("person,name,addresses,from,to\n");
        for row in self.people.iter().filter(|row| row.with_firm.0 <= on || self.owns(&row.id, on)) {
            let _ = writeln!(
                text,
                "{id},{id},{},{},{}",
                row.addresses.join(";"),
                row.with_firm.0,
                shown(known(row.with_firm.1)),
                id = row.id,
            );
        }
        files.insert("people.csv".to_owned(), text);
        let mut text = String::from("capture_path,changed_on,change,detail\n");
        for row in self.changes.iter().filter(|row| row.on <= on) {
            let _ = writeln!(text, "{},{},{},{}", row.path, row.on, row.change, row.detail);
        }
        files.insert("captures.csv".to_owned(), text);
        let mut text = String::from("source,from,to,disposed_on,rule\n");
        for row in self.disposals.iter().filter(|row| row.on <= on) {
            let _ = writeln!(text, "{},{},{},{},comm-3y", row.source, row.from, row.to, row.on);
        }
        files.insert("disposals.csv".to_owned(), text);
        let mut text = String::from("hold,sources,from,to,authority\n");
        for row in &self.holds {
            let _ =
                writeln!(text, "{},{},{},{},SEC", row.hold, row.sources.join(";"), row.from, shown(row.to));
        }
        files.insert("holds.csv".to_owned(), text);
        let mut text = String::from("from,reason\n");
        for day in self.closures.iter().filter(|day| **day <= on) {
            let _ = writeln!(text, "{day},the firm was shut");
        }
        files.insert("closures.csv".to_owned(), text);
        files.insert("retention.csv".to_owned(), SCHEDULE.to_owned());
        for control in controls {
            self.control(control, first, on, &mut files);
        }
        files
    }

    /// A system of record's counts; and its list of messages, where it keeps one.
    fn control(
        &self,
        control: &Control,
        first: NaiveDate,
        on: NaiveDate,
        files: &mut BTreeMap<String, String>,
    ) {
        let id = &self.sources[control.source].id;
        let (mut counts, mut ids) = ("source,day,count\n".to_owned(), "source,day,message_id\n".to_owned());
        let mut number = 0;
        for (at, count) in &control.counts {
            let day = crate::days::after(first, *at as u64);
            if day > on {
                break;
            }
            // A day that is listed need not be counted, unless there was nothing to list.
            if !control.numbers || *count == 0 {
                let _ = writeln!(counts, "{id},{day},{count}");
                continue;
            }
            for _ in 0..*count {
                number += 1;
                let _ = writeln!(ids, "{id},{day},{}", message_id(id, number));
            }
        }
        files.insert(format!("controls/{id}.csv"), counts);
        if control.numbers {
            files.insert(format!("controls/{id}-messages.csv"), ids);
            let sequences = files.entry("sequences.csv".to_owned());
            let text = sequences.or_insert_with(|| "sequence,source,pattern,dense_attested_by\n".to_owned());
            let _ = writeln!(text, "{id}-numbers,{id},number ([0-9]+),the system's owner");
        }
    }

    fn owns(&self, person: &str, on: NaiveDate) -> bool {
        self.sources.iter().any(|row| row.service.0 <= on && row.owner.as_deref() == Some(person))
    }
}

/// Message-ID of the message with this number.
pub(crate) fn message_id(source: &str, number: u64) -> String {
    format!("{source}.{number}@{DOMAIN}")
}

fn shown(day: Option<NaiveDate>) -> String {
    day.map_or(String::new(), |day| day.to_string())
}
