//! Requests in time as a person reads them.

use super::words::{count, grouped, table};
use duces_workspace::{DeadlinesReport, PassingRetention, RequestInTime};
use std::fmt::Write as _;

pub(crate) fn list(report: &DeadlinesReport) -> String {
    let mut text = format!("{}, {}\n", report.firm, report.today);
    if report.requests.is_empty() {
        text += "No request is on file.\n";
    }
    for request in &report.requests {
        text.push('\n');
        text += &one(request);
    }
    text += &passing(&report.passing);
    for path in &report.written {
        let _ = writeln!(text, "Written:  {}", path.display());
    }
    text
}

pub(crate) fn one(request: &RequestInTime) -> String {
    let mut text = request.request.to_string();
    if let Some([authority, number, title]) = &request.authority {
        let _ = write!(text, " ({authority} {number}): {title}");
    }
    text.push('\n');
    if let Some(mistakes) = &request.mistakes {
        let _ = writeln!(text, "  its file cannot be read: {mistakes}");
    }
    let received = request.received.map(|day| format!("received {day}, ")).unwrap_or_default();
    let due = match (&request.answered_on, &request.due) {
        (Some(day), _) => format!("answered {day}"),
        (None, None) => "no day is known until which it is due".to_owned(),
        (None, Some(due)) => {
            let letter = due.letter.filter(|letter| *letter != due.day);
            let letter = letter.map(|day| format!(" (by the letter {day})")).unwrap_or_default();
            format!("due {}{letter}: {}", due.day, due.in_words())
        }
    };
    let _ = writeln!(text, "  {received}{due}");
    for one in &request.extensions {
        let of = one.item.as_ref().map(|item| format!("item {item} ")).unwrap_or_default();
        let _ = writeln!(text, "  {of}extended to {} by {} on {}", one.due, one.granted_by, one.granted_on);
    }
    let whole = request.due.as_ref().map(|due| due.day);
    let rows: Vec<_> = request
        .items
        .iter()
        .map(|item| {
            let own = item.due.as_ref().map(|due| due.day).filter(|day| Some(*day) != whole);
            vec![
                item.item.to_string(),
                item.kind.to_owned(),
                grouped(item.documents),
                grouped(item.pending),
                own.map(|day| format!("{}; due {day}", item.state.as_str()))
                    .unwrap_or_else(|| item.state.as_str().to_owned()),
            ]
        })
        .collect();
    if !rows.is_empty() {
        text += &table(&["item", "kind", "documents", "undecided", "state"], &rows);
    }
    for volume in &request.volumes {
        for (on, to, means) in &volume.delivered {
            let _ = writeln!(text, "  volume {} delivered {on} to {to} ({means})", volume.volume);
        }
    }
    for one in &request.waiting {
        let _ = writeln!(text, "  waits for {}: {}", one.who.as_str(), one.what);
    }
    text
}

fn passing(rows: &[PassingRetention]) -> String {
    let mut text = String::new();
    if rows.is_empty() {
        return text;
    }
    let unheld = rows.iter().filter(|row| row.is_unheld()).count() as u64;
    let _ = writeln!(
        text,
        "\nAbout to pass its retention period, or past it: {}; without a hold {}",
        count(rows.len() as u64, "stretch of communications", "stretches of communications"),
        grouped(unheld)
    );
    for row in rows {
        let asked: Vec<String> = row.asked_by.keys().map(ToString::to_string).collect();
        let held: Vec<&str> = row.held_by.iter().map(String::as_str).collect();
        let _ = writeln!(
            text,
            "  {}: of {} to {}, may be disposed of from {} ({}, {}); asked for by {}; held by {}",
            row.source,
            row.from,
            row.to,
            row.first_end,
            row.class,
            row.rule,
            if asked.is_empty() { "nobody".to_owned() } else { asked.join(", ") },
            if held.is_empty() {
                "nobody: a person issues the hold (register/holds.csv)".to_owned()
            } else {
                held.join(", ")
            }
        );
    }
    text
}
