//! Register and coverage: what should be there against what is.

mod page;

use crate::error::WorkspaceError;
use crate::gaps::GapRow;
use crate::home::{Actor, Workspace};
use crate::sheet::Sheet;
use chrono::{DateTime, NaiveDate, Utc};
use duces_coverage::{Captured, Coverage, SourceCoverage, Traffic};
use duces_model::GapStatus;
use duces_register::Register;
use serde::Serialize;
use std::path::PathBuf;

/// What `duces register check` read.
#[derive(Debug, Serialize)]
pub struct RegisterReport {
    /// Registered sources.
    pub sources: u64,
    /// People.
    pub people: u64,
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
    /// Each gap known, found now or earlier.
    pub gaps: Vec<GapRow>,
    /// Names of the gaps that were not known before.
    pub new_gaps: Vec<String>,
    /// Days far outside the archive's, taken for wrong dates, with how many communications bear them.
    pub set_aside: Vec<(NaiveDate, u64)>,
    /// Addresses of the firm without a source that traffic alone does not make a gap.
    pub unconfirmed_addresses: Vec<Traffic>,
    /// First and last civil day of the archive.
    pub archive_days: Option<(NaiveDate, NaiveDate)>,
    /// When it was looked.
    pub looked_at: DateTime<Utc>,
    /// Sheets and pages written.
    pub reports: Vec<PathBuf>,
}

impl CoverageReport {
    /// Gaps that nobody has judged yet.
    pub fn unjudged(&self) -> usize {
        self.gaps.iter().filter(|row| row.gap.status == GapStatus::Candidate).count()
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
        let coverage = self.assess(&register)?;
        let changes = self.ledger.record_gaps(&actor.act(), &coverage.gaps)?;
        let gaps = self.gaps()?;
        let (days, traffic) = (self.days()?, self.unregistered(&register)?);
        let mut reports =
            vec![self.coverage_sheet(&coverage)?, self.gaps_sheet(&gaps)?, self.days_sheet(&days)?];
        let mut report = CoverageReport {
            sources: coverage.sources,
            gaps,
            new_gaps: changes.new,
            set_aside: coverage.set_aside,
            unconfirmed_addresses: coverage.unconfirmed_addresses,
            archive_days: self.ledger.archive_days()?,
            looked_at: actor.now,
            reports: Vec::new(),
        };
        let path = self.report("coverage.html");
        let page = page::page(&self.config.firm.name, &report, &days, &traffic);
        crate::files::replace(&path, page.as_bytes())?;
        reports.push(path);
        report.reports = reports;
        Ok(report)
    }

    /// What was captured of each source on each day.
    fn days(&self) -> Result<page::ByDay, WorkspaceError> {
        let mut days = page::ByDay::new();
        for row in self.ledger.captured_by_day()? {
            days.entry(row.source).or_default().insert(row.day, row.deliveries);
        }
        Ok(days)
    }

    /// The traffic of the firm's addresses that no source has.
    fn unregistered(&self, register: &Register) -> Result<Vec<Traffic>, WorkspaceError> {
        let mut traffic = self.traffic()?;
        traffic.retain(|one| !register.is_registered(&one.address));
        Ok(traffic)
    }

    fn traffic(&self) -> Result<Vec<Traffic>, WorkspaceError> {
        let traffic = |row: duces_ledger::AddressTraffic| Traffic {
            address: row.address,
            sent: row.internal_sent,
            received: row.received,
            internal_or_answered: row.answered_or_internal,
            first_day: row.first_day,
            last_day: row.last_day,
        };
        Ok(self.ledger.address_traffic(&self.config.firm.domains)?.into_iter().map(traffic).collect())
    }

    /// The days of every source as a table.
    fn days_sheet(&self, days: &page::ByDay) -> Result<PathBuf, WorkspaceError> {
        let path = self.report("coverage-days.csv");
        let mut sheet = Sheet::staged(&path, &["source", "day", "captured"])?;
        for (source, counts) in days {
            for (day, count) in counts {
                sheet.row([source.to_string(), day.to_string(), count.to_string()]);
            }
        }
        sheet.finish()?;
        Ok(path)
    }

    pub(crate) fn assess(&self, register: &Register) -> Result<Coverage, WorkspaceError> {
        self.require_attributed(register)?;
        let traffic = self.traffic()?;
        let undated = self
            .ledger
            .source_accounts()?
            .into_iter()
            .filter_map(|row| row.source.map(|source| (source, row.undated)))
            .collect();
        let captured = Captured {
            by_day: self
                .ledger
                .captured_by_day()?
                .into_iter()
                .map(|captured| (captured.source, captured.day, captured.deliveries))
                .collect(),
            undated,
            archive_days: self.ledger.archive_days()?,
        };
        Ok(duces_coverage::assess(register, &captured, &traffic, &self.config.firm.domains))
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
        ];
        let mut sheet = Sheet::new(&heads);
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        for source in &coverage.sources {
            let control = source.control.as_ref();
            let number = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
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
            ]);
        }
        let path = self.report("coverage.csv");
        sheet.replace(&path)?;
        Ok(path)
    }
}

/// Whether a gap concerns a source, or an address without one that could have been in any.
pub(crate) fn concerns(gap: &duces_model::Gap, sources: &[duces_model::SourceId]) -> bool {
    gap.sources.is_empty() || gap.sources.iter().any(|source| sources.contains(source))
}
