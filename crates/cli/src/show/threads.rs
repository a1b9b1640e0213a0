//! Threads as a person reads them.

use super::words::{count, grouped};
use duces_workspace::ThreadsReport;
use std::fmt::Write as _;

/// So many threads are listed; JSON has all messages.
const LISTED: usize = 20;

pub(crate) fn report(report: &ThreadsReport) -> String {
    let mut text = format!(
        "Request {}: {} in {}, {} of them of more than one message\n",
        report.request,
        count(report.messages, "message", "messages"),
        count(report.threads, "thread", "threads"),
        grouped(report.conversations)
    );
    let _ = writeln!(
        text,
        "  {} inclusive, {} contained in a later message, {} cannot be told",
        grouped(report.inclusive),
        grouped(report.contained),
        grouped(report.cannot_tell)
    );
    let mut listed = 0;
    for thread in report.rows.chunk_by(|a, b| a.thread == b.thread).filter(|thread| thread.len() > 1) {
        listed += 1;
        if listed > LISTED {
            continue;
        }
        let _ = writeln!(text, "  thread {}", thread[0].thread);
        for row in thread {
            let by = row.contained_in.map(|by| format!(", contained in {by}")).unwrap_or_default();
            let _ = writeln!(text, "    {} {}{by}", row.document, row.inclusive);
        }
    }
    if listed > LISTED {
        let _ = writeln!(text, "  … {} more threads (--format json lists all)", listed - LISTED);
    }
    text +=
        "Joined by Message-ID, In-Reply-To and References, never by subject. Nothing is left out by it.\n";
    text
}
