//! Claw-backs as a person reads them.

use super::numbers::range;
use super::words::count;
use duces_workspace::ClawbackReport;
use std::fmt::Write as _;

pub(crate) fn recorded(report: &ClawbackReport) -> String {
    let mut text = one(report);
    if let Some(list) = &report.list {
        let _ = writeln!(text, "Written:  {}", list.display());
    }
    let numbers: Vec<String> =
        report.documents.iter().map(|document| format!("--replaces {}", document.bates.first())).collect();
    let _ = writeln!(
        text,
        "{} decided to be withheld from now on. What is left to a person:\n  \
         - ask for return or sequestration, and record it: duces clawback {} --notice {} --on DAY --to RECIPIENT\n  \
         - replace it by numbered sheets: duces produce {} {} --why …\n\
         Whether the privilege survives is for counsel and, in the end, a court; this is a record and no advice.",
        count(report.decided, "document is", "documents are"),
        report.request,
        report.clawback,
        report.request,
        numbers.join(" ")
    );
    text
}

pub(crate) fn one(report: &ClawbackReport) -> String {
    let mut text = format!(
        "Claw-back {} of request {}: {}, {}\n",
        report.clawback,
        report.request,
        count(report.documents.len() as u64, "document", "documents"),
        report.basis
    );
    let _ =
        writeln!(text, "  went out {}, seen {}; {}", report.disclosed_on, report.discovered_on, report.why);
    let _ = writeln!(text, "  steps taken to prevent it: {}", report.steps);
    for document in &report.documents {
        let replaced = match &document.replaced_by {
            Some((volume, bates)) => format!("replaced by {} in volume {volume}", bates.first()),
            None => "not replaced yet".to_owned(),
        };
        let _ = writeln!(text, "  {} in volume {}: {replaced}", range(&document.bates), document.volume);
    }
    for (on, to) in &report.notices {
        let _ = writeln!(text, "  return or sequestration requested of {to} on {on}");
    }
    if report.notices.is_empty() {
        text += "  no notice of it is on record\n";
    }
    text
}

pub(crate) fn list(reports: &[ClawbackReport]) -> String {
    if reports.is_empty() {
        return "Nothing was clawed back.\n".to_owned();
    }
    reports.iter().map(one).collect()
}
