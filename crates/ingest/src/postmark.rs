//! The `From ` line of a mailbox, as the reader judges it (RFC 4155 appendix A, and what programs write).

use crate::header;
use memchr::memchr;

/// Longest `From ` line, and longest line after it, that is looked at, in bytes.
pub(crate) const WINDOW: usize = 2048;

/// Whether `line` (without its end) is `From `, a sender and a date: weekday or month, a clock, a
/// year; or an ISO date and a clock.
pub(crate) fn is_postmark(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let words: Vec<&[u8]> = rest
        .split(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
        .filter(|word| !word.is_empty())
        .take(64)
        .collect();
    let Some(clock) = words.iter().position(|word| is_clock(word)) else { return false };
    let before = &words[..clock];
    let iso = before.last().is_some_and(|word| is_iso_day(word));
    let month = before.iter().any(|word| is_month(word));
    let year = words.iter().any(|word| is_year(word));
    iso || month && year
}

fn is_clock(word: &[u8]) -> bool {
    let mut parts = 0;
    let whole = word.split(|byte| *byte == b':').all(|part| {
        parts += 1;
        (1..=2).contains(&part.len()) && part.iter().all(u8::is_ascii_digit)
    });
    whole && (2..=3).contains(&parts)
}

fn is_month(word: &[u8]) -> bool {
    const MONTHS: [&[u8]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    MONTHS.iter().any(|month| word.eq_ignore_ascii_case(month))
}

fn is_year(word: &[u8]) -> bool {
    word.len() == 4
        && matches!(word, [b'1', b'9', ..] | [b'2', b'0', ..])
        && word.iter().all(u8::is_ascii_digit)
}

fn is_iso_day(word: &[u8]) -> bool {
    let digits = |range: std::ops::Range<usize>| word[range].iter().all(u8::is_ascii_digit);
    word.len() == 10 && word[4] == b'-' && word[7] == b'-' && digits(0..4) && digits(5..7) && digits(8..10)
}

/// Whether `line` can be the first line of a message: a field, or a quoted `From ` line.
pub(crate) fn starts_message(line: &[u8]) -> bool {
    line.starts_with(b">From ") || header::name_length(line).is_some()
}

/// Whether a message starts at the start of `window` (a `From ` line and what follows it).
/// `first` says that it is the first line of the file, where no date is asked for.
pub(crate) fn opens_message(window: &[u8], line_end: u8, first: bool) -> bool {
    let Some(end) = memchr(line_end, window) else { return false };
    let line = &window[..end];
    let rest = &window[end + 1..];
    let next = &rest[..memchr(line_end, rest).unwrap_or(rest.len())];
    let next = next.strip_suffix(b"\r").unwrap_or(next);
    if !starts_message(next) {
        return false;
    }
    let telling = header::name_length(next).is_some_and(|length| header::is_telling(&next[..length]));
    is_postmark(line) || first && line.len() > 6 && line.starts_with(b"From ") && telling
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_lines_that_programs_write_are_postmarks_and_prose_is_not() {
        for line in [
            "From ann@x.example Fri Feb 22 17:06:23 2008",
            "From ann@x.example  Fri Feb 22 23:00:00 2008 +0200",
            "From ann@x.example Thu Feb 22 17:39:32 +0000 2018",
            "From MAILER-DAEMON Mon 1 Jan 2015 00:00:00 +0900",
            "From - Tue Oct 02 09:00:00 2012",
            "From () 2020-03-03 07:50:45 +0000",
            "From \"a b\"@x.example Fri Feb 22 17:06 2008",
            "From ann Fri Feb 22 17:06:23 EST 2008 remote from x",
        ] {
            assert!(is_postmark(line.as_bytes()), "{line}");
        }
        for line in [
            "From here on, we trade at 9:30",
            "From Jan to May 2020 we lost",
            ">From ann@x.example Fri Feb 22 17:06:23 2008",
            "From: ann@x.example Fri Feb 22 17:06:23 2008",
            "From ",
        ] {
            assert!(!is_postmark(line.as_bytes()), "{line}");
        }
    }

    proptest! {
        #[test]
        fn any_line_is_judged(line: Vec<u8>) {
            is_postmark(&line);
            opens_message(&line, b'\n', true);
        }
    }
}
