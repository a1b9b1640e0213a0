//! Register and coverage: what should be there against what is.

mod evidence;
mod inputs;
mod page;
mod review;

pub use evidence::EvidenceFigure;

use crate::error::WorkspaceError;
use crate::gaps::GapRow;
use crate::home::{Actor, Workspace};
use crate::sheet::Sheet;
use chrono::{DateTime, NaiveDate, Utc};
use duces_coverage::{Captured, ChangeJudged, Coverage, Freshness, Inputs, SourceCoverage, Traffic};
use duces_ledger::GapChanges;
use duces_model::window::day_of;
use duces_model::{Axis, GapStatus, Sha256, SourceId};
use duces_register::Register;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What `duces register check` read.
#[derive(Debug, Serialize)]
pub struct RegisterReport {
    /// Registered sources.
    pub sources: u64,
    /// People.
    pub people: u64,
    /// Counsel of the firm.
    pub attorneys: u64,
    /// Dated changes of capture paths.
    pub captures: u64,
    /// Lawful disposals.
    pub disposals: u64,
    /// Holds.
    pub holds: u64,
    /// Days with a control total.
    pub control_days: u64,
    /// Communications that a system of record lists by id.
    pub control_ids: u64,
    /// Days and lists of reports of other systems.
    pub reported: u64,
    /// Closed days of the firm's own.
    pub closures: u64,
    /// Sequences of numbers that should not skip.
    pub sequences: u64,
    /// Connections to supervisory review.
    pub review: u64,
    /// Rows of the logs of review.
    pub review_rows: u64,
    /// Classes of the retention schedule.
    pub retention_classes: u64,
    /// Files that may be there and are not.
    pub absent: Vec<String>,
    /// Digest over all files of the register.
    pub register_sha256: String,
}

/// What `duces coverage` found.
#[derive(Debug, Serialize)]
pub struct CoverageReport {
    /// Each registered source.
    pub sources: Vec<SourceCoverage>,
    /// What each kind of evidence could and could not have seen, by source.
    pub evidence: Vec<EvidenceFigure>,
    /// What cannot be told of supervisory review, because the register does not say it; a line each.
    pub review_doubts: Vec<String>,
    /// Capture tests of which it is not known yet whether they arrived.
    pub tests_pending: u64,
    /// Each gap known, found now or earlier.
    pub gaps: Vec<GapRow>,
    /// Names of the gaps that were not known before.
    pub new_gaps: Vec<String>,
    /// Days far outside the archive's, taken for wrong dates, with how many communications bear them.
    pub set_aside: Vec<(NaiveDate, u64)>,
    /// Addresses of the firm without a source that traffic alone does not make a gap.
    pub unconfirmed_addresses: Vec<Traffic>,
    /// What the counts say of each dated change of a capture path.
    pub changes: Vec<ChangeJudged>,
    /// False findings of silence to be expected in a million years of sources.
    pub false_per_million_source_years: u64,
    /// First and last civil day of the archive.
    pub archive_days: Option<(NaiveDate, NaiveDate)>,
    /// When it was looked.
    pub looked_at: DateTime<Utc>,
    /// Sheets and pages written.
    pub reports: Vec<PathBuf>,
}

/// Gaps by source.
pub type GapsOfSource<'r> = BTreeMap<&'r SourceId, Vec<&'r GapRow>>;

/// What a nightly look found.
#[derive(Debug, Serialize)]
pub struct CoverageCheck {
    /// When it was looked.
    pub looked_at: DateTime<Utc>,
    /// Registered sources.
    pub sources: u64,
    /// First and last civil day of the archive.
    pub archive_days: Option<(NaiveDate, NaiveDate)>,
    /// Gaps found for the first time, and closed ones of which more was found.
    pub new_gaps: Vec<String>,
    /// Of these, the closed ones of which more was found.
    pub reopened_gaps: Vec<String>,
    /// Other gaps that nobody has judged.
    pub candidates_before: u64,
    /// Whether fresh material came.
    pub freshness: Freshness,
}

impl CoverageCheck {
    /// Whether the look could not say that material is fresh: a source is overdue, or no source declares a cadence.
    pub fn is_stale(&self) -> bool {
        !self.freshness.overdue.is_empty() || self.freshness.judged == 0
    }
}

impl CoverageReport {
    /// How many false findings of silence are to be expected, in one sentence.
    pub fn false_findings(&self) -> String {
        let per_million = self.false_per_million_source_years;
        let thousand = format!("{}.{}", per_million / 1_000, per_million % 1_000 / 100);
        format!(
            "In a thousand source-years {thousand} false findings of silence are to be expected, if the calm history of the \
             sources is like the time to come."
        )
    }

    /// Gaps that nobody has judged yet.
    pub fn unjudged(&self) -> usize {
        self.gaps.iter().filter(|row| row.gap.status == GapStatus::Candidate).count()
    }

    /// What was not preserved, by source: a gap stands with each of its sources.
    pub fn not_preserved(&self) -> GapsOfSource<'_> {
        let mut of = GapsOfSource::new();
        for row in self.gaps.iter().filter(|row| row.gap.axis == Axis::Preserved) {
            for source in &row.gap.sources {
                let rows = of.entry(source).or_default();
                if rows.last().is_none_or(|last| !std::ptr::eq(*last, row)) {
                    rows.push(row);
                }
            }
        }
        of
    }
}

impl Workspace {
    /// Reads and checks the register.
    ///
    /// # Errors
    /// All mistakes in its files.
    pub fn check_register(&self) -> Result<RegisterReport, WorkspaceError> {
        let register = self.register()?;
        let count = |n: usize| n as u64;
        Ok(RegisterReport {
            sources: count(register.sources.len()),
            people: count(register.people.len()),
            attorneys: count(register.attorneys.len()),
            captures: count(register.captures.len()),
            disposals: count(register.disposals.len()),
            holds: count(register.holds.len()),
            control_days: count(register.controls.len()),
            control_ids: count(register.control_ids.len()),
            reported: count(register.reports.len() + register.reported_gaps.len()),
            closures: count(register.closures.len()),
            sequences: count(register.sequences.len()),
            review: count(register.review.len()),
            review_rows: count(register.review_log.len()),
            retention_classes: count(register.retention.len()),
            absent: register.absent.clone(),
            register_sha256: register.digest().to_string(),
        })
    }

    /// Holds the captured counts against the register, records the gaps and writes the sheets.
    ///
    /// # Errors
    /// Mistakes in the register, or a ledger that cannot be read.
    pub fn coverage(&mut self, actor: &Actor) -> Result<CoverageReport, WorkspaceError> {
        let register = self.register()?;
        Ok(self.look(&register, actor)?.0)
    }

    /// Looks, and tells what was captured by day beside what was found.
    fn look(
        &mut self,
        register: &Register,
        actor: &Actor,
    ) -> Result<(CoverageReport, Captured), WorkspaceError> {
        let inputs = self.inputs_at(register, actor)?;
        let coverage = duces_coverage::assess(register, &inputs);
        let changes = self.record_look(register, &coverage, actor)?;
        let gaps = self.gaps()?;
        let Inputs { captured, mut traffic, .. } = inputs;
        traffic.retain(|one| !register.is_registered(&one.address));
        let days = days(&captured);
        let mut reports =
            vec![self.coverage_sheet(&coverage)?, self.gaps_sheet(&gaps)?, self.days_sheet(&days)?];
        let evidence = evidence::figures(register, &coverage);
        reports.push(self.evidence_sheet(&evidence)?);
        if !coverage.changes.is_empty() {
            reports.push(self.changes_sheet(&coverage.changes)?);
        }
        let mut report = CoverageReport {
            sources: coverage.sources,
            evidence,
            review_doubts: review::doubts(register, day_of(actor.now, self.config.firm.zone)),
            tests_pending: coverage.tests_pending,
            gaps,
            new_gaps: changes.new,
            set_aside: coverage.set_aside,
            unconfirmed_addresses: coverage.unconfirmed_addresses,
            changes: coverage.changes,
            false_per_million_source_years: coverage.false_per_million_source_years,
            archive_days: captured.archive_days,
            looked_at: actor.now,
            reports: Vec::new(),
        };
        let path = self.report("coverage.json");
        report.reports = reports;
        let json = serde_json::to_vec_pretty(&report).map_err(|error| WorkspaceError::Io {
            doing: "write",
            path: path.clone(),
            source: error.into(),
        })?;
        crate::files::replace(&path, &json)?;
        let mut reports = std::mem::take(&mut report.reports);
        reports.push(path);
        let path = self.report("coverage.html");
        let page = page::page(&self.config.firm.name, &report, &days, &traffic);
        crate::files::replace(&path, page.as_bytes())?;
        reports.push(path);
        report.reports = reports;
        Ok((report, captured))
    }

    /// Looks as a nightly job does: at what is new, at what nobody has judged, and at whether fresh material came.
    ///
    /// # Errors
    /// As for [`Workspace::coverage`].
    pub fn coverage_check(&mut self, actor: &Actor) -> Result<CoverageCheck, WorkspaceError> {
        let register = self.register()?;
        let (report, captured) = self.look(&register, actor)?;
        let today = day_of(actor.now, self.config.firm.zone);
        let freshness = duces_coverage::freshness(&register, &captured.by_day, today);
        let open = |row: &&GapRow| row.counts && row.gap.status == GapStatus::Candidate;
        let reopened_now = |row: &&GapRow| row.reopened.as_ref().is_some_and(|open| open.since == actor.now);
        let reopened = report.gaps.iter().filter(open).filter(reopened_now);
        let reopened_gaps: Vec<String> = reopened.map(|row| row.gap.id.clone()).collect();
        let mut new_gaps = report.new_gaps.clone();
        new_gaps.extend(reopened_gaps.iter().cloned());
        new_gaps.sort();
        new_gaps.dedup();
        let candidates = report.gaps.iter().filter(open).count() as u64;
        Ok(CoverageCheck {
            looked_at: actor.now,
            sources: report.sources.len() as u64,
            archive_days: report.archive_days,
            candidates_before: candidates.saturating_sub(new_gaps.len() as u64),
            new_gaps,
            reopened_gaps,
            freshness,
        })
    }

    /// The days of every source as a table.
    fn days_sheet(&self, days: &page::ByDay) -> Result<PathBuf, WorkspaceError> {
        let path = self.report("coverage-days.csv");
        let mut sheet = Sheet::staged_internal(&path, &["source", "day", "captured"])?;
        for (source, counts) in days {
            for (day, count) in counts {
                sheet.row([source.to_string(), day.to_string(), count.to_string()]);
            }
        }
        sheet.finish()?;
        Ok(path)
    }

    /// What coverage says of the sources. Where gaps were looked for in everything that is indexed, with this register, the
    /// gaps on record are all there is to find, and only the counts are read; else everything is looked at.
    pub(crate) fn assess(&self, register: &Register) -> Result<Coverage, WorkspaceError> {
        self.require_attributed(register)?;
        if self.ledger.is_looked(&self.look_basis(register))? {
            return Ok(duces_coverage::assess(register, &self.counts_on_record()?));
        }
        Ok(duces_coverage::assess(register, &self.coverage_inputs(register, None)?))
    }

    /// What a look for gaps rests on beside what is indexed.
    fn look_basis(&self, register: &Register) -> Sha256 {
        let domains = self.config.firm.domains.join(" ");
        Sha256::of(format!("{} {domains} {}", register.digest(), env!("CARGO_PKG_VERSION")))
    }

    /// Records the gaps that a look found, and that it looked.
    pub(crate) fn record_look(
        &mut self,
        register: &Register,
        coverage: &Coverage,
        actor: &Actor,
    ) -> Result<GapChanges, WorkspaceError> {
        let changes = self.ledger.record_gaps(&actor.act(), &coverage.gaps)?;
        self.ledger.note_look(&self.look_basis(register))?;
        Ok(changes)
    }

    /// As [`Workspace::assess`] on the day of an act, so that what has to be done within days is judged too: what is
    /// recorded comes from here.
    pub(crate) fn assess_at(&self, register: &Register, actor: &Actor) -> Result<Coverage, WorkspaceError> {
        Ok(duces_coverage::assess(register, &self.inputs_at(register, actor)?))
    }

    fn inputs_at(&self, register: &Register, actor: &Actor) -> Result<Inputs, WorkspaceError> {
        self.require_attributed(register)?;
        self.coverage_inputs(register, Some(day_of(actor.now, self.config.firm.zone)))
    }

    fn coverage_sheet(&self, coverage: &Coverage) -> Result<PathBuf, WorkspaceError> {
        let heads = [
            "source",
            "name",
            "in service from",
            "in service to",
            "captured",
            "undated",
            "first day",
            "last day",
            "control total",
            "captured on control days",
            "days below",
            "judged by",
            "not judged because",
            "captured per 100 business days",
            "working days of silence that can be told",
            "working days of silence that can be told of all together",
            "false findings of silence expected in a million source-years",
        ];
        let mut sheet = Sheet::internal(&heads);
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        for source in &coverage.sources {
            let control = source.control.as_ref();
            let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
            let shared = source.resolution.iter().flat_map(|told| &told.together_days);
            let together: Vec<String> = shared.map(|(shared, days)| format!("{shared}: {days}")).collect();
            sheet.row([
                source.source.to_string(),
                source.name.clone(),
                source.in_service.0.to_string(),
                day(source.in_service.1),
                source.captured.to_string(),
                source.undated.to_string(),
                day(source.first_day),
                day(source.last_day),
                number(control.map(|control| control.expected)),
                number(control.map(|control| control.captured)),
                number(control.map(|control| control.days_below)),
                source.judged_by.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join("; "),
                source.not_judged_because.join("; "),
                number(source.resolution.as_ref().map(|told| told.per_hundred_business_days)),
                number(source.resolution.as_ref().and_then(|told| told.alone_days)),
                together.join("; "),
                coverage.false_per_million_source_years.to_string(),
            ]);
        }
        let path = self.report("coverage.csv");
        sheet.replace(&path)?;
        Ok(path)
    }

    /// What the counts say of each dated change of a capture path, as a table.
    fn changes_sheet(&self, changes: &[ChangeJudged]) -> Result<PathBuf, WorkspaceError> {
        let heads = [
            "capture path",
            "changed on",
            "sources compared",
            "percent of the volume before",
            "at least",
            "at most",
            "drop that would have been found, percent",
            "is a finding",
            "says",
        ];
        let mut sheet = Sheet::internal(&heads);
        let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
        for change in changes {
            sheet.row([
                change.capture_path.clone(),
                change.changed_on.to_string(),
                change.sources.iter().map(SourceId::as_str).collect::<Vec<_>>().join("; "),
                number(change.percent),
                number(change.percent_between.map(|(low, _)| low)),
                number(change.percent_between.map(|(_, high)| high)),
                number(change.drop_found_from_percent),
                if change.found { "yes" } else { "no" }.to_owned(),
                change.says.clone(),
            ]);
        }
        let path = self.report("coverage-changes.csv");
        sheet.replace(&path)?;
        Ok(path)
    }
}

/// What was captured of each source on each day.
fn days(captured: &Captured) -> page::ByDay {
    let mut days = page::ByDay::new();
    for (source, day, count) in &captured.by_day {
        days.entry(source.clone()).or_default().insert(*day, *count);
    }
    days
}

/// Whether a gap concerns a source, or an address without one that could have been in any.
pub(crate) fn concerns(gap: &duces_model::Gap, sources: &[duces_model::SourceId]) -> bool {
    gap.sources.is_empty() || gap.sources.iter().any(|source| sources.contains(source))
}
