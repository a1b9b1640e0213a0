//! Gaps of a source that loses a part: what `leak` found, with the words and rows of the evidence that asked.

use crate::calendar::counted;
use crate::candidate::{Grounded as _, candidate};
use crate::leak::{self, FALSE_PER_YEAR, Judged, ORDINARY, Rise};
use crate::looked::Looked;
use chrono::{Days, NaiveDate};
use duces_model::{Evidence, Gap, Ground, Quantity, SourceId};
use serde::Serialize;
use std::collections::BTreeMap;

/// How much evidence of one kind could look for of a source, whether or not there is a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeakFigure {
    /// The source.
    pub source: SourceId,
    /// Communications looked for.
    pub looked_for: u64,
    /// Of these, not retained where they should be.
    pub missing: u64,
    /// First day on which any was looked for; absent where none was.
    pub first_day: Option<NaiveDate>,
    /// Last such day.
    pub last_day: Option<NaiveDate>,
    /// The least steady loss, in thousandths, that would have shown with so many looked for; absent where not even
    /// the loss of all of them would have.
    pub seen_from_per_mille: Option<u64>,
}

/// One source under one kind of evidence.
pub(crate) struct Leaking<'s> {
    pub(crate) evidence: Evidence,
    pub(crate) source: &'s SourceId,
    /// What was looked for, by day.
    pub(crate) days: BTreeMap<NaiveDate, Looked>,
    /// What is looked for, in the plural: `messages that were answered`.
    pub(crate) looked_for: &'static str,
    /// What becomes of the missing ones: `are not retained`.
    pub(crate) missing: &'static str,
    pub(crate) blind_to: &'static str,
    /// So many days a day may lie behind the event that it tells of.
    pub(crate) behind_days: u64,
}

impl Leaking<'_> {
    /// The figure and the gaps. `rows` gives what stands behind a day; `quantity` what is missing between two days,
    /// where the evidence knows better than the excess over the rest.
    pub(crate) fn found(
        &self,
        rows: &dyn Fn(NaiveDate) -> String,
        quantity: &dyn Fn(NaiveDate, NaiveDate) -> Option<(Quantity, String)>,
    ) -> (LeakFigure, Vec<Gap>) {
        let judged = leak::judge(&self.days);
        let mut gaps: Vec<Gap> = judged.rises.iter().map(|rise| self.rise(rise, rows, quantity)).collect();
        gaps.extend(self.steady(&judged, rows));
        let mut all = Looked::default();
        for looked in self.days.values() {
            all.missing += looked.missing;
            all.all += looked.all;
        }
        let figure = LeakFigure {
            source: self.source.clone(),
            looked_for: all.all,
            missing: all.missing,
            first_day: self.days.keys().next().copied(),
            last_day: self.days.keys().next_back().copied(),
            seen_from_per_mille: judged.seen_from.map(|share| (share * 1_000.0).ceil() as u64),
        };
        (figure, gaps)
    }

    fn rise(
        &self,
        rise: &Rise,
        rows: &dyn Fn(NaiveDate) -> String,
        quantity: &dyn Fn(NaiveDate, NaiveDate) -> Option<(Quantity, String)>,
    ) -> Gap {
        let (first, last) = rise.days;
        let excess = match rise.excess {
            0 => Quantity::Unknown,
            count => Quantity::AtLeast { count },
        };
        let (quantity, how) = quantity(first, last).unwrap_or((excess, String::new()));
        let back = |mut bounds: duces_model::DayBounds| {
            bounds.earliest =
                bounds.earliest.checked_sub_days(Days::new(self.behind_days)).unwrap_or(bounds.earliest);
            bounds
        };
        let first_day = rise.first_between.map(|_| first);
        let last_day = rise.last_between.map(|_| last);
        let mut finding = format!(
            "of {} {} from {first} to {last}, {} {} ({}), against {} of {} ({}) on other days; at least {} more than \
             these explain; shares scatter {:.1} times as much as by chance alone; days picked because much is missing \
             on them rather overstate it; in 1,000 source-years no more than {} false finding of this kind is to be \
             expected where the share is steady but for chance",
            rise.inside.all,
            self.looked_for,
            rise.inside.missing,
            self.missing,
            rise.inside.percent(),
            rise.outside.missing,
            rise.outside.all,
            rise.outside.percent(),
            rise.excess,
            rise.dispersion,
            FALSE_PER_YEAR * 1_000.0,
        );
        if !how.is_empty() {
            finding = format!("{finding}; {how}");
        }
        if self.behind_days > 0 {
            finding = format!(
                "{finding}; the days are those of replies, which came up to {} after the message in 19 of 20 cases",
                counted(self.behind_days, "day"),
            );
        }
        let gap =
            candidate(self.evidence, self.source.as_str(), vec![self.source.clone()], (first_day, last_day));
        Gap {
            first_between: rise.first_between.map(back),
            last_between: rise.last_between.map(back),
            quantity,
            finding,
            blind_to: self.blind_to.to_owned(),
            ..gap
        }
        .resting_on(self.rows(first, last, rows))
    }

    /// The gap of a share that is too high outside all rises.
    fn steady(&self, judged: &Judged, rows: &dyn Fn(NaiveDate) -> String) -> Option<Gap> {
        let low = judged.too_high?;
        let (first, last) = (*self.days.keys().next()?, *self.days.keys().next_back()?);
        let Looked { missing, all } = judged.outside;
        let count = ((low - ORDINARY) * all as f64).floor() as u64;
        let finding = format!(
            "of {all} {} from {first} to {last}, {missing} {} ({}), evenly, without a day on which it began; {:.1} % at \
             the least, where {:.0} % is called ordinary; in 1,000 source-years no more than {} false finding of this kind is to be \
             expected where the share is steady but for chance",
            self.looked_for,
            self.missing,
            judged.outside.percent(),
            low * 100.0,
            ORDINARY * 100.0,
            FALSE_PER_YEAR * 1_000.0,
        );
        // A rise of which the beginning is not known has the source's name for its own.
        let about = format!("{}:evenly", self.source);
        let gap = candidate(self.evidence, &about, vec![self.source.clone()], (None, None));
        let inside =
            |day: &NaiveDate| judged.rises.iter().any(|rise| rise.days.0 <= *day && *day <= rise.days.1);
        let rows: Vec<Ground> = self
            .rows(first, last, rows)
            .into_iter()
            .filter(|row| !row.day.as_ref().is_some_and(inside))
            .collect();
        let quantity = if count == 0 { Quantity::Unknown } else { Quantity::AtLeast { count } };
        Some(Gap { quantity, finding, blind_to: self.blind_to.to_owned(), ..gap }.resting_on(rows))
    }

    /// A row for each day on which something is missing.
    fn rows(&self, first: NaiveDate, last: NaiveDate, rows: &dyn Fn(NaiveDate) -> String) -> Vec<Ground> {
        let missing = self.days.range(first..=last).filter(|(_, looked)| looked.missing > 0);
        let row = |(day, looked): (&NaiveDate, &Looked)| Ground {
            source: Some(self.source.clone()),
            day: Some(*day),
            says: format!(
                "{} of {} {} {}{}",
                looked.missing,
                looked.all,
                self.looked_for,
                self.missing,
                rows(*day)
            ),
        };
        missing.map(row).collect()
    }
}
