//! What must be found as a gap, what must not, and what may then be said of a period.

mod firm;

use duces_coverage::{CoverageWord, Inputs, Traffic, assess};
use duces_model::{Evidence, GapStatus, Quantity};
use firm::{Firm, address, day, days, is_business_day, of, source, word};

const DISPOSALS: &str = "source,from,to,disposed_on,rule";
const HOLDS: &str = "hold,sources,from,to,authority";
const CAPTURES: &str = "capture_path,changed_on,change,detail";
const CONTROLS: &str = "source,day,count";

/// A first source that keeps the archive alive from 1 January to 28 June 2024, and others.
fn alive(sources: &[&str]) -> Firm {
    let all: Vec<&str> = ["steady,2020-01-01,,,3"].iter().chain(sources).copied().collect();
    Firm::new(&all).captures("steady", "2024-01-01", "2024-06-28")
}

fn without(mut firm: Firm, id: &str, first: &str, last: &str) -> Firm {
    let lost = days(first, last);
    firm.captured.by_day.retain(|(of, day, _)| of.as_str() != id || !lost.contains(day));
    firm
}

fn control_rows(id: &str, first: &str, last: &str, count: u64) -> Vec<String> {
    let all = days(first, last).into_iter().filter(|day| is_business_day(*day));
    all.map(|day| format!("{id},{day},{count}")).collect()
}

fn with_controls(firm: Firm, rows: &[String]) -> Firm {
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    firm.with("controls/a.csv", CONTROLS, &rows)
}

#[test]
fn a_source_of_which_nothing_was_captured_is_a_gap_with_unknown_ends_where_its_service_goes_beyond_the_archive()
 {
    let coverage =
        alive(&["group,2019-01-01,,,", "young,2024-02-05,2024-05-31,,", "gone,2010-01-01,2015-12-31,,"])
            .assess();
    let gaps: Vec<_> =
        coverage.gaps.iter().map(|gap| (gap.id.as_str(), gap.first_day, gap.last_day)).collect();
    assert_eq!(
        gaps,
        [
            ("nothing-captured:group:start", None, None),
            ("nothing-captured:young:2024-02-05", Some(day("2024-02-05")), Some(day("2024-05-31"))),
        ]
    );
    assert!(coverage.gaps[0].finding.contains("2024-01-02 to 2024-06-28"), "{}", coverage.gaps[0].finding);
    assert_eq!(coverage.gaps[0].quantity, Quantity::Unknown);
    assert_eq!(coverage.gaps[0].status, GapStatus::Candidate);
    assert!(matches!(word(&coverage, "gone", "2015-01-01", "2015-06-30"), CoverageWord::CannotTell { .. }));
    assert_eq!(
        word(&coverage, "gone", "2016-01-01", "2024-06-30"),
        CoverageWord::CannotTell {
            because: "the source was not in service on any day of the period".to_owned()
        }
    );
}

#[test]
fn an_archive_without_any_day_leaves_every_source_with_nothing() {
    let coverage = Firm::new(&["a,2020-01-01,,,3"]).assess();
    assert_eq!(coverage.gaps.len(), 1);
    assert_eq!(coverage.judged_days, None);
    let mut undated = Firm::new(&["a,2020-01-01,,,3"]);
    undated.captured.undated.push((source("a"), 7));
    let coverage = undated.assess();
    assert!(coverage.gaps.is_empty());
    assert!(matches!(word(&coverage, "a", "2024-01-01", "2024-06-28"), CoverageWord::CannotTell { .. }));
}

#[test]
fn a_silence_longer_than_declared_is_found_with_exact_ends_and_names_the_capture_change() {
    let firm = alive(&["desk,2020-01-01,,copy-rule,3"]).captures("desk", "2024-01-01", "2024-06-28").with(
        "captures.csv",
        CAPTURES,
        &["copy-rule,2019-12-30,added,", "copy-rule,2024-03-01,migrated,to the new system"],
    );
    let coverage = without(firm, "desk", "2024-03-04", "2024-03-15").assess();
    let [gap] = coverage.gaps.as_slice() else { panic!("{:#?}", coverage.gaps) };
    assert_eq!(gap.id, "silence:desk:2024-03-04");
    assert_eq!((gap.first_day, gap.last_day), (Some(day("2024-03-04")), Some(day("2024-03-15"))));
    assert!(gap.finding.contains("10 business days"), "{}", gap.finding);
    assert!(
        gap.finding.contains("copy-rule was migrated on 2024-03-01 (to the new system)"),
        "{}",
        gap.finding
    );
    assert!(!gap.finding.contains("2019-12-30"));
    assert!(gap.blind_to.contains("part of a day"));
    assert_eq!(
        word(&coverage, "desk", "2024-03-15", "2024-06-28"),
        CoverageWord::Gap { gaps: vec![gap.id.clone()] }
    );
    let covered = CoverageWord::Covered { by: vec![Evidence::Silence], from_days: Some(4) };
    assert_eq!(word(&coverage, "desk", "2024-03-16", "2024-06-28"), covered);
}

#[test]
fn a_silence_as_long_as_declared_is_ordinary_and_a_weekend_mail_ends_one() {
    let desk = || alive(&["desk,2020-01-01,,,3"]).captures("desk", "2024-01-01", "2024-06-28");
    assert!(without(desk(), "desk", "2024-03-06", "2024-03-10").assess().gaps.is_empty());
    assert_eq!(without(desk(), "desk", "2024-03-05", "2024-03-08").assess().gaps.len(), 1);
    let mut weekend = without(desk(), "desk", "2024-03-06", "2024-03-13");
    assert_eq!(weekend.assess().gaps.len(), 1);
    weekend.captured.by_day.push((source("desk"), day("2024-03-10"), 1));
    assert!(weekend.assess().gaps.is_empty());
}

#[test]
fn a_silence_at_an_end_of_the_archive_has_no_known_end_and_one_at_an_end_of_service_has() {
    let open = alive(&["desk,2020-01-01,,,3"]).captures("desk", "2024-02-05", "2024-05-31").assess();
    let ends: Vec<_> = open.gaps.iter().map(|gap| (gap.first_day, gap.last_day)).collect();
    assert_eq!(ends, [(None, Some(day("2024-02-02"))), (Some(day("2024-06-03")), None)]);
    assert!(open.gaps[1].finding.contains("the archive ends with it on 2024-06-28"));
    let closed =
        alive(&["desk,2024-01-06,2024-06-16,,3"]).captures("desk", "2024-02-05", "2024-05-31").assess();
    let ends: Vec<_> = closed.gaps.iter().map(|gap| (gap.first_day, gap.last_day)).collect();
    let expected = [("2024-01-08", "2024-02-02"), ("2024-06-03", "2024-06-14")];
    assert_eq!(ends, expected.map(|(first, last)| (Some(day(first)), Some(day(last)))));
    assert!(closed.gaps[0].finding.contains("the source's service begins with it"));
}

#[test]
fn what_was_lawfully_disposed_of_is_no_gap_unless_a_hold_covers_it() {
    let firm = |holds: &[&str]| {
        let firm = alive(&["desk,2020-01-01,,,3"])
            .captures("desk", "2024-01-01", "2024-06-28")
            .with("disposals.csv", DISPOSALS, &["desk,2024-03-04,2024-03-15,2024-06-01,comm-3y"])
            .with("holds.csv", HOLDS, holds);
        without(firm, "desk", "2024-03-04", "2024-03-15")
    };
    let lawful = firm(&["H9,steady,,,SEC"]).assess();
    assert!(lawful.gaps.is_empty());
    let CoverageWord::CannotTell { because } = word(&lawful, "desk", "2024-03-01", "2024-04-30") else {
        panic!()
    };
    assert!(because.contains("2024-03-04 to 2024-03-15 were lawfully disposed of"), "{because}");
    assert!(matches!(word(&lawful, "desk", "2024-03-16", "2024-04-30"), CoverageWord::Covered { .. }));

    let held = firm(&["H1,*,2024-03-06,,FINRA"]).assess();
    let [gap] = held.gaps.as_slice() else { panic!("{:#?}", held.gaps) };
    assert_eq!((gap.first_day, gap.last_day), (Some(day("2024-03-06")), Some(day("2024-03-15"))));
    assert!(
        gap.finding
            .contains("although hold H1 (FINRA) required those of 2024-03-06 to 2024-03-15 to be kept"),
        "{}",
        gap.finding
    );
}

#[test]
fn a_silence_that_goes_on_behind_a_disposal_is_counted_without_the_days_disposed_of() {
    let firm = |last| {
        let firm = alive(&["desk,2020-01-01,,,3"]).captures("desk", "2024-01-01", "2024-06-28").with(
            "disposals.csv",
            DISPOSALS,
            &["desk,2024-03-04,2024-03-15,2024-06-01,comm-3y"],
        );
        without(firm, "desk", "2024-03-04", last).assess()
    };
    assert!(firm("2024-03-20").gaps.is_empty());
    let coverage = firm("2024-03-21");
    assert_eq!(coverage.gaps[0].first_day, Some(day("2024-03-18")));
}

#[test]
fn days_below_their_control_totals_are_one_gap_until_a_day_is_whole_again() {
    let firm = alive(&["notices,2020-01-01,,,"]).captures("notices", "2024-01-01", "2024-06-28");
    let mut rows = control_rows("notices", "2024-01-01", "2024-06-28", 1);
    for row in &mut rows {
        for (day, count) in [("2024-03-07", 5), ("2024-03-08", 3), ("2024-03-11", 2), ("2024-04-02", 9)] {
            if row.contains(day) {
                *row = format!("notices,{day},{count}");
            }
        }
    }
    rows.extend(["notices,2024-03-09,0".to_owned(), "notices,2024-05-04,0".to_owned()]);
    let mut firm = with_controls(firm, &rows);
    firm.captured.by_day.push((source("notices"), day("2024-05-04"), 6));
    let coverage = firm.assess();
    let found: Vec<_> =
        coverage.gaps.iter().map(|gap| (gap.id.as_str(), gap.last_day, gap.quantity)).collect();
    assert_eq!(
        found,
        [
            (
                "control-total:notices:2024-03-07",
                Some(day("2024-03-11")),
                Quantity::NetDifference { count: 7 }
            ),
            (
                "control-total:notices:2024-04-02",
                Some(day("2024-04-02")),
                Quantity::NetDifference { count: 8 }
            ),
        ]
    );
    assert!(
        coverage.gaps[0].finding.contains("2024-03-07 (1 of 5), 2024-03-08 (1 of 3), 2024-03-11 (1 of 2)")
    );
    let control = of(&coverage, "notices").control.clone().unwrap();
    assert_eq!((control.days_below, control.days_above, control.missing, control.surplus), (4, 1, 15, 6));
    assert_eq!(control.expected - control.captured, 9);
    assert_eq!(control.above[0].day, day("2024-05-04"));
    let said = word(&coverage, "notices", "2024-04-03", "2024-06-28");
    let by = |by: &[Evidence]| by.contains(&Evidence::ControlTotal);
    assert!(matches!(&said, CoverageWord::Covered { by: all, .. } if by(all)), "{said:?}");
    let CoverageWord::CannotTell { because } = word(&coverage, "notices", "2024-04-03", "2024-07-31") else {
        panic!()
    };
    assert!(because.ends_with("no control total for 2024-07-01"), "{because}");
}

#[test]
fn a_long_list_of_days_is_cut_in_the_finding_and_its_length_told() {
    let firm = alive(&["notices,2020-01-01,,,"]).captures("notices", "2024-01-01", "2024-06-28");
    let coverage = with_controls(firm, &control_rows("notices", "2024-03-04", "2024-03-20", 4)).assess();
    assert!(coverage.gaps[0].finding.contains("and 3 more"), "{}", coverage.gaps[0].finding);
}

#[test]
fn silence_and_control_totals_of_the_same_days_are_one_gap_that_names_both() {
    let firm = alive(&["notices,2020-01-01,,,2"]).captures("notices", "2024-01-01", "2024-06-28");
    let closed = with_controls(
        without(firm, "notices", "2024-04-15", "2024-05-10"),
        &control_rows("notices", "2024-04-22", "2024-05-03", 1),
    );
    let coverage = closed.assess();
    let [gap] = coverage.gaps.as_slice() else { panic!("{:#?}", coverage.gaps) };
    assert_eq!(gap.evidence, Evidence::ControlTotal);
    assert_eq!((gap.first_day, gap.last_day), (Some(day("2024-04-15")), Some(day("2024-05-10"))));
    assert_eq!(gap.quantity, Quantity::NetDifference { count: 10 });
    assert!(gap.finding.contains("silence concerns the same event"), "{}", gap.finding);

    let open = alive(&["notices,2020-01-01,,,2"]).captures("notices", "2024-01-01", "2024-04-12");
    let coverage = with_controls(open, &control_rows("notices", "2024-01-01", "2024-06-28", 1)).assess();
    let [gap] = coverage.gaps.as_slice() else { panic!("{:#?}", coverage.gaps) };
    assert_eq!((gap.id.as_str(), gap.last_day), ("control-total:notices:2024-04-15", None));
}

#[test]
fn nothing_captured_and_control_totals_are_one_gap() {
    let firm = alive(&["notices,2024-02-01,,,2"]);
    let coverage = with_controls(firm, &control_rows("notices", "2024-03-01", "2024-03-29", 2)).assess();
    let [gap] = coverage.gaps.as_slice() else { panic!("{:#?}", coverage.gaps) };
    assert_eq!((gap.first_day, gap.last_day), (Some(day("2024-02-01")), None));
    assert_eq!(gap.quantity, Quantity::NetDifference { count: 40 });
    assert!(gap.finding.contains("nothing-captured concerns the same event"));
}

#[test]
fn control_totals_of_days_lawfully_disposed_of_are_not_compared() {
    let firm = alive(&["notices,2020-01-01,,,"]).captures("notices", "2024-01-01", "2024-06-28").with(
        "disposals.csv",
        DISPOSALS,
        &["notices,2024-03-04,2024-03-08,2024-06-01,r"],
    );
    let coverage = with_controls(firm, &control_rows("notices", "2024-03-04", "2024-03-12", 1)).assess();
    assert!(coverage.gaps.is_empty());
    let control = of(&coverage, "notices").control.clone().unwrap();
    assert_eq!((control.days, control.days_disposed), (2, 5));
}

#[test]
fn a_sparse_source_without_cadence_and_without_control_totals_is_never_covered() {
    let mut firm = alive(&["desk,2020-01-01,,,"]);
    for seen in ["2024-01-10", "2024-03-11", "2024-05-13"] {
        firm = firm.captures("desk", seen, seen);
    }
    let coverage = firm.assess();
    let CoverageWord::CannotTell { because } = word(&coverage, "desk", "2024-02-01", "2024-02-29") else {
        panic!()
    };
    assert!(because.starts_with("too sparse to judge by silence"), "{because}");
    assert!(because.ends_with("; the source has no control totals"), "{because}");
    assert_eq!(of(&coverage, "desk").judged_by, [Evidence::NothingCaptured]);
    assert_eq!(of(&coverage, "desk").not_judged_because.len(), 2);
}

#[test]
fn a_period_in_which_no_loss_could_show_is_not_covered() {
    let coverage = alive(&["desk,2020-01-01,,,20"]).captures("desk", "2024-01-01", "2024-06-28").assess();
    let CoverageWord::CannotTell { because } = word(&coverage, "desk", "2024-02-05", "2024-02-09") else {
        panic!()
    };
    assert!(because.contains("5 business days") && because.contains("20 called ordinary"), "{because}");
    assert!(matches!(word(&coverage, "desk", "2024-02-05", "2024-03-08"), CoverageWord::Covered { .. }));
    let CoverageWord::CannotTell { because } = word(&coverage, "desk", "2023-06-01", "2024-03-08") else {
        panic!()
    };
    assert!(because.contains("2024-01-02 to 2024-06-28"), "{because}");
}

#[test]
fn a_gap_that_a_person_settled_is_open_no_more_and_its_days_are_still_not_covered() {
    let firm = alive(&["desk,2020-01-01,,,3"]).captures("desk", "2024-01-01", "2024-06-28");
    let mut coverage = without(firm, "desk", "2024-03-04", "2024-03-15").assess();
    coverage.gaps[0].status = GapStatus::Explained;
    let id = coverage.gaps[0].id.clone();
    let said = word(&coverage, "desk", "2024-03-01", "2024-03-29");
    assert_eq!(said, CoverageWord::CannotTell { because: format!("{id} was explained by a person") });
    assert!(matches!(word(&coverage, "desk", "2024-03-18", "2024-03-29"), CoverageWord::Covered { .. }));
    let alone = of(&coverage, "desk").says(&firm::period("2024-03-01", "2024-03-29"), &[]);
    assert_eq!(alone, CoverageWord::Gap { gaps: vec![id] });
}

#[test]
fn mail_with_a_wrong_date_makes_no_source_fall_silent() {
    let mut firm = alive(&["desk,1970-01-01,,,3"]).captures("desk", "2024-01-01", "2024-06-28");
    firm.captured.by_day.push((source("desk"), day("2044-02-01"), 1));
    firm.captured.archive_days = Some((day("1980-01-01"), day("2044-02-01")));
    let coverage = firm.assess();
    assert!(coverage.gaps.is_empty(), "{:#?}", coverage.gaps);
    assert_eq!(coverage.judged_days, Some((day("2024-01-02"), day("2024-06-28"))));
    assert_eq!(coverage.set_aside, [(day("2044-02-01"), 1)]);
    let CoverageWord::CannotTell { because } = word(&coverage, "desk", "2024-06-01", "2024-09-30") else {
        panic!()
    };
    assert!(because.contains("wrong dates"), "{because}");
    assert_eq!(of(&coverage, "desk").captured, 125);
}

#[test]
fn counts_of_sources_that_the_register_lacks_are_told() {
    let mut firm = alive(&[]);
    firm.captured.by_day.push((source("stranger"), day("2024-02-01"), 4));
    firm.captured.undated.push((source("stranger"), 2));
    assert_eq!(firm.assess().unknown_sources, [(source("stranger"), 6)]);
}

fn traffic_only(seen: &[Traffic], domain: &str) -> Inputs {
    Inputs { traffic: seen.to_vec(), firm_domains: vec![domain.to_owned()], ..Inputs::default() }
}

fn traffic(text: &str, sent: u64, received: u64, internal_or_answered: u64) -> Traffic {
    Traffic {
        address: address(text),
        sent,
        received,
        internal_or_answered,
        first_day: Some(day("2024-02-01")),
        last_day: Some(day("2024-05-02")),
    }
}

#[test]
fn an_address_of_the_firm_without_a_source_is_a_gap_where_the_firm_itself_wrote_or_answered() {
    let seen = [
        traffic("ops@ecp.example", 4, 30, 2),
        traffic("zoe@mail.ecp.example", 1, 0, 1),
        traffic("typo@ecp.example", 9, 9, 0),
        traffic("steady@ecp.example", 9, 9, 9),
        traffic("client@other.example", 9, 9, 9),
        traffic("x@notecp.example", 9, 9, 9),
    ];
    let register = alive(&[]).register();
    let coverage = assess(&register, &traffic_only(&seen, "ECP.example"));
    let gaps: Vec<_> = coverage.gaps.iter().filter(|gap| gap.sources.is_empty()).collect();
    let ids: Vec<_> = gaps.iter().map(|gap| gap.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "unregistered-traffic:ops@ecp.example:2024-02-01",
            "unregistered-traffic:zoe@mail.ecp.example:2024-02-01"
        ]
    );
    assert_eq!(gaps[0].quantity, Quantity::AtLeast { count: 30 });
    assert_eq!(gaps[0].last_day, Some(day("2024-05-02")));
    let unconfirmed: Vec<_> = coverage.unconfirmed_addresses.iter().map(|one| one.address.as_str()).collect();
    assert_eq!(unconfirmed, ["typo@ecp.example"]);
}

#[test]
fn a_persons_address_without_a_source_is_named_as_theirs() {
    let register = alive(&[]).register();
    let coverage = assess(&register, &traffic_only(&[traffic("zoe@ecp.example", 1, 1, 1)], "ecp.example"));
    assert!(
        coverage.gaps[0].finding.contains("people.csv lists it as Zoe Park's"),
        "{}",
        coverage.gaps[0].finding
    );
}
