//! Which signs separate and quote the values of a load file.

/// Concordance's field separator.
pub(crate) const SEPARATOR: char = '\u{14}';
/// Concordance's quote, thorn.
pub(crate) const QUOTE: char = 'þ';

/// The signs of one load file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delimiters {
    pub(crate) separator: char,
    pub(crate) quote: Option<char>,
}

impl Delimiters {
    /// What Concordance writes by default (FTC Bureau of Competition Production Guide 1.6).
    pub(crate) const CONCORDANCE: Self = Self { separator: SEPARATOR, quote: Some(QUOTE) };

    /// Tells the signs from the first rows.
    pub(crate) fn detect(start: &str) -> Self {
        let header = start.lines().next().unwrap_or_default();
        let separator = separator_of(header);
        let quotes = [QUOTE, '"', '^', '~', '|'];
        let counts = quotes.map(|quote| if quote == separator { 0 } else { quoted(start, quote, separator) });
        let best = counts.iter().max().copied().unwrap_or_default();
        let quote =
            quotes.iter().zip(counts).find(|(_, count)| *count == best && best > 0).map(|(quote, _)| *quote);
        Self { separator, quote }
    }
}

/// The sign behind the first quoted value, else the likeliest sign of the header.
fn separator_of(header: &str) -> char {
    let candidates = [SEPARATOR, '|', '\t', ',', ';', '~'];
    if header.contains(SEPARATOR) {
        return SEPARATOR;
    }
    let mut best = (0, SEPARATOR);
    for candidate in candidates {
        let count = header.matches(candidate).count();
        if count > best.0 {
            best = (count, candidate);
        }
    }
    best.1
}

/// How many values of the first rows are quoted so: a quoted separator splits a value here, so starts
/// and ends are counted apart.
fn quoted(start: &str, quote: char, separator: char) -> usize {
    let values = || {
        let lines = start.lines().take(5);
        lines.flat_map(|line| line.split(separator)).filter(|value| value.chars().nth(1).is_some())
    };
    let starts = values().filter(|value| value.starts_with(quote)).count();
    starts.min(values().filter(|value| value.ends_with(quote)).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_load_files_are_told_apart() {
        let of = |start| {
            let Delimiters { separator, quote } = Delimiters::detect(start);
            (separator, quote)
        };
        assert_eq!(Delimiters::detect("þAþ\u{14}þBþ\r\nþ1þ\u{14}þ2þ"), Delimiters::CONCORDANCE);
        assert_eq!(of("A|B\r\n1|2"), ('|', None));
        assert_eq!(of("^A^|^B^\r\n^1^|^2^"), ('|', Some('^')));
        assert_eq!(of("A|B\r\n^1|x^|2"), ('|', Some('^')));
        assert_eq!(of("\"A\",\"B\"\n"), (',', Some('"')));
        assert_eq!(of("A\tB"), ('\t', None));
        assert_eq!(of(""), ('\u{14}', None));
        assert_eq!(of("A\u{14}B\r\n1\u{14}þ2þ"), ('\u{14}', Some('þ')));
    }
}
