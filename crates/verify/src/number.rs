//! Bates numbers as others write them: read as far as they can be, so that one flaw does not hide others.

use duces_model::{BatesNumber, BatesRange};

/// A number with its series, also where the series' prefix is not one that we would issue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Number {
    pub(crate) prefix: String,
    pub(crate) width: u8,
    pub(crate) position: u64,
}

impl Number {
    pub(crate) fn same_series(&self, other: &Self) -> bool {
        self.prefix == other.prefix && self.width == other.width
    }

    /// As a number of the model, where it is one.
    pub(crate) fn strict(&self) -> Option<BatesNumber> {
        self.to_string().parse().ok()
    }

    /// The range from this number to `last`, where both are of one series of the model.
    pub(crate) fn range_to(&self, last: &Self) -> Option<BatesRange> {
        BatesRange::new(self.strict()?, last.strict()?).ok()
    }
}

impl From<&BatesNumber> for Number {
    fn from(number: &BatesNumber) -> Self {
        Self {
            prefix: number.prefix().as_str().to_owned(),
            width: number.width(),
            position: number.position(),
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{:0width$}", self.prefix, self.position, width = usize::from(self.width))
    }
}

/// Reads a number, and says what is wrong with its form.
pub(crate) fn read(text: &str) -> (Option<Number>, Option<String>) {
    let trimmed = text.trim();
    let digits = trimmed.bytes().rev().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return (None, Some("expected a prefix followed by digits".into()));
    }
    if digits > 18 {
        return (None, Some("expected at most 18 digits".into()));
    }
    let (prefix, tail) = trimmed.split_at(trimmed.len() - digits);
    let Ok(position) = tail.parse::<u64>() else { return (None, Some("expected digits".into())) };
    let number = Number { prefix: prefix.to_owned(), width: u8::try_from(digits).unwrap_or(0), position };
    let sign = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let problem = if text != trimmed || prefix.contains(char::is_whitespace) {
        Some("expected no space around or inside a number")
    } else if !prefix.chars().all(sign) {
        Some("expected a prefix of letters, digits, hyphens and underscores, and nothing behind the digits")
    } else if position == 0 {
        Some("expected numbers from 1 upwards")
    } else {
        None
    };
    (Some(number), problem.map(str::to_owned))
}

/// Reads a range such as `EDC0000001 - EDC0000015`, or one number that stands for itself.
///
/// A prefix may hold hyphens, so each hyphen is tried until both sides are numbers of one series.
pub(crate) fn read_range(text: &str) -> Option<(Number, Number)> {
    let single = |text: &str| match read(text.trim()) {
        (Some(number), None) => Some(number),
        _ => None,
    };
    let pair = text.match_indices(['-', '–']).find_map(|(at, dash)| {
        let (first, last) = (single(&text[..at])?, single(&text[at + dash.len()..])?);
        first.same_series(&last).then_some((first, last))
    });
    pair.or_else(|| single(text).map(|number| (number.clone(), number)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_flawed_number_is_told_and_still_read() {
        for text in ["ABC 0001", " ABC0001", "ABC.0001", "ABC0000", "ABC0001 "] {
            let (number, problem) = read(text);
            assert!(number.is_some() && problem.is_some(), "{text}");
        }
        assert!(read("ABC0001").1.is_none() && read("0001").1.is_none());
        assert!(read("ABC0001-DUP").0.is_none());
        assert_eq!(read("ABC1234567890123456789").0, None);
    }

    #[test]
    fn a_range_is_read_also_where_the_prefix_holds_a_hyphen() {
        let (first, last) = read_range("ECP-A-0001-ECP-A-0015").unwrap();
        assert_eq!((first.position, last.position), (1, 15));
        assert_eq!(read_range("EDC01 - EDC02").unwrap().1.position, 2);
        assert_eq!(read_range("EDC01").unwrap().0.position, 1);
        assert!(read_range("EDC01 - XYZ02").is_none());
        assert!(read_range("").is_none());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,30}") {
            let _ = (read(&text), read_range(&text));
        }
    }
}
