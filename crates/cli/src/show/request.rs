//! Drafts, plans, documents added by hand.

use super::words::{count, cut, table};
use duces_workspace::{
    AcceptReport, AddReport, BesideReport, DraftReport, FormReport, ImportReport, PlanReport,
};
use std::fmt::Write as _;

pub(crate) fn plan(report: &PlanReport) -> String {
    let mut text = format!("Request {} ({} {})", report.request, report.authority, report.number);
    if let Some(due) = report.due {
        let _ = write!(text, ", due {due}");
    }
    text.push('\n');
    for item in &report.items {
        let _ = writeln!(text, "\nItem {}: {}\n  period: {}", item.item, cut(&item.text, 300), item.period);
        for line in &item.criteria {
            let _ = writeln!(text, "  {line}");
        }
        let rows: Vec<_> = item
            .searched
            .iter()
            .map(|source| vec![source.source.to_string(), source.coverage.clone(), source.because.clone()])
            .collect();
        if rows.is_empty() {
            text += "  No source will be searched.\n";
        } else {
            text += &table(&["searched", "coverage of the period", "because"], &rows);
        }
        for (source, why) in &item.not_searched {
            let _ = writeln!(text, "  not searched: {source}: {why}");
        }
        for gap in &item.gaps {
            let _ = writeln!(text, "  crossed by gap {} [{}]", gap.gap.id, gap.gap.status.as_str());
        }
    }
    text += &beside(&report.beside);
    text += &forms(&report.forms);
    for hand_off in &report.hand_offs {
        let sources: Vec<String> = hand_off.sources.iter().map(ToString::to_string).collect();
        let _ = writeln!(
            text,
            "\nItem {} asks for PST files, which this program does not write. Hand the originals over from where they are kept: {}",
            hand_off.item,
            if sources.is_empty() { "no source is named".to_owned() } else { sources.join(", ") }
        );
    }
    text
}

/// What the forms of the sources cannot contain.
fn forms(forms: &[FormReport]) -> String {
    let mut text = String::new();
    if !forms.is_empty() {
        text +=
            "\nWhat is searched is kept in these forms; what they cannot contain is found by no search:\n";
    }
    for form in forms {
        let mut sources: Vec<String> = form.sources.iter().map(ToString::to_string).collect();
        if form.of_no_source {
            sources.push("documents of no source".to_owned());
        }
        let _ = writeln!(text, "  {} ({})", form.title, cut(&sources.join(", "), 200));
        for spot in &form.cannot_contain {
            let _ = writeln!(text, "    - {} ({}: {})", spot.what, spot.known, spot.says);
        }
    }
    text
}

/// The items that no search answers.
pub(crate) fn beside(items: &[BesideReport]) -> String {
    let mut text = String::new();
    for item in items {
        let _ = writeln!(text, "\nItem {}: {}", item.item, cut(&item.text, 300));
        for line in &item.asks {
            let _ = writeln!(text, "  {line}");
        }
    }
    text
}

pub(crate) fn drafted(report: &DraftReport) -> String {
    let mut text = report.told.clone();
    let _ = writeln!(text, "\nWritten:  {}", report.draft.display());
    let _ = writeln!(
        text,
        "Go through it, answer every CHECK and every \"?\", set status = \"accepted\" and accepted_by, then: duces request accept {}",
        report.request
    );
    text
}

pub(crate) fn accepted(report: &AcceptReport) -> String {
    format!(
        "Request {} with {}, accepted by {}.\nWritten:  {}\nNext: duces plan {}\n",
        report.request,
        count(report.items, "item", "items"),
        report.accepted_by,
        report.file.display(),
        report.request
    )
}

pub(crate) fn added(report: &AddReport) -> String {
    let mut text = format!(
        "{} added to item {} of request {}:\n",
        count(report.files.len() as u64, "file", "files"),
        report.item,
        report.request
    );
    for file in &report.files {
        let _ = writeln!(text, "  {}  {}  (from {})", file.sha256, file.path, file.came_from);
    }
    let _ = writeln!(text, "Next: duces index, then duces select {}", report.request);
    text
}

pub(crate) fn imported(report: &ImportReport) -> String {
    let n = |n: u64, one: &str, many: &str| super::words::count(n, one, many);
    let mut text = format!(
        "Imported from {}: {} with {} and {}.\n",
        report.file,
        n(report.requests.len() as u64, "past request", "past requests"),
        n(report.items, "item", "items"),
        n(report.statements, "statement", "statements"),
    );
    if report.vague > 0 {
        text += &format!(
            "{}: sources and people, or days, are unknown, so that a gap may touch them whatever it is of.\n",
            n(report.vague, "item is vague", "items are vague")
        );
    }
    text + "duces gap impact GAP holds a gap against them.\n"
}
