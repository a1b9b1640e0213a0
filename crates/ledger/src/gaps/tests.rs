//! Judgements hold until more is found; what is merged or split stays in view.

use super::*;
use crate::LedgerError;
use crate::fixture::{act, ledger};
use crate::gap_links::GapPart;
use chrono::TimeDelta;
use duces_model::{Axis, Evidence, Quantity};
use proptest::prelude::*;

fn gap(id: &str, count: u64) -> Gap {
    Gap {
        id: id.to_owned(),
        axis: Axis::Preserved,
        sources: vec!["ops".parse().unwrap()],
        address: None,
        first_day: "2024-03-01".parse().ok(),
        last_day: None,
        first_between: None,
        last_between: None,
        evidence: Evidence::ControlTotal,
        also: Vec::new(),
        quantity: Quantity::NetDifference { count },
        finding: format!("{count} fewer"),
        blind_to: "duplicates".into(),
        grounds: Vec::new(),
        grounds_in_all: 0,
        status: GapStatus::Candidate,
    }
}

fn later(hours: i64) -> Act {
    Act { at: act().at + TimeDelta::hours(hours), ..act() }
}

fn ids(list: &[&str]) -> Vec<String> {
    list.iter().map(ToString::to_string).collect()
}

#[test]
fn a_gap_keeps_its_status_while_its_finding_is_renewed() {
    let (_folder, mut ledger) = ledger();
    let first = ledger.record_gaps(&later(0), &[gap("b", 1), gap("a", 9)]).unwrap();
    assert_eq!(first, GapChanges { new: ids(&["a", "b"]), ..GapChanges::default() });
    ledger.set_gap_status(&later(1), "a", GapStatus::Explained, "the office was closed").unwrap();
    let second = ledger.record_gaps(&later(2), &[gap("a", 7), gap("c", 1)]).unwrap();
    assert_eq!(second, GapChanges { new: ids(&["c"]), known: ids(&["a"]), gone: ids(&["b"]) });
    let gaps = ledger.gaps().unwrap();
    assert_eq!(gaps[0].gap, Gap { status: GapStatus::Explained, ..gap("a", 7) });
    assert_eq!((gaps[0].first_seen, gaps[0].last_seen, gaps[0].current), (later(0).at, later(2).at, true));
    assert_eq!(
        (gaps[1].last_seen, gaps[1].current, gaps[1].gap.status),
        (later(0).at, false, GapStatus::Candidate)
    );
    let change = GapStatusChange {
        status: GapStatus::Explained,
        why: "the office was closed".into(),
        by: act().by,
        at: later(1).at,
    };
    assert_eq!(gaps[0].history, [change]);
}

#[test]
fn a_run_cannot_judge_and_a_finding_that_is_the_same_is_no_new_version() {
    let (_folder, mut ledger) = ledger();
    let versions = |ledger: &Ledger| -> i64 {
        ledger.connection.query_row("SELECT COUNT(*) FROM gap_version", [], |row| row.get(0)).unwrap()
    };
    for status in [GapStatus::Dismissed, GapStatus::Confirmed, GapStatus::Candidate] {
        ledger.record_gaps(&act(), &[Gap { status, ..gap("a", 1) }]).unwrap();
        assert_eq!(ledger.gaps().unwrap()[0].gap.status, GapStatus::Candidate);
        assert_eq!(versions(&ledger), 1);
    }
    ledger.record_gaps(&act(), &[gap("a", 2)]).unwrap();
    assert_eq!(versions(&ledger), 2, "what the finding was stays on record");
}

#[test]
fn only_a_named_person_judges_and_says_why() {
    let (_folder, mut ledger) = ledger();
    ledger.record_gaps(&act(), &[gap("a", 1)]).unwrap();
    let nobody = Act { by: " ".into(), ..act() };
    let judged = ledger.set_gap_status(&nobody, "a", GapStatus::Dismissed, "noise");
    assert!(matches!(judged, Err(LedgerError::NoPerson { .. })));
    let judged = ledger.set_gap_status(&act(), "a", GapStatus::Dismissed, "");
    assert!(matches!(judged, Err(LedgerError::Conflict { .. })));
    let judged = ledger.set_gap_status(&act(), "z", GapStatus::Dismissed, "noise");
    assert!(matches!(judged, Err(LedgerError::NoSuch { .. })));
    assert!(matches!(
        ledger.record_gaps(&act(), &[gap("a", 1), gap("a", 2)]),
        Err(LedgerError::Conflict { .. })
    ));
    assert_eq!(ledger.gaps().unwrap()[0].gap.status, GapStatus::Candidate);
}

#[test]
fn more_found_of_a_closed_gap_opens_the_question_again_and_less_does_not() {
    let (_folder, mut ledger) = ledger();
    ledger.record_gaps(&later(0), &[gap("a", 5)]).unwrap();
    ledger.set_gap_status(&later(1), "a", GapStatus::Dismissed, "noise").unwrap();
    ledger.record_gaps(&later(2), &[gap("a", 4)]).unwrap();
    assert_eq!(ledger.gaps().unwrap()[0].gap.status, GapStatus::Dismissed);
    ledger.record_gaps(&later(3), &[gap("a", 6)]).unwrap();
    let record = &ledger.gaps().unwrap()[0];
    assert_eq!(record.gap.status, GapStatus::Candidate);
    let reopened = Some(Reopened { was: GapStatus::Dismissed, since: later(3).at });
    assert_eq!(record.reopened, reopened);
    // Later looks find the same again, or yet more: since when it is open stays.
    ledger.record_gaps(&later(4), &[gap("a", 6)]).unwrap();
    ledger.record_gaps(&later(5), &[gap("a", 9)]).unwrap();
    assert_eq!(ledger.gaps().unwrap()[0].reopened, reopened);
    ledger.set_gap_status(&later(6), "a", GapStatus::Explained, "closed that week").unwrap();
    let record = &ledger.gaps().unwrap()[0];
    assert_eq!((record.gap.status, record.reopened.clone()), (GapStatus::Explained, None));
    assert_eq!(record.history.len(), 2, "what was said before stays on record");
}

#[test]
fn a_merged_gap_counts_no_more_by_itself_and_its_days_and_sources_count_with_the_other() {
    let (_folder, mut ledger) = ledger();
    let other = Gap {
        sources: vec!["desk".parse().unwrap()],
        first_day: "2024-02-01".parse().ok(),
        quantity: Quantity::Exact { count: 3 },
        ..gap("b", 0)
    };
    ledger.record_gaps(&later(0), &[gap("a", 5), other.clone()]).unwrap();
    ledger.set_gap_status(&later(1), "a", GapStatus::Explained, "the office was closed").unwrap();
    ledger.merge_gap(&later(2), "b", Some("a"), "the same outage").unwrap();
    let gaps = ledger.gaps().unwrap();
    assert_eq!((gaps[0].counts, gaps[1].counts), (true, false));
    assert_eq!(gaps[0].gap.sources, ["desk".parse().unwrap(), "ops".parse().unwrap()]);
    assert_eq!(gaps[0].gap.first_day, other.first_day);
    assert_eq!(gaps[0].gap.quantity, Quantity::AtLeast { count: 8 });
    assert_eq!(gaps[0].gap.status, GapStatus::Candidate, "what was explained was less");
    assert_eq!(gaps[1].merged_into.as_ref().map(|link| link.gap.as_str()), Some("a"));
    for (id, with) in [("a", "b"), ("a", "a"), ("a", "z")] {
        assert!(ledger.merge_gap(&later(3), id, Some(with), "why").is_err(), "{id} {with}");
    }
    ledger.merge_gap(&later(3), "b", None, "another cause").unwrap();
    let gaps = ledger.gaps().unwrap();
    assert_eq!((gaps[0].gap.quantity, gaps[1].counts), (Quantity::NetDifference { count: 5 }, true));
    assert_eq!(gaps[0].gap.status, GapStatus::Explained);
}

#[test]
fn the_parts_of_a_gap_are_all_of_it_or_it_is_not_split() {
    let (_folder, mut ledger) = ledger();
    let day = |text: &str| text.parse::<chrono::NaiveDate>().ok();
    let whole = Gap {
        sources: vec!["desk".parse().unwrap(), "ops".parse().unwrap()],
        last_day: day("2024-03-31"),
        ..gap("a", 5)
    };
    ledger.record_gaps(&later(0), std::slice::from_ref(&whole)).unwrap();
    let part = |source: &str, first: &str, last: &str| GapPart {
        sources: vec![source.parse().unwrap()],
        first_day: day(first),
        last_day: day(last),
    };
    let desk = part("desk", "2024-03-01", "2024-03-31");
    let ops = [part("ops", "2024-03-01", "2024-03-10"), part("ops", "2024-03-11", "2024-03-31")];
    for wrong in [
        vec![desk.clone()],
        vec![desk.clone(), ops[0].clone()],
        vec![desk.clone(), ops[1].clone()],
        vec![desk.clone(), desk.clone(), ops[0].clone(), ops[1].clone()],
        vec![desk.clone(), ops[0].clone(), part("ops", "2024-03-12", "2024-03-31")],
        vec![desk.clone(), ops[0].clone(), ops[1].clone(), part("other", "2024-03-01", "2024-03-31")],
    ] {
        let split = ledger.split_gap(&later(1), "a", &wrong, "two causes");
        assert!(matches!(split, Err(LedgerError::Conflict { .. })), "{wrong:?}");
    }
    let parts = [desk, ops[0].clone(), ops[1].clone()];
    assert_eq!(ledger.split_gap(&later(1), "a", &parts, "two causes").unwrap(), ids(&["a/1", "a/2", "a/3"]));
    ledger.set_gap_status(&later(2), "a/2", GapStatus::Dismissed, "holiday").unwrap();
    ledger.record_gaps(&later(3), std::slice::from_ref(&whole)).unwrap();
    let gaps = ledger.gaps().unwrap();
    let counts: Vec<(&str, bool, bool)> =
        gaps.iter().map(|one| (one.gap.id.as_str(), one.counts, one.current)).collect();
    assert_eq!(counts, [("a", false, true), ("a/1", true, true), ("a/2", true, true), ("a/3", true, true)]);
    assert_eq!(gaps[2].gap.status, GapStatus::Dismissed);
    assert_eq!(gaps[2].gap.quantity, Quantity::Unknown, "nobody counted the part");
    ledger.record_gaps(&later(4), &[Gap { last_day: None, ..whole }]).unwrap();
    assert!(ledger.gaps().unwrap()[0].counts, "more was found than was split");
}

#[test]
fn no_merge_and_no_split_takes_a_day_or_a_source_out_of_all_gaps() {
    let (_folder, mut ledger) = ledger();
    let day = |text: &str| text.parse::<chrono::NaiveDate>().ok();
    let bounded = |id: &str| Gap { last_day: day("2024-03-31"), ..gap(id, 5) };
    let nobodys = Gap { sources: Vec::new(), address: Some("x@ecp.example".into()), ..bounded("u") };
    ledger.record_gaps(&later(0), &[bounded("a"), bounded("b"), nobodys]).unwrap();
    let part = |first: &str, last: &str| GapPart {
        sources: vec!["ops".parse().unwrap()],
        first_day: day(first),
        last_day: day(last),
    };
    let parts = [part("2024-03-01", "2024-03-10"), part("2024-03-11", "2024-03-31")];
    let refused =
        |outcome: Result<(), LedgerError>| assert!(matches!(outcome, Err(LedgerError::Conflict { .. })));
    refused(ledger.merge_gap(&later(1), "u", Some("a"), "an address may be of any source"));
    ledger.merge_gap(&later(1), "b", Some("a"), "one event").unwrap();
    refused(ledger.split_gap(&later(2), "a", &parts, "b would be lost").map(|_| ()));
    refused(ledger.split_gap(&later(2), "b", &parts, "it counts with a").map(|_| ()));
    ledger.merge_gap(&later(3), "b", None, "two after all").unwrap();
    ledger.split_gap(&later(4), "a", &parts, "two causes").unwrap();
    refused(ledger.split_gap(&later(5), "a", &parts, "twice").map(|_| ()));
    refused(ledger.merge_gap(&later(5), "a/2", Some("a"), "back into its whole"));
    refused(ledger.merge_gap(&later(5), "b", Some("a"), "into what does not count"));
    // More is found: the whole counts again and can be split anew; the parts of before count no more then.
    ledger
        .record_gaps(&later(6), &[Gap { last_day: day("2024-04-30"), ..gap("a", 5) }, bounded("b")])
        .unwrap();
    let again = [part("2024-03-01", "2024-03-31"), part("2024-04-01", "2024-04-30")];
    ledger.split_gap(&later(7), "a", &again, "anew").unwrap();
    let gaps = ledger.gaps().unwrap();
    let counting: Vec<&str> = gaps.iter().filter(|one| one.counts).map(|one| one.gap.id.as_str()).collect();
    assert_eq!(counting, ["a/3", "a/4", "b", "u"]);
}

#[test]
fn notes_stay_in_the_order_in_which_they_were_made() {
    let (_folder, mut ledger) = ledger();
    ledger.record_gaps(&later(0), &[gap("a", 5)]).unwrap();
    for text in ["a rule was deleted", "a rule was deleted in the migration"] {
        ledger.note_gap(&later(1), "a", duces_model::GapField::Cause, text).unwrap();
    }
    assert!(ledger.note_gap(&later(1), "a", duces_model::GapField::Cause, " ").is_err());
    let gaps = ledger.gaps().unwrap();
    let notes: Vec<&str> = gaps[0].notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(notes, ["a rule was deleted", "a rule was deleted in the migration"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nothing_removes_a_gap_from_view(runs in prop::collection::vec((prop::collection::btree_set(0_usize..5, 0..5), 0_usize..5), 1..8)) {
        let (_folder, mut ledger) = ledger();
        let mut seen: BTreeMap<String, GapStatus> = BTreeMap::new();
        for (hour, (found, judged)) in runs.iter().enumerate() {
            let gaps: Vec<Gap> = found.iter().map(|n| gap(&format!("g{n}"), 100 - hour as u64)).collect();
            ledger.record_gaps(&later(hour as i64), &gaps).unwrap();
            for gap in gaps {
                seen.entry(gap.id).or_insert(GapStatus::Candidate);
            }
            if let Some(status) = seen.get_mut(&format!("g{judged}")) {
                *status = if hour % 2 == 0 { GapStatus::Dismissed } else { GapStatus::Confirmed };
                ledger.set_gap_status(&act(), &format!("g{judged}"), *status, "why").unwrap();
            }
        }
        let listed: BTreeMap<String, GapStatus> =
            ledger.gaps().unwrap().into_iter().map(|record| (record.gap.id, record.gap.status)).collect();
        prop_assert_eq!(listed, seen);
    }
}
