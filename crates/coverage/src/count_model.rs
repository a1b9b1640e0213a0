//! How likely a day's count is: the negative binomial.
//!
//! Counts of communications vary more than Poisson's law allows: the rate itself varies from day to day.
//! With a rate that is gamma distributed around its expectation, the count is negative binomial with
//! variance `mean + mean² / size` (Greenwood and Yule 1920; Hilbe, Negative Binomial Regression, 2011).
//! The smaller `size`, the more a day without anything is to be expected. Days that hang together
//! (autocorrelation) are no part of this law: module `threshold` learns them from the source's own history.

/// Smallest and largest `size` that is used: below, a count is nearly always 0; above, it is Poisson's.
const SIZE_MIN: f64 = 0.2;
const SIZE_MAX: f64 = 1e4;

/// The spread of daily counts around their expectation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    size: f64,
}

impl Spread {
    pub(crate) fn new(size: f64) -> Self {
        Self { size: if size.is_nan() { SIZE_MAX } else { size.clamp(SIZE_MIN, SIZE_MAX) } }
    }

    pub(crate) fn size(self) -> f64 {
        self.size
    }

    /// Logarithm of the likelihood of `count` with mean `one` over that with mean `other`; both above 0.
    pub(crate) fn log_ratio(self, count: f64, one: f64, other: f64) -> f64 {
        let k = self.size;
        let (one_k, other_k) = (k + one, k + other);
        let none = k * (other_k / one_k).ln();
        if count == 0.0 { none } else { none + count * ((one / other) * (other_k / one_k)).ln() }
    }

    /// Logarithm of the probability of a day without any.
    pub(crate) fn log_none(self, mean: f64) -> f64 {
        -self.size * (mean / self.size).ln_1p()
    }

    pub(crate) fn variance(self, mean: f64) -> f64 {
        mean + mean * mean / self.size
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn with_a_large_size_it_is_poissons_law() {
        let spread = Spread::new(f64::INFINITY);
        assert!((spread.log_none(3.0) + 3.0).abs() < 1e-2);
        let poisson = 4.0 * (1.0_f64 / 3.0).ln() + 2.0;
        assert!((spread.log_ratio(4.0, 1.0, 3.0) - poisson).abs() < 1e-2);
    }

    proptest! {
        #[test]
        fn a_ratio_turned_round_is_its_opposite(count in 0_u32..500, one in 0.01_f64..300.0, other in 0.01_f64..300.0, size in 0.2_f64..50.0) {
            let spread = Spread::new(size);
            let there = spread.log_ratio(f64::from(count), one, other);
            let back = spread.log_ratio(f64::from(count), other, one);
            prop_assert!((there + back).abs() < 1e-6 * (1.0 + there.abs()));
        }

        #[test]
        fn a_day_without_any_speaks_for_the_smaller_mean(small in 0.01_f64..10.0, more in 0.1_f64..10.0, size in 0.2_f64..50.0) {
            let spread = Spread::new(size);
            prop_assert!(spread.log_ratio(0.0, small, small + more) > 0.0);
            let both = spread.log_none(small) - spread.log_none(small + more);
            prop_assert!((both - spread.log_ratio(0.0, small, small + more)).abs() < 1e-9);
        }
    }
}
