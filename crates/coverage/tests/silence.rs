//! Silence judged by the sources' own pattern, over simulated counts with fixed seeds.

mod firm;
mod simulated;

use duces_coverage::{Coverage, CoverageWord, Inputs, assess};
use duces_model::{Evidence, Gap, GapStatus, Quantity};
use firm::{day, is_business_day, of, period, source, word};
use simulated::{Simulated, Traffic};

fn silences(coverage: &Coverage) -> Vec<&Gap> {
    coverage.gaps.iter().filter(|gap| gap.evidence == Evidence::Silence).collect()
}

fn names(gap: &Gap) -> Vec<&str> {
    gap.sources.iter().map(duces_model::SourceId::as_str).collect()
}

#[test]
fn a_total_loss_of_busy_sources_is_found_with_its_days_and_its_size() {
    let mut exact = 0;
    for seed in 0..8 {
        let mut firm = Simulated::new(seed, "2019-01-01", "2020-12-31");
        firm.source("steady", "other", &Traffic::of(40.0));
        firm.source("desk", "rule", &Traffic::of(30.0));
        let lost = firm.lose(&["desk"], "2020-03-02", "2020-03-13");
        let coverage = firm.assess();
        let found = silences(&coverage);
        let [gap] = found[..] else { panic!("{seed}: {:#?}", coverage.gaps) };
        assert_eq!(names(gap), ["desk"]);
        assert!(gap.crosses_days(day("2020-03-02"), day("2020-03-13")));
        exact += u32::from(gap.first_day == Some(day("2020-03-02")))
            + u32::from(gap.last_day == Some(day("2020-03-13")));
        let Quantity::Estimated { count, low, high } = gap.quantity else { panic!("{:?}", gap.quantity) };
        assert!(low <= lost && lost <= high && low < count && count < high, "{lost}: {:?}", gap.quantity);
        assert!(gap.finding.contains("rather too high than too low"), "{}", gap.finding);
        assert_eq!(gap.grounds_in_all as usize, gap.grounds.len());
        assert!(
            gap.grounds
                .iter()
                .any(|row| row.day == Some(day("2020-03-04")) && row.says.starts_with("0 captured"))
        );
        let said = word(&coverage, "desk", "2020-03-01", "2020-04-30");
        assert_eq!(said, CoverageWord::Gap { gaps: vec![gap.id.clone()] });
    }
    assert!(exact >= 15, "{exact} of 16 ends");
}

#[test]
fn over_dispersed_counts_that_hang_together_give_no_false_finding() {
    let mut years = 0.0;
    for seed in 100..104 {
        let mut firm = Simulated::new(seed, "2017-01-01", "2020-12-31");
        for (n, rate) in [0.3, 1.0, 2.5, 4.0, 8.0, 15.0, 30.0, 80.0, 200.0].into_iter().enumerate() {
            firm.source(&format!("source-{n}"), &format!("path-{}", n % 3), &Traffic::of(rate));
            years += 4.0;
        }
        let coverage = firm.assess();
        assert_eq!(silences(&coverage), Vec::<&Gap>::new(), "{seed}");
        // Stated: fewer than five in a thousand source-years, pools included.
        assert!(
            coverage.false_per_million_source_years > 0 && coverage.false_per_million_source_years < 5_000
        );
    }
    assert!(years > 100.0);
}

#[test]
fn ninety_mailboxes_too_sparse_alone_are_one_loud_loss_together() {
    let mut firm = Simulated::new(7, "2019-01-01", "2020-12-31");
    firm.source("steady", "other", &Traffic::of(20.0));
    let ids: Vec<String> = (0..90).map(|n| format!("group-{n:02}")).collect();
    for id in &ids {
        firm.source(id, "group-journal", &Traffic::of(0.2));
    }
    let all: Vec<&str> = ids.iter().map(String::as_str).collect();
    firm.lose(&all, "2020-02-03", "2020-03-13");
    let coverage = firm.assess();
    let found = silences(&coverage);
    let [gap] = found[..] else { panic!("{:#?}", coverage.gaps) };
    assert!(gap.id.starts_with("silence:path=group-journal"), "{}", gap.id);
    assert!(gap.sources.len() >= 88, "{}", gap.sources.len());
    assert!(gap.reach().0 <= Some(day("2020-02-03")) && gap.reach().1 >= Some(day("2020-03-13")));
    assert!(gap.finding.contains("too sparse to show it"), "{}", gap.finding);
    let CoverageWord::CannotTell { because } = word(&coverage, "group-05", "2019-06-01", "2019-09-30") else {
        panic!("a sparse source is never covered")
    };
    assert!(
        because.contains("too sparse to judge by silence") && because.contains("capture test"),
        "{because}"
    );
    assert!(because.contains("all sources of capture path group-journal would show after"), "{because}");
}

#[test]
fn a_silent_minority_of_servers_is_found_though_the_path_goes_on() {
    let mut firm = Simulated::new(11, "2019-06-01", "2020-12-31");
    for server in 0..12 {
        for n in 0..3 {
            let traffic = Traffic { system: format!("server-{server:02}"), ..Traffic::of(4.0) };
            firm.source(&format!("s{server:02}-{n}"), "journal-rule", &traffic);
        }
    }
    firm.lose(&["s04-0", "s04-1", "s04-2"], "2020-04-06", "2020-06-26");
    let coverage = firm.assess();
    let found = silences(&coverage);
    let [gap] = found[..] else { panic!("{:#?}", coverage.gaps) };
    assert_eq!(names(gap), ["s04-0", "s04-1", "s04-2"]);
    assert!(gap.id.starts_with("silence:system=server-04:2020-04-0"), "{}", gap.id);
}

#[test]
fn a_source_that_ends_with_its_owner_declines_or_grows_is_no_gap() {
    let mut firm = Simulated::new(13, "2018-01-01", "2020-12-31");
    firm.source("steady", "path", &Traffic::of(20.0));
    let left = Traffic {
        owner_until: Some("2020-02-14".into()),
        until: Some(day("2020-02-28")),
        ..Traffic::of(25.0)
    };
    firm.source("leaver", "path", &left);
    firm.source("decline", "path", &Traffic { yearly: 0.4, ..Traffic::of(60.0) });
    firm.source("growth", "path", &Traffic { yearly: 2.5, ..Traffic::of(10.0) });
    let coverage = firm.assess();
    assert_eq!(silences(&coverage), Vec::<&Gap>::new());
    let CoverageWord::CannotTell { because } = word(&coverage, "leaver", "2020-04-01", "2020-06-30") else {
        panic!()
    };
    assert!(because.contains("its owner left on 2020-02-14"), "{because}");
}

#[test]
fn covered_says_from_how_many_days_a_loss_would_have_been_seen_and_shorter_periods_are_not() {
    let mut firm = Simulated::new(17, "2019-01-01", "2020-12-31");
    firm.source("desk", "path", &Traffic::of(6.0));
    let coverage = firm.assess();
    let said = word(&coverage, "desk", "2020-03-02", "2020-05-29");
    let CoverageWord::Covered { by, from_days: Some(days) } = said.clone() else { panic!("{said:?}") };
    assert_eq!(by, [Evidence::Silence]);
    assert!((2..12).contains(&days), "{days}");
    assert!(said.to_string().contains("would have been seen"), "{said}");
    assert!(matches!(word(&coverage, "desk", "2020-03-03", "2020-03-03"), CoverageWord::CannotTell { .. }));
    let resolution = of(&coverage, "desk").resolution.clone().unwrap();
    assert!((450..750).contains(&resolution.per_hundred_business_days), "{resolution:?}");
}

#[test]
fn a_silence_too_short_to_be_called_a_loss_is_no_gap_and_its_days_are_not_covered() {
    let mut firm = Simulated::new(17, "2019-01-01", "2020-12-31");
    firm.source("desk", "path", &Traffic::of(9.0));
    firm.lose(&["desk"], "2020-05-12", "2020-05-12");
    let coverage = firm.assess();
    assert_eq!(silences(&coverage), Vec::<&Gap>::new());
    let CoverageWord::CannotTell { because } = word(&coverage, "desk", "2020-05-01", "2020-05-29") else {
        panic!("{}", word(&coverage, "desk", "2020-05-01", "2020-05-29"))
    };
    assert!(because.contains("too few for an ordinary lull to be certain"), "{because}");
    assert!(matches!(word(&coverage, "desk", "2020-06-01", "2020-07-31"), CoverageWord::Covered { .. }));
}

#[test]
fn a_loss_that_grows_every_night_keeps_its_name_and_a_settled_one_keeps_it_to_itself() {
    let mut firm = Simulated::new(19, "2019-01-01", "2020-06-30");
    firm.source("steady", "other", &Traffic::of(40.0));
    firm.source("desk", "rule", &Traffic::of(12.0));
    firm.lose(&["desk"], "2020-05-04", "2020-06-12");
    let mut known: Vec<Gap> = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    for last in ["2020-05-08", "2020-05-15", "2020-05-29", "2020-06-12", "2020-06-30"] {
        let coverage = firm.assess_until(last, &known);
        known = silences(&coverage).into_iter().cloned().collect();
        ids.extend(known.iter().map(|gap| gap.id.clone()));
        assert_eq!(known.len(), 1, "{last}");
        assert_eq!(known[0].last_day.is_none(), last < "2020-06-30", "{last}");
    }
    assert_eq!(ids.len(), 1, "{ids:?}");
    // Somebody dismissed a short gap: what is found to be far longer is not that gap.
    let short = Gap {
        status: GapStatus::Dismissed,
        last_day: Some(day("2020-05-06")),
        last_between: None,
        ..known[0].clone()
    };
    let coverage = firm.assess_until("2020-06-30", std::slice::from_ref(&short));
    assert_ne!(silences(&coverage)[0].id, short.id);
    let open = Gap { status: GapStatus::Candidate, ..short };
    let coverage = firm.assess_until("2020-06-30", std::slice::from_ref(&open));
    assert_eq!(silences(&coverage)[0].id, open.id);
}

#[test]
fn a_drop_at_a_declared_change_is_found_where_it_lasts_and_the_power_is_told_where_none_is() {
    let build = |kept: f64| {
        let mut firm = Simulated::new(23, "2019-01-01", "2020-12-31");
        for n in 0..6 {
            firm.source(&format!("other-{n}"), "other", &Traffic::of(30.0));
            firm.source(&format!("moved-{n}"), "rule", &Traffic::of(30.0));
        }
        for n in 0..6 {
            firm.thin(&format!("moved-{n}"), "2020-04-15", kept);
        }
        firm.change("rule,2020-04-15,migrated,to the new system");
        firm.assess()
    };
    let coverage = build(0.5);
    let found: Vec<&Gap> =
        coverage.gaps.iter().filter(|gap| gap.evidence == Evidence::DeclaredChange).collect();
    let [gap] = found[..] else { panic!("{:#?}\n{:#?}", coverage.changes, coverage.gaps) };
    assert_eq!((gap.first_day, gap.last_day), (Some(day("2020-04-15")), None));
    assert!(gap.sources.len() >= 5 && names(gap).iter().all(|id| id.starts_with("moved")), "{gap:#?}");
    assert!(matches!(gap.quantity, Quantity::Estimated { low, .. } if low > 0), "{:?}", gap.quantity);
    let coverage = build(1.0);
    assert!(
        coverage.gaps.iter().all(|gap| gap.evidence != Evidence::DeclaredChange),
        "{:#?}",
        coverage.changes
    );
    let change = coverage.changes.iter().find(|change| change.changed_on == day("2020-04-15")).unwrap();
    assert!(
        !change.found && change.says.contains("percent or more would have been found"),
        "{}",
        change.says
    );
}

#[test]
fn where_nothing_came_after_a_change_no_share_is_made_up() {
    let mut firm = Simulated::new(37, "2019-01-01", "2020-12-31");
    for n in 0..6 {
        firm.source(&format!("other-{n}"), "other", &Traffic::of(30.0));
    }
    firm.source("moved", "rule", &Traffic::of(0.25));
    firm.lose(&["moved"], "2020-11-16", "2020-12-31");
    firm.change("rule,2020-11-16,migrated,to the new system");
    let coverage = firm.assess();
    let change = coverage.changes.iter().find(|change| change.changed_on == day("2020-11-16")).unwrap();
    assert_eq!(change.percent, Some(0), "{change:#?}");
    assert!(change.says.starts_with("nothing came on 46 days after it, where "), "{}", change.says);
}

#[test]
fn the_order_of_the_rows_does_not_matter() {
    let mut firm = Simulated::new(29, "2019-06-01", "2020-06-30");
    for n in 0..5 {
        firm.source(&format!("s{n}"), &format!("path-{}", n % 2), &Traffic::of(5.0 + f64::from(n)));
    }
    firm.lose(&["s0", "s2"], "2020-02-03", "2020-02-28");
    let straight = firm.assess();
    let mut turned = firm.captured();
    turned.by_day.reverse();
    let register = firm.register_turned();
    let again = assess(&register, &Inputs { captured: turned, ..Inputs::default() });
    assert_eq!(straight.gaps, again.gaps);
    assert_eq!(straight.sources, again.sources);
}

#[test]
fn lawful_disposal_is_no_silence_and_what_a_hold_required_is() {
    let mut firm = Simulated::new(31, "2016-01-01", "2019-12-31");
    firm.source("steady", "other", &Traffic::of(20.0));
    firm.source("desk", "rule", &Traffic::of(20.0));
    firm.lose(&["desk"], "2016-01-01", "2016-12-31");
    firm.file(
        "disposals.csv",
        "source,from,to,disposed_on,rule\ndesk,2016-01-01,2016-12-31,2019-12-20,comm-2y\n",
    );
    assert_eq!(silences(&firm.assess()), Vec::<&Gap>::new());
    firm.file("holds.csv", "hold,sources,from,to,authority\nH-1,desk,2016-04-01,2016-05-31,SEC\n");
    let coverage = firm.assess();
    let found = silences(&coverage);
    let [gap] = found[..] else { panic!("{:#?}", coverage.gaps) };
    assert_eq!((gap.first_day, gap.last_day), (Some(day("2016-04-01")), Some(day("2016-05-31"))));
    assert!(gap.finding.contains("although hold H-1 (SEC) required"), "{}", gap.finding);
}

#[test]
fn days_that_the_system_of_record_cuts_elsewhere_are_no_loss_and_a_loss_behind_them_is() {
    let build = |lost: u64| {
        let mut firm = Simulated::new(37, "2019-01-01", "2020-12-31");
        firm.source("notices", "feed", &Traffic::of(50.0));
        let (days, last) = (firm.counts("notices"), day("2020-12-31"));
        // An eighth of each summer day is counted on the next.
        let carried = |at: chrono::NaiveDate| (4..10).contains(&chrono::Datelike::month(&at));
        let mut rows = String::from("source,day,count\n");
        for (day, count) in &days {
            let moved =
                |at: chrono::NaiveDate| if carried(at) { days.get(&at).copied().unwrap_or(0) / 8 } else { 0 };
            let before = day.pred_opt().map_or(0, moved);
            let extra = if *day == firm::day("2020-06-10") { lost } else { 0 };
            rows.push_str(&format!("notices,{day},{}\n", count + before - moved(*day) + extra));
        }
        assert_eq!(days.keys().next_back(), Some(&last));
        firm.file("controls/feed.csv", &rows);
        firm.assess()
    };
    let coverage = build(0);
    assert!(coverage.gaps.is_empty(), "{:#?}", coverage.gaps);
    let control = of(&coverage, "notices").control.clone().unwrap();
    assert!(control.cut_elsewhere && control.days_below > 100);
    let found = build(40);
    let [gap] = found.gaps.as_slice() else { panic!("{:#?}", found.gaps) };
    assert_eq!(gap.evidence, Evidence::ControlTotal);
    assert!(gap.crosses_days(day("2020-06-10"), day("2020-06-10")));
    let said = of(&coverage, "notices").says(&period("2020-07-01", "2020-08-31"), &[]);
    assert!(matches!(said, CoverageWord::Covered { ref by, .. } if by == &[Evidence::Silence]), "{said:?}");
}

#[test]
fn the_business_days_of_the_tests_are_those_of_the_exchange() {
    assert!(!is_business_day(day("2024-02-19")) && is_business_day(day("2024-02-20")));
    assert_eq!(source("a").as_str(), "a");
}
