//! One source's account: what was captured, by what it was judged, and what may be said of a period.

use crate::calendar::{Axis as Days, Calendar, Span, counted};
use crate::control_total::ControlComparison;
use crate::limit::Limit;
use crate::lull::{self, Doubt};
use crate::resolution::{RESOLUTION_MAX, Sight, ordinary_days};
use crate::silence::pooled;
use crate::subject::{Subject, in_service};
use crate::watch::Watch;
use crate::word::CoverageWord;
use chrono::{Datelike as _, NaiveDate};
use duces_model::{Axis, DateWindow, Evidence, Gap, GapStatus, SourceId};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What silence can tell of a source at its ordinary rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resolution {
    /// Captured communications per hundred business days.
    pub per_hundred_business_days: u64,
    /// Working days that a total silence of the source alone must last before one can tell; absent where no
    /// length would do.
    pub alone_days: Option<u64>,
    /// The same for what it shares with others (`capture path journal-rule-7`): a silence of all of them.
    pub together_days: Vec<(String, u64)>,
}

/// What was looked at by charts, for one source.
pub(crate) struct Looked<'w> {
    pub(crate) watch: &'w Watch,
    pub(crate) axis: &'w Arc<Days>,
    pub(crate) number: usize,
}

/// The captured counts of one source and the evidence on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// What silence can tell of it; absent where nothing was captured from which to tell.
    pub resolution: Option<Resolution>,
    /// The kinds of evidence that judged it.
    pub judged_by: Vec<Evidence>,
    /// Why others did not, or not on all days; one reason each.
    pub not_judged_because: Vec<String>,
    #[serde(skip)]
    basis: Basis,
}

/// What [`SourceCoverage::says`] goes by.
#[derive(Debug, Clone, PartialEq)]
struct Basis {
    judged: Option<Span>,
    attended: Option<Span>,
    owner_left: Option<NaiveDate>,
    silence_days_max: Option<u64>,
    sight: Option<Sight>,
    calendar: Arc<Calendar>,
    control_days: BTreeSet<NaiveDate>,
    cut_elsewhere: bool,
    limit: Option<Limit>,
    captured_days: BTreeSet<NaiveDate>,
    excused: Vec<Span>,
    beyond: Option<String>,
    found: Vec<Gap>,
    doubts: Vec<Doubt>,
}

impl SourceCoverage {
    pub(crate) fn new(
        subject: &Subject<'_>,
        (control, listed): (Option<ControlComparison>, BTreeSet<NaiveDate>),
        found: Vec<Gap>,
        looked: Option<Looked<'_>>,
    ) -> Self {
        let source = subject.source;
        let charted = looked.as_ref().and_then(|looked| looked.watch.alone[looked.number].as_ref());
        let sight = looked.as_ref().zip(charted).map(|(looked, own)| Sight::new(looked.axis, &own.total));
        let resolution = looked.as_ref().and_then(resolution);
        let doubts =
            looked.as_ref().map(|looked| lull::doubts(looked.watch, looked.number)).unwrap_or_default();
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
            judged_by: judged_by(subject, control.is_some() || !listed.is_empty(), resolution.as_ref()),
            not_judged_because: not_judged_because(
                subject,
                control.is_some() || !listed.is_empty(),
                resolution.as_ref(),
            ),
            resolution,
            basis: Basis {
                cut_elsewhere: control.as_ref().is_some_and(|control| control.cut_elsewhere),
                limit: Limit::of(&subject.days),
                judged: subject.judged,
                attended: subject.attended(),
                owner_left: subject.owner_left(),
                silence_days_max: source.silence_days_max,
                sight,
                calendar: Arc::clone(&subject.calendar),
                control_days: subject.controls.keys().copied().chain(listed.iter().copied()).collect(),
                captured_days: subject.days.keys().copied().collect(),
                excused: subject.retention.excused(),
                beyond: subject.archive.and_then(|archive| archive.beyond.clone()),
                found,
                doubts,
            },
            control,
        }
    }

    /// What may be said of the source in a period, given what people have made of its gaps.
    ///
    /// The source's own gaps count as candidates where `gaps` does not have them. Covered needs evidence
    /// that judged every day of service in the period, could have seen a loss, and found none:
    ///
    /// - silence, where the days lie within the archive's and within its owner's time with the firm, and either
    ///   the business days among them are more than the longest ordinary silence that somebody declared, or the
    ///   source's own pattern would have shown a total loss of some number of working days anywhere among them,
    ///   no more than 20 and no more than there are, and no day among them or beside them is in doubt (module
    ///   `lull`): too few communications for an ordinary lull to be certain, too many for a loss. The word
    ///   bears the number: a shorter loss would not have been seen, unless it left such a doubt;
    /// - control totals, where each business day among them, and each other day with a communication,
    ///   has one.
    ///
    /// Days on which counts stop at a round limit are not covered by silence, nor is the working day next to a gap that
    /// was dated from counts. Days lawfully disposed of are never covered: nothing is left there to judge. Nor are days of a gap
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
        if let Some(beside) = self.beside(asked, gaps) {
            return because(beside);
        }
        let (mut by, mut why, mut from_days) = (Vec::new(), Vec::new(), None);
        match self.silence_on(asked, gaps) {
            Ok(days) => {
                by.push(Evidence::Silence);
                from_days = Some(days);
            }
            Err(reason) => why.push(reason),
        }
        match self.basis.control_totals_on(asked) {
            Ok(()) => by.push(Evidence::ControlTotal),
            Err(reason) => why.push(reason),
        }
        why.dedup();
        if by.is_empty() { because(why.join("; ")) } else { CoverageWord::Covered { by, from_days } }
    }

    /// From how many working days a total loss on those days would have been seen by silence; else why none.
    fn silence_on(&self, asked: Span, gaps: &[Gap]) -> Result<u64, String> {
        let (basis, business) = (&self.basis, self.basis.calendar.count(asked));
        basis.reached(asked)?;
        if let Some(doubt) = self.doubt_on(asked, gaps) {
            return Err(doubt.to_string());
        }
        if let Some(limit) = basis.limit.as_ref().filter(|limit| limit.is_met_in(asked)) {
            return Err(limit.to_string());
        }
        let declared = basis.silence_days_max.map(|ordinary| ordinary + 1);
        let declared = declared.filter(|days| *days <= basis.calendar.count_without_quiet(asked));
        let own = basis.sight.as_ref().map(|sight| sight.days(asked));
        let told = own.filter(|days| *days <= RESOLUTION_MAX.min(business));
        if let Some(days) = declared.into_iter().chain(told).min() {
            return Ok(days);
        }
        let all = format!("a loss of all {} of {asked}", counted(business, "business day"));
        if let Some(ordinary) = basis.silence_days_max {
            return Err(format!("{all} would be no longer than the {ordinary} called ordinary"));
        }
        let Some(days) = own else {
            return Err(
                "too sparse to judge by silence: nothing was captured that shows a pattern".to_owned()
            );
        };
        if days <= RESOLUTION_MAX {
            return Err(format!(
                "{all} would not be seen by silence, only one of {days} working days or more"
            ));
        }
        Err(self.too_sparse(days, business))
    }

    /// A doubt among the days or beside them; what lies within a gap of the source is in doubt no more.
    fn doubt_on(&self, asked: Span, gaps: &[Gap]) -> Option<&Doubt> {
        let told = |day: NaiveDate| {
            let holds = |gap: &Gap| {
                gap.is_of(&self.source) && gap.axis == Axis::Preserved && gap.crosses_days(day, day)
            };
            self.basis.found.iter().chain(gaps).any(holds)
        };
        self.basis.doubts.iter().find(|doubt| {
            let within = |day: &NaiveDate| self.basis.calendar.tells(*day);
            self.basis.with_neighbours(doubt.days).common(asked).is_some()
                && doubt.days.days().filter(within).any(|day| !told(day))
        })
    }

    /// `days` is how long a silence would have to last, or more than the `business` days that were asked about.
    fn too_sparse(&self, days: u64, business: u64) -> String {
        let rate =
            self.resolution.as_ref().map(|resolution| resolution.per_hundred_business_days as f64 / 100.0);
        let rate = rate.map(|rate| format!(" ({rate} a business day)")).unwrap_or_default();
        let ordinary = self.resolution.as_ref().and_then(|resolution| resolution.alone_days);
        let length = match ordinary.filter(|ordinary| *ordinary > business) {
            _ if days <= business => {
                format!("a silence would have to last {days} working days before one could tell")
            }
            Some(ordinary) => {
                format!("a silence would have to last {ordinary} working days before one could tell")
            }
            None => format!("not even a silence of all {} could be told", counted(business, "working day")),
        };
        let mut said = format!("too sparse to judge by silence{rate}: {length}; a capture test could tell");
        for (shared, days) in self.resolution.iter().flat_map(|resolution| &resolution.together_days) {
            said.push_str(&format!("; one of all sources of {shared} would show after {days} working days"));
        }
        said
    }

    /// A gap dated from counts whose neighbouring working day is among the days: where capture broke within that
    /// day, a part of it is lost.
    fn beside(&self, asked: Span, gaps: &[Gap]) -> Option<String> {
        let calendar = &self.basis.calendar;
        let beside = |gap: &&Gap| {
            let (from, to) = gap.reach();
            let before = from.and_then(|day| calendar.business_day_before(day));
            let after = to.and_then(|day| calendar.business_day_after(day));
            gap.is_of(&self.source)
                && gap.axis == Axis::Preserved
                && matches!(gap.quantity, duces_model::Quantity::Estimated { .. })
                && [before, after].into_iter().flatten().any(|day| asked.has(day))
        };
        let gap = self.basis.found.iter().chain(gaps).find(beside)?;
        Some(format!("{} ends beside these days, and a part of the day next to it may be lost", gap.id))
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
    /// Whether the archive reaches over those days and something is to be expected on them; else why not.
    fn reached(&self, asked: Span) -> Result<(), String> {
        if !self.judged.is_some_and(|judged| judged.holds(asked)) {
            let reach =
                self.judged.map_or_else(|| "none of its days of service".to_owned(), |days| days.to_string());
            let beyond = self.beyond.as_ref().map(|beyond| format!(" ({beyond})")).unwrap_or_default();
            return Err(format!("the archive reaches over {reach}, not over all of {asked}{beyond}"));
        }
        if !self.attended.is_some_and(|attended| attended.holds(asked)) {
            return Err(match self.owner_left.filter(|left| *left < asked.last) {
                Some(left) => format!("its owner left on {left}, after which no silence tells anything"),
                None => "its owner had not come, before which no silence tells anything".to_owned(),
            });
        }
        self.nothing_excused(asked)
    }

    /// The days with the working day before and the one after.
    fn with_neighbours(&self, days: Span) -> Span {
        Span {
            first: self.calendar.business_day_before(days.first).unwrap_or(days.first),
            last: self.calendar.business_day_after(days.last).unwrap_or(days.last),
        }
    }

    /// Whether control totals judged those days; else why not.
    fn control_totals_on(&self, asked: Span) -> Result<(), String> {
        if self.control_days.is_empty() {
            return Err("the source has no control totals".to_owned());
        }
        if self.cut_elsewhere {
            return Err("the system of record cuts its days elsewhere than the archive".to_owned());
        }
        self.nothing_excused(asked)?;
        let uncounted = asked.days().find(|day| {
            !self.control_days.contains(day)
                && (self.calendar.is_business_day(*day) || self.captured_days.contains(day))
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

/// What the charts could tell at the source's ordinary rate.
fn resolution(looked: &Looked<'_>) -> Option<Resolution> {
    let own = looked.watch.alone[looked.number].as_ref()?;
    let together = pooled(looked.watch, looked.number);
    Some(Resolution {
        per_hundred_business_days: (own.total.pattern.rate * 100.0).round() as u64,
        alone_days: ordinary_days(looked.axis, &own.total),
        together_days: together.into_iter().map(|(shared, days)| (shared.to_string(), days)).collect(),
    })
}

fn is_told(resolution: Option<&Resolution>) -> bool {
    resolution.and_then(|resolution| resolution.alone_days).is_some_and(|days| days <= RESOLUTION_MAX)
}

fn judged_by(subject: &Subject<'_>, controlled: bool, resolution: Option<&Resolution>) -> Vec<Evidence> {
    let mut by = Vec::new();
    if subject.judged.is_some() {
        by.push(Evidence::NothingCaptured);
        if subject.source.silence_days_max.is_some() || is_told(resolution) {
            by.push(Evidence::Silence);
        }
    }
    by.extend(controlled.then_some(Evidence::ControlTotal));
    by
}

fn not_judged_because(
    subject: &Subject<'_>,
    controlled: bool,
    resolution: Option<&Resolution>,
) -> Vec<String> {
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
    if subject.source.silence_days_max.is_none() && !is_told(resolution) {
        let days = resolution.and_then(|resolution| resolution.alone_days);
        why.push(match days {
            Some(days) => format!(
                "silence: too sparse, a silence would have to last {days} working days before one could tell; a capture \
                 test could tell"
            ),
            None => "silence: nothing was captured that shows a pattern".to_owned(),
        });
    }
    if !controlled {
        why.push("control totals: the source has none".to_owned());
    }
    if let Some(left) = subject.owner_left() {
        why.push(format!("silence: its owner left on {left}, after which no silence tells anything"));
    }
    if subject.undated > 0 {
        let undated = counted(subject.undated, "communication");
        why.push(format!("{undated} without a usable date could be placed on no day"));
    }
    why.extend(Limit::of(&subject.days).map(|limit| limit.to_string()));
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
