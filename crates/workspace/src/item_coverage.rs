//! The sources of one item: which it asks, which of them were captured, and what coverage says of each in
//! the item's period. Plans, hit reports and certificates say the same of the same item.

use crate::coverage::concerns;
use crate::error::WorkspaceError;
use crate::gaps::GapRow;
use crate::home::Workspace;
use crate::scope::sources_of;
use duces_coverage::{Coverage, CoverageWord, SourceCoverage};
use duces_model::{Gap, SourceId};
use duces_query::{Item, Resolved};
use duces_register::Register;
use serde::Serialize;

/// What is said of a source in an item's period; what weakens an answer most comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Said {
    /// Nothing was captured of it, on any day.
    NeverCaptured,
    /// An open gap crosses its days of service.
    Gap,
    /// No evidence judged all of the days and found nothing.
    CannotTell,
    /// By the register it was in service on no day of the period.
    NotInService,
    /// Evidence that could have seen a loss found none.
    Covered,
}

impl Said {
    /// In the words of the reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NeverCaptured => "never captured",
            Self::Gap => "gap",
            Self::CannotTell => "cannot tell",
            Self::NotInService => "not in service",
            Self::Covered => "covered by evidence",
        }
    }

    /// Whether a nil result does not hold of such a source.
    pub const fn weakens(self) -> bool {
        matches!(self, Self::NeverCaptured | Self::Gap | Self::CannotTell)
    }
}

/// A source of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourcePlan {
    /// The source.
    pub source: SourceId,
    /// Its name.
    pub name: String,
    /// The word of [`Said`].
    pub coverage: String,
    /// Why.
    pub because: String,
    /// The same word, for programs.
    #[serde(skip)]
    pub said: Said,
}

/// The sources of an item.
#[derive(Default)]
pub(crate) struct ItemCoverage {
    /// Those of which something was captured, sorted.
    pub(crate) searched: Vec<SourcePlan>,
    /// Those that it asks and of which nothing was, sorted.
    pub(crate) never_captured: Vec<SourcePlan>,
    /// Those of the register that it does not ask, sorted.
    pub(crate) left_out: Vec<SourceId>,
    /// The gaps recorded that share a day with its period and concern a source that it asks.
    pub(crate) gaps: Vec<GapRow>,
    /// Those that are found now and that nobody has recorded yet.
    pub(crate) new_gaps: Vec<Gap>,
}

impl ItemCoverage {
    pub(crate) fn of(
        item: &Item<Resolved>,
        register: &Register,
        coverage: &Coverage,
        (gaps, new_gaps): (&[GapRow], &[Gap]),
    ) -> Self {
        let asked = sources_of(item, register);
        let known: Vec<Gap> = gaps.iter().map(|row| row.gap.clone()).collect();
        let (mut searched, mut never_captured, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
        for source in &coverage.sources {
            if !asked.contains(&source.source) {
                left_out.push(source.source.clone());
            } else if source.captured + source.undated == 0 {
                never_captured.push(plan(source, item, &known));
            } else {
                searched.push(plan(source, item, &known));
            }
        }
        let crosses =
            |gap: &Gap| gap.crosses_days(item.period.first(), item.period.last()) && concerns(gap, &asked);
        let gaps = gaps.iter().filter(|row| crosses(&row.gap)).cloned().collect();
        let new_gaps = new_gaps.iter().filter(|gap| crosses(gap)).cloned().collect();
        Self { searched, never_captured, left_out, gaps, new_gaps }
    }

    /// The sources that are not searched, and why, sorted.
    pub(crate) fn not_searched(&self) -> Vec<(SourceId, String)> {
        let left = self.left_out.iter().map(|source| (source, "left out by the item's sources or channels"));
        let never = self.never_captured.iter().map(|plan| (&plan.source, "nothing was captured of it"));
        let mut all: Vec<_> =
            left.chain(never).map(|(source, why)| (source.clone(), why.to_owned())).collect();
        all.sort();
        all
    }

    /// The gaps that cross it, recorded or not.
    pub(crate) fn all_gaps(&self) -> impl Iterator<Item = &Gap> {
        self.gaps.iter().map(|row| &row.gap).chain(&self.new_gaps)
    }

    /// The sources that it asks, sorted.
    pub(crate) fn asked(&self) -> Vec<SourcePlan> {
        let mut asked: Vec<_> = self.searched.iter().chain(&self.never_captured).cloned().collect();
        asked.sort_by(|a, b| a.source.cmp(&b.source));
        asked
    }
}

fn plan(source: &SourceCoverage, item: &Item<Resolved>, gaps: &[Gap]) -> SourcePlan {
    let (mut said, mut because) = words(&source.says(&item.period, gaps));
    let (from, to) = source.in_service;
    let serves = from <= item.period.last() && to.is_none_or(|to| item.period.first() <= to);
    if !serves {
        said = Said::NotInService;
    } else if source.captured + source.undated == 0 {
        because = format!("{}: {because}", said.as_str());
        said = Said::NeverCaptured;
    }
    SourcePlan {
        source: source.source.clone(),
        name: source.name.clone(),
        coverage: said.as_str().to_owned(),
        because,
        said,
    }
}

impl Workspace {
    /// The gaps that coverage finds now and that are not recorded, merged or split.
    pub(crate) fn unrecorded_gaps(&self, coverage: &Coverage) -> Result<Vec<Gap>, WorkspaceError> {
        let recorded = self.gaps()?;
        let new = coverage.gaps.iter().filter(|gap| recorded.iter().all(|row| row.gap.id != gap.id));
        Ok(new.cloned().collect())
    }
}

/// What coverage says, in a word and with its reason.
fn words(word: &CoverageWord) -> (Said, String) {
    match word {
        CoverageWord::Covered { by, from_days } => {
            let kinds: Vec<_> = by.iter().map(|kind| kind.as_str()).collect();
            let seen = match from_days {
                Some(days) => format!(
                    "; a total loss of {days} working day{} or more would have been seen, and no shorter silence stands out",
                    if *days == 1 { "" } else { "s" }
                ),
                None => String::new(),
            };
            (Said::Covered, format!("no loss was seen by: {}{seen}", kinds.join(", ")))
        }
        CoverageWord::Gap { gaps } => (Said::Gap, gaps.join(", ")),
        CoverageWord::CannotTell { because } => (Said::CannotTell, because.clone()),
    }
}
