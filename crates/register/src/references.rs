//! What only shows between rows: doubled names, names that are nowhere, addresses that two rows claim.

use crate::attorney::Attorney;
use crate::capture::CaptureChange;
use crate::closure::Closure;
use crate::control::{ControlId, ControlTotal};
use crate::doubled;
use crate::group::{GroupPart, GroupRow};
use crate::held::HeldAddress;
use crate::listed::Listed;
use crate::name::{CapturePathId, SequenceId};
use crate::nearest::did_you_mean;
use crate::person::Person;
use crate::report::{ReportedDay, ReportedGap};
use crate::retention::{Disposal, HeldSources, Hold};
use crate::review::{self, ReviewConnection};
use crate::review_log::ReviewRow;
use crate::schedule::RetentionClass;
use crate::sequence::Sequence;
use crate::source::Source;
use chrono::NaiveDate;
use duces_model::{EmailAddress, Mistake};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::sync::Arc;

/// The names of one column with the lines on which they stand, those of rows with other mistakes too,
/// so that one mistake does not make others. Absent where the file could not be read.
pub(crate) struct Names<T> {
    lines: Option<BTreeMap<T, Vec<u64>>>,
}

impl<T: Ord + Clone> Names<T> {
    /// The names; absent where the file could not be read.
    pub(crate) fn known(&self) -> Option<BTreeSet<T>> {
        self.lines.as_ref().map(|lines| lines.keys().cloned().collect())
    }
}

impl<T: Ord + Display> Names<T> {
    pub(crate) fn new(found: Vec<(T, u64)>, readable: bool) -> Self {
        let mut lines: BTreeMap<T, Vec<u64>> = BTreeMap::new();
        for (name, line) in found {
            lines.entry(name).or_default().push(line);
        }
        Self { lines: readable.then_some(lines) }
    }

    /// Whether there is none at all.
    fn is_empty(&self) -> bool {
        self.lines.as_ref().is_some_and(BTreeMap::is_empty)
    }

    /// A mistake for each row that repeats a name.
    pub(crate) fn repeated(&self, file: &str, column: &str, mistakes: &mut Vec<Mistake>) {
        for (name, lines) in self.lines.iter().flatten() {
            for line in &lines[1..] {
                let message = format!("found {name} again, which row {} has already", lines[0]);
                mistakes.push(Mistake::in_row(file, *line, Some(column), message));
            }
        }
    }

    /// One mistake for each name that is referred to and nowhere, at its first row.
    fn missing<'a>(
        &self,
        (file, column): (&str, &str),
        known_in: &str,
        references: impl IntoIterator<Item = (&'a T, u64)>,
        mistakes: &mut Vec<Mistake>,
    ) where
        T: 'a,
    {
        let Some(known) = &self.lines else { return };
        let mut unknown: BTreeMap<&T, (u64, u64)> = BTreeMap::new();
        for (name, line) in references.into_iter().filter(|(name, _)| !known.contains_key(name)) {
            unknown.entry(name).or_insert((line, 0)).1 += 1;
        }
        let mut listed = Listed::new(file);
        for (name, (line, rows)) in unknown {
            let often =
                if rows > 1 { format!(" (in {rows} rows, the first is here)") } else { String::new() };
            let message = format!("found {name}{often}, which is not in {known_in}");
            let mistake = Mistake::in_row(file, line, Some(column), message);
            let spelled: Vec<String> = known.keys().map(ToString::to_string).collect();
            let hint = did_you_mean(&name.to_string(), spelled.iter().map(String::as_str));
            listed.push(match hint {
                Some(hint) => mistake.hint(hint),
                None => mistake.hint(format!("add it to {known_in}, or correct the name")),
            });
        }
        listed.end(mistakes);
    }
}

/// The rows of a register, with the names that they may refer to.
pub(crate) struct Rows {
    pub(crate) sources: Vec<Source>,
    pub(crate) people: Vec<Person>,
    pub(crate) addresses: Vec<HeldAddress>,
    pub(crate) groups: Vec<GroupRow>,
    pub(crate) attorneys: Vec<Attorney>,
    pub(crate) captures: Vec<CaptureChange>,
    pub(crate) disposals: Vec<Disposal>,
    pub(crate) holds: Vec<Hold>,
    pub(crate) closures: Vec<Closure>,
    pub(crate) retention: Vec<RetentionClass>,
    pub(crate) review: Vec<ReviewConnection>,
    pub(crate) review_log: Vec<ReviewRow>,
    pub(crate) sequences: Vec<Sequence>,
    pub(crate) controls: Vec<ControlTotal>,
    pub(crate) control_ids: Vec<ControlId>,
    pub(crate) reports: Vec<ReportedDay>,
    pub(crate) reported_gaps: Vec<ReportedGap>,
    pub(crate) source_names: Names<duces_model::SourceId>,
    pub(crate) person_names: Names<duces_model::PersonId>,
    pub(crate) retention_names: Names<String>,
    pub(crate) sequence_names: Names<SequenceId>,
    /// Whether `captures.csv` was read, or is absent; else its names are not known.
    pub(crate) captures_readable: bool,
}

/// Where a file of the register lies, as its mistakes name it.
pub(crate) fn shown(path: &str) -> String {
    format!("register/{path}")
}

/// All mistakes between rows.
pub(crate) fn check(rows: &Rows, mistakes: &mut Vec<Mistake>) {
    let (sources, people) = (shown("sources.csv"), shown("people.csv"));
    rows.source_names.repeated(&sources, "source", mistakes);
    rows.person_names.repeated(&people, "person", mistakes);
    let owners = rows.sources.iter().filter_map(|source| Some((source.owner.as_ref()?, source.line)));
    rows.person_names.missing((&sources, "owner"), &people, owners, mistakes);
    capture_paths(rows, mistakes);
    retention_classes(rows, mistakes);
    closures(&rows.closures, mistakes);
    source_references(rows, mistakes);
    review::check(&rows.sources, &rows.review, mistakes);
    doubled::check(&rows.controls, &rows.control_ids, &rows.reports, mistakes);
    let used = rows.sources.iter().flat_map(|source| {
        let days = (Some(source.in_service_from), source.in_service_to);
        source
            .addresses
            .iter()
            .map(move |address| (address, Claim { by: source.id.as_str(), line: source.line, days }))
    });
    shared_addresses(&sources, "in service at the same time", used, mistakes);
    let used = rows.people.iter().flat_map(|person| {
        let days = (person.from, person.to);
        person
            .addresses
            .iter()
            .map(move |address| (address, Claim { by: person.id.as_str(), line: person.line, days }))
    });
    shared_addresses(&people, "with the firm at the same time", used, mistakes);
    held_addresses(rows, mistakes);
    groups(rows, mistakes);
}

/// An address is one person's on a day, and one person's days with it stand in one place.
fn held_addresses(rows: &Rows, mistakes: &mut Vec<Mistake>) {
    let (file, people) = (shown("addresses.csv"), shown("people.csv"));
    let holders = rows.addresses.iter().map(|held| (&held.person, held.line));
    rows.person_names.missing((&file, "person"), &people, holders, mistakes);
    let claim = |held: &HeldAddress| (held.from, held.to);
    for (at, held) in rows.addresses.iter().enumerate() {
        let mut wrong = |message: String, hint: &str| {
            mistakes.push(Mistake::in_row(&file, held.line, Some("address"), message).hint(hint));
        };
        let other = rows.addresses[..at]
            .iter()
            .find(|other| other.address == held.address && overlap(claim(other), claim(held)));
        if let Some(other) = other {
            let (address, person, line) = (&held.address, &other.person, other.line);
            let message =
                format!("found {address}, which {person} in row {line} has on some of these days too");
            wrong(message, "let the days of the first row end before those of the second begin");
        }
        for person in rows.people.iter().filter(|person| person.addresses.contains(&held.address)) {
            if person.id == held.person {
                let (address, line) = (&held.address, person.line);
                let message =
                    format!("found {address}, which row {line} of {people} gives {} without days", person.id);
                wrong(message, "leave it in one of the two: here where days matter, else there");
            } else if overlap((person.from, person.to), claim(held)) {
                let (address, line) = (&held.address, person.line);
                let message = format!(
                    "found {address}, which {} in row {line} of {people} has on some of these days too",
                    person.id
                );
                wrong(message, "give it to both here, each with their days");
            }
        }
    }
}

/// A group's people are in the register, and each part of a group stands once for a day.
fn groups(rows: &Rows, mistakes: &mut Vec<Mistake>) {
    let (file, people) = (shown("groups.csv"), shown("people.csv"));
    let members = rows.groups.iter().filter_map(|row| match &row.part {
        GroupPart::Person(person) => Some((person, row.line)),
        GroupPart::Address(_) | GroupPart::Own(_) => None,
    });
    rows.person_names.missing((&file, "person"), &people, members, mistakes);
    for (at, row) in rows.groups.iter().enumerate() {
        let same = |other: &&GroupRow| {
            other.group == row.group
                && other.part == row.part
                && overlap((other.from, other.to), (row.from, row.to))
        };
        if let Some(other) = rows.groups[..at].iter().find(same) {
            let message =
                format!("found what row {} says of {} for some of these days too", other.line, row.group);
            let hint = "let the days of the first row end before those of the second begin";
            mistakes.push(Mistake::in_row(&file, row.line, Some("group"), message).hint(hint));
        }
    }
}

fn capture_paths(rows: &Rows, mistakes: &mut Vec<Mistake>) {
    let known = rows.captures.iter().map(|change| (change.capture_path.clone(), change.line)).collect();
    let names: Names<CapturePathId> = Names::new(known, rows.captures_readable);
    let used = rows.sources.iter().filter_map(|source| Some((source.capture_path.as_ref()?, source.line)));
    names.missing((&shown("sources.csv"), "capture_path"), &shown("captures.csv"), used, mistakes);
}

/// Where there is a schedule, the classes that sources name are in it.
fn retention_classes(rows: &Rows, mistakes: &mut Vec<Mistake>) {
    let file = shown("retention.csv");
    rows.retention_names.repeated(&file, "class", mistakes);
    if rows.retention_names.is_empty() {
        return;
    }
    let named = rows.sources.iter().filter(|source| !source.retention_class.is_empty());
    let named = named.map(|source| (&source.retention_class, source.line));
    rows.retention_names.missing((&shown("sources.csv"), "retention_class"), &file, named, mistakes);
}

/// A closed day stands in one row.
fn closures(closures: &[Closure], mistakes: &mut Vec<Mistake>) {
    let days = |closure: &Closure| (Some(closure.from), Some(closure.to));
    for (at, closure) in closures.iter().enumerate() {
        if let Some(other) = closures[..at].iter().find(|other| overlap(days(other), days(closure))) {
            let message = format!("found days that row {} has already", other.line);
            mistakes.push(Mistake::in_row(shown("closures.csv"), closure.line, Some("from"), message));
        }
    }
}

fn source_references(rows: &Rows, mistakes: &mut Vec<Mistake>) {
    let known_in = shown("sources.csv");
    let names = &rows.source_names;
    let disposals = rows.disposals.iter().map(|disposal| (&disposal.source, disposal.line));
    names.missing((&shown("disposals.csv"), "source"), &known_in, disposals, mistakes);
    let holds = rows.holds.iter().flat_map(|hold| {
        let named = match &hold.sources {
            HeldSources::All => [].as_slice(),
            HeldSources::Named(sources) => sources.as_slice(),
        };
        named.iter().map(move |source| (source, hold.line))
    });
    names.missing((&shown("holds.csv"), "sources"), &known_in, holds, mistakes);
    let review = rows.review.iter().map(|row| (&row.source, row.line));
    names.missing((&shown("review.csv"), "source"), &known_in, review, mistakes);
    rows.sequence_names.repeated(&shown("sequences.csv"), "sequence", mistakes);
    let sequences = rows.sequences.iter().map(|sequence| (&sequence.source, sequence.line));
    names.missing((&shown("sequences.csv"), "source"), &known_in, sequences, mistakes);
    // The rows of many files come sorted by file.
    for file in rows.review_log.chunk_by(|a, b| Arc::ptr_eq(&a.file, &b.file)) {
        let reviewed = file.iter().map(|row| (&row.source, row.line));
        names.missing((&shown(&file[0].file), "source"), &known_in, reviewed, mistakes);
    }
    for file in rows.control_ids.chunk_by(|a, b| Arc::ptr_eq(&a.file, &b.file)) {
        let listed = file.iter().map(|id| (&id.source, id.line));
        names.missing((&shown(&file[0].file), "source"), &known_in, listed, mistakes);
    }
    // The sources of reports with a mapping are found, or not, where they are read.
    for file in rows.controls.chunk_by(|a, b| Arc::ptr_eq(&a.file, &b.file)) {
        let controls = file.iter().map(|control| (&control.source, control.line));
        names.missing((&shown(&file[0].file), "source"), &known_in, controls, mistakes);
    }
}

type Days = (Option<NaiveDate>, Option<NaiveDate>);

/// Whether two spans of days share one.
pub(crate) fn overlap(a: Days, b: Days) -> bool {
    let before = |a: Days, b: Days| matches!((a.1, b.0), (Some(last), Some(first)) if last < first);
    !before(a, b) && !before(b, a)
}

/// Who says to have an address, and from when to when.
#[derive(Clone, Copy)]
struct Claim<'r> {
    by: &'r str,
    line: u64,
    days: Days,
}

/// An address passes on when its days do not overlap; otherwise its mail would belong to two at once.
fn shared_addresses<'r>(
    file: &str,
    when: &str,
    claims: impl Iterator<Item = (&'r EmailAddress, Claim<'r>)>,
    mistakes: &mut Vec<Mistake>,
) {
    let mut by_address: BTreeMap<&EmailAddress, Vec<Claim<'r>>> = BTreeMap::new();
    for (address, claim) in claims {
        let earlier = by_address.entry(address).or_default();
        if let Some(other) =
            earlier.iter().find(|other| other.by != claim.by && overlap(other.days, claim.days))
        {
            let message =
                format!("found {address}, which {} in row {} has too, {when}", other.by, other.line);
            mistakes.push(
                Mistake::in_row(file, claim.line, Some("addresses"), message)
                    .hint("leave the address with one of them, or end the first before the second begins"),
            );
        }
        earlier.push(claim);
    }
}
