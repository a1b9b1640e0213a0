//! What was lawfully disposed of is no loss, unless a hold required it to be kept.

use crate::calendar::{Span, day_after};
use chrono::NaiveDate;
use duces_model::SourceId;
use duces_register::{Disposal, HeldSources, Hold};

/// The disposals and holds of one source.
pub(crate) struct Retention<'r> {
    disposals: Vec<&'r Disposal>,
    holds: Vec<(Span, &'r Hold)>,
}

impl<'r> Retention<'r> {
    pub(crate) fn new(source: &SourceId, mut disposals: Vec<&'r Disposal>, holds: &'r [Hold]) -> Self {
        disposals.sort_by_key(|disposal| (disposal.from, disposal.to, disposal.line));
        let concerns = |hold: &&Hold| match &hold.sources {
            HeldSources::All => true,
            HeldSources::Named(sources) => sources.contains(source),
        };
        let span =
            |hold: &Hold| Span::new(hold.from.unwrap_or(NaiveDate::MIN), hold.to.unwrap_or(NaiveDate::MAX));
        let mut holds: Vec<_> =
            holds.iter().filter(concerns).filter_map(|hold| Some((span(hold)?, hold))).collect();
        holds.sort_by_key(|(span, hold)| (*span, hold.line));
        Self { disposals, holds }
    }

    /// Whether the day's communications were disposed of, and no hold required them to be kept.
    pub(crate) fn excuses(&self, day: NaiveDate) -> bool {
        let within = |span: Span| span.first <= day && day <= span.last;
        self.disposals.iter().any(|disposal| disposal.from <= day && day <= disposal.to)
            && !self.holds.iter().any(|(span, _)| within(*span))
    }

    /// The longest runs of days that are excused, in order.
    pub(crate) fn excused(&self) -> Vec<Span> {
        let mut runs: Vec<Span> = Vec::new();
        for disposal in &self.disposals {
            let Some(span) = Span::new(disposal.from, disposal.to) else { continue };
            for day in span.days().filter(|day| self.excuses(*day)) {
                match runs.last_mut() {
                    Some(run) if day <= run.last => {}
                    Some(run) if day == day_after(run.last) => run.last = day,
                    _ => runs.push(Span { first: day, last: day }),
                }
            }
        }
        runs
    }

    /// What was disposed of within a span, in words, each with the hold that covered it.
    pub(crate) fn said_of(&self, span: Span) -> Vec<String> {
        let within = self.disposals.iter().filter_map(|disposal| {
            let days = Span::new(disposal.from, disposal.to)?.common(span)?;
            Some(self.said(days, disposal))
        });
        within.collect()
    }

    fn said(&self, days: Span, disposal: &Disposal) -> String {
        let act = format!(
            "communications of {days} were disposed of on {} under rule {}",
            disposal.disposed_on, disposal.rule
        );
        let held = |(span, hold): &(Span, &Hold)| {
            span.common(days).map(|both| {
                format!("hold {} ({}) required those of {both} to be kept", hold.hold, hold.authority)
            })
        };
        let held: Vec<String> = self.holds.iter().filter_map(held).collect();
        if held.is_empty() {
            format!("{act}, lawfully, and are not counted as missing")
        } else {
            format!("{act}, although {}", held.join(" and "))
        }
    }
}
