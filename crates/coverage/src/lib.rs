//! Register and captured counts in, gaps out.
//!
//! Each kind of evidence is a module of its own, whose head states its statistic, what it assumes and
//! what it cannot see. What several kinds say of the same days of one source is one gap (module `event`).
//!
//! The name of a gap is made from its evidence, its source or address, and its first day
//! (`silence:ann-lee-mailbox:2024-03-04`, `start` in place of a day that is not known). Its last day is
//! no part of it: a gap that grows, or closes, keeps its name. Where the *first* day moves, because
//! earlier material or new control totals came in, the gap gets a new name and the old one is not found
//! again: two findings that differ in when the loss began are two findings, and a person's word on the
//! one is no word on the other.

mod archive;
mod binomial;
mod calendar;
mod candidate;
mod capture_recapture;
mod capture_test;
mod control_ids;
mod control_total;
#[cfg(test)]
mod dice;
mod event;
#[cfg(test)]
mod fixture;
mod leak;
mod leaking;
mod looked;
mod nothing_captured;
mod one_sided;
mod outside_report;
mod references;
mod retention;
mod review;
mod rise_ends;
mod runs;
mod sequence;
mod silence;
mod source;
mod subject;
mod unregistered_traffic;
mod word;

pub use capture_test::{CaptureProof, CaptureTests, TestMessage, find as capture_tests};
pub use control_ids::{IdDay, IdState, IdsCompared, compare as listed_ids};
pub use control_total::{ControlComparison, DayDifference};
pub use leaking::LeakFigure;
pub use one_sided::{SidedCounts, find as one_sided_mail};
pub use outside_report::find as outside_reports;
pub use references::{AnsweredCounts, find as dangling_references};
pub use review::find as review_gaps;
pub use sequence::{Numbered, SequenceFigure, find as broken_sequences};
pub use source::SourceCoverage;
pub use unregistered_traffic::Traffic;
pub use word::CoverageWord;

use archive::Archive;
use chrono::NaiveDate;
use duces_model::{Gap, SourceId};
use duces_register::Register;
use serde::Serialize;
use std::collections::BTreeMap;
use subject::Subject;

/// What was captured, as the ledger counts it; entries may come in any order and in pieces.
#[derive(Debug, Clone, Default)]
pub struct Captured {
    /// Communications (occurrences) per source and civil day.
    pub by_day: Vec<(SourceId, NaiveDate, u64)>,
    /// Communications per source that have no usable date.
    pub undated: Vec<(SourceId, u64)>,
    /// First and last civil day of everything in the archives, attributed or not; absent where nothing
    /// has a usable date.
    pub archive_days: Option<(NaiveDate, NaiveDate)>,
}

/// What the evidence says of the register's sources.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// All gaps, by source, first day and evidence; those of addresses without a source come first.
    pub gaps: Vec<Gap>,
    /// Each source of the register, sorted by id.
    pub sources: Vec<SourceCoverage>,
    /// The days that the archive is taken to reach over; outside them nothing is judged by absence.
    pub judged_days: Option<(NaiveDate, NaiveDate)>,
    /// Days far outside these, with how many communications bear them: taken for wrong dates.
    pub set_aside: Vec<(NaiveDate, u64)>,
    /// Addresses of the firm without a source that only received, or only appeared to send: a From line
    /// can be spoofed or mistyped, so they are no gaps; sorted by address.
    pub unconfirmed_addresses: Vec<Traffic>,
    /// Counts of sources that the register does not have, dated and undated together; sorted.
    pub unknown_sources: Vec<(SourceId, u64)>,
}

/// Holds captured counts against the register. The result does not depend on the order of the input.
pub fn assess(
    register: &Register,
    captured: &Captured,
    traffic: &[Traffic],
    firm_domains: &[String],
) -> Coverage {
    let counts = Counts::of(captured);
    let archive = Archive::of(&counts.by_day(), captured.archive_days);
    let (mut gaps, unconfirmed_addresses) = unregistered_traffic::find(register, traffic, firm_domains);
    let mut sources = Vec::new();
    let parts = subject::Parts::of(register);
    for source in &register.sources {
        let (days, undated) = counts.sources.get(&source.id).cloned().unwrap_or_default();
        let subject = Subject::new(source, days, undated, &parts, archive.as_ref());
        let (control, below) = control_total::compare(&subject);
        let absences = nothing_captured::find(&subject).into_iter().chain(silence::find(&subject));
        let found = event::gaps(&subject, below.into_iter().chain(absences).collect());
        sources.push(SourceCoverage::new(&subject, control, found.clone()));
        gaps.extend(found);
    }
    sources.sort_by(|a, b| a.source.cmp(&b.source));
    gaps.sort_by(|a, b| {
        (&a.sources, &a.address, a.first_day, a.evidence).cmp(&(
            &b.sources,
            &b.address,
            b.first_day,
            b.evidence,
        ))
    });
    let unknown_sources = counts.unknown_to(register);
    Coverage {
        gaps,
        sources,
        judged_days: archive.as_ref().map(|archive| (archive.days.first, archive.days.last)),
        set_aside: archive.map(|archive| archive.set_aside).unwrap_or_default(),
        unconfirmed_addresses,
        unknown_sources,
    }
}

/// Communications per day with any, and how many have no day.
type OfSource = (BTreeMap<NaiveDate, u64>, u64);

/// The captured counts, added up.
#[derive(Default)]
struct Counts<'c> {
    sources: BTreeMap<&'c SourceId, OfSource>,
}

impl<'c> Counts<'c> {
    fn of(captured: &'c Captured) -> Self {
        let mut counts = Self::default();
        for (source, day, count) in captured.by_day.iter().filter(|(_, _, count)| *count > 0) {
            *counts.sources.entry(source).or_default().0.entry(*day).or_default() += count;
        }
        for (source, count) in &captured.undated {
            counts.sources.entry(source).or_default().1 += count;
        }
        counts
    }

    fn by_day(&self) -> BTreeMap<NaiveDate, u64> {
        let mut by_day = BTreeMap::new();
        for (day, count) in self.sources.values().flat_map(|(days, _)| days) {
            *by_day.entry(*day).or_default() += count;
        }
        by_day
    }

    fn unknown_to(&self, register: &Register) -> Vec<(SourceId, u64)> {
        let known: std::collections::BTreeSet<&SourceId> =
            register.sources.iter().map(|source| &source.id).collect();
        let unknown = self.sources.iter().filter(|(source, _)| !known.contains(*source));
        unknown
            .map(|(source, (days, undated))| ((*source).clone(), days.values().sum::<u64>() + undated))
            .collect()
    }
}
