//! Days and periods as letters write them.
//!
//! Figures with strokes are read month first, as regulators in the United States write them; where only
//! the other order is a day, that one is taken, and both are said. Years of two figures are not read.

use crate::pattern::pattern;
use chrono::{Datelike as _, Days, NaiveDate};
use std::ops::Range;

/// What is said of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum When {
    /// A day.
    Day(NaiveDate),
    /// A whole month; the day is its first.
    Month(NaiveDate),
    /// The present: which day that is, a person must say.
    Present,
    /// The day of the letter or subpoena itself.
    OfLetter,
}

/// A time that is written somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) at: Range<usize>,
    pub(crate) when: When,
    /// How it was read, where it can be read otherwise.
    pub(crate) remark: Option<String>,
}

/// A period; `None` for an end that the words do not give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) at: Range<usize>,
    pub(crate) from: Option<NaiveDate>,
    pub(crate) to: Option<NaiveDate>,
    pub(crate) remarks: Vec<String>,
}

const MONTH: &str = r"(jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)";

/// Every time that a text names, in order.
pub(crate) fn written(text: &str) -> Vec<Written> {
    let mut found: Vec<Written> = Vec::new();
    let mut take = |at: Range<usize>, read: Option<(When, Option<String>)>| {
        if let Some((when, remark)) = read
            && !found.iter().any(|other| other.at.start < at.end && at.start < other.at.end)
        {
            found.push(Written { at, when, remark });
        }
    };
    let day = |y: &str, m: u32, d: &str| NaiveDate::from_ymd_opt(y.parse().ok()?, m, d.parse().ok()?);
    let alone = |day: Option<NaiveDate>| day.map(|day| (When::Day(day), None));
    for one in pattern!(format!(r"(?i)\b{MONTH}\s+([0-9]{{1,2}})(?:st|nd|rd|th)?,?\s+([0-9]{{4}})\b"))
        .captures_iter(text)
    {
        take(all(&one), month(&one[1]).and_then(|m| alone(day(&one[3], m, &one[2]))));
    }
    for one in
        pattern!(format!(r"(?i)\b([0-9]{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH},?\s+([0-9]{{4}})\b"))
            .captures_iter(text)
    {
        take(all(&one), month(&one[2]).and_then(|m| alone(day(&one[3], m, &one[1]))));
    }
    for one in pattern!(r"\b([0-9]{4})-([0-9]{2})-([0-9]{2})\b").captures_iter(text) {
        take(all(&one), one[2].parse().ok().and_then(|m| alone(day(&one[1], m, &one[3]))));
    }
    for one in pattern!(r"\b([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})\b").captures_iter(text) {
        take(all(&one), strokes(&one[0], &one[1], &one[2], &one[3]));
    }
    for one in pattern!(format!(r"(?i)\b{MONTH},?\s+(?:of\s+)?([0-9]{{4}})\b")).captures_iter(text) {
        take(
            all(&one),
            month(&one[1]).and_then(|m| day(&one[2], m, "1")).map(|day| (When::Month(day), None)),
        );
    }
    let present = pattern!(
        r"(?i)\b(?:(?:the\s+)?present(?:\s+(?:day|date|time))?|to\s+date|today|(?:the\s+)?date\s+of\s+(?:your|the\s+firm's)\s+response|(?:the\s+)?current\s+date)\b"
    );
    for one in present.find_iter(text) {
        take(one.range(), Some((When::Present, None)));
    }
    let letter =
        pattern!(r"(?i)\b(?:the\s+)?date\s+of\s+(?:this|the)\s+(?:letter|subpoena|request|e-?mail|notice)\b");
    for one in letter.find_iter(text) {
        take(one.range(), Some((When::OfLetter, None)));
    }
    found.sort_by_key(|one| one.at.start);
    found
}

fn all(found: &regex::Captures<'_>) -> Range<usize> {
    found.get(0).map_or(0..0, |all| all.range())
}

fn month(name: &str) -> Option<u32> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let start = name.get(..3)?.to_ascii_lowercase();
    MONTHS.iter().position(|month| *month == start).and_then(|at| u32::try_from(at + 1).ok())
}

fn strokes(text: &str, a: &str, b: &str, year: &str) -> Option<(When, Option<String>)> {
    let day =
        |m: &str, d: &str| NaiveDate::from_ymd_opt(year.parse().ok()?, m.parse().ok()?, d.parse().ok()?);
    match (day(a, b), day(b, a)) {
        (Some(first), Some(other)) if first != other => Some((
            When::Day(first),
            Some(format!("{text:?} is read month first; day first it would be {other}")),
        )),
        (Some(first), _) => Some((When::Day(first), None)),
        (None, Some(other)) => {
            Some((When::Day(other), Some(format!("{text:?} is no day month first, so it is read day first"))))
        }
        (None, None) => None,
    }
}

/// Dates with years of two figures, which are not read.
pub(crate) fn unread(text: &str) -> Vec<String> {
    let short = pattern!(r"\b[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}\b");
    short.find_iter(text).map(|one| one.as_str().to_owned()).collect()
}

/// The last day of a month.
fn month_end(first: NaiveDate) -> Option<NaiveDate> {
    let (year, month) =
        if first.month() == 12 { (first.year() + 1, 1) } else { (first.year(), first.month() + 1) };
    NaiveDate::from_ymd_opt(year, month, 1)?.checked_sub_days(Days::new(1))
}

/// Every period that a text names, in order. `letter` is the letter's own day, where it is known.
pub(crate) fn spans(text: &str, letter: Option<NaiveDate>) -> Vec<Span> {
    let found = written(text);
    let mut spans = Vec::new();
    let mut used = vec![false; found.len()];
    for at in 0..found.len().saturating_sub(1) {
        let (from, to) = (&found[at], &found[at + 1]);
        if used[at] || matches!(from.when, When::Present | When::OfLetter) {
            continue;
        }
        let before = tail(text, from.at.start, 40);
        let link = text.get(from.at.end..to.at.start).unwrap_or_default();
        let joined = pattern!(
            r"(?i)^\s*,?\s*(?:\([^)]{0,60}\))?\s*(?:and\s+)?(?:through|thru|to|until|till|up\s+to|ending|ends|continuing\s+(?:through|to)|continuing\s+until|-|–|—)(?:\s+(?:and\s+)?including)?(?:\s+(?:on|and\s+including))?,?\s*$"
        );
        let and = pattern!(r"(?i)^\s*,?\s*and\s*$");
        let opened = pattern!(
            r"(?i)\b(?:between|beginning|starting|commencing)(?:\s+on)?(?:\s+the\s+dates(?:\s+of)?)?\s*$"
        );
        if joined.is_match(link) || (and.is_match(link) && opened.is_match(before)) {
            (used[at], used[at + 1]) = (true, true);
            spans.push(span(from, Some(to), letter));
        }
    }
    for (at, one) in found.iter().enumerate() {
        if used[at] || matches!(one.when, When::Present | When::OfLetter) {
            continue;
        }
        let before = tail(text, one.at.start, 40);
        let after = text.get(one.at.end..).unwrap_or_default();
        let since = pattern!(
            r"(?i)\b(?:since|on\s+or\s+after|from\s+and\s+after|after|beginning(?:\s+on)?|starting(?:\s+on)?)\s*$"
        );
        let onward = pattern!(r"(?i)^\s*(?:forward|onwards?)\b");
        let till = pattern!(r"(?i)\b(?:prior\s+to|before|until|through|up\s+to)\s*$");
        if since.is_match(before) || onward.is_match(after) {
            let mut open = span(one, None, letter);
            open.remarks.push("the words give no last day".to_owned());
            if pattern!(r"(?i)(?:^|[^r]\s)after\s*$").is_match(before)
                && !pattern!(r"(?i)on\s+or\s+after\s*$").is_match(before)
            {
                open.remarks.push("\"after\" a day may or may not count that day".to_owned());
            }
            spans.push(open);
        } else if till.is_match(before) && !pattern!(r"(?i)\bon\s+or\s+before\s*$").is_match(before) {
            let mut open = span(one, None, letter);
            (open.to, open.from) = (last_day(one.when, letter), None);
            open.remarks.push("the words give no first day".to_owned());
            if pattern!(r"(?i)(?:before|prior\s+to|until)\s*$").is_match(before) {
                open.remarks.push("\"before\" or \"until\" a day may or may not count that day".to_owned());
            }
            spans.push(open);
        }
    }
    spans.sort_by_key(|span| span.at.start);
    spans
}

/// The last few characters before a place.
pub(crate) fn tail(text: &str, end: usize, characters: usize) -> &str {
    let before = text.get(..end).unwrap_or_default();
    let start = before.char_indices().rev().nth(characters.saturating_sub(1)).map_or(0, |(at, _)| at);
    before.get(start..).unwrap_or_default()
}

fn last_day(when: When, letter: Option<NaiveDate>) -> Option<NaiveDate> {
    match when {
        When::Day(day) => Some(day),
        When::Month(first) => month_end(first),
        When::Present => None,
        When::OfLetter => letter,
    }
}

fn span(from: &Written, to: Option<&Written>, letter: Option<NaiveDate>) -> Span {
    let mut remarks: Vec<String> =
        from.remark.iter().chain(to.and_then(|to| to.remark.as_ref())).cloned().collect();
    let first = match from.when {
        When::Day(day) | When::Month(day) => Some(day),
        When::Present | When::OfLetter => None,
    };
    let last = to.and_then(|to| last_day(to.when, letter));
    if [Some(from), to].into_iter().flatten().any(|one| matches!(one.when, When::Month(_))) {
        remarks.push("months are read from their first to their last day".to_owned());
    }
    match to.map(|to| to.when) {
        Some(When::Present) => {
            remarks.push("the words say \"present\": a person must say which day that is".to_owned());
        }
        Some(When::OfLetter) if last.is_none() => {
            remarks.push("the day of the letter is not known".to_owned());
        }
        Some(When::OfLetter) => remarks.push("the last day is computed: the day of the letter".to_owned()),
        _ => {}
    }
    if let (Some(first), Some(last)) = (first, last)
        && last < first
    {
        remarks.push("the last day stands before the first".to_owned());
    }
    Span { at: from.at.start..to.map_or(from.at.end, |to| to.at.end), from: first, to: last, remarks }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let letter = NaiveDate::from_ymd_opt(2019, 9, 9);
        let day = |day: Option<NaiveDate>| day.map_or("?".to_owned(), |day| day.to_string());
        spans(text, letter).iter().map(|span| format!("{} {}", day(span.from), day(span.to))).collect()
    }

    #[test]
    fn periods_are_read_in_their_usual_wordings() {
        for (text, expected) in [
            ("from January 1, 2011 through March 31, 2012", "2011-01-01 2012-03-31"),
            ("1/1/2011 to 3/31/2012 unless otherwise noted", "2011-01-01 2012-03-31"),
            ("between 1 May 2014 and 31 August 2014", "2014-05-01 2014-08-31"),
            ("January 2012 through February 2012", "2012-01-01 2012-02-29"),
            ("June 1, 2016 through and including the date of this subpoena", "2016-06-01 2019-09-09"),
            ("October 1, 2013 to the present", "2013-10-01 ?"),
            ("since Jan. 5, 2010", "2010-01-05 ?"),
            ("2013-10-01 – 2013-12-31", "2013-10-01 2013-12-31"),
            ("prior to June 30, 2018", "? 2018-06-30"),
            ("beginning on June 1, 2016 and ending on June 3, 2016", "2016-06-01 2016-06-03"),
        ] {
            assert_eq!(shown(text), [expected], "{text}");
        }
    }

    #[test]
    fn days_that_are_no_period_make_none() {
        for text in [
            "by March 24, 2015",
            "on June 1, 2016 and June 2, 2016",
            "on or before May 1, 2020",
            "present to me",
        ] {
            assert_eq!(shown(text), Vec::<String>::new(), "{text}");
        }
        assert_eq!(unread("from 1/1/11 to 3/31/12"), ["1/1/11", "3/31/12"]);
        assert_eq!(shown("from 1/1/11 to 3/31/12"), Vec::<String>::new());
    }

    #[test]
    fn a_day_with_two_readings_says_both() {
        let found = written("3/4/2024 and 13/4/2024 and 4/13/2024");
        assert_eq!(found.iter().filter(|one| one.remark.is_some()).count(), 2);
        assert!(found.iter().all(|one| matches!(one.when, When::Day(_))));
    }
}
