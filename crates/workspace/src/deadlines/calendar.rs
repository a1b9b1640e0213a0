//! What is due as a calendar (RFC 5545), for any calendar program: one entry of a whole day for each open request, and
//! one for each day of its own that an item of it has.
//!
//! Written here: the calendar crates at hand turn on the clock of the date library and bring random identities, and these
//! are a dozen properties whose rules are two, folding (section 3.1) and escaping (3.3.11).

use super::{DeadlinesReport, ItemState, RequestInTime};
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::collections::BTreeMap;

/// The longest line, in bytes, without its end.
const LINE_MAX: usize = 75;

/// The calendar. Its entries keep their identity from day to day, so that a program that takes it in again moves them.
pub(super) fn calendar(report: &DeadlinesReport, now: DateTime<Utc>, crd: &str) -> String {
    let mut text = String::new();
    line(&mut text, "BEGIN", "VCALENDAR");
    line(&mut text, "VERSION", "2.0");
    line(&mut text, "PRODID", "-//Duces//Deadlines//EN");
    line(&mut text, "CALSCALE", "GREGORIAN");
    line(&mut text, "X-WR-CALNAME", &escaped(&format!("{}: requests", report.firm)));
    for request in report.requests.iter().filter(|one| one.answered_on.is_none()) {
        let mut days: BTreeMap<NaiveDate, Vec<String>> = BTreeMap::new();
        if let Some(due) = &request.due {
            days.entry(due.day).or_default();
        }
        for item in request.items.iter().filter(|item| item.state != ItemState::AsksNothing) {
            if let Some(due) = &item.due {
                days.entry(due.day).or_default().push(item.item.to_string());
            }
        }
        let whole = request.due.as_ref().map(|due| due.day);
        for (day, items) in days {
            let named = (Some(day) != whole).then_some(items);
            entry(&mut text, request, (day, named), now, crd);
        }
    }
    line(&mut text, "END", "VCALENDAR");
    text
}

/// `items` are those that are due on the day, where it is not the day of the request.
fn entry(
    text: &mut String,
    request: &RequestInTime,
    (day, items): (NaiveDate, Option<Vec<String>>),
    now: DateTime<Utc>,
    crd: &str,
) {
    let [authority, number, title] = request.authority.clone().unwrap_or_default();
    let part = items.as_ref().map(|items| format!("-{}", items.join("-"))).unwrap_or_default();
    let what = match &items {
        None => "answer due".to_owned(),
        Some(items) if items.len() == 1 => format!("answer to item {} due", items.join("")),
        Some(items) => format!("answer to items {} due", items.join(", ")),
    };
    let mut lines = vec![title];
    lines.extend(request.extensions.iter().map(|one| {
        let of = one.item.as_ref().map(|item| format!(" for item {item}")).unwrap_or_default();
        format!("{}{of} granted by {} on {}", one.due, one.granted_by, one.granted_on)
    }));
    lines.extend(request.waiting.iter().map(|one| format!("{}: {}", one.who.as_str(), one.what)));
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    line(text, "BEGIN", "VEVENT");
    line(text, "UID", &escaped(&format!("{}{part}@crd-{crd}.duces", request.request)));
    line(text, "DTSTAMP", &now.format("%Y%m%dT%H%M%SZ").to_string());
    line(text, "DTSTART;VALUE=DATE", &day.format("%Y%m%d").to_string());
    line(text, "DTEND;VALUE=DATE", &next.format("%Y%m%d").to_string());
    line(text, "SEQUENCE", &request.extensions.len().to_string());
    line(text, "SUMMARY", &escaped(&format!("{authority} {number}: {what}")));
    line(text, "DESCRIPTION", &escaped(&lines.join("\n")));
    line(text, "TRANSP", "TRANSPARENT");
    line(text, "END", "VEVENT");
}

/// One property, folded: a line that goes on starts with a space.
fn line(text: &mut String, name: &str, value: &str) {
    let mut width = 0;
    for c in name.chars().chain([':']).chain(value.chars()) {
        if width + c.len_utf8() > LINE_MAX {
            text.push_str("\r\n ");
            width = 1;
        }
        text.push(c);
        width += c.len_utf8();
    }
    text.push_str("\r\n");
}

/// A text as a value: what has a meaning is escaped, other control characters are left out.
fn escaped(value: &str) -> String {
    let mut safe = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '\\' | ';' | ',' => safe.extend(['\\', c]),
            '\n' => safe.push_str("\\n"),
            c if c.is_control() => {}
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_folded_between_characters_and_reads_back_whole() {
        let value = "Überweisungsauftrag, 日本語; back\\slash\nnext ".repeat(9);
        let mut text = String::new();
        line(&mut text, "DESCRIPTION", &escaped(&value));
        assert!(text.ends_with("\r\n") && text.split("\r\n").all(|line| line.len() <= LINE_MAX), "{text}");
        let unfolded = text.replace("\r\n ", "");
        let read = unfolded.trim_end().trim_start_matches("DESCRIPTION:");
        let read = read.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\");
        assert_eq!(read, value.trim_end());
    }

    #[test]
    fn a_carriage_return_cannot_begin_a_property() {
        assert_eq!(escaped("x\r\nATTENDEE:a"), "x\\nATTENDEE:a");
    }
}
