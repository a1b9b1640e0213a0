//! What was lawfully disposed of is no loss, unless a hold or the schedule's period required it to be kept.
//!
//! The rule for one day is the register's (`Register::disposed`): a disposal breaks a hold that covers the
//! day and was issued by the day of the disposal, and it breaks the schedule where the class of the source
//! has a period there that was not over. Such days are lost while required to be kept. All others that were
//! disposed of are no loss.

use crate::calendar::{Span, counted, day_after};
use chrono::NaiveDate;
use duces_register::{Disposal, HeldSources, Hold, RetentionClass, Source};

/// The disposals, holds and class of one source.
pub(crate) struct Retention<'r> {
    disposals: Vec<&'r Disposal>,
    holds: Vec<&'r Hold>,
    class: Option<&'r RetentionClass>,
}

impl<'r> Retention<'r> {
    pub(crate) fn new(
        source: &Source,
        mut disposals: Vec<&'r Disposal>,
        holds: &'r [Hold],
        classes: &'r [RetentionClass],
    ) -> Self {
        disposals.sort_by_key(|disposal| (disposal.from, disposal.to, disposal.line));
        let concerns = |hold: &&Hold| match &hold.sources {
            HeldSources::All => true,
            HeldSources::Named(sources) => sources.contains(&source.id),
        };
        let mut holds: Vec<_> = holds.iter().filter(concerns).collect();
        holds.sort_by_key(|hold| (hold.from, hold.to, hold.line));
        let class = classes.iter().find(|class| class.class == source.retention_class);
        Self { disposals, holds, class }
    }

    /// Whether the day's communications were disposed of, and nothing required them to be kept.
    pub(crate) fn excuses(&self, day: NaiveDate) -> bool {
        let mut disposed = false;
        for disposal in self.disposals.iter().filter(|one| one.from <= day && day <= one.to) {
            if self.holds.iter().any(|hold| hold.forbade(disposal, day)) || self.is_early(disposal, day) {
                return false;
            }
            disposed = true;
        }
        disposed
    }

    fn is_early(&self, disposal: &Disposal, day: NaiveDate) -> bool {
        self.class.is_some_and(|class| disposal.disposed_on < class.kept_until(day))
    }

    /// The longest runs of days that are excused, in order.
    pub(crate) fn excused(&self) -> Vec<Span> {
        self.disposals.iter().fold(Vec::new(), |mut runs, disposal| {
            let days = Span::new(disposal.from, disposal.to).into_iter().flat_map(Span::days);
            days.filter(|day| self.excuses(*day)).for_each(|day| add(&mut runs, day));
            runs
        })
    }

    /// What was disposed of within a span, in words, each with what forbade it.
    pub(crate) fn said_of(&self, span: Span) -> Vec<String> {
        let within = self.disposals.iter().filter_map(|disposal| {
            let days = Span::new(disposal.from, disposal.to)?.common(span)?;
            Some(self.said(days, disposal))
        });
        within.collect()
    }

    /// What requires communications of a span to be kept, in words: holds, and the class of the schedule.
    pub(crate) fn required(&self, span: Span) -> Vec<String> {
        let held = self.holds.iter().filter_map(|hold| {
            let days = Span::new(hold.from.unwrap_or(NaiveDate::MIN), hold.to.unwrap_or(NaiveDate::MAX))?;
            let both = days.common(span)?;
            Some(format!("hold {} ({}) requires those of {both} to be kept", hold.hold, hold.authority))
        });
        let class = self.class.map(|class| {
            let period = counted(u64::from(class.keep_months), "month");
            format!("class {} ({}) requires them to be kept for {period}", class.class, class.rule)
        });
        held.chain(class).collect()
    }

    fn said(&self, days: Span, disposal: &Disposal) -> String {
        let act = format!(
            "communications of {days} were disposed of on {} under rule {}",
            disposal.disposed_on, disposal.rule
        );
        let mut against: Vec<String> = Vec::new();
        for hold in &self.holds {
            let broken = days.days().filter(|day| hold.forbade(disposal, *day));
            let broken = broken.fold(Vec::new(), |mut runs, day| {
                add(&mut runs, day);
                runs
            });
            against.extend(broken.into_iter().map(|both| {
                format!("hold {} ({}) required those of {both} to be kept", hold.hold, hold.authority)
            }));
        }
        if let Some(class) = self.class {
            let mut early = Vec::new();
            days.days().filter(|day| self.is_early(disposal, *day)).for_each(|day| add(&mut early, day));
            against.extend(early.into_iter().map(|early: Span| {
                let period = counted(u64::from(class.keep_months), "month");
                format!(
                    "class {} ({}) required those of {early} to be kept for {period}",
                    class.class, class.rule
                )
            }));
        }
        if against.is_empty() {
            format!("{act}, lawfully, and are not counted as missing")
        } else {
            format!("{act}, although {}", against.join(" and "))
        }
    }
}

/// Adds a day to runs of days that come in order.
fn add(runs: &mut Vec<Span>, day: NaiveDate) {
    match runs.last_mut() {
        Some(run) if day <= run.last => {}
        Some(run) if day == day_after(run.last) => run.last = day,
        _ => runs.push(Span { first: day, last: day }),
    }
}
