//! Which parts of a document are to be covered, and why.

use crate::digest::Sha256;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A length on a page, in hundredths of a point (a point is 1/72 of an inch): exact, so that equal decisions are
/// equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Points(u32);

/// Longest side of a page that a PDF reader shows: 200 inches (ISO 32000-1, Annex C.2), in points.
const POINTS_MAX: u32 = 14_400;

impl Points {
    /// Hundredths of a point.
    pub const fn hundredths(self) -> u32 {
        self.0
    }

    /// As a number of points.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

impl FromStr for Points {
    type Err = String;

    /// Reads `72`, `72.5` or `72.25`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("found {text:?}, expected points from 0 to {POINTS_MAX} with at most two decimals");
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty()
            || !digits(whole)
            || !digits(decimals)
            || decimals.len() > 2
            || text.ends_with('.')
        {
            return Err(wrong());
        }
        let whole: u32 = whole.parse().map_err(|_| wrong())?;
        if whole > POINTS_MAX {
            return Err(wrong());
        }
        let decimals: u32 = format!("{decimals:0<2}").parse().map_err(|_| wrong())?;
        Ok(Self(whole * 100 + decimals))
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 % 100 {
            0 => write!(f, "{}", self.0 / 100),
            rest => write!(f, "{}.{rest:02}", self.0 / 100),
        }
    }
}

/// Which text of a document a range lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RedactedField {
    /// The document's own text, as it is searched and produced.
    Body,
    /// The subject of a message.
    Subject,
    /// The file's name.
    FileName,
}

impl RedactedField {
    /// All fields.
    pub const ALL: [Self; 3] = [Self::Body, Self::Subject, Self::FileName];

    /// The word of the sheet.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Subject => "subject",
            Self::FileName => "file-name",
        }
    }
}

/// What is covered.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum RedactedPlace {
    /// A rectangle of a page.
    Region {
        /// Which page, from 1.
        page: u32,
        /// From the left edge of the page before it is endorsed.
        x: Points,
        /// From its top edge.
        y: Points,
        /// How wide; more than nothing.
        width: Points,
        /// How high; more than nothing.
        height: Points,
    },
    /// Characters of a text.
    Range {
        /// Which text.
        field: RedactedField,
        /// First character, from 0; a character is a Unicode scalar value.
        start: u64,
        /// The character behind the last one; more than `start`.
        end: u64,
        /// Digest of the words that are covered, as UTF-8: whoever covers them checks that they stand there. The
        /// words themselves are kept nowhere.
        covers_sha256: Sha256,
    },
}

/// One part of a document that is to be covered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redaction {
    /// What is covered.
    pub place: RedactedPlace,
    /// Why: printed in the box.
    pub reason: String,
    /// Who decided.
    pub by: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn points_are_read_exactly_or_not_at_all() {
        assert_eq!("72.5".parse::<Points>().unwrap().hundredths(), 7250);
        assert_eq!("0".parse::<Points>().unwrap().to_string(), "0");
        for wrong in ["", "-1", "1.", ".5", "1.234", "1e3", "14401", "7,5", "99999999999", "inf"] {
            assert!(wrong.parse::<Points>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn points_read_back_as_they_are_shown(hundredths in 0_u32..=1_440_000) {
            let points = Points(hundredths);
            prop_assert_eq!(points.to_string().parse::<Points>().unwrap(), points);
        }
    }
}
