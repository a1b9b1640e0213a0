//! One source's account: what was captured, by what it was judged, and what may be said of a period.

use crate::calendar::{Span, counted, is_business_day};
use crate::control_total::ControlComparison;
use crate::subject::{Subject, in_service};
use crate::word::CoverageWord;
use chrono::{Datelike as _, NaiveDate};
use duces_model::{Axis, DateWindow, Evidence, Gap, GapStatus, SourceId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The captured counts of one source and the evidence on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceCoverage {
    /// Which source.
    pub source: SourceId,
    /// Its name.
    pub name: String,
    /// First and last day of service; the last is absent while it goes on.
    pub in_service: (NaiveDate, Option<NaiveDate>),
    /// Captured communications with a usable date: the sum of `months`.
    pub captured: u64,
    /// Captured communications without one.
    pub undated: u64,
    /// Of `captured`, those dated on days on which the source was not in service.
    pub out_of_service: u64,
    /// First day with a communication.
    pub first_day: Option<NaiveDate>,
    /// Last such day.
    pub last_day: Option<NaiveDate>,
    /// Captured communications by year and month (1 to 12), in order: each month with any, and each
    /// without in which the source was in service and the archive reaches.
    pub months: Vec<(i32, u32, u64)>,
    /// Control totals against captured counts, where the source has any.
    pub control: Option<ControlComparison>,
    /// The kinds of evidence that judged it.
    pub judged_by: Vec<Evidence>,
    /// Why others did not, or not on all days; one reason each.
    pub not_judged_because: Vec<String>,
    #[serde(skip)]
    basis: Basis,
}

/// What [`SourceCoverage::says`] goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Basis {
    judged: Option<Span>,
    silence_days_max: Option<u64>,
    control_days: BTreeSet<NaiveDate>,
    captured_days: BTreeSet<NaiveDate>,
    excused: Vec<Span>,
    beyond: Option<String>,
    found: Vec<Gap>,
}

impl SourceCoverage {
    pub(crate) fn new(subject: &Subject<'_>, control: Option<ControlComparison>, found: Vec<Gap>) -> Self {
        let source = subject.source;
        let inside = |day: NaiveDate| source.is_in_service(day);
        Self {
            source: source.id.clone(),
            name: source.name.clone(),
            in_service: (source.in_service_from, source.in_service_to),
            captured: subject.days.values().sum(),
            undated: subject.undated,
            out_of_service: subject
                .days
                .iter()
                .filter(|(day, _)| !inside(**day))
                .map(|(_, count)| count)
                .sum(),
            first_day: subject.days.keys().next().copied(),
            last_day: subject.days.keys().next_back().copied(),
            months: months(subject),
            judged_by: judged_by(subject, control.is_some()),
            not_judged_because: not_judged_because(subject, control.is_some()),
            control,
            basis: Basis {
                judged: subject.judged,
                silence_days_max: source.silence_days_max,
                control_days: subject.controls.keys().copied().collect(),
                captured_days: subject.days.keys().copied().collect(),
                excused: subject.retention.excused(),
                beyond: subject.archive.and_then(|archive| archive.beyond.clone()),
                found,
            },
        }
    }

    /// What may be said of the source in a period, given what people have made of its gaps.
    ///
    /// The source's own gaps count as candidates where `gaps` does not have them. Covered needs evidence
    /// that judged every day of service in the period, could have seen a loss, and found none:
    ///
    /// - silence, where the days lie within the archive's and the business days among them are more than
    ///   the longest ordinary silence: else even the loss of all of them would not show;
    /// - control totals, where each business day among them, and each other day with a communication,
    ///   has one.
    ///
    /// Days lawfully disposed of are never covered: nothing is left there to judge. Nor are days of a gap
    /// that a person explained or dismissed: the person's word stands for them, not the evidence.
    pub fn says(&self, period: &DateWindow, gaps: &[Gap]) -> CoverageWord {
        let because = |because: String| CoverageWord::CannotTell { because };
        let service = Span { first: self.in_service.0, last: self.in_service.1.unwrap_or(NaiveDate::MAX) };
        let asked = Span::new(period.first(), period.last()).and_then(|asked| asked.common(service));
        let Some(asked) = asked else {
            return because("the source was not in service on any day of the period".to_owned());
        };
        let crossing = self.crossing(asked, gaps);
        let open = crossing.iter().filter(|(_, status)| status.is_open());
        let open: Vec<String> = open.map(|(id, _)| (*id).to_owned()).collect();
        if !open.is_empty() {
            return CoverageWord::Gap { gaps: open };
        }
        if !crossing.is_empty() {
            let said =
                crossing.iter().map(|(id, status)| format!("{id} was {} by a person", status.as_str()));
            return because(said.collect::<Vec<_>>().join("; "));
        }
        let (mut by, mut why) = (Vec::new(), Vec::new());
        for (evidence, word) in [
            (Evidence::Silence, self.basis.silence_on(asked)),
            (Evidence::ControlTotal, self.basis.control_totals_on(asked)),
        ] {
            match word {
                Ok(()) => by.push(evidence),
                Err(reason) => why.push(reason),
            }
        }
        why.dedup();
        if by.is_empty() { because(why.join("; ")) } else { CoverageWord::Covered { by } }
    }

    /// The gaps of the source that cross the days, by name.
    fn crossing<'g>(&'g self, asked: Span, gaps: &'g [Gap]) -> BTreeMap<&'g str, GapStatus> {
        let concerns = |gap: &&Gap| {
            gap.is_of(&self.source)
                && gap.axis == Axis::Preserved
                && gap.crosses_days(asked.first, asked.last)
        };
        let all = self.basis.found.iter().chain(gaps);
        all.filter(concerns).map(|gap| (gap.id.as_str(), gap.status)).collect()
    }
}

impl Basis {
    /// Whether silence judged those days and could have seen their loss; else why not.
    fn silence_on(&self, asked: Span) -> Result<(), String> {
        let Some(ordinary) = self.silence_days_max else {
            return Err("no longest ordinary silence is declared for the source".to_owned());
        };
        if !self.judged.is_some_and(|judged| judged.holds(asked)) {
            let reach =
                self.judged.map_or_else(|| "none of its days of service".to_owned(), |days| days.to_string());
            let beyond = self.beyond.as_ref().map(|beyond| format!(" ({beyond})")).unwrap_or_default();
            return Err(format!("the archive reaches over {reach}, not over all of {asked}{beyond}"));
        }
        self.nothing_excused(asked)?;
        let expected = asked.business_days().count() as u64;
        if expected <= ordinary {
            return Err(format!(
                "a loss of all {} of {asked} would be no longer than the {ordinary} called ordinary",
                counted(expected, "business day"),
            ));
        }
        Ok(())
    }

    /// Whether control totals judged those days; else why not.
    fn control_totals_on(&self, asked: Span) -> Result<(), String> {
        if self.control_days.is_empty() {
            return Err("the source has no control totals".to_owned());
        }
        self.nothing_excused(asked)?;
        let uncounted = asked.days().find(|day| {
            !self.control_days.contains(day) && (is_business_day(*day) || self.captured_days.contains(day))
        });
        match uncounted {
            Some(day) => Err(format!("no control total for {day}")),
            None if !asked.days().any(|day| self.control_days.contains(&day)) => {
                Err(format!("no control total for {asked}"))
            }
            None => Ok(()),
        }
    }

    fn nothing_excused(&self, asked: Span) -> Result<(), String> {
        match self.excused.iter().find_map(|span| span.common(asked)) {
            Some(span) => Err(format!("the communications of {span} were lawfully disposed of")),
            None => Ok(()),
        }
    }
}

fn judged_by(subject: &Subject<'_>, controlled: bool) -> Vec<Evidence> {
    let mut by = Vec::new();
    if subject.judged.is_some() {
        by.push(Evidence::NothingCaptured);
        by.extend(subject.source.silence_days_max.map(|_| Evidence::Silence));
    }
    by.extend(controlled.then_some(Evidence::ControlTotal));
    by
}

fn not_judged_because(subject: &Subject<'_>, controlled: bool) -> Vec<String> {
    let mut why = Vec::new();
    match (subject.judged, subject.archive) {
        (None, None) => why.push("the archive holds no communication with a usable date".to_owned()),
        (None, Some(archive)) => {
            let days = archive.days;
            why.push(format!(
                "the source was in service only outside the days over which the archive reaches ({days})"
            ));
        }
        _ => {}
    }
    if subject.source.silence_days_max.is_none() {
        why.push(
            "silence: no longest ordinary silence is declared for the source (silence_days_max)".to_owned(),
        );
    }
    if !controlled {
        why.push("control totals: the source has none".to_owned());
    }
    if subject.undated > 0 {
        let undated = counted(subject.undated, "communication");
        why.push(format!("{undated} without a usable date could be placed on no day"));
    }
    why.extend(subject.archive.and_then(|archive| archive.beyond.clone()));
    why.extend(subject.retention.said_of(in_service(subject.source)));
    why
}

fn months(subject: &Subject<'_>) -> Vec<(i32, u32, u64)> {
    let mut months: BTreeMap<(i32, u32), u64> = BTreeMap::new();
    for day in subject.judged.into_iter().flat_map(Span::days) {
        months.entry((day.year(), day.month())).or_default();
    }
    for (day, count) in &subject.days {
        *months.entry((day.year(), day.month())).or_default() += count;
    }
    months.into_iter().map(|((year, month), count)| (year, month, count)).collect()
}
