//! Who asks, under which number, from when, until when.

use crate::dates::{self, When};
use crate::letter::LetterText;
use crate::outline::Paragraph;
use crate::pattern::pattern;
use crate::proposal::{Head, Period, Proposed, Source};
use crate::rules;
use crate::sections::Bucket;
use chrono::{Days, NaiveDate};
use std::ops::Range;

/// Lines at the start of a letter in which its own day is looked for.
const DATE_LINES: usize = 40;

/// A letter taken apart.
pub(crate) struct Parted<'l> {
    pub(crate) letter: &'l LetterText,
    pub(crate) paragraphs: &'l [Paragraph],
    pub(crate) buckets: &'l [Bucket],
}

impl Parted<'_> {
    /// The words of a paragraph with a little around them, and the line on which they begin.
    pub(crate) fn source(&self, paragraph: &Paragraph, at: &Range<usize>) -> Source {
        let line = paragraph.line_at(at.start).and_then(|line| self.letter.lines.get(line));
        let text = &paragraph.text;
        let before = dates::tail(text, at.start, 40);
        let before =
            before.split_once(' ').filter(|_| before.len() < at.start).map_or(before, |(_, rest)| rest);
        let after: String = text.get(at.end..).unwrap_or_default().chars().take(24).collect();
        let after = after.rsplit_once(' ').map_or(after.as_str(), |(whole, _)| whole);
        let words = format!("{before}{}{after}", text.get(at.clone()).unwrap_or_default());
        Source { place: line.map_or("the letter".to_owned(), |line| line.place.to_string()), words }
    }

    fn asks(&self, at: usize) -> bool {
        self.buckets[at] == Bucket::Item
    }

    /// Lines with their positions, heads of pages too.
    fn line_source(&self, at: usize, words: &str) -> Source {
        let place = self.letter.lines.get(at).map_or("the letter".to_owned(), |line| line.place.to_string());
        Source { place, words: words.to_owned() }
    }
}

/// Reads the head.
pub(crate) fn read(parted: &Parted<'_>) -> Head {
    let letter_date = letter_date(parted);
    let day = letter_date.as_ref().map(|date| date.value);
    let (number, other_numbers) = numbers(parted);
    Head {
        authority: authority(parted),
        number,
        title: title(parted),
        due: due(parted, day),
        period: periods(parted, day),
        declaration: declaration(parted),
        letter_date,
        other_numbers,
    }
}

fn authority(parted: &Parted<'_>) -> Option<Proposed<String>> {
    let known: [(&str, &regex::Regex); 5] = [
        ("SEC", pattern!(r"(?i)securities\s+and\s+exchange\s+commission|\bU\.?S\.? SEC\b|\bsec\.gov\b")),
        ("FINRA", pattern!(r"(?i)financial\s+industry\s+regulatory\s+authority|\bFINRA\b")),
        ("CFTC", pattern!(r"(?i)commodity\s+futures\s+trading\s+commission|\bCFTC\b")),
        ("NFA", pattern!(r"(?i)national\s+futures\s+association")),
        ("SEC", pattern!(r"\bSEC\b|\((?:HO|NY|B|C|D|FW|LA|SF|MI|A|P|SL|CHI)-[0-9]{4,6}\)")),
    ];
    let state = pattern!(
        r"(?i)\b(?:(?:state|commonwealth)\s+of\s+[a-z]+(?:\s+[a-z]+)??,?\s+(?:department\s+of\s+[a-z]+(?:\s+[a-z]+)?|securities\s+(?:division|bureau|board|commission|department)|(?:bureau|division|office)\s+of\s+securities)|[a-z]+(?:\s+[a-z]+)?\s+(?:securities\s+(?:division|bureau|board|commission|department)|(?:bureau|division|office)\s+of\s+securities|department\s+of\s+(?:securities|financial\s+[a-z]+))|(?:securities\s+division|(?:bureau|division)\s+of\s+securities|department\s+of\s+(?:financial\s+[a-z]+|banking)),?\s+(?:state|commonwealth)\s+of\s+[a-z]+)\b"
    );
    // What stands in the head decides; the body names other authorities' rules.
    let mut order: Vec<usize> = (0..parted.paragraphs.len()).collect();
    order.sort_by_key(|at| parted.buckets[*at] != Bucket::Head);
    for at in order {
        let paragraph = &parted.paragraphs[at];
        let mut found: Vec<(Range<usize>, String)> = known
            .iter()
            .filter_map(|(name, pattern)| Some((pattern.find(&paragraph.text)?.range(), (*name).to_owned())))
            .collect();
        let own = state.find_iter(&paragraph.text).map(|one| (one.range(), one.as_str().to_owned()));
        let in_head = parted.buckets[at] == Bucket::Head;
        found.extend(own.filter(|_| in_head));
        found.sort_by_key(|(range, _)| range.start);
        if let Some((range, name)) = found.first() {
            let state_of: Vec<&str> = found
                .iter()
                .filter(|(_, name)| state.is_match(name))
                .map(|(_, name)| name.as_str())
                .collect();
            let value = if state.is_match(name) { state_of.join(", ") } else { name.clone() };
            return Some(Proposed { value, source: parted.source(paragraph, range), remarks: Vec::new() });
        }
    }
    None
}

/// The letter's number and the others that it bears.
fn numbers(parted: &Parted<'_>) -> (Option<Proposed<String>>, Vec<String>) {
    const ID: &str = r"([A-Z0-9][A-Za-z0-9]*(?:[-–/.][A-Za-z0-9]+)*)";
    let named = pattern!(format!(
        r"(?i:\b(?:matter|star|file|case|exam(?:ination)?|inquiry|investigation|docket|reference|ref|request|subpoena|sweep|cause)\.?\s*(?:(?:no|nos|number|num|id|#)\b\.?|#)\s*[:#.]?\s*){ID}"
    ));
    let matter = pattern!(r"\b((?:HO|NY|FW|LA|SF|MI|SL|CHI|B|C|D|A|P)-[0-9]{4,6}(?:-[A-Z])?)\b");
    let rule = pattern!(r"\b(8210-[0-9]{2,4}-?[0-9]*)\b");
    let star = pattern!(r"\b(20[0-9]{9})\b");
    let mut found: Vec<Proposed<String>> = Vec::new();
    let mut order: Vec<usize> = (0..parted.letter.lines.len()).collect();
    order.sort_by_key(|at| {
        let of = parted.paragraphs.iter().position(|paragraph| paragraph.lines.contains(at));
        !of.is_some_and(|of| parted.buckets[of] == Bucket::Head)
    });
    for pattern in [named, matter, rule, star] {
        for at in &order {
            let line = &parted.letter.lines[*at];
            let in_item = parted
                .paragraphs
                .iter()
                .zip(parted.buckets)
                .any(|(paragraph, bucket)| *bucket == Bucket::Item && paragraph.lines.contains(at));
            for one in pattern.captures_iter(&line.text).filter(|_| !in_item) {
                let value = one[1].to_owned();
                let digits = value.chars().filter(char::is_ascii_digit).count();
                if digits >= 3 && !found.iter().any(|other| other.value == value) {
                    let source = parted.line_source(*at, &line.text);
                    found.push(Proposed { value, source, remarks: Vec::new() });
                }
            }
        }
    }
    let mut found = found.into_iter();
    let first = found.next();
    (first, found.map(|other| other.value).collect())
}

fn title(parted: &Parted<'_>) -> Option<Proposed<String>> {
    let subject = pattern!(r"(?i)^(?:re|subject)\s*:\s*(.+)$");
    let matter = pattern!(r"(?i)\bIn the Matter of\s+(.+)$");
    for pattern in [subject, matter] {
        for paragraph in parted.paragraphs {
            for (of, line) in paragraph.lines.iter().enumerate() {
                let text = &parted.letter.lines[*line].text;
                let Some(found) = pattern.captures(text) else { continue };
                // The subject goes on over the lines below it, in the same paragraph.
                let more = paragraph.starts.get(of + 1).and_then(|start| paragraph.text.get(*start..));
                let value = match more.filter(|more| more.len() < 200) {
                    Some(more) => format!("{} {more}", found[1].trim()),
                    None => found[1].trim().to_owned(),
                };
                let source = parted.line_source(*line, text);
                return Some(Proposed { value, source, remarks: Vec::new() });
            }
        }
    }
    None
}

/// A line that is a day and nothing else but a place or the word "date".
fn letter_date(parted: &Parted<'_>) -> Option<Proposed<NaiveDate>> {
    let lines = parted.letter.lines.iter().enumerate().take(DATE_LINES);
    for (at, line) in lines {
        let found = dates::written(&line.text);
        let [one] = found.as_slice() else { continue };
        let When::Day(day) = one.when else { continue };
        let before = line.text.get(..one.at.start).unwrap_or_default();
        let after = line.text.get(one.at.end..).unwrap_or_default();
        let head = pattern!(
            r"(?i)^(?:.{0,60}(?:\s{3,}|\s·\s|\s\|\s))?(?:(?:date|dated|sent|issued)\s*:?\s*)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s*)?$"
        );
        let rest =
            pattern!(r"(?i)^[\s,.]*(?:(?:at\s+)?[0-9]{1,2}:[0-9]{2}\s*(?:[ap]\.?m\.?)?)?(?:\s.{0,3})?$");
        if head.is_match(before) && rest.is_match(after) {
            let remarks = one.remark.iter().cloned().collect();
            return Some(Proposed { value: day, source: parted.line_source(at, &line.text), remarks });
        }
    }
    None
}

/// When an answer is due, as a text says it: a day, or `None` with the reason why it has none.
pub(crate) fn due_in(
    text: &str,
    letter: Option<NaiveDate>,
) -> Vec<(Range<usize>, Option<NaiveDate>, Vec<String>)> {
    let mut found = Vec::new();
    let cue = pattern!(
        r"(?i)\b(?:(?:on\s+or\s+before|no\s+later\s+than|not\s+later\s+than|by|due(?:\s+(?:on|by|no\s+later\s+than))?|due\s+date|deadline(?:\s+(?:is|of))?|respond\s+by|return\s+date)\s*:?\s*(?:[-–—]\s*)?(?:(?:the\s+)?close\s+of\s+business\s+(?:on\s+)?|[0-9]{1,2}(?::[0-9]{2})?\s*[ap]\.?m\.?\s*(?:[A-Z]{2,4}\s*)?,?\s*(?:on\s+)?|(?:mon|tues|wednes|thurs|fri)day,?\s+)*)$"
    );
    let spans = dates::spans(text, letter);
    for one in dates::written(text) {
        let in_span = spans.iter().any(|span| span.at.start < one.at.end && one.at.start < span.at.end);
        let before = dates::tail(text, one.at.start, 90);
        let part = pattern!(r"(?i)\bpart\s+(?:[IVX]+|[A-Z]|[0-9]+)\s+(?:is|are)\s+(?:due\s+)?(?:on|by)?\s*$")
            .is_match(before)
            || pattern!(r"(?i)\bpart\s+(?:[IVX]+|[A-Z]|[0-9]+)\s+is\s+due\s+(?:on|by)\s*$").is_match(before);
        if let (When::Day(day), Some(words)) = (one.when, cue.find(before))
            && !in_span
            && !part
        {
            let start = one.at.start - words.as_str().len().min(one.at.start);
            found.push((start..one.at.end, Some(day), one.remark.iter().cloned().collect()));
        }
    }
    let within = pattern!(
        r"(?i)\bwithin\s+(?:[a-z]+(?:-[a-z]+)?\s+)?\(?([0-9]{1,3})\)?\s+((?:calendar|business|working|trading)\s+)?days?\s*,?\s*(?:(?:of|from|after|following)\s+((?:the\s+)?(?:date\s+of\s+)?(?:this|your|the|its)?\s*(?:receipt|letter|request|subpoena|notice|e-?mail|service)[a-z ]{0,30}))?"
    );
    for one in within.captures_iter(text) {
        let at = one.get(0).map_or(0..0, |all| all.range());
        let count: u64 = one[1].parse().unwrap_or(0);
        let business = one.get(2).is_some_and(|kind| !kind.as_str().to_lowercase().starts_with("calendar"));
        let from = one.get(3).map(|from| from.as_str().to_lowercase()).unwrap_or_default();
        let of_letter = pattern!(r"date\s+of\s+(?:this|the)\s+(?:letter|request|subpoena|notice|e-?mail)|^(?:of\s+)?this\s+(?:letter|request|subpoena|notice|e-?mail)").is_match(&from)
            && !from.contains("receipt");
        let (day, remark) = match letter {
            _ if business => {
                (None, "business days cannot be counted without the authority's rule on holidays".to_owned())
            }
            _ if !of_letter => {
                (None, "the days count from something other than the letter's own day".to_owned())
            }
            None => (None, "the letter's own day is not known".to_owned()),
            Some(day) => (
                day.checked_add_days(Days::new(count)),
                format!("computed: {count} calendar days after {day}, that day not counted"),
            ),
        };
        found.push((at, day, vec![remark]));
    }
    found.sort_by_key(|(at, _, _)| at.start);
    found
}

fn due(parted: &Parted<'_>, letter: Option<NaiveDate>) -> Vec<Proposed<Option<NaiveDate>>> {
    let mut found: Vec<Proposed<Option<NaiveDate>>> = Vec::new();
    for (at, paragraph) in parted.paragraphs.iter().enumerate() {
        if parted.asks(at) || paragraph.part || parted.buckets[at] == Bucket::Definition {
            continue;
        }
        for (range, value, remarks) in due_in(&paragraph.text, letter) {
            if !found.iter().any(|other| other.value == value && value.is_some()) {
                found.push(Proposed { value, source: parted.source(paragraph, &range), remarks });
            }
        }
    }
    found
}

/// Days that the letter gives to its parts: `Part I is due on May 14, 2012`.
pub(crate) fn parts_due(parted: &Parted<'_>) -> Vec<(String, Proposed<Option<NaiveDate>>)> {
    let of = pattern!(r"(?i)\bpart\s+([IVX]+|[A-Z]|[0-9]+)\b[^.;]{0,40}$");
    let mut found = Vec::new();
    for paragraph in parted.paragraphs.iter() {
        for one in dates::written(&paragraph.text) {
            let before = dates::tail(&paragraph.text, one.at.start, 60);
            let due = pattern!(r"(?i)\b(?:due|by|before)\b[^.;]{0,30}$").is_match(before);
            let part = of.captures_iter(before).last().map(|part| part[1].to_uppercase());
            let own = || paragraph.part.then(|| paragraph.path.last().cloned()).flatten();
            if let (When::Day(day), Some(part), true) = (one.when, part.or_else(own), due) {
                let source = parted.source(paragraph, &one.at);
                let remarks = one.remark.into_iter().collect();
                found.push((part, Proposed { value: Some(day), source, remarks }));
            }
        }
        if paragraph.part
            && let Some(part) = paragraph.path.last()
            && !found.iter().any(|(of, _)| of == part)
        {
            let here = dates::written(&paragraph.text);
            if let [one] = here.as_slice()
                && let When::Day(day) = one.when
                && pattern!(r"(?i)\bdue\b").is_match(&paragraph.text)
            {
                let source = parted.source(paragraph, &one.at);
                let remarks = one.remark.iter().cloned().collect();
                found.push((part.clone(), Proposed { value: Some(day), source, remarks }));
            }
        }
    }
    found
}

/// A period as it is proposed.
pub(crate) fn proposed_period(
    parted: &Parted<'_>,
    paragraph: &Paragraph,
    span: &dates::Span,
) -> Proposed<Period> {
    Proposed {
        value: Period { from: span.from, to: span.to },
        source: parted.source(paragraph, &span.at),
        remarks: span.remarks.clone(),
    }
}

fn periods(parted: &Parted<'_>, letter: Option<NaiveDate>) -> Vec<Proposed<Period>> {
    let cue = pattern!(
        r"(?i)\b(?:period|unless otherwise|unless (?:a|the|an) (?:request|item) says otherwise|time ?frame|dates? range)\b"
    );
    let mut found: Vec<Proposed<Period>> = Vec::new();
    for (at, paragraph) in parted.paragraphs.iter().enumerate() {
        if parted.asks(at) || !cue.is_match(&paragraph.text) {
            continue;
        }
        for span in dates::spans(&paragraph.text, letter) {
            let proposed = proposed_period(parted, paragraph, &span);
            if !found.iter().any(|other| other.value == proposed.value) {
                found.push(proposed);
            }
        }
    }
    found
}

fn declaration(parted: &Parted<'_>) -> Option<Proposed<bool>> {
    let paragraph = parted.paragraphs.iter().find(|paragraph| rules::declaration(&paragraph.text))?;
    let at = pattern!(r"(?i)\b1746\b|penalty of perjury").find(&paragraph.text)?.range();
    Some(Proposed { value: true, source: parted.source(paragraph, &at), remarks: Vec::new() })
}
