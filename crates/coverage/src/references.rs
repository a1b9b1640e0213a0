//! Evidence: retained replies answer messages, written inside the firm, that are not retained.
//!
//! Input: messages of the firm's addresses that were answered, by day of the first reply (the ledger's
//! module `dangling` says by which rule the author is taken from the reply): retained, retained and of another
//! author, not retained.
//!
//! Statistic: per source that had the address on that day, the share of its answered messages that is not retained;
//! module `leak` judges when it rose, and whether it is too high all along. A constant share since the archive began
//! shows no rise: it is told as a figure of each source, and is a gap where it is certainly higher than is called
//! ordinary.
//!
//! Assumptions: being answered does not depend on being retained. A message was written at most as long before its
//! first reply as 19 of 20 retained ones, by which the beginning and the end may lie earlier.
//!
//! Limits: blind to one-way notices and to all that nobody answers, so it bounds the loss from below, and no total is
//! estimated. Of a message that is not retained nobody knows the author: an outsider who brings somebody of the firm
//! into a running conversation looks like a loss (how many of the *retained* answered messages have another author
//! measures that, and is told with the finding). A gateway that changes Message-IDs on the way makes every answered
//! message look lost. Not judged are replies of the first days of the archive and of the
//! source's service, whose parents may be older than both; replies on or soon after days lawfully disposed of; and
//! addresses that no source, or more than one, had on the day.

use crate::calendar::Span;

use crate::leaking::{LeakFigure, Leaking};
use crate::looked::Looked;
use chrono::{Days, NaiveDate};
use duces_model::{EmailAddress, Evidence, Gap, SourceId};
use duces_register::{Register, Source};
use std::collections::BTreeMap;

/// Replies of so many first days may answer what was written before there was an archive.
const FIRST_DAYS: u64 = 30;

const BLIND_TO: &str = "it cannot see the loss of messages that nobody answered, such as one-way notices; a message that \
                        an outsider wrote and somebody of the firm was brought into looks like a loss";

/// Messages taken to be written by one address of the firm and first answered on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredCounts {
    /// The address.
    pub address: EmailAddress,
    /// Day of the first reply.
    pub day: NaiveDate,
    /// Retained, and by that author.
    pub retained: u64,
    /// Retained, and by another.
    pub misnamed: u64,
    /// Not retained.
    pub dangling: u64,
    /// Where the first few replies lie whose parents are not retained.
    pub replies: Vec<String>,
}

/// Sources whose answered messages are missing. `reach` is the archive's first and last day, `delay_days` within how
/// many days 19 of 20 retained messages were answered. The result does not depend on the order of the input.
pub(crate) fn find(
    register: &Register,
    input: &[AnsweredCounts],
    reach: (NaiveDate, NaiveDate),
    delay_days: u64,
) -> (Vec<LeakFigure>, Vec<Gap>) {
    let mut owners: BTreeMap<&EmailAddress, Vec<&Source>> = BTreeMap::new();
    for source in &register.sources {
        for address in &source.addresses {
            let of_address = owners.entry(address).or_default();
            if of_address.last().is_none_or(|last| last.id != source.id) {
                of_address.push(source);
            }
        }
    }
    let mut by_source: BTreeMap<&SourceId, (&Source, Vec<&AnsweredCounts>)> = BTreeMap::new();
    for row in input.iter().filter(|row| reach.0 <= row.day && row.day <= reach.1) {
        let mut on =
            owners.get(&row.address).into_iter().flatten().filter(|source| source.is_in_service(row.day));
        if let (Some(source), None) = (on.next(), on.next()) {
            by_source.entry(&source.id).or_insert_with(|| (source, Vec::new())).1.push(row);
        }
    }
    let (mut figures, mut gaps) = (Vec::new(), Vec::new());
    for (source, rows) in by_source.values() {
        let (figure, found) = of_source(register, source, rows, reach.0, delay_days);
        figures.push(figure);
        gaps.extend(found);
    }
    (figures, gaps)
}

fn of_source(
    register: &Register,
    source: &Source,
    rows: &[&AnsweredCounts],
    archive_from: NaiveDate,
    delay_days: u64,
) -> (LeakFigure, Vec<Gap>) {
    let has_disposals = register.disposals.iter().any(|disposal| disposal.source == source.id);
    let later = |day: NaiveDate, days: u64| day.checked_add_days(Days::new(days)).unwrap_or(day);
    let earlier = |day: NaiveDate, days: u64| day.checked_sub_days(Days::new(days)).unwrap_or(day);
    let first_judged = later(archive_from.max(source.in_service_from), FIRST_DAYS.max(delay_days));
    let disposed = |day: NaiveDate| {
        let written = Span::new(earlier(day, delay_days), day).filter(|_| has_disposals);
        written
            .is_some_and(|span| span.days().any(|day| register.lawfully_disposed(&source.id, day).is_some()))
    };
    let mut days: BTreeMap<NaiveDate, Looked> = BTreeMap::new();
    let mut replies: BTreeMap<NaiveDate, Vec<&str>> = BTreeMap::new();
    let (mut retained, mut misnamed) = (0, 0);
    for row in rows.iter().filter(|row| first_judged <= row.day && !disposed(row.day)) {
        let looked = days.entry(row.day).or_default();
        looked.missing += row.dangling;
        looked.all += row.dangling + row.retained + row.misnamed;
        replies.entry(row.day).or_default().extend(row.replies.iter().map(String::as_str));
        retained += row.retained + row.misnamed;
        misnamed += row.misnamed;
    }
    days.retain(|_, looked| looked.all > 0);
    let leaking = Leaking {
        evidence: Evidence::DanglingReference,
        source: &source.id,
        days,
        looked_for: "messages of the source that were answered",
        missing: "are not retained",
        blind_to: BLIND_TO,
        behind_days: delay_days,
    };
    let place = |day: NaiveDate| {
        let mut replies = replies.get(&day).cloned().unwrap_or_default();
        replies.sort_unstable();
        if replies.is_empty() { String::new() } else { format!("; replies lie at {}", replies.join(", ")) }
    };
    let (figure, mut gaps) = leaking.found(&place, &|_, _| None);
    for gap in &mut gaps {
        gap.finding = format!(
            "{}; the author is taken from the reply: of {retained} answered messages that are retained, {misnamed} have \
             another author; messages answered before {} are not judged, as they may be older than the archive or the \
             source's service",
            gap.finding, first_judged,
        );
    }
    (figure, gaps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;
    use crate::fixture::{day, register};
    use duces_model::Quantity;

    fn answered(seed: u64, per_day: u64, lost: impl Fn(u64) -> f64) -> Vec<AnsweredCounts> {
        let mut dice = Dice::new(seed);
        let mut rows = Vec::new();
        for n in (0..728).filter(|n| n % 7 < 5) {
            let dangling = dice.count(per_day, lost(n));
            rows.push(AnsweredCounts {
                address: EmailAddress::new("desk@ecp.example").unwrap(),
                day: day("2022-01-03") + Days::new(n),
                retained: per_day - dangling,
                misnamed: 0,
                dangling,
                replies: vec![format!("mail:r.mbox message {n}")],
            });
        }
        rows
    }

    fn found(rows: &[AnsweredCounts], files: &[(&str, &str)]) -> (Vec<LeakFigure>, Vec<Gap>) {
        let register = register(&["desk,2020-01-01,,,,,,,desk@ecp.example"], files);
        let reach = (day("2022-01-03"), day("2023-12-31"));
        let found = find(&register, rows, reach, 4);
        let reversed: Vec<AnsweredCounts> = rows.iter().rev().cloned().collect();
        assert_eq!(find(&register, &reversed, reach, 4), found);
        found
    }

    #[test]
    fn a_leak_shows_from_when_to_when_and_bounds_the_loss_from_below() {
        let mut ends = 0;
        for seed in 0..15 {
            let lost = |n: u64| if (350..490).contains(&n) { 0.3 } else { 0.02 };
            let (_, gaps) = found(&answered(seed, 5, lost), &[]);
            let [gap] = gaps.as_slice() else { panic!("seed {seed}: {gaps:?}") };
            let Quantity::AtLeast { count } = gap.quantity else { panic!("{gap:?}") };
            assert!((80..=180).contains(&count), "about 140 are lost, at least {count}");
            let truth = (day("2022-01-03") + Days::new(350), day("2022-01-03") + Days::new(488));
            let within = |bounds: Option<duces_model::DayBounds>, day| {
                bounds.is_some_and(|bounds| bounds.earliest <= day && day <= bounds.latest)
            };
            ends +=
                i32::from(within(gap.first_between, truth.0)) + i32::from(within(gap.last_between, truth.1));
        }
        assert!(ends >= 28, "{ends} of 30 ends lie within their bounds");
    }

    #[test]
    fn a_constant_share_is_a_figure_and_a_gap_only_where_it_is_certainly_not_ordinary() {
        let (figures, gaps) = found(&answered(3, 8, |_| 0.05), &[]);
        assert_eq!(gaps.iter().map(|gap| (gap.first_day, gap.last_day)).collect::<Vec<_>>(), [(None, None)]);
        assert!(figures[0].missing > 0 && figures[0].looked_for > 3_000);
        let (figures, gaps) = found(&answered(3, 8, |_| 0.007), &[]);
        assert_eq!((gaps.len(), figures[0].looked_for > 3_000), (0, true));
    }

    #[test]
    fn replies_to_what_is_older_than_the_archive_or_lawfully_gone_accuse_nobody() {
        let early = |n: u64| if n < 28 { 0.9 } else { 0.005 };
        assert_eq!(found(&answered(4, 8, early), &[]).1, []);
        let disposals = "source,from,to,disposed_on,rule\ndesk,2022-06-06,2022-07-31,2023-06-01,R1\n";
        let from = (day("2022-06-06") - day("2022-01-03")).num_days() as u64;
        let gone = |n: u64| if (from..from + 56).contains(&n) { 1.0 } else { 0.005 };
        assert_eq!(found(&answered(5, 8, gone), &[("disposals.csv", disposals)]).1, []);
        assert_eq!(found(&answered(5, 8, gone), &[]).1.len(), 1);
    }

    #[test]
    fn an_address_of_no_source_is_not_judged() {
        let reach = (day("2022-01-03"), day("2023-12-31"));
        let rows = answered(6, 8, |_| 0.5);
        assert_eq!(find(&register(&["a,2020-01-01"], &[]), &rows, reach, 4), (vec![], vec![]));
    }
}
