//! How much is missing.

use serde::{Deserialize, Serialize};
use std::fmt;

/// How much is missing. "Unknown" is a value and never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "quantity", rename_all = "kebab-case")]
pub enum Quantity {
    /// Counted.
    Exact {
        /// Communications.
        count: u64,
    },
    /// At least so many.
    AtLeast {
        /// Communications.
        count: u64,
    },
    /// At most so many.
    AtMost {
        /// Communications.
        count: u64,
    },
    /// Estimated from a statistical model, with the interval that holds the true number in 95 of 100 cases if the
    /// model is right.
    Estimated {
        /// Communications: the best single figure.
        count: u64,
        /// Lower end of the interval.
        low: u64,
        /// Upper end of the interval.
        high: u64,
    },
    /// A net difference of two counts: duplicates and retries can hide further loss.
    NetDifference {
        /// Communications.
        count: u64,
    },
    /// Not known.
    Unknown,
}

impl Quantity {
    /// How much is missing of two findings that a person calls one event.
    ///
    /// Where they are `apart` (no common source, or no common day) their numbers add up: lower bounds to a lower bound,
    /// and upper ones to an upper bound, since nothing says that their errors are independent. Where they overlap, each
    /// may count what the other counts, and what remains certain is the larger lower bound.
    pub fn with(self, other: Self, apart: bool) -> Self {
        let ((low, high), (other_low, other_high)) = (self.bounds(), other.bounds());
        if !apart {
            return if self == other { self } else { Self::at_least(low.max(other_low)) };
        }
        let low = low.saturating_add(other_low);
        match (self, other, high.zip(other_high).map(|(a, b)| a.saturating_add(b))) {
            (Self::Exact { .. }, Self::Exact { .. }, _) => Self::Exact { count: low },
            (Self::NetDifference { .. }, Self::NetDifference { .. }, _) => Self::NetDifference { count: low },
            (_, _, Some(high)) if low == 0 => Self::AtMost { count: high },
            (_, _, Some(high)) => {
                let count = self.figure().saturating_add(other.figure());
                Self::Estimated { count: count.clamp(low, high), low, high }
            }
            (_, _, None) => Self::at_least(low),
        }
    }

    /// Whether it says more than an earlier figure: its best figure lies above what that one allowed, or there is a
    /// figure where there was none.
    pub fn goes_beyond(self, earlier: Self) -> bool {
        let (low, _) = self.bounds();
        match earlier {
            Self::Unknown => self != Self::Unknown,
            Self::Exact { count } | Self::NetDifference { count } => self.figure() > count,
            Self::AtMost { count: high } | Self::Estimated { high, .. } => self.figure() > high,
            Self::AtLeast { count } => low > count,
        }
    }

    /// The same where it was counted over a part only: what it certainly is not below.
    pub fn at_least_this(self) -> Self {
        Self::at_least(self.bounds().0)
    }

    /// What it certainly is not below, and not above where that is known.
    fn bounds(self) -> (u64, Option<u64>) {
        match self {
            Self::Exact { count } => (count, Some(count)),
            Self::AtLeast { count } | Self::NetDifference { count } => (count, None),
            Self::AtMost { count } => (0, Some(count)),
            Self::Estimated { low, high, .. } => (low, Some(high)),
            Self::Unknown => (0, None),
        }
    }

    fn figure(self) -> u64 {
        match self {
            Self::Exact { count }
            | Self::AtLeast { count }
            | Self::NetDifference { count }
            | Self::AtMost { count }
            | Self::Estimated { count, .. } => count,
            Self::Unknown => 0,
        }
    }

    fn at_least(count: u64) -> Self {
        if count == 0 { Self::Unknown } else { Self::AtLeast { count } }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact { count } => write!(f, "{count}"),
            Self::AtLeast { count } => write!(f, "at least {count}"),
            Self::AtMost { count } => write!(f, "at most {count}"),
            Self::Estimated { count, low, high } => write!(f, "about {count} ({low} to {high})"),
            Self::NetDifference { count } => write!(f, "{count} net"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quantity() -> impl Strategy<Value = Quantity> {
        let n = 0_u64..1_000;
        prop_oneof![
            n.clone().prop_map(|count| Quantity::Exact { count }),
            n.clone().prop_map(|count| Quantity::AtLeast { count }),
            n.clone().prop_map(|count| Quantity::AtMost { count }),
            n.clone().prop_map(|count| Quantity::NetDifference { count }),
            (n.clone(), n.clone(), n).prop_map(|(low, up, more)| Quantity::Estimated {
                count: low + up,
                low,
                high: low + up + more
            }),
            Just(Quantity::Unknown),
        ]
    }

    #[test]
    fn exact_numbers_of_events_apart_add_up_exactly() {
        let (two, three) = (Quantity::Exact { count: 2 }, Quantity::Exact { count: 3 });
        assert_eq!(two.with(three, true), Quantity::Exact { count: 5 });
        assert_eq!(two.with(three, false), Quantity::AtLeast { count: 3 });
        assert_eq!(two.with(two, false), two);
        assert_eq!(two.with(Quantity::Unknown, true), Quantity::AtLeast { count: 2 });
        assert_eq!(Quantity::Unknown.with(Quantity::Unknown, true), Quantity::Unknown);
    }

    proptest! {
        #[test]
        fn nothing_unknown_becomes_a_number_and_bounds_are_never_narrowed(a in quantity(), b in quantity(), apart in any::<bool>()) {
            let joined = a.with(b, apart);
            prop_assert_eq!(joined, b.with(a, apart), "the order does not matter");
            let ((low, high), (a, b)) = (joined.bounds(), (a.bounds(), b.bounds()));
            let expected = if apart { a.0 + b.0 } else { a.0.max(b.0) };
            prop_assert_eq!(low, expected);
            if apart && (a.1.is_none() || b.1.is_none()) {
                prop_assert_eq!(high, None);
            }
        }
    }
}
