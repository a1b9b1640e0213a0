//! Evidence: sources that are not connected to supervisory review, and communications not reviewed, not in time, or
//! without proof. All of it is the axis "reviewed" and says nothing of what was preserved.
//!
//! Not connected: the days on which a source was in service and no row of `review.csv` (nor its columns in
//! `sources.csv`) connects it. Sources of one system and capture path that were never connected are one gap; so are
//! those that lack the very same days. The quantity is the exact number of communications captured on those days; what
//! was not captured then was not reviewed either and is not known, so that where none was captured the quantity is
//! unknown. Where the register connects no source at all, nobody has said anything of review, and nothing is judged.
//!
//! Reviewed late: a communication in a review log whose first proper review came more than the source's stated
//! days (`review_days_max`, calendar or business days after the day on which it was sent) later; exact. Business days are
//! those of the firm: no Saturdays, Sundays, market holidays (module `holiday`, with its years) or closures. Where nothing
//! is stated, or the log lacks the day on which it was sent, lateness cannot be judged.
//!
//! Unproven: a communication in a review log that no row reviews properly. A proper review has a reviewer, a day and
//! an action, and the action says that something was decided: merely opening a message is not review (FINRA Rule
//! 3110.07, as restated by Smarsh and Global Relay: the evidence identifies the reviewer, the communication, the date
//! and the action taken). One that may still be reviewed in time is not yet unproven.
//!
//! Limits: only what the logs list was selected for review; what was never selected is not seen. Logs that count
//! communications in place of naming them cannot show that one was reviewed elsewhere. Whether a review that is
//! written down took place is not known.

use crate::calendar::{Calendar, counted, day_after, day_before};
use crate::candidate::{Grounded as _, candidate};
use crate::runs::{DayLoss, runs};
use chrono::{Days, NaiveDate};
use duces_model::{Evidence, Gap, Ground, Quantity, Sha256, SourceId};
use duces_register::{Register, ReviewDays, ReviewRow, Source};
use std::collections::BTreeMap;

const BLIND_TO_CONNECTION: &str = "it cannot see communications that were not captured on those days, nor those without a \
                                   usable date, nor whether what was connected was reviewed";
const BLIND_TO_LOG: &str = "it cannot see communications that no review log lists, nor whether a review that is written \
                            down took place";

/// The gaps of the axis "reviewed". `captured` is what was captured per source and day, in any order and pieces;
/// `today` the day up to which reviews could be done.
pub(crate) fn find(
    register: &Register,
    captured: &[(SourceId, NaiveDate, u64)],
    today: NaiveDate,
) -> Vec<Gap> {
    let mut gaps = not_connected(register, captured, today);
    let calendar = Calendar::of(register);
    let mut log: BTreeMap<&SourceId, Vec<&ReviewRow>> = BTreeMap::new();
    for row in &register.review_log {
        log.entry(&row.source).or_default().push(row);
    }
    for source in &register.sources {
        gaps.extend(
            log.remove(&source.id).into_iter().flat_map(|rows| logged(source, rows, &calendar, today)),
        );
    }
    gaps.sort_by(|a, b| (&a.sources, a.first_day, &a.id).cmp(&(&b.sources, b.first_day, &b.id)));
    gaps
}

/// Days without connection; the last is absent where they go on.
type Unconnected = (NaiveDate, Option<NaiveDate>);

/// What sources must share to be one gap: system, capture path, and the days, or that they were never connected.
type Shared = (Option<String>, Option<String>, Option<Unconnected>);

fn not_connected(register: &Register, captured: &[(SourceId, NaiveDate, u64)], today: NaiveDate) -> Vec<Gap> {
    let said = |source: &Source| !register.reviewed_days(&source.id).is_empty();
    if !register.sources.iter().any(said) {
        return Vec::new();
    }
    let mut counts: BTreeMap<&SourceId, BTreeMap<NaiveDate, u64>> = BTreeMap::new();
    for (source, day, count) in captured {
        *counts.entry(source).or_default().entry(*day).or_default() += count;
    }
    let mut groups: BTreeMap<Shared, Vec<(&Source, Unconnected, u64)>> = BTreeMap::new();
    for source in &register.sources {
        let connected = register.reviewed_days(&source.id);
        for days in unconnected(source, &connected).into_iter().filter(|days| days.0 <= today) {
            let last = days.1.unwrap_or(NaiveDate::MAX);
            let count =
                counts.get(&source.id).map_or(0, |of| of.range(days.0..=last).map(|(_, count)| count).sum());
            let system = source.system.as_ref().map(ToString::to_string);
            let path = source.capture_path.as_ref().map(ToString::to_string);
            let same = (!connected.is_empty()).then_some(days);
            groups.entry((system, path, same)).or_default().push((source, days, count));
        }
    }
    groups.into_iter().map(|(shared, members)| connection_gap(&shared, members)).collect()
}

/// The days of service on which nothing connects the source.
fn unconnected(source: &Source, connected: &[(NaiveDate, Option<NaiveDate>)]) -> Vec<Unconnected> {
    let (mut from, end) = (source.in_service_from, source.in_service_to);
    let before_end = |day: NaiveDate| end.is_none_or(|end| day <= end);
    let mut found = Vec::new();
    for (first, last) in connected {
        if from < *first && before_end(from) {
            let until = day_before(*first);
            found.push((from, Some(end.map_or(until, |end| until.min(end)))));
        }
        let Some(last) = last else { return found };
        from = from.max(day_after(*last));
    }
    if before_end(from) {
        found.push((from, end));
    }
    found
}

/// The gap of sources that share their lack; there is at least one.
fn connection_gap((system, path, same): &Shared, mut members: Vec<(&Source, Unconnected, u64)>) -> Gap {
    members.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    let sources: Vec<SourceId> = members.iter().map(|(source, ..)| source.id.clone()).collect();
    let first = members.iter().map(|(_, days, _)| days.0).min();
    let goes_on = members.iter().any(|(_, days, _)| days.1.is_none());
    let last = members.iter().filter_map(|(_, days, _)| days.1).max().filter(|_| !goes_on);
    let count: u64 = members.iter().map(|(.., count)| count).sum();
    let none = members.iter().filter(|(.., count)| *count == 0).count() as u64;
    let shared: Vec<String> = [("system", system), ("capture path", path)]
        .into_iter()
        .filter_map(|(what, name)| name.as_ref().map(|name| format!("{what} {name}")))
        .collect();
    let of = if shared.is_empty() { String::new() } else { format!(" of {}", shared.join(" and ")) };
    let was = if members.len() == 1 { "was" } else { "were" };
    let how = match same {
        None => format!("{was} never connected to supervisory review"),
        Some(_) => format!("{was} not connected to supervisory review"),
    };
    let days = format!(
        "from {} {}",
        first.map_or_else(String::new, |day| day.to_string()),
        last.map_or_else(|| "on".to_owned(), |day| format!("to {day}"))
    );
    let unknown = match none {
        0 => String::new(),
        _ if members.len() == 1 => {
            "; nothing was captured of it on these days, so how much there was is not known".to_owned()
        }
        none => format!(
            "; of {} nothing was captured on these days, so how much there was is not known",
            counted(none, "source")
        ),
    };
    let row = |(source, days, count): &(&Source, Unconnected, u64)| Ground {
        source: Some(source.id.clone()),
        day: None,
        says: format!(
            "sources.csv line {}: {} in service and not connected from {} {}; {} captured then",
            source.line,
            source.id,
            days.0,
            days.1.map_or_else(|| "on".to_owned(), |day| format!("to {day}")),
            counted(*count, "communication"),
        ),
    };
    let grounds: Vec<Ground> = members.iter().map(row).collect();
    let gap = candidate(Evidence::NotConnectedToReview, &about(&sources), sources.clone(), (first, last));
    Gap {
        quantity: if count == 0 { Quantity::Unknown } else { Quantity::Exact { count } },
        finding: format!(
            "{}{of} {how} {days}; {} captured on these days{unknown}",
            counted(members.len() as u64, "source"),
            counted(count, "communication"),
        ),
        blind_to: BLIND_TO_CONNECTION.to_owned(),
        ..gap
    }
    .resting_on(grounds)
}

/// The sole source, or the first with how many follow and a digest of all: a person's word on some sources is no word
/// on others.
fn about(sources: &[SourceId]) -> String {
    let names: Vec<&str> = sources.iter().map(SourceId::as_str).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first, rest @ ..] => {
            let digest = Sha256::of(names.join("\n")).to_string();
            format!("{first}+{}:{}", rest.len(), &digest[..8])
        }
    }
}

/// A communication, or a number of them, in the logs, with all rows on it.
struct Selected<'r> {
    sent_on: Option<NaiveDate>,
    count: u64,
    rows: Vec<&'r ReviewRow>,
}

impl Selected<'_> {
    /// The day of the first proper review.
    fn reviewed_on(&self) -> Option<NaiveDate> {
        let proper = self.rows.iter().filter(|row| row.is_review() && !row.is_lacking());
        proper.filter_map(|row| row.reviewed_on).min()
    }

    /// What the rows lack, in words.
    fn lacks(&self) -> String {
        let all = |of: fn(&ReviewRow) -> bool| self.rows.iter().all(|row| of(row));
        let mut lacks = Vec::new();
        if all(|row| row.reviewer.is_empty()) {
            lacks.push("no reviewer".to_owned());
        }
        if all(|row| row.reviewed_on.is_none()) {
            lacks.push("no date".to_owned());
        }
        if all(|row| row.action.is_empty()) {
            lacks.push("no action".to_owned());
        } else if all(|row| !row.is_review()) {
            let actions: std::collections::BTreeSet<&str> =
                self.rows.iter().map(|row| row.action.as_str()).filter(|action| !action.is_empty()).collect();
            let actions: Vec<&str> = actions.into_iter().collect();
            lacks.push(format!("the action {:?} is no review", actions.join(", ")));
        }
        if lacks.is_empty() {
            "no one row has reviewer, date and action".to_owned()
        } else {
            lacks.join(", ")
        }
    }
}

/// What the logs show of one source.
fn logged(source: &Source, rows: Vec<&ReviewRow>, calendar: &Calendar, today: NaiveDate) -> Vec<Gap> {
    let selected = selected(rows);
    let due = |one: &Selected<'_>| match source.review_days_max? {
        ReviewDays::Calendar(days) => one.sent_on?.checked_add_days(Days::new(days)),
        ReviewDays::Business(days) => calendar.business_days_after(one.sent_on?, days),
    };
    let late = |one: &Selected<'_>| one.reviewed_on().zip(due(one)).is_some_and(|(done, due)| done > due);
    let unproven = |one: &Selected<'_>| one.reviewed_on().is_none() && due(one).is_none_or(|due| due < today);
    let stated = source.review_days_max.map_or_else(String::new, |days| days.to_string());
    let late_row = |one: &Selected<'_>| {
        let done = one.reviewed_on().map_or_else(String::new, |day| day.to_string());
        format!("reviewed on {done}, more than {stated} after it was sent")
    };
    let mut gaps = log_gaps(
        source,
        Evidence::ReviewedLate,
        &selected,
        &late,
        &format!("were reviewed later than {stated} after they were sent"),
        &late_row,
    );
    gaps.extend(log_gaps(
        source,
        Evidence::ReviewUnproven,
        &selected,
        &unproven,
        "have no review that is proved by reviewer, date and action",
        &|one| one.lacks(),
    ));
    gaps
}

/// The communications in a source's rows: the rows on one Message-ID together, each counting row alone.
fn selected(mut rows: Vec<&ReviewRow>) -> Vec<Selected<'_>> {
    rows.sort_by_key(|row| (&row.file, row.line));
    let mut named: BTreeMap<&str, Vec<&ReviewRow>> = BTreeMap::new();
    let mut selected = Vec::new();
    for row in rows {
        match &row.message_id {
            Some(id) => named.entry(id).or_default().push(row),
            None => selected.push(Selected {
                sent_on: row.sent_on,
                count: row.count.unwrap_or(1),
                rows: vec![row],
            }),
        }
    }
    selected.extend(named.into_values().map(|rows| Selected {
        sent_on: rows.iter().filter_map(|row| row.sent_on).min(),
        count: 1,
        rows,
    }));
    selected.sort_by_key(|one| (one.sent_on, &one.rows[0].file, one.rows[0].line));
    selected
}

/// The gaps of one kind: runs of days on which those of that kind were sent, and one of those without such a day.
fn log_gaps(
    source: &Source,
    evidence: Evidence,
    selected: &[Selected<'_>],
    concerns: &dyn Fn(&Selected<'_>) -> bool,
    what: &str,
    says: &dyn Fn(&Selected<'_>) -> String,
) -> Vec<Gap> {
    let mut days: BTreeMap<NaiveDate, DayLoss> = BTreeMap::new();
    for one in selected {
        let Some(day) = one.sent_on else { continue };
        let sum = days.entry(day).or_insert(DayLoss { day, lost: 0, of: 0 });
        sum.of += one.count;
        sum.lost += if concerns(one) { one.count } else { 0 };
    }
    let days: Vec<DayLoss> = days.into_values().collect();
    let spans = runs(&days).into_iter().map(|run| Some((run[0].day, run[run.len() - 1].day)));
    let gap = |span: Option<(NaiveDate, NaiveDate)>| {
        let within = |one: &&Selected<'_>| match (span, one.sent_on) {
            (Some((first, last)), Some(day)) => first <= day && day <= last,
            (None, None) => true,
            _ => false,
        };
        let all: u64 = selected.iter().filter(within).map(|one| one.count).sum();
        let concerned: Vec<&Selected<'_>> =
            selected.iter().filter(within).filter(|one| one.count > 0 && concerns(one)).collect();
        let count: u64 = concerned.iter().map(|one| one.count).sum();
        let sent = match span {
            Some((first, last)) => format!("sent from {first} to {last}"),
            None => "of which the log does not say when they were sent".to_owned(),
        };
        let row = |one: &&Selected<'_>| {
            let of = one.rows[0];
            let which = of.message_id.clone().unwrap_or_else(|| counted(one.count, "communication"));
            Ground {
                source: Some(source.id.clone()),
                day: one.sent_on,
                says: format!("{} line {}: {which}: {}", of.file, of.line, says(one)),
            }
        };
        let grounds: Vec<Ground> = concerned.iter().map(row).collect();
        let gap = candidate(
            evidence,
            source.id.as_str(),
            vec![source.id.clone()],
            (span.map(|days| days.0), span.map(|days| days.1)),
        );
        (count > 0).then(|| {
            Gap {
                quantity: Quantity::Exact { count },
                finding: format!(
                    "of {} in the review logs, {sent}, {count} {what}",
                    counted(all, "communication")
                ),
                blind_to: BLIND_TO_LOG.to_owned(),
                ..gap
            }
            .resting_on(grounds)
        })
    };
    spans.chain([None]).filter_map(gap).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{day, register};

    const LOG: &str = "source,message_id,count,sent_on,reviewer,reviewed_on,action\n";

    fn counts(rows: &[(&str, &str, u64)]) -> Vec<(SourceId, NaiveDate, u64)> {
        rows.iter().map(|(source, date, count)| (source.parse().unwrap(), day(date), *count)).collect()
    }

    fn logged(rows: &str) -> Vec<(String, Quantity, String)> {
        let register =
            register(&["desk,2020-01-01,,,,2020-01-01,,5"], &[("review-log/a.csv", &format!("{LOG}{rows}"))]);
        let found = find(&register, &[], day("2024-03-01"));
        found.into_iter().map(|gap| (gap.id, gap.quantity, gap.grounds[0].says.clone())).collect()
    }

    #[test]
    fn days_of_service_without_connection_are_gaps_with_what_was_captured_on_them() {
        let register = register(
            &[
                "late,2024-01-01,,,,2024-02-01",
                "left,2024-01-01,2024-12-31,,,2024-01-01,2024-05-31",
                "fine,2024-01-01,,,,2024-01-01",
            ],
            &[],
        );
        let captured =
            counts(&[("late", "2024-01-05", 3), ("late", "2024-02-01", 9), ("left", "2024-05-31", 1)]);
        let gaps = find(&register, &captured, day("2025-06-01"));
        let said: Vec<_> = gaps.iter().map(|gap| (gap.id.as_str(), gap.last_day, gap.quantity)).collect();
        assert_eq!(
            said,
            [
                (
                    "not-connected-to-review:late:2024-01-01",
                    Some(day("2024-01-31")),
                    Quantity::Exact { count: 3 }
                ),
                ("not-connected-to-review:left:2024-06-01", Some(day("2024-12-31")), Quantity::Unknown),
            ]
        );
        assert!(gaps.iter().all(|gap| gap.axis == duces_model::Axis::Reviewed));
    }

    #[test]
    fn mailboxes_of_one_system_that_were_never_connected_are_one_gap() {
        let mut sources = vec!["fine,2024-01-01,,,,2024-01-01".to_owned()];
        sources.extend((0..120).map(|n| format!("group-{n:03},20{}-01-01,,journal,exchange", 10 + n % 9)));
        sources.push("tool,2020-01-01,,export,desk".to_owned());
        let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
        let captures = "capture_path,changed_on,change\njournal,2010-01-01,added\nexport,2010-01-01,added\n";
        let register = register(&sources, &[("captures.csv", captures)]);
        let gaps = find(&register, &counts(&[("group-007", "2024-01-05", 3)]), day("2025-06-01"));
        assert_eq!(gaps.iter().map(|gap| gap.sources.len()).collect::<Vec<_>>(), [120, 1]);
        assert_eq!((gaps[0].first_day, gaps[0].last_day), (Some(day("2010-01-01")), None));
        assert_eq!((gaps[0].quantity, gaps[0].grounds_in_all), (Quantity::Exact { count: 3 }, 120));
        assert!(gaps[0].finding.contains("of 119 sources nothing was captured"), "{}", gaps[0].finding);
    }

    #[test]
    fn a_register_that_connects_nothing_has_said_nothing_of_review() {
        assert_eq!(find(&register(&["desk,2024-01-01"], &[]), &[], day("2025-06-01")), []);
    }

    #[test]
    fn a_review_after_the_stated_days_is_late_and_the_first_proper_one_counts() {
        let found = logged(
            "desk,a@x,,2024-01-02,Ann,2024-01-07,approved\n\
             desk,b@x,,2024-01-02,Ann,2024-01-08,approved\n\
             desk,c@x,,2024-01-02,Bob,2024-01-20,escalated\n\
             desk,c@x,,2024-01-02,Ann,2024-01-03,approved\n\
             desk,,40,2024-01-03,Ann,2024-02-03,approved\n",
        );
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (found[0].0.as_str(), found[0].1),
            ("reviewed-late:desk:2024-01-02", Quantity::Exact { count: 41 })
        );
        assert!(
            found[0].2.contains("reviewed on 2024-01-08, more than 5 calendar days after"),
            "{}",
            found[0].2
        );
    }

    #[test]
    fn business_days_leave_out_weekends_market_holidays_and_closures_of_the_firm() {
        // Sent on Thursday 11 January 2024; Monday the 15th is a market holiday, the 17th a closure of the firm.
        let log = |reviewed: &str| {
            let rows = format!("{LOG}desk,a@x,,2024-01-11,Ann,{reviewed},approved\n");
            let files = [
                ("review-log/a.csv", rows.as_str()),
                ("closures.csv", "from,to,reason\n2024-01-17,,the firm's own\n"),
            ];
            find(
                &register(&["desk,2020-01-01,,,,2020-01-01,,3 business days"], &files),
                &[],
                day("2024-03-01"),
            )
        };
        assert_eq!(log("2024-01-18"), []);
        let late = log("2024-01-19");
        assert!(late[0].finding.contains("later than 3 business days after"), "{}", late[0].finding);
        assert!(late[0].grounds[0].says.contains("more than 3 business days after"));
    }

    #[test]
    fn opening_is_no_review_and_what_the_log_lacks_is_said() {
        let found = logged("desk,a@x,,2024-01-02,Ann,2024-01-03,opened\n");
        assert_eq!(found[0].0, "review-unproven:desk:2024-01-02");
        assert!(found[0].2.contains("the action \"opened\" is no review"), "{}", found[0].2);
        let lacking = logged("desk,a@x,,2024-01-02,,,approved\n");
        assert!(lacking[0].2.ends_with("no reviewer, no date"), "{}", lacking[0].2);
        assert_eq!(
            logged(
                "desk,a@x,,2024-01-02,Ann,2024-01-03,opened\ndesk,a@x,,2024-01-02,Ann,2024-01-04,approved\n"
            ),
            []
        );
        let undated = logged("desk,,7,,Ann,,approved\n");
        assert_eq!(
            (undated[0].0.as_str(), undated[0].1),
            ("review-unproven:desk:start", Quantity::Exact { count: 7 })
        );
    }

    #[test]
    fn what_may_still_be_reviewed_in_time_is_not_yet_unproven() {
        assert_eq!(logged("desk,a@x,,2024-02-26,,,\n"), []);
        assert_eq!(logged("desk,a@x,,2024-02-24,,,\n").len(), 1);
    }
}
