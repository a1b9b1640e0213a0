//! The state of a workspace.

use super::words::{count, grouped, table};
use duces_workspace::{AuditReport, StatusReport};
use std::fmt::Write as _;

pub(crate) fn status(report: &StatusReport) -> String {
    let mut text = format!("{}\n", report.firm);
    match &report.snapshot {
        Some(snapshot) => {
            let _ = writeln!(
                text,
                "Index {}: {} in {}",
                &snapshot[..16.min(snapshot.len())],
                count(report.documents.documents, "document", "documents"),
                count(report.containers.found, "message", "messages")
            );
        }
        None => text += "Nothing is indexed yet (duces index).\n",
    }
    let gaps: Vec<_> = report.gaps.iter().map(|(status, n)| format!("{status} {}", grouped(*n))).collect();
    let _ = writeln!(
        text,
        "Gaps: {}",
        if gaps.is_empty() { "none recorded (duces coverage)".to_owned() } else { gaps.join(", ") }
    );
    let rows: Vec<_> = report
        .requests
        .iter()
        .map(|request| {
            let due = match (request.answered_on, &request.due) {
                (Some(_), _) => "answered".to_owned(),
                (None, due) => due.as_ref().map_or_else(|| "-".to_owned(), |due| due.day.to_string()),
            };
            let state = match (&request.mistakes, &request.dispositions) {
                (Some(mistakes), _) => format!("{mistakes} in its file"),
                (None, None) => "no population frozen".to_owned(),
                (None, Some(counts)) => {
                    let total: u64 = counts.values().sum();
                    let pending = counts.get("pending").copied().unwrap_or(0);
                    format!("{} decided of {}", grouped(total - pending), grouped(total))
                }
            };
            vec![request.request.to_string(), due, state, grouped(request.certificates)]
        })
        .collect();
    text += &table(&["request", "due", "state", "certificates"], &rows);
    let rows: Vec<_> = report
        .volumes
        .iter()
        .map(|volume| {
            let verified = match volume.verified {
                Some(true) => "verified",
                Some(false) => "does not verify",
                None => "not verified",
            };
            vec![
                volume.volume.to_string(),
                volume.request.to_string(),
                volume.state.clone(),
                verified.to_owned(),
                volume.bates.to_string(),
            ]
        })
        .collect();
    if !rows.is_empty() {
        text += &table(&["volume", "request", "state", "read back", "numbers"], &rows);
    }
    if report.waiting.is_empty() {
        text += "Nothing waits for a person.\n";
    } else {
        text += "Waiting for a person:\n";
        for line in &report.waiting {
            let _ = writeln!(text, "  - {line}");
        }
    }
    text
}

pub(crate) fn audit(report: &AuditReport) -> String {
    let mut text = format!(
        "The audit trail holds: {}, each chained to the one before.\nLast row: {}\n",
        count(report.rows, "row", "rows"),
        report.last_sha256
    );
    if let Some(rows) = report.compared {
        let _ = writeln!(text, "{} of the copy are in it unchanged.", count(rows, "row", "rows"));
    }
    for path in &report.written {
        let _ = writeln!(text, "Written:  {}", path.display());
    }
    if !report.written.is_empty() {
        text += "Keep a copy elsewhere: duces audit verify --against FILE shows a trail that was rewritten whole.\n";
    }
    text
}
