//! Numbers that look random and come out the same for the same seed.
//!
//! The generator is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): nine lines that no later version of
//! a crate can change, with a stream of its own for each name, so that one scenario's numbers do not
//! move when another is added. The distributions are exact methods, not approximations; each names its
//! source. They use the standard library's `ln`, `exp` and `cos`, whose last bit may differ between
//! platforms: the same seed gives the same bytes on one platform, and the same laws on all.

use std::f64::consts::TAU;

/// A stream of draws.
#[derive(Debug, Clone)]
pub(crate) struct Draws(u64);

impl Draws {
    /// The stream of a name under a seed.
    pub(crate) fn named(seed: u64, name: &str) -> Self {
        // FNV-1a, 64 bit, over the name; the seed is mixed in by one step of the generator.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(Self(seed).next() ^ hash)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number above 0 and below 1.
    pub(crate) fn unit(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// A number from `low` to below `high`.
    pub(crate) fn within(&mut self, (low, high): (f64, f64)) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A number from `low` to `high`, each factor as likely as any other.
    pub(crate) fn log_within(&mut self, (low, high): (f64, f64)) -> f64 {
        (low.ln() + (high / low).ln() * self.unit()).exp()
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(high - low + 1);
        low + u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A place in a list of `len` things, at least 1.
    pub(crate) fn index(&mut self, len: usize) -> usize {
        let last = u64::try_from(len.saturating_sub(1)).unwrap_or(u64::MAX);
        usize::try_from(self.between(0, last)).unwrap_or(0)
    }

    /// True with this probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Standard normal, by Box and Muller (Annals of Mathematical Statistics 29, 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (TAU * self.unit()).cos()
    }

    /// Gamma of this shape and scale 1, by Marsaglia and Tsang (ACM TOMS 26, 2000).
    pub(crate) fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * self.unit().powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.unit().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// Poisson: products of uniforms where the mean is small, else split by an Erlang time (Ahrens and
    /// Dieter, Computing 12, 1974).
    pub(crate) fn poisson(&mut self, mean: f64) -> u64 {
        let (mut mean, mut sure) = (mean, 0);
        while mean > 30.0 {
            let events = (mean * 0.875).floor();
            let whole = events as u64;
            let time = self.gamma(events);
            if time > mean {
                return sure + self.binomial(whole - 1, mean / time);
            }
            sure += whole;
            mean -= time;
        }
        let (floor, mut product, mut count) = ((-mean).exp(), self.unit(), 0);
        while product > floor {
            product *= self.unit();
            count += 1;
        }
        sure + count
    }

    /// Binomial: single draws where there are few, else split at a median of uniforms, which is a beta
    /// (Relles, JASA 67, 1972).
    pub(crate) fn binomial(&mut self, of: u64, probability: f64) -> u64 {
        let (mut of, mut probability, mut sure) = (of, probability.clamp(0.0, 1.0), 0);
        while of > 40 {
            let rank = of / 2 + 1;
            let (low, high) = (self.gamma(rank as f64), self.gamma((of + 1 - rank) as f64));
            let split = low / (low + high);
            if split <= probability {
                sure += rank;
                of -= rank;
                probability = (probability - split) / (1.0 - split);
            } else {
                of = rank - 1;
                probability /= split;
            }
        }
        sure + (0..of).filter(|_| self.unit() < probability).count() as u64
    }

    /// Negative binomial of this mean and size: a Poisson whose rate is gamma; its variance is
    /// `mean + mean² / size`.
    pub(crate) fn negative_binomial(&mut self, mean: f64, size: f64) -> u64 {
        if mean <= 0.0 {
            return 0;
        }
        let rate = self.gamma(size) * mean / size;
        self.poisson(rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean and variance of many draws.
    fn moments(mut draw: impl FnMut() -> f64) -> (f64, f64) {
        let n = 40_000;
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..n {
            let x = draw();
            sum += x;
            squares += x * x;
        }
        let mean = sum / f64::from(n);
        (mean, squares / f64::from(n) - mean * mean)
    }

    fn near(found: f64, expected: f64, share: f64) {
        assert!((found - expected).abs() <= share * expected, "found {found}, expected {expected}");
    }

    #[test]
    fn the_stream_is_the_published_one() {
        // First outputs of SplitMix64 for seed 1234567, as published with the reference code.
        let mut draws = Draws(1_234_567);
        assert_eq!(draws.next(), 6_457_827_717_110_365_317);
        assert_eq!(draws.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn names_and_seeds_have_streams_of_their_own() {
        let first = |seed, name| Draws::named(seed, name).next();
        assert_eq!(first(1, "a"), first(1, "a"));
        assert_ne!(first(1, "a"), first(1, "b"));
        assert_ne!(first(1, "a"), first(2, "a"));
    }

    #[test]
    fn each_distribution_has_its_mean_and_variance() {
        let mut draws = Draws::named(1, "moments");
        let (mean, variance) = moments(|| draws.normal());
        assert!(mean.abs() < 0.02);
        near(variance, 1.0, 0.03);
        for shape in [0.4, 1.0, 7.5] {
            let (mean, variance) = moments(|| draws.gamma(shape));
            near(mean, shape, 0.04);
            near(variance, shape, 0.08);
        }
        for rate in [0.2, 3.0, 45.0, 900.0] {
            let (mean, variance) = moments(|| draws.poisson(rate) as f64);
            near(mean, rate, 0.03);
            near(variance, rate, 0.05);
        }
        for (of, p) in [(7, 0.3), (60, 0.05), (1000, 0.5)] {
            let (mean, variance) = moments(|| draws.binomial(of, p) as f64);
            near(mean, of as f64 * p, 0.03);
            near(variance, of as f64 * p * (1.0 - p), 0.05);
        }
        for (rate, size) in [(0.2, 0.7), (12.0, 3.0), (300.0, 9.0)] {
            let (mean, variance) = moments(|| draws.negative_binomial(rate, size) as f64);
            near(mean, rate, 0.05);
            near(variance, rate + rate * rate / size, 0.10);
        }
    }

    #[test]
    fn thinning_never_gives_more_than_there_is() {
        let mut draws = Draws::named(2, "thin");
        for of in 0..200 {
            assert!(draws.binomial(of, 0.4) <= of);
            assert_eq!(draws.binomial(of, 0.0), 0);
            assert_eq!(draws.binomial(of, 1.0), of);
        }
    }
}
