//! Where the simulated firm meets the program under test; `evidence` prepares what follows from messages.

use crate::evidence;
use crate::world::World;
use chrono::NaiveDate;
use duces_coverage::{Captured, Coverage, CoverageWord, Inputs, Traffic, assess};
use duces_model::{Axis, DateWindow, DayBounds, EmailAddress, Gap, Mistakes, Quantity, SourceId};
use duces_register::{Register, RegisterError};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Why the program under test could not be asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The simulated register is not one: a fault of the replay.
    #[error("the register of {firm} could not be read: {mistakes}")]
    Register { firm: String, mistakes: String },
    /// A file or folder could not be written.
    #[error("could not write the register of {firm}")]
    Written { firm: String, source: std::io::Error },
    /// A simulated name is none: a fault of the replay.
    #[error("{found:?} is no name")]
    Name { found: String },
    /// There is no such scenario.
    #[error("found {found:?}, expected one of {expected}")]
    Scenario { found: String, expected: String },
    /// The part with real mail could not be done.
    #[error("could not replay the real mail")]
    Real(#[from] crate::real::Failure),
    /// The scores could not be written.
    #[error("could not write the scores as JSON")]
    Json(#[from] serde_json::Error),
}

/// A first or last day, as found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub(crate) struct End {
    pub(crate) day: NaiveDate,
    pub(crate) low: NaiveDate,
    pub(crate) high: NaiveDate,
}

/// How much, as found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Amount {
    Exact(u64),
    Between { low: u64, best: u64, high: u64 },
    AtLeast(u64),
    AtMost(u64),
    Net(u64),
    Unknown,
}

/// A gap, as found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Found {
    pub(crate) id: String,
    pub(crate) evidence: &'static str,
    pub(crate) reviewed: bool,
    /// Places in the world's list.
    pub(crate) sources: Vec<usize>,
    pub(crate) address: Option<String>,
    /// Absent where it is not known.
    pub(crate) first: Option<End>,
    pub(crate) last: Option<End>,
    pub(crate) amount: Amount,
}

/// What is said of a source in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Covered,
    Gap,
    CannotTell,
}

/// What the program says of a firm on a night.
pub(crate) struct Answer {
    pub(crate) found: Vec<Found>,
    coverage: Coverage,
}

/// Asks when all is over, through a register of files.
pub(crate) fn ask(world: &World) -> Result<Answer, Failure> {
    let written = |source| Failure::Written { firm: world.name.clone(), source };
    let folder = tempfile::tempdir().map_err(written)?;
    for (name, text) in world.register.files(world.first, &world.controls, world.last()) {
        write(folder.path(), &name, &text).map_err(written)?;
    }
    let register = Register::read(folder.path()).map_err(|error| Failure::Register {
        firm: world.name.clone(),
        mistakes: match &error {
            RegisterError::Mistakes(mistakes) => listed(mistakes),
            other @ RegisterError::Unreadable { .. } => other.to_string(),
        },
    })?;
    answer(world, &register, world.days - 1)
}

/// Asks on the night after a day, of what was known and had arrived by then.
pub(crate) fn ask_on(world: &World, night: usize) -> Result<Answer, Failure> {
    let files = world.register.files(world.first, &world.controls, world.day(night));
    let files = files.into_iter().map(|(name, text)| (name, text.into_bytes()));
    let register = Register::from_files(files)
        .map_err(|mistakes| Failure::Register { firm: world.name.clone(), mistakes: mistakes.to_string() })?;
    answer(world, &register, night)
}

fn write(folder: &Path, name: &str, text: &str) -> std::io::Result<()> {
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, text)
}

fn listed(mistakes: &Mistakes) -> String {
    mistakes.iter().take(3).map(|mistake| format!("{mistake}; ")).collect()
}

fn answer(world: &World, register: &Register, night: usize) -> Result<Answer, Failure> {
    let named = |text: &str| text.parse::<SourceId>().map_err(|_| Failure::Name { found: text.to_owned() });
    let ids = world.sources.iter().map(|series| named(&series.id)).collect::<Result<Vec<_>, _>>()?;
    let rows = world.captured_by(night);
    let days = || rows.iter().map(|(_, day, _)| *day);
    let captured = Captured {
        archive_days: days().min().zip(days().max()).map(|(first, last)| (world.day(first), world.day(last))),
        by_day: rows.iter().map(|(source, day, n)| (ids[*source].clone(), world.day(*day), *n)).collect(),
        undated: Vec::new(),
    };
    let mut inputs = Inputs {
        captured,
        traffic: traffic(world, night)?,
        firm_domains: vec![world.firm_domain.to_owned()],
        today: Some(world.day(night)),
        ..Inputs::default()
    };
    evidence::add(&mut inputs, world, register, night)?;
    let coverage = assess(register, &inputs);
    let places: BTreeMap<&SourceId, usize> = ids.iter().enumerate().map(|(at, id)| (id, at)).collect();
    let found = coverage.gaps.iter().map(|gap| found(gap, &places)).collect();
    Ok(Answer { found, coverage })
}

fn traffic(world: &World, night: usize) -> Result<Vec<Traffic>, Failure> {
    let mut all = Vec::new();
    for account in &world.accounts {
        let seen: Vec<_> = account.seen.iter().filter(|(day, ..)| *day <= night).collect();
        let (Some(first), Some(last)) = (seen.first(), seen.last()) else { continue };
        all.push(Traffic {
            address: EmailAddress::new(&account.address)
                .map_err(|_| Failure::Name { found: account.address.clone() })?,
            sent: seen.iter().map(|(_, sent, _, _)| sent).sum(),
            received: seen.iter().map(|(_, _, received, _)| received).sum(),
            internal_or_answered: seen.iter().map(|(_, _, _, inside)| inside).sum(),
            first_day: Some(world.day(first.0)),
            last_day: Some(world.day(last.0)),
        });
    }
    Ok(all)
}

fn found(gap: &Gap, places: &BTreeMap<&SourceId, usize>) -> Found {
    let end = |day: Option<NaiveDate>, bounds: Option<DayBounds>| {
        day.map(|day| End {
            day,
            low: bounds.map_or(day, |bounds| bounds.earliest),
            high: bounds.map_or(day, |bounds| bounds.latest),
        })
    };
    Found {
        id: gap.id.clone(),
        evidence: gap.evidence.as_str(),
        reviewed: gap.axis == Axis::Reviewed,
        sources: gap.sources.iter().filter_map(|source| places.get(source).copied()).collect(),
        address: gap.address.clone(),
        first: end(gap.first_day, gap.first_between),
        last: end(gap.last_day, gap.last_between),
        amount: match gap.quantity {
            Quantity::Exact { count } => Amount::Exact(count),
            Quantity::AtLeast { count } => Amount::AtLeast(count),
            Quantity::AtMost { count } => Amount::AtMost(count),
            Quantity::Estimated { count, low, high } => Amount::Between { low, best: count, high },
            Quantity::NetDifference { count } => Amount::Net(count),
            Quantity::Unknown => Amount::Unknown,
        },
    }
}

impl Answer {
    /// What is said of a source in a period; nothing where the program does not know the source.
    pub(crate) fn says(&self, id: &str, first: NaiveDate, last: NaiveDate) -> Option<Said> {
        let source = self.coverage.sources.iter().find(|source| source.source.as_str() == id)?;
        let period = DateWindow::new(first, last, chrono_tz::America::New_York).ok()?;
        Some(match source.says(&period, &self.coverage.gaps) {
            CoverageWord::Covered { .. } => Said::Covered,
            CoverageWord::Gap { .. } => Said::Gap,
            CoverageWord::CannotTell { .. } => Said::CannotTell,
        })
    }
}
