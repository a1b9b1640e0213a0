//! Gaps: what is missing, since when, how much, and on what evidence.

use crate::ids::SourceId;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The two axes, which never mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Axis {
    /// Whether communications were kept.
    Preserved,
    /// Whether communications were reviewed.
    Reviewed,
}

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
    /// A net difference of two counts: duplicates and retries can hide further loss.
    NetDifference {
        /// Communications.
        count: u64,
    },
    /// Not known.
    Unknown,
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact { count } => write!(f, "{count}"),
            Self::AtLeast { count } => write!(f, "at least {count}"),
            Self::NetDifference { count } => write!(f, "{count} net"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

/// Which evidence says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// Nothing at all was captured of a source that was in service.
    NothingCaptured,
    /// A run of business days without a communication, longer than the register calls ordinary.
    Silence,
    /// A system of record counts more than was captured.
    ControlTotal,
    /// An address of the firm takes part in traffic, and no source covers it.
    UnregisteredTraffic,
}

impl Evidence {
    /// All kinds, in the order in which they are listed.
    pub const ALL: [Self; 4] =
        [Self::NothingCaptured, Self::Silence, Self::ControlTotal, Self::UnregisteredTraffic];

    /// The word that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NothingCaptured => "nothing-captured",
            Self::Silence => "silence",
            Self::ControlTotal => "control-total",
            Self::UnregisteredTraffic => "unregistered-traffic",
        }
    }
}

/// What people have made of a gap. No status removes it from view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapStatus {
    /// Found by the program, judged by nobody.
    Candidate,
    /// A named person says that it is one.
    Confirmed,
    /// A named person says what explains it.
    Explained,
    /// A named person says that it is none.
    Dismissed,
}

impl GapStatus {
    /// The word that is stored and printed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Confirmed => "confirmed",
            Self::Explained => "explained",
            Self::Dismissed => "dismissed",
        }
    }

    /// Whether a certificate that crosses it is subject to the Schedule of Gaps.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Candidate | Self::Confirmed)
    }
}

/// A gap: an interval of days over which communications of a source, or of an address that has no
/// source, were not preserved or not reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Stable name made from what it is about: the same evidence gets the same name on each run.
    pub id: String,
    /// Which axis.
    pub axis: Axis,
    /// The source; absent for an address that has none.
    pub source: Option<SourceId>,
    /// The address, where no source covers it.
    pub address: Option<String>,
    /// First day; absent where the evidence cannot bound it.
    pub first_day: Option<NaiveDate>,
    /// Last day; absent where the evidence cannot bound it (still open, or the archive ends there).
    pub last_day: Option<NaiveDate>,
    /// Which evidence.
    pub evidence: Evidence,
    /// How much.
    pub quantity: Quantity,
    /// The finding in one sentence, with its figures.
    pub finding: String,
    /// What this evidence could not have seen, in one sentence.
    pub blind_to: String,
    /// What people have made of it.
    pub status: GapStatus,
}

impl Gap {
    /// Whether the gap shares a day with `first..=last`; an unknown end reaches as far as it can.
    pub fn crosses_days(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.first_day.is_none_or(|day| day <= last) && self.last_day.is_none_or(|day| first <= day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_end_reaches_as_far_as_it_can() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let gap = Gap {
            id: "g".into(),
            axis: Axis::Preserved,
            source: None,
            address: None,
            first_day: Some(day("2024-03-01")),
            last_day: None,
            evidence: Evidence::Silence,
            quantity: Quantity::Unknown,
            finding: String::new(),
            blind_to: String::new(),
            status: GapStatus::Candidate,
        };
        assert!(gap.crosses_days(day("2030-01-01"), day("2030-01-02")));
        assert!(!gap.crosses_days(day("2024-01-01"), day("2024-02-29")));
        assert_eq!(gap.quantity.to_string(), "unknown");
    }
}
