//! Requests in time: until when each is to be answered, how far its items are, what went out, what waits for whom, and
//! what is about to pass its retention period meanwhile.

mod calendar;
mod items;
mod page;
mod passing;
mod waiting;

pub use items::{ItemInTime, ItemState};
pub use passing::PassingRetention;
pub use waiting::{Waiting, Who};

use crate::error::WorkspaceError;
use crate::files;
use crate::home::{Actor, Workspace};
use crate::requests::ReadRequest;
use crate::sheet::Sheet;
use chrono::NaiveDate;
use duces_coverage::business_days_after;
use duces_ledger::{Delivery, DeliveryRecord, Extension, ExtensionRecord, VolumeRecord, VolumeState};
use duces_model::{DocId, ItemId, RequestId, VolumeName};
use duces_register::Register;
use items::{Known, items};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::PathBuf;
use waiting::waiting;

/// All requests in time.
#[derive(Debug, Serialize)]
pub struct DeadlinesReport {
    /// The firm.
    pub firm: String,
    /// The day, in the firm's zone, on which all this is said.
    pub today: NaiveDate,
    /// The requests: open ones first, by what is due first.
    pub requests: Vec<RequestInTime>,
    /// Communications whose retention period ends soon, or has ended, while an open request or a hold touches them.
    pub passing: Vec<PassingRetention>,
    /// What was written.
    pub written: Vec<PathBuf>,
}

impl DeadlinesReport {
    /// Whether anything waits for a person, or is about to pass its period without a hold.
    pub fn needs_person(&self) -> bool {
        self.requests.iter().any(|request| !request.waiting.is_empty())
            || self.passing.iter().any(PassingRetention::is_unheld)
    }
}

/// A day until which something is due.
#[derive(Debug, Clone, Serialize)]
pub struct Due {
    /// The day of the letter, where it says one.
    pub letter: Option<NaiveDate>,
    /// The day that counts: the letter's, or what was granted last.
    pub day: NaiveDate,
    /// Business days left after today, that day included; below 0 so many business days late.
    pub business_days: i64,
}

impl Due {
    /// `3 business days left`, `no business day left after today`, `2 business days late`.
    pub fn in_words(&self) -> String {
        let n = self.business_days.unsigned_abs();
        let days = if n == 1 { "business day" } else { "business days" };
        match self.business_days {
            0 => "no business day left after today".to_owned(),
            late if late < 0 => format!("{n} {days} late"),
            _ => format!("{n} {days} left"),
        }
    }
}

/// A request in time.
#[derive(Debug, Serialize)]
pub struct RequestInTime {
    /// Its name.
    pub request: RequestId,
    /// Who asks, under which number, about what; absent where its file cannot be read.
    pub authority: Option<[String; 3]>,
    /// What is wrong with its file, where something is.
    pub mistakes: Option<String>,
    /// When it arrived.
    pub received: Option<NaiveDate>,
    /// When its answer is due; absent where no day is known.
    pub due: Option<Due>,
    /// What staff granted, oldest first.
    pub extensions: Vec<ExtensionGiven>,
    /// Its items.
    pub items: Vec<ItemInTime>,
    /// Its volumes that are not void.
    pub volumes: Vec<VolumeInTime>,
    /// Since when it is answered, as a person says; absent while it is open.
    pub answered_on: Option<NaiveDate>,
    /// What waits for whom.
    pub waiting: Vec<Waiting>,
}

/// An extension, as reports list it.
#[derive(Debug, Clone, Serialize)]
pub struct ExtensionGiven {
    /// For which item alone; absent for the whole request.
    pub item: Option<ItemId>,
    /// The new day.
    pub due: NaiveDate,
    /// Who granted it.
    pub granted_by: String,
    /// When.
    pub granted_on: NaiveDate,
    /// How, or on what ground.
    pub note: String,
    /// Who recorded it.
    pub recorded_by: String,
}

/// A volume in time.
#[derive(Debug, Clone, Serialize)]
pub struct VolumeInTime {
    /// Its name.
    pub volume: VolumeName,
    /// Whether it is sealed.
    pub sealed: bool,
    /// Whether its newest verification passed; absent where it was never verified.
    pub verified: Option<bool>,
    /// Certificates about it.
    pub certificates: u64,
    /// Where it went: day, recipient, means.
    pub delivered: Vec<(NaiveDate, String, String)>,
}

const HEADS: [&str; 13] = [
    "request",
    "authority",
    "number",
    "received",
    "due by the letter",
    "due",
    "business days left",
    "item",
    "kind",
    "state",
    "documents",
    "waiting for a decision",
    "volumes delivered",
];

impl Workspace {
    /// All requests in time; written as a sheet, a page and a calendar of what is due (`reports/requests.csv`,
    /// `requests.html`, `deadlines.ics`).
    ///
    /// # Errors
    /// Where the ledger or the register cannot be read. Mistakes of a request's file stand in the report.
    pub fn deadlines(&self, actor: &Actor) -> Result<DeadlinesReport, WorkspaceError> {
        let register = self.register()?;
        let today = actor.now.with_timezone(&self.config.firm.zone).date_naive();
        let mut requests = Vec::new();
        let mut read_requests = Vec::new();
        for id in self.requests()? {
            let read = self.read_request(&id, &register);
            requests.push(self.request_in_time(&id, read.as_ref(), &register, today)?);
            if let Ok(read) = read {
                read_requests.push((id, read));
            }
        }
        let open: BTreeSet<RequestId> =
            requests.iter().filter(|one| one.answered_on.is_none()).map(|one| one.request.clone()).collect();
        read_requests.retain(|(id, _)| open.contains(id));
        let passing = passing::passing(&register, &read_requests, today);
        requests.sort_by_key(|one| {
            (
                one.answered_on.is_some(),
                one.due.as_ref().map_or(NaiveDate::MAX, |due| due.day),
                one.request.clone(),
            )
        });
        let firm = self.config.firm.name.clone();
        let mut report = DeadlinesReport { firm, today, requests, passing, written: Vec::new() };
        self.write_deadlines(&mut report, actor)?;
        Ok(report)
    }

    /// Records that staff granted a later day.
    ///
    /// # Errors
    /// No such request, no such item of it, nobody named as having granted it.
    pub fn extend(&mut self, extension: &Extension, actor: &Actor) -> Result<RequestInTime, WorkspaceError> {
        let register = self.register()?;
        let read = self.read_request(&extension.request, &register)?;
        if let Some(item) = &extension.item
            && !read.request.numbers().contains(&item)
        {
            return Err(WorkspaceError::Unknown {
                what: "item",
                name: item.to_string(),
                known: read.request.numbers().iter().map(ToString::to_string).collect(),
            });
        }
        self.ledger.extend(&actor.act(), extension)?;
        self.one_request(&extension.request, actor)
    }

    /// Records that a sealed volume went out.
    ///
    /// # Errors
    /// No such sealed volume, no recipient, no means.
    pub fn deliver(&mut self, delivery: &Delivery, actor: &Actor) -> Result<RequestInTime, WorkspaceError> {
        self.ledger.deliver(&actor.act(), delivery)?;
        let volume = self.ledger.volume(&delivery.volume)?.ok_or_else(|| WorkspaceError::Unknown {
            what: "volume",
            name: delivery.volume.to_string(),
            known: Vec::new(),
        })?;
        self.one_request(&volume.request, actor)
    }

    /// Records a person's word that a request is answered in full since a day, or is open again.
    ///
    /// # Errors
    /// No such request, no reason, nothing that changes.
    pub fn set_answered(
        &mut self,
        request: &RequestId,
        answered_on: Option<NaiveDate>,
        why: &str,
        actor: &Actor,
    ) -> Result<RequestInTime, WorkspaceError> {
        self.require_request(request)?;
        self.ledger.set_answered(&actor.act(), request, answered_on, why)?;
        self.one_request(request, actor)
    }

    fn require_request(&self, request: &RequestId) -> Result<(), WorkspaceError> {
        let known = self.requests()?;
        if known.contains(request) {
            return Ok(());
        }
        Err(WorkspaceError::Unknown {
            what: "request",
            name: request.to_string(),
            known: known.iter().map(ToString::to_string).collect(),
        })
    }

    fn one_request(&self, id: &RequestId, actor: &Actor) -> Result<RequestInTime, WorkspaceError> {
        let register = self.register()?;
        let today = actor.now.with_timezone(&self.config.firm.zone).date_naive();
        let read = self.read_request(id, &register);
        self.request_in_time(id, read.as_ref(), &register, today)
    }

    /// One request in time. Where its file has mistakes, what the ledger knows is still said.
    pub(crate) fn request_in_time(
        &self,
        id: &RequestId,
        read: Result<&ReadRequest, &WorkspaceError>,
        register: &Register,
        today: NaiveDate,
    ) -> Result<RequestInTime, WorkspaceError> {
        let population = self.ledger.population(id)?;
        let pending: BTreeSet<DocId> = match &population {
            None => BTreeSet::new(),
            Some(population) => {
                let rows = self.ledger.dispositions(population.key)?.into_iter();
                rows.filter(|row| row.disposition.bucket() == "pending").map(|row| row.document).collect()
            }
        };
        let records: Vec<VolumeRecord> =
            self.ledger.volumes()?.into_iter().filter(|one| one.request == *id).collect();
        let volumes = self.volumes_in_time(&records)?;
        let delivered: BTreeSet<VolumeName> =
            volumes.iter().filter(|one| !one.delivered.is_empty()).map(|one| one.volume.clone()).collect();
        let extensions = self.ledger.extensions(id)?;
        let head = read.ok().map(|read| &read.request);
        let letter = head.and_then(|request| request.due);
        let due_of = |item: Option<&ItemId>, own: Option<NaiveDate>| {
            let day = granted(&extensions, item, own, letter)?;
            Some(Due { letter: own, day, business_days: business_days(register, today, day) })
        };
        let due = due_of(None, letter);
        let known = Known {
            population: population.as_ref(),
            pending: &pending,
            volumes: &records,
            delivered: &delivered,
        };
        let of_item = |item: &ItemId, own: Option<NaiveDate>| due_of(Some(item), own);
        let items = read.map(|read| items(read, &known, &of_item)).unwrap_or_default();
        let stale = match (&population, read) {
            (Some(population), Ok(read)) => population.pins.request_sha256 != read.sha256(),
            _ => false,
        };
        let mut request = RequestInTime {
            request: id.clone(),
            authority: head.map(|one| [one.authority.clone(), one.number.clone(), one.title.clone()]),
            mistakes: read.err().map(ToString::to_string),
            received: head.and_then(|request| request.received),
            due,
            extensions: extensions.into_iter().map(ExtensionGiven::from).collect(),
            items,
            volumes,
            answered_on: self.ledger.standing(id)?.and_then(|standing| standing.answered_on),
            waiting: Vec::new(),
        };
        request.waiting = waiting(&request, population.is_some(), pending.len() as u64, stale);
        Ok(request)
    }

    fn volumes_in_time(&self, records: &[VolumeRecord]) -> Result<Vec<VolumeInTime>, WorkspaceError> {
        let certificates = self.ledger.certificates()?;
        let deliveries = self.ledger.deliveries()?;
        let mut volumes = Vec::new();
        for record in records {
            if matches!(record.state, VolumeState::Voided { .. }) {
                continue;
            }
            let about =
                |one: &&duces_ledger::IssuedCertificate| one.record.volume.as_ref() == Some(&record.name);
            volumes.push(VolumeInTime {
                volume: record.name.clone(),
                sealed: record.sealed().is_some(),
                verified: self
                    .ledger
                    .last_verification(&record.name)?
                    .map(|verification| verification.passed),
                certificates: certificates.iter().filter(about).count() as u64,
                delivered: deliveries.iter().filter_map(|one| went_out(one, &record.name)).collect(),
            });
        }
        Ok(volumes)
    }

    fn write_deadlines(&self, report: &mut DeadlinesReport, actor: &Actor) -> Result<(), WorkspaceError> {
        let mut sheet = Sheet::new(&HEADS);
        for request in &report.requests {
            let [authority, number, _] = request.authority.clone().unwrap_or_default();
            let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
            let sent: Vec<&str> = request
                .volumes
                .iter()
                .filter(|one| !one.delivered.is_empty())
                .map(|one| one.volume.as_str())
                .collect();
            for item in &request.items {
                let left = item.due.as_ref().filter(|_| request.answered_on.is_none());
                sheet.row([
                    request.request.to_string(),
                    authority.clone(),
                    number.clone(),
                    day(request.received),
                    day(item.due.as_ref().and_then(|due| due.letter)),
                    day(item.due.as_ref().map(|due| due.day)),
                    left.map(|left| left.business_days.to_string()).unwrap_or_default(),
                    item.item.to_string(),
                    item.kind.to_owned(),
                    item.state.as_str().to_owned(),
                    item.documents.to_string(),
                    item.pending.to_string(),
                    sent.join("; "),
                ]);
            }
        }
        let (csv, html, ics) =
            (self.report("requests.csv"), self.report("requests.html"), self.report("deadlines.ics"));
        sheet.replace(&csv)?;
        files::replace(&html, page::page(report).as_bytes())?;
        files::replace(&ics, calendar::calendar(report, actor.now, &self.config.firm.crd).as_bytes())?;
        report.written = vec![csv, html, ics];
        Ok(())
    }
}

impl From<ExtensionRecord> for ExtensionGiven {
    fn from(record: ExtensionRecord) -> Self {
        let Extension { item, due, granted_by, granted_on, note, .. } = record.extension;
        Self { item, due, granted_by, granted_on, note, recorded_by: record.by }
    }
}

fn went_out(one: &DeliveryRecord, volume: &VolumeName) -> Option<(NaiveDate, String, String)> {
    let Delivery { delivered_on, recipient, means, .. } = &one.delivery;
    (one.delivery.volume == *volume).then(|| (*delivered_on, recipient.clone(), means.clone()))
}

/// The day that counts for an item, or for the request as a whole: what was granted last for it, or for the whole request
/// where it has no day of its own; else the letter's.
fn granted(
    extensions: &[ExtensionRecord],
    item: Option<&ItemId>,
    own: Option<NaiveDate>,
    letter: Option<NaiveDate>,
) -> Option<NaiveDate> {
    let concerns = |record: &&ExtensionRecord| match &record.extension.item {
        None => own == letter,
        named => named.as_ref() == item,
    };
    extensions.iter().rfind(concerns).map(|record| record.extension.due).or(own)
}

/// Business days from today to a day, below 0 where it has passed.
fn business_days(register: &Register, today: NaiveDate, day: NaiveDate) -> i64 {
    let count = |after, to| i64::try_from(business_days_after(register, after, to)).unwrap_or(i64::MAX);
    if day >= today { count(today, day) } else { -count(day, today) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn record(item: Option<&str>, due: &str) -> ExtensionRecord {
        ExtensionRecord {
            extension: Extension {
                request: "r".parse().unwrap(),
                item: item.map(|item| item.parse().unwrap()),
                due: due.parse().unwrap(),
                granted_by: "S. Staff".into(),
                granted_on: "2024-01-01".parse().unwrap(),
                note: String::new(),
            },
            at: DateTime::UNIX_EPOCH,
            by: "Ann".into(),
        }
    }

    #[test]
    fn what_was_granted_last_counts_and_an_item_with_its_own_day_keeps_it() {
        let day = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
        let three: ItemId = "3".parse().unwrap();
        let letter = day("2024-10-01");
        let all = [record(None, "2024-10-10"), record(Some("3"), "2024-10-20"), record(None, "2024-10-15")];
        assert_eq!(granted(&[], None, letter, letter), letter);
        assert_eq!(granted(&all, None, letter, letter), day("2024-10-15"));
        assert_eq!(
            granted(&all, Some(&three), letter, letter),
            day("2024-10-15"),
            "recorded after the item's own"
        );
        assert_eq!(granted(&all[..2], Some(&three), letter, letter), day("2024-10-20"));
        let own = day("2024-09-15");
        assert_eq!(granted(&all, Some(&three), own, letter), day("2024-10-20"), "granted for it by name");
        assert_eq!(
            granted(&all, Some(&"4".parse().unwrap()), own, letter),
            own,
            "nothing was granted for its day"
        );
        assert_eq!(granted(&[], None, None, None), None);
    }
}
