//! Duplicates as a person reads them.

use super::words::{count, grouped};
use duces_workspace::{ApprovalReport, DedupReport, OverlayReport};
use std::fmt::Write as _;

/// So many of each are listed; JSON has all.
const LISTED: usize = 20;

pub(crate) fn approved(report: &ApprovalReport) -> String {
    format!(
        "Recorded by {}: rule {}, approved by {} on {} ({}).\n",
        report.recorded_by, report.rule, report.approved_by, report.approved_on, report.why
    )
}

pub(crate) fn report(report: &DedupReport) -> String {
    let mut text = format!(
        "Request {}, population {}, rule {}: {} compared, {} judged by their bytes alone\n",
        report.request,
        report.population,
        report.rule,
        count(report.families, "family", "families"),
        grouped(report.by_bytes)
    );
    let _ = writeln!(
        text,
        "  {} in {} {} left out: {} stand for them",
        count(report.duplicates, "document", "documents"),
        count(report.duplicate_families, "family", "families"),
        match (report.applied, &report.approval) {
            (true, _) => "are",
            (false, Some(_)) => "would be",
            (false, None) => "could be",
        },
        count(report.groups.len() as u64, "family", "families"),
    );
    match &report.approval {
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
    for group in report.groups.iter().take(LISTED) {
        let _ = writeln!(
            text,
            "  {} {}{}",
            group.survivor.custodian,
            group.survivor.place,
            group.produced_as.as_ref().map(|bates| format!(" (went out as {bates})")).unwrap_or_default()
        );
        for one in group.duplicates.iter().take(LISTED) {
            let _ = writeln!(text, "    = {} {}", one.custodian, one.place);
        }
        if group.duplicates.len() > LISTED {
            let _ =
                writeln!(text, "    … {} more (--format json lists all)", group.duplicates.len() - LISTED);
        }
    }
    text += &more(report.groups.len(), "groups");
    for refusal in report.refused.iter().take(LISTED) {
        let _ = writeln!(text, "  a person first: {}", refusal.why);
        for one in &refusal.families {
            let _ = writeln!(text, "    {} {} ({})", one.custodian, one.place, one.family);
        }
    }
    text += &more(report.refused.len(), "groups for a person");
    if !report.same_message_id.is_empty() {
        let _ = writeln!(
            text,
            "  {} by messages that are not the same; none of these is left out",
            count(report.same_message_id.len() as u64, "Message-ID is used", "Message-IDs are used")
        );
    }
    if report.applied && report.duplicates > 0 {
        text +=
            "A decisions sheet that is older than this brings back each document whose row says produce.\n";
    }
    text
}

fn more(all: usize, what: &str) -> String {
    if all > LISTED {
        format!("  … {} more {what} (--format json lists all)\n", all - LISTED)
    } else {
        String::new()
    }
}

/// Where an overlay looked for more, and what it cannot see.
fn looked_at(report: &OverlayReport) -> String {
    let copies = match &report.copies_by {
        Some(rule) => format!(
            "and by leave of {rule} copies with the same bytes anywhere in the archive; copies that the rule finds by other \
             means count once duces select and duces dedup apply have run"
        ),
        None => "copies were not looked for, as no rule for duplicates is approved".to_owned(),
    };
    format!("Looked at: the register, duplicates that were left out since, {copies}.\n")
}

pub(crate) fn overlay(report: &OverlayReport) -> String {
    let Some(file) = &report.file else {
        return format!(
            "{}: of its {} nothing more is known than it says; no overlay was written.\n{}",
            report.volume,
            count(report.documents, "shown document", "shown documents"),
            looked_at(report)
        );
    };
    let mut text = format!(
        "{}: of {} more is known now than the volume says\n",
        report.volume,
        count(report.rows.len() as u64, "document", "documents")
    );
    for row in report.rows.iter().take(LISTED) {
        let new: Vec<&str> = row.new_custodians.iter().chain(&row.new_paths).map(String::as_str).collect();
        let _ = writeln!(text, "  {}: {}", row.bates, new.join("; "));
    }
    text += &more(report.rows.len(), "documents");
    if report.replaced > 0 {
        let _ = writeln!(
            text,
            "  {} could not stand in a load file and were replaced",
            count(report.replaced, "sign", "signs")
        );
    }
    let _ = writeln!(text, "Written:  {}", file.display());
    if let Some(sha256) = &report.sha256 {
        let _ = writeln!(text, "SHA-256:  {sha256}");
    }
    text + &looked_at(report)
}
