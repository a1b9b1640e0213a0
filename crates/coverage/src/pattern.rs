//! What a series of daily counts is expected to be: its own habits.
//!
//! The expectation of a day is its exposure (how much of the series was in service) times the factor of its
//! kind of day times the level of that time.
//!
//! - *Factors*: captured over expected by kind of day (module `calendar`), relative to all business days,
//!   drawn towards the firm's own factors by [`FACTOR_PRIOR`] communications, so that a sparse source borrows
//!   the firm's week and a busy one keeps its own.
//! - *Level*: an exponentially weighted mean (Roberts 1959) of what came before, over about
//!   [`MEMORY_DAYS`] business days, longer where the series is sparse (module `chart` moves it along). It
//!   follows seasons, slow declines and mergers. A single day counts for at most [`SPIKE_FACTOR`] times its
//!   expectation, so that a spike raises it little.
//! - *Spread*: the size of the negative binomial, by moments, with days beyond [`OUTLYING`] standard
//!   deviations counted as that; drawn towards [`SIZE_USUAL`] by [`SIZE_PRIOR`] days.
//! - *Hanging together*: `zero_after_zero`, by how much a day without any makes another one likelier than the
//!   law of a single day says (an exponent between 0 and 1; learnt from ordinary weeks, because the calendar, and not
//!   the source, empties the days before New Year one after the other); `inflation`, by how much sums over four weeks vary
//!   more than those of independent days.
//!
//! Days under suspicion are left out of all of these.

use crate::calendar::{Axis, DayKind};
use crate::count_model::Spread;

/// Communications by which a factor is drawn to the firm's: about as many as fix it to a third.
const FACTOR_PRIOR: f64 = 10.0;
/// A factor is never less: even a closed day may see a message.
const FACTOR_MIN: f64 = 0.002;
/// Business days over which the level remembers: two months, short against seasons, long against noise.
pub(crate) const MEMORY_DAYS: f64 = 40.0;
/// Communications that the memory should hold, where that takes longer.
const MEMORY_COUNT: f64 = 40.0;
/// The longest memory in business days: one year.
const MEMORY_DAYS_MAX: f64 = 250.0;
/// How many times its expectation (and as many communications more) a day counts at most for the level.
const SPIKE_FACTOR: f64 = 3.0;
/// The part of an ordinary business day from which a day is one on which much is to be expected.
const MUCH_SHARE: f64 = 0.2;
/// Standard deviations beyond which a day counts as that far out for the spread.
const OUTLYING: f64 = 4.0;
/// The size of the negative binomial that a series without history is taken to have.
const SIZE_USUAL: f64 = 4.0;
/// Days by which the spread is drawn to the usual one.
const SIZE_PRIOR: f64 = 20.0;
/// Days of the sums that `inflation` is about.
pub(crate) const INFLATION_BLOCK: usize = 28;
/// The least that sums are taken to vary more than independent days: the level follows slow waves, which a sum over
/// days that are lost does not.
const INFLATION_LEAST: f64 = 2.0;
/// Expected zeros by which `zero_after_zero` is drawn to [`TOGETHER_USUAL`].
const TOGETHER_PRIOR: f64 = 10.0;
const TOGETHER_USUAL: f64 = 0.85;

/// A series of daily counts on the days of an axis.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    /// Captured.
    pub(crate) counts: Vec<f64>,
    /// How much of it was to be expected: the mean per business day of what was in service; 0 where nothing was.
    pub(crate) exposure: Vec<f64>,
}

impl Series {
    pub(crate) fn expects(&self, at: usize) -> bool {
        self.exposure[at] > 0.0
    }

    /// The first and last day on which anything is to be expected.
    pub(crate) fn ends(&self) -> Option<(usize, usize)> {
        let first = self.exposure.iter().position(|exposure| *exposure > 0.0)?;
        let last = self.exposure.iter().rposition(|exposure| *exposure > 0.0)?;
        Some((first, last))
    }
}

/// Factors of the kinds of days.
pub(crate) type Factors = [f64; DayKind::ALL];

/// Factors that a firm without any history is taken to have: a business day is a business day, other days a
/// tenth of one, quiet days half.
pub(crate) const FACTORS_USUAL: Factors = [1.0, 1.0, 1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 0.1, 0.5];

/// The habits of a series.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    pub(crate) factors: Factors,
    pub(crate) spread: Spread,
    pub(crate) zero_after_zero: f64,
    pub(crate) inflation: f64,
    /// Mean captured per business day over its exposure.
    pub(crate) rate: f64,
    /// Business days over which the level remembers.
    pub(crate) memory: f64,
}

impl Pattern {
    /// Of a series of which nothing is known but how much it captured.
    pub(crate) fn first(series: &Series, axis: &Axis, usual: &Factors) -> Self {
        let (mut count, mut weight, mut exposure, mut days) = (0.0, 0.0, 0.0, 0.0);
        for at in (0..axis.len()).filter(|at| series.expects(*at)) {
            count += series.counts[at];
            weight += series.exposure[at] * usual[axis.kinds[at].index()];
            if axis.is_business(at) {
                exposure += series.exposure[at];
                days += 1.0;
            }
        }
        let mean_exposure = if days > 0.0 { exposure / days } else { 0.0 };
        let rate = if weight > 0.0 { count / weight * mean_exposure } else { 0.0 };
        Self {
            factors: *usual,
            spread: Spread::new(SIZE_USUAL),
            zero_after_zero: TOGETHER_USUAL,
            inflation: 1.0,
            rate,
            memory: memory(rate),
        }
    }

    /// The expectation of a day at level 1.
    pub(crate) fn weight(&self, series: &Series, axis: &Axis, at: usize) -> f64 {
        series.exposure[at] * self.factors[axis.kinds[at].index()]
    }

    /// Whether a day is one on which much is to be expected: most weekends, holidays and closures are not.
    pub(crate) fn expects_much(&self, axis: &Axis, at: usize) -> bool {
        axis.is_business(at) || self.factors[axis.kinds[at].index()] >= MUCH_SHARE
    }

    /// The count of a day as the level takes it.
    pub(crate) fn tamed(count: f64, expected: f64) -> f64 {
        count.min(SPIKE_FACTOR * (expected + 1.0))
    }

    /// The habits learnt from the days that are not under suspicion, given the level of each day.
    pub(crate) fn learnt(
        &self,
        series: &Series,
        axis: &Axis,
        usual: &Factors,
        level: &[f64],
        suspect: &[bool],
    ) -> Self {
        let calm: Vec<usize> =
            (0..axis.len()).filter(|at| series.expects(*at) && !suspect[*at] && level[*at] > 0.0).collect();
        let factors = factors(series, axis, usual, level, &calm);
        let mut learnt = Self { factors, ..self.clone() };
        let expected: Vec<f64> =
            calm.iter().map(|at| level[*at] * learnt.weight(series, axis, *at)).collect();
        let business: Vec<f64> = calm
            .iter()
            .zip(&expected)
            .filter(|(at, _)| axis.is_business(**at))
            .map(|(_, expected)| *expected)
            .collect();
        if business.is_empty() {
            return learnt;
        }
        learnt.rate = business.iter().sum::<f64>() / business.len() as f64;
        learnt.memory = memory(learnt.rate);
        let counts: Vec<f64> = calm.iter().map(|at| series.counts[*at]).collect();
        learnt.spread = spread(&counts, &expected, self.spread);
        learnt.zero_after_zero = zero_after_zero(&calm, &counts, &expected, axis, learnt.spread);
        learnt.inflation = inflation(&calm, &counts, &expected, learnt.spread);
        learnt
    }
}

fn memory(rate: f64) -> f64 {
    if rate > 0.0 { (MEMORY_COUNT / rate).clamp(MEMORY_DAYS, MEMORY_DAYS_MAX) } else { MEMORY_DAYS_MAX }
}

fn factors(series: &Series, axis: &Axis, usual: &Factors, level: &[f64], calm: &[usize]) -> Factors {
    let (mut count, mut base) = ([0.0; DayKind::ALL], [0.0; DayKind::ALL]);
    for at in calm {
        let kind = axis.kinds[*at].index();
        let plain = level[*at] * series.exposure[*at];
        count[kind] += Pattern::tamed(series.counts[*at], plain);
        base[kind] += plain;
    }
    let mut factors = [0.0; DayKind::ALL];
    for kind in 0..DayKind::ALL {
        let own = (count[kind] + FACTOR_PRIOR * usual[kind]) / (base[kind] + FACTOR_PRIOR);
        factors[kind] = own.max(FACTOR_MIN);
    }
    // Relative to the business days of an ordinary week, so that the level is that of one.
    let week = factors[..5].iter().sum::<f64>() / 5.0;
    if week > 0.0 { factors.map(|factor| (factor / week).max(FACTOR_MIN)) } else { *usual }
}

fn spread(counts: &[f64], expected: &[f64], before: Spread) -> Spread {
    let (mut excess, mut squares) = (0.0, 0.0);
    for (count, mean) in counts.iter().zip(expected) {
        let square = (count - mean).powi(2);
        let bound = OUTLYING * OUTLYING * before.variance(*mean);
        // Each day weighted by what it can tell of the size.
        let weight = 1.0 / (1.0 + mean * mean / before.size());
        excess += weight * (square.min(bound) - mean);
        squares += weight * mean * mean;
    }
    let days = squares.max(1e-9);
    let usual = SIZE_PRIOR * squares / counts.len().max(1) as f64;
    Spread::new((days + usual) / (excess.max(0.0) + usual / SIZE_USUAL).max(1e-9))
}

/// By which exponent the probability of a day without any is to be taken after another such day.
fn zero_after_zero(calm: &[usize], counts: &[f64], expected: &[f64], axis: &Axis, spread: Spread) -> f64 {
    let (mut seen, mut logs) = (0.0, Vec::new());
    let mut before: Option<f64> = None;
    for ((at, count), mean) in calm.iter().zip(counts).zip(expected) {
        if !axis.kinds[*at].is_ordinary() {
            continue;
        }
        if before == Some(0.0) {
            logs.push(spread.log_none(*mean));
            seen += f64::from(u8::from(*count == 0.0));
        }
        before = Some(*count);
    }
    let told = |exponent: f64| logs.iter().map(|log| (exponent * log).exp()).sum::<f64>();
    let zeros = seen + TOGETHER_PRIOR;
    let prior = |exponent: f64| TOGETHER_PRIOR * (1.0 + (TOGETHER_USUAL - exponent));
    let (mut low, mut high) = (0.1, 1.0);
    for _ in 0..30 {
        let middle = 0.5 * (low + high);
        if told(middle) + prior(middle) > zeros { low = middle } else { high = middle }
    }
    high
}

/// How much more sums over [`INFLATION_BLOCK`] days vary than those of independent days; by the median, so
/// that a few odd weeks do not decide.
fn inflation(calm: &[usize], counts: &[f64], expected: &[f64], spread: Spread) -> f64 {
    let mut squares: Vec<f64> = Vec::new();
    let mut start = 0;
    for block in calm.chunk_by(|a, b| a / INFLATION_BLOCK == b / INFLATION_BLOCK) {
        let days = start..start + block.len();
        start += block.len();
        let off: f64 = days.clone().map(|n| counts[n] - expected[n]).sum();
        let variance: f64 = days.map(|n| spread.variance(expected[n])).sum();
        if block.len() * 2 > INFLATION_BLOCK && variance > 0.0 {
            squares.push(off * off / variance);
        }
    }
    // Four blocks are the least from which a median says anything; 0.455 is the median of χ² with one degree.
    if squares.len() < 4 {
        return INFLATION_LEAST;
    }
    squares.sort_by(f64::total_cmp);
    (squares[squares.len() / 2] / 0.455).clamp(INFLATION_LEAST, 30.0)
}
