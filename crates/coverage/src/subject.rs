//! One source with everything that evidence asks of it.

use crate::archive::Archive;
use crate::calendar::{Calendar, Span};
use crate::retention::Retention;
use chrono::NaiveDate;
use duces_model::{EmailAddress, SourceId};
use duces_register::{CaptureChange, CapturePathId, ControlTotal, Disposal, Person, Register, Source};
use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::Arc;

/// The register's rows by what they are about, so that each source finds its own at once.
pub(crate) struct Parts<'r> {
    register: &'r Register,
    controls: BTreeMap<&'r SourceId, BTreeMap<NaiveDate, &'r ControlTotal>>,
    changes: BTreeMap<&'r CapturePathId, Vec<&'r CaptureChange>>,
    disposals: BTreeMap<&'r SourceId, Vec<&'r Disposal>>,
    calendar: Arc<Calendar>,
}

impl<'r> Parts<'r> {
    pub(crate) fn of(register: &'r Register) -> Self {
        let (mut controls, mut changes, mut disposals) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        for control in &register.controls {
            let days: &mut BTreeMap<_, _> = controls.entry(&control.source).or_default();
            days.insert(control.day, control);
        }
        for change in &register.captures {
            let of_path: &mut Vec<_> = changes.entry(&change.capture_path).or_default();
            of_path.push(change);
        }
        for disposal in &register.disposals {
            let of_source: &mut Vec<_> = disposals.entry(&disposal.source).or_default();
            of_source.push(disposal);
        }
        let calendar = Arc::new(Calendar::of(register));
        Self { register, controls, changes, disposals, calendar }
    }

    pub(crate) fn calendar(&self) -> &Arc<Calendar> {
        &self.calendar
    }
}

/// A source, what was captured of it and what the register says of it.
pub(crate) struct Subject<'r> {
    pub(crate) source: &'r Source,
    /// The person whose source it is.
    pub(crate) owner: Option<&'r Person>,
    /// Captured communications per day; no day with none.
    pub(crate) days: BTreeMap<NaiveDate, u64>,
    /// Captured communications without a usable date.
    pub(crate) undated: u64,
    /// Control totals by day.
    pub(crate) controls: BTreeMap<NaiveDate, &'r ControlTotal>,
    /// Changes of its capture path, by day.
    pub(crate) changes: Vec<&'r CaptureChange>,
    /// Its disposals and holds.
    pub(crate) retention: Retention<'r>,
    /// The firm's business days.
    pub(crate) calendar: Arc<Calendar>,
    /// The archive's days, where it has any.
    pub(crate) archive: Option<&'r Archive>,
    /// The days on which it was in service and the archive reaches.
    pub(crate) judged: Option<Span>,
}

impl<'r> Subject<'r> {
    pub(crate) fn new(
        source: &'r Source,
        days: BTreeMap<NaiveDate, u64>,
        undated: u64,
        parts: &Parts<'r>,
        archive: Option<&'r Archive>,
    ) -> Self {
        let register = parts.register;
        let of_path = source.capture_path.as_ref().and_then(|path| parts.changes.get(path));
        let mut changes = of_path.cloned().unwrap_or_default();
        changes.sort_by_key(|change| (change.changed_on, change.line));
        let disposals = parts.disposals.get(&source.id).cloned().unwrap_or_default();
        let retention = Retention::new(source, disposals, &register.holds, &register.retention);
        let controls = parts.controls.get(&source.id).cloned().unwrap_or_default();
        let judged = archive.and_then(|archive| archive.days.common(in_service(source)));
        let owner = source.owner.as_ref().and_then(|owner| register.person(owner));
        let calendar = Arc::clone(&parts.calendar);
        Self { source, owner, days, undated, controls, changes, retention, calendar, archive, judged }
    }

    /// Communications captured on days of service over which the archive reaches.
    pub(crate) fn captured_in_judged(&self) -> u64 {
        self.judged.map_or(0, |span| self.captured_in(span))
    }

    /// Communications captured on the days of a span.
    pub(crate) fn captured_in(&self, span: Span) -> u64 {
        self.days.range(span.first..=span.last).map(|(_, count)| count).sum()
    }

    /// The judged days on which its owner, where it has one, was with the firm: after the owner left it fades
    /// out, and before the owner came it had not begun.
    pub(crate) fn attended(&self) -> Option<Span> {
        let from = self.owner.and_then(|owner| owner.from).unwrap_or(NaiveDate::MIN);
        let to = self.owner.and_then(|owner| owner.to).unwrap_or(NaiveDate::MAX);
        self.judged?.common(Span::new(from, to)?)
    }

    /// The day on which its owner left while the source goes on.
    pub(crate) fn owner_left(&self) -> Option<NaiveDate> {
        let left = self.owner.and_then(|owner| owner.to)?;
        self.judged.is_some_and(|judged| left < judged.last).then_some(left)
    }

    /// The business days of a span on which a communication is to be expected: those lawfully disposed
    /// of are not.
    pub(crate) fn expected_days(&self, span: Span) -> impl Iterator<Item = NaiveDate> {
        span.days().filter(|day| self.calendar.is_business_day(*day) && !self.retention.excuses(*day))
    }

    /// Whether its service began before the archive does: what it lost before then cannot be seen.
    pub(crate) fn began_before_archive(&self) -> bool {
        self.archive.is_some_and(|archive| self.source.in_service_from < archive.days.first)
    }

    /// Whether its service goes on beyond the archive's last day.
    pub(crate) fn outlasts_archive(&self) -> bool {
        self.archive.is_some_and(|archive| in_service(self.source).last > archive.days.last)
    }

    /// The last day before `day` with a communication.
    pub(crate) fn seen_before(&self, day: NaiveDate) -> Option<NaiveDate> {
        self.days.range(..day).next_back().map(|(day, _)| *day)
    }

    /// The first day after `day` with a communication.
    pub(crate) fn seen_after(&self, day: NaiveDate) -> Option<NaiveDate> {
        self.days.range((Excluded(day), Unbounded)).next().map(|(day, _)| *day)
    }

    /// The source's addresses in words.
    pub(crate) fn addresses(&self) -> String {
        let addresses: Vec<&str> = self.source.addresses.iter().map(EmailAddress::as_str).collect();
        if addresses.is_empty() { "no address".to_owned() } else { addresses.join(", ") }
    }
}

/// The days of service; a source still in service has no last one.
pub(crate) fn in_service(source: &Source) -> Span {
    let last = source.in_service_to.unwrap_or(NaiveDate::MAX);
    Span { first: source.in_service_from, last }
}
