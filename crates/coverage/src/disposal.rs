//! Evidence: the firm's own record says that communications were disposed of which had to be kept.
//!
//! Statistic: the days of each row of `disposals.csv` on which a hold, issued by the day of the disposal, required the
//! communications of the source, or the period of its class in `retention.csv` was not over; days of the source's service
//! only. Days without a break between them and of the same breach are one gap.
//!
//! Assumption: the record is right; a hold without a day of issue counts as issued before.
//!
//! Limits: how many communications there were is not on record. What was disposed of and stands in no row is not seen here.

use crate::calendar::{Span, counted, day_after};
use crate::candidate::{Grounded as _, candidate};
use crate::subject::in_service;
use chrono::NaiveDate;
use duces_model::{Evidence, Gap, Ground};
use duces_register::{Disposal, Disposed, Register, Source};
use std::collections::BTreeSet;

const BLIND_TO: &str =
    "it cannot see how many communications were disposed of, nor a disposal that stands in no record";

/// Days of one disposal that were disposed of in breach of the same rule.
struct Breach<'r> {
    disposal: &'r Disposal,
    required_by: String,
    days: Span,
}

/// The gaps, by source and first day.
pub(crate) fn find(register: &Register) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for source in &register.sources {
        gaps.extend(breaches(register, source).into_iter().map(|breach| gap(source, &breach)));
    }
    gaps.sort_by(|a, b| (&a.sources, a.first_day, &a.id).cmp(&(&b.sources, b.first_day, &b.id)));
    gaps
}

/// The breaches of a source in the order of their days; no day is in two.
fn breaches<'r>(register: &'r Register, source: &'r Source) -> Vec<Breach<'r>> {
    let own = register.disposals.iter().filter(|one| one.source == source.id);
    let spans = own.filter_map(|disposal| Span::new(disposal.from, disposal.to)?.common(in_service(source)));
    let days: BTreeSet<NaiveDate> = spans.flat_map(Span::days).collect();
    let mut found: Vec<Breach<'r>> = Vec::new();
    for day in days {
        let Some((disposal, required_by)) = required(register, source, day) else { continue };
        match found.last_mut() {
            Some(last)
                if last.required_by == required_by
                    && last.disposal.line == disposal.line
                    && day_after(last.days.last) == day =>
            {
                last.days.last = day;
            }
            _ => found.push(Breach { disposal, required_by, days: Span { first: day, last: day } }),
        }
    }
    found
}

/// The disposal that broke what required the communications of that day, and what that was: the same words for all days
/// of one breach.
fn required<'r>(register: &'r Register, source: &Source, day: NaiveDate) -> Option<(&'r Disposal, String)> {
    match register.disposed(&source.id, day)? {
        Disposed::Lawfully(_) => None,
        Disposed::WhileHeld { disposal, hold } => {
            Some((disposal, format!("hold {} ({}) required them", hold.hold, hold.authority)))
        }
        Disposed::TooEarly { disposal, class, .. } => {
            let period = counted(u64::from(class.keep_months), "month");
            let said =
                format!("class {} ({}) required each to be kept for {period}", class.class, class.rule);
            Some((disposal, said))
        }
    }
}

fn gap(source: &Source, breach: &Breach<'_>) -> Gap {
    let (days, disposal) = (breach.days, breach.disposal);
    let said = format!(
        "disposals.csv line {}: communications of {} to {} disposed of on {} under {}",
        disposal.line, disposal.from, disposal.to, disposal.disposed_on, disposal.rule
    );
    let ground = Ground { source: Some(source.id.clone()), day: Some(days.first), says: said };
    let found = candidate(
        Evidence::UnlawfulDisposal,
        source.id.as_str(),
        vec![source.id.clone()],
        (Some(days.first), Some(days.last)),
    );
    Gap {
        finding: format!(
            "communications of {days} were disposed of on {} under {}, although {}; how many there were is not known",
            disposal.disposed_on, disposal.rule, breach.required_by
        ),
        blind_to: BLIND_TO.to_owned(),
        ..found.resting_on([ground])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(hold: &str) -> Vec<Gap> {
        let files = [
            ("sources.csv", "source,name,channel,in_service_from\ndesk,Desk,email,2024-01-10\n".to_owned()),
            ("people.csv", "person,name\n".to_owned()),
            (
                "disposals.csv",
                "source,from,to,disposed_on,rule\ndesk,2024-01-01,2024-01-31,2024-05-06,90 days\n".to_owned(),
            ),
            ("holds.csv", format!("hold,sources,from,to,authority,issued_on\nh1,*,2024-01-15,,SEC,{hold}\n")),
        ];
        let files = files.map(|(name, text)| (name.to_owned(), text.into_bytes()));
        find(&Register::from_files(files).unwrap())
    }

    #[test]
    fn what_a_hold_required_when_it_was_disposed_of_is_a_gap_on_its_days_and_no_others() {
        let gaps = found("2024-02-01");
        assert_eq!(gaps.len(), 1);
        assert_eq!(gaps[0].first_day, "2024-01-15".parse().ok());
        assert_eq!(gaps[0].last_day, "2024-01-31".parse().ok());
        assert!(gaps[0].finding.contains("hold h1 (SEC)"), "{}", gaps[0].finding);
    }

    #[test]
    fn a_hold_issued_after_the_disposal_makes_no_gap() {
        assert_eq!(found("2024-06-01"), []);
    }

    fn of(disposals: &str, holds: &str, classes: &str) -> Vec<(String, String)> {
        let files = [
            (
                "sources.csv",
                "source,name,channel,in_service_from,retention_class\ndesk,Desk,email,2020-01-01,comm-3y\n",
            ),
            ("people.csv", "person,name\n"),
            ("disposals.csv", disposals),
            ("holds.csv", holds),
            ("retention.csv", classes),
        ];
        let files = files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()));
        let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        let gaps = find(&Register::from_files(files).unwrap());
        gaps.into_iter().map(|gap| (day(gap.first_day), day(gap.last_day))).collect()
    }

    const CLASSES: &str = "class,keep_years,from,rule\ncomm-3y,3,sent,17a-4(b)(4)\n";

    #[test]
    fn a_year_disposed_of_too_early_is_one_gap_up_to_the_day_whose_period_was_over() {
        let disposals = "source,from,to,disposed_on,rule\ndesk,2020-01-01,2020-12-31,2023-07-01,purge\n";
        let found = of(disposals, "hold,sources,authority\n", CLASSES);
        assert_eq!(found, [("2020-07-02".to_owned(), "2020-12-31".to_owned())]);
    }

    #[test]
    fn of_two_disposals_that_begin_on_one_day_no_day_is_lost_and_none_is_told_twice() {
        let disposals = "source,from,to,disposed_on,rule\ndesk,2020-01-01,2020-01-31,2024-03-01,a\n\
                         desk,2020-01-01,2020-03-31,2024-05-01,b\n";
        let holds = "hold,sources,from,to,authority\nh1,*,2020-01-01,,SEC\n";
        let found = of(disposals, holds, CLASSES);
        assert_eq!(
            found,
            [
                ("2020-01-01".to_owned(), "2020-01-31".to_owned()),
                ("2020-02-01".to_owned(), "2020-03-31".to_owned())
            ]
        );
        // A lawful one beside an early one is not the early one's.
        let disposals = "source,from,to,disposed_on,rule\ndesk,2020-01-01,2020-01-31,2022-01-01,early\n\
                         desk,2020-01-01,2020-02-29,2024-01-01,lawful\n";
        let found = of(disposals, "hold,sources,authority\n", CLASSES);
        assert_eq!(found, [("2020-01-01".to_owned(), "2020-01-31".to_owned())]);
    }
}
