//! Evidence: a marked test message arrived, or did not.
//!
//! Statistic: none; each test message is an experiment on one day. One that arrived proves that the source's capture
//! worked for it on the day on which it was sent. One that was looked for on a later day than it was sent and had not
//! arrived shows that capture failed for it: it is a gap from that day, together with the failed ones that follow it
//! without one that arrived between them. One that arrived and was not seen in supervisory review, although the
//! register says that the source is connected, is a gap of the axis "reviewed".
//!
//! Assumptions: the message was sent as planned, in the way in which the source's messages are sent, and the search
//! for its token reads all that was captured.
//!
//! Limits: it proves one path on one day and says nothing of the days between tests, nor of messages of another kind
//! (another sender, another size, encrypted). How much else was lost is not known.

use crate::calendar::{day_after, day_before};
use crate::candidate::{Grounded as _, candidate};
use chrono::NaiveDate;
use duces_model::{Axis, DayBounds, Evidence, Gap, Ground, SourceId};
use duces_register::Register;
use serde::Serialize;
use std::collections::BTreeMap;

const BLIND_TO: &str = "it cannot see the days between tests, nor messages that take another way than the test message, \
                        nor how much was lost";

/// A marked message sent to a source, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TestMessage {
    /// To which source.
    pub source: SourceId,
    /// The day on which it was sent.
    pub sent_on: NaiveDate,
    /// Its mark, which no other message has.
    pub token: String,
    /// The day on which it was found in the archive; absent where it was not.
    pub arrived_on: Option<NaiveDate>,
    /// The day on which it was found in supervisory review; absent where it was not, or nobody looked.
    pub seen_in_review_on: Option<NaiveDate>,
    /// The last day on which it was looked for; absent where it was not yet.
    pub checked_on: Option<NaiveDate>,
}

/// A day on which a source's capture is proved to have worked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CaptureProof {
    /// Which source.
    pub source: SourceId,
    /// The day on which the message was sent.
    pub day: NaiveDate,
    /// Its mark.
    pub token: String,
    /// The day on which it was found in supervisory review too, where it was.
    pub seen_in_review_on: Option<NaiveDate>,
}

/// What the tests say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CaptureTests {
    /// Sorted.
    pub proofs: Vec<CaptureProof>,
    /// Tests whose outcome is not known: not yet looked for on a later day.
    pub pending: u64,
    /// By source and first day.
    pub gaps: Vec<Gap>,
}

/// How a test ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Worked,
    Failed,
}

/// What the tests prove and what they miss. The result does not depend on the order of the input.
pub(crate) fn find(register: &Register, input: &[TestMessage]) -> CaptureTests {
    let mut tests: Vec<&TestMessage> = input.iter().collect();
    tests.sort();
    tests.dedup();
    let mut by_source: BTreeMap<&SourceId, Vec<&TestMessage>> = BTreeMap::new();
    for test in tests {
        by_source.entry(&test.source).or_default().push(test);
    }
    let mut found = CaptureTests { proofs: Vec::new(), pending: 0, gaps: Vec::new() };
    for (source, tests) in by_source {
        let proof = |test: &&TestMessage| CaptureProof {
            source: source.clone(),
            day: test.sent_on,
            token: test.token.clone(),
            seen_in_review_on: test.seen_in_review_on,
        };
        found.proofs.extend(tests.iter().filter(|test| test.arrived_on.is_some()).map(proof));
        let captured: Vec<_> = tests.iter().filter_map(|test| Some((*test, arrival(test)?))).collect();
        found.pending += (tests.len() - captured.len()) as u64;
        found.gaps.extend(gaps(source, Axis::Preserved, &captured));
        let connected = register.reviewed_days(source);
        let is_connected =
            |day: NaiveDate| connected.iter().any(|(from, to)| *from <= day && to.is_none_or(|to| day <= to));
        let reviewed: Vec<_> = tests
            .iter()
            .filter(|test| test.arrived_on.is_some() && is_connected(test.sent_on))
            .filter_map(|test| Some((*test, review(test)?)))
            .collect();
        found.gaps.extend(gaps(source, Axis::Reviewed, &reviewed));
    }
    found
}

fn arrival(test: &TestMessage) -> Option<Outcome> {
    if test.arrived_on.is_some() { Some(Outcome::Worked) } else { failed(test) }
}

fn review(test: &TestMessage) -> Option<Outcome> {
    if test.seen_in_review_on.is_some() { Some(Outcome::Worked) } else { failed(test) }
}

/// A message may be on its way for the day on which it was sent.
fn failed(test: &TestMessage) -> Option<Outcome> {
    test.checked_on.is_some_and(|checked| checked > test.sent_on).then_some(Outcome::Failed)
}

/// The gaps among tests in order.
fn gaps(source: &SourceId, axis: Axis, tests: &[(&TestMessage, Outcome)]) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut at = 0_usize;
    for run in tests.chunk_by(|a, b| a.1 == b.1) {
        let before = at.checked_sub(1).and_then(|before| tests.get(before)).map(|(test, _)| test.sent_on);
        let after = tests.get(at + run.len()).map(|(test, _)| test.sent_on);
        at += run.len();
        if run[0].1 == Outcome::Failed {
            gaps.push(gap(source, axis, run, before, after));
        }
    }
    gaps
}

/// The gap of a run of failed tests, which is not empty, between tests that worked.
fn gap(
    source: &SourceId,
    axis: Axis,
    run: &[(&TestMessage, Outcome)],
    before: Option<NaiveDate>,
    after: Option<NaiveDate>,
) -> Gap {
    let (first, last) = (run[0].0.sent_on, run[run.len() - 1].0.sent_on);
    let (about, where_to, beside) = match axis {
        Axis::Preserved => (source.to_string(), "arrived in the archive", "arrived"),
        Axis::Reviewed => (
            format!("{source}:review"),
            "was seen in supervisory review, to which the register says that the source is connected",
            "was seen there",
        ),
    };
    let since = before.map_or_else(
        || "no earlier one tells since when".to_owned(),
        |day| format!("the last before that {beside} is of {day}"),
    );
    let until =
        after.map_or_else(|| "none since".to_owned(), |day| format!("the next that {beside} is of {day}"));
    let messages = if run.len() == 1 {
        format!("the test message of {first} never {where_to}")
    } else {
        format!("none of {} test messages of {first} to {last} {where_to}", run.len())
    };
    let row = |(test, _): &(&TestMessage, Outcome)| Ground {
        source: Some(source.clone()),
        day: Some(test.sent_on),
        says: format!(
            "test message {} of {}, looked for until {}: not found",
            test.token,
            test.sent_on,
            test.checked_on.unwrap_or(test.sent_on)
        ),
    };
    let gap =
        candidate(Evidence::CaptureTest, &about, vec![source.clone()], (Some(first), after.map(|_| last)));
    Gap {
        axis,
        // Without an earlier test that worked nothing is said of the days before: the finding tells so.
        first_between: before.map(|day| DayBounds { earliest: day_after(day).min(first), latest: first }),
        last_between: after.map(|day| DayBounds { earliest: last, latest: day_before(day).max(last) }),
        finding: format!("{messages}; {since}, {until}"),
        blind_to: BLIND_TO.to_owned(),
        ..gap
    }
    .resting_on(run.iter().map(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{day, register};

    fn test(
        token: &str,
        sent: &str,
        arrived: Option<&str>,
        seen: Option<&str>,
        checked: Option<&str>,
    ) -> TestMessage {
        TestMessage {
            source: "desk".parse().unwrap(),
            sent_on: day(sent),
            token: token.to_owned(),
            arrived_on: arrived.map(day),
            seen_in_review_on: seen.map(day),
            checked_on: checked.map(day),
        }
    }

    fn found(input: &[TestMessage]) -> CaptureTests {
        let register = register(&["desk,2020-01-01,,,,2020-01-01"], &[]);
        let found = find(&register, input);
        let reversed: Vec<TestMessage> = input.iter().rev().cloned().collect();
        assert_eq!(find(&register, &reversed), found);
        found
    }

    #[test]
    fn a_message_that_arrived_proves_its_day_and_one_that_did_not_is_a_gap() {
        let all = found(&[
            test("a", "2024-01-02", Some("2024-01-02"), Some("2024-01-03"), Some("2024-01-03")),
            test("b", "2024-02-02", None, None, Some("2024-02-05")),
            test("c", "2024-03-04", None, None, Some("2024-03-05")),
            test("d", "2024-04-02", Some("2024-04-03"), Some("2024-04-03"), Some("2024-04-03")),
        ]);
        assert_eq!(
            all.proofs.iter().map(|proof| proof.day).collect::<Vec<_>>(),
            [day("2024-01-02"), day("2024-04-02")]
        );
        let [gap] = all.gaps.as_slice() else { panic!("{all:?}") };
        assert_eq!((gap.first_day, gap.last_day), (Some(day("2024-02-02")), Some(day("2024-03-04"))));
        assert_eq!(gap.first_between.unwrap().earliest, day("2024-01-03"));
        assert_eq!(gap.last_between.unwrap().latest, day("2024-04-01"));
        assert_eq!((gap.quantity, gap.grounds.len()), (duces_model::Quantity::Unknown, 2));
    }

    #[test]
    fn a_loss_that_no_later_test_ends_has_no_known_end() {
        let all = found(&[test("b", "2024-02-02", None, None, Some("2024-02-05"))]);
        assert_eq!((all.gaps[0].first_day, all.gaps[0].last_day), (Some(day("2024-02-02")), None));
    }

    #[test]
    fn a_test_not_looked_for_on_a_later_day_says_nothing_yet() {
        let all = found(&[
            test("a", "2024-02-02", None, None, None),
            test("b", "2024-02-02", None, None, Some("2024-02-02")),
        ]);
        assert_eq!((all.pending, all.gaps.len(), all.proofs.len()), (2, 0, 0));
    }

    #[test]
    fn what_arrived_and_was_not_seen_in_review_is_a_gap_of_review_only() {
        let all = found(&[test("a", "2024-02-02", Some("2024-02-02"), None, Some("2024-02-05"))]);
        assert_eq!(all.gaps.iter().map(|gap| gap.axis).collect::<Vec<_>>(), [Axis::Reviewed]);
        let unconnected = register(&["desk,2020-01-01"], &[]);
        let one = [test("a", "2024-02-02", Some("2024-02-02"), None, Some("2024-02-05"))];
        assert_eq!(find(&unconnected, &one).gaps, [], "that it is not connected is said elsewhere");
    }
}
