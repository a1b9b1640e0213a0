//! Register and captured counts in, gaps out.
//!
//! Each kind of evidence is a module of its own, whose head states its statistic, what it assumes and
//! what it cannot see. What several kinds say of the same days of one source is one gap (module `event`),
//! and so is what several sources lost together (module `loss`).
//!
//! The name of a gap is made from its evidence, what it is about and its first day
//! (`silence:ann-lee-mailbox:2024-03-04`, `silence:path=journal-rule-7:2024-03-04` for all sources of a
//! capture path, `start` in place of a day that is not known). Its last day is no part of it: a gap that
//! grows, or closes, keeps its name. Where the gaps known before are given, a finding of the same event takes
//! the name that it had then, though its likeliest first day moved (module `naming`).

mod archive;
mod binomial;
mod business_days;
mod calendar;
mod candidate;
mod capture_recapture;
mod capture_test;
mod chart;
mod control_ids;
mod control_total;
mod count_model;
mod declared_change;
mod declared_silence;
#[cfg(test)]
mod dice;
mod disposal;
mod ends;
mod estimate;
mod event;
#[cfg(test)]
mod fixture;
mod fold;
mod grounds;
mod holiday;
mod leak;
mod leaking;
mod limit;
mod looked;
mod loss;
mod lull;
mod naming;
mod nothing_captured;
mod one_sided;
mod outside_report;
mod overdue;
mod pattern;
mod pool;
mod references;
mod resolution;
mod retention;
mod review;
mod rise_ends;
mod runs;
mod sequence;
mod silence;
mod source;
mod subject;
mod sway;
mod threshold;
mod unregistered_traffic;
mod watch;
mod word;

pub use business_days::business_days_after;
pub use capture_test::{CaptureProof, TestMessage};
pub use control_ids::{IdDay, IdState};
pub use control_total::{ControlComparison, DayDifference};
pub use declared_change::ChangeJudged;
pub use leaking::LeakFigure;
pub use one_sided::SidedCounts;
pub use overdue::{Freshness, Overdue, freshness};
pub use references::AnsweredCounts;
pub use sequence::{Numbered, SequenceFigure};
pub use source::{Resolution, SourceCoverage};
pub use unregistered_traffic::Traffic;
pub use word::CoverageWord;

use archive::Archive;
use chrono::NaiveDate;
use duces_model::{Gap, SourceId};
use duces_register::Register;
use serde::Serialize;
use source::Looked;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use subject::Subject;
use watch::Watch;

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

/// Everything that the register is held against. What is empty says nothing.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// What was captured.
    pub captured: Captured,
    /// Retained messages by the addresses that take part.
    pub traffic: Vec<Traffic>,
    /// The firm's domains.
    pub firm_domains: Vec<String>,
    /// The gaps known from earlier looks, with what people made of them: the same event keeps its name.
    pub known: Vec<Gap>,
    /// Names of gaps that count through others, because a person merged or split them.
    pub superseded: BTreeSet<String>,
    /// Messages of the firm that were answered, by who is taken to have written them.
    pub answered: Vec<AnsweredCounts>,
    /// Within how many days 19 of 20 retained messages were answered.
    pub answered_within_days: u64,
    /// Internal mail, by on whose side it is held.
    pub sided: Vec<SidedCounts>,
    /// Numbers that should not skip.
    pub numbered: Vec<Numbered>,
    /// What became of each Message-ID that the register lists, in its order; empty where nobody looked.
    pub ids: Vec<IdState>,
    /// Capture tests.
    pub tests: Vec<TestMessage>,
    /// The day of the look; absent: review is not judged.
    pub today: Option<NaiveDate>,
    /// Whether everything that can be found is on record already: then no gap is found anew, and the sources say what
    /// evidence could have seen of them, given the gaps on record.
    pub on_record: bool,
}

/// What the evidence says of the register's sources.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    /// All gaps, by source, first day and evidence; those of addresses without a source come first.
    pub gaps: Vec<Gap>,
    /// Each source of the register, sorted by id.
    pub sources: Vec<SourceCoverage>,
    /// What the counts say of each dated change of a capture path; by path and day.
    pub changes: Vec<ChangeJudged>,
    /// Answered messages looked for, by source.
    pub answered: Vec<LeakFigure>,
    /// Internal mail of others looked for in each source's own capture.
    pub sided: Vec<LeakFigure>,
    /// Sequences of numbers.
    pub sequences: Vec<SequenceFigure>,
    /// Communications that a system of record lists by id, by source and day.
    pub listed: Vec<IdDay>,
    /// Days on which a capture test proved that a source's capture worked.
    pub proofs: Vec<CaptureProof>,
    /// Capture tests whose outcome is not known yet.
    pub tests_pending: u64,
    /// False findings of silence to be expected in a million years of sources, if the calm history is like the
    /// time to come.
    pub false_per_million_source_years: u64,
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

/// Holds what was captured against the register. The result does not depend on the order of the input.
pub fn assess(register: &Register, inputs: &Inputs) -> Coverage {
    let counts = Counts::of(&inputs.captured);
    let archive = Archive::of(&counts.by_day(), inputs.captured.archive_days);
    let parts = subject::Parts::of(register);
    // By id, so that the order of the register's rows does not matter either.
    let mut sources: Vec<&duces_register::Source> = register.sources.iter().collect();
    sources.sort_by(|a, b| a.id.cmp(&b.id));
    let subjects: Vec<Subject<'_>> = sources
        .into_iter()
        .map(|source| {
            let (days, undated) = counts.sources.get(&source.id).cloned().unwrap_or_default();
            Subject::new(source, days, undated, &parts, archive.as_ref())
        })
        .collect();
    let watch = archive.as_ref().map(|archive| Watch::of(&subjects, archive.days, parts.calendar()));

    let mut found = nothing_captured::find(&subjects);
    let mut changes = Vec::new();
    if let Some(watch) = &watch {
        found.extend(silence::find(watch, &subjects));
        let (shifts, judged) = declared_change::find(watch, &subjects);
        found.extend(shifts);
        changes = judged;
    }
    let ids = if inputs.ids.len() == register.control_ids.len() {
        control_ids::compare(register, &inputs.ids)
    } else {
        control_ids::IdsCompared::default()
    };
    let listed: BTreeSet<(&SourceId, NaiveDate)> =
        ids.days.iter().map(|day| (&day.source, day.day)).collect();
    let mut controls = Vec::new();
    for (n, subject) in subjects.iter().enumerate() {
        let is_listed = |day: NaiveDate| listed.contains(&(&subject.source.id, day));
        let (control, below) = control_total::compare(n, subject, &is_listed);
        found.extend(below);
        found.extend(declared_silence::find(n, subject));
        controls.push(control);
    }
    let (mut gaps, unconfirmed_addresses) =
        unregistered_traffic::find(register, &inputs.traffic, &inputs.firm_domains);
    gaps.extend(event::gaps(&subjects, found));
    let known = KnownBesides::of(register, inputs, archive.as_ref());
    let mut gaps = fold::fold(gaps, ids.gaps.into_iter().chain(known.gaps).collect());
    gaps.sort_by(|a, b| {
        let key = |gap: &Gap| (gap.first_day, gap.evidence);
        (&a.sources, &a.address, key(a), &a.id).cmp(&(&b.sources, &b.address, key(b), &b.id))
    });
    naming::keep_names(&mut gaps, &inputs.known);
    fold::tell_apart(&mut gaps);
    if inputs.on_record {
        gaps.clear();
    }

    let axis = watch.as_ref().map(|watch| Arc::new(watch.axis.clone()));
    let of_source = subjects.iter().zip(controls).enumerate().map(|(n, (subject, control))| {
        let counts = |gap: &&Gap| gap.is_of(&subject.source.id) && !inputs.superseded.contains(&gap.id);
        let own = gaps.iter().filter(counts).cloned().collect();
        let listed =
            ids.days.iter().filter(|day| day.source == subject.source.id).map(|day| day.day).collect();
        let looked = watch.as_ref().zip(axis.as_ref()).map(|(watch, axis)| Looked { watch, axis, number: n });
        SourceCoverage::new(subject, (control, listed), own, looked)
    });
    let sources = of_source.collect();
    Coverage {
        gaps,
        sources,
        changes,
        answered: known.answered,
        sided: known.sided,
        sequences: known.sequences,
        listed: ids.days,
        proofs: known.proofs,
        tests_pending: known.tests_pending,
        false_per_million_source_years: watch.as_ref().map_or(0, Watch::false_per_million_years),
        judged_days: archive.as_ref().map(|archive| (archive.days.first, archive.days.last)),
        unknown_sources: counts.unknown_to(register),
        set_aside: archive.map(|archive| archive.set_aside).unwrap_or_default(),
        unconfirmed_addresses,
    }
}

/// What evidence says that knows more than counts.
#[derive(Default)]
struct KnownBesides {
    gaps: Vec<Gap>,
    answered: Vec<LeakFigure>,
    sided: Vec<LeakFigure>,
    sequences: Vec<SequenceFigure>,
    proofs: Vec<CaptureProof>,
    tests_pending: u64,
}

impl KnownBesides {
    fn of(register: &Register, inputs: &Inputs, archive: Option<&Archive>) -> Self {
        let mut known =
            Self { gaps: outside_report::find(register, &inputs.captured.by_day), ..Self::default() };
        if let Some(archive) = archive {
            let reach = (archive.days.first, archive.days.last);
            let (figures, gaps) =
                references::find(register, &inputs.answered, reach, inputs.answered_within_days);
            known.answered = figures;
            known.gaps.extend(gaps);
        }
        let captured: Vec<_> =
            inputs.captured.by_day.iter().map(|(source, day, _)| (source.clone(), *day)).collect();
        let (figures, gaps) = one_sided::find(register, &inputs.sided, &captured);
        known.sided = figures;
        known.gaps.extend(gaps);
        let (figures, gaps) = sequence::find(register, &inputs.numbered);
        known.sequences = figures;
        known.gaps.extend(gaps);
        let tests = capture_test::find(register, &inputs.tests);
        known.proofs = tests.proofs;
        known.tests_pending = tests.pending;
        known.gaps.extend(tests.gaps);
        known.gaps.extend(disposal::find(register));
        if let Some(today) = inputs.today {
            known.gaps.extend(review::find(register, &inputs.captured.by_day, today));
        }
        known
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
