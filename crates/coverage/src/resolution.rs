//! How long a silence would have to last before it could be told from an ordinary one.
//!
//! Statistic: days without any, one after the other, each adding to the chart of total losses (module `chart`)
//! what the expectation of that day gives; the working days it takes to pass the threshold. It is computed for
//! every stretch of the days asked about, and the longest stretch that would not have passed counts: a total
//! loss of any stretch longer than that would have been found.
//!
//! Days without any by themselves (module `lull`) may show it sooner, from the second working day on: their threshold
//! is held against the same sum as if each day came after another one without any.
//!
//! Limit: it is about total losses. A partial one takes longer, or is never seen.

use crate::calendar::{Axis, DayKind, Span};
use crate::chart::Charted;
use crate::lull;
use std::sync::Arc;

/// Working days beyond which a source is called too sparse to judge: a month.
pub(crate) const RESOLUTION_MAX: u64 = 20;

/// What the chart of a source could have seen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sight {
    axis: Arc<Axis>,
    if_none: Vec<f32>,
    threshold: f32,
    /// The threshold of days without any by themselves, as if each came after another one.
    silent: f32,
}

impl Sight {
    pub(crate) fn new(axis: &Arc<Axis>, charted: &Charted) -> Self {
        Self {
            axis: Arc::clone(axis),
            if_none: charted
                .if_none
                .iter()
                .zip(&axis.kinds)
                .map(|(evidence, kind)| said(*evidence, *kind))
                .collect(),
            threshold: charted.threshold as f32,
            silent: silent(charted) as f32,
        }
    }

    /// The working days from which a total loss of any stretch within the span would have been found. Where that
    /// is more than the span has, not even the loss of all of it would.
    pub(crate) fn days(&self, span: Span) -> u64 {
        let unseen = self.longest(span, self.threshold);
        // By themselves, days without any are looked at from the second on.
        unseen.min(self.longest(span, self.silent).max(lull::DAYS_MIN as u64 - 1)) + 1
    }

    /// The working days of the longest stretch within the span whose days without any do not pass a threshold.
    fn longest(&self, span: Span, threshold: f32) -> u64 {
        let range = self.axis.range(span);
        let business = |at: usize| u64::from(self.axis.is_business(at));
        let (mut first, mut sum, mut count, mut longest) = (range.start, 0.0_f32, 0, 0);
        for at in range {
            sum += self.if_none[at];
            count += business(at);
            while sum > threshold && first <= at {
                sum -= self.if_none[first];
                count -= business(first);
                first += 1;
            }
            longest = longest.max(count);
        }
        longest
    }
}

/// What a day without any says at least.
fn said(evidence: f64, kind: DayKind) -> f32 {
    let caution = if kind.is_quiet() { lull::QUIET_CAUTION } else { 1.0 };
    (evidence / caution) as f32
}

/// The working days that a silence must last at the ordinary rate of a series; absent where no length would do.
pub(crate) fn ordinary_days(axis: &Axis, charted: &Charted) -> Option<u64> {
    let told: Vec<usize> =
        (0..axis.len()).filter(|at| axis.is_business(*at) && charted.expected[*at] > 0.0).collect();
    let mean = charted.if_none.iter().sum::<f64>() / told.len().max(1) as f64;
    let days = |threshold: f64| (threshold / mean).ceil() as u64;
    (mean > 0.0).then(|| days(charted.threshold).min(days(silent(charted)).max(lull::DAYS_MIN as u64)))
}

/// The threshold of days without any by themselves, in the evidence of days of which none comes after another.
fn silent(charted: &Charted) -> f64 {
    charted.silent_threshold / charted.pattern.zero_after_zero
}
