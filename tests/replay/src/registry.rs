//! The firm's register as its people would have written it: text, for the real reader to read.

use crate::world::Control;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A row of `sources.csv`.
#[derive(Debug, Clone)]
pub(crate) struct SourceRow {
    pub(crate) id: String,
    pub(crate) channel: &'static str,
    pub(crate) addresses: Vec<String>,
    pub(crate) owner: Option<String>,
    pub(crate) service: (NaiveDate, Option<NaiveDate>),
    pub(crate) path: String,
    /// The system on which it lives; a column of the register where the program under test has one.
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
}

impl Register {
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
             capture_path,silence_days_max,retention_class,review_from\n",
        );
        for row in self.sources.iter().filter(|row| row.service.0 <= on) {
            let _ = writeln!(
                text,
                "{id},{id},{},{},{},{},{},mail:{id}/**,yes,{},{},comm-6y,{}",
                row.channel,
                row.addresses.join(";"),
                row.owner.as_deref().unwrap_or(""),
                row.service.0,
                shown(known(row.service.1)),
                row.path,
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
        for control in controls {
            let id = &self.sources[control.source].id;
            let mut text = String::from("source,day,count\n");
            for (at, count) in &control.counts {
                let day = crate::days::after(first, *at as u64);
                if day <= on {
                    let _ = writeln!(text, "{id},{day},{count}");
                }
            }
            files.insert(format!("controls/{id}.csv"), text);
        }
        files
    }

    fn owns(&self, person: &str, on: NaiveDate) -> bool {
        self.sources.iter().any(|row| row.service.0 <= on && row.owner.as_deref() == Some(person))
    }
}

fn shown(day: Option<NaiveDate>) -> String {
    day.map_or(String::new(), |day| day.to_string())
}
