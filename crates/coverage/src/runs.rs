//! Days with a loss that belong together.
//!
//! Rule: two days with a loss are of one event where the days between them, on which nothing was lost, may well have
//! been spared by chance: with the share lost on the days with a loss, the chance that all communications between are
//! spared is at least [`BY_CHANCE`]. A leak of one in twenty at ten messages a day thus stays one event, although many
//! of its days lost nothing; where everything is lost, one whole day ends the event.

use chrono::NaiveDate;

/// The least chance that is still taken for one.
const BY_CHANCE: f64 = 0.001;

/// What was lost on a day, of how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayLoss {
    pub(crate) day: NaiveDate,
    pub(crate) lost: u64,
    /// At least `lost`.
    pub(crate) of: u64,
}

/// The events among days in order, each from its first to its last day with a loss.
pub(crate) fn runs(days: &[DayLoss]) -> Vec<&[DayLoss]> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (at, _) in days.iter().enumerate().filter(|(_, day)| day.lost > 0) {
        match found.last_mut() {
            Some(run) if spared_by_chance(&days[run.0..=at]) => run.1 = at,
            _ => found.push((at, at)),
        }
    }
    found.into_iter().map(|(first, last)| &days[first..=last]).collect()
}

/// Whether the days without a loss at the end of these, but for the last, may have been spared by chance.
fn spared_by_chance(days: &[DayLoss]) -> bool {
    let Some((last, before)) = days.split_last() else { return false };
    let clean = before.iter().rev().take_while(|day| day.lost == 0).count();
    let between: u64 = before[before.len() - clean..].iter().map(|day| day.of).sum();
    let lossy = before[..before.len() - clean].iter().chain([last]);
    let (lost, of) = lossy.fold((0, 0), |(lost, of), day| (lost + day.lost, of + day.of));
    between == 0 || (1.0 - lost as f64 / of as f64).powf(between as f64) >= BY_CHANCE
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn days(losses: &[(u64, u64)]) -> Vec<DayLoss> {
        let days = NaiveDate::default().iter_days();
        days.zip(losses).map(|(day, (lost, of))| DayLoss { day, lost: *lost, of: *of }).collect()
    }

    #[test]
    fn a_whole_day_ends_a_total_loss_and_an_empty_one_does_not() {
        assert_eq!(runs(&days(&[(5, 5), (0, 5), (5, 5)])).len(), 2);
        assert_eq!(
            runs(&days(&[(5, 5), (0, 0), (5, 5), (0, 0)])).iter().map(|run| run.len()).collect::<Vec<_>>(),
            [3]
        );
    }

    #[test]
    fn days_that_a_leak_spares_by_chance_do_not_cut_it() {
        let leak = [(1, 20), (0, 20), (0, 20), (2, 20), (0, 20), (1, 20)];
        assert_eq!(runs(&days(&leak)).len(), 1);
        let mut two = leak.to_vec();
        two.extend([(0, 20); 40]);
        two.extend(leak);
        assert_eq!(runs(&days(&two)).len(), 2);
    }

    proptest! {
        #[test]
        fn every_loss_is_in_one_run(losses in prop::collection::vec((0_u64..4, 0_u64..9), 0..40)) {
            let losses: Vec<(u64, u64)> = losses.iter().map(|(lost, more)| (*lost, lost + more)).collect();
            let days = days(&losses);
            let found = runs(&days);
            let inside: u64 = found.iter().flat_map(|run| run.iter()).map(|day| day.lost).sum();
            prop_assert_eq!(inside, losses.iter().map(|(lost, _)| lost).sum::<u64>());
            for run in found {
                prop_assert!(run[0].lost > 0 && run[run.len() - 1].lost > 0);
            }
        }
    }
}
