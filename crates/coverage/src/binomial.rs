//! Shares of a count: how far an observed share is from a stated one, and between which shares the true one lies.
//!
//! All of it rests on one inequality: of `n` independent trials that succeed with probability `p`, the chance
//! that the observed share is as far above (or below) `p` as it is, is at most `exp(-n KL(observed, p))`, where KL is
//! the Kullback–Leibler divergence (Chernoff 1952; Hoeffding 1963, theorem 1). It holds for each `n`, also for few
//! trials and rare successes, where normal approximations fail.

/// So many halvings place a share more finely than any count can tell.
const HALVINGS: u32 = 60;

/// `n` times the divergence of the share `k / n` from `p`; 0 where there are no trials.
pub(crate) fn divergence(k: f64, n: f64, p: f64) -> f64 {
    let part = |observed: f64, expected: f64| {
        if observed <= 0.0 {
            0.0
        } else if expected <= 0.0 {
            f64::INFINITY
        } else {
            observed * (observed / expected).ln()
        }
    };
    (part(k, n * p) + part(n - k, n * (1.0 - p))).max(0.0)
}

/// The highest share from which `k / n` diverges by no more than `reach`.
pub(crate) fn upper(k: f64, n: f64, reach: f64) -> f64 {
    if n <= 0.0 {
        return 1.0;
    }
    bisect(k / n, 1.0, |p| divergence(k, n, p) <= reach)
}

/// The lowest share from which `k / n` diverges by no more than `reach`.
pub(crate) fn lower(k: f64, n: f64, reach: f64) -> f64 {
    if n <= 0.0 {
        return 0.0;
    }
    bisect(k / n, 0.0, |p| divergence(k, n, p) <= reach)
}

/// The last value between `good`, for which it holds, and `end` for which it holds.
pub(crate) fn bisect(good: f64, end: f64, holds: impl Fn(f64) -> bool) -> f64 {
    let (mut good, mut bad) = (good, end);
    if holds(end) {
        return end;
    }
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(good, bad);
        if holds(middle) { good = middle } else { bad = middle }
    }
    good
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The chance of at least `k` successes, added up term by term.
    fn tail(k: u64, n: u64, p: f64) -> f64 {
        let mut term = (1.0 - p).powi(n as i32);
        let mut sum = 0.0;
        for j in 0..=n {
            if j >= k {
                sum += term;
            }
            term *= (n - j) as f64 / (j + 1) as f64 * p / (1.0 - p);
        }
        sum
    }

    proptest! {
        #[test]
        fn the_bound_is_never_below_the_true_chance(n in 1_u64..80, k in 0_u64..80, p in 0.01_f64..0.9) {
            prop_assume!(k <= n && k as f64 / n as f64 > p);
            let bound = (-divergence(k as f64, n as f64, p)).exp();
            prop_assert!(tail(k, n, p) <= bound * 1.000_001, "{} {}", tail(k, n, p), bound);
        }

        #[test]
        fn the_observed_share_lies_between_its_bounds(n in 1_u64..5_000, k in 0_u64..5_000, reach in 0.1_f64..20.0) {
            prop_assume!(k <= n);
            let (k, n) = (k as f64, n as f64);
            let (low, high) = (lower(k, n, reach), upper(k, n, reach));
            prop_assert!(0.0 <= low && low <= k / n && k / n <= high && high <= 1.0);
        }
    }
}
