//! How much evidence of a loss is needed, so that false alarms stay rare for ever.
//!
//! A series is looked at every night, so a test with a fixed error per look would go wrong sooner or later.
//! The chart (module `chart`) is a CUSUM (Page, Biometrika 1954), whose error is a rate: excursions above a
//! height come at random times at a rate that falls off exponentially with the height (Siegmund, Sequential
//! Analysis, 1985, chapters II and X; Hawkins and Olwell, Cumulative Sum Charts, 1998). The height that is
//! exceeded at a given rate is read off the series' own history:
//!
//! 1. the increments of all days that are not under suspicion are cut into blocks of [`BLOCK_DAYS`] (long
//!    against the days that hang together, whole weeks) and put together again in random order,
//!    [`PERMUTATIONS`] times (Künsch 1989; the order comes from a generator with a fixed seed, so the same
//!    history always gives the same threshold);
//! 2. the highest excursion of the history is left out (what may be a loss is not held against itself); the peaks
//!    of the others are collected; above the height that [`PEAKS_A_YEAR`] peaks a year reach,
//!    their excess is taken as exponential. Its mean is estimated from quantiles, not from the sum, so that
//!    one undetected loss in the history does not hide itself, drawn to 1 (what it is where the law of the
//!    counts is exactly right) by [`PEAKS_PRIOR`] peaks, and raised by its standard error times
//!    [`CAUTION`];
//! 3. the threshold is where that tail reaches the wanted rate;
//! 4. and never lower than where the law of the counts itself allows that rate: as each day's evidence is the
//!    logarithm of a likelihood ratio, an excursion that starts on a given day passes a height `h` with
//!    probability `e^-h` at most (Wald 1947). A busy source whose history has no excursion at all would
//!    otherwise pass for one that never has a bad day.
//!
//! Days without any, one after the other (module `lull`), have a threshold of their own.
//!
//! Assumption: the calm history is like the time to come. Limit: rates of one in hundreds of years come from
//! some years of history by extrapolation; the replay measures what comes of it.

/// Days of a block: four weeks.
const BLOCK_DAYS: usize = 28;
/// Orders of the blocks that are tried.
const PERMUTATIONS: usize = 24;
/// Peaks a year above which the tail is taken as exponential.
pub(crate) const PEAKS_A_YEAR: f64 = 4.0;
/// Peaks by which the slope of the tail is drawn to 1.
const PEAKS_PRIOR: f64 = 20.0;
/// Standard errors by which the slope is raised.
const CAUTION: f64 = 0.5;
/// Peaks lower than this are no excursions.
const PEAK_MIN: f64 = 0.3;
/// Of the bound on the rate of excursions above a height, `e^-height` a day, the part that is reached: what
/// the days of a loss would have of none.
const REACHED: f64 = 0.35;
/// Days a year on which something is to be expected of an ordinary source.
pub(crate) const BUSINESS_DAYS: f64 = 250.0;
/// Days in a year.
pub(crate) const YEAR_DAYS: f64 = 365.25;

/// The threshold of a series before it has a history.
pub(crate) const THRESHOLD_FIRST: f64 = 18.0;

/// A small generator of random numbers with a fixed seed (SplitMix64, Steele et al. 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let z = z ^ (z >> 31);
        if bound == 0 { 0 } else { (z % bound as u64) as usize }
    }
}

/// The height that excursions over these increments exceed `per_year` times a year, or less often.
pub(crate) fn threshold(increments: &[f64], per_year: f64) -> f64 {
    let years = increments.len() as f64 / YEAR_DAYS;
    let peaks = peaks(&without_highest(increments));
    let all_years = years * PERMUTATIONS as f64;
    let wanted = ((PEAKS_A_YEAR * all_years) as usize).min(peaks.len());
    let independent = wanted as f64 / PERMUTATIONS as f64;
    // A quiet history of some years still allows for one peak in that time and as much again.
    let rate = (wanted as f64 / all_years.max(1.0)).max(1.0 / (years + 1.0));
    let above = &peaks[..wanted];
    let base = above.last().copied().unwrap_or(0.0);
    let excess = |share: f64| above.get((wanted as f64 * share) as usize).map_or(0.0, |peak| peak - base);
    let seen = (excess(0.5) / 2.0_f64.ln()).max(excess(0.25) / 4.0_f64.ln());
    let slope = (independent * seen + PEAKS_PRIOR) / (independent + PEAKS_PRIOR);
    let slope = slope * (1.0 + CAUTION / (independent + PEAKS_PRIOR).sqrt());
    (base + slope * (rate / per_year).ln().max(0.0)).max(least(per_year))
}

/// The height that the law of the counts itself allows for a rate.
fn least(per_year: f64) -> f64 {
    (BUSINESS_DAYS * REACHED / per_year).ln().max(0.0)
}

/// The increments without the highest excursion: what may be a loss is not held against itself.
fn without_highest(increments: &[f64]) -> Vec<f64> {
    let (mut sum, mut peak, mut start) = (0.0_f64, 0.0_f64, 0);
    let mut highest = (0.0, 0..0);
    for (at, increment) in increments.iter().chain(&[f64::NEG_INFINITY]).enumerate() {
        if sum == 0.0 {
            start = at;
        }
        sum = (sum + increment).max(0.0);
        peak = if sum > 0.0 { peak.max(sum) } else { 0.0 };
        if peak > highest.0 {
            highest = (peak, start..at);
        }
        if sum > 0.0 && highest.1.start == start {
            highest.1.end = at + 1;
        }
    }
    let left = (0..increments.len()).filter(|at| !highest.1.contains(at));
    left.map(|at| increments[at]).collect()
}

/// Peaks of the excursions over the increments in all orders, highest first.
fn peaks(increments: &[f64]) -> Vec<f64> {
    let mut random = Random(0x6475_6365_7331);
    let mut peaks = Vec::new();
    let mut blocks: Vec<usize> = (0..increments.len().div_ceil(BLOCK_DAYS)).collect();
    let mut turned = increments.to_vec();
    for _ in 0..PERMUTATIONS {
        // Blocks start anywhere: the history is taken as a ring.
        let turn = random.below(increments.len().max(1));
        turned.copy_from_slice(increments);
        turned.rotate_left(turn);
        for last in (1..blocks.len()).rev() {
            blocks.swap(last, random.below(last + 1));
        }
        let (mut sum, mut peak) = (0.0_f64, 0.0_f64);
        for block in &blocks {
            let days = turned.iter().skip(block * BLOCK_DAYS).take(BLOCK_DAYS);
            for increment in days {
                sum = (sum + increment).max(0.0);
                peak = if sum > 0.0 { peak.max(sum) } else { close(&mut peaks, peak) };
            }
        }
        close(&mut peaks, peak);
    }
    peaks.sort_by(|a, b| b.total_cmp(a));
    peaks
}

fn close(peaks: &mut Vec<f64>, peak: f64) -> f64 {
    if peak > PEAK_MIN {
        peaks.push(peak);
    }
    0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_is_the_same_for_the_same_history_and_higher_for_rarer_alarms() {
        let increments: Vec<f64> = (0..1500).map(|n| if n * 7919 % 23 < 3 { 1.3 } else { -0.8 }).collect();
        let (often, rarely) = (threshold(&increments, 0.1), threshold(&increments, 0.001));
        assert_eq!(often, threshold(&increments, 0.1));
        assert!(often < rarely, "{often} {rarely}");
    }

    #[test]
    fn days_that_hang_together_raise_it_and_one_odd_stretch_does_not() {
        let apart: Vec<f64> = (0..1500).map(|n| if n % 6 == 0 { 1.5 } else { -1.0 }).collect();
        let together: Vec<f64> = (0..1500).map(|n| if n % 42 < 7 { 1.5 } else { -1.0 }).collect();
        assert!(threshold(&together, 0.002) > 1.5 * threshold(&apart, 0.002));
        let mut odd = apart.clone();
        odd[700..712].fill(1.5);
        assert!(threshold(&odd, 0.002) < 1.2 * threshold(&apart, 0.002));
    }

    #[test]
    fn no_history_gives_a_threshold_all_the_same() {
        assert!(threshold(&[], 0.002) >= least(0.002));
    }
}
