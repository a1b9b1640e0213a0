//! All requests in time as one page that needs nothing from elsewhere.

use super::{DeadlinesReport, RequestInTime};
use crate::html::{escape, grouped, page as whole};
use std::fmt::Write as _;

const STYLE: &str = "
.late { font-weight: bold; color: #8a1c00; } .who { white-space: nowrap; font-weight: 600; }
@media print { .late { color: #000; text-decoration: underline; } }
";

pub(super) fn page(report: &DeadlinesReport) -> String {
    let mut body = String::from("<h1>Requests in time</h1>\n");
    let _ = writeln!(
        body,
        "<p class=\"quiet\">{}. Internal work product, as of {}. Business days leave out weekends, the days on which \
         the New York Stock Exchange is closed, and the firm's own closures.</p>",
        escape(&report.firm),
        report.today
    );
    if report.requests.is_empty() {
        body.push_str("<p>No request is on file.</p>\n");
    }
    overview(&mut body, report);
    passing(&mut body, report);
    for request in &report.requests {
        one(&mut body, request);
    }
    whole("Requests in time", STYLE, &body)
}

fn overview(body: &mut String, report: &DeadlinesReport) {
    body.push_str(
        "<table><thead><tr><th>Request</th><th>Authority</th><th>Received</th><th>Due</th><th>Left</th><th>Waits for</th></tr></thead>\n<tbody>\n",
    );
    for request in &report.requests {
        let [authority, number, _] = request.authority.clone().unwrap_or_default();
        let day = |day: Option<chrono::NaiveDate>| {
            day.map_or_else(|| "not known".to_owned(), |day| day.to_string())
        };
        let mut who: Vec<&str> = request.waiting.iter().map(|one| one.who.as_str()).collect();
        who.dedup();
        let _ = writeln!(
            body,
            "<tr><td><a href=\"#{0}\">{0}</a></td><td>{1}</td><td>{2}</td><td>{3}</td><td>{4}</td><td>{5}</td></tr>",
            escape(request.request.as_str()),
            escape(format!("{authority} {number}").trim()),
            day(request.received),
            day(request.due.as_ref().map(|due| due.day)),
            left(request),
            who.join(", ")
        );
    }
    body.push_str("</tbody></table>\n");
}

fn left(request: &RequestInTime) -> String {
    if let Some(day) = request.answered_on {
        return format!("answered {day}");
    }
    match &request.due {
        None => "no day is known".to_owned(),
        Some(due) if due.business_days < 0 => format!("<span class=\"late\">{}</span>", due.in_words()),
        Some(due) => due.in_words(),
    }
}

fn passing(body: &mut String, report: &DeadlinesReport) {
    if report.passing.is_empty() {
        return;
    }
    body.push_str(
        "<h2>About to pass its retention period</h2>\n<p>A request holds nothing by itself: a person issues the hold \
         (<code>register/holds.csv</code>).</p>\n<table><thead><tr><th>Source</th><th>Communications of</th><th>May be disposed of \
         from</th><th>Asked for by</th><th>Held by</th></tr></thead>\n<tbody>\n",
    );
    for row in &report.passing {
        let asked: Vec<String> = row
            .asked_by
            .iter()
            .map(|(request, items)| {
                let items: Vec<String> = items.iter().map(ToString::to_string).collect();
                format!("{request} ({})", items.join(", "))
            })
            .collect();
        let held: Vec<&str> = row.held_by.iter().map(String::as_str).collect();
        let held = if held.is_empty() {
            "<span class=\"late\">nobody</span>".to_owned()
        } else {
            escape(&held.join(", "))
        };
        let _ = writeln!(
            body,
            "<tr><td>{}</td><td>{} – {}</td><td>{} – {} ({}, {})</td><td>{}</td><td>{held}</td></tr>",
            escape(row.source.as_str()),
            row.from,
            row.to,
            row.first_end,
            row.last_end,
            escape(&row.class),
            escape(&row.rule),
            escape(&asked.join("; "))
        );
    }
    body.push_str("</tbody></table>\n");
}

fn one(body: &mut String, request: &RequestInTime) {
    let [authority, number, title] = request.authority.clone().unwrap_or_default();
    let _ = writeln!(
        body,
        "<h2 id=\"{0}\">{0}</h2>\n<p>{1} {2}: {3}. {4}</p>",
        escape(request.request.as_str()),
        escape(&authority),
        escape(&number),
        escape(&title),
        left(request)
    );
    if let Some(mistakes) = &request.mistakes {
        let _ = writeln!(body, "<p class=\"late\">Its file cannot be read: {}</p>", escape(mistakes));
    }
    list(
        body,
        "Waits for",
        request
            .waiting
            .iter()
            .map(|one| format!("<span class=\"who\">{}</span>: {}", one.who.as_str(), escape(&one.what))),
    );
    list(
        body,
        "Extensions",
        request.extensions.iter().map(|one| {
            let of = one.item.as_ref().map_or_else(String::new, |item| format!(" for item {item}"));
            let note = if one.note.is_empty() { String::new() } else { format!(" ({})", one.note) };
            escape(&format!(
                "until {}{of}, granted by {} on {}{note}; recorded by {}",
                one.due, one.granted_by, one.granted_on, one.recorded_by
            ))
        }),
    );
    if !request.items.is_empty() {
        body.push_str(
            "<table><thead><tr><th>Item</th><th>Kind</th><th>Due</th><th>State</th><th class=\"n\">Documents</th><th class=\"n\">Undecided</th></tr></thead>\n<tbody>\n",
        );
        for item in &request.items {
            let _ = writeln!(
                body,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
                escape(&item.item.to_string()),
                item.kind,
                item.due.as_ref().map(|due| due.day.to_string()).unwrap_or_default(),
                item.state.as_str(),
                grouped(item.documents),
                grouped(item.pending)
            );
        }
        body.push_str("</tbody></table>\n");
    }
    list(
        body,
        "Volumes",
        request.volumes.iter().map(|one| {
            let state = match (one.sealed, one.verified) {
                (false, _) => "begun, not sealed",
                (true, None) => "sealed, not verified",
                (true, Some(false)) => "does not verify",
                (true, Some(true)) => "sealed and verified",
            };
            let sent: Vec<String> = one
                .delivered
                .iter()
                .map(|(on, to, means)| format!("delivered {on} to {to} ({means})"))
                .collect();
            let sent = if sent.is_empty() { "not delivered".to_owned() } else { sent.join("; ") };
            escape(&format!("{}: {state}; certificates {}; {sent}", one.volume, one.certificates))
        }),
    );
}

fn list(body: &mut String, head: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(body, "<p><b>{head}</b></p>\n<ul>");
    for line in lines {
        let _ = writeln!(body, "<li>{line}</li>");
    }
    body.push_str("</ul>\n");
}
