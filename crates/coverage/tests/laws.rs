//! Laws: a planted loss is found with its exact ends, nothing is found where nothing was lost, counts are
//! conserved, and the order of the input does not matter.

mod firm;

use chrono::NaiveDate;
use duces_coverage::{Captured, CoverageWord, Inputs, assess};
use duces_model::{DateWindow, Evidence, Quantity};
use firm::{Firm, after, day, is_business_day, of, source};
use proptest::prelude::*;
use std::collections::BTreeMap;

const FIRST: &str = "2023-01-03";
const DAYS: u64 = 400;

/// Communications of a source on each business day of the archive, by the given pattern.
fn busy(id: &str, counts: &[u64]) -> Vec<(duces_model::SourceId, NaiveDate, u64)> {
    let days = (0..DAYS).map(|n| after(day(FIRST), n)).filter(|day| is_business_day(*day));
    days.zip(counts.iter().cycle()).map(|(day, count)| (source(id), day, *count)).collect()
}

fn control_rows(counts: &[(duces_model::SourceId, NaiveDate, u64)]) -> String {
    counts.iter().map(|(source, day, count)| format!("{source},{day},{count}\n")).collect()
}

fn with_controls(mut firm: Firm, rows: String) -> Firm {
    firm.files.push(("controls/a.csv", format!("source,day,count\n{rows}")));
    firm
}

/// The business days of the archive.
fn business_days() -> Vec<NaiveDate> {
    (0..DAYS).map(|n| after(day(FIRST), n)).filter(|day| is_business_day(*day)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_planted_silence_is_found_with_its_exact_ends_and_nothing_else_is(
        counts in prop::collection::vec(1_u64..9, 1..20), ordinary in 0_u64..8, more in 1_usize..30, at in 1_usize..200
    ) {
        let all = business_days();
        let length = usize::try_from(ordinary).unwrap() + more;
        let lost = &all[at..at + length];
        let mut firm = Firm::new(&["steady,2020-01-01,,,0", &format!("desk,2020-01-01,,,{ordinary}")]);
        firm.captured.by_day = busy("steady", &[1]);
        firm.captured.by_day.extend(busy("desk", &counts).into_iter().filter(|(_, day, _)| !lost.contains(day)));
        let coverage = firm.assess();
        prop_assert_eq!(coverage.gaps.len(), 1, "{:#?}", coverage.gaps);
        let gap = &coverage.gaps[0];
        // Where the counts date it, the last day before it may have been lost in part.
        let (first, last) = gap.reach();
        prop_assert!(first <= Some(lost[0]) && Some(lost[length - 1]) <= last, "{:#?}", gap);
        if gap.quantity == Quantity::Unknown {
            prop_assert_eq!((gap.first_day, gap.last_day), (Some(lost[0]), Some(lost[length - 1])));
            prop_assert_eq!(&gap.id, &format!("silence:desk:{}", lost[0]));
        }
    }

    #[test]
    fn a_loss_no_longer_than_ordinary_is_no_silence(
        ordinary in 1_u64..8, at in 1_usize..200
    ) {
        let all = business_days();
        let lost = &all[at..at + usize::try_from(ordinary).unwrap()];
        let mut firm = Firm::new(&[&format!("desk,2020-01-01,,,{ordinary}")]);
        firm.captured.by_day = busy("desk", &[1]).into_iter().filter(|(_, day, _)| !lost.contains(day)).collect();
        prop_assert!(firm.assess().gaps.is_empty());
    }

    #[test]
    fn a_planted_partial_loss_is_found_by_control_totals_with_its_exact_ends_and_quantity(
        counts in prop::collection::vec(2_u64..9, 1..20), length in 1_usize..30, at in 1_usize..200, kept in 0_u64..2
    ) {
        let all = business_days();
        let lost = &all[at..at + length];
        let sent = busy("desk", &counts);
        let missing: u64 = sent.iter().filter(|(_, day, _)| lost.contains(day)).map(|(_, _, count)| count - kept).sum();
        let mut firm = with_controls(Firm::new(&["steady,2020-01-01,,,", "desk,2020-01-01,,,"]), control_rows(&sent));
        firm.captured.by_day = busy("steady", &[1]);
        firm.captured.by_day.extend(sent.into_iter().map(|(id, day, count)| {
            let captured = if lost.contains(&day) { kept } else { count };
            (id, day, captured)
        }));
        let coverage = firm.assess();
        prop_assert_eq!(coverage.gaps.len(), 1, "{:#?}", coverage.gaps);
        let gap = &coverage.gaps[0];
        prop_assert_eq!(gap.evidence, Evidence::ControlTotal);
        prop_assert_eq!((gap.first_day, gap.last_day), (Some(lost[0]), Some(lost[length - 1])));
        prop_assert_eq!(gap.quantity, Quantity::NetDifference { count: missing });
    }

    #[test]
    fn where_nothing_is_lost_nothing_is_found_and_every_long_enough_period_is_covered(
        counts in prop::collection::vec(1_u64..9, 1..20), ordinary in 0_u64..8, from in 0_u64..300, length in 14_u64..90
    ) {
        let sent = busy("desk", &counts);
        let mut firm = with_controls(Firm::new(&[&format!("desk,2020-01-01,,,{ordinary}")]), control_rows(&sent));
        firm.captured.by_day = sent;
        let coverage = firm.assess();
        prop_assert!(coverage.gaps.is_empty(), "{:#?}", coverage.gaps);
        let first = after(day(FIRST), from);
        let period = DateWindow::new(first, after(first, length), chrono_tz::UTC).unwrap();
        let inside = period.last() <= coverage.judged_days.unwrap().1;
        let said = of(&coverage, "desk").says(&period, &coverage.gaps);
        if inside {
            let by_both = matches!(&said, CoverageWord::Covered { by, .. } if by == &[Evidence::Silence, Evidence::ControlTotal]);
            prop_assert!(by_both, "{:?}", said);
        }
    }

    #[test]
    fn no_period_whose_communications_are_all_lost_is_ever_called_covered(
        ordinary in prop::option::of(0_u64..8), from in 0_u64..390, length in 1_u64..40, controlled: bool
    ) {
        let sent = busy("desk", &[2]);
        let first = after(day(FIRST), from);
        let last = after(first, length);
        let silence = ordinary.map_or_else(String::new, |days| days.to_string());
        let mut firm = Firm::new(&["steady,2020-01-01,,,", &format!("desk,2020-01-01,,,{silence}")]);
        if controlled {
            firm = with_controls(firm, control_rows(&sent));
        }
        firm.captured.by_day = busy("steady", &[1]);
        firm.captured.by_day.extend(sent.into_iter().filter(|(_, day, _)| *day < first || last < *day));
        let coverage = firm.assess();
        let period = DateWindow::new(first, last, chrono_tz::UTC).unwrap();
        let said = of(&coverage, "desk").says(&period, &coverage.gaps);
        // A weekend holds nothing that could be lost.
        let could_lose = period.iter_days().any(is_business_day);
        let covered = matches!(said, CoverageWord::Covered { .. });
        prop_assert!(!(could_lose && covered), "{:?}", said);
    }

    #[test]
    fn counts_are_conserved_and_the_order_of_the_input_does_not_matter(
        entries in prop::collection::vec((0_usize..4, 0_u64..900, 0_u64..5), 0..60),
        controls in prop::collection::btree_map((0_usize..3, 0_u64..900), 0_u64..5, 0..40),
        ordinary in 0_u64..20, shift in 0_usize..60
    ) {
        const IDS: [&str; 4] = ["a", "b", "c", "stranger"];
        let rows: String = controls.iter().map(|((id, n), count)| format!("{},{},{count}\n", IDS[*id], after(day(FIRST), *n))).collect();
        let firm = with_controls(
            Firm::new(&[&format!("a,2020-01-01,,,{ordinary}"), "b,2023-06-01,2024-03-01,,2", "c,2023-01-01,,,"]), rows);
        let register = firm.register();
        let by_day: Vec<_> = entries.iter().map(|(id, n, count)| (source(IDS[*id]), after(day(FIRST), *n), *count)).collect();
        let undated: Vec<_> = entries.iter().map(|(id, n, _)| (source(IDS[*id]), n % 3)).collect();
        let captured = Captured { by_day: by_day.clone(), undated: undated.clone(), archive_days: None };
        let coverage = assess(&register, &Inputs { captured, ..Inputs::default() });

        let mut turned = Captured { by_day, undated, archive_days: None };
        let by = shift.min(turned.by_day.len());
        turned.by_day.rotate_left(by);
        turned.undated.reverse();
        prop_assert_eq!(&assess(&register, &Inputs { captured: turned, ..Inputs::default() }), &coverage);

        let total: u64 = entries.iter().map(|(_, n, count)| count + n % 3).sum();
        let of_sources: u64 = coverage.sources.iter().map(|one| one.captured + one.undated).sum();
        let of_strangers: u64 = coverage.unknown_sources.iter().map(|(_, count)| count).sum();
        prop_assert_eq!(total, of_sources + of_strangers);
        for one in &coverage.sources {
            prop_assert_eq!(one.months.iter().map(|(_, _, count)| count).sum::<u64>(), one.captured);
            if let Some(control) = &one.control {
                prop_assert_eq!(control.expected + control.surplus, control.captured + control.missing);
            }
        }
        let mut ids = BTreeMap::new();
        for gap in &coverage.gaps {
            prop_assert!(ids.insert(gap.id.clone(), ()).is_none(), "{}", gap.id);
            prop_assert!(!gap.finding.is_empty() && !gap.blind_to.is_empty());
            if let (Some(first), Some(last)) = (gap.first_day, gap.last_day) {
                prop_assert!(first <= last);
            }
        }
    }
}

/// Found by the law of planted partial losses: the days of a pool on which others go on all have something.
#[test]
fn a_source_that_goes_on_beside_one_that_is_lost_is_in_no_gap() {
    let lost = &business_days()[147..159];
    let sent = busy("desk", &[3, 3, 3, 8]);
    let mut firm =
        with_controls(Firm::new(&["steady,2020-01-01,,,", "desk,2020-01-01,,,"]), control_rows(&sent));
    firm.captured.by_day = busy("steady", &[1]);
    firm.captured.by_day.extend(sent.into_iter().filter(|(_, day, _)| !lost.contains(day)));
    let coverage = firm.assess();
    let [gap] = &coverage.gaps[..] else { panic!("{:#?}", coverage.gaps) };
    assert_eq!((gap.evidence, gap.sources.len()), (Evidence::ControlTotal, 1), "{gap:#?}");
}
