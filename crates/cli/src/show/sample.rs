//! Samples of what was not selected.

use super::words::{count, grouped};
use duces_workspace::{DrawReport, ElusionReport, Universe};
use std::fmt::Write as _;

pub(crate) fn drawn(report: &DrawReport) -> String {
    let item = report.item.as_ref().map(|item| format!(", item {item}")).unwrap_or_default();
    let mut text = format!(
        "Sample {} of request {}{item}: {} {} drawn of {} that were not selected ({} in {}), seed {}\n",
        report.sample,
        report.request,
        grouped(report.size),
        report.unit,
        grouped(if report.unit == "families" { report.families_not_selected } else { report.not_selected }),
        count(report.not_selected, "document", "documents"),
        count(report.families_not_selected, "family", "families"),
        report.seed
    );
    let _ = writeln!(
        text,
        "Universe ({}): {}, of which {} not selected",
        report.universe.name,
        count(report.universe_documents, "document", "documents"),
        grouped(report.not_selected)
    );
    text += &universe(&report.universe);
    let _ = writeln!(text, "Drawn against population {}: {}.", report.population, report.generator);
    if report.samples_registered > 1 {
        let _ =
            writeln!(text, "{} samples of this request are registered by now.", report.samples_registered);
    }
    let _ = writeln!(
        text,
        "Read {} (duces search --open DOCUMENT), answer yes or no in {}, then: duces sample {} --answers {}",
        count(report.to_read, "document", "documents"),
        report.sheet.display(),
        report.request,
        report.sheet.display()
    );
    text
}

/// What the universe is, a line each.
fn universe(universe: &Universe) -> String {
    universe.words.iter().map(|line| format!("  {line}\n")).collect()
}

pub(crate) fn answered(report: &ElusionReport) -> String {
    let item = report.item.as_ref().map(|item| format!(", item {item}")).unwrap_or_default();
    let mut text = format!(
        "Sample {} of request {}{item}: {} {} drawn, seed {}\n",
        report.sample,
        report.request,
        grouped(report.size),
        report.unit,
        report.seed
    );
    let _ = writeln!(
        text,
        "Universe ({}): {} not selected",
        report.universe.name,
        count(report.not_selected, "document", "documents")
    );
    text += &universe(&report.universe);
    let _ = writeln!(
        text,
        "Read: {}, of them responsive: {}",
        count(report.read, "document", "documents"),
        grouped(report.responsive)
    );
    if let (Some(found), Some(all)) = (report.families_responsive, report.families_missed) {
        let _ = writeln!(
            text,
            "Families with a responsive document: {} of those drawn; {} to {} of {} not selected",
            grouped(found),
            grouped(all.least),
            grouped(all.most),
            grouped(report.families_not_selected)
        );
    }
    let _ = writeln!(
        text,
        "Missed: {} to {} responsive documents of {} not selected (elusion {} % to {} %), with at least {} % confidence",
        grouped(report.missed.least),
        grouped(report.missed.most),
        grouped(report.not_selected),
        report.elusion_percent[0],
        report.elusion_percent[1],
        report.confidence_percent
    );
    let found = &report.found;
    let _ = writeln!(
        text,
        "Selected: {} = responsive {} + not responsive {} + not known yet {}",
        count(found.hits, "hit", "hits"),
        grouped(found.responsive),
        grouped(found.not_responsive),
        grouped(found.not_known_yet)
    );
    match &report.recall_at_least_percent {
        Some(recall) => {
            let _ = writeln!(text, "Recall: at least {recall} %");
        }
        None => {
            text += "Recall: not known yet; no person has decided on the hits (duces review export REQUEST)\n"
        }
    }
    for line in &report.rests_on {
        let _ = writeln!(text, "  {line}");
    }
    text
}
