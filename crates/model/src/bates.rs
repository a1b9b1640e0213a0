//! Bates numbers: a prefix, a fixed count of digits and a position.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// Widest count of digits: any position of that width fits a `u64`.
pub const WIDTH_MAX: u8 = 18;

/// Why something is not a Bates number or range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatesError {
    /// The text has no digits at its end.
    #[error("found {found:?}, expected a prefix followed by digits, for example ECP0000001")]
    NoDigits {
        /// The text as found.
        found: String,
    },
    /// A prefix with a sign that load files and file names cannot carry.
    #[error(
        "found prefix {found:?}, expected 1 to 20 letters, digits, hyphens or underscores that end in none of the digits"
    )]
    BadPrefix {
        /// The prefix as found.
        found: String,
    },
    /// The count of digits is not between 1 and [`WIDTH_MAX`].
    #[error("found {found} digits, expected 1 to {WIDTH_MAX}")]
    BadWidth {
        /// The count as found.
        found: usize,
    },
    /// Position zero, or one that does not fit the width: a series never widens.
    #[error("position {position} does not fit {width} digits (positions start at 1)")]
    OutOfSeries {
        /// The position asked for.
        position: u64,
        /// The digits of the series.
        width: u8,
    },
    /// The ends of a range belong to two series.
    #[error("{first} and {last} are numbers of different series")]
    TwoSeries {
        /// First end.
        first: Box<BatesNumber>,
        /// Last end.
        last: Box<BatesNumber>,
    },
    /// The last number stands before the first.
    #[error("{last} stands before {first}")]
    Backwards {
        /// First end.
        first: Box<BatesNumber>,
        /// Last end.
        last: Box<BatesNumber>,
    },
}

/// The letters before the digits. It does not end in a digit, so that a number splits in one way.
///
/// No space stands between prefix and number ("ABC 0001" is unacceptable: FTC Bureau of
/// Competition Production Guide, revision 1.6, August 2015).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BatesPrefix(String);

impl BatesPrefix {
    /// Takes a prefix, or says why it is none.
    pub fn new(text: &str) -> Result<Self, BatesError> {
        let sign = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let fits = (1..=20).contains(&text.len())
            && text.chars().all(sign)
            && !text.ends_with(|c: char| c.is_ascii_digit());
        if fits { Ok(Self(text.to_owned())) } else { Err(BatesError::BadPrefix { found: text.to_owned() }) }
    }

    /// The letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for BatesPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One number of one series. Numbers of different series have no order, so the type has none:
/// compare positions after [`BatesNumber::same_series`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BatesNumber {
    prefix: BatesPrefix,
    width: u8,
    position: u64,
}

impl BatesNumber {
    /// The number at `position` (from 1) of the series with this prefix and count of digits.
    pub fn new(prefix: BatesPrefix, width: u8, position: u64) -> Result<Self, BatesError> {
        if !(1..=WIDTH_MAX).contains(&width) {
            return Err(BatesError::BadWidth { found: usize::from(width) });
        }
        if position == 0 || position >= 10_u64.pow(u32::from(width)) {
            return Err(BatesError::OutOfSeries { position, width });
        }
        Ok(Self { prefix, width, position })
    }

    /// Prefix of the series.
    pub fn prefix(&self) -> &BatesPrefix {
        &self.prefix
    }

    /// Digits of the series.
    pub fn width(&self) -> u8 {
        self.width
    }

    /// Position in the series, from 1.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Whether both numbers belong to one series.
    pub fn same_series(&self, other: &Self) -> bool {
        self.prefix == other.prefix && self.width == other.width
    }

    /// The number `pages` further on; an error where the series ends before that.
    pub fn plus(&self, pages: u64) -> Result<Self, BatesError> {
        let position = self.position.saturating_add(pages);
        Self::new(self.prefix.clone(), self.width, position)
    }
}

impl fmt::Display for BatesNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:0width$}", self.prefix, self.position, width = usize::from(self.width))
    }
}

impl fmt::Debug for BatesNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for BatesNumber {
    type Err = BatesError;

    fn from_str(text: &str) -> Result<Self, BatesError> {
        let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Err(BatesError::NoDigits { found: text.to_owned() });
        }
        let (prefix, number) = text.split_at(text.len() - digits);
        let prefix = BatesPrefix::new(prefix)?;
        let width = u8::try_from(digits).map_err(|_| BatesError::BadWidth { found: digits })?;
        if width > WIDTH_MAX {
            return Err(BatesError::BadWidth { found: digits });
        }
        let position = number.bytes().fold(0_u64, |sum, digit| sum * 10 + u64::from(digit - b'0'));
        Self::new(prefix, width, position)
    }
}

impl Serialize for BatesNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BatesNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// First to last number of a document, family or volume, both included.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
pub struct BatesRange {
    first: BatesNumber,
    last: BatesNumber,
}

impl BatesRange {
    /// The range from `first` to `last`; an error when they are of two series or stand backwards.
    pub fn new(first: BatesNumber, last: BatesNumber) -> Result<Self, BatesError> {
        if !first.same_series(&last) {
            return Err(BatesError::TwoSeries { first: first.into(), last: last.into() });
        }
        if last.position < first.position {
            return Err(BatesError::Backwards { first: first.into(), last: last.into() });
        }
        Ok(Self { first, last })
    }

    /// The range of `pages` numbers that starts at `first`; `pages` is at least 1.
    pub fn starting_at(first: BatesNumber, pages: u64) -> Result<Self, BatesError> {
        let last = if pages == 0 {
            return Err(BatesError::Backwards { last: first.clone().into(), first: first.into() });
        } else {
            first.plus(pages - 1)?
        };
        Ok(Self { first, last })
    }

    /// First number.
    pub fn first(&self) -> &BatesNumber {
        &self.first
    }

    /// Last number.
    pub fn last(&self) -> &BatesNumber {
        &self.last
    }

    /// How many numbers: last − first + 1.
    pub fn pages(&self) -> u64 {
        self.last.position - self.first.position + 1
    }

    /// Whether the two ranges share a number.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.first.same_series(&other.first)
            && self.first.position <= other.last.position
            && other.first.position <= self.last.position
    }
}

impl fmt::Display for BatesRange {
    /// `EDC0000001 - EDC0000015`, the form of the load-file field ATTACHRANGE.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} - {}", self.first, self.last)
    }
}

impl fmt::Debug for BatesRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> BatesNumber {
        text.parse().unwrap()
    }

    #[test]
    fn a_space_between_prefix_and_digits_is_refused() {
        assert!(matches!("ABC 0001".parse::<BatesNumber>(), Err(BatesError::BadPrefix { .. })));
        assert!("0001".parse::<BatesNumber>().is_err());
        assert!("ABC".parse::<BatesNumber>().is_err());
        assert!("ABC0000".parse::<BatesNumber>().is_err());
        assert!("ABC1234567890123456789".parse::<BatesNumber>().is_err());
    }

    #[test]
    fn a_series_never_widens() {
        assert_eq!(number("ECP99").plus(1), Err(BatesError::OutOfSeries { position: 100, width: 2 }));
        assert!(number("ECP99").plus(u64::MAX).is_err());
    }

    #[test]
    fn one_page_is_a_range_of_one_and_none_is_no_range() {
        let range = BatesRange::starting_at(number("ECP0001"), 1).unwrap();
        assert_eq!((range.pages(), range.last()), (1, &number("ECP0001")));
        assert!(BatesRange::starting_at(number("ECP0001"), 0).is_err());
    }

    #[test]
    fn ranges_of_two_series_neither_form_nor_overlap() {
        assert!(BatesRange::new(number("ECP01"), number("ECP001")).is_err());
        let a = BatesRange::new(number("ECP01"), number("ECP09")).unwrap();
        let b = BatesRange::new(number("ECQ01"), number("ECQ09")).unwrap();
        assert!(!a.overlaps(&b));
    }

    proptest! {
        #[test]
        fn a_number_reads_back_as_it_was_written(
            prefix in "[A-Z][A-Z0-9_-]{0,10}[A-Z_-]", width in 1..=WIDTH_MAX, seed: u64
        ) {
            let position = seed % (10_u64.pow(u32::from(width)) - 1) + 1;
            let number = BatesNumber::new(BatesPrefix::new(&prefix).unwrap(), width, position).unwrap();
            prop_assert_eq!(number.to_string().parse::<BatesNumber>().unwrap(), number);
        }

        #[test]
        fn pages_are_last_minus_first_plus_one(start in 1_u64..5_000, pages in 1_u64..4_000) {
            let first = BatesNumber::new(BatesPrefix::new("ECP").unwrap(), 7, start).unwrap();
            let range = BatesRange::starting_at(first.clone(), pages).unwrap();
            prop_assert_eq!(range.pages(), pages);
            prop_assert_eq!(range.last().position() - first.position() + 1, pages);
        }

        #[test]
        fn overlap_is_what_counting_says(a in 1_u64..50, n in 1_u64..20, b in 1_u64..50, m in 1_u64..20) {
            let range = |start, pages| BatesRange::starting_at(
                BatesNumber::new(BatesPrefix::new("ECP").unwrap(), 4, start).unwrap(), pages).unwrap();
            let shared = (a..a + n).any(|x| (b..b + m).contains(&x));
            prop_assert_eq!(range(a, n).overlaps(&range(b, m)), shared);
        }
    }
}
