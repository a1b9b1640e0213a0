//! Threads as a person reads them.

use super::words::{count, grouped};
use duces_workspace::{THREADS_SHOWN, ThreadsPlan, ThreadsReport};
use std::fmt::Write as _;

/// So many families of a plan are listed; JSON has all.
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
        if listed > THREADS_SHOWN {
            continue;
        }
        let _ = writeln!(text, "  thread {}", thread[0].thread);
        for row in thread {
            let by = row
                .contained_in
                .map(|by| format!(", contained in {}", report.documents.of(&by)))
                .unwrap_or_default();
            let _ = writeln!(text, "    {} {}{by}", row.inclusive, report.documents.of(&row.document));
        }
    }
    if listed > THREADS_SHOWN {
        let _ = writeln!(text, "  … {} more threads (--format json lists all)", listed - THREADS_SHOWN);
    }
    text +=
        "Joined by Message-ID, In-Reply-To and References, never by subject. Nothing is left out by it.\n";
    text
}

pub(crate) fn plan(plan: &ThreadsPlan) -> String {
    let mut text = format!(
        "Request {}, population {}, rule {}: {} in {} {} left out, each held whole by a later message that is produced\n",
        plan.request,
        plan.population,
        plan.rule,
        count(plan.documents, "document", "documents"),
        count(plan.contained.len() as u64, "family", "families"),
        match (plan.applied, &plan.approval) {
            (true, _) => "are",
            (false, Some(_)) => "would be",
            (false, None) => "could be",
        },
    );
    match &plan.approval {
        Some(approval) => {
            let _ = writeln!(
                text,
                "  approved by {} on {}: {} (recorded by {})",
                approval.approved_by, approval.approved_on, approval.why, approval.recorded_by
            );
        }
        None => {
            text += "  NOT APPROVED: nothing is left out by this rule until somebody is on record as having approved it\n"
        }
    }
    for one in plan.contained.iter().take(LISTED) {
        let duplicates = match one.duplicates {
            0 => String::new(),
            n => format!(
                ", with {}",
                count(n, "document that is a duplicate", "documents that are duplicates")
            ),
        };
        let documents = count(one.documents, "document", "documents");
        let _ = writeln!(text, "  {} ({documents}{duplicates}) in {}", one.family, one.contained_in);
    }
    if plan.contained.len() > LISTED {
        let _ = writeln!(text, "  … {} more (--format json lists all)", plan.contained.len() - LISTED);
    }
    for one in plan.kept.iter().take(LISTED) {
        let _ = writeln!(text, "  kept: {}: {}", one.family, one.why);
    }
    if plan.cannot_tell > 0 {
        let _ = writeln!(
            text,
            "  {} it cannot be told of, and produced",
            count(plan.cannot_tell, "message", "messages")
        );
    }
    text
}
